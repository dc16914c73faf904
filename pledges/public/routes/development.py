"""In development only: the letters that would have been sent."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pledges.adapters.mail import FileMailer, kept_letters
from pledges.extensions import adapters

bp = Blueprint("development", __name__, url_prefix="/dev")


@bp.get("/letters")
def letters() -> ResponseReturnValue:
    """Every letter that was written to a file, newest first."""
    mailer = adapters().mailer
    kept = kept_letters(mailer.directory) if isinstance(mailer, FileMailer) else ()
    return render_template("development/letters.html", letters=kept)
