"""How well a stored text answers a query: similarity, score, named penalties, danger flags, differences.

All functions are pure. The score speaks of the two texts alone, not of how far a source is to be trusted.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from tm import danger, typography
from tm.danger import Region, Text
from tm.labels import label_end
from tm.lang import Lang
from tm.model import Difference, Flag, Penalty
from tm.placeables import masked, tokens
from tm.policy import MatchPolicy
from tm.text import Token, nfc

__all__ = [
    "BANDS",
    "MEANING",
    "Comparison",
    "MatchPolicy",
    "band",
    "compare",
    "contained_score",
    "edits",
    "similarity",
]

#: Score bands in order, best first; "101" is an exact match in the same context, "102" one with more to say for it.
BANDS = ("102", "101", "100", "95–99", "85–94", "75–84", "50–74", "new")
_FLOORS = (102, 101, 100, 95, 85, 75, 50)
#: Names of penalties: what a reversed meaning takes, and changed words, labels and signs.
MEANING, WORDS, LABEL, SIGN = "meaning", "words", "label", "sign"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing a query with a stored text gives."""

    #: 0 to 100; 100 if and only if the texts are identical in NFC.
    score: int
    #: 1 - Levenshtein distance of the masked tokens / number of tokens of the longer text, 0 to 1; labels left out.
    similarity: float
    #: Their points add up to 100 - score.
    penalties: tuple[Penalty, ...] = ()
    flags: tuple[Flag, ...] = ()
    #: Step by step over the whole of both texts, in NFC.
    differences: tuple[Difference, ...] = ()

    @property
    def automatic(self) -> bool:
        """Whether the translation may be inserted without a person's look."""
        return self.score == 100 and not any(flag.reverses for flag in self.flags)


def compare(
    query: str,
    stored: str,
    lang: Lang,
    policy: MatchPolicy | None = None,
    *,
    query_tokens: Sequence[Token] | None = None,
    stored_tokens: Sequence[Token] | None = None,
) -> Comparison:
    """Similarity, score, penalties, flags and differences of a query and a stored text, both taken in NFC.

    Tokens computed before (of the NFC text) may be given to save time. Labels are left out of the similarity; one that
    only one text begins with, or that differs, costs a penalty of its own.
    """
    policy = policy or MatchPolicy()
    query, stored = nfc(query), nfc(stored)
    if query == stored:
        return Comparison(100, 1.0, differences=(Difference("equal", (0, len(query)), (0, len(stored))),))
    mine = Text(query, query_tokens if query_tokens is not None else tokens(query, lang))
    theirs = Text(stored, stored_tokens if stored_tokens is not None else tokens(stored, lang))
    skipped = _label_ends(query, stored, lang)
    left, right = _unlabelled(mine, skipped[0]), _unlabelled(theirs, skipped[1])
    return _compared(left, right, skipped, lang, policy)


def band(score: int) -> str:
    """The band of BANDS that a score falls into.

    >>> band(102), band(99), band(85), band(49)
    ('102', '95–99', '85–94', 'new')
    """
    return next((name for name, floor in zip(BANDS, _FLOORS, strict=False) if score >= floor), BANDS[-1])


def contained_score(share: float) -> int:
    """Score of a match by containment, from the share of words found: floored, 99 at most.

    >>> contained_score(1.0), contained_score(0.756)
    (99, 75)
    """
    return min(99, _floor(share))


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
#: Guards the floor against binary fractions: 0.29 * 100 is 28.999….
_EPSILON = 1e-9


def _floor(share: float) -> int:
    return int(share * 100 + _EPSILON)


# --- labels ---------------------------------------------------------------------------------------------------------


def _label_ends(query: str, stored: str, lang: Lang) -> tuple[int, int]:
    """Where the text begins after the label on each side; labels are compared apart from the words."""
    return label_end(query, lang), label_end(stored, lang)


def _unlabelled(side: Text, start: int) -> Text:
    return Text(side.text, [token for token in side.tokens if token.start >= start]) if start else side


# --- the comparison -------------------------------------------------------------------------------------------------


def _compared(query: Text, stored: Text, skipped: tuple[int, int], lang: Lang, policy: MatchPolicy) -> Comparison:
    keys, other_keys = masked(query.tokens), masked(stored.tokens)
    share = similarity(keys, other_keys)
    changed = round((1 - share) * max(len(keys), len(other_keys)))
    steps = _steps(query.tokens, stored.tokens)
    regions = _regions(steps)
    flags = danger.flags(query, stored, regions, lang)
    losses = [
        *_word_losses(share, changed),
        *_placeable_losses(query, stored, keys, other_keys, policy),
        *_sign_losses(query, stored, skipped, policy),
        *_label_losses(query, stored, skipped, policy),
        *_typography_losses(query, stored, skipped, steps, policy),
    ]
    penalties = _limited(losses, flags, policy)
    score = 100 - sum(penalty.points for penalty in penalties)
    if any(penalty.name == SIGN for penalty in penalties) and not any(flag.name == "number" for flag in flags):
        signs = typography.signs(query.text), typography.signs(stored.text)
        if danger.signs_differ(query, stored, signs, lang):
            flags = (*flags, Flag("number", *signs))
    return Comparison(score, share, penalties, flags, tuple(_differences(query, stored, skipped, steps)))


def _word_losses(share: float, changed: int) -> Iterator[Penalty]:
    points = 100 - _floor(share)
    if changed:
        yield Penalty(WORDS, points, f"{changed} changed")


def _placeable_losses(
    query: Text, stored: Text, keys: Sequence[str], other_keys: Sequence[str], policy: MatchPolicy
) -> Iterator[Penalty]:
    """One penalty for each placeable that stands in the same place with another value."""
    if keys == other_keys:
        pairs: Iterator[tuple[int, int]] = iter([(i, i) for i in range(len(keys))])
    else:
        pairs = _equal_pairs(keys, other_keys)
    for i, j in pairs:
        mine, theirs = query.tokens[i], stored.tokens[j]
        if mine.kind and mine.value != theirs.value:
            detail = f"{stored.text[theirs.start : theirs.end]} → {query.text[mine.start : mine.end]}"
            yield Penalty(mine.kind, policy.placeable, detail)


def _equal_pairs(keys: Sequence[str], other_keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    for op, mine, theirs in edits(keys, other_keys):
        if op == "equal":
            yield from zip(range(*mine), range(*theirs), strict=True)


def _sign_losses(query: Text, stored: Text, skipped: tuple[int, int], policy: MatchPolicy) -> Iterator[Penalty]:
    mine, theirs = (
        typography.signs(_outside(side, start)) for side, start in zip((query, stored), skipped, strict=True)
    )
    if mine != theirs:
        yield Penalty(SIGN, policy.sign, f"{' '.join(theirs) or '∅'} → {' '.join(mine) or '∅'}")


def _outside(side: Text, start: int) -> str:
    """The text between the tokens."""
    gaps = []
    for token in side.tokens:
        gaps.append(side.text[start : token.start])
        start = token.end
    return "".join([*gaps, side.text[start:]])


def _label_losses(query: Text, stored: Text, skipped: tuple[int, int], policy: MatchPolicy) -> Iterator[Penalty]:
    mine, theirs = query.text[: skipped[0]], stored.text[: skipped[1]]
    if mine != theirs:
        yield Penalty(LABEL, policy.label, f"{theirs.strip() or '∅'} → {mine.strip() or '∅'}")


def _limited(losses: Sequence[Penalty], flags: Sequence[Flag], policy: MatchPolicy) -> tuple[Penalty, ...]:
    """Penalties that add up to no more than 100, with what a reversed meaning takes beyond the others."""
    left = 100
    result = []
    for loss in losses:
        points = min(left, loss.points)
        result.append(Penalty(loss.name, points, loss.detail))
        left -= points
    reversing = [flag.name for flag in flags if flag.reverses]
    if reversing and left > policy.reversed_meaning:
        result.append(Penalty(MEANING, left - policy.reversed_meaning, ", ".join(reversing)))
    return tuple(result)


# --- typography -----------------------------------------------------------------------------------------------------


def _typography_losses(
    query: Text, stored: Text, skipped: tuple[int, int], steps: Sequence["_Step"], policy: MatchPolicy
) -> Iterator[Penalty]:
    """Kinds of typography in which the equal parts of two texts differ; the first bears the points of all."""
    points = policy.typography
    for name in typography.differences(*_equal_parts(query, stored, skipped, steps)):
        yield Penalty(name, points)
        points = 0


def _equal_parts(
    query: Text, stored: Text, skipped: tuple[int, int], steps: Sequence["_Step"]
) -> tuple[list[typography.Piece], list[typography.Piece]]:
    """The pieces of both texts that stand side by side: words that are the same, and what is between two of them.

    Placeables with another value are a loss of their own, and left out.
    """
    if not query.tokens and not stored.tokens:
        return [(query.text[skipped[0] :], "")], [(stored.text[skipped[1] :], "")]
    sides: tuple[list[typography.Piece], list[typography.Piece]] = ([], [])
    for run in _runs(steps):
        (first, second), (last, final) = run[0][:2], run[-1][:2]
        opens, closes = first == second == 0, (last, final) == (len(query.tokens) - 1, len(stored.tokens) - 1)
        for which, (text, start) in enumerate(zip((query, stored), skipped, strict=True)):
            places = [(pair[which], pair[2]) for pair in run]
            sides[which].extend(_pieces(text, places, start if opens else None, closes=closes))
    return sides


def _runs(steps: Sequence["_Step"]) -> Iterator[list[tuple[int, int, bool]]]:
    """Stretches of tokens that answer each other one to one: ``(query, stored, whether the same)``."""
    run: list[tuple[int, int, bool]] = []
    for step in steps:
        if step.tag == "equal" or step.masked:
            same = step.tag == "equal"
            run += [(i, j, same) for i, j in zip(range(*step.query), range(*step.stored), strict=True)]
        elif run:
            yield run
            run = []
    if run:
        yield run


def _pieces(
    side: Text, places: Sequence[tuple[int, bool]], start: int | None, *, closes: bool
) -> Iterator[typography.Piece]:
    for i, same in places:
        token = side.tokens[i]
        if start is not None:
            yield side.text[start : token.start], ""
        if same:
            yield side.text[token.start : token.end], token.value
        start = token.end
    if closes:
        yield side.text[start:], ""


# --- differences ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the token alignment, as half-open token ranges."""

    tag: str
    query: tuple[int, int]
    stored: tuple[int, int]
    #: Whether it replaces placeables by placeables of the same kinds, one for one.
    masked: bool = False


def _steps(query: Sequence[Token], stored: Sequence[Token]) -> tuple[_Step, ...]:
    """The cheapest way from the stored tokens to the query's; "insert" has tokens only in the query."""
    keys = [(token.kind, token.key) for token in query]
    other_keys = [(token.kind, token.key) for token in stored]
    if [kind or key for kind, key in keys] == [kind or key for kind, key in other_keys]:
        return tuple(_parallel(keys, other_keys))
    steps = []
    for op, mine, theirs in edits(keys, other_keys):
        same = op == "replace" and all(
            kind and kind == other
            for (kind, _), (other, _) in zip(keys[slice(*mine)], other_keys[slice(*theirs)], strict=True)
        )
        steps.append(_Step(op, mine, theirs, masked=same))
    return tuple(steps)


def _parallel(keys: Sequence[tuple[str, str]], other_keys: Sequence[tuple[str, str]]) -> Iterator[_Step]:
    """The steps between texts that differ in the values of placeables at most: token by token."""
    start = 0
    for same, group in groupby(zip(keys, other_keys, strict=True), key=lambda pair: pair[0] == pair[1]):
        end = start + sum(1 for _ in group)
        yield _Step("equal" if same else "replace", (start, end), (start, end), masked=not same)
        start = end


def _regions(steps: Sequence[_Step], *, placeables: bool = False) -> list[Region]:
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


def _differences(query: Text, stored: Text, skipped: tuple[int, int], steps: Sequence[_Step]) -> Iterator[Difference]:
    """The differences and what is equal between them, as character ranges that cover both texts without gap or overlap.

    What differs is marked from its first word to its last; spaces and punctuation around it belong to the equal parts.
    """
    last = (0, 0)
    if any(skipped):
        last = skipped
        same = query.text[: skipped[0]] == stored.text[: skipped[1]]
        yield Difference("equal" if same else _op(*skipped), (0, skipped[0]), (0, skipped[1]))
    for region in _regions(steps, placeables=True):
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
