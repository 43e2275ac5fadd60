"""What TMX has no place for: a unit's fields as ``<prop>``, and others' attributes as properties.

Every field of a unit that no TMX element or attribute holds is a ``prop`` whose type begins with ``x-untm-``.
Attributes, notes and props of other tools' files become properties of the unit, named after their place:

- ``x-domain``, ``x-domain[fr]``: a prop of the ``tu``, with its ``xml:lang`` when it has one;
- ``tu:usagecount``: an attribute of the ``tu`` that no field holds;
- ``tuv:fr:creationdate``, ``tuv:fr:prop:x-domain``, ``tuv:fr:note``: the same of the ``tuv`` in that language.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from tm.formats.xml_stream import legal
from tm.model import Document, DocumentStatus, Kind, Review, TranslationUnit, Variant
from tm.record import to_count, to_probability, to_span

#: Begin of the type of every prop that holds a field of ours.
PREFIX = "x-untm-"
#: Uid of the paragraph unit a sentence unit belongs to; "" for the one right before it.
PARENT = "x-untm-parent"
#: A prop of any type whose value XML cannot hold: JSON of ``[type, value]``.
AS_JSON = "x-untm-json"
#: A property of the user's whose own name begins like ours.
ESCAPED = "x-untm-property-"
#: Text and markup of a variant where ``<seg>`` cannot hold them exactly.
TEXT = "x-untm-text"
MARKUP = "x-untm-markup"
_SEGMENTS = "x-untm-segments"
_SPAN = "x-untm-span"

#: Attributes of ``tu`` and ``tuv`` (TMX 1.4) that no field of a unit holds.
TU_ATTRIBUTES = (
    "o-encoding", "datatype", "usagecount", "lastusagedate", "creationtool", "creationtoolversion", "o-tmf",
)  # fmt: skip
TUV_ATTRIBUTES = (*TU_ATTRIBUTES, "creationdate", "creationid", "changedate", "changeid")

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?\Z")
_STRICT_DATE = re.compile(r"\d{8}T\d{6}Z\Z")
_LANG_SUFFIX = re.compile(r"(?s)(.+)\[([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\]\Z")

Pair = tuple[str, str]


def date_text(moment: datetime) -> str:
    """The moment as TMX writes dates, in UTC to the second; a moment without a time zone is taken as UTC.

    >>> date_text(datetime(2024, 5, 10, 23, 59, 59, tzinfo=UTC))
    '20240510T235959Z'
    """
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment.year:04}{moment.month:02}{moment.day:02}T{moment.hour:02}{moment.minute:02}{moment.second:02}Z"


def read_date(text: str) -> datetime | None:
    """The moment of a TMX date, in UTC; ISO forms with hyphens, colons and offsets are understood; else None."""
    match = _DATE.match(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        return datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{_offset(zone)}"
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def strict_date(text: str) -> bool:
    """Whether a date has the one form TMX allows, ``YYYYMMDDThhmmssZ``."""
    return bool(_STRICT_DATE.match(text))


def _offset(zone: str | None) -> str:
    if zone in (None, "Z"):
        return "+00:00"
    return f"{zone[:3]}:{zone[-2:]}"


# --- unit to props --------------------------------------------------------------------------------------------------


def unit_props(unit: TranslationUnit, parent: TranslationUnit | None) -> Iterator[Pair]:
    """Our props of a unit, those a reader looks for first; the kind is always among them."""
    document = unit.document
    named = {
        "symbol": document.symbol,
        "path": _path_text(unit.path),
        "title": document.title,
        "date": document.date.isoformat() if document.date else "",
        "status": document.status.label if document.status else "",
        "body": document.body,
        "session": document.session,
        "origin": document.origin,
        "superseded": _yes(document.superseded),
        "corrected": _yes(document.corrected),
    }
    yield from ((PREFIX + name, value) for name, value in named.items() if value)
    if unit.path == ("",):
        yield PREFIX + "path", ""
    yield PREFIX + "kind", unit.kind.value
    yield PREFIX + "position", str(unit.position)
    yield PREFIX + "review", unit.review.value
    if unit.confidence is not None:
        yield PREFIX + "confidence", repr(unit.confidence)
    if unit.reordered:
        yield PREFIX + "reordered", "yes"
    if parent is not None:
        yield PARENT, parent.uid
    yield from _exact_dates(unit)
    yield from _unheld(unit)


def attributes(unit: TranslationUnit) -> Iterator[Pair]:
    """TMX attributes of a unit that hold its own fields, without those whose value XML cannot hold."""
    named = {
        "tuid": unit.uid,
        "creationdate": date_text(unit.created) if unit.created else "",
        "creationid": unit.created_by,
        "changedate": date_text(unit.changed) if unit.changed else "",
        "changeid": unit.changed_by,
    }
    return ((name, value) for name, value in named.items() if value and legal(value))


def variant_props(variant: Variant) -> Iterator[Pair]:
    """Our props of a variant: the segments it is made of and its place in the parent."""
    if variant.segments:
        yield _SEGMENTS, " ".join(map(str, variant.segments))
    if variant.span is not None:
        yield _SPAN, f"{variant.span[0]} {variant.span[1]}"


@dataclass(slots=True)
class Extras:
    """A unit's properties, sorted to the places TMX has for them."""

    #: Attributes of the ``tu``.
    attributes: dict[str, str] = field(default_factory=dict)
    #: Props of the ``tu``.
    props: list[Pair] = field(default_factory=list)
    #: By language tag: attributes, props and notes of the ``tuv``.
    tuv_attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    tuv_props: dict[str, list[Pair]] = field(default_factory=dict)
    tuv_notes: dict[str, list[str]] = field(default_factory=dict)


def extras(unit: TranslationUnit, tags: Iterable[str]) -> Extras:
    """The unit's properties by place; what has no place of its own is a prop of the ``tu`` under its full name."""
    found = Extras()
    known = frozenset(tags)
    for name, value in unit.properties:
        if not (legal(value) and _placed(found, name, value, known)):
            found.props.append((ESCAPED + name if name.startswith(PREFIX) else name, value))
    return found


def _placed(found: Extras, name: str, value: str, tags: frozenset[str]) -> bool:
    match name.split(":", 3):
        case ["tu", attribute] if attribute in TU_ATTRIBUTES and attribute not in found.attributes:
            found.attributes[attribute] = value
        case ["tuv", tag, "note"] if tag in tags:
            found.tuv_notes.setdefault(tag, []).append(value)
        case ["tuv", tag, "prop", own] if tag in tags and not own.startswith(PREFIX):
            found.tuv_props.setdefault(tag, []).append((own, value))
        case ["tuv", tag, attribute] if tag in tags and attribute in TUV_ATTRIBUTES:
            return found.tuv_attributes.setdefault(tag, {}).setdefault(attribute, value) is value
        case _:
            return False
    return True


def prop_xml(name: str, value: str) -> tuple[Pair, ...]:
    """Attributes of a prop of that name, and its text last: ``(("type", …), ("xml:lang", …), ("", text))``."""
    if not legal(name) or not legal(value):
        return ("type", AS_JSON), ("", json.dumps([name, value]))
    match = _LANG_SUFFIX.match(name)
    if match:
        return ("type", match.group(1)), ("xml:lang", match.group(2)), ("", value)
    return ("type", name), ("", value)


def _exact_dates(unit: TranslationUnit) -> Iterator[Pair]:
    """Moments that the date attributes cannot hold exactly: fractions of a second, no time zone."""
    for name, moment in (("created", unit.created), ("changed", unit.changed)):
        if moment is not None and read_date(date_text(moment)) != moment:
            yield PREFIX + name, moment.isoformat()


def _unheld(unit: TranslationUnit) -> Iterator[Pair]:
    """Fields whose attribute or element cannot hold them, as props that will be written as JSON."""
    named = {"uid": unit.uid, "created-by": unit.created_by, "changed-by": unit.changed_by, "note": unit.note}
    return ((PREFIX + name, value) for name, value in named.items() if not legal(value))


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _path_text(path: tuple[str, ...]) -> str:
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in path)


# --- props to unit --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Fields:
    """What the props of one ``tu`` say, by the names of ``TranslationUnit`` and ``Document``."""

    unit: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    #: Props that are no fields of ours.
    properties: list[Pair] = field(default_factory=list)
    #: Uid of the parent; None for a unit that has none.
    parent: str | None = None
    #: Whether the ``tu`` was written by us: then its identifier is ours, and nothing in it is to be repaired.
    ours: bool = False
    #: Values of ours that make no sense.
    wrong: list[str] = field(default_factory=list)


def read_props(props: Iterable[Pair]) -> Fields:
    """The fields held by the props of a ``tu``; props that hold none are properties, in their order."""
    found = Fields()
    for prop in props:
        name, value = prop if prop[0] != AS_JSON else _from_json(prop)
        if name in _READERS:
            _read_field(found, name, value)
        elif name == PARENT:
            found.parent = value
        elif name.startswith(ESCAPED):
            found.properties.append((name.removeprefix(ESCAPED), value))
        else:
            found.properties.append((name, value))
    return found


def read_variant_props(props: Iterable[Pair]) -> tuple[dict[str, Any], list[Pair], list[str]]:
    """Fields of a variant held by the props of its ``tuv``, the other props, and values that make no sense."""
    fields: dict[str, Any] = {}
    others: list[Pair] = []
    wrong: list[str] = []
    for name, value in map(_from_json, props):
        if name not in _VARIANT_READERS:
            others.append((name, value))
            continue
        key, read = _VARIANT_READERS[name]
        try:
            fields[key] = read(value)
        except ValueError:
            wrong.append(f"{value!r} is no value of {name}")
            others.append((name, value))
    return fields, others, wrong


def _from_json(prop: Pair) -> Pair:
    name, value = prop
    if name != AS_JSON:
        return prop
    try:
        decoded = json.loads(value)
    except ValueError:
        return prop
    is_pair = isinstance(decoded, list) and len(decoded) == 2 and all(isinstance(part, str) for part in decoded)
    return (decoded[0], decoded[1]) if is_pair else prop


def _read_field(found: Fields, name: str, value: str) -> None:
    of_document, key, read = _READERS[name]
    try:
        (found.document if of_document else found.unit)[key] = read(value)
    except ValueError:
        found.wrong.append(f"{value!r} is no value of {name}")
        found.properties.append((name, value))
    found.ours = True


def _path(text: str) -> tuple[str, ...]:
    return tuple(part.replace("%2F", "/").replace("%25", "%") for part in text.split("/"))


def _member(values: type[StrEnum]) -> Callable[[str], StrEnum]:
    """A reader of the values of an enumeration, quicker than its own."""
    known = {member.value: member for member in values}

    def read(text: str) -> StrEnum:
        return known.get(text) or values(text)

    return read


def _flag(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


def _status(text: str) -> DocumentStatus:
    found = next((status for status in DocumentStatus if status.label == text), None)
    if found is None:
        raise ValueError(text)
    return found


def _span(text: str) -> tuple[int, int]:
    start, end = text.split()
    return to_span(start, end)


def _indices(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split())


#: Type of a prop -> whether it is the document's, name of the field, how to read it.
_READERS: dict[str, tuple[bool, str, Callable[[str], Any]]] = {
    "x-untm-symbol": (True, "symbol", str),
    "x-untm-title": (True, "title", str),
    "x-untm-date": (True, "date", date.fromisoformat),
    "x-untm-status": (True, "status", _status),
    "x-untm-body": (True, "body", str),
    "x-untm-session": (True, "session", str),
    "x-untm-origin": (True, "origin", str),
    "x-untm-superseded": (True, "superseded", _flag),
    "x-untm-corrected": (True, "corrected", _flag),
    "x-untm-path": (False, "path", _path),
    "x-untm-kind": (False, "kind", _member(Kind)),
    "x-untm-position": (False, "position", to_count),
    "x-untm-review": (False, "review", _member(Review)),
    "x-untm-confidence": (False, "confidence", to_probability),
    "x-untm-reordered": (False, "reordered", _flag),
    "x-untm-created": (False, "created", datetime.fromisoformat),
    "x-untm-changed": (False, "changed", datetime.fromisoformat),
    "x-untm-uid": (False, "uid", str),
    "x-untm-created-by": (False, "created_by", str),
    "x-untm-changed-by": (False, "changed_by", str),
    "x-untm-note": (False, "note", str),
}
_VARIANT_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    TEXT: ("text", str),
    MARKUP: ("markup", str),
    _SEGMENTS: ("segments", _indices),
    _SPAN: ("span", _span),
}
#: The fields of a document, as its props give them.
DOCUMENT_FIELDS = frozenset(key for of_document, key, _ in _READERS.values() if of_document)
assert frozenset(Document.__dataclass_fields__) == DOCUMENT_FIELDS
