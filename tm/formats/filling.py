"""The one translation of a draft's segment that is written into a bilingual file, and what is known of it."""

from dataclasses import dataclass

from tm.lang import Lang
from tm.model import MatchKind, Suggestion


@dataclass(frozen=True, slots=True)
class Filling:
    """A translation for a segment."""

    text: str
    #: 0 to 102; what is repaired has 99.
    score: int
    #: The stored text it translates.
    source: str
    #: Whether it may stand without a person's look.
    automatic: bool
    #: Whether it was rewritten to fit the draft's numbers, dates and names.
    repaired: bool = False
    #: Inline markup of the text and of the stored source; None where there is none, or the text was rewritten.
    markup: str | None = None
    source_markup: str | None = None


def filling(suggestion: Suggestion, target: Lang) -> Filling | None:
    """The best translation of the whole segment, adapted where that is certain; None when there is none.

    Passages and what is put together from them are for a person to choose from, never filled in.
    """
    for match in suggestion.matches:
        variant = next((found for found in match.targets if target.covers(found.lang)), None)
        if match.kind is MatchKind.CONTAINED or variant is None or not variant.text.strip():
            continue
        repair = next((r for r in match.repairs if r and r.lang == variant.lang and r.complete), None)
        if repair is not None:
            return Filling(repair.text, match.repaired_score, match.source.text, automatic=False, repaired=True)
        return Filling(
            variant.text,
            match.score,
            match.source.text,
            automatic=match.automatic,
            markup=variant.markup,
            source_markup=match.source.markup,
        )
    return None
