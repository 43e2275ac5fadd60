"""Repair: a stored translation adapted to a query that differs from the stored source text in placeables only.

Numbers, dates, ordinals, document symbols, numerals, labels, countries and the mark at the end are rewritten in the
form the target language uses, each only when it is certain which piece of the target it is and how it is written.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tm.agreement import check_number, check_sound
from tm.changes import Changes
from tm.country_forms import relation, rewrite_country
from tm.country_lists import rewrite_list
from tm.date_forms import parts_of_date, rewrite_date
from tm.forms import Place, UncertainError, in_figures
from tm.label_forms import rewrite_label
from tm.labels import label_end, leading
from tm.lang import Lang
from tm.match import compare
from tm.model import Flag, Match, MatchKind, Piece, Repaired
from tm.number_forms import DECIMAL, rewrite_number
from tm.ordinal_forms import rewrite_ordinal
from tm.parts import Part, parts
from tm.text import nfc

#: Penalties for what may be repaired.
_REPAIRABLE = frozenset({"number", "date", "symbol", "ordinal", "label", "punctuation", "width", "form"})
#: Characters of the longest numeral or label inside a text, "(viii)", which the score takes for a word.
_LONGEST_NUMERAL = 6
#: Marks that end a segment, by language, in one order; what is not here is the same in all.
_END_MARKS = {
    "en": ".;:,", "fr": ".;:,", "es": ".;:,", "ru": ".;:,", "ar": ".؛:،", "zh": "。；：，",
}  # fmt: skip
#: The sign of a note after a piece.
_MARKED = re.compile(r"\s?[*†‡]")
#: A figure joined to another one without a space, around a number shown as ``#``: ``10:00``.
_CHAINED = re.compile(r"\d[:.,'’]#|#[:.,'’]\d")
_END = re.compile(r"\s?([.;:,؛،。；：，])\s*\Z")


@dataclass(frozen=True, slots=True)
class Repair:
    """What came of the attempt to repair a target."""

    #: None when it was refused, or when there is nothing to rewrite.
    repaired: Repaired | None
    #: Why it was refused, in words; empty when it was not.
    reasons: tuple[str, ...] = ()


def repair(
    query: str, source: str, target: str, langs: tuple[Lang, Lang], flags: Sequence[Flag] | None = None
) -> Repair:
    """The target of a stored pair adapted to a query, or why it cannot be done with certainty.

    ``langs`` are the languages of query and source, and of the target; ``flags`` those of the match, when known.
    Repaired text is never a guess: each rewritten value is found again in it, and all others are as they were.

    >>> found = repair("on 5 July", "on 3 June", "le 3 juin", (Lang("en"), Lang("fr"))).repaired
    >>> found and found.text
    'le 5 juillet'
    """
    query, source, target = nfc(query), nfc(source), nfc(target)
    try:
        return Repair(_repaired(query, source, target, langs, flags))
    except UncertainError as reason:
        return Repair(None, (str(reason),))


def with_repairs(match: Match, query: str) -> Match:
    """The match with its targets repaired for the query; only whole fuzzy matches are, the others stay as they are."""
    if match.kind is not MatchKind.FUZZY:
        return match
    if not _may_repair(match, query):
        return replace(match, repairs=(None,) * len(match.targets))
    source = match.source
    found = (repair(query, source.text, v.text, (source.lang, v.lang), match.flags) for v in match.targets)
    return replace(match, repairs=tuple(one.repaired for one in found))


def _may_repair(match: Match, query: str) -> bool:
    """Whether what the match was found to differ in may be repaired: most differ in words alone."""
    if any(penalty.name in _REPAIRABLE for penalty in match.penalties):
        return True
    if any(flag.name == "country" for flag in match.flags):
        return True
    return any(len(query[slice(*d.query)].strip()) <= _LONGEST_NUMERAL for d in match.differences if d.op == "replace")


def _repaired(
    query: str, source: str, target: str, langs: tuple[Lang, Lang], flags: Sequence[Flag] | None
) -> Repaired | None:
    if query == source:
        return None
    flags = compare(query, source, langs[0]).flags if flags is None else flags
    reversing = [flag.name for flag in flags if flag.reverses]
    if reversing:
        raise UncertainError(f"the meaning may be turned round: {', '.join(reversing)}")
    begins = _begins((query, source, target), (langs[0], *langs))
    changes = Changes.between(query, source, langs[0], begins)
    edits = [
        *_label_edits(changes, target, langs),
        *_value_edits(changes, target, langs),
        *_mark_edits(changes, target, langs),
    ]
    rewritten = [edit for edit in edits if edit.after != target[edit.start : edit.end]]
    if not rewritten:
        if any(edit.part for edit in edits):
            raise UncertainError("a piece would stay as it is though it says something else")
        return None
    repaired = _applied(target, rewritten, langs[1], complete=changes.complete)
    # A day whose month a range says elsewhere may stay as it is, and says something else all the same.
    _check(repaired, target, edits, changes)
    return repaired


def _begins(texts: tuple[str, str, str], langs: tuple[Lang, Lang, Lang]) -> tuple[int, int, int]:
    """Where query, source and target begin after their labels; 0 for all unless all have one."""
    first, second, third = (_label_end(text, lang) for text, lang in zip(texts, langs, strict=True))
    return (first, second, third) if first and second and third else (0, 0, 0)


def _label_end(text: str, lang: Lang) -> int:
    """The end of a label by its form: Russian paragraphs go on in lower case, as no paragraph read alone may."""
    found = label_end(text, lang)
    if not found and lang.primary == "ru":
        label, rest = leading(text, lang)
        found = len(text.rstrip()) - len(rest) if label and rest else 0
    return found


# --- what is rewritten ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    kind: str
    after: str
    #: The piece of the target it rewrites, when it is a placeable.
    part: Part | None = None
    value: str = ""


def _label_edits(changes: Changes, target: str, langs: tuple[Lang, Lang]) -> list[_Edit]:
    mine, theirs = changes.query[: changes.begins[0]], changes.source[: changes.begins[1]]
    if mine.strip() == theirs.strip():
        return []
    label = target[: changes.begins[2]].rstrip()
    return [_Edit(0, len(label), "label", rewrite_label(label, theirs.strip(), mine.strip(), *langs))]


def _mark_edits(changes: Changes, target: str, langs: tuple[Lang, Lang]) -> list[_Edit]:
    """The mark at the end of the target as the query ends."""
    mine, theirs, stands = (_END.search(text) for text in (changes.query, changes.source, target))
    if (mine[1] if mine else "") == (theirs[1] if theirs else ""):
        return []
    marks = [_END_MARKS.get(lang.primary, ".;:,") for lang in langs]
    if not mine or not theirs or not stands:
        raise UncertainError("only one of the texts ends with a mark")
    if mine[1] not in marks[0] or theirs[1] not in marks[0] or stands[1] != marks[1][marks[0].index(theirs[1])]:
        raise UncertainError("the mark at the end stands for another one")
    mark = marks[1][marks[0].index(mine[1])]
    space = (stands.group()[: stands.start(1) - stands.start()] or "\u00a0") if _is_spaced(mark, langs[1]) else ""
    return [_Edit(stands.start(), len(target), "mark", space + mark)]


def _is_spaced(mark: str, lang: Lang) -> bool:
    """Whether a language sets a space before a mark."""
    return lang.primary == "fr" and mark in ";:"


def _value_edits(changes: Changes, target: str, langs: tuple[Lang, Lang]) -> list[_Edit]:
    pairs = changes.pairs
    changed = [(old, new) for old, new in pairs if old.value != new.value]
    if not changed:
        return []
    there = [part for part in parts(target, langs[1], changes.begins[2], named=changes.named) if part.kind]
    found = _counterparts([old for old, _ in pairs], there)
    edits = []
    for k, (old, new) in enumerate(pairs):
        if old.value == new.value:
            continue
        stands = found.get(k)
        if stands is None:
            raise UncertainError(f"“{changes.source[old.start : old.end]}” has no counterpart in the translation")
        edits.append(_rewritten(changes, old, new, target, stands, langs))
    _check_repeated(pairs, found)
    return edits


def _counterparts(mine: Sequence[Part], there: Sequence[Part]) -> dict[int, Part]:
    """The piece of the target for each piece of the source, where both stand there equally often.

    Pieces of one kind first; whole numbers also where one language writes a figure and another an ordinal.

    Raises:
        UncertainError: pieces of both texts are left over that may belong together.
    """
    found: dict[int, Part] = {}
    free = list(there)
    for key in (_kind_and_value, _value_of_count):
        wanted: dict[object, list[int]] = {}
        for k, part in enumerate(mine):
            if k not in found and key(part) is not None:
                wanted.setdefault(key(part), []).append(k)
        for value, places in wanted.items():
            same = [part for part in free if key(part) == value]
            if len(same) == len(places):
                found |= dict(zip(places, same, strict=True))
                free = [part for part in free if part not in same]
    left = Counter(_group(part) for k, part in enumerate(mine) if k not in found)
    if left & Counter(map(_group, free)):
        raise UncertainError("the numbers, dates or names of the two stored texts are not the same")
    return found


def _kind_and_value(part: Part) -> object:
    return part.kind, part.meaning


def _value_of_count(part: Part) -> object:
    return part.value if part.counts else None


def _group(part: Part) -> str:
    return "count" if part.counts else part.kind


def _check_repeated(pairs: Sequence[tuple[Part, Part]], found: Mapping[int, Part]) -> None:
    """A value that stands in the source more than once must have become one and the same value everywhere.

    Raises:
        UncertainError: it has not, so which of its counterparts is which cannot be told.
    """
    became: dict[str, set[str]] = {}
    for k, (old, new) in enumerate(pairs):
        if k in found:
            became.setdefault(f"{_group(old)} {old.meaning}", set()).add(new.value)
    for name, values in became.items():
        if len(values) > 1:
            raise UncertainError(f"{name} stands in the text more than once")


def _rewritten(changes: Changes, old: Part, new: Part, target: str, stands: Part, langs: tuple[Lang, Lang]) -> _Edit:
    source_place = Place(changes.source, old.start, old.end, langs[0].primary)
    query_place = Place(changes.query, new.start, new.end, langs[0].primary)
    place = Place(target, stands.start, stands.end, langs[1].primary)
    if _MARKED.match(place.after) and not _MARKED.match(source_place.after):
        raise UncertainError(f"a note is attached to “{place.written}”")
    if stands.kind == "countries":
        first = Place(source_place.text, old.start, old.inner[0].end, source_place.primary)
        place = Place(target, place.start, place.end, place.primary, relation(first, old.inner[0].value))
        text = rewrite_list(place, new.value.split(","), old.value.split(","), langs[1], langs[0].primary)
    elif stands.kind == "country":
        meant = relation(source_place, old.value) or relation(query_place, new.value)
        place = Place(target, place.start, place.end, place.primary, meant)
        text = rewrite_country(place, old.value, new.value)
    elif stands.kind == "reference":
        text = _reference(place, stands, new)
    elif stands.kind == "symbol":
        text = new.value
    elif stands.kind == "date":
        if set(parts_of_date(source_place)) != set(parts_of_date(query_place)):
            raise UncertainError(
                f"“{query_place.written}” and “{source_place.written}” leave out different parts of a date"
            )
        text = rewrite_date(place, old.value, new.value)
        check_sound(place, text, day=True)
    elif stands.kind == "label":
        text = rewrite_label(place.written, source_place.written, query_place.written, *langs)
    elif stands.kind in {"ordinal", "numeral"}:
        text = _ordinal(place, old, new)
    else:
        text = _number(place, source_place, query_place, old, new)
    return _Edit(place.start, place.end, stands.kind, text, stands, new.meaning)


def _reference(place: Place, stands: Part, new: Part) -> str:
    """Two numbers that are one name, each in its place."""
    if len(new.inner) != 2 or ("/" in new.value) != ("/" in stands.value):
        raise UncertainError(f"“{place.written}” and “{new.value}” are written in different ways")
    text = []
    start = place.start
    for one, other in zip(stands.inner, new.inner, strict=True):
        text.append(place.text[start : one.start])
        inner = Place(place.text, one.start, one.end, place.primary)
        digits = inner.written.lstrip("第").strip()
        if in_figures(one.value, digits) != digits:
            raise UncertainError(f"“{inner.written}” is not written as usual")
        text.append(inner.written.replace(digits, in_figures(other.value, digits)))
        start = one.end
    return "".join([*text, place.text[start : place.end]])


def _ordinal(place: Place, old: Part, new: Part) -> str:
    if not (old.value.isdecimal() and new.value.isdecimal()):
        raise UncertainError(f"{new.value} is not a number that can be counted with")
    return rewrite_ordinal(place, int(old.value), int(new.value))


def _number(place: Place, source: Place, query: Place, old: Part, new: Part) -> str:
    if place.primary == "zh" and re.match("第", place.written):
        return _ordinal(place, old, new)
    exact = not _in_words(source.written) and not _in_words(query.written)
    mark = DECIMAL.get(query.primary, ".")
    if re.search(rf"[{mark}٫]\d*0(?!\d)", query.written) and _in_words(query.written):
        raise UncertainError(f"“{query.written}” says more than its value")
    if ("." in old.value) != ("." in new.value) and not (new.value.endswith("%") or _in_words(place.written)):
        raise UncertainError(f"“{query.written}” and “{source.written}” may be written in different ways")
    if new.value.endswith(".00") and not old.value.endswith(".00"):
        raise UncertainError(f"“{query.written}” may be a time that is written without minutes")
    if _CHAINED.search(place.before[-2:] + "#" + place.after[:2]):
        raise UncertainError(f"“{place.written}” is part of a longer figure")
    grouped = not re.search(r"\d{4}", query.written)
    text = rewrite_number(place, old.value, new.value, exact=exact, grouped=grouped)
    check_number(place, text, old.value, new.value)
    return text


def _in_words(written: str) -> bool:
    """Whether a number is written with a word such as "million"."""
    return bool(re.search(r"[^\W\d_]", written))


# --- the repaired text ----------------------------------------------------------------------------------------------


def _applied(target: str, edits: Sequence[_Edit], lang: Lang, *, complete: bool) -> Repaired:
    pieces: list[Piece] = []
    text, done = "", 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        if edit.start < done:
            raise UncertainError("pieces to rewrite overlap")
        text += target[done : edit.start]
        pieces.append(
            Piece((len(text), len(text) + len(edit.after)), edit.kind, target[edit.start : edit.end], edit.after)
        )
        text += edit.after
        done = edit.end
    return Repaired(lang, text + target[done:], tuple(pieces), complete)


def _check(repaired: Repaired, target: str, edits: Sequence[_Edit], changes: Changes) -> None:
    """The rewritten values are found again in the repaired text, and all others as they were.

    Raises:
        UncertainError: they are not.
    """
    values = {edit.part: edit.value for edit in edits if edit.part is not None}
    begins, named = changes.begins[2], changes.named
    before = [part for part in parts(target, repaired.lang, begins, named=named) if part.kind]
    wanted = [values.get(part, part.meaning) for part in before]
    first = repaired.pieces[0]
    begins = first.span[1] if begins and first.span[0] == 0 and first.kind == "label" else begins
    again = [part.meaning for part in parts(repaired.text, repaired.lang, begins, named=named) if part.kind]
    if [_comparable(v) for v in wanted] != [_comparable(v) for v in again]:
        raise UncertainError("the rewritten text does not say the same")


def _comparable(value: str) -> str:
    return value.replace("()", "/")
