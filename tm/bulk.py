"""Many rows into a table at the speed of the driver, with the types of its columns observed."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import JSON, Compiled, Connection, Dialect, LargeBinary, Table, Update, bindparam, insert, update
from sqlalchemy.sql.compiler import SQLCompiler

#: New objects after which Python looks for cycles among them, while many rows are made.
_COLLECTING = 100_000
#: Parameter for the value by which rows that are changed are found.
_KEY = "key_of_row"


def insert_rows(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns; nothing for none."""
    if rows:
        # Tables of one column, of which ``itemgetter`` would give no tuples, are none of ours.
        names = tuple(rows[0])
        insert_columns(conn, table, dict(zip(names, zip(*map(itemgetter(*names), rows), strict=True), strict=True)))


def insert_tuples(conn: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values stand in the order of these columns; nothing for none."""
    if rows:
        insert_columns(conn, table, dict(zip(names, zip(*rows, strict=True), strict=True)))


def insert_columns(conn: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows that are given column by column, all of one length; nothing for none.

    SQLAlchemy prepares the values of every row anew; here the columns that need it (JSON, dates) are known beforehand,
    which halves the time of an insert of many rows.
    """
    _execute(conn, _inserting(table, tuple(columns), conn.dialect), columns)


def update_columns(conn: Connection, table: Table, key: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Change rows, given column by column and found by the one that is named ``key``; nothing for none."""
    _execute(conn, _updating(table, key, tuple(columns), conn.dialect), columns)


def _execute(conn: Connection, prepared: "_Prepared", columns: Mapping[str, Sequence[Any]]) -> None:
    values = [
        list(map(process, columns[name])) if (process := prepared.processors.get(name)) else columns[name]
        for name in prepared.columns
    ]
    if not values[0]:
        return
    _run(conn, prepared.statement, prepared.parameters, list(zip(*values, strict=True)))


def update_rows(conn: Connection, statement: Update, names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> None:
    """Execute an update for each row of whole numbers, which are the values of the parameters with these names."""
    if not rows:
        return
    text, parameters = _compiled(statement, conn.dialect)
    _run(conn, text, parameters, list(map(itemgetter(*map(names.index, parameters)), rows)))


def _run(conn: Connection, statement: str, parameters: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Execute a statement for each row, as the driver takes parameters."""
    if conn.dialect.positional:
        conn.exec_driver_sql(statement, rows)
    else:
        conn.exec_driver_sql(statement, [dict(zip(parameters, row, strict=True)) for row in rows])


@lru_cache(maxsize=16)
def _compiled(statement: Update, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    compiled = statement.compile(dialect=dialect)
    return str(compiled), _parameters(compiled)


def _parameters(compiled: Compiled) -> tuple[str, ...]:
    """The parameters of a statement in their order."""
    assert isinstance(compiled, SQLCompiler)
    return tuple(compiled.positiontup or compiled.params)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """While many rows are made, which hold no cycles, the search for cycles runs seldom; it would take a seventh of the
    time of an import, and a fifth of that of looking up a draft.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _COLLECTING) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Prepared(NamedTuple):
    """A statement as the driver takes it."""

    statement: str
    #: Its parameters in order, and the columns they are of.
    parameters: tuple[str, ...]
    columns: tuple[str, ...]
    #: What turns the values of some columns into the driver's.
    processors: Mapping[str, Callable[[Any], Any]]


@lru_cache(maxsize=64)
def _inserting(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Prepared:
    return _prepared(table, insert(table).compile(dialect=dialect, column_keys=list(names)))


@lru_cache(maxsize=64)
def _updating(table: Table, key: str, names: tuple[str, ...], dialect: Dialect) -> _Prepared:
    # A parameter of the condition may not be named like a column.
    found = update(table).where(table.c[key] == bindparam(_KEY))
    found = found.values({name: bindparam(name) for name in names if name != key})
    return _prepared(table, found.compile(dialect=dialect), {_KEY: key})


def _prepared(table: Table, compiled: Compiled, renamed: Mapping[str, str] | None = None) -> _Prepared:
    parameters = _parameters(compiled)
    columns = tuple((renamed or {}).get(name, name) for name in parameters)
    processors = {}
    for name in columns:
        if isinstance(table.c[name].type, LargeBinary):
            # The drivers take bytes as they are.
            continue
        process = table.c[name].type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
        if process is not None:
            processors[name] = _remembering_empty(process) if isinstance(table.c[name].type, JSON) else process
    return _Prepared(str(compiled), parameters, columns, processors)


def _remembering_empty(process: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same for JSON, quicker for the empty arrays that most rows have."""
    empty = process([])
    return lambda value: empty if value == () or value == [] else process(value)
