"""Joint pledges: who pledges together, which words they share, and whom the public may know of."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain.themes import OWN_WORDS
from pledges.models.edition import EditionEntry
from pledges.models.frozen import WHOLE, fields_of
from pledges.models.pledge import Pledge, Revision
from pledges.models.visibility import public_entries


def partners(session: Session, pledge: Pledge) -> list[Pledge]:
    """The pledges of the other governments, in the order in which they were invited; none for a pledge that is not joint."""
    if pledge.joint_id is None:
        return []
    others = select(Pledge).where(Pledge.joint_id == pledge.joint_id, Pledge.id != pledge.id)
    return list(session.scalars(others.order_by(Pledge.id).options(*WHOLE)))


def shared_words(revision: Revision) -> dict[str, str]:
    """What all governments of a joint pledge say alike, by column of a pledges file: the language, the themes and the own words."""
    row = fields_of(revision).row()
    return {name: value for name, value in row.items() if name in ("pledge_language", "themes") or name.split("_")[0] in OWN_WORDS}


def public_partners(session: Session, pledge: Pledge, at: datetime) -> list[EditionEntry]:
    """The entries of the other governments that are public at `at` and were not withdrawn, in the order of protocol."""
    if pledge.joint_id is None:
        return []
    standing = (Pledge.joint_id == pledge.joint_id, Pledge.id != pledge.id, Pledge.withdrawn_at.is_(None))
    return sorted(public_entries(session, *standing, at=at), key=lambda entry: entry.sort_key)
