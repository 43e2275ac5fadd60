"""The JSON shapes of terms: what ``untm terms --json`` prints, and the terms of a lookup."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tm.concept import DEFINITION, NOTE, SOURCE, SUBJECT, Concept, Term
from tm.lang import Lang
from tm.terms import StoredConcept, TermHit

if TYPE_CHECKING:
    from tm.term_check import Finding
    from tm.termbase import ListedTerm, StoredGlossary

#: A JSON object; ``Any`` because JSON values nest freely.
Object = dict[str, Any]


def term(value: Term, lang: Lang) -> Object:
    """``{term, lang, status, part_of_speech}``; status is preferred, admitted, deprecated, or empty."""
    return {
        "term": value.text,
        "lang": lang.tag,
        "status": value.status.value,
        "part_of_speech": value.part_of_speech,
    }


def concept(value: StoredConcept, targets: Sequence[Lang] | None = None) -> Object:
    """``{id, glossary, subjects, definitions, notes, sources, terms}``: terms by language tag, of all languages unless
    some are named.
    """
    of = value.concept
    return {
        "id": of.uid,
        "glossary": value.glossary,
        "subjects": list(of.values(SUBJECT)),
        "definitions": list(of.values(DEFINITION)),
        "notes": list(of.values(NOTE)),
        "sources": list(of.values(SOURCE)),
        "terms": _terms(of, targets),
    }


def term_hit(value: TermHit, targets: Sequence[Lang] | None = None) -> Object:
    """A term that stands in a text: ``{term, lang, status, part_of_speech, spans, inflected, concept}``; ``inflected``
    where it stands nowhere exactly as it is listed.
    """
    return {
        **term(value.term, value.lang),
        "spans": [list(span) for span in value.spans],
        "inflected": value.inflected,
        "concept": concept(value.found, targets),
    }


def listed_term(value: "ListedTerm") -> Object:
    """A term with its concept: ``{term, lang, status, part_of_speech, concept}``."""
    return {**term(value.term, value.lang), "concept": concept(value.found)}


def finding(value: "Finding", lang: Lang) -> Object:
    """``{kind, term, lang, spans, expected, found, glossary}``: kind is missing or forbidden; spans of the term in the
    source, found are the spans of forbidden terms in the translation.
    """
    return {
        "kind": value.kind.value,
        "term": value.hit.term.text,
        "lang": value.hit.lang.tag,
        "spans": [list(span) for span in value.hit.spans],
        "expected": [term(one, lang) for one in value.expected],
        "found": [list(span) for span in value.spans],
        "glossary": value.hit.found.glossary,
    }


def stored_glossary(value: "StoredGlossary") -> Object:
    """``{name, concepts, terms, added}``: terms counted by language tag."""
    return {
        "name": value.name,
        "concepts": value.concepts,
        "terms": {lang.tag: count for lang, count in value.terms.items()},
        "added": value.added.isoformat(),
    }


def _terms(of: Concept, targets: Sequence[Lang] | None) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = {}
    for lang in of.langs:
        if targets is None or any(target.covers(lang) for target in targets):
            found[lang.tag] = [term(one, lang) for one in of.terms(lang)]
    return found
