"""``untm evaluate``."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import common_options, dump, settings

if TYPE_CHECKING:
    from aligners.evaluate import Scores
    from cli.drafts import DraftScore
    from cli.gold import IdBead, PairScore, ReadingScore


@click.command()
@click.argument("folders", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="GOLD…")
@click.option("--misses", is_flag=True, help="List what was not found.")
@common_options
def evaluate(folders: tuple[Path, ...], misses: bool) -> int:
    """Measure reading, alignment and suggestions against gold folders.

    \b
    Example:
        untm evaluate fixtures/report fixtures/report/real
    """
    reports = [measure(folder) for folder in folders]
    options = settings()
    if options.json:
        dump({"folders": [report.shape() for report in reports]})
        return options.status
    from cli.show import plain_table

    for report in reports:
        click.secho(f"\n{report.folder}", bold=True)
        for head, rows in report.tables():
            options.console().print(plain_table(head, rows))
        for line in report.misses() if misses else ():
            click.echo(f"  {line}")
    return options.status


#: A table to print: its column heads and its rows.
Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]


_READING_HEAD = ("reading", "blocks", "found", "right", "F1", "gaps closed", "wrongly", "missed")
_DRAFT_HEAD = ("draft", "read", "identical ≥ 100", "edited first", "new < 85", "reversed flagged", "reordered found")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured on one gold folder."""

    folder: str
    #: Raw editions only: a clean one needs no reading.
    reading: "tuple[ReadingScore, ...]"
    pairs: "tuple[PairScore, ...]"
    drafts: "tuple[DraftScore, ...]"

    def shape(self) -> dict[str, Any]:
        """The JSON shape: ``{folder, reading, pairs, drafts}``."""
        return {
            "folder": self.folder,
            "reading": [_reading_shape(score) for score in self.reading],
            "pairs": [_pair_shape(score) for score in self.pairs],
            "drafts": [score.shape() for score in self.drafts],
        }

    def tables(self) -> list[Rows]:
        """Reading, pairs and drafts as rows of text; a part that was not measured is left out."""
        tables: list[Rows] = []
        if self.reading:
            tables.append((_READING_HEAD, [_reading_row(score) for score in self.reading]))
        parts = tuple(f"{name} {part}" for name in ("strict", "lax", "link") for part in ("P", "R", "F1"))
        tables.append((("pair", *parts), [_pair_row(score) for score in self.pairs]))
        if self.drafts:
            tables.append((_DRAFT_HEAD, [score.row() for score in self.drafts]))
        return tables

    def misses(self) -> list[str]:
        """What was not found, one a line."""
        lines = [
            f"{score.lang}: {gold or '—'} ≠ {found or '—'}" for score in self.reading for gold, found in score.misses
        ]
        for score in self.pairs:
            lines += [f"{score.source}-{score.target}: {_bead(bead)} missed" for bead in score.missed]
        return lines + [f"{draft.lang}: {line}" for draft in self.drafts for line in draft.misses]


def _bead(bead: "IdBead") -> str:
    return " = ".join("+".join(side) or "—" for side in bead)


def _reading_shape(score: "ReadingScore") -> dict[str, Any]:
    return {
        "lang": score.lang.tag,
        "blocks": score.gold,
        "found": score.found,
        "right": score.right,
        "f1": round(score.f1, 4),
        "gaps": {"right": score.gaps_right, "wrong": score.gaps_wrong, "missed": score.gaps_missed},
        "misses": [list(miss) for miss in score.misses],
    }


def _reading_row(score: "ReadingScore") -> tuple[str, ...]:
    numbers = (score.gold, score.found, score.right, f"{score.f1:.3f}")
    return (score.lang.tag, *map(str, (*numbers, score.gaps_right, score.gaps_wrong, score.gaps_missed)))


def _pair_shape(score: "PairScore") -> dict[str, Any]:
    missed = [[list(side) for side in bead] for bead in score.missed]
    return {"from": score.source.tag, "to": score.target.tag, **_scores(score.scores), "missed": missed}


def _pair_row(score: "PairScore") -> tuple[str, ...]:
    values = (value for part in _scores(score.scores).values() for value in part.values())
    return (f"{score.source}-{score.target}", *(f"{value:.3f}" for value in values))


def _scores(scores: "Scores") -> dict[str, dict[str, float]]:
    return {
        name: {"p": round(part.precision, 4), "r": round(part.recall, 4), "f1": round(part.f1, 4)}
        for name, part in (("strict", scores.strict), ("lax", scores.lax), ("link", scores.link))
    }


def measure(folder: Path) -> Report:
    """Read, align and suggest with our own code, and score all three against the gold of a folder.

    Raises:
        InputError: it is no gold folder, or one of its files cannot be read.
    """
    from aligners import align
    from cli import drafts, gold

    wanted = gold.load(folder)
    editions = gold.read(wanted)
    alignment = align({lang: edition.segments for lang, edition in editions.items()})
    reading = (
        tuple(gold.score_reading(editions[lang], blocks) for lang, blocks in wanted.blocks.items())
        if wanted.raw
        else ()
    )
    pairs = gold.score_pairs(wanted, editions, alignment)
    suggested = drafts.measure(wanted, editions, alignment) if wanted.drafts else ()
    return Report(folder.as_posix(), reading, pairs, suggested)
