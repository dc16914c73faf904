"""Letters over a real mail server: each is delivered once, tried again later, or given up; nobody's secrets are kept afterwards."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import config
from pledges.adapters import mail
from pledges.app import create_app
from pledges.extensions import db
from pledges.models import Letter, LogEntry
from pledges.secretariat.actions.outbox import LEASE, deliver_due

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def add_letter(session: Session, *, to: str = "mayor@oulu.example", at: datetime = AT, subject: str | None = "Please sign") -> int:
    letter = Letter(
        message_id=f"<{os.urandom(8).hex()}@pledges.invalid>", kind="sign", to=to, language="en", subject=subject,
        body="Open [link:1] and type [code:1].\n", created_at=at, due_at=at,
        secrets={"[link:1]": "https://pledges.example/leader/link/s3cret", "[code:1]": "1234 5678"},
    )  # fmt: skip
    session.add(letter)
    session.commit()
    return letter.id


def clock(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(LogEntry.act).order_by(LogEntry.number)))


def test_a_letter_is_delivered_once_and_its_secrets_are_erased(session, smtp_server):
    letter_id, mailer = add_letter(session), mail.open_mailer(smtp_server.url)
    assert deliver_due(session, mailer, clock(AT)) == (1, 0)
    assert deliver_due(session, mailer, clock(AT + timedelta(days=1))) == (0, 0)
    (taken,) = smtp_server.letters
    assert "https://pledges.example/leader/link/s3cret" in (text := taken.get_body(("plain",)).get_content())
    assert "1234 5678" in text
    letter = session.get_one(Letter, letter_id)
    assert (letter.delivered_at, letter.secrets, letter.leased_until, letter.tries) == (AT, None, None, 1)
    assert "s3cret" not in letter.body
    assert acts(session) == ["letter.delivered"]


def test_a_letter_goes_out_no_earlier_than_it_is_due(session, smtp_server):
    add_letter(session, at=AT + timedelta(hours=1))
    assert deliver_due(session, mail.open_mailer(smtp_server.url), clock(AT)) == (0, 0)


def test_what_the_server_refuses_for_now_is_tried_again_later_each_time_after_a_longer_wait(session, smtp_server):
    letter_id, mailer = add_letter(session), mail.open_mailer(smtp_server.url)
    smtp_server.refuse = "451 Come back later"
    assert deliver_due(session, mailer, clock(AT)) == (0, 1)
    assert deliver_due(session, mailer, clock(AT + timedelta(minutes=1))) == (0, 0)
    first = session.get_one(Letter, letter_id).due_at - AT
    assert deliver_due(session, mailer, clock(AT + first)) == (0, 1)
    letter = session.get_one(Letter, letter_id)
    assert letter.due_at - (AT + first) == 2 * first
    assert letter.secrets is not None
    assert "451 Come back later" in letter.last_error
    smtp_server.refuse = ""
    assert deliver_due(session, mailer, clock(letter.due_at)) == (1, 0)
    assert len(smtp_server.letters) == 1


def test_a_letter_that_is_refused_for_good_is_given_up_and_told(session, smtp_server):
    letter_id = add_letter(session)
    smtp_server.refuse = "550 No such mailbox"
    assert deliver_due(session, mail.open_mailer(smtp_server.url), clock(AT)) == (0, 1)
    letter = session.get_one(Letter, letter_id)
    assert (letter.given_up_at, letter.secrets, letter.delivered_at) == (AT, None, None)
    assert "550 No such mailbox" in letter.last_error
    assert acts(session) == ["letter.given_up"]


def test_a_dead_mail_server_is_given_up_after_days_not_minutes(session):
    letter_id, mailer, at = add_letter(session), mail.open_mailer("smtp://127.0.0.1:1?tls=none"), AT
    while session.get_one(Letter, letter_id).given_up_at is None:
        assert deliver_due(session, mailer, clock(at)) == (0, 1)
        at = max(at, session.get_one(Letter, letter_id).due_at)
    assert timedelta(days=1) < at - AT < timedelta(days=3)


def test_a_letter_that_cannot_be_written_is_given_up_and_holds_up_no_other(session, smtp_server):
    bad, good = add_letter(session, to="no address"), add_letter(session)
    assert deliver_due(session, mail.open_mailer(smtp_server.url), clock(AT)) == (1, 1)
    assert session.get_one(Letter, bad).given_up_at == AT
    assert session.get_one(Letter, good).delivered_at == AT


def test_what_a_crashed_worker_had_taken_is_sent_once_its_lease_has_ended(session, smtp_server):
    class Crashing:
        def send(self, _letter: mail.Letter, *, at: datetime) -> None:
            raise KeyboardInterrupt(f"the worker dies at {at}")

    add_letter(session)
    with pytest.raises(KeyboardInterrupt):
        deliver_due(session, Crashing(), clock(AT))
    session.rollback()
    mailer = mail.open_mailer(smtp_server.url)
    assert deliver_due(session, mailer, clock(AT + LEASE / 2)) == (0, 0)
    assert deliver_due(session, mailer, clock(AT + LEASE * 2)) == (1, 0)


def test_two_workers_at_once_deliver_each_letter_once(fresh_database, smtp_server):
    with Session(fresh_database) as session:
        for number in range(30):
            add_letter(session, to=f"mayor{number}@oulu.example")
    mailer, together = mail.open_mailer(smtp_server.url), threading.Barrier(2)

    def work(_worker: int) -> int:
        together.wait(timeout=30)
        with Session(fresh_database) as session:
            return deliver_due(session, mailer, clock(AT))[0]

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(work, range(2))) == 30
    assert sorted(str(letter["To"]) for letter in smtp_server.letters) == sorted(f"mayor{number}@oulu.example" for number in range(30))


@pytest.fixture
def ringing(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application with its queue, as it is served."""
    app = create_app(config.testing(database_url, tmp_path / "instance", testing=False))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    app.extensions["pledges.queue"].storage.close()


def test_a_committed_letter_rings_and_a_real_worker_sends_it(ringing, database_url, tmp_path):
    instance, queue = tmp_path / "instance", ringing.extensions["pledges.queue"]
    environment = {**os.environ, "PLEDGES_MODE": "development", "PLEDGES_INSTANCE": str(instance), "PLEDGES_DATABASE_URL": database_url}
    with ringing.app_context():
        assert queue.pending_count() == 0
        add_letter(db.session(), at=datetime.now(UTC))
        assert queue.pending_count() == 1
        worker = subprocess.Popen([Path(sys.executable).with_name("pledges"), "worker"], cwd=ROOT, env=environment)
        try:
            while db.session.scalars(select(Letter.delivered_at)).one() is None:
                db.session.rollback()  # the worker writes meanwhile
                with suppress(subprocess.TimeoutExpired):
                    pytest.fail(f"the worker ended: {worker.wait(timeout=0.1)}")
        finally:
            db.session.rollback()
            worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=60) == 0
    (path,) = (instance / "letters").glob("*.eml")
    assert "1234 5678" in BytesParser(EmailMessage, policy=modern).parsebytes(path.read_bytes()).get_body(("plain",)).get_content()


def test_what_is_rolled_back_does_not_ring(ringing):
    with ringing.app_context():
        with pytest.raises(IntegrityError):
            add_letter(db.session(), subject=None)
        db.session.rollback()
        db.session.commit()
        assert ringing.extensions["pledges.queue"].pending_count() == 0


def test_a_bell_that_cannot_ring_fails_nothing_that_was_committed(ringing, monkeypatch, caplog):
    def broken(*_arguments: object, **_options: object) -> None:
        raise OSError("the queue's disk is full")

    monkeypatch.setattr(ringing.extensions["pledges.queue"], "enqueue", broken)
    with ringing.app_context():
        letter_id = add_letter(db.session())
        assert db.session.get(Letter, letter_id) is not None
    assert "the letter or chapter is found with the next sweep" in caplog.text
