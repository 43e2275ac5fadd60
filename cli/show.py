"""Values shown on a terminal, by rich: tables, marked differences, bands in colour."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.trust import sure
from tm.formats.redline import redline
from tm.lang import Lang
from tm.match import band
from tm.model import (
    Document,
    Edition,
    Fault,
    Flag,
    Highlight,
    Match,
    MatchKind,
    Penalty,
    Proposal,
    Repaired,
    Stretch,
    Suggestion,
    Suspect,
    TranslationUnit,
    TrustLimits,
    Variant,
)

if TYPE_CHECKING:
    from tm.concordance import Page
    from tm.explain import Explanation
    from tm.inventory import Statistics, StoredDocument
    from tm.leverage import Leverage
    from tm.renderings import Rendering
    from tm.store import Added
    from tm.terms import TermHit

#: Colour of each band on a terminal.
_COLOURS = {
    "102": "bold green", "101": "bold green", "100": "green", "95–99": "cyan", "85–94": "blue", "75–84": "yellow",
    "50–74": "magenta",
}  # fmt: skip
#: Characters of a cell's text shown in tables of whole documents; --json and files give all.
_EXCERPT = 60


#: Columns below which tables would leave out whole cells; on a narrower terminal lines run on.
_NARROWEST = 60


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command group: rich itself would end with a status that means problems."""
        raise BrokenPipeError


def output() -> Console:
    """A console for data on standard output."""
    console = _Output(highlight=False, soft_wrap=False)
    console.width = max(console.width, _NARROWEST)
    return console


def segments_table(edition: Edition) -> Table:
    """The segments of a document, one a row, whole texts."""
    table = Table(title=f"{edition.name} · {edition.lang.name} · {edition.document.symbol or 'no symbol'}", box=None)
    for column in ("line", "kind", "path", "label"):
        table.add_column(column, style="dim" if column == "line" else "", no_wrap=True)
    table.add_column("text", ratio=1)
    for segment in edition.segments:
        aside = "" if segment.kind.value not in {"header", "footer", "masthead", "footnote"} else "dim"
        place = "/".join(segment.path)
        table.add_row(str(segment.line), segment.kind.value, place, segment.label, Text(segment.text), style=aside)
    return table


def units_table(units: Sequence[TranslationUnit], langs: Sequence[Lang], limits: TrustLimits) -> Table:
    """The units of an alignment, one a row: its place, how sure it is with the sign of its band, excerpts."""
    table = Table(title=f"{len(units)} units", box=None, pad_edge=False, expand=True)
    widest = max((len(unit.place) for unit in units), default=0)
    table.add_column("place", no_wrap=True, min_width=max(widest + 2, len("place")))
    table.add_column("sure", no_wrap=True, min_width=len("0.99 ?"))
    for lang in langs:
        table.add_column(lang.tag, overflow="ellipsis", no_wrap=True, ratio=1)
    for unit in units:
        cells = [Text(_excerpt(v.text)) if (v := unit.variant(lang)) else Text("—", style="red") for lang in langs]
        table.add_row(unit.place + (" ⇅" if unit.reordered else ""), sure(unit.confidence, limits), *cells)
    return table


def show_matches(
    console: Console,
    query: str,
    matches: Sequence[Match],
    explanations: "Sequence[Explanation] | None" = None,
    advice: str = "",
) -> None:
    """The matches of one query: score, differences marked in the stored text, why, and the translations.

    ``advice`` is what to do when there is none.
    """
    console.print(Text(query, style="bold"))
    if not matches:
        console.print(Text(f"  no match{advice and f'; {advice}'}", style="dim"))
    for i, match in enumerate(matches):
        _show_match(console, query, match)
        if explanations:
            from cli.explain import explanation_table

            console.print(Padding(explanation_table(match, explanations[i]), (0, 0, 1, 6)))
    console.print()


def _show_match(console: Console, query: str, match: Match) -> None:
    place = " ".join(part for part in (match.unit.document.key, match.unit.place) if part)
    head = Text("  ")
    head.append(f"{match.score:>3} ", style=_COLOURS.get(band(match.score), "magenta"))
    head.append(f"{match.kind.value}  ", style="dim")
    head.append(place or "no document")
    head.append(f"  {match.unit.document.status.label}", style="dim")
    if set_aside := _set_aside(match.unit.document):
        head.append(f"  {set_aside}", style="bold yellow")
    if match.unit.confidence is not None:
        head.append(f"  sure {_sure(match.unit.confidence)}", style="dim")
    if match.repaired:
        head.append(f"  repaired {match.repaired_score}", style="green")
    if match.repeats:
        head.append(f"  also {', '.join(unit.place or unit.document.key for unit in match.repeats)}", style="dim")
    console.print(head)
    lines: list[Text | Table] = [_warning(flag) for flag in match.flags]
    if match.penalties:
        lines.append(Text(", ".join(map(_lost, match.penalties)), style="dim"))
    if match.kind is MatchKind.FUZZY:
        lines.append(_redline(query, match))
    elif match.kind is MatchKind.CONTAINED:
        lines.append(_within(match.source.text, match.source_span))
    repairs = match.repairs or (None,) * len(match.targets)
    for target, found, repair in zip(match.targets, match.answers, repairs, strict=True):
        lines.append(_answer(target, [found] if found else []))
        if repair is not None:
            lines.append(_tagged(repair.lang, _marked(repair.text, _spans(repair), "green underline"), "repaired"))
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 6)))


def _set_aside(document: Document) -> str:
    """What is to be known of a document before its wording is used; "" when nothing is."""
    said = (("superseded", document.superseded), ("corrected", document.corrected))
    return ", ".join(word for word, true in said if true)


def _warning(flag: Flag) -> Text:
    words = " → ".join(part for part in (" ".join(flag.stored), " ".join(flag.query)) if part)
    if flag.reverses:
        return Text(f"! {flag.name}: {words} (not for insertion)", style="bold red")
    return Text(f"! {flag.name}: {words}", style="yellow")


def _lost(penalty: Penalty) -> str:
    """A loss in words; one whose points another bears, such as a second typographic one, by its name alone."""
    points = f" −{penalty.points}" if penalty.points else ""
    return f"{penalty.name}{points}" + (f" ({penalty.detail})" if penalty.detail else "")


#: How the pieces of a redline look: the memory's words struck out, the draft's own underlined.
PIECES = {"same": "", "ins": "green underline", "del": "red strike", "mark": "bold"}


def _redline(query: str, match: Match) -> Text:
    """The query with what the stored text has instead."""
    return Text.assemble(*((piece.text, PIECES[piece.kind]) for piece in redline(match, query, match.source.lang)))


def _spans(repair: Repaired) -> list[tuple[int, int]]:
    return [piece.span for piece in repair.pieces]


def _within(text: str, span: tuple[int, int] | None) -> Text:
    if span is None:
        return Text(text)
    start, end = span
    return Text(text[:start], style="dim").append(text[start:end], style="bold").append(text[end:], style="dim")


def _tagged(lang: Lang, text: Text, said: str = "") -> Table:
    """A text behind its language, on as many lines as it takes, each beginning below the first one.

    Chinese has no spaces to break a line at: beside its language it would begin on the next line.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(f"{lang}  {said}".rstrip(), text)
    return table


def _answer(target: Variant, found: Sequence[Highlight]) -> Table:
    """A translation with the words that answer in bold; sentences that only hold them are underlined."""
    marked = Text(target.text)
    for one in found:
        for start, end in one.spans:
            marked.stylize("bold" if one.exact else "underline", start, end)
    return _tagged(target.lang, marked)


def show_suggestions(
    console: Console,
    found: Sequence[Suggestion],
    summary: "Leverage",
    terms: "Sequence[Sequence[TermHit]]",
    targets: Sequence[Lang],
) -> None:
    """A whole draft: each segment with its best matches and its terms, then the bands."""
    from cli.show_terms import show_brief

    for suggestion, hits in zip(found, terms, strict=True):
        segment = suggestion.segment
        console.rule(
            Text(f"{'/'.join(segment.path)} {segment.kind.value}".strip(), style="dim"), align="left", style="dim"
        )
        show_matches(console, segment.text, suggestion.matches)
        for (start, end), matches in suggestion.sentences:
            if matches and matches[0].unit.uid not in {match.unit.uid for match in suggestion.matches}:
                console.print(Text("  sentence:", style="dim"))
                show_matches(console, segment.text[start:end], matches[:1])
        if suggestion.proposal and suggestion.proposal.kind == "assembled":
            _show_proposal(console, segment.text, suggestion.proposal)
        show_brief(console, hits, targets)
    for table in leverage_tables(summary):
        console.print(table)


def _show_proposal(console: Console, draft: str, proposal: Proposal) -> None:
    """An assembled text in each language, and below it where each piece comes from."""
    for lang, text in proposal.texts:
        console.print(Text(f"  assembled {lang}  ", style="dim").append(text))
        for piece in proposal.pieces:
            if piece.lang == lang:
                place = " ".join(part for part in (piece.unit.document.key, piece.unit.place) if part) or "no document"
                line = Text(f"{piece.score:>3} ", style=_COLOURS.get(band(piece.score), "magenta"))
                line.append(f"{piece.kind.value}  {place}  ", style="dim")
                line.append(f"{_excerpt(draft[slice(*piece.query_span)])} → {_excerpt(text[slice(*piece.span)])}")
                console.print(Padding(line, (0, 0, 0, 6)))
                for flag in piece.flags:
                    console.print(Padding(_warning(flag), (0, 0, 0, 10)))


def leverage_tables(summary: "Leverage") -> tuple[Table, Table]:
    """Bands, and documents borrowed from."""
    bands = Table(title="Bands", box=None)
    bands.add_column("band")
    for column in ("segments", "words", "characters", "weight", "weighted words"):
        bands.add_column(column, justify="right")
    for row in summary.bands:
        counts = (row.segments, row.words, row.characters)
        cells = (*(f"{count:,}" for count in counts), f"{row.weight:g}", f"{row.weighted_words:,.1f}")
        bands.add_row(Text(row.band, style=_COLOURS.get(row.band, "")), *cells)
    bands.add_row("all", f"{len(summary.segments):,}", f"{summary.words:,}", "", "", f"{summary.weighted_words:,.1f}")
    sources = Table(title=f"Borrowed from: {summary.covered:.0%} of the words stand in earlier documents", box=None)
    sources.add_column("document", overflow="fold")
    sources.add_column("status")
    for column in ("segments", "words", "share", "identical", "not in those above"):
        sources.add_column(column, justify="right")
    for source in summary.borrowings:
        status = source.document.status.label + (", superseded" if source.document.superseded else "")
        sources.add_row(
            Text(source.document.key or "no document"), status, f"{source.segments:,}", f"{source.words:,}",
            f"{source.share:.0%}", f"{source.identical:,}", f"{source.added:,}",
        )  # fmt: skip
    return bands, sources


def show_page(console: Console, page: "Page") -> None:
    """Passages found, what was looked for and the answering sentences in bold."""
    for hit in page.hits:
        of = hit.unit.document
        day = of.date.isoformat() if of.date else ""
        status = of.status.label if of.status else ""
        place = " ".join(part for part in (of.key, hit.unit.place, status, day) if part)
        console.print(Text(place or "no document", style="dim"))
        source = _tagged(hit.source.lang, _marked(hit.source.text, hit.spans))
        answers = (_answer(*pair) for pair in zip(hit.targets, hit.highlights, strict=True))
        for line in (source, *answers):
            console.print(Padding(line, (0, 0, 0, 2)))
    console.print(Text(_passages_line(page), style="dim"))


def _passages_line(page: "Page") -> str:
    first = (page.number - 1) * page.limit + 1
    said = f"passages {first}–{first + len(page.hits) - 1}" if page.hits else "no passage"
    if page.total is not None and page.hits:
        said += f" of {page.total:,}"
    said += f" with {page.query.text}"
    return f"{said}; --page {page.number + 1} shows more" if page.more else said


def renderings_table(rows: "Sequence[Rendering]", lang: Lang) -> Table:
    """One wording a row, with how often, since when and by whom it was used."""
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("times", justify="right", no_wrap=True)
    table.add_column("years", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("body or document", overflow="fold", max_width=24)
    table.add_column("source", overflow="fold", ratio=1)
    table.add_column(lang.tag, overflow="fold", ratio=1)
    for row in rows:
        years = "" if row.first is None else str(row.first) if row.first == row.last else f"{row.first}–{row.last}"
        status = row.statuses[0].label if row.statuses[0] else ""
        target = Text(row.target)
        if row.conflict:
            target.append(" [adopted texts differ]", style="red")
        whom = ", ".join(row.bodies) or row.documents[0]
        table.add_row(f"{row.count:,}", years, status, Text(whom), Text(row.source), target)
    return table


def _marked(text: str, spans: Sequence[tuple[int, int]], style: str = "bold") -> Text:
    marked = Text(text)
    for start, end in spans:
        marked.stylize(style, start, end)
    return marked


def documents_table(rows: "Sequence[StoredDocument]") -> Table:
    """One document a row, the title as far as there is room."""
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("document", overflow="fold")
    table.add_column("status", no_wrap=True)
    table.add_column("date", no_wrap=True)
    table.add_column("languages", min_width=9)
    table.add_column("units", justify="right", no_wrap=True)
    table.add_column("sentences", justify="right", no_wrap=True)
    table.add_column("title", overflow="ellipsis", no_wrap=True, ratio=1)
    for row in rows:
        day = row.document.date.isoformat() if row.document.date else ""
        table.add_row(
            Text(row.document.key), row.document.status.label, day, " ".join(lang.tag for lang in row.langs),
            str(row.paragraphs), str(row.sentences), Text(row.document.title),
        )  # fmt: skip
    return table


def statistics_table(counts: "Statistics", target: str) -> Table:
    """Counts of a memory, one a row."""
    from tm.shapes import statistics

    table = Table(title=target, box=None, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in statistics(counts).items():
        if isinstance(value, dict):
            for key, held in value.items():
                shown = ", ".join(f"{n} {what}" for what, n in held.items()) if isinstance(held, dict) else str(held)
                table.add_row(f"{name}: {key}", shown)
        else:
            table.add_row(name, str(value))
    return table


def stretch_line(stretch: Stretch) -> str:
    """What is wrong with some rows, in words.

    >>> late = Stretch(119, 4119, 4001, Lang("en"), Lang("zh"), Fault.SHIFTED, 1)
    >>> stretch_line(late), stretch_line(Stretch(7, 7, 1, Lang("en"), Lang("zh"), Fault.SHIFTED, -2, Lang("en")))
    ('rows 120–4,120: zh stands 1 row late', 'row 8: en stands 2 rows late')
    """
    rows = f"row {stretch.first + 1:,}" if stretch.first == stretch.last else _rows(stretch)
    return f"{rows}: {_fault(stretch)}"


def _rows(stretch: Stretch) -> str:
    return f"rows {stretch.first + 1:,}–{stretch.last + 1:,}"


def _fault(stretch: Stretch) -> str:
    source, target = stretch.source, stretch.target
    if stretch.fault is Fault.SHIFTED:
        moved, by = (source, -stretch.offset) if stretch.off == source else (target, stretch.offset)
        return f"{moved} stands {abs(by)} {'row' if abs(by) == 1 else 'rows'} {'late' if by > 0 else 'early'}"
    off = f", {stretch.off} is out of step" if stretch.off else ""
    words = {
        Fault.SWAPPED: f"{source} and {target} texts have changed places",
        Fault.MERGED: f"several {source} texts have one {target} text",
        Fault.SPLIT: f"several {target} texts have one {source} text",
        Fault.UNRELATED: f"{source} and {target} do not belong together",
    }
    return words[stretch.fault] + off


def show_suspects(console: Console, suspects: Sequence[Suspect], units: Sequence[TranslationUnit]) -> None:
    """Suspect rows one after the other: the unit, the evidence, its texts, and what belongs there instead."""
    from tm.shapes import suspect

    for value in suspects:
        shape = suspect(value, units)
        head = f"{shape['document']} row {shape['row']:,}  {shape['fault']}  sure {_sure(value.confidence)}"
        console.print(Padding(Text(f"{head}  unit {shape['unit']}", style="dim"), (0, 0, 0, 2)))
        evidence = f"as it stands: {_nats(value.standing)}  realigned: {_nats(value.realigned) or 'alone'}"
        console.print(Padding(Text(f"{evidence}  gain {value.gain:+.1f} nats", style="dim"), (0, 0, 0, 4)))
        for mark, text, style in (
            (value.source.tag, shape["source"], ""),
            (value.target.tag, shape["target"], "red"),
            ("→", shape["proposal"]["target"] or "nothing belongs here", "green"),
        ):
            console.print(Padding(Text(f"{mark:3}", style="dim").append(text, style=style), (0, 0, 0, 4)))


def _nats(evidence: Sequence[tuple[str, float]]) -> str:
    return " ".join(f"{name} {nats:+.1f}" for name, nats in evidence)


def plain_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Rows of text under their heads, the first column to the left, the others to the right."""
    table = Table(box=None, pad_edge=False)
    for i, name in enumerate(head):
        table.add_column(name, justify="left" if i == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return table


def added_line(added: "Added") -> str:
    """What an import did, in one line."""
    if not (added.units or added.sentences or added.replaced or added.removed):
        return "nothing new, the memory is unchanged"
    parts = [f"{added.units} units and {added.sentences} sentences added"]
    if added.replaced:
        parts.append(f"{added.replaced} replaced")
    if added.removed:
        parts.append(f"{added.removed} removed")
    if added.kept:
        parts.append(f"{added.kept} reviewed ones kept")
    return ", ".join(parts)


def _sure(confidence: float) -> str:
    """A probability cut to two places: .996 is not certainty."""
    return f"{int(confidence * 100) / 100:.2f}"


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
