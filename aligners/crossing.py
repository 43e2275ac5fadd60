"""Segments that stand in another order: swapped paragraphs, items sorted anew by each language's alphabet.

A monotone path can only leave such segments alone, or pair them wrongly. Here two segments that are each other's best
partner by content are taken out of the lattice and paired, where that, and the best path of what remains around them,
is better than the best path with them. Printed labels are left out of that comparison: swapped paragraphs are often
numbered anew, and their numbers then speak for the wrong order.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from aligners.search import GAP, SHAPES, Grid, Path, best_path, whole_grid
from aligners.stream import FloatArray, Span

#: How far from the path a partner is looked for, in segments.
_REACH = 25
#: Score of pairing out of order, in nats: a thing that rare.
PRICE = -5.0
#: What the content of such a pair must at least give, and by how much it must beat the next best partner of either.
_LEAST, _MARGIN = 2.5, 1.0
#: Segments of context on either side in which the path may change.
_CONTEXT = 3
_ONE_TO_ONE = SHAPES.index((1, 1))

Crossings = tuple[tuple[int, int], ...]


def gaps(grid: Grid, crossings: Sequence[tuple[int, int]]) -> tuple[FloatArray, FloatArray]:
    """Score of leaving each source and each target segment alone: nothing for those paired out of order."""
    source, target = np.full(grid.n, GAP), np.full(grid.m, GAP)
    source[[i for i, _ in crossings]] = 0.0
    target[[j for _, j in crossings]] = 0.0
    return source, target


def without(grid: Grid, scores: FloatArray, crossings: Sequence[tuple[int, int]]) -> FloatArray:
    """The scores with all beads forbidden that hold a segment of a crossing."""
    source, target = np.zeros(grid.n + 1), np.zeros(grid.m + 1)
    source[[i + 1 for i, _ in crossings]] = 1
    target[[j + 1 for _, j in crossings]] = 1
    source, target = np.cumsum(source), np.cumsum(target)
    rows, columns = np.arange(grid.n + 1), np.minimum(grid.columns, grid.m)
    left = scores.copy()
    for t, (a, b) in enumerate(SHAPES):
        held = (
            (source[rows] - source[np.maximum(rows - a, 0)])[:, None]
            + target[columns]
            - target[np.maximum(columns - b, 0)]
        )
        left[t][held > 0] = -np.inf
    return left


def find(grid: Grid, total: FloatArray, label: npt.NDArray[np.floating] | None, path: Path) -> Crossings:
    """Pairs (source, target) that belong together out of order, best first found, given in source order."""
    plain = total if label is None else total - label
    content = plain[_ONE_TO_ONE] if label is None else plain[_ONE_TO_ONE] + np.maximum(label[_ONE_TO_ONE], 0.0)
    taken: list[tuple[int, int]] = []
    current = path
    for i, j, worth in _candidates(grid, content, path):
        window = _window(current.spans, i, j)
        if window is None or any(i == x or j == y for x, y in taken):
            continue
        apart = _local(grid, plain, window, [*taken, (i, j)])
        if apart.score + worth + PRICE > _local(grid, plain, window, taken).score:
            taken.append((i, j))
            current = Path(_replaced(current.spans, window, apart.spans), current.score, current.at_edge)
    return tuple(sorted(taken))


def _candidates(grid: Grid, content: FloatArray, path: Path) -> list[tuple[int, int, float]]:
    """Mutually best pairs off the path, those first whose choice is clearest."""
    table = np.where(grid.columns <= grid.high[:, None], content, -np.inf)
    rows = table.copy()
    best = rows.max(axis=1)
    at = rows.argmax(axis=1) + grid.low
    rows[np.arange(grid.n + 1), rows.argmax(axis=1)] = -np.inf
    second = rows.max(axis=1)
    columns_second, columns_at = _by_column(grid, table)
    paired = {(s.source[0], s.target[0]) for s in path.spans if s.shape == (1, 1)}
    place = {i: s.target[0] for s in path.spans for i in range(*s.source)}
    found = []
    for row in range(1, grid.n + 1):
        i, j = row - 1, int(at[row]) - 1
        margin = best[row] - max(second[row], columns_second[j + 1])
        near = abs(place.get(i, j) - j) <= _REACH
        if columns_at[j + 1] == row and best[row] >= _LEAST and margin >= _MARGIN and near and (i, j) not in paired:
            found.append((float(margin), i, j, float(best[row])))
    return [(i, j, worth) for _, i, j, worth in sorted(found, key=lambda c: (-c[0], c[1] + c[2], c[1]))]


def _by_column(grid: Grid, table: FloatArray) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """For each column, the second best value in it and the row of the best."""
    best, second = np.full(grid.m + 1, -np.inf), np.full(grid.m + 1, -np.inf)
    at = np.full(grid.m + 1, -1, dtype=np.int64)
    for row in range(1, grid.n + 1):
        low, stop = int(grid.low[row]), min(int(grid.low[row]) + grid.width, grid.m + 1)
        here = table[row, : stop - low]
        better = here > best[low:stop]
        second[low:stop] = np.where(better, best[low:stop], np.maximum(second[low:stop], here))
        best[low:stop] = np.where(better, here, best[low:stop])
        at[low:stop] = np.where(better, row, at[low:stop])
    return second, at


Window = tuple[tuple[int, int], tuple[int, int]]


def _window(spans: Sequence[Span], i: int, j: int) -> Window | None:
    """The stretch of the path, with some context, that holds source i and target j; None when it is too long."""
    held = [k for k, s in enumerate(spans) if s.source[0] <= i < s.source[1] or s.target[0] <= j < s.target[1]]
    first, last = spans[max(held[0] - _CONTEXT, 0)], spans[min(held[-1] + _CONTEXT, len(spans) - 1)]
    window = (first.source[0], last.source[1]), (first.target[0], last.target[1])
    return window if max(w[1] - w[0] for w in window) <= 2 * (_REACH + _CONTEXT) else None


def _local(grid: Grid, scores: FloatArray, window: Window, crossings: Sequence[tuple[int, int]]) -> Path:
    """The best path through a window of the grid, in positions of the whole."""
    (top, bottom), (left, right) = window
    small = whole_grid(bottom - top, right - left)
    rows = np.arange(top, bottom + 1)
    columns = np.arange(left, right + 1) - grid.low[rows][:, None]
    inside = (columns >= 0) & (columns < grid.width)
    picked = scores[:, rows[:, None], np.clip(columns, 0, grid.width - 1)]
    picked = np.where(inside & small.allowed, picked, -np.inf)
    moved = [(i - top, j - left) for i, j in crossings]
    sources = {i for i, _ in moved if 0 <= i < small.n}
    targets = {j for _, j in moved if 0 <= j < small.m}
    source, target = np.full(small.n, GAP), np.full(small.m, GAP)
    source[list(sources)], target[list(targets)] = 0.0, 0.0
    picked = _forbidden(picked, sources, targets)
    found = best_path(small, picked, source, target)
    shifted = [Span((s[0] + top, s[1] + top), (t[0] + left, t[1] + left)) for s, t in found.spans]
    return Path(tuple(shifted), found.score, at_edge=False)


def _forbidden(scores: FloatArray, sources: set[int], targets: set[int]) -> FloatArray:
    for t, (a, b) in enumerate(SHAPES):
        for i in sources:
            scores[t, i + 1 : i + 1 + a] = -np.inf
        for j in targets:
            scores[t, :, j + 1 : j + 1 + b] = -np.inf
    return scores


def _replaced(spans: Sequence[Span], window: Window, new: Sequence[Span]) -> tuple[Span, ...]:
    (top, bottom), (left, right) = window
    before = [s for s in spans if s.source[1] <= top and s.target[1] <= left]
    after = [s for s in spans if s.source[0] >= bottom and s.target[0] >= right]
    return (*before, *new, *after)
