"""Documents of older word processors (.doc, .rtf), turned into .docx by LibreOffice and read as such.

LibreOffice runs on a copy in a folder of its own, with a profile of its own that runs no macros and loads nothing that
the document refers to, and for a limited time.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tm.errors import InputError
from tm.formats.document import file_bytes
from tm.formats.docx_reading import read_package
from tm.formats.package import COMPOUND, LARGEST_FILE, is_encrypted
from tm.lang import Lang
from tm.model import Edition

#: ``read_document`` can be asked for the document before its tracked changes.
TRACKS_CHANGES = True
#: Names of LibreOffice's program, the usual one first.
PROGRAMS = ("soffice", "libreoffice")
#: Seconds that a conversion may take; a hundred pages take about five.
LONGEST = 180.0
_ZIP = b"PK\x03\x04"
#: First bytes of what is converted, and LibreOffice's name of the filter for it: no other one may be chosen.
_FILTERS = ((b"{\\rtf", ".rtf", "Rich Text Format"), (COMPOUND, ".doc", "MS Word 97"))
#: Where the file information of a Word document starts when its text comes first in the file, as Word saves it;
#: its first bytes; and the bit of the flags, ten bytes on, that says that it is encrypted ([MS-DOC] 2.5.2).
_FIB, _FIB_SIGN, _FIB_FLAGS, _FIB_ENCRYPTED = 512, b"\xec\xa5", 11, 0x01
#: Settings of the profile: no macros, no links, no objects, and a proxy that is not there for whatever would be loaded.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def read_document(path: Path, lang: Lang | None, encoding: str | None = None, *, original: bool = False) -> Edition:
    """The language version of a document that a .doc or .rtf file holds.

    Args:
        path: the file; one that is a .docx in spite of its name is read as such.
        lang: its language; None takes it from the file's name, or else from the text, and says so in a remark.
        encoding: of no use here; the file says its own.
        original: whether to read it as it was before its tracked changes, not as accepted.

    Raises:
        InputError: there is no such file, it is none of these, protected by a password, damaged, or holds no text; or
            LibreOffice is not there, or takes too long.
        LanguageError: the text is clearly not in the language given, or its language cannot be told.
    """
    del encoding
    data = file_bytes(path, LARGEST_FILE)
    if data.startswith(_ZIP):
        return read_package(path, data, lang, original=original)
    if is_encrypted(data) or (data.startswith(COMPOUND) and _says_encrypted(data)):
        raise InputError("is protected by a password", path=path.name, hint="save it without one, or ask who sent it")
    for magic, ending, name in _FILTERS:
        if data.startswith(magic):
            with tempfile.TemporaryDirectory(prefix="untm-") as folder:
                made = _converted(data, ending, name, Path(folder), path.name)
                return read_package(made, data, lang, name=path.name, reader="office", original=original)
    raise InputError("this is no Word or rich text document", path=path.name, hint="check what it is, and its ending")


def _says_encrypted(data: bytes) -> bool:
    return data[_FIB : _FIB + 2] == _FIB_SIGN and bool(data[_FIB + _FIB_FLAGS] & _FIB_ENCRYPTED)


def _converted(data: bytes, ending: str, filter_name: str, folder: Path, name: str) -> Path:
    """The document as .docx, in the folder.

    Raises:
        InputError: it cannot be converted.
    """
    program = next((found for one in PROGRAMS if (found := shutil.which(one))), None)
    if program is None:
        hint = "install LibreOffice so that soffice is on the PATH, or save the document as .docx or .odt"
        raise InputError(f"LibreOffice, which reads {ending} files, is not installed", path=name, hint=hint)
    source, made = folder / f"document{ending}", folder / "made" / "document.docx"
    source.write_bytes(data)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_registry(), "utf-8")
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo",
               "--nolockcheck", f"--infilter={filter_name}", "--convert-to", "docx:MS Word 2007 XML",
               "--outdir", str(made.parent), str(source)]  # fmt: skip
    _run(command, folder, name)
    if not made.is_file():
        hint = "it may be damaged or protected by a password; open it in a word processor and save it as .docx"
        raise InputError("LibreOffice cannot open it", path=name, hint=hint)
    return made


def _run(command: list[str], folder: Path, name: str) -> None:
    """Run LibreOffice to its end; what it says is of no use, since it ends well whatever happens.

    Raises:
        InputError: it cannot be started, or takes longer than it may; then it is ended.
    """
    try:
        quiet = subprocess.DEVNULL
        # The program is found on the PATH, the arguments are ours: the document's own name is not among them.
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError as error:
        message = f"LibreOffice cannot be started: {error.strerror}"
        raise InputError(message, path=name, hint="save the document as .docx or .odt") from error
    try:
        process.wait(LONGEST)
    except subprocess.TimeoutExpired:
        hint = "open it in a word processor and save it as .docx"
        raise InputError(f"LibreOffice was not done after {LONGEST:.0f} seconds", path=name, hint=hint) from None
    finally:
        # The program is a script that starts others; on an interruption, too, none of them may stay.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _registry() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
        "</item>"
        for path, name, value in _SETTINGS
    )
    namespaces = (
        'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<oor:items {namespaces}>{items}</oor:items>\n'
