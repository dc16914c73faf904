"""Who is making this request, and whether a room is open to them."""

from typing import cast

from flask import Response, abort, after_this_request, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from pledges.models import Account


def current_officer() -> Account | None:
    """The officer who has signed in with both factors; None for anybody else."""
    return cast("Account", current_user._get_current_object()) if current_user.is_authenticated else None


def require_officer(*roles: str) -> ResponseReturnValue | None:
    """For a room's one `before_request`: None lets the request pass.

    Whoever has not signed in is led there and comes back to the page; an officer with none of `roles` (any role will do
    when none is named) gets 403. Pages behind this door are kept by no cache.
    """
    officer = current_officer()
    if officer is None:
        back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
        return redirect(url_for("security.login", next=back), 303)
    if not {role.name for role in officer.roles} & set(roles or ROLES):
        abort(403)
    after_this_request(_keep_nowhere)
    return None


ROLES = ("moderator", "editor", "admin")
"""What an officer can be."""


def _keep_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
