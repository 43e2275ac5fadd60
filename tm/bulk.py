"""Many rows into a table at the speed of the driver, with the types of its columns observed."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Table, insert


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
    if processors:
        rows = [{**row, **{name: process(row[name]) for name, process in processors.items()}} for row in rows]
    if conn.dialect.positional:
        conn.exec_driver_sql(statement, [tuple([row[name] for name in names]) for row in rows])
    else:
        conn.exec_driver_sql(statement, [dict(row) for row in rows])


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
