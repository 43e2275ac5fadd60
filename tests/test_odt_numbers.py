"""Numbers of OpenDocument texts as LibreOffice shows them, also before tracked changes; what is none of the text."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tm.formats.odt import read_document
from tm.lang import Lang
from tm.model import Edition, Kind

EN = Lang("en")
_SPACES = {
    "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing", "svg": "svg-compatible",
}  # fmt: skip
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"' for short, long in _SPACES.items()
)
_NAMES += ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
_MIME = "application/vnd.oasis.opendocument.text"
_MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.3">'
    f'<m:file-entry m:full-path="/" m:media-type="{_MIME}"/>'
    '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    '<m:file-entry m:full-path="styles.xml" m:media-type="text/xml"/></m:manifest>'
)
#: Seconds that LibreOffice may take on a busy machine.
_LONGEST = 120
#: Forms of numbers, each with what its items show: the first, and those after the last letter or sign.
_FORMS = [
    ("1", {1: "1.", 40: "40."}),
    ("I", {4: "IV.", 40: "XL."}),
    ("a", {26: "z.", 27: "aa.", 28: "ab.", 53: "ba."}),
    ("A", {2: "B.", 28: "AB."}),
    ("01, 02, 03, ...", {1: "01.", 10: "10."}),
    ("А, Б, .., Аа, Аб, ... (ru)", {1: "А.", 26: "Ы.", 29: "Я.", 30: "Аа.", 31: "Аб."}),
    ("а, б, .., аа, бб, ... (ru)", {10: "к.", 30: "аа.", 31: "бб."}),
    ("А, Б, .., Аа, Бб, ... (ru)", {31: "Бб."}),
    ("أ, ب, ت, ...", {1: "أ.", 3: "ت.", 30: "أب."}),
    ("ا, ب, ج, ...", {1: "ا.", 3: "ج.", 30: "اب."}),
    ("١, ٢, ٣, ...", {12: "١٢."}),
    ("۱, ۲, ۳, ...", {45: "۴۵."}),
    ("一, 二, 三, ...", {2: "二.", 12: "十二.", 20: "二十."}),
    ("壹, 贰, 叁, ...", {2: "贰.", 10: "壹拾.", 11: "壹拾壹.", 21: "贰拾壹."}),
    ("甲, 乙, 丙, ...", {10: "癸.", 11: "11."}),
    ("①, ②, ③, ...", {20: "⑳.", 36: "㊱.", 51: "51."}),
]
_ITEMS = 53


def odt(path: Path, body: str, styles: str = "", automatic: str = "") -> Path:
    """An .odt with this body and these styles."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", _MIME)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr(
            "content.xml",
            f'<office:document-content {_NAMES} office:version="1.3"><office:automatic-styles>{automatic}'
            f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f'<office:document-styles {_NAMES} office:version="1.3"><office:styles>{styles}</office:styles>'
            "</office:document-styles>",
        )
    return path


def list_style(name: str, *levels: str) -> str:
    inside = "".join(f'<text:list-level-style-number text:level="{i}" {one}/>' for i, one in enumerate(levels, 1))
    return f'<text:list-style style:name="{name}">{inside}</text:list-style>'


def paragraph(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def item(*inside: str, said: str = "") -> str:
    return f"<text:list-item {said}>{''.join(inside)}</text:list-item>"


def listed(*items: str, said: str = 'text:style-name="L"') -> str:
    return f"<text:list {said}>{''.join(items)}</text:list>"


def heading(text: str, level: int, said: str = "") -> str:
    return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}" {said}>{text}</text:h>'


def labels(edition: Edition) -> list[tuple[str, str]]:
    return [(segment.label, segment.text) for segment in edition.segments]


_ONE = 'style:num-format="1" style:num-suffix="."'
_TWO = 'style:num-format="a" style:num-prefix="(" style:num-suffix=")"'
_STYLES = (
    list_style("L", _ONE, _TWO, 'style:num-format="i" text:display-levels="3"')
    + list_style("M", 'style:num-format="A" style:num-suffix="."')
    + list_style("E", 'style:num-format=""', f'{_ONE} text:display-levels="2" loext:num-list-format="%1%.%2%."')
    + '<text:outline-style style:name="Outline">'
    '<text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="." text:start-value="2"/>'
    '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
    '<text:outline-level-style text:level="3" style:num-format=""/>'
    '<text:outline-level-style text:level="4" style:num-format="1" text:display-levels="4"/></text:outline-style>'
    + "".join(
        f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}" '
        f'style:family="paragraph" style:default-outline-level="{level}"/>'
        for level in (1, 2, 3, 4)
    )
    + '<style:style style:name="Gone" style:family="text">'
    '<style:text-properties text:display="none"/></style:style>'
)
#: A style of the document's own whose headings have no number.
_AUTOMATIC = (
    '<style:style style:name="Bare" style:family="paragraph" style:parent-style-name="Heading_20_2" '
    'style:list-style-name=""/>'
)
#: Body -> the labels and texts that LibreOffice shows.
_SHOWN = {
    "two lists in an item": (
        listed(
            item(paragraph("one"), listed(item(paragraph("x")), item(paragraph("y")), said=""),
                 paragraph("more"), listed(item(paragraph("z")), said="")),
            item(paragraph("two")),
        ),
        [("1.", "one"), ("(a)", "x"), ("(b)", "y"), ("", "more"), ("(a)", "z"), ("2.", "two")],
    ),
    "a list without its upper items": (
        listed(item(listed(item(paragraph("under none")), said=""))) + listed(
            item(paragraph("after it")), said='text:style-name="L" text:continue-numbering="true"'),
        [("(a)", "under none"), ("2.", "after it")],
    ),
    "levels shown": (
        listed(item(paragraph("one"), listed(item(paragraph("two"), listed(item(paragraph("three")), said="")),
                                             said=""))),
        [("1.", "one"), ("(a)", "two"), ("1.a.i", "three")],
    ),
    "an upper level without numbers": (
        listed(item(paragraph("bare"), listed(item(paragraph("x")), item(paragraph("y")), said="")),
               said='text:style-name="E"'),
        [("", "bare"), ("1.", "x"), ("2.", "y")],
    ),
    "header, start and empty item": (
        listed(f"<text:list-header>{paragraph('heads it')}</text:list-header>",
               item(paragraph("five"), said='text:start-value="5"'), item(paragraph("")), item(paragraph("seven"))),
        [("", "heads it"), ("5.", "five"), ("7.", "seven")],
    ),
    "a list continued after another": (
        listed(item(paragraph("one")), said='text:style-name="L" xml:id="first"')
        + listed(item(paragraph("other")), said='text:style-name="M"')
        + listed(item(paragraph("two")), said='text:style-name="L" text:continue-list="first"')
        + listed(item(paragraph("anew"))),
        [("1.", "one"), ("A.", "other"), ("2.", "two"), ("1.", "anew")],
    ),
    "headings": (
        heading("under none", 2) + heading("third", 1) + heading("sub", 2) + heading("deep", 4)
        + heading("unnumbered", 2, 'text:is-list-header="true"')
        + '<text:h text:style-name="Bare" text:outline-level="2">bare</text:h>'
        + heading("seven", 2, 'text:restart-numbering="true" text:start-value="7"')
        + paragraph("by its style", "Heading_20_2") + heading("nine", 2),
        [("II.1", "under none"), ("III.", "third"), ("III.1", "sub"), ("III.1.1", "deep"), ("", "unnumbered"),
         ("", "bare"), ("III.7", "seven"), ("III.8", "by its style"),
         ("III.9", "nine")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", _SHOWN)
def test_numbers_are_counted(tmp_path: Path, what: str) -> None:
    body, shown = _SHOWN[what]

    assert labels(read_document(odt(tmp_path / "a.odt", body, _STYLES, _AUTOMATIC), EN)) == shown


@pytest.mark.parametrize(("form", "shown"), _FORMS, ids=[form for form, _ in _FORMS])
def test_numbers_are_written_as_the_style_says(tmp_path: Path, form: str, shown: dict[int, str]) -> None:
    style = list_style("F", f'style:num-format="{form}" style:num-suffix="."')
    body = listed(*(item(paragraph("Item of the list")) for _ in range(_ITEMS)), said='text:style-name="F"')
    found = [label for label, _ in labels(read_document(odt(tmp_path / "a.odt", body, style), EN))]

    assert {number: found[number - 1] for number in shown} == shown


def test_the_numbers_expected_here_are_those_that_libreoffice_shows(tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("LibreOffice is not installed")
    for place, (body, _) in enumerate(_SHOWN.values()):
        odt(tmp_path / f"shown{place}.odt", body, _STYLES, _AUTOMATIC)
    for place, (form, _) in enumerate(_FORMS):
        style = list_style("F", f'style:num-format="{form}" style:num-suffix="."')
        body = listed(*(item(paragraph("x")) for _ in range(_ITEMS)), said='text:style-name="F"')
        odt(tmp_path / f"form{place}.odt", body, style)
    subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "txt:Text",
         "--outdir", str(tmp_path), *map(str, sorted(tmp_path.glob("*.odt")))],
        check=True, capture_output=True, timeout=_LONGEST,
    )  # fmt: skip

    def lines(name: str) -> list[str]:
        return [" ".join(line.split()) for line in (tmp_path / name).read_text("utf-8-sig").splitlines()]

    for place, (what, (_, shown)) in enumerate(_SHOWN.items()):
        found = [line for line in lines(f"shown{place}.txt") if line and line != "6."]
        assert found == [f"{label} {text}".strip() for label, text in shown], what
    for place, (form, shown_form) in enumerate(_FORMS):
        found = lines(f"form{place}.txt")
        assert {number: found[number - 1] for number in shown_form} == {
            number: f"{label} x" for number, label in shown_form.items()
        }, form


def test_a_number_too_large_for_letters_is_in_digits(tmp_path: Path) -> None:
    style = list_style("F", 'style:num-format="a" style:num-letter-sync="true" text:start-value="900000000"')
    path = odt(tmp_path / "a.odt", listed(item(paragraph("Far on")), said='text:style-name="F"'), style)

    assert labels(read_document(path, EN)) == [("900000000", "Far on")]


def change(key: str, kind: str, inside: str = "") -> str:
    return (
        f'<text:changed-region xml:id="{key}" text:id="{key}"><text:{kind}>{inside}</text:{kind}></text:changed-region>'
    )


def test_paragraphs_taken_out_had_the_numbers_of_their_own_levels(tmp_path: Path) -> None:
    inner = listed(item(paragraph("Sub b gone.")), said="")
    gone = listed(item(inner), item(paragraph("Item gone.")), item(paragraph("")))
    body = f"<text:tracked-changes>{change('c', 'deletion', gone)}</text:tracked-changes>" + listed(
        item(paragraph("Item one."), listed(item(paragraph("Sub a.")), said="")),
        item(paragraph('<text:change text:change-id="c"/>Item kept.')),
        item(paragraph("Item last.")),
    )
    path = odt(tmp_path / "a.odt", body, _STYLES)

    assert labels(read_document(path, EN)) == [
        ("1.", "Item one."), ("(a)", "Sub a."), ("2.", "Item kept."), ("3.", "Item last."),
    ]  # fmt: skip
    assert labels(read_document(path, EN, original=True)) == [
        ("1.", "Item one."), ("(a)", "Sub a."), ("(b)", "Sub b gone."), ("2.", "Item gone."), ("3.", "Item kept."),
        ("4.", "Item last."),
    ]  # fmt: skip


def test_a_list_taken_out_at_plain_text_goes_on_counting(tmp_path: Path) -> None:
    gone = listed(item(paragraph("Second.")), said='text:style-name="L" text:continue-numbering="true"') + paragraph("")
    body = (
        f"<text:tracked-changes>{change('c', 'deletion', gone)}</text:tracked-changes>"
        + listed(item(paragraph("First.")))
        + paragraph('<text:change text:change-id="c"/>Plain text.')
        + listed(item(paragraph("Last.")), said='text:style-name="L" text:continue-numbering="true"')
    )
    path = odt(tmp_path / "a.odt", body, _STYLES)

    assert labels(read_document(path, EN)) == [("1.", "First."), ("", "Plain text."), ("2.", "Last.")]
    assert labels(read_document(path, EN, original=True)) == [
        ("1.", "First."), ("2.", "Second."), ("", "Plain text."), ("3.", "Last."),
    ]  # fmt: skip


def test_nothing_is_lost_where_taken_out_and_put_in_meet(tmp_path: Path) -> None:
    gone = change("d", "deletion", paragraph("old end.") + paragraph("Old start, "))
    body = (
        f"<text:tracked-changes>{gone}{change('i', 'insertion')}</text:tracked-changes>"
        + paragraph('Kept, <text:change text:change-id="d"/>kept too<text:change-start text:change-id="i"/> and new.')
        + paragraph('New, <text:change-end text:change-id="i"/>to the end.')
    )
    path = odt(tmp_path / "a.odt", body, _STYLES)

    assert labels(read_document(path, EN)) == [("", "Kept, kept too and new."), ("", "New, to the end.")]
    assert labels(read_document(path, EN, original=True)) == [
        ("", "Kept, old end."), ("", "Old start, kept tooto the end."),
    ]  # fmt: skip


def test_a_remark_in_a_note_is_no_text_of_it(tmp_path: Path) -> None:
    remark = f"<office:annotation>{paragraph('To be checked.')}</office:annotation>"
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>0</text:note-citation>'
        f"<text:note-body>{paragraph(f'See the report.{remark}')}</text:note-body></text:note>"
    )
    edition = read_document(odt(tmp_path / "a.odt", paragraph(f"The Committee met{note} twice.")), EN)

    assert [(one.kind, one.label, one.text) for one in edition.segments] == [
        (Kind.PARAGRAPH, "", "The Committee met twice."), (Kind.FOOTNOTE, "1", "See the report."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('Seen<text:hidden-text text:is-hidden="true">, hidden</text:hidden-text>.', ["Seen."]),
        ("Seen<text:hidden-text>, shown</text:hidden-text>.", ["Seen, shown."]),
        ('Seen<text:span text:style-name="Gone">, hidden</text:span>.', ["Seen."]),
        ('<text:hidden-paragraph text:is-hidden="true"/>Hidden.', []),
        ("<text:hidden-paragraph/>Shown by its condition.", ["Shown by its condition."]),
        ("<text:number>7.</text:number>Counted elsewhere.", ["Counted elsewhere."]),
        ("Line<draw:polyline><svg:desc>A line</svg:desc><text:p>On it.</text:p></draw:polyline>.", ["Line.", "On it."]),
    ],
    ids=["field", "open field", "style", "paragraph", "open paragraph", "number", "drawing"],
)
def test_what_is_not_shown_is_left_out(tmp_path: Path, body: str, shown: list[str]) -> None:
    path = odt(tmp_path / "a.odt", paragraph("The Council met.") + paragraph(body), _STYLES)

    assert [text for _, text in labels(read_document(path, EN))] == ["The Council met.", *shown]


def test_a_section_hidden_by_its_condition_is_left_out(tmp_path: Path) -> None:
    section = '<text:section text:name="{0}" text:display="condition" {1}><text:p>In {0}.</text:p></text:section>'
    body = section.format("A", 'text:is-hidden="true"') + section.format("B", "")

    assert labels(read_document(odt(tmp_path / "a.odt", body), EN)) == [("", "In B.")]
