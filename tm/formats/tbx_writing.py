"""TBX termbases out: version 2, or version 3 with categories as attributes (DCA), valid against the core structure.

What the standard has no place for is counted and told: elements of other programs, targets that are no addresses, times
of day in version 3.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile

from tm.concept import Concept, Detail, LanguageSection, Term
from tm.errors import Problem, Remark
from tm.formats.output import replacing
from tm.formats.tbx_reading import BACK, HEADERS
from tm.formats.tmx_inline import name_of
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT, escape
from tm.lang import Lang
from tm.safe_xml import parser_options

#: What may be said of a concept, of a language and of a term.
_AUX = frozenset({"descrip", "descripGrp", "admin", "adminGrp", "transacGrp", "note", "ref", "xref"})
_LINKS = frozenset({"admin", "adminGrp", "transacGrp", "note", "ref", "xref"})
#: Group -> the element it begins with, and those that may follow.
_GROUPS: Mapping[str, tuple[str, frozenset[str]]] = {
    "descripGrp": ("descrip", _LINKS | {"descripNote"}),
    "adminGrp": ("admin", frozenset({"adminNote", "note", "ref", "xref"})),
    "transacGrp": ("transac", frozenset({"transacNote", "date", "note", "ref", "xref"})),
    "termNoteGrp": ("termNote", _LINKS),
    "itemGrp": ("item", _LINKS),
}
#: Elements of a term that stand before all else.
_OF_TERM = ("termNote", "termNoteGrp")
#: What stands inside the lists of components of version 2, and in what a file says of people and sources.
_LISTS: Mapping[str, frozenset[str]] = {
    "termCompList": _AUX | {"termComp", "termCompGrp"},
    "termCompGrp": _AUX | {"termComp", "termNote", "termNoteGrp"},
    "refObject": frozenset({"itemSet", "itemGrp", "item"}),
    "itemSet": frozenset({"itemGrp", "item"}),
}
_UNTYPED = frozenset({"note", "date", "termComp", "item", "itemSet", "p"})
#: Data categories of the public dialect TBX-Basic (tbxinfo.net).
_BASIC = frozenset({
    "administrativeStatus", "customerSubset", "externalCrossReference", "partOfSpeech", "subjectField", "context",
    "crossReference", "definition", "geographicalUsage", "grammaticalGender", "projectSubset", "responsibility",
    "source", "termLocation", "termType", "transactionType", "xGraphic",
})  # fmt: skip
#: Name of the dialect of files with other categories.
_DIALECT = "TBX-untm"
_NCNAME = re.compile(r"[^\W\d][\w.-]*\Z")
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_ADDRESS = re.compile(r"https?://\S+\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: Inline elements by version, and what ``hi`` may be in version 3.
_INLINE = {
    2: frozenset({"hi", "foreign", "bpt", "ept", "ph"}),
    3: frozenset({"hi", "foreign", "sc", "ec", "ph"}),
}
_HI_TYPES = frozenset({"entailedTerm", "hotkey", "italics", "bold", "superscript", "subscript", "math", ""})
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DTD = '<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">\n'
_XCS = '<p type="XCSURI">http://www.lisa.org/fileadmin/standards/tbx/TBXXCSV02.xcs</p>'

#: ``write_concepts`` lets one choose the version of the standard.
VERSIONS = (3, 2)


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of the structure in a version."""

    entry: str
    section: str
    header: str
    back: str


_NAMES = {
    2: _Names("termEntry", "langSet", "martifHeader", "refObjectList"),
    3: _Names("conceptEntry", "langSec", "tbxHeader", "refObjectSec"),
}


def write_concepts(
    path: Path, concepts: Iterable[Concept], about: Sequence[Detail] = (), version: int = 2
) -> tuple[Problem, ...]:
    """Write concepts as TBX; what was left out, counted.

    Args:
        path: the file.
        concepts: at least one, read once.
        about: what glossaries say of themselves, as their files had it.
        version: of the standard, 2 or 3.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    writer = _Writer(version)
    with TemporaryFile() as body:
        for concept in concepts:
            body.write(writer.entry(concept).encode())
        head, tail = writer.around(about)
        body.seek(0)
        with replacing(path) as out:
            out.write(head.encode())
            copyfileobj(body, out)
            out.write(tail.encode())
    return tuple(Remark(f"left out: {what}, {count} in all", path.name) for what, count in writer.left_out.items())


class _Writer:
    """Writes one file.

    Attributes:
        left_out: what the standard has no place for, and how often it was met.
    """

    def __init__(self, version: int) -> None:
        self.left_out: Counter[str] = Counter()
        self._version = version
        self._names = _NAMES[version]
        self._ids: set[str] = set()
        self._categories: set[str] = set()
        self._first: Lang | None = None

    def entry(self, concept: Concept) -> str:
        """A concept's entry; "" for one without any term."""
        full = [section for section in concept.sections if section.terms]
        if not full:
            self.left_out["concepts without any term"] += 1
            return ""
        # What is said of a language without terms has a place only beside the languages.
        apart = [
            replace(detail, attributes=(*detail.attributes, ("xml:lang", section.lang.tag)))
            for section in concept.sections
            if not section.terms
            for detail in section.details
        ]
        self._first = self._first or full[0].lang
        name = self._names.entry
        details = self._all((*concept.details, *apart), _AUX)
        sections = "".join(map(self._section, full))
        return f"<{name}{self._id(concept.uid)}>{details}\n{sections}</{name}>\n"

    def _section(self, section: LanguageSection) -> str:
        name = self._names.section
        terms = "".join(map(self._term, section.terms))
        tag = f' xml:lang="{section.lang.tag}"'
        return f" <{name}{tag}>{self._all(section.details, _AUX)}\n{terms} </{name}>\n"

    def _term(self, term: Term) -> str:
        inline = frozenset({"hi"})
        spot = f"<term{self._id(term.uid)}>{self._text(term.text, term.markup, inline)}</term>"
        lists = [d for d in term.details if d.element == "termCompList"] if self._version == 2 else []
        own = self._all((d for d in term.details if d.element in _OF_TERM), frozenset(_OF_TERM))
        rest = self._all((d for d in term.details if d.element not in _OF_TERM and d not in lists), _AUX)
        if self._version == 3:
            return f"  <termSec>{spot}{own}{rest}</termSec>\n"
        if lists or "<termNoteGrp" in own:
            own += self._all(lists, frozenset({"termCompList"}))
            return f"  <ntig><termGrp>{spot}{own}</termGrp>{rest}</ntig>\n"
        return f"  <tig>{spot}{own}{rest}</tig>\n"

    def _all(self, details: Iterable[Detail], allowed: frozenset[str]) -> str:
        return "".join(self._detail(detail, allowed) for detail in details)

    def _detail(self, detail: Detail, allowed: frozenset[str]) -> str:
        """A detail where some elements are allowed; in another element where its own is not."""
        name = detail.element
        if name in _GROUPS:
            return self._group(detail, allowed)
        if name not in allowed:
            return self._elsewhere(detail, allowed)
        if name in _LISTS:
            inner = self._all(detail.inner, _LISTS[name])
            return f"<{name}{self._type(detail)}{self._attributes(detail)}>{inner}</{name}>"
        if not detail.category and name not in _UNTYPED:
            return self._detail(replace(detail, element="note"), allowed)
        if name in ("xref", "ref"):
            return self._reference(detail, allowed)
        content = self._text(detail.value, detail.markup, _INLINE[self._version])
        if name == "date" and self._version == 3:
            day = _DAY.match(detail.value)
            if day is None:
                return self._detail(replace(detail, element="note"), allowed)
            if day.group() != detail.value:
                self.left_out["times of day, which only TBX version 2 holds"] += 1
            content = day.group()
        if detail.inner:
            self.left_out[f"elements inside <{name}>"] += 1
        return f"<{name}{self._type(detail)}{self._attributes(detail)}>{content}</{name}>"

    def _group(self, group: Detail, allowed: frozenset[str]) -> str:
        head, following = _GROUPS[group.element]
        first = next((detail for detail in group.inner if detail.element == head), None)
        if first is None or group.element not in allowed:
            return self._all(group.inner, allowed)
        others = [detail for detail in group.inner if detail is not first]
        # A second one of its kind stands beside the group, notes of its kind before all else.
        apart = [detail for detail in others if detail.element == head]
        rest = sorted((d for d in others if d.element != head), key=lambda d: d.element != f"{head}Note")
        inner = self._detail(first, frozenset({head})) + self._all(rest, following)
        name = group.element
        ident = self._id(dict(group.attributes).get("id", ""))
        return f"<{name}{ident}>{inner}</{name}>{self._all(apart, allowed)}"

    def _elsewhere(self, detail: Detail, allowed: frozenset[str]) -> str:
        """A detail whose element has no place here: in another that has one, or counted as left out."""
        if detail.element == "transac" and "transacGrp" in allowed:
            return self._group(Detail("transacGrp", inner=(detail,)), allowed)
        others = {"termNote": "descrip", "descrip": "admin", "descripNote": "note", "adminNote": "note"}
        other = others.get(detail.element)
        if other in allowed and not detail.inner:
            return self._detail(replace(detail, element=other), allowed)
        self.left_out[f"<{detail.element}>"] += 1
        return ""

    def _reference(self, detail: Detail, allowed: frozenset[str]) -> str:
        """A reference, if its target is one; else its text."""
        name, target = detail.element, dict(detail.attributes).get("target", "")
        content = escape(_sound(detail.value or target))
        plain = replace(detail, attributes=tuple(a for a in detail.attributes if a[0] != "target"))
        if name == "ref":
            told = f' target="{target}"' if _NCNAME.match(target) else ""
            if target and not told and detail.value:
                self.left_out["targets of references that are no identifiers"] += 1
            return f"<ref{self._type(detail)}{self._attributes(plain)}{told}>{content}</ref>"
        if not target or (self._version == 3 and not _ADDRESS.match(target)):
            if target and detail.value:
                self.left_out["targets of references that are no web addresses"] += 1
            other = "admin" if "admin" in allowed else "note"
            return self._detail(replace(plain, element=other, value=detail.value or target, markup=None), allowed)
        ident = self._id(dict(detail.attributes).get("id", ""))
        return f'<xref{self._type(detail)}{ident} target="{escape(_sound(target))}">{content}</xref>'

    def _type(self, detail: Detail) -> str:
        if not detail.category:
            return ""
        if detail.element in ("note", "date", "termComp"):
            self.left_out[f"the category of <{detail.element}>"] += 1
            return ""
        self._categories.add(detail.category)
        return f' type="{escape(_sound(detail.category))}"'

    def _attributes(self, detail: Detail) -> str:
        """The attributes of an element that it may have and that hold what they may."""
        parts = []
        for name, value in detail.attributes:
            if name == "id":
                parts.append(self._id(value))
            elif name in ("xml:lang", "lang") and detail.element != "date" and _TAG.match(value):
                parts.append(f' xml:lang="{value}"')
            elif name == "target" and detail.element not in _UNTYPED and _NCNAME.match(value):
                parts.append(f' target="{value}"')
            elif name == "datatype" and detail.element not in _UNTYPED:
                parts.append(f' datatype="{escape(_sound(value))}"')
            elif name != "module":
                self.left_out[f"the attribute {name} of <{detail.element}>"] += 1
        return "".join(parts)

    def _id(self, value: str) -> str:
        """An identifier as an attribute, if there is one: a name that no other element of the file has."""
        if not value:
            return ""
        name = value if _NCNAME.match(value) else "c" + re.sub(r"[^\w.-]", "_", value)
        free, count = name, 1
        while free in self._ids:
            count += 1
            free = f"{name}.{count}"
        self._ids.add(free)
        return f' id="{free}"'

    def _text(self, value: str, markup: str | None, inline: frozenset[str]) -> str:
        if markup is None:
            return escape(_sound(value))
        if self._is_sound(markup, inline):
            return markup
        self.left_out["inline elements of another version"] += 1
        return escape(_sound(value))

    def _is_sound(self, markup: str, inline: frozenset[str]) -> bool:
        """Whether a text with inline elements may stand in this version."""
        from lxml import etree  # type: ignore[import-untyped]

        try:
            parsed = etree.fromstring(
                f"<x>{markup}</x>".encode(), etree.XMLParser(encoding="utf-8", **parser_options())
            )
        except etree.XMLSyntaxError:
            return False
        inside = [element for element in parsed.iter() if element is not parsed]
        return all(
            name_of(element) in inline
            and (name_of(element) == "foreign" or not len(element))
            and (name_of(element) != "hi" or set(element.attrib) <= {"type"})
            and (name_of(element) != "hi" or element.get("type", "") in _HI_TYPES)
            for element in inside
        )

    # --- what stands around the concepts ----------------------------------------------------------------------------

    def around(self, about: Sequence[Detail]) -> tuple[str, str]:
        """What stands before the concepts and behind them, once these have been written."""
        headers = [detail for detail in about if detail.element in HEADERS]
        back = "".join(self._back(detail) for detail in about if detail.element in BACK)
        lang = self._first or Lang("en")
        if self._version == 2:
            head = f'{_HEAD}{_DTD}<martif type="TBX" xml:lang="{lang}">\n'
        else:
            dialect = "TBX-Basic" if self._categories <= _BASIC else _DIALECT
            space = "urn:iso:std:iso:30042:ed-2"
            head = f'{_HEAD}<tbx type="{dialect}" style="dca" xml:lang="{lang}" xmlns="{space}">\n'
        root = "martif" if self._version == 2 else "tbx"
        back = f"<back>{back}</back>\n" if back else ""
        return f"{head}{self._header(headers)}\n<text><body>\n", f"</body>{back}</text></{root}>\n"

    def _header(self, headers: Sequence[Detail]) -> str:
        titles, sources, notes, changes = list[str](), list[str](), list[str](), list[str]()
        for path, detail in (found for header in headers for found in _leaves(header)):
            text = self._text(detail.value, detail.markup, _INLINE[self._version])
            if "titleStmt" in path and detail.element == "title":
                titles.append(text)
            elif "revisionDesc" in path:
                changes.append(f"<change><p>{text}</p></change>")
            elif "encodingDesc" in path:
                # The set of categories is told by the version and dialect written here.
                notes += [f"<p>{text}</p>"] if detail.category not in ("XCSURI", "XCSContent", "DCSName") else []
            else:
                sources.append(f"<p>{text}</p>")
        title = f"<titleStmt><title>{'; '.join(titles)}</title></titleStmt>" if titles else ""
        sources = sources or ["<p>a memory of untm</p>"]
        notes = [_XCS, *notes] if self._version == 2 else notes
        encoding = f"<encodingDesc>{''.join(notes)}</encodingDesc>" if notes else ""
        revision = f"<revisionDesc>{''.join(changes)}</revisionDesc>" if changes else ""
        described = f"<fileDesc>{title}<sourceDesc>{''.join(sources)}</sourceDesc></fileDesc>"
        return f"<{self._names.header}>{described}{encoding}{revision}</{self._names.header}>"

    def _back(self, section: Detail) -> str:
        inner = self._all(section.inner, frozenset({"refObject"}))
        kind = f' type="{escape(_sound(section.category or "other"))}"'
        return f"<{self._names.back}{kind}>{inner}</{self._names.back}>" if inner else ""


def _leaves(detail: Detail, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Detail]]:
    """The texts of a header, each with the elements it stands in."""
    if detail.value:
        yield path, detail
    for inner in detail.inner:
        yield from _leaves(inner, (*path, detail.element))


def _sound(text: str) -> str:
    return ILLEGAL.sub(REPLACEMENT, text)
