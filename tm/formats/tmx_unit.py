"""One ``<tu>`` of a TMX file as a translation unit, and what the file's header says of all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from tm.errors import LanguageError, Problem
from tm.formats import tmx_fields as fields
from tm.formats.tmx_inline import markup_of, name_of, text_of, unpaired
from tm.lang import Lang, is_tag
from tm.model import Document, Level, TranslationUnit, Variant
from tm.text import nfc

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Header value for a file whose units have no common source language.
ALL = "*all*"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Header attributes that TMX 1.4 demands.
_HEADER_NEEDS = ("creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype")
#: Kinds of segment that are smaller than a paragraph.
_SMALL_SEGTYPES = frozenset({"sentence", "phrase"})
#: Attributes of a ``tu`` that are read for themselves.
_READ_ATTRIBUTES = frozenset({"tuid", "creationdate", "creationid", "changedate", "changeid", "segtype", "srclang"})
#: An element's children by name, in their order.
_Parts = dict[str, "list[etree._Element]"]


@dataclass(frozen=True, slots=True)
class Header:
    """What a file's header says of all its units."""

    #: Level of units that say none.
    level: Level = Level.PARAGRAPH
    #: Source language, or None for ``*all*`` and headers that name none.
    source: Lang | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """One ``<tu>`` as read."""

    units: tuple[TranslationUnit, ...]
    problems: tuple[Problem, ...]
    #: Uid of the paragraph unit it belongs to, None when it stands by itself.
    parent: str | None


def read_header(element: "etree._Element", path: str) -> tuple[Header, tuple[Problem, ...]]:
    """What a ``<header>`` says, and what is wrong with it."""
    line = element.sourceline or 0
    problems = []
    missing = [name for name in _HEADER_NEEDS if name not in element.attrib]
    if missing:
        problems.append(
            Problem(f"the header lacks {', '.join(missing)}", path, line, "the units are read all the same")
        )
    tag = element.get("srclang", ALL)
    source = None
    if tag.lower() not in (ALL, ""):
        try:
            source = Lang.parse(tag.strip())
        except LanguageError as error:
            problems.append(Problem(f"srclang: {error.message}", path, line, error.hint))
    return Header(_level(element.get("segtype", "")), source), tuple(problems)


def _level(segtype: str) -> Level:
    return Level.SENTENCE if segtype.lower() in _SMALL_SEGTYPES else Level.PARAGRAPH


class TuReader:
    """Reads one ``<tu>``, collecting what is wrong with it."""

    def __init__(self, header: Header, path: str) -> None:
        self.header = header
        self.path = path
        self.problems: list[Problem] = []
        self.properties: list[tuple[str, str]] = []

    def read(self, tu: "etree._Element") -> Read:
        """The units of a ``<tu>``: one, or several when it has several texts in one language."""
        line = tu.sourceline or 0
        parts = _parts(tu)
        said = fields.read_props(_props(parts))
        for message in said.wrong:
            self._problem(message, line)
        values = self._attributes(tu, said)
        values = {"note": "\n".join(_notes(parts)), **values, **said.unit}
        self.properties += said.properties
        variants = [variant for tuv in parts.get("tuv", ()) if (variant := self._variant(tuv, said.ours))]
        if not variants:
            self._problem("the unit has no usable text in any language", line)
            return Read((), tuple(self.problems), None)
        self._check_source(tu, [variant for variant, _ in variants], line)
        values["document"] = Document(**said.document)
        units = tuple(self._unit(values, chosen, n) for n, chosen in enumerate(_alternatives(variants)))
        return Read(units, tuple(self.problems), said.parent)

    def _unit(self, values: dict[str, Any], chosen: Sequence["_OwnVariant"], number: int) -> TranslationUnit:
        """A unit of one variant a language; only the first of a ``tu`` keeps the identifier."""
        if number:
            values = values | {"uid": ""}
        properties = chain(self.properties, *(own for _, own in chosen))
        return TranslationUnit(tuple(variant for variant, _ in chosen), properties=tuple(properties), **values)

    def _attributes(self, tu: "etree._Element", said: fields.Fields) -> dict[str, Any]:
        """Fields that the attributes of a ``tu`` hold; the attributes that hold none become properties."""
        line = tu.sourceline or 0
        values: dict[str, Any] = {"created_by": tu.get("creationid", ""), "changed_by": tu.get("changeid", "")}
        segtype = tu.get("segtype")
        values["level"] = self.header.level if segtype is None else _level(segtype)
        for name, key in (("creationdate", "created"), ("changedate", "changed")):
            if text := tu.get(name):
                values[key] = self._date(name, text, line)
        if said.ours:
            values["uid"] = tu.get("tuid", "")
        for key, value in tu.attrib.items():
            name, text = str(key), str(value)
            foreign = not said.ours and (name in ("tuid", "srclang") or (name == "segtype" and text not in set(Level)))
            if foreign or name not in _READ_ATTRIBUTES:
                self.properties.append((f"tu:{name}", text))
        return values

    def _date(self, name: str, text: str, line: int) -> datetime | None:
        moment = fields.read_date(text)
        if moment is None:
            self.properties.append((f"tu:{name}", text))
            self._problem(f"{name} {text!r} is no date", line, "TMX dates are written YYYYMMDDThhmmssZ")
        elif not fields.strict_date(text):
            read = fields.date_text(moment)
            self._problem(f"{name} {text!r} is not written as YYYYMMDDThhmmssZ; read as {read}", line)
        return moment

    def _variant(self, tuv: "etree._Element", ours: bool) -> "_OwnVariant | None":
        if plain := _plain_variant(tuv, ours):
            return plain, []
        line = tuv.sourceline or 0
        tag = tuv.get(_XML_LANG) or tuv.get("lang") or ""
        parts = _parts(tuv)
        segs = parts.get("seg", [])
        text = text_of(segs[0]) if segs else ""
        try:
            lang = Lang.parse(tag.strip())
        except LanguageError as error:
            what = error.message if tag else "a <tuv> has no xml:lang"
            self._problem(f"{what}; its text was left out: {_short(text)}", line, 'add xml:lang="…" to the <tuv>')
            return None
        if len(segs) != 1:
            self._problem(f"the <tuv> in {lang} has {len(segs)} <seg>", line, "only the first is read" if segs else "")
        if not segs or (not text and not ours and markup_of(segs[0]) is None):
            if segs:
                self._problem(f"the <seg> in {lang} is empty; left out", line)
            return None
        if codes := unpaired(segs[0]):
            self._problem(
                f"unpaired codes in {lang}: {', '.join(codes)}", line, "each <bpt> needs an <ept> of the same i"
            )
        said, props, wrong = fields.read_variant_props(_props(parts))
        for message in wrong:
            self._problem(message, line)
        variant = Variant(lang, **{"text": text if ours else nfc(text), "markup": markup_of(segs[0]), **said})
        return variant, _tuv_properties(tuv, parts, lang, props)

    def _check_source(self, tu: "etree._Element", variants: Sequence[Variant], line: int) -> None:
        source = self.header.source
        if "srclang" in tu.attrib or source is None:
            return
        if not any(source.covers(variant.lang) or variant.lang.covers(source) for variant in variants):
            self._problem(f"the unit has no text in the file's source language {source}", line)

    def _problem(self, message: str, line: int, hint: str = "") -> None:
        self.problems.append(Problem(message, self.path, line, hint))


#: A variant and the properties its own ``tuv`` gives its unit.
_OwnVariant = tuple[Variant, list[tuple[str, str]]]


def _plain_variant(tuv: "etree._Element", ours: bool) -> Variant | None:
    """The variant of a ``tuv`` that has a language and a text and nothing else, as most have; None for any other."""
    if len(tuv) != 1 or tuv.keys() != [_XML_LANG]:
        return None
    (seg,) = tuv
    tag = tuv.get(_XML_LANG).strip()
    if len(seg) or name_of(seg) != "seg" or not seg.text or not is_tag(tag):
        return None
    return Variant(Lang.parse(tag), seg.text if ours else nfc(seg.text))


def _tuv_properties(
    tuv: "etree._Element", parts: _Parts, lang: Lang, props: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    kept = [(f"tuv:{lang}:{key}", str(value)) for key, value in tuv.attrib.items() if key not in (_XML_LANG, "lang")]
    kept += [(f"tuv:{lang}:note", note) for note in _notes(parts)]
    return kept + [(f"tuv:{lang}:prop:{name}", value) for name, value in props]


def _alternatives(variants: Sequence[_OwnVariant]) -> list[tuple[_OwnVariant, ...]]:
    """The variants with at most one a language: the n-th text of each language, or its first when it has fewer."""
    by_lang: dict[Lang, list[_OwnVariant]] = {}
    for variant in variants:
        by_lang.setdefault(variant[0].lang, []).append(variant)
    count = max(map(len, by_lang.values()))
    return [tuple(texts[n] if n < len(texts) else texts[0] for texts in by_lang.values()) for n in range(count)]


def _parts(element: "etree._Element") -> _Parts:
    parts: _Parts = {}
    for child in element:
        parts.setdefault(name_of(child), []).append(child)
    return parts


def _props(parts: _Parts) -> Iterator[tuple[str, str]]:
    for prop in parts.get("prop", ()):
        lang = prop.get(_XML_LANG) or prop.get("lang")
        yield prop.get("type", "") + (f"[{lang}]" if lang else ""), _plain(prop)


def _notes(parts: _Parts) -> list[str]:
    return [_plain(note) for note in parts.get("note", ())]


def _plain(element: "etree._Element") -> str:
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
