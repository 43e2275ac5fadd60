"""An alignment as a picture: for each pair of languages, source segments across, target segments down, a mark a bead.

Two languages make one large plot; more make a triangle of small ones, a column a source, a row a target. Footnotes
stand after the body, set off by a line. In large documents runs of accepted one-to-one beads are drawn as one line;
in very large ones so are runs of any shape and band, and tooltips are short.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tm.evidence import counted, in_words, total
from tm.formats import svg
from tm.formats.dotplot_beads import Axis, Placed, axis_of, grouped, places
from tm.lang import Lang
from tm.model import Bead, Edition, Kind, Segment, Trust, TrustLimits

#: The beads of each pair, as ``aligners.Alignment.beads`` has them.
Pairs = Sequence[tuple[tuple[Lang, Lang], Sequence[Bead]]]

#: Characters of a text shown in a tooltip, in a short one, and of a heading beside the one large plot.
_TIP, _SHORT_TIP, _HEADING = 90, 24, 30
#: Characters of the title, and of a file's name below it.
_TITLE, _NAME = 80, 28
#: Side of a plot in pixels, by the number of languages.
_SIDES = {2: 760, 3: 400, 4: 310, 5: 260, 6: 224}
_SMALLEST = 180
#: Pixels a segment must have for its mark to be drawn with a margin and a gap with a line to its place.
_ROOMY = 5.0
#: Least width of a mark, radius of the sign of a band, the same in a crowd, and length of the tick of a segment left
#: alone, in pixels.
_LEAST, _SIGN, _CROWDED, _TICK = 2.0, 4.0, 2.2, 7.0
#: Least distance of two headings that are both named, in pixels: above a plot, where they stand slanted, and beside it.
_APART_ACROSS, _APART_DOWN = 19.0, 13.0
#: Between small plots, and width of the legend, in pixels.
_BETWEEN, _LEGEND = 46.0, 256.0
#: Class of each band in the style sheet.
_CLASSES = {Trust.ACCEPTED: "accepted", Trust.LOOK: "look", Trust.DOUBTFUL: "doubtful"}


# --- what the template shows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn thing: a bead, a run of them, or segments left alone."""

    #: Class of its band.
    band: str
    #: ``bead``, ``run`` (a line) or ``gap``.
    shape: str
    #: Left, top, width and height in pixels; of a run the corners it joins.
    box: tuple[float, float, float, float]
    #: Whether it is out of the source's order, and gets a ring.
    reordered: bool
    tip: str
    #: For a gap: path of the line to its place in the other text, or "".
    reach: str = ""
    #: Of a run's line, in pixels.
    thickness: float = 0.0
    #: Whether it stands among so many that its sign and ring must be small.
    crowded: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        """Centre of the box."""
        left, top, width, height = self.box
        return left + width / 2, top + height / 2

    @property
    def sign(self) -> str:
        """Path of the sign of its band; "" for accepted."""
        return _sign(
            self.band, self.middle, 3.0 if self.shape == "gap" else _within(_SIGN, 0.28 * min(self.box[2:]), 7)
        )

    @property
    def ring(self) -> float:
        """Radius of the ring of a bead out of order."""
        return _CROWDED + 1.5 if self.crowded else _within(_SIGN + 2.5, 0.75 * max(self.box[2:]), 16)


@dataclass(frozen=True, slots=True)
class Tick:
    """A heading, beside the axis."""

    #: Distance from the begin of the axis, in pixels.
    at: float
    #: Its label, and with room its words; "" when another tick stands too near.
    text: str
    tip: str
    major: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A line of the legend."""

    band: str
    words: str
    count: int

    @property
    def sign(self) -> str:
        """Path of the sign of the band, in a box of 16 pixels."""
        return _sign(self.band, (8.0, 8.0), 5.0)


@dataclass(frozen=True, slots=True)
class Panel:
    """The plot of one pair."""

    left: float
    top: float
    side: float
    source: Lang
    target: Lang
    #: Number of beads in each band, best first.
    counts: tuple[Band, ...]
    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    #: Where footnotes begin, from the begin of each axis; None when there are none.
    notes: tuple[float | None, float | None]
    #: Whether the words of the ticks are written, above and to the left.
    words: tuple[bool, bool]
    #: Why nothing is drawn, or "".
    empty: str


def write_dotplot(path: Path, editions: Mapping[Lang, Edition], pairs: Pairs, limits: TrustLimits, title: str) -> None:
    """Write the picture of an alignment.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    svg.write(path, dotplot(editions, pairs, limits, title))


def dotplot(editions: Mapping[Lang, Edition], pairs: Pairs, limits: TrustLimits, title: str) -> str:
    """The picture of an alignment as SVG: each pair a plot, each bead a mark in its band's colour and shape."""
    axes = {lang: axis_of(edition) for lang, edition in editions.items()}
    langs = tuple(axes)
    placed = {pair: tuple(places(beads, axes[pair[0]], axes[pair[1]], limits)) for pair, beads in pairs}
    groups, crowded = grouped(placed)
    every = [item for beads in placed.values() for item in beads]
    legend = _legend(every, limits)
    sheet = _Sheet(len(langs), limits, crowded)
    panels = []
    for (source, target), beads in placed.items():
        place = langs.index(source), langs.index(target) - 1
        panels.append(_panel(sheet, place, axes[source], axes[target], beads, groups[source, target]))
    return svg.drawn(
        svg.own_template("dotplot.svg"),
        title=title,
        heading=svg.excerpt(title, _TITLE),
        subtitle=" · ".join(svg.excerpt(axis.edition.name, _NAME) for axis in axes.values()),
        description=_description(axes, legend),
        sheet=sheet,
        width=sheet.width,
        height=sheet.height,
        panels=panels,
        axes=tuple(axes.values()),
        notes=any(axis.notes for axis in axes.values()),
        legend=legend,
        reordered=sum(item.bead.reordered for item in every),
        alone=sum(0 in item.shape for item in every),
        merged=any(len(group) > 1 for some in groups.values() for group in some),
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where the plots stand, in pixels: one large one, or a triangle of small ones."""

    languages: int
    limits: TrustLimits
    #: Whether there are so many marks that signs must be small and tooltips short.
    crowded: bool

    @property
    def large(self) -> bool:
        """Whether there is one plot, with words beside its axes."""
        return self.languages == 2

    @property
    def side(self) -> float:
        """Side of a plot."""
        return float(_SIDES.get(self.languages, _SMALLEST))

    @property
    def margins(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return (250.0, 240.0, 290.0, 52.0) if self.large else (92.0, 128.0, 36.0, 52.0)

    def frame(self, column: int, row: int) -> tuple[float, float, float]:
        """Left, top and side of a plot."""
        left, top, _, _ = self.margins
        return left + column * (self.side + _BETWEEN), top + row * (self.side + _BETWEEN), self.side

    @property
    def width(self) -> float:
        """Of the picture."""
        return self.frame(self.languages - 2, 0)[0] + self.side + self.margins[2]

    @property
    def height(self) -> float:
        """Of the picture."""
        return self.frame(0, self.languages - 2)[1] + self.side + self.margins[3]

    def columns(self, axes: Sequence[Axis]) -> list[tuple[str, float]]:
        """Name of each source and the middle of its column."""
        return [(_named(axis), self.frame(k, 0)[0] + self.side / 2) for k, axis in enumerate(axes[:-1])]

    def rows(self, axes: Sequence[Axis]) -> list[tuple[str, float]]:
        """Name of each target and the middle of its row."""
        return [(_named(axis), self.frame(0, k)[1] + self.side / 2) for k, axis in enumerate(axes[1:])]

    @property
    def legend(self) -> tuple[float, float]:
        """Left and top of the legend: beside the one plot, else in the empty half of the triangle."""
        return self.width - _LEGEND, self.margins[1]


def _sign(band: str, middle: tuple[float, float], radius: float) -> str:
    """Path of what tells a band from the others without its colour: a diamond, a cross, or nothing."""
    (x, y), r = middle, radius
    left, top, right, bottom, x_, y_ = map(svg.number, (x - r, y - r, x + r, y + r, x, y))
    if band == _CLASSES[Trust.LOOK]:
        return f"M{x_} {top}L{right} {y_}L{x_} {bottom}L{left} {y_}Z"
    if band == _CLASSES[Trust.DOUBTFUL]:
        return f"M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}"
    return ""


def _within(least: float, wanted: float, most: float) -> float:
    return min(max(least, wanted), most)


# --- axes -----------------------------------------------------------------------------------------------------------


def _named(axis: Axis) -> str:
    return f"{axis.edition.lang.name}, {len(axis):,} segments"


def _ticks(axis: Axis, side: float, large: bool, apart: float) -> tuple[Tick, ...]:
    """The headings, those of higher rank named first where two stand too near for both."""
    segments = axis.edition.segments
    found = [(at, segments[i]) for at, i in enumerate(axis.body) if segments[i].kind is Kind.HEADING]
    scale = side / max(len(axis), 1)
    named: set[int] = set()
    taken: list[float] = []
    for at, segment in sorted(found, key=lambda item: (len(item[1].path) or 9, item[0])):
        room = apart if large else max(apart, 5.5 * len(segment.label) + 5)
        if all(abs(at * scale - other) >= room for other in taken):
            taken.append(at * scale)
            named.add(at)
    return tuple(
        Tick(
            at * scale,
            _heading(segment, large) if at in named else "",
            axis.text((axis.body[at], axis.body[at] + 1), _TIP),
            len(segment.path) <= 1,
        )
        for at, segment in found
    )


def _heading(segment: Segment, large: bool) -> str:
    if not large:
        return svg.isolated(svg.excerpt(segment.label, 8), segment.lang) if segment.label else ""
    return svg.isolated(svg.excerpt(f"{segment.label} {segment.text}".strip(), _HEADING), segment.lang)


# --- beads to marks -------------------------------------------------------------------------------------------------


def _panel(
    sheet: _Sheet,
    place: tuple[int, int],
    source: Axis,
    target: Axis,
    beads: Sequence[Placed],
    groups: Sequence[Sequence[Placed]],
) -> Panel:
    column, row = place
    left, top, side = sheet.frame(column, row)
    scale = side / max(len(source), 1), side / max(len(target), 1)
    marks = [_mark(group, source, target, scale, sheet.crowded) for group in groups]
    ranks = {name: rank for rank, name in enumerate(_CLASSES.values())}
    return Panel(
        left=left,
        top=top,
        side=side,
        source=source.edition.lang,
        target=target.edition.lang,
        counts=_legend(beads, sheet.limits),
        # What needs a look lies on top.
        marks=tuple(sorted(marks, key=lambda mark: (mark.reordered, ranks[mark.band]))),
        across=_ticks(source, side, sheet.large, _APART_ACROSS),
        down=_ticks(target, side, sheet.large, _APART_DOWN),
        notes=(_notes(source, side), _notes(target, side)),
        words=(row == column, column == 0),
        empty="" if len(source) and len(target) else "one version has no text to align",
    )


def _mark(group: Sequence[Placed], source: Axis, target: Axis, scale: tuple[float, float], crowded: bool) -> Mark:
    first, last = group[0], group[-1]
    x, width = _extent(first.across[0], last.across[1], scale[0])
    y, height = _extent(first.down[0], last.down[1], scale[1])
    tip = _tip(first, source, target, crowded) if len(group) == 1 else _run_tip(group, source, target, crowded)
    band, reordered = _CLASSES[first.band], first.bead.reordered
    if 0 in first.shape:
        across = first.shape[0] > 0
        box = (x, 0.0, width, _TICK) if across else (0.0, y, _TICK, height)
        mark = Mark(band, "gap", box, reordered, tip, crowded=crowded)
        return replace(mark, reach=_reach(mark, first, across, scale)) if min(scale) >= _ROOMY else mark
    if len(group) > 1:
        ends = (first.across[0], first.down[0], last.across[1], last.down[1])
        x, y, right, bottom = (place * size for place, size in zip(ends, (*scale, *scale), strict=True))
        box, thickness = (x, y, right - x, bottom - y), max(_LEAST, min(scale))
        return Mark(band, "run", box, reordered, tip, thickness=thickness, crowded=crowded)
    return Mark(band, "bead", (x, y, width, height), reordered, tip, crowded=crowded)


def _reach(mark: Mark, item: Placed, across: bool, scale: tuple[float, float]) -> str:
    """The line from a segment that was left alone to the place in the other text where it would stand."""
    x, y = mark.middle
    end = f"V{svg.number(item.down[0] * scale[1])}" if across else f"H{svg.number(item.across[0] * scale[0])}"
    return f"M{svg.number(x)} {svg.number(y)}{end}"


def _extent(first: int, end: int, scale: float) -> tuple[float, float]:
    """Begin and size in pixels of a range of positions, with a margin where there is room, never too small to see."""
    begin, size = first * scale, (end - first) * scale
    if scale >= _ROOMY:
        return begin + 0.6, size - 1.2
    return (begin, size) if size >= _LEAST else (begin + (size - _LEAST) / 2, _LEAST)


def _notes(axis: Axis, side: float) -> float | None:
    return len(axis.body) * side / len(axis) if axis.notes else None


def _tip(item: Placed, source: Axis, target: Axis, short: bool) -> str:
    """What the tooltip of one bead says: confidence, both texts and, unless short, the evidence."""
    most = _SHORT_TIP if short else _TIP
    bead = item.bead
    head = f"{percent(bead.confidence)} {item.band.value}"
    if bead.reordered:
        head += ", out of order"
    if 0 in item.shape:
        head += ", no counterpart"
    evidence = " · ".join(f"{words} {nats:+.1f}" for words, nats in in_words(bead))
    lines = [head, source.text(bead.source, most), target.text(bead.target, most)]
    if evidence and not short:
        lines.append(f"{evidence} = {total(bead):+.1f} nats")
    return "\n".join(lines)


def _run_tip(group: Sequence[Placed], source: Axis, target: Axis, short: bool) -> str:
    weakest = min(group, key=lambda item: item.bead.confidence)
    what = "segments without counterpart" if 0 in weakest.shape else "beads in a row"
    return f"{len(group):,} {what}, {weakest.band.value}; the weakest:\n{_tip(weakest, source, target, short)}"


def percent(confidence: float) -> str:
    """A confidence in percent, never rounded up: 99.6 % is not certainty.

    >>> percent(0.996), percent(1.0)
    ('99 %', '100 %')
    """
    return f"{int(confidence * 100)} %"


# --- words around the plots -----------------------------------------------------------------------------------------


def _legend(beads: Iterable[Placed], limits: TrustLimits) -> tuple[Band, ...]:
    counts = counted(item.band for item in beads)
    ranges = {
        Trust.ACCEPTED: f"{limits.accept:g} and more",
        Trust.LOOK: f"{limits.doubt:g} to {limits.accept:g}",
        Trust.DOUBTFUL: f"below {limits.doubt:g}",
    }
    return tuple(Band(_CLASSES[band], f"{band.value}, {ranges[band]}", count) for band, count in counts.items())


def _description(axes: Mapping[Lang, Axis], legend: Sequence[Band]) -> str:
    versions = ", ".join(f"{axis.edition.name} ({lang.name}, {len(axis)} segments)" for lang, axis in axes.items())
    counts = ", ".join(f"{band.count} {band.words}" for band in legend)
    return (
        f"Dot plot of the alignment of {versions}. Source segments run from left to right, target segments from top to "
        f"bottom. Beads by confidence: {counts}."
    )
