"""A memory as a file or a database: make, open, upgrade, and one transaction at a time.

The writer holds the memory for one whole transaction; readers go on reading what was there before (SQLite's
write-ahead log). A process that dies in the middle leaves the memory as it was.

A connection to a file is kept from one transaction to the next, and with it the log beside the file; whoever closes the
memory last brings the log into the file and takes it away. A file that has been moved or replaced meanwhile gets what
the log holds of it, and the next transaction is that of the file that is in its place.
"""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    QueuePool,
    create_engine,
    event,
    exc,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.pool import ConnectionPoolEntry

from tm import schema
from tm.errors import MemoryFileError, MissingMemoryError

#: Seconds a writer waits for another one.
LOCK_SECONDS = 5.0
#: Where the upgrade steps are, as alembic writes the place of a package.
MIGRATIONS = "tm:migrations"
#: Bytes of a memory that readers may read through the address space instead of by copying. Writers copy, so that their
#: memory does not grow with the file.
_MAPPED = 1 << 30
#: Kibibytes of pages a writer keeps before it writes them out.
_WRITE_CACHE = 1 << 15
#: Bytes that the log keeps on the disk between transactions while a memory is open.
_LOG = 1 << 24
#: Under this a connection knows which file it has open.
_FILE = "file"
_SQLITE_HEADER = b"SQLite format 3\0"
_VERSION = text("SELECT version_num FROM alembic_version")


class Memory:
    """An open memory; a context manager that closes it."""

    #: The file, or None for a database server.
    path: Path | None

    def __init__(self, engine: "_Opened", name: str, path: Path | None, *, writable: bool) -> None:
        self.path = path
        self._engine, self._abandoned = engine
        self._name = name
        self._writable = writable

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in a transaction that sees one state of the memory throughout."""
        with _told(self._name), self._engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in the one writing transaction: kept if the block ends well, undone if anything is raised.

        Raises:
            MemoryFileError: another process is writing, the file or its folder cannot be written, the disk is full,
                another file has come in its place.
        """
        if not self._writable:
            raise MemoryFileError("the memory was opened for reading only", path=self._name)
        with _told(self._name), self._engine.connect() as bare:
            conn = bare.execution_options(writes=True)
            before = bare.info.get(_FILE)
            with conn.begin():
                # Row locks make writers wait for each other on a server; SQLite has begun with a lock on the file.
                conn.execute(select(schema.meta.c.value).where(schema.meta.c.key == "application").with_for_update())
                yield conn
                if _identity(self.path) != before:
                    raise MemoryFileError(
                        "the memory was moved, deleted or replaced while it was written to; nothing was added",
                        path=self._name,
                        hint="put the memory back, then try again",
                    )

    def shrink(self) -> None:
        """Give back the memory that pages of the file take between transactions; the next one reads them anew."""
        if self.path is not None:
            with _told(self._name), self._engine.connect() as conn:
                conn.exec_driver_sql("PRAGMA shrink_memory")

    def close(self) -> None:
        """Close it; it cannot be used any more.

        Raises:
            MemoryFileError: the file was moved meanwhile, and what the log holds of it could not be brought into it.
        """
        self._engine.dispose()
        if self._abandoned:
            what = "the memory was moved while it was open, and its log could not be brought into it"
            raise MemoryFileError(
                f"{what} ({self._abandoned[0]})",
                path=self._name,
                hint=f"put it back beside {self._name}-wal, which holds what was written last, then open it",
            )

    def __enter__(self) -> "Memory":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            # What went wrong first is told.
            self._engine.dispose()


class _Opened(NamedTuple):
    """What reaches a memory."""

    engine: Engine
    #: Why logs of files that were moved could not be brought into them.
    abandoned: list[str]


def open_memory(target: str | Path, *, create: bool = False, write: bool = False) -> Memory:
    """The memory at a path or database URL, brought up to date if it is from an older version.

    Args:
        target: path of a file, or a URL as SQLAlchemy writes them.
        create: whether to make the memory when it is missing, folders included. It appears whole or not at all.
        write: whether ``Memory.write`` may be used.

    Raises:
        MemoryFileError: it is missing, no memory, damaged, locked, from a newer version, or not to be read or written.
    """
    path = _file_of(target)
    if path is None:
        return _open_server(str(target), create=create, write=write)
    name = str(path)
    if not path.exists():
        if not create:
            raise MissingMemoryError("there is no memory here yet", path=name, hint="import or align something first")
        _create_file(path)
    _require_memory(path)
    if write:
        _require_writable(path)
    with ExitStack() as stack:
        opened = _open_file(path, write=write)
        stack.callback(opened.engine.dispose)
        with _told(name), opened.engine.connect() as conn:
            version = _known_version(conn, name)
        if version != schema.VERSIONS[-1]:
            opened.engine.dispose()
            _upgrade_file(path, version)
        stack.pop_all()
    return Memory(opened, name, path, writable=write)


def may_write(conn: Connection) -> bool:
    """Whether a connection is that of ``Memory.write``."""
    return bool(conn.get_execution_options().get("writes"))


def exists(target: str | Path) -> bool:
    """Whether a memory's file is there; of a database on a server that is not asked, it is taken to be there."""
    path = _file_of(target)
    return path is None or path.exists()


def _file_of(target: str | Path) -> Path | None:
    """The path of a memory that is a file, or None when it is a database on a server."""
    if isinstance(target, Path) or "://" not in target:
        return Path(target)
    try:
        url = make_url(target)
    except exc.ArgumentError as error:
        raise MemoryFileError("this is no database URL", path=target, hint="give a path, or a URL such as "
                              "postgresql+psycopg://host/name") from error  # fmt: skip
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise MemoryFileError("a memory must be a file", path=target, hint="give a path")
    return Path(url.database)


# --- a file ---------------------------------------------------------------------------------------------------------


def _open_file(path: Path, *, write: bool, related: bool = True) -> _Opened:
    """An engine for the file; ``related`` is whether foreign keys are enforced (not while tables are rebuilt)."""
    abandoned: list[str] = []

    def connect() -> sqlite3.Connection:
        # Transactions are begun below, not by the driver, which would begin them late and without a lock. One
        # transaction may run in another thread than the one before it.
        return sqlite3.connect(
            _uri(path, write=write), uri=True, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )

    # Closing brings the log into the file, which takes longer than a small transaction: one connection is kept, and
    # further ones are made while it is in use. What is read as immutable is looked at anew each time.
    if _uri(path, write=write).endswith(_IMMUTABLE):
        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    else:
        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, max_overflow=-1)
    pragmas = [f"foreign_keys = {related:d}"]
    if write:
        pragmas += ["synchronous = NORMAL", f"cache_size = -{_WRITE_CACHE}", f"journal_size_limit = {_LOG}"]
    else:
        pragmas += ["query_only = ON", f"mmap_size = {_MAPPED}"]

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info[_FILE] = _identity(path)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "checkout")
    def check(_connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info[_FILE] != _identity(path):
            # The pool makes a new connection, to the file that is there now.
            raise exc.DisconnectionError("another file has come in its place")

    @event.listens_for(engine, "close")
    def leave(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        if record.info[_FILE] != _identity(path):
            # SQLite leaves the log of a file that is not in its place; it would be taken for the other file's.
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            except sqlite3.Error as error:
                # Here nothing may be raised, or the connection would stay open.
                abandoned.append(str(error))

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if may_write(conn) else "BEGIN")

    return _Opened(engine, abandoned)


#: Ends the name of a file that nobody can be writing to.
_IMMUTABLE = "?mode=ro&immutable=1"


def _uri(path: Path, *, write: bool) -> str:
    base = f"file:{quote(os.fsencode(path.absolute()))}"
    if write or (_writable(path) and _writable(path.parent)):
        # Also for reading: only who may write clears SQLite's log away. ``query_only`` keeps readers from more.
        return f"{base}?mode=rw"
    log = path.with_name(path.name + "-wal")
    if not _writable(path.parent) and not log.exists():
        # SQLite wants to put its log beside the file even for reading; nobody writes here, so there is none.
        return f"{base}{_IMMUTABLE}"
    return f"{base}?mode=ro"


def _require_memory(path: Path) -> None:
    """Refuse what is no memory, by the file's first bytes: SQLite's mark, and ours at offset 68."""
    name = str(path)
    if path.is_dir():
        raise MemoryFileError("this is a folder, not a memory", path=name, hint="give the path of a file")
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise MemoryFileError(f"cannot be read ({error.strerror})", path=name, hint="check the permissions") from error
    if not header.startswith(_SQLITE_HEADER):
        raise MemoryFileError("this is not a memory", path=name, hint="give another path; import reads other files")
    if int.from_bytes(header[68:72], "big") != schema.APPLICATION_ID:
        raise MemoryFileError(
            "this is a database of another program, not a memory", path=name, hint="give another path"
        )


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _require_writable(path: Path) -> None:
    hint = "check the permissions, or work on a copy"
    if not _writable(path):
        raise MemoryFileError("the memory is read-only", path=str(path), hint=hint)
    if not _writable(path.parent):
        raise MemoryFileError("the memory's folder is read-only", path=str(path), hint=hint)


def _identity(path: Path | None) -> tuple[int, int] | None:
    """What tells the file from any other that may come in its place; None when it is not there, or on a server."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _known_version(conn: Connection, name: str) -> str:
    version = conn.execute(_VERSION).scalar_one_or_none()
    if version not in schema.VERSIONS:
        raise MemoryFileError(
            "the memory was made by a newer untm", path=name, hint="upgrade untm, or export the memory there"
        )
    return str(version)


def _create_file(path: Path) -> None:
    """Make an empty memory beside its place, then put it there in one step."""
    name = str(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _fill_file(draft)
        with suppress(FileExistsError):  # another process was quicker: use its memory
            os.link(draft, path)
    except (OSError, sqlite3.Error, exc.DBAPIError) as error:
        reason = error.strerror if isinstance(error, OSError) else getattr(error, "orig", error)
        raise MemoryFileError(
            f"the memory cannot be made ({reason})", path=name, hint="check the folder, or give another path"
        ) from error
    finally:
        for leftover in (draft, *(draft.with_name(draft.name + end) for end in ("-wal", "-shm"))):
            with suppress(OSError):  # where nothing could be made, there is nothing to remove
                leftover.unlink()


def _fill_file(path: Path) -> None:
    path.touch(exist_ok=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        raw.execute("PRAGMA journal_mode = WAL")
    engine = _open_file(path, write=True).engine
    try:
        with engine.begin() as conn:
            _fill(conn)
    finally:
        engine.dispose()


def _fill(conn: Connection) -> None:
    """The tables of the newest version, and its name where alembic looks for it."""
    schema.metadata.create_all(conn)
    conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    conn.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": schema.VERSIONS[-1]})
    conn.execute(schema.meta.insert(), [{"key": "application", "value": "untm"}])


def _upgrade_file(path: Path, version: str) -> None:
    """Bring an older memory up to date; a copy named after the version it was made for stays beside it."""
    _require_writable(path)
    copy = path.with_name(f"{path.stem}.before-{schema.VERSIONS[-1]}.bak")
    engine = _open_file(path, write=True, related=False).engine
    try:
        with _told(str(path)), engine.connect() as bare:
            conn = bare.execution_options(writes=True)
            with conn.begin():
                if _known_version(conn, str(path)) == version:
                    _copy_file(path, copy)
                    _upgrade(conn)
    finally:
        engine.dispose()


def _copy_file(path: Path, copy: Path) -> None:
    draft = copy.with_name(f".{copy.name}.{secrets.token_hex(4)}.new")
    try:
        with (
            closing(sqlite3.connect(_uri(path, write=False), uri=True)) as source,
            closing(sqlite3.connect(draft)) as target,
        ):
            source.backup(target)
        shutil.copymode(path, draft)
        draft.replace(copy)
    except (OSError, sqlite3.Error) as error:
        raise MemoryFileError(
            "the memory must be upgraded, but cannot be copied first", path=str(path), hint="make room on the disk"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _upgrade(conn: Connection) -> None:
    """Run the alembic steps that are missing, on this connection and inside its transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = conn
    command.upgrade(config, schema.VERSIONS[-1])


# --- a server -------------------------------------------------------------------------------------------------------


def _open_server(url: str, *, create: bool, write: bool) -> Memory:
    name = make_url(url).render_as_string(hide_password=True)
    try:
        engine = create_engine(url)
    except (ModuleNotFoundError, exc.NoSuchModuleError) as error:
        raise MemoryFileError(
            f"no driver for this database ({error})", path=name, hint="install the driver the URL names"
        ) from error
    with _told(name), engine.begin() as conn:
        if not inspect(conn).has_table("alembic_version"):
            if not create:
                raise MissingMemoryError(
                    "there is no memory here yet", path=name, hint="import or align something first"
                )
            _fill(conn)
        if _known_version(conn, name) != schema.VERSIONS[-1]:
            _upgrade(conn)
    return Memory(_Opened(engine, []), name, None, writable=write)


# --- errors ---------------------------------------------------------------------------------------------------------

#: What a database says, in lower case, and what it means for a user: message and hint.
_TROUBLE = (
    ("is locked", "another process is writing to the memory", "wait until it has finished, then try again"),
    ("readonly database", "the memory is read-only", "check the permissions, or work on a copy"),
    ("not a database", "this is not a memory", "give another path"),
    ("malformed", "the memory is damaged", "go back to a copy of it, or import its documents anew"),
    ("no such table", "the memory is damaged", "go back to a copy of it, or import its documents anew"),
    ("no such column", "the memory was made by another version of untm", "import its documents anew"),
    ("is full", "the disk is full; the memory is as before", "make room, then try again"),
    ("disk i/o error", "the disk cannot be read or written; the memory is as before", "check the disk"),
    ("unable to open", "the memory cannot be opened", "check the permissions of the file and its folder"),
)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turns the database's errors that a user can act on into MemoryFileError; others pass."""
    try:
        yield
    except exc.DBAPIError as error:
        said = str(error.orig).lower()
        for mark, message, hint in _TROUBLE:
            if mark in said:
                raise MemoryFileError(message, path=name, hint=hint) from error
        if isinstance(error, exc.OperationalError) and not isinstance(error.orig, sqlite3.Error):
            reason = str(error.orig).strip().splitlines()[-1]
            hint = "see that the server runs, and that the URL names a database and a user it knows"
            raise MemoryFileError(f"the database cannot be used ({reason})", path=name, hint=hint) from error
        raise
