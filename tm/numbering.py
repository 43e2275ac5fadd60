"""Which meaning of each printed label continues the numbering of its document, and the path that results."""

from collections.abc import Sequence
from dataclasses import dataclass

from tm.labels import Label, Style

#: Depth of a style in the path. A label closes everything as deep or deeper, except that paragraph numbers run on.
DEPTH = {
    Style.SECTION: 0,
    Style.SUBSECTION: 1,
    Style.TOPIC: 2,
    Style.PARAGRAPH: 3,
    Style.DOTTED: 3,
    Style.ITEM: 4,
    Style.SUBITEM: 5,
    Style.BULLET: 6,
}
#: Numbers that go on through all headings.
_RUN_ON = {Style.PARAGRAPH, Style.DOTTED}
#: Costs of a reading, in the same loose unit: what a label's place in the numbering makes unlikely.
CONTINUES = 0.0
OPENS = 0.2
SKIPS = 1.0
RESTARTS = 1.0
#: A list that does not begin at its beginning: usual for headings and paragraphs of an addendum, not for items.
STARTS_LATE = {Style.SECTION: 0.8, Style.SUBSECTION: 0.8, Style.PARAGRAPH: 0.8}
STARTS_LATE_DEEPER = 1.5
#: Ahead in the list, but not near: labels lost on the way, or no label at all.
LEAPS = 1.8
REPEATS = 2.0
BREAKS = 3.0
#: A numbered heading is rarer than a numbered paragraph.
TOPIC_PRIOR = 0.3
#: For each open list that a label closes: the list inside is the likelier to go on.
CLOSES = 0.04
#: Readings listed later are less likely by as much each.
RANK = 0.05
#: How far apart two labels of a list may be that are neighbours, and that labels got lost between.
LARGEST_SKIP = 3
LARGEST_LEAP = 50
#: Partial resolutions kept while reading on.
_BEAM = 8


@dataclass(frozen=True, slots=True)
class Numbering:
    """The lists that are open at a place in a document."""

    #: Last ordinal of each open list, by style; dotted numbers are kept whole.
    last: tuple[tuple[Style, tuple[int, ...]], ...] = ()
    #: Norms of the labels that enclose the place, by style, outermost first.
    path: tuple[tuple[Style, str], ...] = ()

    def cost(self, label: Label) -> float:
        """How little the label fits here, from 0 (the next of an open list) to ``BREAKS`` and a little more."""
        if label.style is Style.BULLET:
            return OPENS
        previous = dict(self.last).get(label.style)
        prior = CLOSES * sum(DEPTH[style] > DEPTH[label.style] for style, _ in self.path)
        prior += TOPIC_PRIOR if label.style is Style.TOPIC else 0.0
        if label.style is Style.DOTTED:
            parts = tuple(int(part) for part in label.norm.split("."))
            return _dotted_cost(previous, parts) + prior
        if previous is None:
            return (OPENS if label.ordinal == 1 else self._late(label)) + prior
        step = label.ordinal - previous[0]
        if step == 1:
            return CONTINUES + prior
        if label.ordinal == 1:
            return RESTARTS + prior
        if step == 0:
            return REPEATS + prior
        if 1 < step <= LARGEST_LEAP:
            return (SKIPS if step <= LARGEST_SKIP else LEAPS) + prior
        return BREAKS + prior

    @staticmethod
    def _late(label: Label) -> float:
        """The cost of a list that begins at this label; the first letters only are likely to have lost one before."""
        if label.style is Style.SUBSECTION and label.ordinal > LARGEST_SKIP + 1:
            return STARTS_LATE_DEEPER
        return STARTS_LATE.get(label.style, STARTS_LATE_DEEPER)

    def after(self, label: Label) -> "Numbering":
        """The open lists once the label has been read."""
        if label.style is Style.BULLET:
            return self
        depth = DEPTH[label.style]
        runs_on = {Style.PARAGRAPH, Style.DOTTED}
        ordinal = (
            tuple(int(part) for part in label.norm.split(".")) if label.style is Style.DOTTED else (label.ordinal,)
        )
        last = [
            (style, value)
            for style, value in self.last
            if style is not label.style and (DEPTH[style] <= depth or (style in runs_on and depth < DEPTH[style]))
        ]
        path = tuple((style, norm) for style, norm in self.path if DEPTH[style] < depth)
        return Numbering((*last, (label.style, ordinal)), (*path, (label.style, label.norm)))

    @property
    def section(self) -> tuple[str, ...]:
        """The part of the path that headings make."""
        return tuple(norm for style, norm in self.path if DEPTH[style] < DEPTH[Style.PARAGRAPH])

    @property
    def components(self) -> tuple[str, ...]:
        """The path as ``Segment.path`` has it."""
        return tuple(norm for _, norm in self.path)


def _dotted_cost(previous: tuple[int, ...] | None, parts: tuple[int, ...]) -> float:
    """The cost of a dotted number after the last one: little for ``1.1``, ``2.4.1`` or what the last leads on to."""
    if previous is None or parts[:-1] > previous:
        return OPENS if parts[-1] == 1 else LEAPS
    if parts <= previous:
        return REPEATS
    # Either the first part in which the two differ goes up, or the new number goes on below the last one.
    common = next(
        (i for i, (one, other) in enumerate(zip(previous, parts, strict=False)) if one != other), len(previous)
    )
    step = parts[common] - (previous[common] if common < len(previous) else 0)
    return OPENS if step == 1 else SKIPS if step <= LARGEST_SKIP else LEAPS


def in_words(path: Sequence[str]) -> str:
    """A numbering path in words, or "" for none.

    >>> in_words(("II", "A", "1", "e")), in_words(("1", "2"))
    ('II.A, para. 1 (e)', 'para. 1 (2)')
    """
    sections = [part for part in path if not part[:1].isdecimal() and part == part.upper()]
    inside = [part for part in path if part not in sections]
    rest = [f"para. {part}" if i == 0 and part[:1].isdecimal() else f"({part})" for i, part in enumerate(inside)]
    return ", ".join(part for part in (".".join(sections), " ".join(rest)) if part)


def range_in_words(first: Sequence[str], last: Sequence[str]) -> str:
    """A range of numbering paths in words, both of them not empty.

    >>> range_in_words(("II", "3"), ("II", "7")), range_in_words(("II", "1", "b"), ("II", "1", "d"))
    ('II, paras. 3–7', 'II, para. 1 (b)–(d)')
    >>> range_in_words(("II", "1", "e"), ("III", "2"))
    'II, para. 1 (e) – III, para. 2'
    >>> range_in_words(("1", "2"), ("1", "4"))
    'para. 1 (2)–(4)'
    """
    one, other = in_words(first), in_words(last)
    if one == other:
        return one
    if first[:-1] == last[:-1] and one.endswith(")") and other.endswith(")"):
        return f"{one}–({last[-1]})"
    if first[:-1] == last[:-1] and first[-1].isdecimal() and last[-1].isdecimal():
        return f"{one.replace('para. ', 'paras. ')}–{last[-1]}"
    return f"{one} – {other}"


def resolve(blocks: Sequence[tuple[Label, ...]]) -> tuple[Label | None, ...]:
    """The meaning of each block's label, among its readings, that makes the numbering of all run best.

    Blocks without label have no readings and stay None. A beam search; time grows with the number of blocks.

    >>> from tm.labels import readings
    >>> from tm.lang import Lang
    >>> [label.norm for label in resolve([readings(raw, Lang("en")) for raw in ("h)", "i)", "j)")]) if label]
    ['h', 'i', 'j']
    >>> [label.style.value for label in resolve([readings(r, Lang("en")) for r in ("h)", "i)", "ii)")]) if label]
    ['item', 'subitem', 'subitem']
    """
    # Each partial resolution: cost so far, open lists, and a linked list of the labels chosen.
    beam: list[tuple[float, Numbering, _Chain | None]] = [(0.0, Numbering(), None)]
    for choices in blocks:
        if not choices:
            beam = [(cost, state, _Chain(None, chain)) for cost, state, chain in beam]
            continue
        grown = [
            (cost + state.cost(label) + rank * RANK, state.after(label), _Chain(label, chain))
            for cost, state, chain in beam
            for rank, label in enumerate(choices)
        ]
        grown.sort(key=lambda one: one[0])
        best: dict[Numbering, tuple[float, Numbering, _Chain | None]] = {}
        for one in grown:
            best.setdefault(one[1], one)
        beam = list(best.values())[:_BEAM]
    found: list[Label | None] = []
    chain = beam[0][2]
    while chain is not None:
        found.append(chain.label)
        chain = chain.before
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class _Chain:
    label: Label | None
    before: "_Chain | None"
