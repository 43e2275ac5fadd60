"""Documents of older word processors (.doc, .rtf): LibreOffice turns them into what is read, and does nothing else."""

import http.server
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from cli.main import run
from tests.conftest import REPORT
from tests.office_files import by_libreoffice, docx, odt, p
from tests.programs import installed
from tests.test_docx_documents import DOCS, assert_is_the_report, shown
from tm.errors import InputError
from tm.formats import docx as writer
from tm.formats import office, plain
from tm.formats.about import About
from tm.formats.office import PROGRAMS, read_document
from tm.lang import UN_LANGUAGES, Lang
from tm.lookup import LookupOptions, body, suggest

EN, FR, AR = Lang("en"), Lang("fr"), Lang("ar")
needs_libreoffice = pytest.mark.usefixtures("libreoffice")
RTF = rb"{\rtf1\ansi The Committee met.\par It rose.}"
OLD = b"\xd0\xcf\x11\xe0"


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program in LibreOffice's place, and nothing else of its name on the PATH."""
    folder.mkdir()
    path = folder / PROGRAMS[0]
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin")
    monkeypatch.setattr(office, "PROGRAMS", PROGRAMS[:1])


@pytest.fixture
def libreoffice() -> None:
    installed(*PROGRAMS)


# --- with LibreOffice -----------------------------------------------------------------------------------------------


@needs_libreoffice
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_report_of_the_old_kind(lang: Lang) -> None:
    assert_is_the_report(DOCS / f"{lang}.doc", lang)


@needs_libreoffice
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_report_in_rich_text(lang: Lang) -> None:
    # The lists of the French file do not say that its last heading starts at B; only a text for readers without lists
    # does, which LibreOffice leaves aside.
    assert_is_the_report(DOCS / f"{lang}.rtf", lang, wrong=1 if lang == FR else 0)


@needs_libreoffice
def test_rich_text_is_read_by_its_own_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "A_72_39_E.rtf", RTF)
    assert run(["read", str(path), "--json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert [segment["text"] for segment in shape["segments"]] == ["The Committee met.", "It rose."]
    assert (shape["name"], shape["reader"], shape["lang"]) == ("A_72_39_E.rtf", "office", "en")


@needs_libreoffice
def test_rich_text_before_its_changes(tmp_path: Path) -> None:
    changes = rb"{\deleted\revauthdel1 noted }{\revised\revauth1 saw }"
    content = rb"{\rtf1\ansi{\*\revtbl{Unknown;}{A;}}The Committee " + changes + b"the report.}"
    path = written(tmp_path / "x.rtf", content)
    assert shown(read_document(path, EN)) == ["The Committee saw the report."]
    assert shown(read_document(path, EN, original=True)) == ["The Committee noted the report."]


class _Watcher(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def watching() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and what it was asked for."""
    asked: list[str] = []
    handler = type("Handler", (_Watcher,), {"asked": asked})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@needs_libreoffice
def test_nothing_is_fetched(tmp_path: Path) -> None:
    with watching() as (address, asked):
        picture = f'<draw:image xlink:href="{address}/x.png" xlink:type="simple"/>'
        place = 'svg:width="3cm" svg:height="3cm" text:anchor-type="as-char"'
        frame = f"<draw:frame {place}>{picture}</draw:frame>"
        masters = '<style:master-page style:name="Standard" style:page-layout-name="pm"/>'
        source = odt(tmp_path / "x.odt", f"<text:p>The Committee met.{frame}</text:p>", masters=masters)
        made = by_libreoffice(source, "doc", tmp_path)
        assert asked, "LibreOffice with its own settings fetches the picture"

        asked.clear()
        assert shown(read_document(made, EN)) == ["The Committee met."]
        assert asked == []


@needs_libreoffice
def test_damaged_document(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="LibreOffice cannot open it") as caught:
        read_document(written(tmp_path / "bad.doc", OLD + b"\x00" * 2000), EN)
    assert caught.value.path == "bad.doc"
    assert "damaged or protected" in caught.value.hint


@needs_libreoffice
def test_it_opens_what_we_write_and_gives_the_same_paragraphs_back(tmp_path: Path, conn: Connection) -> None:
    draft = body(plain.read_document(REPORT / "draft.en.txt", EN).segments)
    found = list(suggest(conn, draft, EN, [FR, AR], LookupOptions(minimum=50)))
    path = tmp_path / "s.docx"
    writer.write_suggestions(path, found, About(EN, [FR, AR], "draft", "m", datetime(2026, 11, 25, tzinfo=UTC)))
    ours = [(s.kind, s.text) for s in writer.read_document(path, EN).segments]

    # As it comes out of LibreOffice, which has read and written all of it.
    opened = writer.read_document(by_libreoffice(path, "docx:MS Word 2007 XML", tmp_path), EN)

    assert len(ours) > 2 * len(draft)
    assert [(s.kind, s.text) for s in opened.segments] == ours


# --- without it -----------------------------------------------------------------------------------------------------


def test_docx_in_spite_of_its_name_needs_no_conversion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shown(read_document(docx(tmp_path / "x.doc", p("The Committee met.")), EN)) == ["The Committee met."]


def test_missing_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["read", str(written(tmp_path / "x.en.rtf", RTF))]) == 3
    error = capsys.readouterr().err
    assert "x.en.rtf: LibreOffice, which reads .rtf files, is not installed" in error
    assert "install LibreOffice" in error


def test_program_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "pid"
    program(tmp_path / "bin", f"sleep 60 & echo $! > {told}; wait", monkeypatch)
    monkeypatch.setattr(office, "LONGEST", 1.0)
    start = time.monotonic()
    with pytest.raises(InputError, match="not done after 1 seconds"):
        read_document(written(tmp_path / "x.rtf", RTF), EN)
    assert time.monotonic() - start < 30
    state = Path(f"/proc/{told.read_text('utf-8').strip()}/stat")
    assert not state.exists() or state.read_text("utf-8").split()[2] == "Z"


def test_program_that_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "exit 0", monkeypatch)
    with pytest.raises(InputError, match="LibreOffice cannot open it"):
        read_document(written(tmp_path / "x.rtf", RTF), EN)


def test_name_of_the_file_is_never_an_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "arguments"
    program(tmp_path / "bin", f'echo "$@" > {told}', monkeypatch)
    with pytest.raises(InputError):
        read_document(written(tmp_path / "--convert-to=evil.rtf", RTF), EN)
    assert "evil" not in told.read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"<html>a page</html>", "no Word or rich text document"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (OLD + b"\x00" * 508 + b"\xec\xa5" + b"\x00" * 9 + b"\x01" + b"\x00" * 500, "protected by a password"),
        (b"PK\x03\x04 and no more", "archive is damaged"),
    ],
)
def test_files_that_are_not_converted(
    tmp_path: Path, content: bytes, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=message) as caught:
        read_document(written(tmp_path / "bad.doc", content), EN)
    assert caught.value.path == "bad.doc"
    assert caught.value.hint
