"""A ``<tu>`` written the plain way, read by regular expressions: several times as fast as through a tree.

Plain is what has neither inline codes nor comments, CDATA, namespaces, self-closing tags or entities of its own. The
expressions match nothing else, so whatever they match is well-formed; what they do not match is the parser's.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tm.formats.tmx_parts import Pair, Tu, Tuv, prop_name

_ATTRIBUTES = r"(?:\s[^<>&]*+)?+"
_SMALL = rf"<(?:prop|note){_ATTRIBUTES}>[^<]*+</(?:prop|note)>\s*+"
_TUV = rf"<tuv{_ATTRIBUTES}>\s*+(?:{_SMALL})*+<seg>[^<]*+</seg>\s*+</tuv>\s*+"
#: White space and a plain ``<tu>``: its attributes, its notes and props, its ``<tuv>`` elements.
PLAIN = re.compile(rf"\s*+<tu({_ATTRIBUTES})>\s*+((?:{_SMALL})*+)((?:{_TUV})++)</tu>", re.ASCII)
#: Attributes, notes and props, text.
_TUVS = re.compile(rf"<tuv({_ATTRIBUTES})>\s*+((?:{_SMALL})*+)<seg>([^<]*+)</seg>", re.ASCII)
#: Name, attributes, text, name again.
_SMALLS = re.compile(rf"<(prop|note)({_ATTRIBUTES})>([^<]*+)</(prop|note)>", re.ASCII)
_ATTRIBUTE = re.compile(
    r"""\s+(xml:lang|[A-Za-z_][\w.-]*)\s*=\s*(?:"([^"\t\n\r]*)"|'([^'\t\n\r]*)')""", re.ASCII
)  # fmt: skip
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
#: Texts of attributes that are remembered: most files say the same few thousands of times.
_REMEMBERED = 4096
#: What may stand in no text as it is, and is not looked for here.
SECTION_END = "]]>"


class _NotPlainError(Exception):
    """Something only the parser can judge."""


def plain_tu(match: re.Match[str]) -> Tu | None:
    """The parts of a ``<tu>`` that ``PLAIN`` matched, without lines; None when the parser has to judge it."""
    attributes, smalls, tuvs = match.groups()
    try:
        notes, props = _notes_and_props(smalls) if smalls else ((), ())
        return Tu(0, _attributes(attributes), notes, props, _tuvs(_TUVS.findall(tuvs)), ())
    except _NotPlainError:
        return None


def _tuvs(found: Iterable[tuple[str, str, str]]) -> list[Tuv]:
    tuvs = []
    for text_of_attributes, smalls, text in found:
        lang, attributes = _tuv_attributes(text_of_attributes)
        notes, props = _notes_and_props(smalls) if smalls else ((), ())
        if "&" in text or "\r" in text:
            text = _characters(text)
        tuvs.append(Tuv(0, lang, attributes, notes, props, 1, text, None, ()))
    return tuvs


def _notes_and_props(smalls: str) -> tuple[list[str], list[Pair]]:
    notes: list[str] = []
    props: list[Pair] = []
    for name, text_of_attributes, text, closed in _SMALLS.findall(smalls):
        if name != closed:
            raise _NotPlainError
        if "&" in text or "\r" in text:
            text = _characters(text)
        if name == "prop":
            props.append((_prop_name(text_of_attributes), text))
        elif text_of_attributes:
            # The language and encoding of a note are not kept: the other way of reading says so.
            raise _NotPlainError
        else:
            notes.append(text)
    return notes, props


@lru_cache(maxsize=_REMEMBERED)
def _tuv_attributes(text: str) -> tuple[str, Mapping[str, str]]:
    attributes = dict(_attributes(text))
    old = attributes.pop("lang", "")
    return attributes.pop("xml:lang", "") or old, attributes


@lru_cache(maxsize=_REMEMBERED)
def _prop_name(text: str) -> str:
    attributes = _attributes(text)
    if "o-encoding" in attributes:
        raise _NotPlainError
    return prop_name(attributes.get("type", ""), attributes.get("xml:lang") or attributes.get("lang") or "")


@lru_cache(maxsize=_REMEMBERED)
def _attributes(text: str) -> Mapping[str, str]:
    """Attributes by name; the references in them are the parser's."""
    attributes: dict[str, str] = {}
    at = 0
    while match := _ATTRIBUTE.match(text, at):
        name, value, other = match.groups()
        if name in attributes or name == "xmlns":
            raise _NotPlainError
        attributes[name] = other if value is None else value
        at = match.end()
    if text[at:].strip():
        raise _NotPlainError
    return attributes


def _characters(text: str) -> str:
    """Character data as a parser gives it: line ends as U+000A, references replaced."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    characters, replaced = _REFERENCE.subn(_character, text)
    if replaced != text.count("&"):
        raise _NotPlainError
    return characters


def _character(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code > 0x10FFFF:
        raise _NotPlainError
    return chr(code)
