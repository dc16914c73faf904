"""Whoever gets reminders ends them with one click."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.addresses import address_key
from pledges.leader import queries
from pledges.leader.actions.links import LinkSpent
from pledges.models import LetterStop, log


def stop_reminders(session: Session, token: str, *, at: datetime) -> None:
    """No more reminders to the address that got the letter with this secret. Said twice, it is noted once. Raises LinkSpent."""
    letter = queries.reminder(session, token)
    if letter is None:
        raise LinkSpent
    key = address_key(letter.to)
    if session.get(LetterStop, key) is None:
        session.add(LetterStop(address_key=key, at=at))
        log.record(session, "reminders.unwanted", f"letter:{letter.id}", at=at, address=key)
    session.commit()
