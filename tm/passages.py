"""Where two similar texts differ: regions of tokens, and the terms that stand in them."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from operator import attrgetter

from tm.cardinals import cardinals
from tm.phrases import LONGEST, Term, Terms, arabic_forms
from tm.placeables import Placeable
from tm.text import Token


@dataclass(frozen=True, slots=True)
class Text:
    """A text to compare, with its tokens."""

    text: str
    tokens: Sequence[Token] = field(hash=False)

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


#: So many texts keep what was read of them. A query is compared with some hundred candidates at most, one after the
#: other, and each text takes a few kilobytes.
KEPT = 512


class Reading:
    """What is read of a text once, for all texts it is compared with."""

    def __init__(self, text: Text, primary: str) -> None:
        self._text = text
        self._primary = primary
        self._terms = Terms(text.text, text.tokens, primary)

    def terms(self, ranges: Sequence[tuple[int, int]]) -> list[Term]:
        """The listed words and phrases in and around some ranges of tokens, the longest at each place, in order."""
        return self._terms.around(ranges)

    @cached_property
    def numbers(self) -> Sequence[tuple[int, int, Fraction]]:
        """First token, last token + 1 and value of each number in words, in order."""
        return tuple(cardinals(self._text.tokens, self._primary))


@lru_cache(maxsize=KEPT)
def reading(text: Text, primary: str) -> Reading:
    """What was read of a text before, or a new reading of it."""
    return Reading(text, primary)


class Side:
    """One text with its terms, sorted by the region in which they stand."""

    def __init__(self, text: Text, terms: Sequence[Term], ranges: Sequence[tuple[int, int]], primary: str) -> None:
        self.text = text
        self.terms = terms
        self.ranges = ranges
        self.primary = primary
        self.by_region = [_touching(terms, span) for span in ranges]
        #: The categories of all terms.
        self.categories = {term.category for term in terms}
        self._by_category: list[dict[str, list[Term]]] = []
        for found in self.by_region:
            sorted_terms: dict[str, list[Term]] = {}
            for term in found:
                sorted_terms.setdefault(term.category, []).append(term)
            self._by_category.append(sorted_terms)

    @cached_property
    def numbers(self) -> Sequence[tuple[int, int, Fraction]]:
        """First token, last token + 1 and value of each number in words, in order."""
        return reading(self.text, self.primary).numbers

    @cached_property
    def number_starts(self) -> frozenset[int]:
        """The first token of each number in words."""
        return frozenset(start for start, _, _ in self.numbers)

    def inside(self, region: int, *categories: str) -> list[Term]:
        """The terms of some categories that a region touches, in the categories' order."""
        by_category = self._by_category[region]
        if len(categories) == 1:
            return by_category.get(categories[0], [])
        return [term for category in categories for term in by_category.get(category, ())]

    def changed(self, category: str, groups: frozenset[str]) -> bool:
        """Whether any region touches a term of a category with one of the groups."""
        return any(t.category == category and t.groups & groups for found in self.by_region for t in found)

    def keys(self, region: int) -> Iterator[tuple[int, str]]:
        """Positions and keys of the words of a region; placeables are left out."""
        start, end = self.ranges[region]
        return ((i, self.text.tokens[i].key) for i in range(start, end) if not self.text.tokens[i].kind)

    def words(self, term: Term) -> set[str]:
        """The keys of a term's words."""
        return {self.text.tokens[i].key for i in range(term.start, term.end)}

    def size(self, region: int) -> int:
        """Number of tokens of a region."""
        start, end = self.ranges[region]
        return end - start

    def context(self, region: int, term: Term) -> frozenset[tuple[int, str]]:
        """The changed words right before and after a term, as (side, key)."""
        start, end = self.ranges[region]
        around = ((-1, term.start - 1), (1, term.end))
        return frozenset((side, self.text.tokens[i].key) for side, i in around if start <= i < end)


#: The query's side and the stored text's.
Sides = tuple[Side, Side]
#: The names of countries in the query and in the stored text, in order.
Names = tuple[Sequence[Placeable], Sequence[Placeable]]
#: Half-open token ranges of the terms concerned, on the query's and on the stored side; both empty: nothing is wrong.
Pair = tuple[list[tuple[int, int]], list[tuple[int, int]]]
NONE: Pair = ([], [])


def among(some: set[str], others: set[str], primary: str) -> bool:
    """Whether all of some words are among others, in Arabic without what is written as one with them."""
    if primary != "ar":
        return some <= others
    forms = {form for word in others for form in arabic_forms(word)}
    return all(not forms.isdisjoint(arabic_forms(word)) for word in some)


def spans(terms: Iterable[Term]) -> list[tuple[int, int]]:
    """The token ranges of terms."""
    return [(term.start, term.end) for term in terms]


def outermost(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, without those that lie within another."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if not result or end > result[-1][1]:
            result.append((start, end))
    return result


def widened(regions: Sequence[Region], mine: Sequence[Term], theirs: Sequence[Term]) -> list[Region]:
    """Regions that hold the phrases they cut into as a whole, on both sides; those that then meet are joined."""
    result: list[Region] = []
    for region in regions:
        sides = ((mine, region.query), (theirs, region.stored))
        cut = [(t, span) for found, span in sides for t in _touching(found, span)]
        before = max((span[0] - t.start for t, span in cut), default=0)
        after = max((t.end - span[1] for t, span in cut), default=0)
        before, after = max(before, 0), max(after, 0)
        (a, b), (c, d) = region.query, region.stored
        if result and (a - before <= result[-1].query[1] or c - before <= result[-1].stored[1]):
            last = result.pop()
            a, c, before = last.query[0], last.stored[0], 0
        result.append(Region((a - before, b + after), (c - before, d + after)))
    return result


def _touching(terms: Sequence[Term], span: tuple[int, int]) -> list[Term]:
    """The terms, given in order, that a range touches."""
    first = bisect_left(terms, span[0] - LONGEST, key=_start)
    last = bisect_left(terms, span[1], lo=first, key=_start)
    return [term for term in terms[first:last] if span[0] < term.end]


_start = attrgetter("start")


#: Regions that both have this many tokens on either side, and this few equal ones between, are one rewritten passage.
_REWRITTEN, _BETWEEN = 4, 2


def merged(regions: Sequence[Region], tokens: Sequence[Token], *, close: int) -> list[Region]:
    """Regions with those joined that a stray equal word cut out of one passage.

    So are those that are ``close`` words apart, or a single number. ``tokens`` are the query's.
    """
    result: list[Region] = []
    for region in regions:
        between = region.query[0] - result[-1].query[1] if result else 0
        if result and (
            between <= close
            or (between == 1 and tokens[result[-1].query[1]].kind)
            or (between <= _BETWEEN and min(*region.sizes, *result[-1].sizes) >= _REWRITTEN)
        ):
            last = result.pop()
            region = Region((last.query[0], region.query[1]), (last.stored[0], region.stored[1]))
        result.append(region)
    return result


def moved(query: Side, stored: Side) -> set[tuple[int, Term]]:
    """Terms that moved with their neighbours from one region to another: ``(0 for query, 1 for stored, term)``."""
    result: set[tuple[int, Term]] = set()
    if len(query.ranges) == 1:
        return result
    for i in range(len(query.ranges)):
        for term in query.by_region[i]:
            around = query.context(i, term)
            match = next(
                (
                    other
                    for j in range(len(stored.ranges))
                    for other in stored.by_region[j]
                    if j != i and (other.category, other.groups) == (term.category, term.groups)
                    and (1, other) not in result and around & stored.context(j, other)
                ),
                None,
            )  # fmt: skip
            if match:
                result |= {(0, term), (1, match)}
    return result
