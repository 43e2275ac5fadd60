"""Write ``docs/reference.md`` from the code: commands, exit statuses, JSON shapes, tables, formats, constants.

The tables of ``docs/matching.md`` are written too. ``python docs/generate.py`` writes; ``--check`` fails when a page is
not what the code says.
"""

import dataclasses
import difflib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from aligners import AlignOptions
from cli import gold
from cli.main import COMMANDS, untm
from docs.matching import PAGE as MATCHING
from docs.matching import tables as tables_of_matching
from tm import report_shapes, schema, shapes, term_shapes
from tm.formats import ENDINGS, FORMATS, load
from tm.leverage import WEIGHTS
from tm.policy import MatchPolicy

REFERENCE = Path(__file__).resolve().parent / "reference.md"
ABILITIES = (
    "read_document", "read_units", "write_units", "write_suggestions", "write_leverage", "write_references",
    "read_concepts", "write_concepts",
)  # fmt: skip

HEAD = """# Reference

Written from the code by `make docs`; `make check` fails when it is out of date.
"""

STATUSES = """## Exit statuses

| status | meaning |
| --- | --- |
| 0 | done |
| 1 | done, and problems are listed on standard error |
| 2 | wrong usage |
| 3 | an input or the memory cannot be used: one message, with a hint; nothing half written |
| 130 | interrupted; nothing is half written |

Standard output is data; talk, problems and progress go to standard error.

## Settings

An option is taken from the command line, else from the environment (`UNTM_MEMORY`), else from `untm.toml`: the file
that `UNTM_CONFIG` names, else the one in the current folder, else the one in the user's configuration folder. Its
tables are named after commands and hold their options, without the dashes.

```toml
memory = "un.untm"
srx = "office.srx"

[suggest]
min = 60

[leverage.weight]
"95-99" = 0.25
contained = 0.6

[match]
superseded = 5
unreviewed = 3
unreviewed_below = 0.9

[match.documents]
"A/C.3/*/L.*" = 2
```

`[match]` sets the points that differences and origins cost in every command: see MatchPolicy below and
[matching.md](matching.md).
"""


def commands() -> str:
    """Every command's help."""
    parts = ["## Commands\n"]
    for title, command in _commands():
        context = click.Context(command, info_name=title, max_content_width=100, terminal_width=100)
        parts.append(f"### {title}\n" + f"\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _commands() -> Iterator[tuple[str, click.Command]]:
    """The program itself, its commands, and those of its groups, by the words that call them."""
    yield "untm", untm
    for name in COMMANDS:
        command = untm.get_command(click.Context(untm), name)
        assert command is not None
        yield f"untm {name}", command
        if isinstance(command, click.Group):
            yield from ((f"untm {name} {inner}", own) for inner, own in command.commands.items())


def json_shapes() -> str:
    """The functions that make JSON, with what they say of themselves."""
    rows = ["## JSON shapes\n", "What `--json` prints. Spans are half-open character ranges, paths lists of labels.\n"]
    functions = {
        name: function
        for module in (shapes, report_shapes, term_shapes)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    for name, function in sorted(functions.items()):
        rows.append(f"- **{name.replace('_', ' ')}**: {inspect.getdoc(function)}")
    return "\n".join(rows) + "\n"


def tables() -> str:
    """The tables of a memory, from the comments beside their columns."""
    parts = ["## Tables of a memory\n"]
    for table in schema.metadata.sorted_tables:
        parts.append(
            f"### {table.name}\n\n{table.comment or ''}\n\n| column | type | what it holds |\n| --- | --- | --- |"
        )
        parts += [
            f"| {c.name} | {c.type.__class__.__name__} | {(c.comment or '').replace('|', '/')} |" for c in table.columns
        ]
        parts.append("")
    return "\n".join(parts)


def formats() -> str:
    """Which file types can do what."""
    rows = ["## File types\n", "| format | endings | " + " | ".join(a.replace("_", " ") for a in ABILITIES) + " |",
            "| --- | --- |" + " --- |" * len(ABILITIES)]  # fmt: skip
    for name in FORMATS:
        module = load(name)
        endings = ", ".join(ending for ending, owner in ENDINGS.items() if owner == name)
        rows.append(
            f"| {name} | {endings} | " + " | ".join("yes" if hasattr(module, a) else "" for a in ABILITIES) + " |"
        )
    return "\n".join(rows) + "\n"


def gold_folders() -> str:
    """What ``untm evaluate`` reads."""
    return f"## Gold folders\n\nWhat `untm evaluate` reads. {inspect.getdoc(gold)}\n"


def constants() -> str:
    """Options that can be set in code, with their defaults, and the weights of leverage."""
    parts = ["## Options and constants\n"]
    for value in (MatchPolicy(), AlignOptions()):
        parts.append(
            f"### {type(value).__name__}\n\n{inspect.getdoc(type(value))}\n\n| option | default |\n| --- | --- |"
        )
        # Functions are named; their repr tells where they lie.
        said = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        parts += [f"| {name} | {getattr(one, '__qualname__', repr(one))} |" for name, one in said.items()]
        parts.append("")
    parts.append("### Weights of bands in `untm leverage`\n\n| band | weight of a word |\n| --- | --- |")
    parts += [f"| {band} | {weight} |" for band, weight in WEIGHTS.items()]
    return "\n".join(parts) + "\n"


def page() -> str:
    """The whole page."""
    return "\n".join((HEAD, STATUSES, commands(), json_shapes(), formats(), gold_folders(), constants(), tables()))


def main() -> int:
    """Write or check the pages; 1 when one is out of date."""
    made = {REFERENCE: page(), MATCHING: tables_of_matching(MATCHING.read_text("utf-8"))}
    if "--check" not in sys.argv[1:]:
        for path, text in made.items():
            path.write_text(text, "utf-8")
        return 0
    return max([_told_apart(path, text) for path, text in made.items()])


def _told_apart(path: Path, text: str) -> int:
    """Show on standard error how a page differs from what the code says; 1 when it does."""
    now = path.read_text("utf-8") if path.exists() else ""
    name = f"docs/{path.name}"
    difference = list(difflib.unified_diff(now.splitlines(), text.splitlines(), name, "the code", lineterm=""))
    sys.stderr.write("\n".join(difference[:40]) + (f"\n{name} is out of date: make docs\n" if difference else ""))
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
