"""A draft as a PO catalogue: its untranslated entries read, and filled from the memory, all the rest kept as it is."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polib

from tm.errors import InputError, LanguageError
from tm.formats import ENDINGS
from tm.formats.about import About
from tm.formats.filling import Filling, filling
from tm.formats.output import replacing
from tm.formats.po_catalogue import (
    LINE_END,
    SOURCE_FIELD,
    content_of,
    encoding_of,
    form_of_one,
    lang_of_locale,
    parse,
    source_of,
)
from tm.lang import Lang
from tm.model import Edition, Kind, Segment, Suggestion
from tm.text import nfc

#: What a program puts its values into: ``%s``, ``%(name)d``, ``%1$s``, ``{0}``.
_DIRECTIVE = re.compile(
    r"%(?:\([^)]*\)|\d+\$)?[-+ #0']*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|L|q|j|z|t)?[A-Za-z%@]|\{[^{}]*\}"
)
_CHARSET = re.compile(r"charset=([\w.:-]+)")
_ILLEGAL = re.compile("[\x00\x04\ud800-\udfff]")
#: A line of a translation, and a line that goes on with a string.
_TRANSLATION = re.compile(r"msgstr(?:\[(\d)\])?\s*\"")
_NO_LANGUAGE = re.compile(r'"Language:\s*(?:\\n)?"')


@dataclass(frozen=True, slots=True)
class _Gap:
    """A text of an entry that waits for its translation."""

    entry: polib.POEntry
    text: str
    #: Indices of the plural forms that translate it; empty for an entry without plural.
    forms: tuple[int, ...] = ()


# --- reading --------------------------------------------------------------------------------------------------------


def read_document(path: Path, lang: Lang | None = None, *, encoding: str | None = None) -> Edition:
    """The texts of the entries without translation, in order: of an entry with a plural both.

    Fuzzy and obsolete entries are left out. The language is ``lang``, or else what the header's
    ``X-Source-Language`` says, or English.

    Raises:
        InputError: the file cannot be read, is no catalogue, or ``encoding`` is asked for, which its header tells.
        LanguageError: the header names another language than ``lang``.
    """
    if encoding:
        raise InputError("a PO file tells its encoding in its header", path=str(path), hint="leave out --encoding")
    content = content_of(path)
    catalogue = parse(content, str(path))
    told = lang_of_locale(catalogue.metadata.get(SOURCE_FIELD, ""))
    if lang is not None and told is not None and not (lang.covers(told) or told.covers(lang)):
        raise LanguageError(f"the header says {told}, not {lang}", path=str(path), hint=f"say --from {told}")
    source = lang or source_of(catalogue, path)
    segments = tuple(
        Segment(nfc(gap.text).strip(), source, Kind.PARAGRAPH, line=max(1, gap.entry.linenum))
        for gap in _gaps(catalogue)
    )
    return Edition(source, path.name, hashlib.sha256(content).hexdigest(), "po", segments)


def _gaps(catalogue: polib.POFile) -> Iterator[_Gap]:
    one = form_of_one(catalogue.metadata.get("Plural-Forms", ""))
    for entry in sorted(catalogue, key=lambda entry: int(entry.linenum)):
        translated = any(filter(None, entry.msgstr_plural.values())) if entry.msgid_plural else entry.msgstr
        if entry.obsolete or entry.fuzzy or translated or not entry.msgid.strip():
            continue
        if not entry.msgid_plural:
            yield _Gap(entry, entry.msgid)
            continue
        forms = sorted(entry.msgstr_plural)
        yield _Gap(entry, entry.msgid, tuple(form for form in forms if form == one))
        if entry.msgid_plural.strip():
            yield _Gap(entry, entry.msgid_plural, tuple(form for form in forms if form != one))


# --- writing --------------------------------------------------------------------------------------------------------


def write_suggestions(
    path: Path,
    suggestions: Sequence[Suggestion],
    about: About,
    *,
    draft: Path | None = None,
    fill: int | None = None,
    **_said: object,
) -> int:
    """Write a draft with the best translation of each text filled in; how many texts got one.

    A draft that is a PO catalogue is written back line by line as it was, but for the entries filled. Any other
    becomes a catalogue of its segments. What must be looked at is marked fuzzy, with the text that was translated as
    previous ``msgid`` (``#|``): all but exact matches, all plurals, and what does not have the values of its source.

    Args:
        path: the file to write.
        suggestions: what the memory has for each text, in order.
        about: the languages, with one target; the draft's name stands in the header of a new catalogue. A PO file has
            no place for the rest.
        draft: the draft's own file.
        fill: lowest score that is filled in; None takes every match there is.

    Raises:
        InputError: several targets are wanted, or a file cannot be read or written.
    """
    if len(about.targets) != 1:
        raise InputError("a PO file holds one target language", path=str(path), hint="name one with --to")
    found = [suggestion for suggestion in suggestions if suggestion.segment.text.strip()]
    if draft is not None and ENDINGS.get(draft.suffix.lower()) == "po":
        content = content_of(draft)
        encoding = encoding_of(content)
    else:
        content, encoding = _made(found, about.source, about.targets[0], about.title).encode(), "utf-8"
    catalogue = parse(content, str(draft or path))
    gaps = list(_gaps(catalogue))
    if len(gaps) != len(found):
        raise InputError("the draft has changed since it was read", path=str(draft or path), hint="run it again")
    best = [(gap, one) for gap, suggestion in zip(gaps, found, strict=True)
            if (one := filling(suggestion, about.targets[0])) and one.score >= (fill or 0)]  # fmt: skip
    text = _filled(content.decode(encoding), catalogue, best)
    with replacing(path) as out:
        out.write(_encoded(_NO_LANGUAGE.sub(f'"Language: {_locale(about.targets[0])}\\\\n"', text, count=1), encoding))
    return len(best)


def _made(suggestions: Sequence[Suggestion], source: Lang, target: Lang, title: str) -> str:
    """A catalogue with the draft's segments, each once."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Project-Id-Version": title,
        "PO-Revision-Date": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": _locale(target),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Generator": "untm",
        SOURCE_FIELD: _locale(source),
    }
    name = "_".join(title.split())
    seen: set[str] = set()
    for number, suggestion in enumerate(suggestions, start=1):
        text = _ILLEGAL.sub("\ufffd", suggestion.segment.text)
        # Equal texts are told apart by their number in the draft, so that each keeps its own translation.
        context = str(number) if text in seen else None
        seen.add(text)
        place = [(name, str(suggestion.segment.line or number))]
        catalogue.append(polib.POEntry(msgid=text, msgctxt=context, occurrences=place))
    return str(catalogue)


def _locale(lang: Lang) -> str:
    return lang.tag.replace("-", "_")


def _filled(text: str, catalogue: polib.POFile, best: Sequence[tuple[_Gap, Filling]]) -> str:
    """The file's text with the entries filled; the lines of all others are as they were."""
    pieces = re.split(f"({LINE_END.pattern})", text)
    lines = [line + end for line, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True)]
    starts = [*sorted(int(entry.linenum) - 1 for entry in catalogue), len(lines)]
    by_entry: dict[int, list[tuple[_Gap, Filling]]] = {}
    for gap, one in best:
        by_entry.setdefault(int(gap.entry.linenum) - 1, []).append((gap, one))
    written = lines[: starts[0]]
    for start, end in pairwise(starts):
        entry = lines[start:end]
        written += _filled_entry(entry, by_entry[start]) if start in by_entry else entry
    return "".join(written)


def _filled_entry(lines: Sequence[str], best: Sequence[tuple[_Gap, Filling]]) -> list[str]:
    """The lines of an entry with its translations; fuzzy when one of them must be looked at."""
    end = next((match.group() for line in lines if (match := LINE_END.search(line))), "\n")
    gap, first = best[0]
    fuzzy = any(bool(gap.forms) or not one.automatic or not _same_values(gap.text, one.text) for gap, one in best)
    texts = {form: one for gap, one in best for form in gap.forms or (-1,)}
    found: list[str] = []
    filling_now = False
    for line in lines:
        match = _TRANSLATION.match(line)
        if match is None and filling_now and line.startswith('"'):
            continue
        form = int(match.group(1) or -1) if match else None
        filling_now = form in texts
        if match is None or form not in texts:
            found.append(line)
            continue
        source = next(gap.text for gap, one in best if one is texts[form])
        keyword = line[: match.end() - 1].rstrip()
        found.append(f"{keyword} {_quoted(_edged(source, texts[form].text))}{end}")
    if not fuzzy:
        return found
    start = next(n for n, line in enumerate(found) if line.startswith(("msgctxt", "msgid")))
    found[start:start] = [f"#| msgid {_quoted(first.source)}{end}"] if first.source != nfc(gap.text).strip() else []
    flags = next((n for n, line in enumerate(found[:start]) if line.startswith("#,")), None)
    if flags is None:
        found.insert(start, f"#, fuzzy{end}")
    else:
        found[flags] = f"#, fuzzy,{found[flags][2:]}"
    return found


def _edged(source: str, text: str) -> str:
    """The translation with the white space of its source at the ends, as gettext asks for."""
    bare = source.strip()
    start = source.index(bare)
    return source[:start] + _ILLEGAL.sub("\ufffd", text.strip()) + source[start + len(bare) :]


def _same_values(source: str, text: str) -> bool:
    return sorted(_DIRECTIVE.findall(source)) == sorted(_DIRECTIVE.findall(text))


def _quoted(text: str) -> str:
    return f'"{polib.escape(text)}"'


def _encoded(text: str, encoding: str) -> bytes:
    """The text in the catalogue's encoding, or in UTF-8 where that cannot hold it or its header names none."""
    told = _CHARSET.search(text)
    if told is None or told.group(1) != "CHARSET":
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            pass
    return _CHARSET.sub("charset=UTF-8", text, count=1).encode()
