"""Pages for what goes wrong: one clear sentence each, and nothing about the inside."""

from urllib.parse import urlsplit

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from pledges.domain.lifecycle import MoveNotAllowed
from pledges.extensions import db


def init_errors(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    for conflict in (MoveNotAllowed, StaleDataError, IntegrityError):
        app.register_error_handler(conflict, _conflict)
    app.register_error_handler(500, _broken)


def _page(status: int, title: str, text: str) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return jsonify(error={"status": status, "title": title, "detail": text}), status
    return render_template("errors/error.html", title=title, text=text, status=status), status


def unsent(status: int, title: str, text: str, *, lead: str = "", lead_called: str = "") -> ResponseReturnValue | None:
    """A page with what an officer typed into a form that was not taken, to be sent again as it is; None where nothing was typed.

    `lead` opens beside it. Only for a form of a page of ours: what another site has sent is not offered for sending.
    """
    sent = [(name, value) for name, value in request.form.items(multi=True) if not name.endswith("csrf_token")]
    typed = [value for _name, value in sent if len(value.split()) > 1 or not value.isascii()]
    if not typed or urlsplit(request.referrer or "").netloc != request.host:
        return None
    shown = {"title": title, "text": text, "lead": lead, "lead_called": lead_called, "sent": sent, "typed": typed}
    return render_template("errors/unsent.html", **shown, address=request.full_path.rstrip("?")), status


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    title = _("This form is no longer valid")
    if request.blueprint == "secretariat":  # elsewhere, passwords and codes are typed
        told = _("A new session has begun since you opened it. Nothing was changed: look at what you had typed, and send it again.")
        if page := unsent(400, title, told):
            return page
    return _page(400, title, _("Go back, reload the page and send it again. Nothing was changed."))


def _http(error: HTTPException) -> ResponseReturnValue:
    texts = {
        401: (_("Please sign in"), _("This page is for officers of the secretariat.")),
        403: (_("Not for you"), _("Your role does not allow this.")),
        404: (_("There is no such page"), _("It may have been typed wrongly, or it is not public.")),
        405: (_("That cannot be done here"), _("Nothing was changed.")),
        410: (
            _("This link no longer works"),
            _("It was used, it was replaced by a newer one, or it has expired. You can ask for a new one."),
        ),
        413: (_("That is too large"), _("Nothing was changed. Send less, or a smaller file.")),
        429: (_("Too many attempts"), _("Wait a few minutes, then try again.")),
    }
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    title, text = texts.get(error.code, (_("That did not work"), _("Nothing was changed.")))
    return _page(error.code, title, text)


def _conflict(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    return _page(
        409,
        _("Somebody else was faster"),
        _("What you acted on has changed meanwhile. Go back, reload the page and look again. Nothing was changed."),
    )


def _broken(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    title, text = _("Something went wrong on our side"), _("It was noted. Please try again in a moment.")
    kept = unsent(500, title, text) if request.blueprint == "secretariat" else None
    return kept or _page(500, title, text)
