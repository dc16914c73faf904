"""An officer's session: it begins after both factors, stays in its browser, and ends by signing out, by time or from elsewhere."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Flask, Response, after_this_request, current_app, g, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

from pledges.accounts import actions, queries
from pledges.extensions import db
from pledges.models import Account

IDLE = timedelta(hours=2)
"""After so long without a page, an officer signs in again."""
LONGEST = timedelta(hours=12)
"""After so long, an officer signs in again, however busy."""
KNOWN_FOR = timedelta(days=90)
"""So long a browser counts as an officer's own after it last signed in: its tries are counted apart from a stranger's."""
_NOTED_EVERY = timedelta(minutes=1)
_KNOWN = "known-browser"
_FACTORS = {
    "security.two_factor_token_validation": "authenticator",
    "security.mf_recovery": "recovery code",
    "accounts.sign_in_with_passkey": "passkey",
    "security.change_password": "new password",
}
"""What the log says an officer signed in by, beside the password."""


def now() -> datetime:
    """The moment of this request."""
    return datetime.now(UTC)


def begin(_app: Flask, user: Account, **_details: Any) -> None:
    """Both factors are done (or the password was changed): stamp the session and change the token against forgery."""
    moment = now()
    session.update(signed_in_at=moment.timestamp(), seen_at=moment.timestamp(), browser=_browser())
    sit_down(user)
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    actions.note_sign_in(db.session(), user, by=_FACTORS.get(request.endpoint or "", ""), at=moment)
    known = _signer().dumps([address_hash(user.email), secrets.token_hex(16)])

    @after_this_request
    def remember_browser(response: Response) -> Response:
        response.set_cookie(
            _KNOWN,
            known,
            max_age=KNOWN_FOR,
            path="/accounts",
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response


def sit_down(account: Account) -> None:
    """Keep which browser in which network the session belongs to, so that it is listed and can be ended from elsewhere."""
    session["number"] = actions.begin_session(
        db.session(), account, browser=request.user_agent.string, network=network_of_request(), longest=LONGEST, at=now()
    )


def network_of_request() -> str:
    """The caller's address; for IPv6 the /64 that one connection owns."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def officer_of_session(uniquifier: str) -> Account | None:
    """Whoever this session belongs to, while it lasts: active, with an authenticator, in the same browser, neither idle nor old."""
    moment = now()
    signed_in, seen = (datetime.fromtimestamp(session.get(stamp, 0), UTC) for stamp in ("signed_in_at", "seen_at"))
    if moment - signed_in > LONGEST or moment - seen > IDLE or session.get("browser") != _browser():
        return None
    account = queries.officer_in_session(db.session(), uniquifier, session.get("number", 0))
    if account is None or not account.active or not account.tf_totp_secret:
        return None
    if moment - seen > _NOTED_EVERY:
        session["seen_at"] = moment.timestamp()
    g.fs_authn_via, g.fs_paa = "session", session.get("fs_paa", 0)  # what the library's own loader leaves for its views
    return account


def half_signed_in() -> Account | None:
    """Whoever has given the right password here and owes the second factor."""
    if session.get("tf_state") != "ready":
        return None
    account = queries.officer_by_uniquifier(db.session(), session.get("tf_user_id", ""))
    return account if account is not None and account.active else None


def known_browser(address: str) -> str:
    """The mark of a browser in which the officer of this address has signed in before; empty for any other."""
    try:
        owner, mark = _signer().loads(request.cookies.get(_KNOWN, ""), max_age=int(KNOWN_FOR.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(mark) if owner == address_hash(address) else ""


def address_hash(address: str) -> str:
    """Tells addresses apart in counts and cookies without holding them."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:32]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")


def _browser() -> str:
    return hashlib.sha256(request.user_agent.string.encode()).hexdigest()[:16]
