"""``untm demo``: the main job, start to end, on the report that comes with the project."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import NamedFile, Settings, common_options, read_editions, settings
from tm.errors import InputError
from tm.lang import UN_LANGUAGES, Lang
from tm.model import TrustLimits

if TYPE_CHECKING:
    from tm.model import TranslationUnit

#: The report's own language; the others are its versions.
_ORIGINAL = Lang("fr")
_REPORT = Path(__file__).resolve().parent.parent / "fixtures" / "report"


@click.command()
@click.option("--report", type=click.Path(path_type=Path), default=_REPORT, help="Folder with real/xx.txt and drafts.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Folder for the results."
)
@common_options
def demo(report: Path, out: Path) -> int:
    """Run the main job: read six versions of a report, align and store them, suggest for a draft, export TMX.

    \b
    Example:
        untm demo
    """
    options = settings()
    if not (report / "real").is_dir():
        raise InputError(
            "the report is not there", path=str(report), hint="run it in the project's folder, or say --report"
        )
    out.mkdir(parents=True, exist_ok=True)
    options.memory = str(out / "memory.untm")
    for old in out.glob("memory.untm*"):
        old.unlink()
    started = time.perf_counter()
    units = _store(options, report)
    sentence = _suggest(options, report, out)
    _export(options, out)
    _look_up(options, sentence)
    click.echo(f"\nDone in {time.perf_counter() - started:.1f} s. Open {out / 'suggestions.en.html'} in a browser.")
    click.echo(f'Ask the memory yourself: untm --memory {options.memory} lookup "…" --from en --to fr')
    return 0 if units else 1


def _store(options: Settings, report: Path) -> "tuple[TranslationUnit, ...]":
    from cli.align import align_document, described
    from cli.show import added_line, units_table
    from tm import store

    click.echo("1. Read: the report in six languages, as extracted from PDF and Word")
    langs = [_ORIGINAL, *(lang for lang in UN_LANGUAGES if lang != _ORIGINAL)]
    editions = read_editions([NamedFile(report / "real" / f"{lang}.txt", lang) for lang in langs], options)
    for edition in editions.values():
        body = len(edition.body)
        click.echo(f"   {edition.lang.own_name:9} {body} paragraphs, {len(edition.segments) - body} pieces set apart")
    click.echo("2. Align: six versions together, paragraph by paragraph and sentence by sentence")
    document = described(editions, symbol="", title="", date=None)
    _, units = align_document(editions, document)
    if not options.quiet:
        options.console().print(units_table(units, tuple(editions), TrustLimits()))
    click.echo("3. Store")
    with options.open(write=True, create=True) as memory, memory.write() as conn:
        click.echo(f"   {added_line(store.add_document(conn, document, list(editions.values()), units))}")
    return units


def _suggest(options: Settings, report: Path, out: Path) -> str:
    from cli.options import read_edition
    from cli.show import leverage_tables
    from cli.suggest import suggestions_for, write_suggestions
    from tm.leverage import leverage
    from tm.lookup import LookupOptions

    click.echo("4. Suggest: next year's draft, in English, French and Spanish, into the other five languages")
    sentence = ""
    for source in (Lang("en"), Lang("fr"), Lang("es")):
        edition = read_edition(NamedFile(report / f"draft.{source}.txt", source), options)
        targets = [lang for lang in UN_LANGUAGES if lang != source]
        found = suggestions_for(options, edition, targets, LookupOptions(minimum=50))
        summary = leverage(found)
        page = out / f"suggestions.{source}.html"
        write_suggestions(page, options, edition, targets, found, summary)
        click.echo(f"   {page}: {len(found)} segments, {sum(1 for s in found if s.matches)} with matches")
        if source.tag == "en":
            options.console().print(leverage_tables(summary)[0])
            known = (s.segment.text[slice(*span)] for s in found for span, m in s.sentences if m and m[0].score >= 100)
            sentence = max(known, key=len, default="")
    return sentence


def _export(options: Settings, out: Path) -> None:
    from tm import store
    from tm.formats import write_units

    click.echo("5. Export")
    with options.open() as memory, memory.read() as conn:
        count = write_units(out / "report.tmx", store.iterate(conn), [_ORIGINAL])
    click.echo(f"   {out / 'report.tmx'}: {count} units in six languages")


def _look_up(options: Settings, sentence: str) -> None:
    from cli.show import show_matches
    from tm.lookup import LookupOptions, lookup

    click.echo("6. Look up: one sentence, wherever it stands")
    with options.open() as memory, memory.read() as conn:
        matches = lookup(conn, sentence, Lang("en"), [Lang("fr"), Lang("ar"), Lang("zh")], LookupOptions(limit=2))
    show_matches(options.console(), sentence, matches)
