"""OpenDocument texts (.odt) to segments: numbers counted, tracked changes settled, notes apart.

Nothing a document refers to is loaded. The text is that of the accepted document, or, when asked for, that of the
document before its tracked changes; comments and hidden text are left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

from tm.errors import InputError
from tm.formats.archive import open_archive
from tm.formats.document import edition, file_bytes
from tm.formats.language import language_of
from tm.formats.odt_numbering import STYLE, TEXT, XML_ID, Counter, Lists, digits, figure, note_forms
from tm.formats.odt_styles import OUTLINE, Styles
from tm.formats.package import LARGEST_FILE, LIMITS, part_of
from tm.inline import Form, Mark, Run, is_address
from tm.lang import Lang
from tm.model import Edition, Kind, Segment
from tm.outline import Marked, read_marked, with_formatting

#: ``read_document`` can be asked for the document before its tracked changes.
TRACKS_CHANGES = True
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
#: The page style a document begins with unless its first paragraph names another.
_FIRST_PAGE = "Standard"
#: A document symbol, or what stands over one: a table with it, before all text, is the masthead.
_MASTHEAD = re.compile(r"\b[A-Z]{1,5}/[A-Z0-9./()\-]+|Distr\.|分发|Общее распространение|التوزيع")
_EXTRA_SPACES = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")
_PARAGRAPHS = frozenset({f"{TEXT}p", f"{TEXT}h"})
#: Elements around paragraphs.
_AROUND = frozenset(
    {f"{TEXT}{name}" for name in ("section", "index-body", "index-title")}
    | {f"{TEXT}{name}" for name in ("table-of-content", "alphabetical-index", "user-index", "bibliography")}
    | {f"{TEXT}{name}" for name in ("table-index", "illustration-index", "object-index")}
)
#: Elements in a paragraph whose text is none of the document's; a number that a program wrote down is counted here.
_NOT_TEXT = frozenset(
    {f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_OFFICE}event-listeners"}
    | {f"{TEXT}{name}" for name in ("ruby-text", "number", "script")}
)
#: Elements inside a note, a running head or what was taken out, whose paragraphs are none of its own.
_BESIDE = (f"{_OFFICE}annotation", f"{TEXT}note", f"{TEXT}tracked-changes")
#: Where a tracked change stands in the text: what was taken out, and both ends of what was put in.
_CHANGES = frozenset({f"{TEXT}change", f"{TEXT}change-start", f"{TEXT}change-end"})
#: What stands for a space.
_SPACES = frozenset({f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"})


def read_document(path: Path, lang: Lang | None, encoding: str | None = None, *, original: bool = False) -> Edition:
    """The language version of a document that an .odt file holds.

    Args:
        path: the file.
        lang: its language; None takes it from the file's name, or else from the text, and says so in a remark.
        encoding: of no use here; the file says its own.
        original: whether to read it as it was before its tracked changes, not as accepted.

    Raises:
        InputError: there is no such file, it is no .odt, protected by a password, damaged, or holds no text.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    del encoding
    data = file_bytes(path, LARGEST_FILE)
    try:
        with open_archive(path, LIMITS) as archive:
            manifest = part_of(archive, "META-INF/manifest.xml")
            if manifest is not None and manifest.find(f".//{_MANIFEST}encryption-data") is not None:
                raise InputError("is protected by a password", hint="save it without one, or ask who sent it")
            content, styles = part_of(archive, "content.xml"), part_of(archive, "styles.xml")
        body = content.find(f"{_OFFICE}body/{_OFFICE}text") if content is not None else None
        if body is None:
            raise InputError("this archive holds no OpenDocument text", hint="an .odt of a word processor is expected")
        reader = _Reader(content, body, styles, original=original)
        blocks = reader.body()
        plain = "\n".join(block.text for block in blocks)
        if not plain.strip():
            raise InputError("the document holds no text", hint="check that it is the right file")
        found, told = language_of(plain, path.name, lang)
        reading = read_marked(blocks, found)
        segments = (*reader.margin("header", found), *reading.segments, *reader.margin("footer", found))
    except InputError as error:
        raise InputError(error.message, path=path.name, hint=error.hint) from error
    return edition(path.name, data, found, "odt", replace(reading, segments=segments), (), told)


@dataclass(slots=True)
class _Text:
    """The text of a paragraph while it is gathered."""

    #: Forms that its paragraph has by its style.
    styled: frozenset[Form] = frozenset()
    #: Several when what was taken out of it held ends of paragraphs.
    pieces: list[list[Run]] = field(default_factory=lambda: [[]])
    #: For each piece what it was before the change that joined it to others; None for the paragraph itself.
    was: list["etree._Element | None"] = field(default_factory=lambda: [None])
    notes: list[str] = field(default_factory=list)
    #: Text boxes anchored in it.
    boxes: list["etree._Element"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in lists and tables a paragraph stands."""

    cell: bool = False
    counter: Counter | None = None
    #: Style and level of the list around.
    style: str = ""
    level: int = 0
    #: Whether the next paragraph opens the item, and at which number it starts anew.
    opens: bool = False
    start: int | None = None


class _Reader:
    """Reads the parts of one document."""

    def __init__(
        self, content: "etree._Element", body: "etree._Element", styles: "etree._Element | None", *, original: bool
    ) -> None:
        self._body = body
        self._masters = styles
        self._styles = Styles.of(content, styles)
        self._original = original
        self._lists = Lists()
        changes = [one for part in body.iter(f"{TEXT}tracked-changes") for one in part.iter(f"{TEXT}changed-region")]
        self._inserted = {_key(one) for one in changes if one.find(f"{TEXT}insertion") is not None}
        self._deleted = {_key(one): gone for one in changes if (gone := one.find(f"{TEXT}deletion")) is not None}
        #: Insertions that the text asked for does not have, and that are open.
        self._open: set[str] = set()
        self._ordinals = {p: i for i, p in enumerate(body.iter(*_PARAGRAPHS), start=1)}
        self._note_forms = note_forms(styles)
        self._note_counts = {"footnote": 0, "endnote": 0}
        self._notes: dict[str, list[Marked]] = {"footnote": [], "endnote": []}
        self._blocks: list[Marked] = []
        #: What the next paragraph goes on from, since its beginning was inserted.
        self._pending: Marked | None = None
        self._pages: list[str] = []

    # --- body ---

    def body(self) -> list[Marked]:
        """The blocks of the document in order, its notes after it."""
        self._walk(self._body, _Place())
        self._flush()
        return [*self._blocks, *self._notes["footnote"], *self._notes["endnote"]]

    def _walk(self, element: "etree._Element", place: _Place) -> None:
        for child in element:
            name = child.tag
            if name in _PARAGRAPHS:
                self._paragraph(child, place)
                place = replace(place, opens=False, start=None)
            elif name == f"{TEXT}list":
                self._list(child, place)
                place = replace(place, opens=False, start=None)
            elif name == f"{_TABLE}table":
                self._table(child)
            elif name in _CHANGES:
                self._change(child)
                if self._original and (gone := self._deleted.get(child.get(f"{TEXT}change-id") or "")) is not None:
                    self._walk(gone, place)
            elif name == f"{TEXT}numbered-paragraph":
                self._numbered(child, place)
            elif name in _AROUND and child.get(f"{TEXT}display") != "none" and not _says_hidden(child):
                self._walk(child, place)
            elif _is_drawing(child):
                self._walk(child, _Place())

    def _list(self, element: "etree._Element", place: _Place) -> None:
        own = element.get(f"{TEXT}style-name")
        style = own or place.style or self._style_inside(element)
        if place.counter is None:
            counter = self._lists.of(element, style)
        else:
            counter = place.counter
            # Without a paragraph before it in its item it goes on a list that something else interrupts.
            if not place.opens and element.get(f"{TEXT}continue-numbering") != "true":
                counter.restart(place.level + 1)
        inside = _Place(place.cell, counter, style, place.level + 1)
        for item in element:
            if item.tag in {f"{TEXT}list-item", f"{TEXT}list-header"}:
                start = item.get(f"{TEXT}start-value")
                self._walk(item, replace(inside, opens=item.tag == f"{TEXT}list-item",
                                         start=digits(start, 0) if start is not None else None))  # fmt: skip
            elif item.tag in _CHANGES:
                self._change(item)

    def _style_inside(self, element: "etree._Element") -> str:
        """The list style that the first paragraph of a list names, when the list names none."""
        first = next(element.iter(*_PARAGRAPHS), None)
        return (self._styles.list_style(first) or "") if first is not None else ""

    def _numbered(self, element: "etree._Element", place: _Place) -> None:
        """A paragraph that names its list and level itself."""
        style = element.get(f"{TEXT}style-name") or self._style_inside(element)
        counter = self._lists.named(element.get(f"{TEXT}list-id") or style)
        start = element.get(f"{TEXT}start-value")
        self._walk(element, _Place(place.cell, counter, style, digits(element.get(f"{TEXT}level"), 1), opens=True,
                                   start=digits(start, 0) if start is not None else None))  # fmt: skip

    def _table(self, table: "etree._Element") -> None:
        self._flush()
        if table.get(f"{TEXT}display") == "none":
            return
        masthead = not self._blocks and bool(_MASTHEAD.search("".join(table.itertext())))
        for cell in table.iter(f"{_TABLE}table-cell"):
            if next(cell.iterancestors(f"{_TABLE}table")) is table:
                self._walk(cell, _Place(cell=not masthead))
                self._flush()

    def _paragraph(self, paragraph: "etree._Element", place: _Place) -> None:
        self._pages.append(self._styles.page(paragraph))
        text, hidden = self._text(paragraph), self._is_hidden(paragraph)
        if not hidden:
            self._inline(paragraph, text)
        first, *more = text.pieces
        before, self._pending = self._pending, None
        if before is not None and before.text.strip():
            notes = (*before.notes, *text.notes)
            block = replace(before, text=before.text + _written(first), notes=notes, runs=(*before.runs, *first))
        else:
            # The number of an empty paragraph is counted, but not that of one that is not there.
            there = not hidden and (bool(_written(first).strip()) or not self._open)
            block = self._block(first, paragraph, text.was[0], place, counted=there)
            block = replace(block, notes=tuple(text.notes))
        for one, was in zip(more, text.was[1:], strict=True):
            self._add(block)
            block = self._block(one, paragraph, was, place, counted=True)
        if self._open:
            # Its end is not there either: it goes on after the insertion.
            self._pending = block
        else:
            self._add(block)
        for box in text.boxes:
            self._walk(box, _Place())

    def _block(
        self,
        runs: Sequence[Run],
        paragraph: "etree._Element",
        was: "etree._Element | None",
        place: _Place,
        *,
        counted: bool,
    ) -> Marked:
        """The block of a paragraph, or of what ``was`` one before a change joined it to others."""
        line = self._ordinals.get(paragraph, 0)
        if was is not None:
            paragraph, place = was, self._former(was, place)
        label = self._label(paragraph, place) if counted else None
        return Marked(_written(runs), self._kind(paragraph, place), label, line, runs=tuple(runs))

    def _former(self, was: "etree._Element", place: _Place) -> _Place:
        """Where a paragraph stood that a change joined to the one at ``place``."""
        lists = list(was.iterancestors(f"{TEXT}list"))
        if not lists:
            return _Place(place.cell)
        style = lists[-1].get(f"{TEXT}style-name") or place.style
        same = place.counter is not None and place.style == style
        counter = place.counter if same else self._lists.of(lists[-1], style)
        return _Place(place.cell, counter, style, len(lists), opens=True)

    def _is_hidden(self, element: "etree._Element", family: str = "paragraph") -> bool:
        """Whether a paragraph or a piece of text is hidden by its style, or by a condition of its own or in it."""
        conditions = (element, *element.iterchildren(f"{TEXT}hidden-paragraph"))
        return self._styles.is_hidden(element, family) or any(map(_says_hidden, conditions))

    def _add(self, block: Marked) -> None:
        if block.text.strip():
            self._blocks.append(replace(block, runs=with_formatting(block.runs)))

    def _flush(self) -> None:
        """Let a paragraph that nothing follows stand by itself."""
        if self._pending is not None:
            self._add(self._pending)
            self._pending = None

    def _kind(self, paragraph: "etree._Element", place: _Place) -> Kind | None:
        if place.cell:
            return Kind.CELL
        if self._styles.is_title(paragraph):
            return Kind.TITLE
        return Kind.HEADING if self._styles.outline_level(paragraph) else None

    def _label(self, paragraph: "etree._Element", place: _Place) -> str | None:
        """The number of a paragraph that opens an item, or of a heading."""
        if place.counter is not None:
            inside = self._styles.levels(place.style)
            return place.counter.label(inside, place.level, place.start) if place.opens else None
        level, start = self._styles.outline_level(paragraph), None
        if not level or paragraph.get(f"{TEXT}is-list-header") == "true":
            return None
        style = self._styles.list_style(paragraph)
        style = OUTLINE if style is None else style
        if not style:
            return None
        levels, counter = self._styles.levels(style), self._lists.named(style)
        if paragraph.get(f"{TEXT}restart-numbering") == "true":
            start = digits(paragraph.get(f"{TEXT}start-value"), levels[level].start if level in levels else 1)
        return counter.label(levels, level, start)

    # --- inside a paragraph ---

    def _text(self, paragraph: "etree._Element") -> _Text:
        """The text of a paragraph, nothing of which is gathered yet."""
        said = self._styles.forms(paragraph, "paragraph", "".join(paragraph.itertext()))
        return _Text(frozenset(form for form, there in said.items() if there))

    def _inline(self, element: "etree._Element", text: _Text, marks: frozenset[Mark] = frozenset()) -> None:
        self._say(element.text, text, marks)
        for child in element:
            name = child.tag
            if name in _CHANGES:
                self._change(child)
                self._restored(child, text)
            elif name in _SPACES:
                self._say(" ", text, marks)
            elif name == f"{TEXT}note":
                self._note(child, text)
            elif _is_drawing(child):
                text.boxes += [] if self._open else [child]
            elif isinstance(name, str) and name not in _NOT_TEXT and not self._is_hidden(child, "text"):
                self._inline(child, text, self._marks_in(child, text, marks))
            self._say(child.tail, text, marks)

    def _marks_in(self, element: "etree._Element", text: _Text, around: frozenset[Mark]) -> frozenset[Mark]:
        """The formatting of an element in a paragraph, given that around it."""
        if element.tag == f"{TEXT}a":
            address = element.get(f"{_XLINK}href") or ""
            return around | {(Form.LINK, address)} if is_address(address) else around
        if element.tag != f"{TEXT}span":
            return around
        said = self._styles.forms(element, "text", "".join(element.itertext()))
        kept = {mark for mark in around if said.get(mark[0], True)}
        return frozenset(kept | {(form, "") for form, there in said.items() if there and form not in text.styled})

    def _say(self, words: str | None, text: _Text, marks: frozenset[Mark]) -> None:
        """Add words unless they stand in an insertion that the text asked for does not have."""
        if words and not self._open:
            text.pieces[-1].append(Run(words, marks))

    def _change(self, mark: "etree._Element") -> None:
        """Note where an insertion begins and ends, when the text is asked for as it was before."""
        key = mark.get(f"{TEXT}change-id") or ""
        if self._original and key in self._inserted:
            if mark.tag == f"{TEXT}change-start":
                self._open.add(key)
            elif mark.tag == f"{TEXT}change-end":
                self._open.discard(key)

    def _restored(self, mark: "etree._Element", text: _Text) -> None:
        """Add what was taken out here, when the text is asked for as it was before."""
        gone = self._deleted.get(mark.get(f"{TEXT}change-id") or "") if self._original else None
        paragraphs = _paragraphs_of(gone) if gone is not None else []
        for place, paragraph in enumerate(paragraphs):
            if place:
                text.pieces.append([])
                text.was.append(paragraph)
            elif len(paragraphs) > 1:
                text.was[-1] = paragraph
            self._inline(paragraph, text)

    def _note(self, note: "etree._Element", text: _Text) -> None:
        """A note: its label where it is referred to, and its text for the end. LibreOffice may not have numbered it."""
        if self._open:
            return
        kind = "endnote" if note.get(f"{TEXT}note-class") == "endnote" else "footnote"
        citation = note.find(f"{TEXT}note-citation")
        label = (citation.get(f"{TEXT}label") if citation is not None else None) or ""
        if not label:
            self._note_counts[kind] += 1
            form, start = self._note_forms.get(kind, ("1", 0))
            label = figure(self._note_counts[kind] + start, form)
        text.notes.append(label)
        text.pieces[-1].append(Run("", frozenset({(Form.NOTE, label)})))
        body = note.find(f"{TEXT}note-body")
        lines = self._lines(body) if body is not None else []
        words, runs = " ".join(_written(line).strip() for line in lines), [run for line in lines for run in line]
        self._notes[kind].append(
            Marked(words, Kind.FOOTNOTE, label, self._ordinals_of(note), runs=with_formatting(runs))
        )

    def _ordinals_of(self, element: "etree._Element") -> int:
        return next((self._ordinals[one] for one in element.iterancestors() if one in self._ordinals), 0)

    # --- beside the body ---

    def margin(self, which: str, lang: Lang) -> Iterator[Segment]:
        """Running heads (``header``) or feet (``footer``) of the pages used, each text once; heads of a first page that
        others follow are the masthead.
        """
        kind = Kind.HEADER if which == "header" else Kind.FOOTER
        seen: set[str] = set()
        for margin, first in self._margins(which):
            written = (_written(line).strip() for line in self._lines(margin))
            lines = [Marked(line, kind) for line in written if line not in seen]
            seen.update(line.text for line in lines)
            for segment in read_marked(lines, lang).segments:
                yield replace(segment, kind=Kind.MASTHEAD) if first and kind is Kind.HEADER else segment

    def _margins(self, which: str) -> Iterator[tuple["etree._Element", bool]]:
        """The margins of the page styles used, in order, and whether each is for a first page only."""
        found = self._masters.iter(f"{STYLE}master-page") if self._masters is not None else ()
        masters = {one.get(f"{STYLE}name") or "": one for one in found}
        names = [self._pages[0] if self._pages and self._pages[0] else _FIRST_PAGE, *filter(None, self._pages[1:])]
        used: dict[str, bool] = {}
        for name in names:
            while name in masters and name not in used:
                following = masters[name].get(f"{STYLE}next-style-name") or name
                used[name] = following != name
                name = following
        for name, passing in used.items():
            for suffix, first in (("-first", True), ("", passing), ("-left", passing)):
                margin = masters[name].find(f"{STYLE}{which}{suffix}")
                if margin is not None and margin.get(f"{STYLE}display") != "false":
                    yield margin, first

    def _lines(self, part: "etree._Element") -> list[list[Run]]:
        """The paragraphs of a part, those with any text."""
        found = []
        for paragraph in _paragraphs_of(part):
            text = self._text(paragraph)
            if not self._is_hidden(paragraph):
                self._inline(paragraph, text)
            found += [line for line in text.pieces if _written(line).strip()]
        return found


def _written(runs: Sequence[Run]) -> str:
    """The text of runs; white space is a space, as in all XML that is text."""
    return _EXTRA_SPACES.sub(" ", "".join(run.text for run in runs))


def _is_drawing(element: "etree._Element") -> bool:
    """Whether it is a drawing, or a box in one, whose paragraphs stand apart from those around it."""
    return isinstance(element.tag, str) and element.tag.startswith(_DRAW)


def _says_hidden(element: "etree._Element") -> bool:
    """Whether a field or a section was hidden by its condition when the document was saved."""
    return bool(element.get(f"{TEXT}is-hidden") == "true")


def _paragraphs_of(part: "etree._Element") -> list["etree._Element"]:
    """The paragraphs of a part in order, without those of remarks, of notes to it and of what was taken out of it."""
    beside = {paragraph for one in part.iter(*_BESIDE) for paragraph in one.iter(*_PARAGRAPHS)}
    return [paragraph for paragraph in part.iter(*_PARAGRAPHS) if paragraph not in beside]


def _key(region: "etree._Element") -> str:
    return region.get(f"{TEXT}id") or region.get(XML_ID) or ""
