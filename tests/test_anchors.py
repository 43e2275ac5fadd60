"""Corrections go round: aligned, written, corrected by a person, aligned again."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from aligners.reviewed import Correction, fixed_points
from cli.main import run
from tests.conftest import REPORT
from tests.test_cli import answer, elsewhere, refused
from tests.test_multiway import EN, ES, FR, document
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Review, TranslationUnit, Variant
from tm.store import iterate

__all__ = ["elsewhere"]
FILES = tuple(f"{lang}={REPORT}/{lang}.blocks.jsonl" for lang in ("fr", "en", "ar"))
Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, some: Iterable[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in some), encoding="utf-8")


def held(row: Row) -> dict[str, list[int]]:
    return {variant["lang"]: variant["segments"] for variant in row["variants"]}


def reviewed(row: Row, **variants: Row) -> Row:
    """The unit as a person leaves it: other variants, no sentences, reviewed."""
    kept = [variants.get(variant["lang"], variant) for variant in row["variants"]]
    return {**row, "variants": kept, "sentences": [], "review": "reviewed"}


def merged(one: Row, two: Row) -> Row:
    joined = {
        a["lang"]: {"lang": a["lang"], "text": f"{a['text']} {b['text']}", "segments": a["segments"] + b["segments"]}
        for a, b in zip(one["variants"], two["variants"], strict=True)
    }
    return reviewed(one, **joined)


def corrected(before: list[Row]) -> tuple[list[Row], list[Row]]:
    """What a person makes of it, two units merged and the Arabic of two exchanged; and the corrections alone."""
    plain = [k for k, row in enumerate(before) if len(row["variants"]) == 3 and not row.get("reordered")]
    first = next(k for k in plain if {k, k + 1, k + 2, k + 3, k + 4, k + 5} <= set(plain) and k > 10)
    third, fourth = before[first + 3], before[first + 4]
    mended = [
        merged(before[first], before[first + 1]),
        reviewed(third, ar=fourth["variants"][2]),
        reviewed(fourth, ar=third["variants"][2]),
    ]
    return [*before[:first], mended[0], before[first + 2], *mended[1:], *before[first + 5 :]], mended


def test_corrections_come_back_exactly_and_all_else_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["align", *FILES, "-o", "before.jsonl"]) == 0
    whole, mended = corrected(rows(tmp_path / "before.jsonl"))
    write(tmp_path / "corrected.jsonl", whole)
    write(tmp_path / "alone.jsonl", mended)
    capsys.readouterr()

    assert run(["align", *FILES, "--anchors", "corrected.jsonl", "-o", "after.jsonl"]) == 0
    assert f"corrected.jsonl: 3 of {len(whole)} units held" in capsys.readouterr().err
    after = rows(tmp_path / "after.jsonl")

    assert [held(row) for row in after] == [held(row) for row in whole]
    assert [held(row) for row in after if row.get("review") == "reviewed"] == [held(row) for row in mended]
    assert {row["confidence"] for row in after if row.get("review") == "reviewed"} == {1.0}
    assert run(["align", *FILES, "--anchors", "alone.jsonl", "-o", "again.jsonl"]) == 0
    assert rows(tmp_path / "again.jsonl") == after


def test_what_align_prints_can_be_corrected_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shape = answer(capsys, "align", *FILES[:2])
    one = next(unit for unit in shape["units"] if len(unit["variants"]) == 2 and unit["position"] > 10)
    english = one["variants"].pop("en")
    one["reviewed"] = True
    (tmp_path / "x.json").write_text(json.dumps(shape), encoding="utf-8")

    again = answer(capsys, "align", *FILES[:2], "--anchors", "x.json")

    (unit,) = [unit for unit in again["units"] if unit["reviewed"]]
    assert unit["variants"] == one["variants"]
    assert any(unit["variants"].get("en") == english for unit in again["units"])


def test_what_is_reviewed_in_the_memory_is_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = ["--memory", "m.untm", "align", *FILES, "--add", "--symbol", "A/1"]
    assert run([*add, "-o", "before.jsonl"]) == 0
    whole, mended = corrected(rows(tmp_path / "before.jsonl"))
    write(tmp_path / "corrected.jsonl", whole)
    assert run([*add, "--anchors", "corrected.jsonl"]) == 0
    capsys.readouterr()
    assert run([*add, "-o", "after.jsonl"]) == 0
    assert "3 of 3 reviewed units held" in capsys.readouterr().err
    assert [held(row) for row in rows(tmp_path / "after.jsonl")] == [held(row) for row in whole]
    assert run([*add, "--no-anchors", "-o", "free.jsonl"]) == 0
    assert [held(row) for row in rows(tmp_path / "free.jsonl")] == [
        held(row) for row in rows(tmp_path / "before.jsonl")
    ]

    with open_memory("m.untm") as memory, memory.read() as conn:
        stored = list(iterate(conn))
    assert [{v.lang.tag: list(v.segments) for v in u.variants} for u in stored] == [held(row) for row in whole]
    assert [u.review for u in stored].count(Review.REVIEWED) == len(mended)


def test_a_person_may_speak_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = ["--memory", "m.untm", "align", *FILES, "--add", "--symbol", "A/1"]
    assert run([*add, "-o", "before.jsonl"]) == 0
    before = rows(tmp_path / "before.jsonl")
    _, mended = corrected(before)
    write(tmp_path / "first.jsonl", mended)
    assert run([*add, "--anchors", "first.jsonl"]) == 0
    write(tmp_path / "second.jsonl", [{**row, "review": "reviewed"} for row in before])
    assert run([*add, "--anchors", "second.jsonl", "-o", "after.jsonl"]) == 0

    assert [held(row) for row in rows(tmp_path / "after.jsonl")] == [held(row) for row in before]
    with open_memory("m.untm") as memory, memory.read() as conn:
        assert [{v.lang.tag: list(v.segments) for v in u.variants} for u in iterate(conn)] == [
            held(row) for row in before
        ]


def test_texts_that_are_gone_are_told_with_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["align", *FILES[:2], "-o", "before.jsonl"]) == 0
    before = rows(tmp_path / "before.jsonl")
    before[3] = reviewed(before[3], en={"lang": "en", "text": "Nobody wrote this.", "segments": [3]})
    write(tmp_path / "x.jsonl", before)
    capsys.readouterr()

    assert run(["align", *FILES[:2], "--anchors", "x.jsonl"]) == 1
    told = capsys.readouterr().err
    assert "x.jsonl:4: not held: the English text “Nobody wrote this.” is no longer in this version" in told
    assert "hint: " in told


def test_corrections_that_contradict_one_another_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["align", *FILES[:2], "-o", "before.jsonl"]) == 0
    one, two = [row for row in rows(tmp_path / "before.jsonl") if len(row["variants"]) == 2][4:6]
    write(tmp_path / "x.jsonl", [reviewed(one), reviewed(two, en=one["variants"][1])])
    capsys.readouterr()

    told = refused(capsys, "align", *FILES[:2], "--anchors", "x.jsonl")
    assert "x.jsonl:2: line 1 and line 2 both hold the English text" in told


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.jsonl", "no JSON\n"), ("x.json", "{"), ("x.json", "[]"), ("x.doc", ""), ("x.json", "\xff")],
)
def test_files_without_corrections_are_refused(
    name: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(capsys, "align", *FILES[:2], "--anchors", "none.jsonl")
    (tmp_path / name).write_text(content, encoding="latin-1")
    refused(capsys, "align", *FILES[:2], "--anchors", name)


# --- texts and places -----------------------------------------------------------------------------------------------

EDITIONS = {lang: document(lang, list(range(6))) for lang in (EN, FR)}


def unit(**variants: tuple[str, tuple[int, ...]]) -> TranslationUnit:
    return TranslationUnit(tuple(Variant(Lang(tag), text, segments=at) for tag, (text, at) in variants.items()))


def said(value: TranslationUnit, spoken: Iterable[Lang] = (EN, FR)) -> list[str]:
    found = fixed_points([Correction(value, "x.jsonl", 7)], EDITIONS, set(spoken))
    return [str(point) for _, point in found.points] + [str(problem) for problem in found.problems]


def text(lang: Lang, *numbers: int) -> str:
    return " ".join(EDITIONS[lang][n].text for n in numbers)


def test_segments_are_found_by_their_texts_where_the_numbers_no_longer_fit() -> None:
    assert said(unit(en=(text(EN, 2), (2,)), fr=(text(FR, 3), (3,)))) == ["en 2 = fr 3"]
    assert said(unit(en=(text(EN, 2), (0,)), fr=(text(FR, 3, 4), (99,)))) == ["en 2 = fr 3–4"]
    assert said(unit(en=(text(EN, 2, 3), ()), fr=(text(FR, 3), ()))) == ["en 2–3 = fr 3"]
    assert said(unit(en=(text(EN, 3, 2), (3, 2)), fr=(text(FR, 3), (3,)))) == ["en 2–3 = fr 3"]


def test_a_language_a_unit_lacks_has_no_counterpart_if_its_source_has_that_language() -> None:
    assert said(unit(en=(text(EN, 2), (2,)))) == ["en 2 = fr —"]
    assert said(unit(en=(text(EN, 2), (2,))), spoken=[EN]) == []
    assert said(unit(en=(text(EN, 2), (2,)), fr=("", ())), spoken=[EN]) == ["en 2 = fr —"]
    assert said(unit(en=(text(EN, 2), (2,)), es=("Otra.", (2,))), spoken=[EN, FR, ES]) == ["en 2 = fr —"]


def test_texts_that_are_not_whole_segments_hold_nothing() -> None:
    part = EDITIONS[EN][2].text[:30]
    assert "only part of a segment" in said(unit(en=(part, (2,)), fr=(text(FR, 2), (2,))))[0]
    twice = {**EDITIONS, EN: (*EDITIONS[EN], EDITIONS[EN][2])}
    (found,) = fixed_points(
        [Correction(unit(en=(text(EN, 2), (4,)), fr=(text(FR, 2), (2,))))], twice, {EN, FR}
    ).problems
    assert "stands 2 times" in found.message
