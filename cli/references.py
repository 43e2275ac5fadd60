"""A referencing report on a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.show import PIECES
from tm.formats import reference_rows
from tm.formats.redline import TextView
from tm.formats.reference_rows import QuotationRow
from tm.references import ReferenceReport

_VERDICTS = {"good": "green", "bad": "bold red", "none": "yellow"}


def show_references(console: Console, report: ReferenceReport) -> None:
    """Passages in succession, parts, quotations and documents cited."""
    runs = Table(title=f"Passages: {report.covered:.0%} of {report.words:,} words stand in earlier documents", box=None)
    for name in ("draft", "source", "status"):
        runs.add_column(name, overflow="fold")
    for name in ("segments", "identical"):
        runs.add_column(name, justify="right")
    for run in reference_rows.runs(report):
        style = "red" if run.superseded else ""
        cells = Text(run.draft), Text(run.source), Text(run.status, style=style)
        runs.add_row(*cells, f"{run.segments:,}", f"{run.identical:,}")
    console.print(runs)
    _show_parts(console, report)
    quotations = list(reference_rows.quotations(report))
    console.print(Text(f"Quotations: {len(quotations)}", style="bold"))
    for quotation in quotations:
        _show_quotation(console, quotation)
    cited = Table(title="Documents cited", box=None)
    for name in ("document", "in the memory", "segments"):
        cited.add_column(name, overflow="fold")
    for citation in reference_rows.citations(report):
        status = Text(citation.status, style="" if citation.held else "yellow")
        cited.add_row(Text(citation.symbol), status, citation.segments)
    console.print(cited)


def _show_parts(console: Console, report: ReferenceReport) -> None:
    """The segments of which only parts stand in earlier documents."""
    for row in reference_rows.passages(report):
        parts = [reference for reference in row.references if reference.kind == "in part"]
        if parts:
            console.print(Text(f"segment {row.number} {row.place}", style="bold"))
        for part in parts:
            console.print(Padding(Text(f"{part.official.place}  {part.official.status}", style="dim"), (0, 0, 0, 2)))
            console.print(Padding(_text(part.redline), (0, 0, 0, 4)))


def _show_quotation(console: Console, row: QuotationRow) -> None:
    head = Text(f"  segment {row.number}  {row.kind}  ", style="dim")
    head.append(row.verdict, style=_VERDICTS[row.tone])
    if row.cited:
        head.append(f"  names {row.cited}", style="dim")
    if row.official:
        head.append(f"  {row.official.place}, {row.official.status}", style="dim")
    console.print(head)
    console.print(Padding(_text(row.redline), (0, 0, 0, 4)))
    for target in row.official.targets if row.official else ():
        line = Text(f"{target.lang}  ", style="dim").append_text(_text(target))
        console.print(Padding(line, (0, 0, 0, 4)))


def _text(view: TextView) -> Text:
    return Text.assemble(*((piece.text, PIECES[piece.kind]) for piece in view.pieces))
