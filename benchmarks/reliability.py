"""Whether confidence keeps its word: of the beads said to be right with probability .9, are nine in ten right?

``python -m benchmarks.reliability FILE… [-o picture.svg]`` prints the figures and draws the reliability diagram. A FILE
is a gold folder (see docs/reference.md), which is read and aligned, or JSON of beads held against gold by another
benchmark: ``[{"confidence": 0.97, "right": true, "gap": false, "pair": "fr-en"}, …]``.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log10, sqrt
from pathlib import Path

from tm.errors import InputError
from tm.formats import svg
from tm.model import Trust, TrustLimits

#: Bins of confidence, all as wide, and the share of beads, weakest first, that a person is asked to look at.
BINS, FLAGGED = 10, 0.1
#: Limits of the bands, unless others are given.
USUAL = TrustLimits()
#: Normal quantile of a 95 % interval.
_Z = 1.96
#: The plot in pixels: left, top, side; height of the counts under it and the distance between.
_LEFT, _TOP, _SIDE, _COUNTS, _GAP = 84.0, 100.0, 460.0, 84.0, 18.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A bead held against gold."""

    #: 0 to 1.
    confidence: float
    #: Whether it is exactly a gold bead.
    right: bool
    #: Whether one side is empty.
    gap: bool = False
    #: The languages, as ``fr-en``.
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some beads are right, and how sure they were said to be."""

    count: int
    right: int
    #: Mean confidence, 0 to 1; 0 for no beads.
    confidence: float

    @property
    def accuracy(self) -> float:
        """Share that is right, 0 to 1; 0 for no beads."""
        return self.right / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share that is right lies with a probability of 95 % (Wilson 1927); all of 0 to 1 for no beads."""
        n, p, z = self.count, self.accuracy, _Z
        if n == 0:
            return 0.0, 1.0
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well confidence foretells what is right."""

    whole: Share
    #: By confidence, lowest first: bin k holds k/n up to (k+1)/n, the last one 1 as well.
    bins: tuple[Share, ...]
    #: By band, best first.
    bands: tuple[tuple[Trust, Share], ...]
    #: Expected calibration error: mean distance of confidence and accuracy over the bins, weighted by their beads.
    ece: float
    #: The same over bins of equal counts.
    ece_mass: float
    #: Probability that a right bead has more confidence than a wrong one, ties one half; None when one kind is lacking.
    auc: float | None
    #: Share of the wrong beads among the tenth with the least confidence; None when none is wrong.
    caught: float | None


def measure(beads: Sequence[Judged], limits: TrustLimits = USUAL) -> Reliability:
    """All figures of some beads.

    >>> found = measure([Judged(0.95, True)] * 9 + [Judged(0.95, False)] + [Judged(0.2, False)] * 2)
    >>> round(found.ece, 3), found.auc, found.caught
    (0.075, 0.8333333333333334, 0.6666666666666666)
    """
    bins = [_share(b for b in beads if min(int(b.confidence * BINS), BINS - 1) == k) for k in range(BINS)]
    ece = sum(s.count * abs(s.accuracy - s.confidence) for s in bins) / max(len(beads), 1)
    bands = tuple((band, _share(b for b in beads if limits.band(b.confidence) is band)) for band in Trust)
    return Reliability(_share(beads), tuple(bins), bands, ece, _ece_mass(beads), _auc(beads), _caught(beads))


def _ece_mass(beads: Sequence[Judged]) -> float:
    ranked, total = sorted(beads, key=lambda b: b.confidence), len(beads)
    bins = [_share(ranked[total * k // BINS : total * (k + 1) // BINS]) for k in range(BINS)]
    return sum(s.count * abs(s.accuracy - s.confidence) for s in bins) / max(total, 1)


def _share(beads: Iterable[Judged]) -> Share:
    some = list(beads)
    mean = sum(b.confidence for b in some) / len(some) if some else 0.0
    return Share(len(some), sum(b.right for b in some), mean)


def _auc(beads: Sequence[Judged]) -> float | None:
    """Area under the receiver operating characteristic, by ranks (Mann and Whitney 1947)."""
    right = sum(b.right for b in beads)
    wrong = len(beads) - right
    if not right or not wrong:
        return None
    levels: dict[float, list[int]] = {}
    for bead in beads:
        levels.setdefault(bead.confidence, [0, 0])[bead.right] += 1
    above, below = 0.0, 0
    for _, (bad, good) in sorted(levels.items()):
        above += good * (below + bad / 2)
        below += bad
    return above / (right * wrong)


def _caught(beads: Sequence[Judged]) -> float | None:
    """Of beads with the same confidence at the edge of the tenth, as many count as chance would take."""
    wrong = sum(not b.right for b in beads)
    if not wrong:
        return None
    weakest = sorted(beads, key=lambda b: b.confidence)
    count = ceil(FLAGGED * len(beads))
    edge = weakest[count - 1].confidence
    under = [b for b in weakest if b.confidence < edge]
    level = [b for b in weakest if b.confidence == edge]
    share = (count - len(under)) / len(level)
    return (sum(not b.right for b in under) + share * sum(not b.right for b in level)) / wrong


# --- reading --------------------------------------------------------------------------------------------------------


def load(path: Path) -> list[Judged]:
    """The beads of a JSON file, or of a gold folder, read and aligned now.

    Raises:
        InputError: it is neither.
    """
    if path.is_dir():
        return _aligned(path)
    try:
        return [Judged(**row) for row in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        hint = "give a gold folder, or JSON as --help describes it"
        raise InputError(f"no judged beads: {error}", path=str(path), hint=hint) from error


def _aligned(path: Path) -> list[Judged]:
    from aligners import align
    from cli import gold

    folder = gold.load(path)
    editions = gold.read(folder)
    alignment = align({lang: edition.segments for lang, edition in editions.items()})
    return [
        Judged(bead.confidence, right, bead.source[0] == bead.source[1] or bead.target[0] == bead.target[1], f"{a}-{b}")
        for (a, b), bead, right in gold.judged(folder, editions, alignment)
    ]


# --- showing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Point:
    """A bin as drawn, in pixels from the corner of the plot."""

    x: float
    y: float
    radius: float
    #: Ends of the interval.
    high: float
    low: float
    #: Left and width of its column, and height of the bar of counts, on a logarithmic scale.
    left: float
    width: float
    bar: float
    count: int
    tip: str


def draw(found: Reliability, title: str, limits: TrustLimits = USUAL) -> str:
    """The reliability diagram as SVG: confidence across, share right up, an interval and a count for each bin."""
    most = max((s.count for s in found.bins), default=0)
    points = []
    for k, share in enumerate(found.bins):
        low, high = share.interval
        weight = log10(1 + share.count) / log10(1 + most) if most else 0.0
        tip = f"confidence {k / BINS:.1f} to {(k + 1) / BINS:.1f}: {share.right:,} of {share.count:,} right"
        points.append(
            _Point(
                x=_SIDE * share.confidence, y=_SIDE * (1 - share.accuracy), radius=3 + 5 * weight,
                high=_SIDE * (1 - high), low=_SIDE * (1 - low), left=_SIDE * k / BINS, width=_SIDE / BINS,
                bar=(_COUNTS - 18) * weight, count=share.count, tip=tip,
            )
        )  # fmt: skip
    return svg.drawn(
        Path(__file__).with_name("reliability.svg").read_text("utf-8"),
        title=title,
        description=f"Reliability diagram of {found.whole.count} beads. {'; '.join(figures(found))}.",
        width=920.0,
        height=_TOP + _SIDE + _GAP + _COUNTS + 60,
        left=_LEFT,
        top=_TOP,
        side=_SIDE,
        counts=(_SIDE + _GAP, _COUNTS),
        points=points,
        edges=[k / BINS for k in range(0, BINS + 1, 2)],
        limits=limits,
        found=found,
        bands=[(band.name.lower(), band.value, share) for band, share in found.bands],
        summary=[
            ("beads", f"{found.whole.count:,}"),
            ("right", _percent(found.whole.accuracy)),
            ("calibration error (ECE)", f"{found.ece:.3f}"),
            ("right above wrong (AUC)", _figure(found.auc)),
            ("wrong ones in the weakest 10 %", _percent(found.caught)),
        ],
    )


def write(path: Path, found: Reliability, title: str) -> None:
    """Write the reliability diagram.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    svg.write(path, draw(found, title))


def figures(found: Reliability) -> list[str]:
    """The figures, a line each."""
    lines = [
        f"{found.whole.count:,} beads, {_percent(found.whole.accuracy)} right",
        f"ECE {found.ece:.3f} ({found.ece_mass:.3f} over bins of equal counts), AUC {_figure(found.auc)}",
        f"flagging the weakest {FLAGGED:.0%} catches {_percent(found.caught)} of the wrong ones",
    ]
    return lines + [f"{band.value}: {_percent(s.accuracy)} of {s.count:,} right" for band, s in found.bands if s.count]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def main() -> int:
    """Measure, print and draw; 3 when an input cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON of judged beads, or a gold folder")
    parser.add_argument("-o", "--output", type=Path, help="draw the diagram in this SVG file")
    parser.add_argument("--title", default="Does confidence keep its word?")
    chosen = parser.parse_args()
    try:
        beads = [bead for path in chosen.files for bead in load(path)]
        for name, some in (
            ("all", beads),
            ("pairs", [b for b in beads if not b.gap]),
            ("segments left alone", [b for b in beads if b.gap]),
        ):
            print(f"{name}: {'; '.join(figures(measure(some)))}")
        if chosen.output:
            write(chosen.output, measure(beads), chosen.title)
    except InputError as error:
        print(f"error: {error}\nhint: {error.hint}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
