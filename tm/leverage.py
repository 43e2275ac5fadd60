"""Leverage: what a memory saves on a draft, and which documents the draft borrows from."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from tm.coverage import Borrowing, borrowings, counted
from tm.errors import InputError
from tm.labels import unlabelled
from tm.lang import Lang
from tm.match import band, compare
from tm.model import Document, Match, MatchKind, Segment, Suggestion
from tm.placeables import masked
from tm.text import nfc

#: Lowest score that counts: the floor of the last band of matches.
LOWEST_SCORE = 50
#: Name of the row of segments that repeat an earlier segment of the same draft.
REPETITION = "repetition"
#: What stands before the band of a segment that is nearer to an earlier one of the same draft than to the memory.
INTERNAL = "internal "
CONTAINED, NEW = "contained", "new"
#: Share of a new word's effort that a word in each band costs: a common scale in the trade, to be set by the user.
WEIGHTS: Mapping[str, float] = {
    REPETITION: 0.0,
    "102": 0.0,
    "101": 0.0,
    "100": 0.1,
    "95–99": 0.2,
    "85–94": 0.5,
    "75–84": 0.7,
    "50–74": 0.9,
    f"{INTERNAL}95–99": 0.2,
    f"{INTERNAL}85–94": 0.5,
    f"{INTERNAL}75–84": 0.7,
    f"{INTERNAL}50–74": 0.9,
    CONTAINED: 0.9,
    NEW: 1.0,
}
#: Segments compared with all earlier ones in one step: what bounds the memory this takes.
_ROWS = 256
#: Guards the comparison with the lowest similarity against binary fractions.
_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class BandCount:
    """How much of a draft falls into one band."""

    band: str
    segments: int
    #: As the trade counts them, see ``tm.coverage.counted``.
    words: int
    characters: int
    #: Share of a new word's effort that each of its words costs, 0 to 1.
    weight: float = 1.0

    @property
    def weighted_words(self) -> float:
        """The words after the weight: how many new ones they cost as much as."""
        return self.words * self.weight


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """One segment of a draft as it is counted."""

    segment: Segment
    band: str
    words: int
    #: Score of what the band is given for, 0 to 101; 0 when there is nothing.
    score: int
    #: Where that stands in the memory; None for what is new, or nearest to an earlier segment.
    document: Document | None = None
    #: Index of the earlier segment of the draft that it repeats or resembles, or None.
    earlier: int | None = None


@dataclass(frozen=True, slots=True)
class Leverage:
    """What a memory saves on a draft."""

    #: One row a band: repetitions inside the draft, matches best first, matches inside the draft, contained, new.
    bands: tuple[BandCount, ...]
    #: Documents the draft's words stand in, the one with most words first.
    borrowings: tuple[Borrowing, ...]
    #: The draft's segments in order.
    segments: tuple[SegmentCount, ...]

    @property
    def words(self) -> int:
        """All words of the draft."""
        return sum(row.words for row in self.bands)

    @property
    def weighted_words(self) -> float:
        """Words after each band's weight."""
        return sum(row.weighted_words for row in self.bands)

    @property
    def covered(self) -> float:
        """Share of the draft's words that stand in at least one earlier document, 0 to 1."""
        return sum(row.added for row in self.borrowings) / self.words if self.words else 0.0


def leverage(suggestions: Iterable[Suggestion], weights: Mapping[str, float] = WEIGHTS) -> Leverage:
    """Segments, words and characters per band, the weighted count, and the documents borrowed from.

    A segment that repeats an earlier one is a repetition; else it falls into the band of its best match of a whole
    segment, in the memory or earlier in the draft, in the memory when both are as near; else it is contained or new.

    Args:
        suggestions: what the memory has for each segment, looked up from ``LOWEST_SCORE`` on.
        weights: effort of a word in each of the bands of WEIGHTS, 0 to 1.
    """
    found = list(suggestions)
    segments = tuple(_counts(found))
    bands = tuple(_band(name, segments, weights[name]) for name in WEIGHTS)
    return Leverage(bands, borrowings(found), segments)


def _band(name: str, segments: Sequence[SegmentCount], weight: float) -> BandCount:
    own = [one for one in segments if one.band == name]
    characters = sum(len(one.segment.text) for one in own)
    return BandCount(name, len(own), sum(one.words for one in own), characters, weight)


def _counts(found: Sequence[Suggestion]) -> Iterator[SegmentCount]:
    segments = [suggestion.segment for suggestion in found]
    first: dict[str, int] = {}
    nearest = dict(resemblances(segments))
    for number, (segment, suggestion) in enumerate(zip(segments, found, strict=True)):
        words = len(counted(segment.text))
        earlier = first.setdefault(nfc(segment.text), number)
        if earlier != number:
            yield SegmentCount(segment, REPETITION, words, 100, earlier=earlier)
            continue
        whole = _whole(suggestion)
        inside, score = nearest.get(number, (number, 0))
        if score > (whole.score if whole else 0):
            yield SegmentCount(segment, INTERNAL + band(score), words, score, earlier=inside)
        elif whole:
            yield SegmentCount(segment, band(whole.score), words, whole.score, whole.unit.document)
        elif suggestion.matches:
            best = suggestion.matches[0]
            yield SegmentCount(segment, CONTAINED, words, best.score, best.unit.document)
        else:
            yield SegmentCount(segment, NEW, words, 0)


def _whole(suggestion: Suggestion) -> Match | None:
    """The best match of the whole segment."""
    return next((m for m in suggestion.matches if m.kind is not MatchKind.CONTAINED and m.score >= LOWEST_SCORE), None)


# --- inside the draft -----------------------------------------------------------------------------------------------


def resemblances(segments: Sequence[Segment]) -> Iterator[tuple[int, tuple[int, int]]]:
    """For each segment that resembles an earlier one: its index, the earlier one's, and the score.

    The score is what a lookup of the one would give the other; the earlier segment is the one with the best, the first
    of several. Segments below ``LOWEST_SCORE``, without words, or in another language resemble nothing.
    """
    by_lang: dict[Lang, dict[str, int]] = {}
    for number, segment in enumerate(segments):
        by_lang.setdefault(segment.lang, {}).setdefault(nfc(segment.text), number)
    for lang, numbers in by_lang.items():
        yield from _resemblances([(number, text) for text, number in numbers.items()], lang)


def _resemblances(texts: Sequence[tuple[int, str]], lang: Lang) -> Iterator[tuple[int, tuple[int, int]]]:
    """The same for different texts of one language with their numbers, in order."""
    import numpy as np
    from rapidfuzz import process

    codes: dict[str, str] = {}
    wanted: list[tuple[int, str]] = []
    spelt: list[str] = []
    for number, text in texts:
        # One character a word lets a whole table of distances be made in one call.
        spelling = "".join(codes.setdefault(key, chr(len(codes))) for key in masked(unlabelled(text, lang)))
        if spelling:
            wanted.append((number, text))
            spelt.append(spelling)
    least = LOWEST_SCORE / 100 - _EPSILON
    for start in range(1, len(spelt), _ROWS):
        stop = min(start + _ROWS, len(spelt))
        table = process.cdist(
            spelt[start:stop], spelt[: stop - 1], scorer=Levenshtein.normalized_similarity, score_cutoff=least,
            dtype=np.float64,
        )  # fmt: skip
        for row, similarities in enumerate(table, start=start):
            near = np.flatnonzero(similarities[:row] >= least)
            ranked = sorted(zip(-similarities[near], near.tolist(), strict=True))
            found = _nearest(wanted[row][1], [(wanted[at], -negative) for negative, at in ranked], lang)
            if found:
                yield wanted[row][0], found


def _nearest(text: str, ranked: Sequence[tuple[tuple[int, str], float]], lang: Lang) -> tuple[int, int] | None:
    """Number and score of the best of some texts, given with their similarity, highest first."""
    best: tuple[int, int] | None = None
    for (number, other), similarity in ranked:
        # No score is above its similarity: what follows can at most be as good.
        if best and int(similarity * 100 + _EPSILON) < best[1]:
            break
        score = compare(text, other, lang).score
        if score >= LOWEST_SCORE and (best is None or (-score, number) < (-best[1], best[0])):
            best = number, score
    return best


# --- weights --------------------------------------------------------------------------------------------------------


def read_weights(path: Path) -> dict[str, float]:
    """The weights of a TOML file with a line for each band that is to weigh otherwise: ``"95–99" = 0.25``.

    Raises:
        InputError: the file cannot be read, or a line in it is no weight.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the name") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = 'write a line for each band, as "95–99" = 0.25'
        raise InputError(f"not a file of weights: {error}", path=str(path), hint=hint) from error
    return checked_weights(told, str(path))


def checked_weights(told: Mapping[str, object], path: str = "") -> dict[str, float]:
    """Weights by band, spelt as in WEIGHTS; a plain hyphen does for the dash.

    Raises:
        InputError: a band is unknown, or its weight no number from 0 to 1.
    """
    weights: dict[str, float] = {}
    for name, weight in told.items():
        known = " ".join(name.split()).casefold().replace("-", "–")
        if known not in WEIGHTS:
            names = ", ".join(WEIGHTS)
            raise InputError(f"there is no band {name!r} to weigh", path=path, hint=f"the bands are: {names}")
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
            hint = "0 for words that cost nothing, 1 for words that cost as much as new ones"
            raise InputError(f"{weight!r} is no weight for {name}: a number from 0 to 1", path=path, hint=hint)
        weights[known] = float(weight)
    return weights
