"""What follows: where a pledge stands, a new wording, and its withdrawal."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.extensions import address, db
from pledges.leader import queries
from pledges.leader.actions import drafts
from pledges.leader.actions.corrections import can_ask
from pledges.leader.actions.withdrawal import withdraw as withdraw_pledge
from pledges.leader.forms.acts import AnyForm
from pledges.leader.routes.answers import suggested
from pledges.leader.routes.joint import offered_words, told_partners
from pledges.leader.routes.room import bp, is_leaders, own
from pledges.leader.routes.steps import STEPS, gaps
from pledges.leader.timeline import timeline
from pledges.models.corrections import corrections_of


@bp.get("/<public_id>")
def pledge(public_id: str) -> ResponseReturnValue:
    """Where the pledge stands and what can be done next."""
    session, mine = db.session(), own(public_id)
    signed, told = queries.signed_revision(session, mine), queries.told_decision(session, mine)
    return render_template(
        "leader/pledge.html", pledge=mine, revision=mine.current, signed=signed, told=told, suggested=suggested(told),
        events=timeline(session, mine, now()), asked=corrections_of(session, mine), can_correct=can_ask(session, mine),
        released=queries.was_released(session, mine, now()), can_sign=queries.coded_link(session, mine, now()) is not None,
        steps=STEPS, gaps=[step.name for step, _sentences in gaps(mine)], form=AnyForm(),
        partners=told_partners(mine), offered=offered_words(mine),
    )  # fmt: skip


@bp.post("/<public_id>/revise")
def revise(public_id: str) -> ResponseReturnValue:
    """Begin a new wording as a copy of the signed one."""
    drafts.revise(db.session(), own(public_id), at=now())
    return redirect(url_for("leader.step", public_id=public_id, step="words"), 303)


@bp.route("/<public_id>/withdraw", methods=["GET", "POST"])
def withdraw(public_id: str) -> ResponseReturnValue:
    """Ask, then withdraw. What the leader signed, the leader alone withdraws: the cabinet's browser is told how."""
    session, mine, form = db.session(), own(public_id), AnyForm()
    signed = queries.signed_revision(session, mine)
    if signed is None or mine.withdrawn_at is not None:
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    leaders = is_leaders(public_id)
    if form.validate_on_submit():
        if not leaders:
            abort(403)
        withdraw_pledge(session, mine, at=now(), address=address)
        flash(_("The pledge is withdrawn. A letter confirms it."))
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    released = queries.was_released(session, mine, now())
    return render_template("leader/withdraw.html", pledge=mine, revision=signed, form=form, released=released, leaders=leaders)
