"""Finds officers, roles and enrolment links."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain.codes import hash_secret
from pledges.models import AccessLink, Account, LinkPurpose, Role


def officer_by_uniquifier(session: Session, uniquifier: str) -> Account | None:
    """The officer to whom a session's secret belongs; it changes whenever all sessions of the officer end."""
    return session.scalars(select(Account).where(Account.fs_uniquifier == uniquifier)).one_or_none() if uniquifier else None


def officer_by_address(session: Session, email: str) -> Account | None:
    """The officer with this address, in lower case."""
    return session.scalars(select(Account).where(Account.email == email)).one_or_none()


def address_of(session: Session, link: AccessLink) -> str:
    """The address of the officer whom a link enrols."""
    return session.get_one(Account, link.account_id).email


def roles_named(session: Session, names: Collection[str]) -> list[Role]:
    """The roles of these names, which the migrations make."""
    return list(session.scalars(select(Role).where(Role.name.in_(names)).order_by(Role.id)))


def open_enrolment(session: Session, token: str, *, at: datetime) -> AccessLink | None:
    """The enrolment link, unless it was used, replaced or has expired."""
    query = select(AccessLink).where(
        AccessLink.token_hash == hash_secret(token),
        AccessLink.purpose == LinkPurpose.ENROL,
        AccessLink.used_at.is_(None),
        AccessLink.voided_at.is_(None),
        AccessLink.expires_at > at,
    )
    return session.scalars(query).one_or_none()
