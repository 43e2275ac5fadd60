"""Sentence beads inside paragraph groups, by the same engine: the sentences of all groups in one lattice whose beads
never leave a group.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from aligners import consensus, pairwise
from aligners.confidence import beads_of_pairs
from aligners.groups import VOTE, Group, Link, Node, components, in_order, links
from aligners.search import boxed_grid
from aligners.stream import Stream
from tm.model import Kind, Segment

#: Costs that make sense for sentences, which have no labels.
_COSTS = ("length", "ending", "placeables", "words", "semantic")
_ROUNDS = 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands."""

    #: Position of its stream, and of its segment in the stream.
    node: Node
    #: Half-open range in the segment's text.
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SentenceGroup:
    """Sentences of several languages that belong together; of each language they stand side by side."""

    sentences: tuple[Sentence, ...]
    #: Probability that they belong together, given that their paragraphs do; 0 to 1.
    confidence: float


def align(streams: Sequence[Stream], groups: Sequence[Group], costs: Sequence[str]) -> list[tuple[SentenceGroup, ...]]:
    """For each group of segments, its sentences in groups, in order; together they hold every sentence once.

    Of the costs, those that make sense for sentences are asked.
    """
    names = tuple(name for name in costs if name in _COSTS)
    rows: list[list[Sentence]] = [[] for _ in streams]
    counts = [[0] * len(groups) for _ in streams]
    for g, group in enumerate(groups):
        for stream, place in group:
            found = split(streams[stream], place)
            rows[stream] += [Sentence((stream, place), start, end) for start, end in found]
            counts[stream][g] += len(found)
    made = [_stream(stream, row) for stream, row in zip(streams, rows, strict=True)]
    pairs = {
        (a, b): pairwise.align(made[a], made[b], names, _ROUNDS, cross=False, grid=boxed_grid(counts[a], counts[b]))
        for a, b in combinations(range(len(made)), 2)
    }
    pairs = consensus.agreed(pairs, len(made), names, cross=False, rounds=1)
    known = links(beads_of_pairs(pairs, len(made)), len(made))
    return _by_group(groups, rows, counts, known)


def split(stream: Stream, place: int) -> tuple[tuple[int, int], ...]:
    """Ranges of the sentences of a segment, as the splitter of its stream cuts them."""
    return stream.derive(_ranges)[place]


def _ranges(stream: Stream) -> tuple[tuple[tuple[int, int], ...], ...]:
    return tuple(stream.splitter(segment.text, stream.lang) for segment in stream.segments)


def _stream(stream: Stream, row: Sequence[Sentence]) -> Stream:
    texts = (stream.segments[s.node[1]].text[s.start : s.end] for s in row)
    return Stream(stream.lang, [Segment(text, stream.lang, Kind.PARAGRAPH) for text in texts], stream.lexicons)


def _by_group(
    groups: Sequence[Group], rows: Sequence[Sequence[Sentence]], counts: Sequence[Sequence[int]], known: Sequence[Link]
) -> list[tuple[SentenceGroup, ...]]:
    within: dict[int, list[Link]] = defaultdict(list)
    owner = [[g for g, n in enumerate(row) for _ in range(n)] for row in counts]
    for link in known:
        within[owner[link.one[0]][link.one[1]]].append(link)
    starts = [0] * len(rows)
    made = []
    for g in range(len(groups)):
        nodes = [(s, starts[s] + k) for s, row in enumerate(counts) for k in range(row[g])]
        made.append(tuple(_sentence_group(part, rows, within[g]) for part in _parts(nodes, within[g])))
        starts = [start + row[g] for start, row in zip(starts, counts, strict=True)]
    return made


def _sentence_group(part: Group, rows: Sequence[Sequence[Sentence]], known: Sequence[Link]) -> SentenceGroup:
    held = set(part)
    inside = [link for link in known if link.one in held and link.two in held]
    return SentenceGroup(tuple(rows[s][k] for s, k in part), weakest(part, inside))


def weakest(group: Group, inside: Sequence[Link]) -> float:
    """Confidence of a group: the mean confidence of each language's links with the others, and of these means the
    lowest.
    """
    langs = sorted({stream for stream, _ in group})
    if len(langs) < 2:
        return 1.0
    least: dict[tuple[int, int], float] = {}
    for link in inside:
        key = link.one[0], link.two[0]
        least[key] = min(least.get(key, 1.0), link.confidence)
    sums: Mapping[int, float] = {a: sum(v for key, v in least.items() if a in key) for a in langs}
    return min(sums.values()) / (len(langs) - 1)


def _parts(nodes: Sequence[Node], known: Sequence[Link]) -> list[Group]:
    """The nodes in groups that stand side by side and in one order in every language, in that order."""
    parts = list(components(nodes, ((link.one, link.two) for link in known if link.vote >= VOTE)))
    while True:
        streams = sorted({s for s, _ in nodes})
        ranks = in_order([_firsts(part) for part in parts], streams)
        parts = [parts[k] for k in ranks]
        rank = {node: k for k, part in enumerate(parts) for node in part}
        bad = next(
            ((rank[one], rank[two]) for one, two in zip(sorted(nodes), sorted(nodes)[1:], strict=False)
             if one[0] == two[0] and rank[one] > rank[two]),
            None,
        )  # fmt: skip
        if bad is None:
            return parts
        high, low = bad
        joined = tuple(sorted(node for part in parts[low : high + 1] for node in part))
        parts = [*parts[:low], joined, *parts[high + 1 :]]


def _firsts(part: Group) -> dict[int, int]:
    firsts: dict[int, int] = {}
    for stream, place in part:
        firsts[stream] = min(firsts.get(stream, place), place)
    return firsts
