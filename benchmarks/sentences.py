"""How many paragraphs are split into sentences without a fault: ours beside the libraries, in one run.

``python -m benchmarks.sentences [--part later] [--faults]`` prints, for each segmenter, the paragraphs split perfectly
in each language and the paragraphs split in a second; ``--part printed`` those made of sentences that others parted, in
``../shared/data``. A library that is not installed is named as such. The extra
``bench`` brings them all but pysbd, which installs a package named ``benchmarks`` over this one: to measure it, put its
folder ``pysbd`` alone on the path.
"""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measuring import environment, table
from tm.lang import UN_LANGUAGES, Lang
from tm.sentence import sentences

#: Paragraphs written by us, a file a language; what they hold is in the README beside them.
FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "sentences"
#: Data of others, beside the project.
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
#: Texts of one sentence a line in each language; the stories of a corpus stand one after the other.
PRINTED = {"UN Parallel Corpus": "unpc/dev/UNv1.0.devset.{}", "NTREX, news": "ntrex/ntrex.{}.txt"}
#: Lines that make a paragraph, if all of them end with a stop.
_LINES = 3
_STOPS = tuple(".!?…。！？؟")
#: The set that no rule was ever mended on: what it gives is what unseen text gives. Its faults are not to be looked at.
HELD = 9
#: The paragraphs the rules were first made on; sets written later, each measured once before its faults were looked at;
#: and the set held back. What all of them first gave stands in ``docs/formats.md``.
PARTS = ("first", "later", "held")
#: Times every paragraph is split for the figure of speed.
_ROUNDS = 5

#: The sentences of a text, with or without the white space at their ends.
Segmenter = Callable[[str, Lang], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and how a person splits it."""

    lang: Lang
    sentences: tuple[str, ...]
    #: 0 when the rules were first made on it, else the number of its later set.
    round: int

    @property
    def part(self) -> str:
        """Which of ``PARTS`` it belongs to."""
        return "first" if self.round == 0 else "held" if self.round == HELD else "later"

    @property
    def text(self) -> str:
        """The sentences as they stand in the document."""
        return self.lang.joiner.join(self.sentences)


def read(folder: Path = FOLDER) -> Iterator[Paragraph]:
    """The paragraphs of all languages, in order."""
    for lang in UN_LANGUAGES:
        for line in (folder / f"{lang.tag}.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            yield Paragraph(lang, tuple(one["sentences"]), one["round"])


def printed(pattern: str) -> Iterator[Paragraph]:
    """Paragraphs of three sentences of a corpus that is one of ``PRINTED``; none where the shared data are absent."""
    for lang in UN_LANGUAGES:
        path = SHARED / pattern.format(lang.tag)
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        for start in range(0, len(lines) - _LINES + 1, _LINES):
            parted = tuple(line.strip() for line in lines[start : start + _LINES])
            if all(one.rstrip("”\"»’')）」").endswith(_STOPS) for one in parted):
                yield Paragraph(lang, parted, 0)


def ours(text: str, lang: Lang) -> list[str]:
    """The sentences as we split them."""
    return [text[start:end] for start, end in sentences(text, lang)]


def _yasbd() -> Segmenter:
    detector = cache(lambda tag: importlib.import_module("yasbd").BoundaryDetector(lang=tag))

    def split(text: str, lang: Lang) -> list[str]:
        ends = [int(end) for end in detector(lang.primary).detect(text)]
        starts = [0, *ends]
        return [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]

    return split


def _sentencex() -> Segmenter:
    segment = importlib.import_module("sentencex").segment
    return lambda text, lang: list(segment(lang.primary, text))


def _pysbd() -> Segmenter:
    module = importlib.import_module("pysbd")
    segmenter: Callable[[str], Any] = cache(lambda tag: module.Segmenter(language=tag, clean=False))
    return lambda text, lang: list(segmenter(lang.primary).segment(text))


def _blingfire() -> Segmenter:
    split: Callable[[str], str] = importlib.import_module("blingfire").text_to_sentences
    return lambda text, _: split(text).split("\n")


def _syntok() -> Segmenter:
    process = importlib.import_module("syntok.segmenter").process
    return lambda text, _: [
        "".join(token.spacing + token.value for token in sentence)
        for paragraph in process(text)
        for sentence in paragraph
    ]


#: Each by its name on the package index; a call imports it.
PEERS: Mapping[str, Callable[[], Segmenter]] = {
    "yasbd-lib": _yasbd,
    "sentencex": _sentencex,
    "pysbd": _pysbd,
    "blingfire": _blingfire,
    "syntok": _syntok,
}


def is_perfect(paragraph: Paragraph, found: Sequence[str]) -> bool:
    """Whether a paragraph came apart just where a person parts it; white space is not compared, as some drop it."""
    return [bare for one in found if (bare := _bare(one))] == [_bare(one) for one in paragraph.sentences]


def _bare(text: str) -> str:
    return "".join(text.split())


def faults(paragraphs: Sequence[Paragraph], segmenter: Segmenter) -> list[tuple[Paragraph, Sequence[str]]]:
    """The paragraphs not split perfectly, each with how it came apart."""
    found = [(one, segmenter(one.text, one.lang)) for one in paragraphs]
    return [(one, split) for one, split in found if not is_perfect(one, split)]


def speed(paragraphs: Sequence[Paragraph], segmenter: Segmenter) -> float:
    """Paragraphs split in a second, by the fastest of several rounds."""
    texts = [(one.text, one.lang) for one in paragraphs]
    seconds = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        for text, lang in texts:
            segmenter(text, lang)
        seconds.append(time.perf_counter() - start)
    return len(texts) / min(seconds)


def figures(paragraphs: Sequence[Paragraph]) -> dict[str, float]:
    """Share of paragraphs we split perfectly, of each part."""
    shares = {}
    for part in PARTS:
        those = [one for one in paragraphs if one.part == part]
        shares[part] = round(1 - len(faults(those, ours)) / len(those), 4)
    return shares


def _row(name: str, segmenter: Segmenter, paragraphs: Sequence[Paragraph], shown: Sequence[Paragraph]) -> list[str]:
    wrong = faults(shown, segmenter)
    cells = []
    for lang in UN_LANGUAGES:
        total = sum(one.lang == lang for one in shown)
        cells.append(f"{total - sum(one.lang == lang for one, _ in wrong)}/{total}")
    return [name, *cells, f"{len(shown) - len(wrong)}/{len(shown)}", f"{speed(paragraphs, segmenter):,.0f}"]


def main() -> int:
    """Print the tables; with ``--faults`` the paragraphs we do not split perfectly too."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=(*PARTS, "printed"), action="append", help="only these paragraphs")
    parser.add_argument("--faults", action="store_true", help="print what we split wrongly")
    options = parser.parse_args()
    paragraphs = list(read())
    print(environment(*PEERS))
    sets = {
        **{part: {part: [one for one in paragraphs if one.part == part]} for part in PARTS},
        "printed": {name: list(printed(pattern)) for name, pattern in PRINTED.items()},
    }
    chosen = {name: shown for part in options.part or PARTS for name, shown in sets[part].items()}
    for part, shown in chosen.items():
        rows = [_row("ours", ours, paragraphs, shown)]
        for name, load in PEERS.items():
            try:
                rows.append(_row(name, load(), paragraphs, shown))
            except ImportError:
                rows.append([name, *[""] * len(UN_LANGUAGES), "not installed", ""])
        print(f"\n{part}: paragraphs split perfectly\n")
        print(table(["segmenter", *(lang.tag for lang in UN_LANGUAGES), "all", "paragraphs/s"], rows))
        for one, split in faults(shown, ours) if options.faults and part != "held" else ():
            print(f"\n{one.lang} {' | '.join(split)}\n   {' | '.join(one.sentences)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
