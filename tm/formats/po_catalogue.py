"""Gettext PO catalogues as polib parses them, with what polib overlooks, and the languages they are in."""

import codecs
import gettext
import re
from functools import cache
from pathlib import Path

import polib

from tm.errors import InputError, LanguageError
from tm.formats.language import shown
from tm.lang import Lang

#: The header's language of the msgids; gettext itself takes them to be English.
SOURCE_FIELD = "X-Source-Language"
_DEFAULT_SOURCE = Lang("en")
#: Writing systems as gettext appends them to a language: ``sr@latin``.
_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva", "arabic": "Arab"}
_LOCALE = re.compile(r"(?P<tag>[A-Za-z0-9_-]+)(?:\.[\w-]+)?(?:@(?P<modifier>[A-Za-z0-9]+))?\Z")
_LINE = re.compile(r"\(line (?P<line>\d+)\)(?:: (?P<what>.+))?")
_PLURAL = re.compile(r"plural\s*=(?P<formula>[^;]+)")
#: A line with a string in it; previous strings of obsolete entries are no concern of polib's.
_STRING = re.compile(r'(?:#[~|]\s+)?(?:msg|")')
#: What such a line must look like: polib takes the first and last character for quotes, whatever they are, and one
#: digit for the number of a plural form.
_QUOTED = re.compile(r'(?:#[~|]\s+)?(?:msg[a-z_]+(?:\[\d\])?\s*)?"(?:[^"\\]|\\.)*"\Z')
LINE_END = re.compile(r"\r\n|\r|\n")
_REPAIR = "repair it there; msgcat FILE -o NEW says more, and rewrites what is only unusual"


class _Content(str):
    """A file's text, given to polib in the place of a name: a name that is no file would be parsed as content."""

    __slots__ = ()

    def splitlines(self, keepends: bool = False) -> list[str]:
        """Lines as gettext counts them: U+2028, form feeds and their like may stand inside a text."""
        del keepends
        # After a comment polib keeps the last entry, which it drops when the file ends with an empty "#:" or "#,".
        return [*LINE_END.split(self), "# end"]


def content_of(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path), hint="check the name") from error


def encoding_of(content: bytes) -> str:
    """The encoding a catalogue is in, as its header or its byte order mark says."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if wide else str(polib.detect_encoding(content))


def parse(content: bytes, path: str) -> polib.POFile:
    """The catalogue in a file's bytes; ``path`` is its name for messages.

    Raises:
        InputError: it is no catalogue, or not in its encoding.
    """
    encoding = encoding_of(content)
    try:
        text = _Content(content.decode(encoding))
    except (UnicodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        hint = 'the header names the encoding ("Content-Type: text/plain; charset=UTF-8"); correct it or the file'
        line = content.count(b"\n", 0, start) + 1
        raise InputError(f"the file is not {encoding}", path=path, line=line, hint=hint) from error
    _check_quotes(text, path)
    try:
        return polib.pofile(text, encoding=encoding)
    except OSError as error:
        place = _LINE.search(str(error))
        line, what = (int(place["line"]), place["what"]) if place else (0, None)
        message = f"no PO catalogue: {what or 'this line is out of place'}"
        raise InputError(message, path=path, line=line, hint=_REPAIR) from error


def _check_quotes(text: _Content, path: str) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip("\ufeff \t")
        if _STRING.match(stripped) and not _QUOTED.match(stripped):
            message = "no PO catalogue: the text does not stand between two quotes"
            raise InputError(message, path=path, line=number, hint=_REPAIR)


@cache
def form_of_one(plural_forms: str) -> int:
    """The index of the plural form for the number one, 0 in most languages, 1 in Arabic; 0 when it is not told."""
    formula = _PLURAL.search(plural_forms)
    try:
        return gettext.c2py(formula["formula"])(1) if formula else 0
    except (ValueError, ArithmeticError):
        return 0


def source_of(catalogue: polib.POFile, path: Path) -> Lang:
    """The language of the msgids: that of the header, or else English, as gettext has it.

    Raises:
        InputError: the header does not say it, and the msgids are clearly in another language.
    """
    told = lang_of_locale(catalogue.metadata.get(SOURCE_FIELD, ""))
    if told is not None:
        return told
    found = shown(" ".join(entry.msgid for entry in catalogue))
    if found is not None and found != _DEFAULT_SOURCE:
        hint = f'say so in its header: "{SOURCE_FIELD}: {found}\\n"'
        message = f"the msgids are {found.name}; without a word on their language they are taken to be English"
        raise InputError(message, path=str(path), hint=hint)
    return _DEFAULT_SOURCE


def langs_of(catalogue: polib.POFile, path: Path) -> tuple[Lang, Lang]:
    """Source and target language, of the header or else of the file's name.

    Raises:
        InputError: the target is not told, or is the source; or the source is not told, and clearly not English.
    """
    told = catalogue.metadata.get("Language", "")
    target = lang_of_locale(told) or _lang_of_name(path)
    if target is None:
        message = f"the header's language {told!r} is no language tag" if told else "the file tells no language"
        hint = 'add "Language: fr" to its header, or rename it like app.fr.po'
        raise InputError(message, path=str(path), hint=hint)
    source = source_of(catalogue, path)
    if source == target:
        hint = f'say the language of the msgids in its header: "{SOURCE_FIELD}: fr"'
        raise InputError(f"source and target are both in {target}", path=str(path), hint=hint)
    return source, target


def lang_of_locale(locale: str) -> Lang | None:
    """The language of a locale's name: ``fr``, ``en_US``, ``de_DE.UTF-8``, ``sr@latin``; None when it has none."""
    match = _LOCALE.match(locale)
    if match is None:
        return None
    modifier = match["modifier"]
    parts = [match["tag"], *([_SCRIPTS.get(modifier, modifier)] if modifier else [])]
    try:
        return Lang.parse("-".join(parts))
    except LanguageError:
        return None


def _lang_of_name(path: Path) -> Lang | None:
    """The language in the last part of a file's name; only a real one, as most names are words like any other."""
    from babel import Locale, UnknownLocaleError

    lang = lang_of_locale(path.stem.rpartition(".")[2])
    if lang is None:
        return None
    try:
        Locale.parse(lang.tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
    return lang
