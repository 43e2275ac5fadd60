"""Many rows into a table at the speed of the driver, with the types of its columns observed."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Table, Update, insert

#: New objects after which Python looks for cycles among them, while many rows are made.
_COLLECTING = 100_000


def insert_rows(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns; nothing for none.

    SQLAlchemy prepares the values of every row anew; here the columns that need it (JSON, dates) are known beforehand,
    which halves the time of an insert of many rows.
    """
    if not rows:
        return
    # The statement names its columns in the order of the table.
    names = tuple(column.name for column in table.columns if column.name in rows[0])
    statement, processors = _prepared(table, names, conn.dialect)
    columns = [
        list(map(process, column)) if (process := processors.get(name)) else column
        for name, column in zip(names, zip(*map(_getter(names), rows), strict=True), strict=True)
    ]
    values = list(zip(*columns, strict=True))
    if conn.dialect.positional:
        conn.exec_driver_sql(statement, values)
    else:
        conn.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in values])


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What takes the values of the columns out of a row, in order; tables of one column are none of ours."""
    return itemgetter(*names)


def update_rows(conn: Connection, statement: Update, names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> None:
    """Execute an update for each row of whole numbers, which are the values of the parameters with these names."""
    if not rows:
        return
    text, order = _compiled(statement, conn.dialect)
    if order is None:
        conn.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows])
    else:
        conn.exec_driver_sql(text, list(map(itemgetter(*map(names.index, order)), rows)))


@lru_cache(maxsize=16)
def _compiled(statement: Update, dialect: Dialect) -> tuple[str, list[str] | None]:
    """The statement as the driver takes it, and its parameters in order; None when it takes them by name."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), compiled.positiontup


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """While many rows are made, which hold no cycles, the search for cycles runs seldom; it would take a seventh of the
    time of an import.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _COLLECTING) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@lru_cache(maxsize=64)
def _prepared(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, dict[str, Any]]:
    """The statement as the driver takes it, and what turns the values of some columns into the driver's."""
    statement = str(insert(table).compile(dialect=dialect, column_keys=list(names)))
    processors = {
        name: process
        for name in names
        if (process := table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    return statement, {
        name: _remembering_empty(process) if isinstance(table.c[name].type, JSON) else process
        for name, process in processors.items()
    }


def _remembering_empty(process: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same for JSON, quicker for the empty arrays that most rows have."""
    empty = process([])
    return lambda value: process(value) if value != [] else empty
