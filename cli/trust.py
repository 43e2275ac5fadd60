"""How far an alignment may be trusted, on a terminal: bands of confidence, and the evidence in words."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import Settings
from tm.model import ACCEPTED_FROM, DOUBTFUL_BELOW, Trust, TrustLimits

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from aligners import Alignment
    from tm.lang import Lang
    from tm.model import Bead, Edition, TranslationUnit

_PROBABILITY = click.FloatRange(0, 1)
#: Sign and colour of each band; what is accepted needs no sign.
SIGNS = {Trust.ACCEPTED: (" ", "green"), Trust.LOOK: ("?", "yellow"), Trust.DOUBTFUL: ("!", "bold red")}
#: Characters of a text that are laid out; the width of the terminal cuts them to one line.
_EXCERPT = 300


def _svg_file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """The file, if its name says that it is a picture: a version given by mistake must not be overwritten."""
    if value is not None and value.suffix.lower() != ".svg":
        raise click.BadParameter(f"{value} does not end in .svg", ctx, param)
    return value


plot_option = click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE.svg",
    callback=_svg_file,
    help="Draw the alignment, by confidence, as SVG.",
)
accept_option = click.option(
    "--accept",
    type=_PROBABILITY,
    metavar="0…1",
    default=ACCEPTED_FROM,
    show_default=True,
    help="Lowest confidence that is accepted.",
)
doubt_option = click.option(
    "--doubt",
    type=_PROBABILITY,
    metavar="0…1",
    default=DOUBTFUL_BELOW,
    show_default=True,
    help="Confidence below which an alignment is doubtful.",
)


def trust_limits(accept: float, doubt: float) -> TrustLimits:
    """The limits of the bands.

    Raises:
        click.UsageError: what is accepted would be doubtful as well.
    """
    if doubt > accept:
        raise click.UsageError(f"--doubt {doubt:g} is above --accept {accept:g}")
    return TrustLimits(accept, doubt)


def trust_line(units: "Iterable[TranslationUnit]", limits: TrustLimits) -> str:
    """How many units lie in each band, with the signs of the bands: the last word on an alignment."""
    from tm.evidence import counted

    bands = counted(limits.band(unit.confidence) for unit in units if unit.confidence is not None)
    return f"units: {_counts(bands)}"


def sure(confidence: float | None, limits: TrustLimits) -> "Text":
    """A confidence cut to two places (.996 is not certainty), with the sign and the colour of its band."""
    from rich.text import Text

    if confidence is None:
        return Text()
    sign, colour = SIGNS[limits.band(confidence)]
    return Text(f"{int(confidence * 100) / 100:.2f} {sign}", style=colour)


def needs_look(confidence: float | None, limits: TrustLimits) -> bool:
    """Whether a person should look at it."""
    return confidence is not None and limits.band(confidence) is not Trust.ACCEPTED


def show_alignment(
    options: Settings,
    editions: "Mapping[Lang, Edition]",
    alignment: "Alignment",
    units: "Sequence[TranslationUnit]",
    limits: TrustLimits,
    *,
    explain: bool,
    doubtful: bool,
) -> None:
    """Print the units and, to explain them, the beads of each pair with the first language (verbose: of all pairs).

    ``doubtful`` leaves out what is accepted.
    """
    from cli.show import units_table

    console = options.console()
    shown = [unit for unit in units if needs_look(unit.confidence, limits)] if doubtful else units
    console.print(units_table(shown, tuple(editions), limits))
    if not explain:
        return
    pairs = [pair for pair in alignment.beads if options.verbose or pair[0][0] == alignment.langs[0]]
    for (source, target), beads in pairs:
        kept = [bead for bead in beads if needs_look(bead.confidence, limits)] if doubtful else beads
        console.print()
        console.print(evidence_table(editions[source], editions[target], beads, kept, limits))
    left_out = len(alignment.beads) - len(pairs)
    if left_out:
        options.say(f"pairs without {alignment.langs[0].name}, not shown: {left_out} (-v shows them)")


def evidence_table(
    source: "Edition", target: "Edition", beads: "Sequence[Bead]", shown: "Sequence[Bead]", limits: TrustLimits
) -> "Table":
    """Some of a pair's beads, each with both texts and, below them, its evidence in nats, the greatest say first."""
    from rich.table import Table

    from tm.evidence import counted

    counts = counted(limits.band(bead.confidence) for bead in beads)
    table = Table(
        title=f"{source.lang} – {target.lang}: {_counts(counts)}",
        box=None, pad_edge=False, expand=True, show_header=False, title_justify="left",
    )  # fmt: skip
    table.add_column("sure", no_wrap=True, min_width=6)
    table.add_column("language", no_wrap=True, style="dim")
    table.add_column("label", no_wrap=True)
    table.add_column("text", ratio=1)
    for bead in shown:
        _add_bead(table, source, target, bead, limits)
    return table


def _add_bead(table: "Table", source: "Edition", target: "Edition", bead: "Bead", limits: TrustLimits) -> None:
    from rich.text import Text

    from tm.evidence import members

    first = sure(bead.confidence, limits)
    for edition, span in ((source, bead.source), (target, bead.target)):
        segments = [edition.segments[i] for i in members(edition.segments, span)]
        label = " + ".join(segment.label for segment in segments if segment.label)
        text = " + ".join(segment.text for segment in segments)[:_EXCERPT]
        line = Text(text or "—", no_wrap=True, overflow="ellipsis")
        table.add_row(first, edition.lang.tag, Text(label), line)
        first = Text("⇅" if bead.reordered else "")
    table.add_row("", "", "", Text(_said(bead), style="dim"))


def _said(bead: "Bead") -> str:
    """The evidence for a bead on one line, with its sum."""
    from tm.evidence import in_words, total

    parts = (f"{words} {nats:+.1f}" for words, nats in in_words(bead))
    return f"{total(bead):+.1f} nats: {', '.join(parts)}"


def _counts(bands: Mapping[Trust, int]) -> str:
    parts = (f"{count:,} {band.value}" + (f" ({SIGNS[band][0]})" if band is not Trust.ACCEPTED else "")
             for band, count in bands.items())  # fmt: skip
    return ", ".join(parts)
