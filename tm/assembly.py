"""A proposal for a draft segment: one identical text as it stands, or one put together from passages."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from tm import store
from tm.contained import Part, is_whole_sentences, matches_around, span_of, target_spans, units_inside
from tm.lang import Lang
from tm.model import AssembledPiece, Flag, Match, MatchKind, Penalty, Proposal, Segment, TranslationUnit
from tm.query import Asked, LookupOptions, Query, fewest_contained, variant_text
from tm.seams import fitted, joined, passage_end
from tm.sentence import Splitter
from tm.text import nfc

#: Passages that score less are never put into a proposal; a whole match from here on needs none.
ASSEMBLY_SCORE = 85
#: Least share of a segment's words that a proposal must cover in a language.
ASSEMBLY_COVERAGE = 0.25
#: What a further piece must bring in to be worth its seam: one word at the full score.
SEAM = 100

#: For each sentence of a segment: its half-open range, and its matches, best first.
Parts = Sequence[tuple[tuple[int, int], Sequence[Match]]]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stored text that answers a passage of the draft, with its translations."""

    #: Half-open ranges of the draft segment: characters, and tokens.
    span: tuple[int, int]
    tokens: tuple[int, int]
    #: The stored passage that answers it.
    stored: str
    #: Its translations; languages in which its place is not known are left out.
    texts: tuple[tuple[Lang, str], ...]
    unit: TranslationUnit
    score: int
    kind: MatchKind
    penalties: tuple[Penalty, ...]
    flags: tuple[Flag, ...]

    @property
    def value(self) -> int:
        """Words covered times score, less what its seams cost."""
        return (self.tokens[1] - self.tokens[0]) * self.score - SEAM

    def text_in(self, lang: Lang) -> str | None:
        """Its translation in a language asked for."""
        return next((text for found, text in self.texts if lang.covers(found)), None)


def proposal(
    conn: Connection,
    segment: Segment,
    tags: Sequence[Lang],
    matches: Sequence[Match],
    parts: Parts,
    targets: Sequence[Lang],
    options: LookupOptions,
) -> Proposal | None:
    """What may be put forward for a segment of a draft.

    None when a match serves better, nothing is found, or no language is wanted.

    A text is put together for each target language from passages that do not overlap: sentences of the draft that are
    stored or stand in a stored paragraph as whole sentences, and stored texts that stand in the draft. Of all such
    covers the one with the greatest sum of words times score is taken, each piece counting a word less for its seam.
    Passages whose meaning may be turned round are left out. What is not covered stands in ⟦ ⟧.

    Args:
        conn: a connection in a transaction.
        segment: the draft's segment.
        tags: the stored language tags that answer its language.
        matches: its matches, best first.
        parts: its sentences with theirs, none when there is one alone.
        targets: the languages wanted.
        options: what was looked for.
    """
    if matches and matches[0].automatic:
        whole = tuple((variant.lang, variant.text) for variant in matches[0].targets)
        return Proposal("exact", whole, 1.0, automatic=True)
    if matches and matches[0].repaired:
        repaired = tuple((repair.lang, repair.text) for repair in matches[0].repairs if repair)
        return Proposal("repaired", repaired, 1.0, automatic=False)
    good = any(match.kind is not MatchKind.CONTAINED and match.score >= ASSEMBLY_SCORE for match in matches)
    if good or not targets:
        return None
    draft = _Draft.of(Query.of(nfc(segment.text), segment.lang), options.splitter)
    query = draft.query
    if not query.tokens:
        return None
    found = list(_candidates(conn, draft, tags, matches, parts, targets, options))
    texts: list[tuple[Lang, str]] = []
    pieces: list[AssembledPiece] = []
    least = 1.0
    for lang in targets:
        chosen = _cover([c for c in found if c.text_in(lang) is not None], len(query.tokens))
        covered = sum(c.tokens[1] - c.tokens[0] for c in chosen) / len(query.tokens)
        if covered >= ASSEMBLY_COVERAGE:
            text, made = _assembled(query.text, draft.ranges, chosen, lang)
            texts.append((lang, text))
            pieces += made
            least = min(least, covered)
    return Proposal("assembled", tuple(texts), least, automatic=False, pieces=tuple(pieces)) if texts else None


# --- passages -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Draft:
    """A segment of the draft, with what is looked up in it again and again."""

    query: Query
    #: Its sentences.
    ranges: Sequence[tuple[int, int]]
    #: Where its tokens begin and end.
    starts: Sequence[int]
    ends: Sequence[int]
    #: Where each key stands among its tokens.
    places: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, query: Query, splitter: Splitter) -> "_Draft":
        places: defaultdict[str, list[int]] = defaultdict(list)
        for i, key in enumerate(query.keys):
            places[key].append(i)
        starts, ends = [t.start for t in query.tokens], [t.end for t in query.tokens]
        return cls(query, splitter(query.text, query.lang), starts, ends, places)

    def tokens(self, span: tuple[int, int]) -> tuple[int, int]:
        """The half-open range of tokens that lie in a range of characters."""
        return bisect_left(self.starts, span[0]), bisect_right(self.ends, span[1])

    def find(self, run: Sequence[str]) -> Iterator[int]:
        """The token at which a run of keys begins, each time it stands there."""
        wanted = tuple(run)
        return (i for i in self.places.get(wanted[0], ()) if self.query.keys[i : i + len(wanted)] == wanted)


def _candidates(
    conn: Connection,
    draft: _Draft,
    tags: Sequence[Lang],
    matches: Sequence[Match],
    parts: Parts,
    targets: Sequence[Lang],
    options: LookupOptions,
) -> Iterator[_Candidate]:
    """Every passage that may be used, the best of each kind first."""
    query = draft.query
    wanted = replace(options, minimum=max(ASSEMBLY_SCORE, min(options.minimum, 100)))
    for tag in tags:
        held = [match for match in matches if match.source.lang == tag]
        yield from _around(conn, draft, (0, len(query.text)), held, tag)
        for span, found in parts:
            whole = [m for m in found if m.source.lang == tag and _usable(m.score, m.flags)]
            yield from (candidate for match in whole if (candidate := _sentence(draft, span, match)))
            if not whole:
                asked = Asked(Query.of(query.text[slice(*span)], query.lang), tag, tuple(targets), wanted)
                holding = matches_around(conn, asked) if asked.query.long_enough else ()
                yield from _around(conn, draft, span, holding, tag)
        yield from _inside(conn, draft, Asked(query, tag, tuple(targets), wanted))


def _usable(score: int, flags: Sequence[Flag]) -> bool:
    return score >= ASSEMBLY_SCORE and not any(flag.reverses for flag in flags)


def _sentence(draft: _Draft, span: tuple[int, int], match: Match) -> _Candidate | None:
    """A sentence of the draft answered by a whole stored text."""
    texts = tuple((variant.lang, variant.text) for variant in match.targets)
    return _candidate(draft, span, match, match.source.text, texts)


def _around(
    conn: Connection, draft: _Draft, span: tuple[int, int], matches: Iterable[Match], tag: Lang
) -> Iterator[_Candidate]:
    """A passage of the draft answered by whole sentences of a stored paragraph."""
    for match in matches:
        if match.kind is not MatchKind.CONTAINED or match.source_span is None or not _usable(match.score, match.flags):
            continue
        inner = store.sentences_inside(conn, match.unit.uid)
        if is_whole_sentences(inner, tag, match.source_span, match.source.text):
            places = target_spans(inner, tag, match.targets, match.source_span)
            pairs = zip(match.targets, places, strict=True)
            texts = tuple((variant.lang, variant.text[slice(*place)]) for variant, place in pairs if place)
            found = _candidate(draft, span, match, match.source.text[slice(*match.source_span)], texts)
            if found:
                yield found


def _candidate(
    draft: _Draft, span: tuple[int, int], match: Match, stored: str, texts: tuple[tuple[Lang, str], ...]
) -> _Candidate | None:
    tokens = draft.tokens(span)
    if tokens[0] >= tokens[1] or not texts:
        return None
    score = min(match.score, 100)
    return _Candidate(span, tokens, stored, texts, match.unit, score, match.kind, match.penalties, match.flags)


def _inside(conn: Connection, draft: _Draft, asked: Asked) -> Iterator[_Candidate]:
    """Passages of the draft that are stored texts, wherever they stand in it."""
    for (start, end), units in units_inside(conn, asked, fewest_contained(asked.tag)):
        text = variant_text(units[0].unit, asked.tag)
        for first in draft.find(draft.query.keys[start:end]):
            tokens = first, first + end - start
            span = span_of(asked, units, tokens)
            part = Part(asked, units, span, draft.ranges)
            if part.unflagged.score < asked.options.minimum or any(flag.reverses for flag in part.whole.flags):
                continue
            compared = part.whole
            for stored in units:
                answer = asked.answer(stored.unit, compared.score, compared.similarity)
                if answer and answer.score >= asked.options.minimum:
                    texts = tuple((variant.lang, variant.text) for variant in answer.targets)
                    penalties = (*compared.penalties, *answer.penalties)
                    yield _Candidate(span, tokens, text, texts, stored.unit, answer.score, MatchKind.CONTAINED,
                                     penalties, compared.flags)  # fmt: skip


# --- the best cover -------------------------------------------------------------------------------------------------


def _cover(candidates: Sequence[_Candidate], size: int) -> list[_Candidate]:
    """The passages that together are worth most, in the order of the draft, without overlaps.

    Weighted interval scheduling: what is best up to each token is the best up to the token before, or a passage that
    ends there after the best up to its beginning. Of covers worth the same the one of fewer pieces is taken, then the
    one whose pieces come first in ``candidates``.
    """
    ending: list[list[_Candidate]] = [[] for _ in range(size + 1)]
    for candidate in candidates:
        ending[candidate.tokens[1]].append(candidate)
    best: list[tuple[int, int]] = [(0, 0)]
    taken: list[_Candidate | None] = [None]
    for end in range(1, size + 1):
        worth, piece = best[end - 1], None
        for candidate in ending[end]:
            before = best[candidate.tokens[0]]
            found = before[0] + candidate.value, before[1] - 1
            if found > worth:
                worth, piece = found, candidate
        best.append(worth)
        taken.append(piece)
    chosen = []
    end = size
    while end:
        piece = taken[end]
        if piece is None:
            end -= 1
        else:
            chosen.append(piece)
            end = piece.tokens[0]
    return chosen[::-1]


def _assembled(
    query: str, ranges: Sequence[tuple[int, int]], chosen: Sequence[_Candidate], lang: Lang
) -> tuple[str, list[AssembledPiece]]:
    """The text in one language, with the draft's own words in ⟦ ⟧ where no piece stands, and its pieces."""
    parts: list[str] = []
    places: list[int] = []
    openings = {start for start, _ in ranges}
    done = 0
    for candidate in chosen:
        start, end = candidate.span[0], passage_end(query, candidate.span)
        parts += _gap(query[done:start])
        places.append(len(parts))
        text = candidate.text_in(lang) or ""
        parts.append(fitted(text, lang, query[start:end], candidate.stored, opens=start in openings))
        done = end
    parts += _gap(query[done:])
    whole, spans = joined(parts, lang)
    pieces = [
        AssembledPiece(lang, c.span, spans[place], c.text_in(lang) or "", c.unit, c.score, c.kind, c.penalties, c.flags)
        for c, place in zip(chosen, places, strict=True)
    ]
    return whole, pieces


def _gap(text: str) -> list[str]:
    """What stands between two pieces, as it is shown; nothing for spaces alone."""
    return [f"⟦{text.strip()}⟧"] if text.strip() else []
