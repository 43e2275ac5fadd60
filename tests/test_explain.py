"""Explanations: every sum adds up, every word is accounted for, and the order has a reason."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from sqlalchemy import Connection

from cli.main import run
from tests.conftest import Stored
from tests.test_match import LANGS, TEXTS
from tm import store
from tm.explain import Explanation, explain
from tm.labels import unlabelled
from tm.lang import Lang
from tm.lookup import LookupOptions, lookup
from tm.match import compare, similarity
from tm.memory import open_memory
from tm.model import Document, DocumentStatus, Match, MatchKind, Review, TranslationUnit, Variant
from tm.placeables import masked
from tm.policy import MatchPolicy
from tm.text import nfc

EN, FR = Lang("en"), Lang("fr")


def matched(query: str, stored: str, lang: Lang) -> Match:
    compared = compare(query, stored, lang)
    variant = Variant(lang, stored)
    kind = MatchKind.EXACT if compared.score == 100 else MatchKind.FUZZY
    return Match(TranslationUnit((variant,)), compared.score, kind, variant, (), compared.similarity,
                 compared.penalties, compared.flags)  # fmt: skip


def total(score_sum: str) -> int:
    """The sum of a written sum, its result left out."""
    written, _, _ = score_sum.rpartition("=")
    signs = re.findall(r"([−+]?) ?(\d+)(?= |$)", re.sub(r"\([^)]*\)", "", written))
    return sum(-int(number) if sign == "−" else int(number) for sign, number in signs)


def assert_adds_up(explanation: Explanation, match: Match) -> None:
    assert total(explanation.score) == match.score
    assert explanation.score.endswith(f"= {match.score}")
    longest = max(explanation.query_tokens, explanation.stored_tokens)
    if longest:
        assert explanation.similarity.startswith(f"1 − {explanation.edits}/{longest} = ")
        assert 1 - explanation.edits / longest == pytest.approx(match.similarity)


@settings(max_examples=300)
@given(TEXTS, TEXTS, LANGS)
def test_every_word_is_accounted_for_and_every_sum_adds_up(query: str, stored: str, lang: Lang) -> None:
    query = query.strip()
    match = matched(query, stored, lang)

    (explanation,) = explain(query, lang, [match], MatchPolicy())

    mine, theirs = (masked(unlabelled(nfc(text), lang)) for text in (query, stored))
    assert tuple(key for step in explanation.steps for key in step.query_keys) == mine
    assert tuple(key for step in explanation.steps for key in step.stored_keys) == theirs
    assert match.similarity == pytest.approx(similarity(mine, theirs))
    assert_adds_up(explanation, match)
    assert (explanation.cap is not None) == any(flag.reverses for flag in match.flags)
    assert explanation.cap is None or match.score <= explanation.cap


def test_real_matches_of_every_kind_are_explained(report: Stored, conn: Connection) -> None:
    seen = set()
    for unit in report.units[:40]:
        variant = unit.variant(EN)
        if variant:
            half = variant.text[: 2 * len(variant.text) // 3]
            for query in (variant.text, half, f"(z) {half} And something new was said."):
                found = lookup(conn, query, EN, [FR], LookupOptions(minimum=40))
                for match, explanation in zip(found, explain(query, EN, found, MatchPolicy()), strict=True):
                    seen.add(match.kind)
                    assert_adds_up(explanation, match)

    assert seen == {MatchKind.EXACT, MatchKind.FUZZY, MatchKind.CONTAINED}


def test_a_masked_placeable_is_shown_with_both_values_and_its_class() -> None:
    query, stored = "(b) the 79th session not of 2019", "the 78th session of 2018."

    (explanation,) = explain(query, EN, [matched(query, stored, EN)], MatchPolicy())

    assert explanation.labels == ("(b)", "")
    assert [(step.op, step.query, step.stored) for step in explanation.steps] == [
        ("equal", "the", "the"),
        ("masked", "79th", "78th"),
        ("equal", "session", "session"),
        ("insert", "not", ""),
        ("equal", "of", "of"),
        ("masked", "2019", "2018"),
    ]
    assert explanation.steps[1].query_keys == explanation.steps[1].stored_keys == ("<ordinal>",)
    assert explanation.similarity == "1 − 1/6 = 0.8333"
    assert explanation.cap == 84


@pytest.mark.parametrize(
    ("better", "worse", "by", "value"),
    [
        ({}, {"superseded": True}, "superseded", "in force"),
        ({"status": DocumentStatus.ADOPTED}, {"status": DocumentStatus.FINAL}, "status", "adopted"),
        ({"date": date(2020, 1, 1)}, {"date": date(2019, 1, 1)}, "date", "2020-01-01"),
        ({"review": Review.REVIEWED}, {}, "reviewed", "reviewed"),
        ({"confidence": 0.9}, {"confidence": 0.8}, "confidence", "0.9000"),
        ({"symbol": "A/1/1"}, {"symbol": "B/1/1"}, "document", "A/1/1"),
    ],
)
def test_the_order_of_equal_scores_has_a_reason(
    tmp_path: Path, better: dict[str, Any], worse: dict[str, Any], by: str, value: str
) -> None:
    names = {"status", "date", "superseded"}
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            for number, said in enumerate((worse, better)):
                document = Document(
                    symbol=said.get("symbol", f"A/{number}/1"), **{k: v for k, v in said.items() if k in names}
                )
                unit = TranslationUnit((Variant(EN, "The session opens."), Variant(FR, f"Texte {number}")))
                rest = {k: v for k, v in said.items() if k in {"review", "confidence"}}
                store.add_document(conn, document, [], [replace(unit, **rest)])
        with memory.read() as conn:
            found = lookup(conn, "The session opens.", EN, [FR])
    first, last = explain("The session opens.", EN, found, MatchPolicy())

    assert found[0].targets[0].text == "Texte 1"
    assert first.reason
    assert (first.reason.by, first.reason.value, first.place) == (by, value, 1)
    assert (last.reason, last.place) == (None, 2)


def test_the_command_explains_on_the_terminal_and_in_json(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    text = next(v.text for u in report.units if len(u.variants) == 6 and (v := u.variant(EN)) and len(v.text) > 80)
    arguments = ["--memory", str(report.path), "lookup", f"(z) Not {text}", "--from", "en", "--to", "fr", "--explain"]

    assert run(arguments) == 0
    shown = capsys.readouterr().out
    assert run([*arguments, "--json"]) == 0
    match = json.loads(capsys.readouterr().out)["matches"][0]

    for word in ("labels", "words", "similarity", "penalty", "flag", "cap", "score", "band", "order"):
        assert re.search(rf"^ +{word} ", shown, re.MULTILINE), word
    assert match["explanation"]["labels"] == {"query": "(z)", "stored": ""}
    assert match["explanation"]["similarity"] in " ".join(shown.split())
    assert match["explanation"]["rank"]["place"] == 1
    assert total(match["explanation"]["score"]) == match["score"]


def test_without_the_flag_nothing_is_explained(report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--memory", str(report.path), "--json", "lookup", "Draft report", "--from", "en", "--to", "fr"]

    assert run(arguments) == 0
    assert "explanation" not in json.loads(capsys.readouterr().out)["matches"][0]
