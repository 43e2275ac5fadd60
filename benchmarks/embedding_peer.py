"""A sentence aligner after the published description of Bertalign, written anew to be compared with.

Liu and Zhu, "Bertalign: Improved word embedding-based sentence alignment for Chinese–English parallel corpora of
literary texts" (Digital Scholarship in the Humanities 38, 2022): sentences of both sides are embedded; a first pass
finds the best way through the mutual nearest neighbours, one to one; a second finds, near that way, the best groups of
up to five sentences by the cosine of their joint embeddings, less what their neighbours reach, times a penalty for
lengths that differ, with a fixed low price for a sentence left out.

The published program uses LaBSE, whose weights cannot be had here; any encoder can be given.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.goldsets import Groups

FloatArray = npt.NDArray[np.float32]
#: Unit vectors of texts, one a row.
Encoder = Callable[[Sequence[str]], FloatArray]

#: Nearest neighbours that may be anchors.
_NEIGHBOURS = 3
#: Most sentences of a group, both sides counted.
_LARGEST = 5
#: How far from the first pass the second looks, in sentences.
_WINDOW = 5
#: Price of a sentence left out.
_SKIP = -0.1
_SHAPES = [(a, b) for a, b in product(range(_LARGEST), repeat=2) if a and b and a + b <= _LARGEST]
_STEPS = [(1, 0), (0, 1), *_SHAPES]


def align(source: Sequence[str], target: Sequence[str], encode: Encoder) -> list[Groups]:
    """Groups of sentences that belong together, gaps included, in order of the source."""
    if not source or not target:
        return [*(([i], []) for i in range(len(source))), *(([], [j]) for j in range(len(target)))]
    x, y = (_Side(texts, encode) for texts in (source, target))
    return _groups(x, y, _corridor(_anchors(x.vectors[1], y.vectors[1]), len(source), len(target)))


class _Side:
    """The sentences of one side: embeddings and lengths of every run of up to four."""

    def __init__(self, texts: Sequence[str], encode: Encoder) -> None:
        runs = range(1, _LARGEST)
        #: By size of the run: the embedding of the run that ends before each place, from the first it can end at.
        self.vectors = {
            k: encode([" ".join(texts[i : i + k]) for i in range(len(texts) - k + 1)]) for k in runs if k <= len(texts)
        }
        self.sums = np.concatenate(([0], np.cumsum([max(len("".join(t.split())), 1) for t in texts])))

    def length(self, end: int, size: int) -> float:
        return float(self.sums[end] - self.sums[end - size])


class _Chain(NamedTuple):
    """An anchor and those before it."""

    pair: tuple[int, int]
    before: "_Chain | None"


def _anchors(x: FloatArray, y: FloatArray) -> list[tuple[int, int]]:
    """Pairs of a sentence and one of its nearest neighbours along the best way from the beginning to the end."""
    cosines = x @ y.T
    near = np.argsort(-cosines, axis=1, kind="stable")[:, :_NEIGHBOURS]
    best = np.zeros(len(y) + 1)
    chains: list[_Chain | None] = [None] * (len(y) + 1)
    # A longest increasing path by weight: best[j] is the best that ends before target j.
    for i, columns in enumerate(near):
        grown = [(best[j] + max(float(cosines[i, j]), 0.0), int(j)) for j in columns]
        links = [_Chain((i, j), chains[j]) for _, j in grown]
        for (value, j), link in zip(grown, links, strict=True):
            for k in range(j + 1, len(y) + 1):
                if best[k] >= value:
                    break
                best[k], chains[k] = value, link
    found = []
    chain = chains[-1]
    while chain is not None:
        found.append(chain.pair)
        chain = chain.before
    return found[::-1]


def _corridor(anchors: Sequence[tuple[int, int]], n: int, m: int) -> list[tuple[int, int]]:
    """For each place in the source the first and last place in the target that may meet it."""
    corners = [(0, 0), *((i, j) for i, j in anchors), *((i + 1, j + 1) for i, j in anchors), (n, m)]
    low, high = [m] * (n + 1), [0] * (n + 1)
    corners.sort()
    for (i, j), (below, right) in pairwise(corners):
        for row in range(i, below + 1):
            low[row], high[row] = min(low[row], j), max(high[row], right)
    return [(max(0, a - _WINDOW), min(m, b + _WINDOW)) for a, b in zip(low, high, strict=True)]


def _groups(x: _Side, y: _Side, corridor: Sequence[tuple[int, int]]) -> list[Groups]:
    n, m = len(x.sums) - 1, len(y.sums) - 1
    scale = float(x.sums[-1] / y.sums[-1])
    best: dict[tuple[int, int], float] = {(0, 0): 0.0}
    back: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(n + 1):
        first, last = corridor[i]
        for j in range(first, last + 1):
            options = [
                (best[i - a, j - b] + _gain(x, y, (i, a), (j, b), scale), (a, b))
                for a, b in _STEPS
                if (i - a, j - b) in best
            ]
            if options:
                best[i, j], back[i, j] = max(options)
    found: list[Groups] = []
    i, j = n, m
    while i or j:
        a, b = back[i, j]
        found.append((list(range(i - a, i)), list(range(j - b, j))))
        i, j = i - a, j - b
    return found[::-1]


def _gain(x: _Side, y: _Side, source: tuple[int, int], target: tuple[int, int], scale: float) -> float:
    """What pairing two runs adds; each run is given by its end and its size."""
    (i, a), (j, b) = source, target
    if not a or not b:
        return _SKIP
    one, other = x.vectors[a][i - a], y.vectors[b][j - b]
    around = [_neighbours(one, y, j, b), _neighbours(other, x, i, a)]
    margin = float(one @ other) - sum(around) / 2
    lengths = x.length(i, a), y.length(j, b) * scale
    return margin * float(np.log2(1 + min(lengths) / max(lengths)))


def _neighbours(vector: FloatArray, side: _Side, end: int, size: int) -> float:
    """Mean cosine with the runs of the same size before and after a run."""
    starts = [k for k in (end - 2 * size, end) if 0 <= k < len(side.vectors[size])]
    return float(np.mean([vector @ side.vectors[size][k] for k in starts])) if starts else 0.0
