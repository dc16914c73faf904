"""What officers know of governments: mail domains, leaders, invitations; and what they noted of signatories."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from pledges.domain.lifecycle import Content
from pledges.domain.mail_domains import domain_looks, domain_of, lies_in, widening
from pledges.models import Account, Government, GovernmentDomain, Invitation, KnownLeader, LogDetail, LogEntry, Pledge, Revision, Signature

ASSURED = "pledge.assured"
"""How the log calls an officer's act that says how well a signatory is established."""


@dataclass(frozen=True, slots=True)
class AssuranceAct:
    """What an officer noted of a signatory; None for details that were erased from the log."""

    at: datetime
    by: str
    revision: int | None
    assurance: str | None
    note: str | None


def government(session: Session, government_id: str) -> Government | None:
    """A government of the directory, or one that was entered by hand."""
    return session.get(Government, government_id)


def domains(session: Session, government_id: str) -> Sequence[tuple[GovernmentDomain, str | None, str | None]]:
    """The recorded mail domains, each with name and address of the officer who recorded it."""
    query = select(GovernmentDomain, Account.name, Account.email).outerjoin(Account, Account.id == GovernmentDomain.recorded_by_id)
    return [
        (domain, name, email)
        for domain, name, email in session.execute(
            query.where(GovernmentDomain.government_id == government_id).order_by(GovernmentDomain.domain)
        )
    ]


def recorded(session: Session, government_id: str, domain: str) -> GovernmentDomain | None:
    """This domain of this government."""
    return session.get(GovernmentDomain, (government_id, domain))


def recorded_elsewhere(session: Session, government_id: str, domain: str) -> list[tuple[Government, str]]:
    """Other governments whose recorded domain is this one, holds it, lies in it or looks like it."""
    looks = [domain_looks(wider) for wider in widening(domain)]
    alike = or_(GovernmentDomain.looks.in_(looks), GovernmentDomain.domain.endswith(f".{domain}", autoescape=True))
    query = select(Government, GovernmentDomain.domain).join(GovernmentDomain, GovernmentDomain.government_id == Government.id)
    found = query.where(alike, Government.id != government_id).order_by(Government.name, Government.id, GovernmentDomain.domain)
    return [(other, theirs) for other, theirs in session.execute(found.limit(20))]


def known_leader(session: Session, government_id: str, number: int) -> KnownLeader | None:
    """One known leader of this government."""
    return session.scalars(select(KnownLeader).where(KnownLeader.id == number, KnownLeader.government_id == government_id)).one_or_none()


def invitations(session: Session, government_id: str) -> Sequence[Invitation]:
    """The invitations that stand, the newest first."""
    stand = (Invitation.government_id == government_id, Invitation.taken_back_at.is_(None))
    return session.scalars(select(Invitation).where(*stand).order_by(Invitation.id.desc())).all()


def signed(session: Session, government_id: str) -> Sequence[Signature]:
    """The signatures of pledges of this government that stand, each with its revision and pledge, the newest first."""
    query = select(Signature).join(Revision, Revision.id == Signature.revision_id).join(Pledge, Pledge.id == Revision.pledge_id)
    stand = query.where(Pledge.government_id == government_id, Pledge.withdrawn_at.is_(None), Revision.content == Content.SIGNED)
    loaded = stand.options(joinedload(Signature.revision).joinedload(Revision.pledge))
    return session.scalars(loaded.order_by(Signature.id.desc())).all()


def signed_in(session: Session, government_id: str, domain: str) -> list[Signature]:
    """Those of them whose address lies in this domain."""
    return [one for one in signed(session, government_id) if lies_in(domain_of(one.revision.pledge.leader_email_key), domain)]


def assurance_acts(session: Session, pledge: Pledge) -> list[AssuranceAct]:
    """What officers noted of who signed this pledge, the newest first: the log is where it stands."""
    query = select(LogEntry.at, Account.name, Account.email, LogDetail.details)
    query = query.outerjoin(Account, Account.id == LogEntry.account_id).outerjoin(LogDetail, LogDetail.number == LogEntry.number)
    rows = session.execute(
        query.where(LogEntry.subject == f"pledge:{pledge.public_id}", LogEntry.act == ASSURED).order_by(LogEntry.number.desc())
    )
    acts = [(at, name or email or "", json.loads(details) if details else {}) for at, name, email, details in rows]
    return [AssuranceAct(at, by, told.get("revision"), told.get("assurance"), told.get("note")) for at, by, told in acts]
