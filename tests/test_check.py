"""Tables put out of step: examined, checked from the command line, repaired, checked again."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, update

from aligners.repair import Examination, examine
from aligners.suspects import stretches
from cli.main import run
from cli.options import SHOWN_OF_A_KIND
from tests.conftest import REPORT, ROOT
from tests.tables import Damage, Hurt, hurt
from tm import index, store
from tm.formats import write_units
from tm.formats.jsonl import read_document
from tm.labels import unlabelled
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import open_memory
from tm.model import Document, Fault, Review, Suspect, TranslationUnit, Variant
from tm.placeables import masked
from tm.schema import segment, sequence

AR, EN, FR, ZH = Lang("ar"), Lang("en"), Lang("fr"), Lang("zh")
UNPC = ROOT.parent / "shared" / "data" / "unpc" / "dev"


def columns(*langs: Lang) -> dict[Lang, list[str]]:
    """The report's blocks, the same in every row."""
    return {lang: [s.text for s in read_document(REPORT / f"{lang}.blocks.jsonl", lang).segments] for lang in langs}


def spare(lang: Lang) -> list[str]:
    """Texts that do not stand in the report."""
    words = {
        ZH: "该文件与此无关，仅供参考，编号为",
        FR: "Ce texte sans rapport porte le numéro",
        AR: "هذا نص لا علاقة له بالموضوع رقمه",
    }
    return [
        f"{words.get(lang, 'A text that has nothing to do with it, number')} {n}" * (1 + n % 3)
        for n in range(7000, 7020)
    ]


def damaged(damage: Damage, *langs: Lang, off: Lang, seed: int = 0) -> Hurt:
    return hurt(columns(*langs), off, damage, spare(off), seed)


def texts(units: Sequence[TranslationUnit]) -> Counter[tuple[Lang, str]]:
    return Counter((variant.lang, variant.text) for unit in units for variant in unit.variants)


LATE = Damage(stretches=[(8, 26, 1)])


def test_a_clean_table_has_no_suspects() -> None:
    table = damaged(Damage(), *UN_LANGUAGES, off=FR)
    found = examine(table.units)

    assert found == Examination((), (), table.units, ())


@pytest.mark.parametrize("lang", [FR, ZH, AR])
def test_a_stretch_that_stands_one_row_late_is_found_and_put_right(lang: Lang) -> None:
    table = damaged(LATE, EN, lang, off=lang)
    found = examine(table.units, EN)

    assert {s.row for s in found.suspects} == table.wrong
    assert {(s.fault, s.offset) for s in found.suspects} == {(Fault.SHIFTED, 1)}
    assert [(s.first, s.last, s.offset) for s in found.stretches] == [(8, 25, 1)]
    right = dict(zip(*(columns(EN, lang)[side] for side in (EN, lang)), strict=True))
    pairs = [{v.lang: v.text for v in unit.variants} for unit in found.made if len(unit.variants) == 2]
    assert len(pairs) == 17
    assert all(right[pair[EN]] == pair[lang] for pair in pairs)


def test_the_language_that_is_out_of_step_is_named() -> None:
    for off in (FR, EN):
        found = examine(damaged(LATE, EN, FR, ZH, AR, off=off).units, EN)

        assert {s.off for s in found.suspects} == {off}
        assert {unit.langs for unit in found.made} >= {(AR, EN, FR, ZH)}
    assert all(s.off is None for s in examine(damaged(LATE, EN, FR, off=FR).units).suspects)


def test_exchanged_and_unrelated_rows_are_told_apart() -> None:
    swapped = examine(damaged(Damage(swapped=0.06), EN, FR, off=FR, seed=3).units)
    assert {s.fault for s in swapped.suspects} == {Fault.SWAPPED}
    assert all(len(unit.variants) == 2 for unit in swapped.made)

    table = columns(EN, FR)
    row = max(range(34), key=lambda k: len(table[EN][k]))
    table[FR][row] = "Bibliothèque de Norvège, 1987"
    unrelated = examine(hurt(table, FR, Damage(), ()).units)
    assert [(s.row, s.fault, s.realigned) for s in unrelated.suspects] == [(row, Fault.UNRELATED, ())]
    assert sum(nats for _, nats in unrelated.suspects[0].standing) < 0 < unrelated.suspects[0].gain


def test_rows_that_repeat_are_not_suspect_where_the_pairing_is_as_good_as_any() -> None:
    table = {
        EN: ["Take note of the report.", "Adjourn the meeting."] * 20,
        FR: ["Prendre note du rapport.", "Lever la séance."] * 20,
    }
    assert not examine(hurt(table, FR, Damage(), ()).units).suspects


def test_texts_left_untranslated_are_not_suspect() -> None:
    table = columns(EN, ZH)
    table[ZH][20:24] = table[EN][20:24]
    assert not examine(hurt(table, ZH, Damage(), ()).units).suspects


def test_reviewed_units_are_neither_judged_nor_changed() -> None:
    units = list(damaged(LATE, EN, FR, off=FR).units)
    units[15] = replace(units[15], review=Review.REVIEWED)
    found = examine(units)

    assert 15 not in {s.row for s in found.suspects}
    assert units[15] in found.units
    assert len(found.suspects) == 17


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.integers(1, 20), st.integers(2, 12), st.integers(1, 2), st.sampled_from([EN, FR, ZH]))
def test_every_text_survives_the_repair(seed: int, first: int, size: int, by: int, off: Lang) -> None:
    damage = Damage([(first, first + max(size, by + 1), by)], swapped=0.06, unrelated=0.03)
    units = damaged(damage, EN, FR, ZH, off=off, seed=seed).units
    found = examine(units)

    for lang in (EN, FR, ZH):
        before, after = ([v.text for u in some for v in u.variants if v.lang == lang] for some in (units, found.units))
        assert sorted("".join("".join(after).split())) == sorted("".join("".join(before).split()))
        assert all(any(text in whole for whole in after) for text in before)


def test_few_other_rows_do_not_end_a_stretch() -> None:
    def suspect(row: int, fault: Fault = Fault.SHIFTED, offset: int = 1) -> Suspect:
        return Suspect(row, EN, FR, fault, offset, (row - 1,), (row + 1,), (), (), 9.0, 1.0)

    found = stretches([*(suspect(row) for row in (3, 4, 6, 7)), suspect(5, Fault.MERGED), suspect(30)])
    assert [(s.first, s.last, s.count, s.fault) for s in found] == [
        (3, 7, 4, Fault.SHIFTED),
        (5, 5, 1, Fault.MERGED),
        (30, 30, 1, Fault.SHIFTED),
    ]


@pytest.mark.skipif(not UNPC.is_dir(), reason="the UN Parallel Corpus is not beside the project")
def test_on_united_nations_sentences_nothing_clean_is_flagged_and_a_stretch_is_found_whole() -> None:
    table = {lang: (UNPC / f"UNv1.0.devset.{lang}").read_text("utf-8").split("\n")[:400] for lang in (EN, ZH)}
    assert not examine(hurt(table, ZH, Damage(), ()).units).suspects

    late = hurt(table, ZH, Damage(stretches=[(50, 350, 1)]), ["本段与其他任何内容无关。"])
    found = {s.row for s in examine(late.units).suspects}
    assert found <= late.wrong
    assert len(found) >= 0.98 * len(late.wrong)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A memory with a TMX whose French stands one row late from row 9 on."""
    write_units(tmp_path / "late.tmx", damaged(LATE, EN, FR, ZH, off=FR).units, ())
    path = tmp_path / "memory.untm"
    assert run(["--memory", str(path), "import", str(tmp_path / "late.tmx")]) == 0
    capsys.readouterr()
    return path


def checked(capsys: pytest.CaptureFixture[str], memory: Path, *more: str, status: int) -> Any:
    assert run(["--memory", str(memory), "check", "--alignment", "--json", *more]) == status
    return json.loads(capsys.readouterr().out)


def test_check_reports_repairs_and_is_clean_then(
    memory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_memory(memory) as opened, opened.read() as conn:
        before = list(store.iterate(conn))
    report = checked(capsys, memory, "--from", "en", status=1)
    assert (report["suspect"], report["rows"], report["repaired"]) == (18, 34, False)
    assert [(s["rows"], s["to"], s["offset"], s["off"]) for s in report["stretches"]] == [([9, 26], "fr", 1, "fr")]
    assert {s["unit"] for s in report["suspects"]} == {unit.uid for unit in before[8:26]}
    assert report["suspects"][3]["proposal"]["target"] == report["suspects"][4]["target"]

    assert checked(capsys, memory, "--repair", "--by", "M. Dupont", status=0)["repaired"]
    with open_memory(memory) as opened, opened.read() as conn:
        after = list(store.iterate(conn))
        changes = store.history(conn, before[8].uid)
    assert texts(after) == texts(before)
    assert [(change.action, change.by, change.before) for change in changes] == [("replaced", "M. Dupont", before[8])]
    assert all(unit.confidence is not None for unit in after if unit not in before)
    assert {unit.uid for unit in after} >= {unit.uid for unit in before}
    assert checked(capsys, memory, status=0)["suspects"] == []
    assert run(["--memory", str(memory), "import", str(tmp_path / "late.tmx")]) == 0
    assert "nothing new" in capsys.readouterr().err


def test_check_says_what_is_wrong_in_words_and_writes_the_new_units(
    memory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "right.tmx"
    assert run(["--memory", str(memory), "check", "--alignment", "--document", "late*", "-o", str(out)]) == 1

    told = capsys.readouterr()
    assert "late.tmx rows 9–26: fr stands 1 row late" in told.out
    assert "as it stands:" in told.out
    assert "18 of 34 rows are suspect" in told.err
    assert out.exists()


def test_a_reviewed_unit_of_the_memory_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = list(damaged(LATE, EN, FR, off=FR).units)
    units[12] = replace(units[12], review=Review.REVIEWED)
    path = tmp_path / "memory.untm"
    with open_memory(path, create=True, write=True) as opened, opened.write() as conn:
        store.add_units(conn, units, origin=Document(origin="table"))
    checked(capsys, path, "--repair", status=0)

    with open_memory(path) as opened, opened.read() as conn:
        kept = [unit for unit in store.iterate(conn) if unit.review is Review.REVIEWED]
    assert [texts([unit]) for unit in kept] == [texts([units[12]])]


def test_a_document_that_changed_meanwhile_is_not_repaired(memory: Path) -> None:
    from tm.errors import MemoryFileError

    with open_memory(memory, write=True) as opened, opened.write() as conn:
        units = tuple(store.iterate(conn))
        other = (replace(units[0], variants=(Variant(EN, "Something else"),)), *units[1:])
        with pytest.raises(MemoryFileError, match="meanwhile"):
            store.realign_document(conn, other, units)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--document", "late.tmx"], 2, "belong to --alignment"),
        (["--index", "--alignment"], 2, "one check at a time"),
        (["--alignment", "--from", "fr", "--to", "fr"], 2, "both fr"),
        (["--alignment", "--symbol", "A/RES/1"], 3, "A/RES/1"),
        (["--alignment", "--to", "ru"], 3, "Russian"),
    ],
)
def test_check_refuses_what_can_only_be_a_slip(
    memory: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    assert run(["--memory", str(memory), "check", *arguments]) == status
    assert said in capsys.readouterr().err


# --- the index ------------------------------------------------------------------------------------------------------


def spoil_text(conn: Connection) -> None:
    """Another text than the one that was indexed."""
    conn.execute(update(segment).where(segment.c.id == 3).values(text="Something else altogether"))


def spoil_all(conn: Connection) -> None:
    """Other texts throughout."""
    conn.execute(update(segment).values(text=segment.c.text + " altogether"))


def lose_sequence(conn: Connection) -> None:
    """A text that is not in the index."""
    conn.execute(delete(sequence).where(sequence.c.segment_id == 5))


def spoil_number(conn: Connection) -> None:
    """A text with another figure in it, which leaves its masked words as they were."""
    for segment_id, tag, text in conn.execute(select(segment.c.id, segment.c.lang, segment.c.text)):
        other, lang = text.replace("1", "2"), Lang(tag)
        if other != text and masked(unlabelled(other, lang)) == masked(unlabelled(text, lang)):
            conn.execute(update(segment).where(segment.c.id == segment_id).values(text=other))
            return
    raise AssertionError("no text with a figure")


@pytest.mark.parametrize("spoil", [spoil_text, spoil_number, spoil_all, lose_sequence])
def test_an_index_that_does_not_fit_its_texts_is_found_and_built_anew(
    memory: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Connection], None]
) -> None:
    check = ["--memory", str(memory), "check"]
    assert run(check) == 0
    assert "the index fits the texts" in capsys.readouterr().err

    with open_memory(memory, write=True) as opened, opened.write() as conn:
        spoil(conn)

    assert run(check) == 1
    told = capsys.readouterr().err
    assert "segment" in told
    assert "untm check --repair" in told
    assert told.count("problem:") <= SHOWN_OF_A_KIND
    assert ("more faults like these" in told) == (spoil is spoil_all)
    assert run([*check, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["problems"]
    assert not found["repaired"]

    assert run([*check, "--index", "--repair"]) == 0
    assert "built anew" in capsys.readouterr().err
    assert run(check) == 0
    with open_memory(memory) as opened, opened.read() as conn:
        for segment_id, tag, text, size in conn.execute(
            select(segment.c.id, segment.c.lang, segment.c.text, segment.c.tokens)
        ).all():
            keys = masked(unlabelled(text, Lang(tag)))
            assert size == len(keys)
            assert not keys or segment_id in {hit.segment_id for hit in index.near(conn, Lang(tag), keys, 1.0)}


def test_a_sound_index_is_left_as_it_is(memory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def marks() -> list[int]:
        with open_memory(memory) as opened, opened.read() as conn:
            return list(conn.execute(select(sequence.c.fingerprint)).scalars())

    before = marks()

    assert run(["--memory", str(memory), "check", "--repair", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"check": "index", "problems": [], "repaired": False}
    assert marks() == before
