"""The receipt: as a page, as a sealed PDF, as JSON; and the signed record itself."""

import json

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.domain.moments import iso
from pledges.extensions import adapters, db, settings
from pledges.leader import queries
from pledges.leader.actions import receipts
from pledges.leader.forms.acts import AnyForm
from pledges.leader.routes.room import bp, own, reader_language
from pledges.models import Revision
from pledges.models.inclusion import inclusion


@bp.get("/<public_id>/receipt")
def receipt(public_id: str) -> ResponseReturnValue:
    """What was signed and when, with its fingerprint."""
    return render_template("leader/receipt.html", pledge=own(public_id), revision=_signed(public_id), form=AnyForm())


@bp.post("/<public_id>/receipt.pdf")
def make_receipt(public_id: str) -> ResponseReturnValue:
    """Make the sealed page in the reader's language, unless it is there, and lead to it."""
    from pledges.adapters.seal import SealKeyError  # loads with the libraries that seal

    try:
        receipts.make_receipt(
            db.session(), _signed(public_id), reader_language(), adapters=adapters(), base_url=settings().base_url, at=now()
        )  # fmt: skip
    except SealKeyError:
        db.session.rollback()
        flash(_("The receipt cannot be sealed at the moment. This page holds the same; come back later for the file."), "problem")
        return redirect(url_for("leader.receipt", public_id=public_id), 303)
    return redirect(url_for("leader.receipt_pdf", public_id=public_id), 303)


@bp.get("/<public_id>/receipt.pdf")
def receipt_pdf(public_id: str) -> ResponseReturnValue:
    """The sealed page, once it was made in the reader's language; else the page with the button that makes it."""
    made = queries.receipt(db.session(), _signed(public_id), reader_language())
    if made is None:
        return redirect(url_for("leader.receipt", public_id=public_id), 303)
    return _file(made.pdf, "application/pdf", f"receipt-{public_id}.{made.language}.pdf")


@bp.get("/<public_id>/receipt.json")
def receipt_json(public_id: str) -> Response:
    """The record with its signature, and once it is released the proof that it stands in an edition (docs/record.md)."""
    session, signed, at = db.session(), _signed(public_id), now()
    entry, signature = queries.released_entry(session, signed, at), signed.signature
    assert signature is not None  # noqa: S101 (for the checker of types; only signed revisions come here)
    body = {
        "public_id": public_id,
        "fingerprint": signed.fingerprint,
        "record": signed.record,
        "signed_at": iso(signature.at),
        "kind": signature.kind.value,
        "proof": signature.proof,
        "withdrawn_at": iso(signed.pledge.withdrawn_at) if signed.pledge.withdrawn_at else None,
        "edition": inclusion(session, entry).told() if entry else None,
    }
    return _file(json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n", "application/json", f"receipt-{public_id}.json")


@bp.get("/<public_id>/record.json")
def record(public_id: str) -> Response:
    """The very bytes that the fingerprint is of."""
    return _file((_signed(public_id).record or "").encode(), "application/json", f"pledge-{public_id}.json")


def _signed(public_id: str) -> Revision:
    return queries.signed_revision(db.session(), own(public_id)) or abort(404)


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(data, mimetype=media_type, headers=headers)
