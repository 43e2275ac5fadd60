"""The same short document with inline formatting in four languages, as .docx files that tests write."""

import re
from collections.abc import Iterable
from pathlib import Path

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

UN = "https://www.un.org/"
#: The paragraphs of the document; what is formatted stands in an element of HTML that stands for it. A bold range lies
#: across the end of a sentence in the third.
TEXTS: dict[str, list[str]] = {
    "en": [
        "<b>Report on clean water in cities</b>",
        "1. <i>Recalling</i> resolution <b>70/1</b>, the Council met in 2025. It took note of <a>the report</a> of its "
        "12 experts.",
        "2. The experts measured CO<sub>2</sub> in 34 cities<b>. They found 250 m</b><sup>2</sup> of filters for each "
        "city.",
        "3. The Council <u>requests</u> a new report by 2027. No other report is due.",
    ],
    "fr": [
        "<b>Rapport sur l’eau potable dans les villes</b>",
        "1. <i>Rappelant</i> la résolution <b>70/1</b>, le Conseil s’est réuni en 2025. Il a pris note du "
        "<a>rapport</a> de ses 12 experts.",
        "2. Les experts ont mesuré le CO<sub>2</sub> dans 34 villes<b>. Ils ont trouvé 250 m</b><sup>2</sup> de "
        "filtres pour chaque ville.",
        "3. Le Conseil <u>demande</u> un nouveau rapport d’ici à 2027. Aucun autre rapport n’est attendu.",
    ],
    "ar": [
        "<b>تقرير عن المياه النظيفة في المدن</b>",
        "١- <i>إذ يشير</i> إلى القرار <b>70/1</b>، اجتمع المجلس في عام 2025. وأحاط علما <a>بتقرير</a> خبرائه البالغ "
        "عددهم 12 خبيرا.",
        "٢- وقاس الخبراء CO<sub>2</sub> في 34 مدينة<b>. ووجدوا 250 م</b><sup>2</sup> من المرشحات في كل مدينة.",
        "٣- <u>ويطلب</u> المجلس تقديم تقرير جديد بحلول عام 2027. ولا يُنتظر أي تقرير آخر.",
    ],
    "zh": [
        "<b>关于城市清洁用水的报告</b>",
        "1. <i>回顾</i>第 <b>70/1</b> 号决议，理事会于 2025 年举行了会议。理事会注意到其 12 名专家的<a>报告</a>。",
        "2. 专家们在 34 个城市测量了 CO<sub>2</sub><b>。他们在每个城市发现了 250 m</b><sup>2</sup>的过滤器。",
        "3. 理事会<u>请求</u>在 2027 年之前提交一份新报告。没有其他报告到期。",
    ],
}
_ELEMENT = re.compile(r"<(\w+)>(.*?)</\1>")


def written(path: Path, paragraphs: Iterable[str]) -> Path:
    """A .docx with these paragraphs."""
    document = Document()
    for text in paragraphs:
        add_text(document.add_paragraph(), text)
    document.save(str(path))
    return path


def unformatted(text: str) -> str:
    """The text of a paragraph without formatting."""
    return _ELEMENT.sub(r"\2", text)


def add_text(paragraph: Paragraph, text: str) -> None:
    """Add a text with its formatting to a paragraph; runs from the right say so, as word processors have them do."""
    done = 0
    for found in _ELEMENT.finditer(text):
        _add_run(paragraph, text[done : found.start()], "")
        _add_run(paragraph, found[2], found[1])
        done = found.end()
    _add_run(paragraph, text[done:], "")


def _add_run(paragraph: Paragraph, words: str, element: str) -> None:
    if not words:
        return
    run = paragraph.add_run(words)
    run.font.rtl = any("\u0600" <= char <= "\u06ff" for char in words) or None
    run.bold, run.font.cs_bold = (element == "b" or None,) * 2
    run.italic, run.font.cs_italic = (element == "i" or None,) * 2
    run.underline = element in {"u", "a"} or None
    if element in {"sup", "sub"}:
        raised = OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), {"sup": "superscript", "sub": "subscript"}[element])
        run._r.get_or_add_rPr().append(raised)
    if element == "a":
        # As word processors write a link, in a type that underlines it.
        link = OxmlElement("w:hyperlink")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        link.set(qn("r:id"), paragraph.part.relate_to(UN, kind, is_external=True))
        link.append(run._r)
        paragraph._p.append(link)
