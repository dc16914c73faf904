"""Reading a pledges file row by row: whatever one row holds, the next is still read."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

from pledges.domain.commitments import COLUMNS
from pledges.domain.problems import N_, Problem, refuse
from pledges.domain.spreadsheets import unescape_cell

LONGEST_CELL = 16 * 1024 * 1024
"""Far beyond any text: a longer cell is an unclosed quotation mark that would swallow the file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file. `number` is that of a spreadsheet: the header is row 1."""

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
    """UTF-8 with or without a byte-order mark, compressed or not; bytes that are no UTF-8 become lone surrogates, which no rule lets pass."""
    raw = cast(io.BufferedIOBase, gzip.open(path) if path.suffix == ".gz" else path.open("rb"))
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="")


def read_table(file: TextIO) -> Table:
    """The table in a file. Raises Refused when it has no column of a pledges file."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(file)
    try:
        columns = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise refuse("file", N_("This is not a table: %(error)s."), error=str(error)) from None
    if not set(columns) & set(COLUMNS):
        raise refuse("file", N_("The first row names no column of a pledges file."))
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise refuse("file", N_("The first row names a column twice: %(columns)s."), columns=", ".join(twice))
    return Table(columns, _rows(reader, columns))


def _rows(reader: "csv._reader", columns: list[str]) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number, {}, Problem("row", N_("The row cannot be read: %(error)s."), {"error": str(error)}))
            continue
        if not cells:
            number -= 1  # an empty line is no row
            continue
        yield Row(number, dict(zip(columns, map(unescape_cell, cells), strict=False)), _fault(cells, columns))


def _fault(cells: list[str], columns: list[str]) -> Problem | None:
    if len(cells) != len(columns):
        values: dict[str, object] = {"cells": len(cells), "columns": len(columns)}
        return Problem("row", N_("The row has %(cells)d cells, the header has %(columns)d."), values)
    broken = next((name for name, cell in zip(columns, cells, strict=True) if any("\udc80" <= sign <= "\udcff" for sign in cell)), None)
    return Problem(broken, N_("The row holds bytes that are not UTF-8.")) if broken is not None else None
