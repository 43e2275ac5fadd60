"""A draft's text with what differs in the memory, as runs of text to be shown in different ways."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tm.lang import Lang
from tm.model import Difference, Highlight, Match, Repaired

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


@dataclass(frozen=True, slots=True)
class TextView:
    """A text in its language."""

    lang: Lang
    pieces: tuple[Piece, ...]

    @property
    def marked(self) -> bool:
        """Whether only a part of it answers."""
        return any(piece.kind in {"mark", "sentence"} for piece in self.pieces)


def plain(lang: Lang, text: str) -> TextView:
    """The text with nothing marked."""
    return TextView(lang, (Piece("same", text),))


def spanned(text: str, span: tuple[int, int] | None) -> tuple[Piece, ...]:
    """The text with the half-open range marked; None marks nothing."""
    if span is None:
        return (Piece("same", text),)
    start, end = span
    pieces = (Piece("same", text[:start]), Piece("mark", text[start:end]), Piece("same", text[end:]))
    return tuple(piece for piece in pieces if piece.text)


def answering(text: str, found: Highlight | None) -> tuple[Piece, ...]:
    """The text with what answers marked: the very words as ``mark``, sentences that hold them as ``sentence``."""
    pieces: list[Piece] = []
    done = 0
    for start, end in found.spans if found else ():
        pieces += (
            Piece("same", text[done:start]),
            Piece("mark" if found and found.exact else "sentence", text[start:end]),
        )
        done = end
    pieces.append(Piece("same", text[done:]))
    return tuple(piece for piece in pieces if piece.text)


def repaired(value: Repaired) -> tuple[Piece, ...]:
    """A repaired translation with its rewritten pieces marked."""
    pieces: list[Piece] = []
    done = 0
    for piece in value.pieces:
        start, end = piece.span
        pieces += [Piece("same", value.text[done:start]), Piece("new", value.text[start:end])]
        done = end
    return tuple(piece for piece in (*pieces, Piece("same", value.text[done:])) if piece.text)


def gaps(text: str) -> Iterator[Piece]:
    """The runs of a proposal; what stands in ⟦ ⟧ has no translation yet."""
    for i, part in enumerate(_GAP.split(text)):
        if part:
            yield Piece("gap" if i % 2 else "same", part)


def redline(match: Match, query: str, lang: Lang) -> tuple[Piece, ...]:
    """The draft's text with the memory's deviations; where only a part of it is answered, with that part marked."""
    if match.query_span is not None:
        return spanned(query, match.query_span)
    pieces: list[Piece] = []
    done = 0
    for (start, end), deleted in _changes(match.differences, match.source.text):
        pieces.append(Piece("same", query[done:start]))
        if deleted:
            pieces += _deleted(deleted, query[:start], query[start:], lang)
        pieces.append(Piece("ins", query[start:end]))
        done = end
    pieces.append(Piece("same", query[done:]))
    return tuple(piece for piece in pieces if piece.text)


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
