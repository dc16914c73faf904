"""What a draft will look like in the declaration: a page with its picture, the picture itself, and the PDF."""

from datetime import timedelta

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pledges.accounts.sessions import now
from pledges.extensions import db
from pledges.leader.preview import preview, preview_picture
from pledges.leader.routes.room import bp, limit, own, reader_language
from pledges.models import Pledge


@bp.get("/<public_id>/preview")
def show_preview(public_id: str) -> ResponseReturnValue:
    """The page with the picture, which loads by itself: nobody waits for the typesetting to read the rest."""
    pledge = own(public_id)
    if not pledge.current.language:
        return redirect(url_for("leader.step", public_id=public_id, step="language"), 303)
    return render_template("leader/preview.html", pledge=pledge, revision=pledge.current)


@bp.get("/<public_id>/preview.png")
def preview_image(public_id: str) -> ResponseReturnValue:
    """The picture."""
    return Response(preview_picture(db.session(), _to_set(public_id), reader_language(), now()), mimetype="image/png")


@bp.get("/<public_id>/preview.pdf")
def preview_pdf(public_id: str) -> ResponseReturnValue:
    """All pages, for a large screen or a printer."""
    return Response(preview(db.session(), _to_set(public_id), reader_language(), now()), mimetype="application/pdf")


def _to_set(public_id: str) -> Pledge:
    """Typesetting takes a while, so it is not done without end."""
    pledge = own(public_id)
    limit("previews", tries=120, per=timedelta(hours=1), of=public_id)
    return pledge
