from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import sentences as gold
from tm import data
from tm.lang import UN_LANGUAGES, Lang
from tm.sentence import breaks_off, clauses, is_title, sentences

CASES = [
    ("en", ["It met.", "States should act."]),
    ("en", ["See art. 5, para. 2, and vol. II, pp. 3–4.", "It was adopted."]),
    ("en", ["Mr. J. K. Smith (e.g. in No. 3) agreed."]),
    ("en", ["A rate of 2.5 was given in A/RES/70/1.", "L.1/Add.2 was issued."]),
    ("en", ["“We agree.”", "(It was so decided.)", "What next?", "Nothing!"]),
    ("en", ["They said … and left.", "He stayed..."]),
    ("en", ["A work of art.", "The end."]),
    ("en", ["4. Some States spoke.", "Others did not."]),
    ("fr", ["M. Dupont a cité l’art. 5.", "Il a dit « non. »", "Puis rien."]),
    ("fr", ["Voir le par. 3, p. ex. le no 12, etc.", "Le reste suit."]),
    ("es", ["El Sr. Gómez citó el párr. 3 y la pág. 4 de EE.UU. 2018.", "¿Qué dijo?", "¡Nada!"]),
    ("es", ["Véase el art. 5 (núm. 12).", "Se aprobó."]),
    ("ru", ["Это, т. е. доклад, и т. д.", "Следует читать.", "См. п. 5."]),
    ("ru", ["И. О. Петров сказал «да».", "В 2015 г. 3 раза."]),
    ("ar", ["هل انتهى؟", "نعم.", "وقال د. علي ذلك!"]),
    ("en", ["It is due on 1 Jan. 2025.", "It was sent in Oct.", "It came."]),
    ("en", ["Trade grew in 2023.4", "It fell.¹²", "It rose.[5]", "It ended.(6)"]),
    ("en", ["See table 2.5 Growth and L.15 The Committee."]),
    ("en", ["They met (at last!) They talked."]),
    ("en", ["It is in annex I.", "The U.K. Government left the U.K.", "No one stayed."]),
    ("en", ["Sow v. Diallo was cited in Suppl. No. 8.", "IV.G. Others."]),
    ("en", ["It provides: “1. Each State acts.”", "It says: a. Nothing; b. All."]),
    ("en", ["It rose at 10 a.m. 5 Members stayed until 1 p.m.", "61. The Chair spoke."]),
    ("en", ["Members: Mr. Cole, etc. (see annex I).", "Then etc.", "(It ended.)"]),
    ("fr", ["« Il agit. » ; puis etc. ; c) fin.", "Voir l’art. L. 121-3."]),
    ("es", ["Los EE. UU. y Pérez Hnos. S. A. firmaron.", "Fue en sept.", "La carta llegó."]),
    ("ru", ["В 2015 г. Ассамблея приняла ее в г. Найроби.", "Это было в 2015 г.", "Совет уехал."]),
    ("ru", ["Его дали А. В. Гусев и Г. М. Орлова.", "Расходы: 2 млн. долл. США."]),
    (
        "ar",
        [
            "هذا مهم بالنسبة إلى الجهات الماسّة.",
            "وتكلم السيد أ. ب. حسن في عام 1948 م. في باريس.",
            "وقال: ”نعم.“",
            "وانتهى.",
        ],
    ),
    ("ar", ["شاركت شركة Baker Ltd. في المناقشة."]),
    (
        "zh",
        [
            "“同意吗？”主席问道。",
            "大会“呼吁所有国家……遵守”。",
            "他犹豫了……",
            "完（好！）。",
            "参看R. K. Osei女士。¹",
            "2 000人。",
        ],
    ),
    ("zh", ["第一句。", "第二句：“好。”", "第三句；第四句！", "见A/RES/70/1号决议，增长2.5%。"]),
]


@pytest.mark.parametrize(("tag", "expected"), CASES)
def test_sentences_of_each_language(tag: str, expected: list[str]) -> None:
    lang = Lang(tag)
    text = lang.joiner.join(expected)

    assert expected == [text[start:end] for start, end in sentences(text, lang)]


def test_semicolons_part_clauses_in_chinese_only() -> None:
    chinese, russian = "第一；第二。第三”；第四。", "Первое; второе. Третье."

    assert [chinese[a:b] for a, b in clauses(chinese, Lang("zh"))] == ["第一；", "第二。", "第三”；", "第四。"]
    assert clauses(russian, Lang("ru")) == sentences(russian, Lang("ru"))


def test_a_blank_line_parts_sentences_without_a_stop() -> None:
    text = "A heading\n\nA sentence\ngoes on."

    assert list(sentences(text, Lang("en"))) == [(0, 9), (11, 30)]


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_gold_paragraph_is_split_as_a_person_splits_it(lang: Lang) -> None:
    paragraphs = [one for one in gold.read() if one.lang == lang and one.part != "held"]

    assert len(paragraphs) >= 90
    assert not gold.faults(paragraphs, gold.ours)


@pytest.mark.parametrize(("corpus", "least"), [("UN Parallel Corpus", 0.99), ("NTREX, news", 0.93)])
def test_sentences_that_others_printed_are_found(corpus: str, least: float) -> None:
    paragraphs = list(gold.printed(gold.PRINTED[corpus]))
    if not paragraphs:
        pytest.skip("the corpus is not here (../shared/data)")

    assert len(paragraphs) > 2500
    assert 1 - len(gold.faults(paragraphs, gold.ours)) / len(paragraphs) >= least


def test_a_paragraph_split_too_often_or_too_rarely_is_a_fault() -> None:
    paragraph = gold.Paragraph(Lang("en"), ("It met.", "It rose."), 0)

    assert gold.is_perfect(paragraph, ["It met. ", "It rose."])
    assert not gold.is_perfect(paragraph, ["It met. It rose."])
    assert not gold.is_perfect(paragraph, ["It", "met.", "It rose."])


@pytest.mark.parametrize("tag", ["ar", "en", "es", "fr", "ru", "zh"])
def test_no_word_both_ends_a_sentence_and_never_does(tag: str) -> None:
    rules = data.load("sentences")[tag]

    assert not set(rules["always"]) & {*rules["ends"], *rules["months"], *rules["after_number"]}
    assert all(word == word.casefold() for key, words in rules.items() if key != "openings" for word in words)


ALPHABET = "aB1 .!?…。；؟«»”)(\n’лЛ国ه-"


@given(st.text(ALPHABET) | st.text(), st.sampled_from(UN_LANGUAGES))
def test_ranges_are_disjoint_and_hold_all_text(text: str, lang: Lang) -> None:
    ranges = sentences(text, lang)

    assert all(a < b for a, b in ranges)
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))
    assert "".join(text.split()) == "".join("".join(text[a:b].split()) for a, b in ranges)
    assert all(text[a:b] == text[a:b].strip() for a, b in ranges)


@pytest.mark.parametrize(
    ("tag", "text", "following", "expected"),
    [
        ("en", "as stated by Mr.", "Smith and others", True),
        ("en", "pursuant to art.", "5 of the Convention", True),
        ("en", "pursuant to art.", "The Convention", False),
        ("fr", "remercie l’ambassadeur, M.", "Diallo", True),
        ("es", "según el párr.", "12 del informe", True),
        ("ru", "согласно п.", "5 ст. 10 Конвенции", True),
        ("en", "It was adopted in Annex A.", "The annex", False),
        ("en", "It met", "5 times", False),
        ("en", "It met.", "", False),
    ],
)
def test_an_abbreviation_at_a_line_s_end_waits_for_what_follows(
    tag: str, text: str, following: str, expected: bool
) -> None:
    assert breaks_off(text, following, Lang(tag)) is expected


def test_letters_that_abbreviate_titles() -> None:
    assert is_title("M.", Lang("fr"))
    assert not is_title("M.", Lang("en"))
    assert not is_title("M)", Lang("fr"))
    assert not is_title("B.", Lang("fr"))
