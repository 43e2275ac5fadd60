"""OpenDocument texts (.odt) as documents: the text, numbers and notes that a reader sees."""

from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from tests.office_files import by_libreoffice, items, list_style, odt, odt_level
from tests.test_docx_documents import DOCS, LAUGHS, assert_is_the_report, labels, shown
from tm.errors import InputError
from tm.formats.odt import read_document
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Edition, Kind

EN, FR = Lang("en"), Lang("fr")
#: Numbers in a list within a list, as most documents have them.
PLAIN = list_style("L", odt_level(1, "1"), odt_level(2, "a", ")"), odt_level(3, "i"))
IN_L = 'text:style-name="L"'


def read(tmp_path: Path, body: str, *, original: bool = False, **parts: Any) -> Edition:
    return read_document(odt(tmp_path / "x.odt", body, **parts), EN, original=original)


def para(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def heading(text: str, level: int = 1, more: str = "") -> str:
    return f'<text:h text:outline-level="{level}" {more}>{text}</text:h>'


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "more", "expected"),
    [
        ("1", 'text:start-value="9"', ["9.", "10."]),
        ("01, 02, 03, ...", 'text:start-value="9"', ["09.", "10."]),
        ("I", 'text:start-value="3"', ["III.", "IV."]),
        ("i", 'text:start-value="9"', ["ix.", "x."]),
        ("A", 'text:start-value="26" style:num-letter-sync="true"', ["Z.", "AA."]),
        ("a", 'text:start-value="27" style:num-letter-sync="true"', ["aa.", "bb."]),
        ("a", 'text:start-value="27"', ["aa.", "ab."]),
        ("а, б, .., аа, аб, ... (ru)", 'text:start-value="9"', ["и.", "к."]),
        ("А, Б, .., Аа, Аб, ... (ru)", "", ["А.", "Б."]),
        ("ا, ب, ج, ...", 'text:start-value="2"', ["ب.", "ج."]),
        ("أ, ب, ت, ...", 'text:start-value="2"', ["ب.", "ت."]),
        ("一, 二, 三, ...", 'text:start-value="10"', ["十.", "十一."]),
        ("壹, 贰, 叁, ...", 'text:start-value="2"', ["贰.", "叁."]),
        ("①, ②, ③, ...", "", ["①.", "②."]),
        ("1st", 'text:start-value="11"', ["11th.", "12th."]),
        ("unheard of", "", ["1.", "2."]),
        ("1", 'style:num-prefix="("', ["(1.", "(2."]),
    ],
)
def test_numbers_of_every_form(tmp_path: Path, form: str, more: str, expected: list[str]) -> None:
    styles = list_style("L", odt_level(1, form, more=more))
    assert labels(read(tmp_path, items("One clause;", "Another clause.", attributes=IN_L), styles=styles)) == expected


def test_levels_count_inside_each_other(tmp_path: Path) -> None:
    inner = items("Inner one;", "Inner two;")
    body = items(f"<text:p>First clause;</text:p>{inner}", f"<text:p>Second clause;</text:p>{inner}", attributes=IN_L)
    assert labels(read(tmp_path, body, styles=PLAIN)) == ["1.", "a)", "b)", "2.", "a)", "b)"]


@pytest.mark.parametrize("more", ['text:display-levels="2"', 'loext:num-list-format="%1%.%2%."'])
def test_label_may_show_the_levels_above(tmp_path: Path, more: str) -> None:
    styles = list_style("L", odt_level(1, "I"), odt_level(2, "1", more=more))
    body = items(f"<text:p>First part;</text:p>{items('A clause;', 'Another.')}", attributes=IN_L)
    assert labels(read(tmp_path, body, styles=styles)) == ["I.", "I.1.", "I.2."]


def test_lists_count_on_where_they_say_so(tmp_path: Path) -> None:
    body = (
        items("One;", "Two;", attributes=f'{IN_L} xml:id="a"')
        + para("A paragraph between the lists.")
        + items("Three;", attributes=f'{IN_L} text:continue-numbering="true"')
        + items("Another one;", attributes=f'{IN_L} xml:id="b"')
        + items("Four;", attributes=f'{IN_L} text:continue-list="a"')
        + items("Other style;", attributes='text:style-name="M" text:continue-numbering="true"')
    )
    edition = read(tmp_path, body, styles=PLAIN + list_style("M", odt_level(1, "A")))
    assert labels(edition) == ["1.", "2.", "", "3.", "1.", "4.", "A."]


def test_interrupted_inner_list_counts_on(tmp_path: Path) -> None:
    body = (
        items(f"<text:p>First clause;</text:p>{items('Inner;')}", attributes=IN_L)
        + para("A paragraph between the lists.")
        + items(items("Inner still;"), "Second clause.", attributes=f'{IN_L} text:continue-numbering="true"')
    )
    assert labels(read(tmp_path, body, styles=PLAIN)) == ["1.", "a)", "", "b)", "2."]


def test_items_with_more_than_a_paragraph_and_without_number(tmp_path: Path) -> None:
    body = (
        f"<text:list {IN_L}><text:list-header>{para('Under the list, no number.')}</text:list-header>"
        f"<text:list-item>{para('First clause.')}{para('It goes on here.')}</text:list-item>"
        f'<text:list-item>{para("")}</text:list-item><text:list-item text:start-value="7">{para("Seventh clause.")}'
        "</text:list-item></text:list>"
    )
    assert labels(read(tmp_path, body, styles=PLAIN)) == ["", "1.", "", "7."]
    assert labels(read(tmp_path, items("One;", "<text:p/>", "Three.", attributes=IN_L), styles=PLAIN)) == ["1.", "3."]


def test_list_without_style_takes_that_of_its_paragraphs(tmp_path: Path) -> None:
    own = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Numbered"/>'
    styles = PLAIN + '<style:style style:name="Numbered" style:family="paragraph" style:list-style-name="L"/>'
    assert labels(read(tmp_path, items(para("A clause;", "P1"), para("Another.", "P1")), styles=styles, own=own)) == [
        "1.", "2.",
    ]  # fmt: skip


def test_numbered_paragraphs(tmp_path: Path) -> None:
    def one(text: str, level: int) -> str:
        names = f'{IN_L} text:list-id="n" text:level="{level}"'
        return f"<text:numbered-paragraph {names}>{para(text)}</text:numbered-paragraph>"

    body = one("First clause;", 1) + one("An item;", 2) + one("Second clause.", 1)
    assert labels(read(tmp_path, body, styles=PLAIN)) == ["1.", "a)", "2."]


def test_headings_count_by_the_outline(tmp_path: Path) -> None:
    levels = "".join(
        f'<text:outline-level-style text:level="{i}" style:num-format="{form}" {more}/>'
        for i, form, more in (
            (1, "I", 'style:num-suffix="." text:start-value="2"'),
            (2, "A", 'style:num-suffix="."'),
            (3, "", ""),
        )
    )
    styles = f"<text:outline-style>{levels}</text:outline-style>" + (
        '<style:style style:name="Bare" style:family="paragraph" style:list-style-name=""/>'
    )
    body = (
        heading("General matters")
        + para("The Committee met.")
        + heading("Opening", 2)
        + heading("Closing", 2, 'text:restart-numbering="true" text:start-value="5"')
        + heading("No number here", 1, 'text:is-list-header="true"')
        + heading("Nor here", 1, 'text:style-name="Bare"')
        + heading("Detail", 3)
        + heading("Further matters")
        + heading("Opening again", 2)
        + para("It rose.")
    )
    edition = read(tmp_path, body, styles=styles)
    assert labels(edition) == ["II.", "", "A.", "E.", "", "", "", "III.", "A.", ""]
    assert edition.segments[2].kind is Kind.HEADING


def test_bullets(tmp_path: Path) -> None:
    styles = list_style("L", '<text:list-level-style-bullet text:level="1" text:bullet-char="–"/>')
    assert labels(read(tmp_path, items("One thing;", "Another.", attributes=IN_L), styles=styles)) == ["•", "•"]


# --- text -----------------------------------------------------------------------------------------------------------


def test_characters_that_have_elements(tmp_path: Path) -> None:
    text = (
        'The\n   Committee<text:s text:c="3"/>met<text:tab/>in<text:line-break/>Vienna<text:soft-page-break/>, '
        '<text:span>as <text:a xlink:href="http://example.org/">planned</text:a></text:span>, on '
        "<text:date>5 May</text:date>, co\u00adoperating."
    )
    assert shown(read(tmp_path, para(text))) == [
        "The Committee met in Vienna, as planned, on 5 May, co\u00adoperating."
    ]


def test_comments_readings_and_hidden_text_are_left_out(tmp_path: Path) -> None:
    own = '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    text = (
        "The <office:annotation><text:p>A remark.</text:p></office:annotation>report"
        '<text:span text:style-name="T1"> secretly</text:span>'
        '<text:hidden-text text:is-hidden="true"> hidden</text:hidden-text> was '
        "<text:ruby><text:ruby-base>adopted</text:ruby-base><text:ruby-text>x</text:ruby-text></text:ruby>."
    )
    gone = f'<text:section text:display="none">{para("Hidden section.")}</text:section>'
    assert shown(read(tmp_path, para(text) + gone, own=own)) == ["The report was adopted."]


def test_text_boxes_stand_after_their_paragraph(tmp_path: Path) -> None:
    box = (
        f"<draw:frame><draw:text-box>{para('Text in the box.')}</draw:text-box><svg:desc>A box</svg:desc></draw:frame>"
    )
    shape = f"<draw:custom-shape>{para('Text in the shape.')}</draw:custom-shape>"
    edition = read(
        tmp_path, para(f"Text beside{box} the box.{shape}") + f"<text:section>{para('The end.')}</text:section>"
    )
    assert shown(edition) == ["Text beside the box.", "Text in the box.", "Text in the shape.", "The end."]


def test_table_is_read_cell_by_cell(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return (
            f"<table:table-row>{''.join(f'<table:table-cell>{c}</table:table-cell>' for c in cells)}</table:table-row>"
        )

    inner = f"<table:table>{row(para('Inside'))}</table:table>"
    head = f"<table:table-header-rows>{row(para('Country'), para('Cases'))}</table:table-header-rows>"
    table = f"<table:table>{head}{row(para('Kenya'), para('1,234') + inner)}</table:table>"
    edition = read(tmp_path, para("The figures follow here.") + table + para("They are final."))
    assert shown(edition) == [
        "The figures follow here.",
        "Country",
        "Cases",
        "Kenya",
        "1,234",
        "Inside",
        "They are final.",
    ]
    assert [s.kind for s in edition.segments[1:6]] == [Kind.CELL] * 5


# --- tracked changes ------------------------------------------------------------------------------------------------


def tracked(*regions: str) -> str:
    return f"<text:tracked-changes>{''.join(regions)}</text:tracked-changes>"


def taken_out(key: str, *paragraphs: str) -> str:
    return (
        f'<text:changed-region text:id="{key}"><text:deletion><office:change-info/>{"".join(map(para, paragraphs))}'
        "</text:deletion></text:changed-region>"
    )


def put_in(key: str) -> str:
    change = "<text:insertion><office:change-info/></text:insertion>"
    return f'<text:changed-region text:id="{key}">{change}</text:changed-region>'


def begin(key: str) -> str:
    return f'<text:change-start text:change-id="{key}"/>'


def end(key: str) -> str:
    return f'<text:change-end text:change-id="{key}"/>'


def test_tracked_changes_are_accepted_or_undone(tmp_path: Path) -> None:
    body = tracked(taken_out("d", "noted "), put_in("i")) + para(
        f'The Committee <text:change text:change-id="d"/><text:span>{begin("i")}welcomed {end("i")}</text:span>'
        "the report."
    )
    assert shown(read(tmp_path, body)) == ["The Committee welcomed the report."]
    assert shown(read(tmp_path, body, original=True)) == ["The Committee noted the report."]


def test_paragraphs_put_in_are_undone(tmp_path: Path) -> None:
    body = tracked(put_in("i"), put_in("j")) + items(
        para(f"The Committee met{begin('i')} in Vienna."),
        para("It sat."),
        para(f"It was long{end('i')} and rose."),
        para(f"{begin('j')}New clause."),
        para(f"{end('j')}It adjourned."),
        attributes=IN_L,
    )
    assert shown(read(tmp_path, body, styles=PLAIN)) == [
        "1. The Committee met in Vienna.", "2. It sat.", "3. It was long and rose.", "4. New clause.",
        "5. It adjourned.",
    ]  # fmt: skip
    assert shown(read(tmp_path, body, styles=PLAIN, original=True)) == [
        "1. The Committee met and rose.", "2. It adjourned.",
    ]  # fmt: skip


def test_paragraphs_taken_out_come_back(tmp_path: Path) -> None:
    body = tracked(taken_out("d", " in Vienna.", "It sat.", "It was long"), taken_out("e", "All of it.")) + (
        para('The Committee met<text:change text:change-id="d"/> and rose.') + '<text:change text:change-id="e"/>'
    )
    assert shown(read(tmp_path, body)) == ["The Committee met and rose."]
    assert shown(read(tmp_path, body, original=True)) == [
        "The Committee met in Vienna.", "It sat.", "It was long and rose.", "All of it.",
    ]  # fmt: skip


# --- notes and margins ----------------------------------------------------------------------------------------------


def note(text: str, kind: str = "footnote", citation: str = "<text:note-citation>0</text:note-citation>") -> str:
    body = f"<text:note-body>{para(text)}</text:note-body>"
    return f'<text:note text:note-class="{kind}">{citation}{body}</text:note>'


def test_notes_are_segments_after_the_body_with_their_own_numbers(tmp_path: Path) -> None:
    starred = '<text:note-citation text:label="*">*</text:note-citation>'
    styles = '<text:notes-configuration text:note-class="endnote" style:num-format="i" text:start-value="0"/>'
    body = para(
        f"The Committee{note('See A/RES/70/1.')} met{note('Named so.', citation=starred)} again"
        f"{note('As amended.', 'endnote')}{note('See the annex.')}."
    )
    edition = read(tmp_path, body + para("It rose."), styles=styles)
    assert edition.segments[0].text == "The Committee met again."
    assert edition.segments[0].notes == ("1", "*", "i", "2")
    assert shown(edition)[1:] == ["It rose.", "1 See A/RES/70/1.", "* Named so.", "2 See the annex.", "i As amended."]
    assert [s.kind for s in edition.segments[2:]] == [Kind.FOOTNOTE] * 4


def master(name: str, header: str, following: str = "", footer: str = "") -> str:
    more = f'style:next-style-name="{following}"' if following else ""
    foot = f"<style:footer>{para(footer)}</style:footer>" if footer else ""
    return (
        f'<style:master-page style:name="{name}" style:page-layout-name="pm" {more}><style:header>{para(header)}'
        f"</style:header>{foot}</style:master-page>"
    )


def test_heads_of_pages_used_are_set_apart_those_of_the_first_as_masthead(tmp_path: Path) -> None:
    own = '<style:style style:name="P1" style:family="paragraph" style:master-page-name="First"/>'
    masters = (
        master("Unused", "Nowhere to be seen")
        + master("First", "Distr.: General, 12 July 2018", "Standard")
        + master("Standard", "A/72/39/Add.1", footer="18-04321")
    )
    edition = read(tmp_path, para("The Committee met.", "P1"), own=own, masters=masters)
    assert [(s.kind, s.text) for s in edition.segments] == [
        (Kind.MASTHEAD, "Distr.: General, 12 July 2018"), (Kind.HEADER, "A/72/39/Add.1"),
        (Kind.PARAGRAPH, "The Committee met."), (Kind.FOOTER, "18-04321"),
    ]  # fmt: skip
    assert (edition.document.symbol, str(edition.document.date)) == ("A/72/39/Add.1", "2018-07-12")


# --- bad input ------------------------------------------------------------------------------------------------------

_ENCRYPTED = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml">'
    "<m:encryption-data/></m:file-entry></m:manifest>"
)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"META-INF/manifest.xml": _ENCRYPTED}, "protected by a password"),
        ({"content.xml": "<office"}, "content.xml is damaged"),
        ({"content.xml": LAUGHS + "<x>&b;</x>"}, "declares a document type"),
        ({"content.xml": "<a>" * 3000 + "</a>" * 3000}, "content.xml is damaged"),
        ({"content.xml": "<x/>"}, "holds no OpenDocument text"),
        ({"../../evil.txt": "x"}, "leads out of the archive"),
        ({"Pictures/bomb.bin": b"\0" * (80 << 20)}, "unpacks to more than 200 times its size"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_archives_that_do_harm(tmp_path: Path, extra: dict[str, str | bytes], message: str) -> None:
    path = odt(tmp_path / "bad.odt", para("The Committee met."), extra=extra)
    with pytest.raises(InputError, match=message) as caught:
        read_document(path, EN)
    assert caught.value.path == "bad.odt"
    assert caught.value.hint


def test_files_cut_off_or_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = odt(tmp_path / "bad.odt", para("The Committee met."))
    path.write_bytes(path.read_bytes()[:-150])
    assert run(["read", str(path)]) == 3
    assert "bad.odt: the archive is damaged" in capsys.readouterr().err
    with pytest.raises(InputError, match="holds no text"):
        read(tmp_path, para(""))


# --- proof ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_report(lang: Lang) -> None:
    assert_is_the_report(DOCS / f"{lang}.odt", lang)


def test_report_before_its_changes() -> None:
    path = DOCS / "fr.odt"
    if not path.exists():
        pytest.skip("the shared data folder is not beside the repository")
    body = " ".join(segment.text for segment in read_document(path, FR, original=True).segments)
    assert "était très satisfaisante" in body
    assert "ont souligné que la coopération" in body


def test_numbers_are_those_that_libreoffice_shows(tmp_path: Path) -> None:
    styles = list_style(
        "L",
        odt_level(1, "1"),
        odt_level(2, "a", ")", 'style:num-letter-sync="true"'),
        odt_level(3, "i", ".", 'text:display-levels="3"'),
    )
    deep = items(f"<text:p>Two down;</text:p>{items('Three down;', 'Three down again;')}", "Two down again;")
    body = (
        items(
            f"<text:p>First;</text:p>{deep}",
            "<text:p/>",
            f"<text:p>Third;</text:p>{deep}",
            attributes=f'{IN_L} xml:id="a"',
        )
        + para("Between.")
        + items(items("Two down still;"), "Fourth;", attributes=f'{IN_L} text:continue-numbering="true"')
        + items("Anew;", attributes=f'{IN_L} xml:id="b"')
        + items(f"<text:p>Fifth;</text:p>{deep}", attributes=f'{IN_L} text:continue-list="a"')
    )
    path = odt(
        tmp_path / "x.odt",
        body,
        styles=styles,
        masters='<style:master-page style:name="Standard" style:page-layout-name="pm"/>',
    )
    text = by_libreoffice(path, "txt:Text (encoded):UTF8", tmp_path).read_text("utf-8")

    lines = [line.strip("\ufeff ") for line in text.splitlines()]
    assert shown(read_document(path, EN)) == [line for line in lines if " " in line or line == "Between."]
