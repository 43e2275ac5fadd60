"""Printed labels of headings, paragraphs and items in the six languages: find one, and say what it may mean.

A label is the number or letter a document prints before a block. Its meaning is a style and an ordinal, which all
language versions share: ``(ب)``, ``б)`` and ``(b)`` are the second item of a list. One printed form can have several
meanings (``i)`` is the ninth letter and the first roman numeral); which one holds is told by the labels around it.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from tm.indexed import Indexed, indexed_text
from tm.lang import Lang
from tm.placeables import tokens
from tm.text import CJK, Token


class Style(StrEnum):
    """The rank of a label in the numbering of United Nations documents, from the outside in."""

    SECTION = "section"
    SUBSECTION = "subsection"
    #: A numbered heading below a subsection; its figures start again in each, apart from those of the paragraphs.
    TOPIC = "topic"
    PARAGRAPH = "paragraph"
    #: A number of several parts, ``1.2.1``: its depth is its own.
    DOTTED = "dotted"
    ITEM = "item"
    SUBITEM = "subitem"
    #: A dash or dot that opens an item and says nothing of its place.
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Label:
    """One meaning of a printed label."""

    style: Style
    #: Place in its list, from 1; 0 for a bullet; the last part of a dotted number.
    ordinal: int
    #: Path component without script: ``II``, ``A``, ``4``, ``1.2.1``, ``e``, ``iii``; "" for a bullet.
    norm: str


#: Ordinals above this are read as years or quantities, not as labels.
MAX_ORDINAL = 1899
_LATIN = "abcdefghijklmnopqrstuvwxyz"
#: Cyrillic letters that print like Latin ones: United Nations lists in Russian run in Latin order and mix the two.
_LOOKALIKES = dict(zip("асеіїјорхуѕкмнвт", "aceiijopxyskmhbt", strict=True))
#: In lower case these Cyrillic letters do not look Latin: only capitals do.
_CAPITAL_ONLY = frozenset("вкмнт")
#: The Russian alphabet as lists use it, without ё, й, ъ, ы, ь.
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
_ALEFS = str.maketrans("اإآٱى", "أأأأي")
#: Names of the Arabic letters in the order of lists: headings are counted with them.
LETTER_NAMES = (
    "ألف", "باء", "جيم", "دال", "هاء", "واو", "زاي", "حاء", "طاء", "ياء", "كاف", "لام", "ميم", "نون",
    "سين", "عين", "فاء", "صاد", "قاف", "راء", "شين", "تاء", "ثاء", "خاء", "ذال", "ضاد", "ظاء", "غين",
)  # fmt: skip
_ARABIC_UNITS = ("أول", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع", "عاشر")
_ARABIC_TENS = {"عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30}
_HAN_DIGITS = {"〇": 0, "零": 0} | {char: value for value, char in enumerate("一二三四五六七八九", 1)}
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ROMAN = re.compile(r"(?=.)(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})\Z")
_BULLETS = "•●▪◦‣∙·–—"
#: Dashes, as the inside of a character class.
_DASHES = r"‐‑–—−\-"


def _arabic_ordinals() -> dict[str, int]:
    """Spelled ordinals 1 to 29 and 30, folded, in the spellings headings use (ثانيا, ثانية, الثاني, حادي عشر)."""
    stems = {1: ["أول", "أولا", "أولى"]}
    for value, unit in enumerate(_ARABIC_UNITS[1:], 2):
        masculine = unit.removesuffix("ي") if value == 2 else unit
        stems[value] = [unit, unit + "ا", unit + "ة", masculine + "يا" if value == 2 else unit]
    first_of_teens = ["حادي", "حادية", "حاديا"]
    found = {spelling: value for value, spellings in stems.items() for spelling in spellings}
    for value in range(1, 10):
        for unit in first_of_teens if value == 1 else stems[value]:
            for teen in ("عشر", "عشرة"):
                found[f"{unit} {teen}"] = 10 + value
            for tens, base in _ARABIC_TENS.items():
                found[f"{unit} و{tens}"] = base + value
    return found | _ARABIC_TENS


_ARABIC_ORDINALS = {key.translate(_ALEFS): value for key, value in _arabic_ordinals().items()}
_ARABIC_NAMES = {name.translate(_ALEFS): value for value, name in enumerate(LETTER_NAMES, 1)}

#: Direction marks, joiners and byte-order marks: never part of a label as printed.
_DIRECTION = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]")
#: Arabic vowel signs: they may stand in a spelled ordinal.
_VOWELS = "\u064b-\u0652"
_DOUBLED = "|".join(char * 2 for char in _LATIN)
_CORE = (
    rf"(?:\d{{1,4}}|[ivxlc]{{1,7}}|[IVXLC]{{1,7}}|[ⅰ-ⅿⅠ-Ⅿ]|{_DOUBLED}|[A-Za-zＡ-Ｚａ-ｚ]|[Ѐ-ӿ]"
    r"|[一二三四五六七八九十]{1,3}|[ء-يﺀ-ﻼ]ـ?)"
)
#: What stands after a label: space or the end; Chinese and Arabic letters may also follow at once, and anything may
#: follow full-width punctuation, which brings its own space.
_END = rf"(?=\s|\Z|[{CJK}《“「ء-ي]|(?<=[．、）]))"
#: After a bracket or a figure's stop a capital may follow at once as well, where the space got lost.
_END_OR_CAPITAL = rf"(?=\s|\Z|[{CJK}《“「ء-يA-ZÀ-ÞЀ-Я]|(?<=[．、）]))"
_END_OR_LETTER = rf"(?=\s|\Z|[{CJK}《“「]|[^\W\d_]|(?<=）))"
_LABEL = rf"""\s*(?P<label>
      [(（]\s?{_CORE}\s?[)）]{_END_OR_LETTER}                     # (a) （一）
    | {_CORE}[)）]{_END_OR_LETTER}                               # a)
    | ['‘’]\s?\d{{1,2}}\s?['’](?=\s)                                # '1'
    | [㈠-㈩①-⑳⑴-⒇]{_END}
    | \d{{1,3}}(?:[.．]\d{{1,3}}){{1,4}}[.．]?(?=\s|\Z)             # 1.2.1
    | \d{{1,4}}\s?[.．]{_END_OR_CAPITAL}                            # 1.
    | \d{{1,4}}\s?[{_DASHES}、]{_END}                               # 1- 1、
    | -\s?\d{{1,4}}(?=\s+[ء-ي]|\s*\Z)                              # -4, the dash of 4- on the wrong side
    | [IVXLC]{{1,7}}\s?[.．、{_DASHES}]{_END}                        # II.
    | [Ⅰ-Ⅻ]\s?[.．、]?{_END}
    | [A-ZＡ-ＺЀ-Я](?:[.．、]|\s?[{_DASHES}]){_END}                       # A.
    | (?:[a-z]|[ivx]{{1,6}})\.(?=\s|\Z)                             # a. iv.
    | [一二三四五六七八九十]{{1,3}}\s?[.．、]{_END}                   # 二、
    )"""
#: Spelled ordinals and letter names of Arabic, and its letters, before a dash, colon or stop: ثانيا- ألف - أ-
_ARABIC_LABEL = re.compile(
    rf"\s*(?P<label>[ء-يٱ][ء-يٱـ{_VOWELS}]{{0,11}}(?:\s[ء-ي{_VOWELS}]{{1,11}})?\s?[{_DASHES}:.](?=\s|\Z|[ء-ي]))"
)
#: The beginning of most texts, which is no label in any language: a word of three letters or more, not a numeral.
_PLAIN_OPENING = re.compile(r"(?![IVXLC]+\s)[A-Za-zÀ-ÖØ-öø-ɏЀ-ӿ]{3,}[\s,]")
_BULLET_LABEL = re.compile(rf"\s*(?P<label>[{_BULLETS}]|[-*](?=\s\S))(?=\s)")
#: Figures on both sides of a dash with equal space: days or years ("4 - 15 May"). Arabic labels look the same.
_RANGE = re.compile(rf"\s*\d{{1,4}}\s[{_DASHES}]\s\d")
_UNREAD = re.compile(f"{_DIRECTION.pattern}|[{_VOWELS}ـ]")
#: A sentence's end after a single capital and a stop shows initials ("A. Smith said so."), not a heading.
_INITIAL = re.compile(r"[^\W\d_]\.\Z")
_SENTENCE_END = re.compile(r"[.;؛。；]\W*\Z")


@cache
def _pattern() -> re.Pattern[str]:
    # Compiling it takes a fortieth of a lookup from the shell, most of which meet no label.
    return re.compile(_LABEL, re.VERBOSE)


def leading(text: str, lang: Lang) -> tuple[str, str]:
    """The label that the text opens with by its form alone, and the rest; ``("", text)`` when there is none.

    Whether it is one in its place is for the caller to say, who knows the labels before and after it.

    >>> leading("١- أوصى", Lang("ar")), leading("（a） 通过", Lang("zh"))
    (('١-', 'أوصى'), ('（a）', '通过'))
    """
    found = _pattern().match(text)
    if found is None and lang.primary == "ar":
        found = _ARABIC_LABEL.match(text)
    if found is None:
        found = _BULLET_LABEL.match(text)
    if found is None or not readings(found["label"], lang):
        return "", text
    if lang.primary != "ar" and _RANGE.match(text):
        return "", text
    return found["label"], text[found.end("label") :].strip()


def split_label(text: str, lang: Lang) -> tuple[str, str]:
    """The label and the text of one paragraph that stands alone, as a translator pastes it; ``("", text)`` without one.

    Direction marks around the label are dropped. Years, quantities and initials are no labels.

    >>> split_label("(c) Encourage all States", Lang("en")), split_label("2015. Fue un año.", Lang("es"))
    (('(c)', 'Encourage all States'), ('', '2015. Fue un año.'))
    """
    visible = _DIRECTION.sub("", text)
    label, rest = leading(visible, lang)
    if not label or not rest or not _is_plausible(label, rest, lang):
        return "", text
    return label, rest


def label_end(text: str, lang: Lang) -> int:
    """Where the text begins after the label that ``split_label`` finds, as a character index; 0 without a label.

    >>> label_end("(c) Encourage", Lang("en")), label_end("\u200f1-\u200f أوصى", Lang("ar"))
    (4, 5)
    """
    if _PLAIN_OPENING.match(text):
        return 0
    label, rest = split_label(text, lang)
    if not label:
        return 0
    hidden = len(_DIRECTION.sub("", text).rstrip()) - len(rest)
    for place, char in enumerate(text):
        if not _DIRECTION.match(char):
            if not hidden:
                return place
            hidden -= 1
    return len(text)


def unlabelled(text: str, lang: Lang) -> tuple[Token, ...]:
    """The tokens of a text without those of its label: what the index holds, and what similarity is measured on."""
    end = label_end(text, lang)
    return tuple(token for token in tokens(text, lang) if token.start >= end)


def indexed_unlabelled(text: str, lang: Lang) -> Indexed:
    """What an index holds of the tokens of ``unlabelled``."""
    return indexed_text(text, lang, label_end(text, lang))


def _is_plausible(label: str, rest: str, lang: Lang) -> bool:
    meanings = readings(label, lang)
    if not meanings or (rest[0].islower() and meanings[0].style in {Style.PARAGRAPH, Style.DOTTED, Style.SECTION}):
        return False
    if _INITIAL.match(label) and label[0].isupper():
        return not _SENTENCE_END.search(rest)
    return True


@lru_cache(maxsize=4096)
def readings(raw: str, lang: Lang) -> tuple[Label, ...]:
    """What a printed label may mean, the likeliest first; empty when it is no label.

    >>> [(r.style.value, r.norm) for r in readings("i)", Lang("fr"))]
    [('item', 'i'), ('subitem', 'i')]
    >>> readings("ثانيا-", Lang("ar"))[0].norm, readings("（三）", Lang("zh"))[0].norm
    ('II', 'C')
    """
    printed = _UNREAD.sub("", raw).strip()
    if printed and printed in _BULLETS + "-*":
        return (Label(Style.BULLET, 0, ""),)
    form = unicodedata.normalize("NFKC", printed)
    form = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in form)
    form = re.sub(f"[{_DASHES}]", "-", form)
    quoted = re.fullmatch(r"['‘’]\s?(\d+)\s?['’]", form)
    if quoted:
        return _numbered(Style.SUBITEM, int(quoted[1]))
    bracketed = form.endswith(")") or bool(re.fullmatch(r"[①-⑳㈠-㈩⑴-⒇]", printed))
    core = form.strip("()-.、: ")
    return tuple(dict.fromkeys(_readings(core, bracketed, lang.primary))) if core else ()


def _readings(core: str, bracketed: bool, tag: str) -> tuple[Label, ...]:
    if re.fullmatch(r"\d+(?:\.\d+)+", core):
        return (Label(Style.DOTTED, int(core.rsplit(".", 1)[1]), core),)
    styles: tuple[Style, ...]
    if core.isdecimal():
        value = int(core)
        styles = (Style.ITEM, Style.SUBITEM) if bracketed else (Style.PARAGRAPH, Style.TOPIC)
        return tuple(label for style in styles for label in _numbered(style, value)) if value <= MAX_ORDINAL else ()
    if core[:1] in {*_HAN_DIGITS, "十"}:
        value = _han_value(core)
        styles = (Style.SUBSECTION, Style.SUBITEM) if bracketed else (Style.SECTION,)
        return tuple(label for style in styles for label in _numbered(style, value)) if value else ()
    if tag == "ar" and (found := _arabic_readings(core.translate(_ALEFS), bracketed)):
        return found
    return _letter_readings(core, bracketed, tag)


def _numbered(style: Style, ordinal: int) -> tuple[Label, ...]:
    """The label of that style and ordinal, none for ordinals below 1; items in figures keep the figure."""
    if ordinal < 1:
        return ()
    if style is Style.SECTION:
        norm = roman(ordinal).upper()
    elif style is Style.SUBSECTION:
        norm = letter(ordinal).upper()
    elif style is Style.SUBITEM:
        norm = roman(ordinal)
    else:
        norm = str(ordinal)
    return (Label(style, ordinal, norm),)


def _letter_readings(core: str, bracketed: bool, tag: str) -> tuple[Label, ...]:
    """Meanings of a Latin or Cyrillic letter or a roman numeral."""
    upper = core.isupper()
    lower = core.lower()
    letter_style = Style.SUBSECTION if upper and not bracketed else Style.ITEM
    roman_style = Style.SECTION if upper and not bracketed else Style.SUBITEM
    labels = []
    if len(lower) == 1:
        ordinals = [_LATIN.find(_latin(lower, upper)) + 1, _RUSSIAN.find(lower) + 1 if tag == "ru" else 0]
    else:
        doubled = not upper and len(lower) == 2 and lower[0] == lower[1]
        ordinals = [26 + _LATIN.find(lower[0]) + 1] if doubled else []
    for ordinal in ordinals:
        if ordinal:
            norm = letter(ordinal)
            labels.append(Label(letter_style, ordinal, norm.upper() if letter_style is Style.SUBSECTION else norm))
    latin = "".join(_latin(char, upper) for char in lower)
    if _ROMAN.match(latin):
        found = Label(roman_style, _roman_value(latin), latin.upper() if roman_style is Style.SECTION else latin)
        # Among capitals only I, V and X are likelier to be numerals than letters.
        labels.insert(0 if len(latin) > 1 or (upper and latin in "ivx") else len(labels), found)
    return tuple(labels)


def _arabic_readings(core: str, bracketed: bool) -> tuple[Label, ...]:
    bare = core.removeprefix("أل") if core not in _ARABIC_NAMES else core
    if len(core) == 1 and core in _ABJAD:
        ordinal = _ABJAD.index(core) + 1
        return (Label(Style.ITEM, ordinal, letter(ordinal)),) if bracketed else _numbered(Style.SUBSECTION, ordinal)
    if core in _ARABIC_NAMES:
        return _numbered(Style.SUBSECTION, _ARABIC_NAMES[core])
    if bare in _ARABIC_ORDINALS:
        return _numbered(Style.SECTION, _ARABIC_ORDINALS[bare])
    return ()


def letter(ordinal: int) -> str:
    """The lower-case list letter of an ordinal from 1 to 52: ``a`` … ``z``, then ``aa``, ``bb`` as the UN prints."""
    return _LATIN[(ordinal - 1) % 26] * ((ordinal - 1) // 26 + 1)


def roman(ordinal: int) -> str:
    """The lower-case roman numeral of an ordinal from 1.

    >>> roman(4), roman(49)
    ('iv', 'xlix')
    """
    parts = []
    steps = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    for value, numeral in steps:
        count, ordinal = divmod(ordinal, value)
        parts.append(numeral * count)
    return "".join(parts)


def _roman_value(numeral: str) -> int:
    values = [_ROMAN_VALUES[char] for char in numeral]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def _han_value(core: str) -> int:
    """The value of a Chinese numeral from 1 to 99, or 0 when it is none."""
    tens, ten, units = core.partition("十")
    if not ten:
        return _HAN_DIGITS.get(core, 0)
    if any(part and part not in _HAN_DIGITS for part in (tens, units)):
        return 0
    return _HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(units, 0)


def _latin(char: str, upper: bool) -> str:
    """The Latin letter that the lower-case character stands for in its printed case, else itself."""
    if char in _CAPITAL_ONLY and not upper:
        return char
    return _LOOKALIKES.get(char, char)
