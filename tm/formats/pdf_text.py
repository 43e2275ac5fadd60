"""The lines of a PDF's pages as a text file has them: indents, blank lines, rules above footnotes, cells apart."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tm.formats.pdf_lines import TextLine
from tm.formats.visual_order import is_rtl
from tm.symbols import find_symbol

#: Distance of two baselines, in that of most lines, from which a blank line stands between them, and two.
_BLANK, _TWO_BLANK = 1.25, 2.2
#: Distance of two lines of one cell at most, and of two rows of a table.
_LINE_STEP, _ROW_STEP = 1.6, 6.0
#: White space between two columns of a table at least, where its rows come closest.
_GUTTER = 0.5
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
#: Longest number of a paragraph, in characters.
_LONGEST_LABEL = 8
_RAISED_MARK = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}")
#: Numbers as a program prints them that shows tracked changes: ``5.[6.]`` was 5 and is 6 now, ``[5.]`` is new.
_TWO_NUMBERS = re.compile(r"\d{1,4}[.)]\[\d{1,4}[.)]\]\s")
_CHANGED_NUMBER = re.compile(r"\A(?:\d{1,4}[.)])?\[(\d{1,4}[.)])\](?=\s)")
#: The mark of a note in small print, against its text or not; ``1st`` and ``2e`` are none.
_NOTE_START = re.compile(r"(\d{1,3}|\*{1,4})(?!(?:st|nd|rd|th|er|re|e|ème|D)\b)(?:\s+|(?=[^\W\d_]))")


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
    if len(columns) < len(first.cells):
        return 0 < step < _LINE_STEP
    return 0 < step < _ROW_STEP and _has_gutters(first, line)


def _has_gutters(first: TextLine, line: TextLine) -> bool:
    """Whether white space runs down between all cells of two rows, as in text that is set wide it hardly does."""
    gutters = [
        min(right[1], below_right[1]) - max(left[2], below_left[2])
        for (left, right), (below_left, below_right) in zip(
            pairwise(sorted(first.cells, key=_left)), pairwise(sorted(line.cells, key=_left)), strict=True
        )
    ]
    return all(gutter >= _GUTTER * first.size for gutter in gutters)


def _left(cell: tuple[str, float, float]) -> float:
    return cell[1]


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
