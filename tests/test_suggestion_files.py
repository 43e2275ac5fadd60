"""What a memory suggests for a draft, as documents and spreadsheets a translator opens."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from sqlalchemy import Connection

from tests.conftest import REPORT
from tm import formats
from tm.formats import plain
from tm.formats.about import About
from tm.lang import Lang
from tm.lookup import LookupOptions, body, suggest
from tm.model import Suggestion

EN, FR, AR, ZH = Lang("en"), Lang("fr"), Lang("ar"), Lang("zh")
CREATED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def suggestions(conn: Connection) -> list[Suggestion]:
    draft = body(plain.read_document(REPORT / "draft.en.txt", EN).segments)
    return list(suggest(conn, draft, EN, [FR, AR], LookupOptions(minimum=50)))


def written(path: Path, found: Sequence[Suggestion], targets: Sequence[Lang]) -> Path:
    formats.for_path(path, "write_suggestions").write_suggestions(
        path, found, About(EN, targets, "draft.en.txt", "m", CREATED)
    )
    return path


def test_the_document_has_the_draft_beside_its_translations(tmp_path: Path, suggestions: list[Suggestion]) -> None:
    document = Document(str(written(tmp_path / "s.docx", suggestions, [FR, AR])))

    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["No.", "English", "French", "Arabic"]
    assert len(table.rows) == len(suggestions) + 1
    exact = next(i for i, s in enumerate(suggestions) if s.proposal and s.proposal.kind == "exact")
    row = table.rows[exact + 1].cells
    label = suggestions[exact].segment.label
    prefix = f"{label} " if label else ""
    assert row[1].text == prefix + suggestions[exact].segment.text
    assert [cell.text for cell in row[2:]] == [prefix + v.text for v in suggestions[exact].matches[0].targets]


def test_arabic_runs_from_the_right(tmp_path: Path, suggestions: list[Suggestion]) -> None:
    document = Document(str(written(tmp_path / "s.docx", suggestions, [AR])))

    cells = [row.cells[2] for row in document.tables[0].rows[1:]]
    assert any(cell.text for cell in cells)
    for cell in cells:
        for paragraph in cell.paragraphs:
            if paragraph.text:
                assert paragraph._p.pPr is not None
                assert len(paragraph._p.pPr.findall(qn("w:bidi"))) == 1


def test_each_translation_has_a_comment_with_score_and_source(tmp_path: Path, suggestions: list[Suggestion]) -> None:
    document = Document(str(written(tmp_path / "s.docx", suggestions, [FR])))

    comments = [comment.text for comment in document.comments]
    filled = [row.cells[2].text for row in document.tables[0].rows[1:] if row.cells[2].text]
    assert len(comments) == len(filled)
    assert any(comment.startswith("10") and "A/TEST/1" in comment for comment in comments)
    assert any("put together" in comment for comment in comments)
    assert any("number: in the draft" in comment for comment in comments)
    assert {comment.author for comment in document.comments} == {"untm"}


def test_what_is_new_stays_empty(tmp_path: Path, suggestions: list[Suggestion]) -> None:
    document = Document(str(written(tmp_path / "s.docx", suggestions, [FR])))

    for suggestion, row in zip(suggestions, document.tables[0].rows[1:], strict=True):
        if not suggestion.matches and not suggestion.proposal:
            assert row.cells[2].text == ""


def test_the_spreadsheet_has_a_row_for_each_offer(tmp_path: Path, suggestions: list[Suggestion]) -> None:
    book = load_workbook(written(tmp_path / "s.xlsx", suggestions, [FR, AR]))

    page = book["Suggestions"]
    titles = [cell.value for cell in page[1]]
    assert titles[:7] == ["No.", "Place", "Draft", "Score", "Kind", "French", "Arabic"]
    lines: list[list[Any]] = [list(row) for row in page.iter_rows(min_row=2, values_only=True)]
    numbers = [line[0] for line in lines]
    assert sorted(set(numbers)) == list(range(1, len(suggestions) + 1))
    assert {"new", "fuzzy", "put together"} <= {line[4] for line in lines}
    alone = [line for line in lines if line[4] != "put together"]
    for one, two in pairwise(alone):
        assert one[0] != two[0] or one[3] >= two[3]


def test_what_a_draft_holds_of_control_characters_is_shown(tmp_path: Path, conn: Connection) -> None:
    from tm.model import Kind, Segment

    found = list(suggest(conn, [Segment("Bell\x07 and =1+1", EN, Kind.PARAGRAPH)], EN, [FR]))

    assert (
        "Bell\ufffd and =1+1"
        in Document(str(written(tmp_path / "s.docx", found, [FR]))).tables[0].rows[1].cells[1].text
    )
    assert load_workbook(written(tmp_path / "s.xlsx", found, [FR]))["Suggestions"]["C2"].value == "Bell\ufffd and =1+1"
