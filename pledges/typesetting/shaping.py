"""Turns a piece of text into glyphs (HarfBuzz) and glyphs into the operators of a PDF page."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, compress, count
from operator import ne, neg, or_, sub
from struct import pack
from typing import NamedTuple
from unicodedata import normalize

from pledges.typesetting import harfbuzz
from pledges.typesetting.fonts import Face
from pledges.typesetting.glyphtext import LONGEST, SILENT
from pledges.typesetting.harfbuzz import UNSAFE_TO_BREAK, Glyphs

TAB = 2000
"""Width of a TAB in thousandths of an em."""
PLAIN_MARKS = frozenset({"Latn", "Grek", "Cyrl", "Armn", "Geor"})
"""Scripts whose marks extract well as characters of their own; the others put such runs into ActualText."""
RIGHT_TO_LEFT_MARK = "\u200f"
"""Parts a mark from a sign that follows the word; readers would exchange the two, which have no direction of their own."""
BEFORE_SIGN = re.compile(r"[^\w\s]")
LAST_TURNED = "\uffff"
WIDEST_KERN = 95
"""Thousandths of an em by which a right-to-left letter is moved from the next at most: poppler takes a tenth of an em for a space."""


class Run(NamedTuple):
    """Glyphs of one face in one direction. `operators` are (rise in thousandths of an em, Tj or TJ operator)."""

    face: Face
    operators: tuple[tuple[float, bytes], ...]
    cids: frozenset[int]
    width: float
    """Thousandths of an em."""
    actual_text: str | None
    """What the run says where the codes alone do not say it."""


class Coded(NamedTuple):
    """The codes of glyphs, in visual order, and what they do not say."""

    codes: list[int]
    spans: list[tuple[int, int, str]]
    """(first glyph, one past the last, text in visual order) of marks set apart, and of clusters of right-to-left runs."""
    unspelt: list[int]
    """The first glyphs of the clusters whose codes do not spell their text, and raised marks: they would be read as another line."""


@lru_cache(maxsize=65_536)
def _spell(face: Face, glyphs: tuple[int, ...], text: str) -> tuple[int, ...] | None:
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
    return tuple(codes) if at == len(text) else None


class Shaped:
    """A piece's glyphs in visual order, from which runs are cut; clusters are positions in `text`, measures are in font units."""

    def __init__(self, text: str, face: Face, script: str, rtl: bool, glyphs: Glyphs) -> None:
        self.text, self.face, self.script, self.rtl = text, face, script, rtl
        self.glyphs, self.clusters, self.flags, self.advances, self.shifts, self.rises = glyphs
        if "\t" in text:
            tab = round(TAB / face.scale / face.optical)
            self.advances = [tab if text[at] == "\t" else own for at, own in zip(self.clusters, self.advances, strict=True)]
        if rtl and max(self.shifts, default=0) * face.scale > WIDEST_KERN:
            self._limit_kerns()
        length = len(text)
        self.one_to_one = len(self.glyphs) == length and self.clusters == list(range(length - 1, -1, -1) if rtl else range(length))
        """Whether each character has a glyph of its own."""
        self.excess = list(map(sub, map(face.advances.__getitem__, self.glyphs), self.advances))
        """How much wider each glyph is by itself than here."""
        changed = list(map(or_, map(or_, self.excess, self.shifts), self.rises))
        self.places = list(compress(count(), map(or_, changed, chain((0,), changed))))
        """The glyphs that do not stand just where the one before ends, and perhaps some that do."""
        self.codes, self.spans, self.unspelt = self._coded(text.replace("\t", " "))
        if any(self.rises):
            apart = {first for first, last, _ in self.spans if last - first == 1}
            self.unspelt = sorted({*self.unspelt, *(place for place, rise in enumerate(self.rises) if rise and place not in apart)})
        self.hexadecimal = pack(f">{len(self.codes)}H", *self.codes).hex().encode()

    def _limit_kerns(self) -> None:
        most = int(WIDEST_KERN / self.face.scale)
        over = [max(shift - most, 0) if own else 0 for shift, own in zip(self.shifts, self.advances, strict=True)]
        self.shifts, self.advances = list(map(sub, self.shifts, over)), list(map(sub, self.advances, over))

    def widths(self) -> list[float]:
        """The width of each character in thousandths of an em, in logical order; that of a cluster stands at its first one."""
        scale = self.face.scale * self.face.optical
        if self.one_to_one:
            return [width * scale for width in (reversed(self.advances) if self.rtl else self.advances)]
        widths = [0.0] * len(self.text)
        for cluster, width in zip(self.clusters, self.advances, strict=True):
            widths[cluster] += width * scale
        return widths

    def _coded(self, text: str) -> Coded:
        if self.one_to_one:
            usual, further, characters = self.face.usual, self.face.codes, list(reversed(text) if self.rtl else text)
            if list(map(usual.get, self.glyphs)) == characters:
                return Coded(self.glyphs, [], [])
            pairs = zip(self.glyphs, characters, strict=True)
            codes = [glyph if usual.get(glyph) == character else further.get((glyph, character), -1) for glyph, character in pairs]
            if -1 not in codes:
                return Coded(codes, [], [])
        return self._coded_clusters(text)

    def _coded_clusters(self, text: str) -> Coded:
        """Codes where clusters hold several glyphs or characters, or a glyph that the font gives no such text."""
        codes: list[int] = []
        coded = Coded(codes, [], [])
        usual, further, rtl = self.face.usual, self.face.codes, self.rtl
        for first, last, cluster in self._clusters(text):
            glyph = self.glyphs[first]
            if last - first == 1 and (code := glyph if usual.get(glyph) == cluster else further.get((glyph, cluster))) is not None:
                codes.append(code)
                if rtl and len(cluster) > 1:
                    coded.spans.append((first, last, normalize("NFC", cluster)[::-1]))
                continue
            own = tuple(self.glyphs[first:last])
            found = _spell(self.face, own[::-1] if rtl else own, cluster)
            several, plain = last - first > 1, self.script in PLAIN_MARKS
            if found is None or (several and not plain):
                coded.unspelt.append(first)
            codes += own if found is None else found[::-1] if rtl else found
            if found and several and (rtl or plain) and self.face.blank is not None:
                turned = RIGHT_TO_LEFT_MARK if rtl and BEFORE_SIGN.match(text, self.clusters[first] + len(cluster)) else ""
                marks = [place for place in range(first, last) if self.moved(place)]
                coded.spans.extend((place, place + 1, turned + self.face.text_of(codes[place])) for place in marks)
            elif rtl:
                coded.spans.append((first, last, normalize("NFC", cluster)[::-1]))
        return coded

    def _clusters(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(first glyph, one past the last, text) of each cluster in visual order."""
        if not self.clusters:
            return iter(())  # unseen characters alone, in a face without a space
        firsts = [0, *compress(count(1), map(ne, self.clusters[1:], self.clusters))]
        starts = [self.clusters[first] for first in firsts]
        ends = [len(text), *starts[:-1]] if self.rtl else [*starts[1:], len(text)]
        texts = map(text.__getitem__, map(slice, starts, ends))
        return zip(firsts, [*firsts[1:], len(self.glyphs)], texts, strict=True)

    def moved(self, place: int) -> bool:
        """Whether the glyph is a mark that stands elsewhere than where the glyph before it ends."""
        return not self.advances[place] and bool(self.shifts[place] or self.rises[place])

    def _edge(self, position: int) -> int | None:
        """The glyph at which the text is cut before text[position], None where it must be shaped anew for that."""
        if position in (0, len(self.text)):
            return len(self.glyphs) if (position == 0) == self.rtl else 0
        if self.rtl:
            edge = bisect_left(self.clusters, 1 - position, key=neg)
            at = edge - 1
        else:
            edge = at = bisect_left(self.clusters, position)
        if not 0 <= at < len(self.clusters) or self.clusters[at] != position or self.flags[at] & UNSAFE_TO_BREAK:
            return None
        return edge

    def run(self, start: int, end: int, actual_text: str | None = None) -> Run | None:
        """The glyphs of text[start:end], None where they must be shaped anew.

        Left-to-right runs whose codes do not spell the text carry it as ActualText. Right-to-left runs stand in visual order, which
        readers turn around with all that is in it, but not all of them in ActualText; so it stands mark by mark, and for clusters that
        the font's codes do not spell, in visual order. Beyond the Basic Multilingual Plane readers turn nothing around: the line tells it.
        """
        edges = (self._edge(start), self._edge(end))
        first, last = edges[::-1] if self.rtl else edges
        if first is None or last is None:
            return None
        return self.part(first, last, self.text[start:end], actual_text)

    def part(self, first: int, last: int, text: str, actual_text: str | None) -> Run:
        """The glyphs from `first` to before `last` as a run that shows `text`."""
        spans = [span for span in self.spans if first <= span[0] < last]
        if self.rtl and max(text) > LAST_TURNED:
            spans = []
        elif not self.rtl and actual_text is None and not self._spells(first, last):
            actual_text = text
        width = sum(self.advances[first:last]) * self.face.scale * self.face.optical
        blanks = (self.face.blank_code,) if spans and self.face.blank is not None else ()
        cids = frozenset((*self.codes[first:last], *blanks))
        return Run(self.face, self._operators(first, last, spans), cids, width, actual_text)

    def _spells(self, first: int, last: int) -> bool:
        """Whether the codes of these glyphs say their text."""
        place = bisect_left(self.unspelt, first)
        return place == len(self.unspelt) or self.unspelt[place] >= last

    def _operators(self, first: int, last: int, spans: list[tuple[int, int, str]]) -> tuple[tuple[float, bytes], ...]:
        result: list[tuple[float, bytes]] = []
        carry, at = 0.0, first
        for opened, closed, text in spans:
            # the sign alone: pdfium turns ActualText around that follows an operator with right-to-left letters
            sign = max(opened - 1, at) if text[0] == RIGHT_TO_LEFT_MARK else opened
            for start, end in ((at, sign), (sign, opened)):
                carry = self._show(start, end, carry, result)
            if closed - opened == 1 and self.moved(opened) and self.face.blank is not None:
                letter = next((other for other in range(opened, last) if not self.moved(other)), opened)
                carry = self._show_apart(opened, letter, text, carry, result)
            else:
                result.append((0.0, span(text)))
                carry = self._show(opened, closed, carry, result)
                result.append((0.0, b"EMC"))
            at = closed
        self._show(at, last, carry, result)
        return tuple(result)

    def _show_apart(self, place: int, letter: int, said: str, carry: float, result: list[tuple[float, bytes]]) -> float:
        """Add the operators that show one mark between blanks without text, from where the next letter begins and back to it.

        `said` is the mark, after what parts it from a sign; `carry` is as in `_show`. Readers put the letters of a line in order by
        where their operators begin and end (poppler, pdfium), so a mark that were shown where it stands would be read after the
        next letter, in a word or a line of its own.
        """
        face, rise = self.face, self.rises[place] * self.face.scale * self.face.optical
        blank, width = b"<%04x>" % face.blank_code, face.advance(face.blank or 0) * face.scale
        first = round(carry - self.shifts[letter] * face.scale)
        carry -= first
        back = round(width)
        before = width - back if rise else 0.0
        there = round(before + width + carry - self.shifts[place] * face.scale)
        reached = before + width - there + face.advance(self.glyphs[place]) * face.scale
        home = round(reached + (0 if rise else width))
        start, mark = (b"%d" % first if first else b"") + blank, b"%d<%04x>%d" % (there, self.codes[place], home)
        result.append((0.0, span(said)))
        if rise:
            result += [(0.0, b"[%b%d] TJ" % (start, back)), (rise, b"[%b%b] TJ" % (blank, mark)), (0.0, b"[%d%b] TJ" % (back, blank))]
        else:
            result.append((0.0, b"[%b%b%b] TJ" % (start, mark, blank)))
        result.append((0.0, b"EMC"))
        left: float = reached - home + width - (back if rise else 0) + carry
        return left

    def _show(self, first: int, last: int, carry: float, result: list[tuple[float, bytes]]) -> float:
        """Add the operators that show glyphs first to last; `carry` is the way left to go, before and (returned) after."""
        scale = self.face.scale
        parts: list[bytes] = []
        start, rise = first, 0
        further = self.places[bisect_right(self.places, first) : bisect_left(self.places, last)]
        for place in (first, *further) if first < last else ():
            shift, up = self.shifts[place], self.rises[place]
            move = carry - shift * scale
            if up != rise or not -0.5 < move < 0.5:
                self._add_codes(start, place, parts)
                start = place
                if up != rise:
                    _close(parts, rise * scale * self.face.optical, result)
                    rise = up
                if rounded := round(move):
                    parts.append(b"%d" % rounded)
                    move -= rounded
            carry = move + (self.excess[place] + shift) * scale
        self._add_codes(start, last, parts)
        left = round(carry)
        if left:
            parts.append(b"%d" % left)
        _close(parts, rise * scale * self.face.optical, result)
        return carry - left

    def _add_codes(self, first: int, last: int, parts: list[bytes]) -> None:
        if first < last:
            parts.append(b"<%b>" % self.hexadecimal[4 * first : 4 * last])


def _close(parts: list[bytes], rise: float, result: list[tuple[float, bytes]]) -> None:
    """Add one operator for the parts (codes, and moves between them) and empty them."""
    if parts:
        alone = len(parts) == 1 and parts[0][:1] == b"<"
        result.append((rise, b"%b Tj" % parts[0] if alone else b"[%b] TJ" % b"".join(parts)))
        parts.clear()


def span(text: str) -> bytes:
    """Opens marked content that says `text` in place of its codes; EMC closes it."""
    return b"/Span<</ActualText<FEFF%s>>>BDC" % text.encode("utf-16-be").hex().upper().encode()


def shape(text: str, face: Face, script: str, language: str, rtl: bool) -> Shaped:
    """Shape a piece of one script in one direction. A TAB is a space two ems wide."""
    shown = text.replace("\t", " ") if "\t" in text else text
    return Shaped(text, face, script, rtl, harfbuzz.glyphs(shown, face.path, script, language, rtl))


def whole_run(text: str, face: Face, script: str, language: str, rtl: bool, actual_text: str | None = None) -> Run:
    """All of the text as one run; `actual_text` is what it says where it says something else than what it shows."""
    shaped = shape(text, face, script, language, rtl)
    return shaped.part(0, len(shaped.glyphs), text, actual_text)


@lru_cache(maxsize=262_144)
def run(text: str, face: Face, script: str, language: str, rtl: bool) -> Run:
    """The run of a piece of text, kept for the next time."""
    return whole_run(text, face, script, language, rtl)
