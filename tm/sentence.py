"""Sentences of a paragraph, by rules for the six languages; plain tables, no model to load."""

import re
from collections.abc import Sequence

from tm.lang import Lang
from tm.text import CJK, visible

#: Abbreviations, lower case without their last stop, after which a sentence goes on whatever follows.
_TITLES = {
    "en": "mr mrs ms dr prof st messrs capt col gen lt sgt hon cf e.g i.e vs viz ca approx incl u.s u.k u.n",
    "fr": "m mm mgr dr pr prof me mme mlle st ste cf p.ex c.-à-d c.à.d env s.e s.exc",
    "es": "sr sra sres sras srta srtas dr dra prof d dña excmo excma gral cf p.ej v.gr lic ing",
    "ru": "т.е т.к т.н т.о см ср напр им д-р проф акад ул г-н г-жа др-р тов",
    "ar": "أ د م",
}  # fmt: skip
#: Abbreviations that need a number or a letter after them: a sentence goes on before a figure or a roman numeral.
_REFERENCES = {
    "en": "no nos art arts para paras subpara sect sects sec chap chaps ch cl vol vols p pp fig figs ed eds rev corr "
    "add supp suppl res doc docs distr ann app pt v al tab",
    "fr": "no nos nᵒ nº n° art arts par paras al p pp vol vols t chap sect fig éd rév rev corr add suppl rés doc "
    "distr ann",
    "es": "no núm núms nº n.º n° art arts párr párrs p pp pág págs vol vols t cap caps secc fig ed rev corr add supl "
    "res doc distr ap apdo apdos inc v",
    "ru": "ст п пп пар т тт с стр гл рис табл разд док рез распр доп испр подп абз вып №",
    "ar": "ص ص.ص ج ق",
}  # fmt: skip
#: Abbreviations that often end a sentence as well: it goes on only before a figure or a lower-case word.
_ENDERS = {
    "en": "etc inc ltd co corp jr a.m p.m",
    "fr": "etc",
    "es": "etc ee.uu s.a a.c d.c",
    "ru": "т.д т.п др пр руб г гг в вв тыс долл чел н.э млн млрд",
    "ar": "إلخ الخ هـ ه",
}  # fmt: skip
_TITLE_SETS = {tag: frozenset(names.split()) for tag, names in _TITLES.items()}
#: Citations stand in English in documents of every language ("United Nations, Treaty Series, vol. 2225").
_REFERENCE_SETS = {
    tag: frozenset((_REFERENCES.get(tag, "") + " " + _REFERENCES["en"]).split())
    for tag in ("ar", "en", "es", "fr", "ru", "zh")
}
_ENDER_SETS = {tag: frozenset(names.split()) for tag, names in _ENDERS.items()}

_CLOSERS = "\"'”’»›)\\]}）】」』》〉］"
_OPENERS = "\"'“‘«‹„([{（【「『《〈［¿¡—–-"
#: A stop with the quotation marks and brackets that close after it; French sets a space before its marks.
_STOP = re.compile(rf"(?:[.!?…؟۔]+|[。！？｡]+)(?:[{_CLOSERS}]|[ \u00a0\u202f](?=»)|(?<=[ \u00a0\u202f])»)*")
#: In Chinese the semicolon parts the clauses of a list, which other languages print as sentences or items.
_STOP_ZH = re.compile(rf"[.!?…;。！？；｡]+[{_CLOSERS}]*")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_WORD_BEFORE = re.compile(r"(?:[^\W_]|[.\-ºªᵒ’'])+\Z")
_ELISION = re.compile(r"\A(?:l|d|qu|n|s|j|m|t|c)[’']", re.IGNORECASE)
_NEXT = re.compile(rf"\s*[{re.escape(_OPENERS)}]*\s*(\w+|\S)")
_NUMERAL = re.compile(r"\d|[IVXLC]+\Z|[A-ZА-Я]\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*-?[^\W\d_]\Z")
#: A printed number or letter that opens the text is a label, not a sentence.
_LABEL = re.compile(r"\s*[(（]?(?:[IVXLC]{1,6}|[^\W\d_]|\d{1,4}(?:\.\d{1,3})*)\.\Z")
#: Longest abbreviation looked for before a stop, in characters.
_REACH = 24
_SPACED_ABBREVIATION = re.compile(r"(?:(?<=\s)|\A)((?:[^\W\d_]{1,2}\.\s){1,3}[^\W\d_]{1,3})\Z")


def sentences(text: str, lang: Lang) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of the sentences, in order, disjoint, without white space at their ends.

    Together they hold all characters of the text that are not white space.

    >>> from tm.lang import Lang
    >>> text = "See art. 5, para. 2. It was adopted."
    >>> [text[a:b] for a, b in sentences(text, Lang.parse("en"))]
    ['See art. 5, para. 2.', 'It was adopted.']
    >>> sentences("Treaty Series, vol. 2225, No. 39574.", Lang.parse("ru"))
    ((0, 36),)
    """
    plain, places = visible(text)
    if len(plain) < len(text) and plain.strip():
        return _with_unseen(text, [(places[a], places[b - 1] + 1) for a, b in sentences(plain, lang)])
    stop = _STOP_ZH if lang.primary == "zh" else _STOP
    cuts = {match.end() for match in stop.finditer(text) if _ends_sentence(text, match, lang.primary)}
    cuts.update(match.start() for match in _PARAGRAPH_BREAK.finditer(text))
    cuts.add(len(text))
    ranges = []
    start = 0
    for cut in sorted(cuts):
        piece = text[start:cut]
        stripped = piece.strip()
        if stripped:
            begin = start + len(piece) - len(piece.lstrip())
            ranges.append((begin, begin + len(stripped)))
        start = cut
    return tuple(ranges)


def _with_unseen(text: str, ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The ranges with the unseen marks around them: those after a sentence's end, up to a space, belong to it."""
    found = []
    begin = len(text) - len(text.lstrip())
    for (_, end), following in zip(ranges, (*ranges[1:], None), strict=True):
        beside = text[end : following[0] if following else len(text)]
        end += len(beside.split(maxsplit=1)[0]) if following and beside[:1].strip() else 0
        found.append((begin, end if following else len(text.rstrip())))
        begin = end + len(text[end:]) - len(text[end:].lstrip())
    return tuple(found)


def breaks_off(text: str, following: str, lang: Lang) -> bool:
    """Whether a text ends with the abbreviation of a title or reference that what follows completes.

    >>> from tm.lang import Lang
    >>> breaks_off("as stated by Mr.", "Smith", Lang.parse("en")), breaks_off("It met.", "Smith", Lang.parse("en"))
    (True, False)
    """
    first = _NEXT.match(following)
    if not text.endswith(".") or first is None:
        return False
    words = {word.casefold() for word in _words_before(text, len(text) - 1)}
    if not words.isdisjoint(_TITLE_SETS.get(lang.primary, ())):
        return True
    return bool(_NUMERAL.match(first.group(1))) and not words.isdisjoint(_REFERENCE_SETS.get(lang.primary, ()))


def is_title(label: str, lang: Lang) -> bool:
    """Whether a printed letter and stop also abbreviate a title before a name: the French ``M.``, a Spanish ``D.``.

    >>> from tm.lang import Lang
    >>> is_title("M.", Lang.parse("fr")), is_title("M.", Lang.parse("en"))
    (True, False)
    """
    return label.endswith(".") and label[:-1].casefold() in _TITLE_SETS.get(lang.primary, ())


def _ends_sentence(text: str, stop: re.Match[str], tag: str) -> bool:
    following = _NEXT.match(text, stop.end())
    if following is None:
        return False
    mark = stop.group()[0]
    if mark in "。！？；｡" or (tag == "zh" and mark in ";!?"):
        return True
    spaced = stop.end() < len(text) and text[stop.end()].isspace()
    if not spaced and not (mark in ".!?…" and re.match(f"[{CJK}]", text[stop.end()])):
        return False
    first = following.group(1)
    if first[0].islower():
        return False
    return mark != "." or len(stop.group().rstrip(_CLOSERS)) > 1 or not _is_abbreviation(text, stop.start(), first, tag)


def _is_abbreviation(text: str, stop: int, following: str, tag: str) -> bool:
    """Whether the full stop at that place belongs to the word before it, given the word after it."""
    if stop < _REACH and _LABEL.match(text[: stop + 1]):
        return True
    printed = _words_before(text, stop)
    for word in (word.casefold() for word in printed):
        if word in _TITLE_SETS.get(tag, ()):
            return True
        if word in _REFERENCE_SETS.get(tag, ()) and _NUMERAL.match(following):
            return True
        if word in _ENDER_SETS.get(tag, ()):
            return following[0].isdigit()
    return any(_is_initial(word) for word in printed) and following[0].isalpha()


def _words_before(text: str, stop: int) -> list[str]:
    """What the stop at that place may abbreviate, as printed, without elided articles and spaces."""
    before = text[max(0, stop - _REACH) : stop]
    found = [match for match in (_SPACED_ABBREVIATION.search(before), _WORD_BEFORE.search(before)) if match]
    return [_ELISION.sub("", "".join(match.group().split())) for match in found]


def _is_initial(word: str) -> bool:
    return bool(_INITIALS.match(word)) and word[-1].isupper()
