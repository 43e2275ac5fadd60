"""Segmentation rules as SRX says them: the first rule that fits a place tells whether a segment ends there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from tm.errors import InputError
from tm.lang import Lang
from tm.sentence import Splitter, sentences, stripped

#: Seconds one rule may take on one text; rules are others' and may never end.
PATIENCE = 5.0
#: What other engines write and ours reads otherwise, outside and inside sets of characters.
_TOKEN = re.compile(
    r"\\Q(?P<literal>.*?)(?:\\E|\Z)|\\x\{(?P<hex>[0-9A-Fa-f]+)\}|\\c(?P<control>[A-Z@\[\]^_\\])|\\k<(?P<group>\w+)>"
    r"|\\(?P<negated>[pP])\{(?P<property>\w+)\}|(?P<escape>\\.)|\(\?(?P<flags>[A-Za-z-]+)(?P<flagged>[:)])"
    r"|(?P<open>\[\^?\]?)|(?P<close>\])|(?P<operator>-(?=\[)|--|~~|\|\|)|(?P<other>.)",
    re.DOTALL,
)
#: Set by Okapi on rules that its own handling of codes in the text leaves alone; it stands for nothing.
_MARKER = "[noauto]"
#: Names of properties that Java has and Unicode has not.
_PROPERTIES = {
    "javaLowerCase": "Ll",
    "javaUpperCase": "Lu",
    "javaTitleCase": "Lt",
    "javaLetter": "L",
    "javaLetterOrDigit": "Alnum",
    "javaDigit": "Nd",
    "javaWhitespace": "White_Space",
    "javaSpaceChar": "Z",
    "IsPunctuation": "P",
}
#: Java's flags that have no meaning here: every pattern knows Unicode, and lines end with a line feed.
_IDLE_FLAGS = "uUd"


@dataclass(frozen=True, slots=True)
class BreakRule:
    """What may stand before a place and after it, and whether a segment ends there."""

    breaks: bool
    #: Regular expressions in the syntax of Java and ICU; empty for anything.
    before: str
    after: str
    #: Line of its file, counted from 1.
    line: int
    #: Both, compiled; the first looks back from its place.
    behind: "regex.Pattern[str]" = field(repr=False)
    ahead: "regex.Pattern[str]" = field(repr=False)

    @classmethod
    def of(cls, before: str, after: str, *, breaks: bool, line: int) -> "BreakRule":
        """The rule, compiled.

        Raises:
            ValueError: one of the expressions means nothing here, or both are empty.
        """
        if not before and not after:
            raise ValueError("it says nothing about what stands before or after")
        try:
            behind = regex.compile(f"(?<={translated(before)})", regex.V1)
        except regex.error as error:
            raise ValueError(f"{error.msg}, in {before}") from error
        try:
            ahead = regex.compile(translated(after), regex.V1)
        except regex.error as error:
            raise ValueError(f"{error.msg}, in {after}") from error
        return cls(breaks, before, after, line, behind, ahead)

    def places(self, text: str) -> Iterator[int]:
        """Every place in a text that it fits, in order.

        Raises:
            TimeoutError: it takes too long.
        """
        for match in self.behind.finditer(text, timeout=PATIENCE):
            if self.ahead.match(text, match.start(), timeout=PATIENCE):
                yield match.start()

    def fits(self, text: str, place: int) -> bool:
        """Whether it fits a place in a text.

        Raises:
            TimeoutError: it takes too long.
        """
        fitting = self.behind.match(text, place, timeout=PATIENCE) and self.ahead.match(text, place, timeout=PATIENCE)
        return fitting is not None


@dataclass(frozen=True, slots=True)
class LanguageMap:
    """Rules, and the languages that they are for."""

    #: Matches the whole tag, in small or capital letters.
    pattern: "regex.Pattern[str]"
    rules: tuple[BreakRule, ...]


class BreakRules:
    """The rules of a file, by language."""

    def __init__(self, maps: Sequence[LanguageMap], path: str, *, cascade: bool) -> None:
        #: In the order of the file.
        self.maps = tuple(maps)
        self.path = path
        #: Whether the rules of every map that fits a language hold, one after the other, or of the first alone.
        self.cascade = cascade
        self._known: dict[Lang, tuple[BreakRule, ...] | None] = {}

    def rules_of(self, lang: Lang) -> tuple[BreakRule, ...] | None:
        """The rules for a language in their order, None when the file has no map for it."""
        if lang not in self._known:
            fitting = [one.rules for one in self.maps if one.pattern.fullmatch(lang.tag)]
            if not self.cascade:
                fitting = fitting[:1]
            self._known[lang] = tuple(rule for rules in fitting for rule in rules) if fitting else None
        return self._known[lang]

    def sentences(self, text: str, lang: Lang, usual: Splitter = sentences) -> tuple[tuple[int, int], ...]:
        """As ``tm.sentence.sentences``, by these rules; as usual in a language that they have no map for.

        Raises:
            InputError: a rule takes too long on this text.
        """
        rules = self.rules_of(lang)
        if rules is None:
            return usual(text, lang)
        cuts = self._cuts(text, rules)
        ranges = (stripped(text, start, end) for start, end in pairwise([0, *cuts, len(text)]))
        return tuple((start, end) for start, end in ranges if start < end)

    def _cuts(self, text: str, rules: Sequence[BreakRule]) -> list[int]:
        """The places inside a text, in order, where the first rule that fits breaks."""
        breaking: set[int] = set()
        for rule in rules:
            try:
                breaking.update(rule.places(text) if rule.breaks else ())
            except TimeoutError as error:
                raise self._endless(rule) from error
        return sorted(place for place in breaking if 0 < place < len(text) and self._breaks(text, place, rules))

    def _breaks(self, text: str, place: int, rules: Sequence[BreakRule]) -> bool:
        for rule in rules:
            try:
                if rule.fits(text, place):
                    return rule.breaks
            except TimeoutError as error:
                raise self._endless(rule) from error
        return False

    def _endless(self, rule: BreakRule) -> InputError:
        hint = "write it without repetitions inside repetitions, such as (a+)+"
        return InputError(f"this rule takes more than {PATIENCE:.0f} seconds on one paragraph", path=self.path,
                          line=rule.line, hint=hint)  # fmt: skip


def translated(expression: str) -> str:
    r"""An expression of Java or ICU as the package ``regex`` writes it, in its version 1.

    Classes such as ``\w`` and ``\s`` mean Unicode, as in ICU.

    >>> print(translated(r"\Qp.m.\E[a-z-[aeiou]]++(?iu:x)"))
    p\.m\.[a-z--[aeiou]]++(?i:x)
    """
    made = []
    depth = 0
    for token in _TOKEN.finditer(expression.replace(_MARKER, "")):
        kind, found = token.lastgroup, token.group()
        if kind == "open":
            # Outside a set, a bracket right after the opening one closes nothing.
            found = found[:-1] + r"\]" if found.endswith("]") else found
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "operator":
            found = _operator(found) if depth else found
        elif kind == "flagged":
            found = _flags(token["flags"], token["flagged"])
        elif kind is not None and kind not in ("escape", "other"):
            found = _escape(token)
        made.append(found)
    return "".join(made)


def _operator(found: str) -> str:
    """Inside a set: the difference of ICU, and what is an operator here and only characters elsewhere."""
    return {"-": "--", "--": "--", "~~": r"~\~", "||": r"|\|"}[found]


def _flags(flags: str, end: str) -> str:
    said = "".join(flag for flag in flags if flag not in _IDLE_FLAGS).rstrip("-")
    if said:
        return f"(?{said}{end}"
    return "(?:" if end == ":" else ""


def _escape(token: "re.Match[str]") -> str:
    if token["literal"] is not None:
        return re.escape(token["literal"])
    if token["hex"]:
        return f"\\U{int(token['hex'], 16):08X}"
    if token["control"]:
        return f"\\x{ord(token['control']) ^ 64:02X}"
    if token["group"]:
        return f"(?P={token['group']})"
    name = token["property"]
    short = name[2:] if name.startswith("Is") and len(name) <= len("IsLu") else name
    return f"\\{token['negated']}{{{_PROPERTIES.get(name, short)}}}"
