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


def _concepts() -> list[_Concept]:
    concepts: list[_Concept] = load("vocabulary")
    return concepts
