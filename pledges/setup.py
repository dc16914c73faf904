"""Making an instance ready: the database, on the first run the example assembly, or an empty one."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from config import ROOT, Settings
from pledges.accounts.actions import add_example_officer, new_authenticator_key
from pledges.adapters import Adapters
from pledges.secretariat.actions import editions
from pledges.secretariat.actions.directory import load_governments
from pledges.models.visibility import last_rev
from pledges.secretariat.actions.example import mark_as_example, may_hold_the_example
from pledges.secretariat.actions.imports import By, Import
from pledges.secretariat.table import open_table, read_table

Say = Callable[[str], None]
OFFICER = "officer@assembly.example"
_DATA = Path(str(resources.files("pledges.secretariat"))) / "data"
_SIGN_IN, _EMPTY = "officer-sign-in.txt", "started-empty"


class InstanceNotEmpty(Exception):
    """The instance holds something; the message says what to do."""


def setup_instance(session: Session, adapters: Adapters, settings: Settings, *, at: datetime, say: Say, note: Say) -> None:
    """Prepare the database; in development, the first time, load, accept, compile, seal and release the example assembly.

    Each step is made only where it lacks, so a set-up that was cut off is finished by the next.
    """
    settings.instance.mkdir(parents=True, exist_ok=True)
    _migrate()
    sign_in = settings.instance / _SIGN_IN
    if sign_in.exists():
        note(f"the officer's sign-in stands in {sign_in}")
        return
    _directory(session)
    if settings.production or (settings.instance / _EMPTY).exists() or not may_hold_the_example(session):
        return
    note("first run: loading the example assembly (invented leaders of real governments)")
    lines = _example(session, adapters, settings, at=at, note=note)
    with open(os.open(sign_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    for line in lines:
        say(line)
    note(f"kept in {sign_in}")


def start_empty(settings: Settings, make_app: Callable[[], Flask], *, replace: bool, at: datetime) -> Path | None:
    """An instance without the example assembly; one that is not empty is refused, or with `replace` moved aside. Gives where to.

    Raises InstanceNotEmpty.
    """
    moved = None
    if settings.instance.exists() and any(settings.instance.iterdir()):
        if not replace:
            raise InstanceNotEmpty(f"{settings.instance} is not empty; --replace moves it aside")
        moved = settings.instance.with_name(f"{settings.instance.name}-{at:%Y%m%dT%H%M%SZ}")
        settings.instance.rename(moved)
    if not settings.database_url.startswith("sqlite"):
        raise InstanceNotEmpty("start-empty makes an embedded database; empty a PostgreSQL database with its own tools, then run `pledges db upgrade`")
    settings.instance.mkdir(parents=True)
    (settings.instance / _EMPTY).touch()
    app = make_app()
    with app.app_context():
        from pledges.extensions import db

        _migrate()
        _directory(db.session())
    return moved


def _migrate() -> None:
    upgrade(directory=str(ROOT / "migrations"))


def _directory(session: Session) -> None:
    with open_table(_DATA / "governments.csv.gz") as file:
        load_governments(session, file)


def _example(session: Session, adapters: Adapters, settings: Settings, *, at: datetime, note: Say) -> list[str]:
    mark_as_example(session, at=at)
    with open_table(_DATA / "example_pledges.csv.gz") as file:
        Import(session, True, By(), at, "example_pledges.csv.gz").run(read_table(file))
    note("300 pledges are imported and accepted; now the declaration is compiled")
    if last_rev(session, at) is None:
        printed = editions.compile_to(session, adapters, editions.Order(), settings=settings, out=None, keep=True, at=at, progress=None)
        editions.release_edition(session, int(str(printed["number"])), at=at, released_at=at, by="the example's set-up", break_glass=True)
        note(f"declaration {printed['label']}: {printed['pages']} pages, sealed and released")
    password, key = secrets.token_urlsafe(12), new_authenticator_key()
    add_example_officer(session, OFFICER, password, key, "admin", at=at)
    return [f"officer: {OFFICER}", f"password: {password}", f"authenticator key: {key}"]
