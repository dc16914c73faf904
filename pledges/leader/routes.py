"""The pages of this room."""

from flask import Blueprint

bp = Blueprint("leader", __name__, url_prefix="/leader")
