"""The benchmark of retrieval: its corpora, its exact answers, its engines, its picture."""

from dataclasses import replace
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rapidfuzz.distance import Levenshtein

from benchmarks import corpus as corpora
from benchmarks import growth, import_speed, retrieval
from benchmarks.corpus import Query
from benchmarks.engines import MEMORY, THRESHOLD, Corpus, SimString, tokens
from benchmarks.measuring import apart
from benchmarks.retrieval import ENGINES, Case, Prepared, Result
from tm.errors import TMError
from tm.lang import Lang

FR, EN, ZH = Lang("fr"), Lang("en"), Lang("zh")
needs_data = pytest.mark.skipif(not (corpora.DATA / "unpc").is_dir(), reason="../shared/data is absent")
STORED = {
    FR: [
        "La Commission a examiné le rapport du Secrétaire général sur la situation des réfugiés.",
        "La Commission a examiné le rapport du Secrétaire général sur la situation des femmes.",
        "3. La Commission a examiné le rapport de 2014 sur la situation des réfugiés.",
        "3. La Commission a examiné le rapport de 2015 sur la situation des réfugiés.",
        "Ordre du jour de la session",
        "…",
    ],
    ZH: ["委员会审议了秘书长关于难民状况的报告。", "委员会审议了秘书长关于妇女状况的报告。", "会议议程"],
}
ASKED = {
    FR: [
        "La Commission a examiné le rapport du Secrétaire général sur la situation des enfants.",
        "Rien de semblable ici",
    ],
    ZH: ["委员会审议了秘书长关于儿童状况的报告。", "其他事项"],
}


def prepared(lang: Lang, folder: Path) -> Prepared:
    corpus = Corpus(lang, folder / "corpus")
    corpus.write(STORED[lang])
    # the first ones are for warming up
    queries = [Query("light", text) for text in ASKED[lang] * 8]
    truth = retrieval.exact(corpus, queries)
    return Prepared(corpus, len(STORED[lang]), corpus.text_file.stat().st_size, 0.0, queries, truth, ASKED[lang])


@needs_data
@pytest.mark.parametrize("lang", [FR, ZH, Lang("ar")], ids=str)
def test_a_corpus_is_distinct_the_same_each_time_and_like_its_originals(lang: Lang) -> None:
    made = list(islice(corpora.segments(lang, seed=7), 3000))
    assert len(set(made)) == 3000
    assert made[:500] == list(islice(corpora.segments(lang, seed=7), 500))
    assert made[:500] != list(islice(corpora.segments(lang, seed=8), 500))
    real, figures = corpora.Figures.of(corpora.originals(lang)), corpora.Figures.of(made)
    assert figures.mean == pytest.approx(real.mean, rel=0.1)
    assert figures.top == pytest.approx(real.top, abs=0.04)
    assert all("\n" not in text and max(text) < "\U000f0000" for text in made)
    assert len(set(made) & set(corpora.originals(lang))) < 300


def test_queries_of_each_kind_are_what_they_say() -> None:
    stored = [f"un deux trois quatre cinq six sept huit neuf dix onze douze {n}" for n in range(50)]
    made = corpora.queries(stored, ["gardé"], ["nouvelles"], FR, 70, seed=3)
    assert made == corpora.queries(stored, ["gardé"], ["nouvelles"], FR, 70, seed=3)
    kinds = {query.kind: query.text for query in made}
    assert list(kinds) == ["stored", "light", "medium", "heavy", "truncated", "held out", "unrelated"]
    assert kinds["stored"] in stored
    assert (kinds["held out"], kinds["unrelated"]) == ("gardé", "nouvelles")
    assert any(text.startswith(kinds["truncated"] + " ") for text in stored)
    words = {kind: [query.text.split() for query in made if query.kind == kind] for kind in kinds}

    def changed(kind: str) -> float:
        return sum(min(Levenshtein.distance(w, s.split()) for s in stored) for w in words[kind]) / len(words[kind])

    assert 0 < changed("light") < changed("medium") < changed("heavy")
    assert {query.kind for query in corpora.queries(stored, [], [], FR, 20)}.isdisjoint({"held out", "unrelated"})


@pytest.mark.parametrize("lang", [FR, ZH], ids=str)
def test_the_exact_answer_is_every_similar_segment_best_first(lang: Lang, tmp_path: Path) -> None:
    case = prepared(lang, tmp_path)
    for query, found in zip(case.queries, case.truth, strict=True):
        wanted = tokens(query.text, lang)
        scores = {
            line: Levenshtein.normalized_similarity(wanted, tokens(text, lang))
            for line, text in enumerate(STORED[lang])
        }
        assert dict(found) == {line: score for line, score in scores.items() if score >= THRESHOLD}
        assert found == sorted(found, key=lambda answer: -answer[1])
    assert [bool(found) for found in case.truth[:2]] == [True, False]


@pytest.mark.parametrize(
    ("name", "lang"), [*((name, FR) for name in ENGINES), *((name, ZH) for name in ("untm", "gin", "fts5"))], ids=str
)
def test_every_engine_finds_what_there_is(name: str, lang: Lang, tmp_path: Path) -> None:
    if reason := ENGINES[name]().missing():
        pytest.skip(reason)
    case = Case("un", lang, 10, 6)
    result = apart(retrieval.measure, name, case, prepared(lang, tmp_path), tmp_path / name, 30.0)
    assert (result.reason, result.queries) == ("", 6)
    # Characters are another measure, by which the two segments with another label are not similar enough.
    assert (result.recall, result.top) == ((0.5, 0.5) if name == "characters" else (1.0, 1.0))
    assert 0 < result.median <= result.p95 <= result.p99
    assert result.peak > 1_000_000
    on_disk = name not in ("rapidfuzz", "characters", "simstring")
    assert (result.disk > 0) == on_disk
    assert len(retrieval.row(result)) == len(retrieval.HEAD)


def test_a_peer_that_is_missing_is_named() -> None:
    class Absent(SimString):
        needs = "no_such_module"

    reason = Absent().missing()
    assert reason == "no_such_module is not installed"
    assert "left out: no_such_module" in retrieval.row(Result("absent", "un", "fr", 5, reason=reason))[1]


def test_a_wrong_answer_of_ours_stops_the_run(tmp_path: Path) -> None:
    case = prepared(FR, tmp_path)
    wrong = replace(case, truth=[found[:-1] for found in case.truth])
    with pytest.raises(TMError, match="is not that of brute force: 4 for 3"):
        apart(retrieval.measure, "untm", Case("un", FR, 10, 6), wrong, tmp_path / "untm", 30.0)


@needs_data
def test_a_case_is_prepared_with_queries_that_have_words(tmp_path: Path) -> None:
    case = Case("catalogue", EN, 300, 20)
    made = apart(retrieval.prepare, case, tmp_path / "corpus")
    assert made.size == 300
    assert made.text_bytes == made.corpus.text_file.stat().st_size
    assert len(made.queries) == len(made.truth) > 20
    assert all(tokens(query.text, EN) for query in made.queries)
    stored = list(made.corpus.texts())
    held = {query.text for query in made.queries if query.kind == "held out"}
    assert held
    assert held.isdisjoint(stored)
    assert len(set(stored)) == 300
    assert not any("\t" in text or "\\n" in text for text in stored)


@needs_data
def test_our_memory_is_measured_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_COLD", 1)
    case, ready = Case("un", FR, 10, 6), prepared(FR, tmp_path)
    retrieval.measure("untm", case, ready, tmp_path / "untm", 30.0)
    found = growth.everyday(case, ready, tmp_path / "untm" / MEMORY, 5.0)
    assert (found.size, found.draft) == (6, 2)
    assert min(*found.containing, *found.lookup, *found.adding, *found.cold, found.drafting) > 0
    assert 20 < found.cold_peak / 1e6 < 300
    assert growth.everyday_row(found)[0] == "6"


def test_growth_is_drawn_for_what_was_measured() -> None:
    ours = [Result("untm", "un", "fr", n, 9, 1, 1, n / 1e6, n / 1e5, n / 1e4, n / 3e4, n, n) for n in (1000, 100_000)]
    theirs = [replace(ours[0], engine="a < b"), Result("nowhere", "un", "fr", 1000, reason="not here")]
    picture = growth.draw([*ours, *theirs], "here & now")
    text = "".join(ElementTree.fromstring(picture).itertext())
    assert "a < b" in text
    assert "here & now" in text
    assert "100,000" in text
    assert "nowhere" not in text
    assert growth.growth_row(*ours)[1:] == ("1,000 → 100,000", "× 100.0", "× 100.0", "× 100.0")


def test_a_picture_of_nothing_is_refused() -> None:
    with pytest.raises(TMError, match="nothing was measured"):
        growth.draw([], "")


@needs_data
def test_a_file_is_written_and_brought_in(tmp_path: Path) -> None:
    path = tmp_path / "made.tmx"
    import_speed.write(path, [FR, EN], 120, seed=1)
    assert import_speed.parse(path) > 0
    found = import_speed.bring_in(path, tmp_path / "memory.untm", profile=False)
    assert (found.units, found.segments) == (120, 240)
    assert found.cpu > 0
    assert found.disk > path.stat().st_size / 2
