"""The styles of an OpenDocument text, as far as they say what a paragraph is: heading, hidden, numbered, page.

And as far as they say what of its text is bold, italic, underlined, raised or lowered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tm.formats.odt_numbering import STYLE, TEXT, Levels, digits, levels_of
from tm.inline import Form
from tm.text import CJK, FROM_RIGHT

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
#: Scripts that have weight and slant of their own, and how the names of these end.
_ASIAN, _COMPLEX = re.compile(f"[{CJK}]"), re.compile(f"[{FROM_RIGHT}]")
#: Least weight that is bold.
_BOLD = 600
#: The list style that headings have unless their paragraph style says otherwise.
OUTLINE = "Outline"
_TITLES = frozenset({"Title", "Subtitle"})


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a document: its own before those of ``styles.xml``."""

    _elements: dict[tuple[str, str], "etree._Element"]
    _lists: dict[str, Levels]

    @classmethod
    def of(cls, *roots: "etree._Element | None") -> "Styles":
        """The styles that the parts hold; of two with the same name the first part's counts."""
        elements: dict[tuple[str, str], etree._Element] = {}
        lists: dict[str, Levels] = {}
        for root in roots:
            if root is None:
                continue
            for style in root.iter(f"{STYLE}style"):
                elements.setdefault((style.get(f"{STYLE}family") or "", style.get(f"{STYLE}name") or ""), style)
            for style in root.iter(f"{TEXT}list-style"):
                lists.setdefault(style.get(f"{STYLE}name") or "", levels_of(style))
            for style in root.iter(f"{TEXT}outline-style"):
                lists.setdefault(OUTLINE, levels_of(style))
        return cls(elements, lists)

    def levels(self, name: str) -> Levels:
        """The levels of a list style; none for one that is not there."""
        return self._lists.get(name, {})

    def list_style(self, paragraph: "etree._Element") -> str | None:
        """The list style that a paragraph's style names, "" for that it has none; None when it names none."""
        return self._said(paragraph, f"{STYLE}list-style-name")

    def page(self, paragraph: "etree._Element") -> str:
        """The page style that a paragraph changes to, or ""."""
        own = self._elements.get(("paragraph", paragraph.get(f"{TEXT}style-name") or ""))
        return (own.get(f"{STYLE}master-page-name") or "") if own is not None else ""

    def outline_level(self, paragraph: "etree._Element") -> int:
        """The level of a heading, counted from 1; 0 for a paragraph that is none."""
        if paragraph.tag == f"{TEXT}h":
            return digits(paragraph.get(f"{TEXT}outline-level"), 1)
        return digits(self._said(paragraph, f"{STYLE}default-outline-level"), 0)

    def is_title(self, paragraph: "etree._Element") -> bool:
        """Whether a paragraph has the style of a title, or one made from it."""
        return any(style.get(f"{STYLE}name") in _TITLES for style in self._chain("paragraph", paragraph))

    def is_hidden(self, element: "etree._Element", family: str) -> bool:
        """Whether the style of a paragraph or of a piece of text hides it."""
        for style in self._chain(family, element):
            for properties in style.iterchildren(f"{STYLE}text-properties"):
                if (shown := properties.get(f"{TEXT}display")) is not None:
                    return bool(shown == "none")
        return False

    def forms(self, element: "etree._Element", family: str, text: str) -> dict[Form, bool]:
        """What the style of a paragraph or of a piece of text says of a text: which forms it has, which it has not."""
        ending = "-complex" if _COMPLEX.search(text) else "-asian" if _ASIAN.search(text) else ""
        found: dict[Form, bool] = {}
        for style in self._chain(family, element):
            for properties in style.iterchildren(f"{STYLE}text-properties"):
                for form, said in _forms(properties, ending):
                    found.setdefault(form, said)
        return found

    def _said(self, paragraph: "etree._Element", attribute: str) -> str | None:
        return next((said for one in self._chain("paragraph", paragraph)
                     if (said := one.get(attribute)) is not None), None)  # fmt: skip

    def _chain(self, family: str, element: "etree._Element") -> Iterator["etree._Element"]:
        """The style of an element and those it is made from."""
        name, seen = element.get(f"{TEXT}style-name") or "", set[str]()
        while name not in seen and (style := self._elements.get((family, name))) is not None:
            yield style
            seen.add(name)
            name = style.get(f"{STYLE}parent-style-name") or ""


def _forms(properties: "etree._Element", ending: str) -> "Iterator[tuple[Form, bool]]":
    """What properties say of a text whose script has weight and slant under names with that ending."""
    prefix = STYLE if ending else _FO
    if weight := properties.get(f"{prefix}font-weight{ending}"):
        yield Form.BOLD, weight == "bold" or (weight.isdecimal() and int(weight) >= _BOLD)
    if slant := properties.get(f"{prefix}font-style{ending}"):
        yield Form.ITALIC, slant in {"italic", "oblique"}
    if line := properties.get(f"{STYLE}text-underline-style"):
        yield Form.UNDERLINE, line != "none"
    if position := properties.get(f"{STYLE}text-position"):
        raised = position.split()[0]
        lowered = raised == "sub" or raised.startswith("-")
        yield Form.SUBSCRIPT, lowered
        yield Form.SUPERSCRIPT, not lowered and raised.rstrip("%") != "0"
