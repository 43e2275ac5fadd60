from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from tests.units import texts
from tests.xliff_schemas import check_valid
from tm.errors import InputError, Problem
from tm.formats.tmx_inline import sound_markup
from tm.formats.xliff import read_units, write_units
from tm.formats.xliff_unit import ALTERNATIVE
from tm.formats.xliff_version import Version
from tm.formats.xml_stream import ILLEGAL
from tm.lang import Lang
from tm.model import Document, Level, Review, TranslationUnit, Variant

SHARED = Path(__file__).parents[2] / "shared" / "data"
EN, FR = Lang("en"), Lang("fr")
VERSIONS = list(Version)


def old(units: str, attributes: str = 'source-language="en" target-language="fr" original="a.txt"') -> str:
    return (
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        f'<file {attributes} datatype="plaintext"><body>{units}</body></file></xliff>'
    )


def modern(units: str) -> str:
    return (
        '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="fr">'
        f'<file id="f">{units}</file></xliff>'
    )


def trans_unit(source: str, target: str, more: str = "", attributes: str = "") -> str:
    return f'<trans-unit id="1" {attributes}><source>{source}</source><target>{target}</target>{more}</trans-unit>'


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> list[TranslationUnit]:
    found = list(read_units(path))
    assert [value for value in found if isinstance(value, Problem)] == []
    return [value for value in found if isinstance(value, TranslationUnit)]


def told(path: Path) -> list[tuple[str, int]]:
    return [(value.message, value.line) for value in read_units(path) if isinstance(value, Problem)]


def one(path: Path) -> TranslationUnit:
    (unit,) = read(path)
    return unit


def pair(source: str, target: str, **fields: object) -> TranslationUnit:
    return replace(TranslationUnit((Variant(EN, source), Variant(FR, target))), **fields)  # type: ignore[arg-type]


# --- inline elements ------------------------------------------------------------------------------------------------

OLD_CODES = [
    ('<g id="1" ctype="bold">Pay</g> now', '<bpt i="1" type="bold"/>Pay<ept i="1"/> now'),
    ('<g id="1" ctype="underlined">Pay</g> now', '<bpt i="1" type="ulined"/>Pay<ept i="1"/> now'),
    ('<g id="a">Pay <g id="b">now</g></g>', '<bpt i="1" x="a"/>Pay <bpt i="2" x="b"/>now<ept i="2"/><ept i="1"/>'),
    ('Pay<x id="7" ctype="lb"/> now', 'Pay<ph x="7" type="lb"/> now'),
    ('<bx id="1" rid="5"/>Pay<ex id="2" rid="5"/> now', '<bpt i="5"/>Pay<ept i="5"/> now'),
    ('<bx id="1"/>Pay now', '<it pos="begin" x="1"/>Pay now'),
    ('<bpt id="1">&lt;b&gt;</bpt>Pay<ept id="1">&lt;/b&gt;</ept> now',
     '<bpt i="1">&lt;b&gt;</bpt>Pay<ept i="1">&lt;/b&gt;</ept> now'),
    ('Pay <ph id="2">{0}</ph>now', 'Pay <ph x="2">{0}</ph>now'),
    ('Pay now<it id="3" pos="close">&lt;/i&gt;</it>', 'Pay now<it pos="end" x="3">&lt;/i&gt;</it>'),
    ('<mrk mtype="term">Pay</mrk> now', '<hi type="term">Pay</hi> now'),
    ('Pay <ph id="2">img <sub datatype="html">the <g id="4">alt</g></sub></ph>now',
     'Pay <ph x="2">img <sub datatype="html">the <bpt i="4"/>alt<ept i="4"/></sub></ph>now'),
]  # fmt: skip
MODERN_CODES = [
    ('<pc id="1" type="fmt">Pay</pc> now', "", '<bpt i="1" type="fmt"/>Pay<ept i="1"/> now'),
    ('<pc id="1" type="fmt" subType="xlf:b">Pay</pc> now', "", '<bpt i="1" type="bold"/>Pay<ept i="1"/> now'),
    ('<sc id="1"/>Pay <sc id="2"/>n<ec startRef="1"/>ow<ec startRef="2"/>', "",
     '<bpt i="1"/>Pay <bpt i="2"/>n<ept i="1"/>ow<ept i="2"/>'),
    ('<sc id="1" isolated="yes"/>Pay now', "", '<it pos="begin" x="1"/>Pay now'),
    ('Pay <ph id="1" dataRef="d"/>now', '<data id="d">{0}</data>', 'Pay <ph x="1">{0}</ph>now'),
    ('<pc id="1" dataRefStart="a" dataRefEnd="b">Pay</pc> now',
     '<data id="a">&lt;b&gt;</data><data id="b">&lt;/b&gt;</data>',
     '<bpt i="1">&lt;b&gt;</bpt>Pay<ept i="1">&lt;/b&gt;</ept> now'),
    ('<mrk id="m" type="term">Pay</mrk> now', "", '<hi type="term">Pay</hi> now'),
    ('<sm id="m" type="comment"/>Pay<em startRef="m"/> now', "",
     '<bpt i="1" x="m" type="x-sm-comment"/>Pay<ept i="1"/> now'),
]  # fmt: skip


@pytest.mark.parametrize(("content", "markup"), OLD_CODES)
def test_the_codes_of_xliff_1(tmp_path: Path, content: str, markup: str) -> None:
    source = one(written(tmp_path / "x.xlf", old(trans_unit(content, "Payez")))).variants[0]

    assert (source.text, source.markup) == ("Pay now", markup)
    assert sound_markup(markup, "Pay now") == markup


@pytest.mark.parametrize(("content", "data", "markup"), MODERN_CODES)
def test_the_codes_of_xliff_2(tmp_path: Path, content: str, data: str, markup: str) -> None:
    held = f"<originalData>{data}</originalData>" if data else ""
    unit = f'<unit id="1">{held}<segment><source>{content}</source><target>Payez</target></segment></unit>'
    source = one(written(tmp_path / "x.xlf", modern(unit))).variants[0]

    assert (source.text, source.markup) == ("Pay now", markup)
    assert sound_markup(markup, "Pay now") == markup


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("markup", [markup for _, markup in OLD_CODES] + [markup for _, _, markup in MODERN_CODES])
def test_codes_come_back_as_they_went(tmp_path: Path, version: Version, markup: str) -> None:
    unit = TranslationUnit((Variant(EN, "Pay now", markup), Variant(FR, "Payez", "<hi>Payez</hi>")))
    path = tmp_path / "x.xlf"
    write_units(path, [unit], langs=(EN, FR), version=version)

    check_valid(path, version)
    found = [variant.markup for variant in one(path).variants]
    # XLIFF 2 keeps the content of codes apart and as text: what is text in it, and its codes, is no longer told apart.
    if version.modern and "<sub" in markup:
        markup = 'Pay <ph x="2">img the alt</ph>now'
    assert found == [markup, "<hi>Payez</hi>"]


def test_characters_that_xml_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.xlf"
    write_units(path, [pair("Pay\x01\x1f now", "Payez")], langs=(EN, FR), version="2.0")

    check_valid(path, Version.V2_0)
    assert one(path).variants[0].text == "Pay\x01\x1f now"


# --- out and in -----------------------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=texts, target=texts)
@pytest.mark.parametrize("version", [Version.V1_2, Version.V2_0])
def test_any_text_comes_back(tmp_path: Path, version: Version, source: str, target: str) -> None:
    path = tmp_path / "x.xlf"
    given_texts = [source, target]
    if not source.strip() or not target.strip():
        with pytest.raises(InputError, match="no unit has text in both"):
            write_units(path, [pair(source, target)], langs=(EN, FR), version=version)
        return
    write_units(path, [pair(source, target)], langs=(EN, FR), version=version)
    if version is Version.V1_2:
        given_texts = [ILLEGAL.sub("\ufffd", text) for text in given_texts]

    assert [variant.text for variant in one(path).variants] == given_texts


def paragraph() -> TranslationUnit:
    """Two sentences with a no-break space between them in French."""
    spans = (((0, 4), (5, 10)), ((0, 6), (7, 14)))
    sentences = tuple(
        TranslationUnit(
            (Variant(EN, source, span=spans[0][number]), Variant(FR, target, span=spans[1][number])), Level.SENTENCE,
            review=review,
        )
        for number, (source, target, review) in enumerate(
            (("Pay.", "Payez.", Review.REVIEWED), ("Then.", "Ensuite", Review.REVIEWED))
        )
    )  # fmt: skip
    return pair("Pay. Then.", "Payez.\u00a0Ensuite", sentences=sentences, review=Review.REVIEWED)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_paragraph_is_written_with_its_segments(tmp_path: Path, version: Version) -> None:
    path = tmp_path / "x.xlf"
    unit = paragraph()
    assert write_units(path, [unit], langs=(EN, FR), version=version) == 1

    check_valid(path, version)
    found = one(path)
    assert (found.level, found.review) == (Level.PARAGRAPH, Review.REVIEWED)
    assert [(v.text, v.span) for v in found.variants] == [(v.text, v.span) for v in unit.variants]
    assert [[(v.text, v.span) for v in s.variants] for s in found.sentences] == [
        [(v.text, v.span) for v in s.variants] for s in unit.sentences
    ]
    assert {sentence.level for sentence in found.sentences} == {Level.SENTENCE}


@pytest.mark.parametrize("version", VERSIONS)
def test_reviews_documents_and_notes(tmp_path: Path, version: Version) -> None:
    units = [
        pair("One", "Un", review=Review.REVIEWED, document=Document("A/RES/70/1"), note="By the reviser"),
        pair("Two", "Deux", review=Review.REJECTED, document=Document(origin="rapport.docx")),
        pair("Three", "Trois", confidence=0.5, document=Document(origin="rapport.docx")),
    ]
    path = tmp_path / "x.xlf"
    write_units(path, units, langs=(EN, FR), version=version)

    check_valid(path, version)
    found = read(path)
    assert [unit.review for unit in found] == [Review.REVIEWED, Review.REJECTED, Review.UNREVIEWED]
    assert [unit.document for unit in found] == [unit.document for unit in units]
    assert [unit.note for unit in found] == ["By the reviser", "", ""]
    assert ("needs-review" if version is Version.V1_2 else "untm:doubtful") in path.read_text()


def test_it_asks_for_two_languages_and_a_known_version(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exactly two languages"):
        write_units(tmp_path / "x.xlf", [], langs=(EN,))
    with pytest.raises(InputError, match=r"XLIFF 1\.1 is not written"):
        write_units(tmp_path / "x.xlf", [], langs=(EN, FR), version="1.1")
    assert list(tmp_path.iterdir()) == []


# --- in -------------------------------------------------------------------------------------------------------------


def test_all_a_unit_says(tmp_path: Path) -> None:
    content = trans_unit("Pay", "Payez", "<note>Button</note><note>Short</note>", 'approved="yes" resname="menu.pay"')
    path = written(
        tmp_path / "x.xlf", old(content, 'source-language="en-US" target-language="fr" original="C:\\x\\a.txt"')
    )

    assert read(path) == [
        TranslationUnit(
            (Variant(Lang("en-US"), "Pay"), Variant(FR, "Payez")),
            document=Document(origin="a.txt"),
            review=Review.REVIEWED,
            note="Button\nShort",
            properties=(("xliff:id", "1"), ("xliff:resname", "menu.pay")),
        )
    ]


def test_layout_is_no_text_and_preserved_space_is(tmp_path: Path) -> None:
    source = "\n   Pay\n   <g id='1'>right\n now</g> \n"
    path = written(tmp_path / "a.xlf", old(trans_unit(source, "<![CDATA[Payez <tout> & vite]]>")))
    assert [variant.text for variant in one(path).variants] == ["Pay right now", "Payez <tout> & vite"]

    path = written(tmp_path / "b.xlf", old(trans_unit(source, "\u00a0Payez ", attributes='xml:space="preserve"')))
    assert [variant.text for variant in one(path).variants] == ["\n   Pay\n   right\n now \n", "\u00a0Payez "]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_any_encoding(tmp_path: Path, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n'
    path = written(
        tmp_path / "x.xlf", (declared + old(trans_unit("Pay", "Payé à l’été".replace("’", "'")))).encode(encoding)
    )

    assert one(path).variants[1].text == "Payé à l'été"


def test_partly_translated_segments_stand_alone(tmp_path: Path) -> None:
    segmented = '<seg-source><mrk mtype="seg" mid="1">One.</mrk> <mrk mtype="seg" mid="2">Two.</mrk></seg-source>'
    content = (
        f'<trans-unit id="1"><source>One. Two.</source>{segmented}'
        '<target><mrk mtype="seg" mid="1"/><mrk mtype="seg" mid="2">Deux.</mrk></target></trans-unit>'
    )
    unit = one(written(tmp_path / "x.xlf", old(content)))

    assert unit.level is Level.SENTENCE
    assert [(variant.text, variant.span) for variant in unit.variants] == [("Two.", None), ("Deux.", None)]


def test_alternatives_are_units_of_their_own(tmp_path: Path) -> None:
    alternatives = (
        '<alt-trans match-quality="80%" origin="old.tmx"><source>Pay it</source><target>Payez-le</target></alt-trans>'
        '<alt-trans match-quality="100"><target>À payer</target></alt-trans>'
        '<alt-trans match-quality="70"><target>Paiement</target></alt-trans>'
        '<alt-trans alttranstype="rejected"><target>Payons</target></alt-trans>'
    )
    path = written(tmp_path / "x.xlf", old(trans_unit("Pay", "Payez", alternatives)))
    units = [value for value in read_units(path) if isinstance(value, TranslationUnit)]

    assert [tuple(variant.text for variant in unit.variants) for unit in units] == [
        ("Pay", "Payez"), ("Pay it", "Payez-le"), ("Pay", "À payer"), ("Pay", "Payons"),
    ]  # fmt: skip
    assert ("xliff:match-quality", "80%") in units[1].properties
    assert ("xliff:origin", "old.tmx") in units[1].properties
    assert units[3].review is Review.REJECTED
    assert told(path) == [("an <alt-trans> of less than 100 does not tell which source it translates; left out", 1)]


def test_what_is_not_translated_yet_is_told(tmp_path: Path) -> None:
    content = "\n".join(
        f'<trans-unit id="{state}"><source>Pay</source><target state="{state}"{more}>Payez</target></trans-unit>'
        for state, more in (("new", ""), ("translated", ""),
                            ("needs-review-translation", ' state-qualifier="fuzzy-match"'),
                            ("needs-review-translation", ""))
    )  # fmt: skip
    path = written(tmp_path / "x.xlf", old(content))

    assert told(path) == [
        ("state new: not translated yet, left out", 1),
        ("a fuzzy match nobody has confirmed; left out", 3),
    ]
    assert sum(isinstance(value, TranslationUnit) for value in read_units(path)) == 2


def test_trados_confirmations(tmp_path: Path) -> None:
    sdl = "http://sdl.com/FileTypes/SdlXliff/1.0"
    content = (
        '<trans-unit id="1"><source>One.</source>'
        '<seg-source><g id="5"><mrk mtype="seg" mid="1">One.</mrk></g></seg-source>'
        '<target><g id="5"><mrk mtype="seg" mid="1">Un.</mrk></g></target>'
        f'<s:seg-defs xmlns:s="{sdl}"><s:seg id="1" conf="ApprovedSignOff"/></s:seg-defs></trans-unit>'
    )
    unit = one(written(tmp_path / "x.sdlxliff", old(content)))

    assert (unit.review, unit.level, unit.sentences) == (Review.REVIEWED, Level.PARAGRAPH, ())
    assert unit.variants[1].text == "Un."


# --- bad files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (old(trans_unit("a", "b")).replace("1.2", "3.0"), "XLIFF version '3.0' is not known", 1),
        ("<tmx/>", "is XML, but <tmx> and not <xliff>", 0),
        ('<!DOCTYPE xliff [<!ENTITY a "b">]>' + old(trans_unit("&a;", "b")), "declares entities", 0),
        ("<xliff version='1.2'>\n<file></xliff>", "the XML is broken", 2),
        ("text", "is no XML file", 0),
        (b'<?xml version="1.0" encoding="klingon"?><xliff/>', "declared encoding 'klingon' is unknown", 1),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, content: str | bytes, message: str, line: int) -> None:
    path = written(tmp_path / "x.xlf", content)
    with pytest.raises(InputError) as caught:
        list(read_units(path))

    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert caught.value.hint


def test_good_units_are_kept_before_a_break(tmp_path: Path) -> None:
    whole = old(trans_unit("One", "Un\x08") + "\n" + trans_unit("Two", "Deux"))
    path = written(tmp_path / "x.xlf", whole[: whole.index("<target>Deux")])
    found = list(read_units(path))

    assert [value.variants[1].text for value in found if isinstance(value, TranslationUnit)] == ["Un\ufffd"]
    assert told(path)[0] == ("character U+0008 is not allowed in XML; replaced by U+FFFD", 1)
    assert told(path)[1][0].startswith("the XML is broken")
    assert told(path)[1][1] == 2


def test_no_external_entity_is_loaded(tmp_path: Path) -> None:
    written(tmp_path / "secret.dtd", '<!ENTITY secret "leaked">')
    content = '<!DOCTYPE xliff SYSTEM "secret.dtd">' + old(trans_unit("a", "b &secret; c"))
    texts_read = [variant.text for unit in read(written(tmp_path / "x.xlf", content)) for variant in unit.variants]

    assert "leaked" not in "".join(texts_read)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ('source-language="en" original="x"', "the file tells no target language; its units were left out"),
        ('source-language="en" target-language="en" original="x"',
         "source and target are both in en; its units were left out"),
        ('source-language="english" target-language="fr" original="x"',
         "source language: 'english' is not a language tag; its units were left out"),
    ],
)  # fmt: skip
def test_a_language_that_is_missing_is_told_once(tmp_path: Path, attributes: str, message: str) -> None:
    path = written(tmp_path / "x.xlf", old(trans_unit("a", "b") * 3, attributes))

    assert told(path) == [(message, 1)]


# --- files of other programs ----------------------------------------------------------------------------------------


def _counted(path: Path) -> int:
    """Units with a translation that is usable, counted by another parser from the tree."""
    root = ElementTree.parse(path).getroot()
    count = 0
    for file in root.iter():
        if _name(file) != "file":
            continue
        target_lang = file.get("target-language") or root.get("trgLang")
        source_lang = file.get("source-language") or root.get("srcLang")
        count += sum(_usable(unit, source_lang, target_lang) for unit in file.iter())
    return count


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _usable(unit: ElementTree.Element, source_lang: str | None, target_lang: str | None) -> bool:
    if _name(unit) not in ("trans-unit", "unit") or unit.get("restype") == "x-gettext-domain-header":
        return False
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for part in [unit, *(child for child in unit if _name(child) == "segment")]:
        texts_of: dict[str, str] = {}
        for child in part:
            if _name(child) in ("source", "target"):
                texts_of[_name(child)] = "".join(_text(child))
                state = child.get("state") or part.get("state") or ""
                source_lang = child.get(lang, source_lang) if _name(child) == "source" else source_lang
                target_lang = child.get(lang, target_lang) if _name(child) == "target" else target_lang
        if texts_of.get("source", "").strip() and texts_of.get("target", "").strip():
            usable = state not in ("new", "needs-translation", "initial")
            return usable and bool(target_lang) and (source_lang or "").lower() != (target_lang or "").lower()
    return False


def _text(element: ElementTree.Element) -> list[str]:
    codes = ("bpt", "ept", "ph", "it")
    found = [element.text or ""]
    for child in element:
        found += ([] if _name(child) in codes else _text(child)) + [child.tail or ""]
    return found


FOREIGN = [*sorted((SHARED / "formats" / "xliff").glob("*")), *sorted((SHARED / "interop" / "foreign").glob("*.xlf"))]


def test_all_foreign_files_are_read_or_refused() -> None:
    if not FOREIGN:
        pytest.skip("the shared data are not here")
    refused: dict[str, str] = {}
    wrong: dict[str, tuple[int, int]] = {}
    units = alternatives = 0
    for path in FOREIGN:
        try:
            found = [value for value in read_units(path) if isinstance(value, TranslationUnit)]
        except InputError as error:
            refused[path.name] = error.message
            continue
        for unit in found:
            for variant in unit.variants:
                assert variant.markup is None or sound_markup(variant.markup, variant.text), (path.name, variant)
        own = [unit for unit in found if ALTERNATIVE not in dict(unit.properties)]
        units += len(own)
        alternatives += len(found) - len(own)
        try:
            expected = _counted(path)
        except ElementTree.ParseError:
            continue
        # The sentences of a unit that is translated in part stand alone, and count as one.
        count = len({(unit.document, dict(unit.properties).get("xliff:id"),
                      unit.position if unit.level is Level.PARAGRAPH else -1) for unit in own})  # fmt: skip
        if count != expected:
            wrong[path.name] = count, expected
    assert wrong == {}
    assert refused == {
        "okapi__03__corrupt.html_test.xlf": "is a zip archive without any .xlf file",
        "okapi__08__test1.xlf": "the XML is broken: Opening and ending tag mismatch: g line 1 and source; "
        "nothing from here on was read",
    }
    assert (len(FOREIGN), units, alternatives) == (168, 791, 360)
