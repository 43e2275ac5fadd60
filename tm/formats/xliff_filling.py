"""A translation put into the target of an XLIFF segment, with the inline codes of the source.

A target without the codes of its source is refused by the tools that check for them, so none is left out: where the
memory knows where they belong, they stand there; those around the whole source stand around the whole translation; the
others stand at its end, and then the translation is one to be looked at, whatever its score.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tm.formats.filling import Filling
from tm.formats.tmx_inline import name_of, sound_markup
from tm.formats.xliff_elements import parsed, told
from tm.formats.xliff_gaps import Gap
from tm.formats.xliff_inline import CLOSES, OPENS, content_of
from tm.formats.xliff_unit import FUZZY, FUZZY_MATCH, NEEDS_REVIEW, child_of, marks
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT
from tm.safe_xml import seg_of

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Elements whose content is text, and which open and close a code as XML does.
_NESTED = ("g", "pc")
#: Elements that annotate text; they are no codes, and a translation may do without them.
_ANNOTATIONS = ("mrk", "sm", "em", "hi")
_OPEN, _CLOSE, _ALONE = "open", "close", "alone"


def fill_target(gap: Gap, best: Filling) -> None:
    """Put a translation into the target of a segment, and say in its state whether it is to be looked at."""
    (_fill_modern if gap.modern else _fill_old)(gap, best)


def _fill_old(gap: Gap, best: Filling) -> None:
    target = child_of(gap.unit, "target")
    if target is None:
        target = parsed("<target/>", gap.unit)
        place = max(gap.unit.index(child) for child in gap.unit if name_of(child) in ("source", "seg-source"))
        gap.unit.insert(place + 1, target)
    place = _mark(gap, target) if gap.name or gap.part is not gap.unit else target
    sure = _set_content(place, gap, best) and best.automatic
    fuzzy = not sure or target.get("state-qualifier") == FUZZY_MATCH
    target.set("state", NEEDS_REVIEW if fuzzy else "translated")
    target.set("state-qualifier", FUZZY_MATCH if fuzzy else "exact-match")


def _mark(gap: Gap, target: "etree._Element") -> "etree._Element":
    """The place of one marked segment; a target without any gets all those of the source, empty."""
    if not marks(target):
        segmented = deepcopy(child_of(gap.unit, "seg-source"))
        assert segmented is not None
        for mark in marks(segmented).values():
            for child in list(mark):
                mark.remove(child)
            mark.text = None
        target.text = segmented.text
        target.extend(list(segmented))
    mark = marks(target).get(gap.name)
    if mark is None:
        mark = parsed(f'<mrk mtype="seg"{told("mid", gap.name)}/>', gap.unit)
        target.append(mark)
    return mark


def _fill_modern(gap: Gap, best: Filling) -> None:
    target = child_of(gap.part, "target")
    if target is None:
        target = parsed("<target/>", gap.unit)
        gap.part.append(target)
    sure = _set_content(target, gap, best) and best.automatic
    gap.part.set("state", "translated" if sure else "initial")
    if not sure:
        gap.part.set("subState", FUZZY)


def _set_content(element: "etree._Element", gap: Gap, best: Filling) -> bool:
    """The translation as the element's whole content, with the white space of the source at its ends; whether each code
    is surely in its place.
    """
    bare = gap.text.strip()
    start = gap.text.index(bare)
    before, after = gap.text[:start], gap.text[start + len(bare) :]
    content = _content(gap.source)
    codes = [part for part in content if isinstance(part, _Code)]
    known = _as_stored(codes, best)
    if known is not None and _put(element, [before, *known, after]):
        return True
    first, last, others = _around(content)
    # White space stands outside the codes, unless it does not in the source.
    outside = [before if _leads(content) else "", after if _leads(content[::-1]) else ""]
    inside = ["" if outside[0] else before, "" if outside[1] else after]
    put = _put(element, [outside[0], *first, inside[0], best.text, *others, inside[1], *last, outside[1]])
    assert put, "codes in the order of the source nest as they do there"
    return not others


# --- codes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Code:
    """A code, or one end of a pair of codes."""

    kind: str
    #: What the ends of a pair have in common; "" for a code alone.
    pair: str
    #: The element to be copied; of a nested one its tag alone.
    element: "etree._Element"
    #: Whether it is a tag around other content.
    nested: bool = False


def _content(element: "etree._Element") -> "list[_Code | str]":
    """Texts and codes of a source, or of a ``<seg>`` of TMX, in order; annotations are looked through. Ends of pairs
    whose other end is elsewhere are codes alone.
    """
    content = _parts(element)
    opened, closed = (
        {part.pair for part in content if isinstance(part, _Code) and part.kind == kind} for kind in (_OPEN, _CLOSE)
    )
    return [
        _Code(_ALONE, "", part.element)
        if isinstance(part, _Code) and part.kind != _ALONE and part.pair not in opened & closed
        else part
        for part in content
    ]


def _parts(element: "etree._Element") -> "list[_Code | str]":
    found: list[_Code | str] = []
    for node in content_of(element):
        if isinstance(node, str):
            found.append(node)
            continue
        name, content = name_of(node), _parts(node)
        if name in _NESTED or (name == "bx" and any(content)):
            # A bx is empty by the standard; files that put text into one mean a g.
            found.append(_Code(_OPEN, _key(node), node, nested=True))
            found += content
            found.append(_Code(_CLOSE, _key(node), node, nested=True))
        elif name in _ANNOTATIONS:
            found += content
        elif name == "cp":
            found.append(REPLACEMENT)
        else:
            kind = _OPEN if name in OPENS else _CLOSE if name in CLOSES else _ALONE
            found.append(_Code(kind, _key(node) if kind != _ALONE else "", node))
    return found


def _key(element: "etree._Element") -> str:
    """What the ends of a pair have in common: identifiers of XLIFF, or the number that TMX has."""
    names = ("rid", "startRef", "id", "i")
    return next((found for name in names if (found := element.get(name))), name_of(element))


def _as_stored(codes: Sequence[_Code], best: Filling) -> "list[_Code | str] | None":
    """The translation with the codes where the memory has their counterparts; None where it does not say.

    The stored source must have the like codes in the same order, and its translation the same ones as it.
    """
    source, target = _stored(best.source_markup, best.source), _stored(best.markup, best.text)
    if source is None or target is None:
        return None
    like = [part for part in source if isinstance(part, _Code)]
    if _shape(like) != _shape(codes):
        return None
    counterpart = dict(zip(_names(like), codes, strict=True))
    names = _names([part for part in target if isinstance(part, _Code)])
    if len(counterpart) != len(like) or sorted(names) != sorted(counterpart):
        return None
    following = iter(names)
    return [part if isinstance(part, str) else counterpart[next(following)] for part in target]


def _stored(markup: str | None, text: str) -> "list[_Code | str] | None":
    """What the memory has of a text with codes; None for a text without any."""
    sound = sound_markup(markup, text) if markup is not None else None
    return None if sound is None else _content(seg_of(sound))


def _shape(codes: Sequence[_Code]) -> list[tuple[str, int]]:
    """The kinds of codes, and for the ends of pairs the number of the pair."""
    pairs: dict[str, int] = {}
    return [(code.kind, pairs.setdefault(code.pair, len(pairs)) if code.pair else -1) for code in codes]


def _names(codes: Sequence[_Code]) -> list[tuple[str, str, int]]:
    """What tells the codes of a stored text from one another, and is the same in its translation: kind, identifier or
    native content, and which of the like it is.
    """
    begun = {code.pair: code.element.get("x") or "" for code in codes if code.kind == _OPEN}
    names: list[tuple[str, str, int]] = []
    for code in codes:
        own = (
            begun.get(code.pair) or code.pair
            if code.pair
            else code.element.get("x") or "".join(code.element.itertext())
        )
        times = sum(kind == code.kind and said == own for kind, said, _ in names)
        names.append((code.kind, own, times))
    return names


def _around(content: "Sequence[_Code | str]") -> tuple[list[_Code], list[_Code], list[_Code]]:
    """The codes before the text of a source that belong to all of it, those behind it, and the others, in order."""
    worded = [place for place, part in enumerate(content) if isinstance(part, str) and part.strip()]
    begin, end = (worded[0], worded[-1]) if worded else (len(content), len(content))
    before = [part for part in content[:begin] if isinstance(part, _Code)]
    behind = [part for part in content[end:] if isinstance(part, _Code)]
    inside = [part for part in content[begin:end] if isinstance(part, _Code)]
    opened, closed = {code.pair for code in before if code.pair}, {code.pair for code in behind if code.pair}
    whole = opened & closed
    first = [code for code in before if code.kind == _ALONE or code.pair in whole or _closes(code, before)]
    last = [code for code in behind if code.kind == _ALONE or code.pair in whole or _closes(code, behind)]
    return first, last, [*(c for c in before if c not in first), *inside, *(c for c in behind if c not in last)]


def _leads(content: "Sequence[_Code | str]") -> bool:
    """Whether white space comes before the first code."""
    return next((isinstance(part, str) for part in content if part), False)


def _closes(code: _Code, among: Sequence[_Code]) -> bool:
    """Whether both ends of a pair are among some codes."""
    return sum(other.pair == code.pair for other in among) > 1


def _put(element: "etree._Element", parts: "Sequence[_Code | str]") -> bool:
    """Make texts and codes the content of an element; whether they nest. If not, it is left without content."""
    for child in list(element):
        element.remove(child)
    element.text = None
    open_: list[etree._Element] = [element]
    pairs: list[str] = []
    for part in parts:
        if isinstance(part, str):
            _add_text(open_[-1], ILLEGAL.sub(REPLACEMENT, part))
        elif part.nested and part.kind == _CLOSE:
            if not pairs or pairs[-1] != part.pair:
                return False
            pairs.pop()
            open_.pop()
        else:
            made = deepcopy(part.element)
            made.tail = None
            open_[-1].append(made)
            if part.nested and part.kind == _OPEN:
                for child in list(made):
                    made.remove(child)
                made.text = None
                pairs.append(part.pair)
                open_.append(made)
    return not pairs


def _add_text(element: "etree._Element", text: str) -> None:
    """Add text at the end of an element's content."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
