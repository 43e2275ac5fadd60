import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.units import units
from tm.errors import InputError, LanguageError, Problem
from tm.formats.jsonl import paths, read_document, read_units, write_units
from tm.formats.output import replacing
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant

REPORT = Path(__file__).parents[1] / "fixtures" / "report"
EN, FR, AR = Lang("en"), Lang("fr"), Lang("ar")


def written(path: Path, *lines: object) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8")
    return path


def block(kind: str, norm: str = "", text: str = "Text.") -> dict[str, str]:
    return {"kind": kind, "label": norm, "label_norm": norm, "text": text}


# --- documents ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_report_in_each_language(lang: Lang) -> None:
    path = REPORT / f"{lang}.blocks.jsonl"
    edition = read_document(path, None)

    assert edition.lang == lang
    assert edition.reader == "jsonl"
    assert edition.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert edition.problems == ()
    assert len(edition.segments) == 34
    places = {segment.path for segment in edition.segments}
    assert {
        ("II",),
        ("II", "A"),
        ("II", "A", "1", "i"),
        ("II", "B", "2", "g"),
        ("III", "3"),
        ("IV", "B", "10"),
    } <= places


def test_all_languages_have_the_same_paths() -> None:
    found = {
        tuple(s.path for s in read_document(REPORT / f"{lang}.blocks.jsonl", lang).segments) for lang in UN_LANGUAGES
    }

    assert len(found) == 1


@pytest.mark.parametrize("name", ["en", "es", "ru", "ar", "zh", "fr"])
def test_gold_of_the_real_editions_is_read(name: str) -> None:
    edition = read_document(REPORT / "real" / f"{name}.blocks.gold.jsonl", None)

    assert edition.lang.tag == name
    assert edition.problems == ()
    for segment in edition.segments:
        if segment.kind in (Kind.FOOTNOTE, Kind.MASTHEAD, Kind.TITLE):
            assert segment.path == ()


def test_notes_a_segment_refers_to() -> None:
    edition = read_document(REPORT / "real" / "en.blocks.gold.jsonl", None)

    assert any(segment.notes for segment in edition.segments)


@pytest.mark.parametrize(
    ("name", "lang"), [("draft.en.blocks.jsonl", "en"), ("fr-CH.jsonl", "fr-CH"), ("a.zho.blocks.gold.jsonl", "zh")]
)
def test_language_of_the_file_name(tmp_path: Path, name: str, lang: str) -> None:
    assert read_document(written(tmp_path / name, block("paragraph")), None).lang.tag == lang


@pytest.mark.parametrize("name", ["document.jsonl", "fr.report.jsonl", "blocks.jsonl"])
def test_file_name_without_language(tmp_path: Path, name: str) -> None:
    with pytest.raises(LanguageError, match="tells no language"):
        read_document(written(tmp_path / name, block("paragraph")), None)


def test_bad_lines_are_problems_and_the_rest_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "x.jsonl", block("paragraph", "1"), "{", "", "[]", {"kind": "paragraph"}, block("verse"),
        {"kind": "item", "label": 3, "text": "x"}, {"kind": "item", "text": "x", "footnote_refs": 1},
        block("item", "a"),
    )  # fmt: skip

    edition = read_document(path, EN)

    assert [(segment.line, segment.path) for segment in edition.segments] == [(1, ("1",)), (9, ("1", "a"))]
    assert [problem.line for problem in edition.problems] == [2, 4, 5, 6, 7, 8]
    assert {problem.path for problem in edition.problems} == {str(path)}


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    rows = [json.dumps(block("paragraph", "1", text), ensure_ascii=False).encode("cp1252") for text in ("été", "ete")]
    path.write_bytes(b"\n".join(rows))

    assert [problem.message for problem in read_document(path, FR).problems] == ["the line is not UTF-8"]
    assert [segment.text for segment in read_document(path, FR, encoding="cp1252").segments] == ["été", "ete"]


@pytest.mark.parametrize("content", ["", "\n \n", "{\n", '{"kind": "item"}\n', "\x00\x01\x02"])
def test_nothing_to_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content)

    with pytest.raises(InputError) as caught:
        read_document(path, EN)

    assert caught.value.path == str(path)
    assert caught.value.hint


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_document(tmp_path / "none.jsonl", EN)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("item:a item:b item:c", "a b c"),
        ("item:g item:h item:i item:j", "g h i j"),
        ("item:g item:i item:j", "g i j"),
        ("item:a item:i item:ii item:b", "a a/i a/ii b"),
        ("item:h item:i item:ii", "h h/i h/ii"),
        ("item:g item:i item:ii item:iii item:h", "g g/i g/ii g/iii h"),
        ("item:i item:ii item:iii item:iv item:v item:vi", "i ii iii iv v vi"),
        ("item:y item:z item:aa item:bb", "y z aa bb"),
        ("paragraph:1 item:a paragraph: paragraph:2 item:a", "1 1/a 1 2 2/a"),
        ("paragraph:1 paragraph:1bis item:a", "1 1bis 1bis/a"),
        ("paragraph:1 item:a item:", "1 1/a 1/a"),
        ("heading:I paragraph: paragraph:1 heading:II paragraph: paragraph:2", "I I I/1 II II II/2"),
        ("heading:B heading:C heading:D", "B C D"),
        ("heading:IV heading:V heading:A heading:VI", "IV V V/A VI"),
        ("heading:I heading:G heading:H heading:I heading:II", "I I/G I/H I/I II"),
        ("heading:I heading:A heading:1 heading:2 heading:B heading:II", "I I/A I/A/1 I/A/2 I/B II"),
        ("heading:I heading: paragraph:1 title: footnote:1 masthead: header: paragraph:", "I I I/1     I/1"),
        ("heading:II chapeau:1 item:a item:1 item:2 item:b", "II II/1 II/1/a II/1/a/1 II/1/a/2 II/1/b"),
    ],
)
def test_paths(labels: str, expected: str) -> None:
    rows = [{"kind": kind, "label_norm": norm} for kind, _, norm in (label.partition(":") for label in labels.split())]

    assert ["/".join(path) for path in paths(rows)] == expected.split(" ")


# --- units ----------------------------------------------------------------------------------------------------------


FULL = TranslationUnit(
    variants=(Variant(EN, "One. Two.", "<hi>One.</hi> Two.", (3, 4)), Variant(AR, "واحد")),
    kind=Kind.ITEM,
    path=("II", "A", "1", "e"),
    document=Document("A/RES/70/1", "Title", "Body", "70", date(2015, 9, 25), DocumentStatus.ADOPTED, "f", True, True),
    position=7,
    sentences=(TranslationUnit((Variant(EN, "One.", span=(0, 4)),), Level.SENTENCE, uid="u/1"),),
    confidence=0.25,
    review=Review.REVIEWED,
    reordered=True,
    uid="u",
    created=datetime(2024, 5, 10, 1, 2, 3, 4, tzinfo=UTC),
    created_by="me",
    changed=datetime(2025, 5, 10),  # noqa: DTZ001 - a moment without time zone must come back as one
    changed_by="you",
    note="n",
    properties=(("x-domain", "law"),),
)


def test_unit_comes_back_equal(tmp_path: Path) -> None:
    assert write_units(tmp_path / "x.jsonl", [FULL, FULL]) == 2
    assert list(read_units(tmp_path / "x.jsonl")) == [FULL, FULL]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(written=st.lists(units(), min_size=1, max_size=3))
def test_any_units_come_back_equal(tmp_path: Path, written: list[TranslationUnit]) -> None:
    path = tmp_path / "x.jsonl"

    assert write_units(path, written) == len(written)
    assert list(read_units(path)) == written


def test_one_line_a_unit_in_readable_letters(tmp_path: Path) -> None:
    unit = replace(FULL, note="a\u2028b\nc")
    write_units(tmp_path / "x.jsonl", [unit, unit])

    content = (tmp_path / "x.jsonl").read_bytes()
    assert content.count(b"\n") == 2
    assert "واحد" in content.decode()


def test_lone_surrogates_which_no_memory_can_keep_are_told(tmp_path: Path) -> None:
    units = [TranslationUnit((Variant(EN, text),)) for text in ("a\udc80b", "a😀b")]
    write_units(tmp_path / "x.jsonl", units)

    problem, whole = read_units(tmp_path / "x.jsonl")
    assert (whole, getattr(problem, "line", 0)) == (units[1], 1)
    assert "lone surrogate" in str(problem)


@pytest.mark.parametrize(
    "row",
    [
        {}, {"variants": []}, {"variants": {}}, {"variants": [{"lang": "en"}]},
        {"variants": [{"lang": "?", "text": ""}]},
        {"variants": [{"lang": "en", "text": 1}]}, {"variants": [{"lang": "en", "text": "a"}] * 2},
        {"variants": [{"lang": "en", "text": "a"}], "kind": "verse"},
        {"variants": [{"lang": "en", "text": "a"}], "created": "yesterday"},
        {"variants": [{"lang": "en", "text": "a"}], "document": {"status": "holy"}},
        {"variants": [{"lang": "en", "text": "a"}], "document": []},
        {"variants": [{"lang": "en", "text": "a", "span": [1]}]},
        {"variants": [{"lang": "en", "text": "a"}], "properties": [["a"]]},
        {"variants": [{"lang": "en", "text": "a"}], "position": 1 << 63},
        {"variants": [{"lang": "en", "text": "a"}], "position": -1},
        {"variants": [{"lang": "en", "text": "a"}], "confidence": float("nan")},
        {"variants": [{"lang": "en", "text": "a"}], "confidence": 7},
        {"variants": [{"lang": "en", "text": "a", "span": [5, 1]}]},
        {"variants": [{"lang": "en", "text": "a", "span": [0, 1 << 63]}]},
    ],
)  # fmt: skip
def test_bad_unit_is_a_problem_and_the_rest_is_read(tmp_path: Path, row: dict[str, object]) -> None:
    good = {"variants": [{"lang": "en", "text": "a"}]}
    path = written(tmp_path / "x.jsonl", row, good, row)

    first, unit, last = read_units(path)

    assert isinstance(first, Problem)
    assert isinstance(last, Problem)
    assert (first.line, last.line) == (1, 3)
    assert unit == TranslationUnit((Variant(EN, "a"),))
    with pytest.raises(InputError, match="no units in this file"):
        list(read_units(written(path, row)))


def test_reading_stops_at_nothing_but_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"variants": [{"lang": "en", "text": "a"}]}\n' + "[" * 100_000 + "\n")

    unit, problem = read_units(path)

    assert isinstance(unit, TranslationUnit)
    assert isinstance(problem, Problem)


# --- output ---------------------------------------------------------------------------------------------------------


def test_file_stays_as_it_was_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("before")

    def failing() -> object:
        yield FULL
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        write_units(path, failing())  # type: ignore[arg-type]

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_units(tmp_path / "none" / "x.jsonl", [])


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    with replacing(tmp_path / "link") as out:
        out.write(b"after")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "after"


def test_new_file_has_the_usual_rights(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with replacing(tmp_path / "new") as out:
        out.write(b"x")

    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_device_is_written_directly() -> None:
    with replacing(Path("/dev/null")) as out:
        out.write(b"x")

    assert Path("/dev/null").is_char_device()


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "en.jsonl", {"kind": "paragraph", "text": "a"})

    with pytest.raises(InputError, match="nonsense"):
        read_document(path, encoding="nonsense")


def test_a_full_disk_is_told_with_the_file_and_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with replacing(tmp_path / "x") as out:
            out.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="cannot be written: No space") as caught:
        write()
    assert (caught.value.path, list(tmp_path.iterdir())) == (str(tmp_path / "x"), [])
