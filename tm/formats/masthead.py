"""What a document says of itself: symbol, date and session of its masthead, or else what its file's name tells."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from tm.lang import Lang
from tm.model import Document, Kind, Segment
from tm.placeables import tokens

_SYMBOL = re.compile(r"(?<![\w/])[A-Z][A-Z0-9]{0,9}(?:/[A-Z0-9][A-Za-z0-9.()\-]*){2,}")
_DISTRIBUTION = re.compile(r"Distr|Общее распространение|توزيع|分发|分發", re.IGNORECASE)
_WORDS = r"[^\W\d_][\w’'-]*(?: [\w’'-]+){0,4}?"
_SESSION = {
    "en": re.compile(rf"{_WORDS} session\b", re.IGNORECASE),
    "fr": re.compile(rf"{_WORDS} session\b", re.IGNORECASE),
    "es": re.compile(rf"{_WORDS} per[ií]odo (?:extraordinario )?de sesiones\b", re.IGNORECASE),
    "ru": re.compile(rf"{_WORDS} сессия\b", re.IGNORECASE),
    "ar": re.compile(r"الدورة(?: [^\W\d_]+){1,3}"),
    "zh": re.compile(r"第[^\s，、]{1,8}届(?:特别)?(?:会议|会|常会)"),
}

#: Bodies whose symbols begin with these letters; a file's name must begin with one to be read as a symbol.
_BODY_NAMES = (
    "A AT BWC CAC CAT CBD CCPR CCW CD CED CEDAW CERD CMW CRC CRPD CTOC DP DPFPA E ECE ECA ESCAP ETIAC FCCC HR HRI HSP "
    "ICCD ID IDB ISBA ITC LC LOS NPT S SPLOS ST T TD TRADE UNEP UNFPA UNITAR UNW WFP"
)
_BODIES = frozenset(_BODY_NAMES.split())
#: Parts of a symbol after the first, as file names write them: in any case, a stop left out or written as a dash.
_PART = re.compile(
    r"(?:RES|DEC|PRST|HRC|COP|CMP|CONF|CN|AC|WG|WP|PC|PV|SR|INF|NGO|GC|CP|SS|SP|IC|SGB|AI|SUB|C|L|CRP|BUR|NC|CO|CC|EX"
    r"|ES|S|GA|MIN|MC|OP|LOP)(?:[.\-]?\d{1,4})?(?:[.\-]\d{1,4})?\Z|\d{1,4}\Z",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(Add|Amend|Corr|Rev)\.?(\d+)\Z", re.IGNORECASE)
#: Name of a series and its number, which a symbol parts with a stop: ``L.5``, ``CN.4``.
_SERIES = re.compile(r"(AC|C|CN|CONF|CRP|GC|L|NGO|PC|PV|SR|SUB|WG|WP)[.\-]?(\d{1,4})\Z", re.IGNORECASE)
#: What ends a file's name before its ending: a language, a draft's number.
_TAIL = re.compile(
    r"(?:[_\-. ](?:[ACEFRS]|ar|en|es|fr|ru|zh|ara|eng|spa|fra|fre|rus|zho|chi|cn|arabic|english|spanish|french|russian"
    r"|chinese))\Z",
    re.IGNORECASE,
)


def document_of(segments: Sequence[Segment], name: str, lang: Lang) -> Document:
    """What masthead, running heads and title say of the document; its symbol else from the file's name."""
    head = [segment.text for segment in segments if segment.kind is Kind.MASTHEAD]
    running = [segment.text for segment in segments if segment.kind is Kind.HEADER]
    symbol = _symbol(head, running) or symbol_in_name(name)
    title = next((segment.text for segment in segments if segment.kind is Kind.TITLE), "")
    return Document(symbol=symbol, title=title, session=_session(head, lang), date=_date(head, lang), origin=name)


def symbol_in_name(name: str) -> str:
    """The document symbol that a file's name spells, or "".

    >>> symbol_in_name("A_RES_70_1_R.docx"), symbol_in_name("a-res-70-1-zh.html")
    ('A/RES/70/1', 'A/RES/70/1')
    >>> symbol_in_name("A_C.3_72_L.5_Rev.1-FR.pdf"), symbol_in_name("N2345678.pdf"), symbol_in_name("e-mail-7-2.txt")
    ('A/C.3/72/L.5/Rev.1', '', '')
    """
    stem = name.rpartition(".")[0] or name
    stem = _TAIL.sub("", stem)
    body, *parts = re.split(r"[_ ]+" if "_" in stem or " " in stem else "-+", stem)
    if body.upper() not in _BODIES or len(parts) < 2 or not any(part[-1:].isdigit() for part in parts):
        return ""
    if not all(_PART.match(part) or _SUFFIX.match(part) for part in parts):
        return ""
    return "/".join([body.upper(), *map(_part, parts)])


def _part(part: str) -> str:
    """A part of a symbol as symbols write it."""
    if found := _SUFFIX.match(part):
        return f"{found[1].capitalize()}.{found[2]}"
    if found := _SERIES.match(part):
        return f"{found[1].upper()}.{found[2]}"
    return part.upper()


def _symbol(head: Sequence[str], running: Sequence[str]) -> str:
    """The one symbol that the running heads show, or else the masthead and they together."""
    for texts in (running, [*head, *running]):
        found = Counter(match.group().rstrip(".") for text in texts for match in _SYMBOL.finditer(text))
        if len(found) == 1:
            return next(iter(found))
    return ""


def _session(head: Sequence[str], lang: Lang) -> str:
    """The session as the masthead prints it, or ""."""
    pattern = _SESSION.get(lang.primary)
    found = next((match for text in head if pattern and (match := pattern.search(text))), None)
    return found.group() if found else ""


def _date(head: Sequence[str], lang: Lang) -> datetime.date | None:
    """The date the document was issued: the first in the masthead from the distribution on, or else the first."""
    after = next((place for place, text in enumerate(head) if _DISTRIBUTION.search(text)), 0)
    for text in (*head[after:], *head[:after]):
        for token in tokens(text, lang):
            if token.kind == "date":
                with suppress(ValueError):
                    return datetime.date.fromisoformat(token.value)
    return None
