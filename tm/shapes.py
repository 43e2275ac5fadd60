"""The JSON shapes of every answer: what ``--json`` prints and the HTTP interface returns.

Documented in ``docs/reference.md``; a field is never renamed or dropped without a line in the changelog.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias

from tm import term_shapes
from tm.errors import Problem
from tm.evidence import total
from tm.lang import Lang
from tm.match import band
from tm.model import (
    AssembledPiece,
    Bead,
    Document,
    Edition,
    Flag,
    Highlight,
    Match,
    Penalty,
    Proposal,
    Repaired,
    Segment,
    Stretch,
    Suggestion,
    Suspect,
    TranslationUnit,
    TrustLimits,
    Variant,
)

# A lookup from the shell shows its answer and nothing else: it does not wait for what finds other answers.
if TYPE_CHECKING:
    from tm.break_rules import BreakRules
    from tm.concordance import Concordance, Page
    from tm.explain import Explanation
    from tm.inventory import Statistics, StoredDocument
    from tm.lexicons import StoredLexicon
    from tm.renderings import Rendering
    from tm.terms import TermHit

#: Terms with their probabilities, best first.
Translations: TypeAlias = tuple[tuple[str, float], ...]
#: A JSON object; ``Any`` because JSON values nest freely.
Object = dict[str, Any]
Span = tuple[int, int]


def problem(value: Problem) -> Object:
    """``{message, path, line, hint}``."""
    return {"message": value.message, "path": value.path, "line": value.line, "hint": value.hint}


def break_rules(value: "BreakRules", problems: Sequence[Problem]) -> Object:
    """``{rules, cascade, languages, problems}``: how many can be used; a language is ``{pattern, rules}``."""
    languages = [{"pattern": one.pattern.pattern, "rules": len(one.rules)} for one in value.maps]
    return {
        "rules": len({rule.line for one in value.maps for rule in one.rules}),
        "cascade": value.cascade,
        "languages": languages,
        "problems": [problem(told) for told in problems],
    }


def segment(value: Segment) -> Object:
    """``{kind, label, path, text, line, notes}`` and, for one with inline formatting, its ``markup``."""
    shape: Object = {
        "kind": value.kind.value,
        "label": value.label,
        "path": list(value.path),
        "text": value.text,
        "line": value.line,
        "notes": list(value.notes),
    }
    return {**shape, "markup": value.markup} if value.markup else shape


def edition(value: Edition) -> Object:
    """``{lang, name, reader, symbol, segments, gaps, remarks, problems}``; gaps are ``[as printed, as closed]``."""
    return {
        "lang": value.lang.tag,
        "name": value.name,
        "reader": value.reader,
        "symbol": value.document.symbol,
        "segments": [segment(s) for s in value.segments],
        "gaps": [list(gap) for gap in value.closed_gaps],
        "remarks": list(value.remarks),
        "problems": [problem(p) for p in value.problems],
    }


def document(value: Document) -> Object:
    """``{symbol, title, date, status, superseded, corrected, document}``: where a unit comes from."""
    return {
        "symbol": value.symbol,
        "title": value.title,
        "date": value.date.isoformat() if value.date else None,
        "status": value.status.label,
        "superseded": value.superseded,
        "corrected": value.corrected,
        "document": value.key,
    }


def origin(value: TranslationUnit) -> Object:
    """The document of a unit with its place in it: ``{symbol, path, date, status, superseded, corrected, document,
    title}``.
    """
    return {**document(value.document), "path": list(value.path)}


def stored_document(value: "StoredDocument") -> Object:
    """``{symbol, title, date, status, superseded, corrected, document, languages, units, sentences, added}``."""
    return {
        **document(value.document),
        "languages": [lang.tag for lang in value.langs],
        "units": value.paragraphs,
        "sentences": value.sentences,
        "added": value.added.isoformat(),
    }


def statistics(value: "Statistics") -> Object:
    """``{documents, units, sentences, segments, languages, reviews, confidence, bytes}``."""
    return {
        "documents": value.documents,
        "units": value.paragraphs,
        "sentences": value.sentences,
        "segments": value.segments,
        "languages": {
            count.lang.tag: {"units": count.units, "segments": count.segments, "words": count.tokens}
            for count in value.languages
        },
        "reviews": {review.value: count for review, count in value.reviews},
        "confidence": dict(value.confidences),
        "bytes": value.size,
    }


def stored_lexicon(value: "StoredLexicon") -> Object:
    """``{from, to, pairs, learned}``: which two languages, how many pairs of texts it was learned from, and when."""
    return {
        "from": value.source.tag,
        "to": value.target.tag,
        "pairs": value.pairs,
        "learned": value.learned.isoformat(),
    }


def translated_words(word: str, lang: Lang, found: "Mapping[str, Translations]") -> Object:
    """``{word, to, terms}``: a word, and for each term it is known by (its stem, or pairs of characters) the likeliest
    terms of the other language: ``{term, translations: [{term, probability}]}``.
    """
    return {
        "word": word,
        "to": lang.tag,
        "terms": [
            {
                "term": term,
                "translations": [{"term": other, "probability": round(p, 4)} for other, p in translations],
            }
            for term, translations in found.items()
        ],
    }


def variant(value: Variant) -> Object:
    """``{text, segments}``, for a sentence its ``span`` in the paragraph, and its ``markup`` if it is formatted."""
    shape: Object = {"text": value.text, "segments": list(value.segments)}
    if value.span is not None:
        shape["span"] = list(value.span)
    if value.markup is not None:
        shape["markup"] = value.markup
    return shape


def unit(value: TranslationUnit, limits: TrustLimits) -> Object:
    """``{unit, level, kind, path, position, confidence, band, reviewed, reordered, variants, sentences}``.

    ``band`` is accepted, to look at or doubtful, by the confidence; both are null for a unit that was not aligned.
    """
    return {
        "unit": value.uid,
        "level": value.level.value,
        "kind": value.kind.value,
        "path": list(value.path),
        "position": value.position,
        "confidence": value.confidence,
        "band": limits.band(value.confidence).value if value.confidence is not None else None,
        "reviewed": value.review.value == "reviewed",
        "reordered": value.reordered,
        "variants": {v.lang.tag: variant(v) for v in value.variants},
        "sentences": [unit(sentence, limits) for sentence in value.sentences],
    }


def bead(value: Bead, limits: TrustLimits) -> Object:
    """``{source, target, confidence, band, reordered, nats, evidence}``.

    ``source`` and ``target`` are indices of segments; ``evidence`` is by name in nats, positive for, and ``nats`` its
    sum.
    """
    return {
        "source": list(range(*value.source)),
        "target": list(range(*value.target)),
        "confidence": value.confidence,
        "band": limits.band(value.confidence).value,
        "reordered": value.reordered,
        "nats": round(total(value), 2),
        "evidence": {name: round(nats, 2) for name, nats in value.evidence},
    }


def alignment(
    units: Sequence[TranslationUnit],
    pairs: Sequence[tuple[tuple[Lang, Lang], Sequence[Bead]]],
    limits: TrustLimits,
) -> Object:
    """``{units, pairs}``; pairs are ``{from, to, beads}``."""
    return {
        "units": [unit(value, limits) for value in units],
        "pairs": [
            {"from": source.tag, "to": target.tag, "beads": [bead(value, limits) for value in beads]}
            for (source, target), beads in pairs
        ],
    }


def match(value: Match, explanation: "Explanation | None" = None) -> Object:
    """``{score, kind, band, automatic, source, target, targets, repaired, repaired_score, penalties, flags,
    differences, similarity, share, spans, highlights, level, origin, repeats, confidence, reviewed, reordered, unit}``.

    ``score`` is 0 to 102, ``kind`` exact, in-context, fuzzy or contained, ``automatic`` whether it may be inserted
    without a look. ``source`` is the stored text, ``targets`` its translations by language, ``target`` the first.
    ``repaired`` has, by language, the translations adapted to numbers, dates and names of the query where that is
    certain: ``{text, complete, pieces}``; pieces are ``{span, kind, before, after}``, the span in the repaired text;
    ``complete`` says that nothing else differs, and when all are, ``repaired_score`` is 99, else it is the score.
    ``penalties`` are ``{name, points, detail}`` and add up to what is lost; ``flags`` are ``{name, query, stored,
    reverses}`` with the words concerned; ``differences`` are ``{op, query, stored}`` with spans. ``share`` and
    ``spans``, which are ``{query, source, targets}``, are given for contained matches; target spans are sentences,
    ``highlights`` by language say where in them the answer stands. ``repeats`` are further places with the same texts.
    With ``--explain`` there is an ``explanation`` as well.
    """
    shape: Object = {
        "score": value.score,
        "kind": value.kind.value,
        "band": band(value.score),
        "automatic": value.automatic,
        "source": value.source.text,
        "target": value.targets[0].text if value.targets else None,
        "targets": {v.lang.tag: v.text for v in value.targets},
        "repaired": {r.lang.tag: repaired(r) for r in value.repairs if r is not None},
        "repaired_score": value.repaired_score,
        "penalties": _penalties(value.penalties),
        "flags": _flags(value.flags),
        "differences": [
            {"op": d.op, "query": list(d.query), "stored": list(d.stored)} for d in value.differences if d.op != "equal"
        ],
        "similarity": round(value.similarity, 4),
        "share": value.share,
        "spans": {
            "query": _span(value.query_span),
            "source": _span(value.source_span),
            "targets": {v.lang.tag: _span(s) for v, s in zip(value.targets, value.target_spans, strict=True)},
        },
        "highlights": {
            v.lang.tag: highlight(h) if h else None for v, h in zip(value.targets, value.highlights, strict=False)
        },
        "level": value.unit.level.value,
        "origin": origin(value.unit),
        "repeats": [origin(other) for other in value.repeats],
        "confidence": value.unit.confidence,
        "reviewed": value.unit.review.value == "reviewed",
        "reordered": value.unit.reordered,
        "unit": value.unit.uid,
    }
    if explanation is not None:
        shape["explanation"] = explained(explanation)
    return shape


def repaired(value: Repaired) -> Object:
    """``{text, complete, pieces}``; pieces are ``{span, kind, before, after}``."""
    return {
        "text": value.text,
        "complete": value.complete,
        "pieces": [{"span": list(p.span), "kind": p.kind, "before": p.before, "after": p.after} for p in value.pieces],
    }


def explained(value: "Explanation") -> Object:
    """``{passages, labels, tokens, counts, similarity, score, cap, band, trust, rank}``: how a score came about.

    ``passages`` and ``labels`` are ``{query, stored}``: what was compared, and what was left out of the comparison.
    ``tokens`` are runs ``{op, query, stored, query_keys, stored_keys}``, ``op`` being equal, masked (placeables of one
    class), replace, insert or delete, the keys what the words were compared by. ``counts`` are ``{query, stored,
    edits}``; ``similarity`` and ``score`` are the sums as one would write them. ``cap`` is the highest score that the
    flags allow, or null; ``trust`` the names of the penalties that speak of the source. ``rank`` is
    ``{place, by, value, next}``: why the match stands before the next one, null for the last.
    """
    return {
        "passages": {"query": value.query, "stored": value.stored},
        "labels": {"query": value.labels[0], "stored": value.labels[1]},
        "tokens": [
            {
                "op": step.op,
                "query": step.query,
                "stored": step.stored,
                "query_keys": list(step.query_keys),
                "stored_keys": list(step.stored_keys),
            }
            for step in value.steps
        ],
        "counts": {"query": value.query_tokens, "stored": value.stored_tokens, "edits": value.edits},
        "similarity": value.similarity,
        "score": value.score,
        "cap": value.cap,
        "band": value.band,
        "trust": list(value.trust),
        "rank": {
            "place": value.place,
            "by": value.reason.by if value.reason else None,
            "value": value.reason.value if value.reason else None,
            "next": value.reason.other if value.reason else None,
        },
    }


def lookup(
    query: str,
    source: Lang,
    targets: Sequence[Lang],
    matches: Sequence[Match],
    explanations: "Sequence[Explanation] | None" = None,
    terms: "Sequence[TermHit]" = (),
) -> Object:
    """``{query, from, to, matches, terms}``: the terms of glossaries that stand in the query."""
    return {
        "query": query,
        "from": source.tag,
        "to": [target.tag for target in targets],
        "matches": [match(m, e) for m, e in zip_longest(matches, explanations or ())],
        "terms": [term_shapes.term_hit(hit, targets) for hit in terms],
    }


def suggestion(value: Suggestion) -> Object:
    """``{source, kind, label, path, matches, sentences, proposal}``; sentences are ``{span, source, matches}``."""
    return {
        "source": value.segment.text,
        "kind": value.segment.kind.value,
        "label": value.segment.label,
        "path": list(value.segment.path),
        "matches": [match(m) for m in value.matches],
        "sentences": [
            {"span": list(span), "source": value.segment.text[slice(*span)], "matches": [match(m) for m in found]}
            for span, found in value.sentences
        ],
        "proposal": proposal(value.proposal) if value.proposal else None,
    }


def proposal(value: Proposal) -> Object:
    """``{kind, texts, coverage, automatic, pieces}``: a text by language, and what an assembled one is made of.

    ``kind`` is exact or assembled, ``coverage`` the share of the words covered in the language where it is least.
    ``pieces`` are, by language, ``{span, text, query, score, kind, band, penalties, flags, origin, unit}`` in the order
    of the text: ``span`` is the piece's place in the proposal, ``query`` that of the passage it translates in the
    draft's segment, ``text`` the translation as stored.
    """
    return {
        "kind": value.kind,
        "texts": {lang.tag: text for lang, text in value.texts},
        "coverage": round(value.coverage, 4),
        "automatic": value.automatic,
        "pieces": {
            lang.tag: [piece(p) for p in value.pieces if p.lang == lang] for lang, _ in value.texts if value.pieces
        },
    }


def piece(value: AssembledPiece) -> Object:
    """``{span, text, query, score, kind, band, penalties, flags, origin, unit}``: see proposal."""
    return {
        "span": list(value.span),
        "text": value.text,
        "query": list(value.query_span),
        "score": value.score,
        "kind": value.kind.value,
        "band": band(value.score),
        "penalties": _penalties(value.penalties),
        "flags": _flags(value.flags),
        "origin": origin(value.unit),
        "unit": value.unit.uid,
    }


def hit(value: "Concordance") -> Object:
    """``{lang, text, spans, targets, origin, unit}``.

    ``targets`` are ``{text, spans, highlights}`` by language: the sentences that answer, and for each of the phrase's
    ``spans`` whose translation is known where in them it stands.
    """
    return {
        "lang": value.source.lang.tag,
        "text": value.source.text,
        "spans": [list(span) for span in value.spans],
        "targets": {
            target.lang.tag: {
                "text": target.text,
                "spans": [list(span) for span in spans],
                "highlights": [highlight(one) for one in found],
            }
            for target, spans, found in zip(value.targets, value.target_spans, value.highlights, strict=True)
        },
        "origin": origin(value.unit),
        "unit": value.unit.uid,
    }


def page(value: "Page") -> Object:
    """``{phrase, mode, match, page, limit, more, total, stopped, hits}``: some of the passages ``untm find`` finds.

    ``match`` lists the differences that count. ``total`` is null where it is not known; ``stopped`` says after how many
    passages an expression was given up for which no word narrows them down, else it is null.
    """
    return {
        "phrase": value.query.text,
        "mode": value.query.mode.value,
        "match": sorted(aspect.value for aspect in value.query.kept),
        "page": value.number,
        "limit": value.limit,
        "more": value.more,
        "total": value.total,
        "stopped": value.stopped,
        "hits": [hit(one) for one in value.hits],
    }


def rendering(value: "Rendering") -> Object:
    """``{source, target, count, first, last, bodies, statuses, documents, conflict}``: one wording of a phrase.

    ``first`` and ``last`` are years, or null; ``conflict`` says that adopted documents render the source differently.
    """
    return {
        "source": value.source,
        "target": value.target,
        "count": value.count,
        "first": value.first,
        "last": value.last,
        "bodies": list(value.bodies),
        "statuses": [status.label for status in value.statuses],
        "documents": list(value.documents),
        "conflict": value.conflict,
    }


def highlight(value: Highlight) -> Object:
    """``{spans, exact, confidence}``: ranges of the target text; ``exact`` says whether they are the very words or the
    sentences that hold them, ``confidence`` which token F1 is to be expected of the very words, 0 to 1.
    """
    return {
        "spans": [list(span) for span in value.spans],
        "exact": value.exact,
        "confidence": round(value.confidence, 3),
    }


def suspect(value: Suspect, units: Sequence[TranslationUnit]) -> Object:
    """``{document, unit, row, from, to, fault, offset, off, confidence, gain, source, target, source_rows,
    target_rows, standing, realigned, proposal}``: a row of a document whose two texts do not belong together.

    Rows are counted from 1 in the document's order. ``fault`` is shifted, swapped, merged, split or unrelated;
    ``offset`` says how many rows late the right target stands, ``off`` which language is out of step, if that is known.
    ``standing`` and ``realigned`` are named evidence in nats for the two texts as they stand and for what they are
    paired with instead; ``gain`` is what all rows that hang together win by it. ``proposal`` is ``{source, target}``:
    what belongs to the target and what belongs to the source, null where nothing does.
    """
    source, target = (units[value.row].variant(lang) for lang in (value.source, value.target))
    return {
        "document": units[value.row].document.key,
        "unit": units[value.row].uid,
        "row": value.row + 1,
        "from": value.source.tag,
        "to": value.target.tag,
        "fault": value.fault.value,
        "offset": value.offset,
        "off": value.off.tag if value.off else None,
        "confidence": value.confidence,
        "gain": round(value.gain, 2),
        "source": source.text if source else None,
        "target": target.text if target else None,
        "source_rows": [row + 1 for row in value.source_rows],
        "target_rows": [row + 1 for row in value.target_rows],
        "standing": {name: round(nats, 2) for name, nats in value.standing},
        "realigned": {name: round(nats, 2) for name, nats in value.realigned},
        "proposal": {
            "source": _joined(units, value.source_rows, value.source),
            "target": _joined(units, value.target_rows, value.target),
        },
    }


def stretch(value: Stretch, document_key: str) -> Object:
    """``{document, rows, count, from, to, fault, offset, off}``: rows in succession with one fault; ``rows`` is first
    and last, counted from 1, and ``count`` says how many of them are suspect.
    """
    return {
        "document": document_key,
        "rows": [value.first + 1, value.last + 1],
        "count": value.count,
        "from": value.source.tag,
        "to": value.target.tag,
        "fault": value.fault.value,
        "offset": value.offset,
        "off": value.off.tag if value.off else None,
    }


def _penalties(values: Sequence[Penalty]) -> list[Object]:
    return [{"name": p.name, "points": p.points, "detail": p.detail} for p in values]


def _flags(values: Sequence[Flag]) -> list[Object]:
    return [{"name": f.name, "query": list(f.query), "stored": list(f.stored), "reverses": f.reverses} for f in values]


def _span(value: Span | None) -> list[int] | None:
    return list(value) if value is not None else None


def _joined(units: Sequence[TranslationUnit], rows: Sequence[int], lang: Lang) -> str | None:
    """The texts of some rows in a language, one after the other; None for no rows."""
    texts = [variant.text for row in rows if (variant := units[row].variant(lang))]
    return lang.joiner.join(texts) if texts else None
