"""Lookup, suggestions and leverage on the report."""

import random
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.conftest import Stored
from tm import index, store
from tm.contained import LONG_QUERY
from tm.errors import LanguageError
from tm.lang import UN_LANGUAGES, Lang
from tm.leverage import REPETITION, leverage
from tm.lookup import Context, LookupOptions, lookup, suggest
from tm.match import compare
from tm.memory import open_memory
from tm.model import Document, Kind, MatchKind, Segment, TranslationUnit, Variant
from tm.sentence import sentences

EN, FR, AR, ZH = Lang("en"), Lang("fr"), Lang("ar"), Lang("zh")

#: Seconds within which any query is to be answered, on a slow machine.
LONGEST_ANSWER = 5.0


def others(lang: Lang) -> list[Lang]:
    return [other for other in UN_LANGUAGES if other != lang]


def a_paragraph(report: Stored, lang: Lang, least: int = 2) -> tuple[TranslationUnit, str]:
    """A unit in all six languages whose text has several sentences."""
    for unit in report.units:
        variant = unit.variant(lang)
        if variant and len(unit.variants) == 6 and len(sentences(variant.text, lang)) >= least:
            return unit, variant.text
    pytest.fail("the report has no such paragraph")


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_paragraph_finds_itself_at_100(report: Stored, conn: Connection, lang: Lang) -> None:
    for unit in report.units:
        variant = unit.variant(lang)
        if variant and len(unit.variants) > 1:
            first = lookup(conn, variant.text, lang, others(lang))[0]

            assert first.score == 100
            assert first.kind is MatchKind.EXACT
            assert first.penalties == ()
            assert first.source.text == variant.text


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_sentence_finds_its_unit_and_its_paragraph_with_the_target_sentence(
    report: Stored, conn: Connection, lang: Lang
) -> None:
    checked = 0
    for unit in report.units:
        variant = unit.variant(lang)
        spans = sentences(variant.text, lang) if variant else ()
        if variant is None or len(unit.variants) < 2 or len(spans) < 2:
            continue
        for start, end in spans:
            sentence = variant.text[start:end]
            matches = lookup(conn, sentence, lang, others(lang), LookupOptions(limit=50))
            exact = [m for m in matches if m.score >= 100]
            inside = [m for m in matches if m.kind is MatchKind.CONTAINED and sentence in m.source.text]

            assert any(m.source.text == sentence for m in exact), sentence
            assert any(variant.text == m.source.text for m in inside), sentence
            checked += 1
            for match in inside:
                assert match.source_span is not None
                for target, span in zip(match.targets, match.target_spans, strict=True):
                    assert span is not None, (unit.place, sentence, match)
                    assert 0 <= span[0] < span[1] <= len(target.text)
    assert checked >= 5


def disturbed(text: str, lang: Lang, chance: random.Random) -> str:
    """The text with some words dropped, doubled, moved or put in from nowhere, and now and then a label."""
    words = text.split(" ") if lang.joiner else list(text)
    for _ in range(chance.randint(0, max(1, len(words) // 4))):
        at = chance.randrange(len(words))
        words[at : at + 1] = chance.choice(([], [words[at]] * 2, ["12"], [chance.choice(words)]))
        words = words or ["x"]
    return chance.choice(("", "", "(c) ", "7. ")) + (lang.joiner or "").join(words)


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_match_that_brute_force_finds_is_found(report: Stored, conn: Connection, lang: Lang) -> None:
    stored = {
        v.text for u in (*report.units, *(s for u in report.units for s in u.sentences)) if (v := u.variant(lang))
    }
    chance = random.Random(lang.tag)
    for text in chance.sample(sorted(stored), 12):
        query = disturbed(text, lang, chance)
        scores = {other: compare(query, other, lang).score for other in stored}
        for minimum in (30, 50, 70, 85, 95, 100):
            options = LookupOptions(minimum=minimum, limit=1000, contained=False)
            found = {(m.source.text, m.score) for m in lookup(conn, query, lang, [], options)}

            assert found == {(other, score) for other, score in scores.items() if score >= minimum}


def test_a_label_costs_one_named_point(report: Stored, conn: Connection) -> None:
    unit = next(u for u in report.units if u.kind is Kind.ITEM and len(u.variants) == 6)
    variant = unit.variant(EN)
    assert variant

    first = lookup(conn, f"(z) {variant.text}", EN, [FR])[0]

    assert (first.score, [p.name for p in first.penalties]) == (99, ["label"])


def test_same_neighbours_make_an_in_context_match(report: Stored, conn: Connection) -> None:
    texts = [v.text for u in report.units if (v := u.variant(FR))]
    i = next(i for i in range(5, len(texts)) if texts.count(texts[i]) == 1)
    context = Context(texts[i - 1], texts[i + 1])

    with_context = lookup(conn, texts[i], FR, [EN], context=context)[0]
    without = lookup(conn, texts[i], FR, [EN], context=Context("something", "else"))[0]

    assert (with_context.score, with_context.kind) == (101, MatchKind.IN_CONTEXT)
    assert (without.score, without.kind) == (100, MatchKind.EXACT)


@pytest.mark.parametrize(
    ("path", "symbol", "neighbours", "expected"),
    [
        ((), "", True, 101),
        (("9",), "E/1/1", True, 101),
        (("4",), "", True, 102),
        (("4",), "E/1/1", True, 102),
        (("9",), "A/C.3/72/L.5/Rev.1", True, 102),
        (("4",), "A/C.3/72/L.5/Rev.1", False, 101),
        (("4",), "A/C.3/72/L.5", False, 101),
        (("4",), "E/1/1", False, 100),
        (("9",), "A/C.3/72/L.5", False, 100),
        ((), "A/C.3/72/L.5", False, 100),
    ],
)
def test_context_is_made_of_neighbours_document_and_numbered_place(
    tmp_path: Path, path: tuple[str, ...], symbol: str, neighbours: bool, expected: int
) -> None:
    texts = ["Welcomes the report;", "Takes note of the report;", "Decides to meet again;"]
    units = [
        TranslationUnit((Variant(EN, text), Variant(FR, f"Texte {k}")), path=(str(k),), position=k)
        for k, text in enumerate(texts, start=3)
    ]
    context = Context(*((texts[0], texts[2]) if neighbours else ("x", "y")), path, symbol)
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_document(conn, Document(symbol="A/C.3/72/L.5"), [], units)
        with memory.read() as conn:
            found = lookup(conn, texts[1], EN, [FR], context=context)[0]

    assert found.score == expected
    assert (found.kind is MatchKind.IN_CONTEXT) == (expected > 100)
    assert found.automatic


def test_a_draft_is_looked_up_with_its_symbol_and_numbered_places(tmp_path: Path) -> None:
    units = [
        TranslationUnit((Variant(EN, "Takes note of the report;"), Variant(FR, text)), path=(str(k),), position=k)
        for k, text in enumerate(["Prend acte du rapport ;", "Prend note du rapport ;", "Note le rapport ;"])
    ]
    draft = [Segment("Takes note of the report;", EN, Kind.PARAGRAPH, path=("1",)), Segment("New.", EN, Kind.PARAGRAPH)]
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_document(conn, Document(symbol="A/C.3/72/L.5"), [], units)
        with memory.read() as conn:
            first = next(suggest(conn, draft, EN, [FR], symbol="A/C.3/72/L.5/Rev.1"))

    assert [(match.score, match.unit.path) for match in first.matches] == [(101, ("1",)), (100, ("0",)), (100, ("2",))]


def test_a_negation_is_flagged_and_never_automatic(report: Stored, conn: Connection) -> None:
    _, text = a_paragraph(report, EN)
    reversed_text = text.replace(" was ", " was not ", 1) if " was " in text else "Not " + text

    first = lookup(conn, reversed_text, EN, [FR])[0]

    assert first.score < 85
    assert any(flag.reverses and flag.name == "negation" for flag in first.flags)
    assert not first.automatic


def test_a_nearly_whole_text_is_fuzzy_and_a_verbatim_part_is_contained(report: Stored, conn: Connection) -> None:
    unit, text = a_paragraph(report, EN, least=3)
    words = text.split(" ")
    changed = " ".join(["Curiously", *words[1:-4]])
    first, last = (text[slice(*sentences(text, EN)[i])] for i in (0, -1))

    fuzzy = next(m for m in lookup(conn, changed, EN, [FR]) if m.unit.place == unit.place)
    part = next(m for m in lookup(conn, last, EN, [FR]) if m.unit.place == unit.place and m.kind is MatchKind.CONTAINED)

    assert fuzzy.kind is MatchKind.FUZZY
    assert (part.score, part.share, sum(p.points for p in part.penalties)) == (99, 1.0, 1)
    assert part.source_span is not None
    assert part.source.text[slice(*part.source_span)] == last
    assert first not in part.targets[0].text[slice(*(part.target_spans[0] or (0, 0)))]


def test_a_negation_beside_a_contained_passage_is_flagged(report: Stored, conn: Connection) -> None:
    _, text = a_paragraph(report, EN)
    sentence = text[slice(*sentences(text, EN)[0])]

    matches = lookup(conn, f"It was not agreed that {sentence}", EN, [FR], LookupOptions(minimum=50))

    assert matches
    assert all(any(flag.reverses for flag in match.flags) and match.score < 85 for match in matches)


def test_penalties_add_up_to_what_is_lost(report: Stored, conn: Connection) -> None:
    _, text = a_paragraph(report, EN)
    for query in (
        text,
        text.replace(" the ", " a ", 1),
        text[: len(text) // 2],
        text + " And more of it.",
        f"(a) {text}",
    ):
        for match in lookup(conn, query, EN, [FR], LookupOptions(minimum=30, limit=50)):
            assert match.score + sum(penalty.points for penalty in match.penalties) == max(100, match.score)


def test_repeated_passages_are_folded(report: Stored, conn: Connection) -> None:
    texts = [v.text for u in report.units if (v := u.variant(EN))]
    repeated = next(text for text in texts if texts.count(text) > 1)

    matches = lookup(conn, repeated, EN, [FR])

    assert matches[0].score == 100
    assert len({(m.source.text, m.unit.level, *(t.text for t in m.targets)) for m in matches}) == len(matches)
    assert len(matches[0].repeats) == texts.count(repeated) - 1


def test_a_language_the_memory_lacks_is_named(conn: Connection) -> None:
    with pytest.raises(LanguageError, match=r"nothing in .*de"):
        lookup(conn, "Bericht", Lang("de"), [FR])
    with pytest.raises(LanguageError):
        lookup(conn, "Report", EN, [Lang("de")])


def test_a_locale_is_answered_by_its_language(report: Stored, conn: Connection) -> None:
    _, text = a_paragraph(report, FR)

    assert lookup(conn, text, Lang("fr-CH"), [Lang("en")])[0].score == 100


@pytest.mark.parametrize("text", ["", "   ", ".", "…", "12"])
def test_queries_with_no_words_have_no_contained_matches(conn: Connection, text: str) -> None:
    assert all(match.kind is not MatchKind.CONTAINED for match in lookup(conn, text, EN, [FR]))


def test_a_minimum_of_101_asks_for_context(report: Stored, conn: Connection) -> None:
    texts = [v.text for u in report.units if (v := u.variant(FR))]
    i = next(i for i in range(5, len(texts)) if texts.count(texts[i]) == 1)
    only = LookupOptions(minimum=101)

    assert lookup(conn, texts[i], FR, [EN], only) == ()
    assert lookup(conn, texts[i], FR, [EN], only, Context(texts[i - 1], texts[i + 1]))[0].score == 101


def test_a_text_without_words_is_found_as_it_stands(tmp_path: Path) -> None:
    unit = TranslationUnit((Variant(EN, "* * *"), Variant(FR, "***")))
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_units(conn, [unit], origin=Document(origin="x"))
        with memory.read() as conn:
            assert lookup(conn, "* * *", EN, [FR])[0].score == 100
            assert lookup(conn, "…", EN, [FR]) == ()


def test_suggestions_assemble_known_sentences(report: Stored, conn: Connection) -> None:
    _, text = a_paragraph(report, EN)
    known = text[slice(*sentences(text, EN)[0])]
    draft = Segment(f"{known} Nothing of the kind was ever heard of before in this hall.", EN, Kind.PARAGRAPH)

    suggestion = next(suggest(conn, [draft], EN, [FR, AR]))

    assert suggestion.proposal
    assert suggestion.proposal.kind == "assembled"
    assert not suggestion.proposal.automatic
    assert all("⟦Nothing of the kind" in target for _, target in suggestion.proposal.texts)
    assert 0 < suggestion.proposal.coverage < 1


def test_an_identical_segment_is_proposed_for_insertion(report: Stored, conn: Connection) -> None:
    unit, text = a_paragraph(report, EN)
    french = unit.variant(FR)
    assert french

    proposal = next(suggest(conn, [Segment(text, EN, Kind.PARAGRAPH)], EN, [FR])).proposal

    assert proposal
    assert proposal.automatic
    assert proposal.texts == ((FR, french.text),)


def test_leverage_counts_every_segment_once(report: Stored, conn: Connection) -> None:
    _, text = a_paragraph(report, EN)
    draft = [
        Segment(text, EN, Kind.PARAGRAPH),
        Segment(text, EN, Kind.PARAGRAPH),
        Segment("Wholly new.", EN, Kind.ITEM),
    ]

    summary = leverage(suggest(conn, draft, EN, [FR]))
    counts = {row.band: row.segments for row in summary.bands}

    assert sum(counts.values()) == 3
    assert counts[REPETITION] == 1
    assert counts["new"] == 1
    assert summary.borrowings[0].document.symbol == "A/TEST/1"


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
@pytest.mark.parametrize("query", ["", " ", "…", "(a)", "— ; —", "12", "٣ ٤", "1.", "%", "\u200f", "12,5 % – 2018"])
def test_queries_without_words_get_an_answer(report: Stored, conn: Connection, lang: Lang, query: str) -> None:
    for match in lookup(conn, query, lang, others(lang)):
        assert 0 <= match.score <= 100
        assert (match.score == 100) == (match.source.text == query)
        assert match.source_span is None or 0 <= match.source_span[0] <= match.source_span[1] <= len(match.source.text)


@pytest.mark.parametrize("lang", [EN, AR, ZH], ids=str)
def test_a_query_of_twenty_thousand_words_answers_in_bounded_time(report: Stored, conn: Connection, lang: Lang) -> None:
    joiner = "" if lang == ZH else " "
    texts = [variant.text for unit in report.units if (variant := unit.variant(lang))]
    size = 0
    pieces: list[str] = []
    while size < 20_000:
        pieces.append(texts[len(pieces) % len(texts)])
        size += len(pieces[-1]) if lang == ZH else len(pieces[-1].split())
    start = time.perf_counter()

    found = lookup(conn, joiner.join(pieces), lang, others(lang))

    assert time.perf_counter() - start < LONGEST_ANSWER
    assert all(match.score < 100 for match in found)


@pytest.mark.parametrize("lang", [EN, AR, ZH], ids=str)
def test_long_queries_hold_the_same_segments_as_short_ones_would(
    report: Stored, conn: Connection, lang: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = sorted((variant.text for unit in report.units if (variant := unit.variant(lang))), key=len)
    asked: list[list[index.Place]] = []
    contained = index.contained_each

    def noted(*given: Any) -> list[list[index.Place]]:
        found = contained(*given)
        asked.extend(found)
        return found

    monkeypatch.setattr("tm.contained.index.contained_each", noted)
    for one, other in pairwise(held[-8:]):
        for most in (LONG_QUERY, 0):
            monkeypatch.setattr("tm.contained.LONG_QUERY", most)
            lookup(conn, f"{one} {other}", lang, others(lang), LookupOptions(minimum=30))

    assert all(asked)
    assert asked[::2] == asked[1::2]
