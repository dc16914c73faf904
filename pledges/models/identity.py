"""A signatory compared with what the house knows of the government, in a fixed number of queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Content
from pledges.domain.mail_domains import domain_looks, domain_of, widening
from pledges.domain.risks import MANY_FROM_ONE_NETWORK, WINDOW, Known, Signing, Term, assurance_by_address, find, network_of
from pledges.domain.search import fold
from pledges.models.government import Government, GovernmentDomain, GovernmentName, Invitation, KnownLeader
from pledges.models.pledge import Pledge, Revision
from pledges.models.signature import Signature

MANY = "many from one network"
"""The key in `session.info` under which the application leaves the operator's number."""
_MOST_OTHERS = 20


_ASSURED_BY = "assured_by"
"""In the evidence: the domain or address that establishes who signed."""


def identify(session: Session, pledge: Pledge, signature: Signature, found: list[Any], *, at: datetime) -> None:
    """Write into a new signature how well its signatory is established, and what officers should look at besides `found`."""
    with session.no_autoflush:
        signature.came_from = network_of(signature.evidence.get("network_address", ""))
        signing = _signing(pledge, signature)
        known = _known(session, pledge, signing, network=signature.came_from, at=at)
    signature.risks = [*found, *find(signing, known)]
    _assure(signature, signing, known)


def assure_by_address(session: Session, pledge: Pledge, signature: Signature) -> None:
    """Establish the signatory anew by the address alone: what is recorded and invited now counts."""
    signing = _signing(pledge, signature)
    _assure(signature, signing, Known(domains=_domains(session, signing), invited=_invited(session, signing.government_id)))


def _assure(signature: Signature, signing: Signing, known: Known) -> None:
    signature.assurance, by = assurance_by_address(signing, known)
    rest = {name: value for name, value in signature.evidence.items() if name != _ASSURED_BY}
    signature.evidence = rest | ({_ASSURED_BY: by} if by else {})


def _signing(pledge: Pledge, signature: Signature) -> Signing:
    revision = signature.revision
    return Signing(
        names=(revision.leader_name, revision.leader_name_latin), address_key=pledge.leader_email_key, kind=signature.kind,
        day=signature.at.date(), government_id=pledge.government_id,
    )  # fmt: skip


def _known(session: Session, pledge: Pledge, signing: Signing, *, network: str, at: datetime) -> Known:
    return Known(
        domains=_domains(session, signing),
        invited=_invited(session, signing.government_id),
        terms=[
            Term(leader.name, leader.office, leader.term_begins, leader.term_ends, leader.source)
            for leader in known_leaders(session, signing.government_id)
        ],
        others=_others(session, pledge),
        twin=_twin(session, pledge),
        signatures=1 + _signatures(session, network, at) if network else 0,
        many=session.info.get(MANY, MANY_FROM_ONE_NETWORK),
    )


def known_leaders(session: Session, government_id: str) -> Sequence[KnownLeader]:
    """Who is known to hold or have held an office of this government, the latest term first."""
    query = select(KnownLeader).where(KnownLeader.government_id == government_id)
    return session.scalars(query.order_by(KnownLeader.term_begins.desc().nulls_last(), KnownLeader.id.desc())).all()


def _domains(session: Session, signing: Signing) -> list[tuple[str, str]]:
    looks = [domain_looks(wider) for wider in widening(domain_of(signing.address_key))]
    concerns = or_(GovernmentDomain.government_id == signing.government_id, GovernmentDomain.looks.in_(looks))
    query = select(GovernmentDomain.government_id, GovernmentDomain.domain).where(concerns)
    return [(government, domain) for government, domain in session.execute(query.order_by(GovernmentDomain.domain))]


def _invited(session: Session, government_id: str) -> Sequence[str]:
    query = select(Invitation.email_key).where(Invitation.government_id == government_id, Invitation.taken_back_at.is_(None))
    return session.scalars(query.distinct().order_by(Invitation.email_key)).all()


def _others(session: Session, pledge: Pledge) -> list[tuple[str, str]]:
    """The newest signed name of each other pledge that stands."""
    stands = (Pledge.government_id == pledge.government_id, Pledge.id != pledge.id, Pledge.withdrawn_at.is_(None))
    query = select(Revision.leader_name, Pledge.public_id).join(Pledge, Pledge.id == Revision.pledge_id)
    signed = query.where(*stands, Revision.content == Content.SIGNED).order_by(Pledge.id.desc(), Revision.number.desc())
    newest: dict[str, str] = {}
    for name, number in session.execute(signed.limit(_MOST_OTHERS)):
        newest.setdefault(number, name)
    return [(name, number) for number, name in newest.items()]


def _twin(session: Session, pledge: Pledge) -> str:
    """The name of a government in the directory that one entered by hand is called like."""
    if not pledge.government_id.startswith("own-"):
        return ""
    names = {fold(name) for name in (pledge.government.name, pledge.government.native_name)} - {""}
    query = select(Government.name).join(GovernmentName, GovernmentName.government_id == Government.id)
    called = query.where(GovernmentName.folded.in_(names), Government.country_code == pledge.government.country_code)
    return session.scalar(called.order_by(func.coalesce(Government.population, 0).desc(), Government.id).limit(1)) or ""


def _signatures(session: Session, network: str, at: datetime) -> int:
    """How many signatures came from this network before, within the window."""
    counted = select(func.count()).select_from(Signature).where(Signature.came_from == network, Signature.at > at - WINDOW)
    return session.scalar(counted) or 0
