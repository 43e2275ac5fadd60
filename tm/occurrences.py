"""The passages a query may stand in, in the order translators want them, reading few more texts than are shown.

Order: documents that are not superseded first, then by authority, then the newest, then by symbol from the last; in a
document as it is printed. Few candidates are sorted; for many, documents are taken one after the other from the first,
so that a page costs about as much as what it shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, select

from tm import printed
from tm.holding import SOON, Holding
from tm.intersection import among
from tm.lang import Lang
from tm.listed import given_numbers, these
from tm.patterns import Pattern, Word
from tm.postings import NUMBER_BITS
from tm.schema import document, segment, sequence, unit, variant

if TYPE_CHECKING:
    from tm.packing import Numbers

#: So many candidates are looked through, if need be, to count the hits among them.
_COUNTED = 3000
#: So many passages are compared to count those that answer, after so many candidates have been looked through.
_COMPARED, _LOOKED_THROUGH = 40, 1500
#: Microseconds that it takes to look at a candidate, to have a hit put in its place by the database, to see a passage
#: on a walk (measured, rounded).
_CANDIDATE, _HIT, _PASSAGE = 1.5, 5.0, 0.1
#: Passages seen at a time on a walk: few at first, for a page is soon full, then more.
_FIRST_PASSAGES, _MOST_PASSAGES = 400, 50_000
#: A walk is not given up before it has seen so many passages.
_PATIENCE = 2000
#: After so many passages, lists that take so many microseconds are read as well to rule out some.
_LONG_WALK, _LONG_READING = 20_000, 5000.0
#: Texts read at a time after those that would fill the page: few at first, likewise.
_FIRST_TEXTS, _MOST_TEXTS = 32, 512


@dataclass(frozen=True, slots=True)
class Place:
    """A passage worth comparing: one unit's text in the language searched."""

    unit_id: int
    #: None where it is known to answer and need not be read.
    text: str | None


class Candidates:
    """The passages of one language that a query may stand in.

    Attributes:
        narrowed: whether words tell some passages from others; if not, every passage is a candidate.
    """

    def __init__(
        self, conn: Connection, lang: Lang, pattern: Pattern | None, pieces: Sequence[Sequence[Word]] = ()
    ) -> None:
        """``pattern`` None stands for an expression, of which words are known, those of a piece side by side."""
        self._conn = conn
        self._lang = lang
        self._holding = Holding(conn, lang, pattern, pieces)
        #: Index numbers of all candidates that their sequences do not rule out, once all have been looked through.
        self._hits: Numbers | None = None
        #: Passages to be seen next on a walk.
        self._size = _FIRST_PASSAGES
        self.narrowed = self._holding.narrowed

    def count(self) -> int | None:
        """How many passages answer, where that is known without comparing texts; None when it is not."""
        if not self._holding.certain or (self._hits is None and self._holding.at_most() > _COUNTED):
            return None
        hits = self._all_hits()
        return int(self._conn.execute(_COUNT, self._given(hits)).scalar_one() or 0) if len(hits) <= _COUNTED else None

    @property
    def few(self) -> bool:
        """Whether all candidates can be compared in little time."""
        return self.narrowed and self._holding.at_most() <= _LOOKED_THROUGH and len(self._all_hits()) <= _COMPARED

    def places(self, wanted: int, skipped: int = 0) -> Iterator[Place]:
        """The candidates in order; ``wanted`` is about how many will be taken, of which so many first are not shown:
        their texts are read only where lists and sequences do not decide.
        """
        rows = self._rows(wanted)
        if self._holding.certain:
            yield from (Place(unit_id, None) for unit_id, _ in islice(rows, skipped))
            wanted -= skipped
        size = min(wanted, _MOST_TEXTS)
        while some := list(islice(rows, size)):
            read = self._conn.execute(_TEXTS, these({row_id for _, row_id in some})).all()
            texts: dict[int, str] = {row.id: row.text for row in read}
            yield from (Place(unit_id, texts[row_id]) for unit_id, row_id in some)
            size = min(max(2 * size, _FIRST_TEXTS), _MOST_TEXTS)

    # --- order ---

    def _rows(self, wanted: int) -> Iterator[tuple[int, int]]:
        """Unit and sequence of the candidates in order.

        They are all looked through and then sorted, or documents are walked through and their passages looked through
        on the way, whichever promises to be shorter; a walk that takes longer than it promised is left.
        """
        holding = self._holding
        if holding.certain and holding.at_most() <= _COUNTED:
            # they will be counted, which needs them all
            self._all_hits()
        if self.narrowed and self._worth_sorting(holding.at_most(), wanted):
            yield from self._sorted()
            return
        seen = 0
        given: set[int] = set()
        self._size = _FIRST_PASSAGES
        for stretch in printed.walk(self._conn, holding.language_id, lambda: self._size):
            rows = self._standing_in(stretch, seen)
            seen += len(stretch.numbers)
            given.update(unit_id for unit_id, _ in rows)
            yield from rows
            left = max(wanted - len(given), 1)
            # as many as will probably fill the page, but not many more than were seen before
            self._size = max(
                _FIRST_PASSAGES, min(max(seen // 3, seen * left // (len(given) + 1)), 2 * seen, _MOST_PASSAGES)
            )
            # what a walk has taken says how wrong its promise may be
            expected = (2 + len(given)) * holding.size // seen
            doubtful = self.narrowed and self._hits is None and seen > _PATIENCE and len(given) < wanted
            if doubtful and self._worth_sorting(expected, left):
                yield from (row for row in self._sorted() if row[0] not in given)
                return

    def _worth_sorting(self, expected: int, wanted: int) -> bool:
        """Whether to look through all candidates and sort the hits among them rather than walk, by how many hits are
        expected, and then by how many there are.
        """
        holding = self._holding
        if self._hits is None and _worth_walking(holding.at_most(), expected, wanted, holding.size):
            return False
        return not _worth_walking(0, len(self._all_hits()), wanted, holding.size)

    def _sorted(self) -> list[tuple[int, int]]:
        """All hits, put in order by the database."""
        return [
            (unit_id, row_id) for unit_id, row_id in self._conn.execute(_IN_ORDER, self._given(self._all_hits())).all()
        ]

    def _standing_in(self, stretch: printed.Stretch, seen: int) -> list[tuple[int, int]]:
        """The candidates in a stretch, in order, after so many passages that were seen before."""
        import numpy as np

        holding = self._holding
        numbers = stretch.numbers
        places = np.arange(len(numbers))
        if self._hits is not None:
            places = np.flatnonzero(among(numbers, self._hits))
        elif self.narrowed:
            if holding.most <= SOON or seen >= _PATIENCE:
                read = holding.numbers(_LONG_READING) if seen >= _LONG_WALK else holding.numbers()
                places = np.flatnonzero(among(numbers, read))
            standing = holding.standing(np.unique(numbers[places]))
            places = places[among(numbers[places], standing)]
        base = holding.language_id << NUMBER_BITS
        row_ids = (base | number for number in numbers[places].tolist())
        return list(zip(stretch.unit_ids(places.tolist()), row_ids, strict=True))

    def _all_hits(self) -> "Numbers":
        """Index numbers of all candidates that their sequences do not rule out."""
        if self._hits is None:
            self._hits = self._holding.standing(self._holding.numbers(inf))
        return self._hits

    def _given(self, numbers: "Numbers") -> dict[str, str]:
        base = self._holding.language_id << NUMBER_BITS
        return {"lang": self._lang.tag, **these(base | number for number in numbers.tolist())}


def _worth_walking(candidates: int, hits: int, wanted: int, size: int) -> bool:
    """Whether so many of the expected hits are found sooner by going through the documents than by sorting them all,
    when so many candidates have not been looked through yet.

    Sorting looks at every candidate and orders every hit; a walk sees only as many passages, and candidates among them,
    as fill the page where hits are spread evenly.
    """
    sorting = candidates * _CANDIDATE + hits * _HIT
    walking = (candidates * _CANDIDATE + size * _PASSAGE) * min(wanted, hits) / max(hits, 1)
    return walking < sorting


# --- statements -----------------------------------------------------------------------------------------------------

_TEXTS = (
    select(sequence.c.id, segment.c.text)
    .join(segment, segment.c.id == sequence.c.segment_id)
    .where(sequence.c.id.in_(given_numbers()))
)
# Sentences inside paragraphs are left out. Asked plainly for units without parent, SQLite would take all of these in
# the memory, by their index, instead of those of the segments.
_OUTERMOST = (unit.c.parent_id + 0).is_(None)
_IN_ORDER = (
    select(unit.c.id, sequence.c.id)
    .select_from(sequence)
    .join(variant, variant.c.segment_id == sequence.c.segment_id)
    .join(unit, unit.c.id == variant.c.unit_id)
    .join(document, document.c.id == unit.c.document_id)
    .where(sequence.c.id.in_(given_numbers()), variant.c.lang == bindparam("lang"), _OUTERMOST)
    .order_by(
        document.c.superseded,
        document.c.status.desc(),
        document.c.date.desc().nulls_last(),
        document.c.key.desc(),
        unit.c.level,
        unit.c.rank,
        unit.c.id,
    )
)
_COUNT = select(func.sum(sequence.c.passages)).where(sequence.c.id.in_(given_numbers()))
