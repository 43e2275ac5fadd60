"""Limits that two texts set in different words: "limited to five minutes", "not for more than five minutes"."""

from tm.negation import DUE
from tm.passages import Pair, Side, Sides, outermost
from tm.phrases import CLAUSE, LEXICAL, LIMIT, MODAL, OPPOSITE, QUANTITY, Term

UPPER, LOWER, OVER, UNDER = "upper", "lower", "over", "under"
#: What quantities say of a limit.
_QUANTITIES = {"atmost": UPPER, "atleast": LOWER, "morethan": OVER, "lessthan": UNDER}
_BOUND = frozenset({*_QUANTITIES, "only"})
#: The pair of opposites that open conditions.
_CONDITION = "if, unless"
#: What denying it makes of what is beyond a limit.
_DENIED = {OVER: UPPER, UNDER: LOWER}


def same_limit(sides: Sides) -> bool:
    """Whether both texts set the same limit and one of them by a negation that the other has not.

    Whether the numbers are the same is told apart. "No person younger than 35 may be a candidate" for "candidates must
    be at least 35" says the same; "candidates may be at least 35" does not.
    """
    limits = [_limits(side) for side in sides]
    if any(len({kind for kind, _ in found}) != 1 for found in limits):
        return False
    denials = [_denials(side, [term for _, term in found]) for side, found in zip(sides, limits, strict=True)]
    kinds = [found[0][0] for found in limits]
    for which in (0, 1):
        denied = len(denials[which]) == 1 and not denials[1 - which] and kinds[which] in _DENIED
        if denied and _DENIED[kinds[which]] == kinds[1 - which]:
            mine, theirs = (
                [term for found in side.by_region for term in found if term.category == MODAL]
                for side in (sides[which], sides[1 - which])
            )
            return all(term.groups & DUE or any(term.groups & other.groups for other in mine) for term in theirs)
    return False


def limiting(sides: Sides, pair: Pair) -> bool:
    """Whether all places of a pair are words that set limits or conditions, or touch them."""
    return all(
        any(start < term.end and term.start < end for term in _limiting(side))
        for side, places in zip(sides, pair, strict=True)
        for start, end in places
    )


def _limiting(side: Side) -> list[Term]:
    return [
        term
        for terms in side.by_region
        for term in terms
        if term.category == LIMIT
        or (term.category == QUANTITY and term.groups & _BOUND)
        or (term.category == OPPOSITE and any(group.startswith(_CONDITION) for group in term.groups))
    ]


def _limits(side: Side) -> list[tuple[str, Term]]:
    """The words of the changed passages that set a limit, and what each says of it."""
    found = {
        term: kind
        for terms in side.by_region
        for term in terms
        if term.category in {QUANTITY, LIMIT}
        for group in sorted(term.groups)
        if (kind := _QUANTITIES.get(group) if term.category == QUANTITY else group)
    }
    whole = set(outermost({(term.start, term.end) for term in found}))
    return [(kind, term) for term, kind in found.items() if (term.start, term.end) in whole]


def _denials(side: Side, limits: list[Term]) -> set[tuple[int, int]]:
    """The places of the negations of the changed passages that are no part of a limit's words."""
    return {
        (term.start, term.end)
        for terms in side.by_region
        for term in terms
        if term.category in {CLAUSE, LEXICAL}
        and not any(limit.start <= term.start and term.end <= limit.end for limit in limits)
    }
