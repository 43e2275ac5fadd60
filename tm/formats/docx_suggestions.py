"""A draft with what a memory suggests for it, as a word-processor document: the draft's own, or a table of both.

Each translation has a comment in the margin that says how near it is, where it comes from and what is to be looked at.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tm.formats import ENDINGS, suggestion_rows, term_rows
from tm.formats.about import About
from tm.formats.docx_in_place import AUTHOR, INITIALS, write_in_place
from tm.formats.docx_parts import add_table, blank, legal, say, write
from tm.formats.output import replacing
from tm.formats.redline import TextView, plain
from tm.formats.suggestion_rows import OfferRow, SuggestionRow, summary
from tm.lang import Lang
from tm.model import Suggestion
from tm.terms import TermHit

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

#: Width that the columns share, in centimetres, upright and across; the column of numbers has its own.
_UPRIGHT, _ACROSS, _NUMBER = 16.0, 24.7, 1.4


def write_suggestions(
    path: Path,
    suggestions: Sequence[Suggestion],
    about: About,
    *,
    draft: Path | None = None,
    beside: bool = False,
    terms: Sequence[Sequence[TermHit]] = (),
    **_said: object,
) -> None:
    """Write a draft that is a .docx as it is, with translations under its paragraphs; of others make a table.

    The table has the draft in one column and the best translation in one for each language. Both have comments, which
    name the terms of the draft beside it.

    Args:
        path: the file to write.
        suggestions: what the memory has for the draft, segment by segment.
        about: what the draft and the memory are called, and the languages.
        draft: the draft's own file.
        beside: whether to make a table whatever the draft is.
        terms: those that stand in each segment.

    Raises:
        InputError: the file cannot be written, or the draft not be read again; the file is then as it was before.
    """
    if draft is not None and ENDINGS.get(draft.suffix.lower()) == "docx" and not beside:
        write_in_place(path, suggestions, about, draft=draft, terms=terms)
        return
    across = len(about.targets) > 1
    document = blank(f"{about.title}: suggestions", about.created, across=across)
    document.add_heading(legal(about.title), level=0)
    say(document.add_paragraph(), str(about))
    rows = list(suggestion_rows.rows(suggestions, about.targets))
    width = (_ACROSS if across else _UPRIGHT) / (1 + len(about.targets))
    head = ("No.", about.source.name, *(target.name for target in about.targets))
    table = add_table(
        document, head, (_NUMBER, *[width] * (1 + len(about.targets))), [_empty(row, about.targets) for row in rows]
    )
    one = about.targets[0] if len(about.targets) == 1 else None
    for (row, some), line in zip(
        zip(rows, term_rows.of_each(terms, about.targets), strict=False), table.rows[1:], strict=True
    ):
        _, text, *cells = line.cells
        _put_draft(text, row)
        if said := term_rows.lines(some, one):
            _comment(document, text.paragraphs[0], ("Terms", *said), about.created)
        for number, target in enumerate(cells):
            _put_offer(document, target, row, number, about.created)
    with replacing(path) as out:
        document.save(out)


def _empty(row: SuggestionRow, targets: Sequence[Lang]) -> Sequence[Sequence[str]]:
    return [str(row.number)], *([[]] * (1 + len(targets)))


def _put_draft(cell: "_Cell", row: SuggestionRow) -> None:
    paragraph = cell.paragraphs[0]
    lang = row.text.lang
    if row.label:
        write(paragraph, plain(lang, f"{row.label} "))
    write(paragraph, row.text)
    if row.heading:
        for run in paragraph.runs:
            run.bold = run.font.cs_bold = True


def _put_offer(document: "Document", cell: "_Cell", row: SuggestionRow, number: int, created: datetime) -> None:
    """The best text offered in a language with its comment; nothing when there is none."""
    offer = suggestion_rows.best(row, number)
    if offer is None:
        return
    view = offer.texts[number]
    assert view is not None
    paragraph = cell.paragraphs[0]
    if row.label:
        write(paragraph, plain(view.lang, f"{row.label} "))
    write(paragraph, TextView(view.lang, suggestion_rows.shown(view)))
    if row.heading:
        for run in paragraph.runs:
            run.bold = run.font.cs_bold = True
    comment(document, paragraph, offer, created)


def comment(document: "Document", paragraph: "Paragraph", offer: OfferRow, created: datetime) -> None:
    """A comment in the margin of a paragraph that says what its offer is."""
    _comment(document, paragraph, summary(offer).splitlines(), created)


def _comment(document: "Document", paragraph: "Paragraph", lines: Sequence[str], created: datetime) -> None:
    runs = paragraph.runs
    made = document.add_comment([runs[0], runs[-1]], author=AUTHOR, initials=INITIALS)
    made._comment_elm.date = created
    for place, line in enumerate(lines):
        target = made.paragraphs[0] if place == 0 else made.add_paragraph()
        say(target, line)
