"""Country names in six languages: the territory names of CLDR, and the forms the United Nations uses."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from tm.data import load
from tm.lang import Lang
from tm.text import Token, fold, words

#: Codes of CLDR that stand for no territory.
_NO_TERRITORY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
#: A name that only looks like a country's ("Gulf of Guinea").
_OTHER = "--"
#: Case endings of Russian nouns and adjectives.
_ENDING = re.compile(
    r"а|я|ы|и|у|ю|е|о|ь|й|ой|ей|ом|ем|ам|ям|ами|ями|ах|ях|ов|ев|ий|ия|ие|ию|ии|ый|ая|ое|ые|ых|им|ым|их"
    r"|ого|его|ому|ему|ыми|ими|ую|юю|ею|ью|ией|иях|иям|"
)
#: Last letters of Russian names that take no case endings, and the endings that come off the others.
_INDECLINABLE = re.compile(r"(?:(?<!ств)о|и|[оуи]а|[еуэ])\Z")
_ADJECTIVE = re.compile(r"(?:ые|ие|ая|ое|ий|ый|ой|яя|ее)\Z")
_LONGEST_ENDING = 3
#: Arabic conjunctions and prepositions written as one with the next word, and what they leave of the article.
_CLITICS = (("و", ""), ("ف", ""), ("ب", ""), ("ل", ""), ("ك", ""), ("لل", "ال"), ("ولل", "ال"), ("وب", ""), ("ول", ""))
_ARABIC_LETTERS = str.maketrans("أإآٱةى", "ااااهي")
_SENTENCE_END = re.compile(r"[.!?:;»”\")]\s*\Z|\A\s*\Z")

#: Where a name's words lead: first word -> names that start so, as (all words, ISO code), longest first.
_Table = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


def names(text: str, lang: Lang) -> Iterator[tuple[int, int, str]]:
    """``(start, end, ISO 3166 alpha-2 code)`` of each country name of a text, in order, the longest name first.

    Inflected Russian names, Arabic names with prefixes, and Chinese names without spaces are found. In scripts
    with capitals a name must begin with one. Languages other than the six of the United Nations give none.
    """
    primary = lang.primary
    if primary == "zh":
        yield from _unspaced(text)
    elif primary in load("countries"):
        yield from _spaced(text, primary)


def _spaced(text: str, primary: str) -> Iterator[tuple[int, int, str]]:
    table = _table(primary)
    ambiguous, before = _ambiguous(primary)
    found = words(text)
    keys = [_key(token, primary) for token in found]
    last_end = done = 0
    for i in [i for i, key in enumerate(keys) if _leads(key, primary)]:
        if i < done:
            continue
        size, code = _longest(keys, i, table, primary)
        upper = primary == "ar" or text[found[i].start].isupper()
        if size == 0 or not (upper or code == _OTHER):
            continue
        doubtful = size == 1 and any(form in ambiguous for form in _forms(keys[i], primary))
        if code != _OTHER and not (doubtful and not _plain_case(text, found, keys, i, before, last_end)):
            last_end = _closed(text, found[i].start, found[i + size - 1].end)
            yield found[i].start, last_end, code
        done = i + size


@cache
def _leads(key: str, primary: str) -> bool:
    """Whether a name may start with the word."""
    table = _table(primary)
    return any(form in table for form in _forms(key, primary))


def _longest(keys: Sequence[str], start: int, table: _Table, primary: str) -> tuple[int, str]:
    """How many words the longest name that starts here has, and its code; ``(0, "")`` when none does."""
    best = (0, "")
    for form in _forms(keys[start], primary):
        for name, code in table.get(form, ()):
            size = len(name)
            if size <= best[0] or start + size > len(keys):
                continue
            if all(name[k] in _forms(keys[start + k], primary)[: _depth(primary)] for k in range(1, size)):
                best = size, code
        if best[0]:
            # A longer stem, or fewer prefixes taken off, is the likelier name.
            break
    return best


def _depth(primary: str) -> int | None:
    """How many forms of an inner word count: in Arabic only the first word of a name takes prefixes."""
    return 1 if primary == "ar" else None


@cache
def _forms(key: str, primary: str) -> tuple[str, ...]:
    """The table keys a word may stand for, the likeliest first."""
    if primary == "ru":
        stems = [key[: len(key) - n] for n in range(_LONGEST_ENDING + 1) if _ENDING.fullmatch(key[len(key) - n :])]
        return (f"={key}", *(stem for stem in stems if len(stem) > 1))
    if primary == "ar":
        bare = [left + key[len(clitic) :] for clitic, left in _CLITICS if key.startswith(clitic)]
        return (key, *(form for form in bare if len(form) > 2))
    return (key,)


def _key(token: Token, primary: str) -> str:
    return _letters(token.key, primary)


@cache
def _letters(key: str, primary: str) -> str:
    """A word without what spellings of names differ in: accents, hamza, ta marbuta."""
    if primary == "ar":
        return key.translate(_ARABIC_LETTERS)
    if primary == "ru":
        return key.replace("ё", "е")
    if key.isascii():
        return key
    return "".join(c for c in unicodedata.normalize("NFD", key) if not unicodedata.combining(c))


def _plain_case(
    text: str, found: Sequence[Token], keys: Sequence[str], i: int, before: frozenset[str], last_end: int
) -> bool:
    """Whether a word that is also an ordinary one stands like a country: in a list, or after "in" and its like."""
    gap = text[: found[i].start]
    if last_end and not any(c.isalnum() for c in gap[last_end:]):
        return True
    return i > 0 and keys[i - 1] in before and not _SENTENCE_END.search(gap)


def _closed(text: str, start: int, end: int) -> int:
    """The end of a name, taking in the bracket or apostrophe that closes what the name opened."""
    if "(" in text[start:end] and ")" not in text[start:end]:
        rest = text[end : end + 2]
        if ")" in rest:
            return end + rest.index(")") + 1
    return end


# --- tables ---------------------------------------------------------------------------------------------------------


@cache
def _ambiguous(primary: str) -> tuple[frozenset[str], frozenset[str]]:
    own = load("countries")[primary]
    doubtful = {form for name in own["ambiguous"] for form in _name_key(name, primary)}
    return frozenset(doubtful), frozenset(_letters(fold(word), primary) for word in own["before"])


@cache
def _table(primary: str) -> _Table:
    table: dict[str, dict[tuple[str, ...], str]] = {}
    for code, name in _all_names(primary):
        key = _name_key(name, primary)
        if key:
            table.setdefault(key[0], {}).setdefault(key, code)
    return {first: tuple(sorted(rows.items(), key=lambda row: -len(row[0]))) for first, rows in table.items()}


def _all_names(primary: str) -> Iterator[tuple[str, str]]:
    """``(code, name)``, our own forms before those of CLDR."""
    own: Any = load("countries")[primary]
    yield from ((_OTHER, name) for name in own["other"])
    for group in ("names", "forms"):
        yield from ((code, name) for code, forms in own.get(group, {}).items() for name in forms)
    from babel import Locale

    for code, name in Locale.parse(primary).territories.items():
        if len(code) == 2 and code.isalpha() and code not in _NO_TERRITORY:
            yield code, re.sub(r"\s*[(（].*", "", name)


def _name_key(name: str, primary: str) -> tuple[str, ...]:
    keys = [_letters(token.key, primary) for token in words(name)]
    return tuple(_stem(key) for key in keys) if primary == "ru" else tuple(keys)


def _stem(key: str) -> str:
    """A Russian word without its nominative ending; "=" before those that have none to lose."""
    if len(key) < 3 or (_INDECLINABLE.search(key) and not _ADJECTIVE.search(key)):
        return f"={key}"
    if _ADJECTIVE.search(key):
        return key[:-2]
    return key[:-1] if key[-1] in "аяоыйьи" else key


def _unspaced(text: str) -> Iterator[tuple[int, int, str]]:
    pattern, codes = _chinese()
    for match in pattern.finditer(text):
        code = codes[_chinese_key(match.group())]
        if code != _OTHER:
            yield match.start(), match.end(), code


@cache
def _chinese() -> tuple[re.Pattern[str], dict[str, str]]:
    codes: dict[str, str] = {}
    for code, name in _all_names("zh"):
        codes.setdefault(_chinese_key(name), code)
    ordered = sorted(codes, key=len, reverse=True)
    choice = "|".join(re.escape(name).replace(r"\(", "[(（]").replace(r"\)", "[)）]") for name in ordered)
    return re.compile(choice), codes


def _chinese_key(name: str) -> str:
    return name.replace("（", "(").replace("）", ")")
