"""Reading measured against gold: the report as extracted from pages, and drafts in three layouts."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tm.clean import Gap
from tm.lang import UN_LANGUAGES, Lang
from tm.model import BODY_KINDS, Kind, Segment
from tm.segment import Reading, read
from tm.text import nfc, squeeze, visible

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "fixtures" / "report"
SHARED = ROOT.parent / "shared" / "data"
LEAST_F1 = 0.98

Block = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A raw text, its language, and the file of its gold blocks."""

    text: Path
    gold: Path
    lang: Lang

    def __str__(self) -> str:
        return f"{self.text.parent.parent.name}-{self.text.name}"


CASES = [Case(REPORT / f"real/{lang}.txt", REPORT / f"real/{lang}.blocks.gold.jsonl", lang) for lang in UN_LANGUAGES]
CASES += [
    Case(REPORT / f"draft.{tag}.txt", REPORT / f"draft.{tag}.blocks.jsonl", Lang(tag)) for tag in ("en", "es", "fr")
]
CASES += [
    Case(SHARED / f"report/real/{lang}.txt", SHARED / f"report/real/{lang}.blocks.gold.jsonl", lang)
    for lang in UN_LANGUAGES
]
cases = pytest.mark.parametrize("case", CASES, ids=str)


def gold_blocks(case: Case) -> list[Block]:
    if not case.gold.exists():
        pytest.skip("the shared data folder is not beside the repository")
    return [json.loads(line) for line in case.gold.read_text(encoding="utf-8").splitlines()]


def reading(case: Case) -> Reading:
    return read(case.text.read_bytes().decode("utf-8"), case.lang)


def gold_paths(blocks: list[Block]) -> list[tuple[str, ...]]:
    """The path of each block: its label inside the section, subsection and paragraph that are open."""
    paths = []
    section: tuple[str, ...] = ()
    subsection: tuple[str, ...] = ()
    paragraph: tuple[str, ...] = ()
    for block in blocks:
        own = (block["label_norm"],) if block["label_norm"] else ()
        if block["kind"] == "heading" and set(block["label_norm"]) <= set("IVX"):
            section, subsection, paragraph = own, (), ()
        elif block["kind"] == "heading":
            subsection, paragraph = own, ()
        elif block["kind"] in {"paragraph", "chapeau"} and own:
            paragraph = own
        item = own if block["kind"] == "item" else ()
        paths.append(() if block["kind"] == "title" else section + subsection + paragraph + item)
    return paths


def seen(text: str) -> str:
    """What a reader sees of a text: gold has no marks of direction and no soft hyphens."""
    return visible(nfc(text))[0]


def key(text: str, kind: str, path: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    return squeeze(seen(text)), kind, path


def f1(expected: Counter[Any], found: Counter[Any]) -> float:
    return 2 * (expected & found).total() / (expected.total() + found.total())


@cases
def test_blocks_have_their_text_kind_and_path(case: Case) -> None:
    gold = [block for block in gold_blocks(case) if not block.get("optional")]
    expected = Counter(
        key(block["text"], block["kind"], path) for block, path in zip(gold, gold_paths(gold), strict=True)
    )
    segments = [segment for segment in reading(case).segments if segment.kind in BODY_KINDS]

    assert f1(expected, Counter(key(s.text, s.kind.value, s.path) for s in segments)) >= LEAST_F1


@cases
def test_masthead_and_footnotes_stand_apart(case: Case) -> None:
    expected = {(squeeze(seen(b["text"])), b["kind"]) for b in gold_blocks(case) if b.get("optional")}
    apart = [s for s in reading(case).segments if s.kind in {Kind.MASTHEAD, Kind.FOOTNOTE}]

    assert expected == {(squeeze(seen(segment.text)), segment.kind.value) for segment in apart}


@cases
def test_footnotes_are_known_where_they_are_referred_to(case: Case) -> None:
    expected = [
        (squeeze(seen(block["text"])), tuple(mark["mark"] for mark in block["footnote_refs"]))
        for block in gold_blocks(case)
        if block.get("footnote_refs")
    ]

    assert expected == [(squeeze(seen(s.text)), s.notes) for s in reading(case).segments if s.notes]


def is_right(gap: Gap, gold: str) -> bool:
    return gap.closed in gold and gap.printed not in gold


@cases
def test_no_gap_is_closed_wrongly(case: Case) -> None:
    gold = " ".join(seen(block["text"]) for block in gold_blocks(case))

    assert [gap for gap in reading(case).gaps if not is_right(gap, gold)] == []


@cases
def test_no_planted_gap_is_left_open(case: Case) -> None:
    """The words of each block, as well as its letters, are those of the gold."""
    if not case.lang.joiner:
        pytest.skip("Chinese is compared without spaces")
    expected = {squeeze(seen(block["text"])): seen(block["text"]).split() for block in gold_blocks(case)}
    segments = [segment for segment in reading(case).segments if segment.kind in BODY_KINDS]
    wrong: list[Segment] = [
        s for s in segments if expected.get(squeeze(seen(s.text)), seen(s.text).split()) != seen(s.text).split()
    ]

    assert wrong == []


@cases
def test_lines_are_those_of_the_file(case: Case) -> None:
    gold_lines = case.gold.with_name(case.gold.name.replace("blocks.gold.jsonl", "lines.gold.tsv"))
    gold_blocks(case)
    if gold_lines == case.gold:
        pytest.skip("drafts have no gold for their lines")
    rows = [row.split("\t") for row in gold_lines.read_text(encoding="utf-8").splitlines()[1:]]
    furniture = {int(row[0]) for row in rows if row[1] in {"header", "footer"}}
    text = case.text.read_bytes().decode("utf-8").split("\n")
    printed = {number for number in furniture if text[number - 1].strip("\f\r \u200e\ufeff")}
    segments = reading(case).segments

    assert printed == {s.line for s in segments if s.kind in {Kind.HEADER, Kind.FOOTER}}
    assert [s.line for s in segments] == sorted(s.line for s in segments)


UDHR = [(folder, lang) for folder in ("extraction", "udhr") for lang in UN_LANGUAGES]


@pytest.mark.parametrize(("folder", "lang"), UDHR, ids=lambda value: str(value))
def test_a_declaration_wrapped_and_unwrapped(folder: str, lang: Lang) -> None:
    """A text without numbered paragraphs, with its own hyphens and stray indents: not what the rules were made on."""
    path = SHARED / folder / f"udhr.{lang}.txt"
    if not path.exists():
        pytest.skip("the shared data folder is not beside the repository")
    whole = (SHARED / "udhr" / f"udhr.{lang}.txt").read_text(encoding="utf-8").replace("\u2010", "-")
    expected = Counter(squeeze(line) for line in whole.splitlines() if line.strip())
    found = Counter(squeeze(s.label + s.text) for s in read(path.read_text(encoding="utf-8"), lang).segments)

    assert f1(expected, found) >= 0.95


def test_hard_line_breaks_of_documents_without_layout() -> None:
    path = SHARED / "un_linebreaks" / "validation_small.jsonl"
    if not path.exists():
        pytest.skip("the shared data folder is not beside the repository")
    counts: Counter[tuple[bool, bool]] = Counter()
    for sample in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        starts = {segment.line for segment in read(sample["raw_text"], Lang("en")).segments}
        counts.update((hard, line in starts) for line, hard in enumerate(sample["is_hard_linebreak"], 2))

    assert counts[False, True] == 0
    assert counts[True, True] / (counts[True, True] + counts[True, False]) >= 0.85
