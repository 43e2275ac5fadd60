"""What the other languages say about a pair (Simard 1999: three languages are better than two).

If segment i is linked with c in a third language, and c with j, then i and j belong together. All pairs are aligned
first; then each is searched again with a gain for what the others confirm and a loss for what they deny.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from aligners.pairwise import Pair, again
from aligners.search import Grid
from aligners.stream import FloatArray, IntArray

#: A pair of languages, as positions in a list of streams, the smaller first.
Key = tuple[int, int]
#: Gain per link that all others confirm is ``_GAIN · (1 − _NEUTRAL)``, loss where all deny it ``_GAIN · _NEUTRAL``,
#: in nats.
_GAIN, _NEUTRAL = 12.0, 0.25
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
    """Links by source position, from links in any order, each of them once."""
    order = np.argsort(first * max(m, 1) + second)
    starts = np.searchsorted(first[order], np.arange(n + 1))
    return Links(starts, first[order], second[order], probability[order], m)


def links(pair: Pair) -> Links:
    """The links of a pair with their posterior probabilities; those out of order count fully."""
    return links_of(*pair.links, pair.grid.n, pair.grid.m)


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
    for t, (a, b) in enumerate(grid.shapes):
        found[t] *= (a + b) / (2 * a * b)
    return found


def agreed(
    pairs: Mapping[Key, Pair], languages: int, names: Sequence[str], cross: bool, rounds: int
) -> dict[Key, Pair]:
    """The pairs, searched again ``rounds`` times with what the other languages say, and with what they teach."""
    current = dict(pairs)
    for _ in range(rounds if languages > 2 else 0):
        known = {key: links(pair) for key, pair in current.items()}
        for key, pair in current.items():
            others = [c for c in range(languages) if c not in key]
            current[key] = again(pair, names, cross, partial(support_scores, key, known, others))
    return current
