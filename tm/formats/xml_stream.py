"""The characters of an XML file as a stream: decoded as its bytes say, illegal ones replaced, declarations checked."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tm.errors import InputError, Problem

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: What stands for a character that XML 1.0 cannot hold.
REPLACEMENT = "\ufffd"
#: Bytes read at a time.
CHUNK = 1 << 16
#: Characters within which the root element must begin.
_PROLOG_LIMIT = 1 << 20
_SWITCH = re.compile(r",? (?:try|use) XML_PARSE_HUGE(?: option)?")
#: Characters that XML 1.0 cannot hold, not even as references (XML 1.0, production 2).
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
#: The longest beginning of a character reference that may be cut by the end of a chunk.
_CUT_REFERENCE = re.compile(r"&(?:#[0-9A-Za-z]{0,12})?\Z")
_DECLARATION = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.:-]*)["']""")
_APART = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Begin of a file without byte order mark that can only be UTF-16.
_UNMARKED = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next characters of a file; all chunks together are its text, without byte order mark."""

    text: str
    #: What was repaired or is wrong in it.
    problems: tuple[Problem, ...] = ()
    #: Whether the rest of the file cannot be decoded: this is the last chunk.
    broken: bool = False


def chunks(path: Path, root: str) -> Iterator[Chunk]:
    """The text of an XML file with that root element, gzip unpacked; memory is bounded by the chunk.

    A character that XML cannot hold is replaced by U+FFFD and reported, so that one of them does not cost the rest
    of the file; bytes that are not in the encoding end the stream with a problem.

    Raises:
        InputError: the file cannot be opened, is empty, has another root element, or declares entities.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            file.seek(0)
            if not magic:
                raise InputError("the file is empty", path=str(path), hint="check that it was saved or fetched whole")
            if magic.startswith(b"PK\x03\x04"):
                raise InputError("is a zip archive", path=str(path), hint="unpack it first")
            if magic.startswith(b"\x1f\x8b"):
                with gzip.open(file) as unpacked:
                    yield from _checked(unpacked, path, root)  # type: ignore[arg-type]
            else:
                yield from _checked(file, path, root)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}", path=str(path), hint="check the name") from error


def legal(text: str) -> bool:
    """Whether XML 1.0 can hold every character of the text."""
    return not ILLEGAL.search(text)


def escape(text: str) -> str:
    r"""The text as character data or attribute value on one line; white space comes back from a parser as it was.

    >>> escape('a < b\n"c"')
    'a &lt; b&#10;&quot;c&quot;'
    """
    return text.translate(_ESCAPES)


_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def syntax_problem(error: SyntaxError, path: str) -> Problem:
    """What a parser found wrong with the XML, after which nothing more can be read."""
    # libxml names the switch of its own that lifts a limit, which is no help to a reader.
    message = _SWITCH.sub("", (error.msg or "it cannot be parsed").split(", line ")[0])
    hint = "repair the file there and import it again"
    return Problem(f"the XML is broken: {message}; nothing from here on was read", path, error.lineno or 0, hint)


def forget(element: "etree._Element") -> None:
    """Free what has been read: the element's content and all its elder siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _checked(stream: BinaryIO, path: Path, root: str) -> Iterator[Chunk]:
    """The chunks, once the first ones have shown the root element: nothing of another file reaches a parser."""
    source = _decoded(stream, str(path))
    held: list[Chunk] = []
    head, match = "", None
    for chunk in source:
        held.append(chunk)
        head += chunk.text
        bare = _APART.sub(" ", head)
        match = _ROOT.search(bare)
        if match or len(head) > _PROLOG_LIMIT:
            break
    if "<!ENTITY" in (bare[: match.start()] if match else bare):
        raise InputError(
            "declares entities of its own, which are not expanded for safety",
            path=str(path),
            hint="replace the entities by their text and remove the <!ENTITY …> lines",
        )
    if match is None or match.group(1) != root:
        trouble = next((problem.message for chunk in held for problem in chunk.problems), "no XML element found")
        message = f"is XML, but <{match.group(1)}> and not <{root}>" if match else f"is no XML file: {trouble}"
        raise InputError(message, path=str(path), hint=f"a file of <{root}> is expected")
    yield from held
    yield from source


def _decoded(stream: BinaryIO, path: str) -> Iterator[Chunk]:
    first = stream.read(CHUNK)
    encoding, skip, problem = _encoding(first, path)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    problems = [problem] if problem else []
    line, held, data = 1, "", first[skip:]
    while True:
        broken = False
        final = not data
        try:
            text = held + decoder.decode(data, final)
        except UnicodeDecodeError as error:
            text = held + _sound_part(error, encoding)
            broken = True
        cut = None if final or broken else _CUT_REFERENCE.search(text)
        text, held = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
        text, found = _legal(text, path, line)
        line += text.count("\n")
        problems += found
        if broken:
            problems.append(_undecodable(encoding, path, line))
        yield Chunk(text, tuple(problems), broken)
        if final or broken:
            return
        problems = []
        data = stream.read(CHUNK)


def _encoding(first: bytes, path: str) -> tuple[str, int, Problem | None]:
    """The encoding a file is really in, the length of its byte order mark, and a wrong declaration."""
    declared = _declared(first, path)
    for mark, encoding in _BOMS:
        if first.startswith(mark):
            return encoding, len(mark), None
    for start, encoding in _UNMARKED:
        if first.startswith(start):
            return encoding, 0, None
    if declared.startswith(("utf-16", "utf-32")):
        # The declaration itself could be read byte by byte, so these are no 16-bit characters.
        return "utf-8", 0, Problem(f"declared as {declared} but is not; read as UTF-8", path, 1)
    # Files said to be ASCII may as well be read as its superset.
    return ("utf-8" if declared in ("", "ascii") else declared), 0, None


def _declared(first: bytes, path: str) -> str:
    """The canonical name of the declared encoding, "" when none is declared in single bytes."""
    match = _DECLARATION.search(first[:1024])
    if match is None:
        return ""
    name = match.group(1).decode("ascii")
    try:
        info = codecs.lookup(name)
    except LookupError:
        info = None
    if info is None or not info._is_text_encoding:
        hint = "save the file as UTF-8 and correct its first line"
        raise InputError(f"declared encoding {name!r} is unknown", path=path, line=1, hint=hint)
    return info.name.replace("_", "-")


def _sound_part(error: UnicodeDecodeError, encoding: str) -> str:
    return error.object[: error.start].decode(encoding, "ignore")


def _undecodable(encoding: str, path: str, line: int) -> Problem:
    hint = "save the file as UTF-8, or correct the encoding in its first line"
    return Problem(f"bytes that are not {encoding.upper()}; nothing after them was read", path, line, hint)


def _legal(text: str, path: str, line: int) -> tuple[str, list[Problem]]:
    problems: list[Problem] = []

    def replaced(match: re.Match[str]) -> str:
        at = line + text.count("\n", 0, match.start())
        problems.append(Problem(f"{_name(match)} is not allowed in XML; replaced by U+FFFD", path, at))
        return REPLACEMENT

    def reference(match: re.Match[str]) -> str:
        code = _code(match)
        sound = code <= 0x10FFFF and legal(chr(code))
        return match.group() if sound else replaced(match)

    if ILLEGAL.search(text):
        text = ILLEGAL.sub(replaced, text)
    if "&#" in text:
        text = _REFERENCE.sub(reference, text)
    return text, problems


def _code(match: re.Match[str]) -> int:
    return int(match.group(1), 16) if match.group(1) else int(match.group(2))


def _name(match: re.Match[str]) -> str:
    return match.group() if match.group().startswith("&") else f"character U+{ord(match.group()):04X}"
