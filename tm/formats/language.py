"""The language of a document: what its file's name says, what its text shows, and whether the two agree."""

import math
import re
from collections.abc import Sequence
from contextlib import suppress

from tm.clean import FUNCTION_WORDS, characters
from tm.errors import LanguageError, Problem
from tm.lang import UN_LANGUAGES, Lang
from tm.model import BODY_KINDS, Segment

#: United Nations suffixes of file names: ``A_RES_70_1_F``.
_UN_SUFFIX = {"A": "ar", "C": "zh", "E": "en", "F": "fr", "R": "ru", "S": "es"}
_NAMES = {"arabic": "ar", "english": "en", "spanish": "es", "french": "fr", "russian": "ru", "chinese": "zh"}
_CODE = re.compile(r"(?:ar|en|es|fr|ru|zh|ara|eng|spa|fra|fre|rus|zho|chi|cn)(?:[-_][A-Za-z]{2,4})?\Z", re.IGNORECASE)
#: Letters of the scripts of the six languages.
SCRIPTS = {
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
    "ar": re.compile("[\u0620-\u064a\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufefc]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
}
#: A Chinese character says as much as about this many letters.
_HAN_LETTERS = 3
_LATIN = ("en", "es", "fr")
_WORD = re.compile(r"[^\W\d_]+")
#: Words by which a Latin-script language is known from the other two.
_TELLING = {
    tag: FUNCTION_WORDS[tag].difference(*(FUNCTION_WORDS[other] for other in _LATIN if other != tag)) for tag in _LATIN
}
#: Letters a text must have before it may contradict the language it was given.
SURE_LETTERS = 200
#: Share of telling words that shows a language, and how many times those of the next it must be.
_TELLING_SHARE, _TELLING_LEAD = 0.08, 3.0
#: Probability of the language model from which its guess is told as a guess and not as a doubt.
_SURE_GUESS = 0.9
#: Characters looked at to tell the language.
_SAMPLE = 20_000
#: Letters of a block from which its language counts, and the share of blocks that makes a file mixed.
_BLOCK_LETTERS, _MIXED_SHARE = 40, 1 / 3


def language_of(text: str, name: str, given: Lang | None, declared: str = "") -> tuple[Lang, list[str]]:
    """The language of a text and, when it was not given, a remark that says how it was told.

    By the file's name, or else by the text where it shows it beyond doubt, or else by what the file declares (a
    program's default as often as not), or else by the likeliest of the Latin-script languages.

    Raises:
        LanguageError: the text is clearly not in the language given or named, or its language cannot be told.
    """
    sample = characters(text[:_SAMPLE], UN_LANGUAGES[0])
    sure = _telling(sample)
    lang = given or named(name)
    if lang is not None:
        if sure and lang.primary in _TESTED and sure != lang.primary and letters(sample) >= SURE_LETTERS:
            told = "given as" if given else "named as"
            raise LanguageError(f"the file is {told} {lang.name}, but its text is {Lang(sure).name}", path=name,
                                hint=f"pass it as {sure}={name}, or check that it is the right file")  # fmt: skip
        return lang, [] if given else [f"{name} is in {lang.name}, by its name"]
    said = _declared(declared)
    if sure:
        found = said if said is not None and said.primary == sure else Lang(sure)
        return found, [f"{name} is in {found.name}, by its text"]
    if said is not None and (said.primary not in _TESTED or said.primary in _LATIN):
        return said, [f"{name} is in {said.name}, by its own word"]
    tag, probability = _guess(sample)
    if probability < _SURE_GUESS:
        raise LanguageError("the language of the text cannot be told", path=name,
                            hint=f"say which it is, for example en={name}")  # fmt: skip
    return Lang(tag), [f"{name} is taken to be in {Lang(tag).name}; say LANG={name} if it is not"]


def shown(text: str) -> Lang | None:
    """The language that a text shows beyond doubt; None where it does not, or has too few letters."""
    sample = characters(text[:_SAMPLE], UN_LANGUAGES[0])
    sure = _telling(sample) if letters(sample) >= SURE_LETTERS else ""
    return Lang(sure) if sure else None


def _declared(tag: str) -> Lang | None:
    with suppress(LanguageError):
        return Lang.parse(tag)
    return None


_TESTED = frozenset(lang.primary for lang in UN_LANGUAGES)


def named(name: str) -> Lang | None:
    """The language that a file's name tells, or None; a job number says nothing.

    >>> [str(named(name)) for name in ("A_RES_70_1_R.docx", "x-FR.pdf", "a-res-70-1-zh.html", "report.es.v2.txt")]
    ['ru', 'fr', 'zh', 'es']
    >>> named("N2345678.pdf"), named("Annex_A.docx"), named("plan_e.txt")
    (None, None, None)
    """
    parts = name.split(".")
    stem = parts[0] if len(parts) == 1 else ".".join(parts[:-1])
    for part in reversed(stem.split(".")):
        if _CODE.match(part):
            return Lang.parse(part)
    last = re.split(r"[._\- ]", stem)[-1]
    # One letter is a language after a symbol or a job number; after a word it may be a part: "Annex_A".
    if re.search(r"\d.*[_\-][ACEFRS]\Z", stem):
        return Lang.parse(_UN_SUFFIX[last])
    if _CODE.match(last):
        return Lang.parse(last)
    return Lang.parse(_NAMES[last.lower()]) if last.lower() in _NAMES else None


def letters(text: str) -> int:
    """How many letters of the six languages' scripts the text has; a Chinese character counts as three."""
    return sum(len(script.findall(text)) * (_HAN_LETTERS if tag == "zh" else 1) for tag, script in SCRIPTS.items())


def _script(text: str) -> str:
    """The script most letters are of: ``zh``, ``ar``, ``ru`` or ``latin``; "" without letters."""
    counts = {tag: len(script.findall(text)) * (_HAN_LETTERS if tag == "zh" else 1) for tag, script in SCRIPTS.items()}
    best = max(counts, key=lambda tag: counts[tag])
    return best if counts[best] else ""


def _telling(text: str) -> str:
    """The language that script or common words show beyond doubt, or ""."""
    script = _script(text)
    if script != "latin":
        return script
    words = [word.lower() for word in _WORD.findall(text)]
    shares = sorted(((sum(word in _TELLING[tag] for word in words) / len(words), tag) for tag in _LATIN), reverse=True)
    (best, tag), (second, _) = shares[:2]
    return tag if best >= _TELLING_SHARE and best >= _TELLING_LEAD * second else ""


def _guess(text: str) -> tuple[str, float]:
    """The likeliest of the three Latin-script languages, and its probability among them, by py3langid."""
    # Loading its model takes longer than reading most documents, and few need it.
    from py3langid import rank

    scores = {tag: float(score) for tag, score in rank(text) if tag in _LATIN}
    best = max(scores, key=lambda tag: scores[tag])
    return best, 1 / sum(math.exp(score - scores[best]) for score in scores.values())


def mixed(segments: Sequence[Segment], lang: Lang, name: str) -> list[Problem]:
    """A problem when many blocks are in another language than the rest, with the first of them."""
    if lang.primary not in _TESTED:
        return []
    told = [
        (segment, tag)
        for segment in segments
        if segment.kind in BODY_KINDS and letters(segment.text) >= _BLOCK_LETTERS and (tag := _telling(segment.text))
    ]
    others = [(segment, tag) for segment, tag in told if tag != lang.primary]
    if len(others) <= 1 or len(others) < _MIXED_SHARE * len(told):
        return []
    first, tag = others[0]
    message = f"{len(others)} of {len(told)} blocks are not {lang.name}; the first is {Lang(tag).name}"
    return [Problem(message, name, first.line, "check that the file holds one language version")]
