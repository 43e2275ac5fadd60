"""Lists of countries: each language names them in its own order, with its own articles and its own "and"."""

import re
from collections.abc import Sequence
from itertools import pairwise

from tm.country_forms import country_forms, extended, fitting, respelt, sort_key
from tm.forms import Place, UncertainError
from tm.lang import Lang
from tm.placeables import countries

#: From so many countries on, an alphabetic order is no chance.
ORDERED_FROM = 3
_AND = {"en": "and", "fr": "et", "es": "[ye]", "ru": "и", "zh": "和|及|以及"}
#: Articles and prepositions that stand before each country of a list.
_PARTICLES = {
    "en": "the",
    "fr": r"de la|de l['’]|du|des|de|d['’]|la|le|les|l['’]|à la|à l['’]|au|aux|à",
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
    primary = place.primary
    items = [_item(place, p.start, p.end) for p in countries(place.written, lang)]
    codes = [p.value for p in countries(place.written, lang)]
    order = _ordered(codes, query, source, primary, source_primary)
    style = _common_style(items, codes)
    names = []
    for i, code in enumerate(order):
        this = items[min(i, len(items) - 1)] if primary != "ar" else items[0 if i == 0 else 1]
        writings = dict(country_forms(code, primary))
        wanted = style if primary != "ar" else ("" if i == 0 else "و")
        if wanted not in writings:
            raise UncertainError(f"the form of {code} in a list is not known")
        names.append(respelt(Place(this.text, this.start, this.end, primary), writings[wanted]))
    if primary == "ar":
        return " ".join(names)
    gaps = [place.text[a.end : b.start] for a, b in pairwise(items)]
    last = gaps[-1]
    if primary == "es" and re.search(r"\s[ye]\s\Z", last):
        last = re.sub(r"[ye](?=\s\Z)", "e" if re.match(r"H?[iI]", names[-1].lstrip("H")) else "y", last)
    separator = gaps[0] if len(gaps) > 1 else {"zh": "、"}.get(primary, ", ")
    return separator.join(names[:-1]) + last + names[-1]


def _item(place: Place, start: int, end: int) -> Place:
    return extended(Place(place.text, place.start + start, place.start + end, place.primary))


def _common_style(items: Sequence[Place], codes: Sequence[str]) -> object:
    if items[0].primary == "ar":
        for i, (item, code) in enumerate(zip(items, codes, strict=True)):
            if ("" if i == 0 else "و") not in fitting(item, code):
                raise UncertainError("the list is not written as usual")
        return ""
    common = None
    for item, code in zip(items, codes, strict=True):
        written = item.written.replace("’", "'")
        styles = {
            s
            for s, text in country_forms(code, item.primary)
            if text[:1].lower() + text[1:] == written[:1].lower() + written[1:]
        }
        common = styles if common is None else common & styles
    if not common:
        raise UncertainError("the countries of the list stand in different forms")
    for wanted in ("bare", "nom", "the", "of the", "text"):
        if wanted in common:
            return wanted
    if len(common) > 1:
        raise UncertainError("the form of the countries in the list is not certain")
    return common.pop()


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
