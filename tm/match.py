"""How well a stored text answers a query: similarity, score, named penalties, danger flags, differences.

All functions are pure. The score speaks of the two texts alone, not of how far a source is to be trusted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tm import danger, typography
from tm.danger import Text
from tm.lang import Lang
from tm.model import Difference, Flag, Penalty
from tm.policy import MatchPolicy
from tm.steps import Prepared, Step, differences, edits, regions, similarity, steps_between
from tm.text import Token

__all__ = [
    "BANDS",
    "MEANING",
    "Beside",
    "Comparison",
    "MatchPolicy",
    "Prepared",
    "band",
    "compare",
    "contained_score",
    "edits",
    "most_edits",
    "most_of",
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


class Beside:
    """A query beside a stored text: similarity and highest possible score at once, the rest when it is asked for.

    Danger flags take most of the time of a comparison, and do nothing to a score but lower it.
    """

    def __init__(self, query: Prepared, stored: Prepared, policy: MatchPolicy) -> None:
        self._sides = (query, stored)
        self._policy = policy

    @cached_property
    def identical(self) -> bool:
        """Whether both are the same text in NFC."""
        return self._sides[0].text == self._sides[1].text

    @cached_property
    def unflagged(self) -> Comparison:
        """The comparison with flags and differences left out; its score is the highest that there can be."""
        if self.identical:
            return Comparison(100, 1.0)
        query, stored = self._sides
        share = similarity(query.keys, stored.keys)
        changed = round((1 - share) * max(len(query.keys), len(stored.keys)))
        losses = [
            *_word_losses(share, changed),
            *_placeable_losses(query, stored, self._policy),
            *_sign_losses(query, stored, self._policy),
            *_label_losses(query, stored, self._policy),
            *_typography_losses(query, stored, self._steps, self._policy),
        ]
        penalties = _limited(losses)
        return Comparison(100 - sum(penalty.points for penalty in penalties), share, penalties)

    @cached_property
    def whole(self) -> Comparison:
        """The comparison with everything that belongs to it."""
        query, stored = self._sides
        found = self.unflagged
        if self.identical:
            return replace(found, differences=(Difference("equal", (0, len(query.text)), (0, len(stored.text))),))
        flags = danger.flags(query.words, stored.words, regions(self._steps), query.lang)
        penalties = found.penalties
        if any(penalty.name == SIGN for penalty in penalties) and not any(flag.name == "number" for flag in flags):
            signs = typography.signs(query.text), typography.signs(stored.text)
            if danger.signs_differ(query.words, stored.words, signs, query.lang):
                flags = (*flags, Flag("number", *signs))
        reversing = [flag.name for flag in flags if flag.reverses]
        loss = found.score - self._policy.reversed_meaning
        if reversing and loss > 0:
            penalties = (*penalties, Penalty(MEANING, loss, ", ".join(reversing)))
        score = 100 - sum(penalty.points for penalty in penalties)
        marked = tuple(differences(query.words, stored.words, (query.start, stored.start), self._steps))
        return Comparison(score, found.similarity, penalties, flags, marked)

    @property
    def reversing(self) -> tuple[Flag, ...]:
        """The flags that turn the meaning round."""
        query, stored = self._sides
        if self.identical:
            return ()
        return danger.reversing(query.words, stored.words, regions(self._steps), query.lang)

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        return steps_between(*self._sides)


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
    sides = Prepared(query, lang, query_tokens), Prepared(stored, lang, stored_tokens)
    return Beside(*sides, policy or MatchPolicy()).whole


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


def most_of(similarity: float, lost: int = 0) -> int:
    """The highest score that two texts of a similarity can have when they are not identical.

    ``lost`` are the points that the values of their placeables surely cost.

    >>> most_of(1.0), most_of(0.87654), most_of(0.87654, 2)
    (99, 87, 85)
    """
    return max(0, min(99, _floor(similarity) - lost))


def most_edits(size: int, similarity: float) -> int:
    """The most edits that a query of so many words may be away from a text of a similarity.

    >>> most_edits(10, 1.0), most_edits(10, 0.9), most_edits(10, 0.5)
    (0, 1, 10)
    """
    # The longer of both has size / similarity words at most.
    return int((1 - similarity) * size / similarity + _EPSILON) if similarity else size


#: Guards the floor against binary fractions: 0.29 * 100 is 28.999….
_EPSILON = 1e-9


def _floor(share: float) -> int:
    return int(share * 100 + _EPSILON)


# --- what is lost ---------------------------------------------------------------------------------------------------


def _word_losses(share: float, changed: int) -> Iterator[Penalty]:
    points = 100 - _floor(share)
    if changed:
        yield Penalty(WORDS, points, f"{changed} changed")


def _placeable_losses(query: Prepared, stored: Prepared, policy: MatchPolicy) -> Iterator[Penalty]:
    """One penalty for each placeable that stands in the same place with another value."""
    if not (query.holds_placeables and stored.holds_placeables):
        return
    if query.keys == stored.keys:
        pairs: Iterator[tuple[int, int]] = iter([(i, i) for i in range(len(query.keys))])
    else:
        pairs = _equal_pairs(query.keys, stored.keys)
    for i, j in pairs:
        mine, theirs = query.words.tokens[i], stored.words.tokens[j]
        if mine.kind and mine.value != theirs.value:
            detail = f"{stored.text[theirs.start : theirs.end]} → {query.text[mine.start : mine.end]}"
            yield Penalty(mine.kind, policy.placeable, detail)


def _equal_pairs(keys: Sequence[str], other_keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    for op, mine, theirs in edits(keys, other_keys):
        if op == "equal":
            yield from zip(range(*mine), range(*theirs), strict=True)


def _sign_losses(query: Prepared, stored: Prepared, policy: MatchPolicy) -> Iterator[Penalty]:
    mine, theirs = query.signs, stored.signs
    if mine != theirs:
        yield Penalty(SIGN, policy.sign, f"{' '.join(theirs) or '∅'} → {' '.join(mine) or '∅'}")


def _label_losses(query: Prepared, stored: Prepared, policy: MatchPolicy) -> Iterator[Penalty]:
    mine, theirs = query.text[: query.start], stored.text[: stored.start]
    if mine != theirs:
        yield Penalty(LABEL, policy.label, f"{theirs.strip() or '∅'} → {mine.strip() or '∅'}")


def _limited(losses: Sequence[Penalty]) -> tuple[Penalty, ...]:
    """Penalties that add up to no more than 100."""
    left = 100
    result = []
    for loss in losses:
        points = min(left, loss.points)
        result.append(Penalty(loss.name, points, loss.detail))
        left -= points
    return tuple(result)


# --- typography -----------------------------------------------------------------------------------------------------


def _typography_losses(
    query: Prepared, stored: Prepared, steps: Sequence[Step], policy: MatchPolicy
) -> Iterator[Penalty]:
    """Kinds of typography in which the equal parts of two texts differ; the first bears the points of all."""
    points = policy.typography
    for name in typography.differences(*_equal_parts(query, stored, steps)):
        yield Penalty(name, points)
        points = 0


def _equal_parts(
    query: Prepared, stored: Prepared, steps: Sequence[Step]
) -> tuple[list[typography.Piece], list[typography.Piece]]:
    """The pieces of both texts that stand side by side: words that are the same, and what is between two of them.

    Placeables with another value are a loss of their own, and left out. There are no pieces where all is written alike.
    """
    sides_of = ((query.words, query.start), (stored.words, stored.start))
    if not query.keys and not stored.keys:
        return [(query.text[query.start :], "")], [(stored.text[stored.start :], "")]
    runs = [_Run.of(run, query, stored) for run in _runs(steps)]
    if all(run.alike(*sides_of) for run in runs):
        return [], []
    sides: tuple[list[typography.Piece], list[typography.Piece]] = ([], [])
    for run in runs:
        for which, (text, start) in enumerate(sides_of):
            places = [(pair[which], pair[2]) for pair in run.pairs]
            sides[which].extend(_pieces(text, places, start if run.opens else None, closes=run.closes))
    return sides


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of tokens that answer each other one to one."""

    #: ``(query, stored, whether the same)``
    pairs: Sequence[tuple[int, int, bool]]
    #: Whether both texts begin with it, and end.
    opens: bool
    closes: bool

    @classmethod
    def of(cls, pairs: Sequence[tuple[int, int, bool]], query: Prepared, stored: Prepared) -> "_Run":
        ends = len(query.keys) - 1, len(stored.keys) - 1
        return cls(pairs, pairs[0][:2] == (0, 0), pairs[-1][:2] == ends)

    def alike(self, *sides: tuple[Text, int]) -> bool:
        """Whether both texts are written alike there, labels left out: each is given with its start."""
        mine, theirs = (self._written(which, *side) for which, side in enumerate(sides))
        return mine == theirs

    def _written(self, which: int, side: Text, start: int) -> str:
        begin = start if self.opens else side.tokens[self.pairs[0][which]].start
        return side.text[begin : len(side.text) if self.closes else side.tokens[self.pairs[-1][which]].end]


def _runs(steps: Sequence[Step]) -> Iterator[list[tuple[int, int, bool]]]:
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
