"""The characters of an XML file as a stream: decoded as its bytes say, illegal ones replaced, declarations checked."""

import codecs
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tm.errors import InputError, Problem
from tm.formats.archive import BLOCK, DAMAGED, GZIP_MAGIC, ZIP_MAGIC, gzip_blocks, open_archive

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: What stands for a character that XML 1.0 cannot hold.
REPLACEMENT = "\ufffd"
#: What stands for bytes that are not in the encoding: a noncharacter (Unicode 23.7), which no text holds.
UNDECODABLE = "\ufdd0"
#: Characters within which the root element must begin.
_PROLOG_LIMIT = 1 << 20
_SWITCH = re.compile(r",? (?:try|use) XML_PARSE_HUGE(?: option)?")
#: Characters that XML 1.0 cannot hold, not even as references (XML 1.0, production 2).
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: The bytes of those that are control characters.
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
#: The longest beginning of a character reference that may be cut by the end of a chunk.
_LONGEST_REFERENCE = 16
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
    #: What it was decoded from: ``utf-8``.
    encoding: str = ""
    #: Whether the rest of the file cannot be had, as its last problem says: this is the last chunk.
    broken: bool = False

    @property
    def fatal(self) -> Problem | None:
        """Why the rest of the file cannot be had; None when it can."""
        return self.problems[-1] if self.broken else None

    @property
    def repaired(self) -> tuple[Problem, ...]:
        """What was repaired in it."""
        return self.problems[:-1] if self.broken else self.problems


@dataclass(frozen=True, slots=True)
class Source:
    """An XML file, or one of several in an archive."""

    #: The path, with the name inside the archive after it.
    name: str
    #: Its text, to be taken before the next source is.
    chunks: Iterator[Chunk]


def sources(path: Path, root: str | Sequence[str], endings: Sequence[str] = ()) -> Generator[Source, None, None]:
    """The XML files of a root element that a file is or holds: itself, unpacked by gzip, or files in a zip archive.

    The root may be one of several.

    Of an archive those are read whose name has one of the endings, like the root element (``.tmx``) unless others are
    given, or else its only file. A character
    that XML cannot hold is replaced by U+FFFD and reported, so that one of them does not cost the rest of the file;
    a byte that is not in the encoding is replaced by ``UNDECODABLE``. Damage ends a source with a problem.
    Memory is bounded by the chunk.

    Raises:
        InputError: the file cannot be opened, is empty, has another root element, or declares entities.
    """
    roots = (root,) if isinstance(root, str) else tuple(root)
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            file.seek(0)
            if not magic:
                raise InputError("the file is empty", path=str(path), hint="check that it was saved or fetched whole")
            if magic == ZIP_MAGIC:
                yield from _members(path, roots, tuple(endings) or tuple(f".{name}" for name in roots))
            elif magic.startswith(GZIP_MAGIC):
                with closing(gzip_blocks(file)) as blocks:
                    yield Source(str(path), _checked(blocks, str(path), roots))
            else:
                yield Source(str(path), _checked(_blocks(file), str(path), roots))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the name") from error


def _members(path: Path, roots: tuple[str, ...], endings: tuple[str, ...]) -> Iterator[Source]:
    with open_archive(path) as archive:
        names = [name for name in archive.names if name.lower().endswith(endings)]
        if not names and len(archive.names) == 1:
            names = [*archive.names]
        if not names:
            hint = f"it holds: {', '.join(archive.names[:5]) or 'nothing'}"
            raise InputError(f"is a zip archive without any {endings[0]} file", path=str(path), hint=hint)
        for name in names:
            inside = f"{path}/{name}"
            with closing(archive.blocks(name)) as blocks:
                yield Source(inside, _checked(blocks, inside, roots))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


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
    message = without_switch((error.msg or "it cannot be parsed").split(", line ")[0])
    hint = "repair the file there and import it again"
    return Problem(f"the XML is broken: {message}; nothing from here on was read", path, error.lineno or 0, hint)


def without_switch(message: str) -> str:
    """The message of a parser without the switch it names that lifts a limit of its own."""
    return _SWITCH.sub("", message)


def forget(element: "etree._Element") -> None:
    """Free what has been read: the element's content and all its elder siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def decoded_chunks(source: Source) -> Iterator[Chunk]:
    """The chunks of a source, bytes that are not in its encoding replaced by U+FFFD and reported."""
    line = 1
    for chunk in source.chunks:
        place = chunk.text.find(UNDECODABLE)
        if place >= 0:
            what = f"bytes that are not {chunk.encoding.upper()}; replaced by U+FFFD"
            hint = "save the file as UTF-8, or correct the encoding in its first line"
            told = Problem(what, source.name, line + chunk.text.count("\n", 0, place), hint)
            line += chunk.text.count("\n")
            yield replace(chunk, text=chunk.text.replace(UNDECODABLE, REPLACEMENT), problems=(told, *chunk.problems))
        else:
            line += chunk.text.count("\n")
            yield chunk


def _checked(blocks: Iterator[bytes], path: str, roots: tuple[str, ...]) -> Iterator[Chunk]:
    """The chunks, once the first ones have shown the root element: nothing of another file reaches a parser."""
    source = _decoded(blocks, path)
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
            path=path,
            hint="replace the entities by their text and remove the <!ENTITY …> lines",
        )
    if match is None or match.group(1) not in roots:
        expected = " or ".join(f"<{name}>" for name in roots)
        trouble = next((problem.message for chunk in held for problem in chunk.problems), "no XML element found")
        message = f"is XML, but <{match.group(1)}> and not {expected}" if match else f"is no XML file: {trouble}"
        raise InputError(message, path=path, hint=f"a file of {expected} is expected")
    yield from held
    yield from source


def _decoded(blocks: Iterator[bytes], path: str) -> Iterator[Chunk]:
    damage: list[Problem] = []
    sound = _until_damage(blocks, path, damage)
    first = next(sound, b"")
    if not first and not damage:
        raise InputError("the file is empty", path=path, hint="check that it was saved or fetched whole")
    encoding, skip, problem = _encoding(first, path)
    decoder = codecs.getincrementaldecoder(encoding)(_MARKING)
    problems = [problem] if problem else []
    line, held = 1, ""
    for data in chain((first[skip:],), sound, (b"",)):
        text = held + decoder.decode(data, not data)
        cut = _CUT_REFERENCE.search(text, max(0, len(text) - _LONGEST_REFERENCE)) if data else None
        text, held = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
        text, found = _legal(text, path, line)
        line += text.count("\n")
        yield Chunk(text, (*problems, *found), encoding)
        problems = []
    for problem in damage:
        yield Chunk("", (replace(problem, line=line),), encoding, broken=True)


def _until_damage(blocks: Iterator[bytes], path: str, damage: list[Problem]) -> Iterator[bytes]:
    """The blocks before one that cannot be had; why not goes to ``damage``."""
    try:
        yield from blocks
    except DAMAGED as error:
        hint = "fetch or save the file again"
        damage.append(Problem(f"the packed file is damaged: {error}; nothing after this was read", path, 0, hint))
    except InputError as error:
        damage.append(Problem(f"{error.message}; nothing after this was read", path, 0, error.hint))


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


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


_MARKING = "untm.undecodable"
codecs.register_error(_MARKING, _marked)


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

    if not _surely_legal(text):
        text = ILLEGAL.sub(replaced, text)
    if "&#" in text:
        text = _REFERENCE.sub(reference, text)
    return text, problems


def _surely_legal(text: str) -> bool:
    """Whether nothing in the text is illegal, at three times the speed of searching for it."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return False
    return len(encoded.translate(None, _CONTROLS)) == len(encoded) and "\ufffe" not in text and "\uffff" not in text


def _code(match: re.Match[str]) -> int:
    return int(match.group(1), 16) if match.group(1) else int(match.group(2))


def _name(match: re.Match[str]) -> str:
    return match.group() if match.group().startswith("&") else f"character U+{ord(match.group()):04X}"
