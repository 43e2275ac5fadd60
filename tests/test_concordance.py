"""Concordance against brute force: every passage that reading all texts finds, in the same order, and no other."""

import datetime
import functools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.conftest import Stored
from tm import audit, concordance, expressions, occurrences, patterns, runs, store
from tm.concordance import find
from tm.errors import LanguageError, QueryError
from tm.folding import Aspect
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import Memory, open_memory
from tm.model import Document, DocumentStatus, TranslationUnit, Variant
from tm.patterns import Mode, Passage, Query
from tm.renderings import renderings
from tm.sentence import sentences
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
        for i in range(24)
    ]
    texts = [unit.variants for unit in report.units]
    with open_memory(path, create=True, write=True) as memory:
        for document in documents:
            units = [TranslationUnit(rng.choice(texts), position=i) for i in range(20)]
            with memory.write() as conn:
                store.add_document(conn, document, [], units)
        for document in documents[::4]:
            units = [TranslationUnit(rng.choice(texts), position=i) for i in range(20)]
            with memory.write() as conn:
                store.add_document(conn, document, [], units, anew=True)
        with memory.read() as conn:
            assert audit.check(conn) == ()
            yield Many(conn)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, report: Stored) -> Iterator[Many]:
    """A few dozen paragraphs in six languages."""
    path = tmp_path_factory.mktemp("small") / "m.untm"
    with open_memory(path, create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_document(conn, Document(symbol="A/1"), [], [u for u in report.units if len(u.langs) == 6][::2])
        with memory.read() as conn:
            yield Many(conn)


def memory_of(folder: Path, texts: dict[Lang, list[str]]) -> Memory:
    """A memory that holds these texts, each a unit of its own."""
    memory = open_memory(folder / "m.untm", create=True, write=True)
    units = [TranslationUnit((Variant(lang, text),)) for lang, some in texts.items() for text in some]
    with memory.write() as conn:
        store.add_document(conn, Document(symbol="A/1"), [], units)
    return memory


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


def _walked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(occurrences, "_worth_walking", lambda *_: True)
    patch.setattr(occurrences, "_PATIENCE", 1 << 62)


def _walked_in_parts(patch: pytest.MonkeyPatch) -> None:
    """Each document is longer than what is read at a time."""
    _walked(patch)
    patch.setattr(occurrences, "_FIRST_PASSAGES", 3)
    patch.setattr(occurrences, "_MOST_PASSAGES", 7)


def _sorted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(occurrences, "_worth_walking", lambda *_: False)


def _given_up(patch: pytest.MonkeyPatch) -> None:
    """The walk is left for sorting after the first passages."""
    patch.setattr(occurrences, "_worth_walking", lambda _candidates, _hits, wanted, _size: wanted == ALL + 1)
    patch.setattr(occurrences, "_FIRST_PASSAGES", 30)
    patch.setattr(occurrences, "_PATIENCE", 0)


#: The ways of finding the passages in order.
WAYS = {"walked": _walked, "in parts": _walked_in_parts, "sorted": _sorted, "given up": _given_up}


# --- the oracle -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("mode", [Mode.PHRASE, Mode.WORDS, Mode.WILDCARD])
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_every_mode_finds_what_comparing_all_passages_finds(
    many: Many, lang: Lang, mode: Mode, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    WAYS[way](monkeypatch)
    rng = random.Random(f"{lang}{mode}")
    for phrase in many.phrases(lang, rng, 10):
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


REGEXES = {
    AR: r"(?:ال)?دول\w*\s+الأطراف",
    EN: r"state(s|') part(y|ies)",
    ES: r"estados? part[eé]s?\b",
    FR: r"\b[eé]tats? parties\b",
    RU: r"конференц\w+ +участник",
    ZH: r"缔约[国方].{0,6}会议",
}


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_expressions_find_what_trying_all_passages_finds(
    many: Many, lang: Lang, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    WAYS[way](monkeypatch)
    for written in (REGEXES[lang], r"\d", "^.{0,20}$"):
        query = Query(written, Mode.REGEX)
        expected = many.oracle(query, lang)

        assert expected
        assert many.hits(query, lang) == expected, query


@settings(max_examples=60)
@given(data=st.data())
def test_any_words_in_any_mode_are_found_as_by_comparing(small: Many, data: st.DataObject) -> None:
    lang = data.draw(st.sampled_from(UN_LANGUAGES))
    passage = data.draw(st.sampled_from(small.passages[lang]))[1]
    taken = data.draw(st.lists(st.sampled_from(passage.words), min_size=1, max_size=4))
    mode = data.draw(st.sampled_from([Mode.PHRASE, Mode.WORDS, Mode.WILDCARD]))
    kept = data.draw(st.frozensets(st.sampled_from(list(Aspect)), max_size=2))
    between = data.draw(st.sampled_from([" ", "-", " * ", ", ", "/"]))
    written = between.join(passage.text[token.start : token.end] for token in taken)
    if mode is Mode.WILDCARD and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(written) - 1))
        written = written[:place] + data.draw(st.sampled_from("*?")) + written[place + 1 :]
    query = Query(written, mode, kept)
    try:
        expected = small.oracle(query, lang)
    except QueryError:
        with pytest.raises(QueryError):
            find(small.conn, query, [lang])
        return

    assert small.hits(query, lang) == expected


def test_words_beyond_the_characters_of_sequences_are_found(
    report: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "LAST_CHARACTER", 60)
    texts = [variant.text for unit in report.units[:40] if (variant := unit.variant(FR))]
    rng = random.Random(1)
    with memory_of(tmp_path, {FR: texts}) as memory, memory.read() as conn:
        held = Many(conn)
        for phrase in held.phrases(FR, rng, 30):
            for mode in (Mode.PHRASE, Mode.WORDS):
                query = Query(phrase, mode)
                found = find(conn, query, [FR], limit=3)

                assert held.hits(query, FR) == held.oracle(query, FR) != []
                assert found.total in {None, len(held.oracle(query, FR))}


# --- what is the same -----------------------------------------------------------------------------------------------

#: Language, stored text, phrase, and the difference that tells them apart when it counts.
FOLDED = [
    (FR, "La résolution adoptée", "resolution", Aspect.ACCENTS),
    (FR, "La résolution adoptée", "RÉSOLUTION", Aspect.CASE),
    (FR, "au cœur de l’affaire", "coeur", Aspect.ACCENTS),
    (FR, "le sous-comité juridique", "sous comité", Aspect.DASHES),
    (FR, "le «Comité» juridique", "le Comité", Aspect.QUOTES),
    (ES, "el próximo año", "proximo ano", Aspect.ACCENTS),
    (EN, "the naïve reader", "naive", Aspect.ACCENTS),
    (EN, "General Assembly", "general assembly", Aspect.CASE),
    (EN, "at its seventy-eighth session", "78th session", Aspect.DIGITS),
    (EN, "a total of 1,234 cases", "1234 cases", Aspect.DIGITS),
    (EN, "on 25 September 2015", "September 25, 2015", Aspect.DIGITS),
    (RU, "счёт остаётся открытым", "счет остается", Aspect.ACCENTS),
    (RU, "Генеральная Ассамблея", "генеральная ассамблея", Aspect.CASE),
    (AR, "إنشاء لجنة", "انشاء لجنة", Aspect.ACCENTS),
    (AR, "على المستوى الوطني", "علي المستوي", Aspect.ACCENTS),
    (AR, "التنفيذ الفعَّال للقرار", "الفعال", Aspect.TASHKEEL),
    (AR, "الأمــم المتحدة", "الأمم المتحدة", Aspect.TATWEEL),
    (AR, "القرار ٧٠", "القرار 70", Aspect.DIGITS),
    (ZH, "第７８届会议", "78", Aspect.WIDTH),
    (ZH, "《ＵＮＤＰ报告》", "UNDP", Aspect.WIDTH),
]


@pytest.mark.parametrize(("lang", "text", "phrase", "aspect"), FOLDED, ids=lambda value: str(value)[:20])
def test_a_difference_is_folded_unless_it_counts(
    tmp_path: Path, lang: Lang, text: str, phrase: str, aspect: Aspect
) -> None:
    with memory_of(tmp_path, {lang: [text]}) as memory, memory.read() as conn:
        assert len(find(conn, Query(phrase), [lang]).hits) == 1
        assert find(conn, Query(phrase, kept=frozenset({aspect})), [lang]).hits == ()
        assert len(find(conn, Query(phrase, kept=frozenset(Aspect) - {aspect}), [lang]).hits) == 1
        assert len(find(conn, Query(text, kept=frozenset(Aspect)), [lang]).hits) == 1


@pytest.mark.parametrize(
    ("lang", "text", "phrase"),
    [
        (AR, "مدة دوره في اللجنة", "دورة"),
        (RU, "мой доклад", "мои"),
        (EN, "resolution 71/1", "resolution 70/1"),
        (EN, "at its seventy-eighth session", "79th session"),
        (ZH, "联合国大会", "国合"),
        (FR, "les sous-comités", "comité"),
    ],
)
def test_what_means_something_else_is_not_found(tmp_path: Path, lang: Lang, text: str, phrase: str) -> None:
    with memory_of(tmp_path, {lang: [text]}) as memory, memory.read() as conn:
        assert find(conn, Query(phrase), [lang]).hits == ()


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("联合国大会通过决议", "国", ["国"]),
        ("联合国大会通过决议", "大会", ["大会"]),
        ("会议的会议", "会议", ["会议", "会议"]),
        ("第七十八届会议", "七十", ["七十"]),
        ("2015年9月25日通过", "9月", ["9月"]),
        ("二〇一五年", "年", ["年"]),
    ],
)
def test_chinese_of_one_and_two_characters_is_found(tmp_path: Path, text: str, phrase: str, found: list[str]) -> None:
    with memory_of(tmp_path, {ZH: [text]}) as memory, memory.read() as conn:
        [hit] = find(conn, Query(phrase), [ZH]).hits

        assert [hit.source.text[start:end] for start, end in hit.spans] == found


@pytest.mark.parametrize(
    ("lang", "text", "pattern", "found"),
    [
        (FR, "l’entraide judiciaire internationale", "entr* judic*", ["entraide judiciaire"]),
        (FR, "prendre en compte", "pr?ndre", ["prendre"]),
        (EN, "take the views of States into account", "take * into account", ["take the views of States into account"]),
        (EN, "take … no more than six words may stand in between into account", "take … into account", []),
        (EN, "resolution A/RES/70/1", "RES/*/1", ["RES/70/1"]),
        (EN, "reorganization and organizations", "*organi?ation*", ["reorganization", "organizations"]),
        (AR, "والعدل وبالعدل", "*عدل", ["والعدل", "وبالعدل"]),
        (ZH, "联合国大会通过决议", "联*国?会", ["联合国大会"]),
        (RU, "государствами-участниками", "государств* участник*", ["государствами-участниками"]),
    ],
)
def test_wildcards(tmp_path: Path, lang: Lang, text: str, pattern: str, found: list[str]) -> None:
    with memory_of(tmp_path, {lang: [text]}) as memory, memory.read() as conn:
        spans = [
            (hit.source.text, span)
            for hit in find(conn, Query(pattern, Mode.WILDCARD), [lang]).hits
            for span in hit.spans
        ]

        assert [whole[start:end] for whole, (start, end) in spans] == found


def test_words_stand_anywhere_and_all_of_them(tmp_path: Path) -> None:
    texts = ["The session was opened by the President", "The session was closed", "President of the session"]
    with memory_of(tmp_path, {EN: texts}) as memory, memory.read() as conn:
        hits = find(conn, Query("president session", Mode.WORDS), [EN]).hits

        assert [hit.source.text for hit in hits] == [texts[0], texts[2]]
        assert [hit.source.text[slice(*span)] for hit in hits[:1] for span in hit.spans] == ["session", "President"]


def test_a_label_is_no_part_of_a_passage(tmp_path: Path) -> None:
    with memory_of(tmp_path, {EN: ["(c) Encourages all States"]}) as memory, memory.read() as conn:
        assert find(conn, Query("c"), [EN]).hits == ()
        assert len(find(conn, Query("(d) encourages all"), [EN]).hits) == 1
        assert len(find(conn, Query("^Encourages", Mode.REGEX), [EN]).hits) == 1


# --- bounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(Mode))
def test_an_empty_query_is_refused(conn: Connection, mode: Mode) -> None:
    with pytest.raises(QueryError):
        find(conn, Query("  ", mode))


@pytest.mark.parametrize("text", ["…", "— ; —", "%", "\u200f", "(.)"])
def test_a_phrase_without_words_is_refused(conn: Connection, text: str) -> None:
    with pytest.raises(QueryError, match="no word"):
        find(conn, Query(text))


def test_wildcards_without_a_letter_are_refused(conn: Connection) -> None:
    with pytest.raises(QueryError, match="fits every passage"):
        find(conn, Query("*/*", Mode.WILDCARD))


def test_a_phrase_longer_than_any_segment_is_not_found(conn: Connection) -> None:
    assert find(conn, Query("the States parties " * 3000), [EN]).hits == ()


def test_many_gaps_take_no_longer(tmp_path: Path) -> None:
    with memory_of(tmp_path, {EN: ["a b " * 400]}) as memory, memory.read() as conn:
        assert find(conn, Query("a* * " * 60 + "z", Mode.WILDCARD), [EN]).hits == ()
        assert len(find(conn, Query("a* * " * 60 + "b", Mode.WILDCARD), [EN]).hits) == 1


@pytest.mark.parametrize("written", ["(", "[a", "*a", "a{2,1}", "(?P<n>a)(?P=m)", "\\"])
def test_what_is_no_expression_is_refused(conn: Connection, written: str) -> None:
    with pytest.raises(QueryError, match="no regular expression") as refused:
        find(conn, Query(written, Mode.REGEX))

    assert refused.value.hint


def test_an_expression_that_explodes_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "SECONDS", 0.05)
    with memory_of(tmp_path, {EN: ["a" * 200 + " b"]}) as memory, memory.read() as conn:
        with pytest.raises(QueryError, match="takes longer than") as refused:
            find(conn, Query(r"(?:a|aa|a\w)+\d", Mode.REGEX), [EN])

        assert "repeat" in refused.value.hint


def test_an_expression_without_a_word_is_given_up_after_so_many_passages(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find(conn, Query(r"\bzz\w", Mode.REGEX), [EN]).stopped is None
    monkeypatch.setattr(concordance, "MOST_TRIED", 30)
    page = find(conn, Query(r"\W{40}", Mode.REGEX), [EN])

    assert page.stopped == 30
    assert page.total is None
    assert not page.more


def test_a_language_the_memory_lacks_is_named_with_those_it_has(conn: Connection) -> None:
    with pytest.raises(LanguageError) as refused:
        find(conn, Query("Wasser"), [Lang("de")])

    assert "German" in refused.value.message or "de" in refused.value.message
    assert "ar, en, es, fr, ru, zh" in refused.value.hint
    with pytest.raises(LanguageError, match="de"):
        find(conn, Query("water"), [EN], [Lang("de")])


@pytest.mark.parametrize("query", [Query("the"), Query("t*", Mode.WILDCARD), Query(r"\bth\w+", Mode.REGEX)], ids=str)
@pytest.mark.parametrize("limit", [1, 7, 20])
def test_pages_are_the_whole_cut_in_pieces(many: Many, query: Query, limit: int) -> None:
    whole = find(many.conn, query, [EN], limit=ALL)
    count = len(whole.hits)
    pages = [find(many.conn, query, [EN], page=number, limit=limit) for number in (1, 2, 3, count // limit + 2)]

    assert whole.total == count > 60
    for page in pages[:3]:
        first = (page.number - 1) * limit
        assert page.hits == whole.hits[first : first + limit]
        assert page.more
        assert page.total in {None, count}
    assert pages[3].hits == ()
    assert not pages[3].more


def test_removed_passages_are_gone(tmp_path: Path) -> None:
    document = Document(symbol="A/1")
    unit, other = (TranslationUnit((Variant(EN, text),)) for text in ("The Assembly decides", "The Council decides"))
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_document(conn, document, [], [unit, other])
        with memory.write() as conn:
            store.add_document(conn, document, [], [other], anew=True)
        with memory.read() as conn:
            assert find(conn, Query("assembly")).hits == ()
            assert find(conn, Query("decides")).total == 1


# --- translations ---------------------------------------------------------------------------------------------------


def test_a_hit_knows_the_sentences_that_answer(report: Stored, conn: Connection) -> None:
    unit = next(u for u in report.units if len(u.sentences) > 1 and u.variant(EN) and u.variant(FR))
    variant = unit.variant(EN)
    assert variant
    phrase = " ".join(variant.text[slice(*sentences(variant.text, EN)[-1])].split()[:4])

    hit = next(hit for hit in find(conn, Query(phrase), [EN], [FR], limit=ALL).hits if hit.unit.place == unit.place)

    assert [target.lang for target in hit.targets] == [FR]
    assert hit.target_spans[0]


def test_renderings_tell_how_often_since_when_and_what_contradicts(tmp_path: Path) -> None:
    rows = [
        ("A/RES/60/1", 2005, DocumentStatus.ADOPTED, "rule of law", "primauté du droit", "General Assembly"),
        ("A/RES/66/1", 2011, DocumentStatus.ADOPTED, "Rule of law", "état de droit", "General Assembly"),
        ("S/RES/1", 2012, DocumentStatus.ADOPTED, "rule of law", "État de droit", "Security Council"),
        ("A/C.6/L.1", 2013, DocumentStatus.DRAFT, "rule of law", "règne du droit", "Sixth Committee"),
        ("A/RES/70/1", 2015, DocumentStatus.ADOPTED, "the rule of law", "l’état de droit", "General Assembly"),
    ]
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            for symbol, year, status, source, target, body in rows:
                document = Document(symbol=symbol, date=datetime.date(year, 1, 1), status=status, body=body)
                unit = TranslationUnit((Variant(EN, source), Variant(FR, target)))
                store.add_document(conn, document, [], [unit])
        with memory.read() as conn:
            hits, stopped = concordance.find_all(conn, Query("rule of law"), [EN], [FR])
            found = renderings(hits, FR)

    assert stopped is None
    assert [(one.target, one.count, one.first, one.last, one.conflict) for one in found] == [
        ("État de droit", 2, 2011, 2012, True),
        ("l’état de droit", 1, 2015, 2015, False),
        ("règne du droit", 1, 2013, 2013, False),
        ("primauté du droit", 1, 2005, 2005, True),
    ]
    assert found[0].bodies == ("Security Council", "General Assembly")
    assert found[0].documents == ("S/RES/1", "A/RES/66/1")
    assert found[2].statuses == (DocumentStatus.DRAFT,)
