"""What ``untm export`` writes: one file, or one for each two languages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, count
from pathlib import Path
from typing import Any, Protocol

from tm import formats
from tm.formats.pairs import for_omegat, paired
from tm.lang import Lang
from tm.model import TranslationUnit

#: Most United Nations documents are drafted in English.
_LIKELY_SOURCE = "en"


class Units(Protocol):
    """The units wanted, from the beginning each time it is called."""

    def __call__(self, *, langs: Sequence[Lang] | None) -> Iterator[TranslationUnit]:
        """The units, in these languages only."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written."""

    path: Path
    #: How many units, and how many were left out as not to be inserted unseen.
    units: int
    left_out: int = 0

    def __str__(self) -> str:
        told = f"{self.path}: {self.units} units written"
        return f"{told}, {self.left_out} left out as not to be inserted unseen" if self.left_out else told


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written, whatever the file."""

    units: Units
    #: The tool the files are for, or None.
    tool: str | None
    #: Options of the format, those that were given.
    choices: Mapping[str, Any]

    def write(self, path: Path, langs: Sequence[Lang] | None) -> Written:
        """Write all languages, or those named, together."""
        return Written(path, formats.write_units(path, self.units(langs=langs), langs or (), **self.choices))

    def write_pair(self, path: Path, source: Lang, target: Lang) -> Written:
        """Write the units in both languages, with these two alone."""
        langs = (source, target)
        units = paired(self.units(langs=langs), source, target)
        left_out = count()
        if self.tool:
            units = for_omegat(units, lambda: next(left_out))
        written = formats.write_units(path, units, langs, **self.choices)
        return Written(path, written, next(left_out))


def pairable(langs: Sequence[Lang]) -> list[Lang]:
    """The languages to make pairs of, the likely source first; none that another takes in, as ``fr`` does ``fr-CH``."""
    alone = [lang for lang in langs if not any(other != lang and other.covers(lang) for other in langs)]
    return sorted(alone, key=lambda lang: lang.primary != _LIKELY_SOURCE)


def pair_files(path: Path, langs: Sequence[Lang]) -> list[tuple[Path, tuple[Lang, Lang]]]:
    """A file for each two languages, named after them, the one that comes first as the source.

    >>> [(file.name, pair[0].tag) for file, pair in pair_files(Path("un.tmx.gz"), [Lang("en"), Lang("ar")])]
    [('un.en-ar.tmx.gz', 'en')]
    """
    stem, ending = formats.parted_name(path)
    return [(path.with_name(f"{stem}.{a}-{b}{ending}"), (a, b)) for a, b in combinations(langs, 2)]
