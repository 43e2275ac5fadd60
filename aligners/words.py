"""Evidence from words: which of them translate which is learned from the beads found so far.

What is known beforehand is cognates (Simard, Foster and Isabelle 1992), a built-in vocabulary, and a lexicon learned
from a memory, if there is one. A bead's own words are taken out of the table before it is judged by it, so that a
wrong bead does not confirm itself.
"""

import unicodedata
from collections import defaultdict
from functools import cache, lru_cache

import numpy as np

from aligners.coverage import Explained, evidence, explained, ratios, single
from aligners.search import Grid
from aligners.stream import Array32, FloatArray, Found, IntArray, Stream
from tm.lang import Lang
from tm.lexicon import Bags, Estimate, Table, bags, estimate, ranges, terms
from tm.vocabulary import entries

#: Most pairs of words that are learned from, those of links spread evenly over the document, and how probable such a
#: link is at least.
_MOST_PAIRS, _LEAST_PROBABLE = 2_000_000, 0.7
#: Weight of the words before a path is known, or where fewer one-to-one beads than this are, and their highest weight.
_UNTRIED, _FEWEST, _MOST_TRUST = 0.5, 8, 1.0
#: Most one-to-one beads looked at for that, and how far away the neighbours stand.
_SAMPLE, _AWAY = 200, (-7, -2, -1, 1, 3)
#: Probability that a word is translated by its cognate, and letters that two cognates have in common.
_COGNATE, _LETTERS = 0.3, 4
#: Probability that a word is translated by one of its partners in the built-in vocabulary.
_LISTED = 0.5
#: Upper bounds of the classes of words, by the number of segments they stand in.
_CLASSES = (1, 2, 4, 9)
#: What a word is worth by its class and ln of found over expected, in nats, at the knots; straight lines between them.
_KNOTS = (-2.0, -1.2, -0.15, -0.05, 0.05, 0.2, 0.6, 1.4, 2.5)
_MEASURED = (
    (-0.8, -0.8, -1.2, -0.1, -0.1, 1.7, 2.1, 2.8, 4.0),
    (-1.3, -1.4, -1.3, -0.25, -0.25, 1.6, 2.2, 2.7, 3.2),
    (-1.4, -1.3, -1.2, -0.35, -0.35, 1.5, 1.9, 2.4, 2.6),
    (-1.3, -1.3, -1.1, -0.25, -0.25, 1.3, 1.6, 2.0, 2.0),
    (-1.4, -1.1, -0.5, -0.05, -0.05, 1.0, 1.2, 1.3, 1.4),
)
WORTH = ratios(_KNOTS, _MEASURED)
#: Cyrillic letters as the Latin ones that cognates have in their place, after the spellings below were made one.
_CYRILLIC = str.maketrans("абвгдежзийклмнопрстуфхцчшщыэюя", "abvgdejsiiklmnoprstufhkcssieua")
#: Spellings that differ between languages for one sound: c k q; y i; z s; ph f; th t.
_LATIN = str.maketrans("cqyzw", "kkisv")


def vocabulary(stream: Stream) -> Bags:
    """The words of each segment as numbers."""
    return bags([terms(segment.text, stream.lang) for segment in stream.segments])


def classes(stream: Stream) -> IntArray:
    """The class of each word by how many segments it stands in: 0 for one, to 4 for ten or more."""
    return np.searchsorted(_CLASSES, stream.derive(vocabulary).frequency, side="left")


def _sizes(stream: Stream) -> FloatArray:
    return np.diff(stream.derive(vocabulary).starts).astype(np.float64)


def scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> Array32:
    """How well the words of both sides of each bead explain one another, in nats."""
    if found is None:
        return evidence(grid, *sides(source, target, None)) * _UNTRIED
    both, trusted = found.derive(_lesson, source, target)
    return evidence(grid, *both) * trusted


def _lesson(source: Stream, target: Stream, found: Found) -> tuple[tuple[Explained, Explained], float]:
    both = sides(source, target, found)
    return both, trust(*both, found)


def trust(target: Explained, source: Explained, found: Found) -> float:
    """How much of their weight the words have earned, 0 to ``_MOST_TRUST``: the slope of the logistic function that
    tells the one-to-one beads found so far from pairs of their neighbours.

    Words learned from a bad first path tell little, and then count for little.
    """
    ones = [(s.source[0], s.target[0]) for s in found.beads if s.shape == (1, 1)]
    if len(ones) < _FEWEST:
        return _UNTRIED
    picked = np.linspace(0, len(ones) - 1, min(len(ones), _SAMPLE)).astype(np.int64)
    i, j = np.array(ones, dtype=np.int64)[picked].T
    away = np.concatenate([i + by for by in _AWAY]), np.tile(j, len(_AWAY))
    kept = (away[0] >= 0) & (away[0] < len(target.sizes))
    rows, columns = np.concatenate((i, away[0][kept])), np.concatenate((j, away[1][kept]))
    gains = single(target, rows, columns) + single(source, columns, rows)
    return slope(gains[: len(i)], gains[len(i) :])


def slope(beads: FloatArray, others: FloatArray) -> float:
    """Slope of the logistic function through the origin, by Newton's method; both kinds weigh the same."""
    share = len(beads) / max(len(others), 1)
    value = 0.0
    for _ in range(8):
        right, wrong = 1 / (1 + np.exp(value * beads)), 1 / (1 + np.exp(-value * others))
        first = (right * beads).sum() - share * (wrong * others).sum()
        second = (right * (1 - right) * beads**2).sum() + share * (wrong * (1 - wrong) * others**2).sum()
        value = min(max(value + first / (second + 1e-9), 0.0), _MOST_TRUST)
    return float(value)


def sides(source: Stream, target: Stream, found: Found | None) -> tuple[Explained, Explained]:
    """The target's words explained by source segments, and the source's explained by target segments."""
    x, y = source.derive(vocabulary), target.derive(vocabulary)
    learned = estimate(x, y, *_lessons(x, y, found), known=known(source, target))
    table = learned.table
    s, t = table.keys // table.width, table.keys % table.width
    forward, backward = _entries(x, s, t, table.forward), _entries(y, t, s, table.backward)
    own = _own(x, y, learned)
    return (
        explained(y, target.derive(classes), *_less(forward, own[0]), source.derive(_sizes), WORTH),
        explained(x, source.derive(classes), *_less(backward, own[1]), target.derive(_sizes), WORTH),
    )


def _lessons(x: Bags, y: Bags, found: Found | None) -> tuple[IntArray, FloatArray]:
    """The pairs of segments to learn from, as ranges, (k, 4), and how probable each is."""
    if found is None:
        return np.zeros((0, 4), dtype=np.int64), np.zeros(0)
    kept = np.flatnonzero(found.probability >= _LEAST_PROBABLE)
    sizes = np.diff(x.starts)[found.first[kept]] * np.diff(y.starts)[found.second[kept]]
    kept = kept[:: max(1, int(np.ceil(sizes.sum() / _MOST_PAIRS)))]
    first, second = found.first[kept], found.second[kept]
    return np.stack((first, first + 1, second, second + 1), axis=1), found.probability[kept]


Entries = tuple[IntArray, IntArray, FloatArray]


def _entries(texts: Bags, explaining: IntArray, explains: IntArray, amounts: FloatArray) -> Entries:
    """For each segment and each word in it, what the word explains: segment, explained word, amount."""
    order = np.argsort(explaining, kind="stable")
    starts = np.searchsorted(explaining[order], np.arange(len(texts.vocabulary) + 1))
    owner, found = ranges(starts[:-1][texts.ids], np.diff(starts)[texts.ids])
    places = order[found]
    return _segment(texts)[owner], explains[places], amounts[places]


def _segment(texts: Bags) -> IntArray:
    """The segment each position belongs to."""
    return np.repeat(np.arange(len(texts.starts) - 1), np.diff(texts.starts))


def _own(x: Bags, y: Bags, found: Estimate) -> tuple[Entries, Entries]:
    """What each bead has taught about itself, both ways."""
    s, t = x.ids[found.source], y.ids[found.target]
    return (
        (_segment(x)[found.source], t, found.forward),
        (_segment(y)[found.target], s, found.backward),
    )


def _less(entries: Entries, own: Entries) -> Entries:
    return (
        np.concatenate((entries[0], own[0])),
        np.concatenate((entries[1], own[1])),
        np.concatenate((entries[2], -own[2])),
    )


def known(source: Stream, target: Stream) -> Table:
    """What is known before anything is learned: cognates, built-in vocabulary, a lexicon of the two languages."""
    x, y = source.derive(vocabulary), target.derive(vocabulary)
    width = max(len(y.vocabulary), 1)
    tables = [_cognates(x, y, width), _built_in(source, target, width)]
    lexicon = source.lexicon(target.lang)
    if lexicon is not None:
        tables.append(lexicon.among(x, y))
    keys = np.unique(np.concatenate([table.keys for table in tables]))
    forward, backward = np.zeros(len(keys)), np.zeros(len(keys))
    for table in tables:
        at = np.searchsorted(keys, table.keys)
        forward[at] = np.maximum(forward[at], table.forward)
        backward[at] = np.maximum(backward[at], table.backward)
    return Table(keys, width, forward, backward)


def _cognates(x: Bags, y: Bags, width: int) -> Table:
    alike: dict[str, list[int]] = defaultdict(list)
    for term, number in y.vocabulary.items():
        if stem := _cognate(term):
            alike[stem].append(number)
    pairs = [(s, t, len(alike[stem])) for term, s in x.vocabulary.items()
             if (stem := _cognate(term)) in alike for t in alike[stem]]  # fmt: skip
    table = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    keys = table[:, 0] * width + table[:, 1]
    order = np.argsort(keys)
    same = np.bincount(table[:, 1], minlength=width)
    return Table(keys[order], width, _COGNATE / table[order, 2], _COGNATE / same[table[order, 1]])


def _built_in(source: Stream, target: Stream, width: int) -> Table:
    """The built-in vocabulary in the numbers of two streams' words; a word's weight is shared by its partners."""
    x, y = source.derive(vocabulary).vocabulary, target.derive(vocabulary).vocabulary
    pairs = _stems(source.lang, target.lang)
    held = [x[s] * width + y[t] for s, t in pairs if s in x and t in y]
    keys = np.array(sorted(held), dtype=np.int64)
    s, t = keys // width, keys % width
    return Table(
        keys, width, _LISTED / np.bincount(s, minlength=len(x))[s], _LISTED / np.bincount(t, minlength=width)[t]
    )


@cache
def _stems(source: Lang, target: Lang) -> tuple[tuple[str, str], ...]:
    """Pairs of terms that translate one another by the built-in vocabulary."""
    pairs = {
        (s, t): None for one, two in entries(source, target) for s in terms(one, source) for t in terms(two, target)
    }
    return tuple(pairs)


@lru_cache(maxsize=1 << 16)
def _cognate(word: str) -> str:
    """What cognates in two languages have in common, or "" for a short word or one in a script of its own.

    >>> _cognate("Прото"), _cognate("proto"), _cognate("états")
    ('proto', 'proto', 'etats')
    """
    letters = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if c.isalpha()).translate(_CYRILLIC)
    letters = letters.replace("ph", "f").replace("th", "t").translate(_LATIN)
    return letters if len(letters) >= _LETTERS and letters.isascii() else ""
