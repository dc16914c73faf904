"""The worker: sends letters, reads what officers bring and sets chapters as soon as a bell rings; it looks every minute for lost bells."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from huey import Huey, PostgresHuey, crontab
from sqlalchemy import event
from sqlalchemy.orm import Session

from pledges.adapters.bounces import MailboxFails, open_mailbox
from pledges.adapters.jobs import job_queue
from pledges.extensions import adapters, address, db, settings
from pledges.models import Batch, ChapterWork, EditionBuild, Letter
from pledges.secretariat.actions.batches import carry_on, forget_old
from pledges.secretariat.actions.bounces import read_mailbox
from pledges.secretariat.actions.builds import carry_out
from pledges.secretariat.actions.chapters import remove_abandoned, set_waiting
from pledges.secretariat.actions.outbox import deliver_due
from pledges.secretariat.actions.reminders import write_due
from pledges.secretariat.actions.retention import remove_overdue
from pledges.typesetting.workshop import renderer

_RUNG = "bells to ring"
_BELLS = "pledges.bells"
_RINGS_FOR: tuple[type[Letter | ChapterWork | Batch | EditionBuild], ...] = (Letter, ChapterWork, Batch, EditionBuild)
_setting, _building = threading.Lock(), threading.Lock()


def init_worker(app: Flask) -> None:
    """Give the application its queue, so that each letter and each chapter rings once it is committed."""
    with app.app_context():
        queue = job_queue(settings().database_url, settings().instance)
    app.extensions["pledges.queue"] = queue
    makers = {Letter: _letters, ChapterWork: _chapters, Batch: _batches, EditionBuild: _editions}
    app.extensions[_BELLS] = {kind: make(app, queue) for kind, make in makers.items()}
    _retention(app, queue)
    _came_back(app, queue)
    _reminders(app, queue)


def run_worker(app: Flask) -> None:
    """Work until told to stop; SIGTERM lets what runs finish."""
    queue: Huey = app.extensions["pledges.queue"]
    options = {"max_delay": 1.0, "graceful_signal": "TERM", "shutdown_timeout": 20}
    renderer()  # before the code on the disk can become another than the one that runs
    # Four threads, so that letters wait neither for editions and their chapters nor for batches of rows.
    queue.create_consumer(workers=4, worker_type="thread", periodic=True, **options).run()


def _letters(app: Flask, queue: Huey) -> Callable[[], Any]:
    def send() -> None:
        with app.app_context():
            deliver_due(db.session(), adapters().mailer, lambda: datetime.now(UTC), base_url=settings().base_url)

    bell: Callable[[], Any] = queue.task(name="send_letters")(send)
    queue.periodic_task(crontab(), name="sweep_letters")(send)
    return bell


def _came_back(app: Flask, queue: Huey) -> None:
    """Every five minutes, where a mailbox is named, its reports are read."""

    def read() -> None:
        with app.app_context():
            try:
                read_mailbox(db.session(), open_mailbox(settings().bounces_url), at=datetime.now(UTC))
            except MailboxFails as error:
                logging.getLogger(__name__).warning("the mailbox of letters that came back fails: %s", error)

    with app.app_context():
        if settings().bounces_url:
            queue.periodic_task(crontab(minute="*/5"), name="read_bounces")(read)


def _reminders(app: Flask, queue: Huey) -> None:
    """Every hour, what the approved schedules want is written."""

    def write() -> None:
        with app.app_context():
            write_due(db.session(), at=datetime.now(UTC), address=address)

    queue.periodic_task(crontab(minute="11"), name="write_reminders")(write)


def _batches(app: Flask, queue: Huey) -> Callable[[], Any]:
    def work() -> None:
        with app.app_context():
            carry_on(db.session(), lambda: datetime.now(UTC), address=address)

    def sweep() -> None:
        work()
        with app.app_context():
            forget_old(db.session(), datetime.now(UTC))

    bell: Callable[[], Any] = queue.task(name="work_on_batches")(work)
    queue.periodic_task(crontab(), name="sweep_batches")(sweep)
    return bell


def _chapters(app: Flask, queue: Huey) -> Callable[[], Any]:
    def set_chapters() -> None:
        if not _setting.acquire(blocking=False):  # whoever has it goes on until nothing waits
            return
        try:
            with app.app_context(), adapters().archive.workshop() as scratch:
                set_waiting(db.session(), lambda: datetime.now(UTC), by=f"{socket.gethostname()} {os.getpid()}", scratch=scratch)
        finally:
            _setting.release()

    def sweep() -> None:
        with app.app_context():
            remove_abandoned(db.session(), datetime.now(UTC))
        set_chapters()

    bell: Callable[[], Any] = queue.task(name="set_chapters")(set_chapters)
    if isinstance(queue, PostgresHuey):  # on SQLite no chapter is ever on offer
        queue.periodic_task(crontab(), name="sweep_chapters")(sweep)
    return bell


def _retention(app: Flask, queue: Huey) -> None:
    def remove() -> None:
        with app.app_context():
            remove_overdue(db.session(), settings().periods, at=datetime.now(UTC))

    queue.periodic_task(crontab(hour="3", minute="17"), name="remove_overdue")(remove)  # a quiet hour


def _editions(app: Flask, queue: Huey) -> Callable[[], Any]:
    def build() -> None:
        if not _building.acquire(blocking=False):
            return
        try:
            with app.app_context():
                carry_out(db.session(), adapters(), settings(), lambda: datetime.now(UTC))
        finally:
            _building.release()

    bell: Callable[[], Any] = queue.task(name="build_editions")(build)
    queue.periodic_task(crontab(), name="sweep_editions")(build)
    return bell


@event.listens_for(db.session, "after_flush")
def _note(session: Session, _context: object) -> None:
    session.info.setdefault(_RUNG, set()).update(
        type(row) for row in (*session.new, *(row for row in session.dirty if isinstance(row, Batch))) if isinstance(row, _RINGS_FOR)
    )


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_RUNG, None)


@event.listens_for(db.session, "after_commit")
def _ring(session: Session) -> None:
    """What was committed is done, whatever becomes of the bell: the sweep finds a row for which it did not ring."""
    bells = current_app.extensions.get(_BELLS, {})
    for ring in [bells[kind] for kind in session.info.pop(_RUNG, ()) if kind in bells]:
        try:
            ring()
        except Exception:
            logging.getLogger(__name__).exception("the queue did not take the call; the letter or chapter is found with the next sweep")
