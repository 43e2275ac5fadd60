"""Making, opening, upgrading and locking a memory."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from tm import memory, schema
from tm.errors import MemoryFileError
from tm.memory import Memory, open_memory

ROOT = Path(__file__).parents[1]
NOBODY = 65534


def put(conn: Connection, *names: str) -> None:
    conn.execute(insert(schema.meta), [{"key": name, "value": "x"} for name in names])


def names(path: Path) -> set[str]:
    with open_memory(path) as opened, opened.read() as conn:
        return set(conn.execute(select(schema.meta.c.key)).scalars()) - {"application"}


def make(path: Path, *entries: str) -> Path:
    with open_memory(path, create=True, write=True) as opened, opened.write() as conn:
        if entries:
            put(conn, *entries)
    return path


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    return make(tmp_path / "memory.db", "one")


# --- making and opening ---------------------------------------------------------------------------------------------


def test_a_memory_is_made_with_its_folder_and_nothing_else_beside_it(tmp_path: Path) -> None:
    path = make(tmp_path / "new folder" / "mémoire 100%.db", "one")

    assert names(path) == {"one"}
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_missing_memory_is_not_made_unless_asked(tmp_path: Path) -> None:
    for write in (False, True):
        with pytest.raises(MemoryFileError, match="no memory here yet") as caught:
            open_memory(tmp_path / "memory.db", write=write)
        assert (caught.value.hint, list(tmp_path.iterdir())) == ("import or align something first", [])


def test_two_that_make_the_same_memory_share_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "memory.db"
    fill = memory._fill_file

    def slow(draft: Path) -> None:
        fill(draft)
        monkeypatch.setattr(memory, "_fill_file", fill)
        make(path, "from the other")

    monkeypatch.setattr(memory, "_fill_file", slow)
    make(path, "ours")

    assert names(path) == {"from the other", "ours"}
    assert list(tmp_path.iterdir()) == [path]


def test_urls_of_files_are_paths(stored: Path) -> None:
    with open_memory(f"sqlite:///{stored}") as opened:
        assert opened.path == stored


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("oracle9://u:secret@host/db", "no driver"),
        ("post://[", "no database URL|no driver"),
    ],
)
def test_urls_that_cannot_be_used_are_refused_without_showing_passwords(url: str, message: str) -> None:
    with pytest.raises(MemoryFileError, match=message) as caught:
        open_memory(url)

    assert "secret" not in str(caught.value)
    assert caught.value.hint


def test_reading_sees_one_state_and_writing_waits_its_turn(stored: Path) -> None:
    with open_memory(stored, write=True) as writer, open_memory(stored) as reader:
        with reader.read() as before:
            assert before.execute(select(schema.meta.c.key)).all()
            with writer.write() as conn:
                put(conn, "two")
            assert "two" not in before.execute(select(schema.meta.c.key)).scalars().all()
        assert names(stored) == {"one", "two"}


def test_a_memory_opened_for_reading_is_not_written(stored: Path) -> None:
    with open_memory(stored) as opened:
        with pytest.raises(MemoryFileError, match="reading only"), opened.write():
            pass
        with pytest.raises(MemoryFileError, match="read-only"), opened.read() as conn:
            put(conn, "two")
    assert names(stored) == {"one"}


@pytest.mark.parametrize("replaced", [False, True])
def test_what_is_written_to_a_memory_that_was_taken_away_is_not_called_done(stored: Path, replaced: bool) -> None:
    other = make(stored.with_name("other.db"), "of the other")

    def write_meanwhile() -> None:
        with open_memory(stored, write=True) as opened, opened.write() as conn:
            put(conn, "two")
            stored.rename(stored.with_name("moved.db"))
            if replaced:
                shutil.copy(other, stored)

    with pytest.raises(MemoryFileError, match="moved, deleted or replaced"):
        write_meanwhile()

    assert names(stored) == {"of the other"} if replaced else not stored.exists()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_undoes_the_whole_transaction(stored: Path, error: type[BaseException]) -> None:
    with open_memory(stored, write=True) as opened:
        with pytest.raises(error):
            put_and_raise(opened, error)
        assert names(stored) == {"one"}
        with opened.write() as conn:
            put(conn, "three")
    assert names(stored) == {"one", "three"}


def test_foreign_keys_are_enforced(stored: Path) -> None:
    with open_memory(stored, write=True) as opened, opened.read() as conn:
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def put_and_raise(opened: Memory, error: type[BaseException]) -> None:
    with opened.write() as conn:
        put(conn, "two")
        raise error


# --- a connection that is kept --------------------------------------------------------------------------------------


def beside(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()} - {path.name}


def test_the_log_stays_while_the_memory_is_open_and_goes_with_it(stored: Path) -> None:
    with open_memory(stored, write=True) as opened:
        for name in ("two", "three"):
            with opened.write() as conn:
                put(conn, name)
            # What is read by others is what was written, though it stands in the log alone.
            assert name in names(stored)
        assert stored.with_name(stored.name + "-wal").stat().st_size > 0
        assert "three" not in alone(stored)
    assert beside(stored) == set()
    assert {"one", "two", "three"} <= alone(stored)


def alone(path: Path) -> set[str]:
    """What the file says without its log."""
    copy = path.parent / "alone" / path.name
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(path, copy)
    try:
        return names(copy)
    finally:
        shutil.rmtree(copy.parent)


def test_a_reader_that_closes_last_clears_the_log_away(stored: Path) -> None:
    with open_memory(stored) as reader:
        with reader.read() as conn:
            assert conn.execute(select(schema.meta.c.key)).all()
        make(stored, "two")
        assert beside(stored)
        with reader.read() as conn:
            assert "two" in conn.execute(select(schema.meta.c.key)).scalars().all()
    assert beside(stored) == set()
    assert names(stored) == {"one", "two"}


def test_a_memory_is_read_while_the_same_one_writes(stored: Path) -> None:
    with open_memory(stored, write=True) as opened:
        with opened.write() as conn:
            put(conn, "two")
            with opened.read() as before:
                assert "two" not in before.execute(select(schema.meta.c.key)).scalars().all()
        with opened.read() as after:
            assert "two" in after.execute(select(schema.meta.c.key)).scalars().all()
    assert beside(stored) == set()


def test_transactions_may_run_in_other_threads(stored: Path) -> None:
    def write(opened: Memory, name: str) -> None:
        with opened.write() as conn:
            put(conn, name)

    with open_memory(stored, write=True) as opened:
        write(opened, "two")
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(write, opened, f"thread {i}") for i in range(8)]:
                done.result()
    assert names(stored) == {"one", "two", *(f"thread {i}" for i in range(8))}
    assert beside(stored) == set()


def test_what_another_process_writes_between_two_transactions_is_seen_and_kept(stored: Path) -> None:
    code = "import sys; from pathlib import Path; from tests.test_memory import make; make(Path(sys.argv[1]), 'theirs')"
    with open_memory(stored, write=True) as opened:
        with opened.write() as conn:
            put(conn, "two")
        subprocess.run([sys.executable, "-c", code, str(stored)], cwd=ROOT, check=True)
        with opened.write() as conn:
            assert "theirs" in conn.execute(select(schema.meta.c.key)).scalars().all()
            put(conn, "three")
    assert names(stored) == {"one", "two", "theirs", "three"}


def test_a_memory_replaced_between_two_transactions_keeps_what_it_had_and_spoils_nothing(stored: Path) -> None:
    other = make(stored.with_name("other.db"), "of the other")
    moved = stored.with_name("moved.db")
    with open_memory(stored, write=True) as opened:
        with opened.write() as conn:
            put(conn, "two")
        stored.rename(moved)
        shutil.copy(other, stored)
        with opened.write() as conn:
            put(conn, "three")
    assert names(stored) == {"of the other", "three"}
    assert names(moved) == {"one", "two"}


def test_a_memory_replaced_before_it_is_closed_keeps_what_it_had_and_spoils_nothing(stored: Path) -> None:
    other = make(stored.with_name("other.db"), "of the other")
    moved = stored.with_name("moved.db")
    with open_memory(stored, write=True) as opened:
        with opened.write() as conn:
            put(conn, "two")
        stored.rename(moved)
        shutil.copy(other, stored)
    assert names(stored) == {"of the other"}
    assert names(moved) == {"one", "two"}


def test_a_log_that_cannot_be_brought_into_a_file_that_was_moved_is_told(stored: Path) -> None:
    moved, log = stored.with_name("moved.db"), stored.with_name(f"{stored.name}-wal")
    opened = open_memory(stored, write=True)
    with opened.write() as conn:
        put(conn, "two")
    stored.rename(moved)
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, kept[1]))
    try:
        with pytest.raises(MemoryFileError, match="its log could not be brought into it") as caught:
            opened.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)

    assert str(log) in caught.value.hint
    assert names(moved) == {"one"}
    # What the hint says helps.
    moved.rename(stored)
    assert names(stored) == {"one", "two"}


def test_what_went_wrong_first_is_told_rather_than_the_log(stored: Path) -> None:
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)

    def move_and_fail() -> None:
        with open_memory(stored, write=True) as opened:
            with opened.write() as conn:
                put(conn, "two")
            stored.rename(stored.with_name("moved.db"))
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, kept[1]))
            raise ValueError("first")

    try:
        with pytest.raises(ValueError, match="first"):
            move_and_fail()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)


def test_a_memory_deleted_between_two_transactions_is_told(stored: Path) -> None:
    with open_memory(stored, write=True) as opened:
        with opened.write() as conn:
            put(conn, "two")
        stored.unlink()
        with pytest.raises(MemoryFileError, match="cannot be opened"), opened.write():
            pass
    assert not stored.exists()


# --- what is no memory ----------------------------------------------------------------------------------------------


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("Recommandations (suite)\n" * 50, "utf-8")
    (tmp_path / "empty.db").touch()
    with closing(sqlite3.connect(tmp_path / "other.db")) as raw:
        raw.execute("CREATE TABLE unit (id INTEGER)")
    said = {}
    for name in ("text.db", "empty.db", "other.db", "."):
        before = (tmp_path / name).read_bytes() if name != "." else b""
        with pytest.raises(MemoryFileError) as caught:
            open_memory(tmp_path / name, create=True, write=True)
        assert caught.value.hint
        assert before == ((tmp_path / name).read_bytes() if name != "." else b"")
        said[name] = caught.value.message

    assert said == {
        "text.db": "this is not a memory",
        "empty.db": "this is not a memory",
        "other.db": "this is a database of another program, not a memory",
        ".": "this is a folder, not a memory",
    }


def test_a_memory_of_a_newer_version_is_refused(stored: Path) -> None:
    with closing(sqlite3.connect(stored)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    for write in (False, True):
        with pytest.raises(MemoryFileError, match="newer untm") as caught:
            open_memory(stored, write=write)
        assert "upgrade untm" in caught.value.hint


def test_a_memory_without_its_version_is_damaged(stored: Path) -> None:
    with closing(sqlite3.connect(stored)) as raw, raw:
        raw.execute("DROP TABLE alembic_version")
    with pytest.raises(MemoryFileError, match="damaged"):
        open_memory(stored)


def test_a_damaged_memory_is_told(tmp_path: Path) -> None:
    path = make(tmp_path / "memory.db", *(f"entry {i} {'x' * 200}" for i in range(300)))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MemoryFileError, match="damaged") as caught:
        names(path)

    assert (caught.value.path, bool(caught.value.hint)) == (str(path), True)


# --- permissions ----------------------------------------------------------------------------------------------------


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Without the super-user's right to write everywhere."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that any user can reach, with a memory in it."""
    folder = Path(tempfile.mkdtemp())
    make(folder / "memory.db", "one")
    folder.chmod(0o777)
    (folder / "memory.db").chmod(0o666)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_read_only_memory_can_be_read(shelf: Path, folder_mode: int) -> None:
    path = shelf / "memory.db"
    path.chmod(0o444)
    shelf.chmod(folder_mode)
    with ordinary_user():
        assert names(path) == {"one"}
        with pytest.raises(MemoryFileError, match="memory is read-only") as caught:
            open_memory(path, write=True)

    assert caught.value.hint == "check the permissions, or work on a copy"


def test_a_memory_in_a_read_only_folder_can_be_read_but_not_written_or_made(shelf: Path) -> None:
    shelf.chmod(0o555)
    with ordinary_user():
        assert names(shelf / "memory.db") == {"one"}
        with pytest.raises(MemoryFileError, match="folder is read-only"):
            open_memory(shelf / "memory.db", write=True)
        for path in (shelf / "new.db", shelf / "folder" / "new.db"):
            with pytest.raises(MemoryFileError, match="cannot be made") as caught:
                open_memory(path, create=True, write=True)
            assert caught.value.hint

    assert [file.name for file in shelf.iterdir()] == ["memory.db"]


def test_a_memory_that_may_not_be_read_is_told(shelf: Path) -> None:
    (shelf / "memory.db").chmod(0o000)
    with ordinary_user(), pytest.raises(MemoryFileError, match=r"cannot be read \(Permission denied\)"):
        open_memory(shelf / "memory.db")


# --- other processes ------------------------------------------------------------------------------------------------

_WRITER = """
import sys, time
from sqlalchemy import insert
from tm import schema
from tm.memory import open_memory
with open_memory(sys.argv[1], write=True) as memory, memory.write() as conn:
    for batch in range(int(sys.argv[2])):
        rows = [{"key": f"{batch}-{i}", "value": "x" * 500} for i in range(2000)]
        conn.execute(insert(schema.meta), rows)
    conn.exec_driver_sql("PRAGMA cache_spill = ON")
    print("written", flush=True)
    time.sleep(60)
"""


@contextmanager
def writing_process(path: Path, batches: int) -> Iterator["subprocess.Popen[str]"]:
    """Another process in the middle of a writing transaction; killed at the end."""
    command = [sys.executable, "-c", _WRITER, str(path), str(batches)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "written\n"
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def test_a_writer_waits_and_then_says_that_another_is_writing(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LOCK_SECONDS", 0.2)
    with writing_process(stored, 1), open_memory(stored, write=True) as opened:
        assert names(stored) == {"one"}
        with pytest.raises(MemoryFileError, match="another process is writing") as caught, opened.write():
            pass

    assert "wait" in caught.value.hint


def test_a_process_killed_while_writing_leaves_the_memory_as_before(stored: Path) -> None:
    # Enough to make SQLite write uncommitted pages out to its log: more than the writer's cache holds.
    with writing_process(stored, 80):
        assert stored.with_name(stored.name + "-wal").stat().st_size > 1 << 20

    assert names(stored) == {"one"}
    with open_memory(stored, write=True) as opened, opened.write() as conn:
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        put(conn, "two")
    assert names(stored) == {"one", "two"}


def test_a_memory_that_was_not_closed_is_read_from_a_read_only_folder_or_refused(shelf: Path) -> None:
    path = shelf / "memory.db"
    with open_memory(path, write=True) as opened, opened.write() as conn:
        put(conn, "two")
        copy = shelf / "copy.db"
    shutil.copy(path, copy)
    copy.with_name("copy.db-wal").write_bytes(b"a log that nobody finished")
    copy.chmod(0o444)
    shelf.chmod(0o555)
    with ordinary_user(), pytest.raises(MemoryFileError, match="cannot be opened"):
        names(copy)


# --- upgrades -------------------------------------------------------------------------------------------------------

_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
    {more}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program one step further on; gives the file of the step."""
    steps = tmp_path / "migrations"
    shutil.copytree(ROOT / "tm" / "migrations", steps, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(memory, "MIGRATIONS", str(steps))
    monkeypatch.setattr(schema, "VERSIONS", (*schema.VERSIONS, "0002"))
    step = steps / "versions" / "0002_later.py"
    step.write_text(_STEP.format(more=""), "utf-8")
    return step


@pytest.mark.parametrize("write", [False, True])
def test_an_older_memory_is_upgraded_and_a_copy_kept(stored: Path, next_version: Path, write: bool) -> None:
    with open_memory(stored, write=write) as opened, opened.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM later").scalar() == 0
        assert conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0002"
    copy = stored.with_name("memory.before-0002.bak")
    with closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert {row[0] for row in raw.execute("SELECT key FROM meta")} == {"application", "one"}
    assert names(stored) == {"one"}


def test_an_upgrade_that_fails_leaves_the_memory_as_before(stored: Path, next_version: Path) -> None:
    next_version.write_text(_STEP.format(more='raise RuntimeError("no")'), "utf-8")
    with pytest.raises(RuntimeError, match="no"):
        open_memory(stored)
    with closing(sqlite3.connect(stored)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert raw.execute("SELECT name FROM sqlite_master WHERE name = 'later'").fetchall() == []


def test_an_older_memory_that_cannot_be_written_is_told(shelf: Path, next_version: Path) -> None:
    shelf.chmod(0o555)
    with ordinary_user(), pytest.raises(MemoryFileError, match="read-only"):
        open_memory(shelf / "memory.db")


def test_a_memory_with_other_columns_is_told_to_be_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "m.untm"
    with open_memory(path, create=True):
        pass
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("ALTER TABLE posting RENAME COLUMN list TO token_id")
        raw.commit()
    with (
        open_memory(path) as memory,
        pytest.raises(MemoryFileError, match="another version of untm"),
        memory.read() as conn,
    ):
        conn.execute(select(schema.posting.c.list))
