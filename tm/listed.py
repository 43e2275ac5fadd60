"""Many values as one parameter of a statement, so that its text stays the same however many there are.

An ``IN`` list is written, parsed and planned anew for each length; a JSON array is read by the database as a table.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Select, Text, bindparam, cast, column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_T = TypeVar("_T")

#: Values in one IN list, well below SQLite's limit of 32,766 variables in a statement.
BATCH = 5000
#: Name of the parameter.
_NAME = "given"


class _Each(FunctionElement[Any]):
    """The elements of a JSON array, as rows."""

    inherit_cache = True
    name = "each"


@compiles(_Each)
def _each(element: _Each, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _each_on_postgresql(element: _Each, compiler: Any, **options: Any) -> str:
    return f"jsonb_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS jsonb))"


_GIVEN = _Each(bindparam(_NAME, type_=Text)).table_valued(column("value", Text), name="given")


def given_numbers() -> Select[tuple[int]]:
    """The whole numbers given with ``these``, for ``column.in_(…)``."""
    return select(cast(_GIVEN.c.value, BigInteger))


def given_texts() -> Select[tuple[str]]:
    """The texts given with ``these``, for ``column.in_(…)``."""
    return select(_GIVEN.c.value)


def these(values: Iterable[int] | Iterable[str]) -> dict[str, str]:
    """The parameter of a statement on what is given."""
    return {_NAME: json.dumps(list(values), ensure_ascii=False)}


def batches(items: Sequence[_T], size: int = BATCH) -> Iterator[Sequence[_T]]:
    """The items in order, in runs of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
