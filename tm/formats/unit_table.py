"""Units as rows of a table, and rows of any table that has languages for columns as units.

One row is a unit; a column that bears a language's tag or name holds its texts. The other columns that ``head`` names
hold all the rest of a unit, so that a table written here is read back without loss. Columns of foreign tables that mean
nothing here are kept as properties.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import TypeAlias, TypeVar

from tm.errors import InputError, LanguageError, Problem
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant
from tm.record import to_count, to_probability, to_span

_T = TypeVar("_T")
#: Cells of a row by the names of their columns; empty ones are left out.
Cells: TypeAlias = dict[str, str]

#: Number of the row, and for the sentences inside a paragraph the number of its row.
ROW, INSIDE = "row", "inside"
REVIEW, CONFIDENCE, PLACE, KIND, LEVEL, NOTE, UNIT = "review", "confidence", "place", "kind", "level", "note", "unit"
#: Columns that are worked out from the confidence, for people; they are not read.
TRUST, SURE = "trust", "sure"
#: All that a row says of its unit beside the texts, in the order in which files have it.
FIELDS = (
    ROW, INSIDE, LEVEL, KIND, PLACE, REVIEW, CONFIDENCE, NOTE, "symbol", "title", "body", "session", "date", "status",
    "origin", "superseded", "corrected", "position", "reordered", "created", "created by", "changed", "changed by",
    UNIT, "empty", "properties",
)  # fmt: skip
#: What else a column of that meaning is called, folded.
_ALIASES = {
    "no": ROW, "no.": ROW, "#": ROW, "nr": ROW, "id": UNIT, "uid": UNIT, "tuid": UNIT, "path": PLACE,
    "paragraph": PLACE, "comment": NOTE, "comments": NOTE, "notes": NOTE, "reviewed": REVIEW, "document": "symbol",
}  # fmt: skip
#: Parts of a variant that have a column of their own beside its text: ``fr markup``.
MARKUP, SEGMENTS, SPAN = "markup", "segments", "span"
_PARTS = (MARKUP, SEGMENTS, SPAN)
#: What people write for yes, and what they write when they turn a unit down, folded.
_YES = frozenset({"yes", "y", "x", "ok", "okay", "true", "1", "✓", "✔", "reviewed", "oui", "sí", "да", "是", "نعم"})
_NO = frozenset({"no", "n", "false", "0", "✗", "✘", "wrong", "rejected", "non", "нет", "否", "لا"})
_SIDE = re.compile(r"(?:source|target|src|tgt|trg)(?![a-z])[\s:_-]*", re.IGNORECASE)
_TAGGED = re.compile(r"(?P<name>.*?)\s*[(\[](?P<tag>[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*)[)\]]\Z")


# --- writing --------------------------------------------------------------------------------------------------------


def head(langs: Sequence[Lang], parts: Iterable[str]) -> tuple[str, ...]:
    """Names of the columns: fields, then each language with those of ``parts`` (``fr markup``) that are used."""
    used = set(parts)
    columns = [
        name for lang in langs for name in (lang.tag, *(p for p in _named(lang) if p in used))
    ]  # fmt: skip
    return (*FIELDS, *columns)


def _named(lang: Lang) -> tuple[str, ...]:
    return tuple(f"{lang.tag} {part}" for part in _PARTS)


def rows(units: Iterable[TranslationUnit]) -> Iterator[Cells]:
    """A row for each unit, followed by one for each of its sentences."""
    number = 0
    for unit in units:
        number += 1
        first = number
        yield cells(unit, number)
        for sentence in unit.sentences:
            number += 1
            yield cells(sentence, number, inside=first)


def cells(unit: TranslationUnit, number: int, *, inside: int = 0) -> Cells:
    """The row of a unit, without the sentences in it."""
    of = unit.document
    found = {
        ROW: str(number),
        INSIDE: str(inside) if inside else "",
        LEVEL: unit.level.value,
        KIND: unit.kind.value,
        PLACE: _place(unit.path),
        REVIEW: "" if unit.review is Review.UNREVIEWED else unit.review.value,
        CONFIDENCE: "" if unit.confidence is None else repr(float(unit.confidence)),
        NOTE: unit.note,
        "symbol": of.symbol,
        "title": of.title,
        "body": of.body,
        "session": of.session,
        "date": of.date.isoformat() if of.date else "",
        "status": of.status.label if of.status else "",
        "origin": of.origin,
        "superseded": _yes(of.superseded),
        "corrected": _yes(of.corrected),
        "position": str(unit.position),
        "reordered": _yes(unit.reordered),
        "created": unit.created.isoformat() if unit.created else "",
        "created by": unit.created_by,
        "changed": unit.changed.isoformat() if unit.changed else "",
        "changed by": unit.changed_by,
        UNIT: unit.uid,
        "empty": " ".join(variant.lang.tag for variant in unit.variants if not variant.text),
        "properties": json.dumps([list(p) for p in unit.properties], ensure_ascii=False) if unit.properties else "",
    }
    for variant in unit.variants:
        tag = variant.lang.tag
        found[tag] = variant.text
        if variant.markup is not None:
            # A mark before it tells an empty one from none.
            found[f"{tag} {MARKUP}"] = f"<{variant.markup}"
        found[f"{tag} {SEGMENTS}"] = " ".join(map(str, variant.segments))
        found[f"{tag} {SPAN}"] = f"{variant.span[0]}–{variant.span[1]}" if variant.span else ""
    return {name: value for name, value in found.items() if value}


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _place(path: Sequence[str]) -> str:
    """The numbering path as one word, ``II/A/1``; what would be taken for a stroke, or for nothing, is escaped."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") or "%" for part in path)


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """What the columns of a table mean."""

    #: For each column: the name of a field, of a language, of a part of a variant (``fr markup``), or the title as it
    #: stands when it means nothing here; "" for a column without title.
    names: tuple[str, ...]
    langs: tuple[Lang, ...]
    #: Names of the columns that mean nothing here.
    foreign: tuple[str, ...]

    @classmethod
    def of(cls, titles: Sequence[str], path: str, line: int = 1) -> "Head":
        """The meaning of the titles.

        Raises:
            InputError: no column is a language, or two are the same one.
        """
        found = [_meaning(title) for title in titles]
        langs = [one for one in found if isinstance(one, Lang)]
        if not langs:
            shown = ", ".join(title for title in titles if title.strip())[:200] or "no titles"
            raise InputError(
                f"no column bears the name of a language: {shown}", path=path, line=line,
                hint="the first row names the columns; languages as tags or names: en, fr, or English, French",
            )  # fmt: skip
        twice = next((lang for i, lang in enumerate(langs) if lang in langs[:i]), None)
        if twice:
            raise InputError(f"two columns are {twice.name} ({twice})", path=path, line=line, hint="rename one of them")
        names = tuple(one.tag if isinstance(one, Lang) else one for one in found)
        own = {*FIELDS, *(part for lang in langs for part in (lang.tag, *_named(lang)))}
        return cls(names, tuple(langs), tuple(dict.fromkeys(name for name in names if name and name not in own)))

    def cells(self, values: Sequence[str]) -> Cells:
        """A row's values by the names of their columns, empty ones left out; values beyond the last column as well."""
        return {name: value for name, value in zip(self.names, values, strict=False) if name and value}


def _meaning(title: str) -> str | Lang:
    """What a title names: a language, a field, a part of a variant; else the title itself."""
    folded = " ".join(title.replace("_", " ").split()).casefold()
    if folded in (TRUST, SURE):
        return ""
    if folded in FIELDS or folded in _ALIASES:
        return _ALIASES.get(folded, folded)
    tag, _, part = title.strip().rpartition(" ")
    if part in _PARTS and (lang := language_of_title(tag)):
        return f"{lang.tag} {part}"
    return language_of_title(title) or title.strip()


def language_of_title(title: str) -> Lang | None:
    """The language a title names: ``fr``, ``fr-CH``, ``French``, ``法文``, ``French (fr)``, ``Source: French``."""
    name = _SIDE.sub("", title.strip(), count=1).strip(" ()[]:\t") if _SIDE.match(title.strip()) else title.strip()
    tagged = _TAGGED.match(title.strip())
    for candidate in (tagged["tag"] if tagged else "", name):
        if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*", candidate):
            lang = Lang.parse(candidate)
            if lang.primary in _known_codes():
                return lang
    return _languages_by_name().get(name.casefold())


@cache
def _known_codes() -> frozenset[str]:
    """Primary subtags that are languages (Unicode CLDR, through Babel)."""
    from babel import Locale

    return frozenset(Locale("en").languages)


@cache
def _languages_by_name() -> Mapping[str, Lang]:
    """Languages by their names in English, and the six by their names in one another, folded."""
    from babel import Locale

    known = {name.casefold(): Lang(code) for code, name in Locale("en").languages.items() if "_" not in code}
    for lang in UN_LANGUAGES:
        names = {lang.own_name, lang.name, *(Locale(other.tag).languages[lang.tag] for other in UN_LANGUAGES)}
        # Chinese has two words for a language: 英语, and 英文 where it is written.
        names |= {name.replace("语", "文") for name in names}
        known.update((name.casefold(), lang) for name in names)
    return known


def units(
    found: Iterable[tuple[int, Cells]], heading: Head, path: str
) -> Iterator[tuple[int, TranslationUnit | Problem]]:
    """The units of a table's rows, each with the number of its line, after what is wrong with its cells.

    Sentences that follow the row of their paragraph stand inside it, others by themselves. Rows without any text are
    passed over. A cell that cannot be read loses nothing: it is kept among the unit's properties.

    Args:
        found: the line and the cells of each row.
        heading: the table's head.
        path: name of the file, for problems.
    """
    open_line, open_row, paragraph = 0, "", None
    inner: list[TranslationUnit] = []
    for line, row in found:
        reading = _Reading(row, heading)
        unit = reading.unit()
        if unit is None:
            continue
        yield from ((line, Problem(f"{what}; kept as a property", path, line)) for what in reading.complaints)
        if paragraph is not None and row.get(INSIDE, "") == open_row != "":
            inner.append(unit)
            continue
        if paragraph is not None:
            yield open_line, replace(paragraph, sentences=tuple(inner))
            inner = []
        open_line, open_row, paragraph = line, row.get(ROW, ""), unit
    if paragraph is not None:
        yield open_line, replace(paragraph, sentences=tuple(inner))


class _Reading:
    """One row being read.

    Attributes:
        complaints: what is wrong with its cells, in words.
    """

    def __init__(self, row: Cells, heading: Head) -> None:
        self._row = row
        self._heading = heading
        self._kept: list[tuple[str, str]] = []
        self.complaints: list[str] = []

    def unit(self) -> TranslationUnit | None:
        """The unit of the row, or None when it has no text."""
        row, heading = self._row, self._heading
        empty = self._value("empty", _tags) or ()
        variants = tuple(self._variant(lang) for lang in heading.langs if lang.tag in row or lang in empty)
        if not variants:
            return None
        read = TranslationUnit(
            variants,
            level=self._value(LEVEL, Level) or Level.PARAGRAPH,
            kind=self._value(KIND, Kind) or Kind.PARAGRAPH,
            path=_path(row.get(PLACE, "")),
            document=Document(
                symbol=row.get("symbol", ""),
                title=row.get("title", ""),
                body=row.get("body", ""),
                session=row.get("session", ""),
                date=self._value("date", _date),
                status=self._value("status", _status) or DocumentStatus.UNKNOWN,
                origin=row.get("origin", ""),
                superseded=self._value("superseded", _is_yes) or False,
                corrected=self._value("corrected", _is_yes) or False,
            ),
            position=self._value("position", to_count) or 0,
            confidence=self._value(CONFIDENCE, to_probability),
            review=self._value(REVIEW, _review) or Review.UNREVIEWED,
            reordered=self._value("reordered", _is_yes) or False,
            uid=row.get(UNIT, ""),
            created=self._value("created", datetime.fromisoformat),
            created_by=row.get("created by", ""),
            changed=self._value("changed", datetime.fromisoformat),
            changed_by=row.get("changed by", ""),
            note=row.get(NOTE, ""),
            properties=self._value("properties", _properties) or (),
        )
        foreign = ((name, row[name]) for name in heading.foreign if name in row)
        return replace(read, properties=(*read.properties, *self._kept, *foreign))

    def _variant(self, lang: Lang) -> Variant:
        markup = self._row.get(f"{lang.tag} {MARKUP}")
        return Variant(
            lang,
            self._row.get(lang.tag, ""),
            None if markup is None else markup.removeprefix("<"),
            self._value(f"{lang.tag} {SEGMENTS}", _indices) or (),
            self._value(f"{lang.tag} {SPAN}", _span),
        )

    def _value(self, name: str, read: Callable[[str], _T]) -> _T | None:
        """What a cell says, or None when it is empty or says nothing that can be read."""
        value = self._row.get(name, "")
        try:
            return read(value.strip()) if value.strip() else None
        except (ValueError, OverflowError, TypeError, RecursionError, LanguageError) as error:
            self.complaints.append(f"{name}: {error}")
            self._kept.append((name, value))
            return None


def _path(place: str) -> tuple[str, ...]:
    parts = place.split("/") if place else []
    return tuple("" if part == "%" else part.replace("%2F", "/").replace("%25", "%") for part in parts)


def _tags(value: str) -> list[Lang]:
    return [Lang.parse(tag) for tag in value.split()]


def _indices(value: str) -> tuple[int, ...]:
    return tuple(map(to_count, value.split()))


def _span(value: str) -> tuple[int, int]:
    start, dash, end = re.sub("[-—]", "–", value).partition("–")
    if not dash:
        raise ValueError(f"{value!r} is no range such as 0–12")
    return to_span(start, end)


def _status(label: str) -> DocumentStatus:
    found = next((status for status in DocumentStatus if status.label == label.casefold()), None)
    if found is None:
        raise ValueError(f"{label!r} is no status of a document")
    return found


def _date(value: str) -> date:
    """The day; spreadsheets add a time to it."""
    return datetime.fromisoformat(value).date()


def _properties(value: str) -> tuple[tuple[str, str], ...]:
    pairs = json.loads(value)
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in pairs
    ):
        raise ValueError(f"{value!r} are no properties")
    return tuple((name, content) for name, content in pairs)


def _review(value: str) -> Review:
    folded = value.casefold()
    if folded in _YES:
        return Review.REVIEWED
    if folded in _NO:
        return Review.REJECTED
    if folded == Review.UNREVIEWED:
        return Review.UNREVIEWED
    raise ValueError(f"{value!r} is neither reviewed nor rejected")


def _is_yes(value: str) -> bool:
    folded = value.casefold()
    if folded in _YES or folded in _NO:
        return folded in _YES
    raise ValueError(f"{value!r} is neither yes nor no")
