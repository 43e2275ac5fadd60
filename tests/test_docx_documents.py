"""Word-processor documents (.docx) as documents: the text, numbers and notes that a reader sees."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from tests.office_files import docx, level, lists, p, r
from tm.errors import InputError
from tm.formats import for_path
from tm.formats.docx import read_document
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Edition, Kind
from tm.text import nfc

DOCS = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "interop" / "docs"
EN, FR = Lang("en"), Lang("fr")


def read(tmp_path: Path, body: str, lang: Lang = EN, *, original: bool = False, **parts: Any) -> Edition:
    return read_document(docx(tmp_path / "x.docx", body, **parts), lang, original=original)


def shown(edition: Edition) -> list[str]:
    """Label and text of each segment."""
    return [f"{segment.label} {segment.text}".strip() for segment in edition.segments]


def labels(edition: Edition) -> list[str]:
    return [segment.label for segment in edition.segments]


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "start", "expected"),
    [
        ("decimal", 9, ["9.", "10."]),
        ("decimalZero", 9, ["09.", "10."]),
        ("upperRoman", 3, ["III.", "IV."]),
        ("lowerRoman", 9, ["ix.", "x."]),
        ("upperLetter", 26, ["Z.", "AA."]),
        ("lowerLetter", 27, ["aa.", "bb."]),
        ("russianLower", 9, ["и.", "к."]),
        ("russianUpper", 1, ["А.", "Б."]),
        ("arabicAbjad", 2, ["ب.", "ج."]),
        ("arabicAlpha", 2, ["ب.", "ت."]),
        ("hindiNumbers", 19, ["١٩.", "٢٠."]),
        ("chineseCounting", 10, ["十.", "十一."]),
        ("chineseCountingThousand", 100, ["一百.", "一百零一."]),
        ("chineseLegalSimplified", 2, ["贰.", "叁."]),
        ("ideographDigital", 9, ["九.", "一〇."]),
        ("ideographTraditional", 1, ["甲.", "乙."]),
        ("decimalEnclosedCircle", 20, ["⑳.", "21."]),
        ("decimalFullWidth", 1, ["１.", "２."]),
        ("ordinal", 11, ["11th.", "12th."]),
        ("unheardOf", 4, ["4.", "5."]),
        ("lowerLetter", 999_999_999, ["999999999.", "1000000000."]),
        ("chineseCounting", 9999, ["九千九百九十九.", "10000."]),
    ],
)
def test_numbers_of_every_form(tmp_path: Path, form: str, start: int, expected: list[str]) -> None:
    body = p("One clause;", (1, 0)) + p("Another clause.", (1, 0))
    assert labels(read(tmp_path, body, numbering=lists(level(0, form, "%1.", start)))) == expected


def test_levels_count_inside_each_other(tmp_path: Path) -> None:
    numbering = lists(level(0, "decimal", "%1.") + level(1, "lowerLetter", "(%2)") + level(2, "lowerRoman", "%1.%2.%3"))
    levels = [0, 1, 2, 2, 1, 2, 0, 1]
    body = "".join(p(f"Clause number {i};", (1, one)) for i, one in enumerate(levels))
    assert labels(read(tmp_path, body, numbering=numbering)) == [
        "1.", "(a)", "1.a.i", "1.a.ii", "(b)", "1.b.i", "2.", "(a)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("restart", "expected"), [("", ["I.", "1.", "II.", "1."]), ('<w:lvlRestart w:val="0"/>', ["I.", "1.", "II.", "2."])]
)
def test_level_that_never_starts_anew(tmp_path: Path, restart: str, expected: list[str]) -> None:
    numbering = lists(level(0, "upperRoman", "%1.") + level(1, "decimal", "%2.", more=restart))
    body = "".join(p(f"Clause number {i};", (1, i % 2)) for i in range(4))
    assert labels(read(tmp_path, body, numbering=numbering)) == expected


def test_level_that_starts_anew_after_the_first_only(tmp_path: Path) -> None:
    deep = level(2, "decimal", "%3.", more='<w:lvlRestart w:val="1"/>')
    numbering = lists(level(0, "upperRoman", "%1.") + level(1, "upperLetter", "%2.") + deep)
    body = "".join(p(f"Clause number {i};", (1, one)) for i, one in enumerate([0, 1, 2, 1, 2, 0, 1, 2]))
    assert labels(read(tmp_path, body, numbering=numbering)) == ["I.", "A.", "1.", "B.", "2.", "II.", "A.", "1."]


def test_legal_levels_are_in_digits(tmp_path: Path) -> None:
    numbering = lists(level(0, "upperRoman", "%1.") + level(1, "decimal", "%1.%2", more="<w:isLgl/>"))
    body = p("First part", (1, 0)) + p("A clause;", (1, 1)) + p("Second part", (1, 0)) + p("A clause.", (1, 1))
    assert labels(read(tmp_path, body, numbering=numbering)) == ["I.", "1.1", "II.", "2.1"]


def test_lists_of_one_definition_count_on_and_may_start_anew_once(tmp_path: Path) -> None:
    override = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    )
    body = "".join(p(f"Clause number {i};", (one, 0)) for i, one in enumerate([1, 2, 3, 3, 1]))
    edition = read(tmp_path, body, numbering=lists(level(0, "decimal", "%1."), more=override))
    assert labels(edition) == ["1.", "2.", "7.", "8.", "9."]


def test_style_gives_list_and_paragraph_takes_it_away(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Second"/>'
    )
    numbering = lists(level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)", more='<w:pStyle w:val="Second"/>'))
    body = (
        p("First paragraph of the report.", style="Own")
        + p("Second paragraph of the report.", style="Base")
        + p("Paragraph without a number.", (0, 0), style="Own")
        + p("Third paragraph of the report.", style="Own")
    )
    assert labels(read(tmp_path, body, styles=styles, numbering=numbering)) == ["1.", "2.", "", "3."]


def test_level_of_a_style_is_that_which_names_it(tmp_path: Path) -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style>"
        for name in ("Part", "Clause")
    )
    numbering = lists(
        level(0, "upperRoman", "%1.", more='<w:pStyle w:val="Part"/>')
        + level(1, "decimal", "%2.", more='<w:pStyle w:val="Clause"/>')
    )
    body = p("General matters", style="Part") + p("The Committee met.", style="Clause") + p("It rose.", style="Clause")
    assert labels(read(tmp_path, body, styles=styles, numbering=numbering)) == ["I.", "1.", "2."]


def test_list_that_names_a_style_for_its_definition(tmp_path: Path) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="L"/>{level(0, "upperLetter", "%1.")}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    assert labels(read(tmp_path, p("A clause;", (1, 0)) + p("Another.", (1, 0)), numbering=numbering)) == ["A.", "B."]


def test_empty_paragraphs_count_and_those_gone_do_not(tmp_path: Path) -> None:
    gone = '<w:del w:id="1" w:author="A"/>'
    body = (
        p("First clause;", (1, 0))
        + p("", (1, 0))
        + p(f"<w:del>{r('x').replace('w:t', 'w:delText')}</w:del>", (1, 0), mark=gone)
        + p("Third clause.", (1, 0))
    )
    assert shown(read(tmp_path, body, numbering=lists(level(0, "decimal", "%1.")))) == [
        "1. First clause;", "3. Third clause.",
    ]  # fmt: skip


def test_bullets(tmp_path: Path) -> None:
    body = p("One thing;", (1, 0)) + p("Another thing.", (1, 0))
    assert labels(read(tmp_path, body, numbering=lists(level(0, "bullet", "\uf0b7")))) == ["•", "•"]


def test_numbers_that_are_none_do_no_harm(tmp_path: Path) -> None:
    numbering = (
        lists(level(0, "decimal", "%1."))
        .replace('w:ilvl="0"', 'w:ilvl="x"')
        .replace('start w:val="1"', 'start w:val="y"')
    )
    assert shown(read(tmp_path, p("A clause of the text.", (1, 0)), numbering=numbering)) == [
        "0. A clause of the text."
    ]


# --- text -----------------------------------------------------------------------------------------------------------


def test_characters_that_have_elements(tmp_path: Path) -> None:
    run = (
        "<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>governmental co</w:t><w:softHyphen/><w:t>operation</w:t><w:tab/>"
        '<w:t>of</w:t><w:br/><w:t>States</w:t><w:sym w:font="Symbol" w:char="F0B7"/></w:r>'
    )
    assert shown(read(tmp_path, p(run))) == ["non\u2011governmental co\u00adoperation of States•"]


def test_fields_give_their_result(tmp_path: Path) -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText>REF para_5</w:instrText><w:t>hidden code</w:t></w:r>"
    inner = f"{mark('begin')}{code}{mark('end')}"
    field = f"{mark('begin')}{code}{inner}{mark('separate')}{r('paragraph 5')}{mark('end')}"
    simple = f'<w:fldSimple w:instr="PAGE">{r("7")}</w:fldSimple>'
    link = f'<w:hyperlink r:id="rIdx">{r(" at this address")}</w:hyperlink>'
    assert shown(read(tmp_path, p(f"{r('See ')}{field}{r(', page ')}{simple}{link}{r('.')}"))) == [
        "See paragraph 5, page 7 at this address."
    ]


def test_hidden_text_and_comments_are_left_out(tmp_path: Path) -> None:
    body = p(
        r("The report ")
        + r("secretly ", "<w:vanish/>")
        + r("was adopted.")
        + "<w:r><w:commentReference w:id='1'/></w:r>"
    )
    comments = f"<w:comment w:id='1'>{p('A remark.')}</w:comment>"
    assert shown(read(tmp_path, body, comments=comments)) == ["The report was adopted."]


def test_content_controls_and_smart_tags_are_read(tmp_path: Path) -> None:
    inner = f"<w:sdt><w:sdtContent>{r('Committee')}</w:sdtContent></w:sdt>"
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('First paragraph here.')}</w:sdtContent></w:sdt>"
        + p(f"{r('The ')}<w:smartTag>{inner}</w:smartTag>{r(' met.')}")
        + f"<w:customXml w:element='x'>{p('Third paragraph here.')}</w:customXml>"
    )
    assert shown(read(tmp_path, body)) == ["First paragraph here.", "The Committee met.", "Third paragraph here."]


def test_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('Text in the box.')}</w:txbxContent>"
    drawing = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    old = (
        f"<w:r><w:pict><v:shape><v:textbox>{box.replace('the box', 'an old box')}</v:textbox></v:shape></w:pict></w:r>"
    )
    edition = read(tmp_path, p(f"{r('Text beside the box.')}{drawing}{old}"))
    assert shown(edition) == ["Text beside the box.", "Text in the box.", "Text in an old box."]


def test_table_is_read_cell_by_cell(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"

    inner = f"<w:tbl>{row(p('Inside'))}</w:tbl>"
    second = f"<w:sdt><w:sdtContent>{row(p('Kenya'), p('1,234') + inner)}</w:sdtContent></w:sdt>"
    table = f"<w:tbl>{row(p('Country'), p('Cases'))}{second}</w:tbl>"
    edition = read(tmp_path, p("The figures are as follows.") + table + p("They are final."))
    assert shown(edition) == [
        "The figures are as follows.",
        "Country",
        "Cases",
        "Kenya",
        "1,234",
        "Inside",
        "They are final.",
    ]
    assert [s.kind for s in edition.segments[1:6]] == [Kind.CELL] * 5


def test_headings_and_titles_by_style_and_outline_level(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/></w:style>'
    )
    outlined = p("Part by level").replace("<w:pPr>", '<w:pPr><w:outlineLvl w:val="0"/>')
    body = (
        p("Report of the Committee", style="T")
        + p("It met.")
        + p("Opening", style="H")
        + p("It sat.")
        + outlined
        + p("It rose.")
    )
    kinds = [segment.kind for segment in read(tmp_path, body, styles=styles).segments]
    assert kinds == [Kind.TITLE, Kind.PARAGRAPH, Kind.HEADING, Kind.PARAGRAPH, Kind.HEADING, Kind.PARAGRAPH]


# --- tracked changes ------------------------------------------------------------------------------------------------


def deleted(text: str) -> str:
    return f'<w:del w:id="1" w:author="A">{r(text).replace("w:t", "w:delText")}</w:del>'


def inserted(text: str) -> str:
    return f'<w:ins w:id="2" w:author="A">{r(text)}</w:ins>'


def test_tracked_changes_are_accepted_or_undone(tmp_path: Path) -> None:
    body = p(f"{r('The Committee ')}{deleted('noted ')}{inserted('welcomed ')}{r('the report.')}")
    assert shown(read(tmp_path, body)) == ["The Committee welcomed the report."]
    assert shown(read(tmp_path, body, original=True)) == ["The Committee noted the report."]


def test_moved_text_stands_where_it_went_or_came_from(tmp_path: Path) -> None:
    moved = r("It then rose.")
    body = p(f"<w:moveFrom>{moved}</w:moveFrom>") + p("The Committee met.") + p(f"<w:moveTo>{moved}</w:moveTo>")
    assert shown(read(tmp_path, body)) == ["The Committee met.", "It then rose."]
    assert shown(read(tmp_path, body, original=True)) == ["It then rose.", "The Committee met."]


def test_ends_of_paragraphs_are_tracked_too(tmp_path: Path) -> None:
    body = p("The Committee met", (1, 0), mark="<w:del/>") + p(" and rose.", (1, 0)) + p("It adjourned.", (1, 0))
    numbering = lists(level(0, "decimal", "%1."))
    assert shown(read(tmp_path, body, numbering=numbering)) == ["1. The Committee met and rose.", "2. It adjourned."]
    assert shown(read(tmp_path, body.replace("<w:del/>", "<w:ins/>"), numbering=numbering, original=True)) == [
        "1. The Committee met and rose.", "2. It adjourned.",
    ]  # fmt: skip


def test_rows_are_tracked_too(tmp_path: Path) -> None:
    rows = "".join(
        f"<w:tr><w:trPr>{mark}</w:trPr><w:tc>{p(text)}</w:tc></w:tr>"
        for mark, text in (("", "Stays"), ("<w:del/>", "Old"), ("<w:ins/>", "New"))
    )
    body = p("These are the rows of the table.") + f"<w:tbl>{rows}</w:tbl>"
    assert shown(read(tmp_path, body))[1:] == ["Stays", "New"]
    assert shown(read(tmp_path, body, original=True))[1:] == ["Stays", "Old"]


def test_command_line_reads_the_original(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = docx(
        tmp_path / "x.en.docx", p(f"{r('The Committee ')}{deleted('noted ')}{inserted('saw ')}{r('the report.')}")
    )
    assert run(["read", str(path), "--original", "--json"]) == 0
    assert [s["text"] for s in json.loads(capsys.readouterr().out)["segments"]] == ["The Committee noted the report."]
    text = tmp_path / "x.txt"
    text.write_text("The Committee noted the report.", "utf-8")
    assert run(["read", str(text), "--original"]) == 3
    assert "a .txt file keeps no tracked changes" in capsys.readouterr().err


# --- notes and margins ----------------------------------------------------------------------------------------------


def test_notes_are_segments_after_the_body(tmp_path: Path) -> None:
    first = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    second = '<w:r><w:endnoteReference w:id="5"/></w:r>'
    note = (
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> See A/RES/70/1.</w:t></w:r></w:p></w:footnote>'
    )
    separator = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
    edition = read(
        tmp_path,
        p(f"{r('The Committee')}{first}{r(' met again')}{second}{r('.')}") + p("It rose."),
        footnotes=separator + note,
        endnotes=f'<w:endnote w:id="5">{p("As amended.")}</w:endnote>',
    )
    assert shown(edition) == ["The Committee met again.", "It rose.", "1 See A/RES/70/1.", "i As amended."]
    assert edition.segments[0].notes == ("1", "i")
    assert [s.kind for s in edition.segments[2:]] == [Kind.FOOTNOTE] * 2


def test_note_numbers_as_the_document_writes_them(tmp_path: Path) -> None:
    references = "".join(f'<w:r><w:footnoteReference w:id="{i}"/></w:r>' for i in (1, 2))
    notes = "".join(f'<w:footnote w:id="{i}">{p("See the annex.")}</w:footnote>' for i in (1, 2))
    settings = '<w:footnotePr><w:numFmt w:val="lowerLetter"/><w:numStart w:val="3"/></w:footnotePr>'
    edition = read(tmp_path, p(f"{r('The Committee met.')}{references}"), footnotes=notes, settings=settings)
    assert edition.segments[0].notes == ("c", "d")


@pytest.mark.parametrize(
    ("restart", "labels"),
    [("continuous", ["1", "2", "3", "4"]), ("eachSect", ["1", "2", "1", "2"]), ("eachPage", ["1", "1", "1", "2"])],
)
def test_notes_are_counted_anew_where_the_document_says_so(tmp_path: Path, restart: str, labels: list[str]) -> None:
    assert notes_in_two_sections(tmp_path, restart, "nextPage") == labels


def test_a_section_on_the_same_page_counts_its_notes_on(tmp_path: Path) -> None:
    assert notes_in_two_sections(tmp_path, "eachPage", "continuous") == ["1", "1", "2", "3"]
    assert notes_in_two_sections(tmp_path, "eachSect", "continuous") == ["1", "2", "1", "2"]


def notes_in_two_sections(tmp_path: Path, restart: str, begins: str) -> list[str]:
    """Labels of two notes on two pages of a section, and of two in the next."""
    one, two, three, four = (f'<w:r><w:footnoteReference w:id="{i}"/></w:r>' for i in range(1, 5))
    turn = "<w:r><w:lastRenderedPageBreak/></w:r>"
    ends = "<w:pPr><w:sectPr/></w:pPr>"
    body = f"<w:p>{r('It met.')}{one}{turn}{r('It rose.')}{two}</w:p><w:p>{ends}{r('No more.')}</w:p>"
    body += f"<w:p>{r('It met again.')}{three}{r('It rose again.')}{four}</w:p>"
    body += f'<w:sectPr><w:type w:val="{begins}"/></w:sectPr>'
    notes = "".join(f'<w:footnote w:id="{i}">{p("See the annex.")}</w:footnote>' for i in range(1, 5))
    settings = f'<w:footnotePr><w:numRestart w:val="{restart}"/></w:footnotePr>'

    edition = read(tmp_path, body, footnotes=notes, settings=settings)

    called = [label for segment in edition.segments for label in segment.notes]
    assert [s.label for s in edition.segments if s.kind is Kind.FOOTNOTE] == called
    return called


def test_symbol_comes_from_the_running_head(tmp_path: Path) -> None:
    margins = '<w:headerReference w:type="default" r:id="rIdheader"/><w:footerReference r:id="rIdfooter"/>'
    section = f"<w:sectPr>{margins}</w:sectPr>"
    edition = read(
        tmp_path, p("The Committee met.") + section, header=p("A/72/39/Add.1"), footer=p("18-04321"),
    )  # fmt: skip
    assert [(s.kind, s.text) for s in edition.segments] == [
        (Kind.HEADER, "A/72/39/Add.1"), (Kind.PARAGRAPH, "The Committee met."), (Kind.FOOTER, "18-04321"),
    ]  # fmt: skip
    assert edition.document.symbol == "A/72/39/Add.1"


def test_masthead_tells_symbol_date_and_session(tmp_path: Path) -> None:
    cells = "".join(
        f"<w:tc>{p(text)}</w:tc>" for text in ("A/72/39", "Distr.: General", "12 July 2018", "Original: English")
    )
    body = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" + p("Seventy-second session") + p("Report of the Committee") + p(
        "The Committee met in Vienna."
    )  # fmt: skip
    document = read(tmp_path, body).document
    assert (document.symbol, str(document.date), document.session) == (
        "A/72/39",
        "2018-07-12",
        "Seventy-second session",
    )


# --- bad input ------------------------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def whole(tmp_path: Path) -> bytes:
    return docx(tmp_path / "whole.docx", p("The Committee met.")).read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, r"of the old kind \(.doc\)"),
        (b"no archive at all", "archive is damaged"),
    ],
)
def test_files_that_are_no_docx(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.docx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_document(path, EN)
    assert caught.value.path == "bad.docx"
    assert caught.value.hint


def test_truncated_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.docx"
    path.write_bytes(whole(tmp_path)[:-200])
    with pytest.raises(InputError, match="archive is damaged"):
        read_document(path, EN)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"word/document.xml": "<w:document"}, "word/document.xml is damaged"),
        ({"word/document.xml": LAUGHS + "<x>&b;</x>"}, "declares a document type"),
        ({"word/document.xml": "<a>" * 3000 + "</a>" * 3000}, "word/document.xml is damaged"),
        ({"word/document.xml": "<x/>"}, "holds no word-processor document"),
        ({"../../evil.txt": "x"}, "leads out of the archive"),
        ({"word/media/bomb.bin": b"\0" * (80 << 20)}, "unpacks to more than 200 times its size"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_archives_that_do_harm(tmp_path: Path, extra: dict[str, str | bytes], message: str) -> None:
    path = docx(tmp_path / "bad.docx", p("The Committee met."), extra=extra)
    with pytest.raises(InputError, match=message) as caught:
        read_document(path, EN)
    assert caught.value.path == "bad.docx"
    assert caught.value.hint


def test_document_without_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no text"):
        read(tmp_path, p(""))


def test_outside_parts_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "styles.xml"
    outside.write_text("<!not xml", "utf-8")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    relation = f'<Relationship Id="rId9" Type="{kind}" Target="{outside.as_uri()}" TargetMode="External"/>'
    assert shown(read(tmp_path, p("The Committee met."), relations=relation)) == ["The Committee met."]


def test_command_line_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.docx"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert run(["read", str(path)]) == 3
    error = capsys.readouterr().err
    assert "bad.docx" in error
    assert "Traceback" not in error


# --- the report -----------------------------------------------------------------------------------------------------


def normal(text: str, lang: Lang) -> str:
    return " ".join(re.split("[ \\n]+", nfc(text).strip()))


def assert_is_the_report(path: Path, lang: Lang, *, wrong: int = 0) -> None:
    """Paragraphs of the report are exact, all but ``wrong`` numbers right; what stands beside is where it belongs."""
    if not path.exists():
        pytest.skip("the shared data folder is not beside the repository")
    blocks = json.loads((DOCS / f"truth_{lang}.json").read_text("utf-8"))
    extras = json.loads((DOCS / f"extras_{lang}.json").read_text("utf-8"))
    edition = for_path(path, "read_document").read_document(path, lang)

    # The files show a change that the list of paragraphs does not: these words were put in.
    put_in = normal(f"De nombreux États parties ont {extras['inserted']}souligné", lang) if extras["inserted"] else ""
    found = [(s.label, s.text.replace(put_in, "De nombreux États parties ont souligné") if put_in else s.text)
             for s in edition.segments]  # fmt: skip
    missing = [one for one in blocks if (one["num"], normal(one["text"], lang)) not in found]
    assert len(missing) <= wrong, missing
    assert all(normal(one["text"], lang) in [text for _, text in found] for one in blocks)

    def of(kind: Kind) -> list[str]:
        return [segment.text for segment in edition.segments if segment.kind is kind]

    body = " ".join(segment.text for segment in edition.segments)
    assert of(Kind.HEADER) == [extras["header"]]
    assert len(of(Kind.FOOTER)) == 1
    assert of(Kind.FOOTER)[0].startswith(extras["footer"])
    assert [text.replace(" ", "") for text in of(Kind.FOOTNOTE)] == [
        normal(one, lang).replace(" ", "") for one in extras["foot"]
    ]
    assert of(Kind.CELL) == [normal(text, lang) for row in extras["table"] for text in row]
    assert sum(len(segment.notes) for segment in edition.segments) == len(extras["foot"])
    assert edition.document.symbol == extras["header"]
    if extras["inserted"]:
        assert put_in in body
        assert f"était {extras['deleted']}satisfaisante" not in body
        assert extras["comment"] not in body


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_report(lang: Lang) -> None:
    assert_is_the_report(DOCS / f"{lang}.docx", lang)


def test_report_before_its_changes() -> None:
    path = DOCS / "fr.docx"
    if not path.exists():
        pytest.skip("the shared data folder is not beside the repository")
    body = " ".join(segment.text for segment in read_document(path, FR, original=True).segments)
    assert "était très satisfaisante" in body
    assert "ont souligné que la coopération" in body
