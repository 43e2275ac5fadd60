"""What the index says against what it should say: segments, their token sequences, the lists that hold them, and the
order of documents.
"""

from array import array
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, select

from tm import packing, printed, runs
from tm.errors import Problem
from tm.lang import Lang
from tm.listed import batches, given_numbers, these
from tm.postings import (
    NUMBER_BITS,
    PAIR,
    RUNNING_BITS,
    TOKEN_BITS,
    VALUE,
    Inside,
    bucket,
    inside_names,
    list_names,
    sequences_of,
    token_ids,
)
from tm.schema import language, posting, segment, sequence, token


def check(conn: Connection) -> tuple[Problem, ...]:
    """What does not fit between segments, their token sequences, lists and documents; empty when all is well."""
    indexed = select(sequence.c.segment_id).where(sequence.c.segment_id == segment.c.id)
    missing = conn.execute(select(segment.c.id).where(~indexed.exists()).order_by(segment.c.id)).scalars().all()
    hint = "take the segments out of the index and add them again"
    problems = [Problem(f"segment {segment_id} is not in the index", hint=hint) for segment_id in missing]
    for language_id, tag in conn.execute(select(language.c.id, language.c.tag).order_by(language.c.tag)).all():
        problems += [
            Problem(f"the index does not fit the tokens of segment {segment_id}", hint=hint)
            for segment_id in _misfits(conn, Lang(tag), language_id)
        ]
    problems += [
        Problem(f"the index has other passages of {key}, or in another order", hint="write the index anew")
        for key in printed.misfits(conn)
    ]
    problems += [
        Problem(f"the index counts other passages of segment {segment_id}", hint="write the index anew")
        for segment_id in printed.miscounted(conn)
    ]
    return tuple(problems)


def held_keys(conn: Connection, lang: Lang, segment_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The token keys that the index holds for each segment, in order; segments that are not in it are left out."""
    held: dict[int, list[int]] = {}
    language_id = conn.scalar(select(language.c.id).where(language.c.tag == lang.tag))
    if language_id is None:
        return {}
    for some in batches(segment_ids):
        found = conn.execute(
            select(sequence.c.id, sequence.c.segment_id, sequence.c.tokens).where(
                sequence.c.segment_id.in_(given_numbers())
            ),
            these(some),
        )
        for number, segment_id, blob in found:
            if number >> NUMBER_BITS == language_id:
                held[segment_id] = [language_id << TOKEN_BITS | token_number for token_number in runs.unpack(blob)]
    names: dict[int, str] = {}
    for some in batches(sorted({token_id for run in held.values() for token_id in run})):
        rows = conn.execute(select(token.c.id, token.c.key).where(token.c.id.in_(given_numbers())), these(some))
        names.update((token_id, key) for token_id, key in rows)
    return {segment_id: tuple(names.get(token_id, "") for token_id in run) for segment_id, run in held.items()}


def inside_sums(conn: Connection, lang: Lang, segments: Sequence[tuple[int, Inside]]) -> dict[int, int]:
    """For each segment, a number that tells what its placeables hold from anything else they might hold."""
    language_id = conn.scalar(select(language.c.id).where(language.c.tag == lang.tag)) or 0
    known = token_ids(conn, lang, sorted({key for _, (words, _) in segments for key in words}))
    return {
        segment_id: sum(map(_mix, inside_names(language_id, held, known))) & runs.MASK for segment_id, held in segments
    }


def held_inside_sums(conn: Connection, lang: Lang) -> dict[int, int]:
    """``inside_sums`` of what the lists say of each segment; those of which they say nothing are left out."""
    language_id = conn.scalar(select(language.c.id).where(language.c.tag == lang.tag)) or 0
    query = select(sequence.c.id, sequence.c.segment_id).where(sequences_of(language_id))
    segment_ids = {row_id & ((1 << NUMBER_BITS) - 1): segment_id for row_id, segment_id in conn.execute(query)}
    sums: Counter[int] = Counter()
    rows = select(posting.c.list, posting.c.low, posting.c.size, posting.c.numbers)
    low, high = language_id << 2 * TOKEN_BITS, (language_id + 1 << 2 * TOKEN_BITS) - 1
    for kind in (0, VALUE):
        for name, first, size, blob in conn.execute(rows.where(posting.c.list.between(kind | low, kind | high))):
            if kind or not name & ((1 << TOKEN_BITS) - 1):
                mark = _mix(name)
                sums.update({segment_ids[one]: mark for one in packing.unpack(blob, first, size) if one in segment_ids})
    return {segment_id: total & runs.MASK for segment_id, total in sums.items()}


def _misfits(conn: Connection, lang: Lang, language_id: int) -> list[int]:
    """Segments whose number does not stand in exactly the lists of its tokens, those of placeables' insides left out.

    For each segment the sum of the hashes of its lists is compared with what the lists give, so that memory stays at a
    few words a segment.
    """
    import numpy as np

    columns = (sequence.c.id, sequence.c.segment_id, sequence.c.fingerprint, sequence.c.tokens)
    query = select(*columns).where(sequences_of(language_id)).order_by(sequence.c.id)
    numbers, segment_ids, sums, broken = array("I"), array("Q"), array("Q"), []
    for row_id, segment_id, mark, blob in conn.execute(query):
        tokens = runs.unpack(blob)
        number = row_id & ((1 << NUMBER_BITS) - 1)
        numbers.append(number)
        segment_ids.append(segment_id)
        token_ids = [language_id << TOKEN_BITS | token for token in tokens]
        sums.append(sum(_mix(name) for name in list_names(lang, token_ids)) & runs.MASK)
        if runs.fingerprint(tokens) != mark or number >> RUNNING_BITS != bucket(len(tokens)):
            broken.append(segment_id)
    if not numbers:
        return []
    live = np.frombuffer(numbers, dtype=np.uint32)
    found = np.zeros(len(live), dtype=np.uint64)
    rows = select(posting.c.list, posting.c.low, posting.c.size, posting.c.numbers)
    low, high = language_id << 2 * TOKEN_BITS, (language_id + 1 << 2 * TOKEN_BITS) - 1
    for kind in (0, PAIR):
        for name, first, size, blob in conn.execute(rows.where(posting.c.list.between(kind | low, kind | high))):
            if not name & ((1 << TOKEN_BITS) - 1):
                continue
            listed = packing.unpack_array(blob, first, size)
            places = np.searchsorted(live, listed)
            places[places == len(live)] = 0
            np.add.at(found, places[live[places] == listed], np.uint64(_mix(name)))
    wrong = np.frombuffer(segment_ids, dtype=np.uint64)[found != np.frombuffer(sums, dtype=np.uint64)]
    return sorted({*broken, *(int(segment_id) for segment_id in wrong)})


def _mix(name: int) -> int:
    """A 64-bit hash of a list's name (the finaliser of SplitMix64, Steele 2014)."""
    value = name * 0x9E3779B97F4A7C15 & runs.MASK
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & runs.MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & runs.MASK
    return value ^ value >> 31
