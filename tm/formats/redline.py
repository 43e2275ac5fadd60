"""A draft's text with what differs in the memory, as runs of text to be shown in different ways, with formatting."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from tm.inline import Form, Mark, Span, markup, spans
from tm.lang import Lang
from tm.model import Difference, Highlight, Match, Repaired, Variant

_GAP = re.compile(r"(⟦.*?⟧)", re.DOTALL)
#: Punctuation that stands right after a word, without a space.
_CLOSING = tuple(".,;:!?)]}»”’、。，；：？！）،؛؟")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text shown in one way."""

    #: ``same``, ``ins`` (only in the draft), ``del`` (only in the memory), ``mark`` (the part that answers),
    #: ``sentence`` (one that holds it), ``gap``, ``new`` (rewritten in a repaired translation).
    kind: str
    text: str
    #: Its formatting; the calls of notes are not shown.
    marks: frozenset[Mark] = frozenset()

    def has(self, form: Form) -> bool:
        """Whether it is formatted so."""
        return any(mark[0] is form for mark in self.marks)

    @property
    def link(self) -> str:
        """The address that it links to, or ""."""
        return next((value for form, value in self.marks if form is Form.LINK), "")


@dataclass(frozen=True, slots=True)
class TextView:
    """A text in its language."""

    lang: Lang
    pieces: tuple[Piece, ...]

    @property
    def marked(self) -> bool:
        """Whether only a part of it answers."""
        return any(piece.kind in {"mark", "sentence"} for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Formatted:
    """A text, and where in it the formatting changes."""

    text: str
    ranges: tuple[Span, ...]

    @classmethod
    def of(cls, text: str, marked: str | None) -> "_Formatted":
        return cls(text, tuple(span for span in spans(marked, text) if span.form is not Form.NOTE))

    def pieces(self, kind: str, start: int, end: int) -> Iterator[Piece]:
        """A half-open range as runs of a kind, each with one formatting."""
        stops = {stop for span in self.ranges for stop in (span.start, span.end) if start < stop < end}
        for one, other in pairwise(sorted({start, end, *stops})):
            marks = frozenset(span.mark for span in self.ranges if span.start <= one < span.end)
            yield Piece(kind, self.text[one:other], marks)


def by_link(pieces: Iterable[Piece]) -> list[tuple[str, list[Piece]]]:
    """The pieces by the links that they stand in, in order, each with its address; "" outside of links."""
    return [(address, [*linked]) for address, linked in groupby(pieces, key=lambda piece: piece.link)]


def plain(lang: Lang, text: str, marked: str | None = None) -> TextView:
    """The text in the formatting of its markup, with nothing marked."""
    return TextView(lang, spanned(text, None, marked) or (Piece("same", text),))


def spanned(text: str, span: tuple[int, int] | None, marked: str | None = None) -> tuple[Piece, ...]:
    """The text with the half-open range marked; None marks nothing."""
    shown = _Formatted.of(text, marked)
    if span is None:
        return tuple(shown.pieces("same", 0, len(text)))
    start, end = span
    return (*shown.pieces("same", 0, start), *shown.pieces("mark", start, end), *shown.pieces("same", end, len(text)))


def answering(text: str, found: Highlight | None, marked: str | None = None) -> tuple[Piece, ...]:
    """The text with what answers marked: the very words as ``mark``, sentences that hold them as ``sentence``."""
    shown = _Formatted.of(text, marked)
    pieces: list[Piece] = []
    done = 0
    for start, end in found.spans if found else ():
        pieces += shown.pieces("same", done, start)
        pieces += shown.pieces("mark" if found and found.exact else "sentence", start, end)
        done = end
    return (*pieces, *shown.pieces("same", done, len(text)))


def repaired(value: Repaired, stored: Variant) -> tuple[Piece, ...]:
    """A repaired translation with its rewritten pieces marked, in the formatting of the stored one."""
    shown = _Formatted.of(value.text, stored.markup and _moved(value, stored))
    pieces: list[Piece] = []
    done = 0
    for piece in value.pieces:
        start, end = piece.span
        pieces += shown.pieces("same", done, start)
        pieces += shown.pieces("new", start, end)
        done = end
    return (*pieces, *shown.pieces("same", done, len(value.text)))


def _moved(value: Repaired, stored: Variant) -> str:
    """The markup that a repaired translation has from the stored one; "" where what was rewritten is not told whole."""
    # Where each rewritten piece stands in the stored text, and where in the repaired one.
    pairs: list[tuple[tuple[int, int], tuple[int, int]]] = []
    parts: list[str] = []
    done = place = 0
    for piece in value.pieces:
        start, end = piece.span
        parts += [value.text[done:start], piece.before]
        begin = place + start - done
        done, place = end, begin + len(piece.before)
        pairs.append(((begin, place), (start, end)))
    if "".join((*parts, value.text[done:])) != stored.text:
        return ""

    def moved(at: int, *, ends: bool) -> int:
        """A place of the stored text in the repaired one; inside a rewritten piece that is left out of a range."""
        shift = 0
        for (begin, after), (start, end) in pairs:
            if at < begin or (at == begin and ends):
                break
            if at < after:
                return start if ends or at == begin else end
            shift = end - after
        return at + shift

    found = spans(stored.markup, stored.text)
    return markup(
        value.text, (replace(one, start=moved(one.start, ends=False), end=moved(one.end, ends=True)) for one in found)
    )


def gaps(text: str) -> Iterator[Piece]:
    """The runs of a proposal; what stands in ⟦ ⟧ has no translation yet."""
    for i, part in enumerate(_GAP.split(text)):
        if part:
            yield Piece("gap" if i % 2 else "same", part)


def redline(match: Match, query: str, lang: Lang, marked: str | None = None) -> tuple[Piece, ...]:
    """The draft's text with the memory's deviations; where only a part of it is answered, with that part marked."""
    if match.query_span is not None:
        return spanned(query, match.query_span, marked)
    shown = _Formatted.of(query, marked)
    pieces: list[Piece] = []
    done = 0
    for (start, end), deleted in _changes(match.differences, match.source.text):
        pieces += shown.pieces("same", done, start)
        if deleted:
            pieces += _deleted(deleted, query[:start], query[start:], lang)
        pieces += shown.pieces("ins", start, end)
        done = end
    return (*pieces, *shown.pieces("same", done, len(query)))


def _changes(differences: Sequence[Difference], stored: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Runs of neighbouring differences: half-open range in the draft, and the memory's text in its place."""
    run: list[Difference] = []
    for difference in (*differences, None):
        if difference is not None and difference.op != "equal":
            run.append(difference)
        elif run:
            old = [d for d in run if d.stored[0] < d.stored[1]]
            new = [d for d in run if d.query[0] < d.query[1]]
            span = (new[0].query[0], new[-1].query[1]) if new else run[0].query
            yield span, stored[old[0].stored[0] : old[-1].stored[1]] if old else ""
            run = []


def _deleted(text: str, before: str, after: str, lang: Lang) -> Iterator[Piece]:
    """The memory's words with the spaces that keep them apart from the draft's words around them."""
    if lang.joiner and before and not before[-1].isspace() and not text[0].isspace():
        yield Piece("same", lang.joiner)
    yield Piece("del", text)
    if lang.joiner and after and not after[0].isspace() and not after.startswith(_CLOSING):
        yield Piece("same", lang.joiner)
