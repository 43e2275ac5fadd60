"""Concordance: every stored passage that holds a phrase, with the sentences that answer in other languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tm import index, store
from tm.labels import unlabelled
from tm.lang import Lang
from tm.lookup import target_spans
from tm.model import Highlight, TranslationUnit, Variant
from tm.placeables import masked
from tm.text import Token, nfc


@dataclass(frozen=True, slots=True)
class Concordance:
    """A stored paragraph (or pair without paragraph) that holds a phrase."""

    unit: TranslationUnit
    source: Variant
    #: Half-open character ranges of the phrase in the source variant.
    spans: tuple[tuple[int, int], ...]
    targets: tuple[Variant, ...]
    #: For each target, the ranges of the sentences that answer; empty where the place is not known.
    target_spans: tuple[tuple[tuple[int, int], ...], ...]
    #: For each target, where the phrase itself is translated, one for each of ``spans`` that is known, in their order.
    highlights: tuple[tuple[Highlight, ...], ...]


def concordance(
    conn: Connection, phrase: str, langs: Sequence[Lang], show: Sequence[Lang], limit: int | None = None
) -> Iterator[Concordance]:
    """Stored passages that hold the phrase word by word (case, accents of typography and vowel signs folded).

    ``langs`` empty means every language of the memory; ``show`` empty means all variants. In document order.
    """
    wanted = tuple(unlabelled(nfc(phrase.strip()), langs[0] if langs else Lang("und")))
    if not wanted:
        return
    count = 0
    for tag in store.langs(conn):
        if langs and not any(lang.covers(tag) or tag.covers(lang) for lang in langs):
            continue
        for hit in _phrase_hits(conn, nfc(phrase.strip()), tag, show):
            if limit is not None and count >= limit:
                return
            count += 1
            yield hit


def _phrase_hits(conn: Connection, phrase: str, tag: Lang, show: Sequence[Lang]) -> Iterator[Concordance]:
    wanted = unlabelled(phrase, tag)
    ids = index.phrase(conn, tag, masked(wanted))
    seen: set[str] = set()
    stored = [unit for units in store.find_units(conn, tag, ids).values() for unit in units]
    for unit in sorted(stored, key=lambda u: (u.unit.document.key, u.unit.position, u.id)):
        if unit.parent_id is not None or unit.unit.uid in seen:
            continue
        seen.add(unit.unit.uid)
        source = unit.unit.variant(tag)
        spans = _occurrences(source.text, wanted, tag) if source else ()
        if source and spans:
            yield _concordance(conn, unit, source, spans, show)


def _occurrences(text: str, wanted: Sequence[Token], lang: Lang) -> tuple[tuple[int, int], ...]:
    """Ranges where the words of the phrase stand side by side; placeables must have the same value."""
    found = unlabelled(text, lang)
    size = len(wanted)
    return tuple(
        (found[i].start, found[i + size - 1].end)
        for i in range(len(found) - size + 1)
        if all(_same(found[i + k], wanted[k]) for k in range(size))
    )


def _same(one: Token, other: Token) -> bool:
    return one.value == other.value if one.kind and one.kind == other.kind else one.key == other.key


def _concordance(
    conn: Connection, stored: store.StoredUnit, source: Variant, spans: Sequence[tuple[int, int]], show: Sequence[Lang]
) -> Concordance:
    unit = stored.unit
    if show:
        targets = tuple(v for lang in show if (v := unit.variant(lang)) and v.lang != source.lang)
    else:
        targets = tuple(v for v in unit.variants if v.lang != source.lang)
    inner = store.sentences_of(conn, stored.id)
    per_span = [target_spans(inner, source.lang, targets, span) for span in spans]
    places = tuple(
        tuple(sorted({found for row in per_span if (found := row[i]) is not None})) for i in range(len(targets))
    )
    # loaded here: numbers in arrays take a tenth of a second to start, and the shapes of other answers import this
    from tm.highlights import highlights

    held = tuple(one.unit for one in inner)
    per_phrase = [highlights(conn, source, targets, span, held) for span in spans]
    answers = tuple(tuple(one for row in per_phrase if (one := row[i])) for i in range(len(targets)))
    return Concordance(unit, source, tuple(spans), targets, places, answers)
