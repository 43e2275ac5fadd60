"""Danger: differences between two similar texts that may turn the meaning round, in six languages.

Words are looked for only where the texts differ.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tm.data import load
from tm.lang import Lang
from tm.model import Flag
from tm.phrases import (
    BODY,
    CARDINAL,
    IGNORED,
    MEASURE,
    MODAL,
    NEGATION,
    OPERATIVE,
    POLARITY,
    WEAK,
    Term,
    fits,
    terms,
)
from tm.placeables import Placeable, countries
from tm.text import Token

#: Tokens that one side must have more than the other, in one place, to be called an added or dropped clause.
CLAUSE_TOKENS = 4
#: The same for scripts whose tokens are single characters.
CLAUSE_CHARACTERS = 6
#: Least length of a word without its negative prefix, and of the stem that it must share with the other side's word.
STEM = 4
#: Share of the shorter of two words that must agree from the start to call them forms of one word.
SAME_WORD = 0.7

#: From this many on, words that are all in capitals are a heading, not acronyms.
ALL_CAPITALS = 3
#: The modal verbs that say no more than that something can be done.
ABILITY = "can"
#: Flags for words of one category that stand for another on the other side.
EXCHANGED = (("number", CARDINAL), ("number", MEASURE), ("body", BODY))


@dataclass(frozen=True, slots=True)
class Text:
    """A text to compare, with its tokens."""

    text: str
    tokens: Sequence[Token]

    def words(self, start: int, end: int) -> str:
        """The text from the first token to the last of a half-open range."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]


@dataclass(frozen=True, slots=True)
class Region:
    """A place where two texts differ, as half-open ranges of tokens; one of them may be empty."""

    query: tuple[int, int]
    stored: tuple[int, int]

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of tokens on the query's and on the stored side."""
        return self.query[1] - self.query[0], self.stored[1] - self.stored[0]


def flags(query: Text, stored: Text, regions: Sequence[Region], lang: Lang) -> tuple[Flag, ...]:
    """The dangerous differences between two texts, those that turn the meaning round first.

    ``regions`` are the places where the tokens differ, in order. Placeables are told apart by their values.
    """
    found: list[Flag] = []
    if regions and lang.primary in load("danger"):
        found += _lexical(query, stored, regions, lang)
    found += _placeables(query, stored)
    if regions:
        found += _countries(query, stored, regions, lang)
        if not any(flag.name == "body" for flag in found):
            found += _acronyms(query, stored, regions)
        found += _clauses(query, stored, regions, lang)
    return tuple(found)


# --- words ----------------------------------------------------------------------------------------------------------


def _lexical(query: Text, stored: Text, regions: Sequence[Region], lang: Lang) -> Iterator[Flag]:
    primary = lang.primary
    found = terms(query.tokens, primary), terms(stored.tokens, primary)
    merged = _merged(_widened(regions, *found))
    sides = (
        _Side(query, found[0], [region.query for region in merged]),
        _Side(stored, found[1], [region.stored for region in merged]),
    )
    moved = _moved(*sides)
    yield from _collected(NEGATION, (_negation(sides, i, moved, primary) for i in range(len(merged))), sides)
    yield from _collected(MODAL, (_modal(sides, i, moved, lang) for i in range(len(merged))), sides)
    yield from _collected(OPERATIVE, (_operative(sides, i, primary) for i in range(len(merged))), sides)
    yield from _collected(POLARITY, (_polarity(sides, i) for i in range(len(merged))), sides)
    for name, category in EXCHANGED:
        yield from _collected(name, (_exchanged(sides, i, category) for i in range(len(merged))), sides, reverses=False)


#: The terms concerned on the query's and on the stored side; both empty where nothing is wrong.
_Pair = tuple[list[tuple[int, int]], list[tuple[int, int]]]
_NONE: _Pair = ([], [])


class _Side:
    """One text with its terms, sorted by the region in which they stand."""

    def __init__(self, text: Text, terms: Sequence[Term], ranges: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.terms = terms
        self.ranges = ranges
        self.by_region = [[t for t in terms if t.start < end and start < t.end] for start, end in ranges]

    def inside(self, region: int, category: str) -> list[Term]:
        """The terms of a category that a region touches."""
        return [term for term in self.by_region[region] if term.category == category]

    def changed(self, category: str, group: str) -> bool:
        """Whether any region touches a term of a group."""
        return any((t.category, t.group) == (category, group) for found in self.by_region for t in found)

    def keys(self, region: int) -> Iterator[tuple[int, str]]:
        """Positions and keys of the words of a region."""
        start, end = self.ranges[region]
        return ((i, self.text.tokens[i].key) for i in range(start, end) if not self.text.tokens[i].kind)

    def context(self, region: int, term: Term) -> frozenset[tuple[int, str]]:
        """The changed words right before and after a term, as (side, key)."""
        start, end = self.ranges[region]
        around = ((-1, term.start - 1), (1, term.end))
        return frozenset((side, self.text.tokens[i].key) for side, i in around if start <= i < end)


_Sides = tuple[_Side, _Side]


def _collected(name: str, pairs: Iterable[_Pair], sides: _Sides, *, reverses: bool = True) -> Iterator[Flag]:
    """One flag for all regions of one kind, if any."""
    spans: _Pair = ([], [])
    for pair in pairs:
        spans[0].extend(pair[0])
        spans[1].extend(pair[1])
    if spans[0] or spans[1]:
        words = [
            tuple(side.text.words(*span) for span in dict.fromkeys(found))
            for side, found in zip(sides, spans, strict=True)
        ]
        yield Flag(name, words[0], words[1], reverses=reverses)


def _spans(terms: Iterable[Term]) -> list[tuple[int, int]]:
    return [(term.start, term.end) for term in terms]


def _widened(regions: Sequence[Region], mine: Sequence[Term], theirs: Sequence[Term]) -> list[Region]:
    """Regions that hold the phrases they cut into as a whole, on both sides; those that then meet are joined."""
    result: list[Region] = []
    for region in regions:
        sides = ((mine, region.query), (theirs, region.stored))
        cut = [(t, span) for found, span in sides for t in found if t.start < span[1] and span[0] < t.end]
        before = max((span[0] - t.start for t, span in cut), default=0)
        after = max((t.end - span[1] for t, span in cut), default=0)
        before, after = max(before, 0), max(after, 0)
        (a, b), (c, d) = region.query, region.stored
        if result and (a - before <= result[-1].query[1] or c - before <= result[-1].stored[1]):
            last = result.pop()
            a, c, before = last.query[0], last.stored[0], 0
        result.append(Region((a - before, b + after), (c - before, d + after)))
    return result


#: Regions that both have this many tokens on either side, and this few equal ones between, are one rewritten passage.
_REWRITTEN, _BETWEEN = 4, 2


def _merged(regions: Sequence[Region]) -> list[Region]:
    """Regions with those joined that a stray equal word cut out of one rewritten passage."""
    result: list[Region] = []
    for region in regions:
        if (
            result
            and region.query[0] - result[-1].query[1] <= _BETWEEN
            and (min(*region.sizes, *result[-1].sizes) >= _REWRITTEN)
        ):
            last = result.pop()
            region = Region((last.query[0], region.query[1]), (last.stored[0], region.stored[1]))
        result.append(region)
    return result


def _moved(query: _Side, stored: _Side) -> set[tuple[int, Term]]:
    """Terms that moved with their neighbours from one region to another: ``(0 for query, 1 for stored, term)``."""
    result: set[tuple[int, Term]] = set()
    for i in range(len(query.ranges)):
        for term in query.by_region[i]:
            around = query.context(i, term)
            match = next(
                (
                    other
                    for j in range(len(stored.ranges))
                    for other in stored.by_region[j]
                    if j != i and (other.category, other.group) == (term.category, term.group)
                    and (1, other) not in result and around & stored.context(j, other)
                ),
                None,
            )  # fmt: skip
            if match:
                result |= {(0, term), (1, match)}
    return result


def _negation(sides: _Sides, region: int, moved: set[tuple[int, Term]], primary: str) -> _Pair:
    """Negation that one side has more of, negative prefixes counted in."""
    counts = []
    spans: _Pair = ([], [])
    for which, side in enumerate(sides):
        strong = [t for t in side.inside(region, NEGATION) if (which, t) not in moved]
        weak = [t for t in side.inside(region, WEAK) if (which, t) not in moved]
        counts.append(max(len(strong), len(weak)))
        spans[which].extend(_spans(strong) + _spans(weak))
    for which in (0, 1):
        bared = _bared(sides, region, which, primary)
        counts[which] += len(bared)
        spans[which].extend(_spans(bared))
    listed = [{i for start, end in found for i in range(start, end)} for found in spans]
    for which, mine, other in _prefixed(sides, region, primary):
        if mine in listed[which]:
            continue
        counts[which] += 1
        spans[which].append((mine, mine + 1))
        spans[1 - which].append((other, other + 1))
    return _NONE if counts[0] == counts[1] else (sorted(spans[0]), sorted(spans[1]))


def _bared(sides: _Sides, region: int, which: int, primary: str) -> list[Term]:
    """Harmless phrases with a negation in them, of which the other side has all but their first word.

    "No later than" for "by" says the same; "no later than" for "later than" does not.
    """
    side, other = sides[which], sides[1 - which]
    start, end = side.ranges[region]
    theirs = [key for _, key in other.keys(region)]
    keys = [token.key for token in side.text.tokens[start:end]]
    return [
        term
        for term in side.inside(region, IGNORED)
        if _negates(side.text.tokens[term.start], primary)
        and theirs == keys[: term.start - start] + keys[term.start - start + 1 :]
    ]


def _negates(token: Token, primary: str) -> bool:
    return any(term.category in {NEGATION, WEAK} for term in terms([token], primary))


def _prefixed(sides: _Sides, region: int, primary: str) -> Iterator[tuple[int, int, int]]:
    """``(side, position, position on the other side)`` of each word that is the other side's with "not" before it."""
    for which in (0, 1):
        plain = list(sides[1 - which].keys(region))
        for position, key in sides[which].keys(region):
            bare = _bare(key, primary)
            if not bare:
                continue
            match = next((i for i, other in plain if any(_same_word(word, other) for word in bare)), None)
            if match is not None:
                yield which, position, match


@cache
def _bare(key: str, primary: str) -> tuple[str, ...]:
    """What is left of a word without each negative prefix it may begin with."""
    data = load("danger")[primary]
    if any(fits(key, pattern) for pattern in data["exceptions"]):
        return ()
    return tuple(
        key[len(prefix) :] for prefix in data["prefixes"] if key.startswith(prefix) and len(key) - len(prefix) >= STEM
    )


def _same_word(one: str, other: str) -> bool:
    """Whether two words are the same or forms of one word, judged by the length of their common beginning."""
    if one == other:
        return True
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return common > STEM and common >= SAME_WORD * max(len(one), len(other))


def _modal(sides: _Sides, region: int, moved: set[tuple[int, Term]], lang: Lang) -> _Pair:
    """Modal verbs exchanged, or added to or dropped from what is otherwise a short change."""
    found = [[t for t in side.inside(region, MODAL) if (w, t) not in moved] for w, side in enumerate(sides)]
    groups = [Counter(term.group for term in terms) for terms in found]
    if groups[0] == groups[1] or _negated_ability(sides, region, groups):
        return _NONE
    clause = _clause_size(lang)
    only = next((w for w in (0, 1) if not groups[1 - w]), None)
    if only is not None:
        start, end = sides[only].ranges[region]
        if end - start >= clause:
            return _NONE
    return _spans(found[0]), _spans(found[1])


def _negated_ability(sides: _Sides, region: int, groups: Sequence[Counter[str]]) -> bool:
    """Whether both sides deny, and differ in no more than words of ability: "cannot", "is unable to", "fails to"."""
    return set(groups[0] | groups[1]) == {ABILITY} and all(side.inside(region, NEGATION) for side in sides)


def _operative(sides: _Sides, region: int, primary: str) -> _Pair:
    """One operative verb replaced by another, or the leading operative verb by any other word."""
    found = [side.inside(region, OPERATIVE) for side in sides]
    groups = [{term.group for term in terms} for terms in found]
    if groups[0] == groups[1]:
        return _NONE
    both = bool(groups[0] and groups[1]) and not groups[0] & groups[1]
    leading = any(
        term.start == _lead(side, primary) and sides[1 - which].ranges[region][0] != sides[1 - which].ranges[region][1]
        for which, side in enumerate(sides)
        for term in found[which]
        if term.group not in groups[1 - which] and not sides[1 - which].changed(OPERATIVE, term.group)
    )
    return (_spans(found[0]), _spans(found[1])) if both or leading else _NONE


def _lead(side: _Side, primary: str) -> int:
    """Position of the first word that is no adverb or connective."""
    skipped = load("danger")[primary]["adverbs"]
    return next((i for i, token in enumerate(side.text.tokens) if token.key not in skipped), -1)


def _polarity(sides: _Sides, region: int) -> _Pair:
    """Words replaced by their opposites."""
    found = [side.inside(region, POLARITY) for side in sides]
    groups = [{term.group for term in terms} for terms in found]
    turned = {g for g in groups[0] - groups[1] if _opposite(g) in groups[1] - groups[0]}
    if not turned:
        return _NONE
    other = {_opposite(group) for group in turned}
    return (
        _spans(term for term in found[0] if term.group in turned),
        _spans(term for term in found[1] if term.group in other),
    )


def _opposite(group: str) -> str:
    return group[:-1] + ("-" if group[-1] == "+" else "+")


def _exchanged(sides: _Sides, region: int, category: str) -> _Pair:
    """Numbers in words, measures or bodies that differ, when both sides have some; a short name may be a long one's."""
    found = [side.inside(region, category) for side in sides]
    groups = [Counter(term.group for term in terms) for terms in found]
    other = [[t for t in found[w] if t.group not in groups[1 - w]] for w in (0, 1)]
    if groups[0] == groups[1] or not (groups[0] and groups[1]):
        return _NONE
    if category != CARDINAL and (not all(other) or _shortened(sides, other)):
        return _NONE
    return _spans(found[0]), _spans(found[1])


def _shortened(sides: _Sides, found: Sequence[Sequence[Term]]) -> bool:
    """Whether one side's names have no word that the other's lack: "the Council", "the Security Council"."""
    one, other = (
        {side.text.tokens[i].key for term in terms for i in range(term.start, term.end)}
        for side, terms in zip(sides, found, strict=True)
    )
    return one <= other or other <= one


# --- placeables, countries, clauses ---------------------------------------------------------------------------------


def _placeables(query: Text, stored: Text) -> Iterator[Flag]:
    """Numbers, dates, symbols and ordinals of which the two texts do not have the same, or not in the same order."""
    for kind in ("number", "date", "symbol", "ordinal"):
        mine = [t for t in query.tokens if t.kind == kind]
        theirs = [t for t in stored.tokens if t.kind == kind]
        if [t.value for t in mine] == [t.value for t in theirs]:
            continue
        surplus = _surplus(mine, theirs), _surplus(theirs, mine)
        if not any(surplus):
            surplus = mine, theirs
        words = [
            tuple(side.text[t.start : t.end] for t in found)
            for side, found in zip((query, stored), surplus, strict=True)
        ]
        yield Flag(kind, words[0], words[1])


def _surplus(mine: Sequence[Token], theirs: Sequence[Token]) -> list[Token]:
    """The tokens whose values the other side has not, or not so often."""
    left = Counter(token.value for token in theirs)
    found = []
    for token in mine:
        left[token.value] -= 1
        if left[token.value] < 0:
            found.append(token)
    return found


def _countries(query: Text, stored: Text, regions: Sequence[Region], lang: Lang) -> Iterator[Flag]:
    if not any(
        _may_name(side, span, lang)
        for region in regions
        for side, span in ((query, region.query), (stored, region.stored))
    ):
        return
    mine, theirs = countries(query.text, lang), countries(stored.text, lang)
    words = _names_left(mine, theirs, query.text), _names_left(theirs, mine, stored.text)
    if any(words):
        yield Flag("country", *words)


def _may_name(side: Text, span: tuple[int, int], lang: Lang) -> bool:
    """Whether a region can hold a country's name: in scripts with capitals it has one."""
    tokens = side.tokens[slice(*span)]
    if lang.primary in {"ar", "zh"}:
        return bool(tokens)
    return any(side.text[token.start].isupper() for token in tokens)


def _names_left(mine: Sequence[Placeable], theirs: Sequence[Placeable], text: str) -> tuple[str, ...]:
    left = Counter(name.value for name in theirs)
    found = []
    for name in mine:
        left[name.value] -= 1
        if left[name.value] < 0:
            found.append(text[name.start : name.end])
    return tuple(found)


def _acronyms(query: Text, stored: Text, regions: Sequence[Region]) -> Iterator[Flag]:
    """Acronyms of which the texts have others in one place."""
    mine: list[str] = []
    theirs: list[str] = []
    for region in regions:
        one, other = _capitals(query, region.query), _capitals(stored, region.stored)
        if one and other and one != other:
            mine += one
            theirs += other
    if mine:
        yield Flag("body", tuple(mine), tuple(theirs))


def _capitals(side: Text, span: tuple[int, int]) -> list[str]:
    """The acronyms of a range, when it is not all in capitals."""
    words = [side.text[t.start : t.end] for t in side.tokens[slice(*span)] if not t.kind]
    found = [word for word in words if len(word) > 1 and word.isupper()]
    return found if len(found) < ALL_CAPITALS or len(found) < len(words) else []


def _clause_size(lang: Lang) -> int:
    return CLAUSE_TOKENS if lang.joiner else CLAUSE_CHARACTERS


def _clauses(query: Text, stored: Text, regions: Sequence[Region], lang: Lang) -> Iterator[Flag]:
    """Clauses that only one side has."""
    least = _clause_size(lang)
    added = tuple(query.words(*r.query) for r in regions if r.sizes[0] - r.sizes[1] >= least)
    dropped = tuple(stored.words(*r.stored) for r in regions if r.sizes[1] - r.sizes[0] >= least)
    if added:
        yield Flag("added", query=added)
    if dropped:
        yield Flag("dropped", stored=dropped)
