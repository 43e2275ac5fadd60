"""Modal verbs, operative verbs and quantities that two similar texts have otherwise, in six languages."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tm.negation import negates
from tm.passages import NONE, Pair, Side, Sides, spans
from tm.phrases import CLAUSE, LEXICAL, MODAL, MODALITY, OPERATIVE, QUANTITY, Term, words

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
#: Quantities of one kind can stand for one another, and then say something else.
_KINDS = (
    frozenset({"all", "most", "many", "some", "few", "either", "none"}),
    frozenset({"both", "either"}),
    frozenset({"both", "only"}),
    frozenset({"all", "only"}),
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
    found = [
        [t for t in side.inside(region, MODAL) if (w, t) not in moved and not _before_object(side, t)]
        for w, side in enumerate(sides)
    ]
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
        or all(_count(sides[1 - only], term) >= _count(sides[only], term) for term in left[only])
    ):
        return NONE
    return spans(left[0] or found[0]), spans(left[1] or found[1])


def _count(side: Side, term: Term) -> int:
    """How many modal verbs around the changed passages of a text say what a term says."""
    return sum(other.category == MODAL and bool(other.groups & term.groups) for other in side.terms)


def _before_object(side: Side, term: Term) -> bool:
    """Whether the Chinese sign of the future stands behind another modal verb, where it opens the object."""
    return (
        side.primary == "zh"
        and term.groups == _WILL
        and any(other.category == MODAL and other.end == term.start for other in side.terms)
    )


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
    if primary == "ar" and not any(map(_is_paragraph, sides)):
        # Reports in Arabic begin with a verb in the present too: "the report highlights".
        alone = False
    return (spans(found[0]), spans(found[1])) if both or (alone and leading) else NONE


#: What a paragraph of a resolution ends with.
_PARAGRAPH_ENDS = (",", ";", "，", "；", "،", "؛")


def replaced(sides: Sides) -> Pair:
    """The operative verbs of two paragraphs of resolutions that have others in two places: 对……表示遗憾, 谴责……."""
    if not all(map(_is_paragraph, sides)):
        return NONE
    found = [[term for region in range(len(side.ranges)) for term in side.inside(region, OPERATIVE)] for side in sides]
    groups = [frozenset(group for term in terms for group in term.groups) for terms in found]
    return (spans(found[0]), spans(found[1])) if all(groups) and not groups[0] & groups[1] else NONE


def _is_paragraph(side: Side) -> bool:
    """Whether a text ends as the paragraphs of resolutions do."""
    return side.text.text.rstrip().endswith(_PARAGRAPH_ENDS)


def _lead(side: Side, primary: str) -> int:
    """Position of the first word that is no adverb or connective, -1 for none.

    Arabic reports begin with their verb too, but in the past: only a present one leads a resolution's paragraph.
    """
    skipped = words(primary, "adverbs")
    lead = next((i for i, token in enumerate(side.text.tokens) if token.key not in skipped), -1)
    if primary == "ar" and lead >= 0 and not side.text.tokens[lead].key.lstrip("و").startswith(_ARABIC_PRESENT):
        return -1
    return lead


def quantities(sides: Sides, region: int, away: set[tuple[int, Term]], primary: str) -> Pair:
    """Quantities, limits and conjunctions that one side has otherwise, or has alone where that restricts."""
    left = _unmatched(
        *(
            [t for t in side.inside(region, QUANTITY) if (w, t) not in away and _counts(side, region, t)]
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


_ALL_OR_NONE = frozenset({"all", "none"})
#: Quantities that bound the number beside them.
_BOUNDS = frozenset({"atleast", "atmost", "morethan", "lessthan"})
#: How many tokens from its bound a number may stand.
_BESIDE_BOUND = 3


def moved_bounds(sides: Sides) -> set[tuple[int, Term]]:
    """The bounds that both texts set to the same number: ``(0 for query, 1 for stored, term)``.

    They may stand before the number in one text and behind it in the other: 超过30万, 30多万. Numbers are the same here
    when they begin with the same figures; whether they are is told apart.
    """
    found: tuple[list[tuple[Term, str]], list[tuple[Term, str]]] = ([], [])
    for side, bounds in zip(sides, found, strict=True):
        tokens = side.text.tokens
        for term in sorted({t for region in range(len(side.ranges)) for t in side.inside(region, QUANTITY)}):
            around = sorted(
                range(max(0, term.start - _BESIDE_BOUND), min(len(tokens), term.end + _BESIDE_BOUND)),
                key=lambda i: max(term.start - i, i - term.end + 1),
            )
            figures = next((tokens[i].value.rstrip("0") for i in around if tokens[i].kind == "number"), "")
            if figures and not term.groups.isdisjoint(_BOUNDS):
                bounds.append((term, figures))
    result: set[tuple[int, Term]] = set()
    for term, figures in found[0]:
        same = [other for other, beside in found[1] if beside == figures and other.groups & term.groups & _BOUNDS]
        if len(same) == 1:
            result |= {(0, term), (1, same[0])}
    return result


def moved_qualifiers(sides: Sides) -> set[tuple[int, Term]]:
    """The words that qualify the same in both texts, wherever: ``(0 for query, 1 for stored, term)``.

    "She introduced the draft" for "the draft was introduced" says the same; "the draft report" for "the draft plan"
    does not.
    """
    found = [
        sorted({t for i in range(len(side.ranges)) for t in side.inside(i, QUANTITY) if t.groups == _QUALIFIED})
        for side in sides
    ]
    result: set[tuple[int, Term]] = set()
    for term in found[0]:
        words_of, noun = sides[0].words(term), _noun(sides[0], term)
        for other in found[1]:
            theirs = _noun(sides[1], other)
            if sides[1].words(other) == words_of and (noun == theirs or not noun or not theirs):
                result |= {(0, term), (1, other)}
    return result


_QUALIFIED = frozenset({"qualified"})


def moved_only(sides: Sides) -> set[tuple[int, Term]]:
    """The "only" that each text has once, next to the same words: ``(0 for query, 1 for stored, term)``.

    "Only passable in summer" for "passable only in summer" says the same, and so does "in summer only"; "only women
    vote in June" for "women vote only in June" does not.
    """
    found = [
        [t for i in range(len(side.ranges)) for t in side.inside(i, QUANTITY) if t.groups == _ONLY] for side in sides
    ]
    if any(len(terms) != 1 for terms in found):
        return set()
    (before, behind), (other_before, other_behind) = (
        (_content(side, 0, terms[0].start), _content(side, terms[0].end, len(side.text.tokens)))
        for side, terms in zip(sides, found, strict=True)
    )
    postponed = (behind == 0 and other_behind <= _FOCUS) or (other_behind == 0 and behind <= _FOCUS)
    if abs(before - other_before) <= 1 or postponed:
        return {(0, found[0][0]), (1, found[1][0])}
    return set()


_ONLY = frozenset({"only"})
#: Words that say something between "only" and the end of a text, where it may stand behind them as well.
_FOCUS = 2


def _content(side: Side, start: int, end: int) -> int:
    """How many words that say something stand in a range of tokens."""
    function = words(side.primary, "function")
    return sum(token.key not in function for token in side.text.tokens[start:end])


def _noun(side: Side, term: Term) -> str:
    """The word right behind a term, "" for none or one that says nothing by itself."""
    tokens = side.text.tokens
    key = tokens[term.end].key if term.end < len(tokens) else ""
    return "" if key in words(side.primary, "function") else key


#: How many tokens behind a word of place its number may stand, for it to be a limit: "over the 40".
_LIMITED = 2


def _counts(side: Side, region: int, term: Term) -> bool:
    """Whether a quantity is one: "under" is only before a number, and 均 within 均未 says "none"."""
    tokens = side.text.tokens
    if term.groups <= _ALL_OR_NONE and any(
        denial.start <= term.start and term.end <= denial.end and denial.end - denial.start > 1
        for denial in side.inside(region, CLAUSE, LEXICAL)
    ):
        return False
    if term.groups == _QUALIFIED and _is_verb(side, term):
        return False
    if term.end - term.start > 1 or tokens[term.start].key not in words(side.primary, "before a number"):
        return True
    behind = range(term.end, min(len(tokens), term.end + _LIMITED))
    return any(tokens[i].kind for i in behind) or not side.number_starts.isdisjoint(behind)


def _is_verb(side: Side, term: Term) -> bool:
    """Whether an English word such as "proposed" is a verb: it has a word that says something before it."""
    tokens = side.text.tokens
    return (
        side.primary == "en"
        and term.start > 0
        and tokens[term.start].key.endswith("ed")
        and tokens[term.start - 1].key not in words("en", "function")
    )


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
