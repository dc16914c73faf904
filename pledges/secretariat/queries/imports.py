"""What an import compares its rows with."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from pledges.models import Account, Edition, EditionEntry, Network, Pledge
from pledges.models.frozen import WHOLE
from pledges.models.visibility import fixed

Key = tuple[str, str]
"""Government's id and the leader's address in lower case: one pledge."""


def signed_pledges(session: Session, keys: Collection[Key]) -> dict[Key, Pledge]:
    """The signed pledges under these keys, withdrawn ones included; of several the one that still stands."""
    if not keys:
        return {}
    query = (
        select(Pledge)
        .where(tuple_(Pledge.government_id, Pledge.leader_email_key).in_(list(keys)), Pledge.first_signed_at.is_not(None))
        .order_by(Pledge.withdrawn_at.is_(None), Pledge.id)
        .options(*WHOLE)
    )
    return {(pledge.government_id, pledge.leader_email_key): pledge for pledge in session.scalars(query)}


def released_among(session: Session, pledges: Collection[int], at: datetime) -> set[int]:
    """Which of these pledges stand in an edition that is public at a moment, or will be."""
    query = select(EditionEntry.pledge_id).join(Edition, Edition.number == EditionEntry.edition_number)
    return set(session.scalars(query.where(EditionEntry.pledge_id.in_(pledges), fixed(at))))


def networks(session: Session, names: Collection[str]) -> dict[str, Network]:
    """The networks of these names."""
    return {network.name: network for network in session.scalars(select(Network).where(Network.name.in_(names)))}


def officer_by_email(session: Session, email: str) -> Account | None:
    """The active officer with this address."""
    return session.scalars(select(Account).where(func.lower(Account.email) == email.strip().lower(), Account.active)).one_or_none()
