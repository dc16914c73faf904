"""Corrections of names: which are open, which were made, and what the public is told of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pledges.domain.corrections import CORRECTABLE
from pledges.models.pledge import Correction, Pledge, Revision


@dataclass(frozen=True, slots=True)
class Corrected:
    """A name that was corrected by a new signature."""

    at: datetime
    """When the corrected wording was signed."""
    field: str
    before: str
    after: str


def correction(session: Session, pledge: Pledge, correction_id: int) -> Correction | None:
    """One of the corrections that were asked for this pledge."""
    return session.scalars(select(Correction).where(Correction.id == correction_id, Correction.pledge_id == pledge.id)).one_or_none()


def corrections_of(session: Session, pledge: Pledge) -> list[Correction]:
    """What was asked to be corrected, the first first."""
    asked = select(Correction).where(Correction.pledge_id == pledge.id).order_by(Correction.id)
    return list(session.scalars(asked.options(joinedload(Correction.revision))))


def open_correction(session: Session, pledge: Pledge) -> Correction | None:
    """The one that waits for an answer; there is one at a time."""
    return session.scalars(select(Correction).where(Correction.pledge_id == pledge.id, Correction.answered_at.is_(None))).first()


def name_in(revision: Revision, field: str) -> str:
    """What a revision says in a field that can be corrected."""
    return str(getattr(revision, CORRECTABLE[field]))


def corrected_until(session: Session, pledge: Pledge, revision: Revision) -> list[Corrected]:
    """The names that were corrected in the signed wordings up to this one, the first first; what was not signed counts for nothing."""
    found = []
    for asked in corrections_of(session, pledge):
        later = [one for one in pledge.revisions if one.signature and asked.revision.number < one.number <= revision.number]
        if asked.agreed and later and later[0].signature and name_in(later[0], asked.field) == asked.wanted:
            found.append(Corrected(later[0].signature.at, asked.field, name_in(asked.revision, asked.field), asked.wanted))
    return found
