"""Which words translate which, learned from pairs of texts without any dictionary.

Expectation maximisation of IBM model 1 (Brown and others 1993) in both directions at once, where a link counts as the
product of both directions' say (Liang, Taskar and Klein 2006): one document of a hundred paragraphs is enough for a
useful table. Words are cut to stems of a fixed length, Chinese is taken in pairs of characters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tm.lang import Lang
from tm.text import keys

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
Int32Array: TypeAlias = npt.NDArray[np.int32]

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
#: How often probabilities are estimated from those before.
_ROUNDS = 4
#: Up to so many possible keys they are numbered without sorting, in 16 MB.
_FEW = 1 << 22
#: Pairs of occurrences that the first round looks at together, unless one word has more; they take some 15 MB.
_AT_ONCE = 1 << 17
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


def bags(rows: Iterable[Sequence[str]]) -> Bags:
    """The terms of texts as numbers; each row holds the different terms of one text."""
    vocabulary: dict[str, int] = {}
    ids: list[int] = []
    starts = [0]
    for row in rows:
        ids += [vocabulary.setdefault(term, len(vocabulary)) for term in row]
        starts.append(len(ids))
    return Bags(vocabulary, np.array(starts, dtype=np.int64), np.array(ids, dtype=np.int64))


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
    #: Positions in the ids of the two bags that stood in one bead, in no order.
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
    known: Table | None = None,
) -> Estimate:
    """Which words translate which, judged by texts that belong together.

    Of all pairs of occurrences only some are held at a time, and for the later rounds those alone that are likely after
    the first: ten million take some 100 MB.

    Args:
        source: texts of one language.
        target: texts of the other.
        beads: (k, 4), half-open ranges of texts that belong together: source start and stop, target start and stop.
        weights: how probable each of them is, 1 when left out; a text may stand in several.
        known: what is known beforehand, in the same numbers; its entries stay in the result.
    """
    weights = np.ones(len(beads)) if weights is None else weights
    lesson = _Lesson(source, target, beads, weights, known)
    blocks = lesson.blocks()
    held = [lesson.links(blocks[0])] if len(blocks) == 1 else None
    rivals = lesson.rivals(held or map(lesson.links, blocks))
    links = [lesson.likely(some, rivals) for some in held or map(lesson.links, blocks)]
    for _ in range(_ROUNDS - 1):
        rivals = lesson.rivals(links)
        for k, some in enumerate(links):
            links[k] = lesson.counted(some, lesson.shares(some, rivals))
    return lesson.told(links)


@dataclass(frozen=True, slots=True)
class _Links:
    """Pairs of occurrences that may translate each other, and pairs of terms."""

    #: Positions in the ids of the two bags, and the bead both stand in.
    left: Int32Array
    right: Int32Array
    bead: Int32Array
    #: Which of the table's entries each is.
    at: Int32Array
    #: How probable each is, by the table before.
    share: FloatArray
    table: Table
    #: What is known beforehand of each entry, in occurrences; one 0 for all where nothing is known.
    known: tuple[FloatArray, FloatArray]


class _Lesson:
    """What is learned from, and the steps of learning: pairs of occurrences come in blocks of some source terms."""

    def __init__(self, source: Bags, target: Bags, beads: IntArray, weights: FloatArray, known: Table | None) -> None:
        self._source, self._target, self._beads, self._weights, self._known = source, target, beads, weights, known
        self._width = max(len(target.vocabulary), 1)
        count_s, count_t = _occurrences(source, beads[:, :2], weights), _occurrences(target, beads[:, 2:], weights)
        #: Probabilities of each position's term.
        self._null_s = (count_s / max(count_s.sum(), 1.0))[source.ids]
        self._null_t = (count_t / max(count_t.sum(), 1.0))[target.ids]
        doubt = _DOUBT if known is None else _DOUBT + _KNOWN
        self._room_s, self._room_t = count_s + doubt, count_t + doubt

    def blocks(self) -> Sequence[range]:
        """The source terms in ranges that have about ``_AT_ONCE`` pairs of occurrences each."""
        starts = self._target.starts
        sizes = (starts[self._beads[:, 3]] - starts[self._beads[:, 2]]).astype(np.float64)
        partners = np.repeat(_covered(self._source, self._beads[:, :2], sizes), np.diff(self._source.starts))
        pairs = np.cumsum(np.bincount(self._source.ids, partners, len(self._source.vocabulary)))
        cuts = np.flatnonzero(np.diff((pairs - 1) // _AT_ONCE)) + 1
        return [range(start, stop) for start, stop in pairwise([0, *cuts.tolist(), len(pairs)])]

    def links(self, block: range) -> _Links:
        """All pairs of occurrences of a block's source terms, and how often their terms stand together."""
        ids, width = self._source.ids, self._width
        chosen = np.flatnonzero((ids >= block.start) & (ids < block.stop))
        some = Bags(self._source.vocabulary, np.searchsorted(chosen, self._source.starts), ids[chosen])
        left, right, bead = _together(some, self._target, self._beads)
        left = chosen[left]
        keys, at = numbered((ids[left] - block.start) * width + self._target.ids[right], len(block) * width)
        keys += block.start * width
        nothing = np.zeros(1)
        known = (nothing, nothing) if self._known is None else _found(self._known, keys)
        seen = self._weights[bead]
        table = Table(keys, width, nothing, nothing)
        return self.counted(_Links(_short(left), _short(right), _short(bead), at, seen, table, known), seen)

    def rivals(self, links: Iterable[_Links]) -> tuple[FloatArray, FloatArray]:
        """For each position of the source, and of the target: what all words that may be its translation come to, and
        none of them.
        """
        sums_s, sums_t = np.zeros(len(self._source.ids)), np.zeros(len(self._target.ids))
        for some in links:
            weight = self._weights[some.bead]
            sums_s += np.bincount(some.left, some.table.backward[some.at] * weight, len(sums_s))
            sums_t += np.bincount(some.right, some.table.forward[some.at] * weight, len(sums_t))
        return sums_s + self._null_s, sums_t + self._null_t

    def shares(self, links: _Links, rivals: tuple[FloatArray, FloatArray]) -> FloatArray:
        """How probable each pair is, beside its rivals in both directions."""
        one, two = links.table.forward[links.at], links.table.backward[links.at]
        one *= self._weights[links.bead]
        one /= rivals[1][links.right]
        two /= rivals[0][links.left]
        return one * two

    def likely(self, links: _Links, rivals: tuple[FloatArray, FloatArray]) -> _Links:
        """The pairs that are not hopeless, counted."""
        share = self.shares(links, rivals)
        kept = np.flatnonzero(share > _HOPELESS)
        entries, at = numbered(links.at[kept], len(links.table.keys))
        known = links.known if self._known is None else (links.known[0][entries], links.known[1][entries])
        table = replace(links.table, keys=links.table.keys[entries])
        found = _Links(links.left[kept], links.right[kept], links.bead[kept], at, share, table, known)
        return self.counted(found, share[kept])

    def counted(self, links: _Links, share: FloatArray) -> _Links:
        """The pairs with their shares, and the probabilities that come of them."""
        keys, width = links.table.keys, self._width
        summed = np.bincount(links.at, share, len(keys))
        forward = (summed + links.known[0]) / self._room_s[keys // width]
        backward = (summed + links.known[1]) / self._room_t[keys % width]
        return replace(links, share=share, table=Table(keys, width, forward, backward))

    def told(self, links: Sequence[_Links]) -> Estimate:
        """What has been learned."""
        tables, own = [], []
        for some in links:
            table = some.table
            kept = (table.forward >= _SLIGHT) | (table.backward >= _SLIGHT)
            tables.append((table.keys[kept], table.forward[kept], table.backward[kept]))
            told = np.flatnonzero(kept[some.at] & (some.share > _SLIGHT * _SLIGHT))
            own.append((some.left[told], some.right[told], some.share[told]))
        keys, forward, backward = map(np.concatenate, zip(*tables, strict=True))
        table = Table(keys, self._width, forward, backward)
        if self._known is not None:
            table = _joined(table, self._known, self._room_s, self._room_t)
        left, right, share = map(np.concatenate, zip(*own, strict=True))
        room_s, room_t = self._room_s[self._source.ids[left]], self._room_t[self._target.ids[right]]
        return Estimate(table, left, right, share / room_s, share / room_t)


def _short(numbers: IntArray) -> Int32Array:
    """Numbers in half the room; positions, beads and different keys are far below 2³¹."""
    return numbers.astype(np.int32)


def numbered(keys: IntArray | Int32Array, size: int) -> tuple[IntArray, Int32Array]:
    """The different keys, rising, and which of them each key is; all are below ``size``.

    What ``numpy.unique`` gives, without sorting where the keys are few.
    """
    if size > _FEW:
        different, at = np.unique(keys, return_inverse=True)
        return different.astype(np.int64, copy=False), _short(at.ravel())
    held = np.zeros(size, dtype=bool)
    held[keys] = True
    different = np.flatnonzero(held)
    number = np.empty(size, dtype=np.int32)
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
    often = np.minimum(_covered(texts, ranges, weights), 1.0)
    counts: FloatArray = np.bincount(texts.ids, np.repeat(often, np.diff(texts.starts)), len(texts.vocabulary)).astype(
        np.float64
    )
    return counts


def _covered(texts: Bags, ranges: IntArray, amounts: FloatArray) -> FloatArray:
    """What the amounts of the ranges that a text stands in come to, for each text."""
    change = np.zeros(len(texts.starts))
    np.add.at(change, ranges[:, 0], amounts)
    np.add.at(change, ranges[:, 1], -amounts)
    return np.cumsum(change)[:-1]


def _found(known: Table, keys: IntArray) -> tuple[FloatArray, FloatArray]:
    """The known probabilities of the keys, 0 where there is no entry, in occurrences."""
    forward, backward = np.zeros(len(keys)), np.zeros(len(keys))
    if len(known.keys):
        at = np.minimum(np.searchsorted(known.keys, keys), len(known.keys) - 1)
        hit = np.flatnonzero(known.keys[at] == keys)
        forward[hit], backward[hit] = _KNOWN * known.forward[at[hit]], _KNOWN * known.backward[at[hit]]
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


def learn(source: Lang, target: Lang, pairs: Sequence[tuple[str, str]]) -> Lexicon:
    """The lexicon of pairs of texts: source text, target text.

    A thousand pairs of sentences take about a second and make a useful lexicon.
    """
    left, right = bags(terms(one, source) for one, _ in pairs), bags(terms(two, target) for _, two in pairs)
    place = np.arange(len(pairs))
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
        len(pairs),
    )
