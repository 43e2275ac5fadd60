"""Units of two languages each, as bilingual tools take them; for OmegaT, so that it inserts them.

OmegaT inserts what lies in ``tm/auto`` where the whole source segment is equal, character by character. Unless its
option for level 2 is on, it drops what stands inside any inline element, ``<hi>`` too, which holds text (3.6, 6.0).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tm.lang import Lang
from tm.model import ACCEPTED_FROM, Review, TranslationUnit, Variant

#: No-break spaces: common, narrow, and of the width of a digit. Many documents have common spaces in their places.
_NO_BREAK = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007", " "))
_HIGHLIGHT = re.compile(r"</?hi(?:\s[^<>]*)?/?>")


def paired(units: Iterable[TranslationUnit], source: Lang, target: Lang) -> Iterator[TranslationUnit]:
    """The units with these two variants alone, source first; those that lack one of them are left out.

    The sentences inside a paragraph are treated likewise, and stand alone when their paragraph is left out.
    """
    for unit in units:
        sentences = tuple(paired(unit.sentences, source, target))
        pair = unit.variant(source), unit.variant(target)
        if pair[0] is None or pair[1] is None:
            yield from sentences
        else:
            yield replace(unit, variants=(pair[0], pair[1]), sentences=sentences)


def trusted(unit: TranslationUnit) -> bool:
    """Whether a translation may be inserted unseen: reviewed, or surely aligned, or imported as a pair."""
    if unit.review is not Review.UNREVIEWED:
        return unit.review is Review.REVIEWED
    return unit.confidence is None or unit.confidence >= ACCEPTED_FROM


def for_omegat(pairs: Iterable[TranslationUnit], left_out: Callable[[], object]) -> Iterator[TranslationUnit]:
    """Trusted pairs, paragraphs and sentences alike, as OmegaT finds them; ``left_out`` is called for each other.

    Highlighting goes, its text stays. A pair whose source has no-break spaces is followed by the same with common
    spaces there, for drafts that have those; the translation is the same.
    """
    for pair in pairs:
        for unit in (replace(pair, sentences=()), *pair.sentences):
            if not trusted(unit):
                left_out()
                continue
            plain = replace(unit, variants=tuple(map(_without_highlights, unit.variants)))
            yield plain
            source, *others = plain.variants
            twin = _common_spaces(source)
            if twin.text != source.text:
                yield replace(plain, variants=(twin, *others), uid=f"{unit.uid}~" if unit.uid else "")


def _without_highlights(variant: Variant) -> Variant:
    if variant.markup is None:
        return variant
    markup = _HIGHLIGHT.sub("", variant.markup)
    return replace(variant, markup=markup if "<" in markup else None)


def _common_spaces(variant: Variant) -> Variant:
    markup = variant.markup.translate(_NO_BREAK) if variant.markup is not None else None
    return replace(variant, text=variant.text.translate(_NO_BREAK), markup=markup)
