"""Word-processor documents (.docx) to segments: numbers counted, tracked changes settled, notes apart.

Nothing a document refers to is loaded. The text is that of the accepted document, or, when asked for, that of the
document before its tracked changes; comments, hidden text and the codes of fields are left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tm.errors import InputError
from tm.formats import figures
from tm.formats.archive import open_archive
from tm.formats.document import edition, file_bytes
from tm.formats.docx_characters import Characters, link_of
from tm.formats.docx_numbering import Numbering, W, is_on, note_forms
from tm.formats.docx_package import Package
from tm.formats.language import language_of
from tm.formats.package import COMPOUND, LARGEST_FILE, LIMITS, is_encrypted
from tm.inline import Form, Mark, Run, is_address
from tm.lang import Lang
from tm.model import Edition, Kind, Segment
from tm.outline import Marked, read_marked, with_formatting

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: Styles that are headings or titles by their names, whatever the language of the program; those of United Nations
#: documents are called ``_ H _Ch_G``, ``H1``, ``H23``.
_HEADING_STYLE = re.compile(
    r"(?:heading|überschrift|titre|título|заголовок)\s*[1-9]\Z|_?\s*H\s*_?(?:Ch|M|[1-9])", re.IGNORECASE
)
_TITLE_STYLE = re.compile(r"(?:sub)?title\Z", re.IGNORECASE)
#: A document symbol, or what stands over one: a table with it, before all text, is the masthead.
_MASTHEAD = re.compile(r"\b[A-Z]{1,5}/[A-Z0-9./()\-]+|Distr\.|分发|Общее распространение|التوزيع")
_EXTRA_SPACES = re.compile(r"[ \t]{2,}")
#: Characters of the fonts whose letters are pictures, by the code the document gives.
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0A8: "□", 0xF0FC: "✓", 0xF0D8: "➢", 0xF02D: "-", 0xF020: " "}


def read_document(path: Path, lang: Lang | None, encoding: str | None = None, *, original: bool = False) -> Edition:
    """The language version of a document that a .docx file holds.

    Args:
        path: the file.
        lang: its language; None takes it from the file's name, or else from the text, and says so in a remark.
        encoding: of no use here; the file says its own.
        original: whether to read it as it was before its tracked changes, not as accepted.

    Raises:
        InputError: there is no such file, it is no .docx, protected by a password, damaged, or holds no text.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    del encoding
    data = file_bytes(path, LARGEST_FILE)
    if is_encrypted(data):
        raise InputError("is protected by a password", path=path.name, hint="save it without one, or ask who sent it")
    if data.startswith(COMPOUND):
        what = "this is a document of the old kind (.doc), whatever its name says"
        raise InputError(what, path=path.name, hint="give it the ending .doc, or save it as .docx")
    return read_package(path, data, lang, original=original)


def read_package(
    path: Path, data: bytes, lang: Lang | None, *, name: str = "", reader: str = "docx", original: bool = False
) -> Edition:
    """The language version that the .docx at ``path`` holds, told as that of the file ``name`` with the bytes ``data``.

    Raises:
        InputError, LanguageError: as ``read_document``, of the file ``name``.
    """
    name = name or path.name
    try:
        with open_archive(path, LIMITS) as archive:
            parts = _Reader(Package(archive), original=original)
            blocks = parts.body()
            plain = "\n".join(block.text for block in blocks)
            if not plain.strip():
                raise InputError("the document holds no text", hint="check that it is the right file")
            found, told = language_of(plain, name, lang)
            reading = read_marked(blocks, found)
            segments = (*parts.heads(found), *reading.segments, *parts.feet(found))
    except InputError as error:
        raise InputError(error.message, path=name, hint=error.hint) from error
    return edition(name, data, found, reader, replace(reading, segments=segments), (), told)


@dataclass(slots=True)
class _Text:
    """The text of a paragraph while it is gathered."""

    #: Style of the paragraph.
    style: str = ""
    runs: list[Run] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Text boxes anchored in it.
    boxes: list["etree._Element"] = field(default_factory=list)

    @property
    def written(self) -> str:
        """The text without its formatting."""
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class _Pending:
    """A paragraph whose end is not one: its text goes on in the next."""

    runs: tuple[Run, ...]
    notes: tuple[str, ...]
    #: Place of the paragraph among all of the document.
    line: int


@dataclass(slots=True)
class _Field:
    """A field that is open."""

    code: str = ""
    #: Whether its code is over, so that what it shows follows.
    shown: bool = False


class _Reader:
    """Reads the parts of one document."""

    def __init__(self, parts: Package, *, original: bool) -> None:
        self._parts = parts
        self._root = parts.document()
        styles = parts.of_type("styles")
        self._styles = {} if styles is None else {_said(one, "styleId"): one for one in styles.findall(f"{W}style")}
        default = next((n for n, one in self._styles.items() if _is_default(one)), "")
        self._default_style = default
        self._numbering = Numbering.of(parts.of_type("numbering"), styles)
        #: Elements whose content is left out, and those whose text counts, by what is asked for.
        self._gone = {f"{W}ins", f"{W}moveTo"} if original else {f"{W}del", f"{W}moveFrom"}
        self._text_names = {f"{W}t", f"{W}delText"} if original else {f"{W}t"}
        self._mark_gone = f"{W}ins" if original else f"{W}del"
        self._ordinals = {p: i for i, p in enumerate(self._root.iter(f"{W}p"), start=1)}
        self._note_labels: dict[tuple[str, str], str] = {}
        self._notes = {kind: parts.of_type(f"{kind}s") for kind in ("footnote", "endnote")}
        self._note_forms = note_forms(self._root, parts.of_type("settings"))
        self._counts = {kind: said.start - 1 for kind, said in self._note_forms.items()}
        self._sections = list(self._root.iter(f"{W}sectPr"))
        self._characters = Characters(self._styles, original=original)
        #: Addresses that links of the part being read lead to.
        self._addresses = parts.addresses()
        #: Fields open, innermost last.
        self._fields: list[_Field] = []
        self._blocks: list[Marked] = []
        self._pending: _Pending | None = None

    # --- body ---

    def body(self) -> list[Marked]:
        """The blocks of the document in order, its notes after it."""
        self._walk(self._root.find(f"{W}body"), cell=False)
        self._flush()
        for kind in ("footnote", "endnote"):
            self._notes_of(kind)
        return self._blocks

    def _walk(self, element: "etree._Element", *, cell: bool) -> None:
        for child in element:
            name = child.tag
            if name == f"{W}p":
                self._paragraph(child, cell=cell)
            elif name == f"{W}tbl":
                self._table(child)
            elif name in self._gone or not isinstance(name, str):
                continue
            elif name == f"{_MC}AlternateContent":
                self._walk(_chosen(child), cell=cell)
            elif name in _AROUND:
                self._walk(child, cell=cell)

    def _table(self, table: "etree._Element") -> None:
        self._flush()
        words = "".join(table.itertext())
        masthead = not self._blocks and bool(_MASTHEAD.search(words))
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table or self._is_gone(row.find(f"{W}trPr")):
                continue
            for cell in row.iter(f"{W}tc"):
                if next(cell.iterancestors(f"{W}tr")) is row:
                    self._walk(cell, cell=not masthead)
                    self._flush()

    def _is_gone(self, properties: "etree._Element | None") -> bool:
        """Whether a row, or the end of a paragraph, is not there in the text asked for."""
        return properties is not None and properties.find(self._mark_gone) is not None

    def _paragraph(self, paragraph: "etree._Element", *, cell: bool) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = self._style(properties)
        text = _Text(style)
        self._inline(paragraph, text)
        mark = properties.find(f"{W}rPr") if properties is not None else None
        joined = self._is_gone(mark)
        line = self._ordinals.get(paragraph, 0)
        if self._pending:
            text.runs = [*self._pending.runs, *text.runs]
            text.notes = [*self._pending.notes, *text.notes]
            self._pending = None
        if joined:
            self._pending = _Pending(tuple(text.runs), tuple(text.notes), line)
        else:
            # The number of an empty paragraph is counted, but not that of one that is hidden.
            hidden = mark is not None and is_on(mark.find(f"{W}vanish")) and not text.written.strip()
            label = None if hidden else self._numbering.label(properties, style)
            self._add(text.runs, self._kind(properties, style, cell=cell), label, line, tuple(text.notes))
        for box in text.boxes:
            self._walk(box, cell=False)
        section = properties.find(f"{W}sectPr") if properties is not None else None
        if section is not None:
            # How a section begins is said where it ends.
            after = self._sections[self._sections.index(section) + 1 :]
            goes_on = bool(after) and _said(after[0].find(f"{W}type"), "val") == "continuous"
            self._anew("eachSect", "" if goes_on else "eachPage")

    def _add(
        self, runs: Sequence[Run], kind: Kind | None, label: str | None, line: int, notes: tuple[str, ...]
    ) -> None:
        text = "".join(run.text for run in runs)
        if text.strip():
            self._blocks.append(
                Marked(_EXTRA_SPACES.sub(" ", text), kind, label, line, notes, runs=with_formatting(runs))
            )

    def _flush(self) -> None:
        """Let a paragraph that nothing follows stand by itself."""
        if self._pending:
            self._add(self._pending.runs, None, None, self._pending.line, self._pending.notes)
            self._pending = None

    def _style(self, properties: "etree._Element | None") -> str:
        named = properties.find(f"{W}pStyle") if properties is not None else None
        return _said(named, "val") if named is not None else self._default_style

    def _kind(self, properties: "etree._Element | None", style: str, *, cell: bool) -> Kind | None:
        if cell:
            return Kind.CELL
        own = properties.find(f"{W}outlineLvl") if properties is not None else None
        if own is not None:
            return Kind.HEADING if _said(own, "val") in _OUTLINE_LEVELS else None
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            element = self._styles[style]
            name = _said(element.find(f"{W}name"), "val") or style
            if _TITLE_STYLE.match(name):
                return Kind.TITLE
            level = element.find(f"{W}pPr/{W}outlineLvl")
            if level is not None and _said(level, "val") not in _OUTLINE_LEVELS:
                return None
            if level is not None or _HEADING_STYLE.match(name):
                return Kind.HEADING
            style = _said(element.find(f"{W}basedOn"), "val")
        return None

    # --- inside a paragraph ---

    def _inline(self, element: "etree._Element", text: _Text, link: str = "") -> None:
        for child in element:
            name = child.tag
            if name == f"{W}r":
                properties = child.find(f"{W}rPr")
                if properties is None or not (is_on(properties.find(f"{W}vanish")) or self._is_gone(properties)):
                    self._run(child, text, link)
            elif name == f"{_M}t":
                text.runs.append(Run(child.text or ""))
            elif name == f"{_MC}AlternateContent":
                self._inline(_chosen(child), text, link)
            elif isinstance(name, str) and name not in self._gone and name not in _NOT_INLINE:
                self._inline(child, text, self._link(child) or link)

    def _link(self, element: "etree._Element") -> str:
        """The address that an element around runs links to, or ""."""
        if element.tag == f"{W}fldSimple":
            return link_of(_said(element, "instr"))
        if element.tag != f"{W}hyperlink":
            return ""
        place = _said(element, "anchor")
        address = self._addresses.get(element.get(f"{_R}id") or "", "") + (f"#{place}" if place else "")
        return address if is_address(address) else ""

    def _run(self, run: "etree._Element", text: _Text, link: str) -> None:
        marks = self._characters.marks(run, text.style)
        for child in run:
            name = child.tag
            if name in _FIELDS:
                self._field(child)
            elif name in _DRAWINGS:
                self._drawing(child, text)
            elif name == f"{W}lastRenderedPageBreak":
                self._anew("eachPage")
            elif self._fields and not self._fields[-1].shown:
                continue
            elif name in self._text_names or name in _CHARACTERS:
                text.runs.append(Run(_shown(child), self._linked(marks, link)))
            elif name in _CALLS:
                self._reference(child, text)
            elif name == f"{W}ruby":
                for base in child.findall(f"{W}rubyBase"):
                    self._inline(base, text, link)

    def _linked(self, marks: frozenset[Mark], link: str) -> frozenset[Mark]:
        """The marks of a run, with the link that it stands in."""
        if self._fields and not link:
            link = next(filter(None, (link_of(one.code) for one in reversed(self._fields))), "")
        return marks | {(Form.LINK, link)} if link else marks

    def _field(self, element: "etree._Element") -> None:
        """Note where a field begins, shows something and ends, and its code."""
        kind = _said(element, "fldCharType")
        if element.tag == f"{W}instrText":
            if self._fields and not self._fields[-1].shown:
                self._fields[-1].code += element.text or ""
        elif kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shown = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    @staticmethod
    def _drawing(element: "etree._Element", text: _Text) -> None:
        """Note the text boxes of a drawing; an alternative is one box, not two."""
        chosen = _chosen(element) if element.tag == f"{_MC}AlternateContent" else element
        for box in chosen.iter(f"{W}txbxContent"):
            if not any(one is not chosen and one.tag == f"{_MC}Fallback" for one in box.iterancestors()):
                text.boxes.append(box)

    def _reference(self, reference: "etree._Element", text: _Text) -> None:
        kind = "endnote" if reference.tag.endswith("endnoteReference") else "footnote"
        key = kind, _said(reference, "id")
        if key not in self._note_labels:
            if is_on_attribute(reference, "customMarkFollows"):
                # The mark is the text that follows, in the run.
                self._note_labels[key] = "*"
            else:
                self._counts[kind] += 1
                self._note_labels[key] = figures.written(self._counts[kind], self._note_forms[kind].form)
        text.notes.append(self._note_labels[key])
        text.runs.append(Run("", frozenset({(Form.NOTE, self._note_labels[key])})))

    def _anew(self, *whenever: str) -> None:
        """Count notes from the start again, those that are counted so."""
        for kind, said in self._note_forms.items():
            if said.restart and said.restart in whenever:
                self._counts[kind] = said.start - 1

    # --- beside the body ---

    def _notes_of(self, kind: str) -> None:
        """The notes that the text refers to, in the order of their references, after the body."""
        root = self._notes[kind]
        if root is None:
            return
        held = {_said(one, "id"): one for one in root.findall(f"{W}{kind}")}
        self._addresses = self._parts.addresses(f"{kind}s")
        for (of, key), label in list(self._note_labels.items()):
            if of == kind and key in held:
                lines = self._lines(held[key])
                runs = with_formatting([run for line in lines for run in line.runs])
                self._blocks.append(Marked(" ".join(map(_line, lines)), Kind.FOOTNOTE, label, runs=runs))

    def heads(self, lang: Lang) -> Iterator[Segment]:
        """Running heads of the document, those of a first page as the masthead; each text once."""
        yield from self._margin("headerReference", Kind.HEADER, lang)

    def feet(self, lang: Lang) -> Iterator[Segment]:
        """Running feet of the document; each text once."""
        yield from self._margin("footerReference", Kind.FOOTER, lang)

    def _margin(self, name: str, kind: Kind, lang: Lang) -> Iterator[Segment]:
        seen: set[str] = set()
        for reference in self._root.iter(f"{W}{name}"):
            part = self._parts.by_id(reference.get(f"{_R}id") or "")
            if part is None:
                continue
            lines = [Marked(line, kind) for line in map(_line, self._lines(part)) if line not in seen]
            seen.update(line.text for line in lines)
            first = kind is Kind.HEADER and _said(reference, "type") == "first"
            for segment in read_marked(lines, lang).segments:
                yield replace(segment, kind=Kind.MASTHEAD) if first else segment

    def _lines(self, part: "etree._Element") -> list[_Text]:
        """The paragraphs of a part, those with any text."""
        found = []
        for paragraph in part.iter(f"{W}p"):
            text = _Text(self._style(paragraph.find(f"{W}pPr")))
            self._inline(paragraph, text)
            if text.written.strip():
                found.append(text)
        return found


def _line(text: _Text) -> str:
    """The text of a paragraph on one line."""
    return _EXTRA_SPACES.sub(" ", text.written).strip()


#: Elements around paragraphs, and elements that hold no text of a paragraph.
_AROUND = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "del", "moveFrom", "smartTag")
)
_NOT_INLINE = frozenset(f"{W}{name}" for name in ("pPr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "rPr"))
#: What stands for one character or a space; that of a symbol is in the element.
_CHARACTERS = {
    f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "\u00ad", f"{W}sym": "",
}  # fmt: skip
#: Elements of a run that are parts of fields, that may hold text boxes, that call notes.
_FIELDS = frozenset({f"{W}fldChar", f"{W}instrText"})
_DRAWINGS = frozenset({f"{W}drawing", f"{W}pict", f"{W}object", f"{_MC}AlternateContent"})
_CALLS = frozenset({f"{W}footnoteReference", f"{W}endnoteReference"})
_OUTLINE_LEVELS = frozenset("012345678")


def _said(element: "etree._Element | None", name: str) -> str:
    return (element.get(f"{W}{name}") or "") if element is not None else ""


def is_on_attribute(element: "etree._Element", name: str) -> bool:
    """Whether an on-off attribute is there and not switched off."""
    return _said(element, name) not in {"", "0", "false", "off"}


def _is_default(style: "etree._Element") -> bool:
    return _said(style, "type") == "paragraph" and is_on_attribute(style, "default")


def _chosen(alternatives: "etree._Element") -> "etree._Element":
    """The first alternative, which newer programs show, or else the fallback."""
    choice = alternatives.find(f"{_MC}Choice")
    fallback = alternatives.find(f"{_MC}Fallback")
    return choice if choice is not None else fallback if fallback is not None else alternatives


def _shown(element: "etree._Element") -> str:
    """The text that an element of a run stands for."""
    character = _CHARACTERS.get(element.tag)
    if character is None:
        return element.text or ""
    return character or _symbol(_said(element, "char"))


def _symbol(code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return _SYMBOLS.get(number, chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE else "")
