"""Taking a pledge to decide on it, so that no two officers read the same one; it is free again after a while by itself."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pledges.models import Account, Claim, Pledge, log
from pledges.secretariat.queries import claims, queue
from pledges.secretariat.queries.queue import Filters, Held, Pile

_TRIES = 5


class HeldByAnother(Exception):
    """A colleague reads the pledge."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(f"{claim.account.label} reads it")
        self.claim = claim


def take(session: Session, pledge: Pledge, *, by: Account, at: datetime, over: bool = False) -> None:
    """Hold the pledge for `by`, anew where they hold it already; `over` takes it from a colleague. Raises HeldByAnother."""
    _hold(session, pledge, by=by, at=at, over=over)
    session.commit()


def take_next(session: Session, filters: Filters, *, by: Account, at: datetime, after: str = "") -> Pledge | None:
    """Take the longest signed pledge in review that nobody holds, through these filters, from a place on; None when there is none."""
    free = replace(filters, pile=Pile.IN_REVIEW, held=Held.FREE)
    for _ in range(_TRIES):
        pledge = claims.next_free(session, free, by=by, at=at, after=after)
        if pledge is None:
            return None
        try:
            take(session, pledge, by=by, at=at)
        except HeldByAnother:  # taken between the look and the lock
            session.rollback()
        else:
            return pledge
    return None


def refuse_to_others(session: Session, pledge: Pledge, *, by: Account, at: datetime) -> Claim | None:
    """Who holds the pledge, if that is nobody else. Raises HeldByAnother."""
    held = claims.claim_of(session, pledge, at)
    if held is not None and held.account_id != by.id:
        raise HeldByAnother(held)
    return held


def put_back(session: Session, pledge: Pledge, *, by: Account, at: datetime) -> None:
    """Let the others have it; what somebody else holds stays."""
    queue.lock(session, pledge)
    held = claims.claim_of(session, pledge, at)
    if held is not None and held.account_id == by.id:
        claims.drop(session, pledge)
        log.record(session, "pledge.put_back", f"pledge:{pledge.public_id}", at=at, account_id=by.id)
    session.commit()


def keep_holding(session: Session, pledge: Pledge, *, by: Account, at: datetime) -> None:
    """Begin the time anew for whoever holds it and acts on it; nothing is committed."""
    held = claims.claim_of(session, pledge, at)
    if held is not None and held.account_id == by.id:
        held.at = at


def _hold(session: Session, pledge: Pledge, *, by: Account, at: datetime, over: bool) -> None:
    queue.lock(session, pledge)
    held = claims.claim_of(session, pledge, at) if over else refuse_to_others(session, pledge, by=by, at=at)
    if held is None or held.account_id != by.id:
        taken: dict[str, Any] = {"taken_from": held.account.label} if held is not None else {}
        act = "pledge.taken_over" if held is not None else "pledge.taken"
        log.record(session, act, f"pledge:{pledge.public_id}", at=at, account_id=by.id, **taken)
    session.merge(Claim(pledge_id=pledge.id, account_id=by.id, at=at))
