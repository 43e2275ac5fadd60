"""Conditions for which SQLAlchemy has no words, as SQLite and PostgreSQL write them."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from tm.schema import COMPOUND


class Condition(FunctionElement[bool]):
    """A condition as it is written: SQLAlchemy would compare it with 1 on SQLite, which then would use no index."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """The condition itself."""
        del against
        return self


class Begins(Condition):
    """Whether a text begins with another; the third operand sorts after all that do."""

    inherit_cache = True


@compiles(Begins)
def _begins(element: Begins, compiler: Any, **options: Any) -> str:
    whole, first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({whole} >= {first} AND {whole} < {last})"


@compiles(Begins, "postgresql")
def _begins_on_postgresql(element: Begins, compiler: Any, **options: Any) -> str:
    whole, first, _ = (compiler.process(clause, **options) for clause in element.clauses)
    return f"starts_with({whole}, {first})"


class Compound(Condition):
    """Whether a token reads as several words."""

    inherit_cache = True


@compiles(Compound)
def _compound(_element: Compound, _compiler: Any, **_options: Any) -> str:
    return f"token.key GLOB '*{COMPOUND}*'"


@compiles(Compound, "postgresql")
def _compound_on_postgresql(_element: Compound, _compiler: Any, **_options: Any) -> str:
    return f"token.key ~ '{COMPOUND}'"


class Holds(Condition):
    """Whether bytes stand in other bytes."""

    inherit_cache = True


@compiles(Holds)
def _holds(element: Holds, compiler: Any, **options: Any) -> str:
    whole, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(instr({whole}, {part}) > 0)"


@compiles(Holds, "postgresql")
def _holds_on_postgresql(element: Holds, compiler: Any, **options: Any) -> str:
    whole, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(position({part} IN {whole}) > 0)"
