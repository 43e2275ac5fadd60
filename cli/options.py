"""Options, parameter types and settings shared by the commands."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tm.errors import InputError, LanguageError, Problem
from tm.lang import UN_LANGUAGES, Lang

if TYPE_CHECKING:
    from rich.console import Console

    from tm.memory import Memory
    from tm.model import Edition

EXIT_DONE = 0
#: Done, and problems were listed on standard error.
EXIT_PROBLEMS = 1
EXIT_USAGE = 2
#: An input or the memory cannot be used.
EXIT_UNUSABLE = 3
EXIT_INTERRUPTED = 130

#: Problems with one message that are shown before the rest are only counted.
SHOWN_OF_A_KIND = 3

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Settings:
    """What the common options say, for the command that runs."""

    memory: str = ""
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    #: How often each problem was met, by its message; any makes the exit status 1.
    problems: Counter[str] = field(default_factory=Counter)

    def open(self, *, write: bool = False, create: bool = False) -> "Memory":
        """The memory the options name, opened; the default one lies in the user's data folder."""
        from tm.memory import open_memory

        return open_memory(self.target, create=create, write=write)

    @property
    def target(self) -> str:
        """Path or URL of the memory."""
        return self.memory or str(default_memory())

    def console(self) -> "Console":
        """A console for data on standard output."""
        from rich.console import Console

        return Console(highlight=False, soft_wrap=False)

    def waiting(self, message: str) -> AbstractContextManager[object]:
        """A context that shows on a terminal's standard error that work is going on."""
        from rich.console import Console

        console = Console(stderr=True, quiet=self.quiet)
        return console.status(message) if console.is_terminal else nullcontext()

    def say(self, message: str) -> None:
        """One line of talk on standard error, unless quiet."""
        if not self.quiet:
            click.echo(message, err=True)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Show problems on standard error, the first of each kind unless verbose, and count them all."""
        for problem in problems:
            self.problems[problem.message] += 1
            if self.problems[problem.message] > SHOWN_OF_A_KIND and not self.verbose:
                continue
            click.echo(f"{click.style('problem:', fg='yellow')} {problem}", err=True)
            if problem.hint:
                click.echo(f"   {click.style('hint:', fg='cyan')} {problem.hint}", err=True)

    @property
    def status(self) -> int:
        """The exit status the problems call for; how many were counted but not shown is told before."""
        for message, count in self.problems.items():
            if count > SHOWN_OF_A_KIND and not self.verbose:
                more = f"{count - SHOWN_OF_A_KIND} more like: {message} (-v shows all)"
                click.echo(f"{click.style('problem:', fg='yellow')} {more}", err=True)
        return EXIT_PROBLEMS if self.problems else EXIT_DONE


def default_memory() -> Path:
    """Where the user's own memory lies."""
    from platformdirs import user_data_path

    return user_data_path("untm") / "memory.untm"


def configuration() -> dict[str, Any]:
    """Defaults from ``untm.toml``: the file ``UNTM_CONFIG`` names, or the one here, or the user's own.

    Tables are named after commands and hold their options, ``[suggest]`` with ``min = 60``; ``memory`` stands on top.

    Raises:
        InputError: the file is no TOML, or the file named does not exist.
    """
    import tomllib

    named = os.environ.get("UNTM_CONFIG")
    for path in [Path(named)] if named else [Path("untm.toml"), _user_configuration()]:
        if not path.is_file():
            continue
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"not a settings file: {error}", path=path.name, hint="see docs/reference.md") from error
    if named:
        raise InputError("no such settings file", path=named, hint="UNTM_CONFIG names it")
    return {}


def _user_configuration() -> Path:
    from platformdirs import user_config_path

    return user_config_path("untm") / "untm.toml"


def settings() -> Settings:
    """The settings of the command that runs."""
    return click.get_current_context().find_root().ensure_object(Settings)


def common_options(command: Command) -> Command:
    """``--memory --json --quiet -v``, before or after the command's name."""

    def remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value and param.name:
            setattr(ctx.find_root().ensure_object(Settings), param.name, value)

    options = [
        click.option("--memory", metavar="PATH|URL", envvar="UNTM_MEMORY", help="The memory to use.",
                     callback=remember, expose_value=False),
        click.option("--json", is_flag=True, help="Print JSON instead of text.", callback=remember, expose_value=False),
        click.option("-q", "--quiet", is_flag=True, help="No talk and no progress on standard error.",
                     callback=remember, expose_value=False),
        click.option("-v", "--verbose", is_flag=True, help="Say more: every problem, every gap closed inside a word.",
                     callback=remember, expose_value=False),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


class LangType(click.ParamType[Any, Any]):
    """One language tag."""

    name = "lang"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Lang:
        """The language, or a usage error."""
        try:
            return Lang.parse(value)
        except LanguageError as error:
            self.fail(f"{error}; {error.hint}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list["click.shell_completion.CompletionItem"]:
        """The six languages that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(lang.tag, help=lang.name) for lang in UN_LANGUAGES if lang.tag.startswith(incomplete)]


class LangsType(LangType):
    """Language tags with commas between: ``fr,es``."""

    name = "lang,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The languages in the order given, each once."""
        if isinstance(value, tuple):
            return value
        one = super().convert
        return tuple(dict.fromkeys(one(tag.strip(), param, ctx) for tag in value.split(",") if tag.strip()))


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file with the language given for it, or None."""

    path: Path
    lang: Lang | None


class FileType(click.ParamType[Any, Any]):
    """``LANG=PATH``, or ``PATH`` alone."""

    name = "[lang=]file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> NamedFile:
        """The file; whether it exists and can be read is found out on reading."""
        if isinstance(value, NamedFile):
            return value
        tag, equals, path = str(value).partition("=")
        if equals and 2 <= len(tag) <= 12 and "/" not in tag and "." not in tag:
            return NamedFile(Path(path), LANG.convert(tag, param, ctx))
        return NamedFile(Path(value), None)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list["click.shell_completion.CompletionItem"]:
        """Files, as the shell completes them."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete.partition("=")[2] or incomplete, type="file")]


LANG = LangType()
LANGS = LangsType()
FILE = FileType()

from_option = click.option(
    "--from", "source", type=LANG, required=True, metavar="LANG", help="Language of the text looked up."
)
to_option = click.option(
    "--to", "targets", type=LANGS, required=True, metavar="LANG,…", help="Languages wanted, best first."
)
min_option = click.option(
    "--min", "minimum", type=click.IntRange(30, 101), default=70, show_default=True, help="Lowest score shown."
)
limit_option = click.option(
    "--limit", type=click.IntRange(1), default=5, show_default=True, help="Most matches shown for a segment."
)
encoding_option = click.option(
    "--encoding", metavar="NAME", help="Encoding of the text files, when it is guessed wrong."
)


def read_edition(file: NamedFile, options: Settings, encoding: str | None = None) -> "Edition":
    """One document read in the format its name tells; what was guessed and what was wrong is told at once.

    Raises:
        InputError: it cannot be read; LanguageError: it is not in the language given.
    """
    from tm import formats

    reader = formats.for_path(file.path, "read_document")
    edition: Edition = reader.read_document(file.path, file.lang, encoding=encoding)
    for remark in edition.remarks:
        options.say(remark)
    if options.verbose:
        for printed, closed in edition.closed_gaps:
            options.say(f"{edition.name}: gap closed, {printed} → {closed}")
    options.tell(edition.problems)
    return edition


def read_editions(files: Sequence[NamedFile], options: Settings, encoding: str | None = None) -> dict[Lang, "Edition"]:
    """Several versions of a document by language, in the order given.

    Raises:
        LanguageError: two of them are in the same language.
        InputError: one cannot be read.
    """
    editions: dict[Lang, Edition] = {}
    for file in files:
        edition = read_edition(file, options, encoding)
        if edition.lang in editions:
            raise LanguageError(
                f"{editions[edition.lang].name} and {edition.name} are both in {edition.lang.name} ({edition.lang})",
                hint="give one file a language, or say LANG=FILE when one was taken for the wrong language",
            )
        editions[edition.lang] = edition
    return editions


def dump(value: Any) -> None:
    """Print one JSON value on standard output, readable, in UTF-8."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
