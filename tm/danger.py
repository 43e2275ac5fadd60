"""Danger: differences between two similar texts that may turn the meaning round, in six languages.

Words are looked for only where the texts differ.
"""

from collections.abc import Iterable, Iterator, Sequence

from tm.clauses import clauses
from tm.french import french_ne
from tm.lang import Lang
from tm.limits import limiting, same_limit
from tm.model import Flag
from tm.naming import country_names, naming
from tm.negation import accompanying, conditional, displaced, negation, settled
from tm.opposites import apart, denied, exchanges, opposites, turned
from tm.passages import NONE, Pair, Region, Side, Sides, Text, merged, moved, outermost, reading, widened
from tm.phrases import LANGUAGES, MODAL, NUMERO, OPERATIVE, OPPOSITE, QUANTITY, Term
from tm.values import signs_spelled, values
from tm.wording import modal, moved_bounds, moved_modals, moved_only, moved_qualifiers, operative, quantities, replaced

__all__ = ["NEGATION", "POLARITY", "Region", "Text", "flags", "reversing", "signs_differ"]

NEGATION, POLARITY = "negation", "polarity"


def flags(query: Text, stored: Text, regions: Sequence[Region], lang: Lang) -> tuple[Flag, ...]:
    """The dangerous differences between two texts, those that turn the meaning round first.

    ``regions`` are the places where the tokens differ, in order. Placeables are told apart by their values.
    """
    sides = _sides(query, stored, regions, lang.primary) if regions and lang.primary in LANGUAGES else None
    found: list[Flag] = []
    if sides:
        found += _lexical(sides, lang.primary)
    found += values(query, stored, sides, lang.primary)
    if regions:
        names = country_names(query, stored, regions, lang)
        found += naming(query, stored, regions, sides, names, lang)
        found += clauses(query, stored, regions, sides, names, lang)
    return tuple(found)


def reversing(query: Text, stored: Text, regions: Sequence[Region], lang: Lang) -> tuple[Flag, ...]:
    """Those of the ``flags`` of two texts that turn the meaning round, in a fraction of the time."""
    if not regions or lang.primary not in LANGUAGES:
        return ()
    return tuple(_lexical(_sides(query, stored, regions, lang.primary), lang.primary))


def signs_differ(query: Text, stored: Text, signs: tuple[Sequence[str], Sequence[str]], lang: Lang) -> bool:
    """Whether one text has signs such as ``$`` that the other neither has nor says in words."""
    mine, theirs = (_without_numeros(found, side) for found, side in zip(signs, (query, stored), strict=True))
    return not (signs_spelled(mine, theirs, stored, lang.primary) and signs_spelled(theirs, mine, query, lang.primary))


def _without_numeros(signs: Sequence[str], side: Text) -> Sequence[str]:
    """The signs of a text without those of "n° 5"."""
    left = list(signs)
    for found in NUMERO.findall(side.text):
        if _DEGREE in found and _DEGREE in left:
            left.remove(_DEGREE)
    return left


_DEGREE = "°"


def _sides(query: Text, stored: Text, regions: Sequence[Region], primary: str) -> Sides:
    found = (
        _read(query, primary, [region.query for region in regions]),
        _read(stored, primary, [region.stored for region in regions]),
    )
    joined = merged(widened(regions, *found), query.tokens, close=0 if primary == "zh" else 1)
    return (
        Side(query, found[0], [region.query for region in joined], primary),
        Side(stored, found[1], [region.stored for region in joined], primary),
    )


def _read(side: Text, primary: str, ranges: Sequence[tuple[int, int]]) -> list[Term]:
    found = reading(side, primary).terms(ranges)
    return french_ne(found, side.tokens) if primary == "fr" else found


def _lexical(sides: Sides, primary: str) -> Iterator[Flag]:
    """What turns the meaning round: negation, modal and operative verbs, opposites and quantities."""
    places = range(len(sides[0].ranges))
    worded = [i for i in places if sides[0].by_region[i] or sides[1].by_region[i]]
    said = sides[0].categories | sides[1].categories
    away = moved(*sides) if worded else set()
    denials = away | displaced(sides)
    negations: list[Pair] = [NONE for _ in places]
    quantified = away | moved_bounds(sides) | moved_qualifiers(sides) | moved_only(sides) if QUANTITY in said else away
    exchanged, swaps = exchanges(sides, primary)
    turns: list[Pair] = [swaps]
    for i in places:
        if OPPOSITE in said:
            mine, theirs, complement = turned(sides, i, primary, exchanged)
            if complement and denied(sides[0], i, mine) != denied(sides[1], i, theirs):
                # "Not permitted" for "prohibited" says the same.
                continue
        negations[i] = negation(sides, i, denials, primary)
        turns.append(opposites(sides, i, primary, exchanged))
        if QUANTITY in said or primary == "ar":
            turns.append(quantities(sides, i, quantified, primary))
    if not any(any(pair) for pair in turns):
        turns.append(apart(sides, exchanged))
    if _rewritten(sides):
        # A quantity that one side has alone belongs to what is said otherwise.
        turns = [pair for pair in turns if all(pair)]
    denied_otherwise = settled(negations, sides)
    due = conditional(sides) or same_limit(sides)
    if due:
        turns = [pair for pair in turns if not limiting(sides, pair)]
    else:
        yield from _collected(NEGATION, [*denied_otherwise, *accompanying(denied_otherwise, sides)], sides)
    if MODAL in said and not due:
        shifted = away | moved_modals(sides)
        yield from _collected(MODAL, (modal(sides, i, shifted, primary) for i in worded), sides)
    if OPERATIVE in said:
        verbs = [operative(sides, i, primary) for i in worded]
        yield from _collected(OPERATIVE, verbs if any(verb != NONE for verb in verbs) else [replaced(sides)], sides)
    yield from _collected(POLARITY, turns, sides)


#: Share of its words that both texts must have otherwise to be two wordings rather than one changed.
_OTHERWISE = 0.6


def _rewritten(sides: Sides) -> bool:
    """Whether most of both texts differs."""
    return all(sum(map(side.size, range(len(side.ranges)))) >= _OTHERWISE * len(side.text.tokens) for side in sides)


def _collected(name: str, pairs: Iterable[Pair], sides: Sides) -> Iterator[Flag]:
    """One flag for all regions of one kind, if any."""
    found = [pair for pair in pairs if pair != NONE]
    if found:
        words = [
            tuple(side.text.words(*span) for span in outermost({span for pair in found for span in pair[which]}))
            for which, side in enumerate(sides)
        ]
        yield Flag(name, words[0], words[1], reverses=True)
