"""Segments like those of United Nations documents, as many as asked, made from real ones; and queries about them.

``python -m benchmarks.corpus --lang fr --size 1000000 --out fr.txt --queries fr.queries.tsv`` writes one segment a line
and one query a line, its kind before it, and prints how lengths and frequencies of words compare with the originals.

Two real sentences with as many clauses exchange their ends at the boundary of a clause, sentences of one clause at a
frequent word both have; a few stay whole, like the formulas that stand in every document. Then numbers, dates, symbols
and countries take other values, some words are replaced by others about as frequent, and some by words nobody has seen,
so that the vocabulary grows as that of real text does.
The same seed gives the same segments, all distinct, and a longer corpus begins with the shorter one.
"""

import argparse
import csv
import lzma
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from math import log2
from pathlib import Path
from statistics import mean, quantiles
from zlib import crc32

from tm.errors import InputError
from tm.lang import UN_LANGUAGES, Lang
from tm.placeables import countries, find
from tm.text import keys, nfc

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

#: Share of the words that are replaced by others about as frequent, and by new ones: in thirty million words of United
#: Nations documents about so many are met for the first time.
_REPLACED, _NEW = 0.12, 0.004
#: Share of the segments that are a real sentence whole, and of the words of those that are replaced. With it about
#: as many segments have a near neighbour among five thousand as the originals have.
_WHOLE, _REPLACED_IN_WHOLE = 0.06, 0.03
#: A word is so frequent that two sentences may exchange their ends there when it is among so many first ones.
_HINGES = 60
#: Bits of the table that keeps segments distinct: of ten million new ones it holds back 2 %, and lets no old one pass.
_TABLE = 1 << 29
#: Placeables stand in the patterns as private characters, from this one on.
_FIRST_SLOT = 0xF0000
_SLOT = re.compile("[\U000f0000-\U000ffffd]")
_BOUNDARY = re.compile(r"(?<=[,;:،؛]) ")
_BOUNDARY_UNSPACED = re.compile("(?<=[，；：、。])")
#: What a pattern of an unspaced text is taken apart into: single characters, and what is written in other scripts.
_UNSPACED_WORD = re.compile("[A-Za-z' -]+|.", re.DOTALL)
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\Z")
_NUMBER = re.compile("[0-9]+")
#: Years that dates and numbers of four digits are given, and the most days and months have.
_YEARS, _DAYS = (1946, 2026), 28


def absent() -> str:
    """Why there is nothing to make corpora of, or ""."""
    return "" if DATA.is_dir() else "left out: its data lie beside the project, in ../shared/data, which is not there"


def originals(lang: Lang) -> list[str]:
    """The real sentences of a language, in order: the UN Parallel Corpus, then the Sustainable Development Goals.

    Raises:
        InputError: the data are not there.
    """
    corpus, goals = DATA / "unpc" / "dev" / f"UNv1.0.devset.{lang.tag}", DATA / "un_sdg" / "sdg_segments.tsv"
    try:
        sentences = corpus.read_text("utf-8").splitlines()
        with goals.open(encoding="utf-8", newline="") as rows:
            sentences += [row[lang.tag] for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)]
    except OSError as error:
        hint = "the data lie beside the project, in ../shared/data"
        raise InputError(f"no sentences to recombine: {error.strerror}", path=str(error.filename), hint=hint) from error
    return list(dict.fromkeys(found for line in sentences if (found := " ".join(nfc(line).split()))))


def segments(lang: Lang, seed: int = 0) -> Iterator[str]:
    """Distinct segments like the originals of a language, without end."""
    return _Recombiner(originals(lang), lang, seed).segments()


def catalogue(lang: Lang) -> list[str]:
    """The distinct texts of a language in the real memory of software and documentation, ``tm_big``, in order.

    Raises:
        InputError: the data are not there.
    """
    path = DATA / "tm_big" / "tm_train_6lang.tsv.xz"
    try:
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") as rows:
            column = next(rows).rstrip("\n").split("\t").index(lang.tag)
            found = (nfc(_unescaped(row.rstrip("\n").split("\t")[column])).strip() for row in rows)
            return list(dict.fromkeys(" ".join(text.split()) for text in found if text))
    except OSError as error:
        hint = "the data lie beside the project, in ../shared/data"
        raise InputError(f"no memory to read: {error.strerror}", path=str(path), hint=hint) from error


def _unescaped(text: str) -> str:
    r"""A field of the table without its escapes ``\n``, ``\t`` and ``\\``."""
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text)


# --- recombining ----------------------------------------------------------------------------------------------------


class _Recombiner:
    """Makes segments of real sentences."""

    def __init__(self, texts: Sequence[str], lang: Lang, seed: int) -> None:
        self._chance = random.Random(f"{lang.tag} {seed}")
        self._joiner = lang.joiner
        self._slots: list[tuple[str, str]] = []
        self._pools: dict[tuple[str, str], list[str]] = {}
        #: Patterns by number of clauses: each the words of a sentence and the places where its clauses end.
        self._patterns: dict[int, list[tuple[list[str], list[int]]]] = {}
        boundary = _BOUNDARY if lang.joiner else _BOUNDARY_UNSPACED
        self._sizes = []
        for text in texts:
            clauses = [self._words(clause) for clause in boundary.split(self._pattern(text, lang)) if clause]
            ends = list(accumulate(map(len, clauses)))
            self._patterns.setdefault(len(clauses), []).append(([w for c in clauses for w in c], ends))
            self._sizes.append(len(clauses))
        self._hinges = self._find_hinges()
        self._like, self._parts = self._find_replacements()

    def segments(self) -> Iterator[str]:
        """Distinct segments, without end."""
        seen = bytearray(_TABLE // 8)
        while True:
            if self._chance.random() < _WHOLE:
                words = self._varied(self._sentence(), _REPLACED_IN_WHOLE)
            else:
                words = self._varied(self._recombined(), _REPLACED)
            text = _SLOT.sub(self._filled, self._joiner.join(words))
            place = crc32(text.encode()) % _TABLE
            if not seen[place >> 3] >> (place & 7) & 1:
                seen[place >> 3] |= 1 << (place & 7)
                yield text

    def _pick(self, count: int) -> int:
        return int(self._chance.random() * count)

    def _sentence(self) -> list[str]:
        alike = self._patterns[self._sizes[self._pick(len(self._sizes))]]
        return list(alike[self._pick(len(alike))][0])

    def _recombined(self) -> list[str]:
        """The beginning of one sentence and the end of another one of as many clauses."""
        clauses = self._sizes[self._pick(len(self._sizes))]
        alike = self._patterns[clauses]
        one, ends = alike[self._pick(len(alike))]
        if clauses > 1:
            other, other_ends = alike[self._pick(len(alike))]
            cut = self._pick(clauses - 1)
            return one[: ends[cut]] + other[other_ends[cut] :]
        places = [i for i, word in enumerate(one) if word in self._hinges]
        if not places:
            return list(one)
        place = places[self._pick(len(places))]
        others = self._hinges[one[place]]
        other, at = others[self._pick(len(others))]
        return one[:place] + other[at:]

    def _varied(self, words: list[str], share: float) -> list[str]:
        """The words with about so large a share of them replaced, in place."""
        for _ in range(round(len(words) * share * 2 * self._chance.random())):
            place = self._pick(len(words))
            like = self._like.get(words[place])
            if like:
                words[place] = like[self._pick(len(like))]
        if self._parts and self._chance.random() < len(words) * _NEW:
            place = self._pick(len(words))
            if words[place] in self._like:
                front, back = (self._parts[self._pick(len(self._parts))] for _ in range(2))
                words[place] = front[: (len(front) + 1) // 2] + back[len(back) // 2 :]
        return words

    def _filled(self, slot: re.Match[str]) -> str:
        kind, text = self._slots[ord(slot[0]) - _FIRST_SLOT]
        if _NUMBER.search(text):
            return _NUMBER.sub(lambda m: self._digits(m[0], kind), text)
        alike = self._pools[kind, text[-1]]
        return alike[self._pick(len(alike))]

    def _digits(self, digits: str, kind: str) -> str:
        """Another number of as many digits; a year stays a year, a day a day."""
        size = len(digits)
        if size == 4 and digits[:2] in ("19", "20"):
            return str(_YEARS[0] + self._pick(_YEARS[1] - _YEARS[0] + 1))
        if kind == "date" and size <= 2:
            return str(1 + self._pick(_DAYS)).zfill(size if digits[0] == "0" else 1)
        least = 10 ** (size - 1)
        return str(self._pick(10**size)).zfill(size) if digits[0] == "0" else str(least + self._pick(9 * least))

    # --- made once

    def _pattern(self, text: str, lang: Lang) -> str:
        """The text with a private character for each placeable, which may then take other values."""
        found = sorted([*find(text, lang), *countries(text, lang)], key=lambda p: (p.start, -p.end))
        parts, done = [], 0
        for one in found:
            if one.start < done:
                continue
            value = text[one.start : one.end]
            parts += [text[done : one.start], chr(_FIRST_SLOT + len(self._slots))]
            self._slots.append((one.kind, value))
            # Those that end alike are most often of the same gender and case.
            if not _NUMBER.search(value):
                self._pools.setdefault((one.kind, value[-1]), []).append(value)
            done = one.end
        return "".join([*parts, text[done:]])

    def _words(self, pattern: str) -> list[str]:
        return pattern.split() if self._joiner else _UNSPACED_WORD.findall(pattern)

    def _counts(self) -> Counter[str]:
        return Counter(word for alike in self._patterns.values() for words, _ in alike for word in words)

    def _find_hinges(self) -> dict[str, list[tuple[list[str], int]]]:
        """Frequent words of the sentences of one clause, with the places they stand at."""
        single = [words for words, _ in self._patterns.get(1, [])]
        counts = Counter(word for words in single for word in words if _PLAIN_WORD.match(word))
        hinges: dict[str, list[tuple[list[str], int]]] = {word: [] for word, _ in counts.most_common(_HINGES)}
        for words in single:
            for place, word in enumerate(words):
                if word in hinges:
                    hinges[word].append((words, place))
        return hinges

    def _find_replacements(self) -> tuple[dict[str, list[str]], list[str]]:
        """For each word the ones about as frequent, repeated as often as they occur; and words to make new ones of."""
        counts = {word: count for word, count in self._counts().items() if _PLAIN_WORD.match(word)}
        classes: dict[tuple[int, bool], list[str]] = {}
        for word, count in counts.items():
            classes.setdefault((int(log2(count)), word[0].isupper()), []).extend([word] * count)
        like = {word: classes[int(log2(count)), word[0].isupper()] for word, count in counts.items()}
        rare = [word for word, count in counts.items() if count == 1 and len(word) > 5 and word.isalpha()]
        return like, rare if self._joiner else []


# --- queries --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """A text to look up."""

    #: ``stored``, ``light``, ``medium``, ``heavy`` (so many words changed), ``truncated``, ``held out``, ``unrelated``.
    kind: str
    text: str


#: Kinds of queries made from stored segments, with the share of words that are changed.
_EDITS = {"stored": 0.0, "light": 0.08, "medium": 0.18, "heavy": 0.28}
#: Share of a segment that a truncated query keeps.
_KEPT = 0.75


def queries(
    stored: Sequence[str], held_out: Sequence[str], unrelated: Sequence[str], lang: Lang, count: int, seed: int = 1
) -> list[Query]:
    """As many queries as asked, the kinds in turn; kinds nothing is given for are left out.

    Changed words are replaced (half of them), deleted or inserted (a quarter each); words come from stored segments.
    """
    chance = random.Random(f"{lang.tag} {seed}")

    def words(text: str) -> list[str]:
        return text.split() if lang.joiner else list(text)

    bag = [word for text in stored[:3000] for word in words(text)]

    def edited(text: str, share: float) -> str:
        changed = words(text)
        for _ in range(max(1, round(len(changed) * share))):
            place, what = chance.randrange(len(changed)), chance.random()
            if what < 0.5 or len(changed) < 3:
                changed[place] = chance.choice(bag)
            elif what < 0.75:
                del changed[place]
            else:
                changed.insert(place, chance.choice(bag))
        return lang.joiner.join(changed)

    def truncated(text: str) -> str:
        kept = words(text)
        return lang.joiner.join(kept[: max(1, int(len(kept) * _KEPT))])

    def make(kind: str) -> str:
        if kind in ("held out", "unrelated"):
            return chance.choice(held_out if kind == "held out" else unrelated)
        text = chance.choice(stored)
        return truncated(text) if kind == "truncated" else edited(text, _EDITS[kind]) if _EDITS[kind] else text

    kinds = [*_EDITS, "truncated", *(["held out"] if held_out else []), *(["unrelated"] if unrelated else [])]
    return [Query(kind, make(kind)) for kind in islice(_forever(kinds), count)]


def _forever(kinds: Sequence[str]) -> Iterator[str]:
    while True:
        yield from kinds


def unrelated(lang: Lang) -> list[str]:
    """Sentences of news, which no United Nations document holds; none when the data are not there."""
    return [
        text
        for path in sorted((DATA / "ntrex").glob(f"*.{lang.tag}.txt"))
        for text in path.read_text("utf-8").splitlines()
    ]


# --- figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """How long segments are and how often words occur in them."""

    segments: int
    #: Tokens a segment: mean, and 5, 25, 50, 75 and 95 %.
    mean: float
    spread: tuple[int, ...]
    #: Characters a segment, mean.
    characters: float
    #: Distinct words, and the shares of all tokens that the 10, 100 and 1,000 most frequent words make up.
    words: int
    top: tuple[float, ...]
    #: Share of the distinct words that occur once.
    once: float

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Figures":
        """The figures of two or more segments."""
        found = [keys(text) for text in texts]
        counts = Counter(key for some in found for key in some)
        sums = [0, *accumulate(sorted(counts.values(), reverse=True))]
        cuts = quantiles(map(len, found), n=20)
        return cls(
            segments=len(texts),
            mean=mean(map(len, found)),
            spread=tuple(round(cuts[k]) for k in (0, 4, 9, 14, 18)),
            characters=mean(map(len, texts)),
            words=len(counts),
            top=tuple(sums[min(n, len(counts))] / sums[-1] for n in (10, 100, 1000)),
            once=sum(n == 1 for n in counts.values()) / len(counts),
        )

    def line(self) -> str:
        """The figures on a line."""
        spread, top = " ".join(map(str, self.spread)), " ".join(f"{share:.2f}" for share in self.top)
        return (
            f"{self.segments:9,} segments, tokens {self.mean:.1f} (5–95 %: {spread}), "
            f"characters {self.characters:.0f}; "
            f"{self.words:,} words, {self.once:.0%} once; the first 10, 100, 1000 make {top} of the tokens"
        )


def main() -> int:
    """Write a corpus; 3 when the data are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lang", type=Lang.parse, required=True, choices=UN_LANGUAGES, metavar="LANG")
    parser.add_argument("--size", type=int, default=100_000, help="how many segments")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="segments, one a line")
    parser.add_argument("--queries", type=Path, metavar="FILE", help="queries, kind TAB text, one a line")
    parser.add_argument("--count", type=int, default=700, help="how many queries")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    try:
        real, made = originals(chosen.lang), segments(chosen.lang, chosen.seed)
        first = _write(chosen.out, islice(made, chosen.size), len(real))
        print(f"{chosen.lang} originals {Figures.of(real).line()}\n   generated {Figures.of(first).line()}")
        if chosen.queries:
            stored = _sample(chosen.out, chosen.size)
            asked = queries(stored, list(islice(made, chosen.count)), unrelated(chosen.lang), chosen.lang, chosen.count)
            _write(chosen.queries, (f"{query.kind}\t{query.text}" for query in asked), 0)
    except InputError as error:
        print(f"error: {error}\nhint: {error.hint}", file=sys.stderr)
        return 3
    return 0


def _write(path: Path, lines: Iterable[str], keep: int) -> list[str]:
    """Write lines; gives back the first ones."""
    kept: list[str] = []
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            out.write(f"{line}\n")
            if len(kept) < keep:
                kept.append(line)
    return kept


def _sample(path: Path, size: int, most: int = 50_000) -> list[str]:
    """Lines evenly spread over a file of so many."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [line.rstrip("\n") for line in islice(lines, 0, None, max(1, size // most))]


if __name__ == "__main__":
    sys.exit(main())
