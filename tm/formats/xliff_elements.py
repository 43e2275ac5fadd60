"""Elements made for a unit of XLIFF, of any version."""

from typing import TYPE_CHECKING

from tm.formats.xliff_version import GLOSSARY, MATCHES, METADATA
from tm.formats.xml_stream import ILLEGAL, REPLACEMENT, escape
from tm.safe_xml import parser_options

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Prefixes of modules as they are written.
_MODULES = {"mtc": MATCHES, "mda": METADATA, "gls": GLOSSARY}


def parsed(xml: str, unit: "etree._Element") -> "etree._Element":
    """An element in the namespace of the unit it is for."""
    from lxml import etree

    namespace = etree.QName(unit).namespace
    declared = f' xmlns="{namespace}"' if namespace else ""
    modules = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _MODULES.items() if f"<{prefix}:" in xml)
    around = f"<x{declared}{modules}>{xml}</x>"
    return etree.fromstring(around.encode(), etree.XMLParser(**parser_options(), encoding="utf-8"))[0]


def told(name: str, value: str) -> str:
    """An attribute, "" where there is nothing to say."""
    return f' {name}="{plain(value)}"' if value else ""


def plain(text: str) -> str:
    """Text as XML content, with U+FFFD for what XML cannot hold."""
    return escape(ILLEGAL.sub(REPLACEMENT, text))
