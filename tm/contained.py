"""Matches by containment: the query inside a stored segment, or a stored segment inside the query."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from math import ceil

from sqlalchemy import Connection

from tm import index, store
from tm.labels import unlabelled
from tm.lang import Lang
from tm.match import MEANING, Beside, Comparison, Prepared, contained_score
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


class Passage:
    """The query in a longer stored text, or a stored text in the query; flags are looked for only when asked for."""

    #: Share of the shorter one's tokens that stand in the longer one, in order.
    share: float
    #: Half-open character ranges; None for the whole.
    query_span: tuple[int, int] | None = None
    source_span: tuple[int, int] | None = None

    @property
    def unflagged(self) -> Comparison:
        """The comparison with flags and differences left out; its score is the highest that there can be."""
        raise NotImplementedError

    @property
    def whole(self) -> Comparison:
        """The comparison with everything that belongs to it."""
        raise NotImplementedError


class Around(Passage):
    """The query in a passage of a longer stored text; a point for the passage not being the whole."""

    def __init__(self, asked: Asked, stored: str, span: tuple[int, int], share: float) -> None:
        self.share = share
        self.source_span = span
        self._asked = asked
        self._stored = stored
        passage = Prepared(stored[slice(*span)], asked.query.lang)
        self._beside = Beside(asked.query.prepared, passage, asked.policy)

    @cached_property
    def unflagged(self) -> Comparison:
        """The comparison with flags and differences left out."""
        return self._shortened(self._beside.unflagged)

    @cached_property
    def whole(self) -> Comparison:
        """The comparison, with the flags of the sentences in which the passage stands."""
        assert self.source_span is not None
        span, lang, policy = self.source_span, self._asked.query.lang, self._asked.policy
        around = sentence_range(self._stored, span, lang)
        sentence = Prepared(self._stored[slice(*around)], lang)
        flags = Beside(self._asked.query.prepared, sentence, policy).reversing if around != span else ()
        compared = self._beside.whole
        shifted = tuple(replace(d, stored=(d.stored[0] + span[0], d.stored[1] + span[0])) for d in compared.differences)
        return _capped(_flagged(self._shortened(replace(compared, differences=shifted)), flags), policy)

    @staticmethod
    def _shortened(compared: Comparison) -> Comparison:
        penalties = (*compared.penalties, Penalty(CONTAINED, 1, "stands inside a longer passage"))
        return replace(compared, score=compared.score - 1, penalties=penalties)


class Inside(Passage):
    """A stored text in the query, with the words of the query that are left over as a loss of their own."""

    def __init__(
        self,
        asked: Asked,
        units: Sequence[store.StoredUnit],
        tokens: tuple[int, int],
        ranges: Sequence[tuple[int, int]],
    ) -> None:
        """``tokens`` are those of the query that the text answers, half-open; ``ranges`` are the query's sentences."""
        self.query_span = span_of(asked, units, tokens)
        self._count = tokens[1] - tokens[0], len(asked.query.keys)
        self.share = self._count[0] / self._count[1]
        self._policy = asked.policy
        self._part = Part(asked, units, self.query_span, ranges)

    @cached_property
    def unflagged(self) -> Comparison:
        """The comparison with flags and differences left out."""
        return self._with_rest(self._part.unflagged)

    @cached_property
    def whole(self) -> Comparison:
        """The comparison, with the flags of the sentences in which the text stands."""
        return _capped(self._with_rest(self._part.whole), self._policy)

    def _with_rest(self, compared: Comparison) -> Comparison:
        found, size = self._count
        left = min(compared.score, 100 - contained_score(self.share))
        penalties = (*compared.penalties, Penalty(SHARE, left, f"{found} of {size} words"))
        return replace(compared, score=compared.score - left, penalties=penalties)


class Part:
    """The part of the query that a stored text answers, and that text beside it."""

    def __init__(
        self,
        asked: Asked,
        units: Sequence[store.StoredUnit],
        span: tuple[int, int],
        ranges: Sequence[tuple[int, int]],
    ) -> None:
        """``span`` are characters of the query; ``ranges`` are its sentences."""
        query, lang = asked.query.text, asked.query.lang
        self._stored = Prepared(variant_text(units[0].unit, asked.tag), lang)
        self._policy = asked.policy
        self._beside = Beside(Prepared(query[slice(*span)], lang), self._stored, asked.policy)
        self._query, self._span, self._ranges = query, span, ranges

    @property
    def unflagged(self) -> Comparison:
        """The comparison with flags and differences left out; its score is the highest that there can be."""
        return self._beside.unflagged

    @cached_property
    def whole(self) -> Comparison:
        """The comparison, with the flags of the sentences in which the part stands."""
        span, compared = self._span, self._beside.whole
        shifted = tuple(replace(d, query=(d.query[0] + span[0], d.query[1] + span[0])) for d in compared.differences)
        beside = _widened(span, self._ranges)
        sentence = Prepared(self._query[slice(*beside)], self._stored.lang)
        flags = Beside(sentence, self._stored, self._policy).reversing if beside != span else ()
        return _flagged(replace(compared, differences=shifted), flags)


# --- where it is found ----------------------------------------------------------------------------------------------


def places_around(conn: Connection, asked: Sequence[Asked]) -> list[dict[int, index.Place]]:
    """For each question, all to one tag, the longer stored segments in which the query stands, or nine tenths of its
    words in order.
    """
    if not asked:
        return []
    each = index.containing_each(conn, asked[0].tag, [one.query.keys for one in asked])
    return [{place.segment_id: place for place in places} for places in each]


def places_inside(
    conn: Connection, asked: Sequence[Asked], least: Callable[[Asked], int]
) -> list[dict[int, index.Place]]:
    """For each question, all to one tag, the stored segments of ``least`` tokens or more that stand in the query."""
    found: list[dict[int, index.Place]] = [{} for _ in asked]
    for share in (1.0, _WHOLE):
        some = [place for place, one in enumerate(asked) if (len(one.query.keys) > LONG_QUERY) == (share < 1)]
        if some:
            queries = [(asked[place].query.keys, least(asked[place])) for place in some]
            each = index.contained_each(conn, asked[0].tag, queries, share)
            for place, places in zip(some, each, strict=True):
                found[place] = {one.segment_id: one for one in places}
    return found


def least_inside(asked: Asked) -> int:
    """Tokens that a stored text must have to reach, inside the query, the lowest score shown."""
    return max(fewest_contained(asked.tag), ceil(asked.options.minimum * len(asked.query.keys) / 100))


def around(asked: Asked, units: Sequence[store.StoredUnit], place: index.Place) -> Around:
    """The query in the place of a stored text where it was found."""
    text = variant_text(units[0].unit, asked.tag)
    found = unlabelled(text, asked.tag)
    words = found[place.start].start, found[place.end - 1].end
    return Around(asked, text, widened(text, words, asked.query.text, asked.query.tokens), place.share)


def matches_around(conn: Connection, asked: Asked) -> Iterator[Match]:
    """Every unit in whose longer text the query stands and that reaches the lowest score wanted; not yet ``placed``."""
    (places,) = places_around(conn, [asked])
    for segment_id, units in store.find_units(conn, asked.tag, sorted(places)).items():
        passage = around(asked, units, places[segment_id])
        if passage.unflagged.score >= asked.options.minimum:
            yield from passage_matches(asked, units, passage, passage.whole)


def units_inside(
    conn: Connection, asked: Asked, least: int
) -> list[tuple[tuple[int, int], tuple[store.StoredUnit, ...]]]:
    """The units of each stored segment that stands in the query, and its half-open range of the query's tokens."""
    (places,) = places_inside(conn, [asked], lambda _: least)
    found = store.find_units(conn, asked.tag, sorted(places))
    return [((places[number].start, places[number].end), units) for number, units in found.items()]


def span_of(asked: Asked, units: Sequence[store.StoredUnit], tokens: tuple[int, int]) -> tuple[int, int]:
    """The characters of a half-open range of the query's tokens, with the punctuation that the stored text has too."""
    query, text = asked.query, variant_text(units[0].unit, asked.tag)
    span = query.tokens[tokens[0]].start, query.tokens[tokens[1] - 1].end
    return widened(query.text, span, text, unlabelled(text, asked.tag))


def around_sentence(conn: Connection, asked: Asked) -> list[tuple[store.StoredUnit, Around]]:
    """Paragraphs of which the query, too short to be looked for inside others, is a whole sentence."""
    segment_id = store.find_text(conn, asked.tag, asked.query.text)
    if segment_id is None:
        return []
    result = []
    for stored in store.find_units(conn, asked.tag, [segment_id]).get(segment_id, ()):
        sentence, parent = stored.unit.variant(asked.tag), store.parent_of(conn, stored.id)
        if parent and sentence and sentence.span:
            result.append((parent, Around(asked, variant_text(parent.unit, asked.tag), sentence.span, 1.0)))
    return result


# --- the comparison -------------------------------------------------------------------------------------------------


def sentence_range(text: str, span: tuple[int, int], lang: Lang) -> tuple[int, int]:
    """The range widened to the sentences it lies in: what the same sentence says beside it belongs to its meaning."""
    return _widened(span, sentences(text, lang))


def _widened(span: tuple[int, int], ranges: Sequence[tuple[int, int]]) -> tuple[int, int]:
    touched = [place for place in ranges if place[0] < span[1] and span[0] < place[1]]
    return (touched[0][0], touched[-1][1]) if touched else span


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


def passage_matches(
    asked: Asked, units: Sequence[store.StoredUnit], passage: Passage, compared: Comparison
) -> Iterator[Match]:
    """The units of a passage that reach the lowest score wanted, in no order; not yet ``placed``."""
    if compared.score < asked.options.minimum:
        return
    for stored in units:
        base = asked.answer(stored.unit, compared.score, compared.similarity)
        if base is None or base.score < asked.options.minimum:
            continue
        yield replace(
            base,
            kind=MatchKind.CONTAINED,
            penalties=(*compared.penalties, *base.penalties),
            flags=compared.flags,
            differences=compared.differences,
            share=passage.share,
            query_span=passage.query_span,
            source_span=passage.source_span,
        )


# --- where it stands in the targets ---------------------------------------------------------------------------------


def placed(conn: Connection, match: Match) -> Match:
    """The match, with the place of the sentences of its passage in the targets."""
    if match.source_span is None or match.unit.level is not Level.PARAGRAPH or not match.targets:
        return match
    inner = store.sentences_inside(conn, match.unit.uid)
    return replace(match, target_spans=target_spans(inner, match.source.lang, match.targets, match.source_span))


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
