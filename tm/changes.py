"""What a query changes in a stored source text: which placeables became which, and whether anything near them did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from tm import typography
from tm.country_forms import alike
from tm.forms import Place, UncertainError
from tm.lang import Lang
from tm.parts import Part, parts

#: So many words on each side of a changed placeable must be the same: what it counts or names stands there.
NEIGHBOURS = 2
#: Pairs of indices of words and placeables, of the query and of the source.
Places = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Changes:
    """Where a query differs from the stored source text."""

    query: str
    source: str
    #: Where the text begins after the label, in the query, the source and the target.
    begins: tuple[int, int, int]
    #: Rewritable pieces of the source, in order, each with the piece of the query that stands for it.
    pairs: tuple[tuple[Part, Part], ...]
    #: Whether the two differ in nothing but rewritable pieces and typography.
    complete: bool

    @classmethod
    def between(cls, query: str, source: str, lang: Lang, begins: tuple[int, int, int]) -> "Changes":
        """The difference, when every placeable of one text has its counterpart in the other.

        Raises:
            UncertainError: a placeable was added, dropped or put for a word, or a word beside a changed one differs.
        """
        mine, theirs = parts(query, lang, begins[0]), parts(source, lang, begins[1])
        places = _matched(mine, theirs)
        equal = {j: i for i, j in places if mine[i].value == theirs[j].value}
        lone = [
            p
            for side, which in ((mine, 0), (theirs, 1))
            for k, p in enumerate(side)
            if p.kind and k not in {place[which] for place in places}
        ]
        if lone:
            raise UncertainError("a number, date, symbol or name was added, dropped or put for a word")
        for i, j in places:
            if mine[i].value != theirs[j].value:
                _check_neighbours(mine, theirs, i, j, dict(places))
            _check_relation(
                Place(query, mine[i].start, mine[i].end, lang.primary),
                mine[i],
                Place(source, theirs[j].start, theirs[j].end, lang.primary),
                theirs[j],
            )
        _check_signs(query, source, mine, theirs, places)
        _check_enumeration(theirs, [j for i, j in places if mine[i].value != theirs[j].value])
        pairs = tuple((theirs[j], mine[i]) for i, j in places if theirs[j].kind)
        whole = len(places) == len(mine) == len(theirs)
        return cls(
            query,
            source,
            begins,
            pairs,
            whole and len(equal) + sum(a.value != b.value for a, b in pairs) == len(theirs),
        )


def _matched(mine: Sequence[Part], theirs: Sequence[Part]) -> list[tuple[int, int]]:
    """Pairs of words that are equal, and of placeables of one kind, by the cheapest alignment."""
    keys = [[f"<{p.kind}>" if p.kind else p.value for p in side] for side in (mine, theirs)]
    found: list[tuple[int, int]] = []
    for step in Levenshtein.opcodes(keys[1], keys[0]):
        if step.tag == "equal":
            found += zip(range(step.dest_start, step.dest_end), range(step.src_start, step.src_end), strict=True)
    return found


def _check_neighbours(mine: Sequence[Part], theirs: Sequence[Part], i: int, j: int, places: Mapping[int, int]) -> None:
    for step in (*range(-NEIGHBOURS, 0), *range(1, NEIGHBOURS + 1)):
        here, there = 0 <= i + step < len(mine), 0 <= j + step < len(theirs)
        if here != there or (here and places.get(i + step) != j + step):
            raise UncertainError(f"words beside “{mine[i].value}” differ")


def _check_relation(place: Place, mine: Part, stored: Place, theirs: Part) -> None:
    """Countries must stand in one relation: "in Mali" and "to Cuba" are not alike.

    Raises:
        UncertainError: they do not.
    """
    if mine.kind not in {"country", "countries"} or place.written == stored.written:
        return
    one, other = (mine.inner or (mine,))[0], (theirs.inner or (theirs,))[0]
    if not alike(
        Place(place.text, place.start, one.end, place.primary),
        one.value,
        Place(stored.text, stored.start, other.end, stored.primary),
        other.value,
    ):
        raise UncertainError(f"words beside “{place.written}” differ")


def _check_signs(query: str, source: str, mine: Sequence[Part], theirs: Sequence[Part], places: Places) -> None:
    """Signs that carry meaning must be the same, and stand in the same places.

    Raises:
        UncertainError: they do not.
    """
    signs = [_signs(text, side) for text, side in ((query, mine), (source, theirs))]
    same = all(signs[0][i] == signs[1][j] and signs[0][i + 1] == signs[1][j + 1] for i, j in places)
    if not same or sum(signs[0], ()) != sum(signs[1], ()):
        raise UncertainError("a sign such as $ was added, dropped or moved")


def _signs(text: str, side: Sequence[Part]) -> list[tuple[str, ...]]:
    """The signs before each word and placeable, and those after the last."""
    edges = [0, *(part.end for part in side)]
    starts = [*(part.start for part in side), len(text)]
    return [typography.signs(text[start:end]) for start, end in zip(edges, starts, strict=True)]


def _check_enumeration(side: Sequence[Part], changed: Sequence[int]) -> None:
    """Countries of a list that says more of each are re-sorted with what it says: that is not certain.

    Raises:
        UncertainError: a country of such a list changed.
    """
    for k, first in enumerate(side):
        run = [k]
        for i in range(k + 1, len(side)):
            if not side[i].kind:
                break
            run.append(i)
        names = [i for i in run if side[i].kind in {"country", "countries"}]
        if first.kind == "country" and len(names) > 1 and set(names) & set(changed):
            raise UncertainError("a list of countries says more of each of them")
