"""What a word of a term has in common in all its inflected forms: number, case, the Arabic article and clitics.

Each rule is a light one that takes endings off and never guesses a stem: what it does not know stays another word. Only
the six languages have rules; words of others are compared by their folded form alone.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from tm.phrases import CASE_ENDING, arabic_forms, arabic_letters

#: Least letters of what is left of a word without its ending.
_LEFT = 3
#: English plurals that no rule gives.
_ENGLISH = {
    "women": "woman", "men": "man", "children": "child", "criteria": "criterion", "phenomena": "phenomenon",
    "crises": "crisis", "analyses": "analysis", "theses": "thesis", "hypotheses": "hypothesis",
}  # fmt: skip
#: Endings of Arabic nouns and adjectives after ``arabic_letters``: duals and plurals, ta marbuta by itself and before
#: a pronoun that was taken off; each with the least letters left, more where the ending's letters end many roots.
_ARABIC_ENDINGS = (("تين", 3), ("تان", 3), ("ات", 4), ("ين", 4), ("ون", 4), ("ان", 4), ("ه", 3), ("ت", 4))
_ARABIC_ARTICLE = "ال"
#: What Russian words have between stem and ending: "организаци-ей", "помощь-ю".
_RUSSIAN_LINKS = "ийь"
_LONGEST_RUSSIAN_ENDING = 3
#: The ending whose vowel the other cases do not have: "беженец", "беженцев".
_FLEETING = "ец"
#: Accents that Spanish words have in the singular or in the plural alone: "nación", "órdenes".
_SPANISH_ACCENTED = re.compile("[áéíóú](?=[ns]$|[^áéíóú]*en(?:es?)?$|s?es$)")
_PLAIN = str.maketrans("áéíóú", "aeiou")


@lru_cache(maxsize=1 << 16)
def stem(key: str, primary: str) -> str:
    """What all forms of a word share, as far as a rule shows it: the comparing form of a term's word.

    Args:
        key: the word's folded form (``tm.text.fold``).
        primary: primary subtag of its language.

    >>> stem("policies", "en"), stem("nationaux", "fr"), stem("naciones", "es"), stem("организацией", "ru")
    ('policy', 'national', 'nacion', 'организац')
    >>> stem("الاتفاقيات", "ar") == stem("اتفاقية", "ar")
    True
    """
    rule = _RULES.get(primary)
    return rule(key) if rule and key.isalpha() else key


@lru_cache(maxsize=1 << 16)
def stems(key: str, primary: str) -> tuple[str, ...]:
    """The stems that a word of a text may have; several in Arabic, where a first letter may be a word of its own.

    >>> stem("جمعية", "ar") in stems("وللجمعية", "ar")
    True
    """
    if primary != "ar":
        return (stem(key, primary),)
    return tuple(dict.fromkeys(_arabic(form) for form in (key, *arabic_forms(key))))


def _english(key: str) -> str:
    """Without the plural: the S stemmer (Harman 1991, "How effective is suffixing?"), and -sses, -xes, -ches, -shes."""
    if key in _ENGLISH:
        return _ENGLISH[key]
    if len(key) <= _LEFT or not key.endswith("s") or key.endswith(("ss", "us", "is")):
        return key
    if key.endswith("ies"):
        return f"{key[:-3]}y" if not key.endswith(("aies", "eies")) and len(key) > _LEFT + 1 else key[:-1]
    if key.endswith(("sses", "xes", "ches", "shes")):
        return key[:-2]
    return key[:-1]


def _french(key: str) -> str:
    """Without the plural: -s, -x, -aux for -al and -ail; feminine and masculine stay apart."""
    if len(key) <= _LEFT:
        return key
    if key.endswith("aux") and not key.endswith("eaux"):
        return f"{key[:-3]}al"
    if key.endswith("ail"):
        return f"{key[:-3]}al"
    return key[:-1] if key.endswith(("s", "x")) else key


def _spanish(key: str) -> str:
    """Without the plural, the accent that goes with it and the vowel before it."""
    word = _SPANISH_ACCENTED.sub(lambda match: match.group().translate(_PLAIN), key)
    while len(word) > _LEFT and word.endswith("s") and word[-2] in "aeiou":
        word = word[:-1]
        if len(word) > _LEFT and word.endswith("e"):
            word = word[:-1]
    if len(word) > _LEFT and word.endswith("e"):
        word = word[:-1]
    return f"{word[:-1]}c" if len(word) >= _LEFT and word.endswith("z") else word


def _russian(key: str) -> str:
    """Without the longest case ending, and what stands between it and the stem."""
    word = key.replace("ё", "е")
    for size in range(_LONGEST_RUSSIAN_ENDING, 0, -1):
        if len(word) - size >= _LEFT and CASE_ENDING.fullmatch(word, len(word) - size):
            word = word[:-size]
            break
    bare = word.rstrip(_RUSSIAN_LINKS)
    bare = bare if len(bare) >= _LEFT else word
    return f"{bare[:-2]}ц" if bare.endswith(_FLEETING) and len(bare) > _LEFT + 1 else bare


def _arabic(key: str) -> str:
    """Without the article and the endings of number; letters unified."""
    word = arabic_letters(key)
    if word.startswith(_ARABIC_ARTICLE) and len(word) - len(_ARABIC_ARTICLE) >= _LEFT:
        word = word[len(_ARABIC_ARTICLE) :]
    ending = next((e for e, left in _ARABIC_ENDINGS if word.endswith(e) and len(word) - len(e) >= left), "")
    return word[: len(word) - len(ending)]


_RULES: dict[str, Callable[[str], str]] = {
    "ar": _arabic, "en": _english, "es": _spanish, "fr": _french, "ru": _russian,
}  # fmt: skip
