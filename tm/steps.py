"""Two texts token by token: what is found in each alone, and the steps that make one of the other."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from tm import typography
from tm.danger import Region, Text
from tm.labels import label_end
from tm.lang import Lang
from tm.model import Difference
from tm.placeables import masked, tokens
from tm.text import Token, nfc


class Prepared:
    """A text made ready for comparing: what is found in it alone is found once, and only when it is asked for."""

    def __init__(self, text: str, lang: Lang, found: Sequence[Token] | None = None) -> None:
        """``found`` are the tokens of the text in NFC, where they are known already."""
        #: In NFC.
        self.text = nfc(text)
        self.lang = lang
        self._found = found

    @cached_property
    def start(self) -> int:
        """Where the text begins after its label; labels are compared apart from the words."""
        return label_end(self.text, self.lang)

    @cached_property
    def words(self) -> Text:
        """The text with its tokens, those of its label left out."""
        found = self._found if self._found is not None else tokens(self.text, self.lang)
        return Text(self.text, [token for token in found if token.start >= self.start] if self.start else found)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What similarity is measured on: the keys of its words, placeables masked."""
        return masked(self.words.tokens)

    @cached_property
    def values(self) -> Sequence[tuple[str, str]]:
        """Kind and key of each token, placeables with their values."""
        return [(token.kind, token.key) for token in self.words.tokens]

    @cached_property
    def holds_placeables(self) -> bool:
        """Whether any of its words is a number, date, symbol or ordinal."""
        return any(token.kind for token in self.words.tokens)

    @cached_property
    def signs(self) -> tuple[str, ...]:
        """The signs between its words that carry meaning."""
        return typography.signs(_outside(self.words, self.start))


def _outside(side: Text, start: int) -> str:
    """The text between the tokens."""
    gaps = []
    for token in side.tokens:
        gaps.append(side.text[start : token.start])
        start = token.end
    return "".join([*gaps, side.text[start:]])


def similarity(query: Sequence[str], stored: Sequence[str]) -> float:
    """1 - Levenshtein distance / length of the longer, of two sequences of masked keys; 1.0 when both are empty."""
    longest = max(len(query), len(stored))
    return 1 - _distance(query, stored) / longest if longest else 1.0


def edits(
    query: Sequence[Hashable], stored: Sequence[Hashable]
) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """The shortest way from the stored to the query's keys: operation, half-open range in the query, in the stored.

    Exact whatever the length; the distance, found first, tells how broad a band of the table need be looked at, so that
    two nearly equal texts of 100,000 words take about a second, and working memory stays bounded (Hirschberg 1975).
    """
    for op in Levenshtein.opcodes(stored, query, score_hint=_distance(query, stored)):
        yield op.tag, (op.dest_start, op.dest_end), (op.src_start, op.src_end)


def _distance(query: Sequence[Hashable], stored: Sequence[Hashable]) -> int:
    """The Levenshtein distance, looked for in a narrow band first and in broader ones only if it is not there."""
    return Levenshtein.distance(query, stored, score_hint=_NARROW)


#: Edits for which a band of the table is looked at first.
_NARROW = 64


# --- steps ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the token alignment, as half-open token ranges."""

    tag: str
    query: tuple[int, int]
    stored: tuple[int, int]
    #: Whether it replaces placeables by placeables of the same kinds, one for one.
    masked: bool = False


def steps_between(query: Prepared, stored: Prepared) -> tuple[Step, ...]:
    """The cheapest way from the stored tokens to the query's; "insert" has tokens only in the query."""
    keys, other_keys = query.values, stored.values
    if [kind or key for kind, key in keys] == [kind or key for kind, key in other_keys]:
        return tuple(_parallel(keys, other_keys))
    steps = []
    for op, mine, theirs in edits(keys, other_keys):
        same = op == "replace" and all(
            kind and kind == other
            for (kind, _), (other, _) in zip(keys[slice(*mine)], other_keys[slice(*theirs)], strict=True)
        )
        steps.append(Step(op, mine, theirs, masked=same))
    return tuple(steps)


def _parallel(keys: Sequence[tuple[str, str]], other_keys: Sequence[tuple[str, str]]) -> Iterator[Step]:
    """The steps between texts that differ in the values of placeables at most: token by token."""
    start = 0
    for same, group in groupby(zip(keys, other_keys, strict=True), key=lambda pair: pair[0] == pair[1]):
        end = start + sum(1 for _ in group)
        yield Step("equal" if same else "replace", (start, end), (start, end), masked=not same)
        start = end


def regions(steps: Sequence[Step], *, placeables: bool = False) -> list[Region]:
    """The places where the texts differ, neighbouring steps as one; those of placeables alone only where asked for."""
    regions: list[Region] = []
    for step in steps:
        if step.tag == "equal" or (step.masked and not placeables):
            continue
        if regions and regions[-1].query[1] == step.query[0] and regions[-1].stored[1] == step.stored[0]:
            last = regions.pop()
            regions.append(Region((last.query[0], step.query[1]), (last.stored[0], step.stored[1])))
        else:
            regions.append(Region(step.query, step.stored))
    return regions


# --- differences ----------------------------------------------------------------------------------------------------


def differences(query: Text, stored: Text, skipped: tuple[int, int], steps: Sequence[Step]) -> Iterator[Difference]:
    """The differences and what is equal between them, as character ranges that cover both texts without gap or overlap.

    What differs is marked from its first word to its last; spaces and punctuation around it belong to the equal parts.
    """
    last = (0, 0)
    if any(skipped):
        last = skipped
        same = query.text[: skipped[0]] == stored.text[: skipped[1]]
        yield Difference("equal" if same else _op(*skipped), (0, skipped[0]), (0, skipped[1]))
    for region in regions(steps, placeables=True):
        one, other = _span(query, region.query, last[0]), _span(stored, region.stored, last[1])
        yield from _between(query.text, stored.text, (last[0], one[0]), (last[1], other[0]))
        yield Difference(_op(one[1] - one[0], other[1] - other[0]), one, other)
        last = one[1], other[1]
    yield from _between(query.text, stored.text, (last[0], len(query.text)), (last[1], len(stored.text)))


def _between(query: str, stored: str, one: tuple[int, int], other: tuple[int, int]) -> Iterator[Difference]:
    """What stands between two regions: equal, but for punctuation where the other side has nothing."""
    mine, theirs = query[slice(*one)], stored[slice(*other)]
    if mine.strip() and theirs:
        yield Difference("equal", one, other)
    elif mine or theirs:
        alone = bool(mine.strip()) != bool(theirs.strip())
        yield Difference(_op(len(mine), len(theirs)) if alone else "equal", one, other)


def _op(query_size: int, stored_size: int) -> str:
    if query_size and stored_size:
        return "replace"
    return "insert" if query_size else "delete"


def _span(side: Text, place: tuple[int, int], least: int) -> tuple[int, int]:
    """The characters of a half-open token range; for an empty one the point after the token before it."""
    start, end = place
    if start < end:
        return side.tokens[start].start, side.tokens[end - 1].end
    point = side.tokens[start - 1].end if start else least
    return point, point
