"""Words that two similar texts have opposites of, in one place or in two, in six languages."""

from collections.abc import Sequence

from tm.negation import affixed, negates, prefixes_opposed, same_form
from tm.passages import NONE, Pair, Side, Sides, spans
from tm.phrases import CALENDAR, CLAUSE, COMPANION, LEXICAL, OPPOSITE, Term, words

#: Pairs of opposites of which denying one is saying the other: "not permitted", "prohibited".
COMPLEMENT = "!"
#: Entries that gather the words of many pairs: two of them are no pair of things that change places.
GATHERED = "(any)"
#: Pairs that stand together as verb and object in either order: "replied to the questions".
_TOGETHER = frozenset({"question, answer"})
#: "And" in Arabic, written as one with the next word.
_ARABIC_AND = "و"
#: In a change of so many tokens and more, words that may be prepositions only are no opposites by themselves.
_LONG = 4
#: How many tokens behind a preposition its number or date may stand.
_BEHIND = 2
#: How many words that say something are looked at on either side of an opposite.
_NEAR = 3
#: The same for opposites that only an entry tells which gathers many.
_NEAR_LOOSE = 2


def turned(sides: Sides, region: int, primary: str, exchanged: frozenset[str]) -> tuple[list[Term], list[Term], bool]:
    """The words of a region that are each other's opposites, and whether denying one would be saying the other.

    Pairs that both texts have, in another order, are left out: ``exchanged`` names their groups.
    """
    found = [side.inside(region, OPPOSITE) for side in sides]
    if not all(found):
        return [], [], False
    groups = [{group for term in terms for group in term.groups} - exchanged for terms in found]
    one = {g for g in groups[0] - groups[1] if opposite(g) in groups[1] - groups[0]}
    other = {opposite(group) for group in one}
    if not one or _conversed(sides):
        return [], [], False
    left, right = [t for t in found[0] if t.groups & one], [t for t in found[1] if t.groups & other]
    if min(side.size(region) for side in sides) >= _LONG:
        left, right = _speaking(sides, left, right, one)
    denied = any(group.startswith(COMPLEMENT) for group in one) or any(
        affixed(sides[0].text.tokens[t.start].key, sides[1].text.tokens[u.start].key, primary)
        for t in left
        for u in right
    )
    return left, right, denied


def _speaking(
    sides: Sides, left: Sequence[Term], right: Sequence[Term], groups: set[str]
) -> tuple[list[Term], list[Term]]:
    """The opposites of a longer change that speak of the same thing.

    They must have the same word beside them in both texts; prepositions the same word behind them, or both a number or
    date.
    """
    prepositions = words(sides[0].primary, "prepositions") | words(sides[0].primary, "function")
    pairs: list[tuple[Term, Term]] = []
    for t in left:
        for u in right:
            shared = {group for group in t.groups & groups if opposite(group) in u.groups}
            terms = list(zip(sides, (t, u), strict=True))
            if not shared:
                continue
            if any(side.words(term) <= prepositions for side, term in terms):
                speaking = all(_dated(side, term) for side, term in terms) or _alike(terms, before=0, behind=1)
            else:
                # Chinese characters tell little, unless the pair itself is a loose one.
                loose = sides[0].primary != "zh" or all(group[:-1].endswith(GATHERED) for group in shared)
                near = _NEAR_LOOSE if all(group[:-1].endswith(GATHERED) for group in shared) else _NEAR
                speaking = not loose or _alike(terms, before=near, behind=near)
            if speaking:
                pairs.append((t, u))
    return sorted({t for t, _ in pairs}), sorted({u for _, u in pairs})


def _alike(terms: Sequence[tuple[Side, Term]], *, before: int, behind: int) -> bool:
    """Whether two terms have a word in common among so many that say something before and behind them."""
    mine, theirs = ([*_beside(side, t, -1)[:before], *_beside(side, t, 1)[:behind]] for side, t in terms)
    return any(same_form(one, other, terms[0][0].primary) for one in mine for other in theirs)


def _beside(side: Side, term: Term, step: int) -> list[str]:
    """The words that say something before a term (-1) or behind it (1), the nearest first; in Chinese characters."""
    tokens = side.text.tokens
    function = words(side.primary, "function")
    way = range(term.start - 1, -1, -1) if step < 0 else range(term.end, len(tokens))
    return [tokens[i].key for i in way if tokens[i].key not in function]


def _dated(side: Side, term: Term) -> bool:
    """Whether a number, month or date stands behind a preposition."""
    tokens = side.text.tokens
    behind = range(term.end, min(len(tokens), term.end + _BEHIND))
    months = {t.start for t in side.terms if t.category == CALENDAR}
    return any(tokens[i].kind or i in months for i in behind) or not side.number_starts.isdisjoint(behind)


#: Pairs of which one says what the other says when giver and taker change places: "A provided B with" for "B received
#: from A".
_CONVERSE = frozenset({"offer, seek", "buy, sell"})


def _converse(term: Term) -> bool:
    return any(group[:-1] in _CONVERSE for group in term.groups)


def _conversed(sides: Sides) -> bool:
    """Whether two texts have the same words, but for those of converse pairs, and begin with another."""
    content: list[list[str]] = []
    for side in sides:
        if not any(term.category == OPPOSITE and _converse(term) for term in side.terms):
            return False
        function = words(side.primary, "function")
        verbs = {
            i
            for term in side.terms
            if term.category == OPPOSITE and _converse(term)
            for i in range(term.start, term.end)
        }
        content.append([
            token.key for i, token in enumerate(side.text.tokens) if i not in verbs and token.key not in function
        ])  # fmt: skip
    mine, theirs = content
    # In Chinese "为" before the taker tells.
    heads = [side.text.tokens[0].key for side in sides] if sides[0].primary == "zh" else [*mine[:1], *theirs[:1]]
    if len(mine) != len(theirs) or not mine or same_form(heads[0], heads[-1], sides[0].primary):
        return False
    left = list(theirs)
    for word in mine:
        match = next((other for other in left if same_form(word, other, sides[0].primary)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def exchanges(sides: Sides, primary: str) -> tuple[frozenset[str], Pair]:
    """Groups of opposites that both texts have in another order, and the words where that says something else.

    "Women and men" for "men and women" says the same; "imports exceed exports" for "exports exceed imports" does not.
    """
    if not all(OPPOSITE in side.categories for side in sides):
        return frozenset(), NONE
    orders = [_order(side) for side in sides]
    groups: set[str] = set()
    places: Pair = ([], [])
    for name in orders[0].keys() & orders[1].keys():
        mine, theirs = orders[0][name], orders[1][name]
        signs = [[sign for sign, _ in order] for order in (mine, theirs)]
        if signs[0] != signs[1] and sorted(signs[0]) == sorted(signs[1]):
            groups |= {f"{name}+", f"{name}-"}
            if (
                not name.endswith(GATHERED)
                and name not in _TOGETHER
                and not all(_listed(side, order, primary) for side, order in zip(sides, (mine, theirs), strict=True))
                and not _moved(sides, mine, theirs)
            ):
                places[0].extend(spans(term for _, term in mine))
                places[1].extend(spans(term for _, term in theirs))
    return frozenset(groups), places


def _moved(sides: Sides, mine: Sequence[tuple[str, Term]], theirs: Sequence[tuple[str, Term]]) -> bool:
    """Whether opposites moved with the words beside them, all but one: "schools closed when fighting began".

    A word that stands so beside both opposites of a text tells nothing: "voluntary returns outnumbered forced returns".
    """
    left = 0
    for sign, term in mine:
        others = [other for other_sign, other in theirs if other_sign == sign]
        left += not any(
            same_form(one, two, sides[0].primary)
            for step in (-1, 1)
            for one in _own(sides[0], term, [t for s, t in mine if s != sign], step)
            for other in others
            for two in _beside(sides[1], other, step)[:_NEAR]
        )
    return left <= 1


def _own(side: Side, term: Term, others: Sequence[Term], step: int) -> list[str]:
    """The words before a term (-1) or behind it (1) that do not stand so beside the others."""
    shared = {key for other in others for key in _beside(side, other, step)[:_NEAR]}
    return [key for key in _beside(side, term, step)[:_NEAR] if key not in shared]


def _order(side: Side) -> dict[str, list[tuple[str, Term]]]:
    """The changed words of each pair of opposites, in order, with their signs; pairs of which both words changed."""
    orders: dict[str, list[tuple[str, Term]]] = {}
    for term in sorted({t for i in range(len(side.ranges)) for t in side.inside(i, OPPOSITE)}):
        for group in term.groups:
            orders.setdefault(group[:-1], []).append((group[-1], term))
    return {name: order for name, order in orders.items() if len({sign for sign, _ in order}) > 1}


def _listed(side: Side, order: Sequence[tuple[str, Term]], primary: str) -> bool:
    """Whether words stand in a list, with no more than words like "and the" between them."""
    if primary == "ar" and not any(side.text.tokens[t.start].key.startswith(_ARABIC_AND) for _, t in order[1:]):
        # Subject and object stand side by side behind the verb.
        return False
    function = words(primary, "function")
    first, last = order[0][1], order[-1][1]
    inner = {i for _, term in order for i in range(term.start, term.end)}
    return all(
        i in inner or side.text.tokens[i].key in function or side.text.tokens[i].key.startswith(_ARABIC_AND)
        for i in range(first.end, last.start)
    )


def opposite(group: str) -> str:
    """The other side of a pair of opposites."""
    return group[:-1] + ("-" if group[-1] == "+" else "+")


#: How many tokens before a word its verb's negation may stand, and how many a word that negates alone.
_BEFORE = {CLAUSE: 4, COMPANION: 4, LEXICAL: 1}


def denied(side: Side, region: int, found: Sequence[Term]) -> bool:
    """Whether one of some terms is denied by another word of its region: "not permitted"."""
    negations = side.inside(region, CLAUSE, COMPANION, LEXICAL)
    return any(
        negation.end <= term.start and term.start - negation.end < _BEFORE[negation.category]
        for term in found
        for negation in negations
    )


def apart(sides: Sides, exchanged: frozenset[str]) -> Pair:
    """Opposites in two places that speak of the same thing: "the level rose last year", "last year the level fell".

    Nothing for texts with a negation, which may undo them, and for Chinese, where a character tells no word.
    """
    if sides[0].primary == "zh" or len(sides[0].ranges) == 1 or not all(OPPOSITE in side.categories for side in sides):
        return NONE
    regions = range(len(sides[0].ranges))
    if any(negates(side, region) for side in sides for region in regions):
        return NONE
    found = [sorted({t for region in regions for t in side.inside(region, OPPOSITE)}) for side in sides]
    groups = [{group for term in terms for group in term.groups} - exchanged for terms in found]
    one = {g for g in groups[0] - groups[1] if opposite(g) in groups[1] - groups[0]}
    if not one or _conversed(sides):
        return NONE
    left, right = _speaking(sides, found[0], found[1], one)
    return spans(left), spans(right)


def opposites(sides: Sides, region: int, primary: str, exchanged: frozenset[str]) -> Pair:
    """Words replaced by their opposites, listed or told by their prefixes."""
    mine, theirs, _ = turned(sides, region, primary, exchanged)
    if mine:
        return spans(mine), spans(theirs)
    return prefixes_opposed(sides, region, primary)
