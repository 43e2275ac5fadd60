import pytest
from hypothesis import given
from hypothesis import strategies as st

from tm import clean
from tm.clean import Gap, Vocabulary
from tm.lang import UN_LANGUAGES, Lang


def joined(lines: list[str], known: list[str], tag: str) -> str:
    return clean.join_lines(lines, Vocabulary.of(known, Lang(tag)))


@pytest.mark.parametrize(
    ("known", "lines", "expected"),
    [
        (["la delincuencia"], ["contra la Delin-", "cuencia Organizada"], "contra la Delincuencia Organizada"),
        (["causas socioeconómicas"], ["causas socio-", "económicas"], "causas socioeconómicas"),
        (["lo socioeconómico"], ["causas socio-", "económicas"], "causas socioeconómicas"),
        (["pregunta-respuesta"], ["la pregunta-", "respuesta"], "la pregunta-respuesta"),
        ([], ["en Viena-", "Schwechat"], "en Viena-Schwechat"),
        ([], ["de 2015-", "2030"], "de 2015-2030"),
        ([], ["Transna\u00ad", "cional"], "Transnacional"),
        ([], ["documento A/RES/", "70/1"], "documento A/RES/70/1"),
        ([], ["una línea", "otra"], "una línea otra"),
        ([], ["una -", "otra"], "una - otra"),
    ],
)
def test_words_broken_at_line_ends(known: list[str], lines: list[str], expected: str) -> None:
    assert expected == joined(lines, known, "es")


def test_a_document_that_breaks_words_does_so_everywhere() -> None:
    known = ["o sobre a inmigra-", "ción. La inmigración"]

    assert joined(["jurispru-", "dencia"], known, "es") == "jurisprudencia"


def test_a_document_that_keeps_its_hyphens_keeps_them_everywhere() -> None:
    known = ["the decision-making and decision-", "making bodies, law-", "abiding"]

    assert joined(["peace-", "building"], known, "en") == "peace-building"


def test_russian_compounds_keep_their_hyphen_in_other_cases() -> None:
    assert joined(["государств-", "участников"], ["для государств-участниц"], "ru") == "государств-участников"


def test_particles_keep_their_hyphen() -> None:
    assert joined(["какому-", "либо государству"], [], "ru") == "какому-либо государству"
    assert joined(["eux-", "mêmes"], [], "fr") == "eux-mêmes"


def test_chinese_lines_join_without_space() -> None:
    assert joined(["缔约国", "应当在", "2018年"], [], "zh") == "缔约国应当在2018年"
    assert joined(["the Group", "of 77"], [], "zh") == "the Group of 77"


@pytest.mark.parametrize(
    ("tag", "document", "text", "expected"),
    [
        ("en", "States parties met", "Some p arties met", "Some parties met"),
        ("ru", "рамках Конвенции", "применения К онвенции", "применения Конвенции"),
        ("ru", "незаконного ввоза", "причин незакон ного ввоза", "причин незаконного ввоза"),
        ("ar", "تهريب المهاجرين", "تهريب المهاجر ين", "تهريب المهاجرين"),
        ("fr", "les migrants", "les mig rants", "les migrants"),
    ],
)
def test_gaps_inside_known_words_are_closed(tag: str, document: str, text: str, expected: str) -> None:
    vocabulary = Vocabulary.of([document, text], Lang(tag))

    assert expected == clean.close_gaps([text], vocabulary)[0][0]


@pytest.mark.parametrize(
    ("tag", "document", "text"),
    [
        ("en", "apart from this", "a part of it"),
        ("en", "along the route", "a long route"),
        ("en", "the database; data are; a base is", "the data base"),
        ("en", "healthcare, health, care", "health care"),
        ("en", "within, into, today", "with in, in to, to day"),
        ("en", "nobody speaks", "no body speaks"),
        ("fr", "davantage, avantage", "d avantage"),
        ("fr", "surtout", "sur tout"),
        ("es", "sino", "si no"),
        ("es", "acerca de", "a cerca de"),
        ("ru", "вместо, также, чтобы", "в место, так же, что бы"),
        ("ru", "Ктому", "К тому"),
        ("ar", "ولكن", "و لكن"),
        ("en", "words unknown", "wo rks"),
    ],
)
def test_two_words_stay_two(tag: str, document: str, text: str) -> None:
    vocabulary = Vocabulary.of([document, text], Lang(tag))

    assert ((text,), ()) == clean.close_gaps([text], vocabulary)


def test_closed_gaps_are_told() -> None:
    vocabulary = Vocabulary.of(["parties", "p arties and p arties"], Lang("en"))

    assert (Gap("p arties", "parties"),) * 2 == clean.close_gaps(["p arties and p arties"], vocabulary)[1]


def test_elisions_are_told_too() -> None:
    text, gaps = clean.close_elisions("l ’échange, qu ’il, aujourd’hui, d’un", Lang("fr"))

    assert text == "l’échange, qu’il, aujourd’hui, d’un"
    assert [gap.printed for gap in gaps] == ["l ’", "qu ’"]


def test_vowel_signs_shown_alone_lose_their_carrier() -> None:
    assert clean.plain_arabic("ن\ufe70") == "ن\u064b"


NOISE = "ab \u00a0\u202f\u00ad\u02d7-\r\n\f\ufeff\u200f\u202b\u0640\ufee5هنé’\t"


@given(st.text(NOISE) | st.text(), st.sampled_from(UN_LANGUAGES))
def test_cleaning_twice_changes_nothing_more(text: str, lang: Lang) -> None:
    once = clean.characters(text, lang)

    assert once == clean.characters(once, lang)


@given(st.text(NOISE) | st.text())
def test_cleaning_keeps_the_lines(text: str) -> None:
    lines = clean.unify_newlines(text).count("\n")

    assert lines == clean.characters(text, Lang("en")).count("\n")


@given(st.lists(st.text("abAB- \u00ad", max_size=8)), st.sampled_from(UN_LANGUAGES))
def test_joining_loses_no_letter(lines: list[str], lang: Lang) -> None:
    text = clean.join_lines(lines, Vocabulary.of(lines, lang))

    assert "".join(filter(str.isalpha, "".join(lines))) == "".join(filter(str.isalpha, text))


@given(st.lists(st.text("abcd ", max_size=30)))
def test_closing_gaps_changes_only_spaces(texts: list[str]) -> None:
    closed, gaps = clean.close_gaps(texts, Vocabulary.of(texts, Lang("en")))

    assert ["".join(text.split(" ")) for text in texts] == ["".join(text.split(" ")) for text in closed]
    assert sum(map(len, texts)) - len(gaps) == sum(map(len, closed))
