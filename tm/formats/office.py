"""Documents of other word processors (.doc, .rtf, .odt): turned into .docx by LibreOffice on this machine and read."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from tm.errors import InputError
from tm.formats import docx_reading
from tm.formats.document import file_bytes
from tm.lang import Lang
from tm.model import Edition

#: ``read_document`` can be asked for the document before its tracked changes.
TRACKS_CHANGES = True
#: Seconds that LibreOffice may take: some for its start on a slow machine, the rest for a long document.
PATIENCE = 180
_PROGRAMS = ("soffice", "libreoffice")
_SAVE = "open it in a word processor and save it as .docx"


def read_document(path: Path, lang: Lang | None, encoding: str | None = None, *, original: bool = False) -> Edition:
    """The language version of a document that LibreOffice can open.

    It runs without a window and without macros, with a profile of its own that is gone afterwards.

    Args:
        path: the file.
        lang: its language; None takes it from the file's name, or else from the text, and says so in a remark.
        encoding: of no use here; the file says its own.
        original: whether to read it as it was before its tracked changes, not as accepted.

    Raises:
        InputError: LibreOffice is not there or cannot open the file, or the file holds no text.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    del encoding
    data = file_bytes(path, docx_reading.LARGEST_FILE)
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        message = f"a {path.suffix} file is read with LibreOffice, which is not installed"
        raise InputError(message, path=path.name, hint=f"install it (apt install libreoffice-writer), or {_SAVE}")
    with tempfile.TemporaryDirectory(prefix="untm-") as folder:
        source = Path(folder) / f"source{path.suffix.lower()}"
        source.write_bytes(data)
        made = _converted(program, source, path.name)
        # The language may stand in the name, which must be that of the file itself.
        named = made.rename(made.with_name(f"{path.stem}.docx"))
        try:
            edition = docx_reading.read_document(named, lang, original=original)
        except InputError as error:
            raise InputError(error.message, path=path.name, line=error.line, hint=error.hint) from error
    remarks = tuple(remark.replace(named.name, path.name) for remark in edition.remarks)
    document = edition.document
    if document.origin == named.name:
        document = replace(document, origin=path.name)
    return replace(
        edition, name=path.name, digest=sha256(data).hexdigest(), reader="office", remarks=remarks, document=document
    )


def _converted(program: str, source: Path, name: str) -> Path:
    """The document as .docx, beside its source.

    Raises:
        InputError: LibreOffice cannot open it, or takes too long.
    """
    folder = source.parent
    command = [
        program, "--headless", "--norestore", "--nolockcheck", "--nodefault",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    # A group of its own, so that the program's own child ends with it.
    process = subprocess.Popen(  # noqa: S603 - a program of the PATH, with arguments of ours
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        raise InputError(f"LibreOffice took more than {PATIENCE} seconds over it", path=name, hint=_SAVE) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    made = folder / f"{source.stem}.docx"
    if not made.exists():
        message = "LibreOffice cannot open it: damaged, protected by a password, or no such document"
        raise InputError(message, path=name, hint=_SAVE)
    return made
