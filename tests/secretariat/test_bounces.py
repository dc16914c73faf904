"""Letters that come back: read from a real mailbox or told by a signed call, noted once at their letter and shown at the pledge."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from pledges.adapters.bounces import MailboxFails, is_signed, open_mailbox, signature, undelivered
from pledges.app import create_app
from pledges.domain.personal import Periods
from pledges.extensions import db
from pledges.models import Bounce, Letter, LogEntry
from pledges.secretariat.actions.bounces import read_mailbox
from pledges.secretariat.actions.retention import remove_overdue
from tests.imap import ImapMailbox, imap_server
from tests.secretariat.signed import AT, make_pledge

SECRET = "a secret that the mail system knows"
TO = "mayor@konya.example"


REPORT = """From: <>
To: bounces@pledges.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your letter.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.konya.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such
 mailbox here

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: Accepted
{words}
--b--
"""
"""What a mail system writes (RFC 3464)."""


def report(message_id: str, *, action: str = "failed", to: str = TO, whole: bool = False) -> bytes:
    """A report with the letter's headers, or with the whole letter."""
    kind, words = ("message/rfc822", "\nThe words.\n") if whole else ("text/rfc822-headers", "")
    return REPORT.format(message_id=message_id, action=action, to=to, kind=kind, words=words).encode()


def letter(session: Session, **more: object) -> Letter:
    """A letter that went out; not committed."""
    usual = {"message_id": "<one@pledges.invalid>", "created_at": AT, "due_at": AT, "delivered_at": AT}
    sent = Letter(kind="accepted", to=TO, language="en", subject="Accepted", body="Words.", **usual | more)
    session.add(sent)
    session.flush()
    return sent


@pytest.fixture
def mailbox() -> Iterator[ImapMailbox]:
    with imap_server() as served:
        yield served


def test_a_report_tells_who_was_not_reached_and_of_which_letter():
    for whole in (False, True):
        (told,) = undelivered(report("<one@pledges.invalid>", whole=whole))
        assert (told.message_id, told.address, told.action, told.status) == ("<one@pledges.invalid>", TO, "failed", "5.1.1")
        assert told.reason == "550 5.1.1 No such mailbox here"


def test_success_and_letters_of_people_tell_of_nobody():
    person = EmailMessage()
    person.set_content("I am on holiday. Action: failed")
    assert undelivered(report("<one@pledges.invalid>", action="delivered")) == []
    assert undelivered(bytes(person)) == []
    assert undelivered(b"\xff\x00 no mail at all") == []


def test_what_a_stranger_makes_of_a_report_tells_of_nobody_or_what_a_row_can_hold():
    begins = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(2_000))
    assert undelivered(begins.encode() + report("<1@pledges.invalid>")) == []
    (told,) = undelivered(report("<1@pledges.invalid>").replace(b"No such", b"No\x00such"))
    assert told.reason == "550 5.1.1 No\ufffdsuch mailbox here"


def test_what_came_back_is_read_from_the_mailbox_once_and_noted_at_its_letter(session: Session, mailbox: ImapMailbox):
    pledge = make_pledge(session)
    sent = letter(session, pledge_id=pledge.id)
    session.commit()
    person = EmailMessage()
    person.set_content("Thank you!")
    mailbox.messages += [report(sent.message_id), bytes(person), report("<foreign@elsewhere.example>", to="x@y.example")]
    assert read_mailbox(session, open_mailbox(mailbox.url), at=AT) == 1
    assert mailbox.seen == {1, 3}, "what a person wrote stays unread"
    assert read_mailbox(session, open_mailbox(mailbox.url), at=AT) == 0
    session.refresh(sent)
    (bounce,) = session.scalars(select(Bounce)).all()
    assert (bounce.letter_id, bounce.status, sent.bounced_at) == (sent.id, "5.1.1", AT)
    assert [one.act for one in session.scalars(select(LogEntry))] == ["letter.bounced"]


def test_a_mailbox_that_fails_half_way_is_read_again_and_nothing_counts_twice(session: Session, mailbox: ImapMailbox):
    sent = letter(session)
    session.commit()
    mailbox.messages.append(report(sent.message_id))
    mailbox.refuses = "STORE"
    with pytest.raises(MailboxFails):
        read_mailbox(session, open_mailbox(mailbox.url), at=AT)
    assert read_mailbox(session, open_mailbox(mailbox.url), at=AT) == 0
    assert len(session.scalars(select(Bounce)).all()) == 1
    assert mailbox.seen == {1}


def test_a_delay_is_noted_and_the_letter_did_not_come_back(session: Session, mailbox: ImapMailbox):
    sent = letter(session)
    session.commit()
    mailbox.messages.append(report(sent.message_id, action="delayed"))
    assert read_mailbox(session, open_mailbox(mailbox.url), at=AT) == 1
    session.refresh(sent)
    assert sent.bounced_at is None


def test_a_report_without_the_letters_number_is_matched_by_the_last_letter_to_the_address(session: Session, mailbox: ImapMailbox):
    letter(session, message_id="<old@pledges.invalid>", delivered_at=AT - timedelta(days=1))
    last = letter(session)
    session.commit()
    mailbox.messages.append(report("", to=TO.upper()))
    assert read_mailbox(session, open_mailbox(mailbox.url), at=AT) == 1
    assert session.scalars(select(Bounce.letter_id)).all() == [last.id]


def test_what_came_back_is_forgotten_with_its_letter(session: Session, mailbox: ImapMailbox):
    sent = letter(session)
    session.commit()
    mailbox.messages.append(report(sent.message_id))
    read_mailbox(session, open_mailbox(mailbox.url), at=AT)
    periods = Periods(drafts=0, letters=90, links=0, invitations=0, evidence=0)
    assert remove_overdue(session, periods, at=AT + timedelta(days=91)) == {"letters": 1}
    assert session.execute(select(Bounce.address, Bounce.reason, Bounce.status)).all() == [("", "", "5.1.1")]


def test_a_wrong_password_and_a_dead_server_are_told_as_what_they_are(mailbox: ImapMailbox):
    for url in (mailbox.url.replace("secret", "guess"), "imap://a:b@127.0.0.1:1/x", mailbox.url.replace("Came%20back", "Elsewhere")):
        with pytest.raises(MailboxFails), open_mailbox(url).opened():
            pass


@pytest.fixture
def told(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application with the secret of a mail system."""
    app = create_app(config.testing(database_url, tmp_path / "instance", bounces_secret=SECRET))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_signed_call_notes_what_came_back_and_no_other_call_does(told: Flask):
    client, moment = told.test_client(), datetime.now(UTC)
    with told.app_context():
        public_id = make_pledge(db.session()).public_id
        number = letter(db.session(), pledge_id=1).id
        db.session.commit()
    told_of = {"message_id": "<one@pledges.invalid>", "address": TO, "action": "failed", "status": "5.2.2", "reason": "Full"}
    body = json.dumps(told_of).encode()

    def call(sent: bytes, header: str, kind: str = "application/json") -> int:
        return client.post("/secretariat/bounces", data=sent, content_type=kind, headers={"Pledges-Signature": header}).status_code

    earlier = moment - timedelta(hours=1)
    altered = signature(SECRET, body + b" ", moment)
    for wrong in ("", signature("another secret", body, moment), altered, signature(SECRET, body, earlier)):
        assert call(body, wrong) == 403
    assert call(b"{}", signature(SECRET, b"{}", moment)) == 422
    assert call(body, signature(SECRET, body, moment)) == 200
    raw = report("<one@pledges.invalid>")
    assert call(raw, signature(SECRET, raw, moment), "message/rfc822") == 200
    with told.app_context():
        assert [(one.letter_id, one.status) for one in db.session.scalars(select(Bounce).order_by(Bounce.id))] == [
            (number, "5.2.2"), (number, "5.1.1")
        ]  # fmt: skip
        assert public_id


def test_a_signed_call_of_lists_within_lists_tells_nothing(told: Flask):
    body = b"[" * 100_000
    headers = {"Pledges-Signature": signature(SECRET, body, datetime.now(UTC))}
    assert told.test_client().post("/secretariat/bounces", data=body, content_type="application/json", headers=headers).status_code == 422


def test_without_a_secret_there_is_no_such_door(client: FlaskClient):
    assert client.post("/secretariat/bounces", data=b"{}").status_code == 404
    assert not is_signed("", signature("", b"", datetime.now(UTC)), b"", datetime.now(UTC))
