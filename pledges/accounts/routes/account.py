"""The officer's own account: enrolling, the way in, sessions, signing out."""

from typing import cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import logout_user
from flask_security import UserMixin
from flask_security.proxies import _security

from pledges.accounts import actions, queries
from pledges.accounts.browsers import browser_called
from pledges.accounts.forms import EnrolForm
from pledges.accounts.guard import current_officer, may, require_officer
from pledges.accounts.sessions import LONGEST, now
from pledges.extensions import db
from pledges.models import Account

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
BEFORE_SIGNING_IN = {
    "accounts.ask_passkey", "accounts.enrol", "accounts.sign_in_with_passkey", "accounts.signed_in", "accounts.sign_out",
}  # fmt: skip


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Every other page of this room is for the officers whom the table in roles.py names."""
    return None if request.endpoint in BEFORE_SIGNING_IN else require_officer()


@bp.after_request
def keep_nowhere(response: Response) -> Response:
    """Pages with a token or an account in them stay in no cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/")
def home() -> ResponseReturnValue:
    """The officer's account: password, authenticator, recovery codes, open sessions."""
    officer = signed_in_officer()
    return render_template(
        "accounts/home.html", officer=officer, sessions=queries.sessions(db.session(), officer, since=now() - LONGEST),
        here=session["number"], browser_called=browser_called,
    )  # fmt: skip


@bp.post("/sessions/<int:number>/end")
def end_session(number: int) -> ResponseReturnValue:
    """End one session of the officer's own, in another browser or in this one."""
    if not actions.end_session(db.session(), signed_in_officer(), number, at=now()):
        abort(404)
    flash(_("That session has ended."), "done")
    return redirect(url_for("accounts.home"), 303)


def signed_in_officer() -> Account:
    """Who is signed in, behind the guard."""
    return current_officer() or abort(401)


@bp.get("/signed-in")
def signed_in() -> ResponseReturnValue:
    """Where an officer comes after signing in: to the own first page, or first to the recovery codes while there are none."""
    officer = current_officer()
    if officer is None:
        return redirect(url_for("security.login"), 303)
    if not officer.mf_recovery_codes:
        flash(_("Make recovery codes now: they are the way in when your phone is lost."), "info")
        return redirect(url_for("security.mf_recovery_codes"), 303)
    return redirect(url_for(next((page for page in ("secretariat.home", "secretariat.network") if may(page)), "accounts.home")), 303)


@bp.route("/enrol/<token>", methods=["GET", "POST"])
def enrol(token: str) -> ResponseReturnValue:
    """A new officer sets name and password; the authenticator comes next. The link alone signs nobody in."""
    link = queries.open_enrolment(db.session(), token, at=now())
    if link is None:
        abort(410)
    form = EnrolForm()
    if not form.validate_on_submit():
        return render_template("accounts/enrol.html", form=form, address=queries.address_of(db.session(), link))
    account = actions.enrol(db.session(), link, name=form.name.data, password=form.password.data, language=str(get_locale()), at=now())
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
