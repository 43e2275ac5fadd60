"""The terms that stand in a draft's segment with their counterparts, as files about a draft show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tm.concept import DEFINITION, Term, TermStatus
from tm.lang import Lang
from tm.terms import TermHit


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term of the draft that has counterparts."""

    lang: Lang
    text: str
    #: For each target language that has any: the terms to use, best first, and those that must not be used.
    counterparts: tuple[tuple[Lang, tuple[Term, ...], tuple[Term, ...]], ...]
    #: What the glossaries say it means, and their names.
    definitions: tuple[str, ...]
    glossaries: tuple[str, ...]


def rows(hits: Sequence[TermHit], targets: Sequence[Lang]) -> tuple[TermRow, ...]:
    """The terms of a segment that have counterparts, in order; what several glossaries say of one is put together."""
    together: dict[tuple[Lang, str], list[TermHit]] = {}
    for hit in hits:
        together.setdefault((hit.lang, hit.term.text), []).append(hit)
    found = (_row(lang, text, some, targets) for (lang, text), some in together.items())
    return tuple(row for row in found if row.counterparts)


def of_each(terms: Sequence[Sequence[TermHit]], targets: Sequence[Lang]) -> Iterator[tuple[TermRow, ...]]:
    """The rows of each segment; without end, nothing after the last."""
    for hits in terms:
        yield rows(hits, targets)
    while True:
        yield ()


def _row(lang: Lang, text: str, hits: Sequence[TermHit], targets: Sequence[Lang]) -> TermRow:
    counterparts = []
    for target in targets:
        best: dict[str, Term] = {}
        found = (term for hit in hits for term in hit.found.concept.terms(target))
        for term in sorted(found, key=lambda term: term.status.rank):
            best.setdefault(term.text, term)
        if best:
            used = tuple(term for term in best.values() if term.status.allowed)
            counterparts.append((target, used, tuple(term for term in best.values() if not term.status.allowed)))
    definitions = dict.fromkeys(
        value for hit in hits for of in (lang, *targets) for value in hit.found.concept.values(DEFINITION, of)
    )
    glossaries = dict.fromkeys(hit.found.glossary for hit in hits)
    return TermRow(lang, text, tuple(counterparts), tuple(definitions), tuple(glossaries))


def line(row: TermRow, target: Lang | None = None) -> str:
    """A term in a line: ``État partie → State party, State (admitted); not: Member State``; "" for a language it lacks.

    The languages are named unless one is asked for.
    """
    said = []
    for lang, used, shunned in row.counterparts:
        if target is None or lang == target:
            parts = [", ".join(map(_written, used))] if used else []
            parts += [f"not: {', '.join(term.text for term in shunned)}"] if shunned else []
            said.append(("" if target else f"{lang} ") + "; ".join(parts))
    return f"{row.text} → {' | '.join(said)}" if said else ""


def lines(found: Sequence[TermRow], target: Lang | None = None) -> list[str]:
    """A line for each term that has counterparts in the language, or in any."""
    return [said for row in found if (said := line(row, target))]


def _written(term: Term) -> str:
    return f"{term.text} (admitted)" if term.status is TermStatus.ADMITTED else term.text
