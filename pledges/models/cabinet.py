"""Who of one cabinet works on a pledge: by the browsers and letters that open it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from pledges.models.pledge import Pledge
from pledges.models.signature import AccessLink, LinkPurpose


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can open the pledge, by all browsers and open letters of one address."""

    link_id: int
    """One of these links, by which the colleague is named."""
    address: str
    """The key of an address (domain.addresses); empty for a browser that gave none."""
    leads: bool
    """It is the leader."""
    opened: bool
    """False while the letter waits to be opened."""
    seen_at: datetime | None
    """When one of the browsers last changed something."""


def colleagues(session: Session, pledge: Pledge, at: datetime) -> list[Colleague]:
    """Everybody who can open the pledge at `at`, in the order in which they came."""
    browsers = AccessLink.purpose.in_((LinkPurpose.SESSION, LinkPurpose.LEADER))
    letters = and_(AccessLink.purpose == LinkPurpose.RESUME, AccessLink.used_at.is_(None), AccessLink.holder != "")
    alive = (AccessLink.pledge_id == pledge.id, AccessLink.voided_at.is_(None), AccessLink.expires_at > at)
    links = session.scalars(select(AccessLink).where(*alive, or_(browsers, letters)).order_by(AccessLink.id))
    found: dict[str | int, list[AccessLink]] = {}
    for link in links:
        found.setdefault(link.holder or link.id, []).append(link)
    return [_colleague(pledge, theirs) for theirs in found.values()]


def _colleague(pledge: Pledge, links: list[AccessLink]) -> Colleague:
    return Colleague(
        link_id=links[0].id,
        address=links[0].holder,
        leads=any(link.purpose is LinkPurpose.LEADER for link in links) or links[0].holder == (pledge.leader_email_key or None),
        opened=any(link.purpose is not LinkPurpose.RESUME for link in links),
        seen_at=max((link.seen_at for link in links if link.seen_at), default=None),
    )


def cabinet_addresses(session: Session, pledge: Pledge) -> list[str]:
    """Where the cabinet gets its letters: the preparer's address and that of each colleague who opened the pledge, never the leader's."""
    return cabinet_of(pledge, list(session.execute(opened_by(AccessLink.pledge_id == pledge.id)).scalars(1)))


def opened_by(which: ColumnElement[bool]) -> Select[int | None, str]:
    """Pledge and address of whoever opened these pledges, in the order in which they came."""
    opened = (AccessLink.purpose == LinkPurpose.SESSION, AccessLink.voided_at.is_(None), AccessLink.holder != "")
    return select(AccessLink.pledge_id, AccessLink.holder).where(which, *opened).order_by(AccessLink.id)


def cabinet_of(pledge: Pledge, holders: Iterable[str]) -> list[str]:
    """The same, given who opened the pledge."""
    found = {address.lower(): address for address in (*holders, pledge.preparer_email) if address}
    return [address for key, address in found.items() if key != pledge.leader_email_key]
