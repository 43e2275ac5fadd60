"""What rewriting a value in a language's own form rests on: the place it stands at, and forms by their style.

A language has several ways to write one value (``78``, ``78th``, ``seventy-eighth``). A style is kept when it writes
the old value exactly as it stands; the new value is then written in the same style. Where the styles that are left
write the new value differently, nothing is certain.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

#: Writings of one value: what tells the style, and the text in lower case.
Forms = Iterable[tuple[Hashable, str]]

_HYPHENS = "-\u2010\u2011"


class UncertainError(Exception):
    """A value cannot be rewritten with certainty; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value as it stands in a text."""

    text: str
    #: Half-open character range of the value.
    start: int
    end: int
    #: Primary subtag of the text's language.
    primary: str
    #: What the text it translates says before the value: ``in``, ``to``, ``of``, or "" when that is not known.
    relation: str = ""

    @property
    def written(self) -> str:
        """The value as written."""
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The text before the value."""
        return self.text[: self.start]

    @property
    def after(self) -> str:
        """The text after the value."""
        return self.text[self.end :]


def rewritten(
    written: str, old: Forms, new: Forms, plausible: Callable[[Hashable], bool] | None = None, what: str = "form"
) -> str:
    """The new value in the style in which the old one is written, its capitals and hyphens kept.

    ``plausible`` tells which styles fit the place; it is asked only where the styles disagree.

    Raises:
        UncertainError: no style writes the old value so, or those that do write the new one differently.
    """
    plain = _plain(written)
    styles = [style for style, text in old if text == plain]
    if not styles:
        raise UncertainError(f"“{written}” is not a {what} that can be rewritten")
    writings = dict(new)
    found = {writings[style] for style in styles if style in writings}
    if len(found) > 1 and plausible is not None:
        found = {writings[style] for style in styles if style in writings and plausible(style)}
    if len(found) != 1:
        raise UncertainError(
            f"which {what} replaces “{written}” is not certain" + "".join(f", {f}" for f in sorted(found))
        )
    return like(written, found.pop())


def like(written: str, text: str) -> str:
    """The lower-case text with the capitals and the kind of hyphen of what was written before."""
    hyphen = next((c for c in written if c in _HYPHENS), "-")
    text = text.replace("-", hyphen)
    letters = [c for c in written if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return text.upper()
    parts = [part for part in written.replace(hyphen, " ").split() if part.isalpha()]
    if len(parts) > 1 and all(part[0].isupper() for part in parts):
        return "".join(c.upper() if i == 0 or text[i - 1] in f" {hyphen}" else c for i, c in enumerate(text))
    if letters and letters[0].isupper():
        return text[:1].upper() + text[1:]
    return text


def in_figures(text: str, like_these: str) -> str:
    """ASCII figures in the script of others; the text as it is when those are none.

    >>> in_figures("2018", "٧٠")
    '٢٠١٨'
    """
    if not like_these[:1].isdecimal():
        return text
    zero = ord(like_these[0]) - int(like_these[0])
    return "".join(chr(zero + int(c)) if c.isdecimal() else c for c in text)


def _plain(written: str) -> str:
    plain = "".join("-" if c in _HYPHENS else c for c in written)
    return " ".join(plain.lower().split())
