"""Countries, places, bodies and other proper names that two similar texts have otherwise."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tm.lang import Lang
from tm.model import Flag
from tm.negation import same_word
from tm.notations import missing
from tm.passages import KEPT, Names, Region, Side, Sides, Text, among
from tm.phrases import BODY, CALENDAR, DEMONYM, MEASURE, PLACE, Term, patterns, words
from tm.placeables import Placeable, countries
from tm.text import Token

COUNTRY, NAME = "country", "name"
#: From this many on, words that are all in capitals are a heading, not acronyms.
ALL_CAPITALS = 3
#: Languages in whose script only names have capitals within a sentence.
_CAPITALS = frozenset({"en", "es", "fr", "ru"})
#: Share of words with capitals from which on they tell no names.
_TITLE = 0.6


def naming(
    query: Text, stored: Text, regions: Sequence[Region], sides: Sides | None, found: Names, lang: Lang
) -> Iterator[Flag]:
    """Flags for countries that one side has more of, and for places, bodies and names that stand for one another.

    ``found`` are the ``country_names`` of both texts.
    """
    words = _countries(query, stored, found, sides)
    if any(words):
        yield Flag(COUNTRY, *words)
    bodies = _bodies(sides) if sides else ((), ())
    if not any(bodies):
        bodies = _acronyms(query, stored, regions, sides)
    if sides and not any(bodies):
        bodies = _moved(sides)
    if any(bodies):
        yield Flag(BODY, *bodies)
    if sides and lang.primary in _CAPITALS and not any(words) and not any(bodies):
        names = _names(sides, found, lang.primary)
        if any(names):
            yield Flag(NAME, *names)


_Words = tuple[tuple[str, ...], tuple[str, ...]]


def country_names(query: Text, stored: Text, regions: Sequence[Region], lang: Lang) -> Names:
    """The country names of both texts, where a region can hold one."""
    if not any(
        _may_name(side, span, lang)
        for region in regions
        for side, span in ((query, region.query), (stored, region.stored))
    ):
        return (), ()
    mine, theirs = _countries_of(query.text, lang), _countries_of(stored.text, lang)
    if not mine and not theirs:
        return (), ()
    return (
        _with_acronyms(mine, theirs, (query, stored), [region.query for region in regions]),
        _with_acronyms(theirs, mine, (stored, query), [region.stored for region in regions]),
    )


def _with_acronyms(
    mine: Sequence[Placeable],
    theirs: Sequence[Placeable],
    texts: tuple[Text, Text],
    ranges: Sequence[tuple[int, int]],
) -> Sequence[Placeable]:
    """The names of countries of a text with the acronyms of those that the other text names in full: "DPRK"."""
    known = {name.value for name in mine}
    missing = [name for name in theirs if name.value not in known]
    if not missing:
        return mine
    side, other = texts
    acronyms = [
        token
        for span in ranges
        for token in side.tokens[slice(*span)]
        if not token.kind and _is_acronym(side.text, token)
    ]
    places = _spans(other, missing) if acronyms else []
    found = [
        Placeable(name.kind, token.start, token.end, name.value)
        for token in acronyms
        for name, place in zip(missing, places, strict=True)
        if place[1] - place[0] > 1 and abbreviates(side.text[token.start : token.end], other, place)
    ]
    return sorted([*mine, *found], key=lambda name: name.start) if found else mine


_countries_of = lru_cache(maxsize=KEPT)(countries)


def _is_acronym(text: str, token: Token) -> bool:
    """Whether a word is an acronym, and not that of a currency: "US$"."""
    return (
        token.end - token.start > 1 and text[token.start : token.end].isupper() and not text.startswith("$", token.end)
    )


def _may_name(side: Text, span: tuple[int, int], lang: Lang) -> bool:
    """Whether a region can hold a country's name or part of one; with capitals, one is in or beside it."""
    start, end = span
    tokens = side.tokens[max(0, start - 1) : end + 1]
    if lang.primary in {"ar", "zh"}:
        return bool(tokens)
    return any(side.text[token.start].isupper() for token in tokens)


def _countries(query: Text, stored: Text, found: Names, sides: Sides | None) -> _Words:
    """Countries that one side has more of, and what belongs to a country or place and stands for another's."""
    if not any(found) and (sides is None or all(side.categories.isdisjoint((PLACE, DEMONYM)) for side in sides)):
        return (), ()
    if sides:
        found = (_by_themselves(found[0], sides[0]), _by_themselves(found[1], sides[1]))
    mine = _unsaid(missing(*found), query, stored, found[1])
    theirs = _unsaid(missing(*reversed(found)), stored, query, found[0])
    if sides:
        terms = [
            [t for region in range(len(side.ranges)) for t in side.inside(region, PLACE, DEMONYM)
             if not _covered(side, t, names)]
            for side, names in zip(sides, found, strict=True)
        ]  # fmt: skip
        groups = [frozenset(group for term in of_side for group in term.groups) for of_side in terms]
        mine = [name for name in mine if name.value not in groups[1]]
        theirs = [name for name in theirs if name.value not in groups[0]]
        codes = [frozenset(name.value for name in names) for names in found]
        left = [[t for t in terms[w] if not t.groups & (groups[1 - w] | codes[1 - w])] for w in (0, 1)]
        if all(left) or (any(left) and (mine or theirs)):
            words = [[side.text.words(t.start, t.end) for t in of_side] for side, of_side in
                     zip(sides, left, strict=True)]  # fmt: skip
            return (
                tuple(dict.fromkeys([*_texts(mine, query), *words[0]])),
                tuple(dict.fromkeys([*_texts(theirs, stored), *words[1]])),
            )
    return tuple(_texts(mine, query)), tuple(_texts(theirs, stored))


def _unsaid(left: Sequence[Placeable], side: Text, other: Text, names: Sequence[Placeable]) -> list[Placeable]:
    """The names of countries whose words the other text has nowhere but in ``names``, its own names of countries.

    Its words may stand for something else there ("عمان").
    """
    if not left:
        return []
    named = {i for span in _spans(other, names) for i in range(*span)}
    free = "\n".join("" if i in named else token.key for i, token in enumerate(other.tokens))
    said: dict[str, bool] = {}
    result = []
    for name, span in zip(left, _spans(side, left), strict=True):
        words = "\n".join(token.key for token in side.tokens[slice(*span)])
        if words not in said:
            said[words] = f"\n{words}\n" in f"\n{free}\n"
        if not said[words]:
            result.append(name)
    return result


def _spans(side: Text, names: Sequence[Placeable]) -> list[tuple[int, int]]:
    """The half-open ranges of tokens of some names."""
    starts = [token.start for token in side.tokens]
    return [(bisect_left(starts, name.start), bisect_left(starts, name.end)) for name in names]


def _by_themselves(names: Sequence[Placeable], side: Side) -> Sequence[Placeable]:
    """The names of countries that are not part of a currency's or a body's: "United States dollars"."""
    tokens = side.text.tokens
    larger = [(tokens[t.start].start, tokens[t.end - 1].end) for t in side.terms if t.category in {MEASURE, BODY}]
    return [n for n in names if not any(start <= n.start and n.end <= end for start, end in larger)]


def _covered(side: Side, term: Term, names: Sequence[Placeable]) -> bool:
    """Whether a term stands within the name of a country."""
    start, end = side.text.tokens[term.start].start, side.text.tokens[term.end - 1].end
    return any(name.start < end and start < name.end for name in names)


def _texts(names: Sequence[Placeable], side: Text) -> list[str]:
    return [side.text[name.start : name.end] for name in names]


# --- bodies ---------------------------------------------------------------------------------------------------------


def _bodies(sides: Sides) -> _Words:
    """Bodies and posts of which both sides have others in one place; a short name may be a long one's."""
    words: tuple[list[str], list[str]] = ([], [])
    if not all(BODY in side.categories for side in sides):
        return (), ()
    kept = _kept(sides)
    for region in range(len(sides[0].ranges)):
        found = [side.inside(region, BODY) for side in sides]
        groups = [frozenset(group for term in terms for group in term.groups) for terms in found]
        other = [[t for t in found[w] if not t.groups & groups[1 - w] and (w, t) not in kept] for w in (0, 1)]
        if all(other) and not _shortened(sides, other):
            for column, side, terms in zip(words, sides, other, strict=True):
                column += [side.text.words(t.start, t.end) for t in terms]
    return tuple(words[0]), tuple(words[1])


def _moved(sides: Sides) -> _Words:
    """Bodies that stand behind the same word in both texts and are others, and acronyms that are each text's only one.

    "Published by UNESCO in 2010", "in 2010, UNICEF published".
    """
    found = [dict(_behind(side)) for side in sides]
    for word in found[0].keys() & found[1].keys():
        (one, mine), (other, theirs) = found[0][word], found[1][word]
        if one.isdisjoint(other) and not any(
            _said(side, names) for side, names in ((sides[1], one), (sides[0], other))
        ):
            return (mine,), (theirs,)
    return _other_of_a_kind(sides)


def _other_of_a_kind(sides: Sides) -> _Words:
    """The body that each text has alone, where their names share a word: "the Court of Appeal", "the Supreme Court"."""
    named = [{t for t in side.terms if t.category == BODY} for side in sides]
    alone = [
        [t for t in mine if t.end - t.start > 1 and not any(t.groups & other.groups for other in theirs)]
        for mine, theirs in (named, named[::-1])
    ]
    if sides[0].primary == "zh" or any(len(terms) != 1 for terms in alone) or _shortened(sides, alone):
        return (), ()
    one, other = (
        side.words(terms[0]) - words(side.primary, "function") for side, terms in zip(sides, alone, strict=True)
    )
    if not any(same_word(a, b) for a in one for b in other):
        return (), ()
    return (sides[0].text.words(*alone[0][0][:2]),), (sides[1].text.words(*alone[1][0][:2]),)


def _behind(side: Side) -> Iterator[tuple[str, tuple[frozenset[str], str]]]:
    """What the names of one word and acronyms of the changed passages name, and their words, by the word before them.

    The only acronym of a text stands for itself, "" before it.
    """
    function = words(side.primary, "function")
    tokens = side.text.tokens
    acronyms = {i for i, token in enumerate(tokens) if not token.kind and _is_acronym(side.text.text, token)}
    for region, changed in enumerate(side.ranges):
        bodies = {t.start: t for t in side.inside(region, BODY) if t.end - t.start == 1}
        for i in range(*changed):
            if i not in bodies and i not in acronyms:
                continue
            names = bodies[i].groups if i in bodies else frozenset({tokens[i].key})
            before = (tokens[j].key for j in range(i - 1, -1, -1))
            word = next((key for key in before if key not in function), "")
            if word and len(acronyms) <= 1:
                yield word, (names, side.text.words(i, i + 1))
            if acronyms == {i}:
                yield "", (names, side.text.words(i, i + 1))


def _said(side: Side, names: frozenset[str]) -> bool:
    """Whether a text has one of some names of bodies."""
    groups = {group for term in side.terms if term.category == BODY for group in term.groups}
    return not names.isdisjoint(groups | {token.key for token in side.text.tokens})


def _kept(sides: Sides) -> set[tuple[int, Term]]:
    """The bodies that stand behind the same word on both sides, wherever: "a note by the Secretariat"."""
    behind: list[dict[tuple[frozenset[str], str], Term]] = [{}, {}]
    for side, found in zip(sides, behind, strict=True):
        function = words(side.primary, "function")
        for term in side.terms:
            if term.category == BODY:
                keys = (side.text.tokens[i].key for i in range(term.start - 1, -1, -1))
                word = next((key for key in keys if key not in function), "")
                if word:
                    found[term.groups, word] = term
    shared = behind[0].keys() & behind[1].keys()
    return {(which, behind[which][place]) for which in (0, 1) for place in shared}


def _shortened(sides: Sides, found: Sequence[Sequence[Term]]) -> bool:
    """Whether one side's names have no word that the other's lack: "the Council", "the Security Council".

    "The President" is no short name of the Vice-President, nor the International Court of the International Criminal
    Court.
    """
    primary = sides[0].primary
    one, other = (
        set[str]().union(*(side.words(term) for term in terms)) for side, terms in zip(sides, found, strict=True)
    )
    if any(map(patterns(primary, "deputies").fit, one ^ other)):
        return False
    return _shortens(one, other, primary) or _shortens(other, one, primary)


#: A short name has one word, or so many Chinese characters at most: "the Court", "理事会".
_SHORT_CHARACTERS = 3


def _shortens(short: set[str], long: set[str], primary: str) -> bool:
    brief = len(short) <= _SHORT_CHARACTERS if primary == "zh" else len(short - words(primary, "function")) <= 1
    return brief and among(short, long, primary)


def _acronyms(query: Text, stored: Text, regions: Sequence[Region], sides: Sides | None) -> _Words:
    """Acronyms of which the texts have others in one place, or that stand for another body's name."""
    mine: list[str] = []
    theirs: list[str] = []
    for i, region in enumerate(regions):
        one, other = _capitals(query, region.query), _capitals(stored, region.stored)
        if one and other and one != other:
            if sides and len(regions) == len(sides[0].ranges) and _one_body(sides, i):
                continue
            mine += one
            theirs += other
        elif sides and len(regions) == len(sides[0].ranges) and bool(one) != bool(other):
            side, acronyms = (sides[1], one) if one else (sides[0], other)
            names = [side.text.words(t.start, t.end) for t in side.inside(i, BODY)]
            if names and not abbreviates(acronyms[0], side.text, side.ranges[i]) and not _known(sides, i):
                mine += one or names
                theirs += other or names
    return tuple(mine), tuple(theirs)


def _one_body(sides: Sides, region: int) -> bool:
    """Whether both sides name the same body of the lists: "UNFPA", "FNUAP"."""
    one, other = ({group for term in side.inside(region, BODY) for group in term.groups} for side in sides)
    return bool(one & other)


def _known(sides: Sides, region: int) -> bool:
    """Whether both sides name a body of the lists, so that it is known whether they are one."""
    return all(side.inside(region, BODY) for side in sides)


def _capitals(side: Text, span: tuple[int, int]) -> list[str]:
    """The acronyms of a range, when it is not all in capitals."""
    words = [token for token in side.tokens[slice(*span)] if not token.kind]
    found = [side.text[token.start : token.end] for token in words if _is_acronym(side.text, token)]
    return found if len(found) < ALL_CAPITALS or len(found) < len(words) else []


def abbreviates(acronym: str, side: Text, span: tuple[int, int]) -> bool:
    """Whether the letters of an acronym are first letters of a range's words, in order: "UNEP"."""
    initials = iter(_plain(side.tokens[i].key[:1]) for i in range(*span))
    return all(letter in initials for letter in _plain(acronym.casefold()))


def _plain(letters: str) -> str:
    """Letters without accents, which acronyms are written without: "EAU" for "Émirats arabes unis"."""
    return "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))


# --- other names ----------------------------------------------------------------------------------------------------


def _names(sides: Sides, found: Names, primary: str) -> _Words:
    """Words with capitals that stand for one another in one place: persons, towns, conventions, departments."""
    result: tuple[list[str], list[str]] = ([], [])
    for region in range(len(sides[0].ranges)):
        names = [_named(side, region, names, primary) for side, names in zip(sides, found, strict=True)]
        left = [
            [word for word, key in names[w] if not any(_alike(key, other) for _, other in names[1 - w])] for w in (0, 1)
        ]
        if all(left):
            result[0].extend(left[0])
            result[1].extend(left[1])
    return tuple(result[0]), tuple(result[1])


def _named(side: Side, region: int, countries: Sequence[Placeable], primary: str) -> list[tuple[str, str]]:
    """The words with capitals of a region that no list knows, with their keys."""
    text, tokens = side.text.text, side.text.tokens
    start, end = side.ranges[region]
    if not any(text[token.start].isupper() for token in tokens[start:end]):
        return []
    if sum(text[token.start].isupper() for token in tokens) > _TITLE * len(tokens):
        return []
    listed = {i for t in side.inside(region, BODY, CALENDAR, MEASURE) for i in range(t.start, t.end)}
    return [
        (text[t.start : t.end], t.key)
        for i, t in ((i, tokens[i]) for i in range(start, end))
        if i and i not in listed and not t.kind and t.end - t.start > 1 and text[t.start].isupper()
        and not _opens(text, t.start)
        and not _common(t.key, primary)
        and not any(name.start <= t.start < name.end for name in countries)
    ]  # fmt: skip


@lru_cache(maxsize=1 << 14)
def _common(key: str, primary: str) -> bool:
    """Whether a word has a capital by convention only: "State", "Government", "Mr."."""
    return patterns(primary, "common").fit(key)


#: What a sentence or a quotation begins after; a full stop also ends a short form of at most so many letters ("Mr.").
_OPENING = re.compile(r"(?:\A|[!?:;•«“\"'(]|(?<!\b\w)(?<!\b\w\w)(?<!\b\w\w\w)\.)\s*\Z")


def _opens(text: str, start: int) -> bool:
    """Whether a sentence or a quotation begins at a place."""
    return _OPENING.search(text[max(0, start - 8) : start] if start > 8 else text[:start]) is not None


#: Least length of the beginning that two forms of one name share.
_SHARED = 4


def _alike(one: str, other: str) -> bool:
    return one == other or same_word(one, other) or one[:_SHARED] == other[:_SHARED]
