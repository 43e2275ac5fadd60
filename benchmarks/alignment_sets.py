"""What the alignment benchmark measures on, and what it wants to see there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TypeAlias

from benchmarks import goldsets
from benchmarks.goldsets import LANGS, GoldDocument, Pair, Unsyn
from tm.lang import Lang

#: Names of our systems: one pair at a time, all languages together, and with what a user may add.
BILINGUAL, TOGETHER = "untm", "untm, six together"
WITH_MEMORY, TOGETHER_WITH_MEMORY = "untm + memory", "untm + memory, six together"
WITH_EMBEDDINGS = "untm + embeddings"

Memory: TypeAlias = list[dict[Lang, str]]


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each set is measured."""

    #: Documents of a set that has many or is made to measure.
    docs: int = 6
    seed: int = 0
    #: Whether header and footer lines stand among the paragraphs of the generated documents.
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A set of documents with gold."""

    name: str
    family: str
    #: The documents, for a size.
    documents: Callable[[Size], Iterable[GoldDocument]]
    #: Which pairs are measured; None for all that have gold.
    pairs: tuple[Pair, ...] | None = None
    #: Sentences a memory may hold that has not seen the documents.
    memory: Callable[[Size], Memory] = lambda _size: []
    #: The only systems measured on it; empty for all.
    systems: tuple[str, ...] = ()

    def pairs_of(self, document: GoldDocument) -> list[Pair]:
        """The pairs of a document that are measured."""
        return [pair for pair in self.pairs or document.pairs if pair in document.pairs or pair[::-1] in document.pairs]


@dataclass(frozen=True, slots=True)
class Goal:
    """A value that a system should reach on a set."""

    set: str
    system: str
    #: Name of a measure, see ``benchmarks.alignment.MEASURES``.
    measure: str
    wanted: float
    #: Whether lower is better.
    at_most: bool = False


FRENCH: tuple[Pair, ...] = tuple((LANGS[0], lang) for lang in LANGS[1:])
FRENCH_ENGLISH: Pair = FRENCH[0]
#: Share of item lists that go on after each item, for the documents with shuffled lists.
_LONG_LISTS = 0.85
#: Units of the documents that time is measured on, with this share left out in each language.
SCALES, _LEFT_OUT = (100, 1_000, 10_000), 0.05
PRESETS = ("clean", "del10", "mix", "mix-nonum", "hard", "real2", "real5", "shuffle")


def _wanted(preset: str, size: Size) -> Unsyn:
    return Unsyn(preset, size.docs, size.seed, lists=_LONG_LISTS if preset == "shuffle" else None)


def _unsyn(preset: str) -> GoldSet:
    return GoldSet(
        f"unsyn {preset}",
        "UN documents, generated",
        lambda size: goldsets.unsyn(_wanted(preset, size), furniture=size.furniture),
        FRENCH,
        lambda size: goldsets.unsyn_memory(_wanted(preset, size)),
    )


def _scale(units: int) -> GoldSet:
    wanted = Unsyn("del10", docs=1, units=units, delete=_LEFT_OUT)
    return GoldSet(
        f"{units:,} units",
        "scaling",
        lambda size: (document.only(*FRENCH_ENGLISH) for document in goldsets.unsyn(replace(wanted, seed=size.seed))),
    )


def _corpus(_size: Size) -> Memory:
    return [row for _, row in goldsets.unpc()]


def _some(documents: Callable[[], Iterable[GoldDocument]], times: int = 1) -> Callable[[Size], Iterable[GoldDocument]]:
    """The first documents of many, a multiple of those of the generated sets."""
    return lambda size: islice(documents(), size.docs * times)


def _all(documents: Callable[[], Iterable[GoldDocument]]) -> Callable[[Size], Iterable[GoldDocument]]:
    return lambda _size: documents()


SETS: tuple[GoldSet, ...] = (
    GoldSet("fixtures/report", "report", _all(partial(goldsets.report, ours=True)), memory=_corpus),
    GoldSet("fixtures/report/real", "report", _all(partial(goldsets.report, ours=True, real=True)), memory=_corpus),
    GoldSet("report", "report", _all(goldsets.report), memory=_corpus),
    GoldSet("report/real", "report", _all(partial(goldsets.report, real=True)), memory=_corpus),
    *(_unsyn(preset) for preset in PRESETS),
    GoldSet("udhr", "documents of others", _all(goldsets.udhr), memory=_corpus),
    GoldSet(
        "sdg, labels",
        "documents of others",
        lambda size: goldsets.sdg(labels=True, seed=size.seed),
        FRENCH,
        _corpus,
    ),
    GoldSet(
        "sdg, no labels",
        "documents of others",
        lambda size: goldsets.sdg(labels=False, seed=size.seed),
        FRENCH,
        _corpus,
    ),
    GoldSet("handbook, pages", "documents of others", _some(partial(goldsets.handbook, by_page=True), 3), FRENCH),
    GoldSet("ntrex", "sentences", _some(goldsets.ntrex, 4), FRENCH, _corpus),
    GoldSet("textberg", "sentences", _all(partial(goldsets.align_gold, "textberg_de-fr_dev"))),
    GoldSet("parice", "sentences", _all(partial(goldsets.align_gold, "parice_en-is"))),
    GoldSet("bible", "sentences", _all(partial(goldsets.align_gold, "bible_en-zh"))),
    *(_scale(units) for units in SCALES),
    GoldSet(
        "handbook, whole",
        "scaling",
        lambda _size: (document.only(*FRENCH_ENGLISH) for document in goldsets.handbook()),
    ),
    GoldSet(
        "six languages, 100 units",
        "scaling",
        lambda size: goldsets.unsyn(Unsyn("del10", docs=1, seed=size.seed, delete=_LEFT_OUT)),
        systems=(TOGETHER, BILINGUAL),
    ),
)


def _each(system: str, measure: str, wanted: dict[str, float], *, at_most: bool = False) -> list[Goal]:
    return [Goal(name, system, measure, value, at_most) for name, value in wanted.items()]


def _presets(**values: float) -> dict[str, float]:
    return {f"unsyn {name.replace('_', '-')}": value for name, value in values.items()}


GOALS: Sequence[Goal] = (
    *_each(
        TOGETHER,
        "strict",
        {"fixtures/report": 0.99, "fixtures/report/real": 0.99, "report": 0.99, "report/real": 0.99},
    ),
    *_each(BILINGUAL, "strict", _presets(clean=1.0, del10=0.993, mix=0.945, mix_nonum=0.930, hard=0.850)),
    *_each(WITH_MEMORY, "strict", _presets(clean=1.0, del10=0.995, mix=0.965, mix_nonum=0.955, hard=0.900)),
    *_each(
        WITH_MEMORY,
        "mean less least",
        _presets(clean=0.02, del10=0.02, mix=0.02, mix_nonum=0.02, hard=0.02),
        at_most=True,
    ),
    *_each(TOGETHER, "strict", _presets(mix=0.975, hard=0.915)),
    *_each(TOGETHER, "link precision", _presets(mix=0.99, hard=0.95)),
    *_each(BILINGUAL, "strict", _presets(real2=0.985, real5=0.965, shuffle=0.990)),
    *_each(BILINGUAL, "link recall", _presets(shuffle=0.998)),
    *_each(TOGETHER, "ECE", _presets(mix=0.02), at_most=True),
    *_each(TOGETHER, "AUC", _presets(mix=0.95)),
    *_each(TOGETHER, "caught", _presets(mix=0.85)),
    *_each(BILINGUAL, "strict", {"udhr": 0.985, "sdg, labels": 0.995, "sdg, no labels": 0.980}),
    *_each(BILINGUAL, "strict, least", {"udhr": 0.960}),
    *_each(BILINGUAL, "strict", {"textberg": 0.850, "parice": 0.885}),
    *_each(WITH_EMBEDDINGS, "strict", {"textberg": 0.885}),
    *_each(BILINGUAL, "CPU s", {"100 units": 0.1, "1,000 units": 0.8, "10,000 units": 12.0}, at_most=True),
    *_each(BILINGUAL, "peak MB", {"10,000 units": 400.0}, at_most=True),
    *_each(TOGETHER, "CPU s", {"six languages, 100 units": 1.5}, at_most=True),
)
