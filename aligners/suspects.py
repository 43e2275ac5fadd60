"""Rows of two columns of a table that do not belong together, found by aligning the columns anew.

A memory that came as a table pairs texts by the row they stand in. Where a row was lost on one side all later rows are
wrong, and no program that looks at one row at a time can tell what belongs there. Here the two columns are aligned as
two documents are. A row is suspect when the best alignment does not hold its pair, and when that alignment is better
than the table by enough: measured over all rows that hang together, in nats, by the same costs on the same texts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from aligners import costs
from aligners.crossing import price
from aligners.multiway import AlignOptions, align
from aligners.prices import USUAL
from aligners.search import MOST, SHAPES, Grid
from aligners.stream import Found, Span, Stream
from tm.lang import Lang
from tm.model import Bead, Fault, Kind, Segment, Stretch, Suspect

#: Evidence that rows of a table have no use for: labels are part of their texts, and all are of one kind.
_NOT_OF_ROWS = ("label", "kind")
#: The prior that a row is right: it guides the search, and is no evidence.
_PRIOR = "row"
#: Least gain of a new pairing over the table, in nats, that makes rows suspect: odds of 20 to 1.
LEAST_GAIN = 3.0
#: Rows without fault or with another one that do not end a stretch.
_INTERRUPTION = 5

#: Names of evidence with nats.
Evidence = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The texts of one language, each with the row it stands in, rows rising."""

    lang: Lang
    rows: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of the source column and rows of the target column that belong together; one side may be empty."""

    source: tuple[int, ...]
    target: tuple[int, ...]
    #: Probability that it is right, 0 to 1; None for a row left as it stands.
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """Two columns, and what belongs together in them."""

    #: By row.
    suspects: dict[int, Suspect]
    #: Every text in exactly one of them: rows as they stand, and the new pairing where rows are suspect.
    links: tuple[Link, ...]


def judge(source: Column, target: Column, options: AlignOptions) -> Judged:
    """Find the rows whose two texts do not belong together.

    Args:
        source: one column.
        target: another one of the same table.
        options: of the alignment; labels and kinds are not looked at.
    """
    if not source.rows or not target.rows:
        return Judged({}, (*(Link((r,), (), None) for r in source.rows), *(Link((), (r,), None) for r in target.rows)))
    names = tuple(name for name in options.costs if name not in _NOT_OF_ROWS)
    sides = {column.lang: _segments(column) for column in (source, target)}
    aligned = align(sides, replace(options, costs=(*names, _PRIOR), sentences=False))
    pairing = _Pairing(source, target, aligned.pair(source.lang, target.lang), names)
    passages = list(pairing.passages())
    suspects = pairing.suspects(passages)
    links: list[Link] = []
    for passage in passages:
        doubted = any(source.rows[i] in suspects for i, _ in passage.standing)
        links += pairing.links(passage) if doubted else pairing.standing_links(passage)
    return Judged(suspects, tuple(links))


def _segments(column: Column) -> list[Segment]:
    """The texts as segments of a document, the row counted from 1 in place of the line."""
    pairs = zip(column.rows, column.texts, strict=True)
    return [Segment(text, column.lang, Kind.PARAGRAPH, line=row + 1) for row, text in pairs]


@dataclass(frozen=True, slots=True)
class _Passage:
    """Positions in two columns that hang together by the table and by the beads, and nothing else does."""

    beads: tuple[Bead, ...]
    #: Positions of the two texts of each row.
    standing: tuple[tuple[int, int], ...]


class _Pairing:
    """Two columns with the pairs that stand in the table, and the beads of the best alignment."""

    def __init__(self, source: Column, target: Column, beads: Sequence[Bead], names: Sequence[str]) -> None:
        self._source, self._target = source, target
        self._beads = beads
        at = {row: j for j, row in enumerate(target.rows)}
        self._standing = [(i, at[row]) for i, row in enumerate(source.rows) if row in at]
        self._of_source = {i: bead for bead in beads for i in range(*bead.source)}
        self._of_target = {j: bead for bead in beads for j in range(*bead.target)}
        self._measured = _Measured(source, target, [b for b in beads if _paired(b)], names)

    def passages(self) -> Iterator[_Passage]:
        """The parts into which the table and the beads together fall, in order of their first text."""
        n = len(self._source.rows)
        groups = _Groups(n + len(self._target.rows))
        for bead in self._beads:
            groups.join([*range(*bead.source), *(n + j for j in range(*bead.target))])
        for i, j in self._standing:
            groups.join([i, n + j])
        beads: defaultdict[int, list[Bead]] = defaultdict(list)
        for bead in self._beads:
            first = bead.source[0] if bead.source[0] < bead.source[1] else n + bead.target[0]
            beads[groups.of(first)].append(bead)
        standing: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for i, j in self._standing:
            standing[groups.of(i)].append((i, j))
        for group, some in beads.items():
            yield _Passage(tuple(some), tuple(standing[group]))

    def suspects(self, passages: Iterable[_Passage]) -> dict[int, Suspect]:
        """The suspect rows of all passages, by row."""
        doubted = [(passage, lost) for passage in passages if (lost := self._lost(passage))]
        # All at once: the costs read both columns whole each time.
        standing = self._measured.rows([pair for passage, _ in doubted for pair in passage.standing])
        beads = self._measured.beads([bead for passage, _ in doubted for bead in passage.beads])
        found: dict[int, Suspect] = {}
        for passage, lost in doubted:
            gain = self._worth(passage.beads, beads) - self._worth_of_rows(passage, standing)
            if gain >= LEAST_GAIN:
                some = (self._suspect(i, j, standing[i, j], beads, gain) for i, j in lost)
                found.update((suspect.row, suspect) for suspect in some)
        return found

    def _lost(self, passage: _Passage) -> list[tuple[int, int]]:
        """The pairs of the table that the best alignment does not hold."""
        return [pair for pair in passage.standing if not self._held(*pair)]

    def links(self, passage: _Passage) -> list[Link]:
        """What belongs together in a passage with suspect rows; rows that a bead joins whole stay apart."""
        found = []
        for bead in passage.beads:
            whole = [(i, j) for i, j in passage.standing if bead is self._of_source[i] is self._of_target[j]]
            if 0 < len(whole) == bead.source[1] - bead.source[0] == bead.target[1] - bead.target[0]:
                found += [self._link((i,), (j,), bead.confidence) for i, j in whole]
            else:
                found.append(self._link(range(*bead.source), range(*bead.target), bead.confidence))
        return found

    def standing_links(self, passage: _Passage) -> list[Link]:
        """The rows of a passage as they stand."""
        found = [self._link((i,), (j,), None) for i, j in passage.standing]
        kept = {i for i, _ in passage.standing}, {j for _, j in passage.standing}
        for bead in passage.beads:
            found += [self._link((i,), (), None) for i in range(*bead.source) if i not in kept[0]]
            found += [self._link((), (j,), None) for j in range(*bead.target) if j not in kept[1]]
        return found

    def _link(self, source: Iterable[int], target: Iterable[int], confidence: float | None) -> Link:
        rows = tuple(self._source.rows[i] for i in source), tuple(self._target.rows[j] for j in target)
        return Link(*rows, confidence)

    def _held(self, i: int, j: int) -> bool:
        """Whether the two are one text (left untranslated), or the best alignment pairs them or texts equal to them."""
        left, right = self._of_source[i], self._of_target[j]
        if left is right or self._source.texts[i] == self._target.texts[j]:
            return True
        instead = _texts(self._target, left.target), _texts(self._source, right.source)
        alone = left.source[1] - left.source[0] == right.target[1] - right.target[0] == 1
        return alone and instead == ((self._target.texts[j],), (self._source.texts[i],))

    def _worth(self, beads: Sequence[Bead], measured: dict[Bead, Evidence]) -> float:
        total = 0.0
        for bead in beads:
            size = bead.source[1] - bead.source[0] + bead.target[1] - bead.target[0]
            total += sum(nats for _, nats in measured[bead]) if bead in measured else USUAL.source_gap * size
        return total

    def _worth_of_rows(self, passage: _Passage, measured: dict[tuple[int, int], Evidence]) -> float:
        texts = sum(b.source[1] - b.source[0] + b.target[1] - b.target[0] for b in passage.beads)
        paired = sum(sum(nats for _, nats in measured[pair]) for pair in passage.standing)
        return paired + USUAL.source_gap * (texts - 2 * len(passage.standing))

    def _suspect(self, i: int, j: int, standing: Evidence, beads: dict[Bead, Evidence], gain: float) -> Suspect:
        left, right = self._of_source[i], self._of_target[j]
        row = self._source.rows[i]
        told = next((bead for bead in (left, right) if bead in beads), None)
        fault, offset = self._fault(i, j, told)
        return Suspect(
            row=row,
            source=self._source.lang,
            target=self._target.lang,
            fault=fault,
            offset=offset,
            source_rows=tuple(self._source.rows[k] for k in range(*right.source)),
            target_rows=tuple(self._target.rows[k] for k in range(*left.target)),
            standing=standing,
            realigned=beads[told] if told else (),
            gain=gain,
            confidence=min(left.confidence, right.confidence),
        )

    def _fault(self, i: int, j: int, told: Bead | None) -> tuple[Fault, int]:
        if told is None:
            return Fault.UNRELATED, 0
        offset = self._target.rows[told.target[0]] - self._source.rows[told.source[0]]
        sizes = told.source[1] - told.source[0], told.target[1] - told.target[0]
        if sizes[0] > sizes[1]:
            return Fault.MERGED, offset
        if sizes[1] > sizes[0]:
            return Fault.SPLIT, offset
        left, right = self._of_source[i], self._of_target[j]
        exchanged = range(*left.target), range(*right.source)
        if all(len(part) == 1 for part in exchanged):
            other = self._source.rows[exchanged[1][0]]
            if other == self._target.rows[exchanged[0][0]]:
                return Fault.SWAPPED, offset
        return Fault.SHIFTED, offset


class _Measured:
    """Named evidence for any pairing of two columns, all of it learned from the same alignment."""

    def __init__(self, source: Column, target: Column, beads: Sequence[Bead], names: Sequence[str]) -> None:
        self._streams = Stream(source.lang, _segments(source)), Stream(target.lang, _segments(target))
        path = tuple(sorted(Span(bead.source, bead.target) for bead in beads))
        links = [(i, j, b.confidence) for b in beads for i in range(*b.source) for j in range(*b.target)]
        first, second, sure = zip(*links, strict=True) if links else ((), (), ())
        self._found = Found(
            path, np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), np.array(sure, dtype=np.float64)
        )
        self._costs = [(name, costs.load(name)) for name in names]

    def rows(self, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Evidence]:
        """For one-to-one pairs of positions."""
        spans = {Span((i, i + 1), (j, j + 1)): (i, j) for i, j in pairs}
        shape = (("shape", float(USUAL.shapes[SHAPES.index((1, 1))])),)
        return {spans[span]: (*evidence, *shape) for span, evidence in self._evidence(list(spans))}

    def beads(self, beads: Sequence[Bead]) -> dict[Bead, Evidence]:
        """For the beads that pair something; one out of order has the price of that."""
        spans = {Span(bead.source, bead.target): bead for bead in beads if _paired(bead)}
        found = {}
        crossing = _crossing(list(spans))
        for span, evidence in self._evidence(list(spans)):
            order = (("order", price(span.source[0], span.target[0])),) if span in crossing else ()
            found[spans[span]] = (*evidence, ("shape", float(USUAL.shapes[SHAPES.index(span.shape)])), *order)
        return found

    def _evidence(self, spans: Sequence[Span]) -> Iterator[tuple[Span, Evidence]]:
        source, target = self._streams
        for chain in _chains(spans):
            grid = _cells(len(source), len(target), chain)
            parts = [(name, cost(source, target, grid, self._found)) for name, cost in self._costs]
            for span in chain:
                at = SHAPES.index(span.shape), span.source[1], span.target[1] - int(grid.low[span.source[1]])
                yield span, tuple((name, float(part[at])) for name, part in parts)


def _texts(column: Column, span: tuple[int, int]) -> tuple[str, ...]:
    return column.texts[slice(*span)]


def _paired(bead: Bead) -> bool:
    return bead.source[0] < bead.source[1] and bead.target[0] < bead.target[1]


def _chains(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """The spans in lists in which both sides rise."""
    left = sorted(spans)
    while left:
        chain: list[Span] = [left[0]]
        passed: list[Span] = []
        for span in left[1:]:
            (chain if span.target[0] >= chain[-1].target[1] else passed).append(span)
        yield chain
        left = passed


def _crossing(spans: Iterable[Span]) -> set[Span]:
    """The spans that stand out of the order of the others, as few as can be told in one reading."""
    return {span for chain in list(_chains(spans))[1:] for span in chain}


def _cells(n: int, m: int, chain: Sequence[Span]) -> Grid:
    """Just those cells that the spans of a chain cover."""
    low = np.zeros(n + 1, dtype=np.int64)
    for span in chain:
        low[span.source[0] + 1 : span.source[1] + 1] = span.target[0] + 1
    width = min(MOST, m + 1)
    low = np.minimum(np.maximum.accumulate(low), m + 1 - width)
    return Grid(n, m, low, width, low + width - 1)


class _Groups:
    """Things that are joined step by step (union–find)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def of(self, thing: int) -> int:
        """What stands for the group of a thing."""
        while self._parent[thing] != thing:
            self._parent[thing] = self._parent[self._parent[thing]]
            thing = self._parent[thing]
        return thing

    def join(self, things: Sequence[int]) -> None:
        """Make one group of the groups of these things."""
        for thing in things[1:]:
            self._parent[self.of(thing)] = self.of(things[0])


# --- stretches ------------------------------------------------------------------------------------------------------


def stretches(suspects: Iterable[Suspect]) -> tuple[Stretch, ...]:
    """Suspects of one pair of languages and one fault in succession, taken together; in order of first rows.

    A few rows without this fault do not end a stretch of shifted rows; they are not counted in it.
    """
    found: list[Stretch] = []
    open_: dict[tuple[Lang, Lang, Fault, int, Lang | None], int] = {}
    for s in sorted(suspects, key=lambda s: s.row):
        offset = s.offset if s.fault is Fault.SHIFTED else 0
        key = (s.source, s.target, s.fault, offset, s.off)
        reach = _INTERRUPTION + 1 if s.fault is Fault.SHIFTED else 1
        at = open_.get(key)
        if at is not None and s.row - found[at].last <= reach:
            found[at] = replace(found[at], last=s.row, count=found[at].count + 1)
        else:
            open_[key] = len(found)
            found.append(Stretch(s.row, s.row, 1, s.source, s.target, s.fault, offset, s.off))
    return tuple(found)
