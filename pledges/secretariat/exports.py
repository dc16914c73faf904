"""Writing the register to a file that `import` reads back."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import xlsxwriter

from pledges.domain.commitments import COLUMNS, FILE_COLUMNS
from pledges.domain.moments import iso
from pledges.domain.spreadsheets import escape_cell
from pledges.models import Pledge, Revision
from pledges.models.frozen import fields_of
from pledges.secretariat.queries.exports import Status

_OWN = ("status", "public_id", "revision", "fingerprint", "signature_kind", "first_signed_at", "withdrawn_at")
EXPORT_COLUMNS = (*FILE_COLUMNS, *(column for column in COLUMNS if column not in FILE_COLUMNS), *_OWN)
"""The columns of a pledges file first and in their order, then what only this register knows."""


def cells(pledge: Pledge, revision: Revision, status: Status) -> dict[str, str]:
    """One pledge by column."""
    own = {
        "status": status.value,
        "public_id": pledge.public_id,
        "revision": str(revision.number),
        "fingerprint": revision.fingerprint or "",
        "signature_kind": revision.signature.kind.value if revision.signature else "",
        "first_signed_at": iso(pledge.first_signed_at) if pledge.first_signed_at else "",
        "withdrawn_at": iso(pledge.withdrawn_at) if pledge.withdrawn_at else "",
    }
    return {"case": "", **fields_of(revision).row(), **own}


def write_csv(path: Path, rows: Iterable[dict[str, str]]) -> int:
    """UTF-8, RFC 4180, with cells that a spreadsheet would compute made harmless."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(EXPORT_COLUMNS)
        for row in rows:
            writer.writerow([escape_cell(row[column]) for column in EXPORT_COLUMNS])
            number += 1
    return number


def write_json(path: Path, rows: Iterable[dict[str, str]]) -> int:
    """A list of objects, values untouched."""
    number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, row in enumerate(rows, 1):
            file.write((",\n" if number > 1 else "\n") + json.dumps({column: row[column] for column in EXPORT_COLUMNS}, ensure_ascii=False))
        file.write("\n]\n")
    return number


def write_xlsx(path: Path, rows: Iterable[dict[str, str]]) -> int:
    """One sheet in which every cell is a string."""
    number = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("pledges")
        for column, name in enumerate(EXPORT_COLUMNS):
            sheet.write_string(0, column, name)
        for number, row in enumerate(rows, 1):
            for column, name in enumerate(EXPORT_COLUMNS):
                sheet.write_string(number, column, row[name])
    return number


WRITERS: dict[str, Callable[[Path, Iterable[dict[str, str]]], int]] = {".csv": write_csv, ".json": write_json, ".xlsx": write_xlsx}


def all_cells(register: Iterator[tuple[Pledge, Revision, Status]]) -> Iterator[dict[str, str]]:
    """The rows of a register, one at a time."""
    for pledge, revision, status in register:
        yield cells(pledge, revision, status)
