"""TMX 1.4 out, TMX 1.1 to 1.4b in: multilingual units, nothing lost on the way out and back.

Paragraph units are followed by their sentence units. What TMX has no place for is written as described in
``tm.formats.tmx_fields``. Left out on reading: comments, ``o-encoding`` and language of notes, notes and props of
the file's header, user-defined character maps.
"""

import codecs
import importlib.metadata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from tm.errors import Problem
from tm.formats import EVERYTHING
from tm.formats import tmx_fields as fields
from tm.formats.archive import packing
from tm.formats.output import replacing
from tm.formats.tmx_inline import sound_markup
from tm.formats.tmx_reading import read_tus
from tm.formats.tmx_unit import ALL, Read
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT, escape, legal
from tm.lang import Lang
from tm.model import Level, TranslationUnit, Variant

TOOL = "untm"


# --- writing --------------------------------------------------------------------------------------------------------


#: The header names one language as the source (``srclang``), which ``write_units`` is told as ``source``.
NAMES_SOURCE = True
#: What has no place in TMX itself stands in props of ours.
HOLDS = EVERYTHING
#: What may follow ``.tmx`` in a name; ``.tmx.xml`` is how some editors save.
PACKED = (".gz", ".zip", ".xml")
#: What ``write_units`` lets one choose beside the languages.
OPTIONS = frozenset({"level", "encoding"})
#: Encodings a file may be written in, with Python's names for them; UTF-16 has a byte order mark.
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16"}
#: Most United Nations documents are drafted in English.
_LIKELY_SOURCE = Lang("en")


def write_units(
    path: Path,
    units: Iterable[TranslationUnit],
    *,
    langs: Sequence[Lang] | None = None,
    source: Lang | str | None = None,
    creation: datetime | None = None,
    level: int = 2,
    encoding: str = "utf-8",
) -> int:
    """Write units as TMX 1.4, one ``<tu>`` a line, in constant memory; how many units were written.

    Sentence units stand after their paragraph and are not counted apart. ``langs`` keeps these languages, in this
    order, and leaves out units in fewer than two of them. ``source`` is the header's ``srclang``: a language, or
    ``*all*``; None takes the first language asked for, or English where the first unit has it, or else its first
    language. A unit without a variant in it says its own. ``creation`` is the header's date; None writes none, so
    that equal units give equal files. ``level`` 2 keeps inline codes in their places, 1 writes the text alone and
    the codes in a prop. ``encoding`` is one of ``ENCODINGS``. The file is packed when its name says so.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    kept = (unit for unit in (_in_langs(unit, langs) for unit in units) if unit)
    first = next(kept, None)
    style = _Style(_source_tag(source, langs, first), level)
    count = 0
    with replacing(path) as file, packing(path, file) as out:
        # One encoder for the whole file: UTF-16 has one byte order mark.
        encode = codecs.getincrementalencoder(ENCODINGS[encoding])().encode
        out.write(encode(_head(style.source, encoding, creation)))
        for unit in chain((first,) if first else (), kept):
            out.write(encode(_tu(unit, None, style)))
            for sentence in unit.sentences:
                if sentence.sentences:
                    raise ValueError("a sentence unit holds no sentences")
                out.write(encode(_tu(sentence, unit, style)))
            count += 1
        out.write(encode("</body>\n</tmx>\n"))
    return count


@dataclass(frozen=True, slots=True)
class _Style:
    """How the units of a file are written."""

    #: The header's ``srclang``.
    source: str
    #: 1 without inline codes, 2 with them.
    level: int


def _in_langs(unit: TranslationUnit, langs: Sequence[Lang] | None) -> TranslationUnit | None:
    if langs is None:
        return unit
    variants = tuple(variant for lang in langs for variant in unit.variants if lang.covers(variant.lang))
    if len(variants) < min(2, len(langs)):
        return None
    sentences = (_in_langs(sentence, langs) for sentence in unit.sentences)
    return replace(unit, variants=variants, sentences=tuple(sentence for sentence in sentences if sentence))


def _source_tag(source: Lang | str | None, langs: Sequence[Lang] | None, first: TranslationUnit | None) -> str:
    if source is not None:
        return ALL if source == ALL else Lang.parse(source).tag
    if langs:
        return langs[0].tag
    if first is None or not first.variants:
        return ALL
    return (first.variant(_LIKELY_SOURCE) or first.variants[0]).lang.tag


def _head(source: str, encoding: str, creation: datetime | None) -> str:
    header = {
        "creationtool": TOOL,
        "creationtoolversion": _version(),
        "segtype": Level.PARAGRAPH.value,
        "o-tmf": TOOL,
        "adminlang": "en",
        "srclang": source,
        "datatype": "plaintext",
    }
    if creation:
        header["creationdate"] = fields.date_text(creation)
    return (
        f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
        f"<header{_attributes(header.items())}/>\n<body>\n"
    )


def _version() -> str:
    try:
        return importlib.metadata.version("untm")
    except importlib.metadata.PackageNotFoundError:
        return "source"


def _tu(unit: TranslationUnit, parent: TranslationUnit | None, style: _Style) -> str:
    extras = fields.extras(unit, [variant.lang.tag for variant in unit.variants])
    srclang = _own_source(unit, style.source)
    attributes = chain(fields.attributes(unit), [("segtype", unit.level.value)], srclang, extras.attributes.items())
    note = f"<note>{escape(unit.note)}</note>" if unit.note and legal(unit.note) else ""
    props = "".join(_prop(pair) for pair in chain(fields.unit_props(unit, parent), extras.props))
    tuvs = "".join(_tuv(variant, extras, style.level) for variant in unit.variants)
    return f"<tu{_attributes(attributes)}>{note}{props}{tuvs}</tu>\n"


def _own_source(unit: TranslationUnit, source: str) -> list[tuple[str, str]]:
    """The ``srclang`` of a unit: the one it came with, or its first language when it lacks the header's."""
    came = next((value for name, value in unit.properties if name == "tu:srclang" and legal(value)), None)
    if came is not None:
        return [("srclang", came)]
    if source == ALL or unit.variant(Lang(source)) or not unit.variants:
        return []
    return [("srclang", unit.variants[0].lang.tag)]


def _tuv(variant: Variant, extras: fields.Extras, level: int) -> str:
    tag = variant.lang.tag
    markup = sound_markup(variant.markup, variant.text) if variant.markup is not None and level == 2 else None
    props = [*fields.variant_props(variant), *extras.tuv_props.get(tag, ())]
    if variant.markup is not None and markup is None:
        props.append((fields.MARKUP, variant.markup))
    if not legal(variant.text):
        props.append((fields.TEXT, variant.text))
    notes = "".join(f"<note>{escape(note)}</note>" for note in extras.tuv_notes.get(tag, ()))
    attributes = _attributes([("xml:lang", tag), *extras.tuv_attributes.get(tag, {}).items()])
    seg = markup if markup is not None else escape(ILLEGAL.sub(REPLACEMENT, variant.text))
    return f"<tuv{attributes}>{notes}{''.join(map(_prop, props))}<seg>{seg}</seg></tuv>"


def _prop(pair: tuple[str, str]) -> str:
    *attributes, (_, text) = fields.prop_xml(*pair)
    return f"<prop{_attributes(attributes)}>{escape(text)}</prop>"


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in pairs)


# --- reading --------------------------------------------------------------------------------------------------------


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The units of a TMX file of any version and encoding (gzip and zip too), in order, in constant memory.

    Units we wrote come back equal, sentences inside their paragraphs. A ``<tu>`` with several texts in one language
    gives several units: the first texts of all languages together, the second texts together, and so on.
    Bad units, and whatever was repaired or left out, are problems with their line; what costs no unit is a remark.
    After an error in the XML itself reading goes on with the next unit; of a file that was cut off, the units that
    are whole are given.

    Raises:
        InputError: the file cannot be opened, is no TMX, declares entities, or nothing in it could be read.
    """
    return _nested(read_tus(path))


def _nested(reads: Iterable[Read]) -> Iterator[TranslationUnit | Problem]:
    """Units with their sentences put inside them; a sentence without its paragraph stays a unit, and keeps its uid."""
    open_unit: TranslationUnit | None = None
    inside: list[TranslationUnit] = []
    for read in reads:
        yield from read.problems
        if read.parent is not None and open_unit is not None and read.parent == open_unit.uid:
            inside += read.units
            continue
        for unit in read.units:
            if open_unit is not None:
                yield _whole(open_unit, inside)
            open_unit, inside = unit, []
            if read.parent is not None:
                yield replace(unit, properties=(*unit.properties, (fields.PARENT, read.parent)))
                open_unit = None
    if open_unit is not None:
        yield _whole(open_unit, inside)


def _whole(unit: TranslationUnit, sentences: Sequence[TranslationUnit]) -> TranslationUnit:
    return replace(unit, sentences=tuple(sentences)) if sentences else unit
