"""A file being written: there whole, or as it was before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from tm.errors import InputError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary stream whose content takes the file's place at the end, in one step.

    After an error inside the ``with`` block the file is as it was before. A link stays a link, its file is
    replaced. Devices and pipes are written directly.

    Raises:
        InputError: the file cannot be written.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with _reporting(path), target.open("wb") as stream:
            yield stream
        return
    draft = target.with_name(f".{target.name}.{token_hex(4)}.part")
    with _reporting(path):
        # Opened with "x" and the user's own mask: the file gets the rights any new file of theirs gets.
        stream = draft.open("xb")
    try:
        with _reporting(path):
            with stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def _reporting(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "choose another folder, or check its access rights and free space"
        raise InputError(f"cannot be written: {error.strerror or error}", path=str(path), hint=hint) from error
