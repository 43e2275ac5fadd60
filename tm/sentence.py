"""Sentences of a paragraph, by rules for the six languages; word lists in ``data/sentences.json``, no model to load."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from tm.abbreviations import Rules, announces, is_abbreviation, rules_of
from tm.lang import Lang
from tm.text import CJK, visible

_QUOTES_AFTER = "\"'”’»›>"
_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "】": "【"}
_CLOSING_OF = {opener: closer for closer, opener in _BRACKETS.items()}
_OPENING = re.compile(f"[{re.escape(''.join(_CLOSING_OF))}]")
_CLOSERS = f"{_QUOTES_AFTER}」』》〉" + "".join(_BRACKETS)
_OPENERS = "\"'“‘”’«„([{（【「『《〈［¿¡—–-"
#: Several figures of one call: 4, 5; 7–9.
_FIGURES = r"\d{1,3}(?:[,–-] ?\d{1,3})*"
#: A call of a footnote after the stop: raised figures, stars, figures in brackets, or plain ones (told apart later).
_CALL = rf"[⁰¹²³⁴-⁹]+(?:[,⁻–-] ?[⁰¹²³⁴-⁹]+)*|[*†‡]+|(?:\[{_FIGURES}\])+|\({_FIGURES}\)"
_PLAIN_CALL = rf"(?P<call>{_FIGURES})(?=\s)"
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
#: Marks that end a sentence and no abbreviation.
_ASKING = "!?؟"
#: Before these no sentence has ended: … etc. ; …
_INNER_MARKS = ",;:،؛，、；：.!?؟。！？"
#: How the Organization's texts without layout print a bullet.
_BULLET = "::"
_CJK = re.compile(f"[{CJK}]")
#: A stop behind what closes after an ellipsis: “any ship ...”.
_STOP_OF_ITS_OWN = re.compile(rf"[{re.escape(_CLOSERS)}][ \u00a0\u202f]?[.!?؟۔{_WIDE}]\Z")
_CLOSING = re.compile(rf"[^.!?…؟۔{_WIDE}]*\Z")
#: Who spoke, after words quoted: “……？”代表问道。
_ATTRIBUTION = re.compile(r"[^，。！？；：“”\s]{1,16}[说问道喊][，。]")
_ELLIPSIS = re.compile(r"(?:…|\.{2,})+")
#: Words behind an ellipsis, in scripts without capitals, with which a sentence goes on.
BUT = re.compile("لكن|بل|حتى|[但而却并且]|可是|不过")
#: Verbs of saying behind an Arabic quotation; with "and" before them they begin a sentence.
SAYING = "(?:سأل|قال|تساءل|أجاب|صاح|هتف|أضاف|رد|ذكر|علق|صرح)(?:ت|وا|ا)?"
_SAYING = re.compile(rf"{SAYING}\Z")
#: What goes on after a quotation that is part of a sentence: “谁负责？”的问题。
_AFTER_QUOTED = "的之等这那一与和及或是为作而"
#: A Chinese quotation between straight marks, which do not tell beginning from end.
_STRAIGHT = re.compile(r'"([^"\n]*)"')
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_NEXT = re.compile(rf"\s*[{re.escape(_OPENERS)}]*\s*(\w+|\S)")
#: A bracket that only a label or mark precedes opens the sentence.
_TWO_LETTERS = re.compile(rf"[^\W\d_]{{2}}|[{CJK}]")
#: What a plain footnote call may follow: a year, a word in small letters, a quotation or bracket that closes.
_BEFORE_CALL = re.compile(rf"(?:(?<!\d)(?:1[89]|20)\d\d|(?<![^\W\d_./])[^\W\d_]{{3,}}|[{re.escape(_CLOSERS)}])\Z")
#: Longest word or year looked for before the call of a footnote, in characters.
_REACH = 24
#: How far back a bracket or quotation is looked for that opened, in characters; longer ones than this are rare.
_OPENED_REACH = 2000
#: How far ahead the bracket is looked for that closes it, in characters.
_CLOSED_REACH = 500

#: What cuts a text in a language into sentences: half-open ranges as :func:`sentences` gives them.
Splitter: TypeAlias = Callable[[str, Lang], tuple[tuple[int, int], ...]]


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
    rules = rules_of(lang.primary)
    stops = _STOP_ZH if rules.chinese else _STOP
    if rules.chinese:
        text = _STRAIGHT.sub(r"“\1”", text)
    ranges = []
    for begin, end in _paragraphs(text):
        start = begin
        for stop in stops.finditer(text, begin, end):
            if _ends_sentence(text, start, stop, end, rules):
                ranges.append(stripped(text, start, stop.end()))
                start = stop.end()
        ranges.append(stripped(text, start, end))
    return tuple((start, end) for start, end in ranges if start < end)


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


def clauses(text: str, lang: Lang) -> tuple[tuple[int, int], ...]:
    """As :func:`sentences`, and in Chinese cut after semicolons too: they part what other languages print as items.

    >>> from tm.lang import Lang
    >>> text = "一是学习；二是工作。"
    >>> [text[a:b] for a, b in clauses(text, Lang.parse("zh"))], len(sentences(text, Lang.parse("zh")))
    (['一是学习；', '二是工作。'], 1)
    """
    whole = sentences(text, lang)
    if not rules_of(lang.primary).chinese:
        return whole
    ranges = []
    for start, end in whole:
        cuts = [semicolon.end() for semicolon in _SEMICOLON.finditer(text, start, end)]
        ranges += [stripped(text, a, b) for a, b in pairwise([start, *cuts, end])]
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
    return announces(text, first.group(1), rules_of(lang.primary))


def is_title(label: str, lang: Lang) -> bool:
    """Whether a printed letter and stop also abbreviate a title before a name: the French ``M.``, a Spanish ``D.``.

    >>> from tm.lang import Lang
    >>> is_title("M.", Lang.parse("fr")), is_title("M.", Lang.parse("en"))
    (True, False)
    """
    return label.endswith(".") and label[:-1].casefold() in rules_of(lang.primary).always


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for blank in _PARAGRAPH_BREAK.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int, rules: Rules) -> bool:
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
    if after - place > 1 or text[place] == "…":
        ends = _ends_with_more(text, start, stop, first, rules)
    else:
        ends = wide or text[place] != "." or not is_abbreviation(text, start, place, first, rules)
    return ends and not _is_in_brackets(text, start, after, end)


def _ends_with_more(text: str, start: int, stop: re.Match[str], first: str, rules: Rules) -> bool:
    """Whether a stop of several characters ends a sentence: an ellipsis, marks that close, the call of a footnote."""
    place, after = stop.span()
    if stop["call"] and not _is_call(text, start, stop, rules):
        return False
    closing = _CLOSING.search(text, place, after)
    marks = text[place : closing.start()] if closing else text[place:after]
    closers = closing.group() if closing else ""
    if any(mark in _BRACKETS for mark in closers) and _opened_inside(text, start, place, closers) is not None:
        return False
    if (
        marks.startswith(("…", ".."))
        and not (rules.chinese and closers)
        and not _STOP_OF_ITS_OWN.search(marks)
        and _is_omission(text, start, place, rules)
    ):
        return False
    if rules.chinese and _is_quoted_part(text, start, place, after, closers):
        return False
    if rules.arabic and closers and _SAYING.match(first):
        return False
    if _ELLIPSIS.fullmatch(marks) and not closers and BUT.match(first):
        return False
    return marks != "." or bool(stop["call"]) or not is_abbreviation(text, start, place, first, rules)


def _is_call(text: str, start: int, stop: re.Match[str], rules: Rules) -> bool:
    """Whether plain figures right after a stop call a footnote, and are no decimals and no part of a symbol."""
    place = stop.start()
    if stop.start("call") - place > 1:
        return True
    before = _BEFORE_CALL.search(text, max(start, place - _REACH), place)
    if before is None or rules.arabic or rules.chinese:
        return False
    word = before.group()
    return not word.isalpha() or (word.islower() and word not in rules.before_number)


def _opened_inside(text: str, start: int, place: int, closers: str) -> int | None:
    """Where inside the sentence was opened what closes after a stop there: It met (at last!) there.

    None when it was opened before the sentence or opens it.
    """
    closer = next(mark for mark in reversed(closers) if mark in _BRACKETS)
    opener = _BRACKETS[closer]
    depth = closers.count(closer)
    for k in range(place - 1, max(start, place - _OPENED_REACH) - 1, -1):
        depth += (text[k] == closer) - (text[k] == opener)
        if depth == 0:
            return k if _TWO_LETTERS.search(text, start, k) else None
    return None


def _is_in_brackets(text: str, start: int, place: int, end: int) -> bool:
    """Whether a place stands in brackets that were opened inside the sentence and close further on."""
    near = max(start, place - _OPENED_REACH)
    for opener in set(_OPENING.findall(text, near, place)):
        closer = _CLOSING_OF[opener]
        if _opened_inside(text, start, place, closer) is None:
            continue
        ahead = text[place : min(end, place + _CLOSED_REACH)]
        closed = ahead.find(closer)
        while closed >= 0 and ahead.count(opener, 0, closed) > ahead.count(closer, 0, closed):
            closed = ahead.find(closer, closed + 1)
        if closed >= 0:
            return True
    return False


def _is_omission(text: str, start: int, place: int, rules: Rules) -> bool:
    """Whether an ellipsis stands for words left out: in brackets, after a space, in a quotation of no capitals."""
    if place == start:
        return False
    before = text[place - 1]
    if before.isspace() and text[max(start, place - 2)] in _ASKING:
        # The sentence before it ended; what is left out is whole sentences.
        return False
    if before in _BRACKETS.values() or before.isspace():
        return True
    near = max(0, place - _OPENED_REACH)
    if rules.arabic and text.count('"', start, place) % 2:
        return True
    return (rules.chinese or rules.arabic) and text.count("“", near, place) > text.count("”", near, place)


def _is_quoted_part(text: str, start: int, place: int, after: int, closers: str) -> bool:
    """Whether a Chinese quotation or title that ends there is a part of its sentence: “好吗？”主席问道。"""
    if "》" in closers:
        return True
    if not any(mark in "”’」』" for mark in closers):
        return False
    if _ATTRIBUTION.match(text, after):
        return True
    near = max(start, place - _OPENED_REACH)
    opened = max(text.rfind(mark, near, place) for mark in "“‘「『")
    return opened > start and text[opened - 1] not in "：，" and text[after] in _AFTER_QUOTED
