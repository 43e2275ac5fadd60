"""Sorted lists of index numbers as bytes: differences of one or two bytes where the numbers stand close together.

A list of a frequent token takes about a byte a number, that of a rare one four; both are read back at some nanoseconds
a number. Three forms: nothing at all for a list of one number, which its row names anyway; 32-bit numbers; or
differences, where those too great for their width stand apart, in order. All little-endian.
"""

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from tm.runs import little

if TYPE_CHECKING:
    import numpy as np

    Numbers: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.uint32]]"
    Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"

#: Lists up to this size are kept as plain numbers.
_PLAIN = 8
#: Widths a difference may have, in bytes, as array and numpy call them.
_WIDTHS = {1: ("B", "u1"), 2: ("H", "<u2")}


def pack(numbers: "Numbers") -> bytes:
    """The bytes of a sorted list of distinct numbers, none for a list of one."""
    import numpy as np

    size = len(numbers)
    if size <= _PLAIN:
        return numbers.astype("<u4").tobytes() if size > 1 else b""
    steps = np.diff(numbers, prepend=numbers[:1])
    best: bytes | None = None
    least = 4 * size
    for width, (_, kind) in _WIDTHS.items():
        escape = (1 << 8 * width) - 1
        wide = steps >= escape
        exceptions = int(np.count_nonzero(wide))
        length = 4 + 4 * exceptions + width * size
        if length < least:
            least = length
            head = np.array([exceptions << 2 | width], dtype="<u4").tobytes()
            best = head + steps[wide].astype("<u4").tobytes() + np.where(wide, escape, steps).astype(kind).tobytes()
    return best if best is not None else numbers.astype("<u4").tobytes()


def pack_many(numbers: "Numbers", starts: "Whole", ends: "Whole") -> list[bytes]:
    """``pack`` for each of many lists, none empty, which lie in the array from their starts to their ends."""
    import numpy as np

    sizes = ends - starts
    steps = np.diff(numbers, prepend=numbers[:1])
    steps[starts] = 0
    plain = 4 * sizes
    least, chosen = plain.copy(), np.zeros(len(sizes), dtype=np.int64)
    forms = {}
    for width, (_, kind) in _WIDTHS.items():
        wide = steps >= (1 << 8 * width) - 1
        before = np.concatenate(([0], np.cumsum(wide)))
        exceptions = before[ends] - before[starts]
        lengths = 4 + 4 * exceptions + width * sizes
        shorter = (lengths < least) & (sizes > _PLAIN)
        least[shorter], chosen[shorter] = lengths[shorter], width
        forms[width] = exceptions, before[starts], wide, kind
    # What is kept as plain numbers, a list of one as nothing.
    firsts, lasts = (4 * starts).tolist(), np.where(sizes > 1, 4 * ends, 4 * starts).tolist()
    whole = numbers.astype("<u4").tobytes()
    blobs = [whole[first:last] for first, last in zip(firsts, lasts, strict=True)]
    for width, (exceptions, passed, wide, kind) in forms.items():
        own = np.flatnonzero(chosen == width)
        if not len(own):
            continue
        heads = (exceptions[own] << 2 | width).astype("<u4").tobytes()
        apart = steps[wide].astype("<u4").tobytes()
        close = np.where(wide, (1 << 8 * width) - 1, steps).astype(kind).tobytes()
        bounds = (passed[own], passed[own] + exceptions[own], starts[own], ends[own])
        of_each = zip(
            own.tolist(),
            *((part * size).tolist() for part, size in zip(bounds, (4, 4, width, width), strict=True)),
            strict=True,
        )
        for place, (at, first, after, start, end) in enumerate(of_each):
            blobs[at] = heads[4 * place : 4 * place + 4] + apart[first:after] + close[start:end]
    return blobs


def unpack(blob: bytes, first: int, size: int) -> Sequence[int]:
    """The numbers of a list of known size and first number, in plain Python."""
    if size == 1:
        return (first,)
    words = array("I")
    if len(blob) == 4 * size:
        words.frombytes(blob)
        return little(words)
    words.frombytes(blob[:4])
    head = little(words)[0]
    width, end = head & 3, 4 + 4 * (head >> 2)
    wide = array("I")
    wide.frombytes(blob[4:end])
    steps = array(_WIDTHS[width][0])
    steps.frombytes(blob[end:])
    if width > 1:
        little(steps)
    escape = (1 << 8 * width) - 1
    further = iter(little(wide))
    found = list(accumulate((next(further) if step == escape else step for step in steps), initial=first))
    return found[1:]


def unpack_array(blob: bytes, first: int, size: int) -> "Numbers":
    """The same as a numpy array of unsigned 32-bit numbers."""
    import numpy as np

    if size == 1:
        return np.array([first], dtype=np.uint32)
    if len(blob) == 4 * size:
        return np.frombuffer(blob, dtype="<u4").astype(np.uint32, copy=False)
    head = int.from_bytes(blob[:4], "little")
    width, end = head & 3, 4 + 4 * (head >> 2)
    steps = np.frombuffer(blob, dtype=_WIDTHS[width][1], offset=end).astype(np.uint32)
    if end > 4:
        steps[steps == (1 << 8 * width) - 1] = np.frombuffer(blob, dtype="<u4", count=head >> 2, offset=4)
    steps[0] = first
    return np.cumsum(steps, dtype=np.uint32)


def unpack_arrays(packed: Sequence[tuple[bytes, int, int, int]]) -> "list[Numbers]":
    """Many lists at once, each given as its bytes, first and last number and size.

    The plain ones are read as one, and those of one width are added up as one, so that what calling numpy costs is paid
    once for all of them.
    """
    import numpy as np

    found: list[Numbers | None] = [None] * len(packed)
    plain: dict[int, bytes] = {}
    alike: dict[int, list[int]] = {}
    for place, (blob, first, _, size) in enumerate(packed):
        if size == 1:
            plain[place] = first.to_bytes(4, "little")
        elif len(blob) == 4 * size:
            plain[place] = blob
        else:
            alike.setdefault(blob[0] & 3, []).append(place)
    whole, start = np.frombuffer(b"".join(plain.values()), dtype="<u4").astype(np.uint32, copy=False), 0
    for place in plain:
        end = start + packed[place][3]
        found[place] = whole[start:end].copy()
        start = end
    for width, places in alike.items():
        starts, wide, steps = [], [], []
        total = before = 0
        jumps = []
        for place in places:
            blob, first, last, size = packed[place]
            end = 4 + 4 * (int.from_bytes(blob[:4], "little") >> 2)
            wide.append(blob[4:end])
            steps.append(blob[end:])
            starts.append(total)
            jumps.append(first - before & 0xFFFFFFFF)
            total, before = total + size, last
        numbers = np.frombuffer(b"".join(steps), dtype=_WIDTHS[width][1]).astype(np.uint32)
        if exceptions := b"".join(wide):
            numbers[numbers == (1 << 8 * width) - 1] = np.frombuffer(exceptions, dtype="<u4")
        # From the last number of a list to the first of the next one, modulo 2^32.
        numbers[starts] = jumps
        np.cumsum(numbers, dtype=np.uint32, out=numbers)
        for place, start in zip(places, starts, strict=True):
            found[place] = numbers[start : start + packed[place][3]].copy()
    return [numbers for numbers in found if numbers is not None]
