"""Parts of office files: members of a zip archive that hold XML, as trees of elements."""

from lxml import etree  # type: ignore[import-untyped]

from tm.errors import InputError
from tm.formats.archive import Archive, Limits

#: Bytes of the largest office file that is read, and of all its parts together.
LARGEST_FILE = 200_000_000
LIMITS = Limits(size=2 << 30)
#: First bytes of office files of the old kind, and of new ones that a password protects.
COMPOUND = b"\xd0\xcf\x11\xe0"
#: Name that a compound file has for the content of a new one that a password protects ([MS-OFFCRYPTO] 1.3.3).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_encrypted(data: bytes) -> bool:
    """Whether a compound file is a new office file that a password protects."""
    return data.startswith(COMPOUND) and _ENCRYPTED in data


def tree_of(content: bytes, name: str) -> "etree._Element":
    """The tree of a part; nothing is expanded, loaded or fetched.

    Raises:
        InputError: the part is no sound XML, nested too deep, or declares a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        hint = "open it in a word processor and save it again"
        raise InputError(f"its part {name} is damaged: {error}", hint=hint) from error
    if root.getroottree().docinfo.doctype:
        message = f"its part {name} declares a document type, which no office file may"
        raise InputError(message, hint="do not trust it; open it in a word processor and save it again if you do")
    return root


def part_of(archive: Archive, name: str) -> "etree._Element | None":
    """A part of a package as a tree, or None when there is none of that name.

    Raises:
        InputError: as ``tree_of``; or the member is damaged.
    """
    return tree_of(archive.read(name), name) if name in archive.names else None
