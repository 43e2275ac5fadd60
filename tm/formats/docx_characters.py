"""What is bold, italic, underlined, raised or lowered in a word-processor document, apart from its paragraphs' styles.

A run says it itself or by its style of characters; what it does not say is that of its paragraph (ECMA-376, part 1,
17.7). Weight and slant have words of their own for scripts that are written from the right.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tm.formats.docx_numbering import W, is_on
from tm.inline import Form, Mark, is_address
from tm.text import FROM_RIGHT

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Properties that are on or off, and what they are called for scripts from the right.
_SWITCHES = ((Form.BOLD, "b", "bCs"), (Form.ITALIC, "i", "iCs"))
_RAISED = ((Form.SUPERSCRIPT, "superscript"), (Form.SUBSCRIPT, "subscript"))
#: Properties without which a run is like its paragraph.
_SAYING = frozenset(f"{W}{name}" for name in ("rStyle", "b", "bCs", "i", "iCs", "u", "vertAlign", "rPrChange"))
_PROPERTIES = f"{W}rPr"
_PLAIN: frozenset[Mark] = frozenset()
_FROM_RIGHT = re.compile(f"[{FROM_RIGHT}]")
#: The code of a field that is a link to an address; one that leads inside the document has a switch first.
_HYPERLINK = re.compile(r'\s*HYPERLINK\s+"([^"]+)"', re.IGNORECASE)


class Characters:
    """The formatting of runs, given the styles of their document."""

    def __init__(self, styles: "Mapping[str, etree._Element]", *, original: bool) -> None:
        self._styles = styles
        self._original = original

    def marks(self, run: "etree._Element", paragraph_style: str) -> frozenset[Mark]:
        """What of a run of a paragraph with that style is formatted otherwise than the style says."""
        properties = run.find(_PROPERTIES)
        if properties is None or not any(one.tag in _SAYING for one in properties):
            return _PLAIN
        changed = properties.find(f"{W}rPrChange/{W}rPr") if self._original else None
        properties = properties if changed is None else changed
        complex_ = is_on(properties.find(f"{W}rtl")) or is_on(properties.find(f"{W}cs"))
        complex_ = complex_ or bool(_FROM_RIGHT.search("".join(run.itertext(f"{W}t", f"{W}delText"))))
        own = [properties, *self._chain(_value(properties.find(f"{W}rStyle")))]
        styled = list(self._chain(paragraph_style))
        return frozenset(
            (form, "")
            for form in (Form.BOLD, Form.ITALIC, Form.UNDERLINE, Form.SUPERSCRIPT, Form.SUBSCRIPT)
            if _says(own, form, complex_=complex_) and not _says(styled, form, complex_=complex_)
        )

    def _chain(self, style: str) -> "Iterator[etree._Element]":
        """What a style says of characters, and then those it is based on."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            element = self._styles[style]
            if (properties := element.find(f"{W}rPr")) is not None:
                yield properties
            style = _value(element.find(f"{W}basedOn"))


def _says(chain: "list[etree._Element]", form: Form, *, complex_: bool) -> bool:
    """Whether the first of several properties that speaks of a form says that it is there."""
    for properties in chain:
        for switch, usual, other in _SWITCHES:
            found = properties.find(f"{W}{other if complex_ else usual}") if form is switch else None
            if found is not None:
                return is_on(found)
        found = properties.find(f"{W}u") if form is Form.UNDERLINE else None
        if found is not None:
            return _value(found) not in {"", "none"}
        for raised, value in _RAISED:
            found = properties.find(f"{W}vertAlign") if form is raised else None
            if found is not None:
                return _value(found) == value
    return False


def link_of(code: str) -> str:
    r"""The address that the code of a field links to; "" when it links to none.

    >>> link_of(' HYPERLINK "https://www.un.org/" '), link_of(' HYPERLINK \\l "_Toc1" '), link_of(" PAGE ")
    ('https://www.un.org/', '', '')
    """
    found = _HYPERLINK.match(code)
    return found[1] if found and is_address(found[1]) else ""


def _value(element: "etree._Element | None") -> str:
    return (element.get(f"{W}val") or "") if element is not None else ""
