"""Quotations of a draft: found in the text, and compared with the official text in the memory."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Levenshtein
from sqlalchemy import Connection

from tm import index, store
from tm.citations import Cited, cited, same_symbol
from tm.contained import target_spans
from tm.coverage import Span, authority, counted
from tm.highlights import highlighted
from tm.labels import label_end, unlabelled
from tm.lang import Lang
from tm.match import compare
from tm.model import Level, Match, MatchKind, Segment
from tm.placeables import masked, tokens
from tm.query import fewest_contained
from tm.sentence import sentences
from tm.text import Token, nfc
from tm.typography import STEPS, WIDTH

#: Share of a quotation's words that an official text must have in order to be shown beside it.
FOUND_SHARE = 0.7
#: How many points nearer a text of less authority must be than one of more, to be taken for the official one.
AUTHORITY_MARGIN = 10
#: Characters after a quotation within which the document it is from may be named: “…” (A/RES/70/1, para. 3).
_NAMED_AFTER = 60
#: Differences that a quotation may have and still be verbatim: what printing changes, not what is said.
_PRINTED = frozenset({*STEPS, WIDTH} - {"case", "punctuation"})
#: Quotation marks that open, with all that close them. Russian and German close with what English opens with.
_MARKS = {"“": "”", "«": "»", "„": "“”", "「": "」", "『": "』", "《": "》", '"': '"', "＂": "＂"}
#: Marks that open and close alike.
_PLAIN = frozenset('"＂')
_ELLIPSIS = re.compile(r"\s*[\[(（]?(?:…{1,2}|\.{3,}|\. \. \.)[\])）]?\s*")

#: How a sentence begins that says again what an earlier document says, by primary language, as patterns.
_OPENINGS = {
    "ar": (
        r"و?(?:إذ\s+)?[تين](?:شير|ذكر|ذكِّر)", r"و?(?:إذ\s+)?[تين]عيد\s+(?:ال)?تأكيد",
        r"و?(?:إذ\s+)?[تين]ؤكد\s+من\s+جديد",
        r"و?(?:إذ\s+)?[تين](?:كرر|سترشد)", r"و?(?:إذ\s+)?[تين](?:ضع\s+في\s+اعتباره|حيط\s+علما)", r"و?(?:عملا|وفقا)\b",
    ),
    "en": (
        r"(?:recall|reaffirm|re-affirm)(?:ing|s)\b", r"reiterat(?:ing|es)\b", "guided by", "bearing in mind",
        r"tak(?:ing|es) note", "pursuant to",
    ),
    "es": (
        r"(?:record|reafirm|reiter)ando\b", r"(?:recuerda|reafirma|reitera)\b", "guiad[oa] por", "teniendo presente",
        r"toma(?:ndo)? nota", "de conformidad con",
    ),
    "fr": (
        r"(?:rappel|réaffirm|réitér)ant\b", r"(?:rappelle|réaffirme|réitère)\b", "guidée? par", "ayant à l.esprit",
        r"pren(?:ant|d) note", "conformément à",
    ),
    "ru": (
        r"ссыла(?:ясь|ется)\b", r"напомина(?:я|ет)\b", r"(?:вновь\s+)?подтвержда(?:я|ет)\b", "руководствуясь",
        "принимая во внимание", "принима(?:я|ет) к сведению", "в соответствии с",
    ),
    "zh": ("(?:又|还|并|再次)?(?:回顾|重申|忆及|铭记|遵循|注意到|依照|根据)",),
}  # fmt: skip
#: What stands between a document and what it says: "in which", "par laquelle", by primary language.
_REPORTS = {
    "ar": r"\b(?:الذي|التي|اللذين|اللتين|حيث)\s",
    "en": r"\b(?:(?:in|by|through|under|with) which|whereby|wherein)\s",
    "es": r"\b(?:en|por|mediante|con)\s(?:el|la|los|las)\s(?:que|cual|cuales)\s",
    "fr": r"\b(?:dans|par|aux termes de|en vertu de|aux termes|en vertu)\s?(?:laquelle|lequel|lesquelles|desquelles)\s",
    "ru": r"\b(?:в|на основании)\sкотор(?:ой|ых|ом)\s|\bкотор(?:ой|ыми)\s",
    "zh": "，其中",
}


class QuotationKind(StrEnum):
    """How a draft says that a text is another document's."""

    #: It stands in quotation marks.
    MARKED = "quoted"
    #: Its sentence begins with "recalling" or the like and names the document: what follows "in which", or the whole.
    RECITAL = "recital"


class Verdict(StrEnum):
    """What comparing a quotation with the memory gives."""

    VERBATIM = "verbatim"
    DIFFERS = "differs"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation as it stands in a text."""

    kind: QuotationKind
    #: Half-open character range of its words in the text, from the first to the last.
    start: int
    end: int
    #: Symbols of the document it is said to be from, the likeliest first; empty when none is named. A recital that says
    #: nothing of what the document says is from none: other documents recall it in the same words.
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation of a draft beside the official text."""

    #: Index of the draft's segment.
    segment: int
    kind: QuotationKind
    #: Half-open character range in the segment's text.
    span: Span
    #: The words quoted.
    text: str
    #: Symbols of the document it is said to be from, the likeliest first; empty when none is named.
    symbols: tuple[str, ...]
    verdict: Verdict
    #: The official text; its ``source_span`` is what answers the quotation, its differences lead to the quotation.
    #: None when nothing like it is in the memory.
    official: Match | None = None
    #: Whether the memory holds the document named, and the official text shown is from another.
    elsewhere: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """In what it differs, in words: ``words``, ``number``, ``case``, ``punctuation`` …."""
        return tuple(dict.fromkeys(penalty.name for penalty in self.official.penalties)) if self.official else ()


# --- in a text ------------------------------------------------------------------------------------------------------


def quotes(text: str, lang: Lang) -> tuple[Quote, ...]:
    """The quotations of a text, in order: in quotation marks, and sentences that recall a document they name.

    Marks inside marks belong to the outer quotation; one that leaves something out (…) is given in parts. What has
    fewer than four words (six characters in unspaced scripts) is a term or a name, and no quotation. A mark that opens
    the text and is not closed in it quotes the whole: quotations of several paragraphs open each of them.

    >>> [text[q.start : q.end] for text in ("He said “no one must be left behind”.",) for q in quotes(text, Lang("en"))]
    ['no one must be left behind']
    """
    named = cited(text, lang)
    found = [
        Quote(QuotationKind.MARKED, *core, _named(named, core))
        for marked in _marked(text)
        for part in _parts(text, marked)
        if (core := _core(text, part, lang))
    ]
    for start, end in sentences(text, lang):
        inside = tuple(one for one in named if start <= one.start and one.end <= end)
        if not (inside and _opens(text[start:end], lang)):
            continue
        reported = _reported(text, (inside[0].end, end), lang)
        core = reported or _core(text, (start, end), lang)
        if core and not any(quote.start <= core[0] and core[1] <= quote.end for quote in found):
            found.append(Quote(QuotationKind.RECITAL, *core, _named(inside, core) if reported else ()))
    return tuple(sorted(found, key=lambda quote: (quote.start, -quote.end)))


def _opens(sentence: str, lang: Lang) -> bool:
    """Whether a sentence begins with "recalling" or the like."""
    patterns = "|".join(_OPENINGS.get(lang.primary, ()))
    return bool(patterns) and re.match(rf"[\W\d_]*(?:{patterns})", sentence, re.IGNORECASE) is not None


def _reported(text: str, span: Span, lang: Lang) -> Span | None:
    """What a document named before the range is said to say, if there are enough words of it."""
    pattern = _REPORTS.get(lang.primary)
    found = re.compile(pattern, re.IGNORECASE).search(text, *span) if pattern else None
    return _core(text, (found.end(), span[1]), lang) if found else None


def _marked(text: str) -> Iterator[Span]:
    """The ranges between quotation marks, outermost only."""
    at = 0
    while at < len(text):
        # A plain mark after a digit stands for inches or seconds.
        if text[at] not in _MARKS or (text[at] in _PLAIN and text[at - 1 : at].isdecimal()):
            at += 1
            continue
        end = _closing(text, at)
        if end is not None:
            yield at + 1, end
            at = end + 1
            continue
        if not any(char.isalnum() for char in text[:at]):
            yield at + 1, len(text)
            return
        at += 1


def _closing(text: str, start: int) -> int | None:
    """Where the mark that opens at ``start`` is closed, marks inside it passed over; None when it is not."""
    opened = [text[start]]
    for at in range(start + 1, len(text)):
        char = text[at]
        if char in _MARKS[opened[-1]]:
            opened.pop()
            if not opened:
                return at
        elif char in _MARKS and char not in _PLAIN:
            opened.append(char)
    return None


def _parts(text: str, span: Span) -> Iterator[Span]:
    """The pieces of a range between ellipses."""
    start = span[0]
    for gap in _ELLIPSIS.finditer(text, *span):
        yield start, gap.start()
        start = gap.end()
    yield start, span[1]


def _core(text: str, span: Span, lang: Lang) -> Span | None:
    """The range from the first word to the last, if there are enough words; labels are no words of a quotation."""
    start = span[0] + label_end(text[slice(*span)], lang)
    words = counted(text[start : span[1]])
    if len(words) < fewest_contained(lang):
        return None
    return start + words[0][0], start + words[-1][1]


def _named(named: Sequence[Cited], span: Span) -> tuple[str, ...]:
    """The document a quotation is said to be from: the last one named before it, or one right after it."""
    before = [one for one in named if one.end <= span[0]]
    if before:
        return before[-1].symbols
    after = next((one for one in named if span[1] <= one.start <= span[1] + _NAMED_AFTER), None)
    return after.symbols if after else ()


# --- in the memory --------------------------------------------------------------------------------------------------


def quotations(
    conn: Connection, segments: Sequence[Segment], source: Lang, targets: Sequence[Lang]
) -> Iterator[Quotation]:
    """The quotations of a draft, in order, each beside the official text.

    The official text is the one in the document named, if the memory holds it; else the nearest, of texts about as near
    the one with most authority.
    """
    stored = [tag for tag in store.langs(conn) if source.covers(tag) or tag.covers(source)]
    for number, segment in enumerate(segments):
        for quote in quotes(segment.text, segment.lang):
            text = nfc(segment.text[quote.start : quote.end])
            wanted = {same_symbol(symbol) for symbol in quote.symbols}
            found = [match for tag in stored for match in _like(conn, text, tag, targets)]
            own = [match for match in found if same_symbol(match.unit.document.key) in wanted]
            official = _highlighted(conn, _best(own or found))
            yield Quotation(
                number, quote.kind, (quote.start, quote.end), text, quote.symbols, _verdict(official), official,
                elsewhere=bool(official) and not own and _holds(conn, quote.symbols),
            )  # fmt: skip


def _holds(conn: Connection, symbols: Sequence[str]) -> bool:
    return bool(store.find_documents(conn, symbols))


def _verdict(official: Match | None) -> Verdict:
    if official is None:
        return Verdict.NOT_FOUND
    same = all(penalty.name in _PRINTED for penalty in official.penalties)
    return Verdict.VERBATIM if same else Verdict.DIFFERS


def _best(found: Sequence[Match]) -> Match | None:
    """The official text of several: one that has the very words before all others, then by authority."""
    if not found:
        return None
    verbatim = [match for match in found if _verdict(match) is Verdict.VERBATIM]
    top = max(match.score for match in found)
    pool = verbatim or [match for match in found if match.score >= top - AUTHORITY_MARGIN]
    return min(pool, key=lambda match: (*authority(match.unit.document)[:3], -match.score, len(match.source.text)))


def _highlighted(conn: Connection, official: Match | None) -> Match | None:
    """The official text with the place of the translation, where only a part of it answers."""
    if official is None or official.source_span == (0, len(official.source.text)):
        return official
    return highlighted(conn, [official])[0]


def _like(conn: Connection, text: str, tag: Lang, targets: Sequence[Lang]) -> Iterator[Match]:
    """Stored texts that are like the quotation, or have a passage like it."""
    words = tokens(text, tag)
    keys = masked(words)
    whole = {hit.segment_id: None for hit in index.near(conn, tag, keys, FOUND_SHARE)}
    inside = {place.segment_id: (place.start, place.end) for place in index.containing(conn, tag, keys, FOUND_SHARE)}
    places: dict[int, tuple[int, int] | None] = {**whole, **inside}
    for segment_id, units in store.find_units(conn, tag, sorted(places)).items():
        variant = units[0].unit.variant(tag)
        assert variant is not None
        stored = unlabelled(variant.text, tag)
        window = places[segment_id] or (0, len(stored))
        first, last = _widened(keys, stored, window)
        span = stored[first].start, stored[last - 1].end
        compared = compare(text, variant.text[slice(*span)], tag)
        moved = tuple(replace(d, stored=(d.stored[0] + span[0], d.stored[1] + span[0])) for d in compared.differences)
        for unit in units:
            found = tuple(v for v in (unit.unit.variant(target) for target in targets) if v)
            own = unit.unit.variant(tag)
            assert own is not None
            if targets and not found:
                continue
            inner = store.sentences_of(conn, unit.id) if unit.unit.level is Level.PARAGRAPH else ()
            spans = target_spans(inner, tag, found, span) if (span != (0, len(own.text))) else (None,) * len(found)
            yield Match(
                unit.unit, compared.score, MatchKind.CONTAINED, own, found, compared.similarity, compared.penalties,
                compared.flags, moved, compared.similarity, source_span=span, target_spans=spans,
            )  # fmt: skip


def _widened(keys: Sequence[str], stored: Sequence[Token], window: tuple[int, int]) -> tuple[int, int]:
    """The window with the words before and after it that stand where the quotation begins or ends otherwise."""
    first, last = window
    steps = Levenshtein.opcodes(masked(stored[first:last]), keys)
    equal = [step for step in steps if step.tag == "equal"]
    if not equal:
        return window
    before = equal[0].dest_start - equal[0].src_start
    after = (len(keys) - equal[-1].dest_end) - (last - first - equal[-1].src_end)
    return max(0, first - max(0, before)), min(len(stored), last + max(0, after))
