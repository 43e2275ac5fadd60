"""Evidence from words that need no dictionary: placeables, country names, acronyms, foreign words, cognates.

A feature that stands on both sides counts the more, the rarer it is: ln(p / f), where p is how often a translation
repeats the feature and f how often an unrelated segment has it (Simard, Foster and Isabelle 1992 for cognates). A
feature that stands on one side alone costs a little. The sum over all pairs of features is bilinear, so a bead of
several segments has the sum of its pairs.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from aligners.search import SHAPES, Grid
from aligners.stream import FloatArray, Span, Stream
from tm import placeables
from tm.text import words

#: For each class of feature: how often a translation repeats it, and what one without counterpart costs, in nats.
_CLASSES = {
    "symbol": (0.90, 1.2),
    "number": (0.85, 0.9),
    "date": (0.85, 0.9),
    "ordinal": (0.60, 0.2),
    "country": (0.85, 0.5),
    "acronym": (0.60, 0.1),
    "cognate": (0.45, 0.0),
}
#: Most that one feature can give, in nats; less than ``_LEAST`` is not counted.
_MOST, _LEAST = 6.0, 0.5
#: Bounds of the whole, in nats: features that come together are not independent.
_FLOOR, _CEILING = -6.0, 14.0
#: A cognate is known by this many letters.
_PREFIX = 5
#: Words known by their capitals, and words in Latin letters.
_ACRONYM = re.compile(r"(?<![^\W\d_])[A-Z][A-Z0-9]{1,7}(?![^\W_])")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]{3,}")
#: Cyrillic letters as the Latin ones that cognates have in their place, after the spellings below were made one.
_CYRILLIC = str.maketrans("абвгдежзийклмнопрстуфхцчшщыэюя", "abvgdejsiiklmnoprstufhkcssieua")
#: Spellings that differ between languages for one sound: c k q; y i; z s; ph f; th t.
_LATIN = str.maketrans("cqyzw", "kkisv")


@dataclass(frozen=True, slots=True)
class Features:
    """What a stream's segments hold for comparing with other languages."""

    #: Of each segment, its features as (class, value) and how often each stands there.
    bags: tuple[Counter[tuple[str, str]], ...]
    #: In how many segments each feature stands.
    frequency: Counter[tuple[str, str]]


def features(stream: Stream) -> Features:
    """Placeables, countries, acronyms and cognate prefixes of each segment."""
    bags = tuple(_bag(segment.text, stream) for segment in stream.segments)
    return Features(bags, Counter(feature for bag in bags for feature in bag))


def _bag(text: str, stream: Stream) -> Counter[tuple[str, str]]:
    bag: Counter[tuple[str, str]] = Counter()
    rest = list(text)
    for found in (*placeables.find(text, stream.lang), *placeables.countries(text, stream.lang)):
        bag[found.kind, found.value] += 1
        rest[found.start : found.end] = " " * (found.end - found.start)
    others = "".join(rest)
    for match in _ACRONYM.finditer(others):
        bag["acronym", match.group()] += 1
    for word in _LATIN_WORD.findall(others) if _foreign(stream) else (t.key for t in words(others)):
        stem = _cognate(word)
        if stem:
            bag["cognate", stem] += 1
    return bag


def _foreign(stream: Stream) -> bool:
    """Whether only Latin words are compared, the language's own script having no cognates."""
    return stream.lang.primary in ("ar", "fa", "ur", "he", "zh", "ja", "ko", "th")


@lru_cache(maxsize=1 << 16)
def _cognate(word: str) -> str:
    """What cognates in two languages have in common, or "" for a short word.

    >>> _cognate("Протокола"), _cognate("protocole"), _cognate("États")
    ('proto', 'proto', 'etats')
    """
    letters = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if c.isalpha()).translate(_CYRILLIC)
    letters = letters.replace("ph", "f").replace("th", "t").translate(_LATIN)
    return letters[:_PREFIX] if len(letters) >= _PREFIX and letters.isascii() else ""


def scores(source: Stream, target: Stream, grid: Grid, path: Sequence[Span] | None) -> FloatArray:
    """What shared and unshared features say about each bead, in nats."""
    del path
    x, y = source.derive(features), target.derive(features)
    shared = sorted(set(x.frequency) & set(y.frequency))
    known = {f: k for k, f in enumerate(shared)}
    gains = np.array([_gain(f, x, y) for f in shared])
    kept = gains >= _LEAST
    roots = np.sqrt(np.where(kept, gains, 0.0))
    found = grid.matched(grid.cells(_matrix(x, known, roots), _matrix(y, known, roots)))
    left = np.array([_loss(bag) for bag in x.bags])
    right = np.array([_loss(bag) for bag in y.bags])
    found -= _lost(grid, left, right)
    return np.clip(found, _FLOOR, _CEILING)


def _gain(feature: tuple[str, str], x: Features, y: Features) -> float:
    repeated, lost = _CLASSES[feature[0]]
    share = (x.frequency[feature] / len(x.bags) + y.frequency[feature] / len(y.bags)) / 2
    return float(min(np.log(repeated / share), _MOST) + 2 * lost) if share < repeated else 0.0


def _loss(bag: Counter[tuple[str, str]]) -> float:
    return sum(_CLASSES[kind][1] for kind, _ in bag)


def _matrix(features: Features, known: dict[tuple[str, str], int], roots: FloatArray) -> FloatArray:
    table = np.zeros((len(features.bags), len(known)))
    for k, bag in enumerate(features.bags):
        columns = [known[f] for f in bag if f in known]
        table[k, columns] = roots[columns]
    return table


def _lost(grid: Grid, left: FloatArray, right: FloatArray) -> FloatArray:
    sums_x, sums_y = np.concatenate(([0.0], np.cumsum(left))), np.concatenate(([0.0], np.cumsum(right)))
    rows, columns = np.arange(grid.n + 1), np.minimum(grid.columns, grid.m)
    found = np.empty((len(SHAPES), grid.n + 1, grid.width))
    for t, (a, b) in enumerate(SHAPES):
        above = sums_x[rows] - sums_x[np.maximum(rows - a, 0)]
        found[t] = above[:, None] + sums_y[columns] - sums_y[np.maximum(columns - b, 0)]
    return found
