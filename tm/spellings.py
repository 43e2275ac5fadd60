"""What the index has for the words of a query: the tokens they may be, and the lists that hold these.

Words are looked up by their keys without accents, which gives every spelling a folded search may mean. A word inside a
number, date, symbol or ordinal has a list of its own, and so has each value of these. Two characters side by side of a
script without spaces have one too.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from sqlalchemy import ColumnElement, Connection, and_, bindparam, literal, select

from tm.conditions import Begins, Compound
from tm.folding import bare
from tm.lang import Lang
from tm.listed import batches, given_numbers, given_texts, these
from tm.patterns import Term, Word
from tm.postings import (
    TOKEN_BITS,
    inside_list,
    number_of,
    pair_list,
    token_ids,
    token_list,
    value_list,
)
from tm.schema import posting, token

#: Two words in more spellings together are not looked for side by side.
_MOST_SPELLINGS = 64
#: The part of a list's name that is a token's number or how often it stands there; 0 for what placeables hold.
_TOKEN = (1 << TOKEN_BITS) - 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the index, by its name."""

    name: int
    #: Entries, removed texts included.
    size: int
    #: Identifier, first number and size of each row.
    rows: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Spellings:
    """What the index has for one word of a query."""

    #: Tokens of the sequences that may be the word; None for any.
    tokens: frozenset[int] | None
    #: Lists to be united: of these tokens, and of the word inside placeables.
    lists: tuple[Listed, ...]
    #: Whether some placeable holds it.
    inside: bool
    #: Whether it is part of a token that reads as several words.
    compound: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One word of the query, as token sequences are compared with it."""

    #: Tokens that may be the word; None for any.
    tokens: frozenset[int] | None
    #: Whether it may stand inside a placeable.
    masked: bool
    #: How many tokens may stand before it, after the word before.
    gap: int


@dataclass(frozen=True, slots=True)
class Step:
    """Lists that narrow the candidates down: of a term's words, each united, and of its value beside them."""

    #: For each word, the lists that are united.
    words: tuple[tuple[Listed, ...], ...]
    #: The lists of the value, which will do as well.
    value: tuple[Listed, ...] = ()

    @property
    def looks_inside(self) -> bool:
        """Whether it tells mostly what placeables hold, which sequences do not."""
        lists = [*self.value, *(part for some in self.words for part in some)]
        return 2 * _size(part for part in lists if part.name < 0 or part.name & _TOKEN == 0) > _size(lists)

    @property
    def size(self) -> int:
        """No more texts than this hold the term."""
        return min(map(_size, self.words)) + _size(self.value)


def slots_of(
    group: Sequence[Term], spellings: Mapping[Word, Spellings], values: Mapping[str, Sequence[Listed]]
) -> list[list[Slot]]:
    """The words of terms that stand side by side, or each for itself where a token may be several of them."""
    slots = [
        Slot(held.tokens, bool(values.get(term.value)) or held.inside, term.gap if i == 0 else 0)
        for term in group
        for i, held in enumerate(spellings[word] for word in term.words)
    ]
    compound = any(spellings[word].compound for term in group for word in term.words)
    return [[slot] for slot in slots if slot.tokens is not None] if compound else [slots]


def steps_of(words: Sequence[Spellings], value: Sequence[Listed]) -> list[Step]:
    """A word each, or all the words of a placeable together with its value, since either will do."""
    known = [word.lists for word in words if word.tokens is not None]
    if not value:
        return [Step((lists,)) for lists in known]
    return [Step(tuple(sorted(known, key=_size)), tuple(value))]


def pair_steps(conn: Connection, slots: Sequence[Slot], masks: Collection[int]) -> list[Step]:
    """The lists of each two words that stand side by side, in each spelling, or next to a placeable that holds one."""
    pairs = []
    for one, other in pairwise(slots):
        if one.tokens is not None and other.tokens is not None and not (other.gap or (one.masked and other.masked)):
            firsts = [*one.tokens, *(masks if one.masked else ())]
            seconds = [*other.tokens, *(masks if other.masked else ())]
            if len(firsts) * len(seconds) <= _MOST_SPELLINGS:
                pairs.append([pair_list(first, number_of(second)) for first, second in product(firsts, seconds)])
    lists = _lists(conn, {name for names in pairs for name in names})
    return [Step((tuple(lists[name] for name in names if name in lists),)) for names in pairs]


def _size(lists: Iterable[Listed]) -> int:
    return sum(part.size for part in lists)


def spellings_of(conn: Connection, lang: Lang, words: Collection[Word]) -> dict[Word, Spellings]:
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


def _spelled(word: Word, ids: frozenset[int], lists: Mapping[int, Listed], *, compound: bool) -> Spellings:
    if not word.key.strip("*?"):
        return Spellings(None, (), inside=True)
    plain = [lists[name] for one in ids if (name := token_list(one, 1)) in lists]
    inside = [lists[name] for one in ids if (name := inside_list(one)) in lists]
    return Spellings(ids, (*plain, *inside), bool(inside), compound)


def _fitting(wild: str) -> ColumnElement[bool]:
    """The tokens whose key without accents a word with wildcards fits."""
    like = wild.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%").replace("?", "_")
    fits = token.c.bare.like(like, escape="\\")
    first = re.split(r"[*?]", wild, maxsplit=1)[0]
    return and_(Begins(token.c.bare, literal(first), literal(f"{first}\U0010ffff")), fits) if first else fits


def lists_of_values(
    conn: Connection, lang: Lang, language_id: int, values: Collection[str]
) -> dict[str, tuple[Listed, ...]]:
    """The lists of each value of a placeable that some text has: as such, and as the one word it is."""
    words = {value: value.partition(" ")[2] for value in values}
    ids = token_ids(conn, lang, sorted(set(words.values())))
    names = {
        value: [value_list(language_id, value), *([inside_list(ids[word])] if word in ids else ())]
        for value, word in words.items()
    }
    lists = _lists(conn, {name for some in names.values() for name in some})
    return {value: tuple(lists[name] for name in some if name in lists) for value, some in names.items()}


def _lists(conn: Connection, names: Collection[int]) -> dict[int, Listed]:
    """Those of the lists that have entries, by name."""
    rows: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for some in batches(sorted(names)):
        for name, row_id, low, size in conn.execute(_LISTS, these(some)).all():
            rows[name].append((row_id, low, size))
    return {name: Listed(name, sum(size for *_, size in found), tuple(found)) for name, found in rows.items()}


# --- statements -----------------------------------------------------------------------------------------------------

_COLUMNS = (token.c.id, token.c.key, token.c.bare)
_TOKENS = select(*_COLUMNS).where(token.c.lang == bindparam("lang"), token.c.bare.in_(given_texts()))
# Asked plainly for a language, SQLite would look at all its tokens instead of taking the index of compounds.
_COMPOUNDS = select(*_COLUMNS).where((token.c.lang + "") == bindparam("lang"), Compound())
_LISTS = (
    select(posting.c.list, posting.c.id, posting.c.low, posting.c.size)
    .where(posting.c.list.in_(given_numbers()))
    .order_by(posting.c.list, posting.c.part, posting.c.low)
)
