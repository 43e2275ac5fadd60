"""``untm lexicon``: which words translate which, as the memory has learned it; and the learning."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from cli.options import LANG, LANGS, TEXT, Settings, check_direction, common_options, dump, settings
from tm.errors import LanguageError
from tm.lang import Lang

if TYPE_CHECKING:
    from tm.lexicon import Lexicon
    from tm.lexicons import StoredLexicon
    from tm.memory import Memory
    from tm.shapes import Translations


@click.command()
@click.argument("words", type=TEXT, nargs=-1, metavar="[WORD]…")
@click.option("--from", "source", type=LANG, metavar="LANG", help="Language of the words.")
@click.option("--to", "targets", type=LANGS, metavar="LANG,…", help="Languages they are translated into.")
@click.option("--learn", "anew", is_flag=True, help="Learn all lexicons anew, also where little is new.")
@click.option(
    "--limit", type=click.IntRange(1), default=5, show_default=True, help="Most translations shown for a word."
)
@common_options
def lexicon(
    words: tuple[str, ...], source: Lang | None, targets: tuple[Lang, ...] | None, anew: bool, limit: int
) -> int:
    """Show which words translate which, with probabilities, as the memory has learned it; without words, list what it
    has learned.

    Words are known by their first five letters, Chinese by pairs of characters. Accepted, reviewed and imported pairs
    teach, at most 20,000 of two languages (6,000 to 13,000 sentences of usual length): reviewed ones first, then the
    last to come. untm align uses what was learned; align --add and import learn when a fifth or 500 are new.

    \b
    Example:
        untm lexicon
        untm lexicon --from fr --to en entraide recouvrement
        untm lexicon --learn
    """
    from tm import lexicons, shapes

    if words and not (source and targets):
        raise click.UsageError("say which languages: --from fr --to en")
    if source and targets:
        check_direction(source, targets)
    options = settings()
    with options.open(write=anew) as memory:
        if anew:
            _learn(options, memory)
        with memory.read() as conn:
            kept = lexicons.stored(conn)
            found = {to: _required(lexicons.load(conn, source, to), source, to) for to in targets or () if source}
    if not words:
        shown = [value for value in kept if _asked_for(value, source, targets)]
        if options.json:
            dump({"lexicons": [shapes.stored_lexicon(value) for value in shown]})
        else:
            _list(options, shown)
        return options.status
    looked_up = [(word, to, _translations(word, known, limit)) for word in words for to, known in found.items()]
    if options.json:
        dump({"from": str(source), "words": [shapes.translated_words(*row) for row in looked_up]})
    else:
        for word, to, terms in looked_up:
            _show(word, to, terms)
    return options.status


def refresh_lexicons(options: Settings, memory: "Memory", langs: Iterable[Lang]) -> None:
    """Let the memory learn the lexicons of languages that units have come in, where enough is new."""
    from tm import lexicons

    memory.shrink()
    with options.waiting("learning which words translate which"), memory.write() as conn:
        learned = lexicons.refresh(conn, langs)
    if options.verbose:
        for value in learned:
            options.say(_learned_line(value))


def _learn(options: Settings, memory: "Memory") -> None:
    from tm import lexicons, store

    with options.waiting("learning which words translate which"), memory.write() as conn:
        learned = lexicons.refresh(conn, store.langs(conn), anew=True)
    for value in learned:
        options.say(_learned_line(value))
    if not learned:
        options.say(f"there is too little to learn from: {lexicons.FEWEST} accepted pairs of two languages are needed")


def _learned_line(value: "StoredLexicon") -> str:
    return f"lexicon of {value.source} and {value.target} learned from {value.pairs:,} pairs"


def _required(known: "Lexicon | None", source: Lang, target: Lang) -> "Lexicon":
    if known is None:
        raise LanguageError(
            f"the memory has learned no lexicon of {source.name} ({source}) and {target.name} ({target})",
            hint="untm lexicon lists those it has; untm lexicon --learn learns all it can",
        )
    return known


def _asked_for(value: "StoredLexicon", source: Lang | None, targets: Sequence[Lang] | None) -> bool:
    sides = {value.source.primary, value.target.primary}
    wanted = {lang.primary for lang in targets or ()}
    return (source is None or source.primary in sides) and (not wanted or bool(sides & wanted))


def _translations(word: str, known: "Lexicon", limit: int) -> "dict[str, Translations]":
    """The translations of each term that the word is known by."""
    from tm.lexicon import terms

    return {term: known.translations(term, limit) for term in terms(word, known.source)}


def _list(options: Settings, values: "Sequence[StoredLexicon]") -> None:
    from cli.show import plain_table

    if not values:
        options.say("no lexicon has been learned; untm lexicon --learn learns all it can")
        return
    rows = [(f"{v.source}-{v.target}", f"{v.pairs:,}", f"{v.learned:%Y-%m-%d %H:%M}") for v in values]
    options.console().print(plain_table(("languages", "pairs", "learned (UTC)"), rows))


def _show(word: str, to: Lang, terms: "dict[str, Translations]") -> None:
    """A word's translations, one line for each term that has any."""
    lines = {term: found for term, found in terms.items() if found}
    for term, found in lines.items():
        said = ", ".join(f"{other} {probability:.2f}" for other, probability in found)
        click.echo(f"{word} ({term}) {to}: {said}" if term != word.lower() else f"{word} {to}: {said}")
    if not lines:
        click.echo(f"{word} {to}: —")
