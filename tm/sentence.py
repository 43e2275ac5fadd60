"""Sentences of a paragraph, by rules for the six languages; word lists in ``data/sentences.json``, no model to load."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tm import data
from tm.lang import Lang
from tm.text import CJK, MARKS

_QUOTES_AFTER = "\"'”’»›>"
_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "】": "【"}
_CLOSERS = f"{_QUOTES_AFTER}」』》〉" + "".join(_BRACKETS)
_OPENERS = "\"'“‘”’«„([{（【「『《〈［¿¡—–-"
#: A call of a footnote after the stop: raised figures, figures in brackets, or plain ones (told apart later).
_CALL = r"[⁰¹²³⁴-⁹]+|\[\d{1,3}\]|\(\d{1,3}\)"
_PLAIN_CALL = r"(?P<call>\d{1,3})(?=\s)"
#: A stop with the quotation marks and brackets that close after it; French sets a space before its marks.
_STOP = re.compile(
    rf"(?:[.!?…؟۔。！？｡]+(?:[{re.escape(_CLOSERS)}“‘]|[ \u00a0\u202f](?=»|>>)|(?<=[ \u00a0\u202f])»)*)+"
    rf"(?:{_CALL}|{_PLAIN_CALL})?"
)
#: In Chinese “ and ‘ only open a quotation, and figures may begin a sentence with no space before them.
_STOP_ZH = re.compile(rf"(?:[.!?…。！？｡]+[{re.escape(_CLOSERS)}]*)+(?:{_CALL}|(?P<call>(?!)))?")
_SEMICOLON = re.compile(rf"[;；]+[{re.escape(_CLOSERS)}]*")
#: Full-width marks, which end a sentence with no space after them.
_WIDE = "。！？｡"
#: Before these no sentence has ended: … etc. ; …
_INNER_MARKS = ",;:،؛，、；：.!?؟。！？"
#: How the Organization's texts without layout print a bullet.
_BULLET = "::"
#: A remark in brackets with no stop of its own belongs to the sentence before it.
_REMARK_AFTER = re.compile(r"\s*(?:\([^()]*[^().!?…]\)|\[[^\[\]]*[^\[\].!?…]\])")
_CJK = re.compile(f"[{CJK}]")
_CLOSING = re.compile(rf"[^.!?…؟۔{_WIDE}]*\Z")
#: Who spoke, after words quoted: “……？”代表问道。
_ATTRIBUTION = re.compile(r"[^，。！？；：“”\s]{1,16}[说问道喊][，。]")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
#: The last word of a text, its characters in reverse order.
_WORD_BEFORE = re.compile(rf"(?:[^\W_{CJK}]|[.\-ºªᵒ’'{MARKS}])+")
#: A noun before a letter or numeral that counts it: annex I.
_NOUN_BEFORE = re.compile(r"([^\W\d_]+)\s[^\W\d_]\Z")
_ELISION = re.compile(r"\A(?:l|d|qu|n|s|j|m|t|c)[’']", re.IGNORECASE)
_NEXT = re.compile(rf"\s*[{re.escape(_OPENERS)}]*\s*(\w+|\S)")
_NUMERAL = re.compile(r"\d|[IVXLC]+\Z|[A-ZА-Я]\Z")
#: A number announced by its sign: Suppl. No. 8.
_NUMBER_SIGN = re.compile(r"\s*(?:№|[Nn](?:os?\b|úms?\b|\.?[ºᵒ°]))\.?\s*\d")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*-?[^\W\d_]\Z")
#: Initials printed as one word, which may be a country's: U.S, O.N.U.
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a]\Z")
_LATIN = re.compile(r"[A-Za-z]")
#: A printed number or letter that opens a sentence is a label, not a sentence.
_LABEL = re.compile(r"\s*[(（]?(?:[IVXLC]{1,6}(?:\.[A-Z])?|[^\W\d_]|\d{1,4}(?:\.\d{1,3})*)\.\Z")
#: The label of the next paragraph, run on.
_LABEL_AFTER = re.compile(r"\s*\d{1,3}\.\s")
#: A label after what opens a quotation or item: “1. Each State …”; to renew; 2. To request.
_INNER_LABEL = re.compile(r"(?:[“«„「『(（]\s*|[:：;；؛]\s+)(?:\d{1,2}(?:\.\d{1,2})*|[IVXLC]{1,5}|[^\W\d_])\Z")
_LABEL_BEFORE = re.compile(r"(?:\d{1,4}\.\s+)?")
#: A bracket that only a label or mark precedes opens the sentence.
_TWO_LETTERS = re.compile(rf"[^\W\d_]{{2}}|[{CJK}]")
#: What a plain footnote call may follow: a year, a word in small letters, a quotation or bracket that closes.
_BEFORE_CALL = re.compile(rf"(?:(?<!\d)(?:1[89]|20)\d\d|(?<![^\W\d_./])[^\W\d_]{{3,}}|[{re.escape(_CLOSERS)}])\Z")
#: Longest abbreviation looked for before a stop, in characters.
_REACH = 24
#: How far back a bracket or quotation is looked for that opened, in characters; longer ones than this are rare.
_OPENED_REACH = 2000
#: Longest beginning of a sentence that is held against the ``openings``, in characters.
_OPENING_REACH = 80
_SPACED_ABBREVIATION = re.compile(r"(?:(?<=\s)|\A)((?:[^\W\d_]{1,2}\.\s){1,3}[^\W\d_]{1,3})\Z")
#: Its last stop is no farther than this from its end.
_SPACED_REACH = 5
#: Longest label in a sentence, with what opens before it, in characters.
_LABEL_REACH = 10
#: Languages in whose script an English abbreviation cannot be taken for a word.
_OTHER_SCRIPTS = frozenset(("ar", "ru", "zh"))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a language abbreviates; words in small letters, without their last stop."""

    #: Titles and the like: a sentence goes on whatever follows.
    always: frozenset[str]
    #: A sentence goes on before a figure, a roman numeral or a letter.
    before_number: frozenset[str]
    #: These often end a sentence as well: it goes on only before a figure or a small letter.
    ends: frozenset[str]
    #: Months cut short: a sentence goes on before a figure or a small letter.
    months: frozenset[str]
    #: What stands between the parties of a case (Sow v. Diallo), in small letters only; elsewhere it counts.
    versus: frozenset[str]
    #: Nouns that a letter or numeral counts (annex I. The …); it is then no initial.
    numbered: frozenset[str]
    #: As ``ends`` after a figure (2015 г.), as ``always`` after anything else (г. Москва).
    after_number: frozenset[str]
    #: Words before which a sentence goes on after an abbreviation of ``ends``.
    continued: frozenset[str]
    #: Words that begin a sentence after initials (the U.K. Nobody …).
    starters: frozenset[str]
    #: A beginning that is no sentence yet, though it ends with an abbreviation of ``ends``; it matches all of it.
    openings: re.Pattern[str] | None
    chinese: bool
    arabic: bool


@cache
def _rules(tag: str) -> _Rules:
    """The rules of a language by its primary subtag; those of Latin citations alone for one we know nothing of."""
    own = data.load("sentences").get(tag, {})
    english = data.load("sentences")["en"]

    def words(key: str, *, with_english: bool = False) -> frozenset[str]:
        return frozenset((*own.get(key, ()), *(english[key] if with_english else ())))

    return _Rules(
        words("always", with_english=tag in _OTHER_SCRIPTS),
        # Citations stand in English in documents of every language ("United Nations, Treaty Series, vol. 2225").
        words("before_number", with_english=bool(own)),
        words("ends", with_english=tag in _OTHER_SCRIPTS),
        words("months", with_english=tag in _OTHER_SCRIPTS),
        words("versus", with_english=tag in _OTHER_SCRIPTS),
        words("numbered"),
        words("after_number"),
        words("continued"),
        words("starters"),
        re.compile(own["openings"]) if own.get("openings") else None,
        tag == "zh",
        tag == "ar",
    )


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
    rules = _rules(lang.primary)
    stops = _STOP_ZH if rules.chinese else _STOP
    ranges = []
    for begin, end in _paragraphs(text):
        start = begin
        for stop in stops.finditer(text, begin, end):
            if _ends_sentence(text, start, stop, end, rules):
                ranges.append(_stripped(text, start, stop.end()))
                start = stop.end()
        ranges.append(_stripped(text, start, end))
    return tuple((start, end) for start, end in ranges if start < end)


def clauses(text: str, lang: Lang) -> tuple[tuple[int, int], ...]:
    """As :func:`sentences`, and in Chinese cut after semicolons too: they part what other languages print as items.

    >>> from tm.lang import Lang
    >>> text = "一是学习；二是工作。"
    >>> [text[a:b] for a, b in clauses(text, Lang.parse("zh"))], len(sentences(text, Lang.parse("zh")))
    (['一是学习；', '二是工作。'], 1)
    """
    whole = sentences(text, lang)
    if not _rules(lang.primary).chinese:
        return whole
    ranges = []
    for start, end in whole:
        cuts = [semicolon.end() for semicolon in _SEMICOLON.finditer(text, start, end)]
        ranges += [_stripped(text, a, b) for a, b in pairwise([start, *cuts, end])]
    return tuple((start, end) for start, end in ranges if start < end)


def breaks_off(text: str, following: str, lang: Lang) -> bool:
    """Whether a text ends with the abbreviation of a title or reference that what follows completes.

    >>> from tm.lang import Lang
    >>> breaks_off("as stated by Mr.", "Smith", Lang.parse("en")), breaks_off("It met.", "Smith", Lang.parse("en"))
    (True, False)
    """
    first = _NEXT.match(following)
    if not text.endswith(".") or first is None:
        return False
    rules = _rules(lang.primary)
    words = {word.casefold() for word in _words_before(text, 0, len(text) - 1)}
    if not words.isdisjoint(rules.always):
        return True
    return bool(_NUMERAL.match(first.group(1))) and not words.isdisjoint(rules.before_number)


def is_title(label: str, lang: Lang) -> bool:
    """Whether a printed letter and stop also abbreviate a title before a name: the French ``M.``, a Spanish ``D.``.

    >>> from tm.lang import Lang
    >>> is_title("M.", Lang.parse("fr")), is_title("M.", Lang.parse("en"))
    (True, False)
    """
    return label.endswith(".") and label[:-1].casefold() in _rules(lang.primary).always


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for blank in _PARAGRAPH_BREAK.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int, rules: _Rules) -> bool:
    """Whether a stop ends the sentence that began at ``start``, in the paragraph that ends at ``end``."""
    place, after = stop.span()
    if after == end:
        return False
    wide = text[place] in _WIDE
    if not wide and not text[after].isspace() and not _CJK.match(text, after):
        return False
    following = _NEXT.match(text, after, end)
    if following is None:
        return False
    first = following.group(1)
    if first[0] in _INNER_MARKS and not text.startswith(_BULLET, following.start(1)):
        return False
    if first[0].islower() and not wide:
        return False
    if after - place == 1:
        return wide or text[place] != "." or not _is_abbreviation(text, start, place, first, rules)
    return _ends_with_more(text, start, stop, first, rules)


def _ends_with_more(text: str, start: int, stop: re.Match[str], first: str, rules: _Rules) -> bool:
    """Whether a stop of several characters ends a sentence: an ellipsis, marks that close, the call of a footnote."""
    place, after = stop.span()
    if stop["call"] and not _is_call(text, start, stop, rules):
        return False
    closing = _CLOSING.search(text, place, after)
    marks = text[place : closing.start()] if closing else text[place:after]
    closers = closing.group() if closing else ""
    if any(mark in _BRACKETS for mark in closers) and _bracket_opened_inside(text, start, place, closers):
        return False
    if marks.startswith(("…", "..")) and _is_omission(text, start, place, rules):
        return False
    if rules.chinese and any(mark in "”’」』" for mark in closers) and _ATTRIBUTION.match(text, after):
        return False
    return marks != "." or bool(stop["call"]) or not _is_abbreviation(text, start, place, first, rules)


def _is_call(text: str, start: int, stop: re.Match[str], rules: _Rules) -> bool:
    """Whether plain figures right after a stop call a footnote, and are no decimals and no part of a symbol."""
    place = stop.start()
    if stop.start("call") - place > 1:
        return True
    before = _BEFORE_CALL.search(text, max(start, place - _REACH), place)
    if before is None or rules.arabic or rules.chinese:
        return False
    word = before.group()
    return not word.isalpha() or (word.islower() and word not in rules.before_number)


def _bracket_opened_inside(text: str, start: int, place: int, closers: str) -> bool:
    """Whether what closes after a stop was opened inside the sentence, which then goes on: It met (at last!) there."""
    closer = next(mark for mark in reversed(closers) if mark in _BRACKETS)
    opener = _BRACKETS[closer]
    depth = closers.count(closer)
    for k in range(place - 1, max(start, place - _OPENED_REACH) - 1, -1):
        depth += (text[k] == closer) - (text[k] == opener)
        if depth == 0:
            return bool(_TWO_LETTERS.search(text, start, k))
    return False


def _is_omission(text: str, start: int, place: int, rules: _Rules) -> bool:
    """Whether an ellipsis stands for words left out: in brackets, after a space, in a Chinese quotation."""
    if place == start:
        return False
    before = text[place - 1]
    if before in _BRACKETS.values() or before.isspace():
        return True
    near = max(start, place - _OPENED_REACH)
    return rules.chinese and text.count("“", near, place) > text.count("”", near, place)


def _is_abbreviation(text: str, start: int, stop: int, following: str, rules: _Rules) -> bool:
    """Whether the full stop at that place belongs to the word before it, given the word after it."""
    if stop - start < _REACH and _LABEL.match(text, start, stop + 1):
        return True
    if _INNER_LABEL.search(text, max(start, stop - _LABEL_REACH), stop):
        return True
    printed = _words_before(text, start, stop)
    for name in printed:
        word = name.casefold()
        if word in rules.always or name in rules.versus:
            return True
        if word in rules.months:
            return following[0].isdigit()
        if word in rules.before_number and (_NUMERAL.match(following) or _NUMBER_SIGN.match(text, stop + 1)):
            return True
        if len(name) == 1 and name.isupper():
            continue
        counted = word in rules.after_number
        if counted and not text[max(start, stop - _REACH) : stop - len(name)].rstrip()[-1:].isdigit():
            return True
        if counted or word in rules.ends:
            return _goes_on(text, start, stop, name, following, rules)
        if _ACRONYM.match(name) and name == text[stop - len(name) : stop] and following.casefold() in rules.starters:
            return False
    if not following[0].isalpha() or not any(_is_initial(word, rules) for word in printed):
        return False
    noun = _NOUN_BEFORE.search(text, max(start, stop - _REACH), stop)
    return noun is None or noun.group(1).casefold() not in rules.numbered


def _goes_on(text: str, start: int, stop: int, name: str, following: str, rules: _Rules) -> bool:
    """Whether a sentence goes on after an abbreviation that may end it."""
    if following[0].isdigit():
        return not _LABEL_AFTER.match(text, stop + 1)
    if following.casefold() in rules.continued or _REMARK_AFTER.match(text, stop + 1):
        return True
    if rules.arabic and _LATIN.match(name):
        return not following.startswith("و")
    if rules.openings is None or stop - start > _OPENING_REACH:
        return False
    label = _LABEL_BEFORE.match(text, _stripped(text, start, stop)[0], stop)
    return label is not None and rules.openings.fullmatch(text, label.end(), stop) is not None


def _words_before(text: str, start: int, stop: int) -> list[str]:
    """What the stop at that place may abbreviate, as printed, without elided articles and spaces."""
    before = text[max(start, stop - _REACH) : stop]
    found = []
    if "." in before[-_SPACED_REACH:]:
        spaced = _SPACED_ABBREVIATION.search(before)
        if spaced:
            found.append("".join(spaced.group().split()))
    word = _WORD_BEFORE.match(before[::-1])
    if word:
        found.append(word.group()[::-1])
    return [_ELISION.sub("", one) for one in found]


def _is_initial(word: str, rules: _Rules) -> bool:
    if rules.arabic and _ARABIC_LETTER.match(word):
        return True
    return bool(_INITIALS.match(word)) and word[-1].isupper()
