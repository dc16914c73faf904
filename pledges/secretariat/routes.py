"""The pages of this room."""

from flask import Blueprint

bp = Blueprint("secretariat", __name__, url_prefix="/secretariat")
