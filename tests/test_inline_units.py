"""Inline formatting of aligned documents: in paragraphs and sentences, in every file of units, in the memory."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aligners import align
from cli.align import align_document
from tests.formatted_documents import TEXTS, UN, unformatted, written
from tests.xliff_schemas import check_valid
from tm import formats, store
from tm.formats import docx
from tm.formats.xliff_version import Version
from tm.inline import Form, Span, is_own, markup, spans
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Document, Edition, Kind, Segment, TranslationUnit, Variant
from tm.units import iterate

EN, FR, AR, ZH = LANGS = [Lang(tag) for tag in TEXTS]
NAMED = Document(symbol="A/TEST/2", origin="water")


def read(folder: Path, *, plain: bool = False) -> dict[Lang, Edition]:
    return {
        lang: docx.read_document(
            written(folder / f"{plain}.{lang}.docx", map(unformatted, found) if plain else found), lang
        )
        for lang, found in zip(LANGS, TEXTS.values(), strict=True)
    }


def shown(variant: Variant | None) -> list[tuple[str, str]]:
    assert variant is not None
    return [(span.form.value, variant.text[span.start : span.end]) for span in spans(variant.markup, variant.text)]


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> tuple[TranslationUnit, ...]:
    return align_document(read(tmp_path_factory.mktemp("documents")), NAMED)[1]


def test_paragraphs_have_the_formatting_of_their_documents(units: Sequence[TranslationUnit]) -> None:
    first, second = units[1], units[2]

    assert shown(first.variant(FR)) == [("italic", "Rappelant"), ("bold", "70/1"), ("link", "rapport")]
    assert shown(first.variant(AR)) == [("italic", "إذ يشير"), ("bold", "70/1"), ("link", "بتقرير")]
    assert shown(first.variant(ZH)) == [("italic", "回顾"), ("bold", "70/1"), ("link", "报告")]
    assert shown(second.variant(EN)) == [("x-subscript", "2"), ("bold", ". They found 250 m"), ("x-superscript", "2")]
    assert [variant.markup for variant in units[0].variants] == [None] * 4
    assert f"href=&quot;{UN}&quot;" in (first.variants[LANGS.index(ZH)].markup or "")


def test_sentences_have_the_formatting_of_their_place(units: Sequence[TranslationUnit]) -> None:
    second, third = units[2], units[3]

    assert [[shown(one.variant(lang)) for one in second.sentences] for lang in (FR, AR, ZH)] == [
        [[("x-subscript", "2"), ("bold", ".")], [("bold", "Ils ont trouvé 250 m"), ("x-superscript", "2")]],
        [[("x-subscript", "2"), ("bold", ".")], [("bold", "ووجدوا 250 م"), ("x-superscript", "2")]],
        [[("x-subscript", "2"), ("bold", "。")], [("bold", "他们在每个城市发现了250 m"), ("x-superscript", "2")]],
    ]
    assert [one.variants[0].markup is None for one in third.sentences] == [False, True]
    for unit in units:
        for one in (unit, *unit.sentences):
            assert all(v.markup is None or is_own(v.text, v.markup) for v in one.variants)


def test_documents_align_alike_with_and_without_formatting(tmp_path: Path, units: Sequence[TranslationUnit]) -> None:
    _, plain = align_document(read(tmp_path, plain=True), NAMED)

    assert [bare(unit) for unit in units] == list(plain)


def bare(unit: TranslationUnit) -> TranslationUnit:
    """The unit without formatting."""
    variants = tuple(replace(variant, markup=None) for variant in unit.variants)
    return replace(unit, variants=variants, sentences=tuple(map(bare, unit.sentences)))


def test_paragraphs_that_one_language_has_as_one_keep_the_formatting_of_each() -> None:
    def segment(lang: Lang, label: str, *pieces: tuple[str, str]) -> Segment:
        text = lang.joiner.join(words for words, _ in pieces)
        found = [Span(at, at + len(bold), Form.BOLD) for _, bold in pieces if (at := text.find(bold)) >= 0 and bold]
        return Segment(text, lang, Kind.PARAGRAPH, label, (label.rstrip("."),), markup=markup(text, found))

    english = [
        segment(EN, "1.", ("The Council met in Geneva on 3 May 2025.", "Geneva")),
        segment(
            EN, "2.", ("It adopted resolution 70/1 on clean water.", "70/1"), ("Sweden voted against it.", "Sweden")
        ),
        segment(EN, "3.", ("The session closed on 9 May 2025.", "9 May")),
    ]
    french = [
        segment(FR, "1.", ("Le Conseil s’est réuni à Genève le 3 mai 2025.", "Genève")),
        segment(FR, "2.", ("Il a adopté la résolution 70/1 sur l’eau potable.", "70/1")),
        segment(FR, "", ("La Suède a voté contre.", "Suède")),
        segment(FR, "3.", ("La session s’est close le 9 mai 2025.", "9 mai")),
    ]
    units = align({EN: english, FR: french}).units
    held = [unit for unit in units if (variant := unit.variant(FR)) and variant.segments == (1, 2)]

    assert [shown(unit.variant(FR)) for unit in held] == [[("bold", "70/1"), ("bold", "Suède")]]
    assert [[shown(one.variant(FR)) for one in unit.sentences] for unit in held] == [
        [[("bold", "70/1")], [("bold", "Suède")]]
    ]


@pytest.mark.parametrize("name", ["u.tmx", "u.jsonl", "u.csv", "u.xlsx", "u.html"])
def test_formatting_comes_back_from_files_of_units(tmp_path: Path, units: Sequence[TranslationUnit], name: str) -> None:
    path = tmp_path / name
    formats.write_units(path, units)
    found = list(formats.for_path(path, "read_units").read_units(path))

    # Columns of languages have an order of their own.
    assert [ordered(one) for one in found if isinstance(one, TranslationUnit)] == [ordered(unit) for unit in units]


def ordered(unit: TranslationUnit) -> TranslationUnit:
    """The unit with its variants in the order of their languages' tags."""
    variants = tuple(sorted(unit.variants, key=lambda variant: variant.lang.tag))
    return replace(unit, variants=variants, sentences=tuple(map(ordered, unit.sentences)))


@pytest.mark.parametrize("version", ["1.2", "2.0", "2.1", "2.2"])
@pytest.mark.parametrize("target", [FR, AR, ZH])
def test_formatting_and_sentences_come_back_from_xliff(
    tmp_path: Path, units: Sequence[TranslationUnit], version: str, target: Lang
) -> None:
    path = tmp_path / "u.xlf"
    formats.write_units(path, units, [EN, target], version=version)
    check_valid(path, Version(version))
    found = list(formats.for_path(path, "read_units").read_units(path))

    def held(some: Sequence[TranslationUnit], *, spans: bool) -> list[object]:
        return [
            [
                (one.text, one.markup, one.span if spans else None)
                for lang in (EN, target)
                if (one := unit.variant(lang))
            ]
            for unit in some
        ]

    assert held(found, spans=False) == held(units, spans=False)
    assert [held(unit.sentences, spans=True) for unit in found] == [held(unit.sentences, spans=True) for unit in units]


def test_plain_tmx_is_the_same_and_level_1_has_the_text_alone(tmp_path: Path, units: Sequence[TranslationUnit]) -> None:
    formats.write_units(tmp_path / "plain.tmx", [bare(unit) for unit in units])
    formats.write_units(tmp_path / "one.tmx", units, level=1)

    assert b"<bpt" not in (tmp_path / "plain.tmx").read_bytes()
    assert b"<bpt" not in (tmp_path / "one.tmx").read_bytes()
    assert list(formats.for_path(Path("x.tmx"), "read_units").read_units(tmp_path / "one.tmx")) == list(units)


def test_the_memory_keeps_formatting(tmp_path: Path, units: Sequence[TranslationUnit]) -> None:
    editions = read(tmp_path)
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_document(conn, NAMED, list(editions.values()), units)
        with memory.read() as conn:
            found = list(iterate(conn))

    def held(some: Sequence[TranslationUnit]) -> list[dict[Lang, tuple[str, str | None]]]:
        return [{v.lang: (v.text, v.markup) for v in unit.variants} for unit in some]

    assert held(found) == held(units)
    assert [held(unit.sentences) for unit in found] == [held(unit.sentences) for unit in units]
