"""Who is making this request, and whether a page is open to them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import ParamSpec, cast
from urllib.parse import urlsplit

from flask import Response, abort, after_this_request, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from pledges.accounts.roles import MAY
from pledges.errors import unsent
from pledges.models import Account

P = ParamSpec("P")

FRESH_FOR = timedelta(minutes=10)
"""So long after a password or passkey was asked for, dangerous acts are open."""


def current_officer() -> Account | None:
    """The officer who has signed in with both factors; None for anybody else."""
    return cast("Account", current_user._get_current_object()) if current_user.is_authenticated else None


def may(endpoint: str) -> bool:
    """Whether the officer who is signed in may call a page of `roles.MAY`; templates ask it before they show a link or a form."""
    return not MAY.get(endpoint, frozenset()).isdisjoint(own_roles())


def own_roles() -> frozenset[str]:
    """The roles of the officer who is signed in; none for anybody else."""
    officer = current_officer()
    return frozenset(role.name for role in officer.roles) if officer else frozenset()


def require_officer() -> ResponseReturnValue | None:
    """For a room's one `before_request`: None lets the request pass.

    Whoever has not signed in is led there and comes back to the page; an officer whose roles `roles.MAY` does not name
    for it gets 403, and so does everybody where it names none. Pages behind this door are kept by no cache.
    """
    if current_officer() is None:
        told = _("Nothing was changed. Sign in, in a new tab; then come back to this page, and send again what you had typed.")
        if page := unsent(401, _("Your session has ended"), told, lead=url_for("security.login"), lead_called=_("Sign in")):
            return page
        back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
        return redirect(url_for("security.login", next=back), 303)
    if not may(request.endpoint or ""):
        abort(403)
    after_this_request(_keep_nowhere)
    return None


def fresh_sign_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """For a dangerous act, below its route: nothing happens unless the officer has given password or passkey in the last ten minutes.

    Otherwise it is asked for, and leads back: to the same address where it has a page, else to the page with the button, to press it again.
    Put it on the page that asks to confirm too, so that the question comes before what an officer types there.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if is_fresh():
            return view(*args, **kwargs)
        told = _(
            "More than ten minutes have passed since you gave it. Nothing is done yet: type it in a new tab, come back and send this again."
        )
        confirm = url_for("security.verify", next=url_for("accounts.home"))
        if page := unsent(401, _("Your password once more"), told, lead=confirm, lead_called=_("Type the password")):
            return page
        if request.method == "POST":
            flash(_("Nothing is done yet. After this, press the button again."), "info")
        return redirect(url_for("security.verify", next=_page_with_the_button()), 303)

    return guarded


def is_fresh() -> bool:
    """Whether password or passkey were given in the last ten minutes; the sign-in library keeps the moment."""
    return datetime.now(UTC) - datetime.fromtimestamp(session.get("fs_paa", 0), UTC) <= FRESH_FOR


def _page_with_the_button() -> str:
    """Where a request for a dangerous act came from, on this site."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return url_for("accounts.home")
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def _keep_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
