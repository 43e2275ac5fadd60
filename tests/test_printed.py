"""The order of a memory's passages: kept in step with its units, whatever is added, moved, changed or removed."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update

from tm import printed, reindex, store
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Document, DocumentStatus, Level, TranslationUnit, Variant
from tm.postings import NUMBER_BITS
from tm.schema import language, sequence, unit
from tm.schema import printed as table

EN, FR = Lang("en"), Lang("fr")


@pytest.fixture(params=[8, 1 << 16], ids=["piece by piece", "at once"])
def conn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A memory whose parts hold four ranks; documents are written piece by piece, or together."""
    monkeypatch.setattr(printed, "RANKS", 4)
    monkeypatch.setattr(printed, "_PIECE", request.param)
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory, memory.write() as connection:
        yield connection


def paragraph(text: str, *sentences: str, french: bool = True) -> TranslationUnit:
    inside = tuple(TranslationUnit((Variant(EN, s),), level=Level.SENTENCE) for s in sentences)
    variants = (Variant(EN, text), Variant(FR, f"{text} en français")) if french else (Variant(EN, text),)
    return TranslationUnit(variants, sentences=inside)


def walked(conn: Connection, lang: Lang, size: int = 3) -> list[tuple[int, int]]:
    """Unit and index number of all passages, by walking."""
    language_id = conn.scalar(select(language.c.id).where(language.c.tag == lang.tag)) or 0
    found = []
    for stretch in printed.walk(conn, language_id, lambda: size):
        numbers = stretch.numbers.tolist()
        found += list(zip(stretch.unit_ids(range(len(numbers))), numbers, strict=True))
    return found


def read(conn: Connection, lang: Lang) -> list[tuple[int, int]]:
    """The same, by reading all units."""
    numbers = {row.segment_id: row.id & ((1 << NUMBER_BITS) - 1) for row in conn.execute(select(sequence))}
    rows = conn.execute(select(unit.c.id, unit.c.document_id, unit.c.level, unit.c.rank, unit.c.parent_id)).all()
    units = store.load_units(conn, [row.id for row in rows])

    def order(row_id: int, document_id: int, level: str, rank: int) -> tuple[object, ...]:
        of = units[row_id].unit.document
        day = of.date.toordinal() if of.date else 0
        return of.superseded, -of.status, -day, [-ord(char) for char in of.key], document_id, level, rank, row_id

    places = sorted(order(*row[:4]) for row in rows if row.parent_id is None)
    found = []
    for *_, row_id in places:
        variant = units[int(str(row_id))].unit.variant(lang)
        if variant and (segment_id := store.find_text(conn, lang, variant.text)) is not None:
            found.append((int(str(row_id)), numbers[segment_id]))
    return found


def test_passages_are_walked_by_authority_date_symbol_and_place(conn: Connection) -> None:
    documents = [
        Document(symbol="A/1", status=DocumentStatus.DRAFT, date=date(2020, 1, 1)),
        Document(symbol="A/2", status=DocumentStatus.ADOPTED),
        Document(symbol="A/3", status=DocumentStatus.ADOPTED, date=date(2001, 1, 1)),
        Document(symbol="A/4", status=DocumentStatus.ADOPTED, date=date(2001, 1, 1)),
        Document(symbol="A/5", status=DocumentStatus.ADOPTED, date=date(2021, 1, 1), superseded=True),
    ]
    for document in documents:
        units = [paragraph(f"{document.symbol} says {n}", "One.", "Two.", french=n != 4) for n in range(9)]
        store.add_document(conn, document, [], units)

    found = walked(conn, EN)
    symbols = [stored.unit.document.symbol for stored in store.load_units(conn, [one for one, _ in found]).values()]

    assert list(dict.fromkeys(symbols)) == ["A/4", "A/3", "A/2", "A/1", "A/5"]
    assert len(found) == 45
    assert found == read(conn, EN)
    assert walked(conn, FR) == read(conn, FR)
    assert len(walked(conn, FR)) == 40


def test_a_stretch_is_as_long_as_is_asked_for_or_a_part_more(conn: Connection) -> None:
    store.add_units(conn, [paragraph(f"Passage {n}") for n in range(50)], origin=Document(origin="a"))
    sizes = iter([1, 9, 9, 100, 100])

    stretches = list(printed.walk(conn, 1, lambda: next(sizes)))

    assert [len(stretch.numbers) for stretch in stretches] == [4, 12, 12, 22]
    assert list(printed.walk(conn, 99, lambda: 1)) == []


def test_parts_follow_whatever_happens_to_units(conn: Connection) -> None:
    rng = random.Random(4)
    most = 0
    texts = [f"Passage {n} of them" for n in range(12)]
    for turn in range(40):
        document = Document(symbol=f"A/{rng.randrange(3)}", superseded=rng.random() < 0.2)
        units = [
            paragraph(rng.choice(texts), *rng.sample(["One.", "Two."], rng.randrange(3)), french=rng.random() < 0.7)
            for _ in range(rng.randrange(11))
        ]
        if rng.random() < 0.5:
            store.add_document(conn, document, [], units, anew=True)
        else:
            store.add_units(conn, units, origin=document)

        assert printed.misfits(conn) == []
        assert printed.miscounted(conn) == []
        for lang in (EN, FR):
            assert walked(conn, lang, rng.randrange(1, 9)) == read(conn, lang), turn
        most = max(most, len(walked(conn, EN)))
    assert most > 30
    reindex.rebuild(conn)
    assert walked(conn, EN) == read(conn, EN)


def test_one_unit_more_rewrites_one_part(conn: Connection) -> None:
    origin = Document(origin="a")
    store.add_units(conn, [paragraph(f"Passage {n}") for n in range(18)], origin=origin)
    conn.execute(update(table).where(table.c.part < 4).values(units=b"kept"))

    store.add_units(conn, [paragraph("One more")], origin=origin)

    assert conn.scalar(select(func.count()).select_from(table).where(table.c.units == b"kept")) == 8


def test_what_does_not_fit_is_told_and_repaired(conn: Connection) -> None:
    for symbol in ("A/1", "A/2", "A/3"):
        store.add_document(conn, Document(symbol=symbol), [], [paragraph(f"{symbol} {n}") for n in range(6)])
    conn.execute(delete(table).where(table.c.document_id == 1, table.c.part == 1))
    conn.execute(update(unit).where(unit.c.document_id == 3, unit.c.rank == 0).values(rank=50))

    assert printed.misfits(conn) == ["A/1", "A/3"]
    assert [p.message for p in reindex.misfits(conn)] == [
        f"the index has other passages of {key}, or in another order" for key in ("A/1", "A/3")
    ]
    reindex.rebuild(conn)
    assert reindex.misfits(conn) == ()

    conn.execute(update(sequence).where(sequence.c.segment_id == 2).values(passages=7))

    assert [p.message for p in reindex.misfits(conn)] == ["the index counts other passages of segment 2"]
    reindex.rebuild(conn)
    assert reindex.misfits(conn) == ()
