"""How token sequences are looked through for words that stand side by side: by the database, or by expressions."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, and_, literal, or_

from tm import runs
from tm.conditions import Holds
from tm.postings import number_of
from tm.schema import sequence
from tm.spellings import Slot

#: Runs of tokens that the database looks for; an expression looks for more in less time.
_MOST_WAYS = 8


def text_of(blob: bytes) -> str:
    """A stored sequence with a character for each token."""
    run = runs.read(blob)
    return run if isinstance(run, str) else runs.text_of(run)


def shapes(groups: Iterable[Sequence[Slot]], masks: Iterable[int]) -> "tuple[re.Pattern[str], ...]":
    """Expressions that every sequence fits in which the words of each group stand, each token being a character."""
    mask = frozenset(masks)
    return tuple(re.compile(_shape(group, mask), re.DOTALL) for group in groups)


def _shape(group: Sequence[Slot], masks: frozenset[int]) -> str:
    parts = []
    for inside, some in groupby(group, key=lambda slot: slot.masked):
        block = list(some)
        if inside:
            # A placeable may stand for any number of words side by side, so the others of these may be missing.
            gap = max(slot.gap for slot in block[1:]) if len(block) > 1 else 0
            further = f"(?:{_gap(gap)}{_one_of(block, masks)}){{0,{len(block) - 1}}}" if len(block) > 1 else ""
            parts.append(f"{_gap(block[0].gap)}{_one_of(block, masks)}{further}")
        else:
            parts += [f"{_gap(slot.gap)}{_one_of([slot], masks)}" for slot in block]
    return "".join(parts)


def _gap(tokens: int) -> str:
    return f".{{0,{tokens}}}" if tokens else ""


def _one_of(slots: Sequence[Slot], masks: frozenset[int]) -> str:
    """One token that may be one of the words."""
    if any(slot.tokens is None for slot in slots):
        return "."
    found = {token_id for slot in slots for token_id in slot.tokens or ()}
    found |= masks if any(slot.masked for slot in slots) else set()
    characters = "".join(map(re.escape, runs.text_of(number_of(token_id) for token_id in sorted(found))))
    return f"[{characters}]" if len(found) > 1 else characters or "(?!)"


def condition(groups: Sequence[Sequence[Slot]], masks: Iterable[int]) -> tuple[ColumnElement[bool] | None, bool]:
    """What holds of every sequence in which the words of each group stand, and whether of no other; None when they are
    spelled in too many ways.

    Characters of a sequence are whole in its UTF-8, so bytes tell. Sequences kept as numbers are let through. Words
    before and after a gap are looked for apart, and words that placeables hold are left out if need be.
    """
    slots = [slot for group in groups for slot in group]
    known = {number_of(token_id) for slot in slots for token_id in slot.tokens or ()}
    mask = runs.text_of(map(number_of, masks))
    if max(known, default=0) > runs.LAST_CHARACTER:
        return None, False
    held: list[ColumnElement[bool]] = []
    told = not any(slot.masked or slot.gap or slot.tokens is None for slot in slots)
    for some in (some for group in groups for some in _side_by_side(group)):
        plain = [list(block) for masked, block in groupby(some, key=lambda slot: slot.masked) if not masked]
        whole = _ways(some, mask)
        told = told and bool(whole)
        # what is spelled in one way comes first, for most sequences are ruled out by it
        if len(whole) > 1 and (fixed := _fixed(some)):
            held.append(Holds(sequence.c.tokens, literal(fixed.encode())))
        some_ways = [whole] if whole else [ways for block in plain if (ways := _ways(block, mask))]
        held += [or_(*(Holds(sequence.c.tokens, literal(way.encode())) for way in ways)) for ways in some_ways]
    return (or_(and_(*held), sequence.c.tokens >= runs.NUMBERS), told) if held else (None, False)


def _fixed(slots: Sequence[Slot]) -> str:
    """The longest run of tokens that is the same in all spellings of the words side by side."""
    single = groupby(slots, key=lambda slot: not slot.masked and len(slot.tokens or ()) == 1)
    found = [[number_of(token_id) for slot in some for token_id in slot.tokens or ()] for one, some in single if one]
    return max(map(runs.text_of, found), key=len, default="")


def _side_by_side(slots: Sequence[Slot]) -> list[list[Slot]]:
    """The slots between gaps and those of any word."""
    groups: list[list[Slot]] = [[]]
    for slot in slots:
        if slot.gap or slot.tokens is None:
            groups.append([])
        if slot.tokens is not None:
            groups[-1].append(slot)
    return [group for group in groups if group]


def _ways(slots: Sequence[Slot], masks: str) -> list[str]:
    """All that may stand for the words, as characters; nothing when they are more than ``_MOST_WAYS``.

    A placeable may stand for any number of words side by side that may be in one.
    """
    tails = [[""]]
    for place in reversed(range(len(slots))):
        slot = slots[place]
        if len(slot.tokens or ()) * len(tails[0]) > _MOST_WAYS:
            return []
        ways = [char + tail for char in runs.text_of(map(number_of, sorted(slot.tokens or ()))) for tail in tails[0]]
        for tail in tails if slot.masked else ():
            ways += [mask + rest for mask in masks for rest in tail]
        if len(ways) > _MOST_WAYS:
            return []
        # from a word that no placeable holds on, no placeable reaches further
        tails = [ways, *(tails if slot.masked else ())]
    return tails[0]
