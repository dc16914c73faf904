"""How often passwords and codes may be tried, so that neither can be guessed and no stranger can shut an officer out."""

from datetime import timedelta

from flask import abort, request, session

from pledges.accounts import actions, queries
from pledges.accounts.sessions import address_hash, known_browser, network_of_request, now
from pledges.extensions import db, settings
from pledges.models import Account

PER = timedelta(minutes=15)
TRIES = 10
"""For one officer from one network, or from a browser that is known to be the officer's own."""
TRIES_OF_A_NETWORK = 60
"""A whole hall may sign in from one address."""
_PASSWORD_STEPS = {"security.login", "security.verify", "security.change_password"}
_CODE_STEPS = {"security.two_factor_token_validation", "security.two_factor_setup_validate", "security.mf_recovery"}


def limit_attempts() -> None:
    """Count a try before it is judged; 429 once there were too many. Runs before every request."""
    if request.method != "POST" or not settings().rate_limits:
        return
    if request.endpoint in _PASSWORD_STEPS:
        keys = _password_keys()
    elif request.endpoint in _CODE_STEPS:
        keys = _code_keys()
    else:
        return
    if not actions.count_tries(db.session(), keys, per=PER, at=now()):
        abort(429)


def _password_keys() -> dict[str, int]:
    """A stranger's tries never count against the officer, only against the pair of address and network, and against the network."""
    officer = None if request.endpoint == "security.login" else _officer_of_session()
    address = officer.email if officer else request.form.get("email", "")
    if mark := known_browser(address):
        return {f"password:browser:{mark}": TRIES}
    network = network_of_request()
    return {f"password:{address_hash(address)}:{network}": TRIES, f"password:{network}": TRIES_OF_A_NETWORK}


def _code_keys() -> dict[str, int]:
    """Who comes here knows the password, so tries count against the account from wherever they come: a code has but six digits."""
    officer = _officer_of_session()
    mark = known_browser(officer.email) if officer else ""
    return {f"code:browser:{mark}" if mark else f"code:{officer.id if officer else network_of_request()}": TRIES}


def _officer_of_session() -> Account | None:
    """Whoever has signed in here, or has given the right password and not yet the code."""
    uniquifier = session.get("_user_id") or session.get("tf_user_id") or ""
    return queries.officer_by_uniquifier(db.session(), uniquifier)
