"""What the readers of documents share: a file's bytes in, an edition out."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tm.errors import InputError, Problem
from tm.formats.language import mixed
from tm.formats.masthead import document_of
from tm.lang import Lang
from tm.model import Edition, Kind, Segment
from tm.segment import Reading


def file_bytes(path: Path, most: int | None = None) -> bytes:
    """The bytes of a file that is there and not empty.

    Raises:
        InputError: it cannot be read, it is empty, or it holds more than ``most`` bytes.
    """
    try:
        if most is not None and (size := path.stat().st_size) > most:
            message = f"the file is too large to read at once: {size / 1e6:.0f} MB, the most is {most / 1e6:.0f} MB"
            raise InputError(message, path=path.name, hint="split it, or save its text alone")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such file", path=path.name, hint="check the name and the folder") from None
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", path=path.name, hint="name a file in it") from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(f"the file cannot be read: {reason}", path=path.name, hint="check its permissions") from None
    if not data:
        raise InputError("the file is empty", path=path.name, hint="check that it was saved")
    return data


def edition(
    name: str,
    data: bytes,
    lang: Lang,
    reader: str,
    reading: Reading,
    problems: Sequence[Problem] = (),
    remarks: Sequence[str] = (),
) -> Edition:
    """The language version of a document that a file holds, from what was read of it."""
    document = document_of(reading.segments, name, lang)
    shown = "".join(segment.text for segment in reading.segments if segment.kind in {Kind.MASTHEAD, Kind.HEADER})
    told = [*remarks]
    if document.symbol and document.symbol not in shown:
        told.append(f"{name} is {document.symbol}, by its name")
    if reading.unformatted:
        segments = f"{reading.unformatted} segment{'s' * (reading.unformatted > 1)}"
        told.append(f"{name}: bold, links and the like are left out of {segments}, whose text was repaired")
    return Edition(
        lang,
        name,
        hashlib.sha256(data).hexdigest(),
        reader,
        reading.segments,
        (*problems, *mixed(reading.segments, lang, name)),
        document,
        tuple(told),
        tuple((gap.printed, gap.closed) for gap in reading.gaps),
    )


def as_cells(reading: Reading, lines: frozenset[int]) -> Reading:
    """What was read, with the segments that begin in these lines as cells of a table."""
    segments = tuple(_cell(one) if one.line in lines else one for one in reading.segments)
    return replace(reading, segments=segments)


def _cell(segment: Segment) -> Segment:
    return replace(segment, kind=Kind.CELL)
