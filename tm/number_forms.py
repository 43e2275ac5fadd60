"""Numbers, percentages and years as each of the six languages writes them: separators, digits, millions, per cent."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from tm.forms import Place, UncertainError
from tm.ordinal_forms import han

_DIGITS = {"٠": "٠١٢٣٤٥٦٧٨٩", "０": "０１２３４５６７８９"}
_PLAIN_DIGITS = "0123456789"
#: What stands between thousands, and before decimals, where a text itself does not show it: the custom of each
#: language in documents of the United Nations (counted in 4,000 sentences of six languages; Arabic has no one custom).
GROUP = {"en": ",", "fr": "\u00a0", "es": ".", "ru": "\u00a0", "zh": " "}
DECIMAL = {"en": ".", "fr": ",", "es": ",", "ru": ",", "zh": ".", "ar": "."}
_VALUE = re.compile(r"(?P<sign>-?)(?P<whole>\d+)(?:\.(?P<decimals>\d+))?(?P<percent>%?)\Z")
_NUMERAL = re.compile(
    r"(?P<sign>[-\u2212]?)(?P<before>(?:百分之|第)?\s?)"
    r"(?P<digits>\d(?:[\d.,٫٬ \u00a0\u2009\u202f]*\d)?|[一二三四五六七八九十百千零〇两]+)"
    r"(?P<gap>\s{0,2})(?P<times>[^\W\d_]*(?:\s[^\W\d_]+)?\.?)(?P<percent>\s?[%٪％]|\s+\S.*)?\Z",
    re.DOTALL,
)
_ARABIC_INDIC = "٠١٢٣٤٥٦٧٨٩"


def rewrite_number(place: Place, old: str, new: str, *, exact: bool = True, grouped: bool = True) -> str:
    """The new value of a number in the form in which the old one stands.

    Values are those of ``tm.numbers``: ``1234.5``, ``25%``, ``1200000``. ``exact`` says that the text that was
    translated writes both values out in figures, so that a number past the million need not become "millions";
    ``grouped`` that it separates thousands, as it does not in years and numbers of articles.

    Raises:
        UncertainError: the form is not known, or the new value is written otherwise.
    """
    written = place.written
    if written == old and not _VALUE.match(new):
        return new
    was, now, found = _VALUE.match(old), _VALUE.match(new), _NUMERAL.match(written)
    if not was or not now or not found:
        if written == old and not was and not now:
            return new
        raise UncertainError(f"“{written}” is not a number that can be rewritten")
    if was["percent"] != now["percent"] or was["sign"] != now["sign"]:
        raise UncertainError(f"{old} and {new} are written in different ways")
    style = _style(found, Decimal(old.rstrip("%")), place)
    if style.group is None and not grouped:
        style = replace(style, group="")
    return style.write(Decimal(new.rstrip("%")), now["decimals"] or "", exact=exact)


def fullest(text: str, primary: str) -> str:
    """The separator of thousands that the numbers of a text show, or else the custom of its language; "" unknown."""
    shown = re.findall(r"(?<![\d.,])[1-9]\d{0,2}([.,٬ \u00a0\u2009\u202f])\d{3}(?!\d)", text)
    return str(shown[0]) if shown and _can_group(shown[0], primary) else GROUP.get(primary, "")


def _can_group(separator: str, primary: str) -> bool:
    if primary == "ar":
        return separator in ",٬"
    return separator.isspace() or separator == GROUP.get(primary)


@dataclass(frozen=True, slots=True)
class _Style:
    """How one number is written."""

    place: Place
    value: Decimal
    sign: str
    before: str
    #: Script of the digits; "" for Chinese numerals.
    digits: str
    #: Between thousands: "" when none, None when the number does not show it.
    group: str | None
    #: Groups of thousands stand last first, as some Arabic documents store them.
    is_reversed: bool
    decimal: str
    gap: str
    times: str
    percent: str

    def write(self, value: Decimal, decimals: str, *, exact: bool) -> str:
        times, power = self.times, _power(self.times, self.place.primary)
        if self.times:
            times, power = _multiplied(self, abs(value))
            mantissa = f"{abs(value).scaleb(-power).normalize():f}"
            whole, _, decimals = mantissa.partition(".")
        else:
            if self.place.primary != "zh" and not exact and abs(self.value) < 10**6 <= abs(value):
                raise UncertainError("a number past the million may be written in millions")
            whole = str(int(abs(value)))
        text = self._digits(whole, decimals)
        percent = self.percent
        if percent.strip() and self.place.primary == "ru":
            percent = _russian_word(percent, abs(self.value), abs(value))
        return f"{self.sign}{self.before}{text}{self.gap}{times}{percent}"

    def _digits(self, whole: str, decimals: str) -> str:
        if not self.digits:
            if decimals or len(whole) > 4:
                raise UncertainError("the number is too large for numerals")
            return han(int(whole))
        groups = _groups(whole) if len(whole) > 3 else [whole]
        separator = self.group
        if len(groups) > 1 and separator is None:
            separator = fullest(self.place.text, self.place.primary)
            if not separator:
                raise UncertainError("how the text separates thousands cannot be told")
        if separator == "" and len(whole) > 4 and len(str(int(abs(self.value)))) == 4:
            raise UncertainError("how the text separates thousands cannot be told")
        if self.is_reversed and len(groups) > 1:
            groups[-1] += self.decimal + decimals if decimals else ""
            text = (separator or "").join(reversed(groups))
        else:
            text = (separator or "").join(groups) + (self.decimal + decimals if decimals else "")
        return text.translate(str.maketrans(_PLAIN_DIGITS, self.digits))


def _style(found: re.Match[str], value: Decimal, place: Place) -> _Style:
    """How a number is written, told by its parts.

    Raises:
        UncertainError: written in that way the old value does not come out as it stands.
    """
    digits, primary = found["digits"], place.primary
    first = digits[0]
    script = _PLAIN_DIGITS
    if not first.isdecimal():
        script = ""
    elif first not in _PLAIN_DIGITS:
        script = next((own for own in _DIGITS.values() if first in own), _PLAIN_DIGITS)
    times, gap = found["times"], found["gap"]
    percent = found["percent"] or ""
    if times and not _is_multiplier(times, primary):
        times, gap, percent = "", "", found.group()[found.start("gap") :]
    group, is_reversed, decimal = _separators(digits, value, times, place)
    if script == _ARABIC_INDIC and not any(c in ".,٫" for c in digits):
        decimal = "٫"
    style = _Style(
        place, value, found["sign"], found["before"], script, group, is_reversed, decimal, gap, times, percent
    )
    shown = re.search(rf"{re.escape(decimal)}(\d+)", digits) if not is_reversed else None
    decimals = shown[1] if shown else str(abs(value)).partition(".")[2]
    if style.write(value, _western(decimals), exact=True) != place.written:
        raise UncertainError(f"“{place.written}” is not written as usual")
    return style


def _western(digits: str) -> str:
    return "".join(str(int(c)) for c in digits)


def _separators(digits: str, value: Decimal, times: str, place: Place) -> tuple[str | None, bool, str]:
    """What separates thousands (None when nothing tells), whether groups are reversed, what precedes decimals."""
    power = _power(times, place.primary) if times else 0
    mantissa = abs(value).scaleb(-power)
    whole = str(int(mantissa))
    fractional = mantissa != int(mantissa) or ("." in str(abs(value)) and not times)
    marks = [c for c in digits if not c.isdecimal()]
    decimal = DECIMAL.get(place.primary, ".")
    is_reversed = False
    spaced = [c for c in marks if c.isspace()]
    if fractional:
        points = [c for c in marks if not c.isspace()]
        if points:
            decimal = points[-1]
            marks.remove(decimal)
    if len(whole) <= 3:
        return None, False, decimal
    if place.primary == "ar" and spaced and len(digits.split()[-1]) < 3:
        is_reversed = True
    return (marks[0] if marks else ""), is_reversed, decimal


def _groups(whole: str) -> list[str]:
    first = len(whole) % 3
    return [part for part in (whole[:first], *(whole[i : i + 3] for i in range(first, len(whole), 3))) if part]


# --- millions and per cent ------------------------------------------------------------------------------------------

#: Words for thousands, millions and so on: in each series the power of ten with its forms for one, few and many.
_SERIES: dict[str, tuple[dict[int, tuple[str, str, str]], ...]] = {
    "en": ({3: ("thousand",) * 3, 6: ("million",) * 3, 9: ("billion",) * 3, 12: ("trillion",) * 3},),
    "fr": (
        {3: ("mille",) * 3, 6: ("million", "millions", "millions"), 9: ("milliard", "milliards", "milliards"),
         12: ("billion", "billions", "billions")},
    ),
    "es": ({3: ("mil",) * 3, 6: ("millón", "millones", "millones"), 12: ("billón", "billones", "billones")},),
    "ru": (
        {3: ("тыс.",) * 3, 6: ("млн",) * 3, 9: ("млрд",) * 3, 12: ("трлн",) * 3},
        {3: ("тысяча", "тысячи", "тысяч"), 6: ("миллион", "миллиона", "миллионов"),
         9: ("миллиард", "миллиарда", "миллиардов"), 12: ("триллион", "триллиона", "триллионов")},
        {3: ("тысячи", "тысяч", "тысяч"), 6: ("миллиона", "миллионов", "миллионов"),
         9: ("миллиарда", "миллиардов", "миллиардов"), 12: ("триллиона", "триллионов", "триллионов")},
    ),
    "ar": (
        {3: ("ألف", "آلاف", "ألف"), 6: ("مليون", "ملايين", "مليون"), 9: ("بليون", "بلايين", "بليون"),
         12: ("تريليون", "تريليونات", "تريليون")},
        {9: ("مليار", "مليارات", "مليار")},
    ),
    "zh": ({4: ("万",) * 3, 8: ("亿",) * 3},),
}  # fmt: skip
_RUSSIAN_PER_CENT = (("процент", "процента", "процентов"), ("процента", "процентов", "процентов"))


def plural_class(value: Decimal, primary: str) -> str:
    """The class of numbers that a counted noun agrees with: ``one``, ``two``, ``few``, ``many`` or ``other``.

    As in CLDR's plural rules of the six languages.

    >>> plural_class(Decimal(21), "ru"), plural_class(Decimal(104), "ar"), plural_class(Decimal("1.5"), "fr")
    ('one', 'few', 'one')
    """
    value = abs(value)
    whole = value == int(value)
    tens, units = (int(value) % 100, int(value) % 10) if whole else (0, 0)
    if primary == "fr":
        return "one" if value < 2 else "other"
    if primary == "ru" and whole:
        if units == 1 and tens != 11:
            return "one"
        return "few" if units in {2, 3, 4} and tens not in {12, 13, 14} else "many"
    if primary == "ar" and whole:
        if value in {1, 2}:
            return "one" if value == 1 else "two"
        return "few" if 3 <= tens <= 10 else "many" if tens >= 11 else "other"
    return "one" if value == 1 and primary in {"en", "es"} else "other"


def _is_multiplier(word: str, primary: str) -> bool:
    return any(word in forms for series in _SERIES.get(primary, ()) for forms in series.values())


def _power(word: str, primary: str) -> int:
    for series in _SERIES.get(primary, ()):
        for power, forms in series.items():
            if word in forms:
                return power
    return 0


def _form(value: Decimal, power: int, primary: str) -> int:
    """Which of the three forms a mantissa takes."""
    mantissa = value.scaleb(-power)
    kind = plural_class(mantissa, primary)
    if primary == "ru" and mantissa != int(mantissa):
        return 1
    return {"one": 0, "few": 1}.get(kind, 2)


def _multiplied(style: _Style, value: Decimal) -> tuple[str, int]:
    """The word for millions and its like that the new value takes, and its power of ten."""
    primary, old = style.place.primary, abs(style.value)
    if primary == "ar" and any(value.scaleb(-power) in {1, 2} for power in (6, 9, 12)):
        raise UncertainError("Arabic says one or two millions in a word")
    found: set[tuple[str, int]] = set()
    for series in _SERIES[primary]:
        for power, forms in series.items():
            if forms[_form(old, power, primary)] != style.times or not (primary == "zh" or _fits(old, power, series)):
                continue
            fitting = max((p for p in series if value >= Decimal(10) ** p), default=0)
            if fitting < 6 and primary != "zh" and fitting != power:
                raise UncertainError("a number below the million may be written out")
            if primary == "zh" and max(p for p in series if old >= Decimal(10) ** p) != power:
                fitting = power
            if fitting not in series:
                raise UncertainError("the number is written in another unit")
            found.add((series[fitting][_form(value, fitting, primary)], fitting))
    if len(found) != 1:
        raise UncertainError(f"which form of “{style.times}” the new number takes is not certain")
    return found.pop()


def _fits(value: Decimal, power: int, series: dict[int, tuple[str, str, str]]) -> bool:
    return power == max((p for p in series if value >= Decimal(10) ** p), default=0)


def _russian_word(written: str, old: Decimal, new: Decimal) -> str:
    """The Russian word for per cent as the new number requires it."""
    word = written.strip()
    if word not in {form for forms in _RUSSIAN_PER_CENT for form in forms}:
        return written
    cases = [forms for forms in _RUSSIAN_PER_CENT if _counted(forms, old) == word]
    found = {_counted(forms, new) for forms in cases}
    if len(found) != 1:
        raise UncertainError(f"which form of “{word}” the new number takes is not certain")
    return written.replace(word, found.pop())


def _counted(forms: tuple[str, str, str], value: Decimal) -> str:
    if value != int(value):
        return "процента"
    return forms[{"one": 0, "few": 1}.get(plural_class(value, "ru"), 2)]
