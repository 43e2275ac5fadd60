"""Evidence from the two documents themselves: a segment resembles the same others on both sides.

Each segment is described by how much it resembles the segments of its own language in the beads found so far
(cross-lingual explicit semantic analysis, Potthast, Stein and Anderka 2008, with the documents' own beads in place of
an encyclopedia). Translations have alike descriptions. A segment's own bead is left out of its description, so a
wrong bead does not confirm itself. What a likeness is worth is measured on the beads against all other pairs of the
same documents, so the evidence fades where the documents are too short for it.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from aligners.search import MOST, SHAPES, Grid
from aligners.stream import FloatArray, Span, Stream
from tm.text import words

#: Fewest beads that make a description.
_LEAST_BEADS = 12
#: Most beads used, spread evenly over the document.
_MOST_BEADS = 256
#: Letters kept of a word, so that endings do not count.
_STEM = 5
#: Bounds of the evidence, in nats, and the share of the measured log-likelihood ratio that is trusted.
_FLOOR, _CEILING, _TRUST = -4.0, 6.0, 0.8
#: Standard deviation never taken for smaller than this.
_LEAST_SPREAD = 0.08
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و")


def vectors(stream: Stream) -> FloatArray:
    """Each segment as a row of word weights: rare words weigh more."""
    bags = [Counter(_terms(segment.text, stream)) for segment in stream.segments]
    frequency = Counter(term for bag in bags for term in bag)
    known = {term: k for k, term in enumerate(sorted(t for t, n in frequency.items() if n > 1))}
    weights = np.array([np.log(len(bags) / frequency[t]) for t in known])
    table = np.zeros((len(bags), len(known)))
    for row, bag in enumerate(bags):
        for term, count in bag.items():
            if term in known:
                table[row, known[term]] = (1 + np.log(count)) * weights[known[term]]
    return table


def _terms(text: str, stream: Stream) -> list[str]:
    keys = [t.key for t in words(text) if not t.key.isdecimal()]
    if stream.lang.joiner == "":
        return [a + b for a, b in pairwise(keys)]
    if stream.lang.primary == "ar":
        keys = [_bare(key) for key in keys]
    return [key[:_STEM] for key in keys if len(key) > 2]


def _bare(word: str) -> str:
    prefix = next((p for p in _ARABIC_PREFIXES if word.startswith(p) and len(word) - len(p) > 2), "")
    return word[len(prefix) :]


def scores(source: Stream, target: Stream, grid: Grid, path: Sequence[Span] | None) -> FloatArray:
    """What the likeness of the descriptions says about each bead, in nats; 0 without a path or with too few beads on
    it.
    """
    beads = [s for s in path or () if s.source[0] < s.source[1] and s.target[0] < s.target[1]]
    found = np.zeros((len(SHAPES), grid.n + 1, grid.width))
    if len(beads) < _LEAST_BEADS:
        return found
    beads = [beads[int(k)] for k in np.linspace(0, len(beads) - 1, min(len(beads), _MOST_BEADS))]
    left = _descriptions(source.derive(vectors), [s.source for s in beads])
    right = _descriptions(target.derive(vectors), [s.target for s in beads])
    slope, middle = _calibrated(left[1], right[1], beads)
    if slope == 0.0:
        return found
    for t, (a, b) in enumerate(SHAPES):
        found[t] = grid.cells(left[a], right[b])
    return np.clip(slope * (found - middle), _FLOOR, _CEILING)


def _descriptions(table: FloatArray, beads: Sequence[tuple[int, int]]) -> dict[int, FloatArray]:
    """For runs of 1 to 5 segments, by their length: row k describes the run that ends with segment k; unit length."""
    landmarks = np.stack([_unit(table[start:stop].sum(axis=0)) for start, stop in beads])
    sums = np.concatenate((np.zeros((1, table.shape[1])), np.cumsum(table, axis=0)))
    own = np.array(beads)
    ends = np.arange(1, len(table) + 1)
    found, centre, spread = {}, np.zeros(len(beads)), np.ones(len(beads))
    for size in range(1, MOST + 1):
        starts = np.maximum(ends - size, 0)
        likeness = _unit(sums[ends] - sums[starts]) @ landmarks.T
        hidden = (starts[:, None] < own[:, 1]) & (ends[:, None] > own[:, 0])
        if size == 1:
            centre, spread = _moments(likeness, ~hidden)
        found[size] = _unit(np.where(hidden, 0.0, (likeness - centre) / spread))
    return found


def _moments(likeness: FloatArray, seen: npt.NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    count = np.maximum(seen.sum(axis=0), 1)
    centre = np.where(seen, likeness, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(seen, (likeness - centre) ** 2, 0.0).sum(axis=0) / count)
    return centre, np.maximum(spread, 1e-3)


def _unit(rows: FloatArray) -> FloatArray:
    scaled: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return scaled


def _calibrated(left: FloatArray, right: FloatArray, beads: Sequence[Span]) -> tuple[float, float]:
    """Slope and zero of the log-likelihood ratio of a likeness: beads against other pairs, with equal variances."""
    ones = [(s.source[0], s.target[0]) for s in beads if s.shape == (1, 1)]
    if len(ones) < _LEAST_BEADS:
        return 0.0, 0.0
    rows, columns = np.array(ones).T
    table = left[rows] @ right[columns].T
    together = np.diag(table)
    apart = table[~np.eye(len(ones), dtype=bool)]
    near, far = float(np.median(together)), float(np.mean(apart))
    spread = max(float(np.std(apart)), float(np.std(together)), _LEAST_SPREAD)
    if near <= far:
        return 0.0, 0.0
    return _TRUST * (near - far) / spread**2, (near + far) / 2
