"""Who reads which pledge, and which one comes next."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from pledges.domain.reviewing import CLAIM_LIVES
from pledges.models import Account, Claim, Pledge, Revision
from pledges.secretariat.queries import queue
from pledges.secretariat.queries.queue import Filters


def claim_of(session: Session, pledge: Pledge, at: datetime) -> Claim | None:
    """Who holds the pledge at `at`, as it stands in the database now."""
    live = select(Claim).where(Claim.pledge_id == pledge.id, Claim.at > at - CLAIM_LIVES)
    return session.scalars(live.options(joinedload(Claim.account)).execution_options(populate_existing=True)).one_or_none()


def next_free(session: Session, filters: Filters, *, by: Account, at: datetime, after: str) -> Pledge | None:
    """The longest signed pledge that nobody holds, locked; on PostgreSQL those that others are taking just now are passed over."""
    place = queue.place_in(after)
    query = queue.filtered(select(Pledge), filters, placed=place is not None).limit(1).with_for_update(of=Pledge, skip_locked=True)
    return session.scalars(query, queue.moments_of(filters, by=by, at=at, place=place)).one_or_none()


def drop(session: Session, pledge: Pledge) -> None:
    """Nobody holds the pledge any more."""
    session.execute(delete(Claim).where(Claim.pledge_id == pledge.id))


def place_of(revision: Revision) -> str:
    """From where on `next_free` looks for the one after this."""
    return queue.cursor(revision.signed_at, revision.id) if revision.signed_at else ""
