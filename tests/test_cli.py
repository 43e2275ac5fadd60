"""The command line, as a translator uses it: the real group, real files, a real memory."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.main import COMMANDS, run
from tests.conftest import REPORT, ROOT, Stored
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import open_memory
from tm.model import Document, TranslationUnit, Variant
from tm.store import add_document, iterate


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test in a folder and home of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *arguments: object, status: int = 0) -> Any:
    """What a command prints as JSON."""
    assert run([*map(str, arguments), "--json"]) == status
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0

    shown = capsys.readouterr().out
    assert "Example:" in shown
    assert f"untm {name}" in shown


def test_the_shell_completes_commands_and_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_UNTM_COMPLETE", "bash_complete")
    for words, wanted in (("untm lev", "plain,leverage\n"), ("untm lookup --from f", "plain,fr\n")):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
        with pytest.raises(SystemExit):
            run([])
        assert capsys.readouterr().out == wanted


def test_help_imports_no_library_it_does_not_need() -> None:
    code = "import sys; from cli.main import run; run(['--help']); print([m for m in ('sqlalchemy', 'rich', 'numpy', 'lxml', 'babel', 'jinja2', 'alembic') if m in sys.modules])"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.splitlines()[-1] == "[]"


def test_a_lookup_imports_no_library_it_does_not_need(report: Stored) -> None:
    code = (
        "import sys; from cli.main import run; "
        f"run(['--memory', {str(report.path)!r}, '--json', 'lookup', 'Draft report', '--from', 'en', '--to', 'fr']); "
        "heavy = ('sqlalchemy.orm', 'alembic', 'lxml', 'jinja2', 'py3langid', 'numpy', 'rich', 'babel'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.splitlines()[-1] == "[]"


def test_read_shows_kind_label_path_text_and_line(capsys: pytest.CaptureFixture[str]) -> None:
    shown = answer(capsys, "read", REPORT / "real" / "en.txt")

    assert shown["lang"] == "en"
    assert {"kind", "label", "path", "text", "line"} <= shown["segments"][0].keys()
    kinds = {segment["kind"] for segment in shown["segments"]}
    assert {"title", "heading", "chapeau", "item", "paragraph", "footnote", "masthead", "header"} <= kinds


def test_the_main_job_from_files_to_tmx(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = [f"{lang}={REPORT}/real/{lang}.txt" for lang in ("fr", "en", "zh")]
    memory = tmp_path / "m.untm"

    aligned = answer(capsys, "--memory", memory, "align", *files, "--add", "--symbol", "A/1/2")
    again = answer(capsys, "--memory", memory, "align", *files, "--add", "--symbol", "A/1/2")
    counts = answer(capsys, "--memory", memory, "stats")

    assert aligned == again
    assert counts["documents"] == 1
    unit = next(u for u in aligned["units"] if u["path"] == ["III", "5"])
    assert {"fr", "en", "zh"} == unit["variants"].keys()
    assert unit["sentences"]
    found = answer(capsys, "--memory", memory, "lookup", unit["variants"]["fr"]["text"], "--from", "fr", "--to", "en")
    assert found["matches"][0]["score"] == 100
    assert found["matches"][0]["origin"]["symbol"] == "A/1/2"
    assert run(["--memory", str(memory), "export", "out.tmx"]) == 0
    assert run(["--memory", "second.untm", "import", "out.tmx"]) == 0
    capsys.readouterr()
    second = answer(capsys, "--memory", "second.untm", "stats")
    assert {name: second[name] for name in ("units", "sentences")} == {n: counts[n] for n in ("units", "sentences")}


def test_export_and_import_of_json_lines_lose_nothing(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--memory", str(report.path), "export", "one.jsonl"]) == 0
    assert run(["--memory", "copy.untm", "import", "one.jsonl"]) == 0
    assert run(["--memory", "copy.untm", "export", "two.jsonl"]) == 0
    capsys.readouterr()

    assert Path("one.jsonl").read_text("utf-8") == Path("two.jsonl").read_text("utf-8")


def test_suggest_json_page_and_leverage(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    draft = REPORT / "draft.en.txt"

    shown = answer(
        capsys, "--memory", report.path, "suggest", draft, "--from", "en", "--to", "fr,ar", "-o", "page.html"
    )
    counted = answer(capsys, "--memory", report.path, "leverage", draft, "--from", "en", "--to", "fr")

    assert len(shown["segments"]) == 39
    assert {"source", "kind", "path", "matches", "sentences", "proposal"} <= shown["segments"][0].keys()
    assert sum(row["segments"] for row in counted["bands"]) == 39
    page = Path("page.html").read_text("utf-8")
    assert 'dir="rtl"' in page
    assert "http://" not in page
    assert "https://" not in page


def test_find_in_any_language(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    shown = answer(capsys, "--memory", report.path, "find", "移民", "--show", "en")

    assert shown["hits"]
    assert all(hit["lang"] == "zh" and "移民" in hit["text"] for hit in shown["hits"])


def test_a_text_begins_beside_its_language(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--memory", str(report.path), "find", "移民", "--in", "zh"]) == 0
    lines = capsys.readouterr().out.splitlines()

    texts = [line for line in lines if line.startswith("  zh")]
    assert texts
    assert all(line.removeprefix("  zh  ").strip() for line in texts)
    assert any(line.startswith(" " * len("  zh  ")) and line.strip() for line in lines)


@pytest.mark.parametrize(("text", "lang", "least"), [("Draft zzz", "en", "4 words"), ("司法协", "zh", "6 characters")])
def test_no_match_of_a_short_text_names_the_command_that_looks_inside(
    report: Stored, capsys: pytest.CaptureFixture[str], text: str, lang: str, least: str
) -> None:
    assert run(["--memory", str(report.path), "lookup", text, "--from", lang, "--to", "fr"]) == 0
    assert f"no match; untm find looks for fewer than {least} inside texts" in capsys.readouterr().out

    assert run(["--memory", str(report.path), "lookup", f"{text * 3} ww xx yy zz", "--from", lang, "--to", "fr"]) == 0
    assert "untm find" not in capsys.readouterr().out


def test_find_shows_page_after_page(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    memory = ["--memory", str(report.path)]
    first, second = (
        answer(capsys, *memory, "find", "parti* *", "--in", "fr", "--mode", "wildcard", "--limit", "3", "--page", page)
        for page in ("1", "2")
    )

    assert (first["mode"], first["page"], first["limit"], first["more"]) == ("wildcard", 1, 3, True)
    assert len({hit["unit"] for hit in first["hits"] + second["hits"]}) == 6
    assert run([*memory, "find", "States", "--in", "en", "--limit", "2", "--match", "case"]) == 0
    shown = capsys.readouterr().out
    assert "passages 1–2 of " in shown
    assert "--page 2 shows more" in shown
    assert run([*memory, "find", "zzz"]) == 0
    assert "no passage with zzz" in capsys.readouterr().out


def test_find_groups_translations(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["--memory", str(report.path), "find", "States parties", "--in", "en", "--show", "fr", "--group"]
    grouped = answer(capsys, *call)

    assert grouped["total"] == len(grouped["renderings"]) > 1
    assert {"source", "target", "count", "conflict"} <= grouped["renderings"][0].keys()
    assert all("parties" in row["source"].casefold() for row in grouped["renderings"])
    assert run([*call, "--limit", "1"]) == 0
    assert f"1 of {grouped['total']} wordings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["— —"], 3, "no word"),
        ([""], 3, "nothing to look for"),
        (["(a", "--mode", "regex"], 3, "no regular expression"),
        (["water", "--in", "de"], 3, "ar, en, es, fr, ru, zh"),
        (["water", "--match", "colour"], 2, "colour"),
        (["water", "--group"], 2, "--show"),
        ([r"\W{30}", "--mode", "regex", "--in", "en"], 0, ""),
    ],
)
def test_find_says_what_it_cannot_do(report: Stored, arguments: list[str], status: int, said: str) -> None:
    done = shell(report, "find", *arguments)

    told = done.stderr.decode()
    assert done.returncode == status, told
    assert said in told
    assert "Traceback" not in told


def test_lookup_reads_segments_from_standard_input(report: Stored) -> None:
    command = [
        sys.executable,
        "-m",
        "cli",
        "--memory",
        str(report.path),
        "lookup",
        "--from",
        "en",
        "--to",
        "fr",
        "--json",
    ]
    done = subprocess.run(
        command, input="Draft report\nAddendum\n", capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert [json.loads(line)["query"] for line in done.stdout.splitlines()] == ["Draft report", "Addendum"]


def shell(
    report: Stored, *arguments: str, stdin: bytes = b"", **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cli", "--memory", str(report.path), *arguments],
        input=stdin, capture_output=True, check=False, cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stdin", "status", "said"),
    [
        (b"\xef\xbb\xbfDraft report\r\nAddendum\rDraft report", 0, b""),
        (b"Addendum\ncaf\xe9\n", 3, b"standard input:2: the line is not UTF-8"),
        ("Addendum".encode("utf-16"), 3, b"standard input:1:"),
        ("Addendum".encode("utf-16-le"), 3, b"standard input:1:"),
    ],
)
def test_standard_input_is_utf_8_or_refused(report: Stored, stdin: bytes, status: int, said: bytes) -> None:
    done = shell(report, "lookup", "--from", "en", "--to", "fr", "--json", stdin=stdin)

    assert done.returncode == status
    assert said in done.stderr
    scores = [json.loads(line)["matches"][0]["score"] for line in done.stdout.splitlines()]
    assert scores == ([100] * 3 if status == 0 else [100] * (said.count(b":2:")))


def test_without_standard_input_or_output(report: Stored) -> None:
    command = f"{sys.executable} -m cli --memory '{report.path}'"
    closed = subprocess.run(
        ["sh", "-c", f"{command} lookup --from en --to fr <&-; echo $?; {command} stats >&-; echo $?"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip

    assert closed.stdout.split() == ["2", "0"]
    assert "Traceback" not in closed.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_has_no_arabic_is_no_reason_to_stop(report: Stored, encoding: str) -> None:
    ask = ("lookup", "Draft report", "--from", "en", "--to", "ar,zh")
    text = shell(report, *ask, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    listed = shell(report, *ask, "--json", PYTHONIOENCODING=encoding, PYTHONUTF8="0")

    assert (text.returncode, listed.returncode) == (0, 0), text.stderr
    assert json.loads(listed.stdout)["matches"][0]["targets"]["ar"] == "مشروع التقرير"


def test_a_reader_that_leaves_early_is_no_problem(report: Stored) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        for output in (["find", "the"], ["find", "the", "--json"], ["stats"]):
            command = [sys.executable, "-m", "cli", "--memory", str(report.path), *output]
            done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, cwd=ROOT)
            assert (done.returncode, done.stderr) == (0, b"")
    finally:
        os.close(writing)


def test_an_import_whose_talk_nobody_reads_is_done_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "u.jsonl").write_text('{"variants": []}\n' * 2 + '{"variants": [{"lang": "en", "text": "a"}]}\n')
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "cli", "--memory", str(tmp_path / "m.untm"), "import", str(tmp_path / "u.jsonl")]
    try:
        done = subprocess.run(command, stderr=writing, check=False, cwd=ROOT)
    finally:
        os.close(writing)

    assert done.returncode == 1
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        assert len(list(iterate(conn))) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a file's name be any bytes")
def test_files_whose_names_are_not_utf_8(report: Stored, tmp_path: Path) -> None:
    named = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")

    assert shell(report, "export", f"{named}.jsonl", "--json").returncode == 0
    assert shell(report, "--memory", f"{named}.untm", "import", f"{named}.jsonl").returncode == 0
    listed = shell(report, "--memory", f"{named}.untm", "documents", "--json")
    assert [row["symbol"] for row in json.loads(listed.stdout)["documents"]] == ["A/TEST/1"]
    assert shell(report, "find", os.fsdecode(b"caf\xe9")).returncode == 2


@pytest.mark.parametrize("columns", ["0", "20", "80"])
def test_no_figure_is_cut_off_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    symbol = "CTOC/COP/WG.7/2018/L.1/Add.2"
    row = {
        "variants": [{"lang": lang.tag, "text": "a"} for lang in UN_LANGUAGES],
        "document": {"symbol": symbol, "title": "A title " * 20, "status": "unknown", "date": "2018-07-06"},
        "sentences": [{"level": "sentence", "variants": [{"lang": "en", "text": str(i)}]} for i in range(123)],
    }
    (tmp_path / "u.jsonl").write_text(json.dumps(row))
    monkeypatch.setenv("COLUMNS", columns)
    assert run(["--memory", "m.untm", "import", "-q", "u.jsonl"]) == 0
    capsys.readouterr()

    assert run(["--memory", "m.untm", "documents"]) == 0
    shown = capsys.readouterr().out
    assert {"unknown", "2018-07-06", "1", "123"} <= set(shown.split())


def test_texts_that_lose_their_place_when_other_versions_are_added_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, text in {"1.fr.txt": "Un.\n\nDeux.\n", "1.en.txt": "One.\n\nTwo.\n", "2.fr.txt": "Trois.\n\nQuatre.\n",
                       "2.es.txt": "Tres.\n\nCuatro.\n"}.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    add = ["--memory", "m.untm", "align", "--add", "--symbol", "A/1"]

    assert run([*add, "fr=1.fr.txt", "en=1.en.txt"]) == 0
    capsys.readouterr()
    assert run([*add, "fr=2.fr.txt", "es=2.es.txt"]) == 1
    assert "2 texts in other languages" in capsys.readouterr().err


def test_plain_output_of_every_command(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    memory = ["--memory", str(report.path)]
    calls = [
        ["read", str(REPORT / "real" / "ar.txt")],
        [*memory, "align", f"en={REPORT}/real/en.txt", f"ar={REPORT}/real/ar.txt", "--explain"],
        [*memory, "lookup", "Draft report of the Group", "--from", "en", "--to", "fr,ar,zh", "--min", "50"],
        [*memory, "suggest", str(REPORT / "draft.es.txt"), "--from", "es", "--to", "en,ar"],
        [*memory, "leverage", str(REPORT / "draft.es.txt"), "--from", "es", "--to", "en"],
        [*memory, "find", "entraide", "--in", "fr"],
        [*memory, "find", "entraide", "--in", "fr", "--show", "en", "--group"],
        [*memory, "documents"],
        [*memory, "stats"],
    ]
    for call in calls:
        assert run(call) == 0, call
        assert capsys.readouterr().out.strip(), call


# --- bad input: status 3, one message with a hint, nothing half written ---------------------------------------------


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The message of a command that must leave with status 3."""
    assert run([*map(str, arguments)]) == 3
    shown = capsys.readouterr()
    assert shown.err.startswith("error: ")
    assert "hint: " in shown.err
    assert "Traceback" not in shown.err
    return shown.err


def test_files_that_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty.en.txt").write_bytes(b"")
    (tmp_path / "binary.en.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "pdf.en.txt").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")
    (tmp_path / "folder.en.txt").mkdir()

    assert "missing.en.txt" in refused(capsys, "read", "missing.en.txt")
    assert "empty" in refused(capsys, "read", "empty.en.txt")
    refused(capsys, "read", "binary.en.txt")
    assert "PDF" in refused(capsys, "read", "pdf.en.txt")
    refused(capsys, "read", "folder.en.txt")
    refused(capsys, "read", "report.docx.unknown")


@pytest.mark.parametrize(
    ("lang", "encoding"),
    [("fr", "utf-16"), ("ar", "utf-16-le"), ("fr", "cp1252"), ("es", "cp1252"), ("ar", "cp1256"), ("ru", "cp1251"),
     ("zh", "gb18030"), ("en", "utf-8-sig")],
)  # fmt: skip
def test_encodings_are_found_out(capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str, encoding: str) -> None:
    text = "\n\n".join(
        json.loads(line)["text"] for line in (REPORT / f"{lang}.blocks.jsonl").read_text("utf-8").splitlines()
    )
    (tmp_path / f"x.{lang}.txt").write_bytes(text.encode(encoding, errors="ignore"))

    run(["read", f"x.{lang}.txt", "--json"])

    read = " ".join(segment["text"] for segment in json.loads(capsys.readouterr().out)["segments"])
    wanted = "".join(text.encode(encoding, errors="ignore").decode(encoding).split()).lstrip("\ufeff")
    assert "".join(read.split())[-200:] == wanted[-200:]


def test_wrong_and_doubled_languages(capsys: pytest.CaptureFixture[str]) -> None:
    russian, english = REPORT / "real" / "ru.txt", REPORT / "real" / "en.txt"

    assert "Russian" in refused(capsys, "read", f"en={russian}")
    assert "both" in refused(capsys, "align", f"en={english}", f"en={english}")
    refused(capsys, "align", f"en={english}")


def test_memories_that_are_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "text.untm").write_text("no database")
    (tmp_path / "empty.untm").write_bytes(b"")
    ask = ["lookup", "x", "--from", "en", "--to", "fr"]

    refused(capsys, "--memory", "missing.untm", *ask)
    refused(capsys, "--memory", "text.untm", *ask)
    refused(capsys, "--memory", "empty.untm", *ask)
    assert (tmp_path / "text.untm").read_text() == "no database"
    assert not (tmp_path / "missing.untm").exists()


def test_a_memory_that_cannot_be_made(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "u.jsonl").write_text('{"variants": [{"lang": "en", "text": "a"}]}')

    assert "cannot be made" in refused(capsys, "--memory", "u.jsonl/m.untm", "import", "u.jsonl")
    assert {path.name for path in tmp_path.iterdir()} == {"u.jsonl"}


def test_export_of_what_the_memory_cannot_have_leaves_the_file_alone(
    report: Stored, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "good.tmx").write_text("as before")
    export = ["--memory", report.path, "export", "good.tmx"]

    assert "(de)" in refused(capsys, *export, "--lang", "en,de")
    assert "A/NONE/" in refused(capsys, *export, "--symbol", "A/NONE/*")
    assert (tmp_path / "good.tmx").read_text() == "as before"
    assert run([*map(str, export), "--symbol", "A/TEST/*"]) == 0


@pytest.mark.skipif(os.name != "posix", reason="modes of files are a POSIX matter")
def test_a_read_only_memory_answers_and_refuses_to_be_written(
    report: Stored, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy = tmp_path / "locked" / "m.untm"
    copy.parent.mkdir()
    copy.write_bytes(report.path.read_bytes())
    copy.chmod(stat.S_IREAD)
    copy.parent.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        found = answer(capsys, "--memory", copy, "lookup", "Draft report", "--from", "en", "--to", "fr")
        assert found["matches"]
        if os.geteuid() != 0:  # root writes whatever the mode says
            (tmp_path / "u.jsonl").write_text("")
            refused(capsys, "--memory", copy, "import", REPORT.parent / "none.tmx")
    finally:
        copy.parent.chmod(stat.S_IRWXU)


def test_a_failed_import_leaves_the_memory_as_before(
    report: Stored, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy = tmp_path / "m.untm"
    copy.write_bytes(report.path.read_bytes())
    before = answer(capsys, "--memory", copy, "stats")
    (tmp_path / "bad.tmx").write_text('<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>x')

    refused(capsys, "--memory", copy, "import", "--strict", "bad.tmx")

    assert answer(capsys, "--memory", copy, "stats") == before


def test_usage_errors_leave_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lookup", "x", "--from", "e", "--to", "fr"]) == 2
    assert run(["lookup", "x", "--from", "english", "--to", "fr"]) == 2
    assert run(["lookup", "x", "--from", "en-US", "--to", "fr,en"]) == 2
    assert run(["nothing"]) == 2
    assert run(["lookup", "x", "--from", "en", "--to", "fr", "--min", "5"]) == 2
    assert run(["lookup", "x", "--from", "en", "--to", ","]) == 2
    assert run(["--memory", "", "stats"]) == 2
    capsys.readouterr()


def test_settings_come_from_untm_toml(report: Stored, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "untm.toml").write_text(f'memory = "{report.path.as_posix()}"\n[lookup]\nlimit = 1\nmin = 50\n')
    found = answer(capsys, "lookup", "Draft reports of the Group", "--from", "en", "--to", "fr")

    assert len(found["matches"]) == 0
    (tmp_path / "untm.toml").write_text("[lookup]\nminimal = 1\n")
    assert "minimal" in refused(capsys, "lookup", "x", "--from", "en", "--to", "fr")
    (tmp_path / "untm.toml").write_text("[")
    refused(capsys, "stats")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ('min = "x"', "'min'"), ("[lokup]\nmin = 50", "'lokup'"), ("lookup = 3", "[lookup]"), ("memory = 3", "memory"),
        ('json = "maybe"', "json"), ('[lookup]\nmin = "x"', "min: 'x'"), ("[lookup]\nmin = 2000", "min: 2000"),
        ("[lookup]\nmin = [50]", "min"), ("[lookup]\nmin = 50.5", "50.5"), ("[lookup]\ntext = 'x'", "text"),
    ],
)  # fmt: skip
def test_settings_of_the_wrong_kind_are_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: str, named: str
) -> None:
    (tmp_path / "untm.toml").write_text(settings)

    told = refused(capsys, "lookup", "x", "--from", "en", "--to", "fr")
    assert "untm.toml" in told
    assert named in told


def test_settings_may_list_languages_and_name_days(
    report: Stored, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "untm.toml").write_text('[lookup]\nto = ["fr", "es"]\n[export]\nsince = 2020-01-01')

    assert answer(capsys, "--memory", report.path, "lookup", "x y", "--from", "en")["to"] == ["fr", "es"]
    assert run(["--memory", str(report.path), "export", "since.tmx"]) == 0


def test_the_memory_named_before_the_command_wins_over_the_environment(
    report: Stored, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "untm.toml").write_text('memory = "of-the-settings.untm"')
    assert "of-the-settings" in refused(capsys, "stats")
    monkeypatch.setenv("UNTM_MEMORY", "of-the-environment.untm")

    assert "of-the-environment" in refused(capsys, "stats")
    for call in (["--memory", str(report.path), "stats"], ["stats", "--memory", str(report.path)]):
        assert run(call) == 0, call
    assert "after" in refused(capsys, "--memory", "before.untm", "stats", "--memory", "after.untm")


def test_evaluate_prints_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    shown = answer(capsys, "evaluate", REPORT / "real")["folders"][0]

    assert {row["lang"] for row in shown["reading"]} == {"ar", "en", "es", "fr", "ru", "zh"}
    assert {("fr", "zh"), ("en", "ar")} <= {(row["from"], row["to"]) for row in shown["pairs"]}
    assert {row["lang"] for row in shown["drafts"]} == {"en", "es", "fr"}
    refused(capsys, "evaluate", ROOT / "docs")


def test_the_demo_does_the_main_job(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["demo", "--out", str(tmp_path / "demo")]) == 0

    assert "Done in" in capsys.readouterr().out
    made = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {"memory.untm", "report.tmx", "suggestions.en.html", "suggestions.fr.html", "suggestions.es.html"} <= made


def test_a_draft_shows_what_its_proposals_are_made_of(
    report: Stored, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    unit = next(u for u in report.units if len(u.sentences) > 1 and len(u.variants) == 6)
    known = next(v.text for v in unit.sentences[0].variants if v.lang.tag == "en")
    new = "Nothing of the kind was ever heard of before in this hall."
    (tmp_path / "draft.en.txt").write_text(f"{new} {known}\n", encoding="utf-8")
    arguments = ["--memory", str(report.path), "suggest", "draft.en.txt", "--from", "en", "--to", "fr,zh"]

    proposal = answer(capsys, *arguments)["segments"][0]["proposal"]
    assert run(arguments) == 0
    shown = " ".join(capsys.readouterr().out.split())

    assert proposal["kind"] == "assembled"
    for lang, joiner in (("fr", " "), ("zh", "")):
        (piece,) = proposal["pieces"][lang]
        text = proposal["texts"][lang]
        assert text == f"⟦{new}⟧{joiner}{piece['text']}"
        assert text[slice(*piece["span"])] == piece["text"]
        assert (piece["score"], piece["origin"]["symbol"]) == (100, "A/TEST/1")
        assert f"assembled {lang} " in shown
    assert "100 exact A/TEST/1" in shown


def test_a_document_that_has_been_replaced_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    unit = TranslationUnit((Variant(Lang("en"), "The session opens."), Variant(Lang("fr"), "La session s’ouvre.")))
    document = Document(symbol="A/C.3/72/L.5", superseded=True, corrected=True)
    with open_memory("old.untm", create=True, write=True) as memory, memory.write() as conn:
        add_document(conn, document, [], [unit])
    arguments = ["--memory", "old.untm", "lookup", "The session opens.", "--from", "en", "--to", "fr"]

    origin = answer(capsys, *arguments)["matches"][0]["origin"]
    assert run(arguments) == 0

    assert (origin["superseded"], origin["corrected"]) == (True, True)
    assert "superseded, corrected" in capsys.readouterr().out
