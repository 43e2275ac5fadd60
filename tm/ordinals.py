"""Ordinals in words, "seventy-eighth" and its like, in the six languages."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from tm.data import load
from tm.text import Token, fold

#: Digits and powers of ten of Chinese numerals.
HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "○": 0}
HAN_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
#: What may stand between the words of one ordinal besides spaces.
_HYPHENS = "-\u2010\u2011\u2012\u2013"
#: Arabic writes "the" with a preposition or conjunction before it as one word.
_ARABIC_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "لل")

#: Arabic month names of two words, the second an ordinal ("the second Teshrin" is November).
_NUMBERED_MONTHS = frozenset({"تشرين", "كانون", "ربيع", "جمادى"})

#: Token keys of an ordinal and its value.
Phrases = dict[tuple[str, ...], int]


def ordinals(text: str, tokens: Sequence[Token], primary: str) -> Iterator[tuple[int, int, int]]:
    """``(first token, last token + 1, value)`` of each ordinal in words, in order, longest reading first."""
    phrases, starts = _phrases(primary)
    if not phrases or starts.isdisjoint(token.key for token in tokens):
        return
    i = 0
    while i < len(tokens):
        size = _longest(text, tokens, i, phrases) if tokens[i].key in starts else 0
        if size and i and tokens[i - 1].key in _NUMBERED_MONTHS:
            size = 0
        if size:
            yield i, i + size, phrases[tuple(token.key for token in tokens[i : i + size])]
        i += size or 1


def ordinal_starts(primary: str) -> frozenset[str]:
    """The words that an ordinal in words can begin with, as token keys."""
    return _phrases(primary)[1]


@cache
def ordinal_words(primary: str) -> frozenset[str]:
    """The words that ordinals in words are made of or that tell them from months, as token keys."""
    return frozenset(chain.from_iterable(_phrases(primary)[0])) | _NUMBERED_MONTHS


def han_number(numeral: str) -> int | None:
    """The value of a Chinese numeral up to 99,999,999 (``七十八``, ``二〇一八``, ``百``), or None when it is none."""
    if not numeral or any(c not in HAN_DIGITS and c not in HAN_POWERS for c in numeral):
        return None
    if not any(c in HAN_POWERS for c in numeral):
        return int("".join(str(HAN_DIGITS[c]) for c in numeral))
    total = section = digit = 0
    for c in numeral:
        if c in HAN_DIGITS:
            digit = HAN_DIGITS[c]
        elif c == "万":
            total += (section + digit or 1) * HAN_POWERS[c]
            section = digit = 0
        else:
            section += (digit or 1) * HAN_POWERS[c]
            digit = 0
    return total + section + digit


_LONGEST = 6


def _longest(text: str, tokens: Sequence[Token], start: int, phrases: Mapping[tuple[str, ...], int]) -> int:
    """Number of tokens of the longest ordinal that starts here, 0 when there is none."""
    found = 0
    keys: list[str] = []
    for i in range(start, min(len(tokens), start + _LONGEST)):
        if i > start and not _adjacent(text[tokens[i - 1].end : tokens[i].start]):
            break
        keys.append(tokens[i].key)
        if tuple(keys) in phrases:
            found = len(keys)
    return found


def _adjacent(gap: str) -> bool:
    return gap.strip().strip(_HYPHENS) == ""


@cache
def _phrases(primary: str) -> tuple[Phrases, frozenset[str]]:
    """Every ordinal from 1 to 199 as a tuple of token keys, and the keys they can start with."""
    data = load("ordinals").get(primary)
    if data is None:
        return {}, frozenset()
    words = _arabic(data) if primary == "ar" else _composed(data)
    return words, frozenset(keys[0] for keys in words)


def _composed(data: Any) -> Phrases:
    last = _inflected(data)
    tens = [(int(value), _keys(form)) for value, forms in data["first"].items() for form in forms]
    units = [(value, keys) for keys, value in last.items()]
    phrases: Phrases = {}
    for value, first in tens:
        limit = 100 if value == 100 else 10
        # French counts on to nineteen after sixty and eighty.
        limit = 20 if value in {60, 80} and ("dix", "huitième") in last else limit
        phrases |= {first + keys: value + unit for unit, keys in units if unit < limit}
    hundred = [keys for value, keys in tens if value == 100]
    phrases |= {first + keys: 100 + value for first in hundred for keys, value in list(phrases.items()) if value < 100}
    # "The twenty first years" of French and its like are no compounds: some forms stand alone.
    alone = {_keys(form): int(value) for value, forms in data.get("alone", {}).items() for form in forms}
    return phrases | last | alone


def _inflected(data: Any) -> Phrases:
    last: Phrases = {
        _keys(form + ending): int(value)
        for value, forms in data["last"].items()
        for form in forms
        for ending in data["endings"]
    }
    for value, forms in data.get("irregular", {}).items():
        last |= {_keys(form): int(value) for form in forms}
    units = [(keys[0], value) for keys, value in last.items() if value < 10]
    for value, stem in data.get("fused", {}).items():
        for unit, number in units:
            last[(fold(stem + unit),)] = int(value) + number
            if stem[-1] == unit[0]:
                last[(fold(stem + unit[1:]),)] = int(value) + number
    return last


def _arabic(data: Any) -> Phrases:
    """Arabic says the unit first: "the eighth and the seventy"; teens are unit and ten."""
    phrases: Phrases = {}
    tens = [(int(value), form) for value, forms in data["tens"].items() for form in forms]
    for value, forms in data["last"].items():
        unit = int(value)
        for form in forms:
            for article in _ARABIC_ARTICLES:
                word = fold(article + form)
                phrases[(word,)] = unit
                if unit < 10:
                    phrases |= {(word, fold(ten)): unit + 10 for ten in data["ten"]}
                    phrases |= {(word, fold("وال" + ten)): unit + number for number, ten in tens}
            if unit > 2:
                phrases[(fold(form),)] = unit
    for number, ten in tens:
        phrases |= {(fold(article + ten),): number for article in _ARABIC_ARTICLES}
    return phrases


def _keys(phrase: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in phrase.split())
