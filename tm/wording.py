"""Modal verbs, operative verbs, opposites and quantities that two similar texts have otherwise, in six languages."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tm.negation import affixed, negates, prefixes_opposed, same_form
from tm.passages import NONE, Pair, Side, Sides, spans
from tm.phrases import CALENDAR, CLAUSE, COMPANION, LEXICAL, MODAL, MODALITY, OPERATIVE, OPPOSITE, QUANTITY, Term, words

#: The modal verbs that say no more than that something can be done, and those that make prohibitions with "not".
_ABILITY = frozenset({"can", "may", "peut", "puede"})
_MANAGED = frozenset({"can", "peut", "puede"})
_BINDING = frozenset({"shall", "must", "may", "can", "doit", "peut", "debe", "puede"})
#: The sign of the future in Chinese and English, and "upon" in Arabic.
_WILL, _ARABIC_UPON = frozenset({"will"}), "على"
#: How many tokens may stand between a modal verb and its negation, so that they are side by side.
_BESIDE = 1
#: A modal verb or a quantity that one side has alone tells little in a region of that many tokens and more.
REWRITTEN = 4
REWRITTEN_CHARACTERS = 6
#: Pairs of opposites of which denying one is saying the other: "not permitted", "prohibited".
COMPLEMENT = "!"
#: Entries that gather the words of many pairs: two of them are no pair of things that change places.
GATHERED = "(any)"
#: Quantities of one kind can stand for one another, and then say something else.
_KINDS = (
    frozenset({"all", "most", "many", "some", "few", "either", "none"}),
    frozenset({"both", "either"}),
    frozenset({"only", "notonly", "atleast", "atmost", "morethan", "lessthan", "about", "exactly"}),
    frozenset({"and", "or"}),
    frozenset({"and", "nor"}),
    frozenset({"qualified"}),
)
#: "And" in Arabic, written as one with the next word.
_ARABIC_AND, _ARABIC_OR = "و", "أو"
#: Letters that verbs of the present begin with, third person.
_ARABIC_PRESENT = ("ي", "ت")


def modal(sides: Sides, region: int, moved: set[tuple[int, Term]], primary: str) -> Pair:
    """Modal verbs exchanged, or added to or dropped from what is otherwise a short change."""
    found = [[t for t in side.inside(region, MODAL) if (w, t) not in moved] for w, side in enumerate(sides)]
    left = _unmatched(*found)
    both = frozenset.intersection(*(_groups(terms) for terms in found))
    left = ([t for t in left[0] if not t.groups & both], [t for t in left[1] if not t.groups & both])
    if not any(left) or _negated_ability(sides, region, found):
        return NONE
    if all(_forbids(side, terms) for side, terms in zip(sides, found, strict=True)):
        return NONE
    only = next((w for w in (0, 1) if not found[1 - w]), None)
    if only is not None and (
        _news(sides, only, region) >= _rewritten(primary)
        or _idle(sides[only], left[only])
        or all(sides[1 - only].changed(MODALITY, term.groups) for term in left[only])
    ):
        return NONE
    return spans(left[0] or found[0]), spans(left[1] or found[1])


def _groups(found: Iterable[Term]) -> frozenset[str]:
    return frozenset(group for term in found for group in term.groups)


def moved_modals(sides: Sides) -> set[tuple[int, Term]]:
    """Modal verbs that one side has alone in one place and the other in another: ``(0 for query, 1 for stored, term)``.

    "States must reply by June" for "Replies must be sent by States by June" says the same.
    """
    if len(sides[0].ranges) == 1 or not all(MODAL in side.categories for side in sides):
        return set()
    alone: tuple[list[Term], list[Term]] = ([], [])
    for region in range(len(sides[0].ranges)):
        found = [side.inside(region, MODAL) for side in sides]
        for which in (0, 1):
            if not found[1 - which]:
                alone[which].extend(found[which])
    result: set[tuple[int, Term]] = set()
    left = list(alone[1])
    for term in alone[0]:
        match = next((other for other in left if other.groups & term.groups), None)
        if match:
            left.remove(match)
            result |= {(0, term), (1, match)}
    return result


def _idle(side: Side, found: Sequence[Term]) -> bool:
    """Whether modal verbs that one side has alone say what is said without them.

    Chinese has the sign of the future also before an object, English in reported speech; Arabic says "upon the States"
    for "it is due upon them".
    """
    tokens = side.text.tokens
    if side.primary in {"zh", "en"}:
        return all(term.groups == _WILL for term in found)
    return side.primary == "ar" and all(
        "must" in term.groups and term.end < len(tokens) and tokens[term.end].key == _ARABIC_UPON for term in found
    )


def _news(sides: Sides, which: int, region: int) -> int:
    """Number of words that one side of a region has and the other has not; in Chinese of all its characters."""
    if sides[which].primary == "zh":
        return sides[which].size(region)
    mine, theirs = (Counter(key for _, key in side.keys(region)) for side in (sides[which], sides[1 - which]))
    return (mine - theirs).total()


def _rewritten(primary: str) -> int:
    return REWRITTEN_CHARACTERS if primary == "zh" else REWRITTEN


def _unmatched(mine: Sequence[Term], theirs: Sequence[Term]) -> tuple[list[Term], list[Term]]:
    """The terms that have no counterpart with a group in common."""
    left, right = list[Term](), list(theirs)
    for term in mine:
        match = next((other for other in right if other.groups & term.groups), None)
        if match is None:
            left.append(term)
        else:
            right.remove(match)
    return left, right


def _negated_ability(sides: Sides, region: int, found: Sequence[Sequence[Term]]) -> bool:
    """Whether both sides deny, and differ in no more than words of ability: "cannot", "is unable to", "fails to"."""
    groups = {group for terms in found for term in terms for group in term.groups}
    if not groups <= _ABILITY:
        return False
    if all(negates(side, region) for side in sides):
        return True
    # "Did not reach", "did not manage to reach": the negation stands right before the region.
    return groups <= _MANAGED and all(_denied_before(side, region) for side in sides)


def _denied_before(side: Side, region: int) -> bool:
    start = side.ranges[region][0]
    return any(term.category == CLAUSE and term.end == start for term in side.terms)


def _forbids(side: Side, found: Sequence[Term]) -> bool:
    """Whether modal verbs that bind or permit are all denied, which makes a prohibition of either: "may not"."""
    negations = [t for t in side.terms if t.category == CLAUSE]
    return bool(found) and all(
        term.groups & _BINDING and any(-_BESIDE <= n.start - term.end <= 0 or 0 <= term.start - n.end < _BESIDE
                                       or n.start == term.start for n in negations)
        for term in found
    )  # fmt: skip


#: Operative verbs that reports use for one another; at the head of a paragraph they say different things.
_REPORTED = tuple(
    map(
        frozenset,
        (
            ("approve", "adopt"), ("note", "consider"), ("stress", "affirm"), ("stress", "note"),
            ("affirm", "declare"), ("reaffirm", "reiterate"), ("recognize", "aware"), ("recognize", "mindful"),
            ("aware", "mindful"), ("recognize", "note"), ("acknowledge", "note"), ("recall", "remind"),
            ("recommend", "suggest"), ("commend", "appreciate"), ("thank", "appreciate"), ("confirm", "affirm"),
            ("hope", "look"), ("recognize", "acknowledge"), ("welcome", "commend"), ("support", "affirm"),
            ("support", "stress"), ("support", "endorse"), ("call", "request"), ("propose", "suggest"),
            ("propose", "recommend"), ("thank", "commend"), ("note", "declare"), ("note", "affirm"),
            ("stress", "insist"), ("express", "note"), ("express", "declare"), ("express", "affirm"),
            ("satisfy", "welcome"), ("satisfy", "commend"), ("satisfy", "appreciate"), ("satisfy", "thank"),
        ),
    )
)  # fmt: skip


def operative(sides: Sides, region: int, primary: str) -> Pair:
    """One operative verb replaced by another, or the leading operative verb by any other word."""
    found = [side.inside(region, OPERATIVE) for side in sides]
    groups = [frozenset(group for term in terms for group in term.groups) for terms in found]
    if groups[0] == groups[1]:
        return NONE
    leads = [_lead(side, primary) for side in sides]
    leading = any(term.start == lead for terms, lead in zip(found, leads, strict=True) for term in terms)
    both = bool(groups[0] and groups[1]) and not groups[0] & groups[1]
    if both and not leading:
        both = not any({one, other} <= pair for one in groups[0] for other in groups[1] for pair in _REPORTED)
    alone = any(
        term.start == leads[which] and any(map(sides[1 - which].size, range(len(sides[0].ranges))))
        for which in (0, 1)
        for term in found[which]
        if not term.groups & groups[1 - which] and not sides[1 - which].changed(OPERATIVE, term.groups)
    )
    return (spans(found[0]), spans(found[1])) if both or (alone and leading) else NONE


#: What a paragraph of a resolution ends with.
_PARAGRAPH_ENDS = (",", ";", "，", "；", "،", "؛")


def replaced(sides: Sides) -> Pair:
    """The operative verbs of two paragraphs of resolutions that have others in two places: 对……表示遗憾, 谴责……."""
    if not all(side.text.text.rstrip().endswith(_PARAGRAPH_ENDS) for side in sides):
        return NONE
    found = [[term for region in range(len(side.ranges)) for term in side.inside(region, OPERATIVE)] for side in sides]
    groups = [frozenset(group for term in terms for group in term.groups) for terms in found]
    return (spans(found[0]), spans(found[1])) if all(groups) and not groups[0] & groups[1] else NONE


def _lead(side: Side, primary: str) -> int:
    """Position of the first word that is no adverb or connective, -1 for none.

    Arabic reports begin with their verb too, but in the past: only a present one leads a resolution's paragraph.
    """
    skipped = words(primary, "adverbs")
    lead = next((i for i, token in enumerate(side.text.tokens) if token.key not in skipped), -1)
    if primary == "ar" and lead >= 0 and not side.text.tokens[lead].key.lstrip("و").startswith(_ARABIC_PRESENT):
        return -1
    return lead


def turned(sides: Sides, region: int, primary: str, exchanged: frozenset[str]) -> tuple[list[Term], list[Term], bool]:
    """The words of a region that are each other's opposites, and whether denying one would be saying the other.

    Pairs that both texts have, in another order, are left out: ``exchanged`` names their groups.
    """
    found = [[t for t in side.inside(region, OPPOSITE) if _dated(side, region, t)] for side in sides]
    if not all(found):
        return [], [], False
    groups = [{group for term in terms for group in term.groups} - exchanged for terms in found]
    one = {g for g in groups[0] - groups[1] if opposite(g) in groups[1] - groups[0]}
    other = {opposite(group) for group in one}
    if not one or _conversed(sides):
        return [], [], False
    left, right = [t for t in found[0] if t.groups & one], [t for t in found[1] if t.groups & other]
    denied = any(group.startswith(COMPLEMENT) for group in one) or any(
        affixed(sides[0].text.tokens[t.start].key, sides[1].text.tokens[u.start].key, primary)
        for t in left
        for u in right
    )
    return left, right, denied


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
            if not name.endswith(GATHERED) and not all(
                _listed(side, order, primary) for side, order in zip(sides, (mine, theirs), strict=True)
            ):
                places[0].extend(spans(term for _, term in mine))
                places[1].extend(spans(term for _, term in theirs))
    return frozenset(groups), places


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


def opposites(sides: Sides, region: int, primary: str, exchanged: frozenset[str]) -> Pair:
    """Words replaced by their opposites, listed or told by their prefixes."""
    mine, theirs, _ = turned(sides, region, primary, exchanged)
    if mine:
        return spans(mine), spans(theirs)
    return prefixes_opposed(sides, region, primary)


def quantities(sides: Sides, region: int, away: set[tuple[int, Term]], primary: str) -> Pair:
    """Quantities, limits and conjunctions that one side has otherwise, or has alone where that restricts."""
    left = _unmatched(
        *(
            [t for t in side.inside(region, QUANTITY) if (w, t) not in away and _counts(side, t)]
            for w, side in enumerate(sides)
        )
    )
    result: Pair = ([], [])
    for kind in _KINDS if any(left) else ():
        of_kind = [[t for t in terms if t.groups & kind] for terms in left]
        if all(of_kind) or any(_restricts(sides, region, terms, primary) for terms in of_kind):
            result[0].extend(spans(of_kind[0]))
            result[1].extend(spans(of_kind[1]))
    if primary == "ar" and not any(result):
        return _arabic_conjunctions(sides, region)
    return result


#: How many tokens behind a word of place its number may stand, for it to be a limit: "over the 40".
_LIMITED = 2


def _counts(side: Side, term: Term) -> bool:
    """Whether a quantity is one: "under" is only before a number."""
    tokens = side.text.tokens
    if term.end - term.start > 1 or tokens[term.start].key not in words(side.primary, "before a number"):
        return True
    behind = range(term.end, min(len(tokens), term.end + _LIMITED))
    return any(tokens[i].kind for i in behind) or not side.number_starts.isdisjoint(behind)


def _dated(side: Side, region: int, term: Term) -> bool:
    """Whether an opposite is one: in a longer change the Russian "from" and "until" are only before a number or date."""
    tokens = side.text.tokens
    if (
        term.end - term.start > 1
        or side.size(region) < REWRITTEN
        or tokens[term.start].key not in words(side.primary, "before a date")
    ):
        return True
    behind = range(term.end, min(len(tokens), term.end + _LIMITED))
    months = {t.start for t in side.terms if t.category == CALENDAR}
    return any(tokens[i].kind or i in months for i in behind) or not side.number_starts.isdisjoint(behind)


def _restricts(sides: Sides, region: int, found: Sequence[Term], primary: str) -> bool:
    """Whether quantities that only one side of a short change has narrow what is said."""
    if not found or max(side.size(region) for side in sides) >= _rewritten(primary) + 2:
        return False
    return any(term.groups.isdisjoint(words(primary, "loose")) for term in found)


def _arabic_conjunctions(sides: Sides, region: int) -> Pair:
    """The word for "or" on one side where the other has the same word with "and" before it."""
    for which in (0, 1):
        mine, theirs = list(sides[which].keys(region)), list(sides[1 - which].keys(region))
        for (i, key), (_, following) in _neighbours(mine):
            match = next((j for j, other in theirs if other == _ARABIC_AND + following), None)
            if key == _ARABIC_OR and match is not None:
                places: Pair = ([(i, i + 1)], [(match, match + 1)])
                return places if which == 0 else (places[1], places[0])
    return NONE


def _neighbours(found: Sequence[tuple[int, str]]) -> Iterator[tuple[tuple[int, str], tuple[int, str]]]:
    return ((one, other) for one, other in pairwise(found) if other[0] == one[0] + 1)
