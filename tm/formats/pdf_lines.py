"""The glyphs of a page to lines of text in reading order, one column after the other."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from statistics import median

from tm.formats.pdf_glyphs import Glyph
from tm.formats.visual_order import is_rtl, logical, mirrored, misplaced_brackets

# Lengths are in ems, shares of a line's height, unless said otherwise.

#: Baselines that differ by less are one; a smaller glyph that is raised or lowered by less stands in the line.
_SAME_BASELINE, _RAISED, _SMALLER = 0.35, 0.75, 0.87
#: Height of a mark at least, room between it and its letter, and its glyphs at most.
_LEAST_MARK, _BESIDE, _LONGEST_MARK = 0.4, 0.35, 5
#: How many rows above and below one are looked at for the line it stands in.
_NEAREST_ROWS = 4
#: White space that parts two words, two Chinese words, two cells, and that counts as wide in a line of text.
_WORD_GAP, _HAN_GAP, _CELL_GAP, _WIDE_GAP = 0.17, 0.6, 0.9, 2.2
#: How far a space may reach into the letters beside it.
_NEAR = 0.08
#: A glyph drawn again this near is the same one, printed twice to look bold.
_OVERPRINT = 0.15
#: A column of text is at least as wide as this share of the page's text, and as many lines long.
_COLUMN_SHARE, _COLUMN_LINES = 0.3, 6
#: Share of a region's lines that may run across the white space between two columns.
_CROSSING_SHARE = 0.15
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Least height of a raised figure above the line.
_LEAST_RAISE = 0.1
_RAISED_START = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\\s*")


@dataclass(slots=True)
class Row:
    """Glyphs on one baseline, while they are being gathered."""

    y: float
    size: float
    glyphs: list[Glyph] = field(default_factory=list)
    #: Middles of the spaces drawn on the baseline, from left to right.
    spaces: list[float] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Where its first glyph begins, in points."""
        return min(glyph.x for glyph in self.glyphs)

    @property
    def right(self) -> float:
        """Where its last glyph ends, in points."""
        return max(glyph.x + glyph.width for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a page."""

    #: Text in reading order; cells that wide space parts stand in ``cells`` as well.
    text: str
    left: float
    right: float
    #: Baseline counted upwards, and height of the face, in points.
    y: float
    size: float
    #: Cells with their left and right ends, when wide space parts the line.
    cells: tuple[tuple[str, float, float], ...] = ()


def page_lines(glyphs: Sequence[Glyph]) -> list[TextLine]:
    """The lines of a page from top to bottom, one column after the other; text that is turned comes last."""
    visible = [glyph for glyph in glyphs if glyph.text and glyph.size > 0]
    rtl = is_rtl("".join(glyph.text for glyph in visible))
    turns = Counter(glyph.turn for glyph in visible if not glyph.text.isspace())
    lines: list[TextLine] = []
    for turn, _ in turns.most_common():
        rows = _rows(glyph for glyph in visible if glyph.turn == turn)
        lines += [_line(row, rtl) for row in _in_columns(rows, rtl)]
    return _with_brackets([line for line in lines if line.text], rtl)


# --- rows -----------------------------------------------------------------------------------------------------------


def _rows(glyphs: Iterable[Glyph]) -> list[Row]:
    """The glyphs by baseline, from the top; what is raised or lowered is with the line it belongs to."""
    printed: dict[float, list[Glyph]] = {}
    spaces: list[Glyph] = []
    for glyph in glyphs:
        if glyph.text.isspace():
            spaces.append(glyph)
        else:
            printed.setdefault(round(glyph.y, 1), []).append(glyph)
    rows: list[Row] = []
    heights: list[float] = []
    # The baselines that most glyphs stand on come first: letters with marks may be drawn a little off them.
    for y, group in sorted(printed.items(), key=lambda one: (-len(one[1]), -one[0])):
        size = median(glyph.size for glyph in group)
        place = bisect_left(heights, -y)
        near = [
            row for row in rows[max(0, place - 1) : place + 1] if abs(row.y - y) <= _SAME_BASELINE * min(row.size, size)
        ]
        if near:
            min(near, key=lambda row: abs(row.y - y)).glyphs += group
        else:
            rows.insert(place, Row(y, size, group))
            heights.insert(place, -y)
    found = [_without_overprint(row) for row in _with_raised(rows)]
    _place_spaces(found, spaces)
    return found


def _place_spaces(rows: Sequence[Row], spaces: Iterable[Glyph]) -> None:
    """Note the spaces with the rows they are drawn in."""
    heights = [-row.y for row in rows]
    for space in spaces:
        place = bisect_left(heights, -space.y - _SAME_BASELINE * space.size)
        if place < len(rows) and abs(rows[place].y - space.y) <= _SAME_BASELINE * max(rows[place].size, space.size):
            rows[place].spaces.append(space.x + space.width / 2)
    for row in rows:
        row.spaces.sort()


def _with_raised(rows: Sequence[Row]) -> list[Row]:
    """The rows with small glyphs above or below a baseline put into the line they stand in."""
    gone: set[int] = set()
    for place, row in enumerate(rows):
        around = rows[max(0, place - _NEAREST_ROWS) : place + _NEAREST_ROWS + 1]
        near = [other for other in around if other is not row and id(other) not in gone and _holds(other, row)]
        if near:
            min(near, key=lambda other: abs(other.y - row.y)).glyphs += row.glyphs
            gone.add(id(row))
    return [row for row in rows if id(row) not in gone]


def _holds(line: Row, row: Row) -> bool:
    """Whether the row is raised or lowered text inside the line: marks of a few characters, each against a letter."""
    if not _LEAST_MARK * line.size <= row.size < _SMALLER * line.size or abs(row.y - line.y) > _RAISED * line.size:
        return False
    near = _BESIDE * line.size
    for start, end in _stretches(row, 0.5):
        count = sum(start <= glyph.x < end for glyph in row.glyphs)
        touches = any(abs(glyph.x + glyph.width - start) <= near or abs(glyph.x - end) <= near for glyph in line.glyphs)
        if count > _LONGEST_MARK or not touches:
            return False
    return True


def _without_overprint(row: Row) -> Row:
    row.glyphs.sort(key=lambda glyph: glyph.x)
    kept: list[Glyph] = []
    for glyph in row.glyphs:
        same = kept and kept[-1].text == glyph.text and glyph.x - kept[-1].x < _OVERPRINT * glyph.size
        if not (same and glyph.width > _OVERPRINT * glyph.size):
            kept.append(glyph)
    row.glyphs = kept
    return row


# --- columns --------------------------------------------------------------------------------------------------------


def _in_columns(rows: Sequence[Row], rtl: bool) -> list[Row]:
    """The rows in reading order: where the page has two columns, the first before the second."""
    gutter = _gutter(rows)
    if gutter is None:
        return list(rows)
    found: list[Row] = []
    for crosses, group in groupby(rows, key=lambda row: _crosses(row, gutter)):
        band = list(group)
        if crosses:
            found += band
            continue
        halves = [[Row(row.y, row.size, part, row.spaces) for row in band if (part := _side(row, gutter, first))]
                  for first in (True, False)]  # fmt: skip
        found += [row for half in (reversed(halves) if rtl else halves) for row in half]
    return found


def _side(row: Row, gutter: float, left: bool) -> list[Glyph]:
    return [glyph for glyph in row.glyphs if (glyph.x + glyph.width / 2 < gutter) == left]


def _crosses(row: Row, gutter: float) -> bool:
    return any(start < gutter < end for start, end in _stretches(row))


def _stretches(row: Row, gap: float = 1.0) -> list[tuple[float, float]]:
    """Left and right ends of the parts of a row that white space of ``gap`` ems parts."""
    found: list[tuple[float, float]] = []
    for glyph in sorted(row.glyphs, key=lambda glyph: glyph.x):
        if found and glyph.x - found[-1][1] <= gap * row.size:
            found[-1] = (found[-1][0], max(found[-1][1], glyph.x + glyph.width))
        else:
            found.append((glyph.x, glyph.x + glyph.width))
    return found


def _gutter(rows: Sequence[Row]) -> float | None:
    """Where the white space between two columns of text is, or None when the page has one column."""
    if len(rows) < _COLUMN_LINES:
        return None
    parts = [(row, _stretches(row)) for row in rows]
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    width = right - left
    starts = Counter(round(start) for _, found in parts for start, _ in found if start > left + _COLUMN_SHARE * width)
    for start, count in starts.most_common(3):
        if count < _COLUMN_LINES:
            return None
        place = start - 1.5
        ends = sorted(one[1] - one[0] for _, found in parts for one in found if one[1] < place)
        others = sorted(one[1] - one[0] for _, found in parts for one in found if one[0] > place)
        crossing = sum(any(one[0] < place < one[1] for one in found) for _, found in parts)
        if not (_is_column(ends, width) and _is_column(others, width)):
            continue
        if crossing <= max(3, _CROSSING_SHARE * len(rows)):
            return place
    return None


def _is_column(widths: Sequence[float], page: float) -> bool:
    """Whether stretches of these widths, in order, are lines of a column rather than cells or a running head."""
    wide = len(widths) - bisect_left(widths, _COLUMN_SHARE * page)
    return wide >= _COLUMN_LINES and wide >= 0.5 * len(widths)


# --- lines ----------------------------------------------------------------------------------------------------------


def _line(row: Row, rtl: bool) -> TextLine:
    """The text of a row: its cells in the direction of the page, the words of each in reading order."""
    stretches = _cells(_clusters(row.glyphs), row.size)
    if rtl:
        stretches.reverse()
    cells = [(_text(stretch, row, rtl), stretch[0].glyph.x, stretch[-1].end) for stretch in stretches]
    cells = [cell for cell in cells if cell[0]]
    text = "".join(cell[0] for cell in cells[:1])
    for one, other in pairwise(cells):
        gap = max(other[1] - one[2], one[1] - other[2])
        text += ("   " if gap > _WIDE_GAP * row.size else " ") + other[0]
    return TextLine(text, row.left, row.right, row.y, row.size, tuple(cells) if len(cells) > 1 else ())


def _cells(clusters: Sequence["Cluster"], size: float) -> list[list["Cluster"]]:
    """The clusters of a row parted where there is room for more than a word gap between them."""
    found: list[list[Cluster]] = []
    for cluster in clusters:
        if found and cluster.glyph.x - found[-1][-1].end <= _CELL_GAP * size:
            found[-1].append(cluster)
        else:
            found.append([cluster])
    return found


def _text(clusters: Sequence["Cluster"], row: Row, rtl: bool) -> str:
    """The text of clusters that stand from left to right, in reading order."""
    pieces = [_shown(clusters[0], row)]
    for one, other in pairwise(clusters):
        if _is_space(one, other, row):
            pieces.append(" ")
        pieces.append(_shown(other, row))
    text = "".join(pieces[index] for index in logical(pieces, rtl=rtl)).strip()
    note = _RAISED_START.match(text)
    return f"{unicodedata.normalize('NFKC', note[1])} {text[note.end() :]}" if note else text


def _is_space(one: "Cluster", other: "Cluster", row: Row) -> bool:
    """Whether a space stands between two clusters: drawn as one, or left as room."""
    size = min(one.glyph.size, other.glyph.size)
    if other.glyph.x - one.end > _least_gap(one, other) * size:
        return True
    near = _NEAR * size
    place = bisect_left(row.spaces, one.end - near)
    return place < len(row.spaces) and row.spaces[place] <= other.glyph.x + near


def _shown(cluster: "Cluster", row: Row) -> str:
    """The text of a cluster; a raised figure is one in Unicode too."""
    glyph = cluster.glyph
    raised = glyph.size < _SMALLER * row.size and glyph.y - row.y > _LEAST_RAISE * row.size
    return cluster.text.translate(_SUPERSCRIPT) if raised else cluster.text


@dataclass(frozen=True, slots=True)
class Cluster:
    """A glyph with the marks that stand on it."""

    text: str
    glyph: Glyph
    #: Right end, in points.
    end: float


def _clusters(glyphs: Sequence[Glyph]) -> list[Cluster]:
    """The glyphs of a row from left to right, marks on the letters they stand on."""
    marks = [glyph for glyph in glyphs if _is_mark(glyph)]
    found = [Cluster(glyph.text, glyph, glyph.x + glyph.width) for glyph in glyphs if not _is_mark(glyph)]
    if not found:
        return [Cluster(glyph.text, glyph, glyph.x + glyph.width) for glyph in glyphs]
    for mark in marks:
        middle = mark.x + mark.width / 2
        under = min(range(len(found)), key=lambda index: _distance(found[index], middle))
        found[under] = replace(found[under], text=found[under].text + mark.text)
    return found


def _is_mark(glyph: Glyph) -> bool:
    return all(unicodedata.combining(char) for char in glyph.text)


def _distance(cluster: Cluster, place: float) -> float:
    return max(cluster.glyph.x - place, place - cluster.end, 0.0)


def _least_gap(one: Cluster, other: Cluster) -> float:
    wide = any(unicodedata.east_asian_width(char) in "WF" for char in (one.text[-1], other.text[0]))
    return _HAN_GAP if wide else _WORD_GAP


def _with_brackets(lines: list[TextLine], rtl: bool) -> list[TextLine]:
    """The lines with brackets as they are read: some programs keep those of Arabic as they look."""
    if not rtl or misplaced_brackets("\n".join(line.text for line in lines)) <= 0:
        return lines
    return [
        TextLine(mirrored(line.text), line.left, line.right, line.y, line.size,
                 tuple((mirrored(text), low, high) for text, low, high in line.cells))
        for line in lines
    ]  # fmt: skip
