"""How XML is read throughout: nothing is expanded, loaded or fetched, and the parser's own limits hold."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]


def parser_options() -> dict[str, bool]:
    """Options of every XML parser that reads units, terms or markup."""
    return {
        "resolve_entities": False,
        "load_dtd": False,
        "dtd_validation": False,
        "no_network": True,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }


def seg_of(markup: str) -> "etree._Element":
    """The ``<seg>`` of which a markup is the content.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well-formed.
        UnicodeEncodeError: it holds a lone surrogate.
    """
    from lxml import etree

    return etree.fromstring(f"<seg>{markup}</seg>".encode(), etree.XMLParser(**parser_options(), encoding="utf-8"))
