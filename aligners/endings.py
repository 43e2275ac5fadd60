"""Evidence from how segments end: a question stays a question, a chapeau ends with a colon in every language.

How often the endings of translations agree is learned from the beads found so far; an agreement counts the more, the
rarer the ending is in the two documents.
"""

import re
from collections import Counter

import numpy as np

from aligners.search import Grid
from aligners.stream import FloatArray, Found, IntArray, Stream

#: The classes of endings: marks that stand for one another in the scripts of the six languages; the last is no mark.
_MARKS = (".。．۔", "?？؟", "!！", ":：", ";；؛", ",，、،", "")
#: What may close a text after its mark.
_CLOSING = re.compile(r"[\s\"'”’»›)\]）」』】\u200e\u200f]+\Z")
#: Ending of a run-on part: a comma or no mark.
_OPEN = (5, 6)
#: Share of translations that end alike, before any was seen, and as many beads as that counts for.
_ALIKE, _STANDING = 0.75, 10.0
#: Gain for a segment inside a bead that does not end a sentence, in nats, where all others do.
_RUNS_ON = 1.0
#: Highest gain for one ending.
_MOST = 2.0


def endings(stream: Stream) -> IntArray:
    """The class of the ending of each segment, an index into ``_MARKS``."""
    return np.array([_ending(segment.text) for segment in stream.segments], dtype=np.int64)


def _ending(text: str) -> int:
    """The class of the last mark of a text.

    >>> _ending("Qui ?"), _ending("他说：“是。”"), _ending("Introduction"), _ending("؛")
    (1, 0, 6, 4)
    """
    last = _CLOSING.sub("", text)[-1:]
    return next((k for k, marks in enumerate(_MARKS) if last and last in marks), len(_MARKS) - 1)


def scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray:
    """How well the last endings of both sides of a bead agree, and whether the parts inside it run on, in nats."""
    x, y = source.derive(endings), target.derive(endings)
    gains = np.zeros((len(grid.shapes), grid.n + 1, grid.width))
    if not grid.n or not grid.m:
        return gains
    table = _table(x, y, found)
    rows, columns = np.arange(grid.n + 1), np.clip(grid.columns, 0, grid.m)
    cells = np.zeros((grid.n + 1, grid.width))
    cells[1:] = table[x[:, None], y[np.clip(grid.columns[1:] - 1, 0, grid.m - 1)]]
    open_x, open_y = _run_on(x), _run_on(y)
    for t, (a, b) in enumerate(grid.shapes):
        above = open_x[np.maximum(rows - 1, 0)] - open_x[np.maximum(rows - a, 0)]
        beside = open_y[np.maximum(columns - 1, 0)] - open_y[np.maximum(columns - b, 0)]
        gains[t] = cells + above[:, None] + beside
    return gains


def _run_on(ends: IntArray) -> FloatArray:
    """Sums of the gains of the segments that run on, (n + 1,): little where most segments end without a mark."""
    runs_on = np.isin(ends, _OPEN)
    return np.concatenate(([0.0], np.cumsum(runs_on))) * (_RUNS_ON * (1 - float(runs_on.mean())))


def _table(x: IntArray, y: IntArray, found: Found | None) -> FloatArray:
    """Ln of how much likelier two endings are for translations than for unrelated texts, by their classes."""
    size = len(_MARKS)
    share_x = (np.bincount(x, minlength=size) + 0.5) / (len(x) + 0.5 * size)
    share_y = (np.bincount(y, minlength=size) + 0.5) / (len(y) + 0.5 * size)
    chance = share_x[:, None] * share_y
    joint = _ALIKE * np.diag(np.sqrt(share_x * share_y)) + (1 - _ALIKE) * chance
    joint /= joint.sum()
    counts = Counter((int(x[s.source[1] - 1]), int(y[s.target[1] - 1])) for s in found.beads) if found else Counter()
    seen = np.zeros((size, size))
    for pair, count in counts.items():
        seen[pair] = count
    joint = (seen + _STANDING * joint) / (seen.sum() + _STANDING)
    table: FloatArray = np.minimum(np.log(joint / chance), _MOST)
    return table
