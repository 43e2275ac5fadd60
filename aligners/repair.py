"""A table of units in several languages, its suspect rows, and the units it should have had.

Every language is compared with one that most rows have. A language is out of step when the others agree with one
another and it does not. Units that a person has reviewed are fixed points: they are neither judged nor changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aligners.groups import in_order
from aligners.multiway import AlignOptions, align
from aligners.suspects import Column, Judged, judge, stretches
from tm import inline
from tm.lang import Lang
from tm.model import FOREIGN_ID, Fault, Review, Segment, Stretch, Suspect, TranslationUnit, Variant

#: Most times that new units are examined in their turn.
_PASSES = 3
_DEFAULTS = AlignOptions()
#: The language most United Nations documents are drafted in.
_DRAFTED = Lang("en")
#: A text: its language and its row.
Node = tuple[Lang, int]


@dataclass(frozen=True, slots=True)
class Examination:
    """What is wrong with a table, and what it should be."""

    #: In order of rows.
    suspects: tuple[Suspect, ...]
    stretches: tuple[Stretch, ...]
    #: All units in their new order. A new unit has the uid of the one it continues, or "".
    units: tuple[TranslationUnit, ...]
    #: Those of them that were made anew.
    made: tuple[TranslationUnit, ...]


def fixed(unit: TranslationUnit) -> bool:
    """Whether a person has confirmed the unit, or a sentence inside it."""
    return Review.REVIEWED in (unit.review, *(sentence.review for sentence in unit.sentences))


def settled(
    found: Examination,
    source: Lang | None = None,
    targets: Sequence[Lang] = (),
    options: AlignOptions = _DEFAULTS,
) -> Examination:
    """The same findings, with units in which nothing is suspect any more: those made anew are examined in their turn.

    A few rows of a long stretch may be paired better once the table, which guides the search, is right around them.
    """
    units = found.units
    old = set(units) - set(found.made)
    for _ in range(_PASSES if found.suspects else 0):
        again = examine(units, source, targets, options)
        if not again.suspects:
            break
        units = again.units
    return replace(found, units=units, made=tuple(unit for unit in units if unit not in old))


def examine(
    units: Sequence[TranslationUnit],
    source: Lang | None = None,
    targets: Sequence[Lang] = (),
    options: AlignOptions = _DEFAULTS,
) -> Examination:
    """Judge the units of one document, given in order, and pair anew what does not belong together.

    Args:
        units: one a row, with their sentences.
        source: the language that the others are compared with; None for the one that most units have.
        targets: the languages compared with it; empty for all others.
        options: of the alignment.
    """
    table = _Table(units, options)
    if not table.langs:
        return Examination((), (), tuple(units), ())
    pivot = source or table.langs[0]
    judged = {lang: table.judged(pivot, lang) for lang in targets or table.langs if lang != pivot}
    suspects = tuple(_with_language(judged, table, pivot))
    if not suspects:
        return Examination((), (), tuple(units), ())
    repair = _Repair(table, pivot, judged)
    made, whole = repair.made({suspect.off for suspect in suspects})
    return Examination(suspects, stretches(suspects), whole, made)


class _Table:
    """The texts of the units by language and row, and what was found about pairs of languages."""

    def __init__(self, units: Sequence[TranslationUnit], options: AlignOptions) -> None:
        self.units = units
        self.options = options
        self.texts: dict[Node, Variant] = {
            (variant.lang, row): variant
            for row, unit in enumerate(units)
            if not fixed(unit)
            for variant in unit.variants
            if variant.text.strip()
        }
        held = Counter(lang for lang, _ in self.texts)
        #: The language most rows have first; among equals the one most documents are drafted in, then by tag.
        self.langs = tuple(sorted(held, key=lambda lang: (-held[lang], lang != _DRAFTED, lang)))
        self._rows: defaultdict[int, list[Lang]] = defaultdict(list)
        for lang, row in self.texts:
            self._rows[row].append(lang)
        self._judged: dict[tuple[Lang, Lang], Judged] = {}

    def at(self, row: int) -> Sequence[Lang]:
        """The languages of a row."""
        return self._rows[row]

    def judged(self, source: Lang, target: Lang) -> Judged:
        """What belongs together in two languages."""
        if (source, target) not in self._judged:
            self._judged[source, target] = judge(self._column(source), self._column(target), self.options)
        return self._judged[source, target]

    def agree(self, one: Lang, other: Lang, row: int) -> bool:
        """Whether the texts of a row in two languages belong together."""
        return row not in self.judged(*sorted((one, other))).suspects

    def _column(self, lang: Lang) -> Column:
        rows = tuple(row for row in range(len(self.units)) if (lang, row) in self.texts)
        return Column(lang, rows, tuple(self.texts[lang, row].text for row in rows))


def _with_language(judged: Mapping[Lang, Judged], table: _Table, pivot: Lang) -> Iterator[Suspect]:
    """The suspects in order of rows, with the language that is out of step where that can be told."""
    rows = sorted({row for some in judged.values() for row in some.suspects})
    for row in rows:
        doubted = {lang: some.suspects[row] for lang, some in judged.items() if row in some.suspects}
        agreeing = [lang for lang in judged if lang in table.at(row) and lang not in doubted]
        alike = len(doubted) > 1 and len({(s.fault, s.offset) for s in doubted.values()}) == 1
        first, *rest = doubted
        if alike and next(iter(doubted.values())).fault is Fault.UNRELATED:
            alike = all(table.agree(first, lang, row) for lang in rest)
        for lang, suspect in doubted.items():
            yield replace(suspect, off=lang if agreeing else pivot if alike else None)


class _Repair:
    """New units made of the texts of those that hang together with suspect rows."""

    def __init__(self, table: _Table, pivot: Lang, judged: Mapping[Lang, Judged]) -> None:
        self._table, self._pivot, self._judged = table, pivot, judged
        self._suspect = {row for some in judged.values() for row in some.suspects}
        self._neighbours: defaultdict[Node, set[Node]] = defaultdict(set)
        #: How sure each link of a node is, and how sure it is that it has none.
        self._confidences: defaultdict[Node, list[float]] = defaultdict(list)
        self._paired: set[Node] = set()
        for lang, some in judged.items():
            for link in some.links:
                nodes = [*((pivot, row) for row in link.source), *((lang, row) for row in link.target)]
                self._join(nodes)
                if link.source and link.target:
                    self._paired.update((lang, row) for row in link.target)
                for node in nodes:
                    self._confidences[node] += [link.confidence] if link.confidence is not None else []
        for row in range(len(table.units)):
            self._keep_row(row)

    def made(self, off: set[Lang | None]) -> tuple[tuple[TranslationUnit, ...], tuple[TranslationUnit, ...]]:
        """The units made anew, and all units in their new order.

        Args:
            off: the languages that are out of step: their rows do not decide which unit a new one continues.
        """
        lead = [lang for lang in (self._pivot, *self._table.langs) if lang not in off] or [self._pivot]
        groups = self._groups()
        touched = {row for group in groups if self._is_new(group) for _, row in group}
        groups = [group for group in groups if any(row in touched for _, row in group)]
        homes = _homes(groups, lead)
        pieces: list[tuple[TranslationUnit, dict[Lang, int]]] = []
        made = []
        for group, home, first in homes:
            unit = self._unit(group, home, first) if self._is_new(group) else self._table.units[home]
            pieces.append((unit, dict(reversed(group))))
            made += [unit] if self._is_new(group) else []
        for row, unit in enumerate(self._table.units):
            if row not in touched:
                pieces.append((unit, dict.fromkeys(unit.langs, row)))
        order = list(dict.fromkeys([*lead, self._pivot, *(lang for _, places in pieces for lang in places)]))
        pieces.sort(key=lambda piece: min(piece[1].values()))
        places = [{order.index(lang): row for lang, row in held.items()} for _, held in pieces]
        whole = tuple(pieces[k][0] for k in in_order(places, range(len(order))))
        return tuple(made), whole

    def _join(self, nodes: Sequence[Node]) -> None:
        for node in nodes[1:]:
            self._neighbours[nodes[0]].add(node)
            self._neighbours[node].add(nodes[0])

    def _keep_row(self, row: int) -> None:
        """Keep together what nobody doubts: languages not judged, and those that have lost the pivot together."""
        pivot, judged = self._pivot, self._judged
        langs = self._table.at(row)
        apart = [lang for lang in langs if lang != pivot and lang not in judged and pivot in langs]
        for lang in apart:
            self._join([(pivot, row), (lang, row)])
        adrift = [lang for lang in langs if lang not in (pivot, *apart) and (lang, row) not in self._paired]
        for k, lang in enumerate(adrift):
            for other in adrift[k + 1 :]:
                doubted = row in self._suspect and lang in judged and other in judged
                if not doubted or self._table.agree(lang, other, row):
                    self._join([(lang, row), (other, row)])

    def _groups(self) -> list[tuple[Node, ...]]:
        """Texts that belong together, each group by row and language."""
        seen: set[Node] = set()
        found = []
        for start in sorted(self._table.texts, key=lambda node: (node[1], node[0])):
            if start in seen:
                continue
            group, waiting = {start}, [start]
            while waiting:
                new = self._neighbours[waiting.pop()] - group
                group |= new
                waiting += new
            seen |= group
            found.append(tuple(sorted(group, key=lambda node: (node[1], node[0]))))
        return found

    def _is_new(self, group: Sequence[Node]) -> bool:
        """Whether the group is not one of the units as they stand."""
        row = group[0][1]
        return set(group) != {(lang, row) for lang in self._table.at(row)}

    def _unit(self, group: Sequence[Node], home: int, first: bool) -> TranslationUnit:
        """The unit of some texts, in the place of the unit of a row, which it continues when it is the first to."""
        before = self._table.units[home]
        langs = sorted({lang for lang, _ in group}, key=lambda lang: (lang not in before.langs, lang))
        variants = tuple(self._variant(lang, [row for other, row in group if other == lang]) for lang in langs)
        told = [value for node in group for value in self._confidences[node]]
        kept = before.properties if first else tuple(p for p in before.properties if p[0] != FOREIGN_ID)
        unit = replace(
            before,
            uid=before.uid if first else "",
            variants=variants,
            confidence=min(told) if told else before.confidence,
            review=Review.UNREVIEWED,
            properties=kept,
            sentences=(),
            changed=None,
            changed_by="",
        )
        had = any(self._table.units[row].sentences for _, row in group)
        return replace(unit, sentences=self._sentences(unit)) if had and len(variants) > 1 else unit

    def _variant(self, lang: Lang, rows: Sequence[int]) -> Variant:
        parts = [self._table.texts[lang, row] for row in rows]
        if len(parts) == 1:
            return parts[0]
        places = tuple(place for part in parts for place in part.segments)
        markup = inline.joined([(part.text, part.markup or "") for part in parts], lang.joiner) or None
        return Variant(lang, lang.joiner.join(part.text for part in parts), markup, places)

    def _sentences(self, unit: TranslationUnit) -> tuple[TranslationUnit, ...]:
        sides = {v.lang: [Segment(v.text, v.lang, unit.kind, markup=v.markup or "")] for v in unit.variants}
        aligned = align(sides, self._table.options).units
        return tuple(replace(s, document=unit.document) for s in aligned[0].sentences) if len(aligned) == 1 else ()


def _homes(groups: Iterable[tuple[Node, ...]], lead: Sequence[Lang]) -> Iterator[tuple[tuple[Node, ...], int, bool]]:
    """For each group, the row whose unit it takes after, and whether it is the one that continues it.

    That is the row of its text in the first language that leads; the group with the most languages continues a unit.
    """
    homes = []
    for group in groups:
        rows = dict(reversed(group))
        homes.append((group, next((rows[lang] for lang in lead if lang in rows), group[0][1])))
    chosen: dict[int, tuple[Node, ...]] = {}
    for group, home in homes:
        leads = any(lang == lead[0] for lang, _ in group)
        best = chosen.get(home)
        if best is None or (leads, len(group)) > (any(lang == lead[0] for lang, _ in best), len(best)):
            chosen[home] = group
    for group, home in homes:
        yield group, home, chosen[home] is group
