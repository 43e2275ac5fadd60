"""Gettext PO catalogues, read and written by polib: pairs of a source and a target text.

What an entry says beside its texts becomes properties of the unit: ``po:context``, ``po:flags``, ``po:occurrence``
(one for each), ``po:previous-context``, ``po:previous-msgid``, ``po:previous-plural``, ``po:obsolete``. Its comments
become the note. Of the header, only the languages, the encoding and the plural forms are read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

import polib

from tm.errors import InputError, Problem
from tm.formats.output import replacing
from tm.formats.po_catalogue import SOURCE_FIELD, content_of, form_of_one, langs_of, parse
from tm.formats.po_draft import read_document, write_suggestions
from tm.lang import Lang
from tm.model import ACCEPTED_FROM, Level, Review, TranslationUnit, Variant
from tm.text import nfc

__all__ = ["BILINGUAL", "HOLDS", "read_document", "read_units", "write_suggestions", "write_units"]
#: A file holds one source and one target language: whoever writes one has to name them.
BILINGUAL = True
HOLDS = frozenset({"variants", "lang", "text"})

_CONTEXT = "po:context"
#: What no PO file can hold: NUL ends a string in the compiled file, EOT a context; surrogates have no UTF-8 form.
_ILLEGAL = re.compile("[\x00\x04\ud800-\udfff]")


# --- reading --------------------------------------------------------------------------------------------------------


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The translations of a catalogue as sentence units in two languages, source first; fuzzy ones as problems.

    The target language is the header's ``Language``, or else in the file's name (``fr.po``, ``app.fr.po``); the
    source is the header's ``X-Source-Language``, or else English. The singular goes with the form the header's
    ``Plural-Forms`` has for one, the plural with each other form. Entries without translation give nothing.

    Raises:
        InputError: the file cannot be opened, is no catalogue, is not in its encoding, or does not tell its language.
    """
    catalogue = parse(content_of(path), str(path))
    langs: tuple[Lang, Lang] | None = None
    position = 0
    for entry in catalogue:
        pairs = _pairs(entry, catalogue.metadata.get("Plural-Forms", ""))
        if pairs and entry.fuzzy:
            hint = "confirm it in a PO editor, then import again"
            yield Problem("fuzzy, left out", str(path), max(1, entry.linenum), hint)
            continue
        for source, target in pairs:
            # Not before there is a translation: a template has no language.
            langs = langs or langs_of(catalogue, path)
            yield _unit(entry, (Variant(langs[0], source), Variant(langs[1], target)), position)
            position += 1


def _pairs(entry: polib.POEntry, plural_forms: str) -> tuple[tuple[str, str], ...]:
    """Source and target texts of an entry, each pair once, without those that lack one side."""
    pairs = [(entry.msgid, entry.msgstr)]
    if entry.msgid_plural:
        forms = entry.msgstr_plural
        one = form_of_one(plural_forms)
        pairs = [(entry.msgid, forms.get(one, ""))]
        others = [index for index in sorted(forms) if index != one or len(forms) == 1]
        pairs += [(entry.msgid_plural, forms[index]) for index in others]
    texts = ((nfc(source), nfc(target)) for source, target in pairs)
    return tuple(dict.fromkeys((source, target) for source, target in texts if source.strip() and target.strip()))


def _unit(entry: polib.POEntry, variants: tuple[Variant, ...], position: int) -> TranslationUnit:
    said = (
        (_CONTEXT, entry.msgctxt),
        ("po:flags", ", ".join(entry.flags) or None),
        *(("po:occurrence", ":".join(filter(None, occurrence))) for occurrence in entry.occurrences),
        ("po:previous-context", entry.previous_msgctxt),
        ("po:previous-msgid", entry.previous_msgid),
        ("po:previous-plural", entry.previous_msgid_plural),
        ("po:obsolete", "yes" if entry.obsolete else None),
    )
    return TranslationUnit(
        variants,
        Level.SENTENCE,
        position=position,
        note="\n".join(filter(None, (entry.tcomment, entry.comment))),
        properties=tuple((name, value) for name, value in said if value is not None),
    )


# --- writing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    """An entry to be written."""

    context: str | None
    source: str
    target: str
    #: Symbol or origin of the document and place in it, "" when it came from none.
    place: str
    note: str
    #: Why it is not to be trusted, "" when it is.
    doubt: str


def write_units(path: Path, units: Iterable[TranslationUnit], *, langs: Sequence[Lang] | None = None) -> int:
    """Write a catalogue of the two languages, source and target; how many units are in it, sentences not counted.

    Paragraph and sentence units become entries alike, an equal pair once. Units without text in both languages are
    left out. Equal sources with different translations are told apart by a context of document and place. What
    nobody has reviewed and is not surely aligned, and what was rejected, is marked fuzzy. A line break at the edge
    of one of the two texts only, which gettext refuses, is left out; characters that no PO file can hold become U+FFFD.

    Raises:
        InputError: other than two languages are named, or the file cannot be written; it is then as it was before.
    """
    if langs is None or len(langs) != 2:
        hint = f"name the source and the target: untm export {path.name} --lang en,fr"
        raise InputError("a PO file holds exactly two languages", path=str(path), hint=hint)
    source, target = langs
    written = 0
    entries: dict[tuple[str | None, str], dict[str, _Pair]] = {}
    for unit in units:
        pairs = [pair for part in (unit, *unit.sentences) if (pair := _pair(part, source, target))]
        written += bool(pairs)
        for pair in pairs:
            same = entries.setdefault((pair.context, pair.source), {})
            # Of equal pairs the first that can be trusted speaks for all.
            if pair.target not in same or (same[pair.target].doubt and not pair.doubt):
                same[pair.target] = pair
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = _header(source, target)
    catalogue.extend(_entry(pair) for pair in _told_apart(entries))
    with replacing(path) as out:
        out.write(str(catalogue).encode())
    return written


def _header(source: Lang, target: Lang) -> dict[str, str]:
    """The fields gettext asks for; those of a person and a day are empty, so that equal units give equal files."""
    return {
        "Project-Id-Version": "untm",
        "PO-Revision-Date": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": target.tag.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Generator": "untm",
        SOURCE_FIELD: source.tag.replace("-", "_"),
    }


def _pair(unit: TranslationUnit, source: Lang, target: Lang) -> _Pair | None:
    variants = unit.variant(source), unit.variant(target)
    if variants[0] is None or variants[1] is None:
        return None
    first, second = _even(_sound(variants[0].text), _sound(variants[1].text))
    if not first.strip() or not second.strip():
        return None
    context = dict(unit.properties).get(_CONTEXT)
    place = " ".join(filter(None, (unit.document.key, unit.place)))
    return _Pair(context and _sound(context), first, second, _line(place), _sound(unit.note), _doubt(unit))


def _even(source: str, target: str) -> tuple[str, str]:
    """Both texts with a line break at an edge, or neither."""
    if source.startswith("\n") != target.startswith("\n"):
        source, target = source.lstrip("\n"), target.lstrip("\n")
    if source.endswith("\n") != target.endswith("\n"):
        source, target = source.rstrip("\n"), target.rstrip("\n")
    return source, target


def _sound(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _line(text: str) -> str:
    return " ".join(_sound(text).split())


def _doubt(unit: TranslationUnit) -> str:
    if unit.review is Review.REJECTED:
        return "rejected"
    if unit.review is Review.UNREVIEWED and unit.confidence is not None and unit.confidence < ACCEPTED_FROM:
        return f"confidence {unit.confidence:.4g}"
    return ""


def _told_apart(entries: dict[tuple[str | None, str], dict[str, _Pair]]) -> Iterator[_Pair]:
    """The entries, each with a context that no other entry of the same source has."""
    taken = set(entries)
    for (context, source), same in entries.items():
        if len(same) == 1:
            yield from same.values()
            continue
        for pair in same.values():
            name = " ".join(filter(None, (context, pair.place)))
            numbered = (f"{name} ({number})".lstrip() for number in count(2))
            made = next(made for made in chain([name] if name else [], numbered) if (made, source) not in taken)
            taken.add((made, source))
            yield replace(pair, context=made)


def _entry(pair: _Pair) -> polib.POEntry:
    return polib.POEntry(
        msgctxt=pair.context,
        msgid=pair.source,
        msgstr=pair.target,
        tcomment=_comment(pair.note),
        comment=_comment(", ".join(filter(None, (pair.place, pair.doubt)))),
        flags=["fuzzy"] if pair.doubt else [],
    )


def _comment(text: str) -> str:
    """The text line by line, none ending with a backslash: for gettext the next line would belong to it."""
    return "\n".join(f"{line} " if line.endswith("\\") else line for line in text.splitlines())
