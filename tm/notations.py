"""Values that two texts write in other notations: "3 March 2011" and "03/03/2011", "two thirds" and "2/3"."""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from tm.labels import roman
from tm.passages import Text


class Value(NamedTuple):
    """A value in a text, and the words for it."""

    value: Fraction | str
    words: str
    spelled: bool = False
    #: Whether it is part of a name: the number of a resolution, the ordinal of a committee.
    named: bool = False
    #: Its token, -1 where that does not matter.
    position: int = -1


#: Values of the query and of the stored text.
Values = tuple[list[Value], list[Value]]


def surplus(mine: Sequence[Value], theirs: Sequence[Value]) -> Values:
    """The values of each side that the other has not, or not so often."""
    if mine == theirs:
        return [], []
    return missing(mine, theirs), missing(theirs, mine)


class _Valued(Protocol):
    @property
    def value(self) -> object:
        """What two texts are compared by."""


_Item = TypeVar("_Item", bound=_Valued)


def missing(mine: Sequence[_Item], theirs: Sequence[_Item]) -> list[_Item]:
    """What stands on one side with a value that the other has not, or not so often."""
    left = Counter(item.value for item in theirs)
    found = []
    for item in mine:
        left[item.value] -= 1
        if left[item.value] < 0:
            found.append(item)
    return found


#: Bare figures from the first to the last of these may be years.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100


def is_year(value: Value) -> bool:
    """Whether a value is a bare figure that may be a year."""
    return isinstance(value.value, Fraction) and value.words.isdecimal() and _FIRST_YEAR <= value.value <= _LAST_YEAR


def written_otherwise(
    texts: tuple[Text, Text], numbers: Values, ordinals: Values, dates: Values
) -> tuple[Values, Values, Values]:
    """Numbers, ordinals and dates that only one text has, without those that the other writes in another notation."""
    # "21st" and "twenty-first" may be read as a number in one text and as an ordinal in the other.
    for one in (0, 1):
        numbers[one][:], ordinals[1 - one][:] = surplus(numbers[one], ordinals[1 - one])
    for of_side in numbers:
        of_side[:] = [value for value in of_side if not _is_full_hour(value)]
    numerals = [_capitals(text) if any(numbers) else frozenset[str]() for text in texts]
    for one in (0, 1):
        other = 1 - one
        numbers[one][:], numbers[other][:] = _without_times(numbers[one], numbers[other])
        dates[one][:], numbers[other][:] = _without_figures(dates[one], numbers[other])
        numbers[one][:], numbers[other][:] = _without_fractions(numbers[one], numbers[other])
        _drop_days(dates[one], dates[other], numbers[other])
        _drop_days(dates[one], dates[other], ordinals[other])
        _drop_hours(numbers[one], numbers[other], texts[one])
        _drop_ends(numbers[one], numbers[other], texts[one])
        numbers[one][:] = [value for value in numbers[one] if not _as_numeral(value, numerals[one], numerals[other])]
    return numbers, ordinals, dates


def _is_full_hour(value: Value) -> bool:
    """Whether a value is the minutes of a full hour, which say nothing: "10 h 00"."""
    return value.value == 0 and len(value.words) == _TWO_FIGURES and value.words.isdecimal()


_TWO_FIGURES = 2
_DIGITS = re.compile(r"\d+")
#: The time of a day with a point between hours and minutes, which is read as one number: "1.05 p.m.".
_TIME = re.compile(r"([01]?\d|2[0-4])\.([0-5]\d)")


def _without_times(mine: Sequence[Value], theirs: Sequence[Value]) -> Values:
    """Values of both sides without the times of the first that the other writes as two numbers: "1.05", "1:05"."""
    places: dict[str, list[int]] = {}
    for i, value in enumerate(theirs):
        places.setdefault(value.words, []).append(i)
    kept: list[Value] = []
    taken: set[int] = set()
    for value in mine:
        time = _TIME.fullmatch(value.words)
        hours, minutes = (places.get(part, []) for part in time.groups()) if time else ([], [])
        if hours and minutes and (hours is not minutes or len(hours) > 1):
            taken |= {hours.pop(), minutes.pop()}
        else:
            kept.append(value)
    return kept, [value for i, value in enumerate(theirs) if i not in taken]


def _without_figures(dates: Sequence[Value], numbers: Sequence[Value]) -> Values:
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


def _without_fractions(mine: Sequence[Value], theirs: Sequence[Value]) -> Values:
    """Values of both sides without the fractions in words that the other writes as two numbers: "two thirds", "2/3"."""
    kept, rest = [], list(theirs)
    for value in mine:
        if not value.spelled or not isinstance(value.value, Fraction) or value.value.denominator == 1:
            kept.append(value)
            continue
        parts = [Fraction(part) for part in value.value.as_integer_ratio()]
        # "One in three", or in Chinese "of three one".
        orders = (parts, parts[::-1]) if parts[0] == 1 else (parts,)
        place = next((k for k, pair in enumerate(pairwise(rest)) if [found.value for found in pair] in orders), None)
        if place is None:
            kept.append(value)
        else:
            del rest[place : place + 2]
    return kept, rest


#: The value of a date that has a day: year, or nothing, and month before it.
_WITH_DAY = re.compile(r"(?P<month>.*-\d\d)-(?P<day>\d\d)")


def _drop_days(dates: list[Value], others: list[Value], days: list[Value]) -> None:
    """Take out the dates whose day the other side says in words: "5 March 2011", "the fifth of March 2011"."""
    for date in list(dates):
        parts = _WITH_DAY.fullmatch(str(date.value))
        month = next((other for other in others if parts and other.value == parts["month"]), None)
        day = next((value for value in days if parts and value.value == int(parts["day"])), None)
        if month and day:
            dates.remove(date)
            others.remove(month)
            days.remove(day)


_HALF_DAY = 12
#: What stands behind an hour of the afternoon.
_AFTERNOON = re.compile(r"\s*p\.?\s*m\b", re.IGNORECASE)


def _drop_hours(mine: list[Value], theirs: list[Value], text: Text) -> None:
    """Take out the hours of the afternoon that the other side counts to twenty-four: "3 p.m.", "15:00"."""
    for value in list(mine):
        if value.position < 0 or isinstance(value.value, str):
            continue
        if not _AFTERNOON.match(text.text, text.tokens[value.position].end):
            continue
        later = value.value + _HALF_DAY
        match = next((other for other in theirs if other.value == later), None)
        if match:
            mine.remove(value)
            theirs.remove(match)


_CENTURY = 100


def _drop_ends(mine: list[Value], theirs: list[Value], text: Text) -> None:
    """Take out the last years of spans that the other side writes in full: "2018/19", "2018–2019".

    The parts of a resolution's number are none.
    """
    for value in list(mine):
        if value.named or value.position < 1 or isinstance(value.value, str) or len(value.words) != _TWO_FIGURES:
            continue
        first = text.tokens[value.position - 1].value
        full = Fraction(f"{first[:2]}{value.words}") if first.isdecimal() and len(first) == len("2018") else None
        match = next((other for other in theirs if other.value == full and is_year(other)), None)
        if match:
            mine.remove(value)
            theirs.remove(match)


def _as_numeral(value: Value, mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether the other text has a number as a Roman numeral that this one has not: "article 4", "article IV".

    ``mine`` and ``theirs`` are the words of both texts that are all in capitals.
    """
    if isinstance(value.value, str) or value.value.denominator != 1 or not 1 <= value.value < _CENTURY:
        return False
    numeral = roman(int(value.value))
    return numeral in theirs and numeral not in mine


def _capitals(text: Text) -> frozenset[str]:
    return frozenset(token.key for token in text.tokens if text.text[token.start : token.end].isupper())
