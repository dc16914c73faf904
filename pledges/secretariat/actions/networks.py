"""Networks that attest their members: data that the secretariat edits, never a closed list."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pledges.domain.problems import N_, refuse
from pledges.models import Account, Network, NetworkMember, log
from pledges.secretariat.queries import protocol as queries


def add_network(session: Session, name: str, *, by: Account, at: datetime) -> None:
    """Add a network. Raises Refused for a name that is taken."""
    _free(session, name)
    network = Network(name=name)
    session.add(network)
    session.flush()
    log.record(session, "network.added", f"network:{network.id}", at=at, account_id=by.id, name=name, by=by.label)
    session.commit()


def rename_network(session: Session, network: Network, name: str, *, by: Account, at: datetime) -> None:
    """Call a network otherwise, in the pages at once and in every edition that is built from now on. Raises Refused."""
    if name == network.name:
        return
    _free(session, name, apart_from=network)
    before, network.name = network.name, name
    log.record(
        session, "network.renamed", f"network:{network.id}", at=at, account_id=by.id, changes_register=True, before=before, name=name,
        by=by.label,
    )  # fmt: skip
    session.commit()


def remove_network(session: Session, network: Network, *, by: Account, at: datetime) -> None:
    """Take out a network that no pledge, invitation or officer names, and who belonged to it. Raises Refused."""
    used = next(one for one in queries.networks(session) if one.network.id == network.id)
    if used.stays:
        raise refuse("name", N_("Pledges, invitations or a focal point name this network, so it stays."))
    session.execute(delete(NetworkMember).where(NetworkMember.network_id == network.id))
    session.delete(network)
    log.record(session, "network.removed", f"network:{network.id}", at=at, account_id=by.id, name=network.name, by=by.label)
    session.commit()


def _free(session: Session, name: str, *, apart_from: Network | None = None) -> None:
    found = queries.network_called(session, name)
    if found is not None and found is not apart_from:
        raise refuse("name", N_("There is a network of this name already."))
