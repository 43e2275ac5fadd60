"""Words and phrases that carry a sentence's meaning, found in texts of six languages.

The lists stand in ``data/danger_<language>.json``. A star stands for any ending, a tilde for a Russian case ending. A
phrase that is listed with a capital counts only where the text has one, one all in capitals only where the text has.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from tm.data import load
from tm.ordinals import HAN_DIGITS, HAN_POWERS
from tm.text import Token, fold

#: Negation: that of the verb; words that go with it and negate only where it is missing; words that negate alone.
CLAUSE, COMPANION, LEXICAL = "clause", "companion", "lexical"
DENIALS = frozenset({CLAUSE, COMPANION, LEXICAL})
#: Phrases that look like one of the others and are none.
HARMLESS = "harmless"
MODAL = "modal"
#: Words that say what a modal verb says without being one: "essential", "permission".
MODALITY = "modality"
OPERATIVE = "operative"
#: Words of which another has the opposite meaning, and how much or how many are meant.
OPPOSITE, QUANTITY = "opposites", "quantity"
MEASURE = "measure"
#: What sets a limit besides the quantities: "limited to", "exceed", "younger than".
LIMIT = "limit"
#: Words that say that something is gone, which others say by a negation: "lost", "left without".
LOSS = "loss"
#: Months, days of the week and seasons.
CALENDAR = "calendar"
#: Organizations, organs and posts; places that are no countries; what belongs to a country.
BODY, PLACE, DEMONYM = "body", "place", "demonym"
#: Words that add nothing to the meaning, and words with which a clause of weight begins.
FILLER, OPENER = "fillers", "openers"

_VERBAL = frozenset({MODAL, OPERATIVE})
_GROUPED = (LOSS, MODAL, MODALITY, OPERATIVE, QUANTITY, LIMIT, MEASURE, CALENDAR, BODY, PLACE, DEMONYM)
#: The languages that have lists.
LANGUAGES = frozenset({"ar", "en", "es", "fr", "ru", "zh"})


class Term(NamedTuple):
    """A word or phrase of the lists, found in a text."""

    #: Half-open range of tokens.
    start: int
    end: int
    category: str
    #: What it says within its category: the modal's strength, the operative verb, the sides of pairs of opposites.
    groups: frozenset[str]


@cache
def words(primary: str, name: str) -> frozenset[str]:
    """The words of one of a language's lists of single words."""
    return frozenset(lists(primary)[name])


def lists(primary: str) -> Any:
    """The lists of one language of LANGUAGES; callers must not change them."""
    return load(f"danger_{primary}")


#: No phrase of the lists has more tokens.
LONGEST = 24
#: How many tokens around the places that differ are read for phrases that reach into them.
_AROUND = 8


class Terms:
    """The listed words and phrases of a text, each place of which is read once, when it is first asked for."""

    def __init__(self, text: str, tokens: Sequence[Token], primary: str) -> None:
        self._text = text
        self._tokens = tokens
        self._primary = primary
        self._keys = [token.key for token in tokens]
        #: By position the terms that begin there, and the next position to read from.
        self._read: dict[int, tuple[list[Term], int]] = {}

    def around(self, ranges: Sequence[tuple[int, int]]) -> list[Term]:
        """The terms in and around some ranges of tokens, the longest at each place, in order."""
        found: list[Term] = []
        known = self._read
        done = 0
        for start, end in ranges:
            i = max(done, start - _AROUND)
            stop = min(len(self._keys), end + _AROUND)
            while i < stop:
                here = known.get(i)
                if here is None:
                    entry = _entry(self._keys[i], self._primary)
                    if entry is None:
                        # No listed phrase begins with most words.
                        i += 1
                        continue
                    here = self._at(i, entry)
                found += here[0]
                i = here[1]
            done = max(done, i)
        return found

    def _at(self, i: int, entry: "_Entry") -> tuple[list[Term], int]:
        second = self._keys[i + 1] if i + 1 < len(self._keys) else ""
        if self._within_numeral(i):
            size, concepts = 1, {}
        elif entry.alone is not None and second not in entry.longer and "" not in entry.longer:
            size, concepts = 1, entry.alone
        else:
            unspaced = self._primary == "zh"
            size, concepts = _longest(self._text, self._tokens, self._keys, i, entry, unspaced=unspaced)
        if size == 1 and not DENIALS.isdisjoint(concepts) and self._is_numero(i):
            concepts = {}
        here = [Term(i, i + n, category, groups) for category, (n, groups) in concepts.items()], i + (size or 1)
        self._read[i] = here
        return here

    def _within_numeral(self, i: int) -> bool:
        """Whether a Chinese numeral goes on with a character, which then begins no phrase: "二十年" is no decade."""
        if self._primary != "zh" or i == 0 or self._keys[i] not in HAN_POWERS or self._keys[i - 1] not in HAN_DIGITS:
            return False
        return self._tokens[i - 1].end == self._tokens[i].start

    def _is_numero(self, i: int) -> bool:
        """Whether a word is short for "number": "No. 5", "n° 5", "nº 5"."""
        tokens = self._tokens
        if i + 1 >= len(tokens) or not tokens[i + 1].kind:
            return False
        return NUMERO.fullmatch(self._text, tokens[i].start, tokens[i + 1].start) is not None


#: Short forms of "number", with the space before it.
NUMERO = re.compile(r"\bn(?:o\s?\.|\s?[°º])\s*", re.IGNORECASE)


def terms(text: str, tokens: Sequence[Token], primary: str) -> list[Term]:
    """All listed words and phrases of a text, the longest at each place, in order."""
    return Terms(text, tokens, primary).around([(0, len(tokens))])


#: Arabic words of the lists, and another word that has one of their forms: "that not", "except"; "ever", "only".
_HOMOGRAPHS = {"ألا": "إلا", "إلا": "ألا", "قط": "فقط", "قد": "فقد"}


def _spelled_so(word: str, listed: str) -> bool:
    """Whether an Arabic word is the listed one and not one that is only written like it."""
    other = _HOMOGRAPHS.get(listed)
    return other is None or not word.endswith(other)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of the lists."""

    words: tuple[str, ...]
    category: str
    group: str
    #: How the text must be written: "" any way, "A" with a capital, "AA" all in capitals.
    case: str
    #: Its first word as the lists have it.
    first: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """The phrases that begin with one word."""

    single: tuple[_Phrase, ...]
    #: Those of more words by their second, "" for patterns.
    longer: Mapping[str, tuple[_Phrase, ...]]
    #: What the single word says, if that does not depend on how it is written.
    alone: "_Concepts | None"


_SHORTEST_BEGINNING = 2
#: Phrases of these categories are whole: their words say nothing by themselves.
_WHOLE = (HARMLESS, BODY, PLACE)
_Concepts = dict[str, tuple[int, frozenset[str]]]


def _longest(
    text: str, tokens: Sequence[Token], keys: Sequence[str], start: int, entry: _Entry, *, unspaced: bool
) -> tuple[int, _Concepts]:
    """Length of the longest phrase that stands here, 0 for none, and what the longest of each category says.

    A harmless phrase hides every shorter one, and so does a name. Words can be opposites in phrases and by themselves.
    In a script without spaces no phrase reaches over a punctuation mark, and nowhere does a quantity.
    """
    concepts: _Concepts = {}
    found: list[_Phrase] = []
    if entry.longer:
        second = keys[start + 1] if start + 1 < len(keys) else ""
        reach = _unbroken(text, tokens, start) if unspaced else len(keys)
        found = [p for key in (second, "") for p in entry.longer.get(key, ()) if _stands(keys, start, p.words, reach)]
        if found and not unspaced:
            reach = _unbroken(text, tokens, start)
            found = [phrase for phrase in found if len(phrase.words) <= reach - start or phrase.category != QUANTITY]
        found.sort(key=lambda phrase: -len(phrase.words))
    if not found and entry.alone is not None:
        return 1, entry.alone
    for phrase in (*found, *entry.single):
        size = len(phrase.words)
        known, groups = concepts.get(phrase.category, (size, frozenset()))
        if (size < known and phrase.category != OPPOSITE) or (HARMLESS in concepts and size < concepts[HARMLESS][0]):
            continue
        if not phrase.case or _written(text[tokens[start].start : tokens[start].end], phrase.case):
            concepts[phrase.category] = max(size, known), groups | {phrase.group}
    hidden = max((concepts[category][0] for category in _WHOLE if category in concepts), default=0)
    if hidden > 1:
        concepts = {category: found for category, found in concepts.items() if found[0] >= hidden}
    return max((size for category, (size, _) in concepts.items() if category != OPPOSITE), default=0), concepts


def _written(word: str, case: str) -> bool:
    return word.isupper() if case == "AA" else word[0].isupper()


@lru_cache(maxsize=1 << 16)
def _entry(first: str, primary: str) -> _Entry | None:
    """The listed phrases that begin with a word; None when none does."""
    table = _table(primary)
    forms = arabic_forms(first) if primary == "ar" else (first,)
    found = dict.fromkeys(phrase for head in _heads(forms, primary) for phrase in table.get(head, ()))
    if primary == "ar":
        # Verbs take no prepositions: "bi-" before one is a letter of its root.
        verbal = frozenset(_heads(arabic_forms(first, verbal=True), primary))
        found = dict.fromkeys(
            p for p in found if (p.category not in _VERBAL or p.words[0] in verbal) and _spelled_so(first, p.first)
        )
    if not found:
        return None
    longer: dict[str, list[_Phrase]] = {}
    for phrase in found:
        if len(phrase.words) > 1:
            second = phrase.words[1]
            longer.setdefault("" if second.endswith(_PATTERNS) else second, []).append(phrase)
    single = tuple(phrase for phrase in found if len(phrase.words) == 1)
    return _Entry(
        single,
        {second: tuple(phrases) for second, phrases in longer.items()},
        None if any(phrase.case for phrase in single) else _alone(single),
    )


def _alone(single: Sequence[_Phrase]) -> _Concepts:
    categories = dict.fromkeys(phrase.category for phrase in single)
    return {c: (1, frozenset(phrase.group for phrase in single if phrase.category == c)) for c in categories}


#: What ends a word of the lists that stands for many.
_PATTERNS = ("*", "~")


def _heads(forms: Sequence[str], primary: str) -> list[str]:
    """What a phrase may begin with in the lists, when its first word has one of some forms in a text."""
    heads = [*forms, *(f"{form[:n]}*" for form in forms for n in range(_SHORTEST_BEGINNING, len(form) + 1))]
    if primary == "ru":
        heads += [
            f"{f[:n]}~" for f in forms for n in range(_SHORTEST_BEGINNING, len(f) + 1) if CASE_ENDING.fullmatch(f[n:])
        ]
    return heads


def _unbroken(text: str, tokens: Sequence[Token], start: int) -> int:
    """End of the run of tokens from one on without the end of a clause between, as far as a phrase can reach."""
    last = min(len(tokens), start + LONGEST)
    end = start + 1
    while end < last and _CLAUSE_END.isdisjoint(text[tokens[end - 1].end : tokens[end].start]):
        end += 1
    return end


#: What ends a clause in Chinese; "、" stands within names too.
_CLAUSE_END = frozenset("，。；：！？,;:!?")


def _stands(keys: Sequence[str], start: int, phrase: Sequence[str], reach: int) -> bool:
    if start + len(phrase) > reach:
        return False
    rest = keys[start + 1 : start + len(phrase)]
    return len(rest) == len(phrase) - 1 and all(map(fits, rest, phrase[1:]))


@cache
def _table(primary: str) -> dict[str, list[_Phrase]]:
    """First word, or its beginning with a star or tilde, -> the phrases that start so."""
    table: dict[str, list[_Phrase]] = {}
    contracted = _CONTRACTED.get(primary, {})
    for category, group, phrase in _entries(lists(primary)):
        words = tuple(filter(str.isalnum, fold(phrase))) if primary == "zh" else tuple(fold(phrase).split())
        if primary == "ar":
            words = (arabic_letters(words[0]), *words[1:])
        first = phrase.split()[0].rstrip("*~")
        case = "AA" if len(first) > 1 and first.isupper() else "A" if first[0].isupper() else ""
        last = contracted.get(words[-1], ()) if len(words) > 1 else ()
        for written in (words, *((*words[:-1], end) for end in last)):
            table.setdefault(words[0], []).append(_Phrase(written, category, group, case, first))
    return table


#: What the last word of a phrase becomes with the next one's article or vowel: "más de", "más del"; "faute d'eau".
_CONTRACTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "es": {"de": ("del",), "a": ("al",)},
    "fr": {"de": ("d", "du", "des"), "à": ("au", "aux"), "que": ("qu",)},
}


def _entries(data: Any) -> Iterator[tuple[str, str, str]]:
    for kind, phrases in data["negation"].items():
        yield from ((kind, kind, phrase) for phrase in phrases)
    for category in (HARMLESS, FILLER, OPENER):
        yield from ((category, category, phrase) for phrase in data[category])
    for category in _GROUPED:
        yield from ((category, group, phrase) for group, phrases in data[category].items() for phrase in phrases)
    for name, sides in data[OPPOSITE].items():
        for sign, phrases in zip("+-", sides, strict=True):
            yield from ((OPPOSITE, name + sign, phrase) for phrase in phrases)


#: Case endings of Russian nouns and adjectives.
CASE_ENDING = re.compile(
    r"|а|я|ы|и|у|ю|е|о|ь|й|ой|ей|ом|ем|ам|ям|ами|ями|ах|ях|ов|ев|ий|ия|ие|ию|ии|ая|ое|ые|ых|им|ым|их"
    r"|ого|его|ому|ему|ыми|ими|ую|юю|ою|ею"
)


class Patterns:
    """Listed words, some with a star or tilde, of which it is soon told whether a word fits any."""

    def __init__(self, patterns: Iterable[str]) -> None:
        given = tuple(patterns)
        self._words = frozenset(given)
        self._beginnings = tuple(pattern[:-1] for pattern in given if pattern.endswith("*"))
        self._stems = tuple(pattern for pattern in given if pattern.endswith("~"))

    def fit(self, key: str) -> bool:
        """Whether a word ``fits`` one of them."""
        if key in self._words and not key.endswith(_PATTERNS):
            return True
        return key.startswith(self._beginnings) or any(fits(key, stem) for stem in self._stems)


@cache
def patterns(primary: str, name: str) -> Patterns:
    """One of a language's lists of single words, some of which have a star or tilde."""
    return Patterns(words(primary, name))


def fits(key: str, pattern: str) -> bool:
    """Whether a word is the one listed, or begins like it where the list has a star or tilde."""
    if pattern.endswith("~"):
        return key.startswith(pattern[:-1]) and CASE_ENDING.fullmatch(key[len(pattern) - 1 :]) is not None
    return key.startswith(pattern[:-1]) if pattern.endswith("*") else key == pattern


# --- Arabic ---------------------------------------------------------------------------------------------------------

_ARABIC_LETTERS = str.maketrans("أإآٱةىئؤ", "ااااهيءء")
#: What Arabic writes as one with the next word: conjunctions; the article with or without a preposition; prepositions
#: and the sign of the future.
_CONJUNCTIONS = ("و", "ف")
_ARTICLES = ("ال", "بال", "كال", "لل")
_PREPOSITIONS, _FUTURE = ("ب", "ل", "ك"), "س"
#: What a verb or noun is written as one with behind it: pronouns of the third person, and the accusative's ending.
_ENDINGS = ("ها", "هم", "هما", "ه", "ا")
#: Least length of what is left of a word without a prefix, and without an ending.
_LEFT, _LEFT_OF_ENDING = 3, 4


def arabic_letters(word: str) -> str:
    """A word without what spellings differ in: the seat of hamza, the forms of ya and ta."""
    return word.translate(_ARABIC_LETTERS)


@lru_cache(maxsize=1 << 15)
def arabic_forms(word: str, *, verbal: bool = False) -> tuple[str, ...]:
    """A word, and what it may be without what is written as one with it; verbs of the feminine as masculine ones.

    The forms of a verb alone have no prepositions taken off.
    """
    forms = [arabic_letters(word)]
    forms += [form[1:] for form in forms if form.startswith(_CONJUNCTIONS) and len(form) > 2]
    forms += [form[len(a) :] for form in forms for a in _ARTICLES if form.startswith(a) and len(form) - len(a) >= _LEFT]
    prefixes = (_FUTURE,) if verbal else (*_PREPOSITIONS, _FUTURE)
    forms += [form[1:] for form in forms if form.startswith(prefixes) and len(form) > _LEFT]
    forms += [f"ي{form[1:]}" for form in forms if form.startswith("ت") and len(form) > _LEFT]
    forms += [
        form[: -len(e)]
        for form in forms
        for e in _ENDINGS
        if form.endswith(e) and len(form) - len(e) >= _LEFT_OF_ENDING
    ]
    return tuple(dict.fromkeys(forms))
