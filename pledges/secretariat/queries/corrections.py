"""Corrections of names that wait for an answer."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pledges.models import Correction, Pledge

OPEN = (Correction.answered_at.is_(None), Pledge.withdrawn_at.is_(None))


def waiting_corrections(session: Session) -> list[Correction]:
    """Those of pledges that stand, the one that waits longest first; at most a hundred."""
    query = select(Correction).join(Pledge).where(*OPEN).order_by(Correction.asked_at, Correction.id).limit(100)
    return list(session.scalars(query.options(joinedload(Correction.pledge), joinedload(Correction.revision))))
