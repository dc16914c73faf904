"""The room's door."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from pledges.accounts.guard import current_officer, require_officer
from pledges.domain.numbers import number_asked
from pledges.extensions import db, settings
from pledges.models import Account
from pledges.models.papers import count_waiting
from pledges.secretariat.forms import REASONS, words_called
from pledges.secretariat.forms.identity import risk_told

bp = Blueprint("secretariat", __name__, url_prefix="/secretariat")


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Every page of this room is for the officers whom the table in accounts/roles.py names."""
    return require_officer()


@bp.context_processor
def _on_every_page() -> dict[str, Any]:
    return {
        "officer": current_officer(), "reason_label": REASONS, "now": datetime.now(UTC), "risk_told": risk_told,
        "words_called": words_called, "papers_to_read": count_waiting(db.session()),
    }  # fmt: skip


def list_begins() -> int | None:
    """Where a page of a list begins; nonsense begins at the first page."""
    return number_asked(request.args.get("before", ""))


def acting_officer() -> Account:
    """Who is signed in."""
    return current_officer() or abort(401)


def address(endpoint: str, **values: Any) -> str:
    """The full address of a page, for letters."""
    return settings().base_url + url_for(endpoint, **values)
