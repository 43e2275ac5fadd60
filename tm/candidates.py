"""Which segments may answer a query: its lists, which of them are read, and who stands in enough of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection

from tm import runs
from tm.lang import Lang
from tm.lists import ABSENT, List, Lists, Rows
from tm.postings import (
    BUCKETS,
    LOWER_BOUNDS,
    RUNNING_BITS,
    TOKEN_BITS,
    bucket,
    has_pairs,
    number_of,
    pair_list,
    token_list,
)
from tm.runs import Run
from tm.sieve import sieve, worth_loading

_T = TypeVar("_T")
#: Takes up the rounding of threshold times length, so that 0.7 of 10 is 7 and not a little more.
_EPSILON = 1e-9
#: Microseconds to read and compare one candidate, and to find and open one more list (measured, rounded).
_COMPARING, _OPENING = 1.5, 40.0
#: Lists read at a time once the first ones have been read.
_STEP = 2
#: Numbers that are read together for several plans, a quarter of what is kept of them.
_TOGETHER = 1 << 21
#: Half-open, or open above: the lengths of the segments wanted.
Lengths = tuple[int, int | None]


def at_least(value: float) -> int:
    """The least whole number that is not below a value, but for rounding."""
    return ceil(value - _EPSILON)


def at_most(value: float) -> int:
    """The greatest whole number that is not above a value, but for rounding."""
    return floor(value + _EPSILON)


# --- in how many lists a segment must stand -------------------------------------------------------------------------


class Common(NamedTuple):
    """Tokens that a segment of a length must share with a query of ``size`` tokens to be similar enough."""

    threshold: float
    size: int

    def __call__(self, length: int) -> int:
        """How many, for a segment of a length."""
        return at_least(self.threshold * max(self.size, length))


class Untouched(NamedTuple):
    """Of the pieces of a query, those that the edits leave alone which such a segment may be away."""

    threshold: float
    size: int
    pieces: int

    def __call__(self, length: int) -> int:
        """How many, for a segment of a length."""
        return self.pieces - at_most((1 - self.threshold) * max(self.size, length))


class Share(NamedTuple):
    """A share of the segment's own tokens."""

    share: float

    def __call__(self, length: int) -> int:
        """How many, for a segment of a length."""
        return at_least(self.share * length)


class Constant(NamedTuple):
    """The same number whatever the length."""

    need: int

    def __call__(self, length: int) -> int:
        """How many, for a segment of a length."""
        del length
        return self.need


#: Rises or falls throughout the lengths it is asked for, not both.
Counting = Common | Untouched | Share | Constant


class _Needs(NamedTuple):
    #: By length bucket; none at all where nothing can be found.
    by_bucket: Sequence[int]
    #: The least of them where anything is looked for.
    least: int


@lru_cache(maxsize=1 << 10)
def _needs(lengths: Lengths, need: Counting) -> _Needs:
    """In how many lists a segment must stand.

    Ranges are widened to whole length buckets, so a few segments just outside the range may be among the found.
    """
    shortest, longest = lengths
    first, last = bucket(shortest), BUCKETS - 1 if longest is None else bucket(longest)
    needs = [0] * first
    for place in range(first, last + 1):
        low = max(LOWER_BOUNDS[place], shortest)
        high = LOWER_BOUNDS[place + 1] - 1 if place + 1 < BUCKETS else low
        needs.append(min(need(low), need(max(low, high if longest is None else min(high, longest)))))
    return _Needs(needs, min(needs[first:]))


# --- which lists are read -------------------------------------------------------------------------------------------


class Plan:
    """Which lists to read, in order, and in how many of them a segment must stand."""

    def __init__(self, lists: Sequence[List], lengths: Lengths, need: Counting) -> None:
        self._lists = lists
        needs = _needs(lengths, need)
        self.needs = needs.by_bucket
        #: Index numbers looked for, half-open.
        self.window = _window(lengths)
        #: How many lists are read first: whoever stands in none of them is out.
        self.first = len(lists) - needs.least + 1
        self._rows: list[Rows] = []

    def __len__(self) -> int:
        return len(self._lists)

    @property
    def possible(self) -> bool:
        """Whether the lists can tell anything: each segment wanted stands in at least one of them."""
        return 1 <= self.first <= len(self._lists)

    @property
    def cost(self) -> int:
        """Entries of the lists that are read in any case."""
        return sum([rows.size for rows in self.rows(0, self.first)])

    def rows(self, start: int, end: int) -> Sequence[Rows]:
        """Those rows of some of the lists that may hold what is looked for; none where the lists can tell nothing."""
        if not self.possible:
            return ()
        known = self._rows
        known += [one.within(*self.window) for one in self._lists[len(known) : end]]
        return known[start:end]


def _window(lengths: Lengths) -> tuple[int, int]:
    """The index numbers of all segments in the length buckets of a range, half-open."""
    shortest, longest = lengths
    last = BUCKETS - 1 if longest is None else bucket(longest)
    return bucket(shortest) << RUNNING_BITS, (last + 1) << RUNNING_BITS


@dataclass(frozen=True, slots=True)
class Question:
    """A query as the index knows it; its lists are not read, only where they are and how long."""

    #: Where the lists come from.
    source: Lists
    #: Number of the language in the index.
    language_id: int
    #: Token numbers in order; 0 for a key that stands in no segment.
    tokens: list[int]
    #: The same as characters.
    text: str
    #: One list for each token, the rarest first.
    singles: Sequence[List]
    #: One list for each two tokens side by side, the rarest first; none in languages that have no such lists.
    neighbours: Sequence[List]
    #: Lists of pieces that do not overlap, the rarest first; none where there are no neighbours.
    pieces: Sequence[List]

    @classmethod
    def read(cls, conn: Connection, lang: Lang, queries: Sequence[Sequence[str]]) -> "list[Question | None]":
        """Each of some queries, given by its keys, with as few statements as one; None where no key is known."""
        source = Lists.of(conn)
        found = {keys: source.questions.get((lang.tag, keys)) for keys in map(tuple, queries)}
        missing = [keys for keys, question in found.items() if question is None]
        if missing:
            for keys, question in zip(missing, cls._read(conn, source, lang, missing), strict=True):
                found[keys] = question
                if question is not None:
                    source.questions.put((lang.tag, keys), question, len(keys))
        return [found[tuple(keys)] for keys in queries]

    @classmethod
    def _read(
        cls, conn: Connection, source: Lists, lang: Lang, queries: Sequence[Sequence[str]]
    ) -> "list[Question | None]":
        known = source.token_ids(conn, lang, sorted({key for keys in queries for key in keys}))
        ids = [[known.get(key, 0) for key in keys] for keys in queries]
        names = [list(_occurrences(some)) for some in ids]
        pairs = [list(_pairs(some)) for some in ids] if has_pairs(lang) else [[] for _ in ids]
        lists = source.find(conn, {name for some in (*names, *pairs) for name in some} - {0})
        return [
            cls._of(source, some, [lists.get(name, ABSENT) for name in single],
                    [lists.get(name, ABSENT) for name in double], lists) if any(some) else None
            for some, single, double in zip(ids, names, pairs, strict=True)
        ]  # fmt: skip

    @classmethod
    def _of(
        cls, source: Lists, ids: list[int], singles: list[List], neighbours: list[List], lists: Mapping[int, List]
    ) -> "Question":
        tokens = [number_of(token_id) for token_id in ids]
        pieces = _pieces(ids, lists, neighbours) if neighbours else ()
        singles.sort(key=_size)
        return cls(
            source,
            max(ids) >> TOKEN_BITS,
            tokens,
            runs.text_of(tokens),
            singles,
            sorted(neighbours, key=_size),
            pieces,
        )

    def like(self, stored: Run) -> Run:
        """The query in the form that a stored sequence has."""
        return self.text if isinstance(stored, str) else self.tokens

    def cheaper(self, lengths: Lengths, common: Counting, untouched: Callable[[int], Counting]) -> Plan:
        """The plan that reads less: by single tokens, of which ``common`` must be shared, or by pieces of one or two,
        of which ``untouched``, for their number, must be.
        """
        single = Plan(self.singles, lengths, common)
        if not self.pieces:
            return single
        pieces = Plan(self.pieces, lengths, untouched(len(self.pieces)))
        return pieces if pieces.possible and pieces.cost < single.cost else single


def _size(found: List) -> int:
    return found.size


def _occurrences(ids: Sequence[int]) -> Iterator[int]:
    """The list of each token, one that is repeated counted on; 0 for tokens that are not known."""
    seen: dict[int, int] = {}
    for token_id in ids:
        seen[token_id] = times = seen.get(token_id, 0) + 1
        yield token_list(token_id, times) if token_id else 0


def _pairs(ids: Sequence[int]) -> Iterator[int]:
    """The list of each two tokens side by side; 0 where one of them is not known."""
    for one, two in pairwise(ids):
        yield pair_list(one, number_of(two)) if one and two else 0


def _pieces(ids: Sequence[int], lists: Mapping[int, List], neighbours: Sequence[List]) -> list[List]:
    """Lists of pieces that together take in every token once, the rarest first; chosen greedily.

    A token that is a piece by itself in several places is counted on by these places alone.
    """
    alone = [lists.get(token_list(token_id, 1), ABSENT) for token_id in ids]
    choice = [(found.size, 0, place) for place, found in enumerate(neighbours)]
    choice += [(found.size, 1, place) for place, found in enumerate(alone)]
    taken = bytearray(len(ids))
    seen: dict[int, int] = {}
    pieces = []
    for _, single, place in sorted(choice):
        if not single and not taken[place] and not taken[place + 1]:
            taken[place : place + 2] = b"\1\1"
            pieces.append(neighbours[place])
        elif single and not taken[place]:
            taken[place] = 1
            seen[ids[place]] = times = seen.get(ids[place], 0) + 1
            pieces.append(lists.get(token_list(ids[place], times), ABSENT) if ids[place] else ABSENT)
    return sorted(pieces, key=_size)


# --- who stands in enough of them -----------------------------------------------------------------------------------


def candidates(conn: Connection, source: Lists, plans: Sequence[Plan]) -> Iterator[list[int]]:
    """For each plan the index numbers, sorted, of every segment that may stand in as many lists as it asks for.

    The lists of all plans are read together, some millions of numbers at a time.
    """
    many = len(plans) > 1 and worth_loading(sum(plan.cost for plan in plans))
    for some in weighed(plans, lambda plan: plan.cost, _TOGETHER if many else 0):
        sifting = [_Sifting(conn, source, plan, many=many) for plan in some]
        left = sifting
        while left:
            if many:
                source.read_ahead(conn, [rows for one in left for rows in one.wanted])
            for one in left:
                one.read()
            left = [one for one in left if one.wanted]
        for one in sifting:
            yield one.numbers()


def weighed(items: Iterable[_T], weight: Callable[[_T], int], most: int) -> Iterator[list[_T]]:
    """The items in order, in runs that together weigh no more than ``most``, if they are more than one."""
    some: list[_T] = []
    total = 0
    for item in items:
        added = weight(item)
        if some and total + added > most:
            yield some
            some, total = [], 0
        some.append(item)
        total += added
    if some:
        yield some


class _Sifting:
    """Follows a plan from list to list, for as long as a further one costs less than comparing who is left."""

    def __init__(self, conn: Connection, source: Lists, plan: Plan, *, many: bool) -> None:
        self._conn = conn
        self._source = source
        self._plan = plan
        self._sieve = sieve(plan.cost, plan.needs, RUNNING_BITS, many=many)
        #: How many lists have been read.
        self._seen = 0
        first = plan.first if plan.possible else 0
        while 0 < first < min(plan.first + _STEP, len(plan)) and self._worth_reading(plan.cost, first):
            first += 1
        #: The lists to be read next; none when it has come to its end.
        self.wanted = plan.rows(0, first)

    def read(self) -> None:
        """Read the lists that are wanted."""
        plan, found, size = self._plan, self._sieve, len(self._plan)
        numbers = self._source.numbers(self._conn, self.wanted, plan.window, plain=found.plain)
        if self._seen:
            found.narrow(numbers)
        else:
            found.start(numbers, len(self.wanted) - plan.first + 1)
        self._seen += len(self.wanted)
        found.drop(size - self._seen)
        further = self._seen < size and self._worth_reading(len(found), self._seen)
        self.wanted = plan.rows(self._seen, self._seen + _STEP) if further else ()

    def numbers(self) -> list[int]:
        """Who is left."""
        return self._sieve.numbers() if self._seen else []

    def _worth_reading(self, found: int, place: int) -> bool:
        """Whether one more list, which may rule out half the candidates, costs less than comparing those."""
        (rows,) = self._plan.rows(place, place + 1)
        return found * _COMPARING / 2 > _OPENING + rows.size * self._sieve.number_cost
