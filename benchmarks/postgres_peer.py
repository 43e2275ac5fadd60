"""PostgreSQL's trigram index pg_trgm as an engine of ``benchmarks/retrieval.py``, on a server of its own.

The server is made in the engine's folder, listens on a socket there and nowhere else, and ends with the engine.
"""

import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks import postgres_server
from benchmarks.engines import Peer, Row

#: Memory as on a machine of its own; nothing is kept, so nothing need be flushed; one processor, as for all.
_SETTINGS = {
    "shared_buffers": "512MB",
    "maintenance_work_mem": "512MB",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
}


class Trigrams(Peer):
    """Segments by the trigrams of their words."""

    _server: postgres_server.Server | None = None

    def __init__(self, name: str, index: str, query: str) -> None:
        super().__init__()
        self.name = f"pg_trgm {name}"
        self._index, self._query = index, query

    def missing(self) -> str:
        """Why it cannot be measured here, or ""."""
        return postgres_server.missing()

    def fill(self, rows: Iterable[Row], folder: Path) -> None:
        """Start a server; one row a segment, then the index."""
        del folder
        import psycopg

        self._server = postgres_server.Server(_SETTINGS)
        place = {"host": self._server.socket, "user": postgres_server.USER, "dbname": "postgres"}
        self._conn = psycopg.connect(**place, autocommit=True)
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


def nearest() -> Trigrams:
    """The segments at the least trigram distance, from a GiST index."""
    index = "gist (words gist_trgm_ops(siglen=64))"
    return Trigrams("GiST, nearest 50", index, "SELECT line, code FROM segment ORDER BY words <-> %s LIMIT 50")


def alike() -> Trigrams:
    """All segments of trigram similarity .5, from a GIN index."""
    return Trigrams("GIN, .5", "gin (words gin_trgm_ops)", "SELECT line, code FROM segment WHERE words %% %s")
