"""``untm review import``: what people say in a spreadsheet, in the memory afterwards."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cli.main import run
from tm import store
from tm.formats import write_units
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Level, Review, TranslationUnit

EN, FR = Lang("en"), Lang("fr")
REAL = Path(__file__).parents[1] / "fixtures" / "report" / "real"
TEXTS = {EN: "English (en)", FR: "French (fr)"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNTM_MEMORY", str(tmp_path / "m.untm"))
    files = [f"{lang}={REAL / f'{lang}.txt'}" for lang in (FR, EN)]
    assert run(["align", *files, "--add", "-o", "aligned.xlsx", "--quiet"]) == 0
    assert run(["export", "stored.xlsx", "--lang", "fr,en", "--quiet"]) == 0
    return tmp_path


def stored() -> list[TranslationUnit]:
    with open_memory(Path("m.untm")) as memory, memory.read() as conn:
        return list(store.iterate(conn))


def edit(name: str, change: Callable[[Worksheet, dict[str, int], list[int]], object]) -> None:
    """Change a sheet as a person would; the change is told the columns by title and the rows of paragraphs."""
    book = load_workbook(name)
    page = book["Units"]
    columns = {str(cell.value): number for number, cell in enumerate(page[1], start=1)}
    rows = [r for r in range(2, page.max_row + 1) if page.cell(r, columns["level"]).value == Level.PARAGRAPH.value]
    change(page, columns, rows)
    book.save(name)


def correct(page: Worksheet, columns: dict[str, int], rows: list[int]) -> None:
    page.cell(rows[5], columns[TEXTS[FR]]).value = "Texte corrigé. Il a deux phrases."
    page.cell(rows[5], columns[TEXTS[EN]]).value = "Corrected text. It has two sentences."
    page.cell(rows[6], columns["review"]).value = "rejected"
    page.cell(rows[7], columns["review"]).value = "x"
    page.cell(rows[8], columns["note"]).value = "see the corrigendum"


def merge(page: Worksheet, columns: dict[str, int], rows: list[int]) -> None:
    """Put the texts of the fourth paragraph into the third one's cells, and delete its row with its sentences."""
    for title in TEXTS.values():
        one, two = (page.cell(row, columns[title]).value for row in rows[3:5])
        page.cell(rows[3], columns[title]).value = f"{one}\n{two}"
    page.delete_rows(rows[4], rows[5] - rows[4])


@pytest.mark.parametrize("name", ["stored.xlsx", "aligned.xlsx"])
def test_corrections_are_stored_with_who_and_when(here: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = stored()
    edit(name, correct)

    assert run(["--json", "review", "import", name, "--by", "M. Dupont"]) == 0

    after = stored()
    said = json.loads(capsys.readouterr().out)
    assert said["by"] == "M. Dupont"
    assert [(row["file"], row["touched"], row["replaced"]) for row in said["files"]] == [(name, 4, 4)]
    assert [unit.uid for unit in after] == [unit.uid for unit in before]
    assert [after[i].review for i in (5, 6, 7, 8)] == [
        Review.REVIEWED, Review.REJECTED, Review.REVIEWED, Review.UNREVIEWED
    ]  # fmt: skip
    assert {variant.lang: variant.text for variant in after[5].variants}[FR] == "Texte corrigé. Il a deux phrases."
    assert len(after[5].sentences) == 2
    assert all(after[i].changed_by == "M. Dupont" and after[i].changed for i in (5, 6, 7, 8))
    assert after[8].note == "see the corrigendum"
    untouched = [i for i in range(len(before)) if i not in (5, 6, 7, 8)]
    assert [after[i] for i in untouched] == [before[i] for i in untouched]


def test_the_same_file_again_changes_nothing(here: Path) -> None:
    edit("stored.xlsx", correct)
    assert run(["review", "import", "stored.xlsx", "--by", "M. Dupont"]) == 0
    before = stored()

    assert run(["review", "import", "stored.xlsx", "--by", "M. Dupont"]) == 0

    assert [(u.uid, u.review, u.variants) for u in stored()] == [(u.uid, u.review, u.variants) for u in before]


@pytest.mark.parametrize("name", ["stored.xlsx", "aligned.xlsx"])
def test_merged_rows_are_one_unit(here: Path, name: str) -> None:
    before = stored()
    edit(name, merge)

    assert run(["review", "import", name]) == 0

    after = stored()
    assert len(after) == len(before) - 1
    joined = next(unit for unit in after if unit.review is Review.REVIEWED)
    assert after.index(joined) == 3
    assert joined.variants[0].text == f"{before[3].variants[0].text}\n{before[4].variants[0].text}"
    assert len({before[3].uid, before[4].uid} & {unit.uid for unit in after}) == 1


def test_a_merged_row_is_a_fixed_point(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit("aligned.xlsx", merge)
    files = [f"{lang}={REAL / f'{lang}.txt'}" for lang in (FR, EN)]

    assert run(["align", *files, "--anchors", "aligned.xlsx", "-o", "again.jsonl"]) == 0

    assert "1 of" in capsys.readouterr().err
    units = [json.loads(line) for line in Path("again.jsonl").read_text("utf-8").splitlines()]
    held = [unit for unit in units if unit["review"] == "reviewed"]
    assert [len(variant["segments"]) for unit in held for variant in unit["variants"]] == [2, 2]


def test_units_marked_in_another_file_change_nothing_else(here: Path) -> None:
    before = stored()
    write_units(Path("part.csv"), [replace(before[9], review=Review.REVIEWED), before[2]])

    assert run(["review", "import", "part.csv"]) == 0

    after = stored()
    assert after[9].review is Review.REVIEWED
    assert [unit for i, unit in enumerate(after) if i != 9] == [unit for i, unit in enumerate(before) if i != 9]


def test_where_the_system_knows_no_user_nobody_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr("getpass.getuser", nobody)
    edit("stored.xlsx", correct)

    assert run(["--json", "review", "import", "stored.xlsx"]) == 0
    assert json.loads(capsys.readouterr().out)["by"] == ""


def test_a_file_in_which_nobody_said_anything_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "import", "stored.xlsx"]) == 3

    assert "nothing in it was changed or marked as reviewed" in capsys.readouterr().err


def test_a_document_that_is_not_in_the_memory_is_added(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNTM_MEMORY", "other.untm")
    edit("aligned.xlsx", correct)

    assert run(["review", "import", "aligned.xlsx", "--by", "me"]) == 0

    with open_memory(Path("other.untm")) as memory, memory.read() as conn:
        units = list(store.iterate(conn))
    assert [unit.review for unit in units[5:8]] == [Review.REVIEWED, Review.REJECTED, Review.REVIEWED]
    assert len(units) == len(stored())
