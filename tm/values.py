"""Numbers, dates, symbols, ordinals and measures that two similar texts have otherwise, in figures or in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from tm.designations import cited, committees
from tm.model import Flag
from tm.notations import Value, Values, is_year, surplus, written_otherwise
from tm.passages import KEPT, Side, Sides, Text
from tm.phrases import BODY, CALENDAR, DENIALS, HARMLESS, LANGUAGES, MEASURE, QUANTITY, fits, terms, words
from tm.text import Token, fold

NUMBER, DATE, SYMBOL, ORDINAL = "number", "date", "symbol", "ordinal"
#: Chinese counts months: the word for month after a numeral.
_MONTH = "月"
#: Numbers in words that often stand for "a" or "both": alone on one side they say nothing.
_COMMON = (Fraction(1), Fraction(2))


def values(query: Text, stored: Text, sides: Sides | None, primary: str) -> Iterator[Flag]:
    """Flags for the values of which the two texts do not have the same, or not in the same order.

    Without ``sides``, for a language that has no lists or texts whose words are the same, only values in figures are
    compared.
    """
    read = _figures(query, primary), _figures(stored, primary)
    spelled = tuple(map(_spelled, sides)) if sides else ([], [])
    if read[0].placeables == read[1].placeables and _said(spelled[0]) == _said(spelled[1]) and primary != "zh":
        # The commonest case; what follows would find no more.
        yield from _measured(sides)
        return
    figures = [found.numbers for found in read]
    numbers = [[*found, *in_words] for found, in_words in zip(figures, spelled, strict=True)]
    ordinals = [_alone(found.ordinals, side) for found, side in zip(read, sides or (None, None), strict=True)]
    left, left_ordinals, dates = written_otherwise(
        (query, stored), surplus(*numbers), surplus(*ordinals), surplus(*(found.dates for found in read))
    )
    if not any(left):
        left = _exchanged_values(query, stored, figures, unspaced=primary == "zh")
    if not any(left_ordinals):
        left_ordinals = _exchanged_values(query, stored, ordinals, unspaced=primary == "zh")
    symbols, left = _parted(left)
    months, left = _months(query, stored, left, sides, primary)
    years = _years(left)
    bodies, left_ordinals = _parted(left_ordinals)
    periods = _periods(sides, left) if sides else frozenset()
    yield from _number(sides, left, periods)
    if any(left_ordinals) and (all(left_ordinals) or not all(map(_begins, left_ordinals[0] + left_ordinals[1]))):
        yield _flag(ORDINAL, left_ordinals)
    if any(bodies):
        yield _flag(BODY, bodies)
    for kind in (DATE, SYMBOL):
        found = [of.dates if kind == DATE else of.symbols for of in read]
        other = dates if kind == DATE else surplus(*found)
        calendar = _exchanged(sides, CALENDAR) if sides and kind == DATE else []
        named = symbols if kind == SYMBOL else ([*months[0], *years[0]], [*months[1], *years[1]])
        if any(other) or any(named) or calendar or _reordered(*found):
            values = other if any(other) or calendar or any(named) else (found[0], found[1])
            yield _flag(kind, [[*one, *other] for one, other in zip(values, named, strict=True)], calendar)


def _alone(found: Sequence[Value], side: Side | None) -> Sequence[Value]:
    """The ordinals of a text that are no part of a share in words: "three fifths"."""
    if side is None or not found:
        return found
    shares = {i for start, end, _ in side.numbers for i in range(start, end)}
    return [value for value in found if value.position not in shares]


def _said(found: Sequence[Value]) -> list[Fraction | str]:
    return [value.value for value in found]


def _measured(sides: Sides | None) -> Iterator[Flag]:
    """The flags of two texts that have the same values: for measures, months and days of the week."""
    if sides is None:
        return
    for name, category in ((NUMBER, MEASURE), (DATE, CALENDAR)):
        exchanged = _exchanged(sides, category)
        if exchanged:
            yield _flag(name, ([], []), exchanged)


class _Figures(NamedTuple):
    """The values in figures of a text, by kind."""

    #: Kind and value of each, in order.
    placeables: tuple[tuple[str, str], ...]
    numbers: tuple[Value, ...]
    ordinals: tuple[Value, ...]
    dates: tuple[Value, ...]
    symbols: tuple[Value, ...]


@lru_cache(maxsize=KEPT)
def _figures(side: Text, primary: str) -> _Figures:
    placeables = tuple((token.kind, token.value) for token in side.tokens if token.kind)
    if not placeables:
        return _Figures((), (), (), (), ())
    numbers = _of_kind(side, NUMBER, cited(side, primary))
    return _Figures(
        placeables,
        tuple(_more_than(side, value) for value in numbers) if primary == "zh" else numbers,
        _of_kind(side, ORDINAL, committees(side, primary)),
        _of_kind(side, DATE),
        _of_kind(side, SYMBOL),
    )


#: "And more" in Chinese, between figures and the power of ten that they count: "30多万".
_AND_MORE = frozenset("多余")


def _more_than(side: Text, value: Value) -> Value:
    """A number in figures with the power of ten behind it, where "and more" stands between them."""
    power = _power(side.tokens, value.position + 2) if value.position >= 0 else None
    if power is None or isinstance(value.value, str):
        return value
    words = side.text[side.tokens[value.position].start : side.tokens[value.position + 2].end]
    return value._replace(value=value.value * power, words=words)


def _power(tokens: Sequence[Token], i: int) -> int | None:
    """The power of ten that a Chinese token is behind figures and "and more", None when it is none."""
    if not 2 <= i < len(tokens) or tokens[i - 2].kind != NUMBER or tokens[i - 1].key not in _AND_MORE:
        return None
    return _POWERS.get(tokens[i].key)


_POWERS = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def _begins(ordinal: Value) -> bool:
    """Whether an ordinal is "first" in words, which says nothing where only one side has it: "for the first time"."""
    return ordinal.value == 1 and ordinal.words.isalpha()


def _parted(found: Values) -> tuple[Values, Values]:
    """The values of both texts that are part of a name, and the others."""
    named = ([v for v in found[0] if v.named], [v for v in found[1] if v.named])
    return named, ([v for v in found[0] if not v.named], [v for v in found[1] if not v.named])


def _exchanged_values(query: Text, stored: Text, found: Sequence[Sequence[Value]], *, unspaced: bool) -> Values:
    """The values that stand in another order, unless all but one moved with a neighbour that no other value has.

    "In 2019, 300 judges" for "300 judges in 2019" says the same; "30 women and 50 men" for "50 women and 30 men" does
    not.
    """
    mine, theirs = found
    if not _reordered(mine, theirs):
        return [], []
    if not any(_reordered([v for v in mine if _sort(v) == sort], [v for v in theirs if _sort(v) == sort])
               for sort in {_sort(v) for v in mine}):  # fmt: skip
        return [], []
    places = [
        _neighbours_of(side, values, unspaced=unspaced) for side, values in zip((query, stored), found, strict=True)
    ]
    # Where all but one keep a neighbour, the last has its place too: "34 of the 120 seats", "of the 120 seats, 34".
    if sum(not places[0][value] & places[1][value] for value in places[0]) <= 1:
        return [], []
    changed = [k for k, (one, other) in enumerate(zip(mine, theirs, strict=True)) if one.value != other.value]
    return [mine[k] for k in changed], [theirs[k] for k in changed]


def _sort(value: Value) -> str:
    """What a value counts, as far as figures tell: a share, a year, or anything else."""
    if is_year(value):
        return "year"
    return "share" if "%" in value.words else ""


def _neighbours_of(side: Text, found: Sequence[Value], *, unspaced: bool) -> dict[Fraction | str, set[tuple[int, str]]]:
    """For each value the words right before (-1) and behind (1) it that stand so beside no other value."""
    tokens = side.tokens
    beside: dict[tuple[int, str], set[Fraction | str]] = {}
    for item in found:
        for step in (-1, 1):
            place = item.position + step
            key = tokens[place].key if 0 <= place < len(tokens) else ""
            beside.setdefault((step, key), set()).add(item.value)
        if unspaced:
            # What is counted stands behind its measure word.
            counted = "".join(token.key for token in tokens[item.position + 2 : item.position + 4])
            beside.setdefault((2, counted), set()).add(item.value)
    places: dict[Fraction | str, set[tuple[int, str]]] = {item.value: set() for item in found}
    for (step, key), beside_it in beside.items():
        if key and len(beside_it) == 1:
            places[next(iter(beside_it))].add((step, key))
    return places


def _months(query: Text, stored: Text, left: Values, sides: Sides | None, primary: str) -> tuple[Values, Values]:
    """The Chinese months without year or day that only one text has, in figures or not ("6月"), and the other numbers.

    A month in characters that one side has alone says nothing.
    """
    if primary != "zh":
        return ([], []), left
    months: Values = ([], [])
    others: Values = ([], [])
    for which, side in enumerate((query, stored)):
        for value in left[which]:
            end = value.position + 1
            if value.position >= 0 and _is_month(side.tokens, end):
                months[which].append(value._replace(words=side.text[side.tokens[end - 1].start : side.tokens[end].end]))
            else:
                others[which].append(value)
    if sides:
        for of_side, found in zip(sides, months, strict=True):
            found += [
                Value(value, of_side.text.words(start, end + 1), spelled=True)
                for start, end, value in of_side.numbers
                if _is_month(of_side.text.tokens, end)
            ]
    months = surplus(*months)
    alone = not all(months) and all(value.spelled for of_side in months for value in of_side)
    return (([], []) if alone else months), others


def _years(left: Values) -> Values:
    """The numbers of which each text has others and that may be years: "by 2030", "by 2035".

    They are flagged as numbers and as dates, since only a reader can tell which they are.
    """
    years = tuple([value for value in of_side if is_year(value)] for of_side in left)
    return (years[0], years[1]) if all(years) else ([], [])


#: The units, and the word for "and", that signs stand for.
_SIGNS = {"$": "usd", "€": "eur", "£": "gbp", "&": "and"}


def signs_spelled(signs: Sequence[str], other: Sequence[str], text: Text, primary: str) -> bool:
    """Whether the signs that ``other`` lacks are said in words in its text: "$5", "5 dollars"."""
    missing = list((Counter(signs) - Counter(other)).elements())
    found = terms(text.text, text.tokens, primary) if primary in LANGUAGES else []
    units = {group for term in found if term.category in {MEASURE, QUANTITY} for group in term.groups}
    return all(_SIGNS.get(sign) in units for sign in missing)


#: Measures that are so many of another: "quarterly", "every three months".
_PERIODS = {"quarter": (3, "month"), "semester": (6, "month"), "biennial": (2, "year"), "decade": (10, "year")}


def _periods(sides: Sides, left: Values) -> frozenset[str]:
    """The measures that one text has and the other says by another, whose number is taken out of ``left``."""
    found: set[str] = set()
    for name, (count, unit) in _PERIODS.items():
        for one in (0, 1):
            value = next((value for value in left[1 - one] if value.value == count), None)
            if (
                value
                and sides[one].changed(MEASURE, frozenset({name}))
                and sides[1 - one].changed(MEASURE, frozenset({unit}))
            ):
                left[1 - one].remove(value)
                found |= {name, unit}
    return frozenset(found)


def _number(sides: Sides | None, left: Values, periods: frozenset[str]) -> Iterator[Flag]:
    """Flags for numbers and measures; ``periods`` are measures that both texts say, in different words."""
    measures = _exchanged(sides, MEASURE, periods) if sides else []
    wrong = all(left) or any(not value.spelled or value.value not in _COMMON for found in left for value in found)
    if wrong or measures:
        yield _flag(NUMBER, left if wrong else ([], []), measures)


def _flag(name: str, values: Sequence[Sequence[Value]], words: Sequence[tuple[str, str]] = ()) -> Flag:
    mine, theirs = (tuple(value.words for value in found) for found in values)
    return Flag(name, mine + tuple(one for one, _ in words if one), theirs + tuple(two for _, two in words if two))


def _of_kind(side: Text, kind: str, named: frozenset[int] = frozenset()) -> tuple[Value, ...]:
    """The values of one kind in a text; ``named`` are the positions of those that are part of a name."""
    return tuple(
        Value(
            _amount(t.value) if kind in {NUMBER, ORDINAL} else t.value,
            side.text[t.start : t.end].rstrip("."),
            named=i in named,
            position=i,
        )
        for i, t in enumerate(side.tokens)
        if t.kind == kind
    )


@lru_cache(maxsize=1 << 14)
def _amount(value: str) -> Fraction | str:
    """A number's value; a hundredth of a percentage's; the text of what is no single number (``1.2.3``)."""
    try:
        amount = Fraction(Decimal(value.rstrip("%")))
    except InvalidOperation:
        return value
    return amount / 100 if value.endswith("%") else amount


def _spelled(side: Side) -> list[Value]:
    """The numbers in words of a text."""
    if not side.numbers:
        return []
    left_out = {
        i
        for t in side.terms
        if t.category in {HARMLESS, BODY, CALENDAR}
        or (t.category == MEASURE and "quarter" in t.groups)
        or (t.category in DENIALS and t.end - t.start > 1)
        for i in range(t.start, t.end)
    }
    found: list[Value] = []
    for start, end, value in side.numbers:
        if (
            start in left_out
            or _power(side.text.tokens, start)
            or (side.primary == "zh" and _is_month(side.text.tokens, end))
        ):
            continue
        percent = _percent(side, end)
        left_out.update(range(end, end + percent))
        amount = value / 100 if percent else value
        found.append(Value(amount, side.text.words(start, end + percent), spelled=True))
    return found


def _percent(side: Side, start: int) -> int:
    """Number of tokens of the words for "per cent" that begin at a token, 0 for none."""
    keys = [token.key for token in side.text.tokens[start : start + _LONGEST_PERCENT]]
    phrases = (fold(phrase).split() for phrase in words(side.primary, "per cent"))
    return max((len(p) for p in phrases if len(p) <= len(keys) and all(map(fits, keys, p))), default=0)


#: The words for "per cent" are so many at most.
_LONGEST_PERCENT = 3


def _is_month(tokens: Sequence[Token], end: int) -> bool:
    return end < len(tokens) and tokens[end].key == _MONTH


def _reordered(mine: Sequence[Value], theirs: Sequence[Value]) -> bool:
    """Whether two texts have the same values in another order."""
    if mine == theirs:
        return False
    values = [item.value for item in mine], [item.value for item in theirs]
    return values[0] != values[1] and Counter(values[0]) == Counter(values[1])


def _exchanged(sides: Sides, category: str, said: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Measures, or months and days of the week, of which both sides have others in one place."""
    result: list[tuple[str, str]] = []
    if not all(category in side.categories for side in sides):
        return result
    for region in range(len(sides[0].ranges)):
        found = [side.inside(region, category) for side in sides]
        groups = [frozenset(group for term in terms for group in term.groups) for terms in found]
        other = [[t for t in found[w] if not t.groups & (groups[1 - w] | said)] for w in (0, 1)]
        if all(other):
            words = [[side.text.words(t.start, t.end) for t in terms] for side, terms in zip(sides, other, strict=True)]
            longest = max(map(len, words))
            padded = [column + [""] * (longest - len(column)) for column in words]
            result += zip(*padded, strict=True)
    return result
