"""What the other languages say about a pair (Simard 1999: three languages are better than two).

If segment i is linked with c in a third language, and c with j, then i and j belong together. All pairs are aligned
first; then each is searched again with a gain for what the others confirm and a loss for what they deny.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aligners.pairwise import Pair, searched
from aligners.search import SHAPES, Grid, posterior
from aligners.stream import FloatArray, IntArray

#: A pair of languages, as positions in a list of streams, the smaller first.
Key = tuple[int, int]
#: Gain per link that all others confirm is ``_GAIN · (1 − _NEUTRAL)``, loss where all deny it ``_GAIN · _NEUTRAL``,
#: in nats.
_GAIN, _NEUTRAL = 12.0, 0.25
#: Links less probable than this are left out.
_LEAST_LINK = 0.02
#: Scores are divided by this before they are read as ln of probabilities: evidences are not independent.
TEMPERATURE = 4.0
#: Doubt added to the other languages' say, in languages.
_DOUBT = 0.5


@dataclass(frozen=True, slots=True)
class Links:
    """Probable links of two streams, sorted by the first."""

    #: Where the links of each first segment begin, (n + 1,).
    starts: IntArray
    first: IntArray
    second: IntArray
    probability: FloatArray
    #: Number of second segments.
    m: int

    def swapped(self) -> "Links":
        """The same links seen from the other stream."""
        return links_of(self.second, self.first, self.probability, self.m, len(self.starts) - 1)

    def linked(self) -> FloatArray:
        """How probable it is that each first segment has any link, at most 1."""
        sums: FloatArray = np.minimum(np.bincount(self.first, self.probability, len(self.starts) - 1), 1.0)
        return sums


def links_of(first: IntArray, second: IntArray, probability: FloatArray, n: int, m: int) -> Links:
    """Links in order of the first segment; the same link more than once is added up to at most 1."""
    keys, where = np.unique(first * max(m, 1) + second, return_inverse=True)
    summed = np.minimum(np.bincount(where.ravel(), probability, len(keys)), 1.0)
    ordered = keys // max(m, 1)
    starts = np.searchsorted(ordered, np.arange(n + 1))
    return Links(starts, ordered, keys % max(m, 1), summed, m)


def links(pair: Pair) -> Links:
    """The links of a pair with their posterior probabilities; those out of order count fully."""
    grid = pair.grid
    probable = posterior(grid, pair.total, *pair.gaps, TEMPERATURE)
    found: list[tuple[IntArray, IntArray, FloatArray]] = []
    for t, (a, b) in enumerate(SHAPES):
        rows, cells = np.nonzero(probable[t] > _LEAST_LINK)
        weights, columns = probable[t][rows, cells], grid.low[rows] + cells
        found += [(rows - 1 - up, columns - 1 - back, weights) for up in range(a) for back in range(b)]
    crossed = np.array(pair.crossings, dtype=np.int64).reshape(-1, 2)
    found.append((crossed[:, 0], crossed[:, 1], np.ones(len(crossed))))
    first, second, weights = (np.concatenate(part) for part in zip(*found, strict=True))
    return links_of(first, second, weights, grid.n, grid.m)


def hard_links(pair: Pair) -> Links:
    """The links of the beads that were chosen, each with probability 1."""
    chosen = [(i, j) for s in pair.beads for i in range(*s.source) for j in range(*s.target)]
    first, second = np.array(chosen, dtype=np.int64).reshape(-1, 2).T
    return links_of(first, second, np.ones(len(chosen)), pair.grid.n, pair.grid.m)


def through(one: Links, two: Links) -> tuple[IntArray, IntArray, FloatArray]:
    """Links of the first stream of ``one`` with the second of ``two`` by way of the stream they share."""
    counts = two.starts[one.second + 1] - two.starts[one.second]
    steps = np.repeat(np.arange(len(one.first)), counts)
    within = np.arange(len(steps)) - np.repeat(np.cumsum(counts) - counts, counts)
    others = two.starts[one.second[steps]] + within
    return one.first[steps], two.second[others], one.probability[steps] * two.probability[others]


def oriented(known: Mapping[Key, Links], a: int, b: int) -> Links:
    """The links from stream a to stream b."""
    return known[a, b] if a < b else known[b, a].swapped()


def support(key: Key, known: Mapping[Key, Links], others: Sequence[int], grid: Grid) -> tuple[FloatArray, FloatArray]:
    """What the other languages say about each pair of segments in the grid.

    Returns:
        The share of the other languages that link them, 0 to 1, and how many languages could tell, both (n + 1, width).
    """
    a, b = key
    said, able = np.zeros((grid.n + 1, grid.width)), np.zeros((grid.n + 1, grid.width))
    columns = np.clip(grid.columns[1:] - 1, 0, max(grid.m - 1, 0))
    for c in others if grid.n and grid.m else ():
        one, two = oriented(known, a, c), oriented(known, c, b)
        i, j, p = through(one, two)
        at = j + 1 - grid.low[i + 1]
        inside = (at >= 0) & (at < grid.width)
        here = np.zeros_like(said)
        np.add.at(here, (i[inside] + 1, at[inside]), p[inside])
        said += np.minimum(here, 1.0)
        able[1:] += np.maximum(one.linked()[:, None], two.swapped().linked()[columns])
    return said / np.maximum(able, 1e-9), able


def support_scores(key: Key, known: Mapping[Key, Links], others: Sequence[int], grid: Grid) -> FloatArray:
    """The gain or loss of each bead by what the other languages say, in nats."""
    share, able = support(key, known, others, grid)
    cells = _GAIN * (share - _NEUTRAL) * able / (able + _DOUBT)
    found = grid.spread(cells)
    for t, (a, b) in enumerate(SHAPES):
        found[t] *= (a + b) / (2 * a * b)
    return found


def agreed(pairs: Mapping[Key, Pair], languages: int, rounds: int, cross: bool) -> dict[Key, Pair]:
    """The pairs, searched again ``rounds`` times with what the other languages say."""
    current = dict(pairs)
    if languages < 3:
        return current
    for _ in range(rounds):
        known = {key: links(pair) for key, pair in current.items()}
        for key, pair in current.items():
            others = [c for c in range(languages) if c not in key]
            said = support_scores(key, known, others, pair.grid).astype(np.float32)
            current[key] = searched(pair.source, pair.target, pair.grid, {**pair.parts, "support": said}, cross)
    return current
