"""Glossaries in spreadsheets: a row a concept, each term in the direction and font of its language."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, cast

from tm.concept import Concept, Detail
from tm.errors import InputError, Problem, Remark
from tm.formats import term_table
from tm.formats.output import replacing
from tm.formats.term_columns import RECORD_TITLE, Head
from tm.formats.unit_sheet import cell_text, copy_timeless, held_text, opened_book, require_room
from tm.formats.workbook import as_head, as_text
from tm.lang import Lang

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_SHEET = "Glossary"
#: Widths of columns in characters.
_TERM_WIDTH, _WIDTH = 36, 18


def read_concepts(path: Path, langs: Sequence[Lang] = ()) -> Iterator[Concept | Problem]:
    """The concepts of all sheets that are glossaries; sheets that are none are told.

    ``langs`` are as for tables in text files.

    Raises:
        InputError: the file is no workbook, or no sheet of it says which columns hold terms of which languages.
    """
    refused: dict[str, InputError] = {}
    read = 0
    with opened_book(path) as book:
        for page in book.worksheets:
            cells = ([cell_text(value) for value in row] for row in page.iter_rows(values_only=True))
            rows = ((line, row) for line, row in enumerate(cells, start=1) if any(cell.strip() for cell in row))
            name = f"{path.name}, {page.title}"
            line, first = next(rows, (0, None))
            if first is None:
                continue
            try:
                Head.of(first, langs, name, 1)
            except InputError as error:
                refused[page.title] = error
                continue
            read += 1
            yield from term_table.concepts(chain([(line, first)], rows), langs, name)
    if not read:
        empty = InputError("the workbook has no sheet with text in it", path=path.name, hint="check the file")
        raise next(iter(refused.values()), empty)
    yield from (Remark(f"left out: the sheet {title}, whose columns name no language", path.name) for title in refused)


def write_concepts(
    path: Path, concepts: Iterable[Concept], about: Sequence[Detail] = (), langs: Sequence[Lang] = ()
) -> tuple[Problem, ...]:
    """Write concepts one a row, the languages given first; what was left out.

    Raises:
        InputError: the file cannot be written, or a sheet cannot hold it; it is then as it was before.
    """
    from openpyxl import Workbook

    with term_table.ConceptRows(concepts, langs) as spool:
        # A sheet once begun cannot be given up.
        require_room(spool.rows(), path, "concepts", ".csv or .tbx")
        book = Workbook(write_only=True)
        _fill(cast("Worksheet", book.create_sheet(_SHEET)), spool)
        with replacing(path) as out, TemporaryFile() as made:
            book.save(made)
            copy_timeless(made, out)
    return (Remark("left out: what the glossaries say of themselves", path.name),) if about else ()


def _fill(page: "Worksheet", spool: term_table.ConceptRows) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    by_tag = {lang.tag: lang for lang in spool.langs}
    titles = []
    for number, title in enumerate(spool.head, start=1):
        column = page.column_dimensions[get_column_letter(number)]
        column.width = _TERM_WIDTH if title.partition(" ")[0] in by_tag else _WIDTH
        column.hidden = title == RECORD_TITLE
        cell = WriteOnlyCell(page, title)
        as_head(cell)
        titles.append(cell)
    page.freeze_panes = "A2"
    page.append(titles)
    for row in spool.rows():
        page.append([_cell(page, row.get(title, ""), by_tag.get(title.partition(" ")[0])) for title in spool.head])
    page.auto_filter.ref = f"A1:{get_column_letter(len(spool.head))}{spool.count + 1}"


def _cell(page: "Worksheet", value: str, lang: Lang | None) -> "Cell | None":
    from openpyxl.cell import WriteOnlyCell

    if not value:
        return None
    cell = WriteOnlyCell(page, held_text(value))
    # Whatever it begins with it is text: "=1+1" is no formula.
    cell.data_type = "s"
    as_text(cell, lang)
    return cell
