"""One contract for every format that reads and writes units: what it says it holds comes back as it went."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as day
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tm import formats
from tm.errors import InputError, Problem
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant

AR, EN, ES, FR, RU, ZH = UN_LANGUAGES
BOTH_WAYS = [
    name for name in formats.FORMATS if all(hasattr(formats.load(name), do) for do in ("read_units", "write_units"))
]
DOCUMENT = Document(
    "CTOC/COP/WG.7/2031/2", "Report", "Working Group", "7", day(2031, 5, 9), DocumentStatus.FINAL, "f.txt", True, True
)
#: Sentences in six languages with what files get wrong: no-break spaces, marks, quotes, symbols, dates, line ends.
SENTENCES = (
    {
        AR: "1 - أحاط الفريق العامل علماً بالوثيقة A/RES/55/25؛",
        EN: "1. The Working Group took note of document A/RES/55/25;",
        ES: "1. El Grupo de Trabajo tomó nota del documento A/RES/55/25;",
        FR: "1.\u00a0Le Groupe de travail a pris note du document A/RES/55/25\u00a0;",
        RU: "1. Рабочая группа приняла к сведению документ A/RES/55/25;",
        ZH: "1. 工作组注意到A/RES/55/25号文件；",
    },
    {
        EN: 'The seat costs "less than" 5\u202f% & <more> on 3 May 2031 – that\u2019s all.',
        FR: "Le siège coûte «\u00a0moins de\u00a0» 5\u202f% & <plus> le 3\u00a0mai 2031 – voilà tout.",
    },
    {EN: "First line\nsecond\tafter a tab", FR: "Première ligne\nseconde\taprès une tabulation"},
    {EN: "Parties' \\ remarks; $100 {0} %s = sum", FR: "Remarques des parties \\ 100\u00a0$ {0} %s = somme"},
)


def _variants(texts: dict[Lang, str]) -> tuple[Variant, ...]:
    return tuple(
        Variant(lang, text, segments=(number, number + 1)) for number, (lang, text) in enumerate(texts.items())
    )


PLAIN = tuple(
    TranslationUnit(_variants(texts), Level.SENTENCE, position=position) for position, texts in enumerate(SENTENCES)
)
INNER = TranslationUnit(
    (Variant(EN, "Pay", "<hi>Pay</hi>", span=(0, 3)), Variant(FR, "Payer", span=(0, 5))), Level.SENTENCE, uid="u/1"
)
FULL = TranslationUnit(
    (Variant(EN, "Pay now", 'Pay <bpt i="1">&lt;b&gt;</bpt>now<ept i="1"/>', (4,)), Variant(FR, "Payer maintenant")),
    kind=Kind.ITEM, path=("II", "A", "e"), document=DOCUMENT, position=9, sentences=(INNER,), confidence=0.973,
    review=Review.REVIEWED, reordered=True, uid="u", created=datetime(2031, 5, 9, 23, 59, 59, tzinfo=UTC),
    created_by="me", changed=datetime(2031, 6, 1, 0, 0, 1, tzinfo=UTC), changed_by="you", note="Note\nof two lines",
    properties=(("x-domain", "law"), ("tuv:fr:creationid", "she")),
)  # fmt: skip
UNITS = (*PLAIN, FULL)


def held(unit: TranslationUnit, holds: frozenset[str], langs: Sequence[Lang]) -> dict[str, Any]:
    """What a format that holds these fields, and these languages, keeps of a unit."""
    variants = [variant for variant in unit.variants if not langs or variant.lang in langs]
    kept: dict[str, Any] = {
        "variants": [
            {name: getattr(v, name) for name in ("lang", *Variant.__slots__) if name in holds} for v in variants
        ],
        "sentences": [held(sentence, holds, langs) for sentence in unit.sentences] if "sentences" in holds else [],
    }
    return kept | {name: getattr(unit, name) for name in TranslationUnit.__slots__ if name in holds - kept.keys()}


@pytest.fixture(params=BOTH_WAYS)
def module(request: pytest.FixtureRequest) -> ModuleType:
    return formats.load(request.param)


def langs_of(module: ModuleType) -> tuple[Lang, ...]:
    return (EN, FR) if getattr(module, "BILINGUAL", False) else ()


def ending_of(module: ModuleType) -> str:
    return next(ending for ending, name in formats.ENDINGS.items() if formats.FORMATS[name] == module.__name__)


def test_the_formats_are_found() -> None:
    assert {"tmx", "jsonl", "po"} <= set(BOTH_WAYS)


def test_it_says_what_it_holds(module: ModuleType) -> None:
    assert {"lang", "text"} <= module.HOLDS <= formats.EVERYTHING


def test_what_it_holds_comes_back(module: ModuleType, tmp_path: Path) -> None:
    langs, holds = langs_of(module), module.HOLDS
    units = UNITS if "sentences" in holds else tuple(replace(unit, sentences=()) for unit in UNITS)
    path = tmp_path / f"units{ending_of(module)}"

    assert formats.write_units(path, iter(units), langs) == len(units)
    assert [path] == list(tmp_path.iterdir())
    found = list(module.read_units(path))
    assert [value for value in found if isinstance(value, Problem)] == []
    assert [held(unit, holds, langs) for unit in found] == [held(unit, holds, langs) for unit in units]


def test_equal_units_give_equal_files(module: ModuleType, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}{ending_of(module)}" for name in "ab"]
    for path in paths:
        formats.write_units(path, UNITS, langs_of(module))

    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"\x00\xff\xfe\x00\x01no such thing\xd8"])
def test_what_is_no_file_of_it_is_told(module: ModuleType, tmp_path: Path, content: bytes | None) -> None:
    """No traceback: an error that names the file, or problems that do."""
    path = tmp_path / f"bad{ending_of(module)}"
    if content is not None:
        path.write_bytes(content)
    told: list[InputError | Problem | TranslationUnit] = []
    try:
        told += module.read_units(path)
    except InputError as error:
        told.append(error)

    assert [value for value in told if isinstance(value, TranslationUnit)] == []
    assert all(not isinstance(value, TranslationUnit) and value.path in (str(path), path.name) for value in told)
    assert told or content == b""
