"""Breaks a paragraph in any script into lines."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

import icu

from pledges.typesetting import shaping
from pledges.typesetting.direction import Order, starts_right_to_left
from pledges.typesetting.fonts import Style, candidates
from pledges.typesetting.hyphenation import divisions
from pledges.typesetting.itemising import Piece, han_forms, itemise
from pledges.typesetting.line import Line, forget, joined, line, visual_order, visual_pieces
from pledges.typesetting.shaping import Run

__all__ = ["Line", "Run", "Style", "clear_caches", "line", "paragraph", "visual_order"]

SOFT_HYPHEN = "\u00ad"
ZERO_WIDTH_SPACE = "\u200b"
_UNBROKEN = re.compile(r"\S*")
_HYPHEN = 350.0
"""Width of a hyphen, in thousandths of an em, with some room."""
_SHORT = 6
"""A line is visibly short where more than this part of it is empty."""
_IN_A_ROW = 2
"""Most divided lines that follow each other."""

_RULES_OF_LINES = {"ko": "-u-lw-phrase", "ja": "-u-lb-strict", "zh": "-u-lb-strict"}
"""Korean keeps words together; no Japanese or Chinese line begins with small kana or a mark of iteration (UTS #35)."""
_UNIT = r"[ \u2009](?:[%‰€$£]|°C?|[cdkmµ]?m[²³23]?|ha|[km]?g|t|[hmc]?l|[kMGT]?(?:W|Wh|Hz)|[кмс]?м[²³]?|га|к?г|т)(?!\w)"
_FIGURE = rf"[0-9](?:{_UNIT}|(?<!\d\d)\d{{0,2}}(?:[ \u2009]\d{{3}}(?!\d)){{1,4}}(?:[.,]\d+)?(?:{_UNIT})?)"
_HELD, _HELD_IN_FRENCH = re.compile(_FIGURE), re.compile(rf"{_FIGURE}| [:;!?»]|« \S")
"""What no line breaks: a figure in groups or with its unit; in French also what a space holds to its word."""


@cache
def _line_breaks(language: str) -> icu.BreakIterator:
    tag = language + _RULES_OF_LINES.get(language.split("-")[0], "")
    return icu.BreakIterator.createLineInstance(icu.Locale.forLanguageTag(tag))


@cache
def _grapheme_breaks() -> icu.BreakIterator:
    return icu.BreakIterator.createCharacterInstance(icu.Locale.getRoot())


def _boundaries(iterator: icu.BreakIterator, text: str) -> list[int]:
    """Positions in the text after which it may be cut, the end included."""
    kept = icu.UnicodeString(text)
    iterator.setText(kept)
    units = list(iterator)
    if len(kept) == len(text):
        return units
    positions = {unit: position for position, unit in enumerate(accumulate((1 + (c > "\uffff") for c in text), initial=0))}
    return [positions[unit] for unit in units]


def _without_held(places: list[int], text: str, language: str) -> list[int]:
    """Those of the positions that do not part what its language holds together."""
    held = _HELD_IN_FRENCH if language.split("-")[0] == "fr" else _HELD
    inside = {place for found in held.finditer(text) for place in range(found.start() + 1, found.end())}
    return [place for place in places if place not in inside] if inside else places


class _Paragraph:
    """One paragraph shaped once, from which lines are cut."""

    def __init__(self, text: str, style: Style, language: str, rtl: bool, *, hyphenate: bool = False) -> None:
        self.text, self.language, self.rtl, self.hyphenate = text, language, rtl, hyphenate
        self.cuts: set[int] = set()
        """Where words were divided."""
        self.pieces, self.missing = itemise(text, style, han_forms(text, language))
        self.order = Order(text, rtl)
        self.shaped = [
            (piece, shaping.shape(text[piece.start : piece.end], piece.face, piece.script, language, level))
            for piece, level in visual_pieces(self.pieces, self.order, 0, len(text))
        ]
        self.shaped.sort(key=lambda pair: pair[0].start)
        self.starts = [piece.start for piece, _ in self.shaped]
        widths = [width for _, shaped in self.shaped for width in shaped.widths()]
        self.reach = list(accumulate(widths, initial=0.0))
        """Width of text[:position]."""

    def width(self, start: int, end: int) -> float:
        """Width of text[start:end] without its closing spaces, with the hyphen that a soft one becomes at a line's end."""
        end = self.trimmed(start, end)
        hyphen = _HYPHEN if end > start and self.text[end - 1] == SOFT_HYPHEN else 0.0
        return self.reach[end] - self.reach[start] + hyphen

    def trimmed(self, start: int, end: int) -> int:
        while end > start and self.text[end - 1].isspace() and self.text[end - 1] != "\u00a0":
            end -= 1
        return end

    def breaks(self, limits: Iterator[float]) -> Iterator[tuple[int, int]]:
        """(start, end) of the lines, each as long as its limit allows."""
        possible = _boundaries(_line_breaks(self.language), self.text)
        allowed = _without_held(possible, self.text, self.language)
        start, limit, in_a_row = 0, next(limits), 0
        while start < len(self.text):
            whole = self.furthest(allowed, start, limit)
            divided = self.division(allowed, start, whole or start, limit) if self.hyphenate and in_a_row < _IN_A_ROW else None
            in_a_row = in_a_row + 1 if divided else 0
            end = divided or whole or self.furthest(possible, start, limit) or self.forced(start, limit)
            yield start, end
            start = end
            if start < len(self.text):
                limit = next(limits)

    def furthest(self, allowed: list[int], start: int, limit: float) -> int | None:
        """The last of these positions to which the text fits after `start`, None where not even the first does."""
        first = bisect_right(allowed, start)
        place = bisect_right(allowed, bisect_right(self.reach, self.reach[start] + limit) - 1, first)
        while place < len(allowed) and self.width(start, allowed[place]) <= limit:
            place += 1
        while place > first and self.width(start, allowed[place - 1]) > limit:
            place -= 1
        return allowed[place - 1] if place > first else None

    def division(self, allowed: list[int], start: int, end: int, limit: float) -> int | None:
        """Where to divide the word after `end` so that a line that would stay visibly short is filled; never the last word."""
        following = bisect_right(allowed, end)
        if limit - self.width(start, end) < limit / _SHORT or following >= len(allowed) - 1:
            return None
        for position in divisions(self.text[end : allowed[following]], self.language):
            cut = end + position
            if self.reach[cut] - self.reach[start] + _HYPHEN <= limit and self.reach[self.rest(cut)] - self.reach[cut] <= limit:
                self.cuts.add(cut)
                return cut
        return None

    def forced(self, start: int, limit: float) -> int:
        """Where to cut what is too long for a line: after the last grapheme cluster that fits, at least one."""
        graphemes = _boundaries(_grapheme_breaks(), self.text)
        return self.furthest(graphemes, start, limit) or graphemes[bisect_right(graphemes, start)]

    def ending(self, text: str, piece: Piece) -> Run:
        """The last run of a line that ends within a word: with the hyphen that a soft one becomes, or with the one it has.

        A space without width after a hyphen of the text keeps readers from taking it for a division of theirs. Where we divide a word,
        the line says it whole, and the next one nothing in its place, so that it is found and read out as it was written (an
        empty ActualText would be passed over by pdfium, a soft hyphen would leave two halves in pdftotext).
        """
        if piece.end in self.cuts:
            whole = text + self.text[piece.end : self.rest(piece.end)]
            return shaping.whole_run(text + "-", piece.face, piece.script, self.language, False, whole)
        if text[-1] == SOFT_HYPHEN:
            return shaping.whole_run(text[:-1] + "-", piece.face, piece.script, self.language, False, text)
        return shaping.run(text + ZERO_WIDTH_SPACE, piece.face, piece.script, self.language, False)

    def run(self, piece: Piece, level: bool, *, divided: bool) -> Run:
        text = self.text[piece.start : piece.end]
        if divided and not level:
            return self.ending(text, piece)
        whole, shaped = self.shaped[bisect_right(self.starts, piece.start) - 1]
        run = shaped.run(piece.start - whole.start, piece.end - whole.start) if piece.end <= whole.end and shaped.rtl == level else None
        return run or shaping.run(text, piece.face, piece.script, self.language, level)

    def rest(self, cut: int) -> int:
        """Where the word that was divided at `cut` ends, with the signs that follow it."""
        found = _UNBROKEN.match(self.text, cut)
        return found.end() if found else cut

    def line(self, start: int, end: int) -> Line:
        """The line that text[start:end] makes."""
        end = self.trimmed(start, end)
        divided = end in self.cuts or (start < end < len(self.text) and self.text[end - 1] in (SOFT_HYPHEN, "-"))
        begin = min(self.rest(start), end) if start in self.cuts else start
        said = [
            self.run(piece, level, divided=False)._replace(actual_text=ZERO_WIDTH_SPACE)
            for piece, level in visual_pieces(self.pieces, self.order, start, begin)
            if begin > start
        ]
        runs = [
            self.run(piece, level, divided=divided and piece.end == end)
            for piece, level in visual_pieces(self.pieces, self.order, begin, end)
        ]
        text = self.text[start:end]
        whole = self.text[begin : self.rest(end) if end in self.cuts else end]
        missing = tuple(character for character in self.missing if character in text)
        return joined([*said, *runs], self.rtl, missing, text, whole)


def _limits(width: float, first: float) -> Iterator[float]:
    yield first
    while True:
        yield width


def paragraph(
    text: str,
    style: Style,
    language: str,
    *,
    size: float,
    width: float,
    rtl: bool | None = None,
    first_indent: float = 0,
    hyphenate: bool = False,
) -> list[Line]:
    """The text as lines no wider than `width` at `size` (both in points); LF ends a line, TAB is a space of two ems.

    Lines break where the text's language allows (UAX #14, dictionaries for Thai, Khmer, Lao and Burmese), and between
    grapheme clusters where a word is too long. `first_indent` (points) shortens the first line; the caller moves it.
    `hyphenate` divides words by the patterns of a language of Latin letters where a line would stay visibly short.
    """
    right = starts_right_to_left(text) if rtl is None else rtl
    limit = width * 1000 / size
    limits = _limits(limit, limit - first_indent * 1000 / size)
    lines: list[Line] = []
    for part in text.split("\n"):
        work = _Paragraph(part, style, language, right, hyphenate=hyphenate)
        lines += [work.line(start, end) for start, end in work.breaks(limits)] or [Line((), 0.0, right, (), "")]
    return lines


def clear_caches() -> None:
    """Forget the lines and runs that were kept; faces stay open."""
    forget()
    shaping.run.cache_clear()
    itemise.cache_clear()
    candidates.cache_clear()
