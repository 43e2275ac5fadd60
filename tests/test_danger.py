"""Danger flags: pairs of sentences in six languages, dangerous and harmless, all written for this project."""

import json
from pathlib import Path

import pytest

from tm.data import load
from tm.lang import Lang
from tm.match import Comparison, compare

_GOLDEN = json.loads((Path(__file__).parent / "golden" / "danger.json").read_text(encoding="utf-8"))
#: language -> rows of query, stored text and the flag expected; all of them reverse the meaning.
DANGEROUS: dict[str, list[list[str]]] = _GOLDEN["dangerous"]
#: language -> rows of query and stored text; nothing in them may be flagged as turning the meaning round.
HARMLESS: dict[str, list[list[str]]] = _GOLDEN["harmless"]
#: A second set, of the same form, whose floors hold for each language as a whole. Its flags include those of values.
_SECOND = json.loads((Path(__file__).parent / "golden" / "danger_second.json").read_text(encoding="utf-8"))
#: Least share of the dangerous pairs to be flagged, both ways round, and greatest share of the harmless ones.
RECALL, FALSE_ALARMS = 0.98, 0.03
#: Names of the flags that turn the meaning round.
REVERSING = {"negation", "modal", "operative", "polarity"}

UN = ("ar", "en", "es", "fr", "ru", "zh")


def pairs(table: dict[str, list[list[str]]]) -> list[tuple[str, ...]]:
    return [(lang, *row) for lang, rows in table.items() for row in rows]


def reversing(compared: Comparison) -> set[str]:
    return {flag.name for flag in compared.flags if flag.reverses}


@pytest.mark.parametrize(("lang", "query", "stored", "name"), pairs(DANGEROUS))
@pytest.mark.parametrize("swapped", [False, True])
def test_reversed_meaning_is_flagged_in_both_directions(
    lang: str, query: str, stored: str, name: str, swapped: bool
) -> None:
    if swapped:
        query, stored = stored, query

    compared = compare(query, stored, Lang(lang))

    assert name in reversing(compared)
    assert compared.score < 85
    assert not compared.automatic


@pytest.mark.parametrize(("lang", "query", "stored"), pairs(HARMLESS))
def test_harmless_changes_are_not_flagged_as_reversed(lang: str, query: str, stored: str) -> None:
    assert reversing(compare(query, stored, Lang(lang))) == set()
    assert reversing(compare(stored, query, Lang(lang))) == set()


@pytest.mark.parametrize("lang", UN)
def test_every_language_has_its_pairs(lang: str) -> None:
    assert len(DANGEROUS[lang]) >= 8
    assert len(HARMLESS[lang]) >= 6


def caught(query: str, stored: str, name: str, lang: str) -> bool:
    """Whether both directions bear the flag; one that reverses may bear another name that does."""
    for compared in (compare(query, stored, Lang(lang)), compare(stored, query, Lang(lang))):
        names = {flag.name for flag in compared.flags}
        if name == "dropped":
            names = {"dropped"} if names & {"added", "dropped"} else set()
        if not (names & REVERSING if name in REVERSING else name in names):
            return False
        if name in REVERSING and (compared.score >= 85 or compared.automatic):
            return False
    return True


@pytest.mark.parametrize("lang", UN)
def test_the_second_set_keeps_its_floors(lang: str) -> None:
    dangerous, harmless = _SECOND["dangerous"][lang], _SECOND["harmless"][lang]

    missed = [(one, other) for one, other, name in dangerous if not caught(one, other, name, lang)]
    alarmed = [(one, other) for one, other in harmless if flagged(one, other, lang) or flagged(other, one, lang)]

    assert len(dangerous) >= 40
    assert len(harmless) >= 20
    assert len(missed) <= (1 - RECALL) * len(dangerous), missed
    assert len(alarmed) <= FALSE_ALARMS * len(harmless), alarmed


@pytest.mark.parametrize(
    ("query", "stored", "name"),
    [
        ("Entries made no later than May count.", "Entries made later than May count.", "negation"),
        ("The UNDP office closed.", "The UNEP office closed.", "body"),
        ("The General Assembly met.", "The Security Council met.", "body"),
        ("The term is thirty days.", "The term is thirty months.", "number"),
    ],
)
def test_harmless_phrases_bodies_and_measures(query: str, stored: str, name: str) -> None:
    assert name in flagged(query, stored)
    assert name in flagged(stored, query)


def test_a_short_name_of_the_same_body_is_no_other_body() -> None:
    assert flagged("The Council met in May.", "The Security Council met in May.") == {}
    assert flagged("The Council met, and others.", "The Security Council met, and others.") == {}


@pytest.mark.parametrize(
    ("query", "stored"),
    [("cannot travel", "unable to travel"), ("The staff is unable to leave.", "The staff cannot leave.")],
)
def test_ways_of_denying_ability_are_the_same(query: str, stored: str) -> None:
    assert flagged(query, stored) == {}


def flagged(query: str, stored: str, lang: str = "en") -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {flag.name: (flag.query, flag.stored) for flag in compare(query, stored, Lang(lang)).flags}


def test_flags_name_the_words_concerned() -> None:
    assert flagged("The report was not satisfactory.", "The report was satisfactory.") == {"negation": (("not",), ())}
    assert flagged("Parties may act.", "Parties shall act.") == {"modal": (("may",), ("shall",))}
    found = flagged("The result was unsatisfactory and seldom used.", "The result was satisfactory and often used.")
    assert found["negation"] == (("unsatisfactory", "seldom"), ("satisfactory",))


def test_changed_values_are_flagged_by_their_kind() -> None:
    query = "At its 79th session, on 6 July 2019, Mali cited A/RES/70/1 and 12 cases."
    stored = "At its 78th session, on 5 July 2018, Chad cited A/RES/70/2 and 13 cases."

    found = flagged(query, stored)

    assert found == {
        "number": (("12",), ("13",)),
        "date": (("6 July 2019",), ("5 July 2018",)),
        "symbol": (("A/RES/70/1",), ("A/RES/70/2",)),
        "ordinal": (("79th",), ("78th",)),
        "country": (("Mali",), ("Chad",)),
    }


def test_values_in_another_order_are_flagged() -> None:
    assert set(flagged("from 5 to 10 members", "from 10 to 5 members")) == {"number"}


def test_numbers_in_words_are_flagged() -> None:
    assert flagged("Two speakers agreed.", "Three speakers agreed.") == {"number": (("Two",), ("Three",))}


@pytest.mark.parametrize(
    ("lang", "text", "clause"),
    [
        ("en", "The Committee adopted the report", ", after long consultations with all delegations"),
        ("fr", "Le Comité a adopté le rapport", ", après de longues consultations avec les délégations"),
        ("es", "El Comité aprobó el informe", ", tras largas consultas con las delegaciones"),
        ("ru", "Комитет утвердил доклад", " после продолжительных консультаций с делегациями"),
        ("ar", "اعتمدت اللجنة التقرير", " بعد مشاورات طويلة مع جميع الوفود"),
        ("zh", "委员会通过报告", "在与各国代表团长期协商之后"),
    ],
)
def test_added_and_dropped_clauses_are_flagged(lang: str, text: str, clause: str) -> None:
    longer = f"{text}{clause}."

    assert flagged(longer, f"{text}.", lang)["added"][0][0] in longer
    assert flagged(f"{text}.", longer, lang)["dropped"][1][0] in longer


def test_a_moved_sentence_does_not_count_as_a_lost_negation() -> None:
    one, two = "The rule does not apply to minors at sea.", "Delegations welcomed the progress made last year."

    assert reversing(compare(f"{one} {two}", f"{two} {one}", Lang("en"))) == set()


def test_a_negation_that_changes_its_place_is_flagged() -> None:
    query = "Carriers shall not be fined and migrants shall be detained."
    stored = "Carriers shall be fined and migrants shall not be detained."

    assert "negation" in reversing(compare(query, stored, Lang("en")))


@pytest.mark.parametrize(
    ("query", "stored"),
    [
        ("والزيادة في عدد الحالات واضحة", "والانخفاض في عدد الحالات واضح"),
        ("فلم يقدم التقرير إلى اللجنة", "فقدم التقرير إلى اللجنة"),
    ],
)
def test_arabic_words_are_found_behind_prefixes_and_before_endings(query: str, stored: str) -> None:
    assert reversing(compare(query, stored, Lang("ar")))


def test_languages_without_lists_still_flag_values() -> None:
    found = flagged("Der Bericht hat 12 Seiten.", "Der Bericht hat 13 Seiten.", "de")

    assert found == {"number": (("12",), ("13",))}


def test_the_lists_are_well_formed() -> None:
    for lang in UN:
        data = load("danger")[lang]
        for group in ("modal", "operative", "cardinal", "body", "measure"):
            assert all(phrases for phrases in data[group].values())
        for one, other in data["polarity"]:
            assert one
            assert other
        assert not set(data["negation"]) & set(data["ignored"])
