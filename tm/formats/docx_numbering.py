"""The numbers of a word-processor document's paragraphs: they are not in its text, but counted when it is shown.

A paragraph names a list and a level, itself or by its style (ECMA-376, part 1, 17.9). Paragraphs of all lists that are
made of the same definition count on; a list may start a level anew, once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tm.formats.figures import BULLET, written

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Levels of a list.
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """How the paragraphs of a list's level are numbered."""

    start: int = 1
    form: str = "decimal"
    #: With %1 for the number of the first level, and so on.
    text: str = ""
    #: Level, counted from 1, after which this one starts anew; 0 for never, None for any above it.
    restart: int | None = None
    #: Whether all numbers in it are written in digits.
    legal: bool = False
    #: Style whose paragraphs have this level.
    style: str = ""
    #: Where they stand (``w:ind``), None when it does not say.
    indent: "etree._Element | None" = None


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the document: whose numbers it counts on, its levels, and which it starts anew and where."""

    counter: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far they have counted."""

    _lists: Mapping[str, _List]
    #: Style -> list and level, those it is based on followed.
    _styles: Mapping[str, tuple[str, int | None]]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, numbering: "etree._Element | None", styles: "etree._Element | None") -> "Numbering":
        """The numbering of a document whose parts are these; None for a part that is not there."""
        lists = dict(_lists(numbering)) if numbering is not None else {}
        return cls(lists, _numbered_styles(styles) if styles is not None else {})

    def label(self, properties: "etree._Element | None", style: str) -> str | None:
        """The label of the next paragraph with these properties and style; None when it has no number.

        Paragraphs must be asked for in their order.
        """
        place = self._place(properties, style)
        return self._next(*place) if place else None

    def is_numbered(self, properties: "etree._Element | None", style: str) -> bool:
        """Whether a paragraph with these properties and style has a number."""
        return self._place(properties, style) is not None

    def indent(self, properties: "etree._Element | None", style: str) -> "etree._Element | None":
        """What the list of a paragraph says of where it stands (``w:ind``); None when it does not or there is none."""
        place = self._place(properties, style)
        if place is None:
            return None
        _, found, level = place
        return found.levels.get(level, _Level()).indent

    def _place(self, properties: "etree._Element | None", style: str) -> tuple[str, _List, int] | None:
        """The list of a paragraph, under its name, and the level; None when it has none."""
        number_id, level = _said(properties)
        styled, styled_level = self._styles.get(style, ("", None))
        if number_id is None:
            number_id = styled
        found = self._lists.get(number_id)
        if found is None:
            return None
        if level is None:
            own = next((i for i, one in found.levels.items() if one.style == style), None)
            level = own if own is not None else styled_level or 0
        return number_id, found, level

    def _next(self, number_id: str, found: _List, level: int) -> str | None:
        counts = self._counts.setdefault(found.counter, {})
        own = found.levels.get(level, _Level())
        if level in found.starts and (number_id, level) not in self._begun:
            counts[level] = found.starts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else own.start
        self._begun.add((number_id, level))
        for deeper in [one for one in counts if one > level]:
            after = found.levels.get(deeper, _Level()).restart
            if after is None or (after > 0 and level + 1 <= after):
                del counts[deeper]
        if own.form == "bullet":
            return BULLET
        label = _PLACE.sub(lambda place: self._figure(found, counts, int(place[1]) - 1, legal=own.legal), own.text)
        return label.strip() or None

    @staticmethod
    def _figure(found: _List, counts: Mapping[int, int], level: int, *, legal: bool) -> str:
        form = found.levels.get(level, _Level())
        number = counts.get(level, form.start)
        return written(number, "decimal" if legal else form.form)


def _value(element: "etree._Element | None", name: str = "val") -> str:
    return (element.get(f"{W}{name}") or "") if element is not None else ""


def _number(element: "etree._Element | None", default: int) -> int:
    return _digits(_value(element), default)


def _digits(value: str, default: int) -> int:
    return int(value) if re.fullmatch(r"-?\d{1,9}", value) else default


def _said(properties: "etree._Element | None") -> tuple[str | None, int | None]:
    """The list and level that a paragraph names itself; a list "0" takes away the style's number."""
    own = properties.find(f"{W}numPr") if properties is not None else None
    if own is None:
        return None, None
    listed, level = own.find(f"{W}numId"), own.find(f"{W}ilvl")
    return (_value(listed) if listed is not None else None), (_number(level, 0) if level is not None else None)


def _lists(numbering: "etree._Element") -> Iterator[tuple[str, _List]]:
    definitions = {_value(one, "abstractNumId"): one for one in numbering.findall(f"{W}abstractNum")}
    by_style = {_value(one.find(f"{W}styleLink")): key for key, one in definitions.items()}
    for one in numbering.findall(f"{W}num"):
        key = _value(one.find(f"{W}abstractNumId"))
        definition = definitions.get(key)
        if definition is None:
            continue
        linked = by_style.get(_value(definition.find(f"{W}numStyleLink")))
        if linked and definition.find(f"{W}numStyleLink") is not None:
            key, definition = linked, definitions[linked]
        levels = dict(map(_level, definition.findall(f"{W}lvl")))
        starts = {}
        for override in one.findall(f"{W}lvlOverride"):
            level = _digits(_value(override, "ilvl"), 0)
            if (changed := override.find(f"{W}lvl")) is not None:
                levels[level] = _level(changed)[1]
            if (start := override.find(f"{W}startOverride")) is not None:
                starts[level] = _number(start, 1)
        yield _value(one, "numId"), _List(key, levels, starts)


def _level(element: "etree._Element") -> tuple[int, _Level]:
    restart = element.find(f"{W}lvlRestart")
    legal = element.find(f"{W}isLgl")
    form = element.find(f".//{W}numFmt")
    return _digits(_value(element, "ilvl"), 0), _Level(
        # Without a start a level begins at 0 (17.9.25).
        _number(element.find(f"{W}start"), 0),
        _value(form) or "decimal",
        _value(element.find(f"{W}lvlText")),
        _number(restart, 0) if restart is not None else None,
        is_on(legal),
        _value(element.find(f"{W}pStyle")),
        element.find(f"{W}pPr/{W}ind"),
    )


def is_on(element: "etree._Element | None") -> bool:
    """Whether an on-off property is there and not switched off (17.17.4)."""
    return element is not None and _value(element) not in {"0", "false", "off"}


def _numbered_styles(styles: "etree._Element") -> dict[str, tuple[str, int | None]]:
    """The list and level of each paragraph style that has one, itself or from the style it is based on."""
    elements = {_value(one, "styleId"): one for one in styles.findall(f"{W}style")}
    found: dict[str, tuple[str, int | None]] = {}
    for name, element in elements.items():
        seen: set[str] = set()
        listed: str | None = None
        level: int | None = None
        at, one = name, element
        while one is not None and at not in seen:
            seen.add(at)
            said, said_level = _said(one.find(f"{W}pPr"))
            listed = said if listed is None else listed
            level = said_level if level is None else level
            at = _value(one.find(f"{W}basedOn"))
            one = elements.get(at)
        if listed:
            found[name] = listed, level
    return found


class NoteForm(NamedTuple):
    """How the marks of one kind of note are written."""

    #: Name of the figures, as for numbers of paragraphs.
    form: str
    start: int
    #: ``eachSect`` or ``eachPage`` where they start anew, else "" or ``continuous``.
    restart: str = ""


def note_forms(document: "etree._Element", settings: "etree._Element | None") -> dict[str, NoteForm]:
    """How ``footnote`` and ``endnote`` marks are written, as last section or settings say.

    Without a word on it footnotes are in digits and endnotes in small Roman figures (17.11.17, 17.11.18, 17.11.19).
    """
    forms = {"footnote": NoteForm("decimal", 1), "endnote": NoteForm("lowerRoman", 1)}
    for kind, (form, start, restart) in list(forms.items()):
        said = [*(settings.iter(f"{W}{kind}Pr") if settings is not None else ()), *document.iter(f"{W}{kind}Pr")]
        for one in said:
            form = _value(one.find(f"{W}numFmt")) or form
            start = _number(one.find(f"{W}numStart"), start)
            restart = _value(one.find(f"{W}numRestart")) or restart
        forms[kind] = NoteForm(form, start, restart)
    return forms
