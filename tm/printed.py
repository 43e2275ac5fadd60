"""The passages of each document in the order they are printed: what a search walks through, from the first document on.

A passage is the text of a unit in one language; sentences inside paragraphs are no passages of their own. A document's
passages are kept in parts of so many ranks each, as index numbers beside the identifiers of their units, so that one
unit more rewrites one part, and a walk reads some bytes a passage instead of rows of three tables.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Result, and_, bindparam, delete, func, select, update

from tm.bulk import insert_rows, update_rows
from tm.listed import batches, given_numbers, these
from tm.postings import NUMBER_BITS
from tm.schema import document, printed, sequence, unit, variant

if TYPE_CHECKING:
    from tm.packing import Numbers

#: Ranks of one part.
RANKS = 128
#: Whole documents that are written together, and ranks that are read at once, a multiple of ``RANKS``.
_DOCUMENTS, _PIECE = 200, RANKS << 7
#: Rows that are inserted together, or fetched together at most; rows that are fetched first.
_ROWS, _FEWEST = 2000, 8
#: The part of a sequence's identifier that is its index number.
_NUMBER = (1 << NUMBER_BITS) - 1


class Part(NamedTuple):
    """Units of one level in a document: those whose ranks divided by ``RANKS`` give the number."""

    document_id: int
    level: str
    number: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Passages that follow each other, in any number of documents."""

    #: Index numbers of the texts, in order.
    numbers: "Numbers"
    #: Passages of each part, and the identifiers of their units as they are stored.
    _sizes: Sequence[int]
    _units: Sequence[bytes]

    def unit_ids(self, places: Sequence[int]) -> list[int]:
        """The units of passages, which are given by their places among ``numbers``, rising."""
        found = []
        parts = iter(zip(self._sizes, self._units, strict=True))
        start = end = 0
        ids: Numbers | None = None
        for place in places:
            while place >= end:
                size, blob = next(parts)
                start, end, ids = end, end + size, None
            if ids is None:
                ids = _unpacked(blob, end - start)
            found.append(int(ids[place - start]))
        return found


def walk(conn: Connection, language_id: int, size: Callable[[], int]) -> Iterator[Stretch]:
    """All passages of a language: documents that are not superseded first, then by authority, then from the newest,
    then by symbol from the last. Before each stretch ``size`` says how many passages it shall hold, or a part more.
    """
    for superseded in (False, True):
        with conn.execute(_WALK, {"language": language_id, "superseded": superseded}) as rows:
            numbers: list[bytes] = []
            units: list[bytes] = []
            left = 4 * size()
            fetched = _FEWEST
            while some := rows.fetchmany(fetched):
                their_numbers, their_units = zip(*some, strict=True)
                sizes = list(map(len, their_numbers))
                first = 0
                while (held := sum(sizes[first:])) >= left:
                    end = first
                    while left > 0:
                        left -= sizes[end]
                        end += 1
                    yield _stretch([*numbers, *their_numbers[first:end]], [*units, *their_units[first:end]])
                    first, numbers, units, left = end, [], [], 4 * size()
                numbers += their_numbers[first:]
                units += their_units[first:]
                left -= held
                fetched = min(2 * fetched, _ROWS)
            if numbers:
                yield _stretch(numbers, units)


def _stretch(numbers: Sequence[bytes], units: Sequence[bytes]) -> Stretch:
    return Stretch(_read(b"".join(numbers)), [len(blob) // 4 for blob in numbers], units)


def _read(blob: bytes) -> "Numbers":
    import numpy as np

    return np.frombuffer(blob, dtype="<u4")


def _packed(ids: Sequence[int]) -> bytes:
    """Identifiers as bytes, the first alone when they follow each other."""
    import numpy as np

    first = ids[0]
    return np.array([first] if list(ids) == list(range(first, first + len(ids))) else ids, dtype="<u4").tobytes()


def _unpacked(blob: bytes, size: int) -> "Numbers":
    import numpy as np

    ids = _read(blob)
    return ids if len(ids) == size else np.arange(ids[0], ids[0] + size, dtype=np.uint32)


# --- writing --------------------------------------------------------------------------------------------------------


def parts_of(conn: Connection, unit_ids: Sequence[int]) -> set[Part]:
    """The parts that units stand in, as they are now."""
    return {
        Part(document_id, level, rank // RANKS)
        for some in batches(unit_ids)
        for document_id, level, rank in conn.execute(_PLACES, these(some))
    }


def write(conn: Connection, new: Iterable[int], changed: Collection[Part]) -> None:
    """Write the parts of whole documents that have none yet, and those in which something has changed, and count the
    passages of each text.

    Texts must be indexed already. Inside a writing transaction.
    """
    known = set(new)
    for passages in _pieces(conn, sorted(known)):
        _count_on(conn, Counter(_insert(conn, passages)))
    counts: Counter[int] = Counter()
    for part in sorted(part for part in changed if part.document_id not in known):
        place = {"document": part.document_id, "level": part.level, "part": part.number}
        for language_id, blob in conn.execute(_NUMBERS, place).all():
            counts.subtract(language_id << NUMBER_BITS | number for number in _read(blob).tolist())
        conn.execute(_DELETE, place)
        counts.update(_insert(conn, _span(conn, part.document_id, part.level, part.number * RANKS, RANKS)))
        if len(counts) >= _PIECE:
            _count_on(conn, counts)
            counts.clear()
    _count_on(conn, counts)


def rebuild(conn: Connection) -> None:
    """Write the parts of all documents anew. Inside a writing transaction."""
    conn.execute(delete(printed))
    conn.execute(update(sequence).values(passages=0))
    write(conn, conn.execute(select(document.c.id)).scalars().all(), ())


def misfits(conn: Connection) -> list[str]:
    """Keys of the documents whose parts say something else than their units."""
    wrong = []
    keys = conn.execute(select(document.c.id, document.c.key).order_by(document.c.key)).all()
    for some in batches(keys, _DOCUMENTS):
        expected = {_name(row): row for row in _rows(conn.execute(_OF_DOCUMENTS, these(row.id for row in some)))}
        held = conn.execute(_HELD, these(row.id for row in some)).mappings()
        stored = {_name(row): dict(row) for row in held}
        different = {name[0] for name in expected.keys() | stored.keys() if expected.get(name) != stored.get(name)}
        wrong += [row.key for row in some if row.id in different]
    return wrong


def miscounted(conn: Connection) -> list[int]:
    """Segments whose passages are counted wrongly."""
    return list(conn.execute(_MISCOUNTED).scalars())


def _name(row: Any) -> tuple[int, int, str, int]:
    return row["document_id"], row["language_id"], row["level"], row["part"]


def _pieces(conn: Connection, document_ids: Sequence[int]) -> Iterator[Result[Any]]:
    """The passages of whole documents, small ones together and large ones piece by piece, so that memory is bounded."""
    for some in batches(document_ids, _DOCUMENTS):
        sizes = conn.execute(_SIZES, these(some)).all()
        if sum(ranks for *_, ranks in sizes) <= _PIECE:
            yield conn.execute(_OF_DOCUMENTS, these(some))
            continue
        for document_id, level, ranks in sizes:
            for first in range(0, ranks, _PIECE):
                yield _span(conn, document_id, level, first, _PIECE)


def _span(conn: Connection, document_id: int, level: str, first: int, ranks: int) -> Result[Any]:
    """The passages of so many ranks."""
    place = {"document": document_id, "level": level, "first": first, "last": first + ranks - 1}
    return conn.execute(_OF_RANKS, place)


def _insert(conn: Connection, passages: Result[Any]) -> list[int]:
    """Insert the rows of passages; the sequences of these."""
    found = passages.all()
    for some in batches(list(_rows(found)), _ROWS):
        insert_rows(conn, printed, some)
    return [row[-1] for row in found]


def _count_on(conn: Connection, counts: Counter[int]) -> None:
    """Add to how many passages each sequence has."""
    update_rows(conn, _MORE, ("b_id", "b_more"), sorted(item for item in counts.items() if item[1]))


def _rows(passages: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The rows of passages, which are given in order with document, level, rank, unit and sequence."""
    for (document_id, level, part), same in groupby(passages, key=lambda row: (row[0], row[1], row[2] // RANKS)):
        found: defaultdict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for *_, unit_id, row_id in same:
            numbers, units = found[row_id >> NUMBER_BITS]
            numbers.append(row_id & _NUMBER)
            units.append(unit_id)
        for language_id, (numbers, units) in found.items():
            yield {
                "document_id": document_id,
                "language_id": language_id,
                "level": level,
                "part": part,
                "numbers": _numbers(numbers),
                "units": _packed(units),
            }


def _numbers(numbers: Sequence[int]) -> bytes:
    import numpy as np

    return np.array(numbers, dtype="<u4").tobytes()


# --- statements -----------------------------------------------------------------------------------------------------

_PLACES = select(unit.c.document_id, unit.c.level, unit.c.rank).where(unit.c.id.in_(given_numbers()))
# Sentences inside paragraphs are left out. Asked plainly for units without parent, SQLite would take all of these in
# the memory, by their index, instead of those of the documents.
_PASSAGES = (
    select(unit.c.document_id, unit.c.level, unit.c.rank, unit.c.id, sequence.c.id)
    .select_from(unit)
    .join(variant, variant.c.unit_id == unit.c.id)
    .join(sequence, sequence.c.segment_id == variant.c.segment_id)
    .where((unit.c.parent_id + 0).is_(None))
    .order_by(unit.c.document_id, unit.c.level, unit.c.rank, unit.c.id)
)
_SIZES = (
    select(unit.c.document_id, unit.c.level, func.max(unit.c.rank) + 1)
    .where(unit.c.document_id.in_(given_numbers()))
    .group_by(unit.c.document_id, unit.c.level)
    .order_by(unit.c.document_id, unit.c.level)
)
_OF_DOCUMENTS = _PASSAGES.where(unit.c.document_id.in_(given_numbers()))
_OF_RANKS = _PASSAGES.where(
    unit.c.document_id == bindparam("document"),
    unit.c.level == bindparam("level"),
    unit.c.rank.between(bindparam("first"), bindparam("last")),
)
_THIS_PART = and_(
    printed.c.document_id == bindparam("document"),
    printed.c.level == bindparam("level"),
    printed.c.part == bindparam("part"),
)
_NUMBERS = select(printed.c.language_id, printed.c.numbers).where(_THIS_PART)
_DELETE = delete(printed).where(_THIS_PART)
_MORE = (
    update(sequence)
    .where(sequence.c.id == bindparam("b_id"))
    .values(passages=sequence.c.passages + bindparam("b_more"))
)
_MISCOUNTED = (
    select(sequence.c.segment_id)
    .where(
        sequence.c.passages
        != select(func.count())
        .select_from(variant)
        .join(unit, unit.c.id == variant.c.unit_id)
        .where(variant.c.segment_id == sequence.c.segment_id, (unit.c.parent_id + 0).is_(None))
        .scalar_subquery()
    )
    .order_by(sequence.c.segment_id)
)
_HELD = select(printed).where(printed.c.document_id.in_(given_numbers()))
# The document's identifier tells nothing more; with it SQLite knows that no sorting is left to do.
_WALK = (
    select(printed.c.numbers, printed.c.units)
    .select_from(document)
    .join(printed, printed.c.document_id == document.c.id)
    .where(document.c.superseded == bindparam("superseded"), printed.c.language_id == bindparam("language"))
    .order_by(
        document.c.status.desc(),
        document.c.date.desc().nulls_last(),
        document.c.key.desc(),
        document.c.id.desc(),
        printed.c.level,
        printed.c.part,
    )
    # a server would send all of it before the first row is looked at
    .execution_options(stream_results=True)
)
