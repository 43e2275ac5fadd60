"""A draft as XLIFF: its untranslated segments read, its matches written into it, all the rest of it kept."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from tm.errors import InputError, LanguageError, Problem
from tm.formats import ENDINGS, term_rows
from tm.formats.about import About
from tm.formats.filling import filling
from tm.formats.output import replacing
from tm.formats.tmx_inline import name_of
from tm.formats.xliff_codes import CodeWriter
from tm.formats.xliff_elements import parsed, plain, told
from tm.formats.xliff_filling import fill_target
from tm.formats.xliff_gaps import Gap, gaps, units
from tm.formats.xliff_terms import add_terms
from tm.formats.xliff_unit import setting_of
from tm.formats.xliff_version import DEFAULT, MATCHES, NAME_ENDINGS, Version, check_version
from tm.formats.xliff_writing import file_head, head, to_version
from tm.formats.xml_stream import decoded_chunks, sources, syntax_problem
from tm.lang import Lang
from tm.model import Edition, Kind, Match, MatchKind, Segment, Suggestion, Variant
from tm.safe_xml import parser_options
from tm.terms import TermHit

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Characters of a draft up to which it is worked on; drafts are held in memory whole.
_LONGEST = 1 << 28


# --- reading --------------------------------------------------------------------------------------------------------


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
        Segment(gap.text.strip(), lang or source, Kind.PARAGRAPH, line=gap.part.sourceline or 0) for gap in gaps(tree)
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
    first = next(units(tree), None)
    said = setting_of(first if first is not None else tree.getroot())
    if not said.source:
        raise LanguageError("the file tells no source language", path=str(path), hint='add source-language="…"')
    try:
        return Lang.parse(said.source), Lang.parse(said.target) if said.target else None
    except LanguageError as error:
        raise LanguageError(error.message, path=str(path), hint=error.hint) from error


# --- writing --------------------------------------------------------------------------------------------------------


def write_suggestions(
    path: Path,
    suggestions: Sequence[Suggestion],
    about: About,
    *,
    draft: Path | None = None,
    version: str = DEFAULT,
    fill: int | None = None,
    terms: Sequence[Sequence[TermHit]] = (),
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
        terms: those that stand in each segment.

    Raises:
        InputError: several targets are wanted, the version is not known, or a file cannot be read or written.
    """
    if len(about.targets) != 1:
        raise InputError("an XLIFF file holds one target language", path=str(path), hint="name one with --to")
    of_each = zip(suggestions, term_rows.of_each(terms, about.targets), strict=False)
    found = [(suggestion, some) for suggestion, some in of_each if suggestion.segment.text.strip()]
    if not found:
        raise InputError("the draft has no segment to translate", path=str(draft or path))
    if draft is not None and is_xliff(draft):
        tree, _ = _parse(draft)
        _set_target(tree, about.targets[0], draft)
    else:
        tree = _made(
            [suggestion for suggestion, _ in found], about.source, about.targets[0], about.title, to_version(version)
        )
    waiting = list(gaps(tree))
    if len(waiting) != len(found):
        raise InputError("the draft has changed since it was read", path=str(draft or path), hint="run it again")
    answered = 0
    for gap, (suggestion, some) in zip(waiting, found, strict=True):
        matches = list(_alternatives(suggestion, about.targets[0], about.memory))
        (_add_modern if gap.modern else _add_old)(gap, matches)
        answered += bool(matches)
        add_terms(gap, some)
        best = filling(suggestion, about.targets[0])
        if best and fill is not None and best.score >= fill:
            fill_target(gap, best)
    with replacing(path) as out:
        tree.write(out, xml_declaration=True, encoding="UTF-8")
    return answered


def is_xliff(path: Path) -> bool:
    """Whether a file is XLIFF by its name."""
    return ENDINGS.get(path.suffix.lower()) == "xliff"


def _made(
    suggestions: Sequence[Suggestion], source: Lang, target: Lang, title: str, version: Version
) -> "etree._ElementTree":
    """A file of that version with the draft's segments and their formatting, the name of each its label."""
    from lxml import etree

    parts = [head(version, source, target), file_head(version, title, 1, source, target)]
    for number, suggestion in enumerate(suggestions, start=1):
        codes, segment = CodeWriter(modern=version.modern), suggestion.segment
        text = codes.content(Variant(segment.lang, segment.text, segment.markup or None))
        label = segment.label
        if version.modern:
            name = told("name", label)
            unit = f'{codes.original_data()}<segment id="s1"><source>{text}</source></segment>'
            parts.append(f'<unit id="u{number}"{name}>{unit}</unit>\n')
        else:
            name = told("resname", label)
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


def _add_old(gap: Gap, matches: Sequence[_Alternative]) -> None:
    """Put matches after the texts of a ``<trans-unit>``, before those it has."""
    place = max(gap.unit.index(child) for child in gap.unit if name_of(child) in ("source", "seg-source", "target"))
    mid = told("mid", gap.name)
    for number, match in enumerate(matches, start=1):
        codes = CodeWriter(modern=False)
        note = f"<note>{plain(match.warning)}</note>" if match.warning else ""
        element = parsed(
            f'<alt-trans{mid} match-quality="{match.quality}"{told("origin", match.origin)}>'
            f"<source{_lang(match.source)}>{codes.content(match.source)}</source>"
            f"<target{_lang(match.target)}>{codes.content(match.target)}</target>{note}</alt-trans>",
            gap.unit,
        )
        gap.unit.insert(place + number, element)


def _add_modern(gap: Gap, matches: Sequence[_Alternative]) -> None:
    """Put matches into the ``<mtc:matches>`` of a ``<unit>``, after those it has."""
    if not matches:
        return
    held = next((child for child in gap.unit if child.tag == f"{{{MATCHES}}}matches"), None)
    if held is None:
        held = parsed("<mtc:matches/>", gap.unit)
        gap.unit.insert(0, held)
    if not gap.part.get("id"):
        gap.part.set("id", _free_id(gap.unit))
    for match in matches:
        codes = CodeWriter(modern=True)
        source, target = codes.content(match.source), codes.content(match.target)
        warning = ""
        if match.warning:
            meta = f'<mda:meta type="warning">{plain(match.warning)}</mda:meta>'
            warning = f"<mda:metadata><mda:metaGroup>{meta}</mda:metaGroup></mda:metadata>"
        kind = "icm" if match.kind is MatchKind.IN_CONTEXT else "tm"
        partial = ' subType="untm:contained"' if match.kind is MatchKind.CONTAINED else ""
        held.append(
            parsed(
                f'<mtc:match ref="#{gap.part.get("id")}" similarity="{match.similarity:.1f}" '
                f'matchQuality="{match.quality}" type="{kind}"{partial}{told("origin", match.origin)}>'
                f"{warning}{codes.original_data()}<source>{source}</source><target>{target}</target></mtc:match>",
                gap.unit,
            )
        )


def _free_id(unit: "etree._Element") -> str:
    taken = {element.get("id") for element in unit.iter()}
    return next(name for name in (f"s{number}" for number in count(1)) if name not in taken)


def _lang(variant: Variant) -> str:
    return told("xml:lang", variant.lang.tag)
