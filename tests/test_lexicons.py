"""The lexicons of a memory: what teaches, when it is learned, and that it comes out as it went in."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from aligners import AlignOptions, align
from cli.main import run
from tests.conftest import REPORT
from tm import lexicon, lexicons, store
from tm.formats import write_units
from tm.lang import Lang
from tm.lexicon import Lexicon, Table, learn
from tm.memory import open_memory
from tm.model import Document, Kind, Level, Review, Segment, TranslationUnit, Variant

EN, FR, ES = Lang("en"), Lang("fr"), Lang("es")
#: Words of two languages that have no letter in common, so that only a lexicon can pair them.
WORDS = [("".join(letters), "".join(letters).translate(str.maketrans("bdgaou", "flmeiy")))
         for letters in product("bdg", "aou", "bdg", "aou", "b")]  # fmt: skip
LEARNED = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)


def texts(count: int, start: int = 0) -> list[tuple[str, str]]:
    """Different pairs of texts, each of six words."""
    rows = []
    for k in range(start, start + count):
        chosen = random.Random(k).sample(WORDS, 6)
        rows.append((" ".join(one for one, _ in chosen), " ".join(two for _, two in chosen)))
    return rows


def units(
    rows: Sequence[tuple[str, str]], confidence: float | None = 0.99, review: Review = Review.UNREVIEWED
) -> list[TranslationUnit]:
    """Units of English and French texts."""
    return [
        TranslationUnit((Variant(EN, one), Variant(FR, two)), confidence=confidence, review=review) for one, two in rows
    ]


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory, memory.write() as connection:
        yield connection


def put(conn: Connection, some: Sequence[TranslationUnit], name: str = "a.tmx") -> None:
    store.add_units(conn, some, origin=Document(origin=name))


def pairs_learned(conn: Connection) -> list[int]:
    return [value.pairs for value in lexicons.refresh(conn, [EN, FR])]


def test_what_is_stored_translates_as_what_was_learned(conn: Connection) -> None:
    put(conn, units(texts(120)))

    assert [(v.source, v.target, v.pairs) for v in lexicons.refresh(conn, [FR, EN], now=LEARNED)] == [(EN, FR, 120)]

    known = learn(EN, FR, texts(120)[::-1])
    found = lexicons.load(conn, EN, FR)
    assert found is not None
    assert found.pairs == 120
    assert set(found.source_terms) == set(known.source_terms)
    for term in known.source_terms:
        assert dict(found.translations(term, 99)) == pytest.approx(dict(known.translations(term, 99)), abs=1e-5)
    back = lexicons.load(conn, FR, EN)
    assert back is not None
    assert back.translations("dabo", 1) == ()
    assert back.translations(WORDS[0][1], 1)[0][0] == WORDS[0][0]
    assert lexicons.stored(conn) == (lexicons.StoredLexicon(EN, FR, 120, LEARNED),)
    assert lexicons.load(conn, EN, ES) is None


def test_it_is_learned_anew_when_a_fifth_or_five_hundred_are_new(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(conn, units(texts(lexicons.FEWEST - 1)))
    assert pairs_learned(conn) == []
    put(conn, units(texts(1, 99)), "b.tmx")
    assert pairs_learned(conn) == [100]
    assert pairs_learned(conn) == []
    put(conn, units(texts(19, 100)), "c.tmx")
    assert pairs_learned(conn) == []
    put(conn, units(texts(1, 119)), "d.tmx")
    assert pairs_learned(conn) == [120]
    monkeypatch.setattr(lexicons, "GROWTH_PAIRS", 5)
    put(conn, units(texts(5, 120)), "e.tmx")
    assert pairs_learned(conn) == [125]
    assert [value.pairs for value in lexicons.refresh(conn, [EN, FR], anew=True)] == [125]


def test_doubtful_and_rejected_pairs_do_not_teach(conn: Connection) -> None:
    wrong = [("dragon", "licorne")] * 3
    put(conn, units(texts(100)))
    put(conn, units([(f"{one} {k}", f"{two} {k}") for k, (one, two) in enumerate(wrong * 40)], 0.94), "b.tmx")
    put(conn, units([(f"griffon {k}", f"lamie {k}") for k in range(50)], review=Review.REJECTED), "c.tmx")
    put(conn, units([(f"wizard {k}", f"mage {k}") for k in range(50)], 0.1, review=Review.REVIEWED), "d.tmx")
    put(conn, units([(f"castle {k}", f"donjon {k}") for k in range(50)], None), "e.tmx")

    assert pairs_learned(conn) == [200]
    found = lexicons.load(conn, EN, FR)
    assert found is not None
    assert found.translations("drago") == found.translations("griff") == ()
    assert [found.translations(term, 1)[0][0] for term in ("wizar", "castl")] == ["mage", "donjo"]


def test_sentences_teach_in_place_of_their_paragraph_unless_it_is_rejected(conn: Connection) -> None:
    inner = tuple(replace(unit, level=Level.SENTENCE) for unit in units(texts(60)))
    paragraphs = units(texts(80, 60))
    put(conn, [replace(paragraphs[0], sentences=inner), *paragraphs[1:]])
    assert pairs_learned(conn) == [60 + 79]

    put(conn, [replace(units([("whole", "entier")], review=Review.REJECTED)[0],
                       sentences=tuple(replace(unit, level=Level.SENTENCE) for unit in units(texts(60, 200))))],
        "b.tmx")  # fmt: skip
    assert pairs_learned(conn) == []


def test_the_most_are_taken_reviewed_first_then_the_last(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    put(conn, units([(f"elder {one}", f"ancien {two}") for one, two in texts(10)], review=Review.REVIEWED))
    put(conn, units([(f"early {one}", f"matin {two}") for one, two in texts(50, 10)]), "b.tmx")
    put(conn, units(texts(95, 60)), "c.tmx")
    monkeypatch.setattr(lexicons, "MOST_PAIRS", 105)

    assert pairs_learned(conn) == [105]
    found = lexicons.load(conn, EN, FR)
    assert found is not None
    assert "elder" in found.source_terms
    assert "early" not in found.source_terms
    monkeypatch.setattr(lexicons, "MOST_WORD_PAIRS", 10 * 7 * 7 + 92 * 6 * 6)
    assert [value.pairs for value in lexicons.refresh(conn, [EN, FR], anew=True)] == [102]
    monkeypatch.setattr(lexicons, "MOST_OF_ONE_PAIR", 3)
    assert lexicons.refresh(conn, [EN, FR], anew=True) == ()
    assert lexicons.stored(conn) == ()


def test_locales_teach_their_language(conn: Connection) -> None:
    local = [
        TranslationUnit((Variant(Lang("en-GB"), one), Variant(Lang("fr-CH"), two)), confidence=0.99)
        for one, two in texts(60, 60)
    ]
    put(conn, [*units(texts(60)), *local])

    assert [v.pairs for v in lexicons.refresh(conn, [Lang("fr-CH"), EN, Lang("en-GB")])] == [120]
    held = lexicons.load_all(conn, [Lang("fr-CH"), Lang("en-US"), ES])
    assert list(held) == [(Lang("en-US"), Lang("fr-CH"))]


@st.composite
def some_lexicons(draw: st.DrawFn) -> Lexicon:
    """Any lexicon, an empty one included."""
    word = st.text(st.characters(categories=["L"]), min_size=1, max_size=5)
    sides = [tuple(draw(st.lists(word, max_size=6, unique=True))) for _ in range(2)]
    width = max(len(sides[1]), 1)
    cells = len(sides[0]) * len(sides[1])
    keys = sorted(draw(st.sets(st.integers(0, cells - 1)))) if cells else []
    amounts = [np.array(draw(st.lists(st.floats(0, 1), min_size=len(keys), max_size=len(keys)))) for _ in range(2)]
    return Lexicon(EN, FR, sides[0], sides[1], Table(np.array(keys, dtype=np.int64), width, *amounts), 1)


@given(some_lexicons())
def test_packed_and_unpacked_it_is_the_same(value: Lexicon) -> None:
    sides = [
        lexicons._unpacked_terms(lexicons._packed_terms(side)) for side in (value.source_terms, value.target_terms)
    ]
    table = lexicons._unpacked_entries(lexicons._packed_entries(value.table, len(value.source_terms)), *map(len, sides))

    assert tuple(sides) == (value.source_terms, value.target_terms)
    assert table.width == value.table.width
    assert table.keys.tolist() == value.table.keys.tolist()
    assert table.forward == pytest.approx(value.table.forward, abs=1e-5)
    assert table.backward == pytest.approx(value.table.backward, abs=1e-5)


def test_what_was_learned_pairs_texts_that_say_nothing_else() -> None:
    known = learn(EN, FR, texts(200))
    rows = texts(40, 1000)
    english = {k: Segment(rows[k][0], EN, Kind.PARAGRAPH) for k in range(40) if k % 5 != 1}
    french = {k: Segment(rows[k][1], FR, Kind.PARAGRAPH) for k in range(40) if k % 7 != 3}
    gold = {(i, j) for i, k in enumerate(english) for j, other in enumerate(french) if k == other}

    def linked(known: dict[tuple[Lang, Lang], Lexicon]) -> set[tuple[int, int]]:
        sides = {EN: list(english.values()), FR: list(french.values())}
        beads = align(sides, AlignOptions(sentences=False), known).pair(EN, FR)
        return {(i, j) for bead in beads for i in range(*bead.source) for j in range(*bead.target)}

    helped = linked({(EN, FR): known})
    assert helped == linked({(FR, EN): known.swapped()})
    assert helped >= gold, "every pair is found"
    assert len(helped) <= 1.5 * len(gold), "and few others"
    assert not linked({}) >= gold


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """What a command prints as JSON."""
    assert run([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A memory that has imported 120 pairs, and learned from them."""
    write_units(tmp_path / "colleague.tmx", units(texts(120), None), [EN, FR])
    path = tmp_path / "memory.untm"
    assert run(["--memory", str(path), "-v", "import", str(tmp_path / "colleague.tmx")]) == 0
    assert "lexicon of en and fr learned from 120 pairs" in capsys.readouterr().err
    return path


def test_the_command_shows_what_was_learned(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = answer(capsys, "lexicon", "--memory", imported)["lexicons"]
    assert [(row["from"], row["to"], row["pairs"]) for row in listed] == [("en", "fr", 120)]
    assert answer(capsys, "lexicon", "--memory", imported, "--from", "es") == {"lexicons": []}
    assert run(["lexicon", "--memory", str(imported)]) == 0
    assert "en-fr" in capsys.readouterr().out

    english, french = WORDS[0]
    shown = answer(capsys, "lexicon", "--memory", imported, "--from", "fr", "--to", "en", french, "xyz", "--limit", 1)
    known, unknown = shown["words"]
    assert (known["word"], known["to"], known["terms"][0]["term"]) == (french, "en", french)
    (best,) = known["terms"][0]["translations"]
    assert best["term"] == english
    assert 0.5 < best["probability"] <= 1
    assert unknown["terms"] == [{"term": "xyz", "translations": []}]
    assert run(["lexicon", "--memory", str(imported), "--from", "en", "--to", "fr", english + "xx", "xyz"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{english}xx ({english}) fr: {french} 0.")
    assert second == "xyz fr: —"


def test_the_command_learns_anew(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_memory(imported, write=True) as memory, memory.write() as conn:
        put(conn, units(texts(3, 500)), "b.tmx")
    (row,) = answer(capsys, "lexicon", "--memory", imported, "--learn")["lexicons"]
    assert row["pairs"] == 123


def test_what_the_command_cannot_show(imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lexicon", "--memory", str(imported), "water"]) == 2
    assert run(["lexicon", "--memory", str(imported), "--from", "en", "--to", "en", "water"]) == 2
    assert run(["lexicon", "--memory", str(imported), "--from", "en", "--to", "es", "water"]) == 3
    assert "no lexicon of English (en) and Spanish (es)" in capsys.readouterr().err
    with open_memory(tmp_path / "empty.untm", create=True):
        pass
    assert run(["lexicon", "--memory", str(tmp_path / "empty.untm")]) == 0
    assert "no lexicon has been learned" in capsys.readouterr().err
    assert run(["lexicon", "--memory", str(tmp_path / "empty.untm"), "--learn"]) == 0
    assert "too little to learn from" in capsys.readouterr().err


def test_align_uses_the_lexicon_of_the_memory(
    imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = texts(40, 1000)
    for lang, left_out, side in ((EN, 1, 0), (FR, 3, 1)):
        kept = [row[side] for k, row in enumerate(rows) if k % 8 != left_out]
        (tmp_path / f"new.{lang}.txt").write_text("\n\n".join(f"{text.capitalize()}." for text in kept), "utf-8")
    align_new = ["align", f"en={tmp_path / 'new.en.txt'}", f"fr={tmp_path / 'new.fr.txt'}", "-v"]

    def mean_confidence(*more: str) -> tuple[float, str]:
        assert run([*align_new, *more, "--json"]) in (0, 1)  # with so little to go by, some are told to be no versions
        said = capsys.readouterr()
        found = [unit["confidence"] for unit in json.loads(said.out)["units"]]
        return sum(found) / len(found), said.err

    without, silent = mean_confidence("--memory", str(imported), "--no-lexicon")
    known, told = mean_confidence("--memory", str(imported))
    assert known > without
    assert "lexicon of the memory: en-fr from 120 pairs" in told
    assert "lexicon" not in silent
    assert mean_confidence("--memory", str(tmp_path / "none.untm"))[0] == without

    (tmp_path / "broken.untm").write_text("no memory", "utf-8")
    assert run([*align_new, "--memory", str(tmp_path / "broken.untm")]) == 1
    assert "aligned without its lexicon: this is not a memory" in capsys.readouterr().err


def test_what_is_added_teaches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicons, "FEWEST", 30)
    path = tmp_path / "memory.untm"
    files = [f"{lang}={REPORT / 'real' / f'{lang}.txt'}" for lang in (EN, FR)]
    assert run(["--memory", str(path), "-v", "align", *files, "--add"]) == 0
    assert "lexicon of en and fr learned from" in capsys.readouterr().err
    shown = answer(capsys, "lexicon", "--memory", path, "--from", "fr", "--to", "en", "parties", "États")
    assert [row["terms"][0]["translations"][0]["term"] for row in shown["words"]] == ["parti", "state"]


@pytest.mark.parametrize("known", [True, False])
def test_blocks_of_words_teach_the_same_as_all_at_once(monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    """Also where beads share texts, have weights, and something is known beforehand."""
    rows = texts(150)
    sides = lexicon.bags(one.split() for one, _ in rows), lexicon.bags(two.split() for _, two in rows)
    place = np.arange(len(rows) - 1)
    beads = np.stack((place, place + 1, place, place + 2), axis=1)
    weights = np.linspace(0.2, 1, len(beads))
    width = len(sides[1].vocabulary)
    before = Table(np.array([3, width + 5]), width, np.array([0.5, 0.9]), np.array([0.4, 0.8])) if known else None
    whole = lexicon.estimate(*sides, beads, weights, before)
    monkeypatch.setattr(lexicon, "_AT_ONCE", 400)
    parts = lexicon.estimate(*sides, beads, weights, before)

    assert len(whole.table.keys) >= len(WORDS)
    assert np.array_equal(whole.table.keys, parts.table.keys)
    assert parts.table.forward == pytest.approx(whole.table.forward, abs=1e-12)
    assert parts.table.backward == pytest.approx(whole.table.backward, abs=1e-12)
    orders = [np.lexsort((one.source, one.target)) for one in (whole, parts)]
    for name in ("source", "target", "forward", "backward"):
        one, other = (getattr(found, name)[order] for found, order in zip((whole, parts), orders, strict=True))
        assert other == pytest.approx(one, abs=1e-12)
