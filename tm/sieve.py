"""Counts in how many lists each candidate stands, and drops those that can no longer stand in enough of them.

In plain Python for a few numbers, so that a single lookup need not load numpy, and with numpy for many.
"""

import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias

from tm.packing import unpack, unpack_array

if TYPE_CHECKING:
    import numpy as np

#: The rows of one list: packed numbers, the first of them, and how many they are.
Rows: TypeAlias = Sequence[tuple[bytes, int, int]]

#: In the time that loading numpy takes, plain Python reads this many numbers; a process that reads more loads it.
_FEW = 300_000
#: The same for each sieve once numpy has been loaded.
_FEW_LOADED = 300


class Sieve(Protocol):
    """Counts for each candidate how many of the lists read so far it stands in."""

    #: Microseconds that a number takes to read (measured, rounded).
    number_cost: float

    def start(self, lists: Iterable[Rows]) -> None:
        """Take every number of the lists that lies in the window."""

    def narrow(self, lists: Iterable[Rows]) -> None:
        """Count further lists, for the candidates there are."""

    def drop(self, unread: int) -> None:
        """Drop those that fall short even if they stand in all the unread lists."""

    def numbers(self) -> list[int]:
        """The candidates, sorted."""

    def __len__(self) -> int: ...


def sieve(size: int, window: tuple[int, int], needs: Sequence[int], bits: int) -> Sieve:
    """A sieve for lists of so many numbers together.

    Args:
        size: how many numbers the first lists hold.
        window: half-open range of the numbers that are wanted.
        needs: how many lists a candidate must stand in, by the upper bits of its number.
        bits: how many bits of a number lie below them.
    """
    global _read_plainly
    if "numpy" in sys.modules:
        plain = size <= _FEW_LOADED
    else:
        _read_plainly += size
        plain = _read_plainly <= _FEW
    return _Few(window, needs, bits) if plain else _Many(window, needs, bits)


#: How many numbers this process has read without numpy.
_read_plainly = 0


class _Few:
    """A sieve in plain Python."""

    number_cost = 0.1

    def __init__(self, window: tuple[int, int], needs: Sequence[int], bits: int) -> None:
        self._window = window
        self._needs = needs
        self._bits = bits
        self._counts: Counter[int] = Counter()

    def start(self, lists: Iterable[Rows]) -> None:
        self._counts = Counter(chain.from_iterable(map(self._inside, lists)))

    def narrow(self, lists: Iterable[Rows]) -> None:
        for rows in lists:
            for number in self._counts.keys() & set(self._inside(rows)):
                self._counts[number] += 1

    def _inside(self, rows: Rows) -> Iterable[int]:
        low, high = self._window
        for blob, first, size in rows:
            numbers = unpack(blob, first, size)
            yield from numbers[bisect_left(numbers, low) : bisect_left(numbers, high)]

    def drop(self, unread: int) -> None:
        needs, bits = self._needs, self._bits
        self._counts = Counter(
            {number: count for number, count in self._counts.items() if count + unread >= needs[number >> bits]}
        )

    def numbers(self) -> list[int]:
        return sorted(self._counts)

    def __len__(self) -> int:
        return len(self._counts)


class _Many:
    """The same with numpy."""

    number_cost = 0.006

    _numbers: "np.ndarray[tuple[int], np.dtype[np.uint32]]"
    _counts: "np.ndarray[tuple[int], np.dtype[np.int64]]"

    def __init__(self, window: tuple[int, int], needs: Sequence[int], bits: int) -> None:
        import numpy as np

        self._window = window
        self._needs = np.array(needs, dtype=np.int64)
        self._bits = bits

    def start(self, lists: Iterable[Rows]) -> None:
        import numpy as np

        found = [self._inside(row) for rows in lists for row in rows]
        numbers = np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)
        numbers.sort()
        starts = np.flatnonzero(np.diff(numbers, prepend=numbers[:1] + np.uint32(1)))
        self._numbers = numbers[starts]
        self._counts = np.diff(starts, append=len(numbers))

    def narrow(self, lists: Iterable[Rows]) -> None:
        import numpy as np

        for rows in lists:
            for row in rows:
                listed = self._inside(row)
                if len(listed):
                    places = np.searchsorted(listed, self._numbers)
                    places[places == len(listed)] = 0
                    self._counts += listed[places] == self._numbers

    def _inside(self, row: tuple[bytes, int, int]) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
        low, high = self._window
        numbers = unpack_array(*row)
        if row[1] >= low and numbers[-1] < high:
            return numbers
        start, end = numbers.searchsorted((low, high))
        return numbers[start:end]

    def drop(self, unread: int) -> None:
        kept = self._counts + unread >= self._needs[self._numbers >> self._bits]
        self._numbers, self._counts = self._numbers[kept], self._counts[kept]

    def numbers(self) -> list[int]:
        found: list[int] = self._numbers.tolist()
        return found

    def __len__(self) -> int:
        return len(self._numbers)
