"""Rows into a memory: texts once each and indexed, units with their variants, what they replace written down.

One ``Writer`` serves one action inside one transaction. It is the only thing that gives identifiers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any
from unicodedata import is_normalized

from sqlalchemy import Column, Connection, Select, bindparam, delete, func, insert, select, update

from tm import index, printed
from tm.bulk import insert_columns, insert_tuples
from tm.history import REMOVED, REPLACED, record
from tm.indexed import Indexed
from tm.labels import indexed_unlabelled
from tm.lang import Lang
from tm.listed import batches
from tm.model import Document, Level, TranslationUnit, Variant
from tm.schema import document, edition, segment, unit, variant
from tm.text import nfc
from tm.units import (
    UNIT_COLUMNS,
    VARIANT_COLUMNS,
    StoredUnit,
    composed_digest,
    to_document,
    to_stamp,
    unit_values,
    variant_values,
)

#: Tokens of the texts that wait to be indexed, and what their placeables hold. However long a file is, they and what is
#: made of them take less than 100 MB.
_WAITING_AT_MOST = 300_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit to be written, in its place."""

    #: With its uid, in normal form, without its sentences.
    unit: TranslationUnit
    #: Uid of the paragraph unit it is a sentence of, or "".
    parent: str
    rank: int


def normal(value: TranslationUnit) -> TranslationUnit:
    """The unit as it is stored: texts in NFC, variants by language tag, without its sentences."""
    variants = normal_variants(value)
    return replace(value, variants=variants, sentences=()) if value.sentences or variants != value.variants else value


def normal_variants(value: TranslationUnit) -> tuple[Variant, ...]:
    """The unit's variants as they are stored: texts in NFC, by language tag."""
    return tuple(sorted(map(_composed, value.variants), key=lambda variant: variant.lang.tag))


def _composed(variant: Variant) -> Variant:
    return variant if is_normalized("NFC", variant.text) else replace(variant, text=nfc(variant.text))


def next_id(conn: Connection, column: Column[int]) -> int:
    """One more than the greatest identifier in the column."""
    return int(conn.execute(_greatest(column)).scalar_one()) + 1


@cache
def _greatest(column: Column[int]) -> Select[Any]:
    return select(func.coalesce(func.max(column), 0))


class Writer:
    """Writes units, counts what it writes, and leaves no text behind that no unit has.

    Attributes:
        segments: texts that the memory did not have before.
    """

    def __init__(self, conn: Connection, by: str, now: datetime) -> None:
        self._conn = conn
        self._by = by
        self._now = now
        self._stamp = to_stamp(now)
        self._next_unit = next_id(conn, unit.c.id)
        self._next_segment = next_id(conn, segment.c.id)
        #: Identifiers of the texts of each language that wait to be indexed, and what the index shall hold of them.
        self._pending: defaultdict[str, tuple[list[int], list[Indexed]]] = defaultdict(lambda: ([], []))
        #: How many tokens, and pieces of placeables, of each language wait.
        self._waiting: defaultdict[str, int] = defaultdict(int)
        self._adder = index.Adder(conn)
        #: Language tag of each segment that a unit has let go.
        self._loose: dict[int, str] = {}
        #: Documents made, and in those that were there the parts whose units came, went or changed.
        self._new_documents: set[int] = set()
        self._parts: set[printed.Part] = set()
        self.segments = 0

    # --- documents ---

    def document_id(self, of: Document) -> int:
        """The row of a document, made if there is none; what is newly known of it is written, nothing is blanked."""
        row = self._conn.execute(select(document).where(document.c.key == of.key)).mappings().one_or_none()
        if row is None:
            following = next_id(self._conn, document.c.id)
            values = {**_document_row(of), "id": following, "key": of.key, "added": to_stamp(self._now)}
            self._conn.execute(insert(document), [values])
            self._new_documents.add(following)
            return following
        told = {f.name: getattr(of, f.name) for f in fields(Document) if getattr(of, f.name) != f.default}
        merged = replace(to_document(row), **told)
        if merged != to_document(row):
            self._conn.execute(update(document).where(document.c.id == row["id"]).values(**_document_row(merged)))
        return int(row["id"])

    def edition(self, document_id: int, lang: str, name: str, digest: str, reader: str) -> None:
        """Write down which file a document's language came from, in place of the one before."""
        where = (edition.c.document_id == document_id, edition.c.lang == lang)
        values = {"name": name, "digest": digest, "reader": reader, "added": to_stamp(self._now)}
        if not self._conn.execute(update(edition).where(*where).values(**values)).rowcount:
            row = {"id": next_id(self._conn, edition.c.id), "document_id": document_id, "lang": lang, **values}
            self._conn.execute(insert(edition), [row])

    # --- units ---

    def insert(self, document_id: int, entries: Sequence[Entry], parents: dict[str, int]) -> None:
        """Write new units; parents first. ``parents`` gives the ids of stored uids and learns the new ones."""
        texts = self._segment_ids(entry.unit for entry in entries)
        units: list[tuple[Any, ...]] = []
        variants: list[tuple[Any, ...]] = []
        for entry in entries:
            value = entry.unit
            unit_id = parents[value.uid] = self._next_unit
            parent_id = parents[entry.parent] if entry.parent else None
            created = to_stamp(value.created) if value.created else self._stamp
            own = unit_values(value, created, value.created_by or self._by)
            units.append((unit_id, document_id, parent_id, entry.rank, *own))
            variants += variant_values(value, unit_id, texts)
            self._next_unit += 1
        if document_id not in self._new_documents:
            self._place_anew((document_id, entry.unit.level, entry.rank) for entry in entries)
        insert_tuples(self._conn, unit, ("id", "document_id", "parent_id", "rank", *UNIT_COLUMNS), units)
        insert_tuples(self._conn, variant, VARIANT_COLUMNS, variants)

    def replace(self, document_id: int, changes: Sequence[tuple[StoredUnit, Entry]], parents: dict[str, int]) -> None:
        """Give stored units new content; what they were goes to the history."""
        if not changes:
            return
        record(self._conn, (stored.unit for stored, _ in changes), REPLACED, by=self._by, now=self._now)
        texts = self._segment_ids(entry.unit for _, entry in changes)
        units: list[dict[str, Any]] = []
        variants: list[tuple[Any, ...]] = []
        for stored, entry in changes:
            value = replace(
                entry.unit, changed=entry.unit.changed or self._now, changed_by=entry.unit.changed_by or self._by
            )
            created = to_stamp(value.created or stored.unit.created)
            own = unit_values(value, created, value.created_by or stored.unit.created_by)
            row = dict(zip(UNIT_COLUMNS, own, strict=True))
            units.append({**row, **self._place(document_id, entry, parents), "b_id": stored.id})
            variants += variant_values(value, stored.id, texts)
        self._let_go([stored.id for stored, _ in changes])
        self._place_anew((document_id, entry.unit.level, entry.rank) for _, entry in changes)
        names = [name for name in units[0] if name != "b_id"]
        statement = update(unit).where(unit.c.id == bindparam("b_id"))
        self._conn.execute(statement.values({name: bindparam(f"b_{name}") for name in names}), _bound(units))
        insert_tuples(self._conn, variant, VARIANT_COLUMNS, variants)

    def move(self, document_id: int, moves: Sequence[tuple[StoredUnit, Entry]], parents: dict[str, int]) -> None:
        """Put stored units, as they are, in their places."""
        rows = [
            {**self._place(document_id, entry, parents), "position": entry.unit.position, "id": stored.id}
            for stored, entry in moves
        ]
        if rows:
            self._parts |= printed.parts_of(self._conn, [stored.id for stored, _ in moves])
            self._place_anew((document_id, stored.unit.level, entry.rank) for stored, entry in moves)
            names = ("document_id", "parent_id", "rank", "position")
            statement = update(unit).where(unit.c.id == bindparam("b_id"))
            self._conn.execute(statement.values({name: bindparam(f"b_{name}") for name in names}), _bound(rows))

    def remove(self, gone: Sequence[StoredUnit]) -> None:
        """Delete units; what they were goes to the history. None of them may have a sentence that stays."""
        record(self._conn, (stored.unit for stored in gone), REMOVED, by=self._by, now=self._now)
        self._let_go([stored.id for stored in gone])
        for some in batches([stored.id for stored in gone]):
            self._conn.execute(delete(unit).where(unit.c.id.in_(some)))

    def finish(self) -> None:
        """Index what waits, write the parts of documents, and drop the texts that no unit has any more. Nothing may be
        written after this.
        """
        for tag in list(self._pending):
            self._index(tag)
        self._adder.finish()
        held: set[int] = set()
        for some in batches(sorted(self._loose)):
            query = select(variant.c.segment_id).where(variant.c.segment_id.in_(some)).distinct()
            held.update(self._conn.execute(query).scalars())
        free: defaultdict[str, list[int]] = defaultdict(list)
        for segment_id, tag in self._loose.items():
            if segment_id not in held:
                free[tag].append(segment_id)
        for tag, ids in free.items():
            index.remove(self._conn, Lang(tag), ids)
            for some in batches(ids):
                self._conn.execute(delete(segment).where(segment.c.id.in_(some)))
        printed.write(self._conn, self._new_documents, self._parts)

    # --- parts ---

    @staticmethod
    def _place(document_id: int, entry: Entry, parents: dict[str, int]) -> dict[str, Any]:
        parent_id = parents[entry.parent] if entry.parent else None
        return {"document_id": document_id, "parent_id": parent_id, "rank": entry.rank}

    def _place_anew(self, places: Iterable[tuple[int, Level, int]]) -> None:
        """Remember where units will stand: document, level and rank of each."""
        self._parts.update(printed.Part(of, level.value, rank // printed.RANKS) for of, level, rank in places)

    def _let_go(self, unit_ids: Sequence[int]) -> None:
        """Delete the variants of units; their texts may be free now."""
        self._parts |= printed.parts_of(self._conn, unit_ids)
        for some in batches(unit_ids):
            where = variant.c.unit_id.in_(some)
            rows = self._conn.execute(select(variant.c.segment_id, variant.c.lang).where(where))
            self._loose.update((segment_id, tag) for segment_id, tag in rows)
            self._conn.execute(delete(variant).where(where))

    def _segment_ids(self, units: Iterable[TranslationUnit]) -> dict[str, dict[str, int]]:
        """Identifier of each variant's text, by tag, then by text; those that are new are written and wait for the
        index.
        """
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for value in units:
            for item in value.variants:
                found[item.lang.tag][item.text] = 0
        for tag, ids in found.items():
            digests = dict(zip(map(composed_digest, ids), ids, strict=True))
            for some in batches(list(digests)):
                for digest, segment_id in self._conn.execute(_KNOWN_TEXTS, {"lang": tag, "digests": some}):
                    ids[digests.pop(digest)] = segment_id
            self._add_segments(tag, digests, ids)
        return found

    def _add_segments(self, tag: str, texts: Mapping[bytes, str], ids: dict[str, int]) -> None:
        """Write texts, by their digests; ``ids`` learns the identifiers."""
        if not texts:
            return
        lang = Lang(tag)
        numbers = range(self._next_segment, self._next_segment + len(texts))
        held = [indexed_unlabelled(text, lang) for text in texts.values()]
        rows = {
            "id": numbers,
            "lang": [tag] * len(texts),
            "text": list(texts.values()),
            "digest": list(texts),
            "tokens": [len(found.keys) for found in held],
        }
        insert_columns(self._conn, segment, rows)
        ids.update(zip(texts.values(), numbers, strict=True))
        ids_before, held_before = self._pending[tag]
        ids_before += numbers
        held_before += held
        self._waiting[tag] += sum(len(keys) + len(inside[0]) + len(inside[1]) for keys, inside in held)
        self._next_segment += len(texts)
        self.segments += len(texts)
        if sum(self._waiting.values()) >= _WAITING_AT_MOST:
            self._index(max(self._waiting, key=lambda waiting: self._waiting[waiting]))

    def _index(self, tag: str) -> None:
        del self._waiting[tag]
        ids, held = self._pending.pop(tag)
        keys, inside = zip(*held, strict=True)
        self._adder.add(Lang(tag), ids, keys, inside)


_KNOWN_TEXTS = select(segment.c.digest, segment.c.id).where(
    segment.c.lang == bindparam("lang"), segment.c.digest.in_(bindparam("digests", expanding=True))
)


def _document_row(of: Document) -> dict[str, Any]:
    return {f.name: getattr(of, f.name) for f in fields(Document)} | {"status": int(of.status)}


def _bound(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with names that do not clash with those of the columns."""
    return [{name if name.startswith("b_") else f"b_{name}": value for name, value in row.items()} for row in rows]


def ranks_from(conn: Connection, document_id: int) -> dict[Level, int]:
    """The next free rank of each level in a document."""
    query = select(unit.c.level, func.max(unit.c.rank)).where(unit.c.document_id == document_id).group_by(unit.c.level)
    ranks = {Level(level): rank + 1 for level, rank in conn.execute(query)}
    return {level: ranks.get(level, 0) for level in Level}
