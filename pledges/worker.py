"""The worker: sends what is due as soon as the bell rings, and looks again every minute in case a bell was lost."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from huey import Huey, crontab
from sqlalchemy import event
from sqlalchemy.orm import Session

from pledges.adapters.jobs import job_queue
from pledges.extensions import adapters, db, settings
from pledges.models import Letter
from pledges.secretariat.actions.outbox import deliver_due

_NEW = "letters to ring for"
_BELL = "pledges.bell"


def init_worker(app: Flask) -> None:
    """Give the application its queue, so that each letter rings once it is committed."""
    with app.app_context():
        queue = job_queue(settings().database_url, settings().instance)
    app.extensions["pledges.queue"] = queue
    app.extensions[_BELL] = _tasks(app, queue)


def run_worker(app: Flask) -> None:
    """Work until told to stop; SIGTERM lets what runs finish."""
    queue: Huey = app.extensions["pledges.queue"]
    options = {"max_delay": 1.0, "graceful_signal": "TERM", "shutdown_timeout": 20}
    queue.create_consumer(workers=1, worker_type="thread", periodic=True, **options).run()


def _tasks(app: Flask, queue: Huey) -> Callable[[], Any]:
    def send() -> None:
        with app.app_context():
            deliver_due(db.session(), adapters().mailer, lambda: datetime.now(UTC))

    bell: Callable[[], Any] = queue.task(name="send_letters")(send)
    queue.periodic_task(crontab(), name="sweep_letters")(send)
    return bell


@event.listens_for(db.session, "after_flush")
def _note(session: Session, _context: object) -> None:
    if any(isinstance(row, Letter) for row in session.new):
        session.info[_NEW] = True


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_NEW, None)


@event.listens_for(db.session, "after_commit")
def _ring(session: Session) -> None:
    """What was committed is done, whatever becomes of the bell: the sweep finds a letter for which it did not ring."""
    ring = current_app.extensions.get(_BELL) if session.info.pop(_NEW, False) else None
    if ring is None:
        return
    try:
        ring()
    except Exception:
        logging.getLogger(__name__).exception("the queue did not take the call; the letter goes out with the next sweep")
