"""Documents cited, by symbol and by number, in six languages."""

import pytest

from tm.citations import cited
from tm.lang import Lang

RESOLUTIONS = [
    ("en", "Recalling its resolutions 70/1 of 25 September 2015, 71/243 of 21 December 2016 and 72/279"),
    ("fr", "Rappelant ses résolutions 70/1 du 25 septembre 2015, 71/243 du 21 décembre 2016 et 72/279"),
    ("es", "Recordando sus resoluciones 70/1, de 25 de septiembre de 2015, 71/243 y 72/279"),
    ("ru", "ссылаясь на свои резолюции 70/1 от 25 сентября 2015 года, 71/243 и 72/279"),
    ("ar", "إذ تشير إلى قراراتها ٧٠/١ المؤرخ 25 أيلول/سبتمبر 2015 و 71/243 و 72/279"),
    ("zh", "回顾其2015年9月25日第70/1号、第71/243号和第72/279号决议"),
]
SECURITY_COUNCIL = [
    ("en", "Security Council resolutions 1325 (2000) and 1820 (2008)"),
    ("fr", "les résolutions 1325 (2000) et 1820 (2008) du Conseil de sécurité"),
    ("es", "las resoluciones del Consejo de Seguridad 1325 (2000) y 1820 (2008)"),
    ("ru", "резолюции Совета Безопасности 1325 (2000) и 1820 (2008)"),
    ("ar", "قراري مجلس الأمن 1325 (2000) و 1820 (2008)"),
    ("zh", "安全理事会第1325（2000）号和第1820（2008）号决议"),
]


def symbols(text: str, lang: str) -> list[str]:
    return [one.symbols[0] for one in cited(text, Lang(lang))]


@pytest.mark.parametrize(("lang", "text"), RESOLUTIONS)
def test_resolutions_of_the_assembly_by_number(lang: str, text: str) -> None:
    assert symbols(text, lang) == ["A/RES/70/1", "A/RES/71/243", "A/RES/72/279"]


@pytest.mark.parametrize(("lang", "text"), SECURITY_COUNCIL)
def test_resolutions_of_the_council_by_number_and_year(lang: str, text: str) -> None:
    assert symbols(text, lang) == ["S/RES/1325 (2000)", "S/RES/1820 (2008)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see resolution 71/243 and decision 70/520", ["A/RES/71/243", "A/DEC/70/520"]),
        ("Economic and Social Council resolution 2016/17", ["E/RES/2016/17"]),
        ("Human Rights Council resolution 32/2", ["A/HRC/RES/32/2"]),
        ("its resolution 217 A (III)", ["A/RES/217 A(III)"]),
        ("S/RES/1325(2000) and S/RES/1820 (2008)", ["S/RES/1325 (2000)", "S/RES/1820 (2008)"]),
        (
            "documents A/C.3/72/L.5/Rev.1 and CTOC/COP/WG.7/2019/CRP.1",
            ["A/C.3/72/L.5/Rev.1", "CTOC/COP/WG.7/2019/CRP.1"],
        ),
    ],
)
def test_other_bodies_and_symbols(text: str, expected: list[str]) -> None:
    assert symbols(text, "en") == expected


@pytest.mark.parametrize(
    "text",
    ["", "Half of it, 1/2, was lost.", "HIV/AIDS", "The resolution was adopted. In 1/3 of the cases it was not read."],
)
def test_a_number_alone_is_no_document(text: str) -> None:
    assert symbols(text, "en") == []


def test_places_are_those_of_the_text() -> None:
    text = "安全理事会第1325（2000）号决议"

    assert [text[one.start : one.end] for one in cited(text, Lang("zh"))] == ["1325（2000）"]
