"""How a phrase was put into another language: every wording, how often, since when and by whom.

A wording is the target sentences that answer the sentences with the phrase, or the whole target where these are not
known. Wordings that differ in case, accents, typography or the values of numbers count as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tm.concordance import Concordance
from tm.contained import sentence_range
from tm.folding import bare
from tm.lang import Lang
from tm.model import Document, DocumentStatus
from tm.placeables import masked, tokens


@dataclass(frozen=True, slots=True)
class Rendering:
    """One wording in one target language, of one wording in the source."""

    #: The wordings as they stand in the document of greatest authority.
    source: str
    target: str
    #: Passages that have it.
    count: int
    #: Years of the first and the last document that has it; None when no date is known.
    first: int | None
    last: int | None
    #: Issuing bodies, and statuses from the highest, each once.
    bodies: tuple[str, ...]
    statuses: tuple[DocumentStatus, ...]
    #: Documents that have it, by authority and from the newest.
    documents: tuple[str, ...]
    #: Whether an adopted document has it while another adopted one has something else for the same source wording.
    conflict: bool


def renderings(hits: Iterable[Concordance], lang: Lang) -> tuple[Rendering, ...]:
    """The wordings of what was found in one language, the most frequent first, then by how recently they were used.

    ``hits`` are in the order of a concordance. Passages without that language are passed over.
    """
    uses: defaultdict[tuple[str, ...], defaultdict[tuple[str, ...], list[_Use]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for hit in hits:
        for use in _uses(hit, lang):
            uses[_key(use.source, hit.source.lang)][_key(use.target, lang)].append(use)
    found = []
    for wordings in uses.values():
        adopted = sum(any(_is_adopted(use.document) for use in same) for same in wordings.values())
        found += [_rendering(same, conflicting=adopted > 1) for same in wordings.values()]
    return tuple(sorted(found, key=lambda one: (-one.count, -(one.last or 0), one.source, one.target)))


@dataclass(frozen=True, slots=True)
class _Use:
    source: str
    target: str
    document: Document


def _uses(hit: Concordance, lang: Lang) -> list[_Use]:
    """Source and target wording of a passage; none when it has no target in the language."""
    for target, spans in zip(hit.targets, hit.target_spans, strict=True):
        if lang.covers(target.lang):
            if not spans:
                return [_Use(hit.source.text, target.text, hit.unit.document)]
            ranges = dict.fromkeys(sentence_range(hit.source.text, span, hit.source.lang) for span in hit.spans)
            source = " … ".join(hit.source.text[start:end] for start, end in ranges)
            return [_Use(source, " … ".join(target.text[start:end] for start, end in spans), hit.unit.document)]
    return []


def _key(text: str, lang: Lang) -> tuple[str, ...]:
    return tuple(bare(key) for key in masked(tokens(text, lang)))


def _is_adopted(document: Document) -> bool:
    return document.status is DocumentStatus.ADOPTED and not document.superseded


def _rendering(uses: Sequence[_Use], *, conflicting: bool) -> Rendering:
    documents = [use.document for use in uses]
    dates = sorted(document.date for document in documents if document.date)
    return Rendering(
        source=uses[0].source,
        target=uses[0].target,
        count=len(uses),
        first=dates[0].year if dates else None,
        last=dates[-1].year if dates else None,
        bodies=tuple(dict.fromkeys(document.body for document in documents if document.body)),
        statuses=tuple(sorted({document.status for document in documents}, reverse=True)),
        documents=tuple(dict.fromkeys(document.key for document in documents)),
        conflict=conflicting and any(map(_is_adopted, documents)),
    )
