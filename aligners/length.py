"""Evidence from lengths: translations of one another have lengths in a known ratio (Gale and Church 1993).

Lengths are counted in characters without white space and put on one scale, English characters, so that a pair of
languages needs no parameters but those of its two members. Ratio and variance are measured again on the beads found
in a first pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aligners.search import Grid
from aligners.stream import FloatArray, Found, Span, Stream

#: Characters per English character, measured on the UN Parallel Corpus.
_RATIO = {"ar": 0.848, "en": 1.0, "es": 1.142, "fr": 1.131, "ru": 1.115, "zh": 0.269}
#: Each language's share of the variance of a difference in length, per English character. The variances measured
#: against English (s² of Gale and Church: ar 3.5, es 3.4, fr 4.9, ru 5.0, zh 0.64, over ratio squared) less English's
#: own 1.3.
_VARIANCE = {"ar": 3.6, "en": 1.3, "es": 1.3, "fr": 2.5, "ru": 2.7, "zh": 7.5}
_UNKNOWN_RATIO, _UNKNOWN_VARIANCE = 1.0, 4.0
#: Further variance: a share of the length, squared, and a floor for very short texts, in characters squared.
_SPREAD, _FLOOR = 0.03, 4.0
#: Share of translations whose length says nothing: lengths speak against a bead with −ln of it at most.
_FREE_SHARE = 0.04
#: Standing of the table against measured beads: as many beads as it counts for.
_TABLE_BEADS = 12.0
#: Narrowest spread of ln length taken for a document.
_LEAST_SIGMA = 0.35
#: Highest gain from lengths alone, in nats.
_MOST_GAIN = 4.0


@dataclass(frozen=True, slots=True)
class LengthModel:
    """How the lengths of a pair of languages go together in a pair of documents."""

    #: Target length per source length, both in English characters: 1 before anything was measured.
    ratio: float
    #: Variance of the difference per English character.
    variance: float


def lengths(stream: Stream) -> FloatArray:
    """Length of each segment in English characters, at least 1 each."""
    ratio = _RATIO.get(stream.lang.primary, _UNKNOWN_RATIO)
    return np.array([max(1, len("".join(s.text.split()))) / ratio for s in stream.segments], dtype=np.float64)


def model(source: Stream, target: Stream, path: Sequence[Span]) -> LengthModel:
    """The table's parameters, corrected by the one-to-one beads of a path if there is one."""
    variance = sum(_VARIANCE.get(s.lang.primary, _UNKNOWN_VARIANCE) for s in (source, target))
    pairs = [(s.source[0], s.target[0]) for s in path if s.shape == (1, 1)]
    if not pairs:
        return LengthModel(1.0, variance)
    x = source.derive(lengths)[[i for i, _ in pairs]]
    y = target.derive(lengths)[[j for _, j in pairs]]
    logs = np.log(y / x)
    typical = np.abs(logs - np.median(logs)) < 3 * _LEAST_SIGMA
    x, y = x[typical], y[typical]
    weight = len(x) / (len(x) + _TABLE_BEADS)
    ratio = float(np.exp(weight * np.log(y.sum() / x.sum()))) if len(x) else 1.0
    root = np.sqrt(ratio)
    apart = (x * root - y / root) ** 2 / ((x * root + y / root) / 2)
    seen = min(max(float(np.mean(apart)), variance / 2), variance * 2) if len(x) else variance
    return LengthModel(ratio, (1 - weight) * variance + weight * seen)


def scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray:
    """Ln of how much likelier the lengths are for translations than for unrelated texts, for each bead of the grid."""
    fitted = model(source, target, found.beads if found else ())
    root = np.sqrt(fitted.ratio)
    x, y = source.derive(lengths) * root, target.derive(lengths) / root
    mu, sigma = _typical(np.concatenate((x, y)))
    sums_x, sums_y = np.concatenate(([0.0], np.cumsum(x))), np.concatenate(([0.0], np.cumsum(y)))
    rows, columns = np.arange(grid.n + 1), np.minimum(grid.columns, grid.m)
    gains = np.empty((len(grid.shapes), grid.n + 1, grid.width))
    most = max(max(shape) for shape in grid.shapes)
    right = {b: sums_y[columns] - sums_y[np.maximum(columns - b, 0)] for b in range(1, most + 1)}
    odd = {b: _unrelated(right[b], mu, sigma) for b in right}
    for a in range(1, most + 1):
        left = (sums_x[rows] - sums_x[np.maximum(rows - a, 0)])[:, None]
        odd_left = _unrelated(left, mu, sigma)
        for b in right:
            if (a, b) in grid.shapes:
                gains[grid.shapes.index((a, b))] = _ratio(left, right[b], (odd_left + odd[b]) / 2, fitted.variance)
    return gains


def _ratio(x: FloatArray, y: FloatArray, unrelated: FloatArray, variance: float) -> FloatArray:
    mean = (x + y) / 2
    spread = variance * mean + (_SPREAD * mean) ** 2 + _FLOOR
    near = -((x - y) ** 2) / (2 * spread) - 0.5 * np.log(2 * np.pi * spread) - unrelated
    gain: FloatArray = np.minimum(np.logaddexp(near + np.log(1 - _FREE_SHARE), np.log(_FREE_SHARE)), _MOST_GAIN)
    return gain


def _typical(values: FloatArray) -> tuple[float, float]:
    logs = np.log(values)
    return float(np.mean(logs)), max(float(np.std(logs)), _LEAST_SIGMA)


def _unrelated(values: FloatArray, mu: float, sigma: float) -> FloatArray:
    """Ln of the log-normal density of lengths in these documents."""
    logs = np.log(np.maximum(values, 1.0))
    density: FloatArray = -((logs - mu) ** 2) / (2 * sigma**2) - logs - np.log(sigma * np.sqrt(2 * np.pi))
    return density
