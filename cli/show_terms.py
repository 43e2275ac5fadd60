"""Terms shown on a terminal: each with its counterparts, and what is said of its concept."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tm.concept import DEFINITION, NOTE, SOURCE, SUBJECT, Concept, Term, TermStatus
from tm.lang import Lang
from tm.term_check import Finding
from tm.termbase import ListedTerm, StoredGlossary
from tm.terms import TermHit

#: How a term is shown by its status.
_STYLES = {TermStatus.PREFERRED: "bold green", TermStatus.ADMITTED: "green", TermStatus.DEPRECATED: "strike red"}
#: What is said of a concept, by its name here.
_SAID = ((SUBJECT, "subject"), (DEFINITION, "definition"), (NOTE, "note"), (SOURCE, "source"))


def show_hits(console: Console, text: str, hits: Sequence[TermHit], targets: Sequence[Lang] | None) -> None:
    """The terms that stand in a text, with their counterparts and what is said of their concepts."""
    console.print(Text(text, style="bold"))
    if not hits:
        console.print(Text("  no term", style="dim"))
    for hit in hits:
        written = list(dict.fromkeys(text[start:end] for start, end in hit.spans))
        form = f"  here: {', '.join(written)}" if hit.inflected else ""
        console.print(_head(hit.term, hit.lang, hit.found.glossary, form))
        _show_concept(console, hit.found.concept, hit.lang, targets)
    console.print()


def show_brief(console: Console, hits: Sequence[TermHit], targets: Sequence[Lang]) -> None:
    """One line for each term of a text that has counterparts: ``État partie → en State party``; nothing for none."""
    lines = []
    for hit in hits:
        if found := hit.counterparts(targets):
            line = _styled(hit.term).append(" → ", style="dim")
            lines.append(line.append_text(Text("; ").join(_language(lang, terms) for lang, terms in found.items())))
    if lines:
        console.print(Text("  terms", style="dim"))
        console.print(Padding(Text("\n").join(lines), (0, 0, 1, 6)))


def show_findings(console: Console, place: str, source: str, translation: str, findings: Sequence[Finding]) -> None:
    """What in one translation departs from the glossaries: the texts with the terms marked, and what was expected."""
    console.print(Text(place, style="bold"))
    terms = [span for finding in findings for span in finding.hit.spans]
    wrong = [span for finding in findings for span in finding.spans]
    console.print(Padding(_marked(source, terms, "bold"), (0, 0, 0, 2)))
    console.print(Padding(_marked(translation, wrong, "strike red"), (0, 0, 0, 2)))
    for finding in findings:
        line = Text(f"{finding.kind.value:<9} ", style="yellow")
        line.append(finding.hit.term.text, style="bold")
        line.append(" → ", style="dim")
        line.append_text(Text(", ").join(map(_styled, finding.expected)) if finding.expected else Text("—"))
        if finding.spans:
            written = dict.fromkeys(translation[start:end] for start, end in finding.spans)
            line.append(f"  not: {', '.join(written)}", style="red")
        line.append(f"  {finding.hit.found.glossary}", style="dim")
        console.print(Padding(line, (0, 0, 0, 6)))


def _marked(text: str, spans: Sequence[tuple[int, int]], style: str) -> Text:
    shown = Text(text)
    for start, end in spans:
        shown.stylize(style, start, end)
    return shown


def terms_table(rows: Sequence[ListedTerm]) -> Table:
    """Terms one a row, with their counterparts in the other languages."""
    table = Table(box=None, pad_edge=False)
    for name in ("lang", "term", "status", "counterparts", "glossary"):
        table.add_column(name, overflow="fold")
    for row in rows:
        others = [lang for lang in row.found.concept.langs if not lang.covers(row.lang)]
        counterparts = Text("\n").join(_language(lang, row.found.concept.terms(lang)) for lang in others)
        table.add_row(row.lang.tag, _styled(row.term), row.term.status.value, counterparts, row.found.glossary)
    return table


def glossaries_table(rows: Sequence[StoredGlossary]) -> Table:
    """Glossaries one a row, with how many concepts and terms they have."""
    table = Table(box=None, pad_edge=False)
    for name in ("glossary", "concepts", "terms", "added (UTC)"):
        table.add_column(name, overflow="fold")
    for row in rows:
        counts = ", ".join(f"{lang} {count:,}" for lang, count in row.terms.items())
        table.add_row(row.name, f"{row.concepts:,}", counts, f"{row.added:%Y-%m-%d %H:%M}")
    return table


def _head(term: Term, lang: Lang, glossary: str, form: str) -> Text:
    line = Text("  ")
    line.append_text(_styled(term))
    line.append(f"  {lang}{_remark(term)}  {glossary}{form}", style="dim")
    return line


def _show_concept(console: Console, concept: Concept, lang: Lang, targets: Sequence[Lang] | None) -> None:
    for other in concept.langs:
        wanted = targets is None or any(target.covers(other) for target in targets)
        if wanted and not other.covers(lang):
            console.print(Padding(_language(other, concept.terms(other)), (0, 0, 0, 6)))
    for category, name in _SAID:
        for value in concept.values(category):
            console.print(Padding(Text(f"{name}: {value}", style="dim"), (0, 0, 0, 6)))


def _language(lang: Lang, terms: Sequence[Term]) -> Text:
    line = Text(f"{lang} ", style="dim")
    for place, term in enumerate(terms):
        line.append(", " if place else "", style="dim")
        line.append_text(_styled(term))
        line.append(_remark(term), style="dim")
    return line


def _styled(term: Term) -> Text:
    return Text(term.text, style=_STYLES.get(term.status, ""))


def _remark(term: Term) -> str:
    said = [part for part in (term.part_of_speech, term.status.value) if part]
    return f" ({', '.join(said)})" if said else ""
