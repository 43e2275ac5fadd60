"""The lists of the index as lookups read them: where they are, how long, and the numbers in them.

The searches of one query ask for the same lists, and the frequent words of all queries do. What a reading transaction
has read holds for as long as it lasts, so it is kept for further lookups, within bounds. A transaction that may write
keeps nothing.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from weakref import ref

from sqlalchemy import Connection, RootTransaction, select

from tm.lang import Lang
from tm.listed import batches, given_numbers, these
from tm.memory import may_write
from tm.packing import unpack, unpack_arrays
from tm.postings import token_ids
from tm.schema import posting

_Value = TypeVar("_Value")
#: Sorted index numbers, as a plain sequence or as a numpy array (``tm.packing.Numbers``).
Run: TypeAlias = Any

#: How many tokens, rows of lists, words of queries, and index numbers are kept at most; a number takes four bytes.
_MOST_TOKENS = 1 << 16
_MOST_ROWS = 1 << 17
_MOST_WORDS = 1 << 15
_MOST_NUMBERS = 1 << 23
#: Where a connection keeps them.
_PLACE = "lists of the index"


class Row(NamedTuple):
    """A row of a list, without the numbers."""

    id: int
    #: Least and greatest index number.
    low: int
    high: int
    size: int


class Rows(NamedTuple):
    """The rows of a list that may hold the numbers looked for."""

    rows: Sequence[Row] = ()
    #: Numbers in them, removed segments included.
    size: int = 0


class List:
    """Where a list is, by the lowest numbers of its rows."""

    __slots__ = ("_highest", "_lows", "_rows", "_sizes", "size")

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = sorted(rows, key=lambda row: row.low)
        self._lows = [row.low for row in self._rows]
        # Parts of a list overlap: the greatest number so far.
        self._highest = list(accumulate((row.high for row in self._rows), max))
        self._sizes = list(accumulate((row.size for row in self._rows), initial=0))
        #: Numbers in all of it, removed segments included.
        self.size = self._sizes[-1]

    def __len__(self) -> int:
        return len(self._rows)

    def within(self, start: int, end: int) -> Rows:
        """The rows that may hold numbers of a half-open range."""
        first, last = bisect_left(self._highest, start), bisect_left(self._lows, end)
        return Rows(self._rows[first:last], self._sizes[last] - self._sizes[first]) if first < last else _NONE


_NONE = Rows()
#: The list of what stands in no segment.
ABSENT = List()


class _Kept(Generic[_Value]):
    """Values by key; when they weigh too much together, those not asked for longest are forgotten."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._values: dict[Hashable, tuple[_Value, int]] = {}

    def get(self, key: Hashable) -> _Value | None:
        found = self._values.pop(key, None)
        if found is None:
            return None
        self._values[key] = found
        return found[0]

    def put(self, key: Hashable, value: _Value, weight: int = 1) -> None:
        self._values[key] = value, weight
        self._left -= weight
        while self._left < 0:
            _, freed = self._values.pop(next(iter(self._values)))
            self._left += freed


class Lists:
    """The lists of a memory, as one transaction sees them."""

    def __init__(self, conn: Connection) -> None:
        transaction = conn.get_transaction()
        self._transaction = ref(transaction) if transaction else None
        self._tokens = _Kept[int](_MOST_TOKENS)
        self._lists = _Kept[List](_MOST_ROWS)
        #: What ``tm.candidates`` has made of queries, by language tag and keys.
        self.questions = _Kept[Any](_MOST_WORDS)
        self._runs = {plain: _Kept[Run](_MOST_NUMBERS) for plain in (True, False)}

    @classmethod
    def of(cls, conn: Connection) -> "Lists":
        """What is kept of the connection's transaction; nothing yet when it is new or may write."""
        found = conn.info.get(_PLACE)
        if isinstance(found, cls) and found._is_of(conn.get_transaction()):
            return found
        found = cls(conn)
        if not may_write(conn):
            conn.info[_PLACE] = found
        return found

    def _is_of(self, transaction: RootTransaction | None) -> bool:
        return transaction is not None and self._transaction is not None and self._transaction() is transaction

    def token_ids(self, conn: Connection, lang: Lang, keys: Iterable[str]) -> dict[str, int]:
        """The identifiers of those keys that the index knows in the language."""
        found = {key: self._tokens.get((lang.tag, key)) for key in keys}
        missing = [key for key, token_id in found.items() if token_id is None]
        if missing:
            read = token_ids(conn, lang, missing)
            for key in missing:
                found[key] = read.get(key, 0)
                self._tokens.put((lang.tag, key), read.get(key, 0))
        return {key: token_id for key, token_id in found.items() if token_id}

    def find(self, conn: Connection, names: Iterable[int]) -> dict[int, List]:
        """Where each list is that there is; its numbers are not read."""
        found = {name: self._lists.get(name) for name in names}
        missing = [name for name, one in found.items() if one is None]
        if missing:
            rows: dict[int, list[Row]] = {name: [] for name in missing}
            for some in batches(missing):
                for name, *row in conn.execute(_LISTS, these(some)).all():
                    rows[name].append(Row(*row))
            for name in missing:
                found[name] = one = List(rows[name])
                self._lists.put(name, one, 1 + len(one))
        return {name: one for name, one in found.items() if one}

    def numbers(self, conn: Connection, lists: Iterable[Rows], window: tuple[int, int], *, plain: bool) -> list[Run]:
        """The numbers of the lists in a half-open range, sorted in each run; whether as plain sequences or arrays."""
        start, end = window
        rows = [row for one in lists for row in one.rows if row.low < end and row.high >= start]
        found = self._numbers(conn, rows, plain=plain)
        place = _places(plain=plain)
        runs = []
        for row in rows:
            run = found[row.id]
            first = place(run, start) if row.low < start else 0
            last = place(run, end) if row.high >= end else row.size
            runs.append(run[first:last])
        return runs

    def read_ahead(self, conn: Connection, lists: Iterable[Rows]) -> None:
        """Read the numbers of lists, which are asked for as arrays before long, with as few statements as one."""
        self._numbers(conn, {row for one in lists for row in one.rows}, plain=False)

    def _numbers(self, conn: Connection, rows: Collection[Row], *, plain: bool) -> dict[int, Run]:
        """All numbers of each row, by its identifier."""
        kept = self._runs[plain]
        found: dict[int, Run] = {row.id: kept.get(row.id) for row in rows}
        missing = [row for row in rows if found[row.id] is None]
        if missing:
            for row, run in zip(missing, _read(conn, missing, plain=plain), strict=True):
                found[row.id] = run
                kept.put(row.id, run, row.size)
        return found


def _read(conn: Connection, rows: Sequence[Row], *, plain: bool) -> Sequence[Run]:
    """The numbers of each row."""
    blobs: dict[int, bytes] = {}
    for some in batches([row.id for row in rows if row.size > 1]):
        blobs.update(conn.execute(_NUMBERS, these(some)).all())
    packed = [(blobs.get(row.id, b""), row.low, row.high, row.size) for row in rows]
    return [unpack(blob, low, size) for blob, low, _, size in packed] if plain else unpack_arrays(packed)


def _places(*, plain: bool) -> Callable[[Run, int], int]:
    """What tells how many numbers of a run are below a bound."""
    if plain:
        return bisect_left
    import numpy as np

    # A bound of another type would have all of the array converted. Bounds may be one more than the type holds.
    return lambda run, bound: run.searchsorted(np.uint32(bound - 1), "right") if bound else 0


_LISTS = select(posting.c.list, posting.c.id, posting.c.low, posting.c.high, posting.c.size).where(
    posting.c.list.in_(given_numbers())
)
_NUMBERS = select(posting.c.id, posting.c.numbers).where(posting.c.id.in_(given_numbers()))
