"""The parts of a text that repair rewrites: placeables, references of two numbers, numerals, labels, country lists.

What stands between them is words; both together are what two texts of one language are compared by.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tm.country_forms import extended
from tm.country_lists import joins
from tm.forms import Place
from tm.labels import Style, readings
from tm.lang import Lang
from tm.placeables import Placeable, countries, find
from tm.text import words

#: Words before a Roman numeral, or a Chinese one, that make it a number: stems, in lower case.
_HEADS = {
    "en": "annex|appendix|chapter|part|section|title|volume|table|figure|goal|phase|cluster|subsection",
    "fr": "annexe|appendice|chapitre|partie|section|titre|tome|volume|tableau|figure|phase",
    "es": "anexo|apéndice|capítulo|parte|sección|título|tomo|volumen|cuadro|figura|fase",
    "ru": "приложени|добавлени|глав|част|раздел|том|таблиц|рисун|этап",
}
_CHINESE_NUMERAL = re.compile(r"(?<=附件|附录|附表|附文|表格)[一二三四五六七八九十]{1,3}")
_INLINE_LABEL = {
    "en": re.compile(r"(?<=[\w) \u00a0])[(（](?:[a-z]|[ivx]{1,5})[)）]"),
    "fr": re.compile(r"(?<=[ \u00a0])(?:[a-z]|[ivx]{1,5})\)"),
    "es": re.compile(r"(?<=[ \u00a0])(?:[a-z]|[ivx]{1,5})\)"),
    "ru": re.compile(r"(?<=[ \u00a0])(?:[a-zа-е]|[ivx]{1,5})\)"),
    "ar": re.compile(r"(?<=[\w) \u00a0])\((?:[أبجدوزحطيكلمنسعفصقرشت]|هـ?)\)"),
    "zh": re.compile(r"(?<=[\w)） 、，；])[(（](?:[a-z]|[ivx]{1,5})[)）]"),
}
#: What joins two numbers into one reference: ``70/1``, ``1325 (2000)``.
_JOINED = re.compile(r"/|\s?[(（]")


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or a piece that repair can rewrite."""

    #: "" for a word; else the placeable's kind, ``reference``, ``numeral``, ``label``, ``country`` or ``countries``.
    kind: str
    start: int
    end: int
    #: Form that compares equal: the folded word; the value; for a list the codes in order.
    value: str
    #: The parts of a reference, or the countries of a list.
    inner: tuple["Part", ...] = ()

    @property
    def meaning(self) -> str:
        """What translations have in common with it: the value; for a list the same countries in any order."""
        return ",".join(sorted(self.value.split(","))) if self.kind == "countries" else self.value

    @property
    def counts(self) -> bool:
        """Whether it is a whole number however written, as a figure, an ordinal or a numeral."""
        return self.kind in {"number", "ordinal", "numeral"} and self.value.isdecimal()


@lru_cache(maxsize=64)
def parts(text: str, lang: Lang, start: int = 0, *, named: bool = True) -> tuple[Part, ...]:
    """The words and rewritable pieces of a text from a place on, in order, disjoint; countries only when ``named``.

    >>> [(part.kind, part.value) for part in parts("resolution 70/1, annex II", Lang("en"))]
    [('', 'resolution'), ('reference', '70/1'), ('', 'annex'), ('numeral', '2')]
    """
    names = _lists(text, countries(text, lang), lang.primary) if named else ()
    labels = list(_labels(text, lang))
    numerals = list(_numerals(text, lang.primary))
    counted = _references(text, [Part(p.kind, p.start, p.end, p.value) for p in find(text, lang)])
    found = [part for part in _disjoint([*names, *labels, *numerals, *counted]) if part.start >= start]
    return tuple(_with_words(text, found, start))


def _disjoint(found: Sequence[Part]) -> list[Part]:
    kept: list[Part] = []
    for part in found:
        if all(part.end <= other.start or other.end <= part.start for other in kept):
            kept.append(part)
    return sorted(kept, key=lambda part: part.start)


def _with_words(text: str, found: Sequence[Part], start: int) -> Iterator[Part]:
    waiting = iter(found)
    part = next(waiting, None)
    done = start
    for token in words(text):
        while part is not None and part.start <= token.start:
            yield part
            done, part = part.end, next(waiting, None)
        if token.start >= done:
            yield Part("", token.start, token.end, token.key)
    if part is not None:
        yield part
        yield from waiting


def _lists(text: str, found: Sequence[Placeable], primary: str) -> Iterator[Part]:
    run: list[Placeable] = []
    for name in found:
        if run and not joins(text[run[-1].end : name.start], primary):
            yield _list(text, run, primary)
            run = []
        run.append(name)
    if run:
        yield _list(text, run, primary)


def _list(text: str, run: Sequence[Placeable], primary: str) -> Part:
    """One country or a list of them, with the article and preposition before it."""
    inner = tuple(Part("country", name.start, name.end, name.value) for name in run)
    kind = "countries" if len(run) > 1 else "country"
    start = extended(Place(text, run[0].start, run[0].end, primary)).start
    return Part(kind, start, run[-1].end, ",".join(name.value for name in run), inner if len(run) > 1 else ())


def _labels(text: str, lang: Lang) -> Iterator[Part]:
    pattern = _INLINE_LABEL.get(lang.primary)
    for found in pattern.finditer(text) if pattern else ():
        meanings = [label for label in readings(found.group(), lang) if label.style in {Style.ITEM, Style.SUBITEM}]
        if meanings:
            yield Part("label", found.start(), found.end(), meanings[0].norm)


def _numerals(text: str, primary: str) -> Iterator[Part]:
    if primary == "zh":
        for found in _CHINESE_NUMERAL.finditer(text):
            (label, *_) = readings(found.group() + "、", Lang("zh")) or (None,)
            if label is not None:
                yield Part("numeral", found.start(), found.end(), str(label.ordinal))
    elif primary in _HEADS:
        for found in re.finditer(rf"(?i:\b(?:{_HEADS[primary]})\w{{0,3}}[ \u00a0])([IVXLC]{{1,7}})(?![\w.])", text):
            for label in readings(f"{found[1]}.", Lang(primary)):
                if label.style is Style.SECTION:
                    yield Part("numeral", *found.span(1), str(label.ordinal))


def _references(text: str, found: Sequence[Part]) -> Iterator[Part]:
    i = 0
    while i < len(found):
        one = found[i]
        other = found[i + 1] if i + 1 < len(found) else None
        if other is not None and one.kind == other.kind == "number":
            gap = text[one.end : other.start]
            closed = gap == "/" or text[other.end : other.end + 1] in {")", "）"}
            if _JOINED.fullmatch(gap) and closed:
                joint = "/" if gap == "/" else "()"
                end = other.end + (gap != "/")
                yield Part("reference", one.start, end, joint.join((one.value, other.value)), (one, other))
                i += 2
                continue
        yield one
        i += 1
