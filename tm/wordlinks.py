"""How strongly each word of a text is tied to each word of its translation, before their places are looked at.

What ties them: an equal number, date, symbol or country; a word of the built-in vocabulary or a grammatical word that
renders the same; spellings that are alike; and a lexicon learned from a memory, if there is one.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tm.lang import Lang
from tm.lexicon import FloatArray, Lexicon, Table, ranges, stem
from tm.placeables import countries, find
from tm.text import Token, fold, words
from tm.unspaced import inside_words, listed
from tm.vocabulary import concepts, particles

#: How probable it is that a word is translated by one that is tied to it: by an equal value, an equal spelling, the
#: vocabulary, an alike spelling, a grammatical word.
_EQUAL, _SPELLED, _LISTED, _ALIKE, _PARTICLE = 0.9, 0.8, 0.5, 0.4, 0.1
#: Letters that two alike spellings have in common at the beginning, and the share of the longer one that they make.
_LETTERS, _SHARE = 4, 0.55
#: An inflected word is known by the letters it shares with the listed one: all but one of the shorter, four at least
#: or all of three, with so many left over.
_ENDING = 3
#: Arabic prefixes (and, so, with, for, like, the, and combinations), longest first.
_PREFIXES = ("وبال", "وكال", "ولل", "وال", "فال", "بال", "كال", "لل", "ال", "وب", "ول", "و", "ف", "ب", "ل", "ك")
#: Cyrillic letters as the Latin ones that words of one origin have in their place.
_CYRILLIC = str.maketrans("абвгдежзийклмнопрстуфхцчшщыэюя", "abvgdejsiiklmnoprstufhkcssieua")
#: Letters that differ between languages for one sound: c k q; y i; z s.
_LATIN = str.maketrans("cqyzw", "kkisv")


BoolArray: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Links:
    """The words of two texts, and how probable it is that one translates the other, their places aside."""

    source: tuple[Token, ...]
    target: tuple[Token, ...]
    #: p(target word | source word) and p(source word | target word), each (source words, target words), 0 to 1.
    forward: FloatArray
    backward: FloatArray
    #: For each gap before, between and after the target's words, whether it lies inside a word (Chinese).
    unbroken: BoolArray
    #: Whether each of the target's words is a grammatical one.
    small: BoolArray


@dataclass(frozen=True, slots=True)
class Glossary:
    """What is known of a pair of languages."""

    source: Lang
    target: Lang
    #: From the source to the target language.
    lexicon: Lexicon | None = None
    #: The numbers of the lexicon's terms, by term.
    _terms: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})

    @classmethod
    def of(cls, source: Lang, target: Lang, lexicon: Lexicon | None = None) -> "Glossary":
        """What is known of two languages, with the lexicon from the one to the other if there is one."""
        if lexicon is None:
            return cls(source, target)
        sides = lexicon.source_terms, lexicon.target_terms
        numbers = ({term: number for number, term in enumerate(side)} for side in sides)
        return cls(source, target, lexicon, (next(numbers), next(numbers)))

    @staticmethod
    def words(source: str, target: str) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
        """The words of two texts that are tied."""
        return words(source), words(target)

    def links(self, source: str, target: str) -> Links:
        """How the words of two texts are tied."""
        left, right = self.words(source, target)
        here, there = _mentions(source, self.source), _mentions(target, self.target)
        known: _Cells = {}
        _shared(here, there, known)
        _spelled(left, right, known)
        forward, backward = dict(known), known
        if self.lexicon is not None:
            known_here = _numbered(_slots(left, self.source), self._terms[0])
            known_there = _numbered(_slots(right, self.target), self._terms[1])
            _learned(self.lexicon.table, known_here, known_there, forward, backward)
        size = len(left), len(right)
        filled = _filled(forward, size), _filled(backward, size)
        grammatical = particles(self.target.primary)
        small = np.array([token.key in grammatical for token in right], dtype=bool)
        return Links(left, right, *filled, _unbroken(right, self.target, there), small)


def _filled(cells: "_Cells", size: tuple[int, int]) -> FloatArray:
    """The cells in a matrix, 0 elsewhere."""
    amounts = np.zeros(size)
    if cells:
        rows, columns = np.array(list(cells)).T
        amounts[rows, columns] = list(cells.values())
    return amounts


def _unbroken(found: Sequence[Token], lang: Lang, mentions: "Sequence[_Mention]") -> BoolArray:
    """For each gap before, between and after the words, whether it lies inside a word."""
    if lang.joiner:
        return np.zeros(len(found) + 1, dtype=bool)
    names = [(first, end) for first, end, key, _ in mentions if key.startswith("country ")]
    return inside_words(found, lang.primary, names)


#: What a stretch of words stands for: first word, end, what it is, and how probable its like is as a translation.
_Mention = tuple[int, int, str, float]


@lru_cache(maxsize=16)
def _mentions(text: str, lang: Lang) -> tuple[_Mention, ...]:
    """What the words of a text stand for in every language."""
    found = words(text)
    held: list[_Mention] = []
    for placeable in (*find(text, lang), *countries(text, lang)):
        inside = [k for k, token in enumerate(found) if placeable.start < token.end and token.start < placeable.end]
        if inside:
            held.append((inside[0], inside[-1] + 1, f"{placeable.kind} {placeable.value}", _EQUAL))
    if lang.joiner:
        for k, token in enumerate(found):
            held += [(k, k + 1, key, weight) for key, weight in _meanings(token.key, lang.primary)]
    else:
        held += _unspaced(found, lang.primary)
    return tuple(held)


def _unspaced(found: Sequence[Token], primary: str) -> Iterator[_Mention]:
    """What the words of a text without spaces stand for."""
    known, small = concepts(primary), particles(primary)
    covered = 0
    for start, end, word in (*listed(found, primary), (len(found), len(found), "")):
        for k in range(covered, start):
            yield from ((k, k + 1, f"p{number}", _PARTICLE) for number in small.get(found[k].key, ()))
        yield from ((start, end, f"c{number}", _LISTED) for number in known.get(word, ()))
        covered = end


@lru_cache(maxsize=1 << 15)
def _meanings(key: str, primary: str) -> tuple[tuple[str, float], ...]:
    """The concepts that a word may render, inflected or not, and how much each says."""
    small = particles(primary).get(key)
    if small:
        return tuple((f"p{number}", _PARTICLE) for number in small)
    best: dict[int, float] = {}
    for form in _forms(key, primary):
        for word, numbers in _listed(primary).get(form[:3], ()):
            likeness = _likeness(form, word)
            for number in numbers if likeness else ():
                best[number] = max(best.get(number, 0.0), likeness)
    top = max(best.values(), default=0.0)
    return tuple((f"c{number}", _LISTED * value) for number, value in best.items() if value == top)


@cache
def _listed(primary: str) -> Mapping[str, Sequence[tuple[str, tuple[int, ...]]]]:
    """The words of the vocabulary, folded, by their first three letters."""
    table: defaultdict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for word, numbers in concepts(primary).items():
        folded = fold(word)
        table[folded[:3]].append((folded, numbers))
    return table


def _forms(key: str, primary: str) -> Iterator[str]:
    """The word itself and, in Arabic, what is left of it without its prefixes."""
    yield key
    if primary == "ar":
        yield from (key[len(p) :] for p in _PREFIXES if key.startswith(p) and len(key) - len(p) > 2)


def _likeness(word: str, listed: str) -> float:
    """1 for the listed word itself, less for what looks like an inflection of it, 0 for another word."""
    if word == listed:
        return 1.0
    common = _common(word, listed)
    shorter, longer = sorted((len(word), len(listed)))
    if longer - common > _ENDING or common < shorter - 1 or common < min(shorter, 4) or common < 3:
        return 0.0
    return common / longer


def _common(one: str, other: str) -> int:
    """How many letters two words have in common at the beginning."""
    size = min(len(one), len(other))
    return next((k for k in range(size) if one[k] != other[k]), size)


#: How strongly words are tied: source word, target word -> probability; those not named are not tied.
_Cells: TypeAlias = dict[tuple[int, int], float]


def _raise(cells: _Cells, rows: range, columns: range, amount: float) -> None:
    for cell in product(rows, columns):
        if cells.get(cell, 0.0) < amount:
            cells[cell] = amount


def _shared(left: Sequence[_Mention], right: Sequence[_Mention], cells: _Cells) -> None:
    """Raise the amounts of words that stand for the same."""
    places: defaultdict[str, list[_Mention]] = defaultdict(list)
    for mention in right:
        places[mention[2]].append(mention)
    for first, end, key, weight in left:
        for start, stop, _, other in places.get(key, ()):
            _raise(cells, range(first, end), range(start, stop), min(weight, other))


def _spelled(left: Sequence[Token], right: Sequence[Token], cells: _Cells) -> None:
    """Raise the amounts of words whose spellings are equal or alike."""
    places: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for j, token in enumerate(right):
        letters = _letters(token.key)
        if letters:
            places[letters[:_LETTERS]].append((j, letters))
    for i, token in enumerate(left):
        letters = _letters(token.key)
        for j, other in places.get(letters[:_LETTERS], ()) if letters else ():
            share = _common(letters, other) / max(len(letters), len(other))
            weight = _SPELLED if share == 1.0 else _ALIKE * share
            if share >= _SHARE:
                _raise(cells, range(i, i + 1), range(j, j + 1), weight)


@lru_cache(maxsize=1 << 15)
def _letters(word: str) -> str:
    """What words of one origin have in common in two languages; "" for a short word or one in a script of its own.

    >>> _letters("протокол"), _letters("protocole"), _letters("estable"), _letters("stable"), _letters("états")
    ('protokol', 'protokole', 'stable', 'stable', 'etats')
    """
    letters = "".join(c for c in unicodedata.normalize("NFD", word) if c.isalpha()).translate(_CYRILLIC)
    letters = letters.replace("ph", "f").replace("th", "t").translate(_LATIN)
    if letters[:2] == "es" and letters[2:3] in {"t", "p", "k"}:
        letters = letters[1:]
    return letters if len(letters) >= _LETTERS and letters.isascii() else ""


#: Where a term of the lexicon stands: first word and end of each place.
_Spots = Sequence[tuple[int, int]]


def _slots(found: Sequence[Token], lang: Lang) -> Mapping[str, _Spots]:
    """The terms of the lexicon in a text: stems, or pairs of Chinese characters."""
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    keys = [token.key for token in found]
    if lang.joiner:
        for k, key in enumerate(keys):
            if term := stem(key, lang):
                places[term].append((k, k + 1))
    else:
        for k in range(len(keys) - 1):
            places[keys[k] + keys[k + 1]].append((k, k + 2))
    return places


def _numbered(places: Mapping[str, _Spots], numbers: Mapping[str, int]) -> dict[int, _Spots]:
    """The places by the numbers of the terms, of those that the lexicon has."""
    return {numbers[term]: spots for term, spots in places.items() if term in numbers}


def _learned(
    table: Table, left: Mapping[int, _Spots], right: Mapping[int, _Spots], forward: _Cells, backward: _Cells
) -> None:
    """Raise the amounts to what the lexicon says."""
    numbers = np.array(list(left), dtype=np.int64) * table.width
    lows = np.searchsorted(table.keys, numbers)
    owner, entries = ranges(lows, np.searchsorted(table.keys, numbers + table.width) - lows)
    stands = np.zeros(table.width, dtype=bool)
    stands[list(right)] = True
    others = table.keys[entries] - numbers[owner]
    kept = np.flatnonzero(stands[others])
    places = list(left.values())
    found = owner[kept], others[kept], table.forward[entries[kept]], table.backward[entries[kept]]
    for one, other, there, back in zip(*(column.tolist() for column in found), strict=True):
        for (first, end), (start, stop) in product(places[one], right[other]):
            _raise(forward, range(first, end), range(start, stop), there)
            _raise(backward, range(first, end), range(start, stop), back)
