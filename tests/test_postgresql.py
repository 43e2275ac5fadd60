"""A memory on a PostgreSQL server: the answers and files of one on SQLite, and an index that equals brute force."""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import Connection, create_engine, text

from benchmarks import postgres_server
from cli.main import run
from tests.conftest import REPORT, ROOT, Stored
from tests.oracle import Stored as Indexed
from tests.oracle import agree, grow, keys_of, perturbed, report_texts
from tests.programs import missing
from tm import audit, index, store
from tm.errors import MemoryFileError
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import open_memory
from tm.model import Document, TranslationUnit, Variant

SDG = ROOT.parent / "shared" / "data" / "un_sdg" / "sdg_official_6lang.tmx"
#: What a translator asks; the answers are compared whole.
QUESTIONS = (
    ("lookup", "Draft report of the Working Group", "--from", "en", "--to", "ar,zh,fr", "--min", "40"),
    ("lookup", "2. Les États parties devraient envisager la coopération", "--from", "fr", "--to", "es", "--min", "30"),
    ("find", "移民", "--in", "zh", "--show", "ru"),
    ("find", "entraide judiciaire", "--in", "fr", "--show", "en", "--limit", "5", "--page", "2"),
    ("find", "entraide judiciaire", "--in", "fr", "--show", "en", "--group"),
    ("find", "coop* judici*", "--mode", "wildcard", "--limit", "50"),
    ("find", "юстици|правов", "--in", "ru", "--mode", "regex", "--limit", "50"),
    ("find", "الدول الأطراف", "--mode", "words", "--limit", "50"),
    ("suggest", str(REPORT / "draft.es.txt"), "--from", "es", "--to", "ar,fr"),
    ("leverage", str(REPORT / "draft.en.txt"), "--from", "en", "--to", "fr"),
    ("terms", "find", "促进人权理事会和缔约国的可持续发展", "--lang", "zh", "--to", "ar"),
    ("terms", "list", "assistance", "--lang", "en"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[postgres_server.Server]:
    """A server for this module; what is missing for one is no reason to skip in CI."""
    if reason := postgres_server.missing():
        missing(reason)
    running = postgres_server.Server()
    yield running
    running.stop()


@pytest.fixture
def url(server: postgres_server.Server, request: pytest.FixtureRequest) -> str:
    """A database of its own for each test."""
    name = request.node.originalname.removeprefix("test_")[:60]
    place = f"postgresql+psycopg:///{{}}?host={server.socket}&user={postgres_server.USER}"
    engine = create_engine(place.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return place.format(name)


def said(capsys: pytest.CaptureFixture[str], memory: str, *arguments: str) -> Any:
    assert run(["--memory", memory, "--json", *arguments]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_a_report_gives_the_same_answers_and_files(
    report: Stored, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["--memory", str(report.path), "export", "report.jsonl"]) == 0
    capsys.readouterr()
    for memory in ("file.untm", url):
        (first,) = said(capsys, memory, "import", "report.jsonl")["files"]
        (again,) = said(capsys, memory, "import", "report.jsonl")["files"]
        assert first["units"] == len(report.units)
        assert (again["units"], again["replaced"]) == (0, 0)
        said(capsys, memory, "terms", "import", str(ROOT / "fixtures" / "terms" / "un.csv"))

    for question in QUESTIONS:
        on_file, on_server = (said(capsys, memory, *question) for memory in ("file.untm", url))
        assert on_server == on_file, question
    held = [said(capsys, memory, "documents")["documents"] for memory in ("file.untm", url)]
    moments = [datetime.fromisoformat(document.pop("added")) for documents in held for document in documents]
    assert held[0] == held[1]
    assert all(moment.utcoffset() == timedelta(0) for moment in moments)
    counts = [said(capsys, memory, "stats") for memory in ("file.untm", url)]
    assert all(count.pop("bytes") > 0 for count in counts)
    assert counts[0] == counts[1]
    for memory, name in (("file.untm", "file"), (url, "server")):
        assert run(["--memory", memory, "export", f"{name}.tmx"]) == 0
        assert run(["--memory", memory, "check"]) == 0
    assert Path("server.tmx").read_bytes() == Path("file.tmx").read_bytes()


@pytest.mark.skipif(not SDG.is_file(), reason="../shared/data is absent")
def test_lexicons_are_learned_and_kept(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for memory in ("file.untm", url):
        said(capsys, memory, "import", str(SDG))
    asked = ("lexicon", "pauvreté", "eau", "--from", "fr", "--to", "en,zh")

    on_file, on_server = (said(capsys, memory, *asked) for memory in ("file.untm", url))
    assert on_server == on_file
    assert on_server["words"][0]["terms"][0]["translations"][0]["term"] == "pover"


def test_the_index_equals_brute_force_while_segments_come_and_go(url: str) -> None:
    rng = random.Random("server")
    with open_memory(url, create=True, write=True) as memory, memory.write() as conn:
        for lang in UN_LANGUAGES:
            texts = grow(keys_of(report_texts(lang), lang), rng, 200)
            vocabulary = sorted({key for one in texts for key in one})
            stored = Indexed(conn, lang)
            for batch in (texts[:150], texts[150:]):
                stored.add(batch)
                for query in rng.sample(texts, 6):
                    if query:
                        agree(stored, query, 1.0)
                        agree(stored, perturbed(query, vocabulary, rng), rng.choice([0.5, 0.6, 0.7, 0.85]))
                stored.remove(rng.sample(sorted(stored.keys), 40))
            query = max(stored.keys.values(), key=len)[1:-1]
            found = {place.segment_id: place.share for place in index.containing(conn, lang, query, 0.9)}
            assert found == stored.containing(query, 0.9)
            assert found

        assert audit.check(conn) == ()


def _add_and_fail(conn: Connection, unit: TranslationUnit) -> NoReturn:
    store.add_document(conn, Document(origin="lost"), [], [unit])
    raise RuntimeError


def test_what_fails_in_the_middle_leaves_the_memory_as_it_was(url: str) -> None:
    def made(word: str) -> TranslationUnit:
        return TranslationUnit((Variant(Lang("en"), f"The {word} of the Group"), Variant(Lang("fr"), f"Groupe {word}")))

    with open_memory(url, create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_document(conn, Document(origin="kept"), [], [made("report")])
        with pytest.raises(RuntimeError), memory.write() as conn:
            _add_and_fail(conn, made("agenda"))
        with memory.read() as conn:
            kept = [unit.variants[1].text for unit in store.iterate(conn)]
            assert kept == ["Groupe report"]
            assert audit.check(conn) == ()


def test_a_database_that_is_not_there_is_told_in_one_line(
    server: postgres_server.Server, capsys: pytest.CaptureFixture[str]
) -> None:
    place = f"postgresql+psycopg:///nowhere?host={server.socket}&user={postgres_server.USER}"

    assert run(["--memory", place, "stats"]) == 3
    message = capsys.readouterr().err
    assert "cannot be used" in message
    assert 'database "nowhere" does not exist' in message
    with pytest.raises(MemoryFileError):
        open_memory(place)
