"""Of which pledges a schedule reminds today."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pledges.domain.lifecycle import Content
from pledges.models import AccessLink, Letter, LetterStop, LinkPurpose, Pledge, Reminded, Revision, Schedule
from pledges.models.frozen import WHOLE

_CONTENT = {Reminded.DRAFT: Content.DRAFT, Reminded.SIGNATURE: Content.AWAITING_SIGNATURE}


def kind_of(of: Reminded) -> str:
    """The kind of letter that reminds of it."""
    return f"reminder_{of}"


def due(session: Session, schedule: Schedule, at: datetime, *, limit: int) -> list[Pledge]:
    """Pledges whose reminder is due, the oldest first; none that was withdrawn, none whose address wants none or sends letters back."""
    return list(session.scalars(_due(schedule, at).order_by(Pledge.id).limit(limit).options(*WHOLE)))


def count_due(session: Session, schedule: Schedule, at: datetime) -> int:
    """How many reminders the schedule would write now."""
    return session.scalar(select(func.count()).select_from(_due(schedule, at).subquery())) or 0


def _due(schedule: Schedule, at: datetime) -> Select[Pledge]:
    newest = select(func.max(Revision.number)).where(Revision.pledge_id == Pledge.id).correlate(Pledge).scalar_subquery()
    current = and_(Revision.pledge_id == Pledge.id, Revision.number == newest, Revision.content == _CONTENT[schedule.of])
    since = Revision.submitted_at if schedule.of is Reminded.SIGNATURE else _last_change()
    to = Pledge.leader_email if schedule.of is Reminded.SIGNATURE else Pledge.preparer_email
    mine = and_(Letter.pledge_id == Pledge.id, Letter.kind == kind_of(schedule.of), Letter.created_at > since)
    written = select(func.count(Letter.id)).where(mine).correlate(Pledge, Revision).scalar_subquery()
    lately = exists().where(mine, Letter.created_at > at - timedelta(days=schedule.every_days)).correlate(Pledge, Revision)
    return select(Pledge).join(Revision, current).where(
        Pledge.withdrawn_at.is_(None), Pledge.from_file.is_(False), to != "", since <= at - timedelta(days=schedule.after_days),
        written < schedule.most, ~lately, ~_unwanted(to),
    )  # fmt: skip


def _last_change() -> ColumnElement[datetime]:
    """When somebody last worked on the draft in a browser, or else when it was made."""
    seen = select(func.max(AccessLink.seen_at)).where(AccessLink.pledge_id == Pledge.id, AccessLink.purpose == LinkPurpose.SESSION)
    return func.coalesce(seen.correlate(Pledge).scalar_subquery(), Revision.created_at, type_=Revision.created_at.type)


def _unwanted(to: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The address wants no reminders, or a letter to it came back."""
    stopped = exists().where(LetterStop.address_key == func.lower(to)).correlate(Pledge)
    returned = exists().where(Letter.to == to, Letter.bounced_at.is_not(None)).correlate(Pledge)
    return or_(stopped, returned)
