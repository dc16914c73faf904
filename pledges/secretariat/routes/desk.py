"""The room's door."""

from datetime import UTC, datetime
from typing import Any, cast

from flask import Blueprint, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from pledges.accounts.guard import current_officer, require_officer
from pledges.domain.numbers import number_asked
from pledges.extensions import db, settings
from pledges.models import Account
from pledges.secretariat.forms import REASONS, words_called
from pledges.secretariat.forms.identity import risk_told
from pledges.secretariat.queries import counts
from pledges.secretariat.queries.counts import Desk

bp = Blueprint("secretariat", __name__, url_prefix="/secretariat")


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Every page of this room is for the officers whom the table in accounts/roles.py names."""
    return require_officer()


@bp.context_processor
def _on_every_page() -> dict[str, Any]:
    officer = current_officer()
    return {
        "officer": officer, "reason_label": REASONS, "now": datetime.now(UTC), "risk_told": risk_told,
        "words_called": words_called, "papers_to_read": desk_now().papers if officer else 0,
    }  # fmt: skip


def desk_now() -> Desk:
    """What waits beside the queue; asked once a request."""
    if "desk" not in g:
        g.desk = counts.desk(db.session(), acting_officer())
    return cast("Desk", g.desk)


def list_begins() -> int | None:
    """Where a page of a list begins; nonsense begins at the first page."""
    return number_asked(request.args.get("before", ""))


def acting_officer() -> Account:
    """Who is signed in."""
    return current_officer() or abort(401)


def address(endpoint: str, **values: Any) -> str:
    """The full address of a page, for letters."""
    return settings().base_url + url_for(endpoint, **values)
