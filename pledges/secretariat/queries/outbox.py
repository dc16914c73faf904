"""Which letters are due."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pledges.models import Letter


def due_letters(session: Session, at: datetime, *, limit: int) -> list[int]:
    """Ids of letters that are due and that nobody is sending, oldest first."""
    free = or_(Letter.leased_until.is_(None), Letter.leased_until < at)
    waiting = select(Letter.id).where(Letter.delivered_at.is_(None), Letter.given_up_at.is_(None), Letter.held_at.is_(None))
    waiting = waiting.where(Letter.due_at <= at, free)
    return list(session.scalars(waiting.order_by(Letter.due_at, Letter.id).limit(limit)))
