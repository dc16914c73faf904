"""The room's door: which pledge a browser may open, what its pages know, and how often something may be tried."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from pledges.accounts.actions import count_tries
from pledges.accounts.sessions import address_hash, now
from pledges.domain.addresses import mailbox_key
from pledges.domain.codes import DRAFT_SESSION_LIVES
from pledges.domain.risks import network_of
from pledges.extensions import db, settings
from pledges.leader import queries
from pledges.leader.actions.links import Opened
from pledges.models import AccessLink, Pledge

bp = Blueprint("leader", __name__, url_prefix="/leader")

COOKIE = "draft-"
"""A cookie for each draft: the public id follows."""


@bp.url_value_preprocessor
def _whole_text(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Text whose bytes are damaged is refused: it would be kept as something that nobody typed.

    A preprocessor comes before the check against forgery, which reads the form and leaves no bytes to look at.
    """
    if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
        try:
            unquote_to_bytes(request.get_data()).decode()
        except UnicodeDecodeError:
            abort(400)


def reader_language() -> str:
    """The language that the reader has chosen."""
    return str(get_locale() or "en")


def own(public_id: str) -> Pledge:
    """The pledge, if this browser's cookie opens it; 404 otherwise, whether or not it exists."""
    token = request.cookies.get(COOKIE + public_id, "")
    return queries.own_pledge(db.session(), public_id, token, now()) or abort(404)


def own_link(public_id: str) -> AccessLink:
    """This browser itself, as the one that opens the pledge; 404 otherwise."""
    token = request.cookies.get(COOKIE + public_id, "")
    return queries.own_link(db.session(), public_id, token, now()) or abort(404)


def is_leaders(public_id: str) -> bool:
    """Whether a letter to the leader opened the pledge in this browser."""
    token = request.cookies.get(COOKIE + public_id, "")
    return queries.own_pledge(db.session(), public_id, token, now(), leaders=True) is not None


def own_tokens() -> dict[str, str]:
    """This browser's secrets, by the public id of their pledge."""
    return {name.removeprefix(COOKIE): token for name, token in request.cookies.items() if name.startswith(COOKIE)}


def opening(opened: Opened, endpoint: str, **values: Any) -> Response:
    """Go to a page of the pledge, and let this browser open it from now on."""
    response = make_response(redirect(url_for(endpoint, public_id=opened.pledge.public_id, **values), 303))
    response.set_cookie(
        COOKIE + opened.pledge.public_id, opened.token, max_age=DRAFT_SESSION_LIVES, path=bp.url_prefix, httponly=True, samesite="Lax",
        secure=request.is_secure or settings().base_url.startswith("https://"),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def unstored(page: ResponseReturnValue, status: int = 200) -> Response:
    """A page that no cache keeps: its address holds a secret."""
    response = make_response(page)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


_AN_HOUR = {"links": (5, 20), "drafts": (20, 80), "signing": (20, 400)}
"""Letters of each kind to one mailbox within the hour: as many as one network has written, and as many as all networks together.

`links` somebody merely asks for, by naming an address; `drafts` go to whoever begins or changes one, `signing` to a leader.
"""


def limit_letters(kind: str, *to: str, pledge: Pledge | None = None) -> None:
    """Count a letter of a kind (`_AN_HOUR`) to each of these addresses, and for its pledge; 429 once there were too many.

    Whoever has many written uses up their own network's and their own pledge's share, never that of another kind: no stranger
    who names a leader's address keeps a text from being sent there for the signature.
    """
    own_share, of_all = _AN_HOUR[kind]
    network = address_hash(network_of(request.remote_addr or ""))
    mailboxes = [f"{kind}-to:{address_hash(mailbox_key(one))}" for one in to]
    _count({f"{mailbox}:{network}": own_share for mailbox in mailboxes})
    if pledge is not None:
        _count({f"{kind}-for:{pledge.public_id}": own_share})
    _count(dict.fromkeys(mailboxes, of_all))  # last: what was refused before is not held against others


def limit(what: str, *, tries: int, per: timedelta, of: str = "") -> None:
    """Count a try of this visitor, or of what `of` names; 429 once there were too many. A whole hall may come from one address."""
    _count({f"{what}:{address_hash(of or request.remote_addr or '')}": tries}, per)


def _count(keys: dict[str, int], per: timedelta = timedelta(hours=1)) -> None:
    if settings().rate_limits and not count_tries(db.session(), keys, per=per, at=now()):
        abort(429)
