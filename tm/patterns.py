"""What a search asks of a passage: words side by side, all of them anywhere, or with wildcards; and where it stands.

A passage is a stored text without its label. A query is read in the language of the passages it is compared with.
Between the words of a phrase any punctuation may stand. A number, date, document symbol or ordinal in the query
answers to the same words, and to the same value in another spelling ("78th" to "seventy-eighth").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tm.errors import QueryError
from tm.folding import NOTHING, Aspect, bare, loose, marks, strict
from tm.labels import label_end
from tm.lang import Lang
from tm.placeables import tokens, value_key
from tm.text import CJK, MARKS, Token, nfc, words


class Mode(StrEnum):
    """How a query is read."""

    #: Its words side by side.
    PHRASE = "phrase"
    #: All its words, anywhere in the passage and in any order.
    WORDS = "words"
    #: Side by side, where ``*`` in a word stands for any letters, ``?`` for one, and `` * `` or ``…`` for a few words.
    WILDCARD = "wildcard"
    #: A regular expression.
    REGEX = "regex"


#: Words that a gap in a wildcard query may stand for: none to this many.
GAP_WORDS = 5
#: Aspects that are compared on the words as they are written; the others on keys, or between words.
_ON_WORDS = frozenset({Aspect.CASE, Aspect.TASHKEEL, Aspect.TATWEEL, Aspect.WIDTH, Aspect.DIGITS})
#: What stands between words.
_NO_WORD = re.compile(r"\W+")
#: A half-open range of characters.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and what must be written just so."""

    text: str
    mode: Mode = Mode.PHRASE
    #: Differences that count; all others are folded.
    kept: frozenset[Aspect] = NOTHING


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query."""

    #: As it is compared by its key, ``*`` and ``?`` left in it.
    key: str
    #: As it is written, with only that folded which does not count; "" when the key decides.
    strict: str
    #: Quotation marks and dashes before it that must stand there.
    marks: str
    #: The key, and the strict form, as expressions; None for a word without wildcards.
    wild: tuple[re.Pattern[str], re.Pattern[str]] | None
    kept: frozenset[Aspect]
    #: Whether it may be one of the words that a single token reads as, as "ʼn" and "½" do.
    part: bool = False

    def answers(self, key: str) -> bool:
        """Whether a word with this key, as the index has it, may be this one."""
        compared = key if Aspect.ACCENTS in self.kept else bare(key)
        return any(map(self._answers, _NO_WORD.split(compared))) if self.part else self._answers(compared)

    @property
    def is_short(self) -> bool:
        """Whether no more is known of it than its first letter, or two letters after others."""
        known = self.key.strip("*?")
        return self.wild is not None and known.isascii() and len(known) <= (2 if self.key.startswith("*") else 1)

    def _answers(self, compared: str) -> bool:
        return bool(self.wild[0].fullmatch(compared)) if self.wild else compared == self.key

    def stands(self, found: Token, text: str) -> bool:
        """Whether the word found in a text is this one."""
        if not self.answers(found.key):
            return False
        if not self.strict:
            return True
        written = strict(text[found.start : found.end], self.kept)
        return bool(self.wild[1].fullmatch(written)) if self.wild else written == self.strict


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query, or the words of a placeable in it."""

    words: tuple[Word, ...]
    #: Class and value of the placeable, as the index knows it; "" for a word.
    value: str = ""
    #: How many words may stand between this term and the one before.
    gap: int = 0


class Passage:
    """A stored text, taken apart."""

    def __init__(self, text: str, lang: Lang) -> None:
        start = label_end(text, lang)
        self.text = text
        self.words = [token for token in words(text) if token.start >= start]
        self._lang = lang
        self._values: dict[int, tuple[str, int]] | None = None

    def value_at(self, place: int) -> tuple[str, int] | None:
        """Class and value of the placeable that begins with this word, and the word after it; None without one."""
        if self._values is None:
            starts = {token.start: i for i, token in enumerate(self.words)}
            self._values = {}
            for token in tokens(self.text, self._lang):
                if token.kind and token.start in starts:
                    end = first = starts[token.start]
                    while end < len(self.words) and self.words[end].start < token.end:
                        end += 1
                    self._values[first] = value_key(token.kind, token.value), end
        return self._values.get(place)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A query read in one language."""

    terms: tuple[Term, ...]
    #: Whether the terms stand side by side, in order.
    adjacent: bool

    @property
    def groups(self) -> tuple[tuple[Term, ...], ...]:
        """The terms that must stand side by side."""
        return (self.terms,) if self.adjacent else tuple((term,) for term in self.terms)

    def spans(self, passage: Passage) -> tuple[Span, ...]:
        """Where the query stands, in characters, in order and disjoint; empty where it does not."""
        if self.adjacent:
            found = self._runs(passage, self.terms)
        else:
            by_term = [self._runs(passage, (term,)) for term in self.terms]
            if not all(by_term):
                return ()
            found = _disjoint(sorted({run for runs in by_term for run in runs}))
        return tuple((passage.words[first].start, passage.words[end - 1].end) for first, end in found)

    @staticmethod
    def _runs(passage: Passage, terms: Sequence[Term]) -> list[tuple[int, int]]:
        """Runs of words that are the terms in order; of those that begin in one place the shortest."""
        found = []
        past = 0
        for place in _starts(passage, terms[0]):
            if place >= past and (end := min(_ends(passage, terms, place), default=0)):
                found.append((place, end))
                past = end
        return found


def _disjoint(runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for run in runs:
        if not kept or kept[-1][1] <= run[0]:
            kept.append(run)
    return kept


def _starts(passage: Passage, term: Term) -> Iterable[int]:
    """Words that the term may begin with, in order."""
    answers = term.words[0].answers
    if not term.value:
        return [place for place, token in enumerate(passage.words) if answers(token.key)]
    return [
        place
        for place, token in enumerate(passage.words)
        if answers(token.key) or ((found := passage.value_at(place)) and found[0] == term.value)
    ]


def _ends(passage: Passage, terms: Sequence[Term], place: int) -> set[int]:
    """Where runs of the terms that begin at this word end."""
    places = {place}
    for number, term in enumerate(terms):
        ends: set[int] = set()
        for before in places:
            for start in range(before, min(before + term.gap, len(passage.words) - 1) + 1):
                if _literal(passage, term, start, first=number == 0 or start > before):
                    ends.add(start + len(term.words))
                if term.value and (found := passage.value_at(start)) and found[0] == term.value:
                    ends.add(found[1])
        places = ends
    return places


def _literal(passage: Passage, term: Term, start: int, *, first: bool) -> bool:
    """Whether the term's words stand at this word; ``first`` when what stands before it does not matter."""
    held = passage.words[start : start + len(term.words)]
    if len(held) < len(term.words):
        return False
    for i, (word, token) in enumerate(zip(term.words, held, strict=True)):
        if not word.stands(token, passage.text):
            return False
        between = Aspect.QUOTES in word.kept or Aspect.DASHES in word.kept
        if between and not (first and i == 0):
            gap = passage.text[passage.words[start + i - 1].end : token.start]
            if marks(gap, word.kept) != word.marks:
                return False
    return True


# --- reading a query ------------------------------------------------------------------------------------------------


def read(query: Query, lang: Lang) -> Pattern:
    """The query as it is compared with passages in this language.

    Raises:
        QueryError: there is no word in it, or none with a letter.
    """
    text = nfc(query.text)
    terms = _wildcard_terms(text, query.kept) if query.mode is Mode.WILDCARD else _plain_terms(text, query.kept, lang)
    if not terms:
        raise QueryError(f"there is no word in {query.text.strip()!r}", hint="give letters or figures to look for")
    if all(not word.key.strip("*?") for term in terms for word in term.words):
        raise QueryError(f"{query.text.strip()!r} fits every passage", hint="give at least one letter beside * and ?")
    return Pattern(tuple(terms), query.mode is not Mode.WORDS)


def _plain_terms(text: str, kept: frozenset[Aspect], lang: Lang) -> list[Term]:
    start = label_end(text, lang)
    plain = [token for token in words(text) if token.start >= start]
    read_words = []
    before = start
    for token in plain:
        read_words.append(_word(text[token.start : token.end], marks(text[before : token.start], kept), kept))
        before = token.end
    by_value = () if Aspect.DIGITS in kept else [t for t in tokens(text, lang) if t.kind and t.start >= start]
    values = {token.start: token for token in by_value}
    terms: list[Term] = []
    i = 0
    while i < len(plain):
        value = values.get(plain[i].start)
        end = i + 1
        while value and end < len(plain) and plain[end].start < value.end:
            end += 1
        terms.append(Term(tuple(read_words[i:end]), value_key(value.kind, value.value) if value else ""))
        i = end
    return terms


#: Pieces of a wildcard query: what stands for some words, a word with wildcards in it, one CJK character, what is left.
_WILDCARD = re.compile(
    rf"(?P<gap>…|\.\.\.|(?<!\S)\*+(?!\S))|(?P<word>[*?]*[^\W\d_{CJK}](?:[^\W\d_{CJK}]|[{MARKS}]|[*?])*|[*?]*\d[\d*?]*)"
    rf"|(?P<character>[{CJK}])|(?P<star>\*+)|(?P<one>(?<=\S)\?|\?(?=\S))"
)


def _wildcard_terms(text: str, kept: frozenset[Aspect]) -> list[Term]:
    """Terms of a wildcard query; gaps at its ends say nothing."""
    text = text.replace("＊", "*").replace("？", "?")
    terms: list[Term] = []
    gap = before = 0
    for found in _WILDCARD.finditer(text):
        piece = found.group()
        unspaced = any(re.match(f"[{CJK}]", text[i : i + 1]) for i in (found.start() - 1, found.end()) if i >= 0)
        if found.lastgroup == "gap" or (found.lastgroup == "star" and unspaced):
            gap = GAP_WORDS
            before = found.end()
            continue
        between = "" if gap else marks(text[before : found.start()], kept)
        terms.append(Term((_word(piece, between, kept, wild=True),), gap=gap if terms else 0))
        gap, before = 0, found.end()
    return terms


def part_of_word(written: str, *, starts: bool, ends: bool) -> Word:
    """A word that begins, or ends, with these letters or digits, or has them in it, whatever differences are kept.

    >>> part_of_word("Résolution", starts=True, ends=False).key, part_of_word("½", starts=True, ends=True).key
    ('resolution*', '*')
    """
    key = loose(written)
    if not key or _NO_WORD.search(key):
        return ANY_WORD
    key = f"{'' if starts else '*'}{key}{'' if ends else '*'}"
    expression = _expression(key)
    return Word(key, "", "", (expression, expression) if "*" in key else None, NOTHING, part=True)


def _word(written: str, before: str, kept: frozenset[Aspect], *, wild: bool = False) -> Word:
    key = loose(written, kept)
    exact = strict(written, kept) if kept & _ON_WORDS else ""
    patterns = (_expression(key), _expression(exact)) if wild and ("*" in key or "?" in key) else None
    return Word(key, exact, before, patterns, kept)


def _expression(wild: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in wild))


#: A word of which nothing is known.
ANY_WORD = Word("*", "", "", (_expression("*"), _expression("*")), NOTHING, part=True)
