"""Rows of a table set aside until all of them are known, because its head depends on the last one."""

import json
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from tm.formats import unit_table
from tm.formats.unit_table import Cells
from tm.lang import Lang
from tm.model import TranslationUnit


class RowFile:
    """Rows kept in a temporary file, so that memory stays the same however many they are; a context manager."""

    def __init__(self) -> None:
        # Closed by ``__exit__``.
        self._file = TemporaryFile("w+", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115

    def keep(self, row: Cells) -> None:
        """Add a row."""
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def rows(self) -> Iterator[Cells]:
        """The rows in order; they may be asked for again."""
        self._file.seek(0)
        return map(json.loads, self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class Spool(RowFile):
    """The rows of units.

    Attributes:
        count: how many units were given, those inside others not counted.
        parts: which parts of variants have a column: ``fr markup``.
    """

    def __init__(self, units: Iterable[TranslationUnit]) -> None:
        super().__init__()
        self.count = 0
        self.parts: set[str] = set()
        self._langs: set[Lang] = set()
        for row in unit_table.rows(self._counted(units)):
            self.parts.update(name for name in row if name not in unit_table.FIELDS)
            self.keep(row)

    def _counted(self, units: Iterable[TranslationUnit]) -> Iterator[TranslationUnit]:
        for unit in units:
            self.count += 1
            self._langs.update(unit.langs)
            self._langs.update(lang for sentence in unit.sentences for lang in sentence.langs)
            yield unit

    def langs(self, first: Lang | None = None) -> tuple[Lang, ...]:
        """The languages of all rows by tag, the given one and its locales before the others."""
        return tuple(sorted(self._langs, key=lambda lang: (first is None or not first.covers(lang), lang.tag)))
