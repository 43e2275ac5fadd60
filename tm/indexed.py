"""What an index holds of a text: the keys of its tokens, and what its placeables hold.

``indexed`` tells it of tokens. ``indexed_text`` gives the same of a text several times as fast: it takes the text in
pieces, of which nearly all have come before. Those that no placeable can have a part of are keys and nothing more;
only where one of the others may hold a placeable are tokens made, of a few pieces side by side. They are remembered as
well, for "of 2015" and "the first" come again and again.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from tm.lang import Lang
from tm.numbers import numeral_characters, words_beside_numbers, words_between_numbers
from tm.ordinals import ordinal_starts, ordinal_words
from tm.placeables import masked, may_count, tokens, value_key
from tm.symbols import SYMBOL_PARTS
from tm.text import CJK, TATWEEL, Token, keys_of_run, words

#: Pieces of a language are forgotten when they have become so many characters.
_MOST_CHARACTERS = 1 << 19
#: How many windows are remembered, and the longest of them, in characters.
_MOST_WINDOWS, _LONGEST_WINDOW = 1 << 14, 48
#: Punctuation that no placeable begins with, or ends with: windows that differ in it alone are one.
_BEFORE, _AFTER = "(", ",;:"
_NOTHING: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


class Indexed(NamedTuple):
    """What an index holds of a text."""

    #: The keys of its tokens in order, each placeable as its class.
    keys: tuple[str, ...]
    #: What its placeables hold, each once: the key of each word in them, and class and value where these are not one
    #: such word.
    inside: tuple[tuple[str, ...], tuple[str, ...]]


def indexed(text: str, found: Iterable[Token]) -> Indexed:
    """What an index holds of these tokens of the text.

    >>> text = "Resolution 70/1 of 25 September 2015"
    >>> indexed(text, tokens(text, Lang("en"))).inside
    (('70', '1', '25', 'september', '2015'), ('date 2015-09-25',))
    """
    found = tuple(found)
    held: dict[str, None] = {}
    values: dict[str, None] = {}
    plain = words(text) if any(token.kind for token in found) else ()
    i = 0
    for token in found:
        if token.kind:
            while plain[i].end <= token.start:
                i += 1
            first = i
            while i < len(plain) and plain[i].start < token.end:
                i += 1
            inside = [word.key for word in plain[first:i]]
            held.update(dict.fromkeys(inside))
            if inside != [token.value]:
                values[value_key(token.kind, token.value)] = None
    return Indexed(masked(found), (tuple(held), tuple(values)))


def indexed_text(text: str, lang: Lang, start: int = 0) -> Indexed:
    """``indexed`` for the ``tokens`` that begin at a character or after it.

    >>> indexed_text("Resolution 70/1 of 25 September 2015", Lang("en")).keys
    ('resolution', '<number>', '<number>', 'of', '<date>')
    """
    primary = lang.primary
    known = _pieces(primary)
    if known.characters > _MOST_CHARACTERS:
        known.forget()
    pieces = known.cut(text)
    found = list(map(known.__getitem__, pieces))
    if not start and known.telling.isdisjoint(pieces):
        return Indexed(tuple(chain.from_iterable(found)), _NOTHING)
    if not known.entangled.isdisjoint(pieces):
        return _of_tokens(text, primary, start)
    result: list[str] = []
    inside = []
    last = 0
    for first, end in _windows(pieces, known, start):
        if last < first:
            result += chain.from_iterable(found[last:first])
        window = pieces[first] if end - first == 1 else known.joint.join(pieces[first:end])
        if not start or last:
            window = window.lstrip(_BEFORE).rstrip(_AFTER)
        of_window = _remembered if len(window) <= _LONGEST_WINDOW else _of_tokens
        there = of_window(window, primary, 0 if last else start)
        result += there.keys
        inside.append(there.inside)
        last = end
    result += chain.from_iterable(found[last:])
    if len(inside) == 1:
        return Indexed(tuple(result), inside[0])
    held, values = (tuple(dict.fromkeys(chain.from_iterable(some))) for some in zip(*inside, strict=True))
    return Indexed(tuple(result), (held, values))


def _of_tokens(text: str, primary: str, start: int) -> Indexed:
    found = tokens(text, _lang(primary))
    return indexed(text, [token for token in found if token.start >= start] if start else found)


_lang = cache(Lang)


_remembered = lru_cache(maxsize=_MOST_WINDOWS)(_of_tokens)


def _windows(pieces: Sequence[str], known: "_Pieces", start: int) -> list[tuple[int, int]]:
    """The half-open ranges of pieces in which placeables may be, disjoint and in order; the first one begins with the
    first piece where the text has a start.
    """
    near, between, telling, size = known.near, known.between, known.telling, len(pieces)
    found = []
    end = 0
    if start:
        while start > 0:
            start -= len(pieces[end]) + len(known.joint)
            end += 1
        while end < size and pieces[end] in near:
            end += 1
        found.append((0, end))
    for place in [place for place in range(end, size) if pieces[place] in telling]:
        if place >= end:
            first = place
            while first > end and pieces[first - 1] in near:
                first -= 1
            end = place + 1
            while end < size and pieces[end] in near:
                end += 1
            # What only stands between the parts of a placeable is none of it at the edge.
            while pieces[first] in between:
                first += 1
            while pieces[end - 1] in between:
                end -= 1
            found.append((first, end))
    return found


class _Pieces(dict[str, tuple[str, ...]]):
    """The keys of the pieces of texts in one language, and which of them may belong to placeables.

    Attributes:
        cut: the pieces of a text; no token lies in two of them.
        joint: what stands between two pieces.
        characters: how many characters the pieces have.
        near: pieces that may be a part of a placeable, or stand between two that belong together.
        between: those of them that only stand between others.
        telling: those of them without which there is no placeable.
        entangled: those of the telling ones whose meaning hangs on others that are not near.
    """

    def __init__(self, primary: str) -> None:
        super().__init__()
        if primary == "zh":
            counting = re.escape("".join(numeral_characters(primary)))
            # Characters that no number is written with, and what stands between them.
            self.cut: Callable[[str], list[str]] = re.compile(
                rf"(?:(?![{counting}])[{CJK}])+|(?:[{counting}]|[^{CJK}])+"
            ).findall
            self.joint = ""
        else:
            self.cut, self.joint = _at_spaces, " "
        self._primary = primary
        self._beside = words_beside_numbers(primary)
        self._between = words_between_numbers(primary)
        self._ordinals = ordinal_words(primary)
        self._starts = ordinal_starts(primary)
        self._entangled = _ENTANGLED.get(primary, _ENTANGLED_EVERYWHERE)
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.clear()
        self.characters = 0
        self.near: set[str] = set()
        self.between: set[str] = set()
        self.telling: set[str] = set()
        self.entangled: set[str] = set()

    def __missing__(self, piece: str) -> tuple[str, ...]:
        self.characters += len(piece)
        self[piece] = found = keys_of_run(piece)
        entangled = self._entangled.search(piece)
        if entangled:
            self.entangled.add(piece)
        if entangled or may_count(piece, self._primary) or not self._starts.isdisjoint(found):
            self.telling.add(piece)
            self.near.add(piece)
        elif self._between.fullmatch(piece):
            self.near.add(piece)
            self.between.add(piece)
        elif not found or self._beside.search(piece) or _OPEN.search(piece) or not self._ordinals.isdisjoint(found):
            self.near.add(piece)
        return found


def _at_spaces(text: str) -> list[str]:
    return text.split(" ")


@cache
def _pieces(primary: str) -> _Pieces:
    return _Pieces(primary)


#: What a number or an Arabic article may reach for over a space.
_OPEN = re.compile(rf"\A[%٪％]|{TATWEEL}\Z")
#: A hyphen is a sign by the letter two characters before it; some symbols end with words in brackets.
_EVERYWHERE = rf"\A\s?-[\d百]|{SYMBOL_PARTS}"
_ENTANGLED_EVERYWHERE = re.compile(_EVERYWHERE)
#: Where centuries are counted, the word beside the numeral tells that it is one.
_ENTANGLED = {
    "es": re.compile(rf"{_EVERYWHERE}|iglo\Z"),
    "ru": re.compile(rf"{_EVERYWHERE}|\Aве(?:ке?|ка|ку|ком)(?!\w)"),
}
