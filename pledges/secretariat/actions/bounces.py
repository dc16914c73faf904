"""What came back: reports of mail systems are noted at their letters. The same report counts once, however often it is read."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.adapters.bounces import Mailbox, Undelivered, undelivered
from pledges.domain.addresses import address_key
from pledges.models import Bounce, log
from pledges.secretariat.queries import bounces as queries


def read_mailbox(session: Session, mailbox: Mailbox, *, at: datetime) -> int:
    """Note every report that waits in the mailbox, and tell how many recipients were not reached. Raises MailboxFails.

    A report is marked as read once what it tells is committed: a crash reads it again, and notes nothing twice.
    """
    noted = 0
    with mailbox.opened() as opened:
        for number, raw in opened.reports():
            noted += sum([note(session, one, at=at) for one in undelivered(raw)])
            opened.done(number)
    return noted


def note(session: Session, told: Undelivered, *, at: datetime) -> bool:
    """Note that a recipient was not reached; whether that was news. What concerns no letter of ours is left aside."""
    letter = queries.letter_of(session, told.message_id, told.address)
    if letter is None:
        return False
    mark = hashlib.sha256(f"{letter.id}\n{told.address.lower()}\n{told.action}\n{told.status}".encode()).hexdigest()
    if queries.is_noted(session, mark):
        return False
    session.add(
        Bounce(
            letter_id=letter.id, address=told.address, action=told.action, status=told.status, reason=told.reason, at=at, mark=mark
        )
    )  # fmt: skip
    if told.action == "failed":
        letter.bounced_at = letter.bounced_at or at
    act = "letter.bounced" if told.action == "failed" else "letter.delayed"
    log.record(session, act, f"letter:{letter.id}", at=at, kind=letter.kind, status=told.status, address=address_key(letter.to))
    session.commit()
    return True
