"""What a memory suggests for a draft, in words: what every bilingual file shows of it, row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tm.formats import reference_rows
from tm.formats.redline import Piece, TextView, answering, gaps, plain, redline, repaired
from tm.formats.reference_rows import Official
from tm.lang import Lang
from tm.model import Kind, Match, MatchKind, Proposal, Segment, Suggestion
from tm.numbering import in_words

_KIND_WORDS = {
    MatchKind.IN_CONTEXT: "in context",
    MatchKind.EXACT: "exact",
    MatchKind.FUZZY: "fuzzy",
    MatchKind.CONTAINED: "passage",
}


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One stored unit that answers a segment, or a text put together from several."""

    #: ``exact``, ``in context``, ``repaired``, ``fuzzy``, ``passage`` or ``put together``.
    kind: str
    #: 0 to 102; 0 for a text put together.
    score: int
    #: The draft's text with what differs in the earlier one.
    redline: TextView
    #: For each target language the translation offered, in the order asked; None where there is none.
    texts: tuple[TextView | None, ...]
    #: Where it comes from; None for a text put together.
    official: Official | None
    #: Where it comes from, in a line, and for a text put together where each piece does.
    sources: tuple[str, ...]
    #: The penalties, in words, and the warnings.
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    #: Whether it may stand without a person's look.
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A segment of a draft with what is offered for it, best first."""

    number: int
    place: str
    label: str
    heading: bool
    text: TextView
    offers: tuple[OfferRow, ...]


def rows(suggestions: Sequence[Suggestion], targets: Sequence[Lang]) -> Iterator[SuggestionRow]:
    """Rows of the draft's segments, in order."""
    for number, suggestion in enumerate(suggestions, start=1):
        segment = suggestion.segment
        offers = [_offer(match, segment, targets) for match in suggestion.matches]
        if suggestion.proposal and suggestion.proposal.kind == "assembled":
            together = _together(suggestion.proposal, segment, targets)
            place = next(
                (i for i, m in enumerate(suggestion.matches) if _says_less(m, suggestion.proposal)), len(offers)
            )
            offers.insert(place, together)
        yield SuggestionRow(
            number=number,
            place=in_words(segment.path),
            label=segment.label,
            heading=segment.kind in (Kind.HEADING, Kind.TITLE),
            text=plain(segment.lang, segment.text, segment.markup),
            offers=tuple(offers),
        )


def _says_less(match: Match, together: Proposal) -> bool:
    """Whether a match says less of a segment than a text put together: a part of it, the reverse, or fewer words."""
    reverses = any(flag.reverses for flag in match.flags)
    return match.kind is MatchKind.CONTAINED or reverses or match.score < 100 * together.coverage


def _offer(match: Match, segment: Segment, targets: Sequence[Lang]) -> OfferRow:
    official = reference_rows.official(match, targets)
    said = [part for part in (official.place, official.status, official.trust) if part]
    return OfferRow(
        kind="repaired" if match.repaired else _KIND_WORDS[match.kind],
        score=match.repaired_score if match.repaired else match.score,
        redline=TextView(segment.lang, redline(match, segment.text, segment.lang, segment.markup)),
        texts=tuple(_text(match, target) for target in targets),
        official=official,
        sources=(", ".join(said),),
        reasons=tuple(f"{p.name} −{p.points}{f': {p.detail}' if p.detail else ''}" for p in match.penalties),
        warnings=tuple(map(reference_rows.warning, match.flags)),
        automatic=match.automatic,
    )


def _text(match: Match, target: Lang) -> TextView | None:
    """The translation, adapted where that is certain, with the part marked that answers."""
    repairs = match.repairs or (None,) * len(match.targets)
    for variant, found, repair in zip(match.targets, match.answers, repairs, strict=True):
        if target.covers(variant.lang):
            if match.repaired and repair:
                return TextView(variant.lang, repaired(repair, variant))
            return TextView(variant.lang, answering(variant.text, found, variant.markup))
    return None


def _together(proposal: Proposal, segment: Segment, targets: Sequence[Lang]) -> OfferRow:
    texts = dict(proposal.texts)
    sources = dict.fromkeys(
        f"{reference_rows.place(piece.unit)}: {piece.score}, “{segment.text[slice(*piece.query_span)]}”"
        for piece in proposal.pieces
    )
    return OfferRow(
        kind="put together",
        score=0,
        redline=plain(segment.lang, segment.text, segment.markup),
        texts=tuple(TextView(t, tuple(gaps(texts[t]))) if t in texts else None for t in targets),
        official=None,
        sources=tuple(sources),
        reasons=(f"{int(100 * proposal.coverage)} % of the words covered",),
        warnings=tuple(
            dict.fromkeys(reference_rows.warning(flag) for piece in proposal.pieces for flag in piece.flags)
        ),
    )


def best(row: SuggestionRow, number: int) -> OfferRow | None:
    """The best offer that has a text in a target language, by the language's place; None when there is none."""
    return next((offer for offer in row.offers if offer.texts[number] is not None), None)


def summary(offer: OfferRow) -> str:
    """An offer in a few lines, for a note beside it: score, kind, source, reasons, warnings."""
    first = f"{offer.score} {offer.kind}" if offer.score else offer.kind
    return "\n".join((first, *offer.sources, *offer.reasons, *offer.warnings))


def shown(view: TextView) -> tuple[Piece, ...]:
    """The pieces of an offer's text that are to be put into a document: without marks for what answers as a whole."""
    return tuple(replace(piece, kind="same") if piece.kind == "sentence" else piece for piece in view.pieces)
