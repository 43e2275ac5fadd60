"""Placeables: numbers, dates, document symbols, ordinals and country names, found in six languages.

A placeable is a piece of text that another language writes by rule: its ``value`` is the same in all of them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tm.lang import Lang
from tm.numbers import COUNTED, numbers
from tm.ordinals import ordinals
from tm.symbols import base_symbol, corrects, document_status, find_symbol, supersedes, symbols
from tm.text import Token, words

__all__ = [
    "Placeable",
    "base_symbol",
    "corrects",
    "countries",
    "document_status",
    "find",
    "find_symbol",
    "masked",
    "may_count",
    "supersedes",
    "tokens",
    "value_key",
]


@dataclass(frozen=True, slots=True)
class Placeable:
    """A number, date, document symbol, ordinal or country name in a text."""

    #: ``number``, ``date``, ``symbol``, ``ordinal`` or ``country``.
    kind: str
    #: Half-open character range in the text.
    start: int
    end: int
    #: Value in a form all languages share: ``1234.5``, ``25%``, ``2018-07-05``, ``A/RES/70/1``, ``78``, ``DZ``.
    value: str


#: Key by which a placeable of each kind is compared, whatever its value.
MASKS = {kind: f"<{kind}>" for kind in ("number", "date", "symbol", "ordinal")}

_DIGIT = re.compile(r"\d")


def tokens(text: str, lang: Lang) -> tuple[Token, ...]:
    """The words of a text with each number, date, document symbol and ordinal as one token, in order.

    A placeable's ``key`` is its value, so that spellings of one value are equal.

    >>> [token.key for token in tokens("Resolution 70/1 of 25 September 2015", Lang("en"))]
    ['resolution', '70', '1', 'of', '2015-09-25']
    """
    plain = words(text)
    primary = lang.primary
    found = _written(text, primary) if may_count(text, primary) else []
    tally = [
        (plain[first].start, plain[end - 1].end, "ordinal", str(value))
        for first, end, value in ordinals(text, plain, primary)
    ]
    if tally:
        found = _disjoint([*found, *tally])
    return _merged(plain, found) if found else plain


def masked(tokens: Iterable[Token]) -> tuple[str, ...]:
    """The keys of tokens, each placeable as its class only: ``<number>``, ``<date>``, ``<symbol>``, ``<ordinal>``."""
    return tuple([MASKS[token.kind] if token.kind else token.key for token in tokens])


def value_key(kind: str, value: str) -> str:
    """The value of a placeable with its class, as an index has it."""
    return f"{kind} {value}"


def may_count(text: str, primary: str) -> bool:
    """Whether a text holds digits, or numerals of the language."""
    counted = COUNTED.get(primary)
    return bool(_DIGIT.search(text) or (counted and counted.search(text)))


def find(text: str, lang: Lang) -> tuple[Placeable, ...]:
    """Numbers, dates, document symbols and ordinals of a text, disjoint and in order."""
    return tuple(Placeable(t.kind, t.start, t.end, t.value) for t in tokens(text, lang) if t.kind)


def countries(text: str, lang: Lang) -> tuple[Placeable, ...]:
    """Country names of a text, disjoint and in order; the value is the ISO 3166 alpha-2 code."""
    from tm.names import names

    return tuple(Placeable("country", start, end, code) for start, end, code in names(text, lang))


def _written(text: str, primary: str) -> list[tuple[int, int, str, str]]:
    """What is written with digits, and with Chinese or Roman numerals where a language counts so: symbols, numbers and
    dates, disjoint and in order.
    """
    found = [(start, end, "symbol", value) for start, end, value in symbols(text)]
    rest = numbers(text, primary)
    return _disjoint([*found, *rest]) if found else rest


def _disjoint(found: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
    """In order and without overlaps: of two that overlap, the one that came first in the list stays."""
    kept: list[tuple[int, int, str, str]] = []
    for item in found:
        if all(item[1] <= start or end <= item[0] for start, end, _, _ in kept):
            kept.append(item)
    return sorted(kept)


def _merged(plain: Sequence[Token], found: Sequence[tuple[int, int, str, str]]) -> tuple[Token, ...]:
    result: list[Token] = []
    i = 0
    for start, end, kind, value in found:
        while i < len(plain) and plain[i].end <= start:
            result.append(plain[i])
            i += 1
        result.append(Token(value, start, end, kind, value))
        while i < len(plain) and plain[i].start < end:
            i += 1
    result.extend(plain[i:])
    return tuple(result)
