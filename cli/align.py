"""``untm align``."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import FILE, TEXT, NamedFile, Settings, common_options, dump, encoding_option, read_editions, settings
from cli.trust import accept_option, doubt_option, plot_option, show_alignment, trust_limits, trust_line
from tm.errors import LanguageError, Problem
from tm.lang import Lang

if TYPE_CHECKING:
    from aligners import Alignment
    from tm.model import Document, Edition, TranslationUnit


@click.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the units to a file (.tmx, .jsonl, .po).")
@click.option("--add", is_flag=True, help="Put the units into the memory.")
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
@encoding_option
@common_options
def align(
    files: tuple[NamedFile, ...],
    output: Path | None,
    add: bool,
    symbol: str,
    title: str,
    date: datetime | None,
    explain: bool,
    semantic: bool,
    doubtful: bool,
    accept: float,
    doubt: float,
    plot: Path | None,
    encoding: str | None,
) -> int:
    """Align two to six language versions of a document, paragraph by paragraph and sentence by sentence.

    FILES are LANG=FILE, or FILE with the language taken from its name or found out.

    \b
    Example:
        untm align fr=report.fr.txt en=report.en.txt es=report.es.txt --add
        untm align real/ar.txt real/en.txt real/zh.txt -o report.tmx
        untm align fr=report.fr.txt en=report.en.txt --explain --doubtful --plot report.svg
    """
    options = settings()
    limits = trust_limits(accept, doubt)
    if len(files) < 2:
        raise LanguageError("one file cannot be aligned", hint="give two to six language versions of the document")
    editions = read_editions(files, options, encoding)
    document = described(editions, symbol=symbol, title=title, date=date)
    with options.waiting(f"aligning {len(editions)} versions"):
        alignment, units = align_document(editions, document, semantic=semantic)
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
        _add(options, document, editions, units)
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


def align_document(
    editions: "Mapping[Lang, Edition]", document: "Document", *, semantic: bool = False
) -> "tuple[Alignment, tuple[TranslationUnit, ...]]":
    """The alignment of the editions, by sentence embeddings too if asked for, and its units with the document's name on
    each.
    """
    from aligners import AlignOptions
    from aligners import align as align_segments

    usual = AlignOptions()
    costs = (*usual.costs, "semantic") if semantic else usual.costs
    segments = {lang: edition.segments for lang, edition in editions.items()}
    alignment = align_segments(segments, replace(usual, costs=costs))
    return alignment, tuple(_belonging(unit, document) for unit in alignment.units)


def _belonging(unit: "TranslationUnit", document: "Document") -> "TranslationUnit":
    sentences = tuple(replace(sentence, document=document) for sentence in unit.sentences)
    return replace(unit, document=document, sentences=sentences)


def _add(
    options: Settings, document: "Document", editions: "Mapping[Lang, Edition]", units: "tuple[TranslationUnit, ...]"
) -> None:
    from cli.show import added_line
    from tm import store

    with options.open(write=True, create=True) as memory, memory.write() as conn:
        added = store.add_document(conn, document, list(editions.values()), units)
    options.say(f"{options.target}: {added_line(added)}")
    if added.unfitting:
        what = f"{added.unfitting} texts in other languages no longer fit the paragraphs and went to the history"
        options.tell([Problem(what, document.key, hint="align all versions of the document together")])
