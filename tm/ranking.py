"""The order of matches: score and kind, then how much authority, how new and how sure the source is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from tm.model import Match, MatchKind, Review
from tm.text import seen
from tm.units import Outline

_KIND_ORDER = {MatchKind.IN_CONTEXT: 3, MatchKind.EXACT: 2, MatchKind.FUZZY: 1, MatchKind.CONTAINED: 0}


class Rank(NamedTuple):
    """What a match is ranked by, the weightiest first; the lower value comes first.

    The names are those that ``tm.explain`` gives as reasons.
    """

    score: int
    kind: int
    superseded: bool
    status: int
    date: int
    reviewed: bool
    confidence: float
    similarity: float
    length: int
    document: str
    position: int
    unit: str


def rank(match: Match) -> Rank:
    """The rank of a match; no two units have the same, so that the order never depends on how they were found."""
    unit, document = match.unit, match.unit.document
    return Rank(
        score=-match.score,
        kind=-_KIND_ORDER[match.kind],
        superseded=document.superseded,
        status=-document.status,
        date=-(document.date.toordinal() if document.date else 0),
        reviewed=unit.review is not Review.REVIEWED,
        confidence=-(unit.confidence if unit.confidence is not None else 1.0),
        similarity=-match.similarity,
        length=len(match.source.text),
        document=document.key,
        position=unit.position,
        unit=unit.uid,
    )


def rank_of(outline: Outline, score: int, kind: MatchKind, similarity: float) -> Rank:
    """The rank of a match of a unit, of which no more need be known than its outline."""
    return Rank(
        score=-score,
        kind=-_KIND_ORDER[kind],
        superseded=outline.superseded,
        status=-outline.status,
        date=-(outline.date.toordinal() if outline.date else 0),
        reviewed=outline.review != Review.REVIEWED.value,
        confidence=-(outline.confidence if outline.confidence is not None else 1.0),
        similarity=-similarity,
        length=len(outline.text),
        document=outline.document_key,
        position=outline.position,
        unit=outline.uid,
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one match stands before another: the weightiest thing in which they differ."""

    #: Name of a field of ``Rank``.
    by: str
    #: What the one and the other have there, in words.
    value: str
    other: str


def reason(match: Match, following: Match) -> Reason:
    """Why a match stands before the one that follows it."""
    pairs = zip(Rank._fields, rank(match), rank(following), strict=True)
    by = next((name for name, mine, theirs in pairs if mine != theirs), Rank._fields[-1])
    return Reason(by, _in_words(match, by), _in_words(following, by))


def _in_words(match: Match, by: str) -> str:
    unit, document = match.unit, match.unit.document
    words: dict[str, object] = {
        "score": match.score,
        "kind": match.kind.value,
        "superseded": "superseded" if document.superseded else "in force",
        "status": document.status.label,
        "date": document.date or "no date",
        "reviewed": unit.review.value,
        "confidence": "pairs as imported" if unit.confidence is None else f"{unit.confidence:.4f}",
        "similarity": f"{match.similarity:.4f}",
        "length": f"{len(match.source.text)} characters",
        "document": document.key,
        "position": unit.position,
        "unit": unit.uid,
    }
    return str(words[by])


def ranked(matches: Iterable[Match]) -> list[Match]:
    """Best first; a unit is given once, and units that repeat text and translations are folded, whatever the
    spaces and unseen marks of the translations.

    A unit that answers as a whole answers as contained only when all of the query's words stand in it side by side.
    """
    found = sorted(matches, key=rank)
    whole = {match.unit.uid for match in found if match.kind is not MatchKind.CONTAINED}
    best: dict[str, Match] = {}
    for match in found:
        if match.kind is not MatchKind.CONTAINED or match.share == 1.0 or match.unit.uid not in whole:
            best.setdefault(match.unit.uid, match)
    folded: dict[tuple[object, ...], Match] = {}
    for match in best.values():
        texts = (match.source.text, match.unit.level, *(seen(target.text) for target in match.targets))
        first = folded.get(texts)
        folded[texts] = replace(first, repeats=(*first.repeats, match.unit)) if first else match
    return list(folded.values())
