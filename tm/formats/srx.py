"""Segmentation rules in SRX 1.0 and 2.0, the standard of the Localization Industry Standards Association."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import regex
from lxml import etree  # type: ignore[import-untyped]

from tm.break_rules import BreakRule, BreakRules, LanguageMap, translated
from tm.errors import InputError, Problem
from tm.formats.output import replacing
from tm.formats.srx_rules import RuleGroup, our_rules

#: The namespace of version 2.0; version 1.0 has none.
NAMESPACE = "http://www.lisa.org/srx20"
#: What Okapi adds to the header.
_OKAPI = "{http://okapi.sf.net/srx-extensions}"
#: Version of its own rules that OmegaT writes since 1.6; with an older one it would add its own to them.
_OMEGAT_RULES = "0.2.2"
#: Bytes of the largest file read; the largest known rules take 150,000.
_LARGEST = 16_000_000
_HINT = "export the rules again as SRX 2.0"


def read_rules(path: Path) -> tuple[BreakRules, tuple[Problem, ...]]:
    """The rules of a file, and what in it cannot be used: the other rules hold without it.

    Nothing outside the file is loaded.

    Raises:
        InputError: it cannot be read, is no SRX, declares entities, or has no language that rules are for.
    """
    root = _root(path)
    problems: list[Problem] = []
    groups = {
        str(group.get("languagerulename")): _rules(group, path, problems)
        for group in root.iterfind(".//{*}languagerule")
    }
    maps = _maps(root, groups, path, problems)
    if not maps:
        raise InputError("no language has rules in it", path=str(path), line=root.sourceline or 0, hint=_HINT)
    problems += _okapi_problems(root, path)
    header = root.find("{*}header")
    cascade = header is not None and header.get("cascade") == "yes"
    return BreakRules(maps, str(path), cascade=cascade), tuple(problems)


def _root(path: Path) -> Any:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the name") from error
    if size > _LARGEST:
        raise InputError(f"too large for segmentation rules: {size:,} bytes", path=str(path), hint=_HINT)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message = f"not well-formed XML: {error.msg}"
        raise InputError(message, path=str(path), line=error.lineno or 0, hint=_HINT) from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        hint = "do not trust it; take the declarations out if you do"
        raise InputError("it declares entities, which segmentation rules never need", path=str(path), hint=hint)
    if etree.QName(root).localname != "srx":
        message = f"no SRX: its first element is <{etree.QName(root).localname}>, not <srx>"
        raise InputError(message, path=str(path), line=root.sourceline or 0, hint=_HINT)
    return root


def _rules(group: Any, path: Path, problems: list[Problem]) -> tuple[BreakRule, ...]:
    """The rules of a group that mean something, in their order; the others become problems."""
    rules = []
    for element in group.iterfind("{*}rule"):
        before, after = (_text(element.find(f"{{*}}{name}")) for name in ("beforebreak", "afterbreak"))
        line = element.sourceline or 0
        try:
            rules.append(BreakRule.of(before, after, breaks=element.get("break") != "no", line=line))
        except ValueError as error:
            message = f"this rule of {group.get('languagerulename')} is left out: {error}"
            problems.append(Problem(message, str(path), line, "correct its regular expression"))
    return tuple(rules)


def _text(element: Any) -> str:
    return "" if element is None else "".join(element.itertext())


def _maps(
    root: Any, groups: dict[str, tuple[BreakRule, ...]], path: Path, problems: list[Problem]
) -> list[LanguageMap]:
    maps = []
    for element in root.iterfind(".//{*}languagemap"):
        said, name = str(element.get("languagepattern")), str(element.get("languagerulename"))
        line = element.sourceline or 0
        if name not in groups:
            problems.append(Problem(f"a language map names {name}, and there are no such rules", str(path), line))
            continue
        try:
            pattern = regex.compile(translated(said), regex.V1 | regex.IGNORECASE)
        except regex.error as error:
            message = f"the language pattern {said} is left out: {error.msg}"
            problems.append(Problem(message, str(path), line, "correct its regular expression"))
            continue
        maps.append(LanguageMap(pattern, groups[name]))
    return maps


def _okapi_problems(root: Any, path: Path) -> list[Problem]:
    """What Okapi's own extensions ask for and no other program does."""
    told = []
    for element in root.iter(f"{_OKAPI}options"):
        if element.get("useIcu4jBreakRules") == "yes":
            message = "it builds on the break rules of ICU, which stand in no file; only its own rules are used"
            told.append(Problem(message, str(path), element.sourceline or 0, "switch them off in the rules' options"))
    for element in root.iter(f"{_OKAPI}rangeRule"):
        if _text(element).strip():
            message = "the range rule, an extension of Okapi, is not used"
            told.append(Problem(message, str(path), element.sourceline or 0))
    return told


def write_rules(path: Path) -> int:
    """Write our own rules and return how many there are; those of the last group hold in every language.

    SRX 2.0, or with the ending ``.conf`` the older form that OmegaT up to 6.0 reads. Equal rules give equal files.

    Raises:
        InputError: the file cannot be written.
    """
    groups = tuple(our_rules())
    root = _as_conf(groups) if path.suffix.lower() == ".conf" else _as_srx(groups)
    with replacing(path) as stream:
        stream.write(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))
    return sum(len(group.rules) for group in groups)


def _as_srx(groups: Sequence[RuleGroup]) -> Any:
    root = etree.Element(f"{{{NAMESPACE}}}srx", nsmap={None: NAMESPACE}, version="2.0")
    header = _child(root, "header", segmentsubflows="yes", cascade="yes")
    for kind, include in (("start", "no"), ("end", "yes"), ("isolated", "no")):
        _child(header, "formathandle", type=kind, include=include)
    body = _child(root, "body")
    languages, maps = _child(body, "languagerules"), _child(body, "maprules")
    for group in groups:
        _child(maps, "languagemap", languagepattern=group.pattern, languagerulename=group.name)
        held = _child(languages, "languagerule", languagerulename=group.name)
        for rule in group.rules:
            held.append(etree.Comment(f" {rule.purpose} "))
            element = _child(held, "rule", **{"break": "yes" if rule.breaks else "no"})
            _child(element, "beforebreak").text = rule.before
            _child(element, "afterbreak").text = rule.after
    return root


def _child(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)


def _as_conf(groups: Sequence[RuleGroup]) -> Any:
    """The rules as the Java objects of OmegaT, which its versions before 6.1 keep in ``segmentation.conf``."""
    root = etree.Element("java", {"version": "1.8.0", "class": "java.beans.XMLDecoder"})
    whole = _object(root, "SRX")
    maps = etree.SubElement(whole, "void", property="mappingRules")
    for group in groups:
        held = _object(etree.SubElement(maps, "void", method="add"), "MapRule")
        _property(held, "language", "string", group.name)
        _property(held, "pattern", "string", group.pattern)
        rules = etree.SubElement(etree.SubElement(held, "void", property="rules"), "object")
        rules.set("class", "java.util.ArrayList")
        for rule in group.rules:
            element = _object(etree.SubElement(rules, "void", method="add"), "Rule")
            _property(element, "afterbreak", "string", rule.after)
            _property(element, "beforebreak", "string", rule.before)
            _property(element, "breakRule", "boolean", str(rule.breaks).lower())
    _property(whole, "version", "string", _OMEGAT_RULES)
    return root


def _object(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, "object", {"class": f"org.omegat.core.segmentation.{name}"})


def _property(parent: Any, name: str, kind: str, value: str) -> None:
    etree.SubElement(etree.SubElement(parent, "void", property=name), kind).text = value
