"""The best matches of a query, without comparing all that may be among them.

What the index knows of a stored text bounds its score from above; a comparison without danger flags, which only lower
scores, bounds it more closely and gives all else that a match is ranked by. So the texts are taken by what they may
still reach: the one that may stand first is looked at more closely, until its matches are known and nothing that is
left can come before them. It is then the next best. What is never looked at has a bound below that.

Matches of one stored text may stand for one another (the same unit as a whole and as a passage) and are folded into one
another; those of different texts do not, in one language tag. There each text is a group of its own, and the order of
all matches is the merged order of the groups. Where several tags answer, one unit may have a text in each, and all that
is found is one group.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import islice

from sqlalchemy import Connection

from tm import index, store
from tm.contained import (
    Inside,
    Passage,
    around,
    around_sentence,
    least_inside,
    passage_matches,
    places_around,
    places_inside,
)
from tm.match import Beside, Comparison, Prepared, contained_score, most_of
from tm.model import Match
from tm.query import Asked, Context, variant_text
from tm.ranking import Rank, rank, ranked
from tm.whole import EXACT, in_context, near, whole_matches

#: Texts whose units are read together, the best by their bounds first.
_READ = 16
#: The highest score of an identical text in its context, and of one that holds the query.
_IN_CONTEXT, _AROUND = 102, 99


@dataclass(slots=True)
class _Found:
    """A stored text that may answer a query, in one way or in several; how, and in which units, is looked up later."""

    asked: Asked
    segment_id: int
    #: Its similarity with the whole query; the place of the query in it; its place in the query; None where not so.
    similarity: float | None = None
    around: index.Place | None = None
    inside: index.Place | None = None
    #: Passages in it that are known already, with their unit.
    passages: list[tuple[store.StoredUnit, Passage]] = field(default_factory=list)
    units: tuple[store.StoredUnit, ...] | None = None

    def bound(self, context: Context | None) -> int:
        """A score that none of its matches exceeds."""
        bounds = [_AROUND] if self.around or self.passages else []
        if self.inside:
            size = self.inside.end - self.inside.start
            bounds.append(contained_score(size / len(self.asked.query.keys)))
        if self.similarity is not None:
            same = EXACT if context is None else _IN_CONTEXT
            bounds.append(same if self.similarity == 1 else most_of(self.similarity))
        return max(bounds)


def shortlist(conn: Connection, questions: Sequence[Asked], context: Context | None, limit: int) -> list[Match]:
    """The first ``limit`` of all matches in their order, those of repeated texts folded.

    ``questions`` are one query put to each of the stored tags that answer its language.
    """
    found = [one for asked in questions for one in _found(conn, asked)]
    found.sort(key=lambda one: -one.bound(context))
    reading = _Reading(conn, found)
    parts = [[one] for one in found] if len(questions) == 1 else [found]
    groups = [_Group(reading, part, context) for part in parts if part]
    waiting = [(group.key, place) for place, group in enumerate(groups)]
    heapify(waiting)
    best: list[Match] = []
    while waiting and len(best) < limit:
        _, place = heappop(waiting)
        group = groups[place]
        match = group.advance()
        if match is not None:
            best.append(match)
        if group.left:
            heappush(waiting, (group.key, place))
    return best


def _found(conn: Connection, asked: Asked) -> list[_Found]:
    """The stored texts of one tag that may answer, in any way."""
    found: dict[int, _Found] = {}

    def of(segment_id: int) -> _Found:
        return found.setdefault(segment_id, _Found(asked, segment_id))

    for segment_id, similarity in near(conn, asked).items():
        of(segment_id).similarity = similarity
    if asked.options.contained and asked.query.long_enough:
        for segment_id, place in places_around(conn, asked).items():
            of(segment_id).around = place
        for segment_id, place in places_inside(conn, asked, least_inside(asked)).items():
            of(segment_id).inside = place
    elif asked.options.contained:
        for unit, passage in around_sentence(conn, asked):
            holder = store.find_text(conn, asked.tag, variant_text(unit.unit, asked.tag))
            # A paragraph that has another tag's text has no text in common with what else is found.
            of(-unit.id if holder is None else holder).passages.append((unit, passage))
    return list(found.values())


class _Reading:
    """Reads the units of the texts found, some at a time, in their order."""

    def __init__(self, conn: Connection, found: Sequence[_Found]) -> None:
        self.conn = conn
        self._waiting = iter(found)

    def units(self, one: _Found) -> tuple[store.StoredUnit, ...]:
        """The units of a text."""
        while one.units is None:
            some = list(islice(self._waiting, _READ))
            for tag in {each.asked.tag for each in some}:
                of_tag = [each for each in some if each.asked.tag == tag]
                units = store.find_units(self.conn, tag, [each.segment_id for each in of_tag])
                for each in of_tag:
                    each.units = units.get(each.segment_id, ())
        return one.units


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which some units answer: their matches, for a comparison that may still lack its flags."""

    compared: Beside | Passage
    matches: Callable[[Comparison], Iterator[Match]]


class _Group:
    """Texts of which the matches may stand for one another, known ever more closely."""

    def __init__(self, reading: _Reading, found: Sequence[_Found], context: Context | None) -> None:
        self._reading = reading
        self._found = found
        self._context = context
        #: What its next match ranks as at best; the lower comes first.
        self.key: tuple[int, ...] | Rank = (-max(one.bound(context) for one in found),)
        self._ways: list[_Way] | None = None
        self._ranked: list[Match] | None = None

    @property
    def left(self) -> bool:
        """Whether more may come."""
        return self._ranked is None or bool(self._ranked)

    def advance(self) -> Match | None:
        """Its next match where that is known for sure; else None, with the key a closer one."""
        if self._ranked:
            match = self._ranked.pop(0)
            if self._ranked:
                self.key = rank(self._ranked[0])
            return match
        if self._ways is None:
            self._ways = [way for one in self._found for way in self._ways_of(one)]
            possible = [rank(match) for way in self._ways for match in way.matches(way.compared.unflagged)]
        else:
            self._ranked = ranked(match for way in self._ways for match in way.matches(way.compared.whole))
            possible = [rank(match) for match in self._ranked[:1]]
        if possible:
            self.key = min(possible)
        else:
            self._ranked = []
        return None

    def _ways_of(self, one: _Found) -> Iterator[_Way]:
        conn, asked, units = self._reading.conn, one.asked, self._reading.units(one)
        for unit, known in one.passages:
            yield _passage(asked, (unit,), known)
        if not units:
            return
        if one.similarity is not None:
            stored = Prepared(variant_text(units[0].unit, asked.tag), asked.query.lang)
            beside = Beside(asked.query.prepared, stored, asked.policy)
            scores = in_context(conn, units, asked, self._context) if beside.identical else {}
            yield _Way(beside, lambda compared: whole_matches(asked, units, compared, scores))
        if one.around:
            yield _passage(asked, units, around(asked, units, one.around))
        if one.inside:
            tokens = one.inside.start, one.inside.end
            yield _passage(
                asked, units, Inside(asked, units, tokens, asked.options.splitter(asked.query.text, asked.tag))
            )


def _passage(asked: Asked, units: Sequence[store.StoredUnit], passage: Passage) -> _Way:
    return _Way(passage, lambda compared: passage_matches(asked, units, passage, compared))
