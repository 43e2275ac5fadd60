"""Every set with alignment gold that can be read here, as documents of one shape.

The data lie beside the project, in ``../shared/data`` (its README says where each comes from and under what licence);
they are read in place. A set that is absent raises ``InputError``. Whatever is drawn at random is drawn from a seed,
with ``random.random`` alone, so that the same seed gives the same documents on every version of Python.
"""

import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from random import Random

from aligners.evaluate import Scores, score
from cli import gold
from cli.gold import IdBead
from tm.errors import InputError
from tm.formats import jsonl
from tm.lang import Lang
from tm.model import BODY_KINDS, Bead, Kind, Segment
from tm.text import nfc

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
UNSYN_TOOL = ROOT.parent / "shared" / "tools" / "unsyn.py"
#: The six languages, French first: the pairs of the generated documents are named in this order.
LANGS = tuple(Lang(tag) for tag in ("fr", "en", "ar", "es", "ru", "zh"))
#: Header and footer lines that a careless reader leaves among the paragraphs.
_FURNITURE = frozenset({Kind.HEADER, Kind.FOOTER, Kind.MASTHEAD})
#: Most sentences that run together when neighbours are merged.
_MERGE_LIMIT = 2
#: Characters at the end of a sentence that tell it from all others; at most half of it, as UNSYN drops numbering.
_TAIL = 40

Pair = tuple[Lang, Lang]
#: Positions in the source edition, positions in the target edition.
Groups = tuple[Sequence[int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document in two or more languages, and which of its segments belong together."""

    name: str
    editions: Mapping[Lang, tuple[Segment, ...]]
    #: A name for each segment of each edition, distinct inside the edition.
    ids: Mapping[Lang, tuple[str, ...]]
    #: The gold beads in source order, insertions in their place or last.
    pairs: Mapping[Pair, tuple[IdBead, ...]]
    #: Names of segments that are scored neither way: page furniture.
    ignored: Mapping[Lang, frozenset[str]] = field(default_factory=dict)

    def only(self, *langs: Lang) -> "GoldDocument":
        """The document in these languages alone."""
        pairs = {pair: beads for pair, beads in self.pairs.items() if set(pair) <= set(langs)}
        return GoldDocument(
            self.name,
            {lang: self.editions[lang] for lang in langs},
            {lang: self.ids[lang] for lang in langs},
            pairs,
            {lang: self.ignored.get(lang, frozenset()) for lang in langs},
        )

    def texts(self, lang: Lang) -> list[str]:
        """The edition as lines of text, each label in front of its text as it would stand in a file."""
        return [f"{s.label} {s.text}" if s.label else s.text for s in self.editions[lang]]

    def named(self, pair: Pair, groups: Iterable[Groups]) -> list[IdBead]:
        """Groups of positions as beads of names, without ignored segments and without beads that are then empty."""
        sides = tuple((self.ids[lang], self.ignored.get(lang, frozenset())) for lang in pair)
        beads = []
        for group in groups:
            source, target = (
                tuple(ids[i] for i in positions if ids[i] not in ignored)
                for positions, (ids, ignored) in zip(group, sides, strict=True)
            )
            if source or target:
                beads.append((source, target))
        return beads

    def score(self, pair: Pair, groups: Iterable[Groups]) -> Scores:
        """Strict, lax and link counts of groups of positions against the gold of the pair."""
        return score(self.beads(pair), self.named(pair, groups))

    def beads(self, pair: Pair) -> tuple[IdBead, ...]:
        """The gold beads of a pair in either direction, in the order of the pair as the gold names it."""
        if pair in self.pairs:
            return self.pairs[pair]
        return tuple((source, target) for target, source in self.pairs[pair[1], pair[0]])


def groups_of(beads: Iterable[Bead], source: Sequence[Segment], target: Sequence[Segment]) -> list[Groups]:
    """The beads of an alignment as groups of positions, body segments only."""
    return [
        (
            [i for i in range(*bead.source) if source[i].kind in BODY_KINDS],
            [j for j in range(*bead.target) if target[j].kind in BODY_KINDS],
        )
        for bead in beads
    ]


# --- gold folders: the report, and documents made by UNSYN ----------------------------------------------------------


def gold_folder(path: Path, *, furniture: bool = False) -> GoldDocument:
    """The document of a gold folder, as a perfect reader reads it.

    With ``furniture``, header, footer and masthead blocks stand among the paragraphs as a careless reader leaves them,
    and are ignored in scoring; else only body blocks are given.
    """
    folder = gold.load(_present(path))
    editions, ids, ignored = {}, {}, {}
    for lang, blocks in folder.blocks.items():
        ending = "blocks.gold.jsonl" if folder.raw else "blocks.jsonl"
        segments = jsonl.read_document(path / f"{lang}.{ending}", lang).segments
        kept, names, optional = [], [], set()
        for segment, block in zip(segments, blocks, strict=True):
            if segment.kind in BODY_KINDS:
                kept.append(segment)
            elif furniture and segment.kind in _FURNITURE:
                kept.append(_paragraph(segment.text, lang))
                optional.add(block.id)
            else:
                continue
            names.append(block.id)
        editions[lang], ids[lang], ignored[lang] = tuple(kept), tuple(names), frozenset(optional)
    return GoldDocument(path.name, editions, ids, folder.pairs, ignored)


def report(*, real: bool = False, ours: bool = False) -> Iterator[GoldDocument]:
    """The report in six languages: the shared copy or the one in the fixtures, clean or as extracted."""
    base = ROOT / "fixtures" / "report" if ours else DATA / "report"
    yield gold_folder(base / "real" if real else base)


@dataclass(frozen=True, slots=True)
class Unsyn:
    """Which documents UNSYN is to make; its own help says what the words mean."""

    preset: str
    docs: int = 6
    seed: int = 0
    #: Units of structure in each document.
    units: int = 100
    #: Chance that an item is followed by another; None for the tool's own.
    lists: float | None = None
    #: Share of units left out in each language; None for the preset's own.
    delete: float | None = None


def unsyn(wanted: Unsyn, *, furniture: bool = False) -> Iterator[GoldDocument]:
    """Six-language documents with planted noise, made from the UN Parallel Corpus."""
    for folder in unsyn_folders(wanted):
        yield gold_folder(folder, furniture=furniture)


def unsyn_folders(wanted: Unsyn) -> list[Path]:
    """The gold folders of the documents, made in the temporary folder if they are not there yet."""
    arguments = ["--docs", wanted.docs, "--units", wanted.units, "--preset", wanted.preset, "--seed", wanted.seed]
    if wanted.lists is not None:
        arguments += ["--lists", wanted.lists]
    if wanted.delete is not None:
        arguments += ["--delete", wanted.delete]
    words = [str(argument) for argument in arguments]
    tool = _present(UNSYN_TOOL)
    digest = hashlib.sha256(tool.read_bytes() + " ".join(words).encode()).hexdigest()[:16]
    cache = Path(tempfile.gettempdir()) / "untm-benchmarks"
    out = cache / digest
    if not out.is_dir():
        cache.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            made = Path(scratch) / "made"
            command = [sys.executable, str(tool), "--unpc", str(_present(DATA / "unpc" / "dev")), "--out", str(made)]
            subprocess.run([*command, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if not out.is_dir():
                made.rename(out)
    return [out / f"{wanted.preset}-{k}" for k in range(1, wanted.docs + 1)]


def unsyn_memory(wanted: Unsyn) -> list[dict[Lang, str]]:
    """Sentences in six languages for a lexicon, apart from the documents: what a memory of earlier documents holds.

    They are those of the corpus whose UN document has no sentence in the documents UNSYN makes for ``wanted``. The
    clean documents of the same seed tell which those are: presets of one seed differ in noise alone.
    """
    clean = Unsyn("clean", wanted.docs, wanted.seed, wanted.units, wanted.lists)
    found: dict[Lang, list[str]] = {lang: [] for lang in LANGS}
    for document in unsyn(clean):
        for lang in LANGS:
            found[lang] += [_folded(segment.text) for segment in document.editions[lang]]
    whole = {lang: "\n".join(texts) for lang, texts in found.items()}
    rows = unpc()
    used = {symbol for symbol, row in rows if all(_tail(row[lang]) in whole[lang] for lang in LANGS)}
    return [row for symbol, row in rows if symbol not in used]


def unpc() -> list[tuple[str, dict[Lang, str]]]:
    """The development set of the UN Parallel Corpus: the UN document of each sentence, and its six texts."""
    base = DATA / "unpc" / "dev"
    lines = {lang: _lines(base / f"UNv1.0.devset.{lang}") for lang in LANGS}
    symbols = [line.split()[0] for line in _lines(base / "UNv1.0.devset.ids")]
    texts = zip(*(lines[lang] for lang in LANGS), strict=True)
    return [(symbol, dict(zip(LANGS, row, strict=True))) for symbol, row in zip(symbols, texts, strict=True)]


def _tail(text: str) -> str:
    folded = _folded(text)
    return folded[-min(_TAIL, (len(folded) + 1) // 2) :]


def _folded(text: str) -> str:
    return " ".join(nfc(text).split())


# --- sets of other makers -------------------------------------------------------------------------------------------


def udhr() -> Iterator[GoldDocument]:
    """The Universal Declaration of Human Rights: 90 to 92 paragraphs without labels, 15 pairs, real omissions."""
    base = DATA / "udhr"
    editions = {lang: _paragraphs(_lines(base / f"udhr.{lang}.txt"), lang) for lang in LANGS}
    ids = {lang: _numbers(edition) for lang, edition in editions.items()}
    pairs = {}
    for path in sorted((base / "gold").glob("udhr.*.tsv")):
        source, target = (Lang(tag) for tag in path.name.split(".")[1].split("-"))
        pairs[source, target] = _ladder(path)
    yield GoldDocument("udhr", editions, ids, pairs)


def sdg(*, labels: bool, delete: float = 0.10, seed: int = 0) -> Iterator[GoldDocument]:
    """Goals, targets and indicators of the 2030 Agenda: 438 units, near repetitions of one another.

    ``delete`` is the share of units left out, drawn independently in each language; ``labels`` puts the number of
    each (``1``, ``1.2``, ``1.2.1``, ``1.a``) into label and path.
    """
    rows = {}
    with _present(DATA / "un_sdg" / "sdg_segments.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if found := _SDG_ID.match(row["id"]):
                rows[tuple(found["number"].split("-"))] = row
    order = sorted(rows, key=lambda number: [(not part.isdecimal(), part.zfill(3)) for part in number])
    editions, ids = {}, {}
    for lang in LANGS:
        chance = Random(f"{seed}/{lang}").random
        kept = [number for number in order if chance() >= delete]
        names = [".".join(number) for number in kept]
        editions[lang] = tuple(
            Segment(nfc(rows[number][lang.tag]), lang, Kind.PARAGRAPH, *((name, (name,)) if labels else ()))
            for number, name in zip(kept, names, strict=True)
        )
        ids[lang] = tuple(names)
    pairs = {pair: _beads(*(_alone(ids[lang]) for lang in pair)) for pair in combinations(LANGS, 2)}
    yield GoldDocument("sdg", editions, ids, pairs)


_SDG_ID = re.compile(r"global_(?:goals|targets|indicators)\.(?P<number>\w+(?:-\w+)*)-title\Z", re.ASCII)


def handbook(*, complete: bool = False, by_page: bool = False) -> Iterator[GoldDocument]:
    """The Debian handbook: a book whose translations leave blocks out where the translators had not come so far.

    ``complete`` keeps the blocks that stand in all six languages only; ``by_page`` gives each page as a document.
    """
    rows = [json.loads(line) for line in _lines(DATA / "debian_handbook" / "blocks.jsonl")]
    if complete:
        rows = [row for row in rows if all(row[lang.tag] for lang in LANGS)]
    pages: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for row in rows:
        pages[row["page"] if by_page else "handbook"].append((f"{row['page']}/{row['i']}", row))
    for page, blocks in pages.items():
        editions, ids = {}, {}
        for lang in LANGS:
            here = [(name, row[lang.tag]) for name, row in blocks if row[lang.tag]]
            editions[lang] = _paragraphs([text for _, text in here], lang)
            ids[lang] = tuple(name for name, _ in here)
        pairs = {pair: _beads(*(_alone(ids[lang]) for lang in pair)) for pair in combinations(LANGS, 2)}
        yield GoldDocument(page, editions, ids, pairs)


def ntrex(*, delete: float = 0.05, merge: float = 0.05, seed: int = 0) -> Iterator[GoldDocument]:
    """News of 2 to 74 sentences in six languages; in each, sentences are left out or run together at random.

    ``delete`` and ``merge`` are shares of the sentences, drawn independently in each language.
    """
    base = DATA / "ntrex"
    names = _lines(base / "DOCUMENT_IDS.tsv")
    texts = {lang: _lines(base / f"ntrex.{lang}.txt") for lang in LANGS}
    documents: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(names):
        documents[name].append(i)
    for name, lines in documents.items():
        editions, contents = {}, {}
        for lang in LANGS:
            chance = Random(f"{seed}/{name}/{lang}").random
            contents[lang] = _thinned(lines, delete, merge, chance)
            joined = [lang.joiner.join(texts[lang][int(i)] for i in content) for content in contents[lang]]
            editions[lang] = _paragraphs(joined, lang)
        ids = {lang: tuple("+".join(content) for content in contents[lang]) for lang in LANGS}
        pairs = {(a, b): _beads(contents[a], contents[b]) for a, b in combinations(LANGS, 2)}
        yield GoldDocument(name, editions, ids, pairs)


def align_gold(name: str) -> Iterator[GoldDocument]:
    """Sentence alignments made by hand: ``textberg_de-fr_dev``, ``bible_en-zh`` or ``parice_en-is``."""
    base = _present(DATA / "align_gold" / name)
    source, target = (Lang(tag) for tag in name.split("_")[1].split("-"))
    for path in sorted(base.glob("*.gold.tsv")):
        stem = path.name.removesuffix(".gold.tsv")
        editions = {
            lang: _paragraphs(_unnumbered(_lines(base / f"{stem}.{lang}.txt")), lang) for lang in (source, target)
        }
        ids = {lang: _numbers(edition) for lang, edition in editions.items()}
        yield GoldDocument(stem, editions, ids, {(source, target): _ladder(path)})


def _unnumbered(lines: Sequence[str]) -> list[str]:
    """The lines without their index and tab, if each has one (the ParIce files do)."""
    parts = [line.partition("\t") for line in lines]
    if all(head == str(k) and tab for k, (head, tab, _) in enumerate(parts)):
        return [text for _, _, text in parts]
    return list(lines)


def _thinned(
    lines: Sequence[int], delete: float, merge: float, chance: Callable[[], float]
) -> tuple[tuple[str, ...], ...]:
    """What is left of the sentences: the sentences of each line of the edition; at least one line."""
    kept: list[tuple[str, ...]] = []
    gone = True
    for i in lines:
        before, gone = gone, chance() < delete
        runs_on = chance() < merge
        if gone:
            continue
        if runs_on and not before and len(kept[-1]) < _MERGE_LIMIT:
            kept[-1] = (*kept[-1], str(i))
        else:
            kept.append((str(i),))
    return tuple(kept) or ((str(lines[0]),),)


# --- what they share ------------------------------------------------------------------------------------------------


def _present(path: Path) -> Path:
    if not path.exists():
        raise InputError(
            "the shared data are not here", path=str(path), hint="see how to compare the aligner, in CONTRIBUTING.md"
        )
    return path


def _lines(path: Path) -> list[str]:
    """The lines of a file without their ends; a form feed or such inside a line ends none."""
    return _present(path).read_text("utf-8-sig").removesuffix("\n").split("\n")


def _paragraph(text: str, lang: Lang) -> Segment:
    return Segment(_folded(text), lang, Kind.PARAGRAPH)


def _paragraphs(texts: Iterable[str], lang: Lang) -> tuple[Segment, ...]:
    return tuple(_paragraph(text, lang) for text in texts)


def _numbers(edition: Collection[Segment]) -> tuple[str, ...]:
    return tuple(str(k) for k in range(len(edition)))


def _ladder(path: Path) -> tuple[IdBead, ...]:
    """Beads of a file with source indices, tab, target indices on each line, indices parted by commas."""
    beads = []
    for line in _lines(path):
        source, _, target = line.partition("\t")
        beads.append((tuple(filter(None, source.split(","))), tuple(filter(None, target.strip().split(",")))))
    return tuple(bead for bead in beads if any(bead))


def _alone(ids: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) for name in ids)


def _beads(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]]) -> tuple[IdBead, ...]:
    """Segments that share a unit, directly or through others, belong together; each is given by its units, in order.

    >>> _beads([("1",), ("2", "3"), ("5",)], [("1",), ("2",), ("3",), ("4",)])
    ((('1',), ('1',)), (('2+3',), ('2', '3')), (('5',), ()), ((), ('4',)))
    """
    where = {unit: j for j, units in enumerate(target) for unit in units}
    beads: list[tuple[list[int], list[int]]] = []
    group_of: dict[int, tuple[list[int], list[int]]] = {}
    for i, units in enumerate(source):
        columns = sorted({where[unit] for unit in units if unit in where})
        shared = next((group_of[j] for j in columns if j in group_of), None)
        group = shared or ([], [])
        if shared is None:
            beads.append(group)
        group[0].append(i)
        for j in columns:
            if j not in group_of:
                group_of[j] = group
                group[1].append(j)
    beads += [([], [j]) for j in range(len(target)) if j not in group_of]
    return tuple(
        (tuple("+".join(source[i]) for i in rows), tuple("+".join(target[j]) for j in columns))
        for rows, columns in beads
    )
