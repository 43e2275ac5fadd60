"""What word-processor documents are made of: pages, tables whose heads repeat, texts in their direction and font."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tm.formats import fonts
from tm.formats.docx_formatting import link_begin, link_end, put_formatting
from tm.formats.redline import TextView, by_link
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT
from tm.lang import Lang

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run
    from lxml import etree  # type: ignore[import-untyped]

#: What a cell holds, a paragraph each: our own words, or a text in its language.
Lines = Sequence["str | TextView"]
#: Longer and shorter side of A4, margins, and a size of type that lets three columns stand side by side.
_LONG_CM, _SHORT_CM, _MARGIN_CM, _POINTS = 29.7, 21.0, 1.8, 9
#: Arabic type is small for its size.
_ARABIC_POINTS = 11
#: The language of our own words.
_OWN = Lang("en")
_HEAD_FILL = "1C5A9C"
SOFT, WARNED = "565C64", "A01820"


def blank(title: str, created: datetime, *, across: bool = True) -> "Document":
    """A document in our type without anything in it, laid across or upright."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(_LONG_CM if across else _SHORT_CM), Cm(_SHORT_CM if across else _LONG_CM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN_CM)
    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = fonts.LATIN
        faces = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(faces.attrib):
            if attribute.endswith("Theme"):
                del faces.attrib[attribute]
        faces.set(qn("w:hAnsi"), fonts.LATIN)
        faces.set(qn("w:eastAsia"), fonts.CHINESE)
        faces.set(qn("w:cs"), fonts.ARABIC)
    document.styles["Normal"].font.size = Pt(_POINTS)
    document.styles["Normal"].paragraph_format.space_after = Pt(2)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = legal(title), "untm", ""
    properties.created = properties.modified = created.replace(tzinfo=None)
    return document


def add_section(
    document: "Document", title: str, head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[Lines]],
    nothing: str,
) -> None:  # fmt: skip
    """A heading with a table under it, or with a line that says there is nothing."""
    document.add_heading(title, level=1)
    if rows:
        add_table(document, head, widths, rows)
    else:
        say(document.add_paragraph(), nothing)


def add_table(
    document: "Document", head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[Lines]]
) -> Any:
    """A table (python-docx's, which has no types) whose head repeats on each page, with widths in centimetres."""
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    table.autofit = False
    for cell, name in zip(table.rows[0].cells, head, strict=True):
        _shade(cell, _HEAD_FILL)
        say(cell.paragraphs[0], name, bold=True, colour="FFFFFF")
    switch_on(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    for values in rows:
        row = table.add_row()
        for cell, lines in zip(row.cells, values, strict=True):
            fill(cell, lines)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    return table


def fill(cell: "_Cell", lines: Lines) -> None:
    """Put lines into an empty cell, a paragraph each."""
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        if isinstance(line, TextView):
            write(paragraph, line)
        else:
            say(paragraph, line, colour=WARNED if "superseded" in line or "reversed" in line else "")


def say(paragraph: "Paragraph", words: str, *, bold: bool = False, colour: str = "") -> None:
    """Our own words, in English; they are no text of a language."""
    add_run(paragraph, words, _OWN, bold=bold, colour=colour)


def write(paragraph: "Paragraph", view: TextView) -> None:
    """A text in its language: direction, font, formatting, what differs marked."""
    if view.lang.rtl:
        switch_on(paragraph._p.get_or_add_pPr(), "w:bidi")
    for address, pieces in by_link(view.pieces):
        _extend(paragraph, link_begin(address))
        for piece in pieces:
            run = add_run(paragraph, piece.text, view.lang, bold=piece.kind == "mark")
            put_formatting(run._r.get_or_add_rPr(), piece)
            run.font.underline = run.font.underline or piece.kind == "ins" or None
            run.font.strike = piece.kind == "del" or None
        _extend(paragraph, link_end(address))


def _extend(paragraph: "Paragraph", runs: "Iterable[etree._Element]") -> None:
    """Put runs at the end of a paragraph as elements of its own library."""
    from docx.oxml import parse_xml
    from lxml import etree

    for run in runs:
        paragraph._p.append(parse_xml(etree.tostring(run)))


def add_run(paragraph: "Paragraph", words: str, lang: Lang, *, bold: bool = False, colour: str = "") -> "Run":
    """A run of text at the end of a paragraph, in the font and direction of its language."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(legal(words))
    run.bold = bold or None
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    properties = run._r.get_or_add_rPr()
    language = OxmlElement("w:lang")
    if lang.rtl:
        run.font.rtl = True
        run.font.cs_bold = bold or None
        run.font.size = Pt(_ARABIC_POINTS)
        size = OxmlElement("w:szCs")
        size.set(qn("w:val"), str(2 * _ARABIC_POINTS))
        properties.find(qn("w:sz")).addnext(size)
        properties.get_or_add_rFonts().set(qn("w:cs"), fonts.ARABIC)
        language.set(qn("w:bidi"), lang.tag)
    elif not lang.joiner:
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), fonts.CHINESE)
        language.set(qn("w:eastAsia"), lang.tag)
    else:
        language.set(qn("w:val"), lang.tag)
    properties.append(language)
    return run


def _shade(cell: "_Cell", fill: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def switch_on(properties: Any, name: str) -> None:
    """Set an on-off property of a paragraph or a row, once."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if properties.find(qn(name)) is None:
        properties.append(OxmlElement(name))


def legal(text: str) -> str:
    """The text as a file of XML can hold it."""
    return ILLEGAL.sub(REPLACEMENT, text)
