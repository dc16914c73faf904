"""Puts a font into the document with the glyphs that it uses."""

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFName, PDFObjectReference

from pledges.typesetting.embedding import EmbeddedFont, embedded_font
from pledges.typesetting.fonts import Face
from pledges.typesetting.objects import Stream, Written


def font_object(document: PDFDocument, face: Face, cids: frozenset[int]) -> PDFObjectReference:
    """The composite font of a face, addressed by two-byte codes (PDF 32000-1, 9.7)."""
    font = embedded_font(face, cids)
    name = PDFName(font.base_name)
    descendant = {"Type": PDFName("Font"), "Subtype": PDFName("CIDFontType2"), "BaseFont": name, "DW": 0, "W": _widths(font)}
    mapping = PDFName("Identity") if font.cid_to_gid is None else document.Reference(Stream(font.cid_to_gid))
    system = Written(b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>")
    descriptor = document.Reference(_descriptor(document, font))
    described = PDFDictionary({**descendant, "CIDSystemInfo": system, "CIDToGIDMap": mapping, "FontDescriptor": descriptor})
    composite = {"Type": PDFName("Font"), "Subtype": PDFName("Type0"), "BaseFont": name, "Encoding": PDFName("Identity-H")}
    descendants, texts = PDFArray([document.Reference(described)]), document.Reference(Stream(font.to_unicode))
    return document.Reference(PDFDictionary({**composite, "DescendantFonts": descendants, "ToUnicode": texts}))


def _descriptor(document: PDFDocument, font: EmbeddedFont) -> PDFDictionary:
    entries = {"Type": PDFName("FontDescriptor"), "FontName": PDFName(font.base_name), "Flags": font.flags}
    entries |= {"Ascent": font.ascent, "Descent": font.descent, "CapHeight": font.cap_height, "StemV": font.stem_v}
    entries |= {"FontBBox": PDFArray(font.bounding_box), "ItalicAngle": round(font.italic_angle, 2)}
    program = document.Reference(Stream(font.program, {"Length1": len(font.program)}))
    return PDFDictionary({**entries, "FontFile2": program})


def _widths(font: EmbeddedFont) -> Written:
    """Widths by code, consecutive codes in one list (PDF 32000-1, 9.7.4.3)."""
    parts: list[str] = []
    previous = -2
    for code, width in sorted(font.widths.items()):
        parts.append(f" {width:g}" if code == previous + 1 else f"{']' if parts else ''}{code}[{width:g}")
        previous = code
    return Written(f"[{''.join(parts)}{']' if parts else ''}]".encode())
