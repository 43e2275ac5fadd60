"""Word-processor documents: what a reader of them sees, and nothing else."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from cli.main import run
from tm.errors import InputError
from tm.formats.docx import read_document
from tm.formats.docx_numbering import Numbering
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Edition, Kind
from tm.text import nfc

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT.parent / "shared" / "data" / "interop" / "docs"
EN, FR = Lang("en"), Lang("fr")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/>'
    '<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="HCh"><w:name w:val="_ H _Ch_G"/><w:basedOn w:val="Normal"/></w:style>'
)


def levels(*told: tuple[str, str], extra: str = "") -> str:
    return "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{extra}</w:lvl>'
        for i, (form, text) in enumerate(told)
    )


def lists(*definitions: str, overrides: str = "") -> str:
    made = "".join(
        f'<w:abstractNum w:abstractNumId="{i}">{one}</w:abstractNum>' for i, one in enumerate(definitions, 1)
    )
    nums = "".join(
        f'<w:num w:numId="{i}"><w:abstractNumId w:val="{i}"/></w:num>' for i in range(1, len(definitions) + 1)
    )
    return f"{made}{nums}{overrides}"


def p(text: str, listed: int = 0, level: int = 0, style: str = "", inside: str = "") -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{listed}"/></w:numPr>' if listed else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{number}</w:pPr>{r(text) if text else ''}{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def write(path: Path, body: str, numbering: str = "", styles: str = STYLES, **parts: str) -> Path:
    """A package with these parts; further ones by the type of their relation, as ``footnotes="…"``."""
    named = {"numbering": numbering, "styles": styles, **parts}
    relations = "".join(
        f'<Relationship Id="{name}" Type="{R}/{name.rstrip("0123456789")}" Target="{name}.xml"/>' for name in named
    )
    relations += f'<Relationship Id="ext" Type="{R}/footnotes" TargetMode="External" Target="http://example.org/x"/>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("_rels/.rels", f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{R}/officeDocument" '
                     'Target="word/document.xml"/></Relationships>')  # fmt: skip
        out.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{package}">{relations}</Relationships>')
        out.writestr("word/document.xml", f"<w:document {HEAD}><w:body>{body}</w:body></w:document>")
        for name, content in named.items():
            root = {"footnotes": "footnotes", "numbering": "numbering", "styles": "styles"}.get(
                name, name.rstrip("12")[:3]
            )
            out.writestr(f"word/{name}.xml", f"<w:{root} {HEAD}>{content}</w:{root}>")
    return path


def read(tmp_path: Path, body: str, numbering: str = "", *, original: bool = False, **parts: str) -> Edition:
    return read_document(write(tmp_path / "x.docx", body, numbering, **parts), EN, original=original)


def labels(edition: Edition) -> list[str]:
    return [segment.label for segment in edition.segments]


def texts(edition: Edition) -> list[str]:
    return [segment.text for segment in edition.segments]


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("decimal", ["1.", "2.", "28."]),
        ("decimalZero", ["01.", "02.", "28."]),
        ("upperRoman", ["I.", "II.", "XXVIII."]),
        ("lowerRoman", ["i.", "ii.", "xxviii."]),
        ("upperLetter", ["A.", "B.", "BB."]),
        ("lowerLetter", ["a.", "b.", "bb."]),
        ("russianLower", ["а.", "б.", "я."]),
        ("russianUpper", ["А.", "Б.", "Я."]),
        ("arabicAbjad", ["أ.", "ب.", "غ."]),
        ("arabicAlpha", ["أ.", "ب.", "ي."]),
        ("hindiNumbers", ["١.", "٢.", "٢٨."]),
        ("chineseCounting", ["一.", "二.", "二十八."]),
        ("chineseLegalSimplified", ["壹.", "贰.", "贰拾捌."]),
        ("ideographTraditional", ["甲.", "乙.", "辛辛辛."]),
        ("decimalFullWidth", ["１.", "２.", "２８."]),
        ("decimalEnclosedCircle", ["①.", "②.", "28."]),
        ("ordinal", ["1st.", "2nd.", "28th."]),
    ],
)
def test_numbers_in_every_figure(form: str, expected: list[str]) -> None:
    root = etree.fromstring(f"<w:numbering {HEAD}>{lists(levels((form, '%1.')))}</w:numbering>")
    numbering = Numbering.of(root, None)
    properties = etree.fromstring(f'<w:pPr {HEAD}><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')

    found = [numbering.label(properties, "") for _ in range(28)]

    assert [found[0], found[1], found[27]] == expected


def test_legal_numbers_restarts_and_overrides(tmp_path: Path) -> None:
    legal = levels(("upperRoman", "%1."), ("decimal", "%1.%2"), extra="<w:isLgl/>")
    never = levels(("decimal", "%1."), ("decimal", "%2)"), extra='<w:lvlRestart w:val="0"/>')
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    anew = f'<w:num w:numId="9"><w:abstractNumId w:val="2"/>{start}</w:num>'
    body = "".join([
        p("Legal", 1, 0), p("Legal", 1, 1), p("One", 2, 0), p("Two", 2, 1), p("Three", 2, 0), p("Four", 2, 1),
        p("Five", 9, 0), p("Six", 9, 0), p("Seven", 2, 0),
    ])  # fmt: skip

    edition = read(tmp_path, body, lists(legal, never, overrides=anew))

    assert labels(edition) == ["1.", "1.1", "1.", "1)", "2.", "2)", "5.", "6.", "7."]


def test_numbers_of_styles_and_paragraphs_without(tmp_path: Path) -> None:
    form = '<w:start w:val="2"/><w:pStyle w:val="H1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/>'
    heading = f'<w:lvl w:ilvl="0">{form}</w:lvl>'
    numbering = lists(levels(("bullet", "·"))) + (
        f'<w:abstractNum w:abstractNumId="70">{heading}</w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="70"/></w:num>'
    )
    none = '<w:p><w:pPr><w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>' + r("Plain") + "</w:p>"
    body = (
        p("Report", style="T")
        + p("Scope", style="H1")
        + none
        + p("Aims", style="H1")
        + p("Water", 1)
        + p("Peace", style="HCh")
    )

    edition = read(tmp_path, body, numbering)

    assert labels(edition) == ["", "II.", "", "III.", "•", ""]
    assert [segment.kind for segment in edition.segments][:4] == [Kind.TITLE, Kind.HEADING, Kind.HEADING, Kind.HEADING]
    assert edition.segments[-1].kind is Kind.HEADING
    assert edition.segments[1].path == ("II",)


# --- text -----------------------------------------------------------------------------------------------------------

CHANGES = p("", inside=(
    r("The ") + '<w:del w:id="1"><w:r><w:delText xml:space="preserve">old </w:delText></w:r></w:del>'
    + '<w:ins w:id="2">' + r("new ") + "</w:ins>" + r("text.")
))  # fmt: skip
JOINED = '<w:p><w:pPr><w:rPr><w:del w:id="3"/></w:rPr></w:pPr>' + r("First part ") + "</w:p>" + p("second part.")


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        (False, ["The new text.", "First part second part."]),
        (True, ["The old text.", "First part", "second part."]),
    ],
)
def test_tracked_changes(tmp_path: Path, original: bool, expected: list[str]) -> None:
    assert texts(read(tmp_path, CHANGES + JOINED, original=original)) == expected


def test_what_a_reader_does_not_see_is_left_out(tmp_path: Path) -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r>'
        + r("code")
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + r("12")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = p("See page ", inside=field + r(" hidden", "<w:vanish/>") + '<w:r><w:commentReference w:id="0"/></w:r>')
    hyphens = "<w:r><w:softHyphen/></w:r>" + r("operation") + "<w:r><w:noBreakHyphen/><w:tab/></w:r>" + r("x")
    odd = p("co", inside=hyphens + '<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>')

    assert texts(read(tmp_path, body + odd)) == ["See page 12", "co\u00adoperation\u2011 x•"]


def test_tables_cell_by_cell_and_the_masthead_that_is_one(tmp_path: Path) -> None:
    def table(*rows: list[str]) -> str:
        return (
            "<w:tbl>"
            + "".join("<w:tr>" + "".join(f"<w:tc>{p(c)}</w:tc>" for c in row) + "</w:tr>" for row in rows)
            + "</w:tbl>"
        )

    body = (
        table(["A/C.3/70/L.5", "Distr.: General"])
        + p("Report", style="T")
        + p("Some text of it.")
        + table(["Mali", "12"], ["Peru", "7"])
    )

    edition = read(tmp_path, body)

    assert [s.text for s in edition.segments if s.kind is Kind.CELL] == ["Mali", "12", "Peru", "7"]
    assert [s.text for s in edition.segments if s.kind is Kind.MASTHEAD] == ["A/C.3/70/L.5", "Distr.: General"]
    assert edition.document.symbol == "A/C.3/70/L.5"


def test_running_heads_and_feet_stand_apart(tmp_path: Path) -> None:
    heads = '<w:headerReference w:type="default" r:id="header1"/><w:footerReference w:type="default" r:id="footer1"/>'
    section = f"<w:sectPr>{heads}</w:sectPr>"

    edition = read(tmp_path, p("Some text.") + section, header1=p("A/70/1"), footer1=p("15-12345"))

    assert [(s.kind, s.text) for s in edition.segments] == [
        (Kind.HEADER, "A/70/1"), (Kind.PARAGRAPH, "Some text."), (Kind.FOOTER, "15-12345")
    ]  # fmt: skip
    assert edition.document.symbol == "A/70/1"


def test_segments_know_their_paragraph(tmp_path: Path) -> None:
    edition = read(tmp_path, p("One") + p("") + p("Three"))

    assert [segment.line for segment in edition.segments] == [1, 3]


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "of the old kind"),
        (b"no archive at all", "damaged"),
        (b"PK\x03\x04 torn", "damaged"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        read_document(path, EN)

    assert message in caught.value.message
    assert caught.value.path == "x.docx"
    assert caught.value.hint


def test_a_torn_document_is_refused(tmp_path: Path) -> None:
    content = write(tmp_path / "x.docx", p("Some text.")).read_bytes()
    for size in range(1, len(content), len(content) // 30):
        (tmp_path / "x.docx").write_bytes(content[:size])
        with pytest.raises(InputError):
            read_document(tmp_path / "x.docx", EN)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("word/document.xml", "<w:document", "its part word/document.xml is damaged"),
        (
            "word/document.xml",
            f'<!DOCTYPE w [<!ENTITY a "b">]><w:document {HEAD}><w:body/></w:document>',
            "document type",
        ),
        ("word/document.xml", f"<w:document {HEAD}/>", "no word-processor document"),
        ("../../etc/passwd", "x", "leads out of the archive"),
        ("word/document.xml", f"<w:document {HEAD}><w:body/></w:document>", "holds no text"),
    ],
)
def test_parts_that_are_damaged_or_meant_to_harm(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / "x.docx"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(name, content)

    with pytest.raises(InputError) as caught:
        read_document(path, EN)

    assert message in caught.value.message


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "x.en.docx", CHANGES)

    assert run(["read", str(path), "--json", "--original"]) == 0
    assert json.loads(capsys.readouterr().out)["segments"][0]["text"] == "The old text."
    (tmp_path / "y.en.txt").write_text("Some English text is here.", "utf-8")
    assert run(["read", str(tmp_path / "y.en.txt"), "--original"]) == 3
    assert "a .txt file keeps no tracked changes" in capsys.readouterr().err


# --- real files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_the_report_of_a_word_processor(lang: Lang) -> None:
    if not DOCS.exists():
        pytest.skip("the shared data folder is not beside the repository")
    blocks = json.loads((DOCS / f"truth_{lang}.json").read_text("utf-8"))
    extras = json.loads((DOCS / f"extras_{lang}.json").read_text("utf-8"))
    edition = read_document(DOCS / f"{lang}.docx", lang)

    def normal(text: str) -> str:
        # What was put in is no part of the truth.
        text = text.replace(extras["inserted"], "") if extras["inserted"] else text
        return " ".join(re.split("[ \\n]+", nfc(text).strip()))

    found = {(segment.label, normal(segment.text)) for segment in edition.segments}
    assert [one for one in blocks if (one["num"], normal(one["text"])) not in found] == []
    by_kind = {kind: [segment.text for segment in edition.segments if segment.kind is kind] for kind in Kind}
    assert by_kind[Kind.HEADER] == [extras["header"]]
    assert all(text.startswith(extras["footer"]) for text in by_kind[Kind.FOOTER])
    assert by_kind[Kind.FOOTNOTE] == [normal(text) for text in extras["foot"]]
    assert by_kind[Kind.CELL] == [normal(text) for row in extras["table"] for text in row]
    assert edition.document.symbol == extras["header"]
    whole = " ".join(segment.text for segment in edition.segments)
    assert not extras["comment"] or extras["comment"] not in whole
    assert not extras["inserted"] or extras["inserted"].strip() in whole
