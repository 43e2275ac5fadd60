"""The inline codes of TMX, which all formats here share, written as the inline elements of XLIFF."""

import re
from collections import Counter
from collections.abc import Sequence

from lxml import etree  # type: ignore[import-untyped]

from tm.formats.tmx_inline import name_of, sound_markup
from tm.formats.xliff_inline import ANNOTATION, CTYPES, OWN_TYPE, SUBTYPES, content_of, plain_text
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT, escape
from tm.inline import is_own
from tm.model import Variant
from tm.safe_xml import seg_of

#: Types of codes that XLIFF 1.2 has itself; all others begin with ``x-``.
_CTYPES = frozenset({"image", "pb", "lb", "bold", "italic", "underlined", "link"})
#: The same for marks (``mtype``).
_MTYPES = frozenset(
    {"abbrev", "abbreviated-form", "abbreviation", "acronym", "appellation", "collocation", "common-name", "datetime",
     "equation", "expanded-form", "formula", "head-term", "initialism", "international-scientific-term",
     "internationalism", "logical-expression", "materials-management-unit", "name", "near-synonym", "part-number",
     "phrase", "phraseological-unit", "protected", "romanized-form", "set-phrase", "short-form", "sku", "standard-text",
     "symbol", "synonym", "synonymous-phrase", "term", "transcribed-form", "transliterated-form", "truncated-term",
     "variant"}
)  # fmt: skip
#: Types of codes and of annotations that XLIFF 2 has itself.
_TYPES = frozenset({"fmt", "ui", "quote", "link", "image", "other"})
_ANNOTATIONS = frozenset({"generic", "comment", "term"})
#: What stands for a type where an element must have one and the code has none.
_NO_TYPE = "none"
_NMTOKEN = re.compile(r"[\w.-]+\Z", re.ASCII)


class CodeWriter:
    """Writes the texts of one unit: codes that source and target have in common get the same identifiers.

    Args:
        modern: whether it is XLIFF 2; then the native content of codes is gathered in ``data``.
    """

    def __init__(self, *, modern: bool) -> None:
        self.modern = modern
        #: Native content of codes -> its identifier.
        self.data: dict[str, str] = {}
        self._ids: dict[tuple[str, str], str] = {}
        self._seen: set[tuple[str, str]] = set()
        #: Whether the codes are of our own making, numbered in each text by itself; then those of a type correspond.
        self._own = False
        #: How many of our codes of a type the text being written has had.
        self._counts: Counter[str] = Counter()
        #: Begin of a pair in the text being written -> its identifier.
        self._begun: dict[etree._Element, str] = {}

    def content(self, variant: Variant) -> str:
        """The text of a variant as XML content on one line, with the codes of its markup when that is sound."""
        (content,) = self.parts(variant, [(0, len(variant.text))])
        return content

    def parts(self, variant: Variant, ranges: Sequence[tuple[int, int]]) -> list[str]:
        """The same for each of the ranges that make up a text in order; of several, no mark lies across two."""
        markup = sound_markup(variant.markup, variant.text) if variant.markup is not None else None
        if markup is None:
            return [self.text(variant.text[slice(*one)]) for one in ranges]
        self._seen, self._begun, self._counts = set(), {}, Counter()
        self._own = is_own(variant.text, markup)
        seg = seg_of(markup)
        shares = _shares(content_of(seg), ranges)
        nested, other = _pairs(seg)
        held = {node: place for place, share in enumerate(shares) for node in share if not isinstance(node, str)}
        nested = {element for element in nested if held[element] == held[other[element]]}
        return ["".join(self._node(node, nested, other) for node in share) for share in shares]

    def text(self, text: str) -> str:
        """Text without codes; characters that XML cannot hold are a ``cp`` in XLIFF 2, and U+FFFD before."""
        if not ILLEGAL.search(text):
            return escape(text)
        if not self.modern:
            return escape(ILLEGAL.sub(REPLACEMENT, text))
        parts = re.split(f"({ILLEGAL.pattern})", text)
        return "".join(f'<cp hex="{ord(p):04X}"/>' if n % 2 else escape(p) for n, p in enumerate(parts))

    def original_data(self) -> str:
        """The ``originalData`` of an XLIFF 2 unit, "" when its codes have no content."""
        rows = "".join(f'<data id="{name}">{escape(content)}</data>' for content, name in self.data.items())
        return f"<originalData>{rows}</originalData>" if rows else ""

    def _children(self, element: "etree._Element") -> str:
        nested, other = _pairs(element)
        return "".join(self._node(node, nested, other) for node in content_of(element))

    def _node(self, node: "etree._Element | str", nested: "set[etree._Element]", other: "_Ends") -> str:
        return self.text(node) if isinstance(node, str) else self._element(node, nested, other)

    def _element(self, element: "etree._Element", nested: "set[etree._Element]", other: "_Ends") -> str:
        name = name_of(element)
        if name == "hi":
            return self._mark(element)
        if name in ("ph", "ut"):
            return self._standalone(element)
        if name == "it" or element not in other:
            return self._isolated(element, opens=name == "bpt" or element.get("pos") == "begin")
        opens = name == "bpt"
        begin, end = (element, other[element]) if opens else (other[element], element)
        if self.modern and _is_annotation(begin):
            return self._annotation(begin, opens=opens)
        if element not in nested:
            return self._apart(element, begin, opens=opens)
        if self.modern:
            return self._modern_start(begin, end) if opens else "</pc>"
        return self._old_end(begin, end, opens=opens)

    # --- either version -------------------------------------------------------------------------------------------

    def _mark(self, element: "etree._Element") -> str:
        said = element.get("type", "")
        if self.modern:
            kind = _told("type", said if said in _ANNOTATIONS else f"untm:{_word(said or _NO_TYPE)}")
            return f'<mrk id="{self._id("mrk", "")}"{kind}>{self._children(element)}</mrk>'
        kind = _old_type("mtype", said or OWN_TYPE + _NO_TYPE, _MTYPES)
        return f"<mrk{kind}>{self._children(element)}</mrk>"

    def _standalone(self, element: "etree._Element") -> str:
        told = element.get("x", "")
        identifier = self._own_id(element, told) if self._own else self._id("ph", told)
        if self.modern:
            return f'<ph id="{identifier}"{self._modern_type(element)}{self._reference(element)}/>'
        name = "x" if _is_empty(element) else "ph"
        return self._old(name, element, identifier)

    def _isolated(self, element: "etree._Element", *, opens: bool) -> str:
        told = element.get("x") or element.get("i") or ""
        identifier = self._id("it", told)
        if self.modern:
            reference = self._modern_type(element) + self._reference(element)
            return f'<{"sc" if opens else "ec"} id="{identifier}" isolated="yes"{reference}/>'
        return self._old("it", element, identifier, f' pos="{"open" if opens else "close"}"')

    def _apart(self, element: "etree._Element", begin: "etree._Element", *, opens: bool) -> str:
        """One end of a pair that does not nest as elements do."""
        start = self._pair_id(begin)
        if self.modern:
            reference = self._reference(element)
            if opens:
                return f'<sc id="{start}"{self._modern_type(element)}{reference}/>'
            return f'<ec startRef="{start}"{reference}/>'
        if not _is_empty(element):
            return self._old("bpt" if opens else "ept", element, start)
        own = start if opens else self._id("ex", "", begin.get("i", ""))
        return f'<{"bx" if opens else "ex"} id="{own}" rid="{start}"{self._old_ctype(element)}/>'

    def _pair_id(self, begin: "etree._Element") -> str:
        number = begin.get("i", "")
        if not self._own:
            return self._id("bpt", begin.get("x") or number, number)
        if begin not in self._begun:
            self._begun[begin] = self._own_id(begin, number)
        return self._begun[begin]

    def _own_id(self, element: "etree._Element", number: str) -> str:
        """The identifier of a code of ours: the same for the n-th of its type in the unit's other texts."""
        kind = f"own {element.get('type')}"
        self._counts[kind] += 1
        return self._identifier((kind, str(self._counts[kind])), number)

    def _id(self, kind: str, told: str, number: str = "") -> str:
        """An identifier for a code, the one it came with if that is free; the same in the unit's other texts."""
        times = sum(seen[0] == kind and seen[1].startswith(f"{told}\0{number}\0") for seen in self._seen)
        place = (kind, f"{told}\0{number}\0{0 if number else times}")
        self._seen.add(place)
        return self._identifier(place, told)

    def _identifier(self, place: tuple[str, str], told: str) -> str:
        """The identifier of what stands at a place, the one told if that is free."""
        if place not in self._ids:
            taken = set(self._ids.values())
            usable = _NMTOKEN.match(told) and told not in taken
            free = (str(n) for n in range(1, len(taken) + 2))
            self._ids[place] = told if usable else next(name for name in free if name not in taken)
        return self._ids[place]

    # --- XLIFF 1.2 ------------------------------------------------------------------------------------------------

    def _old_end(self, begin: "etree._Element", end: "etree._Element", *, opens: bool) -> str:
        """One end of a pair: a tag of a ``g`` when both ends are without content, or else a ``bpt`` or ``ept``."""
        identifier = self._pair_id(begin)
        if _is_empty(begin) and _is_empty(end):
            return f'<g id="{identifier}"{self._old_ctype(begin)}>' if opens else "</g>"
        return self._old("bpt", begin, identifier) if opens else self._old("ept", end, identifier)

    def _old(self, name: str, element: "etree._Element", identifier: str, more: str = "") -> str:
        """A code of XLIFF 1.2 with its content."""
        inner = self._native(element)
        tag = f'<{name} id="{identifier}"{more}{self._old_ctype(element)}'
        return f"{tag}>{inner}</{name}>" if inner else f"{tag}/>"

    def _native(self, element: "etree._Element") -> str:
        parts = []
        for node in content_of(element):
            if isinstance(node, str):
                parts.append(self.text(node))
            else:
                kept = _told("datatype", node.get("datatype", "")) + self._old_ctype(node)
                parts.append(f"<sub{kept}>{self._children(node)}</sub>")
        return "".join(parts)

    def _old_ctype(self, element: "etree._Element") -> str:
        said = element.get("type", "")
        return _old_type("ctype", CTYPES.get(said, said), _CTYPES)

    # --- XLIFF 2 --------------------------------------------------------------------------------------------------

    def _modern_start(self, begin: "etree._Element", end: "etree._Element") -> str:
        references = self._reference(begin, "dataRefStart") + self._reference(end, "dataRefEnd")
        return f'<pc id="{self._pair_id(begin)}"{self._modern_type(begin)}{references}>'

    def _annotation(self, begin: "etree._Element", *, opens: bool) -> str:
        identifier = self._pair_id(begin)
        if not opens:
            return f'<em startRef="{identifier}"/>'
        return f'<sm id="{identifier}"{_told("type", begin.get("type", "").removeprefix(ANNOTATION))}/>'

    def _modern_type(self, element: "etree._Element") -> str:
        said = element.get("type", "")
        if not said or name_of(element) == "ept":
            return ""
        if said in SUBTYPES:
            return _told("type", "fmt") + _told("subType", SUBTYPES[said])
        return (
            _told("type", said) if said in _TYPES else _told("type", "other") + _told("subType", f"untm:{_word(said)}")
        )

    def _reference(self, element: "etree._Element", attribute: str = "dataRef") -> str:
        content = plain_text(element)
        if not content:
            return ""
        return _told(attribute, self.data.setdefault(content, f"d{len(self.data) + 1}"))


#: An end of a pair -> the other one.
_Ends = dict["etree._Element", "etree._Element"]


def _pairs(element: "etree._Element") -> "tuple[set[etree._Element], _Ends]":
    """Both ends of the pairs among the children that nest as elements do, and each end's other end, for all pairs."""
    nested: set[etree._Element] = set()
    other: _Ends = {}
    waiting: list[etree._Element] = []
    for child in element:
        if name_of(child) == "bpt":
            waiting.append(child)
        elif name_of(child) == "ept":
            begin = next((start for start in reversed(waiting) if start.get("i") == child.get("i")), None)
            if begin is None:
                continue
            other[begin], other[child] = child, begin
            if begin is waiting[-1]:
                nested |= {begin, child}
            waiting.remove(begin)
    return nested, other


def _shares(
    content: "Sequence[etree._Element | str]", ranges: Sequence[tuple[int, int]]
) -> "list[list[etree._Element | str]]":
    """The content of a text shared out among ranges that make it up.

    Between two ranges, what opens stands in the second that has text, all else in the first.
    """
    shares: list[list[etree._Element | str]] = [[] for _ in ranges]
    at = place = 0
    for node in content:
        text = node if isinstance(node, str) else ""
        opens = bool(text) or not place or (not isinstance(node, str) and name_of(node) == "bpt")
        while opens and at + 1 < len(ranges) and ranges[at][1] <= place:
            at += 1
        while at + 1 < len(ranges) and ranges[at][1] < place + len(text):
            room = ranges[at][1] - place
            shares[at].append(text[:room])
            text, place, at = text[room:], place + room, at + 1
        shares[at].append(text if isinstance(node, str) else node)
        place += len(text)
    return shares


def _is_empty(element: "etree._Element") -> bool:
    return not element.text and not len(element)


def _is_annotation(element: "etree._Element") -> bool:
    return str(element.get("type", "")).startswith(ANNOTATION)


def _told(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"' if value else ""


def _old_type(name: str, said: str, known: frozenset[str]) -> str:
    """A type as XLIFF 1.2 allows it: one of its own, or one that begins with ``x-``."""
    return _told(name, said if not said or said in known or said.startswith("x-") else OWN_TYPE + _word(said))


def _word(text: str) -> str:
    return "-".join(text.split()) or _NO_TYPE
