"""How well the translation of a part of a text is found in the translation of the whole.

``python -m benchmarks.highlight`` measures token F1 on the marked passages of ``fixtures/highlight``, in all thirty
directions, with the built-in vocabulary alone and with a lexicon learned from the sets beside the project where they
are present; beside it stand the range of the same relative place, and the whole sentence. One half of the passages, by
a digest of their names, was used for setting the constants of ``tm.highlight``; the other half is what counts.
"""

import argparse
import csv
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path
from statistics import median
from typing import TypeAlias

from tm.highlight import highlight
from tm.lang import Lang
from tm.lexicon import Lexicon, learn
from tm.sentence import sentences
from tm.text import words
from tm.wordlinks import Glossary

ROOT = Path(__file__).resolve().parent.parent
PASSAGES = ROOT / "fixtures" / "highlight" / "passages.jsonl"
SDG = ROOT.parent / "shared" / "data" / "un_sdg" / "sdg_segments.tsv"
UNPC = ROOT.parent / "shared" / "data" / "unpc" / "dev"
TAGS = ("en", "fr", "es", "ru", "ar", "zh")

Span: TypeAlias = tuple[int, int]
#: Answers where a part stands: source, target, part, pairs of sentences -> ranges, and whether they are the very words.
Finder: TypeAlias = Callable[[str, str, Span, Sequence[tuple[Span, Span]]], tuple[Sequence[Span], bool]]

_OPEN = re.compile(r"⟦(\d+)\|")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in several languages, with parts that translate each other."""

    name: str
    #: Language -> text.
    texts: Mapping[str, str]
    #: Language -> number of the mark -> ranges in the text.
    marks: Mapping[str, Mapping[str, Sequence[Span]]]

    @property
    def held_back(self) -> bool:
        """Whether it was kept from the setting of constants."""
        return hashlib.sha256(self.name.encode()).digest()[0] % 2 == 1


def unmarked(text: str) -> tuple[str, dict[str, list[Span]]]:
    """A text without its marks ``⟦number|…⟧``, which may be nested, and their ranges.

    >>> unmarked("⟦1|a ⟦2|b⟧⟧ c")
    ('a b c', {'2': [(2, 3)], '1': [(0, 3)]})
    """
    plain = ""
    marks: dict[str, list[Span]] = {}
    opened: list[tuple[str, int]] = []
    for piece in re.split(r"(⟦\d+\||⟧)", text):
        if mark := _OPEN.fullmatch(piece):
            opened.append((mark.group(1), len(plain)))
        elif piece == "⟧":
            number, start = opened.pop()
            marks.setdefault(number, []).append((start, len(plain)))
        else:
            plain += piece
    return plain, marks


def passages(path: Path = PASSAGES) -> tuple[Passage, ...]:
    """The marked passages."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        texts = {tag: unmarked(row[tag]) for tag in TAGS}
        found.append(
            Passage(row["id"], {tag: text for tag, (text, _) in texts.items()}, {t: m for t, (_, m) in texts.items()})
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was reached in one direction."""

    #: Micro-averaged over all words of all marks.
    f1: float
    precision: float
    recall: float
    #: Share of the marks for which the very words were given.
    exact: float
    #: Median and longest time of one, in ms.
    median_ms: float
    longest_ms: float


def measure(held: Sequence[Passage], source: str, target: str, find: Finder) -> Figures:
    """Token F1 of the ranges found for the marks of the passages."""
    right = given = wanted = exact = marks = 0
    times = []
    for passage in held:
        one, two = passage.texts[source], passage.texts[target]
        pairs = sentence_pairs(one, two, source, target)
        for number, spans in passage.marks[source].items():
            start = time.perf_counter()
            ranges, very_words = find(one, two, (spans[0][0], spans[-1][1]), pairs)
            times.append(1000 * (time.perf_counter() - start))
            found, gold = _covered(two, ranges), _covered(two, passage.marks[target][number])
            right, given, wanted = right + len(found & gold), given + len(found), wanted + len(gold)
            exact, marks = exact + very_words, marks + 1
    return Figures(
        2 * right / (given + wanted), right / max(given, 1), right / wanted, exact / marks, median(times), max(times)
    )


def sentence_pairs(source: str, target: str, from_: str, to: str) -> Sequence[tuple[Span, Span]]:
    """The sentences of both texts where these are as many, as the aligner would store them; else none."""
    left, right = sentences(source, Lang(from_)), sentences(target, Lang(to))
    return list(zip(left, right, strict=True)) if len(left) == len(right) else []


def _covered(text: str, spans: Sequence[Span]) -> set[int]:
    """The numbers of the words that the ranges touch."""
    return {
        k for k, token in enumerate(words(text)) if any(start < token.end and token.start < end for start, end in spans)
    }


def ours(glossary: Glossary) -> Finder:
    """What the program shows."""

    def find(source: str, target: str, span: Span, pairs: Sequence[tuple[Span, Span]]) -> tuple[Sequence[Span], bool]:
        found = highlight(source, target, span, glossary, pairs)
        return (found.spans, found.exact) if found else ([(0, len(target))], False)

    return find


def same_place(source: str, target: str, span: Span, pairs: Sequence[tuple[Span, Span]]) -> tuple[Sequence[Span], bool]:
    """The range that stands at the same relative place of the sentence."""
    found = []
    for here, there in pairs or [((0, len(source)), (0, len(target)))]:
        share = (there[1] - there[0]) / (here[1] - here[0])
        start, end = (round(there[0] + (min(max(at, here[0]), here[1]) - here[0]) * share) for at in span)
        found += [(start, end)] if start < end else []
    return found, True


def whole_sentence(
    source: str, target: str, span: Span, pairs: Sequence[tuple[Span, Span]]
) -> tuple[Sequence[Span], bool]:
    """The sentences that hold the part."""
    whole = pairs or [((0, len(source)), (0, len(target)))]
    return [there for here, there in whole if here[0] < span[1] and span[0] < here[1]], False


def lexicons() -> dict[tuple[str, str], Lexicon]:
    """Lexicons of all pairs of languages, learned from the sets beside the project; none where they are absent."""
    if not SDG.is_file() or not UNPC.is_dir():
        print(f"{SDG.parent.name} or {UNPC.parent.name} is not present: nothing is learned")
        return {}
    with SDG.open(encoding="utf-8", newline="") as file:
        rows = [[row[tag] for tag in TAGS] for row in csv.DictReader(file, delimiter="\t")]
    columns = ((UNPC / f"UNv1.0.devset.{tag}").read_text("utf-8").split("\n") for tag in TAGS)
    rows += map(list, zip(*columns, strict=True))
    found = {}
    for one, two in combinations(TAGS, 2):
        i, j = TAGS.index(one), TAGS.index(two)
        learned = learn(Lang(one), Lang(two), [(row[i], row[j]) for row in rows if row[i] and row[j]])
        found[one, two], found[two, one] = learned, learned.swapped()
    return found


def figures() -> dict[str, float]:
    """Token F1 on the half held back, with the built-in vocabulary alone, in hundredths, by direction."""
    held = [passage for passage in passages() if passage.held_back]
    found = {}
    for source, target in permutations(TAGS, 2):
        result = measure(held, source, target, ours(Glossary.of(Lang(source), Lang(target))))
        found[f"highlight F1 {source}-{target}"] = int(100 * result.f1) / 100
    return found


def _rows(held: Sequence[Passage], learned: Mapping[tuple[str, str], Lexicon]) -> Iterator[tuple[str, ...]]:
    for source, target in permutations(TAGS, 2):
        alone = measure(held, source, target, ours(Glossary.of(Lang(source), Lang(target))))
        both = [alone]
        if learned:
            both.append(
                measure(held, source, target, ours(Glossary.of(Lang(source), Lang(target), learned[source, target])))
            )
        cells = [f"{value:.3f}" for result in both for value in (result.f1, result.exact)]
        cells += [f"{result.median_ms:.1f}/{result.longest_ms:.1f}" for result in both]
        peers = [f"{measure(held, source, target, peer).f1:.3f}" for peer in (same_place, whole_sentence)]
        yield (f"{source}-{target}", *cells, *peers)


def reliability(held: Sequence[Passage], glossaries: Mapping[tuple[str, str], Glossary]) -> list[tuple[str, ...]]:
    """Of the very words given: by tenths of the F1 expected, how many marks, mean expected, mean measured."""
    seen: list[tuple[float, float]] = []
    for (source, target), glossary in glossaries.items():
        for passage in held:
            one, two = passage.texts[source], passage.texts[target]
            pairs = sentence_pairs(one, two, source, target)
            for number, spans in passage.marks[source].items():
                found = highlight(one, two, (spans[0][0], spans[-1][1]), glossary, pairs)
                if found and found.exact:
                    given, gold = _covered(two, found.spans), _covered(two, passage.marks[target][number])
                    seen.append((found.confidence, 2 * len(given & gold) / (len(given) + len(gold))))
    rows = []
    for tenth in range(10):
        inside = [pair for pair in seen if tenth == min(int(10 * pair[0]), 9)]
        if inside:
            means = (f"{sum(column) / len(inside):.2f}" for column in zip(*inside, strict=True))
            rows.append((f"{tenth / 10:.1f}–{(tenth + 1) / 10:.1f}", str(len(inside)), *means))
    return rows


def main() -> None:
    """Print the figures of both halves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    from rich.console import Console

    from cli.show import plain_table

    learned = lexicons()
    kinds = ("vocabulary", "lexicon") if learned else ("vocabulary",)
    head = ["direction"]
    head += [name for kind in kinds for name in (f"F1 {kind}", "exact")]
    head += [f"ms {kind}" for kind in kinds] + ["same place", "sentence"]
    console = Console(highlight=False, width=160)
    for held_back, title in ((False, "the half the constants were set on"), (True, "the half held back")):
        held = [passage for passage in passages() if passage.held_back is held_back]
        marks = sum(len(passage.marks["en"]) for passage in held)
        console.print(f"\n{title}: {len(held)} passages, {marks} marks in each direction")
        console.print(plain_table(head, list(_rows(held, learned))))
        for kind in kinds:
            lexicon = learned if kind == "lexicon" else {}
            known = {
                pair: Glossary.of(Lang(pair[0]), Lang(pair[1]), lexicon.get(pair)) for pair in permutations(TAGS, 2)
            }
            console.print(f"\nexpected F1, {kind}")
            console.print(plain_table(("expected", "marks", "mean", "measured"), reliability(held, known)))


if __name__ == "__main__":
    main()
