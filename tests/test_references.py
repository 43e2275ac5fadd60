"""The referencing report: golden facts of the drafts, authority, runs, citations."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.conftest import REPORT, Stored
from tests.references import ADOPTED, DRAFT, store_resolution, text_of
from tm.coverage import EVERY_MATCH, counted
from tm.formats import plain
from tm.lang import UN_LANGUAGES, Lang
from tm.lookup import LookupOptions, body, suggest
from tm.memory import open_memory
from tm.model import Kind, Segment
from tm.quotations import Verdict
from tm.references import ReferenceReport, reference_report

EN, FR, AR = Lang("en"), Lang("fr"), Lang("ar")
OPTIONS = LookupOptions(minimum=50, limit=EVERY_MATCH)


@pytest.fixture(scope="module")
def resolution(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with open_memory(store_resolution(tmp_path_factory.mktemp("resolution"))) as memory, memory.read() as conn:
        yield conn


def refer(
    conn: Connection, texts: Sequence[str | Segment], lang: Lang = EN, targets: Sequence[Lang] = (FR, AR)
) -> ReferenceReport:
    draft = [text if isinstance(text, Segment) else Segment(text, lang, Kind.PARAGRAPH) for text in texts]
    return reference_report(conn, suggest(conn, draft, lang, targets, OPTIONS), lang, targets)


# --- the drafts of the report ---------------------------------------------------------------------------------------


def gold(lang: str) -> Iterator[tuple[dict[str, object], str]]:
    """Each block of a draft with its text."""
    facts = json.loads((REPORT / "draft.gold.json").read_text("utf-8"))["blocks"]
    lines = (REPORT / f"draft.{lang}.blocks.jsonl").read_text("utf-8").splitlines()
    texts = {block["id"]: block["text"] for block in map(json.loads, lines)}
    for fact in facts:
        yield fact, texts[fact["id"]]


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_identical_blocks_have_their_source_and_new_ones_have_none(clean_report: Stored, lang: str) -> None:
    targets = [other for other in UN_LANGUAGES if other.tag != lang]
    blocks = list(gold(lang))
    with open_memory(clean_report.path) as memory, memory.read() as conn:
        report = refer(conn, [text for _, text in blocks], Lang(lang), targets)

    for (fact, text), passage in zip(blocks, report.passages, strict=True):
        if fact["class"] == "identical":
            assert passage.whole, text
            assert passage.whole.identical
            assert passage.covered == passage.words
            assert passage.new == ()
            assert [v.lang for v in passage.whole.match.targets] == targets
        elif fact["class"] == "new":
            assert passage.covered <= passage.words / 2, text


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_the_reports_paragraphs_follow_the_earlier_one(report: Stored, conn: Connection, lang: str) -> None:
    draft = body(plain.read_document(REPORT / f"draft.{lang}.txt", Lang(lang)).segments)

    found = refer(conn, draft, Lang(lang))

    covered = [number for run in found.runs for number in range(run.first, run.last + 1)]
    assert covered == sorted(set(covered))
    assert 0.5 < found.covered <= found.borrowings[0].share < 0.7
    for run in found.runs:
        assert run.last - run.first + 1 == len(run.units)
        assert [u.position for u in run.units] == list(range(run.units[0].position, run.units[-1].position + 1))
    first = found.runs[0]
    assert (first.first, first.last, first.document.symbol) == (0, 5, "A/TEST/1")
    assert [citation.symbol for citation in found.citations if not citation.document] == ["CTOC/COP/WG.7/2019/CRP.1"]


def test_every_word_is_either_referenced_or_new(report: Stored, conn: Connection) -> None:
    draft = body(plain.read_document(REPORT / "draft.en.txt", EN).segments)

    for passage in refer(conn, draft).passages:
        new = sum(len(counted(passage.segment.text[slice(*span)])) for span in passage.new)
        assert passage.covered + new == passage.words == len(counted(passage.segment.text))
        assert all(a[1] < b[0] for a, b in zip(passage.new, passage.new[1:], strict=False))


# --- authority ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_the_adopted_text_comes_before_the_draft_that_has_the_same(resolution: Connection, lang: Lang) -> None:
    targets = [other for other in UN_LANGUAGES if other != lang]
    found = refer(resolution, [text_of(ADOPTED, place, lang.tag) for place in (2, 3, 4)], lang, targets)

    assert [p.references[0].document.symbol for p in found.passages] == [ADOPTED] * 3
    assert [[u.document.symbol for u in p.references[0].others] for p in found.passages] == [[DRAFT], [DRAFT], []]
    assert [(run.first, run.last, [u.path for u in run.units]) for run in found.runs] == [
        (0, 2, [("1",), ("2",), ("3",)])
    ]
    assert found.covered == 1
    translations = [v.text for v in found.passages[2].references[0].match.targets]
    assert translations == [text_of(ADOPTED, 4, target.tag) for target in targets]


def test_a_superseded_draft_is_told_where_only_it_has_the_text(resolution: Connection) -> None:
    reference = refer(resolution, [text_of(DRAFT, 3, "en")]).passages[0].references[0]

    assert reference.identical
    assert reference.document.superseded
    assert reference.document.status.label == "draft"


def test_an_inserted_paragraph_parts_the_run(resolution: Connection) -> None:
    texts = [text_of(ADOPTED, place, "fr") for place in (0, 1, 2, 3, 4)]

    found = refer(resolution, [*texts[:3], "Invite les organisations à y participer ;", *texts[3:]], FR, [EN])

    assert [(run.first, run.last) for run in found.runs] == [(0, 2), (4, 5)]
    assert found.passages[3].references == ()
    assert found.passages[3].new == ((0, len("Invite les organisations à y participer")),)


def test_parts_of_a_paragraph_are_found_each_in_its_place(resolution: Connection) -> None:
    one, two = (text_of(ADOPTED, place, "en").rstrip(";") for place in (2, 4))

    passage = refer(resolution, [f"{one}. Something wholly new was said about gardens. {two}."]).passages[0]

    assert [r.match.unit.path for r in passage.references] == [("1",), ("3",)]
    assert passage.whole is None
    assert [passage.segment.text[slice(*span)] for span in passage.new] == [
        "Something wholly new was said about gardens"
    ]


def test_a_clause_stands_in_part_of_a_paragraph(resolution: Connection) -> None:
    clause = "publish the results without delay"

    passage = refer(resolution, [clause]).passages[0]

    assert passage.covered == passage.words == 5
    assert passage.references[0].match.source_span
    assert passage.whole is None


# --- quotations and citations ---------------------------------------------------------------------------------------


def test_quotations_and_documents_cited_stand_in_the_report(resolution: Connection) -> None:
    quoted = text_of(ADOPTED, 2, "en").split("to ", 1)[1].rstrip(";")
    texts = ["See resolutions 77/901 and 55/555.", f"Resolution 77/901 says “{quoted}”.", "See A/C.3/77/L.99."]

    found = refer(resolution, texts)

    assert [(q.segment, q.verdict) for q in found.quotations] == [(1, Verdict.VERBATIM)]
    assert [(c.symbol, c.segments, c.document is not None) for c in found.citations] == [
        (ADOPTED, (0, 1), True), ("A/RES/55/555", (0,), False), (DRAFT, (2,), True)
    ]  # fmt: skip


def test_a_symbol_is_known_however_its_brackets_are_spaced(tmp_path: Path) -> None:
    from tests.references import units
    from tm import store
    from tm.model import Document

    document = Document(symbol="S/RES/9901(2022)")
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            moved = [replace(unit, document=document) for unit in units()[:5]]
            store.add_units(conn, moved, origin=Document(origin="x"))
        with memory.read() as conn:
            found = refer(conn, ["Recalling Security Council resolution 9901 (2022),"])

    assert [(c.symbol, c.document is not None) for c in found.citations] == [("S/RES/9901(2022)", True)]


# --- nothing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [[], ["—"], ["Zxq vbn plm wert zuio."]], ids=["empty", "no words", "no match"])
def test_drafts_without_matches(resolution: Connection, texts: list[str]) -> None:
    found = refer(resolution, texts)

    assert len(found.passages) == len(texts)
    assert (found.runs, found.quotations, found.citations, found.borrowings) == ((), (), (), ())
    assert found.covered == 0
