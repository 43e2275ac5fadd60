"""The numbers of a web page's lists, as a browser shows them."""

import re
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from tm.formats.figures import ABJAD, BULLET, LARGEST_ROMAN, LATIN, RUSSIAN, han, lettered, roman
from tm.formats.html_notes import tag

_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]+)", re.IGNORECASE)
#: The ``type`` of a list, and the names its style has for it.
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
#: Styles whose figures are those of another script.
_DIGITS = {"arabic-indic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "fullwidth-decimal": "０１２３４５６７８９"}
_HAN_STYLES = frozenset({"cjk-decimal", "cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal"})
#: The largest number that a list may begin with; a larger one is taken for damage.
_LARGEST = 10**6


@dataclass(slots=True)
class Counter:
    """One list, and the number of its next item."""

    style: str
    number: int = 1
    step: int = 1
    #: What stands after the number.
    end: str = "."

    @classmethod
    def of(cls, element: etree._Element, *, ordered: bool, bare: bool) -> "Counter":
        """The counter of a list element; ``bare`` when a style sheet takes all numbers away."""
        style = _style(element) or ("none" if bare else "decimal" if ordered else "disc")
        if not ordered:
            return cls(style)
        reverse = element.get("reversed") is not None
        items = sum(tag(child) == "li" for child in element)
        return cls(style, _integer(element.get("start"), items if reverse else 1), -1 if reverse else 1,
                   element.get("data-end") or ".")  # fmt: skip

    def next(self, item: etree._Element) -> str:
        """The label of the next item, and count it; "" where it shows none."""
        number = _integer(item.get("value"), self.number)
        self.number = number + self.step
        label = marker(_style(item) or self.style, number)
        return label.removesuffix(".") + self.end if label.endswith(".") else label


def marker(style: str, number: int) -> str:
    """What a browser shows before an item of that style, a number with its stop.

    >>> marker("lower-alpha", 28), marker("upper-roman", 14), marker("decimal", -2), marker("disc", 3)
    ('ab.', 'XIV.', '-2.', '•')
    >>> marker("simp-chinese-informal", 21), marker("arabic-indic", 12), marker("none", 1)
    ('二十一、', '١٢.', '')
    """
    if style == "none":
        return ""
    if style in {"disc", "circle", "square"}:
        return BULLET
    if style in _HAN_STYLES and 0 < number < 100:
        return f"{han(number)}、"
    if style in _DIGITS:
        return f"{str(number).translate(str.maketrans('0123456789', _DIGITS[style]))}."
    if style.endswith("-roman") and 0 < number <= LARGEST_ROMAN:
        return f"{_cased(style, roman(number))}."
    letters = {"arabic-abjad": ABJAD, "lower-russian": RUSSIAN, "upper-russian": RUSSIAN}.get(style, "")
    if style.endswith(("-alpha", "-latin")):
        letters = LATIN
    if letters and number > 0:
        return f"{_cased(style, lettered(number, letters))}."
    if style == "decimal-leading-zero":
        return f"{number:02d}."
    return f"{number}."


def _style(element: etree._Element) -> str:
    """The style that a list or item sets for its labels, or ""."""
    found = _STYLE.search(element.get("style") or "")
    if found:
        names = found[1].lower().split()
        return next((name for name in names if name not in {"inside", "outside"} and not name.startswith("url")), "")
    told = element.get("type") or ""
    return _TYPES.get(told, told.lower() if told.lower() in {"disc", "circle", "square", "none"} else "")


def _integer(text: str | None, default: int) -> int:
    match = re.match(r"\s*([+-]?\d{1,7})", text or "")
    value = int(match[1]) if match else default
    return value if abs(value) <= _LARGEST else default


def _cased(style: str, text: str) -> str:
    return text.upper() if style.startswith("upper") else text
