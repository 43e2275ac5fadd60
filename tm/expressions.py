"""Regular expressions over passages: folded like words, stopped when they take too long, with what they must hold.

The syntax is that of Python's ``re`` and of the ``regex`` package, which runs them. What an expression must hold in any
case, its literals, is drawn out so that an index can name the passages worth trying.
"""

import re
from dataclasses import dataclass

import regex

from tm.errors import QueryError
from tm.folding import Aspect, strict, strict_map
from tm.labels import label_end
from tm.lang import Lang
from tm.patterns import Query, Span, Word, part_of_word
from tm.text import nfc, words

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
    #: Words, known in part, that stand in every passage it fits; empty when nothing is certain.
    words: tuple[Word, ...]
    kept: frozenset[Aspect]

    def spans(self, text: str, lang: Lang) -> tuple[Span, ...]:
        """Where it fits in the text after its label, in characters, in order; matches of no length are left out.

        Raises:
            QueryError: it takes longer than ``SECONDS`` on this text.
        """
        start = label_end(text, lang)
        folded, places = strict_map(text[start:], self.kept)
        try:
            found = [match.span() for match in self.pattern.finditer(folded, timeout=SECONDS)]
        except TimeoutError as error:
            raise QueryError(
                f"the regular expression takes longer than {SECONDS:g} s on one passage",
                hint="avoid repeating what is itself repeated, as in (a+)+, and .* at both ends",
            ) from error
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
    return Expression(pattern, tuple(map(part_of_word, _literals(written))), kept)


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
    r"""Runs of letters, or of digits, that stand in everything the expression fits; none when that is not certain.

    >>> _literals(r"résolutions?\s+70/\d+"), _literals("a|b"), _literals("(?:x) mutual[ly]+ .*assist")
    (('résolution', '70'), (), ('mutual', 'assist'))
    """
    if _FLAGS.search(expression):
        return ()
    runs = [""]
    depth = 0
    for found in _PIECE.finditer(expression):
        kind, piece = found.lastgroup, found.group()
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif depth:
            continue
        elif kind == "either":
            return ()
        elif kind == "quantifier":
            runs[-1] = runs[-1] if piece[0] == "+" else runs[-1][:-1]
        elif kind == "character":
            runs[-1] += piece
            continue
        elif kind == "escape" and not piece[1:].isalnum():
            runs[-1] += piece[1:]
            continue
        runs.append("")
    # One letter stands in so many words that it tells nothing; one Chinese character does.
    told = [run[token.start : token.end] for run in runs for token in words(run)]
    return tuple(dict.fromkeys(piece for piece in told if len(piece) > 1 or not piece.isascii()))
