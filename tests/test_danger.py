"""Danger flags: pairs of sentences in six languages, dangerous and harmless, all written for this project."""

from itertools import product
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.danger import LANGUAGES, Found, Gold, gold, judged, measured
from tm.lang import Lang
from tm.match import Comparison, compare
from tm.negation import Beginnings, same_word
from tm.passages import reading
from tm.phrases import MODAL, OPPOSITE, lists, terms
from tm.placeables import tokens

#: Least share of the dangerous pairs to be flagged, both ways round, and greatest share of the harmless ones.
RECALL, FALSE_ALARMS = 0.98, 0.03
PAIRS = {lang: gold(lang) for lang in LANGUAGES}


def reversing(compared: Comparison) -> set[str]:
    return {flag.name for flag in compared.flags if flag.reverses}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gold_set_keeps_its_floors(lang: str) -> None:
    found = measured(PAIRS[lang])

    assert len(PAIRS[lang]) >= 60
    assert found.recall >= RECALL, found.missed
    assert found.false_alarms <= FALSE_ALARMS, found.alarmed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gold_set_holds_every_class_and_enough_harmless_pairs(lang: str) -> None:
    names = {name for pair in PAIRS[lang] for name in pair.flags}

    assert {"negation", "modal", "operative", "polarity", "number", "date", "symbol", "country", "body"} <= names
    assert names & {"added", "dropped"}
    assert sum(pair.harmless for pair in PAIRS[lang]) >= 0.25 * len(PAIRS[lang])
    assert all(pair.harmless == (not pair.flags) and pair.lang == lang and pair.note for pair in PAIRS[lang])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_turns_the_meaning_round_is_capped_and_never_inserted(lang: str) -> None:
    turned = 0
    for pair in PAIRS[lang]:
        for query, stored in ((pair.query, pair.stored), (pair.stored, pair.query)):
            compared = compare(query, stored, Lang(lang))
            if reversing(compared):
                turned += 1
                assert compared.score < 85, query
            assert not (compared.flags and compared.automatic), query
    assert turned >= 60


@pytest.mark.parametrize("lang", LANGUAGES)
def test_flags_name_words_of_both_sides_and_turn_with_them(lang: str) -> None:
    clause = {"added", "dropped"}
    for pair in PAIRS[lang]:
        there = compare(pair.query, pair.stored, Lang(lang)).flags
        back = compare(pair.stored, pair.query, Lang(lang)).flags
        for flag in there:
            assert flag.query or flag.stored
            assert all(word in pair.query for word in flag.query)
            assert all(word in pair.stored for word in flag.stored)
        assert {flag.name for flag in there} - clause == {flag.name for flag in back} - clause, pair.query


def test_the_measure_tells_a_miss_and_a_false_alarm() -> None:
    missed = Gold("en", "The big report is late.", "The large report is late.", ("negation",), False, "")
    alarmed = Gold("en", "Parties may act.", "Parties shall act.", (), True, "")

    assert measured([missed, alarmed]) == Found(1, 1, (missed.query,), (alarmed.query,))
    assert judged(missed) is False
    assert measured([missed]).recall == 0.0
    assert measured([alarmed]).false_alarms == 1.0


#: Rows of a comparison of nine systems on pairs as documents of the United Nations have them, that change the meaning.
ROWS = [
    ("en", "at its seventy-eighth session, held in 2023", "at its seventy-ninth session, held in 2023", "ordinal"),
    ("en", "The Committee shall not consider the report.", "The Committee shall consider the report.", "negation"),
    ("fr", "Le Comité n'examine pas le rapport.", "Le Comité examine le rapport.", "negation"),
    ("en", "The Committee may consider the report.", "The Committee shall consider the report.", "modal"),
    ("en", "Invites Member States to report on progress;", "Urges Member States to report on progress;", "operative"),
    ("en", "See A/78/1 of 5 July 2023.", "See A/78/2 of 5 July 2023.", "symbol"),
    ("en", "See A/78/1 of 5 July 2023.", "See A/78/1 of 6 July 2023.", "date"),
    ("en", "The 78th session was held in May.", "The 79th session was held in May.", "ordinal"),
    ("en", "The situation in Mali remains grave.", "The situation in Niger remains grave.", "country"),
    (
        "en", "The Council met, and heard a statement by the Chair of the Committee.", "The Council met.", "added",
    ),
    ("zh", "委员会不应审议报告。", "委员会应审议报告。", "negation"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "query", "stored", "name"), ROWS)
def test_changes_that_other_systems_score_high_are_flagged(lang: str, query: str, stored: str, name: str) -> None:
    assert name in flagged(query, stored, lang)
    assert not compare(query, stored, Lang(lang)).automatic


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
    ("lang", "query", "stored"),
    [
        ("en", "It is not possible to verify the claims.", "To verify the claims is not possible."),
        ("en", "At the time, the Government had not replied.", "No reply had come from the Government at the time."),
        ("en", "States must reply by June.", "By June, replies must come from States."),
        ("zh", "无法核实这些指控。", "这些指控无法得到核实。"),
        ("zh", "会员国必须在6月前答复。", "答复必须由会员国在6月前提交。"),
        ("ar", "يتعين على الدول تقديم ردودها.", "يجب على الدول أن تقدم ردودها."),
    ],
)
def test_denials_and_duties_that_moved_are_the_same(lang: str, query: str, stored: str) -> None:
    assert flagged(query, stored, lang) == {}
    assert flagged(stored, query, lang) == {}


def test_a_clause_said_in_other_words_elsewhere_is_none() -> None:
    assert flagged("Owing to heavy rain, work stopped.", "Work stopped for torrential downpours.") == {}
    assert set(flagged("Owing to heavy rain in March, work stopped.", "Work stopped.")) == {"added"}


@pytest.mark.parametrize(
    ("lang", "query", "stored"),
    [
        ("en", "It opened on 5 March 2022.", "It opened on the fifth of March 2022."),
        ("en", "It opened at 3 p.m. sharp.", "It opened at 15:00 sharp."),
        ("en", "The budget for 2018/19 stands.", "The budget for 2018–2019 stands."),
        ("en", "See article IV below.", "See article 4 below."),
        ("en", "See chart No. 5 below.", "See chart number 5 below."),
        ("fr", "Voir le tableau n° 5 ci-après.", "Voir le tableau no 5 ci-après."),
        ("en", "It cost one and a half million euros.", "It cost 1.5 million euros."),
        ("ru", "Это стоило полтора миллиарда евро.", "Это стоило 1,5 млрд евро."),
        ("fr", "Cela coûte un milliard et demi.", "Cela coûte 1,5 milliard."),
        ("en", "It needs two thirds of the votes.", "It needs 2/3 of the votes."),
        ("zh", "资本为十五亿欧元。", "资本为15亿欧元。"),
        ("zh", "小组将于六月开会。", "小组将于6月开会。"),
        ("ar", "بلغ العدد نصف مليون وحدة.", "بلغ العدد 500 000 وحدة."),
        ("en", "Ali & Sons appealed.", "Ali and Sons appealed."),
    ],
)
def test_values_in_another_notation_are_the_same(lang: str, query: str, stored: str) -> None:
    assert flagged(query, stored, lang) == {}
    assert flagged(stored, query, lang) == {}


def test_other_values_in_another_notation_are_flagged() -> None:
    assert set(flagged("It opened on 6 March 2022.", "It opened on the fifth of March 2022.")) == {"date", "ordinal"}
    assert "number" in flagged("It opened at 3 p.m. sharp.", "It opened at 14:00 sharp.")
    assert "number" in flagged("See article IV below.", "See article 5 below.")
    assert "symbol" in flagged("See decision 2012/14 of June.", "See decision 2014/12 of June.")
    assert "number" in flagged("资本为十五亿欧元。", "资本为十六亿欧元。", "zh")
    assert "negation" in flagged("No 5 tents came.", "5 tents came.")


def test_a_word_of_place_is_a_limit_only_before_a_number() -> None:
    assert set(flagged("Children over 5 years attend.", "Children of 5 years attend.")) == {"polarity"}
    assert flagged("Work continues over the summer.", "Work continues in the summer.") == {}


def test_a_period_is_the_same_by_another_measure() -> None:
    assert flagged("Payments are made quarterly.", "Payments are made every three months.") == {}
    assert "number" in flagged("Payments are made quarterly.", "Payments are made every two months.")


def test_verb_and_noun_of_an_operative_verb_are_the_same() -> None:
    assert flagged("The Board expresses its sincere gratitude to Peru.", "The Board thanks Peru.") == {}
    assert flagged("Expresses its deep concern at the delay;", "Welcomes the delay;").keys() == {"operative"}


def test_a_year_alone_is_a_number_and_a_date() -> None:
    assert flagged("It ends in 2027.", "It ends in 2029.") == {
        "number": (("2027",), ("2029",)),
        "date": (("2027",), ("2029",)),
    }
    assert set(flagged("It has 2,027 seats.", "It has 2,029 seats.")) == {"number"}


def test_posts_and_courts_are_told_from_those_whose_names_hold_theirs() -> None:
    assert set(flagged("The Vice-President spoke.", "The President spoke.")) == {"body"}
    assert set(flagged("理事会副主席发言。", "理事会主席发言。", "zh")) == {"body"}
    assert set(flagged("国际法院开庭。", "国际刑事法院开庭。", "zh")) == {"body"}
    assert flagged("The Commission met.", "The Peacebuilding Commission met.") == {}


@pytest.mark.parametrize(
    ("lang", "query", "stored"),
    [
        ("en", "The DPRK replied.", "The Democratic People's Republic of Korea replied."),
        ("fr", "La RDC a répondu.", "La République démocratique du Congo a répondu."),
        ("en", "It costs 5 United States dollars.", "It costs US$ 5."),
        ("es", "Cuesta 5 dólares.", "Cuesta 5 dólares de los Estados Unidos."),
        (
            "en",
            "UNRWA helps.",
            "The United Nations Relief and Works Agency for Palestine Refugees in the Near East helps.",
        ),
    ],
)
def test_acronyms_and_currencies_name_no_other_country(lang: str, query: str, stored: str) -> None:
    assert flagged(query, stored, lang) == {}
    assert flagged(stored, query, lang) == {}


def test_a_negation_is_named_with_the_words_that_go_with_it() -> None:
    found = flagged("Aucune règle de cette loi ne vaut.", "Une règle de cette loi vaut.", "fr")
    assert found == {"negation": (("Aucune", "ne"), ())}


def test_what_was_read_of_a_text_before_changes_nothing() -> None:
    pairs = [(pair, Lang(lang)) for lang in LANGUAGES for pair in PAIRS[lang][::7]]
    reading.cache_clear()
    cold = [compare(pair.query, pair.stored, lang).flags for pair, lang in pairs]
    warm = [compare(pair.query, pair.stored, lang).flags for pair, lang in reversed(pairs)]

    assert cold == warm[::-1]
    assert reading.cache_info().hits


@pytest.mark.parametrize(
    ("query", "stored"),
    [
        ("والزيادة في عدد الحالات واضحة", "والانخفاض في عدد الحالات واضح"),
        ("فلم يقدم التقرير إلى اللجنة", "فقدم التقرير إلى اللجنة"),
    ],
)
def test_arabic_words_are_found_behind_prefixes_and_before_endings(query: str, stored: str) -> None:
    assert reversing(compare(query, stored, Lang("ar")))


def test_signs_may_be_said_in_words() -> None:
    assert flagged("It costs $1.5 million.", "It costs 1.5 million dollars.") == {}
    assert flagged("It costs $1.5 million.", "It costs 1.5 million euros.") == {"number": (("$",), ())}
    assert "number" in flagged("Es kostet 5 $.", "Es kostet 5.", "de")


def test_numbers_in_words_and_in_figures_are_the_same() -> None:
    assert flagged("two hundred and fifty guests", "250 guests") == {}
    assert flagged("deux cent quatre-vingt-douze invités", "292 invités", "fr") == {}
    assert flagged("двести пятьдесят один гость", "251 гость", "ru") == {}
    assert flagged("doscientos cincuenta y un invitados", "251 invitados", "es") == {}
    assert flagged("ثلاثمائة وخمسة وعشرون ضيفا", "325 ضيفا", "ar") == {}
    assert flagged("三百二十五名客人", "325名客人", "zh") == {}
    assert flagged("四分之一的客人", "25%的客人", "zh") == {}
    assert flagged("one half of the guests", "50 per cent of the guests") == {}
    assert "number" in flagged("two hundred and fifty guests", "215 guests")


def test_dates_in_words_and_in_figures_are_the_same() -> None:
    assert flagged("Signed on 3 March 2011.", "Signed on 03/03/2011.") == {}
    assert flagged("Signé le 5 juillet 2018.", "Signé le 05.07.2018.", "fr") == {}
    assert flagged("Signed on 5 July 2018.", "Signed on 2018-07-05.") == {}
    assert "date" in flagged("Signed on 5 July 2018.", "Signed on 06/07/2018.")


def test_an_exchange_of_places_is_told_from_a_list_in_another_order() -> None:
    assert flagged("Women and men voted.", "Men and women voted.") == {}
    found = flagged("The imports exceed the exports.", "The exports exceed the imports.")
    assert found == {"polarity": (("imports", "exports"), ("exports", "imports"))}


def test_denying_one_of_two_complements_says_the_other() -> None:
    assert flagged("Smoking is not permitted here.", "Smoking is prohibited here.") == {}
    assert "negation" in flagged("Smoking is not permitted here.", "Smoking is permitted here.")
    assert "polarity" in flagged("Smoking is permitted here.", "Smoking is prohibited here.")


def test_restriction_by_ne_que_and_prohibition_of_either_kind() -> None:
    only, all_of_them = "Le Comité n'examine que les plaintes.", "Le Comité examine les plaintes."
    assert reversing(compare(only, all_of_them, Lang("fr"))) == {"polarity"}
    assert flagged(only, "Le Comité examine uniquement les plaintes.", "fr") == {}
    assert flagged("Staff may not accept gifts.", "Staff must not accept gifts.") == {}
    assert "modal" in flagged("Staff may accept gifts.", "Staff must accept gifts.")


def test_a_ne_that_says_nothing_is_told_from_one_that_denies() -> None:
    with_ne, without = "Le délai court avant qu'il ne statue.", "Le délai court avant qu'il statue."
    assert flagged(with_ne, without, "fr") == {}
    denied = "Le délai court avant qu'il ne puisse pas statuer."
    assert "negation" in flagged(denied, "Le délai court avant qu'il puisse statuer.", "fr")
    assert "negation" in flagged("Il ne peut statuer.", "Il peut statuer.", "fr")


def test_the_number_of_a_resolution_is_a_symbol_and_that_of_a_committee_a_body() -> None:
    found = flagged("Recalling its resolutions 46/182 and 48/57,", "Recalling its resolutions 46/182 and 48/75,")
    assert found == {"symbol": (("57",), ("75",))}
    assert set(flagged("See resolution 12/14.", "See resolution 14/12.")) == {"symbol"}
    assert set(flagged("It has 57 members.", "It has 75 members.")) == {"number"}
    assert set(flagged("The Fifth Committee met.", "The Sixth Committee met.")) == {"body"}
    assert set(flagged("The fifth meeting closed.", "The sixth meeting closed.")) == {"ordinal"}


def test_values_that_move_with_a_neighbour_of_their_own_say_the_same() -> None:
    assert flagged("In 2019, it trained 300 judges.", "It trained 300 judges in 2019.") == {}
    exchanged = flagged("It has 30 women and 50 men.", "It has 50 women and 30 men.")
    assert exchanged == {"number": (("30", "50"), ("50", "30"))}
    assert "number" in flagged("From 5 members to 10 members.", "From 10 members to 5 members.")


def test_the_time_of_day_is_the_same_with_a_point_and_a_colon() -> None:
    assert flagged("It rose at 1.05 p.m.", "It rose at 1:05 p.m.") == {}
    assert set(flagged("It rose at 1.05 p.m.", "It rose at 1:15 p.m.")) == {"number"}
    assert set(flagged("It rose at 1.01 p.m.", "It rose at 1:10 p.m.")) == {"number"}


def test_giver_and_taker_may_change_places_with_their_verb() -> None:
    given = "FAO provided seeds to the farmers."
    assert flagged(given, "The farmers received seeds from FAO.") == {}
    assert set(flagged(given, "FAO received seeds from the farmers.")) == {"polarity"}


def test_a_country_is_told_from_one_whose_name_is_part_of_its_own() -> None:
    assert set(flagged("The Republic of the Congo reported.", "The Democratic Republic of the Congo reported.")) == {
        "country"
    }
    assert set(flagged("La Guinée a signé.", "La Guinée équatoriale a signé.", "fr")) == {"country"}


def test_a_denial_said_elsewhere_in_the_clause_is_the_same() -> None:
    moved = "Persons under 18 shall not be held in such places."
    assert flagged("No person under 18 shall be held in such places.", moved) == {}
    other = "No one came, but the Committee did meet and did decide."
    assert "negation" in flagged(other, "Some came, but the Committee did not meet and did decide.")


#: Comparing every word with every other took forty seconds.
SECONDS = 8


def test_thousands_of_words_with_negative_prefixes_are_compared_in_time() -> None:
    stems = ["".join(letters) for letters in product("bdfg", "aeiou", "klmn", "aeiou", "prst")]
    mine = " ".join(f"un{stem}ed un{stem}ing" for stem in stems)
    theirs = " ".join(f"un{stem[::-1]}ed un{stem[::-1]}ing" for stem in stems)
    started = perf_counter()
    compare(mine, theirs, Lang("en"))
    assert perf_counter() - started < SECONDS


def test_thousands_of_negations_are_compared_in_time() -> None:
    stems = ["".join(letters) for letters in product("bdfg", "aeiou", "klmn", "aeiou", "prst")]
    mine = " ".join(f"not {stem}ed {stem}ing {k}" for k, stem in enumerate(stems))
    theirs = " ".join(f"{stem}ing not {stem[::-1]}ed {k}" for k, stem in enumerate(stems))
    started = perf_counter()
    compare(mine, theirs, Lang("en"))
    assert perf_counter() - started < SECONDS


@given(
    st.lists(st.text("ab", min_size=4, max_size=9), min_size=1, max_size=12),
    st.text("ab", min_size=4, max_size=9),
)
def test_words_are_looked_up_by_their_beginnings_as_one_by_one(found: list[str], word: str) -> None:
    expected = next((i for i, other in enumerate(found) if same_word(word, other)), None)
    assert Beginnings(list(enumerate(found))).first(word) == expected


def test_languages_without_lists_still_flag_values() -> None:
    found = flagged("Der Bericht hat 12 Seiten.", "Der Bericht hat 13 Seiten.", "de")

    assert found == {"number": (("12",), ("13",))}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lists_are_well_formed(lang: str) -> None:
    data = lists(lang)
    for category in ("modal", "operative", "quantity", "measure", "calendar", "body", "place"):
        assert all(phrases for phrases in data[category].values()), category
    for name, sides in data["opposites"].items():
        assert len(sides) == 2
        assert all(sides), name
    negation = {phrase for phrases in data["negation"].values() for phrase in phrases}
    assert not negation & set(data["harmless"])
    assert set(data["loose"]) <= set(data["quantity"]) | {"notonly", "some", "lessthan", "morethan"}


def test_every_language_knows_the_same_opposites_bodies_and_places() -> None:
    for category in ("opposites", "body", "place"):
        names = [set(lists(lang)[category]) for lang in LANGUAGES]
        assert all(found == names[0] for found in names), category


def found_terms(text: str, lang: str, category: str) -> list[str]:
    read = tokens(text, Lang(lang))
    found = terms(text, read, lang)
    return [text[read[t.start].start : read[t.end - 1].end] for t in found if t.category == category]


def test_case_tells_a_body_and_a_month_from_words() -> None:
    assert found_terms("WHO asked who may act in May.", "en", "body") == ["WHO"]
    assert found_terms("WHO asked who may act in May.", "en", "calendar") == ["May"]
    assert found_terms("The Force used force.", "en", "body") == ["Force"]


def test_russian_case_endings_do_not_make_other_words_places() -> None:
    assert found_terms("в Лиме установлен лимит, Лимит", "ru", "place") == ["Лиме"]


def test_chinese_words_that_hold_a_negation_hide_it() -> None:
    for text in ("不仅", "非常", "非洲", "无论", "未来", "是否", "不断", "不得不"):
        assert found_terms(text, "zh", "clause") == [], text
    assert found_terms("并非不可", "zh", "clause") == ["并非", "不可"]


def test_arabic_verbs_lose_no_letter_of_their_root() -> None:
    assert found_terms("بحثت اللجنة", "ar", "operative") == []
    assert found_terms("وستطلب اللجنة", "ar", "operative") == ["وستطلب"]
    assert found_terms("لزيادة", "ar", OPPOSITE) == ["لزيادة"]
    assert found_terms("على الدول أن", "ar", MODAL) == ["على الدول أن"]
