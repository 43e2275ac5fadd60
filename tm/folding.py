"""Which differences between two spellings count: case, accents, vowel signs, width and others, each folded or kept.

Words are first compared by keys that a memory's index can find (``loose``); what a search keeps apart is then compared
on the words as they are written (``strict``). Nothing here is stored in place of a text.
"""

import re
import unicodedata
from collections.abc import Set
from enum import StrEnum
from functools import cache, lru_cache

from tm.text import DASHES, INVISIBLE, QUOTES, TASHKEEL, TATWEEL, UNIFIED, fold


class Aspect(StrEnum):
    """A difference between spellings that a search folds, unless it is told to keep it."""

    CASE = "case"
    #: Accents and diacritics of Latin letters, ё and е, hamza on or under alef, ya without dots, ligatures such as œ.
    ACCENTS = "accents"
    #: Arabic vowel signs.
    TASHKEEL = "tashkeel"
    #: The Arabic stroke that lengthens a word.
    TATWEEL = "tatweel"
    #: Full-width and half-width characters and other forms for display only.
    WIDTH = "width"
    #: The script of digits, and how numbers, dates, ordinals and document symbols are written.
    DIGITS = "digits"
    #: Quotation marks between words.
    QUOTES = "quotes"
    #: Hyphens and dashes between words.
    DASHES = "dashes"


#: What a search folds unless told otherwise: everything.
NOTHING: frozenset[Aspect] = frozenset()

#: Letters that are written in place of others and do not come apart in Unicode. Hamza on alef and the dots of a last ya
#: are often left out in Arabic documents; ta marbuta stays apart from ha, which tells a session from "its role".
_LETTERS = {
    "ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي",
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "Ё": "Е", "Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H",
}  # fmt: skip
#: Accents that stand by themselves after a letter: stress marks in Russian, what has no composed form.
_LOOSE_MARKS = re.compile("[\u0300-\u036f]")


@cache
def _plain_letter(char: str) -> str:
    """The character without its accent when it is a Latin letter, or in place of which others are written."""
    if char in _LETTERS:
        return _LETTERS[char]
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() else _LETTERS.get(base, char)


@lru_cache(maxsize=1 << 15)
def bare(key: str) -> str:
    """A word's key without accents: what spellings with and without them have in common.

    >>> bare("résolution"), bare("œuvre"), bare("ещё"), bare("إنسان"), bare("مبنى"), bare("й")
    ('resolution', 'oeuvre', 'еще', 'انسان', 'مبني', 'й')
    """
    if key.isascii():
        return key
    return "".join([char if char.isascii() else _plain_letter(char) for char in _LOOSE_MARKS.sub("", key)])


def loose(word: str, kept: Set[Aspect] = NOTHING) -> str:
    """The key by which words are looked for: all folded but accents, which are folded unless they are kept.

    >>> loose("Résolution"), loose("Résolution", {Aspect.ACCENTS})
    ('resolution', 'résolution')
    """
    key = fold(word)
    return key if Aspect.ACCENTS in kept else bare(key)


def strict(text: str, kept: Set[Aspect]) -> str:
    """The text with every difference folded but those that are kept.

    >>> strict("Résolution", {Aspect.CASE}), strict("الفعَّال", {Aspect.TASHKEEL}), strict("１２ ٣", {Aspect.WIDTH})
    ('Resolution', 'الفعَّال', '１２ 3')
    """
    return text.translate(_folder(frozenset(kept)))


def strict_map(text: str, kept: Set[Aspect]) -> tuple[str, list[int]]:
    """The same, and for each of its characters the index of the one it comes from; the text's length at the end."""
    folder = _folder(frozenset(kept))
    parts = [folder[code] for code in map(ord, text)]
    places = [i for i, part in enumerate(parts) for _ in part]
    return "".join(parts), [*places, len(text)]


def marks(gap: str, kept: Set[Aspect]) -> str:
    """The quotation marks and dashes among the characters between two words, those of a kind that is kept.

    >>> marks(" «", {Aspect.QUOTES}), marks("-", {Aspect.QUOTES}), marks(" — ", {Aspect.DASHES})
    ('«', '', '—')
    """
    wanted = (QUOTES if Aspect.QUOTES in kept else "") + (DASHES if Aspect.DASHES in kept else "")
    return "".join(char for char in gap if char in wanted)


class _Folder(dict[int, str]):
    """What each character, by its code, becomes; filled as characters are met."""

    def __init__(self, kept: frozenset[Aspect]) -> None:
        super().__init__()
        self._kept = kept

    def __missing__(self, code: int) -> str:
        self[code] = found = self._fold(chr(code))
        return found

    def _fold(self, char: str) -> str:
        kept = self._kept
        if INVISIBLE.match(char):
            return ""
        if TASHKEEL.match(char):
            return char if Aspect.TASHKEEL in kept else ""
        if char == TATWEEL:
            return char if Aspect.TATWEEL in kept else ""
        if _LOOSE_MARKS.match(char):
            return char if Aspect.ACCENTS in kept else ""
        if (char in QUOTES and Aspect.QUOTES in kept) or (char in DASHES and Aspect.DASHES in kept):
            return char
        if char.isdecimal() and Aspect.DIGITS in kept:
            return char if Aspect.WIDTH in kept else unicodedata.normalize("NFKC", char)
        if char.isdecimal() and (Aspect.WIDTH not in kept or unicodedata.normalize("NFKC", char) == char):
            return str(unicodedata.decimal(char))
        found = UNIFIED.get(ord(char), char)
        found = found if Aspect.WIDTH in kept else unicodedata.normalize("NFKC", found)
        if Aspect.ACCENTS not in kept:
            found = "".join(_plain_letter(c) for c in found)
        return found if Aspect.CASE in kept else found.casefold()


@cache
def _folder(kept: frozenset[Aspect]) -> _Folder:
    return _Folder(kept)
