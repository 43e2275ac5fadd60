"""A draft's suggestions as one self-contained web page to translate from."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats.output import replacing
from tm.formats.redline import TextView, answering, gaps, plain, redline, repaired, spanned
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
    Suggestion,
    TranslationUnit,
)

if TYPE_CHECKING:
    from jinja2 import Template

#: Bands that are no range of scores.
REPETITION, CONTAINED, NEW = "repetition", "contained", "new"
_BAND_RANGE = re.compile(r"(\d+)(?:\D+(\d+))?\Z")
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
    *,
    source: Lang,
    targets: Sequence[Lang],
    title: str,
    memory: str,
    created: datetime,
    leverage: Sequence[tuple[str, int, int, int]],
) -> None:
    """Write the page: everything in one file, nothing loaded from elsewhere.

    ``leverage`` has one row a band, best first: its name, segments, words and characters; ``memory`` is the
    memory's name as shown.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    bands = _bands(leverage)
    seen: set[str] = set()
    segments = [_segment(n, suggestion, targets, bands, seen) for n, suggestion in enumerate(suggestions, start=1)]
    page = _template().render(
        title=title,
        memory=memory,
        created=created,
        source=source,
        targets=targets,
        bands=bands,
        segments=segments,
        flags_found=_flag_counts(segments),
        total_words=sum(band.words for band in bands),
    )
    with replacing(path) as out:
        # A lone surrogate has no UTF-8 form and no glyph.
        out.write(page.encode("utf-8", "replace"))


def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["digest"] = _digest
    environment.filters["grouped"] = "{:,}".format
    return environment.from_string(files("tm.formats").joinpath("templates/suggestions.html").read_text("utf-8"))


def _digest(content: str) -> str:
    """SHA-256 of an inline style or script, as a content security policy names it."""
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


# --- segments and matches -------------------------------------------------------------------------------------------


def _segment(
    number: int, suggestion: Suggestion, targets: Sequence[Lang], bands: Sequence[BandView], seen: set[str]
) -> SegmentView:
    segment = suggestion.segment
    band = _band_of(suggestion, bands, seen)
    matches = tuple(_match(match, segment.text, segment.lang, targets) for match in suggestion.matches)
    whole = (0, len(segment.text))
    best = suggestion.matches[0] if suggestion.matches else None
    return SegmentView(
        number=number,
        label=segment.label,
        place=_place(segment.path),
        heading=segment.kind in (Kind.HEADING, Kind.TITLE),
        text=matches[0].redline if matches else plain(segment.lang, segment.text),
        band=band,
        tone=matches[0].tone if matches else "new",
        best=matches[0] if matches else None,
        others=matches[1:],
        sentences=tuple(
            _sentence(segment.text[start:end], segment.lang, found, targets)
            for (start, end), found in suggestion.sentences
            if (start, end) != whole
        ),
        proposal=_proposal(suggestion.proposal, segment.text, segment.lang),
        coverage=int(100 * suggestion.proposal.coverage) if suggestion.proposal else 0,
        automatic=bool(best and best.automatic),
    )


def _sentence(text: str, lang: Lang, found: Sequence[Match], targets: Sequence[Lang]) -> SentenceView:
    matches = tuple(_match(match, text, lang, targets) for match in found)
    return SentenceView(matches[0].redline if matches else plain(lang, text), matches)


def _match(match: Match, query: str, lang: Lang, targets: Sequence[Lang]) -> MatchView:
    contained = match.kind is MatchKind.CONTAINED
    unit, document = match.unit, match.unit.document
    present = tuple(variant.lang for variant in match.targets)
    return MatchView(
        score=match.score,
        kind=_KIND_WORDS[match.kind],
        tone=_tone(match),
        redline=TextView(lang, redline(match, query, lang)),
        stored=TextView(match.source.lang, spanned(match.source.text, match.source_span)) if contained else None,
        targets=tuple(
            TextView(variant.lang, answering(variant.text, found))
            for variant, found in zip(match.targets, match.answers, strict=True)
        ),
        repaired=tuple(TextView(r.lang, repaired(r)) for r in match.repairs if r is not None),
        missing=tuple(lang for lang in targets if not any(lang.covers(other) for other in present)),
        flags=tuple(map(_flag, match.flags)),
        reasons=_reasons(match),
        symbol=document.key,
        place=_place(unit.path),
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
        tone=CONTAINED if contained else _score_tone(piece.score),
        origin=_origin(piece.unit),
        flags=tuple(map(_flag, piece.flags)),
        reasons=tuple(map(_penalty, piece.penalties)),
    )


def _origin(unit: TranslationUnit) -> str:
    return " ".join(part for part in (unit.document.key, _place(unit.path)) if part)


def _place(path: Sequence[str]) -> str:
    """A numbering path in words.

    >>> _place(("II", "A", "1", "e"))
    'II.A, para. 1 (e)'
    """
    sections = [part for part in path if not part[:1].isdecimal() and part == part.upper()]
    rest = [f"para. {part}" if part[:1].isdecimal() else f"({part})" for part in path if part not in sections]
    return ", ".join(part for part in (".".join(sections), " ".join(rest)) if part)


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
        BandView(name, _band_words(name), _band_tone(name), segments, words, characters, 100 * words / total)
        for name, segments, words, characters in rows
    )


def _band_of(suggestion: Suggestion, bands: Sequence[BandView], seen: set[str]) -> str:
    """The band a segment is counted in: a repetition inside the draft, else by its best match of the whole segment."""
    text = suggestion.segment.text
    repeated = text in seen and any(band.name == REPETITION for band in bands)
    seen.add(text)
    if repeated:
        return REPETITION
    score = next((match.score for match in suggestion.matches if match.kind is not MatchKind.CONTAINED), None)
    if score is None:
        return CONTAINED if suggestion.matches else NEW
    for band in bands:
        low, high = _band_range(band.name)
        if low <= score <= high:
            return band.name
    return NEW


def _band_range(name: str) -> tuple[int, int]:
    """Lowest and highest score of a band, by its name; an empty range for bands that are none."""
    match = _BAND_RANGE.match(name)
    return (int(match.group(1)), int(match.group(2) or match.group(1))) if match else (1, 0)


def _band_words(name: str) -> str:
    return {"102": "102 in context", "101": "101 in context", "100": "100 exact"}.get(name, name)


def _band_tone(name: str) -> str:
    low, high = _band_range(name)
    return _score_tone(low) if low <= high else name


def _tone(match: Match) -> str:
    return CONTAINED if match.kind is MatchKind.CONTAINED else _score_tone(match.score)


def _score_tone(score: int) -> str:
    """Name of the colour of a score; the lowest score of each band begins a colour."""
    tones = ((101, "context"), (100, "exact"), (95, "high"), (85, "good"), (75, "fair"))
    return next((tone for least, tone in tones if score >= least), "low")
