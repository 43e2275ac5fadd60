"""How fast a TMX file comes into a memory: read, stored and indexed, on one processor.

``python -m benchmarks.import_speed`` from the root of the project. The file holds as many units as asked in two
languages, made by ``benchmarks/corpus.py``; the two sides are alike in length, but no translations of each other.
Learning which words translate which, at the end of ``untm import``, is not in the figures.
"""

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks import corpus
from benchmarks.measuring import MEBIBYTE, apart, end_in_order, environment, peak_memory
from benchmarks.retrieval import langs
from tm import store
from tm.errors import Problem, TMError
from tm.formats import tmx
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Document, TranslationUnit, Variant

#: How many functions a profile shows.
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import took."""

    units: int
    #: Distinct texts, in all languages.
    segments: int
    #: Seconds of processor time, and of the clock.
    cpu: float
    wall: float
    #: Bytes of the memory on disk, and of peak memory.
    disk: int
    peak: int


def write(path: Path, pair: Sequence[Lang], units: int, seed: int) -> None:
    """Write a TMX file of made units.

    Raises:
        InputError: the data are not there, or the file cannot be written.
    """
    sides = zip(*(corpus.segments(lang, seed) for lang in pair), strict=False)
    made = (
        TranslationUnit(tuple(Variant(lang, text) for lang, text in zip(pair, texts, strict=True)), position=place)
        for place, texts in enumerate(islice(sides, units))
    )
    tmx.write_units(path, made, langs=pair)


def read(path: Path) -> Iterator[TranslationUnit]:
    """The units of a file without a fault.

    Raises:
        TMError: a unit has one.
    """
    for unit in tmx.read_units(path):
        if isinstance(unit, Problem):
            raise TMError(str(unit))
        yield unit


def parse(path: Path) -> float:
    """Processor seconds of reading a file and keeping nothing."""
    started = time.process_time()
    for _ in read(path):
        pass
    return time.process_time() - started


def bring_in(path: Path, target: Path, profile: bool) -> Imported:
    """Import a file into a new memory."""
    profiler = cProfile.Profile()
    with open_memory(target, create=True, write=True) as memory:
        cpu, wall = time.process_time(), time.perf_counter()
        if profile:
            profiler.enable()
        with memory.write() as conn:
            added = store.add_units(conn, read(path), origin=Document(origin=path.name), digest="made", by="")
        profiler.disable()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(_SHOWN)
    disk = sum(file.stat().st_size for file in target.parent.glob(f"{target.name}*"))
    return Imported(added.units, added.segments, cpu, wall, disk, peak_memory())


def main() -> int:
    """Write a file, import it and print the figures; 3 when the data are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=20_000, help="how many (default: %(default)s)")
    parser.add_argument("--langs", type=langs, default=[Lang("fr"), Lang("en")], metavar="LANG,LANG")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", action="store_true", help="show where the time goes; it then takes longer")
    parser.add_argument("--file", type=Path, help="write the TMX file here and keep it")
    chosen = parser.parse_args()
    end_in_order()
    if reason := corpus.absent():
        print(f"{parser.prog}: {reason}")
        return 0
    try:
        with tempfile.TemporaryDirectory() as scratch:
            path = chosen.file or Path(scratch) / "made.tmx"
            write(path, chosen.langs, chosen.units, chosen.seed)
            parsing = apart(parse, path)
            found = apart(bring_in, path, Path(scratch) / "memory.untm", chosen.profile)
            size = path.stat().st_size
    except TMError as error:
        print(f"error: {error}\nhint: {error.hint}", file=sys.stderr)
        return 3
    print(f"{environment('SQLAlchemy', 'lxml')}; {'-'.join(map(str, chosen.langs))}, {size / 1e6:.0f} MB of TMX")
    size_of, peak = found.disk / found.segments, found.peak / MEBIBYTE
    print(f"read alone: {found.units / parsing:,.0f} units/s ({parsing:.1f} s of processor time)")
    print(f"in all: {found.units / found.cpu:,.0f} units/s, {found.segments / found.cpu:,.0f} segments/s")
    print(
        f"{found.units:,} units, {found.segments:,} segments: {found.cpu:.1f} s of processor time, "
        f"{found.wall:.1f} s of the clock, {size_of:.0f} bytes a segment, peak memory {peak:.0f} MiB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
