"""Answers from a memory: matches for one segment, suggestions for a draft.

Every function takes a connection first and reads inside the caller's transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from sqlalchemy import Connection

from tm import index, store
from tm.errors import LanguageError
from tm.labels import unlabelled
from tm.lang import Lang
from tm.match import Comparison, MatchPolicy, compare, contained_score
from tm.model import (
    Flag,
    Kind,
    Level,
    Match,
    MatchKind,
    Penalty,
    Proposal,
    Segment,
    Suggestion,
    TranslationUnit,
    Variant,
)
from tm.placeables import masked
from tm.sentence import sentences
from tm.text import Token, nfc

#: Words a query needs before "stands inside a longer segment" says anything; for unspaced scripts, characters.
CONTAINED_WORDS = 4
CONTAINED_CHARACTERS = 6
#: Up to so many words all runs of a query are looked up at once; their number grows with the square of its length, so
#: for a longer one the lists of its words are read instead.
LONG_QUERY = 300
#: A share that only a whole segment reaches, of up to a million words, and that has the lists read.
_WHOLE = 1 - 1e-6
#: Sentence matches below this score are shown, but never put into an assembled proposal.
ASSEMBLY_SCORE = 85

_KIND_ORDER = {MatchKind.IN_CONTEXT: 3, MatchKind.EXACT: 2, MatchKind.FUZZY: 1, MatchKind.CONTAINED: 0}


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """What to look for, and how much of it to give back."""

    #: Lowest score shown, 30 to 101.
    minimum: int = 70
    #: Most matches given back for one query.
    limit: int = 5
    #: Whether to look for the query inside longer segments, and for stored segments inside the query.
    contained: bool = True
    policy: MatchPolicy = field(default_factory=MatchPolicy)


@dataclass(frozen=True, slots=True)
class Context:
    """The neighbours of a query in its draft; None at the edges."""

    before: str | None = None
    after: str | None = None

    def fits(self, neighbours: tuple[str | None, str | None]) -> bool:
        """Whether stored neighbours are the same on both sides, with at least one of them there."""
        here = (self.before, self.after)
        return here == neighbours and here != (None, None)


def lookup(
    conn: Connection,
    text: str,
    source: Lang,
    targets: Sequence[Lang],
    options: LookupOptions | None = None,
    context: Context | None = None,
) -> tuple[Match, ...]:
    """Best matches for one segment, best first: by score, kind, authority of the document, then date.

    Every stored segment whose score reaches ``options.minimum`` is found (the index is exact: similarity bounds
    the score from above); then at most ``options.limit`` are given back. Units without any of the target
    languages are left out.

    Raises:
        LanguageError: the memory holds nothing in the source language, or in none of the targets.
    """
    options = options or LookupOptions()
    query = _Query.of(nfc(text.strip()), source)
    stored = _stored_tags(conn, source, targets)
    found: list[Match] = []
    for tag in stored:
        found += _whole_matches(conn, query, tag, targets, options, context)
        if options.contained:
            found += _contained_matches(conn, query, tag, targets, options)
    return tuple(_ranked(found)[: options.limit])


def suggest(
    conn: Connection,
    segments: Sequence[Segment],
    source: Lang,
    targets: Sequence[Lang],
    options: LookupOptions | None = None,
) -> Iterator[Suggestion]:
    """What the memory has for each segment of a draft, in order, its sentences looked up as well."""
    options = options or LookupOptions()
    texts = [segment.text for segment in segments]
    for i, segment in enumerate(segments):
        context = Context(texts[i - 1] if i else None, texts[i + 1] if i + 1 < len(texts) else None)
        yield _suggestion(conn, segment, source, targets, options, context)


# --- one query ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Query:
    text: str
    lang: Lang
    #: Without the label it begins with.
    tokens: tuple[Token, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, text: str, lang: Lang) -> "_Query":
        found = unlabelled(text, lang)
        return cls(text, lang, found, masked(found))

    def widened(self, text: str, span: tuple[int, int]) -> tuple[int, int]:
        """The range of a text that holds the words, with the punctuation around them that the query has too."""
        before, after = self.text[: self.tokens[0].start], self.text[self.tokens[-1].end :]
        start = span[0] - len(before) if text[: span[0]].endswith(before) else span[0]
        end = span[1] + len(after) if text.startswith(after, span[1]) else span[1]
        return start, end

    @property
    def long_enough(self) -> bool:
        return len(self.keys) >= (CONTAINED_WORDS if self.lang.joiner else CONTAINED_CHARACTERS)


def _stored_tags(conn: Connection, source: Lang, targets: Sequence[Lang]) -> list[Lang]:
    held = store.langs(conn)
    names = ", ".join(lang.tag for lang in held) or "none"
    stored = [tag for tag in held if source.covers(tag) or tag.covers(source)]
    if not stored:
        raise LanguageError(f"the memory holds nothing in {source.name} ({source})", hint=f"it holds: {names}")
    if targets and not any(target.covers(tag) for target in targets for tag in held):
        wanted = ", ".join(target.tag for target in targets)
        raise LanguageError(f"the memory holds no translations into {wanted}", hint=f"it holds: {names}")
    return stored


def _whole_matches(
    conn: Connection, query: _Query, tag: Lang, targets: Sequence[Lang], options: LookupOptions, context: Context | None
) -> Iterator[Match]:
    minimum = min(options.minimum, 100)
    for units in store.find_units(conn, tag, _near(conn, query, tag, minimum / 100)).values():
        compared = compare(query.text, _text(units[0].unit, tag), query.lang, options.policy)
        if compared.score < minimum:
            continue
        in_context = _in_context(conn, units, tag, context) if context and compared.score == 100 else frozenset()
        for stored in units:
            inside = stored.id in in_context
            base = _match(stored.unit, tag, targets, compared.score, compared.similarity)
            if base is None or (options.minimum > minimum and not inside):
                continue
            kind = MatchKind.EXACT if compared.score == 100 else MatchKind.FUZZY
            yield replace(
                base,
                score=101 if inside else compared.score,
                kind=MatchKind.IN_CONTEXT if inside else kind,
                penalties=compared.penalties,
                flags=compared.flags,
                differences=compared.differences,
            )


def _near(conn: Connection, query: _Query, tag: Lang, threshold: float) -> list[int]:
    """Segments that may reach the threshold; a text without words is found only as it stands."""
    if query.keys:
        hits = index.near(conn, tag, query.keys, max(index.LOWEST_THRESHOLD, threshold))
        return [hit.segment_id for hit in hits]
    found = store.find_text(conn, tag, query.text)
    return [] if found is None else [found]


def _in_context(conn: Connection, units: Sequence[store.StoredUnit], tag: Lang, context: Context) -> frozenset[int]:
    neighbours = store.neighbours(conn, [unit.id for unit in units], tag)
    return frozenset(unit_id for unit_id, pair in neighbours.items() if context.fits(pair))


def _match(unit: TranslationUnit, tag: Lang, targets: Sequence[Lang], score: int, similarity: float) -> Match | None:
    source = unit.variant(tag)
    found = tuple(variant for variant in (unit.variant(target) for target in targets) if variant)
    if source is None or (targets and not found):
        return None
    spans: tuple[None, ...] = (None,) * len(found)
    return Match(unit, score, MatchKind.FUZZY, source, found, similarity, target_spans=spans)


def _text(unit: TranslationUnit, tag: Lang) -> str:
    variant = unit.variant(tag)
    assert variant is not None
    return variant.text


# --- contained matches ----------------------------------------------------------------------------------------------


def _contained_matches(
    conn: Connection, query: _Query, tag: Lang, targets: Sequence[Lang], options: LookupOptions
) -> Iterator[Match]:
    if not query.long_enough:
        yield from _around_sentence(conn, query, tag, targets, options)
        return
    least = CONTAINED_WORDS if query.lang.joiner else CONTAINED_CHARACTERS
    inside = {place.segment_id: place for place in index.containing(conn, tag, query.keys)}
    for segment_id, units in store.find_units(conn, tag, sorted(inside)).items():
        place = inside[segment_id]
        text = _text(units[0].unit, tag)
        found = unlabelled(text, tag)
        span = query.widened(text, (found[place.start].start, found[place.end - 1].end))
        compared = _compared_inside(query.text, text, span, tag, options.policy)
        contained = _Contained(compared, place.share, None, span)
        yield from _contained(conn, units, tag, targets, contained, options)
    size = len(query.keys)
    # a shorter one could not reach the lowest score shown
    least = max(least, ceil(options.minimum * size / 100))
    share = 1.0 if size <= LONG_QUERY else _WHOLE
    shared = {place.segment_id: place for place in index.contained(conn, tag, query.keys, least, share)}
    for segment_id, units in store.find_units(conn, tag, sorted(shared)).items():
        place = shared[segment_id]
        span = query.tokens[place.start].start, query.tokens[place.end - 1].end
        count = place.end - place.start, len(query.keys)
        compared = _compared_part(query.text, _text(units[0].unit, tag), span, count, tag, options.policy)
        contained = _Contained(compared, count[0] / count[1], span, None)
        yield from _contained(conn, units, tag, targets, contained, options)


def _around_sentence(
    conn: Connection, query: _Query, tag: Lang, targets: Sequence[Lang], options: LookupOptions
) -> Iterator[Match]:
    """Paragraphs of which the query, too short to be looked for inside others, is a whole sentence."""
    segment_id = store.find_text(conn, tag, query.text)
    if segment_id is None:
        return
    for stored in store.find_units(conn, tag, [segment_id]).get(segment_id, ()):
        sentence, parent = stored.unit.variant(tag), store.parent_of(conn, stored.id)
        if parent and sentence and sentence.span:
            span = sentence.span
            compared = _compared_inside(query.text, _text(parent.unit, tag), span, tag, options.policy)
            yield from _contained(conn, [parent], tag, targets, _Contained(compared, 1.0, None, span), options)


@dataclass(frozen=True, slots=True)
class _Contained:
    compared: Comparison
    share: float
    query_span: tuple[int, int] | None
    source_span: tuple[int, int] | None


def _compared_inside(query: str, stored: str, span: tuple[int, int], lang: Lang, policy: MatchPolicy) -> Comparison:
    """The query against the passage of the stored text it stands in; a point for the passage not being the whole."""
    compared = compare(query, stored[slice(*span)], lang, policy)
    penalties = (*compared.penalties, Penalty("contained", 1, "stands inside a longer passage"))
    flags = _reversing(query, stored[slice(*sentence_range(stored, span, lang))], lang, policy)
    shift = span[0]
    differences = tuple(replace(d, stored=(d.stored[0] + shift, d.stored[1] + shift)) for d in compared.differences)
    found = replace(compared, score=compared.score - 1, penalties=penalties, differences=differences)
    return _capped(found, flags, policy)


def _compared_part(
    query: str, stored: str, span: tuple[int, int], count: tuple[int, int], lang: Lang, policy: MatchPolicy
) -> Comparison:
    """The part of the query that a stored text answers; the words left over are a loss of their own."""
    compared = compare(query[slice(*span)], stored, lang, policy)
    left = 100 - contained_score(count[0] / count[1])
    penalties = (*compared.penalties, Penalty("share", left, f"{count[0]} of {count[1]} words"))
    flags = _reversing(query[slice(*sentence_range(query, span, lang))], stored, lang, policy)
    score = max(0, compared.score - left)
    differences = tuple(replace(d, query=(d.query[0] + span[0], d.query[1] + span[0])) for d in compared.differences)
    found = replace(compared, score=score, penalties=penalties, differences=differences)
    return _capped(found, flags, policy)


def sentence_range(text: str, span: tuple[int, int], lang: Lang) -> tuple[int, int]:
    """The range widened to the sentences it lies in: what the same sentence says beside it belongs to its meaning."""
    touched = [place for place in sentences(text, lang) if place[0] < span[1] and span[0] < place[1]]
    return (touched[0][0], touched[-1][1]) if touched else span


def _reversing(query: str, stored: str, lang: Lang, policy: MatchPolicy) -> tuple[Flag, ...]:
    return tuple(flag for flag in compare(query, stored, lang, policy).flags if flag.reverses)


def _capped(compared: Comparison, flags: tuple[Flag, ...], policy: MatchPolicy) -> Comparison:
    """With the flags added that it lacks, and its score below the cap when one of them reverses the meaning."""
    known = {flag.name for flag in compared.flags}
    flags = (*compared.flags, *(flag for flag in flags if flag.name not in known))
    loss = compared.score - policy.reversed_meaning
    if loss > 0 and any(flag.reverses for flag in flags):
        penalties = (*compared.penalties, Penalty("meaning", loss))
        return replace(compared, score=policy.reversed_meaning, penalties=penalties, flags=flags)
    return replace(compared, flags=flags)


def _contained(
    conn: Connection,
    units: Sequence[store.StoredUnit],
    tag: Lang,
    targets: Sequence[Lang],
    contained: _Contained,
    options: LookupOptions,
) -> Iterator[Match]:
    compared = contained.compared
    if compared.score < options.minimum:
        return
    for stored in units:
        base = _match(stored.unit, tag, targets, compared.score, compared.similarity)
        if base is None:
            continue
        spans = base.target_spans
        if contained.source_span and stored.unit.level is Level.PARAGRAPH:
            inner = store.sentences_of(conn, stored.id)
            spans = target_spans(inner, tag, base.targets, contained.source_span)
        yield replace(
            base,
            kind=MatchKind.CONTAINED,
            penalties=compared.penalties,
            flags=compared.flags,
            differences=compared.differences,
            share=contained.share,
            query_span=contained.query_span,
            source_span=contained.source_span,
            target_spans=spans,
        )


def target_spans(
    units: Iterable[store.StoredUnit], tag: Lang, targets: Sequence[Variant], span: tuple[int, int]
) -> tuple[tuple[int, int] | None, ...]:
    """Where the sentences that overlap a range of the source paragraph stand in each target paragraph.

    None for a target whose place is not known: a paragraph of one sentence, or sentences without counterpart.
    """
    touched = []
    for stored in units:
        source = stored.unit.variant(tag)
        if source and source.span and source.span[0] < span[1] and span[0] < source.span[1]:
            touched.append(stored.unit)
    found: list[tuple[int, int] | None] = []
    for target in targets:
        places = [variant.span for unit in touched if (variant := unit.variant(target.lang)) and variant.span]
        found.append((min(start for start, _ in places), max(end for _, end in places)) if places else None)
    return tuple(found)


# --- ranking --------------------------------------------------------------------------------------------------------


def _rank(match: Match) -> tuple[object, ...]:
    document = match.unit.document
    return (
        -match.score,
        -_KIND_ORDER[match.kind],
        -match.similarity,
        document.superseded,
        -document.status,
        -(document.date.toordinal() if document.date else 0),
        -(match.unit.confidence if match.unit.confidence is not None else 1.0),
        len(match.source.text),
        document.key,
        match.unit.position,
    )


def _ranked(matches: Iterable[Match]) -> list[Match]:
    """Best first; a unit is given once, and units that repeat text and translations are folded.

    A unit that answers as a whole answers as contained only when all of the query's words stand in it side by side.
    """
    found = sorted(matches, key=_rank)
    whole = {match.unit.uid for match in found if match.kind is not MatchKind.CONTAINED}
    best: dict[str, Match] = {}
    for match in found:
        if match.kind is not MatchKind.CONTAINED or match.share == 1.0 or match.unit.uid not in whole:
            best.setdefault(match.unit.uid, match)
    folded: dict[tuple[object, ...], Match] = {}
    for match in best.values():
        texts = (match.source.text, match.unit.level, *(target.text for target in match.targets))
        first = folded.get(texts)
        folded[texts] = replace(first, repeats=(*first.repeats, match.unit)) if first else match
    return list(folded.values())


# --- suggestions ----------------------------------------------------------------------------------------------------


def _suggestion(
    conn: Connection,
    segment: Segment,
    source: Lang,
    targets: Sequence[Lang],
    options: LookupOptions,
    context: Context,
) -> Suggestion:
    matches = lookup(conn, segment.text, source, targets, options, context)
    spans = sentences(segment.text, source)
    parts: tuple[tuple[tuple[int, int], tuple[Match, ...]], ...] = ()
    if len(spans) > 1:
        alone = replace(options, contained=False)
        parts = tuple((span, lookup(conn, segment.text[slice(*span)], source, targets, alone)) for span in spans)
    return Suggestion(segment, matches, parts, _proposal(segment, matches, parts, targets))


def _proposal(
    segment: Segment,
    matches: Sequence[Match],
    parts: Sequence[tuple[tuple[int, int], tuple[Match, ...]]],
    targets: Sequence[Lang],
) -> Proposal | None:
    if matches and matches[0].automatic:
        texts = tuple((variant.lang, variant.text) for variant in matches[0].targets)
        return Proposal("exact", texts, 1.0, automatic=True)
    if matches and matches[0].kind is MatchKind.FUZZY and matches[0].score >= ASSEMBLY_SCORE:
        return None
    usable = [_usable(found) for _, found in parts]
    if not any(usable):
        return None
    covered = sum(end - start for ((start, end), _), match in zip(parts, usable, strict=True) if match)
    total = sum(end - start for (start, end), _ in parts)
    assembled = tuple((lang, _assemble(segment.text, parts, usable, lang)) for lang in targets)
    return Proposal("assembled", assembled, covered / total, automatic=False)


def _usable(matches: Sequence[Match]) -> Match | None:
    for match in matches:
        if match.score >= ASSEMBLY_SCORE and not any(flag.reverses for flag in match.flags):
            return match
    return None


def _assemble(
    text: str, parts: Sequence[tuple[tuple[int, int], object]], usable: Sequence[Match | None], lang: Lang
) -> str:
    pieces = []
    for ((start, end), _), match in zip(parts, usable, strict=True):
        target = match.unit.variant(lang) if match else None
        pieces.append(target.text if target else f"⟦{text[start:end]}⟧")
    return lang.joiner.join(pieces)


def body(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments of a draft that are translated: all but page furniture and masthead."""
    return tuple(s for s in segments if s.kind not in {Kind.MASTHEAD, Kind.HEADER, Kind.FOOTER})
