"""What is compared in ``benchmarks/retrieval.py``: our lookup, and other ways to find similar segments.

Every engine is asked for the stored segments whose tokens are similar to the query's by the threshold or more. A peer
gets the tokens ready made, placeables masked, and indexes them as words between spaces, so that a word is a word to
all of them (in Chinese a character); what its index brings is scored by the same rapidfuzz on the same tokens, from a
form made for speed. Tokenising the query counts for all, tokenising the corpus only for us.
"""

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from tm import index, store
from tm.errors import TMError
from tm.labels import unlabelled
from tm.lang import Lang
from tm.memory import Memory, open_memory
from tm.model import Document, TranslationUnit, Variant
from tm.placeables import masked

#: Token similarity that an answer has at least.
THRESHOLD = 0.7
#: Name of our memory in its folder.
MEMORY = "memory.untm"
#: Code points that cannot stand in text, and the first one past all.
_SURROGATES, _PAST = range(0xD800, 0xE000), 0x110000
#: Stands for every token of a query that no stored segment has.
_UNKNOWN = "\x01"

#: Line of a stored segment in the corpus, from 0, and its similarity.
Answer = tuple[int, float]


def tokens(text: str, lang: Lang) -> tuple[str, ...]:
    """What similarity is measured on: the keys of the words without the label, placeables masked."""
    return masked(unlabelled(text, lang))


def similarity(query: str, stored: str) -> float:
    """Token similarity of two texts in one code, 0 when it is below the threshold."""
    return Levenshtein.normalized_similarity(query, stored, score_cutoff=THRESHOLD)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Segments in two files, one a line: their texts, and their tokens between tabs."""

    lang: Lang
    folder: Path

    @property
    def text_file(self) -> Path:
        """The texts."""
        return self.folder / "texts"

    @property
    def token_file(self) -> Path:
        """The tokens."""
        return self.folder / "tokens"

    def texts(self) -> Iterator[str]:
        """The texts, in order."""
        with self.text_file.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield line[:-1]

    def tokens(self) -> Iterator[list[str]]:
        """The tokens of each segment, in order."""
        with self.token_file.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield line[:-1].split("\t") if len(line) > 1 else []

    def write(self, texts: Iterable[str]) -> None:
        """Write both files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            self.text_file.open("w", encoding="utf-8", newline="\n") as text_lines,
            self.token_file.open("w", encoding="utf-8", newline="\n") as token_lines,
        ):
            for text in texts:
                text_lines.write(f"{text}\n")
                token_lines.write("\t".join(tokens(text, self.lang)) + "\n")


class Code:
    """One character for each distinct token, so that rapidfuzz compares segments as it does strings."""

    def __init__(self) -> None:
        self._characters: dict[str, str] = {}
        self._free = (chr(n) for n in count(ord(_UNKNOWN) + 1) if n not in _SURROGATES)

    def of_stored(self, keys: Sequence[str]) -> str:
        """The code of a stored segment; its tokens are known from then on.

        Raises:
            TMError: more distinct tokens than there are characters.
        """
        known = self._characters
        for key in keys:
            if key not in known:
                if len(known) + len(_SURROGATES) + ord(_UNKNOWN) + 1 >= _PAST:
                    raise TMError(f"more than {len(known):,} distinct tokens")
                known[key] = next(self._free)
        return "".join([known[key] for key in keys])

    def of_query(self, keys: Iterable[str]) -> str:
        """The code of a query."""
        return "".join([self._characters.get(key, _UNKNOWN) for key in keys])


class Engine(ABC):
    """Something that finds similar segments."""

    #: What it is called in tables.
    name: str
    #: The module it needs, or "".
    needs: str = ""
    #: Whether what it keeps on disk holds the texts as well.
    keeps_texts: bool = False

    def missing(self) -> str:
        """Why it cannot be measured here, or ""."""
        return f"{self.needs} is not installed" if self.needs and not find_spec(self.needs) else ""

    @abstractmethod
    def build(self, corpus: Corpus, folder: Path) -> None:
        """Take in a corpus; what is kept on disk lies in the folder."""

    @abstractmethod
    def find(self, text: str) -> Sequence[Answer]:
        """What it finds for a query."""

    def lines(self, found: Sequence[Sequence[Answer]], corpus: Corpus) -> list[list[Answer]]:
        """What it found for some queries, as lines of the corpus; outside the time of lookups."""
        del corpus
        return [list(some) for some in found]

    def cpu(self) -> float:
        """Seconds of processor time it has used so far, from whatever beginning."""
        return time.process_time()

    def elsewhere(self) -> int:
        """Peak memory in other processes, in bytes."""
        return 0

    def disk(self, folder: Path) -> int:
        """Bytes it keeps on disk."""
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def close(self) -> None:  # noqa: B027
        """End what it has started; most have nothing to end."""


# --- ours -----------------------------------------------------------------------------------------------------------


class Ours(Engine):
    """Our index in a memory, through the functions that everything else uses."""

    name = "untm"
    keeps_texts = True
    _memory: Memory
    _lang: Lang

    def build(self, corpus: Corpus, folder: Path) -> None:
        """Store a unit for each segment."""
        self._lang = corpus.lang
        units = (
            TranslationUnit((Variant(corpus.lang, text),), position=line) for line, text in enumerate(corpus.texts())
        )
        with open_memory(folder / MEMORY, create=True, write=True) as memory, memory.write() as conn:
            store.add_units(conn, units, origin=Document(origin="corpus"), by="")
        self._memory = open_memory(folder / MEMORY)
        self._reading = self._memory.read()
        self._conn = self._reading.__enter__()

    def find(self, text: str) -> Sequence[Answer]:
        """All answers, by segment."""
        hits = index.near(self._conn, self._lang, tokens(text, self._lang), THRESHOLD)
        return [(hit.segment_id, hit.similarity) for hit in hits]

    def lines(self, found: Sequence[Sequence[Answer]], corpus: Corpus) -> list[list[Answer]]:
        """The line of a segment is found by its text."""
        texts = [list(self._texts(some)) for some in found]
        wanted = {text for some in texts for text, _ in some}
        line_of = {text: line for line, text in enumerate(corpus.texts()) if text in wanted}
        return [[(line_of[text], similar) for text, similar in some] for some in texts]

    def _texts(self, found: Sequence[Answer]) -> Iterator[tuple[str, float]]:
        units = store.find_units(self._conn, self._lang, [segment for segment, _ in found])
        for segment, similar in found:
            variant = units[segment][0].unit.variant(self._lang)
            assert variant is not None
            yield variant.text, similar

    def close(self) -> None:
        """Close the memory."""
        self._reading.__exit__(None, None, None)
        self._memory.close()


# --- peers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A segment as a peer takes it in, or a query as it is asked."""

    keys: Sequence[str]
    code: str

    @property
    def words(self) -> list[str]:
        """The tokens as words that every tokenizer leaves as they are: no brackets around classes, no spaces inside."""
        return [key.strip("<>").replace(" ", "_") for key in self.keys]


class Peer(Engine):
    """An engine that names candidates, which are then scored."""

    _lang: Lang

    def __init__(self) -> None:
        self._code = Code()

    def build(self, corpus: Corpus, folder: Path) -> None:
        """Index all segments."""
        self._lang = corpus.lang
        self.fill((Row(keys, self._code.of_stored(keys)) for keys in corpus.tokens()), folder)

    def asked(self, text: str) -> Row:
        """A query as the peer takes it."""
        keys = tokens(text, self._lang)
        return Row(keys, self._code.of_query(keys))

    def find(self, text: str) -> Sequence[Answer]:
        """The candidates that reach the threshold."""
        query = self.asked(text)
        scored = ((line, similarity(query.code, code)) for line, code in self.candidates(query))
        return [(line, similar) for line, similar in scored if similar]

    @abstractmethod
    def fill(self, rows: Iterable[Row], folder: Path) -> None:
        """Index the segments, in the order of their lines."""

    @abstractmethod
    def candidates(self, query: Row) -> Iterable[tuple[int, str]]:
        """Line and code of each segment that may be similar to a query."""


def _extract(query: str, stored: Sequence[str]) -> list[Answer]:
    """All strings that reach the threshold, as rapidfuzz finds them: one by one."""
    scorer = Levenshtein.normalized_similarity
    found = process.extract(query, stored, scorer=scorer, score_cutoff=THRESHOLD, limit=None)
    return [(line, similar) for _, similar, line in found]


class BruteForce(Peer):
    """rapidfuzz over all segments, in tokens."""

    name = "rapidfuzz, tokens"
    _codes: list[str]

    def fill(self, rows: Iterable[Row], folder: Path) -> None:
        """Keep the codes in memory."""
        del folder
        self._codes = [row.code for row in rows]

    def find(self, text: str) -> Sequence[Answer]:
        """What reaches the threshold."""
        return _extract(self.asked(text).code, self._codes)

    def candidates(self, query: Row) -> Iterable[tuple[int, str]]:
        """All of them."""
        del query
        return enumerate(self._codes)


class Characters(Engine):
    """rapidfuzz over all segments, in characters: another measure, for reference."""

    name = "rapidfuzz, characters"
    _texts: list[str]

    def build(self, corpus: Corpus, folder: Path) -> None:
        """Keep the texts in memory."""
        del folder
        self._texts = list(corpus.texts())

    def find(self, text: str) -> Sequence[Answer]:
        """Those whose characters reach the threshold."""
        return _extract(text, self._texts)


class FullText(Peer):
    """SQLite's full-text index FTS5: segments with one of the query's rarest words."""

    _SCHEMA = """
        CREATE VIRTUAL TABLE words USING fts5(tokens, content='', tokenize="unicode61 remove_diacritics 0");
        CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row');
        CREATE TABLE segment (id INTEGER PRIMARY KEY, length INTEGER NOT NULL, code TEXT NOT NULL);
    """
    _ANY = """SELECT segment.id, code FROM words JOIN segment ON segment.id = words.rowid
              WHERE words MATCH ? AND length BETWEEN ? AND ?"""
    _BEST = """SELECT segment.id, code FROM (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?) AS best
               JOIN segment ON segment.id = best.rowid"""

    def __init__(self, rarest: int, best: int | None = None) -> None:
        super().__init__()
        self._rarest, self._best = rarest, best
        self.name = f"FTS5, {rarest} rarest words, " + (f"best {best}" if best else "fitting length")

    def fill(self, rows: Iterable[Row], folder: Path) -> None:
        """One full-text row a segment, its length and code beside it."""
        self._conn = sqlite3.connect(folder / "fts5.db")
        self._conn.executescript(self._SCHEMA)
        for line, row in enumerate(rows):
            self._conn.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (line, " ".join(row.words)))
            self._conn.execute("INSERT INTO segment VALUES (?, ?, ?)", (line, len(row.code), row.code))
        self._conn.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._conn.commit()

    def candidates(self, query: Row) -> Iterable[tuple[int, str]]:
        """Those that have a rare word in common."""
        terms = list(dict.fromkeys(query.words))
        found = self._conn.execute(
            f"SELECT term FROM vocabulary WHERE term IN ({','.join('?' * len(terms))}) ORDER BY doc LIMIT ?",
            (*terms, self._rarest),
        )
        wanted = " OR ".join(f'"{term}"' for (term,) in found)
        if not wanted:
            return []
        if self._best:
            return self._conn.execute(self._BEST, (wanted, self._best)).fetchall()
        shortest, longest = int(len(query.code) * THRESHOLD), int(len(query.code) / THRESHOLD) + 1
        return self._conn.execute(self._ANY, (wanted, shortest, longest)).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._conn.close()


class Tantivy(Peer):
    """The search library tantivy: the best segments by BM25 with any of the query's words."""

    needs = "tantivy"
    #: Bytes its writer may hold.
    _HEAP = 256_000_000

    def __init__(self, best: int) -> None:
        super().__init__()
        self._best = best
        self.name = f"tantivy, best {best:,}"

    def fill(self, rows: Iterable[Row], folder: Path) -> None:
        """One document a segment, written by one thread."""
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        builder.add_bytes_field("code", stored=True)
        builder.add_unsigned_field("line", stored=True)
        self._schema = builder.build()
        place = folder / "tantivy"
        place.mkdir()
        self._index = tantivy.Index(self._schema, path=str(place))
        writer = self._index.writer(self._HEAP, num_threads=1)
        for line, row in enumerate(rows):
            document = tantivy.Document()
            document.add_text("words", " ".join(row.words))
            document.add_bytes("code", row.code.encode())
            document.add_unsigned("line", line)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def candidates(self, query: Row) -> Iterable[tuple[int, str]]:
        """The best by rank."""
        import tantivy

        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "words", word, "freq"))
            for word in dict.fromkeys(query.words)
        ]
        found = self._searcher.search(tantivy.Query.boolean_query(terms), limit=self._best, count=False)
        for _, address in found.hits:
            document = self._searcher.doc(address)
            yield document["line"][0], bytes(document["code"][0]).decode()


class SimString(Peer):
    """The SimString algorithm (Okazaki and Tsujii 2010) over bags of words, in memory: lossless at the same share."""

    name = "simstring-rust, bags of words"
    needs = "simstring_rust"

    def fill(self, rows: Iterable[Row], folder: Path) -> None:
        """A string of one character for each word; strings that are the same are one to it."""
        from simstring_rust import database, extractors, measures, searcher

        del folder
        stored = database.HashDb(extractors.CharacterNgrams(1, ""))
        self._lines: dict[str, list[int]] = {}
        for line, row in enumerate(rows):
            if row.code not in self._lines:
                stored.insert(row.code)
            self._lines.setdefault(row.code, []).append(line)
        # Two shares of common words, 2 n / (m + l), are never below n / max(m, l).
        self._searcher = searcher.Searcher(stored, measures.Dice())

    def candidates(self, query: Row) -> Iterable[tuple[int, str]]:
        """Those whose bags of words overlap enough."""
        for found in self._searcher.search(query.code, THRESHOLD):
            for line in self._lines[found]:
                yield line, found
