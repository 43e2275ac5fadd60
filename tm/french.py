"""The French "ne" that does not deny: "ne … que", which restricts, and the one that only goes with a conjunction."""

from collections.abc import Sequence

from tm.phrases import CLAUSE, QUANTITY, Term, patterns
from tm.text import Token

_NE = frozenset({"ne", "n"})
_QUE = frozenset({"que", "qu"})
#: How many tokens behind "ne" its "pas" or "que" may stand, and how many before it "aucun" or "avant que".
_BEHIND, _BEFORE = 6, 12
#: What is read as "only".
_ONLY = frozenset({"only"})


def french_ne(found: Sequence[Term], tokens: Sequence[Token]) -> list[Term]:
    """The terms of a text with each "ne … que" read as "only", and without each "ne" that says nothing.

    "Avant qu'il ne parte" says the same as "avant qu'il parte"; so does "craindre qu'il ne vienne".
    """
    result: list[Term] = []
    for term in found:
        if term.category == CLAUSE and term.end == term.start + 1 and tokens[term.start].key in _NE:
            behind = [token.key for token in tokens[term.end : term.end + _BEHIND]]
            before = [token.key for token in tokens[max(0, term.start - _BEFORE) : term.start]]
            denies = any(_listed(key, "goes with ne") for key in (*behind, *before))
            que = next((term.end + i for i, key in enumerate(behind) if key in _QUE), None)
            if not denies and que is not None:
                result.append(Term(que, que + 1, QUANTITY, _ONLY))
                continue
            if not denies and not (behind and _listed(behind[0], "denied alone")) and _expletive(before):
                continue
        result.append(term)
    return sorted(result, key=lambda term: term.start)


def _expletive(before: Sequence[str]) -> bool:
    """Whether one of the words that take a "ne" without meaning stands before, and "que" behind it."""
    start = next((i for i, key in enumerate(before) if _listed(key, "takes ne")), None)
    return start is not None and not _QUE.isdisjoint(before[start:])


def _listed(key: str, name: str) -> bool:
    return patterns("fr", name).fit(key)
