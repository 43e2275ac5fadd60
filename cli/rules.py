"""``untm rules``."""

from pathlib import Path

import click

from cli.options import LANG, TEXT, Settings, common_options, dump, settings
from tm.lang import Lang


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write our rules to a file (.srx, .conf).")
@click.option("--split", "text", type=TEXT, metavar="TEXT", help="Show the sentences of a text; needs --in.")
@click.option("--in", "lang", type=LANG, metavar="LANG", help="Language of the text.")
@common_options
def rules(file: Path | None, output: Path | None, text: str | None, lang: Lang | None) -> int:
    """Write the rules that cut texts into sentences as SRX 2.0, so that other programs cut alike.

    OmegaT from 6.1 takes the file as segmentation.srx, earlier versions take segmentation.conf, in the folder omegat of
    a project; other programs import SRX in their settings.

    With FILE, look at the rules of others: the languages they are for, how many there are, and which of them cannot be
    used. They hold for the commands that --srx FILE is given to, or for all with srx = "FILE" in untm.toml.

    \b
    Example:
        untm rules -o untm.srx
        untm rules -o project/omegat/segmentation.conf
        untm rules colleague.srx
        untm rules colleague.srx --in fr --split "Voir l’art. 5. Il a été adopté."
    """
    options = settings()
    if (text is None) != (lang is None):
        raise click.UsageError("--split and --in go together")
    if output:
        if file or text is not None:
            raise click.UsageError("-o writes our own rules, and nothing else")
        return _write(output, options)
    if text is not None and lang:
        return _split(file, text, lang, options)
    if file is None:
        raise click.UsageError("say where to write our rules (-o untm.srx), or which file to look at")
    return _look(file, options)


def _write(path: Path, options: Settings) -> int:
    from tm.formats.srx import write_rules

    count = write_rules(path)
    if options.json:
        dump({"output": str(path), "rules": count})
    options.say(f"{path}: {count} rules written")
    return options.status


def _split(file: Path | None, text: str, lang: Lang, options: Settings) -> int:
    """Show a text cut into its sentences, by the rules of the file or by ours."""
    from tm.sentence import sentences

    options.srx = str(file or "")
    found = [text[start:end] for start, end in options.splitter(sentences, [lang])(text, lang)]
    if options.json:
        dump({"sentences": found})
    else:
        click.echo("\n".join(found))
    return options.status


def _look(file: Path, options: Settings) -> int:
    from tm import shapes
    from tm.formats.srx import read_rules

    found, problems = read_rules(file)
    options.tell(problems)
    if options.json:
        dump(shapes.break_rules(found, problems))
        return options.status
    for one in found.maps:
        count = len(one.rules)
        click.echo(f"{one.pattern.pattern}: {count} {'rule' if count == 1 else 'rules'}")
    click.echo("every row that fits a language holds" if found.cascade else "the first row that fits a language holds")
    return options.status
