"""How well translations are repaired: gold cases, each a query, a stored pair, and the right text or none.

``python -m benchmarks.repaired [FILE]`` prints what came out right, what was refused though it has an answer, and what
came out wrong, which must be nothing.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tm.lang import Lang
from tm.repair import repair

#: Cases written by us: an object a line, ``{from, to, query, source, target, expected, note}``; ``expected`` is null
#: where a repair would be a guess.
CASES = Path(__file__).resolve().parent.parent / "fixtures" / "repair" / "cases.jsonl"
#: Cases that nothing was fitted to: written after the work, run once; what they showed is in ``docs/decisions.md``.
LATER = CASES.with_name("later.jsonl")
#: Short cases thought out to lead into error: agreement, sound, order, units, times.
HARD = CASES.with_name("hard.jsonl")


@dataclass(frozen=True, slots=True)
class Case:
    """A query, a stored pair, and what the translation should become."""

    source: Lang
    target: Lang
    query: str
    stored: str
    translation: str
    #: None when it must be refused.
    expected: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case."""

    case: Case
    found: str | None
    #: Why it was refused.
    reasons: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the text is the one expected, or it was refused as it should be."""
        return self.found == self.case.expected

    @property
    def wrong(self) -> bool:
        """Whether a text came out that is not right: worse than none."""
        return self.found is not None and not self.right


def read(path: Path = CASES) -> Iterator[Case]:
    """The cases of a file, in order."""
    for line in path.read_text("utf-8").splitlines():
        one = json.loads(line)
        pair = Lang(one["from"]), Lang(one["to"])
        yield Case(*pair, one["query"], one["source"], one["target"], one["expected"], one["note"])


def outcomes(cases: Iterator[Case]) -> tuple[Outcome, ...]:
    """Each case repaired, or refused."""
    found = []
    for case in cases:
        done = repair(case.query, case.stored, case.translation, (case.source, case.target))
        found.append(Outcome(case, done.repaired.text if done.repaired else None, done.reasons))
    return tuple(found)


def figures(found: tuple[Outcome, ...]) -> dict[str, float]:
    """Share that is right, and how many came out wrong, as a figure that may not fall."""
    return {
        "right": round(sum(one.right for one in found) / len(found), 4),
        "not repaired wrongly": -float(sum(one.wrong for one in found)),
    }


def main() -> int:
    """Print what is not right, and the counts."""
    found = outcomes(read(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES))
    for one in found:
        if not one.right:
            case = one.case
            print(f"{'WRONG' if one.wrong else 'missed'} {case.source}-{case.target} {case.note}: {case.query}")
            print(f"  {one.found or '; '.join(one.reasons)}\n  {case.expected}")
    right, wrong = sum(one.right for one in found), sum(one.wrong for one in found)
    print(f"{right} of {len(found)} right ({right / len(found):.1%}), {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
