"""Differences that readers see and words do not: case, quotes, dashes, spaces, width, vowel signs, punctuation."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

_QUOTES = re.compile(
    "[\"'\u2018-\u201f\u2032\u2033\u00ab\u00bb\u2039\u203a\u02bc\u02b9\u00b4`\u300c-\u300f\uff02\uff07]"
)
_DASHES = re.compile("[-\u2010-\u2015\u2212\u02d7\uff0d]")
_SPACES = re.compile(r"\s+")
_SPACE = re.compile(r"(\s)")
_TASHKEEL = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_TATWEEL = re.compile("\u0640")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f]")
#: Signs of money, mathematics and proportion: they stand outside words, but they carry meaning.
_SIGN_CLASSES = frozenset({"Sc", "Sm"})
_SIGNS = frozenset("%‰§¶°#&@*٪％")

#: A piece of text and, for a placeable, its value ("" for the rest).
Piece = tuple[str, str]


def signs(text: str) -> tuple[str, ...]:
    """The signs of a text that carry meaning though they are no words (``$``, ``+``, ``<``, ``%``, ``§``), in order."""
    return tuple(unicodedata.normalize("NFKC", c) for c in text.translate(_SIGNS_ALONE))


def _is_sign(c: str) -> bool:
    return c in _SIGNS or unicodedata.category(c) in _SIGN_CLASSES


def _no_signs(text: str) -> str:
    return text.translate(_WITHOUT_SIGNS)


def _no_punctuation(text: str) -> str:
    """Without what is neither letter, digit nor sign, and is no matter of quotes, dashes, spaces or marks."""
    return text.translate(_WITHOUT_PUNCTUATION)


def _is_punctuation(c: str) -> bool:
    if _QUOTES.match(c) or _DASHES.match(c):
        return False
    return unicodedata.category(c) in {"Pc", "Po", "Ps", "Pe", "Pi", "Pf", "Pd", "Sk", "So", "Lm"} and c != "\u0640"


class _Dropping(dict[int, int | None]):
    """For ``str.translate``: drops some characters; of each it is found out once whether it is one of them."""

    def __init__(self, dropped: Callable[[str], bool]) -> None:
        self._dropped = dropped

    def __missing__(self, code: int) -> int | None:
        self[code] = found = None if self._dropped(chr(code)) else code
        return found


_SIGNS_ALONE = _Dropping(lambda c: not _is_sign(c))
_WITHOUT_SIGNS, _WITHOUT_PUNCTUATION = _Dropping(_is_sign), _Dropping(_is_punctuation)

#: The name of a difference of spaces: how many, and of which kind, as a no-break space where the other has a plain one.
SPACES = "spaces"
#: Names of the differences, and what takes each out of a text.
STEPS: Mapping[str, Callable[[str], str]] = {
    "case": str.casefold,
    "quotes": lambda text: _QUOTES.sub("", text),
    "dashes": lambda text: _DASHES.sub("", text),
    SPACES: lambda text: _SPACES.sub("", text),
    "vowel signs": lambda text: _TASHKEEL.sub("", text),
    "tatweel": lambda text: _TATWEEL.sub("", text),
    "invisible signs": lambda text: _INVISIBLE.sub("", text),
    "punctuation": _no_punctuation,
}
#: The names of a difference between full-width and plain forms, and of any other one, such as a date written otherwise.
WIDTH = "width"
FORM = "form"


def differences(query: Sequence[Piece], stored: Sequence[Piece]) -> tuple[str, ...]:
    """The names of the kinds of typography in which two texts of the same words differ, ``form`` last.

    A kind is named when the texts still differ after all the other kinds are taken out of both. Signs that carry
    meaning are left out: they are compared by ``signs``.
    """
    raw = ["".join(text for text, _ in side) for side in (query, stored)]
    if raw[0] == raw[1]:
        return ()
    if raw[0].split() == raw[1].split():
        return (SPACES,)
    one, other = map(_no_signs, raw)
    mine, theirs = (_no_signs("".join(value or text for text, value in side)) for side in (query, stored))
    found = [name for name in STEPS if _without(mine, name) != _without(theirs, name)]
    if _wide(raw[0]) != _wide(raw[1]):
        found.append(WIDTH)
    if _without(one, "") != _without(other, "") or not (found or signs(raw[0]) != signs(raw[1])):
        found.append(FORM)
    return tuple(found)


def _wide(text: str) -> str:
    """The full-width and half-width forms of a text: they may be letters, digits or punctuation."""
    return "" if text.isascii() else "".join(c for c in text if unicodedata.east_asian_width(c) in "FH")


def _without(text: str, kept: str) -> str:
    """The text in plain width with every kind of typography taken out but one."""
    # In plain width all spaces are plain.
    parts = _SPACE.split(text) if kept == SPACES else [text]
    text = "".join(part if part.isspace() else unicodedata.normalize("NFKC", part) for part in parts)
    for name, step in STEPS.items():
        if name != kept:
            text = step(text)
    return text
