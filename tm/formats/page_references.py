"""A referencing report as one self-contained web page."""

from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats import page, reference_rows
from tm.formats.about import About

if TYPE_CHECKING:
    from tm.references import ReferenceReport


def write_references(
    path: Path,
    report: "ReferenceReport",
    about: About,
) -> None:
    """Write the page: documents, runs, quotations, documents cited, passages.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    page.write(
        path,
        "references.html",
        about,
        report=report,
        runs=list(reference_rows.runs(report)),
        passages=list(reference_rows.passages(report)),
        quotations=list(reference_rows.quotations(report)),
        citations=list(reference_rows.citations(report)),
        score_tone=page.score_tone,
    )
