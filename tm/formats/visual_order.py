"""Text as it stands on a page, left to right, to text as it is read: the Unicode bidirectional algorithm undone.

A page keeps glyphs and where they are, not the order they are read in. Arabic runs from right to left, the figures and
Latin letters inside it from left to right.
"""

import re
import unicodedata
from collections.abc import Sequence

#: Glyphs of one page and their characters, one string a glyph, from left to right.
Visual = Sequence[str]

_BRACKETS = str.maketrans("()[]{}«»‹›（）［］", ")(][}{»«›‹）（］［")
_OPENING, _CLOSING = re.compile(r"[(\[{（［]"), re.compile(r"[)\]}）］]")
#: Punctuation that holds two figures together: between Arabic figures only what separates, elsewhere signs as well.
_SEPARATORS = frozenset(".,:/،\u00a0\u202f")
_SIGNS = frozenset("+-\u2212")
_PERCENT = frozenset("%‰°$€£¥#")
#: What ends the number of a paragraph, and the glyphs that number, its sign and the space after it fill at most.
_LABEL_ENDS, _LONGEST_LABEL = frozenset("-–.)("), 7


def is_rtl(text: str) -> bool:
    """Whether most letters of the text are of a script that runs from right to left."""
    balance = sum(
        1 if strong in {"R", "AL"} else -1 for strong in map(unicodedata.bidirectional, text) if strong in _STRONG
    )
    return balance > 0


_STRONG = frozenset({"L", "R", "AL"})


def logical(glyphs: Visual, *, rtl: bool) -> list[int]:
    """Indices of the glyphs of one line in reading order; ``rtl`` is the direction of the paragraph.

    >>> line = "5 ةرقفلا ،72/244"
    >>> "".join(line[index] for index in logical(line, rtl=True))
    '72/244، الفقرة 5'
    >>> line = "12-34 ALC"
    >>> "".join(line[index] for index in logical(line, rtl=False))
    '12-34 ALC'
    """
    kinds = [_kind(glyph) for glyph in glyphs]
    order = list(range(len(glyphs)))
    if rtl:
        return _right_to_left(glyphs, kinds, order[::-1])
    return _left_to_right(kinds, order)


def mirrored(text: str) -> str:
    """The text with its brackets turned round.

    >>> mirrored(")1(")
    '(1)'
    """
    return text.translate(_BRACKETS)


def misplaced_brackets(text: str) -> int:
    """How many more brackets of the text are turned the wrong way than the right way.

    >>> misplaced_brackets(")1( and (b)")
    0
    """
    depth = wrong = right = 0
    for char in text:
        if _OPENING.match(char):
            depth += 1
        elif _CLOSING.match(char):
            right += depth > 0
            wrong += depth <= 0
            depth = max(0, depth - 1)
    return wrong - right


def _kind(glyph: str) -> str:
    """``R``, ``L``, ``N`` for a figure, ``A`` for an Arabic-Indic figure, or "" for what has no direction."""
    for char in glyph:
        strong = unicodedata.bidirectional(char)
        if strong in {"R", "AL"}:
            return "R"
        if strong == "L":
            return "L"
        if strong == "EN":
            return "N"
        if strong == "AN":
            return "A"
    return ""


def _right_to_left(glyphs: Visual, kinds: Sequence[str], order: Sequence[int]) -> list[int]:
    """Read from the right; each run of Latin letters or of a figure is turned back."""
    found: list[int] = []
    arabic_before = False
    place = 0
    while place < len(order):
        kind = kinds[order[place]]
        if kind in {"L", "N", "A"}:
            end = _run_end(glyphs, kinds, order, place, arabic_before)
            found.extend(reversed(order[place:end]))
            if any(kinds[index] == "L" for index in order[place:end]):
                arabic_before = False
            place = end
            continue
        arabic_before = arabic_before or kind == "R"
        found.append(order[place])
        place += 1
    return found


def _run_end(glyphs: Visual, kinds: Sequence[str], order: Sequence[int], start: int, arabic_before: bool) -> int:
    """Where the run that begins at ``start`` ends, in an order that goes from right to left."""
    words = start
    for place in range(start, len(order)):
        kind = kinds[order[place]]
        if kind == "R" or (kinds[order[start]] != "L" and _ends_label(glyphs, order, place)):
            break
        if kind == "L":
            words = place + 1
    if words > start:
        # Up to the Latin letter farthest left: a figure right of it belongs to what the letters say.
        return _with_percent(glyphs, order, words)
    place = start
    while place < len(order):
        if kinds[order[place]] in {"N", "A"}:
            place += 1
        elif place + 1 < len(order) and kinds[order[place + 1]] in {"N", "A"} and place > start:
            sign = glyphs[order[place]]
            holds = sign in _SEPARATORS or (sign in _SIGNS and not arabic_before)
            if not holds:
                break
            place += 1
        else:
            break
    return place if arabic_before else _with_percent(glyphs, order, place)


def _ends_label(glyphs: Visual, order: Sequence[int], place: int) -> bool:
    """Whether a number at the line's beginning ends here: with a sign that a space follows."""
    before = [glyphs[index] for index in order[: place + 1]]
    return len(before) <= _LONGEST_LABEL and before[-1].isspace() and before[-2:-1] != [] and before[-2] in _LABEL_ENDS


def _with_percent(glyphs: Visual, order: Sequence[int], end: int) -> int:
    """The end of a run, moved over signs of percentage or currency left of it."""
    while end < len(order) and glyphs[order[end]] in _PERCENT:
        end += 1
    return end


def _left_to_right(kinds: Sequence[str], order: Sequence[int]) -> list[int]:
    """Read from the left; each run of right-to-left letters is turned round."""
    found: list[int] = []
    place = 0
    while place < len(order):
        if kinds[place] != "R":
            found.append(order[place])
            place += 1
            continue
        end = place + 1
        for other in range(place + 1, len(order)):
            if kinds[other] == "L":
                break
            if kinds[other] == "R":
                end = other + 1
        found.extend(_keeping_figures(kinds, order[place:end]))
        place = end
    return found


def _keeping_figures(kinds: Sequence[str], run: Sequence[int]) -> list[int]:
    """A run of right-to-left text turned round, the figures inside it not."""
    found: list[int] = []
    figure: list[int] = []
    for index in reversed(run):
        if kinds[index] in {"N", "A"}:
            figure.insert(0, index)
            continue
        found.extend(figure)
        figure = []
        found.append(index)
    return [*found, *figure]
