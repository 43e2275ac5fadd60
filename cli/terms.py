"""``untm terms``: glossaries in and out, the terms of a text, and whether a translation keeps to them."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.memory import file_digest
from cli.options import LANG, LANGS, TEXT, Settings, common_options, dump, recorded_name, settings
from tm.errors import InputError, LanguageError, Problem, Remark
from tm.lang import Lang

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tm.concept import Concept, Detail
    from tm.termbase import AddedTerms


@click.group()
def terms() -> None:
    """Keep the glossaries of a memory: TBX, csv, tsv and xlsx files in and out, the terms of a text, checks.

    \b
    Example:
        untm terms import unterm.xlsx colleague.tbx
        untm terms find "les États parties à la Convention" --lang fr --to en
        untm terms list
    """


@terms.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Stop at the first problem; nothing of that file is kept.")
@common_options
def import_(files: tuple[Path, ...], strict: bool) -> int:
    """Put glossaries into the memory: TBX versions 2 and 3 (.tbx, .xml; .gz and .zip too).

    A concept holds its terms in all languages, with status, part of speech, definition, subject, notes and all else the
    file says. A glossary bears the name of its file: the same file again changes nothing, another state of it takes the
    place of the one before. A bad entry is reported with its line and the rest is kept. Each file is one transaction.

    \b
    Example:
        untm terms import colleague.tbx
    """
    from tm import termbase
    from tm.formats import for_path

    options = settings()
    readers = [(path, for_path(path, "read_concepts")) for path in files]
    counts = []
    with options.open(write=True, create=True) as memory:
        for path, reader in readers:
            digest = file_digest(path)
            with options.waiting(f"reading {path.name}"), memory.write() as conn:
                found = _told(reader.read_concepts(path), options, strict=strict)
                added = termbase.add(conn, recorded_name(path), found, digest=digest)
            options.say(f"{path.name}: {_added_line(added)}")
            counts.append({"file": path.name, **asdict(added)})
    if options.json:
        dump({"files": counts})
    return options.status


def _told(
    found: "Iterable[Concept | Detail | Problem]", options: Settings, *, strict: bool
) -> "Iterator[Concept | Detail]":
    """The concepts as they pass, what is wrong told."""
    for value in found:
        if not isinstance(value, Problem):
            yield value
        elif strict and not isinstance(value, Remark):
            raise InputError(value.message, path=value.path, line=value.line, hint=value.hint)
        else:
            options.tell([value])


def _added_line(added: "AddedTerms") -> str:
    if added.unchanged:
        return "the memory has it already; nothing was changed"
    parts = [f"{added.concepts:,} concepts with {added.terms:,} terms"]
    if added.replaced:
        parts.append(f"in place of {added.replaced:,} concepts")
    if added.wordless:
        parts.append(f"{added.wordless:,} terms without letters or digits, which no text is searched for")
    return ", ".join(parts)


@terms.command()
@click.argument("text", type=TEXT)
@click.option("--lang", "lang", type=LANG, required=True, metavar="LANG", help="Language of the text.")
@click.option("--to", "targets", type=LANGS, metavar="LANG,…", help="Show only these languages; all when not said.")
@common_options
def find(text: str, lang: Lang, targets: tuple[Lang, ...] | None) -> int:
    """Show the terms that stand in TEXT, with their counterparts and what is said of their concepts.

    Plurals, cases, the Arabic article and what Arabic writes as one with a word do not hide a term; a Chinese term is
    found inside a text without spaces. Of several terms that begin alike the longest is shown. An acronym must stand in
    capitals. untm terms list WORD lists the terms that hold a word.

    \b
    Example:
        untm terms find "les États parties à la Convention" --lang fr --to en,ar
    """
    from tm import term_shapes, termbase

    options = settings()
    if not text.strip():
        raise click.UsageError("the text is empty")
    with options.open() as memory, memory.read() as conn:
        _require(conn, lang)
        hits = termbase.find(conn, text, lang)
    if options.json:
        shown = [term_shapes.term_hit(hit, targets) for hit in hits]
        dump({"text": text, "lang": lang.tag, "terms": shown})
    else:
        from cli.show_terms import show_hits

        show_hits(options.console(), text, hits, targets)
    return options.status


def _require(conn: "Connection", *langs: Lang) -> None:
    """Refuse a language in which there is no term.

    Raises:
        LanguageError: the memory has no term in one of them.
    """
    from tm import termbase

    held = termbase.langs(conn)
    missing = next((lang for lang in langs if not any(lang.covers(other) for other in held)), None)
    if missing:
        known = f"it has terms in: {', '.join(lang.tag for lang in held)}"
        hint = known if held else "untm terms import brings glossaries in"
        raise LanguageError(f"the memory has no term in {missing.name} ({missing})", hint=hint)
