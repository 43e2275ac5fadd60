"""XLIFF 1.0 to 1.2 and 2.0 to 2.2: bilingual units in and out, drafts in, and drafts with their matches out.

Versions are told apart by the root element. Trados (``.sdlxliff``), memoQ (``.mqxliff``) and Phrase (``.mxliff``) files
are XLIFF 1.2 with additions of their own, of which it is read what has been confirmed and what is locked.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tm.errors import InputError, Problem
from tm.formats.tmx_inline import name_of
from tm.formats.xliff_draft import read_document, write_suggestions
from tm.formats.xliff_unit import UnitReader
from tm.formats.xliff_version import NAME_ENDINGS, check_version
from tm.formats.xliff_writing import BILINGUAL, HOLDS, OPTIONS, write_units
from tm.formats.xml_stream import UNDECODABLE, Source, forget, sources, syntax_problem
from tm.model import TranslationUnit
from tm.safe_xml import parser_options

__all__ = ["BILINGUAL", "HOLDS", "OPTIONS", "read_document", "read_units", "write_suggestions", "write_units"]

#: Elements that hold what is read, and those that are done with when they end; the root tells the version.
_UNITS = ("trans-unit", "unit")
_TAGS = tuple("{*}" + name for name in ("xliff", *_UNITS, "header", "skeleton", "group", "bin-unit", "file"))
_SPOILED = "bytes that are not in the file's encoding; the unit they stand in was left out"
_RECODE = "save the file as UTF-8, or correct the encoding in its first line"


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The translations of a file of any version and encoding (gzip too) in constant memory, source first.

    A unit of several segments is a paragraph with its sentences; where only some segments are translated, each of
    those is a unit of its own. Alternatives (``alt-trans``, the matches module) are units after it. What is not
    translated yet by its own state is a problem; units without target give nothing.

    Raises:
        InputError: the file cannot be opened, is no XLIFF of a version known, declares entities, or nothing in it
            could be read.
    """
    for source in sources(path, "xliff", NAME_ENDINGS):
        for value in _values(source):
            spoiled = isinstance(value, TranslationUnit) and any(UNDECODABLE in v.text for v in value.variants)
            yield Problem(_SPOILED, source.name, hint=_RECODE) if spoiled else value


def _values(source: Source) -> Iterator[TranslationUnit | Problem]:
    file = _FileReader(source.name)
    fatal: Problem | None = None
    for chunk in source.chunks:
        yield from chunk.repaired
        fatal = file.feed(chunk.text) or chunk.fatal
        yield from file.read()
        if fatal:
            break
    fatal = fatal or file.close()
    if fatal and not file.elements:
        raise InputError(fatal.message, path=fatal.path, line=fatal.line, hint=fatal.hint)
    if fatal:
        yield fatal


class _FileReader:
    """Reads a file's units as its text comes in, keeping none of them."""

    def __init__(self, path: str) -> None:
        from lxml import etree  # type: ignore[import-untyped]

        self.path = path
        #: How many elements with units have been read, and how many units were in them.
        self.elements = self.units = 0
        self._reader = UnitReader(path)
        self._parser = etree.XMLPullParser(events=("start", "end"), tag=_TAGS, encoding="utf-8", **parser_options())

    def feed(self, text: str) -> Problem | None:
        """Take in more text; what is wrong with the XML, after which nothing more can be read."""
        try:
            if text:
                self._parser.feed(text.encode())
        except SyntaxError as error:
            return syntax_problem(error, self.path)
        return None

    def close(self) -> Problem | None:
        """Say that the file ends here; what is then missing."""
        try:
            self._parser.close()
        except SyntaxError as error:
            return syntax_problem(error, self.path)
        return None

    def read(self) -> Iterator[TranslationUnit | Problem]:
        """What the text taken in so far completes.

        Raises:
            InputError: the version of the file is not known.
        """
        for event, element in self._parser.read_events():
            if event == "start":
                if element.getparent() is None:
                    check_version(element, self.path)
                continue
            if name_of(element) in _UNITS:
                self.elements += 1
                for unit in self._reader.read(element):
                    yield replace(unit, position=self.units)
                    self.units += 1
                yield from self._reader.problems
                self._reader.problems.clear()
            forget(element)
