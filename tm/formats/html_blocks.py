"""The elements of a web page to the blocks a reader sees: headings, paragraphs, numbered items, cells, footnotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree  # type: ignore[import-untyped]

from tm.formats.html_lists import Counter, marker
from tm.formats.html_notes import Notes, notes_of, tag
from tm.formats.html_styling import marks_in
from tm.inline import Form, Mark, Run
from tm.labels import leading
from tm.lang import Lang
from tm.model import Kind
from tm.outline import Marked, with_formatting
from tm.page import shows_masthead
from tm.text import CJK, squeeze

#: Elements that begin and end a block.
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu ol p pre search section summary table tbody td "
    "tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
#: Elements whose content no reader sees as text of the page, or that only steer it; ``del`` is what a change took out.
_SKIPPED_NAMES = (
    "head script style template noscript nav iframe object embed svg canvas audio video map select textarea button "
    "input datalist rp rt del math"
)
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: What a table that only places parts of the page holds, and a table of figures does not.
_IN_LAYOUT = frozenset({"table", *_HEADINGS})
_LISTS = frozenset({"ol", "ul", "menu"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BOXED = re.compile(r"display\s*:\s*(?:block|inline-block|table-cell)|float\s*:", re.IGNORECASE)
#: Classes by which word processors mark the notes of a reviewer, and numbers and titles set apart.
_ANNOTATION, _NUMBER_CLASS = "annotation_style_by_filter", "heading_numbering"
_TITLE_CLASSES = frozenset({"Title", "MsoTitle", "title"})
#: A heading's number written with those of the headings above it, and its own part.
_NUMBER_PATH = re.compile(r"(?:[^\W_]{1,6}[.\-])+(?P<own>[^\W_]{1,6}[.\-])\s*\Z")
_UNWRITTEN = re.compile(r"(\d{1,4}), \.\.\.")
#: In a block's text: a line break, and a reference to the footnote whose label stands between two signs.
BREAK, _REFERENCE = "\u2028", "\ufdd0{}\ufdd1"
_REFERENCES = re.compile("\ufdd0([^\ufdd1]*)\ufdd1")
_SIGNS = re.compile("[\ufdd0\ufdd1\u2028]")
#: A line end of the file between two Chinese characters, which no space stands for.
_HAN_LINE_END = re.compile(rf"(?<=[{CJK}，。；：、）》])\s*\n\s*(?=[{CJK}（《])")
#: Line breaks that part two paragraphs.
_PARAGRAPH_BREAK = re.compile(rf"{BREAK}\s*(?:{BREAK}\s*)+")
#: After the end of a clause, a line that opens with a label is a block of its own.
_CLAUSE_END = re.compile(r"[.;:,。；：،؛][\"'”’»）)\]]*\s*\Z")
#: Longest line of a masthead, in characters.
_SHORT_LINE = 60
_BARE_LISTS = re.compile(r"(?:\A|[}\s,])(?:li|ol)\s*(?:,[^{}]*)?\{[^{}]*list-style(?:-type)?\s*:\s*none", re.IGNORECASE)


@dataclass(slots=True)
class _Item:
    """An item of a list, or a footnote, that is open."""

    id: int
    label: str
    #: Whether it has shown text; its label stands before the first.
    begun: bool = False


@dataclass(slots=True)
class _State:
    """Where the reader of a page is."""

    lang: Lang
    notes: Notes
    #: Whether a style sheet takes the numbers of all lists away.
    bare_lists: bool
    found: list[Marked] = field(default_factory=list)
    #: The block being gathered, and the line it begins on.
    runs: list[Run] = field(default_factory=list)
    line: int = 0
    #: Inline elements around that change the formatting, innermost last, and the formatting inside them.
    formats: list[tuple[etree._Element, frozenset[Mark]]] = field(default_factory=list)
    #: Kinds set by the elements around, innermost last.
    kinds: list[Kind] = field(default_factory=list)
    lists: list[Counter] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    item_count: int = 0
    #: Footnotes around, innermost last.
    open_notes: list[_Item] = field(default_factory=list)
    #: How many elements around keep line ends.
    preformatted: int = 0
    #: Whether a line of a masthead was seen, and no heading since.
    masthead: bool = False
    #: Table -> whether it only places parts of the page.
    layouts: dict[etree._Element, bool] = field(default_factory=dict)

    @property
    def marks(self) -> frozenset[Mark]:
        """The formatting of what is added now."""
        return self.formats[-1][1] if self.formats else frozenset()


def blocks(root: etree._Element, lang: Lang) -> list[Marked]:
    """The blocks of a page in order."""
    state = _State(lang, notes_of(root), _has_bare_lists(root))
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if _is_skipped(element, state):
                walk.skip_subtree()
            else:
                _start(element, state)
            continue
        if event == "end" and not _is_skipped(element, state):
            _end(element, state)
        if element is not root and element.tail:
            _add(state, element.tail)
    _flush(state)
    return state.found


# --- elements -------------------------------------------------------------------------------------------------------


def _is_skipped(element: etree._Element, state: _State) -> bool:
    name = tag(element)
    if name in _SKIPPED or element in state.notes.backs or _ANNOTATION in (element.get("class") or ""):
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return element.get("role") == "navigation" or bool(_HIDDEN.search(element.get("style") or ""))


def _start(element: etree._Element, state: _State) -> None:
    name = tag(element)
    if name in _BLOCKS or element in state.notes.labels:
        _flush(state)
        state.line = _line(element)
    if name in _LISTS:
        state.lists.append(Counter.of(element, ordered=name == "ol", bare=state.bare_lists))
    elif name == "li":
        state.item_count += 1
        state.items.append(_Item(state.item_count, state.lists[-1].next(element) if state.lists else ""))
    if (kind := _kind(element, name, state)) is not None:
        state.kinds.append(kind)
    if element in state.notes.labels:
        state.open_notes.append(_Item(0, state.notes.labels[element]))
    state.preformatted += name == "pre"
    if name not in _BLOCKS and (marks := marks_in(element, name, state.marks)) != state.marks:
        state.formats.append((element, marks))
    if name == "br":
        state.runs.append(Run(BREAK))
    elif element in state.notes.references:
        label = state.notes.references[element]
        state.runs.append(Run(_REFERENCE.format(label), frozenset({(Form.NOTE, label)})))
        return
    if _is_boxed(element, name):
        state.runs.append(Run(" "))
    if element.text:
        _add(state, _own_number(element, state.lang))


def _end(element: etree._Element, state: _State) -> None:
    name = tag(element)
    if name in _BLOCKS or element in state.notes.labels:
        _flush(state)
        state.line = _line(element)
    if element in state.notes.labels:
        state.open_notes.pop()
    if _kind(element, name, state) is not None:
        state.kinds.pop()
    state.preformatted -= name == "pre"
    if state.formats and state.formats[-1][0] is element:
        state.formats.pop()
    if name in _LISTS:
        state.lists.pop()
    elif name == "li":
        state.items.pop()
    elif _is_boxed(element, name):
        state.runs.append(Run(" "))


def _line(element: etree._Element) -> int:
    """The line of the file that the element begins on; a page made from another file says it itself."""
    told = element.get("data-line") or ""
    return int(told) if told.isdecimal() else element.sourceline or 0


def _is_boxed(element: etree._Element, name: str) -> bool:
    """Whether an inline element is set apart from the text beside it."""
    if name in _BLOCKS:
        return False
    return _NUMBER_CLASS in (element.get("class") or "") or bool(_BOXED.search(element.get("style") or ""))


def _own_number(element: etree._Element, lang: Lang) -> str:
    """The text an element opens with; of a heading's number, its own part: ``I.A.`` is ``A.``."""
    text = element.text or ""
    if _NUMBER_CLASS not in (element.get("class") or ""):
        return text
    # A numeral that the program could not write is its value and three dots.
    style = "simp-chinese-informal" if lang.primary == "zh" else "decimal"
    text = _UNWRITTEN.sub(lambda found: marker(style, int(found[1]))[:-1], text)
    path = _NUMBER_PATH.match(text)
    return path["own"] if path else text


def _kind(element: etree._Element, name: str, state: _State) -> Kind | None:
    """The kind that an element gives what it holds, or None."""
    if name in _HEADINGS or name == "caption" or element.get("role") == "heading":
        return Kind.HEADING
    if name in {"td", "th"}:
        return None if _is_layout(element, state) else Kind.CELL
    if name in {"header", "footer"} and tag(element.getparent()) == "body":
        return Kind.HEADER if name == "header" else Kind.FOOTER
    if name == "p" and _TITLE_CLASSES & set((element.get("class") or "").split()):
        return Kind.TITLE
    return None


def _is_layout(cell: etree._Element, state: _State) -> bool:
    """Whether the cell's table only places parts of the page: it says so, or holds tables or headings."""
    table = next((one for one in cell.iterancestors() if tag(one) == "table"), None)
    if table is None:
        return True
    if table not in state.layouts:
        inner = any(tag(one) in _IN_LAYOUT for one in table.iterdescendants())
        state.layouts[table] = inner or table.get("role") in {"presentation", "none"}
    return state.layouts[table]


def _has_bare_lists(root: etree._Element) -> bool:
    """Whether a style sheet of the page takes the numbers of all lists away."""
    sheets = "".join(element.text or "" for element in root.iter() if tag(element) == "style")
    return bool(_BARE_LISTS.search(sheets))


# --- text -----------------------------------------------------------------------------------------------------------


def _add(state: _State, text: str) -> None:
    """Add text to the open block; line ends count where text is preformatted."""
    text = _SIGNS.sub(" ", text)
    state.runs.append(Run(text.replace("\n", BREAK) if state.preformatted else text, state.marks))


def _flush(state: _State) -> None:
    """End the open block: one block of the page, or several where line breaks part them."""
    if not state.runs:
        return
    text = "".join([run.text for run in state.runs])
    rest = [*reversed(with_formatting(state.runs))]
    state.runs = []
    if not text.strip():
        return
    if state.lang.joiner == "":
        text = _HAN_LINE_END.sub("", text)
    for part in _PARAGRAPH_BREAK.split(text):
        for lines in _apart(part.split(BREAK), state):
            joined = state.lang.joiner.join(line.strip() for line in lines if line.strip())
            if joined:
                _append(state, joined, _taken(rest, joined) if rest else ())


def _taken(rest: list[Run], text: str) -> tuple[Run, ...]:
    """The runs, the next of which is the last in the list, that hold a text but for white space; they are taken out.

    References to footnotes are without text then; one between two texts belongs to the first.
    """
    taken = []
    left = len(squeeze(_REFERENCES.sub("", text)))
    while rest:
        run = rest.pop()
        if run.marks and _REFERENCES.match(run.text):
            run = run._replace(text="")
        size = len(squeeze(run.text))
        if size > left:
            place = [place for place, char in enumerate(run.text) if not char.isspace()][left]
            rest.append(run._replace(text=run.text[place:]))
            run = run._replace(text=run.text[:place])
        taken.append(run)
        if size > left:
            break
        left -= size
    return with_formatting(taken)


def _apart(lines: Sequence[str], state: _State) -> list[list[str]]:
    """The lines of a paragraph parted where a line is a block of its own.

    One is that opens with a label after the end of a clause; in a masthead, before the first heading, also a short line
    that goes on nothing.
    """
    in_head = state.masthead and not state.kinds
    found = [[lines[0]]]
    for before, line in pairwise(lines):
        at_label = _CLAUSE_END.search(before) and leading(line.strip(), state.lang)[0]
        alone = in_head and _is_short_line(before) and _is_short_line(line)
        if at_label or alone:
            found.append([line])
        else:
            found[-1].append(line)
    return found


def _is_short_line(line: str) -> bool:
    text = line.strip()
    return 0 < len(text) <= _SHORT_LINE and not text[0].islower() and not text.endswith((",", ";", "-", "،", "，"))


def _append(state: _State, text: str, runs: tuple[Run, ...]) -> None:
    """Add a block with what the elements around make of it."""
    references = tuple(_REFERENCES.findall(text))
    text = _REFERENCES.sub("", text)
    if state.open_notes:
        note = state.open_notes[-1]
        state.found.append(Marked(text, Kind.FOOTNOTE, "" if note.begun else note.label, state.line, runs=runs))
        note.begun = True
        return
    kind = state.kinds[-1] if state.kinds else None
    state.masthead = kind is not Kind.HEADING and (state.masthead or shows_masthead(text.strip()))
    if kind is Kind.CELL or not state.items:
        label = "" if kind is Kind.CELL else None
        state.found.append(Marked(text, kind, label, state.line, references, runs=runs))
        return
    item = state.items[-1]
    opens, item.begun = not item.begun, True
    # A number that is printed as text counts, not the one that the list would have.
    printed = opens and leading(text.strip(), state.lang)[0]
    label = None if printed else item.label if opens else ""
    items = tuple(item.id for item in state.items)
    state.found.append(Marked(text, kind, label, state.line, references, items, opens, runs))
