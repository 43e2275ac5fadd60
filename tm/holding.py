"""Which texts of a memory hold the words of a query: their lists intersected, their token sequences looked through.

Words are looked up by their keys without accents, which gives every spelling a folded search may mean. A word inside a
number, date, symbol or ordinal has a list of its own, and so has each value of these. Lists are read the shortest
first. When even that one is long nothing is put together: whether given texts are in all of them is cheaper to tell.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select

from tm.folding import Aspect, bare
from tm.lang import Lang
from tm.patterns import Pattern, Term, Word
from tm.placeables import MASKS
from tm.postings import batches, pack, unpack
from tm.schema import numbering, posting, token

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[tuple[int], np.dtype[np.uint32]]

#: So few candidates are not narrowed by a further list: reading their sequences takes less time than a long list.
_ENOUGH = 200
#: Lists are put together when the shortest has at most so many entries; else texts are looked up in them.
_SHORT = 10_000
#: A word with so many entries in all its lists is left to the sequences: reading them would take longer.
_WIDE = 3_000_000


class _List(NamedTuple):
    """Part of a list of the index."""

    id: int
    #: Entries, removed texts included.
    size: int


@dataclass(frozen=True, slots=True)
class _Spellings:
    """What the index has for one word of a query."""

    #: Tokens of the sequences that may be the word; None for any.
    tokens: frozenset[int] | None
    #: Lists to be united: of these tokens, and of the word inside placeables.
    lists: tuple[_List, ...]
    #: Whether some placeable holds it.
    inside: bool


@dataclass(frozen=True, slots=True)
class _Slot:
    """One word of the query, as token sequences are compared with it."""

    #: Tokens that may be the word; None for any.
    tokens: frozenset[int] | None
    #: Whether it may stand inside a placeable.
    masked: bool
    #: How many tokens may stand before it, after the word before.
    gap: int


@dataclass(frozen=True, slots=True)
class _Step:
    """Lists that narrow the candidates down: of a term's words, each united, and of its value beside them."""

    #: No more texts than this hold the term.
    size: int
    #: For each word, the lists that are united.
    words: tuple[tuple[int, ...], ...]
    #: The lists of the value, which will do as well.
    value: tuple[int, ...] = ()


class Holding:
    """The words of a query as a memory has them in one language.

    Attributes:
        size: texts of the language.
        narrowed: whether some list tells texts that may answer from others.
        certain: whether lists and sequences decide, so that no text need be compared.
    """

    def __init__(self, conn: Connection, lang: Lang, pattern: Pattern | None, pieces: Sequence[Word] = ()) -> None:
        """``pattern`` None stands for an expression, of which ``pieces`` of words are known."""
        self._conn = conn
        self._pattern = pattern
        terms = pattern.terms if pattern else tuple(Term((piece,)) for piece in pieces)
        spellings = _spellings(conn, lang, {word for term in terms for word in term.words})
        spelled = [[spellings[word] for word in term.words] for term in terms]
        by_value = _values(conn, lang, {term.value for term in terms if term.value})
        values = [by_value.get(term.value, ()) for term in terms]
        steps = [step for words, lists in zip(spelled, values, strict=True) for step in _steps(words, lists)]
        self._steps = sorted({step for step in steps if step.size <= _WIDE}, key=lambda step: (step.size, step.words))
        self._slots = [
            _Slot(word.tokens, bool(lists) or word.inside, term.gap if i == 0 else 0)
            for term, words, lists in zip(terms, spelled, values, strict=True)
            for i, word in enumerate(words)
        ]
        self._run = _packed_run(self._slots) if pattern and pattern.adjacent else b""
        masks = select(token.c.id).where(token.c.lang == lang.tag, token.c.key.in_(MASKS.values()))
        self._masks = frozenset(conn.execute(masks).scalars())
        self._lists: dict[tuple[int, ...], list[Numbers]] = {}
        self._numbers: Numbers | None = None
        self.size = int(conn.execute(_SIZE, {"lang": lang.tag}).scalar_one() or 0)
        self.narrowed = bool(self._steps)
        by_key = all(word.kept <= {Aspect.ACCENTS} for term in terms for word in term.words)
        self.certain = pattern is not None and by_key and not any(slot.masked or slot.gap for slot in self._slots)

    @property
    def short(self) -> bool:
        """Whether ``numbers`` gives its answer at once."""
        return self.narrowed and self._steps[0].size <= _SHORT

    def estimate(self) -> int:
        """About how many texts hold the words: counted when that takes no time, else as if words were independent."""
        if self.short:
            return len(self.numbers())
        return int(self.size * prod(min(1.0, step.size / max(self.size, 1)) for step in self._steps))

    def numbers(self) -> "Numbers":
        """Index numbers, sorted, of all texts that may hold the words; removed texts may be among them."""
        if self._numbers is None:
            first, *others = self._steps
            held = reduce(_common, (_union(self._read(lists)) for lists in first.words))
            found = _union([held, *self._read(first.value)])
            for step in others:
                if len(found) <= _ENOUGH:
                    break
                found = found[self._held(found, step)]
            self._numbers = found
        return self._numbers

    def among(self, numbers: Sequence[int]) -> list[int]:
        """Those of the index numbers whose texts may hold the words."""
        import numpy as np

        found = np.array(numbers, dtype=np.uint32)
        if self.short:
            found = found[_among(found, [self.numbers()])]
        else:
            for step in self._steps:
                found = found[self._held(found, step)]
        held: list[int] = found.tolist()
        return held

    def may_stand(self, blob: bytes) -> bool:
        """Whether the words may stand, as the query wants them, in a text with these packed tokens."""
        if self._pattern is None:
            return True
        if self._run:
            return _holds_run(blob, self._run)
        run = unpack(blob)
        if self._pattern.adjacent:
            return _run_stands(run, self._slots, self._masks)
        held = set(run)
        masked = not held.isdisjoint(self._masks)
        return all(
            (masked and slot.masked) or slot.tokens is None or not slot.tokens.isdisjoint(held) for slot in self._slots
        )

    def _held(self, numbers: "Numbers", step: "_Step") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """For each number, whether it is in the lists of every word of the step, or in those of its value."""
        held = reduce(and_, (_among(numbers, self._read(lists)) for lists in step.words))
        return held | _among(numbers, self._read(step.value)) if step.value else held

    def _read(self, lists: tuple[int, ...]) -> "list[Numbers]":
        if lists not in self._lists:
            blobs = (blob for some in batches(lists) for blob in self._conn.execute(_LISTS, {"ids": some}).scalars())
            self._lists[lists] = [_numbers(blob) for blob in blobs if blob]
        return self._lists[lists]


# --- lists ----------------------------------------------------------------------------------------------------------


def _steps(words: Sequence[_Spellings], value: Sequence[_List]) -> list[_Step]:
    """A word each, or all the words of a placeable together with its value, since either will do."""
    known = [word for word in words if word.tokens is not None]
    if not value:
        return [_Step(_size(word.lists), (_ids(word.lists),)) for word in known]
    lists = sorted((word.lists for word in known), key=_size)
    return [_Step(_size(lists[0]) + _size(value), tuple(map(_ids, lists)), _ids(value))]


def _size(lists: Iterable[_List]) -> int:
    return sum(part.size for part in lists)


def _ids(lists: Iterable[_List]) -> tuple[int, ...]:
    return tuple(part.id for part in lists)


def _spellings(conn: Connection, lang: Lang, words: Collection[Word]) -> dict[Word, _Spellings]:
    """What the index has for each word: tokens with an equal key, or all that a wildcard fits."""
    found: dict[Word, list[tuple[int, str]]] = {word: [] for word in words}
    by_key: defaultdict[str, list[Word]] = defaultdict(list)
    for word in words:
        if word.wild is None:
            by_key[bare(word.key)].append(word)
        elif word.key.strip("*?"):
            rows = conn.execute(select(*_TOKEN).where(token.c.lang == lang.tag, _fitting(bare(word.key))))
            found[word] = [(row.id, row.key) for row in rows]
    for some in batches([form for key in by_key for form in (key, f"={key}")]):
        for row in conn.execute(select(*_TOKEN).where(token.c.lang == lang.tag, token.c.bare.in_(some))):
            for word in by_key[row.bare.removeprefix("=")]:
                found[word].append((row.id, row.key))
    held = {
        word: [(i, key) for i, key in rows if key[0] not in "<#" and word.answers(key.removeprefix("="))]
        for word, rows in found.items()
    }
    lists = _lists(conn, {token_id for rows in held.values() for token_id, _ in rows})
    return {word: _spelled(word, rows, lists) for word, rows in held.items()}


def _spelled(word: Word, rows: Sequence[tuple[int, str]], lists: Mapping[int, Sequence[_List]]) -> _Spellings:
    if not word.key.strip("*?"):
        return _Spellings(None, (), inside=True)
    held = tuple(part for token_id, _ in rows for part in lists.get(token_id, ()))
    sequential = frozenset(token_id for token_id, key in rows if key[0] != "=")
    return _Spellings(sequential, held, inside=len(sequential) < len(rows))


def _fitting(wild: str) -> ColumnElement[bool]:
    """The tokens, and words inside placeables, whose key without accents a word with wildcards fits."""
    like = wild.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%").replace("?", "_")
    return or_(*(token.c.bare.like(form, escape="\\") for form in (like, f"={like}")))


def _values(conn: Connection, lang: Lang, values: Collection[str]) -> dict[str, tuple[_List, ...]]:
    """The lists of each value of a placeable that some text has."""
    ids: dict[int, str] = {}
    for some in batches(sorted(values)):
        rows = conn.execute(select(*_TOKEN).where(token.c.lang == lang.tag, token.c.key.in_(some)))
        ids.update((row.id, row.key) for row in rows)
    return {ids[token_id]: tuple(lists) for token_id, lists in _lists(conn, ids).items()}


def _lists(conn: Connection, token_ids: Collection[int]) -> dict[int, list[_List]]:
    """The lists of each token, for texts that hold it once or more."""
    found: defaultdict[int, list[_List]] = defaultdict(list)
    for some in batches(sorted(token_ids)):
        for token_id, list_id, size in conn.execute(_SIZES, {"ids": some}):
            found[token_id].append(_List(list_id, size // 4))
    return found


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
    """For each number, whether it is in one of the sorted lists."""
    import numpy as np

    held = np.zeros(len(numbers), dtype=np.bool_)
    for listed in filter(len, lists):
        held |= listed[np.minimum(np.searchsorted(listed, numbers), len(listed) - 1)] == numbers
    return held


# --- sequences ------------------------------------------------------------------------------------------------------


def _packed_run(slots: Sequence[_Slot]) -> bytes:
    """The tokens of words that have one spelling each and stand in no placeable, packed; else nothing."""
    known = [slot.tokens for slot in slots if slot.tokens is not None and not slot.masked and not slot.gap]
    if len(known) < len(slots) or any(len(tokens) != 1 for tokens in known):
        return b""
    return pack(token_id for tokens in known for token_id in tokens)


def _holds_run(blob: bytes, run: bytes) -> bool:
    place = blob.find(run)
    while place % 4 and place >= 0:
        place = blob.find(run, place + 1)
    return place >= 0


def _run_stands(run: "array[int]", slots: Sequence[_Slot], masks: frozenset[int]) -> bool:
    """Whether the words may stand side by side in a sequence: a placeable stands for any of those it may hold."""
    last = len(slots)
    # For each word that may come next, how many tokens may still stand before it.
    active: dict[int, int] = {}
    for token_id in run:
        following: dict[int, int] = {}
        active[0] = 0
        for place, left in active.items():
            tokens = slots[place].tokens
            reached = [place + 1] if tokens is None or token_id in tokens else []
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
_TOKEN = (token.c.id, token.c.key, token.c.bare)
_SIZES = select(posting.c.token_id, posting.c.id, func.length(posting.c.numbers)).where(
    posting.c.token_id.in_(bindparam("ids", expanding=True)), posting.c.occurrence == 1
)
_LISTS = select(posting.c.numbers).where(posting.c.id.in_(bindparam("ids", expanding=True)))
