"""A draft's own document with the suggestions under its paragraphs, and that other programs read what we write."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree  # type: ignore[import-untyped]
from sqlalchemy import Connection

from cli.main import main
from tests.conftest import REPORT, Stored
from tm.errors import InputError
from tm.formats import docx, plain
from tm.formats.about import About
from tm.formats.docx_formatting import SUGGESTED
from tm.formats.docx_in_place import unplaced
from tm.lang import Lang
from tm.lookup import LookupOptions, body, suggest
from tm.model import Kind, Suggestion

EN, FR, AR = Lang("en"), Lang("fr"), Lang("ar")
CREATED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: Nothing like it is in the memory.
UNKNOWN = "Zebras graze peacefully beside quiet northern harbours."
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
#: What a suggestion changes of a package: the text, the comments, and where they are named if there were none.
CHANGED = {"word/document.xml", "word/comments.xml"}
NAMED = {"[Content_Types].xml", "word/_rels/document.xml.rels"}
XMLNS = nsdecls("w")


def known(start: str) -> str:
    """The text of the paragraph of the draft report that starts so; the memory has one like it."""
    (found,) = [s.text for s in plain.read_document(REPORT / "draft.en.txt", EN).segments if s.text.startswith(start)]
    return found


def drafted(path: Path, *, commented: bool = True) -> Path:
    """A draft with all that must be kept: numbers, a table, tracked changes, a footnote, a running head, a comment."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "A running head"
    document.add_heading("B. General recommendations", 1)
    numbered = document.add_paragraph(known("During the question"), style="List Number")
    document.add_paragraph(f"(a)\t{known('Protect and uphold')}")
    changed = document.add_paragraph(known("Many States parties"), style="List Number")
    stamp = 'w:id="90" w:author="A reviser" w:date="2026-01-05T10:00:00Z"'
    changed._p.append(parse_xml(f"<w:del {XMLNS} {stamp}><w:r><w:delText> Gone.</w:delText></w:r></w:del>"))
    changed._p.append(parse_xml(f"<w:ins {XMLNS} {stamp}><w:r><w:t xml:space='preserve'> </w:t></w:r></w:ins>"))
    properties = changed._p.get_or_add_pPr()
    properties.append(parse_xml(f"<w:rPr {XMLNS}><w:ins {stamp}/></w:rPr>"))
    document.add_paragraph(UNKNOWN)
    table = document.add_table(1, 2)
    table.cell(0, 0).text = known("Encourage mutual")
    table.cell(0, 1).text = UNKNOWN
    noted = document.add_paragraph(known("Consider deploying"))
    noted._p.append(parse_xml(f'<w:r {XMLNS}><w:footnoteReference w:id="2"/></w:r>'))
    note = f'<w:footnote w:id="2"><w:p><w:r><w:t>{known("Provide the Conference")}</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {XMLNS}>{note}</w:footnotes>"
    package = document.part.package
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, notes.encode(), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    if commented:
        document.add_comment(numbered.runs, text="Please check.", author="A reviser")
    document.save(str(path))
    return path


def suggestions_for(conn: Connection, draft: Path, targets: Sequence[Lang], source: Lang = EN) -> list[Suggestion]:
    segments = body(docx.read_document(draft, source).segments)
    return list(suggest(conn, segments, source, targets, LookupOptions(minimum=60)))


def written(
    conn: Connection, draft: Path, targets: Sequence[Lang], *, source: Lang = EN, beside: bool = False
) -> tuple[Path, list[Suggestion]]:
    path = draft.with_name("out.docx")
    found = suggestions_for(conn, draft, targets, source)
    docx.write_suggestions(
        path, found, About(source, targets, draft.name, "m", CREATED), draft=draft,
        beside=beside,
    )  # fmt: skip
    return path, found


def saved(path: Path, build: "Callable[[object], None]") -> Path:
    document = Document()
    build(document)
    document.save(str(path))
    return path


def root_of(path: Path) -> "etree._Element":
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def is_suggested(paragraph: "etree._Element") -> bool:
    shade = paragraph.find(f"{qn('w:pPr')}/{qn('w:shd')}")
    return shade is not None and shade.get(qn("w:fill")) == SUGGESTED


def text(paragraph: "etree._Element") -> str:
    return "".join(paragraph.itertext(qn("w:t")))


def suggested(path: Path) -> "list[etree._Element]":
    return [one for one in root_of(path).iter(qn("w:p")) if is_suggested(one)]


def test_without_the_suggestions_it_is_the_draft_again(tmp_path: Path, conn: Connection) -> None:
    draft = drafted(tmp_path / "draft.docx")
    path, _ = written(conn, draft, [FR, AR])

    root = root_of(path)
    made = [one for one in root.iter(qn("w:p")) if is_suggested(one)]
    assert len(made) == 2 * 6
    for one in made:
        one.getparent().remove(one)
    assert etree.tostring(root, method="c14n") == etree.tostring(root_of(draft), method="c14n")


@pytest.mark.parametrize("commented", [True, False])
def test_all_other_parts_are_as_they_were(tmp_path: Path, conn: Connection, commented: bool) -> None:
    draft = drafted(tmp_path / "draft.docx", commented=commented)
    path, _ = written(conn, draft, [FR])

    with zipfile.ZipFile(draft) as before, zipfile.ZipFile(path) as after:
        assert set(after.namelist()) - set(before.namelist()) == (set() if commented else {"word/comments.xml"})
        different = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert different == (CHANGED if commented else {"word/document.xml", *NAMED})


def test_each_suggestion_has_its_comment(tmp_path: Path, conn: Connection) -> None:
    path, _ = written(conn, drafted(tmp_path / "draft.docx"), [FR, AR])

    document = Document(str(path))
    ours = {comment.comment_id: comment for comment in document.comments if comment.author == "untm"}
    assert [comment.text for comment in document.comments if comment.author != "untm"] == ["Please check."]
    made = suggested(path)
    keys = [one.find(f".//{qn('w:commentReference')}").get(qn("w:id")) for one in made]
    assert len(set(keys)) == len(made) == len(ours) == 12
    for key, one in zip(keys, made, strict=True):
        around = [one.find(qn(f"w:commentRange{end}")).get(qn("w:id")) for end in ("Start", "End")]
        assert around == [key, key]
    said = [ours[int(key)].text for key in keys]
    assert all("A/TEST/1" in comment for comment in said)
    assert [comment.split(":")[0] for comment in said] == ["French", "Arabic"] * 6
    assert {ours[int(key)].timestamp for key in keys} == {CREATED}
    assert any("fuzzy" in comment and "−" in comment for comment in said)


def test_the_margin_says_what_changes_the_meaning(tmp_path: Path, conn: Connection) -> None:
    one = known("The Working Group recommended that the Conference of the Parties, at its tenth")
    draft = saved(tmp_path / "draft.docx", lambda document: document.add_paragraph(one))  # type: ignore[attr-defined]
    path, found = written(conn, draft, [FR])

    (comment,) = Document(str(path)).comments
    warnings = [flag.name for flag in found[0].matches[0].flags]
    assert warnings
    for kind in warnings:
        assert f"{kind}: " in comment.text


def test_read_again_it_has_the_drafts_paragraphs_and_the_suggestions(tmp_path: Path, conn: Connection) -> None:
    draft = drafted(tmp_path / "draft.docx")
    path, found = written(conn, draft, [FR])

    again = docx.read_document(path, EN).segments
    before = docx.read_document(draft, EN).segments
    lines = {one: number for number, one in enumerate(root_of(path).iter(qn("w:p")), start=1)}
    shaded = {number for one, number in lines.items() if is_suggested(one)}
    drawn = [(s.label, s.text, s.kind) for s in again if s.line not in shaded]
    assert drawn == [(s.label, s.text, s.kind) for s in before]
    offered = [s for s in again if s.line in shaded]
    best = [one.matches[0].targets[0].text for one in found if one.matches and one.segment.line]
    assert [s.text for s in offered] == best
    places = {s.text: place for place, s in enumerate(again)}
    for one in found:
        if one.matches and one.segment.line:
            assert places[one.matches[0].targets[0].text] == places[one.segment.text] + 1
    # The numbers that are counted are not counted twice; those that are written are written again.
    assert [s.label for s in before if s.label] == ["B.", "1.", "(a)", "2.", "1"]
    assert [s.label for s in offered] == ["B.", "", "(a)", "", "", ""]


def test_a_suggestion_is_formatted_like_its_paragraph(tmp_path: Path, conn: Connection) -> None:
    path, _ = written(conn, drafted(tmp_path / "draft.docx"), [FR])

    heading, numbered, typed, inserted, cell, _ = Document(str(path)).element.body.xpath(
        f".//w:p[w:pPr/w:shd/@w:fill='{SUGGESTED}']"
    )
    assert [one.style for one in (heading, numbered, inserted)] == ["Heading1", "ListNumber", "ListNumber"]
    assert numbered.pPr.numPr.numId.val == 0
    # Where the text stood, not where the number did.
    assert numbered.pPr.ind.left.twips == 360
    assert numbered.pPr.ind.get(qn("w:firstLine")) == "0"
    assert numbered.pPr.ind.get(qn("w:hanging")) is None
    assert [child.tag for child in typed.r_lst[0]] == [qn(f"w:{name}") for name in ("rPr", "t", "tab")]
    assert inserted.find(f".//{qn('w:ins')}") is None
    assert cell.getparent().tag == qn("w:tc")
    assert {lang.get(qn("w:val")) for one in (heading, cell) for lang in one.iter(qn("w:lang"))} == {"fr"}


def test_arabic_runs_from_the_right_and_is_as_bold_and_large(tmp_path: Path, conn: Connection) -> None:
    path, _ = written(conn, drafted(tmp_path / "draft.docx"), [AR])

    made = suggested(path)
    assert len(made) == 6
    for one in made:
        assert one.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
        for run in one.findall(qn("w:r"))[:-1]:
            form = run.find(qn("w:rPr"))
            assert form.find(qn("w:rtl")) is not None
            assert form.find(qn("w:lang")).get(qn("w:bidi")) == "ar"


def test_weight_and_size_go_over_to_arabic(tmp_path: Path, conn: Connection) -> None:
    from docx.shared import Pt

    def build(document: object) -> None:
        paragraph = document.add_paragraph()  # type: ignore[attr-defined]
        run = paragraph.add_run(known("Many States parties"))
        run.bold, run.font.size = True, Pt(17)

    path, _ = written(conn, saved(tmp_path / "draft.docx", build), [AR, FR])

    arabic, french = (one.find(f"{qn('w:r')}/{qn('w:rPr')}") for one in suggested(path))
    assert [child.tag for child in arabic if child.tag != qn("w:lang")] == [
        qn(f"w:{name}") for name in ("b", "bCs", "sz", "szCs", "rtl")
    ]
    assert arabic.find(qn("w:szCs")).get(qn("w:val")) == "34"
    assert french.find(qn("w:bCs")) is None


def test_a_translation_from_arabic_runs_from_the_left(tmp_path: Path, conn: Connection, report: Stored) -> None:
    source = next(s.text for s in report.editions[AR].segments if s.kind is Kind.PARAGRAPH and len(s.text) > 200)

    def build(document: object) -> None:
        paragraph = document.add_paragraph()  # type: ignore[attr-defined]
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:bidi {XMLNS}/>"))
        run = paragraph.add_run(source)
        run.font.rtl = run.font.cs_bold = True

    path, _ = written(conn, saved(tmp_path / "draft.docx", build), [FR], source=AR)

    (made,) = suggested(path)
    assert made.find(f"{qn('w:pPr')}/{qn('w:bidi')}").get(qn("w:val")) == "0"
    form = made.find(f"{qn('w:r')}/{qn('w:rPr')}")
    assert form.find(qn("w:rtl")).get(qn("w:val")) == "0"
    assert form.find(qn("w:b")) is not None


def test_a_suggestion_begins_no_page_and_ends_no_section(tmp_path: Path, conn: Connection) -> None:
    def build(document: "object") -> None:
        first = document.add_paragraph(known("Many States parties"))  # type: ignore[attr-defined]
        first.paragraph_format.page_break_before = True
        document.add_section(WD_SECTION.NEW_PAGE)  # type: ignore[attr-defined]
        ending = document.element.body.xpath("./w:p[w:pPr/w:sectPr]")[0]  # type: ignore[attr-defined]
        section = deepcopy(ending.pPr.find(qn("w:sectPr")))
        ending.getparent().remove(ending)
        last = document.add_paragraph(known("Protect and uphold"))  # type: ignore[attr-defined]
        last._p.get_or_add_pPr().append(section)
        document.add_paragraph(UNKNOWN)  # type: ignore[attr-defined]

    path, _ = written(conn, saved(tmp_path / "draft.docx", build), [FR, AR])

    root = root_of(path)
    paragraphs = list(root.iter(qn("w:p")))
    assert [is_suggested(one) for one in paragraphs] == [False, True, True, True, True, False, False]
    assert text(paragraphs[5]).startswith("Protect")
    assert len(root.findall(f".//{qn('w:sectPr')}")) == 2
    for one in paragraphs[1:3]:
        assert one.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}").get(qn("w:val")) == "0"


def test_boxes_and_closed_controls_are_left_as_they_are(tmp_path: Path, conn: Connection) -> None:
    box, control = known("Many States parties"), known("Protect and uphold")

    def build(document: object) -> None:
        host = document.add_paragraph("Beside a box")  # type: ignore[attr-defined]
        host._p.append(
            parse_xml(
                f"<w:r {XMLNS}><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent>"
                f"<w:p><w:r><w:t>{box}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
            )
        )
        host._p.addnext(
            parse_xml(
                f"<w:sdt {XMLNS}><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>{control}</w:t></w:r></w:p>"
                "</w:sdtContent></w:sdt>"
            )
        )

    path, _ = written(conn, saved(tmp_path / "draft.docx", build), [FR])

    tags = [(etree.QName(one).localname, is_suggested(one)) for one in root_of(path).find(qn("w:body"))]
    assert tags == [("p", False), ("p", True), ("sdt", False), ("p", True), ("sectPr", False)]


def test_paragraphs_joined_by_a_deleted_end_have_one_suggestion_after_both(tmp_path: Path, conn: Connection) -> None:
    whole = known("Many States parties")
    first, second = whole[:60], whole[60:]

    def build(document: object) -> None:
        paragraph = document.add_table(1, 1).cell(0, 0).paragraphs[0]  # type: ignore[attr-defined]
        paragraph.add_run(first)
        mark = f'<w:rPr {XMLNS}><w:del w:id="7" w:author="A reviser"/></w:rPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(mark))
        joined = deepcopy(paragraph._p)
        joined.r_lst[0].text = second
        paragraph._p.addnext(joined)

    path, _ = written(conn, saved(tmp_path / "draft.docx", build), [FR])

    assert [is_suggested(one) for one in root_of(path).iter(qn("w:p"))] == [False, False, True]


def test_a_strict_document_stays_one(tmp_path: Path, conn: Connection) -> None:
    usual = drafted(tmp_path / "usual.docx", commented=False)
    draft = tmp_path / "draft.docx"
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    strict_office = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    with zipfile.ZipFile(usual) as before, zipfile.ZipFile(draft, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(W.encode(), strict).replace(office, strict_office))
    path, _ = written(conn, draft, [FR])

    with zipfile.ZipFile(path) as archive:
        for name in ("word/document.xml", "word/comments.xml"):
            content = archive.read(name)
            assert strict in content
            assert W.encode() not in content
        assert strict_office + b"/comments" in archive.read("word/_rels/document.xml.rels")
    assert len(docx.read_document(path, EN).segments) == len(docx.read_document(draft, EN).segments) + 6


def test_a_draft_that_is_another_now_is_told(tmp_path: Path, conn: Connection) -> None:
    draft = drafted(tmp_path / "draft.docx")
    found = suggestions_for(conn, draft, [FR])
    saved(draft, lambda document: document.add_paragraph("Other"))  # type: ignore[attr-defined]

    out = tmp_path / "out.docx"
    with pytest.raises(InputError, match=r"draft\.docx.*has changed"):
        docx.write_suggestions(out, found, About(EN, [FR], "t", "m", CREATED), draft=draft)
    assert not out.exists()


def test_damaged_comments_are_told(tmp_path: Path, conn: Connection) -> None:
    sound, draft = drafted(tmp_path / "sound.docx"), tmp_path / "draft.docx"
    with zipfile.ZipFile(sound) as before, zipfile.ZipFile(draft, "w") as after:
        for name in before.namelist():
            after.writestr(name, b"<w:comments" if name == "word/comments.xml" else before.read(name))

    with pytest.raises(InputError, match=r"draft\.docx.*word/comments\.xml is damaged"):
        written(conn, draft, [FR])
    assert not (tmp_path / "out.docx").exists()


def test_a_draft_without_offers_comes_back_as_it_was(tmp_path: Path, conn: Connection) -> None:
    draft = saved(tmp_path / "draft.docx", lambda document: document.add_paragraph(UNKNOWN))  # type: ignore[attr-defined]
    path, _ = written(conn, draft, [FR])

    with zipfile.ZipFile(draft) as before, zipfile.ZipFile(path) as after:
        assert before.namelist() == after.namelist()
        assert {name for name in before.namelist() if before.read(name) != after.read(name)} <= {"word/document.xml"}


def test_the_command_writes_the_draft_back_and_says_what_is_not_in_it(
    tmp_path: Path, report: Stored, capsys: pytest.CaptureFixture[str]
) -> None:
    draft, out = drafted(tmp_path / "draft.docx"), tmp_path / "out.docx"
    command = ["suggest", str(draft), "--from", "en", "--to", "fr", "--memory", str(report.path), "-o", str(out)]

    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 0
    assert "footnotes whose suggestions are not in it: 1; --beside shows them" in capsys.readouterr().err
    assert not any(cell.text == "English" for table in Document(str(out)).tables for cell in table.rows[0].cells)

    with pytest.raises(SystemExit) as ended:
        main([*command, "--beside"])
    assert ended.value.code == 0
    assert "--beside" not in capsys.readouterr().err
    assert Document(str(out)).tables[0].rows[0].cells[1].text == "English"


def test_beside_is_for_documents_only(tmp_path: Path, report: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    draft = drafted(tmp_path / "draft.docx")
    with pytest.raises(SystemExit) as ended:
        main(["suggest", str(draft), "--from", "en", "--to", "fr", "--memory", str(report.path), "--beside"])
    assert ended.value.code == 2
    assert "--beside is for files ending in .docx" in capsys.readouterr().err


def test_only_footnotes_have_no_place(tmp_path: Path, conn: Connection) -> None:
    assert unplaced(suggestions_for(conn, drafted(tmp_path / "draft.docx"), [FR])) == 1


def through_libreoffice(path: Path, folder: Path) -> Path:
    """The document as LibreOffice writes it after reading it; skipped where there is none, except in CI."""
    program = shutil.which("soffice")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("LibreOffice is not installed")
    out = folder / "converted"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(out), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    assert (out / path.name).exists(), done.stderr
    return out / path.name


@pytest.mark.parametrize("beside", [False, True])
def test_libreoffice_reads_it_and_gives_the_same_back(tmp_path: Path, conn: Connection, beside: bool) -> None:
    path, _ = written(conn, drafted(tmp_path / "draft.docx"), [FR, AR], beside=beside)
    back = through_libreoffice(path, tmp_path)

    ours, theirs = (docx.read_document(one, EN) for one in (path, back))
    assert [(s.label, s.text) for s in theirs.segments] == [(s.label, s.text) for s in ours.segments]
    comments = [[c.text for c in Document(BytesIO(one.read_bytes())).comments if c.author == "untm"]
                for one in (path, back)]  # fmt: skip
    assert len(comments[0]) == (14 if beside else 12)
    assert sorted(comments[0]) == sorted(comments[1])
