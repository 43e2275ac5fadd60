"""A draft with what a memory suggests for it, in the draft's own document: each paragraph followed by translations.

All parts of the document stay as they were, byte for byte, but for the text, to which paragraphs are added, and the
comments. No paragraph of the draft is changed, but that those without any translation get a comment when terms stand in
them: taking out the shaded ones and our comments gives the draft again.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

from tm.errors import InputError
from tm.formats import suggestion_rows, term_rows
from tm.formats.about import About
from tm.formats.archive import open_archive
from tm.formats.docx_formatting import Formatting, text_elements, text_of
from tm.formats.docx_numbering import W
from tm.formats.docx_package import LIMITS, Package
from tm.formats.output import replacing
from tm.formats.redline import Piece, TextView
from tm.formats.suggestion_rows import OfferRow, SuggestionRow, summary
from tm.formats.term_rows import TermRow
from tm.lang import Lang
from tm.model import Suggestion
from tm.terms import TermHit

#: Who speaks in the margin.
AUTHOR, INITIALS = "untm", "TM"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
#: Content controls that hold one value or cannot be added to (ECMA-376, part 1, 17.5.2).
_CLOSED = frozenset(f"{W}{name}" for name in ("text", "date", "comboBox", "dropDownList", "dataBinding", "lock"))


def write_in_place(
    path: Path,
    suggestions: Sequence[Suggestion],
    about: About,
    *,
    draft: Path,
    terms: Sequence[Sequence[TermHit]] = (),
) -> None:
    """Write the draft's document with the best translation in each language under each paragraph, with comments, which
    name the terms of the segment too.

    A suggestion for a footnote stands in no paragraph of the text and is left out (``unplaced``).

    Raises:
        InputError: the draft cannot be read any more or is another now, or the file cannot be written; it is then as
            it was before.
    """
    rows = suggestion_rows.rows(suggestions, about.targets)
    of_each = term_rows.of_each(terms, about.targets)
    with open_archive(draft, LIMITS) as archive:
        package = Package(archive)
        try:
            changed = _changed(package, zip(zip(rows, suggestions, strict=True), of_each, strict=False), about)
        except InputError as error:
            raise InputError(error.message, path=draft.name, line=error.line, hint=error.hint) from error
        with replacing(path) as out:
            package.write(out, changed)


def _changed(
    package: Package, rows: Iterable[tuple[tuple[SuggestionRow, Suggestion], Sequence[TermRow]]], about: About
) -> "dict[str, etree._Element]":
    """The parts of the draft that are others with the suggestions in it."""
    document = package.document()
    formatting = Formatting.of(package)
    comments = _Comments(package, about.created)
    paragraphs = list(document.iter(f"{W}p"))
    places = _Places()
    for (row, suggestion), terms in rows:
        line = suggestion.segment.line
        if not line:
            continue
        if line > len(paragraphs):
            raise InputError("the draft has changed since it was read", hint="run it again")
        paragraph = paragraphs[line - 1]
        bare = []
        for number, target in enumerate(about.targets):
            offer = suggestion_rows.best(row, number)
            if offer is None:
                bare.append(target)
                continue
            made = formatting.like(paragraph, about.source, _text(formatting, paragraph, row, offer, number))
            said = term_rows.lines(terms, target)
            comments.add(made, "\n".join((f"{target.name}: {summary(offer)}", *(["Terms", *said] if said else []))))
            places.put(paragraph, made)
        if words := _terms(terms, bare):
            # Comments cannot stand in text boxes.
            comments.add(next(reversed([paragraph, *paragraph.iterancestors(f"{W}p")])), words)
    return {package.main: document, **comments.parts()}


def unplaced(suggestions: Sequence[Suggestion]) -> int:
    """How many segments have an offer but no paragraph in the text that it could follow: footnotes."""
    return sum(not one.segment.line and bool(one.matches or one.proposal) for one in suggestions)


def _terms(terms: Sequence[TermRow], targets: Sequence[Lang]) -> str:
    """The terms in languages that have no translation of the segment, a line each; "" for none."""
    blocks = ((target, term_rows.lines(terms, target)) for target in targets)
    return "\n".join(line for target, said in blocks if said for line in (f"{target.name}: terms", *said))


def _text(
    formatting: Formatting, paragraph: "etree._Element", row: SuggestionRow, offer: OfferRow, number: int
) -> TextView:
    """The text offered, after the paragraph's label where that is written and not counted."""
    view = offer.texts[number]
    assert view is not None
    pieces = suggestion_rows.shown(view)
    if row.label and not formatting.is_numbered(paragraph):
        tabbed = text_of(paragraph).lstrip().startswith(f"{row.label}\t")
        pieces = (Piece("same", row.label + ("\t" if tabbed else " ")), *pieces)
    return TextView(view.lang, pieces)


class _Places:
    """Where suggestions go: after the paragraph, one after the other."""

    def __init__(self) -> None:
        self._last: dict[etree._Element, etree._Element] = {}

    def put(self, paragraph: "etree._Element", made: "etree._Element") -> None:
        """Put a suggestion after a paragraph and the suggestions that it has.

        After a paragraph that ends a section it would stand in the next, on a page of its own: it goes before. What
        belongs to a text box goes after the paragraph that holds the box: comments cannot stand in boxes.
        """
        block = _block(paragraph)
        if block.find(f"{W}pPr/{W}sectPr") is not None:
            block.addprevious(made)
        else:
            self._last.get(block, block).addnext(made)
            self._last[block] = made


def _block(paragraph: "etree._Element") -> "etree._Element":
    """What of the text a paragraph belongs to as a whole: itself, the one with its text box, its closed control."""
    block = next(reversed([paragraph, *paragraph.iterancestors(f"{W}p")]))
    for control in list(block.iterancestors(f"{W}sdt")):
        properties = control.find(f"{W}sdtPr")
        inside = block.getparent().getparent() is control
        if inside and properties is not None and any(one.tag in _CLOSED for one in properties):
            block = control
    return block


class _Comments:
    """The comments of a document, to which ours are added."""

    def __init__(self, package: Package, created: datetime) -> None:
        self._package = package
        self._date = f"{created.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        found = package.of_type("comments")
        self._name = package.name_of_type("comments") if found is not None else ""
        self._root = etree.Element(f"{W}comments", nsmap={"w": W[1:-1]}) if found is None else found
        taken = (one.get(f"{W}id") or "" for one in self._root.findall(f"{W}comment"))
        self._next = 1 + max((int(key) for key in taken if key.isdecimal()), default=-1)
        self._added = False

    def add(self, paragraph: "etree._Element", words: str) -> None:
        """Give a paragraph a comment on all its runs."""
        key = {f"{W}id": str(self._next)}
        self._next += 1
        self._added = True
        paragraph.insert(0 if paragraph.find(f"{W}pPr") is None else 1, etree.Element(f"{W}commentRangeStart", key))
        etree.SubElement(paragraph, f"{W}commentRangeEnd", key)
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}commentReference", key)
        said = {f"{W}author": AUTHOR, f"{W}initials": INITIALS, f"{W}date": self._date}
        comment = etree.SubElement(self._root, f"{W}comment", {**key, **said})
        for number, line in enumerate(words.splitlines()):
            one = etree.SubElement(comment, f"{W}p")
            # The document's own language may be written from the right; ours is not.
            etree.SubElement(etree.SubElement(one, f"{W}pPr"), f"{W}bidi", {f"{W}val": "0"})
            if number == 0:
                etree.SubElement(etree.SubElement(one, f"{W}r"), f"{W}annotationRef")
            run = etree.SubElement(one, f"{W}r")
            etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}lang", {f"{W}val": "en"})
            run.extend(text_elements(line))

    def parts(self) -> "dict[str, etree._Element]":
        """The parts of the package that the comments change; none when none was added."""
        if not self._added:
            return {}
        if self._name:
            return {self._name: self._root}
        name, changed = self._package.added("comments", _COMMENTS_TYPE)
        return {name: self._root, **changed}
