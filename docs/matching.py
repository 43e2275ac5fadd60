"""The tables of ``docs/matching.md``, worked out from the pairs in ``fixtures/matching``.

``tables`` gives the page with its tables as the code scores the pairs today; ``docs/generate.py`` writes and checks it.
"""

import json
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

from tm.explain import explain
from tm.lang import Lang
from tm.match import BANDS, Comparison, compare
from tm.model import Match, MatchKind, TranslationUnit, Variant
from tm.policy import MatchPolicy

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "matching.md"
PAIRS = ROOT / "fixtures" / "matching"


def pairs(name: str) -> list[dict[str, Any]]:
    """The pairs of one file."""
    found: list[dict[str, Any]] = json.loads((PAIRS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def examples() -> str:
    """Each example with its sums, as ``untm lookup --explain`` gives them."""
    rows = ["| | draft | memory | similarity | score | flags |", "| --- | --- | --- | --- | --- | --- |"]
    for pair in pairs("examples"):
        lang = Lang(pair["lang"])
        compared = compare(pair["draft"], pair["memory"], lang)
        match = _match(pair["memory"], lang, compared)
        (explained,) = explain(pair["draft"], lang, [match], MatchPolicy())
        flags = "; ".join(_flag(compared)) or "—"
        rows.append(
            f"| {lang} | {pair['draft']} | {pair['memory']} | {explained.similarity} | {explained.score} | {flags} |"
        )
    return "\n".join(rows)


def peers() -> str:
    """Our scores beside those of other systems' formulas on the same pairs."""
    rows = [
        "| what differs | untm | flagged | Weblate | Pontoon | translate-toolkit | OmegaT (similar pair) |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for pair in pairs("peers"):
        draft, memory = pair["draft"], pair["memory"]
        compared = compare(draft, memory, Lang(pair["lang"]))
        flags = ", ".join(dict.fromkeys(flag.name for flag in compared.flags)) or "—"
        weblate, pontoon, toolkit = int(fuzz.QRatio(draft, memory)), _pontoon(draft, memory), _toolkit(draft, memory)
        ours = f"{compared.score}; 99 contained" if draft in memory and compared.score < _HALF else compared.score
        rows.append(f"| {pair['case']} | {ours} | {flags} | {weblate} | {pontoon} | {toolkit:.1f} | {pair['omegat']} |")
    return "\n".join(rows)


def policy() -> str:
    """The settings of ``[match]`` with their defaults."""
    rows = ["| setting | default |", "| --- | --- |"]
    shown = {name: getattr(MatchPolicy(), name) for name in MatchPolicy.__slots__}
    rows += [f"| `{name}` | {value if value != () else 'none'} |" for name, value in shown.items()]
    return "\n".join(rows)


def bands() -> str:
    """The bands in order."""
    return " · ".join(BANDS)


TABLES = {"examples": examples, "peers": peers, "policy": policy, "bands": bands}
#: Below this nobody shows a match.
_HALF = 50


def tables(page: str) -> str:
    """The page with each table between its two marks, worked out anew."""
    for name, made in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, mark, rest = page.partition(start)
        _, closing, after = rest.partition(end)
        assert mark, f"docs/matching.md has no mark for the table of {name}"
        assert closing, f"docs/matching.md does not close the table of {name}"
        page = f"{before}{start}{made()}\n{end}{after}"
    return page


def _match(stored: str, lang: Lang, compared: Comparison) -> Match:
    variant = Variant(lang, stored)
    unit = TranslationUnit((variant,))
    return Match(
        unit, compared.score, MatchKind.FUZZY, variant, (), compared.similarity, compared.penalties, compared.flags
    )


def _flag(compared: Comparison) -> list[str]:
    return [f"{flag.name} {' '.join(flag.stored) or '∅'} → {' '.join(flag.query) or '∅'}" for flag in compared.flags]


def _pontoon(one: str, other: str) -> int:
    """What Pontoon shows: insertions and deletions in characters, against both lengths."""
    return round(100 * Indel.normalized_similarity(one, other))


def _toolkit(one: str, other: str) -> float:
    """What translate-toolkit and amaGama give: edits in characters, against the longer text."""
    return 100 - 100 * Levenshtein.distance(one, other) / max(len(one), len(other))
