"""All languages at once: every pair aligned, the pairs made to agree, and units of one variant a language built from
them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from aligners import consensus, fixed, notes, pairwise
from aligners.confidence import beads_of_pairs
from aligners.consensus import Key
from aligners.fixed import Point
from aligners.pairwise import Pair
from aligners.problems import edition_problems, pair_problems
from aligners.stream import NO_LEXICONS, Lexicons, Stream
from aligners.units import build
from tm.errors import LanguageError, Problem
from tm.lang import Lang
from tm.model import BODY_KINDS, Bead, FixedPoint, Kind, Segment, TranslationUnit
from tm.sentence import Splitter, clauses


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """What to look at and how much work to spend."""

    #: Names of the costs, see ``aligners.costs``.
    costs: tuple[str, ...] = ("length", "label", "kind", "ending", "placeables", "words")
    #: How often two languages by themselves are searched again with what the beads found before teach.
    rounds: int = 3
    #: Where there are more than two: how often each pair, searched again once by itself, is searched again with what
    #: the other languages say.
    consensus: int = 1
    #: Whether segments out of order are looked for.
    crossings: bool = True
    #: Whether sentence units are made inside the paragraph units.
    sentences: bool = True
    #: What cuts texts into sentences; unless told otherwise Chinese is cut after semicolons too.
    splitter: Splitter = clauses


@dataclass(frozen=True, slots=True)
class Alignment:
    """Beads of every pair, and the units made of them."""

    #: In the order the editions were given.
    langs: tuple[Lang, ...]
    #: For every pair in that order: its beads in source order, each body and footnote segment in exactly one of them.
    beads: tuple[tuple[tuple[Lang, Lang], tuple[Bead, ...]], ...]
    #: Paragraph units in document order, footnotes last, with their sentence units.
    units: tuple[TranslationUnit, ...]
    problems: tuple[Problem, ...] = ()

    def pair(self, source: Lang, target: Lang) -> tuple[Bead, ...]:
        """The beads of a pair, in either direction, in order of the source.

        Raises:
            LanguageError: the alignment has no such pair.
        """
        for (a, b), beads in self.beads:
            if (a, b) == (source, target):
                return beads
            if (a, b) == (target, source):
                return swapped(beads)
        raise LanguageError(f"{source} and {target} were not aligned with one another",
                            hint=f"languages here: {', '.join(map(str, self.langs))}")  # fmt: skip


def align(
    editions: Mapping[Lang, Sequence[Segment]],
    options: AlignOptions = AlignOptions(),
    lexicons: Lexicons = NO_LEXICONS,
    held: Sequence[FixedPoint] = (),
) -> Alignment:
    """Align two or more language versions of a document.

    The body is aligned in one stream and footnotes in a second; page furniture and mastheads are left out. All
    indices in the result are those of the sequences given; a bead's range may run over furniture that stands between
    two of its segments. Trouble that does not stop the work (an empty version, versions that do not belong together)
    is in ``problems``.

    Args:
        editions: the segments of each version.
        options: what to look at and how much work to spend.
        lexicons: what is known beforehand of the words of pairs of these languages, from a memory for instance.
        held: what a person says: each point is one bead in every pair of languages it names, of any size, and one
            unit. What lies between two points that keep the order of the document is aligned by itself.

    Raises:
        LanguageError: fewer than two languages.
        InputError: an unknown cost, or points that do not fit the editions or contradict one another.
    """
    if len(editions) < 2:
        raise LanguageError(
            "an alignment needs at least two languages", hint="give two or more versions of the document"
        )
    fixed.check(held, editions)
    langs = tuple(editions)
    inner = sorted(langs)
    order = [inner.index(lang) for lang in langs]
    beads: dict[Key, list[Bead]] = {}
    units: list[TranslationUnit] = []
    problems: tuple[Problem, ...] = ()
    for kinds in (BODY_KINDS, frozenset({Kind.FOOTNOTE})):
        whole = {lang: editions[lang] if kinds is BODY_KINDS else notes.numbered_by_call(editions[lang], lang, units)
                 for lang in inner}  # fmt: skip
        places = [[k for k, s in enumerate(whole[lang]) if s.kind in kinds] for lang in inner]
        streams = [
            Stream(lang, [whole[lang][k] for k in kept], lexicons, options.splitter)
            for lang, kept in zip(inner, places, strict=True)
        ]
        judged = options if kinds is BODY_KINDS else replace(options, costs=(*_without_labels(options.costs), "call"))
        points = fixed.placed(held, editions, inner, places)
        pairs = agreed_pairs(streams, judged, points)
        found = beads_of_pairs(pairs, len(streams))
        for (a, b), some in found.items():
            beads.setdefault((a, b), []).extend(_placed(bead, places[a], places[b]) for bead in some)
        built = build(
            streams, places, found, order, len(units), sentences=options.sentences, costs=options.costs, points=points
        )
        units += built if kinds is BODY_KINDS else notes.placed(built, units)
        if kinds is BODY_KINDS:
            problems = (*edition_problems(streams), *pair_problems(pairs))
    return Alignment(langs, _named(beads, langs, inner), tuple(units), problems)


def _without_labels(costs: Sequence[str]) -> tuple[str, ...]:
    """Footnotes are numbered anew in each version: the calls take the place of the labels."""
    return tuple(cost for cost in costs if cost != "label")


def agreed_pairs(streams: Sequence[Stream], options: AlignOptions, points: Sequence[Point] = ()) -> dict[Key, Pair]:
    """All pairs of the streams, aligned around the points and made to agree."""
    alone = options.rounds if len(streams) < 3 or not options.consensus else 1
    pairs = {
        (a, b): pairwise.align(
            streams[a], streams[b], options.costs, alone, options.crossings, held=fixed.between(points, a, b)
        )
        for a, b in combinations(range(len(streams)), 2)
    }
    return consensus.agreed(pairs, len(streams), options.costs, options.crossings, options.consensus)


def swapped(beads: Sequence[Bead]) -> tuple[Bead, ...]:
    """The same beads seen from the other side, in its order."""
    turned = (Bead(b.target, b.source, b.cost, b.confidence, b.reordered, b.evidence) for b in beads)
    return tuple(sorted(turned, key=_order))


def _order(bead: Bead) -> tuple[int, bool, int]:
    """Source order; an insertion stands before the source segment it precedes."""
    return bead.source[0], bead.source[0] < bead.source[1], bead.target[0]


def _named(
    beads: Mapping[Key, Sequence[Bead]], langs: Sequence[Lang], inner: Sequence[Lang]
) -> tuple[tuple[tuple[Lang, Lang], tuple[Bead, ...]], ...]:
    """The beads by language, each pair in the order the languages were given.

    Pairs are worked out in the order of their tags, so that the same languages in another order give the same beads.
    """
    named = []
    for x, y in combinations(langs, 2):
        a, b = inner.index(x), inner.index(y)
        some = tuple(sorted(beads[a, b], key=_order)) if a < b else swapped(beads[b, a])
        named.append(((x, y), some))
    return tuple(named)


def _placed(bead: Bead, source: Sequence[int], target: Sequence[int]) -> Bead:
    """The bead with indices of the sequences given in place of positions in the streams."""
    return replace(bead, source=_range(bead.source, source), target=_range(bead.target, target))


def _range(span: tuple[int, int], places: Sequence[int]) -> tuple[int, int]:
    if span[0] < span[1]:
        return places[span[0]], places[span[1] - 1] + 1
    at = places[span[0]] if span[0] < len(places) else (places[-1] + 1 if places else 0)
    return at, at
