from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from aligners import Alignment, AlignOptions, align
from tm.lang import Lang
from tm.model import Bead, Kind, Segment

EN, EN_GB, FR, ZH = Lang("en"), Lang("en-GB"), Lang("fr"), Lang("zh")
QUICK = AlignOptions(rounds=1, consensus=1)
WORDS = ["report", "protocol", "migrants", "States", "of", "the", "12", "2018", "technical", "UNODC", "border"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
DOCUMENTS = st.lists(TEXTS, max_size=9)


def segments(texts: Sequence[str], lang: Lang) -> tuple[Segment, ...]:
    return tuple(Segment(text, lang, Kind.PARAGRAPH) for text in texts)


def whole(aligned: Alignment, one: Lang, two: Lang, n: int, m: int) -> None:
    beads = aligned.pair(one, two)
    assert sorted(i for bead in beads for i in range(*bead.source)) == list(range(n))
    assert sorted(j for bead in beads for j in range(*bead.target)) == list(range(m))
    still = [bead for bead in beads if not bead.reordered]
    for before, after in pairwise(still):
        assert before.source[1] <= after.source[0]
    paired = [bead for bead in still if bead.source[0] < bead.source[1] and bead.target[0] < bead.target[1]]
    for before, after in pairwise(paired):
        assert before.target[1] <= after.target[0]


def bare(beads: Sequence[Bead]) -> set[tuple[tuple[int, ...], tuple[int, ...], bool, float]]:
    return {(tuple(range(*b.source)), tuple(range(*b.target)), b.reordered, round(b.confidence, 6)) for b in beads}


@settings(max_examples=30, deadline=None)
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_every_segment_is_in_one_bead_of_each_pair_and_in_a_unit(a: list[str], b: list[str], c: list[str]) -> None:
    given_ = {EN: segments(a, EN), FR: segments(b, FR), ZH: segments(c, ZH)}
    aligned = align(given_, QUICK)

    for one, two in ((EN, FR), (EN, ZH), (FR, ZH)):
        whole(aligned, one, two, len(given_[one]), len(given_[two]))
    for lang, some in given_.items():
        held = {i for unit in aligned.units for v in unit.variants if v.lang == lang for i in v.segments}
        assert held == set(range(len(some)))


@settings(max_examples=30, deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_turning_the_pair_round_turns_the_beads_round(a: list[str], b: list[str]) -> None:
    there = align({EN: segments(a, EN), FR: segments(b, FR)}, QUICK)
    back = align({FR: segments(b, FR), EN: segments(a, EN)}, QUICK)

    assert there.pair(EN, FR) == back.pair(EN, FR)
    assert bare(there.pair(FR, EN)) == {(y, x, moved, p) for x, y, moved, p in bare(there.pair(EN, FR))}


@settings(max_examples=30, deadline=None)
@given(DOCUMENTS)
def test_a_document_is_aligned_with_itself_segment_by_segment(texts: list[str]) -> None:
    aligned = align({EN: segments(texts, EN), EN_GB: segments(texts, EN_GB)}, QUICK)

    wanted = [((k, k + 1), (k, k + 1)) for k in range(len(texts))]
    assert [(b.source, b.target) for b in aligned.pair(EN, EN_GB)] == wanted
    assert len(aligned.units) == len(texts)
