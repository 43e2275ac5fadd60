"""Answers from a memory: matches for one segment, suggestions for a draft.

Every function takes a connection first and reads inside the caller's transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from tm.assembly import proposal
from tm.contained import placed, sentence_range, target_spans
from tm.lang import Lang
from tm.model import Kind, Match, MatchKind, Segment, Suggestion
from tm.query import Asked, Context, LookupOptions, Query, stored_tags
from tm.shortlist import shortlist
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
    query = Query.of(nfc(text.strip()), source)
    return _answers(conn, query, tags, targets, options or LookupOptions(), context)


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
    texts = [segment.text for segment in segments]
    for i, segment in enumerate(segments):
        before, after = texts[i - 1] if i else None, texts[i + 1] if i + 1 < len(texts) else None
        yield draft.suggestion(segment, Context(before, after, segment.path, symbol))


#: Texts of a draft whose answers are kept for when they come again, and the most answers of one.
_KEPT, _MOST_ANSWERS = 1000, 20


class _Draft:
    """A draft on its way through the memory; a text that comes again is not looked up again."""

    def __init__(self, conn: Connection, source: Lang, targets: Sequence[Lang], options: LookupOptions) -> None:
        self._conn = conn
        self._source = source
        self._targets = targets
        self._options = options
        self._tags = stored_tags(conn, source, targets)
        self._kept: dict[tuple[str, bool], tuple[Match, ...]] = {}

    def suggestion(self, segment: Segment, context: Context) -> Suggestion:
        """What the memory has for a segment."""
        matches = self._matches(segment.text.strip(), self._options, context)
        spans = self._options.splitter(segment.text, self._source)
        parts: tuple[tuple[tuple[int, int], tuple[Match, ...]], ...] = ()
        if len(spans) > 1:
            alone = replace(self._options, contained=False)
            parts = tuple((span, self._matches(segment.text[slice(*span)], alone, None)) for span in spans)
        put = proposal(self._conn, segment, self._tags, matches, parts, self._targets, self._options)
        return Suggestion(segment, matches, parts, put)

    def _matches(self, text: str, options: LookupOptions, context: Context | None) -> tuple[Match, ...]:
        """The matches of a segment in its context, or of a sentence without one."""
        key = nfc(text), context is None
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        query = Query.of(key[0], self._source)
        found = _answers(self._conn, query, self._tags, self._targets, options, context)
        if len(found) <= _MOST_ANSWERS and (context is None or _anywhere(found, options)):
            if len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = found
        return found


def _anywhere(found: Sequence[Match], options: LookupOptions) -> bool:
    """Whether these are a text's matches in every context.

    Context only raises the score of an identical text, which then stands first with 100 or more, unless more is wanted.
    """
    return options.minimum <= EXACT and not (found and found[0].score >= EXACT)


def _answers(
    conn: Connection,
    query: Query,
    tags: Sequence[Lang],
    targets: Sequence[Lang],
    options: LookupOptions,
    context: Context | None,
) -> tuple[Match, ...]:
    """The best matches in all the stored tags that answer the query's language, best first."""
    questions = [Asked(query, tag, tuple(targets), options) for tag in tags]
    found = shortlist(conn, questions, context, options.limit)
    best = _highlighted(conn, [placed(conn, match) for match in found])
    return _repaired(best, query.text) if options.repair else best


def _highlighted(conn: Connection, matches: Sequence[Match]) -> tuple[Match, ...]:
    """The matches, those inside a longer passage with the place of its translation; what it takes is loaded then."""
    if not any(match.source_span for match in matches):
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
