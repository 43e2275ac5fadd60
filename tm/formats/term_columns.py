"""What the columns of a glossary table mean, as translators, UNTERM, IATE and other programs name them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tm.errors import InputError
from tm.formats.unit_table import language_of_title
from tm.lang import Lang


class Field(StrEnum):
    """What a column holds."""

    #: Terms that may be used, that may be used but are not the first choice, and that must not be used.
    TERM = "term"
    ADMITTED = "admitted"
    DEPRECATED = "deprecated"
    #: Terms of a kind.
    SHORT_FORM = "short form"
    ACRONYM = "acronym"
    ABBREVIATION = "abbreviation"
    #: What is said of terms.
    STATUS = "status"
    PART_OF_SPEECH = "part of speech"
    TYPE = "type"
    GENDER = "gender"
    RELIABILITY = "reliability"
    #: What is said of a concept, or of its terms in a language.
    DEFINITION = "definition"
    NOTE = "note"
    SOURCE = "source"
    CONTEXT = "context"
    SUBJECT = "subject"
    ID = "id"
    #: The language of the terms of a row, in tables with one term a row.
    LANGUAGE = "language"
    #: All of a concept, as it was when the table was written here.
    RECORD = "record"
    #: A running number, which says nothing.
    NUMBER = "number"
    #: Meaning nothing here: kept with its title.
    OTHER = ""


#: Fields whose cells hold terms.
TERMS = frozenset({
    Field.TERM, Field.ADMITTED, Field.DEPRECATED, Field.SHORT_FORM, Field.ACRONYM, Field.ABBREVIATION,
})  # fmt: skip
#: Titles and parts of titles by what they mean, folded; longer ones are looked for first.
_NAMES: dict[Field, tuple[str, ...]] = {
    Field.TERM: (
        "term", "terms", "preferred term", "preferred terms", "preferred", "full form", "full title", "full name",
        "formal title", "title", "designation", "equivalent", "terme", "termes", "término", "términos", "термин",
        "термины", "术语", "مصطلح", "المصطلح",
    ),
    Field.ADMITTED: (
        "admitted", "admitted term", "admitted terms", "synonym", "synonyms", "variant", "variants", "alternative",
        "alternatives", "other term", "other terms", "synonyme", "synonymes", "variante", "variantes", "sinónimo",
        "sinónimos", "синоним", "синонимы", "同义词", "مرادف",
    ),
    Field.DEPRECATED: (
        "deprecated", "deprecated term", "deprecated terms", "forbidden", "forbidden term", "forbidden terms", "avoid",
        "do not use", "not recommended", "rejected", "superseded", "obsolete", "interdit", "à éviter", "no usar",
    ),
    Field.SHORT_FORM: ("short form", "short title", "short name", "forme courte", "titre abrégé", "forma abreviada"),
    Field.ACRONYM: ("acronym", "acronyms", "sigle", "sigles", "sigla", "siglas", "аббревиатура", "缩写"),
    Field.ABBREVIATION: ("abbreviation", "abbreviations", "abbr", "abréviation", "abreviatura", "сокращение"),
    Field.STATUS: ("status", "usage status", "term status", "administrative status", "statut", "estado", "статус"),
    Field.PART_OF_SPEECH: ("part of speech", "pos", "word class", "partofspeech", "catégorie grammaticale"),
    Field.TYPE: ("type", "term type", "t type"),
    Field.GENDER: ("gender", "genre grammatical", "género"),
    Field.RELIABILITY: ("reliability", "t reliability", "reliability code"),
    Field.DEFINITION: ("definition", "definitions", "définition", "definición", "определение", "定义", "تعريف"),
    Field.NOTE: (
        "note", "notes", "comment", "comments", "remark", "remarks", "usage note", "usage notes", "explanation",
        "remarque", "remarques", "commentaire", "nota", "notas", "observaciones", "примечание", "примечания", "备注",
        "ملاحظة", "ملاحظات",
    ),
    Field.SOURCE: ("source", "sources", "reference", "references", "référence", "références", "fuente", "источник"),
    Field.CONTEXT: ("context", "contexts", "example", "examples", "contexte", "contexto", "контекст"),
    Field.SUBJECT: (
        "subject", "subjects", "subject field", "subject fields", "subjectfield", "domain", "domains", "e domains",
        "field", "category", "topic", "domaine", "domaines", "sujet", "dominio", "tema", "область",
    ),
    Field.ID: ("id", "e id", "uid", "record id", "entry id", "concept id", "record", "entry", "concept", "identifier"),
    Field.LANGUAGE: ("language", "lang", "locale", "l code", "language code", "langue", "idioma", "язык", "语言"),
    Field.NUMBER: ("no", "no.", "nr", "nr.", "#", "row", "row no"),
}  # fmt: skip
_FIELDS = {name: field for field, names in _NAMES.items() for name in names} | {
    "t term": Field.TERM,
    "untm record": Field.RECORD,
}
_LONGEST_FIRST = sorted(_FIELDS, key=len, reverse=True)
#: Columns of tables of two languages that do not say which they are.
_SOURCE = frozenset({"source", "source term", "source terms", "source text", "src"})
_TARGET = frozenset({"target", "target term", "target terms", "target text", "translation", "translations", "tgt"})
_APART = re.compile(r"[\s_:;,/|()\[\]–—-]+")
#: Title of the column with the records of concepts.
RECORD_TITLE = "untm record"
_HINT = (
    "name the columns after languages in the first row (en, French, fr definition), "
    "or say the languages of the columns in order: --langs en,fr"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a glossary table."""

    title: str
    field: Field
    #: Its language, where its title says one.
    lang: Lang | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of a glossary table."""

    columns: tuple[Column, ...]
    #: Whether the first row names them; else it is a row like the others.
    titled: bool

    @property
    def by_row(self) -> bool:
        """Whether a row holds one term whose language stands beside it."""
        return any(column.field is Field.LANGUAGE for column in self.columns) and not any(
            column.lang and column.field in TERMS for column in self.columns
        )

    @property
    def langs(self) -> tuple[Lang, ...]:
        """The languages of its columns, in their order."""
        return tuple(dict.fromkeys(column.lang for column in self.columns if column.lang))

    @classmethod
    def of(cls, titles: Sequence[str], langs: Sequence[Lang], path: str, line: int) -> "Head":
        """The columns that a table's first row names.

        Args:
            titles: the first row that is not empty.
            langs: languages of the columns of terms in order, for tables that do not say them.
            path: name of the file, for errors.
            line: line of the row.

        Raises:
            InputError: nobody says which columns hold the terms of which languages.
        """
        found = [_meaning(title) for title in titles]
        if langs and not any(column.lang for column in found):
            return cls(*_as_told(titles, found, langs))
        head = cls(tuple(found), titled=True)
        has_terms = any(column.lang and column.field in TERMS for column in found)
        if has_terms or (head.by_row and any(column.field is Field.TERM for column in found)):
            return head
        shown = ", ".join(title for title in titles if title.strip())[:200] or "no titles"
        raise InputError(f"no column bears the name of a language: {shown}", path=path, line=line, hint=_HINT)


def _as_told(titles: Sequence[str], found: Sequence[Column], langs: Sequence[Lang]) -> tuple[tuple[Column, ...], bool]:
    """The columns of a table whose languages are told, and whether its first row names them."""
    folded = [_folded(title) for title in titles]
    target = any(title in _TARGET for title in folded)
    holders = [
        place
        for place, (title, column) in enumerate(zip(folded, found, strict=True))
        if title in _TARGET or column.field is Field.TERM or (title in _SOURCE and (target or title != "source"))
    ]
    if holders:
        spoken = dict(zip(holders, langs, strict=False))
        return tuple(
            Column(column.title, Field.TERM, spoken[place]) if place in spoken else column
            for place, column in enumerate(found)
        ), True
    terms = [Column(lang.tag, Field.TERM, lang) for lang in langs]
    # What stands behind the terms is a remark, as in the glossaries of OmegaT.
    others = (Column(f"column {number + 1}", Field.OTHER) for number in range(len(langs) + 1, len(titles)))
    return (*terms, Column("note", Field.NOTE), *others), False


def _folded(title: str) -> str:
    return _APART.sub(" ", title).strip().casefold()


def _meaning(title: str) -> Column:
    title = title.strip()
    folded = _folded(title)
    if not folded:
        return Column(title, Field.NUMBER if title in _FIELDS else Field.OTHER)
    if folded in _FIELDS:
        return Column(title, _FIELDS[folded])
    if lang := language_of_title(title):
        return Column(title, Field.TERM, lang)
    for name in _LONGEST_FIRST:
        for rest in (folded.removesuffix(f" {name}"), folded.removeprefix(f"{name} ")):
            if rest != folded and (lang := language_of_title(rest) or language_of_title(rest.replace(" ", "-"))):
                return Column(title, _FIELDS[name], lang)
    return Column(title, Field.OTHER)
