"""The segments of an XLIFF file that wait for their translation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tm.formats.tmx_inline import name_of
from tm.formats.xliff_inline import InlineReader
from tm.formats.xliff_tools import locked
from tm.formats.xliff_unit import UNTRANSLATED, child_of, children_of, marks, original_data

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class Gap:
    """A segment that waits for its translation."""

    #: The ``<trans-unit>`` or ``<unit>``.
    unit: "etree._Element"
    #: The ``<segment>`` of XLIFF 2, the ``<mrk>`` of a segmented unit, or else the unit.
    part: "etree._Element"
    #: What holds its text.
    source: "etree._Element"
    text: str

    @property
    def modern(self) -> bool:
        """Whether it stands in XLIFF 2."""
        return name_of(self.unit) == "unit"

    @property
    def name(self) -> str:
        """The ``mid`` of a marked segment, "" for others."""
        return self.part.get("mid", "") if name_of(self.part) == "mrk" else ""


def units(tree: "etree._ElementTree") -> "Iterator[etree._Element]":
    """All its units."""
    yield from tree.iter("{*}trans-unit", "{*}unit")


def gaps(tree: "etree._ElementTree") -> Iterator[Gap]:
    """The segments of a file that wait for their translation, in order."""
    for unit in units(tree):
        if unit.get("translate") == "no":
            continue
        reader = InlineReader(original_data(unit))
        found = _modern_parts(unit) if name_of(unit) == "unit" else _old_parts(unit)
        for part, source in found:
            text = reader.read(source).text
            if text.strip() and not locked(unit, part.get("mid", "")):
                yield Gap(unit, part, source, text)


def _modern_parts(unit: "etree._Element") -> "Iterator[tuple[etree._Element, etree._Element]]":
    for segment in children_of(unit, "segment"):
        source = child_of(segment, "source")
        if source is not None and not _translated(child_of(segment, "target"), segment.get("state", "")):
            yield segment, source


def _old_parts(unit: "etree._Element") -> "Iterator[tuple[etree._Element, etree._Element]]":
    source, target, segmented = (child_of(unit, name) for name in ("source", "target", "seg-source"))
    if source is None:
        return
    named = marks(segmented) if segmented is not None else {}
    if not named:
        if not _translated(target, "" if target is None else target.get("state", "")):
            yield unit, source
        return
    translated = {} if target is None else marks(target)
    for name, mark in named.items():
        if not _translated(translated.get(name), ""):
            yield mark, mark


def _translated(target: "etree._Element | None", state: str) -> bool:
    return target is not None and state not in UNTRANSLATED and bool("".join(map(str, target.itertext())).strip())
