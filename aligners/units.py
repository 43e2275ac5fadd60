"""Translation units from groups of segments: one variant a language, with the sentence units inside."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from aligners import groups as grouping
from aligners import sentences as sentence_beads
from aligners.consensus import Key
from aligners.fixed import Point
from aligners.groups import Group, Link, Node, in_order
from aligners.sentences import SentenceGroup
from aligners.stream import Stream
from tm import inline
from tm.model import Bead, Level, TranslationUnit, Variant


@dataclass(frozen=True, slots=True)
class _Draft:
    """A unit in the making."""

    #: The pieces of segments it is made of, in order: node and half-open range in the segment's text.
    pieces: tuple[tuple[Node, int, int], ...]
    sentences: tuple[SentenceGroup, ...]
    confidence: float
    reordered: bool

    @property
    def places(self) -> dict[int, tuple[int, int]]:
        """Where it begins in each stream."""
        found: dict[int, tuple[int, int]] = {}
        for (stream, place), start, _ in self.pieces:
            found[stream] = min(found.get(stream, (place, start)), (place, start))
        return found


def build(
    streams: Sequence[Stream],
    places: Sequence[Sequence[int]],
    found: Mapping[Key, Sequence[Bead]],
    order: Sequence[int],
    position: int,
    sentences: bool,
    costs: Sequence[str],
    points: Sequence[Point] = (),
) -> list[TranslationUnit]:
    """Paragraph units in document order, every segment in one of them (a merged segment's parts in several).

    Args:
        streams: the languages' segments.
        places: index of each segment of each stream in the sequence it came from.
        found: the beads of every pair, as positions in the streams.
        order: the streams in the order their variants shall have.
        position: position of the first unit.
        sentences: whether to make sentence units.
        costs: names of the costs that align the sentences.
        points: what a person says belongs together, each in one unit.
    """
    known = grouping.links(found, len(streams))
    nodes = [(s, k) for s, stream in enumerate(streams) for k in range(len(stream))]
    coarse = grouping.groups(nodes, known, points)
    coarse = tuple(coarse[k] for k in in_order([_starts(group) for group in coarse], order))
    within = _within(coarse, known)
    whole = frozenset(node for point in points for node in point.nodes)
    coarse = tuple(grouping.sequence(group, within[group], order, whole) for group in coarse)
    # Without sentence units, sentences are needed only to cut what one language has merged.
    asked = [sentences or bool(grouping.parted(group, within[tuple(sorted(group))], whole)[1]) for group in coarse]
    groups = [group for group, wanted in zip(coarse, asked, strict=True) if wanted]
    beads = iter(sentence_beads.align(streams, groups, costs) if groups else ())
    inside = [next(beads) if wanted else () for wanted in asked]
    moved = {node for (a, b), beads in found.items() for bead in beads if bead.reordered for node in _nodes(bead, a, b)}
    alone = _alone(found)
    drafts = [
        draft
        for group, some in zip(coarse, inside, strict=True)
        for draft in _drafts(group, some, within[tuple(sorted(group))], streams, moved, alone, whole)
    ]
    arranged = [drafts[k] for k in in_order([draft.places for draft in drafts], order)]
    return [_unit(draft, streams, places, order, position + k, sentences) for k, draft in enumerate(arranged)]


def _within(groups: Sequence[Group], known: Sequence[Link]) -> dict[Group, list[Link]]:
    """The links inside each group."""
    owner = {node: group for group in groups for node in group}
    within: dict[Group, list[Link]] = {group: [] for group in groups}
    for link in known:
        if owner[link.one] == owner[link.two]:
            within[owner[link.one]].append(link)
    return within


def _starts(group: Group) -> dict[int, int]:
    return dict(reversed(group))


def _nodes(bead: Bead, a: int, b: int) -> list[Node]:
    return [(a, i) for i in range(*bead.source)] + [(b, j) for j in range(*bead.target)]


def _alone(found: Mapping[Key, Sequence[Bead]]) -> dict[Node, float]:
    """How sure it is that a segment without partners has none: the mean over its gaps."""
    gaps: dict[Node, list[float]] = defaultdict(list)
    for (a, b), beads in found.items():
        for bead in beads:
            if bead.source[0] == bead.source[1] or bead.target[0] == bead.target[1]:
                for node in _nodes(bead, a, b):
                    gaps[node].append(bead.confidence)
    return {node: sum(values) / len(values) for node, values in gaps.items()}


def _drafts(
    group: Group,
    inside: tuple[SentenceGroup, ...],
    known: Sequence[Link],
    streams: Sequence[Stream],
    moved: set[Node],
    alone: Mapping[Node, float],
    whole: AbstractSet[Node],
) -> list[_Draft]:
    """One unit, or one for each part when the segments merged in a few languages can be cut cleanly."""
    parts, merged = grouping.parted(group, known, whole)
    assigned = _assigned(parts, merged, inside)
    if assigned is None:
        parts, merged, assigned = (group,), (), [inside]
    drafts = []
    for part, some in zip(parts, assigned, strict=True):
        rank = {node: k for k, node in enumerate(group)}
        pieces = [((s, k), 0, len(streams[s].segments[k].text)) for s, k in part]
        pieces += _cuts(merged, some)
        pieces.sort(key=lambda piece: rank[piece[0]])
        held = tuple(sorted({node for node, _, _ in pieces}))
        confidence = sentence_beads.weakest(held, [link for link in known if link.one in held and link.two in held])
        if len({stream for stream, _ in held}) == 1:
            confidence = min(alone.get(node, confidence) for node in held)
        drafts.append(_Draft(tuple(pieces), some, confidence, any(node in moved for node in held)))
    return drafts


def _assigned(
    parts: Sequence[Group], merged: Sequence[Node], inside: Sequence[SentenceGroup]
) -> list[tuple[SentenceGroup, ...]] | None:
    """The sentence groups of each part; None where a sentence group does not belong to one part alone, or a
    merged segment's sentences for one part do not stand together.
    """
    owner = {node: k for k, part in enumerate(parts) for node in part}
    shares: list[list[SentenceGroup]] = [[] for _ in parts]
    runs: dict[Node, list[int]] = {node: [] for node in merged}
    for some in inside:
        owners = {owner[s.node] for s in some.sentences if s.node in owner}
        if len(owners) != 1:
            return None
        at = owners.pop()
        shares[at].append(some)
        for node in {s.node for s in some.sentences} & set(runs):
            if runs[node][-1:] != [at]:
                runs[node].append(at)
    if any(len(set(run)) < len(run) or len(run) < 2 for run in runs.values()):
        return None
    return [tuple(share) for share in shares]


def _cuts(merged: Sequence[Node], inside: Sequence[SentenceGroup]) -> list[tuple[Node, int, int]]:
    cuts = []
    for node in merged:
        held = [s for some in inside for s in some.sentences if s.node == node]
        if held:
            cuts.append((node, min(s.start for s in held), max(s.end for s in held)))
    return cuts


def _unit(
    draft: _Draft,
    streams: Sequence[Stream],
    places: Sequence[Sequence[int]],
    order: Sequence[int],
    position: int,
    sentences: bool,
) -> TranslationUnit:
    variants, offsets = [], {}
    for s in order:
        pieces = [piece for piece in draft.pieces if piece[0][0] == s]
        if not pieces:
            continue
        text = ""
        parts: list[tuple[str, str]] = []
        for node, start, end in pieces:
            text += streams[s].lang.joiner if text else ""
            offsets[node] = len(text) - start
            segment = streams[s].segments[node[1]]
            text += segment.text[start:end]
            parts.append((segment.text[start:end], inline.cut(segment.text, segment.markup, start, end)))
        markup = inline.joined(parts, streams[s].lang.joiner) or None
        variants.append(Variant(streams[s].lang, text, markup, tuple(places[s][node[1]] for node, _, _ in pieces)))
    firsts = {piece[0][0]: streams[piece[0][0]].segments[piece[0][1]] for piece in reversed(draft.pieces)}
    segments = [firsts[s] for s in order if s in firsts]
    unit = TranslationUnit(
        variants=tuple(variants),
        kind=Counter(s.kind for s in segments).most_common(1)[0][0],
        path=Counter(s.path for s in segments).most_common(1)[0][0],
        position=position,
        confidence=draft.confidence,
        reordered=draft.reordered,
    )
    return unit if not sentences else _with_sentences(unit, draft, offsets, streams, places)


def _with_sentences(
    unit: TranslationUnit,
    draft: _Draft,
    offsets: Mapping[Node, int],
    streams: Sequence[Stream],
    places: Sequence[Sequence[int]],
) -> TranslationUnit:
    """The unit with its sentence units, if some language has more than one sentence."""
    counts = Counter(s.node[0] for some in draft.sentences for s in some.sentences)
    if max(counts.values(), default=0) < 2:
        return unit
    index = {stream.lang: k for k, stream in enumerate(streams)}
    made = []
    for position, some in enumerate(draft.sentences):
        variants = []
        for variant in unit.variants:
            held = [s for s in some.sentences if s.node[0] == index[variant.lang]]
            if held:
                start = min(s.start + offsets[s.node] for s in held)
                end = max(s.end + offsets[s.node] for s in held)
                segments = sorted({places[s.node[0]][s.node[1]] for s in held})
                markup = inline.cut(variant.text, variant.markup or "", start, end) or None
                variants.append(
                    Variant(variant.lang, variant.text[start:end], markup, tuple(segments), span=(start, end))
                )
        made.append(
            TranslationUnit(
                variants=tuple(variants),
                level=Level.SENTENCE,
                kind=unit.kind,
                path=unit.path,
                position=position,
                confidence=some.confidence * (unit.confidence or 0.0),
                reordered=unit.reordered,
            )
        )
    return replace(unit, sentences=tuple(made))
