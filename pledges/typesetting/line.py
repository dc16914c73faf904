"""One line of text in any script, and what its page says of it to those who read or copy it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pledges.typesetting import readers, shaping
from pledges.typesetting.direction import Order, starts_right_to_left
from pledges.typesetting.fonts import Face, Style
from pledges.typesetting.itemising import Piece, han_forms, itemise
from pledges.typesetting.shaping import Run


@dataclass(frozen=True, slots=True)
class Line:
    """One line in visual order, whatever its size. Widths are in thousandths of an em."""

    runs: tuple[Run, ...]
    width: float
    rtl: bool
    missing: tuple[str, ...]
    """Characters that no face has; a draft shows a box for each."""
    text: str
    said: str = ""
    """What the line says where the order of its runs does not say it, or not to every reader."""
    blanks: tuple[Face, bytes] | None = None
    """The face and the operator that say it to pdfium, where ActualText does not."""

    def operators(self, size: float, *, page_rtl: bool = False) -> bytes:
        """What stands between `BT … Tm` and `ET` on a page, `size` in points; `page_rtl` is `readers.right_to_left` of the page."""
        said = self.said or (self.text if readers.needs_telling(self.text, page_rtl=page_rtl) else "")
        shown = self._told(size, said, page_rtl) if said else self._shown(size)
        return b" ".join(shown)

    def _shown(self, size: float) -> Iterator[bytes]:
        current = None
        for run in self.runs:
            if run.actual_text is not None:
                yield shaping.span(run.actual_text)
            if run.face is not current:
                current = run.face
                yield b"/%s %g Tf" % (current.key.encode(), size * current.optical)
            for rise, operator in run.operators:
                yield b"%.2f Ts %s 0 Ts" % (rise * size / 1000, operator) if rise else operator
            if run.actual_text is not None:
                yield b"EMC"

    def _told(self, size: float, said: str, page_rtl: bool) -> Iterator[bytes]:
        """The line within its text for those who follow the standard, that within poppler's, and that within pdfium's."""
        if self.blanks:
            face, operator = self.blanks
            yield from (b"/Span<</ActualText<>>>BDC", b"/%s %g Tf" % (face.key.encode(), size * face.optical), operator, b"EMC")
        yield readers.marked("Line", said)
        yield shaping.span(readers.arranged(said, page_rtl=page_rtl))
        unread, inside = readers.marked("Said", readers.UNREAD if self.blanks else ""), False
        for part in self._shown(size):
            if part.startswith(b"/Span"):
                inside = True
                yield unread if self.blanks else b"/Said" + part.removeprefix(b"/Span")
            elif part == b"EMC":
                inside = False
                yield part
            elif inside or part.endswith(b"Tf"):
                yield part
            else:
                yield from (unread, part, b"EMC")
        yield from (b"EMC", b"EMC")


def joined(runs: list[Run], rtl: bool, missing: tuple[str, ...], text: str, said: str | None = None) -> Line:
    """The runs as a line; `said` is given where it is not the text."""
    width = sum(run.width for run in runs)
    said = text if said is None else said
    if not readers.TOLD.search(said):
        return Line(tuple(runs), width, rtl, missing, text)
    if max(said) > readers.LAST_READ:
        for place, run in enumerate(runs):
            if blanks := readers.blanks(said, run.face, width / run.face.optical):
                operator, codes = blanks
                runs[place] = run._replace(cids=run.cids | codes)
                return Line(tuple(runs), width, rtl, missing, text, said, (run.face, operator))
    return Line(tuple(runs), width, rtl, missing, text, said)


def visual_pieces(pieces: tuple[Piece, ...], order: Order, start: int, end: int) -> Iterator[tuple[Piece, bool]]:
    """What a line of the text from `start` to `end` shows, from left to right, and whether it runs from right to left."""
    for first, last, rtl in order.visual(start, end):
        inside = [piece for piece in pieces if piece.start < last and piece.end > first]
        for piece in reversed(inside) if rtl else inside:
            yield Piece(max(piece.start, first), min(piece.end, last), piece.face, piece.script), rtl


@lru_cache(maxsize=262_144)
def _line(text: str, style: Style, language: str, rtl: bool | None) -> Line:
    text = text.replace("\n", " ")
    right = starts_right_to_left(text) if rtl is None else rtl
    pieces, missing = itemise(text, style, han_forms(text, language))
    order = Order(text, right)
    runs = [
        shaping.run(text[piece.start : piece.end], piece.face, piece.script, language, level)
        for piece, level in visual_pieces(pieces, order, 0, len(text))
        if text
    ]
    return joined(runs, right, missing, text)


def line(text: str, style: Style, language: str, *, rtl: bool | None = None) -> Line:
    """The text as one line, unbroken. `language` is a BCP 47 tag; the direction is the text's own unless given."""
    return _line(text, style, language, rtl)


def visual_order(text: str, *, rtl: bool | None = None) -> list[int]:
    """The positions in the text from left to right, as its line shows them; the direction is the text's own unless given.

    UAX #9 through rule L2: a mark of a right-to-left letter stands to its left, and what is invisible has its place too.
    """
    text = text.replace("\n", " ")
    pieces, _ = itemise(text, Style(), han_forms(text, ""))
    order = Order(text, starts_right_to_left(text) if rtl is None else rtl)
    positions: list[int] = []
    for piece, level in visual_pieces(pieces, order, 0, len(text)):
        inside = range(piece.start, piece.end)
        positions += reversed(inside) if level else inside
    return positions


def forget() -> None:
    """Forget the lines that were kept."""
    _line.cache_clear()
