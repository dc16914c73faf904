"""Which letter a report is about."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges.models import Bounce, Letter


def letter_of(session: Session, message_id: str, address: str) -> Letter | None:
    """The letter with this message id; where the report holds none, the last that was handed over for the address."""
    if message_id:
        return session.scalars(select(Letter).where(Letter.message_id == message_id)).one_or_none()
    sent = select(Letter).where(func.lower(Letter.to) == address.lower(), Letter.delivered_at.is_not(None))
    return session.scalars(sent.order_by(Letter.delivered_at.desc(), Letter.id.desc()).limit(1)).one_or_none()


def is_noted(session: Session, mark: str) -> bool:
    """Whether this report was noted before."""
    return session.scalar(select(Bounce.id).where(Bounce.mark == mark)) is not None
