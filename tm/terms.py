"""Where the terms of a glossary stand in a text.

Terms are compared word by word by their stems (``tm.inflection``), so that a plural, a case or an Arabic article does
not hide them; Chinese, which has no spaces, character by character. The longest term wins where several stand.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from tm.concept import Concept, Term
from tm.folding import bare
from tm.inflection import stem, stems
from tm.lang import Lang
from tm.text import DASHES, QUOTES, Token, words


class Wording(NamedTuple):
    """A term as it is looked for in texts of its language."""

    #: Stems of its words.
    stems: tuple[str, ...]
    #: The same without accents, by which it is found where a text has capitals without them.
    plain: tuple[str, ...]
    #: The term itself, which says what stands between its words and how an acronym is written.
    text: str
    #: Its words in it.
    tokens: tuple[Token, ...]

    @property
    def head(self) -> str:
        """What it is listed under: its first one or two words, without accents; "" for a term without any word."""
        return " ".join(self.plain[:2])


def wording(text: str, lang: Lang) -> Wording:
    """A term's words as they are compared.

    >>> wording("États parties", Lang("fr")).head, wording("人权理事会", Lang("zh")).head
    ('etat partie', '人 权')
    """
    tokens = words(text)
    found = tuple(stem(token.key, lang.primary) for token in tokens)
    return Wording(found, tuple(map(bare, found)), text, tokens)


def heads(text: str, lang: Lang) -> set[str]:
    """What terms that stand in a text may be listed under."""
    found = [_plain_stems(token.key, lang.primary) for token in words(text)]
    singles = {one for some in found for one in some}
    pairs = {f"{one} {two}" for here, there in pairwise(found) for one in here for two in there}
    return singles | pairs


def _plain_stems(key: str, primary: str) -> tuple[str, ...]:
    return tuple(map(bare, stems(key, primary)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands in a text."""

    #: Half-open range of characters.
    start: int
    end: int
    #: Number of the wording among those that were looked for.
    number: int
    #: Whether it stands there in another form: a plural, a case, capitals.
    inflected: bool


#: What may stand between two words of a term, whatever the term itself has there.
_BETWEEN = re.compile(rf"[\s\u200b-\u200f\u00ad{re.escape(DASHES + QUOTES)}]*")
#: What is no sign that a term before its first or behind its last word must have in a text too: "C++", "C#".
_IDLE = re.compile("[^+#%@$€£°]+")


def places(text: str, lang: Lang, wanted: Sequence[Wording]) -> list[Place]:
    """Where any of some terms stand in a text, in order; one inside a longer one is left out, homonyms all stay.

    >>> [text[p.start:p.end] for text in ["人权理事会主席"] for p in places(text, Lang("zh"),
    ...     [wording(term, Lang("zh")) for term in ("人权", "人权理事会", "主席")])]
    ['人权理事会', '主席']
    """
    tokens = words(text)
    primary = lang.primary
    spelled = [frozenset(stems(token.key, primary)) for token in tokens]
    plain = [frozenset(map(bare, some)) for some in spelled]
    by_first: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(wanted):
        if one.stems:
            by_first[one.plain[0]].append(number)
    found: list[Place] = []
    for at in range(len(tokens)):
        for first in plain[at]:
            for number in by_first.get(first, ()):
                end = at + len(wanted[number].stems)
                if end <= len(tokens) and _stands(text, tokens, at, spelled, plain, wanted[number]):
                    found.append(_place(tokens[at:end], wanted[number], number))
    return _outermost(found)


def _stands(
    text: str,
    tokens: Sequence[Token],
    at: int,
    spelled: Sequence[frozenset[str]],
    plain: Sequence[frozenset[str]],
    term: Wording,
) -> bool:
    """Whether a term's words stand at a place, with nothing else between them."""
    own = term.tokens
    for offset, (exact, loose) in enumerate(zip(term.stems, term.plain, strict=True)):
        token = tokens[at + offset]
        if exact not in spelled[at + offset] and not (
            loose in plain[at + offset] and text[token.start : token.end].isupper()
        ):
            return False
        if offset and not _joined(text, tokens[at + offset - 1], token, term.text, own[offset - 1], own[offset]):
            return False
    first, last = tokens[at], tokens[at + len(own) - 1]
    before, behind = _signs(term.text[: own[0].start]), _signs(term.text[own[-1].end :])
    return (
        text[: first.start].endswith(before)
        and text[last.end :].startswith(behind)
        and _capitals(text[first.start : last.end], term.text[own[0].start : own[-1].end])
    )


def _joined(text: str, left: Token, right: Token, term: str, own_left: Token, own_right: Token) -> bool:
    gap = text[left.end : right.start]
    return _BETWEEN.fullmatch(gap) is not None or gap.strip() == term[own_left.end : own_right.start].strip()


def _signs(outside: str) -> str:
    """The signs outside a term's words that belong to it: those of "C++"."""
    return _IDLE.sub("", outside)


def _capitals(written: str, term: str) -> bool:
    """Whether an acronym stands in capitals: WHO is no "who"."""
    return not (term.isupper() and len(term) > 1) or written[: len(term)] == term


def _place(tokens: Sequence[Token], term: Wording, number: int) -> Place:
    own = term.tokens
    inflected = any(token.key != mine.key for token, mine in zip(tokens, own, strict=True))
    before, behind = _signs(term.text[: own[0].start]), _signs(term.text[own[-1].end :])
    return Place(tokens[0].start - len(before), tokens[-1].end + len(behind), number, inflected)


def _outermost(found: Iterable[Place]) -> list[Place]:
    """The places in order, without those inside a longer one; of one term at one place the best."""
    kept: list[Place] = []
    reached = (-1, -1)
    for place in sorted(set(found), key=lambda place: (place.start, -place.end, place.number)):
        if place.end > reached[1] or (place.start, place.end) == reached:
            kept.append(place)
            reached = place.start, place.end
    return kept


# --- what is found --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredConcept:
    """A concept as it lies in a memory."""

    concept: Concept
    #: Name of the file it came from.
    glossary: str
    #: Identifier inside the memory.
    number: int


@dataclass(frozen=True, slots=True)
class TermHit:
    """A term that stands in a text."""

    term: Term
    lang: Lang
    #: Where, half-open ranges of characters, in order.
    spans: tuple[tuple[int, int], ...]
    #: Whether it stands nowhere exactly as it is listed.
    inflected: bool
    found: StoredConcept

    def counterparts(self, targets: Sequence[Lang]) -> dict[Lang, tuple[Term, ...]]:
        """Its concept's terms in some languages, the best first; languages without any are left out."""
        terms = ((target, self.found.concept.terms(target)) for target in targets)
        return {target: some for target, some in terms if some}


def standing(text: str, lang: Lang, wanted: Sequence[Wording]) -> dict[int, tuple[Place, ...]]:
    """The places of each of some terms that stands in a text, by its number, in the order in which they stand there."""
    found: dict[int, list[Place]] = {}
    for place in places(text, lang, wanted):
        found.setdefault(place.number, []).append(place)
    return {number: tuple(at) for number, at in found.items()}
