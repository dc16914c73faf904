"""Who works at the desk: admins invite officers, give them roles, send them a new way in, and close their accounts."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from pledges.accounts import actions, queries
from pledges.accounts.forms import InviteOfficerForm, RolesForm
from pledges.accounts.guard import fresh_sign_in
from pledges.accounts.routes.account import bp, signed_in_officer
from pledges.accounts.sessions import now
from pledges.domain.problems import Refused
from pledges.extensions import address, db, told
from pledges.models import Account


@bp.get("/officers")
def officers() -> ResponseReturnValue:
    """Every officer, and a form to invite another."""
    return _list(_form(InviteOfficerForm, formdata=None, data={"language": str(get_locale())}))


@bp.post("/officers")
@fresh_sign_in
def invite_officer() -> ResponseReturnValue:
    """Invite a colleague by letter."""
    form = _form(InviteOfficerForm)
    if not form.validate():
        return _list(form), 422
    try:
        actions.invite_officer(
            db.session(), form.email.data or "", form.roles.data or [], form.network.data, language=form.language.data,
            by=signed_in_officer(), at=now(), address=address,
        )  # fmt: skip
    except Refused as refused:
        return _list(_refused(form, refused)), 409
    flash(_("The letter with the enrolment link is on its way to %(address)s.", address=form.email.data), "done")
    return redirect(url_for("accounts.officers"), 303)


@bp.get("/officers/<int:number>")
@fresh_sign_in
def officer(number: int) -> ResponseReturnValue:
    """One officer: roles, a new way in, closing."""
    shown = _officer(number)
    given = {"roles": [role.name for role in shown.roles], "network": shown.network_id}
    return _page(shown, _form(RolesForm, formdata=None, data=given))


@bp.post("/officers/<int:number>/roles")
@fresh_sign_in
def change_roles(number: int) -> ResponseReturnValue:
    """Give an officer other roles."""
    shown, form = _officer(number), _form(RolesForm)
    if not form.validate():
        return _page(shown, form), 422
    try:
        actions.change_roles(db.session(), shown, form.roles.data or [], form.network.data, by=signed_in_officer(), at=now())
    except Refused as refused:
        return _page(_officer(number), _refused(form, refused)), 409
    flash(_("The roles are changed. They count from the next page on."), "done")
    return redirect(url_for("accounts.home" if shown == signed_in_officer() else "accounts.officers"), 303)


@bp.post("/officers/<int:number>/link")
@fresh_sign_in
def send_enrolment(number: int) -> ResponseReturnValue:
    """Send a new enrolment link: the way in when phone and recovery codes are lost, and back for whoever had left."""
    shown = _officer(number)
    actions.write_enrolment(
        db.session(), shown, language=str(get_locale()), by=signed_in_officer(), at=now(), address=address
    )  # fmt: skip
    flash(_("The letter with the enrolment link is on its way to %(address)s.", address=shown.email), "done")
    return redirect(url_for("accounts.officers"), 303)


@bp.post("/officers/<int:number>/close")
@fresh_sign_in
def close_officer(number: int) -> ResponseReturnValue:
    """Close an account: its sessions end at once, its decisions keep the name."""
    shown = _officer(number)
    try:
        actions.close_officer(db.session(), shown, by=signed_in_officer(), at=now())
    except Refused as refused:
        db.session.rollback()
        flash(told(refused.problems[0]), "problem")
        return redirect(url_for("accounts.officer", number=number), 303)
    flash(_("The account of %(name)s is closed, and its sessions have ended.", name=shown.label), "done")
    return redirect(url_for("accounts.officers"), 303)


def _form(kind: type[RolesForm], **options: object) -> RolesForm:
    """A form that knows the networks as they are now."""
    form = kind(**options)
    form.network.choices = [("", _("No network")), *((network.id, network.name) for network in queries.networks(db.session()))]
    return form


def _refused(form: RolesForm, refused: Refused) -> RolesForm:
    db.session.rollback()
    for problem in refused.problems:
        form[problem.field].errors = [told(problem)]
    return form


def _officer(number: int) -> Account:
    return queries.officer(db.session(), number) or abort(404)


def _list(form: RolesForm) -> str:
    return render_template("accounts/officers.html", officer=signed_in_officer(), officers=queries.officers(db.session()), form=form)


def _page(shown: Account, form: RolesForm) -> str:
    return render_template("accounts/officer.html", officer=signed_in_officer(), shown=shown, form=form)
