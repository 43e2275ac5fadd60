"""Units in tables: out and in again as they were, and tables of others."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.units import units
from tm import formats
from tm.errors import InputError, Problem
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


@pytest.mark.parametrize("ending", ["csv", "tsv"])
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
