"""What a memory holds, counted."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Executable, case, func, select

from tm.lang import Lang
from tm.model import ACCEPTED_FROM, DOUBTFUL_BELOW, Document, Level, Review, Trust
from tm.schema import document, segment, unit, variant
from tm.units import to_document

#: Lower bounds of the bands that confidences are counted in, best first.
CONFIDENCE_BANDS = ((ACCEPTED_FROM, Trust.ACCEPTED), (DOUBTFUL_BELOW, Trust.LOOK), (0.0, Trust.DOUBTFUL))
#: Name of the band of units that were never aligned.
NOT_ALIGNED = "not aligned"
_HAS_UNITS = select(unit.c.id).where(unit.c.document_id == document.c.id).exists()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it stands in the memory."""

    document: Document
    #: Languages of its units, by tag.
    langs: tuple[Lang, ...]
    paragraphs: int
    sentences: int
    added: datetime


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """How much of a memory is in one language or locale."""

    lang: Lang
    #: Distinct texts.
    segments: int
    #: Units that have a variant in it.
    units: int
    #: Tokens of the distinct texts.
    tokens: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much a memory holds."""

    #: Those that have units.
    documents: int
    paragraphs: int
    sentences: int
    #: Distinct texts in all languages.
    segments: int
    #: By language tag.
    languages: tuple[LanguageCount, ...]
    #: Units of each review state.
    reviews: tuple[tuple[Review, int], ...]
    #: Units in each band of confidence, best first; those never aligned last.
    confidences: tuple[tuple[str, int], ...]
    #: Bytes of the file; None on a database server.
    size: int | None


def documents(conn: Connection) -> tuple[StoredDocument, ...]:
    """All documents that have units, with their languages and numbers of units, by key.

    A file whose units name their own documents has a row too, which only says that it was imported: it is left out.
    """
    levels: defaultdict[int, dict[str, int]] = defaultdict(dict)
    counts = select(unit.c.document_id, unit.c.level, func.count()).group_by(unit.c.document_id, unit.c.level)
    for document_id, level, count in conn.execute(counts):
        levels[document_id][level] = count
    tags: defaultdict[int, list[Lang]] = defaultdict(list)
    held = select(unit.c.document_id, variant.c.lang).join(variant).distinct()
    for document_id, tag in conn.execute(held.order_by(unit.c.document_id, variant.c.lang)):
        tags[document_id].append(Lang(tag))
    return tuple(
        StoredDocument(
            to_document(row),
            tuple(tags[row["id"]]),
            levels[row["id"]].get(Level.PARAGRAPH.value, 0),
            levels[row["id"]].get(Level.SENTENCE.value, 0),
            datetime.fromisoformat(row["added"]),
        )
        for row in conn.execute(select(document).where(_HAS_UNITS).order_by(document.c.key)).mappings()
    )


def statistics(conn: Connection) -> Statistics:
    """The whole memory, counted."""
    levels = _counts(conn, select(unit.c.level, func.count()).group_by(unit.c.level))
    reviews = _counts(conn, select(unit.c.review, func.count()).group_by(unit.c.review))
    languages = _languages(conn)
    return Statistics(
        documents=conn.execute(select(func.count()).select_from(document).where(_HAS_UNITS)).scalar_one(),
        paragraphs=levels.get(Level.PARAGRAPH.value, 0),
        sentences=levels.get(Level.SENTENCE.value, 0),
        segments=sum(language.segments for language in languages),
        languages=languages,
        reviews=tuple((review, reviews.get(review.value, 0)) for review in Review),
        confidences=_confidences(conn),
        size=_size(conn),
    )


def _counts(conn: Connection, query: Executable) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(query)}


def _languages(conn: Connection) -> tuple[LanguageCount, ...]:
    units = _counts(conn, select(variant.c.lang, func.count()).group_by(variant.c.lang))
    query = select(segment.c.lang, func.count(), func.sum(segment.c.tokens)).group_by(segment.c.lang)
    return tuple(
        LanguageCount(Lang(tag), count, units.get(tag, 0), tokens)
        for tag, count, tokens in conn.execute(query.order_by(segment.c.lang))
    )


def _confidences(conn: Connection) -> tuple[tuple[str, int], ...]:
    band = case(
        (unit.c.confidence.is_(None), NOT_ALIGNED),
        *((unit.c.confidence >= bound, band.value) for bound, band in CONFIDENCE_BANDS),
    )
    counts = _counts(conn, select(band, func.count()).group_by(band))
    return tuple((name, counts.get(name, 0)) for name in (*(band.value for band in Trust), NOT_ALIGNED))


def _size(conn: Connection) -> int | None:
    if conn.dialect.name == "postgresql":
        return int(conn.execute(select(func.pg_database_size(func.current_database()))).scalar_one())
    if conn.dialect.name != "sqlite":
        return None
    pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    return int(pages * conn.exec_driver_sql("PRAGMA page_size").scalar_one())
