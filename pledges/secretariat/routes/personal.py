"""What is held on a person: found by address, handed out, erased; and what is removed by age."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from tempfile import TemporaryFile

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.guard import fresh_sign_in
from pledges.domain.addresses import address_key
from pledges.domain.problems import Refused
from pledges.extensions import db, settings, told
from pledges.secretariat.actions import personal as acts
from pledges.secretariat.forms.personal import PERIODS, EraseForm, PersonForm
from pledges.secretariat.queries import personal as queries
from pledges.secretariat.routes.desk import acting_officer, bp


@bp.get("/personal-data")
@fresh_sign_in
def personal_data() -> ResponseReturnValue:
    """Ask by address, and see what was removed by age."""
    return _page(PersonForm(formdata=None))


@bp.post("/personal-data")
@fresh_sign_in
def look_personal_data() -> ResponseReturnValue:
    """What is held on the person of an address; by POST, so that no address stands in anybody's history of pages."""
    form = PersonForm()
    if not form.validate():
        return _page(form), 422
    acts.note_looked(db.session(), by=acting_officer(), at=datetime.now(UTC))
    return _found(form, EraseForm(formdata=None))


@bp.post("/personal-data/copy")
@fresh_sign_in
def copy_personal_data() -> ResponseReturnValue:
    """All of it as a file for the person."""
    form = PersonForm()
    if not form.validate():
        return _page(form), 422
    file = TemporaryFile()  # noqa: SIM115 - the response closes it once it is sent
    acts.write_copy(db.session(), address_key(form.address.data), file, by=acting_officer(), at=datetime.now(UTC))
    file.seek(0)
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name="personal-data.zip", etag=False)


@bp.post("/personal-data/erase")
@fresh_sign_in
def erase_personal_data() -> ResponseReturnValue:
    """Erase it, once the address was typed again and the reason given."""
    form, erasing = PersonForm(), EraseForm()
    if not form.validate():
        return _page(form), 422
    if not erasing.validate():
        return _found(form, erasing), 422
    key = address_key(form.address.data)
    try:
        done = acts.erase(db.session(), key, reason=erasing.reason.data or "", by=acting_officer(), at=datetime.now(UTC))
    except Refused as refused:
        db.session.rollback()
        erasing.form_errors = [told(refused.problems[0])]
        return _found(form, erasing), 409
    flash(_("Erased. Rows that were changed or removed: %(count)d.", count=sum(done.values())), "done")
    return redirect(url_for("secretariat.personal_data"), 303)


def _page(form: PersonForm) -> str:
    removals = [(entry, json.loads(details or "{}")) for entry, details in queries.last_removals(db.session())]
    return render_template(
        "secretariat/personal_data.html", form=form, periods=asdict(settings().periods), removals=removals, called=PERIODS,
    )  # fmt: skip


def _found(form: PersonForm, erasing: EraseForm) -> str:
    key = address_key(form.address.data)
    led = queries.led_by(db.session(), key)
    return render_template(
        "secretariat/person.html", form=form, erasing=erasing, key=key, officer_of=queries.account_of(db.session(), key),
        drafts=[one for one in led if one.first_signed_at is None], signed=[one for one in led if one.first_signed_at is not None],
        prepared=queries.prepared_by(db.session(), key),
        rows=Counter(held.table.name for held in queries.rows_holding(db.session(), key)),
    )  # fmt: skip
