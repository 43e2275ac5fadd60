"""Markdown files as documents: read as the web page they stand for; code, comments and front matter are left out."""

from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from tm.formats.document import file_bytes
from tm.formats.html_reading import read_page
from tm.formats.plain import decoded
from tm.lang import Lang
from tm.model import Edition

#: Bytes of the largest file that is read.
LARGEST_FILE = 64_000_000
#: Quotations and lists inside each other that are followed; what lies deeper is text.
_DEEPEST = 100
_CODE = frozenset({"fence", "code_block", "front_matter"})


def read_document(path: Path, lang: Lang | None, encoding: str | None = None) -> Edition:
    """The language version of a document that a Markdown file holds (CommonMark with tables and footnotes).

    Args:
        path: the file.
        lang: its language; None takes it from the file's name, or else from the text.
        encoding: name of its encoding; None finds it out.

    Raises:
        InputError: there is no such file, it is too large, no text, or its encoding cannot be told.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    data = file_bytes(path, LARGEST_FILE)
    text, remarks = decoded(data, path.name, lang, encoding)
    return read_page(path.name, data, as_page(text), lang, "markdown", remarks)


def as_page(text: str) -> str:
    r"""The web page that a Markdown text stands for; each block has the line it begins on as ``data-line``.

    >>> as_page("3) Take note").split("\n")[0]
    '<html><body><ol start="3" data-line="1" data-end=")">'
    """
    # Line breaks are kept, so that items that a writer numbers by hand in one paragraph can be told apart.
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True, "maxNesting": _DEEPEST}).enable("table")
    parser.use(footnote_plugin).use(front_matter_plugin)
    tokens = [token for token in parser.parse(text) if token.type not in _CODE]
    _set_lines(tokens)
    body = parser.renderer.render(tokens, parser.options, {})
    return f"<html><body>{body}</body></html>"


def _set_lines(tokens: Sequence[Token]) -> None:
    """Give the opening tokens their lines and lists what stands after their numbers; paragraphs in lists stay ones."""
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.nesting == 1:
            token.attrSet("data-line", str(line))
        if token.type == "ordered_list_open":
            token.attrSet("data-end", token.markup)
        token.hidden = False
