"""Which texts of a memory hold the words of a query: their lists intersected, their token sequences looked through.

Lists are read the shortest first, and further ones as long as they rule out more than it costs to look through the
sequences; long ones wait until it is known that few texts answer.
"""

import re
from collections.abc import Sequence
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, select

from tm import runs
from tm.folding import Aspect
from tm.intersection import common, union
from tm.lang import Lang
from tm.listed import batches, given_numbers, these
from tm.packing import unpack_array
from tm.patterns import Pattern, Term, Word
from tm.placeables import MASKS
from tm.postings import NUMBER_BITS, TOKEN_BITS, has_pairs, number_of, token_ids
from tm.schema import language, numbering, posting, sequence, token
from tm.spellings import Listed, Step, lists_of_values, pair_steps, slots_of, spellings_of, steps_of
from tm.standing import condition, shapes, text_of

if TYPE_CHECKING:
    from tm.packing import Numbers

#: Microseconds that it takes to read an entry of a list; to have a sequence looked through by the database, or by an
#: expression; to compare a text (measured, rounded).
_READING, _ASKING, _LOOKING, _COMPARING = 0.01, 0.9, 3.0, 50.0
#: Lists of so many entries are read to know how many texts they have in common.
SOON = 100_000
#: Microseconds that reading a further list may take before it is known that few texts answer.
_PATIENCE = 2000.0
#: A word with so many entries in all its lists is left to the sequences: reading them would take longer.
_WIDE = 3_000_000


class Holding:
    """The words of a query as a memory has them in one language.

    Attributes:
        language_id: number of the language in the index, 0 for one it does not have.
        size: texts of the language.
        narrowed: whether some list tells texts that may answer from others.
        most: no more texts than this hold the words.
        certain: whether lists and sequences decide, so that no text need be compared.
        condition: what the database may tell by itself of the rows of ``sequence``; None where it cannot.
        decided: whether the condition tells all that sequences tell.
    """

    def __init__(
        self, conn: Connection, lang: Lang, pattern: Pattern | None, pieces: Sequence[Sequence[Word]] = ()
    ) -> None:
        """``pattern`` None stands for an expression, of which words are known, those of a piece side by side."""
        self._conn = conn
        groups = pattern.groups if pattern else tuple(tuple(Term((word,)) for word in piece) for piece in pieces)
        terms = [term for group in groups for term in group]
        spellings = spellings_of(conn, lang, {word for term in terms for word in term.words})
        row = conn.execute(_LANGUAGE, {"lang": lang.tag}).one_or_none()
        self.language_id: int = row.id if row else 0
        self.size: int = row.size if row else 0
        values = lists_of_values(conn, lang, self.language_id, {term.value for term in terms if term.value})
        steps = [
            step
            for term in terms
            for step in steps_of([spellings[word] for word in term.words], values.get(term.value, ()))
        ]
        masks = token_ids(conn, lang, list(MASKS.values())).values()
        slots = [some for group in groups for some in slots_of(group, spellings, values)]
        if has_pairs(lang):
            steps += [step for group in slots for step in pair_steps(conn, group, masks)]
        #: Steps whose lists have not been read, the shortest first.
        self._left = sorted({step for step in steps if step.size <= _WIDE}, key=lambda step: step.size)
        self._groups, self._masks = slots, masks
        self._read_lists: dict[tuple[Listed, ...], Numbers] = {}
        self._numbers: Numbers | None = None
        self.narrowed = bool(self._left)
        self.most = self._left[0].size if self._left else self.size
        self.condition, told = condition(slots, masks)
        self.decided = told and self._all_have_characters()
        by_key = all(word.kept <= {Aspect.ACCENTS} for term in terms for word in term.words)
        self.certain = bool(pattern) and self.decided and by_key
        self._looking = _ASKING if told else _LOOKING
        # where no words must stand side by side, lists tell as much as sequences, if all of them are read
        alone = all(len(group) == 1 and group[0].tokens is not None for group in slots)
        self._listed = alone and len(self._left) == len(set(steps))

    def at_most(self) -> int:
        """No more texts than this hold the words: counted by lists that are soon read, or have been."""
        return len(self.numbers()) if self.most <= SOON or self._numbers is not None else self.most

    def numbers(self, patience: float = _PATIENCE) -> "Numbers":
        """Index numbers, sorted, of all texts that may hold the words; removed texts may be among them. Lists that take
        longer to read than ``patience``, in microseconds, are left for a later call, all but the shortest.
        """
        if self._numbers is None:
            first = self._left.pop(0)
            self._numbers = reduce(common, map(self._read, first.words))
            if first.value:
                self._numbers = union([self._numbers, self._read(first.value)])
        while self._left:
            step, found = self._left[0], self._numbers
            # a further list rules out as many of them as of all texts, as far as is known
            looking = _COMPARING if step.looks_inside else self._looking
            if len(found) * looking * (1 - step.size / max(self.size, step.size)) < step.size * _READING:
                self._left = []
                self._listed = False
            elif step.size * _READING > patience:
                break
            else:
                self._numbers = self._common_with(found, step)
                del self._left[0]
        return self._numbers

    def standing(self, numbers: "Numbers") -> "Numbers":
        """Those of the sorted index numbers in whose texts the words may stand, as their sequences tell."""
        import numpy as np

        if not self._groups or (self._listed and self._numbers is not None and not self._left):
            return numbers
        ids = [self.language_id << NUMBER_BITS | number for number in numbers.tolist()]
        query = _SEQUENCES if self.condition is None else _SEQUENCES.where(self.condition)
        found: list[int] = []
        for some in batches(ids):
            if self.decided:
                found += self._conn.execute(query.with_only_columns(sequence.c.id), these(some)).scalars().all()
            else:
                rows = self._conn.execute(query, these(some)).all()
                standing = [(row_id, text_of(blob)) for row_id, blob in rows]
                for shape in self._shapes:
                    standing = [row for row in standing if shape.search(row[1])]
                found += [row_id for row_id, _ in standing]
        return np.sort(np.array(found, dtype=np.int64) & ((1 << NUMBER_BITS) - 1)).astype(np.uint32)

    @cached_property
    def _shapes(self) -> "tuple[re.Pattern[str], ...]":
        return shapes(self._groups, self._masks)

    def _all_have_characters(self) -> bool:
        """Whether each token of the language is told from all others by its character in a sequence."""
        bounds = self.language_id << TOKEN_BITS, (self.language_id + 1 << TOKEN_BITS) - 1
        last = self._conn.execute(_LAST_TOKEN, {"first": bounds[0], "last": bounds[1]}).scalar_one()
        return last is None or number_of(last) <= runs.LAST_CHARACTER

    def _common_with(self, numbers: "Numbers", step: Step) -> "Numbers":
        """Those of the numbers that are in the lists of every word of the step, or in those of its value."""
        found = reduce(common, map(self._read, step.words), numbers)
        return union([found, common(numbers, self._read(step.value))]) if step.value else found

    def _read(self, lists: tuple[Listed, ...]) -> "Numbers":
        """The numbers of the lists together, sorted."""
        if lists not in self._read_lists:
            rows = {row_id: (low, size) for part in lists for row_id, low, size in part.rows}
            blobs: dict[int, bytes] = {}
            for some in batches([row_id for row_id, (_, size) in rows.items() if size > 1]):
                blobs.update((row_id, blob) for row_id, blob in self._conn.execute(_NUMBERS, these(some)).all())
            self._read_lists[lists] = union(
                [unpack_array(blobs.get(row_id, b""), *row) for row_id, row in rows.items()]
            )
        return self._read_lists[lists]


# --- statements -----------------------------------------------------------------------------------------------------

_LANGUAGE = (
    select(language.c.id, (func.sum(numbering.c.next) - func.sum(numbering.c.removed)).label("size"))
    .join(numbering, numbering.c.language_id == language.c.id)
    .where(language.c.tag == bindparam("lang"))
    .group_by(language.c.id)
)
_SEQUENCES = select(sequence.c.id, sequence.c.tokens).where(sequence.c.id.in_(given_numbers()))
_LAST_TOKEN = select(func.max(token.c.id)).where(token.c.id.between(bindparam("first"), bindparam("last")))
_NUMBERS = select(posting.c.id, posting.c.numbers).where(posting.c.id.in_(given_numbers()))
