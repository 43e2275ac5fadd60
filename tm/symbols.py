"""Document symbols: finding them in a text, and what they say of a document's standing."""

import re
from collections.abc import Iterator

from tm.model import DocumentStatus

#: Cyrillic capitals that look like Latin ones; typists mix them in symbols.
_LOOK_ALIKES = str.maketrans("АВСЕНКМОРТХЅІЈ", "ABCEHKMOPTXSIJ")
#: How a bracket begins that may stand after a space and still belong to a symbol.
SYMBOL_PARTS = r"\((?:Part|Parts|Vol|Vols|Sect|Sects|Supp|Suppl|Prog|Introduction)"
_CAPITAL = "A-ZАВСЕНКМОРТХЅІЈ"
_SYMBOL = re.compile(
    rf"(?<![A-Za-z\d/.\u0400-\u04ff])[{_CAPITAL}]{{1,12}}(?:[.-][{_CAPITAL}0-9]+)*(?:\(\d+\))?"
    rf"(?:/[{_CAPITAL}0-9][A-Za-z0-9{_CAPITAL}]*(?:[.\-‑][A-Za-z0-9]+)*(?:\(\d+\))?)+"
    rf"(?:\s?{SYMBOL_PARTS}\b[^()]{{0,24}}\))?"
)
_PARENTHESIS = re.compile(r"\s*\(([A-Za-z][^()]*)\)\Z")
_ADOPTED = frozenset({"RES", "DEC", "PRST"})
_SUFFIX = re.compile(r"(Add|Amend|Corr|Rev)\.(\d+)\Z", re.IGNORECASE)
_LIMITED = re.compile(r"(?:L|CRP)(?:\.\d+)?\Z")
_WORKING_PAPER = re.compile(r"WP(?:\.\d+)?\Z")


def symbols(text: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, symbol)`` of each document symbol in a text, in order; the symbol in plain Latin letters.

    A symbol has a slash and at least one digit (``A/RES/70/1``); ``HIV/AIDS`` is none.
    """
    if "/" not in text:
        return
    for match in _SYMBOL.finditer(text):
        symbol = _PARENTHESIS.sub(r" (\1)", match.group().translate(_LOOK_ALIKES).replace("‑", "-"))
        if any(c.isdigit() for c in symbol):
            yield match.start(), match.end(), symbol


def find_symbol(text: str) -> str:
    """The first document symbol in a text, or "" when there is none.

    >>> find_symbol("as contained in CTOC/COP/WG.7/2018/L.1/Add.2, the")
    'CTOC/COP/WG.7/2018/L.1/Add.2'
    """
    return next((symbol for _, _, symbol in symbols(text)), "")


def document_status(symbol: str) -> DocumentStatus:
    """How much authority the symbol gives a document's wording.

    Resolutions, decisions and presidential statements are adopted; limited documents, conference room papers and
    working papers are drafts, revised ones once they carry ``Rev.``; any other symbol stands for an issued document.

    >>> document_status("A/RES/70/1").label, document_status("A/C.3/72/L.5/Rev.1").label, document_status("").label
    ('adopted', 'revised', 'unknown')
    """
    if find_symbol(symbol) == "":
        return DocumentStatus.UNKNOWN
    parts = symbol.translate(_LOOK_ALIKES).split("/")
    main, suffixes = _split_suffixes(parts)
    if _ADOPTED & {part.upper() for part in parts}:
        return DocumentStatus.ADOPTED
    if any(_LIMITED.match(part) for part in main) or _WORKING_PAPER.match(main[-1]):
        return DocumentStatus.REVISED if any(name == "rev" for name, _ in suffixes) else DocumentStatus.DRAFT
    return DocumentStatus.FINAL


def base_symbol(symbol: str) -> str:
    """The symbol without ``Rev.`` and ``Corr.``: what revisions and corrections of one document share.

    >>> base_symbol("A/C.3/72/L.5/Rev.1/Corr.1")
    'A/C.3/72/L.5'
    """
    return "/".join(part for part in symbol.split("/") if _suffix(part)[0] not in {"rev", "corr"})


def supersedes(symbol: str, other: str) -> bool:
    """Whether the first symbol's document replaces the other's: a later ``Rev.`` of the same document."""
    return base_symbol(symbol) == base_symbol(other) and _number(symbol, "rev") > _number(other, "rev")


def corrects(symbol: str, other: str) -> bool:
    """Whether the first symbol is a corrigendum to the other."""
    parts = symbol.split("/")
    return _suffix(parts[-1])[0] == "corr" and "/".join(parts[:-1]) == other


def _split_suffixes(parts: list[str]) -> tuple[list[str], list[tuple[str, int]]]:
    main = [part for part in parts if not _suffix(part)[0]]
    return main, [_suffix(part) for part in parts if _suffix(part)[0]]


def _suffix(part: str) -> tuple[str, int]:
    found = _SUFFIX.match(part)
    return (found[1].lower(), int(found[2])) if found else ("", 0)


def _number(symbol: str, name: str) -> int:
    return max((number for part in symbol.split("/") for kind, number in [_suffix(part)] if kind == name), default=0)
