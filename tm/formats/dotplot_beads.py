"""The beads of a dot plot on its two axes, and which of them are one mark together."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tm.evidence import kinds_with, members
from tm.formats import svg
from tm.lang import Lang
from tm.model import BODY_KINDS, Bead, Edition, Kind, Trust, TrustLimits

#: Marks up to which each bead has its own, and above which all runs are merged: keeps files below a few megabytes.
_EACH, _MOST = 1_500, 5_000


@dataclass(frozen=True, slots=True)
class Axis:
    """The segments of one version in the order they are drawn: the body, then the footnotes."""

    edition: Edition
    #: Index of each drawn segment of the body, and of each footnote, in order.
    body: tuple[int, ...]
    notes: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.body) + len(self.notes)

    def place(self, index: int, footnote: bool) -> int:
        """Position on the axis at which a segment stands, or would stand."""
        return len(self.body) + bisect_left(self.notes, index) if footnote else bisect_left(self.body, index)

    def text(self, span: tuple[int, int], most: int) -> str:
        """The side of a bead for a tooltip: language, label and begin of its text."""
        lang, segments = self.edition.lang, self.edition.segments
        texts = (" ".join((segments[i].label, segments[i].text)).strip() for i in members(segments, span))
        return f"{lang}  {svg.isolated(svg.excerpt(' + '.join(texts), most), lang) if span[0] < span[1] else '—'}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A bead with its ranges on the two axes."""

    bead: Bead
    across: tuple[int, int]
    down: tuple[int, int]
    band: Trust

    @property
    def shape(self) -> tuple[int, int]:
        """How many segments it pairs."""
        return self.across[1] - self.across[0], self.down[1] - self.down[0]

    @property
    def edges(self) -> tuple[bool, bool]:
        """Whether it has no source segment, and no target segment."""
        return self.across[0] == self.across[1], self.down[0] == self.down[1]


#: What makes one mark together.
Groups = tuple[tuple[Placed, ...], ...]


def axis_of(edition: Edition) -> Axis:
    """The axis of one version."""
    notes = tuple(i for i, segment in enumerate(edition.segments) if segment.kind is Kind.FOOTNOTE)
    return Axis(edition, edition.body, notes)


def places(beads: Iterable[Bead], source: Axis, target: Axis, limits: TrustLimits) -> list[Placed]:
    """The beads in the order of the source axis, an insertion before the source segment it precedes."""
    placed = []
    for bead in beads:
        side, span = (source, bead.source) if bead.source[0] < bead.source[1] else (target, bead.target)
        footnote = kinds_with(side.edition.segments[span[0]].kind) != BODY_KINDS
        across, down = (
            (axis.place(part[0], footnote), axis.place(part[1], footnote))
            for axis, part in ((source, bead.source), (target, bead.target))
        )
        placed.append(Placed(bead, across, down, limits.band(bead.confidence)))
    return sorted(placed, key=lambda item: (item.across[0], item.across[0] < item.across[1], item.down[0]))


def grouped(placed: Mapping[tuple[Lang, Lang], Sequence[Placed]]) -> tuple[dict[tuple[Lang, Lang], Groups], bool]:
    """The beads of each pair that make one mark together, and whether there are so many that tooltips must be short."""
    if sum(map(len, placed.values())) <= _EACH:
        return {pair: tuple((item,) for item in beads) for pair, beads in placed.items()}, False
    groups = {pair: _runs(beads, every=False) for pair, beads in placed.items()}
    if sum(map(len, groups.values())) <= _MOST:
        return groups, False
    return {pair: _runs(beads, every=True) for pair, beads in placed.items()}, True


def _runs(beads: Sequence[Placed], *, every: bool) -> Groups:
    groups: list[list[Placed]] = []
    for item in beads:
        if groups and _continues(groups[-1][-1], item, every):
            groups[-1].append(item)
        else:
            groups.append([item])
    return tuple(map(tuple, groups))


def _continues(before: Placed, item: Placed, every: bool) -> bool:
    """Whether a bead goes on where the one before ends, in the same way: then both are one mark."""
    if before.band is not item.band or before.bead.reordered or item.bead.reordered:
        return False
    if (before.across[1], before.down[1]) != (item.across[0], item.down[0]):
        return False
    if every:
        return before.edges == item.edges
    return item.band is Trust.ACCEPTED and before.shape == item.shape == (1, 1)
