"""Marking a database as the example assembly, whose leaders and pledges are invented."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges.models import Assembly, log
from pledges.secretariat.queries.example import count_pledges


def may_hold_the_example(session: Session) -> bool:
    """Whether nobody has begun a pledge here, or the example was begun before."""
    return session.get_one(Assembly, 1).example or count_pledges(session) == 0


def mark_as_example(session: Session, *, at: datetime) -> None:
    """From now on every page says that it is an example, and production refuses the database."""
    assembly = session.get_one(Assembly, 1)
    if assembly.example:
        return
    assembly.example = True
    log.record(session, "assembly.example", "assembly:1", at=at)
    session.commit()
