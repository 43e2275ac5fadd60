"""Highlights in stored translations: where the passage that was found, or the phrase, stands in each of them.

Reads inside the caller's transaction. Lexicons are read when the first highlight of a pair of languages is asked for,
and kept with the connection until the memory has learned that pair anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from tm import lexicons
from tm.highlight import Span, highlight
from tm.lang import Lang
from tm.model import Highlight, Level, Match, TranslationUnit, Variant
from tm.schema import unit
from tm.units import sentences_of
from tm.wordlinks import Glossary

#: Where the glossaries of a connection are kept in its ``info``.
_KEPT = "untm glossaries"


def highlighted(conn: Connection, matches: Iterable[Match]) -> tuple[Match, ...]:
    """The matches, those that stand inside a longer stored passage with the place of its translation."""
    return tuple(_with_highlights(conn, match) if match.source_span else match for match in matches)


def _with_highlights(conn: Connection, match: Match) -> Match:
    assert match.source_span is not None
    held: tuple[TranslationUnit, ...] = ()
    if match.unit.level is Level.PARAGRAPH:
        number = conn.execute(select(unit.c.id).where(unit.c.uid == match.unit.uid)).scalar_one_or_none()
        held = () if number is None else tuple(stored.unit for stored in sentences_of(conn, number))
    return replace(match, highlights=highlights(conn, match.source, match.targets, match.source_span, held))


def highlights(
    conn: Connection, source: Variant, targets: Sequence[Variant], span: Span, inner: Sequence[TranslationUnit] = ()
) -> tuple[Highlight | None, ...]:
    """Where a range of a stored text is translated, in step with the targets; None where nothing is known.

    ``inner`` are the sentence units inside the texts, if there are any.
    """
    return tuple(
        highlight(
            source.text, target.text, span, glossary(conn, source.lang, target.lang), _pairs(inner, source, target)
        )
        for target in targets
    )


def _pairs(inner: Sequence[TranslationUnit], source: Variant, target: Variant) -> list[tuple[Span, Span]]:
    """The ranges of the sentence units that have both languages."""
    found = ((one.variant(source.lang), one.variant(target.lang)) for one in inner)
    return [(one.span, other.span) for one, other in found if one and other and one.span and other.span]


def glossary(conn: Connection, source: Lang, target: Lang) -> Glossary:
    """What is known of two languages, with the lexicon that the memory has learned, if it has."""
    kept: dict[tuple[str, str], tuple[str | None, Glossary]] = conn.info.setdefault(_KEPT, {})
    pair, learned = (source.primary, target.primary), lexicons.learned_at(conn, source, target)
    if pair not in kept or kept[pair][0] != learned:
        lexicon = lexicons.load(conn, source, target) if learned else None
        kept[pair] = learned, Glossary.of(Lang(pair[0]), Lang(pair[1]), lexicon)
    return kept[pair][1]
