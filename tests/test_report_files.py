"""Leverage and references as files: read back by other programs, opened in a browser."""

import csv
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText
from sqlalchemy import Connection

from cli.main import run
from tests.programs import CHROMIUM, installed
from tests.references import ADOPTED, store_resolution, text_of
from tests.test_quotations import GOLD
from tm import formats
from tm.coverage import EVERY_MATCH, Borrowing
from tm.formats.about import About
from tm.lang import UN_LANGUAGES, Lang
from tm.leverage import Leverage, leverage
from tm.lookup import LookupOptions, suggest
from tm.memory import open_memory
from tm.model import Document, Kind, Segment, Suggestion
from tm.references import ReferenceReport, reference_report

EN, FR, AR, RU, ZH = (Lang(tag) for tag in ("en", "fr", "ar", "ru", "zh"))
CREATED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://example.org","x") + something that nobody said before'
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def memory_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_resolution(tmp_path_factory.mktemp("resolution"))


@pytest.fixture(scope="module")
def resolution(memory_path: Path) -> Iterator[Connection]:
    with open_memory(memory_path) as memory, memory.read() as conn:
        yield conn


def draft(lang: Lang) -> list[Segment]:
    """A draft that takes over three paragraphs, changes one, quotes, and has something new."""
    taken = [text_of(ADOPTED, place, lang.tag) for place in (0, 2, 3)]
    quoting = [case["text"] for case in GOLD if case["lang"] == lang.tag]
    changed = text_of(ADOPTED, 4, lang.tag)[:-12] + ("<b>&" if lang.joiner else "<b>&会议")
    texts = [*taken, changed, *quoting, FORMULA, "\x01\x0b\uffff +1 @2 -3"]
    return [Segment(text, lang, Kind.PARAGRAPH, path=("II", str(i))) for i, text in enumerate(texts, start=1)]


def found(conn: Connection, lang: Lang) -> list[Suggestion]:
    targets = [other for other in UN_LANGUAGES if other != lang]
    return list(suggest(conn, draft(lang), lang, targets, LookupOptions(minimum=50, limit=EVERY_MATCH)))


def report_on(conn: Connection, lang: Lang) -> ReferenceReport:
    targets = [other for other in UN_LANGUAGES if other != lang]
    return reference_report(conn, found(conn, lang), lang, targets)


def written(path: Path, ability: str, value: Leverage | ReferenceReport, lang: Lang) -> Path:
    targets = [other for other in UN_LANGUAGES if other != lang]
    writer = getattr(formats.for_path(path, ability), ability)
    writer(path, value, About(lang, targets, "draft", "m.untm", CREATED))
    return path


# --- spreadsheets ---------------------------------------------------------------------------------------------------


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(path, rich_text=True)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_references_come_back_from_a_spreadsheet(resolution: Connection, tmp_path: Path, lang: Lang) -> None:
    report = report_on(resolution, lang)

    back = sheets(written(tmp_path / "refs.xlsx", "write_references", report, lang))

    assert list(back) == ["Passages", "Quotations", "Runs", "Documents cited", "Documents", "Report"]
    head, *rows = back["Passages"]
    assert {row[0] for row in rows} == set(range(1, len(report.passages) + 1))
    assert rows[1][:9] == [
        2, "II, para. 2", text_of(ADOPTED, 2, lang.tag), "identical", report.passages[1].references[0].match.score,
        f"{ADOPTED}, para. 1", "adopted", datetime(2022, 12, 15), text_of(ADOPTED, 2, lang.tag),  # noqa: DTZ001
    ]  # fmt: skip
    for target in report.targets:
        assert rows[1][head.index(target.name)] == text_of(ADOPTED, 2, target.tag)
    changed = rows[3][2]
    assert isinstance(changed, CellRichText)
    assert any(getattr(block, "font", None) and block.font.strike for block in changed if not isinstance(block, str))
    verdicts = [case["verdict"] for case in GOLD if case["lang"] == lang.tag]
    assert [row[5] for row in back["Quotations"][1:]] == verdicts


def test_sheets_have_frozen_heads_filters_widths_and_directions(resolution: Connection, tmp_path: Path) -> None:
    path = written(tmp_path / "refs.xlsx", "write_references", report_on(resolution, FR), FR)
    book = openpyxl.load_workbook(path)

    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(7 <= column.width <= 100 for column in sheet.column_dimensions.values())
        assert all(not cell.hyperlink for row in sheet.iter_rows() for cell in row)
    sheet = book["Passages"]
    arabic = next(cell.column for cell in sheet[1] if cell.value == "Arabic")
    chinese = next(cell.column for cell in sheet[1] if cell.value == "Chinese")
    assert sheet.cell(3, arabic).alignment.readingOrder == 2
    assert sheet.cell(3, arabic).font.name == "Simplified Arabic"
    assert sheet.cell(3, chinese).font.name == "SimSun"
    assert sheet.cell(3, chinese).alignment.readingOrder == 1


@pytest.mark.parametrize("ability", ["write_references", "write_leverage"])
def test_no_cell_is_a_formula(resolution: Connection, tmp_path: Path, ability: str) -> None:
    value = report_on(resolution, EN) if ability == "write_references" else leverage(found(resolution, EN))
    path = written(tmp_path / "x.xlsx", ability, value, EN)

    with ZipFile(path) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert all("<f>" not in page and "<f " not in page for page in pages)
    book = openpyxl.load_workbook(path)
    cells = [c for s in book.worksheets for row in s.iter_rows() for c in row if str(c.value).startswith("=HYPER")]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_a_text_too_long_for_a_cell_says_that_it_is_cut(resolution: Connection, tmp_path: Path) -> None:
    long = Segment("слово 𠀀 " * 6000, RU, Kind.PARAGRAPH)

    back = sheets(written(tmp_path / "x.xlsx", "write_leverage", leverage([Suggestion(long, ())]), RU))

    text = back["Segments"][1][6]
    assert text.endswith(f"[…cut: the text has {len(long.text):,} characters]")
    assert len(text.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize("lang", [EN, AR, ZH], ids=str)
def test_leverage_comes_back_from_a_spreadsheet_and_from_csv(
    resolution: Connection, tmp_path: Path, lang: Lang
) -> None:
    summary = leverage(found(resolution, lang))

    back = sheets(written(tmp_path / "x.xlsx", "write_leverage", summary, lang))
    with written(tmp_path / "x.csv", "write_leverage", summary, lang).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row[:4] for row in back["Bands"][1:]] == [
        [b.band, b.segments, b.words, b.characters] for b in summary.bands
    ]
    assert [(r["name"], int(r["words"])) for r in rows if r["table"] == "band"] == [
        (b.band, b.words) for b in summary.bands
    ]
    assert [(row[0], row[6]) for row in back["Documents"][1:]] == [
        (b.document.symbol, b.words) for b in summary.borrowings
    ]
    assert [(r["name"], int(r["words"]), r["status"]) for r in rows if r["table"] == "document"] == [
        (ADOPTED, summary.borrowings[0].words, "adopted"),
        ("A/C.3/77/L.99", summary.borrowings[1].words, "draft, superseded"),
    ]
    assert len(back["Segments"]) == len(summary.segments) + 1


def test_csv_has_no_formula_either(tmp_path: Path) -> None:
    summary = replace(leverage([]), borrowings=(Borrowing(Document(origin="=cmd|' /C calc'!A0"), 1, 1, 0, 1, 1.0),))

    path = written(tmp_path / "x.csv", "write_leverage", summary, EN)

    assert "document,'=cmd" in path.read_text("utf-8-sig")


# --- word processors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_references_come_back_from_a_document(resolution: Connection, tmp_path: Path, lang: Lang) -> None:
    report = report_on(resolution, lang)

    back = docx.Document(str(written(tmp_path / "refs.docx", "write_references", report, lang)))

    headings = [p.text for p in back.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == ["Documents", "Passages in succession", "Quotations", "Documents cited", "Passages"]
    documents, runs, quotations, cited, passages = back.tables
    assert documents.rows[1].cells[0].text == ADOPTED
    assert runs.rows[1].cells[1].text.startswith(ADOPTED)
    verdicts = [case["verdict"] for case in GOLD if case["lang"] == lang.tag]
    assert [row.cells[2].text.split("\n")[0] for row in quotations.rows[1:]] == verdicts
    assert {row.cells[0].text: row.cells[1].text for row in cited.rows[1:]} == {
        "A/RES/77/901": "adopted", "A/RES/76/902": "not in the memory"
    }  # fmt: skip
    assert len(passages.rows) == len(report.passages) + 1
    second = passages.rows[2].cells
    assert [p.text for p in second[1].paragraphs] == ["II, para. 2", text_of(ADOPTED, 2, lang.tag)]
    assert [p.text for p in second[3].paragraphs] == [text_of(ADOPTED, 2, target.tag) for target in report.targets]
    assert all(table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None for table in back.tables)


def test_texts_of_a_document_have_the_direction_and_font_of_their_language(
    resolution: Connection, tmp_path: Path
) -> None:
    report = report_on(resolution, FR)
    path = written(tmp_path / "refs.docx", "write_references", report, FR)

    cell = docx.Document(str(path)).tables[-1].rows[2].cells[3]
    by_lang = dict(zip((target.tag for target in report.targets), cell.paragraphs, strict=True))

    for tag, paragraph in by_lang.items():
        assert (paragraph._p.find(f"{W}pPr/{W}bidi") is not None) == (tag == "ar")
        properties = paragraph.runs[0]._r.find(f"{W}rPr")
        assert (properties.find(f"{W}rtl") is not None) == (tag == "ar")
        language = properties.find(f"{W}lang").attrib
        assert language == {f"{W}{ {'ar': 'bidi', 'zh': 'eastAsia'}.get(tag, 'val') }": tag}
    fonts = {tag: p.runs[0]._r.find(f"{W}rPr/{W}rFonts") for tag, p in by_lang.items()}
    assert fonts["ar"].get(f"{W}cs") == "Simplified Arabic"
    assert fonts["zh"].get(f"{W}eastAsia") == "SimSun"


def test_what_has_changed_is_struck_out_and_underlined(resolution: Connection, tmp_path: Path) -> None:
    path = written(tmp_path / "refs.docx", "write_references", report_on(resolution, EN), EN)

    changed = docx.Document(str(path)).tables[-1].rows[4].cells[1].paragraphs[1]

    assert "".join(run.text for run in changed.runs if run.font.strike).startswith("been found")
    assert "".join(run.text for run in changed.runs if not run.font.strike).startswith(text_of(ADOPTED, 4, "en")[:80])
    assert [run.text for run in changed.runs if run.font.underline]


def test_properties_of_runs_and_paragraphs_stand_in_the_order_word_wants(
    resolution: Connection, tmp_path: Path
) -> None:
    # ISO/IEC 29500-1, CT_RPr: the elements written here, in the order of the schema.
    order = ["rFonts", "b", "bCs", "strike", "color", "sz", "szCs", "u", "rtl", "lang"]
    path = written(tmp_path / "refs.docx", "write_references", report_on(resolution, AR), AR)

    for properties in docx.Document(str(path)).element.body.iter(f"{W}rPr"):
        names = [child.tag.removeprefix(W) for child in properties]
        assert names == sorted(names, key=order.index), names


def test_a_draft_without_segments_gives_a_document(resolution: Connection, tmp_path: Path) -> None:
    empty = reference_report(resolution, [], EN, [FR])
    for ending in ("docx", "xlsx", "html"):
        assert written(tmp_path / f"x.{ending}", "write_references", empty, EN).stat().st_size > 1000
    for ending in ("xlsx", "html", "csv"):
        assert written(tmp_path / f"y.{ending}", "write_leverage", leverage([]), EN).stat().st_size > 100


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", [FR, AR, ZH], ids=str)
@pytest.mark.parametrize("ability", ["write_references", "write_leverage"])
def test_pages_load_nothing_and_escape_everything(
    resolution: Connection, tmp_path: Path, ability: str, lang: Lang
) -> None:
    value = report_on(resolution, lang) if ability == "write_references" else leverage(found(resolution, lang))

    page = written(tmp_path / "x.html", ability, value, lang).read_text("utf-8")

    text = page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"<script|<link|<img|src=|url\(|@import", text)
    assert not re.search(r'(?:href|action)="(?!#)', text)
    assert "<b>&会" not in page
    assert "&lt;" in page
    assert f'lang="{lang}" dir="{"rtl" if lang.rtl else "ltr"}"' in page


def test_the_strip_is_as_wide_as_the_words_and_mirrored_from_right_to_left(
    resolution: Connection, tmp_path: Path
) -> None:
    places = {}
    for lang in (FR, AR):
        page = written(tmp_path / "x.html", "write_leverage", leverage(found(resolution, lang)), lang).read_text(
            "utf-8"
        )
        places[lang] = [
            (float(x), float(width))
            for x, width in re.findall(r'class="box [^>]*? x="([\d.]+)"[^>]*? width="([\d.]+)"', page)
        ]
        assert sum(width for _, width in places[lang]) == pytest.approx(1180, abs=2)
    assert places[FR][0][0] == 0
    assert places[AR][0][0] + places[AR][0][1] == pytest.approx(1180, abs=0.2)


@pytest.mark.browser
@pytest.mark.parametrize("ability", ["write_references", "write_leverage"])
def test_a_browser_applies_the_styles_and_reports_nothing(resolution: Connection, tmp_path: Path, ability: str) -> None:
    value = report_on(resolution, AR) if ability == "write_references" else leverage(found(resolution, AR))
    path = written(tmp_path / "x.html", ability, value, AR)
    browser = [installed(*CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]

    done = subprocess.run(
        [*browser, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip

    assert "</main>" in done.stdout
    assert "Content Security Policy" not in done.stderr
    assert "CONSOLE" not in done.stderr


# --- the command line -----------------------------------------------------------------------------------------------


def test_reports_of_the_command_line(memory_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "draft.fr.txt"
    path.write_text("\n\n".join(text_of(ADOPTED, place, "fr") for place in (1, 2, 3)), "utf-8")
    command = ["--memory", str(memory_path), "suggest", str(path), "--from", "fr", "--to", "en,ar"]

    for ending in ("docx", "xlsx", "html"):
        out = tmp_path / f"refs.{ending}"
        assert run([*command, "--report", "references", "-o", str(out)]) == 0
        assert out.stat().st_size > 4000
    assert run([*command, "--report", "references"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert ADOPTED in shown
    assert "Quotations: 1" in shown
    assert run([*command, "--report", "references", "--min", "101", "--json"]) == 0
    strict = json.loads(capsys.readouterr().out)
    assert [len(passage["references"]) for passage in strict["passages"]] == [0, 1, 0]
    assert run([*command, "--report", "references", "-o", str(tmp_path / "refs.tmx")]) == 3
    assert "endings that work here: .docx, .htm, .html, .xlsx" in capsys.readouterr().err


def test_documents_that_have_no_bar_are_counted_beside_the_picture(tmp_path: Path) -> None:
    rows = tuple(Borrowing(Document(symbol=f"A/{i}"), 1, 20 - i, 0, 0, (20 - i) / 20) for i in range(15))
    segment = Segment("a " * 20, EN, Kind.PARAGRAPH)
    summary = replace(leverage([Suggestion(segment, ())]), borrowings=rows)

    page = written(tmp_path / "x.html", "write_leverage", summary, EN).read_text("utf-8")

    assert page.count('class="empty"') == 12
    assert "3 more in the table below" in page
    assert all(f"<bdi>A/{i}</bdi>" in page for i in range(15))
