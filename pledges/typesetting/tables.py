"""Sets tables: few rules, headings that are read out with each figure, no row split over a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from pledges.typesetting.composition import DATA, DATA_BOLD, LABEL, WIDTH, Composition, Type
from pledges.typesetting.structure import COLUMN_HEADING, ROW_HEADING
from pledges.typesetting.text import Line

_PADDING = 3.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column from `start` on, in points from the side where reading starts; figures stand at its far side."""

    heading: str
    start: float
    width: float
    figures: bool = False


def table(composition: Composition, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Set a table; the first cell of each row is its heading."""
    with composition.within("Table"):
        _row(composition, columns, [column.heading for column in columns], [LABEL] * len(columns), heading=True)
        composition.rule(after=_PADDING)
        kinds = [DATA_BOLD, *[DATA] * (len(columns) - 1)]
        for row in rows:
            _row(composition, columns, row, kinds, heading=False)
    composition.space(10)


def _row(composition: Composition, columns: Sequence[Column], cells: Sequence[str], kinds: Sequence[Type], *, heading: bool) -> None:
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
        scope = COLUMN_HEADING if heading else ROW_HEADING if place == 0 else b""
        cell = structure.add("TH" if scope else "TD", row, scope)
        _cell(composition, cell, column, lines, kind, top)
    composition.y = top - height - _PADDING


def _cell(composition: Composition, element: int, column: Column, lines: list[Line], kind: Type, top: float) -> None:
    rtl = composition.words.rtl
    x = composition.left + (WIDTH - column.start - column.width if rtl else column.start)
    if column.figures and lines:
        length = lines[0].width * kind.size / 1000
        x, width = (x, length) if rtl else (x + column.width - length, length)
    else:
        width = column.width
    composition.show(element, lines, kind, x=x, top=top, width=width)
