"""Whether the score keeps its word, on real sentences of six languages and on nonsense."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import REPORT
from tests.test_match import LANGS, TEXTS
from tm.labels import unlabelled
from tm.lang import UN_LANGUAGES, Lang
from tm.match import Comparison, compare
from tm.model import Document, DocumentStatus, Match, MatchKind, Review, TranslationUnit, Variant
from tm.placeables import masked
from tm.policy import MatchPolicy, trust_penalties
from tm.ranking import rank, ranked, reason
from tm.sentence import sentences
from tm.text import keys, nfc

#: One word a language that turns a sentence round.
NEGATIONS = {"ar": "لم", "en": "not", "es": "no", "fr": "pas", "ru": "не", "zh": "未"}


#: Words that deny already: in French and others a second one may say no more than the first.
DENYING = {
    "ar": "لا لم لن ليس غير دون عدم", "en": "no not never nor neither without", "es": "no ni nunca sin nada",
    "fr": "ne n ni rien sans aucun aucune jamais", "ru": "не ни нет без", "zh": "不 未 无 没 非",
}  # fmt: skip


@cache
def real_sentences(lang: Lang) -> tuple[str, ...]:
    """The sentences of the report."""
    lines = (REPORT / f"{lang}.blocks.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    return tuple(text[slice(*span)] for text in texts for span in sentences(text, lang))


def pieces(text: str, lang: Lang) -> list[str]:
    return text.split(" ") if lang.joiner else list(text)


def edited(text: str, lang: Lang, chance: random.Random) -> str:
    """The text with some words dropped, doubled or exchanged for others of the same report."""
    words = pieces(text, lang)
    others = pieces(chance.choice(real_sentences(lang)), lang)
    for _ in range(chance.randint(0, 1 + len(words) // 5)):
        at = chance.randrange(len(words))
        words[at : at + 1] = chance.choice(([], [words[at]] * 2, [chance.choice(others)]))
        words = words or ["x"]
    return lang.joiner.join(words)


def changed(compared: Comparison) -> int:
    """How many words are changed."""
    return next((int(p.detail.split()[0]) for p in compared.penalties if p.name == "words"), 0)


REAL = st.tuples(LANGS, st.integers(0, 10**6))
POLICIES = st.builds(
    MatchPolicy,
    placeable=st.integers(2, 100), sign=st.integers(2, 100), typography=st.integers(1, 100), label=st.integers(1, 100),
    reversed_meaning=st.integers(0, 84),
)  # fmt: skip


@settings(max_examples=200)
@given(REAL, POLICIES)
def test_on_real_sentences_every_promise_is_kept(real: tuple[Lang, int], policy: MatchPolicy) -> None:
    lang, seed = real
    chance = random.Random(seed)
    stored = chance.choice(real_sentences(lang))
    query = edited(stored, lang, chance)

    compared, back = compare(query, stored, lang, policy), compare(stored, query, lang, policy)

    assert (compared.score == 100) == (nfc(query) == nfc(stored))
    assert compared.score + sum(penalty.points for penalty in compared.penalties) == 100
    assert compared.score <= compared.similarity * 100 + 1e-6
    assert compared.similarity == back.similarity
    if any(flag.reverses for flag in compared.flags):
        assert compared.score <= policy.reversed_meaning
        assert not compared.automatic


@settings(max_examples=200)
@given(TEXTS, TEXTS, LANGS, POLICIES)
@example("%", "％", Lang("en"), MatchPolicy())
@example("State", "S\u0301tate", Lang("en"), MatchPolicy())
def test_on_nonsense_every_promise_is_kept(query: str, stored: str, lang: Lang, policy: MatchPolicy) -> None:
    compared = compare(query, stored, lang, policy)

    assert (compared.score == 100) == (nfc(query) == nfc(stored))
    assert compared.score + sum(penalty.points for penalty in compared.penalties) == 100
    assert 0 <= compared.score <= compared.similarity * 100 + 1e-6
    assert compared.similarity == compare(stored, query, lang, policy).similarity


@settings(max_examples=300)
@given(REAL)
def test_a_word_that_turns_the_meaning_round_never_brings_two_texts_nearer(real: tuple[Lang, int]) -> None:
    """No fewer words are changed than before; the share of them may fall by the one word that the text has grown by."""
    lang, seed = real
    chance = random.Random(seed)
    stored = chance.choice(real_sentences(lang))
    query = edited(stored, lang, chance)
    words = pieces(query, lang)
    words.insert(chance.randint(0, len(words)), NEGATIONS[lang.primary])
    turned = lang.joiner.join(words)

    before, after = compare(query, stored, lang), compare(turned, stored, lang)

    assert after.score < 100
    if NEGATIONS[lang.primary] not in pieces(stored, lang):
        assert changed(after) >= changed(before)
        assert after.similarity <= before.similarity + 1 / len(masked(unlabelled(turned, lang)))
        assert not any(flag.reverses for flag in after.flags) or after.score <= 84


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_a_negation_in_a_known_sentence_is_flagged_and_capped(lang: Lang) -> None:
    word = NEGATIONS[lang.primary]
    denying = set(DENYING[lang.primary].split())
    known = [text for text in real_sentences(lang) if len(pieces(text, lang)) > 8 and not denying & set(keys(text))]
    missed = []
    for text in known[:60]:
        words = pieces(text, lang)
        words.insert(len(words) // 2, word)
        compared = compare(lang.joiner.join(words), text, lang)
        if compared.score > 84 or not any(flag.name == "negation" for flag in compared.flags):
            missed.append(text)

    assert len(known) >= 20
    assert missed == []


# --- order ----------------------------------------------------------------------------------------------------------


def match(number: int, score: int, status: DocumentStatus, year: int, review: Review) -> Match:
    source = Variant(Lang("en"), f"Text {number % 3}")
    document = Document(symbol=f"A/{number % 2}/1", status=status, date=date(2000 + year, 1, 1))
    unit = TranslationUnit((source,), document=document, review=review, uid=f"{number:032x}", position=number % 2)
    return Match(unit, score, MatchKind.FUZZY, source, (), score / 100)


MATCHES = st.lists(
    st.builds(
        match,
        st.integers(0, 999), st.integers(70, 72), st.sampled_from(DocumentStatus), st.integers(0, 2),
        st.sampled_from(Review),
    ),
    max_size=8, unique_by=lambda found: found.unit.uid,
)  # fmt: skip


@given(MATCHES, st.randoms())
def test_the_order_of_matches_never_depends_on_how_they_were_found(
    found: Sequence[Match], chance: random.Random
) -> None:
    mixed = list(found)
    chance.shuffle(mixed)

    order = ranked(found)

    assert ranked(mixed) == order
    assert [m.score for m in order] == sorted((m.score for m in order), reverse=True)
    for one, other in pairwise(order):
        why = reason(one, other)
        assert rank(one) < rank(other)
        assert why.value != why.other
        if one.score == other.score:
            assert one.unit.document.status >= other.unit.document.status


@given(st.builds(MatchPolicy, superseded=st.integers(0, 100), machine=st.integers(0, 100), foreign=st.integers(0, 100)),
       st.integers(0, 100))  # fmt: skip
def test_trust_takes_no_more_than_there_is(policy: MatchPolicy, score: int) -> None:
    source = Variant(Lang("en"), "Text")
    unit = TranslationUnit((source,), document=Document(superseded=True), created_by="MT!")
    asked = Lang("en")

    found = trust_penalties(unit, asked, source, (), (), policy, most=score)

    assert sum(penalty.points for penalty in found) == min(score, policy.superseded + policy.machine + policy.foreign)
    assert all(penalty.points > 0 and penalty.detail for penalty in found)
    assert trust_penalties(replace(unit, review=Review.REVIEWED), asked, source, (), (), MatchPolicy()) == ()
