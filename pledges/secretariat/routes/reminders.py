"""Reminders: schedules, who would get a letter today, and a person's approval."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.extensions import db
from pledges.models import Reminded, Schedule
from pledges.models.reminder import schedules
from pledges.secretariat.actions import reminders as acts
from pledges.secretariat.forms.letters import ScheduleForm
from pledges.secretariat.queries import reminders as queries
from pledges.secretariat.routes.desk import acting_officer, bp


@bp.route("/letters/reminders", methods=["GET", "POST"])
def reminders() -> ResponseReturnValue:
    """The schedules, and a form to propose one."""
    form = ScheduleForm()
    if form.validate_on_submit():
        made = acts.propose(
            db.session(), Reminded(form.of.data), after_days=form.after_days.data or 0, every_days=form.every_days.data or 0,
            most=form.most.data or 0, by=acting_officer(), at=datetime.now(UTC),
        )  # fmt: skip
        return redirect(url_for("secretariat.reminder", schedule_id=made.id), 303)
    page = render_template("secretariat/reminders.html", schedules=schedules(db.session()), form=form)
    return page, 422 if form.errors else 200


@bp.get("/letters/reminders/<int:schedule_id>")
def reminder(schedule_id: int) -> ResponseReturnValue:
    """One schedule: what it would write now, and to whom; a person approves or ends it."""
    schedule, moment = _schedule(schedule_id), datetime.now(UTC)
    return render_template(
        "secretariat/reminder.html", schedule=schedule, count=queries.count_due(db.session(), schedule, moment),
        first=[queries.addressee(one, schedule.of) for one in queries.due(db.session(), schedule, moment, limit=50)],
    )  # fmt: skip


@bp.post("/letters/reminders/<int:schedule_id>/<any(approve, end):ending>")
def answer_reminder(schedule_id: int, ending: str) -> ResponseReturnValue:
    """Approve a schedule, or end it."""
    schedule = db.session.get(Schedule, schedule_id) or abort(404)
    try:
        (acts.approve if ending == "approve" else acts.end)(db.session(), schedule, by=acting_officer(), at=datetime.now(UTC))
    except acts.NotOpen:
        db.session.rollback()
        flash(_("A colleague has approved or ended this schedule meanwhile."), "problem")
    else:
        flash(_("Approved: reminders are written from now on.") if ending == "approve" else _("Ended: no more letters are written by it."))
    return redirect(url_for("secretariat.reminders"), 303)


def _schedule(schedule_id: int) -> Schedule:
    schedule = db.session.get(Schedule, schedule_id)
    return schedule if schedule is not None and schedule.ended_at is None else abort(404)
