"""How far confidences can be trusted: calibration error, ranking, and what flagging the least certain catches."""

from collections.abc import Sequence
from dataclasses import dataclass

#: A confidence, and whether the bead was right.
Judged = tuple[float, bool]
_BINS = 10
#: Share of the beads that a person is sent to look at.
_FLAGGED = 0.10


@dataclass(frozen=True, slots=True)
class Bin:
    """One point of a reliability plot."""

    count: int
    #: Mean confidence, and share of right beads.
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What the confidences of one system on one set are worth."""

    beads: int
    wrong: int
    #: Mean distance of confidence and accuracy, over bins of equal counts and over bins of equal width.
    ece_mass: float
    ece_width: float
    #: Probability that a right bead has a higher confidence than a wrong one.
    auc: float
    #: Share of the wrong beads that are among the tenth with the lowest confidence.
    caught: float
    by_mass: tuple[Bin, ...]
    by_width: tuple[Bin, ...]


def reliability(judged: Sequence[Judged]) -> Reliability:
    """The figures for a list of confidences and verdicts.

    >>> found = reliability([(0.9, True)] * 9 + [(0.9, False)] + [(0.2, False)] * 4 + [(0.2, True)])
    >>> round(found.ece_width, 6), round(found.auc, 2), found.caught
    (0.0, 0.85, 0.32)
    """
    ranked = sorted(judged, key=lambda one: one[0])
    wrong = sum(not right for _, right in ranked)
    mass = [ranked[len(ranked) * k // _BINS : len(ranked) * (k + 1) // _BINS] for k in range(_BINS)]
    width: list[list[Judged]] = [[] for _ in range(_BINS)]
    for one in ranked:
        width[min(int(one[0] * _BINS), _BINS - 1)].append(one)
    by_mass, by_width = (tuple(_bin(some) for some in bins if some) for bins in (mass, width))
    caught = _caught(ranked, round(len(ranked) * _FLAGGED)) / wrong if wrong else 1.0
    return Reliability(len(ranked), wrong, _error(by_mass), _error(by_width), auc(ranked), caught, by_mass, by_width)


def _caught(ranked: Sequence[Judged], flagged: int) -> float:
    """How many of the wrong are among the first so many; of equal confidences at the border, as many as by chance."""
    if not flagged:
        return 0.0
    border = ranked[flagged - 1][0]
    below = [right for c, right in ranked if c < border]
    tied = [right for c, right in ranked if c == border]
    return below.count(False) + tied.count(False) * (flagged - len(below)) / len(tied)


def auc(ranked: Sequence[Judged]) -> float:
    """Area under the curve for confidences in ascending order; equal ones count half; 1 when nothing is wrong."""
    wrong_below, sum_below, i = 0, 0.0, 0
    while i < len(ranked):
        k = i
        while k < len(ranked) and ranked[k][0] == ranked[i][0]:
            k += 1
        right = sum(one for _, one in ranked[i:k])
        sum_below += right * (wrong_below + (k - i - right) / 2)
        wrong_below += k - i - right
        i = k
    pairs = wrong_below * (len(ranked) - wrong_below)
    return sum_below / pairs if pairs else 1.0


def _bin(some: Sequence[Judged]) -> Bin:
    return Bin(len(some), sum(c for c, _ in some) / len(some), sum(right for _, right in some) / len(some))


def _error(bins: Sequence[Bin]) -> float:
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / total if total else 0.0
