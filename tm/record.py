"""A unit as plain values that JSON knows, and back: what a line of JSON holds, and what the history keeps."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from tm.lang import Lang
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant

_T = TypeVar("_T")
#: The greatest whole number that databases keep.
_GREATEST = (1 << 63) - 1
#: A JSON object.
Row: TypeAlias = Mapping[str, Any]


def to_row(unit: TranslationUnit) -> dict[str, Any]:
    """All that the unit holds, its sentences inside; fields that are empty are left out."""
    row: dict[str, Any] = {
        "uid": unit.uid,
        "level": unit.level.value,
        "kind": unit.kind.value,
        "path": list(unit.path),
        "document": _document_row(unit.document),
        "position": unit.position,
        "confidence": unit.confidence,
        "review": unit.review.value,
        "reordered": unit.reordered,
        "created": unit.created.isoformat() if unit.created else None,
        "created_by": unit.created_by,
        "changed": unit.changed.isoformat() if unit.changed else None,
        "changed_by": unit.changed_by,
        "note": unit.note,
        "properties": [list(pair) for pair in unit.properties],
        "variants": [_variant_row(variant) for variant in unit.variants],
        "sentences": [to_row(sentence) for sentence in unit.sentences],
    }
    return _without_empty(row, keep=frozenset({"level", "kind", "variants", "position"}))


def _document_row(document: Document) -> dict[str, Any]:
    return _without_empty(
        {
            "symbol": document.symbol,
            "title": document.title,
            "body": document.body,
            "session": document.session,
            "date": document.date.isoformat() if document.date else None,
            "status": document.status.label if document.status else None,
            "origin": document.origin,
            "superseded": document.superseded,
            "corrected": document.corrected,
        }
    )


def _variant_row(variant: Variant) -> dict[str, Any]:
    row = {
        "lang": variant.lang.tag,
        "text": variant.text,
        "markup": variant.markup,
        "segments": list(variant.segments),
        "span": list(variant.span) if variant.span else None,
    }
    return {key: value for key, value in row.items() if key in {"lang", "text"} or value not in (None, [])}


def _without_empty(row: dict[str, Any], keep: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k in keep or (v is not None and v is not False and v not in ("", [], {}))}


def from_row(row: Row) -> TranslationUnit:
    """The unit of a row as ``to_row`` makes them.

    Raises:
        KeyError, TypeError, ValueError, AttributeError, OverflowError: it is no such row.
        LanguageError: a variant's language tag is none.
    """
    variants = tuple(_variant(v) for v in _list(row, "variants"))
    if not variants:
        raise ValueError("it has no variants")
    if len({variant.lang for variant in variants}) < len(variants):
        raise ValueError("two of its variants are in the same language")
    return TranslationUnit(
        variants=variants,
        level=Level(row.get("level", Level.PARAGRAPH)),
        kind=Kind(row.get("kind", Kind.PARAGRAPH)),
        path=tuple(_text(part) for part in row.get("path", ())),
        document=_document(row.get("document", {})),
        position=to_count(row.get("position", 0)),
        sentences=tuple(from_row(sentence) for sentence in row.get("sentences", ())),
        confidence=_optional(row.get("confidence"), to_probability),
        review=Review(row.get("review", Review.UNREVIEWED)),
        reordered=bool(row.get("reordered", False)),
        uid=_text(row.get("uid", "")),
        created=_optional(row.get("created"), datetime.fromisoformat),
        created_by=_text(row.get("created_by", "")),
        changed=_optional(row.get("changed"), datetime.fromisoformat),
        changed_by=_text(row.get("changed_by", "")),
        note=_text(row.get("note", "")),
        properties=tuple((_text(name), _text(value)) for name, value in row.get("properties", ())),
    )


def to_count(value: Any) -> int:
    """A whole number from 0 that a memory can keep.

    Raises:
        TypeError, ValueError, OverflowError: it is none.
    """
    count = int(value)
    if not 0 <= count <= _GREATEST:
        raise ValueError(f"{value!r} is no count")
    return count


def to_probability(value: Any) -> float:
    """A number from 0 to 1.

    Raises:
        TypeError, ValueError, OverflowError: it is none.
    """
    probability = float(value)
    if not 0 <= probability <= 1:
        raise ValueError(f"{value!r} is no probability")
    return probability


def to_span(start: Any, end: Any) -> tuple[int, int]:
    """The half-open range of characters between two positions.

    Raises:
        TypeError, ValueError, OverflowError: they are none, or the wrong way round.
    """
    span = to_count(start), to_count(end)
    if span[0] > span[1]:
        raise ValueError(f"{start}–{end} is no range")
    return span


def _variant(row: Row) -> Variant:
    return Variant(
        Lang.parse(_text(row["lang"])),
        _text(row["text"]),
        _optional(row.get("markup"), _text),
        tuple(int(index) for index in row.get("segments", ())),
        _optional(row.get("span"), _span),
    )


def _span(value: Sequence[Any]) -> tuple[int, int]:
    start, end = value
    return to_span(start, end)


def _document(row: Row) -> Document:
    return Document(
        symbol=_text(row.get("symbol", "")),
        title=_text(row.get("title", "")),
        body=_text(row.get("body", "")),
        session=_text(row.get("session", "")),
        date=_optional(row.get("date"), date.fromisoformat),
        status=_status(row.get("status", "unknown")),
        origin=_text(row.get("origin", "")),
        superseded=bool(row.get("superseded", False)),
        corrected=bool(row.get("corrected", False)),
    )


def _status(label: object) -> DocumentStatus:
    found = next((status for status in DocumentStatus if status.label == label), None)
    if found is None:
        raise ValueError(f"{label!r} is no status of a document")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} stands where text is expected")
    return value


def _list(row: Row, key: str) -> Sequence[Any]:
    if not isinstance(row[key], list):
        raise TypeError(f"its {key} are no list")
    return row[key]  # type: ignore[no-any-return]


def _optional(value: Any, read: Callable[[Any], _T]) -> _T | None:
    return None if value is None else read(value)
