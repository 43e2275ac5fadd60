"""How well rows that do not belong together are found, on tables damaged at random (seeded), and on clean ones.

Tables: the report in ``fixtures/``, and beside the project the UN Parallel Corpus development set, the Sustainable
Development Goals and the Debian handbook. A row is wrong when its two texts come from different rows. *Restored* is the
share of true pairs, torn apart by the damage, that the repair has brought together again.

Run from the project's folder: ``python -m benchmarks.repair``.
"""

import argparse
import csv
import json
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aligners.repair import examine
from tests.tables import Damage, Hurt, hurt
from tm.formats.jsonl import read_document
from tm.lang import UN_LANGUAGES, Lang
from tm.model import TranslationUnit

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "fixtures" / "report"
SHARED = ROOT.parent / "shared" / "data"
EN = Lang("en")

#: What is done to the target column of a table of 1,000 rows.
DAMAGES = {
    "one long stretch, one row late": Damage(stretches=[(150, 850, 1)]),
    "three stretches, 1 and 2 rows": Damage(stretches=[(100, 300, 2), (500, 520, 1), (700, 705, 1)]),
    "1 % of the texts lost or added": Damage(dropped=0.01),
    "3 % exchanged with the next": Damage(swapped=0.03),
    "3 % unrelated": Damage(unrelated=0.03),
    "all of it": Damage(stretches=[(200, 600, 1)], swapped=0.01, unrelated=0.01, dropped=0.005),
}

Columns = Mapping[Lang, Sequence[str]]


def tables() -> Iterator[tuple[str, Columns]]:
    """The clean tables that are there, each with its name."""
    yield "report", {lang: [s.text for s in read_document(REPORT / f"{lang}.blocks.jsonl", lang).segments]
                     for lang in UN_LANGUAGES}  # fmt: skip
    if (SHARED / "un_sdg").is_dir():
        with (SHARED / "un_sdg" / "sdg_segments.tsv").open(encoding="utf-8", newline="") as file:
            yield "SDG", whole(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if (SHARED / "debian_handbook").is_dir():
        with (SHARED / "debian_handbook" / "blocks.jsonl").open(encoding="utf-8") as file:
            yield "handbook", whole(json.loads(line) for line in file)
    if (SHARED / "unpc").is_dir():
        yield "UNPC", united_nations()


def united_nations() -> Columns:
    """The development set of the UN Parallel Corpus."""
    folder = SHARED / "unpc" / "dev"
    return {lang: (folder / f"UNv1.0.devset.{lang}").read_text("utf-8").splitlines() for lang in UN_LANGUAGES}


def whole(rows: Iterator[Mapping[str, str]]) -> Columns:
    """The columns of the rows that have all six languages."""
    kept = [row for row in rows if all(row.get(lang.tag) for lang in UN_LANGUAGES)]
    return {lang: [row[lang.tag] for row in kept] for lang in UN_LANGUAGES}


def restored(table: Hurt, made: Sequence[TranslationUnit], lang: Lang) -> tuple[int, int]:
    """How many of the pairs that can be brought together were, and how many there are."""
    texts = {(row[lang], held[lang]) for row, held in zip(table.rows, table.texts, strict=True)}
    true = {(table.texts[number][EN], text) for number, text in texts if number in table.wrong}
    pairs = {tuple(v.text for v in sorted(u.variants, key=lambda v: v.lang != EN)) for u in made}
    return len(true & pairs), len(true)


def damaged(columns: Columns, langs: Sequence[Lang], rows: int) -> None:
    """Print precision and recall of flagged rows for each damage and language."""
    print("\nlang  damage                            wrong  flagged  precision  recall  restored  CPU s")
    for lang in langs:
        spare = columns[lang][3 * rows :]
        for name, damage in DAMAGES.items():
            table = hurt({side: columns[side][:rows] for side in (EN, lang)}, lang, damage, spare, seed=1)
            started = time.process_time()
            found = examine(table.units, EN)
            seconds = time.process_time() - started
            flagged, wrong = {s.row for s in found.suspects}, table.wrong
            right = len(flagged & wrong)
            back, torn = restored(table, found.made, lang)
            print(
                f"{lang.tag:5} {name:33} {len(wrong):5} {len(flagged):8} {right / max(len(flagged), 1):10.3f} "
                f"{right / max(len(wrong), 1):7.3f} {f'{back / torn:.3f}' if torn else '–':>9} {seconds:6.1f}"
            )


def clean(langs: Sequence[Lang]) -> None:
    """Print the rows of clean tables that are flagged."""
    print("\ntable     lang   rows  flagged  CPU s")
    for name, columns in tables():
        for lang in langs:
            table = hurt({side: columns[side] for side in (EN, lang)}, lang, Damage(), ())
            started = time.process_time()
            found = examine(table.units, EN).suspects
            seconds = time.process_time() - started
            shown = ", ".join(f"row {s.row + 1} {s.fault} {s.gain:+.1f} nats" for s in found)
            print(f"{name:9} {lang.tag:5} {len(table.rows):5} {len(found):8} {seconds:6.1f}  {shown}")


def main() -> None:
    """Print both tables and their environment."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--langs", default="ar,es,fr,ru,zh", help="languages compared with English")
    parser.add_argument("--skip-clean", action="store_true", help="damaged tables only")
    chosen = parser.parse_args()
    langs = [Lang(tag) for tag in chosen.langs.split(",")]
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    if (SHARED / "unpc").is_dir():
        damaged(united_nations(), langs, 1000)
    else:
        print("no damaged tables: the UN Parallel Corpus is not beside the project")
    if not chosen.skip_clean:
        clean(langs)


if __name__ == "__main__":
    main()
