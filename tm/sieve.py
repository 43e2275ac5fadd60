"""Counts in how many lists each candidate stands, and drops those that can no longer stand in enough of them.

In plain Python for a few numbers, so that a single lookup need not load numpy, and with numpy for many.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

#: In the time that loading numpy takes, plain Python reads this many numbers; a process that reads more loads it.
_FEW = 300_000
#: The same for each sieve once numpy has been loaded.
_FEW_LOADED = 300


class Sieve(Protocol):
    """Counts for each candidate how many of the lists read so far it stands in.

    Lists are given as their runs of sorted numbers, in any order: a number stands once at most in one list.
    """

    #: Whether runs are plain sequences, or else numpy arrays of unsigned 32-bit numbers.
    plain: bool
    #: Microseconds that a number takes to read (measured, rounded).
    number_cost: float

    def start(self, runs: Sequence[Any], least: int) -> None:
        """Take every number that stands in so many of the lists or more."""

    def narrow(self, runs: Sequence[Any]) -> None:
        """Count further lists, for the candidates there are."""

    def drop(self, unread: int) -> None:
        """Drop those that fall short even if they stand in all the unread lists."""

    def numbers(self) -> list[int]:
        """The candidates, sorted."""

    def __len__(self) -> int: ...


def sieve(size: int, needs: Sequence[int], bits: int, *, many: bool = False) -> Sieve:
    """A sieve for lists of so many numbers together.

    Args:
        size: how many numbers the first lists hold.
        needs: how many lists a candidate must stand in, by the upper bits of its number.
        bits: how many bits of a number lie below them.
        many: whether it is one of many, whose lists are read together.
    """
    global _read_plainly
    if many:
        plain = False
    elif "numpy" in sys.modules:
        plain = size <= _FEW_LOADED
    else:
        _read_plainly += size
        plain = _read_plainly <= _FEW
    return _Few(needs, bits) if plain else _Many(needs, bits)


def worth_loading(size: int) -> bool:
    """Whether so many numbers are read sooner with numpy, even if that is to be loaded for them."""
    return "numpy" in sys.modules or _read_plainly + size > _FEW


#: How many numbers this process has read without numpy.
_read_plainly = 0


class _Few:
    """A sieve in plain Python."""

    plain = True
    number_cost = 0.1

    def __init__(self, needs: Sequence[int], bits: int) -> None:
        self._needs = needs
        self._bits = bits
        self._counts: Counter[int] = Counter()

    def start(self, runs: Iterable[Sequence[int]], least: int) -> None:
        counts = Counter(chain.from_iterable(runs))
        self._counts = Counter({number: count for number, count in counts.items() if count >= least})

    def narrow(self, runs: Iterable[Sequence[int]]) -> None:
        for run in runs:
            for number in self._counts.keys() & set(run):
                self._counts[number] += 1

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

    plain = False
    number_cost = 0.006

    _numbers: "np.ndarray[tuple[int], np.dtype[np.uint32]]"
    _counts: "np.ndarray[tuple[int], np.dtype[np.int64]]"

    def __init__(self, needs: Sequence[int], bits: int) -> None:
        import numpy as np

        self._needs = np.array(needs, dtype=np.int64)
        self._bits = bits

    def start(self, runs: "Sequence[np.ndarray[tuple[int], np.dtype[np.uint32]]]", least: int) -> None:
        import numpy as np

        every = np.concatenate(runs) if runs else np.zeros(0, dtype=np.uint32)
        every.sort()
        # Where a number stands so often, the first and the last of so many side by side are the same.
        repeated = every[: len(every) - least + 1][every[: len(every) - least + 1] == every[least - 1 :]]
        once = np.ones(len(repeated), dtype=bool)
        np.not_equal(repeated[1:], repeated[:-1], out=once[1:])
        self._numbers = repeated[once]
        self._counts = every.searchsorted(self._numbers, "right") - every.searchsorted(self._numbers)

    def narrow(self, runs: "Sequence[np.ndarray[tuple[int], np.dtype[np.uint32]]]") -> None:
        for run in runs:
            if not len(run):
                continue
            start, end = self._numbers.searchsorted(run[0]), self._numbers.searchsorted(run[-1], "right")
            among = self._numbers[start:end]
            # The shorter one is looked up in the longer one.
            if len(among) < len(run):
                self._counts[start:end] += run[run.searchsorted(among)] == among
            elif len(among):
                places = among.searchsorted(run)
                places[places == len(among)] = 0
                self._counts[start:end][places[among[places] == run]] += 1

    def drop(self, unread: int) -> None:
        kept = self._counts + unread >= self._needs[self._numbers >> self._bits]
        self._numbers, self._counts = self._numbers[kept], self._counts[kept]

    def numbers(self) -> list[int]:
        found: list[int] = self._numbers.tolist()
        return found

    def __len__(self) -> int:
        return len(self._numbers)
