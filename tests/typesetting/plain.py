"""The smallest PDF that shows lines of text: what the text engine's tests read back."""

import zlib
from collections.abc import Sequence

from pledges.typesetting.embedding import EmbeddedFont, embedded_font
from pledges.typesetting.fonts import Face
from pledges.typesetting.readers import right_to_left
from pledges.typesetting.text import Line

SIZE, LEADING, ROWS, WIDTH = 12.0, 24.0, 32, 1600


class _File:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, body: bytes) -> int:
        self.bodies.append(body)
        return len(self.bodies)

    def stream(self, content: bytes, more: bytes = b"") -> int:
        packed = zlib.compress(content)
        return self.add(b"<</Filter/FlateDecode/Length %d%s>>\nstream\n%s\nendstream" % (len(packed), more, packed))

    def written(self, root: int) -> bytes:
        out = bytearray(b"%PDF-1.7\n")
        places = []
        for number, body in enumerate(self.bodies, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
        return bytes(out + b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, root, start))


def _font(file: _File, font: EmbeddedFont) -> int:
    name = font.base_name.encode()
    program = file.stream(font.program, b"/Length1 %d" % len(font.program))
    descriptor = file.add(
        b"<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle %g/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV %d/FontFile2 %d 0 R>>"
        % (name, font.flags, *font.bounding_box, font.italic_angle, font.ascent, font.descent, font.cap_height, font.stem_v, program)
    )
    widths = b" ".join(b"%d[%g]" % (code, width) for code, width in font.widths.items())
    mapping = b"%d 0 R" % file.stream(font.cid_to_gid) if font.cid_to_gid else b"/Identity"
    descendant = file.add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R/DW 0/W[%s]/CIDToGIDMap %s>>" % (name, descriptor, widths, mapping)
    )
    text = file.stream(font.to_unicode)
    return file.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>" % (name, descendant, text)
    )


def plain_pdf(lines: Sequence[Line]) -> bytes:
    """The lines one below the other, right-to-left ones at the right margin."""
    file = _File()
    used: dict[Face, set[int]] = {}
    for line in lines:
        for run in line.runs:
            used.setdefault(run.face, set()).update(run.cids)
    fonts = [(face.key.encode(), _font(file, embedded_font(face, frozenset(cids)))) for face, cids in used.items()]
    resources = file.add(b"<</Font<<%s>>>>" % b"".join(b"/%s %d 0 R" % font for font in fonts))
    parent = len(file.bodies) + 2 * -(-len(lines) // ROWS) + 1
    pages = []
    for start in range(0, len(lines), ROWS):
        shown = lines[start : start + ROWS]
        page_rtl = right_to_left(line.text for line in shown)
        content = b"\n".join(
            b"BT 1 0 0 1 %.2f %.2f Tm %s ET"
            % (
                WIDTH - 40 - line.width * SIZE / 1000 if line.rtl else 40,
                ROWS * LEADING - row * LEADING,
                line.operators(SIZE, page_rtl=page_rtl),
            )
            for row, line in enumerate(shown)
        )
        box = b"/MediaBox[0 0 %d %d]" % (WIDTH, (ROWS + 2) * LEADING)
        stream = file.stream(content)
        pages.append(file.add(b"<</Type/Page/Parent %d 0 R%s/Resources %d 0 R/Contents %d 0 R>>" % (parent, box, resources, stream)))
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    assert file.add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids)) == parent
    return file.written(file.add(b"<</Type/Catalog/Pages %d 0 R>>" % parent))
