"""Gold folders: what a perfect reading, alignment and suggestion would be, and how near ours come.

Two layouts are understood. A raw edition has ``xx.txt``, ``xx.blocks.gold.jsonl`` and ``gold.json``; a clean one has
``xx.blocks.jsonl`` and ``gold.json``. Drafts (``draft.xx.txt``, ``draft.xx.blocks.jsonl``, ``draft.gold.json``) may lie
in the folder or in its parent.

A line of a block file is an object with ``id``, ``kind``, ``label_norm`` (``II``, ``A``, ``1``, ``a`` in all languages)
and ``text``; ``ids`` names the clean blocks a merged or split one stands for, ``optional`` marks mastheads and
footnotes, which are scored neither way. ``gold.json`` holds ``pairs``: for ``fr-en`` its beads, each
``[[source ids], [target ids]]``. ``draft.gold.json`` holds ``blocks``, each with ``id``, ``derives_from``, ``class``
(identical, edited, new), ``edits`` and the measured ``similarity`` by language.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

from aligners import Alignment
from aligners.evaluate import Scores, score
from tm.errors import InputError
from tm.formats import jsonl, plain
from tm.lang import Lang
from tm.model import BODY_KINDS, Bead, Edition, Kind, Segment
from tm.text import squeeze, visible

#: A bead as ids: source ids, target ids.
IdBead = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class GoldBlock:
    """One block of a perfect reading."""

    id: str
    #: Ids of the blocks of the clean edition it is made of: two for a merged block, one for half of a split one.
    origin: tuple[str, ...]
    kind: str
    path: tuple[str, ...]
    text: str
    #: Masthead and footnotes: scored neither way.
    optional: bool


@dataclass(frozen=True, slots=True)
class GoldFolder:
    """A gold folder, loaded."""

    path: Path
    #: Whether the versions are raw text that must be read first.
    raw: bool
    blocks: Mapping[Lang, tuple[GoldBlock, ...]]
    pairs: Mapping[tuple[Lang, Lang], tuple[IdBead, ...]]
    #: Folder that holds the drafts, or None.
    drafts: Path | None


@dataclass(frozen=True, slots=True)
class ReadingScore:
    """How well one language version was read, body blocks only."""

    lang: Lang
    gold: int
    found: int
    right: int
    #: Gaps inside words that were closed as the gold has it, closed though the gold has them, and left open.
    gaps_right: int
    gaps_wrong: int
    gaps_missed: int
    #: What was not right: ``(gold id or "", what was found)``.
    misses: tuple[tuple[str, str], ...]

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of blocks with the right text, kind and path."""
        return 2 * self.right / (self.gold + self.found) if self.gold + self.found else 1.0


@dataclass(frozen=True, slots=True)
class PairScore:
    """How well one pair was aligned."""

    source: Lang
    target: Lang
    scores: Scores
    #: Gold beads that were not found exactly.
    missed: tuple[IdBead, ...] = field(default=())


def load(path: Path) -> GoldFolder:
    """The gold folder at the path.

    Raises:
        InputError: it lacks ``gold.json`` or block files, or they are not of the form described above.
    """
    gold = path / "gold.json"
    if not gold.is_file():
        raise InputError("no gold.json in the folder", path=str(path), hint="see the layout in docs/reference.md")
    raw = bool(list(path.glob("*.blocks.gold.jsonl")))
    ending = ".blocks.gold.jsonl" if raw else ".blocks.jsonl"
    try:
        files = {Lang.parse(f.name.removesuffix(ending)): f for f in path.glob("??" + ending)}
        blocks = {lang: load_blocks(file) for lang, file in sorted(files.items())}
        pairs = {_pair(name): _beads(beads) for name, beads in json.loads(gold.read_text("utf-8"))["pairs"].items()}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"not a gold folder: {error!r}", path=str(path), hint="see docs/reference.md") from error
    if not blocks:
        raise InputError(f"no xx{ending} in the folder", path=str(path), hint="see the layout in docs/reference.md")
    drafts = next((folder for folder in (path, path.parent) if (folder / "draft.gold.json").is_file()), None)
    return GoldFolder(path, raw, blocks, pairs, drafts)


def read(folder: GoldFolder) -> dict[Lang, Edition]:
    """The language versions, read by our own readers."""
    if folder.raw:
        return {lang: plain.read_document(folder.path / f"{lang}.txt", lang) for lang in folder.blocks}
    return {lang: jsonl.read_document(folder.path / f"{lang}.blocks.jsonl", lang) for lang in folder.blocks}


def identify(segments: Sequence[Segment], blocks: Sequence[GoldBlock]) -> dict[int, GoldBlock]:
    """Which gold block each segment is: the same text without white space, in the same order."""
    ours = [squeeze(visible(segment.text)[0]) for segment in segments]
    theirs = [squeeze(visible(block.text)[0]) for block in blocks]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return {a + k: blocks[b + k] for a, b, size in matcher.get_matching_blocks() for k in range(size)}


def score_reading(edition: Edition, blocks: Sequence[GoldBlock]) -> ReadingScore:
    """Blocks with the right text, kind and path; and gaps inside words closed rightly, wrongly, not at all."""
    body = [s for s in edition.segments if s.kind in BODY_KINDS]
    wanted = [block for block in blocks if not block.optional]
    known = identify(body, wanted)
    right = {i for i, block in known.items() if (body[i].kind.value, body[i].path) == (block.kind, block.path)}
    found_ids = {known[i].id for i in right}
    misses = [(b.id, "") for b in wanted if b.id not in found_ids]
    misses += [
        (known[i].id if i in known else "", f"{s.kind.value} {'/'.join(s.path)} {s.text[:60]}")
        for i, s in enumerate(body)
        if i not in right
    ]
    seen = {i: (visible(body[i].text)[0], visible(block.text)[0]) for i, block in known.items()}
    missed_gaps = sum(_gaps(ours, gold, edition.lang) for ours, gold in seen.values())
    wrong_gaps = sum(_gaps(gold, ours, edition.lang) for ours, gold in seen.values())
    closed = len(edition.closed_gaps)
    return ReadingScore(
        edition.lang, len(wanted), len(body), len(right), closed - wrong_gaps, wrong_gaps, missed_gaps, tuple(misses)
    )


def score_pairs(folder: GoldFolder, editions: Mapping[Lang, Edition], alignment: Alignment) -> tuple[PairScore, ...]:
    """Strict, lax and link scores of each gold pair."""
    names = {lang: _names(editions[lang], folder.blocks[lang]) for lang in folder.blocks}
    scores = []
    for (source, target), gold in folder.pairs.items():
        test = _id_beads(alignment.pair(source, target), names[source], names[target])
        missed = tuple(bead for bead in gold if bead not in set(test))
        scores.append(PairScore(source, target, score(gold, test), missed))
    return tuple(scores)


def judged(
    folder: GoldFolder, editions: Mapping[Lang, Edition], alignment: Alignment
) -> Iterator[tuple[tuple[Lang, Lang], Bead, bool]]:
    """Each bead of each gold pair, and whether it is exactly a gold bead; page furniture is left out."""
    names = {lang: _names(editions[lang], folder.blocks[lang]) for lang in folder.blocks}
    for (source, target), gold in folder.pairs.items():
        wanted = {(frozenset(a), frozenset(b)) for a, b in gold}
        for bead in alignment.pair(source, target):
            for a, b in _id_beads([bead], names[source], names[target]):
                yield (source, target), bead, (frozenset(a), frozenset(b)) in wanted


def _names(edition: Edition, blocks: Sequence[GoldBlock]) -> dict[int, str]:
    """Gold id of each body segment by its index; a segment that is no gold block gets a name of its own."""
    body = edition.body
    known = identify([edition.segments[i] for i in body], blocks)
    optional = {i for i, block in known.items() if block.optional}
    return {
        index: known[i].id if i in known else f"?{edition.lang}{index}"
        for i, index in enumerate(body)
        if i not in optional
    }


def _id_beads(beads: Iterable[Bead], source: Mapping[int, str], target: Mapping[int, str]) -> list[IdBead]:
    found = []
    for bead in beads:
        sides = (
            tuple(source[i] for i in range(*bead.source) if i in source),
            tuple(target[i] for i in range(*bead.target) if i in target),
        )
        if any(sides):
            found.append(sides)
    return found


def load_blocks(path: Path) -> tuple[GoldBlock, ...]:
    """The blocks of one gold file, optional ones included.

    Raises:
        OSError, ValueError, KeyError: it cannot be read, or is no such file.
    """
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    main = [row for row in rows if not row.get("optional")]
    paths = iter(jsonl.paths(main))
    blocks = []
    for row in rows:
        optional = bool(row.get("optional"))
        place = () if optional else next(paths)
        origin = tuple(row.get("ids", [row["id"]]))
        blocks.append(GoldBlock(row["id"], origin, Kind(row["kind"]).value, place, row["text"], optional))
    return tuple(blocks)


def _pair(name: str) -> tuple[Lang, Lang]:
    source, _, target = name.partition("-")
    return Lang.parse(source), Lang.parse(target)


def _beads(beads: Iterable[Any]) -> tuple[IdBead, ...]:
    return tuple((tuple(source), tuple(target)) for source, target in beads)


def _gaps(loose: str, tight: str, lang: Lang) -> int:
    """How many spaces the first text has that the second, the same but for white space, has not."""
    return sum((Counter(_boundaries(loose, lang)) - Counter(_boundaries(tight, lang))).values())


def _boundaries(text: str, lang: Lang) -> list[int]:
    """Positions, counted without white space, where white space stands; in Chinese only between two characters."""
    positions, count = [], 0
    words = text.split()
    for word, after in pairwise(words):
        count += len(word)
        if lang.joiner or (word[-1].isalpha() and after[0].isalpha()):
            positions.append(count)
    return positions
