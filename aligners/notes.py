"""Footnotes belong where their marks stand: the passage a note is called from says more than its printed number.

Numbers of notes differ between versions as soon as one has a note more; the marks stand in passages that are aligned
already. So a note is numbered by the unit that calls it, and the cost ``call`` compares those numbers.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from aligners.search import Grid
from aligners.stream import FloatArray, Found, IntArray, Stream
from tm.lang import Lang
from tm.model import Kind, Segment, TranslationUnit
from tm.text import fold


def numbered_by_call(segments: Sequence[Segment], lang: Lang, units: Sequence[TranslationUnit]) -> tuple[Segment, ...]:
    """The segments, each footnote labelled with the position of the unit that calls it, plus one.

    A note whose mark was not found has no label: that costs nothing. Where numbers start again, the first note of a
    number goes with the first mark of that number, and so on.
    """
    owner = {index: unit.position for unit in units if (v := unit.variant(lang)) for index in v.segments}
    calls: defaultdict[str, deque[int]] = defaultdict(deque)
    for index, segment in enumerate(segments):
        for mark in segment.notes:
            if index in owner:
                calls[_bare(mark)].append(owner[index])
    return tuple(_numbered(s, calls[_bare(s.label)]) if s.kind is Kind.FOOTNOTE else s for s in segments)


def placed(notes: Sequence[TranslationUnit], units: Sequence[TranslationUnit]) -> list[TranslationUnit]:
    """The footnote units with the path of the unit that calls them in place of its number."""
    return [replace(note, path=path, sentences=tuple(replace(s, path=path) for s in note.sentences))
            for note in notes for path in [units[int(note.path[0]) - 1].path if note.path else ()]]  # fmt: skip


def call_scores(source: Stream, target: Stream, grid: Grid, found: Found | None) -> FloatArray:
    """Evidence of the calls of every note in a bead: called from one passage, or from different ones."""
    del found
    x, y = source.derive(_calls), target.derive(_calls)
    cells = np.zeros((grid.n + 1, grid.width))
    if grid.n and grid.m:
        i, j = x[:, None], y[np.clip(grid.columns[1:] - 1, 0, grid.m - 1)]
        cells[1:] = np.where((i < 0) | (j < 0), 0.0, np.where(i == j, _SAME_CALL, _OTHER_CALL))
    gains = np.zeros((len(grid.shapes), grid.n + 1, grid.width))
    for t, (a, b) in enumerate(grid.shapes):
        gains[t] = sum(grid.earlier(cells, back, left) for back in range(a) for left in range(b))
    return gains


#: Gain of two notes called from one unit, and loss of two called from different ones: more than two gaps cost.
_SAME_CALL, _OTHER_CALL = 6.0, -20.0


def _calls(stream: Stream) -> IntArray:
    """The number of the unit that calls each note; -1 where it is not known."""
    return np.array([int(s.path[0]) if s.path else -1 for s in stream.segments], dtype=np.int64)


def _numbered(note: Segment, calls: deque[int]) -> Segment:
    if not calls:
        return replace(note, label="", path=())
    number = str(calls.popleft() + 1)
    return replace(note, label=number, path=(number,))


def _bare(label: str) -> str:
    return fold(label).strip("()[]. ")
