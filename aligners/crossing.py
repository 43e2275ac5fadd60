"""Segments that stand in another order: swapped paragraphs, items sorted anew by each language's alphabet.

A monotone path can only leave such segments alone, or pair them wrongly. Here segments that are each other's best
partner by content, far and wide, are taken out of the lattice and paired, where that, with the best path of what
remains around them, is better than the path as it was. Printed labels are left out of that comparison: swapped
paragraphs are often numbered anew, and their numbers then speak for the wrong order.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aligners.prices import Prices
from aligners.search import Grid, best_path
from aligners.stream import BoolArray, FloatArray, IntArray, Span

#: Score of pairing out of order, in nats, near its place and far from it: things that rare.
_PRICES = (-4.5, -6.0)
#: What the content of such a pair must give, and what it must at least give where more speaks for it, in nats.
_LEAST, _FLOOR = 1.5, -6.0
#: By how much it must beat the next best partner of either; and by how much, if nothing else, near its place.
_MARGIN, _WIDE_MARGIN, _NEAR = 0.3, 3.0, 3
#: How often partners are looked for among those that are left.
_ROUNDS = 4
#: A place is out of order if so many of so many neighbours on either side are.
_CROSSED_AROUND, _AROUND = 2, 4

#: Pairs of a source and a target position, in source order.
Crossings = tuple[tuple[int, int], ...]


def gaps(grid: Grid, prices: Prices, crossings: Sequence[tuple[int, int]]) -> tuple[FloatArray, FloatArray]:
    """Score of leaving each source and each target segment alone: nothing for those paired out of order."""
    source, target = np.full(grid.n, prices.source_gap), np.full(grid.m, prices.target_gap)
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
    for t, (a, b) in enumerate(grid.shapes):
        held = (
            (source[rows] - source[np.maximum(rows - a, 0)])[:, None]
            + target[columns]
            - target[np.maximum(columns - b, 0)]
        )
        left[t][held > 0] = -np.inf
    return left


def places(path: Sequence[Span], n: int) -> FloatArray:
    """Where on the target side each of the n source segments would stand in order: by the path around it."""
    starts = np.array([(s.source[0], s.target[0]) for s in path if s.source[0] < s.source[1]], dtype=np.float64)
    if not len(starts):
        return np.zeros(n)
    return np.interp(np.arange(n, dtype=np.float64), starts[:, 0], starts[:, 1])


def price(place: float, target: int) -> float:
    """Score of pairing a segment out of order, by how far the target is from its place."""
    return _PRICES[1] if abs(target - place) > _NEAR else _PRICES[0]


@dataclass(frozen=True, slots=True)
class Wide:
    """What the content of single segments says far from the path."""

    #: A corridor wider than that of the search.
    grid: Grid
    #: Score of each pair of segments, labels counted where they are for it only. (n + 1, width).
    content: FloatArray


def find(grid: Grid, plain: FloatArray, path: Sequence[Span], prices: Prices, wide: Wide) -> Crossings:
    """Pairs that belong together out of order, in source order.

    Args:
        grid: the corridor of the search.
        plain: scores of the beads without what labels say, (len(shapes), n + 1, width).
        path: the best path in order.
        prices: what gaps cost.
        wide: where partners are looked for.
    """
    clear = _clear(wide, path)
    rising = set(longest_rising(clear))
    tried = tuple(pair for pair in clear if pair not in rising)
    if not tried:
        return ()
    source, target = gaps(grid, prices, tried)
    apart = best_path(grid, without(grid, plain, tried), source, target).spans
    return _kept(grid, plain, prices, path, apart, tried, wide)


def _clear(wide: Wide, path: Sequence[Span]) -> Crossings:
    """Pairs that are each other's best partner by a margin, in order or not; those found are out of the way of others,
    so several rounds find more. A pair of little content counts only where others around it are out of order too, or
    near its place if the margin is wide.
    """
    grid = wide.grid
    inside = (grid.columns >= 1) & (grid.columns <= grid.high[:, None])
    table = np.where(inside, wide.content, -np.inf)
    table[0] = -np.inf
    place = places(path, grid.n)
    clear: list[tuple[int, int]] = []
    for _ in range(_ROUNDS):
        rows, columns, margins = _mutual(grid, table)
        worth = table[rows, columns - grid.low[rows]]
        near = (np.abs(columns - 1 - place[rows - 1]) <= _NEAR) & (margins >= _WIDE_MARGIN)
        fine = (worth >= _LEAST) | near | _disordered(grid, clear, rows - 1, columns - 1)
        rows, columns = rows[fine], columns[fine]
        if not len(rows):
            break
        clear += [(int(row) - 1, int(column) - 1) for row, column in zip(rows, columns, strict=True)]
        table[rows] = -np.inf
        gone = np.zeros(grid.m + 2, dtype=bool)
        gone[columns] = True
        table[gone[np.minimum(grid.columns, grid.m + 1)]] = -np.inf
    return tuple(sorted(clear))


def _disordered(grid: Grid, clear: Sequence[tuple[int, int]], rows: IntArray, columns: IntArray) -> BoolArray:
    """Whether each pair stands among others that are out of order, on both sides."""
    ordered = sorted(clear)
    rising = set(longest_rising(ordered))
    crossed = [pair for pair in ordered if pair not in rising]
    result = np.ones(len(rows), dtype=bool)
    for side, at, size in ((0, rows, grid.n), (1, columns, grid.m)):
        marks = np.zeros(size + 1)
        marks[[pair[side] + 1 for pair in crossed]] = 1
        sums = np.cumsum(marks)
        around = sums[np.minimum(at + _AROUND + 1, size)] - sums[np.maximum(at - _AROUND, 0)]
        result &= around >= _CROSSED_AROUND
    return result


def _mutual(grid: Grid, table: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Rows and columns of the cells that beat all others of their row and of their column, and by how much."""
    at = table.argmax(axis=1)
    rows = np.arange(grid.n + 1)
    best = table[rows, at]
    others = table.copy()
    others[rows, at] = -np.inf
    column_best, column_second = np.full(grid.m + 1, -np.inf), np.full(grid.m + 1, -np.inf)
    for row in range(1, grid.n + 1):
        low = int(grid.low[row])
        here = table[row, : min(grid.width, grid.m + 1 - low)]
        span = slice(low, low + len(here))
        column_second[span] = np.maximum(column_second[span], np.minimum(column_best[span], here))
        column_best[span] = np.maximum(column_best[span], here)
    columns = np.minimum(at + grid.low, grid.m)
    rest = np.maximum(others.max(axis=1), column_second[columns])
    good = np.flatnonzero((best == column_best[columns]) & (best >= _FLOOR) & (best >= rest + _MARGIN))
    return good, columns[good], best[good] - rest[good]


def longest_rising(pairs: Sequence[tuple[int, int]]) -> Crossings:
    """The longest part of the pairs, given in order of the first number, in which the second rises too (patience
    sorting).
    """
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for k, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        before.append(last[at - 1] if at else -1)
        tails[at : at + 1] = [j]
        last[at : at + 1] = [k]
    chain, k = [], last[-1] if last else -1
    while k >= 0:
        chain.append(pairs[k])
        k = before[k]
    return tuple(reversed(chain))


def _kept(
    grid: Grid,
    plain: FloatArray,
    prices: Prices,
    path: Sequence[Span],
    apart: Sequence[Span],
    tried: Crossings,
    wide: Wide,
) -> Crossings:
    """The crossings that are better than the path, stretch by stretch: stretches lie between the points that both
    paths pass, and those joined by a crossing are judged together.
    """
    points = sorted(_points(path) & _points(apart))
    ends = np.array(points[1:])
    of_source = np.searchsorted(ends[:, 0], np.arange(grid.n), side="right")
    of_target = np.searchsorted(ends[:, 1], np.arange(grid.m), side="right")
    above = list(range(len(ends)))
    for i, j in tried:
        one, two = _top(above, int(of_source[i])), _top(above, int(of_target[j]))
        above[max(one, two)] = min(one, two)
    group = [_top(above, k) for k in range(len(ends))]
    gain = np.zeros(len(ends))
    for sign, spans, crossings in ((-1.0, path, ()), (1.0, apart, tried)):
        source, target = gaps(grid, prices, crossings)
        k = 0
        for span in spans:
            while (span.source[1], span.target[1]) > points[k + 1]:
                k += 1
            gain[group[k]] += sign * worth(grid, plain, span, source, target)
    place = places(path, grid.n)
    for i, j in tried:
        content = float(wide.content[i + 1, j + 1 - int(wide.grid.low[i + 1])])
        gain[group[int(of_source[i])]] += content + price(place[i], j)
    return tuple((i, j) for i, j in tried if gain[group[int(of_source[i])]] > 0)


def _points(path: Sequence[Span]) -> set[tuple[int, int]]:
    return {(0, 0), *((s.source[1], s.target[1]) for s in path)}


def _top(above: list[int], item: int) -> int:
    while above[item] != item:
        item = above[item]
    return item


def worth(grid: Grid, plain: FloatArray, span: Span, source: FloatArray, target: FloatArray) -> float:
    """What a step adds to a path, in nats: the score of a bead, or that of leaving a segment alone."""
    a, b = span.shape
    if not a or not b:
        return float(source[span.source[0]] if a else target[span.target[0]])
    return float(plain[grid.shapes.index((a, b)), span.source[1], span.target[1] - int(grid.low[span.source[1]])])
