"""Units of two languages written as XLIFF 1.2, 2.0, 2.1 or 2.2, one unit a line."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tm import inline
from tm.errors import InputError
from tm.formats.output import replacing
from tm.formats.xliff_codes import CodeWriter
from tm.formats.xliff_unit import DOUBTFUL, REJECTED
from tm.formats.xliff_version import DEFAULT, Version
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT, escape
from tm.lang import Lang
from tm.model import ACCEPTED_FROM, Review, TranslationUnit, Variant

#: A file holds one source and one target language: whoever writes one has to name them.
BILINGUAL = True
#: What ``write_units`` lets one choose beside the languages.
OPTIONS = frozenset({"version"})
#: What comes back as it went (see ``tm.formats``); sentences do too, where they are all of their paragraph.
HOLDS = frozenset({"variants", "lang", "text", "markup", "note", "review"})

#: A half-open range of a text, and the sentence in it; None between sentences.
_Piece = tuple[tuple[int, int], TranslationUnit | None]


def write_units(
    path: Path, units: Iterable[TranslationUnit], *, langs: Sequence[Lang] | None = None, version: str = DEFAULT
) -> int:
    """Write the two languages, source and target, in constant memory; how many units were written.

    Units that follow one another from the same document are a ``<file>`` named after it. A paragraph without codes
    of other programs, whose sentences lie one after the other in both texts, is written with its segments. Units
    without text in both languages are left out.

    Raises:
        InputError: other than two languages are named, the version is not known, or the file cannot be written; it
            is then as it was before.
    """
    if langs is None or len(langs) != 2:
        hint = f"name the source and the target: untm export {path.name} --lang en,fr"
        raise InputError("an XLIFF file holds exactly two languages", path=str(path), hint=hint)
    source, target = langs
    written = 0
    chosen = to_version(version)
    pairs = (pair for unit in units if (pair := _pair(unit, source, target)))
    with replacing(path) as out:
        out.write(head(chosen, source, target).encode())
        number = 0
        for key, of_document in groupby(pairs, key=lambda pair: pair.document.key):
            number += 1
            out.write(file_head(chosen, key, number, source, target).encode())
            for unit in of_document:
                written += 1
                out.write((_modern(unit, written) if chosen.modern else _old(unit, written)).encode())
            out.write(b"</file>\n" if chosen.modern else b"</body></file>\n")
        if not number:
            # Neither version allows a file without <file>, nor XLIFF 2 one without units.
            raise InputError(
                f"no unit has text in both {source} and {target}", path=str(path), hint="untm stats counts them"
            )
        out.write(b"</xliff>\n")
    return written


def to_version(version: str) -> Version:
    """The version of that number.

    Raises:
        InputError: it is not written.
    """
    try:
        return Version(version)
    except ValueError as error:
        raise InputError(f"XLIFF {version} is not written", hint=f"choose one of {', '.join(Version)}") from error


def head(version: Version, source: Lang, target: Lang) -> str:
    """All that stands before the first ``<file>``."""
    root = f'<?xml version="1.0" encoding="UTF-8"?>\n<xliff xmlns="{version.namespace}" version="{version}"'
    return f'{root} srcLang="{source}" trgLang="{target}">\n' if version.modern else f"{root}>\n"


def file_head(version: Version, original: str, number: int, source: Lang, target: Lang) -> str:
    """The begin of a ``<file>``, up to its first unit."""
    name = _plain(original or "untm")
    if version.modern:
        return f'<file id="f{number}" original="{name}" xml:space="preserve">\n'
    return (
        f'<file original="{name}" source-language="{source}" target-language="{target}" datatype="plaintext">'
        f'<header><tool tool-id="untm" tool-name="untm"/></header><body>\n'
    )


def _pair(unit: TranslationUnit, source: Lang, target: Lang) -> TranslationUnit | None:
    """The unit in these two languages; None when it lacks one."""
    variants = tuple(v for lang in (source, target) if (v := unit.variant(lang)) and v.text.strip())
    if len(variants) < 2:
        return None
    sentences = (_pair(sentence, source, target) for sentence in unit.sentences)
    fields = {name: getattr(unit, name) for name in ("document", "note", "review", "confidence")}
    return TranslationUnit(variants, sentences=tuple(s for s in sentences if s), **fields)


def _pieces(unit: TranslationUnit) -> tuple[list[_Piece], list[_Piece]] | None:
    """Source and target in pieces, as many; None when the unit is better written as one."""
    if len(unit.sentences) < 2:
        return None
    found: list[list[_Piece]] = []
    for variant in unit.variants:
        if variant.markup and not inline.is_own(variant.text, variant.markup):
            return None
        pieces: list[_Piece] = []
        end = 0
        for sentence in unit.sentences:
            own = sentence.variant(variant.lang)
            if own is None or own.span is None or own.span[0] < end or variant.text[slice(*own.span)] != own.text:
                return None
            if (own.markup or "") != inline.cut(variant.text, variant.markup or "", *own.span) or not own.text.strip():
                return None
            pieces += [((end, own.span[0]), None), (own.span, sentence)]
            end = own.span[1]
        found.append([*pieces, ((end, len(variant.text)), None)])
    if any(variant.text[slice(*span)].strip() for variant, pieces in zip(unit.variants, found, strict=True)
           for span, sentence in pieces if sentence is None):  # fmt: skip
        return None
    return found[0], found[1]


# --- XLIFF 1.2 ------------------------------------------------------------------------------------------------------


def _old(unit: TranslationUnit, number: int) -> str:
    codes = CodeWriter(modern=False)
    source, target = unit.variants
    pieces = _pieces(unit)
    approved = ' approved="yes"' if unit.review is Review.REVIEWED else ""
    parts = [f"<source>{codes.content(source)}</source>"]
    if pieces:
        parts.append(f"<seg-source>{_marked(source, pieces[0], codes)}</seg-source>")
    content = _marked(target, pieces[1], codes) if pieces else codes.content(target)
    parts.append(f"<target{_old_state(unit)}>{content}</target>")
    if unit.note:
        parts.append(f"<note>{_plain(unit.note)}</note>")
    return f'<trans-unit id="{number}"{approved} xml:space="preserve">{"".join(parts)}</trans-unit>\n'


def _marked(variant: Variant, pieces: Sequence[_Piece], codes: CodeWriter) -> str:
    parts = []
    number = 0
    texts = codes.parts(variant, [span for span, _ in pieces])
    for text, (_, sentence) in zip(texts, pieces, strict=True):
        number += sentence is not None
        parts.append(f'<mrk mtype="seg" mid="{number}">{text}</mrk>' if sentence else text)
    return "".join(parts)


def _old_state(unit: TranslationUnit) -> str:
    if unit.review is Review.REJECTED:
        return ' state="needs-review-translation" state-qualifier="rejected-inaccurate"'
    if unit.review is Review.REVIEWED:
        return ' state="final"'
    return f' state="{"needs-review-translation" if _doubtful(unit) else "translated"}"'


# --- XLIFF 2 --------------------------------------------------------------------------------------------------------


def _modern(unit: TranslationUnit, number: int) -> str:
    codes = CodeWriter(modern=True)
    segments = "".join(_modern_segments(unit, codes))
    note = f"<notes><note>{_plain(unit.note)}</note></notes>" if unit.note else ""
    return f'<unit id="u{number}">{note}{codes.original_data()}{segments}</unit>\n'


def _modern_segments(unit: TranslationUnit, codes: CodeWriter) -> Iterator[str]:
    pieces = _pieces(unit)
    if pieces is None:
        source, target = (codes.content(variant) for variant in unit.variants)
        yield f'<segment id="s1"{_modern_state(unit)}><source>{source}</source><target>{target}</target></segment>'
        return
    number = 0
    sides = zip(unit.variants, pieces, strict=True)
    sources, targets = (codes.parts(variant, [span for span, _ in some]) for variant, some in sides)
    for source, target, (_, sentence) in zip(sources, targets, pieces[0], strict=True):
        content = f"<source>{source}</source><target>{target}</target>"
        if sentence is not None:
            number += 1
            yield f'<segment id="s{number}"{_modern_state(sentence)}>{content}</segment>'
        elif source or target:
            yield f"<ignorable>{content}</ignorable>"


def _modern_state(unit: TranslationUnit) -> str:
    if unit.review is Review.REJECTED:
        return f' state="translated" subState="{REJECTED}"'
    if unit.review is Review.REVIEWED:
        return ' state="final"'
    return ' state="translated"' + (f' subState="{DOUBTFUL}"' if _doubtful(unit) else "")


def _doubtful(unit: TranslationUnit) -> bool:
    return unit.confidence is not None and unit.confidence < ACCEPTED_FROM


def _plain(text: str) -> str:
    return escape(ILLEGAL.sub(REPLACEMENT, text))
