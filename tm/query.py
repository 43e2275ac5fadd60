"""What is asked of a memory: a text with its words, its place in a draft, and how much is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tm import store
from tm.errors import LanguageError
from tm.lang import Lang
from tm.match import Prepared
from tm.model import Match, MatchKind, TranslationUnit
from tm.placeables import base_symbol
from tm.policy import MatchPolicy, trust_penalties
from tm.sentence import Splitter, sentences
from tm.text import Token

#: Words a query needs before "stands inside a longer segment" says anything; for unspaced scripts, characters.
CONTAINED_WORDS = 4
CONTAINED_CHARACTERS = 6
#: Lowest and highest score that may be asked for: see ``tm.index.LOWEST_THRESHOLD``, and ``Context``.
LOWEST, HIGHEST = 30, 102


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """What to look for, and how much of it to give back.

    Raises:
        ValueError: the minimum is not from 30 to 102, or the limit not 1 or more.
    """

    #: Lowest score shown, 30 to 102.
    minimum: int = 70
    #: Most matches given back for one query.
    limit: int = 5
    #: Whether to look for the query inside longer segments, and for stored segments inside the query.
    contained: bool = True
    #: Whether to adapt translations to numbers, dates, names and labels of the query where that is certain.
    repair: bool = True
    policy: MatchPolicy = field(default_factory=MatchPolicy)
    #: What cuts a draft into sentences.
    splitter: Splitter = sentences

    def __post_init__(self) -> None:
        if not LOWEST <= self.minimum <= HIGHEST:
            raise ValueError(f"minimum {self.minimum} is not from {LOWEST} to {HIGHEST}")
        if self.limit < 1:
            raise ValueError(f"limit {self.limit} is below 1")


@dataclass(frozen=True, slots=True)
class Context:
    """Where a query stands in its draft: its neighbours, None at the edges, and its numbered place."""

    before: str | None = None
    after: str | None = None
    #: Numbering path of the query's segment, ``("II", "A", "1")``; empty when it has none.
    path: tuple[str, ...] = ()
    #: Document symbol of the draft, or "".
    symbol: str = ""

    def fits(self, neighbours: tuple[str | None, str | None]) -> bool:
        """Whether stored neighbours are the same on both sides, with at least one of them there."""
        here = (self.before, self.after)
        return here == neighbours and here != (None, None)

    def score(self, unit: TranslationUnit, neighbours: tuple[str | None, str | None]) -> int:
        """The score of an identical text in this context: 102, 101 or 100.

        Two things speak for a place: the neighbours on both sides are the same; it is the same numbered place, or the
        same document (or another version of it, by its symbol). The neighbours alone, or the same numbered place of the
        same document, give 101; the neighbours with one of the others give 102.
        """
        place = bool(self.path) and self.path == unit.path
        symbol = unit.document.symbol
        document = bool(self.symbol and symbol) and base_symbol(self.symbol) == base_symbol(symbol)
        if self.fits(neighbours):
            return 102 if place or document else 101
        return 101 if place and document else 100


@dataclass(frozen=True, slots=True)
class Query:
    """A text looked up, with its words."""

    #: In NFC, without spaces around it.
    text: str
    lang: Lang
    #: Without the label it begins with.
    tokens: tuple[Token, ...]
    keys: tuple[str, ...]
    #: The same made ready for being compared again and again.
    prepared: Prepared

    @classmethod
    def of(cls, text: str, lang: Lang) -> "Query":
        """The query of a text in NFC."""
        prepared = Prepared(text, lang)
        return cls(text, lang, tuple(prepared.words.tokens), prepared.keys, prepared)

    @property
    def long_enough(self) -> bool:
        """Whether it is long enough to be looked for inside others."""
        return len(self.keys) >= fewest_contained(self.lang)


def widened(text: str, span: tuple[int, int], answer: str, tokens: Sequence[Token]) -> tuple[int, int]:
    """The range of a text that holds some words, with the punctuation around them that the answering text has too.

    ``tokens`` are the words of ``answer``.
    """
    before, after = answer[: tokens[0].start], answer[tokens[-1].end :]
    start = span[0] - len(before) if text[: span[0]].endswith(before) else span[0]
    end = span[1] + len(after) if text.startswith(after, span[1]) else span[1]
    return start, end


def fewest_contained(lang: Lang) -> int:
    """Tokens that a passage needs to be looked for inside others."""
    return CONTAINED_WORDS if lang.joiner else CONTAINED_CHARACTERS


def stored_tags(conn: Connection, source: Lang, targets: Sequence[Lang]) -> list[Lang]:
    """The language tags of the memory that answer a query in the source language.

    Raises:
        LanguageError: it holds nothing in the source language, or in none of the targets.
    """
    held = store.langs(conn)
    names = ", ".join(lang.tag for lang in held) or "no language yet"
    stored = [tag for tag in held if source.covers(tag) or tag.covers(source)]
    if not stored:
        raise LanguageError(f"the memory holds nothing in {source.name} ({source})", hint=f"it holds: {names}")
    if targets and not any(target.covers(tag) for target in targets for tag in held):
        wanted = ", ".join(target.tag for target in targets)
        raise LanguageError(f"the memory holds no translations into {wanted}", hint=f"it holds: {names}")
    return stored


def variant_text(unit: TranslationUnit, tag: Lang) -> str:
    """The unit's text in a language that it is known to have."""
    variant = unit.variant(tag)
    assert variant is not None
    return variant.text


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the memory: the query, a stored language tag to look in, the languages wanted, the options."""

    query: Query
    tag: Lang
    targets: tuple[Lang, ...]
    options: LookupOptions

    def answer(self, unit: TranslationUnit, score: int, similarity: float) -> Match | None:
        """A match with the policy's trust penalties taken off; None when the unit has none of the languages wanted."""
        source = unit.variant(self.tag)
        found = tuple(variant for variant in map(unit.variant, self.targets) if variant)
        if source is None or (self.targets and not found):
            return None
        losses = trust_penalties(unit, self.query.lang, source, self.targets, found, self.policy, most=score)
        points = sum(penalty.points for penalty in losses)
        spans: tuple[None, ...] = (None,) * len(found)
        return Match(unit, score - points, MatchKind.FUZZY, source, found, similarity, losses, target_spans=spans)

    @property
    def policy(self) -> MatchPolicy:
        """The policy of the options."""
        return self.options.policy
