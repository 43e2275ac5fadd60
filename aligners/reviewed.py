"""Units a person answers for, as fixed points for aligning the same document again.

A unit knows which segments it was made of. Versions change, and a file may come from another reading of them, so the
texts decide: where those segments no longer have a unit's text, the text is looked for in the whole version.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aligners.fixed import PAIRED_KINDS
from tm.errors import InputError, Problem
from tm.evidence import kinds_with
from tm.lang import Lang
from tm.model import FixedPoint, Level, Review, Segment, TranslationUnit, Variant
from tm.text import nfc


@dataclass(frozen=True, slots=True)
class Correction:
    """A unit a person answers for, and where it was read."""

    unit: TranslationUnit
    path: str = ""
    #: Line of the file, counted from 1; 0 when there is none.
    line: int = 0


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrections that fit the versions, and what is wrong with the others."""

    #: Each with what it says; no two hold the same segment.
    points: tuple[tuple[Correction, FixedPoint], ...] = ()
    problems: tuple[Problem, ...] = ()

    def and_older(self, other: "Corrected", editions: Mapping[Lang, Sequence[Segment]]) -> "Corrected":
        """These, and those of the others that hold no segment that one of these holds."""
        taken = {node for _, point in self.points for node in _nodes(point, editions)}
        rest = tuple(pair for pair in other.points if taken.isdisjoint(_nodes(pair[1], editions)))
        return Corrected((*self.points, *rest), (*self.problems, *other.problems))


def answered_for(units: Iterable[TranslationUnit]) -> list[bool]:
    """For each unit, whether a person answers for it: paragraph units marked as reviewed, or, where none is marked,
    all that are not rejected.
    """
    listed = list(units)
    some = any(unit.review is Review.REVIEWED for unit in listed)
    wanted = {Review.REVIEWED} if some else {Review.UNREVIEWED}
    return [unit.review in wanted and unit.level is Level.PARAGRAPH for unit in listed]


def fixed_points(
    corrections: Sequence[Correction], editions: Mapping[Lang, Sequence[Segment]], spoken: Collection[Lang]
) -> Corrected:
    """What the corrections say about these versions.

    A unit has no counterpart in a language it lacks, if other units of its source have that language, and in one
    whose text it gives as empty. Of other languages it says nothing. A unit with a text that cannot be found, or that
    is only part of a segment, is a problem and holds nothing.

    Args:
        corrections: the units.
        editions: the segments of each version.
        spoken: the languages of all units of the source, corrections or not.

    Raises:
        InputError: two corrections hold the same segment.
    """
    places = {lang: _Places(segments) for lang, segments in editions.items()}
    owners: dict[tuple[Lang, int], Correction] = {}
    points: list[tuple[Correction, FixedPoint]] = []
    problems: list[Problem] = []
    for correction in corrections:
        found = _point(correction, places, [lang for lang in editions if lang in spoken])
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            for lang, index in _nodes(found, editions):
                other = owners.setdefault((lang, index), correction)
                if other is not correction:
                    raise _contradiction(other, correction, editions[lang][index])
            points.append((correction, found))
    return Corrected(tuple(points), tuple(problems))


def _point(
    correction: Correction, places: Mapping[Lang, "_Places"], spoken: Sequence[Lang]
) -> FixedPoint | Problem | None:
    """What a correction says about the versions; None when it says nothing."""
    unit = correction.unit
    ranges: dict[Lang, tuple[int, int]] = dict.fromkeys(spoken, (0, 0))
    for variant in unit.variants:
        if variant.lang not in places:
            continue
        found = places[variant.lang].find(variant)
        if isinstance(found, str):
            hint = "take the text as untm align --json or -o gives it, or leave the unit out"
            return Problem(f"not held: {found}", correction.path, correction.line, hint)
        ranges[variant.lang] = found
    if len(ranges) < 2 or all(start == end for start, end in ranges.values()):
        return None
    return FixedPoint(tuple(ranges.items()), unit.reordered)


def _nodes(point: FixedPoint, editions: Mapping[Lang, Sequence[Segment]]) -> list[tuple[Lang, int]]:
    return [
        (lang, k) for lang, span in point.ranges for k in range(*span) if _paired(editions[lang], span[0], k)
    ]  # fmt: skip


def _paired(segments: Sequence[Segment], first: int, index: int) -> bool:
    return segments[index].kind in kinds_with(segments[first].kind)


def _contradiction(one: Correction, two: Correction, segment: Segment) -> InputError:
    where = f"line {one.line} and line {two.line}" if one.line and two.line else "two corrections"
    return InputError(
        f"{where} both hold the {segment.lang.name} text {_quoted(segment.text)}", path=two.path, line=two.line,
        hint="a text belongs to one unit: merge the two, or take it out of one",
    )  # fmt: skip


class _Places:
    """Where texts stand in a version. Spaces and line ends do not count: people put them between what they join."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._texts = [_squeezed(segment.text) for segment in segments]
        self._first: dict[str, list[int]] = {}
        for index, segment in enumerate(segments):
            if segment.kind in PAIRED_KINDS and segment.text:
                self._first.setdefault(self._texts[index][:_OPENING], []).append(index)

    def find(self, variant: Variant) -> tuple[int, int] | str:
        """The half-open range of the segments that have the variant's text, or why there is none."""
        text = _squeezed(variant.text)
        if not text and not variant.segments:
            return 0, 0
        if self._side_by_side(variant.segments) and self._joined(variant.segments) == text:
            return min(variant.segments), max(variant.segments) + 1
        found = [span for index in self._openings(text) if (span := self._run(index, text))]
        if len(found) == 1:
            return found[0]
        shown = f"the {variant.lang.name} text {_quoted(nfc(variant.text))}"
        if found:
            return f"{shown} stands {len(found)} times in this version, none of them where the unit has it"
        if any(s.kind in PAIRED_KINDS and text in held for s, held in zip(self._segments, self._texts, strict=True)):
            return f"{shown} is only part of a segment"
        return f"{shown} is no longer in this version"

    def _side_by_side(self, indices: Sequence[int]) -> bool:
        if not indices or not 0 <= min(indices) <= max(indices) < len(self._segments):
            return False
        first = min(indices)
        if self._segments[first].kind not in PAIRED_KINDS:
            return False
        between = [k for k in range(first, max(indices) + 1) if _paired(self._segments, first, k)]
        return between == sorted(indices)

    def _joined(self, indices: Iterable[int]) -> str:
        return "".join(self._texts[k] for k in indices)

    def _openings(self, text: str) -> list[int]:
        """Segments the text may begin with: those that begin as it does, and those shorter than a beginning."""
        return sorted({k for size in range(1, min(len(text), _OPENING) + 1) for k in self._first.get(text[:size], ())})

    def _run(self, first: int, text: str) -> tuple[int, int] | None:
        """The range of segments from the first that are the text together."""
        held = ""
        for index in range(first, len(self._segments)):
            if not _paired(self._segments, first, index):
                continue
            held += self._texts[index]
            if held == text:
                return first, index + 1
            if not text.startswith(held):
                return None
        return None


def _squeezed(text: str) -> str:
    """The text in NFC without spaces and line ends."""
    return "".join(nfc(text).split())


#: Characters of a segment's text by which it is looked up.
_OPENING = 40
#: Characters of a text that are shown in a message.
_SHOWN = 50


def _quoted(text: str) -> str:
    return f"“{text}”" if len(text) <= _SHOWN else f"“{text[:_SHOWN]}…”"
