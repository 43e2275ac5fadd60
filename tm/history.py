"""What units were before they were changed or removed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from tm import schema
from tm.model import TranslationUnit
from tm.record import from_row, to_row
from tm.units import to_stamp

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
        Change(row["uid"], datetime.fromisoformat(row["at"]), row["by"], row["action"], from_row(row["before"]))
        for row in rows
    )


def record(conn: Connection, units: Iterable[TranslationUnit], action: str, *, by: str, now: datetime) -> None:
    """Write down units as they are before something is done to them."""
    following = conn.execute(select(func.coalesce(func.max(schema.history.c.id), 0))).scalar_one() + 1
    rows = [
        {
            "id": following + i,
            "uid": value.uid,
            "at": to_stamp(now),
            "by": by,
            "action": action,
            "before": to_row(replace(value, sentences=())),
        }
        for i, value in enumerate(units)
    ]
    if rows:
        conn.execute(insert(schema.history), rows)
