"""Reminders go out by a schedule that a person approved."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pledges.models.account import Account
from pledges.models.base import Base


class Reminded(StrEnum):
    """Of what a reminder reminds."""

    DRAFT = "draft"
    SIGNATURE = "signature"
    INVITATION = "invitation"


class Schedule(Base):
    """First after so many days, then every so many, at most so often. It holds from its approval until it is ended."""

    __tablename__ = "reminder_schedule"
    id: Mapped[int] = mapped_column(primary_key=True)
    of: Mapped[Reminded]
    after_days: Mapped[int]
    every_days: Mapped[int]
    most: Mapped[int]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    proposed_by: Mapped[Account] = relationship(foreign_keys=[proposed_by_id])
    approved_by: Mapped[Account | None] = relationship(foreign_keys=[approved_by_id])
    __table_args__ = (CheckConstraint("after_days > 0 AND every_days > 0 AND most > 0", name="counts"),)


def schedules(session: Session, *, approved: bool = False) -> list[Schedule]:
    """The schedules that were not ended, the oldest first; with `approved` only those that hold."""
    query = select(Schedule).where(Schedule.ended_at.is_(None)).order_by(Schedule.id)
    return list(session.scalars(query.where(Schedule.approved_at.is_not(None)) if approved else query))
