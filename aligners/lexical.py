"""Evidence from what every language writes by rule: numbers, dates, symbols, ordinals, countries, acronyms.

One that stands on both sides speaks for a bead the more, the rarer it is; one that stands on one side alone speaks
against it.
"""

import re

import numpy as np

from aligners.coverage import Explained, evidence, explained, ratios
from aligners.search import Grid
from aligners.stream import Array32, Found, IntArray, Stream
from tm import placeables
from tm.lexicon import Bags, bags

#: The classes of placeables, in the order of the table of their worth.
KINDS = ("number", "date", "symbol", "ordinal", "country", "acronym")
#: Placeables of a segment are not independent: the share of their measured worth that counts.
_TEMPER = 0.6
#: What a placeable is worth by its class and ln of found over expected, in nats, at the knots. Symbols are too rare in
#: the texts measured; theirs was set by those of dates and numbers.
_KNOTS = (-2.0, -1.2, -0.3, -0.1, 0.1, 0.5, 1.4, 2.5, 3.5)
_MEASURED = (
    (-2.5, -3.0, -3.3, -0.4, 0.0, 1.0, 2.7, 3.0, 4.0),
    (-3.5, -5.0, -5.0, -0.7, 0.0, 1.0, 2.0, 4.0, 5.0),
    (-3.5, -4.0, -4.0, -0.7, 0.0, 1.0, 2.0, 4.0, 5.0),
    (-1.0, -1.8, -3.0, -0.2, 0.0, 1.0, 2.2, 2.8, 4.2),
    (-2.3, -2.5, -3.0, -0.3, 0.0, 1.0, 2.2, 2.3, 3.2),
    (-2.4, -3.0, -3.3, 0.0, 0.0, 0.9, 1.5, 2.8, 3.3),
)
WORTH = ratios(_KNOTS, _MEASURED)
#: Words known by their capitals.
_ACRONYM = re.compile(r"(?<![^\W\d_])[A-Z][A-Z0-9]{1,7}(?![^\W_])")


def features(stream: Stream) -> Bags:
    """The placeables of each segment, each as its class and value."""
    return bags([_bag(segment.text, stream) for segment in stream.segments])


def _bag(text: str, stream: Stream) -> tuple[str, ...]:
    bag: dict[str, None] = {}
    rest = list(text)
    for found in (*placeables.find(text, stream.lang), *placeables.countries(text, stream.lang)):
        bag[f"{found.kind} {found.value}"] = None
        rest[found.start : found.end] = " " * (found.end - found.start)
    for match in _ACRONYM.finditer("".join(rest)):
        bag[f"acronym {match.group()}"] = None
    return tuple(bag)


def classes(stream: Stream) -> IntArray:
    """The class of each placeable, an index into ``KINDS``."""
    kinds = {kind: k for k, kind in enumerate(KINDS)}
    return np.array([kinds[name.partition(" ")[0]] for name in stream.derive(features).vocabulary], dtype=np.int64)


def scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> Array32:
    """What shared and unshared placeables say about each bead, in nats."""
    del found
    return _TEMPER * evidence(grid, *sides(source, target))


def sides(source: Stream, target: Stream) -> tuple[Explained, Explained]:
    """The target's placeables explained by source segments that hold the same, and the reverse."""
    return _side(target, source), _side(source, target)


def _side(whose: Stream, by: Stream) -> Explained:
    """The placeables of one stream, explained by the segments of the other that hold the same."""
    terms, others = whose.derive(features), by.derive(features)
    same = np.array([terms.vocabulary.get(name, -1) for name in others.vocabulary], dtype=np.int64)
    sizes = np.diff(others.starts)
    rows = np.repeat(np.arange(len(sizes)), sizes)
    entries = same[others.ids] if len(others.ids) else others.ids
    kept = entries >= 0
    texts = np.array([len(s.text) for s in by.segments], dtype=np.float64)
    return explained(terms, whose.derive(classes), rows[kept], entries[kept], np.ones(int(kept.sum())), texts, WORTH)
