"""Inline formatting of a text: which ranges of it are bold, a link and so on, as TMX level 2 writes it, and back.

The markup is the content of a TMX ``<seg>``: a ``bpt`` and an ``ept`` around what is formatted, each with the HTML tag
that it stands for, and a ``ph`` with the label where a note is called. Equal formatting gives equal markup, properly
nested whatever overlaps in the text; a text without formatting has "".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from html import escape as html_escape
from html import unescape
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from xml.sax.saxutils import escape as xml_escape

from tm.safe_xml import seg_of

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]


class Form(StrEnum):
    """A kind of formatting, by the ``type`` that TMX 1.4 recommends for it or that is ours (``x-``)."""

    LINK = "link"
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "ulined"
    SUPERSCRIPT = "x-superscript"
    SUBSCRIPT = "x-subscript"
    #: Where a note is called: a place, not a range.
    NOTE = "fnote"


#: A formatting: its form, and the address of a link or the label of a note; "" for the others.
Mark: TypeAlias = tuple[Form, str]
#: The HTML element that stands for a form.
TAGS = {
    Form.BOLD: "b", Form.ITALIC: "i", Form.UNDERLINE: "u", Form.SUPERSCRIPT: "sup", Form.SUBSCRIPT: "sub",
    Form.LINK: "a",
}  # fmt: skip
_FORMS = {form.value: form for form in Form}
#: Forms in the order in which they nest when they end together, the outermost first.
_ORDER = {form: place for place, form in enumerate(Form)}
#: Addresses that mean the same wherever a text is shown, and that do no more than lead there.
_ADDRESS = re.compile(r"(?:(?:https?|ftp)://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
#: How many texts' formatting is remembered: a paragraph's is asked for once for each of its sentences.
_MOST_READ = 64
#: The number of a code.
_NUMBER = re.compile(r"(?<=<(?:bpt|ept) )i=\"[^\"]*\"|(?<=<ph )x=\"[^\"]*\"")
#: Characters that XML has no other way to keep in an attribute, as all markup here writes them.
_ESCAPED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


class Run(NamedTuple):
    """A stretch of a file's text with the formatting that it has there; a note's call has no text."""

    text: str
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """A range of a text that has a formatting."""

    #: Half-open; empty for the call of a note, which stands before the character at ``start``.
    start: int
    end: int
    form: Form
    #: The address of a link or the label of a note; "" for other forms.
    value: str = ""

    @property
    def mark(self) -> Mark:
        """The formatting without its place."""
        return self.form, self.value


def is_address(text: str) -> bool:
    """Whether a text is an address that a link keeps: of a page, of a file to fetch or of a mailbox.

    >>> is_address("https://www.un.org/en/"), is_address("#note1"), is_address("javascript:x()")
    (True, False, False)
    """
    return _ADDRESS.fullmatch(text) is not None


def merged(spans: Iterable[Span], length: int) -> tuple[Span, ...]:
    """The spans of a text of that length in order: clipped to it, those of one formatting that touch made one.

    Links do not overlap: the one that begins first goes on to its end.
    """
    kept: dict[Mark, list[Span]] = {}
    linked = 0
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        start, end = max(0, span.start), min(length, span.end)
        if span.form is Form.NOTE:
            place = min(start, length)
            kept.setdefault(span.mark, []).append(replace(span, start=place, end=place))
            continue
        if span.form is Form.LINK:
            start = max(start, linked)
            linked = max(linked, end)
        if start >= end:
            continue
        same = kept.setdefault(span.mark, [])
        if same and start <= same[-1].end:
            same[-1] = replace(same[-1], end=max(end, same[-1].end))
        else:
            same.append(replace(span, start=start, end=end))
    return tuple(sorted((span for same in kept.values() for span in same), key=_place))


def _place(span: Span) -> tuple[int, int, int, str]:
    return span.start, span.end, _ORDER[span.form], span.value


def markup(text: str, spans: Iterable[Span]) -> str:
    """The text with its formatting, as the content of a TMX ``<seg>``; "" when it has none.

    >>> markup("Noting it", [Span(0, 6, Form.ITALIC)])
    '<bpt i="1" type="italic">&lt;i&gt;</bpt>Noting<ept i="1">&lt;/i&gt;</ept> it'
    """
    wanted = merged(spans, len(text))
    if not wanted:
        return ""
    starts: dict[int, list[Span]] = defaultdict(list)
    for span in wanted:
        starts[span.start].append(span)
    parts: list[str] = []
    # What is open, from the outside in, and the numbers of their codes.
    active: list[Span] = []
    opened: list[tuple[Span, int]] = []
    number = done = 0
    for stop in sorted({len(text), *starts, *(span.end for span in wanted)}):
        parts.append(_escaped(text[done:stop]))
        done = stop
        begun = starts.get(stop, ())
        active = [span for span in active if span.end > stop]
        active = sorted((*active, *(span for span in begun if span.form is not Form.NOTE)), key=_depth)
        same = sum(1 for _ in takewhile(lambda pair: pair[0][0] is pair[1], zip(opened, active, strict=False)))
        parts += [_end(span, i) for span, i in reversed(opened[same:])]
        del opened[same:]
        for note in (span for span in begun if span.form is Form.NOTE):
            number += 1
            parts.append(f'<ph x="{number}" type="{note.form}">{_escaped(note.value)}</ph>')
        for span in active[same:]:
            number += 1
            opened.append((span, number))
            parts.append(_begin(span, number))
    return "".join(parts)


def _depth(span: Span) -> tuple[bool, int, int]:
    """Sorts what is open at a place from the outside in: links first, then what ends last."""
    return span.form is not Form.LINK, -span.end, _ORDER[span.form]


def _begin(span: Span, number: int) -> str:
    address = f' href="{html_escape(span.value)}"' if span.form is Form.LINK else ""
    return f'<bpt i="{number}" type="{span.form}">{_escaped(f"<{TAGS[span.form]}{address}>")}</bpt>'


def _end(span: Span, number: int) -> str:
    return f'<ept i="{number}">{_escaped(f"</{TAGS[span.form]}>")}</ept>'


def _escaped(text: str) -> str:
    return xml_escape(text, _ESCAPED)


@lru_cache(maxsize=_MOST_READ)
def spans(marked: str | None, text: str) -> tuple[Span, ...]:
    """The formatting that a markup has for a text; none when it is no markup, or of another text.

    Codes of other forms, and those without a partner, are passed over.
    """
    if not marked:
        return ()
    from lxml import etree

    try:
        root = seg_of(marked)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return ()
    content = _Content()
    content.add(root)
    return merged(content.found, len(text)) if "".join(content.parts) == text else ()


class _Content:
    """The content of a markup as it is read, element by element."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.found: list[Span] = []
        self._length = 0
        #: Pairs begun, by number.
        self._opened: dict[str, Span] = {}

    def add(self, element: "etree._Element") -> None:
        """Read an element whose text is text of the markup."""
        self._say(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._code(child, child.tag.rpartition("}")[2], _FORMS.get(child.get("type") or ""))
            self._say(child.tail)

    def _say(self, text: str | None) -> None:
        self.parts.append(text or "")
        self._length += len(text or "")

    def _code(self, code: "etree._Element", name: str, form: Form | None) -> None:
        place = self._length
        if name == "bpt" and form in TAGS:
            self._opened[code.get("i") or ""] = Span(place, place, form, _address(code) if form is Form.LINK else "")
        elif name == "ept" and (begun := self._opened.pop(code.get("i") or "", None)) is not None:
            if begun.form is not Form.LINK or is_address(begun.value):
                self.found.append(replace(begun, end=place))
        elif name == "ph" and form is Form.NOTE:
            self.found.append(Span(place, place, form, code.text or ""))
        elif name == "hi":
            self.add(code)
            if form in TAGS and form is not Form.LINK:
                self.found.append(Span(place, self._length, form))


def _address(element: "etree._Element") -> str:
    found = _HREF.search(element.text or "")
    return unescape(found[1] if found[1] is not None else found[2]) if found else ""


def is_own(text: str, marked: str | None) -> bool:
    """Whether a markup is one as ``markup`` makes them, so that nothing of it is lost when it is cut."""
    return bool(marked) and markup(text, spans(marked, text)) == marked


def renumbered(text: str, marked: str | None) -> str | None:
    """A markup with its codes numbered as here, when it has none but ours; any other as it is.

    >>> renumbered("a", '<bpt i="7" type="bold">&lt;b&gt;</bpt>a<ept i="7">&lt;/b&gt;</ept>')
    '<bpt i="1" type="bold">&lt;b&gt;</bpt>a<ept i="1">&lt;/b&gt;</ept>'
    """
    own = markup(text, spans(marked, text)) if marked else ""
    return own if marked and _NUMBER.sub("", own) == _NUMBER.sub("", marked) else marked


def cut(text: str, marked: str, start: int, end: int) -> str:
    """The markup of a half-open range of a text that has a markup; the call of a note goes with what is before it."""
    if not marked:
        return ""
    inside = (
        replace(span, start=span.start - start, end=span.end - start)
        for span in spans(marked, text)
        if span.form is not Form.NOTE or start < span.start <= end or span.start == start == 0
    )
    return markup(text[start:end], inside)


def joined(pieces: Sequence[tuple[str, str]], joiner: str) -> str:
    """The markup of texts with their markups put one after the other, ``joiner`` between them."""
    if not any(marked for _, marked in pieces):
        return ""
    found: list[Span] = []
    place = 0
    for text, marked in pieces:
        found += (replace(span, start=span.start + place, end=span.end + place) for span in spans(marked, text))
        place += len(text) + len(joiner)
    return markup(joiner.join(text for text, _ in pieces), found)
