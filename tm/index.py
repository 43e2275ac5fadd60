"""Which stored segments resemble, hold or stand in a query: exact answers, by filters that lose nothing.

A query of m tokens and a stored segment of l have similarity 1 - d / max(m, l), where d is the Levenshtein distance of
their token keys. Each edit takes away at most one common token, so similarity t or more means

- length: ceil(t m) <= l <= floor(m / t);
- count: they share T(l) = ceil(t max(m, l)) tokens or more, repeated tokens counted as often as they stand in both;
- prefix: of any m - T + 1 tokens of the query, the segment holds at least one (Chaudhuri 2006, Xiao 2008);
- pieces: cut into S pieces that do not overlap, each one token or two side by side, the query has at least S - d of
  them in common with the segment, since an edit touches one piece at most (Deng, Li and Feng 2014, pivotal q-grams).

The rarest lists are read first; further ones only while reading costs less than comparing the candidates that are left;
the Levenshtein distance decides on the rest. Looking for a query inside longer segments works the same way with other
counts. Keys are given by the caller, masked placeables among them; the index never sees a text.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from rapidfuzz.distance import LCSseq, Levenshtein
from sqlalchemy import Connection, select

from tm import runs
from tm.lang import Lang
from tm.listed import batches, given_numbers, these
from tm.lists import ABSENT, List, Lists
from tm.postings import (
    BUCKETS,
    LOWER_BOUNDS,
    NUMBER_BITS,
    RUNNING_BITS,
    TOKEN_BITS,
    Adder,
    add,
    bucket,
    has_pairs,
    number_of,
    pair_list,
    remove,
    token_list,
)
from tm.runs import Run
from tm.schema import sequence
from tm.sieve import sieve

__all__ = [
    "LOWEST_THRESHOLD",
    "Adder",
    "Hit",
    "Place",
    "add",
    "contained",
    "containing",
    "near",
    "phrase",
    "remove",
]

#: Thresholds below this are refused: nearly everything would be compared, and nothing found would be of use.
LOWEST_THRESHOLD = 0.3
#: Takes up the rounding of threshold times length, so that 0.7 of 10 is 7 and not a little more.
_EPSILON = 1e-9
#: Microseconds to read and compare one candidate, and to find and open one more list (measured, rounded).
_COMPARING, _OPENING = 1.5, 40.0
#: Lists read at a time once the first ones have been read.
_STEP = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored segment near a query."""

    segment_id: int
    #: 1 - Levenshtein distance of the tokens / length of the longer one, 0 to 1.
    similarity: float


@dataclass(frozen=True, slots=True)
class Place:
    """A stored segment that holds the query, or stands in it, and where in the longer of the two."""

    segment_id: int
    #: Share of the shorter one's tokens that stand there, in order, 0 to 1.
    share: float
    #: Half-open range of tokens in the longer one.
    start: int
    end: int


# --- lookups --------------------------------------------------------------------------------------------------------


def near(conn: Connection, lang: Lang, keys: Sequence[str], threshold: float) -> list[Hit]:
    """All stored segments of similarity ``threshold`` or more, best first.

    Raises:
        ValueError: the threshold is not between 0.3 and 1.
    """
    if not LOWEST_THRESHOLD <= threshold <= 1:
        raise ValueError(f"threshold {threshold} is not between {LOWEST_THRESHOLD} and 1")
    size = len(keys)
    shortest, longest = _at_least(threshold * size), floor(size / threshold + _EPSILON)
    query = _Query.read(conn, lang, keys, (shortest, longest))
    if query is None:
        return []

    def common(length: int) -> int:
        return _at_least(threshold * max(size, length))

    def untouched(length: int) -> int:
        return len(query.pieces) - floor((1 - threshold) * max(size, length) + _EPSILON)

    # Pieces suffer more from what longer segments add, so that another plan may be the cheaper one for those.
    ranges = ((shortest, size), (size + 1, longest)) if query.pieces and longest > size else ((shortest, longest),)
    numbers: set[int] = set()
    for lengths in ranges:
        numbers.update(_candidates(conn, query.source, query.cheaper(lengths, common, untouched)))
    hits = []
    for segment_id, stored in _sequences(conn, query, sorted(numbers)):
        longer = max(size, len(stored))
        most = floor((1 - threshold) * longer + _EPSILON)
        distance = Levenshtein.distance(query.like(stored), stored, score_cutoff=most)
        if distance <= most:
            hits.append(Hit(segment_id, 1 - distance / longer))
    return sorted(hits, key=lambda hit: (-hit.similarity, hit.segment_id))


def containing(conn: Connection, lang: Lang, keys: Sequence[str], share: float = 0.9) -> list[Place]:
    """Longer stored segments that hold at least ``share`` of the query's tokens in order, best first.

    The tokens stand within a window of at most m / share tokens; the place is the closest such window, the best share
    found. Best first: by share, then the shorter window, then the shorter segment.

    Raises:
        ValueError: the share is not above 0 and at most 1.
    """
    _require_share(share)
    size = len(keys)
    query = _Query.read(conn, lang, keys, (size + 1, None))
    if query is None:
        return []
    need = _at_least(share * size)
    # What the query lacks, and what stands between its tokens in the window, each touch one piece at most.
    touched = size - need + floor(size / share + _EPSILON) - need
    plan = query.cheaper((size + 1, None), lambda _: need, lambda _: len(query.pieces) - touched)
    found = []
    for segment_id, stored in _sequences(conn, query, _candidates(conn, query.source, plan)):
        place = _inside(query.like(stored), stored, share)
        if place and len(stored) > size:
            found.append((Place(segment_id, *place), len(stored)))
    found.sort(key=lambda f: (-f[0].share, f[0].end - f[0].start, f[1], f[0].segment_id))
    return [place for place, _ in found]


def contained(conn: Connection, lang: Lang, keys: Sequence[str], minimum: int = 3, share: float = 1.0) -> list[Place]:
    """Shorter stored segments of ``minimum`` tokens or more that stand inside the query, longest first.

    With a share of 1 they stand there token by token, side by side: found by their fingerprints, in time that hardly
    depends on the memory's size. With a smaller one at least that share of a segment's tokens stands there in order,
    within a window of at most 1 / share of its length: all lists of the query's tokens are read, which takes longer.
    Each segment is given once, at its best and first place.

    Raises:
        ValueError: the share is not above 0 and at most 1.
    """
    _require_share(share)
    minimum = max(minimum, 1)
    if len(keys) <= minimum:
        return []
    lengths = minimum, len(keys) - 1
    query = _Query.read(conn, lang, keys, lengths)
    if query is None:
        return []
    if share == 1:
        found = list(_runs_inside(conn, query, minimum))
    else:
        plan = _Plan.of(query.singles, lengths, lambda length: _at_least(share * length))
        found = []
        for segment_id, stored in _sequences(conn, query, _candidates(conn, query.source, plan)):
            place = _inside(stored, query.like(stored), share) if minimum <= len(stored) < len(keys) else None
            if place:
                found.append(Place(segment_id, *place))
    return sorted(found, key=lambda p: (p.start - p.end, p.start, p.segment_id))


def phrase(conn: Connection, lang: Lang, keys: Sequence[str], limit: int | None = None) -> list[int]:
    """Ids of the segments that hold the keys side by side, the shortest segments first; at most ``limit`` of them."""
    size = len(keys)
    query = _Query.read(conn, lang, keys, (size, None))
    if query is None or not all(query.tokens):
        return []
    pieces = query.neighbours or query.singles
    plan = _Plan.of(pieces, (size, None), lambda _: len(pieces))
    found: list[int] = []
    for segment_id, stored in _sequences(conn, query, _candidates(conn, query.source, plan)):
        if _find_run(query.like(stored), stored):
            found.append(segment_id)
            if len(found) == limit:
                break
    return found


def _require_share(share: float) -> None:
    if not 0 < share <= 1:
        raise ValueError(f"share {share} is not above 0 and at most 1")


def _at_least(value: float) -> int:
    return ceil(value - _EPSILON)


# --- the query and its lists ----------------------------------------------------------------------------------------


_Counting = Callable[[int], int]


def _window(lengths: tuple[int, int | None]) -> tuple[int, int]:
    """The index numbers of all segments in the length buckets of a range, half-open."""
    shortest, longest = lengths
    last = BUCKETS - 1 if longest is None else bucket(longest)
    return bucket(shortest) << RUNNING_BITS, (last + 1) << RUNNING_BITS


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which lists to read, in order, and in how many of them a segment must stand."""

    lists: Sequence[List]
    #: Index numbers looked for, half-open.
    window: tuple[int, int]
    #: How many of the lists a segment must stand in, by its length bucket; none at all where nothing can be found.
    needs: Sequence[int]
    #: How many lists are read first: whoever stands in none of them is out.
    first: int

    @classmethod
    def of(cls, lists: Sequence[List], lengths: tuple[int, int | None], need: _Counting) -> "_Plan":
        """The plan for a range of lengths; ``need`` must rise or fall throughout it, not both.

        Ranges are widened to whole length buckets, so a few segments just outside the range may be among the found.
        """
        shortest, longest = lengths
        first, last = bucket(shortest), BUCKETS - 1 if longest is None else bucket(longest)
        needs = [0] * first
        for place in range(first, last + 1):
            low = max(LOWER_BOUNDS[place], shortest)
            high = LOWER_BOUNDS[place + 1] - 1 if place + 1 < BUCKETS else low
            needs.append(min(need(low), need(max(low, high if longest is None else min(high, longest)))))
        return cls(lists, _window(lengths), needs, len(lists) - min(needs[first:]) + 1)

    @property
    def possible(self) -> bool:
        """Whether the lists can tell anything: each segment wanted stands in at least one of them."""
        return self.first <= len(self.lists)

    @property
    def cost(self) -> int:
        """Entries of the lists that are read in any case."""
        return sum(found.size for found in self.lists[: max(self.first, 0)])


@dataclass(frozen=True, slots=True)
class _Query:
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
    def read(
        cls, conn: Connection, lang: Lang, keys: Sequence[str], lengths: tuple[int, int | None]
    ) -> "_Query | None":
        """The query as the index knows it, for segments of certain lengths; None when it knows none of the keys.

        The lists themselves are not read, only where they are and how long.
        """
        source = Lists.of(conn)
        known = source.token_ids(conn, lang, sorted(set(keys)))
        if not known:
            return None
        ids = [known.get(key, 0) for key in keys]
        names = list(_occurrences(ids))
        pairs = (
            [pair_list(one, number_of(two)) if one and two else 0 for one, two in pairwise(ids)]
            if has_pairs(lang)
            else []
        )
        lists = source.find(conn, {*names, *pairs} - {0}, _window(lengths))
        singles = [lists.get(name, ABSENT) for name in names]
        neighbours = [lists.get(name, ABSENT) for name in pairs]
        tokens = [number_of(token_id) for token_id in ids]
        return cls(
            source,
            next(iter(known.values())) >> TOKEN_BITS,
            tokens,
            runs.text_of(tokens),
            sorted(singles, key=_rarest),
            sorted(neighbours, key=_rarest),
            _pieces(ids, lists, neighbours) if neighbours else (),
        )

    def like(self, stored: Run) -> Run:
        """The query in the form that a stored sequence has."""
        return self.text if isinstance(stored, str) else self.tokens

    def cheaper(self, lengths: tuple[int, int | None], common: _Counting, untouched: _Counting) -> _Plan:
        """The plan that reads less: by single tokens, of which ``common`` must be shared, or by pieces of one or two,
        of which ``untouched`` must be.
        """
        single = _Plan.of(self.singles, lengths, common)
        if not self.pieces:
            return single
        pieces = _Plan.of(self.pieces, lengths, untouched)
        return pieces if pieces.possible and pieces.cost < single.cost else single


def _rarest(found: List) -> int:
    return found.size


def _occurrences(ids: Sequence[int]) -> Iterator[int]:
    """The list of each token, one that is repeated counted on; 0 for tokens that are not known."""
    seen: dict[int, int] = {}
    for token_id in ids:
        seen[token_id] = times = seen.get(token_id, 0) + 1
        yield token_list(token_id, times) if token_id else 0


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
    return sorted(pieces, key=_rarest)


_SEQUENCES = (
    select(sequence.c.segment_id, sequence.c.tokens).where(sequence.c.id.in_(given_numbers())).order_by(sequence.c.id)
)
_FINGERPRINTS = select(sequence.c.id, sequence.c.fingerprint, sequence.c.segment_id, sequence.c.tokens).where(
    sequence.c.fingerprint.in_(given_numbers())
)


def _sequences(conn: Connection, query: _Query, numbers: Sequence[int]) -> Iterator[tuple[int, Run]]:
    """Segment id and tokens of each index number, in the numbers' order; removed ones are passed over."""
    base = query.language_id << NUMBER_BITS
    for some in batches([base | number for number in numbers]):
        for segment_id, blob in conn.execute(_SEQUENCES, these(some)).all():
            yield segment_id, runs.read(blob)


# --- candidates -----------------------------------------------------------------------------------------------------


def _candidates(conn: Connection, source: Lists, plan: _Plan) -> list[int]:
    """Index numbers, sorted, of every segment that may stand in as many lists as the plan asks for."""
    lists, seen = plan.lists, plan.first
    size = len(lists)
    if not 1 <= seen <= size:
        return []
    found = sieve(plan.cost, plan.needs, RUNNING_BITS)
    while seen < min(plan.first + _STEP, size) and _worth_reading(plan.cost, lists[seen].size * found.number_cost):
        seen += 1
    found.start(source.numbers(conn, lists[:seen], plan.window, plain=found.plain), seen - plan.first + 1)
    found.drop(size - seen)
    while seen < size and _worth_reading(len(found), lists[seen].size * found.number_cost):
        further = lists[seen : seen + _STEP]
        found.narrow(source.numbers(conn, further, plan.window, plain=found.plain))
        seen += len(further)
        found.drop(size - seen)
    return found.numbers()


def _worth_reading(candidates: int, cost: float) -> bool:
    """Whether one more list, which may rule out half the candidates, costs less than comparing those."""
    return candidates * _COMPARING / 2 > _OPENING + cost


# --- runs and windows -----------------------------------------------------------------------------------------------


def _find_run(wanted: Run, stored: Run) -> bool:
    """Whether a run of tokens stands in another, side by side."""
    if isinstance(wanted, str) and isinstance(stored, str):
        return wanted in stored
    size = len(wanted)
    return any(stored[start : start + size] == wanted for start in range(len(stored) - size + 1))


def _runs_inside(conn: Connection, query: _Query, minimum: int) -> Iterator[Place]:
    """Each segment that is a run of the query's tokens, shorter than the query, with the first place of that run."""
    marks: dict[int, list[tuple[int, int]]] = {}
    for mark, start, end in _run_marks(query.tokens, minimum):
        marks.setdefault(mark, []).append((start, end))
    for some in batches(list(marks)):
        for row_id, mark, segment_id, blob in conn.execute(_FINGERPRINTS, these(some)).all():
            stored = runs.read(blob)
            wanted = query.like(stored)
            places = [(start, end) for start, end in marks[mark] if wanted[start:end] == stored]
            if places and row_id >> NUMBER_BITS == query.language_id:
                yield Place(segment_id, 1.0, *places[0])


def _run_marks(tokens: Sequence[int], minimum: int) -> Iterator[tuple[int, int, int]]:
    """Fingerprint, start and end of every run of ``minimum`` tokens or more that the index may know, but the whole."""
    for start in range(len(tokens) - minimum + 1):
        value = 0
        for end in range(start + 1, len(tokens) + 1):
            if not tokens[end - 1]:
                break
            value = (value * runs.BASE + tokens[end - 1]) & runs.MASK
            if minimum <= end - start < len(tokens):
                yield runs.signed(value), start, end


def _inside(short: Run, long: Run, share: float) -> tuple[float, int, int] | None:
    """The best share of ``short`` that stands in order in a window of ``long``, and that window; None below ``share``.

    Windows are at most len(short) / share tokens. Of equal shares the closest window wins, then the first.
    """
    need = _at_least(share * len(short))
    if LCSseq.similarity(short, long, score_cutoff=need) < need:
        # No window has more in common than the whole; most candidates end here.
        return None
    best: tuple[int, int, int] | None = None
    for first, last in _promising(short, long, floor(len(short) / share + _EPSILON), need):
        window = long[first:last]
        common = LCSseq.similarity(short, window, score_cutoff=need)
        if common >= need:
            need = common
            found = (-common, _enough(short, window, common), first)
            best = min(best, found) if best else found
    if best is None:
        return None
    lacking, width, start = best
    return -lacking / len(short), start, start + width


def _enough(short: Run, window: Run, common: int) -> int:
    """Length of the shortest front part of the window that still has so much in common with ``short``."""
    end = len(window)
    while end > common and LCSseq.similarity(short, window[: end - 1], score_cutoff=common) == common:
        end -= 1
    return end


def _promising(short: Run, long: Run, width: int, need: int) -> Iterator[tuple[int, int]]:
    """Half-open windows that start at a token of ``short`` and share ``need`` tokens with it, order apart."""
    left = Counter(short)
    held = 0
    end = 0
    for start, first in enumerate(long):
        while end < len(long) and end - start < width:
            if long[end] in left:
                held += left[long[end]] > 0
                left[long[end]] -= 1
            end += 1
        if first in left:
            if held >= need:
                yield start, end
            left[first] += 1
            held -= left[first] > 0
