"""Repair: the gold cases, what it refuses, properties, and how lookup, suggestions and front ends show it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.console import Console

from benchmarks.repaired import CASES, HARD, LATER, Case, outcomes, read
from cli.show import show_matches
from tm import shapes, store
from tm.country_forms import country_forms
from tm.data import load
from tm.formats.about import About
from tm.formats.html import write_suggestions
from tm.forms import Place, UncertainError
from tm.lang import UN_LANGUAGES, Lang
from tm.lookup import LookupOptions, lookup, suggest
from tm.match import compare
from tm.memory import open_memory
from tm.model import REPAIRED_SCORE, Document, Kind, Match, MatchKind, Segment, TranslationUnit, Variant
from tm.number_forms import plural_class, rewrite_number
from tm.ordinal_forms import LARGEST, LARGEST_ARABIC, han, ordinal_forms
from tm.ordinals import han_number
from tm.placeables import countries, find
from tm.repair import repair, with_repairs

EN, FR, ES, RU, AR, ZH = (Lang(tag) for tag in ("en", "fr", "es", "ru", "ar", "zh"))
#: The lowest share of gold cases that come out right.
LEAST_RIGHT = 0.97
GOLD = tuple(read(CASES))


def text_of(query: str, source: str, target: str, langs: tuple[Lang, Lang]) -> str | None:
    """The repaired text, or None."""
    found = repair(query, source, target, langs).repaired
    return found.text if found else None


def test_the_gold_covers_every_direction_with_repairs_and_refusals() -> None:
    pairs = [(a, b) for a in UN_LANGUAGES for b in UN_LANGUAGES if a != b]

    for pair in pairs:
        cases = [case for case in GOLD if (case.source, case.target) == pair]
        assert sum(case.expected is not None for case in cases) >= 5, pair
        assert sum(case.expected is None for case in cases) >= 2, pair


@pytest.mark.parametrize("path", [CASES, LATER, HARD], ids=lambda path: path.stem)
def test_nothing_is_repaired_wrongly_and_nearly_everything_rightly(path: Path) -> None:
    found = outcomes(read(path))

    assert [one for one in found if one.wrong] == []
    assert sum(one.right for one in found) / len(found) >= LEAST_RIGHT


def test_the_quick_look_at_a_match_leaves_out_no_repair() -> None:
    """Matches that differ in words alone are not looked at closely; none of these can be repaired."""
    looked_at = 0
    for case in GOLD:
        source, target = Variant(case.source, case.stored), Variant(case.target, case.translation)
        compared = compare(case.query, case.stored, case.source)
        match = Match(
            TranslationUnit((source, target)), compared.score, MatchKind.FUZZY, source, (target,), compared.similarity,
            compared.penalties, compared.flags, compared.differences,
        )  # fmt: skip

        (found,) = with_repairs(match, case.query).repairs

        assert found == repair(case.query, case.stored, case.translation, (case.source, case.target)).repaired
        looked_at += found is not None
    assert looked_at > len(GOLD) / 2


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_a_query_that_is_the_stored_text_has_nothing_to_repair(lang: Lang) -> None:
    for case in (case for case in GOLD if case.source == lang):
        assert repair(case.stored, case.stored, case.translation, (case.source, case.target)).repaired is None


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_repair_undone_gives_the_stored_translation_back(lang: Lang) -> None:
    """From the repaired text and the query back to the stored texts: the same words, or a refusal."""
    undone = 0
    for case in (case for case in GOLD if case.target == lang and case.expected):
        langs = case.source, case.target
        there = repair(case.query, case.stored, case.translation, langs).repaired
        back = repair(case.stored, case.query, there.text, langs).repaired if there else None
        if back:
            assert back.text == case.translation
            undone += 1
    assert undone >= 20


@pytest.mark.parametrize("case", GOLD[::7], ids=lambda case: f"{case.source}-{case.target} {case.note}")
def test_pieces_say_what_was_rewritten_and_where(case: Case) -> None:
    found = repair(case.query, case.stored, case.translation, (case.source, case.target)).repaired
    if found is None:
        return
    text = case.translation
    shift = 0
    for piece in found.pieces:
        start, end = piece.span
        assert found.text[start:end] == piece.after
        assert text[start - shift : start - shift + len(piece.before)] == piece.before
        shift += len(piece.after) - len(piece.before)


SENTENCES = {
    EN: ("In {y} the Fund paid {n} dollars under item {i}.", ","),
    FR: ("En {y}, le Fonds a versé {n} dollars au titre du point {i}.", "\u00a0"),
    ES: ("En {y} el Fondo pagó {n} dólares en relación con el tema {i}.", "."),
    ZH: ("基金在{y}年根据项目{i}支付了{n}美元。", " "),
}
amounts = st.integers(1_100, 99_999_999)


def sentence(lang: Lang, year: int, amount: int, item: int) -> str:
    """A sentence with three numbers, written as the language does."""
    text, group = SENTENCES[lang]
    return text.format(y=year, n=f"{amount:,}".replace(",", group), i=item)


@given(
    langs=st.permutations(list(SENTENCES)),
    years=st.tuples(st.integers(1950, 2049), st.integers(1950, 2049)),
    sums=st.tuples(amounts, amounts),
    items=st.tuples(st.integers(3, 199), st.integers(3, 199)),
)
@settings(deadline=None, max_examples=60)
def test_the_values_of_the_query_are_found_again(
    langs: list[Lang], years: tuple[int, int], sums: tuple[int, int], items: tuple[int, int]
) -> None:
    source, target = langs[:2]
    old, new = zip(years, sums, items, strict=True)
    assume(len(set(old)) == len(set(new)) == 3)

    found = text_of(sentence(source, *new), sentence(source, *old), sentence(target, *old), (source, target))

    if found is None:
        assert old == new
        return
    assert found == sentence(target, *new)
    values = sorted(place.value for place in find(found, target))
    assert values == sorted(place.value for place in find(sentence(source, *new), source))


cases = st.sampled_from([case for case in GOLD if case.expected])
langs = st.sampled_from([*UN_LANGUAGES, Lang("fr-CH"), Lang("de"), Lang("ja")])
marks = st.text(alphabet="0123456789 .,%*()/-IVXab第٣٤年月日万и", max_size=3)


@given(case=cases, source=langs, target=langs, place=st.floats(0, 1), length=st.integers(0, 3), put=marks)
@settings(deadline=None, max_examples=200)
def test_damaged_texts_in_any_languages_give_a_repair_or_a_reason(
    case: Case, source: Lang, target: Lang, place: float, length: int, put: str
) -> None:
    start = int(place * len(case.query))
    query = case.query[:start] + put + case.query[start + length :]

    for pair in ((case.source, case.target), (source, target)):
        found = repair(query, case.stored, case.translation, pair)

        assert not (found.repaired and found.reasons)
        if found.repaired:
            assert [found.repaired.text[slice(*p.span)] for p in found.repaired.pieces] == [
                p.after for p in found.repaired.pieces
            ]
            assert repair(query, query, found.repaired.text, pair).repaired is None


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", [EN, FR, ES, RU, AR], ids=str)
def test_every_ordinal_form_is_found_with_its_value(lang: Lang) -> None:
    for value in range(1, (LARGEST_ARABIC if lang == AR else LARGEST) + 1):
        for style, text in ordinal_forms(value, lang.primary):
            if text in {"seconds", "secondes"}:  # words for time as well
                continue
            (found,) = find(text, lang)
            assert (found.value, found.start, found.end) == (str(value), 0, len(text)), style


def test_chinese_numerals_are_read_back() -> None:
    assert [value for value in range(1, 3000) if han_number(han(value)) != value] == []


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_country_form_is_found_with_its_code(lang: Lang) -> None:
    around = {"en": "in {}.", "fr": "la Mission {}.", "es": "Gobierno {}.", "ru": "страна {}.", "ar": "في {}."}
    for code in load("country_forms"):
        if lang.primary not in load("country_forms")[code]:
            continue
        for style, name in country_forms(code, lang.primary):
            if (lang == AR and style) or name.split()[-1] in load("countries")[lang.primary]["ambiguous"]:
                continue
            text = around.get(lang.primary, "在{}。").format(name)
            assert [place.value for place in countries(text, lang)] == [code], (style, text)


@pytest.mark.parametrize(
    ("lang", "written", "old", "new", "expected"),
    [
        (RU, "1 миллион", "1000000", "2000000", "2 миллиона"),
        (RU, "25 процентов", "25%", "40%", "40 процентов"),
        (RU, "2 процента", "2%", "5%", "5 процентов"),
        (FR, "1,9\u00a0million", "1900000", "2000000", "2\u00a0millions"),
        (ES, "1 millón", "1000000", "3500000", "3,5 millones"),
        (AR, "3 ملايين", "3000000", "15000000", "15 مليون"),
        (AR, "٢٥", "25", "31", "٣١"),
        (ZH, "120万", "1200000", "250000000", "2.5亿"),
        (ZH, "百分之二十五", "25%", "40%", "百分之四十"),
        (EN, "999", "999", "1500", "1,500"),
        (EN, "3.2.1", "3.2.1", "3.2.2", "3.2.2"),
    ],
)
def test_numbers_keep_the_form_they_have(lang: Lang, written: str, old: str, new: str, expected: str) -> None:
    assert rewrite_number(Place(written, 0, len(written), lang.primary), old, new) == expected


@pytest.mark.parametrize(
    ("lang", "written", "old", "new"),
    [
        (RU, "25 процентов", "25%", "22%"),  # nominative or genitive
        (FR, "2,5\u00a0millions", "2500000", "900000"),
        (AR, "999", "999", "1500"),  # no one custom
        (EN, "5", "5", "5%"),
    ],
)
def test_numbers_whose_form_is_not_certain_are_refused(lang: Lang, written: str, old: str, new: str) -> None:
    with pytest.raises(UncertainError):
        rewrite_number(Place(written, 0, len(written), lang.primary), old, new)


def test_numbers_of_resolutions_are_not_separated() -> None:
    langs = EN, FR

    assert (
        text_of("see resolution 1325", "see resolution 986", "voir la résolution 986", langs)
        == "voir la résolution 1325"
    )
    assert text_of("1,325 tents", "986 tents", "986 tentes", langs) == "1\u00a0325 tentes"


def test_plural_classes_are_those_of_the_languages() -> None:
    assert [plural_class(Decimal(n), "ru") for n in (1, 2, 5, 11, 21)] == ["one", "few", "many", "many", "one"]
    assert [plural_class(Decimal(n), "ar") for n in (2, 3, 11, 100, 103)] == ["two", "few", "many", "other", "few"]


@pytest.mark.parametrize(
    ("query", "source", "target", "langs", "reason"),
    [
        ("5 maps", "5 charts", "5 cartes", (EN, FR), ""),
        ("6th meeting, para. 5", "5th meeting, para. 5", "الجلسة 5، الفقرة الخامسة", (EN, AR), "more than"),
        ("in 2019", "in 2018", "la même année", (EN, FR), "no counterpart"),
        ("10.15 a.m.", "10 a.m.", "10 h", (EN, FR), "different ways"),
        ("at 11 a.m.", "at 10 a.m.", "الساعة 10:00", (EN, AR), "longer figure"),
        ("€5", "$5", "5 dollars", (EN, FR), "sign"),
        ("States shall not act by 2030", "States shall act by 2020", "d’ici à 2020", (EN, FR), "turned round"),
        ("Chad (2016), Mali (2017)", "Cuba (2016), Mali (2017)", "Cuba (2016), Mali (2017)", (EN, FR), "more of"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_refused_with_its_reason(
    query: str, source: str, target: str, langs: tuple[Lang, Lang], reason: str
) -> None:
    found = repair(query, source, target, langs)

    assert found.repaired is None
    assert reason in " ".join(found.reasons)


# --- lookup and what shows it ---------------------------------------------------------------------------------------

STORED = {
    EN: "The Committee met on 5 July 2018 and adopted 12 decisions.",
    FR: "Le Comité s’est réuni le 5 juillet 2018 et a adopté 12 décisions.",
    ZH: "委员会于2018年7月5日举行会议，通过了12项决定。",
}
QUERY = "The Committee met on 1 March 2021 and adopted 15 decisions."
REPAIRED_FR = "Le Comité s’est réuni le 1er mars 2021 et a adopté 15 décisions."
REPAIRED_ZH = "委员会于2021年3月1日举行会议，通过了15项决定。"
UNIT = TranslationUnit(tuple(Variant(lang, text) for lang, text in STORED.items()))


def found_in_memory(tmp_path: Path, options: LookupOptions | None = None) -> Match:
    """The best match for the query in a memory of one unit."""
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_units(conn, [UNIT], origin=Document(origin="x"))
        with memory.read() as conn:
            return lookup(conn, QUERY, EN, [FR, ZH], options)[0]


def test_lookup_gives_the_repaired_translations_beside_the_stored_ones(tmp_path: Path) -> None:
    match = found_in_memory(tmp_path)

    assert [repaired and repaired.text for repaired in match.repairs] == [REPAIRED_FR, REPAIRED_ZH]
    assert [target.text for target in match.targets] == [STORED[FR], STORED[ZH]]
    assert match.score < REPAIRED_SCORE
    assert match.repaired_score == REPAIRED_SCORE
    assert not match.automatic


def test_without_repair_lookup_gives_none(tmp_path: Path) -> None:
    match = found_in_memory(tmp_path, LookupOptions(repair=False))

    assert match.repairs == ()
    assert not match.repaired


def test_a_repaired_match_is_proposed_but_never_automatic(tmp_path: Path) -> None:
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_units(conn, [UNIT], origin=Document(origin="x"))
        with memory.read() as conn:
            segment = Segment(QUERY, EN, Kind.PARAGRAPH)
            (suggestion,) = suggest(conn, [segment], EN, [FR])

    assert suggestion.proposal is not None
    assert suggestion.proposal.kind == "repaired"
    assert dict(suggestion.proposal.texts) == {FR: REPAIRED_FR}
    assert not suggestion.proposal.automatic
    page = tmp_path / "page.html"
    write_suggestions(
        page, [suggestion], About(EN, [FR], "draft", "m", datetime(2026, 1, 1, tzinfo=UTC)),
        leverage=[], in_bands=["new"],
    )  # fmt: skip
    assert '<mark class="new">1er mars 2021</mark>' in page.read_text("utf-8")


def test_the_terminal_and_json_show_each_rewritten_piece(tmp_path: Path) -> None:
    match = found_in_memory(tmp_path)
    console = Console(record=True, width=200, force_terminal=True)

    show_matches(console, QUERY, [match])

    assert REPAIRED_FR in console.export_text()
    shape = shapes.match(match)["repaired"]["fr"]
    assert shape["text"] == REPAIRED_FR
    assert [(piece["kind"], piece["before"], piece["after"]) for piece in shape["pieces"]] == [
        ("date", "5 juillet 2018", "1er mars 2021"), ("number", "12", "15"),
    ]  # fmt: skip


def test_a_match_is_repaired_throughout_only_when_every_target_is(tmp_path: Path) -> None:
    match = found_in_memory(tmp_path)

    half = replace(match, repairs=(match.repairs[0], None))

    assert match.repaired
    assert not half.repaired
    assert half.repaired_score == half.score
