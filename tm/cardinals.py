"""Cardinal numbers in words, "two hundred and fifty" and its like, in six languages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache

from tm.ordinals import HAN_DIGITS, HAN_POWERS, han_number
from tm.phrases import CASE_ENDING, arabic_forms, arabic_letters, lists
from tm.text import Token, fold

#: Words between the parts of one number.
_JOINERS = {"en": ("and",), "fr": ("et",), "es": ("y",), "ru": (), "ar": ()}
_HAN = frozenset({*HAN_DIGITS, *HAN_POWERS})
#: French counts on to nineteen after these.
_SCORES = (60, 80)
#: Most words of one name of a number, "quatre vingt dix sept".
_LONGEST = 4


def cardinals(tokens: Sequence[Token], primary: str) -> Iterator[tuple[int, int, Fraction]]:
    """``(first token, last token + 1, value)`` of each cardinal number in words, in order, longest reading first."""
    if primary == "zh":
        yield from _han(tokens)
        return
    names = _names(primary)
    done = 0
    for i in [i for i, token in enumerate(tokens) if token.kind == "ordinal" or _may_start(token.key, primary)]:
        if i < done:
            continue
        if tokens[i].kind == "ordinal":
            size = _part(tokens, i, primary)
            if size:
                yield i, i + size, Fraction(1, int(tokens[i].value))
                done = i + size
            continue
        end, value = _reading(tokens, i, primary, names)
        if value is not None:
            end, value = _share(tokens, end, value, primary)
            yield i, end, value
        done = end


#: What stands behind the ordinal of a share: "tres quintas partes". English and French need nothing there.
_SHARES = {"es": ("parte", "partes"), "ru": ("часть", "части", "частей")}
#: Smallest denominator that is an ordinal: "two first years" are no share.
_THIRD = 3


def _share(tokens: Sequence[Token], end: int, value: Fraction, primary: str) -> tuple[int, Fraction]:
    """End and value of a number with the ordinal behind it that makes it a share: "one fifth", "две пятых"."""
    if end >= len(tokens) or tokens[end].kind != "ordinal":
        return end, value
    whole = int(tokens[end].value)
    if whole < _THIRD or value.denominator != 1 or not 0 < value < whole:
        return end, value
    parted = end + 1 < len(tokens) and tokens[end + 1].key in _SHARES.get(primary, ())
    if primary == "es" and not parted:
        return end, value
    return end + 1 + parted, value / whole


#: What stands before an ordinal that is a share by itself: "каждый третий".
_EVERY = frozenset({"каждый", "каждая", "каждое", "каждого", "каждой"})


def _part(tokens: Sequence[Token], i: int, primary: str) -> int:
    """Number of tokens of an ordinal that is a share by itself, 0 for others: "la cuarta parte de", "a fifth of"."""
    before = tokens[i - 1].key if i else ""
    behind = tokens[i + 1].key if i + 1 < len(tokens) else ""
    if int(tokens[i].value) < _THIRD:
        return 0
    if primary == "en":
        return int(before == "a" and behind == "of")
    return 1 if before in _EVERY else 2 * (behind in _SHARES.get(primary, ()))


def _han(tokens: Sequence[Token]) -> Iterator[tuple[int, int, Fraction]]:
    done = 0
    for i in [i for i, token in enumerate(tokens) if token.key in _HAN or token.key == _HALF[0]]:
        if i < done:
            continue
        if _is_half(tokens, i):
            yield i, i + 2, Fraction(1, 2)
            done = i + 2
            continue
        if tokens[i].key not in _HAN:
            continue
        end = i
        while end < len(tokens) and tokens[end].key in _HAN and (end == i or tokens[end].start == tokens[end - 1].end):
            end += 1
        value = _han_value(tokens, i, end)
        if value and end < len(tokens) and tokens[end].key == _HUNDRED_MILLION:
            last = end + 1
            while last < len(tokens) and tokens[last].key in _HAN:
                last += 1
            value, end = value * 10**8 + (_han_value(tokens, end + 1, last) or 0), last
        stop = end + len(_PARTS)
        if (
            value
            and end < len(tokens)
            and tokens[end].key == _PARTS[0]
            and "".join(token.key for token in tokens[end:stop]) == _PARTS
        ):
            # "Of three parts two" is two thirds.
            last = stop
            while last < len(tokens) and tokens[last].key in _HAN:
                last += 1
            share = _han_value(tokens, stop, last)
            if share is not None:
                value, end = share / value, last
        if value is not None:
            yield i, end, value
        done = end


def _is_half(tokens: Sequence[Token], i: int) -> bool:
    return i + 1 < len(tokens) and tokens[i].key + tokens[i + 1].key in {_HALF, _ONE_HALF}


_HUNDRED_MILLION = "亿"
#: The words for a half.
_HALF, _ONE_HALF = "半数", "一半"
#: "Parts of", in a Chinese fraction.
_PARTS = "分之"


def _han_value(tokens: Sequence[Token], start: int, end: int) -> Fraction | None:
    value = han_number("".join(token.key for token in tokens[start:end]))
    return None if value is None else Fraction(value)


@lru_cache(maxsize=1 << 15)
def _may_start(key: str, primary: str) -> bool:
    starts = _starts(primary)
    if primary == "ru" and _compound(key) is not None:
        return True
    return not starts.isdisjoint(arabic_forms(key)) if primary == "ar" else key in starts


@cache
def _starts(primary: str) -> frozenset[str]:
    return frozenset(keys[0] for keys in _names(primary))


def _reading(
    tokens: Sequence[Token], start: int, primary: str, names: Mapping[tuple[str, ...], Fraction]
) -> tuple[int, Fraction | None]:
    """End and value of the longest number that starts at a token; ``(start, None)`` when there is none."""
    total, current = Fraction(0), Fraction(0)
    end = start
    while True:
        begin = end
        if end > start and begin < len(tokens) - 1 and tokens[begin].key in _JOINERS[primary]:
            begin += 1
        size, value = _name(tokens, begin, primary, names, joined=end > start)
        if value is None or (end > start and not _continues(current, value, total)):
            break
        if value >= 1000:
            total += (current or 1) * value
            current = Fraction(0)
        elif value == 100 and 0 < current < 10:
            current *= 100
        else:
            current += value
        end = begin + size
        more = _half_more(tokens, end, primary)
        if more:
            total, current = (total + value / 2, current) if value >= 1000 else (total, current + Fraction(1, 2))
            end += more
    return (start, None) if end == start else (end, total + current)


def _half_more(tokens: Sequence[Token], start: int, primary: str) -> int:
    """Number of tokens of "and a half" at a place, 0 when it is not there."""
    for phrase in _HALF_MORE[primary]:
        if tuple(token.key for token in tokens[start : start + len(phrase)]) == phrase:
            return len(phrase)
    return 0


#: "And a half", behind a number or behind a million.
_HALF_MORE = {
    "en": (("and", "a", "half"),),
    "fr": (("et", "demi"), ("et", "demie")),
    "es": (("y", "medio"), ("y", "media")),
    "ru": (("с", "половиной"),),
    "ar": (("ونصف",),),
}


def _continues(current: Fraction, value: Fraction, total: Fraction) -> bool:
    """Whether a number name can follow the ones read."""
    if value >= 1000:
        return current > 0 and (total == 0 or value < total)
    if value == 100:
        return 0 < current < 10
    if value < 1 or current.denominator != 1:
        return False
    if current == 0:
        return total > 0
    last = current % 100
    if value >= 100:
        return False
    if last == 0:
        return True
    if last < 10:
        # Arabic says the unit before the ten.
        return value >= 20 and value % 10 == 0
    return last % 10 == 0 and last >= 20 and value < (20 if last in _SCORES else 10)


def _name(
    tokens: Sequence[Token], start: int, primary: str, names: Mapping[tuple[str, ...], Fraction], *, joined: bool
) -> tuple[int, Fraction | None]:
    """Number of tokens and value of the longest name at a token."""
    for size in range(min(_LONGEST, len(tokens) - start), 0, -1):
        keys = [token.key for token in tokens[start : start + size]]
        if primary != "ar":
            value = names.get(tuple(keys))
            if value is None and primary == "ru" and size == 1 and not joined:
                value = _compound(keys[0])
        elif joined and not keys[0].startswith("و"):
            value = names.get(tuple(map(arabic_letters, keys))) if size == 1 else None
            value = value if value is not None and value >= 1000 else None
        else:
            rest = tuple(map(arabic_letters, keys[1:]))
            value = next((names[form, *rest] for form in arabic_forms(keys[0]) if (form, *rest) in names), None)
        if value is not None:
            return size, value
    return 0, None


#: Numbers as the Russian compounds begin with them: "тридцатидневный", "двадцатипятилетний".
_COMPOUNDED = {
    "трех": 3, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7, "восьми": 8, "девяти": 9, "десяти": 10,
    "одиннадцати": 11, "двенадцати": 12, "тринадцати": 13, "четырнадцати": 14, "пятнадцати": 15, "шестнадцати": 16,
    "семнадцати": 17, "восемнадцати": 18, "девятнадцати": 19, "двадцати": 20, "тридцати": 30, "сорока": 40,
    "пятидесяти": 50, "шестидесяти": 60, "семидесяти": 70, "восьмидесяти": 80, "девяносто": 90, "сто": 100,
}  # fmt: skip
#: What such compounds count.
_COUNTED = "дневн|суточн|недельн|месячн|летн|годичн|часов|минутн|процентн|кратн|членн|сторонн|километров|метров|тонн"
_COMPOUND = re.compile(
    rf"(?P<tens>двадцати|тридцати|сорока|(?:пят|шест|сем|восьм)идесяти|девяносто)?(?P<last>{'|'.join(_COMPOUNDED)})?"
    rf"(?:{_COUNTED})(?:ый|{CASE_ENDING.pattern})"
)


@lru_cache(maxsize=1 << 14)
def _compound(key: str) -> Fraction | None:
    """The number that a Russian compound begins with, None for other words."""
    match = _COMPOUND.fullmatch(key.replace("ё", "е"))
    if match is None or not any(match.groups()):
        return None
    return Fraction(sum(_COMPOUNDED[part] for part in match.groups() if part))


@cache
def _names(primary: str) -> Mapping[tuple[str, ...], Fraction]:
    """Words of each number's names with its value."""
    shape = arabic_letters if primary == "ar" else str
    return {
        tuple(shape(fold(word)) for word in name.split()): Fraction(value)
        for value, forms in lists(primary)["number"].items()
        for name in forms
    }
