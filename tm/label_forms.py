"""Labels as each of the six languages prints them: ``(b)``, ``b)``, ``б)``, ``(ب)``, ``（二）``."""

import re
from collections.abc import Iterator, Sequence

from tm.forms import UncertainError
from tm.labels import LETTER_NAMES, Label, Style, letter, readings, roman
from tm.lang import Lang
from tm.ordinal_forms import han

_CORE = re.compile(r"[①-⑳⑴-⒇㈠-㈩]|[^\W_]+(?:\.[^\W_]+)*ـ?")
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
#: Cyrillic letters that stand for the Latin ones they look like: Russian lists of the United Nations run in the order
#: of the Latin alphabet (of 4,000 sentences none opens with ``б)``).
_LOOKALIKE = {"а": "a", "с": "c", "е": "e", "о": "o", "р": "p", "х": "x", "у": "y"}
_ARABIC_SECTIONS = ("أولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "سادسا", "سابعا", "ثامنا", "تاسعا", "عاشرا")
#: The first of the numbers that Unicode has in a circle or in brackets, and how many there are.
_ENCLOSED = (("①", 20), ("⑴", 20), ("㈠", 10))
_ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"


def rewrite_label(written: str, stored: str, query: str, source: Lang, target: Lang) -> str:
    """A label of the target text as the query has it instead of the stored source text.

    Raises:
        UncertainError: the labels do not mean the same place, or another one cannot be printed in this form.
    """
    old, new = readings(stored, source), readings(query, source)
    found: set[str] = set()
    for before in old:
        for after in new:
            if before.style is after.style and before.style is not Style.BULLET:
                found |= set(_printed(written, before, after, target))
    if len(found) != 1:
        raise UncertainError(
            f"how the label “{query.strip()}” is printed instead of “{written.strip()}” is not certain"
        )
    return found.pop()


def _printed(written: str, old: Label, new: Label, lang: Lang) -> Iterator[str]:
    if not any((label.style, label.ordinal) == (old.style, old.ordinal) for label in _meanings(written, lang)):
        return
    core = _CORE.search(written)
    if core is None:
        return
    if old.style is Style.DOTTED:
        if core.group() == old.norm:
            yield written.replace(core.group(), new.norm)
        return
    before, after = list(_series(old.ordinal)), list(_series(new.ordinal))
    for one, other in zip(before, after, strict=True):
        if one and other and one == core.group():
            yield written[: core.start()] + other + written[core.end() :]
            return


def _meanings(written: str, lang: Lang) -> Sequence[Label]:
    return readings(written, lang)


def _series(ordinal: int) -> Iterator[str]:
    """The ordinal in each series of labels, "" where a series has none so high; always in the same order."""
    yield str(ordinal)
    yield "".join(_ARABIC_DIGITS[int(c)] for c in str(ordinal))
    latin = letter(ordinal) if ordinal <= 52 else ""
    yield latin
    yield latin.upper()
    yield roman(ordinal) if ordinal < 100 else ""
    yield roman(ordinal).upper() if ordinal < 100 else ""
    yield next((c for c, same in _LOOKALIKE.items() if same == latin), latin)
    yield _RUSSIAN[ordinal - 1] if ordinal <= len(_RUSSIAN) else ""
    abjad = _ABJAD[ordinal - 1] if ordinal <= len(_ABJAD) else ""
    yield "هـ" if abjad == "ه" else abjad
    yield han(ordinal) if ordinal < 100 else ""
    yield LETTER_NAMES[ordinal - 1] if ordinal <= len(LETTER_NAMES) else ""
    yield _ARABIC_SECTIONS[ordinal - 1] if ordinal <= len(_ARABIC_SECTIONS) else ""
    yield from (chr(ord(first) + ordinal - 1) if ordinal <= last else "" for first, last in _ENCLOSED)
