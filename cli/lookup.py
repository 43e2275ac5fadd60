"""``untm lookup``."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from cli.options import (
    TEXT,
    check_direction,
    common_options,
    dump,
    from_option,
    limit_option,
    min_option,
    repair_option,
    settings,
    srx_option,
    to_option,
    wanted,
)
from tm.errors import InputError
from tm.lang import Lang

if TYPE_CHECKING:
    from tm.explain import Explanation
    from tm.lookup import LookupOptions
    from tm.model import Match


@click.command()
@click.argument("text", type=TEXT, required=False)
@from_option
@to_option
@min_option
@limit_option
@repair_option
@click.option("--explain", is_flag=True, help="Show how each score came about, and why the matches stand so.")
@srx_option
@common_options
def lookup(
    text: str | None,
    source: Lang,
    targets: tuple[Lang, ...],
    minimum: int,
    limit: int,
    repair: bool,
    explain: bool,
) -> int:
    """Find the best matches for one segment, with score, named penalties, flags and translations.

    Terms of the memory's glossaries that stand in it follow, with their counterparts (untm terms).
    Without TEXT, segments are read from standard input, one a line; with --json each answer is one line.

    \b
    Example:
        untm lookup "Statements (continued)" --from en --to fr,ar
        untm lookup "The 79th session" --from en --to fr --explain
        untm lookup --from fr --to en --json < segments.txt
    """
    from tm import shapes, termbase
    from tm.lookup import lookup as find

    options = settings()
    check_direction(source, targets)
    search = wanted(minimum, limit, source, repair=repair)
    with options.open() as memory, memory.read() as conn:
        for query in _queries(text):
            matches = find(conn, query, source, targets, search)
            explanations = _explained(query, source, matches, search) if explain else None
            terms = termbase.find(conn, query, source)
            if not options.json:
                from cli.show import show_matches
                from cli.show_terms import show_brief

                console = options.console()
                show_matches(console, query, matches, explanations, _advice(query, source))
                show_brief(console, terms, targets)
            else:
                shape = shapes.lookup(query, source, targets, matches, explanations, terms)
                dump(shape, indent=None if text is None else 2)
    return options.status


def _explained(
    query: str, source: Lang, matches: "Sequence[Match]", search: "LookupOptions"
) -> "tuple[Explanation, ...]":
    from tm.explain import explain

    return explain(query, source, matches, search.policy)


def _advice(query: str, source: Lang) -> str:
    """What to do when nothing matches: a short text is not looked for inside longer ones, but can be found there."""
    from tm.query import Query, fewest_contained

    if Query.of(query.strip(), source).long_enough:
        return ""
    unit = "words" if source.joiner else "characters"
    return f"untm find looks for fewer than {fewest_contained(source)} {unit} inside texts"


def _queries(text: str | None) -> Iterator[str]:
    if text is not None:
        if not text.strip():
            raise click.UsageError("the text to look up is empty")
        yield text
        return
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("give a text, or pipe segments in, one a line")
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            # Whatever the locale is: piped text is nearly always UTF-8, and a wrong guess would find nothing.
            found = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8(number) from error
        if "\0" in found:
            raise _not_utf8(number)
        # Lines of old Macintosh files end with a lone carriage return.
        yield from (part.strip() for part in found.split("\r") if part.strip())


def _not_utf8(line: int) -> InputError:
    hint = "convert it first, as with: iconv -f CP1252 -t UTF-8"
    return InputError("the line is not UTF-8", path="standard input", line=line, hint=hint)
