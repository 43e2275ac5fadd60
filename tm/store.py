"""Documents and units into a memory, and out of it again, inside the caller's transaction.

Reading is in ``tm.units``, ``tm.inventory`` and ``tm.history``; their functions are offered here too.
"""

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection, delete, select

from tm.bulk import seldom_collecting
from tm.errors import MemoryFileError
from tm.history import Change, history
from tm.inventory import Statistics, StoredDocument, documents, statistics
from tm.lang import Lang
from tm.listed import batches, given_texts, these
from tm.model import FOREIGN_ID, Document, Edition, Level, Review, TranslationUnit, Variant
from tm.schema import document as document_table
from tm.schema import edition as edition_table
from tm.schema import unit as unit_table
from tm.schema import variant as variant_table
from tm.units import (
    Outline,
    StoredUnit,
    find_documents,
    find_text,
    find_units,
    has_document,
    iterate,
    langs,
    load_units,
    neighbours,
    outlines,
    parent_of,
    sentences_by_paragraph,
    sentences_inside,
    sentences_of,
)
from tm.writing import Entry, Writer, normal, normal_variants, ranks_from

__all__ = [
    "Added",
    "Change",
    "Outline",
    "Statistics",
    "StoredDocument",
    "StoredUnit",
    "add_document",
    "add_units",
    "documents",
    "find_documents",
    "find_text",
    "find_units",
    "has_document",
    "history",
    "iterate",
    "langs",
    "load_units",
    "neighbours",
    "outlines",
    "parent_of",
    "realign_document",
    "sentences_by_paragraph",
    "sentences_inside",
    "sentences_of",
    "statistics",
]

#: Stands in the edition table for the language of a file with units in several (ISO 639-2).
MANY_LANGUAGES = "mul"
#: Units that are written together.
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Added:
    """What adding changed. Units of both levels are counted unless said otherwise."""

    #: New paragraph units, and new sentence units.
    units: int = 0
    sentences: int = 0
    #: Texts the memory did not have before, in any language.
    segments: int = 0
    #: Units that were there and have new content; the content before is in the history.
    replaced: int = 0
    #: Reviewed units that were kept as they are, though the source says otherwise or no longer has them.
    kept: int = 0
    #: Units that were there with the same content.
    unchanged: int = 0
    #: Units that the source no longer has; they are in the history.
    removed: int = 0
    #: Texts in languages not among the editions that no longer fit replaced units; they are in the history.
    unfitting: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


# --- a document -----------------------------------------------------------------------------------------------------


def add_document(
    conn: Connection,
    document: Document,
    editions: Sequence[Edition],
    units: Sequence[TranslationUnit],
    *,
    anew: bool = False,
    by: str = "",
    now: datetime | None = None,
) -> Added:
    """Store an aligned document: paragraph units with their sentences inside, in document order.

    The same files again change nothing, unless they were paired ``anew``. If an edition has changed or another language
    has come, the document's units are replaced: a unit is taken to be the same as before if its level and path are, by
    equal text in one language, or else by its place between such. Reviewed units stay as they are, and the newly
    aligned ones in their place are left out, unless these are reviewed too and say something else: then a person has
    spoken again. What was replaced or removed goes to the history. Variants in languages that are not among the
    editions given stay with a unit whose text in another language has not changed; the others are counted as
    ``unfitting``.

    Args:
        conn: a connection in a writing transaction.
        document: described by its key; one without symbol and origin gets the first edition's file name as origin.
        editions: the files aligned, at most one a language.
        units: paragraph units in document order, their sentence units inside.
        anew: whether the same files may have been paired in another way, by a person's corrections.
        by: who adds it.
        now: the time written down; the present when None.
    """
    if not document.key:
        document = replace(document, origin=editions[0].name if editions else "")
    writer = Writer(conn, by, now or datetime.now(UTC))
    document_id = writer.document_id(document)
    old = _units_of(conn, document_id)
    if old and editions and not anew and _same_editions(conn, document_id, editions):
        return Added(unchanged=len(old))
    merge = _Merge(document, {edition.lang for edition in editions}, old)
    merge.place(units)
    added = merge.write(writer, document_id)
    for edition in editions:
        writer.edition(document_id, edition.lang.tag, edition.name, edition.digest, edition.reader)
    _drop_editions(conn, document_id, {edition.lang.tag for edition in editions})
    writer.finish()
    return added + Added(segments=writer.segments)


def _units_of(conn: Connection, document_id: int) -> tuple[StoredUnit, ...]:
    """All units of a document: paragraphs in order, then sentences in order."""
    query = select(unit_table.c.id).where(unit_table.c.document_id == document_id)
    ids = conn.execute(query.order_by(unit_table.c.level, unit_table.c.rank, unit_table.c.id)).scalars()
    return tuple(load_units(conn, ids).values())


def _same_editions(conn: Connection, document_id: int, editions: Sequence[Edition]) -> bool:
    query = select(edition_table.c.lang, edition_table.c.digest).where(edition_table.c.document_id == document_id)
    stored = {(lang, digest) for lang, digest in conn.execute(query)}
    return all((edition.lang.tag, edition.digest) in stored for edition in editions)


def _drop_editions(conn: Connection, document_id: int, given: set[str]) -> None:
    """Forget editions in languages that no unit of the document has any more."""
    held = select(variant_table.c.lang).join(unit_table).where(unit_table.c.document_id == document_id)
    where = (edition_table.c.document_id == document_id, edition_table.c.lang.not_in([*given, MANY_LANGUAGES]))
    conn.execute(delete(edition_table).where(*where, edition_table.c.lang.not_in(held)))


class _Merge:
    """Which units of a document are new, changed, the same, kept or gone."""

    def __init__(
        self, document: Document, given: set[Lang], old: Sequence[StoredUnit], spoken: frozenset[str] = frozenset()
    ) -> None:
        self._document = document
        self._given = given
        #: Uids of stored units of which a person says now what they are: their review and note count as given.
        self._spoken = spoken
        self._old = {stored.unit.uid: stored for stored in old}
        self._uids = {stored.id: stored.unit.uid for stored in old}
        self._taken = set(self._old)
        self._entries: list[Entry] = []
        reviewed = {uid for uid, stored in self._old.items() if stored.unit.review is Review.REVIEWED}
        self._reviewed = reviewed - spoken

    def place(self, units: Sequence[TranslationUnit]) -> None:
        """Give each unit its uid and rank, paragraphs before sentences."""
        paragraphs = [self._normal(value) for value in units]
        uids = self._assign(paragraphs, [s for s in self._old.values() if s.parent_id is None])
        self._reviewed -= {
            u for v, u in zip(paragraphs, uids, strict=True) if u in self._reviewed and self._says_else(v, u)
        }
        self._entries = [Entry(replace(v, uid=u), "", i) for i, (v, u) in enumerate(zip(paragraphs, uids, strict=True))]
        inner = [
            (self._normal(sentence), uid)
            for value, uid in zip(units, uids, strict=True)
            if uid not in self._reviewed
            for sentence in value.sentences
        ]
        free = [s for s in self._old.values() if s.parent_id is not None and not self._inside_reviewed(s)]
        found = self._assign([sentence for sentence, _ in inner], free)
        self._entries += [
            Entry(replace(sentence, uid=uid), parent, rank)
            for rank, ((sentence, parent), uid) in enumerate(zip(inner, found, strict=True))
        ]

    def write(self, writer: Writer, document_id: int) -> Added:
        """Write the difference to what is stored."""
        new: list[Entry] = []
        changed: list[tuple[StoredUnit, Entry]] = []
        same: list[tuple[StoredUnit, Entry]] = []
        kept: list[tuple[StoredUnit, Entry]] = []
        for entry in self._entries:
            stored = self._old.get(entry.unit.uid)
            if stored is None:
                new.append(entry)
            elif entry.unit.uid in self._reviewed:
                kept.append((stored, entry))
            else:
                whole = replace(entry, unit=self._with_other_languages(entry.unit, stored.unit))
                as_stored = (
                    _bare(whole.unit) == _bare(stored.unit)
                    if entry.unit.uid in self._spoken
                    else _same_content(whole.unit, stored.unit)
                )
                (same if as_stored else changed).append((stored, whole))
        left, gone = self._without_entry()
        kept += left
        parents = {uid: stored.id for uid, stored in self._old.items()}
        writer.insert(document_id, new, parents)
        writer.replace(document_id, changed, parents)
        writer.move(document_id, same + kept, parents)
        writer.remove(gone)
        paragraphs = sum(entry.unit.level is Level.PARAGRAPH for entry in new)
        return Added(
            units=paragraphs,
            sentences=len(new) - paragraphs,
            replaced=len(changed),
            kept=len(kept),
            unchanged=len(same),
            removed=len(gone),
            unfitting=sum(self._others(stored.unit) - self._others(entry.unit) for stored, entry in changed),
        )

    def _says_else(self, value: TranslationUnit, uid: str) -> bool:
        """Whether it is reviewed and has other texts than the stored unit."""
        return value.review is Review.REVIEWED and _texts(value) != _texts(self._old[uid].unit)

    def _others(self, value: TranslationUnit) -> int:
        """How many of its texts are in languages nobody spoke of."""
        return sum(variant.lang not in self._given for variant in value.variants)

    def _without_entry(self) -> tuple[list[tuple[StoredUnit, Entry]], list[StoredUnit]]:
        """Stored units that the new ones do not speak of: those to keep, at the end of the document, and the others."""
        spoken = {entry.unit.uid for entry in self._entries}
        left = {uid: stored for uid, stored in self._old.items() if uid not in spoken}
        stays = {uid for uid, stored in left.items() if uid in self._reviewed or self._inside_reviewed(stored)}
        stays |= {parent for uid in stays if (parent := self._parent(left[uid])) in left}
        ranks = {level: sum(entry.unit.level is level for entry in self._entries) for level in Level}
        kept = []
        for uid, stored in left.items():
            if uid in stays:
                kept.append((stored, Entry(stored.unit, self._parent(stored), ranks[stored.unit.level])))
                ranks[stored.unit.level] += 1
        return kept, [stored for uid, stored in left.items() if uid not in stays]

    def _parent(self, stored: StoredUnit) -> str:
        return "" if stored.parent_id is None else self._uids[stored.parent_id]

    def _inside_reviewed(self, stored: StoredUnit) -> bool:
        return self._parent(stored) in self._reviewed

    def _normal(self, value: TranslationUnit) -> TranslationUnit:
        return replace(normal(value), document=self._document)

    def _with_other_languages(self, new: TranslationUnit, old: TranslationUnit) -> TranslationUnit:
        """The new unit, with the stored variants in languages nobody spoke of, if they still belong to its text."""
        others = [v for v in old.variants if v.lang not in self._given and v.lang not in new.langs]
        if not others or not _texts(new) & _texts(old):
            return new
        return normal(replace(new, variants=(*new.variants, *others)))

    def _assign(self, values: Sequence[TranslationUnit], old: Sequence[StoredUnit]) -> list[str]:
        """The uid of each unit: that of a stored unit it continues, or a new one."""
        groups: defaultdict[object, list[TranslationUnit]] = defaultdict(list)
        for stored in old:
            groups[stored.unit.level, stored.unit.path].append(stored.unit)
        uids = [value.uid for value in values]
        members: defaultdict[tuple[Level, tuple[str, ...]], list[int]] = defaultdict(list)
        for i, value in enumerate(values):
            members[value.level, value.path].append(i)
        for group, places in members.items():
            self._continue(values, places, groups[group], uids)
            number = 0
            for i in places:
                while not uids[i]:
                    number += 1
                    uid = _uid(self._document.key, group[0].value, list(group[1]), number)
                    if uid not in self._taken:
                        uids[i] = uid
                        self._taken.add(uid)
        return uids

    def _continue(
        self, values: Sequence[TranslationUnit], places: Sequence[int], old: list[TranslationUnit], uids: list[str]
    ) -> None:
        """Fill in the uids of units that go on from stored ones of the same level and path."""
        by_text: defaultdict[tuple[str, str], deque[str]] = defaultdict(deque)
        for before in old:
            for text in _texts(before):
                by_text[text].append(before.uid)
        claimed = {uids[i] for i in places if uids[i]}
        for i in places:
            if not uids[i]:
                uids[i] = _first_free((by_text[text] for text in sorted(_texts(values[i]))), claimed)
                claimed.add(uids[i])
        # A reviewed unit pushes out another text only where the number alone says that it is the same place.
        numbered = bool(places and values[places[0]].path and len(places) == len(old) == 1)
        rest: defaultdict[str, list[str]] = defaultdict(list)
        anchor = ""
        for before in old:
            if before.uid in claimed:
                anchor = before.uid
            elif numbered or before.uid not in self._reviewed:
                rest[anchor].append(before.uid)
        anchor = ""
        for i in places:
            if uids[i]:
                anchor = uids[i]
            elif rest[anchor]:
                uids[i] = rest[anchor].pop(0)


def _first_free(queues: Iterable[deque[str]], claimed: set[str]) -> str:
    """The first uid in the queues that is not claimed, or ""; those that are claimed leave the queues."""
    for queue in queues:
        while queue:
            uid = queue.popleft()
            if uid not in claimed:
                return uid
    return ""


def _texts(value: TranslationUnit) -> set[tuple[str, str]]:
    return _texts_of(value.variants)


def _texts_of(variants: Iterable[Variant]) -> set[tuple[str, str]]:
    return {(v.lang.tag, v.text) for v in variants}


_UID_JSON = json.JSONEncoder(ensure_ascii=False)


def _uid(*parts: object) -> str:
    """A stable identifier: BLAKE2b of the parts, 32 hexadecimal digits."""
    return hashlib.blake2b(_UID_JSON.encode(parts).encode(), digest_size=16).hexdigest()


def _same_content(new: TranslationUnit, old: TranslationUnit) -> bool:
    """Whether an aligned unit says what is stored; its place does not count, nor that a person's word is on the stored
    one alone.
    """
    review = new.review if new.review is Review.REVIEWED else old.review
    return _bare(replace(new, review=review, note=old.note, properties=old.properties)) == _bare(old)


def _bare(value: TranslationUnit) -> TranslationUnit:
    """The unit without what adding it sets itself."""
    return replace(
        value, document=Document(), position=0, created=None, created_by="", changed=None, changed_by="", sentences=()
    )


def realign_document(
    conn: Connection,
    before: Sequence[TranslationUnit],
    after: Sequence[TranslationUnit],
    *,
    spoken: frozenset[str] = frozenset(),
    by: str = "",
    now: datetime | None = None,
) -> Added:
    """Pair the texts of a stored document in another way.

    What units were goes to the history. Reviewed units stay as they are, even where ``after`` says otherwise, unless a
    person speaks of them now.

    Args:
        conn: a connection in a writing transaction.
        before: all units of the document as ``iterate`` gave them.
        after: all units it shall have, in order; one with the uid of a stored unit continues it.
        spoken: uids of the stored units of which a person says now what they are, or that they are no more.
        by: who pairs them.
        now: the time written down; the present when None.

    Raises:
        MemoryFileError: the document is not what it was when it was read.
    """
    document = before[0].document
    stored = [unit for unit in iterate(conn, symbol=document.key) if unit.document.key == document.key]
    if stored != list(before):
        raise MemoryFileError(
            f"{document.key} was changed by another process meanwhile; nothing was written", hint="try again"
        )
    writer = Writer(conn, by, now or datetime.now(UTC))
    document_id = writer.document_id(document)
    old = _units_of(conn, document_id)
    merge = _Merge(document, {lang for found in old for lang in found.unit.langs}, old, spoken)
    merge.place(after)
    added = merge.write(writer, document_id)
    writer.finish()
    return added + Added(segments=writer.segments)


# --- units of a memory ----------------------------------------------------------------------------------------------


def add_units(
    conn: Connection,
    units: Iterable[TranslationUnit],
    *,
    origin: Document,
    digest: str = "",
    reader: str = "",
    by: str = "",
    now: datetime | None = None,
) -> Added:
    """Store units read from another memory's file, some thousands at a time.

    A unit keeps its uid; one without gets one from its document, level, texts, place and foreign identifier, so that
    the same file again changes nothing and a passage that stands twice stays two units. A stored unit with that uid
    and other content is replaced, unless it is reviewed and the new one is not, or the very same file was added before
    (then what the memory has was changed since, and stays).

    Args:
        conn: a connection in a writing transaction.
        units: read once, in order; sentence units inside their paragraph units, or by themselves.
        origin: the file, as the document of units that name none.
        digest: SHA-256 of the file's bytes, hexadecimal; "" when it comes from no file.
        reader: name of the format that read it.
        by: who adds them; who made a unit is kept where the file says it.
        now: the time written down; the present when None.
    """
    writer = Writer(conn, by, now or datetime.now(UTC))
    incoming = _Incoming(conn, writer, origin, known=bool(digest) and _known_file(conn, origin, digest))
    added = Added()
    stream = iter(units)
    with seldom_collecting():
        while some := list(islice(stream, _BATCH)):
            added += incoming.add(some)
        if digest:
            writer.edition(writer.document_id(origin), MANY_LANGUAGES, origin.key, digest, reader)
        writer.finish()
    return added + Added(segments=writer.segments)


def _known_file(conn: Connection, origin: Document, digest: str) -> bool:
    query = select(edition_table.c.id).join(document_table).where(document_table.c.key == origin.key)
    where = (edition_table.c.lang == MANY_LANGUAGES, edition_table.c.digest == digest)
    return conn.execute(query.where(*where)).first() is not None


class _Incoming:
    """Units of one file on their way into the memory."""

    def __init__(self, conn: Connection, writer: Writer, origin: Document, *, known: bool) -> None:
        self._conn = conn
        self._writer = writer
        self._origin = origin
        self._known = known
        self._documents: dict[Document, int] = {}
        #: The document asked for last, for comparing is quicker than looking up, and its row.
        self._last: tuple[Document, int] | None = None
        self._ranks: dict[int, dict[Level, int]] = {}

    def add(self, units: Sequence[TranslationUnit]) -> Added:
        """Write some units, with the sentences inside them."""
        waiting: dict[str, tuple[TranslationUnit, str]] = {}
        added = Added()
        for value, parent in self._flat(units):
            if value.uid in waiting and waiting[value.uid][0] == value:
                added += Added(unchanged=1)
                continue
            if value.uid in waiting:
                added += self._write(list(waiting.values()))
                waiting.clear()
            waiting[value.uid] = (value, parent)
        return added + self._write(list(waiting.values()))

    def _flat(self, units: Iterable[TranslationUnit]) -> Iterable[tuple[TranslationUnit, str]]:
        """Each unit with its uid, and the uid of the paragraph unit it stands in."""
        for value in units:
            of = value.document if value.document.key else self._origin
            variants = normal_variants(value)
            uid = value.uid or self._uid_of(value, variants, of)
            yield replace(value, variants=variants, sentences=(), document=of, uid=uid), ""
            for number, sentence in enumerate(value.sentences):
                inside = normal_variants(sentence)
                own = sentence.uid or _uid(uid, number, sorted(_texts_of(inside)))
                yield replace(sentence, variants=inside, sentences=(), document=of, uid=own), uid

    @staticmethod
    def _uid_of(value: TranslationUnit, variants: Sequence[Variant], of: Document) -> str:
        """A uid by document, level, texts, place, and the identifier another program gave the unit."""
        given = [content for name, content in value.properties if name == FOREIGN_ID]
        return _uid(of.key, value.level.value, sorted(_texts_of(variants)), value.path, given)

    def _write(self, waiting: Sequence[tuple[TranslationUnit, str]]) -> Added:
        stored = self._stored([value.uid for value, _ in waiting] + [parent for _, parent in waiting if parent])
        parents = {uid: found.id for uid, found in stored.items()}
        uids = {found.id: uid for uid, found in stored.items()}
        new: defaultdict[int, list[Entry]] = defaultdict(list)
        changed: defaultdict[int, list[tuple[StoredUnit, Entry]]] = defaultdict(list)
        kept = unchanged = 0
        for value, parent in waiting:
            before = stored.get(value.uid)
            document_id = self._document_id(value.document)
            if before is None:
                new[document_id].append(Entry(value, parent, self._next_rank(document_id, value.level)))
            elif _bare(value) == _bare(before.unit) or self._known:
                unchanged += 1
            elif before.unit.review is Review.REVIEWED and value.review is not Review.REVIEWED:
                kept += 1
            else:
                place = parent or uids.get(before.parent_id or 0, "")
                changed[document_id].append((before, Entry(value, place, self._next_rank(document_id, value.level))))
        for document_id, entries in new.items():
            self._writer.insert(document_id, entries, parents)
        for document_id, pairs in changed.items():
            self._writer.replace(document_id, pairs, parents)
        fresh = [entry.unit.level for entries in new.values() for entry in entries]
        return Added(
            units=fresh.count(Level.PARAGRAPH),
            sentences=fresh.count(Level.SENTENCE),
            replaced=sum(len(pairs) for pairs in changed.values()),
            kept=kept,
            unchanged=unchanged,
        )

    def _stored(self, uids: Sequence[str]) -> dict[str, StoredUnit]:
        """Stored units by uid, with the paragraph units they are sentences of."""
        ids: list[int] = []
        for some in batches(uids):
            rows = _ids_of(self._conn, some)
            ids += [i for row in rows for i in row if i is not None]
        return {found.unit.uid: found for found in load_units(self._conn, ids).values()}

    def _document_id(self, of: Document) -> int:
        if self._last is None or self._last[0] is not of:
            if of not in self._documents:
                self._documents[of] = self._writer.document_id(of)
            self._last = of, self._documents[of]
        return self._last[1]

    def _next_rank(self, document_id: int, level: Level) -> int:
        if document_id not in self._ranks:
            self._ranks[document_id] = ranks_from(self._conn, document_id)
        ranks = self._ranks[document_id]
        ranks[level] += 1
        return ranks[level] - 1


def _ids_of(conn: Connection, uids: Sequence[str]) -> Sequence[tuple[int, int | None]]:
    """Identifier and parent's identifier of the units with these uids."""
    return [(unit_id, parent_id) for unit_id, parent_id in conn.execute(_IDS, these(uids))]


_IDS = select(unit_table.c.id, unit_table.c.parent_id).where(unit_table.c.uid.in_(given_texts()))
