"""Measure what a word or a placeable is worth as evidence: the tables in ``aligners/words.py`` and ``lexical.py``.

Generated United Nations documents are aligned; for each term of each segment the logarithm of found over expected is
taken (see ``aligners/coverage.py``), once against the true counterpart and once against unrelated neighbours 1 to 8
segments away. Printed is ln of the ratio of their frequencies by class of term and step: the tables are round values of
that. Seeds are of their own. Run from the project's folder: ``python -m benchmarks.fit_alignment``.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from itertools import pairwise as pairwise_of

import numpy as np
import numpy.typing as npt

from aligners import lexical, pairwise, words
from aligners.coverage import SMOOTH, Explained, dense
from aligners.multiway import AlignOptions
from aligners.stream import Stream
from benchmarks.goldsets import GoldDocument, Unsyn, unsyn
from tm.lang import UN_LANGUAGES, Lang

PRESETS, SEEDS = ("mix", "hard", "mix-nonum"), (101, 102)
#: Borders of the steps of ln of found over expected.
BORDERS = (-4.0, -2.5, -1.5, -0.9, -0.5, -0.1, 0.1, 0.5, 0.9, 1.6, 2.5, 3.5, 4.01)
#: Neighbours stand this far away at most, and so many are drawn for each bead and side.
_AWAY, _DRAWN = 8, 3

Counts = npt.NDArray[np.float64]
#: A run of explaining segments, and an explained segment.
Case = tuple[tuple[int, int], int]


def counts(side: Explained, cases: Sequence[Case], classes: int) -> Counts:
    """How often the terms of the cases fall into each step, (classes, steps)."""
    table = np.zeros((classes, len(BORDERS) - 1))
    for (start, stop), whose in cases:
        terms = side.terms.ids[side.terms.starts[whose] : side.terms.starts[whose + 1]]
        if len(terms):
            found = dense(side, start, stop, terms).sum(axis=0)
            expected = side.sizes[start:stop].sum() * side.expected[terms]
            ratio = np.clip(np.log((found + SMOOTH) / (expected + SMOOTH)), BORDERS[0], 4.0)
            np.add.at(table, (side.classes[terms], np.digitize(ratio, BORDERS) - 1), 1)
    return table


def measured(job: tuple[GoldDocument, Lang, Lang]) -> Mapping[str, tuple[Counts, Counts]]:
    """For words and for placeables, the counts of true and of unrelated pairs in one document."""
    document, one, two = job
    source, target = Stream(one, document.editions[one]), Stream(two, document.editions[two])
    pair = pairwise.align(source, target, AlignOptions().costs)
    left = {name: k for k, name in enumerate(document.ids[one])}
    right = {name: k for k, name in enumerate(document.ids[two])}
    beads = [([left[x] for x in s], [right[x] for x in t]) for s, t in document.beads((one, two)) if s and t]
    true, false = _cases(beads), _strangers(beads, len(source))
    back = [(t, s) for s, t in beads]
    true_back, false_back = _cases(back), _strangers(back, len(target))
    sides = {
        "words": (words.sides(source, target, pair.lesson.found), len(words.WORTH)),
        "placeables": (lexical.sides(source, target), len(lexical.WORTH)),
    }
    return {
        name: (
            counts(there, true, size) + counts(here, true_back, size),
            counts(there, false, size) + counts(here, false_back, size),
        )
        for name, ((there, here), size) in sides.items()
    }


Ids = tuple[list[int], list[int]]


def _cases(beads: Sequence[Ids]) -> list[Case]:
    """Each segment of the second side with the whole first side of its bead."""
    return [((s[0], s[-1] + 1), j) for s, t in beads for j in t]


def _strangers(beads: Sequence[Ids], n: int) -> list[Case]:
    """The first segment of each second side with single segments near its bead that do not belong to it."""
    rng = np.random.default_rng(len(beads))
    related = {(i, j) for s, t in beads for i in s for j in t}
    drawn = []
    for s, t in beads:
        for away in rng.integers(1, _AWAY + 1, _DRAWN) * rng.choice((-1, 1), _DRAWN):
            i = s[0] + int(away)
            if 0 <= i < n and (i, t[0]) not in related:
                drawn.append(((i, i + 1), t[0]))
    return drawn


def jobs(docs: int) -> Iterator[tuple[GoldDocument, Lang, Lang]]:
    """A pair of languages of each document, all pairs in turn."""
    pairs = list(combinations(UN_LANGUAGES, 2))
    for seed in SEEDS:
        for preset in PRESETS:
            documents = list(unsyn(Unsyn(preset, docs=docs, seed=seed)))
            for k, (one, two) in enumerate(pairs):
                yield documents[k % docs], one, two


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=int, default=6, help="documents of each preset and seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    chosen = parser.parse_args()
    totals: dict[str, tuple[Counts, Counts]] = {}
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for found in pool.map(measured, jobs(chosen.docs)):
            for name, (true, false) in found.items():
                before = totals.get(name, (np.zeros_like(true), np.zeros_like(false)))
                totals[name] = before[0] + true, before[1] + false
    middles = [f"{(a + b) / 2:+.1f}" for a, b in pairwise_of(BORDERS)]
    for name, (true, false) in totals.items():
        print(f"\n{name}: nats by class and ln of found over expected\nclass    terms  {'  '.join(middles)}")
        for k, (near, far) in enumerate(zip(true, false, strict=True)):
            share = (near + 2) / (near.sum() + 40), (far + 2) / (far.sum() + 40)
            row = "  ".join(f"{value:+.1f}" for value in np.log(share[0] / share[1]))
            print(f"{k:5} {int(near.sum()):8}  {row}")


if __name__ == "__main__":
    main()
