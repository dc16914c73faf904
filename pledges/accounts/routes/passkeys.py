"""Passkeys of officers: made and taken out on a page of their own, used beside the password and for a fresh sign-in."""

import time
from typing import Any, cast

from flask import abort, after_this_request, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import UserMixin
from flask_security.proxies import _security
from flask_security.utils import _view_commit

from pledges.accounts import actions, queries
from pledges.accounts.browsers import browser_called
from pledges.accounts.forms import PasskeyForm
from pledges.accounts.guard import current_officer, fresh_sign_in
from pledges.accounts.routes.account import bp, signed_in_officer
from pledges.accounts.sessions import half_signed_in, now
from pledges.adapters.passkeys import PasskeyRefused, Site, site_of
from pledges.extensions import db, settings


@bp.get("/passkeys")
@fresh_sign_in
def passkeys() -> ResponseReturnValue:
    """The officer's passkeys, and a button to make one."""
    officer, site = signed_in_officer(), site_of(settings().base_url)
    return render_template(
        "accounts/passkeys.html", officer=officer, keys=queries.passkeys(db.session(), officer), browser_called=browser_called,
        passkey_origin=site.origin if site else "", form=PasskeyForm(formdata=None),
    )  # fmt: skip


@bp.post("/passkeys/ask")
@fresh_sign_in
def ask_new_passkey() -> ResponseReturnValue:
    """What the browser asks its device, to make a key."""
    name = str(_("World Assembly of Local and Regional Governments"))
    return jsonify(actions.ask_passkey(db.session(), signed_in_officer(), _ask(), _site(), new=True, site_name=name))


@bp.post("/passkeys")
@fresh_sign_in
def keep_passkey() -> ResponseReturnValue:
    """Keep the key that the device has made."""
    typed, agent = PasskeyForm().credential.data or "", request.user_agent.string
    try:
        actions.keep_passkey(db.session(), signed_in_officer(), _asked(), typed, _site(), browser=agent, at=now())
    except PasskeyRefused:
        _say_refused()
    else:
        flash(_("The passkey is kept. It can stand in for the six digits from now on."), "done")
    return redirect(url_for("accounts.passkeys"), 303)


@bp.post("/passkeys/<int:number>/remove")
@fresh_sign_in
def remove_passkey(number: int) -> ResponseReturnValue:
    """Take a passkey out."""
    officer = signed_in_officer()
    key = next((one for one in queries.passkeys(db.session(), officer) if one.id == number), None) or abort(404)
    actions.remove_passkey(db.session(), officer, key, at=now())
    flash(_("The passkey is taken out. It signs in no more."), "done")
    return redirect(url_for("accounts.passkeys"), 303)


@bp.post("/passkey/ask")
def ask_passkey() -> ResponseReturnValue:
    """What the browser asks its device: of whoever has given the password, or is signed in and asked anew."""
    account = half_signed_in() or current_officer() or abort(403)
    return jsonify(actions.ask_passkey(db.session(), account, _ask(), _site()))


@bp.post("/passkey/sign-in")
def sign_in_with_passkey() -> ResponseReturnValue:
    """The second factor: a passkey in place of the six digits."""
    form, account = PasskeyForm(), half_signed_in()
    if account is None:
        return redirect(url_for("security.login"), 303)
    try:
        actions.use_passkey(db.session(), account, _asked(), form.credential.data or "", _site(), at=now())
    except PasskeyRefused:
        _say_refused()
        return redirect(url_for("security.two_factor_token_validation", next=form.next.data), 303)
    _security.two_factor_plugins.tf_complete(cast("UserMixin", account), True)
    after_this_request(_view_commit)
    return redirect(form.next.data, 303)


@bp.post("/passkey/confirm")
def confirm_with_passkey() -> ResponseReturnValue:
    """A fresh sign-in by passkey in place of the password."""
    form = PasskeyForm()
    try:
        actions.use_passkey(db.session(), signed_in_officer(), _asked(), form.credential.data or "", _site(), at=now())
    except PasskeyRefused:
        _say_refused()
        return redirect(url_for("security.verify", next=form.next.data), 303)
    session["fs_paa"] = time.time()  # where the sign-in library keeps it
    return redirect(form.next.data, 303)


def passkey_offered() -> dict[str, Any]:
    """For the pages that ask for a factor: where passkeys work, if the officer has one."""
    account, site = half_signed_in() or current_officer(), site_of(settings().base_url)
    has_one = site is not None and account is not None and queries.passkeys(db.session(), account)
    return {"passkey_origin": site.origin if has_one and site else "", "passkey_form": PasskeyForm(request.args, meta={"csrf": False})}


def _ask() -> str:
    """A new question, which this browser keeps until it answers."""
    session["passkey_asked"] = asked = actions.new_question(at=now())
    return asked


def _asked() -> str:
    """The question of this browser; it answers once, rightly or not."""
    return str(session.pop("passkey_asked", ""))


def _say_refused() -> None:
    db.session.rollback()
    flash(_("The answer of the device does not hold. Try again, or use the other way."), "problem")


def _site() -> Site:
    return site_of(settings().base_url) or abort(404)
