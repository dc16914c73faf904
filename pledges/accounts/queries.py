"""Finds officers, roles and enrolment links."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from pledges.accounts.roles import ADMIN
from pledges.domain.codes import hash_secret
from pledges.models import AccessLink, Account, LinkPurpose, Network, OfficerPasskey, OfficerSession, Role


def officer_by_uniquifier(session: Session, uniquifier: str) -> Account | None:
    """The officer to whom a session's secret belongs; it changes whenever all sessions of the officer end."""
    return session.scalars(select(Account).where(Account.fs_uniquifier == uniquifier)).one_or_none() if uniquifier else None


def officer_in_session(session: Session, uniquifier: str, number: int) -> Account | None:
    """The officer whose session of this number is open, with the roles."""
    return session.scalars(_in_session(), {"uniquifier": uniquifier, "number": number}).unique().one_or_none()


@cache
def _in_session() -> Select[Account]:
    """Each page of an officer asks it: to write the statement, and to load what hardly a page shows, took most of its time."""
    shown = (Account.email, Account.name, Account.active, Account.fs_uniquifier, Account.tf_totp_secret, Account.network_id)
    query = select(Account).join(OfficerSession, OfficerSession.account_id == Account.id).where(_open())
    query = query.where(Account.fs_uniquifier == bindparam("uniquifier"), OfficerSession.id == bindparam("number"))
    return query.options(load_only(*shown), joinedload(Account.roles))


def sessions(session: Session, account: Account, *, since: datetime) -> Sequence[OfficerSession]:
    """The officer's open sessions that began since then, the last first."""
    query = select(OfficerSession).join(Account, OfficerSession.account_id == Account.id).where(Account.id == account.id, _open())
    return session.scalars(query.where(OfficerSession.began_at > since).order_by(OfficerSession.id.desc())).all()


def _open() -> ColumnElement[bool]:
    return and_(OfficerSession.ended_at.is_(None), OfficerSession.fs_uniquifier == Account.fs_uniquifier)


def officers(session: Session) -> Sequence[Account]:
    """Every officer, those who work first, by name."""
    return session.scalars(
        select(Account).options(joinedload(Account.network)).order_by(Account.active.desc(), func.lower(Account.name), Account.email)
    ).all()


def officer(session: Session, number: int) -> Account | None:
    """The officer of this number."""
    return session.get(Account, number)


def networks(session: Session) -> Sequence[Network]:
    """The networks that can have a focal point, by name."""
    return session.scalars(select(Network).order_by(Network.name)).all()


def admins(session: Session) -> list[int]:
    """The numbers of the admins who can sign in; whoever asks next waits until this transaction ends."""
    session.scalars(select(Role).where(Role.name == ADMIN).with_for_update()).one()
    able = (Account.active.is_(True), Account.tf_totp_secret.is_not(None))
    return list(session.scalars(select(Account.id).where(Account.roles.any(Role.name == ADMIN), *able)))


def passkeys(session: Session, account: Account) -> Sequence[OfficerPasskey]:
    """The officer's passkeys, the oldest first."""
    return session.scalars(select(OfficerPasskey).where(OfficerPasskey.account_id == account.id).order_by(OfficerPasskey.id)).all()


def passkey(session: Session, credential_id: bytes) -> OfficerPasskey | None:
    """The passkey that calls itself so."""
    return session.scalars(select(OfficerPasskey).where(OfficerPasskey.credential_id == credential_id)).one_or_none()


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
