"""Concordance against brute force: every passage that reading all texts finds, in the same order, and no other."""

import datetime
import functools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.conftest import Stored
from tm import concordance, expressions, index, passages, patterns, store
from tm.concordance import find
from tm.errors import LanguageError, QueryError
from tm.expressions import Expression
from tm.folding import NOTHING, Aspect
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import Memory, open_memory
from tm.model import Document, DocumentStatus, TranslationUnit, Variant
from tm.patterns import Mode, Passage, Query
from tm.text import words

AR, EN, ES, FR, RU, ZH = UN_LANGUAGES
ALL = 10_000

Hits = list[tuple[str, tuple[tuple[int, int], ...]]]


class Many:
    """A memory beside all its passages taken apart, in the order a concordance gives them."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        units = list(enumerate(store.iterate(conn)))
        units.sort(key=lambda one: one[1].document.key, reverse=True)
        units.sort(key=lambda one: _rank(one[1].document))
        self.units = [unit for _, unit in units]
        taken_apart = functools.cache(Passage)
        self.passages = {
            lang: [(u.uid, taken_apart(v.text, lang)) for u in self.units if (v := u.variant(lang))]
            for lang in UN_LANGUAGES
        }

    def oracle(self, query: Query, lang: Lang) -> Hits:
        """Unit and places of every passage that answers, by comparing them all."""
        if query.mode is Mode.REGEX:
            expression = expressions.read(query)
            found = ((uid, expression.spans(passage.text, lang)) for uid, passage in self.passages[lang])
        else:
            pattern = patterns.read(query, lang)
            found = ((uid, pattern.spans(passage)) for uid, passage in self.passages[lang])
        return [(uid, spans) for uid, spans in found if spans]

    def hits(self, query: Query, lang: Lang) -> Hits:
        """Unit and places of every passage that the concordance finds."""
        return [(hit.unit.uid, hit.spans) for hit in find(self.conn, query, [lang], limit=ALL).hits]

    def phrases(self, lang: Lang, rng: random.Random, count: int) -> list[str]:
        """Pieces of stored texts from one word to four."""
        texts = [passage.text for _, passage in self.passages[lang] if len(passage.words) > 4]
        return [piece(rng.choice(texts), rng) for _ in range(count)]


def _rank(document: Document) -> tuple[bool, int, int]:
    return document.superseded, -document.status, -(document.date or datetime.date.min).toordinal()


def piece(text: str, rng: random.Random) -> str:
    """One word of a text to four, with what stands between them."""
    plain = words(text)
    size = rng.randint(1, 4)
    start = rng.randrange(len(plain) - size + 1)
    return text[plain[start].start : plain[start + size - 1].end]


@pytest.fixture(scope="module")
def many(report: Stored, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    """The report's texts, shuffled into documents of all kinds, some of them removed again."""
    rng = random.Random(3)
    path = tmp_path_factory.mktemp("many") / "m.untm"
    documents = [
        Document(
            symbol=f"A/{50 + i}/{i}",
            status=DocumentStatus(rng.randrange(5)),
            date=datetime.date(2000 + i % 7, 1, 1) if i % 5 else None,
            superseded=i % 9 == 8,
        )
        for i in range(40)
    ]
    texts = [unit.variants for unit in report.units]
    with open_memory(path, create=True, write=True) as memory:
        for document in documents:
            units = [TranslationUnit(rng.choice(texts), position=i) for i in range(30)]
            with memory.write() as conn:
                store.add_document(conn, document, [], units)
        for document in documents[::4]:
            units = [TranslationUnit(rng.choice(texts), position=i) for i in range(20)]
            with memory.write() as conn:
                store.add_document(conn, document, [], units, anew=True)
        with memory.read() as conn:
            assert index.check(conn) == ()
            yield Many(conn)


def wild(phrase: str, rng: random.Random) -> str:
    """The phrase with a wildcard somewhere."""
    found = words(phrase)
    word = rng.choice(found)
    letters = list(phrase)
    place = rng.randrange(word.start, word.end)
    letters[place] = rng.choice("*?")
    if rng.random() < 0.3:
        letters.insert(found[0].end, " * ")
    return "".join(letters)


# --- the oracle -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("walked", [True, False], ids=["walked", "sorted"])
@pytest.mark.parametrize("mode", [Mode.PHRASE, Mode.WORDS, Mode.WILDCARD])
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_mode_finds_what_comparing_all_passages_finds(
    many: Many, lang: Lang, mode: Mode, walked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passages, "_worth_walking", lambda *_: walked)
    rng = random.Random(f"{lang}{mode}")
    for phrase in many.phrases(lang, rng, 15):
        kept = frozenset(rng.sample(list(Aspect), rng.choice([0, 0, 1, 3])))
        text = wild(phrase, rng) if mode is Mode.WILDCARD else phrase
        if mode is Mode.WORDS:
            text = " ".join(rng.sample(text.split(), len(text.split())))
        query = Query(text, mode, kept)
        try:
            expected = many.oracle(query, lang)
        except QueryError:
            with pytest.raises(QueryError):
                find(many.conn, query, [lang])
            continue

        assert many.hits(query, lang) == expected, query
        assert expected or mode is not Mode.PHRASE
