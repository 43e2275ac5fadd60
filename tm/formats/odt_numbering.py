"""The numbers of an OpenDocument text's headings and items: they are not in its text, but counted when it is shown.

A list counts on from the one it continues; a list inside an item counts anew with each item. Headings count by the one
outline style of the document (OpenDocument 1.3, part 3, 4.3, 16.30 to 16.34).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tm.formats.figures import ABJAD, ARABIC, BULLET, LARGEST_REPEATED, LATIN, lettered, repeated, written

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
#: Namespace of LibreOffice's own additions.
_LIBRE = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
#: Levels of a list.
_LEVELS = 10
_PLACE = re.compile(r"%(\d{1,2})%")
#: The Russian letters that LibreOffice counts with, one more than Word; and the Arabic ones, whose first is bare.
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
_ABJAD = f"ا{ABJAD[1:]}"
_CIRCLED = "".join(map(chr, (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))))
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def _doubled(number: int, letters: str) -> str:
    return repeated(number, letters) if number <= LARGEST_REPEATED else str(number)


def _sign(number: int, signs: str) -> str:
    return signs[number - 1] if 0 < number <= len(signs) else str(number)


#: How numbers are written, by what ``style:num-format`` says: OpenDocument names the first five (part 3, 20.322), the
#: others are LibreOffice's, which gives the first numbers. What is not here is written in digits.
_FORMS: Mapping[str, Callable[[int], str]] = {
    "1": str, "1, 2, 3, ...": str,
    "I": lambda number: written(number, "upperRoman"), "i": lambda number: written(number, "lowerRoman"),
    "A": lambda number: lettered(number, LATIN).upper(), "a": lambda number: lettered(number, LATIN),
    "01, 02, 03, ...": lambda number: f"{number:02d}", "001, 002, 003, ...": lambda number: f"{number:03d}",
    "0001, 0002, 0003, ...": lambda number: f"{number:04d}", "00001, 00002, 00003, ...": lambda number: f"{number:05d}",
    "1st": lambda number: written(number, "ordinal"),
    "А, Б, .., Аа, Аб, ... (ru)": lambda number: lettered(number, _RUSSIAN).capitalize(),
    "а, б, .., аа, аб, ... (ru)": lambda number: lettered(number, _RUSSIAN),
    "А, Б, .., Аа, Бб, ... (ru)": lambda number: _doubled(number, _RUSSIAN).capitalize(),
    "а, б, .., аа, бб, ... (ru)": lambda number: _doubled(number, _RUSSIAN),
    "أ, ب, ت, ...": lambda number: lettered(number, ARABIC), "ا, ب, ج, ...": lambda number: lettered(number, _ABJAD),
    "١, ٢, ٣, ...": lambda number: written(number, "hindiNumbers"),
    "۱, ۲, ۳, ...": lambda number: str(number).translate(_PERSIAN),
    "一, 二, 三, ...": lambda number: written(number, "chineseCounting"),
    "壹, 贰, 叁, ...": lambda number: written(number, "chineseLegalSimplified"),
    "甲, 乙, 丙, ...": lambda number: _sign(number, "甲乙丙丁戊己庚辛壬癸"),
    "子, 丑, 寅, ...": lambda number: _sign(number, "子丑寅卯辰巳午未申酉戌亥"),
    "①, ②, ③, ...": lambda number: _sign(number, _CIRCLED),
    "１, ２, ３, ...": lambda number: written(number, "decimalFullWidth"),
}  # fmt: skip
#: Forms whose letters may be doubled after the last one instead of counted on in two.
_SYNCED: Mapping[str, Callable[[int], str]] = {
    "A": lambda number: _doubled(number, LATIN).upper(),
    "a": lambda number: _doubled(number, LATIN),
}


def figure(number: int, form: str, *, synced: bool = False) -> str:
    """The number as ``style:num-format`` says; in digits when the form is not known, "" when there is none.

    Args:
        number: from 0.
        form: what the attribute says.
        synced: whether letters are doubled after the last one.

    >>> figure(28, "a"), figure(28, "a", synced=True), figure(30, "А, Б, .., Аа, Аб, ... (ru)"), figure(2, "?")
    ('ab', 'bb', 'Аа', '2')
    """
    return (_SYNCED if synced and form in _SYNCED else _FORMS).get(form, str)(number) if form else ""


@dataclass(frozen=True, slots=True)
class Level:
    """How the items of a list's level are numbered."""

    #: What ``style:num-format`` says; "" for no number.
    form: str = ""
    start: int = 1
    prefix: str = ""
    suffix: str = ""
    #: How many levels are shown, this one with those above it.
    shown: int = 1
    #: LibreOffice's pattern of the whole label, with %1% for the number of the first level; None when it has none.
    pattern: str | None = None
    #: Whether letters are doubled after the last one, not counted on in two.
    synced: bool = False
    bullet: bool = False


#: A list style: its levels, counted from 1.
Levels = Mapping[int, Level]


def levels_of(style: "etree._Element") -> Levels:
    """The levels of a list style or of the outline style."""
    found: dict[int, Level] = {}
    for element in style:
        kind = element.tag if isinstance(element.tag, str) else ""
        number = digits(element.get(f"{TEXT}level"), 0)
        if not 1 <= number <= _LEVELS:
            continue
        if kind in {f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style"}:
            found[number] = Level(
                element.get(f"{STYLE}num-format") or "",
                digits(element.get(f"{TEXT}start-value"), 1),
                element.get(f"{STYLE}num-prefix") or "",
                element.get(f"{STYLE}num-suffix") or "",
                digits(element.get(f"{TEXT}display-levels"), 1),
                element.get(f"{_LIBRE}num-list-format"),
                element.get(f"{STYLE}num-letter-sync") == "true",
            )
        elif kind in {f"{TEXT}list-level-style-bullet", f"{TEXT}list-level-style-image"}:
            found[number] = Level(bullet=True)
    return found


def digits(value: str | None, default: int) -> int:
    """The number an attribute gives, or the default when it gives none."""
    return int(value) if value is not None and re.fullmatch(r"\d{1,9}", value) else default


@dataclass(slots=True)
class Counter:
    """How far a list has counted, and those that continue it."""

    _counts: dict[int, int] = field(default_factory=dict)

    def label(self, levels: Levels, level: int, start: int | None = None) -> str | None:
        """The label of the next item of a level, which starts anew at ``start``; None when it shows none."""
        own = levels.get(level, Level())
        if start is not None:
            self._counts[level] = start
        else:
            self._counts[level] = self._counts[level] + 1 if level in self._counts else own.start
        self.restart(level + 1)
        # An item whose upper ones are missing stands in them all the same: the next upper one is the second.
        for upper in range(1, level):
            self._counts.setdefault(upper, levels.get(upper, Level()).start)
        if own.bullet:
            return BULLET
        if not own.form:
            return f"{own.prefix}{own.suffix}".strip() or None
        if own.pattern is not None:
            return "".join(self._filled(levels, own.pattern)).strip() or None
        first = max(1, level - own.shown + 1)
        figures = (self._figure(levels, one) for one in range(first, level + 1))
        return f"{own.prefix}{'.'.join(filter(None, figures))}{own.suffix}".strip() or None

    def restart(self, level: int) -> None:
        """Let a level, and those below it, start anew."""
        for deeper in [one for one in self._counts if one >= level]:
            del self._counts[deeper]

    def _filled(self, levels: Levels, pattern: str) -> Iterator[str]:
        """The pieces of a label; with a level that shows no number goes what stands between it and the next one."""
        before, *parts = _PLACE.split(pattern)
        yield before
        *uppers, last = zip(parts[::2], parts[1::2], strict=True) if parts else [("", "")]
        for place, after in uppers:
            if shown := self._figure(levels, int(place)):
                yield f"{shown}{after}"
        place, after = last
        yield f"{self._figure(levels, int(place)) if place else ''}{after}"

    def _figure(self, levels: Levels, level: int) -> str:
        one = levels.get(level, Level())
        return figure(self._counts.get(level, one.start), one.form, synced=one.synced)


@dataclass(slots=True)
class Lists:
    """The counters of a document's lists: which list counts on from which."""

    _by_id: dict[str, Counter] = field(default_factory=dict)
    _last: tuple[str, Counter] | None = None

    def of(self, element: "etree._Element", style: str) -> Counter:
        """The counter of a list that stands in no other; ``style`` is the name of its style."""
        continued = element.get(f"{TEXT}continue-list")
        counter = self._by_id.get(continued) if continued else None
        if counter is None and element.get(f"{TEXT}continue-numbering") == "true":
            counter = self._last[1] if self._last is not None and self._last[0] == style else None
        counter = counter or Counter()
        for name in (XML_ID, f"{TEXT}id"):
            if key := element.get(name):
                self._by_id[key] = counter
        self._last = style, counter
        return counter

    def named(self, key: str) -> Counter:
        """The counter of a list that paragraphs or headings name one by one."""
        return self._by_id.setdefault(key, Counter())


def note_forms(styles: "etree._Element | None") -> dict[str, tuple[str, int]]:
    """How notes of a class are numbered: the form, and the number before the first."""
    found = {}
    for one in styles.iter(f"{TEXT}notes-configuration") if styles is not None else ():
        form = one.get(f"{STYLE}num-format") or "1"
        found[one.get(f"{TEXT}note-class") or ""] = form, digits(one.get(f"{TEXT}start-value"), 0)
    return found
