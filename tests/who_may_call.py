"""Writes docs/who-may-call.md from the application's own routes and roles: `make who-may-call`. A test tells when it is out of date."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from pledges.accounts.roles import MAY, ROLES
from tests.routes_who import WHO, Role

PAGE = Path(__file__).resolve().parent.parent / "docs" / "who-may-call.md"
HEAD = """# Who may call which route

Made by `make who-may-call` from the application itself; a test fails when it is out of date. Each officer's role is walked over every
route of the first table by `tests/accounts/test_roles.py`, strangers and officers over every route by `tests/test_visibility.py`. What is
in no table opens to nobody. What a role does at the desk is told in [secretariat.md](secretariat.md#officers-and-what-they-may).
"""
CALLED = {"moderator": "Moderator", "editor": "Editor", "admin": "Admin", "focal_point": "Focal point"}
OUTSIDE = {Role.STRANGER: "everybody", Role.PREPARER: "cabinet, with its link", Role.LEADER: "leader, with a letter’s link"}


def page(app: Flask) -> str:
    """The whole page."""
    desk, rest = [], []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.endpoint in MAY:
                desk.append([f"`{rule.rule}`", method, *("✓" if role in MAY[rule.endpoint] else "" for role in ROLES)])
            elif not rule.endpoint.startswith(("development.", "static")):
                rest.append([f"`{rule.rule}`", method, " · ".join(_outside(WHO[rule.endpoint]))])
    return "\n".join(
        (
            HEAD, "## Officers", "", *_table(["address", "method", *(CALLED[role] for role in ROLES)], sorted(desk)), "",
            "## Everybody else", "", *_table(["address", "method", "who"], sorted(rest)), "",
        )
    )  # fmt: skip


def _outside(who: frozenset[Role]) -> Iterator[str]:
    if Role.STRANGER in who:
        yield OUTSIDE[Role.STRANGER]
        return
    yield from (told for role, told in OUTSIDE.items() if role in who)
    if who & set(map(Role, ROLES)):
        yield "officers"


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Write the page anew; needs no database."""
    import tempfile

    import config
    from pledges.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        application = create_app(config.testing(f"sqlite:///{folder}/none.db", Path(folder) / "instance"))
        PAGE.write_text(page(application), encoding="utf-8")


if __name__ == "__main__":
    main()
