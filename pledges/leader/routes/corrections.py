"""A slip in a signed name: the cabinet asks the secretariat to put it right."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.extensions import db
from pledges.leader.actions import corrections
from pledges.leader.forms.acts import CorrectionForm
from pledges.leader.routes.room import bp, own
from pledges.models.corrections import name_in


@bp.route("/<public_id>/correct", methods=["GET", "POST"])
def correct(public_id: str) -> ResponseReturnValue:
    """Which name, how it should read, and why."""
    pledge, form = own(public_id), CorrectionForm()
    if not corrections.can_ask(db.session(), pledge):
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    if form.validate_on_submit():
        if name_in(pledge.current, form.field.data) == form.wanted.data:
            form.wanted.errors = [_("This is what was signed. Type the name as it should read.")]
        else:
            asked = {"field": form.field.data, "wanted": form.wanted.data, "note": form.note.data or ""}
            corrections.ask_correction(db.session(), own(public_id), **asked, at=now())
            flash(_("The secretariat looks at it and writes to you."))
            return redirect(url_for("leader.pledge", public_id=public_id), 303)
    page = render_template("leader/correct.html", pledge=pledge, revision=pledge.current, form=form, name_in=name_in)
    return page, 422 if form.errors else 200
