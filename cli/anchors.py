"""Corrections for ``untm align``: units a person answers for, from a file or from the memory."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.options import Settings
from tm.errors import InputError, Problem, TMError
from tm.lang import Lang
from tm.model import Document, Edition, Level, Review, TranslationUnit

if TYPE_CHECKING:
    from aligners.reviewed import Corrected


def of_file(path: Path, editions: Mapping[Lang, Edition], document: Document, options: Settings) -> "Corrected":
    """What the units of a file say of these versions; what cannot be used is told.

    The file is what ``untm align`` wrote (``--json``, ``-o``), or any other file of units. Those marked as reviewed
    count, or all if none is marked. Units of other documents are left out.

    Raises:
        InputError: it cannot be read, holds no units, or contradicts itself.
    """
    from aligners.reviewed import Correction, answered_for, fixed_points

    corrections: list[Correction] = []
    for line, value in _units(path):
        if isinstance(value, Problem):
            options.tell([value])
        elif value.document.symbol in ("", document.symbol) or not document.symbol:
            corrections.append(Correction(value, str(path), line))
    chosen = answered_for(correction.unit for correction in corrections)
    spoken = {lang for correction in corrections for lang in correction.unit.langs}
    said = [correction for correction, good in zip(corrections, chosen, strict=True) if good]
    corrected = fixed_points(said, _segments(editions), spoken)
    options.tell(corrected.problems)
    options.say(f"{path.name}: {len(corrected.points)} of {len(corrections)} units held")
    return corrected


def of_memory(editions: Mapping[Lang, Edition], document: Document, options: Settings) -> "Corrected":
    """What the reviewed units of the same document in the memory say of these versions.

    A text that has changed since is no problem: its unit stays in the memory as it is.
    """
    from aligners.reviewed import Corrected, Correction, fixed_points
    from tm import store

    if not options.has_memory():
        return Corrected()
    with options.open() as memory, memory.read() as conn:
        stored = list(store.iterate(conn, symbol=document.key, level=Level.PARAGRAPH))
    reviewed = [Correction(unit) for unit in stored if unit.review is Review.REVIEWED]
    if not reviewed:
        return Corrected()
    found = fixed_points(reviewed, _segments(editions), {lang for unit in stored for lang in unit.langs})
    options.say(f"{options.target}: {len(found.points)} of {len(reviewed)} reviewed units held")
    return Corrected(found.points)


def marked(units: Sequence[TranslationUnit], corrected: "Corrected") -> tuple[TranslationUnit, ...]:
    """The units, those marked as reviewed that are what a reviewed unit said, with its note and properties."""
    from dataclasses import replace

    reviewed = {_content(c.unit): c.unit for c, _ in corrected.points if c.unit.review is Review.REVIEWED}
    marked = []
    for unit in units:
        before = reviewed.get(_content(unit))
        marked.append(
            unit if before is None
            else replace(unit, review=Review.REVIEWED, note=before.note, properties=before.properties)
        )  # fmt: skip
    return tuple(marked)


def _content(unit: TranslationUnit) -> frozenset[tuple[Lang, str]]:
    """Its texts; spaces do not count, as they do not when texts are held."""
    return frozenset((variant.lang, "".join(variant.text.split())) for variant in unit.variants if variant.text)


def _segments(editions: Mapping[Lang, Edition]) -> dict[Lang, Any]:
    return {lang: edition.segments for lang, edition in editions.items()}


def _units(path: Path) -> Iterator[tuple[int, TranslationUnit | Problem]]:
    """The units of a file with their lines, 0 where a file type has none."""
    from tm.formats import for_path

    if path.suffix.lower() == ".json":
        yield from ((0, value) for value in _of_json(path))
        return
    reader = for_path(path, "read_units")
    if hasattr(reader, "numbered_units"):
        yield from reader.numbered_units(path)
    else:
        yield from ((0, value) for value in reader.read_units(path))


def _of_json(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The units of what ``untm align --json`` prints."""
    from tm.record import from_row

    hint = "give what untm align --json prints, or JSON lines (.jsonl) of units"
    try:
        shape = json.loads(path.read_bytes())
        rows = shape["units"]
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the name") from error
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", path=str(path), line=error.lineno, hint=hint) from error
    except (UnicodeDecodeError, KeyError, TypeError, RecursionError) as error:
        raise InputError("it holds no units", path=str(path), hint=hint) from error
    for number, row in enumerate(rows, start=1):
        try:
            yield from_row(_row(row))
        except (TMError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            yield Problem(f"unit {number} of the file is none: {error}", str(path), hint=hint)


def _row(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A unit as ``to_row`` makes them, from its shape in the output of commands; without its sentences."""
    return {
        "level": shape.get("level", Level.PARAGRAPH),
        "reordered": shape.get("reordered", False),
        "review": Review.REVIEWED if shape.get("reviewed") else Review.UNREVIEWED,
        "variants": [{"lang": tag, **variant} for tag, variant in shape["variants"].items()],
    }
