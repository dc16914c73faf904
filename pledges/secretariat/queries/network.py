"""What a network's focal point attests: pledges that name the network and wait."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pledges.domain.lifecycle import Moderation
from pledges.domain.people import Assurance
from pledges.models import Pledge, Revision, Signature
from pledges.secretariat.queries.queue import of_newest_signed

MOST = 200
"""On one page, the longest signed first; the next come up as these are attested."""
_OPEN = (Assurance.NOT_KNOWN, Assurance.OFFICIAL_DOMAIN)


def to_attest(session: Session, network_id: int | None, public_id: str = "") -> Sequence[Revision]:
    """The newest signed wordings in review of the network's pledges whose signatories nobody has established; `public_id` picks one."""
    waits = (
        Pledge.network_id == network_id, Pledge.withdrawn_at.is_(None), Revision.moderation == Moderation.IN_REVIEW,
        Signature.assurance.in_(_OPEN),
    )  # fmt: skip
    query = of_newest_signed(select(Revision)).where(*waits, Pledge.network_id.is_not(None))
    if public_id:
        query = query.where(Pledge.public_id == public_id)
    loaded = (joinedload(Revision.pledge).joinedload(Pledge.government), joinedload(Revision.signature))
    return session.scalars(query.options(*loaded).order_by(Signature.at, Revision.id).limit(MOST)).all()
