"""Regular expressions over passages: folded like words, stopped when they take too long, with what they must hold.

The syntax is that of Python's ``re`` and of the ``regex`` package, which runs them. What an expression must hold in any
case, its literals, is drawn out so that an index can name the passages worth trying.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from tm.errors import QueryError
from tm.folding import Aspect, bare, strict, strict_map
from tm.labels import label_end
from tm.lang import Lang
from tm.patterns import ANY_WORD, Query, Span, Word, part_of_word
from tm.text import CJK, MARKS, nfc, words

#: Seconds that an expression may take on one passage: ten thousand times what a harmless one needs.
SECONDS = 1.0
#: Pieces of an expression: escape, set, a group's opening (with a comment whole) and end, quantifier, choice,
#: what is no letter, a character.
_PIECE = re.compile(
    r"(?P<escape>\\(?:[pPN]\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.))"
    r"|(?P<set>\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\])"
    r"|(?P<open>\((?:\?\#[^)]*)?)|(?P<close>\))|(?P<quantifier>(?:[*+?]|\{[^{}]*\})[?+]?)|(?P<either>\|)"
    r"|(?P<anchor>[.^$])|(?P<character>.)",
    re.DOTALL,
)
#: Flags set inside an expression, which may change how all of it is read.
_FLAGS = re.compile(r"\(\?[A-Za-z-]*[A-Za-z][A-Za-z-]*[:)]")
#: One member of a set: a range or escape, which stays as it is, or a character.
_MEMBER = re.compile(r"\[:[^\]]*:\]|\\.|.-.|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression read for searching."""

    pattern: "regex.Pattern[str]"
    #: Words, known in part, that stand in every passage it fits, those of a piece side by side; empty when nothing is
    #: certain.
    pieces: tuple[tuple[Word, ...], ...]
    kept: frozenset[Aspect]

    def spans(self, text: str, lang: Lang) -> tuple[Span, ...]:
        """Where it fits in the text after its label, in characters, in order; matches of no length are left out.

        Raises:
            QueryError: it takes longer than ``SECONDS`` on this text.
        """
        start = label_end(text, lang)
        folded = strict(text[start:], self.kept)
        try:
            found = [match.span() for match in self.pattern.finditer(folded, timeout=SECONDS)]
        except TimeoutError as error:
            raise QueryError(
                f"the regular expression takes longer than {SECONDS:g} s on one passage",
                hint="avoid repeating what is itself repeated, as in (a+)+, and .* at both ends",
            ) from error
        if not found:
            return ()
        _, places = strict_map(text[start:], self.kept)
        return tuple((start + places[first], start + places[end - 1] + 1) for first, end in found if first < end)


def read(query: Query) -> Expression:
    """The expression of a query.

    Raises:
        QueryError: it is empty, or no regular expression.
    """
    written = nfc(query.text)
    if not written.strip():
        raise QueryError("the regular expression is empty", hint="give something to look for")
    # Case is left to the engine: folding an escape's letter would turn it into its opposite.
    kept = query.kept | {Aspect.CASE}
    flags = regex.VERSION0 if Aspect.CASE in query.kept else regex.VERSION0 | regex.IGNORECASE
    try:
        regex.compile(written, flags)
        pattern = regex.compile(_folded(written, kept), flags)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        hint = "write a backslash before . ( ) [ ] { } * + ? | to look for the character itself"
        raise QueryError(f"this is no regular expression: {error}", hint=hint) from error
    return Expression(pattern, _pieces(_literals(written)), kept)


def _folded(expression: str, kept: frozenset[Aspect]) -> str:
    """The expression with its letters folded as those of the passages are; ranges and escapes stay."""
    return "".join(
        _folded_set(found.group(), kept)
        if found.lastgroup == "set"
        else _folded_character(found.group(), kept)
        if found.lastgroup == "character"
        else found.group()
        for found in _PIECE.finditer(expression)
    )


def _folded_character(char: str, kept: frozenset[Aspect]) -> str:
    folded = strict(char, kept)
    if folded == char:
        return char
    return regex.escape(folded) if len(folded) == 1 else f"(?:{regex.escape(folded)})"


def _folded_set(written: str, kept: frozenset[Aspect]) -> str:
    start = 2 if written.startswith("[^") else 1
    members = []
    for found in _MEMBER.finditer(written, start, len(written) - 1):
        member = found.group()
        folded = strict(member, kept) if len(member) == 1 else member
        members.append(member if len(folded) != 1 or folded == member else regex.escape(folded, special_only=False))
    return written[:start] + "".join(members) + "]"


def _literals(expression: str) -> tuple[str, ...]:
    r"""Texts that stand in everything the expression fits, but for what is no letter between their words; none when
    that is not certain. Spaces at an end say that the word there ends as well.

    >>> _literals(r"résolutions?\s+70/\d+"), _literals("a|b"), _literals(r"(?:x) mutual[ly]+ .*\bassist")
    (('résolution', ' 70/'), (), (' mutual', ' assist'))
    """
    if _FLAGS.search(expression):
        return ()
    texts = ""
    depth = 0
    for found in _PIECE.finditer(expression):
        kind, piece = found.lastgroup or "", found.group()
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif depth:
            continue
        elif kind == "either":
            return ()
        texts = _repeated(texts, piece) if kind == "quantifier" else texts + _certain(kind, piece)
    known = (_ALONE.sub(_OPEN, text) for text in texts.split(_OPEN))
    return tuple(dict.fromkeys(text for some in known for text in some.split(_OPEN) if _tells(text)))


#: Stands for what is not known, not even whether there is anything.
_OPEN = "\0"
#: Between a digit and a letter, which may be one word or two.
_ALONE = re.compile(rf"(?<=\d)(?=[^\W\d_{CJK}])|(?<=[^\W\d_{CJK}])(?=\d)")
#: What belongs to the word it stands in, or to none.
_MARK = re.compile(f"[{MARKS}]")
#: Escapes and anchors that fit nothing of a word: white space, what is no word, the bounds of words, lines and texts.
_BOUNDS = frozenset({r"\s", r"\W", r"\b", r"\A", r"\Z", r"\t", r"\n", r"\r", r"\f", r"\v", "^", "$"})


def _certain(kind: str, piece: str) -> str:
    """What is certain of what a piece of an expression fits: its text, a space for what is no word, or nothing."""
    if kind == "character":
        return _OPEN if _MARK.match(piece) else piece
    if piece in _BOUNDS:
        return " "
    if kind == "escape" and piece[1:].isascii() and not piece[1:].isalnum():
        return piece[1:]
    if kind == "set" and not piece.startswith("[^"):
        return " " if all(map(_is_no_word, _MEMBER.findall(piece[1:-1]))) else _OPEN
    return _OPEN


def _is_no_word(member: str) -> bool:
    """Whether a member of a set fits nothing that stands in a word."""
    return member in _BOUNDS or (len(member) == 1 and member.isascii() and not member.isalnum() and member != "_")


def _repeated(texts: str, quantifier: str) -> str:
    """The texts when their last piece is repeated, perhaps no times."""
    least = re.match(r"\{\s*(\d+)\s*(?:,[\s\d]*)?\}", quantifier)
    if quantifier[0] != "+" and not (least and int(least.group(1))):
        return texts[:-1] + _OPEN
    return texts if texts.endswith(" ") else texts + _OPEN


def _tells(text: str) -> bool:
    """Whether a text tells passages apart: one letter stands in so many words that it does not, one Chinese character
    does.
    """
    return any(len(known := bare(token.key)) > 1 or not known.isascii() for token in words(text))


def _pieces(texts: Iterable[str]) -> tuple[tuple[Word, ...], ...]:
    """The words of texts, of which those at an end may be parts. A few letters of a word, which stand in very many
    words, are passed over where something else tells more.
    """
    pieces = [
        [
            part_of_word(text[token.start : token.end], starts=token.start > 0, ends=token.end < len(text))
            for token in words(text)
        ]
        for text in texts
    ]
    if not all(word.is_short for piece in pieces for word in piece):
        pieces = [[ANY_WORD if word.is_short else word for word in piece] for piece in pieces]
    return tuple(tuple(piece) for piece in pieces if any(word != ANY_WORD for word in piece))
