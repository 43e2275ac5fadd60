"""What a person says comes out exactly; what lies between is aligned by itself."""

import random
from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligners import Alignment, AlignOptions, align
from aligners.evaluate import score
from tests.test_align_properties import EN, FR, QUICK, TEXTS, ZH, segments
from tests.test_multiway import DE, ES, document
from tm.errors import InputError
from tm.lang import Lang
from tm.model import Bead, FixedPoint, Kind, Segment

LANGS = (EN, FR, ZH)
Span = tuple[int, int]


def point(*, reordered: bool = False, **spans: Span) -> FixedPoint:
    return FixedPoint(tuple((Lang(tag), span) for tag, span in spans.items()), reordered)


def named(held: FixedPoint) -> dict[Lang, tuple[int, ...]]:
    return {lang: tuple(range(*span)) for lang, span in held.ranges}


def assert_held(aligned: Alignment, points: Sequence[FixedPoint]) -> None:
    """Each point is one bead in every pair of its languages, and one unit."""
    for held in points:
        spans = named(held)
        for one, two in combinations(spans, 2):
            beads = [(set(range(*bead.source)), set(range(*bead.target)), bead) for bead in aligned.pair(one, two)]
            touching = [bead for i, j, bead in beads if i & set(spans[one]) or j & set(spans[two])]
            assert len(touching) == bool(spans[one] or spans[two])
            for bead in touching:
                assert (tuple(range(*bead.source)), tuple(range(*bead.target))) == (spans[one], spans[two])
                assert bead.confidence == 1.0
                assert [name for name, _ in bead.evidence] == ["person"]
        units = [u for u in aligned.units if any(set(v.segments) & set(spans.get(v.lang, ())) for v in u.variants)]
        (unit,) = units
        assert {v.lang: v.segments for v in unit.variants if v.lang in spans} == {k: s for k, s in spans.items() if s}


def assert_uncrossed(beads: Sequence[Bead]) -> None:
    """No bead the search made leads past one a person made, unless that one stands out of order."""
    sides = [bead for bead in beads if bead.source[0] < bead.source[1] and bead.target[0] < bead.target[1]]
    made = [bead for bead in sides if bead.evidence[0][0] == "person" and not bead.reordered]
    for bead in sides:
        for cut in made:
            if bead.evidence[0][0] != "person" and not bead.reordered:
                assert (bead.source < cut.source) == (bead.target < cut.target)


@st.composite
def corrected(draw: st.DrawFn) -> tuple[dict[Lang, tuple[Segment, ...]], tuple[FixedPoint, ...]]:
    """Three versions, and points of any size and order that fit together."""
    texts = {lang: draw(st.lists(TEXTS, min_size=1, max_size=10)) for lang in LANGS}
    runs = {lang: draw(_runs(len(some))) for lang, some in texts.items()}
    points = []
    for _ in range(draw(st.integers(0, 4))):
        langs = draw(st.lists(st.sampled_from(LANGS), min_size=2, max_size=3, unique=True))
        spans = []
        for lang in langs:
            empty = draw(st.booleans()) or not runs[lang]
            spans.append((lang, (0, 0) if empty else runs[lang].pop()))
        if any(start < end for _, (start, end) in spans):
            points.append(FixedPoint(tuple(spans), draw(st.booleans())))
    return {lang: segments(some, lang) for lang, some in texts.items()}, tuple(points)


def _runs(size: int) -> st.SearchStrategy[list[Span]]:
    """The whole of a version in runs of segments, these in any order."""
    ends = st.sets(st.integers(0, size), max_size=4).map(lambda some: sorted({0, size, *some}))
    return ends.map(lambda some: list(pairwise(some))).flatmap(st.permutations)


@settings(max_examples=60, deadline=None)
@given(corrected())
def test_any_points_that_fit_together_come_out_exactly(
    case: tuple[dict[Lang, tuple[Segment, ...]], tuple[FixedPoint, ...]],
) -> None:
    editions, points = case
    aligned = align(editions, QUICK, held=points)

    assert_held(aligned, points)
    for one, two in combinations(editions, 2):
        beads = aligned.pair(one, two)
        assert sorted(i for b in beads for i in range(*b.source)) == list(range(len(editions[one])))
        assert sorted(j for b in beads for j in range(*b.target)) == list(range(len(editions[two])))
        assert_uncrossed(beads)
    for lang, some in editions.items():
        held = [i for unit in aligned.units for v in unit.variants if v.lang == lang for i in v.segments]
        assert set(held) == set(range(len(some)))
    assert align(dict(reversed(editions.items())), QUICK, held=points[::-1]).pair(FR, EN) == aligned.pair(FR, EN)


def pairs(aligned: Alignment) -> list[tuple[Span, Span]]:
    return [(bead.source, bead.target) for bead in aligned.pair(EN, FR)]


def diagonal(*places: int, by: int = 0) -> list[tuple[Span, Span]]:
    return [((k, k + 1), (k + by, k + by + 1)) for k in places]


def test_no_points_change_nothing() -> None:
    editions = {lang: document(lang, [0, 1, 2, 3, 5]) for lang in (EN, FR, ES)}
    assert align(editions, held=()) == align(editions)


def test_a_correction_puts_right_what_lies_between() -> None:
    plain = {
        lang: tuple(Segment("So it was decided.", lang, Kind.PARAGRAPH) for _ in range(n))
        for lang, n in ((EN, 9), (FR, 12))
    }
    aligned = align(plain, held=(point(en=(0, 0), fr=(0, 3)),))

    assert pairs(aligned) == [((0, 0), (0, 3)), *diagonal(*range(9), by=3)]
    assert len(aligned.units) == 10

    aligned = align(plain, held=(point(en=(4, 5), fr=(7, 8)),))
    assert pairs(aligned)[-5:] == diagonal(4, 5, 6, 7, 8, by=3)


def test_a_paragraph_said_to_be_moved_leaves_the_others_their_partners() -> None:
    english, french = list(range(12)), [0, 1, 3, 4, 5, 6, 7, 2, 8, 9, 10, 11]
    aligned = align({EN: document(EN, english), FR: document(FR, french)}, AlignOptions(crossings=False),
                    held=(point(en=(2, 3), fr=(7, 8)),))  # fmt: skip

    assert pairs(aligned) == [
        *diagonal(0, 1),
        ((2, 3), (7, 8)),
        *diagonal(3, 4, 5, 6, 7, by=-1),
        *diagonal(8, 9, 10, 11),
    ]
    assert [bead.source for bead in aligned.pair(EN, FR) if bead.reordered] == [(2, 3)]
    assert [unit.reordered for unit in aligned.units].count(True) == 1


def test_two_that_are_said_to_have_changed_places_are_both_out_of_order() -> None:
    aligned = align({lang: document(lang, list(range(6))) for lang in (EN, FR)}, AlignOptions(),
                    held=(point(en=(2, 3), fr=(3, 4)), point(en=(3, 4), fr=(2, 3))))  # fmt: skip

    assert pairs(aligned) == [*diagonal(0, 1), ((2, 3), (3, 4)), ((3, 4), (2, 3)), *diagonal(4, 5)]
    assert [bead.source for bead in aligned.pair(EN, FR) if bead.reordered] == [(2, 3), (3, 4)]


def test_more_than_five_segments_are_one_bead_and_one_unit() -> None:
    editions = {lang: document(lang, list(range(14))) for lang in (EN, FR, ES, DE)}
    held = point(en=(2, 10), fr=(2, 8), es=(2, 9))
    aligned = align(editions, held=(held,))

    assert_held(aligned, [held])
    assert ((2, 10), (2, 8)) in pairs(aligned)
    assert pairs(aligned)[-4:] == diagonal(10, 11, 12, 13)


def test_a_language_a_point_does_not_name_stays_free() -> None:
    editions = {lang: document(lang, list(range(8))) for lang in (EN, FR, ES)}
    aligned = align(editions, held=(point(en=(3, 4), fr=(4, 5)),))

    assert [(b.source, b.target) for b in aligned.pair(EN, ES)] == diagonal(*range(8))
    assert_held(aligned, [point(en=(3, 4), fr=(4, 5))])


def test_footnotes_and_furniture_keep_their_indices() -> None:
    def edition(lang: Lang) -> tuple[Segment, ...]:
        one, two, three = document(lang, [1, 2, 3])
        note = Segment("A/RES/71/280, 2016.", lang, Kind.FOOTNOTE, "1")
        return (Segment("A/73/1", lang, Kind.MASTHEAD), one, Segment("2/5", lang, Kind.FOOTER), note, two, note, three)

    body, note = point(en=(1, 5), fr=(1, 2)), point(en=(3, 4), fr=(5, 6))
    aligned = align({EN: edition(EN), FR: edition(FR)}, held=(body, note))

    assert {((1, 5), (1, 2)), ((3, 4), (5, 6))} <= set(pairs(aligned))
    assert aligned.units[0].variants[0].segments == (1, 4)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ((point(en=(0, 2), fr=(0, 1)), point(en=(1, 3), fr=(2, 3))), "en 0–1 = fr 0 and en 1–2 = fr 2 both hold"),
        ((point(en=(0, 9), fr=(0, 1)),), "outside the English version"),
        ((point(en=(2, 1), fr=(0, 1)),), "outside"),
        ((point(en=(0, 1), es=(0, 1)),), "Spanish, which is not aligned"),
        ((point(en=(0, 0), fr=(0, 0)),), "holds no text"),
        ((point(en=(3, 4), fr=(0, 1)),), "page furniture only"),
        ((point(en=(4, 5), fr=(0, 1)),), "body with footnotes"),
        ((FixedPoint(((EN, (0, 1)), (EN, (1, 2)))),), "twice"),
    ],
)  # fmt: skip
def test_points_that_cannot_be_are_refused(points: tuple[FixedPoint, ...], message: str) -> None:
    english = (*document(EN, [1, 2, 3]), Segment("2/5", EN, Kind.FOOTER), Segment("Ibid.", EN, Kind.FOOTNOTE, "1"))
    with pytest.raises(InputError, match=message) as refused:
        align({EN: english, FR: document(FR, [1, 2, 3])}, held=points)
    assert refused.value.hint


def noisy(seed: int) -> tuple[dict[Lang, tuple[Segment, ...]], list[tuple[Span, Span]]]:
    """Two versions with paragraphs lost, merged and split, and their gold beads."""
    chance = random.Random(seed)
    sides: dict[Lang, list[Segment]] = {EN: [], FR: []}
    gold: list[tuple[Span, Span]] = []
    for n in range(40):
        event = chance.choices(["keep", "lose", "merge"], [0.7, 0.15, 0.15])[0]
        few, many = chance.sample([EN, FR], 2)
        starts = {lang: len(some) for lang, some in sides.items()}
        if event == "merge":
            one, two = document(few, [2 * n, 2 * n + 1])
            sides[few].append(Segment(f"{one.text} {two.text}", few, Kind.PARAGRAPH))
            sides[many] += document(many, [2 * n, 2 * n + 1])
        else:
            for lang in (many,) if event == "lose" else (EN, FR):
                sides[lang] += document(lang, [2 * n])
        gold.append(((starts[EN], len(sides[EN])), (starts[FR], len(sides[FR]))))
    return {lang: tuple(some) for lang, some in sides.items()}, gold


def f1(gold: Sequence[tuple[Span, Span]], found: Sequence[tuple[Span, Span]]) -> float:
    return score([(range(*s), range(*t)) for s, t in gold], [(range(*s), range(*t)) for s, t in found]).strict.f1


@pytest.mark.parametrize("seed", range(3))
def test_a_right_correction_never_makes_an_alignment_worse(seed: int) -> None:
    editions, gold = noisy(seed)
    options = AlignOptions(costs=("length",), sentences=False)
    before = f1(gold, pairs(align(editions, options)))
    chance = random.Random(seed)
    for some in (1, 5, 15, len(gold)):
        held = tuple(FixedPoint(((EN, s), (FR, t))) for s, t in chance.sample(gold, some))
        assert f1(gold, pairs(align(editions, options, held=held))) >= before
    assert f1(gold, pairs(align(editions, options, held=held))) == 1.0
