"""What stands in a ``<tu>``, before anything is made of it: attributes, notes, props and the texts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tm.formats.tmx_inline import markup_of, name_of, text_of, unpaired

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Elements that may stand in a ``<tu>`` and a ``<tuv>`` (TMX 1.4).
_IN_TU = frozenset({"note", "prop", "tuv"})
_IN_TUV = frozenset({"note", "prop", "seg"})

Pair = tuple[str, str]


class Tuv(NamedTuple):
    """A ``<tuv>``. Named tuples, for a file has millions of them."""

    #: Line of the file, counted from 1; 0 when nobody needs it.
    line: int
    #: ``xml:lang``, or ``lang`` of older versions, as written; "" when it has neither.
    lang: str
    #: The other attributes, by name.
    attributes: Mapping[str, str]
    notes: Sequence[str]
    #: Type and value of each ``<prop>``; a language is appended to the type: ``x-domain[fr]``.
    props: Sequence[Pair]
    #: How many ``<seg>`` it has; the first is read.
    segs: int
    #: Text without inline codes, and the markup when there are any.
    text: str
    markup: str | None
    #: The ``i`` of codes that are opened or closed only.
    unpaired: tuple[str, ...]


class Tu(NamedTuple):
    """A ``<tu>``."""

    #: Line of the file, counted from 1; 0 when nobody needs it.
    line: int
    attributes: Mapping[str, str]
    notes: Sequence[str]
    props: Sequence[Pair]
    tuvs: Sequence[Tuv]
    #: What stands in it that is not kept, in words.
    left_out: Sequence[str]


def parts_of(element: "etree._Element", lines_before: int) -> Tu:
    """The parts of a parsed ``<tu>``; ``lines_before`` is what its file's line is ahead of the parser's."""
    line = (element.sourceline or 0) + lines_before
    tuvs = [_tuv(child, lines_before) for child in element if name_of(child) == "tuv"]
    attributes = {attribute_name(key): str(value) for key, value in element.attrib.items()}
    return Tu(line, attributes, _notes(element), _props(element), tuvs, [*_left_out(element)])


def _tuv(element: "etree._Element", lines_before: int) -> Tuv:
    attributes = {attribute_name(key): str(value) for key, value in element.attrib.items()}
    old = attributes.pop("lang", "")
    lang = attributes.pop("xml:lang", "") or old
    segs = [child for child in element if name_of(child) == "seg"]
    text, markup, codes = (text_of(segs[0]), markup_of(segs[0]), unpaired(segs[0])) if segs else ("", None, ())
    line = (element.sourceline or 0) + lines_before
    return Tuv(line, lang, attributes, _notes(element), _props(element), len(segs), text, markup, codes)


def attribute_name(key: str | bytes) -> str:
    """An attribute's name as it is written: ``xml:lang`` for the language."""
    return "xml:lang" if key == _XML_LANG else str(key)


def _notes(element: "etree._Element") -> list[str]:
    return [plain_text(child) for child in element if name_of(child) == "note"]


def _props(element: "etree._Element") -> list[Pair]:
    return [
        (prop_name(child.get("type", ""), child.get(_XML_LANG) or child.get("lang") or ""), plain_text(child))
        for child in element
        if name_of(child) == "prop"
    ]


def prop_name(kind: str, lang: str) -> str:
    """The name of a prop of that type and language: ``x-domain[fr]``."""
    return f"{kind}[{lang}]" if lang else kind


def plain_text(element: "etree._Element") -> str:
    """All characters in an element."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def _left_out(tu: "etree._Element") -> Iterator[str]:
    """What is not kept, however much text it has: others' elements, attributes of notes, encodings of props."""
    for parent, inside in ((tu, _IN_TU), *((tuv, _IN_TUV) for tuv in tu if name_of(tuv) == "tuv")):
        for child in parent:
            name = name_of(child)
            if name and name not in inside:
                yield f"<{name}>"
            if name == "note":
                yield from (f"{attribute_name(key)} of <note>" for key in child.attrib)
            elif name == "prop" and "o-encoding" in child.attrib:
                yield "o-encoding of <prop>"
