"""What sorted arrays of index numbers have in common, and what they hold together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from tm.packing import Numbers

#: Arrays of which one is not so many times longer than the other are merged to see what they have in common.
_ALIKE = 8
#: Numbers from which on it pays to hash them before they are searched for; a factor that spreads them over upper bits
#: (2^32 divided by the golden ratio, Knuth 1973), and how many more bits are kept than would tell those listed apart.
_MANY, _FACTOR, _SPARE_BITS = 4000, 0x9E3779B1, 4


def union(arrays: "Sequence[Numbers]") -> "Numbers":
    """The numbers that are in any of the sorted arrays, sorted."""
    import numpy as np

    if len(arrays) <= 1:
        return arrays[0] if arrays else np.array([], dtype=np.uint32)
    found = np.concatenate(arrays)
    if (found[1:] > found[:-1]).all():
        return found
    # merging sorted runs, which is what a stable sort does, takes a tenth of the time that numpy's unique takes
    found.sort(kind="stable")
    return found[np.concatenate(([True], found[1:] != found[:-1]))]


def common(one: "Numbers", other: "Numbers") -> "Numbers":
    """What two sorted arrays of distinct numbers have in common."""
    import numpy as np

    short, long = sorted((one, other), key=len)
    if len(short) * _ALIKE > len(long):
        both = np.concatenate((short, long))
        both.sort(kind="stable")
        twice: Numbers = both[:-1][both[1:] == both[:-1]]
        return twice
    common: Numbers = short[among(short, long)]
    return common


def among(numbers: "Numbers", listed: "Numbers") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """For each number, whether it is in the sorted array."""
    import numpy as np

    if not len(listed):
        return np.zeros(len(numbers), dtype=np.bool_)
    if len(numbers) < max(_MANY, len(listed) // 4):
        return _searched(numbers, listed)
    # most are ruled out by some bits of a product, which takes a tenth of the time of a search
    factor = np.uint32(_FACTOR)
    shift = np.uint32(max(32 - _SPARE_BITS - len(listed).bit_length(), 8))
    marks = np.zeros(1 << (32 - int(shift)), dtype=np.bool_)
    marks[listed * factor >> shift] = True
    held: np.ndarray[tuple[int], np.dtype[np.bool_]] = marks[numbers * factor >> shift]
    held[held] = _searched(numbers[held], listed)
    return held


def _searched(numbers: "Numbers", listed: "Numbers") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    import numpy as np

    held: np.ndarray[tuple[int], np.dtype[np.bool_]]
    held = listed[np.minimum(np.searchsorted(listed, numbers), len(listed) - 1)] == numbers
    return held
