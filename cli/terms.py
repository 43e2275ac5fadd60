"""``untm terms``: glossaries in and out, the terms of a text, and whether a translation keeps to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.memory import file_digest
from cli.options import (
    EXIT_PROBLEMS,
    LANG,
    LANGS,
    TEXT,
    Settings,
    check_direction,
    common_options,
    dump,
    recorded_name,
    settings,
)
from tm.errors import InputError, LanguageError, Problem, Remark
from tm.lang import Lang

if TYPE_CHECKING:
    from types import ModuleType

    from sqlalchemy import Connection

    from tm.concept import Concept, Detail
    from tm.model import TranslationUnit
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
@click.option(
    "--langs",
    type=LANGS,
    metavar="LANG,…",
    help="Languages of the columns in order, for tables whose first row does not name them.",
)
@click.option("--strict", is_flag=True, help="Stop at the first problem; nothing of that file is kept.")
@common_options
def import_(files: tuple[Path, ...], langs: tuple[Lang, ...] | None, strict: bool) -> int:  # fmt: skip
    """Put glossaries into the memory: TBX versions 2 and 3 (.tbx, .xml; .gz and .zip too), tables (.csv, .tsv, .xlsx),
    glossaries of OmegaT (.txt, .utf8, .tab).

    A concept holds its terms in all languages, with status, part of speech, definition, subject, notes and all else the
    file says. A glossary bears the name of its file: the same file again changes nothing, another state of it takes the
    place of the one before. A bad entry is reported with its line and the rest is kept. Each file is one transaction.

    Columns of a table are named after languages (French, fr, fr-CH), with what else they hold: "fr definition",
    "English acronym", "synonyms (es)", "ru deprecated"; others are definition, note, subject, source, status, part of
    speech, id. A table with a column for the language has one term a row. Several terms in a cell have a stroke,
    a semicolon or a line end between them.

    \b
    Example:
        untm terms import colleague.tbx unterm.xlsx
        untm terms import glossary.txt --langs en,fr
    """
    from tm import termbase
    from tm.formats import for_path

    options = settings()
    readers = [(path, for_path(path, "read_concepts")) for path in files]
    for path, reader in readers:
        if langs and not getattr(reader, "UNTITLED_COLUMNS", False):
            raise click.UsageError(f"--langs is for tables; {path.name} says its languages itself")
    further = {"langs": langs} if langs else {}
    counts = []
    with options.open(write=True, create=True) as memory:
        for path, reader in readers:
            digest = file_digest(path)
            with options.waiting(f"reading {path.name}"), memory.write() as conn:
                found = _told(reader.read_concepts(path, **further), options, strict=strict)
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


@terms.command("list")
@click.argument("words", type=TEXT, nargs=-1, metavar="[WORD]…")
@click.option(
    "--lang",
    "lang",
    type=LANG,
    metavar="LANG",
    help="Only terms of this language; the words are taken to be of it, so that other forms of them are found.",
)
@click.option("--status", type=click.Choice(["preferred", "admitted", "deprecated"]), help="Only terms of this status.")
@click.option("--glossary", type=TEXT, help="Only terms of this glossary.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Most terms shown.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which so many are shown.")
@common_options
def list_(
    words: tuple[str, ...], lang: Lang | None, status: str | None, glossary: str | None, limit: int, page: int
) -> int:  # fmt: skip
    """List the terms that hold all the words, or all terms, by language and alphabet, with their counterparts.

    \b
    Example:
        untm terms list assistance --lang en
        untm terms list --glossary unterm.xlsx --status deprecated
    """
    from tm import term_shapes, termbase
    from tm.concept import TermStatus

    options = settings()
    wanted = termbase.TermFilter(" ".join(words), lang, TermStatus(status) if status else None, glossary)
    with options.open() as memory, memory.read() as conn:
        _require_glossary(conn, glossary)
        rows, total = termbase.search(conn, wanted, limit, (page - 1) * limit)
    if options.json:
        dump({"total": total, "page": page, "terms": [term_shapes.listed_term(row) for row in rows]})
    else:
        from cli.show_terms import terms_table

        console = options.console()
        console.print(terms_table(rows))
        console.print(f"{len(rows):,} of {total:,} terms", style="dim")
    return options.status


@terms.command()
@common_options
def glossaries() -> int:
    """List the glossaries, with how many concepts and terms they have.

    \b
    Example:
        untm terms glossaries
    """
    from tm import term_shapes, termbase

    options = settings()
    with options.open() as memory, memory.read() as conn:
        found = termbase.glossaries(conn)
    if options.json:
        dump({"glossaries": [term_shapes.stored_glossary(one) for one in found]})
    elif found:
        from cli.show_terms import glossaries_table

        options.console().print(glossaries_table(found))
    else:
        options.say("there is no glossary; untm terms import brings them in")
    return options.status


@terms.command()
@click.argument("names", type=TEXT, nargs=-1, required=True, metavar="GLOSSARY…")
@common_options
def remove(names: tuple[str, ...]) -> int:
    """Take glossaries out of the memory, by the names that untm terms glossaries shows.

    \b
    Example:
        untm terms remove unterm.xlsx
    """
    from tm import termbase

    options = settings()
    with options.open(write=True) as memory, memory.write() as conn:
        for name in names:
            _require_glossary(conn, name)
            termbase.remove(conn, name)
    options.say(f"removed: {', '.join(names)}")
    return options.status


@terms.command()
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--lang", "langs", type=LANGS, metavar="LANG,…", help="Only these languages, in this order in tables.")
@click.option("--glossary", type=TEXT, help="Only the concepts of this glossary.")
@click.option(
    "--tbx",
    "version",
    type=click.Choice(["3", "2"]),
    help="Version of a TBX file; 2, which every tool reads, when not said.",
)
@common_options
def export(output: Path, langs: tuple[Lang, ...] | None, glossary: str | None, version: str | None) -> int:
    """Write the glossaries to TBX (.tbx) or a table (.csv, .tsv, .xlsx), a concept a row.

    What was imported comes out with all that was said of it. A table has all of a concept in its last column, which a
    spreadsheet hides: what was not changed in the other cells comes back from there. What TBX has no place for is told.

    \b
    Example:
        untm terms export glossary.tbx
        untm terms export fr-en.csv --lang fr,en
        untm terms export iso-30042-2019.tbx --tbx 3 --glossary unterm.xlsx
    """
    from tm import termbase
    from tm.formats import for_path

    options = settings()
    writer = for_path(output, "write_concepts")
    able = getattr(writer, "OPTIONS_OF_CONCEPTS", ())
    if version and "version" not in able:
        raise click.UsageError("--tbx is for files ending in .tbx")
    further: dict[str, object] = {"version": int(version)} if version else {}
    if "langs" in able:
        further["langs"] = langs or ()
    with options.open() as memory, memory.read() as conn:
        _require(conn, *(langs or ()))
        _require_glossary(conn, glossary)
        about = [d for one in termbase.glossaries(conn) if glossary in (None, one.name) for d in one.details]
        counted = _Counted(one.concept for one in termbase.concepts(conn, glossary))
        left_out = writer.write_concepts(output, counted.chosen(langs), about, **further)
    options.tell(left_out)
    options.say(f"{output.name}: {counted.count:,} concepts")
    if options.json:
        dump({"file": output.name, "concepts": counted.count})
    return options.status


class _Counted:
    """Concepts on their way into a file.

    Attributes:
        count: how many have passed.
    """

    def __init__(self, concepts: "Iterable[Concept]") -> None:
        self.count = 0
        self._concepts = concepts

    def chosen(self, langs: "Sequence[Lang] | None") -> "Iterator[Concept]":
        """The concepts with their terms in some languages, if there are any; all when none is named.

        Raises:
            InputError: there is none, before a good file is replaced by an empty one.
        """
        from dataclasses import replace

        for concept in self._concepts:
            kept = [s for s in concept.sections if langs is None or any(lang.covers(s.lang) for lang in langs)]
            if any(section.terms for section in kept):
                self.count += 1
                yield replace(concept, sections=tuple(kept))
        if not self.count:
            raise InputError("there is no concept to write", hint="untm terms glossaries shows what there is")


@terms.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "source", type=LANG, required=True, metavar="LANG", help="Language of the source texts.")
@click.option("--to", "target", type=LANG, required=True, metavar="LANG", help="Language of the translations.")
@common_options
def check(file: Path, source: Lang, target: Lang) -> int:
    """Tell where the translations of FILE (TMX, XLIFF, PO, tables, JSON lines) depart from the glossaries.

    For each term of a source text an allowed counterpart must stand in the translation, in any form, and no deprecated
    one. A term of several concepts is satisfied by a counterpart of any of them. Exit status 1 when something was
    found.

    \b
    Example:
        untm terms check draft.xlf --from en --to fr
    """
    from tm import term_shapes, termbase
    from tm.formats import for_path
    from tm.term_check import check as examine

    options = settings()
    check_direction(source, (target,))
    reader = for_path(file, "read_units")
    units = checked = 0
    found = []
    with options.open() as memory, memory.read() as conn, options.waiting(f"checking {file.name}"):
        _require(conn, source, target)
        for line, unit in _numbered(reader, file, options):
            units += 1
            text, translation = unit.variant(source), unit.variant(target)
            if text is not None and translation is not None and text.text and translation.text:
                checked += 1
                hits = termbase.find(conn, text.text, source)
                breaches = examine(hits, translation.text, target)
                if breaches:
                    found.append((line or units, text.text, translation.text, breaches))
    if not checked:
        hint = f"{units:,} units were read; say the languages with --from and --to"
        raise InputError(f"no unit has a text in {source} and in {target}", path=file.name, hint=hint)
    if options.json:
        shapes = [
            {"unit": place, "source": text, "target": translation,
             "findings": [term_shapes.finding(one, target) for one in breaches]}
            for place, text, translation, breaches in found
        ]  # fmt: skip
        dump({"file": file.name, "checked": checked, "units": shapes})
    else:
        from cli.show_terms import show_findings

        for place, from_text, to_text, breaches in found:
            show_findings(options.console(), f"{file.name}:{place}", from_text, to_text, breaches)
    count = sum(len(breaches) for *_, breaches in found)
    options.say(f"{checked:,} units checked, {count:,} departures from the glossaries in {len(found):,} of them")
    return EXIT_PROBLEMS if found else options.status


def _numbered(reader: "ModuleType", file: Path, options: Settings) -> "Iterator[tuple[int, TranslationUnit]]":
    """The units of a file with their lines, 0 where the format knows none; what is wrong is told."""
    from tm.model import TranslationUnit

    numbered = getattr(reader, "numbered_units", None)
    rows = numbered(file) if numbered else ((0, value) for value in reader.read_units(file))
    for line, value in rows:
        if isinstance(value, TranslationUnit):
            yield line, value
        else:
            options.tell([value])


def _require_glossary(conn: "Connection", name: str | None) -> None:
    """Refuse the name of a glossary that there is not.

    Raises:
        InputError: the memory has no glossary of that name.
    """
    from tm import termbase

    known = [one.name for one in termbase.glossaries(conn)] if name is not None else []
    if name is not None and name not in known:
        hint = f"it has: {', '.join(known)}" if known else "untm terms import brings glossaries in"
        raise InputError(f"the memory has no glossary named {name!r}", hint=hint)


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
