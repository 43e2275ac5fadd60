"""What the elements of a web page make of their text: bold, a link and so on, by their names and their own styles.

Style sheets are not applied; what the elements of a whole block say is its style.
"""

import re

from lxml import etree  # type: ignore[import-untyped]

from tm.inline import Form, Mark, is_address

#: Elements that are shown so wherever nothing else is said.
_FORMS = {
    "b": Form.BOLD, "strong": Form.BOLD, "i": Form.ITALIC, "em": Form.ITALIC, "cite": Form.ITALIC, "dfn": Form.ITALIC,
    "var": Form.ITALIC, "u": Form.UNDERLINE, "sup": Form.SUPERSCRIPT, "sub": Form.SUBSCRIPT,
}  # fmt: skip
#: What an element's own style says of a form: the property, and the values that mean the form and those that do not.
_STYLES = (
    (Form.BOLD, re.compile(r"(?:^|[;\s])font-weight\s*:\s*([\w-]+)", re.IGNORECASE), r"bold|bolder|[6-9]00|1000"),
    (Form.ITALIC, re.compile(r"(?:^|[;\s])font-style\s*:\s*([\w-]+)", re.IGNORECASE), r"italic|oblique"),
    (
        Form.UNDERLINE,
        re.compile(r"(?:^|[;\s])text-decoration(?:-line)?\s*:\s*([^;]+)", re.IGNORECASE),
        r"(?:.*\s)?underline(?:\s.*)?",
    ),
    (Form.SUPERSCRIPT, re.compile(r"(?:^|[;\s])vertical-align\s*:\s*([\w-]+)", re.IGNORECASE), r"super"),
    (Form.SUBSCRIPT, re.compile(r"(?:^|[;\s])vertical-align\s*:\s*([\w-]+)", re.IGNORECASE), r"sub"),
)


def marks_in(element: etree._Element, name: str, around: frozenset[Mark]) -> frozenset[Mark]:
    """The formatting of an inline element's text, given its name and the formatting around it."""
    found = set(around)
    if name in _FORMS:
        found.add((_FORMS[name], ""))
    elif name == "a" and is_address(address := (element.get("href") or "").strip()):
        found = {mark for mark in found if mark[0] is not Form.LINK} | {(Form.LINK, address)}
    style = element.get("style") or ""
    for form, said, values in _STYLES if style else ():
        value = said.search(style)
        if value is not None and value[1].strip().lower() != "inherit":
            meant = re.fullmatch(values, value[1].strip(), re.IGNORECASE)
            found = found | {(form, "")} if meant else found - {(form, "")}
    return frozenset(found)
