"""The numbers of an OpenDocument text's headings and items: they are not in its text, but counted when it is shown.

A list counts on from the one it continues; a list inside an item counts anew with each item. Headings count by the one
outline style of the document (OpenDocument 1.3, part 3, 4.3, 16.30 to 16.34).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tm.formats.figures import BULLET, LATIN, lettered, written

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
#: How numbers are written: what ``style:num-format`` says, and the name that ECMA-376 has for it. Beyond the first five
#: it is LibreOffice that says so, by the first numbers.
_FORMS = {
    "1": "decimal", "I": "upperRoman", "i": "lowerRoman", "A": "upperLetter", "a": "lowerLetter", "": "none",
    "1, 2, 3, ...": "decimal", "01, 02, 03, ...": "decimalZero", "1st": "ordinal", "١, ٢, ٣, ...": "hindiNumbers",
    "А, Б, .., Аа, Аб, ... (ru)": "russianUpper", "а, б, .., аа, аб, ... (ru)": "russianLower",
    "А, Б, .., Аа, Бб, ... (ru)": "russianUpper", "а, б, .., аа, бб, ... (ru)": "russianLower",
    "أ, ب, ت, ...": "arabicAlpha", "ا, ب, ج, ...": "arabicAbjad", "أ, ب, ج, ...": "arabicAbjad",
    "一, 二, 三, ...": "chineseCounting", "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "甲, 乙, 丙, ...": "ideographTraditional", "子, 丑, 寅, ...": "ideographZodiac",
    "①, ②, ③, ...": "decimalEnclosedCircle", "１, ２, ３, ...": "decimalFullWidth",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How the items of a list's level are numbered."""

    form: str = "none"
    start: int = 1
    prefix: str = ""
    suffix: str = ""
    #: How many levels are shown, this one with those above it.
    shown: int = 1
    #: LibreOffice's pattern of the whole label, with %1% for the number of the first level; None when it has none.
    pattern: str | None = None
    #: Whether letters are doubled after the last one, not counted on in two.
    synced: bool = True
    bullet: bool = False

    def figure(self, number: int) -> str:
        """The number as this level writes it."""
        if self.form in {"upperLetter", "lowerLetter"} and not self.synced:
            letters = lettered(number, LATIN)
            return letters.upper() if self.form == "upperLetter" else letters
        return written(number, self.form)


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
                form_of(element.get(f"{STYLE}num-format") or ""),
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


def form_of(said: str) -> str:
    """The name that ECMA-376 has for a form of numbers; digits when it is not known."""
    return _FORMS.get(said, "decimal")


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
        if own.bullet:
            return BULLET
        if own.form == "none":
            return f"{own.prefix}{own.suffix}".strip() or None
        if own.pattern is not None:
            return _PLACE.sub(lambda place: self._figure(levels, int(place[1])), own.pattern).strip() or None
        first = max(1, level - own.shown + 1)
        figures = (self._figure(levels, one) for one in range(first, level + 1))
        return f"{own.prefix}{'.'.join(filter(None, figures))}{own.suffix}".strip() or None

    def restart(self, level: int) -> None:
        """Let a level, and those below it, start anew."""
        for deeper in [one for one in self._counts if one >= level]:
            del self._counts[deeper]

    def _figure(self, levels: Levels, level: int) -> str:
        one = levels.get(level, Level())
        return one.figure(self._counts.get(level, one.start))


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
