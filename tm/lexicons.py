"""The word lexicons of a memory: learned from its accepted pairs, kept in its ``lexicon`` table, read for alignment.

One lexicon for each pair of languages, locales taken together (``fr-CH`` teaches ``fr``). Reviewed pairs teach, and
unreviewed ones that were accepted (``ACCEPTED_FROM``) or came as pairs; doubtful and rejected ones never do. Where a
paragraph is divided into sentence units, these teach in its place. Every function works in the caller's transaction.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import numpy as np
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from tm.lang import Lang
from tm.lexicon import Lexicon, Table, learn
from tm.listed import batches
from tm.model import ACCEPTED_FROM, Review
from tm.schema import lexicon, segment, unit, variant

#: Fewest pairs worth learning from.
FEWEST = 100
#: Most pairs a lexicon is learned from, reviewed ones first, then those that came last.
MOST_PAIRS = 20_000
#: Most pairs of words in them, each word of a text with each of its translation: 5,000 to 10,000 sentences
#: of UN documents by language, which take 2 s and some 80 MB to learn from.
MOST_WORD_PAIRS = 8_000_000
#: Texts that have more pairs of words between them teach nothing: in a page of text any word may stand for any other.
MOST_OF_ONE_PAIR = 100_000
#: A lexicon is learned anew when the usable pairs have grown by this share or by so many, whichever is less.
GROWTH_SHARE, GROWTH_PAIRS = 0.2, 500
#: Probabilities are kept in steps of one part in this many; entries below one part in fifty are not kept at all
#: (``tm.lexicon``), so that no translation changes its rank by more than a rounding.
_STEPS = 65_535
_CHILD, _PARENT = unit.alias("child"), unit.alias("parent")
_ONE, _TWO = variant.alias("one"), variant.alias("two")
#: Pairs that teach. They are read along the variants, which lie by unit, so that no more is read than is asked for.
_TEACHES = and_(
    unit.c.review != Review.REJECTED.value,
    or_(unit.c.review == Review.REVIEWED.value, unit.c.confidence.is_(None), unit.c.confidence >= ACCEPTED_FROM),
    ~exists().where(_CHILD.c.parent_id == unit.c.id),
    ~exists().where(_PARENT.c.id == unit.c.parent_id, _PARENT.c.review == Review.REJECTED.value),
)
_LEARNED = select(lexicon.c.learned).where(lexicon.c.source == bindparam("one"), lexicon.c.target == bindparam("two"))


@dataclass(frozen=True, slots=True)
class StoredLexicon:
    """What a memory says of one of its lexicons."""

    #: In the order of their tags, without locale.
    source: Lang
    target: Lang
    #: Pairs of texts it was learned from.
    pairs: int
    learned: datetime


def stored(conn: Connection) -> tuple[StoredLexicon, ...]:
    """The lexicons the memory has, by their languages."""
    query = select(lexicon.c.source, lexicon.c.target, lexicon.c.pairs, lexicon.c.learned)
    return tuple(
        StoredLexicon(Lang(source), Lang(target), pairs, datetime.fromisoformat(learned))
        for source, target, pairs, learned in conn.execute(query.order_by(lexicon.c.source, lexicon.c.target))
    )


def load(conn: Connection, source: Lang, target: Lang) -> Lexicon | None:
    """The lexicon from one language to another, whatever their locales; None when the memory has none."""
    one, two = sorted((source.primary, target.primary))
    row = conn.execute(select(lexicon).where(lexicon.c.source == one, lexicon.c.target == two)).mappings().one_or_none()
    if row is None:
        return None
    sides = _unpacked_terms(row["source_terms"]), _unpacked_terms(row["target_terms"])
    table = _unpacked_entries(row["entries"], *map(len, sides))
    found = Lexicon(Lang(one), Lang(two), *sides, table, row["pairs"])
    return found if source.primary == one else found.swapped()


def learned_at(conn: Connection, source: Lang, target: Lang) -> str | None:
    """When the lexicon of two languages was learned, whatever their locales, as written down; None for none."""
    one, two = sorted((source.primary, target.primary))
    found: str | None = conn.execute(_LEARNED, {"one": one, "two": two}).scalar_one_or_none()
    return found


def load_all(conn: Connection, langs: Sequence[Lang]) -> dict[tuple[Lang, Lang], Lexicon]:
    """The lexicons the memory has for these languages, each pair once, named as the languages are given."""
    found = {pair: load(conn, *pair) for pair in combinations(sorted(langs), 2)}
    return {pair: known for pair, known in found.items() if known is not None}


def refresh(
    conn: Connection, langs: Iterable[Lang], *, anew: bool = False, now: datetime | None = None
) -> tuple[StoredLexicon, ...]:
    """Learn the lexicons of all pairs of these languages whose usable pairs have grown enough since the last time.

    Args:
        conn: a connection in a writing transaction.
        langs: languages; locales count as their language.
        anew: whether to learn all of them, grown or not. A lexicon that has too few pairs left is dropped then.
        now: the time written down; the present when None.

    Returns:
        Those that were learned.
    """
    primary = sorted({lang.primary for lang in langs})
    learned = []
    for source, target in combinations(primary, 2):
        if anew or _outgrown(conn, source, target):
            made = _learned(conn, source, target, now or datetime.now(UTC))
            learned += [made] if made else []
    return tuple(learned)


def _outgrown(conn: Connection, source: str, target: str) -> bool:
    """Whether enough usable pairs have come since the lexicon was learned, or to learn it for the first time."""
    where = lexicon.c.source == source, lexicon.c.target == target
    row = conn.execute(select(lexicon.c.pairs, lexicon.c.last_unit).where(*where)).one_or_none()
    pairs, last = row or (0, 0)
    enough = FEWEST if row is None else min(GROWTH_PAIRS, max(1, round(GROWTH_SHARE * pairs)))
    # No more is counted than is asked for.
    new = (
        _usable(source, target).with_only_columns(_ONE.c.unit_id).where(_ONE.c.unit_id > last).limit(enough).subquery()
    )
    return int(conn.execute(select(func.count()).select_from(new)).scalar_one()) >= enough


def _usable(source: str, target: str) -> Select[Any]:
    """The pairs that teach, as ``one`` and ``two``, the segments, and ``word_pairs``, the product of their lengths."""
    left, right = segment.alias("left_text"), segment.alias("right_text")
    joined = (
        unit.join(_ONE, and_(_ONE.c.unit_id == unit.c.id, _speaks(_ONE.c.lang, source)))
        .join(_TWO, and_(_TWO.c.unit_id == unit.c.id, _speaks(_TWO.c.lang, target)))
        .join(left, left.c.id == _ONE.c.segment_id)
        .join(right, right.c.id == _TWO.c.segment_id)
    )
    word_pairs = left.c.tokens * right.c.tokens
    columns = left.c.id.label("one"), right.c.id.label("two"), word_pairs.label("word_pairs")
    return select(*columns).select_from(joined).where(_TEACHES, word_pairs <= MOST_OF_ONE_PAIR)


def _speaks(lang: Column[str], primary: str) -> ColumnElement[bool]:
    """Whether a variant is in the language, in any locale."""
    return or_(lang == primary, lang.like(f"{primary}-%"))


def _learned(conn: Connection, source: str, target: str, now: datetime) -> StoredLexicon | None:
    """Learn a lexicon and put it in the place of the one before; None when there is too little to learn from."""
    pairs = list(_pairs(conn, source, target))
    conn.execute(delete(lexicon).where(lexicon.c.source == source, lexicon.c.target == target))
    if len(pairs) < FEWEST:
        return None
    made = learn(Lang(source), Lang(target), pairs)
    row = {
        "source": source,
        "target": target,
        "pairs": made.pairs,
        "last_unit": conn.execute(select(func.max(unit.c.id))).scalar_one(),
        "learned": now.astimezone(UTC).isoformat(),
        "source_terms": _packed_terms(made.source_terms),
        "target_terms": _packed_terms(made.target_terms),
        "entries": _packed_entries(made.table, len(made.source_terms)),
    }
    conn.execute(insert(lexicon), [row])
    return StoredLexicon(Lang(source), Lang(target), made.pairs, now)


def _pairs(conn: Connection, source: str, target: str) -> Iterator[tuple[str, str]]:
    """The pairs of texts to learn from, each once, as many as are allowed: reviewed ones first, then the last come."""
    chosen: dict[tuple[int, int], None] = {}
    room = MOST_WORD_PAIRS
    reviewed = unit.c.review == Review.REVIEWED.value
    for first in (reviewed, ~reviewed):
        rows = conn.execute(_usable(source, target).where(first).order_by(_ONE.c.unit_id.desc()))
        for row in rows.mappings():
            pair = row["one"], row["two"]
            room -= row["word_pairs"] if pair not in chosen else 0
            if room < 0 or len(chosen) >= MOST_PAIRS:
                break
            chosen[pair] = None
    texts: dict[int, str] = {}
    for some in batches(sorted({number for pair in chosen for number in pair})):
        found = conn.execute(select(segment.c.id, segment.c.text).where(segment.c.id.in_(some)))
        texts.update((number, text) for number, text in found)
    return ((texts[one], texts[two]) for one, two in chosen)


# --- as they lie in the table ---------------------------------------------------------------------------------------


def _packed_terms(terms: Sequence[str]) -> bytes:
    """The terms in UTF-8, one a line, compressed; no term holds a line end."""
    return zlib.compress("\n".join(terms).encode())


def _unpacked_terms(blob: bytes) -> tuple[str, ...]:
    text = zlib.decompress(blob).decode()
    return tuple(text.split("\n")) if text else ()


def _packed_entries(table: Table, sources: int) -> bytes:
    """The entries in order, little-endian, compressed: how many each source term has and the target term of each, in
    32 bits; then p(target | source) and p(source | target) of each, rounded to 16 bits.
    """
    counts = np.bincount(table.keys // table.width, minlength=sources)
    numbers = np.concatenate((counts, table.keys % table.width)).astype("<u4")
    amounts = np.rint(np.concatenate((table.forward, table.backward)) * _STEPS).clip(0, _STEPS).astype("<u2")
    return zlib.compress(numbers.tobytes() + amounts.tobytes())


def _unpacked_entries(blob: bytes, sources: int, targets: int) -> Table:
    whole = zlib.decompress(blob)
    counts = np.frombuffer(whole, "<u4", sources).astype(np.int64)
    size = int(counts.sum())
    width = max(targets, 1)
    places = np.frombuffer(whole, "<u4", size, 4 * sources).astype(np.int64)
    amounts = np.frombuffer(whole, "<u2", 2 * size, 4 * (sources + size)) / _STEPS
    return Table(np.repeat(np.arange(sources), counts) * width + places, width, amounts[:size], amounts[size:])
