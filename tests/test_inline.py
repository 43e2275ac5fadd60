"""Inline formatting as markup: written, read, cut and joined, whatever overlaps."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tm.formats.tmx_inline import sound_markup
from tm.inline import Form, Span, cut, joined, markup, merged, spans

#: Characters of several scripts, those that XML escapes, white space, one outside the first plane.
texts = st.text("ab<&>\"' \n\té中ع\U00020000", max_size=30)
_values = {
    Form.LINK: st.sampled_from(["https://www.un.org/?a=1&b=2", "mailto:a@un.org"]),
    Form.NOTE: st.sampled_from(["1", "<*>", "٢"]),
}


@st.composite
def formatted(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    """A text with spans in it that overlap in any way."""
    text = draw(texts)
    places = st.integers(0, len(text))
    found = []
    for form in draw(st.lists(st.sampled_from(Form), max_size=6)):
        start, end = sorted((draw(places), draw(places)))
        value = draw(_values[form]) if form in _values else ""
        found.append(Span(start, start if form is Form.NOTE else end, form, value))
    return text, tuple(found)


@given(formatted())
def test_formatting_comes_back_from_its_markup(value: tuple[str, tuple[Span, ...]]) -> None:
    text, found = value
    marked = markup(text, found)

    assert spans(marked, text) == merged(found, len(text))
    assert markup(text, spans(marked, text)) == marked
    assert (marked == "") == (not merged(found, len(text)))


@given(formatted())
def test_markup_is_that_of_tmx(value: tuple[str, tuple[Span, ...]]) -> None:
    text, found = value
    if marked := markup(text, found):
        assert sound_markup(marked, text) == marked


def _formats(text: str, marked: str) -> list[frozenset[tuple[Form, str]]]:
    """The formatting of each character."""
    found = spans(marked, text)
    return [
        frozenset(span.mark for span in found if span.form is not Form.NOTE and span.start <= place < span.end)
        for place in range(len(text))
    ]


@given(formatted(), st.data())
def test_a_cut_has_the_formatting_of_its_characters(value: tuple[str, tuple[Span, ...]], data: st.DataObject) -> None:
    text, found = value
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    marked = markup(text, found)
    part = cut(text, marked, start, end)

    assert not part or sound_markup(part, text[start:end]) == part
    assert _formats(text[start:end], part) == _formats(text, marked)[start:end]


@given(formatted(), st.data())
def test_what_is_cut_apart_and_joined_is_whole(value: tuple[str, tuple[Span, ...]], data: st.DataObject) -> None:
    text, found = value
    stops = sorted(data.draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=4)))
    bounds = [0, *(stop for stop in stops if stop < len(text)), len(text)]
    marked = markup(text, found)
    pieces = [(text[start:end], cut(text, marked, start, end)) for start, end in pairwise(bounds)]

    assert joined(pieces, "") == marked


@given(st.lists(formatted(), max_size=4), st.sampled_from(["", " "]))
def test_joined_texts_keep_their_formatting(values: list[tuple[str, tuple[Span, ...]]], joiner: str) -> None:
    pieces = [(text, markup(text, found)) for text, found in values]
    text = joiner.join(text for text, _ in pieces)
    marked = joined(pieces, joiner)

    place = 0
    for own, part in pieces:
        assert _formats(text, marked)[place : place + len(own)] == _formats(own, part)
        place += len(own) + len(joiner)
    assert sum(span.form is Form.NOTE for span in spans(marked, text)) == sum(
        span.form is Form.NOTE for own, part in pieces for span in spans(part, own)
    )


def test_overlapping_formatting_nests() -> None:
    marked = markup("abcd", [Span(0, 3, Form.BOLD), Span(2, 4, Form.ITALIC)])

    assert marked == (
        '<bpt i="1" type="bold">&lt;b&gt;</bpt>ab<ept i="1">&lt;/b&gt;</ept>'
        '<bpt i="2" type="italic">&lt;i&gt;</bpt><bpt i="3" type="bold">&lt;b&gt;</bpt>c<ept i="3">&lt;/b&gt;</ept>'
        'd<ept i="2">&lt;/i&gt;</ept>'
    )


def test_call_of_a_note_goes_with_what_is_before_it() -> None:
    text = "One.Two."
    marked = markup(text, [Span(4, 4, Form.NOTE, "1")])

    assert cut(text, marked, 0, 4) == 'One.<ph x="1" type="fnote">1</ph>'
    assert cut(text, marked, 4, 8) == ""


def test_codes_of_other_programs_are_read_as_far_as_they_are_known() -> None:
    coded = (
        '<bpt i="4" type="bold" x="7">{\\b </bpt>Pay<ept i="4">}</ept> <ph type="image">x</ph>'
        '<hi type="italic">now</hi>'
        '<bpt i="5" type="link">&lt;a href=&quot;javascript:x()&quot;&gt;</bpt>!<ept i="5"/>'
    )

    assert spans(coded, "Pay now!") == (Span(0, 3, Form.BOLD), Span(4, 7, Form.ITALIC))


def test_what_is_no_markup_of_the_text_has_no_formatting() -> None:
    bold = markup("a", [Span(0, 1, Form.BOLD)])

    assert spans(bold, "b") == spans("<bpt", "a") == spans("<x>&y;</x>", "a") == spans(None, "a") == ()
