"""Word-processor files for tests, written part by part: .docx, .odt, and the numbering of both."""

import subprocess
import zipfile
from pathlib import Path

from tests.programs import installed
from tm.formats.office import PROGRAMS

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_ODF_NAMES = " ".join(
    f'xmlns:{name}="{_ODF}:{space}:1.0"'
    for name, space in {
        "office": "office",
        "text": "text",
        "style": "style",
        "table": "table",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
) + (
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
)
#: Parts of a .docx beside the main one -> type of the relation that names them.
_KINDS = ("numbering", "styles", "footnotes", "endnotes", "settings", "comments")
_MIME = "application/vnd.oasis.opendocument.text"


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    """An archive with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def docx(path: Path, body: str, relations: str = "", extra: dict[str, str | bytes] | None = None, **parts: str) -> Path:
    """A .docx with this body; ``parts`` are the contents of ``numbering``, ``styles``, ``footnotes`` and the like.

    ``headers`` and ``footers`` are parts too, each named by ``rIdheader`` or ``rIdfooter``.
    """
    members: dict[str, str | bytes] = {}
    named = relations
    overrides = ""
    for kind in (*_KINDS, "header", "footer"):
        if kind in parts:
            root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
            members[f"word/{kind}.xml"] = f"<w:{root} {_NAMES}>{parts[kind]}</w:{root}>"
            named += f'<Relationship Id="rId{kind}" Type="{_R}/{kind}" Target="{kind}.xml"/>'
            overrides += _override(f"word/{kind}.xml", kind)
    members["[Content_Types].xml"] = (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{_override("word/document.xml", "document.main")}'
        f"{overrides}</Types>"
    )
    members["_rels/.rels"] = (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_R}/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    members["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{_RELATIONS}">{named}</Relationships>'
    members["word/document.xml"] = f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>"
    return zipped(path, {**members, **(extra or {})})


def _override(part: str, kind: str) -> str:
    name = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
    return f'<Override PartName="/{part}" ContentType="{name}"/>'


def p(text: str, number: tuple[int, int] | None = None, style: str = "", mark: str = "") -> str:
    """A paragraph; ``number`` is its list and level, ``mark`` the properties of its end; text may be runs."""
    inside = text if text.startswith("<") else r(text)
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    properties += f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""


def level(number: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    """A level of a list of a .docx."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*definitions: str, more: str = "") -> str:
    """The numbering of a .docx: list 1 is made of the first definition, and so on; ``more`` are further lists."""
    made = "".join(f'<w:abstractNum w:abstractNumId="{i}">{one}</w:abstractNum>' for i, one in enumerate(definitions))
    return (
        made
        + "".join(f'<w:num w:numId="{i + 1}"><w:abstractNumId w:val="{i}"/></w:num>' for i in range(len(definitions)))
        + more
    )


def odt(
    path: Path,
    body: str,
    styles: str = "",
    masters: str = "",
    own: str = "",
    extra: dict[str, str | bytes] | None = None,
) -> Path:
    """An .odt with this body; ``styles`` and ``masters`` stand in ``styles.xml``, ``own`` are its automatic styles."""
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{_MIME}"/><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    members: dict[str, str | bytes] = {
        "mimetype": _MIME,
        "content.xml": f'<office:document-content {_ODF_NAMES} office:version="1.3"><office:automatic-styles>{own}'
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f'<office:document-styles {_ODF_NAMES} office:version="1.3">'
        f"<office:styles>{styles}</office:styles>"
        f'<office:automatic-styles><style:page-layout style:name="pm"/></office:automatic-styles>'
        f"<office:master-styles>{masters}</office:master-styles></office:document-styles>",
        "META-INF/manifest.xml": manifest,
    }
    return zipped(path, {**members, **(extra or {})})


def list_style(name: str, *levels: str) -> str:
    """A list style of an .odt."""
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def odt_level(number: int, form: str, suffix: str = ".", more: str = "") -> str:
    """A level of a list style of an .odt."""
    return (
        f'<text:list-level-style-number text:level="{number}" style:num-format="{form}" style:num-suffix="{suffix}" '
        f"{more}/>"
    )


def items(*texts: str, attributes: str = "") -> str:
    """A list of an .odt, an item for each text; text may be elements."""
    inside = "".join(
        f"<text:list-item>{t if t.startswith('<') else f'<text:p>{t}</text:p>'}</text:list-item>" for t in texts
    )
    return f"<text:list {attributes}>{inside}</text:list>"


def by_libreoffice(path: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice saves it with settings of its own, as ``kind``: ``doc`` or ``txt:Text``, for example.

    Where it is not installed the test is skipped, but in CI it fails.
    """
    program = installed(*PROGRAMS)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "made"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "made" / f"{path.stem}.{kind.partition(':')[0]}"
