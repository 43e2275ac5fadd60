import json
from pathlib import Path

import pytest

from cli.main import run
from tests.conftest import Stored
from tm.errors import InputError, Problem
from tm.formats.weblate import read_units, write_units
from tm.lang import Lang
from tm.model import Document, Review, TranslationUnit, Variant

FOREIGN = Path(__file__).parents[2] / "shared" / "data" / "interop" / "foreign" / "weblate2026_memory.json"
EN, FR, ES = Lang("en"), Lang("fr"), Lang("es")


def pair(source: str, target: str, lang: str = "fr", **more: object) -> dict[str, object]:
    return {"source": source, "target": target, "source_language": "en", "target_language": lang, **more}


def written(path: Path, value: object) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def units(path: Path) -> list[TranslationUnit]:
    return [value for value in read_units(path) if isinstance(value, TranslationUnit)]


def problems(path: Path) -> list[tuple[str, int]]:
    return [(value.message, value.line) for value in read_units(path) if isinstance(value, Problem)]


def test_pairs_of_one_text_are_one_unit(tmp_path: Path) -> None:
    path = written(tmp_path / "m.json", [
        pair("Pay", "Payez", origin="A/RES/70/1", category=1, context="menu", status=1),
        pair("Pay", "Paguen", "es", origin="A/RES/70/1", category=1, context="menu", status=1),
        pair("Pay", "Payer", origin="A/RES/70/1", category=1, context="menu", status=1),
    ])  # fmt: skip

    first, second = units(path)
    assert first.variants == (Variant(EN, "Pay"), Variant(FR, "Payez"), Variant(ES, "Paguen"))
    assert second.variants == (Variant(EN, "Pay"), Variant(FR, "Payer"))
    assert first.document == Document("A/RES/70/1")
    assert first.properties == (("weblate:context", "menu"), ("weblate:category", "1"), ("weblate:status", "1"))


def test_the_memory_weblate_wrote() -> None:
    if not FOREIGN.exists():
        pytest.skip("the shared data are not here")
    pairs = json.loads(FOREIGN.read_text("utf-8"))
    found = units(FOREIGN)

    assert problems(FOREIGN) == []
    read = [
        (unit.variants[0].lang.tag, variant.lang.tag, unit.variants[0].text, variant.text)
        for unit in found for variant in unit.variants[1:]
    ]  # fmt: skip
    assert read == [
        tuple(str(one[name]).replace("_", "-") if "language" in name else one[name]
              for name in ("source_language", "target_language", "source", "target"))
        for one in pairs
    ]  # fmt: skip
    assert len(found) < len(pairs)


def test_a_long_memory_is_read_piece_by_piece(tmp_path: Path) -> None:
    pairs = [pair(f"Text {number} " + "long " * 50, "texte") for number in range(2000)]
    path = written(tmp_path / "m.json", json.dumps(pairs, indent=1))

    assert [unit.variants[0].text for unit in units(path)] == [one["source"] for one in pairs]


def test_bad_pairs_are_told_and_the_rest_kept(tmp_path: Path) -> None:
    values = [
        pair("Pay", "Payez"),
        7,
        pair("a", ""),
        pair("a", "b", "french"),
        pair("a", "b", "en"),
        pair("Two", "Deux"),
    ]
    path = written(tmp_path / "m.json", "[\n" + ",\n".join(map(json.dumps, values)) + "\n]")

    assert problems(path) == [
        ("7 is no pair; the pair was left out", 3),
        ("without target; the pair was left out", 4),
        ("'french' is not a language tag; the pair was left out", 5),
        ("source and target are both in en; the pair was left out", 6),
    ]
    assert [unit.variants[1].text for unit in units(path)] == ["Payez", "Deux"]


def test_good_pairs_are_kept_before_a_break(tmp_path: Path) -> None:
    path = written(tmp_path / "m.json", json.dumps([pair("Pay", "Payez"), pair("Two", "Deux")], indent=1)[:-30])

    assert [unit.variants[1].text for unit in units(path)] == ["Payez"]
    ((message, line),) = problems(path)
    assert message.startswith("the JSON is broken: ")
    assert line > 7


@pytest.mark.parametrize(("content", "message"), [
    ('{"source": "a"}', "no memory of Weblate"), ("", "no memory of Weblate"), ("[{", "the JSON is broken"),
    ("text", "no memory of Weblate"),
])  # fmt: skip
def test_what_is_no_memory_is_told(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        units(written(tmp_path / "m.json", content))
    assert caught.value.hint


def test_rejected_units_are_not_written(tmp_path: Path) -> None:
    kept = TranslationUnit((Variant(FR, "Payez"), Variant(EN, "Pay")), document=Document("A/RES/70/1"))
    rejected = TranslationUnit((Variant(FR, "Non"), Variant(EN, "Yes")), review=Review.REJECTED)
    path = tmp_path / "m.json"

    assert write_units(path, [kept, rejected], source="en") == 1
    assert json.loads(path.read_text("utf-8")) == [
        pair("Pay", "Payez", origin="A/RES/70/1", category=1, context="", status=1)
    ]


def test_out_of_one_memory_into_another(report: Stored, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    assert run(["--memory", str(report.path), "-q", "export", str(path), "--lang", "en,fr"]) == 0
    assert run(["--memory", str(tmp_path / "new.untm"), "-q", "import", str(path)]) == 0
