"""PostgreSQL's trigram index pg_trgm as an engine of ``benchmarks/retrieval.py``, on a server of its own.

The server is made in the engine's folder, listens on a socket there and nowhere else, and ends with the engine.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engines import Peer, Row
from tm.errors import TMError

if TYPE_CHECKING:
    import psycopg

#: Programs of the server, and where under the root Debian keeps them.
_PROGRAMS, _DEBIAN = ("initdb", "pg_ctl", "postgres"), "usr/lib/postgresql/*/bin"
#: Who runs the server when we are root, which it refuses to be.
_USER = "postgres"
#: No network; nothing is kept, so nothing need be flushed; one processor, as for all.
_SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "maintenance_work_mem": "512MB",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
}


class Trigrams(Peer):
    """Segments by the trigrams of their words."""

    _server: "_Server | None" = None

    def __init__(self, name: str, index: str, query: str) -> None:
        super().__init__()
        self.name = f"pg_trgm {name}"
        self._index, self._query = index, query

    def missing(self) -> str:
        """Why it cannot be measured here, or ""."""
        if not find_spec("psycopg"):
            return "psycopg is not installed"
        if absent := [name for name in _PROGRAMS if not _program(name)]:
            return f"no {' and '.join(absent)} on this machine"
        if os.geteuid() == 0 and _USER not in {user.pw_name for user in pwd.getpwall()}:
            return f"PostgreSQL does not run as root, and there is no user {_USER}"
        return ""

    def fill(self, rows: Iterable[Row], folder: Path) -> None:
        """Start a server; one row a segment, then the index."""
        del folder
        self._server = _Server()
        self._conn = self._server.connect()
        self._backend = self._conn.info.backend_pid
        run = self._conn.execute
        run("CREATE EXTENSION pg_trgm")
        run("SET pg_trgm.similarity_threshold = 0.5")
        run("CREATE TABLE segment (line int PRIMARY KEY, words text NOT NULL, code text NOT NULL)")
        with self._conn.cursor() as cursor, cursor.copy("COPY segment FROM STDIN") as out:
            for line, row in enumerate(rows):
                out.write_row((line, " ".join(row.words), row.code))
        run(f"CREATE INDEX near ON segment USING {self._index}".encode())
        run("ANALYZE segment")

    def candidates(self, query: Row) -> Iterable[tuple[int, str]]:
        """What the index brings."""
        found: list[tuple[int, str]] = self._conn.execute(self._query.encode(), (" ".join(query.words),)).fetchall()
        return found

    def cpu(self) -> float:
        """Ours and that of the server's process that answers us."""
        if self._server is None:
            return time.process_time()
        return time.process_time() + int(Path(f"/proc/{self._backend}/schedstat").read_text().split()[0]) / 1e9

    def disk(self, folder: Path) -> int:
        """The table with its indexes."""
        del folder
        (size,) = self._conn.execute("SELECT pg_total_relation_size('segment')").fetchone() or (0,)
        return int(size)

    def elsewhere(self) -> int:
        """Peak memory of the server's process that answers us."""
        status = Path(f"/proc/{self._backend}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))

    def close(self) -> None:
        """Stop the server."""
        if self._server:
            self._server.stop()


class _Server:
    """A server with its data in a temporary folder."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True)
        self._data = Path(self._folder.name)
        if os.geteuid() == 0:
            shutil.chown(self._data, _USER)
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--username=bench")
        settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        self._run("pg_ctl", "start", "--wait", f"--log={self._data / 'log'}", "-o", f"-k {self._data} {settings}")

    def connect(self) -> "psycopg.Connection":
        """A connection that commits each statement."""
        import psycopg

        return psycopg.connect(host=str(self._data), user="bench", dbname="postgres", autocommit=True)

    def stop(self) -> None:
        """End it at once, and remove its data."""
        self._run("pg_ctl", "stop", "--mode=immediate")
        self._folder.cleanup()

    def _run(self, name: str, *arguments: str) -> None:
        program = _program(name)
        assert program
        user = _USER if os.geteuid() == 0 else None
        command = [program, "-D", str(self._data), *arguments]
        done = subprocess.run(command, user=user, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise TMError(f"{name} failed: {done.stdout.strip()}")


def _program(name: str) -> str | None:
    places = (
        *os.environ.get("PATH", "").split(os.pathsep),
        *map(str, sorted(Path("/").glob(_DEBIAN), reverse=True)),
    )
    return shutil.which(name, path=os.pathsep.join(places))


def nearest() -> Trigrams:
    """The segments at the least trigram distance, from a GiST index."""
    index = "gist (words gist_trgm_ops(siglen=64))"
    return Trigrams("GiST, nearest 50", index, "SELECT line, code FROM segment ORDER BY words <-> %s LIMIT 50")


def alike() -> Trigrams:
    """All segments of trigram similarity .5, from a GIN index."""
    return Trigrams("GIN, .5", "gin (words gin_trgm_ops)", "SELECT line, code FROM segment WHERE words %% %s")
