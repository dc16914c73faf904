"""Whether a database has begun to be used."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges.models import Pledge


def count_pledges(session: Session) -> int:
    """How many pledges there are, in whatever state."""
    return session.scalar(select(func.count()).select_from(Pledge)) or 0
