"""What the shapes of beads cost, and what it costs to leave a segment alone: their shares in these two documents.

The usual shares, measured on United Nations documents, count for some beads; those found in the documents at hand do
the rest. Documents full of omissions make omissions cheap.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aligners.search import SHAPES, rounded
from aligners.stream import FloatArray, Span

#: Usual share of the steps by shape, larger number first; shapes not named here have ``_RARE``.
_SHARES = {
    (1, 1): 0.9,
    (2, 1): 0.022,
    (2, 2): 0.004,
    (3, 1): 0.005,
    (3, 2): 0.0012,
    (4, 1): 0.0015,
    (3, 3): 0.0004,
    (5, 1): 0.0005,
}
_RARE = 0.0001
#: Usual share of segments of one side that are left alone.
_ALONE = 0.015
#: As many steps as the usual shares count for.
_STANDING = 30.0


@dataclass(frozen=True, slots=True)
class Prices:
    """Ln of the shares of the steps of an alignment, in nats."""

    #: Of each shape of bead, in step with ``aligners.search.SHAPES``.
    shapes: FloatArray
    #: Of a source segment left alone, and of a target segment.
    source_gap: float
    target_gap: float


def _usual() -> FloatArray:
    return np.array([_SHARES.get((max(s), min(s)), _RARE) for s in SHAPES] + [_ALONE, _ALONE])


def _prices(shares: FloatArray) -> Prices:
    logs = rounded(np.log(shares))
    return Prices(logs[:-2], float(logs[-2]), float(logs[-1]))


#: Before anything is known of the documents.
USUAL = _prices(_usual())


def learned(path: Sequence[Span]) -> Prices:
    """The prices by the steps of a path, gaps included."""
    counts = Counter(step.shape for step in path)
    seen = np.array([counts[s] for s in SHAPES] + [counts[1, 0], counts[0, 1]], dtype=np.float64)
    return _prices((seen + _STANDING * _usual()) / (seen.sum() + _STANDING))
