"""Numbers in the figures that lists of documents count with: Latin, Russian and Arabic letters, Roman and Chinese."""

from collections.abc import Callable, Mapping

LATIN = "abcdefghijklmnopqrstuvwxyz"
#: The letters that Russian lists count with: those that could be taken for others, or open no word, are left out.
RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
#: The Arabic alphabet in the order of numerals, and in that of dictionaries.
ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
BULLET = "•"
LARGEST_ROMAN = 3999
#: The largest number that word processors write in letters; the next are in digits.
LARGEST_REPEATED = 780
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_HAN = "〇一二三四五六七八九"
_HAN_END = 10_000
_HAN_UNITS = ((1000, "千"), (100, "百"), (10, "十"))


def lettered(number: int, letters: str) -> str:
    """The number, from 1, in letters; after the last one two letters count on, as browsers do.

    >>> lettered(2, LATIN), lettered(28, LATIN)
    ('b', 'ab')
    """
    found = ""
    while number > 0:
        number, place = divmod(number - 1, len(letters))
        found = letters[place] + found
    return found


def repeated(number: int, letters: str) -> str:
    """The number, from 1, in letters; after the last one they are doubled, as word processors do.

    >>> repeated(2, LATIN), repeated(28, LATIN)
    ('b', 'bb')
    """
    times, place = divmod(number - 1, len(letters))
    return letters[place] * (times + 1) if number > 0 else ""


def roman(number: int) -> str:
    """The number, from 1, in small Roman figures.

    >>> roman(1994)
    'mcmxciv'
    """
    found = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        found += letters * count
    return found


def han(number: int) -> str:
    """The number, from 0 to 9999, as Chinese is spoken.

    >>> han(3), han(12), han(20), han(105), han(1010)
    ('三', '十二', '二十', '一百零五', '一千零一十')
    """
    if number < 10:
        return _HAN[number]
    found, rest, gap = "", number, False
    for value, unit in _HAN_UNITS:
        count, rest = divmod(rest, value)
        if count:
            found += ("零" if gap else "") + _HAN[count] + unit
            gap = False
        elif found:
            gap = bool(rest)
    found += ("零" if gap and rest else "") + (_HAN[rest] if rest else "")
    return found.removeprefix("一") if number < 20 else found


def han_digits(number: int) -> str:
    """The number digit by digit in Chinese figures.

    >>> han_digits(2024)
    '二〇二四'
    """
    return "".join(_HAN[int(digit)] for digit in str(number))


_LEGAL_HAN = str.maketrans("〇零一二三四五六七八九十百千", "零零壹贰叁肆伍陆柒捌玖拾佰仟")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_HINDI = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _enclosed(first: str, number: int) -> str:
    return chr(ord(first) + number - 1) if 0 < number <= 20 else str(number)


def _roman(number: int) -> str:
    return roman(number) if 0 < number <= LARGEST_ROMAN else str(number)


def _letters(number: int, letters: str) -> str:
    return repeated(number, letters) if number <= LARGEST_REPEATED else str(number)


def _han(number: int) -> str:
    return han(number) if 0 <= number < _HAN_END else str(number)


def _legal_han(number: int) -> str:
    # Ten is said with its one.
    return (_han(number) if not 10 <= number < 20 else f"一{_han(number)}").translate(_LEGAL_HAN)


#: How numbers are written, by the names that ECMA-376 gives (part 1, 17.18.59); what is not here is written in digits.
_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number, LATIN).upper(),
    "lowerLetter": lambda number: _letters(number, LATIN),
    "russianUpper": lambda number: _letters(number, RUSSIAN).upper(),
    "russianLower": lambda number: _letters(number, RUSSIAN),
    "arabicAbjad": lambda number: _letters(number, ABJAD),
    "arabicAlpha": lambda number: _letters(number, ARABIC),
    "hindiNumbers": lambda number: str(number).translate(_HINDI),
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "taiwaneseCounting": _han,
    "taiwaneseCountingThousand": _han,
    "japaneseCounting": _han,
    "chineseLegalSimplified": _legal_han,
    "ideographDigital": han_digits,
    "japaneseDigitalTenThousand": han_digits,
    "taiwaneseDigital": han_digits,
    "ideographTraditional": lambda number: _letters(number, _STEMS),
    "ideographZodiac": lambda number: _letters(number, _BRANCHES),
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": lambda number: _enclosed("①", number),
    "decimalEnclosedCircleChinese": lambda number: _enclosed("①", number),
    "decimalEnclosedParen": lambda number: _enclosed("⑴", number),
    "decimalEnclosedFullstop": lambda number: _enclosed("⒈", number),
    "ideographEnclosedCircle": lambda number: _enclosed("㊀", number) if number <= 10 else str(number),
    "numberInDash": lambda number: f"- {number} -",
    "ordinal": lambda number: f"{number}{_ordinal_end(number)}",
    "none": lambda _: "",
}  # fmt: skip


def _ordinal_end(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def written(number: int, form: str) -> str:
    """The number in a form that ECMA-376 names; in digits when the form is none of those, or the number is below zero.

    >>> written(4, "upperRoman"), written(31, "russianLower"), written(12, "chineseCounting"), written(0, "lowerLetter")
    ('IV', 'вв', '十二', '')
    """
    return _FORMATS.get(form, str)(number) if number >= 0 else str(number)
