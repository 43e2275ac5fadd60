"""Packed files, checked before they are read: zip archives, also those that office files are, and gzip.

Nothing is ever unpacked to disk, so a name cannot lead anywhere; a name that tries shows that the archive is not what
it says, and it is refused.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from tm.errors import InputError

#: What a damaged archive raises while it is read.
DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError)
ZIP_MAGIC = b"PK\x03\x04"
GZIP_MAGIC = b"\x1f\x8b"
#: Bytes read at a time.
BLOCK = 1 << 16
#: Bit of a member's flags that says it is encrypted (APPNOTE.TXT 4.4.4).
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a packed file may hold before it is taken for one that is made to fill memory or disk."""

    #: Members of an archive.
    members: int = 10_000
    #: Bytes of all members, unpacked.
    size: int = 8 << 30
    #: Unpacked bytes for one packed, beyond the first ``spared`` bytes; text is packed five to thirty times.
    ratio: int = 200
    #: Unpacked bytes that may be packed as tightly as they like.
    spared: int = 64 << 20

    def exceeded(self, unpacked: int, packed: int) -> str:
        """Why so many bytes in so few are too many, as a clause; "" when they are not."""
        if unpacked > self.size:
            return f"unpacked it is larger than {self.size >> 20} MiB"
        if unpacked > self.spared and unpacked > self.ratio * packed:
            return f"it unpacks to more than {self.ratio} times its size"
        return ""


LIMITS = Limits()


class Archive:
    """An open zip archive whose members may be read; made by ``open_archive``."""

    def __init__(self, path: Path, opened: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = opened
        #: Names of the files in it, in their order.
        self.names = tuple(info.filename for info in opened.infolist() if not info.is_dir())

    def read(self, name: str) -> bytes:
        """All bytes of a member; their number has been checked.

        Raises:
            InputError: there is no such member, or it is damaged.
        """
        try:
            return self._zip.read(name)
        except KeyError:
            hint = "check that it is the right file"
            raise InputError(f"has no {name} in it", path=str(self.path), hint=hint) from None
        except DAMAGED as error:
            raise _damaged(self.path, error) from error

    def blocks(self, name: str) -> Generator[bytes, None, None]:
        """The bytes of a member, a block at a time; damage is one of ``DAMAGED``, after the blocks before it."""
        with self._zip.open(name) as stream:
            yield from _blocks(cast("io.BufferedIOBase", stream))


def _blocks(stream: io.BufferedIOBase) -> Iterator[bytes]:
    # read() would lose what comes right before the damage.
    while block := stream.read1(BLOCK):
        yield block


@contextmanager
def open_archive(path: Path, limits: Limits = LIMITS) -> Iterator[Archive]:
    """A zip archive, checked by its directory: number, names, sizes and encryption of its members.

    Raises:
        InputError: it cannot be opened, is no zip archive, damaged, encrypted, or not to be trusted.
    """
    try:
        opened = zipfile.ZipFile(path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the name") from error
    except DAMAGED as error:
        raise _damaged(path, error) from error
    with opened:
        _check(path, opened.infolist(), limits)
        yield Archive(path, opened)


def _check(path: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    distrust = "it may be made to do harm; unpack it yourself if you trust it"
    if len(members) > limits.members:
        raise InputError(f"holds more than {limits.members} files", path=str(path), hint=distrust)
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or any(":" in part for part in name.parts[:1]):
            message = f"holds a file whose name leads out of the archive: {member.filename}"
            raise InputError(message, path=str(path), hint=distrust)
        if member.flag_bits & _ENCRYPTED:
            hint = "remove the password, or unpack it yourself"
            raise InputError(f"is protected by a password ({member.filename})", path=str(path), hint=hint)
    unpacked = sum(member.file_size for member in members)
    # What is packed cannot be larger than the file, whatever its directory says.
    packed = min(sum(member.compress_size for member in members), path.stat().st_size)
    if reason := limits.exceeded(unpacked, packed):
        raise InputError(reason, path=str(path), hint=distrust)


def gzip_blocks(file: BinaryIO, limits: Limits = LIMITS) -> Generator[bytes, None, None]:
    """The bytes of an open gzip file, a block at a time; damage is one of ``DAMAGED``, after the blocks before it.

    Raises:
        InputError: it unpacks to more than is to be believed; so many blocks have been given.
    """
    unpacked = 0
    with gzip.open(file) as stream:
        for block in _blocks(stream):
            yield block
            unpacked += len(block)
            if reason := limits.exceeded(unpacked, file.tell()):
                raise InputError(reason, hint="it may be made to do harm; unpack it yourself if you trust it")


@contextmanager
def packing(path: Path, file: BinaryIO) -> Iterator[BinaryIO]:
    """A stream into an open file, packed as the ending of its path says: ``.gz``, ``.zip``, or not at all.

    Equal contents give equal files: no time and no name of the machine goes into them.
    """
    match path.suffix.lower():
        case ".gz":
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        case ".zip":
            member = zipfile.ZipInfo(path.stem)
            member.compress_type = zipfile.ZIP_DEFLATED
            with zipfile.ZipFile(file, "w") as archive, archive.open(member, "w", force_zip64=True) as packed_member:
                yield cast("BinaryIO", packed_member)
        case _:
            yield file


def _damaged(path: Path, error: Exception) -> InputError:
    hint = "fetch or save it again"
    return InputError(f"the archive is damaged: {str(error) or type(error).__name__}", path=str(path), hint=hint)
