"""Numbers, dates, symbols, ordinals and measures that two similar texts have otherwise, in figures or in words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from tm.model import Flag
from tm.passages import Side, Sides, Text
from tm.phrases import CALENDAR, HARMLESS, LANGUAGES, MEASURE, terms
from tm.text import Token

NUMBER, DATE, SYMBOL, ORDINAL = "number", "date", "symbol", "ordinal"
#: Chinese counts months: the word for month after a numeral.
_MONTH = "月"
#: Numbers in words that often stand for "a" or "both": alone on one side they say nothing.
_COMMON = (Fraction(1), Fraction(2))


class _Value(NamedTuple):
    """A value in a text, and the words for it."""

    value: Fraction | str
    words: str
    spelled: bool = False


def values(query: Text, stored: Text, sides: Sides | None, primary: str) -> Iterator[Flag]:
    """Flags for the values of which the two texts do not have the same, or not in the same order.

    Without ``sides``, for a language that has no lists or texts whose words are the same, only values in figures are
    compared.
    """
    numbers = [_of_kind(side, NUMBER) for side in (query, stored)]
    if sides:
        for figures, side in zip(numbers, sides, strict=True):
            figures += _spelled(side)
    ordinals = [_of_kind(side, ORDINAL) for side in (query, stored)]
    left = _surplus(*numbers)
    left_ordinals = _surplus(*ordinals)
    # "21st" and "twenty-first" may be read as a number in one text and as an ordinal in the other.
    for one in (0, 1):
        left[one][:], left_ordinals[1 - one][:] = _surplus(left[one], left_ordinals[1 - one])
    dates = _surplus(*(_of_kind(side, DATE) for side in (query, stored)))
    for one in (0, 1):
        dates[one][:], left[1 - one][:] = _without_figures(dates[one], left[1 - one])
    yield from _number(query, stored, sides, left)
    if any(left_ordinals):
        yield _flag(ORDINAL, left_ordinals)
    elif not any(left) and _reordered(*ordinals):
        yield _flag(ORDINAL, ordinals)
    for kind in (DATE, SYMBOL):
        found = [_of_kind(side, kind) for side in (query, stored)]
        surplus = dates if kind == DATE else _surplus(*found)
        words = _exchanged(sides, CALENDAR) + _chinese_months(sides, primary) if sides and kind == DATE else []
        if any(surplus) or words or _reordered(*found):
            values = surplus if any(surplus) else found if not words else [[], []]
            yield _flag(kind, values, words)


_DIGITS = re.compile(r"\d+")


def _without_figures(dates: Sequence[_Value], numbers: Sequence[_Value]) -> tuple[list[_Value], list[_Value]]:
    """Dates, and numbers of the other side, without those that say one day: "3 March 2011", "03/03/2011"."""
    kept, rest = [], list(numbers)
    for date in dates:
        wanted = Counter(int(digits) for digits in _DIGITS.findall(str(date.value)))
        said = [
            (value, [int(digits) for digits in _DIGITS.findall(value.words)]) for value in rest if not value.spelled
        ]
        parts = [(value, figures) for value, figures in said if figures and not Counter(figures) - wanted]
        if len(wanted) > 0 and Counter(f for _, figures in parts for f in figures) == wanted:
            rest = [value for value in rest if all(value is not part for part, _ in parts)]
        else:
            kept.append(date)
    return kept, rest


#: The units that signs stand for.
_SIGNS = {"$": "usd", "€": "eur", "£": "gbp"}


def signs_spelled(signs: Sequence[str], other: Sequence[str], text: Text, primary: str) -> bool:
    """Whether the signs that ``other`` lacks are said in words in its text: "$5", "5 dollars"."""
    missing = list((Counter(signs) - Counter(other)).elements())
    found = terms(text.text, text.tokens, primary, [(0, len(text.tokens))]) if primary in LANGUAGES else []
    units = {group for term in found if term.category == MEASURE for group in term.groups}
    return all(_SIGNS.get(sign) in units for sign in missing)


def _number(query: Text, stored: Text, sides: Sides | None, left: Sequence[Sequence[_Value]]) -> Iterator[Flag]:
    measures = _exchanged(sides, MEASURE) if sides else []
    figures = [_of_kind(side, NUMBER) for side in (query, stored)]
    wrong = all(left) or any(not value.spelled or value.value not in _COMMON for found in left for value in found)
    if wrong or measures:
        yield _flag(NUMBER, left if wrong else [[], []], measures)
    elif _reordered(*figures):
        yield _flag(NUMBER, figures)


def _flag(name: str, values: Sequence[Sequence[_Value]], words: Sequence[tuple[str, str]] = ()) -> Flag:
    mine, theirs = (tuple(value.words for value in found) for found in values)
    return Flag(name, mine + tuple(one for one, _ in words if one), theirs + tuple(two for _, two in words if two))


def _of_kind(side: Text, kind: str) -> list[_Value]:
    return [_Value(_amount(t.value) if kind in {NUMBER, ORDINAL} else t.value, side.text[t.start : t.end])
            for t in side.tokens if t.kind == kind]  # fmt: skip


@lru_cache(maxsize=1 << 14)
def _amount(value: str) -> Fraction | str:
    """A number's value; a hundredth of a percentage's; the text of what is no single number (``1.2.3``)."""
    try:
        amount = Fraction(Decimal(value.rstrip("%")))
    except InvalidOperation:
        return value
    return amount / 100 if value.endswith("%") else amount


def _spelled(side: Side) -> list[_Value]:
    """The numbers in words of a text."""
    harmless = {i for t in side.terms if t.category == HARMLESS for i in range(t.start, t.end)}
    return [
        _Value(value, side.text.words(start, end), spelled=True)
        for start, end, value in side.numbers
        if start not in harmless and not (side.primary == "zh" and _is_month(side.text.tokens, end))
    ]


def _is_month(tokens: Sequence[Token], end: int) -> bool:
    return end < len(tokens) and tokens[end].key == _MONTH


def _chinese_months(sides: Sides | None, primary: str) -> list[tuple[str, str]]:
    """Months that differ, written as a numeral without year or day."""
    if primary != "zh" or sides is None:
        return []
    months = [
        [
            _Value(value, side.text.words(start, end + 1))
            for start, end, value in side.numbers
            if _is_month(side.text.tokens, end)
        ]
        for side in sides
    ]
    mine, theirs = _surplus(*months)
    return [(one.words, other.words) for one, other in zip(mine, theirs, strict=False)]


def _surplus(mine: Sequence[_Value], theirs: Sequence[_Value]) -> tuple[list[_Value], list[_Value]]:
    """The values of each side that the other has not, or not so often."""
    if mine == theirs:
        return [], []
    return _missing(mine, theirs), _missing(theirs, mine)


def _missing(mine: Sequence[_Value], theirs: Sequence[_Value]) -> list[_Value]:
    left = Counter(item.value for item in theirs)
    found = []
    for item in mine:
        left[item.value] -= 1
        if left[item.value] < 0:
            found.append(item)
    return found


def _reordered(mine: Sequence[_Value], theirs: Sequence[_Value]) -> bool:
    """Whether two texts have the same values in another order."""
    if mine == theirs:
        return False
    values = [item.value for item in mine], [item.value for item in theirs]
    return values[0] != values[1] and Counter(values[0]) == Counter(values[1])


def _exchanged(sides: Sides, category: str) -> list[tuple[str, str]]:
    """Measures, or months and days of the week, of which both sides have others in one place."""
    result: list[tuple[str, str]] = []
    for region in range(len(sides[0].ranges)):
        found = [side.inside(region, category) for side in sides]
        groups = [frozenset(group for term in terms for group in term.groups) for terms in found]
        other = [[t for t in found[w] if not t.groups & groups[1 - w]] for w in (0, 1)]
        if all(other):
            words = [[side.text.words(t.start, t.end) for t in terms] for side, terms in zip(sides, other, strict=True)]
            longest = max(map(len, words))
            padded = [column + [""] * (longest - len(column)) for column in words]
            result += zip(*padded, strict=True)
    return result
