"""What can go wrong, in words a translator can act on.

``TMError`` is raised where work cannot go on; ``Problem`` is the same as a value, collected while work does go on.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was wrong with an input, told without stopping the work."""

    #: What is wrong, one clause, no full stop.
    message: str
    #: The file it was found in, or "".
    path: str = ""
    #: Line in that file, counted from 1; 0 when there is none.
    line: int = 0
    #: What to do about it, or "".
    hint: str = ""

    def __str__(self) -> str:
        return f"{_place(self.path, self.line)}{self.message}"


@dataclass(frozen=True, slots=True)
class Remark(Problem):
    """Something that was left out of an input or read in another way, which costs no unit and no text of one."""


class TMError(Exception):
    """An input or a memory that cannot be used; the command line shows it and leaves with status 3.

    Attributes:
        message: what is wrong.
        path: the file concerned, or "".
        line: line in that file, counted from 1; 0 when there is none.
        hint: what to do about it, or "".
    """

    def __init__(self, message: str, *, path: str = "", line: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = str(path)
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        return f"{_place(self.path, self.line)}{self.message}"


class InputError(TMError):
    """A file that cannot be read, or does not hold what was expected."""


class LanguageError(TMError):
    """A language that is missing, unknown, doubtful, or given twice."""


class QueryError(TMError):
    """A search that cannot be answered as it is put."""


class MemoryFileError(TMError):
    """A memory that is no memory, locked, read-only, damaged, or from a newer version."""


class MissingMemoryError(MemoryFileError):
    """There is no memory yet where one was looked for."""


def _place(path: str, line: int) -> str:
    if not path:
        return ""
    return f"{path}:{line}: " if line else f"{path}: "
