"""What the partners of a joint pledge learn when one of them changes the words that they share."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from pledges import letters
from pledges.leader import queries
from pledges.models import Pledge
from pledges.models.cabinet import cabinet_addresses
from pledges.models.joint import partners, shared_words
from pledges.signatures import Address

_WAIT = timedelta(hours=1)
"""A letter waits so long, since whoever changes words seldom changes them once."""
_SELDOM = timedelta(days=1)
"""No more than one letter a partner within this time: its page always shows the newest words."""


def offer(session: Session, pledge: Pledge, *, at: datetime, address: Address) -> None:
    """Offer this pledge's words to its partners, and write to their cabinets; in the caller's transaction."""
    if pledge.joint is None:
        return
    pledge.joint.offered = {"by": pledge.public_id, "words": shared_words(pledge.current)}
    told = queries.told_of_words(session, pledge, since=at - _SELDOM)
    for partner in partners(session, pledge):
        if partner.id in told or partner.withdrawn_at is not None:
            continue
        for to in cabinet_addresses(session, partner):
            letters.write(
                session, "joint_words", to=to, language=partner.preparer_language, at=at, due=at + _WAIT, pledge=partner,
                government=pledge.current.government_name, partner=partner.current.government_name,
                follow=address("leader.pledge", public_id=partner.public_id), ask=address("leader.ask"),
            )  # fmt: skip
