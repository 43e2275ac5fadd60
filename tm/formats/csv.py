"""Tables with commas, semicolons or tabs between their values: units and glossaries in and out, reports on a draft.

They are written in UTF-8 with a byte order mark, as spreadsheets read them. What a spreadsheet would take for a formula
gets an apostrophe before it, which is taken off again when the table is read.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tm.concept import Concept, Detail
from tm.errors import Problem, Remark
from tm.formats import EVERYTHING, term_table, unit_table
from tm.formats.about import About
from tm.formats.output import replacing
from tm.formats.spool import Spool
from tm.formats.text_stream import opener
from tm.formats.unit_table import Head
from tm.lang import Lang
from tm.model import TranslationUnit

if TYPE_CHECKING:
    from tm.leverage import Leverage

_LEVERAGE = (
    "table", "name", "status", "date", "segments", "words", "characters", "share", "weight", "weighted words",
    "identical words", "words not in those above",
)  # fmt: skip
#: What makes a spreadsheet take a cell for a formula; apostrophes before it say that it is text.
_FORMULA = re.compile("'*[=+\\-@\t\r]")
#: Endings of the files whose values are separated by tabs.
_TABS = frozenset({".tsv", ".tab", ".txt", ".utf8"})
_SEPARATORS = ",;\t"
#: IATE separates the values of its glossaries by strokes.
_GLOSSARY_SEPARATORS = ",;\t|"
_UNQUOTED = frozenset({".txt", ".utf8"})


# --- units ----------------------------------------------------------------------------------------------------------

HOLDS = EVERYTHING
#: ``read_concepts`` takes the languages of columns that do not say them, ``write_concepts`` those that come first.
UNTITLED_COLUMNS = True
OPTIONS_OF_CONCEPTS = ("langs",)
#: ``write_units`` is told the source language, whose column comes first.
NAMES_SOURCE = True


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The units of a table whose first row names the columns, some of them after languages.

    Raises:
        InputError: the file cannot be read as text, or no column is named after a language.
    """
    return (value for _, value in numbered_units(path))


def numbered_units(path: Path) -> Iterator[tuple[int, TranslationUnit | Problem]]:
    """What ``read_units`` gives, each with the line on which its row begins.

    Raises:
        InputError: as ``read_units``.
    """
    found, remarks = numbered_rows(path)
    yield from ((0, Problem(remark, path.name)) for remark in remarks)
    line, first = next(((line, row) for line, row in found if any(cell.strip() for cell in row)), (1, []))
    heading = Head.of(first, path.name, line)
    cells = ((line, heading.cells(row)) for line, row in found)
    yield from unit_table.units(cells, heading, path.name)


def numbered_rows(
    path: Path, separators: str = _SEPARATORS, *, quoted: bool = True
) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """The rows of a table with the lines on which they begin, and remarks on what was guessed of its encoding.

    The separator is the one of those given that stands most often in the first line. In tables that are not ``quoted``
    a quotation mark is one like any other character.

    Raises:
        InputError: the file cannot be read as text.
    """
    opened, remarks = opener(path)
    # The longest cell is as long as the file, if a quotation mark is never closed; nothing may be cut.
    csv.field_size_limit(max(csv.field_size_limit(), path.stat().st_size))
    with opened() as lines:
        separator = _separator(next((line for line in lines if line.strip("\r\n")), ""), path, separators)
    return _rows(opened, separator, quoted=quoted), remarks


def _rows(opened: Callable[[], TextIO], separator: str, *, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    with opened() as lines:
        if quoted:
            table = csv.reader(lines, delimiter=separator)
        else:
            table = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
        for line, row in _numbered(table):
            yield line, [_bare(value) for value in row]


def _separator(titles: str, path: Path, separators: str) -> str:
    if path.suffix.lower() in _TABS:
        return "\t"
    outside = re.sub('"[^"]*"', "", titles)
    return max(separators, key=outside.count)


def _numbered(table: "Iterator[list[str]]") -> Iterator[tuple[int, list[str]]]:
    """The rows of a table with the lines on which they begin."""
    line = 1
    for row in table:
        yield line, row
        line = table.line_num + 1  # type: ignore[attr-defined]


def write_units(path: Path, units: Iterable[TranslationUnit], source: Lang | None = None) -> int:
    """Write units one a row, sentences after their paragraph; how many were written (paragraphs, if nested).

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    with Spool(units) as spool:
        names = unit_table.head(spool.langs(source), spool.parts)
        write_rows(path, names, ([row.get(name, "") for name in names] for row in spool.rows()))
        return spool.count


# --- glossaries -----------------------------------------------------------------------------------------------------


def read_concepts(path: Path, langs: Sequence[Lang] = ()) -> Iterator[Concept | Problem]:
    """The concepts of a glossary: a row each, or a row for each term where a column says its language.

    Args:
        path: the file.
        langs: languages of the columns in order, for tables that do not say them.

    Raises:
        InputError: the file cannot be read as text, or nobody says which columns hold terms of which languages.
    """
    # The glossaries of OmegaT know no quotation.
    rows, remarks = numbered_rows(path, _GLOSSARY_SEPARATORS, quoted=path.suffix.lower() not in _UNQUOTED)
    yield from (Remark(remark, path.name) for remark in remarks)
    yield from term_table.concepts(rows, langs, path.name)


def write_concepts(
    path: Path, concepts: Iterable[Concept], about: Sequence[Detail] = (), langs: Sequence[Lang] = ()
) -> tuple[Problem, ...]:
    """Write concepts one a row, the languages given first; what was left out.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    with term_table.ConceptRows(concepts, langs) as spool:
        head = spool.head
        write_rows(path, head, ([row.get(name, "") for name in head] for row in spool.rows()))
    return (Remark("left out: what the glossaries say of themselves", path.name),) if about else ()


# --- reports on a draft ---------------------------------------------------------------------------------------------


def write_leverage(path: Path, summary: "Leverage", about: About) -> None:
    """Write one row a band, then one row a document borrowed from; the first column says which it is.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    del about  # a table of rows alone has no place for it
    write_rows(path, _LEVERAGE, [*_bands(summary), *_documents(summary)])


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


# --- rows -----------------------------------------------------------------------------------------------------------


def write_rows(path: Path, head: Iterable[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; with tabs between the values when the file's ending says so.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    separator = "\t" if path.suffix.lower() in _TABS else ","
    with replacing(path) as out:
        # A lone surrogate, as in names of files, has no UTF-8 form.
        text = TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="")
        writer = csv.writer(text, delimiter=separator)
        writer.writerow(head)
        writer.writerows([_safe(value) for value in row] for row in rows)
        text.detach()


def _safe(value: object) -> object:
    """Text that no spreadsheet takes for a formula: an apostrophe before it says that it is text."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _bare(value: str) -> str:
    """The text without the apostrophe that ``_safe`` puts before it."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value
