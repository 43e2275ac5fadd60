"""The index against brute force: every segment that comparing with all of them finds, and no other."""

import random
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from tests.oracle import Keys, Stored, agree, grow, keys_of, perturbed, report_texts
from tm import audit, index, list_rows, lists, packing, postings, runs, schema, sieve
from tm.lang import UN_LANGUAGES, Lang
from tm.lists import Lists
from tm.memory import Memory, open_memory
from tm.packing import unpack_arrays

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "fixtures" / "report"
UNPC = ROOT.parent / "shared" / "data" / "unpc" / "dev"
FR = Lang("fr")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(tmp_path / "m.db", create=True, write=True) as opened:
        yield opened


# --- near -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("few", [0, 10**9], ids=["numpy", "plain"])
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_near_equals_brute_force_while_segments_come_and_go(
    memory: Memory, lang: Lang, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "_FEW", few)
    monkeypatch.setattr(sieve, "_FEW_LOADED", few)
    rng = random.Random(few)
    texts = grow(keys_of(report_texts(lang), lang), rng, 300)
    queries = grow(texts, rng, 40)[-40:]
    with memory.write() as conn:
        stored = Stored(conn, lang)
        for batch in (texts[:200], texts[200:]):
            stored.add(batch)
            for threshold in (0.5, 0.65, 0.7, 0.85, 1.0):
                for query in rng.sample(queries, 8) + rng.sample(texts, 4):
                    agree(stored, query, threshold)
            stored.remove(rng.sample(sorted(stored.keys), 60))
            for query in rng.sample(queries, 8):
                agree(stored, query, 0.6)

        assert audit.check(conn) == ()


@pytest.mark.parametrize("most", [1 << 23, 50], ids=["kept", "forgotten"])
@pytest.mark.parametrize("few", [0, 10**9], ids=["numpy", "plain"])
def test_a_reading_transaction_that_keeps_lists_answers_as_brute_force(
    memory: Memory, few: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FEW", "_FEW_LOADED"):
        monkeypatch.setattr(sieve, name, few)
    for name in ("_MOST_NUMBERS", "_MOST_ROWS", "_MOST_TOKENS"):
        monkeypatch.setattr(lists, name, most)
    rng = random.Random(few)
    texts = grow(keys_of(report_texts(FR), FR), rng, 300)
    keys: dict[int, Keys] = {}
    for batch in (texts[:200], texts[200:]):
        with memory.write() as conn:
            stored = Stored(conn)
            stored.keys = keys
            stored.add(batch)
        with memory.read() as conn:
            stored.conn = conn
            assert Lists.of(conn) is Lists.of(conn)
            for query in rng.sample(texts, 12):
                agree(stored, query, 0.6)
                assert index.near(conn, FR, query, 0.6) == stored.near(query, 0.6)


def test_a_writing_transaction_keeps_no_lists(memory: Memory) -> None:
    with memory.write() as conn:
        assert Lists.of(conn) is not Lists.of(conn)


@pytest.mark.parametrize("lang", [FR, Lang("zh")], ids=str)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_sequences_equal_brute_force(
    tmp_path_factory: pytest.TempPathFactory, lang: Lang, data: st.DataObject
) -> None:
    alphabet = st.sampled_from("abcdefg"[: data.draw(st.integers(2, 7))])
    segments = data.draw(st.lists(st.lists(alphabet, max_size=14).map(tuple), max_size=25))
    query = data.draw(st.lists(alphabet, max_size=14).map(tuple))
    threshold = data.draw(st.sampled_from([0.3, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.9, 1.0]))
    path = tmp_path_factory.mktemp("any") / "m.db"
    with open_memory(path, create=True, write=True) as memory, memory.write() as conn:
        stored = Stored(conn, lang)
        stored.add(segments)
        agree(stored, query, threshold)
        gone = data.draw(st.lists(st.sampled_from(sorted(stored.keys)), unique=True)) if stored.keys else []
        stored.remove(gone)
        stored.add(segments[:3])
        agree(stored, query, threshold)
        share = data.draw(st.sampled_from([0.6, 0.75, 0.9, 1.0]))

        assert {p.segment_id: p.share for p in index.containing(conn, lang, query, share)} == (
            stored.containing(query, share) if query else {}
        )
        assert {p.segment_id: p.share for p in index.contained(conn, lang, query, 2, share)} == stored.contained(
            query, 2, share
        )
        assert set(index.phrase(conn, lang, query)) == (stored.phrase(query) if query else set())
        assert audit.check(conn) == ()


@pytest.mark.parametrize("lang", [FR, Lang("zh")], ids=str)
@pytest.mark.parametrize("together", [1, 40, 1 << 22])
@pytest.mark.parametrize("few", [0, 10**9], ids=["numpy", "plain"])
def test_many_queries_are_answered_as_each_of_them_alone(
    memory: Memory, lang: Lang, together: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "_FEW_LOADED", few)
    monkeypatch.setattr("tm.candidates._TOGETHER", together)
    monkeypatch.setattr("tm.index._TOGETHER", together)
    rng = random.Random(together)
    texts = grow(keys_of(report_texts(lang), lang), rng, 250)
    queries = [
        *grow(texts, rng, 12)[-12:],
        *rng.sample(texts, 4),
        (),
        ("never seen",),
        texts[0] * 40,
    ]
    queries += [(*rng.choice(texts), *rng.choice(texts)) for _ in range(4)]
    with memory.write() as conn:
        stored = Stored(conn, lang)
        stored.add(texts)
        stored.remove(rng.sample(sorted(stored.keys), 30))
    with memory.read() as conn:
        near, around = index.near_each(conn, lang, queries, 0.6), index.containing_each(conn, lang, queries, 0.8)
        inside = [
            index.contained_each(conn, lang, [(query, n % 4) for n, query in enumerate(queries)], share)
            for share in (1.0, 0.8)
        ]
    assert sum(map(len, near)) > 20
    assert sum(map(len, around)) > 5
    for n, query in enumerate(queries):
        # A transaction of its own, which nothing has been kept of.
        with memory.read() as conn:
            assert near[n] == index.near(conn, lang, query, 0.6) == stored.near(query, 0.6)
            assert around[n] == index.containing(conn, lang, query, 0.8)
            assert inside[0][n] == index.contained(conn, lang, query, n % 4)
            assert inside[1][n] == index.contained(conn, lang, query, n % 4, 0.8)


def test_long_segments_share_length_buckets_and_are_found(memory: Memory) -> None:
    rng = random.Random(1)
    words = [f"w{i}" for i in range(300)]
    long = [tuple(rng.choices(words, k=size)) for size in (127, 128, 129, 300, 301, 700, 6000, 9000)]
    with memory.write() as conn:
        stored = Stored(conn)
        stored.add(long)
        for keys in long:
            agree(stored, keys, 1.0)
            agree(stored, perturbed(keys[:-2], words, rng), 0.5)
            agree(stored, (*keys[: len(keys) // 2], *["x"] * (len(keys) // 2)), 0.5)


def test_length_buckets_never_fall() -> None:
    places = [postings.bucket(length) for length in range(20_000)]

    assert places == sorted(places)
    assert places[:128] == list(range(128))
    assert max(places) == postings.BUCKETS - 1
    assert all(postings.LOWER_BOUNDS[place] <= length for length, place in enumerate(places))


def test_empty_query_and_words_never_seen_find_nothing(memory: Memory) -> None:
    with memory.write() as conn:
        stored = Stored(conn)
        stored.add([("a", "b", "c"), ()])

        assert index.near(conn, FR, (), 0.5) == []
        assert index.near(conn, FR, ("x", "y"), 0.5) == []
        assert index.containing(conn, FR, ()) == index.containing(conn, FR, ("x",)) == []
        assert index.contained(conn, FR, ("x", "y", "z", "u")) == []
        assert index.phrase(conn, FR, ()) == index.phrase(conn, FR, ("a", "x")) == []
        assert index.near(conn, Lang("es"), ("a", "b", "c"), 0.5) == []


@pytest.mark.parametrize("threshold", [0.29, 1.01, -1.0])
def test_thresholds_outside_the_supported_range_are_refused(memory: Memory, threshold: float) -> None:
    with memory.read() as conn, pytest.raises(ValueError, match="threshold"):
        index.near(conn, FR, ("a",), threshold)


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_shares_outside_the_supported_range_are_refused(memory: Memory, share: float) -> None:
    with memory.read() as conn:
        with pytest.raises(ValueError, match="share"):
            index.containing(conn, FR, ("a",), share)
        with pytest.raises(ValueError, match="share"):
            index.contained(conn, FR, ("a",), 3, share)


def test_un_sentences_equal_brute_force(memory: Memory) -> None:
    if not UNPC.exists():
        pytest.skip("the UN Parallel Corpus is not here (../shared/data/unpc/dev)")
    rng = random.Random(7)
    with memory.write() as conn:
        for lang in UN_LANGUAGES:
            lines = (UNPC / f"UNv1.0.devset.{lang}").read_text("utf-8").splitlines()[:1200]
            stored = Stored(conn, lang)
            texts = keys_of(lines, lang)
            stored.add(texts)
            stored.remove(rng.sample(sorted(stored.keys), 100))
            for query in grow(texts, rng, 5)[-5:] + rng.sample(texts, 5):
                for threshold in (0.5, 0.7, 0.9):
                    agree(stored, query, threshold)


# --- inside ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_containing_contained_and_phrase_equal_brute_force(memory: Memory, lang: Lang) -> None:
    rng = random.Random(3)
    paragraphs = keys_of(report_texts(lang), lang)
    texts = grow(paragraphs, rng, 100)
    with memory.write() as conn:
        stored = Stored(conn, lang)
        stored.add(texts)
        stored.remove(rng.sample(sorted(stored.keys), 30))
        for _ in range(12):
            whole = rng.choice(texts)
            start = bisect_left(range(len(whole)), rng.random() * len(whole))
            query = whole[start : start + rng.randrange(1, 20)]
            for share in (0.8, 0.9, 1.0):
                found = {place.segment_id: place.share for place in index.containing(conn, lang, query, share)}
                assert found == (stored.containing(query, share) if query else {})
            assert set(index.phrase(conn, lang, query)) == (stored.phrase(query) if query else set())
            for share in (0.8, 1.0):
                found = {place.segment_id: place.share for place in index.contained(conn, lang, whole, 3, share)}
                assert found == stored.contained(whole, 3, share)


def test_places_are_the_closest_windows(memory: Memory) -> None:
    with memory.write() as conn:
        stored = Stored(conn)
        stored.add([tuple("xxabcdexxxabcdefghijxx"), tuple("abxcdxefghijkl")])
        first, second = index.containing(conn, FR, tuple("abcdefghij"))
        inside = index.contained(conn, FR, tuple("..abxcdxefghijkl.."), minimum=3)

        assert (first.segment_id, first.share, first.start, first.end) == (1, 1.0, 10, 20)
        assert (second.segment_id, second.share, second.start, second.end) == (2, 0.9, 0, 11)
        assert [(p.segment_id, p.share, p.start, p.end) for p in inside] == [(2, 1.0, 2, 16)]


def test_a_dropped_token_still_counts_as_contained(memory: Memory) -> None:
    with memory.write() as conn:
        stored = Stored(conn)
        stored.add([tuple("zzabcdefghjzz")])
        (found,) = index.containing(conn, FR, tuple("abcdefghij"))

        assert (found.share, found.start, found.end) == (0.9, 2, 11)


def test_one_chinese_character_is_a_phrase(memory: Memory) -> None:
    zh = Lang("zh")
    with memory.write() as conn:
        stored = Stored(conn, zh)
        stored.add(keys_of(["缔约国应加强合作。", "移民偷运", "国"], zh))

        assert index.phrase(conn, zh, ("国",)) == [3, 1]
        assert index.phrase(conn, zh, ("国",), limit=1) == [3]
        assert index.phrase(conn, zh, ("合", "作")) == [1]


# --- upkeep ---------------------------------------------------------------------------------------------------------


def test_lists_stay_in_few_parts_while_single_segments_are_added(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_rows, "_SMALL_PART", 4)
    with memory.write() as conn:
        stored = Stored(conn)
        for i in range(150):
            stored.add([("the", f"w{i % 7}", "the")])
        (the,) = conn.execute(select(schema.token.c.id).where(schema.token.c.key == "the")).scalars()
        names = [postings.token_list(the, times) for times in (1, 2)]
        sizes = conn.execute(select(schema.posting.c.size).where(schema.posting.c.list.in_(names))).scalars().all()

        assert sum(sizes) == 300
        assert 2 < len(sizes) <= 2 * 5
        assert audit.check(conn) == ()
        agree(stored, ("the", "w3"), 0.5)


def test_removed_segments_are_swept_out_when_they_are_many(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "SWEEP_FROM", 10)
    with memory.write() as conn:
        stored = Stored(conn)
        stored.add([("the", f"w{i}") for i in range(100)])
        stored.remove(list(range(1, 10)))
        before = _listed(conn)
        stored.remove(list(range(10, 60)))

        assert (before, _listed(conn)) == (200, 82)
        assert conn.execute(select(schema.token.c.key)).scalars().all() == ["the", *(f"w{i}" for i in range(59, 100))]
        assert conn.execute(select(schema.numbering.c.removed, schema.numbering.c.next)).all() == [(0, 100)]
        assert audit.check(conn) == ()
        stored.add([("the", "w1")])
        agree(stored, ("the", "w1"), 0.5)


def _listed(conn: Connection) -> int:
    return sum(conn.execute(select(schema.posting.c.size)).scalars())


def test_check_names_what_does_not_fit(memory: Memory) -> None:
    with memory.write() as conn:
        stored = Stored(conn)
        stored.add([("a", "b"), ("b", "c"), ("c", "d")])
        conn.execute(insert(schema.segment).values(id=9, lang="fr", text="x", digest=b"x", tokens=1))
        (d,) = conn.execute(select(schema.token.c.id).where(schema.token.c.key == "d")).scalars()
        conn.execute(delete(schema.posting).where(schema.posting.c.list == postings.token_list(d, 1)))
        conn.execute(update(schema.sequence).where(schema.sequence.c.segment_id == 1).values(fingerprint=5))
        problems = [problem.message for problem in audit.check(conn)]

        assert problems == [
            "segment 9 is not in the index",
            "the index does not fit the tokens of segment 1",
            "the index does not fit the tokens of segment 3",
        ]


def test_lists_longer_than_a_row_are_kept_in_several(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_rows, "_ROW", 5)
    monkeypatch.setattr(list_rows, "_SMALL_PART", 2)
    zh = Lang("zh")
    rng = random.Random(5)
    with memory.write() as conn:
        stored = Stored(conn, zh)
        for _ in range(6):
            stored.add([tuple(rng.choices("国家工作", k=rng.randrange(1, 30))) for _ in range(20)])
            for threshold in (0.5, 0.8):
                agree(stored, tuple(rng.choices("国家工作", k=rng.randrange(1, 30))), threshold)
        sizes = conn.execute(select(schema.posting.c.size)).scalars().all()

        assert len(sizes) > 200
        assert max(sizes) == 5
        assert audit.check(conn) == ()


def test_tokens_without_a_character_are_compared_by_number(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LAST_CHARACTER", 30)
    rng = random.Random(2)
    words = [f"w{i}" for i in range(60)]
    with memory.write() as conn:
        stored = Stored(conn)
        stored.add([tuple(rng.choices(words[:20], k=12)) for _ in range(40)])
        stored.add([tuple(rng.choices(words, k=12)) for _ in range(40)])
        packed = conn.execute(select(schema.sequence.c.tokens)).scalars().all()

        assert {blob[:1] == b"\xff" for blob in packed} == {True, False}
        for keys in list(stored.keys.values())[::7]:
            query = perturbed(keys, words, rng)
            agree(stored, query, 0.4)
            assert set(index.phrase(conn, FR, query[:2])) == (stored.phrase(query[:2]) if query else set())
            found = {place.segment_id: place.share for place in index.containing(conn, FR, query[:5], 0.8)}
            assert found == (stored.containing(query[:5], 0.8) if query else {})
        assert audit.check(conn) == ()


def test_languages_do_not_mix(memory: Memory) -> None:
    with memory.write() as conn:
        french, swiss = Stored(conn, FR), Stored(conn, Lang("fr-CH"))
        french.add([("a", "b")])
        swiss = Stored(conn, Lang("fr-CH"))
        swiss.add([("a", "b")])

        assert [hit.segment_id for hit in index.near(conn, FR, ("a", "b"), 1.0)] == [1]
        assert [hit.segment_id for hit in index.near(conn, Lang("fr-CH"), ("a", "b"), 1.0)] == [2]


def test_lists_are_the_same_however_many_numbers_are_merged_at_once(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(held: Memory) -> list[tuple[object, ...]]:
        with held.write() as conn:
            for start in range(0, 90, 30):
                keys = [("a", "b", f"w{i % 7}", "a") for i in range(start, start + 30)]
                ids = range(start + 1, start + 31)
                conn.execute(
                    insert(schema.segment),
                    [{"id": i, "lang": "en", "text": "", "digest": bytes([i]), "tokens": 4} for i in ids],
                )
                index.add(conn, Lang("en"), list(zip(ids, keys, strict=True)))
            columns = [schema.posting.c[name] for name in ("list", "part", "low", "high", "size", "numbers")]
            return [tuple(row) for row in conn.execute(select(*columns).order_by(*columns[:3]))]

    together = rows(memory)
    monkeypatch.setattr(list_rows, "_AT_ONCE", 8)
    monkeypatch.setattr(list_rows, "_LISTS", 3)
    with open_memory(tmp_path / "apart.untm", create=True, write=True) as other:
        assert rows(other) == together
    assert len({row[0] for row in together}) == 10


def test_lists_hold_the_same_however_much_waits_before_they_are_written(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(of: Memory) -> dict[int, list[int]]:
        with of.write() as conn:
            adder = index.Adder(conn)
            for start in range(0, 60, 10):
                ids = range(start + 1, start + 11)
                rows = [{"id": i, "lang": "en", "text": "", "digest": bytes([i]), "tokens": 4} for i in ids]
                conn.execute(insert(schema.segment), rows)
                keys = [("a", f"w{i % 7}", f"v{i % 29}", "a") for i in ids]
                adder.add(Lang("en"), ids, keys, [((f"v{i}",), (f"number {i}",)) for i in ids])
            adder.finish()
            assert not audit.check(conn)
            found: dict[int, list[int]] = {}
            columns = [schema.posting.c[name] for name in ("list", "numbers", "low", "size")]
            for name, blob, low, size in conn.execute(select(*columns)):
                found.setdefault(name, []).extend(packing.unpack(blob, low, size))
            return {name: sorted(numbers) for name, numbers in found.items()}

    together = held(memory)
    monkeypatch.setattr(postings, "_WAITING_AT_MOST", 80)
    monkeypatch.setattr(postings, "_WORTH_WRITING", 5)
    with open_memory(tmp_path / "waiting.untm", create=True, write=True) as other:
        assert held(other) == together
    assert len(together) > 100


def test_a_part_that_is_large_enough_is_not_merged_again(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_rows, "_SMALL_PART", 2)
    monkeypatch.setattr(list_rows, "_LARGEST_PART", 8)
    columns = [schema.posting.c[name] for name in ("numbers", "low", "high", "size")]
    with memory.write() as conn:
        for start in range(0, 60, 3):
            list_rows.extend(conn, np.full(3, 5), np.arange(start, start + 3, dtype=np.uint32))
        rows = [(blob, low, high, size) for blob, low, high, size in conn.execute(select(*columns))]

    assert sorted(int(number) for one in unpack_arrays(rows) for number in one) == list(range(60))
    assert len(rows) > 3
    assert max(size for *_, size in rows) <= 2 * 8
