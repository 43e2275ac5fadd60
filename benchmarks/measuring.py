"""What benchmarks measure with: processes of their own, peak memory, quantiles, the environment, tables."""

import multiprocessing
import os
import platform
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from tm.errors import TMError

_T = TypeVar("_T")

MEBIBYTE = 1024**2
#: ``getrusage`` counts in kibibytes on Linux and in bytes on macOS.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def apart(function: Callable[..., _T], *arguments: object) -> _T:
    """What a function gives, called in a new process; it is ended in order when this one is interrupted.

    Raises:
        TMError: the process ended before it answered, or the function raised something.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(sender, function, arguments))
    child.start()
    sender.close()
    try:
        good, answer = receiver.recv()
    except EOFError:
        raise TMError("its process died") from None
    except BaseException:
        child.terminate()
        raise
    finally:
        child.join()
    if not good:
        raise TMError(answer)
    found: _T = answer
    return found


def end_in_order() -> None:
    """Have a request to end this process end what it has started as well."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def _answer(sender: Connection, function: Callable[..., object], arguments: Sequence[object]) -> None:
    end_in_order()
    # What is measured may fail in any way; that is its result.
    try:
        sender.send((True, function(*arguments)))
    except TMError as error:
        sender.send((False, error.message))
    except Exception as error:
        sender.send((False, f"{type(error).__name__}: {error}"))


def peak_memory() -> int:
    """The most memory this process has held so far, in bytes, without that of the process it came from on Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line[:6] == "VmHWM:")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed (nearest rank).

    >>> quantile([3, 1, 2, 4], 0.5), quantile([3, 1, 2, 4], 0.99)
    (2, 4)
    """
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def environment(*packages: str) -> str:
    """What was measured on, in a line: Python, the packages, the machine."""
    found = {"Python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    found |= {"system": f"{platform.system()} {platform.machine()}", "processors": str(os.cpu_count())}
    return ", ".join(f"{name} {value}" for name, value in found.items())


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, columns of one width."""
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in (head, *rows)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
