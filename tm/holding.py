"""Which texts of a memory hold the words of a query: their lists intersected, their token sequences looked through.

Words are looked up by their keys without accents, which gives every spelling a folded search may mean. A word inside a
number, date, symbol or ordinal has a list of its own, and so has each value of these. Lists are read the shortest
first. When even that one is long nothing is put together: whether given texts are in all of them is cheaper to tell.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from operator import and_
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, or_, select

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


@dataclass(frozen=True, slots=True)
class _Spellings:
    """What the index has for one word of a query."""

    #: Tokens of the sequences that may be the word; None for any.
    tokens: frozenset[int] | None
    #: Lists to be united: of these tokens, and of the word inside placeables.
    lists: tuple[int, ...]
    #: Entries in these lists.
    size: int
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
    words: tuple[tuple[int, ...], ...]
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
        spelled = [[_spellings(conn, lang, word) for word in term.words] for term in terms]
        values = [_value_lists(conn, lang, term.value) for term in terms]
        steps = [step for words, lists in zip(spelled, values, strict=True) for step in _steps(words, lists)]
        self._steps = sorted((step for step in steps if step.size <= _WIDE), key=lambda step: step.size)
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
    if not plain.strip("*?"):
        return _Spellings(None, (), _WIDE + 1, inside=True)
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
_SIZES = select(posting.c.id, func.length(posting.c.numbers)).where(
    posting.c.token_id.in_(bindparam("ids", expanding=True)), posting.c.occurrence == 1
)
_LISTS = select(posting.c.numbers).where(posting.c.id.in_(bindparam("ids", expanding=True)))
