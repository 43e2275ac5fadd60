"""``untm suggest``: a whole draft against the memory."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

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
    original_option,
    read_edition,
    repair_option,
    settings,
    to_option,
    wanted,
    xliff_option,
    xliff_settings,
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
    "-o", "--output", type=click.Path(path_type=Path),
    help="Write a page (.html), the draft with its matches (.xlf, .po), or the matches alone (.tmx, .jsonl); "
    "the report as .docx, .xlsx or .html.",
)  # fmt: skip
@click.option(
    "--fill", type=click.IntRange(30, 102), metavar="SCORE",
    help="Put the best translation into the draft's targets from this score on. A .po is filled from --min on, a .xlf "
    "not at all, unless this says otherwise.",
)  # fmt: skip
@xliff_option
@click.option(
    "--report", type=click.Choice(["references"]),
    help="A report instead of matches: where each passage stands in earlier documents, from what score on "
    "(50 unless --min says otherwise), and whether quotations are true to the official text.",
)  # fmt: skip
@encoding_option
@original_option
@common_options
def suggest(
    draft: Path, source: Lang, targets: tuple[Lang, ...], minimum: int, limit: int, repair: bool,
    output: Path | None, fill: int | None, xliff: str | None, report: str | None, encoding: str | None,
    original: bool,
) -> int:  # fmt: skip
    """Find matches for a whole draft, with its sentences and neighbours.

    A draft may be an XLIFF or PO file: its untranslated segments are looked up, and -o with the same ending writes it
    back with matches, all else in it as it was.

    \b
    Example:
        untm suggest draft.en.txt --from en --to fr,es
        untm suggest draft.en.txt --from en --to fr,ar,zh -o suggestions.html
        untm suggest job.xlf --from en --to fr -o job.fr.xlf --fill 75
        untm suggest draft.en.txt --from en --to fr --report references -o references.docx
    """
    from tm import report_shapes

    options = settings()
    check_direction(source, targets)
    told = {"draft": draft, "fill": fill, **xliff_settings(output, xliff)}
    if report:
        return _refer(options, NamedFile(draft, source), targets, output, encoding, original=original)
    search = wanted(minimum, limit, repair=repair)
    edition = read_edition(NamedFile(draft, source), options, encoding, original=original)
    found = suggestions_for(options, edition, targets, search)
    from tm.leverage import leverage as count

    summary = count(found)
    if output:
        write_suggestions(output, options, edition, targets, found, summary, **told)
        options.say(f"{output}: {len(found)} segments written")
    if options.json:
        dump(report_shapes.suggestions(source, targets, found, summary))
    elif not output:
        from cli.show import show_suggestions

        show_suggestions(options.console(), found, summary)
    return options.status


def _refer(
    options: Settings, draft: NamedFile, targets: tuple[Lang, ...], output: Path | None, encoding: str | None, *,
    original: bool,
) -> int:  # fmt: skip
    """Write, dump or show the referencing report."""
    from tm import formats, report_shapes
    from tm.coverage import EVERY_MATCH
    from tm.leverage import LOWEST_SCORE
    from tm.references import reference_report

    context = click.get_current_context()
    told = context.get_parameter_source("minimum") is not ParameterSource.DEFAULT
    minimum = context.params["minimum"] if told else LOWEST_SCORE
    writer = formats.for_path(output, "write_references") if output else None
    edition = read_edition(draft, options, encoding, original=original)
    found = suggestions_for(options, edition, targets, wanted(minimum, EVERY_MATCH, repair=False))
    with options.open() as memory, memory.read() as conn, options.waiting("comparing quotations"):
        report = reference_report(conn, found, edition.lang, targets)
    if writer:
        writer.write_references(output, report, **written_from(options, edition, targets))
        options.say(f"{output}: {len(report.passages)} segments, {len(report.quotations)} quotations")
    if options.json:
        dump(report_shapes.reference_report(report))
    elif not output:
        from cli.references import show_references

        show_references(options.console(), report)
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
    **told: Any,
) -> None:
    """Write a draft's suggestions: the page for a translator, the draft filled, or the units matched.

    ``told`` is for files that hold a draft with its translation: the draft's own file, the score to fill from.
    """
    from tm import formats

    if output.suffix.lower() in {".html", ".htm"}:
        rows = [(b.band, b.segments, b.words, b.characters) for b in summary.bands]
        formats.for_path(output, "write_suggestions").write_suggestions(
            output,
            found,
            **written_from(options, edition, targets),
            leverage=rows,
            in_bands=[one.band for one in summary.segments],
        )
        return
    if formats.can(output, "write_suggestions"):
        writer = formats.for_path(output, "write_suggestions")
        writer.write_suggestions(output, found, **written_from(options, edition, targets), **told)
        return
    matched = {match.unit.uid: match.unit for suggestion in found for match in _all_matches(suggestion)}
    formats.write_units(output, matched.values(), (edition.lang, *targets))


def written_from(options: Settings, edition: "Edition", targets: Sequence[Lang]) -> dict[str, Any]:
    """What every report on a draft says of itself: source, targets, title, memory, created."""
    return {
        "source": edition.lang,
        "targets": targets,
        "title": edition.name,
        "memory": Path(options.target).name,
        "created": datetime.now(UTC),
    }


def _all_matches(suggestion: "Suggestion") -> list:  # type: ignore[type-arg]
    return [*suggestion.matches, *(match for _, matches in suggestion.sentences for match in matches)]
