"""Numbers that are part of a name: those of resolutions and decisions, and those of the Main Committees."""

from collections.abc import Sequence
from functools import lru_cache

from tm.passages import Text
from tm.phrases import LANGUAGES, arabic_forms, patterns, words
from tm.text import Token

#: The lists of words that stand before a number, and of those that stand behind it (``号决议``), and of committees.
_BEFORE, _BEHIND, _COMMITTEES = "cited before", "cited behind", "committees"
_NUMBER, _ORDINAL = "number", "ordinal"
#: What stands between the two numbers of "46/182" and of "1325 (2000)", without spaces.
_WITHIN = frozenset({"/", "("})


def cited(side: Text, primary: str) -> frozenset[int]:
    """Positions of the numbers that are a resolution's or a decision's: "46/182", "2231 (2015)"."""
    if primary not in LANGUAGES:
        return frozenset()
    found: set[int] = set()
    tokens = side.tokens
    for i, token in enumerate(tokens):
        if token.kind == _NUMBER and i and _follows(side, i, found, primary):
            found.add(i)
    for i in range(len(tokens) - 1, -1, -1):
        if tokens[i].kind == _NUMBER and (
            _behind(tokens, i, words(primary, _BEHIND)) or (i + 1 in found and _joined(side, i))
        ):
            found.add(i)
    return frozenset(found)


def _follows(side: Text, i: int, found: set[int], primary: str) -> bool:
    """Whether a number stands right behind "resolution", behind the number of one, or behind that and "and"."""
    before = side.tokens[i - 1]
    if i - 1 in found:
        return _joined(side, i - 1)
    if not before.kind and _fits(before.key, primary, _BEFORE):
        return True
    if _headed(side, i, primary):
        return True
    return i - 2 in found and before.key in words(primary, "function") and _joined(side, i)


#: How many words may stand between "resolution" and its number: "resolución del Consejo de Seguridad 1325 (2000)".
_BETWEEN = 4


def _headed(side: Text, i: int, primary: str) -> bool:
    """Whether a number of two parts stands a few words behind "resolution"."""
    if not _joined(side, i):
        return False
    for token in reversed(side.tokens[max(0, i - 1 - _BETWEEN) : i]):
        if token.kind:
            return False
        if _fits(token.key, primary, _BEFORE):
            return True
    return False


def _joined(side: Text, i: int) -> bool:
    """Whether a token and the next make one number of a resolution."""
    if i + 1 >= len(side.tokens):
        return False
    return side.text[side.tokens[i].end : side.tokens[i + 1].start].strip() in _WITHIN


def committees(side: Text, primary: str) -> frozenset[int]:
    """Positions of the ordinals that name a committee: "Fifth Committee"."""
    if primary not in LANGUAGES:
        return frozenset()
    tokens = side.tokens
    return frozenset(
        i
        for i, token in enumerate(tokens)
        if token.kind == _ORDINAL
        and (
            _behind(tokens, i, words(primary, _COMMITTEES))
            or any(_fits(tokens[j].key, primary, _COMMITTEES) for j in _beside(i, len(tokens), primary))
        )
    )


def _beside(i: int, length: int, primary: str) -> Sequence[int]:
    """Where the noun of an ordinal stands: behind it, in Arabic before it."""
    place = i - 1 if primary == "ar" else i + 1
    return (place,) if 0 <= place < length else ()


def _behind(tokens: Sequence[Token], i: int, phrases: frozenset[str]) -> bool:
    """Whether a phrase of a script without spaces stands right behind a token."""
    return any("".join(token.key for token in tokens[i + 1 : i + 1 + len(phrase)]) == phrase for phrase in phrases)


@lru_cache(maxsize=1 << 14)
def _fits(key: str, primary: str, name: str) -> bool:
    forms = arabic_forms(key) if primary == "ar" else (key,)
    return any(map(patterns(primary, name).fit, forms))
