"""A draft as XLIFF: its untranslated segments read, its matches written into it, all the rest of it kept."""

import hashlib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from tm.errors import InputError, LanguageError, Problem
from tm.formats import ENDINGS
from tm.formats.about import About
from tm.formats.filling import Filling, filling
from tm.formats.output import replacing
from tm.formats.tmx_inline import name_of, parser_options
from tm.formats.xliff_codes import CodeWriter
from tm.formats.xliff_inline import InlineReader
from tm.formats.xliff_unit import (
    FUZZY,
    FUZZY_MATCH,
    NEEDS_REVIEW,
    UNTRANSLATED,
    child_of,
    children_of,
    marks,
    original_data,
    setting_of,
)
from tm.formats.xliff_version import DEFAULT, MATCHES, METADATA, NAME_ENDINGS, Version, check_version
from tm.formats.xliff_writing import file_head, head, to_version
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT, decoded_chunks, escape, sources, syntax_problem
from tm.lang import Lang
from tm.model import Edition, Kind, Match, MatchKind, Segment, Suggestion, Variant

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Characters of a draft up to which it is worked on; drafts are held in memory whole.
_LONGEST = 1 << 28


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Gap:
    """A segment that waits for its translation."""

    #: The ``<trans-unit>`` or ``<unit>``.
    unit: "etree._Element"
    #: The ``<segment>`` of XLIFF 2, the ``<mrk>`` of a segmented unit, or else the unit.
    part: "etree._Element"
    text: str

    @property
    def modern(self) -> bool:
        """Whether it stands in XLIFF 2."""
        return name_of(self.unit) == "unit"

    @property
    def name(self) -> str:
        """The ``mid`` of a marked segment, "" for others."""
        return self.part.get("mid", "") if name_of(self.part) == "mrk" else ""


def read_document(path: Path, lang: Lang | None = None, *, encoding: str | None = None) -> Edition:
    """The segments without translation, in order; what the file marks as not to be translated is left out.

    Raises:
        InputError: the file cannot be read, is broken, or ``encoding`` is asked for, which an XML file tells itself.
        LanguageError: its source is in another language than ``lang``, or it does not tell which.
    """
    if encoding:
        raise InputError("an XLIFF file tells its encoding itself", path=str(path), hint="leave out --encoding")
    tree, problems = _parse(path)
    source, _ = _langs(tree, path)
    if lang is not None and not lang.covers(source):
        raise LanguageError(
            f"the source of the file is {source}, not {lang}", path=str(path), hint=f"say --from {source}"
        )
    segments = tuple(
        Segment(gap.text.strip(), lang or source, Kind.PARAGRAPH, line=gap.part.sourceline or 0) for gap in _gaps(tree)
    )
    return Edition(lang or source, path.name, _digest(path), "xliff", segments, tuple(problems))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parse(path: Path) -> "tuple[etree._ElementTree, list[Problem]]":
    """The whole file, comments and CDATA too, and what was repaired in it."""
    from lxml import etree

    options = {**parser_options(), "remove_comments": False, "remove_pis": False, "strip_cdata": False}
    parser = etree.XMLParser(**options, encoding="utf-8")
    problems: list[Problem] = []
    length = 0
    try:
        for chunk in chain.from_iterable(map(decoded_chunks, sources(path, "xliff", NAME_ENDINGS))):
            problems += chunk.repaired
            if fatal := chunk.fatal:
                raise InputError(fatal.message, path=fatal.path, line=fatal.line, hint=fatal.hint)
            length += len(chunk.text)
            if length > _LONGEST:
                hint = "split the file, or import it as a memory"
                raise InputError(f"a draft of more than {_LONGEST:,} characters", path=str(path), hint=hint)
            parser.feed(chunk.text.encode())
        root = parser.close()
    except SyntaxError as error:
        problem = syntax_problem(error, str(path))
        raise InputError(problem.message, path=problem.path, line=problem.line, hint=problem.hint) from error
    check_version(root, str(path))
    return root.getroottree(), problems


def _langs(tree: "etree._ElementTree", path: Path) -> tuple[Lang, Lang | None]:
    """Source and target language of the first file in it; None for a target that is not told yet."""
    first = next(_units(tree), None)
    said = setting_of(first if first is not None else tree.getroot())
    if not said.source:
        raise LanguageError("the file tells no source language", path=str(path), hint='add source-language="…"')
    try:
        return Lang.parse(said.source), Lang.parse(said.target) if said.target else None
    except LanguageError as error:
        raise LanguageError(error.message, path=str(path), hint=error.hint) from error


def _units(tree: "etree._ElementTree") -> "Iterator[etree._Element]":
    yield from tree.iter("{*}trans-unit", "{*}unit")


def _gaps(tree: "etree._ElementTree") -> Iterator[_Gap]:
    for unit in _units(tree):
        if unit.get("translate") == "no":
            continue
        reader = InlineReader(original_data(unit))
        found = _modern_parts(unit) if name_of(unit) == "unit" else _old_parts(unit)
        for part, source in found:
            text = reader.read(source).text
            if text.strip():
                yield _Gap(unit, part, text)


def _modern_parts(unit: "etree._Element") -> "Iterator[tuple[etree._Element, etree._Element]]":
    for segment in children_of(unit, "segment"):
        source = child_of(segment, "source")
        if source is not None and not _translated(child_of(segment, "target"), segment.get("state", "")):
            yield segment, source


def _old_parts(unit: "etree._Element") -> "Iterator[tuple[etree._Element, etree._Element]]":
    source, target, segmented = (child_of(unit, name) for name in ("source", "target", "seg-source"))
    if source is None:
        return
    named = marks(segmented) if segmented is not None else {}
    if not named:
        if not _translated(target, "" if target is None else target.get("state", "")):
            yield unit, source
        return
    translated = {} if target is None else marks(target)
    for name, mark in named.items():
        if not _translated(translated.get(name), ""):
            yield mark, mark


def _translated(target: "etree._Element | None", state: str) -> bool:
    return target is not None and state not in UNTRANSLATED and bool("".join(map(str, target.itertext())).strip())


# --- writing --------------------------------------------------------------------------------------------------------


def write_suggestions(
    path: Path,
    suggestions: Sequence[Suggestion],
    about: About,
    *,
    draft: Path | None = None,
    version: str = DEFAULT,
    fill: int | None = None,
    **_said: object,
) -> int:
    """Write a draft with its matches, best first, as alternatives with score and origin; how many segments got some.

    A draft that is XLIFF itself is written back as it was, in its own version, with the matches added; ``suggestions``
    are then those of its segments as ``read_document`` gave them. Any other becomes a file of that ``version``.

    Args:
        path: the file to write.
        suggestions: what the memory has for each segment, in order.
        about: the languages, with one target; the draft's name is the ``original`` of the file, the memory's the origin
            of a match that has no document. The time is not written, so that equal matches give equal files.
        draft: the draft's own file.
        version: of XLIFF, for drafts in another format.
        fill: score from which the best translation is also put into the target; None fills nothing.

    Raises:
        InputError: several targets are wanted, the version is not known, or a file cannot be read or written.
    """
    if len(about.targets) != 1:
        raise InputError("an XLIFF file holds one target language", path=str(path), hint="name one with --to")
    found = [suggestion for suggestion in suggestions if suggestion.segment.text.strip()]
    if not found:
        raise InputError("the draft has no segment to translate", path=str(draft or path))
    if draft is not None and is_xliff(draft):
        tree, _ = _parse(draft)
        _set_target(tree, about.targets[0], draft)
    else:
        tree = _made(found, about.source, about.targets[0], about.title, to_version(version))
    gaps = list(_gaps(tree))
    if len(gaps) != len(found):
        raise InputError("the draft has changed since it was read", path=str(draft or path), hint="run it again")
    answered = 0
    for gap, suggestion in zip(gaps, found, strict=True):
        matches = list(_alternatives(suggestion, about.targets[0], about.memory))
        (_add_modern if gap.modern else _add_old)(gap, matches)
        answered += bool(matches)
        best = filling(suggestion, about.targets[0])
        if best and fill is not None and best.score >= fill:
            (_fill_modern if gap.modern else _fill_old)(gap, best)
    with replacing(path) as out:
        tree.write(out, xml_declaration=True, encoding="UTF-8")
    return answered


def is_xliff(path: Path) -> bool:
    """Whether a file is XLIFF by its name."""
    return ENDINGS.get(path.suffix.lower()) == "xliff"


def _made(
    suggestions: Sequence[Suggestion], source: Lang, target: Lang, title: str, version: Version
) -> "etree._ElementTree":
    """A file of that version with the draft's segments, the name of each its label."""
    from lxml import etree

    codes = CodeWriter(modern=version.modern)
    parts = [head(version, source, target), file_head(version, title, 1, source, target)]
    for number, suggestion in enumerate(suggestions, start=1):
        text = codes.text(suggestion.segment.text)
        label = suggestion.segment.label
        if version.modern:
            name = _told("name", label)
            parts.append(f'<unit id="u{number}"{name}><segment id="s1"><source>{text}</source></segment></unit>\n')
        else:
            name = _told("resname", label)
            parts.append(f'<trans-unit id="{number}"{name} xml:space="preserve"><source>{text}</source></trans-unit>\n')
    parts.append("</file>\n</xliff>\n" if version.modern else "</body></file>\n</xliff>\n")
    return etree.fromstring("".join(parts).encode(), etree.XMLParser(**parser_options())).getroottree()


def _set_target(tree: "etree._ElementTree", target: Lang, path: Path) -> None:
    """See to it that the file is in the target language, and say so where it says none.

    Raises:
        LanguageError: it is in another one.
    """
    _, told = _langs(tree, path)
    if told is not None and not (target.covers(told) or told.covers(target)):
        raise LanguageError(f"the target of the file is {told}, not {target}", path=str(path), hint=f"say --to {told}")
    root = tree.getroot()
    if root.get("srcLang"):
        root.set("trgLang", root.get("trgLang") or target.tag)
    for file in tree.iter("{*}file"):
        if file.get("source-language") and not file.get("target-language"):
            file.set("target-language", target.tag)


# --- matches --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Alternative:
    """A match as it is written."""

    source: Variant
    target: Variant
    #: 0 to 100.
    quality: int
    #: Similarity of the sources, 0 to 100.
    similarity: float
    origin: str
    kind: MatchKind
    #: What a person has to know: changes of meaning, a match of a part only, an adapted translation.
    warning: str


def _alternatives(suggestion: Suggestion, target: Lang, memory: str) -> Iterator[_Alternative]:
    """The matches of a segment, best first; before each its adapted translation, which is of the draft's own text."""
    for match in suggestion.matches:
        variant = next((found for found in match.targets if target.covers(found.lang)), None)
        if variant is None:
            continue
        origin = " ".join(filter(None, (match.unit.document.key or memory, match.unit.place)))
        warning = _warning(match)
        repair = next((r for r in match.repairs if r and r.lang == variant.lang and r.complete), None)
        if repair is not None:
            own = Variant(suggestion.segment.lang, suggestion.segment.text)
            adapted = Variant(variant.lang, repair.text)
            yield _Alternative(own, adapted, match.repaired_score, 100.0, origin, match.kind, "adapted to this text")
        quality = min(match.score, 100)
        yield _Alternative(match.source, variant, quality, match.similarity * 100, origin, match.kind, warning)


def _warning(match: Match) -> str:
    parts = ["only a part is the same"] if match.kind is MatchKind.CONTAINED else []
    for flag in match.flags:
        words = " → ".join(filter(None, (", ".join(flag.stored), ", ".join(flag.query))))
        parts.append(f"{flag.name}: {words}" if words else flag.name)
    return "; ".join(parts)


def _add_old(gap: _Gap, matches: Sequence[_Alternative]) -> None:
    """Put matches after the texts of a ``<trans-unit>``, before those it has."""
    place = max(gap.unit.index(child) for child in gap.unit if name_of(child) in ("source", "seg-source", "target"))
    mid = _told("mid", gap.name)
    for number, match in enumerate(matches, start=1):
        codes = CodeWriter(modern=False)
        note = f"<note>{_plain(match.warning)}</note>" if match.warning else ""
        element = _parsed(
            f'<alt-trans{mid} match-quality="{match.quality}"{_told("origin", match.origin)}>'
            f"<source{_lang(match.source)}>{codes.content(match.source)}</source>"
            f"<target{_lang(match.target)}>{codes.content(match.target)}</target>{note}</alt-trans>",
            gap.unit,
        )
        gap.unit.insert(place + number, element)


def _add_modern(gap: _Gap, matches: Sequence[_Alternative]) -> None:
    """Put matches into the ``<mtc:matches>`` of a ``<unit>``, after those it has."""
    if not matches:
        return
    held = next((child for child in gap.unit if child.tag == f"{{{MATCHES}}}matches"), None)
    if held is None:
        held = _parsed("<mtc:matches/>", gap.unit)
        gap.unit.insert(0, held)
    if not gap.part.get("id"):
        gap.part.set("id", _free_id(gap.unit))
    for match in matches:
        codes = CodeWriter(modern=True)
        source, target = codes.content(match.source), codes.content(match.target)
        warning = ""
        if match.warning:
            meta = f'<mda:meta type="warning">{_plain(match.warning)}</mda:meta>'
            warning = f"<mda:metadata><mda:metaGroup>{meta}</mda:metaGroup></mda:metadata>"
        kind = "icm" if match.kind is MatchKind.IN_CONTEXT else "tm"
        partial = ' subType="untm:contained"' if match.kind is MatchKind.CONTAINED else ""
        held.append(
            _parsed(
                f'<mtc:match ref="#{gap.part.get("id")}" similarity="{match.similarity:.1f}" '
                f'matchQuality="{match.quality}" type="{kind}"{partial}{_told("origin", match.origin)}>'
                f"{warning}{codes.original_data()}<source>{source}</source><target>{target}</target></mtc:match>",
                gap.unit,
            )
        )


def _free_id(unit: "etree._Element") -> str:
    taken = {element.get("id") for element in unit.iter()}
    return next(name for name in (f"s{number}" for number in count(1)) if name not in taken)


def _parsed(xml: str, unit: "etree._Element") -> "etree._Element":
    """An element in the namespace of the unit it is for."""
    from lxml import etree

    namespace = etree.QName(unit).namespace
    declared = f' xmlns="{namespace}"' if namespace else ""
    modules = f' xmlns:mtc="{MATCHES}" xmlns:mda="{METADATA}"' if "<mtc:" in xml else ""
    around = f"<x{declared}{modules}>{xml}</x>"
    return etree.fromstring(around.encode(), etree.XMLParser(**parser_options(), encoding="utf-8"))[0]


# --- targets --------------------------------------------------------------------------------------------------------


def _fill_old(gap: _Gap, best: Filling) -> None:
    target = child_of(gap.unit, "target")
    if target is None:
        target = _parsed("<target/>", gap.unit)
        place = max(gap.unit.index(child) for child in gap.unit if name_of(child) in ("source", "seg-source"))
        gap.unit.insert(place + 1, target)
    if gap.name or gap.part is not gap.unit:
        _fill_mark(gap, target, best)
    else:
        _set_text(target, gap, best)
    fuzzy = not best.automatic or target.get("state-qualifier") == FUZZY_MATCH
    target.set("state", NEEDS_REVIEW if fuzzy else "translated")
    target.set("state-qualifier", FUZZY_MATCH if fuzzy else "exact-match")


def _fill_mark(gap: _Gap, target: "etree._Element", best: Filling) -> None:
    """Fill one marked segment; a target without any gets all those of the source, empty."""
    if not marks(target):
        segmented = deepcopy(child_of(gap.unit, "seg-source"))
        assert segmented is not None
        for mark in marks(segmented).values():
            for child in list(mark):
                mark.remove(child)
            mark.text = None
        target.text = segmented.text
        target.extend(list(segmented))
    mark = marks(target).get(gap.name)
    if mark is None:
        mark = _parsed(f'<mrk mtype="seg"{_told("mid", gap.name)}/>', gap.unit)
        target.append(mark)
    _set_text(mark, gap, best)


def _fill_modern(gap: _Gap, best: Filling) -> None:
    target = child_of(gap.part, "target")
    if target is None:
        target = _parsed("<target/>", gap.unit)
        gap.part.append(target)
    _set_text(target, gap, best)
    gap.part.set("state", "translated" if best.automatic else "initial")
    if not best.automatic:
        gap.part.set("subState", FUZZY)


def _set_text(element: "etree._Element", gap: _Gap, best: Filling) -> None:
    """The translation as the element's whole content, with the white space of the source at its ends."""
    for child in list(element):
        element.remove(child)
    bare = gap.text.strip()
    start = gap.text.index(bare)
    text = gap.text[:start] + best.text + gap.text[start + len(bare) :]
    element.text = ILLEGAL.sub(REPLACEMENT, text)


def _lang(variant: Variant) -> str:
    return _told("xml:lang", variant.lang.tag)


def _told(name: str, value: str) -> str:
    return f' {name}="{_plain(value)}"' if value else ""


def _plain(text: str) -> str:
    return escape(ILLEGAL.sub(REPLACEMENT, text))
