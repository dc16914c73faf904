"""Other ways to sign: the paper as a file for an own certificate, or printed and signed by hand."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.adapters.own_certificate import judge_signed_paper
from pledges.domain.certificates import REFUSALS, SignedFileRefused
from pledges.domain.lifecycle import MoveNotAllowed
from pledges.domain.paper import Paper
from pledges.extensions import adapters, address, db, settings
from pledges.leader import queries
from pledges.leader.actions import links
from pledges.leader.actions.drafts import ShownOtherwise
from pledges.leader.actions.papers import send_scan, sign_by_certificate
from pledges.leader.forms.acts import AnyForm, ScanForm, SignedPaperForm
from pledges.leader.papers import paper_of, set_paper
from pledges.leader.routes.room import bp, is_leaders, limit, opening, own
from pledges.leader.routes.signing import evidence, signed_before, spent
from pledges.models import LinkPurpose, Pledge
from pledges.models.papers import current_scan
from pledges.signatures import SignedBefore


@bp.context_processor
def _scans() -> dict[str, Any]:
    """Pages ask where the paper of a text is on its way."""
    return {"scan_of": lambda revision: current_scan(db.session(), revision)}


@bp.post("/link/<token>/other-ways")
def other_ways_by_link(token: str) -> ResponseReturnValue:
    """From the letter's page to the other ways: this browser opens the pledge; the link still signs."""
    session = db.session()
    found = queries.live_link(session, token, now())
    if found is None or found.purpose is not LinkPurpose.SIGN or found.pledge is None:
        return spent(token)
    return opening(links.open_beside(session, found.pledge, at=now()), "leader.other_ways")


@bp.get("/<public_id>/other-ways")
def other_ways(public_id: str) -> ResponseReturnValue:
    """What else signs this text, and how."""
    pledge = own(public_id)
    return _page(pledge) if pledge.awaits_signature else _overview(public_id)


@bp.get("/<public_id>/paper.pdf")
def paper(public_id: str) -> ResponseReturnValue:
    """The paper to sign with a certificate."""
    pledge = own(public_id)
    if not pledge.awaits_signature:
        return _overview(public_id)
    return _file(set_paper(_paper(pledge)), f"pledge-{public_id}-to-sign.pdf")


@bp.get("/<public_id>/slip.pdf")
def slip(public_id: str) -> ResponseReturnValue:
    """The paper to print and sign by hand."""
    pledge = own(public_id)
    if not pledge.awaits_signature:
        return _overview(public_id)
    return _file(set_paper(_paper(pledge, by_hand=True)), f"pledge-{public_id}-to-print.pdf")


@bp.post("/<public_id>/scan")
def scan(public_id: str) -> ResponseReturnValue:
    """Take the scan of the paper; two officers read it."""
    session, form = db.session(), ScanForm(prefix="scan")
    if not own(public_id).awaits_signature:
        return _overview(public_id)
    if not form.validate():
        return _page(own(public_id), scan=form), 422
    limit("scans", tries=10, per=timedelta(hours=1), of=public_id)
    try:
        send_scan(session, own(public_id), form.file.data.read(), at=now())
    except SignedFileRefused as refused:
        form.file.errors = [_(REFUSALS[refused.code], **refused.values)]
        return _page(own(public_id), scan=form), 422
    flash(_("The paper has arrived. Two officers of the secretariat read it; this page shows how far they are."))
    return _overview(public_id)


@bp.post("/<public_id>/certificate")
def certificate(public_id: str) -> ResponseReturnValue:
    """Take the signed paper, judge it, and sign."""
    session, form = db.session(), SignedPaperForm(prefix="signed")
    if not own(public_id).awaits_signature:
        return _overview(public_id)
    if not form.validate():
        return _page(own(public_id), signed=form), 422
    limit("signed papers", tries=30, per=timedelta(minutes=10))
    pledge = own(public_id)
    to_sign, fixed_at, data = _paper(pledge), pledge.current.submitted_at or now(), form.file.data.read()
    session.rollback()  # judging takes a second or two, in which nobody shall wait for this transaction
    try:
        found = judge_signed_paper(data, set_paper(to_sign), adapters().open_trust(), not_before=fixed_at, at=now())
        sign_by_certificate(
            session, own(public_id), found, data, leaders=is_leaders(public_id), shown=to_sign.fingerprint, evidence=evidence(), at=now(),
            address=address,
        )  # fmt: skip
    except SignedFileRefused as refused:
        form.file.errors = [_(REFUSALS[refused.code], **refused.values)]
        return _page(own(public_id), signed=form), 422
    except (ShownOtherwise, MoveNotAllowed):
        session.rollback()
        flash(_("The text has changed since the paper was made. Download it again."), "problem")
        return _overview(public_id)
    except SignedBefore:
        return signed_before()
    return redirect(url_for("leader.receipt", public_id=public_id), 303)


def _page(pledge: Pledge, *, signed: SignedPaperForm | None = None, scan: ScanForm | None = None) -> str:
    return render_template(
        "leader/other_ways.html", pledge=pledge, revision=pledge.current, form=AnyForm(), accepted=adapters().open_trust().accepted,
        signed=signed or SignedPaperForm(prefix="signed", formdata=None), scan=scan or ScanForm(prefix="scan", formdata=None),
    )  # fmt: skip


def _overview(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("leader.pledge", public_id=public_id), 303)


def _paper(pledge: Pledge, *, by_hand: bool = False) -> Paper:
    return paper_of(db.session(), pledge.current, base_url=settings().base_url, closing_at=settings().closing_at, by_hand=by_hand)


def _file(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)
