"""Removes what is personal once it is old enough, and says what it removed."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, func, or_, update
from sqlalchemy.orm import Session

from pledges.domain.personal import ERASED, Periods
from pledges.models import AccessLink, Bounce, Contact, Invitation, Letter, LogDetail, OfficerSession, log
from pledges.secretariat.actions.personal import KEPT_OF_EVIDENCE, remove_pledges
from pledges.secretariat.queries import personal as queries

_BATCH = 200


def remove_overdue(session: Session, periods: Periods, *, at: datetime, dry: bool = False) -> dict[str, int]:
    """Remove what is older than its period, and log how much of what; with `dry` only count. Whatever is left the next run finds.

    Gives the numbers by the names of `Periods`, without those of which there was nothing.
    """
    done: Counter[str] = Counter()
    for name, remove in (
        ("drafts", _drafts),
        ("letters", _letters),
        ("links", _links),
        ("invitations", _invitations),
        ("evidence", _evidence),
    ):
        days = getattr(periods, name)
        if days:
            done[name] = remove(session, at - timedelta(days=days), dry)
    found = {name: number for name, number in done.items() if number}
    if found and not dry:
        log.record(session, "retention.removed", "personal_data", at=at, removed=found)
        session.commit()
    else:
        session.rollback()
    return found


def _drafts(session: Session, before: datetime, dry: bool) -> int:
    ids = queries.idle_drafts(session, before)
    for start in range(0, 0 if dry else len(ids), _BATCH):
        remove_pledges(session, ids[start : start + _BATCH])
    return len(ids)


def _letters(session: Session, before: datetime, dry: bool) -> int:
    """What is held and nobody released counts from its writing, and is cancelled."""
    forgotten = and_(Letter.held_at.is_not(None), Letter.delivered_at.is_(None), Letter.given_up_at.is_(None), Letter.created_at < before)
    old = (or_(Letter.delivered_at < before, Letter.given_up_at < before, forgotten), Letter.to != "")
    ended = {
        "held_at": case((forgotten, None), else_=Letter.held_at),
        "cancelled_at": case((forgotten, before), else_=Letter.cancelled_at),
        "given_up_at": case((forgotten, before), else_=Letter.given_up_at),
    }
    blank = update(Letter).where(*old).values(to="", subject=ERASED, body=ERASED, secrets=None, last_error="", **ended)
    if not dry:  # what came back names the same addresses
        session.execute(update(Bounce).where(Bounce.at < before).values(address="", reason=""))
        _forget_told(session, before, "letter.bounced", "letter.delayed", "reminders.unwanted")
    return queries.how_many(session, Letter, *old) if dry else _changed(session, blank)


def _links(session: Session, before: datetime, dry: bool) -> int:
    """Links of letters, and what is kept of officers' sessions."""
    ended, over = queries.ended_links(before), OfficerSession.began_at < before
    if dry:
        return queries.how_many(session, AccessLink, *ended) + queries.how_many(session, OfficerSession, over)
    return _changed(session, delete(AccessLink).where(*ended)) + _changed(session, delete(OfficerSession).where(over))


def _invitations(session: Session, before: datetime, dry: bool) -> int:
    old = (Invitation.invited_at < before, Invitation.email != "")
    blank = (
        update(Invitation)
        .where(*old)
        .values(email="", email_key="", leader_name="", other_contact="", taken_back_at=func.coalesce(Invitation.taken_back_at, before))
    )
    kept = Contact.recorded_at < before
    if dry:
        return queries.how_many(session, Invitation, *old) + queries.how_many(session, Contact, kept)
    _forget_told(session, before, "government.invited", "government.invitation_taken_back")
    return _changed(session, blank) + _changed(session, delete(Contact).where(kept))


def _forget_told(session: Session, before: datetime, *acts: str) -> None:
    """The log's entries on it name the same addresses in their details, without which its chain holds."""
    session.execute(delete(LogDetail).where(queries.told_of(before, acts)))


def _evidence(session: Session, before: datetime, dry: bool) -> int:
    old = queries.old_evidence(session, before)
    for signature in [] if dry else old:
        signature.evidence = {name: value for name, value in signature.evidence.items() if name in KEPT_OF_EVIDENCE}
        signature.came_from = ""
    return len(old)


def _changed(session: Session, statement: object) -> int:
    return session.execute(statement).rowcount  # type: ignore[call-overload, no-any-return]
