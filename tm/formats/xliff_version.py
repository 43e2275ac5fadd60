"""The versions of XLIFF: which are read, which are written, and what tells them apart."""

from enum import StrEnum
from typing import TYPE_CHECKING

from tm.errors import InputError

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

#: Begin of the namespace of every version.
_NAMESPACE = "urn:oasis:names:tc:xliff:document:"
#: Endings of the files, with those of other programs.
NAME_ENDINGS = (".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff")
#: Versions that are read.
_READABLE = ("1.0", "1.1", "1.2", "2.0", "2.1", "2.2")


class Version(StrEnum):
    """A version that is written."""

    V1_2 = "1.2"
    V2_0 = "2.0"
    V2_1 = "2.1"
    V2_2 = "2.2"

    @property
    def modern(self) -> bool:
        """Whether it is XLIFF 2, which has other elements than XLIFF 1."""
        return self is not Version.V1_2

    @property
    def namespace(self) -> str:
        """Its namespace; 2.1 has that of 2.0."""
        return _NAMESPACE + ("2.0" if self is Version.V2_1 else self.value)


#: What the translation tools of today all read; many of them read no XLIFF 2.
DEFAULT = Version.V1_2
#: Namespaces of modules of XLIFF 2, the same in all its versions.
MATCHES, METADATA = "urn:oasis:names:tc:xliff:matches:2.0", "urn:oasis:names:tc:xliff:metadata:2.0"
GLOSSARY = "urn:oasis:names:tc:xliff:glossary:2.0"
#: Who says a note that is ours.
OWN_NOTE = "untm"


def check_version(root: "etree._Element", path: str) -> None:
    """Refuse a file of a version nobody knows; one that names none is read by the elements it has.

    Raises:
        InputError: the version is none of those that are read.
    """
    namespace = root.nsmap.get(root.prefix) or ""
    told = root.get("version") or namespace.removeprefix(_NAMESPACE if namespace.startswith(_NAMESPACE) else namespace)
    if told and told.strip() not in _READABLE:
        hint = f"versions {', '.join(_READABLE)} are read; save the file in one of them"
        raise InputError(f"XLIFF version {told!r} is not known", path=path, line=root.sourceline or 0, hint=hint)
