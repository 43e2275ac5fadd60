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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from rapidfuzz.distance import LCSseq, Levenshtein
from sqlalchemy import Connection, select

from tm import runs
from tm.candidates import Common, Constant, Plan, Question, Share, Untouched, at_least, at_most, candidates, weighed
from tm.intersection import among
from tm.lang import Lang
from tm.listed import batches, given_numbers, these
from tm.lists import Lists
from tm.placeables import value_key
from tm.postings import NUMBER_BITS, Adder, add, inside_list, remove, value_list
from tm.runs import Run
from tm.schema import sequence

__all__ = [
    "LOWEST_THRESHOLD",
    "Adder",
    "Hit",
    "Place",
    "add",
    "contained",
    "contained_each",
    "containing",
    "containing_each",
    "lacking",
    "near",
    "near_each",
    "phrase",
    "remove",
]

#: Thresholds below this are refused: nearly everything would be compared, and nothing found would be of use.
LOWEST_THRESHOLD = 0.3


#: Sequences, and fingerprints, that are looked up together for several queries.
_TOGETHER = 20_000
#: A stored segment and its tokens.
_Stored = tuple[int, Run]


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
    return near_each(conn, lang, [keys], threshold)[0]


def near_each(conn: Connection, lang: Lang, queries: Sequence[Sequence[str]], threshold: float) -> list[list[Hit]]:
    """``near`` for each of several queries, with hardly more statements than for one.

    Raises:
        ValueError: the threshold is not between 0.3 and 1.
    """
    if not LOWEST_THRESHOLD <= threshold <= 1:
        raise ValueError(f"threshold {threshold} is not between {LOWEST_THRESHOLD} and 1")
    asked, plans = [], []
    for place, query in _questions(conn, lang, queries):
        size = len(query.tokens)
        shortest, longest = at_least(threshold * size), at_most(size / threshold)
        # Pieces suffer more from what longer segments add, so that another plan may be the cheaper one for those.
        ranges = ((shortest, size), (size + 1, longest)) if query.pieces and longest > size else ((shortest, longest),)
        for lengths in ranges:
            asked.append((place, query))
            plans.append(query.cheaper(lengths, Common(threshold, size), partial(Untouched, threshold, size)))
    # Two ranges may have the segments of a length bucket in common.
    hits: list[set[Hit]] = [set() for _ in queries]
    for (place, query), stored in _stored(conn, asked, plans):
        hits[place].update(_near(query, stored, threshold))
    return [sorted(found, key=lambda hit: (-hit.similarity, hit.segment_id)) for found in hits]


def _near(query: Question, candidates: Iterable[_Stored], threshold: float) -> Iterator[Hit]:
    size = len(query.tokens)
    for segment_id, stored in candidates:
        longer = max(size, len(stored))
        most = at_most((1 - threshold) * longer)
        distance = Levenshtein.distance(query.like(stored), stored, score_cutoff=most)
        if distance <= most:
            yield Hit(segment_id, 1 - distance / longer)


def containing(conn: Connection, lang: Lang, keys: Sequence[str], share: float = 0.9) -> list[Place]:
    """Longer stored segments that hold at least ``share`` of the query's tokens in order, best first.

    The tokens stand within a window of at most m / share tokens; the place is the closest such window, the best share
    found. Best first: by share, then the shorter window, then the shorter segment.

    Raises:
        ValueError: the share is not above 0 and at most 1.
    """
    return containing_each(conn, lang, [keys], share)[0]


def containing_each(
    conn: Connection, lang: Lang, queries: Sequence[Sequence[str]], share: float = 0.9
) -> list[list[Place]]:
    """``containing`` for each of several queries, with hardly more statements than for one.

    Raises:
        ValueError: the share is not above 0 and at most 1.
    """
    _require_share(share)
    asked = _questions(conn, lang, queries)
    plans = []
    for _, query in asked:
        size = len(query.tokens)
        need = at_least(share * size)
        # What the query lacks, and what stands between its tokens in the window, each touch one piece at most.
        touched = size - need + at_most(size / share) - need
        plans.append(query.cheaper((size + 1, None), Constant(need), partial(_less, touched)))
    places: list[list[Place]] = [[] for _ in queries]
    for (place, query), stored in _stored(conn, asked, plans):
        places[place] = _containing(query, stored, share)
    return places


def _less(touched: int, pieces: int) -> Constant:
    return Constant(pieces - touched)


def _containing(query: Question, candidates: Iterable[_Stored], share: float) -> list[Place]:
    found = []
    for segment_id, stored in candidates:
        place = _inside(query.like(stored), stored, share)
        if place and len(stored) > len(query.tokens):
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
    return contained_each(conn, lang, [(keys, minimum)], share)[0]


def contained_each(
    conn: Connection, lang: Lang, queries: Sequence[tuple[Sequence[str], int]], share: float = 1.0
) -> list[list[Place]]:
    """``contained`` for each of several queries and its minimum, with hardly more statements than for one.

    Raises:
        ValueError: the share is not above 0 and at most 1.
    """
    _require_share(share)
    least = [max(minimum, 1) for _, minimum in queries]
    asked = [
        (place, query)
        for place, query in _questions(conn, lang, [keys for keys, _ in queries])
        if len(query.tokens) > least[place]
    ]
    places: list[list[Place]] = [[] for _ in queries]
    if share == 1:
        for place, found in _runs_inside(conn, asked, least):
            places[place].append(found)
    else:
        plans = [Plan(query.singles, (least[place], len(query.tokens) - 1), Share(share)) for place, query in asked]
        for (place, query), stored in _stored(conn, asked, plans):
            places[place] += _contained(query, stored, least[place], share)
    for some in places:
        some.sort(key=lambda p: (p.start - p.end, p.start, p.segment_id))
    return places


def _contained(query: Question, candidates: Iterable[_Stored], minimum: int, share: float) -> Iterator[Place]:
    for segment_id, stored in candidates:
        place = _inside(stored, query.like(stored), share) if minimum <= len(stored) < len(query.tokens) else None
        if place:
            yield Place(segment_id, *place)


def phrase(conn: Connection, lang: Lang, keys: Sequence[str], limit: int | None = None) -> list[int]:
    """Ids of the segments that hold the keys side by side, the shortest segments first; at most ``limit`` of them."""
    size = len(keys)
    query = Question.read(conn, lang, [keys])[0]
    if query is None or not all(query.tokens):
        return []
    pieces = query.neighbours or query.singles
    plan = Plan(pieces, (size, None), Constant(len(pieces)))
    found: list[int] = []
    (numbers,) = candidates(conn, query.source, [plan])
    for segment_id, stored in _sequences(conn, query, numbers):
        if _find_run(query.like(stored), stored):
            found.append(segment_id)
            if len(found) == limit:
                break
    return found


def lacking(
    conn: Connection, lang: Lang, segment_ids: Sequence[int], placeables: Sequence[tuple[str, str]]
) -> dict[int, int]:
    """For each segment, how many of some placeables have a value that none of its own has, as far as lists tell.

    There may be more of them: a list may say of a segment that it holds what it does not. Segments that are not indexed
    are left out. ``placeables`` are their kinds and values.
    """
    import numpy as np

    source = Lists.of(conn)
    known = source.token_ids(conn, lang, sorted({value for _, value in placeables}))
    numbers: dict[int, int] = {}
    for some in batches(segment_ids):
        numbers.update((row_id, segment_id) for row_id, segment_id in conn.execute(_NUMBERS, these(some)).all())
    if not numbers:
        return {}
    language_id = next(iter(numbers)) >> NUMBER_BITS
    wanted = np.array(sorted(number & ((1 << NUMBER_BITS) - 1) for number in numbers), dtype=np.uint32)
    window = int(wanted[0]), int(wanted[-1]) + 1
    missing = np.zeros(len(wanted), dtype=np.int64)
    for (kind, value), times in Counter(placeables).items():
        names = [value_list(language_id, value_key(kind, value))]
        names += [inside_list(known[value])] if value in known else []
        rows = [one.within(*window) for one in source.find(conn, names).values()]
        held = np.zeros(len(wanted), dtype=np.bool_)
        for run in source.numbers(conn, rows, window, plain=False):
            held |= among(wanted, run)
        missing[~held] += times
    base = language_id << NUMBER_BITS
    pairs = zip(wanted.tolist(), missing.tolist(), strict=True)
    return {numbers[base | number]: count for number, count in pairs}


def _questions(conn: Connection, lang: Lang, queries: Sequence[Sequence[str]]) -> list[tuple[int, Question]]:
    """The queries of which the index knows a key, with their places."""
    return [(place, query) for place, query in enumerate(Question.read(conn, lang, queries)) if query is not None]


def _require_share(share: float) -> None:
    if not 0 < share <= 1:
        raise ValueError(f"share {share} is not above 0 and at most 1")


# --- the stored sequences -------------------------------------------------------------------------------------------

_SEQUENCES = (
    select(sequence.c.id, sequence.c.segment_id, sequence.c.tokens)
    .where(sequence.c.id.in_(given_numbers()))
    .order_by(sequence.c.id)
)
_NUMBERS = select(sequence.c.id, sequence.c.segment_id).where(sequence.c.segment_id.in_(given_numbers()))
_FINGERPRINTS = select(sequence.c.id, sequence.c.fingerprint, sequence.c.segment_id, sequence.c.tokens).where(
    sequence.c.fingerprint.in_(given_numbers())
)


def _stored(
    conn: Connection, asked: Sequence[tuple[int, Question]], plans: Sequence[Plan]
) -> Iterator[tuple[tuple[int, Question], Iterable[_Stored]]]:
    """Each query with what its plan leaves to be compared; sequences are read together up to a bound."""
    if not asked:
        return
    found = zip(asked, candidates(conn, asked[0][1].source, plans), strict=True)
    for some in weighed(found, lambda one: len(one[1]), _TOGETHER):
        if len(some) == 1:
            ((one, numbers),) = some
            yield one, _sequences(conn, one[1], numbers)
            continue
        union = sorted({number for _, numbers in some for number in numbers})
        known = dict(_numbered(conn, some[0][0][1], union))
        for one, numbers in some:
            yield one, [known[number] for number in numbers if number in known]


def _sequences(conn: Connection, query: Question, numbers: Sequence[int]) -> Iterator[_Stored]:
    """Segment id and tokens of each index number, in the numbers' order; removed ones are passed over."""
    return (stored for _, stored in _numbered(conn, query, numbers))


def _numbered(conn: Connection, query: Question, numbers: Sequence[int]) -> Iterator[tuple[int, _Stored]]:
    base = query.language_id << NUMBER_BITS
    for some in batches([base | number for number in numbers]):
        for row_id, segment_id, blob in conn.execute(_SEQUENCES, these(some)).all():
            yield row_id - base, (segment_id, runs.read(blob))


# --- runs and windows -----------------------------------------------------------------------------------------------


def _find_run(wanted: Run, stored: Run) -> bool:
    """Whether a run of tokens stands in another, side by side."""
    if isinstance(wanted, str) and isinstance(stored, str):
        return wanted in stored
    size = len(wanted)
    return any(stored[start : start + size] == wanted for start in range(len(stored) - size + 1))


def _runs_inside(
    conn: Connection, asked: Sequence[tuple[int, Question]], least: Sequence[int]
) -> Iterator[tuple[int, Place]]:
    """Each segment that is a run of a query's tokens, shorter than the query, with the first place of that run."""
    for some in weighed(asked, lambda one: (len(one[1].tokens) - least[one[0]]) ** 2 // 2, _TOGETHER):
        marks: dict[int, list[tuple[int, Question, int, int]]] = {}
        for place, query in some:
            for mark, start, end in _run_marks(query.tokens, least[place]):
                marks.setdefault(mark, []).append((place, query, start, end))
        for names in batches(list(marks)):
            for row_id, mark, segment_id, blob in conn.execute(_FINGERPRINTS, these(names)).all():
                stored = runs.read(blob)
                done = set()
                for place, query, start, end in marks[mark]:
                    fits = query.like(stored)[start:end] == stored and row_id >> NUMBER_BITS == query.language_id
                    if fits and place not in done:
                        done.add(place)
                        yield place, Place(segment_id, 1.0, start, end)


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
    need = at_least(share * len(short))
    if LCSseq.similarity(short, long, score_cutoff=need) < need:
        # No window has more in common than the whole; most candidates end here.
        return None
    best: tuple[int, int, int] | None = None
    for first, last in _promising(short, long, at_most(len(short) / share), need):
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
