"""The inline elements of XLIFF, read as the codes of TMX that all formats here share (``tm.formats.tmx_inline``).

=====================================  ==============================================================================
``g``, ``pc``                          ``bpt`` and ``ept`` around the text
``bx ex``, ``sc ec``                   ``bpt`` and ``ept``; ``it`` where the other one is not in the same text
``bpt ept it ph x`` with ``sub``       the same, ``x`` as a ``ph`` without content
``mrk``                                ``hi``; segment marks are no codes
``sm em``                              ``bpt`` and ``ept`` of type ``x-sm-…``
``cp``                                 the character itself
=====================================  ==============================================================================

An ``id`` becomes ``x``, or only ``i`` where that is the same; ``ctype``, ``mtype`` and ``type`` become ``type``; the
original data that a code of XLIFF 2 refers to becomes its content.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.entities import html5
from typing import TYPE_CHECKING

from tm.formats.tmx_inline import name_of
from tm.formats.xml_stream import REPLACEMENT, escape
from tm.inline import renumbered
from tm.text import nfc

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Begin of a type that TMX, but not XLIFF, allows as it is.
OWN_TYPE = "x-untm-"
#: Types of TMX that XLIFF 1.2, and XLIFF 2 as a ``subType`` of ``fmt``, have under other names.
CTYPES = {"ulined": "underlined"}
SUBTYPES = {"bold": "xlf:b", "italic": "xlf:i", "ulined": "xlf:u"}
_TMX_TYPES = {name: said for names in (CTYPES, SUBTYPES) for said, name in names.items()}
#: Begin of the type of a code that stands for the two ends of an annotation.
ANNOTATION = "x-sm-"
#: Elements that open and that close a code apart from one another.
OPENS, CLOSES = frozenset({"bx", "sc", "bpt", "sm"}), frozenset({"ex", "ec", "ept", "em"})
#: White space around a line break that only lays out the file.
_LAYOUT = re.compile(r"[ \t\r\n]*\n[ \t\r\n]*")
_SPACE = " \t\r\n"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Inline:
    """The content of a ``<source>`` or ``<target>``, or of several that follow one another."""

    #: Its text without codes, NFC.
    text: str
    #: The text with its codes, as TMX writes them; None when it has none.
    markup: str | None
    #: Its segments: name and half-open range in the text.
    segments: tuple[tuple[str, tuple[int, int]], ...] = ()


class InlineReader:
    """Reads the texts of one unit; what source and target have in common gets the same numbers."""

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        self._data = data or {}
        #: Identifier of a code -> its number in TMX.
        self._numbers: dict[str, str] = {}

    def read(self, element: "etree._Element") -> Inline:
        """The content of an element; marked segments in it (``mrk`` of ``seg``) are named by their ``mid``."""
        return self.joined([("", element)])

    def joined(self, pieces: "Sequence[tuple[str, etree._Element]]") -> Inline:
        """The content of several elements as one text; those that have a name are segments of it."""
        opened, closed = (
            {_key(inner) for _, piece in pieces for inner in piece.iter() if name_of(inner) in names}
            for names in (OPENS, CLOSES)
        )
        content = _Content(self, opened & closed)
        for name, piece in pieces:
            content.segment(name, piece)
        joined = "".join(content.text)
        text = nfc(joined)
        markup = renumbered(text, "".join(content.markup)) if content.coded else None
        return Inline(text, markup, tuple(content.segments) if text == joined else ())

    def number(self, key: str) -> str:
        """The number of a code: its identifier if that is a number, or else the first that is free."""
        if key not in self._numbers:
            taken = frozenset(self._numbers.values())
            free = (str(number) for number in range(1, len(taken) + 2))
            usable = key.isascii() and key.isdigit() and key not in taken
            self._numbers[key] = key if usable else next(number for number in free if number not in taken)
        return self._numbers[key]

    def data(self, reference: str | None) -> str:
        """The original data that a code refers to, "" when there is none."""
        return self._data.get(reference or "", "")


def content_of(element: "etree._Element") -> "list[etree._Element | str]":
    """Texts and elements that an element holds, in order; comments and processing instructions are left out."""
    from lxml import etree

    content: list[etree._Element | str] = [element.text or ""]
    for child in element:
        if child.tag is etree.Entity:
            content.append(html5.get((child.text or "").removeprefix("&"), child.text or ""))
        elif isinstance(child.tag, str):
            content.append(child)
        content.append(child.tail or "")
    return content


def preserves_space(element: "etree._Element") -> bool:
    """Whether the white space of an element is text: ``xml:space="preserve"`` on it or around it."""
    place: etree._Element | None = element
    while place is not None:
        if (said := place.get(_XML_SPACE)) is not None:
            return str(said) == "preserve"
        place = place.getparent()
    return False


def plain_text(element: "etree._Element") -> str:
    """All characters in an element, those of ``cp`` too."""
    parts = [element.text or ""]
    for child in element:
        parts += [character(child) if name_of(child) == "cp" else plain_text(child), child.tail or ""]
    return "".join(parts)


def character(cp: "etree._Element") -> str:
    """The character of a ``<cp hex="…"/>``; U+FFFD for what is none."""
    try:
        code = int(cp.get("hex", ""), 16)
    except ValueError:
        return REPLACEMENT
    return chr(code) if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else REPLACEMENT


def _without_layout(content: "list[etree._Element | str]") -> "list[etree._Element | str]":
    """The content without the line breaks of the layout, and the spaces beside them, at its two ends."""
    first, last = content[0], content[-1]
    if isinstance(first, str) and (match := _LAYOUT.match(first)):
        content = [first[match.end() :], *content[1:]]
    if isinstance(content[-1], str) and isinstance(last, str) and "\n" in last[len(last.rstrip(_SPACE)) :]:
        content = [*content[:-1], content[-1].rstrip(_SPACE)]
    return content


def _key(element: "etree._Element") -> str:
    """What the two ends of a code have in common."""
    return element.get("rid") or element.get("startRef") or element.get("id") or ""


class _Content:
    """Text and markup as they grow, element by element."""

    def __init__(self, reader: InlineReader, paired: frozenset[str] | set[str]) -> None:
        self.text: list[str] = []
        self.markup: list[str] = []
        #: Whether there is any code.
        self.coded = False
        self._reader = reader
        self._paired = paired
        #: Segments met so far: name and range in the text.
        self.segments: list[tuple[str, tuple[int, int]]] = []
        self._length = 0
        #: How many codes the place is inside of; what stands in codes is no text.
        self._inside = 0
        #: Whether line breaks only lay out the file.
        self._layout = False

    def segment(self, name: str, element: "etree._Element") -> None:
        """Add the content of an element, which is a segment if it has a name."""
        content, start = content_of(element), self._length
        self._layout = not preserves_space(element)
        self.add(_without_layout(content) if self._layout else content)
        if name:
            self.segments.append((name, (start, self._length)))

    def add(self, content: "list[etree._Element | str]") -> None:
        for node in content:
            if isinstance(node, str):
                self._character_data(node)
            else:
                self._element(node)

    def _character_data(self, text: str) -> None:
        text = nfc(_LAYOUT.sub(" ", text) if self._layout else text)
        if not self._inside:
            self.text.append(text)
            self._length += len(text)
        self.markup.append(escape(text))

    def _element(self, element: "etree._Element") -> None:
        name = name_of(element)
        content = content_of(element)
        if name == "cp":
            self._character_data(character(element))
        elif name == "mrk" and element.get("mtype") == "seg":
            start = self._length
            self.add(content)
            self.segments.append((element.get("mid", ""), (start, self._length)))
        elif name in ("g", "pc") or (name == "bx" and any(content)):
            # A bx is empty by the standard; files that put text into one mean a g.
            self._pair(element, content)
        elif name in OPENS | CLOSES:
            self._end(element, opens=name in OPENS, content=content)
        elif name in ("ph", "x"):
            self._code("ph", [("x", element.get("id")), ("type", _type(element))], content, element.get("dataRef"))
        elif name == "it":
            position = "end" if element.get("pos") == "close" else "begin"
            self._code("it", [("pos", position), ("x", element.get("id")), ("type", _type(element))], content)
        elif name == "sub":
            self._code("sub", [("datatype", element.get("datatype")), ("type", _type(element))], content, counts=False)
        else:
            said = _type(element) if name == "mrk" else f"x-{name}"
            self._tag("hi", [("type", said)])
            self.add(content)
            self.markup.append("</hi>")

    def _pair(self, element: "etree._Element", content: "list[etree._Element | str]") -> None:
        key = element.get("id", "")
        number = self._reader.number(key)
        start = element.get("dataRefStart")
        self._code("bpt", [("i", number), *_identifier(key, number), ("type", _type(element))], [], start)
        self.add(content)
        self._code("ept", [("i", number)], [], element.get("dataRefEnd"))

    def _end(self, element: "etree._Element", *, opens: bool, content: "list[etree._Element | str]") -> None:
        key = _key(element)
        said = _type(element)
        if name_of(element) in ("sm", "em"):
            said, key = ANNOTATION + (said or "generic"), f"sm {key}"
        reference = element.get("dataRef")
        if _key(element) not in self._paired:
            position = "begin" if opens else "end"
            self._code("it", [("pos", position), ("x", _key(element)), ("type", said)], content, reference)
            return
        number = self._reader.number(key)
        if opens:
            kept = [("i", number), *_identifier(_key(element), number), ("type", said)]
            self._code("bpt", kept, content, reference)
        else:
            self._code("ept", [("i", number)], content, reference)

    def _code(
        self, name: str, attributes: "list[tuple[str, str | None]]", content: "list[etree._Element | str]",
        reference: str | None = None, *, counts: bool = True,
    ) -> None:  # fmt: skip
        """A code with its native content, none of which is text of the segment."""
        self._tag(name, attributes)
        self._inside += counts
        before = len(self.markup)
        self.add(content)
        self.markup.append(escape(self._reader.data(reference)))
        self._inside -= counts
        if any(self.markup[before:]):
            self.markup.append(f"</{name}>")
        else:
            self.markup[before - 1] = self.markup[before - 1][:-1] + "/>"

    def _tag(self, name: str, attributes: "list[tuple[str, str | None]]") -> None:
        self.coded = True
        told = "".join(f' {key}="{escape(value)}"' for key, value in attributes if value)
        self.markup.append(f"<{name}{told}>")


def _identifier(key: str, number: str) -> list[tuple[str, str | None]]:
    """The ``x`` of a code, where its number does not say the same."""
    return [] if key == number else [("x", key)]


def _type(element: "etree._Element") -> str | None:
    """The type of a code as TMX has it; None when none is told."""
    own = element.get("subType") or ""
    if (known := _TMX_TYPES.get(own or element.get("ctype") or "")) is not None:
        return known
    said = own if own.startswith("untm:") else next(filter(None, map(element.get, ("ctype", "mtype", "type"))), None)
    if said is None:
        return None
    said = said.removeprefix(OWN_TYPE).removeprefix("untm:")
    return None if said == "none" else said
