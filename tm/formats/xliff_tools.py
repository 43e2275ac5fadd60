"""What translation tools say in XLIFF 1.2 in attributes of their own: who has confirmed a translation, what is locked.

=======  =====================================  ====================================  ===============================
tool     reviewed                               rejected                              nobody has confirmed it
=======  =====================================  ====================================  ===============================
Trados   ``ApprovedTranslation``, ``…SignOff``  ``RejectedTranslation``, ``…SignOff``
memoQ    ``Reviewer1Confirmed``, ``Proofread``  ``Rejected``                          ``NotStarted``, what memoQ put in
Phrase   confirmed in the second step or later                                        ``m:confirmed="0"``, not edited
=======  =====================================  ====================================  ===============================

What a translator alone has confirmed or edited is a translation that nobody has reviewed, as in all formats here.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tm.model import Review

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Namespaces of memoQ; and of Phrase, which was Memsource, in all its versions up to the number.
_MEMOQ, _PHRASE = "MQXliff", "http://www.memsource.com/mxlf/"
#: Trados: what the ``conf`` of a segment says of its translation.
_TRADOS = {
    "ApprovedTranslation": Review.REVIEWED,
    "ApprovedSignOff": Review.REVIEWED,
    "RejectedTranslation": Review.REJECTED,
    "RejectedSignOff": Review.REJECTED,
}
#: memoQ: what the ``status`` of a unit says, in small letters, since its versions write them differently.
_MEMOQ_REVIEWS = {"reviewer1confirmed": Review.REVIEWED, "proofread": Review.REVIEWED, "rejected": Review.REJECTED}
_MEMOQ_UNCONFIRMED = frozenset({"notstarted", "pretranslated", "machinetranslated", "assembledfromfragments"})
_YES = frozenset({"true", "yes", "1", "locked"})
#: Phrase: confirmed in this step of the work, the one after translation, or in a later one.
_REVISION = 2


def review_of(unit: "etree._Element") -> Review | None:
    """What memoQ or Phrase says of a unit's translation; None when neither says that it is reviewed or rejected."""
    status = _own(unit, _MEMOQ, "status")
    if status:
        return _MEMOQ_REVIEWS.get(status.casefold())
    return Review.REVIEWED if _confirmed(unit) >= _REVISION else None


def unconfirmed(unit: "etree._Element") -> str:
    """What a tool says of a translation that it has put there and no person has confirmed or edited, or ""."""
    status = _own(unit, _MEMOQ, "status")
    if status.casefold() in _MEMOQ_UNCONFIRMED:
        return f"memoQ status {status}: nobody has confirmed it"
    if _confirmed(unit) == 0 and _own(unit, _PHRASE, "level-edited") != "true":
        return "not confirmed in Phrase"
    return ""


def locked(unit: "etree._Element", segment: str = "") -> bool:
    """Whether a unit, or the segment of that name in it, is locked."""
    held = _own(unit, _MEMOQ, "locked") or _own(unit, _PHRASE, "locked")
    trados = any(seg.get("locked") == "true" for seg in unit.iter("{*}seg") if seg.get("id", "") == segment)
    return held.casefold() in _YES or trados


def segment_reviews(unit: "etree._Element") -> Iterator[tuple[str, Review]]:
    """The segments of a unit by name that Trados calls approved or rejected."""
    for segment in unit.iter("{*}seg"):
        review = _TRADOS.get(segment.get("conf", ""))
        if review:
            yield segment.get("id", ""), review


def _confirmed(unit: "etree._Element") -> int:
    """In which step of the work Phrase has a unit confirmed, 0 for not yet; −1 for a unit of another tool."""
    said = _own(unit, _PHRASE, "confirmed")
    return int(said) if said.isascii() and said.isdecimal() else -1


def _own(unit: "etree._Element", namespace: str, name: str) -> str:
    """A tool's own attribute of a unit, "" when it has none."""
    for key, value in unit.attrib.items():
        begin, _, rest = str(key).partition("}")
        if rest == name and begin.startswith("{" + namespace):
            return str(value)
    return ""
