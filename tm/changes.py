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
    #: Whether countries had to be told from words.
    named: bool
    #: Whether the two differ in nothing but rewritable pieces and typography.
    complete: bool

    @classmethod
    def between(cls, query: str, source: str, lang: Lang, begins: tuple[int, int, int]) -> "Changes":
        """The difference, when every placeable of one text has its counterpart in the other.

        Raises:
            UncertainError: a placeable was added, dropped or put for a word, or a word beside a changed one differs.
        """
        mine, theirs = (_side(text, lang, begins[k], named=False) for k, text in enumerate((query, source)))
        named = _may_name(mine, theirs, lang)
        if named:
            mine, theirs = (_side(text, lang, begins[k], named=True) for k, text in enumerate((query, source)))
        places = _matched(mine, theirs)
        _check_lone(mine, theirs, places)
        changed = [(i, j) for i, j in places if mine.parts[i].value != theirs.parts[j].value]
        for i, j in changed:
            _check_neighbours(mine, theirs, i, j, dict(places))
        for i, j in places:
            _check_relation(mine.place(i), mine.parts[i], theirs.place(j), theirs.parts[j])
        _check_signs(mine, theirs, places)
        _check_enumeration(theirs.parts, [j for _, j in changed])
        pairs = tuple((theirs.parts[j], mine.parts[i]) for i, j in places if theirs.parts[j].kind)
        return cls(query, source, begins, pairs, named, _covers(mine, theirs, places))


@dataclass(frozen=True, slots=True)
class _Side:
    text: str
    lang: Lang
    parts: tuple[Part, ...]

    def place(self, i: int) -> Place:
        """Where a part stands."""
        return Place(self.text, self.parts[i].start, self.parts[i].end, self.lang.primary)

    @property
    def keys(self) -> list[str]:
        """What the parts are compared by: words as they are, placeables by their kind."""
        return [f"<{part.kind}>" if part.kind else part.value for part in self.parts]


def _side(text: str, lang: Lang, start: int, *, named: bool) -> _Side:
    return _Side(text, lang, parts(text, lang, start, named=named))


def _covers(mine: _Side, theirs: _Side, places: Places) -> bool:
    """Whether every part of both texts has its counterpart."""
    return len(places) == len(mine.parts) == len(theirs.parts)


def _may_name(mine: _Side, theirs: _Side, lang: Lang) -> bool:
    """Whether a country may have changed: to find countries takes longer than all else, so that is asked first."""
    places = _matched(mine, theirs)
    if _covers(mine, theirs, places):
        return False
    if lang.primary in {"ar", "zh"}:
        return True
    for side, paired in ((mine, {i for i, _ in places}), (theirs, {j for _, j in places})):
        for k in range(len(side.parts)):
            # The first word of a name may be in both: "République".
            if k not in paired and any(side.text[part.start].isupper() for part in side.parts[max(0, k - 1) : k + 1]):
                return True
    return False


def _matched(mine: _Side, theirs: _Side) -> list[tuple[int, int]]:
    """Pairs of words that are equal, and of placeables of one kind, by the cheapest alignment."""
    found: list[tuple[int, int]] = []
    for step in Levenshtein.opcodes(theirs.keys, mine.keys):
        if step.tag == "equal":
            found += zip(range(step.dest_start, step.dest_end), range(step.src_start, step.src_end), strict=True)
    return found


def _check_lone(mine: _Side, theirs: _Side, places: Places) -> None:
    """Every placeable must have its counterpart.

    Raises:
        UncertainError: one has not.
    """
    for side, paired in ((mine, {i for i, _ in places}), (theirs, {j for _, j in places})):
        if any(part.kind and k not in paired for k, part in enumerate(side.parts)):
            raise UncertainError("a number, date, symbol or name was added, dropped or put for a word")


def _check_neighbours(mine: _Side, theirs: _Side, i: int, j: int, places: Mapping[int, int]) -> None:
    """The words beside a changed placeable must be the same.

    Raises:
        UncertainError: they are not.
    """
    for step in (*range(-NEIGHBOURS, 0), *range(1, NEIGHBOURS + 1)):
        here, there = 0 <= i + step < len(mine.parts), 0 <= j + step < len(theirs.parts)
        if here != there or (here and places.get(i + step) != j + step):
            raise UncertainError(f"words beside “{mine.place(i).written}” differ")


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


def _check_signs(mine: _Side, theirs: _Side, places: Places) -> None:
    """Signs that carry meaning must be the same, and stand in the same places.

    Raises:
        UncertainError: they do not.
    """
    signs = [_signs(side.text, side.parts) for side in (mine, theirs)]
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
