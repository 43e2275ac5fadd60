"""The passages a query may stand in, in the order translators want them, reading few more texts than are shown.

Order: documents that are not superseded first, then by authority, then the newest, then by symbol from the last; in a
document as it is printed. Few candidates are sorted; for many, documents are taken one after the other from the first,
so that a page costs about as much as what it shows.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from tm.holding import Holding
from tm.lang import Lang
from tm.listed import given_numbers, these
from tm.patterns import Pattern, Word
from tm.postings import NUMBER_BITS, batches
from tm.schema import document, segment, sequence, unit, variant

#: Up to this many candidates are sorted; above, sorting is weighed against walking through the documents.
_SORTED = 1500
#: So many passages are compared to count those that answer.
_COMPARED = 200
#: Documents read at a time on a walk: few at first, for a page is soon full, then more.
_FIRST_DOCUMENTS, _MOST_DOCUMENTS = 2, 64
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
        holding = self._holding
        few = holding.short and holding.estimate() <= _SORTED
        return len(self._sorted()) if few and holding.certain else None

    @property
    def few(self) -> bool:
        """Whether all candidates can be compared in little time."""
        return self._holding.short and self._holding.estimate() <= _COMPARED

    def places(self, wanted: int) -> Iterator[Place]:
        """The candidates in order; ``wanted`` is about how many will be taken."""
        rows = self._rows(wanted)
        size = _FIRST_TEXTS
        while some := list(islice(rows, size)):
            ids = sorted({row.segment_id for row in some})
            texts: dict[int, str] = {row.id: row.text for row in self._conn.execute(_TEXTS, {"ids": ids})}
            yield from (Place(row.unit_id, row.segment_id, texts[row.segment_id]) for row in some)
            size = min(2 * size, _MOST_TEXTS)

    def _rows(self, wanted: int) -> Iterator[_Row]:
        """The candidates in order, by sorting them, or by walking as long as that promises to be shorter."""
        narrowed, expected = self.narrowed, self._holding.estimate()
        if narrowed and not _worth_walking(expected, wanted, self._holding.size):
            # Words that go together are in more texts than independent ones would be.
            expected = len(self._holding.numbers())
            if not _worth_walking(expected, wanted, self._holding.size):
                yield from self._sorted()
                return
        given: set[int] = set()
        for seen, row in enumerate(self._walked()):
            if row:
                given.add(row.unit_id)
                yield row
            elif narrowed and seen > _PATIENCE and seen * (wanted - len(given)) > expected * (1 + len(given)):
                yield from (row for row in self._sorted() if row.unit_id not in given)
                return

    # --- order ---

    def _sorted(self) -> list[_Row]:
        """All candidates that their sequences do not rule out, in order."""
        if self._in_order is None:
            ids = [segment_id for _, segment_id in self._standing(self._holding.numbers().tolist())]
            found = (row for some in batches(ids) for row in self._conn.execute(_HOLDERS, self._with_ids(some)))
            rows = [row for row in found if row.parent_id is None]
            rows.sort(key=lambda row: (row.level, row.rank, row.id))
            rows.sort(
                key=lambda row: (not row.superseded, row.status, row.date or datetime.date.min, row.key), reverse=True
            )
            self._in_order = [_Row(row.id, row.segment_id) for row in rows]
        return self._in_order

    def _walked(self) -> Iterator[_Row | None]:
        """Every passage from the first document on: a candidate that its sequence does not rule out, or None."""
        for ids in self._documents():
            inside: dict[int, list[tuple[int, int, int]]] = {document_id: [] for document_id in ids}
            for document_id, parent_id, *row in self._conn.execute(_PASSAGES, self._with_ids(ids)):
                if parent_id is None:
                    unit_id, text_id, row_id = row
                    inside[document_id].append((unit_id, text_id, row_id & _NUMBER))
            rows = list(chain.from_iterable(inside.values()))
            standing = {number for number, _ in self._standing(self._holding.among([row[2] for row in rows]))}
            yield from (_Row(unit_id, text_id) if number in standing else None for unit_id, text_id, number in rows)

    def _documents(self) -> Iterator[Sequence[int]]:
        """Documents in order, more at a time the further the walk goes."""
        size = _FIRST_DOCUMENTS
        for superseded in (False, True):
            with self._conn.execute(_DOCUMENTS, {"superseded": superseded}) as result:
                while some := result.scalars().fetchmany(size):
                    yield some
                    size = min(2 * size, _MOST_DOCUMENTS)

    def _with_ids(self, ids: Sequence[int]) -> dict[str, object]:
        return {"lang": self._lang.tag, "ids": ids}

    # --- sequences ---

    def _standing(self, numbers: Sequence[int]) -> list[tuple[int, int]]:
        """Index number and segment of those that are in the memory and whose sequence does not rule them out."""
        found = []
        base = self._holding.language_id << NUMBER_BITS
        for some in batches(numbers):
            rows = self._conn.execute(_SEQUENCES, these(base | number for number in some)).all()
            found += [(row_id ^ base, segment_id) for row_id, segment_id, blob in rows if self._holding.may_stand(blob)]
        return found


def _worth_walking(candidates: int, wanted: int, size: int) -> bool:
    """Whether so many among so many texts are found sooner by going through the documents than by sorting them all.

    Sorting reads every candidate, a walk ``wanted * size / candidates`` passages where they are spread evenly.
    """
    return candidates > _SORTED and candidates**2 > wanted * size


# --- statements -----------------------------------------------------------------------------------------------------

_SEQUENCES = select(sequence.c.id, sequence.c.segment_id, sequence.c.tokens).where(sequence.c.id.in_(given_numbers()))
_TEXTS = select(segment.c.id, segment.c.text).where(segment.c.id.in_(bindparam("ids", expanding=True)))
# Sentences inside paragraphs are left out by who reads the rows: asked for units without parent, SQLite would take all
# of these in the memory instead of those of the documents or segments.
_HOLDERS = (
    select(
        unit.c.id, unit.c.parent_id, unit.c.level, unit.c.rank, variant.c.segment_id,
        document.c.superseded, document.c.status, document.c.date, document.c.key,
    )
    .select_from(variant).join(unit, unit.c.id == variant.c.unit_id).join(document)
    .where(variant.c.segment_id.in_(bindparam("ids", expanding=True)), variant.c.lang == bindparam("lang"))
)  # fmt: skip
_PASSAGES = (
    select(unit.c.document_id, unit.c.parent_id, unit.c.id, variant.c.segment_id, sequence.c.id)
    .select_from(unit)
    .join(variant, variant.c.unit_id == unit.c.id)
    .join(sequence, sequence.c.segment_id == variant.c.segment_id)
    .where(unit.c.document_id.in_(bindparam("ids", expanding=True)), variant.c.lang == bindparam("lang"))
    .order_by(unit.c.document_id, unit.c.level, unit.c.rank, unit.c.id)
)
_DOCUMENTS = (
    select(document.c.id)
    .where(document.c.superseded == bindparam("superseded"))
    .order_by(document.c.status.desc(), document.c.date.desc().nulls_last(), document.c.key.desc())
)
