"""Words in a text without spaces, as far as the vocabulary and the grammatical characters show them.

No dictionary of the language is loaded: a stretch between known words is taken for words of two characters, which most
words of Chinese are, or one of three.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tm.text import Token
from tm.vocabulary import concepts

#: Longest word looked for, in characters.
_LONGEST = 6
#: Characters that mostly are words of their own.
_SINGLE = frozenset(
    "的了和与及或在从向对由被将把为以并而但也都已未不各其该本此这那是有说使让等中上下内外间于至还仍则就再所"
)


def listed(found: Sequence[Token], primary: str) -> Iterator[tuple[int, int, str]]:
    """The words of the vocabulary in a text: first character, end, word; one inside a longer one is left out.

    >>> from tm.text import words
    >>> list(listed(words("人权理事会"), "zh"))
    [(0, 2, '人权'), (2, 5, '理事会')]
    """
    known = concepts(primary)
    text = _line(found)
    reached = 0
    for start in range(len(text)):
        ends = range(min(start + _LONGEST, len(text)), start + 1, -1)
        end = next((end for end in ends if text[start:end] in known), 0)
        if end > reached:
            reached = end
            yield start, end, text[start:end]


def inside_words(found: Sequence[Token], primary: str, names: Sequence[tuple[int, int]] = ()) -> npt.NDArray[np.bool_]:
    """For each gap before, between and after the characters of a text, whether it lies inside a word.

    Args:
        found: the characters, and the numbers and foreign words among them.
        primary: the language's primary subtag.
        names: half-open ranges of characters known to be one word, such as names of countries.
    """
    inside = np.zeros(len(found) + 1, dtype=bool)
    known = np.zeros(len(found) + 1, dtype=bool)
    for start, end in (*names, *((start, end) for start, end, _ in listed(found, primary))):
        inside[start + 1 : end] = True
        known[start:end] = True
    text = _line(found)
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and not known[end] and text[end] != " " and text[end] not in _SINGLE:
            if end > start and found[end].start != found[end - 1].end:
                break
            end += 1
        inside[start + 1 : end : 1 if end - start == 3 else 2] = True
        start = max(end, start + 1)
    return inside


def _line(found: Sequence[Token]) -> str:
    """One character for each token, a space for a number or a foreign word."""
    return "".join(token.key if len(token.key) == 1 else " " for token in found)
