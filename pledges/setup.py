"""Making an instance ready: the database, on the first run the example assembly, or an empty one."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from config import ROOT, Settings
from pledges.accounts.actions import add_example_officer, new_authenticator_key
from pledges.adapters import Adapters
from pledges.adapters.archive import replace_file
from pledges.extensions import address, db
from pledges.models.visibility import last_rev
from pledges.secretariat.actions.directory import load_governments
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.example import mark_as_example, may_hold_the_example
from pledges.secretariat.actions.freezing import Order
from pledges.secretariat.actions.imports import Import
from pledges.secretariat.actions.releasing import release_edition
from pledges.secretariat.actions.rows import By
from pledges.secretariat.queries.example import was_used
from pledges.secretariat.table import open_table, read_table

Say = Callable[[str], None]
OFFICER = "officer@assembly.example"
OFFICERS_ROLES = ("moderator", "editor", "admin")
_DATA = Path(str(resources.files("pledges.secretariat"))) / "data"
_SIGN_IN, _EMPTY = "officer-sign-in.txt", "started-empty"


class InstanceNotEmpty(Exception):
    """The instance holds something; the message says what to do."""


def setup_instance(session: Session, adapters: Adapters, settings: Settings, *, at: datetime, say: Say, note: Say) -> None:
    """Prepare the database; in development, the first time, load, accept, compile, seal and release the example assembly.

    Each step is made only where it lacks, so a set-up that was cut off is finished by the next.
    """
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    _migrate()
    sign_in = settings.instance / _SIGN_IN
    if sign_in.exists() and last_rev(session, at) is not None:
        note(f"the officer's sign-in stands in {sign_in}")
        return
    _directory(session)
    if settings.production or (settings.instance / _EMPTY).exists() or not may_hold_the_example(session):
        return
    note("first run: loading the example assembly (invented leaders of real governments)")
    lines = _example(session, adapters, settings, at=at, note=note)
    replace_file(sign_in, "".join(f"{line}\n" for line in lines).encode())
    for line in lines:
        say(line)
    note(f"kept in {sign_in}")


def start_empty(settings: Settings, enter_app: Callable[[], AbstractContextManager[object]], *, replace: bool, at: datetime) -> Path | None:
    """An instance without the example assembly; one that holds something is refused, or with `replace` moved aside. Gives where to.

    `enter_app` gives the application's context once the place is free. Raises InstanceNotEmpty.
    """
    moved = None
    database_used = _is_used(settings.database_url)
    if database_used or _holds_files(settings.instance):
        if not replace:
            raise InstanceNotEmpty(f"{settings.instance} is not empty; --replace moves it aside")
        if database_used and not _stands_within(settings):
            raise InstanceNotEmpty("the database lies outside the instance and is not empty; empty it with its own tools, then come back")
        moved = settings.instance.with_name(f"{settings.instance.name}-{at:%Y%m%dT%H%M%SZ}")
        settings.instance.rename(moved)
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.instance / _EMPTY).touch()
    with enter_app():
        _migrate()
        _directory(db.session())
    return moved


def _holds_files(instance: Path) -> bool:
    """Whether anything lies there beside what any start makes: key, queue, an unused database."""
    made_by_any_start = ("secret-key", _EMPTY, "jobs.db", "pledges.db")
    return instance.is_dir() and any(not path.name.startswith(made_by_any_start) for path in instance.iterdir())


def _is_used(database_url: str) -> bool:
    engine = create_engine(database_url, poolclass=NullPool)
    try:
        with Session(engine) as session:
            return was_used(session)
    except DBAPIError:
        return False  # no database yet, or one without our tables


def _stands_within(settings: Settings) -> bool:
    url = make_url(settings.database_url)
    return url.get_backend_name() == "sqlite" and Path(url.database or "").absolute().is_relative_to(settings.instance)


def _migrate() -> None:
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    command.upgrade(alembic, "head")


def _directory(session: Session) -> None:
    with open_table(_DATA / "governments.csv.gz") as file:
        load_governments(session, file)


def _example(session: Session, adapters: Adapters, settings: Settings, *, at: datetime, note: Say) -> list[str]:
    mark_as_example(session, at=at)
    with open_table(_DATA / "example_pledges.csv.gz") as file:
        Import(session=session, accept=True, by=By(), at=at, source="example_pledges.csv.gz").run(read_table(file))
    note("300 pledges are imported and accepted; now the declaration is compiled")
    if last_rev(session, at) is None:
        printed = compile_to(session, adapters, Order(), settings=settings, out=None, keep=True, at=at)
        number = int(str(printed["number"]))
        release_edition(session, number, at=at, released_at=at, by="the example's set-up", address=address)
        note(f"declaration {printed['label']}: {printed['pages']} pages, sealed and released")
    password, key = secrets.token_urlsafe(12), new_authenticator_key()
    add_example_officer(session, OFFICER, password, key, *OFFICERS_ROLES, at=at)
    return [f"officer: {OFFICER}", f"password: {password}", f"authenticator key: {key}"]
