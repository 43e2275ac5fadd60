"""An index beside brute force: what is stored in plain dictionaries, and segments made from those of the report."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

from rapidfuzz.distance import LCSseq, Levenshtein
from sqlalchemy import Connection, delete, func, insert, select

from tm import index, schema
from tm.index import Hit
from tm.lang import Lang
from tm.placeables import masked, tokens

REPORT = Path(__file__).parents[1] / "fixtures" / "report"
FR = Lang("fr")

Keys = tuple[str, ...]


class Stored:
    """A memory's index beside a plain dictionary of what is in it."""

    def __init__(self, conn: Connection, lang: Lang = FR) -> None:
        self.conn = conn
        self.lang = lang
        self.keys: dict[int, Keys] = {}

    def add(self, segments: Sequence[Keys]) -> None:
        first = 1 + (self.conn.scalar(select(func.max(schema.segment.c.id))) or 0)
        ids = range(first, first + len(segments))
        rows = [
            {"id": i, "lang": self.lang.tag, "text": " ".join(k), "digest": i.to_bytes(4, "big"), "tokens": len(k)}
            for i, k in zip(ids, segments, strict=True)
        ]
        if rows:
            self.conn.execute(insert(schema.segment), rows)
        index.add(self.conn, self.lang, list(zip(ids, segments, strict=True)))
        self.keys.update(zip(ids, segments, strict=True))

    def remove(self, ids: Sequence[int]) -> None:
        index.remove(self.conn, self.lang, ids)
        self.conn.execute(delete(schema.segment).where(schema.segment.c.id.in_(ids)))
        for segment_id in ids:
            del self.keys[segment_id]

    def near(self, query: Keys, threshold: float) -> list[Hit]:
        """The oracle: every stored segment compared."""
        hits = []
        for segment_id, keys in self.keys.items():
            longer = max(len(keys), len(query))
            similarity = 1 - Levenshtein.distance(query, keys) / longer if longer else 0.0
            if similarity >= threshold - 1e-9:
                hits.append(Hit(segment_id, similarity))
        return sorted(hits, key=lambda hit: (-hit.similarity, hit.segment_id)) if query else []

    def containing(self, query: Keys, share: float) -> dict[int, float]:
        return {i: best for i, k in self.keys.items() if len(k) > len(query) and (best := _best_share(query, k, share))}

    def contained(self, query: Keys, minimum: int, share: float) -> dict[int, float]:
        return {
            i: best
            for i, k in self.keys.items()
            if minimum <= len(k) < len(query) and (best := _best_share(k, query, share))
        }

    def phrase(self, query: Keys) -> set[int]:
        return {i for i, k in self.keys.items() if _run(query, k) is not None}


def _best_share(short: Keys, long: Keys, share: float) -> float:
    """Best share of the short one in any window of the longer one; 0 below ``share``."""
    width = int(len(short) / share + 1e-9)
    best = max(
        (LCSseq.similarity(short, long[i : i + width]) for i in range(len(long))),
        default=0,
    )
    return best / len(short) if best >= share * len(short) - 1e-9 else 0.0


def _run(short: Keys, long: Keys) -> int | None:
    return next((i for i in range(len(long) - len(short) + 1) if long[i : i + len(short)] == short), None)


def report_texts(lang: Lang) -> list[str]:
    lines = (REPORT / f"{lang}.blocks.jsonl").read_text("utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line)["text"] for line in lines))


def perturbed(keys: Keys, vocabulary: Sequence[str], rng: random.Random) -> Keys:
    """The keys with some of them dropped, doubled, replaced, moved; sometimes only a part of them."""
    out = list(keys)
    for _ in range(rng.randrange(1 + len(out) // 2)):
        place = rng.randrange(len(out)) if out else 0
        match rng.randrange(4):
            case 0 if out:
                del out[place]
            case 1:
                out.insert(place, rng.choice(vocabulary))
            case 2 if out:
                out[place] = rng.choice(vocabulary)
            case _ if out:
                out.insert(rng.randrange(len(out)), out.pop(place))
    if out and rng.random() < 0.3:
        start = rng.randrange(len(out))
        out = out[start : start + rng.randrange(1, len(out) + 1)]
    return tuple(out)


def keys_of(texts: Sequence[str], lang: Lang, *, mask: bool = True) -> list[Keys]:
    found = (tokens(text, lang) for text in texts)
    return [masked(one) if mask else tuple(token.key for token in one) for one in found]


def grow(keys: Sequence[Keys], rng: random.Random, count: int) -> list[Keys]:
    vocabulary = sorted({key for one in keys for key in one})
    return [*keys, *(perturbed(rng.choice(keys), vocabulary, rng) for _ in range(count))]


def agree(stored: Stored, query: Keys, threshold: float) -> None:
    assert index.near(stored.conn, stored.lang, query, threshold) == stored.near(query, threshold)
