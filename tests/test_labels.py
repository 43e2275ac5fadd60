import pytest
from hypothesis import given
from hypothesis import strategies as st

from tm.labels import Label, Style, label_end, leading, letter, readings, roman, split_label
from tm.lang import UN_LANGUAGES, Lang

#: Language, text, printed label, style and norm of its likeliest reading.
FOUND = [
    ("en", "II. Recommendations", "II.", Style.SECTION, "II"),
    ("en", "A. General", "A.", Style.SUBSECTION, "A"),
    ("en", "12. The Group", "12.", Style.PARAGRAPH, "12"),
    ("en", "12 - The Group", "12 -", Style.PARAGRAPH, "12"),
    ("en", "1.2.1 Proportion", "1.2.1", Style.DOTTED, "1.2.1"),
    ("en", "(a) Promote", "(a)", Style.ITEM, "a"),
    ("en", "(a)Promote", "(a)", Style.ITEM, "a"),
    ("en", "(iii) Review", "(iii)", Style.SUBITEM, "iii"),
    ("en", "(bb) Review", "(bb)", Style.ITEM, "bb"),
    ("en", "– To strengthen", "–", Style.BULLET, ""),
    ("fr", "a) Œuvrer", "a)", Style.ITEM, "a"),
    ("fr", "10.Les représentants", "10.", Style.PARAGRAPH, "10"),
    ("ru", "а)\tсодействовать", "а)", Style.ITEM, "a"),
    ("ru", "с) поощрять", "с)", Style.ITEM, "c"),
    ("ru", "і) пересмотреть", "і)", Style.ITEM, "i"),
    ("ru", "б) принять", "б)", Style.ITEM, "b"),
    ("ru", "д) принять", "д)", Style.ITEM, "e"),
    ("ru", "В. Общие", "В.", Style.SUBSECTION, "B"),
    ("ar", "ثانيا- التوصيات", "ثانيا-", Style.SECTION, "II"),
    ("ar", "ثالثاً - ملخص", "ثالثاً -", Style.SECTION, "III"),
    ("ar", "حادي عشر- مسائل", "حادي عشر-", Style.SECTION, "XI"),
    ("ar", "العشرون- مسائل", "العشرون-", Style.SECTION, "XX"),
    ("ar", "ألف - توصيات", "ألف -", Style.SUBSECTION, "A"),
    ("ar", "أ - توصيات", "أ -", Style.SUBSECTION, "A"),
    ("ar", "١٢- أوصى", "١٢-", Style.PARAGRAPH, "12"),
    ("ar", "-4 وشددت", "-4", Style.PARAGRAPH, "4"),
    ("ar", "(أ) تعزيز", "(أ)", Style.ITEM, "a"),
    ("ar", "(هـ) اعتماد", "(هـ)", Style.ITEM, "e"),
    ("ar", "(ﻫ) اعتماد", "(ﻫ)", Style.ITEM, "e"),
    ("ar", "(ي) اعتماد", "(ي)", Style.ITEM, "j"),
    ("zh", "二. 建议", "二.", Style.SECTION, "II"),
    ("zh", "十二、建议", "十二、", Style.SECTION, "XII"),
    ("zh", "（三）建议", "（三）", Style.SUBSECTION, "C"),
    ("zh", "１１． 在", "１１．", Style.PARAGRAPH, "11"),
    ("zh", "1、在", "1、", Style.PARAGRAPH, "1"),
    ("zh", "（a） 通过", "（a）", Style.ITEM, "a"),
]
NOT_LABELS = [
    ("en", "12-month period"),
    ("en", "12 July 2018"),
    ("en", "4 - 15 May 2015"),
    ("ru", "4 – 15 мая 2015 года"),
    ("en", "(2018) was the year"),
    ("en", "2018. It was a year."),
    ("en", "e.g. this"),
    ("en", "I am here"),
    ("en", "A State may"),
    ("en", "2.5 million people"),
    ("en", "A. Smith said so."),
    ("fr", "M. Dupont a fait une déclaration."),
    ("ru", "12-летний период"),
    ("ar", "الأطراف: الجزائر"),
    ("zh", "第一条"),
]


@pytest.mark.parametrize(("tag", "text", "label", "style", "norm"), FOUND)
def test_labels_are_found_and_read(tag: str, text: str, label: str, style: Style, norm: str) -> None:
    lang = Lang(tag)
    rest = text[len(label) :].strip()

    assert (label, rest) == split_label(text, lang)
    assert (style, norm) == (readings(label, lang)[0].style, readings(label, lang)[0].norm)


@pytest.mark.parametrize(("tag", "text"), NOT_LABELS)
def test_text_that_only_looks_like_a_label_stays_whole(tag: str, text: str) -> None:
    assert ("", text) == split_label(text, Lang(tag))


def test_direction_marks_are_no_part_of_the_label() -> None:
    assert split_label("\u200f1-\u200f أوصى", Lang("ar")) == ("1-", "أوصى")


def test_an_ambiguous_letter_has_each_of_its_readings() -> None:
    assert (Label(Style.ITEM, 22, "v"), Label(Style.SUBITEM, 5, "v")) == readings("(v)", Lang("en"))
    assert (Label(Style.SECTION, 1, "I"), Label(Style.SUBSECTION, 9, "I")) == readings("I.", Lang("en"))
    assert (Label(Style.SUBSECTION, 2, "B"), Label(Style.SUBSECTION, 3, "C")) == readings("В.", Lang("ru"))


def test_a_label_alone_is_found() -> None:
    assert leading("5.", Lang("en")) == ("5.", "")


@given(st.integers(1, 99))
def test_numerals_of_all_scripts_mean_the_same(value: int) -> None:
    tens, units = divmod(value, 10)
    digits = "一二三四五六七八九"
    han = (digits[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (digits[units - 1] if units else "")

    assert value in {reading.ordinal for reading in readings(roman(value).upper() + ".", Lang("en"))}
    assert value == readings(han + "、", Lang("zh"))[0].ordinal
    assert value == readings(f"{value}.", Lang("ru"))[0].ordinal


@given(st.integers(1, 52))
def test_letters_are_read_back(ordinal: int) -> None:
    assert ordinal in {reading.ordinal for reading in readings(f"({letter(ordinal)})", Lang("en"))}


@given(st.text(), st.sampled_from(UN_LANGUAGES))
def test_splitting_loses_nothing(text: str, lang: Lang) -> None:
    label, rest = leading(text, lang)

    assert "".join(text.split()) == "".join(label.split()) + "".join(rest.split())
    assert bool(label) == bool(label and readings(label, lang))


_OPENINGS = (
    "a",
    "I",
    "XIV",
    "MIX",
    "The",
    "La",
    "вы",
    "Цель",
    "الف",
    "第",
    "1",
    "(",
    ")",
    ".",
    "-",
    "—",
    " ",
    ",",
    "\u00a0",
    "\u200f",
)


@given(st.lists(st.sampled_from(_OPENINGS), max_size=6).map("".join), st.sampled_from(UN_LANGUAGES))
def test_a_text_that_opens_with_a_plain_word_has_no_label(text: str, lang: Lang) -> None:
    label, _ = split_label(text, lang)

    assert (label_end(text, lang) > 0) == bool(label)
