"""The signature: by the link of the letter or by its code. A GET shows; only a POST signs."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.adapters.passkeys import PasskeyRefused, site_of
from pledges.extensions import address, db, settings
from pledges.leader import queries
from pledges.leader.actions import cabinet, drafts, links, signing
from pledges.leader.forms.acts import AnyForm, CodeForm, SendBackForm, SignForm
from pledges.leader.routes.joint import told_partners
from pledges.leader.routes.passkeys import REFUSED, sign_with_passkey
from pledges.leader.routes.room import bp, limit, limit_letters, opening, own, reader_language, unstored
from pledges.models import AccessLink, LinkPurpose, Pledge
from pledges.models.cabinet import cabinet_addresses
from pledges.models.frozen import texts_in
from pledges.signatures import SignedBefore


@bp.get("/link/<token>")
def link(token: str) -> ResponseReturnValue:
    """Show what the link is for. Whoever only looks, a mail scanner too, changes nothing."""
    found = queries.live_link(db.session(), token, now())
    return spent(token) if found is None else _link_page(found, SignForm())


@bp.post("/link/<token>")
def use_link(token: str) -> ResponseReturnValue:
    """Sign, or let this browser open the draft or pledge."""
    session, form = db.session(), SignForm()
    found = queries.live_link(session, token, now())
    if found is None:
        return spent(token)
    try:
        if found.purpose is not LinkPurpose.SIGN:
            return opening(links.open_by_link(session, token, at=now()), "leader.pledge")
        if not form.validate():
            return _link_page(found, form, 422)
        if "credential" in request.form:
            opened = sign_with_passkey(token, request.form["credential"], evidence())
        else:
            opened = signing.sign_by_link(session, token, evidence=evidence(), at=now(), address=address)
    except links.LinkSpent:
        session.rollback()
        return spent(token)
    except PasskeyRefused as refused:
        form.form_errors.append(str(REFUSED[refused.reason]))
        return _link_page(found, form, 422)
    except SignedBefore:
        return signed_before()
    return opening(opened, "leader.receipt")


@bp.post("/link/<token>/send-back")
def send_back(token: str) -> ResponseReturnValue:
    """The leader asks for a change instead of signing: the draft is open again, and the cabinet gets a letter."""
    session, form = db.session(), SendBackForm()
    found = queries.live_link(session, token, now())
    if found is None or found.purpose is not LinkPurpose.SIGN or found.pledge is None:
        return spent(token)
    if not form.validate():
        return _link_page(found, SignForm(formdata=None), 422 if form.errors else 200, form)
    limit_letters("drafts", *cabinet_addresses(session, found.pledge), pledge=found.pledge)
    try:
        opened = cabinet.send_back(session, token, asked=form.asked.data, at=now(), address=address)
    except links.LinkSpent:
        session.rollback()
        return spent(token)
    if cabinet_addresses(session, opened.pledge):
        flash(_("Nothing is signed. The draft is open again, and your cabinet gets a letter with what you wrote."))
    else:
        flash(_("Nothing is signed. The draft is open again. Your cabinet gave no address: tell them, or change it yourself."))
    return opening(opened, "leader.pledge")


@bp.route("/<public_id>/sign", methods=["GET", "POST"])
def sign(public_id: str) -> ResponseReturnValue:
    """Sign with the code of the letter, in the browser in which the pledge was prepared."""
    pledge, form, session = own(public_id), CodeForm(), db.session()
    if queries.coded_link(session, pledge, now()) is None:
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    if not form.validate_on_submit():
        return render_template("leader/sign.html", form=form, **_to_sign(pledge)), 422 if form.errors else 200
    limit("codes", tries=100, per=timedelta(minutes=10))
    try:
        signing.sign_by_code(
            session, own(public_id), form.code.data or "", shown=form.shown.data or "", evidence=evidence(), at=now(), address=address
        )
    except drafts.ShownOtherwise:
        session.rollback()
        flash(_("The text has changed since this page showed it. Read it again; the code of the newest letter signs it."), "problem")
        return redirect(url_for("leader.sign", public_id=public_id), 303)
    except signing.WrongCode as wrong:
        if wrong.left:
            form.code.errors = [_("This is not the code of the letter. Tries left: %(left)d.", left=wrong.left)]
            return render_template("leader/sign.html", form=form, **_to_sign(pledge)), 422
        flash(_("That was the fifth wrong code: link and code are void. Send the letter again for new ones."), "problem")
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    except links.LinkSpent:
        session.rollback()
        return redirect(url_for("leader.pledge", public_id=public_id), 303)
    except SignedBefore:
        return signed_before()
    return redirect(url_for("leader.receipt", public_id=public_id), 303)


@bp.post("/<public_id>/send-again")
def send_again(public_id: str) -> ResponseReturnValue:
    """Write to the leader once more, with a new link and code."""
    pledge = own(public_id)
    limit_letters("signing", pledge.leader_email, pledge=pledge)
    drafts.send_again(db.session(), pledge, at=now(), address=address)
    flash(_("The letter is on its way again. The earlier link and code no longer work."))
    return redirect(url_for("leader.pledge", public_id=public_id), 303)


@bp.post("/<public_id>/reopen")
def reopen(public_id: str) -> ResponseReturnValue:
    """Take the text back to be changed."""
    drafts.reopen(db.session(), own(public_id), at=now())
    flash(_("The draft is open again. The link and code that were sent no longer work."))
    return redirect(url_for("leader.pledge", public_id=public_id), 303)


def _link_page(found: AccessLink, form: SignForm, status: int = 200, back: SendBackForm | None = None) -> ResponseReturnValue:
    pledge = found.pledge
    if found.purpose is LinkPurpose.SIGN and pledge is not None:
        site = site_of(settings().base_url)
        page = render_template(
            "leader/sign_link.html", form=form, back=back or SendBackForm(formdata=None), passkey_site=site, **_to_sign(pledge)
        )
        return unstored(page, status)
    return unstored(render_template("leader/open_link.html", form=AnyForm(), pledge=pledge), status)


def _to_sign(pledge: Pledge) -> dict[str, object]:
    """The text to sign, with the published commitments in the reader's language beside it where it is in another."""
    texts = texts_in(db.session(), reader_language())
    return {"pledge": pledge, "revision": pledge.current, "translations": texts, "partners": told_partners(pledge)}


def spent(token: str) -> ResponseReturnValue:
    """The link works no more; its holder may know whether it has signed."""
    found = queries.link(db.session(), token)
    signed = found is not None and found.purpose is LinkPurpose.SIGN and found.used_at is not None
    return unstored(render_template("leader/link_spent.html", signed=signed), 410)


def signed_before() -> ResponseReturnValue:
    """The leader has signed for this government already."""
    return unstored(render_template("leader/signed_before.html"), 409)


def evidence() -> signing.Evidence:
    """What is noted of this browser."""
    return signing.Evidence(network_address=request.remote_addr or "", user_agent=request.user_agent.string[:500])
