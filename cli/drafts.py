"""Gold drafts: a draft's blocks, where each comes from, and whether the memory finds it there."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aligners import Alignment
from cli.gold import GoldBlock, GoldFolder, identify, load_blocks
from tm import store
from tm.formats import plain
from tm.lang import Lang
from tm.lookup import LookupOptions, body, suggest
from tm.memory import open_memory
from tm.model import Document, Edition, Match, Suggestion

#: Drafts are looked up from here on.
_MINIMUM = 50
#: An edited block must find its source first from this measured similarity on.
_EDITED_FROM = 0.70
#: No new block may reach this score, and a reversed meaning must stay below it.
_NEAR = 85
#: A sentence found with this score counts as found.
_SENTENCE = 75


@dataclass(frozen=True, slots=True)
class DraftScore:
    """What was found for one draft; each count is (reached, of)."""

    lang: Lang
    blocks: tuple[int, int]
    identical: tuple[int, int]
    edited: tuple[int, int]
    new: tuple[int, int]
    reversed: tuple[int, int]
    reordered: tuple[int, int]
    misses: tuple[str, ...]

    def row(self) -> tuple[str, ...]:
        """Cells for the table."""
        return (self.lang.tag, *(f"{got}/{of}" for got, of in self._counts().values()))

    def shape(self) -> dict[str, Any]:
        """``{lang, blocks: [reached, of], …, misses}``."""
        return {"lang": self.lang.tag, **{k: list(v) for k, v in self._counts().items()}, "misses": list(self.misses)}

    def _counts(self) -> dict[str, tuple[int, int]]:
        return {
            "blocks": self.blocks,
            "identical": self.identical,
            "edited": self.edited,
            "new": self.new,
            "reversed": self.reversed,
            "reordered": self.reordered,
        }


def measure(folder: GoldFolder, editions: Mapping[Lang, Edition], alignment: Alignment) -> tuple[DraftScore, ...]:
    """Each draft of the folder looked up in a memory made of the folder's own alignment."""
    assert folder.drafts is not None
    gold = json.loads((folder.drafts / "draft.gold.json").read_text("utf-8"))["blocks"]
    sources = {
        lang: {i: identified[i] for i in identified}
        for lang, edition in editions.items()
        for identified in [identify(edition.segments, folder.blocks[lang])]
    }
    scores = []
    with tempfile.TemporaryDirectory() as scratch:
        document = Document(origin=folder.path.name)
        units = [replace(unit, document=document) for unit in alignment.units]
        with open_memory(Path(scratch) / "gold.untm", create=True, write=True) as memory:
            with memory.write() as conn:
                store.add_document(conn, document, list(editions.values()), units)
            for file in sorted(folder.drafts.glob("draft.??.txt")):
                lang = Lang.parse(file.name.split(".")[1])
                if lang not in editions:
                    continue
                blocks = load_blocks(file.with_name(f"draft.{lang}.blocks.jsonl"))
                draft = body(plain.read_document(file, lang).segments)
                targets = [other for other in editions if other != lang]
                with memory.read() as conn:
                    found = list(suggest(conn, draft, lang, targets, LookupOptions(minimum=_MINIMUM)))
                scores.append(_score(lang, blocks, found, gold, sources[lang]))
    return tuple(scores)


def _score(
    lang: Lang,
    blocks: Sequence[GoldBlock],
    found: Sequence[Suggestion],
    gold: Sequence[Mapping[str, Any]],
    sources: Mapping[int, GoldBlock],
) -> DraftScore:
    known = identify([suggestion.segment for suggestion in found], blocks)
    by_id = {block.id: found[i] for i, block in known.items()}
    tests = {
        "identical": [g for g in gold if g["class"] == "identical"],
        "edited": [g for g in gold if g["class"] == "edited" and g["similarity"][lang.tag] >= _EDITED_FROM],
        "new": [g for g in gold if g["class"] == "new"],
        "reversed": [g for g in gold if "meaning_reversed" in g["edits"]],
        "reordered": [g for g in gold if "order_changed" in g["edits"] and g["similarity"][lang.tag] < 0.5],
    }
    checks = {"identical": _identical, "edited": _edited, "new": _new, "reversed": _reversed, "reordered": _reordered}
    counts, misses = {}, [f"draft block {block.id} not read" for block in blocks if block.id not in by_id]
    for name, rows in tests.items():
        failed = [g["id"] for g in rows if g["id"] not in by_id or not checks[name](by_id[g["id"]], g, lang, sources)]
        counts[name] = (len(rows) - len(failed), len(rows))
        misses += [f"draft {id_}: {name} not reached" for id_ in failed]
    return DraftScore(lang, (len(known), len(blocks)), misses=tuple(misses), **counts)


Gold = Mapping[str, Any]
Sources = Mapping[int, GoldBlock]


def _identical(suggestion: Suggestion, _gold: Gold, _lang: Lang, _sources: Sources) -> bool:
    """Whether the best match is the same text; gold does not tell a no-break space from another."""
    best = next(iter(suggestion.matches), None)
    return best is not None and (best.score >= 100 or best.source.text.split() == suggestion.segment.text.split())


def _edited(suggestion: Suggestion, gold: Gold, lang: Lang, sources: Sources) -> bool:
    return bool(suggestion.matches) and _from_source(suggestion.matches[0], gold, lang, sources)


def _new(suggestion: Suggestion, _gold: Gold, _lang: Lang, _sources: Sources) -> bool:
    return all(match.score < _NEAR for match in suggestion.matches)


def _reversed(suggestion: Suggestion, gold: Gold, lang: Lang, sources: Sources) -> bool:
    """The source block is found, flagged, below the cap, and nothing of it is put forward for insertion."""
    from_source = [m for m in suggestion.matches if _from_source(m, gold, lang, sources)]
    flagged = all(any(flag.reverses for flag in m.flags) and m.score < _NEAR and not m.automatic for m in from_source)
    return bool(from_source) and flagged and not (suggestion.proposal and suggestion.proposal.automatic)


def _reordered(suggestion: Suggestion, gold: Gold, lang: Lang, sources: Sources) -> bool:
    return any(
        match.score >= _SENTENCE and _from_source(match, gold, lang, sources)
        for _, matches in suggestion.sentences
        for match in matches[:1]
    )


def _from_source(match: Match, gold: Gold, lang: Lang, sources: Sources) -> bool:
    """Whether the matched text stands in one of the blocks the draft block comes from."""
    wanted = {*gold["derives_from"], *gold.get("equivalents", ())}
    for unit in (match.unit, *match.repeats):
        variant = unit.variant(lang)
        indices = variant.segments if variant else ()
        if any(wanted & set(sources[i].origin) for i in indices if i in sources):
            return True
    return False
