"""Pairs out of a memory of many languages, and OmegaT's view of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli.main import run
from tests.conftest import Stored
from tm.formats.pairs import for_omegat, paired, trusted
from tm.formats.tmx import read_units, write_units
from tm.lang import Lang
from tm.model import Level, Review, TranslationUnit, Variant

EN, FR, RU = Lang("en"), Lang("fr"), Lang("ru")
SWISS = Lang("fr-CH")
UNIT = TranslationUnit(
    (
        Variant(EN, "The Group decided:"),
        Variant(RU, "Группа постановила:"),
        Variant(SWISS, "Le Groupe a décidé\u00a0:"),
    ),
    uid="u",
)


def omegat(*units: TranslationUnit) -> tuple[list[TranslationUnit], int]:
    left_out: list[bool] = []
    return list(for_omegat(units, lambda: left_out.append(True))), len(left_out)


def test_two_variants_source_first() -> None:
    sentence = replace(UNIT, level=Level.SENTENCE, variants=UNIT.variants[:2])
    whole = replace(UNIT, sentences=(sentence,))

    found = list(paired([whole, sentence], FR, EN))
    assert [unit.langs for unit in found] == [(SWISS, EN)]
    assert found[0].sentences == ()
    assert [unit.langs for unit in paired([replace(whole, variants=UNIT.variants[2:])], EN, RU)] == [(EN, RU)]


@pytest.mark.parametrize(
    ("review", "confidence", "expected"),
    [
        (Review.UNREVIEWED, None, True), (Review.UNREVIEWED, 0.95, True), (Review.UNREVIEWED, 0.94, False),
        (Review.REVIEWED, 0.1, True), (Review.REJECTED, 1.0, False),
    ],
)  # fmt: skip
def test_what_may_be_inserted_unseen(review: Review, confidence: float | None, expected: bool) -> None:
    unit = replace(UNIT, review=review, confidence=confidence)

    assert trusted(unit) is expected
    assert omegat(unit)[1] == (0 if expected else 1)


def test_no_break_spaces_of_the_source_in_both_forms() -> None:
    pair = next(paired([UNIT], FR, EN))

    found, left_out = omegat(pair)
    assert [unit.variants[0].text for unit in found] == ["Le Groupe a décidé\u00a0:", "Le Groupe a décidé :"]
    assert {unit.variants[1].text for unit in found} == {"The Group decided:"}
    assert len({unit.uid for unit in found}) == 2
    assert left_out == 0
    assert len(omegat(next(paired([UNIT], EN, FR)))[0]) == 1


def test_highlighted_text_is_text() -> None:
    marked = (
        Variant(EN, "Pay now", "<hi type='b'>Pay</hi> now"),
        Variant(FR, "Payer ici", '<hi>Payer <ph x="1">i</ph></hi>ici'),
    )
    found, _ = omegat(replace(UNIT, variants=marked))

    assert [variant.markup for variant in found[0].variants] == [None, 'Payer <ph x="1">i</ph>ici']


def test_export_of_pairs(report: Stored, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = ["--memory", str(report.path), "export"]

    assert run([*export, str(tmp_path / "all.tmx.gz"), "--pairs", "--lang", "fr,en,zh"]) == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "all.en-zh.tmx.gz",
        "all.fr-en.tmx.gz",
        "all.fr-zh.tmx.gz",
    ]
    assert run([*export, str(tmp_path / "one.tmx"), "--pair", "fr-en"]) == 0
    pairs = [list(read_units(tmp_path / name)) for name in ("all.fr-en.tmx.gz", "one.tmx")]
    assert pairs[0] == pairs[1]
    assert {tuple(lang.tag for lang in unit.langs) for unit in pairs[0] if isinstance(unit, TranslationUnit)} == {
        ("fr", "en")
    }
    capsys.readouterr()
    assert run([*export, str(tmp_path / "six.tmx"), "--pairs", "--json"]) == 0
    assert capsys.readouterr().out.count('"units"') == 15


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["x.tmx", "--pair", "fr-CH-en"], 2, "write it like fr-en, or fr-CH,en"),
        (["x.tmx", "--pair", "fr-fr"], 2, "both are fr"),
        (["x.tmx", "--pair", "fr-de"], 3, "nothing in de"),
        (["x.tmx", "--pair", "fr-en", "--lang", "fr"], 2, "--pair names the languages"),
        (["x.tmx", "--for", "omegat"], 2, "needs two languages"),
        (["x.jsonl", "--encoding", "utf-16"], 3, "encoding cannot be chosen for .jsonl"),
        (["x.jsonl.gz"], 3, "cannot write units as .gz"),
    ],
)
def test_slips_are_told(
    report: Stored, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    output, *options = arguments

    assert run(["--memory", str(report.path), "export", str(tmp_path / output), *options]) == status
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_level_and_encoding(report: Stored, tmp_path: Path) -> None:
    coded = tmp_path / "coded.tmx"
    write_units(coded, [replace(UNIT, variants=(Variant(EN, "a b", "a <ph>x</ph>b"), Variant(FR, "c")))])
    memory = str(tmp_path / "m.untm")
    run(["--memory", memory, "import", str(coded)])

    assert run(["--memory", memory, "export", str(tmp_path / "two.tmx"), "--encoding", "utf-16"]) == 0
    assert run(["--memory", memory, "export", str(tmp_path / "one.tmx"), "--tmx-level", "1"]) == 0
    assert "<seg>a <ph>x</ph>b</seg>" in (tmp_path / "two.tmx").read_text("utf-16")
    assert "<seg>a b</seg>" in (tmp_path / "one.tmx").read_text("utf-8")
    assert list(read_units(tmp_path / "one.tmx")) == list(read_units(tmp_path / "two.tmx"))
