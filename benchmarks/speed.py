"""Speed of lookup beside brute force on the same segments in the same run, and of a cold lookup from the shell.

Segments: the report's own, recombined at random (seeded) until there are as many as asked. Times are medians of CPU
seconds in milliseconds; machines differ and are shared, so the ratio is what to read.
"""

import argparse
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from cli.options import NamedFile, Settings, read_editions
from tm import index, store
from tm.labels import unlabelled
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Document, TranslationUnit, Variant
from tm.placeables import masked

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "fixtures" / "report"
THRESHOLD = 0.7


def recombined(texts: Sequence[str], joiner: str, count: int, seed: int = 0) -> list[str]:
    """Distinct texts of the same words: halves of two segments put together, some words dropped."""
    chance = random.Random(seed)
    made: dict[str, None] = dict.fromkeys(texts)
    while len(made) < count:
        one, other = (text.split(" ") if joiner else list(text) for text in chance.sample(texts, 2))
        words = one[: chance.randint(1, len(one))] + other[chance.randint(0, len(other) - 1) :]
        made[joiner.join(w for w in words if chance.random() > 0.05)] = None
    return list(made)[:count]


def median_ms(call: Callable[[str], object], queries: Sequence[str]) -> float:
    """Median CPU time of a call over the queries, in milliseconds."""
    times = []
    for query in queries:
        started = time.process_time()
        call(query)
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times)


def compare(lang: Lang, count: int, folder: Path) -> None:
    """Print our lookup, brute force and their ratio for one language; stop when an answer differs."""
    edition = read_editions([NamedFile(REPORT / f"{lang}.blocks.jsonl", lang)], Settings())[lang]
    texts = recombined([segment.text for segment in edition.segments], lang.joiner, count)
    units = [TranslationUnit((Variant(lang, text),), position=i) for i, text in enumerate(texts)]
    chance = random.Random(1)
    queries = [text[: max(8, int(len(text) * 0.9))] for text in chance.sample(texts, 50)]
    with open_memory(folder / f"{lang}.untm", create=True, write=True) as memory:
        started = time.process_time()
        with memory.write() as conn:
            store.add_units(conn, units, origin=Document(origin="recombined"), digest=f"{lang}{count}", by="")
        built = time.process_time() - started
        keys = [masked(unlabelled(text, lang)) for text in texts]

        def brute(query: str) -> list[float]:
            wanted = masked(unlabelled(query, lang))
            return sorted(
                s for k in keys if (s := Levenshtein.normalized_similarity(wanted, k, score_cutoff=THRESHOLD)) > 0
            )

        with memory.read() as conn:

            def ours(query: str) -> list[float]:
                wanted = masked(unlabelled(query, lang))
                return sorted(hit.similarity for hit in index.near(conn, lang, wanted, THRESHOLD))

            for query in queries:
                if [round(s, 6) for s in ours(query)] != [round(s, 6) for s in brute(query)]:
                    raise SystemExit(f"{lang}: the answer to {query!r} is not that of brute force")
            fast, slow = median_ms(ours, queries), median_ms(brute, queries)
    rate = count / built
    print(f"{lang.tag:4} {count:8} {rate:12.0f} {fast:10.2f} {slow:12.1f} {slow / fast:8.0f}×   same answers")


def cold(folder: Path) -> None:
    """Print the median wall time of one lookup from the shell, in a new process each time."""
    subprocess.run([sys.executable, "-m", "cli", "-q", "demo", "--out", str(folder)], cwd=ROOT, check=True, stdout=-3)
    command = [sys.executable, "-m", "cli", "--memory", str(folder / "memory.untm"), "lookup", "Draft report"]
    times = []
    for _ in range(9):
        started = time.perf_counter()
        subprocess.run([*command, "--from", "en", "--to", "fr", "--json"], cwd=ROOT, check=True, stdout=-3)
        times.append(time.perf_counter() - started)
    wall = statistics.median(times[1:]) * 1000
    print(f"\none lookup from the shell, demo memory: {wall:.0f} ms of wall time (median of 8)")


def main() -> None:
    """Run both measurements and print their environment."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=20_000, help="segments a language")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}; threshold {THRESHOLD}")
    print("lang segments  stored a s  lookup ms  brute force ms    ratio")
    with tempfile.TemporaryDirectory() as scratch:
        for tag in ("fr", "zh", "ar"):
            compare(Lang(tag), chosen.segments, Path(scratch))
        cold(Path(scratch))


if __name__ == "__main__":
    main()
