"""The rows in which the lists of the index lie.

One list is kept in a few parts that grow geometrically (O'Neil 1996, log-structured merge) up to a size: adding
rewrites only the last, small ones. A part is kept in rows of limited size, of which a lookup reads those whose lengths
it needs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Text, cast, delete, func, select

from tm import packing
from tm.bulk import insert_columns, update_columns
from tm.listed import batches, given_numbers, these
from tm.schema import posting

if TYPE_CHECKING:
    from tm.packing import Numbers, Whole

#: A part of a list is merged with what is added to it up to this size, or while it is below RATIO times the addition.
_SMALL_PART = 1024
_PART_RATIO = 4
#: A part of this size is never merged again: what is rewritten at once does not grow with the memory.
_LARGEST_PART = 1 << 18
#: Index numbers in one row of a list.
_ROW = 1 << 12
#: Lists whose parts are looked at together, and index numbers of them that are merged at once; each takes some 10 MB.
_LISTS, _AT_ONCE = 1 << 14, 1 << 18


@dataclass(slots=True)
class _Part:
    """A part of a list as it is stored."""

    #: Its place among the parts; older ones are lower.
    number: int
    size: int
    #: Identifiers of its rows, with commas between.
    ids: str

    @property
    def rows(self) -> list[int]:
        """Identifiers of its rows."""
        return list(map(int, self.ids.split(",")))


#: One row a part, all from the index: long lists have many rows, of which none but those that are merged are read.
_PARTS = (
    select(
        posting.c.list,
        posting.c.part,
        func.sum(posting.c.size),
        func.aggregate_strings(cast(posting.c.id, Text), ","),
    )
    .where(posting.c.list.in_(given_numbers()))
    .group_by(posting.c.list, posting.c.part)
    .order_by(posting.c.list, posting.c.part)
)
_ROWS = select(posting.c.id, posting.c.numbers, posting.c.low, posting.c.high, posting.c.size).where(
    posting.c.id.in_(given_numbers())
)
_FOLLOWING = select(func.coalesce(func.max(posting.c.id), 0) + 1)


def extend(conn: Connection, names: "Whole", numbers: "Numbers") -> None:
    """Put index numbers into lists, merging small parts.

    Both are in step; equal names stand together, and no list gets a number twice.
    """
    import numpy as np

    if not len(names):
        return
    first = np.ones(len(names), dtype=bool)
    first[1:] = names[1:] != names[:-1]
    bounds = np.append(np.flatnonzero(first), len(names))
    touched = names[first]
    for start in range(0, len(touched), _LISTS):
        some = bounds[start : start + _LISTS + 1]
        _extend(conn, touched[start : start + _LISTS], some - some[0], numbers[some[0] : some[-1]])


def _extend(conn: Connection, names: "Whole", bounds: "Whole", numbers: "Numbers") -> None:
    """Put index numbers into some lists.

    Args:
        conn: a connection in a writing transaction.
        names: of the lists, each once.
        bounds: where the numbers of each begin in ``numbers``, and where the last ones end.
        numbers: of all, one list after the other.
    """
    import numpy as np

    added = np.diff(bounds)
    owners = np.repeat(np.arange(len(names)), added)
    part = np.zeros(len(names), dtype=np.int64)
    merged: dict[int, list[int]] = {}
    sizes = added.copy()
    places = {name: place for place, name in enumerate(names.tolist())}
    for name, parts in _parts(conn, list(places)).items():
        place = places[name]
        taken = _parts_to_merge(parts, int(added[place]))
        part[place] = taken[0].number if taken else parts[-1].number + 1
        sizes[place] += sum(old.size for old in taken)
        merged[place] = [row for old in taken for row in old.rows]
    # All lists come to be merged at about the same time: as many are taken at once as fit into some memory.
    share = (np.cumsum(sizes) - 1) // _AT_ONCE
    cuts = [0, *(np.flatnonzero(np.diff(share)) + 1).tolist(), len(names)]
    for start, end in pairwise(cuts):
        old = [(place - start, row) for place in range(start, end) for row in merged.get(place, ())]
        lengths, stored = _stored(conn, [row for _, row in old])
        before = np.repeat(np.array([place for place, _ in old], dtype=np.int64), lengths)
        new = slice(int(bounds[start]), int(bounds[end]))
        whose = np.concatenate((before, owners[new] - start))
        _put(conn, names[start:end], part[start:end], whose, np.concatenate((stored, numbers[new])), old)


def keep(conn: Connection, names: Sequence[int], live: "Numbers") -> set[int]:
    """Rewrite lists without the numbers that are not ``live``, each as one part; those of them that hold something."""
    import numpy as np

    whole = [(name, row) for name, parts in _parts(conn, names).items() for part in parts for row in part.rows]
    touched = np.unique(np.array([name for name, _ in whole], dtype=np.int64))
    places = {name: place for place, name in enumerate(touched.tolist())}
    old = [(places[name], row) for name, row in whole]
    sizes, numbers = _stored(conn, [row for _, row in old])
    owners = np.repeat(np.array([place for place, _ in old], dtype=np.int64), sizes)
    kept = np.isin(numbers, live, kind="sort")
    _put(conn, touched, np.zeros(len(touched), dtype=np.int64), owners[kept], numbers[kept], old)
    held: set[int] = set(touched[np.unique(owners[kept])].tolist())
    return held


def _put(
    conn: Connection,
    names: "Whole",
    part: "Whole",
    owners: "Whole",
    numbers: "Numbers",
    old: Iterable[tuple[int, int]],
) -> None:
    """Write one part of each of some lists, in place of old rows.

    Args:
        conn: a connection in a writing transaction.
        names: of the lists.
        part: number of the part to be written of each.
        owners: places in ``names`` of the lists that get the numbers.
        numbers: in step with them.
        old: place of a list, and a row of it that is no more needed.
    """
    import numpy as np

    # One key to sort by, list and number: both have 32 bits at most.
    keys = owners << 32 | numbers.astype(np.int64)
    keys.sort()
    numbers = (keys & 0xFFFFFFFF).astype(np.uint32)
    sizes = np.bincount(keys >> 32, minlength=len(names))
    ends = np.cumsum(sizes)
    pieces = -(-sizes // _ROW)
    place = np.repeat(np.arange(len(names)), pieces)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = (ends - sizes)[place] + nth * _ROW
    stops = np.minimum(starts + _ROW, ends[place])
    rows: dict[str, Sequence[Any]] = {
        "list": names[place].tolist(),
        "part": part[place].tolist(),
        "low": numbers[starts].tolist(),
        "high": numbers[stops - 1].tolist(),
        "size": (stops - starts).tolist(),
        "numbers": packing.pack_many(numbers, starts, stops),
    }
    free: dict[int, list[int]] = {}
    for owner, row in old:
        free.setdefault(owner, []).append(row)
    again = [own.pop() if (own := free.get(owner)) else 0 for owner in place.tolist()]
    _write(conn, rows, again)
    for some in batches([row for own in free.values() for row in own]):
        conn.execute(delete(posting).where(posting.c.id.in_(some)))


def _write(conn: Connection, rows: dict[str, Sequence[Any]], again: Sequence[int]) -> None:
    """Write rows given column by column, over those whose identifiers are given, and as new ones where that is 0."""
    over = [bool(row) for row in again]
    update_columns(
        conn, posting, "id", {"id": list(filter(None, again))} | {n: list(compress(c, over)) for n, c in rows.items()}
    )
    new = [not row for row in over]
    first = int(conn.execute(_FOLLOWING).scalar_one())
    ids = range(first, first + sum(new))
    insert_columns(conn, posting, {"id": ids} | {name: list(compress(column, new)) for name, column in rows.items()})


def _parts(conn: Connection, names: Sequence[int]) -> dict[int, list[_Part]]:
    """The parts of each list, oldest first."""
    found: dict[int, list[_Part]] = {}
    for some in batches(names):
        for name, number, size, ids in conn.execute(_PARTS, these(some)):
            found.setdefault(name, []).append(_Part(number, size, ids))
    return found


def _parts_to_merge(parts: Sequence[_Part], added: int) -> list[_Part]:
    """The last parts that an addition of this size is merged with, oldest first."""
    taken: list[_Part] = []
    for part in reversed(parts):
        if part.size > max(_SMALL_PART, min(_PART_RATIO * added, _LARGEST_PART)):
            break
        taken.insert(0, part)
        added += part.size
    return taken


def _stored(conn: Connection, rows: Sequence[int]) -> "tuple[Whole, Numbers]":
    """How many index numbers each row has, and the numbers, one row after the other."""
    import numpy as np

    found = {row: rest for some in batches(rows) for row, *rest in conn.execute(_ROWS, these(some))}
    lists = packing.unpack_arrays([(blob, low, high, size) for blob, low, high, size in map(found.__getitem__, rows)])
    return np.array([len(one) for one in lists], dtype=np.int64), np.concatenate([np.zeros(0, dtype=np.uint32), *lists])
