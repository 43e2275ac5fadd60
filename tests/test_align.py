"""Alignment of the report against its gold beads: clean and as extracted, six languages at once and two alone."""

import json
import re
import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from aligners import Alignment, align
from aligners.evaluate import Scores, score
from tm.lang import Lang
from tm.model import BODY_KINDS, Kind, Level, Segment, TranslationUnit

ROOT = Path(__file__).parent.parent
SHARED = ROOT / ".." / "shared"
REPORTS = {"fixtures": ROOT / "fixtures" / "report", "shared": SHARED / "data" / "report"}
FR, EN, AR, ES, RU, ZH = LANGS = tuple(Lang(tag) for tag in ("fr", "en", "ar", "es", "ru", "zh"))
Edition = tuple[tuple[str, ...], tuple[Segment, ...]]


def paths(blocks: list[dict[str, str]]) -> list[tuple[str, ...]]:
    section = part = paragraph = ""
    found: list[tuple[str, ...]] = []
    chain: tuple[str, ...]
    for block in blocks:
        norm = block.get("label_norm", "")
        if not norm:
            found.append(())
            continue
        if block["kind"] == "heading" and re.fullmatch("[IVXL]+", norm):
            section, part = norm, ""
            chain = (section,)
        elif block["kind"] == "heading":
            part = norm
            chain = (section, part)
        elif block["kind"] == "item":
            chain = (section, part, paragraph, norm)
        else:
            paragraph = norm
            chain = (section, part, paragraph)
        found.append(tuple(step for step in chain if step))
    return found


def edition(path: Path, lang: Lang, kinds_by_label: bool = False) -> Edition:
    """Ids and segments of a block file; with ``kinds_by_label``, a block without label is a plain paragraph."""
    lines = path.read_text(encoding="utf-8").splitlines()
    blocks = [b for b in map(json.loads, lines) if Kind(b["kind"]) in BODY_KINDS and not b.get("optional")]
    segments = []
    for block, place in zip(blocks, paths(blocks), strict=True):
        kind = Kind.PARAGRAPH if kinds_by_label and not place else Kind(block["kind"])
        segments.append(Segment(block["text"], lang, kind, block.get("label", ""), place))
    return tuple(b["id"] for b in blocks), tuple(segments)


@cache
def editions(name: str, real: bool) -> dict[Lang, Edition]:
    folder = REPORTS[name]
    if not folder.exists():
        pytest.skip("the shared data folder is not here")
    if real:
        return {lang: edition(folder / "real" / f"{lang}.blocks.gold.jsonl", lang) for lang in LANGS}
    return {lang: edition(folder / f"{lang}.blocks.jsonl", lang) for lang in LANGS}


@cache
def gold(name: str, real: bool) -> dict[str, list[tuple[list[str], list[str]]]]:
    path = REPORTS[name] / ("real" if real else "") / "gold.json"
    pairs: dict[str, list[tuple[list[str], list[str]]]] = json.loads(path.read_text(encoding="utf-8"))["pairs"]
    return pairs


@cache
def alignment(name: str, real: bool) -> Alignment:
    return align({lang: segments for lang, (_, segments) in editions(name, real).items()})


def judged(
    aligned: Alignment, read: dict[Lang, Edition], wanted: dict[str, list[tuple[list[str], list[str]]]], key: str
) -> Scores:
    source, target = map(Lang, key.split("-"))
    found = [
        ([read[source][0][i] for i in range(*bead.source)], [read[target][0][j] for j in range(*bead.target)])
        for bead in aligned.pair(source, target)
    ]
    return score(wanted[key], found)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("real", [False, True], ids=["clean", "real"])
def test_every_pair_of_the_report_is_aligned_as_gold(name: str, real: bool) -> None:
    read = editions(name, real)
    aligned = alignment(name, real)
    results = {key: judged(aligned, read, gold(name, real), key).strict.f1 for key in gold(name, real)}

    assert len(results) == (10 if real else 15)
    assert {key: f1 for key, f1 in results.items() if f1 < 1} == {}
    assert aligned.problems == ()


@pytest.mark.parametrize("name", REPORTS)
def test_two_languages_alone_are_aligned_as_gold(name: str) -> None:
    read = editions(name, True)
    results = {}
    for key in gold(name, True):
        langs = [Lang(tag) for tag in key.split("-")]
        aligned = align({lang: read[lang][1] for lang in langs})
        results[key] = judged(aligned, read, gold(name, True), key).strict.f1

    assert {key: f1 for key, f1 in results.items() if f1 < 1} == {}


def unit_of(name: str, lang: Lang, block: str) -> TranslationUnit:
    at = editions(name, True)[lang][0].index(block)
    found = [u for u in alignment(name, True).units if any(v.lang == lang and at in v.segments for v in u.variants)]
    assert len(found) == 1
    return found[0]


def ids(name: str, unit: TranslationUnit, lang: Lang) -> tuple[str, ...]:
    variant = unit.variant(lang)
    return tuple(editions(name, True)[lang][0][i] for i in variant.segments) if variant else ()


@pytest.mark.parametrize("name", REPORTS)
def test_a_merged_block_is_cut_at_a_sentence_end(name: str) -> None:
    for lang, block, parts in (
        (AR, "p8+p9", ("p8", "p9")),
        (ES, "p3+p4", ("p3", "p4")),
        (ZH, "p1.g+p1.h", ("p1.g", "p1.h")),
    ):
        units = [unit_of(name, FR, part) for part in parts]
        whole = next(s.text for b, s in zip(*editions(name, True)[lang], strict=True) if b == block)

        assert [ids(name, unit, lang) for unit in units] == [(block,), (block,)]
        pieces = [variant.text for unit in units if (variant := unit.variant(lang))]
        assert whole == lang.joiner.join(pieces)


@pytest.mark.parametrize("name", REPORTS)
def test_a_split_block_is_joined(name: str) -> None:
    for lang, block in ((EN, "p7"), (RU, "p5"), (ZH, "p6")):
        unit = unit_of(name, FR, block)
        assert ids(name, unit, lang) == (f"{block}/1", f"{block}/2")
        assert set(unit.langs) == set(LANGS)


@pytest.mark.parametrize("name", REPORTS)
def test_a_missing_block_leaves_its_language_out(name: str) -> None:
    assert set(LANGS) - set(unit_of(name, FR, "p1.e").langs) == {AR}
    assert set(LANGS) - set(unit_of(name, FR, "p2.c").langs) == {ES}


@pytest.mark.parametrize("name", REPORTS)
def test_swapped_blocks_are_found_and_marked(name: str) -> None:
    for lang, block in ((RU, "p8"), (RU, "p9"), (ZH, "p2.e"), (ZH, "p2.f")):
        unit = unit_of(name, FR, block)
        assert ids(name, unit, lang) == (block,)
        assert unit.reordered
    moved = {place for unit in alignment(name, True).units if unit.reordered for place in ids(name, unit, FR)}
    assert moved == {"p8", "p9", "p2.e", "p2.f"}


@pytest.mark.parametrize("name", REPORTS)
def test_units_follow_the_document_and_lose_nothing(name: str) -> None:
    units = alignment(name, True).units
    read = editions(name, True)

    assert [unit.position for unit in units] == list(range(len(units)))
    assert [place for unit in units for place in ids(name, unit, FR)] == list(read[FR][0])
    for lang in LANGS:
        text = "".join(v.text for unit in units for v in unit.variants if v.lang == lang)
        assert sorted("".join(text.split())) == sorted("".join("".join(s.text for s in read[lang][1]).split()))


@pytest.mark.parametrize("name", REPORTS)
def test_sentence_units_cover_their_paragraph(name: str) -> None:
    units = [unit for unit in alignment(name, True).units if unit.sentences]

    assert len(units) >= 5
    for unit in units:
        for variant in unit.variants:
            inside = [v for s in unit.sentences for v in s.variants if v.lang == variant.lang]
            spans = [v.span for v in inside if v.span]
            assert len(spans) == len(inside)
            assert spans == sorted(spans)
            assert all(v.text == variant.text[v.span[0] : v.span[1]] for v in inside if v.span)
            assert "".join("".join(v.text for v in inside).split()) == "".join(variant.text.split())
        assert all(s.level is Level.SENTENCE for s in unit.sentences)


def test_every_bead_names_its_evidence() -> None:
    aligned = alignment("fixtures", True)
    for _, beads in aligned.beads:
        for bead in beads:
            names = {name for name, _ in bead.evidence}
            gap = bead.source[0] == bead.source[1] or bead.target[0] == bead.target[1]
            assert names == {"gap"} if gap else names >= {"length", "label", "placeables", "words", "support"}
            assert 0 < bead.confidence < 1
            assert bead.cost == pytest.approx(-sum(nats for _, nats in bead.evidence), abs=0.01)


@pytest.mark.parametrize(("preset", "floor"), [("mix", 0.95), ("shuffle", 0.95)])
def test_generated_documents(tmp_path: Path, preset: str, floor: float) -> None:
    tool, corpus = SHARED / "tools" / "unsyn.py", SHARED / "data" / "unpc" / "dev"
    if not tool.exists() or not corpus.exists():
        pytest.skip("the shared data folder is not here")
    command = [
        sys.executable,
        str(tool),
        "--unpc",
        str(corpus),
        "--out",
        str(tmp_path),
        "--units",
        "60",
        "--preset",
        preset,
    ]
    subprocess.run([*command, "--seed", "3"], check=True, capture_output=True)
    folder = tmp_path / f"{preset}-1"
    langs = (FR, EN, ZH)
    read = {lang: edition(folder / f"{lang}.blocks.gold.jsonl", lang, kinds_by_label=True) for lang in langs}
    wanted = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["pairs"]

    aligned = align({lang: read[lang][1] for lang in langs})
    total = sum((judged(aligned, read, wanted, f"{a}-{b}") for a, b in combinations(langs, 2)), start=Scores())

    assert total.strict.f1 >= floor
    assert total.link.precision >= floor
