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
    srx_option,
    to_option,
    wanted,
    xliff_option,
    xliff_settings,
)
from tm.lang import Lang

if TYPE_CHECKING:
    from tm.formats.about import About
    from tm.leverage import Leverage
    from tm.lookup import LookupOptions
    from tm.model import Edition, Suggestion
    from tm.terms import TermHit


@click.command()
@click.argument("draft", type=click.Path(path_type=Path))
@from_option
@to_option
@min_option
@limit_option
@repair_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="Write a page (.html), the draft with its matches (.docx, .xlf, .po), a table (.xlsx), or the matches alone "
    "(.tmx, .jsonl); the report as .docx, .xlsx or .html.",
)  # fmt: skip
@click.option(
    "--fill", type=click.IntRange(30, 102), metavar="SCORE",
    help="Put the best translation into the draft's targets from this score on. A .po is filled from --min on, a .xlf "
    "not at all, unless this says otherwise.",
)  # fmt: skip
@xliff_option
@click.option(
    "--beside", is_flag=True,
    help="In a .docx, draft and translation side by side in a table, also where the draft is a .docx itself, which is "
    "otherwise written back with translations under its paragraphs.",
)  # fmt: skip
@click.option(
    "--report", type=click.Choice(["references"]),
    help="A report instead of matches: where each passage stands in earlier documents, from what score on "
    "(50 unless --min says otherwise), and whether quotations are true to the official text.",
)  # fmt: skip
@encoding_option
@original_option
@srx_option
@common_options
def suggest(
    draft: Path, source: Lang, targets: tuple[Lang, ...], minimum: int, limit: int, repair: bool,
    output: Path | None, fill: int | None, xliff: str | None, beside: bool, report: str | None,
    encoding: str | None, original: bool,
) -> int:  # fmt: skip
    """Find matches for a whole draft, with its sentences and neighbours.

    A draft may be an XLIFF or PO file: its untranslated segments are looked up, and -o with the same ending writes it
    back with matches, all else in it as it was. So is a .docx, each paragraph followed by its translations, with a
    comment on each.

    \b
    Example:
        untm suggest draft.en.txt --from en --to fr,es
        untm suggest draft.en.txt --from en --to fr,ar,zh -o suggestions.html
        untm suggest draft.docx --from en --to fr -o draft.fr.docx
        untm suggest job.xlf --from en --to fr -o job.fr.xlf --fill 75
        untm suggest draft.en.txt --from en --to fr --report references -o references.docx
    """
    from tm import report_shapes

    options = settings()
    check_direction(source, targets)
    told = {"draft": draft, "fill": fill, **xliff_settings(output, xliff), **_docx_settings(output, beside=beside)}
    if report:
        return _refer(options, NamedFile(draft, source), targets, output, encoding, original=original)
    search = wanted(minimum, limit, source, repair=repair)
    edition = read_edition(NamedFile(draft, source), options, encoding, original=original)
    found = suggestions_for(options, edition, targets, search)
    from tm.leverage import leverage as count

    summary = count(found)
    terms = _terms(options, found, source)
    if output:
        write_suggestions(output, options, edition, targets, found, summary, **told, terms=terms)
        options.say(f"{output}: {len(found)} segments written")
        _say_unplaced(options, output, draft, found, beside=beside)
    if options.json:
        dump(report_shapes.suggestions(source, targets, found, summary, terms))
    elif not output:
        from cli.show import show_suggestions

        show_suggestions(options.console(), found, summary, terms, targets)
    return options.status


def _terms(options: Settings, found: "Sequence[Suggestion]", source: Lang) -> "list[Sequence[TermHit]]":
    """The terms of the memory's glossaries that stand in each segment."""
    from tm import termbase

    with options.open() as memory, memory.read() as conn:
        return [termbase.find(conn, suggestion.segment.text, source) for suggestion in found]


def _docx_settings(output: Path | None, *, beside: bool) -> dict[str, bool]:
    """What a writer is told of the form of a .docx, nothing where nothing was asked for.

    Raises:
        click.UsageError: a form was asked for, and the output is no .docx.
    """
    if beside and not _is_docx(output):
        raise click.UsageError("--beside is for files ending in .docx")
    return {"beside": True} if beside else {}


def _is_docx(path: Path | None) -> bool:
    return path is not None and path.suffix.lower() == ".docx"


def _say_unplaced(options: Settings, output: Path, draft: Path, found: "Sequence[Suggestion]", *, beside: bool) -> None:
    """Say how many suggestions a document written back does not show."""
    from tm.formats.docx_in_place import unplaced

    if _is_docx(output) and _is_docx(draft) and not beside and (left := unplaced(found)):
        options.say(f"{output}: footnotes whose suggestions are not in it: {left}; --beside shows them")


def _refer(
    options: Settings, draft: NamedFile, targets: tuple[Lang, ...], output: Path | None, encoding: str | None,
    *, original: bool,
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
    found = suggestions_for(options, edition, targets, wanted(minimum, EVERY_MATCH, edition.lang, repair=False))
    with options.open() as memory, memory.read() as conn, options.waiting("comparing quotations"):
        report = reference_report(conn, found, edition.lang, targets)
    if writer:
        writer.write_references(output, report, about(options, edition, targets))
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

    if formats.can(output, "write_suggestions"):
        writer = formats.for_path(output, "write_suggestions")
        bands = [(b.band, b.segments, b.words, b.characters) for b in summary.bands]
        in_bands = [one.band for one in summary.segments]
        said = about(options, edition, targets)
        writer.write_suggestions(output, found, said, **told, leverage=bands, in_bands=in_bands)
        return
    matched = {match.unit.uid: match.unit for suggestion in found for match in _all_matches(suggestion)}
    formats.write_units(output, matched.values(), (edition.lang, *targets))


def about(options: Settings, edition: "Edition", targets: Sequence[Lang]) -> "About":
    """What every file about a draft says of itself."""
    from tm.formats.about import About

    return About(edition.lang, targets, edition.name, Path(options.target).name, datetime.now(UTC))


def _all_matches(suggestion: "Suggestion") -> list:  # type: ignore[type-arg]
    return [*suggestion.matches, *(match for _, matches in suggestion.sentences for match in matches)]
