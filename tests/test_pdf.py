"""PDF files as documents: reading order, columns, tables, footnotes, page furniture, and files that cannot be read."""

import html
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from cli.main import run
from tests.pdf_file import Text, pdf, pdf_of
from tests.programs import CHROMIUM, installed
from tm.clean import characters, single_spaces
from tm.errors import InputError, Problem
from tm.formats.pdf import read_document
from tm.formats.visual_order import logical
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Edition, Kind, Segment
from tm.text import squeeze

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT.parent / "shared" / "data" / "interop" / "docs"
UDHR = ROOT.parent / "shared" / "data" / "udhr"
EN, AR, ZH, FR = Lang("en"), Lang("ar"), Lang("zh"), Lang("fr")
SENTENCE = "The Commission requested the Secretariat to prepare a report on the matter for its next session"
WORDS = SENTENCE.split()


def read(tmp_path: Path, data: bytes, lang: Lang | None = EN, name: str = "x.pdf") -> Edition:
    path = tmp_path / name
    path.write_bytes(data)
    return read_document(path, lang)


def lines(
    texts: list[str], *, top: float = 780.0, left: float = 60.0, size: float = 10.0, step: float = 12.0
) -> list[Text]:
    return [Text(left, top - step * number, text, size) for number, text in enumerate(texts)]


def paragraph(number: int, *, words: int = 40, width: int = 90) -> list[str]:
    """The lines of a numbered paragraph of that many words."""
    text = f"{number}. " + " ".join(WORDS[place % len(WORDS)] for place in range(words)) + "."
    found = [""]
    for word in text.split():
        if len(found[-1]) + len(word) > width:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def shown(segments: tuple[Segment, ...]) -> list[tuple[str, str, str]]:
    return [(segment.kind.value, segment.label, segment.text) for segment in segments]


def visual(text: str) -> str:
    """Arabic without figures as it stands on a page from left to right."""
    return text[::-1]


# --- reading order --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("قفو A/RES/70/1 رارقلا", "القرار A/RES/70/1 وفق"),
        (".2018/12/31 خيراتب", "بتاريخ 2018/12/31."),
        ("ةئاملا يف %12,5 ةبسنب", "بنسبة 12,5% في المائة"),
        ("ةماعلا ةيعمجلا -3", "3- الجمعية العامة"),
        ("ةماعلا ةيعمجلا )3(", "(3) الجمعية العامة"),
        ("OHCHR -3", "3- OHCHR"),
        (")UNODC( بتكملا", "المكتب (UNODC)"),
        ("٢٠١٨ ماع يف", "في عام ٢٠١٨"),
    ],
)
def test_arabic_is_read_from_the_right_and_figures_from_the_left(page: str, text: str) -> None:
    assert "".join(page[index] for index in logical(page, rtl=True)) == text


def test_an_arabic_page(tmp_path: Path) -> None:
    body = ["1- أوصى الفريق العامل بأن ينظر المؤتمر في اتخاذ التدابير التالية", "في دورته المقبلة:"]
    words = [(line, 520.0 - 5.0 * len(line)) for line in body]
    page = [Text(x, 700.0 - 12.0 * number, visual(line)) for number, (line, x) in enumerate(words)]

    edition = read(tmp_path, pdf([page]), None)

    assert edition.lang == AR
    assert shown(edition.segments) == [
        ("chapeau", "1-", "أوصى الفريق العامل بأن ينظر المؤتمر في اتخاذ التدابير التالية في دورته المقبلة:")
    ]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    texts = [line for number in range(1, 9) for line in paragraph(number, words=30, width=44)]
    half = len(texts) // 2
    page = [
        *lines(["Report of the Commission"], top=800, size=14),
        *lines(texts[:half]),
        *lines(texts[half:], left=320),
    ]

    segments = read(tmp_path, pdf([page])).segments

    assert [segment.label for segment in segments] == ["", *(f"{number}." for number in range(1, 9))]
    assert {segment.text for segment in segments[1:]} == {" ".join(paragraph(1, words=30))[3:]}


def test_a_page_that_is_turned_is_read_as_it_is_shown(tmp_path: Path) -> None:
    upright = read(tmp_path, pdf([lines(paragraph(1))])).segments
    content = b"".join(
        b"BT /F1 10 Tf 0 1 -1 0 %g 60 Tm <%s> Tj ET\n" % (100 + 12 * number, line.encode("utf-16-be").hex().encode())
        for number, line in enumerate(paragraph(1))
    )

    turned = read(tmp_path, pdf_of([content], rotate=90)).segments

    assert shown(turned) == shown(upright)


def test_text_printed_twice_to_look_bold_is_read_once(tmp_path: Path) -> None:
    page = lines(paragraph(1))
    twice = [*page, *(Text(one.x + 0.4, one.y, one.text) for one in page)]

    assert shown(read(tmp_path, pdf([twice])).segments) == shown(read(tmp_path, pdf([page])).segments)


def test_text_that_stands_for_other_text_and_text_off_the_page(tmp_path: Path) -> None:
    shape = "ﬁnal".encode("utf-16-be").hex().encode()
    meant = "ﬁnal".replace("ﬁ", "fi").encode("utf-16-be").hex().encode()
    extra = b"/Span << /ActualText <feff%s> >> BDC BT /F1 10 Tf 60 600 Td <%s> Tj ET EMC\n" % (meant, shape)
    extra += b"BT /F1 10 Tf 60 900 Td <00780079> Tj ET\n"

    texts = [segment.text for segment in read(tmp_path, pdf([lines(paragraph(1))], extra=extra)).segments]

    assert texts[1:] == ["final"]


def test_small_lines_beside_large_ones_stay_lines(tmp_path: Path) -> None:
    head = [
        Text(60, 700, "General Assembly", 24),
        Text(400, 712, "Distr.: General", 9),
        Text(400, 698, "11 May 2017", 9),
    ]

    texts = " ".join(segment.text for segment in read(tmp_path, pdf([[*head, *lines(paragraph(1), top=600)]])).segments)

    assert "Distr.: General" in texts
    assert "11 May 2017" in texts


# --- what stands beside the text ------------------------------------------------------------------------------------


NOTES = ["See A/72/244, para. 5.", "Resolution 70/1.", "Ibid., para. 12.", "A/CONF.239/2, annex."]


def test_running_heads_footnotes_and_joins_across_pages(tmp_path: Path) -> None:
    pages = []
    for number in range(1, 5):
        body = lines(paragraph(number, words=60), top=740)
        body[-1] = Text(body[-1].x, body[-1].y, body[-1].text.removesuffix("."))
        mark = Text(body[-1].x + body[-1].width, body[-1].y + 3, str(number), 6)
        rest = lines(["of the General Assembly, as agreed."], top=body[-1].y - 12)
        note = [Text(60, 120, str(number), 6), Text(64, 118, NOTES[number - 1], 8)]
        foot = [Text(60, 60, f"V.18-0432{number}"), Text(500, 60, f"{number}/4")]
        pages.append([Text(60, 800, "A/CONF.239/3"), *body, mark, *rest, *note, *foot])

    edition = read(tmp_path, pdf(pages))

    kinds = [segment.kind for segment in edition.segments]
    assert [kinds.count(kind) for kind in (Kind.HEADER, Kind.FOOTER, Kind.FOOTNOTE)] == [4, 4, 4]
    paragraphs = [segment for segment in edition.segments if segment.kind is Kind.PARAGRAPH]
    assert [segment.label for segment in paragraphs] == ["1.", "2.", "3.", "4."]
    assert [segment.notes for segment in paragraphs] == [("1",), ("2",), ("3",), ("4",)]
    assert all(segment.text.endswith("of the General Assembly, as agreed.") for segment in paragraphs)
    assert [segment.text for segment in edition.segments if segment.kind is Kind.FOOTNOTE] == NOTES
    assert edition.document.symbol == "A/CONF.239/3"


def test_a_paragraph_and_a_word_go_on_on_the_next_page(tmp_path: Path) -> None:
    first, second = paragraph(1, words=60), paragraph(2)
    cut = [*second[:-1], second[-1][:-1] + " and inter-"]

    segments = read(tmp_path, pdf([lines([*first, *cut]), lines(["national cooperation.", *paragraph(3)])])).segments

    assert [segment.label for segment in segments] == ["1.", "2.", "3."]
    assert segments[1].text.endswith("and international cooperation.")


def test_headings_that_count_something_else_are_no_running_heads(tmp_path: Path) -> None:
    numbers = [1, 4, 6, 11, 15]
    pages = [lines([f"Article {number}", *paragraph(number, words=60 + number)]) for number in numbers]

    segments = read(tmp_path, pdf(pages)).segments

    assert Kind.HEADER not in {segment.kind for segment in segments}
    assert all(any(f"Article {number}" in segment.text for segment in segments) for number in numbers)


def test_a_table_is_read_cell_by_cell(tmp_path: Path) -> None:
    rows = [
        ("Country", "Cases", "Remarks"),
        ("Algeria", "12", "Figures of 2017; see the an-"),
        ("Brazil", "1,234.5", "None"),
    ]
    table = []
    for place, row in enumerate(rows):
        table += [Text(x, 600 - 36 * place, text) for x, text in zip((60, 200, 340), row, strict=True)]
    table.append(Text(340, 600 - 48, "nex."))

    segments = read(tmp_path, pdf([[*lines(paragraph(1)), *table, *lines(paragraph(2), top=450)]])).segments

    assert [segment.text for segment in segments if segment.kind is Kind.CELL] == [
        "Country", "Cases", "Remarks", "Algeria", "12", "Figures of 2017; see the annex.", "Brazil", "1,234.5", "None",
    ]  # fmt: skip
    assert [segment.label for segment in segments if segment.kind is Kind.PARAGRAPH] == ["1.", "2."]


def test_text_set_wide_is_no_table(tmp_path: Path) -> None:
    rows = [
        ("The Commission", "took note of it"),
        ("of the report", "in its decision"),
        ("and decided to", "adjourn it."),
    ]
    shifts = [(60, 150), (60, 200), (60, 240)]
    page = [
        Text(x, 700 - 12 * place, text)
        for place, (row, places) in enumerate(zip(rows, shifts, strict=True))
        for x, text in zip(places, row, strict=True)
    ]

    assert Kind.CELL not in {segment.kind for segment in read(tmp_path, pdf([page])).segments}


def test_numbers_shown_with_tracked_changes_are_the_new_ones(tmp_path: Path) -> None:
    texts = [*paragraph(1), *paragraph(2), *paragraph(3)]
    texts = [line.replace("2. The", "[2.] The").replace("3. The", "2.[3.] The") for line in texts]

    assert [segment.label for segment in read(tmp_path, pdf([lines(texts)])).segments] == ["1.", "2.", "3."]


def test_ordinals_at_the_beginning_of_a_line_are_no_marks(tmp_path: Path) -> None:
    texts = [
        "20th of the month, and the 3rd of the next one, were said",
        "to be",
        "1st in the list, as the 3D",
        "printers are",
    ]

    assert " ".join(segment.text for segment in read(tmp_path, pdf([lines(texts)])).segments) == " ".join(texts)


# --- files that cannot be read --------------------------------------------------------------------------------------

GOOD = pdf([lines(paragraph(number, words=60)) for number in (1, 2, 3)])


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(GOOD)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said", "hint"),
    [
        (b"", "empty", "saved"),
        (b"Hello", "no PDF file", "ending"),
        (GOOD[: len(GOOD) // 2], "cut off", "again"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\n%%EOF\n", "damaged", "again"),
        (pdf([[]]), "no text", "OCR"),
        (pdf([lines(paragraph(1))], to_unicode=False), "do not tell its characters", "OCR"),
        (encrypted(), "password", "without"),
    ],
    ids=["empty", "no PDF", "cut off", "damaged", "scanned", "no characters", "encrypted"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, data: bytes, said: str, hint: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read(tmp_path, data)
    assert hint in error.value.hint
    assert error.value.path == "x.pdf"


def test_a_damaged_page_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    pages = [b"".join(b"BT /F1 10 Tf 60 700 Td <%s> Tj ET" % line.encode("utf-16-be").hex().encode() for line in text)
             for text in ([SENTENCE], [SENTENCE])]  # fmt: skip
    data = pdf_of([*pages, b"q " * 10 + b"[ ( << unclosed"])
    edition = read(tmp_path, data)

    assert edition.problems == (
        Problem("page 3 is damaged; it is left out", "x.pdf", hint="fetch or save the file again"),
    )
    assert len([segment for segment in edition.segments if segment.text == SENTENCE]) == 2


def test_a_page_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = b" " * 80_000_000 + b"BT ET"
    data = pdf_of([bomb])
    assert len(data) < 200_000

    with pytest.raises(InputError, match="more than any real page"):
        read(tmp_path, data)


def test_the_command_line_tells_it_in_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scan.en.pdf"
    path.write_bytes(pdf([[]]))

    assert run(["read", str(path)]) == 3
    told = capsys.readouterr()
    assert "OCR" in told.err
    assert "Traceback" not in told.err


# --- real files -----------------------------------------------------------------------------------------------------


def truth(lang: Lang) -> tuple[list[dict[str, str]], dict[str, Any]]:
    if not DOCS.exists():
        pytest.skip("the shared data folder is not beside the repository")
    blocks = json.loads((DOCS / f"truth_{lang}.json").read_text("utf-8"))
    return blocks, json.loads((DOCS / f"extras_{lang}.json").read_text("utf-8"))


def normal(text: str, lang: Lang) -> str:
    return single_spaces(characters(text, lang))


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_the_report_as_a_word_processor_prints_it(lang: Lang) -> None:
    blocks, extras = truth(lang)
    edition = read_document(DOCS / f"{lang}.pdf", lang)

    found = {(segment.label, segment.text) for segment in edition.segments}
    right = [one for one in blocks if (one["num"], normal(one["text"], lang)) in found]
    # The French file shows a tracked change as it is printed, with what was taken out: two of its paragraphs.
    assert len(right) >= len(blocks) - (2 if lang == FR else 0)
    by_kind = {kind: [segment.text for segment in edition.segments if segment.kind is kind] for kind in Kind}
    assert set(by_kind[Kind.HEADER]) == {extras["header"]}
    assert all(text.startswith(extras["footer"]) for text in by_kind[Kind.FOOTER])
    assert by_kind[Kind.FOOTNOTE] == [normal(text, lang) for text in extras["foot"]]
    assert by_kind[Kind.CELL] == [normal(text, lang) for row in extras["table"] for text in row]
    assert edition.document.symbol == extras["header"]


def printed(texts: list[str], lang: Lang, folder: Path) -> Path:
    """A PDF file of these paragraphs as a browser prints them."""
    style = "<style>@page{margin:2.5cm}p{text-align:justify;hyphens:auto}</style>"
    body = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    page = folder / "page.html"
    direction = "rtl" if lang.rtl else "ltr"
    page.write_text(f"<html lang={lang} dir={direction}><meta charset=utf-8>{style}<body>{body}", "utf-8")
    path = folder / f"page.{lang}.pdf"
    subprocess.run(
        [installed(*CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={path}", page.as_uri()],
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    return path


def exact(texts: list[str], edition: Edition) -> int:
    """How many paragraphs were read exactly, spaces aside: those of Chinese are a matter of the line."""
    found = {squeeze(normal(f"{segment.label} {segment.text}", edition.lang)) for segment in edition.segments}
    return sum(squeeze(normal(text, edition.lang)) in found for text in texts)


@pytest.mark.browser
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_the_report_as_a_browser_prints_it(lang: Lang, tmp_path: Path) -> None:
    lines_of_blocks = (ROOT / f"fixtures/report/{lang}.blocks.jsonl").read_text("utf-8").splitlines()
    blocks = [json.loads(line) for line in lines_of_blocks]
    texts = [" ".join(part for part in (one["label"], one["text"]) if part) for one in blocks]

    edition = read_document(printed(texts, lang, tmp_path), None)

    assert edition.lang == lang
    assert exact(texts, edition) >= len(texts) - 2


#: Paragraphs of the declaration that are read exactly, at least, of 90 to 92: the others stand at a page's edge.
DECLARATION = {"ar": 91, "en": 92, "es": 90, "fr": 89, "ru": 88, "zh": 90}


@pytest.mark.browser
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_a_declaration_as_a_browser_prints_it(lang: Lang, tmp_path: Path) -> None:
    if not UDHR.exists():
        pytest.skip("the shared data folder is not beside the repository")
    texts = [line for line in (UDHR / f"udhr.{lang}.txt").read_text("utf-8").splitlines() if line.strip()]

    assert exact(texts, read_document(printed(texts, lang, tmp_path), None)) >= DECLARATION[lang.tag]
