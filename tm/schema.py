"""The tables of a memory, the same on SQLite and PostgreSQL. ``Column.doc`` says what each column holds.

Identifiers are given by the one writer a memory has at a time, never by the database, so that rows can be written
in bulk with their relations already known. Points of time are ISO 8601 text in UTC, which sorts as time does.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

#: ``PRAGMA application_id`` of a memory in SQLite: the letters "untm".
APPLICATION_ID = int.from_bytes(b"untm", "big")
#: Names of the alembic revisions, oldest first; the last is the one this program reads and writes.
VERSIONS: tuple[str, ...] = ("0001",)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier inside this memory"),
    Column("key", Text, nullable=False, unique=True, doc="What tells documents apart: the symbol, or else the origin"),
    Column("symbol", Text, nullable=False, doc="Document symbol such as A/RES/70/1, or empty"),
    Column("title", Text, nullable=False, doc="Title, or empty"),
    Column("body", Text, nullable=False, doc="The body that issued it, in words, or empty"),
    Column("session", Text, nullable=False, doc="Session, or empty"),
    Column("date", Date, doc="Date of the document, when it is known"),
    Column("status", Integer, nullable=False, doc="Authority of its wording: 0 unknown, 1 draft to 4 adopted"),
    Column("origin", Text, nullable=False, doc="File or folder name it came from, or empty"),
    Column("superseded", Boolean, nullable=False, doc="Whether a later document takes its place"),
    Column("corrected", Boolean, nullable=False, doc="Whether a corrigendum was issued"),
    Column("added", Text, nullable=False, doc="When it came into the memory"),
    Index(None, "superseded", "status", "date", "key"),
)

edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier inside this memory"),
    Column("document_id", Integer, ForeignKey("document.id", ondelete="CASCADE"), nullable=False, doc="Its document"),
    Column("lang", Text, nullable=False, doc="Language tag; mul for a file of units in several languages"),
    Column("name", Text, nullable=False, doc="File name, without folders"),
    Column("digest", Text, nullable=False, doc="SHA-256 of the file's bytes, hexadecimal"),
    Column("reader", Text, nullable=False, doc="Name of the format that read it"),
    Column("added", Text, nullable=False, doc="When this state of it came into the memory"),
    UniqueConstraint("document_id", "lang"),
)

segment = Table(
    "segment",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier inside this memory"),
    Column("lang", Text, nullable=False, doc="Language tag"),
    Column("text", Text, nullable=False, doc="The text as it came, in Unicode normal form C"),
    Column("digest", LargeBinary, nullable=False, doc="BLAKE2b of the text in UTF-8, 16 bytes"),
    Column("tokens", Integer, nullable=False, doc="Length in masked tokens"),
    UniqueConstraint("lang", "digest"),
)

unit = Table(
    "unit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier inside this memory"),
    Column(
        "uid", Text, nullable=False, unique=True, doc="Stable identifier, the same after a new import and elsewhere"
    ),
    Column("document_id", Integer, ForeignKey("document.id", ondelete="CASCADE"), nullable=False, doc="Its document"),
    Column("parent_id", Integer, ForeignKey("unit.id", ondelete="CASCADE"), doc="Paragraph unit it is a sentence of"),
    Column("level", Text, nullable=False, doc="paragraph or sentence"),
    Column("kind", Text, nullable=False, doc="What the block is in its document: heading, paragraph, item …"),
    Column("path", JSON, nullable=False, doc='Numbering path, an array such as ["II", "A", "1", "e"]'),
    Column("position", Integer, nullable=False, doc="Order as the unit's source gave it, from 0"),
    Column("rank", Integer, nullable=False, doc="Order among the document's units of one level; gives the neighbours"),
    Column("confidence", Float, doc="Probability that the variants belong together; null when nothing was aligned"),
    Column("review", Text, nullable=False, doc="unreviewed, reviewed or rejected"),
    Column("reordered", Boolean, nullable=False, doc="Whether variants stand in another order than in their documents"),
    Column("created", Text, doc="When it was made"),
    Column("created_by", Text, nullable=False, doc="Who made it, or empty"),
    Column("changed", Text, doc="When it was last changed"),
    Column("changed_by", Text, nullable=False, doc="Who changed it last, or empty"),
    Column("note", Text, nullable=False, doc="Remark for people, or empty"),
    Column("properties", JSON, nullable=False, doc="Further properties, an array of [name, value]"),
    Index(None, "document_id", "level", "rank"),
    # The migration gives PostgreSQL's conditions: named here they would load that dialect at every start.
    Index(None, "parent_id", sqlite_where=text("parent_id IS NOT NULL")),
)

variant = Table(
    "variant",
    metadata,
    Column(
        "unit_id", Integer, ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
        doc="Its unit",
    ),
    Column("lang", Text, primary_key=True, doc="Language tag, the same as the segment's"),
    Column("segment_id", Integer, ForeignKey("segment.id"), nullable=False, doc="Its text"),
    Column("markup", Text, doc="Inline markup of the same text, in the form it was read"),
    Column("segments", JSON, nullable=False, doc="Indices of the edition's segments it is made of, an array"),
    Column("span_start", Integer, doc="Where a sentence starts in its paragraph's text, in characters"),
    Column("span_end", Integer, doc="Where it ends, the character after its last"),
    Index(None, "segment_id"),
    sqlite_with_rowid=False,
)  # fmt: skip

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Order of the changes"),
    Column("uid", Text, nullable=False, doc="The unit that was changed; it may be gone since"),
    Column("at", Text, nullable=False, doc="When"),
    Column("by", Text, nullable=False, doc="By whom, or empty"),
    Column("action", Text, nullable=False, doc="replaced or removed"),
    Column("before", JSON, nullable=False, doc="The whole unit as it was"),
    Index(None, "uid"),
)

#: Identifiers composed of several numbers need more than 32 bits; SQLite numbers its rows with 64 by itself.
_Long = BigInteger().with_variant(Integer, "sqlite")

language = Table(
    "language",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Number of the language in the index, from 1"),
    Column("tag", Text, nullable=False, unique=True, doc="Language tag"),
)

#: Characters of keys that are neither letter nor digit, as a set: such a key reads as several words, as ½ does.
COMPOUND = "[ ''(),.·⁄⓫-⓿❶-➓]"

token = Table(
    "token",
    metadata,
    Column(
        "id", _Long, primary_key=True, autoincrement=False,
        doc="The language's number in the upper bits, the token's number in its language, from 1, in the lower 26",
    ),
    Column("lang", Text, nullable=False, doc="Language tag"),
    Column(
        "key", Text, nullable=False, doc="Comparing form of a word, or the class of a placeable",
    ),
    Column("bare", Text, nullable=False, doc="The key without accents"),
    UniqueConstraint("lang", "key"),
    Index(None, "lang", "bare"),
    Index("ix_token_lang_compound", "lang", sqlite_where=text(f"key GLOB '*{COMPOUND}*'")),
)  # fmt: skip

sequence = Table(
    "sequence",
    metadata,
    Column(
        "id", _Long, primary_key=True, autoincrement=False,
        doc="The language's number in the upper bits, the segment's index number in the lower 32",
    ),
    Column(
        "segment_id", Integer, ForeignKey("segment.id", ondelete="CASCADE"), nullable=False, unique=True,
        doc="The segment",
    ),
    Column("fingerprint", BigInteger, nullable=False, doc="Hash of the token sequence, 64 bits"),
    Column("tokens", LargeBinary, nullable=False, doc="Token numbers in order, as characters in UTF-8"),
    Column(
        "passages", Integer, nullable=False, server_default="0",
        doc="How many units have the segment, sentences inside paragraphs left out",
    ),
    Index(None, "fingerprint"),
)  # fmt: skip

posting = Table(
    "posting",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier of the row"),
    Column(
        "list",
        BigInteger,
        nullable=False,
        doc="The list: a token so many times, two tokens side by side, or what placeables hold",
    ),
    Column("part", Integer, nullable=False, doc="The part of the list, older ones first; parts may overlap"),
    Column("low", BigInteger, nullable=False, doc="Least index number of the row"),
    Column("high", BigInteger, nullable=False, doc="Greatest index number of the row"),
    Column("size", Integer, nullable=False, doc="How many index numbers it holds"),
    Column("numbers", LargeBinary, nullable=False, doc="The index numbers, sorted and packed; empty for one alone"),
    Index(None, "list", "low", "high", "size", "part"),
)

numbering = Table(
    "numbering",
    metadata,
    Column("language_id", Integer, ForeignKey("language.id"), primary_key=True, doc="The language"),
    Column("bucket", Integer, primary_key=True, autoincrement=False, doc="Length bucket, 0 to 255"),
    Column("next", Integer, nullable=False, doc="Next free running number; numbers are never used twice"),
    Column("removed", Integer, nullable=False, doc="Removed segments that still stand in postings"),
)

printed = Table(
    "printed",
    metadata,
    Column("document_id", Integer, ForeignKey("document.id", ondelete="CASCADE"), primary_key=True, doc="The document"),
    Column("language_id", Integer, ForeignKey("language.id"), primary_key=True, doc="The language"),
    Column("level", Text, primary_key=True, doc="paragraph or sentence; sentences inside paragraphs are left out"),
    Column("part", Integer, primary_key=True, autoincrement=False, doc="Ranks of its units divided by 128"),
    Column("numbers", LargeBinary, nullable=False, doc="Index numbers of the texts in order, little-endian, 32 bits"),
    Column(
        "units", LargeBinary, nullable=False, doc="Units of the texts likewise; the first if they follow each other"
    ),
    sqlite_with_rowid=False,
)

lexicon = Table(
    "lexicon",
    metadata,
    Column("source", Text, primary_key=True, doc="Language tag without locale, the first of the two by the alphabet"),
    Column("target", Text, primary_key=True, doc="Language tag without locale"),
    Column("pairs", Integer, nullable=False, doc="How many pairs of texts it was learned from"),
    Column("last_unit", Integer, nullable=False, doc="Greatest unit identifier then; units above it are new to it"),
    Column("learned", Text, nullable=False, doc="When it was learned"),
    Column("source_terms", LargeBinary, nullable=False, doc="Its source terms in UTF-8, one a line, zlib"),
    Column("target_terms", LargeBinary, nullable=False, doc="Its target terms, likewise"),
    Column(
        "entries", LargeBinary, nullable=False,
        doc="zlib of unsigned little-endian numbers: entries of each source term, target term of each entry, 32 bits; "
        "p(target | source) of each entry, then p(source | target), in 65,535ths, 16 bits",
    ),
)  # fmt: skip

glossary = Table(
    "glossary",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier inside this memory"),
    Column("name", Text, nullable=False, unique=True, doc="Name of the file it came from, without folders"),
    Column("digest", Text, nullable=False, doc="SHA-256 of the file's bytes, hexadecimal"),
    Column("details", JSON, nullable=False, doc="What the file says of itself, an array of details as TBX has them"),
    Column("added", Text, nullable=False, doc="When this state of it came into the memory"),
)

concept = Table(
    "concept",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier inside this memory"),
    Column("glossary_id", Integer, ForeignKey("glossary.id", ondelete="CASCADE"), nullable=False, doc="Its glossary"),
    Column("uid", Text, nullable=False, doc="Identifier in its file, or empty"),
    Column("details", JSON, nullable=False, doc="What is said of it, an array of details as TBX has them"),
    Column("sections", JSON, nullable=False, doc="Its languages in order, an array of [language tag, details]"),
    Index(None, "glossary_id"),
)

term = Table(
    "term",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, doc="Identifier inside this memory; gives the order"),
    Column("concept_id", Integer, ForeignKey("concept.id", ondelete="CASCADE"), nullable=False, doc="Its concept"),
    Column("section", Integer, nullable=False, doc="Which of the concept's sections it stands in, from 0"),
    Column("language", Text, nullable=False, doc="Language tag without locale"),
    Column("lang", Text, nullable=False, doc="Language tag"),
    Column("head", Text, nullable=False, doc="Its first one or two words as they are compared; empty without any word"),
    Column("words", Text, nullable=False, doc="All its words as they are compared, with spaces around"),
    Column("text", Text, nullable=False, doc="The term, in Unicode normal form C"),
    Column("markup", Text, doc="The term with its inline elements, as XML"),
    Column("uid", Text, nullable=False, doc="Identifier in its file, or empty"),
    Column("status", Text, nullable=False, doc="preferred, admitted, deprecated, or empty"),
    Column("details", JSON, nullable=False, doc="What is said of it, an array of details as TBX has them"),
    Index(None, "language", "head"),
    Index(None, "concept_id"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True, doc="Name of a fact about the memory"),
    Column("value", Text, nullable=False, doc="The fact"),
)
