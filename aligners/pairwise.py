"""Two streams in, the best alignment of them out: costs added up, searched, learned from and searched again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from aligners import costs, crossing, structure
from aligners.search import PRIORS, SHAPES, Grid, Path, best_path, corridor, rounded, whole_grid
from aligners.stream import FloatArray, Span, Stream

#: Documents with more cells than this are searched in a corridor along the anchors, that wide either way at first.
_WHOLE, _HALF = 60_000, 48
#: Documents with more cells than this keep to a corridor around the first path, that wide either way.
_SMALL, _NARROW = 4_000, 30

#: Evidence of one name, kept in single precision.
Part = npt.NDArray[np.float32]


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
    #: In-order beads and gaps, complete; segments of crossings stand in it as gaps.
    path: Path
    #: Pairs of positions that belong together out of order.
    crossings: tuple[tuple[int, int], ...] = ()

    @property
    def gaps(self) -> tuple[FloatArray, FloatArray]:
        """Score of leaving each segment alone, source and target; nothing for segments of crossings."""
        return crossing.gaps(self.grid, self.crossings)

    @property
    def beads(self) -> tuple[Span, ...]:
        """What is paired, in source order, crossings included, gaps left out."""
        paired = [s for s in self.path.spans if min(s.shape) > 0]
        paired += [Span((i, i + 1), (j, j + 1)) for i, j in self.crossings]
        return tuple(sorted(paired))


def first_grid(source: Stream, target: Stream) -> Grid:
    """All cells for short documents, else a corridor along the anchors."""
    n, m = len(source), len(target)
    if (n + 1) * (m + 1) <= _WHOLE:
        return whole_grid(n, m)
    return corridor(n, m, structure.anchors(source, target), _HALF)


def align(
    source: Stream, target: Stream, names: Sequence[str], rounds: int = 2, cross: bool = True, grid: Grid | None = None
) -> Pair:
    """The best alignment: a first search, then ``rounds`` searches with what the costs learn from the beads found.

    Crossings are looked for in the last search. A grid that is given is kept; else the first path makes it narrower.
    """
    pair = decode(source, target, names, grid or first_grid(source, target), None, cross=False)
    for left in range(rounds, 0, -1):
        narrow = narrowed(pair) if grid is None and left == rounds else pair.grid
        fixed = {n: part for n, part in pair.parts.items() if n in costs.STATIC} if narrow is pair.grid else {}
        pair = decode(source, target, names, narrow, pair.beads, cross and left == 1, fixed)
    return pair


def narrowed(pair: Pair) -> Grid:
    """The corridor around the path just found, or the same grid for short documents."""
    if (pair.grid.n + 1) * (pair.grid.m + 1) <= _SMALL:
        return pair.grid
    return corridor(pair.grid.n, pair.grid.m, [(s.source[0], s.target[0]) for s in pair.path.spans], _NARROW)


def decode(
    source: Stream,
    target: Stream,
    names: Sequence[str],
    grid: Grid,
    path: Sequence[Span] | None,
    cross: bool,
    fixed: Mapping[str, Part] = MappingProxyType({}),
) -> Pair:
    """One search, in a corridor that is doubled as long as the path runs along its edge.

    ``fixed`` holds the parts already known for this grid.
    """
    while True:
        known = names if grid.n and grid.m else ()
        parts = {
            name: fixed[name] if name in fixed else costs.load(name)(source, target, grid, path).astype(np.float32)
            for name in known
        }
        pair = searched(source, target, grid, parts, cross)
        if not pair.path.at_edge:
            return pair
        fixed = {}
        half = grid.width
        points = [(s.source[0], s.target[0]) for s in pair.path.spans]
        grid = corridor(grid.n, grid.m, points, half) if half < grid.m else whole_grid(grid.n, grid.m)


def searched(source: Stream, target: Stream, grid: Grid, parts: Mapping[str, Part], cross: bool) -> Pair:
    """The best path, and the best crossings if asked for, under the sum of the parts."""
    summed = np.zeros((len(SHAPES), grid.n + 1, grid.width)) + PRIORS[:, None, None]
    for part in parts.values():
        summed += part
    total: FloatArray = np.where(grid.allowed, rounded(summed), -np.inf)
    path = best_path(grid, total, *crossing.gaps(grid, ()))
    pair = Pair(source, target, grid, parts, total, path)
    if not cross or grid.n < 2 or grid.m < 2:
        return pair
    found = crossing.find(grid, total, parts.get("label"), path)
    if not found:
        return pair
    total = crossing.without(grid, total, found)
    path = best_path(grid, total, *crossing.gaps(grid, found))
    return Pair(source, target, grid, parts, total, path, found)
