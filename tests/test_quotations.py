"""Quotations found in drafts in six languages, and compared with the official text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.references import ADOPTED, FOLDER, store_resolution, text_of
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import open_memory
from tm.model import Kind, Segment
from tm.quotations import Quotation, Verdict, quotations, quotes

GOLD = [json.loads(line) for line in (FOLDER / "quotations.jsonl").read_text("utf-8").splitlines()]
EN, FR = Lang("en"), Lang("fr")


@pytest.fixture(scope="module")
def resolution(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with open_memory(store_resolution(tmp_path_factory.mktemp("resolution"))) as memory, memory.read() as conn:
        yield conn


def found_in(conn: Connection, text: str, lang: Lang) -> list[Quotation]:
    targets = [other for other in UN_LANGUAGES if other != lang]
    return list(quotations(conn, [Segment(text, lang, Kind.PARAGRAPH)], lang, targets))


def name(case: dict[str, Any]) -> str:
    return f"{case['lang']}-{case['kind']}-{case['verdict']}"


@pytest.mark.parametrize("case", GOLD, ids=name)
def test_gold_quotations(resolution: Connection, case: dict[str, Any]) -> None:
    lang = Lang(case["lang"])

    found = found_in(resolution, case["text"], lang)

    assert [(q.text, q.kind.value, q.verdict.value) for q in found] == [
        (case["quotation"], case["kind"], case["verdict"])
    ]
    assert case["text"][slice(*found[0].span)] == case["quotation"]
    assert found[0].symbols[:1] == ((case["symbol"],) if case["symbol"] else ())


@pytest.mark.parametrize("case", [case for case in GOLD if case["verdict"] != "not found"], ids=name)
def test_the_official_text_is_the_adopted_one_with_its_translations(
    resolution: Connection, case: dict[str, Any]
) -> None:
    official = found_in(resolution, case["text"], Lang(case["lang"]))[0].official

    assert official
    assert official.unit.document.symbol == ADOPTED
    assert {target.lang for target in official.targets} == {lang for lang in UN_LANGUAGES if lang.tag != case["lang"]}
    assert official.source_span
    answering = official.source.text[slice(*official.source_span)]
    assert (answering == case["quotation"]) == (case["verdict"] == "verbatim")


def test_differences_lead_from_the_official_words_to_those_quoted(resolution: Connection) -> None:
    case = next(case for case in GOLD if name(case) == "en-quoted-differs")

    found = found_in(resolution, case["text"], EN)[0]

    assert found.official
    changed = [d for d in found.official.differences if d.op != "equal"]
    assert [found.text[slice(*d.query)] for d in changed] == ["any"]
    assert [found.official.source.text[slice(*d.stored)] for d in changed] == ["no"]


def test_a_first_word_that_differs_is_shown(resolution: Connection) -> None:
    text = "Resolution 77/901 “Appeals upon all Member States to test the drinking water of every rural school” now."

    official = found_in(resolution, text, EN)[0].official

    assert official
    assert official.source_span
    assert official.source.text[slice(*official.source_span)].startswith("Calls upon all")


def test_a_quotation_that_only_prints_otherwise_is_verbatim(resolution: Connection) -> None:
    text = "La résolution dit : « analyser l'eau potable de chaque école rurale au moins deux fois par an »."

    found = found_in(resolution, text, FR)[0]

    assert found.verdict is Verdict.VERBATIM
    assert found.reasons == ("quotes",)


def test_what_stands_elsewhere_than_said_is_told(resolution: Connection) -> None:
    paragraph = text_of(ADOPTED, 4, "en").rstrip(";")

    elsewhere = found_in(resolution, f"In document A/C.3/77/L.99 it is said: “{paragraph}”.", EN)[0]
    unknown = found_in(resolution, f"In resolution 55/555 it is said: “{paragraph}”.", EN)[0]

    assert elsewhere.verdict is Verdict.VERBATIM
    assert elsewhere.elsewhere
    assert not unknown.elsewhere


def test_a_recital_alone_is_no_quotation_of_the_document_it_recalls(resolution: Connection) -> None:
    text = "Recalling its resolution 77/901 of 17 December 2021 on clean water in rural areas,"

    found = found_in(resolution, text, EN)[0]

    assert found.symbols == ()
    assert not found.elsewhere
    assert found.reasons == ("number",)


def test_the_document_named_is_the_official_one(resolution: Connection) -> None:
    text = f"Document A/C.3/77/L.99 says “{text_of(ADOPTED, 2, 'en')}”"

    official = found_in(resolution, text, EN)[0].official

    assert official
    assert official.unit.document.symbol == "A/C.3/77/L.99"


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "the “one two three four” and “five six seven eight”", ["one two three four", "five six seven eight"]),
        ("en", "outer “one two “three four” five six” end", ["one two “three four” five six"]),
        ("en", "“one two three four five", ["one two three four five"]),
        ("en", "a mark “one two three four is never closed", []),
        ("en", "a term “of art” is none", []),
        ("en", "“one two three four … five six seven eight”", ["one two three four", "five six seven eight"]),
        ("ru", "„один два три четыре“ и «пять шесть семь восемь»", ["один два три четыре", "пять шесть семь восемь"]),
        ("zh", "他说「一二三四五六」和《七八九十百千》", ["一二三四五六", "七八九十百千"]),
        ("ar", "قال \"واحد اثنان ثلاثة أربعة\"", ["واحد اثنان ثلاثة أربعة"]),
        ("en", "a 5\" pipe, “one two 5\" three four” end", ["one two 5\" three four"]),
        ("en", "a 5\" pipe and \"five six seven 8\".", ["five six seven 8"]),
        ("en", "“Recalling its resolution 70/1 of 2015,", ["Recalling its resolution 70/1 of 2015"]),
        ("en", "“(a) one two three four”", ["one two three four"]),
        ("zh", "“（一）一二三四五六”", ["一二三四五六"]),
        ("en", "", []),
        ("en", "”“«»\"", []),
    ],
)  # fmt: skip
def test_marks(lang: str, text: str, expected: list[str]) -> None:
    assert [text[quote.start : quote.end] for quote in quotes(text, Lang(lang))] == expected
