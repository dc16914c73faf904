"""Of which pledges or invitations a schedule reminds today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from pledges.domain.lifecycle import Content
from pledges.models import AccessLink, Invitation, Letter, LetterStop, LinkPurpose, Pledge, Reminded, Revision, Schedule
from pledges.models.frozen import WHOLE
from pledges.secretariat.queries.invitations import Progress, how_far

_CONTENT = {Reminded.DRAFT: Content.DRAFT, Reminded.SIGNATURE: Content.AWAITING_SIGNATURE}


def kind_of(of: Reminded) -> str:
    """The kind of letter that reminds of it."""
    return f"reminder_{of}"


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a reminder goes, and in which language."""

    government: str
    to: str
    language: str


def addressee(one: Pledge | Invitation, of: Reminded) -> Addressee:
    """Of a pledge its leader or its cabinet."""
    if isinstance(one, Invitation):
        return Addressee(one.government.name, one.email, one.language)
    to = one.leader_email if of is Reminded.SIGNATURE else one.preparer_email
    return Addressee(one.current.government_name, to, one.preparer_language)


def due(session: Session, schedule: Schedule, at: datetime, *, limit: int) -> Sequence[Pledge | Invitation]:
    """What a reminder is due of, the oldest first; nothing withdrawn or taken back, no address that wants none or sends letters back."""
    if schedule.of is Reminded.INVITATION:
        invited = _invitations(schedule, at).order_by(Invitation.id).options(joinedload(Invitation.government))
        return session.scalars(invited.limit(limit)).all()
    return session.scalars(_pledges(schedule, at).order_by(Pledge.id).limit(limit).options(*WHOLE)).all()


def count_due(session: Session, schedule: Schedule, at: datetime) -> int:
    """How many reminders the schedule would write now."""
    reminded = _invitations(schedule, at) if schedule.of is Reminded.INVITATION else _pledges(schedule, at)
    return session.scalar(select(func.count()).select_from(reminded.subquery())) or 0


def _invitations(schedule: Schedule, at: datetime) -> Select[Invitation]:
    """Those that went out and from which nothing has come; a draft, and a signature that is missing, have schedules of their own."""
    sent = exists().where(Letter.invitation_id == Invitation.id, Letter.delivered_at.is_not(None))
    mine = and_(Letter.invitation_id == Invitation.id, Letter.kind == kind_of(schedule.of))
    written = select(func.count(Letter.id)).where(mine).correlate(Invitation).scalar_subquery()
    lately = exists().where(mine, Letter.created_at > at - timedelta(days=schedule.every_days))
    signed = exists().where(
        Pledge.government_id == Invitation.government_id, Pledge.first_signed_at.is_not(None), Pledge.withdrawn_at.is_(None)
    )
    return select(Invitation).where(
        Invitation.taken_back_at.is_(None), Invitation.email != "", Invitation.invited_at <= at - timedelta(days=schedule.after_days),
        how_far().in_((Progress.UNOPENED.value, Progress.OPENED.value)), sent, written < schedule.most, ~lately, ~signed,
        ~_unwanted(Invitation.email),
    )  # fmt: skip


def _pledges(schedule: Schedule, at: datetime) -> Select[Pledge]:
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
    stopped = exists().where(LetterStop.address_key == func.lower(to))
    returned = exists().where(Letter.to == to, Letter.bounced_at.is_not(None))
    return or_(stopped, returned)
