"""Matches of a whole query with whole stored texts: identical, in context, and fuzzy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from tm import index, store
from tm.match import compare
from tm.model import Match, MatchKind
from tm.query import Asked, Context, variant_text

#: Score of an identical text without context.
EXACT = 100


def whole_matches(conn: Connection, asked: Asked, context: Context | None) -> Iterator[Match]:
    """Every unit whose score reaches the lowest wanted, in no order."""
    least = asked.options.minimum
    query = asked.query
    for units in store.find_units(conn, asked.tag, _near(conn, asked, min(least, EXACT) / 100)).values():
        compared = compare(query.text, variant_text(units[0].unit, asked.tag), query.lang, asked.policy)
        if compared.score < min(least, EXACT):
            continue
        identical = compared.score == EXACT
        scores = _in_context(conn, units, asked, context) if context and identical else {}
        for stored in units:
            base = asked.answer(stored.unit, compared.score, compared.similarity)
            if base is None:
                continue
            # Where something is held against the source, context makes up for nothing.
            score = scores.get(stored.id, EXACT) if base.score == EXACT else base.score
            if score < least:
                continue
            exact = MatchKind.IN_CONTEXT if score > EXACT else MatchKind.EXACT
            yield replace(
                base,
                score=score,
                kind=exact if identical else MatchKind.FUZZY,
                penalties=(*compared.penalties, *base.penalties),
                flags=compared.flags,
                differences=compared.differences,
            )


def _near(conn: Connection, asked: Asked, threshold: float) -> list[int]:
    """Segments that may reach the threshold; a text without words is found only as it stands."""
    if asked.query.keys:
        hits = index.near(conn, asked.tag, asked.query.keys, max(index.LOWEST_THRESHOLD, threshold))
        return [hit.segment_id for hit in hits]
    found = store.find_text(conn, asked.tag, asked.query.text)
    return [] if found is None else [found]


def _in_context(conn: Connection, units: Sequence[store.StoredUnit], asked: Asked, context: Context) -> dict[int, int]:
    """The score of each unit of an identical text in the query's context."""
    neighbours = store.neighbours(conn, [unit.id for unit in units], asked.tag)
    return {unit.id: context.score(unit.unit, neighbours[unit.id]) for unit in units}
