"""Answers from a memory: matches for one segment, suggestions for a draft.

Every function takes a connection first and reads inside the caller's transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from tm.assembly import proposal
from tm.bulk import seldom_collecting
from tm.contained import placed, sentence_range, target_spans
from tm.lang import Lang
from tm.model import Kind, Match, MatchKind, Segment, Suggestion
from tm.query import Asked, Context, LookupOptions, Query, stored_tags
from tm.shortlist import Search, shortlists
from tm.text import nfc
from tm.whole import EXACT

__all__ = ["Context", "LookupOptions", "body", "lookup", "sentence_range", "suggest", "target_spans"]


def lookup(
    conn: Connection,
    text: str,
    source: Lang,
    targets: Sequence[Lang],
    options: LookupOptions | None = None,
    context: Context | None = None,
) -> tuple[Match, ...]:
    """Best matches for one segment, best first: by score, kind, authority of the document, then date.

    Every stored segment whose score reaches ``options.minimum`` is found (the index is exact: similarity bounds
    the score from above); then at most ``options.limit`` are given back. Units without any of the target
    languages are left out.

    Raises:
        LanguageError: the memory holds nothing in the source language, or in none of the targets.
    """
    tags = stored_tags(conn, source, targets)
    wanted = _Wanted(nfc(text.strip()), context, options or LookupOptions())
    return next(_answers(conn, [wanted], source, tags, targets))


def suggest(
    conn: Connection,
    segments: Sequence[Segment],
    source: Lang,
    targets: Sequence[Lang],
    options: LookupOptions | None = None,
    *,
    symbol: str = "",
) -> Iterator[Suggestion]:
    """What the memory has for each segment of a draft, in order, its sentences looked up as well.

    ``symbol`` is the draft's own, or "": with the segments' numbered places it makes the context.
    """
    draft = _Draft(conn, source, targets, options or LookupOptions())
    start, size = 0, _FIRST
    while start < len(segments):
        yield from draft.suggestions(segments, range(start, min(start + size, len(segments))), symbol)
        start, size = start + size, _BLOCK


#: Segments that are looked up together at the beginning of a draft, so that the first answers are soon there, and then.
_FIRST, _BLOCK = 4, 100
#: Texts of a draft whose answers are kept for when they come again, and the most answers of one.
_KEPT, _MOST_ANSWERS = 1000, 20


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A text to be looked up: a segment in its context, or a sentence, which has none."""

    #: In NFC.
    text: str
    context: Context | None
    options: LookupOptions

    @property
    def key(self) -> tuple[str, bool]:
        """What its answers are kept by, where they are the same in every context."""
        return self.text, self.context is None


class _Draft:
    """A draft on its way through the memory; a text that comes again is not looked up again."""

    def __init__(self, conn: Connection, source: Lang, targets: Sequence[Lang], options: LookupOptions) -> None:
        self._conn = conn
        self._source = source
        self._targets = targets
        self._options = options
        self._tags = stored_tags(conn, source, targets)
        self._kept: dict[tuple[str, bool], tuple[Match, ...]] = {}

    def suggestions(self, segments: Sequence[Segment], places: range, symbol: str) -> Iterator[Suggestion]:
        """What the memory has for some of the segments, which are looked up together."""
        alone = replace(self._options, contained=False)
        spans: list[Sequence[tuple[int, int]]] = []
        wanted: list[_Wanted] = []
        for place in places:
            segment = segments[place]
            before = segments[place - 1].text if place else None
            after = segments[place + 1].text if place + 1 < len(segments) else None
            context = Context(before, after, segment.path, symbol)
            wanted.append(_Wanted(nfc(segment.text.strip()), context, self._options))
            cut = self._options.splitter(segment.text, self._source)
            spans.append(cut if len(cut) > 1 else ())
            wanted += [_Wanted(nfc(segment.text[slice(*span)]), None, alone) for span in spans[-1]]
        with seldom_collecting():
            found = iter(self._matches(wanted))
        for place, ranges in zip(places, spans, strict=True):
            matches = next(found)
            parts = tuple((span, next(found)) for span in ranges)
            put = proposal(self._conn, segments[place], self._tags, matches, parts, self._targets, self._options)
            yield Suggestion(segments[place], matches, parts, put)

    def _matches(self, wanted: Sequence[_Wanted]) -> list[tuple[Match, ...]]:
        """The matches of each text."""
        found: dict[int, tuple[Match, ...]] = {}
        anywhere: dict[tuple[str, bool], tuple[Match, ...]] = {}
        left = list(range(len(wanted)))
        while left:
            # A text is looked up again only when it turns out that its answers depend on the context.
            first: dict[tuple[str, bool], int] = {}
            again = []
            for place in left:
                key = wanted[place].key
                kept = anywhere.get(key, self._kept.get(key))
                if kept is not None:
                    found[place] = kept
                elif first.setdefault(key, place) != place:
                    again.append(place)
            asked = list(first.values())
            answers = _answers(self._conn, [wanted[place] for place in asked], self._source, self._tags, self._targets)
            for place, matches in zip(asked, answers, strict=True):
                found[place] = matches
                if wanted[place].context is None or _anywhere(matches, wanted[place].options):
                    anywhere[wanted[place].key] = matches
            left = again
        for key, matches in anywhere.items():
            if len(matches) <= _MOST_ANSWERS:
                self._keep(key, matches)
        return [found[place] for place in range(len(wanted))]

    def _keep(self, key: tuple[str, bool], matches: tuple[Match, ...]) -> None:
        if len(self._kept) >= _KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = matches


def _anywhere(found: Sequence[Match], options: LookupOptions) -> bool:
    """Whether these are a text's matches in every context.

    Context only raises the score of an identical text, which then stands first with 100 or more, unless more is wanted.
    """
    return options.minimum <= EXACT and not (found and found[0].score >= EXACT)


def _answers(
    conn: Connection, wanted: Sequence[_Wanted], source: Lang, tags: Sequence[Lang], targets: Sequence[Lang]
) -> Iterator[tuple[Match, ...]]:
    """For each text, all with one limit, the best matches in all the stored tags that answer its language."""
    searches = []
    for one in wanted:
        query = Query.of(one.text, source)
        searches.append(Search([Asked(query, tag, tuple(targets), one.options) for tag in tags], one.context))
    found = shortlists(conn, searches, wanted[0].options.limit) if wanted else iter(())
    for one, matches in zip(wanted, found, strict=True):
        best = _highlighted(conn, [placed(conn, match) for match in matches])
        yield _repaired(best, one.text) if one.options.repair else best


def _highlighted(conn: Connection, matches: Sequence[Match]) -> tuple[Match, ...]:
    """The matches, those inside a longer passage with the place of its translation; what it takes is loaded then."""
    if not any(match.source_span and match.targets for match in matches):
        return tuple(matches)
    from tm.highlights import highlighted

    return highlighted(conn, matches)


def _repaired(matches: Sequence[Match], query: str) -> tuple[Match, ...]:
    if all(match.kind is not MatchKind.FUZZY for match in matches):
        return tuple(matches)
    # Most lookups repair nothing, and need not wait for what repair takes to load.
    from tm.repair import with_repairs

    return tuple(with_repairs(match, query) for match in matches)


def body(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments of a draft that are translated: all but page furniture and masthead."""
    return tuple(s for s in segments if s.kind not in {Kind.MASTHEAD, Kind.HEADER, Kind.FOOTER})
