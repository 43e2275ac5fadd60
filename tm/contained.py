"""Matches by containment: the query inside a stored segment, or a stored segment inside the query."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from sqlalchemy import Connection

from tm import index, store
from tm.labels import unlabelled
from tm.lang import Lang
from tm.match import MEANING, Comparison, compare, contained_score
from tm.model import Flag, Level, Match, MatchKind, Penalty, Variant
from tm.policy import MatchPolicy
from tm.query import Asked, fewest_contained, variant_text, widened
from tm.sentence import sentences

#: Up to so many words all runs of a query are looked up at once; their number grows with the square of its length, so
#: for a longer one the lists of its words are read instead.
LONG_QUERY = 300
#: A share that only a whole segment reaches, of up to a million words, and that has the lists read.
_WHOLE = 1 - 1e-6
#: Names of the penalties for what a passage leaves out.
CONTAINED, SHARE = "contained", "share"


@dataclass(frozen=True, slots=True)
class _Passage:
    compared: Comparison
    share: float
    query_span: tuple[int, int] | None
    source_span: tuple[int, int] | None


def contained_matches(conn: Connection, asked: Asked) -> Iterator[Match]:
    """Every unit that holds the query or stands in it, and whose score reaches the lowest wanted, in no order."""
    if not asked.query.long_enough:
        yield from _around_sentence(conn, asked)
        return
    yield from matches_around(conn, asked)
    # a shorter one could not reach the lowest score shown
    least = max(fewest_contained(asked.tag), ceil(asked.options.minimum * len(asked.query.keys) / 100))
    yield from matches_inside(conn, asked, least)


def matches_around(conn: Connection, asked: Asked) -> Iterator[Match]:
    """The longer stored segments in which the query stands, or nine tenths of its words in order."""
    query, tag = asked.query, asked.tag
    inside = {place.segment_id: place for place in index.containing(conn, tag, query.keys)}
    for segment_id, units in store.find_units(conn, tag, sorted(inside)).items():
        place = inside[segment_id]
        text = variant_text(units[0].unit, tag)
        found = unlabelled(text, tag)
        words = found[place.start].start, found[place.end - 1].end
        span = widened(text, words, query.text, query.tokens)
        compared = _compared_around(query.text, text, span, tag, asked.policy)
        yield from _matches(conn, units, asked, _Passage(compared, place.share, None, span))


def matches_inside(conn: Connection, asked: Asked, least: int) -> Iterator[Match]:
    """The stored segments of ``least`` tokens or more that stand in the query."""
    query, size = asked.query, len(asked.query.keys)
    found = units_inside(conn, asked, least)
    ranges = asked.options.splitter(query.text, asked.tag) if found else ()
    for (start, end), units in found:
        span = span_of(asked, units, (start, end))
        compared = _with_rest(compared_inside(asked, units, span, ranges), (end - start, size), asked.policy)
        yield from _matches(conn, units, asked, _Passage(compared, (end - start) / size, span, None))


def units_inside(
    conn: Connection, asked: Asked, least: int
) -> list[tuple[tuple[int, int], tuple[store.StoredUnit, ...]]]:
    """The units of each stored segment that stands in the query, and its half-open range of the query's tokens."""
    keys = asked.query.keys
    share = 1.0 if len(keys) <= LONG_QUERY else _WHOLE
    places = {place.segment_id: place for place in index.contained(conn, asked.tag, keys, least, share)}
    found = store.find_units(conn, asked.tag, sorted(places))
    return [((places[number].start, places[number].end), units) for number, units in found.items()]


def span_of(asked: Asked, units: Sequence[store.StoredUnit], tokens: tuple[int, int]) -> tuple[int, int]:
    """The characters of a half-open range of the query's tokens, with the punctuation that the stored text has too."""
    query, text = asked.query, variant_text(units[0].unit, asked.tag)
    span = query.tokens[tokens[0]].start, query.tokens[tokens[1] - 1].end
    return widened(query.text, span, text, unlabelled(text, asked.tag))


def _around_sentence(conn: Connection, asked: Asked) -> Iterator[Match]:
    """Paragraphs of which the query, too short to be looked for inside others, is a whole sentence."""
    segment_id = store.find_text(conn, asked.tag, asked.query.text)
    if segment_id is None:
        return
    for stored in store.find_units(conn, asked.tag, [segment_id]).get(segment_id, ()):
        sentence, parent = stored.unit.variant(asked.tag), store.parent_of(conn, stored.id)
        if parent and sentence and sentence.span:
            text, span = variant_text(parent.unit, asked.tag), sentence.span
            compared = _compared_around(asked.query.text, text, span, asked.tag, asked.policy)
            yield from _matches(conn, [parent], asked, _Passage(compared, 1.0, None, span))


# --- the comparison -------------------------------------------------------------------------------------------------


def _compared_around(query: str, stored: str, span: tuple[int, int], lang: Lang, policy: MatchPolicy) -> Comparison:
    """The query against the passage of the stored text it stands in; a point for the passage not being the whole."""
    compared = compare(query, stored[slice(*span)], lang, policy)
    penalties = (*compared.penalties, Penalty(CONTAINED, 1, "stands inside a longer passage"))
    around = sentence_range(stored, span, lang)
    flags = _reversing(query, stored[slice(*around)], lang, policy) if around != span else ()
    shift = span[0]
    differences = tuple(replace(d, stored=(d.stored[0] + shift, d.stored[1] + shift)) for d in compared.differences)
    found = replace(compared, score=compared.score - 1, penalties=penalties, differences=differences)
    return _capped(_flagged(found, flags), policy)


def compared_inside(
    asked: Asked, units: Sequence[store.StoredUnit], span: tuple[int, int], ranges: Sequence[tuple[int, int]]
) -> Comparison:
    """The part of the query that a stored text answers, with the flags of the sentences it stands in.

    ``ranges`` are the sentences of the query.
    """
    lang, policy, text = asked.tag, asked.policy, asked.query.text
    stored = variant_text(units[0].unit, lang)
    compared = compare(text[slice(*span)], stored, lang, policy)
    differences = tuple(replace(d, query=(d.query[0] + span[0], d.query[1] + span[0])) for d in compared.differences)
    beside = _widened(span, ranges)
    flags = _reversing(text[slice(*beside)], stored, lang, policy) if beside != span else ()
    return _flagged(replace(compared, differences=differences), flags)


def _with_rest(compared: Comparison, count: tuple[int, int], policy: MatchPolicy) -> Comparison:
    """With the words that are left over as a loss of their own; ``count`` is words answered and words there are."""
    left = min(compared.score, 100 - contained_score(count[0] / count[1]))
    penalties = (*compared.penalties, Penalty(SHARE, left, f"{count[0]} of {count[1]} words"))
    return _capped(replace(compared, score=compared.score - left, penalties=penalties), policy)


def sentence_range(text: str, span: tuple[int, int], lang: Lang) -> tuple[int, int]:
    """The range widened to the sentences it lies in: what the same sentence says beside it belongs to its meaning."""
    return _widened(span, sentences(text, lang))


def _widened(span: tuple[int, int], ranges: Sequence[tuple[int, int]]) -> tuple[int, int]:
    touched = [place for place in ranges if place[0] < span[1] and span[0] < place[1]]
    return (touched[0][0], touched[-1][1]) if touched else span


def _reversing(query: str, stored: str, lang: Lang, policy: MatchPolicy) -> tuple[Flag, ...]:
    return tuple(flag for flag in compare(query, stored, lang, policy).flags if flag.reverses)


def _flagged(compared: Comparison, flags: tuple[Flag, ...]) -> Comparison:
    """With the flags added that it lacks."""
    known = {flag.name for flag in compared.flags}
    return replace(compared, flags=(*compared.flags, *(flag for flag in flags if flag.name not in known)))


def _capped(compared: Comparison, policy: MatchPolicy) -> Comparison:
    """With its score below the cap when a flag reverses the meaning."""
    reversing = [flag.name for flag in compared.flags if flag.reverses]
    loss = compared.score - policy.reversed_meaning
    if not reversing or loss <= 0:
        return compared
    penalties = (*compared.penalties, Penalty(MEANING, loss, ", ".join(reversing)))
    return replace(compared, score=policy.reversed_meaning, penalties=penalties)


def _matches(conn: Connection, units: Sequence[store.StoredUnit], asked: Asked, passage: _Passage) -> Iterator[Match]:
    compared = passage.compared
    if compared.score < asked.options.minimum:
        return
    for stored in units:
        base = asked.answer(stored.unit, compared.score, compared.similarity)
        if base is None or base.score < asked.options.minimum:
            continue
        spans = base.target_spans
        if passage.source_span and stored.unit.level is Level.PARAGRAPH:
            inner = store.sentences_of(conn, stored.id)
            spans = target_spans(inner, asked.tag, base.targets, passage.source_span)
        yield replace(
            base,
            kind=MatchKind.CONTAINED,
            penalties=(*compared.penalties, *base.penalties),
            flags=compared.flags,
            differences=compared.differences,
            share=passage.share,
            query_span=passage.query_span,
            source_span=passage.source_span,
            target_spans=spans,
        )


# --- where it stands in the targets ---------------------------------------------------------------------------------


def target_spans(
    units: Iterable[store.StoredUnit], tag: Lang, targets: Sequence[Variant], span: tuple[int, int]
) -> tuple[tuple[int, int] | None, ...]:
    """Where the sentences that overlap a range of the source paragraph stand in each target paragraph.

    None for a target whose place is not known: a paragraph of one sentence, or sentences without counterpart.
    """
    touched = [stored.unit for stored, place in _places(units, tag) if place[0] < span[1] and span[0] < place[1]]
    found: list[tuple[int, int] | None] = []
    for target in targets:
        places = [variant.span for unit in touched if (variant := unit.variant(target.lang)) and variant.span]
        found.append((min(start for start, _ in places), max(end for _, end in places)) if places else None)
    return tuple(found)


def is_whole_sentences(units: Iterable[store.StoredUnit], tag: Lang, span: tuple[int, int], text: str) -> bool:
    """Whether a range of a paragraph's text is made of whole aligned sentences, but for spaces and punctuation.

    Then the targets' spans are those of this passage and of nothing beside it.
    """
    places = [place for _, place in _places(units, tag) if place[0] < span[1] and span[0] < place[1]]
    if not places:
        return False
    start, end = min(place[0] for place in places), max(place[1] for place in places)
    outside = text[min(start, span[0]) : max(start, span[0])] + text[min(end, span[1]) : max(end, span[1])]
    return not any(c.isalnum() for c in outside)


def _places(units: Iterable[store.StoredUnit], tag: Lang) -> Iterator[tuple[store.StoredUnit, tuple[int, int]]]:
    """Sentence units with their place in the paragraph of a language."""
    for stored in units:
        source = stored.unit.variant(tag)
        if source and source.span:
            yield stored, source.span
