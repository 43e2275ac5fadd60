"""What the aligners work on: the segments of one language, in order, with what was derived from them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from tm.lang import Lang
from tm.lexicon import Lexicon
from tm.model import Segment
from tm.sentence import Splitter, clauses

Derived = TypeVar("Derived")
FloatArray: TypeAlias = npt.NDArray[np.float64]
Array32: TypeAlias = npt.NDArray[np.float32]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
#: What is known beforehand of the words of pairs of languages, each pair in either direction.
Lexicons: TypeAlias = Mapping[tuple[Lang, Lang], Lexicon]
NO_LEXICONS: Lexicons = MappingProxyType({})


class Span(NamedTuple):
    """A step of an alignment: half-open ranges of source and target positions; one of them may be empty."""

    source: tuple[int, int]
    target: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int]:
        """How many source and how many target segments it pairs."""
        return self.source[1] - self.source[0], self.target[1] - self.target[0]


class Found:
    """What the searches so far have found about two streams; what costs learn from it is learned once and kept."""

    def __init__(self, beads: tuple[Span, ...], first: IntArray, second: IntArray, probability: FloatArray) -> None:
        #: The beads of the best path, those out of order included, in source order; gaps left out.
        self.beads = beads
        #: Probable links: source positions, target positions, and probabilities from 0 to 1.
        self.first, self.second, self.probability = first, second, probability
        self._learned: dict[Callable[[Stream, Stream, Found], Any], Any] = {}

    def derive(
        self, lesson: "Callable[[Stream, Stream, Found], Derived]", source: "Stream", target: "Stream"
    ) -> Derived:
        """What the function learns from this about the two streams it was found in, computed on the first call."""
        if lesson not in self._learned:
            self._learned[lesson] = lesson(source, target, self)
        made: Derived = self._learned[lesson]
        return made


class Stream:
    """The segments of one language in order; features derived from them are computed once and kept."""

    def __init__(
        self,
        lang: Lang,
        segments: Sequence[Segment],
        lexicons: Lexicons = NO_LEXICONS,
        splitter: Splitter = clauses,
    ) -> None:
        self.lang = lang
        self.lexicons = lexicons
        #: What cuts its segments into sentences.
        self.splitter = splitter
        self.segments = tuple(segments)
        self._derived: dict[Callable[[Stream], Any], Any] = {}

    def __len__(self) -> int:
        return len(self.segments)

    def lexicon(self, target: Lang) -> Lexicon | None:
        """The lexicon from this language to another, if there is one in either direction."""
        if (self.lang, target) in self.lexicons:
            return self.lexicons[self.lang, target]
        back = self.lexicons.get((target, self.lang))
        return back.swapped() if back else None

    def derive(self, feature: "Callable[[Stream], Derived]") -> Derived:
        """What the function makes of this stream, computed on the first call."""
        if feature not in self._derived:
            self._derived[feature] = feature(self)
        made: Derived = self._derived[feature]
        return made
