"""The footnotes of a web page: which links refer to them, which elements hold them, which links lead back."""

import re
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

#: What a link to a footnote shows.
_MARK = re.compile(r"[\[(]?(\d{1,4}|[*†‡§]{1,4}|[a-z]|[ivxl]{2,6})[\])]?\Z")
_NOTE_SIGN = re.compile(r"foot-?note|endnote|noteref", re.IGNORECASE)
#: What generators put at a footnote's end to lead back to the text.
_ARROW = re.compile(r"[↩↑⤴^⏎\ufe0e\ufe0f\s\d]*\Z")
_HOLDERS = frozenset({"p", "li", "div", "dd", "aside", "section", "td", "tr", "dt"})


@dataclass(slots=True)
class Notes:
    """The footnotes of a page."""

    #: Link that refers -> label of its footnote.
    references: dict[etree._Element, str] = field(default_factory=dict)
    #: Element that holds a footnote -> its label.
    labels: dict[etree._Element, str] = field(default_factory=dict)
    #: Links inside footnotes that lead back.
    backs: set[etree._Element] = field(default_factory=set)


def tag(element: etree._Element | None) -> str:
    """The element's name without namespace, lower case; "" for none, comments and instructions."""
    name = element.tag if element is not None else None
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def notes_of(root: etree._Element) -> Notes:
    """The footnotes of a page: targets of marks further up that lead back to them, or are marked as notes."""
    targets: dict[str, etree._Element] = {}
    order: dict[etree._Element, int] = {}
    links: list[tuple[etree._Element, str]] = []
    for place, element in enumerate(root.iter(etree.Element)):
        order[element] = place
        for name in (element.get("id"), element.get("name") if tag(element) == "a" else None):
            if name:
                targets.setdefault(name, element)
        href = element.get("href") or ""
        if tag(element) == "a" and href.startswith("#"):
            links.append((element, href[1:]))
    found = Notes()
    marks: dict[etree._Element, str] = {}
    for link, name in links:
        mark = _MARK.match("".join(link.itertext()).strip())
        target = targets.get(name)
        if mark is None or target is None or order[target] < order[link]:
            continue
        holder = _holder(target)
        if holder is not None and holder not in link.iterancestors() and _is_note(link, holder, targets):
            marks[link] = mark[1]
            found.labels.setdefault(holder, mark[1])
            found.references[link] = mark[1]
    _number_apart(found, marks, targets)
    for holder in found.labels:
        for link in holder.iter("{*}a", "a"):
            if (link.get("href") or "").startswith("#") and _leads_back(link, targets):
                found.backs.add(link)
    return found


def _holder(target: etree._Element) -> etree._Element | None:
    """The block that holds a link's target; None where it is a heading or the whole page."""
    node: etree._Element | None = target
    while node is not None and tag(node) not in _HOLDERS:
        if tag(node) in {"body", "html", "h1", "h2", "h3", "h4", "h5", "h6"}:
            return None
        node = node.getparent()
    return node


def _is_note(link: etree._Element, holder: etree._Element, targets: dict[str, etree._Element]) -> bool:
    """Whether the block is marked as a note, or leads back to the link."""
    signs = [one.get(name) or "" for one in (holder, link) for name in ("class", "role", "id")]
    parent = holder.getparent()
    signs += [parent.get("class") or "", parent.get("role") or ""] if parent is not None else []
    if any(_NOTE_SIGN.search(sign) for sign in signs):
        return True
    around = {link, *link.iterdescendants(), *(one for one in link.iterancestors() if tag(one) in {"sup", "span", "a"})}
    return any(
        targets.get((one.get("href") or "")[1:]) in around
        for one in holder.iter("{*}a", "a")
        if (one.get("href") or "").startswith("#")
    )


def _number_apart(found: Notes, marks: dict[etree._Element, str], targets: dict[str, etree._Element]) -> None:
    """Number the footnotes in their order where several have one label: some programs write 0 for all."""
    counts = Counter(found.labels.values())
    if not any(count > 1 for count in counts.values()) and "0" not in counts:
        return
    numbers = {holder: str(number) for number, holder in enumerate(found.labels, 1)}
    found.labels.update(numbers)
    for link in marks:
        target = _holder(targets[(link.get("href") or "")[1:]])
        found.references[link] = numbers[target] if target is not None else marks[link]


def _leads_back(link: etree._Element, targets: dict[str, etree._Element]) -> bool:
    """Whether a link in a footnote shows only its mark or an arrow, and its target is in the text."""
    text = "".join(link.itertext()).strip()
    target = targets.get((link.get("href") or "")[1:])
    return target is not None and bool(_MARK.match(text) or _ARROW.match(text))
