"""PDF files written by hand: text at places, nothing else, so that a test knows all that is in them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

#: Widths of all glyphs of the one font, in thousandths of an em.
GLYPH_WIDTH = 500


@dataclass(frozen=True)
class Text:
    """Text at a place: from there to the right, in the order of its characters."""

    x: float
    y: float
    text: str
    size: float = 10.0

    @property
    def width(self) -> float:
        """Its width in points."""
        return len(self.text) * self.size * GLYPH_WIDTH / 1000


def pdf(pages: Sequence[Sequence[Text]], *, to_unicode: bool = True, rotate: int = 0, extra: bytes = b"") -> bytes:
    """A PDF file of A4 pages; each character is its own glyph number.

    ``to_unicode`` False leaves out the table that says what the glyphs mean; ``extra`` is drawn on each page as it is.
    """
    return pdf_of([b"".join(map(_shown, page)) + extra for page in pages], to_unicode=to_unicode, rotate=rotate)


def pdf_of(contents: Sequence[bytes], *, to_unicode: bool = True, rotate: int = 0) -> bytes:
    """A PDF file of pages with these drawing instructions."""
    mapping = b" /ToUnicode 5 0 R" if to_unicode else b""
    kids = b" ".join(b"%d 0 R" % (6 + 2 * number) for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(contents), kids),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [4 0 R]%s >>" % mapping,
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /DW %d /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0 >> >>" % GLYPH_WIDTH,
        _stream(_CMAP),
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (rotate, 7 + 2 * number)
        )
        objects.append(_stream(content))
    return _file(objects)


def _shown(text: Text) -> bytes:
    codes = text.text.encode("utf-16-be").hex().encode()
    return b"BT /F1 %g Tf %g %g Td <%s> Tj ET\n" % (text.size, text.x, text.y, codes)


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def _file(objects: Sequence[bytes]) -> bytes:
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _ranges() -> bytes:
    """Each glyph number is the character of that number: the whole plane, in ranges of 256 as the format asks."""
    rows = [b"<%04x> <%04x> <%04x>" % (low, low + 255, low) for low in range(0, 0x10000, 256) if low != 0xD800]
    groups = [rows[place : place + 100] for place in range(0, len(rows), 100)]
    return b"\n".join(b"%d beginbfrange\n%s\nendbfrange" % (len(group), b"\n".join(group)) for group in groups)


_CMAP = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapType 2 def\n"
    b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n" + _ranges() + b"\nendcmap\nend\nend\n"
)
