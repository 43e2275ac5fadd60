"""What stands on a page beside its text: running heads, page and job numbers, footnotes, the masthead."""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from tm.labels import leading
from tm.lang import Lang
from tm.text import CJK


class Role(Enum):
    """What a line is part of."""

    BODY = "body"
    HEADER = "header"
    FOOTER = "footer"
    #: The line drawn above footnotes; it holds no text.
    RULE = "rule"
    FOOTNOTE = "footnote"
    MASTHEAD = "masthead"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank."""

    #: Text without space at its ends, single spaces inside.
    text: str
    #: Line of the file, counted from 1.
    number: int
    #: Columns of white space before the text; a tab counts as four.
    indent: int = 0
    #: Blank lines between this one and the line before.
    gap: int = 0
    #: Page, counted from 0 by form feeds.
    page: int = 0
    role: Role = Role.BODY
    #: For a footnote's first line, its label as printed.
    label: str = ""
    #: Labels of the footnotes this line refers to.
    notes: tuple[str, ...] = ()
    #: What wide white space sets apart in the line, when it does: the cells of a table, or both ends of a running head.
    cells: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Columns of the text: Chinese characters and full-width forms count two."""
        return columns(self.text)


_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SYMBOL = re.compile(r"[A-Z][A-Z0-9]{0,9}(?:/[A-Za-z0-9.()\-]+)+(?:\s*\([A-Za-z. ]+\))?\*{0,2}\Z")
_JOB = r"(?:[A-Z]{1,3}\.)?\d{2}-\d{4,6}(?:\s*\([A-Z]\))?(?:\s+\d{6})*"
_PAGES = r"\d{1,4}\s*/\s*\d{1,4}"
_STRONG = re.compile(rf"(?:{_JOB}|{_JOB}\s+{_PAGES}|{_PAGES}\s+{_JOB}|\*\d{{6,10}}\*|\*{_JOB}\*)\Z")
#: A job number needs its series letter or its language letter to be known for one without neighbours.
_PLAIN_JOB = re.compile(r"\d{2}-\d{4,6}\Z")
_WEAK = re.compile(
    rf"(?:{_PAGES}|[-–—]\s?\d{{1,4}}\s?[-–—]|\d{{1,4}}|[ivxlc]{{1,6}}|{_JOB}"
    r"|(?:page|página|pág\.|стр\.|страница|صفحة|第)\s?\d{1,4}(?:\s?页)?(?:\s(?:of|de|sur|из|من)\s\d{1,4})?)\Z",
    re.IGNORECASE,
)
#: A page's own number that says it is one. It may stand on any line, where a file kept no page breaks.
_COUNTER = re.compile(
    r"(?P<number>\d{1,4})\s*/\s*(?P<total>\d{1,4})\Z|[-–—]\s?(?P<dashed>\d{1,4})\s?[-–—]\Z"
    r"|(?:page|página|pág\.|стр\.|страница|صفحة|第)\s?(?P<named>\d{1,4})(?:\s?页)?\Z",
    re.IGNORECASE,
)
#: Spaces that part the cells of a line.
_WIDE = re.compile(r"\s{3,}|\t+")
_RULE = re.compile(r"[_‗─―]{5,}\Z|[-–—]{10,}\Z")
_NOTE = re.compile(r"(\(?(?:\d{1,3}|\*{1,4}|[a-z])\)?|[¹²³⁰-⁹]{1,3})[.\s]\s*(?=\S)")
_DIGITS = re.compile(r"\d+")

_SENTENCE_END = re.compile(r"[.!?؟۔。！？…][\"'”’»）)\]]*\Z")

#: Lines looked at from a page's edge for running heads, and the longest that is one, in columns.
_EDGE = 2
_LONGEST_HEAD = 100
#: Pages on which a line must recur to be a running head, and the share of all pages.
_RECURS = 3
_RECURS_SHARE = 0.3
#: Lines of a page that a masthead fills at most.
_MASTHEAD_LINES = 60
#: First lines in which a masthead must show what it is.
_MASTHEAD_START = 15


def columns(text: str) -> int:
    """Columns the text takes in a fixed-width face; combining marks take none."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text
    )


def split(text: str) -> list[Line]:
    """The lines of a cleaned text that are not blank."""
    lines: list[Line] = []
    page = gap = 0
    for number, raw in enumerate(text.split("\n"), 1):
        empty = True
        for place, piece in enumerate(_BREAKS.split(raw)):
            page += place > 0 and "\f" in raw
            stripped = " ".join(piece.split())
            if stripped:
                indent = len(piece.expandtabs(4)) - len(piece.expandtabs(4).lstrip())
                parts = tuple(" ".join(part.split()) for part in _WIDE.split(piece.strip()))
                lines.append(Line(stripped, number, indent, gap, page, cells=parts if len(parts) > 1 else ()))
                gap, empty = 0, False
        gap += empty
    return lines


def furniture(lines: Sequence[Line], lang: Lang) -> list[Line]:
    """The lines with page furniture marked: by its form, where a page breaks, and by recurrence."""
    recurring = _recurring(lines, lang)
    own = _own_symbols(lines)
    alone = _counters(lines) | _lone_symbols(lines)
    marked = [place in alone or _is_strong(line) for place, line in enumerate(lines)]
    pending = [i for i, strong in enumerate(marked) if strong]
    pending += [i for i in range(1, len(lines)) if lines[i].page != lines[i - 1].page]
    pending += [0, len(lines) - 1] if lines else []
    # Furniture comes in runs: whatever looks like it beside a page break or other furniture is furniture too.
    while pending:
        place = pending.pop()
        for near in (place - 1, place, place + 1):
            if 0 <= near < len(lines) and not marked[near] and _is_weak(lines[near], recurring, own):
                beside = marked[near - 1] if near else False
                beside = beside or (near + 1 < len(lines) and marked[near + 1])
                breaks = _breaks_page(lines, near) or (
                    near + 1 == len(lines) and _masked(lines[near].text) in recurring
                )
                if beside or breaks:
                    marked[near] = True
                    pending.append(near)
    kept = [line for line, is_marked in zip(lines, marked, strict=True) if not is_marked]
    if lines and not kept:
        return list(lines)
    return _with_sides(lines, marked)


def _is_strong(line: Line) -> bool:
    return any(_STRONG.match(text) and not _PLAIN_JOB.match(text) for text in (line.text, *line.cells))


def _is_weak(line: Line, recurring: frozenset[str], own: frozenset[str]) -> bool:
    by_form = _WEAK.match(line.text) or _SYMBOL.match(line.text) or _ORGANIZATION_ALONE.match(line.text)
    return bool(by_form) or _masked(line.text) in recurring or not own.isdisjoint(_ends(line))


def _ends(line: Line) -> tuple[str, ...]:
    """What stands at the two ends of a line that wide space parts."""
    return (line.cells[0], line.cells[-1]) if line.cells else ()


def _own_symbols(lines: Sequence[Line]) -> frozenset[str]:
    """Symbols at a line's end more than once, alone or beside other things: the document's own, not a list's."""
    counts = Counter(end for line in lines for end in (_ends(line) or (line.text,)) if _SYMBOL.match(end))
    return frozenset(symbol for symbol, count in counts.items() if count > 1)


def _stands_alone(lines: Sequence[Line], place: int) -> bool:
    """Whether no text stands close above or below the line: only blank lines, a page's end, a symbol or page number."""
    above = place == 0 or _is_apart(lines, place) or _names_page(lines[place - 1])
    after = place + 1
    return above and (after == len(lines) or _is_apart(lines, after) or _names_page(lines[after]))


def _is_apart(lines: Sequence[Line], place: int) -> bool:
    """Whether a blank line or a page's end stands between the line and the one before."""
    return lines[place].gap > 0 or lines[place].page != lines[place - 1].page


def _names_page(line: Line) -> bool:
    return bool(_SYMBOL.match(line.text) or _COUNTER.match(line.text))


def _counters(lines: Sequence[Line]) -> frozenset[int]:
    """Places of page numbers in running text: alone on their lines, of one form, and rising.

    One by itself is a page number when the document's symbol stands beside it.
    """
    series: dict[str, list[tuple[int, int]]] = {}
    for place, line in enumerate(lines):
        found = _COUNTER.match(line.text)
        if found is None or not _stands_alone(lines, place):
            continue
        value = int(next(group for group in (found["number"], found["dashed"], found["named"]) if group))
        if found["total"] is None or value <= int(found["total"]):
            series.setdefault(_form(found), []).append((value, place))
    places: set[int] = set()
    for counters in series.values():
        rising = len(counters) > 1 and all(one[0] < other[0] for one, other in pairwise(counters))
        places.update(place for _, place in counters if rising or _has_symbol_beside(lines, place))
    return frozenset(places)


def _form(counter: re.Match[str]) -> str:
    """What all page numbers of one document share: the number of pages, or the sign or word beside the number."""
    return f"/{counter['total']}" if counter["total"] else _masked(counter.group())


def _has_symbol_beside(lines: Sequence[Line], place: int) -> bool:
    near = [lines[other].text for other in (place - 1, place + 1) if 0 <= other < len(lines)]
    return any(_SYMBOL.match(text) for text in near)


def _lone_symbols(lines: Sequence[Line]) -> frozenset[int]:
    """Places of the symbol that stands alone again and again; where a masthead may be, the first one is its own."""
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        if _SYMBOL.match(line.text) and _stands_alone(lines, place):
            places.setdefault(line.text, []).append(place)
    repeated = [found[found[0] < _MASTHEAD_START :] for found in places.values() if len(found) >= _RECURS]
    return frozenset(place for found in repeated for place in found)


def _breaks_page(lines: Sequence[Line], place: int) -> bool:
    before = lines[place].page != (lines[place - 1].page if place else 0)
    return before or (place + 1 < len(lines) and lines[place].page != lines[place + 1].page)


def _masked(text: str) -> str:
    return _DIGITS.sub("#", text)


def _recurring(lines: Sequence[Line], lang: Lang) -> frozenset[str]:
    """Texts, figures masked, that stand at the edges of many pages: the same on each, or with the page's number."""
    pages: dict[int, list[str]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line.text)
    if len(pages) < _RECURS:
        return frozenset()
    edges: dict[str, Counter[tuple[object, ...]]] = {}
    for number, texts in pages.items():
        for text in {text for text in (*texts[:_EDGE], *texts[-_EDGE:]) if len(text) <= _LONGEST_HEAD}:
            if not leading(text, lang)[0]:
                # A figure that does not rise with the pages counts something else: the articles of a convention.
                rising = [(place, int(one) - number) for place, one in enumerate(_DIGITS.findall(text))]
                edges.setdefault(_masked(text), Counter()).update([(text,), *rising])
    least = max(_RECURS, len(pages) * _RECURS_SHARE)
    return frozenset(text for text, counts in edges.items() if max(counts.values()) >= least)


def _with_sides(lines: Sequence[Line], marked: Sequence[bool]) -> list[Line]:
    """Furniture told apart: what follows a page break, or names the document, is its head, the rest its foot."""
    found = []
    top = False
    for place, (line, is_furniture) in enumerate(zip(lines, marked, strict=True)):
        top = (top and is_furniture) or (place > 0 and line.page != lines[place - 1].page)
        if is_furniture:
            numeric = _is_strong(line) or _WEAK.match(line.text)
            found.append(replace(line, role=Role.HEADER if top or not numeric else Role.FOOTER))
        else:
            found.append(line)
    return found


def footnotes(lines: Sequence[Line]) -> list[Line]:
    """The lines with footnotes marked, and their marks taken out of the body lines that refer to them."""
    marked = list(lines)
    ends = _page_ends(marked)
    place = 0
    while place < len(marked):
        if marked[place].role is Role.BODY and _RULE.match(marked[place].text):
            place = _mark_notes(marked, place, ends)
        else:
            place += 1
    return _without_marks(marked)


def _page_ends(lines: Sequence[Line]) -> list[int]:
    """Indices before which a page ends: at a form feed, and where page furniture begins; and the last."""
    ends = [
        i
        for i in range(1, len(lines))
        if lines[i].page != lines[i - 1].page or (_is_furniture(lines[i]) and not _is_furniture(lines[i - 1]))
    ]
    return [*ends, len(lines)]


def _is_furniture(line: Line) -> bool:
    return line.role in {Role.HEADER, Role.FOOTER}


def _mark_notes(lines: list[Line], rule: int, ends: Sequence[int]) -> int:
    """Mark the footnotes below the rule, in place; the index after them. A rule above no footnote stays body."""
    end = ends[bisect_right(ends, rule)]
    first = rule + 1
    lines[rule] = replace(lines[rule], role=Role.RULE)
    if first >= end or not (_NOTE.match(lines[first].text) or _goes_on(lines, rule)):
        return rule + 1
    # Where the pages leave no trace, the notes end with the first blank line that no further note follows.
    open_ended = end == len(lines) and len(ends) == 1
    expected: int | None = None
    for place in range(first, end):
        note = _NOTE.match(lines[place].text)
        value = _note_value(note[1]) if note else None
        starts = note is not None and (expected is None or value is None or value == expected)
        ended = open_ended and place > first and lines[place].gap and not starts
        if ended or _RULE.match(lines[place].text):
            return place
        if starts and note:
            expected = value + 1 if value is not None else expected
            text = lines[place].text[note.end() :]
            lines[place] = replace(lines[place], role=Role.FOOTNOTE, label=note[1], text=text)
        else:
            lines[place] = replace(lines[place], role=Role.FOOTNOTE)
    return end


def _goes_on(lines: Sequence[Line], rule: int) -> bool:
    """Whether the last footnote of the page before is not at its end, and goes on below the rule."""
    last = next((line for line in reversed(lines[:rule]) if line.role is Role.FOOTNOTE), None)
    return last is not None and not _SENTENCE_END.search(last.text)


def _note_value(label: str) -> int | None:
    bare = unicodedata.normalize("NFKC", label).strip("()")
    return int(bare) if bare.isdecimal() else None


def _without_marks(lines: list[Line]) -> list[Line]:
    """Take each footnote's mark out of the body line on its page that refers to it, and note it there."""
    chosen: dict[int, list[tuple[int, int, str]]] = {}
    for rule, line in enumerate(lines):
        if line.role is not Role.RULE:
            continue
        marks = _marks(lines, _page_start(lines, rule), rule)
        note = rule + 1
        while note < len(lines) and lines[note].role is Role.FOOTNOTE:
            found = marks.get(_mark_key(lines[note].label)) if lines[note].label else None
            if found:
                chosen.setdefault(found.line, []).append((found.start, found.end, lines[note].label))
            note += 1
    for place, found_marks in chosen.items():
        text = lines[place].text
        for start, end, _ in sorted(found_marks, reverse=True):
            text = text[:start] + text[end:]
        labels = tuple(label for *_, label in sorted(found_marks))
        lines[place] = replace(lines[place], text=text.rstrip(), notes=labels)
    return lines


def _page_start(lines: Sequence[Line], rule: int) -> int:
    """Index of the first body line above a rule that stands on the same page, as far as the pages show."""
    place = rule
    while place > 0 and lines[place - 1].role is Role.BODY and lines[place - 1].page == lines[rule].page:
        place -= 1
    return place


@dataclass(frozen=True, slots=True)
class _Mark:
    """A figure or star in the text that may refer to a footnote."""

    line: int
    start: int
    end: int
    #: Whether it follows punctuation: surer than one after a letter.
    sure: bool


_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARK = re.compile(
    rf"(?<=[^\s\d/(\-])(?:\d{{1,3}}|[{_SUPERSCRIPTS}]{{1,3}})(?=\Z|[\s.,;:!?)»”’\"'\]؛،]|[{CJK}，。；：、）》」])(?![.,]\d)"
    r"|(?<=\S)\(\d{1,3}\)(?![\w(])|(?<=[^\s*])\*{1,4}(?![*\w])"
)


def _mark_key(mark: str) -> tuple[bool, str]:
    """What a mark and its footnote's label agree in: brackets or none, and the figure in ASCII or the stars."""
    value = _note_value(mark)
    return mark.startswith("("), mark if value is None else str(value)


def _marks(lines: Sequence[Line], start: int, end: int) -> dict[tuple[bool, str], _Mark]:
    """The first mark of each kind in those lines, one after punctuation before one after a letter."""
    marks: dict[tuple[bool, str], _Mark] = {}
    for place in range(start, end):
        text = lines[place].text
        for found in _MARK.finditer(text):
            if _is_reference(text, found.start()):
                continue
            mark = _Mark(place, found.start(), found.end(), not text[found.start() - 1].isalpha())
            known = marks.get(key := _mark_key(found.group()))
            if known is None or (mark.sure and not known.sure):
                marks[key] = mark
    return marks


_RUN = re.compile(r"\S+\Z")
#: Letters a word must have before a stop or a figure to be no abbreviation ("No.1", "G7").
_WORD_LETTERS = 4
#: How far back such a word is looked for, in characters.
_LONGEST_RUN = 60


def _is_reference(text: str, place: int) -> bool:
    """Whether the figure belongs to the word before it: a document symbol, an abbreviation, an acronym."""
    run = _RUN.search(text[max(0, place - _LONGEST_RUN) : place])
    before = run.group() if run else ""
    if "/" in before:
        return True
    short = sum(char.isalpha() for char in before) < _WORD_LETTERS
    acronym = before[-1:].isalpha() and before.isascii() and before.isupper()
    return short and (before.endswith(".") or acronym)


_DISTRIBUTION = re.compile(r"(?:^|\s)(?:Distr\.?|Distribution|Distribución|Общее распространение|توزيع|分发)\b|Distr\.")
_ORIGINAL = re.compile(
    r"^(?:Original|Язык оригинала|Подлинный текст|Оригинал|原文|الأصل)\s?[:：]|"
    r"^(?:English|French|Français|Spanish|Español|Russian|Русский|Chinese|Arabic|العربية|中文)\s?(?:only)?\Z"
)
_ORGANIZATION = re.compile(
    r"^(?:United Nations|Nations Unies|Naciones Unidas|Организация Объединенных Наций|الأمم المتحدة|联合国)(?:\s|\Z)"
)
_ANY_SYMBOL = re.compile(r"(?:^|\s)[A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9][A-Za-z0-9.()\-]*){2,}(?:\s|\*|\Z)")
_DATED = re.compile(r"\d.*(?:\b(?:19|20)\d{2}|\d{4}\s?年.{0,6})\s?\Z")
_SESSION = re.compile(
    r"\b(?:sessions?|período de sesiones|periodo de sesiones|сессия|الدورة)\Z|届会\Z|^(?:الدورة|البند|议程项目)|"
    r"^(?:Agenda items? \d|Items? \d|Points? \d|Points? .{1,20} de l.ordre du jour|Temas? .{1,20} del programa)|"
    r"^Пункты? \d",
    re.IGNORECASE,
)
#: The organization's name, as a first page's head has it and nothing else.
_ORGANIZATION_ALONE = re.compile(_ORGANIZATION.pattern.replace(r"(?:\s|\Z)", r"\Z"))
#: Longest line that is a date or a session, in columns.
_LONGEST_DATE = 60


def masthead(lines: Sequence[Line], lang: Lang) -> list[Line]:
    """The lines with the masthead marked: from the first to the last line that only a masthead has.

    Without a distribution, language or organization line among the first the document has none.
    """
    marked = list(lines)
    head: list[int] = []
    for place, line in enumerate(lines):
        if line.role is Role.BODY:
            label = leading(line.text, lang)[0]
            if (label and head) or len(head) >= _MASTHEAD_LINES:
                break
            head.append(place)
    if not any(shows_masthead(lines[place].text) for place in head[:_MASTHEAD_START]):
        return marked
    evidence = [place for place in head if _is_masthead_line(lines[place].text)]
    for place in head:
        if place <= evidence[-1]:
            marked[place] = replace(lines[place], role=Role.MASTHEAD)
    return marked


def shows_masthead(text: str) -> bool:
    """Whether a line is one that only a masthead has: distribution, original language, organization and symbol."""
    return bool(_DISTRIBUTION.search(text) or _ORIGINAL.search(text)) or bool(
        _ORGANIZATION.search(text) and _ANY_SYMBOL.search(text)
    )


def _is_masthead_line(text: str) -> bool:
    if shows_masthead(text) or _SYMBOL.match(text):
        return True
    short = columns(text) <= _LONGEST_DATE and not text[0].islower()
    return short and bool(_SESSION.search(text) or _DATED.search(text))
