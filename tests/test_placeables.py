"""Placeables in six languages: numbers, dates, symbols, ordinals, country names, document status."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tm import numbers
from tm.indexed import indexed, indexed_text
from tm.labels import indexed_unlabelled, unlabelled
from tm.lang import UN_LANGUAGES, Lang
from tm.model import DocumentStatus
from tm.ordinals import han_number
from tm.placeables import (
    base_symbol,
    corrects,
    countries,
    document_status,
    find,
    find_symbol,
    masked,
    supersedes,
    tokens,
)
from tm.text import words

UNPC = Path(__file__).parents[2] / "shared" / "data" / "unpc" / "dev"

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


def found(text: str, lang: str) -> list[tuple[str, str, str]]:
    return [(p.kind, text[p.start : p.end], p.value) for p in find(text, Lang(lang))]


def values(text: str, lang: str, kind: str = "") -> list[str]:
    return [p.value for p in find(text, Lang(lang)) if not kind or p.kind == kind]


NUMBERS = [
    ("en", "a total of 1,234.5 tonnes", "1234.5"),
    ("en", "some 1,234,567 persons", "1234567"),
    ("en", "a rate of 25 per cent", "25%"),
    ("en", "a rate of 25%", "25%"),
    ("en", "$5.5 billion", "5500000000"),
    ("en", "Treaty No. 39574", "39574"),
    ("en", "vol. 2225", "2225"),
    ("en", "target 17.18.1", "17.18.1"),
    ("en", "cooled to -5 degrees", "-5"),
    ("fr", "un total de 1 234,5 tonnes", "1234.5"),
    ("fr", "un total de 1\u202f234\u202f567 cas", "1234567"),
    ("fr", "un total de 1\u00a0234 cas", "1234"),
    ("fr", "un taux de 25\u00a0%", "25%"),
    ("fr", "un taux de 25 pour cent", "25%"),
    ("fr", "2,5 milliards de dollars", "2500000000"),
    ("es", "un total de 1.234,5 toneladas", "1234.5"),
    ("es", "3.444.250 dólares", "3444250"),
    ("es", "el 25 por ciento", "25%"),
    ("es", "5.000 millones", "5000000000"),
    ("ru", "всего 1 234,5 тонны", "1234.5"),
    ("ru", "25 процентов", "25%"),
    ("ru", "2,5 млн долларов", "2500000"),
    ("ar", "مجموعها ١٬٢٣٤٫٥ طن", "1234.5"),
    ("ar", "عددهم 918 483 شخصا", "483918"),
    ("ar", "نحو 000 100 نسمة", "100000"),
    ("ar", "مبلغ 250 444 3 دولارات", "3444250"),
    ("ar", "بنسبة 24 في المائة", "24%"),
    ("ar", "2.5 مليون دولار", "2500000"),
    ("zh", "共计1234.5万人", "12345000"),
    ("zh", "共计1 234人", "1234"),
    ("zh", "占25％", "25%"),
    ("zh", "占百分之二十五", "25%"),
    ("zh", "2.5亿美元", "250000000"),
    ("zh", "第1325号决议", "1325"),
    ("zh", "第五条", "5"),
    ("zh", "第2.1条", "2.1"),
]


@pytest.mark.parametrize(("lang", "text", "value"), NUMBERS)
def test_numbers_have_one_value_in_all_languages(lang: str, text: str, value: str) -> None:
    assert [(p.kind, p.value) for p in find(text, Lang(lang))] == [("number", value)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("es", "los artículos 2 y 3", ["2", "3"]),
        ("en", "articles 2, 3 and 4", ["2", "3", "4"]),
        ("en", "resolution 70/1", ["70", "1"]),
        ("en", "resolution 1325 (2000)", ["1325", "2000"]),
        ("zh", "第1325（2000）号决议", ["1325", "2000"]),
        ("zh", "第70/1号决议", ["70", "1"]),
        ("ru", "в 2018 234 человека", ["2018", "234"]),
        ("en", "the biennium 2014-2015", ["2014", "2015"]),
    ],
)
def test_neighbouring_numbers_stay_apart(lang: str, text: str, expected: list[str]) -> None:
    assert values(text, lang) == expected


DATES = [
    ("en", "on 5 July 2018 in", "5 July 2018", "2018-07-05"),
    ("en", "on July 5, 2018 in", "July 5, 2018", "2018-07-05"),
    ("en", "in July 2018, the", "July 2018", "2018-07"),
    ("en", "on 5 July the", "5 July", "--07-05"),
    ("en", "on 2018-07-05 the", "2018-07-05", "2018-07-05"),
    ("fr", "le 5 juillet 2018 à", "5 juillet 2018", "2018-07-05"),
    ("fr", "le 1er juillet 2018 à", "1er juillet 2018", "2018-07-01"),
    ("fr", "en août 2018, le", "août 2018", "2018-08"),
    ("es", "el 5 de julio de 2018 en", "5 de julio de 2018", "2018-07-05"),
    ("es", "el 1º de julio de 2018 en", "1º de julio de 2018", "2018-07-01"),
    ("es", "en julio de 2018 se", "julio de 2018", "2018-07"),
    ("ru", "от 5 июля 2018 года о", "5 июля 2018 года", "2018-07-05"),
    ("ru", "в июле 2018 года в", "июле 2018 года", "2018-07"),
    ("ru", "от 05.07.2018 о", "05.07.2018", "2018-07-05"),
    ("ar", "في 5 تموز/يوليه 2018 في", "5 تموز/يوليه 2018", "2018-07-05"),
    ("ar", "في ٥ تموز/ يوليه ٢٠١٨ في", "٥ تموز/ يوليه ٢٠١٨", "2018-07-05"),
    ("ar", "في 5 يوليو 2018 في", "5 يوليو 2018", "2018-07-05"),
    ("ar", "في 15 كانون الأول/ديسمبر 1955 و", "15 كانون الأول/ديسمبر 1955", "1955-12-15"),
    ("ar", "في 21 كانون الثاني/يناير 2015 و", "21 كانون الثاني/يناير 2015", "2015-01-21"),
    ("ar", "في 3 تشرين الثاني/نوفمبر 2015 و", "3 تشرين الثاني/نوفمبر 2015", "2015-11-03"),
    ("zh", "于2018年7月5日在", "2018年7月5日", "2018-07-05"),
    ("zh", "于二〇一八年七月五日在", "二〇一八年七月五日", "2018-07-05"),
    ("zh", "于7月5日在", "7月5日", "--07-05"),
    ("zh", "于2018年7月在", "2018年7月", "2018-07"),
]


@pytest.mark.parametrize(("lang", "text", "surface", "value"), DATES)
def test_dates_are_found_whole_with_their_iso_value(lang: str, text: str, surface: str, value: str) -> None:
    assert found(text, lang) == [("date", surface, value)]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "from 28 August to 1 September 2019"),
        ("fr", "du 28 août au 1er septembre 2019"),
        ("es", "del 28 de agosto al 1 de septiembre de 2019"),
        ("ru", "с 28 августа по 1 сентября 2019 года"),
        ("ar", "من 28 آب/أغسطس إلى 1 أيلول/سبتمبر 2019"),
        ("zh", "2019年8月28日至9月1日"),
    ],
)
def test_a_range_of_dates_gives_two_whole_dates(lang: str, text: str) -> None:
    assert values(text, lang, "date") == ["2019-08-28", "2019-09-01"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "from 11 to 13 September 2019"),
        ("fr", "du 11 au 13 septembre 2019"),
        ("es", "del 11 al 13 de septiembre de 2019"),
        ("ru", "с 11 по 13 сентября 2019 года"),
        ("ar", "من 11 إلى 13 أيلول/سبتمبر 2019"),
        ("zh", "2019年9月11日至13日"),
        ("zh", "2019年9月11至13日"),
    ],
)
def test_a_range_of_days_gives_two_whole_dates(lang: str, text: str) -> None:
    assert values(text, lang) == ["2019-09-11", "2019-09-13"]


@pytest.mark.parametrize("text", ["45 May cases", "31 February 2018", "they may 5 times", "to march 2 miles"])
def test_what_is_no_date_stays_a_number(text: str) -> None:
    assert "date" not in {kind for kind, _, value in found(text, "en") if not value.startswith("2018")}


@pytest.mark.parametrize(
    "symbol",
    [
        "A/RES/70/1", "CTOC/COP/WG.7/2018/L.1/Add.2", "S/2018/123", "E/CN.4/2005/12", "A/C.3/72/L.5/Rev.1", "A/S-20/4",
        "S/RES/1325 (2000)", "FCCC/CP/2009/11/Add.1", "A/HRC/RES/22/9", "ISBA/20/C/1", "GC(53)/RES/10", "A/ES-10/L.1",
        "UNEP/POPS/COP.5/INF/3", "ECE/TRANS/WP.29/2018/1", "CRC/C/15/Add.1", "A/62/6 (Part One)",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("lang", "frame"), [("en", "see {}, para. "), ("zh", "载于{}号文件"), ("ar", "الوثيقة {}."), ("ru", "({})")]
)
def test_document_symbols_are_one_placeable(symbol: str, lang: str, frame: str) -> None:
    text = frame.format(symbol)
    plain = symbol.removesuffix(" (2000)")

    assert [value for kind, _, value in found(text, lang) if kind == "symbol"] == [plain]
    assert find_symbol(text) == plain


@pytest.mark.parametrize("text", ["HIV/AIDS", "and/or 5", "the G7/G20", "State(s)", "km/h", "2014/15", "WG.7", ""])
def test_what_has_no_symbols_form_is_none(text: str) -> None:
    assert find_symbol(text) == ""


def test_look_alike_letters_in_symbols_are_unified() -> None:
    assert find_symbol("документ А/С.3/72/L.5") == "A/C.3/72/L.5"


ORDINALS = [
    ("en", "the seventy-eighth session", "78"), ("en", "the 78th session", "78"),
    ("en", "the twenty-first century", "21"),
    ("en", "the Third Committee", "3"), ("en", "one hundred and first", "101"), ("en", "the 7378th meeting", "7378"),
    ("fr", "la soixante-dix-huitième session", "78"), ("fr", "sa 78e session", "78"), ("fr", "le XXIe siècle", "21"),
    ("fr", "la quatre-vingt-dix-septième session", "97"), ("fr", "la soixante et onzième session", "71"),
    ("fr", "la quatre-vingtième session", "80"), ("fr", "le vingt et unième siècle", "21"),
    ("es", "el septuagésimo octavo período", "78"), ("es", "el 78º período", "78"), ("es", "el siglo XXI", "21"),
    ("es", "el vigesimoquinto período", "25"), ("es", "el decimoctavo período", "18"), ("es", "el 78.º período", "78"),
    ("ru", "семьдесят восьмая сессия", "78"), ("ru", "семьдесят восьмой сессии", "78"), ("ru", "78-й сессии", "78"),
    ("ru", "третьей сессии", "3"), ("ru", "в XXI веке", "21"), ("ru", "сороковую сессию", "40"),
    ("ar", "الدورة الثامنة والسبعون", "78"), ("ar", "الدورة الثامنة والسبعين", "78"),
    ("ar", "الدورة الحادية عشرة", "11"),
    ("ar", "القرن الحادي والعشرين", "21"), ("ar", "الدورة العاشرة", "10"), ("ar", "للجلسة الثالثة", "3"),
    ("zh", "第七十八届会议", "78"), ("zh", "第78届会议", "78"), ("zh", "二十一世纪", "21"), ("zh", "21世纪", "21"),
    ("zh", "第三委员会", "3"), ("zh", "七十周年", "70"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "value"), ORDINALS)
def test_ordinals_in_words_and_digits_have_their_number(lang: str, text: str, value: str) -> None:
    assert [(p.kind, p.value) for p in find(text, Lang(lang))] == [("ordinal", value)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("fr", "les vingt premiers articles", ["1"]),
        ("fr", "Le Comité et Ce rapport 5", []),
        ("ar", "الدورتان السابعة والثامنة", ["7", "8"]),
        ("ar", "تشرين الثاني/نوفمبر - كانون الأول/ديسمبر", []),
        ("en", "the first and second sessions", ["1", "2"]),
        ("en", "seventy, eighth", ["8"]),
    ],
)
def test_ordinals_are_not_read_where_none_stand(lang: str, text: str, expected: list[str]) -> None:
    assert values(text, lang, "ordinal") == expected


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("七十八", 78),
        ("十", 10),
        ("一百零五", 105),
        ("二〇一八", 2018),
        ("三万二千", 32000),
        ("两百", 200),
        ("", None),
        ("七a", None),
    ],
)
def test_chinese_numerals(numeral: str, value: int | None) -> None:
    assert han_number(numeral) == value


def test_a_placeable_is_one_token_with_its_value_as_key() -> None:
    line = tokens("State(s): 1,234 on 5 July 2018", Lang("en"))

    assert [(t.key, t.kind) for t in line] == [
        ("state", ""), ("s", ""), ("1234", "number"), ("on", ""), ("2018-07-05", "date"),
    ]  # fmt: skip
    assert masked(line) == ("state", "s", "<number>", "on", "<date>")


VOCABULARY = (
    "5 July 2018 78th A/RES/70/1 , . / - % 1,234.5 1 234 seventy eighth and 第 七十八 届 年 月 日 2018年7月5日 至 ٢ "
    "١٬٢٣٤ الثامنة والسبعون تموز/يوليه июля года 78-я XXIe siglo XXI per cent million 万 百分之 (Part One) A/ ½ ² ⑤ 〇"
)
ANY_TEXT = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(VOCABULARY.split(" ")), max_size=10).map(" ".join))


@settings(deadline=None)
@given(ANY_TEXT, st.sampled_from(UN_LANGUAGES))
@example("²5", Lang("en"))
@example("٣١ فبراير 2018", Lang("ar"))
def test_tokens_are_disjoint_in_order_and_lose_no_word(text: str, lang: Lang) -> None:
    line = tokens(text, lang)

    assert all(0 <= t.start < t.end <= len(text) and t.key for t in line)
    assert all(one.end <= other.start for one, other in pairwise(line))
    for word in words(text):
        assert any(t.start <= word.start and word.end <= t.end for t in line)


# --- countries ------------------------------------------------------------------------------------------------------


def codes(text: str, lang: str) -> list[tuple[str, str]]:
    return [(text[p.start : p.end], p.value) for p in countries(text, Lang(lang))]


#: Text and, name by name, the codes expected.
COUNTRIES = [
    ("en", "Algeria, Venezuela (Bolivarian Republic of), the Niger and Nigeria",
     ["Algeria = DZ", "Venezuela (Bolivarian Republic of) = VE", "Niger = NE", "Nigeria = NG"]),
    ("en", "Democratic Republic of the Congo, Congo, Turkey, Türkiye, Côte d’Ivoire",
     ["Democratic Republic of the Congo = CD", "Congo = CG", "Turkey = TR", "Türkiye = TR",
      "Côte d’Ivoire = CI"]),
    ("en", "Syrian Arab Republic, Viet Nam, United Republic of Tanzania, Russian Federation",
     ["Syrian Arab Republic = SY", "Viet Nam = VN", "United Republic of Tanzania = TZ",
      "Russian Federation = RU"]),
    ("fr", "de l’Algérie, d’Iran (République islamique d’) et des États-Unis d’Amérique",
     ["Algérie = DZ", "Iran (République islamique d’) = IR", "États-Unis d’Amérique = US"]),
    ("es", "Argelia, el Brasil, Bolivia (Estado Plurinacional de) y la República Unida de Tanzanía",
     ["Argelia = DZ", "Brasil = BR", "Bolivia (Estado Plurinacional de) = BO",
      "República Unida de Tanzanía = TZ"]),
    ("ru", "Алжира, Бразилии, Нигерии, Нигера, Китаем и Египте",
     ["Алжира = DZ", "Бразилии = BR", "Нигерии = NG", "Нигера = NE", "Китаем = CN", "Египте = EG"]),
    ("ru", "Боливарианской Республики Венесуэла, Соединенного Королевства и Мали",
     ["Боливарианской Республики Венесуэла = VE", "Соединенного Королевства = GB", "Мали = ML"]),
    ("ar", "الجزائر والبرازيل وللمكسيك وجمهورية إيران الإسلامية",
     ["الجزائر = DZ", "والبرازيل = BR", "وللمكسيك = MX", "وجمهورية إيران الإسلامية = IR"]),
    ("zh", "索马里、马里、尼日利亚、委内瑞拉（玻利瓦尔共和国）和刚果民主共和国",
     ["索马里 = SO", "马里 = ML", "尼日利亚 = NG", "委内瑞拉（玻利瓦尔共和国） = VE", "刚果民主共和国 = CD"]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "expected"), COUNTRIES)
def test_country_names_of_the_united_nations(lang: str, text: str, expected: list[str]) -> None:
    assert [f"{name} = {code}" for name, code in codes(text, lang)] == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "the chile pepper and a turkey"),
        ("en", "the Gulf of Guinea and New Mexico"),
        ("fr", "M. Maurice Dupont"),
        ("ru", "Того же мнения придерживались делегации."),
        ("ar", "الدعم مالي وتقني"),
        ("zh", "印度洋和约旦河"),
        ("de", "Frankreich und Mali"),
    ],
)
def test_words_that_only_look_like_countries(lang: str, text: str) -> None:
    assert codes(text, lang) == []


def test_ambiguous_names_count_where_a_country_stands() -> None:
    assert codes("Представитель Того заявил", "ru") == [("Того", "TG")]
    assert codes("الوضع في مالي", "ar") == [("مالي", "ML")]


# --- document status ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "status"),
    [
        ("A/RES/70/1", DocumentStatus.ADOPTED),
        ("S/PRST/2015/5", DocumentStatus.ADOPTED),
        ("UNEP/CBD/COP/DEC/X/2", DocumentStatus.ADOPTED),
        ("A/70/33", DocumentStatus.FINAL),
        ("ECE/TRANS/WP.29/2018/1", DocumentStatus.FINAL),
        ("A/C.3/72/L.5/Rev.1", DocumentStatus.REVISED),
        ("A/C.3/72/L.5", DocumentStatus.DRAFT),
        ("CTOC/COP/WG.7/2018/L.1/Add.2", DocumentStatus.DRAFT),
        ("CTOC/COP/WG.7/2019/CRP.1", DocumentStatus.DRAFT),
        ("A/AC.105/2018/WP.3", DocumentStatus.DRAFT),
        ("", DocumentStatus.UNKNOWN),
        ("annual report", DocumentStatus.UNKNOWN),
    ],
)
def test_a_symbol_tells_the_status_of_its_document(symbol: str, status: DocumentStatus) -> None:
    assert document_status(symbol) is status


def test_revisions_supersede_and_corrigenda_correct() -> None:
    assert supersedes("A/C.3/72/L.5/Rev.1", "A/C.3/72/L.5")
    assert supersedes("A/C.3/72/L.5/Rev.2", "A/C.3/72/L.5/Rev.1")
    assert not supersedes("A/C.3/72/L.5", "A/C.3/72/L.5/Rev.1")
    assert not supersedes("A/C.3/72/L.6/Rev.1", "A/C.3/72/L.5")
    assert corrects("A/70/33/Corr.1", "A/70/33")
    assert not corrects("A/70/33/Add.1", "A/70/33")
    assert base_symbol("A/70/33/Rev.1/Add.1") == "A/70/33/Add.1"


# --- real texts -----------------------------------------------------------------------------------------------------

#: Least share of placeables that an English sentence and its translation have in common (Dice), by kind; measured
#: on the development set of the UN Parallel Corpus, which itself drops many paragraph numbers, less a margin.
FLOORS = {
    "date": {"ar": 0.95, "es": 0.95, "fr": 0.95, "ru": 0.95, "zh": 0.93},
    "ordinal": {"ar": 0.68, "es": 0.90, "fr": 0.86, "ru": 0.83, "zh": 0.85},
    "number": {"ar": 0.88, "es": 0.83, "fr": 0.83, "ru": 0.90, "zh": 0.89},
    "country": {"ar": 0.90, "es": 0.92, "fr": 0.87, "ru": 0.89, "zh": 0.80},
}
SAMPLE = 1500


@pytest.fixture(scope="module")
def corpus() -> dict[str, list[Counter[tuple[str, str]]]]:
    folder = SHARED / "unpc" / "dev"
    if not folder.is_dir():
        pytest.skip("the UN Parallel Corpus is not in ../shared/data/unpc/dev")
    result = {}
    for lang in UN_LANGUAGES:
        lines = (folder / f"UNv1.0.devset.{lang}").read_text(encoding="utf-8").splitlines()[:SAMPLE]
        result[lang.tag] = [
            Counter((p.kind, p.value) for p in (*find(line, lang), *countries(line, lang))) for line in lines
        ]
    return result


@pytest.mark.parametrize(("kind", "lang"), [(kind, lang) for kind, row in FLOORS.items() for lang in row])
def test_translations_share_their_placeables(
    corpus: dict[str, list[Counter[tuple[str, str]]]], kind: str, lang: str
) -> None:
    shared = total = 0
    for one, other in zip(corpus["en"], corpus[lang], strict=True):
        mine = Counter({key: n for key, n in one.items() if key[0] == kind})
        theirs = Counter({key: n for key, n in other.items() if key[0] == kind})
        shared += 2 * (mine & theirs).total()
        total += mine.total() + theirs.total()

    assert shared / total >= FLOORS[kind][lang]


# --- the quick way --------------------------------------------------------------------------------------------------

#: Pieces that put numbers, dates and what only looks like them side by side.
_PIECES = (
    "12", " ", "1 234,5", "A/RES/70/1", "mai", "5 July 2018", "5 juillet", " de ", "2015", "-", "\u2212", "%", "الـ78",
    "ال", "٣", "第七十八届", "年", "5月", "XXIe", "siglo XX", "XX век", "first", "soixante-dix-huitième", "78th", "78е",
    "(a)", "1.", "²", "x9", "9x", "百分之五", "May 5", "кв", "5.6.2019", "    ", "\u00a0", "e\u0301", "12/34", "C.3",
    "السنة", "مايو", "second", "twenty", "twenty ", "deuxième", "vingt", "vingt ", "vingt, ", "второй", "двадцать ",
    "séptima ", "الثانية", "والعشرون", " and ", " to ", " au ", " и ", " y ", " من ", " إلى ", " to be ", "(Part II)",
    " (Vol. 5)", "-5", " -5", "(", ",", "; ", "siglo ", "XX", " век", " г.", " млн", " per cent", " million",
    " pour cent", "и до ", "p.",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join), st.sampled_from(UN_LANGUAGES))
def test_what_is_indexed_of_a_text_is_that_of_its_tokens(text: str, lang: Lang) -> None:
    assert indexed_text(text, lang) == indexed(text, tokens(text, lang))
    assert indexed_unlabelled(text, lang) == indexed(text, unlabelled(text, lang))


@pytest.mark.parametrize(
    ("text", "lang", "keys"),
    [
        ("the first and second", "en", ("the", "<ordinal>", "and", "<ordinal>")),
        ("its twenty-second session", "en", ("its", "<ordinal>", "session")),
        ("of twenty, second", "en", ("of", "twenty", "<ordinal>")),
        ("sa vingt-deuxième session", "fr", ("sa", "<ordinal>", "session")),
    ],
)
def test_ordinals_in_words_are_masked_where_one_word_follows_another(
    text: str, lang: str, keys: tuple[str, ...]
) -> None:
    assert indexed_text(text, Lang(lang)).keys == keys


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_what_is_indexed_of_un_sentences_is_that_of_their_tokens(lang: Lang) -> None:
    if not UNPC.exists():
        pytest.skip("the UN Parallel Corpus is not here (../shared/data/unpc/dev)")
    for line in (UNPC / f"UNv1.0.devset.{lang}").read_text("utf-8").splitlines():
        assert indexed_unlabelled(line, lang) == indexed(line, unlabelled(line, lang)), line


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join), st.sampled_from(UN_LANGUAGES))
def test_numbers_are_looked_for_where_they_can_begin_and_all_found(text: str, lang: Lang) -> None:
    grammar = numbers._grammar(lang.primary)
    found = [match.span() for match in numbers._matches(text, grammar)]

    assert found == [match.span() for match in grammar.pattern.finditer(text)]
