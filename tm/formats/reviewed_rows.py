"""Rows of a table as a person left them: what was corrected, taken out, put in, or judged since it was written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from json import dumps

from tm.errors import Problem
from tm.formats import unit_table
from tm.formats.unit_table import NOTE, REVIEW, ROW, UNIT, Cells, Head
from tm.lang import Lang
from tm.model import Review, TranslationUnit


@dataclass(frozen=True, slots=True)
class Before:
    """What a row was when the file was written."""

    uid: str
    texts: str
    review: str
    note: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A file as a person left it."""

    #: Its units with their lines, those corrected or marked as reviewed.
    units: tuple[tuple[int, TranslationUnit | Problem], ...]
    #: Numbers of the rows that were written and are no longer there, with their units' identifiers, or "".
    removed: Mapping[str, str]
    #: Lines of the rows that a person has corrected, put in, or given another verdict or note.
    touched: frozenset[int]


def written(row: Cells, langs: Iterable[Lang]) -> Before:
    """What a row is now, to be kept with the file."""
    return Before(row.get(UNIT, ""), _digest(row, langs), row.get(REVIEW, ""), row.get(NOTE, ""))


def compared(heading: Head, rows: Sequence[tuple[int, Cells]], before: Mapping[str, Before], path: str) -> Reviewed:
    """The units of a table's rows, and what a person has done to them.

    Args:
        heading: the table's head.
        rows: the line and the cells of each row.
        before: what each row was by its number; empty when that is not known.
        path: name of the file, for problems.
    """
    present = {row.get(ROW, "") for _, row in rows}
    touched = frozenset(line for line, row in rows if before and _is_touched(row, before, heading.langs))
    units = tuple(corrected(heading, rows, before, path))
    return Reviewed(units, {row: was.uid for row, was in before.items() if row not in present}, touched)


def corrected(
    heading: Head, rows: Iterable[tuple[int, Cells]], before: Mapping[str, Before], path: str
) -> Iterator[tuple[int, TranslationUnit | Problem]]:
    """The units of a table's rows with their lines, as ``compared`` gives them; the rows are read one by one."""
    waiting: dict[int, Cells] = {}

    def passing() -> Iterator[tuple[int, Cells]]:
        for line, row in rows:
            waiting[line] = row
            yield line, row

    for line, value in unit_table.units(passing(), heading, path):
        row = waiting[line]
        yield (
            line,
            _corrected(value, row, before, heading.langs)
            if before and _is_touched(row, before, heading.langs)
            else value,
        )
        if isinstance(value, TranslationUnit):
            # Lines rise from unit to unit, but what is wrong with the next row is told first.
            for past in [other for other in waiting if other <= line]:
                del waiting[past]


def _is_touched(row: Cells, before: Mapping[str, Before], langs: Sequence[Lang]) -> bool:
    was = before.get(row.get(ROW, ""))
    verdict = row.get(REVIEW, ""), row.get(NOTE, "")
    return was is None or was.texts != _digest(row, langs) or (was.review, was.note) != verdict


def _corrected(
    value: TranslationUnit | Problem, row: Cells, before: Mapping[str, Before], langs: Sequence[Lang]
) -> TranslationUnit | Problem:
    """The unit of a row that was touched: reviewed, unless it was rejected, when its texts are others. Then what was
    known of the old texts no longer holds: sentences, markup, segments, confidence.
    """
    if isinstance(value, Problem):
        return value
    was = before.get(row.get(ROW, ""))
    review = Review.REVIEWED if value.review is Review.UNREVIEWED else value.review
    if was is not None and was.texts == _digest(row, langs):
        return value
    variants = tuple(replace(variant, markup=None, segments=()) for variant in value.variants)
    uid = value.uid if was is not None else ""
    return replace(value, variants=variants, review=review, sentences=(), uid=uid, confidence=None)


def _digest(row: Cells, langs: Iterable[Lang]) -> str:
    """What tells the texts of a row from others."""
    texts = [(lang.tag, row[lang.tag]) for lang in sorted(langs) if lang.tag in row]
    return blake2b(dumps(texts).encode(), digest_size=16).hexdigest()
