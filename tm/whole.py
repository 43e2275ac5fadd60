"""Matches of a whole query with whole stored texts: identical, in context, and fuzzy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from tm import index, store
from tm.match import Comparison
from tm.model import Match, MatchKind
from tm.query import Asked, Context

#: Score of an identical text without context.
EXACT = 100


def near(conn: Connection, asked: Sequence[Asked]) -> list[dict[int, float]]:
    """For each question the segments that may reach the lowest score wanted, and their similarity.

    All of them are put to one tag with the same lowest score. A text without words is found only as it stands.
    """
    if not asked:
        return []
    tag, threshold = asked[0].tag, min(asked[0].options.minimum, EXACT) / 100
    each = index.near_each(conn, tag, [one.query.keys for one in asked], max(index.LOWEST_THRESHOLD, threshold))
    found = [{hit.segment_id: hit.similarity for hit in hits} for hits in each]
    for one, similar in zip(asked, found, strict=True):
        if not one.query.keys and (number := store.find_text(conn, tag, one.query.text)) is not None:
            similar[number] = 1.0
    return found


def whole_matches(
    asked: Asked, units: Sequence[store.StoredUnit], compared: Comparison, scores: Mapping[int, int]
) -> Iterator[Match]:
    """The matches of one stored text that reach the lowest score wanted, one a unit that has it, in no order.

    ``scores`` are those of the units in the query's context, where the text is identical.
    """
    least = asked.options.minimum
    if compared.score < min(least, EXACT):
        return
    identical = compared.score == EXACT
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


def in_context(
    conn: Connection, units: Sequence[store.StoredUnit], asked: Asked, context: Context | None
) -> dict[int, int]:
    """The score of each unit of an identical text in the query's context; none without a context."""
    if context is None:
        return {}
    neighbours = store.neighbours(conn, [unit.id for unit in units], asked.tag)
    return {unit.id: context.score(unit.unit, neighbours[unit.id]) for unit in units}
