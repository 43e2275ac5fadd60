"""The inline codes of a ``<seg>`` (TMX level 2): its text without them, and the markup as a string."""

from html.entities import html5
from typing import TYPE_CHECKING

from tm.formats.xml_stream import escape, legal
from tm.safe_xml import seg_of

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Codes whose content is native markup, not text; what they hold is left out of the text.
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
_IN_TEXT = frozenset({"bpt", "ept", "it", "ph", "hi", "ut"})
#: Element -> elements it may hold, attributes it must have, attributes it may have (TMX 1.4).
_MODEL: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "seg": (_IN_TEXT, frozenset(), frozenset()),
    "bpt": (frozenset({"sub"}), frozenset({"i"}), frozenset({"x", "type"})),
    "ept": (frozenset({"sub"}), frozenset({"i"}), frozenset()),
    "it": (frozenset({"sub"}), frozenset({"pos"}), frozenset({"x", "type"})),
    "ph": (frozenset({"sub"}), frozenset(), frozenset({"x", "assoc", "type"})),
    "hi": (_IN_TEXT, frozenset(), frozenset({"x", "type"})),
    "ut": (frozenset({"sub"}), frozenset(), frozenset({"x"})),
    "sub": (_IN_TEXT, frozenset(), frozenset({"datatype", "type"})),
}
_XML = "{http://www.w3.org/XML/1998/namespace}"


def name_of(element: "etree._Element") -> str:
    """The element's name without its namespace; "" for an entity reference."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(seg: "etree._Element") -> str:
    """The text of a ``<seg>`` without its codes; what stands inside ``<hi>`` is text."""
    if not len(seg):
        return seg.text or ""
    parts = [seg.text or ""]
    for child in seg:
        name = name_of(child)
        if not name:
            parts.append(_character(child))
        elif name not in _CODES and name != "sub":
            parts.append(text_of(child))
        parts.append(child.tail or "")
    return "".join(parts)


def markup_of(seg: "etree._Element") -> str | None:
    """The content of a ``<seg>`` as an XML string on one line, attributes as they came; None when it has no codes."""
    return _content(seg) if any(name_of(child) for child in seg) else None


def sound_markup(markup: str, text: str) -> str | None:
    """The markup as it may stand in a ``<seg>``: well-formed, of TMX's own elements, around exactly that text.

    None when it is none of that; the text alone is then to be written.
    """
    from lxml import etree

    if not legal(markup):
        return None
    try:
        seg = seg_of(markup)
    except etree.XMLSyntaxError:
        return None
    if any(not name_of(node) for node in seg.iter()) or not _valid(seg) or text_of(seg) != text:
        return None
    return markup_of(seg)


def unpaired(seg: "etree._Element") -> tuple[str, ...]:
    """The ``i`` numbers of ``<bpt>`` without an ``<ept>`` in the same segment, and the other way round."""
    if not len(seg):
        return ()
    opened = {e.get("i", "") for e in seg.iter("{*}bpt")}
    closed = {e.get("i", "") for e in seg.iter("{*}ept")}
    return tuple(sorted(opened ^ closed))


def _content(element: "etree._Element") -> str:
    parts = [escape(element.text or "")]
    for child in element:
        name = name_of(child)
        if name:
            attributes = "".join(f' {_attribute(key)}="{escape(value)}"' for key, value in child.attrib.items())
            inner = _content(child)
            parts.append(f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>")
        else:
            parts.append(escape(_character(child)))
        parts.append(escape(child.tail or ""))
    return "".join(parts)


def _attribute(key: str | bytes) -> str:
    name = str(key)
    return f"xml:{name.removeprefix(_XML)}" if name.startswith(_XML) else name.rpartition("}")[2]


def _character(entity: "etree._Element") -> str:
    """What a named entity stands for, or the reference as it is written when nobody knows."""
    reference = entity.text or ""
    return html5.get(reference.removeprefix("&"), reference)


def _valid(element: "etree._Element") -> bool:
    inside, needed, allowed = _MODEL[name_of(element)]
    attributes = {str(key) for key in element.attrib}
    if not needed <= attributes <= needed | allowed or element.get("pos", "begin") not in ("begin", "end"):
        return False
    return all(name_of(child) in inside and _valid(child) for child in element)
