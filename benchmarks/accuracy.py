"""Accuracy of reading, alignment and suggestions on the gold folders, of danger flags, highlights and repair, and of
alignment on the sets of ``benchmarks/alignment_sets.py``, held against the floors.

``python -m benchmarks.accuracy`` prints every figure; ``--gate`` fails when one is below its floor in
``floors.json``; ``--update`` raises floors to what was measured and refuses to lower one. A floor is lowered by hand,
with the reason beside it under ``"reasons"``. Floors of the sets are hundredths: what other processors round
otherwise may cost a bead.
"""

import argparse
import json
import math
import platform
import sys
from pathlib import Path
from typing import Any

from benchmarks import alignment, danger, highlight, repaired, sentences
from benchmarks.alignment import MEASURES, SYSTEMS
from benchmarks.alignment_sets import BILINGUAL, SETS, TOGETHER, Size
from cli.evaluate import Report, measure

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "benchmarks" / "floors.json"
#: Gold folders of the project, and those beside it that are measured where they are present.
OURS = ("fixtures/report", "fixtures/report/real")
#: Pairs of sentences for danger flags.
FLAGS = "fixtures/danger"
BESIDE = ("../shared/data/report", "../shared/data/report/real")
#: Sets beside the project, two documents of each that has many: the pairs by themselves, and six languages together.
ALONE = (
    "unsyn clean", "unsyn del10", "unsyn mix", "unsyn hard", "unsyn real5", "unsyn shuffle",
    "udhr", "sdg, labels", "sdg, no labels", "textberg", "parice",
)  # fmt: skip
SIX = ("unsyn mix", "unsyn hard")


def figures(report: Report) -> dict[str, float]:
    """Every figure of a report that has a floor, by name."""
    found: dict[str, float] = {}
    for reading in report.reading:
        found[f"reading F1 {reading.lang}"] = round(reading.f1, 4)
        found[f"gaps not closed wrongly {reading.lang}"] = -float(reading.gaps_wrong)
    for pair in report.pairs:
        name = f"{pair.source}-{pair.target}"
        found[f"beads strict F1 {name}"] = round(pair.scores.strict.f1, 4)
        found[f"beads link F1 {name}"] = round(pair.scores.link.f1, 4)
    for draft in report.drafts:
        for name, value in draft.shape().items():
            if name not in {"lang", "misses"}:
                reached, wanted = value
                found[f"draft {draft.lang} {name}"] = round(reached / wanted, 4) if wanted else 1.0
    return found


def of_sets() -> dict[str, dict[str, float]]:
    """Mean strict F1 and link precision of our aligner on each set that is present, in hundredths."""
    found = {}
    for system, names in ((BILINGUAL, ALONE), (TOGETHER, SIX)):
        (ours,) = (one for one in SYSTEMS if one.name == system)
        for gold in (gold for gold in SETS if gold.name in names):
            result = alignment.measure(gold, ours, Size(docs=2))
            if result.reason:
                print(f"{gold.name}: {system}: {result.reason}, not measured")
                continue
            values = {key: math.floor(100 * MEASURES[key](result)) / 100 for key in ("strict", "link precision")}
            print(f"{gold.name}: {system}: {values}")
            found[f"{gold.name}: {system}"] = values
    return found


def of_flags() -> dict[str, float]:
    """Recall of danger flags, and share of the harmless pairs that bear none, by language and overall."""
    pairs = {lang: danger.gold(lang) for lang in danger.LANGUAGES}
    found = {}
    for name, chosen in {**pairs, "all": [pair for of_lang in pairs.values() for pair in of_lang]}.items():
        result = danger.measured(chosen)
        danger.show(name, result)
        found[f"danger recall {name}"] = round(result.recall, 4)
        found[f"harmless not flagged {name}"] = round(1 - result.false_alarms, 4)
    return found


def main() -> int:
    """Measure, print, and compare; the exit status is 1 when a floor is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gate", action="store_true", help="fail below a floor")
    parser.add_argument("--update", action="store_true", help="raise the floors to what was measured")
    chosen = parser.parse_args()
    floors: dict[str, Any] = json.loads(FLOORS.read_text("utf-8"))
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    broken = []
    measured: dict[str, dict[str, float]] = {}
    for name in (*OURS, *BESIDE):
        folder = ROOT / name
        if not folder.is_dir():
            print(f"{name}: not present, not measured")
            continue
        report = measure(folder)
        show(report, name)
        measured[name] = figures(report)
    print(f"\n{FLAGS}\n{danger.HEAD}")
    measured[FLAGS] = of_flags()
    measured["fixtures/highlight"] = highlight.figures()
    for key, value in measured["fixtures/highlight"].items():
        print(f"fixtures/highlight: {key} {value:.2f}")
    measured["fixtures/repair"] = repaired.figures(repaired.outcomes(repaired.read()))
    print(f"fixtures/repair: {measured['fixtures/repair']}")
    measured["fixtures/sentences"] = sentences.figures(list(sentences.read()))
    print(f"fixtures/sentences: {measured['fixtures/sentences']}")
    measured |= of_sets()
    for name, found in measured.items():
        floor = floors.setdefault(name, {})
        missing = [key for key in floor if key not in found]
        broken += [f"{name}: {key} was not measured" for key in missing]
        broken += [
            f"{name}: {key} is {found[key]}, floor {floor[key]}" for key in floor if found.get(key, 0) < floor[key]
        ]
        if chosen.update:
            floors[name] = {key: max(value, floor.get(key, value)) for key, value in found.items()}
    if chosen.update:
        FLOORS.write_text(json.dumps(floors, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for line in broken:
        print(f"BELOW FLOOR {line}", file=sys.stderr)
    return 1 if broken and (chosen.gate or chosen.update) else 0


def show(report: Report, name: str) -> None:
    """Print the tables of one folder, and what was missed."""
    from rich.console import Console

    from cli.show import plain_table

    console = Console(highlight=False, width=140)
    console.print(f"\n[bold]{name}[/bold]")
    for head, rows in report.tables():
        console.print(plain_table(head, rows))
    for line in report.misses():
        console.print(f"  {line}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
