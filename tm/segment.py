"""A document's raw text to segments: lines to blocks, blocks to kinds and numbering paths."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tm import clean, page
from tm.labels import Label, Style, leading, readings
from tm.lang import Lang
from tm.model import Kind, Segment
from tm.numbering import LEAPS, OPENS, REPEATS, RESTARTS, STARTS_LATE_DEEPER, Numbering, resolve
from tm.page import Line, Role, columns
from tm.restoring import kept, restored_lines
from tm.sentence import breaks_off, is_title
from tm.text import CJK


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one document, and the gaps inside words that were closed on the way."""

    segments: tuple[Segment, ...]
    gaps: tuple[clean.Gap, ...]
    #: How many of the segments lost their inline formatting, since its place in the repaired text is not certain.
    unformatted: int = 0


@dataclass(slots=True)
class Block:
    """Lines that make one segment, while it is being built."""

    lines: list[Line]
    #: Label as printed, "" for none; the lines hold the text without it.
    label: str = ""
    kind: Kind = Kind.PARAGRAPH
    meaning: Label | None = None
    path: tuple[str, ...] = ()
    #: Path of the headings above it.
    section: tuple[str, ...] = ()
    text: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def style(self) -> Style | None:
        """The rank its label has in the numbering, or None without one."""
        return self.meaning.style if self.meaning else None


@dataclass(frozen=True, slots=True)
class _Layout:
    """The habits of one document's lines, learned from lines that surely go on in the next."""

    lang: Lang
    #: Columns of a full line.
    width: int
    #: Whether paragraphs are broken into lines at all.
    wrapped: bool
    #: Blank lines and indent between two lines of one paragraph.
    gap: int
    indent: int
    #: Whether hardly any line that goes on has another indent.
    firm: bool
    #: Whether hardly any line that goes on has another gap before it.
    firm_gap: bool
    #: Indents at which some line goes on from one with the same: a quotation's margin, not a paragraph's first line.
    margins: frozenset[int]


#: Lines wider than this are not wrapped to a page: each is a paragraph of its own.
_UNWRAPPED = 135
#: Share of lines that surely go on in the next, from which a document counts as wrapped.
_WRAPPED_SHARE = 0.04
#: Lines that go on, and their share with one indent, from which another indent firmly tells a new block.
_FIRM, _FIRM_SHARE = 10, 0.95
#: The line this far up the sorted widths is taken for a full one.
_FULL_QUANTILE = 0.9
#: Room left at a line's end, as shares of a full line, that the next word would have fitted in.
_SOME_ROOM, _MUCH_ROOM, _MOST_ROOM = 0.12, 0.25, 0.45
#: Weights of the signs that a line begins a new block, or goes on; the sum decides.
_WEIGHT = {
    "gap": 2.0,
    "wide gap": 3.0,
    "firm gap": 5.0,
    "less gap": -0.5,
    "indent": 2.0,
    "no space": -1.5,
    "firm indent": 3.0,
    "most room": 3.0,
    "much room": 2.0,
    "no room": -1.5,
    "sentence end": 1.0,
    "clause end": 0.5,
    "open end": -1.0,
    "broken word": -6.0,
    "broken sentence": -3.0,
    "lower case": -3.0,
    "lower case, unwrapped": -1.5,
    "upper case": 0.5,
    "alone": 2.0,
    "unwrapped": 4.0,
    "next label": 4.0,
    "first label": 3.5,
    "later label": 1.5,
    "stray label": -1.0,
    "bullet": 2.0,
}
#: Longest heading without label or in figures, in columns and words.
_HEADING_COLUMNS = 110
_HEADING_WORDS = 14
#: A labelled heading is longer only when it is a paragraph.
_LABELLED_HEADING_COLUMNS = 400

_SENTENCE_END = re.compile(r"[.!?؟۔。！？…][\"'”’»）)\]]*\Z")
_CLAUSE_END = re.compile(r"[;:؛；：][\"'”’»）)\]]*\Z")
_ANY_END = re.compile(r"[.!?؟۔。！？…;:؛；：,،，、][\"'”’»）)\]]*\Z")
_OPENING = " \"'“‘«„([（《「–—-"
_FIRST_WORD = re.compile(rf"[{CJK}]|[^\s{CJK}]+|\S")
_CHAPEAU_END = (":", "：")
_CLAUSE_STOPS = (";", "；", "؛")
#: Where a label may stand inside a line: after the end of a clause or sentence.
_INNER_LABEL = re.compile(
    r"(?<=[;.؛；。])(?:\s+(?:and|or|et|ou|y|e|o|и|или|و|أو))?\s+(?=\S{1,7}[).．。\-]\s|[(（]\S{1,5}[)）])"
)


def segment(text: str, lang: Lang) -> tuple[Segment, ...]:
    """The segments of a document's raw text, in order: titles, headings, paragraphs, items, and what stands beside.

    Nothing is lost but blank lines, drawn rules, and what ``tm.clean`` undoes; footnotes, masthead and page furniture
    are segments of their own kinds. A paragraph that footnotes or a page break interrupt is one segment, before them.
    """
    return read(text, lang).segments


def read(text: str, lang: Lang) -> Reading:
    """The segments of a document's raw text, with a record of the gaps inside words that were closed."""
    lines = page.split(clean.characters(text, lang))
    lines = page.footnotes(page.furniture(lines, lang))
    lines = page.masthead(lines, lang)
    body = [line for line in lines if line.role is Role.BODY]
    vocabulary = clean.Vocabulary.of([line.text for line in body], lang)
    blocks = _body(body, lang)
    blocks = _with_runons(blocks, lang)
    number(blocks, lang)
    blocks += _aside(lines)
    gaps = _write(blocks, vocabulary)
    printed = kept(text).split("\n")
    classify(blocks)
    blocks.sort(key=lambda block: block.lines[0].number)
    segments = tuple(
        Segment(
            restored_lines(block.text, [(line.text, printed[line.number - 1]) for line in block.lines]),
            lang,
            block.kind,
            block.label,
            block.path,
            block.lines[0].number,
            tuple(block.notes),
        )
        for block in blocks
        if block.text or block.label
    )
    return Reading(segments, gaps)


def _body(lines: Sequence[Line], lang: Lang) -> list[Block]:
    """The blocks of the body: a line begins one, or goes on the one before, by the sum of its signs."""
    layout = _layout(lines, lang)
    blocks: list[Block] = []
    numbering = Numbering()
    for place, line in enumerate(lines):
        label, rest = leading(line.text, lang)
        meaning, cost = best_meaning(label, lang, numbering)
        before = lines[place - 1] if place else None
        weight = _label_weight(meaning, cost)
        if before is not None and _stands_alone(lines, place, layout):
            weight += _WEIGHT["alone"]
        if before is None or _starts(line, before, blocks[-1], layout, weight):
            accepted = meaning is not None and (before is None or cost < REPEATS or _stands_apart(line, before, layout))
            if accepted and meaning:
                numbering = numbering.after(meaning)
                blocks.append(Block([replace(line, text=rest)], label))
            else:
                blocks.append(Block([line]))
        else:
            blocks[-1].lines.append(line)
    return blocks


def best_meaning(label: str, lang: Lang, numbering: Numbering) -> tuple[Label | None, float]:
    """The meaning of a printed label that fits the open lists best, and its cost.

    A letter that abbreviates a title (``M. Diallo``) or a decimal fraction is a label only where its list is open.
    """
    choices = [(numbering.cost(meaning), rank, meaning) for rank, meaning in enumerate(readings(label, lang))]
    if not label or not choices:
        return None, 0.0
    cost, _, meaning = min(choices, key=lambda choice: choice[:2])
    title = cost >= STARTS_LATE_DEEPER and is_title(label, lang)
    quantity = cost >= LEAPS and meaning.style is Style.DOTTED
    return (None, 0.0) if title or quantity else (meaning, cost)


def _label_weight(meaning: Label | None, cost: float) -> float:
    if meaning is None:
        return 0.0
    if meaning.style is Style.BULLET:
        return _WEIGHT["bullet"]
    if cost < OPENS:
        return _WEIGHT["next label"]
    if cost < RESTARTS:
        return _WEIGHT["first label"]
    return _WEIGHT["later label"] if cost < REPEATS else _WEIGHT["stray label"]


def _starts(line: Line, before: Line, block: Block, layout: _Layout, label_weight: float) -> bool:
    """Whether the line begins a new block after the line before."""
    if not block.lines[-1].text and not label_weight:
        return False
    total = label_weight + _space_weight(line, before, layout) + _end_weight(line, before, layout.lang)
    in_heading = not label_weight and line.gap <= layout.gap and _opens_heading(block)
    if before.width > _UNWRAPPED or not layout.wrapped:
        total += _WEIGHT["unwrapped"]
    elif not in_heading:
        total += _room_weight(line, before, layout)
    if not label_weight:
        total += _case_weight(line, before, layout)
    return total > 0


def _stands_alone(lines: Sequence[Line], place: int, layout: _Layout) -> bool:
    """Whether the line is a heading at a page's top: after a sentence, short, and apart from the line below."""
    line, before = lines[place], lines[place - 1]
    if place + 1 == len(lines) or line.page == before.page or not _SENTENCE_END.search(before.text):
        return False
    below = lines[place + 1]
    apart = _adjacent(line, below) and below.gap > layout.gap
    return apart and _may_head(Block([line])) and line.width < (1 - _MOST_ROOM) * layout.width


def _adjacent(before: Line, line: Line) -> bool:
    """Whether nothing stands between the two lines on their page, no footnote and no page furniture."""
    return line.page == before.page and line.number - before.number <= line.gap + 1


def _case_weight(line: Line, before: Line, layout: _Layout) -> float:
    first = line.text.lstrip(_OPENING)[:1]
    if first.islower():
        wrapped = layout.wrapped or not _adjacent(before, line)
        return _WEIGHT["lower case" if wrapped else "lower case, unwrapped"]
    return _WEIGHT["upper case"] if first.isupper() else 0.0


def _space_weight(line: Line, before: Line, layout: _Layout) -> float:
    total = 0.0
    in_margin = line.indent == before.indent and line.indent in layout.margins
    indented = line.indent > layout.indent and not (in_margin and _adjacent(before, line))
    apart = line.page != before.page or line.gap > layout.gap or indented
    if _adjacent(before, line):
        extra = line.gap - layout.gap
        if extra > 0 and layout.firm_gap and _ANY_END.search(before.text):
            total += _WEIGHT["firm gap"]
        elif extra > 0:
            total += _WEIGHT["wide gap"] if extra > 1 or layout.firm_gap else _WEIGHT["gap"]
        elif extra < 0:
            total += _WEIGHT["less gap"]
    if indented:
        total += _WEIGHT["firm indent" if layout.firm else "indent"]
    return total if apart else total + _WEIGHT["no space"]


def _end_weight(line: Line, before: Line, lang: Lang) -> float:
    if before.text.endswith(("-", "\u00ad")) and before.text[-2:-1].isalpha():
        return _WEIGHT["broken word"]
    if breaks_off(before.text, line.text, lang):
        return _WEIGHT["broken sentence"]
    if _SENTENCE_END.search(before.text):
        return _WEIGHT["sentence end"]
    if _CLAUSE_END.search(before.text):
        return _WEIGHT["clause end"]
    return 0.0 if _ANY_END.search(before.text) else _WEIGHT["open end"]


def _room_weight(line: Line, before: Line, layout: _Layout) -> float:
    """Whether the line's first word would have fitted at the end of the line before."""
    word = _FIRST_WORD.match(line.text)
    room = layout.width - before.width - 1 - (columns(word.group()) if word else 0)
    if room > _MOST_ROOM * layout.width:
        return _WEIGHT["most room"]
    if room > _MUCH_ROOM * layout.width:
        return _WEIGHT["much room"]
    return 0.0 if room > _SOME_ROOM * layout.width else _WEIGHT["no room"]


def _opens_heading(block: Block) -> bool:
    """Whether the block so far looks like the narrower lines of a labelled heading."""
    return bool(block.label) and block.label[0] not in "(（0123456789" and not block.label.endswith(")")


def _stands_apart(line: Line, before: Line, layout: _Layout) -> bool:
    """Whether the line surely begins a block by its place alone."""
    ended = _SENTENCE_END.search(before.text) or _CLAUSE_END.search(before.text)
    return bool(ended) and _space_weight(line, before, layout) > 0


def _layout(lines: Sequence[Line], lang: Lang) -> _Layout:
    """The document's habits, from pairs of lines of which the second goes on the sentence of the first."""
    widths = sorted(line.width for line in lines)
    width = widths[int(_FULL_QUANTILE * (len(widths) - 1))] if widths else 0
    gaps: Counter[int] = Counter()
    indents: Counter[int] = Counter()
    margins: set[int] = set()
    for before, line in pairwise(lines):
        if not _goes_on(line, before, lang):
            continue
        if before.width > (1 - _MUCH_ROOM) * width:
            gaps[line.gap] += 1
            indents[line.indent] += 1
        if line.indent == before.indent and line.gap == 0:
            margins.add(line.indent)
    wrapped = width <= _UNWRAPPED and gaps.total() > _WRAPPED_SHARE * len(lines)
    indent = _commonest(indents)
    gap = _commonest(gaps)
    firm = indents[indent] >= max(_FIRM, _FIRM_SHARE * indents.total())
    firm_gap = gaps[gap] >= max(_FIRM, _FIRM_SHARE * gaps.total())
    return _Layout(lang, width, wrapped, gap, indent, firm, firm_gap, frozenset(margins))


def _goes_on(line: Line, before: Line, lang: Lang) -> bool:
    """Whether the line surely goes on the sentence of the line before, by their words alone."""
    first = line.text[0]
    inside = first.islower() or not (first.isupper() or first.isdigit())
    return inside and _adjacent(before, line) and not _ANY_END.search(before.text) and not leading(line.text, lang)[0]


def _commonest(counts: Counter[int]) -> int:
    return max(counts, key=lambda value: (counts[value], -value), default=0)


def _with_runons(blocks: Sequence[Block], lang: Lang) -> list[Block]:
    """The blocks with those split that hold the next item of their list as well, run on after a clause."""
    meanings = resolve([readings(block.label, lang) if block.label else () for block in blocks])
    found: list[Block] = []
    following: dict[Style, int] = {}
    for block, meaning in zip(reversed(blocks), reversed(meanings), strict=True):
        if meaning is not None and meaning.style in _RUN_ON:
            found.extend(reversed(_split_runon(block, meaning, following.get(meaning.style), lang)))
            following[meaning.style] = meaning.ordinal
        else:
            found.append(block)
            if meaning is not None:
                following.clear()
    found.reverse()
    return found


#: Styles whose blocks may run on into the next one on the same line.
_RUN_ON = {Style.ITEM, Style.SUBITEM, Style.PARAGRAPH}


def _split_runon(block: Block, meaning: Label, following: int | None, lang: Lang) -> list[Block]:
    """The block, or the blocks of its list that stand in it; ``following`` is the ordinal of the next in the list."""
    ordinal = meaning.ordinal + 1
    if following == ordinal or (meaning.style is Style.PARAGRAPH and following != ordinal + 1):
        return [block]
    for place, line in enumerate(block.lines):
        for gap in _INNER_LABEL.finditer(line.text):
            label, rest = leading(line.text[gap.end() :], lang)
            found = next((one for one in readings(label, lang) if label and one.style is meaning.style), None)
            if found is None or not _same_form(label, block.label):
                continue
            if found.ordinal != ordinal:
                # Labels of another list inside the text: nothing in it is the next of this one.
                return [block]
            head = replace(line, text=line.text[: gap.end()].rstrip())
            tail = Block([replace(line, text=rest, notes=()), *block.lines[place + 1 :]], label)
            return [
                Block([*block.lines[:place], head], block.label),
                *_split_runon(tail, found, following, lang),
            ]
    return [block]


def _same_form(label: str, other: str) -> bool:
    return label[:1].isalnum() == other[:1].isalnum() and label[-1:] == other[-1:]


def number(blocks: Sequence[Block], lang: Lang) -> None:
    """Give each block its label's meaning and its path."""
    shapes = [_may_head(block) for block in blocks]
    choices = [_choices(block, may_head, lang) for block, may_head in zip(blocks, shapes, strict=True)]
    numbering = Numbering()
    for block, meaning in zip(blocks, resolve(choices), strict=True):
        if meaning is not None:
            numbering = numbering.after(meaning)
        block.meaning = meaning
        block.path = numbering.components
        block.section = numbering.section


def _choices(block: Block, may_head: bool, lang: Lang) -> tuple[Label, ...]:
    """What the block's label may mean, given its text: a heading's number is none before a clause of a list."""
    found = readings(block.label, lang) if block.label else ()
    if len(found) > 1 and block.lines[-1].text.endswith(_CLAUSE_STOPS):
        found = tuple(one for one in found if one.style not in _HEADING_STYLES) or found
    return tuple(one for one in found if one.style is not Style.TOPIC or may_head)


def _may_head(block: Block) -> bool:
    text = " ".join(line.text for line in block.lines)
    short = columns(text) <= _HEADING_COLUMNS and len(text.split()) <= _HEADING_WORDS
    return short and bool(text) and not _ANY_END.search(text) and not text.lstrip(_OPENING)[:1].islower()


def _aside(lines: Sequence[Line]) -> list[Block]:
    """The blocks of the masthead, the footnotes and the page furniture."""
    blocks: list[Block] = []
    kinds = {Role.HEADER: Kind.HEADER, Role.FOOTER: Kind.FOOTER}
    blocks += [Block([line], kind=kinds[line.role]) for line in lines if line.role in kinds]
    for line in lines:
        if line.role is Role.FOOTNOTE:
            if line.label or not blocks or blocks[-1].kind is not Kind.FOOTNOTE:
                blocks.append(Block([line], line.label, Kind.FOOTNOTE))
            else:
                blocks[-1].lines.append(line)
    head = [line for line in lines if line.role is Role.MASTHEAD]
    spaced = any(line.gap for line in head[1:])
    for line in head:
        if spaced and line.gap == 0 and blocks and blocks[-1].kind is Kind.MASTHEAD:
            blocks[-1].lines.append(line)
        else:
            blocks.append(Block([line], kind=Kind.MASTHEAD))
    return blocks


def _write(blocks: Sequence[Block], vocabulary: clean.Vocabulary) -> tuple[clean.Gap, ...]:
    """Join each block's lines and repair its text; what was closed."""
    gaps: list[clean.Gap] = []
    texts = []
    for block in blocks:
        joined = clean.join_lines((line.text for line in block.lines), vocabulary)
        text, closed = clean.close_elisions(clean.single_spaces(joined), vocabulary.lang)
        texts.append(clean.close_han(text) if vocabulary.lang.joiner == "" else text)
        gaps.extend(closed)
        block.notes = [note for line in block.lines for note in line.notes]
    texts_closed, closed = clean.close_gaps(texts, vocabulary)
    for block, text in zip(blocks, texts_closed, strict=True):
        block.text = text
    return (*gaps, *closed)


_HEADING_STYLES = {Style.SECTION, Style.SUBSECTION}
_ITEM_STYLES = {Style.ITEM, Style.SUBITEM, Style.BULLET}


def classify(blocks: list[Block]) -> None:
    """Give the body's blocks their kinds; those beside it have theirs."""
    body = [block for block in blocks if block.kind is Kind.PARAGRAPH]
    before_text = True
    for place, block in enumerate(body):
        after = body[place + 1] if place + 1 < len(body) else None
        style = block.style
        if style in _ITEM_STYLES:
            block.kind = Kind.ITEM
        elif style in _HEADING_STYLES:
            block.kind = Kind.HEADING if _is_labelled_heading(block) else Kind.PARAGRAPH
        elif style is None and before_text and _may_head(block) and after is not None:
            block.kind = Kind.TITLE
            continue
        elif style is Style.TOPIC or (_may_head(block) and after is not None and _heads(block, after, body[place - 1])):
            block.kind = Kind.HEADING
        elif block.text.endswith(_CHAPEAU_END) or (
            _is_open(block) and after is not None and after.style in _ITEM_STYLES
        ):
            block.kind = Kind.CHAPEAU
        before_text = False
    _place_unlabelled(body)


def _is_labelled_heading(block: Block) -> bool:
    return columns(block.text) <= _LABELLED_HEADING_COLUMNS and _is_open(block)


def _is_open(block: Block) -> bool:
    """Whether the text does not end as a sentence or clause does."""
    return not re.search(r"[.;؛。；][\"”»]?\Z", block.text)


def _heads(block: Block, after: Block, before: Block) -> bool:
    """Whether a short block without final punctuation is a heading rather than one of a list of short lines."""
    if block.meaning is not None:
        siblings = {one.meaning.style for one in (before, after) if one.meaning is not None}
        return block.meaning.style not in siblings
    return not (after.meaning is None and _may_head(after) and _may_head(before))


def _place_unlabelled(body: Sequence[Block]) -> None:
    """Titles stand nowhere; headings without label, and what follows them, in the section and not in a paragraph."""
    below_heading = False
    for block in body:
        if block.kind is Kind.TITLE:
            block.path = ()
        below_heading = block.meaning is None and (below_heading or block.kind is Kind.HEADING)
        if below_heading:
            block.path = block.section
