"""Leverage: bands, what resembles earlier segments, weights, words, and what each document has of a draft."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.conftest import REPORT, Stored
from tests.test_cli import answer
from tm.coverage import EVERY_MATCH, borrowings, counted, within
from tm.errors import InputError
from tm.formats import plain
from tm.lang import Lang
from tm.leverage import (
    INTERNAL,
    LOWEST_SCORE,
    REPETITION,
    WEIGHTS,
    checked_weights,
    leverage,
    read_weights,
    resemblances,
)
from tm.lookup import LookupOptions, body, suggest
from tm.match import compare
from tm.model import (
    Difference,
    Document,
    DocumentStatus,
    Kind,
    Match,
    MatchKind,
    Segment,
    Suggestion,
    TranslationUnit,
    Variant,
)

EN, FR, AR, ZH = Lang("en"), Lang("fr"), Lang("ar"), Lang("zh")
SENTENCES = [
    "The Committee decided to consider the report of the Secretary-General at its next session.",
    "The Committee decided to consider the report of the Secretary-General at its next meeting.",
    "The Committee decided not to consider the report of the Secretary-General at its next session.",
    "The Committee decided to consider the report of the Board at its next session in Geneva.",
    "Chapter II deals with water.",
    "Chapter III deals with water.",
    "— * —",
    "The observer for the Holy See made a statement.",
]


def segments(texts: Sequence[str], lang: Lang = EN) -> list[Segment]:
    return [Segment(text, lang, Kind.PARAGRAPH) for text in texts]


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("– … ;", 0),
        ("Rapport : l’entraide judiciaire (suite) – A/RES/70/1", 5),
        ("в 2015 году", 3),
        ("مشروع التقرير", 2),
        ("报告草稿", 4),
        ("第70/1号决议，2015年9月。", 9),
    ],
)
def test_words_are_counted_as_the_trade_counts_them(text: str, words: int) -> None:
    assert len(counted(text)) == words


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair)))), st.text(
    st.sampled_from("ab 1-,会议ا"), max_size=60))  # fmt: skip
def test_words_within_ranges_are_those_of_a_plain_search(ranges: list[tuple[int, int]], text: str) -> None:
    words = counted(text)

    assert within(words, ranges) == {
        i for i, (start, end) in enumerate(words) if any(a <= start and end <= b for a, b in ranges)
    }


# --- bands ----------------------------------------------------------------------------------------------------------


def test_segments_that_resemble_earlier_ones_have_bands_of_their_own() -> None:
    summary = leverage([Suggestion(segment, ()) for segment in segments([*SENTENCES, SENTENCES[7]])])

    assert [one.band for one in summary.segments] == [
        "new", f"{INTERNAL}85–94", f"{INTERNAL}75–84", f"{INTERNAL}75–84", "new", f"{INTERNAL}75–84", "new", "new",
        REPETITION,
    ]  # fmt: skip
    assert [one.earlier for one in summary.segments] == [None, 0, 0, 0, None, 4, None, None, 7]


@pytest.mark.parametrize("lang", [EN, FR, AR, ZH], ids=str)
def test_resemblances_are_those_of_a_plain_comparison(report: Stored, lang: Lang) -> None:
    texts = [report.editions[lang].segments[i].text for i in report.editions[lang].body]
    chance = random.Random(lang.tag)
    edited = [
        lang.joiner.join(word for word in (text.split() if lang.joiner else text) if chance.random() > 0.1)
        for text in texts
    ]
    draft = segments([*texts, *edited, *texts[:3]], lang)

    expected = {}
    for i, one in enumerate(draft):
        near = [
            (-score, j)
            for j, other in enumerate(draft[:i])
            if other.text != one.text and counted(one.text) and counted(other.text)
            if (score := compare(one.text, other.text, lang).score) >= LOWEST_SCORE
        ]
        first = next(j for j, other in enumerate(draft) if other.text == one.text)
        if near and first == i:
            expected[i] = (min(near)[1], -min(near)[0])

    assert len(expected) > len(texts) // 2
    assert dict(resemblances(draft)) == expected


def test_the_memory_comes_before_the_draft_when_both_are_as_near(report: Stored, conn: Connection) -> None:
    unit = next(u for u in report.units if u.sentences)
    text = next(v.text for v in unit.variants if v.lang == EN)
    draft = segments([text + " again", text])

    summary = leverage(suggest(conn, draft, EN, [FR], LookupOptions(minimum=LOWEST_SCORE)))

    assert summary.segments[1].band == "100"


@pytest.mark.parametrize("draft", [[], [Segment("Zxq vbn plm.", EN, Kind.PARAGRAPH)]], ids=["empty", "no match"])
def test_a_draft_without_matches(conn: Connection, draft: list[Segment]) -> None:
    summary = leverage(suggest(conn, draft, EN, [FR], LookupOptions(minimum=LOWEST_SCORE)))

    assert summary.borrowings == ()
    assert summary.covered == 0
    assert summary.weighted_words == summary.words == 3 * len(draft)


# --- documents ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_coverage_of_the_drafts_is_that_of_the_gold(report: Stored, conn: Connection, lang: str) -> None:
    draft = body(plain.read_document(REPORT / f"draft.{lang}.txt", Lang(lang)).segments)

    summary = leverage(suggest(conn, draft, Lang(lang), [AR], LookupOptions(minimum=LOWEST_SCORE, limit=EVERY_MATCH)))

    assert sum(row.segments for row in summary.bands) == len(draft) == 39
    gold = json.loads((REPORT / "draft.gold.json").read_text("utf-8"))["blocks"]
    counts = list(zip((fact["class"] for fact in gold), summary.segments, strict=True))
    assert {one.band for kind, one in counts if kind == "identical"} <= {"101", "100"}
    # A new heading of four words is one word from an old one.
    assert {one.band for kind, one in counts if kind == "new" and one.words > 4} == {"new"}
    # 26 of the blocks come from the report, one of them so much changed that little more than words is left.
    assert 25 <= summary.borrowings[0].segments <= 27
    assert 0.5 < summary.covered == summary.borrowings[0].share < 0.7
    assert [row.document.symbol for row in summary.borrowings] == ["A/TEST/1"]
    assert summary.borrowings[0].identical < summary.borrowings[0].words


ranges = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (min(pair), max(pair)))
TEXT = "ab cd ef gh ij kl mn op qr st uv wx yz 12"


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.lists(ranges, max_size=3), st.integers(50, 101), st.sampled_from([0, 12])),
        max_size=6,
    )
)
def test_coverage_is_the_union_of_what_a_plain_search_finds(
    matches: list[tuple[str, list[tuple[int, int]], int, int]],
) -> None:
    words = counted(TEXT)
    whole: list[Match] = []
    sentence: list[Match] = []
    expected: dict[str, set[int]] = {}
    for key, equal, score, offset in matches:
        spans = _apart(equal, len(TEXT) - offset)
        differences = tuple(Difference("equal", span, span) for span in spans)
        unit = TranslationUnit((Variant(EN, TEXT),), document=Document(symbol=key))
        (sentence if offset else whole).append(
            Match(unit, score, MatchKind.FUZZY, unit.variants[0], (), 1.0, differences=differences)
        )
        for start, end in spans:
            run = [i for i, (a, b) in enumerate(words) if start + offset <= a and b <= end + offset]
            if len(run) >= (1 if score >= 75 else 4):
                expected.setdefault(key, set()).update(run)
    suggestion = Suggestion(
        Segment(TEXT, EN, Kind.PARAGRAPH), tuple(whole), (((12, len(TEXT)), tuple(sentence)),) if sentence else ()
    )

    found = borrowings([suggestion])

    assert {row.document.key: row.words for row in found} == {key: len(some) for key, some in expected.items()}
    assert sum(row.added for row in found) == len(set().union(*expected.values()))
    assert all(0 < row.share <= 1 and row.identical <= row.words and row.added <= row.words for row in found)


def _apart(spans: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """Ranges that neither overlap nor touch, within the text, in order."""
    kept: list[tuple[int, int]] = []
    for start, stop in sorted((min(a, end), min(b, end)) for a, b in spans):
        if start < stop and (not kept or start > kept[-1][1]):
            kept.append((start, stop))
    return kept


def test_documents_with_as_many_words_are_listed_by_authority() -> None:
    documents = [
        Document(symbol="A/1", status=DocumentStatus.ADOPTED, superseded=True),
        Document(symbol="A/2", status=DocumentStatus.DRAFT),
        Document(symbol="A/3", status=DocumentStatus.ADOPTED),
    ]
    whole = (Difference("equal", (0, 11), (0, 11)),)
    units = [TranslationUnit((Variant(EN, "a b c d e f"),), document=document) for document in documents]
    matches = tuple(Match(u, 100, MatchKind.EXACT, u.variants[0], (), 1.0, differences=whole) for u in units)

    found = borrowings([Suggestion(Segment("a b c d e f", EN, Kind.PARAGRAPH), matches)])

    assert [row.document.symbol for row in found] == ["A/3", "A/2", "A/1"]
    assert [row.added for row in found] == [6, 0, 0]


# --- weights --------------------------------------------------------------------------------------------------------


def test_weights_are_what_words_cost() -> None:
    draft = [Suggestion(segment, ()) for segment in segments(SENTENCES[:2])]

    assert leverage(draft).weighted_words == pytest.approx(14 + 14 * 0.5)
    assert leverage(draft, {**WEIGHTS, f"{INTERNAL}85–94": 0.25}).weighted_words == pytest.approx(14 + 14 * 0.25)


def test_a_plain_hyphen_and_any_case_name_a_band() -> None:
    assert checked_weights({"95-99": 0.3, "Internal 50-74": 1, "NEW": 0}) == {
        "95–99": 0.3, f"{INTERNAL}50–74": 1.0, "new": 0.0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"98": 0.5}, "there is no band '98'"),
        ({"new": 1.5}, "1.5 is no weight for new"),
        ({"new": -0.1}, "-0.1 is no weight"),
        ({"new": float("nan")}, "nan is no weight"),
        ({"new": True}, "True is no weight"),
        ({"new": "half"}, "'half' is no weight"),
    ],
)
def test_what_is_no_weight_is_refused(told: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_weights(told, "weights.toml")

    assert message in caught.value.message
    assert caught.value.path == "weights.toml"
    assert caught.value.hint


@pytest.mark.parametrize("content", [None, b"95-99 = ", b"\xff"])
def test_a_file_of_weights_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "weights.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        read_weights(path)

    assert str(path) in str(caught.value)


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "draft.en.txt"
    path.write_text("\n\n".join(SENTENCES[:2]), "utf-8")
    return path


def weights(capsys: pytest.CaptureFixture[str], report: Stored, draft: Path, *options: str) -> dict[str, Any]:
    shown = answer(capsys, "--memory", report.path, "leverage", draft, "--from", "en", "--to", "fr", *options, status=0)
    return {row["band"]: row["weight"] for row in shown["bands"]}


def test_weights_of_the_command_line_the_file_and_the_settings(
    report: Stored, draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("untm.toml").write_text('[leverage.weight]\nnew = 0.9\n"100" = 0.3\n"95-99" = 0.4\n', "utf-8")
    Path("w.toml").write_text('"100" = 0.5\n"95–99" = 0.6\n', "utf-8")

    found = weights(capsys, report, draft, "--weights", "w.toml", "--weight", "95-99=0.7", "--weight", "contained=0.8")

    assert {name: weight for name, weight in found.items() if weight != WEIGHTS[name]} == {
        "new": 0.9, "100": 0.5, "95–99": 0.7, "contained": 0.8
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "options", "status", "said"),
    [
        ("", ["--weight", "98=0.2"], 2, "there is no band '98'"),
        ("", ["--weight", "new"], 2, "names no band"),
        ("", ["--weight", "new=lots"], 2, "'lots' is no weight for new"),
        ("", ["--weights", "absent.toml"], 3, "absent.toml: cannot be read"),
        ("[leverage.weight]\nnew = 2\n", [], 3, "untm.toml: 2.0 is no weight for new"),
        ("[leverage.weight]\nnew = 2\n", ["--weight", "100=0"], 3, "untm.toml: 2.0 is no weight for new"),
        ("[leverage]\nnew = 1\n", [], 3, "[leverage] has no setting 'new'"),
    ],
)
def test_wrong_weights_are_told(
    report: Stored,
    draft: Path,
    capsys: pytest.CaptureFixture[str],
    settings: str,
    options: list[str],
    status: int,
    said: str,
) -> None:
    from cli.main import run

    Path("untm.toml").write_text(settings, "utf-8")

    assert run(["--memory", str(report.path), "leverage", str(draft), "--from", "en", "--to", "fr", *options]) == status
    shown = capsys.readouterr().err
    assert said in " ".join(shown.split())
    assert "Traceback" not in shown
