"""The lists of the index: which segments hold which token. Written in the transaction that writes the segments.

A segment gets an index number with its length in the upper bits, so that a list of sorted numbers is sorted by length
too and a range of lengths is one slice of it. A token that is repeated counts as a new one each time, which makes the
bag of a segment's tokens a set. Scripts without spaces, whose tokens are characters and stand in very many segments,
have lists for two tokens side by side as well.

``tm.list_rows`` keeps the lists. Removing
a segment removes its ``sequence`` row and nothing else: what the lists still say of it is passed over by every lookup,
because numbers are never used twice, and swept out when it has grown.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import Column, Connection, bindparam, delete, func, insert, select, update

from tm import list_rows, runs
from tm.bulk import insert_columns
from tm.errors import MemoryFileError
from tm.folding import bare
from tm.lang import Lang
from tm.listed import batches, given_texts, these
from tm.schema import language, numbering, posting, sequence, token

if TYPE_CHECKING:
    import numpy as np

    from tm.packing import Numbers

    Whole = np.ndarray[tuple[int], np.dtype[np.int64]]

#: A number, or an array of them.
_Number = TypeVar("_Number", int, "Whole")

#: Bits of an index number below the length bucket.
RUNNING_BITS = 24
#: Lengths below this have a bucket each; above it a bucket spans about 3 % of its length.
_EXACT_LENGTHS = 128
_BUCKET_GROWTH = 1.03
BUCKETS = 256
#: Bits of a token's number in its language, and of an index number below the language's.
TOKEN_BITS = 26
NUMBER_BITS = 32
#: Languages and locales that the composed identifiers have room for.
_LANGUAGES = 1 << 10
#: Set in the name of a list of two tokens side by side.
PAIR = 1 << 62
#: Set in the name of a list of a placeable's value.
VALUE = -(1 << 63)
#: What the placeables of a segment hold, each once: keys of words, and values.
Inside: TypeAlias = tuple[Sequence[str], Sequence[str]]
#: Numbers that wait to be put into lists; with what sorting them takes they are some 40 MB.
_WAITING_AT_MOST = 3 << 18
#: A list is not rewritten for fewer of them, as long as these lists are at most half of what waits.
_WORTH_WRITING = 64
#: Tokens of a language whose identifiers are remembered; when they have become more, all are read anew.
_MOST_TOKENS = 1 << 16
#: Removed segments are swept out of the lists when they are this many, and this share of those that stand.
SWEEP_FROM = 1000
SWEEP_SHARE = 0.25


def _lower_bounds() -> tuple[int, ...]:
    bounds = list(range(_EXACT_LENGTHS + 1))
    while len(bounds) < BUCKETS:
        bounds.append(max(bounds[-1] + 1, int(bounds[-1] * _BUCKET_GROWTH)))
    return tuple(bounds)


#: The shortest length in each bucket; the last bucket holds everything from its bound on.
LOWER_BOUNDS = _lower_bounds()


def bucket(length: int) -> int:
    """The length bucket, 0 to 255, never falling as the length grows."""
    return bisect_right(LOWER_BOUNDS, length) - 1


def token_list(token_id: int, occurrence: int) -> int:
    """The list of the segments that hold a token so many times or more."""
    return token_id << TOKEN_BITS | occurrence


def inside_list(token_id: _Number) -> _Number:
    """The list of the segments that hold a word inside a number, date, symbol or ordinal."""
    return token_id << TOKEN_BITS


def value_list(language_id: int, value: str) -> int:
    """The list of the segments that hold a placeable of a value, which is hashed: two values may share a list."""
    digest = blake2b(value.encode(), digest_size=8).digest()
    return VALUE | language_id << 2 * TOKEN_BITS | int.from_bytes(digest, "little") & ((1 << 2 * TOKEN_BITS) - 1)


def pair_list(token_id: int, follower: int) -> int:
    """The list of the segments in which the second token follows the first; it is given by its number."""
    return PAIR | token_id << TOKEN_BITS | follower


def number_of(token_id: int) -> int:
    """The token's number in its language, from 1."""
    return token_id & ((1 << TOKEN_BITS) - 1)


def has_pairs(lang: Lang) -> bool:
    """Whether two tokens side by side have lists: in scripts without spaces, whose tokens are characters."""
    return lang.joiner == ""


def list_names(lang: Lang, token_ids: Sequence[int]) -> set[int]:
    """All lists that a sequence of tokens stands in."""
    seen: dict[int, int] = {}
    names = set()
    for token_id in token_ids:
        seen[token_id] = times = seen.get(token_id, 0) + 1
        names.add(token_list(token_id, times))
    if has_pairs(lang):
        names.update(pair_list(one, number_of(two)) for one, two in pairwise(token_ids))
    return names


# --- adding ---------------------------------------------------------------------------------------------------------


def add(
    conn: Connection, lang: Lang, segments: Sequence[tuple[int, Sequence[str]]], inside: Sequence[Inside] = ()
) -> None:
    """Index segments of one language at once, as ``Adder.add`` takes them."""
    adder = Adder(conn)
    adder.add(lang, [segment_id for segment_id, _ in segments], [keys for _, keys in segments], inside)
    adder.finish()


class Adder:
    """Indexes segments, inside one writing transaction. Until ``finish`` their lists are not all written: what each
    addition puts into them waits, for a list is rewritten as often as something is put into it.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        #: Identifiers of the tokens of each language, as far as they are known.
        self._known: defaultdict[str, _Known] = defaultdict(_Known)
        #: Names of lists, and the numbers to be put into them.
        self._waiting: list[tuple[Whole, Numbers]] = []

    def add(
        self, lang: Lang, segment_ids: Sequence[int], keys: Sequence[Sequence[str]], inside: Sequence[Inside] = ()
    ) -> None:
        """Index segments, given with their token keys. They must be in the segment table and not yet indexed.

        ``inside`` gives in step with them what their placeables hold, which stands in lists alone.

        Raises:
            MemoryFileError: more segments of one length, more tokens or more languages than the index can number.
        """
        if not segment_ids:
            return
        import numpy as np

        language_id = _language_id(self._conn, lang)
        lengths = list(map(len, keys))
        taken = np.array(_take_numbers(self._conn, lang, language_id, lengths), dtype=np.int64)
        order = np.argsort(taken)
        taken, places = taken[order], order.tolist()
        sizes = np.array(lengths, dtype=np.int64)[order]
        ordered = [keys[place] for place in places]
        words = [inside[place][0] for place in places] if inside else []
        every = self._identifiers(lang, language_id, chain(chain.from_iterable(ordered), chain.from_iterable(words)))
        tokens, held = np.split(every, [int(sizes.sum())])
        ids = (language_id << NUMBER_BITS | taken).tolist()
        _insert_sequences(
            self._conn, ids, [segment_ids[place] for place in places], tokens & ((1 << TOKEN_BITS) - 1), sizes
        )
        owners = np.repeat(np.arange(len(places)), sizes)
        found = [_occurrences(tokens, owners)]
        if has_pairs(lang):
            found.append(_neighbours(tokens, owners))
        if inside:
            found.append((inside_list(held), _owners(words)))
            values = [inside[place][1] for place in places]
            names = [value_list(language_id, value) for value in chain.from_iterable(values)]
            found.append((np.array(names, dtype=np.int64), _owners(values)))
        numbers = taken.astype(np.uint32)
        for of_lists, owners in found:
            self._waiting.append((of_lists, numbers[owners]))
        if sum(len(names) for names, _ in self._waiting) >= _WAITING_AT_MOST:
            self._write(_WORTH_WRITING)

    def _identifiers(self, lang: Lang, language_id: int, keys: Iterable[str]) -> "Whole":
        """The identifier of each key; those that have none yet get one, and are written down."""
        import numpy as np

        known = self._known[lang.tag]
        if len(known) > _MOST_TOKENS:
            known.clear()
        found = np.fromiter(map(known.__getitem__, keys), dtype=np.int64)
        if known.missed:
            _learn_tokens(self._conn, lang, language_id, Counter(known.missed), known)
            found[found == 0] = list(map(known.__getitem__, known.missed))
            known.missed.clear()
        return found

    def finish(self) -> None:
        """Write the lists."""
        self._write(1)

    def _write(self, least: int) -> None:
        """Put what waits into the lists; what is less for one list goes on waiting if it is not much in all."""
        import numpy as np

        if not self._waiting:
            return
        names, numbers = map(np.concatenate, zip(*self._waiting, strict=True))
        self._waiting.clear()
        order = np.argsort(names, kind="stable")
        names, numbers = names[order], numbers[order]
        bounds = np.flatnonzero(np.concatenate(([True], names[1:] != names[:-1], [True])))
        sizes = np.diff(bounds)
        few = np.repeat(sizes < least, sizes)
        if 0 < np.count_nonzero(few) <= _WAITING_AT_MOST // 2:
            self._waiting.append((names[few], numbers[few]))
            names, numbers = names[~few], numbers[~few]
        list_rows.extend(self._conn, names, numbers)


class _Known(dict[str, int]):
    """The identifiers of the tokens of a language, as far as they are known: 0 for others, which are noted."""

    def __init__(self) -> None:
        super().__init__()
        self.missed: list[str] = []

    def __missing__(self, key: str) -> int:
        self.missed.append(key)
        return 0


def _owners(held: Iterable[Sequence[str]]) -> "Whole":
    """For each of the elements the place of what holds it."""
    import numpy as np

    sizes = list(map(len, held))
    return np.repeat(np.arange(len(sizes)), sizes)


def inside_names(language_id: int, held: Inside, known: dict[str, int]) -> list[int]:
    """The lists of what the placeables of a segment hold, its words by their identifiers."""
    words, values = held
    return [*(inside_list(known.get(key, 0)) for key in words), *(value_list(language_id, value) for value in values)]


def _language_id(conn: Connection, lang: Lang) -> int:
    found = conn.execute(_LANGUAGE, {"tag": lang.tag}).scalar_one_or_none()
    if found is not None:
        return int(found)
    following = _next_id(conn, language.c.id)
    if following >= _LANGUAGES:
        raise MemoryFileError(
            f"the index holds no more than {_LANGUAGES - 1} languages and locales",
            hint="put further languages into a second memory",
        )
    conn.execute(insert(language), [{"id": following, "tag": lang.tag}])
    return following


def _learn_tokens(
    conn: Connection, lang: Lang, language_id: int, keys: Mapping[str, int], known: dict[str, int]
) -> None:
    """Put the identifiers of keys into ``known``; those that are new are written down.

    ``keys`` says how often each stands in what is added: the commonest come first, since small numbers take less room.
    """
    unknown = sorted(keys, key=lambda key: (-keys[key], key))
    known.update(token_ids(conn, lang, unknown))
    missing = [key for key in unknown if key not in known]
    if not missing:
        return
    bounds = language_id << TOKEN_BITS, (language_id + 1) << TOKEN_BITS
    first = int(conn.execute(_LAST_TOKEN, {"low": bounds[0], "high": bounds[1]}).scalar_one()) + 1
    if first + len(missing) > bounds[1]:
        raise MemoryFileError(
            f"the index holds no more {lang.name} words", hint="put further documents into a second memory"
        )
    ids = range(first, first + len(missing))
    tags = [lang.tag] * len(missing)
    insert_columns(conn, token, {"id": ids, "lang": tags, "key": missing, "bare": list(map(bare, missing))})
    known.update(zip(missing, ids, strict=True))


def token_ids(conn: Connection, lang: Lang, keys: Sequence[str]) -> dict[str, int]:
    """The identifiers of those keys that the index knows in the language."""
    return {
        key: token_id
        for some in batches(keys)
        for key, token_id in conn.execute(_TOKENS, {"lang": lang.tag, **these(some)}).all()
    }


_LANGUAGE = select(language.c.id).where(language.c.tag == bindparam("tag"))
_LOW, _HIGH = bindparam("low", type_=token.c.id.type), bindparam("high", type_=token.c.id.type)
_LAST_TOKEN = select(func.coalesce(func.max(token.c.id), _LOW)).where(token.c.id.between(_LOW, _HIGH))
_NEXT_NUMBERS = select(numbering.c.bucket, numbering.c.next).where(numbering.c.language_id == bindparam("id"))
_MOVE_ON = (
    update(numbering)
    .where(numbering.c.language_id == bindparam("b_id"), numbering.c.bucket == bindparam("b_bucket"))
    .values(next=bindparam("b_next"))
)
_TOKENS = select(token.c.key, token.c.id).where(token.c.lang == bindparam("lang"), token.c.key.in_(given_texts()))


def _next_id(conn: Connection, column: Column[int]) -> int:
    return int(conn.execute(select(func.coalesce(func.max(column), 0))).scalar_one()) + 1


def _take_numbers(conn: Connection, lang: Lang, language_id: int, lengths: Sequence[int]) -> list[int]:
    """An index number for each length; the counters move on."""
    following: dict[int, int] = {row.bucket: row.next for row in conn.execute(_NEXT_NUMBERS, {"id": language_id})}
    known = set(following)
    taken = []
    touched = set()
    for length in lengths:
        place = bucket(length)
        running = following.get(place, 0)
        if running >> RUNNING_BITS:
            raise MemoryFileError(
                f"the index holds no more {lang.name} segments of {length} tokens",
                hint="put further documents into a second memory",
            )
        taken.append(place << RUNNING_BITS | running)
        following[place] = running + 1
        touched.add(place)
    moved, fresh = sorted(touched & known), sorted(touched - known)
    if moved:
        rows = [{"b_id": language_id, "b_bucket": place, "b_next": following[place]} for place in moved]
        conn.execute(_MOVE_ON, rows)
    if fresh:
        rows = [{"language_id": language_id, "bucket": b, "next": following[b], "removed": 0} for b in fresh]
        conn.execute(insert(numbering), rows)
    return taken


def _insert_sequences(
    conn: Connection, ids: Sequence[int], segment_ids: Sequence[int], tokens: "Whole", sizes: "Whole"
) -> None:
    ends = sizes.cumsum().tolist()
    marks = _fingerprints(tokens, sizes)
    if len(tokens) and int(tokens.max()) > runs.LAST_CHARACTER:
        blobs = [runs.pack(tokens[end - size : end].tolist()) for end, size in zip(ends, sizes.tolist(), strict=True)]
    else:
        text = runs.text_of_known(tokens)
        blobs = [text[end - size : end].encode() for end, size in zip(ends, sizes.tolist(), strict=True)]
    insert_columns(conn, sequence, {"id": ids, "segment_id": segment_ids, "fingerprint": marks, "tokens": blobs})


def _fingerprints(tokens: "Whole", sizes: "Whole") -> list[int]:
    """``runs.fingerprint`` of many sequences that stand one after the other."""
    import numpy as np

    longest = int(sizes.max(initial=0))
    powers = np.ones(longest + 1, dtype=np.uint64)
    powers[1:] = runs.BASE
    powers = np.cumprod(powers, dtype=np.uint64)
    ends = np.cumsum(sizes)
    after = np.repeat(ends, sizes) - np.arange(len(tokens)) - 1
    sums = np.zeros(len(tokens) + 1, dtype=np.uint64)
    np.cumsum(tokens.astype(np.uint64) * powers[after], out=sums[1:])
    marks: list[int] = (sums[ends] - sums[ends - sizes]).view(np.int64).tolist()
    return marks


def _occurrences(tokens: "Whole", owners: "Whole") -> "tuple[Whole, Whole]":
    """The list of each token, repeated ones counted on, and its owner."""
    import numpy as np

    # Token numbers of one language and owners have 32 bits at most: one key to sort by.
    above = tokens[:1] >> TOKEN_BITS << TOKEN_BITS
    keys = (tokens - above) << NUMBER_BITS | owners
    keys.sort()
    tokens, owners = (keys >> NUMBER_BITS) + above, keys & ((1 << NUMBER_BITS) - 1)
    places = np.arange(len(tokens))
    first = np.ones(len(tokens), dtype=bool)
    first[1:] = (tokens[1:] != tokens[:-1]) | (owners[1:] != owners[:-1])
    times = places - np.maximum.accumulate(np.where(first, places, 0)) + 1
    names = tokens << TOKEN_BITS | times
    # Those of one list come to stand together: the first times do, and the others are few.
    again = np.flatnonzero(times > 1)
    order = np.concatenate((np.flatnonzero(times == 1), again[np.argsort(names[again], kind="stable")]))
    return names[order], owners[order]


def _neighbours(tokens: "Whole", owners: "Whole") -> "tuple[Whole, Whole]":
    """The list of each two tokens side by side, once an owner, and their owner."""
    import numpy as np

    inside = owners[1:] == owners[:-1]
    names = (PAIR | tokens[:-1] << TOKEN_BITS | tokens[1:] & ((1 << TOKEN_BITS) - 1))[inside]
    owners = owners[1:][inside]
    order = np.argsort(names, kind="stable")
    names, owners = names[order], owners[order]
    once = np.ones(len(names), dtype=bool)
    once[1:] = (names[1:] != names[:-1]) | (owners[1:] != owners[:-1])
    return names[once], owners[once]


# --- removing -------------------------------------------------------------------------------------------------------


def remove(conn: Connection, lang: Lang, segment_ids: Iterable[int]) -> None:
    """Take segments out of the index; those that are not in it are passed over."""
    language_id = conn.execute(_LANGUAGE, {"tag": lang.tag}).scalar_one_or_none()
    if language_id is None:
        return
    removed: Counter[int] = Counter()
    for some in batches(sorted(set(segment_ids))):
        ids = conn.execute(select(sequence.c.id).where(sequence.c.segment_id.in_(some))).scalars().all()
        found = [row for row in ids if row >> NUMBER_BITS == language_id]
        removed.update((row & ((1 << NUMBER_BITS) - 1)) >> RUNNING_BITS for row in found)
        conn.execute(delete(sequence).where(sequence.c.id.in_(found)))
    for place, count in removed.items():
        counter = (numbering.c.language_id == language_id, numbering.c.bucket == place)
        conn.execute(update(numbering).where(*counter).values(removed=numbering.c.removed + count))
    if removed and _worth_sweeping(conn, language_id):
        sweep(conn, language_id)


def sequences_of(language_id: int) -> Any:
    """The condition that a sequence is of the language."""
    return sequence.c.id.between(language_id << NUMBER_BITS, (language_id + 1 << NUMBER_BITS) - 1)


def _worth_sweeping(conn: Connection, language_id: int) -> bool:
    query = select(func.sum(numbering.c.removed)).where(numbering.c.language_id == language_id)
    dead = conn.execute(query).scalar_one() or 0
    if dead < SWEEP_FROM:
        return False
    live = conn.execute(select(func.count()).select_from(sequence).where(sequences_of(language_id))).scalar_one()
    return bool(dead > SWEEP_SHARE * live)


def sweep(conn: Connection, language_id: int) -> None:
    """Rewrite the lists of a language without the segments that were removed; each list becomes one part."""
    import numpy as np

    ids = conn.execute(select(sequence.c.id).where(sequences_of(language_id)).order_by(sequence.c.id)).scalars()
    live = (np.fromiter(ids, dtype=np.int64) & ((1 << NUMBER_BITS) - 1)).astype(np.uint32)
    used: set[int] = set()
    for some in batches(_lists_of(conn, language_id)):
        used.update(name >> TOKEN_BITS for name in list_rows.keep(conn, some, live) if 0 <= name < PAIR)
    of_language = token.c.id.between(language_id << TOKEN_BITS, (language_id + 1 << TOKEN_BITS) - 1)
    unused = set(conn.execute(select(token.c.id).where(of_language)).scalars()) - used
    for some in batches(sorted(unused)):
        conn.execute(delete(token).where(token.c.id.in_(some)))
    conn.execute(update(numbering).where(numbering.c.language_id == language_id).values(removed=0))


def _lists_of(conn: Connection, language_id: int) -> list[int]:
    """All lists of a language."""
    low, high = language_id << 2 * TOKEN_BITS, (language_id + 1 << 2 * TOKEN_BITS) - 1
    return [
        name
        for kind in (0, PAIR, VALUE)
        for name in conn.execute(
            select(posting.c.list).where(posting.c.list.between(kind | low, kind | high)).distinct()
        ).scalars()
    ]
