"""Concepts as rows of a table, and rows of any glossary table as concepts.

A row is a concept: columns named after languages hold its terms, several in a cell with a stroke, a semicolon or a line
end between them. In tables that say the language in a column, a row is a term. A table written here has the whole of
a concept in a column of its own, so that it comes back without loss; what a person has changed in other cells wins.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tm.concept import (
    DEFINITION,
    NOTE,
    PART_OF_SPEECH,
    SOURCE,
    STATUS,
    SUBJECT,
    Concept,
    Detail,
    LanguageSection,
    Term,
    TermStatus,
    from_record,
    status_named,
    to_record,
    values,
)
from tm.errors import LanguageError, Problem, Remark
from tm.formats.spool import RowFile
from tm.formats.term_columns import RECORD_TITLE, TERMS, Column, Field, Head
from tm.lang import Lang

#: What stands between the terms of a cell.
_BETWEEN = re.compile(r"\s*[|;；؛\n\r]+\s*")
_JOINER = " | "
#: What a cell says as a detail: element and data category.
_DETAILS = {
    Field.DEFINITION: ("descrip", DEFINITION), Field.NOTE: ("note", ""), Field.SOURCE: ("admin", SOURCE),
    Field.CONTEXT: ("descrip", "context"), Field.SUBJECT: ("descrip", SUBJECT),
    Field.PART_OF_SPEECH: ("termNote", PART_OF_SPEECH), Field.TYPE: ("termNote", "termType"),
    Field.GENDER: ("termNote", "grammaticalGender"), Field.RELIABILITY: ("descrip", "reliabilityCode"),
}  # fmt: skip
#: Fields that say something of each term of their language, or of the row.
_OF_TERMS = frozenset({Field.STATUS, Field.PART_OF_SPEECH, Field.TYPE, Field.GENDER, Field.RELIABILITY})
#: What the terms of a column are.
_KINDS = {Field.SHORT_FORM: "shortForm", Field.ACRONYM: "acronym", Field.ABBREVIATION: "abbreviation"}
_STANDING = {Field.ADMITTED: TermStatus.ADMITTED, Field.DEPRECATED: TermStatus.DEPRECATED}
#: Columns that every table written has, before those of the languages and behind them.
_BEFORE, _AFTER = (Field.ID.value, Field.SUBJECT.value), ("definition", "note", "source", RECORD_TITLE)
#: What a language may have beside its column of terms, in order.
_PARTS = ("admitted", "deprecated", "definition", "note")

#: A row as its cells by the titles of their columns; empty ones are left out.
Cells = dict[str, str]


# --- reading --------------------------------------------------------------------------------------------------------


def concepts(
    rows: Iterable[tuple[int, Sequence[str]]], langs: Sequence[Lang], path: str
) -> Iterator[Concept | Problem]:
    """The concepts of a table's rows, and what is wrong with them.

    Args:
        rows: the lines and cells of all rows.
        langs: languages of the columns in order, for tables that do not say them.
        path: name of the file, for problems and errors.

    Raises:
        InputError: nobody says which columns hold the terms of which languages.
    """
    found = iter(rows)
    line, first = next(((line, row) for line, row in found if any(cell.strip() for cell in row)), (1, ()))
    head = Head.of(first, langs, path, line)
    reader = _Reader(head, path)
    if not head.titled:
        yield from reader.read(line, first)
    for line, row in found:
        if not head.titled and row and row[0].startswith("#"):
            continue
        if any(cell.strip() for cell in row):
            yield from reader.read(line, row)
    yield from reader.end()


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, head: Head, path: str) -> None:
        self._head = head
        self._path = path
        self._waiting: Concept | None = None
        self._without = Counter[str]()
        self._first_line = 0

    def read(self, line: int, row: Sequence[str]) -> Iterator[Concept | Problem]:
        """The concepts that are whole by now, and what is wrong with this row."""
        if len(row) > len(self._head.columns) and any(cell.strip() for cell in row[len(self._head.columns) :]):
            what = f"{len(row)} values in a row of {len(self._head.columns)} columns; the rest is kept as remarks"
            yield Problem(what, self._path, line, "put values with separators in them between quotation marks")
        columns = [*self._head.columns, *(Column("", Field.NOTE) for _ in row[len(self._head.columns) :])]
        cells = [(column, cell.strip()) for column, cell in zip(columns, row, strict=False) if cell.strip()]
        try:
            concept = self._concept(cells)
        except (ValueError, RecursionError) as error:
            yield Problem(f"{RECORD_TITLE}: {error}; read from the other columns", self._path, line)
            concept = _plain([pair for pair in cells if pair[0].field is not Field.RECORD])
        except LanguageError as error:
            yield Problem(f"{error.message}; the term was left out", self._path, line, error.hint)
            return
        if not concept.langs:
            self._without["rows without any term"] += 1
            self._first_line = self._first_line or line
        elif not self._head.by_row:
            yield concept
        elif self._waiting is not None and concept.uid and concept.uid == self._waiting.uid:
            self._waiting = _joined(self._waiting, concept)
        else:
            yield from self._whole()
            self._waiting = concept

    def _concept(self, cells: "Sequence[tuple[Column, str]]") -> Concept:
        record = next((cell for column, cell in cells if column.field is Field.RECORD), "")
        if self._head.by_row:
            lang = Lang.parse(next((cell for column, cell in cells if column.field is Field.LANGUAGE), ""))
            whole = {Field.STATUS, Field.PART_OF_SPEECH, Field.TYPE, Field.GENDER, Field.RELIABILITY, *TERMS}
            cells = [(replace(c, lang=lang) if c.field in whole else c, cell) for c, cell in cells]
        plain = _plain(cells)
        if not record:
            return plain
        try:
            base = from_record(json.loads(record))
        except LanguageError as error:
            raise ValueError(error.message) from error
        return _corrected(base, plain, cells, self._head)

    def _whole(self) -> Iterator[Concept]:
        if self._waiting is not None:
            yield self._waiting
            self._waiting = None

    def end(self) -> Iterator[Concept | Problem]:
        """What is left when no row comes any more."""
        yield from self._whole()
        for what, count in self._without.items():
            yield Remark(f"left out: {what}, {count} in all", self._path, self._first_line)


def _plain(cells: "Sequence[tuple[Column, str]]") -> Concept:
    """What the cells of a row say, but for the record."""
    uid, details = "", list[Detail]()
    sections: dict[Lang, list[Term]] = {}
    said: dict[Lang, list[Detail]] = {}
    of_terms: dict[Lang | None, list[Detail]] = {}
    for column, cell in cells:
        if column.field in TERMS and column.lang:
            sections.setdefault(column.lang, []).extend(_terms(cell, column.field))
        elif column.field is Field.ID:
            uid = cell
        elif column.field in _OF_TERMS:
            of_terms.setdefault(column.lang, []).append(_detail(column.field, cell))
        elif column.field in _DETAILS:
            (said.setdefault(column.lang, []) if column.lang else details).append(_detail(column.field, cell))
        elif column.field is Field.OTHER or (column.field in TERMS and not column.lang):
            details.append(Detail("admin", column.title, cell))
    found = []
    for lang in dict.fromkeys((*sections, *said)):
        mine = [*of_terms.get(lang, ()), *(d for d in of_terms.get(None, ()) if _concerns(d, lang, sections))]
        terms = tuple(replace(term, details=(*term.details, *mine)) for term in sections.get(lang, ()))
        found.append(LanguageSection(lang, terms, tuple(said.get(lang, ()))))
    return Concept(tuple(found), tuple(details), uid)


def _concerns(detail: Detail, lang: Lang, sections: Mapping[Lang, object]) -> bool:
    """Whether what a row says of all its terms holds in a language: one that forbids means the translations."""
    forbids = detail.category == STATUS and status_named(detail.value) is TermStatus.DEPRECATED
    return not (forbids and len(sections) > 1 and lang == next(iter(sections)))


def _terms(cell: str, field: Field) -> list[Term]:
    details = [Detail("termNote", "termType", _KINDS[field])] if field in _KINDS else []
    details += [Detail("termNote", STATUS, _STANDING[field].category)] if field in _STANDING else []
    return [Term(text, tuple(details)) for text in _BETWEEN.split(cell) if text]


def _detail(field: Field, cell: str) -> Detail:
    if field is Field.STATUS:
        status = status_named(cell)
        return Detail("termNote", STATUS, status.category if status else cell)
    element, category = _DETAILS[field]
    return Detail(element, category, cell)


def _joined(one: Concept, other: Concept) -> Concept:
    """A concept with the terms of a further row."""
    details = (*one.details, *(detail for detail in other.details if detail not in one.details))
    sections = list(one.sections)
    for section in other.sections:
        place = next((i for i, mine in enumerate(sections) if mine.lang == section.lang), None)
        if place is None:
            sections.append(section)
        else:
            sections[place] = replace(sections[place], terms=(*sections[place].terms, *section.terms))
    return replace(one, sections=tuple(sections), details=details)


def _corrected(base: Concept, plain: Concept, cells: "Sequence[tuple[Column, str]]", head: Head) -> Concept:
    """The concept of a record with what a person has changed in the other cells since."""
    shown, now = row_of(base), {column.title: cell for column, cell in cells}
    changed = {
        column.title
        for column in head.columns
        if column.field is not Field.RECORD and now.get(column.title, "") != shown.get(column.title, "").strip()
    }
    if not changed:
        return base
    touched = {column.lang for column in head.columns if column.lang and column.title in changed}
    sections = [section for section in base.sections if section.lang not in touched]
    for lang in touched:
        sections += _corrected_section(lang, base, plain, changed)
    order = {lang: place for place, lang in enumerate((*(s.lang for s in base.sections), *head.langs)[::-1])}
    sections.sort(key=lambda section: -order.get(section.lang, 0))
    details = [*_without(base.details, changed)]
    details += [detail for detail in plain.details if _says(detail, changed) or detail.category in changed]
    return Concept(tuple(sections), tuple(details), plain.uid if Field.ID.value in changed else base.uid)


def _corrected_section(lang: Lang, base: Concept, plain: Concept, changed: set[str]) -> Iterator[LanguageSection]:
    """A language's section with the terms and the remarks of the cells; terms that were there keep what is said of
    them.
    """
    old = [term for section in base.sections if section.lang == lang for term in section.terms]
    new = next((section for section in plain.sections if section.lang == lang), LanguageSection(lang, ()))
    kept = {(term.text, _column(term)): term for term in old}
    terms = [kept.get((term.text, _column(term)), term) for term in new.terms]
    gone = {name for name in ("definition", "note") if f"{lang.tag} {name}" in changed}
    details = [d for s in base.sections if s.lang == lang for d in _without(s.details, gone)]
    details += [detail for detail in new.details if _says(detail, gone)]
    terms = [replace(term, details=tuple(_without(term.details, gone))) for term in terms]
    if terms or details:
        yield LanguageSection(lang, tuple(terms), tuple(details))


#: What columns show, by their names without a language.
_SHOWN = {"definition": DEFINITION, "note": NOTE, "source": SOURCE, "subject": SUBJECT}


def _says(detail: Detail, names: Iterable[str]) -> bool:
    """Whether a detail is what one of some columns shows."""
    return any(_SHOWN[name] in (detail.category, detail.element) for name in names if name in _SHOWN)


def _without(details: Iterable[Detail], names: Iterable[str]) -> Iterator[Detail]:
    """Details, also those in groups, without what some columns show; groups that had nothing else are gone."""
    for detail in details:
        if not _says(detail, names):
            inner = tuple(_without(detail.inner, names))
            if inner or not detail.inner:
                yield replace(detail, inner=inner)


# --- writing --------------------------------------------------------------------------------------------------------


def row_of(concept: Concept) -> Cells:
    """A concept's row, without its record."""
    found = {
        "id": concept.uid,
        "subject": "\n".join(values(concept.details, SUBJECT)),
        "definition": "\n".join(values(concept.details, DEFINITION)),
        "note": "\n".join(values(concept.details, NOTE)),
        "source": "\n".join(values(concept.details, SOURCE)),
    }
    for lang in dict.fromkeys(section.lang for section in concept.sections):
        sections = [section for section in concept.sections if section.lang == lang]
        terms = [term for section in sections for term in section.terms]
        for name in ("", "admitted", "deprecated"):
            found[f"{lang.tag} {name}".strip()] = _JOINER.join(t.text for t in terms if _column(t) == name)
        said = [detail for section in sections for detail in section.details]
        said += [detail for term in terms for detail in term.details]
        found[f"{lang.tag} definition"] = "\n".join(values(said, DEFINITION))
        found[f"{lang.tag} note"] = "\n".join(values(said, NOTE))
    return {name: value for name, value in found.items() if value}


def _column(term: Term) -> str:
    """The column of a term beside its language's tag: terms that are preferred or not marked have none of their own."""
    return term.status.value if term.status in (TermStatus.ADMITTED, TermStatus.DEPRECATED) else ""


class ConceptRows(RowFile):
    """The rows of concepts, kept because the columns depend on the last one.

    Attributes:
        langs: the languages that have a column, the first ones named before the others.
        count: how many rows there are.
    """

    def __init__(self, concepts: Iterable[Concept], first: Sequence[Lang] = ()) -> None:
        super().__init__()
        names: set[str] = set()
        langs: set[Lang] = set()
        self.count = 0
        for concept in concepts:
            row = row_of(concept)
            names.update(row)
            langs.update(section.lang for section in concept.sections)
            row[RECORD_TITLE] = json.dumps(to_record(concept), ensure_ascii=False)
            self.count += 1
            self.keep(row)
        chosen = [lang for wanted in first for lang in sorted(langs) if wanted.covers(lang)]
        self.langs = tuple(dict.fromkeys((*chosen, *sorted(langs))))
        self._names = names

    @property
    def head(self) -> tuple[str, ...]:
        """The titles of the columns."""
        parts = [f"{lang.tag} {part}" for lang in self.langs for part in _PARTS]
        used = {part for part in parts if part in self._names}
        own = [name for lang in self.langs for name in (lang.tag, *(f"{lang.tag} {p}" for p in _PARTS)) if
               name == lang.tag or name in used]  # fmt: skip
        return (*_BEFORE, *own, *_AFTER)
