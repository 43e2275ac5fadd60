"""The ``<tu>`` elements of a TMX file, one after the other, as its characters come in; nothing of them is kept.

A ``<tu>`` written the plain way is read at once (``tm.formats.tmx_plain``). Everything else goes to libxml2 in pieces,
each ending with a ``</tu>``: what is broken in one piece costs no other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tm.errors import InputError, Problem, Remark
from tm.formats.tmx_inline import name_of
from tm.formats.tmx_parts import parts_of
from tm.formats.tmx_plain import PLAIN, SECTION_END, plain_tu
from tm.formats.tmx_unit import Header, Read, TuReader, read_header
from tm.formats.xml_stream import UNDECODABLE, Source, forget, sources, without_switch
from tm.safe_xml import parser_options

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Lines of tags in the parser's own words: it has not seen all lines of the file.
_LINE = re.compile(r" line [0-9]+")
#: Comments, sections and instructions, which may hold what looks like an element; or their beginning alone.
_APART = r"<!--(?:.*?-->)?|<!\[CDATA\[(?:.*?\]\]>)?|<\?(?:.*?\?>)?"
_BODY = re.compile(rf"(?s:{_APART})|(<body(?:\s[^<>]*)?>)")
_TU_END = re.compile(rf"(?s:{_APART})|(</tu\s*>)")
_TU_BEGIN = re.compile(rf"(?s:{_APART})|(<tu[\s>])")
_COMMENT = re.compile(r"(?s)<!\[CDATA\[.*?\]\]>|(<!--.*?-->)")
#: What other programs leave unescaped.
_BARE_AMPERSAND = re.compile(rf"(?s:{_APART})|(&(?!#[0-9]+;|#x[0-9A-Fa-f]+;|[A-Za-z_][\w.-]*;))", re.ASCII)
#: An element given to the parser after each piece: when it comes out again, so has all before it.
_SENTINEL = "untm-end-of-piece"
#: How what stands apart ends, by its beginning.
_APART_ENDS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
_REPAIR = "repair the file there and import it again"
_RECODE = "save the file as UTF-8, or correct the encoding in its first line"
#: A <tu> holds no other: where a second one begins, the first was not closed.
_UNCLOSED = "the <tu> is not closed; the unit was left out"
_NEVER_PLAIN = (UNDECODABLE, SECTION_END)
#: Characters without the end of a ``<tu>`` after which the parser alone goes on reading: memory stays bounded.
_LONGEST_PIECE = 1 << 22
#: What stands for the beginning of the file for a parser that goes on after an error.
_AGAIN = b"<tmx><body>"


def read_tus(path: Path) -> Iterator[Read]:
    """What each ``<tu>`` of a file gives, and what is wrong beside them; of an archive, what each file in it gives.

    Raises:
        InputError: the file cannot be opened, is no TMX, declares entities, or nothing in it could be read.
    """
    units = 0
    error: InputError | None = None
    with closing(sources(path, "tmx")) as found:
        for source in found:
            try:
                for read in _TmxReader(source).reads():
                    units += len(read.units)
                    yield read
            except InputError as raised:
                if source.name == str(path):
                    raise
                # One bad file in an archive costs no other.
                error = raised
                yield Read((), [Problem(raised.message, raised.path, raised.line, raised.hint)], None)
    if error and not units:
        raise error


class _TmxReader:
    """Reads one TMX file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._encoding = ""
        self._path = source.name
        self._has_header = False
        self._reader = TuReader(Header(), self._path)
        #: Whether a plain ``<tu>`` may come: not in what stands before the body, nor once the parser reads alone.
        self._plain = False
        self._parser_only = False
        #: Whether an error has ended the reading.
        self._stopped = False
        #: How many units have been read, and the first error that cost some.
        self._units = 0
        self._error: Problem | None = None
        #: What was left out: how often, and the line of the first.
        self._left_out: Counter[str] = Counter()
        self._first_lines: dict[str, int] = {}
        #: Characters not read yet, and the number of line ends before them.
        self._text = ""
        self._lines = 0
        self._parser = _parser()
        #: Line ends the parser has been given.
        self._parsed_lines = 0

    def reads(self) -> Iterator[Read]:
        """What the file gives, in its order.

        Raises:
            InputError: it is no TMX, declares entities, or nothing in it could be read.
        """
        cut_off = None
        for chunk in self._source.chunks:
            cut_off = chunk.fatal
            if chunk.repaired:
                yield Read((), chunk.repaired, None)
            self._encoding = chunk.encoding
            self._text += chunk.text
            yield from self._pieces()
        yield from self._end(cut_off)
        if self._error and not self._units:
            raise InputError(self._error.message, path=self._path, line=self._error.line, hint=self._error.hint)
        yield Read((), [*self._remarks()], None)

    def _remarks(self) -> Iterator[Remark]:
        for what, count in self._left_out.items():
            yield Remark(f"left out: {what}, {count} in all", self._path, self._first_lines[what])

    def _pieces(self) -> Iterator[Read]:
        """What those pieces give that are whole by now."""
        text, at, counted = self._text, 0, 0
        sound = not any(bad in text for bad in _NEVER_PLAIN)
        while not (self._parser_only or self._stopped):
            if self._plain and (match := PLAIN.match(text, at)) and (sound or _is_plain(match)):
                tu = plain_tu(match)
                read = self._reader.read(tu) if tu is not None and self._has_header else None
                # What has problems is read again by the parser, which knows their lines.
                if read is not None and not read.problems:
                    self._units += len(read.units)
                    yield read
                    at = match.end()
                    continue
            end = _end_of(_TU_END if self._plain else _BODY, text, at)
            if end is None:
                break
            self._lines += text.count("\n", counted, at)
            self._plain = True
            yield from self._piece(text[at:end])
            self._lines += text.count("\n", at, end)
            at = counted = end
        self._lines += text.count("\n", counted, at)
        self._text = text[at:]
        if len(self._text) > _LONGEST_PIECE:
            self._parser_only = True
        if self._stopped or self._parser_only:
            if self._text and not self._stopped:
                yield from self._piece(self._text)
                self._lines += self._text.count("\n")
            self._text = ""

    def _piece(self, piece: str, *, last: bool = False) -> Iterator[Read]:
        """What the parser makes of the next characters."""
        begins = [match.start() for match in _TU_BEGIN.finditer(piece) if match.group(1)]
        whole = not (last or self._parser_only)
        if len(begins) > 1 and whole:
            yield from (self._error_at(_UNCLOSED, self._line(piece, begin), _REPAIR) for begin in begins[:-1])
            line_ends = "\n" * piece.count("\n", begins[0], begins[-1])
            piece = piece[: begins[0]] + line_ends + piece[begins[-1] :]
            begins = [begins[0] + len(line_ends)]
        spoiled = piece.find(UNDECODABLE)
        if spoiled >= 0:
            what = f"bytes that are not {self._encoding.upper()}; the unit they stand in was left out"
            yield self._error_at(what, self._line(piece, spoiled), _RECODE)
        self._note_comments(piece)
        if not self._parser_only:
            # Of a piece that is not whole nobody knows whether it begins inside a section.
            yield from self._bare_ampersands(piece)
        behind = self._lines - self._parsed_lines
        given = piece if self._parser_only else _BARE_AMPERSAND.sub(_as_reference, piece)
        error = self._feed(given + (f"<{_SENTINEL}/>" if whole else ""), last)
        # Of a long file the parser does not know the line of an element, but here it is the only one.
        line = self._line(piece, begins[0]) if len(begins) == 1 else 0
        waiting = whole
        for _, element in self._parser.read_events():
            name = name_of(element)
            if name == _SENTINEL:
                waiting = False
            elif name == "header":
                yield self._header(element, behind)
            elif spoiled < 0:
                yield from self._tu(element, line - element.sourceline if line else behind)
            forget(element)
        self._parsed_lines += piece.count("\n")
        if waiting and not error:
            # The parser waits for the end of something, such as a quoted value, that cannot be longer than the piece.
            error = self._feed("", last=True)
        if error:
            self._stopped = last or self._parser_only
            lost = "nothing from here on was read" if self._stopped else "the unit was left out"
            message = _LINE.sub("", error[0])
            yield self._error_at(f"the XML is broken: {message}; {lost}", error[1] + behind, _REPAIR)
            self._parser, self._parsed_lines = _parser(), 0
            self._parser.feed(_AGAIN)

    def _line(self, piece: str, at: int) -> int:
        """The line of a place in the piece that comes next, counted from 1."""
        return self._lines + piece.count("\n", 0, at) + 1

    def _header(self, element: "etree._Element", lines_before: int) -> Read:
        header, problems = read_header(element, self._path, (element.sourceline or 0) + lines_before)
        self._reader, self._has_header = TuReader(header, self._path), True
        return Read((), problems, None)

    def _feed(self, piece: str, last: bool) -> tuple[str, int] | None:
        """Hand the parser more characters; what is wrong with the XML, and in which line of the parser's."""
        try:
            if piece:
                self._parser.feed(piece.encode())
            if last:
                self._parser.close()
        except SyntaxError as error:
            message = without_switch((error.msg or "it cannot be parsed").split(", line ")[0])
            return message, error.lineno or 0
        # An entity nobody knows is told by the parser only with the next characters.
        told = self._parser.feed_error_log.filter_from_fatals()
        return (told[0].message, told[0].line) if told else None

    def _tu(self, element: "etree._Element", lines_before: int) -> Iterator[Read]:
        tu = parts_of(element, lines_before)
        if not self._has_header:
            self._has_header = True
            hint = "the level of the units is a guess"
            yield Read((), [Problem("there is no <header>", self._path, tu.line, hint)], None)
        for what in tu.left_out:
            self._leave_out(what, tu.line)
        read = self._reader.read(tu)
        self._units += len(read.units)
        yield read

    def _note_comments(self, piece: str) -> None:
        for match in _COMMENT.finditer(piece):
            if match.group(1):
                self._leave_out("<!-- comments -->", self._line(piece, match.start()))

    def _bare_ampersands(self, piece: str) -> Iterator[Read]:
        for match in _BARE_AMPERSAND.finditer(piece):
            if match.group(1):
                line = self._line(piece, match.start())
                yield Read((), [Problem("an & alone; read as &amp;", self._path, line, "write &amp;")], None)

    def _leave_out(self, what: str, line: int) -> None:
        self._left_out[what] += 1
        self._first_lines.setdefault(what, line)

    def _error_at(self, message: str, line: int, hint: str) -> Read:
        problem = Problem(message, self._path, line, hint)
        self._error = self._error or problem
        return Read((), [problem], None)

    def _end(self, cut_off: Problem | None) -> Iterator[Read]:
        """What is left when no more characters come, and what is missing."""
        self._plain = True
        yield from self._pieces()
        if cut_off:
            yield self._error_at(cut_off.message, cut_off.line, cut_off.hint)
        elif not self._stopped:
            yield from self._piece(self._text, last=True)


def _is_plain(match: re.Match[str]) -> bool:
    text = match.group()
    return not any(bad in text for bad in _NEVER_PLAIN)


def _as_reference(match: re.Match[str]) -> str:
    return "&amp;" if match.group(1) else match.group()


def _parser() -> "etree.XMLPullParser":
    from lxml import etree

    return etree.XMLPullParser(
        events=("end",), tag=("{*}header", "{*}tu", f"{{*}}{_SENTINEL}"), encoding="utf-8", **parser_options()
    )


def _end_of(wanted: re.Pattern[str], text: str, at: int) -> int | None:
    """Where the next of the tags ends that does not stand in a comment or the like; None when it is not there yet."""
    for match in wanted.finditer(text, at):
        if match.group(1):
            return match.end()
        if any(match.group() == begin for begin, _ in _APART_ENDS):
            return None
    return None
