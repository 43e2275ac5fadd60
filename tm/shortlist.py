"""The best matches of a query, without comparing all that may be among them.

What the index knows of a stored text bounds its score from above; a comparison without danger flags, which only lower
scores, bounds it more closely and gives all else that a match is ranked by. So the texts are taken by what they may
still reach: the one that may stand first is looked at more closely, until its matches are known and nothing that is
left can come before them. It is then the next best. What is never looked at has a bound below that.

Where very many texts may reach the same score, as those of a formula do that has a number or a date in it, two cheaper
things are looked at before any of them is compared: which of the values of the query each one lacks, by the lists of
the index, which lowers the bound; and what its units would rank as at that score, so that the first are taken first.

Matches of one stored text may stand for one another (the same unit as a whole and as a passage) and are folded into one
another; those of different texts do not, in one language tag. There each text is a group of its own, and the order of
all matches is the merged order of the groups. Where several tags answer, one unit may have a text in each, and all that
is found is one group.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, nsmallest

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
from tm.lang import Lang
from tm.match import Beside, Comparison, Prepared, contained_score, most_edits, most_of
from tm.model import Match, MatchKind
from tm.query import Asked, Context, variant_text
from tm.ranking import Rank, rank, rank_of, ranked
from tm.whole import EXACT, in_context, near, whole_matches

#: Texts whose units are read together, the best by their bounds first.
_READ = 8
#: More texts than this that may reach the same score are told apart before one of them is compared.
_MANY = 12
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
    #: Whether it is the text of the query.
    identical: bool = False
    #: Points that it surely loses because it lacks values of the query; None where that is not known.
    lost: int | None = None
    #: Passages in it that are known already, with their unit.
    passages: list[tuple[store.StoredUnit, Passage]] = field(default_factory=list)
    units: tuple[store.StoredUnit, ...] | None = None

    def bound(self, context: Context | None) -> int:
        """A score that none of its matches exceeds."""
        bounds = [_AROUND] if self.around or self.passages else []
        if self.inside:
            size = self.inside.end - self.inside.start
            bounds.append(contained_score(size / len(self.asked.query.keys)))
        if self.identical:
            bounds.append(EXACT if context is None else _IN_CONTEXT)
        elif self.similarity is not None:
            bounds.append(most_of(self.similarity, self.lost or 0))
        return max(bounds)

    def best_rank(self, outline: store.Outline, score: int) -> Rank:
        """What a match of one of its units ranks as when it scores so much, or better; it must not be identical."""
        if self.similarity is None:
            return rank_of(outline, score, MatchKind.CONTAINED, 1.0)
        # Where it answers in several ways, what is best in each of them is taken together.
        return rank_of(outline, score, MatchKind.FUZZY, 1.0 if self.around or self.inside else self.similarity)


@dataclass(frozen=True, slots=True)
class Search:
    """One query put to each of the stored tags that answer its language, in its context."""

    questions: Sequence[Asked]
    context: Context | None


def shortlists(conn: Connection, searches: Sequence[Search], limit: int) -> Iterator[list[Match]]:
    """For each search the first ``limit`` of all matches in their order, those of repeated texts folded.

    What the index and the tables have for all of them is read together, so that many take hardly more statements than
    one.
    """
    found = _found(conn, [asked for search in searches for asked in search.questions])
    started = []
    for search in searches:
        some = [one for _ in search.questions for one in next(found)]
        started.append(_Search(conn, some, search.context, alone=len(search.questions) == 1))
    _read_units(conn, [one for search in started for one in search.expected(limit)])
    for one in started:
        yield one.best(limit)


class _Search:
    """The texts that may answer a query, told apart ever more closely."""

    def __init__(self, conn: Connection, found: Sequence[_Found], context: Context | None, *, alone: bool) -> None:
        """``alone`` says that no matches of two of the texts may stand for one another."""
        self._conn = conn
        self._context = context
        self._reading = _Reading(conn)
        #: By what they may reach, those of which no other is known yet; each part is to be a group.
        self._levels: defaultdict[int, list[list[_Found]]] = defaultdict(list)
        self._place([[one] for one in found] if alone else [list(found)] if found else [])
        #: The others, by their keys.
        self._waiting: list[tuple[tuple[int, ...] | Rank, int, _Group]] = []
        self._count = 0

    def _place(self, parts: Iterable[list[_Found]]) -> None:
        for part in parts:
            self._levels[max(one.bound(self._context) for one in part)].append(part)

    def expected(self, limit: int) -> list[_Found]:
        """Texts that are likely to be compared, about as many as matches are wanted."""
        while self._levels and len(self._waiting) < limit:
            level = max(self._levels)
            if len(self._levels[level]) > _MANY:
                break
            self._open(level)
        return [one for _, _, group in nsmallest(limit, self._waiting) for one in group.found]

    def best(self, limit: int) -> list[Match]:
        """The first of all matches."""
        best: list[Match] = []
        while len(best) < limit and (self._levels or self._waiting):
            level = max(self._levels, default=-1)
            if level >= 0 and (not self._waiting or (-level,) <= self._waiting[0][0]):
                self._open(level)
                continue
            _, _, group = heappop(self._waiting)
            match = group.advance()
            if match is not None:
                best.append(match)
            if group.left:
                self._wait(group)
        return best

    def _wait(self, group: "_Group") -> None:
        self._count += 1
        heappush(self._waiting, (group.key, self._count, group))

    def _open(self, level: int) -> None:
        """Make groups of what may reach a score; first see which of many can do so after all, and in what order."""
        parts = self._levels.pop(level)
        if len(parts) > _MANY and self._lower(one for (one, *_) in parts):
            self._place(parts)
            return
        keys = self._keys(level, parts) if len(parts) > _MANY else {}
        groups = [_Group(self._reading, part, self._context, keys.get(part[0].segment_id, (-level,))) for part in parts]
        groups.sort(key=lambda group: group.key)
        for group in groups:
            self._reading.expect(group.found)
            self._wait(group)

    def _lower(self, found: Iterable[_Found]) -> bool:
        """Find out which of the query's values each lacks, where that is not known; whether it was for any."""
        unknown = {one.segment_id: one for one in found if one.lost is None and one.similarity is not None}
        if not unknown:
            return False
        asked = next(iter(unknown.values())).asked
        placeables = [(token.kind, token.value) for token in asked.query.tokens if token.kind]
        lacking = index.lacking(self._conn, asked.tag, list(unknown), placeables) if placeables else {}
        for one in unknown.values():
            # An edit may take away a placeable, which then costs nothing of its own.
            edits = most_edits(len(asked.query.keys), one.similarity or 0.0)
            one.lost = max(0, lacking.get(one.segment_id, 0) - edits) * asked.policy.placeable
        return True

    def _keys(self, level: int, parts: Iterable[list[_Found]]) -> dict[int, Rank]:
        """What the best unit of each text ranks as at a score; left out are those that answer in context."""
        found = {one.segment_id: one for (one, *_) in parts if not (one.identical or one.passages)}
        keys: dict[int, Rank] = {}
        if found:
            tag = next(iter(found.values())).asked.tag
            for outline in store.outlines(self._conn, tag, list(found)):
                number = outline.segment_id
                key = found[number].best_rank(outline, level)
                keys[number] = min(key, keys.get(number, key))
        return keys


def _found(conn: Connection, asked: Sequence[Asked]) -> Iterator[list[_Found]]:
    """For each question the stored texts that may answer, in any way."""
    found: list[dict[int, _Found]] = [{} for _ in asked]
    together: defaultdict[tuple[Lang, int], list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        together[one.tag, one.options.minimum].append(place)
    for places in together.values():
        _find(conn, [(asked[place], found[place]) for place in places])
    return (list(some.values()) for some in found)


def _find(conn: Connection, asked: Sequence[tuple[Asked, dict[int, _Found]]]) -> None:
    """Put what is found for questions to one tag, with one lowest score, beside them."""

    def of(place: int, segment_id: int) -> _Found:
        one, found = asked[place]
        return found.setdefault(segment_id, _Found(one, segment_id))

    for place, similar in enumerate(near(conn, [one for one, _ in asked])):
        for segment_id, similarity in similar.items():
            of(place, segment_id).similarity = similarity
        if 1 in similar.values():
            one, found = asked[place]
            identical = store.find_text(conn, one.tag, one.query.text)
            if identical in found:
                found[identical].identical = True
    inner = [place for place, (one, _) in enumerate(asked) if one.options.contained and one.query.long_enough]
    long = [asked[place][0] for place in inner]
    for place, places in zip(inner, places_around(conn, long), strict=True):
        for segment_id, where in places.items():
            of(place, segment_id).around = where
    for place, places in zip(inner, places_inside(conn, long, least_inside), strict=True):
        for segment_id, where in places.items():
            of(place, segment_id).inside = where
    for place, (one, _) in enumerate(asked):
        for segment_id, unit, passage in _whole_sentences(conn, one):
            of(place, segment_id).passages.append((unit, passage))


def _whole_sentences(conn: Connection, asked: Asked) -> Iterator[tuple[int, store.StoredUnit, Passage]]:
    """Of a query too short to be looked for inside others, the texts of which it is a sentence."""
    if asked.options.contained and not asked.query.long_enough:
        for unit, passage in around_sentence(conn, asked):
            holder = store.find_text(conn, asked.tag, variant_text(unit.unit, asked.tag))
            # A paragraph that has another tag's text has no text in common with what else is found.
            yield -unit.id if holder is None else holder, unit, passage


def _read_units(conn: Connection, found: Iterable[_Found]) -> None:
    """Read the units of texts, where that has not been done."""
    by_tag: defaultdict[Lang, list[_Found]] = defaultdict(list)
    for one in found:
        if one.units is None:
            by_tag[one.asked.tag].append(one)
    for tag, some in by_tag.items():
        units = store.find_units(conn, tag, [one.segment_id for one in some])
        for one in some:
            one.units = units.get(one.segment_id, ())


class _Reading:
    """Reads the units of the texts found, some at a time, in the order in which they are expected to be wanted."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._expected: deque[_Found] = deque()

    def expect(self, found: Iterable[_Found]) -> None:
        """These will be wanted after what was expected before."""
        self._expected.extend(found)

    def units(self, one: _Found) -> tuple[store.StoredUnit, ...]:
        """The units of a text that was expected."""
        while one.units is None:
            _read_units(self.conn, [self._expected.popleft() for _ in range(min(_READ, len(self._expected)))])
        return one.units


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which some units answer: their matches, for a comparison that may still lack its flags."""

    compared: Beside | Passage
    matches: Callable[[Comparison], Iterator[Match]]


class _Group:
    """Texts of which the matches may stand for one another, known ever more closely."""

    def __init__(
        self, reading: _Reading, found: Sequence[_Found], context: Context | None, key: tuple[int, ...] | Rank
    ) -> None:
        self._reading = reading
        self.found = found
        self._context = context
        #: What its next match ranks as at best; the lower comes first.
        self.key = key
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
            self._ways = [way for one in self.found for way in self._ways_of(one)]
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
