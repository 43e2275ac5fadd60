"""Tables in a spreadsheet: frozen heads, filters, texts in the direction and font of their language, no formulas."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from unicodedata import east_asian_width

from tm.formats.fonts import COLOURS, LATIN, font
from tm.formats.output import replacing
from tm.formats.redline import TextView
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT
from tm.inline import Form
from tm.lang import Lang

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.cell.rich_text import CellRichText
    from openpyxl.worksheet.worksheet import Worksheet

#: What a cell holds; a ``TextView`` is shown in its language, with what differs marked.
Value = str | int | float | datetime.date | TextView | None
#: Most characters that a cell can hold (Excel specifications and limits), and what is written when it would be more.
_LONGEST = 32_767
_CUT = " […cut: the text has {:,} characters]"
_ALIGNED: tuple[tuple[Form, Literal["superscript", "subscript"]], ...] = (
    (Form.SUPERSCRIPT, "superscript"), (Form.SUBSCRIPT, "subscript"),
)  # fmt: skip
#: Characters of a sheet's name (Excel specifications and limits).
_SHEET_NAME = 31
#: What makes a spreadsheet take a cell for a formula when it is typed.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Height of a line in points, and the highest row (Excel specifications and limits).
_LINE_HEIGHT, _HIGHEST = 15.0, 409.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    #: Width in characters.
    width: int
    #: Number format as spreadsheets write them: ``#,##0``, ``0%``; "" for text.
    number: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]


def write(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write a workbook with these sheets in order.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    from openpyxl import Workbook

    book = Workbook()
    for old in book.worksheets:
        book.remove(old)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title[:_SHEET_NAME]), sheet)
    with replacing(path) as out:
        book.save(out)


def _fill(page: "Worksheet", sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for number, column in enumerate(sheet.columns, start=1):
        as_head(page.cell(1, number, column.title))
        page.column_dimensions[get_column_letter(number)].width = column.width
    for row, values in enumerate(sheet.rows, start=2):
        for number, (column, value) in enumerate(zip(sheet.columns, values, strict=True), start=1):
            _write(page, row, number, column, value)
        page.row_dimensions[row].height = _height(sheet.columns, values)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write(page: "Worksheet", row: int, number: int, column: Column, value: Value) -> None:
    from openpyxl.styles import Alignment, Font

    if value is None or value == "":
        return
    cell = page.cell(row, number)
    if isinstance(value, (int, float, datetime.date)):
        cell.value = value
        cell.number_format = column.number
        cell.font = Font(name=LATIN)
        cell.alignment = Alignment(vertical="top")
        return
    lang = value.lang if isinstance(value, TextView) else None
    if isinstance(value, TextView) and any(piece.kind != "same" or piece.marks for piece in value.pieces):
        cell.value = _rich(value)
    else:
        cell.value = _held(value if isinstance(value, str) else "".join(piece.text for piece in value.pieces))
        # Whatever it begins with it is text: "=1+1" in a draft is no formula.
        cell.data_type = "s"
    as_text(cell, lang)


def as_head(cell: "Cell | MergedCell") -> None:
    """Give a cell the look of a column's title."""
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(name=LATIN, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", start_color="1C5A9C")
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def as_text(cell: "Cell | MergedCell", lang: Lang | None) -> None:
    """Give a cell with a text the direction and font of its language; it stays a text when it is edited."""
    from openpyxl.styles import Alignment, Font

    cell.quotePrefix = str(cell.value).startswith(_FORMULA)
    cell.font = Font(name=font(lang))
    rtl = lang is not None and lang.rtl
    cell.alignment = Alignment(
        vertical="top", wrap_text=True, horizontal="right" if rtl else "left", readingOrder=2 if rtl else 1
    )


def _rich(view: TextView) -> "CellRichText":
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles.colors import Color

    blocks = []
    text = _held("".join(piece.text for piece in view.pieces))
    done = 0
    for piece in view.pieces:
        held = text[done : done + len(piece.text)]
        done += len(piece.text)
        style = InlineFont(
            rFont=font(view.lang),
            color=Color(rgb=f"FF{COLOURS[piece.kind]}") if piece.kind in COLOURS else None,
            strike=piece.kind == "del" or None,
            u="single" if piece.kind == "ins" or piece.link or piece.has(Form.UNDERLINE) else None,
            b=piece.kind == "mark" or piece.has(Form.BOLD) or None,
            i=piece.has(Form.ITALIC) or None,
            vertAlign=next((align for form, align in _ALIGNED if piece.has(form)), None),
        )
        if held:
            blocks.append(TextBlock(style, held))
    if done < len(text):
        blocks.append(TextBlock(InlineFont(rFont=font(view.lang)), text[done:]))
    return CellRichText(blocks)


def _held(text: str) -> str:
    """The text as a cell can hold it; where it is cut, it says so."""
    text = ILLEGAL.sub(REPLACEMENT, text)
    if _units(text) <= _LONGEST:
        return text
    note = _CUT.format(len(text))
    room = _LONGEST - len(note)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + note


def _units(text: str) -> int:
    """Length in the units that spreadsheets count, 16 bits each."""
    return len(text.encode("utf-16-le")) // 2


def _height(columns: Sequence[Column], values: Sequence[Value]) -> float:
    """Height of a row in points, from how many lines its longest text takes."""
    lines = 1
    for column, value in zip(columns, values, strict=True):
        if isinstance(value, (str, TextView)):
            text = value if isinstance(value, str) else "".join(piece.text for piece in value.pieces)
            wide = sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
            lines = max(lines, -(-wide // column.width) + text.count("\n"))
    return min(_HIGHEST, lines * _LINE_HEIGHT)
