"""Slips in signed names: what cabinets ask to have corrected, and the officers' answers."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from pledges.domain.lifecycle import MoveNotAllowed
from pledges.extensions import address, db
from pledges.models.corrections import correction, name_in
from pledges.secretariat.actions import corrections as acts
from pledges.secretariat.actions.decisions import DecidedMeanwhile
from pledges.secretariat.forms import CorrectionAnswerForm
from pledges.secretariat.queries.corrections import waiting_corrections
from pledges.secretariat.routes.desk import acting_officer, bp
from pledges.secretariat.routes.pledge import found_pledge, pledge_page


@bp.get("/corrections")
def corrections() -> ResponseReturnValue:
    """Names that cabinets ask to have corrected."""
    return render_template("secretariat/corrections.html", waiting=waiting_corrections(db.session()), name_in=name_in)


@bp.post("/pledges/<public_id>/corrections/<int:correction_id>/<any(agree, refuse):answer>")
def answer_correction(public_id: str, correction_id: int, answer: str) -> ResponseReturnValue:
    """Agree to a correction, which the leader then signs, or refuse it."""
    shown, form = found_pledge(public_id), CorrectionAnswerForm(prefix="correction")
    asked = correction(db.session(), shown, correction_id) or abort(404)
    if form.validate() and answer == "refuse" and not form.answer.data:
        form.answer.errors = [_("Say why the name is not corrected.")]
    if form.errors:
        return pledge_page(shown, answer=form), 422
    try:
        acts.answer_correction(
            db.session(), asked, agreed=answer == "agree", answer=form.answer.data, by=acting_officer(), at=datetime.now(UTC),
            address=address,
        )  # fmt: skip
    except (DecidedMeanwhile, MoveNotAllowed, StaleDataError):
        db.session.rollback()
        return pledge_page(found_pledge(public_id), meanwhile=True), 409
    flash(_("Answered. A letter tells the cabinet."), "done")
    return redirect(url_for("secretariat.pledge", public_id=public_id), 303)
