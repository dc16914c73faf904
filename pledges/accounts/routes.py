"""The officers' own pages beside those of the sign-in library: enrolling, the account, signing out."""

from typing import cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user
from flask_security import UserMixin
from flask_security.proxies import _security

from pledges.accounts import actions, queries
from pledges.accounts.forms import EnrolForm
from pledges.accounts.guard import current_officer
from pledges.accounts.sessions import now
from pledges.extensions import db

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


@bp.after_request
def keep_nowhere(response: Response) -> Response:
    """Pages with a token or an account in them stay in no cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/")
def home() -> ResponseReturnValue:
    """The officer's account: password, authenticator, recovery codes."""
    officer = current_officer()
    if officer is None:
        return redirect(url_for("security.login", next=url_for("accounts.home")), 303)
    return render_template("accounts/home.html", officer=officer)


@bp.get("/signed-in")
def signed_in() -> ResponseReturnValue:
    """Where an officer comes after signing in: to the queue, or first to the recovery codes while there are none."""
    officer = current_officer()
    if officer is None:
        return redirect(url_for("security.login"), 303)
    if not officer.mf_recovery_codes:
        flash(_("Make recovery codes now: they are the way in when your phone is lost."), "info")
        return redirect(url_for("security.mf_recovery_codes"), 303)
    return redirect(url_for("secretariat.home"), 303)


@bp.route("/enrol/<token>", methods=["GET", "POST"])
def enrol(token: str) -> ResponseReturnValue:
    """A new officer sets name and password; the authenticator comes next. The link alone signs nobody in."""
    link = queries.open_enrolment(db.session(), token, at=now())
    if link is None:
        abort(410)
    form = EnrolForm()
    if not form.validate_on_submit():
        return render_template("accounts/enrol.html", form=form, address=queries.address_of(db.session(), link))
    account = actions.enrol(db.session(), link, name=form.name.data, password=form.password.data, at=now())
    if account is None:
        abort(410)
    logout_user()
    # The password is the first factor; the library now asks for the second and signs nobody in before.
    answer = _security.two_factor_plugins.tf_enter(cast("UserMixin", account), False, "password", next_loc=None)
    return cast("ResponseReturnValue", answer)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the officer's sessions, here and everywhere."""
    if officer := current_officer():
        actions.end_sessions(db.session(), officer, at=now())
        logout_user()
    return redirect(url_for("public.home"), 303)
