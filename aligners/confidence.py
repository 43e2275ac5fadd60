"""How probable it is that a bead is right.

What tells: the posterior of the bead on the lattice and those of its neighbours, and what the other languages say of
it: whether they confirm every segment in it, and whether they would put one elsewhere. A logistic function joins them,
fitted by ``benchmarks/fit_confidence.py``, which also says on what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aligners.consensus import Key, Links, hard_links, oriented, through
from aligners.crossing import places, price
from aligners.fixed import PERSON, reordered
from aligners.pairwise import TEMPERATURE, Pair
from aligners.search import SHAPES, posterior
from aligners.stream import Array32, FloatArray, IntArray, Span
from tm.model import Bead

#: What is looked at, in the order of the weights.
FEATURES = ("constant", "posterior", "neighbours", "confirmed", "elsewhere", "large", "short", "crossed")
#: Weights for beads and for segments left alone, of two languages by themselves and of more together.
WEIGHTS: Mapping[tuple[str, bool], tuple[float, ...]] = {
    ("bead", False): (1.39, 1.09, 0.03, 0.00, 0.00, -0.69, -0.23, 0.61),
    ("gap", False): (1.33, 0.31, 0.28, 0.00, 0.00, 0.00, 1.45, 0.00),
    ("bead", True): (2.02, 0.77, -0.09, 0.93, -4.02, -0.37, -0.46, 0.38),
    ("gap", True): (3.39, 0.57, 0.16, 0.00, -4.61, 0.00, 0.83, 0.00),
}
#: Posterior taken for a pair out of order, which the lattice does not hold.
_CROSSED = 0.8
#: Posteriors are kept this far from 0 and 1.
_EDGE = 1e-3
#: Texts shorter than this many characters are short.
_SHORT = 40.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A step of an alignment and what tells how probable it is."""

    span: Span
    crossed: bool
    #: In step with ``FEATURES``.
    features: tuple[float, ...]

    @property
    def sort(self) -> str:
        """``bead`` or ``gap``."""
        return "bead" if self.span.shape[0] and self.span.shape[1] else "gap"


def beads_of_pairs(pairs: Mapping[Key, Pair], languages: int) -> dict[Key, tuple[Bead, ...]]:
    """The beads of each pair with evidence and confidence, in source order; ranges are positions in the streams."""
    together = languages > 2
    found = {}
    for key, steps in judged(pairs, languages).items():
        pair = pairs[key]
        swaps = _swaps(pair)
        place = places(pair.path.spans, len(pair.source))
        beads = [_bead(pair, step, place, step.crossed or step.span in swaps, together) for step in steps]
        beads += _held(pair)
        found[key] = tuple(sorted(beads, key=lambda b: (b.source[0], b.source[0] < b.source[1], b.target[0])))
    return found


def judged(pairs: Mapping[Key, Pair], languages: int) -> dict[Key, tuple[Judged, ...]]:
    """Every step of each pair with its features, those a person made left out; segments of crossings in one step."""
    known = {key: hard_links(pair) for key, pair in pairs.items()}
    return {
        key: _judged(key, pair, known, [c for c in range(languages) if c not in key]) for key, pair in pairs.items()
    }


def probability(step: Judged, together: bool) -> float:
    """Probability that a step is right, 0 to 1.

    Args:
        step: the step with its features.
        together: whether more than two languages were aligned together.
    """
    value = sum(w * x for w, x in zip(WEIGHTS[step.sort, together], step.features, strict=True))
    return float(1 / (1 + np.exp(-value)))


def _judged(key: Key, pair: Pair, known: Mapping[Key, Links], others: Sequence[int]) -> tuple[Judged, ...]:
    steps, posteriors = _posteriors(pair)
    logits = np.log(posteriors / (1 - posteriors))
    padded = np.concatenate((logits[:1], logits, logits[-1:]))
    around = np.minimum(padded[:-2], padded[2:])
    said = [_witnessed(k, known, others, _owners(pair, steps, side)) for side, k in enumerate((key, key[::-1]))]
    found = []
    crossings = set(pair.crossings)
    for k, span in enumerate(steps):
        inside = np.concatenate((said[0].confirmed[slice(*span.source)], said[1].confirmed[slice(*span.target)]))
        outside = np.concatenate((said[0].elsewhere[slice(*span.source)], said[1].elsewhere[slice(*span.target)]))
        able = np.concatenate((said[0].able[slice(*span.source)], said[1].able[slice(*span.target)])) > 0
        crossed = span.shape == (1, 1) and (span.source[0], span.target[0]) in crossings
        confirmed = float(inside[able].min()) if able.any() and span.shape[0] and span.shape[1] else 0.5
        elsewhere = float(outside[able].max()) if able.any() else 0.0
        large = max(sum(span.shape) - 2, 0)
        short = max(0.0, 1 - _length(pair, span) / _SHORT)
        features = (1.0, logits[k], around[k], 2 * confirmed - 1, elsewhere, float(large), short, float(crossed))
        found.append(Judged(span, crossed, tuple(float(x) for x in features)))
    return tuple(found)


def _length(pair: Pair, span: Span) -> int:
    """Characters of the shorter side, or of the one that is there."""
    parts = [(pair.source, span.source), (pair.target, span.target)]
    sides = [sum(len(stream.segments[i].text) for i in range(*part)) for stream, part in parts if part[0] < part[1]]
    return min(sides)


def _owners(pair: Pair, steps: Sequence[Span], side: int) -> tuple[IntArray, IntArray]:
    """For each segment of one side, and of the other, the step it stands in."""
    sizes = (len(pair.source), len(pair.target))
    owners = [np.full(size, -1, dtype=np.int64) for size in sizes]
    for k, step in enumerate(steps):
        owners[0][slice(*step.source)] = k
        owners[1][slice(*step.target)] = k
    return owners[side], owners[1 - side]


@dataclass(frozen=True, slots=True)
class _Witnessed:
    """What the other languages say of each segment of one side of a pair, (n,) each."""

    #: Share of the languages that can tell which confirm a link inside its step, 0 to 1.
    confirmed: FloatArray
    #: Share that links it to a segment of another step.
    elsewhere: FloatArray
    #: How many can tell.
    able: FloatArray


def _witnessed(
    key: Key, known: Mapping[Key, Links], others: Sequence[int], owners: tuple[IntArray, IntArray]
) -> _Witnessed:
    a, b = key
    n = len(owners[0])
    able, inside, outside = np.zeros(n), np.zeros(n), np.zeros(n)
    for c in others:
        one = oriented(known, a, c)
        i, j, _ = through(one, oriented(known, c, b))
        same = owners[0][i] == owners[1][j]
        able += one.linked()
        inside += np.bincount(i[same], minlength=n) > 0
        outside += np.bincount(i[~same], minlength=n) > 0
    safe = np.maximum(able, 1.0)
    return _Witnessed(inside / safe, outside / safe, able)


def _held(pair: Pair) -> list[Bead]:
    """The beads a person made, certain; a segment without partner stands where the path leaves it alone."""
    moved = reordered(pair.held, pair.cuts)
    sources = {span.source[0]: span.target[0] for span in pair.path.spans if span.shape == (1, 0)}
    targets = {span.target[0]: span.source[0] for span in pair.path.spans if span.shape == (0, 1)}
    beads = []
    for span in pair.held.beads:
        source, target = span
        if not span.shape[0]:
            source = (targets[target[0]], targets[target[0]])
        elif not span.shape[1]:
            target = (sources[source[0]], sources[source[0]])
        beads.append(Bead(source, target, -PERSON, 1.0, span in moved, (("person", PERSON),)))
    return beads


def _bead(pair: Pair, step: Judged, place: FloatArray, reordered: bool, together: bool) -> Bead:
    evidence = _evidence(pair, step, place)
    cost = -sum(nats for _, nats in evidence)
    return Bead(step.span.source, step.span.target, cost, probability(step, together), reordered, evidence)


def _evidence(pair: Pair, step: Judged, place: FloatArray) -> tuple[tuple[str, float], ...]:
    """Each part's say on a step, in nats, and the price of its shape, of its place out of order or of a gap."""
    span = step.span
    if step.sort == "gap":
        return (("gap", round(pair.prices.source_gap if span.shape[0] else pair.prices.target_gap, 3)),)
    grid, parts = pair.far if step.crossed and pair.far else (pair.grid, pair.parts)
    at = grid.shapes.index(span.shape), span.source[1], span.target[1] - int(grid.low[span.source[1]])
    found = [(name, float(part[at])) for name, part in parts.items()]
    if step.crossed:
        found = [(name, max(nats, 0.0) if name == "label" else nats) for name, nats in found]
    if step.crossed:
        found.append(("order", price(place[span.source[0]], span.target[0])))
    else:
        found.append(("shape", float(pair.prices.shapes[SHAPES.index(span.shape)])))
    return tuple((name, round(nats, 3)) for name, nats in found)


def _swaps(pair: Pair) -> set[Span]:
    """In-order beads whose neighbour was taken out of order past them alone: the two have simply changed places."""
    crossed = set(pair.crossings)
    return {
        s
        for s in pair.path.spans
        if s.shape == (1, 1) and {(s.source[0] - 1, s.target[0] + 1), (s.source[0] + 1, s.target[0] - 1)} & crossed
    }


def _posteriors(pair: Pair) -> tuple[tuple[Span, ...], FloatArray]:
    """The steps in order of the path, those out of order where their source stands, and the posterior of each; those a
    person made are left out.
    """
    grid = pair.grid
    probable = posterior(grid, pair.total, *pair.gaps, TEMPERATURE)
    alone = _alone(pair, probable)
    crossed = dict(pair.crossings), {j for _, j in pair.crossings}
    steps, values = [], []
    for span in pair.path.spans:
        a, b = span.shape
        row = span.source[1]
        if a and b:
            steps.append(span)
            values.append(probable[grid.shapes.index((a, b)), row, span.target[1] - grid.low[row]])
        elif (a and span.source[0] in pair.held.sources) or (b and span.target[0] in pair.held.targets):
            continue
        elif a and span.source[0] in crossed[0]:
            j = crossed[0][span.source[0]]
            steps.append(Span(span.source, (j, j + 1)))
            values.append(_CROSSED)
        elif a:
            steps.append(span)
            values.append(alone[0][span.source[0]])
        elif span.target[0] not in crossed[1]:
            steps.append(span)
            values.append(alone[1][span.target[0]])
    return tuple(steps), np.clip(np.array(values, dtype=np.float64), _EDGE, 1 - _EDGE)


def _alone(pair: Pair, probable: Array32) -> tuple[FloatArray, FloatArray]:
    """Probability of each source and each target segment to be in no bead."""
    grid = pair.grid
    source, target = np.zeros(grid.n), np.zeros(grid.m)
    columns = np.clip(grid.columns, 0, grid.m)
    for t, (a, b) in enumerate(grid.shapes):
        by_row = probable[t].sum(axis=1)
        by_column = np.bincount(columns.ravel(), probable[t].ravel(), grid.m + 1)
        for up in range(a):
            source[: max(grid.n - up, 0)] += by_row[1 + up :]
        for back in range(b):
            target[: max(grid.m - back, 0)] += by_column[1 + back :]
    return 1 - np.minimum(source, 1.0), 1 - np.minimum(target, 1.0)
