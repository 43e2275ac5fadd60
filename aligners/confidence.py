"""How probable it is that a bead is right.

Two things tell: the posterior of the bead on the lattice, and the share of the other languages that confirm its
links. They are joined by a logistic function, fitted on 10 synthetic United Nations documents in six languages, each
aligned with two and with six of them (noise of many kinds, sentences of the UN Parallel Corpus development set). On
10 others made of the same sentences the mean gap between confidence and frequency was 0.005 for beads and 0.02 for
gaps. Nothing was fitted or checked on real documents, or on pairs out of order.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from aligners.consensus import Key, Links, hard_links, oriented, support, through
from aligners.crossing import PRICE
from aligners.pairwise import TEMPERATURE, Pair
from aligners.search import SHAPES, posterior
from aligners.stream import FloatArray, Span
from tm.model import Bead

#: Weights of the logistic function: constant, logit of the posterior, confirmation (−1 to 1, 0 when no language can
#: tell), and one for every segment more than one on either side.
_CONSTANT, _POSTERIOR, _CONFIRMED, _LARGE = 1.52, 0.93, 0.06, -0.30
#: The same for a gap: a segment that is left alone.
_GAP_CONSTANT, _GAP_POSTERIOR, _GAP_CONFIRMED = 1.51, 1.28, 1.78
#: Posterior taken for a pair out of order, which the lattice does not hold.
_CROSSED = 0.8
#: Posteriors are kept this far from 0 and 1.
_EDGE = 1e-3


def beads_of_pairs(pairs: Mapping[Key, Pair], languages: int) -> dict[Key, tuple[Bead, ...]]:
    """The beads of each pair with evidence and confidence, in source order; ranges are positions in the streams."""
    known = {key: hard_links(pair) for key, pair in pairs.items()}
    return {key: _beads(key, pair, known, [c for c in range(languages) if c not in key]) for key, pair in pairs.items()}


def _beads(key: Key, pair: Pair, known: Mapping[Key, Links], others: Sequence[int]) -> tuple[Bead, ...]:
    probable = _posteriors(pair)
    share, able = support(key, known, others, pair.grid)
    confirmed = np.where(able > 0, 2 * share - 1, 0.0)
    alone = _gaps_confirmed(key, known, others)
    swaps = _swaps(pair)
    found = []
    for span in (*pair.path.spans, *(Span((i, i + 1), (j, j + 1)) for i, j in pair.crossings)):
        if min(span.shape) == 0:
            if span in probable:
                found.append(_gap(span, probable[span], alone, pair))
            continue
        rows, columns = (
            np.arange(span.source[0] + 1, span.source[1] + 1),
            np.arange(span.target[0] + 1, span.target[1] + 1),
        )
        said = float(confirmed[rows[:, None], columns - pair.grid.low[rows][:, None]].mean())
        crossed = (span.source[0], span.target[0]) in pair.crossings and span.shape == (1, 1)
        evidence = _evidence(pair, span, crossed)
        value = probability(_CROSSED if crossed else probable[span], said, span.shape)
        cost = -sum(nats for _, nats in evidence)
        found.append(Bead(span.source, span.target, cost, value, crossed or span in swaps, evidence))
    return tuple(sorted(found, key=lambda b: (b.source[0], b.source[0] < b.source[1], b.target[0])))


def _evidence(pair: Pair, span: Span, crossed: bool) -> tuple[tuple[str, float], ...]:
    """Each part's say on a bead, in nats, and the price of its shape or of its place out of order."""
    shape, row = SHAPES.index(span.shape), span.source[1]
    cell = span.target[1] - int(pair.grid.low[row])
    found = [(name, float(part[shape, row, cell])) for name, part in pair.parts.items()]
    if crossed:
        found = [(name, max(nats, 0.0) if name == "label" else nats) for name, nats in found]
    price = ("order", PRICE) if crossed else ("shape", float(pair.prices.shapes[shape]))
    return tuple((name, round(nats, 3)) for name, nats in (*found, price))


def _swaps(pair: Pair) -> set[Span]:
    """In-order beads whose neighbour was taken out of order past them alone: the two have simply changed places."""
    crossed = set(pair.crossings)
    return {
        s
        for s in pair.path.spans
        if s.shape == (1, 1) and {(s.source[0] - 1, s.target[0] + 1), (s.source[0] + 1, s.target[0] - 1)} & crossed
    }


def _gap(span: Span, posterior: float, confirmed: tuple[FloatArray, FloatArray], pair: Pair) -> Bead:
    price = pair.prices.source_gap if span.shape[0] else pair.prices.target_gap
    said = confirmed[0][span.source[0]] if span.shape[0] else confirmed[1][span.target[0]]
    return Bead(
        span.source,
        span.target,
        -price,
        probability(posterior, float(said), span.shape),
        False,
        (("gap", round(price, 3)),),
    )


def _gaps_confirmed(key: Key, known: Mapping[Key, Links], others: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """For each segment of either side, whether the other languages too find no partner for it: 1 all, −1 none, 0
    cannot tell.
    """
    sides = []
    for a, b in (key, key[::-1]):
        n = len(oriented(known, a, b).starts) - 1
        able, denied = np.zeros(n), np.zeros(n)
        for c in others:
            one = oriented(known, a, c)
            reached = np.bincount(through(one, oriented(known, c, b))[0], minlength=n) > 0
            able += one.linked()
            denied += reached
        sides.append(np.where(able > 0, 1 - 2 * denied / np.maximum(able, 1.0), 0.0))
    return sides[0], sides[1]


def _posteriors(pair: Pair) -> dict[Span, float]:
    """Posterior of each in-order bead and gap of the pair's path; segments paired out of order are left out."""
    grid = pair.grid
    probable = posterior(grid, pair.total, *pair.gaps, TEMPERATURE)
    alone = _alone(pair, probable)
    crossed = {i for i, _ in pair.crossings}, {j for _, j in pair.crossings}
    found = {}
    for span in pair.path.spans:
        a, b = span.shape
        row = span.source[1]
        if a and b:
            found[span] = float(probable[SHAPES.index((a, b)), row, span.target[1] - grid.low[row]])
        elif a and span.source[0] not in crossed[0]:
            found[span] = float(alone[0][span.source[0]])
        elif b and span.target[0] not in crossed[1]:
            found[span] = float(alone[1][span.target[0]])
    return found


def _alone(pair: Pair, probable: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probability of each source and each target segment to be in no bead."""
    grid = pair.grid
    source, target = np.zeros(grid.n), np.zeros(grid.m)
    columns = np.clip(grid.columns, 0, grid.m)
    for t, (a, b) in enumerate(SHAPES):
        by_row = probable[t].sum(axis=1)
        by_column = np.bincount(columns.ravel(), probable[t].ravel(), grid.m + 1)
        for up in range(a):
            source[: max(grid.n - up, 0)] += by_row[1 + up :]
        for back in range(b):
            target[: max(grid.m - back, 0)] += by_column[1 + back :]
    return 1 - np.minimum(source, 1.0), 1 - np.minimum(target, 1.0)


def probability(posterior: float, confirmed: float, shape: tuple[int, int]) -> float:
    """Probability that a bead is right.

    Args:
        posterior: of the bead on the lattice, 0 to 1.
        confirmed: −1 when all other languages deny it to 1 when all confirm it, 0 when none can tell.
        shape: how many segments it pairs.
    """
    logit = np.log(min(max(posterior, _EDGE), 1 - _EDGE) / (1 - min(max(posterior, _EDGE), 1 - _EDGE)))
    if min(shape) == 0:
        value = _GAP_CONSTANT + _GAP_POSTERIOR * logit + _GAP_CONFIRMED * confirmed
    else:
        value = _CONSTANT + _POSTERIOR * logit + _CONFIRMED * confirmed + _LARGE * (sum(shape) - 2)
    return float(1 / (1 + np.exp(-value)))
