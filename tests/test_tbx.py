"""TBX termbases: what other programs wrote, the styles of the standard, what is broken or hostile."""

from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from tests.conftest import ROOT
from tm.concept import DEFINITION, NOTE, SUBJECT, Concept, Detail, TermStatus, from_record, to_record
from tm.errors import InputError, Problem, Remark
from tm.formats import csv
from tm.formats.tbx_reading import read_concepts
from tm.formats.tbx_writing import VERSIONS, write_concepts
from tm.lang import Lang

FOREIGN = ROOT.parent / "shared" / "data" / "formats" / "tbx"
EN, FR, ES = Lang("en"), Lang("fr"), Lang("es")
#: Concepts and terms by an independent count of the entries with a term and of the terms that are not empty.
COUNTS = {
    "lokalize__01__terms.tbx": (1, 2),
    "okapi__01__ibm_tbx.tbx": (5, 11),
    "okapi__02__maryland.tbx": (1, 13),
    "okapi__03__medtronic_TBX.tbx": (3, 62),
    "okapi__04__oracle_TBX.tbx": (2, 6),
    "okapi__05__test01.tbx": (1, 2),
    "okapi__06__test02_win1254.tbx": (1, 2),
    "omegat__01__sampleTBXfile.tbx": (1, 2),
    "tmxeditor8__01__ImportTBXTest.tbx": (314, 628),
}
DCA = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><tbxHeader><fileDesc>
<sourceDesc><p>Ours</p></sourceDesc></fileDesc></tbxHeader><text><body>
<conceptEntry id="c1"><descrip type="subjectField">law</descrip>
  <langSec xml:lang="en"><descripGrp><descrip type="definition">A State bound by a <hi type="italics">treaty</hi>
    in force</descrip><admin type="source">Vienna Convention</admin></descripGrp>
    <termSec><term>State party</term><termNote type="partOfSpeech">noun</termNote>
      <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote><note>In lower case.</note></termSec>
    <termSec><term>signatory</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
  </langSec>
  <langSec xml:lang="fr"><termSec><term>État partie</term></termSec></langSec>
</conceptEntry></body></text></tbx>
"""
DCT = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
  xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic"><tbxHeader><fileDesc>
<sourceDesc><p>Ours</p></sourceDesc></fileDesc></tbxHeader><text><body>
<conceptEntry id="c1"><min:subjectField>law</min:subjectField>
  <langSec xml:lang="en"><descripGrp><basic:definition>A State bound by a <hi type="italics">treaty</hi>
    in force</basic:definition><basic:source>Vienna Convention</basic:source></descripGrp>
    <termSec><term>State party</term><min:partOfSpeech>noun</min:partOfSpeech>
      <min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus><note>In lower case.</note></termSec>
    <termSec><term>signatory</term><min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec>
  </langSec>
  <langSec xml:lang="fr"><termSec><term>État partie</term></termSec></langSec>
</conceptEntry></body></text></tbx>
"""
MARTIF = """<?xml version="1.0"?><martif type="TBX" xml:lang="en"><text><body>
<termEntry id="c1"><langSet xml:lang="en"><tig><term>quorum</term></tig></langSet></termEntry>
<termEntry id="c2"><langSet xml:lang="en"><tig><term>session</term></tig></langSet></termEntry>
<termEntry id="c3"><langSet xml:lang="en"><tig><term>agenda</term></tig></langSet></termEntry>
</body></text></martif>"""


def written(folder: Path, text: str, name: str = "a.tbx") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def concepts(path: Path) -> list[Concept]:
    return [value for value in read_concepts(path) if isinstance(value, Concept)]


@pytest.mark.skipif(not FOREIGN.is_dir(), reason="the files of other programs are not here")
@pytest.mark.parametrize("name", COUNTS)
def test_files_of_other_programs_are_read_whole(name: str) -> None:
    found = concepts(FOREIGN / name)

    assert COUNTS[name] == (len(found), sum(len(section.terms) for one in found for section in one.sections))
    assert [from_record(to_record(one)) for one in found] == found


@pytest.mark.skipif(not FOREIGN.is_dir(), reason="the files of other programs are not here")
def test_all_files_of_other_programs_are_counted() -> None:
    assert sorted(COUNTS) == sorted(path.name for path in FOREIGN.iterdir())


@pytest.mark.parametrize("text", [DCA, DCT], ids=["attributes", "tags"])
def test_both_styles_of_version_3_say_the_same(tmp_path: Path, text: str) -> None:
    (found,) = concepts(written(tmp_path, text))

    assert found == concepts(written(tmp_path, DCA, "dca.tbx"))[0]
    assert found.uid == "c1"
    assert found.values(SUBJECT) == ("law",)
    assert found.values(DEFINITION) == ("A State bound by a treaty in force",)
    assert found.values(NOTE) == ("In lower case.",)
    preferred, deprecated = found.terms(EN)
    assert (preferred.text, preferred.status, preferred.part_of_speech) == ("State party", TermStatus.PREFERRED, "noun")
    assert (deprecated.text, deprecated.status) == ("signatory", TermStatus.DEPRECATED)
    group = found.sections[0].details[0]
    assert group.element == "descripGrp"
    assert group.inner[0].markup == 'A State bound by a <hi type="italics">treaty</hi> in force'


def test_inline_elements_of_a_term_are_kept_and_codes_are_no_text(tmp_path: Path) -> None:
    term = 'CO<hi type="subscript">2</hi><ph type="x">{1}</ph> price'
    text = MARTIF.replace("<term>quorum</term>", f"<term>{term}</term>")
    first = concepts(written(tmp_path, text))[0].terms(EN)[0]

    assert (first.text, first.markup) == ("CO2 price", term)


def test_broken_xml_keeps_what_stands_before(tmp_path: Path) -> None:
    found = list(read_concepts(written(tmp_path, MARTIF.replace("<term>agenda</term>", "<term>agenda"))))

    assert [one.uid for one in found if isinstance(one, Concept)] == ["c1", "c2"]
    (problem,) = [one for one in found if isinstance(one, Problem)]
    assert problem.line == 4
    assert "the XML is broken" in problem.message


def test_a_file_cut_off_keeps_what_stands_before(tmp_path: Path) -> None:
    found = list(read_concepts(written(tmp_path, MARTIF[: MARTIF.index("agenda")])))

    assert [one.uid for one in found if isinstance(one, Concept)] == ["c1", "c2"]
    assert len([one for one in found if isinstance(one, Problem)]) == 1


def test_an_entry_without_terms_is_left_out_and_told(tmp_path: Path) -> None:
    text = MARTIF.replace("<term>quorum</term>", "<term> </term>").replace(
        'xml:lang="en"><tig><term>s', "><tig><term>s"
    )
    found = list(read_concepts(written(tmp_path, text)))

    assert [one.uid for one in found if isinstance(one, Concept)] == ["c3"]
    remark, problem = sorted((p for p in found if isinstance(p, Problem)), key=lambda p: p.line)
    assert isinstance(remark, Remark)
    assert (remark.line, remark.message) == (2, "left out: entries without any term, 1 in all")
    assert (problem.line, problem.message) == (3, "<langSet> has no language tag; its terms were left out")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("quorum\tquorum", "no XML file"),
        ("<mtf><conceptGrp/></mtf>", "is XML, but <mtf> and not <tbx> or <martif>"),
        ("<tbx><text><body/></text></tbx>", "it holds no entry"),
        ("<tbx><text><body><conceptEntry><language/></conceptEntry></body></text></tbx>", "none of its entries"),
        ('<!DOCTYPE martif [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><martif>&b;</martif>', "declares entities"),
        ('<!DOCTYPE martif [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><martif/>', "declares entities"),
        ("<martif><text><body><termEntry>", "the XML is broken"),
    ],
    ids=["empty", "text", "another dialect", "no entries", "unknown entries", "bomb", "external", "cut off"],
)
def test_what_is_no_termbase_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(InputError) as error:
        list(read_concepts(path))

    assert said in error.value.message
    assert error.value.hint
    assert error.value.path == str(path)


def test_a_document_type_is_not_loaded(tmp_path: Path) -> None:
    other = tmp_path / "other.dtd"
    other.write_text('<!ENTITY secret "read">', encoding="utf-8")
    text = MARTIF.replace("<martif", f'<!DOCTYPE martif SYSTEM "{other}"><martif', 1).replace(
        ">quorum<", ">a &secret;<"
    )
    found = [value for value in read_concepts(written(tmp_path, text)) if not isinstance(value, Detail)]

    assert all("read" not in str(value) for value in found)


def structure(version: int = 3) -> etree.RelaxNG:
    """What a version lets stand where."""
    return etree.RelaxNG(etree.parse(ROOT / "tests" / f"tbx{version}_structure.rng"))


def check_structure(path: Path, version: int = 3) -> None:
    rules = structure(version)
    assert rules.validate(etree.parse(path)), str(rules.error_log)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_glossary_written_keeps_to_the_core_structure(tmp_path: Path, version: int) -> None:
    found = [v for v in csv.read_concepts(ROOT / "fixtures" / "terms" / "un.csv") if isinstance(v, Concept)]
    write_concepts(tmp_path / "a.tbx", found, version=version)

    check_structure(tmp_path / "a.tbx", version)


@pytest.mark.skipif(not FOREIGN.is_dir(), reason="the files of other programs are not here")
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", COUNTS)
def test_what_other_programs_said_is_written_in_the_core_structure(tmp_path: Path, name: str, version: int) -> None:
    found = [value for value in read_concepts(FOREIGN / name) if not isinstance(value, Problem)]
    about = [value for value in found if isinstance(value, Detail)]
    write_concepts(tmp_path / "a.tbx", [value for value in found if isinstance(value, Concept)], about, version)

    check_structure(tmp_path / "a.tbx", version)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<term>State party</term>", ""),
        ('<termNote type="partOfSpeech">', "<termNote>"),
        ('<langSec xml:lang="fr">', "<langSec>"),
        ('<hi type="italics">', '<hi type="loud">'),
        ('style="dca"', 'style="dct"'),
        ('<note>In lower case.</note></termSec>', '</termSec><note>In lower case.</note>'),
    ],
)  # fmt: skip
def test_the_core_structure_tells_what_breaks_it(tmp_path: Path, right: str, wrong: str) -> None:
    check_structure(written(tmp_path, DCA))
    assert right in DCA

    assert not structure().validate(etree.parse(written(tmp_path, DCA.replace(right, wrong, 1))))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("<term>State party</term>", ""), ('<langSet xml:lang="fr">', "<langSet>"), ("termEntry", "conceptEntry"),
     ('<termNote type="partOfSpeech">', "<termNote>"), ("<martifHeader>", "<martifHeader><p>x</p>")],
)  # fmt: skip
def test_the_structure_of_version_2_tells_what_breaks_it(tmp_path: Path, right: str, wrong: str) -> None:
    path = tmp_path / "b.tbx"
    write_concepts(path, [v for v in read_concepts(written(tmp_path, DCA)) if isinstance(v, Concept)], version=2)
    check_structure(path, 2)
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), "utf-8")

    assert not structure(2).validate(etree.parse(path))
