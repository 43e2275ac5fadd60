"""Tables of translations put out of step on purpose, seeded: what the rows were, and which are wrong now."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tm.lang import Lang
from tm.model import TranslationUnit, Variant


@dataclass(frozen=True)
class Hurt:
    """A table of several languages with one column damaged."""

    #: For each row, the number of the true row its text came from in each language; −1 for a text from elsewhere.
    rows: tuple[dict[Lang, int], ...]
    #: For each row, its texts.
    texts: tuple[dict[Lang, str], ...]

    @property
    def wrong(self) -> frozenset[int]:
        """Rows that have two texts which do not belong together."""
        return frozenset(
            k for k, row in enumerate(self.rows) if len(row) > 1 and (len(set(row.values())) > 1 or -1 in row.values())
        )

    @property
    def units(self) -> tuple[TranslationUnit, ...]:
        """The rows as units."""
        return tuple(
            TranslationUnit(tuple(Variant(lang, text) for lang, text in texts.items()), position=k)
            for k, texts in enumerate(self.texts)
        )


@dataclass(frozen=True)
class Damage:
    """How one column is damaged. Shares are of the rows."""

    #: Stretches in which the texts stand ``by`` rows late (a foreign text came in, one was lost at the end).
    stretches: Sequence[tuple[int, int, int]] = ()
    #: Share of rows whose text is exchanged with the next one's.
    swapped: float = 0.0
    #: Share of rows whose text is replaced by that of another row far away.
    unrelated: float = 0.0
    #: Share of texts lost, so that all that follow move up until as many others were put in.
    dropped: float = 0.0


def hurt(columns: Mapping[Lang, Sequence[str]], off: Lang, damage: Damage, spare: Sequence[str], seed: int = 0) -> Hurt:
    """The table with one language damaged.

    Args:
        columns: texts of the same length in each language, row by row.
        off: the language that is damaged.
        damage: how.
        spare: texts of that language from elsewhere.
        seed: of the choice of rows.
    """
    chance = random.Random(seed)
    count = len(columns[off])
    held = [(k, text) for k, text in enumerate(columns[off])]
    foreign = iter(chance.sample(list(spare), len(spare)))
    places = list(range(1, count - 2, 3))
    chosen = chance.sample(places, int(count * (damage.swapped + damage.unrelated)))
    for number, k in enumerate(sorted(chosen, key=lambda k: chance.random())):
        if number < int(count * damage.swapped):
            held[k], held[k + 1] = held[k + 1], held[k]
        else:
            held[k] = (-1, next(foreign))
    for first, last, by in sorted(damage.stretches, reverse=True):
        held[last - by : last] = []
        held[first:first] = [(-1, next(foreign)) for _ in range(by)]
    for k in sorted(chance.sample(range(count), int(count * damage.dropped)), reverse=True):
        end = min(k + chance.randint(3, 40), len(held) - 1)
        held[end:end] = [(-1, next(foreign))]
        del held[k]
    rows, texts = [], []
    for k in range(count):
        number, text = held[k]
        rows.append({lang: number if lang == off else k for lang in columns})
        texts.append({lang: text if lang == off else columns[lang][k] for lang in columns})
    return Hurt(tuple(rows), tuple(texts))
