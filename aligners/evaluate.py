"""How right an alignment is: strict, lax and link precision, recall and F1 against gold beads.

A bead is a pair (source ids, target ids). The rules are those common in the field since vecalign (Thompson and Koehn
2019): beads empty on both sides are dropped; precision counts deletions and insertions, recall leaves them out on
both sides. Counts of several documents add up.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

#: Ids of the source segments and of the target segments of a bead.
IdBead: TypeAlias = tuple[Collection[Hashable], Collection[Hashable]]
_Ids: TypeAlias = frozenset[Hashable]
_Bead: TypeAlias = tuple[_Ids, _Ids]


@dataclass(frozen=True, slots=True)
class Tally:
    """What one measure has counted."""

    #: Test beads (or links) that are right, and all of them.
    right: int = 0
    tested: int = 0
    #: Gold beads (or links) that were found, and all of them.
    found: int = 0
    wanted: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.right + other.right, self.tested + other.tested, self.found + other.found, self.wanted + other.wanted
        )

    @property
    def precision(self) -> float:
        """Share of what was tested that is right, 0 to 1; 1 when nothing was tested."""
        return self.right / self.tested if self.tested else 1.0

    @property
    def recall(self) -> float:
        """Share of what was wanted that was found, 0 to 1; 1 when nothing was wanted."""
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """The three measures of one alignment, or of several added up."""

    #: The bead is exactly a gold bead.
    strict: Tally = Tally()
    #: The bead shares a source and a target segment with one gold bead (or is a gap as gold has it).
    lax: Tally = Tally()
    #: Pairs of one source and one target segment that stand in a bead together.
    link: Tally = Tally()

    def __add__(self, other: "Scores") -> "Scores":
        return Scores(self.strict + other.strict, self.lax + other.lax, self.link + other.link)


def score(gold: Iterable[IdBead], test: Iterable[IdBead]) -> Scores:
    """Counts for one pair of documents.

    >>> gold = [(["a"], ["a"]), (["b", "c"], ["bc"]), ([], ["d"])]
    >>> result = score(gold, [(["a"], ["a"]), (["b"], ["bc"]), (["c"], []), ([], ["d"])])
    >>> result.strict.precision, result.strict.recall, result.lax.precision, result.link.recall
    (0.5, 0.5, 0.75, 0.6666666666666666)
    """
    wanted, tested = _kept(gold), _kept(test)
    strict_right, lax_right = _precision(wanted, tested)
    full_wanted, full_tested = [b for b in wanted if all(b)], [b for b in tested if all(b)]
    strict_found, lax_found = _precision(full_tested, full_wanted)
    gold_links, test_links = _links(wanted), _links(tested)
    common = len(gold_links & test_links)
    return Scores(
        Tally(strict_right, len(tested), strict_found, len(full_wanted)),
        Tally(lax_right, len(tested), lax_found, len(full_wanted)),
        Tally(common, len(test_links), common, len(gold_links)),
    )


def _kept(beads: Iterable[IdBead]) -> list[_Bead]:
    return [(frozenset(s), frozenset(t)) for s, t in beads if s or t]


def _links(beads: Iterable[_Bead]) -> set[tuple[Hashable, Hashable]]:
    return {(i, j) for source, target in beads for i in source for j in target}


def _precision(gold: list[_Bead], test: list[_Bead]) -> tuple[int, int]:
    """How many test beads are strictly, and how many loosely, right."""
    exact = set(gold)
    targets: dict[Hashable, set[_Ids]] = defaultdict(set)
    for source, target in gold:
        for i in source:
            targets[i].add(target)
    strict = sum(bead in exact for bead in test)
    lax = sum(bead in exact or any(bead[1] & wanted for i in bead[0] for wanted in targets[i]) for bead in test)
    return strict, lax
