"""Who may call each endpoint. A route that is not here fails `tests/test_house_rules.py`; who may see what is walked by role elsewhere.

Each set names everybody whom the route serves; anyone else gets 401, 403, 404 or the sign-in page.
"""

from enum import StrEnum


class Role(StrEnum):
    """Whoever may stand before the door."""

    STRANGER = "stranger"
    PREPARER = "preparer"  # holds the cookie or the resume link of a draft
    LEADER = "leader"  # holds the link or code of a letter
    PRESS = "press"  # accredited, before the lift
    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"


OFFICERS = frozenset({Role.MODERATOR, Role.EDITOR, Role.ADMIN})
EVERYONE = frozenset(Role)

WHO: dict[str, frozenset[Role]] = {
    "static": EVERYONE,
    # public
    # api
    # leader
    # secretariat
    # press
    # accounts
}
