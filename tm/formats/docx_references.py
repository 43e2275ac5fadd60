"""Reports on a draft as word-processor documents: headings, tables whose heads repeat, texts in their direction."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats import reference_rows
from tm.formats.about import About
from tm.formats.docx_parts import Lines, add_section, blank, legal, say
from tm.formats.output import replacing
from tm.formats.redline import Piece, TextView
from tm.formats.reference_rows import Official, PassageRow, QuotationRow, ReferenceRow

if TYPE_CHECKING:
    from tm.references import ReferenceReport


def write_references(
    path: Path,
    report: "ReferenceReport",
    about: About,
) -> None:
    """Write the report: documents, runs, quotations, documents cited, passages, a table under a heading each.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    document = blank(f"References of {about.title}", about.created)
    document.add_heading(legal(f"References of {about.title}"), level=0)
    say(document.add_paragraph(), str(about))
    say(
        document.add_paragraph(),
        f"{len(report.passages):,} segments, {report.words:,} words; {report.covered:.0%} stand in earlier documents. "
        "Underlined: only in the draft. Struck out: only in the earlier text. Bold: the passage that answers.",
    )
    add_section(
        document, "Documents", ("Document", "Status", "Date", "Segments", "Words", "Share"), (8, 3, 2.5, 2.3, 2.3, 2),
        list(_documents(report)), "No passage stands in an earlier document.",
    )  # fmt: skip
    add_section(
        document, "Passages in succession", ("Draft", "Source", "Status", "Segments", "Identical"),
        (8, 9, 3.5, 2.3, 2.3), list(_runs(report)), "No passage stands whole in an earlier document.",
    )  # fmt: skip
    add_section(
        document, "Quotations", ("No.", "Quotation", "Verdict", "Official text", "In the target languages"),
        (1.2, 7, 3, 7, 7.8), [_quotation(row) for row in reference_rows.quotations(report)],
        "The draft has no quotation of four words (six Chinese characters) or more.",
    )  # fmt: skip
    add_section(
        document, "Documents cited", ("Symbol", "In the about.memory", "Title", "Segments"), (6, 4, 11, 4),
        list(_citations(report)), "The draft cites no document.",
    )  # fmt: skip
    add_section(
        document, "Passages", ("No.", "Draft, with what has changed", "Source", "In the target languages"),
        (1.6, 9.6, 5, 9.8), [_passage(row) for row in reference_rows.passages(report)], "The draft has no segments.",
    )  # fmt: skip
    with replacing(path) as out:
        document.save(out)


# --- rows -----------------------------------------------------------------------------------------------------------


def _documents(report: "ReferenceReport") -> Iterator[Sequence[Lines]]:
    for row in report.borrowings:
        document = row.document
        status = document.status.label + (", superseded" if document.superseded else "")
        date = document.date.isoformat() if document.date else ""
        name = [document.key or "no document", *([document.title] if document.title else [])]
        yield name, [status], [date], [f"{row.segments:,}"], [f"{row.words:,}"], [f"{row.share:.0%}"]


def _runs(report: "ReferenceReport") -> Iterator[Sequence[Lines]]:
    for row in reference_rows.runs(report):
        yield [row.draft], [row.source], [row.status], [f"{row.segments:,}"], [f"{row.identical:,}"]


def _citations(report: "ReferenceReport") -> Iterator[Sequence[Lines]]:
    for row in reference_rows.citations(report):
        yield [row.symbol], [row.status], [row.title], [row.segments]


def _quotation(row: QuotationRow) -> Sequence[Lines]:
    said = [row.kind, *([row.place] if row.place else []), *([f"names {row.cited}"] if row.cited else [])]
    verdict = [row.verdict, *([row.reasons] if row.reasons else [])]
    official = [*_about(row.official), row.official.source] if row.official else []
    return [str(row.number)], [row.redline, ", ".join(said)], verdict, official, _wording([row.official])


def _passage(row: PassageRow) -> Sequence[Lines]:
    draft: list[str | TextView] = [row.place] if row.place else []
    if not row.references or row.references[0].kind == "in part":
        draft.append(row.text)
    source: list[str | TextView] = []
    for reference in row.references:
        draft += [reference.redline, *reference.warnings]
        source += [_kind(reference), *_about(reference.official)]
        source += [f"also in {reference.others}"] if reference.others else []
    if row.references:
        draft += [_new(view) for view in row.new]
    return [str(row.number)], draft, source or ["new"], _wording([one.official for one in row.references])


def _kind(reference: ReferenceRow) -> str:
    return reference.kind if reference.kind == "identical" else f"{reference.kind}, {reference.score}"


def _new(view: TextView) -> TextView:
    return TextView(view.lang, (Piece("ins", "".join(piece.text for piece in view.pieces)),))


def _about(official: Official) -> list[str | TextView]:
    date = official.date.isoformat() if official.date else ""
    return [official.place, ", ".join(part for part in (official.status, date, official.trust) if part)]


def _wording(found: Iterable[Official | None]) -> Lines:
    lines: list[str | TextView] = []
    for official in found:
        if official:
            lines += official.targets
            lines += [f"{lang.name}: no text in the memory" for lang in official.missing]
    return lines
