"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _documents()
    _texts()
    _units()
    _index()
    _terms()
    op.create_table(
        "lexicon",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("pairs", sa.Integer, nullable=False),
        sa.Column("last_unit", sa.Integer, nullable=False),
        sa.Column("learned", sa.Text, nullable=False),
        sa.Column("source_terms", sa.LargeBinary, nullable=False),
        sa.Column("target_terms", sa.LargeBinary, nullable=False),
        sa.Column("entries", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("source", "target", name="pk_lexicon"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _documents() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("symbol", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("date", sa.Date),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("superseded", sa.Boolean, nullable=False),
        sa.Column("corrected", sa.Boolean, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("key", name="uq_document_key"),
    )
    op.create_index("ix_document_superseded_status_date_key", "document", ["superseded", "status", "date", "key"])
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("document_id", sa.Integer, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edition"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_edition_document_id_document", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("document_id", "lang", name="uq_edition_document_id_lang"),
    )


def _texts() -> None:
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("tokens", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
        sa.UniqueConstraint("lang", "digest", name="uq_segment_lang_digest"),
    )


def _units() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("document_id", sa.Integer, nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("path", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("confidence", sa.Float),
        sa.Column("review", sa.Text, nullable=False),
        sa.Column("reordered", sa.Boolean, nullable=False),
        sa.Column("created", sa.Text),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("changed", sa.Text),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("properties", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_unit_document_id_document", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name="fk_unit_parent_id_unit", ondelete="CASCADE"),
        sa.UniqueConstraint("uid", name="uq_unit_uid"),
    )
    op.create_index("ix_unit_document_id_level_rank", "unit", ["document_id", "level", "rank"])
    has_parent = sa.text("parent_id IS NOT NULL")
    op.create_index("ix_unit_parent_id", "unit", ["parent_id"], sqlite_where=has_parent, postgresql_where=has_parent)
    op.create_table(
        "variant",
        sa.Column("unit_id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("segment_id", sa.Integer, nullable=False),
        sa.Column("markup", sa.Text),
        sa.Column("segments", sa.JSON, nullable=False),
        sa.Column("span_start", sa.Integer),
        sa.Column("span_end", sa.Integer),
        sa.PrimaryKeyConstraint("unit_id", "lang", name="pk_variant"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_variant_unit_id_unit", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_variant_segment_id_segment"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_variant_segment_id", "variant", ["segment_id"])
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
    )
    op.create_index("ix_history_uid", "history", ["uid"])


def _index() -> None:
    long = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "language",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_language"),
        sa.UniqueConstraint("tag", name="uq_language_tag"),
    )
    op.create_table(
        "token",
        sa.Column("id", long, nullable=False, autoincrement=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("bare", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("lang", "key", name="uq_token_lang_key"),
    )
    op.create_index("ix_token_lang_bare", "token", ["lang", "bare"])
    compound = "[ ''(),.·⁄⓫-⓿❶-➓]"
    op.create_index(
        "ix_token_lang_compound",
        "token",
        ["lang"],
        sqlite_where=sa.text(f"key GLOB '*{compound}*'"),
        postgresql_where=sa.text(f"key ~ '{compound}'"),
    )
    op.create_table(
        "sequence",
        sa.Column("id", long, nullable=False, autoincrement=False),
        sa.Column("segment_id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.BigInteger, nullable=False),
        sa.Column("tokens", sa.LargeBinary, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_sequence"),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name="fk_sequence_segment_id_segment", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("segment_id", name="uq_sequence_segment_id"),
    )
    op.create_index("ix_sequence_fingerprint", "sequence", ["fingerprint"])
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("list", sa.BigInteger, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("low", sa.BigInteger, nullable=False),
        sa.Column("high", sa.BigInteger, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("numbers", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posting"),
    )
    op.create_index("ix_posting_list_low_high_size_part", "posting", ["list", "low", "high", "size", "part"])
    op.create_table(
        "numbering",
        sa.Column("language_id", sa.Integer, nullable=False),
        sa.Column("bucket", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("next", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("language_id", "bucket", name="pk_numbering"),
        sa.ForeignKeyConstraint(["language_id"], ["language.id"], name="fk_numbering_language_id_language"),
    )
    op.create_table(
        "printed",
        sa.Column("document_id", sa.Integer, nullable=False),
        sa.Column("language_id", sa.Integer, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("numbers", sa.LargeBinary, nullable=False),
        sa.Column("units", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "language_id", "level", "part", name="pk_printed"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_printed_document_id_document", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["language_id"], ["language.id"], name="fk_printed_language_id_language"),
        sqlite_with_rowid=False,
    )


def _terms() -> None:
    op.create_table(
        "glossary",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_glossary"),
        sa.UniqueConstraint("name", name="uq_glossary_name"),
    )
    op.create_table(
        "concept",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("glossary_id", sa.Integer, nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("sections", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_concept"),
        sa.ForeignKeyConstraint(
            ["glossary_id"], ["glossary.id"], name="fk_concept_glossary_id_glossary", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_concept_glossary_id", "concept", ["glossary_id"])
    op.create_table(
        "term",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("concept_id", sa.Integer, nullable=False),
        sa.Column("section", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("markup", sa.Text),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_term"),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name="fk_term_concept_id_concept", ondelete="CASCADE"),
    )
    op.create_index("ix_term_language_head", "term", ["language", "head"])
    op.create_index("ix_term_concept_id", "term", ["concept_id"])
