"""Reading a pledges file row by row: whatever one row holds, the next is still read."""

import csv
import gzip
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TextIO, cast

from pledges.domain.commitments import COLUMNS
from pledges.domain.problems import N_, Problem, refuse
from pledges.domain.spreadsheets import unescape_cell

LONGEST_CELL = 16 * 1024 * 1024
"""Code points. Far beyond any text: a longer cell is an unclosed quotation mark that would swallow the file."""
_OTHER_FILES = ("PK\x03\x04", "\udcd0\udccf\x11", "\udcff\udcfe", "\udcfe\udcff")
"""How workbooks (new and old) and UTF-16 begin, read as UTF-8."""
_BROKEN_ARCHIVE = (EOFError, gzip.BadGzipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file. `number` is that of a spreadsheet: the header is row 1, and empty lines count."""

    number: int
    cells: dict[str, str]
    problem: Problem | None = None
    """Why the row cannot even be read."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's columns in its own order, and its rows."""

    columns: list[str]
    rows: Iterator[Row]


def open_table(path: Path) -> TextIO:
    """UTF-8 with or without a byte-order mark, compressed or not; other bytes become lone surrogates, which no rule lets pass."""
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline=""))
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def table_of(data: bytes) -> TextIO:
    """The same for a file that is held in memory and not compressed."""
    return TextIOWrapper(BytesIO(data), encoding="utf-8-sig", errors="surrogateescape", newline="")


def read_table(file: TextIO, wanted: Collection[str] = COLUMNS) -> Table:
    """The table in a file. Raises Refused when it has none of the `wanted` columns.

    Cells are parted by commas; by semicolons or tabs where the first row has those and no comma, as spreadsheets of many countries write.
    """
    csv.field_size_limit(LONGEST_CELL)
    lines = _Lines(file)
    reader = csv.reader(lines, strict=True, delimiter=lines.separator())
    try:
        columns = [name.strip() for name in next(reader, [])]
    except (csv.Error, *_BROKEN_ARCHIVE) as error:
        raise refuse("file", N_("This is not a table: %(error)s."), error=str(error)) from None
    if columns and columns[0].startswith(_OTHER_FILES):
        raise refuse("file", N_("This is a workbook, or text in another encoding. Save it as “CSV UTF-8” and bring that."))
    if not set(columns) & set(wanted):
        raise refuse("file", N_("The first row names no column of such a file. Its columns are %(columns)s."), columns=tuple(wanted))
    if twice := sorted({name for name in columns if name and columns.count(name) > 1}):
        raise refuse("file", N_("The first row names a column twice: %(columns)s."), columns=tuple(twice))
    return Table(columns, _rows(reader, lines, columns))


class _Lines:
    """The lines of a file; those of a row that turns out to be broken can be read again."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: list[str] = []
        self._of_row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._file)
        self._of_row.append(line)
        return line

    def separator(self) -> str:
        """What parts the cells of the first line, which stays to be read."""
        try:
            self._again = [next(self._file)]
        except (StopIteration, *_BROKEN_ARCHIVE):
            return ","
        return next((sign for sign in ",;\t" if sign in self._again[0]), ",")

    def begin_row(self) -> None:
        """What is read from now on belongs to the next row."""
        self._of_row.clear()

    def give_back_all_but_the_first(self) -> None:
        """Only the row's first line is lost: the lines that an unclosed quotation mark swallowed are read as rows."""
        self._again += reversed(self._of_row[1:])


def _rows(reader: Iterator[list[str]], lines: _Lines, columns: list[str]) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.give_back_all_but_the_first()
            yield Row(number, {}, Problem("row", N_("The row cannot be read: %(error)s."), {"error": str(error)}))
        except _BROKEN_ARCHIVE as error:
            yield Row(number, {}, Problem("row", N_("The file breaks off here: %(error)s."), {"error": str(error)}))
            return
        else:
            if cells:  # an empty line is no row
                yield Row(number, dict(zip(columns, map(unescape_cell, cells), strict=False)), _fault(cells, columns))


def _fault(cells: list[str], columns: list[str]) -> Problem | None:
    if len(cells) != len(columns):
        values: dict[str, object] = {"cells": len(cells), "columns": len(columns)}
        return Problem("row", N_("The row has %(cells)d cells, the header has %(columns)d."), values)
    broken = next((name for name, cell in zip(columns, cells, strict=True) if any("\udc80" <= sign <= "\udcff" for sign in cell)), None)
    return Problem(broken, N_("The row holds bytes that are not UTF-8.")) if broken is not None else None
