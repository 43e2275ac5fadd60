"""The passages a query may stand in, in the order translators want them, reading few more texts than are shown.

Order: documents that are not superseded first, then by authority, then the newest, then by symbol from the last; in a
document as it is printed. Few candidates are sorted; for many, documents are taken one after the other from the first,
so that a page costs about as much as what it shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, select, true

from tm.holding import Holding
from tm.lang import Lang
from tm.listed import given_numbers, these
from tm.model import Level
from tm.patterns import Pattern, Word
from tm.postings import NUMBER_BITS
from tm.schema import document, segment, sequence, unit, variant

#: So many hits are sorted in any case, and counted; above, sorting is weighed against walking through the documents.
_SORTED = 1500
#: So many passages are compared to count those that answer.
_COMPARED = 40
#: Microseconds that it takes to look at a candidate, to put a hit in its place, to see a passage on a walk (measured,
#: rounded).
_CANDIDATE, _HIT, _PASSAGE = 1.5, 5.0, 2.5
#: Passages read at a time on a walk: few at first, for a page is soon full, then more.
_FIRST_PASSAGES, _MOST_PASSAGES = 200, 3200
#: A walk is not given up before it has seen so many passages.
_PATIENCE = 2000
#: Texts read at a time after those that would fill the page: few at first, likewise.
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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Passages that follow each other."""

    documents: Sequence[int]
    passages: int
    #: Level, first and last rank in the only document; None for the whole of the documents.
    ranks: tuple[str, int, int] | None = None


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
        #: Passages to be read next on a walk.
        self._size = _FIRST_PASSAGES
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
        size = min(wanted, _MOST_TEXTS)
        while some := list(islice(rows, size)):
            ids = sorted({row.segment_id for row in some})
            texts: dict[int, str] = {row.id: row.text for row in self._conn.execute(_TEXTS, these(ids))}
            yield from (Place(row.unit_id, row.segment_id, texts[row.segment_id]) for row in some)
            size = min(max(2 * size, _FIRST_TEXTS), _MOST_TEXTS)

    def _rows(self, wanted: int) -> Iterator[_Row]:
        """The candidates in order, by sorting them, or by walking as long as that promises to be shorter."""
        holding = self._holding
        if self.narrowed and not _worth_walking(holding.most, holding.most, wanted, holding.size):
            yield from self._sorted()
            return
        given: set[int] = set()
        for seen, rows in self._walked(wanted):
            given.update(row.unit_id for row in rows)
            yield from rows
            if self.narrowed and seen > _PATIENCE and len(given) < wanted:
                candidates, expected = holding.at_most(), int((1 + len(given)) / seen * holding.size)
                left = wanted - len(given)
                # what a walk has taken says how wrong its promise may be
                sorting = candidates * _CANDIDATE + expected * _HIT
                if seen * _PASSAGE > sorting or not _worth_walking(candidates, expected, left, holding.size):
                    yield from (row for row in self._sorted() if row.unit_id not in given)
                    return

    # --- order ---

    def _sorted(self) -> list[_Row]:
        """All candidates that their sequences do not rule out, in order."""
        if self._in_order is None:
            holding, base = self._holding, self._holding.language_id << NUMBER_BITS
            ids = [base | number for number in holding.numbers().tolist()]
            condition = true() if holding.condition is None else holding.condition
            query = _HOLDERS
            if holding.decided:
                query = query.where(condition)
            else:
                found = self._conn.execute(_SEQUENCES.where(condition), these(ids))
                ids = [row_id for row_id, blob in found if holding.may_stand(blob)]
            self._in_order = [_Row(*row) for row in self._conn.execute(query, {"lang": self._lang.tag, **these(ids)})]
        return self._in_order

    def _walked(self, wanted: int) -> Iterator[tuple[int, list[_Row]]]:
        """The candidates that their sequences do not rule out, from the first document on: some, and how many passages
        have been seen until then.
        """
        seen = given = 0
        self._size = _FIRST_PASSAGES
        for stretch in self._stretches():
            rows = self._standing_in(stretch)
            seen += stretch.passages
            given += len(rows)
            yield seen, rows
            # as many as will probably fill the page, but no more than were seen before
            needed = seen * max(wanted - given, 1) // (given + 1)
            self._size = max(_FIRST_PASSAGES, min(needed, seen, _MOST_PASSAGES))

    def _stretches(self) -> Iterator[_Stretch]:
        """All passages in order, in stretches of about ``self._size``: of whole documents, or of a part of one."""
        for superseded in (False, True):
            whole = _Stretch([], 0)
            with self._conn.execute(_DOCUMENTS, {"superseded": superseded}) as documents:
                for document_id, *last in documents:
                    counts = [(level, rank + 1) for level, rank in zip(_LEVELS, last, strict=True) if rank is not None]
                    passages = sum(count for _, count in counts)
                    if passages <= self._size:
                        whole = _Stretch([*whole.documents, document_id], whole.passages + passages)
                    if whole.documents and (passages > self._size or whole.passages >= self._size):
                        yield whole
                        whole = _Stretch([], 0)
                    if passages > self._size:
                        yield from self._parts(document_id, counts)
            if whole.documents:
                yield whole

    def _parts(self, document_id: int, counts: Sequence[tuple[str, int]]) -> Iterator[_Stretch]:
        """A document of so many units of each level, in parts."""
        for level, count in counts:
            first = 0
            while first < count:
                last = min(first + self._size, count) - 1
                yield _Stretch([document_id], last - first + 1, (level, first, last))
                first = last + 1

    def _standing_in(self, stretch: _Stretch) -> list[_Row]:
        """The candidates in a stretch, in order."""
        holding = self._holding
        query = _PASSAGES if stretch.ranks is None else _PASSAGES.where(_IN_PART)
        query = query if holding.condition is None else query.where(holding.condition)
        given: dict[str, str | int] = {"lang": self._lang.tag, **these(stretch.documents)}
        if stretch.ranks is not None:
            given |= {"level": stretch.ranks[0], "first": stretch.ranks[1], "last": stretch.ranks[2]}
        rows = self._conn.execute(query, given).all()
        if rows and not holding.decided:
            rows = [row for row in rows if holding.may_stand(row.tokens)]
            held = set(holding.among([row.number & _NUMBER for row in rows]))
            rows = [row for row in rows if row.number & _NUMBER in held]
        places = {document_id: place for place, document_id in enumerate(stretch.documents)}
        in_order = sorted(rows, key=lambda row: (places[row.document_id], row.level, row.rank, row.id))
        return [_Row(row.id, row.segment_id) for row in in_order]


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
_IN_PART = and_(unit.c.level == bindparam("level"), unit.c.rank.between(bindparam("first"), bindparam("last")))
_LEVELS = sorted(level.value for level in Level)
#: Documents in order, with the last rank of each level.
_DOCUMENTS = (
    select(
        document.c.id,
        *(
            select(func.max(unit.c.rank))
            .where(unit.c.document_id == document.c.id, unit.c.level == level)
            .scalar_subquery()
            for level in _LEVELS
        ),
    )
    .where(document.c.superseded == bindparam("superseded"))
    .order_by(document.c.status.desc(), document.c.date.desc().nulls_last(), document.c.key.desc())
)
