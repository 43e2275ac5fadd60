"""A sentence aligner after the published description of hunalign, written anew to be compared with.

Varga, Halácsy, Kornai, Nagy, Németh and Trón, "Parallel corpora for medium density languages" (RANLP 2005): each
source sentence is translated word by word with a dictionary, words it lacks stand for themselves; two sentences are
as similar as they share tokens and as their lengths agree, with a reward for shared numbers; dynamic programming with
fixed prices for skipping and for joining two sentences; afterwards a gap is joined to its neighbour where the lengths
then agree better. With ``realign`` a dictionary is made from the first alignment and all is done once more.

It differs from the program in one thing, to its favour: lengths are put on one scale by the lengths of the whole
documents, where hunalign takes the languages for equally long.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.goldsets import Groups
from tm.text import CJK

FloatArray = npt.NDArray[np.float32]
#: Scores added up along a way.
Sums = npt.NDArray[np.float64]
#: What a token is translated by, at most one each.
Dictionary = Mapping[str, str]

#: Price of a sentence without counterpart, in units of similarity. The paper names no values; this and the next three
#: did best, to the peer's favour, on textberg, ParIce and generated documents of another seed than the benchmark's.
_SKIP = -0.3
#: Price of joining two sentences.
_JOIN = -0.2
#: Reward where more than half of the numbers are shared.
_NUMBERS, _NUMBER_SHARE = 0.5, 0.5
#: Gain of equal lengths, against 1 for all tokens in common; and of lengths that have nothing to do with one another.
_LENGTH, _UNLIKE = 1.0, -0.3
#: Sums this near are the same: they differ by rounding.
_NEAR = 1e-9
#: Tokens are associated when they occur together in this share of the places of the more frequent one, and so often.
_ASSOCIATED, _LEAST_TOGETHER = 0.5, 2
#: Letters kept of a word: inflected endings go, as the program's users do with a stemmer.
_STEM = 5
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{CJK}]|[^\W\d_]+")
#: The steps of the search: how many source and how many target sentences.
_STEPS = ((1, 1), (1, 0), (0, 1), (1, 2), (2, 1))


def tokens(text: str) -> list[str]:
    """Words cut to their stem, numbers, and single Chinese characters."""
    western = re.sub(r"\d", lambda digit: str(int(digit[0])), text)
    return [word if word[0].isdecimal() else word[:_STEM] for word in _WORD.findall(western.lower())]


def dictionary_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The best translation of each token, from sentences that are translations of one another."""
    sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for source, target in pairs:
        one, other = set(tokens(source)), set(tokens(target))
        sides[0].update(one)
        sides[1].update(other)
        for token in one:
            together[token].update(other)
    found = {}
    for token, partners in together.items():
        if not partners:
            continue
        share, count, best = max(
            (count / max(sides[0][token], sides[1][partner]), count, partner) for partner, count in partners.items()
        )
        if share > _ASSOCIATED and count >= _LEAST_TOGETHER:
            found[token] = best
    return found


def align(
    source: Sequence[str], target: Sequence[str], dictionary: Dictionary | None = None, *, realign: bool = False
) -> list[Groups]:
    """Groups of sentences that belong together, gaps included, in order of the source."""
    groups = _aligned(source, target, dictionary or {})
    if realign:
        certain = ((source[a[0]], target[b[0]]) for a, b in groups if (len(a), len(b)) == (1, 1))
        groups = _aligned(source, target, {**dictionary_of(certain), **(dictionary or {})})
    return groups


def _aligned(source: Sequence[str], target: Sequence[str], dictionary: Dictionary) -> list[Groups]:
    if not source or not target:
        return [*(([i], []) for i in range(len(source))), *(([], [j]) for j in range(len(target)))]
    lengths = np.array([max(len("".join(t.split())), 1) for t in source], dtype=np.float32)
    other = np.array([max(len("".join(t.split())), 1) for t in target], dtype=np.float32)
    other *= lengths.sum() / other.sum()
    shared = _shared([[dictionary.get(t, t) for t in tokens(text)] for text in source], [tokens(t) for t in target])
    return _coalesced(_path(shared, lengths, other), lengths, other)


def _shared(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]]) -> FloatArray:
    """Share of common tokens for each pair of sentences, and the reward for common numbers."""
    known = {
        token: k for k, token in enumerate(sorted({t for s in source for t in s} & {t for s in target for t in s}))
    }
    sides = []
    for texts in (source, target):
        marks = np.zeros((len(texts), max(len(known), 1)), dtype=np.float32)
        for i, text in enumerate(texts):
            for token in text:
                if token in known:
                    marks[i, known[token]] = 1
        sides.append(marks)
    sizes = [np.array([max(len(set(text)), 1) for text in texts], dtype=np.float32) for texts in (source, target)]
    larger: FloatArray = np.maximum(sizes[0][:, None], sizes[1][None, :])
    share: FloatArray = np.divide(sides[0] @ sides[1].T, larger, dtype=np.float32)
    digits = np.array([token[0].isdecimal() for token in known] or [False])
    counts = [
        np.array([len({t for t in text if t[0].isdecimal()}) for text in texts], dtype=np.float32)
        for texts in (source, target)
    ]
    most = np.maximum(counts[0][:, None], counts[1][None, :])
    share[(sides[0][:, digits] @ sides[1][:, digits].T) / np.maximum(most, 1) > _NUMBER_SHARE] += _NUMBERS
    return share


def _length(one: FloatArray, other: FloatArray) -> FloatArray:
    """How well lengths agree: most when equal, 0 when one is twice the other."""
    agreement: FloatArray = np.maximum(_LENGTH * (2 - np.maximum(one, other) / np.minimum(one, other)), _UNLIKE)
    return agreement


def _path(shared: FloatArray, x: FloatArray, y: FloatArray) -> list[tuple[int, int, int, int]]:
    """The best steps: start and length in the source, start and length in the target."""
    n, m = shared.shape
    back = np.zeros((n + 1, m + 1), dtype=np.int8)
    rows: list[Sums] = []
    skipped = np.arange(m + 1, dtype=np.float64) * _SKIP
    pairs_y = y[:-1] + y[1:]
    for i in range(n + 1):
        row = np.full(m + 1, -np.inf, dtype=np.float64)
        if i == 0:
            row[0] = 0
        else:
            one_one = rows[i - 1][:-1] + shared[i - 1] + _length(x[i - 1 : i], y)
            _take(row[1:], back[i, 1:], one_one, 0)
            _take(row, back[i], rows[i - 1] + _SKIP, 1)
            least = np.minimum(shared[i - 1, :-1], shared[i - 1, 1:])
            _take(row[2:], back[i, 2:], rows[i - 1][:-2] + least + _length(x[i - 1 : i], pairs_y) + _JOIN, 3)
        if i > 1:
            least = np.minimum(shared[i - 2], shared[i - 1])
            joined = np.array([x[i - 2] + x[i - 1]], dtype=np.float32)
            _take(row[1:], back[i, 1:], rows[i - 2][:-1] + least + _length(joined, y) + _JOIN, 4)
        # Target sentences left out: the best of all cells to the left, less the price of the way.
        reached: Sums = np.maximum.accumulate(row - skipped) + skipped
        back[i, reached > row + _NEAR] = 2
        rows.append(reached)
        if i > 1:
            rows[i - 2] = row[:0]
    found = []
    i, j = n, m
    while i or j:
        a, b = _STEPS[back[i, j]] if i else (0, 1)
        i, j = i - a, j - b
        found.append((i, a, j, b))
    return found[::-1]


def _take(row: Sums, back: npt.NDArray[np.int8], value: Sums, step: int) -> None:
    better = value > row
    row[better] = value[better]
    back[better] = step


def _coalesced(path: Sequence[tuple[int, int, int, int]], x: FloatArray, y: FloatArray) -> list[Groups]:
    """Gaps joined to a neighbour, over and over, wherever lengths then agree better than the neighbour's did."""
    beads = [(list(range(i, i + a)), list(range(j, j + b))) for i, a, j, b in path]
    changed = True
    while changed:
        changed, k = False, 0
        while k + 1 < len(beads):
            one, other = beads[k], beads[k + 1]
            joined = (one[0] + other[0], one[1] + other[1])
            full = one if all(one) else other
            # Exactly one of the two is a gap.
            if all(one) != all(other) and _ratio(joined, x, y) < _ratio(full, x, y):
                beads[k : k + 2] = [joined]
                changed = True
            else:
                k += 1
    return list(beads)


def _ratio(bead: tuple[list[int], list[int]], x: FloatArray, y: FloatArray) -> float:
    one, other = float(x[bead[0]].sum()), float(y[bead[1]].sum())
    return max(one, other) / min(one, other)
