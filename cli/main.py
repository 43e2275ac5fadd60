"""The ``untm`` command: a group that loads each command when it is called, and the one place errors are told."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from cli.options import EXIT_INTERRUPTED, EXIT_UNUSABLE, common_options, configuration
from tm.errors import InputError, TMError

#: Command name -> module and name in it, and the one line shown by ``untm --help``.
COMMANDS = {
    "read": ("cli.read:read", "Show the segments of one document, with kind, label and path."),
    "align": ("cli.align:align", "Align two to six language versions of a document."),
    "import": ("cli.memory:import_", "Put units from TMX, PO or untm's own JSON lines into the memory."),
    "lookup": ("cli.lookup:lookup", "Find the best matches for one segment, or one a line from standard input."),
    "suggest": ("cli.suggest:suggest", "Find matches for a whole draft: terminal, JSON, HTML page, TMX."),
    "leverage": ("cli.suggest:leverage", "Count what the memory saves on a draft, band by band."),
    "find": ("cli.find:find", "Show every passage that holds a phrase (concordance)."),
    "export": ("cli.memory:export", "Write units to TMX, PO or untm's own JSON lines."),
    "documents": ("cli.memory:documents", "List the documents in the memory."),
    "stats": ("cli.memory:stats", "Count what the memory holds."),
    "evaluate": ("cli.evaluate:evaluate", "Measure reading, alignment and suggestions against gold folders."),
    "demo": ("cli.demo:demo", "Run the main job on the six-language report, start to end."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported on first use (click documentation, "Lazily loading subcommands")."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order a translator meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        _name_settings(ctx, command, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _name_settings(ctx: click.Context, command: click.Command, name: str) -> None:
    """Let a table of the settings file say options as the command line does: ``min`` for ``--min``.

    Raises:
        InputError: the command has no such option.
    """
    told = (ctx.default_map or {}).get(name)
    if not isinstance(told, dict):
        return
    names = {option.lstrip("-"): parameter.name for parameter in command.params for option in parameter.opts}
    unknown = sorted(set(told) - set(names))
    if unknown:
        known = ", ".join(sorted(option for option in names if len(option) > 1))
        raise InputError(f"[{name}] has no setting {unknown[0]!r}", path="untm.toml", hint=f"it has: {known}")
    assert ctx.default_map is not None
    ctx.default_map[name] = {names[option]: value for option, value in told.items()}


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="untm", prog_name="untm")
@common_options
def untm() -> None:
    """Multilingual translation memory for United Nations documents. Works offline; nothing leaves this machine.

    \b
    untm demo                                                  see it work
    untm align fr=r.fr.txt en=r.en.txt --add                   align versions, keep the pairs
    untm suggest draft.en.txt --from en --to fr -o page.html   what has been translated before
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status; see ``docs/reference.md`` for the statuses."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 (problems listed), 2 (usage), 3 (unusable) or 130."""
    try:
        result: Any = untm.main(arguments, prog_name="untm", standalone_mode=False, default_map=configuration())
    except TMError as error:
        _tell(str(error), error.hint)
        return EXIT_UNUSABLE
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; the memory is as before", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        _tell(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "), "")
        return EXIT_UNUSABLE
    return result if isinstance(result, int) else 0


def _tell(message: str, hint: str) -> None:
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)
    if hint:
        click.echo(f"{click.style('hint:', fg='cyan')} {hint}", err=True)
