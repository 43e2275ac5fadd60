"""Our lookup beside other ways to find similar segments: the same segments and queries, in one run.

``python -m benchmarks.retrieval`` from the root of the project. The exact answer is every stored segment whose tokens
are similar by .7 or more, found by comparing with all of them; ours must be that answer, or the run stops. Each engine
works in a process of its own. Times are processor time, those of a server's process included.
"""

import os

# Threads would blur what one processor does; this must come before numpy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from pathlib import Path
from statistics import mean

from benchmarks import corpus as corpora
from benchmarks import postgres_peer
from benchmarks.corpus import Query
from benchmarks.engines import (
    THRESHOLD,
    Answer,
    BruteForce,
    Characters,
    Corpus,
    Engine,
    FullText,
    Ours,
    SimString,
    Tantivy,
    tokens,
)
from benchmarks.measuring import MEBIBYTE, apart, end_in_order, environment, peak_memory, quantile, table
from tm.errors import TMError
from tm.lang import UN_LANGUAGES, Lang

#: What is compared, by what ``--peers`` calls it.
ENGINES: Mapping[str, Callable[[], Engine]] = {
    "untm": Ours,
    "rapidfuzz": BruteForce,
    "characters": Characters,
    "gist": postgres_peer.nearest,
    "gin": postgres_peer.alike,
    "fts5": lambda: FullText(4),
    "fts5-best": lambda: FullText(8, best=100),
    "tantivy-20": lambda: Tantivy(20),
    "tantivy-1000": lambda: Tantivy(1000),
    "simstring": SimString,
}
#: What translators use or know, and why it is not among them.
LEFT_OUT = {"SYSTRAN fuzzy-match": "a C++ program, not on PyPI"}
#: Corpora by name: made of sentences of the United Nations, or the real memory of software and documentation.
CORPORA = ("un", "catalogue")

#: Queries before those that count, so that what is loaded once does not count.
_WARM = 10
#: One in so many segments of the real memory is kept for queries; for a made corpus so many others are made.
_KEPT_BACK, _MADE_MORE = 50, 2000
#: Segments of a corpus that queries are made of.
_SOURCES = 50_000
#: Segments compared with all queries at once.
_CHUNK = 5000
#: How many of the best answers are looked at apart.
_BEST = 5
#: Similarities that differ by less are the same.
_DIGITS = 6
#: Segments of a draft.
_DRAFT = 1000
#: Stands for every token that no query has: it is equal to none of theirs.
_OTHER = "\x01"


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of the engines."""

    corpus: str
    lang: Lang
    #: Most segments, and how many queries.
    size: int
    queries: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A case made ready."""

    corpus: Corpus
    size: int
    #: Bytes of the texts, and processor seconds of tokenising them.
    text_bytes: int
    tokenising: float
    queries: list[Query]
    #: For each query all segments that reach the threshold, best first.
    truth: list[list[Answer]]
    #: Further queries, as a draft.
    draft: list[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What one engine did."""

    engine: str
    corpus: str
    lang: str
    size: int
    #: How many queries fitted into the time.
    queries: int = 0
    #: Share of the exact answer that was found, of all and of the five best: means over the queries that have one.
    recall: float = 0.0
    top: float = 0.0
    #: Processor milliseconds of a lookup.
    median: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    #: Processor seconds of building, and bytes of peak memory of building and looking up.
    build: float = 0.0
    peak: int = 0
    #: Bytes on disk, and those of them that are the texts themselves.
    disk: int = 0
    texts: int = 0
    #: Why it was left out, or "".
    reason: str = ""


# --- a case ---------------------------------------------------------------------------------------------------------


def prepare(case: Case, folder: Path) -> Prepared:
    """Write a corpus, make queries about it, and find the exact answers.

    Raises:
        InputError: the data are not there.
    """
    corpus = Corpus(case.lang, folder)
    stored, held_out = _texts(case)
    started = time.process_time()
    corpus.write(stored)
    tokenising = time.process_time() - started
    size = sum(1 for _ in corpus.texts())
    sources = list(islice(corpus.texts(), 0, None, max(1, size // _SOURCES)))
    news = corpora.unrelated(case.lang)

    def ask(count: int, seed: int) -> list[Query]:
        made = corpora.queries(sources, held_out(), news, case.lang, count, seed)
        return [query for query in made if tokens(query.text, case.lang)]

    queries = ask(_WARM + case.queries, case.seed + 1)
    draft = [query.text for query in ask(_DRAFT, case.seed + 2)]
    text_bytes = corpus.text_file.stat().st_size
    return Prepared(corpus, size, text_bytes, tokenising, queries, exact(corpus, queries), draft)


def _texts(case: Case) -> tuple[Iterator[str], Callable[[], list[str]]]:
    """The segments of a case, and what gives those held out once they are read."""
    if case.corpus == "un":
        made = corpora.segments(case.lang, case.seed)
        return islice(made, case.size), lambda: list(islice(corpora.segments(case.lang, case.seed + 1), _MADE_MORE))
    texts = corpora.catalogue(case.lang)
    stored = (text for place, text in enumerate(texts) if place % _KEPT_BACK)
    return islice(stored, case.size), lambda: texts[::_KEPT_BACK]


def exact(corpus: Corpus, queries: Sequence[Query]) -> list[list[Answer]]:
    """For each query all segments that reach the threshold, best first, by comparing with every one of them."""
    import numpy as np
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    asked = [tokens(query.text, corpus.lang) for query in queries]
    code = {key: chr(n) for n, key in enumerate(dict.fromkeys(chain.from_iterable(asked)), ord(_OTHER) + 1)}
    coded = ["".join(code[key] for key in keys) for keys in asked]
    found: list[list[Answer]] = [[] for _ in queries]
    stored, first = corpus.tokens(), 0
    while some := ["".join([code.get(key, _OTHER) for key in keys]) for keys in islice(stored, _CHUNK)]:
        scores = cdist(
            coded, some, scorer=Levenshtein.normalized_similarity, score_cutoff=THRESHOLD, dtype=np.float64, workers=1
        )
        for query, line in np.argwhere(scores > 0):
            found[query].append((first + int(line), float(scores[query, line])))
        first += len(some)
    return [sorted(answers, key=lambda answer: (-answer[1], answer[0])) for answers in found]


# --- an engine ------------------------------------------------------------------------------------------------------


def measure(name: str, case: Case, prepared: Prepared, folder: Path, seconds: float) -> Result:
    """Build an engine and ask it as many of the queries as so many seconds of processor time allow.

    Raises:
        TMError: it is ours, and an answer is not the exact one.
    """
    engine = ENGINES[name]()
    result = Result(engine.name, case.corpus, case.lang.tag, prepared.size)
    if reason := engine.missing():
        return replace(result, reason=reason)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        started = engine.cpu()
        engine.build(prepared.corpus, folder)
        build = engine.cpu() - started
        for query in prepared.queries[:_WARM]:
            engine.find(query.text)
        times: list[float] = []
        found: list[Sequence[Answer]] = []
        for query in prepared.queries[_WARM:]:
            before = engine.cpu()
            found.append(engine.find(query.text))
            times.append((engine.cpu() - before) * 1000)
            if sum(times) > seconds * 1000:
                break
        peak = peak_memory() + engine.elsewhere()
        disk = engine.disk(folder)
        answers = engine.lines(found, prepared.corpus)
    finally:
        engine.close()
    truth = prepared.truth[_WARM:]
    if isinstance(engine, Ours):
        _require_exact(prepared.queries[_WARM:], answers, truth)
    recalls = [_recall(some, exact) for some, exact in zip(answers, truth, strict=False) if exact]
    tops = [_top(some, exact) for some, exact in zip(answers, truth, strict=False) if exact]
    return replace(
        result,
        queries=len(times),
        recall=mean(recalls) if recalls else 1.0,
        top=mean(tops) if tops else 1.0,
        median=quantile(times, 0.5),
        p95=quantile(times, 0.95),
        p99=quantile(times, 0.99),
        build=build,
        peak=peak,
        disk=disk,
        texts=prepared.text_bytes if engine.keeps_texts else 0,
    )


def _require_exact(
    queries: Sequence[Query], answers: Sequence[Sequence[Answer]], truth: Sequence[Sequence[Answer]]
) -> None:
    for query, some, exact in zip(queries, answers, truth, strict=False):
        mine, theirs = ({(line, round(similar, _DIGITS)) for line, similar in found} for found in (some, exact))
        if mine != theirs:
            raise TMError(f"the answer to {query.text!r} is not that of brute force: {len(mine)} for {len(theirs)}")


def _recall(found: Sequence[Answer], exact: Sequence[Answer]) -> float:
    wanted = {line for line, _ in exact}
    return len(wanted & {line for line, _ in found}) / len(wanted)


def _top(found: Sequence[Answer], exact: Sequence[Answer]) -> float:
    """Share of the best answers for which there is one as good; of those that are equally good any will do."""
    similar = dict(exact)
    best = [similarity for _, similarity in exact[:_BEST]]
    mine = sorted((similar[line] for line, _ in found if line in similar), reverse=True)
    return sum(one >= other for one, other in zip(mine, best, strict=False)) / len(best)


# --- showing --------------------------------------------------------------------------------------------------------

HEAD = (
    "engine", "recall", "top 5", "median ms", "95 %", "99 %", "build s", "disk MB", "bytes/segment over text",
    "peak MiB", "queries",
)  # fmt: skip
_PACKAGES = ("rapidfuzz", "tantivy", "simstring-rust", "psycopg")


def row(result: Result) -> tuple[str, ...]:
    """One line of the table."""
    if result.reason:
        return (result.engine, f"left out: {result.reason}", *("",) * (len(HEAD) - 2))
    over = f"{(result.disk - result.texts) / result.size:.0f}" if result.disk else "–"
    return (
        result.engine,
        f"{result.recall:.3f}",
        f"{result.top:.3f}",
        *(f"{ms:.2f}" for ms in (result.median, result.p95, result.p99)),
        f"{result.build:.1f}",
        f"{result.disk / 1e6:.0f}" if result.disk else "in memory",
        over,
        f"{result.peak / MEBIBYTE:.0f}",
        str(result.queries),
    )


def compare(case: Case, names: Sequence[str], seconds: float, folder: Path) -> tuple[Prepared, list[Result]]:
    """Prepare a case and measure the engines on it, printing as it goes; a peer that fails says why.

    Raises:
        TMError: the data are not there, or an answer of ours is not the exact one.
    """
    prepared = apart(prepare, case, folder / "corpus")
    answers = [len(found) for found in prepared.truth[_WARM:] if found]
    print(
        f"\n## {case.corpus}, {case.lang.name}: {prepared.size:,} segments\n\n{environment(*_PACKAGES)}; "
        f"{len(prepared.queries) - _WARM} queries, {len(answers)} with an answer (mean {mean(answers or [0]):.1f}); "
        f"text {prepared.text_bytes / 1e6:.0f} MB, tokenised for the peers in {prepared.tokenising:.1f} s",
        flush=True,
    )
    results = []
    for name in names:
        place = folder / name
        try:
            results.append(apart(measure, name, case, prepared, place, seconds))
        except TMError as error:
            if name == "untm":
                raise
            left = Result(ENGINES[name]().name, case.corpus, case.lang.tag, prepared.size, reason=error.message)
            results.append(left)
        print(" | ".join(row(results[-1])), file=sys.stderr, flush=True)
    print(f"\n{table(HEAD, [row(result) for result in results])}", flush=True)
    for name, reason in LEFT_OUT.items():
        print(f"{name}: left out: {reason}")
    return prepared, results


def langs(text: str) -> list[Lang]:
    """Languages named with commas between, for the command line."""
    return [Lang.parse(tag) for tag in text.split(",")]


def names(text: str) -> list[str]:
    """Engines named with commas between; "all" for every one.

    Raises:
        ArgumentTypeError: there is no such engine.
    """
    if text == "all":
        return list(ENGINES)
    wanted = list(dict.fromkeys(text.split(",")))
    if unknown := [name for name in wanted if name not in ENGINES]:
        raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there are {', '.join(ENGINES)}")
    return wanted


def main() -> int:
    """Compare; 1 when an answer of ours is not exact, 3 when the data are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000, help="most segments a language (default: %(default)s)")
    parser.add_argument("--langs", type=langs, default=list(UN_LANGUAGES), metavar="LANG,…")
    parser.add_argument("--peers", type=names, default=list(ENGINES), metavar="NAME,…", help=", ".join(ENGINES))
    parser.add_argument("--corpus", choices=CORPORA, action="append", help="default: both, one after the other")
    parser.add_argument("--queries", type=int, default=140, help="how many (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=60, help="processor time for an engine's queries (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="for everything drawn at random")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    chosen = parser.parse_args()
    end_in_order()
    if reason := corpora.absent():
        print(f"{parser.prog}: {reason}")
        return 0
    results: list[Result] = []
    try:
        for kind in chosen.corpus or CORPORA:
            for lang in chosen.langs:
                with tempfile.TemporaryDirectory() as scratch:
                    case = Case(kind, lang, chosen.size, chosen.queries, chosen.seed)
                    results += compare(case, chosen.peers, chosen.seconds, Path(scratch))[1]
                if chosen.json:
                    report = {"environment": environment(*_PACKAGES), "results": [asdict(result) for result in results]}
                    chosen.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except TMError as error:
        print(f"error: {error}\nhint: {error.hint}", file=sys.stderr)
        return 3 if error.hint else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
