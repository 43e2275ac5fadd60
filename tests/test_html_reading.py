"""Web pages as documents: what a reader of the page sees, and nothing else."""

import json
import re
from pathlib import Path

import pytest

from cli.main import run
from tests.conftest import REPORT
from tm.errors import InputError, LanguageError
from tm.formats.html import read_document
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Edition, Kind
from tm.text import nfc

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT.parent / "shared" / "data" / "interop" / "docs"
UDHR = ROOT.parent / "shared" / "data" / "udhr"
EN, FR, ZH = Lang("en"), Lang("fr"), Lang("zh")


def read(tmp_path: Path, page: str | bytes, lang: Lang | None = EN, name: str = "x.html") -> Edition:
    path = tmp_path / name
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return read_document(path, lang)


def shown(edition: Edition) -> list[str]:
    """Label and text of each segment."""
    return [f"{segment.label} {segment.text}".strip() for segment in edition.segments]


def paths(edition: Edition) -> list[str]:
    return [".".join(segment.path) for segment in edition.segments]


# --- lists ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        ("<ol><li>One<li>Two</ol>", ["1.", "2."]),
        ("<ol start=7><li>One<li>Two</ol>", ["7.", "8."]),
        ("<ol start=-1><li>One<li>Two</ol>", ["-1.", "0."]),
        ("<ol reversed><li>One<li>Two<li>Three</ol>", ["3.", "2.", "1."]),
        ("<ol reversed start=10><li>One<li>Two</ol>", ["10.", "9."]),
        ("<ol><li>One<li value=5>Two<li>Three</ol>", ["1.", "5.", "6."]),
        ("<ol type=a><li>One<li>Two</ol>", ["a.", "b."]),
        ("<ol type=A start=27><li>One<li>Two</ol>", ["AA.", "AB."]),
        ("<ol type=i start=9><li>One<li>Two</ol>", ["ix.", "x."]),
        ("<ol type=I><li>One<li type=a>Two</ol>", ["I.", "b."]),
        ("<ol style='list-style: upper-roman inside'><li>One<li>Two</ol>", ["I.", "II."]),
        ("<ol style='list-style-type:none'><li>(a) One<li>(b) Two</ol>", ["(a)", "(b)"]),
        ("<style>li {list-style: none}</style><ol><li>5. One<li>6. Two</ol>", ["5.", "6."]),
        ("<style>li {list-style: none}</style><ol><li>One<li>Two</ol>", ["", ""]),
        ("<ul><li>One<li>Two</ul>", ["•", "•"]),
        ("<ol><li><p>One</p><p>More</p><li>Two</ol>", ["1.", "", "2."]),
    ],
)
def test_the_numbers_of_lists_are_those_a_browser_shows(tmp_path: Path, page: str, labels: list[str]) -> None:
    assert [segment.label for segment in read(tmp_path, page).segments] == labels


def test_lists_inside_lists_have_the_path_of_the_item_around_them(tmp_path: Path) -> None:
    page = """<h2>II. Recommendations</h2>
    <ol start=4><li>States should:<ol type=a><li>Act:<ol><li>Now;<li>Later;</ol><li>Report.</ol>
    <li>The Commission took note.<ul><li>Of this</ul></ol><p>6. It adjourned.</p>"""

    edition = read(tmp_path, page)

    assert list(zip(paths(edition), shown(edition), strict=True))[1:] == [
        ("II.4", "4. States should:"),
        ("II.4.a", "a. Act:"),
        ("II.4.a.1", "1. Now;"),
        ("II.4.a.2", "2. Later;"),
        ("II.4.b", "b. Report."),
        ("II.5", "5. The Commission took note."),
        ("II.5", "• Of this"),
        ("II.6", "6. It adjourned."),
    ]
    assert [segment.kind for segment in edition.segments[1:5]] == [Kind.CHAPEAU, Kind.ITEM, Kind.ITEM, Kind.ITEM]


# --- blocks ---------------------------------------------------------------------------------------------------------


def test_only_what_a_reader_sees_is_read(tmp_path: Path) -> None:
    page = """<html><head><title>Title of the window</title><style>p {color: red}</style></head><body>
    <nav><a href=x>Home</a></nav><script>alert("no")</script><noscript>Switch scripts on</noscript>
    <p>Visible&nbsp;text &amp; <b>more</b><!-- a remark --> of it, par&shy;ts <ins>put in</ins><del>taken out</del>.</p>
    <p hidden>hidden</p><p style="display: none">styled away</p><div aria-hidden="true">for no one</div>
    <div role=navigation>menu</div><template>template</template><svg><text>drawn</text></svg>
    <select><option>choice</select><button>Press</button></body></html>"""

    assert shown(read(tmp_path, page)) == ["Visible\u00a0text & more of it, par\u00adts put in."]


def test_headings_titles_page_furniture_and_tables(tmp_path: Path) -> None:
    page = """<body><header>A/CONF.239/3</header><h1>Draft report</h1><h2>A. Opening</h2><p>1. The session opened.</p>
    <table><caption>Cases</caption><tr><th>Country</th><th>Number</th></tr><tr><td>Algeria</td><td> 12 </td></tr>
    <tr><td></td><td><p>One</p><p>Two</p></td></tr></table><footer>V.18-04321</footer></body>"""

    edition = read(tmp_path, page)

    assert [(segment.kind.value, segment.text) for segment in edition.segments] == [
        ("header", "A/CONF.239/3"), ("title", "Draft report"), ("heading", "Opening"),
        ("paragraph", "The session opened."), ("heading", "Cases"), ("cell", "Country"), ("cell", "Number"),
        ("cell", "Algeria"), ("cell", "12"), ("cell", "One"), ("cell", "Two"), ("footer", "V.18-04321"),
    ]  # fmt: skip
    assert (edition.document.symbol, edition.document.title) == ("A/CONF.239/3", "Draft report")


def test_a_table_that_only_places_parts_of_the_page_holds_paragraphs(tmp_path: Path) -> None:
    page = "<table><tr><td><h1>Report</h1><p>1. The session opened.</p><p>2. It closed.</p></td></tr></table>"

    assert {segment.kind for segment in read(tmp_path, page).segments} == {Kind.TITLE, Kind.PARAGRAPH}


def test_line_breaks_are_spaces_unless_they_part_paragraphs(tmp_path: Path) -> None:
    page = "<p>One<br>line<br><br>Another<br/>\n<br/>States should:<br>(a) Act;<br>(b) Report.</p>"

    assert shown(read(tmp_path, page)) == ["One line", "Another", "States should:", "(a) Act;", "(b) Report."]


def test_chinese_lines_join_without_a_space(tmp_path: Path) -> None:
    assert shown(read(tmp_path, "<p>缔约国\n应当<br>采取措施</p>", ZH)) == ["缔约国应当采取措施"]


def test_the_masthead_tells_symbol_date_and_session(tmp_path: Path) -> None:
    page = """<table><tr><td>United Nations<td>A/72/345</table><p>Distr.: General<br>11 August 2017</p>
    <p>Original: English</p><p>Seventy-second session<br>Item 73 (b) of the provisional agenda</p>
    <h1>Report of the Secretary-General</h1><p>1. Text.</p>"""

    document = read(tmp_path, page).document

    assert (document.symbol, document.session) == ("A/72/345", "Seventy-second session")
    assert (str(document.date), document.title) == ("2017-08-11", "Report of the Secretary-General")


def test_a_page_of_preformatted_text_is_read_as_the_text_file_it_was(tmp_path: Path) -> None:
    text = (REPORT / "real" / "en.txt").read_text("utf-8").replace("\f", "")
    edition = read(tmp_path, f"<html><body><pre>{text.replace('&', '&amp;').replace('<', '&lt;')}</pre></body></html>")

    labels = [segment.label for segment in edition.segments if segment.label]
    assert {"II.", "A.", "1.", "(a)"} <= set(labels)


# --- footnotes ------------------------------------------------------------------------------------------------------

NOTE_STYLES = [
    '<p>Text<sup><a href="#n1" id="r1">1</a></sup> goes on.</p><p id="n1"><a href="#r1">1</a> The note.</p>',
    '<p>Text<a href="#_ftn1" name="_ftnref1">[1]</a> goes on.</p><div id=ftn1><p><a href="#_ftnref1" name="_ftn1">[1]'
    "</a> The note.</p></div>",
    '<p>Text<a href="#n1" role="doc-noteref">1</a> goes on.</p><aside id=n1 role=doc-footnote>The note.</aside>',
    '<p>Text<sup id="fnref1"><a href="#fn1">[1]</a></sup> goes on.</p><section class="footnotes"><ol><li id="fn1"><p>'
    'The note. <a href="#fnref1">↩︎</a></p></li></ol></section>',
    '<p>Text<a href="#n1" id="r1">0</a> goes on.</p><p class=Footnote><a id="n1" href="#r1">0</a>The note.</p>',
]


@pytest.mark.parametrize("page", NOTE_STYLES)
def test_footnotes_stand_apart_and_their_marks_leave_the_text(tmp_path: Path, page: str) -> None:
    text, note = read(tmp_path, page).segments

    assert (text.text, text.notes) == ("Text goes on.", ("1",))
    assert (note.kind, note.label, note.text) == (Kind.FOOTNOTE, "1", "The note.")


def test_a_link_to_a_heading_is_no_footnote(tmp_path: Path) -> None:
    page = '<p>See section <a href="#s2">2</a>.</p><h2 id="s2">2. Results</h2><p>Text.</p>'

    edition = read(tmp_path, page)

    assert shown(edition)[0] == "See section 2."
    assert Kind.FOOTNOTE not in {segment.kind for segment in edition.segments}


# --- encodings and languages ----------------------------------------------------------------------------------------

FRENCH = (
    "<p>Les États parties devraient coopérer, notamment en matière d’entraide judiciaire et d’extradition, dans les "
)
FRENCH += "affaires de trafic illicite de migrants dont ils sont saisis par les autorités des pays de destination.</p>"


@pytest.mark.parametrize(
    ("head", "codec", "bom"),
    [
        ('<meta charset="utf-8">', "utf-8", b""),
        ("", "utf-8", b""),
        ("", "utf-8", b"\xef\xbb\xbf"),
        ("", "utf-16-le", b"\xff\xfe"),
        ("<meta charset=iso-8859-1>", "cp1252", b""),
        ('<meta http-equiv=Content-Type content="text/html; charset=windows-1252">', "cp1252", b""),
        ("<meta charset=utf-8>", "cp1252", b""),
        ("", "cp1252", b""),
    ],
)
def test_encodings(tmp_path: Path, head: str, codec: str, bom: bytes) -> None:
    edition = read(tmp_path, bom + f"<html><head>{head}</head><body>{FRENCH}</body></html>".encode(codec), None)

    assert (edition.lang, edition.problems) == (FR, ())
    assert shown(edition)[0].startswith("Les États parties devraient coopérer, notamment en matière d’entraide")


@pytest.mark.parametrize(
    ("page", "name", "lang"),
    [
        (f"<html lang=en-US>{FRENCH}", "x.html", "fr"),
        (f"<html lang=fr-CH>{FRENCH}", "x.html", "fr-CH"),
        ("<html lang=es>CEPAL", "x.html", "es"),
        (f"<html lang=en>{FRENCH}", "a-res-70-1-fr.html", "fr"),
    ],
)
def test_the_language_is_that_of_the_text_before_what_the_page_says(
    tmp_path: Path, page: str, name: str, lang: str
) -> None:
    assert read(tmp_path, page, None, name).lang == Lang.parse(lang)


def test_the_wrong_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match="its text is French"):
        read(tmp_path, FRENCH * 3, EN)


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("", "empty"),
        ("   ", "no elements"),
        ("<html><body><script>fill()</script></body></html>", "no text"),
        ("<div>" * 3000 + "deep" + "</div>" * 3000, "nested more than 2000 deep"),
        (
            "<p>A</p>\n<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">Text</p>",
            "x.html:2: an element has",
        ),
    ],
    ids=["empty", "blank", "script", "deep", "attributes"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, page: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read(tmp_path, page)
    assert error.value.hint
    assert error.value.path == "x.html"


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    page = f"""<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "ha"><!ENTITY file SYSTEM "file:///etc/hostname">{laughs}]>
    <html><body><p>Text</p><p>&l11;</p><p>&file;</p></body></html>"""

    texts = [segment.text for segment in read(tmp_path, page).segments]

    assert "Text" in texts
    assert sum(map(len, texts)) < 2000


def test_a_page_of_twenty_thousand_cells_is_read_in_time(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Row {number}</td><td>{number}</td></tr>" for number in range(10_000))

    assert len(read(tmp_path, f"<table>{rows}</table>").segments) == 20_000


def test_the_command_line_reads_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "A_RES_70_1_E.html"
    path.write_text("<p>1. The General Assembly takes note.</p>", "utf-8")

    assert run(["read", str(path), "--json"]) == 0
    told = capsys.readouterr()
    assert "A/RES/70/1, by its name" in told.err
    assert json.loads(told.out)["segments"][0]["label"] == "1."


# --- real files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_the_report_as_a_word_processor_saves_it(lang: Lang) -> None:
    if not DOCS.exists():
        pytest.skip("the shared data folder is not beside the repository")
    blocks = json.loads((DOCS / f"truth_{lang}.json").read_text("utf-8"))
    extras = json.loads((DOCS / f"extras_{lang}.json").read_text("utf-8"))
    edition = read_document(DOCS / f"{lang}.html", lang)

    def normal(text: str) -> str:
        # The page shows a change without saying so: what was put in and what was taken out stand in the text.
        for change in (extras["inserted"], extras["deleted"]):
            text = text.replace(change, "") if change else text
        return " ".join(re.split("[ \\n]+", nfc(text).strip()))

    found = {(segment.label, normal(segment.text)) for segment in edition.segments}
    right = [one for one in blocks if (one["num"], normal(one["text"])) in found]
    # The program that wrote the French page numbered its last heading anew.
    assert len(right) >= len(blocks) - (1 if lang == FR else 0)
    by_kind = {kind: [segment.text for segment in edition.segments if segment.kind is kind] for kind in Kind}
    assert by_kind[Kind.FOOTNOTE] == [normal(text) for text in extras["foot"]]
    assert by_kind[Kind.CELL] == [normal(text) for row in extras["table"] for text in row]
    assert not any(extras["comment"] and extras["comment"] in segment.text for segment in edition.segments)


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_a_declaration_paragraph_by_paragraph(lang: Lang, tmp_path: Path) -> None:
    if not UDHR.exists():
        pytest.skip("the shared data folder is not beside the repository")
    texts = [line for line in (UDHR / f"udhr.{lang}.txt").read_text("utf-8").splitlines() if line.strip()]
    edition = read(tmp_path, "".join(f"<p>{text}</p>\n" for text in texts), lang)

    assert shown(edition) == [" ".join(re.split("[ \\n]+", nfc(text.replace("\u2010", "-")).strip())) for text in texts]
    assert [segment.line for segment in edition.segments] == list(range(1, len(texts) + 1))
