"""Arbitrary translation units, for properties of the formats."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from tm.lang import UN_LANGUAGES, Lang
from tm.model import Document, DocumentStatus, Kind, Level, Review, TranslationUnit, Variant
from tm.text import nfc

LANGS = (*UN_LANGUAGES, Lang("fr-CH"), Lang("zh-Hant-TW"))

#: Any text, with much of what files get wrong: line ends, markup, controls, marks of direction, other planes.
texts = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("\t\n\r\x01\x0b\x1f\ufffe<>&\"'\u00a0\u2028\u200f\U0001f600")
    )
).map(nfc)
_EARLIEST, _LATEST = datetime(2, 1, 1), datetime(9998, 1, 1)  # noqa: DTZ001 - bounds of moments in any zone
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])
moments = st.datetimes(_EARLIEST, _LATEST) | st.datetimes(_EARLIEST, _LATEST, timezones=_ZONES)
documents = st.builds(
    Document,
    symbol=texts, title=texts, body=texts, session=texts, date=st.none() | st.dates(),
    status=st.sampled_from(DocumentStatus), origin=texts, superseded=st.booleans(), corrected=st.booleans(),
)  # fmt: skip
spans = st.none() | st.tuples(st.integers(0, 999), st.integers(0, 999)).map(lambda ends: (min(ends), max(ends)))
properties = st.lists(
    st.tuples(st.one_of(texts, st.sampled_from(["x-domain", "x-untm-kind", "x-untm-parent", "x-d[fr]"])), texts),
    max_size=3,
).map(tuple)


def variants(markup: st.SearchStrategy[str | None]) -> st.SearchStrategy[tuple[Variant, ...]]:
    """One to six variants, each in another language."""
    one = st.builds(
        Variant,
        lang=st.sampled_from(LANGS), text=texts, markup=markup,
        segments=st.lists(st.integers(0, 9999), max_size=3).map(tuple), span=spans,
    )  # fmt: skip
    return st.lists(one, min_size=1, max_size=6, unique_by=lambda variant: variant.lang).map(tuple)


def units(*, sentences: bool = True) -> st.SearchStrategy[TranslationUnit]:
    """Units of any content; with sentence units inside when asked for."""
    inner = st.lists(units(sentences=False), max_size=2).map(tuple) if sentences else st.just(())
    return st.builds(
        TranslationUnit,
        variants=variants(st.none() | texts), level=st.sampled_from(Level), kind=st.sampled_from(Kind),
        path=st.lists(texts, max_size=3).map(tuple), document=documents, position=st.integers(0, 10**6),
        sentences=inner, confidence=st.none() | st.floats(0, 1), review=st.sampled_from(Review),
        reordered=st.booleans(), uid=texts, created=st.none() | moments, created_by=texts,
        changed=st.none() | moments, changed_by=texts, note=texts, properties=properties,
    )  # fmt: skip
