"""File types: one module each, named here as a string and imported on first use.

A module offers what its file type can hold, with these names and no others:

- ``read_document(path, lang) -> Edition``: a document's segments; ``lang`` None asks for detection;
- ``TRACKS_CHANGES``: true where ``read_document`` takes ``original`` for the text before tracked changes;
- ``read_units(path) -> Iterator[TranslationUnit | Problem]``: units of a memory, bad ones as problems;
- ``write_units(path, units, ...) -> int``: how many were written;
- ``write_suggestions(path, suggestions, about, ...)``: a draft with its matches; a ``BILINGUAL`` file and a .docx take
  the draft's own file too, whose other content they keep when that is of their kind;
- ``read_concepts(path) -> Iterator[Concept | Detail | Problem]``: a glossary's concepts, and what it says of itself;
- ``write_concepts(path, concepts, about, ...) -> tuple[Problem, ...]``: what was left out;
- ``write_leverage(path, summary, about)``: what a memory saves on a draft;
- ``write_references(path, report, about)``: where the passages of a draft stand in earlier documents;
- ``BILINGUAL``: true where a file holds two languages, which ``write_units`` is told as ``langs``, source first;
- ``HOLDS``: which fields of a unit and its variants come back from ``read_units`` as ``write_units`` was given them
  (``tests/test_formats_contract.py``);
- ``PACKED``: the further endings it reads and writes packed: ``.gz`` for ``x.tmx.gz``;
- ``OPTIONS_OF_CONCEPTS``: what else ``write_concepts`` lets one choose;
- ``UNTITLED_COLUMNS``: true where ``read_concepts`` takes the languages of columns that do not say them, as ``langs``;
- ``OPTIONS``: what else ``write_units`` lets one choose, by the names of its parameters;
- ``NAMES_SOURCE``: true where a file of many languages names one as the source, told as ``source``.

Other distributions add theirs under the entry-point group ``untm.formats``.
"""

from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from tm.errors import InputError
from tm.lang import Lang
from tm.model import TranslationUnit, Variant

#: All fields of a unit and of its variants, for formats that lose none.
EVERYTHING = frozenset((*TranslationUnit.__slots__, *Variant.__slots__))

#: Format name -> module.
FORMATS = {
    "plain": "tm.formats.plain",
    "jsonl": "tm.formats.jsonl",
    "tmx": "tm.formats.tmx",
    "html": "tm.formats.html",
    "po": "tm.formats.po",
    "xliff": "tm.formats.xliff",
    "weblate": "tm.formats.weblate",
    "csv": "tm.formats.csv",
    "docx": "tm.formats.docx",
    "xlsx": "tm.formats.xlsx",
    "pdf": "tm.formats.pdf",
    "markdown": "tm.formats.markdown",
    "odt": "tm.formats.odt",
    "office": "tm.formats.office",
    "tbx": "tm.formats.tbx",
}

#: File name ending -> format name.
ENDINGS = {
    ".txt": "plain", ".text": "plain", ".jsonl": "jsonl", ".tmx": "tmx", ".html": "html", ".htm": "html",
    ".po": "po", ".pot": "po", ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".docx": "docx", ".xlsx": "xlsx",
    ".json": "weblate",
    ".xlf": "xliff", ".xliff": "xliff", ".sdlxliff": "xliff", ".mqxliff": "xliff", ".mxliff": "xliff",
    ".tbx": "tbx", ".xml": "tbx", ".utf8": "csv",
    ".doc": "office", ".rtf": "office", ".odt": "odt", ".pdf": "pdf", ".md": "markdown", ".markdown": "markdown",
}  # fmt: skip


def load(name: str) -> ModuleType:
    """The module of a format, built in or from another distribution.

    Raises:
        InputError: no format has that name.
    """
    if name in FORMATS:
        return import_module(FORMATS[name])
    for entry in entry_points(group="untm.formats", name=name):
        module = entry.load()
        if isinstance(module, ModuleType):
            return module
    raise InputError(f"no format named {name!r}", hint=f"known formats: {', '.join(sorted(FORMATS))}")


def for_path(path: Path, ability: str) -> ModuleType:
    """The format of a file, by its ending, that has the ability (``read_document``, ``write_units`` …).

    Raises:
        InputError: the ending is unknown, or the format cannot do that.
    """
    name = _name_of(path)
    if name is None or not _able(name, ability):
        able = sorted(ending for ending, known in ENDINGS.items() if _able(known, ability))
        task = ability.replace("_", " ")
        raise InputError(f"cannot {task} as {path.suffix or 'a file without ending'}", path=path.name,
                         hint=f"endings that work here: {', '.join(able)}")  # fmt: skip
    return load(name)


def can(path: Path, ability: str) -> bool:
    """Whether the format of a file, by its ending, has the ability."""
    name = _name_of(path)
    return name is not None and _able(name, ability)


def parted_name(path: Path) -> tuple[str, str]:
    """A file's name before and from the ending that tells its format, with that of its packing.

    >>> parted_name(Path("a.b.tmx.gz")), parted_name(Path("a.b.tmx"))
    (('a.b', '.tmx.gz'), ('a.b', '.tmx'))
    """
    ending = "".join(path.suffixes[-2 if _packed_name(path) else -1 :])
    return path.name.removesuffix(ending), ending


def _name_of(path: Path) -> str | None:
    """The name of a file's format, by its ending and that of its packing; None when unknown."""
    return _packed_name(path) or ENDINGS.get(path.suffix.lower())


def _packed_name(path: Path) -> str | None:
    """The name of the format that is told by the ending before the last one, which is that of its packing."""
    *_, inner, last = ("", "", *(suffix.lower() for suffix in path.suffixes))
    name = ENDINGS.get(inner)
    return name if name and last in getattr(load(name), "PACKED", ()) else None


def write_units(path: Path, units: Iterable[TranslationUnit], langs: Sequence[Lang] = (), **options: object) -> int:
    """Write units in the format the file's ending tells; how many were written.

    ``langs`` names the source first: the header of a multilingual file takes it from there, a bilingual file needs
    both of its languages. ``options`` are the format's own.

    Raises:
        InputError: the ending is unknown, the file cannot be written, a bilingual file was not told its languages, or
            an option is not one of the format's.
    """
    writer = for_path(path, "write_units")
    for name in options:
        if name not in getattr(writer, "OPTIONS", ()):
            hint = "it is for other endings: see the file types in the reference"
            raise InputError(f"{name} cannot be chosen for {path.suffix}", path=path.name, hint=hint)
    if getattr(writer, "BILINGUAL", False):
        options["langs"] = langs
    elif langs and getattr(writer, "NAMES_SOURCE", False):
        options["source"] = langs[0]
    return int(writer.write_units(path, units, **options))


def _able(name: str, ability: str) -> bool:
    return hasattr(load(name), ability)
