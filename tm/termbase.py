"""The glossaries of a memory: put in, taken out, and the terms of a text found without reading them as a whole.

A glossary bears the name of its file: the same file again changes nothing, another state of it takes the place of the
one before. Every function works in the caller's transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from tm.bulk import insert_rows, seldom_collecting
from tm.concept import Concept, Detail, LanguageSection, Term, TermStatus, detail_records, details_of
from tm.lang import Lang
from tm.listed import batches
from tm.schema import concept, glossary, term
from tm.terms import StoredConcept, TermHit, heads, standing, wording
from tm.text import nfc

#: Concepts written or read at a time.
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class AddedTerms:
    """What adding a glossary changed."""

    concepts: int = 0
    terms: int = 0
    #: Terms without a letter or digit, which no text can be searched for.
    wordless: int = 0
    #: Concepts of the state before, whose place these take.
    replaced: int = 0
    #: Whether the very same file was there: nothing was changed.
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class StoredGlossary:
    """What a memory says of one of its glossaries."""

    name: str
    #: What the file says of itself.
    details: tuple[Detail, ...]
    concepts: int
    #: How many terms it has in each language, by tag.
    terms: Mapping[Lang, int]
    added: datetime


@dataclass(frozen=True, slots=True)
class ListedTerm:
    """A term of a memory, as a list shows it."""

    term: Term
    lang: Lang
    found: StoredConcept


def add(
    conn: Connection,
    name: str,
    found: Iterable[Concept | Detail],
    *,
    digest: str,
    now: datetime | None = None,
) -> AddedTerms:
    """Store what a glossary file gives, in place of what came from a file of that name before.

    Args:
        conn: a connection in a writing transaction.
        name: name of the file, without folders.
        found: its concepts, and what it says of itself; read once, some thousands at a time.
        digest: SHA-256 of the file's bytes, hexadecimal.
        now: the time written down; the present when None.
    """
    known = conn.execute(select(glossary.c.id, glossary.c.digest).where(glossary.c.name == name)).one_or_none()
    if known is not None and known.digest == digest:
        return AddedTerms(unchanged=True)
    replaced = 0
    if known is not None:
        query = select(func.count()).select_from(concept).where(concept.c.glossary_id == known.id)
        replaced = conn.execute(query).scalar_one()
        conn.execute(delete(glossary).where(glossary.c.id == known.id))
    writer = _Writer(conn)
    row = {
        "id": writer.glossary, "name": name, "digest": digest, "details": [],
        "added": (now or datetime.now(UTC)).astimezone(UTC).isoformat(),
    }  # fmt: skip
    conn.execute(insert(glossary), [row])
    own: list[Detail] = []
    stream = iter(found)
    with seldom_collecting():
        while some := list(islice(stream, _BATCH)):
            own += [value for value in some if isinstance(value, Detail)]
            writer.write([value for value in some if isinstance(value, Concept)])
    if own:
        where = glossary.c.id == writer.glossary
        conn.execute(glossary.update().where(where).values(details=detail_records(own)))
    return AddedTerms(writer.concepts, writer.terms, writer.wordless, replaced)


class _Writer:
    """Writes the concepts of one glossary.

    Attributes:
        glossary: identifier of the glossary.
        concepts: how many were written.
        terms: how many were written.
        wordless: how many of them have no word to be found by.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.concepts = self.terms = self.wordless = 0
        self.glossary, self._concept, self._term = (
            conn.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one()
            for table in (glossary, concept, term)
        )

    def write(self, some: Sequence[Concept]) -> None:
        """Write some concepts with their terms."""
        concepts: list[dict[str, Any]] = []
        terms: list[dict[str, Any]] = []
        for value in some:
            number = self._concept + self.concepts
            self.concepts += 1
            concepts.append(
                {
                    "id": number,
                    "glossary_id": self.glossary,
                    "uid": value.uid,
                    "details": detail_records(value.details),
                    "sections": [[section.lang.tag, detail_records(section.details)] for section in value.sections],
                }
            )
            for place, section in enumerate(value.sections):
                terms += [self._row(one, section.lang, number, place) for one in section.terms]
        insert_rows(self._conn, concept, concepts)
        insert_rows(self._conn, term, terms)

    def _row(self, value: Term, lang: Lang, number: int, section: int) -> dict[str, Any]:
        text = nfc(value.text)
        found = wording(text, lang)
        self.terms += 1
        self.wordless += not found.stems
        return {
            "id": self._term + self.terms - 1,
            "concept_id": number,
            "section": section,
            "language": lang.primary,
            "lang": lang.tag,
            "head": found.head,
            "words": f" {' '.join(found.plain)} ",
            "text": text,
            "markup": value.markup,
            "uid": value.uid,
            "status": value.status.value,
            "details": detail_records(value.details),
        }


def remove(conn: Connection, name: str) -> bool:
    """Take a glossary out of the memory; False when there is none of that name."""
    return bool(conn.execute(delete(glossary).where(glossary.c.name == name)).rowcount)


def glossaries(conn: Connection) -> tuple[StoredGlossary, ...]:
    """The glossaries of a memory by name, with what they hold."""
    counted: dict[int, int] = {}
    query = select(concept.c.glossary_id, func.count()).group_by(concept.c.glossary_id)
    counted.update((number, count) for number, count in conn.execute(query))
    held: dict[int, dict[Lang, int]] = {}
    by_lang = select(concept.c.glossary_id, term.c.lang, func.count()).join_from(term, concept)
    for number, tag, count in conn.execute(by_lang.group_by(concept.c.glossary_id, term.c.lang).order_by(term.c.lang)):
        held.setdefault(number, {})[Lang(tag)] = count
    return tuple(
        StoredGlossary(
            row.name, details_of(row.details), counted.get(row.id, 0), held.get(row.id, {}),
            datetime.fromisoformat(row.added),
        )
        for row in conn.execute(select(glossary).order_by(glossary.c.name))
    )  # fmt: skip


def langs(conn: Connection) -> tuple[Lang, ...]:
    """The languages of all terms, by tag."""
    return tuple(Lang(tag) for tag in conn.execute(select(term.c.lang).distinct().order_by(term.c.lang)).scalars())


def is_empty(conn: Connection) -> bool:
    """Whether the memory has no term."""
    return conn.execute(select(term.c.id).limit(1)).first() is None


# --- finding --------------------------------------------------------------------------------------------------------

#: What a term is known by before its concept is read.
_CANDIDATE = (term.c.id, term.c.concept_id, term.c.lang, term.c.text, term.c.details, term.c.markup, term.c.uid)


def find(conn: Connection, text: str, lang: Lang) -> tuple[TermHit, ...]:
    """The terms that stand in a text, in the order in which they stand there; one inside a longer one is left out.

    Terms of the language and of all its locales are looked for.
    """
    if is_empty(conn):
        return ()
    rows: list[Any] = []
    for some in batches(sorted(heads(text, lang))):
        query = select(*_CANDIDATE).where(term.c.language == lang.primary, term.c.head.in_(some))
        rows += conn.execute(query.order_by(term.c.id))
    found = standing(text, lang, [wording(row.text, Lang(row.lang)) for row in rows])
    whole = _read(conn, {rows[number].concept_id for number in found})
    return tuple(
        TermHit(
            _to_term(rows[number]),
            Lang(rows[number].lang),
            tuple((place.start, place.end) for place in at),
            all(place.inflected for place in at),
            whole[rows[number].concept_id],
        )
        for number, at in found.items()
    )


@dataclass(frozen=True, slots=True)
class TermFilter:
    """Which terms a list shows: those to which all of it applies."""

    #: Words that a term must have, in any form and order.
    text: str = ""
    #: A language, with its locales.
    lang: Lang | None = None
    status: TermStatus | None = None
    #: Name of a glossary.
    glossary: str | None = None


def search(conn: Connection, wanted: TermFilter, limit: int, skipped: int = 0) -> tuple[tuple[ListedTerm, ...], int]:
    """Terms by language and text, at most ``limit`` after those skipped; and how many there are in all."""
    where = [term.c.words.contains(f" {word} ", autoescape=True) for word in _words(wanted)]
    if wanted.lang is not None:
        where += [term.c.language == wanted.lang.primary, _covered(wanted.lang)]
    if wanted.status is not None:
        where.append(term.c.status == wanted.status.value)
    if wanted.glossary is not None:
        where.append(glossary.c.name == wanted.glossary)
    joined = term.join(concept).join(glossary)
    total = conn.execute(select(func.count()).select_from(joined).where(*where)).scalar_one()
    query = select(*_CANDIDATE).select_from(joined).where(*where).order_by(term.c.lang, term.c.text, term.c.id)
    rows = conn.execute(query.limit(limit).offset(skipped)).all()
    whole = _read(conn, {row.concept_id for row in rows})
    return tuple(ListedTerm(_to_term(row), Lang(row.lang), whole[row.concept_id]) for row in rows), total


def _words(wanted: TermFilter) -> tuple[str, ...]:
    return wording(wanted.text, wanted.lang or _ANY).plain


#: Stands for no language: words are folded, and nothing else.
_ANY = Lang("und")


def _covered(lang: Lang) -> ColumnElement[bool]:
    return or_(term.c.lang == lang.tag, term.c.lang.startswith(f"{lang.tag}-", autoescape=True))


# --- reading --------------------------------------------------------------------------------------------------------


def concepts(conn: Connection, glossary_name: str | None = None) -> Iterator[StoredConcept]:
    """All concepts of a memory, or of one of its glossaries, in the order in which they came."""
    query = select(concept.c.id).order_by(concept.c.id)
    if glossary_name is not None:
        query = query.join(glossary).where(glossary.c.name == glossary_name)
    numbers = iter(conn.execute(query).scalars())
    while some := list(islice(numbers, _BATCH)):
        whole = _read(conn, some)
        yield from (whole[number] for number in some)


def _read(conn: Connection, numbers: Iterable[int]) -> dict[int, StoredConcept]:
    """Concepts by their identifiers."""
    found: dict[int, StoredConcept] = {}
    for some in batches(sorted(numbers)):
        query = select(concept, glossary.c.name.label("glossary")).join_from(concept, glossary)
        rows = conn.execute(query.where(concept.c.id.in_(some))).all()
        own = conn.execute(select(term).where(term.c.concept_id.in_(some)).order_by(term.c.id)).all()
        terms: dict[tuple[int, int], list[Term]] = {}
        for row in own:
            terms.setdefault((row.concept_id, row.section), []).append(_to_term(row))
        for row in rows:
            sections = tuple(
                LanguageSection(Lang(tag), tuple(terms.get((row.id, place), ())), details_of(details))
                for place, (tag, details) in enumerate(row.sections)
            )
            found[row.id] = StoredConcept(Concept(sections, details_of(row.details), row.uid), row.glossary, row.id)
    return found


def _to_term(row: Any) -> Term:
    return Term(row.text, details_of(row.details), row.markup, row.uid)
