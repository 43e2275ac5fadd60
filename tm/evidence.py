"""What the confidence in a bead rests on, in words: names of evidence, sizes, and the segments of each side."""

from collections.abc import Iterable, Sequence

from tm.model import BODY_KINDS, Bead, Kind, Segment, Trust

#: Name of a piece of evidence -> what it looked at, in plain words. A name that is not here is shown as it is.
WORDS = {
    "length": "length",
    "label": "numbering",
    "kind": "kind of text",
    "ending": "how they end",
    "placeables": "numbers, names, symbols",
    "words": "words",
    "row": "row of the table",
    "semantic": "meaning",
    "support": "other languages",
    "call": "footnote call",
    "shape": "merged or split",
    "order": "out of order",
    "gap": "left alone",
    "person": "a person's word",
}

#: Evidence smaller than this, in nats, is not shown.
SAYS_NOTHING = 0.05


def in_words(bead: Bead) -> tuple[tuple[str, float], ...]:
    """The bead's evidence as ``(words, nats)``, the greatest say first, whichever way it points.

    What is shown as 0.0, to one decimal, has nothing to say and is left out.

    >>> in_words(Bead((0, 1), (0, 1), evidence=(("label", 0.5), ("length", -2.1), ("taste", 1.0), ("kind", 0.01))))
    (('length', -2.1), ('taste', 1.0), ('numbering', 0.5))
    """
    said = ((WORDS.get(name, name), nats) for name, nats in bead.evidence if abs(nats) >= SAYS_NOTHING)
    return tuple(sorted(said, key=lambda pair: -abs(pair[1])))


def total(bead: Bead) -> float:
    """Sum of the bead's evidence, in nats, positive for."""
    return sum(nats for _, nats in bead.evidence)


def members(segments: Sequence[Segment], span: tuple[int, int]) -> tuple[int, ...]:
    """Indices of the segments that a side of a bead pairs.

    A range may run over furniture that stands between two of its segments, and over footnotes or, for footnotes, over
    the body: the first segment of the range tells which of the two is paired.
    """
    first, end = span
    if first >= end:
        return ()
    paired = kinds_with(segments[first].kind)
    return tuple(i for i in range(first, end) if segments[i].kind in paired)


def kinds_with(kind: Kind) -> frozenset[Kind]:
    """The kinds of segments that are aligned in one stream with this one."""
    return frozenset({Kind.FOOTNOTE}) if kind is Kind.FOOTNOTE else BODY_KINDS


def counted(bands: Iterable[Trust]) -> dict[Trust, int]:
    """How many there are of each band, every band named, best first."""
    counts = dict.fromkeys(Trust, 0)
    for band in bands:
        counts[band] += 1
    return counts
