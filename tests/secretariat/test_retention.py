"""What is old goes by itself: the command counts it and tells, the worker removes it at night and logs how much of what."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from huey import Huey
from sqlalchemy import select

from pledges.cli.instance import retention_command
from pledges.extensions import db
from pledges.models import Letter, LogDetail, LogEntry
from pledges.worker import init_worker
from tests.secretariat.test_bounces import TO, letter

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
OLD = datetime.now(UTC) - timedelta(days=4000)


@pytest.fixture
def queue(app: Flask) -> Iterator[Huey]:
    """That of an application with two letters that are old, one of them held and forgotten, and one that is new."""
    with app.app_context():
        letter(db.session(), delivered_at=OLD)
        letter(db.session(), delivered_at=None, created_at=OLD, held_at=datetime.now(UTC), message_id="<held@pledges.invalid>")
        letter(db.session(), delivered_at=datetime.now(UTC), message_id="<new@pledges.invalid>")
        db.session.commit()
    init_worker(app)
    yield app.extensions["pledges.queue"]
    app.extensions["pledges.queue"].storage.close()


def said(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(retention_command, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def kept(app: Flask) -> tuple[list[str], list[dict[str, object]]]:
    """To whom letters are, and what the log tells."""
    with app.app_context():
        told = db.session.scalars(select(LogDetail.details).join(LogEntry, LogEntry.number == LogDetail.number))
        return sorted(db.session.scalars(select(Letter.to))), [json.loads(one) for one in told]


def test_the_command_tells_what_is_old_removes_it_and_says_when_nothing_is(app: Flask, queue: Huey):
    assert said(app, "--dry-run") == "letters: 2\n"
    assert kept(app) == ([TO, TO, TO], [])
    assert said(app) == "letters: 2\n"
    assert kept(app) == (["", "", TO], [{"removed": {"letters": 2}}])
    assert said(app) == "nothing is older than its period\n"
    with app.app_context():
        held = db.session.scalars(select(Letter).where(Letter.message_id == "<held@pledges.invalid>")).one()
        assert (held.held_at, held.cancelled_at is None, held.given_up_at is None) == (None, False, False), "nobody releases it any more"


def test_the_worker_removes_it_once_a_night(app: Flask, queue: Huey):
    night, day = (datetime(2026, 11, 29, hour, 17, tzinfo=UTC) for hour in (3, 15))
    due = [[type(one).__name__ for one in queue.read_periodic(moment)] for moment in (night, day)]
    assert ["remove_overdue" in names for names in due] == [True, False]
    queue.execute(next(one for one in queue.read_periodic(night) if type(one).__name__ == "remove_overdue"))
    assert kept(app) == (["", "", TO], [{"removed": {"letters": 2}}])
