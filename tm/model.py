"""The values everything else speaks of. All frozen; text in them is never changed, only derived from."""

import datetime
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from tm.errors import Problem
from tm.lang import Lang

#: Name of the property that holds the identifier another program gave a unit (a foreign TMX ``tuid``).
FOREIGN_ID = "tu:tuid"
#: Confidence from which an alignment is accepted, and below which it is doubtful, unless the user says otherwise.
ACCEPTED_FROM, DOUBTFUL_BELOW = 0.95, 0.6
#: Score of a match whose translation is repaired throughout: below all that may be inserted unseen.
REPAIRED_SCORE = 99


class Kind(StrEnum):
    """What a block is in its document."""

    TITLE = "title"
    HEADING = "heading"
    #: A paragraph that opens a list of items ("States parties should:").
    CHAPEAU = "chapeau"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    FOOTNOTE = "footnote"
    CELL = "cell"
    #: Symbol, date, distribution, body, before the title on the first page.
    MASTHEAD = "masthead"
    #: Running head, page number, job number, bar code: page furniture.
    HEADER = "header"
    FOOTER = "footer"


#: Kinds that make up the body of a document: these are aligned, the others stand aside.
BODY_KINDS = frozenset({Kind.TITLE, Kind.HEADING, Kind.CHAPEAU, Kind.PARAGRAPH, Kind.ITEM, Kind.CELL})


class Level(StrEnum):
    """Whether a unit pairs paragraphs or the sentences inside them."""

    PARAGRAPH = "paragraph"
    SENTENCE = "sentence"


class DocumentStatus(IntEnum):
    """How much authority a document's wording has; a higher value outranks a lower one."""

    UNKNOWN = 0
    DRAFT = 1
    REVISED = 2
    FINAL = 3
    ADOPTED = 4

    @property
    def label(self) -> str:
        """The status as a lower-case word, for output."""
        return self.name.lower()


class Review(StrEnum):
    """What a person has said about a unit."""

    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"
    REJECTED = "rejected"


class Trust(StrEnum):
    """How far an alignment may be trusted: the band its confidence lies in."""

    ACCEPTED = "accepted"
    LOOK = "to look at"
    DOUBTFUL = "doubtful"


class Fault(StrEnum):
    """What is wrong with two texts that stand in one row and do not belong together."""

    #: The partner stands a number of rows away, and so do others around it.
    SHIFTED = "shifted"
    #: Two rows have exchanged their translations.
    SWAPPED = "swapped"
    #: Several source rows have one target text between them.
    MERGED = "merged"
    #: One source row has its translation in several target rows.
    SPLIT = "split"
    #: Neither text has a partner anywhere.
    UNRELATED = "unrelated"


class MatchKind(StrEnum):
    """How a stored unit answers a query."""

    IN_CONTEXT = "in-context"
    EXACT = "exact"
    FUZZY = "fuzzy"
    #: The query stands inside a stored segment, or a stored segment inside the query.
    CONTAINED = "contained"


@dataclass(frozen=True, slots=True)
class Document:
    """A document whatever its language; its language versions are editions."""

    #: Document symbol such as ``A/RES/70/1``, or "" when it has none.
    symbol: str = ""
    title: str = ""
    #: The body that issued it, in words.
    body: str = ""
    session: str = ""
    date: datetime.date | None = None
    status: DocumentStatus = DocumentStatus.UNKNOWN
    #: Where the text came from: a file or folder name, never a path of the machine.
    origin: str = ""
    superseded: bool = False
    corrected: bool = False

    @property
    def key(self) -> str:
        """What tells documents apart: the symbol, or else the origin."""
        return self.symbol or self.origin


@dataclass(frozen=True, slots=True)
class Segment:
    """One block of a document: a paragraph, heading, item, footnote or piece of page furniture."""

    #: The text without its label, extraction debris repaired, NFC, logical order.
    text: str
    lang: Lang
    kind: Kind
    #: Label as printed, without direction marks: ``(a)``, ``II.``, ``-4``, ``أ)``; "" when it has none.
    label: str = ""
    #: Numbering path in the script-free form shared by all languages: ``("II", "A", "1", "e")``.
    path: tuple[str, ...] = ()
    #: Line of the file where it starts, counted from 1.
    line: int = 0
    #: Labels of the footnotes its text refers to, in order.
    notes: tuple[str, ...] = ()
    #: The text with its inline formatting, as ``tm.inline`` writes it; "" when it has none.
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One language version of a document, as read from one file."""

    lang: Lang
    #: File name, without folders.
    name: str
    #: SHA-256 of the file's bytes, hexadecimal.
    digest: str
    #: Name of the format that read it.
    reader: str
    #: All segments in document order, page furniture and footnotes included.
    segments: tuple[Segment, ...]
    problems: tuple[Problem, ...] = ()
    #: What the file says of its document (symbol, date), as far as it says it.
    document: Document = field(default_factory=Document)
    #: What had to be guessed in reading it, in words: the language, the encoding.
    remarks: tuple[str, ...] = ()
    #: Gaps inside words that were closed in reading: as printed (``p arties``), and as closed.
    closed_gaps: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> tuple[int, ...]:
        """Indices of the segments that belong to the body, in order."""
        return tuple(i for i, segment in enumerate(self.segments) if segment.kind in BODY_KINDS)


@dataclass(frozen=True, slots=True)
class TrustLimits:
    """Where the bands of confidence begin.

    >>> [TrustLimits().band(confidence).value for confidence in (0.95, 0.949, 0.6, 0.599)]
    ['accepted', 'to look at', 'to look at', 'doubtful']
    """

    #: Lowest confidence that is accepted, 0 to 1.
    accept: float = ACCEPTED_FROM
    #: Confidence below which an alignment is doubtful, 0 to ``accept``.
    doubt: float = DOUBTFUL_BELOW

    def band(self, confidence: float) -> Trust:
        """The band of a confidence from 0 to 1."""
        if confidence >= self.accept:
            return Trust.ACCEPTED
        return Trust.LOOK if confidence >= self.doubt else Trust.DOUBTFUL


@dataclass(frozen=True, slots=True)
class Bead:
    """A pairing of source segments with target segments; one side may be empty (deletion, insertion)."""

    #: Half-open range of source segment indices.
    source: tuple[int, int]
    #: Half-open range of target segment indices.
    target: tuple[int, int]
    #: -ln of the likelihood ratio against "unrelated", in nats; lower is better.
    cost: float = 0.0
    #: Probability that exactly this pairing is right, 0 to 1.
    confidence: float = 1.0
    #: Whether the target stands out of the source's order (swapped paragraphs, re-sorted items).
    reordered: bool = False
    #: Named parts of the evidence, in nats, positive for: ``(("length", 2.1), ("label", 4.0))``.
    evidence: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """What a person says about a few segments: that they belong together, or that they have no counterpart.

    >>> str(FixedPoint(((Lang("en"), (3, 5)), (Lang("fr"), (3, 4)), (Lang("es"), (0, 0)))))
    'en 3–4 = fr 3 = es —'
    """

    #: For each language it speaks of, at most once: the half-open range of segment indices, an empty one where the
    #: others have no counterpart. It says nothing about languages it does not name.
    ranges: tuple[tuple[Lang, tuple[int, int]], ...]
    #: Whether it is known to stand out of the order of the document; when not, that is found out.
    reordered: bool = False

    def __str__(self) -> str:
        return " = ".join(f"{lang} {_numbers(*span)}" for lang, span in self.ranges)


def _numbers(start: int, end: int) -> str:
    """Indices of a half-open range, first and last; a dash when it is empty."""
    if end <= start:
        return "—"
    return str(start) if end == start + 1 else f"{start}–{end - 1}"


@dataclass(frozen=True, slots=True)
class Variant:
    """The text of a unit in one language (a TMX ``tuv``)."""

    lang: Lang
    #: As it came, NFC.
    text: str
    #: Inline markup of the same text in the form it was read (TMX level 2), or None.
    markup: str | None = None
    #: Indices of the edition's segments it is made of; empty when it came from no document.
    segments: tuple[int, ...] = ()
    #: Half-open range of this text inside the parent unit's variant of the same language, for sentence units.
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """The same passage in one or more languages, at most one variant a language (a TMX ``tu``)."""

    variants: tuple[Variant, ...]
    level: Level = Level.PARAGRAPH
    kind: Kind = Kind.PARAGRAPH
    path: tuple[str, ...] = ()
    document: Document = field(default_factory=Document)
    #: Order in the document, from 0; the unit's neighbours are those before and after it.
    position: int = 0
    #: Sentence units inside this paragraph unit.
    sentences: tuple["TranslationUnit", ...] = ()
    #: Probability that the variants belong together, 0 to 1; None when nothing was aligned (imported as pairs).
    confidence: float | None = None
    review: Review = Review.UNREVIEWED
    #: Whether some variants stand in another order than in their documents.
    reordered: bool = False
    #: Stable identifier, "" until stored (the store gives one).
    uid: str = ""
    created: datetime.datetime | None = None
    created_by: str = ""
    changed: datetime.datetime | None = None
    changed_by: str = ""
    note: str = ""
    #: Further properties by name, as they came: ``(("x-domain", "law"),)``.
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def langs(self) -> tuple[Lang, ...]:
        """Languages present, in the order of the variants."""
        return tuple(variant.lang for variant in self.variants)

    @property
    def place(self) -> str:
        """The numbering path as one word: ``II/A/1/e``, or "" when there is none."""
        return "/".join(self.path)

    def variant(self, lang: Lang) -> Variant | None:
        """The variant in the language, or else the first in a locale it covers; None when there is none."""
        exact = next((v for v in self.variants if v.lang == lang), None)
        return exact or next((v for v in self.variants if lang.covers(v.lang)), None)


@dataclass(frozen=True, slots=True)
class Suspect:
    """Two texts of one unit that do not belong together, with what does."""

    #: Index of the unit among those of its document, from 0.
    row: int
    source: Lang
    target: Lang
    fault: Fault
    #: How many rows after its source the target stands that belongs to it; negative when before, 0 when none does.
    offset: int
    #: Rows whose source texts belong to this row's target text; empty when there is none.
    source_rows: tuple[int, ...]
    #: Rows whose target texts belong to this row's source text; empty when there is none.
    target_rows: tuple[int, ...]
    #: Named evidence for the two texts as they stand, in nats, positive for.
    standing: tuple[tuple[str, float], ...]
    #: The same for what they are paired with instead; empty when they are paired with nothing.
    realigned: tuple[tuple[str, float], ...]
    #: How much likelier the new pairing of all rows concerned is than the old one, ln of the ratio, in nats.
    gain: float
    #: Probability of the pairing proposed, 0 to 1.
    confidence: float
    #: The language that is out of step, when the other languages agree with one another; None when that is unknown.
    off: Lang | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows in succession that have the same fault."""

    #: Indices of its first and its last row.
    first: int
    last: int
    #: How many of them are suspect.
    count: int
    source: Lang
    target: Lang
    fault: Fault
    #: As in ``Suspect``.
    offset: int
    off: Lang | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """A named loss of points: 100 minus the similarity's loss and these is the score."""

    name: str
    #: Whole points taken off, 0 or more.
    points: int
    #: What it was for, in the texts' own words: ``78 → 79``.
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """A difference that may change the meaning."""

    #: ``negation``, ``modal``, ``operative``, ``polarity``, ``number``, ``date``, ``symbol``, ``ordinal``, ``country``,
    #: ``body``, ``name``, ``added`` or ``dropped``.
    name: str
    #: The words concerned in the query, and in the stored text.
    query: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    #: Whether it forbids automatic insertion and caps the score (negation, modal, operative verb, polarity).
    reverses: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One step of the word-by-word comparison of the query with a stored text."""

    #: ``equal``, ``replace``, ``insert`` (only in the query) or ``delete`` (only in the stored text).
    op: str
    #: Half-open character range in the query.
    query: tuple[int, int]
    #: Half-open character range in the stored text.
    stored: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a translation that was rewritten."""

    #: Half-open character range in the repaired text.
    span: tuple[int, int]
    #: ``number``, ``date``, ``ordinal``, ``symbol``, ``reference``, ``numeral``, ``label``, ``country``, ``countries``
    #: or ``mark`` (at the end).
    kind: str
    #: As the memory has it, and as it was rewritten.
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """A stored translation with numbers, dates, names and the like rewritten as the query has them."""

    lang: Lang
    text: str
    #: In order, disjoint; at least one.
    pieces: tuple[Piece, ...]
    #: Whether the query differs from the stored source text in nothing else but typography.
    complete: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A stored unit that answers a query."""

    unit: TranslationUnit
    #: 0 to 102; 100 or more only if the texts are identical, 101 and 102 in the same context as well.
    score: int
    kind: MatchKind
    #: The variant that was compared with the query.
    source: Variant
    #: The variants asked for, in the order asked; languages the unit lacks are left out.
    targets: tuple[Variant, ...]
    #: Token similarity before penalties, 0 to 1.
    similarity: float
    penalties: tuple[Penalty, ...] = ()
    flags: tuple[Flag, ...] = ()
    differences: tuple[Difference, ...] = ()
    #: For contained matches: share of the shorter text's tokens that stand in the longer one, in order.
    share: float | None = None
    #: Half-open character range of the query that is answered, for contained matches; None for the whole.
    query_span: tuple[int, int] | None = None
    #: Half-open character range of the source variant that answers it, for contained matches; None for the whole.
    source_span: tuple[int, int] | None = None
    #: The same for each target variant, in step with ``targets``; None where the place is not known.
    target_spans: tuple[tuple[int, int] | None, ...] = ()
    #: Where in each target variant that range is translated, in step with ``targets``, for contained matches that have
    #: a source range; () for others, None where nothing is known.
    highlights: tuple["Highlight | None", ...] = ()
    #: Each target adapted to the query, in step with ``targets``; None where there is nothing to rewrite or where it is
    #: not certain. Empty when repair was not asked for, and for matches that are not fuzzy.
    repairs: tuple[Repaired | None, ...] = ()
    #: Other units with the same text and the same translations (standard phrases repeat), best origin first.
    repeats: tuple[TranslationUnit, ...] = ()

    @property
    def answers(self) -> tuple["Highlight | None", ...]:
        """For each target, the highlight, or else the sentences that hold the answer; None where neither is known."""
        sentences = (
            Highlight((span,), exact=False, confidence=0.0) if span else None
            for span in self.target_spans or (None,) * len(self.targets)
        )
        known = self.highlights or (None,) * len(self.targets)
        return tuple(one or other for one, other in zip(known, sentences, strict=True))

    @property
    def repaired(self) -> bool:
        """Whether every target is repaired, and query and source differ in nothing else but typography."""
        return bool(self.repairs) and all(repair is not None and repair.complete for repair in self.repairs)

    @property
    def repaired_score(self) -> int:
        """The score once repaired: 99 for a match that is ``repaired``, since a person must look; else the score."""
        return REPAIRED_SCORE if self.repaired else self.score

    @property
    def automatic(self) -> bool:
        """Whether the translation may be inserted without a person's look: exact, and nothing flagged."""
        return self.score >= 100 and not any(flag.reverses for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Highlight:
    """Where the translation of a part of a text stands in the translation of the whole."""

    #: Half-open character ranges of the target text, in order, disjoint; one or more.
    spans: tuple[tuple[int, int], ...]
    #: Whether they are the very words; otherwise they are the sentences that hold them.
    exact: bool
    #: Token F1 to be expected of the very words, 0 to 1; below ``tm.highlight.LEAST`` the sentences are given instead.
    confidence: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the memory has for one segment of a draft."""

    segment: Segment
    #: Best first.
    matches: tuple[Match, ...]
    #: For each sentence of the segment: its half-open range in the text, and its matches, best first.
    sentences: tuple[tuple[tuple[int, int], tuple[Match, ...]], ...] = ()
    #: Text per target language, as it stands or put together from sentences; None when there is none.
    proposal: "Proposal | None" = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A translation put forward for a draft segment, each piece traceable."""

    #: ``exact`` (one match that may be inserted as it stands), ``repaired`` (one whose numbers, dates or names were
    #: rewritten) or ``assembled`` (from sentences and passages).
    kind: str
    #: Text per target language, in the order asked; a gap is shown as the source text in ⟦ ⟧.
    texts: tuple[tuple[Lang, str], ...]
    #: Share of the draft segment's words that are covered, 0 to 1, in the language where it is least.
    coverage: float
    #: Whether it may be inserted without a person's look.
    automatic: bool
    #: What an assembled text is made of: language by language, in the order of the text.
    pieces: tuple["AssembledPiece", ...] = ()


@dataclass(frozen=True, slots=True)
class AssembledPiece:
    """A part of an assembled proposal: the text that one stored unit gave for one passage of the draft."""

    lang: Lang
    #: Half-open character range of the draft segment that it translates.
    query_span: tuple[int, int]
    #: Half-open character range of the proposal's text in its language.
    span: tuple[int, int]
    #: The translation as stored, before punctuation and capital were made to fit.
    text: str
    unit: TranslationUnit
    #: 0 to 100: how well the stored text answers this passage alone.
    score: int
    kind: MatchKind
    penalties: tuple[Penalty, ...] = ()
    flags: tuple[Flag, ...] = ()
