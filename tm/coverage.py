"""How much of a draft stands in earlier documents: its words counted, each once however many matches hold it."""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tm.lang import Lang
from tm.model import Document, Match, MatchKind, Suggestion, TranslationUnit
from tm.query import fewest_contained
from tm.text import CJK

#: Half-open range of characters.
Span = tuple[int, int]

#: Most matches of a segment where all documents are to be seen: no limit.
EVERY_MATCH = sys.maxsize
#: From this score on (the lowest band the trade bills as a near match) single words count as standing in the source;
#: below it only runs do, since any two sentences share "of the".
NEAR_SCORE = 75
_COUNTED = re.compile(rf"[{CJK}]|[^\s{CJK}]+")


@dataclass(frozen=True, slots=True)
class Borrowing:
    """How much of a draft stands in one earlier document."""

    document: Document
    #: Segments of the draft that share words with it.
    segments: int
    #: Words of the draft that stand in it, each counted once.
    words: int
    #: Of these, words of segments and sentences that stand in it exactly as they are.
    identical: int
    #: Of these, words that no document listed before it has.
    added: int
    #: Share of the draft's words, 0 to 1.
    share: float


def counted(text: str) -> tuple[Span, ...]:
    """The words of a text as the trade counts them, in order, without the punctuation around them.

    A word is what stands between spaces and has a letter or digit; in Chinese each character counts as one word, and a
    run of letters or digits between them as another. So count word processors and CAT tools, but for punctuation that
    stands alone, which counts nothing here.

    >>> [text[slice(*span)] for text in ("« L’entraide », A/RES/70/1 – 5", "2018年的会议，") for span in counted(text)]
    ['L’entraide', 'A/RES/70/1', '5', '2018', '年', '的', '会', '议']
    """
    return tuple(span for match in _COUNTED.finditer(text) if (span := _core(text, *match.span())))


def _core(text: str, start: int, end: int) -> Span | None:
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return (start, end) if start < end else None


def within(words: Sequence[Span], ranges: Iterable[Span]) -> frozenset[int]:
    """Indices of the words that lie wholly in one of the ranges. Both may touch, words are disjoint and in order."""
    found: set[int] = set()
    for start, end in ranges:
        found.update(range(bisect_left(words, start, key=_start), bisect_right(words, end, key=_end)))
    return frozenset(found)


def _start(span: Span) -> int:
    return span[0]


def _end(span: Span) -> int:
    return span[1]


def standing(match: Match, words: Sequence[Span], lang: Lang, offset: int = 0) -> frozenset[int]:
    """Indices of a draft segment's words that stand in the text a match found.

    These are the words the comparison leaves equal. In a match below ``NEAR_SCORE`` only runs of four words (six
    characters in unspaced scripts) or more count.

    Args:
        match: a match of the segment, or of a sentence in it.
        words: all the segment's words, see ``counted``.
        lang: the draft's language.
        offset: where in the segment the text begins that was looked up.
    """
    least = 1 if match.score >= NEAR_SCORE else fewest_contained(lang)
    runs = (within(words, [(start + offset, end + offset)]) for start, end in _equal(match))
    return frozenset(index for run in runs if len(run) >= least for index in run)


def _equal(match: Match) -> Iterator[Span]:
    """Ranges of the query that the stored text has too, those that touch as one."""
    start = end = -1
    for difference in match.differences:
        if difference.op != "equal":
            continue
        if difference.query[0] != end:
            if start < end:
                yield start, end
            start = difference.query[0]
        end = difference.query[1]
    if start < end:
        yield start, end


def found_in(suggestion: Suggestion) -> Iterator[tuple[Match, int]]:
    """All matches of a segment and of its sentences, with the character at which the text looked up begins."""
    for match in suggestion.matches:
        yield match, 0
    for (start, _), matches in suggestion.sentences:
        for match in matches:
            yield match, start


def is_identical(match: Match) -> bool:
    """Whether the text looked up stands in the memory exactly as it is, whatever is held against its source."""
    return match.kind in {MatchKind.EXACT, MatchKind.IN_CONTEXT}


def holders(match: Match) -> tuple[TranslationUnit, ...]:
    """The units that have the text a match found: its own first, then those that repeat it."""
    return (match.unit, *match.repeats)


@dataclass(slots=True)
class _Held:
    """What one document has of a draft: (segment, word) pairs."""

    document: Document
    words: set[tuple[int, int]] = field(default_factory=set)
    identical: set[tuple[int, int]] = field(default_factory=set)


def borrowings(suggestions: Iterable[Suggestion]) -> tuple[Borrowing, ...]:
    """The documents that a draft's words stand in, the one with most words first; then by authority.

    Every match counts that the suggestions hold, so their limit decides how many documents can be seen.
    """
    held: dict[str, _Held] = {}
    total = 0
    for number, suggestion in enumerate(suggestions):
        lang, words = suggestion.segment.lang, counted(suggestion.segment.text)
        total += len(words)
        for match, offset in found_in(suggestion):
            places = {(number, index) for index in standing(match, words, lang, offset)}
            for unit in holders(match) if places else ():
                entry = held.setdefault(unit.document.key, _Held(unit.document))
                entry.words |= places
                if is_identical(match):
                    entry.identical |= places
    ranked = sorted(held.values(), key=lambda entry: (-len(entry.words), *authority(entry.document)))
    return tuple(_borrowings(ranked, total))


def _borrowings(ranked: Iterable[_Held], total: int) -> Iterator[Borrowing]:
    seen: set[tuple[int, int]] = set()
    for entry in ranked:
        yield Borrowing(
            document=entry.document,
            segments=len({number for number, _ in entry.words}),
            words=len(entry.words),
            identical=len(entry.identical),
            added=len(entry.words - seen),
            share=len(entry.words) / total,
        )
        seen |= entry.words


def authority(document: Document) -> tuple[bool, int, int, str]:
    """What sorts documents by the weight of their wording: superseded ones last, then by status, the latest first."""
    return document.superseded, -document.status, -(document.date.toordinal() if document.date else 0), document.key
