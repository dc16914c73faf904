"""The one page of a network's focal point: who has signed in the name of a member, to be attested or left alone."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.domain.mail_domains import domain_of, readable
from pledges.extensions import db
from pledges.secretariat.actions.decisions import DecidedMeanwhile, version_of
from pledges.secretariat.actions.identity import attest
from pledges.secretariat.queries.network import to_attest
from pledges.secretariat.routes.desk import acting_officer, bp


@bp.get("/network")
def network() -> ResponseReturnValue:
    """The network's pledges that wait: who signed, for whom, from which mail domain. Their words stay with the moderators."""
    found = to_attest(db.session(), acting_officer().network_id)
    return render_template("secretariat/network.html", found=found, version_of=version_of, domain_of=domain_of, readable=readable)


@bp.post("/network/<public_id>/attest")
def attest_member(public_id: str) -> ResponseReturnValue:
    """Attest one: this leader of our member signed."""
    officer = acting_officer()
    found = to_attest(db.session(), officer.network_id, public_id)
    revision = found[0] if found else abort(404)
    try:
        attest(db.session(), revision.pledge, by=officer, at=datetime.now(UTC), seen_version=request.form.get("seen", ""))
    except DecidedMeanwhile:
        db.session.rollback()
        flash(_("This pledge has changed since you opened the page. Look at it again."), "problem")
    else:
        flash(_("Attested: %(leader)s, %(government)s.", leader=revision.leader_name, government=revision.government_name), "done")
    return redirect(url_for("secretariat.network"), 303)
