"""Terms of the glossaries in the files that a draft's suggestions are written to."""

import json
from pathlib import Path

import pytest
from docx import Document
from lxml import etree  # type: ignore[import-untyped]
from lxml import html as lxml_html
from openpyxl import load_workbook

from cli.main import run
from tests.xliff_schemas import check_valid
from tm.concept import Concept, LanguageSection, Term
from tm.formats import term_rows, xliff
from tm.formats.xliff_version import Version
from tm.lang import Lang
from tm.model import TranslationUnit
from tm.terms import StoredConcept, TermHit

EN, FR, ES = Lang("en"), Lang("fr"), Lang("es")
KNOWN = "The State party shall submit a report."
NEW = "Zebras of each State party graze near the secretariat."
GLOSSARY = (
    "en,fr,fr admitted,fr deprecated,es,definition\n"
    "State party,État partie,Partie,Etat membre,Estado parte,A State bound by the Convention\n"
    "secretariat,secrétariat,,,secretaría,\n"
    "zebra,,,âne rayé,,\n"
)
LINES = ["State party → État partie, Partie (admitted); not: Etat membre", "secretariat → secrétariat"]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A memory with a unit and a glossary."""
    monkeypatch.chdir(tmp_path)
    Path("units.csv").write_text(
        f"en,fr,es\n{KNOWN},L’État partie présente un rapport.,El Estado parte presentará un informe.\n", "utf-8"
    )
    Path("terms.csv").write_text(GLOSSARY, "utf-8")
    Path("draft.txt").write_text(f"{KNOWN}\n\n{NEW}\n\nNothing.\n", "utf-8")
    assert run(["-q", "--memory", "m.untm", "import", "units.csv"]) == 0
    assert run(["-q", "--memory", "m.untm", "terms", "import", "terms.csv"]) == 0
    return "m.untm"


def suggest(memory: str, draft: str, to: str, *more: str) -> None:
    assert run(["-q", "--memory", memory, "suggest", draft, "--from", "en", "--to", to, *more]) == 0


def comments(path: str) -> list[list[str]]:
    return [comment.text.splitlines() for comment in Document(path).comments]


def test_a_table_names_them_in_the_margin_of_the_draft(memory: str) -> None:
    suggest(memory, "draft.txt", "fr", "-o", "s.docx")

    assert ["Terms", LINES[0]] in comments("s.docx")
    assert ["Terms", *LINES, "zebra → not: âne rayé"] in [sorted_terms(some) for some in comments("s.docx")]


def sorted_terms(lines: list[str]) -> list[str]:
    return [lines[0], *sorted(lines[1:], key=lambda line: ("State" not in line, "secr" not in line))]


def test_a_document_written_back_names_them_with_the_translation_or_on_the_draft(memory: str) -> None:
    draft = Document()
    for text in (KNOWN, NEW, "Nothing."):
        draft.add_paragraph(text)
    draft.save("draft.docx")
    suggest(memory, "draft.docx", "fr,es", "-o", "s.docx")

    written = Document("s.docx")
    found = comments("s.docx")
    assert [paragraph.text for paragraph in written.paragraphs] == [
        KNOWN, "L’État partie présente un rapport.", "El Estado parte presentará un informe.", NEW, "Nothing."
    ]  # fmt: skip
    assert found[0][0].startswith("French: ")
    assert found[0][-2:] == ["Terms", LINES[0]]
    assert found[1][-2:] == ["Terms", "State party → Estado parte"]
    assert found[2] == [
        "French: terms", "zebra → not: âne rayé", *LINES,
        "Spanish: terms", "State party → Estado parte", "secretariat → secretaría",
    ]  # fmt: skip
    assert len(found) == 3


def test_a_spreadsheet_has_a_column_of_them(memory: str) -> None:
    suggest(memory, "draft.txt", "fr,es", "-o", "s.xlsx")
    rows = list(load_workbook("s.xlsx")["Suggestions"].iter_rows(values_only=True))

    assert rows[0][-1] == "Terms"
    assert rows[1][-1] == "State party → fr État partie, Partie (admitted); not: Etat membre | es Estado parte"
    assert "secretariat → fr secrétariat | es secretaría" in str(rows[2][-1]).splitlines()
    assert rows[3][-1] is None


def test_a_page_shows_them_under_the_draft(memory: str) -> None:
    suggest(memory, "draft.txt", "fr,es", "-o", "s.html")
    page = lxml_html.parse("s.html")

    first, second, third = page.xpath("//article")
    (row,) = first.xpath(".//ul[@class='terms']/li")
    assert " ".join(row.text_content().split()) == (
        "State party → fr État partie, Partie (admitted) not Etat membre es Estado parte"
    )
    assert [s.text_content() for s in row.iter("s")] == ["Etat membre"]
    assert row.get("title") == "A State bound by the Convention · terms.csv"
    assert len(second.xpath(".//ul[@class='terms']/li")) == 3
    assert not third.xpath(".//ul[@class='terms']")


def test_xliff_1_has_a_note_that_is_not_read_as_the_units(memory: str) -> None:
    suggest(memory, "draft.txt", "fr", "-o", "s.xlf", "--fill", "100")
    check_valid(Path("s.xlf"), Version.V1_2)
    notes = etree.parse("s.xlf").findall(".//{*}trans-unit/{*}note")

    assert [(note.get("from"), note.get("annotates")) for note in notes] == [("untm", "source")] * 2
    assert notes[0].text == LINES[0]
    units = [value for value in xliff.read_units(Path("s.xlf")) if isinstance(value, TranslationUnit)]
    assert units
    assert {unit.note for unit in units} == {""}
    # Written back once more, it names nothing twice.
    suggest(memory, "s.xlf", "fr", "-o", "again.xlf")
    assert len(etree.parse("again.xlf").findall(".//{*}trans-unit/{*}note")) == 2


@pytest.mark.parametrize("version", [Version.V2_0, Version.V2_1, Version.V2_2])
def test_xliff_2_has_the_glossary_module(memory: str, version: Version) -> None:
    suggest(memory, "draft.txt", "fr", "-o", "s.xlf", "--xliff", version.value)
    check_valid(Path("s.xlf"), version)
    units = etree.parse("s.xlf").findall(".//{*}unit")

    entries = [[child.text for child in entry] for entry in units[0].iter("{*}glossEntry")]
    assert entries == [["State party", "État partie", "Partie", "A State bound by the Convention"]]
    assert {child.get("source") for entry in units[0].iter("{*}glossEntry") for child in entry} == {"terms.csv"}
    assert [note.text for note in units[0].iter("{*}note")] == ["State party: not Etat membre"]
    assert [entry[0].text for entry in units[1].iter("{*}glossEntry")] == ["State party", "secretariat"]
    suggest(memory, "s.xlf", "fr", "-o", "again.xlf")
    check_valid(Path("again.xlf"), version)
    assert len(list(etree.parse("again.xlf").iter("{*}glossEntry"))) == 3


def test_the_terminal_and_json_have_them_too(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    suggest(memory, "draft.txt", "fr", "--json")
    segments = json.loads(capsys.readouterr().out)["segments"]
    assert [[term["term"] for term in segment["terms"]] for segment in segments] == [
        ["State party"], ["zebra", "State party", "secretariat"], []
    ]  # fmt: skip
    suggest(memory, "draft.txt", "fr")
    assert "secretariat → fr secrétariat" in capsys.readouterr().out


def test_what_several_glossaries_say_of_a_term_is_put_together() -> None:
    hits = []
    for number, (name, french) in enumerate([("a.tbx", "État partie"), ("b.tbx", "Partie"), ("c.tbx", "État partie")]):
        party = Term("Party")
        concept = Concept((LanguageSection(EN, (party,)), LanguageSection(FR, (Term(french),))))
        hits.append(TermHit(party, EN, ((0, 5),), inflected=False, found=StoredConcept(concept, name, number)))

    (row,) = term_rows.rows(hits, [FR, ES])
    assert row.glossaries == ("a.tbx", "b.tbx", "c.tbx")
    assert term_rows.line(row) == "Party → fr État partie, Partie"
    assert term_rows.line(row, ES) == ""
    assert term_rows.rows(hits, [ES]) == ()
