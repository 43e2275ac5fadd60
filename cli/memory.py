"""``untm import``, ``export``, ``documents`` and ``stats``: what goes into the memory, comes out, and lies there."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import LANGS, TEXT, Settings, common_options, dump, recorded_name, settings
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
    """Put units from TMX, gettext PO or untm's own JSON lines into the memory.

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
    with options.open(write=True, create=True) as memory:
        for path, reader in readers:
            digest = file_digest(path)
            with memory.write() as conn:
                units = _noting(_units(reader.read_units(path), path, options, strict=strict), langs)
                added = store.add_units(conn, units, origin=Document(origin=recorded_name(path)), digest=digest, by=by)
            options.say(f"{path.name}: {added_line(added)}")
        refresh_lexicons(options, memory, langs)
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
@click.option("--symbol", type=TEXT, help="Only documents with this symbol; a * at the end stands for the rest.")
@click.option(
    "--status",
    type=click.Choice(["unknown", "draft", "revised", "final", "adopted"]),
    help="Only documents of this status.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only units made or changed on this day or later.")
@click.option("--level", type=click.Choice(["paragraph", "sentence"]), help="Only units of this level.")
@common_options
def export(
    output: Path, langs: tuple[Lang, ...] | None, symbol: str | None, status: str | None,
    since: datetime | None, level: str | None,
) -> int:  # fmt: skip
    """Write units to TMX 1.4 (.tmx) or untm's own JSON lines (.jsonl), all languages of a unit together.

    Gettext PO (.po) holds two languages: --lang en,fr writes English with its French translation.

    \b
    Example:
        untm export report.tmx --symbol 'CTOC/COP/WG.7/*'
        untm export fr-en.tmx --lang fr,en --level sentence
        untm export en-fr.po --lang en,fr
    """
    from tm import store
    from tm.formats import write_units
    from tm.model import DocumentStatus, Level

    options = settings()
    with options.open() as memory, memory.read() as conn:
        require_held(conn, langs or (), symbol)
        units = store.iterate(
            conn,
            langs=langs,
            symbol=symbol,
            status=DocumentStatus[status.upper()] if status else None,
            since=since,
            level=Level(level) if level else None,
        )
        count = write_units(output, units, langs or ())
    options.say(f"{output}: {count} units written")
    if options.json:
        dump({"file": output.name, "units": count})
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
