import codecs
import gzip
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from cli.main import run
from tests.units import texts, units
from tm.errors import InputError, Problem, Remark
from tm.formats.tmx import ENCODINGS, read_units, write_units
from tm.formats.tmx_fields import date_text, read_date
from tm.formats.tmx_plain import PLAIN, plain_tu
from tm.formats.tmx_unit import ALL
from tm.formats.xml_stream import escape
from tm.lang import Lang
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant

SHARED = Path(__file__).parents[2] / "shared" / "data"
EN, FR, AR, ZH = Lang("en"), Lang("fr"), Lang("ar"), Lang("zh")
DOCUMENT = Document("A/RES/70/1", "Title", "Body", "70", date(2015, 9, 25), DocumentStatus.ADOPTED, "f.txt", True, True)


def sentence(start: int, end: int) -> TranslationUnit:
    return TranslationUnit(
        (Variant(EN, "One.", span=(start, end)), Variant(FR, "Un.")),
        Level.SENTENCE,
        document=DOCUMENT,
        uid=f"u/{start}",
    )


UNIT = TranslationUnit(
    variants=(
        Variant(EN, "See A/RES/70/1.\nOne\tmore", 'See <ph x="1">&lt;br/&gt;</ph>A/RES/70/1.&#10;One&#9;more', (3, 4)),
        Variant(FR, "Voir « A » !"),
        Variant(AR, "انظر A/RES/70/1"),
        Variant(ZH, "见第70/1号决议。"),
    ),
    kind=Kind.ITEM,
    path=("II", "A", "1", "e"),
    document=DOCUMENT,
    position=7,
    sentences=(sentence(0, 4), sentence(5, 9)),
    confidence=0.973,
    review=Review.REVIEWED,
    reordered=True,
    uid="u",
    created=datetime(2024, 5, 10, 23, 59, 59, tzinfo=UTC),
    created_by="me",
    changed=datetime(2025, 5, 10, 1, 2, 3, 456, tzinfo=UTC),
    changed_by="you",
    note="First line\nsecond",
    properties=(("x-domain", "law"), ("x-domain[fr]", "droit"), ("x-untm-kind", "mine")),
)
SHARED_FILES = sorted(
    file
    for folder in ("tmx_files", "interop", "interop/tmx_compliance_kit", "interop/foreign")
    for file in (SHARED / folder).glob("*")
    if ".tmx" in file.name.lower()
)
needs_shared = pytest.mark.skipif(not SHARED_FILES, reason="the folder ../shared/data is not there")


def tmx(body: str, header: str = 'srclang="en"', prolog: str = "", version: str = "1.4") -> str:
    return (
        f'<?xml version="1.0"?>\n{prolog}<tmx version="{version}"><header creationtool="x" creationtoolversion="1" '
        f'segtype="sentence" o-tmf="x" adminlang="en" datatype="plaintext" {header}/>\n<body>\n{body}\n</body></tmx>'
    )


def tu(en: str = "One", fr: str = "Un", inside: str = "", attributes: str = "") -> str:
    tuvs = f'<tuv xml:lang="en"><seg>{en}</seg></tuv><tuv xml:lang="fr"><seg>{fr}</seg></tuv>'
    return f"<tu {attributes}>{inside}{tuvs}</tu>"


def read(tmp_path: Path, content: str | bytes) -> tuple[list[TranslationUnit], list[Problem]]:
    path = tmp_path / "in.tmx"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return parted(path)


def parted(path: Path) -> tuple[list[TranslationUnit], list[Problem]]:
    found = list(read_units(path))
    return [f for f in found if isinstance(f, TranslationUnit)], [f for f in found if isinstance(f, Problem)]


def texts_of(found: list[TranslationUnit]) -> list[tuple[str, ...]]:
    return [tuple(variant.text for variant in unit.variants) for unit in found]


# --- out, and back --------------------------------------------------------------------------------------------------


def test_unit_comes_back_equal(tmp_path: Path) -> None:
    unstored = replace(UNIT, uid="", sentences=tuple(replace(s, uid="") for s in UNIT.sentences))
    given_units = [UNIT, unstored, replace(UNIT, uid="v", level=Level.SENTENCE, sentences=())]

    assert write_units(tmp_path / "x.tmx", given_units) == 3
    assert parted(tmp_path / "x.tmx") == (given_units, [])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(written=st.lists(units(), max_size=3, unique_by=lambda unit: unit.uid))
def test_any_units_come_back_equal(tmp_path: Path, written: list[TranslationUnit]) -> None:
    path = tmp_path / "x.tmx"

    assert write_units(path, written) == len(written)
    assert parted(path) == (written, [])


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(units(), max_size=3, unique_by=lambda unit: unit.uid),
    ending=st.sampled_from(["tmx", "tmx.gz", "tmx.zip"]),
    level=st.sampled_from([1, 2]),
    encoding=st.sampled_from(sorted(ENCODINGS)),
)
def test_any_units_come_back_equal_from_every_kind_of_file(
    tmp_path: Path, written: list[TranslationUnit], ending: str, level: int, encoding: str
) -> None:
    path = tmp_path / f"x.{ending}"

    write_units(path, written, level=level, encoding=encoding)
    assert parted(path) == (written, [])


def test_utf_16_has_one_mark_and_says_so(tmp_path: Path) -> None:
    write_units(tmp_path / "x.tmx", [UNIT, UNIT], encoding="utf-16")
    content = (tmp_path / "x.tmx").read_bytes()

    assert content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    assert content.decode("utf-16").startswith('<?xml version="1.0" encoding="UTF-16"?>')
    assert "\ufeff" not in content.decode("utf-16")
    assert len(etree.parse(str(tmp_path / "x.tmx")).findall(".//tu")) == 6


def test_level_1_has_no_codes_and_loses_none(tmp_path: Path) -> None:
    write_units(tmp_path / "x.tmx", [UNIT], level=1)

    assert etree.parse(str(tmp_path / "x.tmx")).findall(".//seg//*") == []
    assert parted(tmp_path / "x.tmx") == ([UNIT], [])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(before=texts, inside=texts, after=texts, code=texts)
def test_markup_comes_back_equal(tmp_path: Path, before: str, inside: str, after: str, code: str) -> None:
    markup = f'{escape(before)}<bpt i="1">{escape(code)}b</bpt><hi>{escape(inside)}h</hi><ept i="1"/>{escape(after)}'
    unit = TranslationUnit((Variant(EN, f"{before}{inside}h{after}", markup),))

    write_units(tmp_path / "x.tmx", [unit])

    assert parted(tmp_path / "x.tmx") == ([unit], [])


@pytest.mark.parametrize(
    "markup",
    ["a <b>c</b>", "a <ph", '<bpt x="1">c</bpt>', "<ph>x</ph>another text", "&nbsp;a", "a", "", "\x01<ph/>", "<!--"],
)
def test_markup_that_is_no_tmx_stands_beside_the_text(tmp_path: Path, markup: str) -> None:
    unit = TranslationUnit((Variant(EN, "a", markup),))

    write_units(tmp_path / "x.tmx", [unit])

    assert "<seg>a</seg>" in (tmp_path / "x.tmx").read_text()
    assert parted(tmp_path / "x.tmx") == ([unit], [])


def test_readable_by_people(tmp_path: Path) -> None:
    write_units(tmp_path / "x.tmx", [UNIT], creation=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    lines = (tmp_path / "x.tmx").read_text("utf-8").split("\n")

    assert lines[:3] == [
        '<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE tmx SYSTEM "tmx14.dtd">', '<tmx version="1.4">',
    ]  # fmt: skip
    assert re.fullmatch(
        r'<header creationtool="untm" creationtoolversion="[^"]+" segtype="paragraph" o-tmf="untm" adminlang="en" '
        r'srclang="en" datatype="plaintext" creationdate="20260102T030405Z"/>',
        lines[3],
    )
    assert lines[4] == "<body>"
    assert [line[:11] for line in lines[5:8]] == ['<tu tuid="u', '<tu tuid="u', '<tu tuid="u']
    assert lines[8:] == ["</body>", "</tmx>", ""]
    for part in (
        'creationdate="20240510T235959Z"', 'creationid="me"', 'changedate="20250510T010203Z"', 'segtype="paragraph"',
        '<prop type="x-untm-symbol">A/RES/70/1</prop>', '<prop type="x-untm-path">II/A/1/e</prop>',
        '<prop type="x-untm-status">adopted</prop>', '<prop type="x-untm-date">2015-09-25</prop>',
        '<prop type="x-untm-confidence">0.973</prop>', '<prop type="x-untm-review">reviewed</prop>',
        '<prop type="x-domain">law</prop>', '<prop type="x-domain" xml:lang="fr">droit</prop>',
        '<tuv xml:lang="fr"><seg>Voir « A » !</seg></tuv>',
    ):  # fmt: skip
        assert part in lines[5]
    assert '<prop type="x-untm-parent">u</prop>' in lines[6]
    assert 'segtype="sentence"' in lines[6]


def test_same_units_give_the_same_file(tmp_path: Path) -> None:
    write_units(tmp_path / "a.tmx", [UNIT])
    write_units(tmp_path / "b.tmx", iter([UNIT]))

    assert (tmp_path / "a.tmx").read_bytes() == (tmp_path / "b.tmx").read_bytes()


@pytest.mark.parametrize(
    ("source", "langs", "expected"),
    [(None, None, "en"), (FR, None, "fr"), ("fr", None, "fr"), (ALL, None, ALL), (None, (ZH, EN), "zh")],
)
def test_source_language(
    tmp_path: Path, source: Lang | str | None, langs: tuple[Lang, ...] | None, expected: str
) -> None:
    write_units(tmp_path / "x.tmx", [UNIT], source=source, langs=langs)

    root = etree.parse(str(tmp_path / "x.tmx")).getroot()
    assert root.find("header").get("srclang") == expected


def test_unit_without_the_source_language_says_its_own(tmp_path: Path) -> None:
    lone = TranslationUnit((Variant(AR, "نص"), Variant(ZH, "文")))
    write_units(tmp_path / "x.tmx", [UNIT, lone])

    tus = etree.parse(str(tmp_path / "x.tmx")).findall(".//tu")
    assert [element.get("srclang") for element in tus] == [None, None, None, "ar"]
    assert parted(tmp_path / "x.tmx") == ([UNIT, lone], [])


def test_chosen_languages_only(tmp_path: Path) -> None:
    swiss = TranslationUnit((Variant(Lang("fr-CH"), "Un"), Variant(ZH, "一"), Variant(EN, "One")))
    arabic = TranslationUnit((Variant(AR, "نص"), Variant(FR, "Texte")))

    assert write_units(tmp_path / "x.tmx", [swiss, arabic], langs=(ZH, FR)) == 1
    assert texts_of(parted(tmp_path / "x.tmx")[0]) == [("一", "Un")]


def test_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.tmx"
    path.write_text("before")

    def failing() -> Iterator[TranslationUnit]:
        yield UNIT
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        write_units(path, failing())

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_no_units_give_a_valid_file(tmp_path: Path) -> None:
    assert write_units(tmp_path / "x.tmx", []) == 0
    assert parted(tmp_path / "x.tmx") == ([], [])


def test_sentence_without_its_paragraph_stays(tmp_path: Path) -> None:
    write_units(tmp_path / "x.tmx", [UNIT])
    lines = (tmp_path / "x.tmx").read_text("utf-8").split("\n")
    (tmp_path / "y.tmx").write_text("\n".join(lines[:5] + lines[6:]), "utf-8")

    found, _ = parted(tmp_path / "y.tmx")

    assert [unit.properties for unit in found] == [(("x-untm-parent", "u"),)] * 2


@needs_shared
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(written=st.lists(units(), max_size=2))
def test_files_are_valid_against_the_dtd(tmp_path: Path, written: list[TranslationUnit]) -> None:
    with (SHARED / "interop" / "schemas" / "tmx14.dtd").open("rb") as file:
        dtd = etree.DTD(file)
    write_units(tmp_path / "x.tmx", [*written, UNIT])

    assert dtd.validate(etree.parse(str(tmp_path / "x.tmx"))), dtd.error_log


# --- two ways of reading --------------------------------------------------------------------------------------------

NOTHING = re.compile(r"(?!)")
#: Pieces of a file that are plain, nearly plain, or not at all.
white = st.sampled_from(["", "", " ", "\n", "\r\n\t"])
values = st.sampled_from(
    ["", "a", "é x", "a&amp;b", "&#233;", "&#xE9;", "&lt;&gt;&quot;&apos;", "&nbsp;", "&#0;", "&", "]]>", "a\r\nb\rc",
     "a>b", "<!-- c -->", "<![CDATA[</tu><tu>]]>", "<?p </tu>?>", "<ph/>", "<hi>h</hi>", "x\x01", "\ufdd0", "\ud7ff",
     "</tu>", "<tu>"]
)  # fmt: skip
attributes = st.lists(
    st.sampled_from(
        [
            'xml:lang="en"', "xml:lang='fr'", 'lang="de"', 'xml:lang="EN-us"', 'tuid="1"', 'changedate="x"',
            'creationdate="20240102T030405Z"', 'segtype="sentence"', 'srclang="fr"', 'type="x-a"', 'x="a>b"',
            'type="x-untm-kind"', 'o-encoding="u"', 'x="&amp;"', 'xmlns="u"', 'x:y="z"', "bad", 'changeid="a\tb"',
        ]
    ),
    max_size=3,
).map(lambda chosen: "".join(f" {attribute}" for attribute in chosen))  # fmt: skip


@st.composite
def elements(draw: st.DrawFn, name: str, *inside: st.SearchStrategy[str]) -> str:
    """An element with those parts, now and then with an end that does not fit."""
    content = "".join(draw(white) + draw(part) for part in inside)
    end = draw(st.sampled_from([f"</{name}>"] * 9 + [f"</{name} >", "", "</x>"]))
    return f"<{name}{draw(attributes)}{draw(st.sampled_from(['', '', '', ' ', '/']))}>{content}{draw(white)}{end}"


smalls = st.lists(st.sampled_from(["note", "prop"]).flatmap(lambda name: elements(name, values)), max_size=2).map(
    "".join
)
tuvs = elements("tuv", smalls, elements("seg", values))
tus = elements("tu", smalls, tuvs, tuvs) | st.just(tu())


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(tus, min_size=1, max_size=4))
def test_both_ways_of_reading_agree(tmp_path: Path, bodies: list[str]) -> None:
    """What the quick way makes of a file is what the parser makes of it, problems and their lines included."""
    path = tmp_path / "x.tmx"
    path.write_text(tmx("".join([tu(), *bodies, tu("Last")])), "utf-8", newline="")

    quick = parted(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tm.formats.tmx_reading.PLAIN", NOTHING)
        assert parted(path) == quick


def test_the_quick_way_is_taken(tmp_path: Path) -> None:
    """Otherwise the test above would compare the parser with itself."""
    path = tmp_path / "x.tmx"
    write_units(path, [UNIT, replace(UNIT, variants=UNIT.variants[1:])])
    lines = path.read_text("utf-8").split("\n")

    plain = [line for line in lines if (match := PLAIN.fullmatch(line)) and plain_tu(match)]
    assert len(plain) == 5


# --- others' files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3", "1.4", "1.4b"])
def test_versions_and_old_language_attribute(tmp_path: Path, version: str) -> None:
    found, problems = read(tmp_path, tmx(tu().replace("xml:lang", "lang"), version=version))

    assert texts_of(found) == [("One", "Un")]
    assert found[0].level is Level.SENTENCE
    assert problems == []


@pytest.mark.parametrize(
    ("encoding", "mark", "declared"),
    [
        ("utf-8", b"", ""), ("utf-8", b"", "UTF-8"), ("utf-8", codecs.BOM_UTF8, "utf-8"), ("utf-8", b"", "us-ascii"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"), ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16"), ("utf-16-be", b"", ""), ("utf-16-le", codecs.BOM_UTF16_LE, "utf-8"),
        ("utf-32-le", codecs.BOM_UTF32_LE, "UTF-32"),
        ("cp1252", b"", "windows-1252"), ("iso-8859-1", b"", "ISO-8859-1"), ("cp1252", b"", "CP1252"),
    ],
)  # fmt: skip
def test_encodings(tmp_path: Path, encoding: str, mark: bytes, declared: str) -> None:
    text = tmx(tu("coöperate", "déjà"))
    if declared:
        text = text.replace('version="1.0"', f'version="1.0" encoding="{declared}"')

    found, problems = read(tmp_path, mark + text.encode(encoding))

    assert texts_of(found) == [("coöperate", "déjà")]
    assert problems == []


@pytest.mark.parametrize(("encoding", "text"), [("cp1256", "نص"), ("gb18030", "文字"), ("koi8-r", "Текст")])
def test_declared_legacy_encodings(tmp_path: Path, encoding: str, text: str) -> None:
    content = tmx(tu(text)).replace('version="1.0"', f'version="1.0" encoding="{encoding}"', 1)

    assert texts_of(read(tmp_path, content.encode(encoding))[0]) == [(text, "Un")]


def test_declaration_that_cannot_be_true(tmp_path: Path) -> None:
    found, problems = read(tmp_path, tmx(tu("é")).replace('version="1.0"', 'version="1.0" encoding="UTF-16"', 1))

    assert texts_of(found) == [("é", "Un")]
    assert ["declared as utf-16 but is not" in problem.message for problem in problems] == [True]


def test_bytes_of_another_encoding_cost_their_unit(tmp_path: Path) -> None:
    body = "\n".join([tu(), tu("café"), tu("Three"), tu("F<ph>é</ph>r"), tu("Five")])
    found, problems = read(tmp_path, tmx(body).encode("cp1252"))

    assert texts_of(found) == [("One", "Un"), ("Three", "Un"), ("Five", "Un")]
    assert [(problem.line, bool(problem.hint)) for problem in problems] == [(5, True), (7, True)]
    with pytest.raises(InputError, match="not UTF-8"):
        read(tmp_path, tmx(tu("café")).encode("cp1252"))


def test_noncharacter_that_stands_for_such_bytes_is_told_apart_from_none(tmp_path: Path) -> None:
    """A file that holds U+FDD0 itself, which no text does, loses that unit and says so."""
    found, problems = read(tmp_path, tmx(tu("O\ufdd0e") + tu("Two")))

    assert texts_of(found) == [("Two", "Un")]
    assert len(problems) == 1


def test_ampersand_alone_is_read_as_one(tmp_path: Path) -> None:
    found, problems = read(tmp_path, tmx(tu("R & D") + "\n" + tu("A&B; &amp;", "<![CDATA[a & b]]>")))

    assert texts_of(found) == [("R & D", "Un")]
    assert [(problem.message[:10], problem.line) for problem in problems] == [("an & alone", 4), ("the XML is", 5)]


def test_line_of_a_problem_far_into_a_file(tmp_path: Path) -> None:
    """libxml2 counts the lines of elements to 65,535 only."""
    body = "\n".join([tu()] * 70_000 + [tu("<ph/>", "<bpt i='1'/>"), tu("bad</x>")])

    _, problems = read(tmp_path, tmx(body))
    assert [problem.line for problem in problems] == [70_004, 70_005]


def test_what_is_left_out_is_remarked(tmp_path: Path) -> None:
    """What costs no unit is told, and is no problem: the command ends with status 0."""
    inside = '<note xml:lang="fr" o-encoding="x">n</note><prop o-encoding="y" type="p">v</prop><odd/><!-- c -->'
    content = tmx("<!-- a -->\n<!-- b -->" + tu(inside=inside)).replace("/>\n<body", "><note>h</note></header>\n<body")
    found, problems = read(tmp_path, content)

    assert (found[0].note, found[0].properties) == ("n", (("p", "v"),))
    assert all(isinstance(problem, Remark) and problem.line for problem in problems)
    assert [problem.message for problem in problems] == [
        "of the header 1 <note> left out", "left out: <!-- comments -->, 3 in all",
        "left out: xml:lang of <note>, 1 in all", "left out: o-encoding of <note>, 1 in all",
        "left out: o-encoding of <prop>, 1 in all", "left out: <odd>, 1 in all",
    ]  # fmt: skip
    assert run(["--memory", str(tmp_path / "m.untm"), "import", "--strict", str(tmp_path / "in.tmx")]) == 0


def test_unit_longer_than_the_parser_is_given_at_once(tmp_path: Path) -> None:
    long = "A text of no end & none. " * 300_000
    written = f"<ph/>{long.replace('&', '&amp;')}"
    found, problems = read(tmp_path, tmx(tu() + tu(written) + tu(f"<ph/><![CDATA[{long}]]>") + tu("Three")))

    assert texts_of(found) == [("One", "Un"), (long, "Un"), (long, "Un"), ("Three", "Un")]
    assert problems == []


def test_gzip(tmp_path: Path) -> None:
    assert texts_of(read(tmp_path, gzip.compress(tmx(tu()).encode()))[0]) == [("One", "Un")]


def test_damaged_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    bodies = [tu(f"Paragraph {n * 7919}", f"Paragraphe {n * 104729}") for n in range(2000)]
    packed = gzip.compress(tmx("\n".join(bodies)).encode())

    found, problems = read(tmp_path, packed[: len(packed) // 2])
    assert 500 < len(found) < 1500
    assert texts_of(found)[-1] == (f"Paragraph {(len(found) - 1) * 7919}", f"Paragraphe {(len(found) - 1) * 104729}")
    assert ["the packed file is damaged" in problem.message for problem in problems] == [True]
    assert problems[0].line > 500
    with pytest.raises(InputError, match="the packed file is damaged"):
        read(tmp_path, gzip.compress(tmx(tu()).encode())[:-20])
    with pytest.raises(InputError, match="the packed file is damaged"):
        read(tmp_path, b"\x1f\x8bno gzip at all")


def test_inline_codes(tmp_path: Path) -> None:
    seg = (
        '<it x="1" pos="begin">&lt;I&gt;</it><bpt i="1">&lt;B&gt;</bpt>Click <ph x="3">&lt;IMG ALT="'
        '<sub>Here</sub>"&gt;</ph> to <hi type="verb">st<ut>u</ut>art</hi> &amp; go<!-- no -->.'
        '<ept i="1">&lt;/B&gt;</ept>'
    )
    found, problems = read(tmp_path, tmx(tu(seg)))

    assert found[0].variants[0].text == "Click  to start & go."
    assert found[0].variants[0].markup == seg.replace("<!-- no -->", "").replace('ALT="', "ALT=&quot;").replace(
        '</sub>"', "</sub>&quot;"
    )
    assert found[0].variants[1].markup is None
    assert [(type(problem), problem.line) for problem in problems] == [(Remark, 4)]


def test_unpaired_codes_are_told_and_kept(tmp_path: Path) -> None:
    found, problems = read(tmp_path, tmx(tu('<bpt i="1">b</bpt>x')))

    assert found[0].variants[0].markup == '<bpt i="1">b</bpt>x'
    assert [(problem.line, problem.message) for problem in problems] == [(4, "unpaired codes in en: 1")]


def test_attributes_notes_and_props_of_others_are_kept(tmp_path: Path) -> None:
    inside = '<note>n1</note><prop type="x-a" xml:lang="fr">p</prop><note>n2</note><prop type="x-b">q</prop>'
    body = tu(
        inside=inside,
        attributes='tuid="7" usagecount="3" creationdate="20240102T030405Z" creationid="c" srclang="fr" '
        'segtype="phrase"',
    ).replace('<tuv xml:lang="fr">', '<tuv xml:lang="fr" changeid="d"><note>v</note><prop type="x-c">r</prop>')

    found, problems = read(tmp_path, tmx(body))

    assert problems == []
    assert found[0].uid == ""
    assert found[0].note == "n1\nn2"
    assert found[0].created == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found[0].properties == (
        ("tu:tuid", "7"), ("tu:usagecount", "3"), ("tu:srclang", "fr"), ("tu:segtype", "phrase"),
        ("x-a[fr]", "p"), ("x-b", "q"), ("tuv:fr:changeid", "d"), ("tuv:fr:note", "v"), ("tuv:fr:prop:x-c", "r"),
    )  # fmt: skip

    write_units(tmp_path / "out.tmx", found)
    written = (tmp_path / "out.tmx").read_text()
    assert 'usagecount="3"' in written
    assert '<tuv xml:lang="fr" changeid="d"><note>v</note><prop type="x-c">r</prop><seg>' in written
    assert sorted(parted(tmp_path / "out.tmx")[0][0].properties) == sorted(found[0].properties)


def test_several_texts_in_one_language_are_several_units(tmp_path: Path) -> None:
    body = tu().replace("</tu>", '<tuv xml:lang="FR" changeid="x"><seg>Une</seg></tuv></tu>')

    found, problems = read(tmp_path, tmx(body))

    assert texts_of(found) == [("One", "Un"), ("One", "Une")]
    assert [unit.properties for unit in found] == [(), (("tuv:fr:changeid", "x"),)]
    assert problems == []


def test_six_languages(tmp_path: Path) -> None:
    tuvs = "".join(
        f'<tuv xml:lang="{tag}"><seg>{tag}</seg></tuv>' for tag in ("ar", "EN-us", "es", "fr", "ru", "zh-hans")
    )

    found, _ = read(tmp_path, tmx(f"<tu>{tuvs}</tu>"))

    assert [lang.tag for lang in found[0].langs] == ["ar", "en-US", "es", "fr", "ru", "zh-Hans"]


@pytest.mark.parametrize(
    ("old", "new", "message", "expected"),
    [
        (' xml:lang="fr"', "", "a <tuv> has no xml:lang; its text was left out: Un", [("One",)]),
        ('"fr"', '"f_r_%"', "'f_r_%' is not a language tag; its text was left out: Un", [("One",)]),
        ("<seg>Un</seg>", "<seg/>", "the <seg> in fr is empty; left out", [("One",)]),
        ("<seg>Un</seg>", "", "the <tuv> in fr has 0 <seg>", [("One",)]),
        ("<seg>Un</seg>", "<seg>Un</seg><seg>x</seg>", "the <tuv> in fr has 2 <seg>", [("One", "Un")]),
        ("<tu ", '<tu changedate="soon" ', "changedate 'soon' is no date", [("One", "Un")]),
        ("<tu ", '<tu changedate="20241301T000000Z" ', "changedate '20241301T000000Z' is no date", [("One", "Un")]),
        ('srclang="en"', 'srclang="de"', "the unit has no text in the file's source language de", [("One", "Un")] * 2),
        ('o-tmf="x" ', "", "the header lacks o-tmf", [("One", "Un")] * 2),
        ("One", "O\x0bne", "character U+000B is not allowed in XML; replaced by U+FFFD", [("O\ufffdne", "Un")]),
        ("One", "O&#11;ne", "&#11; is not allowed in XML; replaced by U+FFFD", [("O\ufffdne", "Un")]),
        (r"<tuv.*</tuv>", "", "the unit has no usable text in any language", []),
    ],
)
def test_bad_parts_are_problems_and_the_rest_is_kept(
    tmp_path: Path, old: str, new: str, message: str, expected: list[tuple[str, ...]]
) -> None:
    content = re.sub(old, lambda _: new, tmx(tu() + "\n" + tu("Two", "Deux")), count=1)

    found, problems = read(tmp_path, content)

    assert message in [problem.message for problem in problems]
    assert all(problem.line and problem.path for problem in problems)
    good = [("Two", "Deux")]
    assert texts_of(found) == (expected[:1] + good)


def test_dates_in_other_forms(tmp_path: Path) -> None:
    found, problems = read(tmp_path, tmx(tu(attributes='changedate="2024-05-10" creationdate="20240510T121314Z"')))

    assert found[0].changed == datetime(2024, 5, 10, tzinfo=UTC)
    assert found[0].created == datetime(2024, 5, 10, 12, 13, 14, tzinfo=UTC)
    assert len(problems) == 1


@pytest.mark.parametrize(
    "text", ["2024-05-10T12:00:00+02:00", "20240510T100000Z", "2024-05-10 10:00", "20240510T1000Z"]
)
def test_forms_of_dates(text: str) -> None:
    assert date_text(read_date(text) or datetime.min.replace(tzinfo=UTC)) == "20240510T100000Z"


def test_broken_xml_costs_its_unit_only(tmp_path: Path) -> None:
    found, problems = read(
        tmp_path, tmx("\n".join([tu(), tu("Two</seg"), tu("Three"), tu("R&x;"), tu("F<ph>ou</ph>r")]))
    )

    assert texts_of(found) == [("One", "Un"), ("Three", "Un"), ("Fr", "Un")]
    assert [problem.line for problem in problems] == [5, 7]
    assert all(problem.message.endswith("the unit was left out") for problem in problems)
    with pytest.raises(InputError) as caught:
        read(tmp_path, tmx(tu("One</seg")))
    assert caught.value.line == 4


def test_unit_that_is_not_closed_costs_no_other(tmp_path: Path) -> None:
    found, problems = read(tmp_path, tmx("\n".join([tu(), tu("Two").replace("</tu>", ""), tu("Three"), tu("Four")])))

    assert texts_of(found) == [("One", "Un"), ("Three", "Un"), ("Four", "Un")]
    assert len(problems) == 1


def test_truncated_file_keeps_its_units(tmp_path: Path) -> None:
    found, problems = read(tmp_path, tmx(tu() + "\n" + tu())[:-60])

    assert len(found) == 1
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n", "is no XML file"),
        (b"PK\x03\x04....", "the archive is damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is no XML file"),
        (b"<xliff version='1.2'/>", "is XML, but <xliff> and not <tmx>"),
        (b"<!-- <tmx> --><html></html>", "is XML, but <html> and not <tmx>"),
        (b"<?xml version='1.0' encoding='klingon'?><tmx/>", "declared encoding 'klingon' is unknown"),
        (b"<?xml version='1.0' encoding='base64'?><tmx/>", "declared encoding 'base64' is unknown"),
        (b"<tmx><header/><body>", "the XML is broken"),
    ],
)
def test_files_that_are_no_tmx(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read(tmp_path, content)

    assert caught.value.path
    assert caught.value.hint


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_units(tmp_path / "none.tmx"))


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "subset",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        '<!ENTITY l9 SYSTEM "file:///etc/hostname">',
        '<!ENTITY % l9 SYSTEM "http://127.0.0.1:9/x.dtd"> %l9;',
        '<!-- <tmx> --><!ENTITY l9 "<tmx>">',
    ],
)
def test_entities_are_refused(tmp_path: Path, subset: str) -> None:
    with pytest.raises(InputError, match="declares entities"):
        read(tmp_path, tmx(tu("&l9;"), prolog=f"<!DOCTYPE tmx [{subset}]>"))


def test_outside_dtd_is_not_loaded_and_known_names_are_understood(tmp_path: Path) -> None:
    (tmp_path / "evil.dtd").write_text('<!ENTITY evil "expanded">')
    found, _ = read(tmp_path, tmx(tu("a&nbsp;b &evil;"), prolog='<!DOCTYPE tmx SYSTEM "evil.dtd">'))

    assert texts_of(found) == [("a\xa0b &evil;", "Un")]


READ_ALL = """
import resource, sys
from pathlib import Path
from tm.formats.tmx import read_units
print(sum(1 for _ in read_units(Path(sys.argv[1]))), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """The parser's memory is the process's, so another process is measured; its tree alone would be over 100 MB."""
    few, many = 100, 20_000
    sizes = {}
    for count in (few, many):
        text = "Text of no great length, but long enough to tell. " * 10
        made = (TranslationUnit((Variant(EN, text), Variant(FR, text)), uid=str(n)) for n in range(count))
        write_units(tmp_path / "x.tmx", made)
        done = subprocess.run(
            [sys.executable, "-c", READ_ALL, str(tmp_path / "x.tmx")],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        read_count, sizes[count] = map(int, done.stdout.split())
        assert read_count == count

    assert (tmp_path / "x.tmx").stat().st_size > 20_000_000
    assert sizes[many] - sizes[few] < 15


def unpacked(file: Path) -> list[bytes]:
    """The XML files that a file is or holds."""
    if file.suffix.lower() == ".zip":
        with zipfile.ZipFile(file) as archive:
            return [archive.read(name) for name in archive.namelist()]
    content = file.read_bytes()
    return [gzip.decompress(content) if file.suffix == ".gz" else content]


def counted(file: Path) -> int | None:
    """Units in a file as another parser counts them: most texts in one language, summed; None when it is not XML."""
    total = 0
    try:
        for content in unpacked(file):
            parsing = etree.iterparse(io.BytesIO(content), tag="{*}tu", resolve_entities=False, no_network=True)
            for _, element in parsing:
                tags = [
                    (tuv.get("{http://www.w3.org/XML/1998/namespace}lang") or tuv.get("lang") or "").lower()
                    for tuv in element.iterchildren("{*}tuv")
                ]
                total += max((tags.count(tag) for tag in tags if tag), default=0)
    except etree.XMLSyntaxError:
        return None
    return total


#: The one file of the 122 that is no XML.
EMPTY = "tmxeditor8__ImportTMXTest0.tmx"


@needs_shared
@pytest.mark.parametrize("file", SHARED_FILES, ids=lambda file: file.name)
def test_others_files(tmp_path: Path, file: Path) -> None:
    expected = counted(file)
    if file.name == EMPTY:
        with pytest.raises(InputError, match="the file is empty"):
            parted(file)
        return
    found, problems = parted(file)

    assert expected is None or len(found) == expected
    assert all(problem.path.startswith(str(file)) for problem in problems)
    write_units(tmp_path / "out.tmx", found)
    again, _ = parted(tmp_path / "out.tmx")
    assert [(unit.variants, unit.level, unit.created, unit.note) for unit in again] == [
        (unit.variants, unit.level, unit.created, unit.note) for unit in found
    ]
    assert [sorted(unit.properties) for unit in again] == [sorted(unit.properties) for unit in found]


@needs_shared
def test_command_imports_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By their names, packed ones too, in one go; the problems of some make the status 1, the empty one 3."""
    files = [str(file) for file in SHARED_FILES if file.name != EMPTY]
    memory = ["--memory", str(tmp_path / "m.untm"), "import"]

    assert run([*memory, *files]) == 1
    told = capsys.readouterr().err
    assert told.count(" added\n") + told.count(": nothing new") + told.count(" replaced\n") == len(files)
    assert run([*memory, next(str(file) for file in SHARED_FILES if file.name == EMPTY)]) == 3
    assert "the file is empty" in capsys.readouterr().err


@needs_shared
def test_what_others_files_are_there() -> None:
    """As many files as the tables of the project speak of, so that none is passed over by its name."""
    assert len([file for file in SHARED_FILES if file.parent.name == "tmx_files"]) == 122


def test_values_of_ours_that_no_memory_can_keep_are_problems(tmp_path: Path) -> None:
    props = {"position": str(1 << 63), "confidence": "nan"}
    inside = "".join(f'<prop type="x-untm-{name}">{value}</prop>' for name, value in props.items())
    tuv = '<tuv xml:lang="en"><prop type="x-untm-span">5 1</prop><seg>a</seg></tuv>'
    path = tmp_path / "x.tmx"
    path.write_text(f'<tmx version="1.4"><header srclang="en"/><body><tu>{inside}{tuv}</tu></body></tmx>')

    found = list(read_units(path))
    units = [value for value in found if isinstance(value, TranslationUnit)]
    assert [(unit.position, unit.confidence, unit.variants[0].span) for unit in units] == [(0, None, None)]
    assert sum("is no value of x-untm-" in str(value) for value in found) == 3
