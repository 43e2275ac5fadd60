"""Fit the weights of ``aligners/confidence.py``: print them as Python, with how well they do on other documents.

Fitted on generated United Nations documents of presets and seeds of their own (sentences of the UN Parallel Corpus
development set), each aligned as pairs by themselves and as six languages together; checked on another seed. Run from
the project's folder: ``python -m benchmarks.fit_confidence``.
"""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import numpy.typing as npt

from aligners.confidence import FEATURES, judged
from aligners.multiway import AlignOptions, agreed_pairs
from aligners.stream import Stream
from benchmarks import reliability
from benchmarks.goldsets import GoldDocument, Unsyn, unsyn
from tm.lang import Lang

PRESETS = ("mix", "mix-nonum", "hard", "real5", "shuffle")
FITTED, CHECKED = (103, 104), (105,)
#: Strength of the ridge that keeps weights small.
_RIDGE = 1.0

#: Features of a step, whether it is a bead, and whether it is right.
Example = tuple[tuple[float, ...], str, bool]
Array = npt.NDArray[np.float64]


def documents(seeds: Sequence[int], docs: int) -> Iterator[GoldDocument]:
    """The generated documents of all presets."""
    for seed in seeds:
        for preset in PRESETS:
            yield from unsyn(Unsyn(preset, docs=docs, seed=seed, lists=0.85 if preset == "shuffle" else None))


def examples(document: GoldDocument) -> dict[bool, list[Example]]:
    """The steps of a document's alignments, of pairs (False) and of six languages together (True)."""
    found: dict[bool, list[Example]] = {False: [], True: []}
    for pair in document.pairs:
        found[False] += _steps(document, sorted(pair))
    found[True] += _steps(document, sorted(document.editions))
    return found


def _steps(document: GoldDocument, langs: Sequence[Lang]) -> list[Example]:
    streams = [Stream(lang, document.editions[lang]) for lang in langs]
    pairs = agreed_pairs(streams, AlignOptions(sentences=False))
    rows: list[Example] = []
    for (a, b), steps in judged(pairs, len(streams)).items():
        wanted = {(frozenset(s), frozenset(t)) for s, t in document.beads((langs[a], langs[b]))}
        left, right = document.ids[langs[a]], document.ids[langs[b]]
        for step in steps:
            bead = frozenset(left[slice(*step.span.source)]), frozenset(right[slice(*step.span.target)])
            rows.append((step.features, step.sort, bead in wanted))
    return rows


def fit(rows: Sequence[Example]) -> Array:
    """Weights of the logistic function, by Newton's method with a ridge."""
    x = np.array([features for features, _, _ in rows])
    y = np.array([right for _, _, right in rows], dtype=np.float64)
    weights = np.zeros(len(FEATURES))
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - _RIDGE * weights
        curve = (x.T * (p * (1 - p))) @ x + _RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return weights


def main() -> None:
    """Fit, print and check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=int, default=3, help="documents of each preset and seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    chosen = parser.parse_args()
    rows: list[dict[bool, list[Example]]] = []
    for seeds in (FITTED, CHECKED):
        both: dict[bool, list[Example]] = {False: [], True: []}
        with ProcessPoolExecutor(chosen.jobs) as pool:
            for found in pool.map(examples, documents(seeds, chosen.docs)):
                for together in both:
                    both[together] += found[together]
        rows.append(both)
    print(FEATURES)
    for together in (False, True):
        judgements: list[reliability.Judged] = []
        for sort in ("bead", "gap"):
            weights = fit([row for row in rows[0][together] if row[1] == sort])
            print(f"    ({sort!r}, {together}): ({', '.join(f'{w:.2f}' for w in weights)}),")
            for features, kind, right in rows[1][together]:
                if kind == sort:
                    value = float(1 / (1 + np.exp(-np.array(features) @ weights)))
                    judgements.append(reliability.Judged(value, right, sort == "gap"))
        for line in reliability.figures(reliability.measure(judgements)):
            print("   ", line)


if __name__ == "__main__":
    main()
