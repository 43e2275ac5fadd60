"""Plain text files: bytes to characters, characters to the segments of one language version of a document."""

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tm.concept import Concept
from tm.errors import InputError, Problem
from tm.formats.document import edition, file_bytes
from tm.formats.language import SCRIPTS, SURE_LETTERS, language_of, letters
from tm.lang import Lang
from tm.model import Edition
from tm.segment import read

#: First bytes of files that hold a document but are no text, and what they are.
MAGIC = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a zipped file such as .docx, .odt or .xlsx",
    b"{\\rtf": "a rich text file",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"SQLite format 3": "a database",
}
#: Byte order marks, and the codecs they tell.
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_HINT = "save it as plain text (UTF-8) first"
_ENCODING_HINT = "say which it is with --encoding, for example cp1252, cp1251, cp1256, gb18030 or utf-16"
#: Control characters that text files may hold: tab, line ends, form feed, and an end-of-file mark of old.
_TEXT_CONTROLS = frozenset(b"\t\n\x0b\x0c\r\x1a\x1b\x1c\x1d\x1e\x1f")
_NO_TEXT = bytes(byte for byte in range(0x20) if byte not in _TEXT_CONTROLS)
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x7f\ufffe\uffff]")
#: Share of other control characters above which a file is no text.
_BINARY_SHARE = 0.005

#: ``read_concepts`` takes the languages of columns that do not say them.
UNTITLED_COLUMNS = True

#: The encodings that United Nations texts came in before Unicode, by language; Western Europe's for the others.
_LEGACY = {"ru": "cp1251", "ar": "cp1256", "zh": "gb18030"}
_WESTERN = "cp1252"


def read_document(path: Path, lang: Lang | None, encoding: str | None = None) -> Edition:
    """The language version of a document that a text file holds.

    Args:
        path: the file.
        lang: its language; None takes it from the file's name, or else from the text, and says so in a remark.
        encoding: name of its encoding; None finds it out, and says so in a remark unless it is Unicode.

    Raises:
        InputError: there is no such file, it is empty or no text, or its encoding cannot be told.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    data = contents(path)
    text, remarks = decoded(data, path.name, lang, encoding)
    if not text.strip("\ufeff \t\r\n\f\v\u00a0\u200e\u200f\u200b"):
        raise InputError("the file holds no text, only white space", path=path.name, hint="check that it was saved")
    problems = []
    replaced = text.find("\ufffd")
    if replaced >= 0:
        line = text.count("\n", 0, replaced) + 1
        problems.append(Problem("characters were lost when the file was saved (�)", path.name, line))
    found, told = language_of(text, path.name, lang)
    reading = read(text, found)
    return edition(path.name, data, found, "plain", reading, problems, [*remarks, *told])


def read_concepts(path: Path, langs: Sequence[Lang] = ()) -> Iterator[Concept | Problem]:
    """The concepts of a glossary as OmegaT has them: a row each, with tabs between terms and remark.

    Raises:
        InputError: the file cannot be read as text, or nobody says which columns hold terms of which languages.
    """
    # Tables are read by way of this module.
    from tm.formats import csv

    return csv.read_concepts(path, langs)


def contents(path: Path) -> bytes:
    """The file's bytes, once they may be text."""
    data = file_bytes(path)
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise InputError(f"this is {what}, not plain text", path=path.name, hint=_SAVE_HINT)
    return data


def decoded(data: bytes, name: str, lang: Lang | None, encoding: str | None) -> tuple[str, list[str]]:
    """A text file's characters, and remarks on what had to be guessed for them.

    Raises:
        InputError: the bytes are no text, not in the encoding given, or their encoding cannot be told.
    """
    if encoding is not None:
        return _decode_as(data, name, encoding), []
    for bom, codec in BOMS:
        if data.startswith(bom):
            return _decode_as(data, name, codec), []
    if b"\x00" in data:
        wide = _utf16_codec(data)
        if wide is None:
            raise InputError("this is no text file: it holds zero bytes", path=name, hint=_SAVE_HINT)
        return data.decode(wide), [f"{name} is read as {wide.upper()}, which the file does not say"]
    if is_binary(controls_in(data), len(data)):
        raise InputError("this is no text file: it holds control characters", path=name, hint=_SAVE_HINT)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return _decode_legacy(data, name, lang, data.count(b"\n", 0, error.start) + 1)


def controls_in(data: bytes) -> int:
    """How many control characters that text does not hold are among some bytes."""
    return len(data) - len(data.translate(None, _NO_TEXT))


def is_binary(controls: int, size: int) -> bool:
    """Whether a file of so many bytes is no text, by its control characters."""
    return controls > _BINARY_SHARE * size


def _decode_as(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        hint = "known names are utf-8, utf-16, cp1252, cp1251, cp1256, gb18030"
        raise InputError(f"no encoding is named {encoding!r}", path=name, hint=hint) from None
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, start) + 1
        raise InputError(f"the file is not {encoding}", path=name, line=line, hint=_ENCODING_HINT) from None


def _utf16_codec(data: bytes) -> str | None:
    """The byte order of UTF-16 text without byte-order mark, or None when it is none."""
    best, most = None, 0.5
    for codec in ("utf-16-le", "utf-16-be"):
        text = _try(data, codec)
        if text and not _CONTROL.search(text):
            known = sum(len(script.findall(text)) for script in SCRIPTS.values())
            spaced = known + sum(text.count(mark) for mark in " \n，。、")
            if spaced > most * len(text):
                best, most = codec, spaced / len(text)
    return best


def _decode_legacy(data: bytes, name: str, lang: Lang | None, line: int) -> tuple[str, list[str]]:
    """The text of a file in an encoding of old, told by charset-normalizer; ``line`` is where UTF-8 fails."""
    from charset_normalizer import from_bytes

    told = from_bytes(data, cp_isolation=[_WESTERN, *_LEGACY.values()]).best()
    own = _LEGACY.get(lang.primary, _WESTERN) if lang else ""
    if own and (told is None or told.encoding != own):
        # Its own encoding may still fit; else only much text of another language is believed, to be refused as such.
        other = told if told and letters(str(told)) >= SURE_LETTERS else None
        told = from_bytes(data, cp_isolation=[own]).best() or other
    if told is None:
        raise InputError("the file is not UTF-8, and its encoding cannot be told", path=name, line=line,
                         hint=_ENCODING_HINT)  # fmt: skip
    return data.decode(told.encoding), [f"{name} is not UTF-8; read as {told.encoding}, judged by its letters"]


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None
