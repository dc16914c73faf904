"""What a PDF needs to embed a face: the subset of its glyphs, their widths and their text."""

from dataclasses import dataclass
from hashlib import sha256
from struct import pack, unpack_from

import uharfbuzz as hb

from pledges.typesetting.fonts import Face
from pledges.typesetting.glyphtext import SILENT

DROPPED_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "name", "OS/2", "post", "cmap", "STAT", "gasp", "DSIG", "vhea", "vmtx", "kern", "meta")
CMAP_START = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
    b"/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def "
    b"1 begincodespacerange <0000><FFFF> endcodespacerange"
)
FIXED_PITCH, SERIF, SYMBOLIC, ITALIC = 1, 2, 4, 64


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """One face's subset. Measures are in thousandths of an em; `widths` and `to_unicode` are keyed by code (CID)."""

    base_name: str
    program: bytes
    """TrueType; glyphs keep their numbers."""
    widths: dict[int, float]
    to_unicode: bytes
    cid_to_gid: bytes | None
    """Big-endian glyph numbers by code, None where each code is a glyph's number."""
    ascent: int
    descent: int
    bounding_box: tuple[int, int, int, int]
    cap_height: int
    italic_angle: float
    stem_v: int
    flags: int


def _program(face: Face, glyphs: set[int]) -> bytes:
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs | {0})
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    wanted.drop_table_tag_set.update(int.from_bytes(tag.ljust(4).encode(), "big") for tag in DROPPED_TABLES)
    return bytes(hb.subset(face.opened, wanted).blob.data)


def _to_unicode(texts: dict[int, str]) -> bytes:
    rows = [b"<%04X><%s>" % (code, text.encode("utf-16-be").hex().upper().encode()) for code, text in sorted(texts.items())]
    parts = [CMAP_START]
    for start in range(0, len(rows), 100):
        block = rows[start : start + 100]
        parts += [b"%d beginbfchar" % len(block), *block, b"endbfchar"]
    parts.append(b"endcmap CMapName currentdict /CMap defineresource pop end end")
    return b"\n".join(parts)


def _measures(face: Face) -> tuple[tuple[int, int, int, int], int, float]:
    """Bounding box, height of capitals, italic angle, from the tables head, OS/2 and post."""
    head = bytes(face.opened.reference_table("head").data)
    left, bottom, right, top = (round(value * face.scale) for value in unpack_from(">4h", head, 36))
    metrics = bytes(face.opened.reference_table("OS/2").data)
    capitals = unpack_from(">h", metrics, 88)[0] if len(metrics) >= 90 and unpack_from(">H", metrics)[0] >= 2 else 0
    angle = unpack_from(">i", bytes(face.opened.reference_table("post").data), 4)[0] / 65536
    return (left, bottom, right, top), round(capitals * face.scale) or 714, angle


def embedded_font(face: Face, cids: frozenset[int]) -> EmbeddedFont:
    """The subset of the face that holds these codes; the same codes give the same bytes."""
    codes = sorted(cids)
    pairs = {code: face.further.get(code) or (code, face.usual.get(code, SILENT)) for code in codes}
    digest = sha256(face.name.encode() + pack(f">{len(codes)}H", *codes)).digest()
    extents = face.font.get_font_extents("ltr")
    bounding_box, cap_height, italic_angle = _measures(face)
    highest = codes[-1] if codes else 0
    mapped = any(code >= face.glyph_count for code in codes)
    flags = SYMBOLIC | (SERIF if "Serif" in face.name else 0) | (FIXED_PITCH if face.source.family == "NotoSansMono" else 0)
    return EmbeddedFont(
        base_name="".join(chr(65 + byte % 26) for byte in digest[:6]) + "+" + face.name,
        program=_program(face, {glyph for glyph, _ in pairs.values()}),
        widths={code: round(face.advance(glyph) * face.scale, 3) for code, (glyph, _) in pairs.items()},
        to_unicode=_to_unicode({code: text for code, (_, text) in pairs.items()}),
        cid_to_gid=pack(f">{highest + 1}H", *(pairs[code][0] if code in pairs else 0 for code in range(highest + 1))) if mapped else None,
        ascent=round(extents.ascender * face.scale),
        descent=round(extents.descender * face.scale),
        bounding_box=bounding_box,
        cap_height=cap_height,
        italic_angle=italic_angle,
        stem_v=140 if face.source.bold else 80,
        flags=flags | (ITALIC if face.source.italic else 0),
    )
