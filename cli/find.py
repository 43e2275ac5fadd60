"""``untm find``."""

from typing import TYPE_CHECKING, Any

import click

from cli.options import LANGS, TEXT, Settings, common_options, dump, settings
from tm.errors import Problem
from tm.lang import Lang

if TYPE_CHECKING:
    from tm.folding import Aspect
    from tm.patterns import Query

#: The values of ``tm.patterns.Mode`` and ``tm.folding.Aspect``, which need not be loaded for ``--help``.
MODES = ("phrase", "words", "wildcard", "regex")
ASPECTS = ("case", "accents", "tashkeel", "tatweel", "width", "digits", "quotes", "dashes")


class AspectsType(click.ParamType[Any, Any]):
    """Differences between spellings, with commas between: ``case,accents``; ``all`` for every one."""

    name = "what,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "frozenset[Aspect]":
        """The differences that count."""
        from tm.folding import Aspect

        if isinstance(value, frozenset):
            return value
        names = {name.strip() for name in value.split(",")} - {""}
        names = set(ASPECTS) if "all" in names else names
        if unknown := sorted(names - set(ASPECTS)):
            self.fail(f"{unknown[0]!r} is not one of {', '.join(ASPECTS)}, all", param, ctx)
        return frozenset(map(Aspect, names))


@click.command()
@click.argument("phrase", type=TEXT)
@click.option("--in", "langs", type=LANGS, metavar="LANG,…", help="Search only these languages.")
@click.option("--show", type=LANGS, metavar="LANG,…", help="Show only these translations, in this order.")
@click.option(
    "--mode", type=click.Choice(MODES), default="phrase", show_default=True,
    help="phrase: its words side by side. words: all of them, anywhere. wildcard: * for any letters, ? for one, "
    "a * by itself or … for up to five words. regex: a regular expression.",
)  # fmt: skip
@click.option(
    "--match", type=AspectsType(), default="", metavar="WHAT,…",
    help=f"Differences that count, of {', '.join(ASPECTS)}, or all; others are folded.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="Most passages, or wordings, shown."
)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which so many are shown.")
@click.option(
    "--group", is_flag=True,
    help="Show instead how it was translated into the first language of --show: each wording with how often, "
    "since when, by whom, and adopted texts that contradict each other.",
)  # fmt: skip
@common_options
def find(
    phrase: str,
    langs: tuple[Lang, ...] | None,
    show: tuple[Lang, ...] | None,
    mode: str,
    match: "frozenset[Aspect]",
    limit: int,
    page: int,
    group: bool,
) -> int:
    """Show passages that hold a phrase, in any language, with the sentences that answer in the others.

    Case, accents, vowel signs, width, the script of digits and typography are folded unless --match names them;
    numbers, dates and ordinals are found by their value too. Texts of greater authority come first, then newer ones.

    \b
    Example:
        untm find "entraide judiciaire" --in fr --show en,es
        untm find 司法协助 --show en
        untm find "resolution adopt*" --in fr --mode wildcard --page 2
        untm find "mutual legal assistance" --in en --show fr --group
    """
    from tm.patterns import Mode, Query

    query = Query(phrase, Mode(mode), match)
    if group and not show:
        raise click.UsageError("--group needs --show with the language of the translations")
    options = settings()
    if group and show:
        _show_wordings(options, query, langs or (), show[0], (page - 1) * limit, limit)
    else:
        _show_page(options, query, langs or (), show or (), page, limit)
    return options.status


def _show_page(
    options: Settings, query: "Query", langs: tuple[Lang, ...], show: tuple[Lang, ...], page: int, limit: int
) -> None:
    from tm import concordance, shapes

    with options.open() as memory, memory.read() as conn, options.waiting("searching"):
        found = concordance.highlighted(conn, concordance.find(conn, query, langs, show, page=page, limit=limit))
    _tell_if_stopped(options, found.stopped)
    if options.json:
        dump(shapes.page(found))
    else:
        from cli.show import show_page

        show_page(options.console(), found)


def _show_wordings(
    options: Settings, query: "Query", langs: tuple[Lang, ...], lang: Lang, skipped: int, limit: int
) -> None:
    from tm import concordance, shapes
    from tm.renderings import renderings

    with options.open() as memory, memory.read() as conn, options.waiting("searching"):
        hits, stopped = concordance.find_all(conn, query, langs, (lang,))
    found = renderings(hits, lang)
    shown = found[skipped : skipped + limit]
    _tell_if_stopped(options, stopped)
    if options.json:
        dump(
            {
                "phrase": query.text,
                "lang": lang.tag,
                "total": len(found),
                "renderings": list(map(shapes.rendering, shown)),
            }
        )
    else:
        from cli.show import renderings_table

        console = options.console()
        console.print(renderings_table(shown, lang))
        console.print(f"{len(shown)} of {len(found)} wordings in {len(hits)} passages", style="dim")


def _tell_if_stopped(options: Settings, stopped: int | None) -> None:
    if stopped is not None:
        message = f"the search was given up after {stopped:,} passages: no word of the expression narrows them down"
        options.tell([Problem(message, hint="put a word with plain letters into it, or say --in LANG")])
