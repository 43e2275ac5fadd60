"""Reports on a draft as word-processor documents: headings, tables whose heads repeat, texts in their direction."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tm.formats import fonts, reference_rows
from tm.formats.output import replacing
from tm.formats.redline import Piece, TextView
from tm.formats.reference_rows import Official, PassageRow, QuotationRow, ReferenceRow
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT
from tm.lang import Lang

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

    from tm.references import ReferenceReport

#: What a cell holds, a paragraph each: our own words, or a text in its language.
Lines = Sequence["str | TextView"]
#: Page of A4 laid across, its margins, and a size of type that lets three columns stand side by side.
_WIDTH_CM, _HEIGHT_CM, _MARGIN_CM, _POINTS = 29.7, 21.0, 1.8, 9
#: Arabic type is small for its size.
_ARABIC_POINTS = 11
#: The language of our own words.
_OWN = Lang("en")
_HEAD_FILL = "1C5A9C"
_SOFT, _WARNED = "565C64", "A01820"


def write_references(
    path: Path,
    report: "ReferenceReport",
    *,
    source: Lang,
    targets: Sequence[Lang],
    title: str,
    memory: str,
    created: datetime,
) -> None:
    """Write the report: documents, runs, quotations, documents cited, passages, a table under a heading each.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    document = _blank(title, created)
    document.add_heading(_legal(f"References of {title}"), level=0)
    into = ", ".join(target.name for target in targets)
    _line(document.add_paragraph(), f"{source.name} into {into}. Memory: {memory}. {created:%d %B %Y, %H:%M %Z}.")
    _line(
        document.add_paragraph(),
        f"{len(report.passages):,} segments, {report.words:,} words; {report.covered:.0%} stand in earlier documents. "
        "Underlined: only in the draft. Struck out: only in the earlier text. Bold: the passage that answers.",
    )
    _section(
        document, "Documents", ("Document", "Status", "Date", "Segments", "Words", "Share"), (8, 3, 2.5, 2.3, 2.3, 2),
        list(_documents(report)), "No passage stands in an earlier document.",
    )  # fmt: skip
    _section(
        document, "Passages in succession", ("Draft", "Source", "Status", "Segments", "Identical"),
        (8, 9, 3.5, 2.3, 2.3), list(_runs(report)), "No passage stands whole in an earlier document.",
    )  # fmt: skip
    _section(
        document, "Quotations", ("No.", "Quotation", "Verdict", "Official text", "In the target languages"),
        (1.2, 7, 3, 7, 7.8), [_quotation(row) for row in reference_rows.quotations(report)],
        "The draft has no quotation of four words (six Chinese characters) or more.",
    )  # fmt: skip
    _section(
        document, "Documents cited", ("Symbol", "In the memory", "Title", "Segments"), (6, 4, 11, 4),
        list(_citations(report)), "The draft cites no document.",
    )  # fmt: skip
    _section(
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


# --- the document ---------------------------------------------------------------------------------------------------


def _blank(title: str, created: datetime) -> "Document":
    """A document laid across, in our type, without anything in it."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(_WIDTH_CM), Cm(_HEIGHT_CM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
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
    properties.title, properties.author, properties.comments = _legal(f"References of {title}"), "untm", ""
    properties.created = properties.modified = created.replace(tzinfo=None)
    return document


def _section(
    document: "Document", title: str, head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[Lines]],
    nothing: str,
) -> None:  # fmt: skip
    """A heading with a table under it, or with a line that says there is nothing."""
    document.add_heading(title, level=1)
    if rows:
        _table(document, head, widths, rows)
    else:
        _line(document.add_paragraph(), nothing)


def _table(document: "Document", head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[Lines]]) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    table.autofit = False
    for cell, name in zip(table.rows[0].cells, head, strict=True):
        _shade(cell, _HEAD_FILL)
        _line(cell.paragraphs[0], name, bold=True, colour="FFFFFF")
    _mark(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    for values in rows:
        row = table.add_row()
        for cell, lines in zip(row.cells, values, strict=True):
            _fill(cell, lines)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _fill(cell: "_Cell", lines: Lines) -> None:
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        if isinstance(line, TextView):
            _text(paragraph, line)
        else:
            _line(paragraph, line, colour=_WARNED if "superseded" in line or "reversed" in line else "")


def _line(paragraph: "Paragraph", words: str, *, bold: bool = False, colour: str = "") -> None:
    """Our own words, in English; they are no text of a language."""
    _run(paragraph, words, _OWN, bold=bold, colour=colour)


def _text(paragraph: "Paragraph", view: TextView) -> None:
    """A text in its language: direction, font, what differs marked."""
    if view.lang.rtl:
        _mark(paragraph._p.get_or_add_pPr(), "w:bidi")
    for piece in view.pieces:
        run = _run(
            paragraph, piece.text, view.lang, bold=piece.kind == "mark", colour=fonts.COLOURS.get(piece.kind, "")
        )
        run.font.underline = piece.kind == "ins" or None
        run.font.strike = piece.kind == "del" or None


def _run(paragraph: "Paragraph", words: str, lang: Lang, *, bold: bool, colour: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(_legal(words))
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


def _mark(properties: Any, name: str) -> None:
    """Set an on-off property of a paragraph or a row."""
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(name))


def _legal(text: str) -> str:
    """The text as a file of XML can hold it."""
    return ILLEGAL.sub(REPLACEMENT, text)
