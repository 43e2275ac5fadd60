"""Options, parameter types and settings shared by the commands."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click
from click.core import ParameterSource

from tm.errors import InputError, LanguageError, Problem, Remark
from tm.lang import UN_LANGUAGES, Lang

if TYPE_CHECKING:
    from rich.console import Console

    from tm.lookup import LookupOptions
    from tm.memory import Memory
    from tm.model import Edition
    from tm.sentence import Splitter

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
    #: File of rules that cut texts into sentences, "" for our own.
    srx: str = ""
    #: How often each problem was met, by its message; any makes the exit status 1.
    problems: Counter[str] = field(default_factory=Counter)
    #: Where each of the above was said, when it was: the more explicit source wins.
    sources: dict[str, ParameterSource] = field(default_factory=dict)

    def open(self, *, write: bool = False, create: bool = False) -> "Memory":
        """The memory the options name, opened; the default one lies in the user's data folder."""
        from tm.memory import open_memory

        return open_memory(self.target, create=create, write=write)

    def has_memory(self) -> bool:
        """Whether there is a memory where the options name one; a database on a server is taken to be there."""
        from tm.memory import exists

        return exists(self.target)

    @property
    def target(self) -> str:
        """Path or URL of the memory."""
        return self.memory or str(default_memory())

    def splitter(self, usual: "Splitter", langs: Iterable[Lang]) -> "Splitter":
        """What cuts texts in these languages into sentences: the rules of ``--srx``, else as usual.

        What the file lacks or cannot say is told.

        Raises:
            InputError: the file cannot be used.
        """
        if not self.srx:
            return usual
        from tm.formats.srx import read_rules

        rules, problems = read_rules(Path(self.srx))
        self.tell(problems)
        for lang in langs:
            if rules.rules_of(lang) is None:
                self.say(f"{self.srx}: no rules for {lang.name}; sentences are cut as usual")
        return partial(rules.sentences, usual=usual)

    def console(self) -> "Console":
        """A console for data on standard output."""
        from cli.show import output

        return output()

    def waiting(self, message: str) -> AbstractContextManager[object]:
        """A context that shows on a terminal's standard error that work is going on."""
        from rich.console import Console

        console = Console(stderr=True, quiet=self.quiet)
        return console.status(message) if console.is_terminal else nullcontext()

    def say(self, message: str) -> None:
        """One line of talk on standard error, unless quiet."""
        if not self.quiet:
            talk(message)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Show problems on standard error, the first of each kind unless verbose, and count them all but remarks."""
        for problem in problems:
            if isinstance(problem, Remark):
                self.say(f"note: {problem}{f' ({problem.hint})' if problem.hint else ''}")
                continue
            self.problems[problem.message] += 1
            if self.problems[problem.message] > SHOWN_OF_A_KIND and not self.verbose:
                continue
            talk(f"{click.style('problem:', fg='yellow')} {problem}")
            if problem.hint:
                talk(f"   {click.style('hint:', fg='cyan')} {problem.hint}")

    @property
    def status(self) -> int:
        """The exit status the problems call for; how many were counted but not shown is told before."""
        for message, count in self.problems.items():
            if count > SHOWN_OF_A_KIND and not self.verbose:
                more = f"{count - SHOWN_OF_A_KIND} more like: {message} (-v shows all)"
                talk(f"{click.style('problem:', fg='yellow')} {more}")
        return EXIT_PROBLEMS if self.problems else EXIT_DONE


def talk(message: str) -> None:
    """One line on standard error. When nobody reads it any more the work goes on, without a word."""
    try:
        click.echo(message, err=True)
    except BrokenPipeError:
        mute(sys.stderr)


def mute(stream: TextIO) -> None:
    """Send what is still to be written to a stream nobody reads to nowhere, so that the end of Python writes it too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def recorded_name(path: Path) -> str:
    """The file's name as text that can be kept; bytes of it that are not UTF-8 become U+FFFD."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def default_memory() -> Path:
    """Where the user's own memory lies."""
    from platformdirs import user_data_path

    return user_data_path("untm") / "memory.untm"


def configuration() -> dict[str, Any]:
    """Defaults from ``untm.toml``: the file ``UNTM_CONFIG`` names, or the one here, or the user's own.

    Tables are named after commands and hold their options, ``[suggest]`` with ``min = 60``; ``[match]`` holds the
    points that differences and origins cost; ``memory`` and ``srx`` stand on top.

    Raises:
        InputError: the file is no TOML, or the file named does not exist.
    """
    import tomllib

    path = settings_file()
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not a settings file: {error}", path=path.name, hint="see docs/reference.md") from error
    except OSError as error:
        hint = "check the permissions, or name another file in UNTM_CONFIG"
        raise InputError(f"cannot be read: {error.strerror}", path=path.name, hint=hint) from error


def settings_file() -> Path | None:
    """The file that ``configuration`` reads; None when there is none.

    Raises:
        InputError: the file that ``UNTM_CONFIG`` names does not exist.
    """
    named = os.environ.get("UNTM_CONFIG")
    if named and not Path(named).is_file():
        raise InputError("no such settings file", path=named, hint="UNTM_CONFIG names it")
    places = [Path(named)] if named else [Path("untm.toml"), _user_configuration()]
    return next((path for path in places if path.is_file()), None)


def _user_configuration() -> Path:
    from platformdirs import user_config_path

    return user_config_path("untm") / "untm.toml"


def settings() -> Settings:
    """The settings of the command that runs."""
    return click.get_current_context().find_root().ensure_object(Settings)


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep what an option says that stands before the command's name or after it."""
    source = ctx.get_parameter_source(param.name) if param.name else None
    if not value or not param.name or source is None:
        return
    said = ctx.find_root().ensure_object(Settings)
    # What the environment says stands back in both places.
    if source <= said.sources.get(param.name, ParameterSource.DEFAULT):
        setattr(said, param.name, value)
        said.sources[param.name] = source


def common_options(command: Command) -> Command:
    """``--memory --json --quiet -v``, before or after the command's name."""
    options = [
        click.option("--memory", type=MEMORY, metavar="PATH|URL", envvar="UNTM_MEMORY", help="The memory to use.",
                     callback=_remember, expose_value=False),
        click.option("--json", is_flag=True, help="Print JSON instead of text.",
                     callback=_remember, expose_value=False),
        click.option("-q", "--quiet", is_flag=True, help="No talk and no progress on standard error.",
                     callback=_remember, expose_value=False),
        click.option("-v", "--verbose", is_flag=True, help="Say more: every problem, every gap closed inside a word.",
                     callback=_remember, expose_value=False),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


class TextType(click.ParamType[Any, Any]):
    """Words that are searched for or kept, in whatever encoding the terminal has."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text; where Python could not decode an argument, its bytes are read as UTF-8."""
        try:
            return os.fsencode(value).decode() if any("\ud800" <= c <= "\udfff" for c in value) else value
        except UnicodeError:
            self.fail("it is not in UTF-8, nor in the encoding of this terminal", param, ctx)


class MemoryType(click.ParamType[Any, Any]):
    """Path or URL of a memory."""

    name = "path|url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """What was said, unless it is nothing: then the default memory would be used by mistake."""
        return str(value) or self.fail("it is empty", param, ctx)


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
        tags = [tag.strip() for tag in value.split(",")]
        one = super().convert
        found = tuple(dict.fromkeys(one(tag, param, ctx) for tag in tags if tag))
        return found or self.fail("no language is named; write them like fr,es", param, ctx)


class PairType(LangType):
    """Two languages, source first: ``fr-en``; with a comma where a tag has a hyphen of its own: ``fr-CH,en``."""

    name = "lang-lang"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The two languages, or a usage error."""
        if isinstance(value, tuple):
            return value
        tags = value.split("," if "," in value else "-")
        if len(tags) != 2:
            self.fail(f"{value!r} is no pair; write it like fr-en, or fr-CH,en", param, ctx)
        one = super().convert
        source, target = (one(tag.strip(), param, ctx) for tag in tags)
        if source == target:
            self.fail(f"both are {source}", param, ctx)
        return source, target


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
TEXT = TextType()
LANGS = LangsType()
PAIR = PairType()
FILE = FileType()
MEMORY = MemoryType()

from_option = click.option(
    "--from", "source", type=LANG, required=True, metavar="LANG", help="Language of the text looked up."
)
to_option = click.option(
    "--to", "targets", type=LANGS, required=True, metavar="LANG,…", help="Languages wanted, best first."
)
min_option = click.option(
    "--min", "minimum", type=click.IntRange(30, 102), default=70, show_default=True, help="Lowest score shown."
)
limit_option = click.option(
    "--limit", type=click.IntRange(1), default=5, show_default=True, help="Most matches shown for a segment."
)
repair_option = click.option(
    "--repair/--no-repair",
    default=True,
    help="Adapt translations to the numbers, dates, names and labels of the text, where that is certain.",
)
xliff_option = click.option(
    "--xliff", metavar="VERSION", type=click.Choice(["1.2", "2.0", "2.1", "2.2"]),
    help="Version of an XLIFF file written; 1.2, which every translation tool reads, unless this says otherwise.",
)  # fmt: skip
srx_option = click.option(
    "--srx", type=TEXT, metavar="FILE", callback=_remember, expose_value=False,
    help="Cut texts into sentences by the SRX rules of a file instead of ours (untm rules writes ours).",
)  # fmt: skip
original_option = click.option(
    "--original", is_flag=True, help="Read word-processor documents as they were before their tracked changes."
)
encoding_option = click.option(
    "--encoding", metavar="NAME", help="Encoding of the text files, when it is guessed wrong."
)


def xliff_settings(output: Path | None, version: str | None) -> dict[str, str]:
    """What a writer is told of the version of XLIFF, nothing where none was asked for.

    Raises:
        click.UsageError: one was asked for, and the output is no XLIFF file.
    """
    from tm.formats import ENDINGS

    if version is None:
        return {}
    if output is None or ENDINGS.get(output.suffix.lower()) != "xliff":
        raise click.UsageError("--xliff is for files ending in .xlf or .xliff")
    return {"version": version}


def check_direction(source: Lang, targets: Sequence[Lang]) -> None:
    """Refuse a target that is the source.

    Raises:
        click.UsageError: one of the targets covers the source.
    """
    if any(target.covers(source) for target in targets):
        raise click.UsageError(f"--from and --to are both {source}")


def wanted(minimum: int, limit: int, source: Lang, *, repair: bool) -> "LookupOptions":
    """What to look up: what the options of a command say, with the points of ``[match]`` in ``untm.toml``.

    ``source`` is the language of the draft.

    Raises:
        InputError: a line of that table means nothing, or the file of ``--srx`` cannot be used.
    """
    from tm.lookup import LookupOptions
    from tm.policy import policy_from
    from tm.sentence import sentences

    told = click.get_current_context().find_root().default_map or {}
    path = settings_file() if "match" in told else None
    policy = policy_from(told.get("match", {}), path.name if path else "untm.toml")
    splitter = settings().splitter(sentences, [source])
    return LookupOptions(minimum=minimum, limit=limit, repair=repair, policy=policy, splitter=splitter)


def read_edition(
    file: NamedFile, options: Settings, encoding: str | None = None, *, original: bool = False
) -> "Edition":
    """One document read in the format its name tells; what was guessed and what was wrong is told at once.

    ``original`` asks for the document as it was before its tracked changes.

    Raises:
        InputError: it cannot be read, or keeps no changes; LanguageError: it is not in the language given.
    """
    from tm import formats

    reader = formats.for_path(file.path, "read_document")
    if original and not getattr(reader, "TRACKS_CHANGES", False):
        hint = "--original is for word-processor documents"
        raise InputError(f"a {file.path.suffix} file keeps no tracked changes", path=file.path.name, hint=hint)
    further = {"original": True} if original else {}
    edition: Edition = reader.read_document(file.path, file.lang, encoding=encoding, **further)
    for remark in edition.remarks:
        options.say(remark)
    if options.verbose:
        for printed, closed in edition.closed_gaps:
            options.say(f"{edition.name}: gap closed, {printed} → {closed}")
    options.tell(edition.problems)
    return edition


def read_editions(
    files: Sequence[NamedFile], options: Settings, encoding: str | None = None, *, original: bool = False
) -> dict[Lang, "Edition"]:
    """Several versions of a document by language, in the order given.

    Raises:
        LanguageError: two of them are in the same language.
        InputError: one cannot be read.
    """
    editions: dict[Lang, Edition] = {}
    for file in files:
        edition = read_edition(file, options, encoding, original=original)
        if edition.lang in editions:
            raise LanguageError(
                f"{editions[edition.lang].name} and {edition.name} are both in {edition.lang.name} ({edition.lang})",
                hint="give one file a language, or say LANG=FILE when one was taken for the wrong language",
            )
        editions[edition.lang] = edition
    return editions


def dump(value: Any, indent: int | None = 2) -> None:
    """Print one JSON value on standard output, readable, or on one line when ``indent`` is None; always in UTF-8."""
    import json

    # What has no UTF-8 form, as in the names of files, has a JSON escape, which backslashreplace happens to write.
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace"))
