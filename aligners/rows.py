"""The prior of a table: two texts that stand in one row belong together, unless the evidence says otherwise.

A segment's ``line`` is the row it stands in. Only the searches after the first lean on rows: what the other costs learn
from the first path must come from the texts alone, or a table that is out of step would teach its own errors.
"""

import numpy as np

from aligners.search import Grid
from aligners.stream import FloatArray, Found, IntArray, Stream

#: Ln of the odds that a row is right before its texts are looked at, beyond what the price of leaving texts alone says.
#: Chosen with ``benchmarks/repair.py`` as the least at which hardly any row of clean tables is flagged.
STANDING = 3.0


def numbers(stream: Stream) -> IntArray:
    """The row of each segment; 0 for one that stands in none."""
    return np.array([segment.line for segment in stream.segments], dtype=np.int64)


def scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray:
    """``STANDING`` for one segment with one of the same row; 0 for all else, and for all before a path is known."""
    gains = np.zeros((len(grid.shapes), grid.n + 1, grid.width))
    if found is None or not grid.n or not grid.m:
        return gains
    rows = source.derive(numbers)[:, None]
    same = rows == target.derive(numbers)[np.clip(grid.columns[1:] - 1, 0, grid.m - 1)]
    gains[grid.shapes.index((1, 1)), 1:] = np.where(same & (rows > 0), STANDING, 0.0)
    return gains
