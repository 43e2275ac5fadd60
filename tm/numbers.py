"""Numbers and dates written in digits, in the six languages, with their values in a form all languages share."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import Any

from tm.data import load
from tm.ordinals import HAN_DIGITS, HAN_POWERS, han_number
from tm.text import CJK, fold

#: A found number, date or ordinal: start, end, kind, value.
Found = tuple[int, int, str, str]

#: First digit of a year, European, Arabic-Indic or full-width, and a whole year from 1000 to 2999.
_YEAR = r"[12١٢１２]\d{3}"
_SPACE = "[ \u00a0\u2009\u202f]"
_HAN = "".join({*HAN_DIGITS, *HAN_POWERS})
_HAN_DIGIT = "".join(HAN_DIGITS)
_GROUPED = rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)"
#: Groups of thousands in Arabic documents of the United Nations: stored last group first, "918 483" for 483,918.
_REVERSED = rf"\d{{3}}(?:[.,٫]\d{{1,2}}(?!\d))?(?:{_SPACE}\d{{3}})*{_SPACE}\d{{1,3}}(?![\d.,٫٬])"
#: A minus sign, or a hyphen that opens a number after a word and a space.
_MINUS = r"(?:\u2212|(?<=[^\W\d_]\s)-)?"
#: What a number after 第 counts when it is no ordinal but a reference: paragraph, article, chapter, page, document.
_REFERENCE = "[号條条段款项項章节節页頁卷编編部行]"


#: What tells that a text may hold a number though it has no digit: Roman numerals. "Le" and "Ce" are words.
NUMERALS = {
    "fr": re.compile(r"\b(?:[IVX][IVXLC]*|[LC][IVXLC]+)(?:er|ème|e)\b"),
    "es": re.compile(r"[Ss]iglo [IVXLC]"),
    "ru": re.compile(r"[IVXLC]\sвек"),
}
#: The same with Chinese numerals, of which only some may be a number by themselves.
COUNTED = {"zh": re.compile("第|世纪|周年|百分之|月"), **NUMERALS}


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language writes numbers and dates."""

    pattern: re.Pattern[str]
    #: Character between thousands and before decimals, besides spaces; "" when there is none.
    group: str
    decimal: str
    months: dict[str, int]
    multipliers: dict[str, int]
    #: Words between two dates of which the first leaves out what the second says.
    ranges: re.Pattern[str]
    unspaced: bool
    #: Numerals without digits; None where they are too many to look for digits alone.
    numerals: re.Pattern[str] | None
    #: The beginning of a word that may open a date or ordinal before its digits.
    openings: re.Pattern[str]


def numbers(text: str, primary: str) -> list[Found]:
    """Numbers, dates and ordinals that are written with digits, and Chinese numerals after 第, in order, disjoint.

    Values: numbers in ASCII with a decimal point (``1234.5``, ``25%``); dates in ISO 8601 (``2018-07-05``,
    ``2018-07``, and ``--07-05`` without a year); ordinals as their number.
    """
    grammar = _grammar(primary)
    found = [_value(match, grammar) for match in _matches(text, grammar)]
    return _completed(text, found, grammar)


def _matches(text: str, grammar: Grammar) -> Iterator[re.Match[str]]:
    """What ``grammar.pattern.finditer`` gives, by looking only where a number or date can begin.

    That is at digits, at a sign before them, and at a word before them that begins like a month's name or an article.
    """
    if grammar.numerals is None or grammar.numerals.search(text) or _WIDE.search(text):
        yield from grammar.pattern.finditer(text)
        return
    end = 0
    for digits in _DIGITS.finditer(text):
        start = digits.start()
        if start < end:
            continue
        match = None
        for word in grammar.openings.finditer(text, max(end, start - _REACH), start):
            match = grammar.pattern.match(text, word.start())
            if match:
                break
        if match is None and start > end and text[start - 1] in _SIGNS:
            match = grammar.pattern.match(text, start - 1)
        if match is None:
            match = grammar.pattern.match(text, start)
        if match:
            yield match
            end = match.end()


_DIGITS = re.compile(r"\d")
#: What may open a number that its digits follow at once.
_SIGNS = "-\u2212"
#: Characters from the first of a month's name to the digits after it, at most, where no run of white space is wide.
_REACH = 64
_WIDE = re.compile(r"\s{4}")
#: Letters that a word before digits is known by.
_OPENING = 3
#: What is written as one with the Arabic article after it.
_BEFORE_ARTICLE = "وبل"
#: Matches nothing.
_NEVER = re.compile(r"(?!)")


@cache
def words_beside_numbers(primary: str) -> re.Pattern[str]:
    """Finds every word without digits that may be part of a number or date, or stand between the dates of a range."""
    own = load("placeables").get(primary, load("placeables")["en"])
    written = [*chain(*own["months"]), *own["percent"], *own["multipliers"], *own["range"]]
    # These are expressions, in which letters may be left out.
    written += [form for name in ("of", "year_tail") for form in (own[name], re.sub(r"\w\?", "", own[name]))]
    return re.compile(rf"(?<![^\W\d_])(?:{_choice(written)})(?![^\W\d_])", re.IGNORECASE)


@cache
def words_between_numbers(primary: str) -> re.Pattern[str]:
    """Matches those of them that open and close no number or date, with no letters beside, or punctuation alone."""
    own = load("placeables").get(primary, load("placeables")["en"])
    return re.compile(rf"(?:{_choice([*own['range'], own['of']])})?[,;:.-]*", re.IGNORECASE)


def _choice(written: Iterable[str]) -> str:
    return "|".join(sorted({word for words in written for word in _LETTERS.findall(words)}))


def numeral_characters(primary: str) -> frozenset[str]:
    """The characters of unspaced scripts that numbers, dates and their ranges are written with."""
    grammar = _grammar(primary)
    return frozenset(re.findall(f"[{CJK}]", grammar.pattern.pattern + grammar.ranges.pattern))


_LETTERS = re.compile(r"[^\W\d_]+")


def date_parts(text: str, primary: str, start: int = 0) -> dict[str, tuple[int, int]]:
    """Where ``day``, ``month`` and ``year`` of the date that starts at a place stand in the text.

    Parts that the date leaves out are missing; all are when none starts there.

    >>> date_parts("on 5 July 2018", "en", 3)
    {'day': (3, 4), 'month': (5, 9), 'year': (10, 14)}
    """
    match = _grammar(primary).pattern.match(text, start)
    if match is None or not (match.lastgroup or "").startswith("date"):
        return {}
    suffix = (match.lastgroup or "").removeprefix("date")
    spans = {name: f"{name[0]}{suffix}" for name in ("day", "month", "year")}
    known = match.re.groupindex
    return {name: match.span(group) for name, group in spans.items() if group in known and match[group]}


def _value(match: re.Match[str], grammar: Grammar) -> Found:
    start, end = match.span()
    kind = match.lastgroup or "number"
    if kind.startswith("date"):
        iso = _iso(kind, match.groupdict(), grammar)
        if iso:
            return start, end, "date", iso
        # An impossible day ("45 May"): the number it begins with stays a number.
        digits = re.match(r"\d+", match.group())
        if digits is None:
            return start, end, "number", fold(match.group())
        return start, start + digits.end(), "number", fold(digits.group())
    if kind == "ordinal":
        return start, end, "ordinal", _ordinal(match["ordinal"])
    if kind == "reference":
        reference = match["reference"] or ""
        return start, end, "number", fold(reference[1:]).strip() if "." in reference else _ordinal(reference)
    return start, end, "number", _number(match, grammar)


# --- dates ----------------------------------------------------------------------------------------------------------


def _iso(kind: str, groups: dict[str, str | None], grammar: Grammar) -> str:
    """ISO form of a date by its named groups, "" when there is no such day."""
    suffix = kind.removeprefix("date")
    year = _year(groups.get(f"y{suffix}"))
    name = groups.get(f"m{suffix}")
    day = groups.get(f"d{suffix}")
    month = grammar.months.get(_month_key(name or ""), 0) or _small(name)
    if not 1 <= month <= 12:
        return ""
    if day is None:
        return f"{year}-{month:02}" if year else ""
    try:
        date(int(year) if year else 2000, month, _small(day))
    except ValueError:
        return ""
    return f"{year or '-'}-{month:02}-{_small(day):02}"


def _year(text: str | None) -> str:
    if not text:
        return ""
    return f"{han_number(text):04}" if text[0] in _HAN else fold(text)


def _small(text: str | None) -> int:
    if not text:
        return 0
    return han_number(text) or 0 if text[0] in _HAN else int(text) if text.isdecimal() else 0


def _month_key(name: str) -> str:
    """A month's name as a key; of "Levantine/transliterated" Arabic names the first."""
    return " ".join(fold(name).split("/")[0].rstrip(".").split())


def _completed(text: str, found: list[Found], grammar: Grammar) -> list[Found]:
    """Dates of which a range says month or year only once, completed: "11 to 13 July 2018" holds two dates."""
    result = list(found)
    for i in range(len(result) - 2, -1, -1):
        (start, end, kind, value), (after, _, next_kind, whole) = result[i], result[i + 1]
        if grammar.unspaced or next_kind != "date" or not _DAY.match(whole):
            continue
        if not grammar.ranges.fullmatch(text, end, after):
            continue
        if kind == "number" and value.isdecimal() and len(value) <= 2:
            result[i] = start, end, *_day_of(value, whole)
        elif kind == "date" and value.startswith("--"):
            result[i] = start, end, "date", whole[:-5] + value[2:]
    if grammar.unspaced:
        _complete_forwards(text, result, grammar)
    return result


#: A date that names a day, with or without its year.
_DAY = re.compile(r"(?:\d{4}|-)-\d\d-\d\d\Z")


def _day_of(value: str, whole: str) -> tuple[str, str]:
    """The day of the month of another date, as a date; still a number when the month has no such day."""
    iso = f"{whole[:-2]}{int(value):02}"
    try:
        date.fromisoformat(iso.replace("--", "2000-", 1))
    except ValueError:
        return "number", value
    return "date", iso


def _complete_forwards(text: str, result: list[Found], grammar: Grammar) -> None:
    """Chinese says year and month with the first date of a range."""
    for i in range(1, len(result)):
        (_, before, kind, whole), (start, end, next_kind, value) = result[i - 1], result[i]
        if kind != "date" or not _DAY.match(whole) or not grammar.ranges.fullmatch(text, before, start):
            continue
        if next_kind == "date" and value.startswith("--"):
            result[i] = start, end, "date", whole[:-5] + value[2:]
        elif next_kind == "number" and value.isdecimal() and text[end : end + 1] == "日":
            iso = _day_of(value, whole)
            result[i] = start, end + (iso[0] == "date"), *iso


# --- numbers --------------------------------------------------------------------------------------------------------


def _ordinal(text: str | None) -> str:
    text = text or ""
    digits = "".join(c for c in text if c.isdecimal())
    if digits:
        return str(int(digits))
    numeral = "".join(c for c in text if c in _HAN)
    if numeral:
        return str(han_number(numeral))
    return str(_roman("".join(c for c in text if c in _ROMAN_VALUES)))


_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def _roman(text: str) -> int:
    total = 0
    values = [_ROMAN_VALUES[c] for c in text]
    for i, value in enumerate(values):
        total += -value if any(later > value for later in values[i + 1 : i + 2]) else value
    return total


def _number(match: re.Match[str], grammar: Grammar) -> str:
    digits = fold(match["digits"] or match["parts"] or "0")
    sign = "-" if match["minus"] else ""
    percent = "%" if match["percent"] or match["before"] else ""
    if digits[0] in _HAN:
        return f"{han_number(digits)}%"
    value = _plain(digits, grammar)
    times = match["times"]
    power = grammar.multipliers.get(" ".join(fold(times).rstrip(".").split()), 0) if times else 0
    if power and value.count(".") < 2:
        value = f"{Decimal(value).scaleb(power):f}"
        value = value.rstrip("0").rstrip(".") if "." in value else value
    return f"{sign}{value}{percent}"


def _plain(digits: str, grammar: Grammar) -> str:
    """A run of digits, spaces and separators as an ASCII number; ``3.2.1`` and its like stay as they are."""
    if digits.isdecimal():
        return digits
    if any(c.isspace() for c in digits):
        groups = digits.split()
        if grammar.decimal == ".," and _is_reversed(groups):
            groups.reverse()
        digits = "".join(groups)
        return digits.replace(",", ".").replace("٫", ".")
    digits = digits.replace("٬", "").replace("٫", ".")
    separators = {c for c in digits if c in ".,"}
    if not separators:
        return digits
    if len(separators) == 2:
        last = max(separators, key=digits.rindex)
        return digits.replace("," if last == "." else ".", "").replace(last, ".")
    separator = separators.pop()
    parts = digits.split(separator)
    thousands = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0"
    if thousands and (separator == grammar.group or (len(parts) > 2 and parts[0] != "")):
        return "".join(parts)
    if len(parts) > 2:
        return ".".join(parts)
    return digits.replace(",", ".")


def _is_reversed(groups: list[str]) -> bool:
    """Whether groups of thousands stand last group first, as Arabic documents store them; no number begins with 0."""
    return len(groups[0].split(".")[0].split(",")[0]) == 3 and not groups[-1].startswith("0")


# --- patterns -------------------------------------------------------------------------------------------------------


@cache
def _grammar(primary: str) -> Grammar:
    data = load("placeables")
    own = data.get(primary, data["en"])
    months = {_month_key(name): i for i, names in enumerate(own["months"], 1) for name in names}
    pattern = "|".join((*_dates(primary, own), *_ordinals(primary, own), _numeral(primary, own)))
    between = "|".join(rf"\s*(?<!\w){re.escape(word)}\s+" for word in own["range"])
    if primary in {"zh", "ar"}:
        between = "|".join(rf"\s*{re.escape(word)}\s*" for word in own["range"])
    ranges = re.compile(rf"{between}|\s*[-‐‑–—~～,،、]\s*(?:(?:{'|'.join(own['range'])})\s)?\s*")
    multipliers = {fold(word): power for word, power in own["multipliers"].items()}
    return Grammar(re.compile(pattern, re.IGNORECASE if primary in {"en", "fr", "es", "ru"} else 0),
                   own["group"], own["decimal"], months, multipliers, ranges, primary == "zh",
                   None if primary == "zh" else NUMERALS.get(primary, _NEVER), _openings(primary, own))  # fmt: skip


def _openings(primary: str, own: dict[str, Any]) -> re.Pattern[str]:
    begins = {name.split()[0][:_OPENING] for names in own["months"] for name in names}
    if primary == "ar":
        begins |= {(letter + "ال")[:_OPENING] for letter in ("", *_BEFORE_ARTICLE)}
    first = sorted({form for begin in begins for form in (begin[0].lower(), begin[0].upper())})
    rest = "|".join(sorted({re.escape(begin[1:]) for begin in begins}))
    # The letter stands before what looks behind it: the search then runs from one such letter to the next.
    return re.compile(rf"[{''.join(first)}](?<![^\W\d_].)(?i:{rest})")


def _dates(primary: str, own: dict[str, Any]) -> Iterator[str]:
    yield rf"(?<![\d/.-])(?P<date1>(?P<y1>{_YEAR})-(?P<m1>\d\d)-(?P<d1>\d\d))(?![\d/-])"
    if primary != "en":
        yield rf"(?<![\d/.-])(?P<date2>(?P<d2>\d{{1,2}})\.(?P<m2>\d{{1,2}})\.(?P<y2>{_YEAR}))(?![\d/.-])"
    if primary == "zh":
        year = rf"(?P<y3>{_YEAR}|[{_HAN_DIGIT}]{{4}})\s?年\s?"
        month = rf"(?P<m3>\d{{1,2}}|[{_HAN}]{{1,3}})\s?月"
        day = rf"\s?(?P<d3>\d{{1,2}}|[{_HAN}]{{1,3}})(?:\s?日|(?=\s?[和至到及、~～—–-]\s?\d{{1,2}}\s?日))"
        yield rf"(?<!\d)(?P<date3>{year}{month}(?:{day})?)"
        yield rf"(?<![\d{_HAN}])(?P<date4>{month.replace('3>', '4>')}{day.replace('3>', '4>')})"
        return
    month, sep = _month_pattern(primary, own), r"\s?"
    day = rf"(?<![\d.,/])(?P<d3>\d{{1,2}}){own['day_suffix']}"
    year = rf"(?P<y3>{_YEAR})(?![\d/])"
    of = own["of"].replace(" ", r"\s+")
    yield rf"(?P<date3>{day}\s{sep}{of}(?P<m3>{month})(?:,?\s{sep}{of}{year}{own['year_tail']})?)(?!\w)"
    first = rf"(?<![^\W\d_])(?P<m4>{month})"
    tail = own["year_tail"]
    yield rf"(?P<date4>{first},?\s{sep}{of}{year.replace('3>', '4>')}{tail})"
    if primary == "en":
        after = rf"(?:st|nd|rd|th)?(?:,?\s{year.replace('3>', '5>')})?)(?![\w.]\d|\d)"
        yield rf"(?P<date5>(?<!\w)(?P<m5>{month})\s(?P<d5>\d{{1,2}}){after}"


def _month_pattern(primary: str, own: dict[str, Any]) -> str:
    names = sorted((name for names in own["months"] for name in names), key=len, reverse=True)
    if primary == "en":
        # "may" and "march" in lower case are other words.
        return rf"(?-i:{'|'.join(form for name in names for form in (name.title(), name.upper()))})\.?"
    choice = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    if primary == "ar":
        return rf"(?:{choice})(?:\s?/\s?(?:{choice}))?"
    return rf"(?:{choice})\.?" if primary == "fr" else rf"(?:{choice})"


def _ordinals(primary: str, own: dict[str, Any]) -> Iterator[str]:
    if primary == "zh":
        numeral = rf"(?:\d+|[{_HAN}]+)"
        yield rf"(?P<reference>第\s?(?:\d+(?:\.\d+)+|{numeral}))(?=\s?(?:{_REFERENCE}|[/(（〔]|\s?[、和至及-]\s?\d))"
        yield rf"(?P<ordinal>第\s?{numeral}|(?<!\d)\d\d?\d?(?=\s?(?:世纪|周年))|(?<![{_HAN}])[{_HAN}]+(?=世纪|周年))"
    elif primary == "ar":
        yield r"(?P<ordinal>(?<!\w)(?:و|ب|ل)?ال[ـ]+\s?\d{1,3}(?!\d))"
    else:
        alternatives = [rf"(?<![\d.,/])\d{{1,5}}{own['ordinal']}(?![^\W\d_])"]
        if primary == "fr":
            # As in ``NUMERALS``: 50 and 100 alone are not read.
            alternatives.append(r"(?<!\w)(?-i:(?:[IVX][IVXLC]*|[LC][IVXLC]+)(?:e|ème|er))(?!\w)")
        elif primary == "es":
            alternatives.append(r"(?<=[Ss]iglo )(?-i:[IVXLC]+)(?!\w)")
        elif primary == "ru":
            alternatives.append(r"(?<!\w)(?-i:[IVXLC]+)(?=\sве(?:к|ке|ка|ку|ком)(?!\w))")
        yield f"(?P<ordinal>{'|'.join(alternatives)})"


def _numeral(primary: str, own: dict[str, Any]) -> str:
    grouped = rf"{_REVERSED}|{_GROUPED}" if primary == "ar" else _GROUPED
    before = "(?P<before>百分之)?" if primary == "zh" else "(?P<before>(?!))?"
    comma = r"(?:[.,٫٬]\d+)*" if own["decimal"] != "." else r"(?:\.\d+|[,٬]\d{3}(?!\d)|٫\d+)*"
    digits = rf"(?P<digits>(?<![\d])(?:{grouped})(?:[.,٫]\d+)?|\d+{comma})"
    words = sorted(own["multipliers"], key=len, reverse=True)
    choice = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    edge = "" if primary == "zh" else r"\s{1,2}"
    end = "" if primary == "zh" else r"(?!\w)"
    times = rf"(?:{edge}(?P<times>{choice}){end})?"
    percents = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in own["percent"])
    sign = "[%٪％]"
    percent = rf"(?P<percent>\s?{sign}|\s+(?:{percents})(?!\w))?" if percents else rf"(?P<percent>\s?{sign})?"
    parts = rf"|(?P<parts>(?<=百分之)[{_HAN}]+)" if primary == "zh" else "|(?P<parts>(?!))"
    return rf"(?P<minus>{_MINUS}){before}(?:{digits}{times}{percent}{parts})"
