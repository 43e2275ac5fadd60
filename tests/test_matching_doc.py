"""``docs/matching.md`` says what the code does."""

import re
import tomllib
from pathlib import Path

import pytest

from docs.matching import PAGE, pairs, tables
from tm import store
from tm.assembly import ASSEMBLY_COVERAGE, ASSEMBLY_SCORE, SEAM
from tm.lang import UN_LANGUAGES, Lang
from tm.lookup import lookup
from tm.memory import open_memory
from tm.model import Document, MatchKind, TranslationUnit, Variant
from tm.policy import MatchPolicy, policy_from
from tm.query import CONTAINED_CHARACTERS, CONTAINED_WORDS, Context

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_tables_are_what_the_code_gives() -> None:
    assert tables(TEXT) == TEXT


def test_every_language_has_worked_examples() -> None:
    langs = [pair["lang"] for pair in pairs("examples")]

    assert all(langs.count(lang.tag) >= 4 for lang in UN_LANGUAGES)


def test_a_sentence_of_a_stored_paragraph_is_found_at_99(tmp_path: Path) -> None:
    shown = re.findall(r"^\| a sentence of a stored paragraph \| \d+; (\d+) contained ", TEXT, re.MULTILINE)
    pair = next(pair for pair in pairs("peers") if pair["case"].startswith("a sentence of"))
    lang = Lang(pair["lang"])
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            unit = TranslationUnit((Variant(lang, pair["memory"]), Variant(Lang("fr"), "…")))
            store.add_units(conn, [unit], origin=Document(origin="x"))
        with memory.read() as conn:
            found = lookup(conn, pair["draft"], lang, [Lang("fr")])[0]

    assert (found.kind, [str(found.score)]) == (MatchKind.CONTAINED, shown)


def test_the_table_of_contexts_is_what_the_code_says() -> None:
    said = TEXT[TEXT.index("| same neighbours |") :].partition("\n\n")[0].splitlines()[2:]
    unit = TranslationUnit((), path=("4",), document=Document(symbol="A/C.3/72/L.5"))
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in said]

    assert len(rows) == 5
    for neighbours, place, document, score in rows:
        places = [True] if place == "yes" else [False] if place == "no" else [True, False]
        for there in places:
            choices = [True, False] if document == "either" else [not there] if not document else [document == "yes"]
            for same in choices:
                symbol = "A/C.3/72/L.5/Rev.1" if same else "E/2019/1"
                context = Context("a", "b", ("4",) if there else ("5",), symbol)
                found = context.score(unit, ("a", "b") if neighbours == "yes" else ("a", "c"))

                assert found == int(score), (neighbours, there, same)


def test_the_settings_shown_are_read_and_every_one_is_shown() -> None:
    shown = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert shown
    table = tomllib.loads(shown[1])["match"]

    policy = policy_from(table, "docs/matching.md")

    assert policy != MatchPolicy()
    assert {"superseded", "corrected", "unreviewed", "machine", "foreign", "locale", "documents"} <= set(table)


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        ("When no match of the whole reaches 85", ASSEMBLY_SCORE, 85),
        ("less than a quarter of the words", ASSEMBLY_COVERAGE, 0.25),
        ("counts one word less for\nits seam", SEAM, 100),
        ("stored texts of four words (six Chinese characters)", (CONTAINED_WORDS, CONTAINED_CHARACTERS), (4, 6)),
        ("the score is 84 at most", MatchPolicy().reversed_meaning, 84),
    ],
)
def test_the_figures_in_the_words_are_those_of_the_code(said: str, value: object, expected: object) -> None:
    assert said in TEXT
    assert value == expected
