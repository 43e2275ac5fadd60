"""The alignment benchmark itself: peers give whole alignments, figures are what they say they are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import alignment, alignment_sets, embedding_peer, goldsets, lexical_peer, peers
from benchmarks.alignment import MEASURES, SYSTEMS, Result, System, measure
from benchmarks.alignment_sets import GOALS, SETS, Goal, Size
from benchmarks.peers import PEERS, Peer
from tm.lang import Lang

FR, EN = Lang("fr"), Lang("en")
FRENCH = [
    "Rapport de 2019 sur la traite",
    "Les 24 États parties ont répondu au questionnaire 7/2.",
    "Ceci manque en anglais.",
    "La session a eu lieu à Vienne le 3 mai.",
    "Elle a duré 5 jours.",
]
ENGLISH = [
    "Report of 2019 on trafficking",
    "The 24 States parties replied to questionnaire 7/2.",
    "The session was held in Vienna on 3 May. It lasted 5 days.",
]
GOLD = [([0], [0]), ([1], [1]), ([2], []), ([3, 4], [2])]
LIGHT = [peer for peer in PEERS if not peer.heavy]
REPORT = replace(next(gold for gold in SETS if gold.name == "fixtures/report"), pairs=((FR, EN),))


def plain(groups: Sequence[goldsets.Groups]) -> list[tuple[list[int], list[int]]]:
    return [(list(source), list(target)) for source, target in groups]


def concepts(texts: Sequence[str]) -> embedding_peer.FloatArray:
    """An encoder for tests: one dimension for each word that the two texts are about, with its translation."""
    about = [("traite", "trafficking"), ("questionnaire",), ("manque",), ("Vienne", "Vienna"), ("duré", "lasted")]
    marks = np.array([[any(word in text for word in words) for words in about] for text in texts], dtype=np.float32)
    unit: embedding_peer.FloatArray = marks / np.linalg.norm(marks, axis=1, keepdims=True)
    return unit


@pytest.mark.parametrize("peer", LIGHT, ids=lambda peer: peer.name)
def test_a_peer_gives_every_segment_once(peer: Peer) -> None:
    if reason := peer.missing():
        pytest.skip(reason)
    memory = [{FR: "La session", EN: "The session"}] * 3
    groups = plain(peer.make(memory)(FRENCH, ENGLISH, FR, EN))
    assert sorted(i for source, _ in groups for i in source) == list(range(len(FRENCH)))
    assert sorted(j for _, target in groups for j in target) == list(range(len(ENGLISH)))


def test_the_lexical_peer_finds_gaps_and_merges() -> None:
    dictionary = {"vienn": "vienn", "sessi": "sessi", "duré": "laste", "elle": "it", "jours": "days", "mai": "may"}
    assert plain(lexical_peer.align(FRENCH, ENGLISH, dictionary)) == GOLD
    assert plain(lexical_peer.align(FRENCH, [])) == [([i], []) for i in range(len(FRENCH))]


def test_a_dictionary_holds_what_occurs_together() -> None:
    pairs = [("la paix mondiale", "world peace"), ("la paix", "peace"), ("la guerre", "war"), ("guerre", "a war")]
    assert lexical_peer.dictionary_of(pairs) == {"paix": "peace", "guerr": "war", "la": "peace"}


def test_the_embedding_peer_finds_gaps_and_merges() -> None:
    assert plain(embedding_peer.align(FRENCH, ENGLISH, concepts)) == GOLD


def lexical(memory: peers.Memory) -> peers.Aligner:
    return lambda source, target, _source, _target: lexical_peer.align(source, target)


def test_our_aligner_is_measured_on_the_fixture() -> None:
    (ours,) = (system for system in SYSTEMS if system.name == alignment_sets.BILINGUAL)
    result = measure(REPORT, ours, Size(docs=1))
    assert (result.reason, result.documents, len(result.pairs)) == ("", 1, 1)
    assert MEASURES["strict, least"](result) >= 0.99
    assert result.reliability is not None
    assert result.reliability.whole.accuracy == 1.0
    assert result.cpu > 0


def test_what_cannot_be_measured_says_why() -> None:
    absent: System = alignment.Theirs(Peer("absent", lexical, "no_such_module"))
    short: System = alignment.Theirs(Peer("short", lexical, cells=10))
    unread: System = alignment.Theirs(Peer("English only", lexical, langs=frozenset({"en"})))
    reasons = [measure(REPORT, system, Size()).reason for system in (absent, short, unread)]
    assert "no_such_module is not installed" in reasons[0]
    assert "too long" in reasons[1]
    assert "does not know" in reasons[2]
    assert "not here" in measure(missing_set(), absent, Size()).reason
    assert reasons[0] in alignment.row(measure(REPORT, absent, Size()))


def missing_set() -> alignment_sets.GoldSet:
    return alignment_sets.GoldSet(
        "missing", "tests", lambda size: [goldsets.gold_folder(goldsets.ROOT / "no such folder")]
    )


def test_goals_name_sets_and_measures_that_exist() -> None:
    names = {gold.name for gold in SETS}
    assert {goal.set for goal in GOALS} <= names
    assert {goal.measure for goal in GOALS} <= set(MEASURES)


def test_a_goal_is_met_or_not_or_not_measured() -> None:
    result = Result("set", "system", 2, cpu=3.0)
    rows = [
        alignment.goal_row(Goal("set", name, "CPU s", wanted, at_most=True), [result])
        for name, wanted in (("system", 2.0), ("system", 1.0), ("another", 2.0))
    ]
    assert [row[-1] for row in rows] == ["met", "not met", "not measured"]
