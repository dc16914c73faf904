"""What the rows of a list of invitations are compared with, a whole batch of rows in a fixed number of queries."""

from collections.abc import Collection

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from pledges.models import AdvisoryMember, Contact, Government, GovernmentName, Invitation, Network, NetworkMember, Pledge

Key = tuple[str, str]
"""Government's id and the key of an address."""


def called(session: Session, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[Government]]:
    """The governments of the directory by folded name and country, for names that are asked for; the largest first."""
    query = select(GovernmentName.folded, Government).join(Government, Government.id == GovernmentName.government_id)
    asked = query.where(tuple_(GovernmentName.folded, Government.country_code).in_(list(names))) if names else None
    found: dict[tuple[str, str], list[Government]] = {}
    for folded, government in session.execute(asked).all() if asked is not None else ():
        found.setdefault((folded, government.country_code), []).append(government)
    return {name: sorted(places, key=lambda place: (-(place.population or 0), place.id)) for name, places in found.items()}


def invited(session: Session, keys: Collection[Key]) -> set[Key]:
    """Those of the keys for which an invitation stands."""
    own = tuple_(Invitation.government_id, Invitation.email_key)
    query = select(Invitation.government_id, Invitation.email_key).where(own.in_(list(keys)), Invitation.taken_back_at.is_(None))
    return {(government, email) for government, email in session.execute(query)} if keys else set()


def signed(session: Session, keys: Collection[Key]) -> set[Key]:
    """Those of the keys under which a signed pledge stands."""
    own = tuple_(Pledge.government_id, Pledge.leader_email_key)
    stands = (Pledge.first_signed_at.is_not(None), Pledge.withdrawn_at.is_(None))
    query = select(Pledge.government_id, Pledge.leader_email_key).where(own.in_(list(keys)), *stands)
    return {(government, email) for government, email in session.execute(query)} if keys else set()


def contacts(session: Session, keys: Collection[Key]) -> dict[Key, Contact]:
    """The addresses that are kept."""
    query = select(Contact).where(tuple_(Contact.government_id, Contact.email_key).in_(list(keys)))
    return {(contact.government_id, contact.email_key): contact for contact in session.scalars(query)} if keys else {}


def members(session: Session, governments: Collection[str]) -> set[tuple[int, str]]:
    """Which of the governments belong to which networks."""
    query = select(NetworkMember.network_id, NetworkMember.government_id).where(NetworkMember.government_id.in_(governments))
    return {(network, government) for network, government in session.execute(query)}


def advisory_members(session: Session, governments: Collection[str]) -> set[str]:
    """Which of the governments sit in the Advisory Group."""
    return set(session.scalars(select(AdvisoryMember.government_id).where(AdvisoryMember.government_id.in_(governments))))


def network_ids(session: Session) -> dict[str, int]:
    """Every network that is known, by its name in small letters."""
    return {name.casefold(): number for number, name in session.execute(select(Network.id, Network.name))}
