"""Blocks whose bounds a file marks itself, as web pages do, to the segments of a document: labels, paths and kinds."""

from collections.abc import Sequence
from dataclasses import dataclass

from tm import clean, page
from tm.inline import Run
from tm.labels import Label, leading, readings
from tm.lang import Lang
from tm.model import Kind, Segment
from tm.numbering import LEAPS, Numbering, resolve
from tm.page import Line, Role
from tm.restoring import formatted, restored
from tm.segment import Block, Reading, best_meaning, classify, number


@dataclass(frozen=True, slots=True)
class Marked:
    """One block as its file marks it."""

    text: str
    #: What it is, as far as the file says; None is told from its text and its neighbours.
    kind: Kind | None = None
    #: Its label when the file computes or sets it apart; None looks for one at the beginning of the text.
    label: str | None = None
    #: Line of the file where it starts, counted from 1.
    line: int = 0
    #: Labels of the footnotes its text refers to, in order.
    notes: tuple[str, ...] = ()
    #: For an item of a list, a number for each item it stands in, the outermost first and its own last: the first two
    #: items of a list inside the third item are ``(3, 7)`` and ``(3, 8)``. Numbers are never used twice.
    items: tuple[int, ...] = ()
    #: Whether it is the first block of its item, which has the label.
    opens: bool = False
    #: The text as it stands in the file with its formatting, but for white space; () when nothing in it has any.
    runs: tuple[Run, ...] = ()


def with_formatting(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs of a block if any of them is formatted; none are kept of a plain one."""
    return tuple(runs) if any(run.marks for run in runs) else ()


#: Kinds that stand beside the body; no label is looked for in those that are not footnotes.
_ASIDE = frozenset({Kind.HEADER, Kind.FOOTER, Kind.FOOTNOTE})
#: Kinds that the file is believed in; a heading before all text may still be the title.
_SET = frozenset({Kind.CELL, Kind.ITEM})


def read_marked(marked: Sequence[Marked], lang: Lang) -> Reading:
    """The segments of a document, in order; a block without text has none."""
    blocks = [_block(one, lang) for one in marked]
    _set_masthead(marked, blocks, lang)
    body = [place for place, block in enumerate(blocks) if block.kind is Kind.PARAGRAPH]
    _find_labels(marked, blocks, body, lang)
    # The items of a list inside an item are numbered on their own: their figures are not those of the paragraphs.
    top = [place for place in body if len(marked[place].items) < 2]
    number([blocks[place] for place in top], lang)
    _number_inner(marked, blocks, body, lang)
    for place in body:
        blocks[place].text = " ".join(line.text for line in blocks[place].lines)
    classify(blocks)
    for place in body:
        told = marked[place].kind
        if told in _SET or (told is Kind.HEADING and blocks[place].kind is not Kind.TITLE):
            blocks[place].kind = told
        elif blocks[place].kind is Kind.PARAGRAPH and blocks[place].label and len(marked[place].items) > 1:
            blocks[place].kind = Kind.ITEM
        elif told is Kind.TITLE and not blocks[place].label:
            blocks[place].kind, blocks[place].path = Kind.TITLE, ()
    segments = []
    unformatted = 0
    for one, block in zip(marked, blocks, strict=True):
        if block.text or block.label:
            text = restored(block.text, one.text)
            markup = formatted(text, one.runs, lang)
            unformatted += markup is None
            segments.append(Segment(text, lang, block.kind, block.label, block.path, one.line, one.notes, markup or ""))
    return Reading(tuple(segments), (), unformatted)


def _block(one: Marked, lang: Lang) -> Block:
    """The block with its text repaired; cells and what stands beside the body have their kinds at once."""
    text, _ = clean.close_elisions(clean.single_spaces(clean.characters(one.text, lang)), lang)
    text = clean.close_han(text) if lang.joiner == "" else text
    kind = one.kind if one.kind in _ASIDE or one.kind is Kind.CELL else Kind.PARAGRAPH
    label = clean.single_spaces(clean.characters(one.label or "", lang))
    return Block([Line(text, one.line)], label, kind, text=text)


def _set_masthead(marked: Sequence[Marked], blocks: Sequence[Block], lang: Lang) -> None:
    """Mark the blocks before the title that only a masthead has."""
    places = [place for place, block in enumerate(blocks) if block.text and block.kind not in _ASIDE]
    lines = page.masthead([blocks[place].lines[0] for place in places], lang)
    for place, line in zip(places, lines, strict=True):
        if line.role is Role.MASTHEAD and not marked[place].items:
            blocks[place].kind = Kind.MASTHEAD


def _find_labels(marked: Sequence[Marked], blocks: Sequence[Block], body: Sequence[int], lang: Lang) -> None:
    """Take the label that a block's text opens with out of it, where the open lists make it one."""
    numbering = Numbering()
    for place in body:
        block, one = blocks[place], marked[place]
        if one.label is None:
            label, rest = leading(block.text, lang)
            meaning, cost = best_meaning(label, lang, numbering)
            # A figure that opens a sentence far from where its list stands is no label.
            if meaning is not None and rest and (cost < LEAPS or one.opens or one.kind is Kind.HEADING):
                block.label, block.lines[0] = label, Line(rest, one.line)
                numbering = numbering.after(meaning)
        elif block.label and len(one.items) < 2:
            meaning, _ = best_meaning(block.label, lang, numbering)
            numbering = numbering.after(meaning) if meaning else numbering


def _number_inner(marked: Sequence[Marked], blocks: Sequence[Block], body: Sequence[int], lang: Lang) -> None:
    """Give the blocks of inner lists the path of the item around them and their own label."""
    lists: dict[tuple[int, ...], list[int]] = {}
    for place in body:
        if len(marked[place].items) > 1 and marked[place].opens:
            lists.setdefault(marked[place].items[:-1], []).append(place)
    norms: dict[tuple[int, ...], Label] = {}
    for places in lists.values():
        choices = [readings(blocks[place].label, lang) if blocks[place].label else () for place in places]
        for place, meaning in zip(places, resolve(choices), strict=True):
            blocks[place].meaning = meaning
            if meaning is not None:
                norms[marked[place].items] = meaning
    paths: dict[tuple[int, ...], tuple[str, ...]] = {}
    for place in body:
        one, block = marked[place], blocks[place]
        if len(one.items) > 1:
            around = paths.get(one.items[:-1], ())
            own = norms.get(one.items)
            block.path = (*around, own.norm) if own is not None and own.norm else around
        if one.items:
            paths.setdefault(one.items, block.path)
            block.path = paths[one.items]
