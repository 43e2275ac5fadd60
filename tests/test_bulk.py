"""Many rows and token sequences at once: the same as one at a time."""

import gc
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Column, Date, Integer, MetaData, Table, create_engine, select

from tm import bulk, runs


@given(st.lists(st.integers(1, runs.LAST_CHARACTER) | st.integers(0xD7FE, 0xD801), max_size=20))
def test_many_numbers_become_the_same_characters(tokens: list[int]) -> None:
    assert runs.text_of_known(np.array(tokens, dtype=np.int64)) == runs.text_of(tokens)


@pytest.mark.parametrize("first", [0, 700, 10_000_000])
def test_collecting_is_as_seldom_as_the_caller_has_it_or_seldomer_and_then_as_before(first: int) -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(first, 10, 10)
        with bulk.seldom_collecting():
            assert gc.get_threshold()[0] == (first and max(first, bulk._COLLECTING))
        assert gc.get_threshold() == (first, 10, 10)
    finally:
        gc.set_threshold(*before)


def test_rows_are_inserted_and_changed_column_by_column_with_the_types_of_the_columns() -> None:
    engine = create_engine("sqlite://")
    table = Table("row", MetaData(), Column("id", Integer, primary_key=True), Column("day", Date), Column("path", JSON))
    with engine.begin() as conn:
        table.create(conn)
        days = [date(2018, 7, 5), None, date(2015, 9, 25)]
        bulk.insert_columns(conn, table, {"id": [1, 2, 3], "path": [["a"], [], ["b", "1"]], "day": days})
        bulk.insert_columns(conn, table, {"id": [], "path": [], "day": []})
        # The column by which rows are found may stand anywhere, and is not changed.
        bulk.update_columns(conn, table, "id", {"path": [["c"], ["d"]], "id": [3, 1], "day": [None, date(2020, 1, 2)]})
        assert conn.execute(select(table).order_by(table.c.id)).all() == [
            (1, date(2020, 1, 2), ["d"]),
            (2, None, []),
            (3, None, ["c"]),
        ]
