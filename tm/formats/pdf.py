"""PDF files: the text of their pages, set down as a text file would have it, to the segments of a document."""

import io
import logging
import re
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from tm.clean import characters
from tm.errors import InputError, Problem
from tm.formats.document import as_cells, edition, file_bytes
from tm.formats.language import language_of
from tm.formats.pdf_glyphs import UNKNOWN, Fonts, TooDeepError, glyphs
from tm.formats.pdf_lines import TextLine, page_lines
from tm.formats.pdf_text import as_text
from tm.lang import Lang
from tm.model import Edition
from tm.segment import read

# The library reports each oddity of a file in its log; what matters to the reader is told as a problem here.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

#: Bytes of the largest file that is read, and pages of the longest.
LARGEST_FILE, MOST_PAGES = 400_000_000, 20_000
#: Bytes at a file's end in which its end mark stands.
_TAIL = 2048
#: Letters a page has on average, at least, when it is text and not a picture of text.
_LEAST_LETTERS = 20
#: Share of characters whose fonts do not tell them, from which the text is no use.
_UNREADABLE_SHARE = 0.3
_LETTER = re.compile(r"[^\W\d_]")
_OCR_HINT = "run it through text recognition (OCR) first, for example with OCRmyPDF, and read what that writes"
_REPAIR_HINT = "fetch or save the file again"


def read_document(path: Path, lang: Lang | None, encoding: str | None = None) -> Edition:
    """The language version of a document that a PDF file holds.

    Args:
        path: the file.
        lang: its language; None takes it from the file's name, or else from the text, and says so in a remark.
        encoding: not used, a PDF file says its own.

    Raises:
        InputError: there is no such file, it is damaged, encrypted, cut off, too large, or pictures without text.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    del encoding
    data = file_bytes(path, LARGEST_FILE)
    pages, problems = _pages(data, path.name)
    text = as_text(pages)
    _check_text(text.text, len(pages), path.name)
    unknown = text.text.count(UNKNOWN)
    if unknown:
        line = text.text.count("\n", 0, text.text.index(UNKNOWN)) + 1
        problems.append(Problem(f"{unknown} characters cannot be told from their fonts (�)", path.name, line))
    found, told = language_of(text.text, path.name, lang)
    # Which spaces and marks a PDF file has is its producer's choice, not the writer's.
    reading = as_cells(read(characters(text.text, found), found), text.cells)
    return edition(path.name, data, found, "pdf", reading, problems, told)


def _pages(data: bytes, name: str) -> tuple[list[list[TextLine]], list[Problem]]:
    """The lines of each page; a page that is damaged is a problem and has none."""
    if b"%PDF-" not in data[:_TAIL]:
        raise InputError("this is no PDF file", path=name, hint="check the ending of its name")
    if b"%%EOF" not in data[-_TAIL:]:
        raise InputError("the file is cut off: its end is missing", path=name, hint=_REPAIR_HINT)
    reader = _reader(data, name)
    found: list[list[TextLine]] = []
    problems: list[Problem] = []
    fonts: Fonts = {}
    for number, page in enumerate(reader.pages, 1):
        try:
            found.append(page_lines(glyphs(page, fonts)))
        except (LimitReachedError, TooDeepError, MemoryError):
            problem = Problem(f"page {number} unpacks to more than any real page holds; it is left out", name)
        # A damaged page makes the library fail in as many ways as there are kinds of damage.
        except Exception:
            problem = Problem(f"page {number} is damaged; it is left out", name, hint=_REPAIR_HINT)
        else:
            continue
        found.append([])
        problems.append(problem)
    if len(problems) == len(found):
        raise InputError(problems[0].message.split(";")[0] if problems else "the file has no pages", path=name,
                         hint=_REPAIR_HINT)  # fmt: skip
    return found, problems


def _reader(data: bytes, name: str) -> PdfReader:
    """The file opened, its pages counted."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileNotDecryptedError
        count = len(reader.pages)
    except (FileNotDecryptedError, DependencyError):
        raise InputError("the file is encrypted, and needs a password", path=name,
                         hint="open it with its password and save it without one") from None  # fmt: skip
    # A damaged file makes the library fail in as many ways as there are kinds of damage.
    except Exception as error:
        raise InputError("the file is damaged: its pages cannot be found", path=name, hint=_REPAIR_HINT) from error
    if count > MOST_PAGES:
        raise InputError(f"the file has {count} pages, the most is {MOST_PAGES}", path=name, hint="split it")
    return reader


def _check_text(text: str, pages: int, name: str) -> None:
    """Refuse pages that are pictures, or whose fonts do not tell their characters."""
    letters = len(_LETTER.findall(text))
    unknown = text.count(UNKNOWN)
    if unknown > _UNREADABLE_SHARE * (letters + unknown):
        raise InputError("the fonts of the file do not tell its characters", path=name, hint=_OCR_HINT)
    if letters < _LEAST_LETTERS * min(pages, 1):
        raise InputError("the file holds pictures of pages and no text", path=name, hint=_OCR_HINT)
