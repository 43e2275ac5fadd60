"""What a memory saves on a draft as one self-contained web page with a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats import page, svg
from tm.formats.about import About
from tm.lang import Lang
from tm.numbering import in_words

if TYPE_CHECKING:
    from tm.coverage import Borrowing
    from tm.leverage import Leverage, SegmentCount

#: Width of the picture, and of the names of documents before their bars, in pixels.
_WIDTH, _NAMES = 1180.0, 300.0
#: Words that one line of the strip holds; longer drafts take more lines.
_LINE_WORDS = 1500
#: Height of a line of the strip, and of a bar, with the space below it, in pixels.
_LINE, _BAR = 44.0, 26.0
#: Documents that the picture has bars for; the table below it has them all.
_DRAWN = 12
#: Characters of a text or name in the picture.
_TIP, _NAME = 160, 40


@dataclass(frozen=True, slots=True)
class _Box:
    """A segment, or the part of one that stands on a line, in the strip."""

    x: float
    y: float
    width: float
    tone: str
    #: Whether it is nearest to an earlier segment of the draft: such a box is lower.
    internal: bool
    tip: str


@dataclass(frozen=True, slots=True)
class _Bar:
    """A document's bar: the words that stand in it as they are, and the others."""

    y: float
    name: str
    identical: float
    other: float
    words: str


def write_leverage(
    path: Path,
    summary: "Leverage",
    about: About,
) -> None:
    """Write the page: the draft as a strip of segments, bands, documents, segments.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    page.write(
        path,
        "leverage.html",
        about,
        summary=summary,
        picture=_picture(summary, about.source, about.title),
        tone=page.band_tone,
        in_words=in_words,
        internal=_internal,
    )


def _internal(band: str) -> bool:
    return band.startswith("internal ")


def _picture(summary: "Leverage", lang: Lang, title: str) -> str:
    boxes = tuple(_boxes(summary.segments, lang))
    lines = max((round(box.y / _LINE) for box in boxes), default=0) + 1
    drawn = summary.borrowings[:_DRAWN]
    top = lines * _LINE + 46
    bars = tuple(_bar(row, top + i * _BAR, summary.words) for i, row in enumerate(drawn))
    return svg.drawn(
        svg.own_template("leverage.svg"),
        title=f"What {title} borrows",
        description=_described(summary),
        width=_WIDTH,
        height=top + max(len(drawn), 1) * _BAR + 12,
        boxes=boxes,
        bars=bars,
        top=top,
        names=_NAMES,
        left_out=len(summary.borrowings) - len(drawn),
    )


def _described(summary: "Leverage") -> str:
    shares = (f"{row.band} {row.words / summary.words:.0%}" for row in summary.bands if row.words)
    return "Words by band: " + ", ".join(shares) if summary.words else "The draft has no words."


def _boxes(segments: Sequence["SegmentCount"], lang: Lang) -> Iterator[_Box]:
    """The segments along the lines of the strip, as wide as they have words; lines run as the language is read."""
    total = sum(max(one.words, 1) for one in segments)
    lines = -(-total // _LINE_WORDS) or 1
    room = total / lines or 1
    done = 0.0
    for number, one in enumerate(segments, start=1):
        start, end = done, done + max(one.words, 1)
        while start < end:
            line = min(int(start / room + 1e-9), lines - 1)
            stop = end if line == lines - 1 else min(end, (line + 1) * room)
            x, width = (start - line * room) / room * _WIDTH, (stop - start) / room * _WIDTH
            left = _WIDTH - x - width if lang.rtl else x
            yield _Box(left, line * _LINE, width, page.band_tone(one.band), _internal(one.band), _tip(number, one))
            start = stop
        done = end


def _tip(number: int, one: "SegmentCount") -> str:
    """A segment in a few words, for the pointer."""
    origin = one.document.key if one.document else f"segment {one.earlier + 1}" if one.earlier is not None else ""
    head = " · ".join(part for part in (f"{number}", in_words(one.segment.path), one.band, origin) if part)
    return f"{head}\n{svg.isolated(svg.excerpt(one.segment.text, _TIP), one.segment.lang)}"


def _bar(row: "Borrowing", y: float, total: int) -> _Bar:
    scale = (_WIDTH - _NAMES - 90) / total
    return _Bar(
        y=y,
        name=svg.excerpt(row.document.key or "no document", _NAME),
        identical=row.identical * scale,
        other=(row.words - row.identical) * scale,
        words=f"{row.share:.0%}",
    )
