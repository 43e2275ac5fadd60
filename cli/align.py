"""``untm align``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import (
    FILE,
    TEXT,
    NamedFile,
    Settings,
    common_options,
    dump,
    encoding_option,
    original_option,
    read_editions,
    settings,
    srx_option,
)
from cli.trust import accept_option, doubt_option, plot_option, show_alignment, trust_limits, trust_line
from tm.errors import LanguageError, MemoryFileError, MissingMemoryError, Problem
from tm.lang import Lang
from tm.sentence import clauses

if TYPE_CHECKING:
    from aligners import Alignment, Lexicons
    from aligners.reviewed import Corrected
    from tm.model import Document, Edition, TranslationUnit
    from tm.sentence import Splitter


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the units to a file (.tmx, .xlsx, .html …)."
)
@click.option("--add", is_flag=True, help="Put the units into the memory.")
@click.option(
    "--anchors",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Hold the reviewed units of a file (.jsonl, .json) as they are, and align only what lies between them.",
)
@click.option(
    "--no-anchors", is_flag=True, help="With --add: do not hold what is reviewed in the memory of this document."
)
@click.option(
    "--symbol", type=TEXT, default="", help="Document symbol, such as A/RES/70/1, when the files do not show it."
)
@click.option("--title", type=TEXT, default="", help="Title of the document.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Date of the document.")
@click.option(
    "--explain",
    is_flag=True,
    help="Show the evidence for each pair of segments, in pairs with the first language; -v for all pairs.",
)
@click.option(
    "--semantic", is_flag=True, help="Compare meanings too, by sentence embeddings; needs pip install 'untm[semantic]'."
)
@click.option("--doubtful", is_flag=True, help="Show only what needs a look. --json and files hold all the same.")
@accept_option
@doubt_option
@plot_option
@click.option("--no-lexicon", is_flag=True, help="Leave aside the word lexicon that the memory has learned.")
@srx_option
@encoding_option
@original_option
@common_options
def align(
    files: tuple[NamedFile, ...],
    output: Path | None,
    add: bool,
    anchors: Path | None,
    no_anchors: bool,
    symbol: str,
    title: str,
    date: datetime | None,
    explain: bool,
    semantic: bool,
    doubtful: bool,
    accept: float,
    doubt: float,
    plot: Path | None,
    no_lexicon: bool,
    encoding: str | None,
    original: bool,
) -> int:
    """Align two to six language versions of a document, paragraph by paragraph and sentence by sentence.

    FILES are LANG=FILE, or FILE with the language taken from its name or found out.

    If there is a memory, the lexicon it has learned from its accepted pairs helps (untm lexicon shows it); --add lets
    it learn from this document as well, once enough pairs are new.

    \b
    Example:
        untm align fr=report.fr.txt en=report.en.txt es=report.es.txt --add
        untm align real/ar.txt real/en.txt real/zh.txt -o report.tmx
        untm align fr=report.fr.txt en=report.en.txt --explain --doubtful --plot report.svg
        untm align fr=report.fr.txt en=report.en.txt --anchors corrected.jsonl --add
    """
    options = settings()
    limits = trust_limits(accept, doubt)
    if len(files) < 2:
        raise LanguageError("one file cannot be aligned", hint="give two to six language versions of the document")
    editions = read_editions(files, options, encoding, original=original)
    document = described(editions, symbol=symbol, title=title, date=date)
    lexicons = {} if no_lexicon else known_lexicons(options, tuple(editions))
    held = _held(options, editions, document, anchors, memory=add and not no_anchors)
    splitter = options.splitter(clauses, editions)
    with options.waiting(f"aligning {len(editions)} versions"):
        alignment, units = align_document(editions, document, lexicons, held, semantic=semantic, splitter=splitter)
    options.tell(alignment.problems)
    if output:
        from tm.formats import write_units

        count = write_units(output, units, tuple(editions))
        options.say(f"{output}: {count} units written")
    if plot:
        from tm.formats.dotplot import write_dotplot

        write_dotplot(plot, editions, alignment.beads, limits, document.title or document.key)
        options.say(f"{plot}: alignment drawn")
    if add:
        _add(options, document, editions, units, anew=bool(held and held.points))
    if options.json:
        from tm import shapes

        dump(shapes.alignment(units, alignment.beads, limits))
    else:
        show_alignment(options, editions, alignment, units, limits, explain=explain, doubtful=doubtful)
    options.say(trust_line(units, limits))
    return options.status


def described(editions: "Mapping[Lang, Edition]", *, symbol: str, title: str, date: datetime | None) -> "Document":
    """The document the editions are versions of: as said, else as the files say, else named after the first file."""
    from tm.model import Document, Kind
    from tm.placeables import document_status

    symbol = symbol or next((e.document.symbol for e in editions.values() if e.document.symbol), "")
    day = date.date() if date else next((e.document.date for e in editions.values() if e.document.date), None)
    first = next(iter(editions.values()))
    shown = title or " – ".join(s.text for s in first.segments if s.kind is Kind.TITLE)
    return Document(symbol=symbol, title=shown, date=day, status=document_status(symbol), origin=first.name)


def known_lexicons(options: Settings, langs: Sequence[Lang]) -> "Lexicons":
    """What the memory knows of the words of these languages; nothing when there is no memory yet.

    A memory that cannot be read is told as a problem: the versions can be aligned without it.
    """
    from tm import lexicons

    try:
        with options.open() as memory, memory.read() as conn:
            found = lexicons.load_all(conn, langs)
    except MissingMemoryError:
        return {}
    except MemoryFileError as error:
        options.tell([Problem(f"aligned without its lexicon: {error.message}", error.path, hint=error.hint)])
        return {}
    if options.verbose:
        parts = (f"{a}-{b} from {known.pairs:,} pairs" for (a, b), known in found.items())
        options.say(f"lexicon of the memory: {', '.join(parts) or 'none of these languages yet'}")
    return found


def align_document(
    editions: "Mapping[Lang, Edition]",
    document: "Document",
    lexicons: "Lexicons | None" = None,
    held: "Corrected | None" = None,
    *,
    semantic: bool = False,
    splitter: "Splitter | None" = None,
) -> "tuple[Alignment, tuple[TranslationUnit, ...]]":
    """The alignment of the editions around the corrections, by sentence embeddings too if asked for, and its units with
    the document's name on each; sentences are cut by the splitter if there is one.
    """
    from aligners import AlignOptions
    from aligners import align as align_segments
    from cli.anchors import marked

    points = [point for _, point in held.points] if held else ()
    usual = AlignOptions()
    costs = (*usual.costs, "semantic") if semantic else usual.costs
    wanted = replace(usual, costs=costs, splitter=splitter or usual.splitter)
    segments = {lang: edition.segments for lang, edition in editions.items()}
    alignment = align_segments(segments, wanted, lexicons=lexicons or {}, held=points)
    units = tuple(_belonging(unit, document) for unit in alignment.units)
    return alignment, marked(units, held) if held else units


def _held(
    options: Settings,
    editions: "Mapping[Lang, Edition]",
    document: "Document",
    anchors: Path | None,
    *,
    memory: bool,
) -> "Corrected | None":
    """The corrections of the file, and those of the memory that it says nothing about; None when there are none."""
    from cli.anchors import of_file, of_memory

    stored = of_memory(editions, document, options) if memory else None
    if anchors is None:
        return stored
    given = of_file(anchors, editions, document, options)
    segments = {lang: edition.segments for lang, edition in editions.items()}
    return given.and_older(stored, segments) if stored else given


def _belonging(unit: "TranslationUnit", document: "Document") -> "TranslationUnit":
    sentences = tuple(replace(sentence, document=document) for sentence in unit.sentences)
    return replace(unit, document=document, sentences=sentences)


def _add(
    options: Settings,
    document: "Document",
    editions: "Mapping[Lang, Edition]",
    units: "tuple[TranslationUnit, ...]",
    *,
    anew: bool,
) -> None:
    from cli.lexicon import refresh_lexicons
    from cli.show import added_line
    from tm import store

    with options.open(write=True, create=True) as memory:
        with memory.write() as conn:
            added = store.add_document(conn, document, list(editions.values()), units, anew=anew)
        refresh_lexicons(options, memory, editions)
    options.say(f"{options.target}: {added_line(added)}")
    if added.unfitting:
        what = f"{added.unfitting} texts in other languages no longer fit the paragraphs and went to the history"
        options.tell([Problem(what, document.key, hint="align all versions of the document together")])
