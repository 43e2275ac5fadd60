"""Forms of a text for comparing. None of them is ever stored in place of the text itself."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

#: Unspaced scripts, one token a character: Han (with extensions and compatibility), kana.
CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
#: Marks that belong to the word they stand in: combining marks, Arabic vowel signs, soft hyphen, joiners.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f"
)
#: The Arabic stroke that lengthens a word.
TATWEEL = "\u0640"
#: Letters of scripts from the right, inside a character class: Hebrew, Arabic, Syriac, Thaana, presentation forms.
FROM_RIGHT = "\u0590-\u07bf\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_VOWEL_SIGNS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f"
#: One Arabic vowel sign; one character that is not seen.
TASHKEEL = re.compile(f"[{_VOWEL_SIGNS}]")
INVISIBLE = re.compile(f"[{_UNSEEN}]")
#: What is dropped when folding.
_DROPPED = re.compile(f"[{_VOWEL_SIGNS}{TATWEEL}{_UNSEEN}]")
#: A word of letters, a run of digits, or one CJK character. Punctuation and symbols are no tokens.
_TOKEN = re.compile(rf"[{CJK}]|[^\W\d_{CJK}]+(?:[{MARKS}]+[^\W\d_{CJK}]*)*|\d+")
#: Characters of the longest run without white space whose keys are remembered, and how many runs are.
_LONGEST_RUN = 32
_MOST_RUNS = 1 << 16
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4`"
_QUOTATION_MARKS = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u300c\u300d\u300e\u300f"
_LONG_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7"
#: All quotation marks and apostrophes; all hyphens and dashes.
QUOTES = _APOSTROPHES + _QUOTATION_MARKS + "'\""
DASHES = _LONG_DASHES + "-"
#: The plainest form of each quotation mark, apostrophe and dash, by its code.
UNIFIED = {ord(c): "'" for c in _APOSTROPHES} | {ord(c): '"' for c in _QUOTATION_MARKS}
UNIFIED |= {ord(c): "-" for c in _LONG_DASHES}


class Token(NamedTuple):
    """One word, CJK character or placeable, and where it stands."""

    #: Folded form, the same for spellings that differ in case, width, vowel signs or digits' script.
    key: str
    #: Half-open character range in the text it was found in.
    start: int
    end: int
    #: Class of the placeable it is (``number``, ``date``, ``symbol``, ``ordinal``), or "" for a word.
    kind: str = ""
    #: The placeable's value in a form shared by all languages, or "" for a word.
    value: str = ""


def nfc(text: str) -> str:
    """The text in Unicode normal form C, in which it is stored."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 15)
def fold(word: str) -> str:
    """The comparing form of a word: no case, width, vowel signs, tatweel or invisible marks; ASCII digits.

    >>> fold("Étude"), fold("الفعَّال"), fold("１２"), fold("٣")
    ('étude', 'الفعال', '12', '3')
    """
    if word.isascii() and word.isalnum():
        # Of all below only the case is left.
        return word.lower()
    folded = unicodedata.normalize("NFKC", _DROPPED.sub("", word)).translate(UNIFIED).casefold()
    folded = _DROPPED.sub("", folded)
    if folded.isascii():
        return folded
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


@lru_cache(maxsize=16)
def words(text: str) -> tuple[Token, ...]:
    """The words, digit runs and single CJK characters of a text, in order; no punctuation.

    >>> [token.key for token in words("L’entraide, 工作")]
    ['l', 'entraide', '工', '作']
    """
    return tuple([Token(fold(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)])


def keys(text: str) -> list[str]:
    """The comparing forms of the words of a text, in order: what ``words`` gives, without the places.

    >>> keys("L’entraide, 工作")
    ['l', 'entraide', '工', '作']
    """
    # No token holds white space, so that what stands between it can be looked up as a whole.
    return [*chain.from_iterable(map(_REMEMBERED.__getitem__, text.split()))]


class _Remembered(dict[str, tuple[str, ...]]):
    """The keys of runs without white space; all are forgotten when they have become too many."""

    def __missing__(self, run: str) -> tuple[str, ...]:
        found = keys_of_run(run)
        if len(run) <= _LONGEST_RUN:
            # Longer ones are sentences of scripts without spaces, which hardly come again.
            if len(self) >= _MOST_RUNS:
                self.clear()
            self[run] = found
        return found


_REMEMBERED = _Remembered()


def keys_of_run(text: str) -> tuple[str, ...]:
    """The same without remembering anything."""
    return tuple([fold(word) for word in _TOKEN.findall(text)])


def visible(text: str) -> tuple[str, Sequence[int]]:
    r"""The text without soft hyphens, zero-width characters and marks of direction, and where each character stood.

    >>> visible("in\u00adter")
    ('inter', [0, 1, 3, 4, 5])
    """
    if not INVISIBLE.search(text):
        return text, range(len(text))
    places = [place for place, char in enumerate(text) if not INVISIBLE.match(char)]
    return "".join([text[place] for place in places]), places


def seen(text: str) -> str:
    r"""The text as a reader sees it: nothing unseen, one plain space for each run of white space, none at the ends.

    >>> seen("25\u00a0% in\u00adter\u200f")
    '25 % inter'
    """
    return " ".join(visible(text)[0].split())


def squeeze(text: str) -> str:
    """The text without any white space: what two readings of one page must agree on."""
    return "".join(text.split())
