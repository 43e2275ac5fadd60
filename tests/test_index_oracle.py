"""The index of fifty thousand segments in six languages against brute force, at every threshold from 50 to 100."""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from tests.oracle import Keys, Stored, grow, keys_of, perturbed, report_texts
from tm import audit, index
from tm.index import Hit
from tm.lang import UN_LANGUAGES, Lang
from tm.memory import Memory, open_memory

#: Segments of each language; more than fifty thousand in all.
SIZE = 8_400
THRESHOLDS = range(50, 101)


class Plain:
    """Segments with their tokens as single characters, so that a query is compared with all in milliseconds."""

    def __init__(self, keys: dict[int, Keys]) -> None:
        self.characters: dict[str, str] = {}
        self.ids = list(keys)
        self.texts = [self.text(one) for one in keys.values()]
        self.sizes = np.array([len(text) for text in self.texts])

    def text(self, keys: Iterable[str]) -> str:
        return "".join(self.characters.setdefault(key, chr(0x10000 + len(self.characters))) for key in keys)

    def similarities(self, query: Keys) -> list[Hit]:
        """Every segment that is similar by half or more, the most similar first."""
        (distances,) = cdist([self.text(query)], self.texts, scorer=Levenshtein.distance)
        longer = np.maximum(self.sizes, len(query))
        near = np.flatnonzero(2 * distances <= longer)
        hits = [Hit(self.ids[i], 1 - int(distances[i]) / int(longer[i])) for i in near]
        return sorted(hits, key=lambda hit: (-hit.similarity, hit.segment_id))


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(tmp_path / "m.db", create=True, write=True) as opened:
        yield opened


def agree(stored: Stored, queries: Sequence[Keys]) -> int:
    """How many answers were compared with those of brute force, at all thresholds together."""
    plain = Plain(stored.keys)
    compared = 0
    for query in queries:
        everything = plain.similarities(query)
        for threshold in THRESHOLDS:
            expected = [hit for hit in everything if hit.similarity >= threshold / 100 - 1e-9]
            assert index.near(stored.conn, stored.lang, query, threshold / 100) == expected, (threshold, query)
            compared += len(expected)
    return compared


@pytest.mark.parametrize("mask", [True, False], ids=["masked", "unmasked"])
def test_fifty_thousand_segments_at_every_threshold(memory: Memory, mask: bool) -> None:
    rng = random.Random(f"oracle {mask}")
    compared = 0
    with memory.write() as conn:
        held: dict[Lang, tuple[Stored, list[str]]] = {}
        for lang in UN_LANGUAGES:
            own = keys_of(report_texts(lang), lang, mask=mask)
            stored = Stored(conn, lang)
            stored.add(grow(own, rng, SIZE - len(own)))
            held[lang] = stored, sorted({key for one in own for key in one})
        assert sum(len(stored.keys) for stored, _ in held.values()) > 50_000

        for change in ("added", "edited", "deleted"):
            for stored, vocabulary in held.values():
                some = rng.sample(sorted(stored.keys), 500)
                if change == "edited":
                    after = [perturbed(stored.keys[one], vocabulary, rng) for one in some]
                    stored.remove(some)
                    stored.add(after)
                elif change == "deleted":
                    stored.remove(some)
                texts = [keys for keys in rng.sample(list(stored.keys.values()), 6) if keys]
                compared += agree(stored, [texts[0], *(perturbed(one, vocabulary, rng) for one in texts[1:])])

        assert audit.check(conn) == ()
    assert compared > 10_000
