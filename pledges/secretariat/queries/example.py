"""Whether a database has begun to be used."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges.models import LogHead, Pledge


def count_pledges(session: Session) -> int:
    """How many pledges there are, in whatever state."""
    return session.scalar(select(func.count()).select_from(Pledge)) or 0


def was_used(session: Session) -> bool:
    """Whether anybody ever did anything here that is logged, or began a pledge."""
    return bool(session.scalar(select(LogHead.number))) or count_pledges(session) > 0
