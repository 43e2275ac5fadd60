"""Repairs of text that came out of a PDF or word processor file: characters, line ends, gaps inside words.

Everything here undoes what a page did to the text and leaves its wording alone. Where a repair could be wrong, the
document's own vocabulary decides.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tm.lang import UN_LANGUAGES, Lang
from tm.text import CJK

#: A repair of characters that leaves the number of lines as it was.
Step = Callable[[str], str]

_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_JOINERS = re.compile("[\u200c\u200d]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HYPHENS = re.compile("[\u02d7\u2010\u2011\u2043\ufe63\uff0d]")
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_TATWEEL = re.compile("(?<![\u0621-\u064a])\u0647\u0640(?![\u0621-\u064a\u0640])|\u0640+")
_INNER_SOFT_HYPHEN = re.compile("\u00ad(?![^\\S\n]*(?:\n|\\Z))")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_HAN = rf"{CJK}\u3000-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’"
_HAN_MARKS = _HAN.removeprefix(CJK)
#: Spaces that only set apart: around figures, and beside Chinese punctuation.
_HAN_SPACE = re.compile(rf"(?<=[{_HAN}]) +(?=[{_HAN_MARKS}\d])|(?<=[{_HAN_MARKS}\d]) +(?=[{_HAN}])")
#: A space between two characters that may be one word, with the characters beside them.
_HAN_GAP = re.compile(rf"(?<=([{CJK}])) +(?=([{CJK}]))")
_HAN_ALONE = re.compile(rf"(?:\A|\s)[{CJK}]\Z|\A[{CJK}](?:\s|\Z)")
_HAN_JOINT = re.compile(rf"[{_HAN}] [{_HAN}0-9]|[0-9] [{_HAN}]")
_ELISION = re.compile(r"\b((?:[ldnsjmtc]|qu|jusqu|lorsqu|puisqu|quoiqu) ?)([’'])( ?)(?=[^\W\d_])", re.IGNORECASE)
_GENITIVE = re.compile(r"(?<=[^\W\d_]) ([’'])(?=(?:s|t|re|ve|ll)\b)")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0670])*")
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:-[^\W\d_]+)+")
_HYPHEN_END = re.compile(r"((?:[^\W_]|[\u0300-\u036f])+)-\Z")
_WORD_START = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_SENTENCE_ENDS = ".!?:;…»”"
_OPENERS = ' («“"'

#: Letters two words must share at their start to count as forms of one word, when a document does not hold both.
_STEM = 5
#: Occurrences of the closed word that settle a gap although both halves could begin and end words.
_CERTAIN = 3
_FRINGE = 3
#: How far back the start of a sentence or of a word is looked for, in characters.
_LOOK_BACK = 8
_LONGEST_WORD = 60

#: Words so common that one of them beside a gap shows two words. Lower case; a document need not hold them.
_FUNCTION_LISTS = {
    "en": "a an i in on to be at so as for with no all out over under after any some every may can not up by of or it "
    "is if we he me my do go us un the and but who how her his its our are was has had one two off per via non nor yet",
    "fr": "a à y ô le la les un une de du des en et ou où au aux ce ces sa son ses se si ne ni par pour sur sous sans "
    "dans est il on qui que tout plus bien mal non mi ci là or car mais dont vers chez entre avant après contre",
    "es": "a e o u y el la los las un una de del en al con por para sin so si no ni se su sus lo le me mi tu es que "
    "más muy mal bien ya ha he va ve tan fue son era ante bajo cabe como entre sobre tras todo",
    "ru": "а в и к о с у я во до за из ко на не ни но об он от по со то та ту те ты мы вы же ли бы для или как под при "
    "про над без что это эта так тем том кто она оно они все всё его её их еще уже где ныне между через",
    "ar": "و ف ب ل ك في من عن إلى على أن إن لا ما لم لن قد هو هي هم أو ثم بل كل هذا هذه ذلك تلك مع عند بين بعد قبل غير "
    "حيث أي كما منذ حتى إذا التي الذي لدى دون سوى نحو ضد عبر أم هل يا ال",
}  # fmt: skip
FUNCTION_WORDS = {tag: frozenset(words.split()) for tag, words in _FUNCTION_LISTS.items()}
#: First halves of compounds that keep their hyphen at a line's end.
_HYPHENATED = {
    "en": "self cross non well high low long short half ex anti post pre mid multi vice co follow so decision policy",
    "fr": "sous non avant après vice ex demi mi au ci là celui celle ceux peut vis quasi contre porte arrière rendez",
    "es": "ex afro franco hispano franco",
    "ru": "по кое из северо юго научно военно социально торгово экс вице технико",
}  # fmt: skip
#: Second halves that are never written without one.
_AFTER_HYPHEN = {"ru": frozenset({"либо", "нибудь", "таки"}), "fr": frozenset({"ci", "là", "même", "mêmes"})}
_HYPHENATED_SETS = {tag: frozenset(words.split()) for tag, words in _HYPHENATED.items()}


@dataclass(frozen=True, slots=True)
class Gap:
    """A space inside a word that was closed."""

    #: As printed: ``p arties``.
    printed: str
    #: As closed: ``parties``.
    closed: str


def unify_newlines(text: str) -> str:
    r"""Every line end as a line feed; as many lines as before.

    >>> unify_newlines("a\r\nb\rc")
    'a\nb\nc'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def drop_invisible(text: str) -> str:
    r"""Without byte-order marks, direction marks and embeddings, zero-width spaces, and stray controls.

    >>> drop_invisible("\ufeff\u200f1-\u200f \u202bنص\u202c")
    '1- نص'
    """
    return drop_controls(_INVISIBLE.sub("", text))


def drop_controls(text: str) -> str:
    r"""Without control characters that no text holds; line ends, tabs and form feeds stay.

    >>> drop_controls("a\x02b\tc")
    'ab\tc'
    """
    return _CONTROLS.sub("", text)


def drop_joiners(text: str) -> str:
    r"""Without zero-width joiners and non-joiners, which none of the six languages spells with.

    >>> drop_joiners("ه\u200d")
    'ه'
    """
    return _JOINERS.sub("", text)


def plain_spaces(text: str) -> str:
    r"""No-break, narrow, wide and other spaces as plain ones.

    >>> plain_spaces("organisée\u202f; 25\u00a0%")
    'organisée ; 25 %'
    """
    return _SPACES.sub(" ", text)


def plain_hyphens(text: str) -> str:
    r"""Characters that only look like a hyphen, as a hyphen; dashes and the minus sign stay.

    >>> plain_hyphens("sous\u02d7développement – 5")
    'sous-développement – 5'
    """
    return _HYPHENS.sub("-", text)


def plain_arabic(text: str) -> str:
    """Arabic presentation forms as the letters they show; everything else stays.

    >>> plain_arabic("ﻭﺍﻏﺘﻨﻤﺖ ﻋﺪﺓ（续）")
    'واغتنمت عدة（续）'
    """
    return _PRESENTATION.sub(_letters, text)


def drop_tatweel(text: str) -> str:
    """Without the stroke that stretches Arabic words; the isolated letter ``هـ`` keeps it as its spelling.

    >>> drop_tatweel("التوصيـات (هـ)")
    'التوصيات (هـ)'
    """
    return _TATWEEL.sub(lambda found: found.group() if found.group()[0] == "\u0647" else "", text)


def drop_soft_hyphens(text: str) -> str:
    r"""Without soft hyphens inside lines; at a line's end they still tell that the word goes on.

    >>> drop_soft_hyphens("inter\u00adna\u00ad\ncional")
    'interna\xad\ncional'
    """
    return _INNER_SOFT_HYPHEN.sub("", text)


#: The repairs of characters, in the order they are made.
CHARACTER_STEPS: tuple[Step, ...] = (
    unify_newlines, drop_invisible, plain_spaces, plain_hyphens, plain_arabic, drop_tatweel, drop_soft_hyphens,
)  # fmt: skip


def characters(text: str, lang: Lang) -> str:
    """The text with all repairs of characters made, in NFC; lines, form feeds and indents stay."""
    for step in CHARACTER_STEPS:
        text = step(text)
    if lang.primary in {un.primary for un in UN_LANGUAGES}:
        text = drop_joiners(text)
    return unicodedata.normalize("NFC", text)


def single_spaces(text: str) -> str:
    r"""One plain space for each run of white space, none at the ends.

    >>> single_spaces(" the  exchange\tof ")
    'the exchange of'
    """
    return " ".join(text.split())


def close_han(text: str) -> str:
    """Chinese without the spaces a page set around figures and beside punctuation.

    >>> close_han("在项目 2 和 3 下 ，《公约》")
    '在项目2和3下，《公约》'
    """
    return _HAN_SPACE.sub("", text)


def _close_han_gaps(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """The texts without spaces between two characters that stand side by side elsewhere, or of which one stands alone.

    A space that sets two words apart, as in a heading, stays.
    """
    pairs = Counter(pair for text in texts for pair in map("".join, pairwise(text)))
    gaps: list[Gap] = []

    def close(found: re.Match[str]) -> str:
        before, after = found.string[: found.start()], found.string[found.end() :]
        if not pairs[found[1] + found[2]] and not _HAN_ALONE.search(before[-2:]) and not _HAN_ALONE.match(after[:2]):
            return found.group()
        gaps.append(Gap(f"{found[1]} {found[2]}", found[1] + found[2]))
        return ""

    return tuple(_HAN_GAP.sub(close, text) for text in texts), tuple(gaps)


def close_elisions(text: str, lang: Lang) -> tuple[str, tuple[Gap, ...]]:
    """The text without spaces beside the apostrophe of a French elision or an English genitive, and what was closed.

    >>> close_elisions("de l ’échange", Lang("fr"))[0], close_elisions("each State ’s law", Lang("en"))[0]
    ('de l’échange', 'each State’s law')
    """
    gaps: list[Gap] = []
    if lang.primary == "fr":
        text = _ELISION.sub(lambda found: _close(found, found[1].strip() + found[2], gaps), text)
    elif lang.primary == "en":
        text = _GENITIVE.sub(lambda found: _close(found, found[1], gaps), text)
    return text, tuple(gaps)


@dataclass(frozen=True)
class Vocabulary:
    """The words of one document as its unbroken lines print them."""

    lang: Lang
    #: Case-folded words and how often each occurs, pieces of hyphenated line ends left out.
    words: Counter[str]
    #: Case-folded hyphenated compounds that stand inside a line.
    compounds: Counter[str]
    #: Words exactly as printed that do not open a sentence.
    inner: Counter[str]
    #: Whether the document breaks words at line ends, as far as its words tell; None when they do not.
    hyphenates: bool | None = None

    @classmethod
    def of(cls, lines: Sequence[str], lang: Lang) -> "Vocabulary":
        """The vocabulary of a document's lines in order, page furniture left out."""
        words: Counter[str] = Counter()
        compounds: Counter[str] = Counter()
        inner: Counter[str] = Counter()
        broken = False
        for line in lines:
            start, end = 0, len(line)
            if broken and (first := _WORD_START.match(line)):
                start = first.end()
            broken = line.endswith(("-", "\u00ad"))
            if broken and (last := _broken_word(line[:-1] + "-")):
                end -= len(last) + 1
            body = line[start:end]
            compounds.update(found.group().casefold() for found in _COMPOUND.finditer(body))
            for found in _WORD.finditer(body):
                words[found.group().casefold()] += 1
                if found.group()[0].isupper() and not _opens_sentence(body, found.start()):
                    inner[found.group()] += 1
        known = cls(lang, words, compounds, inner)
        return cls(lang, words, compounds, inner, known.habit(lines))

    def habit(self, lines: Sequence[str]) -> bool | None:
        """Whether hyphens at line ends break words here: True or False when the words tell, else None."""
        joined = kept = 0
        for line, after in pairwise(lines):
            if line.endswith("\u00ad"):
                joined += 1
            elif (last := _broken_word(line)) and (first := _WORD_START.match(after)):
                known = self.keeps_hyphen(last, first.group())
                joined += known is False
                kept += known is True
        return joined > 0 if joined or kept else None

    def keeps_hyphen(self, before: str, after: str) -> bool | None:
        """Whether the two pieces are a hyphenated compound (True) or one word (False), by words seen elsewhere."""
        head, tail = before.casefold(), after.casefold()
        if f"{head}-{tail}" in self.compounds:
            return True
        if head + tail in self.words:
            return False
        if self._has_stem(self._compound_list, f"{head}-{tail}", len(head) + 1 + _STEM):
            return True
        if self._has_stem(self._word_list, head + tail, max(len(head) + _STEM - 1, _STEM + 1)):
            return False
        return None

    def joins(self, before: str, after: str) -> bool:
        """Whether two pieces around a hyphen at a line's end are one word without hyphen."""
        if not after[:1].islower() or not before[-1:].isalpha():
            return False
        known = self.keeps_hyphen(before, after)
        if known is not None:
            return not known
        head, tail = before.casefold(), after.casefold()
        if head in _HYPHENATED_SETS.get(self.lang.primary, ()) or tail in _AFTER_HYPHEN.get(self.lang.primary, ()):
            return False
        both = head in self.words and tail in self.words
        return not both if self.hyphenates is None else self.hyphenates

    @cached_property
    def _word_list(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def _compound_list(self) -> list[str]:
        return sorted(self.compounds)

    @staticmethod
    def _has_stem(ordered: list[str], word: str, length: int) -> bool:
        """Whether a listed word shares its first letters, so many of them, with a word at least as long."""
        stem = word[:length]
        at = bisect_left(ordered, stem)
        return len(word) >= length and at < len(ordered) and ordered[at].startswith(stem)

    @cached_property
    def onsets(self) -> Counter[str]:
        """How many different words begin with the same few letters."""
        return Counter(word[:_FRINGE] for word in self.words)

    @cached_property
    def codas(self) -> Counter[str]:
        """How many different words end with the same few letters."""
        return Counter(word[-_FRINGE:] for word in self.words)


def join_lines(lines: Iterable[str], vocabulary: Vocabulary) -> str:
    r"""One running text of the lines of a paragraph, words broken at line ends made whole.

    >>> join_lines(["la Delin-", "cuencia Organi\xad", "zada"], Vocabulary.of(["delincuencia"], Lang("es")))
    'la Delincuencia Organizada'
    """
    parts: list[str] = []
    for line in lines:
        piece = line.strip()
        if piece and parts:
            parts[-1] = _opened(parts[-1], piece, vocabulary)
        if piece:
            parts.append(piece)
    return "".join(parts).rstrip("\u00ad")


def close_gaps(texts: Sequence[str], vocabulary: Vocabulary) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    """The texts of a document with spaces inside words closed, and the gaps that were closed.

    A gap is closed only where the whole word stands elsewhere in the document and the two halves do not: neither is a
    word of its own here or a function word, and they could not well begin and end words of this document.

    >>> v = Vocabulary.of(["States parties met. Some p arties did not."], Lang("en"))
    >>> close_gaps(["Some p arties did not."], v)
    (('Some parties did not.',), (Gap(printed='p arties', closed='parties'),))
    """
    if vocabulary.lang.joiner == "":
        return _close_han_gaps(texts)
    found = [list(_candidates(text, vocabulary)) for text in texts]
    pairs = Counter((left.casefold(), right.casefold()) for one in found for _, left, right in one)
    gaps: list[Gap] = []
    closed = []
    for text, candidates in zip(texts, found, strict=True):
        start = 0
        pieces = []
        for place, left, right in candidates:
            if _is_gap(text, place, left, right, pairs, vocabulary):
                gaps.append(Gap(f"{left} {right}", left + right))
                pieces.append(text[start:place])
                start = place + 1
        closed.append("".join(pieces) + text[start:])
    return tuple(closed), tuple(gaps)


def _candidates(text: str, vocabulary: Vocabulary) -> Iterable[tuple[int, str, str]]:
    """Places of single spaces between two words that make a known word together, with the two words."""
    previous: re.Match[str] | None = None
    for word in _WORD.finditer(text):
        if previous and word.start() == previous.end() + 1 and text[previous.end()] == " ":
            left, right = previous.group(), word.group()
            if (left + right).casefold() in vocabulary.words:
                yield previous.end(), left, right
        previous = word


def _is_gap(
    text: str, place: int, left: str, right: str, pairs: Counter[tuple[str, str]], vocabulary: Vocabulary
) -> bool:
    head, tail = left.casefold(), right.casefold()
    function_words = FUNCTION_WORDS.get(vocabulary.lang.primary, frozenset())
    opens = _opens_sentence(text, place - len(left))
    capital = len(left) == 1 and left.isupper() and not opens
    if tail in function_words or (head in function_words and not capital) or left == "I":
        return False
    if right[:1].isupper() and not left.isupper():
        return False
    times = pairs[head, tail]
    seen_head = vocabulary.inner[left] if capital else vocabulary.words[head]
    if seen_head > times or vocabulary.words[tail] > times:
        return False
    if len(head) == 1 or len(tail) == 1:
        return True
    could_end = vocabulary.codas[head[-_FRINGE:]] > 1
    could_begin = vocabulary.onsets[tail[:_FRINGE]] > 1
    return not (could_end and could_begin) or vocabulary.words[head + tail] >= _CERTAIN


def _opened(before: str, after: str, vocabulary: Vocabulary) -> str:
    """The end of a line made ready for the next: with a space, without its hyphen, or as it is."""
    if before.endswith("\u00ad"):
        return before[:-1]
    last = _broken_word(before)
    first = _WORD_START.match(after)
    if last and first:
        return before[:-1] if vocabulary.joins(last, first.group()) else before
    if before.endswith("/") and not before.endswith(" /"):
        return before
    return before if _HAN_JOINT.search(before[-1] + " " + after[0]) else before + " "


def _opens_sentence(text: str, place: int) -> bool:
    before = text[max(0, place - _LOOK_BACK) : place].rstrip(_OPENERS)
    return not before or before[-1] in _SENTENCE_ENDS


def _broken_word(line: str) -> str:
    """The piece of a word before the hyphen that ends the line, or ""."""
    last = _HYPHEN_END.search(line[-_LONGEST_WORD:]) if line.endswith("-") else None
    return last[1] if last else ""


def _letters(found: re.Match[str]) -> str:
    """The letters of a run of presentation forms; a vowel sign shown alone loses the space that carries it."""
    return "".join(unicodedata.normalize("NFKC", char).lstrip(" \u0640") for char in found.group())


def _close(found: re.Match[str], closed: str, gaps: list[Gap]) -> str:
    if found.group() != closed:
        gaps.append(Gap(found.group(), closed))
    return closed
