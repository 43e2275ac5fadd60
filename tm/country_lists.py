"""Lists of countries: each language names them in its own order, with its own articles and its own "and"."""

import re
from collections.abc import Hashable, Sequence
from itertools import pairwise

from tm.country_forms import alone, country_forms, extended, fitting, respelt, sort_key, styles_of
from tm.forms import Place, UncertainError
from tm.lang import Lang
from tm.placeables import countries

_COMMA = {"zh": "、"}
#: From so many countries on, an alphabetic order is no chance.
ORDERED_FROM = 3
_AND = {"en": "and", "fr": "et", "es": "[ye]", "ru": "и", "zh": "和|及|以及|与"}
#: Articles and prepositions that stand before each country of a list.
_PARTICLES = {
    "en": "the",
    "fr": r"de la|de l['’]|du|des|de|d['’]|la|le|les|l['’]|à la|à l['’]|au|aux|en|à",
    "es": "(?:de |a )?(?:el|la|los|las)|del|de|al|a",
}


def joins(gap: str, primary: str) -> bool:
    """Whether what stands between two countries makes them one list.

    >>> joins(", ", "en"), joins(" et du ", "fr"), joins(" against ", "en")
    (True, True, False)
    """
    particles = _PARTICLES.get(primary, "(?!)")
    conjunction = _AND.get(primary, "(?!)")
    link = rf"\s*[,،、]\s*|\s+(?={conjunction}\s)|\s+(?=و)|(?={conjunction})"
    pattern = rf"(?:{link})(?:(?:{conjunction})\s*)?(?:(?:{particles})\s*)?"
    return bool(re.fullmatch(pattern, gap)) or (primary == "ar" and gap in {" ", "، "})


def rewrite_list(place: Place, query: Sequence[str], source: Sequence[str], lang: Lang, source_primary: str) -> str:
    """A list of countries with the countries of the query, in the order and form of the stored list.

    ``query`` and ``source`` are the countries of the source language, as they stand there, ``place`` the stored list,
    articles and prepositions before its first country included.

    Raises:
        UncertainError: the order of the stored list is not known, or a form is not.
    """
    found = countries(place.written, lang)
    items = [_item(place, one.start, one.end) for one in found]
    gaps = [place.text[one.end : other.start] for one, other in pairwise(items)]
    order = _ordered([one.value for one in found], query, source, place.primary, source_primary)
    forms = _arabic_forms(items, gaps) if place.primary == "ar" else None
    names = []
    for i, code in enumerate(order):
        style = forms[min(i, 1)] if forms else _common_style(place, items, [one.value for one in found], order)
        names.append(respelt(items[min(i, len(items) - 1)], dict(country_forms(code, place.primary))[style]))
    last = gaps[-1]
    if place.primary == "es":
        last = re.sub(r"\b[ye](?=\s\Z)", "e" if re.match("h?i", names[-1], re.IGNORECASE) else "y", last)
    separator = gaps[0] if len(gaps) > 1 or place.primary == "ar" else _COMMA.get(place.primary, ", ")
    return separator.join(names[:-1]) + last + names[-1]


def _item(place: Place, start: int, end: int) -> Place:
    return extended(Place(place.text, place.start + start, place.start + end, place.primary))


def _arabic_forms(items: Sequence[Place], gaps: Sequence[str]) -> tuple[Hashable, Hashable]:
    """What is written before the first country and before each other one: "and", or nothing after a comma."""
    later = "" if "،" in gaps[0] else "و"
    codes = [one.value for item in items for one in countries(f"في {item.written}", Lang("ar"))]
    for item, code, style in zip(items, codes, ["", *[later] * len(gaps)], strict=True):
        if style not in fitting(item, code):
            raise UncertainError("the list is not written as usual")
    return "", later


def _common_style(place: Place, items: Sequence[Place], codes: Sequence[str], order: Sequence[str]) -> Hashable:
    """The style of all the countries of a list, in which those of the new list are written.

    Raises:
        UncertainError: they have none in common, or several that write the new ones differently.
    """
    common = set.intersection(*(styles_of(item, code) for item, code in zip(items, codes, strict=True)))
    writings = {style: tuple(dict(country_forms(code, place.primary)).get(style) for code in order) for style in common}
    usable = {style: texts for style, texts in writings.items() if None not in texts}
    if len(set(usable.values())) > 1:
        wanted = ("bare", "nom") if alone(place) else ("text",)
        first = Place(items[0].text, items[0].start, items[0].end, place.primary, place.relation)
        related = fitting(first, codes[0]) if place.relation else ()
        usable = {style: texts for style, texts in usable.items() if style in wanted or style in related}
    if len(set(usable.values())) != 1:
        raise UncertainError("the form of the countries in the list is not certain")
    return next(iter(usable))


def _ordered(
    codes: Sequence[str], query: Sequence[str], source: Sequence[str], primary: str, source_primary: str
) -> list[str]:
    """The countries of the query in the order of the stored list: alphabetic where that was, else place by place."""
    both = _is_sorted(codes, primary) and _is_sorted(source, source_primary)
    in_step = list(codes) == list(source)
    if both and _is_sorted(query, source_primary):
        found = sorted(query, key=lambda code: sort_key(code, primary))
        if len(codes) < ORDERED_FROM and found != list(query):
            raise UncertainError("two countries may be in alphabetic order by chance")
        return found
    if in_step and (not both or len(codes) < ORDERED_FROM):
        return list(query)
    raise UncertainError("the order of the countries is not certain")


def _is_sorted(codes: Sequence[str], primary: str) -> bool:
    keys = [sort_key(code, primary) for code in codes]
    return keys == sorted(keys)
