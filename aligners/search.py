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

from aligners.stream import Array32, FloatArray, IntArray, Span

#: Most segments of one side in a bead.
MOST = 5
#: Shapes of the beads that pair something with something.
SHAPES = tuple((a, b) for a in range(1, MOST + 1) for b in range(1, MOST + 1))
#: The one shape a first search looks at.
ONE_TO_ONE = ((1, 1),)
#: Scores are rounded to multiples of this power of two, so that sums of them are exact and ties are ties.
_QUANTUM = 2.0**-20
_NEVER = -np.inf


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
    #: Shapes of the beads that are looked at, larger ones last.
    shapes: tuple[tuple[int, int], ...] = SHAPES

    @cached_property
    def steps(self) -> tuple[IntArray, IntArray]:
        """How many source and how many target segments each shape takes, and a deletion, which comes last."""
        return np.array([a for a, _ in self.shapes] + [1]), np.array([b for _, b in self.shapes] + [0])

    @cached_property
    def columns(self) -> IntArray:
        """Column j of each cell, (n + 1, width); beyond ``high`` the cells are not used."""
        return self.low[:, None] + np.arange(self.width)

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """For each shape and each cell, whether a bead of that shape may end there."""
        rows = np.arange(self.n + 1)[:, None]
        fits = np.empty((len(self.shapes), self.n + 1, self.width), dtype=bool)
        inside = self.columns <= self.high[:, None]
        for t, (a, b) in enumerate(self.shapes):
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
        for t, (a, b) in enumerate(self.shapes):
            first = source[np.maximum(rows - a, 0)]
            fits[t] &= ends & (first == source[rows - 1]) & (target[np.maximum(columns - b, 0)] == first)

    def cells(self, source: Array32, target: Array32) -> FloatArray:
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
        """Sums over the pairs of segments in each bead, from one value per pair. (len(shapes), n + 1, width)."""
        most = max(max(shape) for shape in self.shapes)
        sums = np.zeros((len(self.shapes), self.n + 1, self.width))
        row = np.zeros_like(cells)
        for b in range(1, most + 1):
            row = row + shifted(cells, b - 1)
            total = np.zeros_like(cells)
            for a in range(1, most + 1):
                total = total + self.earlier(row, a - 1, 0)
                if (a, b) in self.shapes:
                    sums[self.shapes.index((a, b))] = total
        return sums

    def earlier(self, cells: FloatArray, back: int, left: int) -> FloatArray:
        """The value that stands ``back`` rows up and ``left`` columns before each cell; 0 outside."""
        beside = shifted(cells, left)
        if back == 0:
            return beside
        moved = np.zeros_like(cells)
        index = self._above[back]
        picked = np.take_along_axis(beside[: max(self.n + 1 - back, 0)], np.clip(index, 0, self.width - 1), axis=1)
        moved[back:] = np.where((index >= 0) & (index < self.width), picked, 0.0)
        return moved

    @cached_property
    def _above(self) -> list[IntArray]:
        """For each number of rows, the index so many rows up of the column that each cell has; −1 or ``width`` when
        it has left the corridor.
        """
        return [
            np.clip(self.columns[back:] - self.low[: max(self.n + 1 - back, 0), None], -1, self.width)
            for back in range(MOST)
        ]


def shifted(values: FloatArray, by: int) -> FloatArray:
    """The values moved so many columns to the right, zeros coming in."""
    if by == 0:
        return values
    moved = np.zeros_like(values)
    moved[:, by:] = values[:, :-by]
    return moved


def whole_grid(n: int, m: int, shapes: tuple[tuple[int, int], ...] = SHAPES) -> Grid:
    """All cells: for short documents."""
    return Grid(n, m, np.zeros(n + 1, dtype=np.int64), m + 1, np.full(n + 1, m, dtype=np.int64), shapes=shapes)


def corridor(
    n: int, m: int, points: Sequence[tuple[int, int]], half: int, shapes: tuple[tuple[int, int], ...] = SHAPES
) -> Grid:
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
    return Grid(n, m, low, width, np.minimum(low + width - 1, m), shapes=shapes)


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
    """The scores, in place, as multiples of a power of two, so that sums of them in any order are the same."""
    scores /= _QUANTUM
    np.round(scores, out=scores)
    scores *= _QUANTUM
    return scores


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
        scores: (len(shapes), n + 1, width), score of the bead of each shape that ends in each cell; −inf forbids it.
        source_gaps: (n,) score of leaving each source segment alone.
        target_gaps: (m,) the same for target segments.
    """
    best = np.full((grid.n + 1 + MOST, grid.width + 2), _NEVER)
    insertion = len(grid.shapes) + 1
    choice = np.full((grid.n + 1, grid.width), insertion, dtype=np.int8)
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
        choice[i][done > reached] = insertion
        best[i + MOST, 1:-1] = np.where(usable[i], done, _NEVER)
    return _traced(grid, choice, float(best[-1, 1 + grid.m - int(grid.low[-1])]))


def _candidates(
    best: FloatArray, grid: Grid, scores: FloatArray | Array32, gaps: FloatArray, i: int, index: IntArray, low: IntArray
) -> FloatArray:
    """What each shape, and a deletion last, would make of each cell of row i."""
    up, left = grid.steps
    rows = i + MOST - up
    columns = np.minimum(np.maximum(index + (grid.low[i] - low[rows] - left)[:, None], -1), grid.width) + 1
    values: FloatArray = best[rows[:, None], columns]
    values[:-1] += scores[:, i]
    values[-1] += gaps[i - 1]
    return values


def _traced(grid: Grid, choice: npt.NDArray[np.int8], score: float) -> Path:
    i, j, spans, at_edge = grid.n, grid.m, [], False
    (up, left), insertion = grid.steps, len(grid.shapes) + 1
    while i or j:
        at = j - int(grid.low[i])
        step = int(choice[i, at]) if i else insertion
        a, b = (0, 1) if step == insertion else (int(up[step]), int(left[step]))
        spans.append(Span((i - a, i), (j - b, j)))
        i, j = i - a, j - b
        low, high = int(grid.low[i]), int(grid.high[i])
        at_edge |= (low > 0 and j - low < 2) or (high < grid.m and high - j < 2)
    return Path(tuple(reversed(spans)), score, at_edge and grid.boxes is None)


def posterior(
    grid: Grid, scores: FloatArray, source_gaps: FloatArray, target_gaps: FloatArray, temperature: float
) -> Array32:
    """Probability of each bead under the scores divided by the temperature (forward–backward). (len(shapes), n + 1,
    width).
    """
    padded = np.full((len(grid.shapes) + 1, grid.n + 1 + MOST, grid.width + 2), _NEVER, np.float32)
    padded[-1, : grid.n + 1, 1:-1] = 0.0
    for t in range(len(grid.shapes)):
        np.divide(scores[t], temperature, out=padded[t, : grid.n + 1, 1:-1], casting="same_kind")
    source_gaps, target_gaps = source_gaps / temperature, target_gaps / temperature
    scaled = padded[:-1, : grid.n + 1, 1:-1]
    forward = _forward(grid, scaled, source_gaps, target_gaps)
    backward = _backward(grid, padded, source_gaps, target_gaps)
    whole = forward[-1, 1 + grid.m - int(grid.low[-1])]
    probability = np.zeros(scores.shape, np.float32)
    low = np.concatenate((np.zeros(MOST, dtype=np.int64), grid.low))
    index = np.arange(grid.width)
    for i in range(1, grid.n + 1):
        before = _candidates(forward, grid, scaled, source_gaps, i, index, low)[:-1]
        probability[:, i] = np.exp(np.minimum(before + backward[i, 1:-1] - whole, 0.0))
    return probability


def _forward(grid: Grid, scores: Array32, source_gaps: FloatArray, target_gaps: FloatArray) -> FloatArray:
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


def _backward(grid: Grid, padded: Array32, source_gaps: FloatArray, target_gaps: FloatArray) -> FloatArray:
    """``padded`` has one more shape, a deletion, and a border that can never be passed: rows below, columns beside."""
    total = np.full((grid.n + 1 + MOST, grid.width + 2), _NEVER)
    insertions = np.concatenate(([0.0], np.cumsum(target_gaps)))
    index, low = np.arange(grid.width), np.concatenate((grid.low, np.full(MOST, grid.m + 1)))
    usable = grid.columns <= grid.high[:, None]
    up, left = grid.steps
    shapes = np.arange(len(grid.shapes) + 1)[:, None]
    for i in range(grid.n, -1, -1):
        rows = i + up
        columns = np.minimum(np.maximum(index + (grid.low[i] - low[rows] + left)[:, None], -1), grid.width) + 1
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
