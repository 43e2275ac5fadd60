"""Fonts and colours of texts in office files."""

from tm.lang import Lang

#: Latin and Cyrillic; on every system, or replaced by one of the same widths.
LATIN = "Arial"
#: What United Nations documents in Arabic and Chinese are set in; other programs take their own in its place.
ARABIC, CHINESE = "Simplified Arabic", "SimSun"
#: What only the draft has, what only the memory has, the part that answers, what has no translation: RGB.
INSERTED, DELETED, MARKED, GAP = "0B6338", "9C1F1F", "6A3C9C", "565C64"
#: A link.
LINKED = "0563C1"
COLOURS = {"ins": INSERTED, "del": DELETED, "mark": MARKED, "gap": GAP}


def font(lang: Lang | None) -> str:
    """The font of a text in the language; None stands for our own words."""
    if lang is None:
        return LATIN
    return ARABIC if lang.rtl else LATIN if lang.joiner else CHINESE
