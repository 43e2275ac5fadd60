"""Concepts with their terms in several languages, and all that is said of them, in the terms of TBX (ISO 30042).

What is not a term is a ``Detail``: a data category with its value, as its file had it, so that nothing is lost on the
way out. What is shown by name (status, definition, subject …) is read from the details.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from tm.lang import Lang

#: Data categories that are shown by name (ISO 12620, as TBX writes them); ``note`` is an element.
DEFINITION, SUBJECT, PART_OF_SPEECH = "definition", "subjectField", "partOfSpeech"
STATUS, AUTHORIZATION, NOTE, SOURCE = "administrativeStatus", "normativeAuthorization", "note", "source"


class TermStatus(StrEnum):
    """Whether a term is to be used for its concept, best first."""

    PREFERRED = "preferred"
    #: Nothing is said: it may be used.
    UNMARKED = ""
    ADMITTED = "admitted"
    #: Not to be used: deprecated, superseded, forbidden.
    DEPRECATED = "deprecated"

    @property
    def allowed(self) -> bool:
        """Whether it may be used."""
        return self is not TermStatus.DEPRECATED

    @property
    def rank(self) -> int:
        """Its place among the statuses, 0 for the best."""
        return list(TermStatus).index(self)

    @property
    def category(self) -> str:
        """The value of ``administrativeStatus`` that says so, or ""."""
        return f"{self.value}Term-admn-sts" if self else ""


#: What says a status, in lower case without "Term" and "-admn-sts": TBX, TBX-Basic, and what tools write of their own.
_STATUSES = {
    "preferred": TermStatus.PREFERRED, "standardized": TermStatus.PREFERRED, "approved": TermStatus.PREFERRED,
    "admitted": TermStatus.ADMITTED, "allowed": TermStatus.ADMITTED, "legal": TermStatus.ADMITTED,
    "regulated": TermStatus.ADMITTED, "synonym": TermStatus.ADMITTED,
    "deprecated": TermStatus.DEPRECATED, "superseded": TermStatus.DEPRECATED, "forbidden": TermStatus.DEPRECATED,
    "obsolete": TermStatus.DEPRECATED, "notrecommended": TermStatus.DEPRECATED, "rejected": TermStatus.DEPRECATED,
}  # fmt: skip
_DECORATION = re.compile(r"term\b|term(?=-admn-sts)|-admn-sts|[\s_-]")


def status_named(value: str) -> TermStatus | None:
    """The status that a value of a data category or a cell says; None when it says none that is known.

    >>> status_named("preferredTerm-admn-sts"), status_named("Forbidden"), status_named("not recommended")
    (<TermStatus.PREFERRED: 'preferred'>, <TermStatus.DEPRECATED: 'deprecated'>, <TermStatus.DEPRECATED: 'deprecated'>)
    """
    return _STATUSES.get(_DECORATION.sub("", value.strip().casefold()))


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that is said of a concept, of its terms in a language, or of a term."""

    #: The TBX element that says it: ``descrip``, ``admin``, ``termNote``, ``note``, ``transacGrp`` …
    element: str
    #: Its data category: ``definition``; "" for elements that have none.
    category: str = ""
    #: Text, without inline codes; "" for a group.
    value: str = ""
    #: The same as XML where it has inline elements.
    markup: str | None = None
    #: Further attributes by name: ``target``, ``id``, ``xml:lang``.
    attributes: tuple[tuple[str, str], ...] = ()
    #: What the elements inside a group say, in order.
    inner: tuple["Detail", ...] = ()


def values(details: Iterable[Detail], category: str) -> tuple[str, ...]:
    """All values that details and those in their groups have for a data category, or for the element ``note``."""
    found: list[str] = []
    for detail in details:
        if category in (detail.category, detail.element) and detail.value:
            found.append(detail.value)
        found += values(detail.inner, category)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a concept in one language."""

    text: str
    details: tuple[Detail, ...] = ()
    #: The text as XML where it has inline elements.
    markup: str | None = None
    #: Its identifier in the file it came from, or "".
    uid: str = ""

    @property
    def status(self) -> TermStatus:
        """Whether it is to be used; the strictest where several things are said."""
        said = (*values(self.details, STATUS), *values(self.details, AUTHORIZATION))
        found = [status for value in said if (status := status_named(value)) is not None]
        return max(found, key=lambda status: status.rank, default=TermStatus.UNMARKED)

    @property
    def part_of_speech(self) -> str:
        """Noun, verb …, or ""."""
        return next(iter(values(self.details, PART_OF_SPEECH)), "")


@dataclass(frozen=True, slots=True)
class LanguageSection:
    """The terms of a concept in one language, and what is said of them together."""

    lang: Lang
    terms: tuple[Term, ...]
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept with its terms; a language may have several sections, as files do."""

    sections: tuple[LanguageSection, ...]
    details: tuple[Detail, ...] = ()
    #: Its identifier in the file it came from, or "".
    uid: str = ""

    @property
    def langs(self) -> tuple[Lang, ...]:
        """The languages it has terms in, in their order."""
        return tuple(dict.fromkeys(section.lang for section in self.sections if section.terms))

    def terms(self, lang: Lang) -> tuple[Term, ...]:
        """Its terms in a language or its locales, the best status first, else in their order."""
        found = [term for section in self.sections if lang.covers(section.lang) for term in section.terms]
        return tuple(sorted(found, key=lambda term: term.status.rank))

    def values(self, category: str, lang: Lang | None = None) -> tuple[str, ...]:
        """What is said of it in a data category, then what is said in a language."""
        found = values(self.details, category)
        for section in self.sections:
            if lang is None or lang.covers(section.lang):
                found += values(section.details, category)
                for term in section.terms:
                    found += values(term.details, category)
        return tuple(dict.fromkeys(found))


# --- as a record ----------------------------------------------------------------------------------------------------

#: A JSON object; ``Any`` because JSON values nest freely.
Record: TypeAlias = dict[str, Any]


def to_record(concept: Concept) -> Record:
    """The concept as a JSON object without empty fields; ``from_record`` gives it back."""
    sections = [
        _filled(lang=s.lang.tag, details=detail_records(s.details), terms=[_term_record(t) for t in s.terms])
        for s in concept.sections
    ]
    return _filled(id=concept.uid, details=detail_records(concept.details), languages=sections)


def detail_records(details: Iterable[Detail]) -> list[Record]:
    """Details as JSON objects; ``details_of`` gives them back."""
    return [
        _filled(
            element=d.element, category=d.category, value=d.value, markup=d.markup, attributes=dict(d.attributes),
            details=detail_records(d.inner),
        )
        for d in details
    ]  # fmt: skip


def _term_record(term: Term) -> Record:
    return _filled(text=term.text, markup=term.markup, id=term.uid, details=detail_records(term.details))


#: Fields that stand in a record even when they are empty.
_NEVER_LEFT_OUT = frozenset({"element", "text"})


def _filled(**fields: Any) -> Record:
    return {name: value for name, value in fields.items() if value or name in _NEVER_LEFT_OUT}


def from_record(record: object) -> Concept:
    """The concept of a record.

    Raises:
        ValueError: it is none; LanguageError: a language's tag is none.
    """
    row = _object(record)
    sections = tuple(
        LanguageSection(
            Lang.parse(_text(section, "lang")),
            tuple(_term(_object(term)) for term in _list(section, "terms")),
            details_of(_list(section, "details")),
        )
        for section in map(_object, _list(row, "languages"))
    )
    return Concept(sections, details_of(_list(row, "details")), _text(row, "id"))


def details_of(records: Sequence[object]) -> tuple[Detail, ...]:
    """The details of their records.

    Raises:
        ValueError: one is no record of a detail.
    """
    return tuple(
        Detail(
            _text(row, "element"),
            _text(row, "category"),
            _text(row, "value"),
            _text(row, "markup") or None,
            tuple((name, _word(value)) for name, value in _object(row.get("attributes", {})).items()),
            details_of(_list(row, "details")),
        )
        for row in map(_object, records)
    )


def _term(row: Mapping[str, object]) -> Term:
    return Term(_text(row, "text"), details_of(_list(row, "details")), _text(row, "markup") or None, _text(row, "id"))


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r:.60} is no record of a concept")
    return value


def _list(row: Mapping[str, object], name: str) -> Sequence[object]:
    value = row.get(name, [])
    if not isinstance(value, list):
        raise ValueError(f"{name} is no list")
    return value


def _text(row: Mapping[str, object], name: str) -> str:
    return _word(row.get(name, ""))


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.60} is no text")
    return value
