"""What units were before they were changed or removed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from tm import schema
from tm.lang import Lang
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant
from tm.units import to_stamp, to_time, unit_row

REPLACED = "replaced"
REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a unit."""

    uid: str
    at: datetime
    #: Who made it, or "".
    by: str
    #: ``replaced`` or ``removed``.
    action: str
    #: The whole unit as it was, without its sentences.
    before: TranslationUnit


def history(conn: Connection, uid: str) -> tuple[Change, ...]:
    """The changes of a unit, the last one first; also of one that is gone."""
    rows = conn.execute(
        select(schema.history).where(schema.history.c.uid == uid).order_by(schema.history.c.id.desc())
    ).mappings()
    return tuple(
        Change(row["uid"], datetime.fromisoformat(row["at"]), row["by"], row["action"], _unit_of(row["before"]))
        for row in rows
    )


def record(conn: Connection, units: Iterable[TranslationUnit], action: str, *, by: str, now: datetime) -> None:
    """Write down units as they are before something is done to them."""
    following = conn.execute(select(func.coalesce(func.max(schema.history.c.id), 0))).scalar_one() + 1
    rows = [
        {"id": following + i, "uid": value.uid, "at": to_stamp(now), "by": by, "action": action, "before": plain(value)}
        for i, value in enumerate(units)
    ]
    if rows:
        conn.execute(insert(schema.history), rows)


def plain(value: TranslationUnit) -> dict[str, Any]:
    """A unit, without its sentences, in values that JSON knows."""
    of = value.document
    return {
        **unit_row(value),
        "document": {
            "symbol": of.symbol,
            "title": of.title,
            "body": of.body,
            "session": of.session,
            "date": of.date.isoformat() if of.date else None,
            "status": int(of.status),
            "origin": of.origin,
            "superseded": of.superseded,
            "corrected": of.corrected,
        },
        "variants": [
            {
                "lang": item.lang.tag,
                "text": item.text,
                "markup": item.markup,
                "segments": list(item.segments),
                "span": list(item.span) if item.span else None,
            }
            for item in value.variants
        ],
    }


def _unit_of(row: dict[str, Any]) -> TranslationUnit:
    of = dict(row["document"])
    of["date"] = date.fromisoformat(of["date"]) if of["date"] else None
    of["status"] = DocumentStatus(of["status"])
    return TranslationUnit(
        variants=tuple(_variant_of(item) for item in row["variants"]),
        level=Level(row["level"]),
        kind=Kind(row["kind"]),
        path=tuple(row["path"]),
        document=Document(**of),
        position=row["position"],
        confidence=row["confidence"],
        review=Review(row["review"]),
        reordered=row["reordered"],
        uid=row["uid"],
        created=to_time(row["created"]),
        created_by=row["created_by"],
        changed=to_time(row["changed"]),
        changed_by=row["changed_by"],
        note=row["note"],
        properties=tuple((name, content) for name, content in row["properties"]),
    )


def _variant_of(item: dict[str, Any]) -> Variant:
    span = (item["span"][0], item["span"][1]) if item["span"] else None
    return Variant(Lang(item["lang"]), item["text"], item["markup"], tuple(item["segments"]), span)
