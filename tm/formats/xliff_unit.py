"""One ``<trans-unit>`` (XLIFF 1) or ``<unit>`` (XLIFF 2) as translation units: its translation, its alternatives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from tm.errors import LanguageError, Problem
from tm.formats.tmx_inline import name_of
from tm.formats.xliff_inline import Inline, InlineReader, plain_text
from tm.formats.xliff_tools import review_of, segment_reviews, unconfirmed
from tm.formats.xliff_version import OWN_NOTE
from tm.inline import cut, is_own
from tm.lang import Lang
from tm.model import Document, Level, Review, TranslationUnit, Variant
from tm.symbols import find_symbol

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: States of a target that is no translation yet (XLIFF 1: ``state``; XLIFF 2: ``initial`` where it is said).
UNTRANSLATED = frozenset({"new", "needs-translation", "initial"})
#: What ``subState`` says of a translation that was rejected, or is not surely aligned.
REJECTED, DOUBTFUL = "untm:rejected", "untm:doubtful"
#: ``state`` and ``state-qualifier`` (XLIFF 1), and ``subState`` (XLIFF 2), of a fuzzy match put into a target.
NEEDS_REVIEW, FUZZY_MATCH, FUZZY = "needs-review-translation", "fuzzy-match", "untm:fuzzy"
#: Property of a unit that is no translation of the file but offered for one: what kind of alternative it is.
ALTERNATIVE = "xliff:alternative"
_REVIEWED_STATES = frozenset({"final", "signed-off", "reviewed"})
#: Units that hold the header of a gettext catalogue.
_GETTEXT_HEADER = "x-gettext-domain-header"
#: Alternatives from this quality on translate the unit's own source when they name no other.
_EXACT_QUALITY = 100.0
_UNCONFIRMED_MATCH = "a fuzzy match nobody has confirmed"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the file says of all the units in it."""

    #: Language tags as written, "" when none is told.
    source: str = ""
    target: str = ""
    document: Document = field(default_factory=Document)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a unit or a segment of it says of its translation."""

    state: str = ""
    review: Review = Review.UNREVIEWED
    #: Why it is none yet: what a tool has put there, and nobody has confirmed; "" for a person's translation.
    unconfirmed: str = ""


def _within(whole: Variant, sentence: Variant) -> Variant:
    """A sentence with the formatting that its paragraph has there; codes of other programs are as they were read."""
    if sentence.span is None or not is_own(whole.text, whole.markup):
        return sentence
    return replace(sentence, markup=cut(whole.text, whole.markup or "", *sentence.span) or None)


def setting_of(unit: "etree._Element") -> Setting:
    """What the elements around a unit say of it."""
    file = next(unit.iterancestors("{*}file"), None)
    root = unit.getroottree().getroot()
    if file is None:
        return Setting(root.get("srcLang", ""), root.get("trgLang", ""))
    source = file.get("source-language") or root.get("srcLang", "")
    target = file.get("target-language") or root.get("trgLang", "")
    return Setting(source.strip(), target.strip(), _document(file.get("original", "")))


def _document(original: str) -> Document:
    """The document a file was made from: its symbol, or its name without folders."""
    if find_symbol(original) == original and original:
        return Document(symbol=original)
    return Document(origin=PureWindowsPath(PurePosixPath(original).name).name)


class UnitReader:
    """Reads units, collecting what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        #: Messages about the whole file that were told already.
        self._told: set[str] = set()
        self._setting = Setting()
        self._line = 0

    def read(self, element: "etree._Element") -> list[TranslationUnit]:
        """The units of one element: its translation, or that of its segments, and its alternatives."""
        self._setting = setting_of(element)
        self._line = element.sourceline or 0
        if element.get("restype") == _GETTEXT_HEADER:
            return []
        found = list(self._modern(element) if name_of(element) == "unit" else self._old(element))
        named = (("xliff:id", element.get("id")), ("xliff:resname", element.get("resname") or element.get("name")))
        said = tuple((name, value) for name, value in named if value)
        note = "\n".join(notes(element))
        return [
            replace(unit, document=self._setting.document, properties=(*said, *unit.properties), note=note)
            for unit in found
        ]

    # --- XLIFF 1 --------------------------------------------------------------------------------------------------

    def _old(self, unit: "etree._Element") -> Iterator[TranslationUnit]:
        source, target, segmented = (child_of(unit, name) for name in ("source", "target", "seg-source"))
        reader = InlineReader()
        if source is None:
            self._problem("the unit has no <source>; left out")
            return
        if target is not None:
            begin = source if segmented is None else segmented
            said = _old_said(unit, target)
            reviews = dict(segment_reviews(unit))
            texts = reader.read(begin), reader.read(target)
            whole = self._pair((begin, target), texts, said)
            if whole:
                yield from self._segmented(whole, texts, reader, (begin, target), reviews)
        for other in children_of(unit, "alt-trans"):
            yield from self._alternative(other, source)

    def _segmented(
        self, whole: TranslationUnit, texts: tuple[Inline, Inline], reader: InlineReader,
        elements: "tuple[etree._Element, etree._Element]", reviews: dict[str, Review],
    ) -> Iterator[TranslationUnit]:  # fmt: skip
        """The unit with its marked segments as sentences; the segments alone when some are not translated."""
        marked = [marks(element) for element in elements]
        if not marked[0] or not marked[1]:
            yield whole
            return
        spans = [dict(inline.segments) for inline in texts]
        names = [name for name in marked[0] if name in marked[1]]
        sentences = []
        for name in names:
            inner = reader.read(marked[0][name]), reader.read(marked[1][name])
            review = reviews.get(name, whole.review)
            if inner[0].text.strip() and inner[1].text.strip():
                variants = tuple(
                    _within(variant, Variant(variant.lang, inline.text, inline.markup, span=found.get(name)))
                    for variant, inline, found in zip(whole.variants, inner, spans, strict=True)
                )
                sentences.append(replace(whole, variants=variants, level=Level.SENTENCE, review=review))
        complete = len(sentences) == len(marked[0]) == len(marked[1])
        if complete and len(sentences) == 1:
            yield replace(whole, review=sentences[0].review)
        elif complete and all(variant.span for sentence in sentences for variant in sentence.variants):
            yield replace(whole, sentences=tuple(sentences))
        else:
            yield from (_alone(sentence) for sentence in sentences)

    def _alternative(self, other: "etree._Element", source: "etree._Element") -> Iterator[TranslationUnit]:
        own, target = child_of(other, "source"), child_of(other, "target")
        if target is None or (other.get("alttranstype") in ("previous-version", "reference") and own is None):
            return
        quality = other.get("match-quality", "")
        if own is None and quality and _percent(quality) < _EXACT_QUALITY:
            message = "an <alt-trans> of less than 100 does not tell which source it translates; left out"
            self._problem(message, other.sourceline or 0)
            return
        reader = InlineReader()
        begin = source if own is None else own
        review = Review.REJECTED if other.get("alttranstype") == "rejected" else Review.UNREVIEWED
        texts = reader.read(begin), reader.read(target)
        unit = self._pair((begin, target), texts, _Said(target.get("state", ""), review))
        if unit:
            kind = other.get("alttranstype", "proposal")
            told = ((ALTERNATIVE, kind), ("xliff:match-quality", quality), ("xliff:origin", other.get("origin", "")))
            yield replace(unit, properties=(*unit.properties, *((name, value) for name, value in told if value)))

    # --- XLIFF 2 --------------------------------------------------------------------------------------------------

    def _modern(self, unit: "etree._Element") -> Iterator[TranslationUnit]:
        reader = InlineReader(original_data(unit))
        parts = [child for child in unit if name_of(child) in ("segment", "ignorable")]
        sources: list[tuple[str, etree._Element]] = []
        targets: list[tuple[str, etree._Element]] = []
        sentences: list[TranslationUnit] = []
        segments = 0
        for number, part in enumerate(parts):
            source, target = child_of(part, "source"), child_of(part, "target")
            if source is None:
                self._problem(f"a <{name_of(part)}> has no <source>; left out", part.sourceline or 0)
                continue
            is_segment = name_of(part) == "segment"
            name = str(number) if is_segment else ""
            segments += is_segment
            sources.append((name, source))
            targets.append((name, source if target is None else target))
            if is_segment and target is not None:
                texts = reader.read(source), reader.read(target)
                sentence = self._pair((source, target), texts, _modern_said(part))
                sentences += [sentence] if sentence else []
        whole = None
        if segments > 1 and len(sentences) == segments and not any("order" in t.attrib for _, t in targets):
            whole = self._joined(reader, sources, targets, sentences)
        if whole:
            yield whole
        elif segments == 1:
            yield from sentences
        else:
            yield from (replace(sentence, level=Level.SENTENCE) for sentence in sentences)
        for match in unit.iter("{*}match"):
            yield from self._match(match)

    def _joined(
        self, reader: InlineReader, sources: "Sequence[tuple[str, etree._Element]]",
        targets: "Sequence[tuple[str, etree._Element]]", sentences: Sequence[TranslationUnit],
    ) -> TranslationUnit | None:  # fmt: skip
        """The segments as one paragraph; None when their places in it are not certain."""
        texts = reader.joined(sources), reader.joined(targets)
        if not all(len(inline.segments) == len(sentences) for inline in texts):
            return None
        whole = tuple(
            Variant(variant.lang, inline.text, inline.markup)
            for variant, inline in zip(sentences[0].variants, texts, strict=True)
        )
        inside = []
        for number, sentence in enumerate(sentences):
            variants = tuple(
                _within(one, replace(variant, span=inline.segments[number][1]))
                for one, variant, inline in zip(whole, sentence.variants, texts, strict=True)
            )
            inside.append(replace(sentence, variants=variants, level=Level.SENTENCE))
        reviews = {sentence.review for sentence in sentences}
        review = reviews.pop() if len(reviews) == 1 else Review.UNREVIEWED
        return replace(sentences[0], variants=whole, sentences=tuple(inside), review=review)

    def _match(self, match: "etree._Element") -> Iterator[TranslationUnit]:
        source, target = child_of(match, "source"), child_of(match, "target")
        if source is None or target is None:
            return
        reader = InlineReader(original_data(match))
        unit = self._pair((source, target), (reader.read(source), reader.read(target)), _Said())
        if unit:
            quality = match.get("similarity") or match.get("matchQuality") or ""
            kind = match.get("type", "tm")
            told = ((ALTERNATIVE, kind), ("xliff:match-quality", quality), ("xliff:origin", match.get("origin", "")))
            yield replace(unit, properties=tuple((name, value) for name, value in told if value))

    # --- either version -------------------------------------------------------------------------------------------

    def _pair(
        self, elements: "tuple[etree._Element, etree._Element]", texts: tuple[Inline, Inline], said: _Said
    ) -> TranslationUnit | None:
        """A unit of a source and its target; None when one has no text, no language, or is not translated yet."""
        source, target = texts
        line = elements[1].sourceline or self._line
        if not target.text.strip():
            return None
        if not source.text.strip():
            self._problem("the unit has a target but no source text; left out", line)
            return None
        langs = self._langs(elements)
        if langs is None:
            return None
        if said.unconfirmed:
            hint = "confirm it in a translation tool, then import again"
            self._problem(f"{said.unconfirmed}; left out", line, hint)
            return None
        if said.state in UNTRANSLATED:
            hint = "set its state to translated, then import again"
            self._problem(f"state {said.state}: not translated yet, left out", line, hint)
            return None
        variants = tuple(Variant(lang, one.text, one.markup) for lang, one in zip(langs, texts, strict=True))
        told = (("xliff:state", said.state),) if said.state else ()
        return TranslationUnit(variants, review=said.review, properties=told)

    def _langs(self, elements: "tuple[etree._Element, etree._Element]") -> tuple[Lang, Lang] | None:
        tags = [element.get(_XML_LANG, "").strip() for element in elements]
        sides = (("source", self._setting.source), ("target", self._setting.target))
        found = []
        for tag, (side, of_file) in zip(tags, sides, strict=True):
            if not (tag or of_file):
                self._once(f"the file tells no {side} language", f'add {side}-language="…" to its <file>')
                return None
            try:
                found.append(Lang.parse(tag or of_file))
            except LanguageError as error:
                self._once(f"{side} language: {error.message}", error.hint)
                return None
        if found[0] == found[1]:
            self._once(f"source and target are both in {found[0]}", "correct the languages of its <file>")
            return None
        return found[0], found[1]

    def _once(self, message: str, hint: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._problem(f"{message}; its units were left out", self._line, hint)

    def _problem(self, message: str, line: int | None = None, hint: str = "") -> None:
        self.problems.append(Problem(message, self.path, self._line if line is None else line, hint))


def child_of(element: "etree._Element", name: str) -> "etree._Element | None":
    """The first child of that name, in whatever namespace."""
    return next(children_of(element, name), None)


def children_of(element: "etree._Element", name: str) -> "Iterator[etree._Element]":
    """The children of that name, in whatever namespace."""
    return (child for child in element if name_of(child) == name)


def original_data(unit: "etree._Element") -> dict[str, str]:
    """What the codes of an XLIFF 2 unit stand for, by identifier."""
    data = child_of(unit, "originalData")
    return {} if data is None else {one.get("id", ""): plain_text(one) for one in children_of(data, "data")}


def notes(unit: "etree._Element") -> list[str]:
    """The notes of a unit; those without text, and the terms that we have named in it, are left out."""
    gathered = child_of(unit, "notes")
    found = children_of(unit if gathered is None else gathered, "note")
    others = (note for note in found if OWN_NOTE not in (note.get("from"), note.get("category")))
    return [text for note in others if (text := plain_text(note)).strip()]


def marks(element: "etree._Element") -> "dict[str, etree._Element]":
    """The marked segments in an element by their ``mid``; the first of each."""
    found: dict[str, etree._Element] = {}
    for mark in element.iter("{*}mrk"):
        if mark.get("mtype") == "seg":
            found.setdefault(mark.get("mid", ""), mark)
    return found


def _alone(sentence: TranslationUnit) -> TranslationUnit:
    return replace(sentence, variants=tuple(replace(variant, span=None) for variant in sentence.variants))


def _old_said(unit: "etree._Element", target: "etree._Element") -> _Said:
    state = target.get("state", "")
    if target.get("state-qualifier", "").startswith("rejected"):
        return _Said(state, Review.REJECTED)
    told = review_of(unit)
    reviewed = unit.get("approved") == "yes" or state in _REVIEWED_STATES
    fuzzy = state == NEEDS_REVIEW and target.get("state-qualifier") == FUZZY_MATCH
    why = unconfirmed(unit) or (_UNCONFIRMED_MATCH if fuzzy else "")
    return _Said(state, told or (Review.REVIEWED if reviewed else Review.UNREVIEWED), why)


def _modern_said(segment: "etree._Element") -> _Said:
    state = segment.get("state", "")
    if segment.get("subState") == FUZZY:
        return _Said(state, unconfirmed=_UNCONFIRMED_MATCH)
    if segment.get("subState") == REJECTED:
        return _Said(state, Review.REJECTED)
    return _Said(state, Review.REVIEWED if state in _REVIEWED_STATES else Review.UNREVIEWED)


def _percent(text: str) -> float:
    """A quality as tools write it: ``87``, ``87%``, ``87.5``; 0 for none and for words."""
    try:
        return float(text.strip().removesuffix("%"))
    except ValueError:
        return 0.0
