"""``untm check``: what is wrong in a memory, and putting it right."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.memory import require_held
from cli.options import (
    EXIT_PROBLEMS,
    LANG,
    LANGS,
    SHOWN_OF_A_KIND,
    TEXT,
    Settings,
    check_direction,
    common_options,
    dump,
    settings,
    srx_option,
)
from tm.lang import Lang

if TYPE_CHECKING:
    from aligners.repair import Examination
    from tm.memory import Memory
    from tm.model import TranslationUnit
    from tm.store import Added


@dataclass(frozen=True, slots=True)
class _Checked:
    """The units of one document and level, and what was found in them."""

    key: str
    units: "tuple[TranslationUnit, ...]"
    examination: "Examination"


@click.command()
@click.option("--index", "of_index", is_flag=True, help="Find texts that lookups would miss (the default).")
@click.option("--alignment", is_flag=True, help="Find units whose texts do not belong together.")
@click.option(
    "--symbol", "--document", "symbol", type=TEXT,
    help="Only documents with this symbol or file name; a * at the end stands for the rest.",
)  # fmt: skip
@click.option("--from", "source", type=LANG, metavar="LANG", help="Language that the others are compared with.")
@click.option("--to", "targets", type=LANGS, metavar="LANG,…", help="Languages that are compared with it.")
@click.option("--repair", is_flag=True, help="Put it right: build the index anew, or pair texts anew; see the history.")
@click.option("--by", type=TEXT, default="", help="Who repairs, kept in the history.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the new units to a file (.tmx, .jsonl).")
@srx_option
@common_options
def check(
    of_index: bool, alignment: bool, symbol: str | None, source: Lang | None, targets: tuple[Lang, ...] | None,
    repair: bool, by: str, output: Path | None,
) -> int:  # fmt: skip
    """Look for what is wrong in the memory, one thing at a time.

    --index compares the index with the texts; a text that it does not hold as it is would not be found.

    --alignment aligns the columns of each document anew. Rows that are shifted, swapped, merged, split or unrelated are
    reported with the evidence for and against, in nats, and with what belongs there. Reviewed units are never changed.

    Exit status 1 when something was found and not repaired, 0 when there is nothing to do.

    \b
    Example:
        untm check
        untm check --index --repair
        untm check --alignment --document colleague.tmx
        untm check --alignment --from en --to zh -o repaired.tmx
        untm check --alignment --repair --by 'M. Dupont'
    """
    options = settings()
    if not alignment:
        if symbol or source or targets or by or output:
            raise click.UsageError("--symbol, --from, --to, --by and -o belong to --alignment")
        return _check_index(options, repair=repair)
    if of_index:
        raise click.UsageError("one check at a time: --index or --alignment")
    if source and targets:
        check_direction(source, targets)
    with options.open(write=repair) as memory:
        documents = _examined(memory, options, symbol, source, targets or (), final=repair or output is not None)
        if output:
            from tm.formats import write_units

            made = [unit for checked in documents for unit in checked.examination.made]
            langs = [lang for lang in (source, *(targets or ())) if lang]
            options.say(f"{output}: {write_units(output, made, langs)} units written")
        added = _repaired(memory, documents, by) if repair else None
    _print(options, documents, added)
    return EXIT_PROBLEMS if added is None and any(c.examination.suspects for c in documents) else options.status


def _check_index(options: Settings, *, repair: bool) -> int:
    """Compare the index with the texts, and build it anew when asked to; the exit status."""
    from tm import shapes
    from tm.reindex import misfits, rebuild

    with options.open(write=repair) as memory:
        with memory.read() as conn, options.waiting("comparing the index with the texts"):
            found = misfits(conn)
        if found and repair:
            with memory.write() as conn, options.waiting("building the index anew"):
                count = rebuild(conn)
            options.say(f"{len(found):,} faults found; the index was built anew from {count:,} texts")
    if options.json:
        problems = [shapes.problem(problem) for problem in found]
        dump({"check": "index", "problems": problems, "repaired": bool(found) and repair})
    if not found:
        options.say("the index fits the texts")
    elif not repair:
        shown = found if options.verbose else found[:SHOWN_OF_A_KIND]
        options.tell(shown)
        if len(shown) < len(found):
            options.say(f"{len(found) - len(shown):,} more faults like these (-v shows all)")
    return options.status


def _examined(
    memory: "Memory",
    options: Settings,
    symbol: str | None,
    source: Lang | None,
    targets: Sequence[Lang],
    *,
    final: bool,
) -> list[_Checked]:
    """Every document of the memory that was asked for, level by level, examined; the new units too when ``final``.

    Raises:
        LanguageError: the memory has nothing in a language asked for.
        InputError: it has no such document.
    """
    from aligners import AlignOptions
    from aligners.repair import examine, settled
    from tm import store
    from tm.sentence import clauses

    with memory.read() as conn:
        require_held(conn, [lang for lang in (source, *targets) if lang], symbol)
        units = tuple(store.iterate(conn, symbol=symbol))
    splitter = options.splitter(clauses, sorted({lang for unit in units for lang in unit.langs}))
    wanted = AlignOptions(splitter=splitter)
    checked = []
    for (key, _), group in groupby(units, key=lambda unit: (unit.document.key, unit.level)):
        some = tuple(group)
        with options.waiting(f"{key}: aligning {len(some):,} rows anew"):
            found = examine(some, source, targets, wanted)
            checked.append(_Checked(key, some, settled(found, source, targets, wanted) if final else found))
    return checked


def _repaired(memory: "Memory", documents: Sequence[_Checked], by: str) -> "Added":
    """Store the new pairing of all documents in which something was found, in one transaction."""
    from tm import store
    from tm.store import Added

    added = Added()
    with memory.write() as conn:
        for _, group in groupby(documents, key=lambda checked: checked.key):
            levels = list(group)
            if any(checked.examination.suspects for checked in levels):
                before = [unit for checked in levels for unit in checked.units]
                after = [unit for checked in levels for unit in checked.examination.units]
                added += store.realign_document(conn, before, after, by=by)
    return added


def _print(options: Settings, documents: Sequence[_Checked], added: "Added | None") -> None:
    from tm import shapes

    found = [checked for checked in documents if checked.examination.suspects]
    rows = sum(len(checked.units) for checked in documents)
    suspect = sum(len({s.row for s in checked.examination.suspects}) for checked in found)
    if options.json:
        dump(
            {
                "check": "alignment",
                "rows": rows,
                "suspect": suspect,
                "stretches": [shapes.stretch(s, c.key) for c in found for s in c.examination.stretches],
                "suspects": [shapes.suspect(s, c.units) for c in found for s in c.examination.suspects],
                "repaired": added is not None,
            }
        )
    else:
        from cli.show import show_suspects, stretch_line

        console = options.console()
        for checked in found:
            for stretch in checked.examination.stretches:
                console.print(f"{checked.key} {stretch_line(stretch)}", markup=False, soft_wrap=True)
            shown = checked.examination.suspects if options.verbose else checked.examination.suspects[:SHOWN_OF_A_KIND]
            show_suspects(console, shown, checked.units)
    options.say(f"{suspect:,} of {rows:,} rows are suspect" if suspect else f"{rows:,} rows, nothing suspect")
    if added is not None and suspect:
        options.say(f"{added.replaced} units replaced, {added.units} added, {added.removed} removed; see the history")
