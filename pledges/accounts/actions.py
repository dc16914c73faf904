"""What happens to an officer's account: enrolling, signing in and out, counting tries."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from flask_security import hash_password
from flask_security.proxies import _security
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from pledges.accounts import queries
from pledges.accounts.roles import ROLES
from pledges.domain import addresses
from pledges.domain.codes import LINK_LIVES, hash_secret
from pledges.domain.problems import N_, refuse
from pledges.models import AccessLink, Account, LinkPurpose, log
from pledges.models.limits import hit

SHORTEST_PASSWORD = 12
"""In characters. NIST SP 800-63B asks for 8 beside a second factor; length is what counts."""


def add_officer(session: Session, email: str, *roles: str, at: datetime) -> str:
    """Make an officer, or give one other roles, and return the token of a one-time enrolment link that lives seven days.

    Earlier links of the officer stop working. Raises Refused for a bad address or an unknown role.
    """
    account = _officer(session, email, roles, at=at)
    session.flush()
    earlier = update(AccessLink).where(AccessLink.account_id == account.id, AccessLink.used_at.is_(None), AccessLink.voided_at.is_(None))
    session.execute(earlier.values(voided_at=at))
    token = secrets.token_urlsafe(32)
    session.add(
        AccessLink(
            purpose=LinkPurpose.ENROL, account_id=account.id, token_hash=hash_secret(token), created_at=at, expires_at=at + LINK_LIVES
        )
    )
    log.record(session, "account.invited", f"account:{account.id}", at=at, email=account.email, roles=sorted(roles))
    session.commit()
    return token


def new_authenticator_key() -> str:
    """A random key as authenticator apps and `pyotp.TOTP(key)` take it: 160 bits in base 32."""
    return str(_security.totp_factory.get_totp_b32_key(_security.totp_factory.generate_totp_secret()))


def add_example_officer(session: Session, email: str, password: str, totp_secret: str, *roles: str, at: datetime) -> Account:
    """Make an officer who can sign in at once, for the example assembly; `totp_secret` comes from `new_authenticator_key`."""
    account = _officer(session, email, roles, at=at)
    account.password = hash_password(_security.password_util.normalize(password))
    account.tf_primary_method = "authenticator"
    account.tf_totp_secret = cast("Any", _security.totp_factory).stored(totp_secret)
    session.flush()
    log.record(session, "account.enrolled", f"account:{account.id}", at=at, email=account.email, roles=sorted(roles))
    session.commit()
    return account


def _officer(session: Session, email: str, roles: Collection[str], *, at: datetime) -> Account:
    if not roles or not set(roles) <= set(ROLES):
        raise refuse("roles", N_("A role is moderator, editor, admin or focal_point."))
    key = addresses.address_key(addresses.address(email, "email"))
    account = queries.officer_by_address(session, key) or Account(email=key, fs_uniquifier=secrets.token_hex(32), created_at=at)
    account.roles, account.active = queries.roles_named(session, roles), True
    session.add(account)
    return account


def enrol(session: Session, link: AccessLink, *, name: str, password: str, at: datetime) -> Account | None:
    """Use an enrolment link: set name and password, and forget the authenticator and recovery codes of before.

    Every session of the officer ends. None when somebody else used the link first. `password` is normalised and checked.
    """
    used = update(AccessLink).where(AccessLink.id == link.id, AccessLink.used_at.is_(None), AccessLink.voided_at.is_(None))
    account = session.get_one(Account, link.account_id)
    if session.execute(used.values(used_at=at)).rowcount != 1:  # type: ignore[attr-defined]
        session.rollback()
        return None
    account.name, account.password, account.fs_uniquifier = name, hash_password(password), secrets.token_hex(32)
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = account.totp_last_counter = None
    log.record(session, "account.enrolled", f"account:{account.id}", at=at, account_id=account.id, name=name)
    session.commit()
    return account


def use_code(session: Session, account: Account, *, counter: int) -> bool:
    """Whether the code of this time step was still unused; of two requests with one code, one gets True."""
    unused = or_(Account.totp_last_counter.is_(None), Account.totp_last_counter < counter)
    used = session.execute(update(Account).where(Account.id == account.id, unused).values(totp_last_counter=counter))
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def note_new_authenticator(session: Session, account: Account, *, at: datetime) -> None:
    """Note in the log that the officer has a new authenticator, and end every session; the sign-in library commits."""
    account.fs_uniquifier = secrets.token_hex(32)
    log.record(session, "account.authenticator_set", f"account:{account.id}", at=at, account_id=account.id)


def note_sign_in(session: Session, account: Account, *, by: str, at: datetime) -> None:
    """Note a sign-in in the log; the sign-in library commits."""
    log.record(session, "account.signed_in", f"account:{account.id}", at=at, account_id=account.id, by=by)


def end_sessions(session: Session, account: Account, *, at: datetime) -> None:
    """Sign the officer out everywhere: a cookie that was copied before opens nothing any more."""
    account.fs_uniquifier = secrets.token_hex(32)
    log.record(session, "account.signed_out", f"account:{account.id}", at=at, account_id=account.id)
    session.commit()


def close_account(session: Session, email: str, *, at: datetime) -> None:
    """A colleague leaves: the account signs in no more, its sessions end, decisions keep the name. Raises Refused."""
    account = queries.officer_by_address(session, addresses.address_key(addresses.address(email, "email")))
    if account is None:
        raise refuse("email", N_("There is no officer %(email)s."), email=email)
    account.active, account.fs_uniquifier = False, secrets.token_hex(32)
    log.record(session, "account.closed", f"account:{account.id}", at=at)
    session.commit()


def count_tries(session: Session, limits: Mapping[str, int], *, per: timedelta, at: datetime) -> bool:
    """Count one try under each key; whether all are still within their limit. The count stands, whatever becomes of the try."""
    within = [hit(session, key, limit=limit, per=per, at=at) for key, limit in limits.items()]
    session.commit()
    return all(within)
