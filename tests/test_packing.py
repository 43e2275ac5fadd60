"""Sorted lists as bytes and back, and token sequences as strings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tm import packing, runs

#: Gaps between numbers: side by side, as one byte holds them, as two hold them, and wider.
GAPS = st.one_of(
    st.integers(1, 3), st.integers(1, 300), st.integers(250, 260), st.integers(1, 70_000), st.integers(1, 10**7)
)


@given(first=st.integers(0, 10**6), gaps=st.lists(GAPS, max_size=120))
def test_lists_come_back_as_they_were(first: int, gaps: list[int]) -> None:
    numbers = np.cumsum([first, *gaps]).astype(np.uint32)
    blob = packing.pack(numbers)

    assert list(packing.unpack(blob, first, len(numbers))) == numbers.tolist()
    assert packing.unpack_array(blob, first, len(numbers)).tolist() == numbers.tolist()
    assert len(blob) <= 4 * len(numbers)


@pytest.mark.parametrize(("gap", "most"), [(1, 1.1), (200, 1.1), (1000, 2.1), (100_000, 4)])
def test_close_numbers_take_few_bytes(gap: int, most: float) -> None:
    numbers = np.arange(0, 1000 * gap, gap, dtype=np.uint32)

    assert len(packing.pack(numbers)) <= most * len(numbers)


@given(st.lists(st.integers(1, 1 << 26)))
def test_token_sequences_come_back_as_they_were(tokens: list[int]) -> None:
    assert runs.unpack(runs.pack(tokens)) == tokens


@given(st.lists(st.one_of(st.integers(1, 400), st.integers(0xD700, 0xE100)), max_size=30), st.integers(0, 5))
def test_what_is_read_compares_with_the_text_of_its_tokens(tokens: list[int], strange: int) -> None:
    assert runs.read(runs.pack(tokens)) == runs.text_of(tokens)
    assert runs.text_of([strange - 5]) not in str(runs.read(runs.pack(tokens)))


@given(st.lists(st.tuples(st.integers(0, 10**6), st.lists(GAPS, max_size=40)), min_size=1, max_size=12))
def test_many_lists_at_once_are_packed_and_read_like_each_alone(given_lists: list[tuple[int, list[int]]]) -> None:
    lists = [np.cumsum([first, *gaps]).astype(np.uint32) for first, gaps in given_lists]
    sizes = np.array([len(numbers) for numbers in lists])
    ends = np.cumsum(sizes)
    blobs = packing.pack_many(np.concatenate(lists), ends - sizes, ends)

    assert blobs == [packing.pack(numbers) for numbers in lists]
    packed = [(blob, int(own[0]), int(own[-1]), len(own)) for blob, own in zip(blobs, lists, strict=True)]
    assert [one.tolist() for one in packing.unpack_arrays(packed)] == [numbers.tolist() for numbers in lists]


def test_no_lists_hold_no_numbers() -> None:
    assert packing.unpack_arrays([]) == []


@given(st.lists(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=60), max_size=12), st.integers(1, 3))
def test_many_lists_at_once_come_back_as_one_by_one(sets: list[set[int]], spread: int) -> None:
    lists = [np.array(sorted(number >> 8 * spread for number in some), dtype=np.uint32) for some in sets]
    lists = [np.unique(numbers) for numbers in lists]
    packed = [(packing.pack(numbers), int(numbers[0]), int(numbers[-1]), len(numbers)) for numbers in lists]
    assert [one.tolist() for one in packing.unpack_arrays(packed)] == [numbers.tolist() for numbers in lists]
