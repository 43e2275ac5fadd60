"""The referencing report of a draft: where its passages stand in earlier documents, whether its quotations are true."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from tm import store
from tm.citations import cited, same_symbol
from tm.coverage import (
    Borrowing,
    Span,
    authority,
    borrowings,
    counted,
    holders,
    is_identical,
    standing,
    within,
)
from tm.lang import Lang
from tm.model import Document, Level, Match, MatchKind, Segment, Suggestion, TranslationUnit
from tm.query import fewest_contained
from tm.quotations import Quotation, quotations

#: A source of more authority is taken before another that has up to this share more of a passage's words.
AUTHORITY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage of a draft's segment that stands in an earlier document."""

    #: Half-open character range of the segment that was looked up: the whole, a sentence, or the part contained.
    span: Span
    #: The earlier text, its translations, and how the passage differs from it; its unit is the place referred to.
    match: Match
    #: Words of the segment that stand in it.
    words: int
    #: The same passage in other documents, those of more authority first, one a document.
    others: tuple[TranslationUnit, ...] = ()

    @property
    def document(self) -> Document:
        """The document referred to."""
        return self.match.unit.document

    @property
    def identical(self) -> bool:
        """Whether the passage stands there exactly as it is."""
        return is_identical(self.match)


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment of a draft with what it refers to."""

    segment: Segment
    #: What has most of its words first; each further one adds words that those before it lack.
    references: tuple[Reference, ...]
    words: int
    #: Of these, words that stand in one of the references.
    covered: int
    #: Half-open character ranges of what stands in none of them, in order.
    new: tuple[Span, ...]

    @property
    def whole(self) -> Reference | None:
        """The reference to a segment that answers this one as a whole, as against passages of either."""
        first = self.references[0] if self.references else None
        if first is None or first.match.kind is MatchKind.CONTAINED or first.span != (0, len(self.segment.text)):
            return None
        return first


@dataclass(frozen=True, slots=True)
class Run:
    """Segments in succession that follow one document paragraph by paragraph."""

    #: Indices of the draft's first and last segment.
    first: int
    last: int
    #: The document's units they stand in, from the first to the last.
    units: tuple[TranslationUnit, ...]
    #: How many of the segments are identical there.
    identical: int

    @property
    def document(self) -> Document:
        """The document followed."""
        return self.units[0].document


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that a draft cites."""

    #: As in the memory, or else the likeliest symbol for what is written.
    symbol: str
    #: Indices of the segments that cite it.
    segments: tuple[int, ...]
    #: The document, when the memory holds it.
    document: Document | None


@dataclass(frozen=True, slots=True)
class ReferenceReport:
    """Where the passages of a draft come from."""

    source: Lang
    targets: tuple[Lang, ...]
    #: One a segment, in order.
    passages: tuple[Passage, ...]
    #: In order, without overlaps; a single segment is a run of its own.
    runs: tuple[Run, ...]
    quotations: tuple[Quotation, ...]
    #: In the order of their first mention.
    citations: tuple[Citation, ...]
    #: The documents its words stand in, the one with most words first.
    borrowings: tuple[Borrowing, ...]

    @property
    def words(self) -> int:
        """Words of the draft."""
        return sum(passage.words for passage in self.passages)

    @property
    def covered(self) -> float:
        """Share of the draft's words that stand in one of the references, 0 to 1."""
        words = self.words
        return sum(passage.covered for passage in self.passages) / words if words else 0.0


def reference_report(
    conn: Connection, suggestions: Iterable[Suggestion], source: Lang, targets: Sequence[Lang]
) -> ReferenceReport:
    """The report on a draft, from what the memory has for each of its segments.

    Sources are preferred by authority, as long as they have about as many of the passage's words: a text that is not
    superseded, then the status of its document (adopted, final, revised, draft), then the later date. Of a passage too
    short to tell where it is from, the document of the passage before it is taken, if it has it.
    """
    found = list(suggestions)
    passages: list[Passage] = []
    before = ""
    for suggestion in found:
        passages.append(_passage(suggestion, before))
        before = passages[-1].references[0].document.key if passages[-1].references else ""
    segments = [suggestion.segment for suggestion in found]
    in_step = _in_step(passages)
    return ReferenceReport(
        source=source,
        targets=tuple(targets),
        passages=tuple(in_step),
        runs=tuple(_runs(in_step)),
        quotations=tuple(quotations(conn, segments, source, targets)),
        citations=tuple(_citations(conn, segments)),
        borrowings=borrowings(found),
    )


# --- one segment ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    span: Span
    match: Match
    #: Indices of the segment's words that stand in it.
    words: frozenset[int]
    #: How many words its span has.
    size: int

    def prefer(self, gain: int, before: str, *, short: bool) -> tuple[object, ...]:
        """What sorts candidates that have about the same words; ``before`` is the key of the document before."""
        reverses = any(flag.reverses for flag in self.match.flags)
        other = short and self.match.unit.document.key != before
        return reverses, other, *authority(self.match.unit.document)[:3], -gain, -self.match.score


def _passage(suggestion: Suggestion, before: str) -> Passage:
    segment = suggestion.segment
    words = counted(segment.text)
    candidates = list(_candidates(suggestion, words))
    least = fewest_contained(segment.lang)
    left = frozenset(range(len(words)))
    references: list[Reference] = []
    while True:
        gains = [(len(one.words & left), one) for one in candidates]
        gains = [(gain, one) for gain, one in gains if gain >= least or 0 < gain == one.size]
        if not gains:
            break
        most = max(gain for gain, _ in gains)
        pool = [(gain, one) for gain, one in gains if gain >= most * (1 - AUTHORITY_SHARE)]
        short = len(words) < least
        _, best = min(pool, key=lambda pair: pair[1].prefer(pair[0], before, short=short))
        references.append(Reference(best.span, best.match, len(best.words), tuple(_others(best, candidates))))
        left -= best.words
    return Passage(segment, tuple(references), len(words), len(words) - len(left), tuple(_new(words, left)))


def _candidates(suggestion: Suggestion, words: Sequence[Span]) -> Iterator[_Candidate]:
    """The matches of a segment and of its sentences; those that repeat a text stand for each of their documents."""
    text, lang = suggestion.segment.text, suggestion.segment.lang
    looked_up = [((0, len(text)), suggestion.matches), *suggestion.sentences]
    for (start, end), matches in looked_up:
        for match in matches:
            inside = match.query_span
            span = (start + inside[0], start + inside[1]) if inside else (start, end)
            held = standing(match, words, lang, start)
            size = len(within(words, [span]))
            units = {unit.document.key: unit for unit in reversed(holders(match))} if held else {}
            for unit in reversed(units.values()):
                yield _Candidate(span, _of(match, unit), held, size)


def _of(match: Match, unit: TranslationUnit) -> Match:
    """The match as one of another unit that has the same texts, with those of the same document as repeats."""
    same = [other for other in holders(match) if other.document.key == unit.document.key and other is not unit]
    return replace(match, unit=unit, repeats=tuple(same))


def _others(best: _Candidate, candidates: Iterable[_Candidate]) -> Iterator[TranslationUnit]:
    known = {best.match.unit.document.key}
    for one in sorted(candidates, key=lambda c: authority(c.match.unit.document)):
        key = one.match.unit.document.key
        if key not in known and len(one.words & best.words) >= len(best.words) * (1 - AUTHORITY_SHARE):
            known.add(key)
            yield one.match.unit


def _new(words: Sequence[Span], left: frozenset[int]) -> Iterator[Span]:
    """The ranges of the words that are left, neighbours as one."""
    run: list[int] = []
    for index in [*sorted(left), None]:
        if run and (index is None or index != run[-1] + 1):
            yield words[run[0]][0], words[run[-1]][1]
            run = []
        if index is not None:
            run.append(index)


# --- the draft as a whole -------------------------------------------------------------------------------------------


def _in_step(passages: Sequence[Passage]) -> list[Passage]:
    """The passages, each at the place of its document that follows the passage before, where it stands in several."""
    result: list[Passage] = []
    last: TranslationUnit | None = None
    for passage in passages:
        whole = passage.whole
        if whole is not None:
            places = holders(whole.match)
            unit = next((place for place in places if last and _follows(place, last)), places[0])
            others = tuple(place for place in places if place is not unit)
            moved = replace(whole, match=replace(whole.match, unit=unit, repeats=others))
            passage = replace(passage, references=(moved, *passage.references[1:]))
        last = passage.whole.match.unit if passage.whole else None
        result.append(passage)
    return result


def _follows(unit: TranslationUnit, last: TranslationUnit) -> bool:
    """Whether the unit comes right after the last one in the same document."""
    same = unit.document.key == last.document.key and unit.level is last.level is Level.PARAGRAPH
    return same and unit.position == last.position + 1


def _runs(passages: Sequence[Passage]) -> Iterator[Run]:
    run: list[tuple[int, Reference]] = []
    for number, passage in enumerate(passages):
        whole = passage.whole
        if run and not (whole and _follows(whole.match.unit, run[-1][1].match.unit)):
            yield _run(run)
            run = []
        if whole:
            run.append((number, whole))
    if run:
        yield _run(run)


def _run(run: Sequence[tuple[int, Reference]]) -> Run:
    return Run(
        first=run[0][0],
        last=run[-1][0],
        units=tuple(reference.match.unit for _, reference in run),
        identical=sum(reference.identical for _, reference in run),
    )


def _citations(conn: Connection, segments: Sequence[Segment]) -> Iterator[Citation]:
    places: dict[tuple[str, ...], list[int]] = {}
    for number, segment in enumerate(segments):
        for one in cited(segment.text, segment.lang):
            numbers = places.setdefault(one.symbols, [])
            if number not in numbers[-1:]:
                numbers.append(number)
    held = store.find_documents(conn, [symbol for symbols in places for symbol in symbols])
    known = {same_symbol(document.key): document for document in held}
    for symbols, numbers in places.items():
        document = next((known[same_symbol(s)] for s in symbols if same_symbol(s) in known), None)
        yield Citation(document.key if document else symbols[0], tuple(numbers), document)
