"""Concordance: the stored passages that hold what is looked for, with the sentences that answer in other languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection

from tm import expressions, patterns, store
from tm.bulk import seldom_collecting
from tm.contained import target_spans
from tm.errors import LanguageError, QueryError
from tm.expressions import Expression
from tm.lang import Lang
from tm.model import Highlight, TranslationUnit, Variant
from tm.occurrences import Candidates, Place
from tm.patterns import Mode, Passage, Pattern, Query, Span

#: Passages shown at a time.
PAGE = 20
#: Passages that an expression is tried on when no word of it narrows them down.
MOST_TRIED = 50_000
#: Stands for as many passages as there are.
_EVERY = 1 << 62


@dataclass(frozen=True, slots=True)
class Concordance:
    """A stored paragraph (or pair without paragraph) that holds what was looked for."""

    unit: TranslationUnit
    source: Variant
    #: Half-open character ranges of the words found in the source variant.
    spans: tuple[Span, ...]
    targets: tuple[Variant, ...]
    #: For each target, the ranges of the sentences that answer; empty where the place is not known.
    target_spans: tuple[tuple[Span, ...], ...]
    #: The sentence units inside, in order.
    sentences: tuple[TranslationUnit, ...]
    #: For each target, where the phrase itself is translated, one for each of ``spans`` that is known, in their order;
    #: empty until ``highlighted`` has looked for them.
    highlights: tuple[tuple[Highlight, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the passages found, in the order of ``tm.occurrences``, one language after the other."""

    query: Query
    #: Which page this is, from 1, of so many passages each.
    number: int
    limit: int
    hits: tuple[Concordance, ...]
    #: Whether there are passages after this page.
    more: bool
    #: How many passages there are in all; None where counting would mean reading them.
    total: int | None
    #: After how many passages the search was given up, because nothing in the expression narrows them down; None when
    #: it went to its end, or to the end of the page.
    stopped: int | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    lang: Lang
    place: Place
    #: Empty where the passage is known to answer but will not be shown.
    spans: tuple[Span, ...]


def find(
    conn: Connection,
    query: Query,
    langs: Sequence[Lang] = (),
    show: Sequence[Lang] = (),
    *,
    page: int = 1,
    limit: int = PAGE,
) -> Page:
    """One page of the passages that answer a query, without highlights.

    Args:
        conn: a reading connection.
        query: what is looked for.
        langs: languages searched, in the order of their tags; none for every language of the memory.
        show: languages of the translations, in this order; none for all.
        page: which page, from 1.
        limit: passages on a page.

    Raises:
        QueryError: the query has no words, is no regular expression, or takes too long.
        LanguageError: the memory holds nothing in the languages given, or no translation into any to show.
    """
    with seldom_collecting():
        search = Search(conn, query, langs, show)
        skipped = (page - 1) * limit
        stream = search.found(skipped + limit + 1, skipped)
        found = list(islice(stream, skipped + limit + 1))
        more = len(found) > skipped + limit
        hits = tuple(search.concordances(found[skipped : skipped + limit]))
        if search.stopped is not None:
            return Page(query, page, limit, hits, False, None, search.stopped)
        total = len(found) if not more else search.total()
        if total is None and search.few:
            total = len(found) + sum(1 for _ in stream)
        return Page(query, page, limit, hits, more, total)


def highlighted(conn: Connection, page: Page) -> Page:
    """The page with the places where the translations have the phrase: an alignment of words for each, so only for what
    is shown.
    """
    # loaded here: numbers in arrays take a tenth of a second to start, and other shapes import this module
    from tm.highlights import highlights

    hits = []
    for hit in page.hits:
        rows = [highlights(conn, hit.source, hit.targets, span, hit.sentences) for span in hit.spans]
        hits.append(replace(hit, highlights=tuple(tuple(filter(None, column)) for column in zip(*rows, strict=True))))
    return replace(page, hits=tuple(hits))


def find_all(
    conn: Connection, query: Query, langs: Sequence[Lang] = (), show: Sequence[Lang] = ()
) -> tuple[tuple[Concordance, ...], int | None]:
    """All passages that answer a query, and after how many an expression was given up, as in ``Page.stopped``.

    Raises:
        QueryError, LanguageError: as in ``find``.
    """
    search = Search(conn, query, langs, show)
    found = list(search.found(_EVERY))
    return tuple(search.concordances(found)), search.stopped


class Search:
    """A query put to the languages of a memory.

    Attributes:
        stopped: after how many passages it was given up; None while it was not.
    """

    def __init__(self, conn: Connection, query: Query, langs: Sequence[Lang], show: Sequence[Lang]) -> None:
        self._conn = conn
        self._show = show
        self._tags = _searched(conn, langs, show)
        self._readers = [_read(query, tag) for tag in self._tags]
        self._candidates = [
            Candidates(conn, tag, *_known_of(reader)) for tag, reader in zip(self._tags, self._readers, strict=True)
        ]
        self.stopped: int | None = None

    @property
    def few(self) -> bool:
        """Whether all passages that may answer can be compared in little time."""
        return all(candidates.few for candidates in self._candidates)

    def total(self) -> int | None:
        """How many passages answer, where that is known without comparing them."""
        counts = [candidates.count() for candidates in self._candidates]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def found(self, wanted: int, skipped: int = 0) -> Iterator[_Found]:
        """The passages that answer, in order, each unit once; ``wanted`` is about how many will be taken. So many first
        will not be shown: the words in them may be left out.
        """
        seen: set[int] = set()
        tried = 0
        for tag, reader, candidates in zip(self._tags, self._readers, self._candidates, strict=True):
            known: dict[str, tuple[Span, ...]] = {}
            for place in candidates.places(wanted, max(skipped - len(seen), 0)):
                if isinstance(reader, Expression) and not candidates.narrowed:
                    if tried == MOST_TRIED:
                        self.stopped = tried
                        return
                    tried += 1
                if place.unit_id in seen:
                    continue
                spans: tuple[Span, ...] = ()
                if place.text is not None:
                    if place.text not in known:
                        known[place.text] = _spans(reader, place.text, tag)
                    spans = known[place.text]
                if spans or place.text is None:
                    seen.add(place.unit_id)
                    yield _Found(tag, place, spans)

    def concordances(self, found: Sequence[_Found]) -> Iterator[Concordance]:
        """The passages with their translations."""
        ids = [one.place.unit_id for one in found]
        units = store.load_units(self._conn, ids)
        sentences = store.sentences_by_paragraph(self._conn, ids)
        for one in found:
            unit = units[one.place.unit_id].unit
            source = unit.variant(one.lang)
            assert source is not None
            targets = self._targets(unit, source)
            inner = sentences.get(one.place.unit_id, ())
            per_span = [target_spans(inner, one.lang, targets, span) for span in one.spans]
            places = tuple(
                tuple(sorted({place for row in per_span if (place := row[i]) is not None})) for i in range(len(targets))
            )
            held = tuple(sentence.unit for sentence in inner)
            yield Concordance(unit, source, one.spans, targets, places, held, ((),) * len(targets))

    def _targets(self, unit: TranslationUnit, source: Variant) -> tuple[Variant, ...]:
        if self._show:
            return tuple(v for lang in self._show if (v := unit.variant(lang)) and v.lang != source.lang)
        return tuple(v for v in unit.variants if v.lang != source.lang)


def _searched(conn: Connection, langs: Sequence[Lang], show: Sequence[Lang]) -> list[Lang]:
    """The languages of the memory that are searched, by tag."""
    held = store.langs(conn)
    hint = f"it holds: {', '.join(lang.tag for lang in held) or 'none'}"
    for lang in (*langs, *show):
        if not any(lang.covers(tag) or tag.covers(lang) for tag in held):
            raise LanguageError(f"the memory holds nothing in {lang.name} ({lang})", hint=hint)
    return [tag for tag in held if not langs or any(lang.covers(tag) or tag.covers(lang) for lang in langs)]


def _read(query: Query, lang: Lang) -> Pattern | Expression:
    if not query.text.strip():
        raise QueryError("there is nothing to look for", hint="give a word, a phrase or an expression")
    return expressions.read(query) if query.mode is Mode.REGEX else patterns.read(query, lang)


def _known_of(reader: Pattern | Expression) -> tuple[Pattern | None, Sequence[Sequence[patterns.Word]]]:
    return (None, reader.pieces) if isinstance(reader, Expression) else (reader, ())


def _spans(reader: Pattern | Expression, text: str, lang: Lang) -> tuple[Span, ...]:
    return reader.spans(text, lang) if isinstance(reader, Expression) else reader.spans(Passage(text, lang))
