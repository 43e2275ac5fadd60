"""Which passages a search is worth comparing with, in the order translators want them: found without reading texts.

Words are looked up by their keys without accents, which gives every spelling a folded search may mean; a word inside a
number, date, symbol or ordinal has a list of its own, and so has each value of these. The lists are intersected, the
shortest first, and the token sequences tell where words do not stand side by side. What is left is compared as text.

Order: documents that are not superseded first, then by authority, then the newest, then by symbol from the last; in a
document as it is printed. Few candidates are sorted; for many, documents are taken one after the other from the first,
so that a page costs about as much as what it shows.
"""

import datetime
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select

from tm.folding import Aspect, bare
from tm.lang import Lang
from tm.patterns import Pattern, Term, Word
from tm.placeables import MASKS
from tm.postings import batches, unpack
from tm.schema import document, numbering, posting, segment, sequence, token, unit, variant

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[tuple[int], np.dtype[np.uint32]]

#: So few candidates are not narrowed by a further list: reading their sequences takes less time than a long list.
_ENOUGH = 200
#: A word with so many entries in all its lists is left to the sequences: uniting them would take longer.
_WIDE = 3_000_000
#: Up to this many candidates are sorted; above, sorting is weighed against walking through the documents.
_SORTED = 1500
#: Documents read at a time on a walk: few at first, for a page is soon full, then more.
_FIRST_DOCUMENTS, _MOST_DOCUMENTS = 8, 256
#: A walk that has seen this many passages for each one found so far is given up for sorting.
_PATIENCE = 4000
#: Texts read at a time, likewise.
_FIRST_TEXTS, _MOST_TEXTS = 32, 512


@dataclass(frozen=True, slots=True)
class Place:
    """A passage worth comparing: one unit's text in the language searched."""

    unit_id: int
    segment_id: int
    text: str


@dataclass(frozen=True, slots=True)
class _Spellings:
    """What the index has for one word of a query."""

    #: Tokens of the sequences that may be the word.
    tokens: frozenset[int]
    #: Lists to be united: of these tokens, and of the word inside placeables.
    lists: tuple[int, ...]
    #: Entries in these lists.
    size: int
    #: Whether some placeable holds it.
    inside: bool


class _Row(NamedTuple):
    """A candidate as the tables give it."""

    unit_id: int
    segment_id: int


class Candidates:
    """The passages of one language that a query may stand in.

    Attributes:
        certain: whether every passage that ``places`` gives is sure to answer the query.
    """

    def __init__(self, conn: Connection, lang: Lang, pattern: Pattern | None, pieces: Sequence[Word] = ()) -> None:
        """``pattern`` None stands for an expression, of which ``pieces`` of words are known."""
        self._conn = conn
        self._lang = lang
        self._pattern = pattern
        terms = pattern.terms if pattern else tuple(Term((piece,)) for piece in pieces)
        spelled = [[_spellings(conn, lang, word) for word in term.words] for term in terms]
        values = [_value_lists(conn, lang, term.value) for term in terms]
        steps = [step for words, lists in zip(spelled, values, strict=True) for step in _steps(words, lists)]
        self._numbers = self._intersection([step for step in steps if step.size <= _WIDE])
        self._slots = [
            _Slot(word.tokens, bool(lists) or word.inside, term.gap if i == 0 else 0)
            for term, words, lists in zip(terms, spelled, values, strict=True)
            for i, word in enumerate(words)
        ]
        masks = select(token.c.id).where(token.c.lang == lang.tag, token.c.key.in_(MASKS.values()))
        self._masks = frozenset(conn.execute(masks).scalars())
        by_key = all(word.kept <= {Aspect.ACCENTS} for term in terms for word in term.words)
        self.certain = pattern is not None and by_key and not any(slot.masked or slot.gap for slot in self._slots)
        self._in_order: list[_Row] | None = None

    @property
    def narrowed(self) -> bool:
        """Whether lists of words tell some passages from the others; if not, every passage is a candidate."""
        return self._numbers is not None

    def count(self) -> int | None:
        """How many passages answer, where that is known without comparing texts; None when it is not."""
        few = self._numbers is not None and len(self._numbers) <= _SORTED
        return len(self._sorted()) if few and self.certain else None

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
        if self._numbers is None:
            yield from (row for row in self._walked() if row)
            return
        size = self._conn.execute(_SIZE, {"lang": self._lang.tag}).scalar_one() or 0
        if not _worth_walking(len(self._numbers), wanted, size):
            yield from self._sorted()
            return
        given: set[int] = set()
        for seen, row in enumerate(self._walked()):
            if row:
                given.add(row.unit_id)
                yield row
            elif seen > _PATIENCE * (1 + len(given)):
                yield from (row for row in self._sorted() if row.unit_id not in given)
                return

    # --- lists ---

    def _intersection(self, steps: "Sequence[_Step]") -> "Numbers | None":
        """Index numbers of the texts that hold all the terms, removed texts among them; None when nothing is known."""
        found: Numbers | None = None
        for step in sorted(steps, key=lambda step: step.size):
            if found is None:
                held = reduce(_common, (_union(self._read(lists)) for lists in step.words))
                found = _union([held, *self._read(step.value)])
            elif len(found) > min(_ENOUGH, step.size):
                found = self._narrowed(found, step)
        return found

    def _narrowed(self, found: "Numbers", step: "_Step") -> "Numbers":
        """Those in the lists of each word, or of the value: long lists are looked up, never put together."""
        held = reduce(and_, (_among(found, self._read(lists)) for lists in step.words))
        return found[held | _among(found, self._read(step.value))] if step.value else found[held]

    def _read(self, lists: Sequence[int]) -> "list[Numbers]":
        blobs = (blob for some in batches(lists) for blob in self._conn.execute(_LISTS, {"ids": some}).scalars())
        return [_numbers(blob) for blob in blobs if blob]

    # --- order ---

    def _sorted(self) -> list[_Row]:
        """All candidates that their sequences do not rule out, in order."""
        if self._in_order is None:
            assert self._numbers is not None
            ids = [segment_id for _, segment_id in self._standing(self._numbers.tolist())]
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
            order = {document_id: i for i, document_id in enumerate(ids)}
            found = self._conn.execute(_PASSAGES, self._with_ids(ids))
            rows = [row for row in found if row.parent_id is None]
            rows.sort(key=lambda row: (order[row.document_id], row.level, row.rank, row.id))
            standing = {number for number, _ in self._standing(self._listed([row.number for row in rows]))}
            yield from (_Row(row.id, row.segment_id) if row.number in standing else None for row in rows)

    def _documents(self) -> Iterator[Sequence[int]]:
        """Documents in order, more at a time the further the walk goes."""
        size = _FIRST_DOCUMENTS
        for superseded in (False, True):
            with self._conn.execute(_DOCUMENTS, {"superseded": superseded}) as result:
                while some := result.scalars().fetchmany(size):
                    yield some
                    size = min(2 * size, _MOST_DOCUMENTS)

    def _listed(self, numbers: Sequence[int]) -> list[int]:
        """Those of the index numbers that are candidates."""
        import numpy as np

        if self._numbers is None or not numbers:
            return list(numbers)
        asked = np.array(numbers, dtype=np.uint32)
        return asked[_among(asked, [self._numbers])].tolist() if len(self._numbers) else []

    def _with_ids(self, ids: Sequence[int]) -> dict[str, object]:
        return {"lang": self._lang.tag, "ids": ids}

    # --- sequences ---

    def _standing(self, numbers: Sequence[int]) -> list[tuple[int, int]]:
        """Index number and segment of those that are in the memory and whose sequence does not rule them out."""
        found = []
        for some in batches(numbers):
            rows = self._conn.execute(_SEQUENCES, {"lang": self._lang.tag, "numbers": some})
            found += [(number, segment_id) for number, segment_id, blob in rows if self._may_stand(blob)]
        return found

    def _may_stand(self, blob: bytes) -> bool:
        """Whether the words of the query may stand in a text with these packed tokens."""
        if self._pattern is None:
            return True
        if self._pattern.adjacent:
            return _run_stands(unpack(blob), self._slots, self._masks)
        held = set(unpack(blob))
        masked = not held.isdisjoint(self._masks)
        return all((masked and slot.masked) or not slot.tokens.isdisjoint(held) for slot in self._slots)


def _worth_walking(candidates: int, wanted: int, size: int) -> bool:
    """Whether so many among so many texts are found sooner by going through the documents than by sorting them all.

    Sorting reads every candidate, a walk ``wanted * size / candidates`` passages where they are spread evenly.
    """
    return candidates > _SORTED and candidates**2 > wanted * size


# --- lists ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """Lists that narrow the candidates down: of a term's words, each united, and of its value beside them."""

    #: No more texts than this hold the term.
    size: int
    words: tuple[tuple[int, ...], ...]
    value: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Slot:
    """One word of the query, as token sequences are compared with it."""

    tokens: frozenset[int]
    #: Whether it may stand inside a placeable.
    masked: bool
    #: How many tokens may stand before it, after the word before.
    gap: int


def _steps(words: Sequence[_Spellings], value: Sequence[tuple[int, int]]) -> list[_Step]:
    """A word each, or all the words of a placeable together with its value, since either will do."""
    if not value:
        return [_Step(word.size, (word.lists,)) for word in words]
    lists = tuple(word.lists for word in sorted(words, key=lambda word: word.size))
    size = min(word.size for word in words) + sum(size for _, size in value)
    return [_Step(size, lists, tuple(list_id for list_id, _ in value))]


def _spellings(conn: Connection, lang: Lang, word: Word) -> _Spellings:
    """What the index has for a word: tokens with an equal key, or all that a wildcard fits."""
    plain = bare(word.key)
    if word.wild:
        like = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%").replace("?", "_")
        where = or_(*(token.c.bare.like(form, escape="\\") for form in (like, f"={like}")))
    else:
        where = token.c.bare.in_((plain, f"={plain}"))
    tokens, listed, inside = [], [], False
    for token_id, key in conn.execute(select(token.c.id, token.c.key).where(token.c.lang == lang.tag, where)):
        if key[0] in "<#" or not word.answers(key.removeprefix("=")):
            continue
        listed.append(token_id)
        if key[0] == "=":
            inside = True
        else:
            tokens.append(token_id)
    lists = _sizes(conn, listed)
    return _Spellings(frozenset(tokens), tuple(list_id for list_id, _ in lists), sum(size for _, size in lists), inside)


def _value_lists(conn: Connection, lang: Lang, value: str) -> tuple[tuple[int, int], ...]:
    if not value:
        return ()
    query = select(token.c.id).where(token.c.lang == lang.tag, token.c.key == value)
    return _sizes(conn, conn.execute(query).scalars().all())


def _sizes(conn: Connection, token_ids: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Identifier and entries of each list of these tokens."""
    rows = (row for some in batches(token_ids) for row in conn.execute(_SIZES, {"ids": some}))
    return tuple((list_id, size // 4) for list_id, size in rows)


def _numbers(blob: bytes) -> "Numbers":
    import numpy as np

    return np.frombuffer(blob, dtype="<u4")


def _union(lists: "Sequence[Numbers]") -> "Numbers":
    import numpy as np

    if len(lists) == 1:
        return lists[0]
    return np.unique(np.concatenate(lists)) if lists else np.array([], dtype=np.uint32)


def _common(one: "Numbers", other: "Numbers") -> "Numbers":
    """What two sorted lists have in common."""
    short, long = sorted((one, other), key=len)
    common: Numbers = short[_among(short, [long])]
    return common


def _among(numbers: "Numbers", lists: "Sequence[Numbers]") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """For each number, whether it is in one of the sorted lists, none of which is empty."""
    import numpy as np

    held = np.zeros(len(numbers), dtype=np.bool_)
    for listed in lists:
        held |= listed[np.minimum(np.searchsorted(listed, numbers), len(listed) - 1)] == numbers
    return held


# --- sequences ------------------------------------------------------------------------------------------------------


def _run_stands(run: "array[int]", slots: Sequence[_Slot], masks: frozenset[int]) -> bool:
    """Whether the words may stand side by side in a sequence: a placeable stands for any of those it may hold."""
    first = slots[0]
    last = len(slots)
    # For each word that may come next, how many tokens may still stand before it.
    active: dict[int, int] = {}
    for token_id in run:
        following: dict[int, int] = {}
        if active or token_id in first.tokens or token_id in masks:
            active[0] = 0
        for place, left in active.items():
            reached = [place + 1] if token_id in slots[place].tokens else []
            if token_id in masks:
                end = place
                while end < last and slots[end].masked:
                    end += 1
                reached += range(place + 1, end + 1)
            for after in reached:
                if after == last:
                    return True
                following[after] = max(following.get(after, 0), slots[after].gap)
            if left:
                following[place] = max(following.get(place, 0), left - 1)
        active = following
    return False


# --- statements -----------------------------------------------------------------------------------------------------

_SIZE = select(func.sum(numbering.c.next) - func.sum(numbering.c.removed)).where(numbering.c.lang == bindparam("lang"))
_SIZES = select(posting.c.id, func.length(posting.c.numbers)).where(
    posting.c.token_id.in_(bindparam("ids", expanding=True)), posting.c.occurrence == 1
)
_LISTS = select(posting.c.numbers).where(posting.c.id.in_(bindparam("ids", expanding=True)))
_SEQUENCES = select(sequence.c.number, sequence.c.segment_id, sequence.c.tokens).where(
    sequence.c.lang == bindparam("lang"), sequence.c.number.in_(bindparam("numbers", expanding=True))
)
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
    select(
        unit.c.document_id, unit.c.parent_id, unit.c.level, unit.c.rank, unit.c.id,
        variant.c.segment_id, sequence.c.number,
    )
    .select_from(unit)
    .join(variant, variant.c.unit_id == unit.c.id)
    .join(sequence, sequence.c.segment_id == variant.c.segment_id)
    .where(unit.c.document_id.in_(bindparam("ids", expanding=True)), variant.c.lang == bindparam("lang"))
)  # fmt: skip
_DOCUMENTS = (
    select(document.c.id)
    .where(document.c.superseded == bindparam("superseded"))
    .order_by(document.c.status.desc(), document.c.date.desc().nulls_last(), document.c.key.desc())
)
