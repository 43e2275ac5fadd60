"""Ordinals as each of the six languages writes them: in words in every gender and case, in figures, in numerals."""

import re
from collections.abc import Hashable, Iterator, Mapping
from functools import cache

from tm.forms import Place, UncertainError, in_figures, like, rewritten
from tm.labels import roman
from tm.ordinals import HAN_DIGITS, HAN_POWERS

#: Ordinals above this are not written in words.
LARGEST = 199
#: Largest ordinal of which we know the Arabic words.
LARGEST_ARABIC = 99
_FIGURES = re.compile(r"(?P<before>\D*?)(?P<figures>\d+)(?P<after>\D*)\Z")
_ROMAN = re.compile(r"(?P<numeral>[IVXLCivxlc]+)(?P<after>\W*|e|ème|er)\Z")

Styled = tuple[Hashable, str]


def rewrite_ordinal(place: Place, old: int, new: int) -> str:
    """The new ordinal in the form in which the old one stands.

    Raises:
        UncertainError: the form is not known, or gender or case of the new one cannot be told.
    """
    written, primary = place.written, place.primary
    if primary == "zh":
        return _chinese(written, old, new)
    figures = _FIGURES.match(written)
    if figures:
        return _in_figures(figures, old, new, primary)
    numeral = _ROMAN.match(written)
    if numeral and numeral["numeral"].upper() == roman(old).upper():
        return _in_roman(numeral, old, new)
    limit = LARGEST_ARABIC if primary == "ar" else LARGEST
    if not (1 <= old <= limit and 1 <= new <= limit):
        raise UncertainError(f"ordinals in words are known up to {limit}")
    fitting = _Fitting(place)
    text = rewritten(written, ordinal_forms(old, primary), ordinal_forms(new, primary), fitting.fits, "ordinal")
    _check_sound(place, text)
    return text


@cache
def ordinal_forms(value: int, primary: str) -> tuple[Styled, ...]:
    """Every way to write an ordinal in words, by style.

    >>> sorted({text for _, text in ordinal_forms(81, "fr")})
    ['quatre-vingt-unième', 'quatre-vingt-unièmes']
    """
    makers = {"en": _english, "fr": _french, "es": _spanish, "ru": _russian, "ar": _arabic}
    return tuple(makers[primary](value)) if primary in makers else ()


# --- figures and numerals -------------------------------------------------------------------------------------------


def _in_figures(found: re.Match[str], old: int, new: int, primary: str) -> str:
    if int(found["figures"]) != old:
        raise UncertainError(f"“{found.group()}” is not {old}")
    figures = in_figures(str(new), found["figures"])
    suffix = found["after"]
    if primary == "en" and suffix:
        if suffix.lower() != _english_suffix(old):
            raise UncertainError(f"“{found.group()}” is not written as usual")
        suffix = like(suffix, _english_suffix(new))
    elif primary == "fr":
        suffix = _french_suffix(suffix, old, new)
    elif primary == "es" and suffix.lower() in {"er", "o", "a", "ro", "ra"}:
        raise UncertainError(f"the ending of “{found.group()}” may change")
    return found["before"] + figures + suffix


def _english_suffix(value: int) -> str:
    if value % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _french_suffix(suffix: str, old: int, new: int) -> str:
    if (old == 1) == (new == 1):
        return suffix
    if old == 1 and suffix in {"er", "re", "ère"}:
        return "e"
    raise UncertainError("the gender of the French “1er” or “1re” cannot be told")


def _in_roman(found: re.Match[str], old: int, new: int) -> str:
    numeral, after = found["numeral"], found["after"]
    if after and (old == 1) != (new == 1):
        raise UncertainError("the ending of a first in Roman numerals changes")
    text = roman(new)
    return (text.upper() if numeral.isupper() else text) + after


def han(value: int) -> str:
    """A number below 10,000 in Chinese numerals.

    >>> han(78), han(10), han(105), han(2018)
    ('七十八', '十', '一百零五', '二千零一十八')
    """
    digits = "零一二三四五六七八九"
    text, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + name
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if 10 <= value < 20 else text


def _chinese(written: str, old: int, new: int) -> str:
    numeral = "".join(c for c in written if c in HAN_DIGITS or c in HAN_POWERS)
    figures = "".join(c for c in written if c.isdecimal())
    if figures and not numeral and int(figures) == old:
        return written.replace(figures, str(new))
    if numeral and not figures and numeral == han(old):
        return written.replace(numeral, han(new))
    raise UncertainError(f"“{written}” is not written as usual")


# --- words ----------------------------------------------------------------------------------------------------------

_ENGLISH = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
_ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _english(value: int) -> Iterator[Styled]:
    for name, hundred in (("one", "one hundred"), ("a", "hundred")):
        for link in (" and ", " "):
            rest = value % 100
            if value < 100:
                yield (name, link), _english_below(value)
            else:
                yield (name, link), hundred + (link + _english_below(rest) if rest else "th")


def _english_below(value: int) -> str:
    if value < 20:
        return _ENGLISH[value]
    tens = _ENGLISH_TENS[value // 10]
    return f"{tens}-{_ENGLISH[value % 10]}" if value % 10 else tens[:-1] + "ieth"


_FRENCH = (
    "", "un", "deux", "trois", "quatr", "cinqu", "six", "sept", "huit", "neuv", "dix", "onz", "douz", "treiz",
    "quatorz", "quinz", "seiz", "dix-sept", "dix-huit", "dix-neuv",
)  # fmt: skip
_FRENCH_TENS = {20: "vingt", 30: "trent", 40: "quarant", 50: "cinquant", 60: "soixant", 80: "quatre-vingt"}


def _french(value: int) -> Iterator[Styled]:
    for gender in ("m", "f"):
        for plural in ("", "s"):
            for second in (False, True):
                for hyphen in (False, True):
                    text = _french_one(value, gender, second=second, hyphen=hyphen)
                    yield (gender, plural, second, hyphen), text + plural


def _french_one(value: int, gender: str, *, second: bool, hyphen: bool) -> str:
    if value == 1:
        return "premier" if gender == "m" else "première"
    if value == 2 and second:
        return "second" if gender == "m" else "seconde"
    if value >= 100:
        rest = value - 100
        return "centième" if not rest else f"cent{'-' if hyphen else ' '}{_french_stem(rest, hyphen)}ième"
    return _french_stem(value, hyphen) + "ième"


def _french_stem(value: int, hyphen: bool) -> str:
    if value < 20:
        return _FRENCH[value]
    base = max(tens for tens in _FRENCH_TENS if tens <= value)
    tens, rest = _FRENCH_TENS[base], value - base
    if not rest:
        return tens
    whole = tens if base in {20, 80} else tens + "e"
    if rest in {1, 11} and base != 80:
        return f"{whole}{'-et-' if hyphen else ' et '}{_FRENCH[rest]}"
    return f"{whole}-{_FRENCH[rest]}"


_SPANISH = ("", "primer", "segund", "tercer", "cuart", "quint", "sext", "séptim", "octav", "noven")
_SPANISH_PLAIN = {"séptim": "septim"}
_SPANISH_TENS = (
    "", "décim", "vigésim", "trigésim", "cuadragésim", "quincuagésim", "sexagésim", "septuagésim", "octogésim",
    "nonagésim", "centésim",
)  # fmt: skip


def _spanish(value: int) -> Iterator[Styled]:
    """Style: ending, whether cut short before a masculine noun, whether 13 to 19 and 21 to 29 are one word each."""
    for ending in ("o", "a"):
        for short in (True, False) if ending == "o" else (False,):
            for teens, twenties in ((True, False), (True, True), (False, False)):
                text = _spanish_one(value, ending, short=short, fused={1: teens, 2: twenties})
                yield (ending, short, teens, twenties), text


def _spanish_one(value: int, ending: str, *, short: bool, fused: Mapping[int, bool]) -> str:
    hundreds, tens, unit = value // 100, value // 10 % 10, value % 10
    if hundreds and (tens or unit):
        rest = _spanish_one(value % 100, ending, short=short, fused=fused)
        return f"{_SPANISH_TENS[10]}{ending} {rest}"
    if hundreds:
        return _SPANISH_TENS[10] + ending
    if value in {11, 12}:
        return ("undécim" if value == 11 else "duodécim") + ending
    last = _SPANISH[unit] + ("" if short and unit in {1, 3} else ending) if unit else ""
    if not tens:
        return last
    if not unit:
        return _SPANISH_TENS[tens] + ending
    if fused.get(tens):
        stem = {1: "decimo", 2: "vigesimo"}[tens]
        stem = stem[:-1] if unit == 8 else stem
        return stem + last
    return f"{_SPANISH_TENS[tens]}{ending} {last}"


_RUSSIAN = (
    "", "перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят", "десят", "одиннадцат",
    "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат", "восемнадцат", "девятнадцат",
)  # fmt: skip
_RUSSIAN_TENS = {
    20: ("двадцать", "двадцат"), 30: ("тридцать", "тридцат"), 40: ("сорок", "сороков"),
    50: ("пятьдесят", "пятидесят"), 60: ("шестьдесят", "шестидесят"), 70: ("семьдесят", "семидесят"),
    80: ("восемьдесят", "восьмидесят"), 90: ("девяносто", "девяност"),
}  # fmt: skip
#: Gender (``p`` for the plural) and case; endings of most ordinals and of "third".
_RUSSIAN_ENDINGS = {
    "m nom": ("ый", "ий"), "m gen": ("ого", "ьего"), "m dat": ("ому", "ьему"), "m ins": ("ым", "ьим"),
    "m loc": ("ом", "ьем"), "f nom": ("ая", "ья"), "f acc": ("ую", "ью"), "f gen": ("ой", "ьей"),
    "n nom": ("ое", "ье"), "n gen": ("ого", "ьего"), "n dat": ("ому", "ьему"), "n ins": ("ым", "ьим"),
    "n loc": ("ом", "ьем"), "p nom": ("ые", "ьи"), "p gen": ("ых", "ьих"), "p dat": ("ым", "ьим"),
    "p ins": ("ыми", "ьими"),
}  # fmt: skip
#: Stems stressed on the ending.
_RUSSIAN_STRESSED = frozenset({"втор", "шест", "седьм", "восьм", "сороков"})


def _russian(value: int) -> Iterator[Styled]:
    first, stem = _russian_stem(value)
    for style, (ending, of_third) in _RUSSIAN_ENDINGS.items():
        if stem == "трет":
            ending = of_third
        elif style == "m nom" and stem in _RUSSIAN_STRESSED:
            ending = "ой"
        yield style, first + stem + ending


def _russian_stem(value: int) -> tuple[str, str]:
    """The words that stay, and the stem of the last one, which takes the ending."""
    first = ""
    if value > 100:
        first, value = "сто ", value - 100
    if value == 100:
        return "", "сот"
    if value < 20:
        return first, _RUSSIAN[value]
    before, alone = _RUSSIAN_TENS[value // 10 * 10]
    return (first, alone) if not value % 10 else (f"{first}{before} ", _RUSSIAN[value % 10])


#: Masculine and feminine.
_ARABIC = (
    ("", ""), ("أول", "أولى"), ("ثاني", "ثانية"), ("ثالث", "ثالثة"), ("رابع", "رابعة"), ("خامس", "خامسة"),
    ("سادس", "سادسة"), ("سابع", "سابعة"), ("ثامن", "ثامنة"), ("تاسع", "تاسعة"), ("عاشر", "عاشرة"),
)  # fmt: skip
_ARABIC_TENS = ("", "", "عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع")
_ARABIC_ARTICLES = ("ال", "وال", "فال", "بال", "كال", "لل")


def _arabic(value: int) -> Iterator[Styled]:
    """Style: article with what is written before it, gender, and case, which shows in the tens alone."""
    tens, unit = divmod(value, 10)
    for article in _ARABIC_ARTICLES:
        for gender in (0, 1):
            for case, ending in (("nom", "ون"), ("obl", "ين")):
                style = (article, "mf"[gender], case)
                one = ("حادي", "حادية")[gender] if unit == 1 and tens else _ARABIC[unit][gender]
                if value <= 10:
                    yield style, article + _ARABIC[value][gender]
                elif tens == 1:
                    yield style, f"{article}{one} {('عشر', 'عشرة')[gender]}"
                elif unit == 0:
                    yield style, article + _ARABIC_TENS[tens] + ending
                else:
                    yield style, f"{article}{one} وال{_ARABIC_TENS[tens]}{ending}"


# --- what the place tells -------------------------------------------------------------------------------------------

_FEMININE_BEFORE = re.compile(r"(?:^|[\s'’])(?:la|sa|cette|une|ma)\s\Z", re.IGNORECASE)
_MASCULINE_BEFORE = re.compile(r"(?:^|[\s'’])(?:le|son|ce|un|du|au|mon)\s\Z", re.IGNORECASE)
_RUSSIAN_FEMININE = re.compile(r"\s+[а-яё]+(?:ой|ей|ии|и|е|ю|ью)\b", re.IGNORECASE)
_RUSSIAN_MASCULINE = re.compile(r"\s+[а-яё]+(?:ый|ий|[бвгджзйклмнпрстфхцчшщ])\b", re.IGNORECASE)
_ARABIC_PREPOSITION = re.compile(
    r"(?:^|\s)(?:و|ف)?(?:(?:في|من|إلى|على|عن|خلال|أثناء|منذ|قبل|بعد|حتى|بشأن|أعمال)\s+(?:[ء-ي]+\s+)?|[بل][ء-ي]{3,}\s+)\Z"
)
_ARABIC_FEMININE = re.compile(r"[ء-ي](?:ة|ت(?:ه|ها|هم|هما|نا))\s+\Z")
_ARABIC_MASCULINE = re.compile(
    r"(?:القرن|الاجتماع|التقرير|المؤتمر|اليوم|العام|المرفق|الفصل|البند|الفرع|الجزء|الباب|المبدأ|الهدف)\s+\Z"
)
_FUNCTION_WORDS = frozenset(["de", "del", "y", "o", "a", "en", "que", "para", "por", "con", "el", "la", "los", "las"])


class _Fitting:
    """Whether a style fits the words around."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def fits(self, style: Hashable) -> bool:
        """Asked only where the styles that fit the old ordinal write the new one differently."""
        primary = self.place.primary
        if primary == "en":
            return style == ("one", " and ")
        if primary == "fr":
            return self._french(style)
        if primary == "es":
            return self._spanish(style)
        if primary == "ru":
            return self._russian(style)
        return primary != "ar" or self._arabic(style)

    def _french(self, style: Hashable) -> bool:
        gender, _, second, hyphen = style if isinstance(style, tuple) else ("", "", False, False)
        if second or hyphen:
            return False
        before = self.place.before
        feminine, masculine = _FEMININE_BEFORE.search(before), _MASCULINE_BEFORE.search(before)
        return not ((feminine and gender == "m") or (masculine and gender == "f"))

    def _spanish(self, style: Hashable) -> bool:
        _, short, teens, twenties = style if isinstance(style, tuple) else ("", False, False, False)
        following = re.match(r"\s+([^\W\d_]+)", self.place.after)
        noun = following is not None and following[1].lower() not in _FUNCTION_WORDS
        # The usual form is one word below twenty and two words above.
        return bool(short == noun and teens and not twenties)

    def _russian(self, style: Hashable) -> bool:
        after, gender = self.place.after, str(style)[0]
        if _RUSSIAN_FEMININE.match(after):
            return gender == "f"
        return gender == "m" if _RUSSIAN_MASCULINE.match(after) else True

    def _arabic(self, style: Hashable) -> bool:
        _, gender, case = style if isinstance(style, tuple) else ("", "", "")
        before = self.place.before
        if (_ARABIC_FEMININE.search(before) and gender == "m") or (_ARABIC_MASCULINE.search(before) and gender == "f"):
            return False
        return not _ARABIC_PREPOSITION.search(before) or bool(case == "obl")


#: Words before an ordinal that change with its first sound, and ordinals that begin so.
_SOUNDS = (
    ("en", {"a", "an"}, re.compile(r"eight|eleven", re.IGNORECASE)),
    ("es", {"o", "u"}, re.compile(r"oct", re.IGNORECASE)),
    ("ru", {"в", "во", "с", "со", "к", "ко"}, re.compile(r"втор", re.IGNORECASE)),
    ("ru", {"о", "об"}, re.compile(r"[аиоуэ]", re.IGNORECASE)),
)


def _check_sound(place: Place, text: str) -> None:
    """What stands before a word and depends on its sound must still fit.

    Raises:
        UncertainError: it would have to change as well.
    """
    word = re.search(r"([^\W\d_]+)\s+\Z", place.before)
    before = word[1].lower() if word else ""
    for primary, words, sound in _SOUNDS:
        if place.primary == primary and before in words and bool(sound.match(place.written)) != bool(sound.match(text)):
            raise UncertainError(f"“{before}” does not fit before “{text}”")
