"""A referencing report in words: what every file of it shows, row by row."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tm import inline
from tm.formats.redline import Piece, TextView, answering, plain, redline, spanned
from tm.lang import Lang
from tm.model import Document, Flag, Match, TranslationUnit
from tm.numbering import in_words, range_in_words

if TYPE_CHECKING:
    from tm.quotations import Quotation
    from tm.references import Citation, Passage, Reference, ReferenceReport, Run

#: Further documents with the same passage that are named; the others are counted.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Official:
    """A passage of an earlier document, as shown."""

    #: Symbol and paragraph: ``A/RES/70/1, para. 5``.
    place: str
    #: Status of the document, with what limits it: ``adopted``, ``final, superseded``.
    status: str
    date: datetime.date | None
    superseded: bool
    #: The wording in the draft's language, the passage marked where it is a part.
    source: TextView
    #: The wording in each language asked for, the passage marked where its place is known.
    targets: tuple[TextView, ...]
    #: Languages asked for that it lacks.
    missing: tuple[Lang, ...]
    #: Whether a person has reviewed the alignment, or how sure it is: ``reviewed``, ``alignment 93 %``, "".
    trust: str


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A passage and the earlier document it stands in."""

    #: ``identical``, ``changed`` or ``in part``.
    kind: str
    score: int
    #: The draft's passage with what the earlier text has instead.
    redline: TextView
    official: Official
    #: Changes of meaning, in words.
    warnings: tuple[str, ...]
    #: Where else the passage stands, or "".
    others: str


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A segment of the draft with what it refers to."""

    number: int
    place: str
    text: TextView
    references: tuple[ReferenceRow, ...]
    #: Share of its words that stand in earlier documents, in percent.
    covered: int
    #: What stands in none of them.
    new: tuple[TextView, ...]
    heading: bool


@dataclass(frozen=True, slots=True)
class RunRow:
    """Segments in succession that follow one document."""

    draft: str
    source: str
    status: str
    superseded: bool
    segments: int
    identical: int


@dataclass(frozen=True, slots=True)
class QuotationRow:
    """A quotation and the official text."""

    number: int
    place: str
    kind: str
    #: The symbol of the document named, or "".
    cited: str
    #: ``verbatim``, ``differs`` or ``not found``, and where the text stands instead of the document named.
    verdict: str
    #: ``good``, ``bad`` or ``none``.
    tone: str
    #: The quotation with what the official text has instead.
    redline: TextView
    #: In what it differs, beside the words shown.
    reasons: str
    official: Official | None


@dataclass(frozen=True, slots=True)
class CitationRow:
    """A document the draft cites."""

    symbol: str
    #: Numbers of the segments that cite it.
    segments: str
    held: bool
    status: str
    title: str


def runs(report: "ReferenceReport") -> Iterator[RunRow]:
    """Rows of the segments that follow a document."""
    for run in report.runs:
        yield RunRow(
            draft=_draft_range(report, run),
            source=f"{run.document.key or 'no document'}, {_unit_range(run.units)}",
            status=_status(run.document),
            superseded=run.document.superseded,
            segments=run.last - run.first + 1,
            identical=run.identical,
        )


def _draft_range(report: "ReferenceReport", run: "Run") -> str:
    first, last = (report.passages[number].segment.path for number in (run.first, run.last))
    numbers = f"segment {run.first + 1}" if run.first == run.last else f"segments {run.first + 1}–{run.last + 1}"
    return f"{range_in_words(first, last)} ({numbers})" if first and last else numbers


def _unit_range(units: Sequence[TranslationUnit]) -> str:
    first, last = units[0], units[-1]
    if first.path and last.path:
        return range_in_words(first.path, last.path)
    if first is last or first.path or last.path:
        ends = dict.fromkeys(in_words(unit.path) or _position(unit) for unit in (first, last))
        return " – ".join(ends)
    return f"passages {first.position + 1}–{last.position + 1}"


def _position(unit: TranslationUnit) -> str:
    return f"passage {unit.position + 1}"


def passages(report: "ReferenceReport") -> Iterator[PassageRow]:
    """Rows of the draft's segments, in order."""
    for number, passage in enumerate(report.passages, start=1):
        segment = passage.segment
        yield PassageRow(
            number=number,
            place=in_words(segment.path),
            text=plain(segment.lang, segment.text, segment.markup),
            references=tuple(_reference(passage, reference, report.targets) for reference in passage.references),
            covered=int(100 * passage.covered / passage.words) if passage.words else 0,
            new=tuple(plain(segment.lang, segment.text[slice(*span)]) for span in passage.new),
            heading=segment.kind.value in {"title", "heading"},
        )


def _reference(passage: "Passage", reference: "Reference", targets: Sequence[Lang]) -> ReferenceRow:
    segment, match = passage.segment, reference.match
    whole = passage.whole is reference
    if match.query_span is not None:
        shown: tuple[Piece, ...] = spanned(segment.text, reference.span, segment.markup)
    else:
        markup = inline.cut(segment.text, segment.markup, *reference.span)
        shown = redline(match, segment.text[slice(*reference.span)], segment.lang, markup)
    return ReferenceRow(
        kind="identical" if whole and reference.identical else "changed" if whole else "in part",
        score=match.score,
        redline=TextView(segment.lang, shown),
        official=official(match, targets),
        warnings=tuple(map(warning, match.flags)),
        others=_others(reference.others),
    )


def official(match: Match, targets: Sequence[Lang]) -> Official:
    """The earlier text that a match found, in words."""
    unit = match.unit
    part = match.source_span if match.source_span != (0, len(match.source.text)) else None
    present = [variant.lang for variant in match.targets]
    confidence = unit.confidence
    return Official(
        place=place(unit),
        status=_status(unit.document),
        date=unit.document.date,
        superseded=unit.document.superseded,
        source=TextView(match.source.lang, spanned(match.source.text, part, match.source.markup)),
        targets=tuple(
            TextView(variant.lang, answering(variant.text, answer, variant.markup))
            for variant, answer in zip(match.targets, match.answers, strict=True)
        ),
        missing=tuple(lang for lang in targets if not any(lang.covers(other) for other in present)),
        trust="reviewed" if unit.review.value == "reviewed" else _sure(confidence),
    )


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else f"alignment {int(100 * confidence)} %"


def place(unit: TranslationUnit) -> str:
    """Symbol and paragraph of a unit: ``A/RES/70/1, para. 5``; the count of its passage where it has no number."""
    key = unit.document.key or "no document"
    return f"{key}, {in_words(unit.path) or _position(unit)}"


def _status(document: Document) -> str:
    marks = ("superseded" if document.superseded else "", "corrected" if document.corrected else "")
    return ", ".join((document.status.label, *(mark for mark in marks if mark)))


def _others(units: Sequence[TranslationUnit]) -> str:
    named = "; ".join(f"{place(unit)} ({_status(unit.document)})" for unit in units[:_NAMED])
    return f"{named}; and {len(units) - _NAMED} more documents" if len(units) > _NAMED else named


def warning(flag: Flag) -> str:
    """A change of meaning in words: ``negation: only in the draft “not”``."""
    parts = []
    if flag.query:
        only = "" if flag.stored else "only "
        parts.append(f"{only}in the draft " + ", ".join(f"“{word}”" for word in flag.query))
    if flag.stored:
        only = "" if flag.query else "only "
        parts.append(f"{only}in the earlier text " + ", ".join(f"“{word}”" for word in flag.stored))
    said = f"{flag.name}: {', '.join(parts)}" if parts else flag.name
    return f"the meaning may be reversed, {said}" if flag.reverses else said


def quotations(report: "ReferenceReport") -> Iterator[QuotationRow]:
    """Rows of the draft's quotations, in order."""
    for quotation in report.quotations:
        segment = report.passages[quotation.segment].segment
        match = quotation.official
        shown = redline(match, quotation.text, segment.lang) if match else (Piece("same", quotation.text),)
        yield QuotationRow(
            number=quotation.segment + 1,
            place=in_words(segment.path),
            kind=quotation.kind.value,
            cited=quotation.symbols[0] if quotation.symbols else "",
            verdict=_verdict(quotation),
            tone={"verbatim": "good", "differs": "bad", "not found": "none"}[quotation.verdict.value],
            redline=TextView(segment.lang, shown),
            reasons=", ".join(quotation.reasons),
            official=official(match, report.targets) if match else None,
        )


def _verdict(quotation: "Quotation") -> str:
    return f"{quotation.verdict.value}, not in the document named" if quotation.elsewhere else quotation.verdict.value


def citations(report: "ReferenceReport") -> Iterator[CitationRow]:
    """Rows of the documents cited, in the order of their first mention."""
    for citation in report.citations:
        document = citation.document
        yield CitationRow(
            symbol=citation.symbol,
            segments=_numbers(citation),
            held=document is not None,
            status=_status(document) if document else "not in the memory",
            title=document.title if document else "",
        )


def _numbers(citation: "Citation") -> str:
    return ", ".join(str(number + 1) for number in citation.segments)
