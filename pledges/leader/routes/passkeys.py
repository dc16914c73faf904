"""Signing with a passkey. The script asks for a challenge and for a key; the signature itself is a form like any other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pledges.accounts.sessions import now
from pledges.adapters.passkeys import PasskeyRefused, Refusal, Site, site_of
from pledges.extensions import address, db, settings
from pledges.leader.actions import links, passkeys
from pledges.leader.actions.links import Opened
from pledges.leader.actions.signing import Evidence
from pledges.leader.routes.room import bp, limit

REFUSED: dict[Refusal, LazyString] = {
    Refusal.CHALLENGE: _l("Nothing was signed: this answer belongs to an earlier attempt, and each attempt counts once. Try again."),
    Refusal.SITE: _l("Nothing was signed: the passkey answered for another website. Open the link from the letter itself and try again."),
    Refusal.UNVERIFIED: _l(
        "Nothing was signed: the device did not check that it is you. Switch on its screen lock (fingerprint, face or PIN) and try again."
    ),
    Refusal.COUNTER: _l(
        "Nothing was signed: this passkey has been used more often than it counts, so there may be a copy of it. Sign with the button "
        "“Sign the pledge”, or make a new passkey."
    ),
    Refusal.UNKNOWN_KEY: _l("Nothing was signed: this passkey was not made for this leader here. Make a new one on this device."),
    Refusal.INVALID: _l("Nothing was signed: the answer of the device could not be verified. Try again, or sign without a passkey."),
}


@bp.post("/link/<token>/passkey/ask")
def ask_passkey(token: str) -> ResponseReturnValue:
    """What the browser is to ask its device: a signature, or a key first."""
    new = request.form.get("new") == "yes"
    return _asked(lambda site: passkeys.begin(db.session(), token, site, new=new, site_name=_site_name(), at=now()))


@bp.post("/link/<token>/passkey/made")
def keep_passkey(token: str) -> ResponseReturnValue:
    """Keep the key that the device has made, and say what to sign with it."""
    return _asked(lambda site: passkeys.keep(db.session(), token, request.form.get("credential", ""), site, at=now()))


def sign_with_passkey(token: str, credential: str, evidence: Evidence) -> Opened:
    """Sign with what the device answered; raises what `passkeys.sign` raises."""
    limit("passkeys", tries=100, per=timedelta(minutes=10))
    return passkeys.sign(db.session(), token, credential, _site(), evidence=evidence, at=now(), address=address)


def _asked(act: Callable[[Site], dict[str, Any]]) -> ResponseReturnValue:
    """The answer to the script: what to ask the device, or a sentence to show."""
    limit("passkeys", tries=100, per=timedelta(minutes=10))
    site = _site()
    try:
        return jsonify(act(site))
    except links.LinkSpent:
        return jsonify(problem=_("This link works no more: it was used or replaced, or the text was taken back. Reload the page.")), 410
    except PasskeyRefused as refused:
        return jsonify(problem=str(REFUSED[refused.reason])), 422


def _site() -> Site:
    return site_of(settings().base_url) or abort(404)


def _site_name() -> str:
    return str(_("World Assembly of Local and Regional Governments"))
