"""``untm leverage``: what the memory saves on a draft."""

from collections.abc import Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from cli.options import (
    NamedFile,
    check_direction,
    common_options,
    dump,
    encoding_option,
    from_option,
    read_edition,
    settings,
    srx_option,
    to_option,
    wanted,
)
from tm.errors import InputError
from tm.lang import Lang


def _told(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[dict[str, float], ...]:
    """Weights by band, twice: those of ``[leverage.weight]`` in the settings file, and those of the command line.

    Raises:
        InputError: a weight of the settings file is none; click.BadParameter: one of the command line.
    """
    from tm.leverage import checked_weights

    assert param.name
    filed = ctx.lookup_default(param.name)
    settled = checked_weights(_split(filed, "untm.toml"), "untm.toml") if isinstance(filed, list) else {}
    if ctx.get_parameter_source(param.name) is not ParameterSource.COMMANDLINE:
        return settled, {}
    try:
        return settled, checked_weights(_split(value))
    except InputError as error:
        raise click.BadParameter(f"{error}; {error.hint}", ctx, param) from error


def _split(told: Sequence[str], path: str = "") -> dict[str, object]:
    """``BAND=SHARE`` by band; what is no number stays text."""
    weights: dict[str, object] = {}
    for one in told:
        name, equals, share = one.rpartition("=")
        if not equals:
            raise InputError(f"{one!r} names no band", path=path, hint="write BAND=SHARE, as 95-99=0.25")
        try:
            weights[name] = float(share)
        except ValueError:
            weights[name] = share
    return weights


@click.command()
@click.argument("draft", type=click.Path(path_type=Path))
@from_option
@to_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="Write a page with a picture (.html), or tables (.xlsx, .csv).",
)  # fmt: skip
@click.option(
    "--weights", "weights_file", type=click.Path(path_type=Path), metavar="FILE",
    help="TOML file with what a word of a band costs, 0 to 1: \"95-99\" = 0.25.",
)  # fmt: skip
@click.option(
    "--weight", "weights", multiple=True, metavar="BAND=SHARE", callback=_told,
    help="What a word of one band costs, 0 to 1; may be given several times.",
)  # fmt: skip
@encoding_option
@srx_option
@common_options
def leverage(
    draft: Path, source: Lang, targets: tuple[Lang, ...], output: Path | None, weights_file: Path | None,
    weights: tuple[dict[str, float], ...], encoding: str | None,
) -> int:  # fmt: skip
    """Count what the memory saves on a draft: words per band, repetitions, documents borrowed from.

    Weights come from --weight, else from --weights, else from the table [leverage.weight] of untm.toml.

    \b
    Example:
        untm leverage draft.en.txt --from en --to fr
        untm leverage draft.en.txt --from en --to fr --weight 95-99=0.3 -o leverage.html
    """
    from cli.suggest import about, suggestions_for
    from tm import formats, report_shapes
    from tm.coverage import EVERY_MATCH
    from tm.leverage import LOWEST_SCORE, WEIGHTS, read_weights
    from tm.leverage import leverage as count

    options = settings()
    check_direction(source, targets)
    settled, said = weights
    scale = {**WEIGHTS, **settled, **(read_weights(weights_file) if weights_file else {}), **said}
    writer = formats.for_path(output, "write_leverage") if output else None
    edition = read_edition(NamedFile(draft, source), options, encoding)
    found = suggestions_for(options, edition, targets, wanted(LOWEST_SCORE, EVERY_MATCH, source, repair=False))
    summary = count(found, scale)
    if writer:
        writer.write_leverage(output, summary, about(options, edition, targets))
        options.say(f"{output}: {len(summary.segments)} segments counted")
    if options.json:
        dump({"from": source.tag, "to": [t.tag for t in targets], **report_shapes.leverage(summary)})
    elif not output:
        from cli.show import leverage_tables

        for table in leverage_tables(summary):
            options.console().print(table)
    return options.status
