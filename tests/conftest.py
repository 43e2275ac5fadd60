"""What several tests need: the report read, aligned and stored once."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection

from tm.lang import UN_LANGUAGES, Lang
from tm.model import Document, DocumentStatus, Edition, TranslationUnit

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "fixtures" / "report"


# Machines are shared: no example is timed. In CI the examples are the same each time; elsewhere new ones are tried.
settings.register_profile(
    "shared", deadline=None, derandomize=os.environ.get("CI") == "true", suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared")


def pytest_configure(config: pytest.Config) -> None:
    """Keep tests off the user's own memory and settings."""
    del config
    os.environ.pop("UNTM_MEMORY", None)
    os.environ.pop("UNTM_CONFIG", None)


@dataclass(frozen=True)
class Stored:
    """A memory that holds the report, and what it was made of."""

    path: Path
    editions: dict[Lang, Edition]
    units: tuple[TranslationUnit, ...]


def store_report(folder: Path, raw: bool) -> Stored:
    """Read, align and store the report in six languages, from the raw or the clean edition."""
    from cli.align import align_document
    from cli.options import NamedFile, Settings, read_editions
    from tm import store
    from tm.memory import open_memory

    name = "real/{}.txt" if raw else "{}.blocks.jsonl"
    editions = read_editions([NamedFile(REPORT / name.format(lang), lang) for lang in UN_LANGUAGES], Settings())
    document = Document(symbol="A/TEST/1", title="Report", status=DocumentStatus.FINAL, origin="report")
    _, units = align_document(editions, document)
    path = folder / "memory.untm"
    with open_memory(path, create=True, write=True) as memory, memory.write() as conn:
        store.add_document(conn, document, list(editions.values()), units)
    return Stored(path, editions, units)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """The raw edition, stored."""
    return store_report(tmp_path_factory.mktemp("raw"), raw=True)


@pytest.fixture(scope="session")
def clean_report(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """The clean edition, stored."""
    return store_report(tmp_path_factory.mktemp("clean"), raw=False)


@pytest.fixture
def conn(report: Stored) -> Iterator[Connection]:
    """A reading connection to the memory of the raw edition."""
    from tm.memory import open_memory

    with open_memory(report.path) as memory, memory.read() as connection:
        yield connection
