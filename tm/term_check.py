"""Whether a translation keeps to a glossary: an allowed counterpart for each term of the source, no forbidden one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from tm.concept import Term
from tm.lang import Lang
from tm.terms import Place, TermHit, places, wording


class Breach(StrEnum):
    """How a translation departs from a glossary."""

    #: None of the allowed counterparts stands in it.
    MISSING = "missing"
    #: A counterpart stands in it that must not be used.
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Finding:
    """A term whose translation departs from the glossary."""

    kind: Breach
    hit: TermHit
    #: The allowed counterparts of all concepts that the term may stand for, the best first.
    expected: tuple[Term, ...]
    #: Where forbidden counterparts stand in the translation, half-open ranges of characters; none for a missing one.
    spans: tuple[tuple[int, int], ...] = ()


def check(hits: Sequence[TermHit], translation: str, lang: Lang) -> tuple[Finding, ...]:
    """What in a translation departs from the glossary, in the order of the source.

    A term of several concepts is satisfied by a counterpart of any; one without counterparts in the language asks for
    nothing. A forbidden term inside an allowed one is none.

    Args:
        hits: the terms that stand in the source.
        translation: the text of the target language.
        lang: its language.
    """
    return tuple(finding for group in _homonyms(hits) for finding in _examined(group, translation, lang))


def _homonyms(hits: Sequence[TermHit]) -> Iterator[list[TermHit]]:
    """The hits that stand in the same places, together."""
    for _, group in groupby(sorted(hits, key=lambda hit: hit.spans), key=lambda hit: hit.spans):
        yield list(group)


def _examined(group: Sequence[TermHit], translation: str, lang: Lang) -> Iterator[Finding]:
    terms = list(dict.fromkeys(term for hit in group for term in hit.found.concept.terms(lang)))
    allowed = tuple(sorted((term for term in terms if term.status.allowed), key=lambda term: term.status.rank))
    usable = {term.text for term in allowed}
    standing = places(translation, lang, [wording(term.text, lang) for term in terms])

    def is_forbidden(place: Place) -> bool:
        term = terms[place.number]
        return not term.status.allowed and term.text not in usable

    forbidden = [place for place in standing if is_forbidden(place)]
    if forbidden:
        spans = tuple(dict.fromkeys((place.start, place.end) for place in forbidden))
        yield Finding(Breach.FORBIDDEN, group[0], allowed, spans)
    elif allowed and not any(terms[place.number].status.allowed for place in standing):
        yield Finding(Breach.MISSING, group[0], allowed)
