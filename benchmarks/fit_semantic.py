"""Fits what a cosine of sentence embeddings is worth: the numbers in ``aligners/semantic.py``.

``python -m benchmarks.fit_semantic`` from the root of the project. Gold beads are told from pairs of one of their
sides with a run of the same shape up to eight places away, by logistic regression on the cosine and the logarithm of
length; both kinds weigh the same, so the logit is a likelihood ratio in nats. The documents are generated UN documents
of other seeds than those the benchmark measures on, and news. Every set and every shape is fitted by itself too, which
shows how far one line serves them all. How short texts are damped was chosen by the alignments they lead to, on the
same documents and on the development part of Text+Berg.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from aligners import semantic
from aligners.stream import FloatArray, Stream
from benchmarks import goldsets
from benchmarks.goldsets import LANGS, GoldDocument, Unsyn

#: How far away the runs stand that do not belong together.
_AWAY = tuple(k for k in range(-8, 9) if k)
#: Largest runs looked at.
_MOST = 3
#: Documents of each kind.
_GENERATED, _NEWS = 2, 14
#: Rounds of Newton's method, and what keeps it from dividing by nothing.
_ROUNDS, _RIDGE = 30, 1e-6


@dataclass(frozen=True, slots=True)
class Sample:
    """A pair of runs."""

    set: str
    shape: tuple[int, int]
    right: bool
    cosine: float
    #: Length of the shorter run, in English characters.
    length: float


def documents() -> Iterator[tuple[str, GoldDocument]]:
    """The documents to fit on, with the name of their set."""
    for preset, seed in (("mix", 11), ("hard", 12)):
        yield from ((preset, document) for document in goldsets.unsyn(Unsyn(preset, _GENERATED, seed)))
    yield from (("ntrex", document) for document in islice(goldsets.ntrex(), _NEWS))


def samples(name: str, document: GoldDocument) -> Iterator[Sample]:
    """Gold beads of French with each other language, and runs of their shapes in their neighbourhood."""
    runs = {}
    for lang, edition in document.editions.items():
        runs[lang] = semantic.runs(Stream(lang, edition), settled=set(), pairs=())
    for (one, two), beads in document.pairs.items():
        if one != LANGS[0]:
            continue
        first, second = ({id_: k for k, id_ in enumerate(document.ids[lang])} for lang in (one, two))
        for source, target in beads:
            a, b = len(source), len(target)
            if not 0 < a <= _MOST or not 0 < b <= _MOST:
                continue
            (x, x_lengths), (y, y_lengths) = runs[one][a - 1], runs[two][b - 1]
            i, j = max(first[s] for s in source), max(second[t] for t in target)
            for away in (0, *_AWAY):
                if a - 1 <= i + away < len(x):
                    shorter = min(x_lengths[i + away], y_lengths[j])
                    yield Sample(name, (a, b), away == 0, float(x[i + away] @ y[j]), float(shorter))


def fitted(some: list[Sample]) -> tuple[FloatArray, float]:
    """Slope of the cosine, middle, and weight of ln(length / 100) in the middle; and the mean loss in nats."""
    right = np.array([s.right for s in some], dtype=np.float64)
    x = np.array([(s.cosine, 1.0, np.log(s.length / 100)) for s in some])
    weight = np.where(right > 0, 0.5 / right.sum(), 0.5 / (1 - right).sum())
    w = np.zeros(3)
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve((x.T * (weight * p * (1 - p))) @ x + _RIDGE * np.eye(3), x.T @ (weight * (right - p)))
    loss = float((weight * np.logaddexp(0.0, np.where(right > 0, -1.0, 1.0) * (x @ w))).sum())
    return np.array([w[0], -w[1] / w[0], -w[2] / w[0]]), loss


def main() -> None:
    """Print the fits."""
    found = [sample for name, document in documents() for sample in samples(name, document)]
    groups = {"all": found}
    for sample in found:
        merged = "1:1" if sample.shape == (1, 1) else "larger"
        groups.setdefault(sample.set, []).append(sample)
        groups.setdefault(merged, []).append(sample)
    print(f"{'':8} {'beads':>6} {'slope':>6} {'middle':>7} {'longer':>7} {'loss':>6}")
    for name, some in groups.items():
        (slope, middle, longer), loss = fitted(some)
        print(f"{name:8} {sum(s.right for s in some):6} {slope:6.1f} {middle:7.3f} {longer:7.3f} {loss:6.3f}")


if __name__ == "__main__":
    main()
