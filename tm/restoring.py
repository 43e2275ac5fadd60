"""What a file has in its text on purpose though the repairs take it out or make it plain, put back after them.

Labels, kinds and line ends are told from plain text: plain spaces and hyphens, nothing that is not seen. The text that
is stored has its no-break and thin spaces, soft hyphens, no-break hyphens and marks of direction as the file has them.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from tm import clean, inline
from tm.inline import Form, Run, Span
from tm.lang import Lang
from tm.text import INVISIBLE, TATWEEL, visible

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NO_BREAK_HYPHEN = "\u2011"
_MARK_OF_ORDER = "\ufeff"
_ON_PURPOSE = re.compile(f"[{_SPACES}{_NO_BREAK_HYPHEN}]|{INVISIBLE.pattern}")
#: A character that no repair takes away or adds.
_COUNTED = re.compile(rf"(?!{INVISIBLE.pattern})[^\s{TATWEEL}]")
_LINE_END = re.compile(rf"(?:[^\S\n]|{INVISIBLE.pattern})*(?:\n|\Z)")
#: Marks that open a stretch of text in one direction, and what closes it.
_EMBEDDINGS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
_AROUND_LINES = "".join({*_EMBEDDINGS, *_EMBEDDINGS.values()}) + " "


def restored(text: str, printed: str) -> str:
    r"""A repaired text with the no-break spaces, soft hyphens, no-break hyphens and unseen marks its file has in it.

    Args:
        text: what was made of the end of ``printed``: its label may be cut off, spaces closed, broken words joined.
        printed: the text as the file has it, its lines apart. Where the two do not fit, ``text`` comes back.

    >>> restored("article 5 : inter", "1.\u00a0 article\u00a05\u202f:\tin\u00adter ")
    'article\xa05\u202f: in\xadter'
    """
    if not is_set_on_purpose(printed):
        return text
    printed = kept(printed)
    found: list[str] = []
    at = len(printed)
    for wanted in reversed(text):
        at, unseen, space = _before(printed, at, wanted)
        if at < 0:
            return text
        if space and found and (last := _last_space(found)) is not None:
            found[last] = space
        found += [*unseen, printed[at] if not printed[at].isspace() or _is_special_space(printed[at]) else " "]
    whole = not visible(printed[:at])[0].strip()
    while at > 0 and (printed[at - 1] in _EMBEDDINGS or (whole and INVISIBLE.match(printed[at - 1]))):
        at -= 1
        found.append(printed[at])
    return _balanced("".join(reversed(found)))


def restored_lines(text: str, lines: Sequence[tuple[str, str]]) -> str:
    """The same for a text made of lines: what it has of each, with the whole line of the file as ``kept`` leaves it."""
    if not any(is_set_on_purpose(printed) for _, printed in lines):
        return text
    pieces = [_up_to(some, printed) for some, printed in lines]
    # Where a paragraph was broken into lines, the marks around each came with the breaks.
    pieces = pieces if len(pieces) < 2 else [piece.strip(_AROUND_LINES) for piece in pieces]
    return restored(text, "\n".join(pieces))


def formatted(text: str, runs: Sequence[Run], lang: Lang) -> str | None:
    """The markup of a repaired text that its file has in these runs; None when the two do not fit.

    Repairs change spaces and what is not seen, and may cut off a label at the beginning: the n-th visible character
    from the end is the same in both. What all of the text has is its style, and no formatting of a part of it; the
    underlining of links, neither.

    >>> formatted("Noting it", [Run("1.  Not"), Run("ing ", frozenset({(Form.BOLD, "")})), Run("it")], Lang("en"))
    'Not<bpt i="1" type="bold">&lt;b&gt;</bpt>ing<ept i="1">&lt;/b&gt;</ept> it'
    """
    if not any(run.marks for run in runs):
        return ""
    places = [found.start() for found in _COUNTED.finditer(text)]
    # ASCII has nothing to repair but controls.
    repaired = (clean.drop_controls(t) if (t := run.text).isascii() else clean.characters(t, lang) for run in runs)
    pieces = ["".join(_COUNTED.findall(one)) for one in repaired]
    printed = "".join(pieces)
    ahead = len(printed) - len(places)
    if ahead < 0 or printed[ahead:] != clean.plain_hyphens("".join(text[place] for place in places)):
        return None
    counted: list[Span] = []
    at = -ahead
    for run, piece in zip(runs, pieces, strict=True):
        linked = any(form is Form.LINK for form, _ in run.marks)
        counted += (
            Span(at, at + len(piece), *mark) for mark in run.marks if not (linked and mark[0] is Form.UNDERLINE)
        )
        at += len(piece)
    found = []
    for one in inline.merged(counted, len(places)):
        if one.form is Form.NOTE:
            place = places[one.start - 1] + 1 if one.start else 0
            found.append(replace(one, start=place, end=place))
        elif one.form is Form.LINK or (one.start, one.end) != (0, len(places)):
            found.append(replace(one, start=places[one.start], end=places[one.end - 1] + 1))
    return inline.markup(text, found)


def _up_to(some: str, printed: str) -> str:
    """A line of the file up to the end of what a text has of it."""
    plain, places = visible(clean.plain_hyphens(clean.plain_spaces(printed)))
    found = re.search(r"\s+".join(map(re.escape, some.split())), plain)
    return printed[: places[found.end() - 1] + 1] if found and plain[found.end() :].strip() else printed


def _before(printed: str, at: int, wanted: str) -> tuple[int, list[str], str]:
    """The place before ``at`` of what a repaired text has as ``wanted``, -1 when something else stands there.

    With it the unseen marks on the way, last first, and a space set on purpose that was passed over, or "".
    """
    unseen: list[str] = []
    passed = ""
    for place in range(at - 1, -1, -1):
        char = printed[place]
        if char == wanted or (wanted == "-" and char == _NO_BREAK_HYPHEN) or (wanted == " " and char.isspace()):
            return place, unseen, passed
        if char.isspace():
            passed = char if _is_special_space(char) else passed
        elif char in "-\u00ad" and _LINE_END.match(printed, place + 1):
            # It broke a word at the end of a line.
            continue
        elif INVISIBLE.match(char):
            unseen.append(char)
        else:
            break
    return -1, unseen, passed


def _last_space(found: Sequence[str]) -> int | None:
    """Where the space stands that was found last, with only unseen marks after it; None for any other character."""
    place = next((k for k in range(len(found) - 1, -1, -1) if not INVISIBLE.match(found[k])), None)
    return place if place is not None and found[place].isspace() else None


def is_set_on_purpose(text: str) -> bool:
    """Whether the text has spaces, hyphens or unseen marks that the repairs of characters do not leave as they are."""
    return _ON_PURPOSE.search(text) is not None


def kept(text: str) -> str:
    """The text with those repairs of characters made that leave spaces, soft hyphens and unseen marks alone.

    It has as many lines as before; byte-order marks are no text.
    """
    for step in (clean.unify_newlines, clean.drop_controls, clean.plain_arabic, clean.drop_tatweel):
        text = step(text)
    text = _NO_BREAK_HYPHEN.join(map(clean.plain_hyphens, text.replace(_MARK_OF_ORDER, "").split(_NO_BREAK_HYPHEN)))
    return unicodedata.normalize("NFC", text)


def _balanced(text: str) -> str:
    """The text without marks that close a stretch of direction that was opened in the label, or not at all."""
    opened: list[str] = []
    kept = []
    for char in text:
        if char in _EMBEDDINGS:
            opened.append(_EMBEDDINGS[char])
        elif char in _EMBEDDINGS.values():
            if opened[-1:] != [char]:
                continue
            opened.pop()
        kept.append(char)
    return "".join(kept)


def _is_special_space(char: str) -> bool:
    """Whether the character is a space of a kind that was chosen: no-break, thin, of full width."""
    return clean.plain_spaces(char) != char
