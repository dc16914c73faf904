"""The link that ends reminders: a page with a button, and one click of a mail program (RFC 8058)."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from pledges.accounts.sessions import now
from pledges.extensions import csrf, db
from pledges.leader import queries
from pledges.leader.actions import reminders as actions
from pledges.leader.actions.links import LinkSpent
from pledges.leader.routes.room import bp, unstored
from pledges.leader.routes.signing import spent


@bp.route("/reminders/<token>", methods=["GET", "POST"])
def stop_reminders(token: str) -> ResponseReturnValue:
    """GET shows, POST ends them."""
    if queries.reminder(db.session(), token) is None:
        return spent(token)
    if request.method == "POST":
        try:
            actions.stop_reminders(db.session(), token, at=now())
        except LinkSpent:
            return spent(token)
    return unstored(render_template("leader/stop_reminders.html", token=token, done=request.method == "POST"))


csrf.exempt(stop_reminders)  # the secret allows it: mail programs post without ever having seen the page
