"""Dates as each of the six languages writes them: days, months in their case, years."""

import re

from tm.data import load
from tm.forms import Place, UncertainError, in_figures, like
from tm.numbers import date_parts
from tm.ordinal_forms import han

#: The two names of each month in Arabic documents of the United Nations.
_ARABIC_MONTHS = (
    ("كانون الثاني", "يناير"), ("شباط", "فبراير"), ("آذار", "مارس"), ("نيسان", "أبريل"), ("أيار", "مايو"),
    ("حزيران", "يونيه"), ("تموز", "يوليه"), ("آب", "أغسطس"), ("أيلول", "سبتمبر"), ("تشرين الأول", "أكتوبر"),
    ("تشرين الثاني", "نوفمبر"), ("كانون الأول", "ديسمبر"),
)  # fmt: skip
#: June and July as others write them.
_EGYPTIAN = {"يونيه": "يونيو", "يوليه": "يوليو"}
_FIRST_DAY = re.compile(r"1(?:er|ᵉʳ|st|º|°)?\Z")
_ENGLISH_DAY = re.compile(r"(?P<day>\d+)(?:st|nd|rd|th)\Z")
_ISO = re.compile(r"(?P<year>\d{4}|-)-(?P<month>\d\d)(?:-(?P<day>\d\d))?\Z")


def rewrite_date(place: Place, old: str, new: str) -> str:
    """The new date, in ISO 8601 as ``tm.numbers`` gives it, in the form in which the old one stands.

    Raises:
        UncertainError: the two do not name the same parts of a date, or the form is not known.
    """
    was, now = _ISO.match(old), _ISO.match(new)
    if not was or not now or bool(was["day"]) != bool(now["day"]):
        raise UncertainError(f"{old} and {new} do not name the same parts of a date")
    written = place.written
    parts = parts_of_date(place)
    if not parts:
        return _day_alone(place, was, now)
    if ("year" in parts) != (now["year"] != "-") and "year" in parts:
        raise UncertainError("one date names its year, the other does not")
    text, shift = written, 0
    for name, (start, end) in sorted(parts.items(), key=lambda item: item[1]):
        before, after = start + shift, end + shift
        if name == "day":
            end_of_day = _end_of_day(written, end)
            piece = _day(written[start:end_of_day], int(was["day"] or 0), int(now["day"] or 0), place.primary)
            after += end_of_day - end
        elif name == "month":
            piece = _month(written[start:end], int(was["month"]), int(now["month"]), place)
        else:
            piece = _year(written[start:end], was["year"], now["year"])
        text = text[:before] + piece + text[after:]
        shift = len(text) - len(written)
    return text


def parts_of_date(place: Place) -> dict[str, tuple[int, int]]:
    """Where day, month and year stand in a date as written; empty for a day whose month a range says elsewhere."""
    found = date_parts(place.text, place.primary, place.start)
    if any(end > place.end for _, end in found.values()):
        return {}
    return {name: (start - place.start, end - place.start) for name, (start, end) in found.items()}


def _end_of_day(written: str, end: int) -> int:
    """The end of a day with the ending of its ordinal."""
    found = re.match(r"(?:er|ᵉʳ|st|nd|rd|th|º|°)(?![^\W\d_])", written[end:])
    return end + found.end() if found else end


def _day_alone(place: Place, was: re.Match[str], now: re.Match[str]) -> str:
    """A day of which a range says the month and year elsewhere."""
    found = re.fullmatch(r"(\d{1,2}(?:er|ᵉʳ|st|nd|rd|th|º)?)(\s?日?)", place.written)
    if not found or not was["day"] or not now["day"]:
        raise UncertainError(f"“{place.written}” is not a date that can be rewritten")
    return _day(found[1], int(was["day"]), int(now["day"]), place.primary) + found[2]


def _day(written: str, old: int, new: int, primary: str) -> str:
    if primary == "zh" and not written[0].isdecimal():
        if written != han(old):
            raise UncertainError(f"“{written}” is not written as usual")
        return han(new)
    figures = "".join(c for c in written if c.isdecimal())
    if int(figures) != old:
        raise UncertainError(f"“{written}” is not the day {old}")
    text = in_figures(f"{new:02}" if figures[0] in "0٠" else str(new), figures)
    if primary == "fr":
        return text + ("er" if new == 1 else "")
    if primary == "en" and _ENGLISH_DAY.match(written):
        return text + ("th" if new % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(new % 10, "th"))
    if primary == "es" and written != figures and new != 1:
        return text
    return text + written[len(figures) :]


def _month(written: str, old: int, new: int, place: Place) -> str:
    primary = place.primary
    if written.isdecimal():
        return in_figures(f"{new:02}" if len(written) == 2 and written[0] in "0٠" else str(new), written)
    if primary == "zh":
        if written != han(old):
            raise UncertainError(f"“{written}” is not written as usual")
        return han(new)
    if primary == "ar":
        return _arabic_month(written, old, new)
    known = load("placeables")
    names = known.get(primary, known["en"])["months"]
    lower = written.lower().rstrip(".")
    if lower not in names[old - 1]:
        raise UncertainError(f"“{written}” is not written as usual")
    style = names[old - 1].index(lower)
    if (primary in {"fr", "es"} and style) or (primary == "en" and style > 0):
        raise UncertainError(f"“{written}” is an abbreviation")
    name = names[new - 1][style]
    of = primary == "fr" and re.search(r"(?:\bde\s|d['’])\Z", place.before) and place.written.startswith(written)
    if of and (lower[0] in "aeo") != (name[0] in "aeo"):
        raise UncertainError(f"“de” may not fit before “{name}”")
    return like(written, name)


def _arabic_month(written: str, old: int, new: int) -> str:
    text = []
    for piece in re.split(r"(\s?/\s?)", written):
        plain = " ".join(piece.split())
        if not plain or plain == "/":
            text.append(piece)
        elif plain == _ARABIC_MONTHS[old - 1][0]:
            text.append(_ARABIC_MONTHS[new - 1][0])
        elif plain == _ARABIC_MONTHS[old - 1][1]:
            text.append(_ARABIC_MONTHS[new - 1][1])
        elif plain == _EGYPTIAN.get(_ARABIC_MONTHS[old - 1][1]):
            other = _ARABIC_MONTHS[new - 1][1]
            text.append(_EGYPTIAN.get(other, other))
        else:
            raise UncertainError(f"“{written}” is not written as usual")
    return "".join(text)


def _year(written: str, old: str, new: str) -> str:
    if new == "-":
        raise UncertainError("one date names its year, the other does not")
    if written.isdecimal():
        return in_figures(new, written)
    digits = "〇一二三四五六七八九"
    if written != "".join(digits[int(c)] for c in old):
        raise UncertainError(f"“{written}” is not written as usual")
    return "".join(digits[int(c)] for c in new)
