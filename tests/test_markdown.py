"""Markdown files as documents."""

from pathlib import Path

import pytest

from tm.errors import InputError
from tm.formats import for_path
from tm.formats.markdown import read_document
from tm.lang import Lang
from tm.model import Edition

EN = Lang("en")
REPORT = """---
author: nobody
---
# Draft report

## A. Opening

1. The Commission[^1] took note of the report and
   requested the Secretariat to continue:
   1. To act;
   2. To report.
2. It decided:
   - to meet;
   - to adjourn.

(a) First item;
(b) Second item of the list.

| Country | Cases |
|---|---|
| Algeria | **12** |

```
code = "left out"
```

    indented code, left out

3. The `A/RES/70/1` file <!-- not shown --> &amp; <b>more</b>.

[^1]: See A/72/1.
"""


def read(tmp_path: Path, text: str | bytes, lang: Lang | None = EN) -> Edition:
    path = tmp_path / "x.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path, lang)


def test_what_the_text_stands_for_is_read_with_its_lines(tmp_path: Path) -> None:
    edition = read(tmp_path, REPORT, None)

    assert edition.lang == EN
    assert [
        (one.kind.value, one.label, ".".join(one.path), one.text, one.line, one.notes) for one in edition.segments
    ] == [
        ("title", "", "", "Draft report", 4, ()),
        ("heading", "A.", "A", "Opening", 6, ()),
        ("chapeau", "1.", "A.1", "The Commission took note of the report and requested the Secretariat to continue:", 8,
         ("1",)),
        ("item", "1.", "A.1.1", "To act;", 10, ()),
        ("item", "2.", "A.1.2", "To report.", 11, ()),
        ("chapeau", "2.", "A.2", "It decided:", 12, ()),
        ("item", "•", "A.2", "to meet;", 13, ()),
        ("item", "•", "A.2", "to adjourn.", 14, ()),
        ("item", "(a)", "A.2.a", "First item;", 16, ()),
        ("item", "(b)", "A.2.b", "Second item of the list.", 16, ()),
        ("cell", "", "", "Country", 19, ()),
        ("cell", "", "", "Cases", 19, ()),
        ("cell", "", "", "Algeria", 21, ()),
        ("cell", "", "", "12", 21, ()),
        ("paragraph", "3.", "A.3", "The A/RES/70/1 file & more.", 29, ()),
        ("footnote", "1", "", "See A/72/1.", 31, ()),
    ]  # fmt: skip


def test_the_endings_of_markdown_are_known() -> None:
    assert for_path(Path("x.md"), "read_document") is for_path(Path("X.MARKDOWN"), "read_document")


def test_scripts_in_it_are_not_read(tmp_path: Path) -> None:
    edition = read(tmp_path, "Text\n\n<script>alert(1)</script>\n\n<div hidden>\n\nhidden\n\n</div>\n")

    assert [segment.text for segment in edition.segments] == ["Text"]


def test_deep_quotations_are_followed_as_far_as_anyone_writes_them(tmp_path: Path) -> None:
    edition = read(tmp_path, "> " * 5000 + "Deep\n\nText of the report that follows")

    assert edition.segments[-1].text == "Text of the report that follows"


def test_a_file_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no text"):
        read(tmp_path, "```\ncode\n```\n")
