"""A draft's suggestions as one self-contained web page to translate from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tm import inline
from tm.formats import EVERYTHING, page, term_rows
from tm.formats.about import About
from tm.formats.html_reading import read_document
from tm.formats.page_leverage import write_leverage
from tm.formats.page_references import write_references
from tm.formats.page_review import numbered_units, read_reviewed, read_units, write_units
from tm.formats.redline import TextView, answering, gaps, plain, redline, repaired, spanned
from tm.formats.term_rows import TermRow
from tm.lang import Lang
from tm.model import (
    AssembledPiece,
    Document,
    Flag,
    Kind,
    Match,
    MatchKind,
    Penalty,
    Proposal,
    Review,
    Segment,
    Suggestion,
    TranslationUnit,
)
from tm.numbering import in_words
from tm.terms import TermHit

__all__ = [
    "numbered_units", "read_document", "read_reviewed", "read_units", "write_leverage", "write_references",
    "write_suggestions", "write_units",
]  # fmt: skip

HOLDS = EVERYTHING
#: ``write_units`` is told the source language, whose column comes first.
NAMES_SOURCE = True

_KIND_WORDS = {
    MatchKind.IN_CONTEXT: "in context",
    MatchKind.EXACT: "exact",
    MatchKind.FUZZY: "fuzzy",
    MatchKind.CONTAINED: "contained",
}
_FLAG_WORDS = {
    "negation": "Negation",
    "modal": "Modal verb",
    "operative": "Operative verb",
    "number": "Number",
    "date": "Date",
    "symbol": "Document symbol",
    "country": "Country",
    "added": "Added text",
    "dropped": "Dropped text",
}


# --- what the template shows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlagView:
    """A warning, and the words it is about."""

    name: str
    title: str
    #: The words concerned in the draft, and in the memory.
    query: tuple[str, ...]
    stored: tuple[str, ...]
    reverses: bool


@dataclass(frozen=True, slots=True)
class MatchView:
    """A match, as shown."""

    score: int
    kind: str
    #: Colour class of its band, see ``_tone``.
    tone: str
    #: The draft's text with what differs in the memory.
    redline: TextView
    #: The memory's own text, for contained matches; else None.
    stored: TextView | None
    targets: tuple[TextView, ...]
    #: Translations adapted to the draft, each rewritten piece marked.
    repaired: tuple[TextView, ...]
    #: Languages asked for that the unit lacks.
    missing: tuple[Lang, ...]
    flags: tuple[FlagView, ...]
    #: Why the score is not 100, in words.
    reasons: tuple[str, ...]
    symbol: str
    place: str
    status: str
    date: str
    #: Alignment confidence in percent, or "".
    confidence: str
    reviewed: bool
    #: Where the same text and translations stand as well.
    repeats: tuple[str, ...]

    @property
    def reverses(self) -> bool:
        """Whether its meaning may be the opposite of the draft's."""
        return any(flag.reverses for flag in self.flags)


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece of a proposal: the draft's passage, and where its translation comes from."""

    source: TextView
    score: int
    kind: str
    tone: str
    #: Symbol and place of its unit.
    origin: str
    flags: tuple[FlagView, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """An assembled text with its pieces."""

    text: TextView
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence of a draft segment with its matches."""

    text: TextView
    matches: tuple[MatchView, ...]


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A draft segment with its matches."""

    number: int
    label: str
    place: str
    heading: bool
    text: TextView
    band: str
    tone: str
    best: MatchView | None
    others: tuple[MatchView, ...]
    sentences: tuple[SentenceView, ...]
    proposal: tuple[ProposalView, ...]
    #: Covered share of the text in percent, for an assembled proposal.
    coverage: int
    automatic: bool
    terms: tuple[TermRow, ...]

    @property
    def flags(self) -> tuple[FlagView, ...]:
        """Warnings of the best match."""
        return self.best.flags if self.best else ()

    @property
    def sentences_found(self) -> int:
        """How many of its sentences have a match."""
        return sum(1 for sentence in self.sentences if sentence.matches)


@dataclass(frozen=True, slots=True)
class BandView:
    """A band of the summary."""

    name: str
    words_name: str
    tone: str
    segments: int
    words: int
    characters: int
    #: Width in the bar, in percent of all words.
    share: float


def write_suggestions(
    path: Path,
    suggestions: Sequence[Suggestion],
    about: About,
    *,
    leverage: Sequence[tuple[str, int, int, int]],
    in_bands: Sequence[str],
    terms: Sequence[Sequence[TermHit]] = (),
    **_said: object,
) -> None:
    """Write the page: everything in one file, nothing loaded from elsewhere.

    ``leverage`` has one row a band, best first: its name, segments, words and characters; ``in_bands`` names the band
    of each segment, ``terms`` those that stand in it.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    bands = _bands(leverage)
    segments = [
        _segment(number, suggestion, about.targets, band, some)
        for number, ((suggestion, band), some) in enumerate(
            zip(zip(suggestions, in_bands, strict=True), term_rows.of_each(terms, about.targets), strict=False), start=1
        )
    ]
    page.write(
        path,
        "suggestions.html",
        about,
        bands=bands,
        segments=segments,
        flags_found=_flag_counts(segments),
        total_words=sum(band.words for band in bands),
    )


# --- segments and matches -------------------------------------------------------------------------------------------


def _segment(
    number: int, suggestion: Suggestion, targets: Sequence[Lang], band: str, terms: tuple[TermRow, ...]
) -> SegmentView:
    segment = suggestion.segment
    matches = tuple(_match(match, segment, targets) for match in suggestion.matches)
    whole = (0, len(segment.text))
    best = suggestion.matches[0] if suggestion.matches else None
    return SegmentView(
        number=number,
        label=segment.label,
        place=in_words(segment.path),
        heading=segment.kind in (Kind.HEADING, Kind.TITLE),
        text=matches[0].redline if matches else plain(segment.lang, segment.text, segment.markup),
        band=band,
        tone=matches[0].tone if matches else "new",
        best=matches[0] if matches else None,
        others=matches[1:],
        sentences=tuple(
            _sentence(_part(segment, start, end), found, targets)
            for (start, end), found in suggestion.sentences
            if (start, end) != whole
        ),
        proposal=_proposal(suggestion.proposal, segment.text, segment.lang),
        coverage=int(100 * suggestion.proposal.coverage) if suggestion.proposal else 0,
        automatic=bool(best and best.automatic),
        terms=terms,
    )


def _part(segment: Segment, start: int, end: int) -> Segment:
    markup = inline.cut(segment.text, segment.markup, start, end)
    return replace(segment, text=segment.text[start:end], markup=markup)


def _sentence(sentence: Segment, found: Sequence[Match], targets: Sequence[Lang]) -> SentenceView:
    matches = tuple(_match(match, sentence, targets) for match in found)
    text = plain(sentence.lang, sentence.text, sentence.markup)
    return SentenceView(matches[0].redline if matches else text, matches)


def _match(match: Match, segment: Segment, targets: Sequence[Lang]) -> MatchView:
    contained = match.kind is MatchKind.CONTAINED
    unit, document, stored = match.unit, match.unit.document, match.source
    present = tuple(variant.lang for variant in match.targets)
    return MatchView(
        score=match.score,
        kind=_KIND_WORDS[match.kind],
        tone=_tone(match),
        redline=TextView(segment.lang, redline(match, segment.text, segment.lang, segment.markup)),
        stored=TextView(stored.lang, spanned(stored.text, match.source_span, stored.markup)) if contained else None,
        targets=tuple(
            TextView(variant.lang, answering(variant.text, found, variant.markup))
            for variant, found in zip(match.targets, match.answers, strict=True)
        ),
        repaired=tuple(
            TextView(r.lang, repaired(r, variant))
            for r, variant in zip(match.repairs, match.targets, strict=False)
            if r is not None
        ),
        missing=tuple(lang for lang in targets if not any(lang.covers(other) for other in present)),
        flags=tuple(map(_flag, match.flags)),
        reasons=_reasons(match),
        symbol=document.key,
        place=in_words(unit.path),
        status=_status(document),
        date=document.date.isoformat() if document.date else "",
        confidence=f"{int(100 * unit.confidence)}" if unit.confidence is not None else "",
        reviewed=unit.review is Review.REVIEWED,
        repeats=tuple(_origin(repeat) for repeat in match.repeats),
    )


def _status(document: Document) -> str:
    """The authority of a document's wording, and whether another has replaced or corrected it."""
    said = [document.status.label] if document.status else []
    said += [word for word, true in (("superseded", document.superseded), ("corrected", document.corrected)) if true]
    return ", ".join(said)


def _proposal(proposal: Proposal | None, draft: str, source: Lang) -> tuple[ProposalView, ...]:
    """The texts of an assembled proposal; an exact or repaired one is shown with its match."""
    if proposal is None or proposal.kind != "assembled":
        return ()
    return tuple(
        ProposalView(
            TextView(lang, tuple(gaps(text))),
            tuple(_piece(piece, draft, source) for piece in proposal.pieces if piece.lang == lang),
        )
        for lang, text in proposal.texts
    )


def _piece(piece: AssembledPiece, draft: str, source: Lang) -> PieceView:
    contained = piece.kind is MatchKind.CONTAINED
    return PieceView(
        source=plain(source, draft[slice(*piece.query_span)]),
        score=piece.score,
        kind=_KIND_WORDS[piece.kind],
        tone="contained" if contained else page.score_tone(piece.score),
        origin=_origin(piece.unit),
        flags=tuple(map(_flag, piece.flags)),
        reasons=tuple(map(_penalty, piece.penalties)),
    )


def _origin(unit: TranslationUnit) -> str:
    return " ".join(part for part in (unit.document.key, in_words(unit.path)) if part)


def _reasons(match: Match) -> tuple[str, ...]:
    if match.kind is MatchKind.CONTAINED:
        share = match.share if match.share is not None else match.similarity
        return (f"{100 * share:.0f} % of the shorter text stands in the longer one", *map(_penalty, match.penalties))
    if match.score >= 100:
        return ()
    return (f"words {int(100 * match.similarity)} % alike", *map(_penalty, match.penalties))


def _penalty(penalty: Penalty) -> str:
    detail = f" ({penalty.detail})" if penalty.detail else ""
    return f"{penalty.name} −{penalty.points}{detail}" if penalty.points else f"{penalty.name}{detail}"


def _flag(flag: Flag) -> FlagView:
    title = _FLAG_WORDS.get(flag.name, flag.name.capitalize())
    return FlagView(flag.name, title, flag.query, flag.stored, flag.reverses)


def _flag_counts(segments: Iterable[SegmentView]) -> list[tuple[str, str, int]]:
    """Name, words and number of segments of each flag of a best match; ``reverses`` first."""
    counts: dict[tuple[str, str], int] = {("reverses", "Meaning reversed"): 0}
    for segment in segments:
        names = {(flag.name, flag.title) for flag in segment.flags}
        if any(flag.reverses for flag in segment.flags):
            names.add(("reverses", "Meaning reversed"))
        for name in sorted(names):
            counts[name] = counts.get(name, 0) + 1
    return [(name, words, count) for (name, words), count in counts.items() if count]


# --- bands ----------------------------------------------------------------------------------------------------------


def _bands(rows: Sequence[tuple[str, int, int, int]]) -> tuple[BandView, ...]:
    total = sum(words for _, _, words, _ in rows) or 1
    return tuple(
        BandView(name, _band_words(name), page.band_tone(name), segments, words, characters, 100 * words / total)
        for name, segments, words, characters in rows
    )


def _band_words(name: str) -> str:
    return {"102": "102 in context", "101": "101 in context", "100": "100 exact"}.get(name, name)


def _tone(match: Match) -> str:
    return "contained" if match.kind is MatchKind.CONTAINED else page.score_tone(match.score)
