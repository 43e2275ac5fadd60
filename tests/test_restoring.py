"""No-break spaces, soft hyphens and marks of direction survive reading, and compare as what they stand for."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tm.formats import html_reading, markdown, plain
from tm.labels import unlabelled
from tm.lang import Lang
from tm.match import compare
from tm.outline import Marked, read_marked
from tm.restoring import restored
from tm.segment import read
from tm.sentence import sentences
from tm.text import visible

FR, AR, ZH, EN = Lang("fr"), Lang("ar"), Lang("zh"), Lang("en")
NOISE = "abc.,1 \u00a0\u202f\u00ad\u2011-\u200f\u200e\u202b\u202c\u200bنص"


def texts(text: str, lang: Lang) -> list[tuple[str, str]]:
    return [(segment.label, segment.text) for segment in read(text, lang).segments]


def marked(text: str, lang: Lang) -> tuple[str, str]:
    (segment,) = read_marked([Marked(text)], lang).segments
    return segment.label, segment.text


def test_wrapped_text_keeps_its_no_break_spaces_and_loses_its_line_ends() -> None:
    text = (
        "1.\u00a0Le Comité a tenu sa 3ᵉ\u00a0séance\u202f; il y a adopté la décla-\nration «\u00a0intersession\u00ad\n"
        "nelle\u00a0», le co\u00adordon\u00adnateur étant absent.\n\n2.\u00a0Fin de la séance à 18\u00a0heures."
    )
    assert texts(text, FR) == [
        ("1.", "Le Comité a tenu sa 3ᵉ\u00a0séance\u202f; il y a adopté la déclaration "
               "«\u00a0intersessionnelle\u00a0», le co\u00adordon\u00adnateur étant absent."),
        ("2.", "Fin de la séance à 18\u00a0heures."),
    ]  # fmt: skip


def test_marks_of_direction_stay_in_the_text_and_out_of_the_label() -> None:
    assert texts("\u200f1-\u200f أوصت اللجنة (تابع)\u200f", AR) == [("1-", "أوصت اللجنة (تابع)\u200f")]
    assert marked("\u202b1- أوصت\u202c \u200eA/75/1\u200e", AR) == ("1-", "أوصت \u200eA/75/1\u200e")
    assert marked("\u202bأوصت اللجنة\u202c بذلك", AR) == ("", "\u202bأوصت اللجنة\u202c بذلك")


def test_embeddings_around_wrapped_lines_came_with_the_breaks() -> None:
    text = "\u202bوأوصت اللجنة بأن تنظر الدول الأعضاء في اعتماد تدابير\u202c\n\u202bأخرى لمنع الجريمة.\u202c"
    assert texts(text, AR) == [("", "وأوصت اللجنة بأن تنظر الدول الأعضاء في اعتماد تدابير أخرى لمنع الجريمة.")]


def test_of_several_spaces_the_one_set_on_purpose_is_left() -> None:
    assert marked("article \u00a0 5\u00a0 bis", FR) == ("", "article\u00a05\u00a0bis")
    assert marked("第一条\u3000总则", ZH) == ("", "第一条\u3000总则")


@pytest.mark.parametrize(
    ("reader", "name", "source"),
    [
        (html_reading, "x.fr.html", "<p>Les 25&nbsp;% des pays&#x202f;: non&#x2011;alignés, co&shy;opérants.</p>"),
        (markdown, "x.fr.md", "Les 25&nbsp;% des pays\u202f: non\u2011alignés, co&shy;opérants.\n"),
        (plain, "x.fr.txt", "Les 25\u00a0% des pays\u202f: non\u2011alignés, co\u00adopérants.\n"),
    ],
)
def test_each_reader_keeps_them(tmp_path: Path, reader: object, name: str, source: str) -> None:
    path = tmp_path / name
    path.write_text(source, "utf-8")
    (segment,) = reader.read_document(path, FR).segments  # type: ignore[attr-defined]

    assert segment.text == "Les 25\u00a0% des pays\u202f: non\u2011alignés, co\u00adopérants."


def test_numbers_dates_and_symbols_are_found_among_them() -> None:
    text = "Le 3\u00a0mai\u00a02015, 1\u202f234 cas (A/RES/70/1\u200e) et 25\u00a0%."
    assert [token.value for token in unlabelled(text, FR) if token.value] == ["2015-05-03", "1234", "A/RES/70/1", "25%"]


def test_sentences_end_before_and_after_a_mark() -> None:
    text = "\u200fاختتمت الدورة.\u200f وبدأت \u200fأخرى. \u200fثم انتهت.\u200f"
    assert [text[a:b] for a, b in sentences(text, AR)] == [
        "\u200fاختتمت الدورة.\u200f", "وبدأت \u200fأخرى.", "\u200fثم انتهت.\u200f",
    ]  # fmt: skip
    assert sentences("It met.\u00a0It left.", EN) == ((0, 7), (8, 16))


@given(st.text(NOISE + "A؟! "))
def test_sentences_hold_everything_but_white_space(text: str) -> None:
    for lang in (AR, EN):
        ranges = sentences(text, lang)
        assert "".join("".join(text[a:b].split()) for a, b in ranges) == "".join(text.split())
        assert all(text[a:b] == text[a:b].strip() != "" for a, b in ranges)


@given(st.text(NOISE))
def test_what_is_put_back_changes_no_letter(printed: str) -> None:
    plain_text = " ".join(visible(printed)[0].replace("\u2011", "-").split())
    found = restored(plain_text, printed)

    assert " ".join(visible(found)[0].replace("\u2011", "-").split()) == plain_text
    assert found == restored(plain_text, found)


def test_a_no_break_space_is_a_space_for_similarity_and_is_named() -> None:
    compared = compare("25\u00a0% des États\u202f; les autres", "25 % des États ; les autres", FR)

    assert (compared.score, compared.similarity) == (99, 1.0)
    assert [penalty.name for penalty in compared.penalties] == ["spaces"]
