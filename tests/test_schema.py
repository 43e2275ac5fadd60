"""The tables, and the steps that make them."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tm import memory, schema


@pytest.fixture
def migrated(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'm.db'}")
    with engine.begin() as conn:
        memory._upgrade(conn)
    return engine


def _statements(path: str | None) -> set[str]:
    assert path
    with sqlite3.connect(path) as raw:
        rows = raw.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
        found = {" ".join(row[0].split()) for row in rows}
    raw.close()
    return found


def test_the_steps_make_the_tables_of_the_schema(migrated: Engine) -> None:
    with migrated.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, schema.metadata) == []
    migrated.dispose()


def test_the_steps_and_the_schema_say_the_same_word_by_word(migrated: Engine, tmp_path: Path) -> None:
    fresh = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    schema.metadata.create_all(fresh)
    fresh.dispose()
    migrated.dispose()

    assert _clauses(_statements(migrated.url.database)) == _clauses(_statements(fresh.url.database))


def _clauses(statements: set[str]) -> set[tuple[str, ...]]:
    """Statements with their clauses in any order: the order of constraints has no meaning."""
    plain = (statement.replace(" ) WITHOUT ROWID", ", WITHOUT ROWID") for statement in statements)
    return {tuple(sorted(part.strip(" ,)") for part in statement.split(", "))) for statement in plain}


def test_versions_are_those_of_the_steps() -> None:
    config = Config()
    config.set_main_option("script_location", memory.MIGRATIONS)
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]

    assert list(schema.VERSIONS) == steps[::-1]


def test_every_constraint_has_a_name_and_every_column_a_description(migrated: Engine) -> None:
    inspector = inspect(migrated)
    for table in schema.metadata.sorted_tables:
        assert all(constraint.name for constraint in table.constraints)
        assert all(column.doc for column in table.columns), table.name
        for found in (*inspector.get_foreign_keys(table.name), *inspector.get_unique_constraints(table.name)):
            assert found["name"]
    migrated.dispose()


def test_foreign_keys_to_owners_cascade() -> None:
    cascading = {
        f"{table.name}.{key.parent.name}"
        for table in schema.metadata.sorted_tables
        for key in table.foreign_keys
        if key.ondelete == "CASCADE"
    }

    assert cascading == {
        "edition.document_id",
        "unit.document_id",
        "unit.parent_id",
        "variant.unit_id",
        "sequence.segment_id",
        "printed.document_id",
        "concept.glossary_id",
        "term.concept_id",
    }


def test_the_tables_can_be_written_for_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in schema.metadata.sorted_tables:
        statement = str(CreateTable(table).compile(dialect=dialect))
        assert "SERIAL" not in statement
        assert all(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)


def test_opening_and_looking_up_loads_no_alembic_orm_numpy_or_other_dialect(tmp_path: Path) -> None:
    with memory.open_memory(tmp_path / "m.db", create=True):
        pass
    program = (
        "import sys; from tm import index; from tm.lang import Lang; from tm.memory import open_memory\n"
        f"with open_memory({str(tmp_path / 'm.db')!r}) as m, m.read() as conn:\n"
        "    index.near(conn, Lang('fr'), ('a', 'b'), 0.7)\n"
        "print(sorted({'alembic', 'sqlalchemy.orm', 'numpy', 'sqlalchemy.dialects.postgresql'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
