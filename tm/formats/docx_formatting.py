"""Paragraphs formatted like others: a translation under the paragraph that it translates."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from tm.formats import fonts
from tm.formats.docx_numbering import Numbering, W, is_on
from tm.formats.docx_package import Package
from tm.formats.redline import Piece, TextView, by_link
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT
from tm.inline import Form
from tm.lang import Lang

#: What stands behind a suggestion: RGB, light enough for any colour of type.
SUGGESTED = "E8F1FB"
#: Properties in the order of the schema, those of a paragraph and those of a run (ECMA-376, part 1, 17.3.1.26
#: and 17.3.2.28).
_ORDERS: Mapping[str, str] = {
    f"{W}pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    f"{W}rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign "
    "rtl cs em lang eastAsianLayout specVanish oMath",
}
_PLACES: Mapping[str, Mapping[str, int]] = {
    kind: {f"{W}{name}": place for place, name in enumerate(names.split())} for kind, names in _ORDERS.items()
}
#: What of a paragraph or run is its own history or place, not its form.
_NOT_FORM = tuple(
    f"{W}{name}" for name in ("sectPr", "pPrChange", "rPrChange", "ins", "del", "moveFrom", "moveTo", "highlight")
)
#: Weight, slant and size as said for most scripts, and for Arabic and its like.
_BOTH = (("b", "bCs"), ("i", "iCs"), ("sz", "szCs"))
_BREAKS: Mapping[str, str] = {"\t": "tab", "\n": "br"}


@dataclass(frozen=True, slots=True)
class Formatting:
    """The styles and lists of a document, as far as a paragraph like another needs them."""

    _styles: "Mapping[str, etree._Element]"
    _default: str
    _numbering: Numbering

    @classmethod
    def of(cls, package: Package) -> "Formatting":
        """The styles and lists of a package."""
        root = package.of_type("styles")
        styles = {} if root is None else {_value(one, "styleId"): one for one in root.findall(f"{W}style")}
        default = next((n for n, one in styles.items() if _value(one, "type") == "paragraph"
                        and _value(one, "default") in {"1", "true", "on"}), "")  # fmt: skip
        return cls(styles, default, Numbering.of(package.of_type("numbering"), root))

    def is_numbered(self, paragraph: "etree._Element") -> bool:
        """Whether the word processor counts a number for the paragraph."""
        return self._numbering.is_numbered(*self._said(paragraph))

    def like(self, paragraph: "etree._Element", lang: Lang, view: TextView) -> "etree._Element":
        """A paragraph with a text, formatted like one in a language: its style and place, shaded, without number."""
        made = etree.Element(f"{W}p")
        made.append(self._paragraph_properties(paragraph, lang, view.lang))
        run = self._run_properties(paragraph, lang, view.lang)
        made.extend(_runs(view.pieces, run))
        return made

    def _said(self, paragraph: "etree._Element") -> "tuple[etree._Element | None, str]":
        """The properties of a paragraph, and its style."""
        properties = paragraph.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        return properties, self._default if named is None else _value(named, "val")

    def _styled(self, style: str, path: str) -> "etree._Element | None":
        """What a style says, or else the one that it is based on."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            element = self._styles[style]
            found = element.find(path)
            if found is not None:
                return found
            style = _value(element.find(f"{W}basedOn"), "val")
        return None

    def _paragraph_properties(self, paragraph: "etree._Element", lang: Lang, into: Lang) -> "etree._Element":
        said, style = self._said(paragraph)
        made = _form(said, "pPr")
        for mark in made.findall(f"{W}rPr"):
            made.remove(mark)
        if is_on(_either(made.find(f"{W}pageBreakBefore"), self._styled(style, f"{W}pPr/{W}pageBreakBefore"))):
            _put(made, "pageBreakBefore", val="0")
        if self._numbering.is_numbered(said, style):
            self._put_indent(made, said, style)
            _put(made, "numPr").append(etree.Element(f"{W}numId", {f"{W}val": "0"}))
        _put(made, "shd", val="clear", color="auto", fill=SUGGESTED)
        if into.rtl:
            _put(made, "bidi")
        elif lang.rtl:
            _put(made, "bidi", val="0")
        return made

    def _put_indent(self, made: "etree._Element", said: "etree._Element | None", style: str) -> None:
        """Let the text of a numbered paragraph stand where it stood, also its first line, which has no number now."""
        indent = etree.Element(f"{W}ind")
        listed = self._numbering.indent(said, style)
        styled = self._styled(style, f"{W}pPr/{W}ind")
        by_style = said is None or said.find(f"{W}numPr") is None
        # A list that the paragraph names itself comes before its style, a list that the style names after it.
        for one in (listed, styled) if by_style else (styled, listed):
            indent.attrib.update(one.attrib if one is not None else {})
        own = made.find(f"{W}ind")
        indent.attrib.update(own.attrib if own is not None else {})
        for name in ("hanging", "hangingChars", "firstLineChars"):
            indent.attrib.pop(f"{W}{name}", None)
        indent.set(f"{W}firstLine", "0")
        _place(made, indent)

    def _run_properties(self, paragraph: "etree._Element", lang: Lang, into: Lang) -> "etree._Element":
        """The form of most of a paragraph's text, for a text in another language."""
        _, style = self._said(paragraph)
        made = deepcopy(_prevailing(paragraph))
        if into.rtl != lang.rtl:
            for usual, complex_ in _BOTH:
                source, other = (usual, complex_) if into.rtl else (complex_, usual)
                own = made.find(f"{W}{source}")
                if own is None and self._styled(style, f"{W}rPr/{W}{other}") is None:
                    own = self._styled(style, f"{W}rPr/{W}{source}")
                if own is not None:
                    _put(made, other, **({"val": _value(own, "val")} if _value(own, "val") else {}))
            _put(made, "rtl", **({} if into.rtl else {"val": "0"}))
        _put(made, "lang", **{"bidi" if into.rtl else "val" if into.joiner else "eastAsia": into.tag})
        return made


def text_of(paragraph: "etree._Element") -> str:
    """The text of a paragraph as accepted, tabs included; that of boxes anchored in it is left out."""
    names = {f"{W}t": None, f"{W}tab": "\t"}
    return "".join(
        names[child.tag] or child.text or "" for run in _own_runs(paragraph) for child in run if child.tag in names
    )


def _own_runs(paragraph: "etree._Element") -> "Iterator[etree._Element]":
    for run in paragraph.iter(f"{W}r"):
        around = [one.tag for one in run.iterancestors() if one is not paragraph and paragraph in one.iterancestors()]
        if not {f"{W}p", f"{W}del", f"{W}moveFrom"} & set(around):
            yield run


def _prevailing(paragraph: "etree._Element") -> "etree._Element":
    """The properties of most characters of a paragraph; empty ones where it has no text."""
    count: Counter[bytes] = Counter()
    forms: dict[bytes, etree._Element] = {}
    for run in _own_runs(paragraph):
        form = _form(run.find(f"{W}rPr"), "rPr")
        if not is_on(form.find(f"{W}vanish")):
            key = etree.tostring(form, method="c14n")
            forms.setdefault(key, form)
            count[key] += sum(len(text.text or "") for text in run.findall(f"{W}t"))
    return forms[count.most_common(1)[0][0]] if count else etree.Element(f"{W}rPr")


def _form(properties: "etree._Element | None", name: str) -> "etree._Element":
    """A copy of properties without what is not form."""
    made = deepcopy(properties) if properties is not None else etree.Element(f"{W}{name}")
    made.tail = None
    for one in [one for one in made.iter() if one.tag in _NOT_FORM]:
        one.getparent().remove(one)
    return made


def _runs(pieces: Sequence[Piece], properties: "etree._Element") -> "Iterator[etree._Element]":
    """A run for each piece of a text, in its formatting and the colour of its kind, those of a link inside a field."""
    for address, linked in by_link(pieces):
        yield from link_begin(address)
        for piece in linked:
            run = etree.Element(f"{W}r")
            run.append(deepcopy(properties))
            put_formatting(run[0], piece)
            run.extend(text_elements(piece.text))
            yield run
        yield from link_end(address)


def put_formatting(properties: "etree._Element", piece: Piece) -> None:
    """Set in the properties of a run what a piece of text looks like: its formatting, and the colour of its kind."""
    for form, name in ((Form.BOLD, "b"), (Form.ITALIC, "i")):
        if piece.has(form):
            _put(properties, name)
            _put(properties, f"{name}Cs")
    if piece.link or piece.has(Form.UNDERLINE):
        _put(properties, "u", val="single")
    for form, value in ((Form.SUPERSCRIPT, "superscript"), (Form.SUBSCRIPT, "subscript")):
        if piece.has(form):
            _put(properties, "vertAlign", val=value)
    colour = fonts.COLOURS.get(piece.kind) or (fonts.LINKED if piece.link else "")
    if colour:
        _put(properties, "color", val=colour)


def link_begin(address: str) -> "Iterator[etree._Element]":
    """The runs before those of a link, by which a word processor knows that it is one; none without an address."""
    if address:
        yield _field_end("begin")
        run = etree.Element(f"{W}r")
        code = etree.SubElement(run, f"{W}instrText", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        # A backslash begins a switch of the field.
        code.text = f' HYPERLINK "{address.replace(chr(92), "%5C")}" '
        yield run
        yield _field_end("separate")


def link_end(address: str) -> "Iterator[etree._Element]":
    """The run after those of a link; none without an address."""
    if address:
        yield _field_end("end")


def _field_end(kind: str) -> "etree._Element":
    run = etree.Element(f"{W}r")
    etree.SubElement(run, f"{W}fldChar", {f"{W}fldCharType": kind})
    return run


def text_elements(text: str) -> "Iterator[etree._Element]":
    """What a run holds for a text: the text as XML can hold it, tabs and line ends as elements of their own."""
    for part in re.split(r"([\t\n])", ILLEGAL.sub(REPLACEMENT, text)):
        if part in _BREAKS:
            yield etree.Element(f"{W}{_BREAKS[part]}")
        elif part:
            element = etree.Element(f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
            element.text = part
            yield element


def _put(properties: "etree._Element", name: str, **values: str) -> "etree._Element":
    """Set a property in its place, instead of what was said of it."""
    element = etree.Element(f"{W}{name}", {f"{W}{key}": value for key, value in values.items()})
    _place(properties, element)
    return element


def _place(properties: "etree._Element", element: "etree._Element") -> None:
    for old in properties.findall(element.tag):
        properties.remove(old)
    places = _PLACES[properties.tag]
    place = places[element.tag]
    later = next((one for one in properties if places.get(one.tag, place) > place), None)
    if later is not None:
        later.addprevious(element)
    else:
        properties.append(element)


def _either(first: "etree._Element | None", second: "etree._Element | None") -> "etree._Element | None":
    return first if first is not None else second


def _value(element: "etree._Element | None", name: str) -> str:
    return (element.get(f"{W}{name}") or "") if element is not None else ""
