"""Words and phrases that carry a sentence's meaning: negations, modal and operative verbs, opposites, numbers, bodies.

The lists stand in ``data/danger.json``, for six languages; a star there stands for any ending.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from tm.data import load
from tm.text import Token

NEGATION = "negation"
MODAL = "modal"
OPERATIVE = "operative"
POLARITY = "polarity"
CARDINAL = "cardinal"
BODY = "body"
MEASURE = "measure"
IGNORED = "ignored"
WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of the lists, found in a text."""

    start: int
    end: int
    category: str
    #: What it says within its category: the modal's strength, the operative verb, the side of a polarity.
    group: str


def terms(tokens: Sequence[Token], primary: str) -> list[Term]:
    """The listed words and phrases of a text, the longest at each place, in order."""
    keys = [token.key for token in tokens]
    found: list[Term] = []
    i = 0
    while i < len(keys):
        size, concepts = _longest(keys, i, _phrases(keys[i], primary))
        found += [Term(i, i + size, category, group) for category, group in concepts]
        i += size or 1
    return found


#: A category and a group in it.
_Concept = tuple[str, str]
_SHORTEST_BEGINNING = 2


def _longest(
    keys: Sequence[str], start: int, phrases: Sequence[tuple[tuple[str, ...], _Concept]]
) -> tuple[int, Sequence[_Concept]]:
    """Length of the longest phrase that stands here, with what it says; ``(0, [])`` when none does."""
    size, concepts = 0, list[_Concept]()
    for phrase, concept in phrases:
        if len(phrase) < size:
            break
        if _stands(keys, start, phrase):
            size = len(phrase)
            concepts.append(concept)
    return size, concepts


@lru_cache(maxsize=1 << 15)
def _phrases(first: str, primary: str) -> tuple[tuple[tuple[str, ...], _Concept], ...]:
    """The listed phrases that begin with a word, the longest first."""
    lists = _lists(primary)
    forms = _arabic_forms(first) if primary == "ar" else [first]
    heads = [*forms, *(f"{form[:n]}*" for form in forms for n in range(_SHORTEST_BEGINNING, len(form) + 1))]
    found = dict.fromkeys(entry for head in heads for entry in lists.get(head, ()))
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


#: What Arabic writes as one with the next word: conjunctions, and the article with or without a preposition.
_ARABIC_CONJUNCTIONS = ("و", "ف")
_ARABIC_ARTICLES = ("ال", "بال", "لل")
#: What a verb or noun is written as one with behind it: pronouns of the third person.
_ARABIC_PRONOUNS = ("ه", "ها", "هم")


def _arabic_forms(word: str) -> list[str]:
    """A word, and what it may be without conjunction, article, the ending of the accusative and pronouns."""
    forms = [word]
    forms += [form[1:] for form in forms if form.startswith(_ARABIC_CONJUNCTIONS) and len(form) > 2]
    forms += [form[len(a) :] for form in forms for a in _ARABIC_ARTICLES if form.startswith(a) and len(form) > 4]
    forms += [form[:-1] for form in forms if form.endswith("ا") and len(form) > 4]
    forms += [
        form[: -len(p)] for form in forms for p in _ARABIC_PRONOUNS if form.endswith(p) and len(form) > len(p) + 3
    ]
    return forms


def _stands(keys: Sequence[str], start: int, phrase: Sequence[str]) -> bool:
    rest = keys[start + 1 : start + len(phrase)]
    return len(rest) == len(phrase) - 1 and all(map(fits, rest, phrase[1:]))


@cache
def _lists(primary: str) -> dict[str, list[tuple[tuple[str, ...], _Concept]]]:
    """First word, or its beginning with a star, -> the phrases that start so."""
    lists: dict[str, list[tuple[tuple[str, ...], _Concept]]] = {}
    for category, group, phrase in _entries(load("danger")[primary]):
        words = tuple(phrase.casefold()) if primary == "zh" else tuple(phrase.casefold().split())
        lists.setdefault(words[0], []).append((words, (category, group)))
    return lists


def _entries(data: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for category in (NEGATION, WEAK, IGNORED):
        yield from ((category, category, phrase) for phrase in data[category])
    for category in (MODAL, OPERATIVE, CARDINAL, BODY, MEASURE):
        yield from ((category, group, phrase) for group, phrases in data[category].items() for phrase in phrases)
    for number, (one, other) in enumerate(data[POLARITY]):
        yield from ((POLARITY, f"{number}+", phrase) for phrase in one)
        yield from ((POLARITY, f"{number}-", phrase) for phrase in other)


def fits(key: str, pattern: str) -> bool:
    """Whether a word is the one listed, or begins like it where the list has a star."""
    return key.startswith(pattern[:-1]) if pattern.endswith("*") else key == pattern
