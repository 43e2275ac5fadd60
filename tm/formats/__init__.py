"""File types: one module each, named here as a string and imported on first use.

A module offers what its file type can hold, with these names and no others:

- ``read_document(path, lang) -> Edition``: a document's segments; ``lang`` None asks for detection;
- ``read_units(path) -> Iterator[TranslationUnit | Problem]``: units of a memory, bad ones as problems;
- ``write_units(path, units, ...) -> int``: how many were written;
- ``write_suggestions(path, ...)``: a draft with its matches.

Other distributions add theirs under the entry-point group ``untm.formats``.
"""

from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from tm.errors import InputError

#: Format name -> module.
FORMATS = {
    "plain": "tm.formats.plain",
    "jsonl": "tm.formats.jsonl",
    "tmx": "tm.formats.tmx",
    "html": "tm.formats.html",
}

#: File name ending -> format name.
ENDINGS = {".txt": "plain", ".text": "plain", ".jsonl": "jsonl", ".tmx": "tmx", ".html": "html", ".htm": "html"}


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
    name = ENDINGS.get(path.suffix.lower())
    if name is None or not _able(name, ability):
        able = sorted(ending for ending, known in ENDINGS.items() if _able(known, ability))
        task = ability.replace("_", " ")
        raise InputError(f"cannot {task} as {path.suffix or 'a file without ending'}", path=path.name,
                         hint=f"endings that work here: {', '.join(able)}")  # fmt: skip
    return load(name)


def _able(name: str, ability: str) -> bool:
    return hasattr(load(name), ability)
