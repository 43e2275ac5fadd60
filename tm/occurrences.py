"""The passages a query may stand in, in the order translators want them, reading few more texts than are shown.

Order: documents that are not superseded first, then by authority, then the newest, then by symbol from the last; in a
document as it is printed. Few candidates are sorted; for many, documents are taken one after the other from the first,
so that a page costs about as much as what it shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from tm.holding import Holding
from tm.lang import Lang
from tm.listed import given_numbers, these
from tm.patterns import Pattern, Word
from tm.postings import NUMBER_BITS
from tm.schema import document, segment, sequence, unit, variant

#: So many hits are sorted in any case, and counted; above, sorting is weighed against walking through the documents.
_SORTED = 1500
#: So many passages are compared to count those that answer.
_COMPARED = 40
#: Microseconds that it takes to look at a candidate, to put a hit in its place, to see a passage on a walk (measured,
#: rounded).
_CANDIDATE, _HIT, _PASSAGE = 1.2, 5.0, 2.4
#: Documents read at a time on a walk: few at first, for a page is soon full, then more.
_FIRST_DOCUMENTS, _MOST_DOCUMENTS = 4, 64
#: A walk is not given up before it has seen so many passages.
_PATIENCE = 2000
#: Texts read at a time, likewise.
_FIRST_TEXTS, _MOST_TEXTS = 32, 512


@dataclass(frozen=True, slots=True)
class Place:
    """A passage worth comparing: one unit's text in the language searched."""

    unit_id: int
    segment_id: int
    text: str


#: The part of a sequence's identifier that is its index number.
_NUMBER = (1 << NUMBER_BITS) - 1


class _Row(NamedTuple):
    """A candidate as the tables give it."""

    unit_id: int
    segment_id: int


class Candidates:
    """The passages of one language that a query may stand in.

    Attributes:
        narrowed: whether words tell some passages from others; if not, every passage is a candidate.
    """

    def __init__(self, conn: Connection, lang: Lang, pattern: Pattern | None, pieces: Sequence[Word] = ()) -> None:
        """``pattern`` None stands for an expression, of which ``pieces`` of words are known."""
        self._conn = conn
        self._lang = lang
        self._holding = Holding(conn, lang, pattern, pieces)
        self._in_order: list[_Row] | None = None
        self.narrowed = self._holding.narrowed

    def count(self) -> int | None:
        """How many passages answer, where that is known without comparing texts; None when it is not."""
        if self._holding.certain and (self._in_order is not None or self._holding.most <= _SORTED):
            return len(self._sorted())
        return None

    @property
    def few(self) -> bool:
        """Whether all candidates can be compared in little time."""
        return self.narrowed and self._holding.most <= _SORTED and len(self._sorted()) <= _COMPARED

    def places(self, wanted: int) -> Iterator[Place]:
        """The candidates in order; ``wanted`` is about how many will be taken."""
        rows = self._rows(wanted)
        size = _FIRST_TEXTS
        while some := list(islice(rows, size)):
            ids = sorted({row.segment_id for row in some})
            texts: dict[int, str] = {row.id: row.text for row in self._conn.execute(_TEXTS, these(ids))}
            yield from (Place(row.unit_id, row.segment_id, texts[row.segment_id]) for row in some)
            size = min(2 * size, _MOST_TEXTS)

    def _rows(self, wanted: int) -> Iterator[_Row]:
        """The candidates in order, by sorting them, or by walking as long as that promises to be shorter."""
        holding = self._holding
        if self.narrowed and not _worth_walking(holding.most, holding.most, wanted, holding.size):
            yield from self._sorted()
            return
        given: set[int] = set()
        for share, rows in self._walked(wanted):
            given.update(row.unit_id for row in rows)
            yield from rows
            seen = share * holding.size
            if self.narrowed and seen > _PATIENCE and len(given) < wanted:
                expected = int((1 + len(given)) / seen * holding.size)
                if not _worth_walking(holding.at_most(), expected, wanted - len(given), holding.size):
                    yield from (row for row in self._sorted() if row.unit_id not in given)
                    return

    # --- order ---

    def _sorted(self) -> list[_Row]:
        """All candidates that their sequences do not rule out, in order."""
        if self._in_order is None:
            holding, base = self._holding, self._holding.language_id << NUMBER_BITS
            ids = [base | number for number in holding.numbers().tolist()]
            query = _HOLDERS if holding.condition is None else _HOLDERS.where(holding.condition)
            if not holding.decided:
                found = self._conn.execute(_SEQUENCES, these(ids))
                ids = [row_id for row_id, blob in found if holding.may_stand(blob)]
            self._in_order = [_Row(*row) for row in self._conn.execute(query, {"lang": self._lang.tag, **these(ids)})]
        return self._in_order

    def _walked(self, wanted: int) -> Iterator[tuple[float, list[_Row]]]:
        """The candidates that their sequences do not rule out, from the first document on: some, and which share of the
        memory has been seen with them.
        """
        holding = self._holding
        query = _PASSAGES if holding.condition is None else _PASSAGES.where(holding.condition)
        last = self._conn.execute(_LAST_DOCUMENT).scalar_one() or 1
        seen = given = 0
        size = _FIRST_DOCUMENTS
        for superseded in (False, True):
            with self._conn.execute(_DOCUMENTS, {"superseded": superseded}) as documents:
                while ids := documents.scalars().fetchmany(size):
                    rows = self._conn.execute(query, {"lang": self._lang.tag, **these(ids)}).all()
                    if rows and not holding.decided:
                        rows = [row for row in rows if holding.may_stand(row.tokens)]
                        held = set(holding.among([row.number & _NUMBER for row in rows]))
                        rows = [row for row in rows if row.number & _NUMBER in held]
                    places = {document_id: place for place, document_id in enumerate(ids)}
                    in_order = sorted(rows, key=lambda row: (places[row.document_id], row.level, row.rank, row.id))
                    seen += len(ids)
                    given += len(rows)
                    yield seen / last, [_Row(row.id, row.segment_id) for row in in_order]
                    # as many as will probably fill the page, but no more than were seen before
                    needed = ceil(seen * max(wanted - given, 1) / (given + 1))
                    size = min(needed, seen, _MOST_DOCUMENTS)


def _worth_walking(candidates: int, hits: int, wanted: int, size: int) -> bool:
    """Whether so many of the expected hits are found sooner by going through the documents than by sorting them all.

    Sorting looks at every candidate and orders every hit; a walk sees ``wanted * size / hits`` passages where hits are
    spread evenly.
    """
    sorting = candidates * _CANDIDATE + hits * _HIT
    return sorting > _SORTED * (_CANDIDATE + _HIT) and wanted * size * _PASSAGE < sorting * max(hits, 1)


# --- statements -----------------------------------------------------------------------------------------------------

_SEQUENCES = select(sequence.c.id, sequence.c.tokens).where(sequence.c.id.in_(given_numbers()))
_TEXTS = select(segment.c.id, segment.c.text).where(segment.c.id.in_(given_numbers()))
# Sentences inside paragraphs are left out. Asked plainly for units without parent, SQLite would take all of these in
# the memory, by their index, instead of those of the documents or segments.
_OUTERMOST = (unit.c.parent_id + 0).is_(None)
_HOLDERS = (
    select(unit.c.id, variant.c.segment_id)
    .select_from(sequence)
    .join(variant, variant.c.segment_id == sequence.c.segment_id)
    .join(unit, unit.c.id == variant.c.unit_id)
    .join(document)
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
_PASSAGES = (
    select(
        unit.c.document_id, unit.c.level, unit.c.rank, unit.c.id,
        variant.c.segment_id, sequence.c.id.label("number"), sequence.c.tokens,
    )
    .select_from(unit)
    .join(variant, variant.c.unit_id == unit.c.id)
    .join(sequence, sequence.c.segment_id == variant.c.segment_id)
    .where(unit.c.document_id.in_(given_numbers()), variant.c.lang == bindparam("lang"), _OUTERMOST)
)  # fmt: skip
_LAST_DOCUMENT = select(func.max(document.c.id))
_DOCUMENTS = (
    select(document.c.id)
    .where(document.c.superseded == bindparam("superseded"))
    .order_by(document.c.status.desc(), document.c.date.desc().nulls_last(), document.c.key.desc())
)
