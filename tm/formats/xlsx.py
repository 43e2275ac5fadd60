"""Spreadsheets: units to be looked through and read back, glossaries, and reports on a draft."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats import EVERYTHING, reference_rows, suggestion_rows, term_rows, workbook
from tm.formats.about import About
from tm.formats.redline import TextView, plain
from tm.formats.reference_rows import Official, PassageRow
from tm.formats.suggestion_rows import SuggestionRow
from tm.formats.term_sheet import read_concepts, write_concepts
from tm.formats.unit_sheet import numbered_units, read_reviewed, read_units, write_units
from tm.formats.workbook import Column, Sheet, Value
from tm.lang import Lang
from tm.numbering import in_words

if TYPE_CHECKING:
    from tm.coverage import Borrowing
    from tm.leverage import Leverage, SegmentCount
    from tm.model import Suggestion
    from tm.references import ReferenceReport
    from tm.terms import TermHit

__all__ = [
    "numbered_units",
    "read_concepts",
    "read_reviewed",
    "read_units",
    "write_concepts",
    "write_leverage",
    "write_references",
    "write_suggestions",
    "write_units",
]

HOLDS = EVERYTHING
#: ``read_concepts`` takes the languages of columns that do not say them, ``write_concepts`` those that come first.
UNTITLED_COLUMNS = True
OPTIONS_OF_CONCEPTS = ("langs",)
#: ``write_units`` is told the source language, whose column comes first.
NAMES_SOURCE = True
_COUNT, _SHARE = "#,##0", "0%"
_FACTS = (Column("Report", 28), Column("", 60))
_BANDS = (
    Column("Band", 18), Column("Segments", 12, _COUNT), Column("Words", 12, _COUNT), Column("Characters", 12, _COUNT),
    Column("Weight", 10, "0.00"), Column("Weighted words", 16, "#,##0.0"),
)  # fmt: skip
_DOCUMENTS = (
    Column("Document", 34), Column("Title", 50), Column("Status", 12), Column("Superseded", 12),
    Column("Date", 12, "yyyy-mm-dd"), Column("Segments", 12, _COUNT), Column("Words", 12, _COUNT),
    Column("Share", 9, _SHARE), Column("Identical words", 12, _COUNT), Column("Words not in those above", 14, _COUNT),
)  # fmt: skip
_SEGMENTS = (
    Column("No.", 7, "0"), Column("Place", 20), Column("Band", 18), Column("Score", 8, "0"), Column("Nearest", 34),
    Column("Words", 9, _COUNT), Column("Text", 90),
)  # fmt: skip
_RUNS = (
    Column("Draft", 44), Column("Source", 54), Column("Status", 20), Column("Segments", 10, _COUNT),
    Column("Identical", 10, _COUNT),
)  # fmt: skip
_CITATIONS = (Column("Symbol", 34), Column("In the memory", 20), Column("Title", 60), Column("Segments", 30))
_OFFICIAL = (Column("Source", 40), Column("Status", 20), Column("Date", 12, "yyyy-mm-dd"))
#: Width of a column of texts.
_TEXT = 60


def write_leverage(
    path: Path,
    summary: "Leverage",
    about: About,
) -> None:
    """Write the bands, the documents borrowed from and the segments, a sheet each.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    facts = (
        *_facts("Leverage", about),
        ("Words", f"{summary.words:,}"),
        ("Weighted words", f"{summary.weighted_words:,.1f}"),
        ("Stand in earlier documents", f"{summary.covered:.0%}"),
    )
    bands = [(b.band, b.segments, b.words, b.characters, b.weight, b.weighted_words) for b in summary.bands]
    segments = [_segment(number, one) for number, one in enumerate(summary.segments, start=1)]
    workbook.write(
        path,
        (
            Sheet("Bands", _BANDS, bands),
            Sheet("Documents", _DOCUMENTS, [_document(row) for row in summary.borrowings]),
            Sheet("Segments", _SEGMENTS, segments),
            Sheet("Report", _FACTS, facts),
        ),
    )


def write_references(
    path: Path,
    report: "ReferenceReport",
    about: About,
) -> None:
    """Write the passages, quotations, runs, documents cited and documents, a sheet each.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    facts = (
        *_facts("References", about),
        ("Words", f"{report.words:,}"),
        ("Stand in earlier documents", f"{report.covered:.0%}"),
        ("Underlined", "only in the draft"),
        ("Struck out", "only in the earlier text"),
        ("Bold", "the passage that answers"),
    )
    wordings = tuple(Column(target.name, _TEXT) for target in about.targets)
    passages = (
        Column("No.", 7, "0"), Column("Place", 20), Column("Draft", _TEXT), Column("Kind", 12), Column("Score", 8, "0"),
        *_OFFICIAL, Column("Earlier text", _TEXT), *wordings, Column("Warnings", 40), Column("New in the draft", 40),
        Column("Also in", 40),
    )  # fmt: skip
    quotations = (
        Column("No.", 7, "0"), Column("Place", 20), Column("Kind", 10), Column("Quotation", _TEXT),
        Column("Names", 24), Column("Verdict", 24), Column("Differs in", 20), *_OFFICIAL,
        Column("Official text", _TEXT), *wordings,
    )  # fmt: skip
    workbook.write(
        path,
        (
            Sheet("Passages", passages, [
                row for one in reference_rows.passages(report) for row in _passage(one, about.targets)
            ]),
            Sheet("Quotations", quotations, [
                (
                    row.number, row.place, row.kind, row.redline, row.cited, row.verdict, row.reasons,
                    *_official(row.official, about.targets),
                )
                for row in reference_rows.quotations(report)
            ]),
            Sheet("Runs", _RUNS, [
                (row.draft, row.source, row.status, row.segments, row.identical) for row in reference_rows.runs(report)
            ]),
            Sheet("Documents cited", _CITATIONS, [
                (row.symbol, row.status, row.title, row.segments) for row in reference_rows.citations(report)
            ]),
            Sheet("Documents", _DOCUMENTS, [_document(row) for row in report.borrowings]),
            Sheet("Report", _FACTS, facts),
        ),
    )  # fmt: skip


def write_suggestions(
    path: Path,
    suggestions: Sequence["Suggestion"],
    about: About,
    *,
    terms: Sequence[Sequence["TermHit"]] = (),
    **_said: object,
) -> None:
    """Write the draft with all that is offered for it, best first, one row an offer, and terms in each row.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    wordings = tuple(Column(target.name, _TEXT) for target in about.targets)
    columns = (
        Column("No.", 7, "0"), Column("Place", 20), Column("Draft", _TEXT), Column("Score", 8, "0"), Column("Kind", 13),
        *wordings, *_OFFICIAL, Column("Earlier text", _TEXT), Column("Warnings", 40), Column("Lost points", 36),
    )  # fmt: skip
    found = list(
        zip(suggestion_rows.rows(suggestions, about.targets), term_rows.of_each(terms, about.targets), strict=False)
    )
    one = about.targets[0] if len(about.targets) == 1 else None
    columns += (Column("Terms", 48),) if any(some for _, some in found) else ()
    facts = (
        *_facts("Suggestions", about),
        ("Underlined", "only in the draft"),
        ("Struck out", "only in the earlier text"),
        ("Bold", "the passage that answers"),
    )
    rows = [
        (*line, "\n".join(term_rows.lines(some, one)))[: len(columns)]
        for row, some in found
        for line in _offers(row, len(about.targets))
    ]
    workbook.write(path, (Sheet("Suggestions", columns, rows), Sheet("Report", _FACTS, facts)))


def _offers(row: SuggestionRow, targets: int) -> Iterator[tuple[Value, ...]]:
    """One row an offer, and one for a segment without any."""
    if not row.offers:
        yield row.number, row.place, row.text, None, "new", *[""] * (targets + 6)
    for offer in row.offers:
        official = offer.official
        place = official.place if official else "\n".join(offer.sources)
        yield (
            row.number, row.place, offer.redline, offer.score or None, offer.kind, *(t or "" for t in offer.texts),
            place, official.status if official else "", official.date if official else None,
            official.source if official else "", "\n".join(offer.warnings), "\n".join(offer.reasons),
        )  # fmt: skip


def _passage(row: PassageRow, targets: Sequence[Lang]) -> Iterator[tuple[Value, ...]]:
    """One row a reference, and one for a segment without any."""
    new = _joined(row.new)
    if not row.references:
        yield row.number, row.place, row.text, "new", None, *_official(None, targets), "", new, ""
    for reference in row.references:
        yield (
            row.number, row.place, reference.redline, reference.kind, reference.score,
            *_official(reference.official, targets), "\n".join(reference.warnings), new, reference.others,
        )  # fmt: skip


def _joined(views: Sequence[TextView]) -> Value:
    """Several texts of one language, a line each."""
    if not views:
        return ""
    return plain(views[0].lang, "\n".join(piece.text for view in views for piece in view.pieces))


def _official(found: Official | None, targets: Sequence[Lang]) -> tuple[Value, ...]:
    """Place, status, date, text, and the text in each target language."""
    if found is None:
        return ("",) * (4 + len(targets))
    wordings = [next((view for view in found.targets if target.covers(view.lang)), "") for target in targets]
    return found.place, found.status, found.date, found.source, *wordings


def _facts(kind: str, about: About) -> Iterator[tuple[str, str]]:
    yield "Kind", kind
    yield "Draft", about.title
    yield "From", f"{about.source.name} ({about.source})"
    yield "Into", ", ".join(f"{target.name} ({target})" for target in about.targets)
    yield "Memory", about.memory
    yield "Made", about.created.isoformat(" ", "minutes")


def _document(row: "Borrowing") -> tuple[Value, ...]:
    document = row.document
    return (
        document.key or "no document", document.title, document.status.label, "yes" if document.superseded else "",
        document.date, row.segments, row.words, row.share, row.identical, row.added,
    )  # fmt: skip


def _segment(number: int, one: "SegmentCount") -> tuple[Value, ...]:
    nearest = one.document.key if one.document else f"segment {one.earlier + 1}" if one.earlier is not None else ""
    segment = one.segment
    return (
        number, in_words(segment.path), one.band, one.score or None, nearest, one.words,
        plain(segment.lang, segment.text),
    )  # fmt: skip
