"""The ``untm`` command: a group that loads each command when it is called, and the one place errors are told."""

import codecs
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click
from click.core import ParameterSource

from cli.options import (
    EXIT_DONE,
    EXIT_INTERRUPTED,
    EXIT_UNUSABLE,
    LangsType,
    common_options,
    configuration,
    mute,
    srx_option,
    talk,
)
from tm.errors import InputError, TMError

#: Command name -> module and name in it, and the one line shown by ``untm --help``.
COMMANDS = {
    "read": ("cli.read:read", "Show the segments of one document, with kind, label and path."),
    "align": ("cli.align:align", "Align two to six language versions of a document."),
    "import": ("cli.memory:import_", "Put units from TMX, XLIFF, PO, tables or untm's own JSON lines into the memory."),
    "lookup": ("cli.lookup:lookup", "Find the best matches for one segment, or one a line from standard input."),
    "suggest": ("cli.suggest:suggest", "Find matches for a whole draft: terminal, JSON, HTML page, XLIFF, PO, TMX."),
    "leverage": (
        "cli.leverage:leverage",
        "Count what the memory saves on a draft, band by band and document by document.",
    ),
    "find": ("cli.find:find", "Show every passage that holds a phrase (concordance)."),
    "lexicon": ("cli.lexicon:lexicon", "Show which words translate which, as the memory has learned it."),
    "terms": ("cli.terms:terms", "Keep glossaries: import and export them, find terms, check translations."),
    "review": ("cli.review:review", "Store what people have corrected, merged, split and marked."),
    "export": ("cli.memory:export", "Write units to TMX, XLIFF, PO, tables or untm's own JSON lines."),
    "documents": ("cli.memory:documents", "List the documents in the memory."),
    "stats": ("cli.memory:stats", "Count what the memory holds."),
    "rules": ("cli.rules:rules", "Write the rules that cut texts into sentences as SRX, or look at those of others."),
    "check": ("cli.check:check", "Look for what is wrong in the memory, and put it right."),
    "evaluate": ("cli.evaluate:evaluate", "Measure reading, alignment and suggestions against gold folders."),
    "demo": ("cli.demo:demo", "Run the main job on the six-language report, start to end."),
}


#: Settings that stand above the tables of ``untm.toml``, and what they are; ``match`` is a table of its own.
TOP_SETTINGS = {"memory": str, "srx": str, "json": bool, "quiet": bool, "verbose": bool, "match": dict}


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has seen enough and left, as ``head`` does, is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            mute(sys.stdout)
            return EXIT_DONE

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
    if told is None:
        return
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    names = {said.lstrip("-"): option for option in options for said in option.opts}
    unknown = sorted(set(told) - set(names))
    if unknown:
        known = ", ".join(sorted(said for said in names if len(said) > 1))
        raise InputError(f"[{name}] has no setting {unknown[0]!r}", path="untm.toml", hint=f"it has: {known}")
    assert ctx.default_map is not None
    ctx.default_map[name] = {
        str(names[said].name): _as_typed(value, names[said], f"[{name}] {said}") for said, value in told.items()
    }


def _as_typed(value: object, option: click.Option, place: str) -> object:
    """A value of the settings file as it would be typed.

    A list of languages may be a list there, and an option that is given several times as ``NAME=VALUE`` a table.
    """
    if isinstance(option.type, LangsType) and isinstance(value, list) and all(isinstance(tag, str) for tag in value):
        return ",".join(value)
    if isinstance(value, dict) and option.multiple:
        return [f"{name}={told}" for name, told in value.items()]
    if isinstance(value, (list, dict)):
        raise InputError(f"{place} must be one value", path="untm.toml", hint="see docs/reference.md")
    return value if isinstance(value, bool) else str(value)


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    """The settings, if every name in the first row of the file is known and holds what it should.

    Raises:
        InputError: one is not.
    """
    for name, value in told.items():
        wanted = dict if name in COMMANDS else TOP_SETTINGS.get(name)
        if wanted is None:
            known = ", ".join(name for name, kind in TOP_SETTINGS.items() if kind is not dict)
            hint = f"there are {known}, a table [match], and tables named after commands, such as [suggest]"
            raise InputError(f"there is no setting {name!r}", path="untm.toml", hint=hint)
        if not isinstance(value, wanted):
            example = {dict: f"[{name}] above its settings", str: f'{name} = "…"', bool: f"{name} = true"}[wanted]
            raise InputError(f"{name} = {value!r} means nothing", path="untm.toml", hint=f"write {example}")
    return told


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="untm", prog_name="untm")
@srx_option
@common_options
def untm() -> None:
    """Multilingual translation memory for United Nations documents. Works offline; nothing leaves this machine.

    \b
    untm demo                                                  see it work
    untm align fr=r.fr.txt en=r.en.txt --add                   align versions, keep the pairs
    untm suggest draft.en.txt --from en --to fr -o page.html   what has been translated before
    """


#: Objects made between two searches for cycles; loading modules makes many, nearly all of which stay.
_COLLECTING = 50_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status; see ``docs/reference.md`` for the statuses."""
    if gc.isenabled():
        gc.set_threshold(_COLLECTING, *gc.get_threshold()[1:])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            _make_able(stream)
    sys.exit(run(arguments))


def _make_able(stream: TextIOWrapper) -> None:
    """Let a stream write any text: ASCII is what Python falls back to without a locale, and becomes UTF-8."""
    ascii_only = codecs.lookup(stream.encoding).name == "ascii"
    stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="backslashreplace")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 (problems listed), 2 (usage), 3 (unusable) or 130."""
    try:
        result: Any = untm.main(
            arguments, prog_name="untm", standalone_mode=False, default_map=_checked(configuration())
        )
    except TMError as error:
        _tell(str(error), error.hint)
        return EXIT_UNUSABLE
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        talk("interrupted; nothing is half written")
        return EXIT_INTERRUPTED
    except click.BadParameter as error:
        return _refused(error)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except MemoryError:
        _tell("not enough working memory", "give it less at a time, or close other programs")
        return EXIT_UNUSABLE
    except OSError as error:
        place = error.filename or "input or output"
        _tell(f"{place}: {error.strerror or error}", "check free space and access rights")
        return EXIT_UNUSABLE
    return result if isinstance(result, int) else 0


def _refused(error: click.BadParameter) -> int:
    """Show a value that an option does not take: wrong usage, or a wrong line in the settings file."""
    name = error.param.name if error.param else None
    if error.ctx is None or name is None or error.ctx.get_parameter_source(name) is not ParameterSource.DEFAULT_MAP:
        error.show()
        return error.exit_code
    assert error.param is not None
    table = f"[{error.ctx.info_name}] " if error.ctx.parent else ""
    _tell(f"untm.toml: {table}{error.param.opts[0].lstrip('-')}: {error.message}", "correct it there")
    return EXIT_UNUSABLE


def _tell(message: str, hint: str) -> None:
    talk(f"{click.style('error:', fg='red', bold=True)} {message}")
    if hint:
        talk(f"{click.style('hint:', fg='cyan')} {hint}")
