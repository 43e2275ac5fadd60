"""Negation that one of two similar texts has more of, in six languages."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from tm.passages import NONE, Pair, Side, Sides, outermost, spans
from tm.phrases import (
    CLAUSE,
    COMPANION,
    HARMLESS,
    LEXICAL,
    LOSS,
    MODAL,
    MODALITY,
    QUANTITY,
    Term,
    arabic_forms,
    lists,
    patterns,
    words,
)
from tm.text import Token

#: Least length of a word without its negative prefix or suffix, and of the stem that two forms of a word share.
STEM = 4
#: A shorter word is the same without its prefix only if it is the same to the letter: "unfit", "fit".
_SHORTEST = 3
#: Share of the longer of two words that must agree from the start to call them forms of one word.
SAME_WORD = 0.7
#: How many tokens away a negated verb may be from a word that goes with it ("no recibió ninguna").
_NEAR = 6
#: The same behind a word that negates alone ("sin ningún").
_NEXT = 2
#: How many tokens after "not" a second negation undoes it ("not without", "not entirely unusual").
_UNDOES = 3
_GONE = frozenset({LOSS})


def negation(sides: Sides, region: int, moved: set[tuple[int, Term]], primary: str) -> Pair:
    """The negation of a region in which one side has more of it."""
    listed: list[list[Term]] = [[], []]
    found: list[list[Term]] = [[], []]
    if any(side.by_region[region] for side in sides):
        listed = [
            [t for t in side.inside(region, CLAUSE, COMPANION, LEXICAL) if (which, t) not in moved]
            for which, side in enumerate(sides)
        ]
        found = [_counted(side, side.terms, terms) for side, terms in zip(sides, listed, strict=True)]
        for which in (0, 1):
            found[which] += _bared(sides, region, which)
    places: Pair = (spans([*listed[0], *found[0]]), spans([*listed[1], *found[1]]))
    counts = [[(t.start, t.end) for t in terms] for terms in found]
    taken = [{i for start, end in place for i in range(start, end)} for place in places]
    for which, mine, other in _affixed(sides, region, primary):
        if mine not in taken[which]:
            counts[which].append((mine, mine + 1))
            places[which].append((mine, mine + 1))
            places[1 - which].append((other, other + 1))
    if not any(counts):
        return NONE
    totals = [
        len(count) - _undone(count, side.inside(region, CLAUSE, COMPANION))
        for count, side in zip(counts, sides, strict=True)
    ]
    if totals[0] != totals[1]:
        # "They lost the harvest" for "they were left without a harvest" says the same.
        fewer = 0 if totals[0] < totals[1] else 1
        totals[fewer] += sides[fewer].changed(LOSS, _GONE) and abs(totals[0] - totals[1]) == 1
    return NONE if totals[0] == totals[1] else (sorted(set(places[0])), sorted(set(places[1])))


def _counted(side: Side, around: Sequence[Term], found: Sequence[Term]) -> list[Term]:
    """The terms that negate; of those that only go with a negated verb the first, when no such verb is near.

    In Spanish the verb is not negated once more behind such a word ("nadie puede").
    """
    ahead = -1 if side.primary == "es" else _NEAR
    # "No puede" may be both a verb's negation and a phrase of its own.
    strong = list({t.start: t for t in sorted(found, key=lambda t: t.end) if t.category != COMPANION}.values())
    alone = [
        term
        for term in found
        if term.category == COMPANION
        and not any(
            (other.category == CLAUSE and (term.start - other.start <= _NEAR and other.start - term.end <= ahead))
            or (other.category == LEXICAL and 0 <= term.start - other.end < _NEXT)
            for other in around
        )
    ]
    return strong + alone[:1]


def _undone(counted: Sequence[tuple[int, int]], verbs: Sequence[Term]) -> int:
    """How many of the places are "not" and a negation right behind it, which is none."""
    if len(counted) < 2:
        return 0
    ends = {term.end for term in verbs}
    starts = {term.start for term in verbs}
    behind = [start for start, _ in counted if start not in starts]
    return 2 * sum(any(0 <= start - end < _UNDOES for end in ends) for start in behind)


def _bared(sides: Sides, region: int, which: int) -> list[Term]:
    """Harmless phrases with a negation in them, of which the other side has all but their first word.

    "No later than" for "by" says the same; "no later than" for "later than" does not.
    """
    side, other = sides[which], sides[1 - which]
    harmless = [t for t in side.inside(region, HARMLESS) if _denies(side.text.tokens[t.start].key, side.primary)]
    if not harmless:
        return []
    start, end = side.ranges[region]
    theirs = [key for _, key in other.keys(region)]
    keys = [token.key for token in side.text.tokens[start:end]]
    return [term for term in harmless if theirs == keys[: term.start - start] + keys[term.start - start + 1 :]]


@lru_cache(maxsize=1 << 14)
def _denies(key: str, primary: str) -> bool:
    """Whether a word is a negation by itself: "no", "not"."""
    return any(key in lists(primary)["negation"][kind] for kind in (CLAUSE, LEXICAL))


def _affixed(sides: Sides, region: int, primary: str) -> Iterator[tuple[int, int, int]]:
    """``(side, position, position on the other side)`` of each word that is the other side's with "not" in it."""
    keys = [list(side.keys(region)) for side in sides]
    bare = [[(position, found) for position, key in of_side if (found := _bare(key, primary))] for of_side in keys]
    if not all(keys) or not any(bare):
        return
    harmless = [{i for term in side.inside(region, HARMLESS) for i in range(term.start, term.end)} for side in sides]
    for which in (0, 1):
        beginnings = Beginnings(keys[1 - which]) if bare[which] else None
        for position, found in bare[which]:
            if position in harmless[which] or beginnings is None:
                continue
            match = next((i for word in found if (i := beginnings.first(word)) is not None), None)
            if match is not None and match not in harmless[1 - which]:
                yield which, position, match


class Beginnings:
    """The words of a region by the beginnings that another form of the word must share."""

    def __init__(self, found: Sequence[tuple[int, str]]) -> None:
        self._first: dict[str, int] = {}
        for position, key in found:
            for beginning in _beginnings(key):
                self._first.setdefault(beginning, position)

    def first(self, word: str) -> int | None:
        """Position of the first word that is the ``same_word``, None for none."""
        return min((self._first[b] for b in _beginnings(word) if b in self._first), default=None)


def _beginnings(word: str) -> Iterator[str]:
    """The word itself, marked by its end, and the beginnings of which two words of it are the ``same_word``."""
    yield f"{word}{_END}"
    for length in range(STEM + 1, len(word) + 1):
        if length >= SAME_WORD * len(word):
            yield word[:length]


#: Tells a whole word from the beginning of another.
_END = " "


@lru_cache(maxsize=1 << 15)
def _bare(key: str, primary: str) -> tuple[str, ...]:
    """What is left of a word without each negative prefix or suffix it may have."""
    data = lists(primary)
    if patterns(primary, "exceptions").fit(key):
        return ()
    found = [key[len(p) :] for p in data["prefixes"] if key.startswith(p) and len(key) - len(p) >= _SHORTEST]
    for suffix in data["suffixes"]:
        stem = key.split(suffix)[0]
        if suffix in key and len(stem) >= STEM:
            found += [f"{stem}ful", f"{stem}fully", stem]
    return tuple(found)


def affixed(one: str, other: str, primary: str) -> bool:
    """Whether one of two words is the other with "not" in it."""
    pairs = ((one, other), (other, one))
    return any(same_word(bare, plain) for word, plain in pairs for bare in _bare(word, primary))


def same_word(one: str, other: str) -> bool:
    """Whether two words are the same or forms of one word, judged by the length of their common beginning."""
    if one == other:
        return True
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return common > STEM and common >= SAME_WORD * max(len(one), len(other))


def same_form(one: str, other: str, primary: str) -> bool:
    """Whether two words are forms of one, in Arabic without what is written as one with them."""
    if primary == "ar":
        return not set(arabic_forms(one)).isdisjoint(arabic_forms(other)) or same_word(one, other)
    return same_word(one, other)


#: How many tokens behind a negation, or before one that negates alone, what it denies may stand; and characters.
_DENIED, _DENIED_CHARACTERS = 4, 10


def displaced(sides: Sides) -> set[tuple[int, Term]]:
    """Negations that deny the same word on both sides, in two places: ``(0 for query, 1 for stored, term)``.

    "It is not possible to verify them" for "verifying them is not possible" says the same.
    """
    result: set[tuple[int, Term]] = set()
    if len(sides[0].ranges) == 1 or any(side.categories.isdisjoint((CLAUSE, LEXICAL)) for side in sides):
        return result
    theirs = list(_denials(sides[1]))
    by_word: dict[str, list[_Denial]] = {}
    for denial in theirs:
        for word in denial.behind | denial.before:
            by_word.setdefault(word, []).append(denial)
    for mine in _denials(sides[0]):
        around = {id(other): other for word in mine.behind | mine.before for other in by_word.get(word, ())}
        match = next(
            (
                other.term
                for other in sorted(around.values(), key=_place)
                if other.region != mine.region and (1, other.term) not in result and mine.same_as(other)
            ),
            None,
        )
        if match:
            result |= {(0, mine.term), (1, match)}
    return result


class _Denial(NamedTuple):
    """A negation with what it denies."""

    region: int
    term: Term
    #: Beginnings of the first word that says something behind it; in Chinese the pairs of characters there.
    behind: frozenset[str]
    #: The same of the last word before one that negates alone: "funds are lacking".
    before: frozenset[str]

    def same_as(self, other: "_Denial") -> bool:
        """Whether two negations deny the same word."""
        if self.term.category == other.term.category == LEXICAL:
            return not (self.behind | self.before).isdisjoint(other.behind | other.before)
        return not self.behind.isdisjoint(other.behind)


def _place(denial: _Denial) -> tuple[int, int]:
    return denial.region, denial.term.start


def _denials(side: Side) -> Iterator[_Denial]:
    """The negations of all regions, in order."""
    skipped = words(side.primary, "function")
    modal = {i for t in side.terms if t.category == MODAL for i in range(t.start, t.end)}
    reach = _DENIED_CHARACTERS if side.primary == "zh" else _DENIED
    tokens = side.text.tokens
    for region in range(len(side.ranges)):
        for term in side.inside(region, CLAUSE, LEXICAL):
            ways = [range(term.end, min(len(tokens), term.end + reach))]
            if term.category == LEXICAL:
                ways.append(range(term.start - 1, max(-1, term.start - 1 - reach), -1))
            found = [
                _pairs(tokens, way)
                if side.primary == "zh"
                else _roots(
                    next((tokens[i].key for i in way if tokens[i].key not in skipped and i not in modal), ""),
                    side.primary,
                )
                for way in ways
            ]
            yield _Denial(region, term, found[0], found[1] if len(found) > 1 else frozenset())


def _pairs(tokens: Sequence[Token], way: range) -> frozenset[str]:
    """The pairs of neighbouring characters on a way along a text, and the first two characters."""
    return frozenset(tokens[i].key for i in way[:2]) | frozenset(
        f"{tokens[min(i, j)].key}{tokens[max(i, j)].key}"
        for i, j in pairwise(way)
        if tokens[min(i, j)].end == tokens[max(i, j)].start
    )


#: Length of the beginning that a verb and its noun share: "reply", "replied".
_ROOT = 4


def _roots(word: str, primary: str) -> frozenset[str]:
    """The beginning of a word, in Arabic of each form it may have."""
    forms = arabic_forms(word) if primary == "ar" else ()
    return frozenset({word[:_ROOT], *forms}) if word else frozenset()


def prefixes_opposed(sides: Sides, region: int, primary: str) -> Pair:
    """Words that have opposite prefixes before one stem: "overestimated" for "underestimated"."""
    result: Pair = ([], [])
    mine = [(i, found) for i, one in sides[0].keys(region) if (found := _turned(one, primary))]
    if not mine:
        return result
    theirs = Beginnings([(j, other) for j, other in sides[1].keys(region) if len(other) > STEM])
    for i, found in mine:
        for turned in found:
            match = theirs.first(turned)
            if match is not None:
                result[0].append((i, i + 1))
                result[1].append((match, match + 1))
                break
    return result


@lru_cache(maxsize=1 << 15)
def _turned(key: str, primary: str) -> tuple[str, ...]:
    """A word with each prefix it may have replaced by the opposite one."""
    pairs = [order for pair in lists(primary)["opposed"] for order in (pair, pair[::-1])]
    return tuple(b + key[len(a) :] for a, b in pairs if key.startswith(a) and len(key) - len(a) >= STEM)


def settled(pairs: Sequence[Pair], sides: Sides) -> list[Pair]:
    """The negations of all regions, without two of which each is the other, said elsewhere in the clause.

    "No person shall be" for "persons shall not be" says the same.
    """
    found = [(region, pair) for region, pair in enumerate(pairs) if pair != NONE]
    if len(found) != 2 or any(all(pair) for _, pair in found):
        return [pair for _, pair in found]
    (first, one), (last, other) = found
    if bool(one[0]) == bool(other[0]):
        return [one, other]
    listed = words(sides[0].primary, "negates elsewhere")
    said = {
        _said(side, place)
        for pair in (one, other)
        for side, places in zip(sides, pair, strict=True)
        for place in places
    }
    if said & listed and not any(_clause_ends(side, first, last) for side in sides):
        return []
    return [one, other]


def _said(side: Side, place: tuple[int, int]) -> str:
    """The words of a range as the lists have them."""
    return ("" if side.primary == "zh" else " ").join(token.key for token in side.text.tokens[slice(*place)])


#: What is due: the modal verbs of the six languages that bind.
DUE = frozenset({"must", "shall", "doit", "debe"})
#: How many tokens before its negation a condition's "if" may stand.
_IF = 3


def conditional(sides: Sides) -> bool:
    """Whether one text says by two negations what the other says to be due, or to be so only then.

    "The text cannot be changed without consent" for "consent is needed for the text to be changed" says the same.
    """
    for which in (0, 1):
        side, other = sides[which], sides[1 - which]
        if any(negates(other, region) for region in range(len(other.ranges))):
            continue
        excepted = words(side.primary, "without")
        found = {
            t
            for region in range(len(side.ranges))
            for t in side.inside(region, CLAUSE, LEXICAL, COMPANION, QUANTITY)
            if t.category != QUANTITY or (t.groups == _ONLY and _said(side, (t.start, t.end)) in excepted)
        }
        whole = set(outermost({(t.start, t.end) for t in found}))
        counted = _counted(side, sorted(found), [t for t in sorted(found) if (t.start, t.end) in whole])
        if len(counted) == 1 + sum(_excepts(side, term) for term in counted) == 2 and (
            other.changed(MODAL, DUE) or other.changed(MODALITY, DUE) or other.changed(QUANTITY, _ONLY)
        ):
            return True
    return False


def _excepts(side: Side, term: Term) -> bool:
    """Whether a negation says what must not be missing: "without", "unless", "if … not"."""
    tokens = side.text.tokens
    words_of = _said(side, (term.start, term.end))
    if any(words_of.startswith(word) for word in words(side.primary, "without")):
        return True
    conditions = words(side.primary, "if")
    return any(tokens[i].key in conditions for i in range(max(0, term.start - _IF), term.start))


_ONLY = frozenset({"only"})


def accompanying(pairs: Sequence[Pair], sides: Sides) -> Iterator[Pair]:
    """The words that go with a verb's negation and stand apart from it, for it to be named whole: "aucun … ne"."""
    for which, side in enumerate(sides):
        if not any(pair[which] for pair in pairs) or COMPANION not in side.categories:
            continue
        for region in range(len(side.ranges)):
            found = spans(side.inside(region, COMPANION))
            if found and not negates(sides[1 - which], region):
                yield (found, []) if which == 0 else ([], found)


def _clause_ends(side: Side, first: int, last: int) -> bool:
    """Whether a comma or the like stands between two regions."""
    tokens = side.text.tokens
    start, end = side.ranges[first][0], side.ranges[last][0]
    return any(
        not _COMMA.isdisjoint(side.text.text[tokens[i].end : tokens[i + 1].start])
        for i in range(start, min(end, len(tokens) - 1))
    )


#: What ends a clause.
_COMMA = frozenset(",;:，；：、،؛")


def negates(side: Side, region: int) -> bool:
    """Whether a region has any negation."""
    return bool(side.inside(region, CLAUSE, COMPANION, LEXICAL))
