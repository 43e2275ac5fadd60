"""Many rows and token sequences at once: the same as one at a time."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
