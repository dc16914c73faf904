"""The open data of the current register, streamed."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from tempfile import TemporaryFile

import xlsxwriter
from flask import Response, request, send_file, stream_with_context

from pledges.accounts.sessions import now
from pledges.domain.declaration import Entry
from pledges.domain.publication import CSV_COLUMNS, cells, counts_of, csv_lines, csv_row, full_item
from pledges.extensions import db, settings
from pledges.models.edition import is_example
from pledges.models.figures import Figures, register_figures, register_state
from pledges.public import queries
from pledges.public.routes.room import bp

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STRINGS_ONLY = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@bp.get("/pledges.csv")
def table() -> Response:
    """RFC 4180, with cells that a spreadsheet would compute made harmless."""
    return _unless_known("csv", lambda figures: _streamed(_csv(figures), "text/csv"))


@bp.get("/pledges.json")
def document() -> Response:
    """The same as JSON, untouched, with its counts."""
    example = is_example(db.session())
    return _unless_known("json", lambda figures: _streamed(_json(figures, example=example), "application/json"))


@bp.get("/pledges.xlsx")
def workbook() -> Response:
    """The same as a workbook in which every cell is a string."""
    return _unless_known("xlsx", _xlsx)


def _unless_known(kind: str, build: Callable[[Figures], Response]) -> Response:
    """The file, unless the reader holds it already: it depends on nothing but the log's head and the current editions."""
    session, at = db.session(), now()
    tag = sha256(repr((kind, register_state(session, at))).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = build(register_figures(session, at))
        response.headers.set("Content-Disposition", "attachment", filename=f"pledges.{kind}")
    response.set_etag(tag, weak=True)
    return response


def _entries(figures: Figures) -> Iterator[tuple[Entry, str]]:
    return queries.every_entry(db.session(), list(figures.editions), closing_at=settings().closing_at)


def _streamed(lines: Iterator[str], mimetype: str) -> Response:
    return Response(stream_with_context(lines), mimetype=mimetype)


def _csv(figures: Figures) -> Iterator[str]:
    yield from csv_lines([CSV_COLUMNS])
    yield from csv_lines(csv_row(*entry) for entry in _entries(figures))


def _json(figures: Figures, *, example: bool) -> Iterator[str]:
    counts = {"counts": counts_of(figures.counts), "withdrawn": figures.withdrawn}
    head = {"schema": "1", "edition": figures.label, "example": example, **counts}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "pledges": ['
    for number, entry in enumerate(_entries(figures)):
        yield (",\n" if number else "\n") + json.dumps(full_item(*entry), ensure_ascii=False)
    yield "\n]}\n"


def _xlsx(figures: Figures) -> Response:
    file = TemporaryFile()  # noqa: SIM115 - the response closes it once it is sent
    with xlsxwriter.Workbook(file, _STRINGS_ONLY) as book:
        sheet = book.add_worksheet("pledges")
        sheet.write_row(0, 0, CSV_COLUMNS)
        for number, entry in enumerate(_entries(figures), 1):
            for column, text in enumerate(cells(*entry)):
                sheet.write_string(number, column, text)
    file.seek(0)
    return send_file(file, mimetype=_XLSX, etag=False)
