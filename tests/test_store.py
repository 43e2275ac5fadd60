"""Documents and units in and out of a memory."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from tm import audit, index, schema, store
from tm.labels import unlabelled
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import Memory, open_memory
from tm.model import FOREIGN_ID, Document, DocumentStatus, Edition, Kind, Level, Review, TranslationUnit, Variant
from tm.placeables import masked
from tm.store import Added

REPORT = Path(__file__).parents[1] / "fixtures" / "report"
SDG = Path(__file__).parents[2] / "shared" / "data" / "un_sdg" / "sdg_segments.tsv"
EN, FR, ES = Lang("en"), Lang("fr"), Lang("es")
NOW = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
RESOLUTION = Document(symbol="A/RES/1/1", title="A resolution", date=date(2020, 1, 2), status=DocumentStatus.ADOPTED)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(tmp_path / "m.db", create=True, write=True) as opened:
        yield opened


@pytest.fixture
def conn(memory: Memory) -> Iterator[Connection]:
    with memory.write() as connection:
        yield connection


def edition(lang: Lang, digest: str = "1") -> Edition:
    return Edition(lang, f"resolution.{lang}.txt", f"{lang}{digest}", "plain", ())


EDITIONS = (edition(EN), edition(FR))


def sentence(position: int, path: tuple[str, ...] = (), **texts: str) -> TranslationUnit:
    return replace(paragraph(position, path, **texts), level=Level.SENTENCE)


def paragraph(position: int, path: tuple[str, ...] = (), **texts: str) -> TranslationUnit:
    variants = tuple(Variant(Lang(tag), text, None, (position,)) for tag, text in texts.items())
    return TranslationUnit(variants, path=path, position=position, confidence=0.9)


def document_units() -> list[TranslationUnit]:
    first = paragraph(
        1, ("1",), en="States shall act. They shall report.", fr="Les États agissent. Ils rendent compte."
    )
    inner = (
        sentence(0, ("1",), en="States shall act.", fr="Les États agissent."),
        sentence(1, ("1",), en="They shall report.", fr="Ils rendent compte."),
    )
    spans = (((0, 17), (0, 19)), ((18, 36), (20, 39)))
    placed = tuple(
        replace(unit, variants=tuple(replace(v, span=s) for v, s in zip(unit.variants, pair, strict=True)))
        for unit, pair in zip(inner, spans, strict=True)
    )
    return [
        replace(paragraph(0, en="Recommendations", fr="Recommandations"), kind=Kind.HEADING),
        replace(first, sentences=placed),
        paragraph(2, ("2",), en="The Secretariat shall assist.", fr="Le Secrétariat apporte son aide."),
        paragraph(3, en="Thank you.", fr="Merci."),
    ]


def add(
    conn: Connection, units: Sequence[TranslationUnit], editions: Sequence[Edition] = EDITIONS, now: datetime = NOW
) -> Added:
    return store.add_document(conn, RESOLUTION, editions, units, by="ana", now=now)


def everything(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))]
        for table in schema.metadata.sorted_tables
    }


def by_text(conn: Connection, text: str) -> TranslationUnit:
    (found,) = [
        unit
        for top in store.iterate(conn)
        for unit in (top, *top.sentences)
        if any(variant.text == text for variant in unit.variants)
    ]
    return found


def change(conn: Connection, uid: str, **values: object) -> None:
    conn.execute(schema.unit.update().where(schema.unit.c.uid == uid).values(**values))


def sound(conn: Connection) -> bool:
    """Whether texts, units and index fit each other, and nothing is left over."""
    used = set(conn.execute(select(schema.variant.c.segment_id)).scalars())
    rows = conn.execute(select(schema.segment)).all()
    lengths = [row.tokens == len(masked(unlabelled(row.text, Lang(row.lang)))) for row in rows]
    return used == {row.id for row in rows} and all(lengths) and audit.check(conn) == ()


# --- documents ------------------------------------------------------------------------------------------------------


def test_a_document_comes_back_as_it_went_in(conn: Connection) -> None:
    units = document_units()
    added = add(conn, units)
    stored = list(store.iterate(conn))

    assert added == Added(units=4, sentences=2, segments=12)
    for before, after in zip(units, stored, strict=True):
        assert _bare(after) == _bare(before)
        assert (after.created, after.created_by, after.changed, after.document) == (NOW, "ana", None, RESOLUTION)
        assert [_bare(inner) for inner in after.sentences] == [_bare(inner) for inner in before.sentences]
    assert len({unit.uid for top in stored for unit in (top, *top.sentences)}) == 6
    assert sound(conn)


def _bare(unit: TranslationUnit) -> TranslationUnit:
    return replace(unit, uid="", document=Document(), created=None, created_by="", sentences=())


def test_adding_the_same_files_again_changes_nothing(conn: Connection) -> None:
    add(conn, document_units())
    before = everything(conn)

    assert add(conn, document_units(), now=LATER) == Added(unchanged=6)
    assert add(conn, document_units(), EDITIONS[:1], now=LATER) == Added(unchanged=6)
    assert everything(conn) == before


def test_a_changed_edition_replaces_what_changed_and_keeps_identifiers(conn: Connection) -> None:
    add(conn, document_units())
    uids = {unit.path: unit.uid for unit in store.iterate(conn) if unit.path}
    units = document_units()
    units[2] = paragraph(2, ("2",), en="The Secretariat shall help.", fr="Le Secrétariat apporte son aide.")
    del units[3]
    units.insert(0, paragraph(0, en="Annex", fr="Annexe"))
    added = add(conn, units, (edition(EN, "2"), edition(FR)), LATER)
    stored = list(store.iterate(conn))

    assert added == Added(units=1, segments=3, replaced=1, unchanged=4, removed=1)
    assert [unit.variants[0].text for unit in stored] == [unit.variants[0].text for unit in units]
    assert {unit.path: unit.uid for unit in stored if unit.path} == uids
    assert (stored[3].created, stored[3].changed, stored[3].changed_by) == (NOW, LATER, "ana")
    (replaced,) = store.history(conn, uids["2",])
    assert (replaced.action, replaced.by, replaced.at) == ("replaced", "ana", LATER)
    assert replaced.before.variants[0].text == "The Secretariat shall assist."
    assert sound(conn)
    digests = conn.execute(select(schema.edition.c.digest).order_by(schema.edition.c.lang)).scalars().all()
    assert digests == ["en2", "fr1"]


def test_removed_units_are_in_the_history(conn: Connection) -> None:
    add(conn, document_units())
    thanks = by_text(conn, "Thank you.")
    add(conn, document_units()[:3], (edition(EN, "2"),), LATER)
    (removed,) = store.history(conn, thanks.uid)

    assert (removed.action, removed.before) == ("removed", thanks)
    assert conn.execute(select(func.count()).where(schema.segment.c.text == "Thank you.")).scalar() == 0
    assert sound(conn)


def test_reviewed_units_stay_as_they_are(conn: Connection) -> None:
    add(conn, document_units())
    for text in ("The Secretariat shall assist.", "They shall report.", "Thank you."):
        change(conn, by_text(conn, text).uid, review="reviewed", note="seen")
    units = document_units()[:3]
    units[1] = replace(
        paragraph(1, ("1",), en="States must act. They shall report.", fr="Les États agissent. Ils rendent compte."),
        sentences=(
            sentence(0, ("1",), en="States must act.", fr="Les États agissent."),
            sentence(1, ("1",), en="They shall report.", fr="Ils rendent comptes."),
        ),
    )
    units[2] = paragraph(2, ("2",), en="The Secretariat shall help.", fr="Le Secrétariat aide.")
    added = add(conn, units, (edition(EN, "2"), edition(FR, "2")), LATER)
    texts = [unit.variants[0].text for unit in store.iterate(conn)]

    assert texts == [
        "Recommendations",
        "States must act. They shall report.",
        "The Secretariat shall assist.",
        "Thank you.",
    ]
    assert added == Added(segments=2, replaced=2, kept=3, unchanged=1)
    assert by_text(conn, "They shall report.").variants[1].text == "Ils rendent compte."
    assert [unit.variants[0].text for unit in list(store.iterate(conn))[1].sentences] == [
        "States must act.",
        "They shall report.",
    ]
    assert sound(conn)


def test_a_reviewed_paragraph_keeps_its_sentences_and_a_reviewed_sentence_its_paragraph(conn: Connection) -> None:
    add(conn, document_units())
    inner = by_text(conn, "States shall act.")
    change(conn, inner.uid, review="reviewed")
    added = add(conn, document_units()[2:], (edition(EN, "2"),), LATER)

    assert added == Added(kept=2, unchanged=2, removed=2)
    (_, _, whole) = store.iterate(conn)
    assert [unit.variants[0].text for unit in whole.sentences] == ["States shall act."]

    change(conn, inner.uid, review="unreviewed")
    change(conn, whole.uid, review="reviewed")
    units = document_units()
    units[1] = replace(units[1], variants=(Variant(EN, "States must act."), Variant(FR, "Les États doivent agir.")))
    add(conn, units, (edition(EN, "3"),), LATER)

    assert [unit.variants[0].text for unit in by_text(conn, whole.variants[0].text).sentences] == ["States shall act."]
    assert sound(conn)


def test_an_unnumbered_reviewed_unit_does_not_push_out_a_new_passage(conn: Connection) -> None:
    texts = ["One alpha", "Two beta", "Three gamma"]
    add(conn, [paragraph(i, en=text) for i, text in enumerate(texts)], (edition(EN),))
    change(conn, by_text(conn, "Two beta").uid, review="reviewed")
    now = ["One alpha", "Another delta", "Three gamma", "Last epsilon"]
    added = add(conn, [paragraph(i, en=text) for i, text in enumerate(now)], (edition(EN, "2"),), LATER)

    assert [unit.variants[0].text for unit in store.iterate(conn)] == [*now, "Two beta"]
    assert added == Added(units=2, segments=2, kept=1, unchanged=2)


def test_another_pair_of_languages_of_a_document_joins_the_first(conn: Connection) -> None:
    add(conn, document_units())
    spanish = paragraph(2, ("2",), en="The Secretariat shall assist.", es="La Secretaría prestará asistencia.")
    other = paragraph(0, en="Findings", es="Conclusiones")
    added = add(conn, [other, spanish], (edition(EN), edition(ES)), LATER)
    joined = by_text(conn, "La Secretaría prestará asistencia.")

    assert joined.langs == (EN, ES, FR)
    assert added.replaced == 2
    assert store.documents(conn)[0].langs == (EN, ES, FR)
    assert conn.execute(select(schema.edition.c.lang).order_by(schema.edition.c.lang)).scalars().all() == [
        "en",
        "es",
        "fr",
    ]
    assert sound(conn)


def test_a_language_that_no_unit_has_any_more_loses_its_edition(conn: Connection) -> None:
    add(conn, document_units())
    add(conn, [paragraph(0, en="Something else", es="Otra cosa")], (edition(EN, "2"), edition(ES)), LATER)

    assert conn.execute(select(schema.edition.c.lang).order_by(schema.edition.c.lang)).scalars().all() == ["en", "es"]


def test_what_is_known_of_a_document_is_not_blanked(conn: Connection) -> None:
    add(conn, document_units())
    store.add_document(conn, Document(symbol="A/RES/1/1", session="70", superseded=True), EDITIONS, document_units())

    assert [stored.document for stored in store.documents(conn)] == [replace(RESOLUTION, session="70", superseded=True)]


def test_a_document_without_a_name_is_called_after_its_file(conn: Connection) -> None:
    store.add_document(conn, Document(), EDITIONS, document_units())

    assert [stored.document.origin for stored in store.documents(conn)] == ["resolution.en.txt"]


def test_texts_are_stored_once_in_normal_form_and_otherwise_as_they_came(conn: Connection) -> None:
    composed, spaced = "É\u00a0: l’aide", "E\u0301\u00a0: l’aide"
    add(conn, [paragraph(0, fr=composed, en=" x "), paragraph(1, fr=spaced, en="x")], EDITIONS)

    assert [unit.variants[1].text for unit in store.iterate(conn)] == [composed, composed]
    assert conn.execute(select(schema.segment.c.text).order_by(schema.segment.c.id)).scalars().all() == [
        " x ",
        "x",
        composed,
    ]


# --- finding --------------------------------------------------------------------------------------------------------


def test_units_are_found_by_segment_with_all_variants_sentences_and_neighbours(conn: Connection) -> None:
    add(conn, document_units())
    keys = masked(unlabelled("They shall report.", EN))
    (hit,) = index.near(conn, EN, keys, 0.9)
    (found,) = store.find_units(conn, EN, [hit.segment_id, 999])[hit.segment_id]
    parent = store.parent_of(conn, found.id)
    assert parent

    assert found.unit.langs == (EN, FR)
    assert found.unit.document == RESOLUTION
    assert found.parent_id == parent.id
    assert parent.unit.path == ("1",)
    assert [inner.unit.variants[1].text for inner in store.sentences_of(conn, parent.id)] == [
        "Les États agissent.",
        "Ils rendent compte.",
    ]
    assert store.parent_of(conn, parent.id) is None
    assert store.sentences_of(conn, found.id) == ()
    assert store.neighbours(conn, [found.id, parent.id], FR) == {
        found.id: ("Les États agissent.", None),
        parent.id: ("Recommandations", "Le Secrétariat apporte son aide."),
    }
    assert store.neighbours(conn, [parent.id], ES) == {parent.id: (None, None)}


def test_a_repeated_text_gives_all_its_units(conn: Connection) -> None:
    add(conn, [paragraph(i, (str(i),), en="Same", fr=f"Pareil {i}") for i in range(3)])
    (segment_id,) = conn.execute(select(schema.segment.c.id).where(schema.segment.c.lang == "en")).scalars()

    assert [s.unit.path for s in store.find_units(conn, EN, [segment_id])[segment_id]] == [("0",), ("1",), ("2",)]


def test_many_segments_are_found_in_few_statements(conn: Connection) -> None:
    add(conn, [paragraph(i, en=f"Paragraph w{i}", fr=f"Paragraphe w{i}") for i in range(6000)])
    ids = conn.execute(select(schema.segment.c.id).where(schema.segment.c.lang == "en")).scalars().all()
    statements: list[str] = []
    conn.connection.driver_connection.set_trace_callback(statements.append)  # type: ignore[union-attr]
    found = store.find_units(conn, EN, ids)
    conn.connection.driver_connection.set_trace_callback(None)  # type: ignore[union-attr]

    assert sum(len(units) for units in found.values()) == 6000
    assert len(statements) <= 8


def test_locales_are_kept_apart_and_listed(conn: Connection) -> None:
    units = [paragraph(0, ("1",), **{"fr-CH": "septante", "en": "seventy"}), paragraph(1, ("2",), fr="soixante-dix")]
    add(conn, units)

    assert store.langs(conn) == (EN, FR, Lang("fr-CH"))
    assert len(list(store.iterate(conn, langs=[FR]))) == 2
    assert len(list(store.iterate(conn, langs=[Lang("fr-CH")]))) == 1


def test_an_empty_memory_answers(conn: Connection) -> None:
    assert not store.langs(conn)
    assert not store.documents(conn)
    assert not store.history(conn, "x")
    assert list(store.iterate(conn)) == []
    assert not store.find_units(conn, EN, [])
    assert not store.neighbours(conn, [], EN)
    assert store.statistics(conn).paragraphs == 0


# --- iterating and counting -----------------------------------------------------------------------------------------


def test_iterate_filters(conn: Connection) -> None:
    add(conn, document_units())
    draft = Document(symbol="A/C.3/1", status=DocumentStatus.DRAFT)
    store.add_document(conn, draft, [edition(EN)], [paragraph(0, en="Draft", fr="Projet")], now=LATER)

    def titles(**filters: object) -> list[str]:
        return [unit.variants[0].text for unit in store.iterate(conn, **filters)]  # type: ignore[arg-type]

    assert titles(symbol="A/C.3/1") == titles(symbol="A/C*") == titles(status=DocumentStatus.DRAFT) == ["Draft"]
    assert titles(symbol="A/C") == titles(symbol="A_C*") == []
    assert len(titles(symbol="A/*")) == 5
    assert titles(since=LATER) == ["Draft"]
    assert titles(level=Level.SENTENCE) == ["States shall act.", "They shall report."]
    assert len(titles(level=Level.PARAGRAPH)) == 5
    assert all(not unit.sentences for unit in store.iterate(conn, level=Level.PARAGRAPH))
    assert {unit.langs for unit in store.iterate(conn, langs=[FR, ES])} == {(FR,)}
    change(conn, by_text(conn, "They shall report.").uid, changed="2024-06-01T00:00:00+00:00")
    assert titles(since=datetime(2024, 6, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == [
        "States shall act. They shall report."
    ]


def test_statistics_and_documents_count(conn: Connection) -> None:
    add(conn, document_units())
    change(conn, by_text(conn, "Thank you.").uid, review="reviewed", confidence=None)
    change(conn, by_text(conn, "Recommendations").uid, confidence=0.95)
    counted = store.statistics(conn)
    (listed,) = store.documents(conn)

    assert (counted.documents, counted.paragraphs, counted.sentences, counted.segments) == (1, 4, 2, 12)
    assert [(row.lang, row.segments, row.units) for row in counted.languages] == [(EN, 6, 6), (FR, 6, 6)]
    assert counted.languages[0].tokens == 1 + 6 + 3 + 3 + 4 + 2
    assert dict(counted.reviews) == {Review.UNREVIEWED: 5, Review.REVIEWED: 1, Review.REJECTED: 0}
    assert [count for _, count in counted.confidences] == [1, 4, 0, 1]
    assert counted.size
    assert (listed.document, listed.langs, listed.paragraphs, listed.sentences, listed.added) == (
        RESOLUTION,
        (EN, FR),
        4,
        2,
        NOW,
    )


# --- units of other memories ----------------------------------------------------------------------------------------

FILE = Document(origin="other.tmx")


def test_a_passage_with_two_foreign_identifiers_stays_two_units(conn: Connection) -> None:
    once = replace(paragraph(0, en="One", fr="Un"), properties=((FOREIGN_ID, "1.5.1"),))
    units = [once, replace(once, properties=((FOREIGN_ID, "11.5.1"),)), replace(once, path=("9",)), once]
    added = store.add_units(conn, units, origin=FILE, digest="d", now=NOW)
    again = store.add_units(conn, units, origin=FILE, digest="d", now=LATER)

    assert (added.units, added.unchanged, added.replaced) == (3, 1, 0)
    assert (again.units, again.unchanged, again.replaced) == (0, 4, 0)


def test_units_of_a_memory_come_back_and_again_change_nothing(conn: Connection) -> None:
    made = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    units = [
        replace(
            paragraph(0, en="One", fr="Un"), uid="u1", created=made, created_by="bob", note="n", document=RESOLUTION
        ),
        replace(
            paragraph(1, ("2",), en="Two", fr="Deux"),
            confidence=None,
            review=Review.REVIEWED,
            reordered=True,
            properties=(("x-domain", "law"), ("x-domain", "aid")),
            variants=(Variant(FR, "Deux", "<b>Deux</b>"), Variant(EN, "Two")),
            sentences=(sentence(0, en="Two", fr="Deux"),),
        ),
        paragraph(1, ("2",), en="Two", fr="Deux"),
        paragraph(1, ("2",), en="Two", fr="Deux"),
    ]
    added = store.add_units(conn, units, origin=FILE, digest="d", by="ana", now=NOW)
    first, second = sorted(store.iterate(conn), key=lambda unit: unit.variants[0].text)
    before = everything(conn)
    again = store.add_units(conn, list(store.iterate(conn)), origin=FILE, digest="e", now=LATER)

    assert added == Added(units=2, sentences=1, segments=4, unchanged=1, kept=1)
    assert (first.uid, first.created, first.created_by, first.document) == ("u1", made, "bob", RESOLUTION)
    assert second.document == FILE
    assert again == Added(unchanged=3)
    assert _without_editions(everything(conn)) == _without_editions(before)
    assert sound(conn)


def _without_editions(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return {name: found for name, found in rows.items() if name != "edition"}


def test_every_field_of_a_unit_survives(conn: Connection) -> None:
    inner = replace(
        sentence(0, ("II", "a/b"), en="Two", fr="Deux"),
        uid="s",
        created=NOW,
        created_by="x",
        document=RESOLUTION,
        variants=(Variant(EN, "Two", None, (), (3, 6)), Variant(FR, "Deux", "<b>Deux</b>", (4, 5), (0, 4))),
    )
    unit = TranslationUnit(
        variants=(Variant(EN, "Is Two", "<i>Is</i> Two", (1,)), Variant(FR, "Deux est", None, (1, 2))),
        kind=Kind.ITEM,
        path=("II", "a/b"),
        document=RESOLUTION,
        position=7,
        sentences=(inner,),
        confidence=0.25,
        review=Review.REJECTED,
        reordered=True,
        uid="p",
        created=NOW,
        created_by="x",
        changed=datetime(2024, 5, 2, 3, 4, 5, 678, tzinfo=UTC),
        changed_by="y",
        note="remark",
        properties=(("a", "1"), ("a", "2")),
    )
    store.add_units(conn, [unit], origin=FILE)

    assert list(store.iterate(conn)) == [unit]
    change(conn, "p", note="other")
    store.add_units(conn, [unit], origin=FILE, now=LATER)
    assert store.history(conn, "p")[0].before == replace(unit, note="other", sentences=())


def test_changed_units_are_replaced_unless_reviewed_here_or_from_the_same_file(conn: Connection) -> None:
    def unit(uid: str, text: str, review: Review = Review.UNREVIEWED) -> TranslationUnit:
        return replace(paragraph(0, en=text), uid=uid, review=review)

    store.add_units(conn, [unit("a", "One"), unit("b", "Two"), unit("c", "Three")], origin=FILE, digest="1")
    change(conn, "b", review="reviewed")
    change(conn, "c", review="reviewed")
    changed = [unit("a", "1"), unit("b", "2"), unit("c", "3", Review.REVIEWED), unit("d", "Four")]
    added = store.add_units(conn, changed, origin=FILE, digest="2", now=LATER)

    assert added == Added(units=1, segments=3, replaced=2, kept=1)
    assert {u.uid: u.variants[0].text for u in store.iterate(conn)} == {"a": "1", "b": "Two", "c": "3", "d": "Four"}
    assert [change.before.variants[0].text for change in store.history(conn, "a")] == ["One"]
    assert sound(conn)

    again = [unit("a", "elsewhere"), unit("e", "Five")]
    assert store.add_units(conn, again, origin=FILE, digest="2") == Added(units=1, segments=1, unchanged=1)


def test_units_arrive_in_order_and_have_neighbours(conn: Connection) -> None:
    store.add_units(conn, (paragraph(0, en=f"Unit w{i}") for i in range(5000)), origin=FILE)
    ids = {row.rank: row.id for row in conn.execute(select(schema.unit.c.rank, schema.unit.c.id))}

    assert sorted(ids) == list(range(5000))
    assert store.neighbours(conn, [ids[0], ids[2000]], EN) == {
        ids[0]: (None, "Unit w1"),
        ids[2000]: ("Unit w1999", "Unit w2001"),
    }


# --- the real texts -------------------------------------------------------------------------------------------------


def report_units() -> list[TranslationUnit]:
    texts = {
        lang: [json.loads(line) for line in (REPORT / f"{lang}.blocks.jsonl").read_text("utf-8").splitlines()]
        for lang in UN_LANGUAGES
    }
    return [
        TranslationUnit(
            tuple(Variant(lang, texts[lang][i]["text"], None, (i,)) for lang in UN_LANGUAGES),
            kind=Kind(block["kind"]),
            path=tuple(block["id"].split(".")),
            position=i,
        )
        for i, block in enumerate(texts[FR])
    ]


def test_the_report_in_six_languages(memory: Memory) -> None:
    units = report_units()
    editions = [edition(lang) for lang in UN_LANGUAGES]
    with memory.write() as conn:
        added = store.add_document(conn, Document(origin="report"), editions, units, now=NOW)
    with memory.read() as conn:
        assert added.units == len(units)
        assert [_bare(unit) for unit in store.iterate(conn)] == [_bare(unit) for unit in units]
        assert sound(conn)
        for unit in units:
            for variant in unit.variants:
                hits = index.near(conn, variant.lang, masked(unlabelled(variant.text, variant.lang)), 1.0)
                found = store.find_units(conn, variant.lang, [hit.segment_id for hit in hits])
                assert variant.text in {
                    v.text for all_units in found.values() for s in all_units for v in s.unit.variants
                }


def test_the_sustainable_development_goals(memory: Memory) -> None:
    if not SDG.exists():
        pytest.skip("the Sustainable Development Goals are not here (../shared/data/un_sdg)")
    header, *lines = SDG.read_text("utf-8").splitlines()
    columns = header.split("\t")
    units = []
    for line in lines:
        cells = dict(zip(columns, line.split("\t"), strict=False))
        variants = tuple(Variant(lang, cells[lang.tag]) for lang in UN_LANGUAGES if cells.get(lang.tag))
        if variants:
            units.append(TranslationUnit(variants))
    with memory.write() as conn:
        added = store.add_units(conn, units, origin=Document(origin="sdg"), digest="1")
        again = store.add_units(conn, units, origin=Document(origin="sdg"), digest="2")

        assert added.units > 400
        assert added.units + added.unchanged + added.replaced == len(units)
        assert (again.units, again.segments, again.removed) == (0, 0, 0)
        assert sound(conn)


# --- any changes ----------------------------------------------------------------------------------------------------

_UNITS = st.lists(
    st.builds(
        lambda path, en, fr, inner: replace(
            paragraph(0, (path,) if path else (), en=en, fr=fr),
            sentences=tuple(sentence(i, (path,) if path else (), en=a, fr=b) for i, (a, b) in enumerate(inner)),
        ),
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["a b", "c d", "e", ""]),
        st.sampled_from(["x y", "z", "é"]),
        st.lists(st.tuples(st.sampled_from(["a", "b", "c d"]), st.sampled_from(["x", "z"])), max_size=3),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=25)
@given(versions=st.lists(_UNITS, min_size=2, max_size=4), data=st.data())
def test_whatever_is_added_the_memory_is_sound_and_holds_the_last_version(
    tmp_path_factory: pytest.TempPathFactory, versions: list[list[TranslationUnit]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("any") / "m.db"
    with open_memory(path, create=True, write=True) as memory, memory.write() as conn:
        for number, units in enumerate(versions):
            before = {u.uid: u for top in store.iterate(conn) for u in (top, *top.sentences)}
            added = add(conn, units, (edition(EN, str(number)), edition(FR)))
            after = {u.uid: u for top in store.iterate(conn) for u in (top, *top.sentences)}

            assert sound(conn)
            assert len(after) == len(before) + added.units + added.sentences - added.removed
            assert len(before) == added.replaced + added.kept + added.unchanged + added.removed
            stored = [_content(top) for top in store.iterate(conn)]
            assert stored == [_content(unit) for unit in units]

        reviewed = data.draw(st.sets(st.sampled_from(sorted(after)))) if after else set()
        for uid in reviewed:
            change(conn, uid, review="reviewed")
        kept = {u.uid: _content(u)[0] for top in store.iterate(conn) for u in (top, *top.sentences)}
        add(conn, versions[0], (edition(EN, "last"), edition(FR)))
        now = {u.uid: _content(u)[0] for top in store.iterate(conn) for u in (top, *top.sentences)}

        assert sound(conn)
        assert all(now[uid] == kept[uid] for uid in reviewed)


def _content(unit: TranslationUnit) -> tuple[object, ...]:
    return (
        [(v.lang, v.text) for v in unit.variants],
        unit.path,
        [[v.text for v in inner.variants] for inner in unit.sentences],
    )
