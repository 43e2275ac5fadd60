"""Units as one self-contained web page in which a person corrects them, and which is read back.

The page keeps the rows of the units as data, as a table has them, and what each row was. It changes the rows as the
person works, and saves itself with them: a file that says what was corrected, merged, split and judged.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tm.errors import InputError, Problem
from tm.formats import page, reviewed_rows, unit_table
from tm.formats.plain import contents, decoded
from tm.formats.reviewed_rows import Before, Reviewed, compared
from tm.formats.spool import Spool
from tm.formats.unit_table import CONFIDENCE, Cells, Head
from tm.lang import Lang
from tm.model import TranslationUnit, TrustLimits

#: The element that holds the data, and what is in it.
_DATA = re.compile(r'<script type="application/json" id="units">(.*?)</script>', re.DOTALL)
_HINT = "give a page that untm align -o or untm export wrote, as it was saved by its own button"


def write_units(path: Path, units: Iterable[TranslationUnit], source: Lang | None = None) -> int:
    """Write units as a page to be corrected; how many were written (paragraphs, if nested).

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    with Spool(units) as spool:
        langs = spool.langs(source)
        rows = list(spool.rows())
        data = {
            "names": unit_table.head(langs, spool.parts),
            "langs": [{"tag": lang.tag, "name": lang.name, "rtl": lang.rtl, "joiner": lang.joiner} for lang in langs],
            "rows": rows,
            "before": {row[unit_table.ROW]: _kept(reviewed_rows.written(row, langs)) for row in rows},
            "trust": {row[unit_table.ROW]: _trust(row) for row in rows if CONFIDENCE in row},
        }
        # "</" would end the element, and "<!--" would hide its end.
        shown = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        page.write(path, "review.html", title=_title(rows, path), langs=langs, data=shown)
        return spool.count


def _kept(was: Before) -> list[str]:
    return [was.uid, was.texts, was.review, was.note]


def _trust(row: Cells) -> list[str]:
    """The band of a row's confidence, and the confidence as a percentage that is never more than it is."""
    confidence = float(row[CONFIDENCE])
    return [TrustLimits().band(confidence).value, f"{int(100 * confidence)} %"]


def _title(rows: list[Cells], path: Path) -> str:
    told = dict.fromkeys(row.get("symbol") or row.get("title") or row.get("origin", "") for row in rows)
    names = [name for name in told if name]
    return names[0] if len(names) == 1 else path.name


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The units of a page; those corrected since it was written are reviewed.

    Raises:
        InputError: the file is no page of units.
    """
    return (value for _, value in numbered_units(path))


def numbered_units(path: Path) -> Iterator[tuple[int, TranslationUnit | Problem]]:
    """What ``read_units`` gives, each with the number of its row, counted from 1.

    Raises:
        InputError: as ``read_units``.
    """
    yield from read_reviewed(path).units


def read_reviewed(path: Path) -> Reviewed:
    """The units of a page, and what a person has done to them.

    Raises:
        InputError: as ``read_units``.
    """
    text, _ = decoded(contents(path), path.name, None, "utf-8")
    found = _DATA.search(text)
    if found is None:
        raise InputError("this page holds no units", path=path.name, hint=_HINT)
    try:
        names, rows, before = _read(json.loads(found[1]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(f"the units of this page cannot be read: {error}", path=path.name, line=line,
                         hint=_HINT) from error  # fmt: skip
    return compared(Head.of(names, path.name), list(enumerate(rows, start=1)), before, path.name)


def _read(data: Any) -> tuple[list[str], list[Cells], dict[str, Before]]:
    """Names of the columns, rows, and what they were.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the data are not as ``write_units`` makes them.
    """
    rows = [{_text(name): _text(value) for name, value in row.items() if value} for row in data["rows"]]
    before = {_text(row): Before(*map(_text, was)) for row, was in data["before"].items()}
    return [_text(name) for name in data["names"]], rows, before


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} stands where text is expected")
    return value
