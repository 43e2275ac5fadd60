"""Self-contained web pages in one style: nothing loaded from elsewhere, light or dark, for the screen and for print."""

import base64
import hashlib
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats.about import About
from tm.formats.output import replacing
from tm.formats.redline import Piece, by_link
from tm.formats.svg import own_template
from tm.inline import TAGS, Form

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_BAND_RANGE = re.compile(r"(\d+)(?:\D+(\d+))?\Z")
#: What stands before the band of a segment that is nearest to an earlier one of the same draft.
_INTERNAL = "internal "


def write(path: Path, template: str, about: About | None = None, **values: object) -> None:
    """Write the page that one of our templates makes of the values, and of what is said of the draft.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    said = {field.name: getattr(about, field.name) for field in fields(About)} if about else {}
    page = _environment().get_template(template).render(**said, **values)
    with replacing(path) as out:
        # A lone surrogate has no UTF-8 form and no glyph.
        out.write(page.encode("utf-8", "replace"))


def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(own_template),
    )
    environment.filters["digest"] = _digest
    environment.filters["grouped"] = "{:,}".format
    environment.filters["formatted"] = _formatted
    environment.filters["by_link"] = by_link
    return environment


def _digest(content: str) -> str:
    """SHA-256 of an inline style or script, as a content security policy names it."""
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _formatted(piece: Piece) -> "Markup":
    """The text of a piece in the elements of its formatting, but for a link, which may hold several pieces."""
    from markupsafe import Markup, escape

    shown = escape(piece.text)
    for form, tag in TAGS.items():
        if form is not Form.LINK and piece.has(form):
            shown = Markup("<{tag}>{shown}</{tag}>").format(tag=tag, shown=shown)
    return shown


def band_tone(name: str) -> str:
    """Name of the colour of a band.

    >>> band_tone("95–99"), band_tone("internal 75–84"), band_tone("new")
    ('high', 'fair', 'new')
    """
    match = _BAND_RANGE.match(name.removeprefix(_INTERNAL))
    return score_tone(int(match.group(1))) if match else name


def score_tone(score: int) -> str:
    """Name of the colour of a score; the lowest score of each band begins a colour."""
    tones = ((101, "context"), (100, "exact"), (95, "high"), (85, "good"), (75, "fair"))
    return next((tone for least, tone in tones if score >= least), "low")
