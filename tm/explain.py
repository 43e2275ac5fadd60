"""Why a match has its score and its place: the words side by side, the sums, the caps, the order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tm.labels import label_end
from tm.lang import Lang
from tm.match import band, edits
from tm.model import Match
from tm.placeables import masked, tokens
from tm.policy import TRUST_PENALTIES, MatchPolicy
from tm.ranking import Reason, reason
from tm.text import Token, nfc


@dataclass(frozen=True, slots=True)
class TokenStep:
    """Words of both texts that were compared with each other."""

    #: ``equal``, ``masked`` (placeables of one class with other values), ``replace``, ``insert`` (only in the query) or
    #: ``delete`` (only in the stored text).
    op: str
    #: The words as they stand in the texts, "" where there are none.
    query: str
    stored: str
    #: What they were compared by: words folded, placeables by their class.
    query_keys: tuple[str, ...]
    stored_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one match came by its score and its place among the others."""

    #: The texts that were compared: the whole ones, or the passages of a contained match; without their labels.
    query: str
    stored: str
    #: The labels of query and stored text, which are compared apart from the words; "" for none.
    labels: tuple[str, str]
    #: The words in order, equal ones in runs.
    steps: tuple[TokenStep, ...]
    query_tokens: int
    stored_tokens: int
    #: Words inserted, deleted or replaced on the shortest way from one text to the other.
    edits: int
    #: The sum: ``1 − 3/24 = 0.875``.
    similarity: str
    #: The sum: ``100 − 13 (words) − 2 (number) = 85``.
    score: str
    #: The highest score that flags which turn the meaning round allow; None without such flags.
    cap: int | None
    band: str
    #: Names of the penalties that speak of the source and not of the text.
    trust: tuple[str, ...]
    #: Place among the matches shown, from 1.
    place: int
    #: Why it stands before the next one; None for the last.
    reason: Reason | None


def explain(query: str, lang: Lang, matches: Sequence[Match], policy: MatchPolicy) -> tuple[Explanation, ...]:
    """An explanation of each match of a query, in their order; ``policy`` is the one they were found with."""
    query = nfc(query.strip())
    return tuple(
        _explained(query, lang, match, policy, place, reason(match, after) if after else None)
        for place, (match, after) in enumerate(zip_longest(matches, matches[1:]), start=1)
    )


def _explained(
    query: str, lang: Lang, match: Match, policy: MatchPolicy, place: int, why: Reason | None
) -> Explanation:
    mine = query[slice(*match.query_span)] if match.query_span else query
    stored = nfc(match.source.text)
    theirs = stored[slice(*match.source_span)] if match.source_span else stored
    starts = label_end(mine, lang), label_end(theirs, lang)
    found = [
        [token for token in tokens(text, lang) if token.start >= start]
        for text, start in zip((mine, theirs), starts, strict=True)
    ]
    steps = tuple(_steps(mine, found[0], theirs, found[1]))
    distance = sum(max(len(step.query_keys), len(step.stored_keys)) for step in steps if step.op in _EDITS)
    return Explanation(
        query=mine[starts[0] :],
        stored=theirs[starts[1] :],
        labels=(mine[: starts[0]].strip(), theirs[: starts[1]].strip()),
        steps=steps,
        query_tokens=len(found[0]),
        stored_tokens=len(found[1]),
        edits=distance,
        similarity=_similarity_sum(distance, max(len(found[0]), len(found[1]))),
        score=_score_sum(match),
        cap=policy.reversed_meaning if any(flag.reverses for flag in match.flags) else None,
        band=band(match.score),
        trust=tuple(penalty.name for penalty in match.penalties if penalty.name in TRUST_PENALTIES),
        place=place,
        reason=why,
    )


#: Operations that count as edits.
_EDITS = frozenset({"replace", "insert", "delete"})


def _steps(query: str, mine: Sequence[Token], stored: str, theirs: Sequence[Token]) -> Iterator[TokenStep]:
    """The shortest way between the masked words, as the similarity counts it."""
    keys, other_keys = masked(mine), masked(theirs)
    for op, (i, j), (k, n) in edits(keys, other_keys):
        if op == "equal":
            yield from _equal_runs(query, mine[i:j], stored, theirs[k:n])
        else:
            yield _step(op, query, mine[i:j], stored, theirs[k:n])


def _equal_runs(query: str, mine: Sequence[Token], stored: str, theirs: Sequence[Token]) -> Iterator[TokenStep]:
    """Equal words, those that are masked placeables with another value apart."""
    start = 0
    for i, (one, other) in enumerate(zip(mine, theirs, strict=True)):
        if one.kind and one.value != other.value:
            if start < i:
                yield _step("equal", query, mine[start:i], stored, theirs[start:i])
            yield _step("masked", query, mine[i : i + 1], stored, theirs[i : i + 1])
            start = i + 1
    if start < len(mine):
        yield _step("equal", query, mine[start:], stored, theirs[start:])


def _step(op: str, query: str, mine: Sequence[Token], stored: str, theirs: Sequence[Token]) -> TokenStep:
    return TokenStep(op, _words(query, mine), _words(stored, theirs), masked(mine), masked(theirs))


def _words(text: str, found: Sequence[Token]) -> str:
    return text[found[0].start : found[-1].end] if found else ""


def _similarity_sum(distance: int, longest: int) -> str:
    """The sum that gives the similarity.

    >>> _similarity_sum(3, 24), _similarity_sum(0, 0)
    ('1 − 3/24 = 0.875', 'no words on either side: 1')
    """
    if not longest:
        return "no words on either side: 1"
    return f"1 − {distance}/{longest} = {round(1 - distance / longest, 4):g}"


def _score_sum(match: Match) -> str:
    """The sum that gives the score, from 100 down, or up by the context."""
    parts = ["100"]
    parts += [f"− {penalty.points} ({penalty.name})" for penalty in match.penalties if penalty.points]
    if match.score > 100:
        parts.append(f"+ {match.score - 100} (context)")
    return " ".join(parts) + f" = {match.score}"
