"""The room's door, which stands open."""

from flask import Blueprint
from flask_babel import get_locale

bp = Blueprint("public", __name__)


def reader_language() -> str:
    """The language that the reader has chosen."""
    return str(get_locale() or "en")
