"""What a document says of itself, and what only its file's name says."""

import datetime

import pytest

from tm.errors import InputError
from tm.formats.document import file_bytes
from tm.formats.language import named
from tm.formats.masthead import document_of, symbol_in_name
from tm.lang import Lang
from tm.model import Kind, Segment

FILES = [
    ("A_RES_70_1_R.docx", "ru", "A/RES/70/1"),
    ("A_RES_70_1-FR.pdf", "fr", "A/RES/70/1"),
    ("a-res-70-1-zh.html", "zh", "A/RES/70/1"),
    ("A_C.3_72_L.5_Rev.1_S.docx", "es", "A/C.3/72/L.5/Rev.1"),
    ("CTOC_COP_WG.7_2018_L.1_Add.2-E.docx", "en", "CTOC/COP/WG.7/2018/L.1/Add.2"),
    ("S_2018_1234_E.pdf", "en", "S/2018/1234"),
    ("ST_SGB_2019_8_A.pdf", "ar", "ST/SGB/2019/8"),
    ("a-hrc-res-37-17-ar.txt", "ar", "A/HRC/RES/37/17"),
    ("A_72_345_Corr1_F.docx", "fr", "A/72/345/Corr.1"),
    ("report.fr.txt", "fr", ""),
    ("report_russian.txt", "ru", ""),
    ("V1804321_C.pdf", "zh", ""),
    ("N2345678.pdf", "", ""),
    ("G1812345.docx", "", ""),
    ("Annex_A.docx", "", ""),
    ("plan_e.txt", "", ""),
    ("e-mail-7-2.txt", "", ""),
    ("a-guide-2019.txt", "", ""),
    ("S_M_L_2.txt", "", ""),
]


@pytest.mark.parametrize(("name", "lang", "symbol"), FILES, ids=[name for name, _, _ in FILES])
def test_what_a_file_name_tells(name: str, lang: str, symbol: str) -> None:
    found = named(name)

    assert (str(found or ""), symbol_in_name(name)) == (lang, symbol)


MASTHEADS = {
    "en": ["United Nations A/72/345", "Distr.: General 11 August 2017", "Seventy-second session Item 73 (b)"],
    "fr": ["Nations Unies A/72/345", "Distr. générale 11 août 2017", "Soixante-douzième session Point 73"],
    "es": [
        "Naciones Unidas A/72/345",
        "Distr. general 11 de agosto de 2017",
        "Septuagésimo segundo período de sesiones",
    ],
    "ru": [
        "Организация Объединенных Наций A/72/345",
        "Distr.: General 11 августа 2017 года",
        "Семьдесят вторая сессия",
    ],
    "ar": ["الأمم المتحدة A/72/345", "Distr.: General 11 آب/أغسطس 2017", "الدورة الثانية والسبعون"],
    "zh": ["联合国 A/72/345", "Distr.: General 2017年8月11日", "第七十二届会议"],
}
SESSIONS = {
    "en": "Seventy-second session", "fr": "Soixante-douzième session",
    "es": "Septuagésimo segundo período de sesiones", "ru": "Семьдесят вторая сессия",
    "ar": "الدورة الثانية والسبعون", "zh": "第七十二届会议",
}  # fmt: skip


@pytest.mark.parametrize("tag", MASTHEADS)
def test_the_masthead_in_six_languages(tag: str) -> None:
    segments = [Segment(text, Lang(tag), Kind.MASTHEAD) for text in MASTHEADS[tag]]

    document = document_of(segments, "A_RES_70_1_F.docx", Lang(tag))

    assert (document.symbol, document.session) == ("A/72/345", SESSIONS[tag])
    assert document.date == datetime.date(2017, 8, 11)


def test_the_running_head_says_which_of_several_symbols_is_its_own() -> None:
    segments = [
        Segment("A/72/345", Lang("en"), Kind.HEADER),
        Segment("Reissued from A/71/345 and A/72/50", Lang("en"), Kind.MASTHEAD),
    ]

    assert document_of(segments, "x.pdf", Lang("en")).symbol == "A/72/345"


def test_a_file_larger_than_a_reader_takes_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("large") / "x.html"
    with path.open("wb") as file:
        file.truncate(200_000_000)

    with pytest.raises(InputError, match="too large to read at once: 200 MB, the most is 64 MB") as error:
        file_bytes(path, 64_000_000)
    assert error.value.hint
