"""What can only be a slip, and what nobody expected: a clear answer, in bounded time, never a traceback."""

import io
import json
import random
import sys
import time
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import Connection

from cli.main import run
from tests.conftest import Stored
from tm.lang import UN_LANGUAGES, Lang
from tm.lookup import LookupOptions, lookup
from tm.match import compare

AR, EN, ES, FR, RU, ZH = UN_LANGUAGES
#: Seconds within which a text of 100,000 words is to be answered, on a slow and busy machine.
LONGEST_ANSWER = 20.0
LONG = 100_000


def asked(report: Stored, capsys: pytest.CaptureFixture[str], *arguments: str, status: int) -> tuple[str, str]:
    assert run(["--memory", str(report.path), "lookup", *arguments]) == status
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    return told.out, told.err


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["", "--from", "en", "--to", "fr"], 2, "the text to look up is empty"),
        (["  \u00a0 ", "--from", "en", "--to", "fr"], 2, "the text to look up is empty"),
        (["a text", "--from", "de", "--to", "fr"], 3, "nothing in de (de)"),
        (["a text", "--from", "de", "--to", "fr"], 3, "it holds: ar, en, es, fr, ru, zh"),
        (["a text", "--from", "en", "--to", "de,it"], 3, "no translations into de, it"),
        (["a text", "--from", "en", "--to", "en"], 2, "both en"),
        (["a text", "--from", "english", "--to", "fr"], 2, "not a language tag"),
        (["a text", "--from", "en", "--to", ","], 2, "no language is named"),
        (["a text", "--from", "en", "--to", "fr", "--min", "29"], 2, "29 is not in the range 30<=x<=102"),
        (["a text", "--from", "en", "--to", "fr", "--min", "103"], 2, "103 is not in the range 30<=x<=102"),
        (["a text", "--from", "en", "--to", "fr", "--min", "most"], 2, "'most' is not a valid integer"),
        (["a text", "--from", "en", "--to", "fr", "--limit", "0"], 2, "0 is not in the range x>=1"),
    ],
)
def test_a_slip_is_told_in_one_message(
    report: Stored, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    out, err = asked(report, capsys, *arguments, status=status)

    assert out == ""
    assert said in err


@pytest.mark.parametrize(
    "text",
    ["a", "工", "٣", ".", "…", "12", "1 2 3 4 5 6 7 8 9", "12,5 % – 2018", "— ; — ! ?", "(a)", "\u200f", "%", "🕊",
     "\u0301", "工作 group рабочая الفريق 78 groupe", "Groupe工作группа", "a\u0000b", "\ud83d"],
)  # fmt: skip
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_odd_texts_are_answered(report: Stored, conn: Connection, lang: Lang, text: str) -> None:
    targets = [other for other in UN_LANGUAGES if other != lang]

    for match in lookup(conn, text, lang, targets, LookupOptions(minimum=30)):
        assert 30 <= match.score <= 100
        assert match.score + sum(penalty.points for penalty in match.penalties) == 100
        assert (match.score == 100) == (match.source.text == text)


def long_text(report: Stored, lang: Lang) -> str:
    pieces: list[str] = []
    size = 0
    for text in cycle([variant.text for unit in report.units if (variant := unit.variant(lang))]):
        pieces.append(text)
        size += len(text.split()) if lang.joiner else len(text)
        if size >= LONG:
            return lang.joiner.join(pieces)
    raise AssertionError


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_a_hundred_thousand_words_are_answered_in_bounded_time(report: Stored, conn: Connection, lang: Lang) -> None:
    text = long_text(report, lang)
    start = time.perf_counter()

    found = lookup(conn, text, lang, [other for other in UN_LANGUAGES if other != lang])

    assert time.perf_counter() - start < LONGEST_ANSWER
    assert all(match.score < 100 for match in found)


@pytest.mark.parametrize(
    "text", ["1 2 3 ", ". - ; ", "the ", "工 work рабочая "], ids=["numbers", "marks", "one", "mixed"]
)
def test_a_hundred_thousand_times_the_same_is_answered_in_bounded_time(conn: Connection, text: str) -> None:
    start = time.perf_counter()

    assert lookup(conn, text * (LONG // len(text.split())), EN, [FR]) == ()
    assert time.perf_counter() - start < LONGEST_ANSWER


def test_two_nearly_equal_long_texts_are_compared_exactly_in_bounded_time() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choice("abcdefghij") for _ in range(6)) for _ in range(5000)]
    stored = [chance.choice(words) for _ in range(LONG)]
    query = list(stored)
    changed = chance.sample(range(LONG), 1000)
    for place in changed:
        query[place] = "unheard"
    start = time.perf_counter()

    compared = compare(" ".join(query), " ".join(stored), EN)

    assert time.perf_counter() - start < LONGEST_ANSWER
    assert (compared.score, round((1 - compared.similarity) * LONG)) == (99, len(changed))


def test_long_texts_that_have_nothing_in_common_are_compared_in_bounded_time() -> None:
    chance = random.Random(2)
    one, other = (" ".join(f"in{chance.randrange(10**6)}un" for _ in range(3000)) for _ in range(2))
    start = time.perf_counter()

    assert compare(one, other, EN).score < 10
    assert time.perf_counter() - start < LONGEST_ANSWER


def test_a_long_line_is_read_from_standard_input(
    report: Stored, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Piped(io.StringIO):
        buffer: Any

    piped = Piped()
    piped.buffer = io.BytesIO(f"{'a word ' * 50_000}\n\n \nDraft report\n".encode())
    monkeypatch.setattr(sys, "stdin", piped)

    out, _ = asked(report, capsys, "--from", "en", "--to", "fr", "--json", status=0)

    answers = [json.loads(line) for line in out.splitlines()]
    assert [len(answer["matches"]) > 0 for answer in answers] == [False, True]
