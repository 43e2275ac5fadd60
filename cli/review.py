"""``untm review``: what people say of alignments, back into the memory."""

import getpass
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import TEXT, Settings, common_options, dump, recorded_name, settings, srx_option
from tm.errors import InputError, Problem
from tm.lang import Lang
from tm.model import Document, FixedPoint, Level, Review, Segment, TranslationUnit
from tm.sentence import Splitter, clauses

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tm.store import Added


@click.group()
def review() -> None:
    """Bring corrections of alignments into the memory.

    \b
    Example:
        untm review import review.xlsx --by 'M. Dupont'
    """


def _user() -> str:
    """The name of who runs the program, or "" where the system knows none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):
        return ""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a person says of the units of one document."""

    document: Document
    #: In the order of the file, without the sentences of texts that were changed.
    units: tuple[TranslationUnit, ...]
    #: Places among them of those that the person has corrected, put in or judged.
    touched: frozenset[int]
    #: Identifiers of stored units that were taken out: merged with others, as a rule.
    removed: frozenset[str]


@review.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--by", type=TEXT, default="", help="Who has reviewed; the name of the user when it is not said.")
@srx_option
@common_options
def import_(files: tuple[Path, ...], by: str) -> int:
    """Store what a person has corrected, merged, split and marked in a file that untm align or untm export wrote.

    In a spreadsheet (.xlsx) every text may be corrected. To merge two rows, put the texts into one and delete the
    other; to split one, insert a row. Rows that were changed, and rows marked as reviewed, are stored as reviewed, with
    who and when; rejected ones are kept and never offered as certain. Rows that were not touched stay as they are in
    the memory. Of other files (.csv, .tmx, .jsonl) the units marked as reviewed or rejected count.

    What units were before goes to the history. untm align --anchors FILE takes the same file as fixed points.

    \b
    Example:
        untm align fr=report.fr.txt en=report.en.txt --add -o review.xlsx
        untm review import review.xlsx --by 'M. Dupont'
    """
    from cli.lexicon import refresh_lexicons
    from cli.show import added_line
    from tm.store import Added

    options = settings()
    read = [(path, _said(path, options)) for path in files]
    name = by or _user()
    langs = {lang for _, documents in read for said in documents for unit in said.units for lang in unit.langs}
    splitter = options.splitter(clauses, sorted(langs))
    counts = []
    with options.open(write=True, create=True) as memory:
        for path, documents in read:
            added = Added()
            with memory.write() as conn:
                for said in documents:
                    added += _store(conn, said, name, splitter)
            touched = sum(len(said.touched) for said in documents)
            options.say(f"{path.name}: {touched} units looked at{f' by {name}' if name else ''}; {added_line(added)}")
            counts.append({"file": path.name, "touched": touched, **asdict(added)})
        refresh_lexicons(options, memory, langs)
    if options.json:
        dump({"by": name, "files": counts})
    return options.status


def _said(path: Path, options: Settings) -> list[_Said]:
    """What a file says of each document.

    Raises:
        InputError: the file cannot be read, or nobody has said anything in it.
    """
    from tm.formats import for_path

    reader = for_path(path, "read_units")
    if hasattr(reader, "read_reviewed"):
        reviewed = reader.read_reviewed(path)
        found, touched, removed = reviewed.units, reviewed.touched, frozenset(filter(None, reviewed.removed.values()))
    else:
        found = tuple(enumerate(reader.read_units(path)))
        touched = frozenset(i for i, v in found if isinstance(v, TranslationUnit) and v.review is not Review.UNREVIEWED)
        removed = frozenset()
    options.tell(value for _, value in found if isinstance(value, Problem))
    units = [(line, _whole(value, path)) for line, value in found if isinstance(value, TranslationUnit)]
    if not any(line in touched for line, _ in units) and not removed:
        hint = "correct texts, or write reviewed or rejected into the column of that name"
        raise InputError("nothing in it was changed or marked as reviewed", path=path.name, hint=hint)
    by_document: dict[str, list[tuple[int, TranslationUnit]]] = {}
    for line, unit in units:
        by_document.setdefault(unit.document.key, []).append((line, unit))
    return [
        _Said(
            part[0][1].document,
            tuple(unit for _, unit in part),
            frozenset(i for i, (line, _) in enumerate(part) if line in touched),
            removed,
        )
        for part in by_document.values()
    ]


def _whole(unit: TranslationUnit, path: Path) -> TranslationUnit:
    """The unit with a document: that of the file when it names none."""
    return unit if unit.document.key else replace(unit, document=Document(origin=recorded_name(path)))


def _store(conn: "Connection", said: _Said, by: str, splitter: Splitter) -> "Added":
    """Write down what a person says of a document, the rest of which stays as it is."""
    from tm import store

    now = datetime.now(UTC)
    units = [
        replace(_with_sentences(unit, splitter), changed=now, changed_by=by) if place in said.touched else unit
        for place, unit in enumerate(said.units)
    ]
    before = [unit for unit in store.iterate(conn, symbol=said.document.key) if unit.document.key == said.document.key]
    if not before:
        return store.add_document(conn, said.document, (), units, by=by, now=now)
    after, spoken = _merged(before, units, said)
    return store.realign_document(conn, before, after, spoken=spoken, by=by, now=now)


def _merged(
    before: Sequence[TranslationUnit], units: Sequence[TranslationUnit], said: _Said
) -> tuple[list[TranslationUnit], frozenset[str]]:
    """The units a stored document shall have, in order, and the uids of those that the person spoke of.

    A file whose units know their uids may hold a part of the document: what it does not name stays. One written before
    the document was stored holds all of it, and its units are known by their texts.
    """
    stored = {unit.uid: unit for unit in before}
    partial = any(unit.uid in stored for unit in units)
    free = _ByText(unit for unit in before if not partial)
    after: list[TranslationUnit] = []
    spoken = set(said.removed & stored.keys())
    for place, unit in enumerate(units):
        uid = unit.uid if unit.uid in stored else free.take(unit)
        if place in said.touched:
            after.append(replace(unit, uid=uid))
            spoken.add(uid)
        else:
            after.append(stored.get(uid, unit))
    whole = _in_order(after, before, said.removed) if partial else after
    return whole, frozenset(spoken - {""})


def _in_order(
    units: Iterable[TranslationUnit], before: Iterable[TranslationUnit], removed: frozenset[str]
) -> list[TranslationUnit]:
    """All units of a document as it stands, those given in place of the stored ones; new ones behind those that they
    follow in the file, which may be sorted in another way.
    """
    given: dict[str, TranslationUnit] = {}
    following: defaultdict[str, list[TranslationUnit]] = defaultdict(list)
    last = ""
    for unit in units:
        if unit.uid:
            last = unit.uid
            given[last] = unit
        else:
            following[last].append(unit)
    found = following[""]
    for unit in before:
        if unit.uid in given or unit.uid not in removed:
            found.append(given.get(unit.uid, unit))
        found += following[unit.uid]
    return found


class _ByText:
    """Stored units by their texts, each to be taken once."""

    def __init__(self, units: Iterable[TranslationUnit]) -> None:
        self._uids: defaultdict[tuple[Lang, str], list[str]] = defaultdict(list)
        self._paths: dict[str, tuple[str, ...]] = {}
        self._taken: set[str] = {""}
        for unit in units:
            self._paths[unit.uid] = unit.path
            for variant in unit.variants:
                self._uids[variant.lang, variant.text].append(unit.uid)

    def take(self, unit: TranslationUnit) -> str:
        """The uid of the unit that shares most texts with the given one, of several the one in the same numbered place,
        then the first; "" when none does.
        """
        shared = Counter(
            uid
            for variant in unit.variants
            for uid in self._uids.get((variant.lang, variant.text), ())
            if uid not in self._taken
        )
        uid = max(shared, key=lambda uid: (shared[uid], self._paths[uid] == unit.path), default="")
        self._taken.add(uid)
        return uid


def _with_sentences(unit: TranslationUnit, splitter: Splitter) -> TranslationUnit:
    """The unit with its sentences aligned, if it has lost them with its old texts."""
    from aligners import AlignOptions, align

    texts = {variant.lang: variant.text for variant in unit.variants if variant.text}
    if unit.sentences or unit.level is Level.SENTENCE or len(texts) < 2:
        return unit
    segments = {lang: [Segment(text, lang, unit.kind)] for lang, text in texts.items()}
    whole = FixedPoint(tuple((lang, (0, 1)) for lang in texts))
    found = align(segments, AlignOptions(splitter=splitter), held=[whole]).units
    inner = [sentence for one in found for sentence in one.sentences]
    return replace(unit, sentences=tuple(replace(s, document=unit.document, position=unit.position) for s in inner))
