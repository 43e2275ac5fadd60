"""Placeables: numbers, dates, document symbols, ordinals and country names, found in six languages.

A placeable is a piece of text that another language writes by rule: its ``value`` is the same in all of them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tm.lang import Lang
from tm.numbers import NUMERALS, numbers
from tm.ordinals import one_word_ordinals, ordinal_starts, ordinals
from tm.symbols import base_symbol, corrects, document_status, find_symbol, supersedes, symbols
from tm.text import CJK, Token, keys, words

__all__ = [
    "Indexed",
    "Placeable",
    "base_symbol",
    "corrects",
    "countries",
    "document_status",
    "find",
    "find_symbol",
    "indexed",
    "indexed_text",
    "masked",
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

_MASKS = frozenset(MASKS.values())

_DIGIT = re.compile(r"\d")
#: A character that no token shares with its neighbours: space, punctuation, a character of an unspaced script.
_ALONE = re.compile(rf"[\s!-/:-@\[-`{{-~\u2013-\u201e«»،؛؟{CJK}]")
#: What tells that a text may hold a number though it has no digit: Chinese and Roman numerals.
_NUMERALS = {"zh": re.compile("第|世纪|周年|百分之|月"), **NUMERALS}


def tokens(text: str, lang: Lang) -> tuple[Token, ...]:
    """The words of a text with each number, date, document symbol and ordinal as one token, in order.

    A placeable's ``key`` is its value, so that spellings of one value are equal.

    >>> [token.key for token in tokens("Resolution 70/1 of 25 September 2015", Lang("en"))]
    ['resolution', '70', '1', 'of', '2015-09-25']
    """
    plain = words(text)
    primary = lang.primary
    found = _written(text, primary) if _may_count(text, primary) else []
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


class Indexed(NamedTuple):
    """What an index holds of a text."""

    #: The keys of its tokens in order, each placeable as its class.
    keys: tuple[str, ...]
    #: What its placeables hold, each once: the key of each word in them, and class and value where these are not one
    #: such word.
    inside: tuple[tuple[str, ...], tuple[str, ...]]


def indexed(text: str, found: Iterable[Token]) -> Indexed:
    """What an index holds of these tokens of the text.

    >>> text = "Resolution 70/1 of 25 September 2015"
    >>> indexed(text, tokens(text, Lang("en"))).inside
    (('70', '1', '25', 'september', '2015'), ('date 2015-09-25',))
    """
    found = tuple(found)
    held: dict[str, None] = {}
    values: dict[str, None] = {}
    plain = words(text) if any(token.kind for token in found) else ()
    i = 0
    for token in found:
        if token.kind:
            while plain[i].end <= token.start:
                i += 1
            first = i
            while i < len(plain) and plain[i].start < token.end:
                i += 1
            _hold(held, values, [word.key for word in plain[first:i]], token.kind, token.value)
    return Indexed(masked(found), (tuple(held), tuple(values)))


def indexed_text(text: str, lang: Lang, start: int = 0) -> Indexed:
    """``indexed`` for the ``tokens`` that begin at a character or after it, in a fraction of the time.

    >>> indexed_text("Resolution 70/1 of 25 September 2015", Lang("en")).keys
    ('resolution', '<number>', '<number>', 'of', '<date>')
    """
    primary = lang.primary
    spans = _written(text, primary) if _may_count(text, primary) else []
    starts = ordinal_starts(primary)
    easy = not any(_cuts_a_word(text, place) for span in spans for place in span[:2])
    if start and easy:
        easy = not _cuts_a_word(text, start) and starts.isdisjoint(keys(text[:start]))
    result: list[str] = []
    # Place of each placeable among the keys, the keys of its words, class, value.
    marked: list[tuple[int, list[str], str, str]] = []
    last = start
    for begin, end, kind, value in spans if easy else ():
        if begin >= start:
            result += keys(text[last:begin])
            marked.append((len(result), keys(text[begin:end]), kind, value))
            result.append(MASKS[kind])
        last = max(last, end)
    result += keys(text[last:])
    if easy and not starts.isdisjoint(result):
        alone = one_word_ordinals(result, primary, _MASKS if spans else frozenset())
        easy = alone is not None
        for place, number in alone or ():
            marked.append((place, [result[place]], "ordinal", str(number)))
            result[place] = MASKS["ordinal"]
        marked.sort()
    if not easy:
        return indexed(text, (token for token in tokens(text, lang) if token.start >= start))
    if not marked:
        return Indexed(tuple(result), ((), ()))
    held: dict[str, None] = {}
    values: dict[str, None] = {}
    for _, words_of, kind, value in marked:
        _hold(held, values, words_of, kind, value)
    return Indexed(tuple(result), (tuple(held), tuple(values)))


def _hold(held: dict[str, None], values: dict[str, None], words: list[str], kind: str, value: str) -> None:
    held.update(dict.fromkeys(words))
    if words != [value]:
        values[value_key(kind, value)] = None


def value_key(kind: str, value: str) -> str:
    """The value of a placeable with its class, as an index has it."""
    return f"{kind} {value}"


def _may_count(text: str, primary: str) -> bool:
    """Whether a text holds digits, or numerals of the language."""
    numerals = _NUMERALS.get(primary)
    return bool(_DIGIT.search(text) or (numerals and numerals.search(text)))


def _cuts_a_word(text: str, place: int) -> bool:
    """Whether the characters on both sides of a place may belong to one token."""
    return 0 < place < len(text) and not (_ALONE.match(text[place - 1]) or _ALONE.match(text[place]))


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
