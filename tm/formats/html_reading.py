"""Web pages as documents: bytes to a tree of elements, the tree to the segments that a reader of the page sees."""

import codecs
import re
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

from tm.errors import InputError, Problem
from tm.formats.document import edition, file_bytes
from tm.formats.html_blocks import BREAK, blocks
from tm.formats.html_notes import tag
from tm.formats.language import language_of
from tm.formats.plain import decoded
from tm.lang import Lang
from tm.model import Edition
from tm.outline import read_marked
from tm.segment import Reading, read

#: Bytes of the largest page that is read.
LARGEST_FILE = 64_000_000
#: Bytes in which a page says its encoding, and elements inside each other before it is refused.
_PRESCAN, _DEEPEST = 4096, 2000
#: Attributes of one element before a page is refused: the parser compares each with all others.
_MOST_ATTRIBUTES = 2000
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{8000,}")
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)|<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
#: Names that pages use for an encoding, and the one that is meant, as the HTML standard says.
_MEANT = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "gb2312": "gb18030",
          "gbk": "gb18030", "iso-8859-9": "cp1254", "utf-16": "utf-8", "utf-16le": "utf-8"}  # fmt: skip
#: Share of a page's text that is preformatted, from which the page is a text file with a frame.
_PREFORMATTED_SHARE = 0.7


def read_document(path: Path, lang: Lang | None, encoding: str | None = None) -> Edition:
    """The language version of a document that a web page holds.

    Args:
        path: the file; nothing it refers to is loaded.
        lang: its language; None takes it from the file's name, or else from the text or the page's own word for it.
        encoding: name of its encoding; None takes what the page says, and finds it out when it says none.

    Raises:
        InputError: there is no such file, it is too large or nested too deep, or holds no text.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    data = file_bytes(path, LARGEST_FILE)
    text, remarks = _characters(data, path.name, lang, encoding)
    return read_page(path.name, data, text, lang, "html", remarks)


def read_page(name: str, data: bytes, text: str, lang: Lang | None, reader: str, remarks: list[str]) -> Edition:
    """The edition of a page whose characters are known."""
    root = _tree(text, name)
    plain = _visible_text(root)
    if not plain.strip():
        raise InputError("the page holds no text", path=name, hint="a page that a script fills must be saved as shown")
    problems = []
    if "\ufffd" in text:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        problems.append(Problem("characters were lost when the file was saved (�)", name, line))
    found, told = language_of(plain, name, lang, root.get("lang") or root.get(_XML_LANG) or "")
    return edition(name, data, found, reader, _reading(root, plain, found), problems, [*remarks, *told])


_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _reading(root: etree._Element, plain: str, lang: Lang) -> Reading:
    """The segments of a page; one that holds little but preformatted text is read as the text file it was."""
    preformatted = [element for element in root.iter(etree.Element) if tag(element) == "pre"]
    lines = "\n\n".join("".join(str(piece) for piece in element.itertext()) for element in preformatted)
    if len(lines.split()) > _PREFORMATTED_SHARE * len(plain.split()):
        return read(lines, lang)
    return read_marked(blocks(root, lang), lang)


def _characters(data: bytes, name: str, lang: Lang | None, encoding: str | None) -> tuple[str, list[str]]:
    """The page's characters: by its byte-order mark, by the encoding it says, or else found out."""
    if encoding is not None or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decoded(data, name, lang, encoding)
    match = _DECLARED.search(data[:_PRESCAN])
    told = (match[1] or match[2]).decode("ascii", "replace").lower() if match else ""
    told = _MEANT.get(told, told)
    if told and b"\x00" not in data[:_PRESCAN]:
        try:
            return data.decode(told), []
        except (LookupError, UnicodeDecodeError):
            text, remarks = decoded(data, name, lang, None)
            return text, [*remarks, f"{name} says it is {told}, which it is not"]
    return decoded(data, name, lang, None)


def _tree(text: str, name: str) -> etree._Element:
    """The page as a tree; XHTML that is well formed is read as XML, all else as browsers read it."""
    for long_tag in _LONG_TAG.finditer(text):
        if long_tag.group().count("=") > _MOST_ATTRIBUTES:
            line = text.count("\n", 0, long_tag.start()) + 1
            raise InputError(f"an element has more than {_MOST_ATTRIBUTES} attributes", path=name, line=line,
                             hint="no page has so many; check the file")  # fmt: skip
    data = text.encode("utf-8", "replace")
    root: etree._Element | None = None
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        root = _xml(_ENCODING.sub(b"", data, count=1))
    if root is None:
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_pis=True)
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            root = None
    if root is None:
        raise InputError("the page holds no elements", path=name, hint="check that it was saved as a web page")
    _check_depth(root, name)
    return root


_ENCODING = re.compile(rb"""(?<=[^>]\s)encoding\s*=\s*["'][\w.:-]+["']""")


def _xml(data: bytes) -> etree._Element | None:
    """XHTML as a tree, or None when it is not well formed or needs entities that only its DTD declares."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if tag(root) != "html" or next(root.iter(etree.Entity), None) is not None:
        return None
    return root


def _check_depth(root: etree._Element, name: str) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise InputError(f"elements are nested more than {_DEEPEST} deep", path=name, line=element.sourceline or 0,
                             hint="no page has so many; check the file")  # fmt: skip


def _visible_text(root: etree._Element) -> str:
    """All text that a reader sees, blocks on lines of their own: enough to tell the language by."""
    anything = Lang("und")
    return "\n".join(block.text.replace(BREAK, " ") for block in blocks(root, anything))
