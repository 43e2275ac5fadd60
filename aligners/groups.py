"""Which segments of all languages belong together: links of the pairs joined into groups, and the groups put in
order.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from aligners.consensus import Key
from aligners.fixed import Point
from aligners.search import MOST
from tm.model import Bead

#: A segment: position of its stream, position in the stream.
Node: TypeAlias = tuple[int, int]
#: Segments that belong together, sorted.
Group: TypeAlias = tuple[Node, ...]
#: Share of the languages that can tell which must confirm a link.
VOTE = 0.5

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Link:
    """Two segments that stand in one bead."""

    one: Node
    two: Node
    #: Share of the languages, the pair itself counted as one, that link them.
    vote: float
    #: Confidence of the bead.
    confidence: float


def links(found: Mapping[Key, Sequence[Bead]], languages: int) -> tuple[Link, ...]:
    """All links of all pairs with the vote of the other languages."""
    partners: dict[Node, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    joined = [
        ((a, i), (b, j), bead.confidence)
        for (a, b), beads in found.items()
        for bead in beads
        for i in range(*bead.source)
        for j in range(*bead.target)
    ]
    for one, two, _ in joined:
        partners[one][two[0]].add(two[1])
        partners[two][one[0]].add(one[1])
    return tuple(Link(one, two, _vote(partners[one], partners[two], one, two, languages), c) for one, two, c in joined)


def _vote(one: Mapping[int, set[int]], two: Mapping[int, set[int]], first: Node, second: Node, languages: int) -> float:
    able = said = 1
    for c in range(languages):
        here, there = one.get(c, set()), two.get(c, set())
        if c not in (first[0], second[0]) and (here or there):
            able += 1
            said += bool(here & there)
    return said / able


def groups(nodes: Iterable[Node], known: Sequence[Link], points: Sequence[Point] = ()) -> tuple[Group, ...]:
    """The segments joined by links most languages confirm; a group that cannot be right is broken at its weakest links.

    A group is right when it holds, of each language, at most five segments that stand side by side. A point a person
    made is never broken, and of the languages it speaks of nothing is added to it.
    """
    owner = {node: point for point in points for node in point.nodes}
    trusted = [link for link in known if link.vote >= VOTE and not _inside_a_point(link, owner)]
    certain = [(point.nodes[0], node) for point in points for node in point.nodes[1:]]
    settled: list[Group] = []
    by_node: dict[Node, list[Link]] = defaultdict(list)
    for link in trusted:
        by_node[link.one].append(link)
    pending = list(components(nodes, [*((link.one, link.two) for link in trusted), *certain]))
    while pending:
        group = pending.pop()
        if _sound(group, owner):
            settled.append(group)
            continue
        inside = set(group)
        held = [link for node in group for link in by_node[node] if link.two in inside]
        weakest = min((link.vote, link.confidence) for link in held)
        kept = [link for link in held if (link.vote, link.confidence) > weakest]
        for node in group:
            by_node[node] = [link for link in by_node[node] if (link.vote, link.confidence) > weakest]
        edges = [(link.one, link.two) for link in kept] + [edge for edge in certain if edge[0] in inside]
        pending += components(group, edges)
    return tuple(sorted(settled))


def _inside_a_point(link: Link, owner: Mapping[Node, Point]) -> bool:
    return link.one in owner and owner[link.one] is owner.get(link.two)


def _sound(group: Group, owner: Mapping[Node, Point]) -> bool:
    places = defaultdict(list)
    for stream, place in group:
        places[stream].append(place)
    points = {owner[node] for node in group if node in owner}
    if any(stream in point.streams and owner.get((stream, k)) != point for point in points for stream, k in group):
        return False
    said = {stream for point in points for stream in point.streams}
    return all(max(p) - min(p) == len(p) - 1 and (len(p) <= MOST or stream in said) for stream, p in places.items())


def components(items: Iterable[Item], edges: Iterable[tuple[Item, Item]]) -> Iterator[tuple[Item, ...]]:
    """The connected components of a graph, each sorted."""
    above = {item: item for item in items}

    def top(item: Item) -> Item:
        while above[item] != item:
            above[item] = above[above[item]]
            item = above[item]
        return item

    for one, two in edges:
        above[top(one)] = top(two)
    members: dict[Item, list[Item]] = defaultdict(list)
    for item in above:
        members[top(item)].append(item)
    for some in members.values():
        yield tuple(sorted(some))  # type: ignore[type-var]


def parted(
    group: Group, known: Sequence[Link], whole: AbstractSet[Node] = frozenset()
) -> tuple[tuple[Group, ...], tuple[Node, ...]]:
    """A group divided where most languages keep apart what a few have merged; not one with segments that are to stay
    ``whole``.

    Returns:
        The parts, each of at least two languages, and the merged segments, which belong to more than one part; the
        group itself and no segments when it cannot be divided.
    """
    counts = Counter(stream for stream, _ in group)
    tally = Counter(counts.values())
    usual = max(tally, key=lambda n: (tally[n], n))
    undivided = (group,), ()
    if usual == 1 or not whole.isdisjoint(group):
        return undivided
    inside = set(group)
    held = [(link.one, link.two) for link in known if link.vote >= VOTE and link.one in inside and link.two in inside]
    reach: dict[Node, Counter[int]] = defaultdict(Counter)
    for one, two in held:
        reach[one][two[0]] += 1
        reach[two][one[0]] += 1
    merged = {
        node for node in group
        if counts[node[0]] < usual and any(n > 1 and counts[stream] == usual for stream, n in reach[node].items())
    }  # fmt: skip
    edges = [(one, two) for one, two in held if one not in merged and two not in merged]
    parts = tuple(components([node for node in group if node not in merged], edges))
    if len(parts) < 2 or not all(_sound(p, {}) and len({stream for stream, _ in p}) > 1 for p in parts):
        return undivided
    return parts, tuple(sorted(merged))


def sequence(
    group: Group, known: Sequence[Link], order: Sequence[int], whole: AbstractSet[Node] = frozenset()
) -> Group:
    """The segments of a group so that, within each language, parts that others have in another order follow the
    majority's order.
    """
    parts, merged = parted(group, known, whole)
    if len(parts) == 1:
        return group
    ranked = in_order([{s: min(p for t, p in part if t == s) for s, _ in part} for part in parts], order)
    rank = {node: at for at, k in enumerate(ranked) for node in parts[k]}
    for node in merged:
        met = [rank[n] for link in known for n in (link.one, link.two) if node in (link.one, link.two) and n in rank]
        rank[node] = min(met, default=0)
    return tuple(sorted(group, key=lambda node: (node[0], rank[node], node[1])))


def in_order(places: Sequence[Mapping[int, Any]], order: Sequence[int]) -> list[int]:
    """Indices of groups in document order, by the majority of the languages; the first language given breaks ties.

    Args:
        places: of each group, where it stands in each of its streams; any values that sort.
        order: the streams, the most important first.
    """
    queues = {
        stream: sorted(
            (k for k, place in enumerate(places) if stream in place), key=lambda k: places[k][stream], reverse=True
        )
        for stream in order
    }
    placed: set[int] = set()
    arranged: list[int] = []
    while any(queues.values()):
        for queue in queues.values():
            while queue and queue[-1] in placed:
                queue.pop()
        heads = Counter(queue[-1] for queue in queues.values() if queue)
        if heads:
            chosen = max(heads, key=lambda k: heads[k] / len(places[k]))
            placed.add(chosen)
            arranged.append(chosen)
    return arranged
