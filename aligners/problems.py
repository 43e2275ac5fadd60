"""What is wrong with a set of language versions, told with its evidence."""

from collections.abc import Iterator, Mapping, Sequence

from aligners import semantic
from aligners.consensus import Key
from aligners.pairwise import Pair
from aligners.prices import USUAL
from aligners.search import SHAPES
from aligners.stream import Stream
from tm.errors import Problem

#: Gain of an alignment in nats a segment below which two documents are hardly versions of one another: versions of
#: United Nations texts had 7.6 and more, of news 5.5 and more, unrelated documents of 30 segments or more 4.5 and less.
_LEAST_GAIN = 4.6
#: Evidence left out of the gain: any two documents are numbered alike, and what other languages say is no evidence of
#: its own.
_BORROWED = ("label", "support")
#: Share of the segments in beads below which the same is said.
_LEAST_PAIRED = 0.4
#: Share of a version that without partner in the other says that the other is a part only, or another document.
_PART = 0.3
#: Documents shorter than this are not judged, in segments.
_JUDGED = 8


def edition_problems(streams: Sequence[Stream]) -> Iterator[Problem]:
    """Versions with nothing to align, and versions in which nothing tells the segments apart."""
    for stream in streams:
        if not stream.segments:
            yield Problem(
                f"the {stream.lang.name} version has no text to align", hint="check that the file was read properly"
            )
        elif len(stream) > 2 and len({s.text for s in stream.segments}) == 1:
            yield Problem(
                f"all {len(stream)} segments of the {stream.lang.name} version are alike and paired by place alone",
                hint="look at the alignment before using it",
            )


def pair_problems(pairs: Mapping[Key, Pair]) -> Iterator[Problem]:
    """Pairs of versions that do not seem to be versions of one document, or of which one holds a part only, and those
    for which sentence embeddings were asked for and of no help.
    """
    for pair in pairs.values():
        yield from _left_aside(pair)
        if min(len(pair.source), len(pair.target)) < _JUDGED:
            continue
        if pair.held.paired:
            # A person says that they belong together.
            yield from _parts(pair)
            continue
        gain, paired = strength(pair)
        names = f"the {pair.source.lang.name} and the {pair.target.lang.name} version"
        if gain < _LEAST_GAIN or paired < _LEAST_PAIRED:
            yield Problem(
                f"{names} may not be versions of one document: {paired:.0%} of the segments found a partner, "
                f"mean evidence {gain:.1f} nats a segment (versions have at least {_LEAST_GAIN})",
                hint="check that the files belong together",
            )
        else:
            yield from _parts(pair)


def _left_aside(pair: Pair) -> Iterator[Problem]:
    if "semantic" not in pair.parts or pair.parts["semantic"].any():
        return
    liked, count = semantic.preferred(pair.source, pair.target, pair.beads)
    yield Problem(
        f"sentence embeddings were left aside for {pair.source.lang.name} and {pair.target.lang.name}: they like "
        f"{liked:.0%} of {count} pairs better than pairs with a neighbour",
        hint="the alignment rests on the other evidence alone",
    )


def strength(pair: Pair) -> tuple[float, float]:
    """How good the alignment of two streams is as a whole.

    Returns:
        How much better than leaving all segments alone it is, in nats for each segment that stands in a bead, both
        sides counted; and the share of the shorter one's segments that stand in beads, 0 to 1.
    """
    n, m = len(pair.source), len(pair.target)
    gain = 0.0
    crossings = set(pair.crossings)
    for span in pair.beads:
        crossed = span.shape == (1, 1) and (span.source[0], span.target[0]) in crossings
        # A pair out of order may stand outside the corridor of the search.
        grid, parts = pair.far if crossed and pair.far else (pair.grid, pair.parts)
        cell = grid.shapes.index(span.shape), span.source[1], span.target[1] - int(grid.low[span.source[1]])
        gain += float(USUAL.shapes[SHAPES.index(span.shape)]) - USUAL.source_gap * sum(span.shape)
        gain += sum(float(part[cell]) for name, part in parts.items() if name not in _BORROWED)
    held = [sum(span.shape[side] for span in pair.beads) for side in (0, 1)]
    return gain / max(sum(held), 1), held[0] / n if n <= m else held[1] / m


def _parts(pair: Pair) -> Iterator[Problem]:
    beads = pair.beads
    sides = (pair.source, pair.target, [s.source for s in beads]), (pair.target, pair.source, [s.target for s in beads])
    for whole, part, held in sides:
        ends = (min(a for a, _ in held), "at the beginning "), (len(whole) - max(b for _, b in held), "at the end ")
        alone = len(whole) - sum(b - a for a, b in held), ""
        for missing, where in (*ends, alone):
            if missing >= _PART * len(whole) and missing >= _JUDGED:
                yield Problem(
                    f"{missing} of {len(whole)} segments {where}of the {whole.lang.name} version have no partner in "
                    f"the {part.lang.name} version, which is another document or holds a part of this one only",
                    hint="check that the files belong together and that both were read whole",
                )
                break
