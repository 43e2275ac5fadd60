"""Two streams in, the best alignment of them out: costs added up, searched, learned from and searched again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from aligners import costs, crossing, fixed, prices, structure
from aligners.fixed import NOTHING, Held
from aligners.prices import Prices
from aligners.search import ONE_TO_ONE, Grid, Path, best_path, corridor, posterior, rounded, whole_grid
from aligners.stream import FloatArray, Found, IntArray, Span, Stream

#: Documents with more cells than this are searched in a corridor along the anchors, that wide either way at first.
_WHOLE, _HALF = 250_000, 100
#: Documents with more cells than this keep to a corridor around the first path, that wide either way.
_SMALL, _NARROW = 900, 12

#: How far from the path partners out of order are looked for, in segments.
_FAR = 60
#: Scores are divided by this before they are read as ln of probabilities: evidences are not independent.
TEMPERATURE = 3.0
#: A search that changes no more than one bead in this many is the last.
_HARDLY = 200
#: Links less probable than this are left out.
_LEAST_LINK = 0.02

#: Evidence of one name, kept in single precision.
Part: TypeAlias = npt.NDArray[np.float32]
#: What other languages say about the beads of a grid, in nats, (len(shapes), n + 1, width).
Opinion: TypeAlias = Callable[[Grid], FloatArray]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a search starts from."""

    grid: Grid
    #: What costs may learn from; None before anything was found.
    found: Found | None = None
    prices: Prices = prices.USUAL
    #: Evidence by name that is known for this grid already.
    parts: Mapping[str, Part] = field(default_factory=dict)
    #: What a person says of the two streams.
    held: Held = NOTHING


@dataclass(frozen=True)
class Pair:
    """Two streams and what the search has found about them so far."""

    source: Stream
    target: Stream
    grid: Grid
    #: Evidence by name, each (len(SHAPES), n + 1, width) in nats.
    parts: Mapping[str, Part]
    #: Sum of the parts and the priors, −inf where no bead may end.
    total: FloatArray
    #: What shapes and gaps cost.
    prices: Prices
    #: In-order beads and gaps, complete; segments of crossings stand in it as gaps.
    path: Path
    #: Pairs of positions that belong together out of order.
    crossings: tuple[tuple[int, int], ...] = ()
    #: A wider corridor of single segments and their evidence by name, where partners out of order are looked for;
    #: None when they are not.
    far: tuple[Grid, Mapping[str, Part]] | None = None
    #: What a person says of them; segments of these beads stand in the path as gaps.
    held: Held = NOTHING
    #: Those of the held beads that divide the streams, in order.
    cuts: tuple[Span, ...] = ()

    @property
    def gaps(self) -> tuple[FloatArray, FloatArray]:
        """Score of leaving each segment alone, source and target; nothing for segments of crossings."""
        return crossing.gaps(self.grid, self.prices, self.crossings)

    @property
    def beads(self) -> tuple[Span, ...]:
        """What is paired, in source order, crossings and held beads included, gaps left out."""
        paired = [s for s in self.path.spans if min(s.shape) > 0]
        paired += [Span((i, i + 1), (j, j + 1)) for i, j in self.crossings]
        return tuple(sorted((*paired, *self.held.paired)))

    @property
    def steps(self) -> tuple[Span, ...]:
        """What is paired and what is left alone, segments of crossings and of held beads not twice."""
        sources, targets = {i for i, _ in self.crossings}, {j for _, j in self.crossings}
        sources |= {i for bead in self.held.paired for i in range(*bead.source)}
        targets |= {j for bead in self.held.paired for j in range(*bead.target)}
        alone = [s for s in self.path.spans if min(s.shape) == 0]
        alone = [
            s for s in alone if not ((s.shape[0] and s.source[0] in sources) or (s.shape[1] and s.target[0] in targets))
        ]
        return (*self.beads, *alone)

    @cached_property
    def links(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Probable links: source positions, rising, target positions, and their posterior probabilities; those out of
        order and those a person made count fully.
        """
        probable = posterior(self.grid, self.total, *self.gaps, TEMPERATURE)
        found: list[tuple[IntArray, IntArray, FloatArray]] = []
        for t, (a, b) in enumerate(self.grid.shapes):
            rows, cells = np.nonzero(probable[t] > _LEAST_LINK)
            weights, columns = probable[t][rows, cells], self.grid.low[rows] + cells
            found += [(rows - 1 - up, columns - 1 - back, weights) for up in range(a) for back in range(b)]
        certain = [(i, j) for bead in self.held.paired for i in range(*bead.source) for j in range(*bead.target)]
        crossed = np.array([*self.crossings, *certain], dtype=np.int64).reshape(-1, 2)
        found.append((crossed[:, 0], crossed[:, 1], np.ones(len(crossed))))
        first, second, weights = (np.concatenate(part) for part in zip(*found, strict=True))
        width = max(self.grid.m, 1)
        keys, at = np.unique(first * width + second, return_inverse=True)
        return keys // width, keys % width, np.minimum(np.bincount(at.ravel(), weights, len(keys)), 1.0)

    @cached_property
    def lesson(self) -> Lesson:
        """What a further search starts from."""
        found = Found(self.beads, *self.links)
        if self.grid.shapes == ONE_TO_ONE:
            return Lesson(narrowed(self), found, held=self.held)
        known = {name: part for name, part in self.parts.items() if name in costs.STATIC}
        return Lesson(self.grid, found, prices.learned(self.steps), known, self.held)


def first_grid(source: Stream, target: Stream) -> Grid:
    """All cells for short documents, else a corridor along the anchors."""
    n, m = len(source), len(target)
    if (n + 1) * (m + 1) <= _WHOLE:
        return whole_grid(n, m, ONE_TO_ONE)
    return corridor(n, m, structure.anchors(source, target), _HALF, ONE_TO_ONE)


def align(
    source: Stream,
    target: Stream,
    names: Sequence[str],
    rounds: int = 2,
    cross: bool = True,
    grid: Grid | None = None,
    held: Held = NOTHING,
) -> Pair:
    """The best alignment: a first search, of single segments unless a grid is given, then ``rounds`` searches of beads
    of all shapes with what the costs learn from those found before, fewer when one finds hardly anything new.
    What is ``held`` comes out as it is.
    """
    pair = decode(source, target, names, Lesson(grid or first_grid(source, target), held=held), cross=False)
    for _ in range(rounds):
        lesson = pair.lesson
        del pair
        pair = decode(source, target, names, lesson, cross)
        if lesson.found is not None and _same(lesson.found.beads, pair.beads):
            break
    return pair


def _same(before: Sequence[Span], after: Sequence[Span]) -> bool:
    """Whether two searches have found the same beads, but for one in some hundreds."""
    return len(set(before) ^ set(after)) <= len(after) // _HARDLY


def again(pair: Pair, names: Sequence[str], cross: bool, said: Opinion) -> Pair:
    """One more search with what the costs learn from the pair, and with what other languages say."""
    return decode(pair.source, pair.target, names, pair.lesson, cross, said)


def narrowed(pair: Pair) -> Grid:
    """The corridor around the path just found, or all cells for short documents; beads of all shapes."""
    if (pair.grid.n + 1) * (pair.grid.m + 1) <= _SMALL:
        return whole_grid(pair.grid.n, pair.grid.m)
    return corridor(pair.grid.n, pair.grid.m, [(s.source[0], s.target[0]) for s in pair.path.spans], _NARROW)


def decode(
    source: Stream, target: Stream, names: Sequence[str], lesson: Lesson, cross: bool, said: Opinion | None = None
) -> Pair:
    """One search, in a corridor that is doubled as long as the path runs along its edge."""
    grid, found, known = lesson.grid, lesson.found, lesson.parts
    while True:
        parts = evidence(source, target, names, grid, found, known, said)
        pair = searched(source, target, grid, parts, lesson.prices, lesson.held)
        if not pair.path.at_edge:
            break
        known = {}
        half = grid.width
        points = [(s.source[0], s.target[0]) for s in pair.path.spans]
        wide = half < grid.m
        grid = corridor(grid.n, grid.m, points, half, grid.shapes) if wide else whole_grid(grid.n, grid.m, grid.shapes)
    if not cross or grid.n < 2 or grid.m < 2:
        return pair
    far = corridor(grid.n, grid.m, [(s.source[0], s.target[0]) for s in pair.path.spans], _FAR, ONE_TO_ONE)
    return crossed(replace(pair, far=(far, evidence(source, target, names, far, found, said=said))))


def evidence(
    source: Stream,
    target: Stream,
    names: Sequence[str],
    grid: Grid,
    found: Found | None,
    known: Mapping[str, Part] = MappingProxyType({}),
    said: Opinion | None = None,
) -> dict[str, Part]:
    """The evidence of each cost on the beads of a grid, in nats; what is ``known`` is not computed."""
    looked = names if grid.n and grid.m else ()
    parts = {
        name: known[name] if name in known else np.asarray(costs.load(name)(source, target, grid, found), np.float32)
        for name in looked
    }
    if said is not None:
        parts["support"] = np.asarray(said(grid), np.float32)
    return parts


def searched(
    source: Stream, target: Stream, grid: Grid, parts: Mapping[str, Part], known: Prices, held: Held = NOTHING
) -> Pair:
    """The best path in order under the sum of the parts, around and between what is held."""
    summed = np.zeros((len(grid.shapes), grid.n + 1, grid.width)) + known.shapes[: len(grid.shapes), None, None]
    for part in parts.values():
        summed += part
    total = rounded(summed)
    total[~grid.allowed] = -np.inf
    best = fixed.confined(held, grid, total, crossing.gaps(grid, known, ()))
    return Pair(source, target, grid, parts, best.scores, known, best.path, held=held, cuts=best.cuts)


def crossed(pair: Pair) -> Pair:
    """The pair with its segments out of order paired, if some are found far and wide, and the best path around them."""
    if pair.far is None:
        return pair
    grid, parts = pair.far
    content = np.zeros((grid.n + 1, grid.width)) + pair.prices.shapes[0]
    for name, part in parts.items():
        content += np.maximum(part[0], 0.0) if name == "label" else part[0]
    content += fixed.crossing_prices(pair.held, pair.cuts, grid)
    plain = pair.total - pair.parts["label"] if "label" in pair.parts else pair.total
    found = crossing.find(pair.grid, plain, pair.path.spans, pair.prices, crossing.Wide(grid, content))
    if not found:
        return pair
    total = crossing.without(pair.grid, pair.total, found)
    path = best_path(pair.grid, total, *crossing.gaps(pair.grid, pair.prices, found))
    return replace(pair, total=total, path=path, crossings=found)
