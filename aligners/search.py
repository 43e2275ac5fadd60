"""The best monotone path of beads through a corridor, for any scores, and how probable each bead on it is.

A cell (i, j) of the lattice means: the first i source and the first j target segments are done. A bead of shape (a,
b) leads from (i−a, j−b) to (i, j) and has a score in nats, higher is better, which the costs add up. Only the cells
inside a corridor are kept, so time and memory are O(n·w) for n source segments and a corridor w cells wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from aligners.stream import FloatArray, IntArray, Span

#: Most segments of one side in a bead.
MOST = 5
#: Share of the beads by shape, larger number first; shapes not named here have ``_RARE``. Measured on UN documents.
_SHARES = {
    (1, 1): 0.9,
    (2, 1): 0.022,
    (2, 2): 0.004,
    (3, 1): 0.005,
    (3, 2): 0.0012,
    (4, 1): 0.0015,
    (3, 3): 0.0004,
    (5, 1): 0.0005,
}
_RARE = 0.0001
#: Shapes of the beads that pair something with something.
SHAPES = tuple((a, b) for a in range(1, MOST + 1) for b in range(1, MOST + 1))
#: ln of the shares, in step with ``SHAPES``.
PRIORS = np.array([np.log(_SHARES.get((max(s), min(s)), _RARE)) for s in SHAPES])
#: Score of leaving one segment without partner: about 1.5 % of the segments of a side.
GAP = round(-4.2 * 2**20) / 2**20
#: Scores are rounded to multiples of this power of two, so that sums of them are exact and ties are ties.
_QUANTUM = 2.0**-20
_NEVER = -np.inf

_A = np.array([a for a, _ in SHAPES] + [1])
_B = np.array([b for _, b in SHAPES] + [0])
_DELETION = len(SHAPES)
_INSERTION = len(SHAPES) + 1


@dataclass(frozen=True)
class Grid:
    """The cells of a lattice that are looked at: in each row i, the columns ``low[i]`` to ``low[i] + width - 1``."""

    #: Number of source and of target segments.
    n: int
    m: int
    #: First column of each of the n + 1 rows, never falling.
    low: IntArray
    width: int
    #: Last column of each row that may be used.
    high: IntArray
    #: Box each source and each target segment belongs to; beads never join two boxes. None when there is one box.
    boxes: tuple[IntArray, IntArray] | None = None

    @cached_property
    def columns(self) -> IntArray:
        """Column j of each cell, (n + 1, width); beyond ``high`` the cells are not used."""
        return self.low[:, None] + np.arange(self.width)

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """For each shape and each cell, whether a bead of that shape may end there."""
        rows = np.arange(self.n + 1)[:, None]
        fits = np.empty((len(SHAPES), self.n + 1, self.width), dtype=bool)
        inside = self.columns <= self.high[:, None]
        for t, (a, b) in enumerate(SHAPES):
            fits[t] = inside & (rows >= a) & (self.columns >= b)
        if self.boxes is not None:
            self._keep_boxes(fits, rows)
        return fits

    def _keep_boxes(self, fits: npt.NDArray[np.bool_], rows: IntArray) -> None:
        assert self.boxes is not None
        source = np.concatenate((self.boxes[0], [-1]))
        target = np.concatenate((self.boxes[1], [-1]))
        columns = np.minimum(self.columns, self.m)
        ends = source[rows - 1] == target[columns - 1]
        for t, (a, b) in enumerate(SHAPES):
            first = source[np.maximum(rows - a, 0)]
            fits[t] &= ends & (first == source[rows - 1]) & (target[np.maximum(columns - b, 0)] == first)

    def cells(self, source: FloatArray, target: FloatArray) -> FloatArray:
        """Inner products of rows: cell (i, j) gets ``source[i-1] · target[j-1]``; 0 outside. (n + 1, width)."""
        found = np.zeros((self.n + 1, self.width))
        for start in range(1, self.n + 1, 128):
            stop = min(start + 128, self.n + 1)
            left, right = max(1, int(self.low[start])), min(self.m, int(self.low[stop - 1]) + self.width - 1)
            if left > right:
                continue
            block = source[start - 1 : stop - 1] @ target[left - 1 : right].T
            columns = self.columns[start:stop]
            inside = (columns >= left) & (columns <= right)
            picked = np.take_along_axis(block, np.clip(columns - left, 0, right - left), axis=1)
            found[start:stop] = np.where(inside, picked, 0.0)
        return found

    def spread(self, cells: FloatArray) -> FloatArray:
        """Sums over the pairs of segments in each bead, from one value per pair. (len(SHAPES), n + 1, width)."""
        sums = np.zeros((len(SHAPES), self.n + 1, self.width))
        rows: list[FloatArray] = []
        total = np.zeros_like(cells)
        for b in range(MOST):
            total = total + _shifted(cells, b)
            rows.append(total)
        reach = [self._earlier_row(a) for a in range(MOST)]
        for b in range(1, MOST + 1):
            total = np.zeros_like(cells)
            for a in range(1, MOST + 1):
                total = total + self._pick(rows[b - 1], reach[a - 1], a - 1)
                sums[SHAPES.index((a, b))] = total
        return sums

    def matched(self, cells: FloatArray) -> FloatArray:
        """Like ``spread``, but a segment counts with its best partner only, from the side that gives more.

        For one-to-many beads that is the sum itself; two equal paragraphs against two do not count four times.
        """
        sums = np.zeros((len(SHAPES), self.n + 1, self.width))
        reach = [self._earlier_row(a) for a in range(MOST)]
        beside = [cells]
        for b in range(1, MOST):
            beside.append(np.maximum(beside[-1], _shifted(cells, b)))
        above = [cells]
        for a in range(1, MOST):
            above.append(np.maximum(above[-1], self._pick(cells, reach[a], a)))
        by_column: dict[tuple[int, int], FloatArray] = {}
        for a in range(1, MOST + 1):
            total = np.zeros_like(cells)
            for b in range(1, MOST + 1):
                total = total + _shifted(above[a - 1], b - 1)
                by_column[a, b] = total
        for b in range(1, MOST + 1):
            total = np.zeros_like(cells)
            for a in range(1, MOST + 1):
                total = total + self._pick(beside[b - 1], reach[a - 1], a - 1)
                sums[SHAPES.index((a, b))] = np.maximum(total, by_column[a, b])
        return sums

    def earlier(self, cells: FloatArray, back: int, left: int) -> FloatArray:
        """The value that stands ``back`` rows up and ``left`` columns before each cell; 0 outside."""
        return self._pick(_shifted(cells, left), self._earlier_row(back), back)

    def _earlier_row(self, back: int) -> IntArray:
        """Index in row i − back of the column that each cell of row i has; −1 or ``width`` when it has left the
        corridor.
        """
        earlier = np.concatenate((np.zeros(back, dtype=np.int64), self.low))[: self.n + 1]
        index: IntArray = np.clip(self.columns - earlier[:, None], -1, self.width)
        return index

    def _pick(self, values: FloatArray, index: IntArray, back: int) -> FloatArray:
        moved = np.zeros_like(values)
        moved[back:] = values[: max(self.n + 1 - back, 0)]
        picked = np.take_along_axis(moved, np.clip(index, 0, self.width - 1), axis=1)
        return np.where((index >= 0) & (index < self.width), picked, 0.0)


def _shifted(values: FloatArray, by: int) -> FloatArray:
    if by == 0:
        return values
    moved = np.zeros_like(values)
    moved[:, by:] = values[:, :-by]
    return moved


def whole_grid(n: int, m: int) -> Grid:
    """All cells: for short documents."""
    return Grid(n, m, np.zeros(n + 1, dtype=np.int64), m + 1, np.full(n + 1, m, dtype=np.int64))


def corridor(n: int, m: int, points: Sequence[tuple[int, int]], half: int) -> Grid:
    """The cells within ``half`` columns of the line through (0, 0), the points and (n, m); points rise in both
    numbers.
    """
    kept = [(0, 0), *(p for p in points if (0, 0) < p < (n, m)), (n, m)]
    middle = np.interp(np.arange(n + 1), [p[0] for p in kept], [p[1] for p in kept])
    steepest = int(np.ceil(np.diff(middle, prepend=0.0).max()))
    half += steepest
    low = np.maximum.accumulate(np.clip(np.floor(middle).astype(np.int64) - half, 0, None))
    width = min(2 * half + 2, m + 1)
    low = np.minimum(low, m + 1 - width)
    return Grid(n, m, low, width, np.minimum(low + width - 1, m))


def boxed_grid(source: Sequence[int], target: Sequence[int]) -> Grid:
    """The cells of boxes that follow one another: segment counts of each box on both sides."""
    starts, ends = np.cumsum([0, *target[:-1]]), np.cumsum(target)
    n, m = sum(source), sum(target)
    low, high = np.full(n + 1, m, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    row = 0
    for count, start, end in zip(source, starts, ends, strict=True):
        low[row : row + count + 1] = np.minimum(low[row : row + count + 1], start)
        high[row : row + count + 1] = np.maximum(high[row : row + count + 1], end)
        row += count
    width = int((high - low).max()) + 1
    boxes = (np.repeat(np.arange(len(source)), source), np.repeat(np.arange(len(target)), target))
    return Grid(n, m, low, width, high, boxes)


def rounded(scores: FloatArray) -> FloatArray:
    """The scores as multiples of a power of two, so that adding them up in any order gives the same sum."""
    return np.round(scores / _QUANTUM) * _QUANTUM


@dataclass(frozen=True)
class Path:
    """A monotone path from (0, 0) to (n, m)."""

    spans: tuple[Span, ...]
    #: Sum of the scores on it, in nats.
    score: float
    #: Whether it runs along an edge of the corridor, so that a wider one might hold a better path.
    at_edge: bool


def best_path(grid: Grid, scores: FloatArray, source_gaps: FloatArray, target_gaps: FloatArray) -> Path:
    """The path with the highest sum of scores; among equals the one with fewer gaps. Scores must have been ``rounded``.

    Args:
        grid: the corridor.
        scores: (len(SHAPES), n + 1, width), score of the bead of each shape that ends in each cell; −inf forbids it.
        source_gaps: (n,) score of leaving each source segment alone.
        target_gaps: (m,) the same for target segments.
    """
    best = np.full((grid.n + 1 + MOST, grid.width + 2), _NEVER)
    choice = np.full((grid.n + 1, grid.width), _INSERTION, dtype=np.int8)
    insertions = np.concatenate(([0.0], np.cumsum(target_gaps)))
    index, low = np.arange(grid.width), np.concatenate((np.zeros(MOST, dtype=np.int64), grid.low))
    usable = grid.columns <= grid.high[:, None]
    for i in range(grid.n + 1):
        if i == 0:
            reached = np.where(grid.columns[0] == 0, 0.0, _NEVER)
        else:
            candidates = _candidates(best, grid, scores, source_gaps, i, index, low)
            chosen = candidates.argmax(axis=0)
            reached = candidates[chosen, index]
            choice[i] = chosen
        price = insertions[np.minimum(grid.columns[i], grid.m)]
        done = np.maximum.accumulate(np.where(usable[i], reached, _NEVER) - price) + price
        choice[i][done > reached] = _INSERTION
        best[i + MOST, 1:-1] = np.where(usable[i], done, _NEVER)
    return _traced(grid, choice, float(best[-1, 1 + grid.m - int(grid.low[-1])]))


def _candidates(
    best: FloatArray, grid: Grid, scores: FloatArray, gaps: FloatArray, i: int, index: IntArray, low: IntArray
) -> FloatArray:
    """What each shape, and a deletion last, would make of each cell of row i."""
    rows = i + MOST - _A
    columns = np.minimum(np.maximum(index + (grid.low[i] - low[rows] - _B)[:, None], -1), grid.width) + 1
    values: FloatArray = best[rows[:, None], columns]
    values[:-1] += scores[:, i]
    values[-1] += gaps[i - 1]
    return values


def _traced(grid: Grid, choice: npt.NDArray[np.int8], score: float) -> Path:
    i, j, spans, at_edge = grid.n, grid.m, [], False
    while i or j:
        at = j - int(grid.low[i])
        step = int(choice[i, at]) if i else _INSERTION
        a, b = (0, 1) if step == _INSERTION else (int(_A[step]), int(_B[step]))
        spans.append(Span((i - a, i), (j - b, j)))
        i, j = i - a, j - b
        low, high = int(grid.low[i]), int(grid.high[i])
        at_edge |= (low > 0 and j - low < 2) or (high < grid.m and high - j < 2)
    return Path(tuple(reversed(spans)), score, at_edge and grid.boxes is None)


def posterior(
    grid: Grid, scores: FloatArray, source_gaps: FloatArray, target_gaps: FloatArray, temperature: float
) -> FloatArray:
    """Probability of each bead under the scores divided by the temperature (forward–backward). (len(SHAPES), n + 1,
    width).
    """
    scores, source_gaps, target_gaps = scores / temperature, source_gaps / temperature, target_gaps / temperature
    forward = _forward(grid, scores, source_gaps, target_gaps)
    backward = _backward(grid, scores, source_gaps, target_gaps)
    whole = forward[-1, 1 + grid.m - int(grid.low[-1])]
    probability = np.zeros_like(scores)
    low = np.concatenate((np.zeros(MOST, dtype=np.int64), grid.low))
    index = np.arange(grid.width)
    for i in range(1, grid.n + 1):
        before = _candidates(forward, grid, scores, source_gaps, i, index, low)[:-1]
        probability[:, i] = np.exp(np.minimum(before + backward[i, 1:-1] - whole, 0.0))
    return probability


def _forward(grid: Grid, scores: FloatArray, source_gaps: FloatArray, target_gaps: FloatArray) -> FloatArray:
    total = np.full((grid.n + 1 + MOST, grid.width + 2), _NEVER)
    insertions = np.concatenate(([0.0], np.cumsum(target_gaps)))
    index, low = np.arange(grid.width), np.concatenate((np.zeros(MOST, dtype=np.int64), grid.low))
    usable = grid.columns <= grid.high[:, None]
    for i in range(grid.n + 1):
        if i == 0:
            reached = np.where(grid.columns[0] == 0, 0.0, _NEVER)
        else:
            reached = _summed(_candidates(total, grid, scores, source_gaps, i, index, low))
        price = insertions[np.minimum(grid.columns[i], grid.m)]
        reached = np.where(usable[i], reached, _NEVER)
        total[i + MOST, 1:-1] = np.where(usable[i], np.logaddexp.accumulate(reached - price) + price, _NEVER)
    return total


def _backward(grid: Grid, scores: FloatArray, source_gaps: FloatArray, target_gaps: FloatArray) -> FloatArray:
    total = np.full((grid.n + 1 + MOST, grid.width + 2), _NEVER)
    insertions = np.concatenate(([0.0], np.cumsum(target_gaps)))
    index, low = np.arange(grid.width), np.concatenate((grid.low, np.full(MOST, grid.m + 1)))
    usable = grid.columns <= grid.high[:, None]
    padded = np.concatenate((scores, np.zeros((1, *scores.shape[1:]))))
    padded = np.pad(padded, ((0, 0), (0, MOST), (1, 1)), constant_values=_NEVER)
    shapes = np.arange(len(SHAPES) + 1)[:, None]
    for i in range(grid.n, -1, -1):
        rows = i + _A
        columns = np.minimum(np.maximum(index + (grid.low[i] - low[rows] + _B)[:, None], -1), grid.width) + 1
        values = total[rows[:, None], columns] + padded[shapes, rows[:, None], columns]
        values[-1] += source_gaps[i] if i < grid.n else _NEVER
        reached = _summed(values)
        if i == grid.n:
            reached = np.where(grid.columns[i] == grid.m, 0.0, _NEVER)
        price = insertions[-1] - insertions[np.minimum(grid.columns[i], grid.m)]
        reached = np.where(usable[i], reached, _NEVER)[::-1] - price[::-1]
        total[i, 1:-1] = np.where(usable[i], np.logaddexp.accumulate(reached)[::-1] + price, _NEVER)
    return total


def _summed(values: FloatArray) -> FloatArray:
    highest = values.max(axis=0)
    safe = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        total: FloatArray = np.log(np.exp(values - safe).sum(axis=0)) + safe
    return total
