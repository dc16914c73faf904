"""What officers record of governments, whom they invite, and how well they establish who signed. Every act is logged."""

import secrets
from datetime import date, datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.addresses import address_key
from pledges.domain.codes import hash_secret
from pledges.domain.mail_domains import domain_looks
from pledges.domain.people import Assurance
from pledges.domain.problems import N_, refuse
from pledges.models import Account, Government, GovernmentDomain, Invitation, KnownLeader, Pledge, log
from pledges.models.identity import assure_by_address, known_leaders
from pledges.models.letter import Settled
from pledges.secretariat.actions.decisions import DecidedMeanwhile, version_of
from pledges.secretariat.queries import identity, queue
from pledges.secretariat.queries.inviting import members
from pledges.signatures import Address


def record_domain(session: Session, government: Government, domain: str, *, by: Account, at: datetime) -> int:
    """Record a mail domain (domain.mail_domains.recordable) as the government's own, and count the signatures that it establishes.

    Raises Refused where it is recorded already.
    """
    if identity.recorded(session, government.id, domain):
        raise refuse("domain", N_("This domain is recorded already."))
    session.add(
        GovernmentDomain(government_id=government.id, domain=domain, looks=domain_looks(domain), recorded_by_id=by.id, recorded_at=at)
    )
    _note(session, "domain_recorded", government, by=by, at=at, domain=domain)
    changed = _reassess(session, government)
    session.commit()
    return changed


def remove_domain(session: Session, recorded: GovernmentDomain, government: Government, *, by: Account, at: datetime) -> int:
    """Take a domain out again, and count the signatures that it alone had established."""
    session.delete(recorded)
    _note(session, "domain_removed", government, by=by, at=at, domain=recorded.domain)
    changed = _reassess(session, government)
    session.commit()
    return changed


def add_leader(
    session: Session,
    government: Government,
    *,
    name: str,
    office: str,
    begins: date | None,
    ends: date | None,
    source: str,
    by: Account,
    at: datetime,
) -> None:
    """Note who holds or held an office; the same note sent twice is one. Signatures before were compared with what was known then."""
    session.refresh(government, with_for_update=True)
    told = {"name": name, "office": office, "term_begins": begins, "term_ends": ends, "source": source}
    if any(all(getattr(one, fact) == value for fact, value in told.items()) for one in known_leaders(session, government.id)):
        return
    session.add(KnownLeader(government_id=government.id, recorded_at=at, **told))
    _note(session, "leader_recorded", government, by=by, at=at, name=name, office=office, begins=begins, ends=ends, source=source)
    session.commit()


def remove_leader(session: Session, leader: KnownLeader, government: Government, *, by: Account, at: datetime) -> None:
    """Take a note of a leader out again."""
    session.delete(leader)
    _note(session, "leader_removed", government, by=by, at=at, name=leader.name)
    session.commit()


def invite(
    session: Session, government: Government, *, email: str, name: str, language: str, by: Account, at: datetime, address: Address
) -> Invitation:
    """Invite a leader by a letter whose personal link fills in the government and this address. Raises Refused for a second one."""
    key = address_key(email)
    if any(one.email_key == key for one in identity.invitations(session, government.id)):
        raise refuse("email", N_("This address is invited already. Take that invitation back first to write again."))
    networks = sorted(number for number, _government in members(session, {government.id}))
    invitation = write_invitation(
        session, government, email=email, name=name, language=language, by=by, at=at, address=address,
        network_id=next(iter(networks), None),
    )  # fmt: skip
    _reassess(session, government)
    session.commit()
    return invitation


def write_invitation(
    session: Session,
    government: Government,
    *,
    email: str,
    name: str,
    language: str,
    by: Account,
    at: datetime,
    address: Address,
    network_id: int | None = None,
    batch_id: int | None = None,
    kept: Settled | None = None,
) -> Invitation:
    """The invitation, its letter and its entry of the log, in the caller's transaction; nobody looks whether it is a second one."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        government_id=government.id, email=email, email_key=address_key(email), leader_name=name, language=language, invited_by_id=by.id,
        invited_at=at, token_hash=hash_secret(token), network_id=network_id, batch_id=batch_id,
    )  # fmt: skip
    session.add(invitation)
    letters.write(
        session, "invitation", to=email, language=language, at=at, secrets={"link": address("leader.invited", token=token)},
        government=government.name, leader=name,
        invitation=invitation, kept=kept,
    )  # fmt: skip
    _note(session, "invited", government, by=by, at=at, address=email, language=language, batch=batch_id)
    return invitation


def take_back(session: Session, invitation: Invitation, government: Government, *, by: Account, at: datetime) -> None:
    """Take an invitation back: its link works no more, and its address shows nothing any more."""
    invitation.taken_back_at = at
    _note(session, "invitation_taken_back", government, by=by, at=at, address=invitation.email)
    _reassess(session, government)
    session.commit()


def assure(session: Session, pledge: Pledge, assurance: Assurance, note: str, *, by: Account, at: datetime, seen_version: str) -> None:
    """Note how well the signatory of the newest signed revision is established: attested, called back, or again what the address shows.

    Raises DecidedMeanwhile when that revision is no longer what the officer saw.
    """
    queue.lock(session, pledge)
    revision = queue.newest_signed(session, pledge)
    if revision is None or revision.signature is None or pledge.withdrawn_at is not None or version_of(revision) != seen_version:
        raise DecidedMeanwhile
    signature, before = revision.signature, revision.signature.assurance
    signature.assurance = assurance
    if assurance is Assurance.NOT_KNOWN:
        assure_by_address(session, pledge, signature)
    log.record(
        session, identity.ASSURED, f"pledge:{pledge.public_id}", at=at, account_id=by.id, revision=revision.number, by=by.label,
        assurance=signature.assurance, before=before, note=note,
    )  # fmt: skip
    session.commit()


def attest(session: Session, pledge: Pledge, *, by: Account, at: datetime, seen_version: str) -> None:
    """A network's focal point attests its member. Raises DecidedMeanwhile."""
    network = by.network.name if by.network else ""
    assure(session, pledge, Assurance.ATTESTED, f"{network}: attested by its focal point", by=by, at=at, seen_version=seen_version)


def _reassess(session: Session, government: Government) -> int:
    """Compare the addresses of the government's signatures anew; gives how many changed. What officers established stands.

    In the caller's transaction.
    """
    session.flush()
    changed = 0
    for signature in identity.signed(session, government.id):
        before = signature.assurance
        if before in (Assurance.NOT_KNOWN, Assurance.OFFICIAL_DOMAIN):
            assure_by_address(session, signature.revision.pledge, signature)
            changed += signature.assurance is not before
    return changed


def _note(session: Session, act: str, government: Government, *, by: Account, at: datetime, **facts: object) -> None:
    details = {"by": by.label, **facts}
    log.record(session, f"government.{act}", f"government:{government.id}", at=at, account_id=by.id, changes_register=False, **details)
