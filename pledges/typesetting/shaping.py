"""Turns a piece of text into glyphs (HarfBuzz) and glyphs into the operators of a PDF page."""

from dataclasses import dataclass
from functools import lru_cache
from struct import pack
from typing import NamedTuple

import uharfbuzz as hb

from pledges.typesetting.fonts import Face
from pledges.typesetting.glyphtext import LONGEST

TAB = 2000
"""Width of a TAB in thousandths of an em."""
PLAIN_MARKS = frozenset({"Latn", "Grek", "Cyrl", "Armn", "Geor"})
"""Scripts whose marks extract well as characters of their own; the others put such runs into ActualText."""
NO_LIGATURES = {"liga": False, "dlig": False}
"""Right-to-left runs carry no ActualText, so a ligature of choice would lose its letters."""


class Run(NamedTuple):
    """Glyphs of one face in one direction. `operators` are (rise in thousandths of an em, Tj or TJ operator)."""

    face: Face
    operators: tuple[tuple[float, bytes], ...]
    cids: frozenset[int]
    width: float
    """Thousandths of an em."""
    actual_text: str | None
    """What the run says where the codes alone do not say it."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A piece's glyphs in visual order; clusters are positions in `text`, measures are in font units."""

    text: str
    face: Face
    script: str
    language: str
    rtl: bool
    glyphs: list[int]
    clusters: list[int]
    advances: list[int]
    shifts: list[int]
    rises: list[int]
    unsafe: frozenset[int]
    """Positions where the text may not be cut without shaping anew."""

    def cut(self, start: int, end: int) -> "Shaped | None":
        """The glyphs of text[start:end], None where they must be shaped anew."""
        if not all(edge == len(self.text) or (edge not in self.unsafe and edge in self.clusters) for edge in (start, end)):
            return None
        inside = [place for place, cluster in enumerate(self.clusters) if start <= cluster < end]
        first, last = (inside[0], inside[-1] + 1) if inside else (0, 0)
        return Shaped(
            self.text[start:end], self.face, self.script, self.language, self.rtl,
            self.glyphs[first:last], [cluster - start for cluster in self.clusters[first:last]],
            self.advances[first:last], self.shifts[first:last], self.rises[first:last],
            frozenset(place - start for place in self.unsafe if start <= place < end),
        )  # fmt: skip


def shape(text: str, face: Face, script: str, language: str, rtl: bool) -> Shaped:
    """Shape a piece of one script in one direction. A TAB is a space two ems wide."""
    buffer = hb.Buffer()
    buffer.add_str(text.replace("\t", " ") if "\t" in text else text)
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = script
    buffer.language = language
    hb.shape(face.font, buffer, NO_LIGATURES if rtl else None)
    infos, places = buffer.glyph_infos, buffer.glyph_positions
    clusters = [info.cluster for info in infos]
    advances = [place.x_advance for place in places]
    if "\t" in text:
        advances = [round(TAB / face.scale) if text[cluster] == "\t" else width for cluster, width in zip(clusters, advances, strict=True)]
    return Shaped(
        text, face, script, language, rtl,
        [info.codepoint for info in infos], clusters, advances,
        [place.x_offset for place in places], [place.y_offset for place in places],
        frozenset(info.cluster for info in infos if info.flags & hb.GlyphFlags.UNSAFE_TO_BREAK),
    )  # fmt: skip


def _spell(face: Face, glyphs: list[int], text: str) -> list[int] | None:
    """Codes for the glyphs (in logical order) that spell the text one after the other, None where the font knows none."""
    codes = []
    at = 0
    for glyph in glyphs:
        for length in range(min(LONGEST, len(text) - at), 0, -1):
            part = text[at : at + length]
            code = glyph if face.usual.get(glyph) == part else face.codes.get((glyph, part))
            if code is not None:
                codes.append(code)
                at += length
                break
        else:
            return None
    return codes if at == len(text) else None


def _clustered_codes(shaped: Shaped) -> tuple[list[int], bool]:
    """Codes glyph by glyph where clusters hold several glyphs or characters; and whether they spell the text."""
    face, text, clusters, glyphs = shaped.face, shaped.text, shaped.clusters, shaped.glyphs
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    codes: list[int] = []
    spelt = True
    first = 0
    while first < len(glyphs):
        last = first + 1
        while last < len(glyphs) and clusters[last] == clusters[first]:
            last += 1
        cluster = text[clusters[first] : ends[clusters[first]]].replace("\t", " ")
        own = glyphs[first:last]
        found = _spell(face, own[::-1], cluster) if shaped.rtl else _spell(face, own, cluster)
        if found is None or (last - first > 1 and not shaped.rtl and shaped.script not in PLAIN_MARKS):
            spelt = False
        codes += own if found is None else found[::-1] if shaped.rtl else found
        first = last
    return codes, spelt


def _codes(shaped: Shaped) -> tuple[list[int], bool]:
    """The codes of the glyphs, and whether they spell the text without ActualText."""
    text, glyphs = shaped.text, shaped.glyphs
    count = len(text)
    if len(glyphs) != count or shaped.clusters != list(range(count - 1, -1, -1) if shaped.rtl else range(count)):
        return _clustered_codes(shaped)
    usual, further = shaped.face.usual, shaped.face.codes
    if "\t" in text:
        text = text.replace("\t", " ")
    codes = []
    spelt = True
    for glyph, character in zip(glyphs, reversed(text) if shaped.rtl else text, strict=True):
        if usual.get(glyph) == character:
            codes.append(glyph)
        else:
            code = further.get((glyph, character))
            spelt = spelt and code is not None
            codes.append(glyph if code is None else code)
    return codes, spelt


def _operators(shaped: Shaped, codes: list[int]) -> tuple[tuple[float, bytes], ...]:
    scale, own_width = shaped.face.scale, shaped.face.advance
    result: list[tuple[float, bytes]] = []
    parts: list[str] = []
    start, rise, carry = 0, 0, 0.0

    def flush(end: int) -> None:
        if start < end:
            parts.append("<" + pack(f">{end - start}H", *codes[start:end]).hex() + ">")

    def close() -> None:
        if parts:
            alone = len(parts) == 1 and parts[0][0] == "<"
            result.append((rise * scale, f"{parts[0]} Tj".encode() if alone else f"[{''.join(parts)}] TJ".encode()))
            parts.clear()

    for place, (glyph, width, shift, up) in enumerate(zip(shaped.glyphs, shaped.advances, shaped.shifts, shaped.rises, strict=True)):
        move = carry - shift * scale
        if up != rise or not -0.5 < move < 0.5:
            flush(place)
            start = place
            if up != rise:
                close()
                rise = up
            if rounded := round(move):
                parts.append(str(rounded))
                move -= rounded
        carry = move + (own_width(glyph) - width + shift) * scale
    flush(len(codes))
    if rounded := round(carry):
        parts.append(str(rounded))
    close()
    return tuple(result)


def run_of(shaped: Shaped, *, actual_text: str | None = None) -> Run:
    """The glyphs as a run. Left-to-right runs whose codes do not spell the text carry it as ActualText."""
    codes, spelt = _codes(shaped)
    if actual_text is None and not spelt and not shaped.rtl:
        actual_text = shaped.text
    return Run(shaped.face, _operators(shaped, codes), frozenset(codes), sum(shaped.advances) * shaped.face.scale, actual_text)


@lru_cache(maxsize=262_144)
def run(text: str, face: Face, script: str, language: str, rtl: bool) -> Run:
    """The run of a piece of text, kept for the next time."""
    return run_of(shape(text, face, script, language, rtl))
