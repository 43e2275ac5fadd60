"""How far the terms of one side of a bead are explained by the other side.

Every term speaks for itself: is there more on the other side that explains it than a neighbouring segment would hold
by chance? What that is worth, in nats, was measured by ``benchmarks/fit_alignment.py`` for classes of terms, by the
logarithm of found over expected. The sum over the terms of both sides makes a bead's evidence; in a run of several
segments a term comes from each of them with the share of its size. So a segment that has no counterpart counts against
every bead it is put into, however well the others in the bead belong together: the measures other aligners use
(cosines, overlaps) hardly notice it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aligners.search import Grid, shifted
from aligners.stream import Array32, FloatArray, IntArray
from tm.lexicon import Bags, numbered, ranges

#: Added to found and to expected, so that nothing found in a rare thing is no great surprise.
SMOOTH = 0.01
#: The logarithm of found over expected is looked up between −``REACH`` and ``REACH``, in steps of 1/``FINE``.
REACH, FINE = 4, 20
#: Rows worked on at once.
_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Explained:
    """The terms of one stream's segments and what explains them in each segment of the other."""

    #: Terms of the segments that are explained.
    terms: Bags
    #: Of each term, its class: a row of ``worth``.
    classes: IntArray
    #: Of each explaining segment, where its entries begin, (n + 1,); the terms they explain, and how far.
    starts: IntArray
    entries: IntArray
    amounts: Array32
    #: How far a segment of mean size explains each term.
    expected: Array32
    #: Size of each explaining segment in mean sizes.
    sizes: Array32
    #: Likelihood ratio by class and step, (classes, 2 · REACH · FINE + 1).
    worth: Array32


def explained(
    terms: Bags, classes: IntArray, rows: IntArray, entries: IntArray, amounts: FloatArray, sizes: FloatArray,
    worth: Array32,
) -> Explained:  # fmt: skip
    """The value, from entries in any order.

    Args:
        terms: of the segments that are explained.
        classes: class of each term.
        rows: explaining segment of each entry.
        entries: term of each entry; the same term more than once in a row is added up.
        amounts: how far it is explained, 0 or more after adding up; what is less counts as 0.
        sizes: number of terms of each explaining segment.
        worth: likelihood ratio by class and step.
    """
    count, width = len(sizes), max(len(terms.vocabulary), 1)
    keys, at = numbered(rows * width + entries, count * width)
    summed = np.maximum(np.bincount(at, amounts, len(keys)), 0.0)
    starts = np.searchsorted(keys, np.arange(count + 1) * width)
    total = np.bincount(keys % width, summed, width) / max(count, 1)
    smoothed = sizes + 3.0
    return Explained(
        terms, classes, starts, keys % width, summed.astype(np.float32), total.astype(np.float32),
        (smoothed / smoothed.mean()).astype(np.float32), worth,
    )  # fmt: skip


def evidence(grid: Grid, target: Explained, source: Explained) -> Array32:
    """The nats of each bead: terms of its target segments explained by its source segments, and the reverse.

    Args:
        grid: the cells to judge.
        target: the target's terms, explained by source segments.
        source: the source's terms, explained by target segments.
    """
    found = np.zeros((len(grid.shapes), grid.n + 1, grid.width), np.float32)
    if not grid.n or not grid.m:
        return found
    number = {shape: t for t, shape in enumerate(grid.shapes)}
    most = max(max(shape) for shape in grid.shapes)
    forward, backward = _cells(grid, target, source, most)
    for a in range(1, most + 1):
        total = np.zeros_like(forward[0])
        for b in range(1, most + 1):
            total += shifted(forward[a - 1], b - 1)
            found[number[a, b]] = total
    for b in range(1, most + 1):
        total = np.zeros_like(forward[0])
        for a in range(1, most + 1):
            total += grid.earlier(backward[b - 1], a - 1, 0)
            found[number[a, b]] += total
    return found


def _cells(grid: Grid, target: Explained, source: Explained, most: int) -> tuple[list[FloatArray], list[FloatArray]]:
    """For runs of 1 to ``most`` segments: what the source run that ends in row i says of the terms of target j, and
    what the target run that ends in column j says of the terms of source i; (n + 1, width) each.
    """
    forward = [np.zeros((grid.n + 1, grid.width)) for _ in range(most)]
    backward = [np.zeros((grid.n + 1, grid.width)) for _ in range(most)]
    for start in range(1, grid.n + 1, _BLOCK):
        stop = min(start + _BLOCK, grid.n + 1)
        left, right = max(1, int(grid.low[start])), min(grid.m, int(grid.low[stop - 1]) + grid.width - 1)
        if left > right:
            continue
        columns = grid.columns[start:stop]
        inside = (columns >= left) & (columns <= right)
        index = np.clip(columns - left, 0, right - left)
        there = _runs(target, (start - 1, stop - 1), (left - 1, right), most)
        back = _runs(source, (left - 1, right), (start - 1, stop - 1), most)
        for k in range(most):
            forward[k][start:stop] = np.where(inside, np.take_along_axis(there[k], index, axis=1), 0.0)
            backward[k][start:stop] = np.where(inside, np.take_along_axis(back[k].T, index, axis=1), 0.0)
    return forward, backward


def _runs(side: Explained, by: tuple[int, int], whose: tuple[int, int], most: int) -> list[Array32]:
    """For runs of 1 to ``most`` explaining segments that end in ``by``: nats of the terms of each segment of
    ``whose``; (len(by), len(whose)) each.
    """
    ids = side.terms.ids[side.terms.starts[whose[0]] : side.terms.starts[whose[1]]]
    local, column = np.unique(ids, return_inverse=True)
    owner = np.repeat(np.arange(whose[1] - whose[0]), np.diff(side.terms.starts[whose[0] : whose[1] + 1]))
    held = np.zeros((len(local), whose[1] - whose[0]), np.float32)
    held[column.ravel(), owner] = 1.0
    first = max(by[0] - most + 1, 0)
    sizes = side.sizes[first : by[1], None]
    ratio = np.log((dense(side, first, by[1], local) + SMOOTH) / (sizes * side.expected[local] + SMOOTH))
    count, above = by[1] - by[0], most - 1
    weighed = np.zeros((above + count, len(local)), np.float32)
    weighed[above - (by[0] - first) :] = _looked_up(side, ratio, local) * sizes
    size = np.zeros((above + count, 1), np.float32)
    size[above - (by[0] - first) :] = sizes
    found, terms = [], held.sum(axis=0)
    summed, whole = weighed[above:].copy(), size[above:].copy()
    for back in range(most):
        if back:
            summed += weighed[above - back : above - back + count]
            whole += size[above - back : above - back + count]
        # All is finite; some BLAS kernels raise the flag nevertheless, for what lies beyond the ends of the arrays.
        with np.errstate(invalid="ignore"):
            found.append(np.log(summed) @ held - np.log(whole) * terms)
    return found


def single(side: Explained, by: IntArray, whose: IntArray) -> FloatArray:
    """Nats of the terms of some segments, each explained by one segment.

    Args:
        side: the terms and what explains them.
        by: explaining segment of each pair.
        whose: explained segment of each pair.
    """
    width = max(len(side.terms.vocabulary), 1)
    starts = side.terms.starts[whose]
    owner, places = ranges(starts, side.terms.starts[whose + 1] - starts)
    terms, rows = side.terms.ids[places], by[owner]
    keys = np.repeat(np.arange(len(side.starts) - 1), np.diff(side.starts)) * width + side.entries
    wanted = rows * width + terms
    amounts = np.zeros(len(wanted), np.float32)
    if len(keys):
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = keys[at] == wanted
        amounts[hit] = side.amounts[at[hit]]
    ratio = np.log((amounts + SMOOTH) / (side.sizes[rows] * side.expected[terms] + SMOOTH))
    logs = np.log(_looked_up(side, ratio, terms))
    return np.bincount(owner, logs, len(by)).astype(np.float64)


def _looked_up(side: Explained, ratio: Array32, terms: IntArray) -> Array32:
    """The likelihood ratios of terms by ln of found over expected; the last axes of both are the same terms."""
    step = np.clip((ratio + REACH) * FINE + 0.5, 0, 2 * REACH * FINE).astype(np.int32)
    step += side.classes[terms] * side.worth.shape[1]
    found: Array32 = side.worth.ravel()[step]
    return found


def dense(side: Explained, start: int, stop: int, local: IntArray) -> Array32:
    """The amounts of explaining segments ``start`` to ``stop`` for some terms, (stop − start, len(local))."""
    table = np.zeros((stop - start, len(local)), np.float32)
    low, high = int(side.starts[start]), int(side.starts[stop])
    place = np.full(max(len(side.terms.vocabulary), 1), -1, dtype=np.int64)
    place[local] = np.arange(len(local))
    columns = place[side.entries[low:high]]
    rows = np.repeat(np.arange(stop - start), np.diff(side.starts[start : stop + 1]))
    kept = columns >= 0
    table[rows[kept], columns[kept]] = side.amounts[low:high][kept]
    return table


def ratios(knots: Sequence[float], nats: Sequence[Sequence[float]]) -> Array32:
    """Likelihood ratios, (classes, 2 · REACH · FINE + 1), from nats at knots with straight lines between them."""
    grid = np.linspace(-REACH, REACH, 2 * REACH * FINE + 1)
    table: Array32 = np.exp(np.array([np.interp(grid, knots, row) for row in nats])).astype(np.float32)
    return table
