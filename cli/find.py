"""``untm find``."""

import click

from cli.options import LANGS, TEXT, common_options, dump, settings
from tm.lang import Lang


@click.command()
@click.argument("phrase", type=TEXT)
@click.option("--in", "langs", type=LANGS, metavar="LANG,…", help="Search only these languages.")
@click.option("--show", type=LANGS, metavar="LANG,…", help="Show only these translations, in this order.")
@click.option("--limit", type=click.IntRange(1), help="Most passages shown; all when not given.")
@common_options
def find(phrase: str, langs: tuple[Lang, ...] | None, show: tuple[Lang, ...] | None, limit: int | None) -> int:
    """Show every passage that holds a phrase, in any language, with the sentences that answer in the others.

    \b
    Example:
        untm find "entraide judiciaire" --in fr --show en,es
        untm find 司法协助 --show en
    """
    from tm import shapes
    from tm.concordance import concordance

    if not phrase.strip():
        raise click.UsageError("the phrase is empty")
    options = settings()
    with options.open() as memory, memory.read() as conn:
        hits = list(concordance(conn, phrase, langs or (), show or (), limit))
    if options.json:
        dump({"phrase": phrase, "hits": [shapes.hit(hit) for hit in hits]})
    else:
        from cli.show import show_hits

        show_hits(options.console(), phrase, hits)
    return options.status
