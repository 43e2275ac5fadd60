"""Units in a spreadsheet, to be looked through by a person and read back: what was changed in it is told.

People see the texts side by side, how far each pairing may be trusted, and a column for their verdict; the other
columns are hidden. A hidden sheet says what each row was when it was written, so that what a person has corrected
counts as reviewed and what was taken out is known.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from tm.errors import InputError, Problem
from tm.formats import reviewed_rows, unit_table
from tm.formats.archive import open_archive
from tm.formats.output import replacing
from tm.formats.package import COMPOUND, LIMITS
from tm.formats.reviewed_rows import Before, Reviewed, compared, corrected
from tm.formats.spool import Spool
from tm.formats.unit_table import (
    CONFIDENCE,
    INSIDE,
    KIND,
    LEVEL,
    NOTE,
    PLACE,
    REVIEW,
    ROW,
    SURE,
    TRUST,
    UNIT,
    Cells,
    Head,
)
from tm.formats.workbook import as_head, as_text
from tm.lang import Lang
from tm.model import Level, TranslationUnit, Trust, TrustLimits

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

#: Most rows of a sheet, and most characters of a cell (Excel specifications and limits).
_MOST_ROWS, _MOST_CHARACTERS = 1_048_576, 32_767
#: Columns that people look at before the texts and after them, with their widths in characters.
_BEFORE = {ROW: 7, TRUST: 12, SURE: 8, REVIEW: 13, PLACE: 14, KIND: 11}
_AFTER = {NOTE: 36}
_TEXT_WIDTH = 60
_LINE_HEIGHT, _HIGHEST = 15.0, 409.0
#: Colours of cells by trust, as hexadecimal RGB, chosen so that black text stays readable.
_TONES = {Trust.ACCEPTED: "DFF2E5", Trust.LOOK: "FBF1DB", Trust.DOUBTFUL: "FDECEB"}
#: Sheets of a workbook: the units, and what they were.
_SHEET, _BEFORE_SHEET = "Units", "untm"
_BEFORE_HEAD = (ROW, UNIT, "texts", REVIEW, NOTE)
#: Characters that a cell cannot hold are written as their number (ECMA-376, ST_Xstring), and what looks so as well.
_UNHELD = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_HELD = re.compile("_x([0-9A-Fa-f]{4})_")
#: When a workbook was made and changed, as its properties say.
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


# --- writing --------------------------------------------------------------------------------------------------------


def write_units(path: Path, units: Iterable[TranslationUnit], source: Lang | None = None) -> int:
    """Write units one a row, sentences after their paragraph; how many were written (paragraphs, if nested).

    Raises:
        InputError: the file cannot be written, or a sheet cannot hold it; it is then as it was before.
    """
    from openpyxl import Workbook

    with Spool(units) as spool:
        langs = spool.langs(source)
        # A sheet once begun cannot be given up.
        require_room(spool.rows(), path, "units", ".csv, .tmx or .jsonl")
        book = Workbook(write_only=True)
        page = cast("Worksheet", book.create_sheet(_SHEET))
        _fill(page, spool.rows(), langs, spool.parts)
        before = book.create_sheet(_BEFORE_SHEET)
        before.sheet_state = "veryHidden"
        before.append(_BEFORE_HEAD)
        for row in spool.rows():
            was = reviewed_rows.written(row, langs)
            before.append((row[ROW], *map(held_text, (was.uid, was.texts, was.review, was.note))))
        with replacing(path) as out, TemporaryFile() as made:
            book.save(made)
            copy_timeless(made, out)
        return spool.count


def copy_timeless(made: IO[bytes], out: IO[bytes]) -> None:
    """Copy a workbook without the moment of its making, so that equal units give equal files."""
    with ZipFile(made) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            new.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def _fill(page: "Worksheet", rows: Iterable[Cells], langs: Sequence[Lang], parts: set[str]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import Outline

    seen = (*_BEFORE, *(lang.tag for lang in langs), *_AFTER)
    hidden = [name for name in unit_table.head(langs, parts) if name not in seen]
    names = (*seen, *hidden)
    widths = {**_BEFORE, **{lang.tag: _TEXT_WIDTH for lang in langs}, **_AFTER}
    for number, name in enumerate(names, start=1):
        column = page.column_dimensions[get_column_letter(number)]
        column.width = widths.get(name, 12)
        column.hidden = name in hidden
    page.freeze_panes = f"{get_column_letter(len(_BEFORE) + 1)}2"
    page.sheet_properties.outlinePr = Outline(summaryBelow=False)
    titles = {lang.tag: f"{lang.name} ({lang})" if lang.name != lang.tag else lang.tag for lang in langs}
    page.append([_title(page, titles.get(name, name)) for name in names])
    by_tag = {lang.tag: lang for lang in langs}
    last = 1
    for last, row in enumerate(rows, start=2):
        inner = row.get(LEVEL) == Level.SENTENCE.value and INSIDE in row
        size = page.row_dimensions[last]
        size.height = _height(row, langs)
        size.outlineLevel, size.hidden = (1, True) if inner else (0, False)
        page.append([_cell(page, name, row, by_tag.get(name.partition(" ")[0])) for name in names])
    page.auto_filter.ref = f"A1:{get_column_letter(len(names))}{last}"
    verdicts = DataValidation("list", formula1='"reviewed,rejected"', allow_blank=True)
    verdicts.error = "reviewed, rejected, or nothing"
    letter = get_column_letter(seen.index(REVIEW) + 1)
    verdicts.add(f"{letter}2:{letter}{max(last, 2)}")
    page.data_validations.append(verdicts)


def _title(page: "Worksheet", title: str) -> "Cell":
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page, title)
    as_head(cell)
    return cell


def _cell(page: "Worksheet", name: str, row: Cells, lang: Lang | None) -> "Cell | None":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, PatternFill

    confidence = row.get(CONFIDENCE, "")
    if name == SURE and confidence:
        # Never shown as more than it is.
        cell = WriteOnlyCell(page, int(100 * float(confidence)) / 100)
        cell.number_format = "0%"
        cell.alignment = Alignment(vertical="top")
        return cell
    trust = TrustLimits().band(float(confidence)) if confidence else None
    value = (trust or "") if name == TRUST else row.get(name, "")
    if not value:
        return None
    cell = WriteOnlyCell(page, held_text(value))
    # Whatever it begins with it is text: "=1+1" in a draft is no formula.
    cell.data_type = "s"
    as_text(cell, lang)
    if name == TRUST and trust:
        cell.fill = PatternFill("solid", start_color=_TONES[trust])
    return cell


def held_text(value: str) -> str:
    """The text as a cell can hold it."""
    return _UNHELD.sub(lambda found: f"_x{ord(found[0]):04X}_", value)


def require_room(rows: Iterable[Cells], path: Path, things: str, others: str) -> None:
    """Refuse what a sheet cannot hold; ``things`` are what its rows are, ``others`` the endings that hold more.

    Raises:
        InputError: a text is longer than a cell, or there are more rows than in a sheet.
    """
    # The first row of a sheet has the titles.
    for number, row in enumerate(rows, start=1):
        if number >= _MOST_ROWS:
            what = f"a sheet holds no more than {_MOST_ROWS - 1:,} {things}"
            raise InputError(what, path=str(path), hint=f"write {others}, or choose fewer {things}")
        for name, value in row.items():
            if len(held_text(value).encode("utf-16-le", "surrogatepass")) // 2 > _MOST_CHARACTERS:
                what = f"the {name} of row {number} has {len(value):,} characters, a cell holds {_MOST_CHARACTERS:,}"
                raise InputError(what, path=str(path), hint=f"write {others}, which hold any length")


def _height(row: Cells, langs: Sequence[Lang]) -> float:
    """Height of a row in points, from how many lines its longest text takes."""
    lines = 1
    for lang in langs:
        text = row.get(lang.tag, "")
        wide = len(text) * (2 if lang.joiner == "" else 1)
        lines = max(lines, -(-wide // _TEXT_WIDTH) + text.count("\n"))
    return min(_HIGHEST, lines * _LINE_HEIGHT)


# --- reading --------------------------------------------------------------------------------------------------------


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The units of the first sheet that has languages for columns; those corrected since it was written are reviewed.

    Raises:
        InputError: the file is no workbook, or no sheet of it has a column named after a language.
    """
    return (value for _, value in numbered_units(path))


def numbered_units(path: Path) -> Iterator[tuple[int, TranslationUnit | Problem]]:
    """What ``read_units`` gives, each with its row, counted from 1.

    Raises:
        InputError: as ``read_units``.
    """
    with opened_book(path) as book:
        before = _before(book)
        heading, rows = _table(book, path)
        yield from corrected(heading, rows, before, path.name)


def read_reviewed(path: Path) -> Reviewed:
    """The units of a sheet, and what a person has done to them.

    Raises:
        InputError: as ``read_units``.
    """
    with opened_book(path) as book:
        heading, rows = _table(book, path)
        return compared(heading, list(rows), _before(book), path.name)


def _before(book: "Workbook") -> dict[str, Before]:
    """What each row was by its number; nothing for a workbook that was not written here."""
    if _BEFORE_SHEET not in book.sheetnames:
        return {}
    rows = ([cell_text(value) for value in row] for row in book[_BEFORE_SHEET].iter_rows(values_only=True))
    if tuple(next(rows, [])[: len(_BEFORE_HEAD)]) != _BEFORE_HEAD:
        return {}
    return {number: Before(uid, texts, review, note) for number, uid, texts, review, note, *_ in rows if number}


def _table(book: "Workbook", path: Path) -> tuple[Head, Iterator[tuple[int, Cells]]]:
    """The head and the rows of the first sheet that has languages for columns, each row with its line."""
    refused: InputError | None = None
    for page in book.worksheets:
        rows = enumerate(page.iter_rows(values_only=True), start=1)
        line, titles = next(((i, row) for i, row in rows if any(value is not None for value in row)), (1, ()))
        try:
            heading = Head.of([cell_text(value) for value in titles], f"{path.name}, {page.title}", line)
        except InputError as error:
            refused = refused or error
            continue
        return heading, ((i, heading.cells([cell_text(value) for value in row])) for i, row in rows)
    raise refused or InputError("the workbook has no sheet", path=path.name, hint="check the file")


def cell_text(value: Any) -> str:
    """What a cell holds, as text: numbers as they are typed, days without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        day_alone = value.time() == datetime.min.time()
        return value.date().isoformat() if day_alone else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return _HELD.sub(lambda found: chr(int(found[1], 16)), str(value))


@contextmanager
def opened_book(path: Path) -> Iterator["Workbook"]:
    """The workbook of a file.

    Raises:
        InputError: it cannot be read, is none, or is protected by a password.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    hint = "open it in a spreadsheet program and save it as .xlsx again, or as .csv"
    try:
        with path.open("rb") as stream:
            if stream.read(len(COMPOUND)) == COMPOUND:
                what = "this is a workbook of the old kind (.xls), or one with a password"
                raise InputError(what, path=path.name, hint="save it as .xlsx without a password")
            if not is_zipfile(stream):
                raise InputError("this is no workbook, or a torn one", path=path.name, hint=hint)
            stream.seek(0)
            # Its members are what they say, and no more than memory holds, before anything reads them.
            with open_archive(path, LIMITS), closing(load_workbook(stream, read_only=True, data_only=True)) as book:
                yield book
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=path.name, hint="check the name") from error
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, EOFError) as error:
        raise InputError(f"this is no workbook that can be read: {error}", path=path.name, hint=hint) from error
