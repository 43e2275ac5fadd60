"""How well danger flags tell pairs of sentences that say something else from pairs that do not, in six languages.

The pairs stand in ``fixtures/danger``, one JSON object a line. ``python -m benchmarks.danger`` prints a table, and
each pair that was missed or flagged wrongly; ``--pairs FOLDER`` takes others of the same form.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tm.lang import Lang
from tm.match import compare

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "danger"
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
#: Names of the columns of the table.
HEAD = f"{'':6}{'dangerous':>10}{'recall':>8}{'harmless':>10}{'false alarms':>14}"
#: Flags that cap the score; where one of them is due, another of them will do.
REVERSING = frozenset({"negation", "modal", "operative", "polarity"})
#: What a clause that one side has more is called, seen from the other side.
_OTHER_WAY = {"added": "dropped", "dropped": "added"}


@dataclass(frozen=True, slots=True)
class Gold:
    """A pair of sentences and what is to be said of it."""

    lang: str
    query: str
    stored: str
    #: Names of the flags due, of which one must be raised; none for a harmless pair.
    flags: tuple[str, ...]
    harmless: bool
    #: What differs.
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in some pairs."""

    dangerous: int
    harmless: int
    #: Queries of the dangerous pairs that were not flagged both ways round, and of the harmless ones that were flagged.
    missed: tuple[str, ...]
    alarmed: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Share of the dangerous pairs that bear the flag due, both ways round, 0 to 1."""
        return 1 - len(self.missed) / self.dangerous if self.dangerous else 1.0

    @property
    def false_alarms(self) -> float:
        """Share of the harmless pairs that bear any flag, one way or the other, 0 to 1."""
        return len(self.alarmed) / self.harmless if self.harmless else 0.0


def gold(lang: str, folder: Path = FOLDER) -> tuple[Gold, ...]:
    """The pairs of one language."""
    rows = (json.loads(line) for line in (folder / f"{lang}.jsonl").read_text("utf-8").splitlines() if line)
    return tuple(
        Gold(r["lang"], r["query"], r["stored"], tuple(r["flags"]), r["harmless"], r.get("note", "")) for r in rows
    )


def measured(pairs: Sequence[Gold]) -> Found:
    """What is found in pairs, each compared both ways round."""
    wrong = [pair for pair in pairs if not judged(pair)]
    return Found(
        sum(not pair.harmless for pair in pairs),
        sum(pair.harmless for pair in pairs),
        tuple(pair.query for pair in wrong if not pair.harmless),
        tuple(pair.query for pair in wrong if pair.harmless),
    )


def judged(pair: Gold) -> bool:
    """Whether the flags of a pair are right, both ways round."""
    there = {flag.name for flag in compare(pair.query, pair.stored, Lang(pair.lang)).flags}
    back = {flag.name for flag in compare(pair.stored, pair.query, Lang(pair.lang)).flags}
    if pair.harmless:
        return not there and not back
    due = set(pair.flags)
    turned = {_OTHER_WAY.get(name, name) for name in due}
    return _borne(due, there) and _borne(turned, back)


def _borne(due: set[str], found: set[str]) -> bool:
    return bool(due & found) or bool(due & REVERSING and found & REVERSING)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=FOLDER, help="folder of pairs, one file a language")
    folder = parser.parse_args().pairs
    every: list[Gold] = []
    print(HEAD)
    for lang in LANGUAGES:
        pairs = gold(lang, folder)
        every += pairs
        show(lang, measured(pairs))
    found = measured(every)
    show("all", found)
    for query in found.missed:
        print(f"missed: {query}")
    for query in found.alarmed:
        print(f"flagged: {query}")


def show(name: str, found: Found) -> None:
    """Print one line of the table."""
    print(f"{name:6}{found.dangerous:>10}{found.recall:>8.3f}{found.harmless:>10}{found.false_alarms:>14.3f}")


if __name__ == "__main__":
    main()
