"""One ``<tu>`` of a TMX file as a translation unit, and what the file's header says of all of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from tm.errors import LanguageError, Problem, Remark
from tm.formats import tmx_fields as fields
from tm.formats.tmx_inline import name_of
from tm.formats.tmx_parts import Pair, Tu, Tuv
from tm.lang import Lang
from tm.model import Document, Level, TranslationUnit, Variant
from tm.text import nfc

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Header value for a file whose units have no common source language.
ALL = "*all*"
#: Header attributes that TMX 1.4 demands.
_HEADER_NEEDS = ("creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype")
#: Kinds of segment that are smaller than a paragraph.
_SMALL_SEGTYPES = frozenset({"sentence", "phrase"})
_LEVELS = frozenset(Level)
#: Attributes of a ``tu`` and the fields of a unit that they hold.
_DATES = {"creationdate": "created", "changedate": "changed"}
_PEOPLE = {"creationid": "created_by", "changeid": "changed_by"}


@dataclass(frozen=True, slots=True)
class Header:
    """What a file's header says of all its units."""

    #: Level of units that say none.
    level: Level = Level.PARAGRAPH
    #: Source language, or None for ``*all*`` and headers that name none.
    source: Lang | None = None


class Read(NamedTuple):
    """One ``<tu>`` as read."""

    units: Sequence[TranslationUnit]
    problems: Sequence[Problem]
    #: Uid of the paragraph unit it belongs to, None when it stands by itself.
    parent: str | None


def read_header(element: "etree._Element", path: str, line: int) -> tuple[Header, tuple[Problem, ...]]:
    """What a ``<header>`` in that line says, and what is wrong with it."""
    problems: list[Problem] = []
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
    inside = Counter(name_of(child) for child in element)
    if inside:
        parts = ", ".join(f"{count} <{name}>" for name, count in inside.items())
        problems.append(Remark(f"of the header {parts} left out", path, line, "a memory keeps units, not files"))
    return Header(_level(element.get("segtype", "")), source), tuple(problems)


@lru_cache(maxsize=64)
def _level(segtype: str) -> Level:
    return Level.SENTENCE if segtype.lower() in _SMALL_SEGTYPES else Level.PARAGRAPH


class TuReader:
    """Reads the ``<tu>`` elements of a file, collecting what is wrong with each."""

    def __init__(self, header: Header, path: str) -> None:
        self.header = header
        self.path = path
        self._problems: list[Problem] = []

    def read(self, tu: Tu) -> Read:
        """The units of a ``<tu>``: one, or several when it has several texts in one language."""
        problems: list[Problem] = []
        self._problems = problems
        said = fields.read_props(tu.props)
        for message in said.wrong:
            self._problem(message, tu.line)
        values, properties = self._attributes(tu, said.ours)
        if tu.notes:
            values["note"] = "\n".join(tu.notes)
        values |= said.unit
        properties += said.properties
        variants = [own for tuv in tu.tuvs if (own := self._variant(tuv, said.ours))]
        if not variants:
            self._problem("the unit has no usable text in any language", tu.line)
            return Read((), problems, None)
        if self.header.source is not None and "srclang" not in tu.attributes:
            self._check_source([variant for variant, _ in variants], tu.line)
        values["document"] = _document(**said.document)
        return Read(_units(values, properties, variants), problems, said.parent)

    def _attributes(self, tu: Tu, ours: bool) -> tuple[dict[str, Any], list[Pair]]:
        """Fields that the attributes of a ``tu`` hold; the attributes that hold none become properties."""
        values: dict[str, Any] = {"level": self.header.level}
        properties: list[Pair] = []
        for name, text in tu.attributes.items():
            if name == "segtype":
                values["level"] = _level(text)
                held = ours or text in _LEVELS
            elif name in _DATES:
                # An empty date says nothing.
                moment = self._date(name, text, tu.line) if text else None
                values[_DATES[name]] = moment
                held = moment is not None or not text
            elif name in _PEOPLE:
                values[_PEOPLE[name]] = text
                held = True
            else:
                held = ours and name in ("tuid", "srclang")
            if not held:
                properties.append((f"tu:{name}", text))
        if ours:
            values["uid"] = tu.attributes.get("tuid", "")
        return values, properties

    def _date(self, name: str, text: str, line: int) -> datetime | None:
        moment = fields.read_date(text)
        if moment is None:
            self._problem(f"{name} {text!r} is no date", line, "TMX dates are written YYYYMMDDThhmmssZ")
        elif not fields.strict_date(text):
            read = fields.date_text(moment)
            self._problem(f"{name} {text!r} is not written as YYYYMMDDThhmmssZ; read as {read}", line)
        return moment

    def _variant(self, tuv: Tuv, ours: bool) -> "_OwnVariant | None":
        try:
            lang = _lang(tuv.lang)
        except LanguageError as error:
            what = error.message if tuv.lang else "a <tuv> has no xml:lang"
            message = f"{what}; its text was left out: {_short(tuv.text)}"
            self._problem(message, tuv.line, 'add xml:lang="…" to the <tuv>')
            return None
        if tuv.segs != 1:
            hint = "only the first is read" if tuv.segs else ""
            self._problem(f"the <tuv> in {lang} has {tuv.segs} <seg>", tuv.line, hint)
        if not tuv.segs:
            return None
        if not tuv.text and not ours and tuv.markup is None:
            self._problem(f"the <seg> in {lang} is empty; left out", tuv.line)
            return None
        if tuv.unpaired:
            hint = "each <bpt> needs an <ept> of the same i"
            self._problem(f"unpaired codes in {lang}: {', '.join(tuv.unpaired)}", tuv.line, hint)
        text = tuv.text if ours else nfc(tuv.text)
        if not tuv.props:
            return Variant(lang, text, tuv.markup), _tuv_properties(tuv, lang, ())
        said, props, wrong = fields.read_variant_props(tuv.props)
        for message in wrong:
            self._problem(message, tuv.line)
        variant = Variant(lang, **{"text": text, "markup": tuv.markup, **said})
        return variant, _tuv_properties(tuv, lang, props)

    def _check_source(self, variants: Sequence[Variant], line: int) -> None:
        source = self.header.source
        assert source is not None
        if not any(
            source is variant.lang or source.covers(variant.lang) or variant.lang.covers(source) for variant in variants
        ):
            self._problem(f"the unit has no text in the file's source language {source}", line)

    def _problem(self, message: str, line: int, hint: str = "") -> None:
        self._problems.append(Problem(message, self.path, line, hint))


#: A variant and the properties its own ``tuv`` gives its unit.
_OwnVariant = tuple[Variant, Sequence[Pair]]


def _units(
    values: dict[str, Any], properties: Sequence[Pair], variants: Sequence[_OwnVariant]
) -> Sequence[TranslationUnit]:
    """Units of one variant a language; only the first of a ``tu`` keeps the identifier."""
    if len({variant.lang.tag for variant, _ in variants}) == len(variants):
        return (_unit(values, properties, variants),)
    first, *others = _alternatives(variants)
    alone = {**values, "uid": ""}
    return (_unit(values, properties, first), *(_unit(alone, properties, chosen) for chosen in others))


def _unit(values: dict[str, Any], properties: Sequence[Pair], chosen: Sequence[_OwnVariant]) -> TranslationUnit:
    return TranslationUnit(
        tuple([variant for variant, _ in chosen]),
        properties=tuple(chain(properties, *[own for _, own in chosen])),
        **values,
    )


@lru_cache(maxsize=64)
def _document(**said: Any) -> Document:
    """The document that these fields describe: units of one document stand together."""
    return Document(**said)


@lru_cache(maxsize=1024)
def _lang(tag: str) -> Lang:
    return Lang.parse(tag.strip())


def _tuv_properties(tuv: Tuv, lang: Lang, props: Sequence[Pair]) -> Sequence[Pair]:
    if not (props or tuv.attributes or tuv.notes):
        return ()
    kept = [(f"tuv:{lang}:{name}", value) for name, value in tuv.attributes.items()]
    kept += [(f"tuv:{lang}:note", note) for note in tuv.notes]
    return kept + [(f"tuv:{lang}:prop:{name}", value) for name, value in props]


def _alternatives(variants: Sequence[_OwnVariant]) -> list[tuple[_OwnVariant, ...]]:
    """The variants with at most one a language: the n-th text of each language, or its first when it has fewer."""
    by_lang: dict[Lang, list[_OwnVariant]] = {}
    for variant in variants:
        by_lang.setdefault(variant[0].lang, []).append(variant)
    count = max(map(len, by_lang.values()))
    return [tuple(texts[n] if n < len(texts) else texts[0] for texts in by_lang.values()) for n in range(count)]


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
