"""JSON lines: documents as one block a line, and units in untm's own lossless form, one unit a line."""

import codecs
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tm.errors import InputError, LanguageError, Problem, TMError
from tm.formats import EVERYTHING
from tm.formats.output import replacing
from tm.lang import Lang
from tm.model import (
    BODY_KINDS,
    Edition,
    Kind,
    Segment,
    TranslationUnit,
)
from tm.record import Row, from_row, to_row
from tm.text import nfc

HOLDS = EVERYTHING
#: Parts of a file name that are no language, right before the ending: ``fr.blocks.jsonl``, ``ru.blocks.gold.jsonl``.
_NAME_PARTS = frozenset({"blocks", "gold", "jsonl"})
#: A gap in lettered items up to this size is a missing item; beyond it, ``(i)`` after ``(b)`` opens a roman list.
_LETTER_GAP = 2
_ROMAN = re.compile(r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})\Z")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


# --- documents ------------------------------------------------------------------------------------------------------


def read_document(path: Path, lang: Lang | None = None, *, encoding: str | None = None) -> Edition:
    """The document of a file with one block a line: ``{"kind", "label", "label_norm", "text"}``.

    ``lang`` None takes the language from the file name (``fr.blocks.jsonl``, ``draft.en.blocks.jsonl``). Lines that
    cannot be read are among the edition's problems; the rest is kept.

    Raises:
        InputError: the file cannot be opened, holds no block at all, or there is no such encoding.
        LanguageError: no language was given and the name tells none.
    """
    lang = lang or _lang_of_name(path)
    _require_encoding(encoding, path)
    content = _bytes(path)
    rows: list[tuple[int, Row]] = []
    problems: list[Problem] = []
    for line, found in _rows(content.split(b"\n"), str(path), encoding):
        trouble = found if isinstance(found, Problem) else _block_problem(found, str(path), line)
        if trouble:
            problems.append(trouble)
        elif not isinstance(found, Problem):
            rows.append((line, found))
    if not rows:
        raise _nothing(problems, path, "no blocks in this file", 'each line is {"kind": …, "label": …, "text": …}')
    places = paths(row for _, row in rows)
    segments = tuple(_segment(row, lang, line, place) for (line, row), place in zip(rows, places, strict=True))
    return Edition(lang, path.name, hashlib.sha256(content).hexdigest(), "jsonl", segments, tuple(problems))


def paths(rows: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
    """The numbering path of each block, from ``kind`` and ``label_norm`` in order.

    Roman headings are sections, capital letters subsections, digits paragraphs, small letters and small roman
    numbers items. An unlabelled block takes the path of the paragraph before it, or of its section; blocks outside
    the body (title, footnote, page furniture) have none.

    >>> paths([
    ...     {"kind": "heading", "label_norm": "II"}, {"kind": "heading", "label_norm": "A"},
    ...     {"kind": "chapeau", "label_norm": "1"}, {"kind": "item", "label_norm": "e"},
    ... ])[-1]
    ('II', 'A', '1', 'e')
    """
    numbering = _Numbering()
    listed = list(rows)
    norms = [str(row.get("label_norm") or "") for row in listed]
    return tuple(
        numbering.path(Kind(row.get("kind") or Kind.PARAGRAPH), norm, next((n for n in norms[i + 1 :] if n), ""))
        for i, (row, norm) in enumerate(zip(listed, norms, strict=True))
    )


class _Numbering:
    """Where we are in a document's numbering, while its blocks go by."""

    def __init__(self) -> None:
        #: Open headings, outermost first: (style, ordinal, label).
        self.headings: list[tuple[str, int, str]] = []
        self.paragraph: tuple[str, ...] = ()
        #: Open items, outermost first: (style, ordinal, label).
        self.items: list[tuple[str, int, str]] = []

    def path(self, kind: Kind, norm: str, following: str) -> tuple[str, ...]:
        if kind not in BODY_KINDS or kind is Kind.TITLE:
            return ()
        if kind is Kind.HEADING:
            return self._heading(norm)
        if norm and (kind is Kind.ITEM or not norm[0].isdecimal()):
            return self._item(norm, following)
        if norm:
            self.items.clear()
            self.paragraph = (*self._section, norm)
        elif kind is not Kind.ITEM:
            self.items.clear()
        return self._here

    @property
    def _section(self) -> tuple[str, ...]:
        return tuple(label for _, _, label in self.headings)

    @property
    def _here(self) -> tuple[str, ...]:
        return (*(self.paragraph or self._section), *(label for _, _, label in self.items))

    def _heading(self, norm: str) -> tuple[str, ...]:
        self.items.clear()
        self.paragraph = ()
        if norm:
            style, ordinal = self._heading_style(norm)
            while self.headings and _HEADING_ORDER[self.headings[-1][0]] >= _HEADING_ORDER[style]:
                self.headings.pop()
            self.headings.append((style, ordinal, norm))
        return self._section

    def _heading_style(self, norm: str) -> tuple[str, int]:
        readings = _readings(norm.lower()) if norm.isupper() else {}
        if norm.isdecimal() or not readings:
            return "digit", int(norm) if norm.isdecimal() else 0
        last = {style: ordinal for style, ordinal, _ in self.headings}
        for style in ("letter", "roman"):
            if style in readings and style in last and readings[style] == last[style] + 1:
                return style, readings[style]
        # I, V and X open sections; C, D, L and M are far more often the letter.
        prefer = "roman" if norm[0] in "IVX" and "roman" in readings else next(iter(readings))
        return prefer, readings[prefer]

    def _item(self, norm: str, following: str) -> tuple[str, ...]:
        style, ordinal = self._item_style(norm, following)
        styles = [open_style for open_style, _, _ in self.items]
        if style in styles:
            del self.items[styles.index(style) :]
        self.items.append((style, ordinal, norm))
        return self._here

    def _item_style(self, norm: str, following: str) -> tuple[str, int]:
        if norm.isdecimal():
            return "digit", int(norm)
        readings = _readings(norm)
        if norm == "i" and following == "ii":
            return "roman", 1
        for style, ordinal, _ in reversed(self.items):
            if readings.get(style) == ordinal + 1:
                return style, ordinal + 1
        if norm == "i" and not self._skips_to(readings["letter"]):
            return "roman", 1
        style = next(iter(readings), "other")
        return style, readings.get(style, 0)

    def _skips_to(self, letter: int) -> bool:
        last = next((ordinal for style, ordinal, _ in self.items if style == "letter"), 0)
        return bool(last) and 0 < letter - last <= _LETTER_GAP


_HEADING_ORDER = {"roman": 0, "letter": 1, "digit": 2}


def _readings(norm: str) -> dict[str, int]:
    """What a label of small letters can mean: its ordinal as a letter, and as a roman number."""
    readings = {}
    if len(set(norm)) == 1 and "a" <= norm[0] <= "z" and (len(norm) == 1 or norm[0] not in "ixc"):
        # After (z) come (aa), (bb).
        readings["letter"] = ord(norm[0]) - ord("a") + 1 + 26 * (len(norm) - 1)
    if _ROMAN.match(norm):
        values = [_ROMAN_VALUES[c] for c in norm]
        readings["roman"] = sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    return readings


def _segment(row: Row, lang: Lang, line: int, path: tuple[str, ...]) -> Segment:
    return Segment(
        nfc(row["text"]),
        lang,
        Kind(row["kind"]),
        row.get("label") or "",
        path,
        line,
        tuple(str(note) for note in row.get("footnote_refs") or ()),
    )


def _block_problem(row: Row, path: str, line: int) -> Problem | None:
    kinds = ", ".join(kind.value for kind in Kind)
    if not isinstance(row.get("text"), str):
        return Problem('the block has no "text"', path, line, "each line needs a text and a kind")
    if row.get("kind") not in set(Kind):
        return Problem(f"{row.get('kind')!r} is no kind of block", path, line, f"kinds: {kinds}")
    for key in ("label", "label_norm"):
        if not isinstance(row.get(key) or "", str):
            return Problem(f'the block\'s "{key}" is no text', path, line)
    if not isinstance(row.get("footnote_refs") or [], list):
        return Problem('the block\'s "footnote_refs" is no list', path, line)
    return None


def _lang_of_name(path: Path) -> Lang:
    """The language in a file name: the last part before ``blocks`` or the ending that is a language tag."""
    for part in reversed(path.name.split(".")[:-1]):
        if part.lower() in _NAME_PARTS:
            continue
        try:
            lang = Lang.parse(part)
        except LanguageError:
            break
        if len(lang.primary) <= 3:
            return lang
        break
    raise LanguageError("the file name tells no language", path=str(path), hint=f"say fr={path.name}, or rename it")


# --- units ----------------------------------------------------------------------------------------------------------


def read_units(path: Path) -> Iterator[TranslationUnit | Problem]:
    """The units of a file written by ``write_units``, equal to those written; lines that cannot be read as problems.

    Raises:
        InputError: the file cannot be opened, or no line of it is a unit.
    """
    return (value for _, value in numbered_units(path))


def numbered_units(path: Path) -> Iterator[tuple[int, TranslationUnit | Problem]]:
    """What ``read_units`` gives, each with its line, counted from 1.

    Raises:
        InputError: the file cannot be opened, or no line of it is a unit.
    """
    problems: list[Problem] = []
    read = 0
    try:
        with path.open("rb") as lines:
            for line, found in _rows(lines, str(path)):
                unit = found if isinstance(found, Problem) else _unit_or_problem(found, str(path), line)
                if isinstance(unit, TranslationUnit):
                    # Problems before the first unit wait: without any unit the whole file is refused.
                    yield from ((problem.line, problem) for problem in problems)
                    problems.clear()
                    read += 1
                    yield line, unit
                elif read:
                    yield line, unit
                else:
                    problems.append(unit)
    except OSError as error:
        raise _unopened(path, error) from error
    if not read and problems:
        raise _nothing(problems, path, "no units in this file", "a document of blocks is read with untm align")


def write_units(path: Path, units: Iterable[TranslationUnit]) -> int:
    """Write units one a line with all they hold, sentences inside; how many were written (paragraphs, if nested).

    Raises:
        InputError: the file cannot be written; it is then as it was before.
    """
    count = 0
    with replacing(path) as out:
        for unit in units:
            # A lone surrogate has no UTF-8 form; its JSON escape, as backslashreplace writes it, is told on reading.
            out.write(json.dumps(to_row(unit), ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
            count += 1
    return count


def _unit_or_problem(row: Row, path: str, line: int) -> TranslationUnit | Problem:
    try:
        return from_row(row)
    except TMError as error:
        return Problem(error.message, path, line, error.hint)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        return Problem(f"not a unit: {what}", path, line, 'a unit is {"variants": [{"lang": …, "text": …}, …]}')


# --- lines ----------------------------------------------------------------------------------------------------------


def _rows(lines: Iterable[bytes], path: str, encoding: str | None = None) -> Iterator[tuple[int, Row | Problem]]:
    """Each line that is not blank with its number, counted from 1: a JSON object, or what is wrong with the line."""
    for number, raw in enumerate(lines, start=1):
        content = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not content.strip():
            continue
        try:
            value = json.loads(content.decode(encoding or "utf-8"))
        except UnicodeDecodeError:
            hint = "save the file as UTF-8"
            yield number, Problem(f"the line is not {encoding or 'UTF-8'}", path, number, hint)
        except (ValueError, RecursionError) as error:
            yield number, Problem(f"the line is not JSON: {error}", path, number, "one JSON object a line")
        else:
            yield number, _object(value, content, path, number)


def _object(value: object, content: bytes, path: str, line: int) -> Row | Problem:
    """The JSON value as a row, or what keeps it from being one."""
    if not isinstance(value, dict):
        return Problem("the line is no JSON object", path, line)
    # Only an escape can bring half of a surrogate pair into a text, and no memory can keep it.
    if b"\\u" in content and any("\ud800" <= c <= "\udfff" for c in json.dumps(value, ensure_ascii=False)):
        return Problem("the line holds half a character, a lone surrogate", path, line, "write the character whole")
    return value


def _require_encoding(name: str | None, path: Path) -> None:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError as error:
        hint = "JSON lines are UTF-8 unless you know better"
        raise InputError(f"no encoding is named {name!r}", path=str(path), hint=hint) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unopened(path, error) from error


def _unopened(path: Path, error: OSError) -> InputError:
    return InputError(f"cannot be read: {error.strerror or error}", path=str(path), hint="check the name")


def _nothing(problems: Sequence[Problem], path: Path, message: str, hint: str) -> InputError:
    """The error for a file with nothing usable in it: its first problem, if it has one."""
    if not problems:
        return InputError(message, path=str(path), hint=hint)
    first = problems[0]
    return InputError(f"{message}: {first.message}", path=first.path, line=first.line, hint=first.hint or hint)
