"""Which words translate which, learned from pairs of texts without any dictionary.

Expectation maximisation of IBM model 1 (Brown and others 1993) in both directions at once, where a link counts as the
product of both directions' say (Liang, Taskar and Klein 2006): one document of a hundred paragraphs is enough for a
useful table. Words are cut to stems of a fixed length, Chinese is taken in pairs of characters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tm.lang import Lang
from tm.text import keys

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

#: Letters kept of a word, so that endings do not count; shorter words than ``_SHORTEST`` are left out.
_STEM, _SHORTEST = 5, 3
#: Arabic prefixes (and, with, like, so, for, the) taken off, longest first.
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و")
#: Occurrences added to each word's count, so that what was seen once is not taken for sure.
_DOUBT = 1.0
#: How many occurrences the entry of a known lexicon counts for beside the pairs at hand.
_KNOWN = 2.0
#: Entries less probable than this in both directions are left out of an estimate.
_SLIGHT = 0.01
#: Two words whose link is less probable than this after the first round are not looked at again.
_HOPELESS = 1e-3
#: Up to so many possible keys they are numbered without sorting.
_FEW = 1 << 23
#: Entries less probable than this in both directions are left out of a learned lexicon.
_LEAST = 0.02


def terms(text: str, lang: Lang) -> tuple[str, ...]:
    """The different words of a text as the lexicon knows them: stems, or pairs of Chinese characters; no numbers.

    >>> terms("Les États parties, les États", Lang("fr")), terms("缔约国", Lang("zh")), terms("والأمن", Lang("ar"))
    (('les', 'états', 'parti'), ('缔约', '约国'), ('أمن',))
    """
    found = [key for key in keys(text) if not key.isdecimal()]
    if lang.joiner == "":
        return tuple(dict.fromkeys(a + b for a, b in pairwise(found)))
    return tuple(dict.fromkeys([term for key in found if (term := stem(key, lang))]))


def stem(key: str, lang: Lang) -> str:
    """What the lexicon knows the comparing form of a word by, in a language with spaces; "" for too short a word.

    >>> stem("recouvrement", Lang("fr")), stem("والأمن", Lang("ar")), stem("de", Lang("fr"))
    ('recou', 'أمن', '')
    """
    if lang.primary == "ar":
        key = _bare(key)
    return key[:_STEM] if len(key) >= _SHORTEST else ""


def _bare(word: str) -> str:
    prefix = next((p for p in _ARABIC_PREFIXES if word.startswith(p) and len(word) - len(p) > 2), "")
    return word[len(prefix) :]


@dataclass(frozen=True, slots=True)
class Bags:
    """The terms of a sequence of texts, as numbers."""

    #: Number of each term.
    vocabulary: Mapping[str, int]
    #: Where the terms of each text begin in ``ids``, (n + 1,).
    starts: IntArray
    #: Terms of all texts, one after the other.
    ids: IntArray

    @property
    def frequency(self) -> IntArray:
        """In how many texts each term stands."""
        return np.bincount(self.ids, minlength=len(self.vocabulary))


def bags(rows: Sequence[Sequence[str]]) -> Bags:
    """The terms of texts as numbers; each row holds the different terms of one text."""
    vocabulary: dict[str, int] = {}
    ids = [vocabulary.setdefault(term, len(vocabulary)) for row in rows for term in row]
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    return Bags(vocabulary, starts, np.array(ids, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Table:
    """Probabilities of translation between two vocabularies, sparse."""

    #: ``source · width + target`` of each entry, rising.
    keys: IntArray
    #: Size of the target vocabulary.
    width: int
    #: p(target | source) and p(source | target) of each entry.
    forward: FloatArray
    backward: FloatArray


@dataclass(frozen=True, slots=True)
class Estimate:
    """A table, and what each pair of occurrences has added to it, so that it can be taken out again."""

    table: Table
    #: Positions in the ids of the two bags that stood in one bead, in order of the target's.
    source: IntArray
    target: IntArray
    #: What they have added to p(target | source) and p(source | target).
    forward: FloatArray
    backward: FloatArray


def estimate(
    source: Bags,
    target: Bags,
    beads: IntArray,
    weights: FloatArray | None = None,
    rounds: int = 4,
    known: Table | None = None,
) -> Estimate:
    """Which words translate which, judged by texts that belong together.

    Args:
        source: texts of one language.
        target: texts of the other.
        beads: (k, 4), half-open ranges of texts that belong together: source start and stop, target start and stop.
        weights: how probable each of them is, 1 when left out; a text may stand in several.
        rounds: of expectation maximisation.
        known: what is known beforehand, in the same numbers; its entries stay in the result.
    """
    width = max(len(target.vocabulary), 1)
    weights = np.ones(len(beads)) if weights is None else weights
    left, right, bead = _together(source, target, beads)
    weight = weights[bead]
    s, t = source.ids[left], target.ids[right]
    keys, at = numbered(s * width + t, len(source.vocabulary) * width)
    count_s, count_t = _occurrences(source, beads[:, :2], weights), _occurrences(target, beads[:, 2:], weights)
    null_s, null_t = count_s / max(count_s.sum(), 1.0), count_t / max(count_t.sum(), 1.0)
    doubt = _DOUBT if known is None else _DOUBT + _KNOWN
    room_s, room_t = count_s[keys // width] + doubt, count_t[keys % width] + doubt
    base_f, base_b = (_KNOWN * values for values in _found(known, keys))
    seen = np.bincount(at, weight, len(keys))
    forward, backward = (seen + base_f) / room_s, (seen + base_b) / room_t
    null_s, null_t, share = null_s[s], null_t[t], np.zeros(len(at))
    for k in range(rounds):
        one, two = forward[at], backward[at]
        one *= weight
        one /= np.bincount(right, one, len(target.ids))[right] + null_t
        two /= np.bincount(left, two * weight, len(source.ids))[left] + null_s
        share = one * two
        if k == 0:
            told = np.flatnonzero(share > _HOPELESS)
            left, right, at, weight, share = left[told], right[told], at[told], weight[told], share[told]
            null_s, null_t = null_s[told], null_t[told]
        summed = np.bincount(at, share, len(keys))
        forward, backward = (summed + base_f) / room_s, (summed + base_b) / room_t
    kept = (forward >= _SLIGHT) | (backward >= _SLIGHT)
    table = Table(keys[kept], width, forward[kept], backward[kept])
    if known is not None:
        table = _joined(table, known, count_s + doubt, count_t + doubt)
    own = np.flatnonzero(kept[at] & (share > _SLIGHT * _SLIGHT))
    share, left, right = share[own], left[own], right[own]
    room_s, room_t = count_s[source.ids[left]] + doubt, count_t[target.ids[right]] + doubt
    return Estimate(table, left, right, share / room_s, share / room_t)


def numbered(keys: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The different keys, rising, and which of them each key is; all are below ``size``.

    What ``numpy.unique`` gives, without sorting where the keys are few.
    """
    if size > _FEW:
        different, at = np.unique(keys, return_inverse=True)
        return different, at.ravel()
    held = np.zeros(size, dtype=bool)
    held[keys] = True
    different = np.flatnonzero(held)
    number = np.empty(size, dtype=np.int64)
    number[different] = np.arange(len(different))
    return different, number[keys]


def _together(source: Bags, target: Bags, beads: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Every pair of positions, one of each side, that stands in one bead; and the bead."""
    left, left_stop = source.starts[beads[:, 0]], source.starts[beads[:, 1]]
    right, right_stop = target.starts[beads[:, 2]], target.starts[beads[:, 3]]
    bead, places = ranges(right, right_stop - right)
    owner, sources = ranges(left[bead], (left_stop - left)[bead])
    return sources, places[owner], bead[owner]


def ranges(starts: IntArray, sizes: IntArray) -> tuple[IntArray, IntArray]:
    """The range each number comes from, and the numbers of ranges given by start and size, one after the other."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + starts[owner]


def _occurrences(texts: Bags, ranges: IntArray, weights: FloatArray) -> FloatArray:
    """How often each term stands in the ranges of texts, each text counted once at most."""
    change = np.zeros(len(texts.starts))
    np.add.at(change, ranges[:, 0], weights)
    np.add.at(change, ranges[:, 1], -weights)
    often = np.minimum(np.cumsum(change)[:-1], 1.0)
    counts: FloatArray = np.bincount(texts.ids, np.repeat(often, np.diff(texts.starts)), len(texts.vocabulary)).astype(
        np.float64
    )
    return counts


def _found(known: Table | None, keys: IntArray) -> tuple[FloatArray, FloatArray]:
    """The known probabilities of the keys, 0 where there is no entry."""
    forward, backward = np.zeros(len(keys)), np.zeros(len(keys))
    if known is not None and len(known.keys):
        at = np.minimum(np.searchsorted(known.keys, keys), len(known.keys) - 1)
        hit = known.keys[at] == keys
        forward[hit], backward[hit] = known.forward[at[hit]], known.backward[at[hit]]
    return forward, backward


def _joined(table: Table, known: Table, room_s: FloatArray, room_t: FloatArray) -> Table:
    """The table with the known entries that no bead has shown."""
    new = ~np.isin(known.keys, table.keys, assume_unique=True)
    keys = known.keys[new]
    forward = np.concatenate((table.forward, _KNOWN * known.forward[new] / room_s[keys // table.width]))
    backward = np.concatenate((table.backward, _KNOWN * known.backward[new] / room_t[keys % table.width]))
    keys = np.concatenate((table.keys, keys))
    order = np.argsort(keys, kind="stable")
    return Table(keys[order], table.width, forward[order], backward[order])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word translations of a pair of languages, learned once and used for other texts."""

    source: Lang
    target: Lang
    #: The terms that have entries, in the order of their numbers.
    source_terms: tuple[str, ...]
    target_terms: tuple[str, ...]
    table: Table
    #: From how many pairs of texts it was learned.
    pairs: int

    def swapped(self) -> "Lexicon":
        """The same lexicon in the other direction."""
        s, t = self.table.keys // self.table.width, self.table.keys % self.table.width
        width = max(len(self.source_terms), 1)
        order = np.argsort(t * width + s)
        table = Table((t * width + s)[order], width, self.table.backward[order], self.table.forward[order])
        return Lexicon(self.target, self.source, self.target_terms, self.source_terms, table, self.pairs)

    def translations(self, term: str, most: int = 5) -> tuple[tuple[str, float], ...]:
        """The likeliest target terms of a source term with their probabilities, best first."""
        if term not in self.source_terms:
            return ()
        start = self.source_terms.index(term) * self.table.width
        low, high = np.searchsorted(self.table.keys, (start, start + self.table.width))
        best = low + np.argsort(-self.table.forward[low:high], kind="stable")[:most]
        return tuple((self.target_terms[self.table.keys[k] - start], float(self.table.forward[k])) for k in best)

    def among(self, source: Bags, target: Bags) -> Table:
        """The entries whose terms stand in the texts on both sides, in the numbers of those texts."""
        here_s = np.array([source.vocabulary.get(term, -1) for term in self.source_terms], dtype=np.int64)
        here_t = np.array([target.vocabulary.get(term, -1) for term in self.target_terms], dtype=np.int64)
        s, t = here_s[self.table.keys // self.table.width], here_t[self.table.keys % self.table.width]
        kept = np.flatnonzero((s >= 0) & (t >= 0))
        width = max(len(target.vocabulary), 1)
        keys = s[kept] * width + t[kept]
        order = np.argsort(keys)
        kept = kept[order]
        return Table(keys[order], width, self.table.forward[kept], self.table.backward[kept])


def learn(source: Lang, target: Lang, pairs: Iterable[tuple[str, str]]) -> Lexicon:
    """The lexicon of pairs of texts: source text, target text.

    A thousand pairs of sentences take about a second and make a useful lexicon.
    """
    rows = [(terms(one, source), terms(two, target)) for one, two in pairs]
    left, right = bags([row[0] for row in rows]), bags([row[1] for row in rows])
    place = np.arange(len(rows))
    table = estimate(left, right, np.stack((place, place + 1, place, place + 1), axis=1)).table
    kept = (table.forward >= _LEAST) | (table.backward >= _LEAST)
    known_s, s = np.unique(table.keys[kept] // table.width, return_inverse=True)
    known_t, t = np.unique(table.keys[kept] % table.width, return_inverse=True)
    names_s, names_t = tuple(left.vocabulary), tuple(right.vocabulary)
    width = max(len(known_t), 1)
    return Lexicon(
        source,
        target,
        tuple(names_s[k] for k in known_s),
        tuple(names_t[k] for k in known_t),
        Table(s * width + t, width, table.forward[kept], table.backward[kept]),
        len(rows),
    )
