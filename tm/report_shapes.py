"""The JSON shapes of reports on a draft: all its matches, leverage, references. The others are in ``tm.shapes``."""

from collections.abc import Sequence

from tm.coverage import Borrowing
from tm.lang import Lang
from tm.leverage import Leverage
from tm.model import Suggestion
from tm.quotations import Quotation
from tm.references import Citation, Passage, Reference, ReferenceReport, Run
from tm.shapes import Object, document, match, origin, suggestion
from tm.term_shapes import term_hit
from tm.terms import TermHit


def leverage(value: Leverage) -> Object:
    """``{bands, words, weighted_words, covered, documents, segments}``.

    Bands are ``{band, segments, words, characters, weight}``; ``covered`` is the share of the words that stand in
    earlier documents, and documents are borrowings. Segments are ``{band, score, words, document, earlier}``;
    ``earlier`` is the index of the segment of this draft that one repeats or resembles.
    """
    return {
        "bands": [
            {
                "band": b.band,
                "segments": b.segments,
                "words": b.words,
                "characters": b.characters,
                "weight": b.weight,
            }
            for b in value.bands
        ],
        "words": value.words,
        "weighted_words": round(value.weighted_words, 1),
        "covered": round(value.covered, 4),
        "documents": [borrowing(b) for b in value.borrowings],
        "segments": [
            {
                "band": s.band,
                "score": s.score,
                "words": s.words,
                "document": s.document.key if s.document else None,
                "earlier": s.earlier,
            }
            for s in value.segments
        ],
    }


def borrowing(value: Borrowing) -> Object:
    """``{document, symbol, title, date, status, superseded, corrected, segments, words, share, identical, added}``.

    ``words`` counts the draft's words that stand in the document, each once; ``identical`` those of segments and
    sentences that stand there as they are, ``added`` those that no document before it has.
    """
    return {
        **document(value.document),
        "segments": value.segments,
        "words": value.words,
        "share": round(value.share, 4),
        "identical": value.identical,
        "added": value.added,
    }


def suggestions(
    source: Lang,
    targets: Sequence[Lang],
    found: Sequence[Suggestion],
    summary: Leverage,
    terms: Sequence[Sequence[TermHit]],
) -> Object:
    """``{from, to, segments, summary}``; a segment has ``terms``, those of glossaries that stand in it, besides."""
    return {
        "from": source.tag,
        "to": [target.tag for target in targets],
        "segments": [
            {**suggestion(s), "terms": [term_hit(hit, targets) for hit in hits]}
            for s, hits in zip(found, terms, strict=True)
        ],
        "summary": leverage(summary),
    }


def reference_report(value: ReferenceReport) -> Object:
    """``{from, to, words, covered, documents, passages, runs, quotations, citations}``.

    ``covered`` is the share of the words that stand in one of the references.
    """
    return {
        "from": value.source.tag,
        "to": [target.tag for target in value.targets],
        "words": value.words,
        "covered": round(value.covered, 4),
        "documents": [borrowing(b) for b in value.borrowings],
        "passages": [passage(p) for p in value.passages],
        "runs": [run(r) for r in value.runs],
        "quotations": [quotation(q) for q in value.quotations],
        "citations": [citation(c) for c in value.citations],
    }


def passage(value: Passage) -> Object:
    """``{source, kind, label, path, words, covered, new, references}``: a segment of a draft and what it refers to.

    ``covered`` counts its words that stand in the references; ``new`` are the spans of those that do not.
    """
    return {
        "source": value.segment.text,
        "kind": value.segment.kind.value,
        "label": value.segment.label,
        "path": list(value.segment.path),
        "words": value.words,
        "covered": value.covered,
        "new": [list(span) for span in value.new],
        "references": [reference(r) for r in value.references],
    }


def reference(value: Reference) -> Object:
    """``{span, words, identical, superseded, match, others}``: a passage in an earlier document.

    ``span`` is what was looked up: the segment, a sentence, or the part contained; ``others`` are further documents
    that have it.
    """
    return {
        "span": list(value.span),
        "words": value.words,
        "identical": value.identical,
        "superseded": value.document.superseded,
        "match": match(value.match),
        "others": [origin(unit) for unit in value.others],
    }


def run(value: Run) -> Object:
    """``{first, last, identical, document, status, superseded, from, to}``: segments that follow one document.

    ``first`` and ``last`` are indices of the draft's segments, ``from`` and ``to`` the paths where the document has
    them.
    """
    return {
        "first": value.first,
        "last": value.last,
        "identical": value.identical,
        "document": value.document.key,
        "status": value.document.status.label,
        "superseded": value.document.superseded,
        "from": list(value.units[0].path),
        "to": list(value.units[-1].path),
    }


def quotation(value: Quotation) -> Object:
    """``{segment, kind, span, text, symbols, verdict, reasons, elsewhere, official}``.

    ``kind`` is quoted or recital, ``verdict`` verbatim, differs or not found; ``symbols`` are those the document named
    may have, ``elsewhere`` says that the official text is in another one. ``official`` is a match or null.
    """
    return {
        "segment": value.segment,
        "kind": value.kind.value,
        "span": list(value.span),
        "text": value.text,
        "symbols": list(value.symbols),
        "verdict": value.verdict.value,
        "reasons": list(value.reasons),
        "elsewhere": value.elsewhere,
        "official": match(value.official) if value.official else None,
    }


def citation(value: Citation) -> Object:
    """``{symbol, segments, held, document}``: a document the draft cites; ``document`` is null unless it is held."""
    return {
        "symbol": value.symbol,
        "segments": list(value.segments),
        "held": value.document is not None,
        "document": document(value.document) if value.document else None,
    }
