"""Numbers in the figures that lists of documents count with: Latin, Russian and Arabic letters, Roman and Chinese."""

LATIN = "abcdefghijklmnopqrstuvwxyz"
#: The letters that Russian lists count with: those that could be taken for others, or open no word, are left out.
RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
#: The Arabic alphabet in the order of numerals, and in that of dictionaries.
ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
BULLET = "•"
LARGEST_ROMAN = 3999
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_HAN = "〇一二三四五六七八九"
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
