"""Glossaries: out and in again as they were, terms found in texts of six languages, translations checked."""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cli.main import run
from tests.conftest import ROOT
from tm import formats, termbase
from tm.concept import Concept
from tm.lang import Lang
from tm.memory import open_memory

UN = ROOT / "fixtures" / "terms" / "un.csv"


def concepts(path: Path) -> list[Concept]:
    return [v for v in formats.for_path(path, "read_concepts").read_concepts(path) if isinstance(v, Concept)]


@pytest.mark.parametrize("ending", ["tbx", "csv", "tsv", "xlsx"])
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    given = concepts(UN)
    path = tmp_path / f"out.{ending}"

    assert formats.for_path(path, "write_concepts").write_concepts(path, given) == ()

    assert len(given) == 40
    assert concepts(path) == given


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("fr", "LES ETATS PARTIES et l'entraide judiciaire", ["État partie", "entraide judiciaire"]),
        ("ar", "وللمساعدة القانونية المتبادلة", ["المساعدة القانونية المتبادلة"]),
        ("zh", "人权理事会的缔约国", ["人权理事会", "缔约国"]),
        ("ru", "взаимную правовую помощь", ["взаимная правовая помощь"]),
        ("es", "los Estados partes", ["Estado parte"]),
        ("en", "the refugees who mla", ["refugee"]),
    ],
)
def test_terms_are_found_in_any_form(tmp_path: Path, tag: str, text: str, found: list[str]) -> None:
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory, memory.write() as conn:
        termbase.add(conn, UN.name, concepts(UN), digest="1")
        hits = termbase.find(conn, text, Lang(tag))

        assert [hit.term.text for hit in hits] == found
        assert termbase.add(conn, UN.name, concepts(UN), digest="1").unchanged
        assert termbase.add(conn, UN.name, concepts(UN), digest="2").replaced == 40


# --- as a translator uses them -------------------------------------------------------------------------------------


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    assert run([*arguments, "--json"]) == status, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """A memory with the glossary."""
    monkeypatch.chdir(tmp_path)
    (counts,) = said(capsys, "--memory", "m.untm", "terms", "import", str(UN))["files"]
    assert (counts["concepts"], counts["terms"]) == (40, 272)
    return "m.untm"


def test_a_lookup_shows_the_terms_of_its_text(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.csv").write_text("fr,zh\nLe texte,案文\n", "utf-8")
    said(capsys, "--memory", memory, "import", "one.csv")
    ask = ("--memory", memory, "lookup", "促进人权理事会和缔约国的可持续发展", "--from", "zh", "--to", "fr")

    terms = said(capsys, *ask)["terms"]
    assert [(term["term"], term["spans"]) for term in terms] == [
        ("人权理事会", [[2, 7]]),
        ("缔约国", [[8, 11]]),
        ("可持续发展", [[12, 17]]),
    ]
    assert terms[1]["concept"]["terms"]["fr"][0]["term"] == "État partie"
    assert run([*ask]) == 0
    assert "缔约国 → fr État partie" in capsys.readouterr().out
    assert run(["--memory", memory, "lookup", "没有", "--from", "zh", "--to", "fr"]) == 0
    assert "terms" not in capsys.readouterr().out


def test_translations_that_depart_from_a_glossary_are_told(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (
        "fr,en",
        "Les États parties ont besoin d'entraide judiciaire.,States parties need mutual judicial help.",
        "Les réfugiés,The migrants",
        "Les réfugiés sont là.,Refugees are there.",
    )
    Path("done.csv").write_text("\n".join(rows), "utf-8")
    ask = ("--memory", memory, "terms", "check", "done.csv", "--from", "fr", "--to", "en")

    found = said(capsys, *ask, status=1)
    assert found["checked"] == 3
    assert [(unit["unit"], [f["kind"] for f in unit["findings"]]) for unit in found["units"]] == [
        (2, ["forbidden"]),
        (3, ["missing"]),
    ]
    (forbidden,) = found["units"][0]["findings"]
    assert [found["units"][0]["target"][slice(*span)] for span in forbidden["found"]] == ["mutual judicial help"]
    Path("done.csv").write_text("\n".join((rows[0], rows[3])), "utf-8")
    assert said(capsys, *ask)["units"] == []


def test_glossaries_are_listed_edited_and_removed(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    tool = ("--memory", memory, "terms")
    listed = said(capsys, *tool, "list", "assistance", "--lang", "en")
    assert [row["term"] for row in listed["terms"]] == ["humanitarian assistance", "mutual legal assistance"]

    assert run([*tool, "export", "mine.csv"]) == 0
    text = Path("mine.csv").read_text("utf-8-sig")
    Path("mine.csv").write_text(text.replace("humanitarian assistance", "humanitarian relief"), "utf-8")
    capsys.readouterr()
    said(capsys, *tool, "import", "mine.csv")
    assert [glossary["name"] for glossary in said(capsys, *tool, "glossaries")["glossaries"]] == ["mine.csv", "un.csv"]
    assert run([*tool, "remove", "un.csv"]) == 0
    capsys.readouterr()
    relief = said(capsys, *tool, "find", "Humanitarian relief was given.", "--lang", "en", "--to", "ar")["terms"]
    assert [hit["term"] for hit in relief] == ["humanitarian relief"]
    assert relief[0]["concept"]["terms"]["ar"][0]["term"] == "المساعدة الإنسانية"
    assert run([*tool, "remove", "un.csv"]) == 3
    assert "no glossary named" in capsys.readouterr().err


def test_tbx_is_written_in_the_version_that_tools_read(memory: str) -> None:
    tool = ("--memory", memory, "terms", "export")

    assert [run([*tool, "plain.tbx"]), run([*tool, "new.tbx", "--tbx", "3"])] == [0, 0]

    plain, new = (Path(name).read_text("utf-8") for name in ("plain.tbx", "new.tbx"))
    assert "<martif" in plain
    assert '<tbx type="TBX-Basic"' in new
    assert concepts(Path("plain.tbx")) == concepts(Path("new.tbx")) == concepts(UN)


def test_tables_without_titles_and_with_one_term_a_row(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    tool = ("--memory", memory, "terms")
    Path("bare.tsv").write_text("quorum\tquórum\nannexe\tanexo\n", "utf-8")
    (counts,) = said(capsys, *tool, "import", "bare.tsv", "--langs", "fr,es")["files"]
    assert (counts["concepts"], counts["terms"]) == (2, 4)

    rows = ("id,language,term,status", "1,en,quorum,preferred", "1,fr,quorum,preferred", "2,en,annex,admitted")
    Path("rows.csv").write_text("\n".join(rows), "utf-8")
    (counts,) = said(capsys, *tool, "import", "rows.csv")["files"]
    assert (counts["concepts"], counts["terms"]) == (2, 3)
    hits = said(capsys, *tool, "find", "the quorum of the annexes", "--lang", "en")["terms"]
    assert [(hit["term"], hit["status"]) for hit in hits] == [("quorum", "preferred"), ("annex", "admitted")]


def test_all_sheets_of_a_workbook_are_read_and_others_told(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    book = Workbook()
    first, second = book.active, book.create_sheet("Law")
    other, _ = book.create_sheet("Remarks"), book.create_sheet("Empty")
    assert first is not None
    for page, rows in (
        (first, [("English", "French"), ("quorum", "quorum")]),
        (second, [("英文", "中文"), ("treaty", "条约"), ("protocol", "议定书")]),
        (other, [("by whom",), ("the section",)]),
    ):
        for row in rows:
            page.append(row)
    book.save("both.xlsx")

    assert run(["--memory", memory, "--json", "terms", "import", "both.xlsx"]) == 0
    printed = capsys.readouterr()
    assert (json.loads(printed.out)["files"][0]["concepts"], "the sheet Remarks" in printed.err) == (3, True)
    assert "Empty" not in printed.err


def test_a_table_without_titles_may_have_any_number_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.tsv"
    path.write_text("\t".join(f"cell{number}" for number in range(150)) + "\n", "utf-8")

    found = list(formats.for_path(path, "read_concepts").read_concepts(path, (Lang("en"), Lang("fr"))))
    (concept,) = (value for value in found if isinstance(value, Concept))
    assert len(found) == 1
    assert [term.text for lang in concept.langs for term in concept.terms(lang)] == ["cell0", "cell1"]
    assert [detail.value for detail in concept.details] == [f"cell{number}" for number in range(2, 150)]
