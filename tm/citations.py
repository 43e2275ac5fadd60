"""Documents that a text cites: by symbol, or as resolutions and decisions by number, in six languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tm.lang import Lang
from tm.symbols import symbols


@dataclass(frozen=True, slots=True)
class Cited:
    """A document that a text cites."""

    #: Half-open character range in the text.
    start: int
    end: int
    #: The symbols it may have, the likeliest first: ``A/RES/70/1`` for "resolution 70/1".
    symbols: tuple[str, ...]


#: Words for a resolution and for a decision, by primary language, in all their forms.
_RESOLUTION = {
    "ar": r"(?:ال|لل|بال|وال|و)?قرار(?:ات|ين|ان|ي|ها|ه|اتها|يها)?",
    "en": r"resolutions?",
    "es": r"resoluci(?:ón|ones)",
    "fr": r"résolutions?",
    "ru": r"резолюци(?:ями|ях|ям|ей|и|я|ю)",
    "zh": r"决议",
}
_DECISION = {
    "ar": r"(?:ال|لل|بال|وال|و)?مقرر(?:ات|ين|ان|ي|ها|ه|اتها|يها)?",
    "en": r"decisions?",
    "es": r"decisi(?:ón|ones)",
    "fr": r"décisions?",
    "ru": r"решени(?:ями|ях|ям|ем|й|и|я|ю|е)",
    "zh": r"决定",
}
#: Names of the bodies whose resolutions look like those of the General Assembly (``32/2``).
_HUMAN_RIGHTS_COUNCIL = re.compile(
    "Human Rights Council|Conseil des droits de l.homme|Consejo de Derechos Humanos"
    "|Совет[аеу]?(?:ом)? по правам человека|人权理事会|مجلس حقوق الإنسان"
)
#: ``70/1``, ``2016/17``, ``47/20 A``, ``1325 (2000)``, ``217 A (III)``, in any digits.
_NUMBER = re.compile(
    r"(?<![\d/])(?:\d{1,4}/\d{1,3}(?:\s[A-Z](?![\w’']))?|\d{1,4}(?:\s[A-Z])?\s?\((?:(?:19|20)\d\d|[IVXLC]+(?:-[IVXLC]+)?)\))"
    r"(?![\d/])"
)
#: Characters that may stand between the word and its first number, and between two numbers: "its resolutions 70/1 of
#: 25 September 2015 on the 2030 Agenda, 71/243 …".
_REACH = 80
#: What ends a list of numbers.
_STOP = re.compile('[;:.。；：؛«“„"]')
_PLAIN = str.maketrans("（）／", "()/")


def cited(text: str, lang: Lang) -> tuple[Cited, ...]:
    """The documents a text cites, in order.

    >>> [c.symbols[0] for c in cited("its resolutions 70/1 and 71/243, and S/RES/1325 (2000)", Lang("en"))]
    ['A/RES/70/1', 'A/RES/71/243', 'S/RES/1325 (2000)']
    >>> cited("回顾其第70/1号决议", Lang("zh"))[0].symbols
    ('A/RES/70/1', 'A/HRC/RES/70/1')
    """
    found = [*_by_symbol(text)]
    taken = [(one.start, one.end) for one in found]
    found += [
        one for one in _by_number(text, lang) if all(one.end <= start or end <= one.start for start, end in taken)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def _by_symbol(text: str) -> Iterator[Cited]:
    for start, end, symbol in symbols(text):
        # Whole resolutions of the Security Council have their year after a space as well.
        year = re.match(r"\s?\((?:19|20)\d\d\)", text[end:]) if symbol.startswith("S/RES/") else None
        if year and "(" not in symbol:
            yield Cited(start, end + year.end(), (f"{symbol} {year.group().strip()}",))
        elif not symbol[0].isdigit():
            yield Cited(start, end, (re.sub(r"(?<=\d)\((?=\d{4}\))", " (", symbol),))


def _by_number(text: str, lang: Lang) -> Iterator[Cited]:
    """Resolutions and decisions by number: each stands near its word, or near another number that does."""
    text = text.translate(_PLAIN)
    events = [
        (*match.span(), kind)
        for kind, words in (("RES", _RESOLUTION), ("DEC", _DECISION))
        if lang.primary in words
        for match in re.finditer(_bounded(words[lang.primary], lang), text, re.IGNORECASE)
    ]
    if not events:
        return
    events += [(*match.span(), "") for match in _NUMBER.finditer(text)]
    council = bool(_HUMAN_RIGHTS_COUNCIL.search(text))
    last: tuple[int, int] | None = None
    kind = ""
    # Chinese has the word after its numbers: there the text is gone through from its end.
    for start, end, word in sorted(events, reverse=not lang.joiner):
        if not word and (last is None or not _within_reach(text, last, (start, end))):
            last = None
            continue
        last = start, end
        if word:
            kind = word
        else:
            yield Cited(start, end, _symbols(_ascii(text[start:end]), kind, council))


def _bounded(word: str, lang: Lang) -> str:
    return rf"\b{word}\b" if lang.joiner else word


def _within_reach(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two places stand in one list, either first."""
    first, second = sorted((one, other))
    between = text[first[1] : second[0]]
    return len(between) <= _REACH and not _STOP.search(between)


def _ascii(number: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in number)


def _symbols(number: str, kind: str, council: bool) -> tuple[str, ...]:
    """The symbols a resolution or decision of this number may have."""
    whole, bracket, year = number.partition("(")
    if bracket:
        year = year.rstrip(")")
        organ = "S" if year.isdecimal() else "A"
        space = " " if organ == "S" else ""
        return (f"{organ}/{kind}/{whole.strip()}{space}({year})",)
    session = int(number.partition("/")[0])
    number = number.replace(" ", "")
    if session > 1900:
        return (f"E/{kind}/{number}",)
    both = f"A/{kind}/{number}", f"A/HRC/{kind}/{number}"
    return both[::-1] if council else both


def same_symbol(symbol: str) -> str:
    """What two spellings of one symbol have in common: no spaces, capitals.

    >>> same_symbol("S/RES/1325 (2000)") == same_symbol("s/res/1325(2000)")
    True
    """
    return "".join(symbol.split()).upper()
