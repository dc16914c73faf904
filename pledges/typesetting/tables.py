"""Sets tables: few rules, headings that are read out with each figure, no row split over a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from pledges.typesetting.colour import Colour
from pledges.typesetting.composition import DATA, DATA_BOLD, LABEL, WIDTH, Composition, Type
from pledges.typesetting.structure import COLUMN_HEADING, ROW_HEADING
from pledges.typesetting.text import Line

_PADDING = 2.2


@dataclass(frozen=True, slots=True)
class Column:
    """A column from `start` on, in points from the side where reading starts; figures stand at its far side."""

    heading: str
    start: float
    width: float
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar beside each row, as long as its share (0 to 1) of the width; the figures say the same to those who cannot see it."""

    shares: Sequence[float]
    start: float
    width: float
    colour: Colour


def table(composition: Composition, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, bars: Bars | None = None) -> None:
    """Set a table; the first cell of each row is its heading, unless the table is so small that headings would outnumber its figures."""
    with composition.within("Table"):
        _row(composition, columns, [column.heading for column in columns], [LABEL] * len(columns), scope=COLUMN_HEADING)
        composition.rule(after=_PADDING)
        kinds = [DATA_BOLD, *[DATA] * (len(columns) - 1)]
        scope = ROW_HEADING if len(rows) * (len(columns) - 2) >= len(columns) else b""
        for place, row in enumerate(rows):
            _row(composition, columns, row, kinds, scope=scope)
            if bars:
                _bar(composition, bars, bars.shares[place])
    composition.space(8)


def _row(composition: Composition, columns: Sequence[Column], cells: Sequence[str], kinds: Sequence[Type], *, scope: bytes) -> None:
    """One row; `scope` is that of all its cells if it heads columns, that of the first otherwise."""
    heading = scope == COLUMN_HEADING
    rtl = composition.words.rtl
    cells_lines = [
        composition.lines(cell, kind, width=column.width, rtl=rtl) for cell, kind, column in zip(cells, kinds, columns, strict=True)
    ]
    height = max(len(lines) * kind.leading for lines, kind in zip(cells_lines, kinds, strict=True))
    composition.room(height + (60 if heading else 0))
    structure = composition.document.structure
    row = structure.add("TR", composition.section)
    top = composition.y
    for place, (column, lines, kind) in enumerate(zip(columns, cells_lines, kinds, strict=True)):
        own = scope if heading or place == 0 else b""
        cell = structure.add("TH" if own else "TD", row, own)
        _cell(composition, cell, column, lines, kind, top)
    composition.y = top - height - _PADDING


def _bar(composition: Composition, bars: Bars, share: float) -> None:
    """The bar of the row that was just set."""
    length, height = max(bars.width * share, 0.8), DATA.size * 0.75
    x = composition.left + (WIDTH - bars.start - length if composition.words.rtl else bars.start)
    with composition.page.artifact():
        composition.page.fill(x, composition.y + _PADDING + (DATA.leading - height) / 2 - 0.4, length, height, bars.colour)


def _cell(composition: Composition, element: int, column: Column, lines: list[Line], kind: Type, top: float) -> None:
    rtl = composition.words.rtl
    x = composition.left + (WIDTH - column.start - column.width if rtl else column.start)
    if column.figures and lines:
        length = lines[0].width * kind.size / 1000
        x, width = (x, length) if rtl else (x + column.width - length, length)
    else:
        width = column.width
    composition.show(element, lines, kind, x=x, top=top, width=width)
