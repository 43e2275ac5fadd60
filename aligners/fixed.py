"""What a person has said belongs together: it comes out exactly so, and only what lies between is searched.

The segments a person speaks of are taken out of the lattice: no bead of the search may hold one. Those pairings that
keep the order of the document divide it besides, and no bead of the search leads from one stretch into another. One
that stands out of order must not divide anything, or the paragraphs it was moved past would all lose their partners.
Whether it does is not asked of the person: if the best path without the division is better by far, it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from aligners.crossing import worth
from aligners.search import Grid, Path, best_path
from aligners.stream import FloatArray, IntArray, Span
from tm.errors import InputError
from tm.evidence import kinds_with
from tm.lang import Lang
from tm.model import BODY_KINDS, FixedPoint, Kind, Segment

#: Evidence that a person's word counts for, in nats: more than any text gives.
PERSON = 100.0
#: What it costs that a pairing a person made stands out of order, in nats: a division that costs less is kept, since
#: people correct what the evidence got wrong. A paragraph moved past several others costs more than this to divide at.
_MOVED = 10.0
#: Score of leading a single pair out of order past a pairing a person made, in nats.
_PAST = -4.0

#: Kinds of segments that are aligned, body and footnotes.
PAIRED_KINDS = BODY_KINDS | {Kind.FOOTNOTE}
#: A segment: position of its stream, position in the stream.
_Node = tuple[int, int]


# --- points of all languages ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """A fixed point by positions in streams."""

    #: Streams it speaks of, each with a half-open range of positions, empty where there is no partner.
    ranges: tuple[tuple[int, tuple[int, int]], ...]
    reordered: bool = False

    @property
    def nodes(self) -> tuple[_Node, ...]:
        """Its segments: position of the stream, position in the stream."""
        return tuple((stream, k) for stream, span in self.ranges for k in range(*span))

    @property
    def streams(self) -> frozenset[int]:
        """The streams it speaks of: of these it holds no other segment."""
        return frozenset(stream for stream, _ in self.ranges)


def check(points: Sequence[FixedPoint], editions: Mapping[Lang, Sequence[Segment]]) -> None:
    """Refuse points that do not fit the editions or contradict one another.

    Raises:
        InputError: a range lies outside its edition, a point names a language twice or one that is not aligned, holds
            no text, or mixes body and footnotes; or two points hold the same segment.
    """
    owners: dict[tuple[Lang, int], FixedPoint] = {}
    for point in points:
        for lang, index in _segments_of(point, editions):
            other = owners.setdefault((lang, index), point)
            if other is not point:
                raise InputError(
                    f"the fixed points {other} and {point} both hold segment {index} of {lang.name}",
                    hint="leave one of them out, or make one of both",
                )


def _segments_of(point: FixedPoint, editions: Mapping[Lang, Sequence[Segment]]) -> list[tuple[Lang, int]]:
    """The segments a point holds, furniture left out.

    Raises:
        InputError: it does not fit the editions.
    """
    if len({lang for lang, _ in point.ranges}) < len(point.ranges):
        raise InputError(f"the fixed point {point} names a language twice", hint="give one range a language")
    held: list[tuple[Lang, int]] = []
    for lang, (start, end) in point.ranges:
        if lang not in editions:
            raise InputError(f"the fixed point {point} names {lang.name}, which is not aligned",
                             hint="leave that language out of the point")  # fmt: skip
        if not 0 <= start <= end <= len(editions[lang]):
            raise InputError(f"the fixed point {point} lies outside the {lang.name} version",
                             hint=f"it has {len(editions[lang])} segments, counted from 0")  # fmt: skip
        found = _members(editions[lang], (start, end))
        if start < end and not found:
            raise InputError(f"the fixed point {point} holds page furniture only in {lang.name}",
                             hint="name the segments of body or footnotes it is about")  # fmt: skip
        held += [(lang, index) for index in found]
    if not held:
        raise InputError(f"the fixed point {point} holds no text", hint="name at least one segment")
    if len({editions[lang][index].kind is Kind.FOOTNOTE for lang, index in held}) > 1:
        raise InputError(f"the fixed point {point} pairs body with footnotes", hint="these are aligned apart")
    return held


def _members(segments: Sequence[Segment], span: tuple[int, int]) -> list[int]:
    """Indices of the segments in a range that are aligned in one stream with its first one."""
    found = [k for k in range(*span) if segments[k].kind in PAIRED_KINDS]
    return [k for k in found if segments[k].kind in kinds_with(segments[found[0]].kind)]


def placed(
    points: Sequence[FixedPoint],
    editions: Mapping[Lang, Sequence[Segment]],
    langs: Sequence[Lang],
    places: Sequence[Sequence[int]],
) -> tuple[Point, ...]:
    """The points that hold segments of some streams, by positions in these.

    Args:
        points: as they passed ``check``.
        editions: what their ranges are indices of.
        langs: the language of each stream.
        places: index of each segment of each stream in its edition.
    """
    positions = [{index: k for k, index in enumerate(kept)} for kept in places]
    found = []
    for point in points:
        ranges = []
        for lang, span in point.ranges:
            stream = langs.index(lang)
            held = [positions[stream][k] for k in _members(editions[lang], span) if k in positions[stream]]
            ranges.append((stream, (held[0], held[-1] + 1) if held else (0, 0)))
        if any(start < end for _, (start, end) in ranges):
            found.append(Point(tuple(sorted(ranges)), point.reordered))
    return tuple(found)


# --- what they say of two streams -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """What a person says of two streams."""

    #: In source order, those without source first; a side that is empty says that the other has no partner, and its
    #: place says nothing.
    beads: tuple[Span, ...] = ()
    #: Those of them that are known to stand out of order.
    moved: frozenset[Span] = frozenset()

    @cached_property
    def paired(self) -> tuple[Span, ...]:
        """The beads with segments on both sides."""
        return tuple(bead for bead in self.beads if min(bead.shape) > 0)

    @cached_property
    def sources(self) -> frozenset[int]:
        """The source segments in any bead."""
        return frozenset(i for bead in self.beads for i in range(*bead.source))

    @cached_property
    def targets(self) -> frozenset[int]:
        """The target segments in any bead."""
        return frozenset(j for bead in self.beads for j in range(*bead.target))


NOTHING = Held()


def between(points: Sequence[Point], a: int, b: int) -> Held:
    """What the points say of streams a and b: those that speak of both."""
    beads, moved = [], set()
    for point in points:
        ranges = dict(point.ranges)
        if a not in ranges or b not in ranges:
            continue
        bead = Span(ranges[a], ranges[b])
        if max(bead.shape) > 0:
            beads.append(bead)
        if min(bead.shape) > 0 and point.reordered:
            moved.add(bead)
    return Held(tuple(sorted(beads)), frozenset(moved))


@dataclass(frozen=True)
class Stretches:
    """The number of the stretch each segment lies in; −1 for sources and −2 for targets that are held."""

    source: IntArray
    target: IntArray

    def allowed(self, grid: Grid) -> npt.NDArray[np.bool_]:
        """For each shape and each cell, whether a bead that ends there keeps within one stretch and holds nothing that
        is held. (len(shapes), n + 1, width).
        """
        runs = [np.cumsum(np.diff(side, prepend=side[:1]) != 0) for side in (self.source, self.target)]
        rows = np.arange(grid.n + 1)
        columns = np.minimum(grid.columns, grid.m)
        last = np.maximum(rows - 1, 0), np.maximum(columns - 1, 0)
        met = self.source[last[0]][:, None] == self.target[last[1]]
        fits = np.empty((len(grid.shapes), grid.n + 1, grid.width), dtype=bool)
        for t, (a, b) in enumerate(grid.shapes):
            left = runs[0][np.maximum(rows - a, 0)] == runs[0][last[0]]
            right = runs[1][np.maximum(columns - b, 0)] == runs[1][last[1]]
            fits[t] = met & left[:, None] & right
        return fits


def divided(held: Held, cuts: Sequence[Span], n: int, m: int) -> Stretches:
    """The stretches between beads that keep one order, in two streams of n and m segments."""
    sides = []
    for size, ends, taken, sign in (
        (n, [cut.source[1] for cut in cuts], held.sources, -1),
        (m, [cut.target[1] for cut in cuts], held.targets, -2),
    ):
        number = np.cumsum(np.bincount(np.array(ends, dtype=np.int64), minlength=size + 1))[:size]
        number[list(taken)] = sign
        sides.append(number)
    return Stretches(sides[0], sides[1])


@dataclass(frozen=True, slots=True)
class Confined:
    """A search that leaves alone what is held."""

    #: The scores, −inf where no bead may end.
    scores: FloatArray
    path: Path
    #: The beads held that divide the streams, in order; the other pairings stand out of order.
    cuts: tuple[Span, ...]


def confined(held: Held, grid: Grid, scores: FloatArray, gaps: tuple[FloatArray, FloatArray]) -> Confined:
    """The best path around and between the beads that are held."""
    if not held.beads or not grid.n or not grid.m:
        return Confined(scores, best_path(grid, scores, *gaps), held.paired)

    def within(cuts: Sequence[Span]) -> FloatArray:
        return np.where(divided(held, cuts, grid.n, grid.m).allowed(grid), scores, -np.inf)

    free = best_path(grid, within(()), *gaps)
    moved = held.moved
    while True:
        cuts, crossed = _rising([bead for bead in held.paired if bead not in moved], free)
        total = within(cuts)
        if not crossed:
            return Confined(total, free, cuts)
        path = best_path(grid, total, *gaps)
        dear = _dear(held, grid, scores, gaps, free, path, [cut for cut in cuts if cut not in crossed], sorted(crossed))
        if not dear:
            return Confined(total, path, cuts)
        moved |= dear


def _dear(
    held: Held,
    grid: Grid,
    scores: FloatArray,
    gaps: tuple[FloatArray, FloatArray],
    free: Path,
    path: Path,
    kept: Sequence[Span],
    crossed: Sequence[Span],
) -> frozenset[Span]:
    """Those of the crossed beads that cost too much to divide at; those between two kept ones are judged together."""
    stretches = divided(held, kept, grid.n, grid.m)
    lost = np.zeros(len(kept) + 1)
    for sign, spans in ((1.0, free.spans), (-1.0, path.spans)):
        for span in spans:
            at = int(stretches.source[span.source[0]] if span.shape[0] else stretches.target[span.target[0]])
            if at >= 0:
                lost[at] += sign * worth(grid, scores, span, *gaps)
    of = np.searchsorted([cut.source[1] for cut in kept], [bead.source[0] for bead in crossed], side="right")
    counts = np.bincount(of, minlength=len(lost))
    return frozenset(bead for bead, at in zip(crossed, of, strict=True) if lost[at] > _MOVED * counts[at])


def _rising(beads: Sequence[Span], free: Path) -> tuple[tuple[Span, ...], frozenset[Span]]:
    """As many of the beads as can keep one order, among equals those that the free path crosses least; and those of
    them that it does cross.
    """
    met = [span for span in free.spans if min(span.shape) > 0]
    before = np.searchsorted([s.source[0] for s in met], [bead.source[0] for bead in beads])
    beside = np.searchsorted([s.target[0] for s in met], [bead.target[0] for bead in beads])
    passed = np.abs(before - beside)
    kept = _longest(beads, 1.0 + 1.0 / (1.0 + passed) / (len(beads) + 1))
    return tuple(beads[k] for k in kept), frozenset(beads[k] for k in kept if passed[k])


def _longest(beads: Sequence[Span], weights: FloatArray) -> list[int]:
    """Indices of the beads of the greatest weight together whose targets rise; sources rise in all of them."""
    starts = np.array([bead.target[0] for bead in beads], dtype=np.int64)
    ends = np.array([bead.target[1] for bead in beads], dtype=np.int64)
    if (ends[:-1] <= starts[1:]).all():
        return list(range(len(beads)))
    best, previous = np.zeros(len(beads)), np.full(len(beads), -1)
    for k in range(len(beads)):
        reached = np.where(ends[:k] <= starts[k], best[:k], 0.0)
        if k and reached.max() > 0:
            previous[k] = reached.argmax()
        best[k] = weights[k] + (reached.max() if k else 0.0)
    chain = [int(best.argmax())]
    while previous[chain[-1]] >= 0:
        chain.append(int(previous[chain[-1]]))
    return chain[::-1]


def crossing_prices(held: Held, cuts: Sequence[Span], grid: Grid) -> FloatArray:
    """What it costs more to pair two segments out of order, in nats, at most 0: what is held cannot be paired at all,
    and to lead past what a person made has its price. (n + 1, width) for a grid of single segments.
    """
    if not held.beads:
        return np.zeros((grid.n + 1, grid.width))
    free, within = (divided(held, ends, grid.n, grid.m).allowed(grid)[0] for ends in ((), cuts))
    return np.where(free, np.where(within, 0.0, _PAST), -np.inf)


def reordered(held: Held, cuts: Sequence[Span]) -> frozenset[Span]:
    """The pairings that stand out of order: those that divide nothing, and those that have changed places with one."""
    kept = set(cuts)
    apart = {bead for bead in held.paired if bead not in kept}
    before = {(bead.source[0], bead.target[1]) for bead in apart}
    after = {(bead.source[1], bead.target[0]) for bead in apart}
    changed = {
        cut for cut in cuts if (cut.source[1], cut.target[0]) in before or (cut.source[0], cut.target[1]) in after
    }
    return frozenset(apart | changed)
