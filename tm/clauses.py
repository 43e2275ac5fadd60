"""Clauses that only one of two similar texts has."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tm.lang import Lang
from tm.model import Flag
from tm.negation import same_word
from tm.passages import Names, Region, Side, Sides, Text, among
from tm.phrases import (
    BODY,
    CLAUSE,
    COMPANION,
    FILLER,
    HARMLESS,
    LEXICAL,
    LIMIT,
    MEASURE,
    MODAL,
    MODALITY,
    OPENER,
    Term,
    words,
)
from tm.placeables import Placeable

ADDED, DROPPED = "added", "dropped"
#: Tokens that one side must have more than the other, in one place, to be called an added or dropped clause.
TOKENS = 4
#: The same for scripts whose tokens are single characters.
CHARACTERS = 6
#: Of these, words that say something: where the other side has nothing, where it has other words, and after a word
#: that opens a clause of weight ("except", "subject to").
_ALONE, _BESIDE, _OPENED = 2, 3, 1
_ALONE_CHARACTERS, _BESIDE_CHARACTERS, _OPENED_CHARACTERS = 4, 6, 2


def clauses(
    query: Text, stored: Text, regions: Sequence[Region], sides: Sides | None, names: Names, lang: Lang
) -> Iterator[Flag]:
    """Flags for clauses that only the query has, and for those that only the stored text has.

    ``names`` are the names of countries of both texts, where they differ.
    """
    least = TOKENS if lang.joiner else CHARACTERS
    if sides is None:
        added = [query.words(*r.query) for r in regions if r.sizes[0] - r.sizes[1] >= least]
        dropped = [stored.words(*r.stored) for r in regions if r.sizes[1] - r.sizes[0] >= least]
    else:
        if not _longer(sides):
            return
        weights = [_passages(side, found, lang) for side, found in zip(sides, names, strict=True)]
        moved = _moved(weights, lang)
        news = [sum(p.news(moved) for p in of_side) for of_side in weights]
        added, dropped = (
            [
                p.words
                for p, other in zip(weights[w], weights[1 - w], strict=True)
                if _weighs(p, other, (sides[w], sides[1 - w]), moved, news[1 - w] - other.news(moved), lang)
            ]
            for w in (0, 1)
        )
    if added:
        yield Flag(ADDED, query=tuple(added))
    if dropped:
        yield Flag(DROPPED, stored=tuple(dropped))


def _passages(side: Side, names: Sequence[Placeable], lang: Lang) -> list["_Passage"]:
    # Numbers in words have a flag of their own.
    numbered = frozenset(i for start, end, _ in side.numbers for i in range(start, end))
    return [_Passage(side, i, names, numbered, lang) for i in range(len(side.ranges))]


#: A clause has at least so many tokens.
_SHORTEST = 2


def _longer(sides: Sides) -> bool:
    """Whether one side has as many words more than the other in some place as a clause needs."""
    return any(abs(sides[0].size(i) - sides[1].size(i)) >= _SHORTEST for i in range(len(sides[0].ranges)))


#: What adds nothing, and what has flags of its own.
_FILLING = frozenset({FILLER, HARMLESS, OPENER, COMPANION, LIMIT})


class _Passage:
    """What one side has in a region."""

    def __init__(
        self, side: Side, region: int, names: Sequence[Placeable], numbered: frozenset[int], lang: Lang
    ) -> None:
        start, end = side.ranges[region]
        self.size = end - start
        self.words = side.text.words(start, end) if self.size else ""
        self.terms = side.by_region[region]
        tokens = side.text.tokens
        function = words(lang.primary, "function")
        filled = {i for t in self.terms if t.category in _FILLING for i in range(t.start, t.end)}
        filled |= numbered
        self.countries = frozenset(name.value for name in names)
        #: Position, key and country of the words that say something.
        self.content = [
            (i, tokens[i].key, next((n.value for n in names if n.start <= tokens[i].start < n.end), ""))
            for i in range(start, end)
            if i not in filled and tokens[i].key not in function
        ]
        #: The words that say something, those of phrases that add nothing among them.
        self.said = {tokens[i].key for i in range(start, end) if tokens[i].key not in function}
        self.opened = any(
            t.category == OPENER and start <= t.start and not any(i < t.start for i, *_ in self.content)
            for t in self.terms
        )

    def news(self, moved: Counter[str]) -> int:
        """Number of words that say something and do not stand on the other side."""
        return sum(not moved[key] for _, key, _ in self.content)


#: Letters that a verb and its noun share at least: "agreed", "agreement".
_ROOT = 4


def _moved(passages: Sequence[Sequence[_Passage]], lang: Lang) -> Counter[str]:
    """Words that say something and stand on both sides, wherever."""
    keys = [Counter(key for p in of_side for _, key, _ in p.content) for of_side in passages]
    shared = keys[0] & keys[1]
    if lang.joiner:
        same = set(shared)
        for which in (0, 1):
            said = set[str]().union(*(p.said for p in passages[1 - which])) - same
            for key in keys[which].keys() - same:
                if any(same_word(key, other) or key[:_ROOT] == other[:_ROOT] for other in said):
                    shared[key] += 1
    return shared


def _weighs(mine: _Passage, theirs: _Passage, sides: Sides, moved: Counter[str], elsewhere: int, lang: Lang) -> bool:
    """Whether one side of a region has a clause more than the other.

    ``elsewhere`` is the number of words that only the other side has in other regions, which may say the same: "owing
    to the lack of funds, work stopped", "work stopped for want of funds".
    """
    # A name beside its acronym says nothing more than the acronym.
    around = [term for term in sides[1].terms if term.category in {BODY, MEASURE, MODAL, MODALITY}]
    equal = _equal(mine.terms, [*theirs.terms, *around]) | _longer_names(mine.terms, around, sides)
    left = [
        key for i, key, country in mine.content if not moved[key] and i not in equal and country not in theirs.countries
    ]
    other = theirs.news(moved)
    alone = theirs.size == 0
    if lang.joiner:
        size, said, beside, opened = TOKENS, _ALONE, _BESIDE, _OPENED
    else:
        size, said, beside, opened = CHARACTERS, _ALONE_CHARACTERS, _BESIDE_CHARACTERS, _OPENED_CHARACTERS
    if (
        mine.opened
        and not theirs.opened
        and not theirs.content
        and mine.size > theirs.size
        and len(left) - elsewhere >= opened
    ):
        return True
    if alone:
        return len(left) - elsewhere >= said and (mine.size >= size - 1 if lang.joiner else True)
    return mine.size - theirs.size >= size and len(left) - other >= beside


def _longer_names(mine: Sequence[Term], theirs: Sequence[Term], sides: Sides) -> set[int]:
    """Positions of the names of bodies of which the other side has a short form, as "the Council" is one."""
    return {
        i
        for term in mine
        if term.category == BODY
        and any(
            among(sides[1].words(other), sides[0].words(term), sides[0].primary)
            for other in theirs
            if other.category == BODY
        )
        for i in range(term.start, term.end)
    }


#: Categories that say the same in other words.
_KIND = {MODALITY: MODAL}


def _equal(mine: Sequence[Term], theirs: Sequence[Term]) -> set[int]:
    """Positions of the terms that say the same as one of the other side."""
    kinds = {BODY, MEASURE, MODAL, MODALITY, CLAUSE, LEXICAL}
    return {
        i
        for term in mine
        if term.category in kinds
        and any(
            (_KIND.get(term.category, term.category) == _KIND.get(other.category, other.category)
             and term.groups & other.groups)
            or {term.category, other.category} <= {CLAUSE, LEXICAL}
            for other in theirs
        )
        for i in range(term.start, term.end)
    }  # fmt: skip
