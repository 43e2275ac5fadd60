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


def test_page_furniture_in_running_text_without_page_breaks() -> None:
    text = """1. The Group met.

1/3

A/CONF.1/L.1

2. It elected its officers.

V.15-04101 (E)

United Nations

3. It closed at 1/2 past six, as decided by the

3/3

A/CONF.1/L.1

officers.

4. It rose."""

    found = segment(text, EN)

    assert [s.line for s in found if s.kind is Kind.FOOTER] == [3, 9, 15]
    assert [s.line for s in found if s.kind is Kind.HEADER] == [5, 11, 17]
    assert [s.text for s in found if s.kind is Kind.PARAGRAPH] == [
        "The Group met.",
        "It elected its officers.",
        "It closed at 1/2 past six, as decided by the officers.",
        "It rose.",
    ]


@pytest.mark.parametrize("numbers", [("- 1 -", "- 2 -"), ("Page 1", "Page 2"), ("第1页", "第2页"), ("1/5", "3/5")])
def test_rising_page_numbers_alone_on_their_lines(numbers: tuple[str, str]) -> None:
    found = segment("1. It met.\n\n{}\n\n2. It spoke.\n\n{}\n\n3. It rose.".format(*numbers), EN)

    assert [s.text for s in found if s.kind is Kind.FOOTER] == list(numbers)


@pytest.mark.parametrize("numbers", [("3/5", "1/5"), ("7/5", "9/5"), ("1/2", "3/4")])
def test_fractions_alone_on_their_lines_are_no_page_numbers(numbers: tuple[str, str]) -> None:
    found = segment("1. It met.\n\n{}\n\n2. It spoke.\n\n{}\n\n3. It rose.".format(*numbers), EN)

    assert Kind.FOOTER not in {s.kind for s in found}


def test_running_heads_that_change_sides() -> None:
    text = """United Nations                                                  A/CONF.1/L.1

Distr.: General

1. The Group met in Vienna and agreed upon many things that had long been waiting
for an agreement.

V.15-04101 (E)
*1504101*                                                       Please recycle
A/CONF.1/L.1                                           Report of the Open Group

2. It went on and agreed upon many other things, which had been waiting as long

Report of the Open Group                                           A/CONF.1/L.1

V.15-04101                                                                  3/4
as the first ones."""

    found = segment(text, EN)

    assert [s.line for s in found if s.kind in {Kind.HEADER, Kind.FOOTER}] == [8, 9, 10, 14, 16]
    assert [s.text[-21:] for s in found if s.kind is Kind.PARAGRAPH] == [
        "ing for an agreement.",
        "ng as the first ones.",
    ]


def test_a_list_of_documents_at_a_page_break_is_no_running_head() -> None:
    rows = [f"A/CONF.1/{number}     Report of the Group on item {number}" for number in range(1, 5)]
    found = segment("\f".join("\n".join(rows[i : i + 2]) for i in (0, 2)), EN)

    assert Kind.HEADER not in {s.kind for s in found}


def test_a_footnote_goes_on_below_the_next_page_s_rule() -> None:
    text = """1. It met as agreed.1

____________
 1 See the report of the Committee on its second session, chapter II, as well as
\f
2. It rose as planned.2

____________
   the addenda thereto.
 2 Ibid.
"""
    notes = [s for s in segment(text, EN) if s.kind is Kind.FOOTNOTE]

    assert [s.text for s in notes] == [
        "See the report of the Committee on its second session, chapter II, as well as the addenda thereto.",
        "Ibid.",
    ]


def test_titles_before_names_are_no_labels() -> None:
    text = "A. Débat\n\nM. Diallo (Mali) est favorable au projet.\n\nMme Roy aussi.\n\nM. Petit (France)"

    assert [(s.label, s.text) for s in segment(text, Lang("fr"))] == [
        ("A.", "Débat"),
        ("", "M. Diallo (Mali) est favorable au projet."),
        ("", "Mme Roy aussi."),
        ("", "M. Petit (France)"),
    ]


def test_letters_of_a_long_list_are_labels_even_when_they_abbreviate() -> None:
    text = "\n\n".join(f"{letter}. Chapitre" for letter in "ABCDEFGHIJKLMN")

    assert [s.label for s in segment(text, Lang("fr"))][12] == "M."


def test_decimal_fractions_are_no_labels() -> None:
    text = "1. It rose.\n\n731.5 million was spent.\n\n2. It fell.\n\n2.1 First part\n\n2.2 Second part"

    assert [s.label for s in segment(text, EN)] == ["1.", "", "2.", "2.1", "2.2"]


def test_headings_of_a_table_of_contents_begin_again() -> None:
    text = """Contents

I. Introduction ........ 1
II. Report ............. 2
III. End ............... 3
Annexes
I. Participants ........ 4
II. Documents .......... 5

I. Introduction

1. It met."""

    assert [("/".join(s.path), s.label) for s in segment(text, EN)][2:] == [
        ("II", "II."),
        ("III", "III."),
        ("III", ""),
        ("I", "I."),
        ("II", "II."),
        ("I", "I."),
        ("I/1", "1."),
    ]


def test_clauses_of_a_list_are_no_headings() -> None:
    text = "一、导言\n\n（一）背景\n\n二、建议\n\n1. 委员会建议各国：\n\n㈠ 采取措施；\n\n㈡ 加强合作。"

    assert [(s.kind, "/".join(s.path)) for s in segment(text, Lang("zh"))][-2:] == [
        (Kind.ITEM, "II/1/i"),
        (Kind.ITEM, "II/1/ii"),
    ]


def test_a_quotation_in_its_own_margin_is_one_paragraph() -> None:
    body = """{}. The Rapporteur recalled the text of the resolution which the Council had
adopted at its previous session without a vote and read the passage out again
from the record, and which is known to the members and which goes as follows:
"""
    quotation = """
        "The Council, recalling all of its earlier resolutions on the
        matter and those of the Assembly, and having been addressed by
        Mr. Smith on behalf of the secretariat in Geneva and New York,
        The Hague and Vienna, decides to remain seized of this matter."

"""
    found = segment("".join(body.format(number) + quotation for number in range(1, 9)), EN)

    assert len(found) == 16


def test_lower_case_paragraphs_parted_by_blank_lines() -> None:
    line = "принимая во внимание все прежние решения и доклады, которые были утверждены\n"
    paragraph = line * 2 + "на предыдущих заседаниях и сессиях в последние годы и в этом году тоже так,\n"
    found = segment("\n".join([paragraph] * 8), Lang("ru"))

    assert len(found) == 8


def test_an_abbreviation_at_a_line_s_end_ends_no_paragraph() -> None:
    text = """1. The Group noted that the measures which had been taken by the States in the
years since its first meeting had been most useful, in particular by Mr.
Smith, and it asked that more of them be taken in the light of the report of the
Secretary-General pursuant to para.
5 above.

2. The Group then rose."""

    assert [s.line for s in segment(text, EN)] == [1, 7]


LINES = st.lists(
    st.sampled_from(
        ["1. Text,", "(a) one;", "and more", "Title", "", "2/5", "A/RES/70/1", "____________", "1 Note.", "II. Head",
         "\f", "مادة", "一、建议", "б) пункт", "end.", "*", "12", "(i) x; (ii) y;", "-4 نص", "•", "V.18-04551 2/5",
         "- 3 -", "A/RES/70/1    Head", "M. Roy", "4 - 5 May"]
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


def test_a_short_line_alone_at_the_top_of_a_page_is_a_heading() -> None:
    full = "The Commission took note of the report and requested the Secretariat to go"
    pages = [f"{full}\non with the work and to report on it to the Commission in good time.", "Article 2"]
    text = "\f".join(
        [*pages[:1], f"{pages[1]}\n\n{full}\non with it, as all had agreed in the debate of the year before."]
    )

    assert [found.text for found in segment(text, EN)][1] == "Article 2"
