"""Many rows at once: a file is brought, its preview is looked over, and an officer confirms it; pledges and invitations alike."""

import io
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from pledges.accounts.guard import fresh_sign_in, may
from pledges.domain.cleaning import clean_line, refused_characters
from pledges.domain.commitments import FILE_COLUMNS
from pledges.domain.problems import Problem
from pledges.extensions import db, told
from pledges.models import Batch, BatchKind
from pledges.secretariat.actions import batches as acts
from pledges.secretariat.forms.batches import ImportForm
from pledges.secretariat.queries import batches as queries
from pledges.secretariat.queries.directory import governments
from pledges.secretariat.routes.desk import acting_officer, bp

_LONGEST_NAME = 250
DECIDING = "secretariat.decide"


@bp.route("/imports", methods=["GET", "POST"])
def imports() -> ResponseReturnValue:
    """Bring a file of pledges, and see what became of earlier ones."""
    form = ImportForm()
    if not may(DECIDING):
        del form.accept
    if form.validate_on_submit():
        return bring(BatchKind.PLEDGES, form.file.data, form.options())
    brought = queries.batches(db.session(), BatchKind.PLEDGES)
    return render_template("secretariat/imports.html", form=form, batches=brought, columns=FILE_COLUMNS), 422 if form.errors else 200


def bring(kind: BatchKind, file: FileStorage, options: dict[str, Any]) -> ResponseReturnValue:
    """Keep the file for the job that reads it, and show how far that is."""
    told = clean_line(file.filename or "")
    refused = refused_characters(told)
    return kept(kind, "".join(sign for sign in told if sign not in refused) or kind.value, file.read(), options)


def kept(kind: BatchKind, name: str, data: bytes, options: dict[str, Any]) -> ResponseReturnValue:
    """Likewise for rows that are at hand."""
    by, at = acting_officer(), datetime.now(UTC)
    number = acts.bring(db.session(), kind, name=name[-_LONGEST_NAME:], data=data, options=options, by=by, at=at)
    return redirect(url_for("secretariat.batch", number=number), 303)


@bp.get("/batches/<int:number>")
def batch(number: int) -> ResponseReturnValue:
    """How far a batch is; once it is read, what would become of each row."""
    return _page(_found(number))


@bp.post("/batches/<int:number>/confirm")
@fresh_sign_in
def confirm_batch(number: int) -> ResponseReturnValue:
    """Carry it out; who accepts pledges with a file must be one who may decide."""
    shown = _found(number)
    if shown.options.get("accept") and not may(DECIDING):
        abort(403)
    try:
        acts.confirm(db.session(), shown, by=acting_officer(), at=datetime.now(UTC))
    except acts.NotSo:
        return _too_late(number)
    return redirect(url_for("secretariat.batch", number=number), 303)


@bp.post("/batches/<int:number>/discard")
def discard_batch(number: int) -> ResponseReturnValue:
    """Forget it."""
    shown = _found(number)
    try:
        acts.discard(db.session(), shown, by=acting_officer(), at=datetime.now(UTC))
    except acts.NotSo:
        return _too_late(number)
    flash(_("Discarded. Nothing of this file was kept."), "done")
    return redirect(url_for(HOME_OF[shown.kind]), 303)


@bp.get("/batches/<int:number>/rejects.csv")
def batch_rejects(number: int) -> Response:
    """The rejected rows with their reasons; corrected, the file can be brought again as it is."""
    rejects = _found(number).rejects
    if rejects is None:
        abort(404)
    return send_file(io.BytesIO(rejects), mimetype="text/csv", as_attachment=True, download_name=f"rejects-{number}.csv", etag=False)


HOME_OF = {BatchKind.PLEDGES: "secretariat.imports", BatchKind.INVITATIONS: "secretariat.invitations"}


def _found(number: int) -> Batch:
    return queries.batch(db.session(), number) or abort(404)


def _page(shown: Batch, *, meanwhile: bool = False) -> str:
    unnamed = {row["government_id"] for rows in (shown.preview or {}).values() for row in rows if not row["government_name"]}
    known = {"governments": governments(db.session(), unnamed), "home": HOME_OF[shown.kind], "told": _told}
    return render_template("secretariat/batch.html", batch=shown, meanwhile=meanwhile, **known)


def _too_late(number: int) -> ResponseReturnValue:
    """Somebody was quicker: the batch as it is now."""
    db.session.expire_all()
    return _page(_found(number), meanwhile=True), 409


def _told(kept: dict[str, Any]) -> str:
    """A kept problem in the reader's language."""
    message, values = kept["message"], {name: tuple(value) if isinstance(value, list) else value for name, value in kept["values"].items()}
    return told(Problem(kept["field"], message, values))
