"""Which texts of a memory hold the words of a query: their lists intersected, their token sequences looked through.

Words are looked up by their keys without accents, which gives every spelling a folded search may mean. A word inside a
number, date, symbol or ordinal has a list of its own, and so has each value of these. Two characters side by side of a
script without spaces have one too. Lists are read the shortest first. When even that one is long nothing is put
together: whether given texts are in all of them is cheaper to tell.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import groupby, pairwise, product
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, Connection, and_, bindparam, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from tm import runs
from tm.folding import Aspect, bare
from tm.lang import Lang
from tm.listed import given_numbers, given_texts, these
from tm.packing import unpack_array
from tm.patterns import Pattern, Term, Word
from tm.placeables import MASKS
from tm.postings import (
    NUMBER_BITS,
    TOKEN_BITS,
    batches,
    has_pairs,
    inside_list,
    number_of,
    pair_list,
    token_ids,
    token_list,
    value_list,
)
from tm.schema import COMPOUND, language, numbering, posting, sequence, token

if TYPE_CHECKING:
    import numpy as np

    from tm.packing import Numbers

#: Microseconds that it takes to read an entry of a list; to have a sequence looked through by the database, or by an
#: expression; to compare a text (measured, rounded).
_READING, _ASKING, _LOOKING, _COMPARING = 0.01, 0.9, 3.0, 50.0
#: Lists of so many entries are read to know how many texts they have in common.
SOON = 100_000
#: Microseconds that reading a further list may take before it is known that few texts answer.
_PATIENCE = 2000.0
#: Arrays of which one is not so many times longer than the other are merged to see what they have in common.
_ALIKE = 8
#: A word with so many entries in all its lists is left to the sequences: reading them would take longer.
_WIDE = 3_000_000
#: Numbers from which on it pays to hash them before they are searched for; a factor that spreads them over upper bits
#: (2^32 divided by the golden ratio, Knuth 1973), and how many more bits are kept than would tell those listed apart.
_MANY, _FACTOR, _SPARE_BITS = 4000, 0x9E3779B1, 4
#: Two words in more spellings together are not looked for side by side.
_MOST_SPELLINGS = 64
#: The part of a list's name that is a token's number or how often it stands there; 0 for what placeables hold.
_TOKEN = (1 << TOKEN_BITS) - 1
#: Runs of tokens that the database looks for; an expression looks for more in less time.
_MOST_WAYS = 8


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the index, by its name."""

    name: int
    #: Entries, removed texts included.
    size: int
    #: Identifier, first number and size of each row.
    rows: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Spellings:
    """What the index has for one word of a query."""

    #: Tokens of the sequences that may be the word; None for any.
    tokens: frozenset[int] | None
    #: Lists to be united: of these tokens, and of the word inside placeables.
    lists: tuple[_List, ...]
    #: Whether some placeable holds it.
    inside: bool
    #: Whether it is part of a token that reads as several words.
    compound: bool = False


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

    #: For each word, the lists that are united.
    words: tuple[tuple[_List, ...], ...]
    #: The lists of the value, which will do as well.
    value: tuple[_List, ...] = ()

    @property
    def looks_inside(self) -> bool:
        """Whether it tells mostly what placeables hold, which sequences do not."""
        lists = [*self.value, *(part for some in self.words for part in some)]
        return 2 * _size(part for part in lists if part.name < 0 or part.name & _TOKEN == 0) > _size(lists)

    @property
    def size(self) -> int:
        """No more texts than this hold the term."""
        return min(map(_size, self.words)) + _size(self.value)


class Holding:
    """The words of a query as a memory has them in one language.

    Attributes:
        language_id: number of the language in the index, 0 for one it does not have.
        size: texts of the language.
        narrowed: whether some list tells texts that may answer from others.
        most: no more texts than this hold the words.
        certain: whether lists and sequences decide, so that no text need be compared.
        condition: what the database may tell by itself of the rows of ``sequence``; None where it cannot.
        decided: whether the condition tells all that sequences tell.
    """

    def __init__(
        self, conn: Connection, lang: Lang, pattern: Pattern | None, pieces: Sequence[Sequence[Word]] = ()
    ) -> None:
        """``pattern`` None stands for an expression, of which words are known, those of a piece side by side."""
        self._conn = conn
        groups = pattern.groups if pattern else tuple(tuple(Term((word,)) for word in piece) for piece in pieces)
        terms = [term for group in groups for term in group]
        spellings = _spellings(conn, lang, {word for term in terms for word in term.words})
        row = conn.execute(_LANGUAGE, {"lang": lang.tag}).one_or_none()
        self.language_id: int = row.id if row else 0
        self.size: int = row.size if row else 0
        values = _values(conn, lang, self.language_id, {term.value for term in terms if term.value})
        steps = [
            step
            for term in terms
            for step in _steps([spellings[word] for word in term.words], values.get(term.value, ()))
        ]
        masks = token_ids(conn, lang, list(MASKS.values())).values()
        slots = [slots for group in groups for slots in _slots(group, spellings, values)]
        if has_pairs(lang):
            steps += [step for group in slots for step in _pair_steps(conn, group, masks)]
        #: Steps whose lists have not been read, the shortest first.
        self._left = sorted({step for step in steps if step.size <= _WIDE}, key=lambda step: step.size)
        self._groups, self._masks = slots, masks
        self._read_lists: dict[tuple[_List, ...], Numbers] = {}
        self._numbers: Numbers | None = None
        self.narrowed = bool(self._left)
        self.most = self._left[0].size if self._left else self.size
        self.condition, told = _condition(slots, masks)
        self.decided = told and self._all_have_characters()
        by_key = all(word.kept <= {Aspect.ACCENTS} for term in terms for word in term.words)
        self.certain = bool(pattern) and self.decided and by_key
        self._looking = _ASKING if told else _LOOKING
        # where no words must stand side by side, lists tell as much as sequences, if all of them are read
        alone = all(len(group) == 1 and group[0].tokens is not None for group in slots)
        self._listed = alone and len(self._left) == len(set(steps))

    def at_most(self) -> int:
        """No more texts than this hold the words: counted by lists that are soon read, or have been."""
        return len(self.numbers()) if self.most <= SOON or self._numbers is not None else self.most

    def numbers(self, patience: float = _PATIENCE) -> "Numbers":
        """Index numbers, sorted, of all texts that may hold the words; removed texts may be among them. Lists that take
        longer to read than ``patience``, in microseconds, are left for a later call, all but the shortest.
        """
        if self._numbers is None:
            first = self._left.pop(0)
            self._numbers = reduce(_common, map(self._read, first.words))
            if first.value:
                self._numbers = _union([self._numbers, self._read(first.value)])
        while self._left:
            step, found = self._left[0], self._numbers
            # a further list rules out as many of them as of all texts, as far as is known
            looking = _COMPARING if step.looks_inside else self._looking
            if len(found) * looking * (1 - step.size / max(self.size, step.size)) < step.size * _READING:
                self._left = []
                self._listed = False
            elif step.size * _READING > patience:
                break
            else:
                self._numbers = self._common_with(found, step)
                del self._left[0]
        return self._numbers

    def standing(self, numbers: "Numbers") -> "Numbers":
        """Those of the sorted index numbers in whose texts the words may stand, as their sequences tell."""
        import numpy as np

        if not self._groups or (self._listed and self._numbers is not None and not self._left):
            return numbers
        ids = [self.language_id << NUMBER_BITS | number for number in numbers.tolist()]
        query = _SEQUENCES if self.condition is None else _SEQUENCES.where(self.condition)
        found: list[int] = []
        for some in batches(ids):
            if self.decided:
                found += self._conn.execute(query.with_only_columns(sequence.c.id), these(some)).scalars().all()
            else:
                rows = self._conn.execute(query, these(some)).all()
                standing = [(row_id, _text(blob)) for row_id, blob in rows]
                for shape in self._shapes:
                    standing = [row for row in standing if shape.search(row[1])]
                found += [row_id for row_id, _ in standing]
        return np.sort(np.array(found, dtype=np.int64) & ((1 << NUMBER_BITS) - 1)).astype(np.uint32)

    @cached_property
    def _shapes(self) -> "tuple[re.Pattern[str], ...]":
        return _shapes(self._groups, self._masks)

    def _all_have_characters(self) -> bool:
        """Whether each token of the language is told from all others by its character in a sequence."""
        bounds = self.language_id << TOKEN_BITS, (self.language_id + 1 << TOKEN_BITS) - 1
        last = self._conn.execute(_LAST_TOKEN, {"first": bounds[0], "last": bounds[1]}).scalar_one()
        return last is None or number_of(last) <= runs.LAST_CHARACTER

    def _common_with(self, numbers: "Numbers", step: "_Step") -> "Numbers":
        """Those of the numbers that are in the lists of every word of the step, or in those of its value."""
        found = reduce(_common, map(self._read, step.words), numbers)
        return _union([found, _common(numbers, self._read(step.value))]) if step.value else found

    def _read(self, lists: tuple[_List, ...]) -> "Numbers":
        """The numbers of the lists together, sorted."""
        if lists not in self._read_lists:
            rows = {row_id: (low, size) for part in lists for row_id, low, size in part.rows}
            blobs: dict[int, bytes] = {}
            for some in batches([row_id for row_id, (_, size) in rows.items() if size > 1]):
                blobs.update((row_id, blob) for row_id, blob in self._conn.execute(_NUMBERS, these(some)).all())
            self._read_lists[lists] = _union(
                [unpack_array(blobs.get(row_id, b""), *row) for row_id, row in rows.items()]
            )
        return self._read_lists[lists]


# --- lists ----------------------------------------------------------------------------------------------------------


def _slots(
    group: Sequence[Term], spellings: Mapping[Word, _Spellings], values: Mapping[str, Sequence[_List]]
) -> list[list[_Slot]]:
    """The words of terms that stand side by side, or each for itself where a token may be several of them."""
    slots = [
        _Slot(held.tokens, bool(values.get(term.value)) or held.inside, term.gap if i == 0 else 0)
        for term in group
        for i, held in enumerate(spellings[word] for word in term.words)
    ]
    compound = any(spellings[word].compound for term in group for word in term.words)
    return [[slot] for slot in slots if slot.tokens is not None] if compound else [slots]


def _steps(words: Sequence[_Spellings], value: Sequence[_List]) -> list[_Step]:
    """A word each, or all the words of a placeable together with its value, since either will do."""
    known = [word.lists for word in words if word.tokens is not None]
    if not value:
        return [_Step((lists,)) for lists in known]
    return [_Step(tuple(sorted(known, key=_size)), tuple(value))]


def _pair_steps(conn: Connection, slots: Sequence[_Slot], masks: Collection[int]) -> list[_Step]:
    """The lists of each two words that stand side by side, in each spelling, or next to a placeable that holds one."""
    pairs = []
    for one, other in pairwise(slots):
        if one.tokens is not None and other.tokens is not None and not (other.gap or (one.masked and other.masked)):
            firsts = [*one.tokens, *(masks if one.masked else ())]
            seconds = [*other.tokens, *(masks if other.masked else ())]
            if len(firsts) * len(seconds) <= _MOST_SPELLINGS:
                pairs.append([pair_list(first, number_of(second)) for first, second in product(firsts, seconds)])
    lists = _lists(conn, {name for names in pairs for name in names})
    return [_Step((tuple(lists[name] for name in names if name in lists),)) for names in pairs]


def _size(lists: Iterable[_List]) -> int:
    return sum(part.size for part in lists)


def _spellings(conn: Connection, lang: Lang, words: Collection[Word]) -> dict[Word, _Spellings]:
    """What the index has for each word: tokens with an equal key, or all that a wildcard fits."""
    found: dict[Word, list[tuple[int, str]]] = {word: [] for word in words}
    by_key: defaultdict[str, list[Word]] = defaultdict(list)
    parts = [word for word in words if word.part and word.key.strip("*?")]
    for word in words:
        if not word.key.strip("*?"):
            continue
        if "*" in word.key or "?" in word.key:
            rows = conn.execute(select(*_COLUMNS).where(token.c.lang == lang.tag, _fitting(bare(word.key)))).all()
            found[word] = [(row.id, row.key) for row in rows]
        else:
            by_key[bare(word.key)].append(word)
    for some in batches(list(by_key)):
        for row in conn.execute(_TOKENS, {"lang": lang.tag, **these(some)}):
            for word in by_key[row.bare]:
                found[word].append((row.id, row.key))
    compounds = {row.id: row.key for row in conn.execute(_COMPOUNDS, {"lang": lang.tag}).all()} if parts else {}
    for word in parts:
        found[word] += compounds.items()
    held = {
        word: frozenset(token_id for token_id, key in rows if key[0] != "<" and word.answers(key))
        for word, rows in found.items()
    }
    names = {name for ids in held.values() for one in ids for name in (token_list(one, 1), inside_list(one))}
    lists = _lists(conn, names)
    return {word: _spelled(word, ids, lists, compound=not ids.isdisjoint(compounds)) for word, ids in held.items()}


def _spelled(word: Word, ids: frozenset[int], lists: Mapping[int, _List], *, compound: bool) -> _Spellings:
    if not word.key.strip("*?"):
        return _Spellings(None, (), inside=True)
    plain = [lists[name] for one in ids if (name := token_list(one, 1)) in lists]
    inside = [lists[name] for one in ids if (name := inside_list(one)) in lists]
    return _Spellings(ids, (*plain, *inside), bool(inside), compound)


class _Condition(FunctionElement[bool]):
    """A condition as it is written: SQLAlchemy would compare it with 1 on SQLite, which then would use no index."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """The condition itself."""
        del against
        return self


class _Begins(_Condition):
    """Whether a text begins with another; the third operand sorts after all that do."""

    inherit_cache = True


@compiles(_Begins)
def _begins(element: _Begins, compiler: Any, **options: Any) -> str:
    whole, first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({whole} >= {first} AND {whole} < {last})"


@compiles(_Begins, "postgresql")
def _begins_on_postgresql(element: _Begins, compiler: Any, **options: Any) -> str:
    whole, first, _ = (compiler.process(clause, **options) for clause in element.clauses)
    return f"starts_with({whole}, {first})"


def _fitting(wild: str) -> ColumnElement[bool]:
    """The tokens whose key without accents a word with wildcards fits."""
    like = wild.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%").replace("?", "_")
    fits = token.c.bare.like(like, escape="\\")
    first = re.split(r"[*?]", wild, maxsplit=1)[0]
    return and_(_Begins(token.c.bare, literal(first), literal(f"{first}\U0010ffff")), fits) if first else fits


class _Compound(_Condition):
    """Whether a token reads as several words."""

    inherit_cache = True


@compiles(_Compound)
def _compound(_element: _Compound, _compiler: Any, **_options: Any) -> str:
    return f"token.key GLOB '*{COMPOUND}*'"


@compiles(_Compound, "postgresql")
def _compound_on_postgresql(_element: _Compound, _compiler: Any, **_options: Any) -> str:
    return f"token.key ~ '{COMPOUND}'"


def _values(conn: Connection, lang: Lang, language_id: int, values: Collection[str]) -> dict[str, tuple[_List, ...]]:
    """The lists of each value of a placeable that some text has: as such, and as the one word it is."""
    words = {value: value.partition(" ")[2] for value in values}
    ids = token_ids(conn, lang, sorted(set(words.values())))
    names = {
        value: [value_list(language_id, value), *([inside_list(ids[word])] if word in ids else ())]
        for value, word in words.items()
    }
    lists = _lists(conn, {name for some in names.values() for name in some})
    return {value: tuple(lists[name] for name in some if name in lists) for value, some in names.items()}


def _lists(conn: Connection, names: Collection[int]) -> dict[int, _List]:
    """Those of the lists that have entries, by name."""
    rows: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for some in batches(sorted(names)):
        for name, row_id, low, size in conn.execute(_LISTS, these(some)).all():
            rows[name].append((row_id, low, size))
    return {name: _List(name, sum(size for *_, size in found), tuple(found)) for name, found in rows.items()}


def _union(arrays: "Sequence[Numbers]") -> "Numbers":
    """The numbers that are in any of the sorted arrays, sorted."""
    import numpy as np

    if len(arrays) <= 1:
        return arrays[0] if arrays else np.array([], dtype=np.uint32)
    found = np.concatenate(arrays)
    if (found[1:] > found[:-1]).all():
        return found
    # merging sorted runs, which is what a stable sort does, takes a tenth of the time that numpy's unique takes
    found.sort(kind="stable")
    return found[np.concatenate(([True], found[1:] != found[:-1]))]


def _common(one: "Numbers", other: "Numbers") -> "Numbers":
    """What two sorted arrays of distinct numbers have in common."""
    import numpy as np

    short, long = sorted((one, other), key=len)
    if len(short) * _ALIKE > len(long):
        both = np.concatenate((short, long))
        both.sort(kind="stable")
        twice: Numbers = both[:-1][both[1:] == both[:-1]]
        return twice
    common: Numbers = short[among(short, long)]
    return common


def among(numbers: "Numbers", listed: "Numbers") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """For each number, whether it is in the sorted array."""
    import numpy as np

    if not len(listed):
        return np.zeros(len(numbers), dtype=np.bool_)
    if len(numbers) < max(_MANY, len(listed) // 4):
        return _searched(numbers, listed)
    # most are ruled out by some bits of a product, which takes a tenth of the time of a search
    factor = np.uint32(_FACTOR)
    shift = np.uint32(max(32 - _SPARE_BITS - len(listed).bit_length(), 8))
    marks = np.zeros(1 << (32 - int(shift)), dtype=np.bool_)
    marks[listed * factor >> shift] = True
    held: np.ndarray[tuple[int], np.dtype[np.bool_]] = marks[numbers * factor >> shift]
    held[held] = _searched(numbers[held], listed)
    return held


def _searched(numbers: "Numbers", listed: "Numbers") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    import numpy as np

    held: np.ndarray[tuple[int], np.dtype[np.bool_]]
    held = listed[np.minimum(np.searchsorted(listed, numbers), len(listed) - 1)] == numbers
    return held


# --- sequences ------------------------------------------------------------------------------------------------------


def _text(blob: bytes) -> str:
    """A stored sequence with a character for each token."""
    run = runs.read(blob)
    return run if isinstance(run, str) else runs.text_of(run)


def _shapes(groups: Iterable[Sequence[_Slot]], masks: Iterable[int]) -> "tuple[re.Pattern[str], ...]":
    """Expressions that every sequence fits in which the words of each group stand, each token being a character."""
    mask = frozenset(masks)
    return tuple(re.compile(_shape(group, mask), re.DOTALL) for group in groups)


def _shape(group: Sequence[_Slot], masks: frozenset[int]) -> str:
    parts = []
    for inside, some in groupby(group, key=lambda slot: slot.masked):
        block = list(some)
        if inside:
            # A placeable may stand for any number of words side by side, so the others of these may be missing.
            gap = max(slot.gap for slot in block[1:]) if len(block) > 1 else 0
            further = f"(?:{_gap(gap)}{_one_of(block, masks)}){{0,{len(block) - 1}}}" if len(block) > 1 else ""
            parts.append(f"{_gap(block[0].gap)}{_one_of(block, masks)}{further}")
        else:
            parts += [f"{_gap(slot.gap)}{_one_of([slot], masks)}" for slot in block]
    return "".join(parts)


def _gap(tokens: int) -> str:
    return f".{{0,{tokens}}}" if tokens else ""


def _one_of(slots: Sequence[_Slot], masks: frozenset[int]) -> str:
    """One token that may be one of the words."""
    if any(slot.tokens is None for slot in slots):
        return "."
    found = {token_id for slot in slots for token_id in slot.tokens or ()}
    found |= masks if any(slot.masked for slot in slots) else set()
    characters = "".join(map(re.escape, runs.text_of(number_of(token_id) for token_id in sorted(found))))
    return f"[{characters}]" if len(found) > 1 else characters or "(?!)"


class _Holds(_Condition):
    """Whether bytes stand in other bytes."""

    inherit_cache = True


@compiles(_Holds)
def _holds(element: _Holds, compiler: Any, **options: Any) -> str:
    whole, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(instr({whole}, {part}) > 0)"


@compiles(_Holds, "postgresql")
def _holds_on_postgresql(element: _Holds, compiler: Any, **options: Any) -> str:
    whole, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(position({part} IN {whole}) > 0)"


def _condition(groups: Sequence[Sequence[_Slot]], masks: Iterable[int]) -> tuple[ColumnElement[bool] | None, bool]:
    """What holds of every sequence in which the words of each group stand, and whether of no other; None when they are
    spelled in too many ways.

    Characters of a sequence are whole in its UTF-8, so bytes tell. Sequences kept as numbers are let through. Words
    before and after a gap are looked for apart, and words that placeables hold are left out if need be.
    """
    slots = [slot for group in groups for slot in group]
    known = {number_of(token_id) for slot in slots for token_id in slot.tokens or ()}
    mask = runs.text_of(map(number_of, masks))
    if max(known, default=0) > runs.LAST_CHARACTER:
        return None, False
    held: list[ColumnElement[bool]] = []
    told = not any(slot.masked or slot.gap or slot.tokens is None for slot in slots)
    for some in (some for group in groups for some in _side_by_side(group)):
        plain = [list(block) for masked, block in groupby(some, key=lambda slot: slot.masked) if not masked]
        whole = _ways(some, mask)
        told = told and bool(whole)
        # what is spelled in one way comes first, for most sequences are ruled out by it
        if len(whole) > 1 and (fixed := _fixed(some)):
            held.append(_Holds(sequence.c.tokens, literal(fixed.encode())))
        some_ways = [whole] if whole else [ways for block in plain if (ways := _ways(block, mask))]
        held += [or_(*(_Holds(sequence.c.tokens, literal(way.encode())) for way in ways)) for ways in some_ways]
    return (or_(and_(*held), sequence.c.tokens >= runs.NUMBERS), told) if held else (None, False)


def _fixed(slots: Sequence[_Slot]) -> str:
    """The longest run of tokens that is the same in all spellings of the words side by side."""
    single = groupby(slots, key=lambda slot: not slot.masked and len(slot.tokens or ()) == 1)
    found = [[number_of(token_id) for slot in some for token_id in slot.tokens or ()] for one, some in single if one]
    return max(map(runs.text_of, found), key=len, default="")


def _side_by_side(slots: Sequence[_Slot]) -> list[list[_Slot]]:
    """The slots between gaps and those of any word."""
    groups: list[list[_Slot]] = [[]]
    for slot in slots:
        if slot.gap or slot.tokens is None:
            groups.append([])
        if slot.tokens is not None:
            groups[-1].append(slot)
    return [group for group in groups if group]


def _ways(slots: Sequence[_Slot], masks: str) -> list[str]:
    """All that may stand for the words, as characters; nothing when they are more than ``_MOST_WAYS``.

    A placeable may stand for any number of words side by side that may be in one.
    """
    tails = [[""]]
    for place in reversed(range(len(slots))):
        slot = slots[place]
        if len(slot.tokens or ()) * len(tails[0]) > _MOST_WAYS:
            return []
        ways = [char + tail for char in runs.text_of(map(number_of, sorted(slot.tokens or ()))) for tail in tails[0]]
        for tail in tails if slot.masked else ():
            ways += [mask + rest for mask in masks for rest in tail]
        if len(ways) > _MOST_WAYS:
            return []
        # from a word that no placeable holds on, no placeable reaches further
        tails = [ways, *(tails if slot.masked else ())]
    return tails[0]


# --- statements -----------------------------------------------------------------------------------------------------

_LANGUAGE = (
    select(language.c.id, (func.sum(numbering.c.next) - func.sum(numbering.c.removed)).label("size"))
    .join(numbering, numbering.c.language_id == language.c.id)
    .where(language.c.tag == bindparam("lang"))
    .group_by(language.c.id)
)
_COLUMNS = (token.c.id, token.c.key, token.c.bare)
_TOKENS = select(*_COLUMNS).where(token.c.lang == bindparam("lang"), token.c.bare.in_(given_texts()))
# Asked plainly for a language, SQLite would look at all its tokens instead of taking the index of compounds.
_COMPOUNDS = select(*_COLUMNS).where((token.c.lang + "") == bindparam("lang"), _Compound())
_LISTS = (
    select(posting.c.list, posting.c.id, posting.c.low, posting.c.size)
    .where(posting.c.list.in_(given_numbers()))
    .order_by(posting.c.list, posting.c.part, posting.c.low)
)
_SEQUENCES = select(sequence.c.id, sequence.c.tokens).where(sequence.c.id.in_(given_numbers()))
_LAST_TOKEN = select(func.max(token.c.id)).where(token.c.id.between(bindparam("first"), bindparam("last")))
_NUMBERS = select(posting.c.id, posting.c.numbers).where(posting.c.id.in_(given_numbers()))
