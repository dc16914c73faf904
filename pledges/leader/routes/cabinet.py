"""Who works on a draft: it is handed on to a colleague, and whoever no longer works on it is taken off."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.extensions import address, db
from pledges.leader import queries
from pledges.leader.actions import cabinet as actions
from pledges.leader.forms.letters import HandOnForm
from pledges.leader.routes.room import bp, limit, limit_letters, own, own_link, reader_language
from pledges.models.cabinet import colleagues


@bp.route("/<public_id>/cabinet", methods=["GET", "POST"])
def cabinet(public_id: str) -> ResponseReturnValue:
    """Everybody who can open the pledge, and a letter to one more."""
    session, pledge, browser, form = db.session(), own(public_id), own_link(public_id), HandOnForm()
    if form.validate_on_submit():
        limit("links", tries=100, per=timedelta(hours=1))
        limit_letters("links", form.address.data)
        actions.hand_on(
            session, own(public_id), own_link(public_id), to=form.address.data, note=form.note.data, keeps=form.keeps.data == "yes",
            language=reader_language(), at=now(), address=address,
        )  # fmt: skip
        flash(_("A letter with a link is on its way to %(address)s.", address=form.address.data))
        return redirect(url_for("leader.cabinet", public_id=public_id), 303)
    page = render_template(
        "leader/cabinet.html", pledge=pledge, revision=pledge.current, form=form, mine=browser,
        colleagues=colleagues(session, pledge, now()),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.post("/<public_id>/cabinet/<int:link_id>/take-off")
def take_off(public_id: str, link_id: int) -> ResponseReturnValue:
    """Somebody no longer opens the pledge; whoever takes off themselves is led out."""
    session, pledge, browser = db.session(), own(public_id), own_link(public_id)
    link = queries.colleagues_link(session, pledge, link_id) or abort(404)
    oneself = link.id == browser.id or (link.holder != "" and link.holder == browser.holder)
    actions.take_off(session, pledge, link, by=browser, at=now())
    if oneself:
        flash(_("This browser no longer opens the pledge."))
        return redirect(url_for("leader.start"), 303)
    flash(_("Taken off: the pledge no longer opens there."))
    return redirect(url_for("leader.cabinet", public_id=public_id), 303)
