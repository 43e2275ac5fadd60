"""The kinds of evidence by name; each is a function from two streams and a grid to scores.

A cost is a function ``scores(source, target, grid, path)``: two ``Stream``s, the ``Grid`` of cells to judge, and the
beads of the best path so far (None in the first pass). It returns an array (len(SHAPES), n + 1, width): for the bead
of each shape that ends in each cell, ln of how much likelier what it looks at is for translations than for unrelated
texts. 0 means it does not know. Scores of all costs add up. Other distributions add theirs under the entry-point
group ``untm.costs``.
"""

from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol, cast

from aligners.search import Grid
from aligners.stream import Array32, FloatArray, Found, Stream
from tm.errors import InputError


class Cost(Protocol):
    """Evidence on the beads of a grid."""

    def __call__(self, source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray | Array32:
        """Scores in nats, (len(SHAPES), n + 1, width)."""


#: Cost name -> module and function.
COSTS = {
    "length": "aligners.length:scores",
    "label": "aligners.structure:label_scores",
    "kind": "aligners.structure:kind_scores",
    "ending": "aligners.endings:scores",
    "placeables": "aligners.lexical:scores",
    "words": "aligners.words:scores",
    "call": "aligners.notes:call_scores",
    "row": "aligners.rows:scores",
    "semantic": "aligners.semantic:scores",
}

#: Costs that do not look at the path: computed once for a grid.
STATIC = frozenset({"kind", "placeables", "call"})


def load(name: str) -> Cost:
    """The function of a cost, built in or from another distribution.

    Raises:
        InputError: no cost has that name.
    """
    if name in COSTS:
        module, _, function = COSTS[name].partition(":")
        return cast("Cost", getattr(import_module(module), function))
    for entry in entry_points(group="untm.costs", name=name):
        return cast("Cost", entry.load())
    raise InputError(f"no cost named {name!r}", hint=f"known costs: {', '.join(sorted(COSTS))}")
