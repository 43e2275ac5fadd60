"""What differences and origins cost in points: the policy a user may set, and the trust penalties it asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from typing import Any

from tm.errors import InputError
from tm.lang import Lang
from tm.model import Penalty, Review, TranslationUnit, Variant

#: Penalties that speak of a unit's source and not of its text: a match that has one is never inserted by itself.
TRUST_PENALTIES = ("document", "superseded", "corrected", "alignment", "machine", "foreign", "locale")
#: A translation's author as TMX files name a machine: ``MT!`` is what Wordfast and others write.
MACHINE_AUTHORS = ("mt!*", "machine*")
#: Properties that name a translation's origin, without the place they stand in, and what they say of a machine's.
_ORIGIN_PROPERTIES = frozenset({"x-origin", "x-origintype", "x-mt", "origin", "x-tmtype"})
_MACHINE_ORIGINS = ("mt*", "machine*", "automatic*", "yes", "true")


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """How many points each kind of difference costs, and each reason to doubt a source; whole points, 0 to 100."""

    #: For each placeable with another value; at least 2, so that such a match stays below a typographic one.
    placeable: int = 2
    #: For a sign such as ``$`` or ``%`` that only one text has; at least 2 as well.
    sign: int = 2
    #: For all typographic differences together; at least 1, since only identical texts score 100.
    typography: int = 1
    #: For another label, or one that only one text has; at least 1.
    label: int = 1
    #: Highest score of a match whose meaning may be turned round; 84 at most.
    reversed_meaning: int = 84
    #: Points for documents, by a pattern of their symbol or file name: ``(("A/C.3/*/L.*", 2),)``; the dearest counts.
    documents: tuple[tuple[str, int], ...] = ()
    #: For a document that another has replaced, and for one that a corrigendum corrects.
    superseded: int = 0
    corrected: int = 0
    #: For an alignment that nobody has reviewed and whose confidence is below ``unreviewed_below``.
    unreviewed: int = 0
    unreviewed_below: float = 0.95
    #: For a translation that its file says a machine made.
    machine: int = 0
    #: For a unit that another program paired: it came without a confidence, and nobody has reviewed it.
    foreign: int = 0
    #: For another locale than the one asked for, on either side: ``fr-CH`` for ``fr``.
    locale: int = 0


#: Settings that may not be as low as 0, and those that may not be as high as 100.
_LEAST = {"placeable": 2, "sign": 2, "typography": 1, "label": 1}
_MOST = {"reversed_meaning": 84}
DEFAULTS = MatchPolicy()


def policy_from(table: Mapping[str, Any], path: str, name: str = "match") -> MatchPolicy:
    """The policy that a table of a settings file asks for; what it does not name stays as it is.

    Args:
        table: settings by name; ``documents`` is a table of points by pattern.
        path: the file, for messages.
        name: the table's name, for messages.

    Raises:
        InputError: a name is unknown, or a value is not what it should be; file and key are named.
    """
    known = [setting.name for setting in fields(MatchPolicy)]
    for key in table:
        if key not in known:
            raise InputError(f"[{name}] has no setting {key!r}", path=path, hint=f"it has: {', '.join(known)}")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "documents":
            if not isinstance(value, dict):
                hint = f'write [{name}.documents] above lines such as "A/C.3/*/L.*" = 2'
                raise InputError(f"[{name}] documents = {value!r} is no table", path=path, hint=hint)
            values[key] = tuple(
                (pattern, _points(points, 0, 100, path, f'[{name}.documents] "{pattern}"'))
                for pattern, points in value.items()
            )
        elif key == "unreviewed_below":
            values[key] = _share(value, path, f"[{name}] {key}")
        else:
            values[key] = _points(value, _LEAST.get(key, 0), _MOST.get(key, 100), path, f"[{name}] {key}")
    return MatchPolicy(**values)


def _points(value: object, least: int, most: int, path: str, place: str) -> int:
    hint = f"give a whole number from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"{place} = {value!r} is no whole number", path=path, hint=hint)
    if not least <= value <= most:
        raise InputError(f"{place} = {value} is out of range", path=path, hint=hint)
    return value


def _share(value: object, path: str, place: str) -> float:
    hint = "give a number from 0 to 1, such as 0.95"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{place} = {value!r} is no number", path=path, hint=hint)
    if not 0 <= value <= 1:
        raise InputError(f"{place} = {value} is out of range", path=path, hint=hint)
    return float(value)


# --- trust ----------------------------------------------------------------------------------------------------------


def trust_penalties(
    unit: TranslationUnit,
    asked: Lang,
    source: Variant,
    wanted: Sequence[Lang],
    targets: Sequence[Variant],
    policy: MatchPolicy,
    *,
    most: int = 100,
) -> tuple[Penalty, ...]:
    """What the policy takes off for where a unit comes from, by name; nothing unless the policy says so.

    Args:
        unit: the stored unit.
        asked: the language of the query.
        source: the variant that answers it.
        wanted: the languages asked for.
        targets: the variants that answer them.
        policy: the points.
        most: points that can be taken off in all, the score of the text.
    """
    if policy == DEFAULTS:
        return ()
    found = []
    for penalty in _losses(unit, _other_locales(asked, source, wanted, targets), policy):
        points = min(most, penalty.points)
        if points:
            found.append(replace(penalty, points=points))
            most -= points
    return tuple(found)


def _losses(unit: TranslationUnit, locales: Sequence[str], policy: MatchPolicy) -> Iterator[Penalty]:
    document = unit.document
    hits = [(points, pattern) for pattern, points in policy.documents if fnmatchcase(document.key, pattern)]
    if hits:
        points, pattern = max(hits, key=lambda hit: hit[0])
        yield Penalty("document", points, f"{document.key} is one of {pattern}")
    if document.superseded:
        yield Penalty("superseded", policy.superseded, f"{document.key} has been replaced")
    if document.corrected:
        yield Penalty("corrected", policy.corrected, f"{document.key} has a corrigendum")
    reviewed = unit.review is Review.REVIEWED
    if unit.confidence is not None and unit.confidence < policy.unreviewed_below and not reviewed:
        yield Penalty("alignment", policy.unreviewed, f"confidence {unit.confidence:.2f}, not reviewed")
    if machine := machine_origin(unit):
        yield Penalty("machine", policy.machine, machine)
    if unit.confidence is None and not reviewed:
        yield Penalty("foreign", policy.foreign, "imported as pairs, not reviewed")
    if locales:
        yield Penalty("locale", policy.locale, ", ".join(locales))


def machine_origin(unit: TranslationUnit) -> str:
    """What in a unit says that a machine translated it, such as ``created by MT!``; "" when nothing does."""
    for role, author in (("created", unit.created_by), ("changed", unit.changed_by)):
        if any(fnmatchcase(author.casefold(), pattern) for pattern in MACHINE_AUTHORS):
            return f"{role} by {author}"
    for name, value in unit.properties:
        last = name.rpartition(":")[2].casefold()
        if last in _ORIGIN_PROPERTIES and any(fnmatchcase(value.casefold(), said) for said in _MACHINE_ORIGINS):
            return f"{name} {value}"
        if last in {"creationid", "changeid"} and any(fnmatchcase(value.casefold(), said) for said in MACHINE_AUTHORS):
            return f"{name} {value}"
    return ""


def _other_locales(asked: Lang, source: Variant, wanted: Sequence[Lang], targets: Sequence[Variant]) -> tuple[str, ...]:
    """Each side that is in another locale than asked for: ``fr-CH for fr``."""
    sides = [(asked, source.lang)]
    for target in targets:
        lang = next((lang for lang in wanted if lang.covers(target.lang)), target.lang)
        sides.append((lang, target.lang))
    return tuple(f"{found} for {lang}" for lang, found in sides if found != lang)
