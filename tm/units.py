"""Stored units as values: read by segment, by place, or one after the other. Every function reads, none writes."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, or_, select

from tm.lang import Lang
from tm.listed import batches, given_numbers, these
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant
from tm.schema import document, segment, unit, variant
from tm.text import nfc

#: Units read at a time when all are read one after the other.
_PAGE = 500


@dataclass(frozen=True, slots=True)
class StoredUnit:
    """A unit as it stands in the memory."""

    #: Identifier inside this memory.
    id: int
    #: Identifier of the paragraph unit it is a sentence of, or None.
    parent_id: int | None
    #: The unit with all its variants, ordered by language tag, and its document; without its sentences.
    unit: TranslationUnit


def to_stamp(time: datetime | None) -> str | None:
    """A point of time as it is stored: ISO 8601 in UTC. Without a time zone it is taken to be UTC."""
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def to_time(stamp: str | None) -> datetime | None:
    """The point of time of a stamp."""
    return datetime.fromisoformat(stamp) if stamp else None


def to_document(row: RowMapping) -> Document:
    """The document of a row of its table."""
    return Document(
        symbol=row["symbol"],
        title=row["title"],
        body=row["body"],
        session=row["session"],
        date=row["date"],
        status=DocumentStatus(row["status"]),
        origin=row["origin"],
        superseded=row["superseded"],
        corrected=row["corrected"],
    )


def langs(conn: Connection) -> tuple[Lang, ...]:
    """All languages and locales that texts are stored in, by tag."""
    # One step of the (lang, digest) index a language, where DISTINCT would read the whole of it.
    found: list[Lang] = []
    following = select(func.min(segment.c.lang)).where(segment.c.lang > bindparam("last"))
    while tag := conn.execute(following, {"last": found[-1].tag if found else ""}).scalar_one():
        found.append(Lang(tag))
    return tuple(found)


def load_units(conn: Connection, unit_ids: Iterable[int]) -> dict[int, StoredUnit]:
    """The units with these identifiers, in their order; those that do not exist are left out."""
    found: dict[int, StoredUnit] = {}
    for some in batches(list(dict.fromkeys(unit_ids))):
        ids = these(some)
        variants: defaultdict[int, list[Variant]] = defaultdict(list)
        for row in conn.execute(_VARIANTS, ids).mappings():
            variants[row["unit_id"]].append(_variant(row))
        documents: dict[int, Document] = {}
        units: dict[int, StoredUnit] = {}
        for row in conn.execute(_UNITS, ids).mappings():
            of = documents.get(row["document_id"])
            if of is None:
                documents[row["document_id"]] = of = to_document(row)
            units[row["id"]] = _stored(row, variants[row["id"]], of)
        found.update((unit_id, units[unit_id]) for unit_id in some if unit_id in units)
    return found


#: Units with the columns of their documents that have other names than theirs.
_UNITS = (
    select(unit, *(column for column in document.c if column.name not in unit.c))
    .join(document)
    .where(unit.c.id.in_(given_numbers()))
)
_VARIANTS = (
    select(variant, segment.c.text)
    .join(segment)
    .where(variant.c.unit_id.in_(given_numbers()))
    .order_by(variant.c.unit_id, variant.c.lang)
)
_HOLDERS = (
    select(variant.c.segment_id, variant.c.unit_id)
    .where(variant.c.lang == bindparam("lang"), variant.c.segment_id.in_(given_numbers()))
    .order_by(variant.c.unit_id)
)


def _variant(row: RowMapping) -> Variant:
    span = (row["span_start"], row["span_end"]) if row["span_start"] is not None else None
    return Variant(Lang(row["lang"]), row["text"], row["markup"], tuple(row["segments"]), span)


def _stored(row: RowMapping, variants: Sequence[Variant], of: Document) -> StoredUnit:
    value = TranslationUnit(
        variants=tuple(variants),
        level=Level(row["level"]),
        kind=Kind(row["kind"]),
        path=tuple(row["path"]),
        document=of,
        position=row["position"],
        confidence=row["confidence"],
        review=Review(row["review"]),
        reordered=row["reordered"],
        uid=row["uid"],
        created=to_time(row["created"]),
        created_by=row["created_by"],
        changed=to_time(row["changed"]),
        changed_by=row["changed_by"],
        note=row["note"],
        properties=tuple((name, content) for name, content in row["properties"]),
    )
    return StoredUnit(row["id"], row["parent_id"], value)


def text_digest(text: str) -> bytes:
    """What a text is known by in its language: BLAKE2b of its NFC form, 16 bytes."""
    return composed_digest(nfc(text))


def composed_digest(text: str) -> bytes:
    """The same of a text that is in NFC."""
    # A lone surrogate has no UTF-8 form; no stored text holds one, so that what is asked with one is found nowhere.
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def find_text(conn: Connection, lang: Lang, text: str) -> int | None:
    """The segment that is this very text in NFC, or None."""
    query = select(segment.c.id).where(segment.c.lang == lang.tag, segment.c.digest == text_digest(text))
    return conn.execute(query).scalar_one_or_none()


def find_units(conn: Connection, lang: Lang, segment_ids: Iterable[int]) -> dict[int, tuple[StoredUnit, ...]]:
    """For each segment, in the order given, the units that have it as their variant in exactly this language tag.

    Segments that stand in no unit are left out. Three statements for some thousands of segments.
    """
    holders: dict[int, list[int]] = {segment_id: [] for segment_id in segment_ids}
    for some in batches(list(holders)):
        for segment_id, unit_id in conn.execute(_HOLDERS, {"lang": lang.tag, **these(some)}):
            holders[segment_id].append(unit_id)
    units = load_units(conn, (unit_id for ids in holders.values() for unit_id in ids))
    return {segment_id: tuple(units[unit_id] for unit_id in ids) for segment_id, ids in holders.items() if ids}


class Outline(NamedTuple):
    """What a unit that has a text is ranked by."""

    segment_id: int
    text: str
    superseded: bool
    status: int
    date: date | None
    review: str
    confidence: float | None
    document_key: str
    position: int
    uid: str


def outlines(conn: Connection, lang: Lang, segment_ids: Sequence[int]) -> Iterator[Outline]:
    """The outline of each unit that ``find_units`` would find, in no order, in a fraction of the time."""
    for some in batches(segment_ids):
        yield from map(Outline._make, conn.execute(_OUTLINES, {"lang": lang.tag, **these(some)}).all())


_OUTLINES = (
    select(
        variant.c.segment_id, segment.c.text, document.c.superseded, document.c.status, document.c.date,
        unit.c.review, unit.c.confidence, document.c.key, unit.c.position, unit.c.uid,
    )
    .select_from(variant.join(segment).join(unit).join(document, unit.c.document_id == document.c.id))
    .where(variant.c.lang == bindparam("lang"), variant.c.segment_id.in_(given_numbers()))
)  # fmt: skip


def sentences_of(conn: Connection, unit_id: int) -> tuple[StoredUnit, ...]:
    """The sentence units inside a paragraph unit, in order."""
    return sentences_by_paragraph(conn, [unit_id]).get(unit_id, ())


def sentences_inside(conn: Connection, uid: str) -> tuple[StoredUnit, ...]:
    """The sentence units inside the paragraph unit of a stable identifier, in order."""
    unit_id = conn.execute(select(unit.c.id).where(unit.c.uid == uid)).scalar_one_or_none()
    return () if unit_id is None else sentences_of(conn, unit_id)


def parent_of(conn: Connection, unit_id: int) -> StoredUnit | None:
    """The paragraph unit that a sentence unit stands in, or None."""
    parent_id = conn.execute(select(unit.c.parent_id).where(unit.c.id == unit_id)).scalar_one_or_none()
    return None if parent_id is None else load_units(conn, [parent_id])[parent_id]


def sentences_by_paragraph(conn: Connection, parent_ids: Sequence[int]) -> dict[int, tuple[StoredUnit, ...]]:
    """The sentence units inside each of several paragraph units, in order; those without sentences are left out."""
    ids: list[int] = []
    for some in batches(parent_ids):
        query = select(unit.c.id).where(unit.c.parent_id.in_(some)).order_by(unit.c.parent_id, unit.c.rank)
        ids += conn.execute(query).scalars()
    children: defaultdict[int, list[StoredUnit]] = defaultdict(list)
    for stored in load_units(conn, ids).values():
        assert stored.parent_id is not None
        children[stored.parent_id].append(stored)
    return {parent_id: tuple(found) for parent_id, found in children.items()}


def neighbours(conn: Connection, unit_ids: Iterable[int], lang: Lang) -> dict[int, tuple[str | None, str | None]]:
    """For each unit, the texts in this language tag of the units before and after it, of its level and document.

    None stands for no neighbour, and for a neighbour without that language.
    """
    found: dict[int, tuple[str | None, str | None]] = {}
    for some in batches(sorted(set(unit_ids))):
        rows = conn.execute(_NEIGHBOURS, these(some)).all()
        sides = [side for row in rows for side in (row.before, row.after) if side is not None]
        texts: dict[int, str] = {}
        for sides_part in batches(sides):
            rows_of_texts = conn.execute(_TEXTS, {"lang": lang.tag, **these(sides_part)})
            texts.update((unit_id, text) for unit_id, text in rows_of_texts)
        found.update((row.id, (texts.get(row.before), texts.get(row.after))) for row in rows)
    return found


_TEXTS = (
    select(variant.c.unit_id, segment.c.text)
    .join(segment)
    .where(variant.c.lang == bindparam("lang"), variant.c.unit_id.in_(given_numbers()))
)
_OTHER = unit.alias("other")
_SAME_ROW = and_(_OTHER.c.document_id == unit.c.document_id, _OTHER.c.level == unit.c.level)
_NEIGHBOURS = select(
    unit.c.id,
    select(_OTHER.c.id)
    .where(_SAME_ROW, _OTHER.c.rank < unit.c.rank)
    .order_by(_OTHER.c.rank.desc())
    .limit(1)
    .scalar_subquery()
    .label("before"),
    select(_OTHER.c.id)
    .where(_SAME_ROW, _OTHER.c.rank > unit.c.rank)
    .order_by(_OTHER.c.rank)
    .limit(1)
    .scalar_subquery()
    .label("after"),
).where(unit.c.id.in_(given_numbers()))


# --- all units ------------------------------------------------------------------------------------------------------


def iterate(
    conn: Connection,
    *,
    langs: Iterable[Lang] | None = None,
    symbol: str | None = None,
    status: DocumentStatus | None = None,
    since: datetime | None = None,
    level: Level | None = None,
) -> Iterator[TranslationUnit]:
    """The units, document by document in the order they came, and in each in document order.

    Args:
        conn: a connection in a transaction; it must stay open while units are taken.
        langs: variants in other languages are left out (``fr`` takes in ``fr-CH``), and units left without any.
        symbol: documents with this symbol (or, for those without one, this origin); ``A/RES/*`` for all that begin so.
        status: documents of this status.
        since: units made or changed at this time or later, or with such a sentence.
        level: PARAGRAPH for paragraph units alone, SENTENCE for sentence units alone; None for paragraph units with
            their sentences inside, and the sentence units that stand alone.
    """
    wanted = None if langs is None else tuple(langs)
    query = select(unit.c.id).join(document).where(*_documents_where(symbol, status), *_units_where(since, level))
    query = query.order_by(unit.c.document_id, unit.c.level, unit.c.rank, unit.c.id)
    ids = conn.execute(query).scalars().all()
    for some in batches(ids, _PAGE):
        children = sentences_by_paragraph(conn, some) if level is None else {}
        for stored in load_units(conn, some).values():
            inner = [_limited(child.unit, wanted) for child in children.get(stored.id, ())]
            whole = replace(_limited(stored.unit, wanted), sentences=tuple(found for found in inner if found.variants))
            if whole.variants:
                yield whole


def has_document(conn: Connection, symbol: str) -> bool:
    """Whether there is a document that ``iterate`` takes for this symbol."""
    return conn.execute(select(document.c.id).where(*_documents_where(symbol, None)).limit(1)).first() is not None


def find_documents(conn: Connection, symbols: Iterable[str]) -> tuple[Document, ...]:
    """The documents that have one of these symbols, with or without a space before a bracket, by key."""
    spelt = {form for symbol in symbols for form in (symbol, symbol.replace(" (", "("))}
    rows: list[RowMapping] = []
    for some in batches(sorted(spelt)):
        rows += conn.execute(select(document).where(document.c.key.in_(some))).mappings()
    return tuple(to_document(row) for row in sorted(rows, key=lambda row: str(row["key"])))


def _documents_where(symbol: str | None, status: DocumentStatus | None) -> Iterator[ColumnElement[bool]]:
    if symbol is not None and symbol.endswith("*"):
        yield document.c.key.startswith(symbol[:-1], autoescape=True)
    elif symbol is not None:
        yield document.c.key == symbol
    if status is not None:
        yield document.c.status == int(status)


def _units_where(since: datetime | None, level: Level | None) -> Iterator[ColumnElement[bool]]:
    if level is None:
        yield unit.c.parent_id.is_(None)
    else:
        yield unit.c.level == level.value
    if since is not None:
        recent = func.coalesce(unit.c.changed, unit.c.created) >= to_stamp(since)
        inner = _OTHER.c.parent_id == unit.c.id, func.coalesce(_OTHER.c.changed, _OTHER.c.created) >= to_stamp(since)
        yield or_(recent, select(_OTHER.c.id).where(*inner).exists()) if level is None else recent


def _limited(value: TranslationUnit, wanted: Sequence[Lang] | None) -> TranslationUnit:
    if wanted is None:
        return value
    return replace(value, variants=tuple(v for v in value.variants if any(lang.covers(v.lang) for lang in wanted)))


# --- rows of units --------------------------------------------------------------------------------------------------


#: The columns of the unit table that a unit's own content fills; not its place and relations.
UNIT_COLUMNS = (
    "uid", "level", "kind", "path", "position", "confidence", "review", "reordered", "created", "created_by", "changed",
    "changed_by", "note", "properties",
)  # fmt: skip
VARIANT_COLUMNS = ("unit_id", "lang", "segment_id", "markup", "segments", "span_start", "span_end")


def unit_values(value: TranslationUnit, created: str | None, created_by: str) -> tuple[Any, ...]:
    """What a unit has in ``UNIT_COLUMNS``, with the stamp of the time it was made and by whom."""
    return (
        value.uid, value.level.value, value.kind.value, value.path, value.position, value.confidence,
        value.review.value, value.reordered, created, created_by, to_stamp(value.changed), value.changed_by,
        value.note, value.properties,
    )  # fmt: skip


def variant_values(
    value: TranslationUnit, unit_id: int, segment_ids: Mapping[str, Mapping[str, int]]
) -> list[tuple[Any, ...]]:
    """What a unit's variants have in ``VARIANT_COLUMNS``; segments are given by language tag, then by text."""
    return [
        (unit_id, item.lang.tag, segment_ids[item.lang.tag][item.text], item.markup, item.segments)
        + (item.span or (None, None))
        for item in value.variants
    ]
