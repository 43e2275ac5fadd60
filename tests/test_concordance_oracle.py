"""Every mode of the concordance with every difference folded or kept, against comparing three thousand passages."""

import datetime
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_concordance import Many, piece, wild
from tm import expressions, store
from tm.concordance import find
from tm.errors import QueryError
from tm.folding import Aspect
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import open_memory
from tm.model import Document, DocumentStatus, TranslationUnit, Variant
from tm.patterns import Mode, Query
from tm.text import words

UNPC = ROOT.parent / "shared" / "data" / "unpc" / "dev"
SENTENCES = 500
KEPT = [frozenset(), *(frozenset({aspect}) for aspect in Aspect), frozenset(Aspect)]

pytestmark = pytest.mark.skipif(not UNPC.is_dir(), reason="the UN parallel corpus is not here")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    """Sentences of the UN parallel corpus in six languages, in documents of all kinds."""
    columns = [(UNPC / f"UNv1.0.devset.{lang}").read_text("utf-8").splitlines()[:SENTENCES] for lang in UN_LANGUAGES]
    path = tmp_path_factory.mktemp("corpus") / "m.untm"
    with open_memory(path, create=True, write=True) as memory:
        with memory.write() as conn:
            for number, first in enumerate(range(0, SENTENCES, 40)):
                rows = zip(*(column[first : first + 40] for column in columns), strict=True)
                document = Document(
                    symbol=f"A/{number}",
                    status=DocumentStatus(number % 5),
                    date=datetime.date(2000 + number % 3, 1, 1) if number % 4 else None,
                    superseded=number % 6 == 5,
                )
                units = [
                    TranslationUnit(
                        tuple(Variant(lang, text) for lang, text in zip(UN_LANGUAGES, row, strict=True) if text)
                    )
                    for row in rows
                ]
                store.add_document(conn, document, [], units)
        with memory.read() as conn:
            yield Many(conn)


def as_expression(phrase: str, lang: Lang, rng: random.Random) -> str:
    """The phrase as a regular expression: its words, or parts of them, with something between them."""
    found = [phrase[token.start : token.end] for token in words(phrase)]
    ways = [(r"\b", r"\W+", r"\b"), ("", r"\W*", r"\w?"), ("", r"[\s,;-]+", ""), (r"(?:\w+\s)?", r".{0,3}", "")]
    before, between, after = rng.choice(ways)
    between = between if lang.joiner else r"\W*"
    if rng.random() < 0.3:
        found[0] = found[0][len(found[0]) // 2 :]
    if rng.random() < 0.3:
        found[-1] = found[-1][: len(found[-1]) // 2 + 1]
    return before + between.join(found) + after


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_mode_with_every_folding_finds_what_comparing_finds(corpus: Many, lang: Lang, mode: Mode) -> None:
    rng = random.Random(f"{lang}{mode}")
    texts = [passage.text for _, passage in corpus.passages[lang] if len(passage.words) > 4]
    answered = 0
    for kept in KEPT:
        phrase = piece(rng.choice(texts), rng)
        if mode is Mode.WILDCARD:
            phrase = wild(phrase, rng)
        if mode is Mode.REGEX:
            phrase = as_expression(phrase, lang, rng)
        query = Query(phrase if kept or mode is Mode.REGEX else phrase.lower(), mode, kept)
        try:
            expected = corpus.oracle(query, lang)
        except QueryError:
            with pytest.raises(QueryError):
                find(corpus.conn, query, [lang])
            continue
        page = find(corpus.conn, query, [lang], limit=7)
        further = find(corpus.conn, query, [lang], limit=7, page=2)

        assert corpus.hits(query, lang) == expected, query
        assert [(hit.unit.uid, hit.spans) for hit in (*page.hits, *further.hits)] == expected[:14], query
        assert page.total in {None, len(expected)}, query
        answered += bool(expected)
    assert answered > len(KEPT) // 2


@pytest.mark.parametrize(
    ("lang", "text", "written"),
    [
        (Lang("fr"), "L\u02bcAssemblée a décidé", r"\bassemblée\s+a\b"),
        (Lang("fr"), "l\u02bcAssemblée", r"l'assemblée"),
        (Lang("en"), "mix 3 \u00bd cups", r"\b1\W2\s+cups"),
        (Lang("en"), "see \u2478 articles in all", r"\b5\b.\s+articles"),
        (Lang("ar"), "محمد\ufdfa رسول", r"عليه\s+وسلم\s+رسول"),
    ],
)
def test_tokens_that_read_as_several_words_are_found_by_each(
    tmp_path: Path, lang: Lang, text: str, written: str
) -> None:
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            others = [TranslationUnit((Variant(lang, f"{n} {text[-5:]}"),)) for n in range(9)]
            store.add_units(conn, [TranslationUnit((Variant(lang, text),)), *others], origin=Document(origin="a"))
        with memory.read() as conn:
            hits = find(conn, Query(written, Mode.REGEX), [lang]).hits

    assert [hit.source.text for hit in hits] == [text]


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        (r"résolutions?\s+70/\d+", ("résolution", " 70/")),
        (r"an{2}b{0,3}(?:c+|d)e{1<=e<=2}mutual", ("an", "mutual")),
        (r"\bm²\b|x", ()),
        (r"km2", ("km",)),
        (r"x[,;\s]+année[s]", ("x année",)),
        (r"缔约国.会", ("缔约国", "会")),
        (r"الأمـم ال\u0651متحدة", ("الأمـم ال", "متحدة")),
    ],
)
def test_what_an_expression_must_hold(written: str, texts: tuple[str, ...]) -> None:
    assert expressions._literals(written) == texts
