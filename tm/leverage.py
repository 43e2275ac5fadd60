"""Leverage: what a memory saves on a draft, and which documents the draft borrows from."""

from collections.abc import Iterable
from dataclasses import dataclass

from tm.match import band
from tm.model import MatchKind, Suggestion
from tm.placeables import tokens


@dataclass(frozen=True, slots=True)
class BandCount:
    """How much of a draft falls into one band."""

    band: str
    segments: int
    words: int
    characters: int


@dataclass(frozen=True, slots=True)
class Borrowing:
    """How much of a draft stands in one earlier document."""

    #: Symbol or origin of the document.
    document: str
    segments: int
    words: int
    #: Share of the draft's words, 0 to 1.
    share: float


@dataclass(frozen=True, slots=True)
class Leverage:
    """What a memory saves on a draft."""

    #: One row a band, best first, then ``contained`` and ``new``; repetitions inside the draft first.
    bands: tuple[BandCount, ...]
    #: Words after each band's weight, see WEIGHTS.
    weighted_words: float
    borrowings: tuple[Borrowing, ...]


#: Name of the row of segments that repeat an earlier segment of the same draft.
REPETITION = "repetition"
#: Share of a new word's effort that a word in each band costs; a common scale in the trade, to be set by the user.
WEIGHTS = {
    REPETITION: 0.0,
    "102": 0.0,
    "101": 0.0,
    "100": 0.1,
    "95–99": 0.2,
    "85–94": 0.5,
    "75–84": 0.7,
    "50–74": 0.9,
    "contained": 0.9,
    "new": 1.0,
}


def leverage(suggestions: Iterable[Suggestion]) -> Leverage:
    """Segments, words and characters per band, the weighted count, and the documents borrowed from."""
    rows = {name: [0, 0, 0] for name in WEIGHTS}
    borrowed: dict[str, list[int]] = {}
    seen: set[str] = set()
    total = 0
    for suggestion in suggestions:
        text, lang = suggestion.segment.text, suggestion.segment.lang
        words = len(tokens(text, lang))
        total += words
        whole = [match for match in suggestion.matches if match.kind is not MatchKind.CONTAINED]
        if text in seen:
            name = REPETITION
        elif whole:
            name = band(whole[0].score)
        else:
            name = "contained" if suggestion.matches else "new"
        seen.add(text)
        for i, amount in enumerate((1, words, len(text))):
            rows[name][i] += amount
        if suggestion.matches:
            entry = borrowed.setdefault(suggestion.matches[0].unit.document.key, [0, 0])
            entry[0] += 1
            entry[1] += words
    weighted = sum(WEIGHTS[name] * row[1] for name, row in rows.items())
    borrowings = sorted(
        (Borrowing(key, count, words, words / total) for key, (count, words) in borrowed.items()),
        key=lambda b: (-b.words, b.document),
    )
    return Leverage(tuple(BandCount(name, *row) for name, row in rows.items()), weighted, tuple(borrowings))
