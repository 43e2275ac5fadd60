"""``untm import``, ``export``, ``documents`` and ``stats``: what goes into the memory, comes out, and lies there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import LANGS, PAIR, TEXT, Settings, common_options, dump, recorded_name, settings, xliff_option
from tm.lang import Lang

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tm.model import TranslationUnit


@click.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--by", type=TEXT, default="", help="Who is importing, kept with each unit.")
@click.option("--strict", is_flag=True, help="Stop at the first problem; nothing of that file is kept.")
@common_options
def import_(files: tuple[Path, ...], by: str, strict: bool) -> int:
    """Put units from TMX, XLIFF, gettext PO or untm's own JSON lines into the memory.

    A bad unit is reported with its line and the rest is kept. Importing the same file again changes nothing.
    Each file is one transaction: it is in the memory whole, or not at all. At the end the memory learns which words
    translate which, if enough pairs are new (see untm lexicon).

    \b
    Example:
        untm import colleague.tmx archive.jsonl
    """
    from cli.lexicon import refresh_lexicons
    from cli.show import added_line
    from tm import store
    from tm.formats import for_path
    from tm.model import Document

    options = settings()
    readers = [(path, for_path(path, "read_units")) for path in files]
    langs: set[Lang] = set()
    counts = []
    with options.open(write=True, create=True) as memory:
        for path, reader in readers:
            before = options.problems.total()
            digest = file_digest(path)
            with memory.write() as conn:
                units = _noting(_units(reader.read_units(path), path, options, strict=strict), langs)
                added = store.add_units(conn, units, origin=Document(origin=recorded_name(path)), digest=digest, by=by)
            options.say(f"{path.name}: {added_line(added)}")
            counts.append({"file": path.name, "problems": options.problems.total() - before, **asdict(added)})
        refresh_lexicons(options, memory, langs)
    if options.json:
        dump({"files": counts})
    return options.status


def _noting(units: "Iterable[TranslationUnit]", langs: set[Lang]) -> "Iterator[TranslationUnit]":
    """The units as they pass, their languages written down."""
    for unit in units:
        langs.update(unit.langs)
        yield unit


def file_digest(path: Path) -> str:
    """SHA-256 of the file's bytes, hexadecimal.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    import hashlib

    from tm.errors import InputError

    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the name") from error


def _units(found: "Iterator[object]", path: Path, options: Settings, *, strict: bool) -> "Iterator[TranslationUnit]":
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from tm.errors import InputError, Problem, Remark
    from tm.model import TranslationUnit

    console = Console(stderr=True, quiet=options.quiet)
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed} units"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(path.name, total=None)
        for value in found:
            if isinstance(value, TranslationUnit):
                bar.advance(task)
                yield value
            elif isinstance(value, Problem):
                if strict and not isinstance(value, Remark):
                    raise InputError(value.message, path=value.path, line=value.line, hint=value.hint)
                options.tell([value])


@click.command()
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--lang", "langs", type=LANGS, metavar="LANG,…", help="Only these languages, the source first.")
@click.option("--pair", type=PAIR, metavar="LANG-LANG", help="Only units in both languages, these two alone: fr-en.")
@click.option("--pairs", is_flag=True, help="One file for each two languages: out.tmx gives out.en-fr.tmx and so on.")
@click.option("--symbol", type=TEXT, help="Only documents with this symbol; a * at the end stands for the rest.")
@click.option(
    "--status",
    type=click.Choice(["unknown", "draft", "revised", "final", "adopted"]),
    help="Only documents of this status.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only units made or changed on this day or later.")
@click.option("--level", type=click.Choice(["paragraph", "sentence"]), help="Only units of this level.")
@click.option("--for", "tool", type=click.Choice(["omegat"]), help="As this tool finds them best; needs a pair.")
@click.option(
    "--tmx-level", type=click.IntRange(1, 2), help="TMX: 1 for text alone, 2 with inline codes (the default)."
)
@click.option("--encoding", type=click.Choice(["utf-8", "utf-16"]), help="TMX: the encoding, UTF-8 by default.")
@xliff_option
@common_options
def export(
    output: Path, langs: tuple[Lang, ...] | None, pair: tuple[Lang, Lang] | None, pairs: bool, symbol: str | None,
    status: str | None, since: datetime | None, level: str | None, tool: str | None, tmx_level: int | None,
    encoding: str | None, xliff: str | None,
) -> int:  # fmt: skip
    """Write units to TMX 1.4 (.tmx), JSON lines (.jsonl) or a table (.csv, .xlsx), all languages of a unit together.

    XLIFF (.xlf) and gettext PO (.po) hold two languages: --lang en,fr writes English with its French translation. A
    name that ends with .tmx.gz or .tmx.zip is packed. With --for omegat the file is for OmegaT's folder tm/auto: only
    units that may be inserted unseen, and those with no-break spaces in the source also with common ones.

    \b
    Example:
        untm export report.tmx --symbol 'CTOC/COP/WG.7/*'
        untm export fr-en.tmx --lang fr,en --level sentence
        untm export en-fr.xlf --lang en,fr --xliff 2.1
        untm export tm/auto/fr-en.tmx --pair fr-en --for omegat
        untm export memory.tmx.gz --pairs
        untm export en-fr.po --lang en,fr
    """
    from cli.exporting import Export, pair_files, pairable
    from tm import store
    from tm.model import DocumentStatus, Level

    if pair and (pairs or langs):
        raise click.UsageError("--pair names the languages: it goes with neither --pairs nor --lang")
    if tool and not (pair or pairs):
        raise click.UsageError(f"--for {tool} needs two languages: --pair fr-en, or --pairs")
    options = settings()
    with options.open() as memory, memory.read() as conn:
        require_held(conn, pair or langs or (), symbol)
        units = partial(
            store.iterate,
            conn,
            symbol=symbol,
            status=DocumentStatus[status.upper()] if status else None,
            since=since,
            level=Level(level) if level else None,
        )
        # A format takes no choices but its own, so that only those are handed on that were made.
        told = (("level", tmx_level), ("encoding", encoding), ("version", xliff))
        choices = {name: value for name, value in told if value}
        task = Export(units, tool, choices)
        if pairs:
            chosen = langs or pairable(store.langs(conn))
            written = [task.write_pair(path, *two) for path, two in pair_files(output, chosen)]
        else:
            written = [task.write_pair(output, *pair) if pair else task.write(output, langs)]
    for file in written:
        options.say(str(file))
    if options.json:
        shapes = [{"file": file.path.name, "units": file.units} for file in written]
        dump({"files": shapes} if pairs else shapes[0])
    return options.status


def require_held(conn: "Connection", langs: "Sequence[Lang]", symbol: str | None) -> None:
    """Refuse what can only be a slip, before a good file is replaced by an empty one.

    Raises:
        LanguageError: the memory has nothing in one of the languages.
        InputError: it has no document of that symbol.
    """
    from tm import store
    from tm.errors import InputError, LanguageError

    held = store.langs(conn)
    missing = next((lang for lang in langs if not any(lang.covers(other) for other in held)), None)
    if missing:
        hint = f"it holds: {', '.join(lang.tag for lang in held)}" if held else "import or align something first"
        raise LanguageError(f"the memory holds nothing in {missing.name} ({missing})", hint=hint)
    if symbol is not None and not store.has_document(conn, symbol):
        raise InputError(f"no document of the memory has the symbol {symbol}", hint="untm documents lists them")


@click.command()
@common_options
def documents() -> int:
    """List the documents in the memory, with languages, units, date and status.

    \b
    Example:
        untm documents
    """
    from tm import shapes, store

    options = settings()
    with options.open() as memory, memory.read() as conn:
        rows = store.documents(conn)
    if options.json:
        dump({"documents": [shapes.stored_document(row) for row in rows]})
    else:
        from cli.show import documents_table

        options.console().print(documents_table(rows))
    return options.status


@click.command()
@common_options
def stats() -> int:
    """Count what the memory holds: units, sentences, languages, review states, confidence.

    \b
    Example:
        untm stats --json
    """
    from tm import shapes, store

    options = settings()
    with options.open() as memory, memory.read() as conn:
        counts = store.statistics(conn)
    if options.json:
        dump(shapes.statistics(counts))
    else:
        from cli.show import statistics_table

        options.console().print(statistics_table(counts, options.target))
    return options.status
