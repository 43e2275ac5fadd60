"""``untm suggest`` and ``untm leverage``: a whole draft against the memory."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import (
    NamedFile,
    Settings,
    check_direction,
    common_options,
    dump,
    encoding_option,
    from_option,
    limit_option,
    min_option,
    read_edition,
    repair_option,
    settings,
    to_option,
    wanted,
)
from tm.lang import Lang

if TYPE_CHECKING:
    from tm.leverage import Leverage
    from tm.lookup import LookupOptions
    from tm.model import Edition, Suggestion


@click.command()
@click.argument("draft", type=click.Path(path_type=Path))
@from_option
@to_option
@min_option
@limit_option
@repair_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write a page (.html), or the matches (.tmx, .jsonl, .po)."
)
@encoding_option
@common_options
def suggest(
    draft: Path, source: Lang, targets: tuple[Lang, ...], minimum: int, limit: int, repair: bool,
    output: Path | None, encoding: str | None,
) -> int:  # fmt: skip
    """Find matches for a whole draft, with its sentences and neighbours.

    \b
    Example:
        untm suggest draft.en.txt --from en --to fr,es
        untm suggest draft.en.txt --from en --to fr,ar,zh -o suggestions.html
    """
    from tm import shapes

    options = settings()
    check_direction(source, targets)
    search = wanted(minimum, limit, repair=repair)
    edition = read_edition(NamedFile(draft, source), options, encoding)
    found = suggestions_for(options, edition, targets, search)
    from tm.leverage import leverage as count

    summary = count(found)
    if output:
        write_suggestions(output, options, edition, targets, found, summary)
        options.say(f"{output}: {len(found)} segments written")
    if options.json:
        dump(shapes.suggestions(source, targets, found, summary))
    elif not output:
        from cli.show import show_suggestions

        show_suggestions(options.console(), found, summary)
    return options.status


def suggestions_for(
    options: Settings, edition: "Edition", targets: Sequence[Lang], search: "LookupOptions"
) -> "list[Suggestion]":
    """What the memory has for each segment of the draft, with a progress bar on a terminal."""
    from rich.console import Console
    from rich.progress import track

    from tm.lookup import body
    from tm.lookup import suggest as find

    segments = body(edition.segments)
    console = Console(stderr=True, quiet=options.quiet)
    with options.open() as memory, memory.read() as conn:
        return list(
            track(
                find(conn, segments, edition.lang, targets, search, symbol=edition.document.symbol),
                description=f"looking up {edition.name}",
                total=len(segments),
                console=console,
                transient=True,
                disable=not console.is_terminal,
            )
        )


def write_suggestions(
    output: Path,
    options: Settings,
    edition: "Edition",
    targets: Sequence[Lang],
    found: "Sequence[Suggestion]",
    summary: "Leverage",
) -> None:
    """Write a draft's suggestions: the page for a translator, or the units matched for another tool."""
    from tm import formats

    if output.suffix.lower() in {".html", ".htm"}:
        rows = [(b.band, b.segments, b.words, b.characters) for b in summary.bands]
        formats.for_path(output, "write_suggestions").write_suggestions(
            output,
            found,
            source=edition.lang,
            targets=targets,
            title=edition.name,
            memory=Path(options.target).name,
            created=datetime.now(UTC),
            leverage=rows,
        )
        return
    matched = {match.unit.uid: match.unit for suggestion in found for match in _all_matches(suggestion)}
    formats.write_units(output, matched.values(), (edition.lang, *targets))


def _all_matches(suggestion: "Suggestion") -> list:  # type: ignore[type-arg]
    return [*suggestion.matches, *(match for _, matches in suggestion.sentences for match in matches)]


@click.command()
@click.argument("draft", type=click.Path(path_type=Path))
@from_option
@to_option
@encoding_option
@common_options
def leverage(draft: Path, source: Lang, targets: tuple[Lang, ...], encoding: str | None) -> int:
    """Count what the memory saves on a draft: segments and words per band, and the documents borrowed from.

    \b
    Example:
        untm leverage draft.en.txt --from en --to fr
    """
    from tm import shapes
    from tm.leverage import leverage as count

    options = settings()
    check_direction(source, targets)
    search = wanted(50, 1, repair=False)
    edition = read_edition(NamedFile(draft, source), options, encoding)
    found = suggestions_for(options, edition, targets, search)
    summary = count(found)
    if options.json:
        dump({"from": source.tag, "to": [t.tag for t in targets], **shapes.leverage(summary)})
    else:
        from cli.show import leverage_tables

        for table in leverage_tables(summary):
            options.console().print(table)
    return options.status
