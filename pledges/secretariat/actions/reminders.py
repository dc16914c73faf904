"""Reminders: a schedule is proposed, approved by a person, and ended; in between the worker writes by it."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.codes import LINK_LIVES, hash_secret
from pledges.domain.dates import in_utc
from pledges.models import Account, Invitation, Letter, LinkPurpose, Pledge, Reminded, Schedule, log
from pledges.models.reminder import schedules
from pledges.secretariat.queries import reminders as queries
from pledges.signatures import Address, make_link, new_link

MOST_AT_ONCE = 200
"""Letters that one run writes of each schedule; the next run goes on."""


class NotOpen(Exception):
    """The schedule was approved or ended meanwhile, or another one for the same matter holds."""


def propose(session: Session, of: Reminded, *, after_days: int, every_days: int, most: int, by: Account, at: datetime) -> Schedule:
    """A schedule that writes nothing yet: first after so many days, then every so many, at most so often."""
    schedule = Schedule(of=of, after_days=after_days, every_days=every_days, most=most, proposed_by_id=by.id, proposed_at=at)
    session.add(schedule)
    session.flush()
    _note(session, "reminders.proposed", schedule, by=by, at=at)
    session.commit()
    return schedule


def approve(session: Session, schedule: Schedule, *, by: Account, at: datetime) -> None:
    """From now on the worker writes by it, and no longer by an earlier schedule for the same matter. Raises NotOpen."""
    session.refresh(schedule, with_for_update=True)
    if schedule.approved_at is not None or schedule.ended_at is not None:
        raise NotOpen
    for earlier in schedules(session, approved=True):
        if earlier.of is schedule.of:
            earlier.ended_at = at
            _note(session, "reminders.ended", earlier, by=by, at=at)
    schedule.approved_by_id, schedule.approved_at = by.id, at
    _note(session, "reminders.approved", schedule, by=by, at=at)
    session.commit()


def end(session: Session, schedule: Schedule, *, by: Account, at: datetime) -> None:
    """No more letters are written by it. Raises NotOpen."""
    session.refresh(schedule, with_for_update=True)
    if schedule.ended_at is not None:
        raise NotOpen
    schedule.ended_at = at
    _note(session, "reminders.ended", schedule, by=by, at=at)
    session.commit()


def write_due(session: Session, *, at: datetime, address: Address) -> int:
    """Write what is due by the approved schedules, each letter in a transaction of its own, and tell how many those were."""
    written = 0
    for schedule in schedules(session, approved=True):
        for one in queries.due(session, schedule, at, limit=MOST_AT_ONCE):
            _write(session, one, schedule.of, at=at, address=address)
            session.commit()
            written += 1
    return written


def _write(session: Session, one: Pledge | Invitation, of: Reminded, *, at: datetime, address: Address) -> None:
    """With a link of its own beside those that were sent before, and one that ends reminders."""
    secret = secrets.token_urlsafe(32)
    ends = {"stop": address("leader.stop_reminders", token=secret)}
    if isinstance(one, Invitation):
        letter, subject = _of_invitation(session, one, ends | {"link": address("leader.invited", token=secret)}, at=at)
    else:
        letter, subject = _of_pledge(session, one, of, ends, at=at, address=address)
    letter.stop_hash = hash_secret(secret)
    log.record(session, "reminded", subject, at=at, of=of.value)


def _of_invitation(session: Session, invitation: Invitation, links: dict[str, str], *, at: datetime) -> tuple[Letter, str]:
    whom = queries.addressee(invitation, Reminded.INVITATION)
    letter = letters.write(
        session, queries.kind_of(Reminded.INVITATION), to=whom.to, language=whom.language, at=at, invitation=invitation, secrets=links,
        government=whom.government, leader=invitation.leader_name,
    )  # fmt: skip
    return letter, f"government:{invitation.government_id}"


def _of_pledge(
    session: Session, pledge: Pledge, of: Reminded, ends: dict[str, str], *, at: datetime, address: Address
) -> tuple[Letter, str]:  # fmt: skip
    revision, whom = pledge.current, queries.addressee(pledge, of)
    if of is Reminded.SIGNATURE:
        token, link = make_link(session, pledge, LinkPurpose.SIGN, at=at, lives=LINK_LIVES)
        link.revision_id = revision.id
        opens, expires = address("leader.link", token=token), f"{in_utc(link.expires_at, whom.language)} UTC"
    else:
        opens, expires = new_link(session, pledge, LinkPurpose.RESUME, at=at, address=address, holder=whom.to)
    letter = letters.write(
        session, queries.kind_of(of), to=whom.to, language=whom.language, at=at, pledge=pledge, secrets={"link": opens} | ends,
        government=revision.government_name, leader=revision.leader_name, office=revision.office_local or revision.office,
        fingerprint=revision.fingerprint, expires=expires, ask=address("leader.ask"),
    )  # fmt: skip
    return letter, f"pledge:{pledge.public_id}"


def _note(session: Session, act: str, schedule: Schedule, *, by: Account, at: datetime) -> None:
    rhythm = [schedule.after_days, schedule.every_days, schedule.most]
    log.record(session, act, f"reminders:{schedule.id}", at=at, account_id=by.id, of=schedule.of.value, rhythm=rhythm, by=by.label)
