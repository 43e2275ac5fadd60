"""Inline formatting in what a translator gets: stored translations and drafts in bold, raised, linked as they are."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import html  # type: ignore[import-untyped]
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from cli.align import align_document
from tests.formatted_documents import TEXTS, UN, unformatted, written
from tests.xliff_schemas import check_valid
from tm import formats, store
from tm.formats import docx
from tm.formats.about import About
from tm.formats.redline import Piece, repaired
from tm.formats.xliff_version import Version
from tm.inline import Form, Span, markup
from tm.lang import Lang
from tm.leverage import leverage
from tm.lookup import LookupOptions, body, suggest
from tm.memory import Memory, open_memory
from tm.model import Document as Source
from tm.model import Piece as Rewritten
from tm.model import Repaired, Suggestion, TranslationUnit, Variant

EN, FR, AR, ZH = LANGS = [Lang(tag) for tag in TEXTS]
CREATED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
#: What of each translation is formatted, as its document has it.
EXPECTED = {
    FR: [("i", "Rappelant"), ("b", "70/1"), ("link", "rapport"), ("sub", "2"), ("b", ". Ils ont trouvé 250 m"),
         ("sup", "2"), ("u", "demande")],
    AR: [("i", "إذ يشير"), ("b", "70/1"), ("link", "بتقرير"), ("sub", "2"), ("b", ". ووجدوا 250 م"), ("sup", "2"),
         ("u", "ويطلب")],
    ZH: [("i", "回顾"), ("b", "70/1"), ("link", "报告"), ("sub", "2"), ("b", "。他们在每个城市发现了250 m"),
         ("sup", "2"), ("u", "请求")],
}  # fmt: skip


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    folder = tmp_path_factory.mktemp("memory")
    editions = {lang: docx.read_document(written(folder / f"{lang}.docx", TEXTS[lang.tag]), lang) for lang in LANGS}
    _, units = align_document(editions, Source(symbol="A/TEST/2"))
    with open_memory(folder / "m.untm", create=True, write=True) as opened:
        with opened.write() as conn:
            store.add_document(conn, Source(symbol="A/TEST/2"), list(editions.values()), units)
        yield opened


def suggestions(memory: Memory, draft: Path) -> list[Suggestion]:
    with memory.read() as conn:
        segments = body(docx.read_document(draft, EN).segments)
        return list(suggest(conn, segments, EN, [FR, AR, ZH], LookupOptions(minimum=60)))


def write(path: Path, found: Sequence[Suggestion], **said: object) -> Path:
    writer = formats.for_path(path, "write_suggestions")
    writer.write_suggestions(path, found, About(EN, [FR, AR, ZH], "draft.docx", "m", CREATED), **said)
    return path


def looks(paragraph: Paragraph, lang: Lang) -> list[tuple[str, str]]:
    """What of a paragraph is formatted: the form and the words of neighbouring runs."""
    found: list[tuple[str, str]] = []
    link = ""
    for run in paragraph.runs:
        for code in run._r.findall(qn("w:instrText")):
            link = code.text or ""
        if any(end.get(qn("w:fldCharType")) == "end" for end in run._r.findall(qn("w:fldChar"))):
            link = ""
        bold, italic = (run.font.cs_bold, run.font.cs_italic) if lang.rtl else (run.bold, run.italic)
        said = {"b": bold, "i": italic, "u": run.font.underline and not link, "sup": run.font.superscript,
                "sub": run.font.subscript, "link": link == f' HYPERLINK "{UN}" '}  # fmt: skip
        for form in (form for form, there in said.items() if there and run.text):
            if found and found[-1][0] == form:
                found[-1] = (form, found[-1][1] + run.text)
            else:
                found.append((form, run.text))
    return found


def test_the_drafts_own_document_has_translations_in_their_formatting(tmp_path: Path, memory: Memory) -> None:
    draft = written(tmp_path / "draft.docx", TEXTS["en"][1:])
    path = write(tmp_path / "out.docx", suggestions(memory, draft), draft=draft)

    paragraphs = Document(str(path)).paragraphs
    assert len(paragraphs) == 3 * 4
    for number, lang in enumerate((FR, AR, ZH), start=1):
        texts = [paragraph for place, paragraph in enumerate(paragraphs) if place % 4 == number]
        assert [one for paragraph in texts for one in looks(paragraph, lang)] == EXPECTED[lang]
        wholes = [unformatted(text) for text in TEXTS[lang.tag][1:]]
        assert ["".join(paragraph.text.split())[-20:] for paragraph in texts] == [
            "".join(text.split())[-20:] for text in wholes
        ]
        for paragraph in texts:
            assert lang.rtl == (paragraph._p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None)
            assert all(bool(run.font.rtl) == lang.rtl for run in paragraph.runs if run.text)


def test_the_table_has_draft_and_translations_in_their_formatting(tmp_path: Path, memory: Memory) -> None:
    draft = written(tmp_path / "draft.docx", TEXTS["en"][1:])
    path = write(tmp_path / "out.docx", suggestions(memory, draft), draft=draft, beside=True)

    rows = [row.cells for row in Document(str(path)).tables[0].rows[1:]]
    shown = {
        lang: [one for row in rows for one in looks(row[place].paragraphs[0], lang)]
        for place, lang in enumerate(LANGS, start=1)
    }
    assert {lang: shown[lang] for lang in EXPECTED} == EXPECTED
    assert shown[EN] == [
        ("i", "Recalling"), ("b", "70/1"), ("link", "the report"), ("sub", "2"), ("b", ". They found 250 m"),
        ("sup", "2"), ("u", "requests"),
    ]  # fmt: skip


def test_a_plain_draft_gets_the_formatting_of_the_memory_and_no_other_score(tmp_path: Path, memory: Memory) -> None:
    draft = written(tmp_path / "draft.docx", map(unformatted, TEXTS["en"][1:]))
    plain, formatted = suggestions(memory, draft), suggestions(memory, written(tmp_path / "d.docx", TEXTS["en"][1:]))

    assert [[match.score for match in one.matches] for one in plain] == [
        [match.score for match in one.matches] for one in formatted
    ]
    paragraphs = Document(str(write(tmp_path / "out.docx", plain, draft=draft))).paragraphs
    assert [one for paragraph in paragraphs[1::4] for one in looks(paragraph, FR)] == EXPECTED[FR]


def test_the_page_shows_formatting_and_leads_nowhere_else(tmp_path: Path, memory: Memory) -> None:
    draft = written(tmp_path / "draft.docx", TEXTS["en"][1:])
    found = suggestions(memory, draft)
    summary = leverage(found)
    bands = [(band.band, band.segments, band.words, band.characters) for band in summary.bands]
    path = write(tmp_path / "s.html", found, leverage=bands, in_bands=[one.band for one in summary.segments])

    page = html.fromstring(path.read_text("utf-8"))
    elements = {"b": "b", "i": "i", "u": "u", "sup": "sup", "sub": "sub", "a": "link"}
    for lang, expected in EXPECTED.items():
        texts = page.xpath(f"//div[@class='tr']/div[@class='t' and @lang='{lang}']")
        shown = [(elements[one.tag], one.text_content()) for text in texts for one in text.iter(*elements)]
        assert set(expected) <= set(shown)
        assert {text.get("dir") for text in texts} == {"rtl" if lang.rtl else "ltr"}
    assert {link.get("href") for link in page.iter("a")} == {UN}


def test_the_spreadsheet_shows_formatting(tmp_path: Path, memory: Memory) -> None:
    found = suggestions(memory, written(tmp_path / "draft.docx", TEXTS["en"][1:]))
    book = load_workbook(write(tmp_path / "s.xlsx", found), rich_text=True)

    cells = [cell.value for row in book["Suggestions"].iter_rows() for cell in row]
    blocks = [
        block for cell in cells if isinstance(cell, CellRichText) for block in cell if isinstance(block, TextBlock)
    ]
    bold = {block.text for block in blocks if block.font.b}
    raised = {(block.text, block.font.vertAlign) for block in blocks if block.font.vertAlign}
    assert {". Ils ont trouvé 250 m", "70/1"} <= bold
    assert raised == {("2", "superscript"), ("2", "subscript")}


# --- repaired translations ------------------------------------------------------------------------------------------


def test_a_repaired_translation_keeps_the_formatting_around_what_is_rewritten() -> None:
    text = "The 34 parties met in May."
    stored = Variant(EN, text, markup(text, [Span(4, 14, Form.BOLD), Span(22, 25, Form.ITALIC)]))
    value = Repaired(
        EN, "The 1,004 parties met in June.",
        (Rewritten((4, 9), "number", "34", "1,004"), Rewritten((25, 29), "date", "May", "June")), complete=True,
    )  # fmt: skip
    bold, italic = frozenset({(Form.BOLD, "")}), frozenset({(Form.ITALIC, "")})

    assert repaired(value, stored) == (
        Piece("same", "The "), Piece("new", "1,004", bold), Piece("same", " parties", bold), Piece("same", " met in "),
        Piece("new", "June", italic), Piece("same", "."),
    )  # fmt: skip


def test_formatting_that_ends_inside_what_is_rewritten_leaves_it_out() -> None:
    text = "on 3 May 2025."
    stored = Variant(EN, text, markup(text, [Span(0, 4, Form.BOLD), Span(5, 14, Form.ITALIC)]))
    value = Repaired(EN, "on 4 June 2026.", (Rewritten((3, 14), "date", "3 May 2025", "4 June 2026"),), complete=True)

    assert repaired(value, stored) == (
        Piece("same", "on ", frozenset({(Form.BOLD, "")})), Piece("new", "4 June 2026"),
        Piece("same", ".", frozenset({(Form.ITALIC, "")})),
    )  # fmt: skip


def test_a_translation_repaired_elsewhere_as_well_is_shown_plain() -> None:
    stored = Variant(EN, "The 34 parties", markup("The 34 parties", [Span(0, 3, Form.BOLD)]))
    value = Repaired(EN, "These 35 parties", (Rewritten((6, 8), "number", "34", "35"),), complete=True)

    assert {piece.marks for piece in repaired(value, stored)} == {frozenset()}


@pytest.mark.parametrize("version", ["1.2", "2.0", "2.1", "2.2"])
def test_matches_in_a_draft_for_other_tools_have_codes(tmp_path: Path, memory: Memory, version: str) -> None:
    found = suggestions(memory, written(tmp_path / "draft.docx", TEXTS["en"][1:]))
    path = tmp_path / "s.xlf"
    about = About(EN, [FR], "draft.docx", "m", CREATED)
    formats.for_path(path, "write_suggestions").write_suggestions(path, found, about, version=version, fill=100)

    check_valid(path, Version(version))
    offered = [
        unit for unit in formats.for_path(path, "read_units").read_units(path) if isinstance(unit, TranslationUnit)
    ]
    held = {(variant.text, variant.markup) for unit in offered for variant in unit.variants}
    stored = {(v.text, v.markup) for one in found for match in one.matches for v in match.targets if v.lang == FR}
    assert len(stored) > 3
    assert stored <= held
    drafted = {(one.segment.text, one.segment.markup or None) for one in found}
    assert sum(markup is not None for _, markup in drafted) > 2
    assert drafted <= held
    filled = [unit for unit in offered if "xliff:alternative" not in dict(unit.properties)]
    assert len(filled) > 2
    assert {(v.text, v.markup) for unit in filled for v in unit.variants if v.lang == FR} <= stored
