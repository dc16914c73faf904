"""The personal link of an invitation: it fills in the government and the leader, and opens nothing else."""

import secrets
from datetime import timedelta

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from pledges.accounts.sessions import now
from pledges.extensions import address, db
from pledges.leader import queries
from pledges.leader.actions import drafts, links
from pledges.leader.forms.letters import StartForm
from pledges.leader.routes.room import bp, limit, limit_letters, opening, reader_language, unstored
from pledges.leader.routes.signing import spent
from pledges.models import Government


@bp.route("/invited/<token>", methods=["GET", "POST"])
def invited(token: str) -> ResponseReturnValue:
    """Show who is invited; a POST makes the draft. The leader's office and colleagues may use it more than once."""
    limit("drafts", tries=100, per=timedelta(minutes=10))
    session, form = db.session(), StartForm()
    if request.method == "GET":
        links.note_opened(session, token, at=now())
    invitation = queries.invitation(session, token)
    if invitation is None:
        return spent(token)
    government = session.get(Government, invitation.government_id) or abort(404)
    if not form.is_submitted():
        form.submission_key.data = secrets.token_hex(16)
    if not form.validate_on_submit():
        page = render_template("leader/invited.html", form=form, government=government, invitation=invitation)
        return unstored(page, 422 if form.errors else 200)
    if form.preparer_email.data:
        limit_letters("drafts", form.preparer_email.data)
    opened = drafts.make_draft(
        session, government, preparer_email=form.preparer_email.data, submission_key=form.submission_key.data,
        language=reader_language(), at=now(), address=address, invited=invitation,
    )  # fmt: skip
    return opening(opened, "leader.step", step="office")
