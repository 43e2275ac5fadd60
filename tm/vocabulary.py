"""Words of United Nations reports and resolutions that translate each other, in the six languages.

What an aligner may hold on to before it has learned anything from the documents at hand. The words were chosen for
this project from knowledge of the languages; no corpus was counted.
"""

from functools import cache
from itertools import product
from typing import TypeAlias

from tm.data import load
from tm.lang import Lang

#: A concept: primary language -> the words that commonly render it.
_Concept: TypeAlias = dict[str, list[str]]


def languages() -> frozenset[str]:
    """Primary subtags of the languages the vocabulary has words in."""
    return frozenset(primary for concept in _concepts() for primary in concept)


def entries(source: Lang, target: Lang) -> tuple[tuple[str, str], ...]:
    """``(source word, target word)`` of all that may translate each other, each pair once, in the order of the data.

    Words are written in full, unfolded, and Chinese ones have two characters or more. Regional variants are answered
    as their primary language; a language that has no words gives ``()``.

    >>> [word for source, word in entries(Lang("en"), Lang("fr-CA")) if source == "treaty"]
    ['traité', 'traités']
    >>> entries(Lang("en"), Lang("de"))
    ()
    """
    return _entries(source.primary, target.primary)


@cache
def _entries(source: str, target: str) -> tuple[tuple[str, str], ...]:
    pairs = (pair for concept in _concepts() for pair in product(concept.get(source, ()), concept.get(target, ())))
    return tuple(dict.fromkeys(pairs))


@cache
def concepts(primary: str) -> dict[str, tuple[int, ...]]:
    """The words of a language by its primary subtag, and the numbers of the concepts that each renders.

    Words are written in full, unfolded; two words of different languages that share a number may translate each other.
    A language that has no words gives ``{}``. Callers must not change it.
    """
    found: dict[str, tuple[int, ...]] = {}
    for number, concept in enumerate(_concepts()):
        for word in concept.get(primary, ()):
            found[word] = (*found.get(word, ()), number)
    return found


@cache
def particles(primary: str) -> dict[str, tuple[int, ...]]:
    """The grammatical words of a language (articles, prepositions, conjunctions), numbered as ``concepts`` are.

    They translate each other often, but say little about which of several alike is meant.
    """
    found: dict[str, tuple[int, ...]] = {}
    rows: list[_Concept] = load("particles")
    for number, row in enumerate(rows):
        for word in row.get(primary, ()):
            found[word] = (*found.get(word, ()), number)
    return found


def _concepts() -> list[_Concept]:
    concepts: list[_Concept] = load("vocabulary")
    return concepts
