"""The terms of a draft's segments put into its XLIFF: a note in XLIFF 1, the glossary module in XLIFF 2."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tm.concept import Term
from tm.formats import term_rows
from tm.formats.term_rows import TermRow
from tm.formats.tmx_inline import name_of
from tm.formats.xliff_elements import parsed, plain, told
from tm.formats.xliff_gaps import Gap
from tm.formats.xliff_inline import plain_text
from tm.formats.xliff_unit import child_of, children_of
from tm.formats.xliff_version import GLOSSARY, OWN_NOTE

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: What of a unit of XLIFF 2 comes after its notes.
_AFTER_NOTES = ("originalData", "segment", "ignorable")


def add_terms(gap: Gap, rows: Sequence[TermRow]) -> None:
    """Name the terms of a segment in its unit; what it names already is not named again.

    XLIFF 1 has no place for terms: a note for the source holds them, a line each. In XLIFF 2 they go into the unit's
    ``gls:glossary``, which has no word for a translation that must not be used: such are in a note.
    """
    if not gap.modern:
        target = rows[0].counterparts[0][0] if rows else None
        _add_note(gap.unit, term_rows.lines(rows, target), f' from="{OWN_NOTE}" annotates="source"')
        return
    held = next((child for child in gap.unit if child.tag == f"{{{GLOSSARY}}}glossary"), None)
    known = set() if held is None else {_said(entry) for entry in held}
    for row in rows:
        for _, used, _ in row.counterparts:
            entry = parsed(_entry(row, used), gap.unit)
            if not used or _said(entry) in known:
                continue
            known.add(_said(entry))
            if held is None:
                held = parsed(f"<gls:glossary>{_entry(row, used)}</gls:glossary>", gap.unit)
                gap.unit.insert(0, held)
            else:
                held.append(entry)
    shunned = [f"{row.text}: not {t.text}" for row in rows for _, _, some in row.counterparts for t in some]
    _add_note(gap.unit, shunned, f' category="{OWN_NOTE}" appliesTo="source"')


def _entry(row: TermRow, used: Sequence[Term]) -> str:
    source = told("source", ", ".join(row.glossaries))
    translations = "".join(f"<gls:translation{source}>{plain(term.text)}</gls:translation>" for term in used)
    definition = f"<gls:definition{source}>{plain(row.definitions[0])}</gls:definition>" if row.definitions else ""
    return f"<gls:glossEntry><gls:term{source}>{plain(row.text)}</gls:term>{translations}{definition}</gls:glossEntry>"


def _said(entry: "etree._Element") -> tuple[str, ...]:
    """The term of an entry and its translations."""
    return tuple(plain_text(child) for child in entry if name_of(child) in ("term", "translation"))


def _add_note(unit: "etree._Element", lines: Sequence[str], attributes: str) -> None:
    """Give a unit a note of some lines, unless it has that note; nothing for none."""
    modern = name_of(unit) == "unit"
    gathered = child_of(unit, "notes") if modern else unit
    words = "\n".join(lines)
    if not lines or (gathered is not None and words in map(plain_text, children_of(gathered, "note"))):
        return
    note = f"<note{attributes}>{plain(words)}</note>"
    if not modern:
        before = ("source", "seg-source", "target", "note")
        place = max(number for number, child in enumerate(unit) if name_of(child) in before)
        unit.insert(place + 1, parsed(note, unit))
    elif gathered is not None:
        gathered.append(parsed(note, unit))
    else:
        place = next(number for number, child in enumerate(unit) if name_of(child) in _AFTER_NOTES)
        unit.insert(place, parsed(f"<notes>{note}</notes>", unit))
