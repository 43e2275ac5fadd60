"""Plain text files: bytes to characters, characters to the segments of one language version of a document."""

import codecs
import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tm.clean import FUNCTION_WORDS, characters
from tm.errors import InputError, LanguageError, Problem
from tm.lang import UN_LANGUAGES, Lang
from tm.model import BODY_KINDS, Document, Edition, Kind, Segment
from tm.segment import read

#: First bytes of files that hold a document but are no text, and what they are.
_MAGIC = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a zipped file such as .docx, .odt or .xlsx"),
    (b"{\\rtf", "a rich text file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"SQLite format 3", "a database"),
)
_BOMS = (
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
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x7f\ufffe\uffff]")
#: Share of other control characters above which a file is no text.
_BINARY_SHARE = 0.005

#: The encodings that United Nations texts came in before Unicode, by language; Western Europe's for the others.
_LEGACY = {"ru": "cp1251", "ar": "cp1256", "zh": "gb18030"}
_WESTERN = "cp1252"

#: United Nations suffixes of file names: ``A_RES_70_1_F``.
_UN_SUFFIX = {"A": "ar", "C": "zh", "E": "en", "F": "fr", "R": "ru", "S": "es"}
_NAMES = {"arabic": "ar", "english": "en", "spanish": "es", "french": "fr", "russian": "ru", "chinese": "zh"}
_CODE = re.compile(r"(?:ar|en|es|fr|ru|zh|ara|eng|spa|fra|fre|rus|zho|chi|cn)(?:[-_][A-Za-z]{2,4})?\Z", re.IGNORECASE)
_SCRIPTS = {
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    "ar": re.compile("[\u0620-\u064a\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufefc]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
}
#: A Chinese character says as much as about this many letters.
_HAN_LETTERS = 3
_LATIN = ("en", "es", "fr")
_WORD = re.compile(r"[^\W\d_]+")
#: Words by which a Latin-script language is known from the other two.
_TELLING = {
    tag: FUNCTION_WORDS[tag].difference(*(FUNCTION_WORDS[other] for other in _LATIN if other != tag)) for tag in _LATIN
}
#: Letters a text must have before it may contradict the language it was given.
_SURE_LETTERS = 200
#: Share of telling words that shows a language, and how many times those of the next it must be.
_TELLING_SHARE, _TELLING_LEAD = 0.08, 3.0
#: Probability of the language model from which its guess is told as a guess and not as a doubt.
_SURE_GUESS = 0.9
#: Characters looked at to tell the language.
_SAMPLE = 20_000
#: Letters of a block from which its language counts, and the share of blocks that makes a file mixed.
_BLOCK_LETTERS, _MIXED_SHARE = 40, 1 / 3
_SYMBOL = re.compile(r"(?<![\w/])[A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9][A-Za-z0-9.()\-]*){2,}")


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
    found, told = _language(text, path.name, lang)
    reading = read(text, found)
    segments = reading.segments
    problems += _mixed(segments, found, path.name)
    digest = hashlib.sha256(data).hexdigest()
    return Edition(
        found,
        path.name,
        digest,
        "plain",
        segments,
        tuple(problems),
        _document(segments, path.name),
        (*remarks, *told),
        tuple((gap.printed, gap.closed) for gap in reading.gaps),
    )


def contents(path: Path) -> bytes:
    """The file's bytes, once they may be text."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file", path=path.name, hint="check the name and the folder") from None
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", path=path.name, hint="name a text file in it") from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(f"the file cannot be read: {reason}", path=path.name, hint="check its permissions") from None
    if not data:
        raise InputError("the file is empty", path=path.name, hint="check that it was saved")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise InputError(f"this is {what}, not plain text", path=path.name, hint=_SAVE_HINT)
    return data


def decoded(data: bytes, name: str, lang: Lang | None, encoding: str | None) -> tuple[str, list[str]]:
    """The file's characters, and what had to be guessed for them."""
    if encoding is not None:
        return _decode_as(data, name, encoding), []
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _decode_as(data, name, codec), []
    if b"\x00" in data:
        wide = _utf16_codec(data)
        if wide is None:
            raise InputError("this is no text file: it holds zero bytes", path=name, hint=_SAVE_HINT)
        return data.decode(wide), [f"{name} is read as {wide.upper()}, which the file does not say"]
    controls = sum(1 for byte in data if byte < 0x20 and byte not in _TEXT_CONTROLS)
    if controls > _BINARY_SHARE * len(data):
        raise InputError("this is no text file: it holds control characters", path=name, hint=_SAVE_HINT)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return _decode_legacy(data, name, lang, data.count(b"\n", 0, error.start) + 1)


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
            known = sum(len(script.findall(text)) for script in _SCRIPTS.values())
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
        other = told if told and _letters(str(told)) >= _SURE_LETTERS else None
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


def _language(text: str, name: str, given: Lang | None) -> tuple[Lang, list[str]]:
    """The language of the text: given, named by the file, or guessed; and a remark when it was not given."""
    sample = characters(text[:_SAMPLE], UN_LANGUAGES[0])
    sure = _telling(sample)
    named = _named(name)
    lang = given or named
    if lang is not None:
        if sure and lang.primary in _TESTED and sure != lang.primary and _letters(sample) >= _SURE_LETTERS:
            told = "given as" if given else "named as"
            raise LanguageError(f"the file is {told} {lang.name}, but its text is {Lang(sure).name}", path=name,
                                hint=f"pass it as {sure}={name}, or check that it is the right file")  # fmt: skip
        return lang, [] if given else [f"{name} is in {lang.name}, by its name"]
    if sure:
        return Lang(sure), [f"{name} is in {Lang(sure).name}, by its text"]
    tag, probability = _guess(sample)
    if probability < _SURE_GUESS:
        raise LanguageError("the language of the text cannot be told", path=name,
                            hint=f"say which it is, for example en={name}")  # fmt: skip
    return Lang(tag), [f"{name} is taken to be in {Lang(tag).name}; say LANG={name} if it is not"]


_TESTED = frozenset(lang.primary for lang in UN_LANGUAGES)


def _named(name: str) -> Lang | None:
    """The language that a file's name tells, or None."""
    parts = name.split(".")
    stem = parts[0] if len(parts) == 1 else ".".join(parts[:-1])
    for part in reversed(stem.split(".")):
        if _CODE.match(part):
            return Lang.parse(part)
    last = re.split(r"[._\- ]", stem)[-1]
    if re.search(r"[_\-][ACEFRS]\Z", stem):
        return Lang.parse(_UN_SUFFIX[last])
    if _CODE.match(last):
        return Lang.parse(last)
    return Lang.parse(_NAMES[last.lower()]) if last.lower() in _NAMES else None


def _letters(text: str) -> int:
    return sum(len(script.findall(text)) * (_HAN_LETTERS if tag == "zh" else 1) for tag, script in _SCRIPTS.items())


def _script(text: str) -> str:
    """The script most letters are of: ``zh``, ``ar``, ``ru`` or ``latin``; "" without letters."""
    counts = {tag: len(script.findall(text)) * (_HAN_LETTERS if tag == "zh" else 1) for tag, script in _SCRIPTS.items()}
    best = max(counts, key=lambda tag: counts[tag])
    return best if counts[best] else ""


def _telling(text: str) -> str:
    """The language that script or common words show beyond doubt, or ""."""
    script = _script(text)
    if script != "latin":
        return script
    words = [word.lower() for word in _WORD.findall(text)]
    shares = sorted(((sum(word in _TELLING[tag] for word in words) / len(words), tag) for tag in _LATIN), reverse=True)
    (best, tag), (second, _) = shares[:2]
    return tag if best >= _TELLING_SHARE and best >= _TELLING_LEAD * second else ""


def _guess(text: str) -> tuple[str, float]:
    """The likeliest of the three Latin-script languages, and its probability among them, by py3langid."""
    # Loading its model takes longer than reading most documents, and few need it.
    from py3langid import rank

    scores = {tag: float(score) for tag, score in rank(text) if tag in _LATIN}
    best = max(scores, key=lambda tag: scores[tag])
    return best, 1 / sum(math.exp(score - scores[best]) for score in scores.values())


def _mixed(segments: Sequence[Segment], lang: Lang, name: str) -> list[Problem]:
    """A problem when many blocks are in another language than the rest, with the first of them."""
    if lang.primary not in _TESTED:
        return []
    told = [
        (segment, tag)
        for segment in segments
        if segment.kind in BODY_KINDS and _letters(segment.text) >= _BLOCK_LETTERS and (tag := _telling(segment.text))
    ]
    others = [(segment, tag) for segment, tag in told if tag != lang.primary]
    if len(others) <= 1 or len(others) < _MIXED_SHARE * len(told):
        return []
    first, tag = others[0]
    message = f"{len(others)} of {len(told)} blocks are not {lang.name}; the first is {Lang(tag).name}"
    return [Problem(message, name, first.line, "check that the file holds one language version")]


def _document(segments: Sequence[Segment], name: str) -> Document:
    """What the masthead and the running heads say of the document."""
    symbols = Counter(
        found.group().rstrip(".")
        for segment in segments
        if segment.kind in {Kind.MASTHEAD, Kind.HEADER}
        for found in _SYMBOL.finditer(segment.text)
    )
    symbol = next(iter(symbols)) if len(symbols) == 1 else ""
    title = next((segment.text for segment in segments if segment.kind is Kind.TITLE), "")
    return Document(symbol=symbol, title=title, origin=name)
