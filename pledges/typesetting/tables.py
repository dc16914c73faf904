"""Sets tables: few rules, headings that are read out with each figure, no row split over a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    """Set a table; the headings of the columns stand again on each further page.

    The first cell of each row is its heading, unless the table is so small that headings would outnumber its figures.
    """
    with composition.within("Table"):
        headings = _Row(composition, columns, [column.heading for column in columns], [LABEL] * len(columns))
        composition.room(headings.height + 60)
        _set_row(composition, headings, scope=COLUMN_HEADING)
        page, kinds = composition.page, [DATA_BOLD, *[DATA] * (len(columns) - 1)]
        scope = ROW_HEADING if len(rows) * (len(columns) - 2) >= len(columns) else b""
        columns = [_narrowed(composition, column, [cells[place] for cells in rows]) for place, column in enumerate(columns)]
        for place, cells in enumerate(rows):
            row = _Row(composition, columns, cells, kinds)
            composition.room(row.height)
            if composition.page is not page:
                page = composition.page
                _repeat(composition, headings)
            _set_row(composition, row, scope=scope)
            if bars:
                _bar(composition, bars, bars.shares[place])
    composition.space(8)


def _narrowed(composition: Composition, column: Column, cells: Sequence[str]) -> Column:
    """The column as its figures need it: their units stand one below the other also where the column ends at its left side."""
    if not (composition.words.rtl and column.figures and cells):
        return column
    longest = max(composition.line(cell, DATA).width for cell in cells) * DATA.size / 1000 + 0.1
    return replace(column, start=column.start + column.width - longest, width=longest, figures=False)


class _Row:
    """Cells broken into lines."""

    def __init__(self, composition: Composition, columns: Sequence[Column], cells: Sequence[str], kinds: Sequence[Type]) -> None:
        rtl = composition.words.rtl
        self.cells = [
            (column, composition.lines(cell, kind, width=column.width, rtl=rtl), kind)
            for cell, kind, column in zip(cells, kinds, columns, strict=True)
        ]
        self.height = max(len(lines) * kind.leading for _, lines, kind in self.cells)


def _set_row(composition: Composition, row: _Row, *, scope: bytes) -> None:
    """Set a row; `scope` is that of all its cells if it heads columns, that of the first otherwise."""
    structure, page, heading = composition.document.structure, composition.page, scope == COLUMN_HEADING
    element = structure.add("TR", composition.section)
    for place, cell in enumerate(row.cells):
        own = scope if heading or place == 0 else b""
        with page.marked(structure.add("TH" if own else "TD", element, own)):
            _show(composition, *cell)
    _below(composition, row, heading=heading)


def _repeat(composition: Composition, headings: _Row) -> None:
    """The headings once more, for the eye alone: they are read out with each figure anyway."""
    with composition.page.artifact():
        for cell in headings.cells:
            _show(composition, *cell)
    _below(composition, headings, heading=True)


def _below(composition: Composition, row: _Row, *, heading: bool) -> None:
    composition.y -= row.height + _PADDING
    if heading:
        composition.rule(after=_PADDING)


def _show(composition: Composition, column: Column, lines: Sequence[Line], kind: Type) -> None:
    left = composition.left + (WIDTH - column.start - column.width if composition.words.rtl else column.start)
    top = composition.y
    for line in lines:
        rest = column.width - line.width * kind.size / 1000
        x = left + (rest if column.figures != composition.words.rtl else 0)
        composition.page.show(line, x, top - kind.size - (kind.leading - kind.size) * 0.35, kind.size, kind.colour)
        top -= kind.leading


def _bar(composition: Composition, bars: Bars, share: float) -> None:
    """The bar of the row that was just set."""
    length, height = max(bars.width * share, 0.8), DATA.size * 0.75
    x = composition.left + (WIDTH - bars.start - length if composition.words.rtl else bars.start)
    with composition.page.artifact():
        composition.page.fill(x, composition.y + _PADDING + (DATA.leading - height) / 2 - 0.4, length, height, bars.colour)
