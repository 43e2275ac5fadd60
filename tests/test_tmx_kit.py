"""The TMX compliance kit of LISA: its import tests, by their texts and pages, and its export tests."""

import codecs
import html
import re
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from lxml import etree  # type: ignore[import-untyped]

from tm.errors import Problem, Remark
from tm.formats.tmx import read_units, write_units
from tm.lang import Lang
from tm.model import TranslationUnit, Variant

INTEROP = Path(__file__).parents[2] / "shared" / "data" / "interop"
KIT = INTEROP / "tmx_compliance_kit"
pytestmark = pytest.mark.skipif(not KIT.is_dir(), reason="the folder ../shared/data is not there")

EN, FR = Lang("en-US"), Lang("fr-CA")
#: The tests of level 1 that come with a text and its translation.
WITH_TEXT = sorted(path.name[:-4] for path in KIT.glob("ImportTest1?.txt"))
EXPORTS = sorted(path.name[:-4] for path in KIT.glob("ExportTest??.tmx"))
ENCODINGS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


def units_of(path: Path) -> list[TranslationUnit]:
    """The units of a file without a fault."""
    found = list(read_units(path))
    assert [value for value in found if isinstance(value, Problem) and not isinstance(value, Remark)] == []
    return [value for value in found if isinstance(value, TranslationUnit)]


def text_of(path: Path) -> str:
    content = path.read_bytes()
    encoding = next((name for mark, name in ENCODINGS.items() if content.startswith(mark)), "cp1252")
    return content.decode(encoding).replace("\r\n", "\n")


def native(variant: Variant) -> str:
    """The text with what the inline codes stand for in its document."""
    return (
        "".join(etree.fromstring(f"<seg>{variant.markup or variant.text}</seg>").itertext())
        if variant.markup
        else variant.text
    )


def test_the_kit_is_whole() -> None:
    assert len(WITH_TEXT) == 9
    assert len(EXPORTS) == 6


@pytest.mark.parametrize("name", WITH_TEXT)
def test_text_is_translated(name: str) -> None:
    """The memory translates the kit's text into the kit's translation, character by character."""
    (translation,) = KIT.glob(f"{name}_*.txt")
    target = Lang.parse(translation.stem.partition("_")[2])
    memory = {
        variant.text: found.text
        for unit in units_of(KIT / f"{name}.tmx")
        if (found := unit.variant(target))
        for variant in unit.variants
        if variant is not found
    }

    lines = text_of(KIT / f"{name}.txt").split("\n")
    assert all(line in memory for line in lines if line)
    assert "\n".join(memory.get(line, line) for line in lines) == text_of(translation)


def test_page_is_translated() -> None:
    """Level 2: text and codes of the units make up the page, and its translation."""
    units = units_of(KIT / "ImportTest2A.tmx")

    assert len(units) == 7
    for lang, name in ((EN, "ImportTest2A.htm"), (FR, "ImportTest2A_fr-ca.htm")):
        page = html.unescape("\n".join(PARAGRAPH.findall(text_of(KIT / name))))
        texts = [native(variant) for unit in units if (variant := unit.variant(lang))]
        assert len(texts) == len(units)
        assert all(text in page for text in texts)


def segments(path: Path) -> list[tuple[str, str]]:
    """Language and content of each segment, white space and all, the way of writing apart."""
    root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    return [
        (
            Lang.parse(tuv.get("{http://www.w3.org/XML/1998/namespace}lang")).tag,
            etree.tostring(seg, method="c14n").decode(),
        )
        for tuv in root.iter("tuv")
        for seg in tuv.findall("seg")
    ]


@pytest.mark.parametrize("name", EXPORTS)
def test_export_has_the_same_segments(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out.tmx"
    write_units(out, units_of(KIT / f"{name}.tmx"))

    assert [(lang, seg.strip()) for lang, seg in segments(out)] == [
        (lang, re.sub(r"[\n ]*$", "", seg)) for lang, seg in segments(KIT / f"{name}.tmx")
    ]
    with (INTEROP / "schemas" / "tmx14.dtd").open("rb") as file:
        dtd = etree.DTD(file)
    assert dtd.validate(etree.parse(str(out))), dtd.error_log


def resources(path: Path) -> list[str]:
    return re.findall(r'^\s*\d+ "(.*)"$', text_of(path), re.MULTILINE)


def properties(path: Path) -> list[str]:
    escaped = re.findall(r"^id\d+ (.*)$", text_of(path), re.MULTILINE)
    return [re.sub(r"\\u([0-9A-F]{4})", lambda match: chr(int(match.group(1), 16)), text) for text in escaped]


def catalogue(path: Path) -> list[str]:
    return [entry.msgstr for entry in polib.pofile(text_of(path))]


@pytest.mark.parametrize(
    ("name", "ending", "texts"),
    [("ExportTest1A", "rc", resources), ("ExportTest1C", "properties", properties), ("ExportTest1D", "po", catalogue)],
)
def test_export_from_the_documents(tmp_path: Path, name: str, ending: str, texts: Callable[[Path], list[str]]) -> None:
    """The two documents, paired line by line, give the kit's memory."""
    pairs = zip(texts(KIT / f"{name}.{ending}"), texts(KIT / f"{name}_fr.{ending}"), strict=True)
    made = [TranslationUnit((Variant(EN, en), Variant(FR, fr))) for en, fr in pairs]

    write_units(tmp_path / "out.tmx", made)
    assert len(made) == 4
    assert segments(tmp_path / "out.tmx") == segments(KIT / f"{name}.tmx")
