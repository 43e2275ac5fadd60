from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tm.lang import UN_LANGUAGES, Lang
from tm.model import Kind, Segment
from tm.segment import read, segment

EN = Lang("en")


def outline(segments: tuple[Segment, ...]) -> list[tuple[str, str, str, str]]:
    return [(s.kind.value, s.label, "/".join(s.path), s.text) for s in segments]


def test_numbering_in_all_ranks() -> None:
    text = """Draft report

II. Recommendations (continued)

A. General

1. Review of work

12. States should:

(h) Act;

(i) Respond:

(i) Soon;

(ii) Well;

(j) Report.

Annex III

III. Other matters

13. Nothing was said."""

    assert outline(segment(text, EN)) == [
        ("title", "", "", "Draft report"),
        ("heading", "II.", "II", "Recommendations (continued)"),
        ("heading", "A.", "II/A", "General"),
        ("heading", "1.", "II/A/1", "Review of work"),
        ("chapeau", "12.", "II/A/1/12", "States should:"),
        ("item", "(h)", "II/A/1/12/h", "Act;"),
        ("item", "(i)", "II/A/1/12/i", "Respond:"),
        ("item", "(i)", "II/A/1/12/i/i", "Soon;"),
        ("item", "(ii)", "II/A/1/12/i/ii", "Well;"),
        ("item", "(j)", "II/A/1/12/j", "Report."),
        ("heading", "", "II/A/1", "Annex III"),
        ("heading", "III.", "III", "Other matters"),
        ("paragraph", "13.", "III/13", "Nothing was said."),
    ]


@pytest.mark.parametrize(
    ("tag", "blocks", "paths"),
    [
        ("ar", "ثانيا- التوصيات|ألف - عامة|١- أوصى بما يلي:|(أ) كذا؛|(ب) كذا.", "II II/A II/A/1 II/A/1/a II/A/1/b"),
        ("ar", "ثالثا- كذا|-4 وقال أحدهم ذلك.|-5 وقال غيره ذلك.", "III III/4 III/5"),
        (
            "ru",
            "II. Итоги|В. Общие|1. Следует:|а) мочь;|b) уметь;|с) знать.",
            "II II/B II/B/1 II/B/1/a II/B/1/b II/B/1/c",
        ),
        ("ru", "1. Следует:|а) мочь;|б) уметь;|в) знать;|г) хотеть.", "1 1/a 1/b 1/c 1/d"),
        ("zh", "二、建议|（一）一般性|１．各国应当：|（a） 做；|（b） 说。", "II II/A II/A/1 II/A/1/a II/A/1/b"),
        ("zh", "一. 建议|A. 一般|1. 应当：|(a) 做：|㈠ 甲；|㈡ 乙。", "I I/A I/A/1 I/A/1/a I/A/1/a/i I/A/1/a/ii"),
    ],
)
def test_numbering_in_other_scripts(tag: str, blocks: str, paths: str) -> None:
    found = segment(blocks.replace("|", "\n\n"), Lang(tag))

    assert paths.split() == ["/".join(s.path) for s in found]


def test_figures_that_begin_a_wrapped_line_are_no_labels() -> None:
    text = """1. The Conference adopted the decision in accordance with paragraph
2. of the annex and with the recommendations made at its session held in
2015. In so doing it recalled the position taken on several occasions in
the years before, as far as they were known to the bureau, in paragraphs
14. and 15, and asked for an account of them.

2. It then closed."""

    assert [("/".join(s.path), s.line) for s in segment(text, EN)] == [("1", 1), ("2", 7)]


def test_a_page_break_inside_a_paragraph() -> None:
    text = """1. The Group noted that the measures which had been taken by the States1 in
the years since the first of its meetings had been useful, and that most of

____________
 1 See resolution 70/1.

V.18-04551 (E) 060718 060718
*1804551*
\fA/CONF.1/L.1

them would go on.

2. It asked for more of them in the years to come, where they were needed."""

    found = segment(text, EN)

    assert [(s.kind, s.label, s.notes, s.line) for s in found] == [
        (Kind.PARAGRAPH, "1.", ("1",), 1),
        (Kind.FOOTNOTE, "1", (), 5),
        (Kind.FOOTER, "", (), 7),
        (Kind.FOOTER, "", (), 8),
        (Kind.HEADER, "", (), 9),
        (Kind.PARAGRAPH, "2.", (), 13),
    ]
    assert "by the States in the years" in found[0].text
    assert found[0].text.endswith("most of them would go on.")


def test_figures_that_are_no_footnote_marks_stay() -> None:
    text = """1. See WG.7, CO2 and document A/C.1/70/L.7 of the Committee.7 It was new.

____________
7 Adopted.
"""

    assert segment(text, EN)[0].text == "See WG.7, CO2 and document A/C.1/70/L.7 of the Committee. It was new."


def test_a_mark_without_footnote_stays() -> None:
    assert segment("1. As agreed;1 nothing.", EN)[0].text == "As agreed;1 nothing."


def test_running_heads_are_known_by_recurrence() -> None:
    page = "Report of the Committee\n{0}. The Committee met and did what it had to do.\n\n{0}"
    found = segment("\f".join(page.format(number) for number in range(1, 7)), EN)

    assert Counter(s.kind for s in found) == {Kind.HEADER: 5, Kind.PARAGRAPH: 6, Kind.FOOTER: 6, Kind.TITLE: 1}


def test_two_items_on_one_line_and_an_inner_list() -> None:
    text = "1. To:\n\ng) act; h) report;\n\ni) note: a) this; b) that; j) those;\n\nj) end."

    assert [(s.path[-1], s.text) for s in segment(text, Lang("fr"))] == [
        ("1", "To:"),
        ("g", "act;"),
        ("h", "report;"),
        ("i", "note: a) this; b) that; j) those;"),
        ("j", "end."),
    ]


def test_an_unnumbered_paragraph_continues_the_one_before() -> None:
    text = "1. The first part stands here.\n\n\tThe second part has no number.\n\n2. Next."

    assert [s.path for s in segment(text, EN)] == [("1",), ("1",), ("2",)]
    assert [s.label for s in segment(text, EN)] == ["1.", "", "2."]


def test_one_paragraph_a_line_in_lower_case() -> None:
    text = "принимая во внимание права,\nпринимая во внимание свободы,\nпровозглашает следующее.\n"

    assert text.splitlines() == [s.text for s in segment(text, Lang("ru"))]


def test_empty_text_has_no_segments() -> None:
    assert segment("\ufeff \n\f\n", EN) == ()


LINES = st.lists(
    st.sampled_from(
        ["1. Text,", "(a) one;", "and more", "Title", "", "2/5", "A/RES/70/1", "____________", "1 Note.", "II. Head",
         "\f", "مادة", "一、建议", "б) пункт", "end.", "*", "12", "(i) x; (ii) y;", "-4 نص", "•", "V.18-04551 2/5"]
    ),
    max_size=25,
)  # fmt: skip


@given(LINES, st.sampled_from(UN_LANGUAGES))
def test_nothing_is_lost(lines: list[str], lang: Lang) -> None:
    found = read("\n".join(lines), lang).segments
    printed = Counter(char for char in "".join(lines) if char.isalpha())
    kept = Counter(char for s in found for char in s.label + s.text if char.isalpha())

    assert printed == kept
    assert [s.line for s in found] == sorted(s.line for s in found)
    assert all(s.text or s.label for s in found)


@given(st.text(), st.sampled_from(UN_LANGUAGES))
def test_any_text_is_read(text: str, lang: Lang) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1

    assert all(1 <= s.line <= lines for s in segment(text, lang))
