"""The parts of a word-processor document: found by their relations, read as trees, written back among all others."""

import zipfile
from collections.abc import Callable, Mapping
from typing import BinaryIO

from lxml import etree  # type: ignore[import-untyped]

from tm.errors import InputError
from tm.formats.archive import Archive
from tm.formats.docx_numbering import W
from tm.formats.package import LIMITS, tree_of

__all__ = ["LIMITS", "Package"]
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RELATION = f"{_RELATIONS}Relationship"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_TYPES_PART = "[Content_Types].xml"
#: The name of Strict documents for what others call ``W``; nothing else differs in what is read or written here.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = W[1:-1].encode()
#: Equal contents give equal files: no member has a time.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class Package:
    """The parts of a package as trees."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        #: Whether the document is of the Strict kind; its trees are given under the usual name.
        self._strict = False
        #: What the types of the package's relations begin with.
        self._office = _OFFICE
        self.main = self._target("_rels/.rels", "officeDocument", "") or "word/document.xml"
        self._folder, _, name = self.main.rpartition("/")
        self._relations_part = f"{self._folder}/_rels/{name}.rels" if self._folder else f"_rels/{name}.rels"
        self._relations = self.tree(self._relations_part)

    def tree(self, name: str) -> "etree._Element | None":
        """A part, or None when there is none of that name.

        Raises:
            InputError: the part is no sound XML, nested too deep, or declares a document type.
        """
        if name not in self._archive.names:
            return None
        content = self._archive.read(name)
        if _STRICT in content:
            self._strict = True
            content = content.replace(_STRICT, _USUAL)
        return tree_of(content, name)

    def document(self) -> "etree._Element":
        """The main part.

        Raises:
            InputError: there is none.
        """
        root = self.tree(self.main)
        body = root.find(f"{W}body") if root is not None else None
        if body is None:
            hint = "a .docx of a word processor is expected"
            raise InputError("this archive holds no word-processor document", hint=hint)
        return root

    def of_type(self, kind: str) -> "etree._Element | None":
        """The part that the document names by its type (``numbering``, ``styles``, ``footnotes``), if there is one."""
        name = self.name_of_type(kind)
        return self.tree(name) if name else None

    def name_of_type(self, kind: str) -> str:
        """The name of the part of a type; "" when the document names none."""
        return self._named(lambda relation: (relation.get("Type") or "").endswith(f"/{kind}"))

    def by_id(self, key: str) -> "etree._Element | None":
        """The part that an identifier in the document stands for."""
        name = self._named(lambda relation: relation.get("Id") == key)
        return self.tree(name) if name else None

    def addresses(self, kind: str = "") -> dict[str, str]:
        """What lies outside that a part of a type, or else the main one, refers to: identifier -> address."""
        name = self.name_of_type(kind) if kind else self.main
        folder, _, file = name.rpartition("/")
        relations = self.tree(f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels") if name else None
        return {
            relation.get("Id") or "": relation.get("Target") or ""
            for relation in (relations.iter(_RELATION) if relations is not None else ())
            if relation.get("TargetMode") == "External"
        }

    def _named(self, wanted: "Callable[[etree._Element], bool]") -> str:
        for relation in self._relations.iter(_RELATION) if self._relations is not None else ():
            if wanted(relation) and relation.get("TargetMode") != "External":
                return self._absolute(relation.get("Target") or "", self._folder)
        return ""

    def _target(self, relations: str, kind: str, folder: str) -> str:
        root = self.tree(relations)
        for relation in root.iter(_RELATION) if root is not None else ():
            if (relation.get("Type") or "").endswith(f"/{kind}"):
                self._office = relation.get("Type").removesuffix(kind)
                return self._absolute(relation.get("Target") or "", folder)
        return ""

    @staticmethod
    def _absolute(target: str, folder: str) -> str:
        return target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"

    # --- writing ---

    def write(self, out: BinaryIO, changed: "Mapping[str, etree._Element]") -> None:
        """Write the package with some of its parts changed or added, all others byte for byte as they were."""
        parts = {name: self._bytes(root) for name, root in changed.items()}
        with zipfile.ZipFile(out, "w") as archive:
            for name in dict.fromkeys((*self._archive.names, *parts)):
                member = zipfile.ZipInfo(name, _NO_TIME)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, parts[name] if name in parts else self._archive.read(name))

    def added(self, kind: str, content_type: str) -> "tuple[str, dict[str, etree._Element]]":
        """The name for a new part of a type beside the main one, and the parts that must change to name it."""
        names = set(self._archive.names)
        file = next(one for i in range(len(names) + 1) if self._beside(one := f"{kind}{i or ''}.xml") not in names)
        relations = self._relations
        if relations is None:
            relations = etree.Element(f"{_RELATIONS}Relationships", nsmap={None: _RELATIONS[1:-1]})
        ids = {relation.get("Id") for relation in relations}
        key = next(one for i in range(1, len(ids) + 2) if (one := f"rId{i}") not in ids)
        etree.SubElement(relations, _RELATION, Id=key, Type=f"{self._office}{kind}", Target=file)
        types = self.tree(_TYPES_PART)
        if types is None:
            raise InputError(f"it has no part {_TYPES_PART}", hint="open it in a word processor and save it again")
        etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{self._beside(file)}", ContentType=content_type)
        return self._beside(file), {self._relations_part: relations, _TYPES_PART: types}

    def _beside(self, file: str) -> str:
        return f"{self._folder}/{file}" if self._folder else file

    def _bytes(self, root: "etree._Element") -> bytes:
        content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return content.replace(_USUAL, _STRICT) if self._strict else content
