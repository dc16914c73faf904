"""Turns a piece of text into glyphs (HarfBuzz) and glyphs into the operators of a PDF page."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import neg
from struct import pack
from typing import NamedTuple
from unicodedata import normalize

import uharfbuzz as hb

from pledges.typesetting.fonts import Face
from pledges.typesetting.glyphtext import LONGEST, SILENT

TAB = 2000
"""Width of a TAB in thousandths of an em."""
PLAIN_MARKS = frozenset({"Latn", "Grek", "Cyrl", "Armn", "Geor"})
"""Scripts whose marks extract well as characters of their own; the others put such runs into ActualText."""
RIGHT_TO_LEFT_MARK = "\u200f"
"""Parts a mark from a sign that follows the word; readers would exchange the two, which have no direction of their own."""
BEFORE_SIGN = re.compile(r"[^\w\s]")
LAST_TURNED = "\uffff"
NO_LIGATURES = {"liga": False, "dlig": False}
"""Right-to-left, a ligature of choice would only make the text harder to read back."""


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
    infos: list[hb.GlyphInfo]
    """HarfBuzz's own account of the glyphs, which says where the text may be cut."""

    def _place(self, edge: int) -> int | None:
        """The glyph at which the text is cut before text[edge], None where it must be shaped anew for that."""
        if edge in (0, len(self.text)):
            return len(self.glyphs) if (edge == 0) == self.rtl else 0
        if self.rtl:
            place = bisect_left(self.clusters, 1 - edge, key=neg)
            at = place - 1
        else:
            place = at = bisect_left(self.clusters, edge)
        if not 0 <= at < len(self.clusters) or self.clusters[at] != edge or self.infos[at].flags & hb.GlyphFlags.UNSAFE_TO_BREAK:
            return None
        return place

    def moved(self, place: int) -> bool:
        """Whether the glyph is a mark that stands elsewhere than where the glyph before it ends."""
        return not self.advances[place] and bool(self.shifts[place] or self.rises[place])

    def cut(self, start: int, end: int) -> "Shaped | None":
        """The glyphs of text[start:end], None where they must be shaped anew."""
        first, last = self._place(start), self._place(end)
        if first is None or last is None:
            return None
        if self.rtl:
            first, last = last, first
        return Shaped(
            self.text[start:end], self.face, self.script, self.language, self.rtl,
            self.glyphs[first:last], [cluster - start for cluster in self.clusters[first:last]],
            self.advances[first:last], self.shifts[first:last], self.rises[first:last], self.infos[first:last],
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
        advances = [
            round(TAB / face.scale / face.optical) if text[cluster] == "\t" else width
            for cluster, width in zip(clusters, advances, strict=True)
        ]
    return Shaped(
        text, face, script, language, rtl,
        [info.codepoint for info in infos], clusters, advances,
        [place.x_offset for place in places], [place.y_offset for place in places], infos,
    )  # fmt: skip


class Coded(NamedTuple):
    """The codes of glyphs, in visual order, and what they do not say."""

    codes: list[int]
    spans: list[tuple[int, int, str]]
    """(first glyph, one past the last, text in visual order) of marks set apart, and of clusters of right-to-left runs."""
    spelt: bool
    """Whether the codes spell the text."""


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
            silent = face.codes.get((glyph, SILENT))
            if silent is None:
                return None
            codes.append(silent)
    return codes if at == len(text) else None


def _clusters(shaped: Shaped, text: str) -> Iterator[tuple[int, int, str]]:
    """(first glyph, one past the last, text) of each cluster in visual order."""
    clusters = shaped.clusters
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    first = 0
    while first < len(clusters):
        last = first + 1
        while last < len(clusters) and clusters[last] == clusters[first]:
            last += 1
        yield first, last, text[clusters[first] : ends[clusters[first]]]
        first = last


def _coded_clusters(shaped: Shaped, text: str) -> Coded:
    """Codes where clusters hold several glyphs or characters, or a glyph that the font gives no such text."""
    codes: list[int] = []
    spans: list[tuple[int, int, str]] = []
    spelt = True
    for first, last, cluster in _clusters(shaped, text):
        own = shaped.glyphs[first:last]
        found = _spell(shaped.face, own[::-1] if shaped.rtl else own, cluster)
        several, plain = last - first > 1, shaped.script in PLAIN_MARKS
        if found is None or (several and not plain):
            spelt = False
        codes += own if found is None else found[::-1] if shaped.rtl else found
        if found and several and (shaped.rtl or plain) and shaped.face.blank is not None:
            turned = RIGHT_TO_LEFT_MARK if shaped.rtl and BEFORE_SIGN.match(text, shaped.clusters[first] + len(cluster)) else ""
            spans += [(place, place + 1, turned + shaped.face.text_of(codes[place])) for place in range(first, last) if shaped.moved(place)]
        elif shaped.rtl and (found is None or several or len(cluster) > 1):
            spans.append((first, last, normalize("NFC", cluster)[::-1]))
    return Coded(codes, spans, spelt)


def _coded(shaped: Shaped) -> Coded:
    """The codes of the glyphs. Left to right, raised marks do not count as spelt: they would be read as another line."""
    text, glyphs = shaped.text.replace("\t", " "), shaped.glyphs
    count = len(text)
    if len(glyphs) == count and shaped.clusters == list(range(count - 1, -1, -1) if shaped.rtl else range(count)):
        usual, further = shaped.face.usual, shaped.face.codes
        pairs = zip(glyphs, reversed(text) if shaped.rtl else text, strict=True)
        codes = [glyph if usual.get(glyph) == character else further.get((glyph, character), -1) for glyph, character in pairs]
        if -1 not in codes:
            return Coded(codes, [], not any(shaped.rises))
    coded = _coded_clusters(shaped, text)
    apart = {first for first, last, _ in coded.spans if last - first == 1}
    return coded._replace(spelt=coded.spelt and not any(rise and place not in apart for place, rise in enumerate(shaped.rises)))


def _hexadecimal(codes: list[int]) -> str:
    return "<" + pack(f">{len(codes)}H", *codes).hex() + ">"


def _show(shaped: Shaped, codes: list[int], first: int, last: int, carry: float, result: list[tuple[float, bytes]]) -> float:
    """Add the operators that show glyphs first to last; `carry` is the way left to go, before and (returned) after."""
    scale, own_width = shaped.face.scale, shaped.face.advance
    parts: list[str] = []
    start, rise = first, 0

    def flush(end: int) -> None:
        if start < end:
            parts.append(_hexadecimal(codes[start:end]))

    def close() -> None:
        if parts:
            alone = len(parts) == 1 and parts[0][0] == "<"
            result.append((rise * scale * shaped.face.optical, f"{parts[0]} Tj".encode() if alone else f"[{''.join(parts)}] TJ".encode()))
            parts.clear()

    measures = zip(shaped.glyphs[first:last], shaped.advances[first:last], shaped.shifts[first:last], shaped.rises[first:last], strict=True)
    for place, (glyph, width, shift, up) in enumerate(measures, first):
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
    flush(last)
    left = round(carry)
    if left:
        parts.append(str(left))
    close()
    return carry - left


def span(text: str) -> bytes:
    """Opens marked content that says `text` in place of its codes; EMC closes it."""
    return b"/Span<</ActualText<FEFF%s>>>BDC" % text.encode("utf-16-be").hex().upper().encode()


def _show_apart(shaped: Shaped, code: int, place: int, said: str, carry: float, result: list[tuple[float, bytes]]) -> float:
    """Add the operators that show one mark between blanks without a text of their own, from where the next letter begins and back to it.

    `said` is the mark, after what parts it from a sign; `carry` is as in `_show`. Readers put the letters of a line in order by
    where their operators begin and end (poppler, pdfium), so a mark that were shown where it stands would be read after the
    next letter, in a word or a line of its own.
    """
    face, rise = shaped.face, shaped.rises[place] * shaped.face.scale * shaped.face.optical
    blank, width = _hexadecimal([face.blank_code]), face.advance(face.blank or 0) * face.scale
    letter = next((other for other in range(place, len(shaped.glyphs)) if not shaped.moved(other)), place)
    first = round(carry - shaped.shifts[letter] * face.scale)
    carry -= first
    back = round(width)
    before = width - back if rise else 0.0
    there = round(before + width + carry - shaped.shifts[place] * face.scale)
    reached = before + width - there + face.advance(shaped.glyphs[place]) * face.scale
    home = round(reached + (0 if rise else width))
    start, mark = f"{first or ''}{blank}", f"{there}{_hexadecimal([code])}{home}"
    result.append((0.0, span(said)))
    if rise:
        result += [(0.0, f"[{start}{back}] TJ".encode()), (rise, f"[{blank}{mark}] TJ".encode()), (0.0, f"[{back}{blank}] TJ".encode())]
    else:
        result.append((0.0, f"[{start}{mark}{blank}] TJ".encode()))
    result.append((0.0, b"EMC"))
    left: float = reached - home + width - (back if rise else 0) + carry
    return left


def _operators(shaped: Shaped, coded: Coded) -> tuple[tuple[float, bytes], ...]:
    result: list[tuple[float, bytes]] = []
    carry, at = 0.0, 0
    for first, last, text in coded.spans:
        # the sign alone: pdfium turns ActualText around that follows an operator with right-to-left letters
        sign = max(first - 1, at) if text[0] == RIGHT_TO_LEFT_MARK else first
        for start, end in ((at, sign), (sign, first)):
            carry = _show(shaped, coded.codes, start, end, carry, result)
        if last - first == 1 and shaped.moved(first) and shaped.face.blank is not None:
            carry = _show_apart(shaped, coded.codes[first], first, text, carry, result)
        else:
            result.append((0.0, span(text)))
            carry = _show(shaped, coded.codes, first, last, carry, result)
            result.append((0.0, b"EMC"))
        at = last
    _show(shaped, coded.codes, at, len(coded.codes), carry, result)
    return tuple(result)


def run_of(shaped: Shaped, *, actual_text: str | None = None) -> Run:
    """The glyphs as a run. Left-to-right runs whose codes do not spell the text carry it as ActualText.

    Right-to-left runs stand in visual order, which readers turn around with all that is in it, but not all of them in ActualText;
    so it stands mark by mark, and for clusters that the font's codes do not spell, in visual order. Beyond the Basic
    Multilingual Plane readers turn nothing around.
    """
    coded = _coded(shaped)
    if shaped.rtl and max(shaped.text) > LAST_TURNED:
        coded = coded._replace(spans=[], spelt=False)
        actual_text = shaped.text
    elif not shaped.rtl and not coded.spelt and actual_text is None:
        actual_text = shaped.text
    width = sum(shaped.advances) * shaped.face.scale * shaped.face.optical
    blanks = (shaped.face.blank_code,) if coded.spans and shaped.face.blank is not None else ()
    return Run(shaped.face, _operators(shaped, coded), frozenset((*coded.codes, *blanks)), width, actual_text)


@lru_cache(maxsize=262_144)
def run(text: str, face: Face, script: str, language: str, rtl: bool) -> Run:
    """The run of a piece of text, kept for the next time."""
    return run_of(shape(text, face, script, language, rtl))
