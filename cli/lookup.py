"""``untm lookup``."""

import sys
from collections.abc import Iterator

import click

from cli.options import common_options, from_option, limit_option, min_option, settings, to_option
from tm.lang import Lang


@click.command()
@click.argument("text", required=False)
@from_option
@to_option
@min_option
@limit_option
@common_options
def lookup(text: str | None, source: Lang, targets: tuple[Lang, ...], minimum: int, limit: int) -> int:
    """Find the best matches for one segment, with score, named penalties, flags and translations.

    Without TEXT, segments are read from standard input, one a line; with --json each answer is one line.

    \b
    Example:
        untm lookup "Statements (continued)" --from en --to fr,ar
        untm lookup --from fr --to en --json < segments.txt
    """
    from tm import shapes
    from tm.lookup import LookupOptions
    from tm.lookup import lookup as find

    options = settings()
    wanted = LookupOptions(minimum=minimum, limit=limit)
    with options.open() as memory, memory.read() as conn:
        for query in _queries(text):
            matches = find(conn, query, source, targets, wanted)
            if not options.json:
                from cli.show import show_matches

                show_matches(options.console(), query, matches)
            elif text is not None:
                from cli.options import dump

                dump(shapes.lookup(query, source, targets, matches))
            else:
                import json

                click.echo(json.dumps(shapes.lookup(query, source, targets, matches), ensure_ascii=False))
    return options.status


def _queries(text: str | None) -> Iterator[str]:
    if text is not None:
        if not text.strip():
            raise click.UsageError("the text to look up is empty")
        yield text
        return
    if sys.stdin.isatty():
        raise click.UsageError("give a text, or pipe segments in, one a line")
    yield from (line.strip() for line in sys.stdin if line.strip())
