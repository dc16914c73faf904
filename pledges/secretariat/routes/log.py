"""The event log: looked through, taken away as a table, and how anybody checks it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from pledges.accounts.guard import fresh_sign_in
from pledges.domain.acts import ACTS
from pledges.domain.publication import csv_lines
from pledges.extensions import db
from pledges.models import LogHead
from pledges.models.base import begin_reading
from pledges.secretariat.actions.log import note_export
from pledges.secretariat.forms.log import COLUMNS, act_choices, log_filters, log_row
from pledges.secretariat.queries import log as queries
from pledges.secretariat.routes.desk import acting_officer, bp, list_begins

_FILTERS = ("who", "act", "subject", "since", "until")


@bp.get("/log")
def log() -> ResponseReturnValue:
    """Who did what to what, the last first."""
    filters = log_filters(request.args)
    page = queries.log_entries(db.session(), filters, before=list_begins())
    return render_template(
        "secretariat/log.html", page=page, told=json.loads, filters=filters, chosen=_chosen(), acts=act_choices(str(get_locale())),
        words=ACTS, signed=queries.signed_pledges(db.session(), page.rows), officers=queries.officers(db.session()), nobody=queries.NOBODY,
    )  # fmt: skip


@bp.post("/log/export")
@fresh_sign_in
def export_log() -> ResponseReturnValue:
    """What is shown, all pages of it, as a table that can be checked without us."""
    filters = log_filters(request.form)
    note_export(db.session(), _chosen(), by=acting_officer(), at=datetime.now(UTC))

    begin_reading(db.session())  # nobody waits for whoever reads slowly

    def lines() -> Iterator[str]:
        yield from csv_lines([COLUMNS])
        yield from csv_lines(log_row(row) for row in queries.every_entry(db.session(), filters))

    answer = Response(stream_with_context(lines()), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename="log.csv")
    return answer


@bp.get("/log/check")
def check_log() -> ResponseReturnValue:
    """How the log is chained, and how to check that nothing was changed or taken out."""
    return render_template(
        "secretariat/log_check.html", head=db.session.get(LogHead, 1), editions=queries.printed_heads(db.session()),
        erased=queries.erased_details(db.session()),
    )  # fmt: skip


def _chosen() -> dict[str, str]:
    return {name: value for name in _FILTERS if (value := request.values.get(name, "").strip()[:120])}
