"""The door for mail systems: a signed call tells of a letter that could not be delivered. No officer, no form, no page."""

from datetime import UTC, datetime

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from pledges.adapters.bounces import LARGEST, Undelivered, is_signed, undelivered, undelivered_to
from pledges.extensions import csrf, db, settings
from pledges.secretariat.actions import bounces as acts

bp = Blueprint("bounces", __name__, url_prefix="/secretariat/bounces")
csrf.exempt(bp)  # whoever calls has no session; the call itself is signed


@bp.post("")
def take() -> ResponseReturnValue:
    """A delivery status report (message/rfc822), or JSON that names address, action, status, reason and message_id.

    404 where no secret is set, 403 for a call that is not signed or too old, 413 for one that is too large, 422 for one that tells nothing.
    """
    secret, moment = settings().bounces_secret, datetime.now(UTC)
    if not secret:
        abort(404)
    if (request.content_length or 0) > LARGEST:
        abort(413)
    body = request.get_data()
    if not is_signed(secret, request.headers.get("Pledges-Signature", ""), body, moment):
        abort(403)
    told = _told() if request.is_json else undelivered(body)
    if not told:
        abort(422)
    noted = [acts.note(db.session(), one, at=moment) for one in told]
    return {"noted": sum(noted)}


def _told() -> list[Undelivered]:
    try:
        given = request.get_json(silent=True)
    except RecursionError:
        return []
    if not isinstance(given, dict):
        return []
    message_id, address, action, status, reason = (
        str(given.get(name, "")) for name in ("message_id", "address", "action", "status", "reason")
    )
    if action not in ("failed", "delayed") or "@" not in address:
        return []
    return [undelivered_to(address, action, message_id=message_id, status=status, reason=reason)]
