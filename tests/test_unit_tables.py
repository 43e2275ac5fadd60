"""Units in tables: out and in again as they were, and tables of others."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.units import units
from tm import formats
from tm.errors import InputError, Problem
from tm.formats.reviewed_rows import Reviewed
from tm.formats.unit_sheet import read_reviewed
from tm.lang import Lang
from tm.model import Kind, Level, Review, TranslationUnit, Variant

EN, FR, ZH = Lang("en"), Lang("fr"), Lang("zh")


def sorted_variants(unit: TranslationUnit) -> TranslationUnit:
    """The unit with its variants by tag, as tables have their columns."""
    return replace(
        unit,
        variants=tuple(sorted(unit.variants, key=lambda variant: variant.lang.tag)),
        sentences=tuple(map(sorted_variants, unit.sentences)),
    )


def read(path: Path) -> list[TranslationUnit | Problem]:
    return list(formats.for_path(path, "read_units").read_units(path))


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_units=st.lists(units(), max_size=4))
def test_what_is_written_is_read_back(tmp_path: Path, ending: str, given_units: list[TranslationUnit]) -> None:
    path = tmp_path / f"units.{ending}"
    written = [sorted_variants(unit) for unit in given_units]

    assert formats.write_units(path, written) == len(written)

    if written:
        assert read(path) == written


def test_the_source_language_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    formats.write_units(path, [TranslationUnit((Variant(EN, "one"), Variant(FR, "un")))], [FR, EN])

    titles = path.read_text("utf-8-sig").splitlines()[0].split(",")

    assert titles.index("fr") < titles.index("en")


@pytest.mark.parametrize("text", ["=1+1", "- item", "+5 %", "@a", "'=x", "''-", "\ttab"])
def test_nothing_is_a_formula_and_nothing_is_lost(tmp_path: Path, text: str) -> None:
    path = tmp_path / "units.csv"
    unit = TranslationUnit((Variant(EN, text),))
    formats.write_units(path, [unit])

    assert f"'{text}" in path.read_text("utf-8-sig")
    assert read(path) == [unit]


@pytest.mark.parametrize(
    ("titles", "langs"),
    [
        ("en,fr", [EN, FR]),
        ("English;French", [EN, FR]),
        ("Source: English\tTarget: Français", [EN, FR]),
        ("English (en),中文", [EN, ZH]),
        ("source en,target_fr-CH", [EN, Lang("fr-CH")]),
        ("Anglais;Français", [EN, FR]),
        ("英文,法语", [EN, FR]),
        ("Английский\tКитайский", [EN, ZH]),
        ("الإنجليزية,الفرنسية", [EN, FR]),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_columns_of_other_programs(tmp_path: Path, titles: str, langs: list[Lang], codec: str) -> None:
    separator = next(mark for mark in ",;\t" if mark in titles)
    path = tmp_path / "glossary.csv"
    path.write_text(f"{titles}\na{separator}b\n\n c {separator}\n", codec)

    found = read(path)

    assert [u.langs for u in found if isinstance(u, TranslationUnit)] == [tuple(langs), (langs[0],)]
    assert [v.text for u in found if isinstance(u, TranslationUnit) for v in u.variants] == ["a", "b", " c "]


def test_columns_that_mean_nothing_here_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("ID,en,Domain,fr,Status\n7,water,law,eau,translated\n", "utf-8")

    problem, unit = read(path)

    assert problem == Problem("status: 'translated' is no status of a document; kept as a property", "x.csv", 2)
    assert isinstance(unit, TranslationUnit)
    assert unit.uid == "7"
    assert unit.properties == (("status", "translated"), ("Domain", "law"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"source,target\na,b\n", "no column bears the name of a language: source, target"),
        (b"en,EN\na,b\n", "two columns are English (en)"),
        (b"", "the file is empty"),
        (b"PK\x03\x04rest", "this is"),
        (b"\x00\x01\x02\x03", "no text file"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        read(path)

    assert message in caught.value.message
    assert caught.value.path == "x.csv"
    assert caught.value.hint


def test_problems_name_the_line_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('en,fr,review\n"two\nlines",deux,perhaps\none,un,ok\n', "utf-8")

    problem, first, second = read(path)

    assert isinstance(problem, Problem)
    assert (problem.line, problem.message) == (
        2,
        "review: 'perhaps' is neither reviewed nor rejected; kept as a property",
    )
    assert isinstance(first, TranslationUnit)
    assert isinstance(second, TranslationUnit)
    assert first.variants[0].text == "two\nlines"
    assert (first.review, second.review) == (Review.UNREVIEWED, Review.REVIEWED)


def test_a_quotation_mark_that_is_never_closed_ends_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    long = "word " * 60_000
    path.write_text(f'en\n"{long}\nmore\n', "utf-8")

    (unit,) = read(path)

    assert isinstance(unit, TranslationUnit)
    assert unit.variants[0].text == f"{long}\nmore\n"


def test_sentences_that_have_left_their_paragraph_stand_alone(tmp_path: Path) -> None:
    sentence = TranslationUnit((Variant(EN, "One."),), level=Level.SENTENCE)
    paragraph = TranslationUnit((Variant(EN, "One. Two."),), kind=Kind.ITEM, sentences=(sentence,))
    path = tmp_path / "x.csv"
    formats.write_units(path, [paragraph, TranslationUnit((Variant(EN, "Other"),))])
    titles, first, inside, other = path.read_text("utf-8-sig").splitlines(keepends=True)
    path.write_text(titles + first + other + inside, "utf-8")

    found = read(path)

    assert [len(u.sentences) for u in found if isinstance(u, TranslationUnit)] == [0, 0, 0]
    assert found[-1] == sentence


# --- spreadsheets ---------------------------------------------------------------------------------------------------

PAIR = TranslationUnit(
    (Variant(EN, "The Committee met. It adjourned."), Variant(FR, "Le Comité s’est réuni. Il a levé la séance.")),
    path=("II", "3"), confidence=0.41, uid="u1",
    sentences=(TranslationUnit((Variant(EN, "The Committee met."), Variant(FR, "Le Comité s’est réuni.")),
                               level=Level.SENTENCE, uid="u1s"),),
)  # fmt: skip
OTHER = TranslationUnit((Variant(EN, "Water"), Variant(FR, "Eau")), confidence=0.99, uid="u2")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "review.xlsx"
    formats.write_units(path, [PAIR, OTHER], [EN, FR])
    return path


def edited(path: Path, change: Callable[[Worksheet, dict[str, int]], object]) -> Reviewed:
    """The sheet read again after a change in a spreadsheet program; it is told the columns by title."""
    book = load_workbook(path)
    page = book["Units"]
    change(page, {str(cell.value): number for number, cell in enumerate(page[1], start=1)})
    book.save(path)
    return read_reviewed(path)


def test_people_see_what_to_look_at(sheet: Path) -> None:
    page = load_workbook(sheet)["Units"]
    titles = [cell.value for cell in page[1]]

    assert titles[:9] == ["row", "trust", "sure", "review", "place", "kind", "English (en)", "French (fr)", "note"]
    assert [page.cell(row, 2).value for row in (2, 4)] == ["doubtful", "accepted"]
    assert [page.cell(row, 3).value for row in (2, 4)] == [0.41, 0.99]
    assert page.cell(2, 2).fill.start_color.rgb != page.cell(4, 2).fill.start_color.rgb
    assert page.freeze_panes == "G2"
    assert page.row_dimensions[3].hidden
    assert page.auto_filter.ref.startswith("A1:")
    assert page.data_validations.dataValidation[0].formula1 == '"reviewed,rejected"'
    hidden = [title for title in titles if page.column_dimensions[get_column_letter(titles.index(title) + 1)].hidden]
    assert "unit" in hidden
    assert "English (en)" not in hidden


def test_equal_units_give_equal_files(tmp_path: Path, sheet: Path) -> None:
    time.sleep(2.1)
    formats.write_units(tmp_path / "again.xlsx", [PAIR, OTHER], [EN, FR])

    assert (tmp_path / "again.xlsx").read_bytes() == sheet.read_bytes()


def test_arabic_runs_from_the_right(tmp_path: Path) -> None:
    path = tmp_path / "ar.xlsx"
    formats.write_units(path, [TranslationUnit((Variant(Lang("ar"), "تقرير"),))])

    cell = load_workbook(path)["Units"]["G2"]

    assert (cell.value, cell.alignment.readingOrder, cell.alignment.horizontal) == ("تقرير", 2, "right")


def test_an_untouched_sheet_is_what_it_was(sheet: Path) -> None:
    found = edited(sheet, lambda page, columns: None)

    assert [value for _, value in found.units] == [PAIR, OTHER]
    assert (found.removed, found.touched) == ({}, frozenset())


def test_a_corrected_text_is_reviewed(sheet: Path) -> None:
    def correct(page: Worksheet, columns: dict[str, int]) -> None:
        page.cell(4, columns["French (fr)"]).value = "De l’eau"

    found = edited(sheet, correct)

    pair, other = (value for _, value in found.units)
    assert pair == PAIR
    assert isinstance(other, TranslationUnit)
    assert (other.uid, other.review) == ("u2", Review.REVIEWED)
    assert [variant.text for variant in other.variants] == ["Water", "De l’eau"]
    assert found.touched == {4}


def test_rows_merged_and_split_are_told(sheet: Path) -> None:
    def merge_and_split(page: Worksheet, columns: dict[str, int]) -> None:
        english, french = columns["English (en)"], columns["French (fr)"]
        page.cell(2, english).value, page.cell(2, french).value = "The Committee met.", "Le Comité s’est réuni."
        page.delete_rows(3, 2)
        page.cell(3, english).value, page.cell(3, french).value = "It adjourned. Water", "Il a levé la séance. Eau"

    found = edited(sheet, merge_and_split)

    assert [isinstance(v, TranslationUnit) and (v.uid, v.review) for _, v in found.units] == [
        ("u1", Review.REVIEWED), ("", Review.REVIEWED)
    ]  # fmt: skip
    assert found.removed == {"2": "u1s", "3": "u2"}


@pytest.mark.parametrize(("verdict", "review"), [("ok", Review.REVIEWED), ("rejected", Review.REJECTED)])
def test_a_verdict_is_kept(sheet: Path, verdict: str, review: Review) -> None:
    def mark(page: Worksheet, columns: dict[str, int]) -> None:
        page.cell(2, columns["review"]).value = verdict

    found = edited(sheet, mark)

    first = found.units[0][1]
    assert isinstance(first, TranslationUnit)
    assert first == replace(PAIR, review=review)


def test_numbers_and_days_typed_into_cells_are_text(sheet: Path) -> None:
    def type_in(page: Worksheet, columns: dict[str, int]) -> None:
        page.cell(4, columns["English (en)"]).value = 1996
        page.cell(4, columns["French (fr)"]).value = datetime(2024, 5, 6)  # noqa: DTZ001 - as spreadsheets have them

    found = edited(sheet, type_in)

    value = found.units[1][1]
    assert isinstance(value, TranslationUnit)
    assert [variant.text for variant in value.variants] == ["1996", "2024-05-06"]


def test_a_text_longer_than_a_cell_is_refused_and_the_file_stays(sheet: Path) -> None:
    before = sheet.read_bytes()

    with pytest.raises(InputError, match=r"the en of row 1 has 40,000 characters, a cell holds 32,767"):
        formats.write_units(sheet, [TranslationUnit((Variant(EN, "x" * 40_000),))])

    assert sheet.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no workbook"),
        (b"PK\x03\x04 torn", "no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "with a password"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "x.xlsx"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        read(path)

    assert message in caught.value.message
    assert caught.value.path == "x.xlsx"
    assert caught.value.hint


def test_a_torn_workbook_is_refused(sheet: Path) -> None:
    content = sheet.read_bytes()
    for size in range(0, len(content), len(content) // 40):
        sheet.write_bytes(content[:size])
        with pytest.raises(InputError):
            read(sheet)


def test_a_workbook_made_to_fill_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", b" " * (80 << 20))

    with pytest.raises(InputError, match="times its size"):
        read(path)


def test_the_first_sheet_with_languages_is_read(tmp_path: Path) -> None:
    path = tmp_path / "colleague.xlsx"
    book = Workbook()
    book.worksheets[0].append(["About"])
    book.create_sheet("Terms").append(["French", "Domain", "English"])
    book["Terms"].append(["eau", "law", "water"])
    book.save(path)

    (unit,) = read(path)

    assert isinstance(unit, TranslationUnit)
    assert [(v.lang, v.text) for v in unit.variants] == [(FR, "eau"), (EN, "water")]
    assert unit.properties == (("Domain", "law"),)
