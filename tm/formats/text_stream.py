"""Large text files read line by line, in memory that does not grow with them."""

import codecs
from collections.abc import Callable
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

from tm.formats.plain import BOMS, MAGIC, contents, controls_in, decoded, is_binary

#: Bytes looked at together.
_BLOCK = 1 << 20


def opener(path: Path) -> tuple[Callable[[], TextIO], list[str]]:
    """What opens a text file's characters, line ends as they are, and remarks on what had to be guessed for them.

    Files in UTF-8, and those that tell their encoding by a byte order mark, are looked through and then read as a
    stream. Those in an encoding of old are held whole, since it is judged by all of their letters.

    Raises:
        InputError: the file cannot be read, is no text, or its encoding cannot be told.
    """
    encoding = _encoding(path)
    if encoding is not None:
        return lambda: TextIOWrapper(path.open("rb"), encoding, newline=""), []
    text, remarks = decoded(contents(path), path.name, None, None)
    return lambda: StringIO(text, newline=""), remarks


def _encoding(path: Path) -> str | None:
    """The encoding a file says or keeps throughout; None where it must be looked at as a whole, or cannot be read."""
    controls = size = 0
    try:
        with path.open("rb") as file:
            block = file.read(_BLOCK)
            if block.startswith(tuple(MAGIC)):
                return None
            told = next((codec for mark, codec in BOMS if block.startswith(mark)), None)
            decoder = codecs.getincrementaldecoder(told or "utf-8")()
            while block:
                decoder.decode(block)
                if told is None:
                    if b"\0" in block:
                        return None
                    controls += controls_in(block)
                    size += len(block)
                block = file.read(_BLOCK)
            decoder.decode(b"", final=True)
    except (OSError, UnicodeError):
        return None
    return None if is_binary(controls, size) or not (size or told) else told or "utf-8"
