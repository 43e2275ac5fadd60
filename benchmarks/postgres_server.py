"""A PostgreSQL server of our own for benchmarks and tests: data and socket in a temporary folder, no network."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from tm.errors import TMError

#: The server's superuser.
USER = "untm"
#: Programs of the server, and where under the root Debian keeps them.
_PROGRAMS, _DEBIAN = ("initdb", "pg_ctl", "postgres"), "usr/lib/postgresql/*/bin"
#: Who runs the server when we are root, which it refuses to be.
_OWNER = "postgres"
#: No network; nothing is kept, so nothing need be flushed.
_SETTINGS = {"listen_addresses": "''", "fsync": "off", "full_page_writes": "off"}


def missing() -> str:
    """Why there can be no server on this machine, or ""."""
    if not find_spec("psycopg"):
        return "psycopg is not installed"
    if absent := [name for name in _PROGRAMS if not _program(name)]:
        return f"no {' and '.join(absent)} on this machine"
    if os.geteuid() == 0 and _OWNER not in {user.pw_name for user in pwd.getpwall()}:
        return f"PostgreSQL does not run as root, and there is no user {_OWNER}"
    return ""


class Server:
    """A running server; ``stop`` ends it and removes its data.

    Raises:
        TMError: its programs failed; with what they said.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Start it, with these settings beside our own."""
        self._folder = tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True)
        self._data = Path(self._folder.name)
        if os.geteuid() == 0:
            shutil.chown(self._data, _OWNER)
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", f"--username={USER}")
        said = " ".join(f"-c {name}={value}" for name, value in {**_SETTINGS, **(settings or {})}.items())
        self._run("pg_ctl", "start", "--wait", f"--log={self._data / 'log'}", "-o", f"-k {self._data} {said}")

    @property
    def socket(self) -> str:
        """The folder of its socket, which clients take as the host."""
        return str(self._data)

    def stop(self) -> None:
        """End it at once, and remove its data."""
        self._run("pg_ctl", "stop", "--mode=immediate")
        self._folder.cleanup()

    def _run(self, name: str, *arguments: str) -> None:
        program = _program(name)
        assert program
        user = _OWNER if os.geteuid() == 0 else None
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
