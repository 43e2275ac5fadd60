"""The same short document with inline formatting in four languages, as .docx files that tests write."""

from pathlib import Path

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

UN = "https://www.un.org/"
#: Runs of a paragraph, each with a word for its formatting: a ``type`` of TMX, an address, or "".
Pieces = list[tuple[str, str]]

#: A bold range lies across the end of a sentence in the third paragraph.
TEXTS: dict[str, list[Pieces]] = {
    "en": [
        [("Report on clean water in cities", "bold")],
        [("1. ", ""), ("Recalling", "italic"), (" resolution ", ""), ("70/1", "bold"), (", the Council met in 2025. It took note of ", ""),
         ("the report", UN), (" of its 12 experts.", "")],
        [("2. ", ""), ("The experts measured CO", ""), ("2", "x-sub"), (" in 34 cities", ""), (". They found 250 m", "bold"), ("2", "x-sup"),
         (" of filters for each city.", "")],
        [("3. ", ""), ("The Council ", ""), ("requests", "ulined"), (" a new report by 2027. No other report is due.", "")],
    ],
    "fr": [
        [("Rapport sur l’eau potable dans les villes", "bold")],
        [("1. ", ""), ("Rappelant", "italic"), (" la résolution ", ""), ("70/1", "bold"), (", le Conseil s’est réuni en 2025. Il a pris note du ", ""),
         ("rapport", UN), (" de ses 12 experts.", "")],
        [("2. ", ""), ("Les experts ont mesuré le CO", ""), ("2", "x-sub"), (" dans 34 villes", ""), (". Ils ont trouvé 250 m", "bold"), ("2", "x-sup"),
         (" de filtres pour chaque ville.", "")],
        [("3. ", ""), ("Le Conseil ", ""), ("demande", "ulined"), (" un nouveau rapport d’ici à 2027. Aucun autre rapport n’est attendu.", "")],
    ],
    "ar": [
        [("تقرير عن المياه النظيفة في المدن", "bold")],
        [("١- ", ""), ("إذ يشير", "italic"), (" إلى القرار ", ""), ("70/1", "bold"), ("، اجتمع المجلس في عام 2025. وأحاط علما ", ""),
         ("بتقرير", UN), (" خبرائه البالغ عددهم 12 خبيرا.", "")],
        [("٢- ", ""), ("وقاس الخبراء CO", ""), ("2", "x-sub"), (" في 34 مدينة", ""), (". ووجدوا 250 م", "bold"), ("2", "x-sup"),
         (" من المرشحات في كل مدينة.", "")],
        [("٣- ", ""), ("ويطلب", "ulined"), (" المجلس تقديم تقرير جديد بحلول عام 2027. ولا يُنتظر أي تقرير آخر.", "")],
    ],
    "zh": [
        [("关于城市清洁用水的报告", "bold")],
        [("1. ", ""), ("回顾", "italic"), ("第 ", ""), ("70/1", "bold"), (" 号决议，理事会于 2025 年举行了会议。理事会注意到其 12 名专家的", ""),
         ("报告", UN), ("。", "")],
        [("2. ", ""), ("专家们在 34 个城市测量了 CO", ""), ("2", "x-sub"), ("。他们在每个城市发现了 250 m", "bold"), ("2", "x-sup"), ("的过滤器。", "")],
        [("3. ", ""), ("理事会", ""), ("请求", "ulined"), ("在 2027 年之前提交一份新报告。没有其他报告到期。", "")],
    ],
}  # fmt: skip


def written(path: Path, paragraphs: list[Pieces]) -> Path:
    """A .docx with these paragraphs."""
    document = Document()
    for pieces in paragraphs:
        add_text(document.add_paragraph(), *pieces)
    document.save(str(path))
    return path


def unformatted(paragraphs: list[Pieces]) -> list[Pieces]:
    """The same paragraphs without formatting."""
    return [[(words, "") for words, _ in pieces] for pieces in paragraphs]


def add_text(paragraph: Paragraph, *pieces: tuple[str, str]) -> None:
    """Add runs of a text; those from the right say so, as word processors do."""
    for words, form in pieces:
        if form.startswith(("http", "mailto")):
            add_link(paragraph, words, form)
            continue
        run = paragraph.add_run(words)
        run.font.rtl = any("\u0600" <= char <= "\u06ff" for char in words) or None
        run.bold, run.font.cs_bold = (form == "bold" or None,) * 2
        run.italic, run.font.cs_italic = (form == "italic" or None,) * 2
        run.underline = form == "ulined" or None
        if form in {"x-sup", "x-sub"}:
            raised = OxmlElement("w:vertAlign")
            raised.set(qn("w:val"), {"x-sup": "superscript", "x-sub": "subscript"}[form])
            run._r.get_or_add_rPr().append(raised)


def add_link(paragraph: Paragraph, words: str, address: str) -> None:
    """Add a link as word processors write it, underlined."""
    link = OxmlElement("w:hyperlink")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link.set(qn("r:id"), paragraph.part.relate_to(address, kind, is_external=True))
    run = paragraph.add_run(words)
    run.underline = True
    link.append(run._r)
    paragraph._p.append(link)
