"""How a score came about, as a table on a terminal."""

from rich.table import Table
from rich.text import Text

from tm.explain import Explanation, TokenStep
from tm.model import Match

#: Sign and look of each operation.
_OPERATIONS = {
    "equal": ("=", "dim"),
    "masked": ("≈", "yellow"),
    "replace": ("≠", "bold"),
    "insert": ("+", "green"),
    "delete": ("−", "red"),
}
#: What a match is ranked by, in words.
_RANKED_BY = {
    "superseded": "whether it is in force",
    "status": "the authority of its document",
    "date": "its document's date",
    "reviewed": "review",
    "confidence": "the confidence of its alignment",
    "length": "its length",
    "document": "the name of its document",
    "position": "its place in the document",
    "unit": "its identifier",
}


def explanation_table(match: Match, explanation: Explanation) -> Table:
    """Each step under its name: words, similarity, penalties, flags, cap, band, order."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    if any(explanation.labels):
        mine, theirs = (label or "none" for label in explanation.labels)
        table.add_row("labels", Text(f"memory {theirs} · draft {mine} (compared apart)"))
    for i, step in enumerate(explanation.steps):
        table.add_row("words" if i == 0 else "", _words(step))
    counts = f"{explanation.stored_tokens} in memory, {explanation.query_tokens} in draft, {explanation.edits} changed"
    table.add_row("similarity", Text(f"{explanation.similarity}   ({counts})"))
    for penalty in match.penalties:
        source = ", of its source" if penalty.name in explanation.trust else ""
        detail = f"  {penalty.detail}" if penalty.detail else ""
        table.add_row("penalty", Text(f"{penalty.name}{source} −{penalty.points}{detail}"))
    for flag in match.flags:
        words = " → ".join(" ".join(side) or "∅" for side in (flag.stored, flag.query))
        table.add_row("flag", Text(f"{flag.name}: {words}", style="bold red" if flag.reverses else "yellow"))
    if explanation.cap is not None:
        table.add_row("cap", Text(f"{explanation.cap} at most, since the meaning may be turned round"))
    table.add_row("score", Text(explanation.score, style="bold"))
    table.add_row("band", Text(explanation.band))
    table.add_row("order", Text(_order(explanation)))
    return table


def _words(step: TokenStep) -> Text:
    """One run of words: as the memory has them, and as the draft has them where that differs."""
    sign, style = _OPERATIONS[step.op]
    line = Text(f"{sign} ", style=style)
    shown = [text for text in (step.stored, step.query) if text]
    line.append(step.query if step.op == "equal" else " → ".join(shown), style=style)
    if step.op == "masked":
        line.append(f"   compared as {' '.join(step.query_keys)}", style="dim")
    return line


def _order(explanation: Explanation) -> str:
    if explanation.reason is None:
        return f"{explanation.place}: the last one shown"
    why = explanation.reason
    by = _RANKED_BY.get(why.by, why.by)
    return f"{explanation.place}: before the next by {by} ({why.value} before {why.other})"
