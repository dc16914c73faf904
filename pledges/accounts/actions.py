"""What happens to an officer's account: inviting, enrolling, roles, signing in and out, counting tries."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from flask_security import hash_password
from flask_security.proxies import _security
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from pledges import letters
from pledges.accounts import queries
from pledges.accounts.roles import ADMIN, FOCAL_POINT, ROLES
from pledges.adapters.passkeys import PasskeyRefused, Refusal, Site, credential_id_of, made, signed, to_make, to_sign
from pledges.domain import addresses
from pledges.domain.codes import LINK_LIVES, hash_secret
from pledges.domain.problems import N_, refuse
from pledges.models import AccessLink, Account, LinkPurpose, OfficerPasskey, OfficerSession, log
from pledges.models.account import admins_to_tell
from pledges.models.limits import hit
from pledges.signatures import Address

SHORTEST_PASSWORD = 12
"""In characters. NIST SP 800-63B asks for 8 beside a second factor; length is what counts."""
_ANSWERED_WITHIN = timedelta(minutes=5)


def add_officer(session: Session, email: str, *roles: str, at: datetime) -> str:
    """Make an officer, or give one other roles, and return the token of a one-time enrolment link that lives seven days.

    Earlier links of the officer stop working. Raises Refused for a bad address or an unknown role.
    """
    token = _enrolment(session, _officer(session, email, roles, at=at), at=at)
    session.commit()
    return token


def invite_officer(
    session: Session, email: str, roles: Collection[str], network: int | None, *, language: str, by: Account, at: datetime, address: Address
) -> Account:
    """Make an officer and write a letter with the enrolment link. Raises Refused where the address is an officer's already."""
    if queries.officer_by_address(session, addresses.address_key(addresses.address(email, "email"))):
        raise refuse("email", N_("This address is an officer’s already. Change the roles or send a new link on the officer’s page."))
    account = _officer(session, email, roles, network=network, at=at)
    write_enrolment(session, account, language=language, by=by, at=at, address=address)
    return account


def write_enrolment(session: Session, account: Account, *, language: str, by: Account, at: datetime, address: Address) -> None:
    """Write to an officer with a new enrolment link; a closed account is open again. What signs in now does so until the link is used."""
    account.active = True
    link = address("accounts.enrol", token=_enrolment(session, account, by=by, at=at))
    letters.write(session, "officer_invitation", to=account.email, language=language, at=at, secrets={"link": link}, by=by.label)
    for admin in admins_to_tell(session):  # two accounts are to be two people: nobody adds a second one for themselves unseen
        if admin.id not in (by.id, account.id):
            letters.write(
                session, "officer_invited", to=admin.email, language=admin.language, at=at, by=by.label, address=account.email,
                desk=address("accounts.officers"),
            )  # fmt: skip
    session.commit()


def change_roles(session: Session, account: Account, roles: Collection[str], network: int | None, *, by: Account, at: datetime) -> None:
    """Give an officer other roles, from the next page on. Raises Refused for the last admin and for roles that do not go together."""
    before = sorted(role.name for role in account.roles)
    if ADMIN not in roles:
        _keep_an_admin(session, account, "roles")
    _give(session, account, roles, network)
    _note(session, "account.roles_changed", account, by=by, at=at, before=before, roles=sorted(roles), network=account.network_id)
    session.commit()


def _enrolment(session: Session, account: Account, *, at: datetime, by: Account | None = None) -> str:
    """The token of a new enrolment link; earlier ones stop working."""
    session.flush()
    _void_links(session, account, at=at)
    token = secrets.token_urlsafe(32)
    session.add(
        AccessLink(
            purpose=LinkPurpose.ENROL, account_id=account.id, token_hash=hash_secret(token), created_at=at, expires_at=at + LINK_LIVES
        )
    )
    _note(session, "account.invited", account, by=by, at=at, email=account.email, roles=sorted(role.name for role in account.roles))
    return token


def new_authenticator_key() -> str:
    """A random key as authenticator apps and `pyotp.TOTP(key)` take it: 160 bits in base 32."""
    return str(_security.totp_factory.get_totp_b32_key(_security.totp_factory.generate_totp_secret()))


def add_example_officer(
    session: Session, email: str, password: str, totp_secret: str, *roles: str, network: int | None = None, at: datetime
) -> Account:
    """Make an officer who can sign in at once, for the example assembly; `totp_secret` comes from `new_authenticator_key`."""
    account = _officer(session, email, roles, network=network, at=at)
    account.password = hash_password(_security.password_util.normalize(password))
    account.tf_primary_method = "authenticator"
    account.tf_totp_secret = cast("Any", _security.totp_factory).stored(totp_secret)
    session.flush()
    log.record(session, "account.enrolled", f"account:{account.id}", at=at, email=account.email, roles=sorted(roles))
    session.commit()
    return account


def _officer(session: Session, email: str, roles: Collection[str], *, network: int | None = None, at: datetime) -> Account:
    key = addresses.address_key(addresses.address(email, "email"))
    account = queries.officer_by_address(session, key) or Account(email=key, fs_uniquifier=secrets.token_hex(32), created_at=at)
    _give(session, account, roles, network)
    account.active = True
    session.add(account)
    return account


def _give(session: Session, account: Account, roles: Collection[str], network: int | None) -> None:
    """Roles that go together: a network's focal point has no other, since it is to see nothing else."""
    if not roles or not set(roles) <= set(ROLES):
        raise refuse("roles", N_("A role is moderator, editor, admin or focal_point."))
    if FOCAL_POINT in roles and (len(set(roles)) > 1 or network is None):
        raise refuse("roles", N_("A focal point speaks for one network, and has no other role."))
    account.roles, account.network_id = queries.roles_named(session, roles), network if FOCAL_POINT in roles else None


def _void_links(session: Session, account: Account, *, at: datetime) -> None:
    unused = update(AccessLink).where(AccessLink.account_id == account.id, AccessLink.used_at.is_(None), AccessLink.voided_at.is_(None))
    session.execute(unused.values(voided_at=at))


def _keep_an_admin(session: Session, account: Account, field: str) -> None:
    """Raises Refused where nobody would be left to look after the officers. Two who take each other out wait for each other."""
    if queries.admins(session) == [account.id]:
        raise refuse(field, N_("This is the last admin who can sign in. Make somebody else an admin first."))


def _note(session: Session, act: str, account: Account, *, by: Account | None, at: datetime, **facts: object) -> None:
    """An officer's act upon an account; without `by` it was the operator's."""
    details = {"by": by.label, **facts} if by else facts
    log.record(session, act, f"account:{account.id}", at=at, account_id=by.id if by else None, changes_register=False, **details)


def enrol(session: Session, link: AccessLink, *, name: str, password: str, language: str, at: datetime) -> Account | None:
    """Use an enrolment link: set name, password and language, and forget the authenticator, passkeys and recovery codes of before.

    Every session of the officer ends. None when somebody else used the link first. `password` is normalised and checked.
    """
    used = update(AccessLink).where(AccessLink.id == link.id, AccessLink.used_at.is_(None), AccessLink.voided_at.is_(None))
    account = session.get_one(Account, link.account_id)
    if session.execute(used.values(used_at=at)).rowcount != 1:  # type: ignore[attr-defined]
        session.rollback()
        return None
    account.name, account.password, account.fs_uniquifier = name, hash_password(password), secrets.token_hex(32)
    account.language = language
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = account.totp_last_counter = None
    session.execute(delete(OfficerPasskey).where(OfficerPasskey.account_id == account.id))
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


def hold_recovery_codes(session: Session, number: int) -> None:
    """Read an officer's recovery codes anew, and keep others from using one until this transaction ends."""
    session.refresh(session.get_one(Account, number), ["mf_recovery_codes"], with_for_update=True)


def note_recovery_codes(session: Session, account: Account, *, at: datetime) -> None:
    """Note in the log that the officer has new recovery codes; the sign-in library commits."""
    log.record(session, "account.recovery_codes_made", f"account:{account.id}", at=at, account_id=account.id)


def note_sign_in(session: Session, account: Account, *, by: str, at: datetime) -> None:
    """Note a sign-in in the log; the sign-in library commits."""
    log.record(session, "account.signed_in", f"account:{account.id}", at=at, account_id=account.id, by=by)


def begin_session(session: Session, account: Account, *, browser: str, network: str, longest: timedelta, at: datetime) -> int:
    """Keep that a session began, and forget those of the officer that are older than any lasts; the sign-in library commits."""
    session.execute(delete(OfficerSession).where(OfficerSession.account_id == account.id, OfficerSession.began_at < at - longest))
    begun = OfficerSession(
        account_id=account.id, fs_uniquifier=account.fs_uniquifier, browser=browser[:300], network=network[:50], began_at=at
    )
    session.add(begun)
    session.flush()
    return begun.id


def end_session(session: Session, account: Account, number: int, *, at: datetime) -> bool:
    """End one session of the officer's own; whether there was one."""
    ended = update(OfficerSession).where(
        OfficerSession.id == number, OfficerSession.account_id == account.id, OfficerSession.ended_at.is_(None)
    )
    if session.scalar(ended.values(ended_at=at).returning(OfficerSession.id)) is None:
        return False
    log.record(session, "account.session_ended", f"account:{account.id}", at=at, account_id=account.id, number=number)
    session.commit()
    return True


def new_question(*, at: datetime) -> str:
    """What a browser's passkey is asked, kept in that browser's signed session: asking in another one makes it not void, so nobody
    who knows a password can keep its officer from answering. The later one sorts behind."""
    return f"{int(at.timestamp() * 1_000_000):020d}.{secrets.token_hex(16)}"


def ask_passkey(session: Session, account: Account, question: str, site: Site, *, new: bool = False, site_name: str = "") -> dict[str, Any]:
    """What the officer's browser is asked: `get` an answer by a passkey of the account or, with `new`, `create` one."""
    known, asked = [key.credential_id for key in queries.passkeys(session, account)], question.encode()
    if new:
        return {"create": to_make(site, asked, site_name=site_name, holder=account.email, known=known)}
    return {"get": to_sign(site, asked, known=known)}


def keep_passkey(session: Session, account: Account, question: str, credential: str, site: Site, *, browser: str, at: datetime) -> None:
    """Keep the key that the officer's device has made. Raises PasskeyRefused."""
    key = made(site, question.encode(), credential)
    _use_up(session, account, question, at=at)
    if queries.passkey(session, key.credential_id) is not None:
        raise PasskeyRefused(Refusal.INVALID)
    session.add(
        OfficerPasskey(
            account_id=account.id, browser=browser[:300], credential_id=key.credential_id, public_key=key.public_key,
            sign_count=key.sign_count, made_at=at,
        )
    )  # fmt: skip
    _note(session, "account.passkey_made", account, by=account, at=at)
    session.commit()


def use_passkey(session: Session, account: Account, question: str, credential: str, site: Site, *, at: datetime) -> None:
    """Check what the officer's device has answered. Raises PasskeyRefused, also for a key of another officer's."""
    key = queries.passkey(session, credential_id_of(credential))
    if key is None or key.account_id != account.id:
        raise PasskeyRefused(Refusal.UNKNOWN_KEY)
    key.sign_count = signed(site, question.encode(), credential, public_key=key.public_key, sign_count=key.sign_count).sign_count
    key.used_at = at
    _use_up(session, account, question, at=at)
    session.commit()


def remove_passkey(session: Session, account: Account, key: OfficerPasskey, *, at: datetime) -> None:
    """Take a passkey out: it signs in no more."""
    session.delete(key)
    _note(session, "account.passkey_removed", account, by=account, at=at)
    session.commit()


def _use_up(session: Session, account: Account, question: str, *, at: datetime) -> None:
    """A question is answered once, within five minutes, and with it those that were asked before. Raises PasskeyRefused."""
    still_open = f"{int((at - _ANSWERED_WITHIN).timestamp() * 1_000_000):020d}" <= question
    unused = or_(Account.passkey_answered.is_(None), Account.passkey_answered < question)
    used = update(Account).where(Account.id == account.id, unused).values(passkey_answered=question).returning(Account.id)
    if not still_open or session.scalar(used) is None:
        raise PasskeyRefused(Refusal.CHALLENGE)


def end_sessions(session: Session, account: Account, *, at: datetime) -> None:
    """Sign the officer out everywhere: a cookie that was copied before opens nothing any more."""
    account.fs_uniquifier = secrets.token_hex(32)
    log.record(session, "account.signed_out", f"account:{account.id}", at=at, account_id=account.id)
    session.commit()


def close_account(session: Session, email: str, *, at: datetime) -> None:
    """The operator closes an account, the last admin's too, since the operator can make another. Raises Refused where there is none."""
    account = queries.officer_by_address(session, addresses.address_key(addresses.address(email, "email")))
    if account is None:
        raise refuse("email", N_("There is no officer %(email)s."), email=email)
    _close(session, account, by=None, at=at)


def close_officer(session: Session, account: Account, *, by: Account, at: datetime) -> None:
    """A colleague leaves. Raises Refused for the last admin."""
    _keep_an_admin(session, account, "close")
    _close(session, account, by=by, at=at)


def _close(session: Session, account: Account, *, by: Account | None, at: datetime) -> None:
    """The account signs in no more, its sessions and links end, decisions keep the name."""
    account.active, account.fs_uniquifier = False, secrets.token_hex(32)
    _void_links(session, account, at=at)
    _note(session, "account.closed", account, by=by, at=at)
    session.commit()


def count_tries(session: Session, limits: Mapping[str, int], *, per: timedelta, at: datetime) -> bool:
    """Count one try under each key; whether all are still within their limit. The count stands, whatever becomes of the try."""
    within = [hit(session, key, limit=limit, per=per, at=at) for key, limit in limits.items()]
    session.commit()
    return all(within)
