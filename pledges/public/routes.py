"""The pages that everybody reads."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

bp = Blueprint("public", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """What this is, the count of what is public, the three themes, the way in."""
    return render_template("public/home.html")
