"""The built-in vocabulary: complete and well formed in all six languages."""

import re
from collections import Counter

import pytest

from tm.data import load
from tm.lang import UN_LANGUAGES, Lang
from tm.text import nfc
from tm.vocabulary import entries, languages

CONCEPTS: list[dict[str, list[str]]] = load("vocabulary")
#: Concepts it must have, and in how many of them one word may stand before it says nothing.
FEWEST, MOST_MEANINGS = 1000, 4
#: What a word of each language is written with.
SCRIPT = {
    "ar": r"[\u0621-\u063a\u0641-\u064a]+",
    "en": r"[A-Za-z]+",
    "es": r"[A-Za-zÁÉÍÑÓÚÜáéíñóúü]+",
    "fr": r"[A-Za-zÀÂÇÈÉÊËÎÏÔŒÙÛÜàâçèéêëîïôœùûü]+",
    "ru": r"[А-Яа-яЁё]+",
    "zh": r"[\u4e00-\u9fff]{2,}",
}
UN = [lang.primary for lang in UN_LANGUAGES]


def test_every_concept_has_words_in_all_six_languages() -> None:
    assert len(CONCEPTS) >= FEWEST
    assert languages() == set(UN)
    assert [concept for concept in CONCEPTS if set(concept) != set(UN) or not all(concept.values())] == []


@pytest.mark.parametrize("lang", UN)
def test_words_are_in_the_script_of_their_language_and_composed(lang: str) -> None:
    found = [word for concept in CONCEPTS for word in concept[lang]]
    assert [word for word in found if not re.fullmatch(SCRIPT[lang], word) or word != nfc(word)] == []


@pytest.mark.parametrize("lang", UN)
def test_no_word_stands_twice_in_a_concept_or_in_many(lang: str) -> None:
    assert [concept[lang] for concept in CONCEPTS if len(set(concept[lang])) < len(concept[lang])] == []
    meanings = Counter(word for concept in CONCEPTS for word in concept[lang])
    assert {word: count for word, count in meanings.items() if count > MOST_MEANINGS} == {}


def test_no_concept_stands_twice() -> None:
    assert [words for words, count in Counter(tuple(concept["en"]) for concept in CONCEPTS).items() if count > 1] == []


def test_entries_are_the_same_in_both_directions() -> None:
    english, chinese = Lang("en"), Lang("zh-Hans")
    assert ("peace", "和平") in entries(english, chinese)
    assert {(b, a) for a, b in entries(chinese, english)} == set(entries(english, chinese))


@pytest.mark.parametrize(
    ("source", "word", "target", "translations"),
    [
        ("en", "report", "ar", {"تقرير", "تقارير"}),
        ("en", "years", "ru", {"года", "лет"}),
        ("ru", "женщина", "ar", {"نساء", "مرأة"}),
        ("zh", "届会", "fr", {"session"}),
        ("es", "desarme", "zh", {"裁军"}),
        ("fr", "droits", "ru", {"право", "прав"}),
    ],
)
def test_forms_whose_beginnings_differ_are_there(source: str, word: str, target: str, translations: set[str]) -> None:
    assert translations <= {b for a, b in entries(Lang(source), Lang(target)) if a == word}


def test_a_language_without_words_gives_none() -> None:
    assert entries(Lang("de"), Lang("en")) == entries(Lang("en"), Lang("de")) == ()
