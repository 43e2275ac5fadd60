"""How our memory, and what others offer, grow with the number of segments; with a picture.

``python -m benchmarks.growth --sizes 100000,1000000 --peers untm,simstring -o docs/img/growth.svg`` from the
root of the project. A larger corpus begins with the smaller one. At each size: building, disk, lookup (all as in
``benchmarks/retrieval.py``, ours held against brute force), and for ours a lookup from the shell in a new process, a
unit added in a transaction of its own, and a draft.
"""

import os

# Threads would blur what one processor does; this must come before numpy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, pairwise
from math import ceil, floor, log10
from pathlib import Path
from statistics import median

from benchmarks import corpus as corpora
from benchmarks.engines import MEMORY, tokens
from benchmarks.measuring import MEBIBYTE, RSS_UNIT, apart, end_in_order, environment, quantile, table
from benchmarks.retrieval import CORPORA, ENGINES, Case, Prepared, Result, compare, names
from tm import index, lookup, store
from tm.errors import InputError, TMError
from tm.formats import svg
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Document, Kind, Segment, TranslationUnit, Variant

ROOT = Path(__file__).resolve().parent.parent
#: Units added one by one, and lookups from the shell after a first that does not count.
_ADDED, _COLD = 31, 7


@dataclass(frozen=True, slots=True)
class Everyday:
    """What our memory of a size does beside finding similar segments."""

    size: int
    #: Processor milliseconds, median and 99 %, of finding longer segments that hold the query, and of a whole lookup.
    containing: tuple[float, float]
    lookup: tuple[float, float]
    #: Milliseconds of adding one unit to the memory, medians: processor, and the clock.
    adding: tuple[float, float]
    #: Segments of the draft, and processor seconds of all suggestions for them.
    draft: int
    drafting: float
    #: Milliseconds of a lookup from the shell, medians: processor, and the clock; and bytes of its peak memory.
    cold: tuple[float, float]
    cold_peak: int


# --- measuring ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Inside:
    """What is measured inside a process that has the memory open."""

    containing: tuple[float, float]
    lookup: tuple[float, float]
    drafting: float


def inside(prepared: Prepared, memory_path: Path, seconds: float) -> _Inside:
    """Look up the queries in other ways, each for so many seconds of processor time at most, and a draft."""
    lang = prepared.corpus.lang
    draft = [Segment(text, lang, Kind.PARAGRAPH) for text in prepared.draft]
    with open_memory(memory_path) as memory, memory.read() as conn:
        containing = _timed(lambda text: index.containing(conn, lang, tokens(text, lang)), prepared, seconds)
        whole = _timed(lambda text: lookup.lookup(conn, text, lang, []), prepared, seconds)
        started = time.process_time()
        for _ in lookup.suggest(conn, draft, lang, []):
            pass
        return _Inside(containing, whole, time.process_time() - started)


def _timed(call: Callable[[str], object], prepared: Prepared, seconds: float) -> tuple[float, float]:
    times: list[float] = []
    for query in prepared.queries:
        started = time.process_time()
        call(query.text)
        times.append((time.process_time() - started) * 1000)
        if sum(times) > seconds * 1000:
            break
    return quantile(times, 0.5), quantile(times, 0.99)


def add(lang: Lang, other: Lang, memory_path: Path, seed: int) -> tuple[tuple[float, float], str]:
    """Add units one by one, each in a transaction of its own; the times, and the text of one of them.

    Raises:
        InputError: the data are not there.
    """
    sides = zip(corpora.segments(lang, seed), corpora.segments(other, seed), range(_ADDED), strict=False)
    cpu, wall = [], []
    with open_memory(memory_path, write=True) as memory:
        for text, target, place in sides:
            unit = TranslationUnit((Variant(lang, text), Variant(other, target)), position=place)
            before = time.process_time(), time.perf_counter()
            with memory.write() as conn:
                store.add_units(conn, [unit], origin=Document(origin="added"))
            cpu.append((time.process_time() - before[0]) * 1000)
            wall.append((time.perf_counter() - before[1]) * 1000)
    return (median(cpu), median(wall)), text


#: Runs a command and prints what it took, then what it printed: a process begun by this one would be said to have held
#: as much memory as this one had.
_LAUNCHER = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, check=True)
wall, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, wall, used.ru_maxrss]), flush=True)
sys.stdout.buffer.write(done.stdout)
"""


def cold(text: str, lang: Lang, other: Lang, memory_path: Path) -> tuple[tuple[float, float], int]:
    """Milliseconds of one lookup from the shell, file in the cache, processor and clock, and bytes of its peak memory.

    Raises:
        TMError: it does not find the text.
    """
    command = [sys.executable, "-m", "cli", "--memory", str(memory_path), "lookup", text, "--json"]
    # As installed: the first lookup, which does not count, keeps the modules compiled for those after it.
    setting = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    took = []
    for _ in range(_COLD + 1):
        run = [sys.executable, "-S", "-c", _LAUNCHER, *command, "--from", lang.tag, "--to", other.tag]
        figures, _, answer = subprocess.check_output(run, cwd=ROOT, text=True, env=setting).partition("\n")
        if not json.loads(answer)["matches"]:
            raise TMError("a lookup from the shell does not find what was added")
        took.append(json.loads(figures))
    cpu, wall, peak = zip(*took[1:], strict=True)
    return (median(cpu) * 1000, median(wall) * 1000), max(peak) * RSS_UNIT


def everyday(case: Case, prepared: Prepared, memory_path: Path, seconds: float) -> Everyday:
    """All that is measured of our memory alone.

    Raises:
        TMError: a lookup from the shell does not find what was added.
    """
    other = Lang("en") if case.lang.primary != "en" else Lang("fr")
    found = apart(inside, prepared, memory_path, seconds)
    adding, text = apart(add, case.lang, other, memory_path, case.seed + 3)
    from_shell, peak = cold(text, case.lang, other, memory_path)
    return Everyday(
        prepared.size, found.containing, found.lookup, adding, len(prepared.draft), found.drafting, from_shell, peak
    )


# --- drawing --------------------------------------------------------------------------------------------------------

#: Frame of a panel in pixels: left of the first, top, width, height, and the distance to the next one.
_LEFT, _TOP, _WIDTH, _HEIGHT, _NEXT = 70.0, 110.0, 330.0, 400.0, 270.0
#: Least distance of the names beside the lines.
_LINE = 16.0
#: Ours first, then the others in turn.
_COLOURS = (
    "#14508c",
    "#b3121d",
    "#c06c00",
    "#5b7f2b",
    "#7b4ea3",
    "#0f8a8a",
    "#a0527a",
    "#6b6b6b",
    "#8a6d3b",
    "#d0488f",
)


@dataclass(frozen=True, slots=True)
class Line:
    """An engine in a panel, in pixels from the panel's corner."""

    name: str
    colour: str
    points: list[tuple[float, float]]
    #: The 99 % beside the median.
    upper: list[tuple[float, float]]
    #: Where its name stands.
    label: float
    tip: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot, both axes logarithmic."""

    title: str
    left: float
    lines: list[Line]
    across: list[tuple[float, str]]
    upward: list[tuple[float, str]]


def draw(results: Sequence[Result], setting: str) -> str:
    """The growth of lookup and building as SVG; what was left out is left out.

    Raises:
        InputError: nothing was measured.
    """
    found = [result for result in results if not result.reason]
    if not found:
        raise InputError("nothing was measured", hint="give the JSON of a run")
    panels = [
        _panel("a lookup, milliseconds (dashed: 99 %)", _LEFT, found, lambda r: r.median, lambda r: r.p99),
        _panel("building, seconds (ours with tokenising)", _LEFT + _WIDTH + _NEXT, found, lambda r: r.build, None),
    ]
    largest = max(result.size for result in found)
    told = "; ".join(f"{r.engine} {r.median:.2g} ms, recall {r.recall:.3f}" for r in found if r.size == largest)
    langs = ", ".join(dict.fromkeys(Lang(result.lang).name for result in found))
    return svg.drawn(
        Path(__file__).with_name("growth.svg").read_text("utf-8"),
        title=f"Growth with the number of segments ({langs})",
        description=f"At {largest:,} segments: {told}.",
        setting=setting,
        width=2 * (_LEFT + _WIDTH) + 2 * _NEXT - 120,
        height=_TOP + _HEIGHT + 60,
        top=_TOP,
        frame=(_WIDTH, _HEIGHT),
        panels=panels,
    )


def _panel(
    title: str,
    left: float,
    results: Sequence[Result],
    value: Callable[[Result], float],
    upper: Callable[[Result], float] | None,
) -> Panel:
    sizes = [log10(result.size) for result in results]
    heights = [log10(number) for r in results for number in _values(r, value, upper)]
    low, high = floor(min(heights)), max(ceil(max(heights)), floor(min(heights)) + 1)
    first, last = min(sizes), max(max(sizes), min(sizes) + 0.5)

    def place(result: Result, number: float) -> tuple[float, float]:
        return _WIDTH * (log10(result.size) - first) / (last - first), _HEIGHT * (high - log10(number)) / (high - low)

    lines = []
    for engine, colour in zip(dict.fromkeys(result.engine for result in results), cycle(_COLOURS), strict=False):
        mine = sorted((r for r in results if r.engine == engine and value(r) > 0), key=lambda r: r.size)
        if not mine:
            continue
        points = [place(result, value(result)) for result in mine]
        above = [place(result, upper(result)) for result in mine] if upper else []
        tip = "; ".join(f"{result.size:,}: {value(result):.3g}" for result in mine)
        lines.append(Line(engine, colour, points, above, points[-1][1], f"{engine}: {tip}"))
    decades = [(_HEIGHT * (high - n) / (high - low), _power(n)) for n in range(low, high + 1)]
    across = [(_WIDTH * (log10(n) - first) / (last - first), f"{n:,}") for n in sorted({r.size for r in results})]
    return Panel(title, left, _apart(lines), across, decades)


def _values(
    result: Result, value: Callable[[Result], float], upper: Callable[[Result], float] | None
) -> Iterable[float]:
    return [number for measure in (value, upper) if measure and (number := measure(result)) > 0]


def _power(exponent: int) -> str:
    """A power of ten as written at an axis.

    >>> _power(-2), _power(0), _power(3)
    ('0.01', '1', '1,000')
    """
    return f"{10**exponent:,}" if exponent >= 0 else f"{10.0**exponent:.{-exponent}f}"


def _apart(lines: Sequence[Line]) -> list[Line]:
    """The lines with their names moved down until none covers another."""
    placed: list[Line] = []
    for line in sorted(lines, key=lambda line: line.label):
        least = placed[-1].label + _LINE if placed else 0.0
        placed.append(Line(line.name, line.colour, line.points, line.upper, max(line.label, least), line.tip))
    return placed


# --- showing --------------------------------------------------------------------------------------------------------


def everyday_row(found: Everyday) -> tuple[str, ...]:
    """One line of the table of our memory alone."""
    pairs = (found.containing, found.lookup, found.adding)
    return (
        f"{found.size:,}",
        *(f"{one:.2f} / {other:.2f}" for one, other in pairs),
        f"{found.drafting:.2f}",
        f"{found.cold[0]:.0f} / {found.cold[1]:.0f}",
        f"{found.cold_peak / MEBIBYTE:.0f}",
    )


def growth_row(before: Result, after: Result) -> tuple[str, ...]:
    """How many times as much a larger corpus takes."""
    pairs = ((before.build, after.build), (before.median, after.median), (before.p99, after.p99))
    steps = [f"× {large / small:.1f}" if small else "–" for small, large in pairs]
    return after.engine, f"{before.size:,} → {after.size:,}", *steps


def _measured(chosen: argparse.Namespace) -> tuple[list[Result], list[Everyday]]:
    results: list[Result] = []
    days: list[Everyday] = []
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory(dir=chosen.folder) as scratch:
            case = Case(chosen.corpus, chosen.lang, size, chosen.queries, chosen.seed)
            named = [name for name in chosen.peers if name == "untm" or size <= chosen.peers_most]
            prepared, found = compare(case, named, chosen.seconds, Path(scratch))
            results += found
            if "untm" in named:
                days.append(everyday(case, prepared, Path(scratch) / "untm" / MEMORY, chosen.seconds))
        if chosen.json:
            report = {"environment": environment(), "results": [asdict(result) for result in results]}
            report["everyday"] = [asdict(day) for day in days]
            chosen.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return results, days


def _load(paths: Sequence[Path]) -> list[Result]:
    try:
        return [Result(**result) for path in paths for result in json.loads(path.read_text("utf-8"))["results"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        hint = "give the JSON that --json of this benchmark writes"
        raise InputError(f"no results of a run: {error}", hint=hint) from error


def _show(results: Sequence[Result], days: Sequence[Everyday]) -> None:
    head = (
        "segments", "containing ms (median / 99 %)", "whole lookup ms (median / 99 %)",
        "adding a unit ms (processor / clock)", "draft of 1,000: s", "from the shell ms (processor / clock)",
        "its peak MiB",
    )  # fmt: skip
    if days:
        print(f"\n## untm alone\n\n{environment()}\n\n{table(head, [everyday_row(day) for day in days])}")
    by_engine = {engine: [r for r in results if r.engine == engine and not r.reason] for engine in _engines(results)}
    rows = [growth_row(*pair) for some in by_engine.values() for pair in pairwise(some)]
    if rows:
        print(f"\n## growth\n\n{table(('engine', 'segments', 'build', 'median', '99 %'), rows)}")


def _engines(results: Sequence[Result]) -> Iterable[str]:
    return dict.fromkeys(result.engine for result in results)


def sizes(text: str) -> list[int]:
    """Numbers with commas between, rising."""
    return sorted(int(number) for number in text.split(","))


def main() -> int:
    """Measure, print and draw; 1 when an answer of ours is not exact, 3 when an input cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=sizes, default=[1000, 10_000], metavar="N,…", help="default: 1000,10000")
    parser.add_argument("--lang", type=Lang.parse, default=Lang("fr"))
    parser.add_argument("--corpus", choices=CORPORA, default="un")
    parser.add_argument("--peers", type=names, default=["untm"], metavar="NAME,…", help=", ".join(ENGINES))
    parser.add_argument("--peers-most", type=int, default=1_000_000, help="peers only up to so many segments")
    parser.add_argument("--queries", type=int, default=140, help="how many (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=60, help="processor time for an engine's queries (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="for everything drawn at random")
    parser.add_argument("--folder", type=Path, help="where there is room; default: the usual place of temporary files")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument(
        "--draw", type=Path, nargs="+", metavar="FILE", help="measure nothing: draw JSON of earlier runs"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="SVG", help="draw the growth in this file")
    chosen = parser.parse_args()
    end_in_order()
    if (reason := corpora.absent()) and not chosen.draw:
        print(f"{parser.prog}: {reason}")
        return 0
    try:
        if chosen.draw:
            results = _load(chosen.draw)
        else:
            results, days = _measured(chosen)
            _show(results, days)
        if chosen.output:
            svg.write(chosen.output, draw(results, environment()))
    except TMError as error:
        print(f"error: {error}\nhint: {error.hint}", file=sys.stderr)
        return 3 if error.hint else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
