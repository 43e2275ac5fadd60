"""What the aligners work on: the segments of one language, in order, with what was derived from them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from tm.lang import Lang
from tm.model import Segment

Derived = TypeVar("Derived")
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]


class Span(NamedTuple):
    """A step of an alignment: half-open ranges of source and target positions; one of them may be empty."""

    source: tuple[int, int]
    target: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int]:
        """How many source and how many target segments it pairs."""
        return self.source[1] - self.source[0], self.target[1] - self.target[0]


class Stream:
    """The segments of one language in order; features derived from them are computed once and kept."""

    def __init__(self, lang: Lang, segments: Sequence[Segment]) -> None:
        self.lang = lang
        self.segments = tuple(segments)
        self._derived: dict[Callable[[Stream], Any], Any] = {}

    def __len__(self) -> int:
        return len(self.segments)

    def derive(self, feature: "Callable[[Stream], Derived]") -> Derived:
        """What the function makes of this stream, computed on the first call."""
        if feature not in self._derived:
            self._derived[feature] = feature(self)
        made: Derived = self._derived[feature]
        return made
