"""Which stored segments resemble, hold or stand in a query: exact answers, by filters that lose nothing.

A query of m tokens and a stored segment of l have similarity 1 - d / max(m, l), where d is the Levenshtein distance of
their token keys. Each edit takes away at most one common token, so similarity t or more means

- length: ceil(t m) <= l <= floor(m / t);
- count: they share T(l) = ceil(t max(m, l)) tokens or more, repeated tokens counted as often as they stand in both;
- prefix: of any m - T + 1 tokens of the query, the segment holds at least one (Chaudhuri 2006, Xiao 2008).

The rarest tokens are read first; further lists only while many candidates are left (the count filter on what has been
read so far); the Levenshtein distance decides on the rest. Looking for a query inside longer segments works the same
way with another T. Keys are given by the caller, masked placeables among them; the index never sees a text.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil, floor
from typing import TYPE_CHECKING, Protocol

from rapidfuzz.distance import LCSseq, Levenshtein
from sqlalchemy import Connection, bindparam, func, select

from tm.lang import Lang
from tm.postings import (
    BASE,
    BUCKETS,
    LOWER_BOUNDS,
    MODULUS,
    RUNNING_BITS,
    add,
    add_inside,
    batches,
    bucket,
    check,
    occurrences,
    pack,
    remove,
    unpack,
)
from tm.schema import posting, sequence, token

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "LOWEST_THRESHOLD",
    "Hit",
    "Place",
    "add",
    "add_inside",
    "check",
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
#: So few candidates are compared directly; for more, further lists are read first.
_ENOUGH = 60
#: Lists read at a time once the prefix has been read.
_STEP = 2
#: Up to this many list entries plain Python is as quick as loading numpy, which a one-shot lookup then need not do.
_FEW = 20_000


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
    if not keys:
        return []
    query = _Query.read(conn, lang, keys)
    size = len(keys)
    longest = floor(size / threshold + _EPSILON)
    candidates = _candidates(
        conn, query, (_at_least(threshold * size), longest), lambda length: _at_least(threshold * max(size, length))
    )
    hits = []
    for segment_id, blob in _sequences(conn, lang, candidates):
        stored = unpack(blob).tolist()
        longer = max(size, len(stored))
        most = floor((1 - threshold) * longer + _EPSILON)
        distance = Levenshtein.distance(query.tokens, stored, score_cutoff=most)
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
    if not keys:
        return []
    query = _Query.read(conn, lang, keys)
    need = _at_least(share * len(keys))
    candidates = _candidates(conn, query, (len(keys) + 1, None), lambda _: need)
    found = []
    for segment_id, blob in _sequences(conn, lang, candidates):
        stored = unpack(blob)
        place = _inside(query.tokens, stored.tolist(), share)
        if place and len(stored) > len(keys):
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
    query = _Query.read(conn, lang, keys)
    if share == 1:
        found = list(_runs_inside(conn, query, minimum))
    else:
        candidates = _candidates(conn, query, (minimum, len(keys) - 1), lambda length: _at_least(share * length))
        found = []
        for segment_id, blob in _sequences(conn, lang, candidates):
            stored = unpack(blob).tolist()
            place = _inside(stored, query.tokens, share) if minimum <= len(stored) < len(keys) else None
            if place:
                found.append(Place(segment_id, *place))
    return sorted(found, key=lambda p: (p.start - p.end, p.start, p.segment_id))


def phrase(conn: Connection, lang: Lang, keys: Sequence[str], limit: int | None = None) -> list[int]:
    """Ids of the segments that hold the keys side by side, the shortest segments first; at most ``limit`` of them."""
    if not keys:
        return []
    query = _Query.read(conn, lang, keys)
    candidates = _candidates(conn, query, (len(keys), None), lambda _: len(keys))
    wanted = pack(query.tokens) if all(token_id >= 0 for token_id in query.tokens) else b""
    found: list[int] = []
    for segment_id, blob in _sequences(conn, lang, candidates):
        if wanted and _find_run(blob, wanted) is not None:
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


@dataclass(frozen=True, slots=True)
class _List:
    """The segments that hold one token of the query so many times or more."""

    #: Entries, removed segments included.
    size: int
    #: Ids of the parts.
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Query:
    lang: Lang
    #: Token ids in order; a key that stands in no segment has a negative one of its own.
    tokens: list[int]
    #: One list for each token, the rarest first.
    lists: tuple[_List, ...]

    @classmethod
    def read(cls, conn: Connection, lang: Lang, keys: Sequence[str]) -> "_Query":
        """The query as the index knows it: two to three rows a token are read, no list."""
        known: dict[str, int] = {}
        parts: dict[tuple[int, int], list[tuple[int, int]]] = {}
        most = max(Counter(keys).values())
        for some in batches(sorted(set(keys))):
            rows = conn.execute(_PARTS, {"lang": lang.tag, "keys": some, "most": most})
            for key, token_id, part, occurrence, size in rows:
                known[key] = token_id
                if part is not None:
                    parts.setdefault((token_id, occurrence), []).append((part, size))
        strange: dict[str, int] = {}
        tokens = [known[key] if key in known else strange.setdefault(key, -1 - len(strange)) for key in keys]
        lists = []
        for element in occurrences(tokens):
            found = parts.get(element, [])
            lists.append(_List(sum(size for _, size in found) // 4, tuple(part for part, _ in found)))
        return cls(lang, tokens, tuple(sorted(lists, key=lambda found: found.size)))


_PARTS = (
    select(token.c.key, token.c.id, posting.c.id, posting.c.occurrence, func.length(posting.c.numbers))
    .select_from(token)
    .outerjoin(posting, (posting.c.token_id == token.c.id) & (posting.c.occurrence <= bindparam("most")))
    .where(token.c.lang == bindparam("lang"), token.c.key.in_(bindparam("keys", expanding=True)))
)
_NUMBERS = select(posting.c.numbers).where(posting.c.id.in_(bindparam("parts", expanding=True)))
_SEQUENCES = (
    select(sequence.c.segment_id, sequence.c.tokens)
    .where(sequence.c.lang == bindparam("lang"), sequence.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(sequence.c.number)
)
# The language is left to the comparison of the tokens, whose ids differ between languages: told of it, SQLite would
# read all segments of the language instead of using the index on the fingerprint.
_FINGERPRINTS = select(sequence.c.fingerprint, sequence.c.segment_id, sequence.c.tokens).where(
    sequence.c.fingerprint.in_(bindparam("marks", expanding=True))
)


def _read_lists(conn: Connection, lists: Iterable[_List]) -> "list[array[int]]":
    parts = [part for found in lists for part in found.parts]
    return [
        unpack(blob) for some in batches(parts) for blob in conn.execute(_NUMBERS, {"parts": some}).scalars() if blob
    ]


def _sequences(conn: Connection, lang: Lang, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Segment id and packed tokens of each index number, in the numbers' order; removed ones are passed over."""
    for some in batches(numbers):
        rows = conn.execute(_SEQUENCES, {"lang": lang.tag, "numbers": some}).all()
        yield from ((segment_id, blob) for segment_id, blob in rows)


# --- candidates -----------------------------------------------------------------------------------------------------


def _candidates(
    conn: Connection, query: _Query, lengths: tuple[int, int | None], need: Callable[[int], int]
) -> list[int]:
    """Index numbers, sorted, of every segment in the length range that may share ``need(length)`` query tokens.

    ``need`` must not fall as the length grows. Ranges are widened to whole length buckets, so a few segments just
    outside the range may be among them.
    """
    size = len(query.lists)
    first, last = bucket(lengths[0]), BUCKETS - 1 if lengths[1] is None else bucket(lengths[1])
    needs = [0] * first + [need(max(LOWER_BOUNDS[place], lengths[0])) for place in range(first, last + 1)]
    seen = size - needs[first] + 1
    if seen < 1:
        return []
    window = first << RUNNING_BITS, (last + 1) << RUNNING_BITS
    prefix = query.lists[:seen]
    few = sum(found.size for found in prefix) <= _FEW
    sieve: _Sieve = _Few(window, needs) if few else _Many(window, needs)
    sieve.start(_read_lists(conn, prefix))
    sieve.drop(size - seen)
    while seen < size and len(sieve) > _ENOUGH:
        further = query.lists[seen : seen + _STEP]
        sieve.narrow(_read_lists(conn, further))
        seen += len(further)
        sieve.drop(size - seen)
    return sieve.numbers()


class _Sieve(Protocol):
    """Counts for each candidate how many of the lists read so far it stands in."""

    def start(self, lists: "Sequence[array[int]]") -> None:
        """Take every number of the lists that lies in the window."""

    def narrow(self, lists: "Sequence[array[int]]") -> None:
        """Count further lists, for the candidates there are."""

    def drop(self, unread: int) -> None:
        """Drop those that fall short even if they stand in all the unread lists."""

    def numbers(self) -> list[int]:
        """The candidates, sorted."""

    def __len__(self) -> int: ...


class _Few:
    """A sieve in plain Python."""

    def __init__(self, window: tuple[int, int], needs: Sequence[int]) -> None:
        self._window = window
        self._needs = needs
        self._counts: Counter[int] = Counter()

    def start(self, lists: "Sequence[array[int]]") -> None:
        low, high = self._window
        slices = (memoryview(found)[bisect_left(found, low) : bisect_left(found, high)] for found in lists)
        self._counts = Counter(chain.from_iterable(slices))

    def narrow(self, lists: "Sequence[array[int]]") -> None:
        for found in lists:
            for number in self._counts:
                place = bisect_left(found, number)
                if place < len(found) and found[place] == number:
                    self._counts[number] += 1

    def drop(self, unread: int) -> None:
        needs = self._needs
        self._counts = Counter(
            {number: count for number, count in self._counts.items() if count + unread >= needs[number >> RUNNING_BITS]}
        )

    def numbers(self) -> list[int]:
        return sorted(self._counts)

    def __len__(self) -> int:
        return len(self._counts)


class _Many:
    """The same with numpy."""

    _numbers: "np.ndarray[tuple[int], np.dtype[np.uint32]]"
    _counts: "np.ndarray[tuple[int], np.dtype[np.int64]]"

    def __init__(self, window: tuple[int, int], needs: Sequence[int]) -> None:
        import numpy as np

        self._window = window
        self._needs = np.array(needs, dtype=np.int64)

    def start(self, lists: "Sequence[array[int]]") -> None:
        import numpy as np

        low, high = self._window
        slices = [
            np.frombuffer(found, dtype=np.uint32)[bisect_left(found, low) : bisect_left(found, high)] for found in lists
        ]
        self._numbers, self._counts = np.unique(np.concatenate(slices), return_counts=True)

    def narrow(self, lists: "Sequence[array[int]]") -> None:
        import numpy as np

        for found in lists:
            listed = np.frombuffer(found, dtype=np.uint32)
            places = np.minimum(np.searchsorted(listed, self._numbers), len(listed) - 1)
            self._counts += listed[places] == self._numbers

    def drop(self, unread: int) -> None:
        kept = self._counts + unread >= self._needs[self._numbers >> RUNNING_BITS]
        self._numbers, self._counts = self._numbers[kept], self._counts[kept]

    def numbers(self) -> list[int]:
        found: list[int] = self._numbers.tolist()
        return found

    def __len__(self) -> int:
        return len(self._numbers)


# --- runs and windows -----------------------------------------------------------------------------------------------


def _find_run(tokens: bytes, wanted: bytes, start: int = 0) -> int | None:
    """Where a packed run of tokens first stands in another, in tokens; None when it does not."""
    place = tokens.find(wanted, start * 4)
    while place % 4 and place >= 0:
        place = tokens.find(wanted, place + 1)
    return place // 4 if place >= 0 else None


def _runs_inside(conn: Connection, query: _Query, minimum: int) -> Iterator[Place]:
    """Each segment that is a run of the query's tokens, shorter than the query, with the first place of that run."""
    marks: dict[int, list[tuple[int, int]]] = {}
    for mark, start, end in _run_marks(query.tokens, minimum):
        marks.setdefault(mark, []).append((start, end))
    for some in batches(list(marks)):
        rows = conn.execute(_FINGERPRINTS, {"marks": some}).all()
        for mark, segment_id, blob in rows:
            run = unpack(blob).tolist()
            places = [(start, end) for start, end in marks[mark] if query.tokens[start:end] == run]
            if places:
                yield Place(segment_id, 1.0, *places[0])


def _run_marks(tokens: Sequence[int], minimum: int) -> Iterator[tuple[int, int, int]]:
    """Fingerprint, start and end of every run of ``minimum`` tokens or more that the index may know, but the whole."""
    for start in range(len(tokens) - minimum + 1):
        value = 0
        for end in range(start + 1, len(tokens) + 1):
            if tokens[end - 1] < 0:
                break
            value = (value * BASE + tokens[end - 1] + 1) % MODULUS
            if minimum <= end - start < len(tokens):
                yield value, start, end


def _inside(short: Sequence[int], long: Sequence[int], share: float) -> tuple[float, int, int] | None:
    """The best share of ``short`` that stands in order in a window of ``long``, and that window; None below ``share``.

    Windows are at most len(short) / share tokens. Of equal shares the closest window wins, then the first.
    """
    need = _at_least(share * len(short))
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


def _enough(short: Sequence[int], window: Sequence[int], common: int) -> int:
    """Length of the shortest front part of the window that still has so much in common with ``short``."""
    end = len(window)
    while end > common and LCSseq.similarity(short, window[: end - 1], score_cutoff=common) == common:
        end -= 1
    return end


def _promising(short: Sequence[int], long: Sequence[int], width: int, need: int) -> Iterator[tuple[int, int]]:
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
