"""What every file about a draft says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tm.lang import Lang


@dataclass(frozen=True, slots=True)
class About:
    """Which draft a report is on, and what it was made from."""

    #: The draft's language, and those it is to be translated into, in the order asked.
    source: Lang
    targets: Sequence[Lang]
    #: What the draft and the memory are called; names, never paths.
    title: str
    memory: str
    #: When the report is made, with its zone.
    created: datetime

    def __str__(self) -> str:
        into = ", ".join(target.name for target in self.targets)
        return f"{self.source.name} into {into}. Memory: {self.memory}. {self.created:%d %B %Y, %H:%M %Z}."
