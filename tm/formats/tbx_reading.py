"""TBX termbases as a stream: version 2 (``<martif>``), version 3 (``<tbx>``) with categories as attributes or as tags.

All that an entry holds is kept: what is no term becomes a ``Detail``, also where nothing is known of it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tm.concept import Concept, Detail, LanguageSection, Term
from tm.errors import InputError, LanguageError, Problem, Remark
from tm.formats.tmx_inline import markup_of, name_of
from tm.formats.xml_stream import Source, decoded_chunks, forget, sources, syntax_problem
from tm.lang import Lang
from tm.safe_xml import parser_options

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Root elements by version.
ROOTS = ("tbx", "martif")
ENDINGS = (".tbx", ".xml")
#: Elements that hold a concept, its terms in a language, and a term, in versions 3 and 2.
_ENTRIES, _SECTIONS = ("conceptEntry", "termEntry"), ("langSec", "langSet")
_TERMS = ("termSec", "tig", "ntig")
#: What a file says of itself, before and behind its concepts.
HEADERS, BACK = ("tbxHeader", "martifHeader"), ("refObjectSec", "refObjectList")
_TAGS = tuple("{*}" + name for name in (*_ENTRIES, *HEADERS, *BACK))
#: Elements that stand in texts: marked text, and codes of other formats whose content is no text.
_IN_TEXT, _CODES = frozenset({"hi", "foreign"}), frozenset({"bpt", "ept", "ph", "it", "ut", "sc", "ec"})
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML = "{http://www.w3.org/XML/1998/namespace}"
#: White space that comes of how a file is laid out: line ends with blanks beside them. In a term, any line end.
_LAYOUT = re.compile(r"[ \t]+[\r\n][ \t\r\n]*|[\r\n]+[ \t][ \t\r\n]*")
_LINE_ENDS = re.compile(r"\s*[\r\n]\s*")
#: What libxml2 gives for all lines from this one on.
_LAST_LINE = 65_535
#: The element of each data category of the public dialects Min, Basic and Linguist that is none of a term's own
#: (tbxinfo.net); others say something of a term where they stand beside one, and of a concept elsewhere.
_ELEMENTS = {
    "subjectField": "descrip", "definition": "descrip", "context": "descrip", "customerSubset": "admin",
    "projectSubset": "admin", "source": "admin", "reading": "admin", "readingNote": "adminNote",
    "transactionType": "transac", "responsibility": "transacNote", "externalCrossReference": "xref",
    "xGraphic": "xref", "crossReference": "ref",
}  # fmt: skip
_EXPECTED = "<conceptEntry>, <langSec>, <termSec> of version 3, or <termEntry>, <langSet>, <tig> of version 2"


def read_concepts(path: Path) -> Iterator[Concept | Detail | Problem]:
    """The concepts of a file (gzip and zip too) in constant memory, what it says of itself, and what is wrong.

    What stands before a place where the XML is broken is kept.

    Raises:
        InputError: the file cannot be opened, is no TBX, declares entities, or holds no concept that can be read.
    """
    with closing(sources(path, ROOTS, ENDINGS)) as found:
        for source in found:
            yield from _Reader(source).values()


class _Reader:
    """Reads one TBX file."""

    def __init__(self, source: Source) -> None:
        from lxml import etree

        self._source = source
        self._path = source.name
        self._concepts = self._entries = 0
        #: What was left out: how often, and the line of the first.
        self._left_out: Counter[str] = Counter()
        self._first_lines: dict[str, int] = {}
        self._parser = etree.XMLPullParser(events=("end",), tag=_TAGS, encoding="utf-8", **parser_options())

    def values(self) -> Iterator[Concept | Detail | Problem]:
        """What the file gives, in its order.

        Raises:
            InputError: it holds no concept that can be read.
        """
        fatal: Problem | None = None
        for chunk in decoded_chunks(self._source):
            yield from chunk.repaired
            fatal = self._feed(chunk.text) or chunk.fatal
            yield from self._read()
            if fatal:
                break
        fatal = fatal or self._feed("", last=True)
        yield from self._read()
        if not self._concepts:
            raise self._nothing(fatal)
        if fatal:
            yield fatal
        for what, count in self._left_out.items():
            yield Remark(f"left out: {what}, {count} in all", self._path, self._first_lines[what])

    def _nothing(self, fatal: Problem | None) -> InputError:
        if fatal:
            return InputError(fatal.message, path=fatal.path, line=fatal.line, hint=fatal.hint)
        what = "none of its entries has a term" if self._entries else "it holds no entry"
        return InputError(f"is TBX, but {what}", path=self._path, hint=f"expected are {_EXPECTED}")

    def _feed(self, text: str, *, last: bool = False) -> Problem | None:
        try:
            if text:
                self._parser.feed(text.encode())
            if last:
                self._parser.close()
        except SyntaxError as error:
            return syntax_problem(error, self._path)
        return None

    def _read(self) -> Iterator[Concept | Detail | Problem]:
        for _, element in self._parser.read_events():
            if name_of(element) not in _ENTRIES:
                yield _detail(element)
            else:
                self._entries += 1
                found, problems = _entry(element, self._path)
                yield from problems
                if found.langs:
                    self._concepts += 1
                    yield found
                elif not problems:
                    self._leave_out("entries without any term", _line(element))
            forget(element)

    def _leave_out(self, what: str, line: int) -> None:
        self._left_out[what] += 1
        self._first_lines.setdefault(what, line)


def _line(element: "etree._Element") -> int:
    """The line of an element, 0 where the parser has lost count."""
    line = element.sourceline or 0
    return line if line < _LAST_LINE else 0


def _entry(entry: "etree._Element", path: str) -> tuple[Concept, list[Problem]]:
    problems: list[Problem] = []
    details: list[Detail] = []
    sections: list[LanguageSection] = []
    uid = entry.get("id", "")
    for child in entry:
        if name_of(child) not in _SECTIONS:
            details += _details([child], entry)
            continue
        tag = child.get(_LANG) or child.get("lang") or ""
        try:
            lang = Lang.parse(tag)
        except LanguageError as error:
            message = f"<{name_of(child)}> has no language tag" if not tag else error.message
            what = f"{message}; its terms were left out"
            problems.append(Problem(what, path, _line(child), 'say it as xml:lang="fr"'))
            continue
        sections.append(_section(child, lang))
    return Concept(tuple(sections), tuple(details), uid), problems


def _section(element: "etree._Element", lang: Lang) -> LanguageSection:
    terms: list[Term] = []
    details: list[Detail] = []
    for child in element:
        if name_of(child) not in _TERMS:
            details += _details([child], element)
        elif (term := _term(child)) is not None:
            terms.append(term)
    return LanguageSection(lang, tuple(terms), tuple(details))


def _term(holder: "etree._Element") -> Term | None:
    """The term of its element, None for an empty one."""
    spot = next(holder.iter("{*}term"), None)
    text = _LINE_ENDS.sub(" ", _text(spot)) if spot is not None else ""
    if spot is None or not text:
        return None
    group = spot.getparent()
    children = [child for child in group if child is not spot]
    if group is not holder:
        children += [child for child in holder if child is not group]
    uid = spot.get("id") or holder.get("id", "")
    return Term(text, tuple(_details(children, holder, beside_term=True)), _markup(spot), uid)


def _details(
    children: "Iterable[etree._Element]", parent: "etree._Element", *, beside_term: bool = False
) -> Iterator[Detail]:
    for child in children:
        if name_of(child):
            yield _detail(child, foreign=_namespace(child) != _namespace(parent), beside_term=beside_term)


def _detail(element: "etree._Element", *, foreign: bool = False, beside_term: bool = False) -> Detail:
    """What an element says, with the elements inside it; ``foreign`` says that its name is a data category (DCT)."""
    name = name_of(element)
    attributes = {_attribute(str(key)): value for key, value in element.attrib.items()}
    if foreign:
        default = "xref" if "target" in attributes else "termNote" if beside_term else "descrip"
        element_name, category = _ELEMENTS.get(name, default), name
    else:
        element_name, category = name, attributes.pop("type", "")
    inner = [child for child in element if name_of(child) and name_of(child) not in _IN_TEXT | _CODES]
    found = Detail(element_name, category, attributes=tuple(attributes.items()))
    if inner:
        return replace(found, value=_tidy(element.text or ""), inner=tuple(_details(inner, _ground(element, foreign))))
    return replace(found, value=_text(element), markup=_markup(element))


def _ground(element: "etree._Element", foreign: bool) -> "etree._Element":
    """The element whose namespace is TBX's own."""
    parent = element.getparent()
    return parent if foreign and parent is not None else element


def _namespace(element: "etree._Element") -> str:
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def _attribute(key: str) -> str:
    return f"xml:{key.removeprefix(_XML)}" if key.startswith(_XML) else key.rpartition("}")[2]


def _text(element: "etree._Element") -> str:
    """The text of an element without its codes, laid out on one line."""
    return _tidy("".join(_parts(element)))


def _parts(element: "etree._Element") -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if name_of(child) and name_of(child) not in _CODES:
            yield from _parts(child)
        yield child.tail or ""


def _markup(element: "etree._Element") -> str | None:
    found = markup_of(element)
    return None if found is None else _tidy(found.replace("&#10;", "\n").replace("&#13;", "\r").replace("&#9;", "\t"))


def _tidy(text: str) -> str:
    return _LAYOUT.sub(" ", text).strip(" \t\r\n")
