"""Evidence from structure: printed numbering, kinds of blocks, and the points of two documents that surely meet.

Labels mislead: a paragraph that one language splits shifts all later numbers, and swapped paragraphs are numbered
anew. So what counts is not that two numbers are the same but that their difference is the one found around them, and
the whole is weighed by how well labels and the rest agree in this pair of documents.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aligners.crossing import longest_rising
from aligners.search import Grid
from aligners.stream import FloatArray, Found, IntArray, Span, Stream
from tm.model import Kind

#: Gain of equal labels: sections and paragraphs, items.
_SAME, _SAME_ITEM = 4.0, 3.0
#: Loss when two labels of one sort have another number than expected, or are of different sorts.
_OTHER, _OTHER_SORT = -4.0, -3.5
#: Loss for each label inside a bead, after its first segment: a merged block has lost its own label.
_INNER = -0.8
#: Before a first path is known labels count this much of their full weight.
_UNTRIED = 0.6
#: How many segments either way tell which difference of numbers to expect, and the weight of "no difference".
_REACH, _NO_SHIFT = 5, 1.5
#: Differences beyond this many are one class.
_FAR = 8
#: Gain of two blocks of one kind, and loss of two of different kinds.
_KIND_GAIN = {"heading": 1.5, "item": 0.5, "text": 0.2}
_KIND_LOSS = {
    frozenset(("heading", "text")): -1.5,
    frozenset(("heading", "item")): -2.5,
    frozenset(("item", "text")): -0.7,
}
_SORTS = {Kind.TITLE: "heading", Kind.HEADING: "heading", Kind.ITEM: "item"}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROWS = ("heading", "item", "text")


@dataclass(frozen=True, slots=True)
class Marks:
    """The labels of a stream, in numbers."""

    #: Sort of each label (same sorts are comparable); −1 for a segment without label.
    sort: IntArray
    #: Ordinal of each label in its sort; for labels that are no ordinals, a number that tells them apart.
    ordinal: IntArray
    #: Kind group of each segment, an index into ``_ROWS``.
    kind: IntArray


def marks(stream: Stream) -> Marks:
    """Sort and ordinal of each label: paragraph 12 is ("text", digits), 12; item c is ("item", small letter), 3."""
    sorts, ordinals = [], []
    for segment in stream.segments:
        sort, ordinal = (-1, 0)
        if segment.label and segment.path:
            style, ordinal = _ordinal(segment.path[-1])
            sort = _ROWS.index(_SORTS.get(segment.kind, "text")) * 10 + style
        sorts.append(sort)
        ordinals.append(ordinal)
    kinds = [_ROWS.index(_SORTS.get(s.kind, "text")) for s in stream.segments]
    return Marks(np.array(sorts, dtype=np.int64), np.array(ordinals, dtype=np.int64), np.array(kinds, dtype=np.int64))


def _ordinal(norm: str) -> tuple[int, int]:
    """Style (0 number, 1 roman capitals, 2 one letter capital, 3 one letter small, 4 other) and value of a label."""
    if norm.isdecimal():
        return 0, int(norm)
    if len(norm) == 1 and norm.isascii() and norm.isalpha() and norm not in "IVX":
        return (2 if norm.isupper() else 3), ord(norm.lower()) - ord("a") + 1
    if norm and set(norm) <= set(_ROMAN):
        values = [_ROMAN[c] for c in norm]
        return 1, sum(-v if v < max(values[k:]) else v for k, v in enumerate(values))
    return 4, sum(ord(c) * 1009**k for k, c in enumerate(norm)) % (1 << 40)


def reliability(source: Stream, target: Stream, path: Sequence[Span]) -> float:
    """How far labels may be trusted in this pair, 0 to 1: 0 when half of those that meet on the path disagree."""
    x, y = source.derive(marks), target.derive(marks)
    agreeing, meeting = 3.0, 3.0
    shifts = _shifts(x, y, path)
    for k, shift in enumerate(shifts):
        around = [s for s in shifts[max(0, k - _REACH) : k + _REACH + 1] if s.sort == shift.sort]
        meeting += 1
        agreeing += shift.by == 0 or (Counter(s.by for s in around)[shift.by] > 1)
    met = [s for s in path if s.source[0] < s.source[1] and s.target[0] < s.target[1]]
    for span in met:
        i, j = span.source[0], span.target[0]
        meeting += x.sort[i] >= 0 and y.sort[j] >= 0 and x.sort[i] != y.sort[j]
    return max(0.0, 2 * agreeing / meeting - 1)


@dataclass(frozen=True, slots=True)
class _Shift:
    source: int
    target: int
    sort: int
    #: Target ordinal minus source ordinal.
    by: int


def _shifts(x: Marks, y: Marks, path: Sequence[Span]) -> list[_Shift]:
    found = []
    for span in path:
        i, j = span.source[0], span.target[0]
        if span.source[0] < span.source[1] and span.target[0] < span.target[1] and x.sort[i] == y.sort[j] >= 0:
            found.append(_Shift(i, j, int(x.sort[i]), int(y.ordinal[j] - x.ordinal[i])))
    return found


def label_scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray:
    """Evidence of the labels of the first segments of each bead, and the loss for labels inside it."""
    x, y = source.derive(marks), target.derive(marks)
    i, j = np.arange(grid.n)[:, None], np.clip(grid.columns[1:] - 1, 0, max(grid.m - 1, 0))
    sort = x.sort[i]
    both = (sort >= 0) & (y.sort[j] >= 0)
    same_sort = both & (sort == y.sort[j])
    by = y.ordinal[j] - x.ordinal[i]
    if found is None:
        agree = np.where(by == 0, 1.0, 0.0)
        weight = _UNTRIED
    else:
        agree = _expected(x, y, found.beads, by, i, j)
        weight = reliability(source, target, found.beads)
    gain = np.where(x.kind[i] == _ROWS.index("item"), _SAME_ITEM, _SAME)
    cells = np.zeros((grid.n + 1, grid.width))
    cells[1:] = np.where(same_sort, _OTHER + (gain - _OTHER) * agree, np.where(both, _OTHER_SORT, 0.0)) * weight
    return _on_first(grid, cells) + weight * _inner(grid, x.sort >= 0, y.sort >= 0)


def _expected(x: Marks, y: Marks, path: Sequence[Span], by: IntArray, i: IntArray, j: IntArray) -> FloatArray:
    """How probable the difference of two ordinals is, judged by the beads around both segments. One value per cell."""
    shifts = _shifts(x, y, path)
    near_source = _differences(x, [(s.source, s.sort, s.by) for s in shifts])
    near_target = _differences(y, [(s.target, s.sort, s.by) for s in shifts])
    column = np.clip(by, -_FAR, _FAR) + _FAR
    return np.where(np.abs(by) > _FAR, 0.0, (near_source[i, column] + near_target[j, column]) / 2)


def _differences(marks: Marks, seen: Sequence[tuple[int, int, int]]) -> FloatArray:
    """For each segment, the distribution of the differences found at the segments of its sort around it, itself left
    out.
    """
    n = len(marks.sort)
    table = np.zeros((n, 2 * _FAR + 1))
    table[:, _FAR] = _NO_SHIFT
    for place, sort, by in seen:
        if abs(by) > _FAR:
            continue
        low, high = max(0, place - _REACH), min(n, place + _REACH + 1)
        near = (marks.sort[low:high] == sort) & (np.arange(low, high) != place)
        table[low:high, by + _FAR] += near
    shares: FloatArray = table / table.sum(axis=1, keepdims=True)
    return shares


def kind_scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray:
    """Evidence of the kinds of the first segments of each bead; headings hardly ever pair with paragraphs."""
    del found
    table = np.zeros((len(_ROWS), len(_ROWS)))
    for a, left in enumerate(_ROWS):
        for b, right in enumerate(_ROWS):
            table[a, b] = _KIND_GAIN[left] if left == right else _KIND_LOSS[frozenset((left, right))]
    x, y = source.derive(marks).kind, target.derive(marks).kind
    cells = np.zeros((grid.n + 1, grid.width))
    if grid.n and grid.m:
        cells[1:] = table[x[:, None], y[np.clip(grid.columns[1:] - 1, 0, grid.m - 1)]]
    return _on_first(grid, cells) + _mixed(grid, x, y)


def _on_first(grid: Grid, cells: FloatArray) -> FloatArray:
    """The value of the first pair of segments of each bead."""
    found = np.zeros((len(grid.shapes), grid.n + 1, grid.width))
    for t, (a, b) in enumerate(grid.shapes):
        found[t] = grid.earlier(cells, a - 1, b - 1)
    return found


def _inner(grid: Grid, left: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_]) -> FloatArray:
    """Loss for each label after the first segment of each side of a bead."""
    return _INNER * _counted(grid, left.astype(float), right.astype(float))


def _mixed(grid: Grid, x: IntArray, y: IntArray) -> FloatArray:
    """Loss for each heading inside a bead: a heading is not merged with what follows it."""
    return _KIND_LOSS[frozenset(("heading", "text"))] * _counted(grid, (x == 0).astype(float), (y == 0).astype(float))


def _counted(grid: Grid, left: FloatArray, right: FloatArray) -> FloatArray:
    sums_x, sums_y = np.concatenate(([0.0], np.cumsum(left))), np.concatenate(([0.0], np.cumsum(right)))
    rows, columns = np.arange(grid.n + 1), np.minimum(grid.columns, grid.m)
    found = np.empty((len(grid.shapes), grid.n + 1, grid.width))
    for t, (a, b) in enumerate(grid.shapes):
        above = sums_x[rows] - sums_x[np.clip(rows - a + 1, 0, rows)]
        beside = sums_y[columns] - sums_y[np.clip(columns - b + 1, 0, columns)]
        found[t] = above[:, None] + beside
    return found


def anchors(source: Stream, target: Stream) -> tuple[tuple[int, int], ...]:
    """Pairs of segments whose numbering path stands once in each document, as many as can be in order on both sides."""
    places = [_unique_paths(stream) for stream in (source, target)]
    pairs = sorted((i, places[1][path]) for path, i in places[0].items() if path in places[1])
    return longest_rising(pairs)


def _unique_paths(stream: Stream) -> dict[tuple[str, ...], int]:
    numbered = [(s.path, k) for k, s in enumerate(stream.segments) if s.label and s.path]
    counts = Counter(path for path, _ in numbered)
    return {path: k for path, k in numbered if counts[path] == 1}
