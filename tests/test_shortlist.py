"""The best matches, found by bounds: the same as of all candidates compared in full."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from benchmarks.danger import LANGUAGES, gold
from tests.test_lookup import disturbed
from tests.test_score_properties import POLICIES, real_sentences
from tm import danger, index, lookup, store
from tm import shortlist as shortlist_module
from tm.contained import Inside, around, around_sentence, least_inside, passage_matches, places_around, places_inside
from tm.lang import UN_LANGUAGES, Lang
from tm.match import Beside, Prepared, compare, most_edits, most_of
from tm.memory import open_memory
from tm.model import Document, DocumentStatus, Kind, Match, Review, Segment, TranslationUnit, Variant
from tm.policy import MatchPolicy
from tm.query import Asked, Context, LookupOptions, Query, stored_tags, variant_text
from tm.ranking import ranked
from tm.sentence import sentences
from tm.shortlist import Search, shortlists
from tm.text import nfc
from tm.whole import in_context, whole_matches

EN, FR = Lang("en"), Lang("fr")
#: Points off for many kinds of sources, so that trust changes the order.
WARY = MatchPolicy(superseded=9, unreviewed=3, foreign=2, locale=4, documents=(("A/C.3/*", 5),), reversed_meaning=60)


#: The same two texts are asked about at several thresholds.
compared_once = lru_cache(maxsize=1000)(compare)


@lru_cache(maxsize=2)
def held_units(conn: Connection, tag: Lang, texts: tuple[str, ...]) -> dict[int, tuple[store.StoredUnit, ...]]:
    """All stored texts of a tag by their segment, with their units."""
    ids = [store.find_text(conn, tag, text) for text in texts]
    return store.find_units(conn, tag, [number for number in ids if number is not None])


def all_matches(conn: Connection, asked: Asked, texts: Sequence[str], context: Context | None) -> Iterator[Match]:
    """Every match there is: of all stored texts compared in full, and of all passages."""
    query, tag = asked.query, asked.tag
    units = held_units(conn, tag, tuple(texts))
    for held in units.values():
        text = variant_text(held[0].unit, tag)
        if query.keys or text == query.text:
            compared = compared_once(query.text, text, query.lang, asked.policy)
            scores = in_context(conn, held, asked, context) if compared.score == 100 else {}
            yield from whole_matches(asked, held, compared, scores)
    if not asked.options.contained:
        return
    if not query.long_enough:
        for unit, known in around_sentence(conn, asked):
            yield from passage_matches(asked, (unit,), known, known.whole)
        return
    for number, place in places_around(conn, [asked])[0].items():
        passage = around(asked, units[number], place)
        yield from passage_matches(asked, units[number], passage, passage.whole)
    for number, place in places_inside(conn, [asked], least_inside)[0].items():
        part = Inside(asked, units[number], (place.start, place.end), sentences(query.text, tag))
        yield from passage_matches(asked, units[number], part, part.whole)


def same(conn: Connection, query: str, source: Lang, targets: Sequence[Lang], options: LookupOptions,
         texts: Sequence[str], context: Context | None = None) -> list[Match]:  # fmt: skip
    """The shortlist, which must be the beginning of all matches in order."""
    found = Query.of(nfc(query.strip()), source)
    asked = [Asked(found, tag, tuple(targets), options) for tag in stored_tags(conn, source, targets)]
    wanted = ranked(match for one in asked for match in all_matches(conn, one, texts, context))[: options.limit]
    (best,) = shortlists(conn, [Search(asked, context)], options.limit)
    assert best == wanted, (query, options)
    return best


def options(minimum: int, limit: int, policy: MatchPolicy | None = None) -> LookupOptions:
    return LookupOptions(minimum=minimum, limit=limit, policy=policy or MatchPolicy())


def documents() -> tuple[Document, ...]:
    return (
        Document(symbol="A/C.3/78/L.1", status=DocumentStatus.DRAFT, date=date(2023, 10, 1)),
        Document(symbol="A/RES/70/1", status=DocumentStatus.ADOPTED, date=date(2015, 9, 25)),
        Document(symbol="A/RES/66/1", status=DocumentStatus.ADOPTED, superseded=True),
    )


def filled(path: Path, lang: Lang, texts: Sequence[str], locale: Lang | None = None) -> list[str]:
    """A memory of these texts, some in several units of one or of two translations; gives back all its texts."""
    chance = random.Random(lang.tag)
    other = EN if lang.primary != "en" else FR
    sources = documents()
    units = [
        TranslationUnit(
            (
                Variant(locale if locale and chance.random() < 0.4 else lang, text),
                Variant(other, f"{place} {chance.choice((0, again))}"),
            ),
            document=chance.choice(sources),
            position=place,
            confidence=chance.choice((None, 0.5, 0.99)),
            review=chance.choice(tuple(Review)),
            uid=f"{place}-{again}",
        )
        for place, text in enumerate(texts)
        for again in range(chance.choice((1, 1, 1, 2, 3)))
    ]
    if locale:
        # A unit with a text in each tag that answers: they stand for one another.
        units += [
            TranslationUnit((Variant(lang, one), Variant(locale, two), Variant(other, one)), uid=f"both {place}")
            for place, (one, two) in enumerate(pairwise(texts))
        ]
    with open_memory(path, create=True, write=True) as memory, memory.write() as conn:
        store.add_units(conn, units, origin=Document(origin="made"))
    return list(dict.fromkeys(nfc(text) for text in texts))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_dangerous_texts_are_ranked_as_if_all_were_compared(lang: str, tmp_path: Path) -> None:
    chance = random.Random(lang)
    pairs = chance.sample(gold(lang), 120)
    texts = filled(tmp_path / "m.untm", Lang(lang), [text for pair in pairs for text in (pair.stored, pair.query)])
    flagged = 0
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        for number, pair in enumerate(chance.sample([pair for pair in pairs if not pair.harmless], 4)):
            policy = (MatchPolicy(), WARY)[number % 2]
            for minimum, limit in ((30, 3), (50, 1), (70, 2), (84, 5), (85, 2), (100, 1)):
                found = same(conn, pair.query, Lang(lang), [], options(minimum, limit, policy), texts)
                flagged += sum(bool(match.flags) for match in found)
    assert flagged


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_real_texts_and_their_passages_are_ranked_as_if_all_were_compared(lang: Lang, tmp_path: Path) -> None:
    chance = random.Random(lang.tag)
    whole = list(dict.fromkeys(real_sentences(lang)))[:80]
    long = [(lang.joiner or "").join(chance.sample(whole, 2)) for _ in range(30)]
    texts = filled(tmp_path / "m.untm", lang, [*whole, *long])
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        for text in chance.sample(texts, 5):
            neighbours = chance.choice(texts), chance.choice(texts)
            policy = chance.choice((MatchPolicy(), WARY))
            for query, (minimum, limit) in product((text, disturbed(text, lang, chance)), ((30, 4), (70, 2), (101, 1))):
                context = chance.choice((None, Context(*neighbours), Context(None, None, (), "A/RES/70/1")))
                same(conn, query, lang, [], options(minimum, limit, policy), texts, context)


def test_units_with_texts_in_two_tags_that_answer_are_given_once(tmp_path: Path) -> None:
    chance = random.Random(1)
    whole = list(dict.fromkeys(real_sentences(FR)))[:60]
    texts = filled(tmp_path / "m.untm", FR, [*whole, *(f"{a} {b}" for a, b in product(whole[:4], whole[4:8]))],
                   Lang("fr-CH"))  # fmt: skip
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        for text in chance.sample(texts, 4):
            query = disturbed(text, FR, chance)
            for policy, minimum, limit in product((MatchPolicy(), WARY), (40, 75), (1, 3)):
                same(conn, query, FR, [EN], options(minimum, limit, policy), texts)


#: Words that often make texts equal, contained in one another, or dangerous.
WORDS = ("the", "States", "shall", "not", "may", "act", "3", "5", "in", "time", "all", "some", "increase", "decrease")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(lambda words: " ".join(words) + ".")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(SENTENCES, min_size=2, max_size=14, unique=True), SENTENCES,
    st.sampled_from((30, 45, 60, 70, 84, 85, 99, 100)), st.integers(1, 4), POLICIES,
)  # fmt: skip
def test_texts_of_few_words_are_ranked_as_if_all_were_compared(
    tmp_path_factory: pytest.TempPathFactory, made: list[str], query: str, minimum: int, limit: int, policy: MatchPolicy
) -> None:
    path = tmp_path_factory.mktemp("few") / "m.untm"
    texts = filled(path, EN, [*made, " ".join(made[:2])])
    with open_memory(path) as memory, memory.read() as conn:
        same(conn, query, EN, [], options(minimum, limit, policy), texts)


#: A formula of which a memory has very many, by what stands in its places.
FORMULA = "{label}The {ordinal} meeting was called to order at {hour} a.m. on {day} March {year}{end}"


def formulas(chance: random.Random, count: int) -> list[str]:
    """Texts that differ in values and signs, some of them in a word, and longer ones that hold them."""
    made = [
        FORMULA.format(
            label=chance.choice(("", "", "2. ")), ordinal=chance.choice(("3rd", "24th", "third")),
            hour=chance.choice(("10", "11")), day=chance.randint(1, 4), year=chance.choice((2019, 2020)),
            end=chance.choice((".", ".", "", " only.")),
        )
        for _ in range(count)
    ]  # fmt: skip
    return list(dict.fromkeys([*made, *(f"It was said that {text} All agreed." for text in made[: count // 2])]))


@pytest.mark.parametrize("many", [0, 12])
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from((30, 60, 80, 95, 100)), st.integers(1, 6), POLICIES)
def test_very_many_that_may_score_the_same_are_ranked_as_if_all_were_compared(
    tmp_path_factory: pytest.TempPathFactory, many: int, seed: int, minimum: int, limit: int, policy: MatchPolicy
) -> None:
    chance = random.Random(seed)
    path = tmp_path_factory.mktemp("many") / "m.untm"
    made = formulas(chance, 60)
    texts = filled(path, EN, made, chance.choice((None, None, Lang("en-GB"))))
    with open_memory(path) as memory, memory.read() as conn, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tm.shortlist._MANY", many)
        query = chance.choice((*formulas(chance, 4), chance.choice(made), disturbed(chance.choice(made), EN, chance)))
        context = chance.choice((None, Context(chance.choice(texts), chance.choice(texts))))
        same(conn, query, EN, [], options(minimum, limit, policy), texts, context)


def test_few_of_a_formula_with_values_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [FORMULA.format(label="", ordinal=f"{n}th", hour="10", day=9, year=2019, end=".") for n in range(20, 320)]
    filled(tmp_path / "m.untm", EN, texts)
    looked = counted(monkeypatch, shortlist_module, "Prepared")
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        for text, scores in ((texts[7], [100, 98]), (texts[7].replace("March", "June"), [98, 96])):
            looked.clear()
            (best,) = shortlists(conn, [Search([Asked(Query.of(text, EN), EN, (), options(50, 2))], None)], 2)
            assert [match.score for match in best] == scores
            assert 2 <= len(looked) <= 5


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(UN_LANGUAGES), st.integers(0, 10**6), POLICIES)
def test_flags_only_lower_a_score_and_leave_all_else(lang: Lang, seed: int, policy: MatchPolicy) -> None:
    chance = random.Random(seed)
    stored = chance.choice(real_sentences(lang))
    beside = Beside(Prepared(disturbed(stored, lang, chance), lang), Prepared(stored, lang), policy)
    before, after = beside.unflagged, beside.whole
    reverses = any(flag.reverses for flag in after.flags)

    assert after.score == (min(before.score, policy.reversed_meaning) if reverses else before.score)
    assert before.score <= (100 if beside.identical else most_of(before.similarity))
    assert replace(before, differences=after.differences) == after or after.flags


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_no_score_exceeds_what_missing_values_leave(lang: Lang, tmp_path: Path) -> None:
    chance = random.Random(lang.tag)
    policy = MatchPolicy(placeable=7)
    whole = [f"{text} ({chance.randint(1, 60)} %, 1.{chance.randint(1, 9)}.{year})"
             for text in real_sentences(lang)[:12] for year in (2019, 2024)]  # fmt: skip
    texts = filled(tmp_path / "m.untm", lang, whole)
    lowered = 0
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        ids = {text: number for text in texts if (number := store.find_text(conn, lang, text)) is not None}
        for text in texts:
            other_values = text.translate(str.maketrans("12345", chance.choice(("12395", "23456"))))
            query = Query.of(nfc(chance.choice((other_values, disturbed(text, lang, chance)))), lang)
            placeables = [(token.kind, token.value) for token in query.tokens if token.kind]
            lacking = index.lacking(conn, lang, list(ids.values()), placeables)
            assert lacking.keys() == set(ids.values())
            for other in {text, *chance.choices(texts, k=5)}:
                beside = Beside(query.prepared, Prepared(other, lang), policy)
                similarity = beside.unflagged.similarity
                lost = max(0, lacking[ids[other]] - most_edits(len(query.keys), similarity)) * policy.placeable
                assert beside.identical or beside.unflagged.score <= most_of(similarity, lost)
                lowered += lost > 0
    assert lowered


def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[object]:
    """A list to which each call of a module's function adds what it was given."""
    calls: list[object] = []
    function = getattr(module, name)

    def counting(*given: object) -> object:
        calls.append(given)
        return function(*given)

    monkeypatch.setattr(module, name, counting)
    return calls


def test_few_of_many_candidates_are_looked_at_for_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "The Committee shall consider the report of the group of experts in the year 2024."
    texts = [asked.replace("report", f"report{letter}").replace("2024", str(2000 + n))
             for n, letter in enumerate("abcdefghijklmnopqrstuvwxyz")]  # fmt: skip
    filled(tmp_path / "m.untm", EN, [*texts, asked.replace("2024", "2025")])
    looked = counted(monkeypatch, danger, "flags")
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        (best,) = shortlists(conn, [Search([Asked(Query.of(asked, EN), EN, (), options(50, 2))], None)], 2)

    assert [match.score for match in best] == [98, 93]
    assert len(looked) <= 3


def test_a_segment_that_comes_again_has_the_same_answers_in_its_own_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = ["First of all.", "The Committee met in 2019.", "It rose at noon.", "All members were present."]
    texts = [*stored[:3], "The Committee met in 2020.", "It rose at noon.", stored[3], "The Committee met in 2020."]
    draft = [Segment(text, EN, Kind.PARAGRAPH) for text in texts]
    units = [TranslationUnit((Variant(EN, text), Variant(FR, text)), position=n) for n, text in enumerate(stored)]
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory, memory.write() as conn:
        store.add_units(conn, units, origin=Document(origin="made"))
    asked = counted(monkeypatch, lookup, "Search")
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        apart = [next(lookup.suggest(conn, [segment], EN, [FR])) for segment in (draft[3], draft[4])]
        asked.clear()
        found = list(lookup.suggest(conn, draft, EN, [FR]))

    assert found[3].matches == found[6].matches == apart[0].matches != ()
    assert [found[n].matches[0].score for n in (2, 4)] == [100, 100]
    assert [found[1].matches[0].score, found[5].matches[0].score] == [101, 100]
    assert len(asked) == len(draft) - 1


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**6), st.lists(SENTENCES, min_size=2, max_size=12), st.integers(1, 4),
    st.sampled_from((40, 70, 90)),
)  # fmt: skip
def test_a_draft_is_answered_as_each_of_its_segments_alone(
    tmp_path_factory: pytest.TempPathFactory, seed: int, made: list[str], block: int, minimum: int
) -> None:
    chance = random.Random(seed)
    path = tmp_path_factory.mktemp("draft") / "m.untm"
    known = formulas(chance, 12)
    filled(path, EN, [*known, *made[1:], " ".join(made[:2])], chance.choice((None, Lang("en-GB"))))
    texts = [*made, *formulas(chance, 4), *chance.choices(known, k=3), f" {made[0]} {known[0]}", "", made[-1]]
    draft = [Segment(text, EN, Kind.PARAGRAPH) for text in chance.choices(texts, k=14)]
    wanted = LookupOptions(minimum=minimum, limit=3)
    with open_memory(path) as memory, memory.read() as conn, pytest.MonkeyPatch.context() as patch:
        together = list(lookup.suggest(conn, draft, EN, [FR], wanted, symbol="A/RES/70/1"))
        for name in ("_FIRST", "_BLOCK"):
            patch.setattr(lookup, name, block)
        some = list(lookup.suggest(conn, draft, EN, [FR], wanted, symbol="A/RES/70/1"))
        alone = [
            lookup.lookup(conn, segment.text, EN, [FR], wanted, Context(
                draft[place - 1].text if place else None,
                draft[place + 1].text if place + 1 < len(draft) else None, segment.path, "A/RES/70/1",
            ))
            for place, segment in enumerate(draft)
        ]  # fmt: skip
    assert together == some
    assert [suggestion.segment for suggestion in together] == draft
    assert [suggestion.matches for suggestion in together] == alone


def test_the_first_answers_of_a_draft_are_there_before_the_rest_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"Paragraph {'x' * n} of the report was adopted." for n in range(200)]
    filled(tmp_path / "m.untm", EN, texts)
    asked = counted(monkeypatch, lookup, "Search")
    with open_memory(tmp_path / "m.untm") as memory, memory.read() as conn:
        found = lookup.suggest(conn, [Segment(text, EN, Kind.PARAGRAPH) for text in texts], EN, [FR])
        next(found)
        first = len(asked)
        rest = list(found)

    assert first < 10
    assert len(rest) == len(texts) - 1
    assert len(asked) == len(texts)
