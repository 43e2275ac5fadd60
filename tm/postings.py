"""The lists of the index: which segments hold which token. Written in the transaction that writes the segments.

A segment gets an index number with its length in the upper bits, so that a list of sorted numbers is sorted by length
too and a range of lengths is one slice of it. A token that is repeated counts as a new one each time
(``occurrence``), which makes the bag of a segment's tokens a set. One list is kept in a few parts that grow
geometrically (O'Neil 1996, log-structured merge): adding rewrites only the last, small ones. Removing a segment
removes its ``sequence`` row and nothing else: what the lists still say of it is passed over by every lookup,
because numbers are never used twice, and swept out when it has grown.
"""

import sys
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Column, Connection, bindparam, delete, func, insert, select, update

from tm.errors import MemoryFileError, Problem
from tm.folding import bare
from tm.lang import Lang
from tm.schema import numbering, posting, segment, sequence, token

_T = TypeVar("_T")

#: Bits of an index number below the length bucket.
RUNNING_BITS = 24
#: Lengths below this have a bucket each; above it a bucket spans about 3 % of its length.
_EXACT_LENGTHS = 128
_BUCKET_GROWTH = 1.03
BUCKETS = 256
#: A part of a list is merged with what is added to it up to this size, or while it is below RATIO times the addition.
_SMALL_PART = 1024
_PART_RATIO = 4
#: Removed segments are swept out of the lists when they are this many, and this share of those that stand.
SWEEP_FROM = 1000
SWEEP_SHARE = 0.25
#: Values in one IN list, well below SQLite's limit of 32,766 variables in a statement.
BATCH = 5000
#: Modulus (a Mersenne prime) and base of the polynomial hash of a token sequence (Karp and Rabin 1987).
MODULUS = (1 << 61) - 1
BASE = 0x1F0A5B3C77D1E3


def _lower_bounds() -> tuple[int, ...]:
    bounds = list(range(_EXACT_LENGTHS + 1))
    while len(bounds) < BUCKETS:
        bounds.append(max(bounds[-1] + 1, int(bounds[-1] * _BUCKET_GROWTH)))
    return tuple(bounds)


#: The shortest length in each bucket; the last bucket holds everything from its bound on.
LOWER_BOUNDS = _lower_bounds()


def bucket(length: int) -> int:
    """The length bucket, 0 to 255, never falling as the length grows."""
    return bisect_right(LOWER_BOUNDS, length) - 1


def pack(numbers: Iterable[int]) -> bytes:
    """Unsigned 32-bit little-endian."""
    packed = array("I", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(blob: bytes) -> "array[int]":
    """The numbers that ``pack`` packed."""
    numbers = array("I")
    numbers.frombytes(blob)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def batches(items: Sequence[_T], size: int = BATCH) -> Iterator[Sequence[_T]]:
    """The items in order, in runs of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def fingerprint(tokens: Iterable[int]) -> int:
    """Hash of a token sequence, 0 to 2^61 - 2."""
    value = 0
    for token_id in tokens:
        value = (value * BASE + token_id + 1) % MODULUS
    return value


def occurrences(tokens: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Each token with how often it has stood there so far, itself included: the bag as a set."""
    seen: dict[int, int] = {}
    for token_id in tokens:
        seen[token_id] = times = seen.get(token_id, 0) + 1
        yield token_id, times


# --- adding ---------------------------------------------------------------------------------------------------------


def add(conn: Connection, lang: Lang, segments: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Index segments, given with their token keys. They must be in the segment table and not yet indexed.

    Raises:
        MemoryFileError: more segments of one length than the index can number.
    """
    if not segments:
        return
    vocabulary = _token_ids(conn, lang, {key for _, keys in segments for key in keys})
    runs = [(segment_id, [vocabulary[key] for key in keys]) for segment_id, keys in segments]
    numbers = _take_numbers(conn, lang, [len(run) for _, run in runs])
    lists: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    rows = []
    for (segment_id, run), number in zip(runs, numbers, strict=True):
        for element in occurrences(run):
            lists[element].append(number)
        rows.append(
            {
                "lang": lang.tag,
                "number": number,
                "segment_id": segment_id,
                "fingerprint": fingerprint(run),
                "tokens": pack(run),
            }
        )
    conn.execute(insert(sequence), rows)
    _extend(conn, lists)


def add_inside(conn: Connection, lang: Lang, segments: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Write down what the placeables of indexed segments hold, given as keys that stand in no token sequence."""
    held = {segment_id: keys for segment_id, keys in segments if keys}
    vocabulary = _token_ids(conn, lang, {key for keys in held.values() for key in keys})
    lists: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for some in batches(sorted(held)):
        query = select(sequence.c.segment_id, sequence.c.number).where(sequence.c.segment_id.in_(some))
        for segment_id, number in conn.execute(query):
            for key in held[segment_id]:
                lists[vocabulary[key], 1].append(number)
    if lists:
        _extend(conn, lists)


def _token_ids(conn: Connection, lang: Lang, keys: set[str]) -> dict[str, int]:
    """Ids of all the keys; those that are new are written down."""
    known: dict[str, int] = {}
    for some in batches(sorted(keys)):
        query = select(token.c.key, token.c.id).where(token.c.lang == lang.tag, token.c.key.in_(some))
        known.update((key, token_id) for key, token_id in conn.execute(query))
    missing = sorted(keys - known.keys())
    if missing:
        first = _next_id(conn, token.c.id)
        rows = [{"id": first + i, "lang": lang.tag, "key": key, "bare": bare(key)} for i, key in enumerate(missing)]
        conn.execute(insert(token), rows)
        known.update((key, first + i) for i, key in enumerate(missing))
    return known


def _next_id(conn: Connection, column: Column[int]) -> int:
    return int(conn.execute(select(func.coalesce(func.max(column), 0))).scalar_one()) + 1


def _take_numbers(conn: Connection, lang: Lang, lengths: Sequence[int]) -> list[int]:
    """An index number for each length; the counters move on."""
    query = select(numbering.c.bucket, numbering.c.next).where(numbering.c.lang == lang.tag)
    following: dict[int, int] = {row.bucket: row.next for row in conn.execute(query)}
    known = set(following)
    taken = []
    for length in lengths:
        place = bucket(length)
        running = following.get(place, 0)
        if running >> RUNNING_BITS:
            raise MemoryFileError(
                f"the index holds no more {lang.name} segments of {length} tokens",
                hint="put further documents into a second memory",
            )
        taken.append(place << RUNNING_BITS | running)
        following[place] = running + 1
    touched = {bucket(length) for length in lengths}
    moved = [{"b_lang": lang.tag, "b_bucket": b, "b_next": following[b]} for b in sorted(touched & known)]
    if moved:
        where = (numbering.c.lang == bindparam("b_lang"), numbering.c.bucket == bindparam("b_bucket"))
        conn.execute(update(numbering).where(*where).values(next=bindparam("b_next")), moved)
    fresh = [{"lang": lang.tag, "bucket": b, "next": following[b], "removed": 0} for b in sorted(touched - known)]
    if fresh:
        conn.execute(insert(numbering), fresh)
    return taken


def _extend(conn: Connection, lists: Mapping[tuple[int, int], list[int]]) -> None:
    """Put numbers into the lists of their (token, occurrence), merging small parts."""
    parts = _part_sizes(conn, sorted({token_id for token_id, _ in lists}))
    merged = {element: _parts_to_merge(parts.get(element, []), len(fresh)) for element, fresh in lists.items()}
    blobs = _blobs(conn, [part for taken in merged.values() for part in taken])
    following = _next_id(conn, posting.c.id)
    new, changed, gone = [], [], []
    for (token_id, occurrence), fresh in lists.items():
        taken = merged[token_id, occurrence]
        numbers = [number for part in taken for number in unpack(blobs[part])]
        packed = pack(sorted(numbers + fresh))
        if taken:
            changed.append({"b_id": taken[0], "b_numbers": packed})
            gone += taken[1:]
        else:
            new.append({"id": following, "token_id": token_id, "occurrence": occurrence, "numbers": packed})
            following += 1
    if changed:
        statement = update(posting).where(posting.c.id == bindparam("b_id")).values(numbers=bindparam("b_numbers"))
        conn.execute(statement, changed)
    for some in batches(gone):
        conn.execute(delete(posting).where(posting.c.id.in_(some)))
    if new:
        conn.execute(insert(posting), new)


def _part_sizes(conn: Connection, token_ids: Sequence[int]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """For each (token, occurrence), id and length of its parts, oldest first."""
    found: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    columns = (posting.c.token_id, posting.c.occurrence, posting.c.id, func.length(posting.c.numbers) / 4)
    for some in batches(token_ids):
        query = select(*columns).where(posting.c.token_id.in_(some)).order_by(posting.c.id)
        for token_id, occurrence, part, size in conn.execute(query):
            found[token_id, occurrence].append((part, int(size)))
    return found


def _parts_to_merge(parts: Sequence[tuple[int, int]], added: int) -> list[int]:
    """Ids of the last parts that an addition of this size is merged with, oldest first."""
    taken: list[int] = []
    for part, size in reversed(parts):
        if size > max(_SMALL_PART, _PART_RATIO * added):
            break
        taken.insert(0, part)
        added += size
    return taken


def _blobs(conn: Connection, parts: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for some in batches(parts):
        query = select(posting.c.id, posting.c.numbers).where(posting.c.id.in_(some))
        found.update((part, blob) for part, blob in conn.execute(query))
    return found


# --- removing -------------------------------------------------------------------------------------------------------


def remove(conn: Connection, lang: Lang, segment_ids: Iterable[int]) -> None:
    """Take segments out of the index; those that are not in it are passed over."""
    removed: Counter[int] = Counter()
    columns = (sequence.c.lang, sequence.c.number, sequence.c.segment_id)
    for some in batches(sorted(set(segment_ids))):
        # The language is compared here: told of it, SQLite would read all segments of the language.
        rows = conn.execute(select(*columns).where(sequence.c.segment_id.in_(some))).all()
        found = [row for row in rows if row.lang == lang.tag]
        removed.update(row.number >> RUNNING_BITS for row in found)
        conn.execute(delete(sequence).where(sequence.c.segment_id.in_([row.segment_id for row in found])))
    for place, count in removed.items():
        counter = (numbering.c.lang == lang.tag, numbering.c.bucket == place)
        conn.execute(update(numbering).where(*counter).values(removed=numbering.c.removed + count))
    if removed and _worth_sweeping(conn, lang):
        sweep(conn, lang)


def _worth_sweeping(conn: Connection, lang: Lang) -> bool:
    dead = conn.execute(select(func.sum(numbering.c.removed)).where(numbering.c.lang == lang.tag)).scalar_one() or 0
    if dead < SWEEP_FROM:
        return False
    live = conn.execute(select(func.count()).select_from(sequence).where(sequence.c.lang == lang.tag)).scalar_one()
    return bool(dead > SWEEP_SHARE * live)


def sweep(conn: Connection, lang: Lang) -> None:
    """Rewrite the lists of a language without the segments that were removed; each list becomes one part."""
    import numpy as np

    query = select(sequence.c.number).where(sequence.c.lang == lang.tag).order_by(sequence.c.number)
    live = np.fromiter(conn.execute(query).scalars(), dtype=np.uint32)
    token_ids = conn.execute(select(token.c.id).where(token.c.lang == lang.tag)).scalars().all()
    for some in batches(token_ids):
        parts = _part_sizes(conn, some)
        for (token_id, occurrence), found in parts.items():
            blobs = _blobs(conn, [part for part, _ in found])
            numbers = np.concatenate([np.frombuffer(blob, dtype="<u4") for blob in blobs.values()])
            kept = np.sort(numbers[np.isin(numbers, live, kind="sort")])
            conn.execute(delete(posting).where(posting.c.token_id == token_id, posting.c.occurrence == occurrence))
            if len(kept):
                blob = kept.astype("<u4").tobytes()
                row = {"id": found[0][0], "token_id": token_id, "occurrence": occurrence, "numbers": blob}
                conn.execute(insert(posting), [row])
    used = select(posting.c.id).where(posting.c.token_id == token.c.id).exists()
    conn.execute(delete(token).where(token.c.lang == lang.tag, ~used))
    conn.execute(update(numbering).where(numbering.c.lang == lang.tag).values(removed=0))


# --- checking -------------------------------------------------------------------------------------------------------


def check(conn: Connection) -> tuple[Problem, ...]:
    """What does not fit between segments, their token sequences and the lists; empty when all is well."""
    indexed = select(sequence.c.segment_id).where(sequence.c.segment_id == segment.c.id)
    missing = conn.execute(select(segment.c.id).where(~indexed.exists()).order_by(segment.c.id)).scalars().all()
    hint = "take the segments out of the index and add them again"
    problems = [Problem(f"segment {segment_id} is not in the index", hint=hint) for segment_id in missing]
    for tag in conn.execute(select(sequence.c.lang).distinct().order_by(sequence.c.lang)).scalars().all():
        problems += [
            Problem(f"the index does not fit the tokens of segment {segment_id}", hint=hint)
            for segment_id in _misfits(conn, Lang(tag))
        ]
    return tuple(problems)


def _misfits(conn: Connection, lang: Lang) -> list[int]:
    """Segments whose number does not stand in exactly the lists of its tokens.

    For each segment the number of its lists and the sum of their hashes are compared with what the lists give, so
    that memory stays at a few words a segment.
    """
    import numpy as np

    query = (
        select(sequence.c.number, sequence.c.segment_id, sequence.c.fingerprint, sequence.c.tokens)
        .where(sequence.c.lang == lang.tag)
        .order_by(sequence.c.number)
    )
    numbers, segment_ids, sums, broken = array("I"), array("Q"), array("Q"), []
    for number, segment_id, mark, blob in conn.execute(query):
        run = unpack(blob)
        numbers.append(number)
        segment_ids.append(segment_id)
        sums.append(sum(_mix(*element) for element in occurrences(run)) & _MASK)
        if fingerprint(run) != mark or number >> RUNNING_BITS != bucket(len(run)):
            broken.append(segment_id)
    live = np.frombuffer(numbers, dtype=np.uint32)
    found = np.zeros(len(live), dtype=np.uint64)
    # What stands inside placeables is in lists, not in sequences.
    sequential = token.c.key.not_like("=%"), token.c.key.not_like("#%")
    rows = select(posting.c.token_id, posting.c.occurrence, posting.c.numbers).join(token)
    for token_id, occurrence, blob in conn.execute(rows.where(token.c.lang == lang.tag, *sequential)):
        listed = np.frombuffer(blob, dtype="<u4")
        places = np.searchsorted(live, listed)
        places[places == len(live)] = 0
        np.add.at(found, places[live[places] == listed], np.uint64(_mix(token_id, occurrence)))
    wrong = np.frombuffer(segment_ids, dtype=np.uint64)[found != np.frombuffer(sums, dtype=np.uint64)]
    return sorted({*broken, *(int(segment_id) for segment_id in wrong)})


_MASK = (1 << 64) - 1


def _mix(token_id: int, occurrence: int) -> int:
    """A 64-bit hash of a list's name (the finaliser of SplitMix64, Steele 2014)."""
    value = (token_id * 0x9E3779B97F4A7C15 + occurrence * 0xD1B54A32D192ED03) & _MASK
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & _MASK
    return value ^ value >> 31
