"""Tables with commas between their values, in UTF-8 with a byte order mark, as spreadsheets read them."""

import csv
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats.output import replacing

if TYPE_CHECKING:
    from tm.leverage import Leverage

_LEVERAGE = (
    "table", "name", "status", "date", "segments", "words", "characters", "share", "weight", "weighted words",
    "identical words", "words not in those above",
)  # fmt: skip
#: What makes a spreadsheet take a cell for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_leverage(path: Path, summary: "Leverage", **_: object) -> None:
    """Write one row a band, then one row a document borrowed from; the first column says which it is.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    _write(path, _LEVERAGE, [*_bands(summary), *_documents(summary)])


def _bands(summary: "Leverage") -> Iterator[tuple[object, ...]]:
    for row in summary.bands:
        share = round(row.words / summary.words, 4) if summary.words else 0
        yield (
            "band", row.band, "", "", row.segments, row.words, row.characters, share, row.weight,
            round(row.weighted_words, 1), "", "",
        )  # fmt: skip


def _documents(summary: "Leverage") -> Iterator[tuple[object, ...]]:
    for row in summary.borrowings:
        document = row.document
        status = document.status.label + (", superseded" if document.superseded else "")
        yield (
            "document", document.key or "no document", status, document.date or "", row.segments, row.words, "",
            round(row.share, 4), "", "", row.identical, row.added,
        )  # fmt: skip


def _write(path: Path, head: Iterable[str], rows: Iterable[tuple[object, ...]]) -> None:
    with replacing(path) as out:
        # A lone surrogate, as in names of files, has no UTF-8 form.
        text = TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="")
        writer = csv.writer(text)
        writer.writerow(head)
        writer.writerows([_safe(value) for value in row] for row in rows)
        text.detach()


def _safe(value: object) -> object:
    """Text that no spreadsheet takes for a formula: an apostrophe before it says that it is text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
