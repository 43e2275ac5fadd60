"""Pictures as SVG: one file with nothing loaded from elsewhere and no script, in one style."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats.output import replacing
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT
from tm.lang import Lang

if TYPE_CHECKING:
    from jinja2 import Environment

#: Marks of direction (Unicode Standard Annex 9): right-to-left and left-to-right isolate, and their end.
_RTL, _LTR, _END = "\u2067", "\u2066", "\u2069"


def drawn(template: str, **values: object) -> str:
    """The picture a Jinja2 template makes of the values.

    The template extends ``figure.svg``, which wants ``title`` and ``description`` in words, ``width`` and ``height``
    in pixels. Text is escaped, and what XML cannot hold is replaced.
    """
    return _environment().from_string(template).render(**values)


def own_template(name: str) -> str:
    """The text of a template that lies beside the formats."""
    return files("tm.formats").joinpath("templates", name).read_text("utf-8")


def write(path: Path, picture: str) -> None:
    """Write a picture.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    with replacing(path) as out:
        out.write(picture.encode("utf-8"))


def number(value: float) -> str:
    """A coordinate in pixels, to a tenth, as short as it can be.

    >>> number(12.04), number(0.26), number(-0.01)
    ('12', '0.3', '0')
    """
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def isolated(text: str, lang: Lang) -> str:
    """The text kept apart from the direction of what stands around it, for tooltips and single lines."""
    return f"{_RTL if lang.rtl else _LTR}{text}{_END}"


def excerpt(text: str, most: int) -> str:
    """The text on one line, cut to so many characters.

    >>> excerpt("States  parties should", 12)
    'States part…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(own_template),
        finalize=_legal,
    )
    environment.filters["px"] = number
    return environment


def _legal(value: object) -> object:
    # What a macro made is markup of its own and has been through here.
    return value if hasattr(value, "__html__") or not isinstance(value, str) else ILLEGAL.sub(REPLACEMENT, value)
