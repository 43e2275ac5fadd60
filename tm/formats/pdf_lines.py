"""The glyphs of a page to lines of text in reading order, with indents, blank lines, columns and footnotes kept."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from statistics import median

from tm.formats.pdf_glyphs import Glyph
from tm.formats.visual_order import is_rtl, logical, mirrored, misplaced_brackets
from tm.symbols import find_symbol

# Lengths are in ems, shares of a line's height, unless said otherwise.

#: Baselines that differ by less are one; a smaller glyph that is raised or lowered by less stands in the line.
_SAME_BASELINE, _RAISED, _SMALLER = 0.35, 0.75, 0.87
#: White space that parts two words, two Chinese words, two cells, and that counts as wide in a line of text.
_WORD_GAP, _HAN_GAP, _CELL_GAP, _WIDE_GAP = 0.17, 0.6, 1.2, 2.2
#: How far a space may reach into the letters beside it.
_NEAR = 0.08
#: A glyph drawn again this near is the same one, printed twice to look bold.
_OVERPRINT = 0.15
#: A column of text is at least as wide as this share of the page's text, and as many lines long.
_COLUMN_SHARE, _COLUMN_LINES = 0.3, 6
#: Share of a region's lines that may run across the white space between two columns.
_CROSSING_SHARE = 0.15
#: Distance of two baselines, in that of most lines, from which a blank line stands between them, and two.
_BLANK, _TWO_BLANK = 1.25, 2.2
#: Distance of two lines of one cell at most, and of two rows of a table.
_LINE_STEP, _ROW_STEP = 1.6, 6.0
#: Width of a full line at least, in that of the page's longest.
_FULL_LINE = 0.85
#: Height of footnotes at most, in that of the body.
_NOTE_SIZE = 0.93
#: Lines of page furniture below the footnotes at most.
_FURNITURE_LINES = 3
#: Width of a column of text, in ems, that an indent is counted in.
_COLUMN = 0.5
#: Drawn in place of the rule above footnotes, as text files have it.
RULE = "_" * 20
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Least height of a raised figure above the line.
_LEAST_RAISE = 0.1
#: Longest number of a paragraph, in characters.
_LONGEST_LABEL = 8
_RAISED_MARK = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}")
#: Numbers as a program prints them that shows tracked changes: ``5.[6.]`` was 5 and is 6 now, ``[5.]`` is new.
_TWO_NUMBERS = re.compile(r"\d{1,4}[.)]\[\d{1,4}[.)]\]\s")
_CHANGED_NUMBER = re.compile(r"\A(?:\d{1,4}[.)])?\[(\d{1,4}[.)])\](?=\s)")
_RAISED_START = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\\s*")
#: The mark of a note in small print, against its text or not; ``1st`` and ``2e`` are none.
_NOTE_START = re.compile(r"(\d{1,3}|\*{1,4})(?!(?:st|nd|rd|th|er|re|e|ème|D)\b)(?:\s+|(?=[^\W\d_]))")


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


def _with_raised(rows: list[Row]) -> list[Row]:
    """The rows with small glyphs above or below a baseline put into the line they stand in."""
    kept = list(rows)
    for row in rows:
        near = [other for other in kept if other is not row and _holds(other, row)]
        if near:
            host = min(near, key=lambda other: abs(other.y - row.y))
            host.glyphs += row.glyphs
            kept.remove(row)
    return kept


def _holds(line: Row, row: Row) -> bool:
    """Whether the row is raised or lowered text inside the line."""
    if row.size >= _SMALLER * line.size or abs(row.y - line.y) > _RAISED * line.size:
        return False
    touches = [other.x + other.width for other in line.glyphs]
    starts = [other.x for other in line.glyphs]
    near = 0.5 * line.size
    beside = any(abs(end - row.left) <= near for end in touches) or any(
        abs(start - row.right) <= near for start in starts
    )
    return beside and row.right - row.left <= 0.5 * (line.right - line.left) + near


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
    for glyph in row.glyphs:
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
    marks = [glyph for glyph in glyphs if all(unicodedata.combining(char) for char in glyph.text)]
    found = [Cluster(glyph.text, glyph, glyph.x + glyph.width) for glyph in glyphs if glyph not in marks]
    if not found:
        return [Cluster(glyph.text, glyph, glyph.x + glyph.width) for glyph in glyphs]
    for mark in marks:
        middle = mark.x + mark.width / 2
        under = min(range(len(found)), key=lambda index: _distance(found[index], middle))
        found[under] = replace(found[under], text=found[under].text + mark.text)
    return found


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


# --- pages to text --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageText:
    """The pages of a document as a text file would have them."""

    #: Lines with indents and blank lines; a form feed begins each page, but the first only when its first line is the
    #: document's symbol.
    text: str
    #: Numbers of the lines, counted from 1, that hold one cell of a table each.
    cells: frozenset[int]


def as_text(pages: Sequence[Sequence[TextLine]]) -> PageText:
    """The lines of all pages as text: indents in columns, blank lines, a rule above footnotes, cells on their own."""
    body = _body_size(line for page in pages for line in page)
    leading = _leading(pages, body)
    lines: list[str] = []
    cells: set[int] = set()
    twice_numbered = any(_TWO_NUMBERS.match(line.text) for page in pages for line in page)
    for number, page in enumerate(pages):
        if twice_numbered:
            page = [replace(line, text=_CHANGED_NUMBER.sub(r"\1", line.text)) for line in page]
        rtl = is_rtl("".join(line.text for line in page))
        mark = "\f" if number or (page and find_symbol(page[0].text) == page[0].text) else ""
        for text, is_cell in _page(page, rtl, body, leading):
            lines.append(mark + text)
            mark = ""
            if is_cell:
                cells.add(len(lines))
        if mark:
            lines.append(mark)
    return PageText("\n".join(lines), frozenset(cells))


def _page(page: Sequence[TextLine], rtl: bool, body: float, leading: float) -> Iterator[tuple[str, bool]]:
    """The lines of one page, each with whether it is a cell."""
    if not page:
        return
    edge, sign = _edge(page, rtl)
    tables = dict(_tables(page))
    notes = _notes(page, body, leading)
    after_table = 0
    for place, line in enumerate(page):
        if place < after_table:
            continue
        for _ in range(_blank_lines(page, place, leading)):
            yield "", False
        if place == notes:
            yield RULE, False
        if place in tables:
            after_table = tables[place]
            for text in _table_cells(page[place:after_table]):
                yield "", False
                yield text, True
            yield "", False
            continue
        indent = round((edge - line.right if sign < 0 else line.left - edge) / (_COLUMN * body or 1))
        text = _NOTE_START.sub(r"\1 ", line.text, count=1) if notes is not None and place >= notes else line.text
        yield " " * max(0, indent) + text, False


def _edge(page: Sequence[TextLine], rtl: bool) -> tuple[float, int]:
    """Where the lines of a page begin, and 1 for the left edge or -1 for the right: Arabic may be set from either."""
    left, right = min(line.left for line in page), max(line.right for line in page)
    if rtl:
        at_left = sum(line.left - left < line.size for line in page)
        at_right = sum(right - line.right < line.size for line in page)
        if at_right >= at_left:
            return right, -1
    return left, 1


def _body_size(lines: Iterable[TextLine]) -> float:
    """The height of the face that most characters are printed in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _leading(pages: Sequence[Sequence[TextLine]], body: float) -> float:
    """Distance of two baselines in a paragraph, in points: the least common one below lines that are full."""
    steps: Counter[float] = Counter()
    for page in pages:
        full = _FULL_LINE * max((line.right - line.left for line in page), default=0.0)
        for one, other in pairwise(page):
            in_body = abs(one.size - body) < 0.1 * body and abs(other.size - body) < 0.1 * body
            if one.y > other.y and in_body and one.right - one.left >= full:
                steps[round(2 * (one.y - other.y)) / 2] += 1
    most = max(steps.values(), default=0)
    # A paragraph's last line may be full as well: of steps that are nearly as common the smallest is in paragraphs.
    return min((step for step, count in steps.items() if 4 * count >= most), default=1.2 * body)


def _blank_lines(page: Sequence[TextLine], place: int, leading: float) -> int:
    if place == 0:
        return 0
    one, other = page[place - 1], page[place]
    usual = leading * max(1.0, other.size / (leading / 1.15) if leading else 1.0)
    step = one.y - other.y
    if step < 0:
        # The next column begins.
        return 0
    return 2 if step > _TWO_BLANK * usual else 1 if step > _BLANK * usual else 0


def _notes(page: Sequence[TextLine], body: float, leading: float) -> int | None:
    """Place of the first footnote of a page, or None: at its end, with a mark, in small print or the mark in the text.

    Only page furniture follows the footnotes.
    """
    marks = {unicodedata.normalize("NFKC", mark) for line in page for mark in _RAISED_MARK.findall(line.text)}
    larger = 0
    first = None
    for place in range(len(page) - 1, 0, -1):
        line = page[place]
        small = line.size <= _NOTE_SIZE * body
        larger += not small
        if small and larger <= _FURNITURE_LINES and _NOTE_START.match(line.text):
            first = place
        apart = page[place - 1].y - line.y > _BLANK * leading or first == place + 1
        if _first_word(line.text) in marks and 2 * place > len(page) and apart:
            first = place
    return first


def _first_word(text: str) -> str:
    note = _NOTE_START.match(text)
    return note[1] if note else ""


def _tables(page: Sequence[TextLine]) -> Iterator[tuple[int, int]]:
    """Where each table of a page begins and ends: rows whose cells stand under each other, two at least."""
    place = 0
    while place < len(page):
        end = place + 1
        rows = 1
        if len(page[place].cells) > 1 and not _is_item(page[place]):
            while end < len(page) and _is_row(page[end], page[place], page[end - 1]):
                rows += len(page[end].cells) == len(page[place].cells)
                end += 1
        if rows > 1:
            yield place, end
        place = end


def _is_row(line: TextLine, first: TextLine, above: TextLine) -> bool:
    """Whether each cell of a line stands under one of the first row's; one with fewer goes on the row above it."""
    columns = [_column(cell, first) for cell in _cells_of(line)]
    if None in columns or len(set(columns)) < len(columns):
        return False
    step = (above.y - line.y) / first.size
    return 0 < step < (_ROW_STEP if len(columns) == len(first.cells) else _LINE_STEP)


def _cells_of(line: TextLine) -> tuple[tuple[str, float, float], ...]:
    return line.cells or ((line.text, line.left, line.right),)


def _column(cell: tuple[str, float, float], first: TextLine) -> int | None:
    """Which cell of the first row this one stands under: they begin, end or have their middle at one place."""
    _, low, high = cell
    for index, (_, start, end) in enumerate(first.cells):
        after = first.cells[index + 1] if index + 1 < len(first.cells) else None
        fits = after is None or after[1] < start or high < after[1]
        if fits and min(abs(low - start), abs(high - end), abs(low + high - start - end) / 2) < first.size / 2:
            return index
    return None


def _table_cells(rows: Sequence[TextLine]) -> Iterator[str]:
    """The texts of a table's cells, row by row; a line with fewer cells goes on those of the row above."""
    row: list[str] = []
    for line in rows:
        if len(line.cells) == len(rows[0].cells):
            yield from row
            row = [text for text, _, _ in line.cells]
            continue
        for cell in _cells_of(line):
            column = _column(cell, rows[0])
            if column is not None:
                row[column] = _joined(row[column], cell[0])
    yield from row


def _joined(text: str, more: str) -> str:
    """Two lines of one cell; a word that a hyphen broke is whole again."""
    if text.endswith("-") and text[-2:-1].isalpha() and more[:1].islower():
        return text[:-1] + more
    wide = unicodedata.east_asian_width(text[-1]) in "WF" and unicodedata.east_asian_width(more[0]) in "WF"
    return text + more if wide else f"{text} {more}"


def _is_item(line: TextLine) -> bool:
    """Whether the line is a number and the text of its paragraph, and no row of a table."""
    return len(line.cells) == 2 and len(line.cells[0][0]) <= _LONGEST_LABEL and line.cells[0][0][-1] in ".)-،）.、"
