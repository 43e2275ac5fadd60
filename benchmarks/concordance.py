"""Speed of concordance beside SQLite's own means on the same texts: the first page, by mode, in French and Chinese.

The memory holds sentence pairs of the UN parallel corpus' development set (``../shared/data/unpc``), recombined at
random (seeded) in documents of all kinds. Phrases of one word to four, unless told otherwise, are taken from the set.
Times are CPU milliseconds, for machines are shared. FTS5 with trigrams finds nothing shorter than three characters.
"""

import argparse
import datetime
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from tm import store
from tm.concordance import find
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Document, DocumentStatus, TranslationUnit, Variant
from tm.patterns import Mode, Query
from tm.text import words

UNPC = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "unpc" / "dev"
FR, ZH = Lang("fr"), Lang("zh")
PAGE = 20
UNITS_IN_A_DOCUMENT = 50


def sentences(lang: Lang) -> list[str]:
    """The development set in one language, line by line."""
    return (UNPC / f"UNv1.0.devset.{lang}").read_text("utf-8").splitlines()


def units(count: int) -> Iterator[TranslationUnit]:
    """So many pairs: the front of one sentence pair with the end of another, some French words dropped."""
    chance = random.Random(0)
    rows = [(fr.split(" "), zh) for fr, zh in zip(sentences(FR), sentences(ZH), strict=True) if fr and zh]
    seen: set[str] = set()
    document = Document()
    while len(seen) < count:
        (fr, zh), (fr_end, zh_end) = chance.choice(rows), chance.choice(rows)
        front, back = chance.random(), chance.random()
        both = fr[: max(1, int(len(fr) * front))] + fr_end[int(len(fr_end) * back) :]
        french = " ".join(word for word in both if chance.random() > 0.05)
        chinese = zh[: max(1, int(len(zh) * front))] + zh_end[int(len(zh_end) * back) :]
        if not french or french in seen:
            continue
        place = len(seen) % UNITS_IN_A_DOCUMENT
        if place == 0:
            document = _document(len(seen) // UNITS_IN_A_DOCUMENT, chance)
        seen.add(french)
        yield TranslationUnit((Variant(FR, french), Variant(ZH, chinese)), document=document, position=place)


def _document(number: int, chance: random.Random) -> Document:
    return Document(
        symbol=f"A/{40 + number % 40}/{number}",
        date=datetime.date(1985 + number % 40, 1 + number % 12, 1 + number % 28),
        status=chance.choices(list(DocumentStatus), [5, 30, 5, 45, 15])[0],
        superseded=chance.random() < 0.03,
    )


def phrases(lang: Lang, count: int, shortest: int = 1, longest: int = 4) -> list[str]:
    """Pieces of sentences of so many words, or characters."""
    chance = random.Random(5)
    texts = [text for text in sentences(lang) if len(words(text)) > max(6, longest)]
    found: list[str] = []
    while len(found) < count:
        text = chance.choice(texts)
        plain = words(text)
        size = chance.randint(shortest, longest)
        start = chance.randrange(len(plain) - size + 1)
        found.append(text[plain[start].start : plain[start + size - 1].end])
    return found


def with_wildcard(phrase: str, lang: Lang) -> str:
    """The phrase with the end of its longest word, or its second character, left open."""
    if lang == ZH:
        return f"{phrase[0]}?{phrase[2:]}" if len(phrase) > 2 else phrase
    longest = max(phrase.split(), key=len)
    return phrase.replace(longest, f"{longest[: max(3, len(longest) * 2 // 3)]}*", 1)


def as_expression(phrase: str, lang: Lang) -> str:
    """The phrase with any white space between its words, and one more letter after it."""
    del lang
    return (
        r"\s+".join(part for part in phrase.translate(dict.fromkeys(map(ord, "()[]?.*+{}|^$\\"), ".")).split()) + r"\w?"
    )


QUESTIONS: dict[Mode, Callable[[str, Lang], str]] = {
    Mode.PHRASE: lambda phrase, _: phrase,
    Mode.WORDS: lambda phrase, _: phrase,
    Mode.WILDCARD: with_wildcard,
    Mode.REGEX: as_expression,
}


def row(name: str, lang: Lang, call: Callable[[str], int], asked: Sequence[str]) -> None:
    """Print median and 95th percentile of the CPU time of a call, and for how many it found something."""
    times, found = [], 0
    for question in asked:
        started = time.process_time()
        found += call(question) > 0
        times.append((time.process_time() - started) * 1000)
    high = sorted(times)[int(len(times) * 0.95)]
    print(
        f"{name:14} {lang.tag:3} {statistics.median(times):9.1f} {high:9.1f} {max(times):9.1f} {found:6}/{len(times)}",
        flush=True,
    )


def peers(path: Path, scratch: Path, lang: Lang, asked: Sequence[str]) -> None:
    """The rows of FTS5 with trigrams and of LIKE, on a table of their own made of the memory's texts."""
    table = scratch / f"{path.stem}.{lang}.fts.db"
    fresh = not table.exists()
    with closing(sqlite3.connect(table)) as db:
        if fresh:
            db.execute("CREATE VIRTUAL TABLE trigrams USING fts5(text, tokenize='trigram')")
            db.execute("CREATE TABLE plain(id INTEGER PRIMARY KEY, text TEXT)")
            with closing(sqlite3.connect(path)) as memory:
                rows = memory.execute("SELECT id, text FROM segment WHERE lang = ?", (lang.tag,)).fetchall()
            db.executemany("INSERT INTO trigrams(rowid, text) VALUES(?, ?)", rows)
            db.executemany("INSERT INTO plain VALUES(?, ?)", rows)
            db.commit()

        def by_trigrams(phrase: str) -> int:
            query = "SELECT rowid, text FROM trigrams WHERE trigrams MATCH ? LIMIT ?"
            return len(db.execute(query, ('"' + phrase.replace('"', '""') + '"', PAGE)).fetchall())

        def by_like(phrase: str) -> int:
            query = "SELECT id, text FROM plain WHERE text LIKE ? ORDER BY length(text) LIMIT ?"
            return len(db.execute(query, (f"%{phrase}%", PAGE)).fetchall())

        row("FTS5 trigram", lang, by_trigrams, asked)
        row("LIKE", lang, by_like, asked[:20])


def main() -> None:
    """Make the memory unless it is there, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where memory and tables are kept for the next run")
    parser.add_argument("--segments", type=int, default=100_000, help="segments a language")
    parser.add_argument("--phrases", type=int, default=200)
    parser.add_argument("--shortest", type=int, default=1, help="words of the shortest phrase")
    parser.add_argument("--longest", type=int, default=4, help="words of the longest phrase")
    parser.add_argument("--page", type=int, default=1)
    chosen = parser.parse_args()
    path = chosen.folder / f"recombined{chosen.segments}.untm"
    if not path.exists():
        with open_memory(path, create=True, write=True) as memory, memory.write() as conn:
            store.add_units(conn, units(chosen.segments), origin=Document(origin="recombined"))
    print(f"                       CPU milliseconds for page {chosen.page}")
    print("search         lang    median      95 %   longest  found")
    for lang in (FR, ZH):
        asked = phrases(lang, chosen.phrases, chosen.shortest, chosen.longest)
        with open_memory(path) as memory, memory.read() as conn:
            for mode, question in QUESTIONS.items():

                def ours(text: str, mode: Mode = mode, lang: Lang = lang) -> int:
                    return len(find(conn, Query(text, mode), [lang], page=chosen.page, limit=PAGE).hits)

                row(f"untm {mode.value}", lang, ours, [question(phrase, lang) for phrase in asked])
        peers(path, chosen.folder, lang, asked)


if __name__ == "__main__":
    main()
