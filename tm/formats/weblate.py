"""Translation memory of Weblate as JSON: an array of pairs of texts, in and out.

Weblate keeps a text in six languages as five pairs. Pairs that follow one another and have their source, context,
origin, category and status in common are read as one unit. What a pair says beside its texts becomes properties:
``weblate:context``, ``weblate:category``, ``weblate:status``; its origin is the document.
"""

import codecs
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from tm.errors import InputError, LanguageError, Problem
from tm.formats.output import replacing
from tm.lang import Lang
from tm.model import Document, Level, Review, TranslationUnit, Variant
from tm.symbols import find_symbol
from tm.text import nfc

#: What comes back as it went (see ``tm.formats``).
HOLDS = frozenset({"variants", "lang", "text"})
#: Which language is the source is told as ``source``.
NAMES_SOURCE = True

_NEEDED = ("source", "target", "source_language", "target_language")
_FIELDS = frozenset((*_NEEDED, "origin", "category", "context", "status"))
#: Weblate's numbers: where a pair came from (a file), and whether it may be used.
_FROM_FILE, _ACTIVE = 1, 1
#: Characters read at a time, and the most that one pair may take.
_CHUNK, _LONGEST = 1 << 16, 1 << 24
_EXPECTED = 'an array of pairs is expected: [{"source": …, "target": …, "source_language": …, "target_language": …}]'


# --- reading --------------------------------------------------------------------------------------------------------


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The units of a memory in constant memory, bad pairs as problems with their line.

    Raises:
        InputError: the file cannot be opened, is no array of pairs, or is broken before its first pair.
    """
    group: list[_Pair] = []
    position = 0
    for found in _pairs(path):
        if isinstance(found, Problem):
            yield found
        elif group and found.joins(group):
            group.append(found)
        else:
            if group:
                yield _unit(group, position)
                position += 1
            group = [found]
    if group:
        yield _unit(group, position)


@dataclass(frozen=True, slots=True)
class _Pair:
    """One pair as read."""

    source: Variant
    target: Variant
    origin: str
    properties: tuple[tuple[str, str], ...]

    def joins(self, group: "Sequence[_Pair]") -> bool:
        """Whether it translates the same text as the pairs before it, into another language."""
        first = group[0]
        same = (self.source, self.origin, self.properties) == (first.source, first.origin, first.properties)
        return same and all(self.target.lang != other.target.lang for other in group)


def _unit(group: Sequence[_Pair], position: int) -> TranslationUnit:
    first = group[0]
    origin = first.origin
    document = Document(symbol=origin) if origin and find_symbol(origin) == origin else Document(origin=origin)
    variants = (first.source, *(pair.target for pair in group))
    return TranslationUnit(variants, Level.SENTENCE, document=document, position=position, properties=first.properties)


def _pairs(path: Path) -> Iterator[_Pair | Problem]:
    for line, value in _values(path):
        if isinstance(value, Problem):
            yield value
            continue
        wrong = _wrong(value)
        if wrong:
            yield Problem(f"{wrong}; the pair was left out", str(path), line, _EXPECTED)
            continue
        try:
            source, target = Lang.parse(value["source_language"]), Lang.parse(value["target_language"])
        except LanguageError as error:
            yield Problem(f"{error.message}; the pair was left out", str(path), line, error.hint)
            continue
        if source == target:
            yield Problem(f"source and target are both in {source}; the pair was left out", str(path), line)
            continue
        variants = Variant(source, nfc(value["source"])), Variant(target, nfc(value["target"]))
        told = tuple(
            (f"weblate:{name}", str(value[name])) for name in ("context", "category", "status") if value.get(name)
        )
        others = tuple((f"weblate:{name}", json.dumps(value[name])) for name in value if name not in _FIELDS)
        yield _Pair(*variants, str(value.get("origin") or ""), (*told, *others))


def _wrong(value: Any) -> str:
    """Why a value is no pair, "" when it is one."""
    if not isinstance(value, dict):
        return f"{json.dumps(value)[:40]} is no pair"
    missing = [name for name in _NEEDED if not isinstance(value.get(name), str) or not value[name].strip()]
    return f"without {', '.join(missing)}" if missing else ""


def _values(path: Path) -> Iterator[tuple[int, Any]]:
    """The values of the array with the line each begins in; a problem where it breaks off."""
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            yield from _array(file, str(path))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path), hint="check the name") from error
    except UnicodeError as error:
        raise InputError("the file is not in UTF-8", path=str(path), hint="save it as UTF-8") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _array(file: TextIO, path: str) -> Iterator[tuple[int, Any]]:
    decoder = json.JSONDecoder()
    held = file.read(_CHUNK)
    line = 1 + held[: len(held) - len(held.lstrip())].count("\n")
    held = held.lstrip()
    if not held.startswith("["):
        raise InputError("no memory of Weblate", path=path, line=line if held else 0, hint=_EXPECTED)
    held = held[1:]
    first = True
    while True:
        bare = held.lstrip(" \t\r\n" if first else ", \t\r\n")
        line += held[: len(held) - len(bare)].count("\n")
        held = bare
        if held.startswith("]"):
            return
        try:
            value, end = decoder.raw_decode(held)
        except json.JSONDecodeError as error:
            more = file.read(max(_CHUNK, len(held))) if len(held) < _LONGEST else ""
            if more:
                held += more
                continue
            at = line + held.count("\n", 0, error.pos)
            hint = "repair the file there and import it again"
            if first:
                raise InputError(f"the JSON is broken: {error.msg}", path=path, line=at, hint=hint) from error
            yield at, Problem(f"the JSON is broken: {error.msg}; nothing from here on was read", path, at, hint)
            return
        yield line, value
        first = False
        line += held.count("\n", 0, end)
        held = held[end:]


# --- writing --------------------------------------------------------------------------------------------------------


def write_units(path: Path, units: Iterable[TranslationUnit], *, source: Lang | str | None = None) -> int:
    """Write the pairs of units with ``source``, or else with their first language; how many units were written.

    Sentences follow their paragraph. Units in one language and rejected ones are left out.

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    wanted = None if source is None else Lang.parse(source)
    written = 0
    with replacing(path) as out:
        between = "[\n"
        for unit in units:
            pairs = [pair for part in (unit, *unit.sentences) for pair in _written(part, unit, wanted)]
            for pair in pairs:
                out.write((between + json.dumps(pair, ensure_ascii=False)).encode("utf-8", "backslashreplace"))
                between = ",\n"
            written += bool(pairs)
        out.write(("\n]\n" if between.startswith(",") else "[]\n").encode())
    return written


def _written(unit: TranslationUnit, parent: TranslationUnit, source: Lang | None) -> Iterator[dict[str, object]]:
    if unit.review is Review.REJECTED:
        return
    usable = [variant for variant in unit.variants if variant.text.strip()]
    begin = replace(unit, variants=tuple(usable)).variant(source) if source else next(iter(usable), None)
    context = dict(unit.properties).get("weblate:context", "")
    for variant in usable:
        if begin is None or variant is begin:
            continue
        yield {
            "source": begin.text,
            "target": variant.text,
            "source_language": _code(begin.lang),
            "target_language": _code(variant.lang),
            "origin": parent.document.key,
            "category": _FROM_FILE,
            "context": context,
            "status": _ACTIVE,
        }


def _code(lang: Lang) -> str:
    """The language as Weblate writes it: ``pt_BR``, ``zh_Hans``."""
    return lang.tag.replace("-", "_")
