"""An instance of our own for a benchmark: tables, directory and a register of any size."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy.orm import Session

import config
from benchmarks.pledges_file import GOVERNMENTS, write_pledges
from pledges.app import create_app
from pledges.extensions import db
from pledges.secretariat.actions.directory import load_governments
from pledges.secretariat.actions.imports import import_file
from pledges.secretariat.actions.rows import Outcome
from pledges.secretariat.table import open_table

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations" / "alembic.ini"
DATABASE = "pledges.db"


@contextmanager
def empty(folder: Path) -> Iterator[tuple[Flask, Session]]:
    """An application on a fresh SQLite database that holds the directory."""
    shutil.copyfile(_with_directory() / DATABASE, folder / DATABASE)
    with opened(folder) as (app, session):
        yield app, session


@cache
def _with_directory() -> Path:
    """A folder with such a database, made once for all instances of a process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    with opened(folder) as (_, session):
        with db.engine.begin() as connection:
            settings = Config(str(MIGRATIONS))
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
        with open_table(GOVERNMENTS) as file:
            load_governments(session, file)
        session.close()
        db.engine.dispose()
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Flask, Session]]:
    """An application on the database that was prepared in the folder."""
    app = create_app(config.testing(f"sqlite:///{folder / DATABASE}", folder))
    with app.app_context():
        yield app, db.session()


def take_in(session: Session, folder: Path, count: int | None = None) -> Outcome:
    """Import that many pledges and accept them; without a count, those of the file that stands in the folder."""
    file = folder / "pledges.csv"
    if count is not None:
        write_pledges(file, count)
    return import_file(session, file, accept=True, email=None, rejects=None, at=datetime.now(UTC))
