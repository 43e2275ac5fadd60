"""Inline formatting of documents read: what is kept of it, where it stands, and what is no formatting of a part."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formatted_documents import TEXTS, UN, written
from tests.office_files import by_libreoffice, docx, odt, p, r
from tm import clean
from tm.formats import for_path
from tm.inline import Form, Run, spans
from tm.lang import Lang
from tm.model import Edition, Kind
from tm.outline import Marked, read_marked
from tm.restoring import formatted
from tm.text import TATWEEL, squeeze, visible

EN, FR, AR, ZH = Lang("en"), Lang("fr"), Lang("ar"), Lang("zh")
BOLD, ITALIC = frozenset({(Form.BOLD, "")}), frozenset({(Form.ITALIC, "")})


def read(path: Path, lang: Lang, *, original: bool = False) -> Edition:
    said = {"original": True} if original else {}
    edition = for_path(path, "read_document").read_document(path, lang, **said)
    assert isinstance(edition, Edition)
    return edition


def kept(edition: Edition) -> list[list[tuple[str, str, str]]]:
    """For each segment that is formatted: form, words and value of each span."""
    found = [
        [(span.form.value, segment.text[span.start : span.end], span.value)
         for span in spans(segment.markup, segment.text)]
        for segment in edition.segments
    ]  # fmt: skip
    assert [bool(one) for one in found] == [bool(segment.markup) for segment in edition.segments]
    return [one for one in found if one]


def page(tmp_path: Path, body: str, lang: Lang = EN) -> Edition:
    path = tmp_path / "page.html"
    path.write_text(f"<html lang='{lang}'><body>{body}</body></html>", "utf-8")
    return read(path, lang)


# --- .docx ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        (
            FR,
            "1.\u00a0<i>Rappelant</i> sa réso<b>lution\u00a070/1</b> du <b>25</b> septembre, le CO<sub>2</sub> et le "
            "<a>rapport final</a> du 1<sup>er</sup> octobre, <u>prie</u> le Secrétaire général…",
            [("italic", "Rappelant", ""), ("bold", "lution\u00a070/1", ""), ("bold", "25", ""),
             ("x-subscript", "2", ""), ("link", "rapport final", UN), ("x-superscript", "er", ""),
             ("ulined", "prie", "")],
        ),
        (
            AR,
            "١- <i>وإذ تشير</i> إلى قرارها <b>المتعلّــق بالتنمية</b> الصادر عن الجمعية العامة في <a>موقعها</a> الرسمي "
            "على الشبكة العالمية.",
            [("italic", "وإذ تشير", ""), ("bold", "المتعلّق بالتنمية", ""), ("link", "موقعها", UN)],
        ),
        (
            ZH,
            "一、<i>回顾</i>其第 <b>70/1</b> 号决议，并请秘书长就 <b>2030 年</b>可持续发展议程的执行情况提出报告。",
            [("italic", "回顾", ""), ("bold", "70/1", ""), ("bold", "2030年", "")],
        ),
    ],
)  # fmt: skip
def test_docx(tmp_path: Path, lang: Lang, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert kept(read(written(tmp_path / "x.docx", [text]), lang)) == [expected]


def test_runs_that_only_a_program_tells_apart_are_no_formatting(tmp_path: Path) -> None:
    noise = '<w:proofErr w:type="spellStart"/><w:r w:rsidR="00AB12CD"><w:rPr><w:lang w:val="fr-FR"/>{}</w:rPr>' \
            '<w:t xml:space="preserve">{}</w:t></w:r>'  # fmt: skip
    plain = noise.format("", "The Gen") + noise.format("<w:color w:val='FF0000'/>", "eral ") + r("Assembly met.")
    split = noise.format("<w:b/>", "Wel") + noise.format("<w:b/><w:sz w:val='20'/>", "coming ") + r(" it all.")
    two = r("One ", "<w:b/>") + r(" ") + r("two", "<w:b w:val='1'/>") + r(" three.")

    assert kept(read(docx(tmp_path / "x.docx", p(plain) + p(split) + p(two)), EN)) == [
        [("bold", "Welcoming", "")], [("bold", "One two", "")],
    ]  # fmt: skip


def test_style_of_a_paragraph_is_no_formatting_of_a_part(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Lead"><w:rPr><w:b/><w:i/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Lead2"><w:basedOn w:val="Lead"/></w:style>'
        '<w:style w:type="character" w:styleId="Strong"><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Note"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    )
    body = (
        p(r("Styled and", "<w:b/>") + r(" said anew, ", "<w:i w:val='0'/>") + r("here", "<w:u w:val='single'/>"),
          style="Lead2")
        + p(r("All of it ", "<w:b/>") + r("is bold.", "<w:b/><w:i/>"))
        + p(r("(a) ") + r("So is this but for its label", "<w:b/>"))
        + p(r("By ") + r("style", "<w:rStyle w:val='Strong'/>") + r(" or ")
            + r("not", "<w:rStyle w:val='Strong'/><w:b w:val='0'/>")
            + r("*", "<w:rStyle w:val='Note'/>") + r(".", "<w:u w:val='none'/>"))
    )  # fmt: skip

    assert kept(read(docx(tmp_path / "x.docx", body, styles=styles), EN)) == [
        [("ulined", "here", "")], [("italic", "is bold.", "")], [("bold", "style", ""), ("x-superscript", "*", "")],
    ]  # fmt: skip


def test_scripts_from_the_right_have_weight_and_slant_of_their_own(tmp_path: Path) -> None:
    body = p(
        r("إن الجمعية العامة، ", "<w:b/><w:rtl/>") + r("إذ تشير", "<w:iCs/><w:rtl/>") + r(" إلى قرارها، ", "<w:i/>")
        + r("تقرر", "<w:bCs/>") + r(" ما يلي:", "<w:rtl/>")
    )  # fmt: skip

    assert kept(read(docx(tmp_path / "x.docx", body), AR)) == [[("italic", "إذ تشير", ""), ("bold", "تقرر", "")]]


def test_links_of_every_kind_that_leads_outside(tmp_path: Path) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    relations = (
        f'<Relationship Id="out" Type="{kind}" Target="{UN}a?b=1&amp;c=2" TargetMode="External"/>'
        f'<Relationship Id="bad" Type="{kind}" Target="javascript:x()" TargetMode="External"/>'
    )
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "{}" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = p(
        r("See ") + f'<w:hyperlink r:id="out">{r("the pa")}{r("ge", "<w:b/>")}</w:hyperlink>'
        + f'<w:hyperlink r:id="bad">{r(", this")}</w:hyperlink>'
        + f'<w:hyperlink w:anchor="_Toc1">{r(" or that")}</w:hyperlink>' + r(", ")
        + field.format("mailto:dgacm@un.org", r("write")) + r(", ") + field.format("x.docx", r("read")) + r(" or ")
        + f'<w:fldSimple w:instr=\' HYPERLINK "{UN}" \'>{r("go")}</w:fldSimple>' + r(".")
    )  # fmt: skip

    assert kept(read(docx(tmp_path / "x.docx", body, relations), EN)) == [
        [("link", "the page", f"{UN}a?b=1&c=2"), ("bold", "ge", ""), ("link", "write", "mailto:dgacm@un.org"),
         ("link", "go", UN)]
    ]  # fmt: skip


def test_notes_are_called_where_they_stand_and_have_formatting_of_their_own(tmp_path: Path) -> None:
    call = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="5"/></w:r>'
    note = f'<w:footnote w:id="5">{p(r("See ") + r("Official Records", "<w:i/>") + r(", p. 1."))}</w:footnote>'
    path = docx(tmp_path / "x.docx", p(r("The first part,") + call + r(" and the second.")), footnotes=note)
    body, foot = read(path, EN).segments

    assert [(span.form, span.start, span.value) for span in spans(body.markup, body.text)] == [(Form.NOTE, 15, "1")]
    assert (foot.kind, kept(read(path, EN))[1]) == (Kind.FOOTNOTE, [("italic", "Official Records", "")])


def test_formatting_before_tracked_changes(tmp_path: Path) -> None:
    changed = '<w:b/><w:rPrChange w:id="1" w:author="a"><w:rPr><w:i/></w:rPr></w:rPrChange>'
    path = docx(tmp_path / "x.docx", p(r("It ") + r("requests", changed) + r(" a report.")))

    assert kept(read(path, EN)) == [[("bold", "requests", "")]]
    assert kept(read(path, EN, original=True)) == [[("italic", "requests", "")]]


def test_paragraphs_that_a_change_joins_keep_their_formatting(tmp_path: Path) -> None:
    gone = '<w:del w:id="1" w:author="a"/>'
    path = docx(
        tmp_path / "x.docx", p(r("It ") + r("requests ", "<w:b/>"), mark=gone) + p(r("a ") + r("report.", "<w:i/>"))
    )

    assert kept(read(path, EN)) == [[("bold", "requests", ""), ("italic", "report.", "")]]


# --- .odt -----------------------------------------------------------------------------------------------------------


def style(name: str, said: str, family: str = "text") -> str:
    return f'<style:style style:name="{name}" style:family="{family}"><style:text-properties {said}/></style:style>'


def test_odt(tmp_path: Path) -> None:
    own = (
        style("B", 'fo:font-weight="bold"') + style("B0", 'fo:font-weight="normal"')
        + style("I", 'fo:font-style="italic"') + style("U", 'style:text-underline-style="solid"')
        + style("Up", 'style:text-position="super 58%"') + style("Down", 'style:text-position="-33% 58%"')
        + style("Level", 'style:text-position="0% 100%" style:text-underline-style="none" fo:language="fr"')
        + style("P", 'fo:font-style="italic"', "paragraph")
    )  # fmt: skip
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        '<text:p>See <text:span text:style-name="I">Official Records</text:span>.</text:p>'
        "</text:note-body></text:note>"
    )
    body = (
        '<text:p>The <text:span text:style-name="B">bold<text:s/><text:span text:style-name="B0">or not</text:span>'
        ' one</text:span>, m<text:span text:style-name="Up">2</text:span> and H<text:span text:style-name="Down">2'
        f'</text:span>O,{note} <text:span text:style-name="Level">level</text:span>, '
        f'<text:a xlink:href="{UN}"><text:span text:style-name="U">linked</text:span></text:a> '
        '<text:a xlink:href="#inside">inside</text:a>.</text:p>'
        '<text:p text:style-name="P">In <text:span text:style-name="I">style</text:span> and '
        '<text:span text:style-name="U">underlined</text:span>.</text:p>'
    )

    assert kept(read(odt(tmp_path / "x.odt", body, own=own), EN)) == [
        [("bold", "bold", ""), ("bold", "one", ""), ("x-superscript", "2", ""), ("x-subscript", "2", ""),
         ("fnote", "", "1"), ("link", "linked", UN)],
        [("ulined", "underlined", "")],
        [("italic", "Official Records", "")],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "ending", "words"),
    [(AR, "-complex", ("إن الجمعية ", "العامة", " تقرر")), (ZH, "-asian", ("联合国", "大会", "决定"))],
)
def test_odt_of_scripts_with_weight_of_their_own(
    tmp_path: Path, lang: Lang, ending: str, words: tuple[str, str, str]
) -> None:
    own = style("Own", f'style:font-weight{ending}="bold"') + style("Latin", 'fo:font-weight="bold"')
    before, bold, after = words
    body = (
        f'<text:p>{before}<text:span text:style-name="Own">{bold}</text:span>'
        f'<text:span text:style-name="Latin">{after}</text:span></text:p>'
    )

    assert kept(read(odt(tmp_path / "x.odt", body, own=own), lang)) == [[("bold", bold, "")]]


# --- web pages and Markdown -----------------------------------------------------------------------------------------


def test_html(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        "<h2><b>Whole heading</b></h2>"
        "<p>The <b>bold</b>, <strong style='font-weight: 400'>not</strong> <em>slanted</em><i>one</i>, m<sup>2</sup>, "
        "H<sub>2</sub>O, <u>under</u> and <span style='font-style: italic; text-decoration: underline'>both</span>.</p>"
        f"<p>See <a href='{UN}'><u>our <b>pa</b>ge</u></a>, <a href='#x'>there</a> and <a href='a.html'>here</a>.</p>"
        "<ol><li>An <b>item,<br>in</b> two lines</li><li><b>Whole item</b></li></ol>"
        "<p><i>First line:<br>(a) second</i>, and more;<br>(b) third <b>line</b>.</p>"
        "<table><tr><td>A <b>cell</b></td><td><b>Head</b></td></tr></table>",
    )

    assert kept(found) == [
        [("bold", "bold", ""), ("italic", "slantedone", ""), ("x-superscript", "2", ""), ("x-subscript", "2", ""),
         ("ulined", "under", ""), ("italic", "both", ""), ("ulined", "both", "")],
        [("link", "our page", UN), ("bold", "pa", "")],
        [("bold", "item, in", "")],
        [("italic", "second", "")],
        [("bold", "line", "")],
        [("bold", "cell", "")],
    ]  # fmt: skip


def test_html_notes_are_called_where_they_stand(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        "<p>First<sup><a href='#fn1' id='r1'>1</a></sup> and <b>second.</b><sup><a href='#fn2' id='r2'>2</a></sup></p>"
        "<p id='fn1' class='footnote'>See <i>there</i>. <a href='#r1'>↩</a></p>"
        "<p id='fn2' class='footnote'>Or here.</p>",
    )
    body = found.segments[0]

    assert body.notes == ("1", "2")
    assert [(one.form, one.start, one.end, one.value) for one in spans(body.markup, body.text)] == [
        (Form.NOTE, 5, 5, "1"), (Form.BOLD, 10, 17, ""), (Form.NOTE, 17, 17, "2"),
    ]  # fmt: skip
    assert kept(found)[1] == [("italic", "there", "")]


def test_html_in_chinese_without_the_spaces_of_its_lines(tmp_path: Path) -> None:
    found = page(tmp_path, "<p>一、大会\n<b>注意到\n第 70/1 号</b>\n决议，并<i>请</i>秘书长提出报告。</p>", ZH)

    assert kept(found) == [[("bold", "注意到第70/1号", ""), ("italic", "请", "")]]


def test_markdown(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text(f"1. The *Council* **notes** [the report]({UN}).\n\n**A bold paragraph.**\n", "utf-8")

    assert kept(read(path, EN)) == [[("italic", "Council", ""), ("bold", "notes", ""), ("link", "the report", UN)]]


@pytest.mark.parametrize("ending", ["docx:MS Word 2007 XML", "doc", "rtf", "odt", "html"])
def test_what_libreoffice_saves_has_the_same_formatting(tmp_path: Path, ending: str) -> None:
    saved = by_libreoffice(written(tmp_path / "en.docx", TEXTS["en"]), ending, tmp_path)

    assert kept(read(saved, EN)) == [
        [("italic", "Recalling", ""), ("bold", "70/1", ""), ("link", "the report", UN)],
        [("x-subscript", "2", ""), ("bold", ". They found 250 m", ""), ("x-superscript", "2", "")],
        [("ulined", "requests", "")],
    ]


# --- where the text does not fit ------------------------------------------------------------------------------------


def test_formatting_without_a_certain_place_is_left_out() -> None:
    runs = [Run("The "), Run("Council", BOLD)]

    assert formatted("The Council", runs, EN) is not None
    assert formatted("The Counsel", runs, EN) is None
    assert formatted("In fact, the Council", runs, EN) is None


def test_segments_whose_formatting_is_lost_are_counted(tmp_path: Path) -> None:
    # The accent is of the second run, the letter of the first: in the text they are one character.
    path = docx(tmp_path / "x.docx", p(r("Le proce", "<w:b/>") + r("\u0301s du Conseil.")))
    edition = read(path, FR)

    assert edition.segments[0].text == "Le procés du Conseil."
    assert edition.segments[0].markup == ""
    assert edition.remarks == ("x.docx: bold, links and the like are left out of 1 segment, whose text was repaired",)


#: Words with all that repairs change: spaces of every kind, tatweel, presentation forms, soft hyphens, marks unseen.
_words = st.text("abéç \u00a0\u202f\t\u00ad\u200f\u2011-زـيد\ufedf\ufe8e中国，（2） ", max_size=8)


@given(
    st.lists(st.tuples(_words, st.sampled_from([frozenset(), BOLD, ITALIC, BOLD | ITALIC])), max_size=6),
    st.sampled_from([FR, AR, ZH]),
    st.sampled_from(["", "1.\u00a0", "(a) "]),
)
def test_whatever_is_repaired_the_same_characters_are_formatted(
    pieces: list[tuple[str, frozenset[tuple[Form, str]]]], lang: Lang, label: str
) -> None:
    runs = (Run(label), *(Run(words, marks) for words, marks in pieces))
    found = read_marked([Marked("".join(run.text for run in runs), runs=runs)], lang)

    for segment in found.segments:
        whole = solid(clean.plain_hyphens(segment.text))
        chars = [(char, run.marks) for run in runs for char in solid(clean.characters(run.text, lang))]
        # What is cut off is at the beginning, and may be formatted.
        chars = chars[len(chars) - len(whole) :]
        for mark in (Form.BOLD, ""), (Form.ITALIC, ""):
            expected = "".join(char for char, marks in chars if mark in marks)
            ranges = [one for one in spans(segment.markup, segment.text) if one.mark == mark]
            shown = solid(clean.plain_hyphens("".join(segment.text[one.start : one.end] for one in ranges)))
            assert shown in {expected, ""}
            assert shown or found.unformatted or expected in {"", whole}


def solid(text: str) -> str:
    """The characters that no repair takes away."""
    return squeeze(visible(text)[0]).replace(TATWEEL, "")
