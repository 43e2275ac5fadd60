"""Token sequences as strings of one character a token, which compare at the speed of text.

A token's number in its language is written as one code point, so a stored sequence is UTF-8: the commonest tokens,
which come first, take one or two bytes. A sequence with a number that no code point is left for is kept as 32-bit
numbers.
"""

from array import array
from collections.abc import Iterable, Sequence
from sys import byteorder
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np

#: A sequence ready for comparing: a string, or numbers where one of them has no character.
Run: TypeAlias = str | list[int]

#: Code points from here on that are no characters of their own (surrogates), and how many.
_GAP, _GAP_SIZE = 0xD800, 0x800
#: Stands in a query for every token that no sequence written as characters can hold.
_STRANGER = "\U0010ffff"
#: The greatest token number that has a character.
LAST_CHARACTER = ord(_STRANGER) - _GAP_SIZE - 1
#: First byte of a sequence of numbers; UTF-8 never begins with it.
NUMBERS = b"\xff"
#: Base of the polynomial hash of a sequence (Karp and Rabin 1987), odd, so that no factor of two is lost modulo 2^64.
BASE = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def text_of(tokens: Iterable[int]) -> str:
    """The tokens as characters; numbers below 1 and those without a character become one that is never stored."""
    return "".join(
        [
            chr(token if token < _GAP else token + _GAP_SIZE) if 0 < token <= LAST_CHARACTER else _STRANGER
            for token in tokens
        ]
    )


def text_of_known(tokens: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> str:
    """``text_of`` many numbers, all of which must be 1 or more and have a character."""
    codes = tokens + _GAP_SIZE * (tokens >= _GAP)
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def pack(tokens: Sequence[int]) -> bytes:
    r"""The sequence as it is stored; all numbers must be 1 or more.

    >>> pack([1, 70, 3]), unpack(pack([1, 2_000_000]))
    (b'\x01F\x03', [1, 2000000])
    """
    if not tokens or max(tokens) <= LAST_CHARACTER:
        return text_of(tokens).encode()
    return NUMBERS + little(array("I", tokens)).tobytes()


def read(blob: bytes) -> Run:
    """A stored sequence, to be compared with ``text_of`` the other when it is a string, and with its numbers if not."""
    if blob[:1] == NUMBERS:
        numbers = array("I")
        numbers.frombytes(blob[1:])
        return little(numbers).tolist()
    return blob.decode()


def unpack(blob: bytes) -> list[int]:
    """The token numbers of a stored sequence."""
    run = read(blob)
    if isinstance(run, list):
        return run
    return [code if code < _GAP else code - _GAP_SIZE for code in map(ord, run)]


def little(numbers: "array[int]") -> "array[int]":
    """The array with its bytes in little-endian order, or back from it; on most machines nothing is done."""
    if byteorder == "big":
        numbers.byteswap()
    return numbers


def fingerprint(tokens: Iterable[int]) -> int:
    """Hash of a token sequence, modulo 2^64, as the signed number that databases keep."""
    value = 0
    for token in tokens:
        value = (value * BASE + token) & MASK
    return signed(value)


def signed(value: int) -> int:
    """The two's complement reading of 64 bits."""
    return value - (1 << 64) if value >> 63 else value
