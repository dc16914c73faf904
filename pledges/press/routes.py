"""The pages of this room."""

from flask import Blueprint

bp = Blueprint("press", __name__, url_prefix="/press")
