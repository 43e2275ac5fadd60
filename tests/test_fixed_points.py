"""What a person says comes out exactly; what lies between is aligned by itself."""

import random
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligners import Alignment, AlignOptions, align
from aligners.evaluate import score
from tests.test_align_properties import EN, FR, QUICK, ZH, segments, whole
from tests.test_multiway import DE, ES, document
from tm.errors import InputError
from tm.lang import Lang
from tm.model import Bead, FixedPoint, Kind, Segment

LANGS = (EN, FR, ZH)
Span = tuple[int, int]
WORDS = ["report", "protocol", "migrants", "States", "of", "the", "12", "2018", "technical", "UNODC", "border"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


def point(*, reordered: bool = False, **spans: Span) -> FixedPoint:
    return FixedPoint(tuple((Lang(tag), span) for tag, span in spans.items()), reordered)


def named(held: FixedPoint) -> dict[Lang, tuple[int, ...]]:
    return {lang: tuple(range(*span)) for lang, span in held.ranges}


def assert_held(aligned: Alignment, points: Sequence[FixedPoint]) -> None:
    """Each point is one bead in every pair of its languages, and one unit."""
    for held in points:
        spans = named(held)
        for one, two in combinations(spans, 2):
            touching = [bead for bead in aligned.pair(one, two)
                        if set(range(*bead.source)) & set(spans[one]) or set(range(*bead.target)) & set(spans[two])]  # fmt: skip
            if not spans[one] and not spans[two]:
                continue
            (bead,) = touching
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
            if bead.evidence[0][0] != "person":
                assert (bead.source < cut.source) == (bead.target < cut.target)


@st.composite
def corrected(draw: st.DrawFn) -> tuple[dict[Lang, tuple[Segment, ...]], tuple[FixedPoint, ...]]:
    """Three versions, and points of any size and order that fit together."""
    texts = {lang: draw(st.lists(TEXTS, min_size=1, max_size=10)) for lang in LANGS}
    runs = {lang: draw(st.permutations(_runs(draw, len(some)))) for lang, some in texts.items()}
    points = []
    for _ in range(draw(st.integers(0, 4))):
        langs = draw(st.lists(st.sampled_from(LANGS), min_size=2, max_size=3, unique=True))
        spans = [(lang, runs[lang].pop() if runs[lang] and draw(st.booleans()) else (0, 0)) for lang in langs]
        if any(start < end for _, (start, end) in spans):
            points.append(FixedPoint(tuple(spans), draw(st.booleans())))
    return {lang: segments(some, lang) for lang, some in texts.items()}, tuple(points)


def _runs(draw: st.DrawFn, size: int) -> list[Span]:
    ends = sorted({0, size, *draw(st.lists(st.integers(0, size), max_size=4))})
    return list(zip(ends, ends[1:], strict=False))


@settings(max_examples=60, deadline=None)
@given(corrected())
def test_any_points_that_fit_together_come_out_exactly(
    case: tuple[dict[Lang, tuple[Segment, ...]], tuple[FixedPoint, ...]],
) -> None:
    editions, points = case
    aligned = align(editions, QUICK, points)

    assert_held(aligned, points)
    for one, two in combinations(editions, 2):
        beads = aligned.pair(one, two)
        assert sorted(i for b in beads for i in range(*b.source)) == list(range(len(editions[one])))
        assert sorted(j for b in beads for j in range(*b.target)) == list(range(len(editions[two])))
        assert_uncrossed(beads)
    for lang, some in editions.items():
        held = [i for unit in aligned.units for v in unit.variants if v.lang == lang for i in v.segments]
        assert set(held) == set(range(len(some)))
    assert align(dict(reversed(editions.items())), QUICK, points[::-1]).pair(FR, EN) == aligned.pair(FR, EN)
